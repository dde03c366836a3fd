package suppression

import (
	"slices"
	"time"

	"github.com/salesbaton/baton/handoff"
)

// A Source says what holds.
type Source string

// What can hold. Those that a Rule names without a Hold find out by themselves, from the facts that the comment names.
const (
	OpenOpportunity Source = "open_opportunity" // Request.Opportunities; until the deal is closed
	Customer        Source = "customer"         // Account.Customer
	Competitor      Source = "competitor"       // Lead.Flags
	Employee        Source = "employee"         // Lead.Flags
	PartnerOwned    Source = "partner_owned"    // Account.Partner
	ActiveSequence  Source = "active_sequence"  // State: of the lead or, Per account, of any lead of the account; until it ends
	DoNotContact    Source = "do_not_contact"   // Lead.Flags
	Disqualified    Source = "disqualified"     // Lead.Flags, or the subject's Record.Outcome; a trigger that raises a hand after it is let through
	Spam            Source = "spam"             // Lead.Flags
	Test            Source = "test"             // Lead.Flags
	// Those of rules with a Hold, a Cooldown, a Cap or a While.
	Condition     Source = "condition"
	RecentHandoff Source = "recent_handoff"
	RecentTouch   Source = "recent_touch"
	RecentLoss    Source = "recent_loss"
	RecentRenewal Source = "recent_renewal"
	Budget        Source = "budget"
	Inhibited     Source = "inhibited"
)

// A Rule is one reason to wait. Exactly one of Hold, Source, Cooldown, Cap and While says what holds, except that a Hold may
// name its Source.
type Rule struct {
	ID       string
	Hold     handoff.Condition // holds unless it is certainly false
	Source   Source
	Cooldown Cooldown // the zero Cooldown is none
	Cap      Cap      // of handoffs; the zero Cap is none
	While    While    // the zero While is none
	// Of ActiveSequence: whose sequences hold, PerLead or PerAccount; only exclusive ones; and those that never do.
	Per       Per
	Exclusive bool
	Besides   []string // ids of sequences
	Stages    []string // of OpenOpportunity, those in which a deal holds; none: all

	// For is how long it holds at most, since it began or, where nothing says when, since a decision about the record met it
	// first. What is unknown holds all the same. Zero: until the facts change.
	For     handoff.Span
	Forever bool // it may have no end
	// Touches keeps back what a running sequence of the plays would send, too, as long as it holds. Only a Hold, and a Source
	// other than ActiveSequence, can: what counts from the handoff would hold the sequence that it started.
	Touches bool
	Reason  string // in words; "": as the source says
	// LiftedBy is who or what ends it, in words; "": what the host says, or what the source does by itself.
	LiftedBy  string
	OnRelease handoff.OnRelease // "": handoff.ReleaseReplay for a Cap, else handoff.ReleaseNone
	Younger   time.Duration     // of handoff.ReleaseReplay: only triggers younger than this; zero: until they are stale
	Again     handoff.Span      // of handoff.ReleaseAgain; required there
	// Scope are the plays it holds. A Cap counts the handoffs of these alone, a Cooldown those of every play.
	Scope    handoff.Scope
	Position string
}

// An After says what a cooldown counts from.
type After string

// What a cooldown can count from.
const (
	AfterHandoff After = "handoff" // the latest assignment
	AfterTouch   After = "touch"   // the latest touch that was permitted, that the host knows of, or that was observed: a call, an e-mail, social
	AfterLoss    After = "loss"    // the latest lost opportunity, or lost outcome
	AfterRenewal After = "renewal" // the account's latest renewal
)

// afters returns all of them.
func afters() []After { return []After{AfterHandoff, AfterTouch, AfterLoss, AfterRenewal} }

// A Cooldown holds for a while after something. Its end is free.
type Cooldown struct {
	After After // "": AfterHandoff
	// Per is PerLead or PerAccount; after a handoff PerDomain or PerOrg, too; after a touch PerLead alone.
	Per      Per
	For      handoff.Span
	Channels []handoff.Channel // of AfterTouch; none: all but tasks
	Purposes []handoff.Purpose // of AfterTouch; none: all but transactional, which never counts
}

// A While holds a play back while another runs: its source runs, its target waits, scoped by what the two have in common.
// It sees the sequences that run for the subject and for its account. Where the target is a source, too, the runs of other
// targets do not count, so that no record holds itself back.
type While struct {
	Runs  []string // ids of plays, sequences or motions
	Equal []Equal  // in what the two agree; none: EqualAccount
}

// An Equal is what two records can have in common. What is missing on either side is not equal.
type Equal string

// What two records can have in common.
const (
	EqualLead        Equal = "lead"
	EqualAccount     Equal = "account"
	EqualOwner       Equal = "owner"
	EqualBuyingGroup Equal = "buying_group"
)

// equals returns all of them.
func equals() []Equal { return []Equal{EqualLead, EqualAccount, EqualOwner, EqualBuyingGroup} }

// pers returns everything that can be counted together, in the order of the declaration.
func pers() []Per { return []Per{PerLead, PerAccount, PerDomain, PerRep, PerTeam, PerPlay, PerOrg} }

// A Set is a list of rules. It implements handoff.Suppressor, is immutable, and is safe for concurrent use.
type Set struct {
	policy string
	rules  []Rule
}

// New checks the rules of a policy, under whose name handoffs are counted. The lists in the rules must not be changed
// afterwards. The error joins every problem.
//
// A hold needs an end. Those of a condition, of customers, competitors, employees, partners, spam, tests and people who are
// not to be contacted have none of their own: their rules need a For, a LiftedBy, handoff.ReleaseReplay, or Forever. What is
// tried again after a time, whatever still holds, ends no hold.
func New(policy string, rules []Rule) (*Set, error) {
	if err := checkRules(policy, rules); err != nil {
		return nil, err
	}
	return &Set{policy, slices.Clone(rules)}, nil
}

// Suppress appends the holds in the order of the rules: with Facts.Owner empty those that do not depend on it, and else those
// that do. A hold that has lasted for its rule's For while what it looks for is still so has lapsed: it is appended, so that
// the record remembers since when and it does not begin anew, and keeps nothing back.
func (s *Set) Suppress(f *handoff.Facts, p *handoff.Play, dst []handoff.ActiveHold) []handoff.ActiveHold {
	for i := range s.rules {
		r := &s.rules[i]
		if !r.Scope.Covers(p) || r.ofOwner() != (f.Owner != "") {
			continue
		}
		if hold, found := (question{s, r, f, p}).answer(); found {
			dst = append(dst, hold)
		}
	}
	return dst
}

// TraceHolds returns every rule that covers the play, with the trace of its condition; of those that find nothing, only what
// they say of themselves. Without an owner, what depends on the owner is not active, and what has lapsed never is.
func (s *Set) TraceHolds(f *handoff.Facts, p *handoff.Play) []handoff.HoldTrace {
	var out []handoff.HoldTrace
	for i := range s.rules {
		r := &s.rules[i]
		if !r.Scope.Covers(p) {
			continue
		}
		hold, found := question{s, r, f, p}.answer()
		if !found {
			r.introduce(&hold)
		}
		t := handoff.HoldTrace{Active: found && !hold.Lapsed, ActiveHold: hold}
		if r.Hold != nil {
			t.When = r.Hold.Trace(f)
		}
		out = append(out, t)
	}
	return out
}
