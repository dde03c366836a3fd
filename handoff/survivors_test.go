package handoff_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// TestLaw10_StateWithRoomToGrow applies effects to lists that have spare capacity, where an append would write into the
// caller's memory, and decides on instants in another zone, which are normalised in a copy.
func TestLaw10_StateWithRoomToGrow(t *testing.T) {
	holds := append(make([]handoff.ActiveHold, 0, 8), handoff.ActiveHold{ID: "m", OnRelease: handoff.ReleaseNone})
	spare := holds[:2]
	s := handoff.State{l1: {Version: 1, Value: handoff.Record{Holds: holds}}}
	handoff.Apply(s, []handoff.Effect{handoff.Hold{Subject: l1, ActiveHold: handoff.ActiveHold{ID: "z"}}})
	if spare[1].ID != "" {
		t.Errorf("Apply wrote %v behind the caller's list", spare[1])
	}
	abroad := time.FixedZone("abroad", 3600)
	queue := []handoff.Queued{{Trigger: signal("Q1", "webinar", now.In(abroad)), Until: later.In(abroad), Why: handoff.WhyHeld}}
	r := demo(triggers())
	r.State = handoff.State{l1: {Version: 1, Value: handoff.Record{Queue: queue}}}
	decide(t, compile(t), now, r)
	if queue[0].Until.Location() != abroad || queue[0].Trigger.OccurredAt.Location() != abroad {
		t.Error("Decide normalised the caller's own instants")
	}
}

// TestLaw06_FirstFateStays consumes a trigger again, as a second record that queued it does.
func TestLaw06_FirstFateStays(t *testing.T) {
	consume := func(subject handoff.Ref, fate handoff.Fate, at time.Time) handoff.State {
		return handoff.Apply(handoff.State{handoff.TriggerKey("acme", "T1"): {Version: 1, Value: handoff.Seen{At: earlier, Fate: handoff.FateActed}}},
			[]handoff.Effect{handoff.ConsumeTrigger{Subject: subject, Policy: "acme", Trigger: "T1", Fate: fate, At: at}})
	}
	got := consume(lead("L2"), handoff.FateDuplicate, now)[handoff.TriggerKey("acme", "T1")].Value
	if diff := cmp.Diff(handoff.Seen{At: earlier, Fate: handoff.FateActed}, got); diff != "" {
		t.Errorf("what became of it first is history (-want +got):\n%s", diff)
	}
}

func TestDecision_CauseIsInOrder(t *testing.T) {
	d := decide(t, compile(t), now, demo(triggers(signal("B", "demo_request", now.Add(-hour)), signal("A", "webinar", now))))
	if diff := cmp.Diff([]string{"A", "B"}, d.Cause.Triggers); diff != "" {
		t.Errorf("ids in order, whatever occurred first (-want +got):\n%s", diff)
	}
}
