package suppression

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
)

// known asks a source that finds out by itself.
func (q question) known(hold *handoff.ActiveHold) bool {
	switch q.Source {
	case OpenOpportunity:
		return q.dealt(hold)
	case Customer:
		if !q.f.Account.Customer.Known {
			return unknown(hold, "account.customer")
		}
		return q.f.Account.Customer.Value
	case PartnerOwned:
		return q.partnered(hold)
	case ActiveSequence:
		return q.sequenced(hold)
	}
	return q.flagged(hold)
}

// partnered reports whether a partner owns the account. Of one that the lead names and nobody supplied, it is unknown.
func (q question) partnered(hold *handoff.ActiveHold) bool {
	if q.f.Account.ID == "" && q.f.Lead.Account != "" {
		return unknown(hold, "account.partner")
	}
	return q.f.Account.ID != "" && q.f.Account.Partner != ""
}

// dealt reports whether a deal is open, in one of the rule's stages where it names some.
func (q question) dealt(hold *handoff.ActiveHold) bool {
	open := q.f.OpenOpportunities
	switch {
	case !open.Known:
		return unknown(hold, "account.open_opportunities")
	case len(q.Stages) == 0:
		return open.Value > 0
	}
	in := func(stages ...string) bool {
		return slices.ContainsFunc(q.f.Opportunities, func(o handoff.Opportunity) bool {
			return o.Status == handoff.OpportunityOpen && slices.Contains(stages, o.Stage)
		})
	}
	return in(q.Stages...) || in("") && unknown(hold, "opportunity.stage")
}

// flagged reports whether the lead is marked, or what came of the latest handoff says so, and takes over what is said by the
// mark that lasts longest.
func (q question) flagged(hold *handoff.ActiveHold) bool {
	var marks []handoff.Flag
	for _, flag := range append(q.cameOf(), q.f.Lead.Flags...) {
		if q.marks(flag) {
			marks = append(marks, flag)
		}
	}
	if len(marks) == 0 {
		return q.f.Lead.ID != "" && q.f.Lead.Flags == nil && unknown(hold, "lead.flags")
	}
	longest := slices.MaxFunc(marks, compareFlags)
	hold.Since, hold.Until, hold.LiftedBy = longest.Since, longest.Until, longest.LiftedBy
	return true
}

// cameOf returns the disqualification that came of a handoff as a mark, unless sales has taken the subject up since.
func (q question) cameOf() []handoff.Flag {
	record := q.f.Record()
	if record.Disqualified.IsZero() {
		return nil
	}
	switch record.Outcome.Word {
	case handoff.OutcomeQualified, handoff.OutcomeOpportunity, handoff.OutcomeWon:
		return nil
	}
	return []handoff.Flag{{Word: handoff.FlagDisqualified, Since: record.Disqualified}}
}

// marks reports whether the mark is the source, stands, and has not been answered: who asks for sales after it is disqualified
// no more. Where nobody knows since when it stands, whoever ever asked did so after it.
func (q question) marks(flag handoff.Flag) bool {
	stands := !q.f.At.Before(flag.Since) && (flag.Until.IsZero() || q.f.At.Before(flag.Until))
	asked := q.Source == Disqualified && q.f.RaisedHand.After(flag.Since)
	return string(flag.Word) == string(q.Source) && stands && !asked
}

// sequenced reports whether a sequence runs beside which the play has to wait.
func (q question) sequenced(hold *handoff.ActiveHold) bool {
	runs := ownRuns(q.f)
	if q.Per == PerAccount {
		runs = append(runs, q.f.AccountRecord().Active...)
	}
	return during(q.f, hold, runs, func(r handoff.Active) bool {
		beside := slices.Contains(q.Besides, r.Sequence) || slices.Contains(q.p.Supersedes, r.Sequence)
		return !beside && !(q.Exclusive && r.Exclusive == handoff.NotExclusive)
	})
}

// ownRuns returns the sequences that the subject's own record says run.
func ownRuns(f *handoff.Facts) []handoff.Active {
	var runs []handoff.Active
	for _, e := range f.Record().Enrollments {
		if e.Person.IsZero() { // it reaches nobody, and is the subject's all the same
			e.Person = f.Subject
		}
		runs = append(runs, asActive(e))
	}
	return runs
}

func asActive(e handoff.Enrollment) handoff.Active {
	return handoff.Active{Person: e.Person, Sequence: e.Sequence, Exclusive: e.Exclusive, Play: e.Play, Motion: e.Motion, Owner: e.Owner,
		BuyingGroup: e.BuyingGroup, At: e.At, Ends: e.Ends}
}

// during reports whether some of the runs that hold are not over: since the first of them began, and until the last ends.
func during(f *handoff.Facts, hold *handoff.ActiveHold, runs []handoff.Active, holds func(handoff.Active) bool) bool {
	runs = slices.DeleteFunc(runs, func(r handoff.Active) bool { return !r.Ends.IsZero() && !f.At.Before(r.Ends) || !holds(r) })
	if len(runs) == 0 {
		return false
	}
	hold.Since = slices.MinFunc(runs, func(a, b handoff.Active) int { return a.At.Compare(b.At) }).At
	hold.Until = slices.MaxFunc(runs, func(a, b handoff.Active) int { return compareEnds(a.Ends, b.Ends) }).Ends
	return true
}

// compareFlags orders flags by how long they last: first by their ends, then by their beginnings, the latest first.
func compareFlags(a, b handoff.Flag) int {
	return cmp.Or(compareEnds(a.Until, b.Until), b.Since.Compare(a.Since), strings.Compare(a.LiftedBy, b.LiftedBy))
}

// compareEnds orders ends; zero is none, and comes last.
func compareEnds(a, b time.Time) int {
	switch {
	case a.IsZero() && b.IsZero():
		return 0
	case a.IsZero():
		return 1
	case b.IsZero():
		return -1
	}
	return a.Compare(b)
}
