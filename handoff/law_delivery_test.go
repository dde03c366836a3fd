package handoff_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/hosttest"
)

// apply decides on a fresh copy of the State and returns the State after it.
func apply(t *testing.T, e *handoff.Engine, at time.Time, s handoff.State, r handoff.Request) (handoff.Decision, handoff.State) {
	t.Helper()
	r.State = s
	r = fill(e, at, r)
	d := decide(t, e, at, r)
	return d, handoff.Apply(r.State, d.Effects)
}

// contents returns what a State holds, without the versions and the empty entries.
func contents(s handoff.State) map[handoff.Key]handoff.Memory {
	out := map[handoff.Key]handoff.Memory{}
	for k, e := range s {
		if e.Version > 0 {
			out[k] = e.Value
		}
	}
	return out
}

func TestLaw04_ArrivalBeforeTheWindowClosesDoesNotMatter(t *testing.T) {
	named := func(t handoff.Trigger, asset string) handoff.Trigger { t.Asset = asset; return t }
	at := func(minutes int) time.Time { return now.Add(time.Duration(minutes-90) * time.Minute) }
	for _, tt := range []struct {
		name, reason string
		triggers     []handoff.Trigger
	}{
		{"different signals", "nothing repeats", []handoff.Trigger{signal("T1", "demo_request", at(0)), signal("T2", "webinar", at(10)), signal("T3", "pricing_page", at(20))}},
		{"four at one instant", "ids break the tie", []handoff.Trigger{signal("T1", "demo_request", at(0)), signal("T2", "webinar", at(0)), signal("T3", "pricing_page", at(0)), named(signal("T4", "demo_request", at(0)), "other")}},
		{"an equal pair", "the earliest stands, whichever comes first", []handoff.Trigger{signal("T1", "demo_request", at(0)), signal("T2", "demo_request", at(10)), signal("T3", "webinar", at(20)), signal("T4", "pricing_page", at(30))}},
		{"a chain of equal signals", "the first and the third are further apart than the window for repetitions; the second repeats the first",
			[]handoff.Trigger{signal("T1", "webinar", at(0)), signal("T2", "webinar", at(40)), signal("T3", "webinar", at(80))}},
		{"with stages", "the first that crosses enters, whenever it arrives",
			[]handoff.Trigger{seats("T1", "webinar", -90, 10), seats("T2", "webinar", -80, 30), seats("T3", "webinar", -80, 40), seats("T4", "pricing_page", -60, 50)}},
		{"with an unlisted kind", "it is consumed at once", []handoff.Trigger{signal("T1", "unheard_of", at(0)), signal("T2", "webinar", at(10)), signal("T3", "demo_request", at(20))}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t, staged, settle(2*hour))
			_, want := apply(t, e, now, nil, demo(triggers(tt.triggers...)))
			_, wantAfter := apply(t, e, now.Add(hour), want, demo(triggers()))
			for _, batches := range arrivals(tt.triggers) {
				var got handoff.State
				for _, batch := range batches {
					_, got = apply(t, e, now, got, demo(triggers(batch...)))
				}
				if diff := cmp.Diff(contents(want), contents(got)); diff != "" {
					t.Fatalf("%s; in batches %s (-at once +in batches):\n%s", tt.reason, ids(batches), diff)
				}
				_, gotAfter := apply(t, e, now.Add(hour), got, demo(triggers()))
				if diff := cmp.Diff(contents(wantAfter), contents(gotAfter)); diff != "" {
					t.Fatalf("%s; after the window, in batches %s (-at once +in batches):\n%s", tt.reason, ids(batches), diff)
				}
			}
		})
	}
}

func ids(batches [][]handoff.Trigger) (out [][]string) {
	for _, batch := range batches {
		var row []string
		for _, t := range batch {
			row = append(row, t.ID)
		}
		out = append(out, row)
	}
	return out
}

// arrivals returns every order of the triggers in every division into batches.
func arrivals(list []handoff.Trigger) [][][]handoff.Trigger {
	var out [][][]handoff.Trigger
	for _, order := range permutations(list) {
		for cuts := range 1 << (len(order) - 1) {
			batches := [][]handoff.Trigger{{order[0]}}
			for i, t := range order[1:] {
				if cuts>>i&1 == 1 {
					batches = append(batches, nil)
				}
				last := len(batches) - 1
				batches[last] = append(batches[last], t)
			}
			out = append(out, batches)
		}
	}
	return out
}

func permutations[T any](list []T) [][]T {
	if len(list) == 0 {
		return [][]T{nil}
	}
	var out [][]T
	for i, first := range list {
		rest := slices.Concat(list[:i], list[i+1:])
		for _, tail := range permutations(rest) {
			out = append(out, append([]T{first}, tail...))
		}
	}
	return out
}

func TestLaw06_RedeliveryChangesNothing(t *testing.T) {
	idle := func(c *handoff.Config) { c.Reps = nil }
	later := func(c *handoff.Config) {
		c.Digest, c.Gates, c.Suppressor = "sha256:two", nil, nil
		for i := range c.Plays {
			c.Plays[i].ID, c.Plays[i].When, c.Plays[i].Router = "new-"+c.Plays[i].ID, nil, to("sam")
		}
	}
	for _, tt := range []struct {
		name, reason string
		edit         func(*handoff.Config)
		request      handoff.Request
		want         handoff.Verdict
	}{
		{"enrolled", "it was acted on", settle(0), demo(), handoff.VerdictEnrolled},
		{"assigned", "it was acted on", settle(0), churn(triggers(signal("X1", "expansion", now))), handoff.VerdictAssigned},
		{"held", "the hold does not replay", settle(0), churn(triggers(signal("X1", "expansion", now)),
			with(handoff.Assign{Subject: account("A1"), To: "cam", At: now.Add(-day)})), handoff.VerdictHeld},
		{"held, to be replayed", "it waits already", settle(0), demo(func(r *handoff.Request) { r.Opportunities = nil }), handoff.VerdictHeld},
		{"held, in a new stage", "it waits already, and the stage was entered", settle(0),
			demo(triggers(seats("T1", "demo_request", -9, 30)), func(r *handoff.Request) { r.Opportunities = nil }), handoff.VerdictHeld},
		{"won by a new stage", "it was acted on, and the stage was entered", settle(0), demo(triggers(seats("T1", "webinar", -9, 30))), handoff.VerdictAssigned},
		{"ineligible", "it was refused", settle(0), demo(func(r *handoff.Request) { r.Lead.Person.Email = "x@gmail.com" }), handoff.VerdictIneligible},
		{"incomplete", "it waits already", settle(0), demo(func(r *handoff.Request) { r.Account.Employees = handoff.Opt[int64]{} }), handoff.VerdictIncomplete},
		{"unassigned", "it waits already", idle, demo(), handoff.VerdictUnassigned},
		{"held out", "it was answered, and the arm is remembered", on(holdout("h", true)), demo(), handoff.VerdictHeldOut},
		{"queued", "it settles already", settle(hour), demo(), handoff.VerdictQueued},
		{"stale", "it was refused", settle(0), demo(triggers(signal("T1", "demo_request", now.Add(-20*day)))), handoff.VerdictStale},
		{"no play", "it was refused", settle(0), demo(triggers(signal("T1", "unheard_of", now))), handoff.VerdictNoPlay},
		{"duplicate", "both were consumed", settle(0), demo(triggers(signal("T1", "demo_request", now), signal("T2", "demo_request", now))), handoff.VerdictEnrolled},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t, staged, tt.edit)
			first, state := apply(t, e, now, tt.request.State, tt.request)
			if first.Verdict != tt.want {
				t.Fatalf("the first delivery is %s, want %s", first.Verdict, tt.want)
			}
			again, after := apply(t, e, now.Add(time.Second), state, tt.request)
			if len(again.Effects) > 0 {
				t.Errorf("the redelivery has effects %v: %s", kindsOf(again), tt.reason)
			}
			if diff := cmp.Diff(contents(state), contents(after)); diff != "" {
				t.Errorf("the redelivery changes the State: %s\n%s", tt.reason, diff)
			}
			next := compile(t, staged, tt.edit, later)
			quiet := tt.request
			quiet.Triggers = nil
			_, without := apply(t, next, now.Add(time.Second), state, quiet)
			_, with := apply(t, next, now.Add(time.Second), state, tt.request)
			if diff := cmp.Diff(contents(without), contents(with)); diff != "" {
				t.Errorf("under the next policy the redelivery matters (-without +with it):\n%s", diff)
			}
		})
	}
}

func TestLaw06_TriggerIsConsumedOnceAcrossSubjects(t *testing.T) {
	e := compile(t, settle(hour))
	ctx := context.Background()
	var store hosttest.Memory
	commit := func(at time.Time, r handoff.Request) (handoff.Decision, error) {
		r, err := store.Fill(ctx, e, at, r)
		if err != nil {
			t.Fatal(err)
		}
		d, err := e.Decide(at, r)
		if err != nil {
			t.Fatal(err)
		}
		return d, store.Commit(ctx, d)
	}
	second := func(r *handoff.Request) { r.Subject, r.Lead.ID = lead("L2"), "L2" }
	acted := 0
	for _, step := range []struct {
		at      time.Time
		request handoff.Request
	}{
		{now, demo()}, {now, demo(second)}, {now.Add(hour), demo(triggers())}, {now.Add(hour), demo(second, triggers())},
	} {
		d, err := commit(step.at, step.request)
		if err != nil {
			t.Fatal(err)
		}
		if fates(d)["T1"] == handoff.FateActed {
			acted++
		}
	}
	if acted != 1 {
		t.Errorf("a trigger that waits for two records was acted on %d times, want once", acted)
	}
}

func TestLaw06_EveryEntryWrittenIsGuarded(t *testing.T) {
	silent := compile(t, crowded, func(c *handoff.Config) { c.Lifecycle = nil })
	properties(t, func(t *testing.T, e *handoff.Engine, g generator, r handoff.Request) {
		guarded(t, r, decide(t, e, now, r))
		swept, err := e.Sweep(now, r)
		if err != nil {
			t.Fatal(err)
		}
		guarded(t, r, swept)
		for _, kind := range handoff.ActivityKinds() {
			a := g.activity("a", now, r)
			a.Into = g.into(kind, r.Subject)
			if a.Outcome = ""; kind == handoff.ActivityOutcome {
				a.Outcome = "no_response"
			}
			if a.Kind = kind; (kind == handoff.ActivityOptOut || kind == handoff.ActivityBounced) && r.Lead.ID == "" {
				continue // an opt-out is a person's
			}
			for _, e := range []*handoff.Engine{e, silent} {
				full := fillActivity(e, now, r, a)
				observed, err := e.Observe(now, full, a)
				if err != nil && strings.Contains(err.Error(), "triggers[") {
					continue // of a kind that means another subject in that policy
				} else if err != nil {
					t.Fatal(err)
				}
				guarded(t, full, observed)
			}
		}
	})
}

// guarded checks that the decision guards all that it writes, at the versions of the request.
func guarded(t *testing.T, r handoff.Request, d handoff.Decision) {
	t.Helper()
	for k := range handoff.Apply(nil, d.Effects) {
		if !slices.ContainsFunc(d.Guards, func(g handoff.Guard) bool { return g.Key == k }) {
			t.Errorf("%s writes %s without a guard", d.Cause, k)
		}
	}
	for _, g := range d.Guards {
		if g.Version != r.State[g.Key].Version {
			t.Errorf("%s guards %s at version %d, read at %d", d.Cause, g.Key, g.Version, r.State[g.Key].Version)
		}
	}
}

func TestLaw06_TwoDecisionsFromOneStateCannotBothCommit(t *testing.T) {
	other := func(r *handoff.Request) {
		r.Subject, r.Lead.ID, r.Account.ID, r.Lead.Account = lead("L2"), "L2", "A2", "A2"
	}
	reply := handoff.Activity{ID: "a1", Kind: handoff.ActivityReply, At: now}
	decideOn := func(r handoff.Request) func(*handoff.Engine) (handoff.Decision, error) {
		return func(e *handoff.Engine) (handoff.Decision, error) { return e.Decide(now, fill(e, now, r)) }
	}
	for _, tt := range []struct {
		name, reason  string
		first, second func(*handoff.Engine) (handoff.Decision, error)
	}{
		{"the same trigger", "the trigger's entry was read", decideOn(demo()), decideOn(demo())},
		{"two triggers of a lead", "the lead's record was read", decideOn(demo()), decideOn(demo(triggers(signal("T9", "webinar", now))))},
		{"two leads of one pool", "the pool's ledger was read", decideOn(demo()), decideOn(demo(other, triggers(signal("T9", "demo_request", now))))},
		{"a decision and an activity", "the lead's record was read", decideOn(demo()), func(e *handoff.Engine) (handoff.Decision, error) {
			return e.Observe(now, fill(e, now, demo(triggers())), reply)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t)
			var store hosttest.Memory
			first, err := tt.first(e)
			if err != nil {
				t.Fatal(err)
			}
			second, err := tt.second(e)
			if err != nil {
				t.Fatal(err)
			}
			if err := store.Commit(context.Background(), first); err != nil {
				t.Fatalf("the first commit: %v", err)
			}
			before := store.State()
			if err := store.Commit(context.Background(), second); !errors.Is(err, handoff.ErrConflict) {
				t.Fatalf("the second commit returns %v, want ErrConflict: %s", err, tt.reason)
			}
			if diff := cmp.Diff(before, store.State()); diff != "" {
				t.Errorf("the refused commit changed the store:\n%s", diff)
			}
		})
	}
}

func TestLaw06_NoTurnIsLostOrDoubledUnderConflicts(t *testing.T) {
	const workers, each = 8, 200
	e := compile(t)
	ctx := context.Background()
	var store hosttest.Memory
	work := func(worker, i int) error {
		r := demo(func(r *handoff.Request) {
			id := fmt.Sprintf("%d-%d", worker, i)
			r.Subject, r.Lead.ID, r.Account.ID, r.Lead.Account = lead("L"+id), "L"+id, "A"+id, "A"+id
			r.Triggers[0].ID = "T" + id
		})
		for {
			full, err := store.Fill(ctx, e, now, r)
			if err != nil {
				return err
			}
			d, err := e.Decide(now, full)
			if err != nil {
				return err
			}
			if err = store.Commit(ctx, d); !errors.Is(err, handoff.ErrConflict) {
				return err
			}
		}
	}
	var wg sync.WaitGroup
	for worker := range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range each {
				if err := work(worker, i); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	wg.Wait()
	ledger := store.State()[handoff.PoolKey(policy, "aes")].Value.(handoff.Pool)
	given := map[string]int64{}
	for _, d := range store.Decisions() {
		given[d.Owner]++
	}
	if n := len(store.Decisions()); n != workers*each || ledger.Turns != workers*each {
		t.Errorf("%d decisions and %d turns, want %d of each", n, ledger.Turns, workers*each)
	}
	for _, rep := range []string{"kim", "lee"} {
		if m, _ := ledger.Members.Find(rep); m.Assigned != given[rep] || m.Assigned != workers*each/2 {
			t.Errorf("%s has %d turns and %d decisions, want %d of each", rep, m.Assigned, given[rep], workers*each/2)
		}
	}
}
