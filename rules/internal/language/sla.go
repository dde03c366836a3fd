package language

import (
	"strconv"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/internal/source"
)

var calendar = keys(
	may("open", text, `Open hours of a week, such as "mon-fri 09:00-12:00, mon-fri 13:00-17:00"; 24/7 is every hour. A calendar has one of open, all_of and any_of.`),
	may("holidays", list(either(date, text, keys(
		need("file", text, "A text file with one of them on each line. Empty lines, and lines that begin with #, are skipped."),
	))), `With open, days that differ from the week: 2026-12-25, a day on which nothing opens; 12-25, such a day in every year; 2026-12-24..2027-01-01, all days from the first to the last; "2026-12-24 09:00-13:00", a day with these hours in place of its own; or a file of them.`),
	may("zone", text, "With open, the zone of its hours. Without it the policy's."),
	may("all_of", some(ref("calendars")), "It is open where all of these are, each in its own zone: a team and a region."),
	may("any_of", some(ref("calendars")), "It is open where any of these is, each in its own zone: two teams that share their work."),
)

// MaxCalendars bounds the calendars of a policy, and MaxParts those of a combination.
const (
	MaxCalendars = 1000
	MaxParts     = 20
)

// MaxYears bounds how far ahead a promise may fall due: beyond it nobody waits.
const MaxYears = 10

// Whose hours count, where it is not a team's.
const (
	OfRep      = "rep"
	OfCustomer = "customer"
)

// When what is due exactly at closing time is due.
const (
	AtCloseDue  = "due"
	AtCloseNext = "next_opening"
)

// What does what an SLA promises, where the kinds of activities are not listed.
const (
	StopsAttempt = "attempt"
	StopsContact = "contact"
)

// What keeps a promise, in words, and what becomes of one whose SLA does not list it. The reference and the page say both.
const (
	AttemptWords = "a call, an e-mail or a social touch"
	ContactWords = "a conversation, a reply or a meeting that was held"
	KeptWords    = "A first touch is kept by " + AttemptWords + ", by " + ContactWords + ", and by a meeting that was booked; an automatic reply keeps nothing. " +
		"Whatever else ends the handoff or moves it on (no fit, disqualified, won, lost, resolved, qualified, an opportunity, recycled) closes the clock without keeping the promise."
)

// stopping returns the kinds of activities that can keep a promise.
func stopping() []handoff.ActivityKind {
	return []handoff.ActivityKind{handoff.ActivityCall, handoff.ActivityEmail, handoff.ActivitySocial, handoff.ActivityConnected, handoff.ActivityReply,
		handoff.ActivityMeeting, handoff.ActivityBooked, handoff.ActivityAccepted, handoff.ActivityDeclined, handoff.ActivityQualified,
		handoff.ActivityDisqualified, handoff.ActivityOpportunity, handoff.ActivityWon, handoff.ActivityLost, handoff.ActivityResolved, handoff.ActivityOutcome}
}

// KeepsNothing says why an activity of a kind cannot keep a promise; "": it can, or there is no such kind.
func KeepsNothing(kind string) string {
	switch handoff.ActivityKind(kind) {
	case handoff.ActivityAutoReply:
		return "an automatic reply keeps no promise, since nobody wrote it; leave it out"
	case handoff.ActivityReassigned:
		return "a new owner keeps no promise, and ends the clock anyway; leave it out, and say with on_reassign what becomes of it"
	case handoff.ActivityMerged, handoff.ActivityUnmerged:
		return "records that become one, or come apart, keep no promise; leave it out"
	case handoff.ActivityOwnerLeft, "owner_back":
		return "who leaves or comes back keeps no promise; leave it out"
	case handoff.ActivityDisputed:
		return "a dispute is about what was done before, and keeps no promise; leave it out"
	case handoff.ActivityPending:
		return "who is asked to wait has kept no promise yet; leave it out, and write pauses: [pending] for the time to stand still"
	case handoff.ActivityResumed:
		return "that the wait is over keeps no promise; leave it out: with pauses: [pending] the time goes on by itself"
	case handoff.ActivityNoShow:
		return "a meeting to which nobody came keeps no promise; leave it out, or write meeting_booked"
	case handoff.ActivityOptOut:
		return "an opt-out closes a channel, and keeps no promise; leave it out"
	case handoff.ActivityBounced:
		return "a message that did not arrive keeps no promise; leave it out"
	}
	return ""
}

// The words of steps that have one.
const (
	ReassignNext = "next"
	OwnerAway    = "away"
)

// told is who hears of what is late.
var told = either(word(handoff.ToOwner, handoff.ToManager), ref("reps"))

var lateStep = keys(
	may("wait", span, "Open time after the step above it, and of the first after the promise was due; a day is 24 hours. Without it none."),
	may("notify", told, "Who is told: owner, manager, which is the owner's, or a rep. A step has one of notify, escalate, reassign, queue and owner."),
	may("escalate", told, "Who is told that they have to see to it."),
	may("reassign", word(ReassignNext), "next: the play's route finds somebody else, none of those who had the handoff already. Where a pool of the route holds records until somebody can take them, the step waits for that; where it has a queue, the record goes there; else the manager of the owner is told, and the next step follows."),
	may("at_most", number(1, handoff.MaxTransfers), "Of reassign, how often one handoff goes to somebody else. Without it "+strconv.Itoa(handoff.MaxTransfers)+"."),
	may("queue", ref("queues"), "The record goes back to a queue, and belongs to nobody. No step follows."),
	may("owner", word(OwnerAway), "away: the owner takes no new work until the host says otherwise, with an activity of kind owner_back, observed for any record of the rep."),
)

// terms are what is promised, wherever it is written.
var terms = keys(
	need("within", span, "How long it may take; a day is 24 hours, with hours: 24 open hours, which are about three working days. What is done at the very instant at which it is due is done in time."),
	may("hours", either(ref("calendars"), keys(
		need("of", word(OfRep, OfCustomer), "Whose: rep, those of the owner's own calendars, and of calendar too; customer, those of calendar by the clocks where the lead is, and by its own where nobody knows."),
		may("calendar", ref("calendars"), "The calendar. Customer needs it; without it a rep's own hours alone count."),
	)), "The calendar whose open hours count. Without it every hour does."),
	may("from", word(handoff.FromHandoff, handoff.FromSignal), "What starts the clock: handoff, the default, the decision that makes the promise; or signal, the instant at which it occurred."),
	may("at_close", word(AtCloseDue, AtCloseNext), "When it is due where the time is over exactly at closing time: due, the default, then; or next_opening."),
	may("warn", span, "So much open time before it is due, the owner is warned. Without it nobody is."),
	may("pauses", some(word(handoff.PauseOwnerAway, handoff.PausePending)), "What stops the time: owner_away, absences of the owner that have an end; pending, that the subject asked to wait, until it is heard of or resumed."),
	may("stops", either(word(StopsAttempt, StopsContact), some(word(stopping()...))), "What keeps the promise: attempt, "+AttemptWords+"; contact, "+ContactWords+"; or activities of these kinds. Without it, as follows. "+KeptWords+" An acceptance is kept by accepted, declined and whatever says what came of the handoff."),
	may("on_reassign", word(handoff.RestartAnew, handoff.RestartKeeps), "What becomes of it when the record goes to another owner: anew, the default, it ends, neither kept nor broken, and begins anew; keeps, it stands as it is, for the new owner."),
	may("if_late", some(lateStep), "What happens once it is late, in this order, each at its own instant."),
)

// sla is a promise with a name.
var sla = governed(terms.Keys...)

// promise is an SLA by its id, or written where it is used.
func promise() *source.Shape {
	here := *terms
	here.Ref = "slas"
	return either(ref("slas"), &here)
}
