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
	p := &routing.Pool{Policy: "acme", ID: "team", WhenEmpty: routing.EmptyNext, Availability: routing.Availability{Unknown: true}}
	for _, m := range members {
		p.Members = append(p.Members, routing.Member{Rep: m, Weight: 1})
	}
	return p
}

func TestRoute(t *testing.T) {
	owned := handoff.Request{Account: handoff.Account{ID: "A1", Owner: "ann", CSM: "bob"}, Lead: handoff.Lead{Owner: "cat", Account: "A1"}}
	strict := pool("ann", "bob")
	strict.Availability.Unknown = false
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

// TestFirstReason: who has left is told so, whatever else speaks against them: somebody reads that they are still listed.
func TestFirstReason(t *testing.T) {
	nobody := handoff.ConditionFunc(func(*handoff.Facts) handoff.Truth { return handoff.False })
	for _, tt := range []struct {
		status handoff.RepStatus
		want   string
	}{{handoff.RepLeft, routing.Left}, {handoff.RepAway, routing.NotForRecord}, {handoff.RepActive, routing.NotForRecord}} {
		var store hosttest.Memory
		store.Put(status("ann", tt.status))
		p := pool("ann", "bob")
		p.Members[0].When = nobody
		if d := decide(t, engine(t, p), &store, "L1", handoff.Request{}); d.Owner != "bob" || d.Passed[0].Reason != tt.want {
			t.Errorf("%s: %s, and ann is passed over as %s, want %s", tt.status, d.Owner, d.Passed[0].Reason, tt.want)
		}
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
	bob, _ := ledger.Members.Find("bob")
	if ledger.Turns != 7 || ledger.Count != 3 || bob.Assigned != 2 || bob.Count() != 1 {
		t.Errorf("handoffs stay known, and what ranks counts from the change: %+v", ledger)
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
	if ledger := store.State()[handoff.PoolKey("acme", "team")].Value.(handoff.Pool); ledger.Count != 1 || ledger.Turns != 4 {
		t.Errorf("what ranks counts from the change of weights: %+v", ledger)
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
	ann, _ := ledger.Members.Find("ann")
	if ann.Offered != 1 || ann.Skipped != 1 || ann.Assigned != 0 || ledger.Count != 2 || ledger.Skips[0].Reason != routing.Away {
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
	capped := func(c routing.Cap) error { return edit(func(p *routing.Pool) { p.Caps = []routing.Cap{c} }) }
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
		{"balanced with weights", edit(func(p *routing.Pool) {
			p.Mode, p.MaxLead, p.Members = routing.Balanced, 2, append(p.Members, routing.Member{Rep: "bob", Weight: 3})
		}), "would void the weights"},
		{"weight 0", edit(func(p *routing.Pool) { p.Members[0].Weight = 0 }), "from 1 to 100"},
		{"weight 101", edit(func(p *routing.Pool) { p.Members[0].Weight = 101 }), "from 1 to 100"},
		{"too many members", edit(func(p *routing.Pool) {
			for i := range routing.MaxMembers {
				p.Members = append(p.Members, routing.Member{Rep: fmt.Sprint(i), Weight: 1})
			}
		}), "at most 100000 members"},
		{"too much weight", edit(func(p *routing.Pool) {
			for i := range 2001 {
				p.Members = append(p.Members, routing.Member{Rep: fmt.Sprint(i), Weight: 100})
			}
		}), "add up to at most 200000"},
		{"an unknown rotation", edit(func(p *routing.Pool) { p.Rotation = "random" }), `unknown rotation "random"`},
		{"nil", route(nil), "rung 1 is nil"},
		{"a guarded rung of nothing", route(routing.Guarded{When: maybe{}}), "needs a rung and a condition"},
		{"a guarded rung without a condition", route(routing.Guarded{Rung: routing.Rep("ann")}), "rep:ann: a guarded rung needs"},
		{"a guarded mistake", route(routing.Guarded{Rung: routing.Rep(""), When: maybe{}}), "names no rep"},
		{"an unknown word for away", route(routing.Owned{Owner: routing.LeadOwner, Away: "nap"}), `unknown word for when the owner is away "nap"; known are next, take, cover, hold`},
		{"an unknown companion", route(routing.Owned{Owner: routing.LeadOwner, With: []routing.Owner{"boss"}}), `unknown owner "boss"`},
		{"sticky without a policy", route(routing.Sticky{By: routing.StickLead}), "needs a policy"},
		{"sticky by nothing", route(routing.Sticky{Policy: "acme"}), "known are lead, account, domain, buying_group"},
		{"sticky backwards", route(routing.Sticky{Policy: "acme", By: routing.StickLead, For: handoff.Span{Days: -1}}), "not negative"},
		{"sticky by team", route(routing.Sticky{Policy: "acme", By: routing.StickLead, Scope: routing.ScopeTeam}), "known are pool, route, play"},
		{"sticky and unknown away", route(routing.Sticky{Policy: "acme", By: routing.StickLead, Away: "nap"}), `"nap"`},
		{"shifts without members", route(&routing.OnShift{ID: "s"}), "an id and members"},
		{"shifts and unknown away", route(&routing.OnShift{ID: "s", Members: []string{"ann"}, Away: "nap"}), `"nap"`},
		{"shifts without a start", route(&routing.OnShift{ID: "s", Members: []string{"ann"}, Shifts: routing.Shifts{Every: routing.EveryDay, Length: 1}}), "need a start"},
		{"a cap of nothing", capped(routing.Cap{Per: routing.PerRep, Every: routing.Day}), "from 1 to 1000"},
		{"a cap of too much", capped(routing.Cap{Max: 1001, Per: routing.PerRep, Every: routing.Day}), "from 1 to 1000"},
		{"a cap of nobody", capped(routing.Cap{Max: 1, Every: routing.Day}), "a cap is per rep, member"},
		{"a cap of no tag", capped(routing.Cap{Max: 1, Per: routing.PerTag, Every: routing.Day}), "names the tag"},
		{"a cap without time", capped(routing.Cap{Max: 1, Per: routing.PerRep}), "either"},
		{"a cap of two times", capped(routing.Cap{Max: 1, Per: routing.PerRep, Every: routing.Day, Within: hour}), "either"},
		{"a cap of negative time", capped(routing.Cap{Max: 1, Per: routing.PerRep, Every: routing.Day, Within: -hour}), "either"},
		{"a cap of a year", capped(routing.Cap{Max: 1, Per: routing.PerRep, Every: "year"}), "hour, day, week, month"},
		{"an even day", capped(routing.Cap{Max: 1, Per: routing.PerRep, Every: routing.Day, Even: true}), "can be even"},
		{"a week from no day", capped(routing.Cap{Max: 1, Per: routing.PerRep, Every: routing.Week, WeekStart: 7}), "from Sunday to Saturday"},
		{"a cap of a pool that counts owners", capped(routing.Cap{Max: 1, Per: routing.PerPool, Every: routing.Day, Also: []routing.Source{routing.FromOwner}}), "own turns alone"},
		{"a cap that counts an unknown source", capped(routing.Cap{Max: 1, Per: routing.PerRep, Every: routing.Day, Also: []routing.Source{"luck"}}), `unknown source "luck"`},
		{"a charge of an unknown source", edit(func(p *routing.Pool) { p.Charge = []routing.Source{"luck"} }), `unknown source "luck"`},
		{"a queue without a promise", edit(func(p *routing.Pool) {
			p.WhenEmpty, p.Queue = routing.EmptyQueue, &handoff.Queue{ID: "q", Owner: "ann"}
		}), "a queue has"},
		{"no queue", edit(func(p *routing.Pool) { p.WhenEmpty = routing.EmptyQueue }), "go together"},
		{"no overflow", edit(func(p *routing.Pool) { p.WhenEmpty = routing.EmptyOverflow }), "go together"},
		{"overflow of another kind", edit(func(p *routing.Pool) { p.WhenEmpty, p.Overflow = routing.EmptyOverflow, routing.LeadOwner }), "to a rep or a pool"},
		{"a mistake below", edit(func(p *routing.Pool) { p.WhenEmpty, p.Overflow = routing.EmptyOverflow, &routing.Pool{ID: "below"} }), "overflow: pool:below"},
		{"overflow into itself", edit(func(p *routing.Pool) { p.WhenEmpty, p.Overflow = routing.EmptyOverflow, p }), "into itself"},
		{"overflow in a circle", edit(func(p *routing.Pool) {
			a, b := pool("ann"), pool("ann")
			a.WhenEmpty, b.WhenEmpty, a.Overflow, b.Overflow = routing.EmptyOverflow, routing.EmptyOverflow, b, a
			p.WhenEmpty, p.Overflow = routing.EmptyOverflow, a
		}), "overflow into each other"},
		{"an id of two lines", edit(func(p *routing.Pool) { p.ID = "a\nb" }), "the id of a pool has at most 64 bytes"},
		{"a long id", edit(func(p *routing.Pool) { p.ID = strings.Repeat("x", 65) }), "the id of a pool has at most 64 bytes"},
		{"a long team", edit(func(p *routing.Pool) {
			p.Rotation, p.Scope, p.Team = routing.LeastRecent, routing.ScopeTeam, strings.Repeat("x", 65)
		}), "the team of a pool has at most 64 bytes"},
		{"hashes of an unknown word", edit(func(p *routing.Pool) { p.Rotation, p.HashBy = routing.Hash, "acount" }), `"acount"; known are lead, account`},
		{"credit for an unknown code", edit(func(p *routing.Pool) {
			p.OnReturn, p.Credit.NotFor = routing.ReturnCredit, []string{"out_of_ofice"}
		}), `"out_of_ofice"; known are unknown_rep, left, away, out_of_office`},
		{"a horizon of before", edit(func(p *routing.Pool) { p.Availability.Within = -1 }), "not negative"},
		{"a bucket of before", edit(func(p *routing.Pool) { p.Availability.Bucket = -1 }), "not negative"},
		{"skills that nothing says", edit(func(p *routing.Pool) { p.Skills.Asked = make([]func(*handoff.Facts) ([]string, bool), 1) }), "is nil"},
		{"a field of no skills", edit(func(p *routing.Pool) { p.Skills.Fields = []string{"lead.speaks"} }), "one field for each"},
		{"an open when_empty", edit(func(p *routing.Pool) { p.WhenEmpty = "" }), "when_empty is"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.err == nil || !strings.Contains(tt.err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", tt.err, tt.want)
			}
		})
	}
}

// TestRoute_WithoutAPlay asks a pool of scope play as a host may that has no plays.
func TestRoute_WithoutAPlay(t *testing.T) {
	p := pool("ann")
	p.Scope = routing.ScopePlay
	if got := route(t, p).Route(&handoff.Facts{At: at}, nil); got.Turn == nil && len(got.Reasons) == 0 {
		t.Errorf("no answer: %+v", got)
	}
}
