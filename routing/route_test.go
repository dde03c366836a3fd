package routing_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/hosttest"
	"github.com/salesbaton/baton/routing"
)

var at = time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)

// engine returns an engine with one play over the rungs, and a roster of ann, bob and cat.
func engine(t *testing.T, rungs ...routing.Rung) *handoff.Engine {
	t.Helper()
	route, err := routing.New(rungs...)
	if err != nil {
		t.Fatal(err)
	}
	e, err := handoff.New(handoff.Config{
		Policy:   "acme",
		Triggers: []handoff.TriggerRule{{Kind: "demo_request", About: handoff.KindLead, StaleAfter: time.Hour}},
		Plays:    []handoff.Play{{ID: "demo", Trigger: "demo_request", Router: route}},
		Reps:     []handoff.Rep{{ID: "ann"}, {ID: "bob"}, {ID: "cat"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// decide answers one demo request about the lead, with what the store remembers.
func decide(t *testing.T, e *handoff.Engine, store *hosttest.Memory, id string, r handoff.Request) handoff.Decision {
	t.Helper()
	r.Lead.ID = id
	r.Subject = r.Lead.Ref()
	r.Triggers = []handoff.Trigger{{ID: "t-" + id, Kind: "demo_request", OccurredAt: at}}
	ctx := context.Background()
	r, err := store.Fill(ctx, e, at, r)
	if err != nil {
		t.Fatal(err)
	}
	d, err := e.Decide(at, r)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Commit(ctx, d); err != nil {
		t.Fatal(err)
	}
	return d
}

func status(id string, s handoff.RepStatus) handoff.State {
	return handoff.State{handoff.RepKey(id): {Version: 1, Value: handoff.Rep{ID: id, Status: s}}}
}

func pool(members ...string) *routing.Pool {
	p := &routing.Pool{Policy: "acme", ID: "team", WhenEmpty: routing.EmptyNext, UnknownAvailable: true}
	for _, m := range members {
		p.Members = append(p.Members, routing.Member{Rep: m, Weight: 1})
	}
	return p
}

func TestRoute(t *testing.T) {
	owned := handoff.Request{Account: handoff.Account{ID: "A1", Owner: "ann", CSM: "bob"}, Lead: handoff.Lead{Owner: "cat", Account: "A1"}}
	strict := pool("ann", "bob")
	strict.UnknownAvailable = false
	ends := pool("ann")
	ends.WhenEmpty = routing.EmptyUnassigned
	for _, tt := range []struct {
		name, reason string
		rungs        []routing.Rung
		request      handoff.Request
		state        handoff.State
		owner, rung  string
		passed       string // rep: reason, ...
		why          string // codes of the route's reasons
	}{
		{name: "the account's owner", reason: "an owner whose status is unknown is still the owner",
			rungs: []routing.Rung{routing.AccountOwner, pool("bob")}, request: owned, owner: "ann", rung: "account_owner"},
		{name: "the success manager", reason: "the rung names the account's other owner",
			rungs: []routing.Rung{routing.AccountCSM}, request: owned, owner: "bob", rung: "account_csm"},
		{name: "the lead's owner in the CRM", reason: "nobody was assigned here before",
			rungs: []routing.Rung{routing.LeadOwner}, request: owned, owner: "cat", rung: "lead_owner"},
		{name: "nobody owns it", reason: "the next rung is asked",
			rungs: []routing.Rung{routing.AccountOwner, routing.Rep("bob")}, owner: "bob", rung: "rep:bob"},
		{name: "an owner who left", reason: "somebody who left is never an owner again",
			rungs: []routing.Rung{routing.AccountOwner, pool("bob")}, request: owned, state: status("ann", handoff.RepLeft),
			owner: "bob", rung: "pool:team", passed: "ann: left"},
		{name: "an owner who is away", reason: "the signal does not wait for the return",
			rungs: []routing.Rung{routing.AccountOwner, pool("bob")}, request: owned, state: status("ann", handoff.RepAway),
			owner: "bob", rung: "pool:team", passed: "ann: away"},
		{name: "an owner nobody knows", reason: "an owner is a known rep",
			rungs: []routing.Rung{routing.Rep("zoe"), routing.Rep("bob")}, owner: "bob", rung: "rep:bob", passed: "zoe: unknown_rep"},
		{name: "an owner only the State knows", reason: "the host's roster counts like the policy's",
			rungs: []routing.Rung{routing.Rep("zoe")}, state: status("zoe", handoff.RepActive), owner: "zoe", rung: "rep:zoe"},
		{name: "availability unknown", reason: "a pool that does not allow it passes over everybody",
			rungs: []routing.Rung{strict}, passed: "ann: availability_unknown, bob: availability_unknown", why: "pool_empty"},
		{name: "availability known of one", reason: "the one who is reported active takes it",
			rungs: []routing.Rung{strict}, state: status("bob", handoff.RepActive), owner: "bob", rung: "pool:team", passed: "ann: availability_unknown"},
		{name: "an empty pool that ends the route", reason: "when_empty: unassigned asks no further rung",
			rungs: []routing.Rung{ends, routing.Rep("bob")}, state: status("ann", handoff.RepAway), passed: "ann: away", why: "pool_empty"},
		{name: "every rung fails", reason: "each says why",
			rungs: []routing.Rung{routing.AccountOwner, routing.Rep("zoe"), pool("ann")}, state: status("ann", handoff.RepAway),
			passed: "zoe: unknown_rep, ann: away", why: "no_owner, unknown_rep, pool_empty"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var store hosttest.Memory
			store.Put(tt.state)
			d := decide(t, engine(t, tt.rungs...), &store, "L1", tt.request)
			var passed, why []string
			for _, c := range d.Passed {
				passed = append(passed, c.Rep+": "+c.Reason)
			}
			for _, r := range d.Reasons {
				if r.Rule == handoff.RuleRoute && d.Owner == "" {
					why = append(why, r.Code)
				}
			}
			got := []string{d.Owner, d.Rung, strings.Join(passed, ", "), strings.Join(why, ", ")}
			if diff := cmp.Diff([]string{tt.owner, tt.rung, tt.passed, tt.why}, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
			if (d.Verdict == handoff.VerdictUnassigned) != (tt.owner == "") {
				t.Errorf("verdict %s", d.Verdict)
			}
		})
	}
}

func TestPoolKeepsItsLedgerInState(t *testing.T) {
	var store hosttest.Memory
	e := engine(t, pool("ann", "bob", "cat"))
	var got []string
	for _, id := range []string{"L1", "L2", "L3", "L4"} {
		got = append(got, decide(t, e, &store, id, handoff.Request{}).Owner)
	}
	grown := engine(t, pool("bob", "ann", "cat")) // another order is a change: the ledger starts anew
	for _, id := range []string{"L5", "L6", "L7"} {
		got = append(got, decide(t, grown, &store, id, handoff.Request{}).Owner)
	}
	// After the change everybody has the same claim, and who waited longest goes first.
	if diff := cmp.Diff([]string{"ann", "bob", "cat", "ann", "bob", "cat", "ann"}, got); diff != "" {
		t.Errorf("owners (-want +got):\n%s", diff)
	}
	ledger := store.State()[handoff.PoolKey("acme", "team")].Value.(handoff.Pool)
	if ledger.Turns != 3 || ledger.Members[0].Rep != "bob" || ledger.Members[0].Assigned != 1 {
		t.Errorf("the ledger counts from the change: %+v", ledger)
	}
}

func TestChangedWeightsStartTheLedgerAnew(t *testing.T) {
	var store hosttest.Memory
	even, heavy := pool("ann", "bob"), pool("ann", "bob")
	heavy.Members[1].Weight = 3
	for _, id := range []string{"L1", "L2", "L3"} {
		decide(t, engine(t, even), &store, id, handoff.Request{})
	}
	decide(t, engine(t, heavy), &store, "L4", handoff.Request{})
	if ledger := store.State()[handoff.PoolKey("acme", "team")].Value.(handoff.Pool); ledger.Turns != 1 || ledger.Members[1].Weight != 3 {
		t.Errorf("the ledger counts from the change of weights: %+v", ledger)
	}
}

func TestPoolLosesTurnsWithAReason(t *testing.T) {
	var store hosttest.Memory
	store.Put(status("ann", handoff.RepAway))
	d := decide(t, engine(t, pool("ann", "bob")), &store, "L1", handoff.Request{})
	if d.Owner != "bob" {
		t.Fatalf("owner %q, want bob", d.Owner)
	}
	ledger := store.State()[handoff.PoolKey("acme", "team")].Value.(handoff.Pool)
	ann, _ := ledger.Find("ann")
	if ann.Skipped != 1 || ledger.Turns != 2 {
		t.Errorf("ann lost her turn, which the ledger shows: %+v", ledger)
	}
}

func TestMistakes(t *testing.T) {
	route := func(rungs ...routing.Rung) error { _, err := routing.New(rungs...); return err }
	edit := func(change func(*routing.Pool)) error {
		p := pool("ann")
		change(p)
		return route(p)
	}
	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{"no rungs", route(), "at least one rung"},
		{"an unknown owner", route(routing.Owner("boss")), "known are lead_owner"},
		{"no rep", route(routing.Rep("")), "names no rep"},
		{"no members", edit(func(p *routing.Pool) { p.Members = nil }), "needs members"},
		{"a repeated member", edit(func(p *routing.Pool) { p.Members = append(p.Members, p.Members[0]) }), "repeated"},
		{"weight 0", edit(func(p *routing.Pool) { p.Members[0].Weight = 0 }), "from 1 to 100"},
		{"weight 101", edit(func(p *routing.Pool) { p.Members[0].Weight = 101 }), "from 1 to 100"},
		{"too many members", edit(func(p *routing.Pool) {
			for i := range routing.MaxMembers {
				p.Members = append(p.Members, routing.Member{Rep: fmt.Sprint(i), Weight: 1})
			}
		}), "at most 1000 members"},
		{"too much weight", edit(func(p *routing.Pool) {
			for i := range 101 {
				p.Members = append(p.Members, routing.Member{Rep: fmt.Sprint(i), Weight: 100})
			}
		}), "add up to at most 10000"},
		{"an unknown rotation", edit(func(p *routing.Pool) { p.Rotation = "random" }), `unknown rotation "random"`},
		{"an open when_empty", edit(func(p *routing.Pool) { p.WhenEmpty = "" }), "when_empty is"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.err == nil || !strings.Contains(tt.err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", tt.err, tt.want)
			}
		})
	}
}
