package cli

import (
	"bufio"
	"strings"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

func TestConditionSaysWhatIsUnknown(t *testing.T) {
	for _, tt := range []struct {
		truth  handoff.Truth
		want   string
		reason string
	}{
		{handoff.False, "because b is not true", "a term is false"},
		{handoff.Unknown, "because b is unknown", "no term is false, else the whole would be"},
	} {
		var out strings.Builder
		p := printer{out: bufio.NewWriter(&out)}
		p.condition("gate g", handoff.Trace{Truth: tt.truth, Text: "a and b", First: "b"})
		p.out.Flush()
		if !strings.Contains(out.String(), tt.want+"\n") {
			t.Errorf("%q, want %s: %s", out.String(), tt.want, tt.reason)
		}
	}
}

func TestStageSaysWhyItIsNotEntered(t *testing.T) {
	when := handoff.Trace{Truth: handoff.True, Text: "score.fit >= 50"}
	for _, tt := range []struct {
		stage        handoff.StageTrace
		want, reason string
	}{
		{handoff.StageTrace{Stage: "mql", When: when, Entered: true}, "stage mql is entered: score.fit >= 50", "the condition says so"},
		{handoff.StageTrace{Stage: "mql", When: handoff.Trace{Text: "score.fit >= 50"}}, "stage mql is not entered by this trigger: score.fit >= 50", "the condition says so"},
		{handoff.StageTrace{Stage: "mql", When: when, Why: "was entered before"}, "stage mql was entered before: score.fit >= 50", "the condition is true, and that does not matter"},
		{handoff.StageTrace{Stage: "customer", Why: "is entered on won", Position: "p:1:1"}, "stage customer is entered on won  [p:1:1]", "there is no condition to show"},
	} {
		var out strings.Builder
		p := printer{out: bufio.NewWriter(&out)}
		p.stage(tt.stage)
		p.out.Flush()
		if got := strings.TrimSpace(out.String()); got != tt.want {
			t.Errorf("%q, want %q: %s", got, tt.want, tt.reason)
		}
	}
}

func TestPromisesOfADecision(t *testing.T) {
	zone, err := calendar.LoadZone("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		effect handoff.Effect
		want   string
	}{
		{handoff.StopClock{ID: "first_touch:a", At: at, Met: true}, "first_touch:a kept in time at Mon 2026-03-02 10:00 EST"},
		{handoff.StopClock{ID: "first_touch:a", At: at}, "first_touch:a kept late at Mon 2026-03-02 10:00 EST"},
		{handoff.StopClock{ID: "first_touch:a", At: at, Why: handoff.StopOwner}, "first_touch:a not done (owner changed) at Mon 2026-03-02 10:00 EST"},
		{handoff.MoveClock{Clock: handoff.Clock{ID: "first_touch:a", Due: at}, Why: "goes on"}, "first_touch:a: goes on, due Mon 2026-03-02 10:00 EST"},
		{handoff.MoveClock{Clock: handoff.Clock{ID: "first_touch:a"}, Why: "is paused"}, "first_touch:a: is paused"},
		{handoff.Correct{Correction: handoff.Correction{Clock: "first_touch:a", Is: at, Met: true}}, "first_touch:a kept in time at Mon 2026-03-02 10:00 EST, other than was known"},
		{handoff.Correct{Correction: handoff.Correction{Clock: "first_touch:a", Is: at}}, "first_touch:a kept late at Mon 2026-03-02 10:00 EST, other than was known"},
		{handoff.Correct{Correction: handoff.Correction{Clock: "first_touch:a", Is: at, Why: handoff.StopClosed}}, "first_touch:a not done (closed) at Mon 2026-03-02 10:00 EST, other than was known"},
		{handoff.Recycle{To: "nurture", Back: at}, "recycled to nurture, back at Mon 2026-03-02 10:00 EST"},
		{handoff.Recycle{}, "recycled"},
		{handoff.Notify{}, ""},
	} {
		if got := strings.Join((printer{zone: zone}).promises(handoff.Effects{tt.effect}), "; "); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.effect.Kind(), got, tt.want)
		}
	}
}
