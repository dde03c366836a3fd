package cli

import (
	"bufio"
	"fmt"
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

func TestMatchNamesItsRules(t *testing.T) {
	const policy = "sha256:cd5c31d1b1659fae94626d50b68fcad0d52c32df2deaf2192eec12b879aa85ac"
	const list = "publicsuffix.org's public_suffix_list.dat, git revision 2c960dac3d39ba521eb5db9da192968f5be0aded (2025-03-18T07:22:13Z)"
	for _, tt := range []struct{ name, digest, want, reason string }{
		{"none", "", "", "there is nothing to name"},
		{"those of the policy", policy + "; " + list, " by this policy, publicsuffix.org's public_suffix_list.dat, git revision 2c960dac3d39 (2025-03-18T07:22:13Z)", "its digest stands above"},
		{"others", "sha256:0123456789abcdef0123", " by rules sha256:0123456789ab", "they are told, cut"},
		{"a word", "sha256:people", " by rules sha256:people", "it is no digest"},
	} {
		if got := byRules(tt.digest, policy); got != tt.want {
			t.Errorf("%s: %q, want %q: %s", tt.name, got, tt.want, tt.reason)
		}
	}
}

func TestMatchShowsTenCandidates(t *testing.T) {
	for _, tt := range []struct {
		n, shown int
		want     string
		reason   string
	}{
		{10, 10, "account/A9 no 0", "the bound itself is shown"},
		{12, 10, "and 2 candidates more, which --json shows", "how many more there are"},
	} {
		m := handoff.Match{Account: handoff.Taken{Verdict: handoff.NotMatched}}
		for i := range tt.n {
			m.Candidates = append(m.Candidates, handoff.MatchCandidate{Ref: handoff.Ref{Kind: handoff.KindAccount, ID: fmt.Sprint("A", i)}, Verdict: handoff.NotMatched})
		}
		var out strings.Builder
		p := printer{out: bufio.NewWriter(&out)}
		p.match(m, "")
		p.out.Flush()
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		if got := strings.TrimSpace(lines[len(lines)-1]); !strings.HasPrefix(got, tt.want) || strings.Count(out.String(), "account/A") != tt.shown {
			t.Errorf("%d candidates end in %q, want %q: %s\n%s", tt.n, got, tt.want, tt.reason, out.String())
		}
	}
}
