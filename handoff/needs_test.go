package handoff_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// TestNeeds_ThreeRoundsAreEnough counts one for the records, one for what waits in them, and one for the covers of reps.
func TestNeeds_ThreeRoundsAreEnough(t *testing.T) {
	properties(t, func(t *testing.T, e *handoff.Engine, _ generator, r handoff.Request) {
		stored := r.State
		r.State = handoff.State{}
		for range 3 {
			keys := e.Needs(now, r)
			if !slices.IsSortedFunc(keys, handoff.Key.Compare) || len(slices.Compact(slices.Clone(keys))) != len(keys) {
				t.Fatalf("keys are not sorted, or repeat: %v", keys)
			}
			for _, k := range keys {
				if _, given := r.State[k]; given {
					t.Fatalf("asks again for %s", k)
				}
				r.State[k] = stored[k]
			}
		}
		if keys := e.Needs(now, r); len(keys) > 0 {
			t.Fatalf("asks for %v in a fourth round", keys)
		}
		asked, full := decide(t, e, now, r), r
		full.State = maps.Clone(stored)
		maps.Copy(full.State, r.State)
		full.State[lead("somebody else")] = handoff.Entry{Version: 3, Value: handoff.Record{Owner: "kim"}}
		if diff := cmp.Diff(split(encode(t, asked)), split(encode(t, decide(t, e, now, full)))); diff != "" {
			t.Errorf("entries beyond those asked for matter (-asked +all):\n%s", diff)
		}
	})
}

// TestNeeds_CoversObserveAndSweep tries the calls that share Decide's keys.
func TestNeeds_CoversObserveAndSweep(t *testing.T) {
	properties(t, func(t *testing.T, e *handoff.Engine, g generator, r handoff.Request) {
		for _, kind := range handoff.ActivityKinds() {
			a := handoff.Activity{ID: "a", Kind: kind, At: now, Channel: handoff.ChannelEmail, By: "kim", To: "lee", Reason: "no budget", Into: g.into(kind, r.Subject)}
			if kind == handoff.ActivityOutcome {
				a.Outcome = "contacted"
			}
			if (kind == handoff.ActivityOptOut || kind == handoff.ActivityBounced) && r.Lead.ID == "" {
				continue // an opt-out is a person's
			}
			if _, err := e.Observe(now, fillActivity(e, now, r, a), a); err != nil {
				t.Errorf("Observe of %s: %v", kind, err)
			}
		}
		if _, err := e.Sweep(now, r); err != nil {
			t.Errorf("Sweep: %v", err)
		}
	})
}

// TestNeeds_CoversWhatComesBack: Observe plans the trigger with which a recycled record comes back, whose entry it reads.
func TestNeeds_CoversWhatComesBack(t *testing.T) {
	e := compile(t, func(c *handoff.Config) {
		c.Triggers = append(c.Triggers, handoff.TriggerRule{Kind: handoff.TriggerRecycled, About: handoff.KindLead, StaleAfter: day})
		c.Recycles = []handoff.RecycleRule{{ID: "quiet", Outcomes: []string{"no_response"}, Wait: handoff.Span{Days: 30}}}
	})
	r := fill(e, now, demo(triggers()))
	d, err := e.Observe(now, r, handoff.Activity{ID: "a", Kind: handoff.ActivityOutcome, Outcome: "no_response", At: now})
	if err != nil {
		t.Fatal(err)
	}
	if recycled := effects[handoff.Recycle](d); len(recycled) != 1 || recycled[0].Trigger == "" {
		t.Errorf("the record does not come back: %v", recycled)
	}
}

// TestNeeds_CoversWhatPromisesRead observes every kind of activity, of anybody, and sweeps, at random instants of random
// histories under a policy whose promises read their owners.
func TestNeeds_CoversWhatPromisesRead(t *testing.T) {
	sla := &handoff.SLA{Within: hour, Warn: 10 * time.Minute, Pauses: []handoff.SLAPause{handoff.PauseOwnerAway, handoff.PausePending},
		Late: []handoff.LateStep{{Do: handoff.LateEscalate, To: handoff.ToManager}, {Do: handoff.LateReassign, Wait: hour},
			{Do: handoff.LateQueue, Wait: hour, Queue: &handoff.Queue{ID: "desk", Owner: "sam", Promise: within(hour)}}}}
	e := compile(t, closing(ways()...), func(c *handoff.Config) {
		c.Plays[0].Promise, c.Plays[0].Acceptance = sla, sla
		c.Turns = nil
	})
	n := 0
	for seed := range 40 {
		g := generate(seed)
		d := &desk{t, e, demo(func(r *handoff.Request) { r.Lead.Owner = pick(g, "", "zoe", "kim") })}
		anybody := func() string { return pick(g, "kim", "lee", "ana", "zoe", "stranger") }
		at := now
		for range 12 {
			for _, kind := range handoff.ActivityKinds() {
				a := happened(kind, at.Add(-time.Duration(g.IntN(180))*time.Minute), by(anybody()), toRep(anybody()), because("budget"))
				a.Channel, a.ID, a.Into = handoff.ChannelEmail, a.ID+"?", g.into(kind, d.r.Subject)
				if kind == handoff.ActivityOutcome {
					a.Outcome = pick(g, "lost", "no_fit", "won", "met")
				}
				if _, err := e.Observe(at, fillActivity(e, at, d.r, a), a); err != nil {
					t.Fatalf("seed %d: %s by %s: %v", seed, kind, a.By, err)
				}
				n++
			}
			switch g.IntN(4) {
			case 0:
				d.decide(at, signal("T"+at.Format("150405"), pick(g, "demo_request", "contact_us"), at))
			case 1:
				d.sweep(at)
			default:
				a := g.activity("a"+at.Format("02150405"), at, d.r)
				a.Reason = "budget"
				if a.Kind == handoff.ActivityOutcome {
					a.Outcome = "lost"
				}
				a.By, a.To = anybody(), anybody()
				d.observe(at, a)
			}
			for key, entry := range d.r.State { // what nobody wrote has to be asked for again
				if entry.Version == 0 {
					delete(d.r.State, key)
				}
			}
			at = at.Add(time.Duration(1+g.IntN(90)) * time.Minute)
		}
	}
	if n < 2_000 {
		t.Errorf("%d calls are too few to say that Needs lists what they read", n)
	}
}

// TestNeedsActivity lists what Needs does, and the reps whom an activity names.
func TestNeedsActivity(t *testing.T) {
	e := compile(t)
	r := demo()
	quiet := r
	quiet.Triggers = nil
	for _, tt := range []struct {
		name, reason string
		activity     handoff.Activity
		edit         func(*handoff.Request)
		want         []handoff.Key
	}{
		{"of nobody", "it reads what Sweep does; the triggers are not looked at", handoff.Activity{}, nil, e.Needs(now, quiet)},
		{"by somebody", "who left is marked so", handoff.Activity{By: "zoe"}, nil, append(e.Needs(now, quiet), handoff.RepKey("zoe"))},
		{"to somebody", "who gets it has hours", handoff.Activity{To: "ann"}, nil, append(e.Needs(now, quiet), handoff.RepKey("ann"))},
		{"by somebody to the same", "each key once", handoff.Activity{By: "zoe", To: "zoe"}, nil, append(e.Needs(now, quiet), handoff.RepKey("zoe"))},
		{"of a known rep", "what is loaded is not asked for again", handoff.Activity{By: "zoe"}, func(r *handoff.Request) {
			r.State = handoff.State{handoff.RepKey("zoe"): {}}
		}, e.Needs(now, quiet)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := r
			if tt.edit != nil {
				tt.edit(&r)
			}
			slices.SortFunc(tt.want, handoff.Key.Compare)
			if diff := cmp.Diff(tt.want, e.NeedsActivity(now, r, tt.activity)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

func TestNeeds_ListsEveryKindOfEntry(t *testing.T) {
	e := compile(t)
	reps := []handoff.Key{handoff.PoolKey(policy, "aes"), handoff.PoolKey(policy, "sdrs"), handoff.RepKey("ana"), handoff.RepKey("bob"),
		handoff.RepKey("kim"), handoff.RepKey("lee"), handoff.RepKey("max")}
	waiting := with(handoff.QueueTrigger{Subject: lead("L1"), Queued: handoff.Queued{Trigger: signal("Q1", "webinar", now), Until: now}})
	for _, tt := range []struct {
		name, reason string
		request      handoff.Request
		want         []handoff.Key
	}{
		{"lead with account", "the records, the trigger, and what its plays' routers may read", demo(),
			slices.Concat([]handoff.Key{account("A1"), lead("L1")}, reps, []handoff.Key{handoff.TriggerKey(policy, "T1")})},
		{"lead alone", "there is no account to look up", demo(func(r *handoff.Request) { r.Account, r.Lead.Account = handoff.Account{}, "" }, triggers()),
			[]handoff.Key{lead("L1")}},
		{"account with a person", "the person's record holds consent and sequences", churn(func(r *handoff.Request) { r.Lead = handoff.Lead{ID: "L1"} }),
			[]handoff.Key{account("A1"), lead("L1"), handoff.TriggerKey(policy, "U1")}},
		{"unlisted kind", "no play routes it", demo(triggers(signal("T1", "unheard_of", now))),
			[]handoff.Key{account("A1"), lead("L1"), handoff.TriggerKey(policy, "T1")}},
		{"known entries", "what is loaded is not asked for again", demo(triggers(), with(handoff.Expose{Subject: lead("L1"), Arm: handoff.Arm{Experiment: "n"}})),
			[]handoff.Key{account("A1")}},
		{"invalid request", "Decide says what is wrong", handoff.Request{}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, e.Needs(now, tt.request)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
	t.Run("queued trigger", func(t *testing.T) {
		keys := e.Needs(now, demo(triggers(), waiting))
		for _, k := range []handoff.Key{handoff.PoolKey(policy, "sdrs"), handoff.TriggerKey(policy, "Q1")} {
			if !slices.Contains(keys, k) {
				t.Errorf("%s is missing: what waits is decided again", k)
			}
		}
	})
}

func TestDecide_MissingEntries(t *testing.T) {
	e := compile(t)
	full := fill(e, now, demo())
	d := decide(t, e, now, full)
	for _, key := range append([]handoff.Key{{}}, keysOf(d)...) {
		t.Run(fmt.Sprint("without ", key), func(t *testing.T) {
			r := full
			r.State = maps.Clone(full.State)
			delete(r.State, key)
			if key.IsZero() {
				r.State = nil
			}
			_, err := e.Decide(now, r)
			var missing *handoff.MissingError
			if !errors.As(err, &missing) {
				t.Fatalf("got %v, want a *MissingError", err)
			}
			if !key.IsZero() && !slices.Equal(missing.Keys, []handoff.Key{key}) {
				t.Errorf("names %v", missing.Keys)
			}
			if !slices.IsSortedFunc(missing.Keys, handoff.Key.Compare) {
				t.Errorf("keys are not sorted: %v", missing.Keys)
			}
		})
	}
}

func keysOf(d handoff.Decision) (keys []handoff.Key) {
	for _, g := range d.Guards {
		keys = append(keys, g.Key)
	}
	return keys
}

func TestDecide_EntryOfAnotherType(t *testing.T) {
	e := compile(t)
	for _, tt := range []struct {
		name, reason string
		key          handoff.Key
		entry        handoff.Entry
	}{
		{"record for a pool", "a pool's entry is a Pool", handoff.PoolKey(policy, "aes"), handoff.Entry{Version: 1, Value: handoff.Record{}}},
		{"rep for a lead", "a lead's entry is a Record", lead("L1"), handoff.Entry{Version: 1, Value: handoff.Rep{ID: "kim"}}},
		{"version without value", "something is stored and was not loaded", lead("L1"), handoff.Entry{Version: 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := fill(e, now, demo())
			r.State[tt.key] = tt.entry
			_, err := e.Decide(now, r)
			var wrong *handoff.InputError
			if !errors.As(err, &wrong) || wrong.Path != "state" {
				t.Errorf("got %v, want an *InputError for state: %s", err, tt.reason)
			}
		})
	}
}

func TestDecide_WithoutTriggers(t *testing.T) {
	d := decide(t, compile(t), now.Add(300*time.Nanosecond), demo(triggers()))
	if d.Verdict != handoff.VerdictNoPlay || len(d.Effects) != 0 {
		t.Errorf("got %s with %v, want no_play without effects", d.Verdict, kindsOf(d))
	}
	if !d.At.Equal(now) {
		t.Errorf("decided at %s, want the instant cut to microseconds", d.At)
	}
}

// A chain is a router whose rep names another, and that one another, as covers do.
type chain struct{ length int }

func (c chain) Keys(f *handoff.Facts, _ *handoff.Play, dst []handoff.Key) []handoff.Key {
	id := "r0"
	for range c.length {
		dst = append(dst, handoff.RepKey(id))
		rep, _ := f.Rep(id)
		if id = rep.Cover; id == "" {
			break
		}
	}
	return dst
}

func (c chain) Route(f *handoff.Facts, _ *handoff.Play) handoff.Routing {
	return handoff.Routing{Owner: "kim", Rung: "chain", Why: "of the chain"}
}

func TestFill_FollowsWhatNamesAnother(t *testing.T) {
	load := func(keys []handoff.Key) (handoff.State, error) {
		out := handoff.State{}
		for _, k := range keys {
			var n int
			out[k] = handoff.Entry{}
			if _, err := fmt.Sscanf(k.ID, "r%d", &n); err == nil && k.Kind == handoff.KindRep {
				out[k] = handoff.Entry{Version: 1, Value: handoff.Rep{ID: k.ID, Cover: fmt.Sprint("r", n+1)}}
			}
		}
		return out, nil
	}
	for _, tt := range []struct {
		name, reason string
		length       int
		enough       bool
	}{
		{"five", "a rep, a cover and what they name", 5, true},
		{"without end", "a router that never has enough is told so", 1000, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t, func(c *handoff.Config) { c.Plays[0].Router = chain{tt.length} })
			r, err := e.Fill(now, demo(), load)
			var missing *handoff.MissingError
			if enough := err == nil; enough != tt.enough || !enough && !errors.As(err, &missing) {
				t.Fatalf("got %v: %s", err, tt.reason)
			}
			if tt.enough && decide(t, e, now, r).Owner != "kim" {
				t.Error("is not decided")
			}
		})
	}
}
