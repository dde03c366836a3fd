package routing

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/salesbaton/baton/handoff"
)

// A Stick says which records belong together.
type Stick string

// What can belong together.
const (
	StickLead        Stick = "lead"         // a lead's own records; of an account as the subject, the account's
	StickAccount     Stick = "account"      // all leads of an account, and the account itself
	StickDomain      Stick = "domain"       // all leads with one domain of e-mail addresses, and the account of that domain
	StickBuyingGroup Stick = "buying_group" // all leads of one Lead.BuyingGroup
)

// Sticks returns all of them.
func Sticks() []Stick { return []Stick{StickLead, StickAccount, StickDomain, StickBuyingGroup} }

// key returns what a record belongs to, "" where that is unknown.
func (s Stick) key(f facts) string {
	switch s {
	case StickLead:
		return f.Subject.String()
	case StickAccount:
		return f.AccountRef().String()
	case StickDomain:
		if domain := cmp.Or(f.EmailDomain, f.Account.Domain); domain != "" {
			return "domain/" + strings.TrimSuffix(strings.ToLower(domain), ".")
		}
	case StickBuyingGroup:
		if f.Lead.BuyingGroup != "" {
			return "buying_group/" + f.Lead.BuyingGroup
		}
	}
	return ""
}

// words returns the word for people.
func (s Stick) words() string { return strings.ReplaceAll(string(s), "_", " ") }

// of returns what a record belongs to, and the subject where that is unknown.
func (s Stick) of(f facts) string {
	return cmp.Or(s.key(f), f.Subject.String())
}

// A Sticky is the rung for who had what belongs to the record last. It forgets after a while, counted from the handoff
// that a rung gave which is not sticky, unless Renew counts from the latest. Every such handoff of a route with a sticky
// rung is remembered under it, also where a condition guards the rung. What another sticky rung gives is remembered by
// those alone that Renew or never forget: it would begin the time anew. A rep who cannot take the record is passed over
// and stays remembered until it is given to somebody so; where somebody stands in for the owner, the owner is remembered.
//
// By StickLead, whom somebody reassigned the record to is remembered from then on. Accounts, domains and buying groups
// keep to whom a rung gave them: one record of many was reassigned.
type Sticky struct {
	Policy string
	By     Stick
	For    handoff.Span // calendar days in the policy's zone, then time; zero: for ever
	Scope  Scope        // what remembers together: ScopePool the whole policy, ScopeRoute the route, ScopePlay the play
	Renew  bool
	// Except keeps what everybody has from sticking, such as the domains of free mail. It must be pure; nil: nothing.
	Except func(*handoff.Facts) bool
	Away   WhenAway
}

// Name returns "sticky:" and what belongs together.
func (s Sticky) Name() string { return "sticky:" + string(s.By) }

func (s Sticky) prepare() error {
	if s.Policy == "" {
		return errors.New("a sticky rung needs a policy")
	}
	if s.For.Days < 0 || s.For.Elapsed < 0 {
		return errors.New("what sticks does so for a time that is not negative")
	}
	return cmp.Or(
		checkWord("word for what sticks", s.By, Sticks()),
		checkWord("scope of what sticks", cmp.Or(s.Scope, ScopePool), []Scope{ScopePool, ScopeRoute, ScopePlay}),
		s.Away.check())
}

// key names what remembers the record's owner, and false where nothing does. Domains stand in it as a digest: they can
// name a person.
func (s Sticky) key(f facts) (handoff.Key, bool) {
	what := s.By.key(f)
	if what == "" || s.Except != nil && s.Except(f.Facts) {
		return handoff.Key{}, false
	}
	if s.By == StickDomain {
		what = "domain/" + digest(what)
	}
	switch s.Scope {
	case ScopeRoute:
		what = "route/" + keyPart(f.route) + "/" + what
	case ScopePlay:
		what = "play/" + keyPart(f.playID()) + "/" + what
	}
	return handoff.StickyKey(s.Policy, keyName(what)), true
}

func (s Sticky) keys(f facts, dst []handoff.Key) []handoff.Key {
	key, ok := s.key(f)
	if !ok {
		return dst
	}
	return s.owned(f).keys(f, append(dst, key))
}

// owned returns the rung for who is remembered.
func (s Sticky) owned(f facts) Owned {
	rep := ""
	if key, ok := s.key(f); ok {
		if old := s.last(f, key); !s.over(f, old) {
			rep = old.Rep
		}
	}
	return Owned{role: "rep who had the latest handoff of the same " + s.By.words(), Lookup: func(*handoff.Facts) string { return rep }, Away: s.Away}
}

// last returns whom the key remembers, or to whom somebody reassigned the lead since.
func (s Sticky) last(f facts, key handoff.Key) handoff.Sticky {
	old, record := f.Sticky(key), f.Record()
	byHand := func(a handoff.ActivityRef) bool {
		return a.Kind == handoff.ActivityReassigned && !a.At.Before(record.OwnedSince)
	}
	if s.By != StickLead || old.Rep == "" || record.Owner == "" || record.OwnedSince.Before(old.At) ||
		!slices.ContainsFunc(record.Activities, byHand) {
		return old
	}
	return handoff.Sticky{Rep: record.Owner, At: record.OwnedSince}
}

func (s Sticky) over(f facts, old handoff.Sticky) bool {
	return !s.For.IsZero() && !f.At.Before(s.For.After(old.At, f.Zone))
}

func (s Sticky) try(f facts, a *attempt) {
	own := s.owned(f)
	rep := own.of(f)
	if rep == "" {
		a.fail(s, StickyOver, "nobody is remembered, or it is too long ago")
		return
	}
	if a.through(s, FromSticky, own, f) {
		a.memory, _ = s.key(f)
	}
}

// remember emits who has what belongs to the record from now on.
func (s Sticky) remember(f facts, a *attempt) {
	key, ok := s.key(f)
	known := slices.ContainsFunc(a.Sticks, func(t handoff.Stick) bool { return t.Key == key })
	owner := cmp.Or(a.Covers, a.Owner)
	if !ok || known || a.source == FromSticky && s.keeps(f, key, a.memory, owner) {
		return
	}
	a.Sticks = append(a.Sticks, handoff.Stick{Key: key, Sticky: handoff.Sticky{Rep: owner}})
}

// keeps reports whether what the key remembers stays as it is, with its time, where a sticky rung found the owner by some key.
func (s Sticky) keeps(f facts, key, by handoff.Key, owner string) bool {
	switch {
	case s.Renew:
		return false
	case key == by:
		return f.Sticky(key).Rep == owner
	}
	return !s.For.IsZero()
}
