package replay_test

import (
	"testing"

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

func TestSummaryOfNothing(t *testing.T) {
	var s replay.Summary
	if s.String() != "" || s.Decisions() != 0 || len(s.Plays())+len(s.Owners())+len(s.Verdicts()) != 0 {
		t.Errorf("the zero Summary is %q", s.String())
	}
}
