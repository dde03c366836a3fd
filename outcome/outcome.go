package outcome

import (
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

// A FirstTouch promises a first touch. It implements handoff.Promiser.
type FirstTouch struct {
	Within time.Duration      // open time; must be positive
	Hours  *calendar.Calendar // whose open time counts; nil: every hour
}

// Allowance returns Within.
func (p FirstTouch) Allowance() time.Duration { return p.Within }

// Due returns the instant at which Within of open time has passed since start. What ends exactly at closing time is due
// at closing time.
func (p FirstTouch) Due(start time.Time) time.Time { return p.Hours.Add(start, p.Within) }

// Standard returns the usual consequences of each kind of activity:
//
//   - a call, e-mail, social touch or held meeting stops the clocks: the promise was kept, or not;
//   - a reply stops the clocks and ends running sequences: a person takes over;
//   - a booked meeting does so too: what led to it is done;
//   - an opt-out, or a message that bounced, refuses its channel and ends the running sequences that use it;
//   - resolved ends sequences, clocks, pauses of marketing and the holds that wait for it, and the record is no open work
//     any more;
//   - won and lost are outcomes, end sequences, clocks and pauses of marketing, and the record is no open work any more;
//   - declined ends running sequences and takes the record off the rep's open work; what was promised stays promised;
//   - a no-show and a new owner change nothing here: the turn of the rotation is the pool's affair, and the owner and the
//     open work are the engine's.
func Standard() handoff.Lifecycle { return handoff.LifecycleFunc(standard) }

func standard(a handoff.Activity) handoff.Consequences {
	switch a.Kind {
	case handoff.ActivityCall, handoff.ActivityEmail, handoff.ActivitySocial, handoff.ActivityMeeting:
		return handoff.Consequences{StopClocks: true}
	case handoff.ActivityReply, handoff.ActivityBooked:
		return handoff.Consequences{StopClocks: true, ExitSequences: true}
	case handoff.ActivityOptOut, handoff.ActivityBounced:
		return handoff.Consequences{DenyChannel: true, ExitChannel: true}
	case handoff.ActivityResolved:
		return handoff.Consequences{StopClocks: true, ExitSequences: true, ResumeMarketing: true, ReleaseHolds: true, ReleaseLoad: true}
	case handoff.ActivityWon, handoff.ActivityLost:
		return handoff.Consequences{Outcome: string(a.Kind), StopClocks: true, ExitSequences: true, ResumeMarketing: true, ReleaseLoad: true}
	case handoff.ActivityDeclined:
		return handoff.Consequences{ExitSequences: true, ReleaseLoad: true}
	}
	return handoff.Consequences{}
}
