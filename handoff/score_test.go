package handoff_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// TestScores_Unknown reads what a rep and a trace are told of acme's score intent, which counts events.
func TestScores_Unknown(t *testing.T) {
	e := compile(t)
	for _, tt := range []struct {
		name, reason string
		events       []handoff.Event
		context      []handoff.NamedScore
		trace        string
	}{
		{"nobody looked", "an unknown score is not 0", nil,
			[]handoff.NamedScore{{ID: "fit", Points: 50}}, `[{"id":"intent"},{"id":"fit","points":50}]`},
		{"nothing found", "a score of 0 is known", []handoff.Event{},
			[]handoff.NamedScore{{ID: "intent"}, {ID: "fit", Points: 50}}, `[{"id":"intent","points":0},{"id":"fit","points":50}]`},
		{"an event", "as above", []handoff.Event{{ID: "e", Kind: "login", At: now}},
			[]handoff.NamedScore{{ID: "intent", Points: 5}, {ID: "fit", Points: 55}}, `[{"id":"intent","points":5},{"id":"fit","points":55}]`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x, err := e.Explain(now, fill(e, now, demo(func(r *handoff.Request) { r.Events = tt.events })))
			if err != nil {
				t.Fatal(err)
			}
			c, _ := x.Decision.Context()
			if diff := cmp.Diff(tt.context, c.Scores); diff != "" {
				t.Errorf("%s (-want +the rep is told):\n%s", tt.reason, diff)
			}
			if diff := cmp.Diff(tt.trace, encode(t, x.Triggers[0].Scores)); diff != "" {
				t.Errorf("%s (-want +the trace):\n%s", tt.reason, diff)
			}
		})
	}
}

// TestPriority_UnknownCountsAsZero sets a play of unknown priority against one of a known one.
func TestPriority_UnknownCountsAsZero(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		other        int64
		want         string
	}{
		{"against 1", "0 is less", 1, "other"},
		{"against -1", "0 is more", -1, "unknown"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			unknown := handoff.ScoreFunc(func(*handoff.Facts) handoff.Opt[int64] { return handoff.Opt[int64]{Value: 7} })
			d := decide(t, compile(t, func(c *handoff.Config) {
				c.Plays = []handoff.Play{
					{ID: "unknown", Trigger: "demo_request", Priority: unknown, Router: to("kim")},
					{ID: "other", Trigger: "demo_request", Priority: points(tt.other), Router: to("lee")},
				}
			}), now, demo())
			if d.Play != tt.want {
				t.Errorf("%s won, want %s: %s", d.Play, tt.want, tt.reason)
			}
		})
	}
}
