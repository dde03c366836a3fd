package routing

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/salesbaton/baton/handoff"
)

// An Owner is the rung for whoever already owns a record. An owner whose status is unknown is taken: ownership is a fact
// of the CRM; one who is away, has left or is no known rep is passed over.
type Owner string

// The owners that a record can name.
const (
	LeadOwner    Owner = "lead_owner"    // of the lead: as last assigned here, else as the CRM says
	AccountOwner Owner = "account_owner" // the account's executive
	AccountCSM   Owner = "account_csm"   // the account's customer success manager
)

// Owners returns all owner rungs.
func Owners() []Owner { return []Owner{LeadOwner, AccountOwner, AccountCSM} }

// Name returns the word itself.
func (o Owner) Name() string { return string(o) }

func (o Owner) check() error {
	if !slices.Contains(Owners(), o) {
		return fmt.Errorf("unknown owner; known are %s, %s, %s", LeadOwner, AccountOwner, AccountCSM)
	}
	return nil
}

func (o Owner) of(f *handoff.Facts) string {
	switch o {
	case LeadOwner:
		if f.Subject.Kind != handoff.KindLead {
			return f.Lead.Owner
		}
		return cmp.Or(f.Record().Owner, f.Lead.Owner)
	case AccountOwner:
		return f.Account.Owner
	}
	return f.Account.CSM
}

func (o Owner) keys(f *handoff.Facts, dst []handoff.Key) []handoff.Key {
	if rep := o.of(f); rep != "" {
		return append(dst, handoff.RepKey(rep))
	}
	return dst
}

func (o Owner) try(f *handoff.Facts, a *attempt) { tryRep(o, o.of(f), f, a) }

// tryRep takes one named rep, or says why not.
func tryRep(rung Rung, rep string, f *handoff.Facts, a *attempt) {
	if rep == "" {
		a.fail(rung, NoOwner, "the record names nobody")
		return
	}
	if code := eliminate(f, rep, ""); code != "" {
		a.pass(rung, rep, code)
		a.fail(rung, code, "%s cannot take it", rep)
		return
	}
	a.found(rung, rep, rep+" is the "+ownerWords(rung))
}

func ownerWords(rung Rung) string {
	switch rung {
	case LeadOwner:
		return "owner of the lead"
	case AccountOwner:
		return "owner of the account"
	case AccountCSM:
		return "customer success manager of the account"
	}
	return "rep that the policy names"
}

// A Rep is the rung for one rep, by id. It yields nobody under the same conditions as Owner.
type Rep string

// Name returns "rep:" and the id.
func (r Rep) Name() string { return "rep:" + string(r) }

func (r Rep) check() error {
	if r == "" {
		return fmt.Errorf("names no rep")
	}
	return nil
}

func (r Rep) keys(_ *handoff.Facts, dst []handoff.Key) []handoff.Key {
	return append(dst, handoff.RepKey(string(r)))
}

func (r Rep) try(f *handoff.Facts, a *attempt) { tryRep(r, string(r), f, a) }
