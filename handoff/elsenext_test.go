package handoff_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// taken keeps the only room that ae-fast has, for an hour.
func taken() func(*handoff.Request) {
	return with(handoff.Plan{Tally: handoff.TallyKey(policy, "active/ae-fast"), For: "other", At: []time.Time{now.Add(hour)}})
}

// givesWay is a policy whose first play starts ae-fast or nothing, and lets the second try.
func givesWay(second handoff.Play, edits ...func(*handoff.Config)) func(*handoff.Config) {
	return func(c *handoff.Config) {
		first := play("first", "demo_request", 9, hour)
		first.Sequence, first.ElseNext = "ae-fast", true
		contest(first, second)(c)
		c.Sequences[0].Throttle = handoff.Throttle{Active: 1}
		for _, edit := range edits {
			edit(c)
		}
	}
}

// TestElseNext_TheFirstsTrigger follows the trigger of a play that gave way while another's trigger won.
func TestElseNext_TheFirstsTrigger(t *testing.T) {
	merged := []handoff.MergedSignal{{Trigger: "demo_request", OccurredAt: now.Add(-9 * time.Minute), Asset: "asset-demo_request"}}
	for _, tt := range []struct {
		name, reason string
		losers       handoff.LosersPolicy
		fate         handoff.Fate
		wait         handoff.Why
		merged       []handoff.MergedSignal
		due          time.Time
	}{
		{"queue", "it waits as one that lost", handoff.LosersQueue, "", handoff.WhyLost, nil, now.Add(day)},
		{"merge", "its facts go along, and its promise counts", handoff.LosersMerge, handoff.FateMerged, "", merged, now.Add(hour)},
		{"drop", "it is let go", handoff.LosersDrop, handoff.FateDropped, "", nil, now.Add(day)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			second := play("second", "webinar", 1, day)
			second.Losers = tt.losers
			d := decide(t, compile(t, givesWay(second)), now, rivalry(taken()))
			if d.Play != "second" || fates(d)["T1"] != tt.fate || waits(d)["T1"] != tt.wait {
				t.Errorf("%q wins, fates %v, waits %v: %s", d.Play, fates(d), waits(d), tt.reason)
			}
			context, _ := d.Context()
			if diff := cmp.Diff(tt.merged, context.Merged); diff != "" {
				t.Errorf("%s; the context's signals (-want +got):\n%s", tt.reason, diff)
			}
			if !d.FirstTouch.Equal(tt.due) {
				t.Errorf("due at %s, want %s", d.FirstTouch, tt.due)
			}
		})
	}
}

// TestElseNext_Room lets nobody start: the triggers wait for the first play that may.
func TestElseNext_Room(t *testing.T) {
	ended := with(handoff.Exit{Subject: l1, Exited: handoff.Exited{Sequence: "nurture", Person: l1, At: now.Add(-5000 * day)}})
	busy := with(handoff.Plan{Tally: handoff.TallyKey(policy, "active/nurture"), For: "other", At: []time.Time{now.Add(2 * hour)}})
	once := func(c *handoff.Config) { c.Sequences[2].Once = true }
	throttled := func(c *handoff.Config) { c.Sequences[2].Throttle = handoff.Throttle{Active: 1} }
	nobody := func(c *handoff.Config) { c.Plays[1].Router = route(handoff.Routing{}) }
	for _, tt := range []struct {
		name, reason string
		edit         func(*handoff.Config)
		request      handoff.Request
		until        time.Time // zero: it is consumed
	}{
		{"the second never", "the first play's room counts", once, demo(taken(), ended), now.Add(hour)},
		{"the second later", "the earlier counts", throttled, demo(taken(), busy), now.Add(hour)},
		{"nobody owns the second", "the first play may have an owner then", nobody, demo(taken()), now.Add(hour)},
		{"neither ever", "nothing is to be waited for", func(c *handoff.Config) { once(c); c.Sequences[0].Once = true },
			demo(ended, with(handoff.Exit{Subject: l1, Exited: handoff.Exited{Sequence: "ae-fast", Person: l1, At: earlier}})), time.Time{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			second := play("second", "demo_request", 1, day)
			second.Sequence = "nurture"
			d := decide(t, compile(t, givesWay(second, tt.edit)), now, tt.request)
			queued := effects[handoff.QueueTrigger](d)
			if tt.until.IsZero() {
				if fates(d)["T1"] != handoff.FateHeld || len(queued) > 0 {
					t.Errorf("fates %v, waits %v: %s", fates(d), waits(d), tt.reason)
				}
				return
			}
			if len(queued) != 1 || !queued[0].Until.Equal(tt.until) {
				t.Errorf("%s with fates %v, and %v waits, want T1 until %s: %s", d.Verdict, fates(d), queued, tt.until, tt.reason)
			}
		})
	}
}

// TestLaw_EveryTriggerIsAccountedFor: after a decision each trigger that was new or waited is consumed, waits, or was refused
// with a reason.
func TestLaw_EveryTriggerIsAccountedFor(t *testing.T) {
	losers := []handoff.LosersPolicy{"", handoff.LosersMerge, handoff.LosersQueue, handoff.LosersDrop}
	var list []*handoff.Engine
	for _, l := range losers {
		edit := func(c *handoff.Config) {
			for i := range c.Plays {
				c.Plays[i].Losers, c.Plays[i].ElseNext = l, true
			}
			for i := range c.Sequences {
				c.Sequences[i].Throttle = handoff.Throttle{Active: 1}
			}
		}
		list = append(list, compile(t, edit), compile(t, edit, splits))
	}
	properties(t, func(t *testing.T, _ *handoff.Engine, g generator, r handoff.Request) {
		e := pick(g, list...)
		for _, s := range []string{"ae-fast", "sdr", "nurture", "retention"} {
			if g.chance(2) {
				with(handoff.Plan{Tally: handoff.TallyKey(policy, "active/"+s), For: "other", At: []time.Time{now.Add(hour)}})(&r)
			}
		}
		r = fill(e, now, r)
		d := decide(t, e, now, r)
		before, _ := r.State[r.Subject].Value.(handoff.Record)
		after, _ := handoff.Apply(r.State, d.Effects)[r.Subject].Value.(handoff.Record)
		all := slices.Clone(r.Triggers)
		for _, q := range before.Queue {
			all = append(all, q.Trigger)
		}
		for _, trigger := range all {
			waits := slices.ContainsFunc(after.Queue, func(q handoff.Queued) bool { return q.Trigger.ID == trigger.ID })
			refused := slices.ContainsFunc(reasonFor(d, trigger.ID), func(r handoff.Reason) bool { return r.Rule == handoff.RuleTrigger })
			if _, consumed := fates(d)[trigger.ID]; !consumed && !waits && !refused {
				t.Errorf("%s by %q says nothing of %s: fates %v, %v", d.Verdict, d.Play, trigger.ID, fates(d), d.Reasons)
			}
		}
	})
}
