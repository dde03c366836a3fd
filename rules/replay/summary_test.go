package replay_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/replay"
)

func TestSummary(t *testing.T) {
	const want = `play                   won
demo-enterprise          1
renewal                  1

owner             handoffs
kim                      1
lee                      1

verdict          decisions
held                     2
assigned                 1
enrolled                 1
permitted                1
unassigned               1
`
	var s replay.Summary
	for _, d := range []handoff.Decision{
		{Verdict: handoff.VerdictHeld},
		{Verdict: handoff.VerdictUnassigned, Play: "demo-enterprise"},
		{Verdict: handoff.VerdictEnrolled, Play: "demo-enterprise", Owner: "lee"},
		{Verdict: handoff.VerdictHeld},
		{Verdict: handoff.VerdictPermitted, Cause: handoff.Cause{Touch: "M1"}, Owner: "kim"},
		{Verdict: handoff.VerdictAssigned, Play: "renewal", Owner: "kim"},
	} {
		s.Add(d)
	}
	if diff := cmp.Diff(want, s.String()); diff != "" {
		t.Errorf("the greatest count goes first, then the name (-want +got)\n%s", diff)
	}
	if s.Decisions() != 6 {
		t.Errorf("%d decisions, want 6", s.Decisions())
	}
}

// TestSummaryOfExperiments counts the sides of records that were handed over or held out, and no handoff that did not happen.
func TestSummaryOfExperiments(t *testing.T) {
	const want = `play                    won
demo                      2

owner              handoffs
kim                       2

verdict           decisions
assigned                  1
enrolled                  1
held                      1
held_out                  1

experiment          exposed
global: held_out          1
global: treated           2
opener: video             1
`
	side := func(experiment, arm string) handoff.Expose {
		return handoff.Expose{Arm: handoff.Arm{Experiment: experiment, Arm: arm}}
	}
	demo := func(v handoff.Verdict, effects ...handoff.Effect) handoff.Decision {
		return handoff.Decision{Verdict: v, Play: "demo", Owner: "kim", Effects: effects}
	}
	waits := demo(handoff.VerdictHeld, side("global", "treated"))
	waits.Owner = ""
	var s replay.Summary
	for _, d := range []handoff.Decision{
		demo(handoff.VerdictEnrolled, side("global", "treated"), side("opener", "video")),
		demo(handoff.VerdictHeldOut, side("global", "held_out")),
		waits,
		demo(handoff.VerdictAssigned, side("global", "treated")),
	} {
		s.Add(d)
	}
	if diff := cmp.Diff(want, s.String()); diff != "" {
		t.Errorf("what would have been is not what was, and who waits is told again (-want +got)\n%s", diff)
	}
}

// TestSummaryOfPromises counts what is known of clocks in the end, and what happened to records on the way.
func TestSummaryOfPromises(t *testing.T) {
	const want = `verdict                          decisions
observed                                 7
swept                                    3
refused                                  2
enrolled                                 1

outcome                               said
no_response                              2
met                                      1

event                                times
recycled                                 2
activity refused                         1
back to a queue                          1
escalated                                1
given to somebody else                   1
outcome disputed                         1
promise corrected                        1
recycled, and handed over again          1
warned before it is late                 1

promise                               kept       late   not done
first_touch                              2          1          1
queue                                    0          1          0
`
	at := time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)
	lead := handoff.Ref{Kind: handoff.KindLead, ID: "L1"}
	activity := func(effects ...handoff.Effect) handoff.Decision {
		return handoff.Decision{Cause: handoff.Cause{Activity: "a1"}, Verdict: handoff.VerdictObserved, Effects: effects}
	}
	swept := func(effects ...handoff.Effect) handoff.Decision {
		return handoff.Decision{Cause: handoff.Cause{Time: true}, Verdict: handoff.VerdictSwept, Effects: effects}
	}
	stop := func(id string, met bool, why handoff.StopWhy, at time.Time) handoff.Effect {
		return handoff.StopClock{Subject: lead, ID: id, At: at, Met: met, Why: why}
	}
	warned := swept()
	warned.Reasons = []handoff.Reason{{Rule: handoff.RuleClock, Code: handoff.CodeWarned}}
	refused := activity()
	refused.Verdict = handoff.VerdictRefused
	var s replay.Summary
	for _, d := range []handoff.Decision{
		warned, refused,
		{Cause: handoff.Cause{Touch: "M1"}, Verdict: handoff.VerdictRefused},
		activity(stop("first_touch:a", true, handoff.StopDone, at), handoff.RecordOutcome{Outcome: handoff.Outcome{Word: "met"}}),
		activity(stop("first_touch:b", false, handoff.StopDone, at), handoff.RecordOutcome{Outcome: handoff.Outcome{Word: "no_response"}}),
		activity(handoff.RecordOutcome{Outcome: handoff.Outcome{Word: "no_response", Disputed: handoff.Dispute{At: at}}}),
		swept(stop("first_touch:a", false, handoff.StopOwner, at.Add(time.Hour)), handoff.Assign{To: "lee", Play: "a"}, handoff.Notify{Level: handoff.LevelUrgent}),
		swept(stop("first_touch:a", false, handoff.StopReturns, at.Add(2*time.Hour)), handoff.Assign{From: "lee"}),
		activity(handoff.Correct{Subject: lead, Correction: handoff.Correction{Clock: "first_touch:a", Was: at.Add(time.Hour), Met: true}}),
		activity(stop("queue:inbox", false, handoff.StopDone, at), handoff.Assign{To: "kim"}),
		activity(handoff.RecordOutcome{Outcome: handoff.Outcome{Word: "no_response"}}, handoff.Recycle{Trigger: "R1"}),
		activity(handoff.ConsumeTrigger{Trigger: "R1", Fate: handoff.FateDropped}, handoff.Recycle{Trigger: "R2"}),
		{Cause: handoff.Cause{Triggers: []string{"R2"}}, Verdict: handoff.VerdictEnrolled, Effects: handoff.Effects{
			handoff.ConsumeTrigger{Trigger: "R2", Fate: handoff.FateActed}, handoff.Assign{To: "kim", Play: "a"}}},
	} {
		s.Add(d)
	}
	if diff := cmp.Diff(want, s.String()); diff != "" {
		t.Errorf("what was corrected counts as it is known (-want +got)\n%s", diff)
	}
}

// TestSummaryOfCorrections counts the end of a clock by why it ended, as far as that is known in the end.
func TestSummaryOfCorrections(t *testing.T) {
	at := time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)
	lead := handoff.Ref{Kind: handoff.KindLead, ID: "L1"}
	stop := func(met bool, why handoff.StopWhy) handoff.Effect {
		return handoff.StopClock{Subject: lead, ID: "first_touch:a", At: at, Met: met, Why: why}
	}
	correct := func(was, is time.Duration, wasMet, met bool, why handoff.StopWhy) handoff.Effect {
		return handoff.Correct{Subject: lead, Correction: handoff.Correction{Clock: "first_touch:a", Was: at.Add(-was), Is: at.Add(-is), WasMet: wasMet, Met: met, Why: why}}
	}
	for _, tt := range []struct {
		name, reason string
		effects      []handoff.Effect
		want         replay.Promise
	}{
		{"over before", "the handoff had ended when it was done", []handoff.Effect{stop(true, handoff.StopDone), correct(0, time.Hour, true, false, handoff.StopClosed)}, replay.Promise{NotDone: 1}},
		{"over earlier still", "it stays not done", []handoff.Effect{stop(false, handoff.StopClosed), correct(0, time.Hour, false, false, handoff.StopClosed)}, replay.Promise{NotDone: 1}},
		{"done after all", "the second correction finds the first", []handoff.Effect{stop(false, handoff.StopOwner), correct(0, time.Hour, false, false, handoff.StopClosed),
			correct(time.Hour, 2*time.Hour, false, true, handoff.StopDone)}, replay.Promise{Kept: 1}},
		{"done late", "not in time, but done", []handoff.Effect{stop(false, handoff.StopReturns), correct(0, time.Hour, false, false, handoff.StopDone)}, replay.Promise{Late: 1}},
		{"in time", "as was known late", []handoff.Effect{stop(false, handoff.StopDone), correct(0, time.Hour, false, true, handoff.StopDone)}, replay.Promise{Kept: 1}},
		{"not counted before", "it ended before the first decision", []handoff.Effect{correct(0, time.Hour, true, false, handoff.StopClosed)}, replay.Promise{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var s replay.Summary
			for _, e := range tt.effects {
				s.Add(handoff.Decision{Cause: handoff.Cause{Activity: "a1"}, Verdict: handoff.VerdictObserved, Effects: handoff.Effects{e}})
			}
			tt.want.Name = "first_touch"
			if diff := cmp.Diff([]replay.Promise{tt.want}, s.Promises()); diff != "" {
				t.Errorf("%s (-want +got)\n%s", tt.reason, diff)
			}
		})
	}
}

func TestSummaryOfNothing(t *testing.T) {
	var s replay.Summary
	if s.String() != "" || s.Decisions() != 0 || len(s.Plays())+len(s.Owners())+len(s.Verdicts())+len(s.Outcomes())+len(s.Events())+len(s.Promises()) != 0 {
		t.Errorf("the zero Summary is %q", s.String())
	}
}
