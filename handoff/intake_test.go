package handoff_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

func TestIntake_Duplicates(t *testing.T) {
	e := compile(t)
	t0 := now.Add(-2 * day)
	asset := func(t handoff.Trigger, asset string) handoff.Trigger { t.Asset = asset; return t }
	for _, tt := range []struct {
		name, reason  string
		first, second handoff.Trigger
		want          handoff.Fate
	}{
		{"just inside", "the window is open until its end", signal("T1", "demo_request", t0), signal("T2", "demo_request", t0.Add(day-time.Microsecond)), handoff.FateDuplicate},
		{"at the end", "at same_within it is a new signal", signal("T1", "demo_request", t0), signal("T2", "demo_request", t0.Add(day)), handoff.FateActed},
		{"occurred before", "the window reaches back as well", signal("T1", "demo_request", t0), signal("T2", "demo_request", t0.Add(time.Microsecond-day)), handoff.FateDuplicate},
		{"other asset", "the key holds what the policy names", signal("T1", "demo_request", t0), asset(signal("T2", "demo_request", t0), "other"), handoff.FateActed},
		{"other kind", "a key belongs to one kind", signal("T1", "demo_request", t0), asset(signal("T2", "webinar", t0), "asset-demo_request"), handoff.FateActed},
		{"no window", "without same_within only the same id is a duplicate", signal("T1", "pricing_page", t0), signal("T2", "pricing_page", t0), handoff.FateActed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, state := apply(t, e, now, nil, demo(triggers(tt.first)))
			ended := handoff.Apply(state, []handoff.Effect{ // so that no sequence is in the way
				handoff.Exit{Subject: l1, Exited: handoff.Exited{Sequence: "ae-fast", Person: l1, At: now.Add(-200 * day)}},
				handoff.Exit{Subject: l1, Exited: handoff.Exited{Sequence: "nurture", Person: l1, At: now}}})
			d, _ := apply(t, e, now, ended, demo(triggers(tt.second)))
			if got := fates(d)[tt.second.ID]; got != tt.want {
				t.Errorf("it is %s (%s), want %s: %s", got, d.Verdict, tt.want, tt.reason)
			}
		})
	}
}

func TestIntake_EarliestOfABatchStands(t *testing.T) {
	d := decide(t, compile(t), now, demo(triggers(signal("A", "demo_request", now.Add(-hour)), signal("B", "demo_request", now.Add(-2*hour)), signal("C", "demo_request", now.Add(-2*hour)))))
	want := map[string]handoff.Fate{"A": handoff.FateDuplicate, "B": handoff.FateActed, "C": handoff.FateDuplicate}
	if diff := cmp.Diff(want, fates(d)); diff != "" {
		t.Errorf("the earliest, then the least id (-want +got):\n%s", diff)
	}
}

func TestIntake_RefusalClaimsNoKey(t *testing.T) {
	e := compile(t)
	personal := func(r *handoff.Request) { r.Lead.Person.Email = "x@gmail.com" }
	_, state := apply(t, e, now, nil, demo(personal))
	d, _ := apply(t, e, now, state, demo(triggers(signal("T2", "demo_request", now))))
	if d.Verdict != handoff.VerdictEnrolled {
		t.Errorf("got %s, want enrolled: an equal signal is heard again after a refusal", d.Verdict)
	}
}

// TestIntake_KeyIsRememberedForEachSignal lets a second signal act and then delivers a repetition of the first.
func TestIntake_KeyIsRememberedForEachSignal(t *testing.T) {
	e := compile(t, func(c *handoff.Config) { c.Plays[0].Sequence = "" })
	first := now.Add(-3 * day)
	var state handoff.State
	var last handoff.Decision
	for _, s := range []handoff.Trigger{signal("T1", "demo_request", first), signal("T2", "demo_request", first.Add(25*hour)), signal("T3", "demo_request", first.Add(-hour))} {
		last, state = apply(t, e, now, state, demo(triggers(s)))
	}
	if got := fates(last)["T3"]; got != handoff.FateDuplicate {
		t.Errorf("T3 is %s, want duplicate: it repeats T1, whatever else acted since", got)
	}
}

func TestIntake_Stale(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		occurred     time.Time
		want         handoff.Verdict
	}{
		{"just fresh", "it is acted on until stale_after", now.Add(time.Microsecond - 14*day), handoff.VerdictEnrolled},
		{"just stale", "at stale_after it is too old", now.Add(-14 * day), handoff.VerdictStale},
		{"centuries old", "differences beyond a Duration are old", now.AddDate(-600, 0, 0), handoff.VerdictStale},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := decide(t, compile(t), now, demo(triggers(signal("T1", "demo_request", tt.occurred))))
			if d.Verdict != tt.want {
				t.Errorf("got %s, want %s: %s", d.Verdict, tt.want, tt.reason)
			}
		})
	}
}

func TestIntake_ClockAhead(t *testing.T) {
	d := decide(t, compile(t), now, demo(triggers(signal("T1", "demo_request", now.Add(2*time.Second)))))
	if d.Verdict != handoff.VerdictEnrolled {
		t.Errorf("got %s, want enrolled: without a settle window a signal is decided at once, also when its clock is ahead", d.Verdict)
	}
}

func TestIntake_WorstRefusalStands(t *testing.T) {
	stale, unheard := signal("S", "demo_request", now.Add(-20*day)), signal("N", "unheard_of", now)
	seen := with(handoff.ConsumeTrigger{Subject: l1, Policy: policy, Trigger: "D", Fate: handoff.FateActed, At: now})
	for _, tt := range []struct {
		name     string
		triggers []handoff.Trigger
		want     handoff.Verdict
	}{
		{"duplicate", []handoff.Trigger{signal("D", "webinar", now)}, handoff.VerdictDuplicate},
		{"no play before duplicate", []handoff.Trigger{signal("D", "webinar", now), unheard}, handoff.VerdictNoPlay},
		{"stale before all", []handoff.Trigger{signal("D", "webinar", now), unheard, stale}, handoff.VerdictStale},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := decide(t, compile(t), now, demo(triggers(tt.triggers...), seen))
			if d.Verdict != tt.want || len(d.Cause.Triggers) != len(tt.triggers) {
				t.Errorf("got %s for %v, want %s", d.Verdict, d.Cause.Triggers, tt.want)
			}
		})
	}
}

func TestIntake_Settle(t *testing.T) {
	e := compile(t, settle(10*time.Minute))
	first, second := signal("T1", "webinar", now), signal("T2", "demo_request", now.Add(9*time.Minute))
	closes := now.Add(10 * time.Minute)
	for _, tt := range []struct {
		name, reason string
		at           time.Time
		want         handoff.Verdict
		won          string
	}{
		{"just before", "the window of the earliest is open", closes.Add(-time.Microsecond), handoff.VerdictQueued, ""},
		{"at the close", "the better signal wins, not the earlier", closes, handoff.VerdictEnrolled, "T2"},
		{"after the close", "and later as well", closes.Add(hour), handoff.VerdictEnrolled, "T2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := decide(t, e, tt.at, demo(triggers(second, first)))
			if d.Verdict != tt.want || d.Trigger != tt.won {
				t.Errorf("got %s by %q, want %s by %q: %s", d.Verdict, d.Trigger, tt.want, tt.won, tt.reason)
			}
			for _, q := range effects[handoff.QueueTrigger](d) {
				if !q.Until.Equal(closes) || q.Why != handoff.WhySettle {
					t.Errorf("%s waits for %s until %s, want settle until %s", q.Trigger.ID, q.Why, q.Until, closes)
				}
			}
		})
	}
}
