package suppression

import (
	"cmp"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
)

// A wording is what a source says of itself.
type wording struct {
	source   Source
	found    bool   // a rule may name it without a Hold
	endless  bool   // it has no end of its own
	reason   string // why it holds
	liftedBy string // "": the host says who, or time alone does
}

// wordings returns what every source says: first those that find out by themselves.
func wordings() []wording {
	return []wording{
		{OpenOpportunity, true, false, "has an open opportunity", "the end of the deal"},
		{Customer, true, true, "is a customer", ""},
		{Competitor, true, true, "is a competitor", ""},
		{Employee, true, true, "is one of us", ""},
		{PartnerOwned, true, true, "belongs to a partner", "the manager of the partner"},
		{ActiveSequence, true, false, "is in a sequence", "the end of the sequence"},
		{DoNotContact, true, true, "is not to be contacted", ""},
		{Disqualified, true, false, "is disqualified", "a request for sales"},
		{Spam, true, true, "is spam", ""},
		{Test, true, true, "is a test", ""},
		{Condition, false, true, "a condition holds", ""},
		{RecentHandoff, false, false, "handed off recently", ""},
		{RecentTouch, false, false, "touched recently", ""},
		{RecentLoss, false, false, "lost recently", ""},
		{RecentRenewal, false, false, "renewed recently", ""},
		{Budget, false, false, "the budget of handoffs is used up", ""},
		{Inhibited, false, false, "waits while something else runs", "the end of what runs"},
	}
}

// Sources returns the sources that a Rule may name without a Hold, in the order of their declaration.
func Sources() []Source {
	var found []Source
	for _, w := range wordings() {
		if w.found {
			found = append(found, w.source)
		}
	}
	return found
}

// Endless reports whether a hold of the source, of those that Sources lists, has no end of its own.
func (s Source) Endless() bool { return s.words().found && s.words().endless }

// words returns what a source says; the zero wording where it is unknown.
func (s Source) words() wording {
	for _, w := range wordings() {
		if w.source == s {
			return w
		}
	}
	return wording{}
}

// source returns the source of a cooldown.
func (a After) source() Source {
	switch a {
	case AfterTouch:
		return RecentTouch
	case AfterLoss:
		return RecentLoss
	case AfterRenewal:
		return RecentRenewal
	}
	return RecentHandoff
}

// says returns what holds.
func (r *Rule) says() Source {
	switch {
	case r.Source != "":
		return r.Source
	case r.Hold != nil:
		return Condition
	case r.hasCap():
		return Budget
	case r.hasWhile():
		return Inhibited
	}
	return r.Cooldown.After.source()
}

// onRelease returns what becomes of a trigger that the rule held.
func (r *Rule) onRelease() handoff.OnRelease {
	if r.hasCap() {
		return cmp.Or(r.OnRelease, handoff.ReleaseReplay)
	}
	return cmp.Or(r.OnRelease, handoff.ReleaseNone)
}

// introduce adds what the rule says of itself. Who lifts the hold, the host may have said already.
func (r *Rule) introduce(hold *handoff.ActiveHold) {
	w := r.says().words()
	hold.ID, hold.Position, hold.Source, hold.Forever, hold.Touches = r.ID, r.Position, string(w.source), r.Forever, r.Touches
	hold.Reason = cmp.Or(r.Reason, w.reason)
	hold.LiftedBy = cmp.Or(strings.TrimSpace(r.LiftedBy), hold.LiftedBy, w.liftedBy)
	hold.OnRelease = r.onRelease()
}

// A question is a rule that is asked about a play.
type question struct {
	set *Set
	*Rule
	f *handoff.Facts
	p *handoff.Play
}

// answer returns the hold, which may have lapsed, and false where there is none.
func (q question) answer() (handoff.ActiveHold, bool) {
	var hold handoff.ActiveHold
	if !q.finds(&hold) {
		return handoff.ActiveHold{}, false
	}
	q.bound(&hold)
	q.introduce(&hold)
	q.release(&hold)
	return hold, true
}

// finds reports whether there is what the rule looks for, and says since and until when.
func (q question) finds(hold *handoff.ActiveHold) bool {
	switch {
	case q.Hold != nil:
		return q.condition(hold)
	case q.hasCap():
		return q.spent(hold)
	case q.hasWhile():
		return q.inhibited(hold)
	case q.Source != "":
		return q.known(hold)
	}
	return q.cools(hold)
}

func (q question) condition(hold *handoff.ActiveHold) bool {
	truth := q.Hold.Eval(q.f)
	if truth == handoff.Unknown {
		hold.Unknown = q.Hold.Trace(q.f).Unknown
	}
	return truth != handoff.False
}

// bound ends the hold where it has lasted as long as it may, and else bounds its end. One that is seen for the first time
// begins now. What is unknown has no such bound: it holds until somebody looks.
func (q question) bound(hold *handoff.ActiveHold) {
	if hold.Since.IsZero() {
		hold.Since = q.seen()
	}
	if q.For.IsZero() || len(hold.Unknown) > 0 {
		return
	}
	end := q.For.After(cmp.Or(hold.Since, q.f.At), q.f.Zone)
	switch {
	case !q.f.At.Before(end):
		hold.Lapsed, hold.Until = true, time.Time{}
	case hold.Until.IsZero() || end.Before(hold.Until):
		hold.Until = end
	}
}

// seen returns since when the subject's record remembers the hold; zero: it does not.
func (q question) seen() time.Time {
	for _, h := range q.f.Record().Holds {
		if h.Remembered && h.ID == handoff.OfRule+q.ID {
			return h.Since
		}
	}
	return time.Time{}
}

// release says what becomes of the trigger. One that has lapsed keeps none back.
func (q question) release(hold *handoff.ActiveHold) {
	switch {
	case hold.Lapsed:
	case hold.OnRelease == handoff.ReleaseAgain:
		hold.Again = q.Again.After(q.f.At, q.f.Zone)
	case hold.OnRelease == handoff.ReleaseReplay && q.Younger > 0:
		hold.GiveUp = q.f.Trigger.OccurredAt.Add(q.Younger)
		if !q.f.At.Before(hold.GiveUp) {
			hold.OnRelease, hold.GiveUp = handoff.ReleaseNone, time.Time{}
		}
	}
}

// unknown makes the hold one for want of a fact.
func unknown(hold *handoff.ActiveHold, path string) bool {
	hold.Unknown = []string{path}
	return true
}
