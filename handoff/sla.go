package handoff

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff/calendar"
)

// An SLA is a promise that something is done within some time, and what becomes of it when it is not. What is done at the
// very instant at which it is due is done in time.
type SLA struct {
	ID     string        // names it in reasons; "": the play or queue does
	Within time.Duration // how long, in open time; must be positive
	Hours  Hours         // whose open time counts; nil: every hour
	From   SLAFrom       // what starts the clock
	// Roll moves what is due exactly when the time stops, such as at closing, to when it goes on.
	Roll bool
	Warn time.Duration // so much open time before it is due the owner is warned; 0: nobody is
	// Pauses are what stops the time: nothing of it counts.
	Pauses []SLAPause
	// Stops are the activities that do what was promised; none: of a first touch those for which the Lifecycle says so, of an
	// acceptance accepted, declined and whatever says what came of the handoff.
	Stops    []ActivityKind
	Restart  Restart    // what becomes of it when the record goes to another owner
	Late     []LateStep // what happens once it is late, in order
	Position string
}

// Hours say whose open time counts.
type Hours interface {
	// Calendar returns the calendar; nil is every hour. It may read Facts.Owner, who is to keep the promise, as a Rep: the
	// play's Router then lists the key of everybody whom it may name. It must be pure and safe for concurrent use.
	Calendar(f *Facts) *calendar.Calendar
}

// An HoursFunc is Hours.
type HoursFunc func(*Facts) *calendar.Calendar

// Calendar calls f.
func (f HoursFunc) Calendar(facts *Facts) *calendar.Calendar { return f(facts) }

// An SLAFrom says what starts a clock. The zero SLAFrom is FromHandoff.
type SLAFrom string

// What can start a clock.
const (
	FromHandoff SLAFrom = "handoff" // the decision that makes the promise
	FromSignal  SLAFrom = "signal"  // the instant at which the trigger occurred
)

// An SLAPause is what stops the time of an SLA.
type SLAPause string

// What can stop the time. A holiday does as the calendar says.
const (
	PauseOwnerAway SLAPause = "owner_away" // the owner's absences that have an end
	PausePending   SLAPause = "pending"    // the subject asked to wait, until the activity's end, or until it is resumed or heard of
)

// A Restart says what becomes of an SLA when the record goes to another owner. The zero Restart is RestartAnew.
type Restart string

// What a new owner can mean.
const (
	RestartAnew  Restart = "anew"  // the clock ends, neither kept nor broken, and another one starts
	RestartKeeps Restart = "keeps" // the promise stands as it is, for the new owner
)

// A LateStep is one thing that happens because an SLA is late.
type LateStep struct {
	Wait   time.Duration // open time after the step before it, and of the first after the SLA was due
	Do     LateWord
	To     string // of notify and escalate: ToOwner, ToManager or a rep
	Queue  *Queue // of LateQueue
	AtMost int64  // of LateReassign, how often one handoff goes to somebody else; 0: MaxTransfers
}

// A LateWord is what a LateStep does.
type LateWord string

// What can happen because an SLA is late.
const (
	LateNotify   LateWord = "notify"   // somebody is told
	LateEscalate LateWord = "escalate" // somebody is told that they have to see to it
	LateReassign LateWord = "reassign" // the route finds another owner, none of those who had the handoff already
	LateQueue    LateWord = "queue"    // the record goes back to a queue, and belongs to nobody
	LateAway     LateWord = "away"     // the owner takes no new work until somebody says otherwise
)

// Who is told, where it is not a rep by name.
const (
	ToOwner   = "owner"
	ToManager = "manager" // of the owner
)

// MaxTransfers bounds how often one handoff goes to somebody else because an SLA is late.
const MaxTransfers = 10

// stopsOn reports whether an activity does what the clock promises.
func (s *SLA) stopsOn(kind ActivityKind, otherwise bool) bool {
	if s == nil || len(s.Stops) == 0 {
		return otherwise
	}
	return slices.Contains(s.Stops, kind)
}

// slaOf returns the SLA that a clock runs by; nil where the policy has it no more.
func (e *Engine) slaOf(c Clock) *SLA {
	play := e.play(cmp.Or(c.Terms, c.Play))
	switch what, id, _ := strings.Cut(c.ID, ":"); {
	case what == InQueue:
		return e.queues[id]
	case play == nil:
		return nil
	case what == Acceptance:
		return play.Acceptance
	default:
		return play.Promise
	}
}

// promises checks the SLAs.
func (b *builder) promises() {
	listed := map[string]bool{}
	for _, q := range b.engine.cfg.Queues {
		if q != nil && listed[q.ID] {
			b.fail("queue %s: is listed twice", q.ID)
			continue
		}
		if b.queue("queues", q); q != nil {
			listed[q.ID] = true
		}
	}
	for _, t := range b.engine.cfg.Triggers {
		if t.Incomplete.Queue != nil {
			b.queue("trigger "+t.Kind, t.Incomplete.Queue)
		}
	}
	for i := range b.engine.cfg.Plays {
		p := &b.engine.cfg.Plays[i]
		b.sla("play "+p.ID+": first touch", p.Promise)
		b.sla("play "+p.ID+": acceptance", p.Acceptance)
	}
}

// queue checks a queue, and keeps the SLA by which its clock runs.
func (b *builder) queue(of string, q *Queue) {
	if q == nil || checkID(q.ID) != "" || checkID(q.Owner) != "" || q.Promise == nil {
		b.fail("%s: a queue needs an id, an owner and a promise", of)
		return
	}
	if known := b.engine.queues[q.ID]; known != nil {
		if known != q.Promise && !reflect.DeepEqual(known, q.Promise) {
			b.fail("queue %s: promises different things in different places; give one of them another id", q.ID)
		}
		return
	}
	b.engine.queues[q.ID] = q.Promise
	b.sla("queue "+q.ID, q.Promise)
	for i, step := range q.Promise.Late {
		if step.promises() || step.Do == LateAway {
			b.fail("queue %s: late step %d: nobody has the record who could lose it or be away", q.ID, i)
		}
	}
}

func (b *builder) sla(of string, s *SLA) {
	if s == nil {
		return
	}
	if s.Within <= 0 || s.Warn < 0 || s.Warn >= s.Within {
		b.fail("%s: the time is positive, and the warning comes within it", of)
	}
	if s.From != "" && s.From != FromHandoff && s.From != FromSignal {
		b.fail("%s: what starts it: known are %s, %s", of, FromHandoff, FromSignal)
	}
	if s.Restart != "" && s.Restart != RestartAnew && s.Restart != RestartKeeps {
		b.fail("%s: what a new owner means: known are %s, %s", of, RestartAnew, RestartKeeps)
	}
	for _, pause := range s.Pauses {
		if pause != PauseOwnerAway && pause != PausePending {
			b.fail("%s: what pauses it: known are %s, %s", of, PauseOwnerAway, PausePending)
		}
	}
	for _, kind := range s.Stops {
		if !slices.Contains(ActivityKinds(), kind) {
			b.fail("%s: what stops it: known are %s", of, wordList(ActivityKinds()))
		}
	}
	for i, step := range s.Late {
		b.lateStep(of, i, step)
	}
}

func (b *builder) lateStep(of string, i int, step LateStep) {
	switch step.Do {
	case LateNotify, LateEscalate:
		if checkID(step.To) != "" {
			b.fail("%s: late step %d: names nobody who is told", of, i)
		}
	case LateQueue:
		b.queue(fmt.Sprintf("%s: late step %d", of, i), step.Queue)
	case LateReassign, LateAway:
	default:
		b.fail("%s: late step %d: known are %s", of, i, wordList(LateWords()))
	}
	if step.Wait < 0 || step.AtMost < 0 || step.AtMost > MaxTransfers {
		b.fail("%s: late step %d: its wait is not negative, and it happens from 0 to %d times", of, i, MaxTransfers)
	}
}

// LateWords returns all of them, in the order of their declaration.
func LateWords() []LateWord {
	return []LateWord{LateNotify, LateEscalate, LateReassign, LateQueue, LateAway}
}
