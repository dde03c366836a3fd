package outcome

import "github.com/salesbaton/baton/handoff"

// The standard words for what came of a handoff. A policy may add its own.
const (
	Contacted    = "contacted"                // the subject and a rep spoke or wrote to each other
	MeetingSet   = "meeting_set"              // a meeting is booked
	Qualified    = handoff.OutcomeQualified   // sales will work it
	Opportunity  = handoff.OutcomeOpportunity // a deal was opened
	Won          = handoff.OutcomeWon
	Lost         = "lost"
	Rejected     = "rejected" // the owner does not take the handoff
	NoFit        = "no_fit"
	NoResponse   = "no_response"
	Disqualified = handoff.OutcomeDisqualified
	Recycle      = "recycle" // not now: later, on a date or as the policy says
)

// ending are the standard words that end a handoff.
func ending(word string) bool {
	switch word {
	case Won, Lost, NoFit, NoResponse, Disqualified, Recycle:
		return true
	}
	return false
}

// words returns the standard words, in the order of a handoff.
func words() []string {
	return []string{Contacted, MeetingSet, Qualified, Opportunity, Won, Lost, Rejected, NoFit, NoResponse, Disqualified, Recycle}
}

// Rules returns a rule for each of the standard words, in their order, with whether it ends the handoff. None needs anything.
func Rules() (rules []handoff.OutcomeRule) {
	for _, word := range words() {
		rules = append(rules, handoff.OutcomeRule{Word: word, Ends: ending(word)})
	}
	return rules
}

// Standard returns the usual consequences of each kind of activity:
//
//   - a call, e-mail or social touch is an attempt, and keeps the promise of a first touch, in time or late;
//   - a conversation and a held meeting do so too, and contacted is what came of it;
//   - a reply does the same and ends running sequences: a person takes over; an automatic reply changes nothing;
//   - a booked meeting does so too, and is the outcome meeting_set: what led to it is done;
//   - an opt-out, or a message that bounced, refuses its channel and ends the running sequences that use it;
//   - qualified and an opportunity that was created are outcomes, after which a first touch that was not made is not owed any
//     more; the opportunity ends sequences;
//   - resolved ends sequences, pauses of marketing and the holds that wait for it, closes the clocks, and the record is no
//     open work any more;
//   - won, lost and disqualified are outcomes, end sequences and pauses of marketing, close the clocks, and the record is no
//     open work any more; so do the outcomes no_fit, no_response, recycle and disqualified where a rep reports them;
//   - declined is the outcome rejected, ends running sequences and takes the record off the rep's open work; the first touch
//     that was promised stays promised;
//   - accepted, a no-show, a new owner, an owner who left or is back, a dispute, and what is pending or resumed change nothing
//     here: the turn of the rotation is the pool's affair, and the rest the engine's.
func Standard() handoff.Lifecycle { return handoff.LifecycleFunc(standard) }

func standard(a handoff.Activity) handoff.Consequences {
	switch a.Kind {
	case handoff.ActivityCall, handoff.ActivityEmail, handoff.ActivitySocial:
		return handoff.Consequences{StopClocks: true}
	case handoff.ActivityConnected, handoff.ActivityMeeting:
		return handoff.Consequences{Outcome: Contacted, StopClocks: true}
	case handoff.ActivityReply:
		return handoff.Consequences{Outcome: Contacted, StopClocks: true, ExitSequences: true}
	case handoff.ActivityBooked:
		return handoff.Consequences{Outcome: MeetingSet, StopClocks: true, ExitSequences: true}
	case handoff.ActivityBounced, handoff.ActivityOptOut:
		return handoff.Consequences{DenyChannel: true, ExitChannel: true}
	case handoff.ActivityQualified:
		return said(Qualified)
	case handoff.ActivityOpportunity:
		return said(Opportunity)
	case handoff.ActivityResolved:
		c := ends("")
		c.ReleaseHolds = true
		return c
	case handoff.ActivityWon:
		return ends(Won)
	case handoff.ActivityLost:
		return ends(Lost)
	case handoff.ActivityDisqualified:
		return ends(Disqualified)
	case handoff.ActivityDeclined:
		return said(Rejected)
	case handoff.ActivityOutcome:
		return said(a.Outcome)
	}
	return handoff.Consequences{}
}

// said returns the consequences of an outcome that somebody reports; of a word that is not standard they are the policy's.
func said(word string) handoff.Consequences {
	switch {
	case ending(word):
		return ends(word)
	case word == Qualified:
		return handoff.Consequences{Outcome: word, CloseClocks: true}
	case word == Opportunity:
		return handoff.Consequences{Outcome: word, CloseClocks: true, ExitSequences: true}
	case word == Contacted:
		return handoff.Consequences{Outcome: word, StopClocks: true}
	case word == MeetingSet:
		return handoff.Consequences{Outcome: word, StopClocks: true, ExitSequences: true}
	case word == Rejected:
		return handoff.Consequences{Outcome: word, ExitSequences: true, ReleaseLoad: true}
	}
	return handoff.Consequences{Outcome: word}
}

// ends returns what the end of a handoff changes.
func ends(word string) handoff.Consequences {
	return handoff.Consequences{Outcome: word, CloseClocks: true, ExitSequences: true, ResumeMarketing: true, ReleaseLoad: true}
}
