package rulestest

import (
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/hosttest"
)

// oneEmail lets one e-mail go out to each lead.
type oneEmail struct{}

func (oneEmail) tally(f *handoff.Facts) handoff.Key {
	return handoff.TallyKey("p", "email/"+f.Subject.ID)
}

func (l oneEmail) Keys(f *handoff.Facts, _ []handoff.Touch, dst []handoff.Key) []handoff.Key {
	return append(dst, l.tally(f))
}

func (l oneEmail) Limit(f *handoff.Facts, touches []handoff.Touch, _ []string) (out handoff.Limits) {
	if len(f.Tally(l.tally(f)).At) > 0 {
		out.Stops = []handoff.Stop{{ActiveHold: handoff.ActiveHold{ID: "one", Reason: "one is enough"}}}
	}
	out.Counts = []handoff.Count{{Tally: l.tally(f), At: touches[0].At, Keep: 1}}
	return out
}

// TestATouchCounts asks with the entries that only a touch reads.
func TestATouchCounts(t *testing.T) {
	engine, err := handoff.New(handoff.Config{Policy: "p", Limiter: oneEmail{},
		Triggers: []handoff.TriggerRule{{Kind: "demo_request", About: handoff.KindLead, StaleAfter: time.Hour}}, OptOut: []handoff.Channel{handoff.ChannelEmail}})
	if err != nil {
		t.Fatal(err)
	}
	memory := new(hosttest.Memory)
	lead := handoff.Lead{ID: "L1"}
	for _, test := range []struct {
		name, reason string
		want         handoff.Verdict
	}{
		{"first", "nothing went out yet", handoff.VerdictPermitted},
		{"second", "the first counts", handoff.VerdictHeld},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := step{at: time.Date(2026, 3, 2, 15, 4, 0, 0, time.UTC), request: handoff.Request{Subject: lead.Ref(), Lead: lead},
				touch: &handoff.Touch{ID: test.name, Channel: handoff.ChannelEmail}}
			d, err := s.ask(engine, memory)
			if err != nil || d.Verdict != test.want {
				t.Errorf("%s (%v), want %s: %s", d.Verdict, err, test.want, test.reason)
			}
		})
	}
}
