package suppression_test

import (
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/hosttest"
	"github.com/salesbaton/baton/suppression"
)

// TestRelease_ThroughAnEngine follows a trigger of a lead that is on a list of people who are not contacted, until the host
// takes it off.
func TestRelease_ThroughAnEngine(t *testing.T) {
	listed := func(how handoff.OnRelease, younger time.Duration) suppression.Rule {
		return suppression.Rule{ID: "dnc", Source: suppression.DoNotContact, OnRelease: how, Younger: younger, Forever: true}
	}
	type step struct {
		hours   time.Duration // since the first
		listed  bool
		trigger string // that arrives; "": none does
		want    handoff.Verdict
	}
	const held, assigned, duplicate, stale, nothing = handoff.VerdictHeld, handoff.VerdictAssigned, handoff.VerdictDuplicate, handoff.VerdictStale, handoff.VerdictNoPlay
	for _, tt := range []struct {
		name, reason string
		rule         suppression.Rule
		steps        []step
	}{
		{"none", "leaving the list starts nothing; a new signal does", listed(handoff.ReleaseNone, 0),
			[]step{{0, true, "T1", held}, {24, false, "", nothing}, {25, false, "T1", duplicate}, {26, false, "T2", assigned}}},
		{"replay", "the signal waited", listed(handoff.ReleaseReplay, 0),
			[]step{{0, true, "T1", held}, {24, true, "", held}, {24 * 30, false, "", assigned}}},
		{"replay while young", "it waited and is young enough", listed(handoff.ReleaseReplay, 48*time.Hour),
			[]step{{0, true, "T1", held}, {24, true, "", held}, {47, false, "", assigned}}},
		{"too old by then", "it went by itself before the lead left the list", listed(handoff.ReleaseReplay, 48*time.Hour),
			[]step{{0, true, "T1", held}, {48, true, "", stale}, {49, false, "", nothing}, {50, false, "T2", assigned}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			set, err := suppression.New("acme", []suppression.Rule{tt.rule})
			if err != nil {
				t.Fatal(err)
			}
			var store hosttest.Memory
			e := engine(t, "", set)
			for i, s := range tt.steps {
				now := at.Add(s.hours * time.Hour)
				r := handoff.Request{Subject: l1, Lead: handoff.Lead{ID: "L1", Flags: []handoff.Flag{}}}
				if s.listed {
					r.Lead.Flags = []handoff.Flag{{Word: handoff.FlagDoNotContact}}
				}
				if s.trigger == "T1" {
					r.Triggers = []handoff.Trigger{{ID: "T1", Kind: "demo_request", OccurredAt: at}}
				} else if s.trigger != "" {
					r.Triggers = []handoff.Trigger{{ID: s.trigger, Kind: "demo_request", OccurredAt: now}}
				}
				if d := deliver(t, &store, e, now, r); d.Verdict != s.want {
					t.Fatalf("step %d: got %s, want %s: %s", i, d.Verdict, s.want, tt.reason)
				}
			}
		})
	}
}

// deliver decides and commits.
func deliver(t *testing.T, store *hosttest.Memory, e *handoff.Engine, now time.Time, r handoff.Request) handoff.Decision {
	t.Helper()
	r, err := store.Fill(t.Context(), e, now, r)
	if err != nil {
		t.Fatal(err)
	}
	d, err := e.Decide(now, r)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Commit(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	return d
}
