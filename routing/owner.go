package routing

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/salesbaton/baton/handoff"
)

// An Owner is the rung for whoever already owns a record. An owner whose status is unknown is taken: ownership is a fact
// of the CRM; one who is away, has left or is no known rep is passed over. Owned changes that.
type Owner string

// The owners that a record can name.
const (
	LeadOwner        Owner = "lead_owner"        // of the lead: as last assigned here, else as the CRM says
	ContactOwner     Owner = "contact_owner"     // of the contact that the lead is
	AccountOwner     Owner = "account_owner"     // the account's executive
	AccountCSM       Owner = "account_csm"       // the account's customer success manager
	AccountPartner   Owner = "account_partner"   // the account's partner
	ParentOwner      Owner = "parent_owner"      // of the account above the account
	OpportunityOwner Owner = "opportunity_owner" // of the open opportunity that closes first, of several on one day the least id
)

// Owners returns all owner rungs.
func Owners() []Owner {
	return []Owner{LeadOwner, ContactOwner, AccountOwner, AccountCSM, AccountPartner, ParentOwner, OpportunityOwner}
}

// Name returns the word itself.
func (o Owner) Name() string { return string(o) }

func (o Owner) prepare() error {
	return checkWord("owner", o, Owners())
}

func (o Owner) of(f facts) string {
	switch o {
	case LeadOwner:
		if f.Subject.Kind != handoff.KindLead {
			return f.Lead.Owner
		}
		return cmp.Or(f.Record().Owner, f.Lead.Owner)
	case ContactOwner:
		return f.Lead.ContactOwner
	case AccountOwner:
		return f.Account.Owner
	case AccountCSM:
		return f.Account.CSM
	case AccountPartner:
		return f.Account.Partner
	case ParentOwner:
		return f.Account.ParentOwner
	}
	return dealOwner(f.Opportunities)
}

// dealOwner returns the owner of the open opportunity that closes first; one without a day comes last.
func dealOwner(sorted []handoff.Opportunity) string {
	var first *handoff.Opportunity
	for i := range sorted {
		o := &sorted[i]
		if o.Status != handoff.OpportunityOpen || o.Owner == "" {
			continue
		}
		sooner := first != nil && !o.CloseOn.IsZero() && (first.CloseOn.IsZero() || o.CloseOn.Compare(first.CloseOn) < 0)
		if first == nil || sooner {
			first = o
		}
	}
	if first == nil {
		return ""
	}
	return first.Owner
}

func (o Owner) keys(f facts, dst []handoff.Key) []handoff.Key { return Owned{Owner: o}.keys(f, dst) }

func (o Owner) try(f facts, a *attempt) { Owned{Owner: o}.try(f, a) }

// A WhenAway says what becomes of a record whose owner takes no work now.
type WhenAway string

// What can become of it. The zero WhenAway is AwayNext.
const (
	AwayNext  WhenAway = "next"  // the next rung is tried
	AwayTake  WhenAway = "take"  // the owner gets it all the same; not one who has left
	AwayCover WhenAway = "cover" // who stands in for the owner works it until the owner is back; without a cover, next
	AwayHold  WhenAway = "hold"  // the record waits for the owner; where nobody knows until when, it stays unassigned
)

// WhenAways returns all of them.
func WhenAways() []WhenAway { return []WhenAway{AwayNext, AwayTake, AwayCover, AwayHold} }

func (w WhenAway) check() error {
	return checkWord("word for when the owner is away", cmp.Or(w, AwayNext), WhenAways())
}

// An Owned is the rung for an Owner with what else counts about it.
type Owned struct {
	Owner Owner
	// Lookup reads the id of a rep from a field of the host, in place of Owner. It must be pure. What is no id names nobody.
	Lookup func(*handoff.Facts) string
	Field  string // the name of the field that Lookup reads
	Away   WhenAway
	// Hours counts an owner outside of their hours as away. nil: an owner is away only where the rep's status or an absence
	// says so.
	Hours *Availability
	Only  Membership // of whom an owner must be one, whoever stands in; nil: anybody
	With  []Owner    // who works it together with the owner, as far as the record names them
	role  string     // what Lookup finds, in words, for rungs that ask through this one; "": what Field names
}

// A Membership says whether a rep belongs somewhere, such as to a team. It must be pure.
type Membership func(handoff.Rep) bool

// Name returns the owner's word, or "lookup:" and the field.
func (o Owned) Name() string {
	if o.Lookup != nil {
		return "lookup:" + o.Field
	}
	return o.Owner.Name()
}

func (o Owned) prepare() error {
	if err := o.Away.check(); err != nil {
		return err
	}
	for _, w := range o.With {
		if err := w.prepare(); err != nil {
			return err
		}
	}
	if o.Lookup != nil {
		return nil
	}
	return o.Owner.prepare()
}

// of returns the id that the record names, "" where it names nobody or a field holds what is no id.
func (o Owned) of(f facts) string {
	if o.Lookup == nil {
		return o.Owner.of(f)
	}
	if id := o.Lookup(f.Facts); isID(id) {
		return id
	}
	return ""
}

// isID reports whether a text can be the id of a rep. A key that is made from another could not be read back.
func isID(text string) bool {
	_, err := handoff.ParseRef(handoff.RepKey(text).String())
	return err == nil
}

func (o Owned) keys(f facts, dst []handoff.Key) []handoff.Key {
	if rep := o.of(f); rep != "" {
		dst = append(dst, handoff.RepKey(rep))
		if cover := coverOf(f, rep); cover != "" && o.Away == AwayCover {
			dst = append(dst, handoff.RepKey(cover))
		}
	}
	for _, w := range o.With {
		if rep := w.of(f); rep != "" {
			dst = append(dst, handoff.RepKey(rep))
		}
	}
	return dst
}

func (o Owned) try(f facts, a *attempt) { a.through(o, FromOwner, o, f) }

// through asks for an owner in the name of a rung, and reports whether there is one.
func (a *attempt) through(rung Rung, source Source, o Owned, f facts) bool {
	rep := o.of(f)
	if rep == "" {
		a.fail(rung, NoOwner, "%s", o.nobody(f))
		return false
	}
	v := o.judge(f, rep)
	if v.code == "" || o.Away == AwayTake && v.temporary() {
		a.found(rung, source, rep, rep+" is the "+o.words())
	} else if a.pass(rung, rep, v); !a.cover(rung, source, o, f, v) {
		a.gone(rung, o, rep, v)
		return false
	}
	a.With = o.others(f, a)
	return true
}

// nobody says why there is no owner. It repeats nothing of what a field holds.
func (o Owned) nobody(f facts) string {
	if o.Lookup == nil || o.Lookup(f.Facts) == "" {
		return "the record names nobody"
	}
	return cmp.Or(o.Field, "the field") + " holds a text that cannot be a rep's id"
}

// gone says what becomes of a record whose owner cannot take it.
func (a *attempt) gone(rung Rung, o Owned, rep string, v verdict) {
	a.fail(rung, v.code, "%s cannot take it", rep)
	if o.Away == AwayHold && v.temporary() {
		a.stop, a.Hold, a.Next = true, true, v.next
	}
}

// judge says whether the owner can take the record.
func (o Owned) judge(f facts, id string) verdict {
	v := o.Hours.owner(f, id)
	if rep, _ := f.Rep(id); o.Only != nil && (v.code == "" || v.temporary()) && !o.Only(rep) {
		return verdict{code: Excluded}
	}
	return v
}

// others returns who works the record together with the owner: those whom it names, who have not left, each once.
func (o Owned) others(f facts, a *attempt) []string {
	var out []string
	for _, w := range o.With {
		id := w.of(f)
		if id == "" || id == a.Owner || id == a.Covers || slices.Contains(out, id) {
			continue
		}
		if rep, ok := f.Rep(id); ok && rep.Status != handoff.RepLeft {
			out = append(out, id)
		}
	}
	return out
}

// words says what the owner is.
func (o Owned) words() string {
	if o.Lookup != nil {
		return cmp.Or(o.role, "rep whom "+o.Field+" names")
	}
	switch o.Owner {
	case LeadOwner:
		return "owner of the lead"
	case ContactOwner:
		return "owner of the contact"
	case AccountOwner:
		return "owner of the account"
	case AccountCSM:
		return "customer success manager of the account"
	case AccountPartner:
		return "partner of the account"
	case ParentOwner:
		return "owner of the parent account"
	}
	return "owner of the open opportunity"
}

// coverOf returns who stands in for a rep at the instant of the decision, "" when nobody does.
func coverOf(f facts, id string) string {
	rep, _ := f.Rep(id)
	return coverAt(rep, f.At)
}

// coverAt returns who stands in for a rep at an instant: whom the absence names that ends last of those that name somebody,
// else whom the rep names.
func coverAt(rep handoff.Rep, t time.Time) string {
	cover := rep.Cover
	if absence, away := absent(rep, t, func(a handoff.Absence) bool { return a.Cover != "" }); away {
		cover = absence.Cover
	}
	if cover == rep.ID {
		return ""
	}
	return cover
}

// coverKeys appends those who stand in for a rep now, or will.
func coverKeys(f facts, id string, dst []handoff.Key) []handoff.Key {
	rep, _ := f.Rep(id)
	if rep.Cover != "" {
		dst = append(dst, handoff.RepKey(rep.Cover))
	}
	for _, a := range rep.Absences {
		if a.Cover != "" && sooner(f.At, a.Until) {
			dst = append(dst, handoff.RepKey(a.Cover))
		}
	}
	return dst
}

// cover lets who stands in for an absent owner work the record. It reports whether somebody does.
func (a *attempt) cover(rung Rung, source Source, o Owned, f facts, v verdict) bool {
	owner := o.of(f)
	cover := coverOf(f, owner)
	if o.Away != AwayCover || !v.temporary() || cover == "" {
		return false
	}
	if w := o.Hours.owner(f, cover); w.code != "" {
		a.pass(rung, cover, w)
		return false
	}
	a.found(rung, source, cover, fmt.Sprintf("%s stands in for %s, who is the %s and %s", cover, owner, o.words(), v.words()))
	a.Covers, a.Until, a.counted = owner, v.next, owner
	return true
}

// A Rep is the rung for one rep, by id. It yields nobody under the same conditions as Owner.
type Rep string

// Name returns "rep:" and the id.
func (r Rep) Name() string { return "rep:" + string(r) }

func (r Rep) prepare() error {
	if r == "" {
		return errors.New("names no rep")
	}
	return nil
}

func (r Rep) keys(_ facts, dst []handoff.Key) []handoff.Key {
	return append(dst, handoff.RepKey(string(r)))
}

func (r Rep) try(f facts, a *attempt) {
	v := (*Availability)(nil).owner(f, string(r))
	if v.code != "" {
		a.pass(r, string(r), v)
		a.fail(r, v.code, "%s cannot take it", string(r))
		return
	}
	a.found(r, FromRep, string(r), string(r)+" is the rep that the policy names")
}
