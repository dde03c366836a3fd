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

// oneCall lets one call go out to each lead.
type oneCall struct{}

func (oneCall) tally(f *handoff.Facts) handoff.Key {
	return handoff.TallyKey("p", "call/"+f.Subject.ID)
}

func (l oneCall) Keys(f *handoff.Facts, _ []handoff.Touch, dst []handoff.Key) []handoff.Key {
	return append(dst, l.tally(f))
}

func (l oneCall) Limit(f *handoff.Facts, touches []handoff.Touch, _ []string) (out handoff.Limits) {
	if len(f.Tally(l.tally(f)).At) > 0 {
		out.Stops = []handoff.Stop{{ActiveHold: handoff.ActiveHold{ID: "one", Reason: "one is enough"}}}
	}
	out.Counts = []handoff.Count{{Tally: l.tally(f), At: touches[0].At, Keep: 1}}
	return out
}

// TestATouchCounts asks with the entries that only a touch reads.
func TestATouchCounts(t *testing.T) {
	engine, err := handoff.New(handoff.Config{Policy: "p", Limiter: oneCall{},
		Triggers: []handoff.TriggerRule{{Kind: "demo_request", About: handoff.KindLead, StaleAfter: time.Hour}}, OptOut: []handoff.Channel{handoff.ChannelCall}})
	if err != nil {
		t.Fatal(err)
	}
	s := New(engine)
	lead := handoff.Lead{ID: "L1"}
	for _, test := range []struct {
		name, reason string
		want         handoff.Verdict
	}{
		{"first", "nothing went out yet", handoff.VerdictPermitted},
		{"second", "the first counts", handoff.VerdictHeld},
	} {
		t.Run(test.name, func(t *testing.T) {
			decisions, err := s.Step(Line{At: time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC), Request: handoff.Request{Subject: lead.Ref(), Lead: lead},
				Touch: &handoff.Touch{ID: test.name, Channel: handoff.ChannelCall}})
			if err != nil || len(decisions) != 1 || decisions[0].Verdict != test.want {
				t.Errorf("%v (%v), want %s: %s", decisions, err, test.want, test.reason)
			}
		})
	}
}
