package handoff_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// again is a policy whose only rule holds everything and lets each trigger be looked at a day after a decision about it.
func again(c *handoff.Config) {
	contest(play("best", "demo_request", 9, 0), play("webinar", "webinar", 1, 0))(c)
	c.Triggers[0].StaleAfter, c.Triggers[1].StaleAfter = 30*day, 30*day
	c.Suppressor = handoff.SuppressorFunc(func(f *handoff.Facts, _ *handoff.Play, dst []handoff.ActiveHold) []handoff.ActiveHold {
		return append(dst, handoff.ActiveHold{ID: "h", OnRelease: handoff.ReleaseAgain, Again: f.At.Add(day)})
	})
}

// TestHold_AgainStays has decisions between the first and the instant at which the trigger is looked at again.
func TestHold_AgainStays(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		at           time.Duration
		request      handoff.Request
		until        time.Time
	}{
		{"a redelivery", "it brings nothing new", 20 * hour, demo(), now.Add(day)},
		{"another trigger", "it is decided for itself", 20 * hour, demo(triggers(signal("T2", "webinar", now.Add(20*hour)))), now.Add(day)},
		{"at the instant", "it is looked at, still held, and waits for another day", day, demo(), now.Add(2 * day)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t, again)
			_, state := apply(t, e, now, nil, demo())
			_, state = apply(t, e, now.Add(tt.at), state, tt.request)
			if queue := queueOf(state); len(queue) == 0 || !queue[0].Until.Equal(tt.until) {
				t.Errorf("%v waits, want T1 until %s: %s", queue, tt.until, tt.reason)
			}
		})
	}
}

// TestIncomplete_Redelivery tells what a redelivery of a trigger that waits for facts may change.
func TestIncomplete_Redelivery(t *testing.T) {
	edited := func(edit func(*handoff.Trigger)) handoff.Trigger {
		trigger := seated(30)
		edit(&trigger)
		return trigger
	}
	for _, tt := range []struct {
		name, reason string
		again        handoff.Trigger
		play         string
	}{
		{"with the facts", "it is the same happening", seated(30), "sized"},
		{"later", "nobody makes a trigger younger", edited(func(t *handoff.Trigger) { t.OccurredAt = now.Add(hour) }), ""},
		{"of another kind", "nor something else", edited(func(t *handoff.Trigger) { t.Kind = "webinar" }), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t, enriching())
			_, state := apply(t, e, now, nil, unseated())
			before := queueOf(state)
			d, state := apply(t, e, now.Add(2*hour), state, demo(triggers(tt.again)))
			if d.Play != tt.play {
				t.Errorf("%s by %q: %s", d.Verdict, d.Play, tt.reason)
			}
			if diff := cmp.Diff(before, queueOf(state)); tt.play == "" && diff != "" {
				t.Errorf("%s; what waits (-before +after):\n%s", tt.reason, diff)
			}
		})
	}
}

// TestLosers_AreCounted has more of them than may wait, beside one that waits for facts.
func TestLosers_AreCounted(t *testing.T) {
	e := compile(t, patient(bare, func(p *handoff.Play) { p.Promise = within(5 * day) }))
	var state handoff.State
	at := now
	for i := range handoff.MaxTriggers + 10 {
		at = at.Add(time.Minute)
		_, state = apply(t, e, at, state, demo(triggers(signal(fmt.Sprintf("D%03d", i), "demo_request", at), signal(fmt.Sprintf("W%03d", i), "webinar", at))))
		if n := len(queueOf(state)); n > handoff.MaxTriggers {
			t.Fatalf("%d wait, want at most %d", n, handoff.MaxTriggers)
		}
	}
	d, state := apply(t, e, at, state, demo(triggers(signal("D", "demo_request", at), signal("W", "webinar", at))))
	if fate := fates(d)["W011"]; fate != handoff.FateStale || len(reasonFor(d, "W011")) != 1 {
		t.Errorf("W011 is %q because of %v, want that the oldest gives way", fate, reasonFor(d, "W011"))
	}
	if i := slices.IndexFunc(queueOf(state), func(q handoff.Queued) bool { return q.Trigger.ID == "W" }); i < 0 {
		t.Errorf("the latest does not wait: %v", fates(d))
	}
}

// TestLosers_OfASupersededRun has a play that ends what the losers wait for.
func TestLosers_OfASupersededRun(t *testing.T) {
	hot := play("hot", "pricing_page", 20, hour)
	hot.Sequence, hot.Supersedes = "nurture", []string{"ae-fast"}
	superseding := func(c *handoff.Config) {
		c.Plays = append(c.Plays, hot)
		c.Triggers = append(c.Triggers, handoff.TriggerRule{Kind: "pricing_page", About: handoff.KindLead, StaleAfter: day})
		c.Sequences[2].Steps = []handoff.Step{{Day: 9, Do: handoff.ChannelEmail}}
	}
	unlisted := func(c *handoff.Config) {
		superseding(c)
		c.Plays = slices.Delete(c.Plays, 1, 2)
		c.Triggers = slices.Delete(c.Triggers, 1, 2)
	}
	first := compile(t, patient(), superseding)
	_, before := apply(t, first, now, nil, rivalry())
	at := now.Add(hour)
	ends := first.Zone().AddDays(at, 10)
	for _, tt := range []struct {
		name, reason string
		edit         func(*handoff.Config)
		kind         string
		want         time.Time
	}{
		{"superseded", "it waits for the end of the new run", superseding, "pricing_page", ends},
		{"stale by then", "no longer than it is fresh", func(c *handoff.Config) { superseding(c); c.Triggers[1].StaleAfter = 2 * day }, "pricing_page", now.Add(2*day - 5*time.Minute)},
		{"beside it", "nothing that it waits for has ended", superseding, "webinar", queueOf(before)[0].Until},
		{"of a kind that is listed no more", "it is let go at its own time", unlisted, "pricing_page", queueOf(before)[0].Until},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t, patient(), tt.edit)
			_, after := apply(t, e, at, before, demo(triggers(signal("T3", tt.kind, at))))
			queue := queueOf(after)
			if len(queue) != 1 || queue[0].Why != handoff.WhyLost || !queue[0].Until.Equal(tt.want) {
				t.Errorf("%v waits, want T2 until %s: %s", queue, tt.want, tt.reason)
			}
		})
	}
}

// TestHeard_IsBounded remembers the latest of the signals that plays count.
func TestHeard_IsBounded(t *testing.T) {
	var consumed []handoff.Effect
	for i := range 150 { // the latest have the least ids
		id := fmt.Sprintf("T%03d", 149-i)
		consumed = append(consumed, handoff.ConsumeTrigger{Subject: l1, Policy: policy, Trigger: id, Fate: handoff.FateActed, At: now,
			Heard: handoff.Heard{Trigger: id, Kind: "webinar", OccurredAt: now.Add(time.Duration(i) * time.Minute), Until: now.Add(30 * day)}})
	}
	heard := recordOf(handoff.Apply(nil, consumed)).Heard
	if len(heard) != 100 || heard[0].Trigger != "T000" || heard[99].Trigger != "T099" {
		t.Errorf("%d are remembered, from %s to %s; want the latest hundred", len(heard), heard[0].Trigger, heard[len(heard)-1].Trigger)
	}
}
