package report

import (
	"time"

	"github.com/salesbaton/baton/handoff"
)

// A Handoff is one, and what came of it. An instant that is zero has not come by Until. Activities count for the latest handoff
// of their subject that did not begin after them; an attempt and a contact also for those before it that are not over.
type Handoff struct {
	Subject  handoff.Ref
	Play     string
	Motion   string
	Trigger  string // kind
	Owner    string // who got it first
	Team     string
	Sequence string
	Channel  string    // of the first attempt
	Policy   string    // name and digest
	Segments []Segment // by name; shared with later handoffs: do not change them

	Signalled    time.Time // when the signal occurred
	At           time.Time
	Until        time.Time // up to when it was looked at
	Attempted    time.Time // first
	Contacted    time.Time // first
	Accepted     time.Time
	Declined     time.Time
	Meeting      time.Time // booked or held
	Qualified    time.Time
	Opportunity  time.Time
	Won          time.Time
	Lost         time.Time
	Disqualified time.Time
	Closed       time.Time // it ended without success otherwise: no fit, no response
	Recycled     time.Time
	Reassigned   time.Time          // to somebody else, first
	Recovered    bool               // after it was recycled, a later handoff of the subject came to the goal
	Attempts     int64              // while it was the latest of its subject
	Amount       handoff.Opt[int64] // of the won deal, in the currency's minor unit

	FirstTouch Promised
	Acceptance Promised
	Ends       []Ended // without success, in the order in which it was said
	Overlapped bool    // marketing reached somebody while its sequence ran

	Scores []handoff.NamedScore // that the policy computed, in its order
}

// A Segment is a value that tells handoffs apart.
type Segment struct{ Name, Value string }

// A Kept says how a promise went. The zero Kept is one that was not made, is not due yet, or that somebody else was to keep.
type Kept string

// How a promise can have gone.
const (
	InTime  Kept = "in_time"
	Late    Kept = "late"
	Overdue Kept = "overdue" // it was due, and was not done
)

// A Promised is how a promise of a handoff went: the best word on any clock of it, whoever had it.
type Promised struct {
	Kept Kept
	Late time.Duration // by how much it was done later than promised, or has been overdue
}

// An Ended is an end without success, such as rejected, disqualified or lost, and why; "": nobody said.
type Ended struct{ Outcome, Reason string }

// by returns the instant at which a step was taken, or a later one; zero: not.
func (h *Handoff) by(s Step) time.Time { return h.steps()[s.level()] }

// steps returns by of each step, in order.
func (h *Handoff) steps() [stepCount]time.Time {
	taken := [stepCount]time.Time{h.At, h.Attempted, h.Contacted, h.Meeting, h.Qualified, h.Opportunity, h.Won}
	for i := stepCount - 2; i >= 0; i-- {
		taken[i] = earlier(taken[i], taken[i+1])
	}
	return taken
}

// stepCount is how many Steps there are.
const stepCount = 7

// over returns when nobody was to work it any more; zero: somebody is.
func (h *Handoff) over() time.Time {
	var first time.Time
	for _, t := range [...]time.Time{h.Declined, h.Won, h.Lost, h.Disqualified, h.Closed, h.Recycled} {
		if !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}
