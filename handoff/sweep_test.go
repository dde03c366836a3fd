package handoff_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

func sweep(t *testing.T, e *handoff.Engine, at time.Time, s handoff.State) (handoff.Decision, handoff.State) {
	t.Helper()
	r := demo(triggers())
	r.State = s
	r = fill(e, at, r)
	d, err := e.Sweep(at, r)
	if err != nil {
		t.Fatal(err)
	}
	return d, handoff.Apply(r.State, d.Effects)
}

// due is a record with something due at 1, 2 and 3 hours from now, and a trigger that waits for the hold.
func due() handoff.State {
	held := handoff.Queued{Trigger: signal("Q2", "demo_request", now), Until: now.Add(10 * day), Why: handoff.WhyHeld}
	settling := handoff.Queued{Trigger: signal("Q1", "webinar", now), Until: now.Add(3 * hour), Why: handoff.WhySettle}
	return handoff.Apply(nil, []handoff.Effect{
		handoff.PauseMarketing{Subject: l1, Pause: handoff.Pause{ID: "p", Scope: []string{"all"}, Since: now, Until: now.Add(hour)}},
		handoff.Hold{Subject: l1, ActiveHold: handoff.ActiveHold{ID: "h", Since: now, Until: now.Add(2 * hour)}},
		handoff.Hold{Subject: l1, ActiveHold: handoff.ActiveHold{ID: "endless", Since: now}},
		handoff.QueueTrigger{Subject: l1, Queued: settling}, handoff.QueueTrigger{Subject: l1, Queued: held}})
}

func TestSweep_AtItsInstant(t *testing.T) {
	resume := handoff.ResumeMarketing{Subject: l1, ID: "p", At: now.Add(hour)}
	release := handoff.ReleaseHold{Subject: l1, ID: "h", At: now.Add(2 * hour)}
	redecide := func(ids ...string) handoff.Redecide { return handoff.Redecide{Subject: l1, Triggers: ids} }
	for _, tt := range []struct {
		name, reason string
		at           time.Time
		want         handoff.Effects
	}{
		{"too early", "nothing is due", now.Add(hour - time.Microsecond), nil},
		{"pause over", "at the instant itself", now.Add(hour), handoff.Effects{resume}},
		{"hold over", "and what it held is decided again", now.Add(2 * hour), handoff.Effects{redecide("Q2"), release, resume}},
		{"window closed", "each ends at its own instant, however late", now.Add(5 * hour), handoff.Effects{redecide("Q1", "Q2"), release, resume}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, _ := sweep(t, compile(t), tt.at, due())
			if diff := cmp.Diff(tt.want, d.Effects); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
			if d.Verdict != handoff.VerdictSwept || !d.Cause.Time || len(d.Reasons) == 0 {
				t.Errorf("got %s for %v with reasons %v", d.Verdict, d.Cause, d.Reasons)
			}
		})
	}
}

func TestLaw13_LateEqualsTimely(t *testing.T) {
	e := compile(t)
	_, want := sweep(t, e, now.Add(20*day), due())
	for grid := range 8 { // which of the three instants are swept on time
		state := due()
		for i := range 3 {
			if grid>>i&1 == 1 {
				_, state = sweep(t, e, now.Add(time.Duration(i+1)*hour), state)
			}
		}
		_, state = sweep(t, e, now.Add(20*day), state)
		if diff := cmp.Diff(contents(want), contents(state)); diff != "" {
			t.Errorf("grid %03b (-once +often):\n%s", grid, diff)
		}
	}
}

func TestSweep_AsksOnce(t *testing.T) {
	e := compile(t)
	_, state := sweep(t, e, now.Add(3*hour), due())
	again, _ := sweep(t, e, now.Add(4*hour), state)
	if len(again.Effects) > 0 {
		t.Errorf("asks again: %v", again.Effects)
	}
	record, _ := state[l1].Value.(handoff.Record)
	if next := record.NextDue(); !next.IsZero() {
		t.Errorf("something is due at %s", next)
	}
}

// TestSweep_LoopEnds plays a host that does nothing but what is due, until nothing is.
func TestSweep_LoopEnds(t *testing.T) {
	for name, e := range engines(t) {
		t.Run(name, func(t *testing.T) {
			for seed := range 200 {
				r := generate(seed).request(e)
				at := now
				first := decide(t, e, at, r)
				state := handoff.Apply(r.State, first.Effects)
				r.Triggers = nil
				for turns := 0; ; turns++ {
					record, _ := state[r.Subject].Value.(handoff.Record)
					next := record.NextDue()
					if next.IsZero() {
						if len(record.Queue) > 0 {
							t.Fatalf("seed %d: %d triggers wait for ever", seed, len(record.Queue))
						}
						break
					}
					if turns > 100 {
						t.Fatalf("seed %d: does not end", seed)
					}
					if next.After(at) {
						at = next
					}
					r.State = state
					d, err := e.Sweep(at, fill(e, at, r))
					if err != nil {
						t.Fatal(err)
					}
					state = handoff.Apply(state, d.Effects)
					if len(effects[handoff.Redecide](d)) > 0 {
						_, state = apply(t, e, at, state, r)
					}
				}
			}
		})
	}
}
