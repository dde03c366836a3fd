package handoff_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// patient is a policy in which whatever loses against a demo waits until the demo's sequence is over.
func patient(edits ...func(*handoff.Play)) func(*handoff.Config) {
	return func(c *handoff.Config) {
		winner := play("strong", "demo_request", 9, hour)
		winner.Sequence, winner.Losers = "ae-fast", handoff.LosersQueue
		for _, edit := range edits {
			edit(&winner)
		}
		weak := play("weak", "webinar", 1, day)
		weak.Sequence, weak.Router = "sdr", to("ana")
		contest(winner, weak)(c)
		c.Triggers[1].StaleAfter = 30 * day
	}
}

// bare takes the sequence from a play.
func bare(p *handoff.Play) { p.Sequence = "" }

// rivalry is a demo and a webinar of one lead.
func rivalry(edits ...func(*handoff.Request)) handoff.Request {
	both := triggers(signal("T1", "demo_request", now.Add(-9*time.Minute)), signal("T2", "webinar", now.Add(-5*time.Minute)))
	return demo(append([]func(*handoff.Request){both}, edits...)...)
}

// queueOf returns what waits in the lead's record.
func queueOf(s handoff.State) []handoff.Queued { return recordOf(s).Queue }

func recordOf(s handoff.State) handoff.Record {
	record, _ := s[l1].Value.(handoff.Record)
	return record
}

func TestLosers_WaitForTheEnd(t *testing.T) {
	promised := now.Add(hour)
	ends := func(e *handoff.Engine) time.Time { return e.Zone().AddDays(now, 3) } // its last step is on day 2
	for _, tt := range []struct {
		name, reason string
		edit         func(*handoff.Config)
		until        func(*handoff.Engine) time.Time
	}{
		{"a sequence", "until it runs out", patient(), ends},
		{"no sequence", "until the first touch is due", patient(bare), func(*handoff.Engine) time.Time { return promised }},
		{"a promise beyond the sequence", "until the later of the two, unless the sequence ends first", patient(func(p *handoff.Play) { p.Promise = within(5 * day) }), func(*handoff.Engine) time.Time { return now.Add(5 * day) }},
		{"neither", "nothing is started that could end: until it is stale", patient(bare, func(p *handoff.Play) { p.Promise = nil }),
			func(*handoff.Engine) time.Time { return now.Add(30*day - 5*time.Minute) }},
		{"stale before the end", "no longer than it is fresh", func(c *handoff.Config) { patient()(c); c.Triggers[1].StaleAfter = day },
			func(*handoff.Engine) time.Time { return now.Add(day - 5*time.Minute) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t, tt.edit)
			d, state := apply(t, e, now, nil, rivalry())
			want := []handoff.Queued{{Trigger: signal("T2", "webinar", now.Add(-5*time.Minute)), Until: tt.until(e), Why: handoff.WhyLost}}
			want[0].Trigger.Subject = l1
			if diff := cmp.Diff(want, queueOf(state)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
			if diff := cmp.Diff(map[string]handoff.Fate{"T1": handoff.FateActed}, fates(d)); diff != "" {
				t.Errorf("fates (-want +got):\n%s", diff)
			}
			if c, _ := d.Context(); len(c.Merged) > 0 {
				t.Errorf("the context has %v, which will have a context of its own", c.Merged)
			}
		})
	}
}

// TestLosers_PromiseNothing has a loser whose promise is shorter than the winner's.
func TestLosers_PromiseNothing(t *testing.T) {
	e := compile(t, patient(), func(c *handoff.Config) { c.Plays[1].Promise = within(time.Minute) })
	if d, _ := apply(t, e, now, nil, rivalry()); !d.FirstTouch.Equal(now.Add(hour)) {
		t.Errorf("the first touch is due at %s; what waits promises nothing yet", d.FirstTouch)
	}
}

// TestLosers_AreDecidedAtTheEnd ends what the winner started, in each way in which it can end.
func TestLosers_AreDecidedAtTheEnd(t *testing.T) {
	reply := handoff.Activity{ID: "a1", Kind: handoff.ActivityReply, At: now}
	runOut := func(t *testing.T, e *handoff.Engine, s handoff.State) (time.Time, handoff.Decision, handoff.State) {
		at := recordOf(s).Enrollments[0].Ends
		d, s := sweep(t, e, at, s)
		return at, d, s
	}
	for _, tt := range []struct {
		name, reason string
		edit         func(*handoff.Config)
		end          func(t *testing.T, e *handoff.Engine, s handoff.State) (time.Time, handoff.Decision, handoff.State)
	}{
		{"by itself", "the sequence has run out", patient(), runOut},
		{"by itself, before its promise", "the sequence has run out, whatever else is due", patient(func(p *handoff.Play) { p.Promise = within(5 * day) }), runOut},
		{"by a reply", "a reply ends the sequence", patient(), func(t *testing.T, e *handoff.Engine, s handoff.State) (time.Time, handoff.Decision, handoff.State) {
			d, s := observe(t, e, demo(triggers(), func(r *handoff.Request) { r.State = s }), reply)
			return now, d, s
		}},
		{"at the promise", "there is no sequence, and the first touch is due", patient(bare), func(t *testing.T, e *handoff.Engine, s handoff.State) (time.Time, handoff.Decision, handoff.State) {
			d, s := sweep(t, e, now.Add(hour), s)
			return now.Add(hour), d, s
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t, tt.edit)
			_, state := apply(t, e, now, nil, rivalry())
			at, d, state := tt.end(t, e, state)
			if diff := cmp.Diff([]handoff.Redecide{{Subject: l1, Triggers: []string{"T2"}}}, effects[handoff.Redecide](d)); diff != "" {
				t.Fatalf("%s, and the loser is due (-want +got):\n%s", tt.reason, diff)
			}
			d, state = apply(t, e, at, state, demo(triggers()))
			if d.Play != "weak" || d.Trigger != "T2" || d.Verdict != handoff.VerdictEnrolled || d.Owner != "ana" {
				t.Errorf("got %s by %s on %q for %q; want its own handoff", d.Verdict, d.Play, d.Trigger, d.Owner)
			}
			if left := queueOf(state); len(left) > 0 {
				t.Errorf("%v waits still", left)
			}
		})
	}
}

// TestLosers_AreNotDecidedBefore looks at the record between the decision and the end of what it started.
func TestLosers_AreNotDecidedBefore(t *testing.T) {
	e := compile(t, patient())
	_, before := apply(t, e, now, nil, rivalry())
	for _, tt := range []struct {
		name, reason string
		triggers     []handoff.Trigger
		play         string
		changes      bool
	}{
		{"nothing new", "there is nothing to decide", nil, "", false},
		{"a redelivery of the loser", "it waits already", rivalry().Triggers[1:], "", false},
		{"a redelivery of both", "one was decided, and one waits", rivalry().Triggers, "", false},
		{"a further signal", "it is decided by itself, and the loser waits on", []handoff.Trigger{signal("T3", "webinar", now)}, "weak", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, after := apply(t, e, now.Add(2*hour), before, demo(triggers(tt.triggers...)))
			if d.Play != tt.play || len(d.Effects) > 0 != tt.changes || slices.Contains(d.Cause.Triggers, "T2") && tt.changes {
				t.Errorf("got %s by %q about %v with %v: %s", d.Verdict, d.Play, d.Cause.Triggers, kindsOf(d), tt.reason)
			}
			if diff := cmp.Diff(queueOf(before), queueOf(after)); diff != "" {
				t.Errorf("the loser waits on (-before +after):\n%s", diff)
			}
		})
	}
}

// TestLosers_TooOldByThen lets the loser grow stale while the winner's sequence runs.
func TestLosers_TooOldByThen(t *testing.T) {
	e := compile(t, patient(), func(c *handoff.Config) { c.Triggers[1].StaleAfter = day })
	_, state := apply(t, e, now, nil, rivalry())
	at := now.Add(day - 5*time.Minute)
	if due := recordOf(state).NextDue(); !due.Equal(at) {
		t.Errorf("it is due at %s, want %s", due, at)
	}
	_, state = sweep(t, e, at, state)
	d, state := apply(t, e, at, state, demo(triggers()))
	if fates(d)["T2"] != handoff.FateStale || d.Verdict != handoff.VerdictStale || len(queueOf(state)) > 0 {
		t.Errorf("got %s with %v, want stale", d.Verdict, fates(d))
	}
}

// TestLosers_EachOfSeveralWaits has two losers, one of which repeats the other, and a second play of the winner's signal.
func TestLosers_EachOfSeveralWaits(t *testing.T) {
	e := compile(t, patient(), func(c *handoff.Config) {
		c.Triggers[1].Same, c.Triggers[1].SameWithin = []string{"asset"}, hour
		c.Plays = append(c.Plays, play("second", "demo_request", 2, 0), play("weaker", "webinar", 0, 0))
	})
	other := signal("T4", "webinar", now.Add(-4*time.Minute))
	other.Asset = "other"
	d, state := apply(t, e, now, nil, rivalry(triggers(append(rivalry().Triggers, signal("T3", "webinar", now), other)...)))
	if diff := cmp.Diff(map[string]handoff.Fate{"T1": handoff.FateActed, "T3": handoff.FateDuplicate}, fates(d)); diff != "" {
		t.Errorf("fates (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]handoff.Why{"T2": handoff.WhyLost, "T4": handoff.WhyLost}, waits(d)); diff != "" {
		t.Errorf("each signal waits once (-want +got):\n%s", diff)
	}
	if signals := recordOf(state).Signals; len(signals) > 0 {
		t.Errorf("%v is claimed, and shaped no handoff yet", signals)
	}
}

// TestLosers_WinnerHeldBack has a winner that does not go on: its losers wait as it does.
func TestLosers_WinnerHeldBack(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		edit         func(*handoff.Config)
		request      handoff.Request
		fates        map[string]handoff.Fate
		waits        map[string]handoff.Why
	}{
		{"nobody owns it", "both wait for an owner", func(c *handoff.Config) { c.Plays[0].Router = route(handoff.Routing{}) }, rivalry(),
			map[string]handoff.Fate{}, map[string]handoff.Why{"T1": handoff.WhyUnassigned, "T2": handoff.WhyUnassigned}},
		{"its sequence runs", "what runs tells its owner, and both are let go", func(*handoff.Config) {}, rivalry(with(runs(l1, "ae-fast", true, l1))),
			map[string]handoff.Fate{"T1": handoff.FateHeld, "T2": handoff.FateHeld}, map[string]handoff.Why{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := decide(t, compile(t, patient(), tt.edit), now, tt.request)
			if diff := cmp.Diff(tt.fates, fates(d)); diff != "" {
				t.Errorf("%s; fates (-want +got):\n%s", tt.reason, diff)
			}
			if diff := cmp.Diff(tt.waits, waits(d)); diff != "" {
				t.Errorf("%s; waits (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}
