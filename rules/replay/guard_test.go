package replay

import (
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
)

func TestARecordThatStaysDueEndsTheSimulation(t *testing.T) {
	// No engine does this: the guard is for one that does.
	engine, err := handoff.New(handoff.Config{Policy: "p", Triggers: []handoff.TriggerRule{
		{Kind: "demo_request", About: handoff.KindLead, StaleAfter: time.Hour}}})
	if err != nil {
		t.Fatal(err)
	}
	s := New(engine)
	s.turn(time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC))
	lead := handoff.Ref{Kind: handoff.KindLead, ID: "L1"}
	for range maxLaps {
		if _, err := s.sweep(lead); err != nil {
			t.Fatal(err)
		}
	}
	_, err = s.sweep(lead)
	const want = "lead/L1 is still due at 2026-03-02T15:00:00Z after 16 sweeps at that instant"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	s.turn(s.now.Add(1))
	if _, err := s.sweep(lead); err != nil {
		t.Errorf("at the next instant: %v", err)
	}
}

func TestDecisionsDoNotPileUp(t *testing.T) {
	engine, err := handoff.New(handoff.Config{Policy: "p", Triggers: []handoff.TriggerRule{
		{Kind: "demo_request", About: handoff.KindLead, StaleAfter: time.Hour}}})
	if err != nil {
		t.Fatal(err)
	}
	s := New(engine)
	at := time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)
	for range 3 {
		at = at.Add(time.Second)
		l := Line{
			At:       at,
			Request:  handoff.Request{Subject: handoff.Ref{Kind: handoff.KindLead, ID: "L1"}, Lead: handoff.Lead{ID: "L1"}},
			Activity: &handoff.Activity{ID: at.String(), Kind: handoff.ActivityCall, At: at},
		}
		if _, err := s.Step(l); err != nil {
			t.Fatal(err)
		}
		if n := len(s.memory.Decisions()); n > 0 {
			t.Fatalf("%d decisions are kept", n)
		}
	}
}
