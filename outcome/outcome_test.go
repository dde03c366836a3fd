package outcome_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/outcome"
)

// over is what an outcome changes that ends the handoff.
func over(word string) handoff.Consequences {
	return handoff.Consequences{Outcome: word, CloseClocks: true, ExitSequences: true, ResumeMarketing: true, ReleaseLoad: true}
}

// kinds are the activities, with what each changes.
var kinds = []struct {
	kind   handoff.ActivityKind
	reason string
	want   handoff.Consequences
}{
	{handoff.ActivityCall, "an attempt is a touch, whatever came of it", handoff.Consequences{StopClocks: true}},
	{handoff.ActivityEmail, "as a call", handoff.Consequences{StopClocks: true}},
	{handoff.ActivitySocial, "as a call", handoff.Consequences{StopClocks: true}},
	{handoff.ActivityMeeting, "they spoke; a sequence that led to it has ended before", handoff.Consequences{Outcome: "contacted", StopClocks: true}},
	{handoff.ActivityReply, "a person takes over", handoff.Consequences{Outcome: "contacted", StopClocks: true, ExitSequences: true}},
	{handoff.ActivityOptOut, "the channel is closed, and nothing was done", handoff.Consequences{DenyChannel: true, ExitChannel: true}},
	{handoff.ActivityResolved, "what started the handoff is gone", handoff.Consequences{CloseClocks: true, ExitSequences: true, ResumeMarketing: true, ReleaseHolds: true, ReleaseLoad: true}},
	{handoff.ActivityWon, "the handoff is over", over("won")},
	{handoff.ActivityLost, "the handoff is over", over("lost")},
	{handoff.ActivityDeclined, "it is the rep's no more, and still due", handoff.Consequences{Outcome: "rejected", ExitSequences: true, ReleaseLoad: true}},
	{handoff.ActivityNoShow, "the rep goes on", handoff.Consequences{}},
	{handoff.ActivityReassigned, "the engine's affair", handoff.Consequences{}},
	{handoff.ActivityBooked, "what led to it is done", handoff.Consequences{Outcome: "meeting_set", StopClocks: true, ExitSequences: true}},
	{handoff.ActivityBounced, "nothing arrives on the channel", handoff.Consequences{DenyChannel: true, ExitChannel: true}},
	{handoff.ActivityConnected, "they spoke", handoff.Consequences{Outcome: "contacted", StopClocks: true}},
	{handoff.ActivityAutoReply, "a machine answered", handoff.Consequences{}},
	{handoff.ActivityAccepted, "the acceptance is the engine's, the first touch is still due", handoff.Consequences{}},
	{handoff.ActivityQualified, "sales has looked at it", handoff.Consequences{Outcome: "qualified", CloseClocks: true}},
	{handoff.ActivityDisqualified, "the handoff is over", over("disqualified")},
	{handoff.ActivityOpportunity, "the deal goes its own way", handoff.Consequences{Outcome: "opportunity", CloseClocks: true, ExitSequences: true}},
	{handoff.ActivityDisputed, "the outcome stands until somebody says otherwise", handoff.Consequences{}},
	{handoff.ActivityPending, "the engine's affair", handoff.Consequences{}},
	{handoff.ActivityResumed, "the engine's affair", handoff.Consequences{}},
	{handoff.ActivityOwnerLeft, "the engine's affair", handoff.Consequences{}},
	{handoff.ActivityOwnerBack, "the engine's affair", handoff.Consequences{}},
	{handoff.ActivityMerged, "the engine's affair", handoff.Consequences{}},
	{handoff.ActivityUnmerged, "the engine's affair", handoff.Consequences{}},
}

func TestStandard(t *testing.T) {
	seen := []handoff.ActivityKind{handoff.ActivityOutcome} // by word, below
	for _, tt := range kinds {
		seen = append(seen, tt.kind)
		t.Run(string(tt.kind), func(t *testing.T) {
			if diff := cmp.Diff(tt.want, outcome.Standard().After(handoff.Activity{Kind: tt.kind})); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
	for _, kind := range handoff.ActivityKinds() {
		if !slices.Contains(seen, kind) {
			t.Errorf("%s has no row; say what it changes", kind)
		}
	}
}

// words are the standard outcomes, with what each changes where a rep reports it.
var words = []struct {
	word, reason string
	ends         bool
	want         handoff.Consequences
}{
	{"contacted", "they spoke", false, handoff.Consequences{Outcome: "contacted", StopClocks: true}},
	{"meeting_set", "what led to it is done", false, handoff.Consequences{Outcome: "meeting_set", StopClocks: true, ExitSequences: true}},
	{"qualified", "sales has looked at it", false, handoff.Consequences{Outcome: "qualified", CloseClocks: true}},
	{"opportunity", "the deal goes its own way", false, handoff.Consequences{Outcome: "opportunity", CloseClocks: true, ExitSequences: true}},
	{"won", "the handoff is over", true, over("won")},
	{"lost", "the handoff is over", true, over("lost")},
	{"rejected", "it is the rep's no more, and still due", false, handoff.Consequences{Outcome: "rejected", ExitSequences: true, ReleaseLoad: true}},
	{"no_fit", "the handoff is over", true, over("no_fit")},
	{"no_response", "the handoff is over", true, over("no_response")},
	{"disqualified", "the handoff is over", true, over("disqualified")},
	{"recycle", "the handoff is over, until it comes back", true, over("recycle")},
}

func TestStandard_Outcomes(t *testing.T) {
	said := func(word string) handoff.Consequences {
		return outcome.Standard().After(handoff.Activity{Kind: handoff.ActivityOutcome, Outcome: word})
	}
	var listed []handoff.OutcomeRule
	for _, tt := range words {
		listed = append(listed, handoff.OutcomeRule{Word: tt.word, Ends: tt.ends})
		t.Run(tt.word, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, said(tt.word)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
	if diff := cmp.Diff(listed, outcome.Rules()); diff != "" {
		t.Errorf("the rules are the words of this table (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(handoff.Consequences{Outcome: "demo_given"}, said("demo_given")); diff != "" {
		t.Errorf("what another word changes the policy says (-want +got):\n%s", diff)
	}
}

// TestStandard_OneWord finds the same consequences for an activity and for a rep who says what came of it.
func TestStandard_OneWord(t *testing.T) {
	for _, tt := range kinds {
		if tt.want.Outcome == "" || tt.kind == handoff.ActivityReply { // of which a person takes over
			continue
		}
		said := outcome.Standard().After(handoff.Activity{Kind: handoff.ActivityOutcome, Outcome: tt.want.Outcome})
		if diff := cmp.Diff(said, tt.want); diff != "" {
			t.Errorf("%s and the outcome %s differ (-outcome +activity):\n%s", tt.kind, tt.want.Outcome, diff)
		}
	}
}
