package handoff_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

var (
	l1      = lead("L1")
	earlier = now.Add(-hour)
	later   = now.Add(hour)
)

func queued(id string) handoff.Queued {
	return handoff.Queued{Trigger: signal(id, "webinar", now), Until: later, Why: handoff.WhySettle}
}

func consent(status handoff.ConsentStatus, at time.Time) handoff.Consent {
	return handoff.Consent{Channel: handoff.ChannelEmail, Status: status, At: at}
}

func touched(id string, at time.Time) handoff.TouchRef {
	return handoff.TouchRef{ID: id, Channel: handoff.ChannelEmail, Purpose: handoff.PurposeMarketing, Scope: "nurture", By: "nurture", At: at, During: []string{"sdr"}}
}

func heard(id string, until time.Time) handoff.Heard {
	return handoff.Heard{Trigger: id, Kind: "webinar", OccurredAt: earlier, Until: until}
}

func plan(what string, at ...time.Time) handoff.Effect {
	return handoff.Plan{Tally: handoff.TallyKey(policy, "n"), For: what, At: at}
}

// activeOf starts a sequence that account A1 lists.
func activeOf(person handoff.Ref, sequence string) handoff.Effect {
	return handoff.Enroll{Subject: person, Enrollment: handoff.Enrollment{Sequence: sequence, Person: person, Account: account("A1")}}
}

// remembered is what effects make of a record that starts empty.
func remembered(effects ...handoff.Effect) handoff.Record {
	r, _ := handoff.Apply(nil, effects)[l1].Value.(handoff.Record)
	return r
}

type effectCase struct {
	name, reason string
	before       []handoff.Effect
	effect       handoff.Effect
	want         handoff.State // the entries that differ after it
	repeats      bool          // applying it twice differs from applying it once
}

// effectCases has a row, or several, for each kind of effect.
var effectCases = []effectCase{
	{name: "consume trigger", reason: "the trigger is seen, leaves the queue, and claims its key",
		before: []handoff.Effect{handoff.QueueTrigger{Subject: l1, Queued: queued("T1")}, handoff.QueueTrigger{Subject: l1, Queued: queued("T2")}},
		effect: handoff.ConsumeTrigger{Subject: l1, Policy: policy, Trigger: "T1", Fate: handoff.FateActed, At: now, Signal: handoff.Signal{Key: "k", OccurredAt: now, Until: later}},
		want: handoff.State{
			handoff.TriggerKey(policy, "T1"): {Version: 1, Value: handoff.Seen{At: now, Fate: handoff.FateActed}},
			l1:                               {Version: 2, Value: handoff.Record{Queue: []handoff.Queued{queued("T2")}, Signals: []handoff.Signal{{Key: "k", OccurredAt: now, Until: later}}}},
		}},
	{name: "consume trigger without a key", reason: "a refusal claims nothing, and keys that are over are forgotten at their instant",
		before: []handoff.Effect{handoff.ConsumeTrigger{Subject: l1, Policy: policy, Trigger: "T0", Fate: handoff.FateActed, At: earlier, Signal: handoff.Signal{Key: "k", OccurredAt: earlier, Until: now}}},
		effect: handoff.ConsumeTrigger{Subject: l1, Policy: policy, Trigger: "T1", Fate: handoff.FateStale, At: now},
		want: handoff.State{
			handoff.TriggerKey(policy, "T1"): {Version: 1, Value: handoff.Seen{At: now, Fate: handoff.FateStale}},
			l1:                               {Version: 2, Value: handoff.Record{}},
		}},
	{name: "consume trigger that plays count", reason: "it is heard until the instant, and what is over is forgotten at its instant",
		before: []handoff.Effect{handoff.ConsumeTrigger{Subject: l1, Policy: policy, Trigger: "T0", Fate: handoff.FateActed, At: earlier, Heard: heard("T0", now)}},
		effect: handoff.ConsumeTrigger{Subject: l1, Policy: policy, Trigger: "T1", Fate: handoff.FateActed, At: now, Heard: heard("T1", later)},
		want: handoff.State{
			handoff.TriggerKey(policy, "T1"): {Version: 1, Value: handoff.Seen{At: now, Fate: handoff.FateActed}},
			l1:                               {Version: 2, Value: handoff.Record{Heard: []handoff.Heard{heard("T1", later)}}},
		}},
	{name: "consume trigger that no play counts", reason: "what is not over stays",
		before: []handoff.Effect{handoff.ConsumeTrigger{Subject: l1, Policy: policy, Trigger: "T0", Fate: handoff.FateActed, At: earlier, Heard: heard("T0", later)}},
		effect: handoff.ConsumeTrigger{Subject: l1, Policy: policy, Trigger: "T1", Fate: handoff.FateStale, At: now},
		want: handoff.State{
			handoff.TriggerKey(policy, "T1"): {Version: 1, Value: handoff.Seen{At: now, Fate: handoff.FateStale}},
			l1:                               {Version: 2, Value: handoff.Record{Heard: []handoff.Heard{heard("T0", later)}}},
		}},
	{name: "consume trigger that raises a hand", reason: "the subject asked for sales then",
		before: []handoff.Effect{handoff.ConsumeTrigger{Subject: l1, Policy: policy, Trigger: "T0", Fate: handoff.FateActed, At: earlier, RaisedHand: earlier}},
		effect: handoff.ConsumeTrigger{Subject: l1, Policy: policy, Trigger: "T1", Fate: handoff.FateActed, At: now, RaisedHand: now},
		want: handoff.State{
			handoff.TriggerKey(policy, "T1"): {Version: 1, Value: handoff.Seen{At: now, Fate: handoff.FateActed}},
			l1:                               {Version: 2, Value: handoff.Record{RaisedHand: now}},
		}},
	{name: "consume trigger that raised a hand before", reason: "the latest time counts, whatever is told last",
		before: []handoff.Effect{handoff.ConsumeTrigger{Subject: l1, Policy: policy, Trigger: "T0", Fate: handoff.FateActed, At: now, RaisedHand: now}},
		effect: handoff.ConsumeTrigger{Subject: l1, Policy: policy, Trigger: "T1", Fate: handoff.FateActed, At: later, RaisedHand: earlier},
		want: handoff.State{
			handoff.TriggerKey(policy, "T1"): {Version: 1, Value: handoff.Seen{At: later, Fate: handoff.FateActed}},
			l1:                               {Version: 2, Value: handoff.Record{RaisedHand: now}},
		}},
	{name: "queue trigger", reason: "it replaces what waits under the id",
		before: []handoff.Effect{handoff.QueueTrigger{Subject: l1, Queued: handoff.Queued{Trigger: signal("T1", "webinar", now), Until: now, Why: handoff.WhyHeld, Released: true}}},
		effect: handoff.QueueTrigger{Subject: l1, Queued: queued("T1")},
		want:   handoff.State{l1: {Version: 2, Value: handoff.Record{Queue: []handoff.Queued{queued("T1")}}}}},
	{name: "redecide", reason: "the named ones are released, the others wait on",
		before: []handoff.Effect{handoff.QueueTrigger{Subject: l1, Queued: queued("T1")}, handoff.QueueTrigger{Subject: l1, Queued: queued("T2")}},
		effect: handoff.Redecide{Subject: l1, Triggers: []string{"T2", "gone"}},
		want: handoff.State{l1: {Version: 2, Value: handoff.Record{Queue: []handoff.Queued{queued("T1"),
			{Trigger: signal("T2", "webinar", now), Until: later, Why: handoff.WhySettle, Released: true}}}}}},
	{name: "record activity", reason: "activities stand in the order of their instants",
		before: []handoff.Effect{handoff.RecordActivity{Subject: l1, ActivityRef: handoff.ActivityRef{ID: "a2", Kind: handoff.ActivityCall, At: now}}},
		effect: handoff.RecordActivity{Subject: l1, ActivityRef: handoff.ActivityRef{ID: "a3", Kind: handoff.ActivityReply, At: earlier}},
		want: handoff.State{l1: {Version: 2, Value: handoff.Record{Activities: []handoff.ActivityRef{
			{ID: "a3", Kind: handoff.ActivityReply, At: earlier}, {ID: "a2", Kind: handoff.ActivityCall, At: now}}}}}},
	{name: "record touch", reason: "touches stand in the order of their instants",
		before: []handoff.Effect{handoff.RecordTouch{Subject: l1, TouchRef: touched("t2", now)}},
		effect: handoff.RecordTouch{Subject: l1, TouchRef: touched("t3", earlier)},
		want:   handoff.State{l1: {Version: 2, Value: handoff.Record{Touches: []handoff.TouchRef{touched("t3", earlier), touched("t2", now)}}}}},
	{name: "record touch again", reason: "what was permitted stays as it is",
		before: []handoff.Effect{handoff.RecordTouch{Subject: l1, TouchRef: touched("t2", now)}},
		effect: handoff.RecordTouch{Subject: l1, TouchRef: touched("t2", later)},
		want:   handoff.State{l1: {Version: 2, Value: handoff.Record{Touches: []handoff.TouchRef{touched("t2", now)}}}}},
	{name: "record outcome", reason: "the later replaces the earlier",
		before: []handoff.Effect{handoff.RecordOutcome{Subject: l1, Outcome: handoff.Outcome{ID: "a9", Word: "lost", At: earlier}}},
		effect: handoff.RecordOutcome{Subject: l1, Outcome: handoff.Outcome{ID: "a1", Word: "won", At: now, By: "kim"}},
		want:   handoff.State{l1: {Version: 2, Value: handoff.Record{Outcome: handoff.Outcome{ID: "a1", Word: "won", At: now, By: "kim"}}}}},
	{name: "set consent", reason: "the later word of one kind replaces the earlier",
		before: []handoff.Effect{handoff.SetConsent{Subject: l1, Consent: consent(handoff.ConsentGranted, earlier)}},
		effect: handoff.SetConsent{Subject: l1, Consent: consent(handoff.ConsentGranted, now)},
		want:   handoff.State{l1: {Version: 2, Value: handoff.Record{Consent: []handoff.Consent{consent(handoff.ConsentGranted, now)}}}}},
	{name: "set consent after a refusal", reason: "which of the two counts is decided when somebody asks",
		before: []handoff.Effect{handoff.SetConsent{Subject: l1, Consent: consent(handoff.ConsentDenied, earlier)}},
		effect: handoff.SetConsent{Subject: l1, Consent: consent(handoff.ConsentGranted, now)},
		want:   handoff.State{l1: {Version: 2, Value: handoff.Record{Consent: []handoff.Consent{consent(handoff.ConsentDenied, earlier), consent(handoff.ConsentGranted, now)}}}}},
	{name: "set rep status", reason: "only the status changes",
		effect: handoff.SetRepStatus{Rep: "kim", Status: handoff.RepAway, At: now},
		want:   handoff.State{handoff.RepKey("kim"): {Version: 1, Value: handoff.Rep{ID: "kim", Status: handoff.RepAway}}}},
	{name: "merge records", reason: "the survivor keeps its own and inherits the rest",
		before: []handoff.Effect{
			handoff.Assign{Subject: l1, To: "kim", At: now}, handoff.QueueTrigger{Subject: lead("L2"), Queued: queued("T2")},
			handoff.SetConsent{Subject: l1, Consent: consent(handoff.ConsentGranted, earlier)}, handoff.SetConsent{Subject: lead("L2"), Consent: consent(handoff.ConsentDenied, now)}},
		effect: handoff.MergeRecords{From: lead("L2"), Into: l1, At: now},
		want: handoff.State{
			l1: {Version: 2, Value: handoff.Record{Owner: "kim", Past: []string{"kim"}, OwnedSince: now, Handoff: now, Queue: []handoff.Queued{queued("T2")},
				Consent: []handoff.Consent{consent(handoff.ConsentDenied, now), consent(handoff.ConsentGranted, earlier)}}},
			lead("L2"): {Version: 2, Value: handoff.Record{Merged: l1}},
		}},
	{name: "split records", reason: "both have what protects the person, and the survivor keeps the rest",
		before: []handoff.Effect{
			handoff.Assign{Subject: lead("L2"), To: "kim", At: now}, handoff.QueueTrigger{Subject: lead("L2"), Queued: queued("T2")},
			handoff.SetConsent{Subject: lead("L2"), Consent: consent(handoff.ConsentDenied, now)}, handoff.MergeRecords{From: lead("L2"), Into: l1, At: now}},
		effect: handoff.SplitRecords{From: lead("L2"), Into: l1, At: later},
		want: handoff.State{
			l1: {Version: 2, Value: handoff.Record{Owner: "kim", Past: []string{"kim"}, OwnedSince: now, Handoff: now, Queue: []handoff.Queued{queued("T2")},
				Consent: []handoff.Consent{consent(handoff.ConsentDenied, now)}}},
			lead("L2"): {Version: 2, Value: handoff.Record{Handoff: now, Consent: []handoff.Consent{consent(handoff.ConsentDenied, now)}, Parted: later, Splits: 1}},
		}},
	{name: "set stage", reason: "the first time counts, also when it is told late",
		before: []handoff.Effect{handoff.SetStage{Subject: l1, Stage: handoff.Stage{ID: "mql", At: now}}},
		effect: handoff.SetStage{Subject: l1, Stage: handoff.Stage{ID: "mql", At: earlier}},
		want:   handoff.State{l1: {Version: 2, Value: handoff.Record{Stages: []handoff.Stage{{ID: "mql", At: earlier}}}}}},
	{name: "set stage again", reason: "the first time keeps its trigger",
		before: []handoff.Effect{handoff.SetStage{Subject: l1, Stage: handoff.Stage{ID: "mql", At: earlier, Trigger: "T2"}}},
		effect: handoff.SetStage{Subject: l1, Stage: handoff.Stage{ID: "mql", At: now, Trigger: "T1"}},
		want:   handoff.State{l1: {Version: 2, Value: handoff.Record{Stages: []handoff.Stage{{ID: "mql", At: earlier, Trigger: "T2"}}}}}},
	{name: "set stage before", reason: "the trigger comes with the instant",
		before: []handoff.Effect{handoff.SetStage{Subject: l1, Stage: handoff.Stage{ID: "mql", At: now, Trigger: "T1"}}},
		effect: handoff.SetStage{Subject: l1, Stage: handoff.Stage{ID: "mql", At: earlier, Trigger: "T2"}},
		want:   handoff.State{l1: {Version: 2, Value: handoff.Record{Stages: []handoff.Stage{{ID: "mql", At: earlier, Trigger: "T2"}}}}}},
	{name: "hold", reason: "it stands in the order of ids",
		before: []handoff.Effect{handoff.Hold{Subject: l1, ActiveHold: handoff.ActiveHold{ID: "z"}}},
		effect: handoff.Hold{Subject: l1, ActiveHold: handoff.ActiveHold{ID: "a", Blocks: []string{"demo"}}},
		want:   handoff.State{l1: {Version: 2, Value: handoff.Record{Holds: []handoff.ActiveHold{{ID: "a", Blocks: []string{"demo"}}, {ID: "z"}}}}}},
	{name: "release hold", reason: "a list without elements is nil",
		before: []handoff.Effect{handoff.Hold{Subject: l1, ActiveHold: handoff.ActiveHold{ID: "a"}}},
		effect: handoff.ReleaseHold{Subject: l1, ID: "a", At: now},
		want:   handoff.State{l1: {Version: 2, Value: handoff.Record{}}}},
	{name: "start clock", reason: "one clock runs for each id, and a promise is not undone by a later one",
		before: []handoff.Effect{handoff.StartClock{Subject: l1, Clock: handoff.Clock{ID: "c", Due: now}}},
		effect: handoff.StartClock{Subject: l1, Clock: handoff.Clock{ID: "c", Owner: "kim", Start: now, Due: later}},
		want:   handoff.State{l1: {Version: 2, Value: handoff.Record{Clocks: []handoff.Clock{{ID: "c", Due: now}}}}}},
	{name: "start clock that is paused", reason: "nobody knows when the new promise is due, so that the old one counts",
		before: []handoff.Effect{handoff.StartClock{Subject: l1, Clock: handoff.Clock{ID: "a", Due: now}}},
		effect: handoff.StartClock{Subject: l1, Clock: handoff.Clock{ID: "a"}},
		want:   handoff.State{l1: {Version: 2, Value: handoff.Record{Clocks: []handoff.Clock{{ID: "a", Due: now}}}}}},
	{name: "start clock beside one that is paused", reason: "nobody knows when the old promise is due, so that the new one counts",
		before: []handoff.Effect{handoff.StartClock{Subject: l1, Clock: handoff.Clock{ID: "a"}}},
		effect: handoff.StartClock{Subject: l1, Clock: handoff.Clock{ID: "a", Due: now}},
		want:   handoff.State{l1: {Version: 2, Value: handoff.Record{Clocks: []handoff.Clock{{ID: "a", Due: now}}}}}},
	{name: "start clock sooner", reason: "the earlier promise counts",
		before: []handoff.Effect{handoff.StartClock{Subject: l1, Clock: handoff.Clock{ID: "c", Due: later}}},
		effect: handoff.StartClock{Subject: l1, Clock: handoff.Clock{ID: "c", Owner: "kim", Due: now}},
		want:   handoff.State{l1: {Version: 2, Value: handoff.Record{Clocks: []handoff.Clock{{ID: "c", Owner: "kim", Due: now}}}}}},
	{name: "stop clock", reason: "only the named clock stops, and how it went is remembered",
		before: []handoff.Effect{handoff.StartClock{Subject: l1, Clock: handoff.Clock{ID: "a", Owner: "kim", Start: earlier, Due: later}}, handoff.StartClock{Subject: l1, Clock: handoff.Clock{ID: "b"}}},
		effect: handoff.StopClock{Subject: l1, ID: "a", At: now, Met: true, By: "a1", Wall: 3600, Open: 1800},
		want: handoff.State{l1: {Version: 2, Value: handoff.Record{Clocks: []handoff.Clock{{ID: "b"}}, Stopped: []handoff.Stopped{
			{Clock: handoff.Clock{ID: "a", Owner: "kim", Start: earlier, Due: later}, At: now, Met: true, By: "a1", Wall: 3600, Open: 1800}}}}}},
	{name: "stop clock that does not run", reason: "nothing went in any way",
		before: []handoff.Effect{handoff.StartClock{Subject: l1, Clock: handoff.Clock{ID: "a"}}},
		effect: handoff.StopClock{Subject: l1, ID: "b", At: now, Why: handoff.StopClosed},
		want:   handoff.State{l1: {Version: 2, Value: handoff.Record{Clocks: []handoff.Clock{{ID: "a"}}}}}},
	{name: "stop clock that started before", reason: "those that stopped stand in the order of their starts",
		before: []handoff.Effect{handoff.StartClock{Subject: l1, Clock: handoff.Clock{ID: "a", Start: now}}, handoff.StopClock{Subject: l1, ID: "a", At: now},
			handoff.StartClock{Subject: l1, Clock: handoff.Clock{ID: "b", Start: earlier}}},
		effect: handoff.StopClock{Subject: l1, ID: "b", At: later, Why: handoff.StopOwner, By: "lee"},
		want: handoff.State{l1: {Version: 2, Value: handoff.Record{Stopped: []handoff.Stopped{
			{Clock: handoff.Clock{ID: "b", Start: earlier}, At: later, Why: handoff.StopOwner, By: "lee"}, {Clock: handoff.Clock{ID: "a", Start: now}, At: now}}}}}},
	{name: "move clock", reason: "it replaces the one that runs, also where that is due earlier",
		before: []handoff.Effect{handoff.StartClock{Subject: l1, Clock: handoff.Clock{ID: "a", Owner: "kim", Due: now, Next: now}}, handoff.StartClock{Subject: l1, Clock: handoff.Clock{ID: "b"}}},
		effect: handoff.MoveClock{Subject: l1, Clock: handoff.Clock{ID: "a", Owner: "lee", Due: later, Late: 1, Transfers: 1}, Why: "goes from kim to lee"},
		want:   handoff.State{l1: {Version: 2, Value: handoff.Record{Clocks: []handoff.Clock{{ID: "a", Owner: "lee", Due: later, Late: 1, Transfers: 1}, {ID: "b"}}}}}},
	{name: "move clock that does not run", reason: "it is not started",
		before: []handoff.Effect{handoff.StartClock{Subject: l1, Clock: handoff.Clock{ID: "a"}}, handoff.StartClock{Subject: l1, Clock: handoff.Clock{ID: "b"}}, handoff.StopClock{Subject: l1, ID: "b"}},
		effect: handoff.MoveClock{Subject: l1, Clock: handoff.Clock{ID: "b", Due: later}},
		want:   handoff.State{l1: {Version: 2, Value: handoff.Record{Clocks: []handoff.Clock{{ID: "a"}}, Stopped: []handoff.Stopped{{Clock: handoff.Clock{ID: "b"}}}}}}},
	{name: "correct", reason: "the clock of that id and start was stopped by what is known now, and no other changes",
		before: []handoff.Effect{handoff.StartClock{Subject: l1, Clock: handoff.Clock{ID: "a", Start: earlier, Due: now}}, handoff.StopClock{Subject: l1, ID: "a", At: later, Why: handoff.StopOwner, By: "lee", Wall: 7200, Open: 7200},
			handoff.StartClock{Subject: l1, Clock: handoff.Clock{ID: "a", Start: now}}, handoff.StopClock{Subject: l1, ID: "a", At: later, By: "a2"}},
		effect: handoff.Correct{Subject: l1, Correction: handoff.Correction{ID: "a1", Clock: "a", Start: earlier, Due: now, Was: later, Is: now, Met: true, By: "a1", Wall: 3600, Open: 1800, At: later}},
		want: handoff.State{l1: {Version: 2, Value: handoff.Record{Stopped: []handoff.Stopped{
			{Clock: handoff.Clock{ID: "a", Start: earlier, Due: now}, At: now, Met: true, By: "a1", Wall: 3600, Open: 1800},
			{Clock: handoff.Clock{ID: "a", Start: now}, At: later, By: "a2"}}}}}},
	{name: "correct what is forgotten", reason: "nothing is made up",
		before: []handoff.Effect{handoff.StartClock{Subject: l1, Clock: handoff.Clock{ID: "a"}}},
		effect: handoff.Correct{Subject: l1, Correction: handoff.Correction{ID: "a1", Clock: "a", Is: now, Met: true}},
		want:   handoff.State{l1: {Version: 2, Value: handoff.Record{Clocks: []handoff.Clock{{ID: "a"}}}}}},
	{name: "enroll", reason: "one run for each sequence and person, remembered with the person and named by the account",
		before: []handoff.Effect{handoff.Enroll{Subject: account("A1"), Enrollment: handoff.Enrollment{Sequence: "s", Person: lead("L2")}}},
		effect: handoff.Enroll{Subject: account("A1"), Enrollment: handoff.Enrollment{Sequence: "s", Person: l1, Steps: steps(handoff.ChannelCall)}},
		want: handoff.State{
			account("A1"): {Version: 2, Value: handoff.Record{People: []handoff.Ref{l1, lead("L2")}}},
			l1:            {Version: 1, Value: handoff.Record{Enrollments: []handoff.Enrollment{{Sequence: "s", Person: l1, Under: account("A1"), Steps: steps(handoff.ChannelCall)}}}},
			lead("L2"):    {Version: 1, Value: handoff.Record{Enrollments: []handoff.Enrollment{{Sequence: "s", Person: lead("L2"), Under: account("A1")}}}}}},
	{name: "enroll under an account", reason: "the account lists what runs for its leads, also where a lead's own play started it",
		before: []handoff.Effect{handoff.Enroll{Subject: lead("L2"), Enrollment: handoff.Enrollment{Sequence: "s", Person: lead("L2"), Account: account("A1")}}},
		effect: handoff.Enroll{Subject: l1, Enrollment: handoff.Enrollment{Sequence: "s", Exclusive: handoff.Alone, Person: l1, Account: account("A1"), BuyingGroup: "G1",
			Play: "p", Motion: "inbound", Owner: "kim", At: now, Ends: later, AccountReply: true, Tallies: []handoff.Key{handoff.TallyKey(policy, "n")}}},
		want: handoff.State{
			l1: {Version: 1, Value: handoff.Record{Enrollments: []handoff.Enrollment{{Sequence: "s", Exclusive: handoff.Alone, Person: l1, Account: account("A1"), BuyingGroup: "G1",
				Under: l1, Play: "p", Motion: "inbound", Owner: "kim", At: now, Ends: later, AccountReply: true, Tallies: []handoff.Key{handoff.TallyKey(policy, "n")}}}}},
			account("A1"): {Version: 2, Value: handoff.Record{Active: []handoff.Active{
				{Person: l1, Sequence: "s", Exclusive: handoff.Alone, Play: "p", Motion: "inbound", Owner: "kim", BuyingGroup: "G1", At: now, Ends: later, AccountReply: true},
				{Person: lead("L2"), Sequence: "s"}}}}}},
	{name: "enroll of nobody", reason: "an account does not list what reaches none of its leads",
		effect: handoff.Enroll{Subject: account("A1"), Enrollment: handoff.Enrollment{Sequence: "s", Account: account("A1")}},
		want:   handoff.State{account("A1"): {Version: 1, Value: handoff.Record{Enrollments: []handoff.Enrollment{{Sequence: "s", Account: account("A1"), Under: account("A1")}}}}}},
	{name: "exit", reason: "the run of that person ends and is remembered",
		before: []handoff.Effect{handoff.Enroll{Subject: l1, Enrollment: handoff.Enrollment{Sequence: "s", Person: l1}}, handoff.Enroll{Subject: l1, Enrollment: handoff.Enrollment{Sequence: "s"}}},
		effect: handoff.Exit{Subject: l1, Exited: handoff.Exited{Sequence: "s", Person: l1, At: now, By: "a1"}},
		want: handoff.State{l1: {Version: 2, Value: handoff.Record{Enrollments: []handoff.Enrollment{{Sequence: "s", Under: l1}},
			Exits: []handoff.Exited{{Sequence: "s", Person: l1, At: now, By: "a1"}}}}}},
	{name: "exit under an account", reason: "the account lists the run no more, and the others still",
		before: []handoff.Effect{activeOf(l1, "s"), activeOf(l1, "t"), activeOf(lead("L2"), "s")},
		effect: handoff.Exit{Subject: l1, Account: account("A1"), Exited: handoff.Exited{Sequence: "s", Person: l1, At: now, By: "a1"}},
		want: handoff.State{
			l1: {Version: 2, Value: handoff.Record{Enrollments: []handoff.Enrollment{{Sequence: "t", Person: l1, Account: account("A1"), Under: l1}},
				Exits: []handoff.Exited{{Sequence: "s", Person: l1, At: now, By: "a1"}}}},
			account("A1"): {Version: 2, Value: handoff.Record{Active: []handoff.Active{{Person: l1, Sequence: "t"}, {Person: lead("L2"), Sequence: "s"}}}}}},
	{name: "exit of before", reason: "the latest end is remembered",
		before: []handoff.Effect{handoff.Exit{Subject: l1, Exited: handoff.Exited{Sequence: "s", Person: l1, At: later}}},
		effect: handoff.Exit{Subject: l1, Exited: handoff.Exited{Sequence: "s", Person: l1, At: now}},
		want:   handoff.State{l1: {Version: 2, Value: handoff.Record{Exits: []handoff.Exited{{Sequence: "s", Person: l1, At: later}}}}}},
	{name: "pause marketing", reason: "a pause is replaced, and never ends earlier than before",
		before: []handoff.Effect{handoff.PauseMarketing{Subject: l1, Pause: handoff.Pause{ID: "p", Scope: []string{"all"}, Until: later}}},
		effect: handoff.PauseMarketing{Subject: l1, Pause: handoff.Pause{ID: "p", Scope: []string{"nurture"}, Until: now}},
		want:   handoff.State{l1: {Version: 2, Value: handoff.Record{Pauses: []handoff.Pause{{ID: "p", Scope: []string{"nurture"}, Until: later}}}}}},
	{name: "resume marketing", reason: "only the named pause ends",
		before: []handoff.Effect{handoff.PauseMarketing{Subject: l1, Pause: handoff.Pause{ID: "p"}}, handoff.PauseMarketing{Subject: l1, Pause: handoff.Pause{ID: "q"}}},
		effect: handoff.ResumeMarketing{Subject: l1, ID: "p", At: now},
		want:   handoff.State{l1: {Version: 2, Value: handoff.Record{Pauses: []handoff.Pause{{ID: "q"}}}}}},
	{name: "advance pool", reason: "the skipped lose their turns and the rep takes the next", repeats: true,
		before: []handoff.Effect{handoff.AdvancePool{Policy: policy, Pool: "p", Rep: "a", Ledger: ledger("a", "b"), Moves: []handoff.Move{{Rep: "a", Offered: 1, Assigned: 1, Key: 1}}}},
		effect: handoff.AdvancePool{Policy: policy, Pool: "p", Rep: "b", Moves: []handoff.Move{
			{Rep: "a", Offered: 2, Skipped: 2, Calibration: 2, Key: 3, Reason: "away"}, {Rep: "b", Offered: 1, Assigned: 1, Key: 1}}},
		want: handoff.State{handoff.PoolKey(policy, "p"): {Version: 2, Value: handoff.Pool{Turns: 2, Count: 4,
			Members: handoff.NewLine(handoff.Member{Rep: "b", Weight: 1, Place: 1, Offered: 1, Assigned: 1, Last: 2, Key: 1},
				handoff.Member{Rep: "a", Weight: 1, Offered: 3, Skipped: 2, Assigned: 1, Calibration: 2, Last: 1, Key: 3}),
			Skips: []handoff.Skip{{Rep: "a", Reason: "away", Turns: 2}}}}}},
	{name: "advance pool with new members", reason: "the ledger starts from the given members", repeats: false,
		before: []handoff.Effect{handoff.AdvancePool{Policy: policy, Pool: "p", Rep: "a", Ledger: ledger("a"), Moves: []handoff.Move{{Rep: "a", Offered: 1, Assigned: 1, Key: 1}}}},
		effect: handoff.AdvancePool{Policy: policy, Pool: "p", Rep: "c", Ledger: ledger("c"), Moves: []handoff.Move{{Rep: "c", Offered: 1, Assigned: 1, Key: 7}, {Rep: "stranger", Assigned: 1}}},
		want: handoff.State{handoff.PoolKey(policy, "p"): {Version: 2, Value: handoff.Pool{Turns: 1, Count: 1,
			Members: handoff.NewLine(handoff.Member{Rep: "c", Weight: 1, Offered: 1, Assigned: 1, Last: 1, Key: 7})}}}},
	{name: "adjust pool", reason: "a turn that is given back is owed", repeats: true,
		before: []handoff.Effect{handoff.AdvancePool{Policy: policy, Pool: "p", Rep: "a", Ledger: ledger("a", "b"), Moves: []handoff.Move{{Rep: "a", Offered: 1, Assigned: 1, Key: 1}}}},
		effect: handoff.AdjustPool{Policy: policy, Pool: "p", Moves: []handoff.Move{{Rep: "a", Assigned: -1, Credit: 1, CreditUntil: later, Key: 1, Reason: "declined"}}},
		want: handoff.State{handoff.PoolKey(policy, "p"): {Version: 2, Value: handoff.Pool{Turns: 1, Members: handoff.NewLine(
			handoff.Member{Rep: "a", Weight: 1, Offered: 1, Last: 1, Key: 1}, handoff.Member{Rep: "b", Weight: 1, Place: 1}),
			Owed: []handoff.Owed{{Rep: "a", Turns: 1, Until: later}}}}}},
	{name: "move load", reason: "the rep's open work and the record's part of it move together",
		before: []handoff.Effect{handoff.MoveLoad{Subject: l1, Rep: "kim", Units: 2}},
		effect: handoff.MoveLoad{Subject: l1, Rep: "kim", Units: -2},
		want: handoff.State{l1: {Version: 2, Value: handoff.Record{}},
			handoff.RepKey("kim"): {Version: 2, Value: handoff.Rep{ID: "kim"}}}},
	{name: "stick", reason: "the latest owner is remembered",
		before: []handoff.Effect{handoff.Stick{Key: handoff.StickyKey(policy, "x"), Sticky: handoff.Sticky{Rep: "kim", At: earlier}}},
		effect: handoff.Stick{Key: handoff.StickyKey(policy, "x"), Sticky: handoff.Sticky{Rep: "lee", At: now}},
		want:   handoff.State{handoff.StickyKey(policy, "x"): {Version: 2, Value: handoff.Sticky{Rep: "lee", At: now}}}},
	{name: "assign", reason: "the account remembers when one of its leads was handed off, not to whom",
		effect: handoff.Assign{Subject: l1, Account: account("A1"), To: "kim", At: now},
		want: handoff.State{l1: {Version: 1, Value: handoff.Record{Owner: "kim", Past: []string{"kim"}, OwnedSince: now, Handoff: now}},
			account("A1"): {Version: 1, Value: handoff.Record{Handoff: now}}}},
	{name: "assign by a play", reason: "the play and the signal are remembered, for whoever gets the record next",
		effect: handoff.Assign{Subject: l1, To: "kim", Play: "demo", Trigger: signal("T1", "webinar", earlier), At: now},
		want: handoff.State{l1: {Version: 1, Value: handoff.Record{Owner: "kim", Past: []string{"kim"}, OwnedSince: now, Handoff: now, Play: "demo",
			Trigger: signal("T1", "webinar", earlier), Began: now}}}},
	{name: "assign for the same signal", reason: "the handoff goes on since it began, whoever has it",
		before: []handoff.Effect{handoff.Assign{Subject: l1, To: "kim", Play: "demo", Trigger: signal("T1", "webinar", earlier), At: now}},
		effect: handoff.Assign{Subject: l1, From: "kim", To: "lee", Play: "demo", Trigger: signal("T1", "webinar", earlier), At: later},
		want: handoff.State{l1: {Version: 2, Value: handoff.Record{Owner: "lee", Past: []string{"kim", "lee"}, OwnedSince: later, Handoff: later, Play: "demo",
			Trigger: signal("T1", "webinar", earlier), Began: now}}}},
	{name: "assign for another signal", reason: "another handoff begins, also by the same play to the same rep",
		before: []handoff.Effect{handoff.Assign{Subject: l1, To: "kim", Play: "demo", Trigger: signal("T1", "webinar", earlier), At: now}},
		effect: handoff.Assign{Subject: l1, From: "kim", To: "kim", Play: "demo", Trigger: signal("T2", "webinar", earlier), At: later},
		want: handoff.State{l1: {Version: 2, Value: handoff.Record{Owner: "kim", Past: []string{"kim"}, OwnedSince: later, Handoff: later, Play: "demo",
			Trigger: signal("T2", "webinar", earlier), Began: later}}}},
	{name: "assign by nobody's play", reason: "who claims or is given a record begins no handoff",
		before: []handoff.Effect{handoff.Assign{Subject: l1, To: "kim", Play: "demo", Trigger: signal("T1", "webinar", earlier), At: now}},
		effect: handoff.Assign{Subject: l1, From: "kim", To: "lee", At: later},
		want: handoff.State{l1: {Version: 2, Value: handoff.Record{Owner: "lee", Past: []string{"kim", "lee"}, OwnedSince: later, Handoff: later, Play: "demo",
			Trigger: signal("T1", "webinar", earlier), Began: now}}}},
	{name: "assign to nobody", reason: "it was handed to nobody, so that who had it, by which play and when stays; nor was the account's lead handed off",
		before: []handoff.Effect{handoff.Assign{Subject: l1, Account: account("A1"), To: "lee", Covers: "kim", Until: later, Play: "demo", Turn: handoff.Turn{Pool: "p"}, At: earlier}},
		effect: handoff.Assign{Subject: l1, Account: account("A1"), From: "kim", At: now, Late: 60},
		want:   handoff.State{l1: {Version: 2, Value: handoff.Record{Past: []string{"kim"}, OwnedSince: now, Handoff: earlier, Play: "demo", Began: earlier}}}},
	{name: "expose", reason: "one arm for each experiment",
		before: []handoff.Effect{handoff.Expose{Subject: l1, Arm: handoff.Arm{Experiment: "x", Arm: "a"}}},
		effect: handoff.Expose{Subject: l1, Arm: handoff.Arm{Experiment: "x", Arm: "b", At: now}},
		want:   handoff.State{l1: {Version: 2, Value: handoff.Record{Arms: []handoff.Arm{{Experiment: "x", Arm: "b", At: now}}}}}},
	{name: "count", reason: "instants are kept in order, and only the latest few",
		before: []handoff.Effect{handoff.Count{Tally: handoff.TallyKey(policy, "n"), At: now, Keep: 3}, handoff.Count{Tally: handoff.TallyKey(policy, "n"), At: now, Keep: 3}},
		effect: handoff.Count{Tally: handoff.TallyKey(policy, "n"), At: earlier, Keep: 3},
		want:   handoff.State{handoff.TallyKey(policy, "n"): {Version: 2, Value: handoff.Tally{At: []time.Time{earlier, now, now}}}}},
	{name: "count until", reason: "of what lasts the end is remembered", repeats: true,
		effect: handoff.Count{Tally: handoff.TallyKey(policy, "n"), At: now, Until: later, Keep: 3},
		want:   handoff.State{handoff.TallyKey(policy, "n"): {Version: 1, Value: handoff.Tally{At: []time.Time{later}}}}},
	{name: "count what was planned", reason: "the earliest instant that was kept for it is used up", repeats: true,
		before: []handoff.Effect{plan("x", now, later), plan("y", earlier)},
		effect: handoff.Count{Tally: handoff.TallyKey(policy, "n"), At: now, Keep: 3, Uses: "x"},
		want: handoff.State{handoff.TallyKey(policy, "n"): {Version: 2, Value: handoff.Tally{At: []time.Time{now},
			Planned: []handoff.Planned{{For: "y", At: earlier}, {For: "x", At: later}}}}}},
	{name: "count what was not planned", reason: "what is kept for others stays", repeats: true,
		before: []handoff.Effect{plan("y", earlier)},
		effect: handoff.Count{Tally: handoff.TallyKey(policy, "n"), At: now, Keep: 3, Uses: "x"},
		want: handoff.State{handoff.TallyKey(policy, "n"): {Version: 2, Value: handoff.Tally{At: []time.Time{now},
			Planned: []handoff.Planned{{For: "y", At: earlier}}}}}},
	{name: "plan", reason: "room that was kept before is replaced, and stands in the order of instants, then of what it is for",
		before: []handoff.Effect{plan("y", now), plan("x", earlier, later)},
		effect: plan("x", now, later),
		want: handoff.State{handoff.TallyKey(policy, "n"): {Version: 2, Value: handoff.Tally{
			Planned: []handoff.Planned{{For: "x", At: now}, {For: "y", At: now}, {For: "x", At: later}}}}}},
	{name: "plan nothing", reason: "without instants the room is given back, and what happened stays",
		before: []handoff.Effect{handoff.Count{Tally: handoff.TallyKey(policy, "n"), At: earlier, Keep: 3}, plan("x", now), plan("y", now)},
		effect: plan("x"),
		want: handoff.State{handoff.TallyKey(policy, "n"): {Version: 2, Value: handoff.Tally{At: []time.Time{earlier},
			Planned: []handoff.Planned{{For: "y", At: now}}}}}},
	{name: "recycle for good", reason: "what does not come back does not count",
		before: []handoff.Effect{handoff.Recycle{Subject: l1, At: now, To: "a", Back: now, Trigger: "T1"}},
		effect: handoff.Recycle{Subject: l1, At: later, To: "b"},
		want:   handoff.State{l1: {Version: 2, Value: handoff.Record{Recycled: handoff.Recycled{At: later, To: "b", Times: 1}}}}},
	{name: "recycle until a day", reason: "what is remembered is that of the latest time alone", repeats: true,
		before: []handoff.Effect{handoff.Recycle{Subject: l1, At: now, To: "a", Rule: "r", Back: now, Trigger: "T1", Avoid: []string{"kim"}}},
		effect: handoff.Recycle{Subject: l1, At: later, To: "b", Rule: "s", Back: later, Trigger: "T2", Avoid: []string{"lee"}},
		want: handoff.State{l1: {Version: 2, Value: handoff.Record{Recycled: handoff.Recycled{At: later, To: "b", Times: 2, Rule: "s", Back: later,
			Trigger: "T2", Avoid: []string{"lee"}}}}}},
	{name: "attach context", reason: "the rep's screen is not remembered", effect: handoff.AttachContext{Subject: l1, Owner: "kim"}},
	{name: "notify", reason: "a message is not remembered", effect: handoff.Notify{Subject: l1, ID: "n", Level: handoff.LevelInfo, To: "kim", Text: "hi"}},
}

func TestApply(t *testing.T) {
	for _, tt := range effectCases {
		t.Run(tt.name, func(t *testing.T) {
			before := handoff.Apply(nil, tt.before)
			untouched := before.Clone()
			once := handoff.Apply(before, []handoff.Effect{tt.effect})
			want := before.Clone()
			for k, e := range tt.want {
				want[k] = e
			}
			if diff := cmp.Diff(want, once); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
			if diff := cmp.Diff(untouched, before); diff != "" {
				t.Errorf("the given State changed:\n%s", diff)
			}
			twice := handoff.Apply(once, []handoff.Effect{tt.effect})
			if same := cmp.Equal(contents(once), contents(twice)); same == tt.repeats {
				t.Errorf("applying it again is the same: %t, want %t", same, !tt.repeats)
			}
		})
	}
}

// TestApply_SharesNothing changes an effect in every place after it was applied.
func TestApply_SharesNothing(t *testing.T) {
	for _, tt := range effectCases {
		effect := filled(tt.effect).(handoff.Effect)
		got := handoff.Apply(handoff.Apply(nil, tt.before), []handoff.Effect{effect})
		want := got.Clone()
		scribble(&effect)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: the State changed with the effect:\n%s", tt.name, diff)
		}
	}
}

func TestApply_EveryKindHasACase(t *testing.T) {
	for _, kind := range handoff.EffectKinds() {
		if !slices.ContainsFunc(effectCases, func(c effectCase) bool { return c.effect.Kind() == kind }) {
			t.Errorf("%s has no case", kind)
		}
	}
	if n := len(handoff.EffectKinds()); n != 32 {
		t.Errorf("there are %d kinds, want 32", n)
	}
}

// TestApply_ConsentInAnyOrder tells evidence in every order, a part of it to a record that is merged.
func TestApply_ConsentInAnyOrder(t *testing.T) {
	grant := func(at time.Time, edits ...func(*handoff.Consent)) handoff.Consent {
		c := consent(handoff.ConsentGranted, at)
		for _, edit := range edits {
			edit(&c)
		}
		return c
	}
	deny := func(at time.Time, edits ...func(*handoff.Consent)) handoff.Consent {
		c := grant(at, edits...)
		c.Status = handoff.ConsentDenied
		return c
	}
	marketing := func(c *handoff.Consent) { c.Purpose = handoff.PurposeMarketing }
	inquiry := func(c *handoff.Consent) { c.Basis = handoff.BasisInquiry }
	express := func(c *handoff.Consent) { c.Basis = handoff.BasisExpress }
	ends := func(c *handoff.Consent) { c.Until = later }
	until := func(at time.Time) func(*handoff.Consent) { return func(c *handoff.Consent) { c.Until = at } }
	revoked := func(at time.Time) func(*handoff.Consent) { return func(c *handoff.Consent) { c.RevokedAt = at } }
	source := func(s string) func(*handoff.Consent) { return func(c *handoff.Consent) { c.Source = s } }
	for _, tt := range []struct {
		name, reason string
		told, want   []handoff.Consent
	}{
		{"older grant", "the later word of one kind is remembered", []handoff.Consent{grant(now), grant(earlier)}, []handoff.Consent{grant(now)}},
		{"older refusal", "also of refusals", []handoff.Consent{deny(now), deny(earlier)}, []handoff.Consent{deny(now)}},
		{"grant that ends", "of two at one instant the one that ends first", []handoff.Consent{grant(now), grant(now, ends)}, []handoff.Consent{grant(now, ends)}},
		{"refusal and grant", "neither replaces the other; which of them counts is decided when somebody asks", []handoff.Consent{deny(now), grant(earlier)},
			[]handoff.Consent{deny(now), grant(earlier)}},
		{"refusal and grant at one instant", "both are kept", []handoff.Consent{grant(now), deny(now)}, []handoff.Consent{deny(now), grant(now)}},
		{"two bases", "one may end before the other", []handoff.Consent{grant(now, inquiry), grant(earlier)}, []handoff.Consent{grant(earlier), grant(now, inquiry)}},
		{"express said and left out", "a grant without a basis is express", []handoff.Consent{grant(earlier), grant(now, express)}, []handoff.Consent{grant(now, express)}},
		{"two purposes", "what is for every purpose stands first", []handoff.Consent{deny(now, marketing), deny(earlier)}, []handoff.Consent{deny(earlier), deny(now, marketing)}},
		{"everything", "each stands for itself", []handoff.Consent{grant(now, marketing, inquiry), deny(now, marketing), grant(now, marketing), grant(now)},
			[]handoff.Consent{grant(now), deny(now, marketing), grant(now, marketing), grant(now, marketing, inquiry)}},
		{"grant that is taken back", "that is a refusal, with its purpose and source", []handoff.Consent{grant(earlier, marketing, inquiry, revoked(now), source("form"))},
			[]handoff.Consent{deny(now, marketing, source("form")), grant(earlier, marketing, inquiry, revoked(now), source("form"))}},
		{"same grant, now taken back", "the same grant is told again", []handoff.Consent{grant(earlier), grant(earlier, revoked(now))},
			[]handoff.Consent{deny(now), grant(earlier, revoked(now))}},
		{"taken back, then an inquiry", "only an express grant opens again, so the refusal stays", []handoff.Consent{grant(earlier, inquiry, revoked(now)), grant(later, inquiry)},
			[]handoff.Consent{deny(now), grant(later, inquiry)}},
		{"older grant taken back last", "the refusal is later than the newer grant", []handoff.Consent{grant(now), grant(earlier, revoked(later))},
			[]handoff.Consent{deny(later), grant(now)}},
		{"taken back twice", "the later refusal counts, and the grant that was taken back first", []handoff.Consent{grant(earlier, revoked(later)), grant(earlier, revoked(now))},
			[]handoff.Consent{deny(later), grant(earlier, revoked(now))}},
		{"taken back before it ends", "the earlier of the two ends it", []handoff.Consent{grant(earlier, ends), grant(earlier, ends, revoked(now)), grant(earlier, until(later.Add(hour)))},
			[]handoff.Consent{deny(now), grant(earlier, ends, revoked(now))}},
		{"taken back before it was given", "it was said when it was given", []handoff.Consent{grant(now, revoked(earlier))},
			[]handoff.Consent{deny(now), grant(now, revoked(earlier))}},
		{"two sources at one instant", "one of them, the same in every order", []handoff.Consent{deny(now, source("form")), deny(now, source("call")), deny(now)},
			[]handoff.Consent{deny(now, source("form"))}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, order := range permutations(tt.told) {
				for cut := range len(order) + 1 {
					var list []handoff.Effect
					for i, c := range order {
						subject := l1
						if i >= cut {
							subject = lead("L2")
						}
						list = append(list, handoff.SetConsent{Subject: subject, Consent: c})
					}
					got := remembered(append(list, handoff.MergeRecords{From: lead("L2"), Into: l1, At: later})...).Consent
					if diff := cmp.Diff(tt.want, got); diff != "" {
						t.Fatalf("%s; told %v, the last %d to a record that is merged (-want +got):\n%s", tt.reason, order, len(order)-cut, diff)
					}
				}
			}
		})
	}
}

func TestApply_Latest(t *testing.T) {
	outcome := func(id string, at time.Time) handoff.Effect {
		return handoff.RecordOutcome{Subject: l1, Outcome: handoff.Outcome{ID: id, Word: id, At: at}}
	}
	for _, tt := range []struct {
		name, reason string
		effects      []handoff.Effect
		want         handoff.Record
	}{
		{"older outcome told late", "the latest instant wins", []handoff.Effect{outcome("a1", now), outcome("a2", earlier)},
			handoff.Record{Outcome: handoff.Outcome{ID: "a1", Word: "a1", At: now}}},
		{"two outcomes at one instant", "then the greater id", []handoff.Effect{outcome("a2", now), outcome("a1", now)},
			handoff.Record{Outcome: handoff.Outcome{ID: "a2", Word: "a2", At: now}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, remembered(tt.effects...)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

func TestApply_FirstEntranceInAnyOrder(t *testing.T) {
	mql := func(at time.Time, trigger string) handoff.Stage {
		return handoff.Stage{ID: "mql", At: at, Trigger: trigger}
	}
	for _, tt := range []struct {
		name, reason string
		told         []handoff.Stage
		want         handoff.Stage
	}{
		{"instants differ", "the trigger goes with its instant", []handoff.Stage{mql(now, "T1"), mql(earlier, "T3"), mql(later, "T2")}, mql(earlier, "T3")},
		{"one instant", "the lesser id, bytewise", []handoff.Stage{mql(earlier, "T3"), mql(earlier, "T2"), mql(now, "T1"), mql(earlier, "T10")}, mql(earlier, "T10")},
		{"one instant, set by a host", "nothing is less than an id", []handoff.Stage{mql(now, "T1"), mql(now, "")}, mql(now, "")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, order := range permutations(tt.told) {
				for cut := range len(order) + 1 {
					var list []handoff.Effect
					for i, s := range order {
						subject := l1
						if i >= cut {
							subject = lead("L2")
						}
						list = append(list, handoff.SetStage{Subject: subject, Stage: s})
					}
					got := remembered(append(list, handoff.MergeRecords{From: lead("L2"), Into: l1, At: later})...).Stages
					if diff := cmp.Diff([]handoff.Stage{tt.want}, got); diff != "" {
						t.Fatalf("%s; told %v, the last %d to a record that is merged (-want +got):\n%s", tt.reason, order, len(order)-cut, diff)
					}
				}
			}
		})
	}
}

// ledger returns the start of a ledger of members of weight 1.
func ledger(reps ...string) *handoff.Pool {
	var members []handoff.Member
	for i, rep := range reps {
		members = append(members, handoff.Member{Rep: rep, Weight: 1, Place: int64(i)})
	}
	return &handoff.Pool{Members: handoff.NewLine(members...)}
}

func TestApply_VersionsCountCalls(t *testing.T) {
	stranger := handoff.State{lead("L9"): {Version: 7, Value: handoff.Record{Owner: "sam"}}, lead("L8"): {}}
	next := handoff.Apply(stranger, []handoff.Effect{
		handoff.Expose{Subject: l1, Arm: handoff.Arm{Experiment: "n"}},
		handoff.Expose{Subject: l1, Arm: handoff.Arm{Experiment: "m"}},
		handoff.Notify{Subject: lead("L8")},
	})
	for _, tt := range []struct {
		name, reason string
		key          handoff.Key
		want         int64
	}{
		{"named twice", "an entry moves by one for each call", l1, 1},
		{"not named", "an entry that no effect names keeps its version", lead("L9"), 7},
		{"named by a message", "a message is no write", lead("L8"), 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := next[tt.key].Version; got != tt.want {
				t.Errorf("version %d, want %d: %s", got, tt.want, tt.reason)
			}
		})
	}
	if diff := cmp.Diff(stranger, handoff.Apply(stranger, nil)); diff != "" {
		t.Errorf("without effects the State changed:\n%s", diff)
	}
}

func TestApply_RemembersTheLatestThousandActivities(t *testing.T) {
	var list []handoff.Effect
	for i := range 1001 {
		list = append(list, handoff.RecordActivity{Subject: l1, ActivityRef: handoff.ActivityRef{ID: fmt.Sprint("a", i), At: now.Add(time.Duration(i) * time.Second)}})
	}
	got := remembered(list...).Activities
	if len(got) != 1000 || !got[0].At.Equal(now.Add(time.Second)) {
		t.Errorf("remembers %d from %s, want 1000 from the second on", len(got), got[0].At)
	}
}

func TestApply_RemembersTheLatestFiftyStoppedClocks(t *testing.T) {
	var list []handoff.Effect
	for i := range 51 {
		c := handoff.Clock{ID: fmt.Sprint("c", i), Start: now.Add(time.Duration(i) * time.Second)}
		list = append(list, handoff.StartClock{Subject: l1, Clock: c}, handoff.StopClock{Subject: l1, ID: c.ID, At: later})
	}
	got := remembered(list...).Stopped
	if len(got) != 50 || got[0].ID != "c1" {
		t.Errorf("remembers %d from %s, want 50 from c1 on", len(got), got[0].ID)
	}
}

func TestApply_RemembersTheLatestTwoHundredTouches(t *testing.T) {
	var list []handoff.Effect
	for i := range 201 {
		list = append(list, handoff.RecordTouch{Subject: l1, TouchRef: touched(fmt.Sprint("t", i), now.Add(time.Duration(i)*time.Second))})
	}
	got := remembered(list...).Touches
	if len(got) != 200 || !got[0].At.Equal(now.Add(time.Second)) {
		t.Errorf("remembers %d from %s, want 200 from the second on", len(got), got[0].At)
	}
}

// TestApply_MergedRaisedHand unites when two records asked for sales.
func TestApply_MergedRaisedHand(t *testing.T) {
	raised := func(subject handoff.Ref, trigger string, at time.Time) handoff.Effect {
		return handoff.ConsumeTrigger{Subject: subject, Policy: policy, Trigger: trigger, Fate: handoff.FateActed, At: at, RaisedHand: at}
	}
	for _, tt := range []struct{ own, other, want time.Time }{{now, earlier, now}, {now, later, later}, {time.Time{}, now, now}} {
		got := remembered(raised(l1, "T1", tt.own), raised(lead("L2"), "T2", tt.other), merged(lead("L2"), l1)).RaisedHand
		if !got.Equal(tt.want) {
			t.Errorf("asked at %s and at %s: the survivor asked last at %s, want %s", tt.own, tt.other, got, tt.want)
		}
	}
}

// TestApply_MergedTouches unites what two records remember of touches, of signals and of sequences.
func TestApply_MergedTouches(t *testing.T) {
	got := remembered(
		handoff.RecordTouch{Subject: l1, TouchRef: touched("t1", now)}, handoff.RecordTouch{Subject: lead("L2"), TouchRef: touched("t1", earlier)},
		handoff.RecordTouch{Subject: lead("L2"), TouchRef: touched("t2", earlier)},
		handoff.ConsumeTrigger{Subject: l1, Policy: policy, Trigger: "T1", Fate: handoff.FateActed, At: now, Heard: heard("T1", later)},
		handoff.ConsumeTrigger{Subject: lead("L2"), Policy: policy, Trigger: "T2", Fate: handoff.FateActed, At: now, Heard: heard("T2", later)},
		handoff.MergeRecords{From: lead("L2"), Into: l1, At: now})
	want := handoff.Record{Touches: []handoff.TouchRef{touched("t2", earlier), touched("t1", now)}, Heard: []handoff.Heard{heard("T1", later), heard("T2", later)}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("each is remembered once, and the survivor's own stays (-want +got):\n%s", diff)
	}
}

// TestApply_ActivityIsCountedOnce is told of one activity at two instants: the first word on it stays.
func TestApply_ActivityIsCountedOnce(t *testing.T) {
	first := handoff.RecordActivity{Subject: l1, ActivityRef: handoff.ActivityRef{ID: "a1", Kind: handoff.ActivityCall, At: now}}
	again := first
	again.At = later
	state := handoff.Apply(handoff.State{}, []handoff.Effect{first})
	state = handoff.Apply(state, []handoff.Effect{again})
	if got := state[l1].Value.(handoff.Record).Activities; len(got) != 1 || !got[0].At.Equal(now) {
		t.Errorf("%+v, want the first word alone", got)
	}
}
