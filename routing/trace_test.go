package routing_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/routing"
)

// TestGuarded asks a guarded rung, with a rung below.
func TestGuarded(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		truth        handoff.Truth
		below        routing.Rung
		owner        string
		unknown      []string // facts that the decision's reasons name
	}{
		{"true", "it is asked", handoff.True, routing.Rep("bob"), "ann", nil},
		{"false", "it is not", handoff.False, routing.Rep("bob"), "bob", nil},
		{"unknown", "unknown is not true, and the reason stays whoever gets it", handoff.Unknown, routing.Rep("bob"), "bob", []string{"lead.role"}},
		{"unknown, and nobody", "it stays where nobody does, too", handoff.Unknown, routing.Rep("zoe"), "", []string{"lead.role"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newDesk(t, nil, route(t, routing.Guarded{Rung: routing.Rep("ann"), When: maybe{"lead.role", tt.truth}}, tt.below))
			d := w.hand(at, "k0")
			if diff := cmp.Diff(tt.unknown, unknowns(d, "rep:ann")); d.Owner != tt.owner || diff != "" {
				t.Errorf("owner %q, want %q: %s\n%s", d.Owner, tt.owner, tt.reason, diff)
			}
		})
	}
}

func unknowns(d handoff.Decision, id string) (out []string) {
	for _, r := range d.Reasons {
		if r.Rule == handoff.RuleRoute && r.ID == id && r.Code == routing.NotForRecord {
			out = append(out, r.Unknown...)
		}
	}
	return out
}

func TestMembersOfUnknownCondition(t *testing.T) {
	p := pool("ann", "bob", "cat")
	p.Members[0].When, p.Members[1].When = maybe{"lead.role", handoff.Unknown}, maybe{"account.tier", handoff.False}
	d := newDesk(t, nil, route(t, p)).hand(at, "k0")
	if diff := cmp.Diff([]string{"lead.role"}, unknowns(d, "pool:team")); d.Owner != "cat" || diff != "" {
		t.Errorf("owner %q\n%s", d.Owner, diff)
	}
}

// TestCharge gives records to ann by other rungs, and then asks whose turn it is.
func TestCharge(t *testing.T) {
	owner := routing.Owned{Owner: routing.AccountOwner, Away: routing.AwayCover}
	for _, tt := range []struct {
		name, reason string
		charge       []routing.Source
		rotation     routing.Rotation
		account      handoff.Account
		away         bool
		owner, next  string
	}{
		{"nothing", "what an owner gets is no turn", nil, routing.LowestCount, handoff.Account{ID: "A", Owner: "ann"}, false, "ann", "ann"},
		{"owner", "it takes her turn", []routing.Source{routing.FromOwner}, routing.LowestCount, handoff.Account{ID: "A", Owner: "ann"}, false, "ann", "bob"},
		{"another word", "the words are told apart", []routing.Source{routing.FromSticky}, routing.LowestCount, handoff.Account{ID: "A", Owner: "ann"}, false, "ann", "ann"},
		{"not a member", "nobody's turn is taken", []routing.Source{routing.FromOwner}, routing.LowestCount, handoff.Account{ID: "A", Owner: "dan"}, false, "dan", "ann"},
		{"who stands in", "the turn is the owner's", []routing.Source{routing.FromOwner}, routing.LowestCount, handoff.Account{ID: "A", Owner: "ann"}, true, "dan", "bob"},
		{"by deadlines", "every rotation with a ledger takes it", []routing.Source{routing.FromOwner}, routing.Weighted, handoff.Account{ID: "A", Owner: "ann"}, false, "ann", "bob"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := pool("ann", "bob")
			p.Charge, p.Rotation = tt.charge, tt.rotation
			w := newDesk(t, nil, route(t, owner, p))
			if tt.away {
				w.put(handoff.Rep{ID: "ann", Absences: []handoff.Absence{{From: at, Until: at.Add(time.Minute), Cover: "dan"}}})
			}
			d := w.handLead(at, handoff.Lead{ID: "L", Account: "A"}, tt.account)
			charged := len(all[handoff.AdvancePool](d)) == 1
			if d.Owner != tt.owner || charged != (remembered(w, "L").Turn.Pool != "") {
				t.Fatalf("owner %q, charged %t", d.Owner, charged)
			}
			if next := w.hand(at.Add(hour), "k0").Owner; tt.next != "" && next != tt.next {
				t.Errorf("the next turn is %s's, want %s: %s", next, tt.next, tt.reason)
			}
		})
	}
}

// randomRoute returns a route of random rungs over a pool, which uses all that a pool has.
func randomRoute(t *testing.T, r *rand.Rand, berlin *calendar.Zone) *routing.Route {
	coin := func() bool { return r.IntN(2) == 0 }
	p := pool("ann", "bob", "cat", "dan")
	p.Rotation = routing.Rotations()[r.IntN(len(routing.Rotations()))]
	p.WhenEmpty = []routing.WhenEmpty{routing.EmptyUnassigned, routing.EmptyHold, routing.EmptyQueue, routing.EmptyOverflow, routing.EmptyAnyway}[r.IntN(5)]
	switch p.WhenEmpty {
	case routing.EmptyQueue:
		p.Queue = &handoff.Queue{ID: "q", Owner: "ann", Promise: within(hour)}
	case routing.EmptyOverflow:
		p.Overflow = emptyPool("over", routing.EmptyHold)
	}
	p.Availability = randomAvailability(t, r, berlin)
	p.Mode = []routing.Mode{routing.Flexible, routing.Strict, routing.Balanced}[r.IntN(3)]
	if p.Mode == routing.Balanced {
		p.MaxLead = 1
	}
	p.Cover = []routing.CoverRule{routing.CoverNone, routing.CoverOwner, routing.CoverCharge}[r.IntN(3)]
	p.Units = int64(r.IntN(2))
	p.Members[0].When = []handoff.Condition{nil, maybe{"a", handoff.Unknown}, maybe{"b", handoff.True}}[r.IntN(3)]
	p.Exclude = routing.Exclude{Previous: int64(r.IntN(3)), Declined: coin()}
	if coin() {
		p.Caps = []routing.Cap{{Max: 2, Per: routing.Pers()[r.IntN(4)], Every: routing.Day}, {Max: 5, Per: routing.PerRep, Within: 9 * hour}}
	}
	rungs := []routing.Rung{
		routing.Sticky{Policy: "acme", By: routing.StickAccount, Away: routing.WhenAways()[r.IntN(4)], For: handoff.Span{Days: r.IntN(3)}},
		routing.Owned{Owner: routing.AccountOwner, Away: routing.WhenAways()[r.IntN(4)], With: []routing.Owner{routing.AccountCSM}},
		routing.Guarded{Rung: routing.Rep("bob"), When: maybe{"c", []handoff.Truth{handoff.False, handoff.Unknown}[r.IntN(2)]}},
		&routing.OnShift{ID: "s", Members: []string{"cat", "dan"}, Shifts: routing.Shifts{Every: routing.EveryDay, Length: 1, Start: at}, Away: routing.WhenAways()[r.IntN(4)]},
	}
	rungs = slices.DeleteFunc(rungs, func(routing.Rung) bool { return r.IntN(3) > 0 })
	return route(t, append(rungs, p)...)
}

// TestTrace hands over through random routes: an explanation decides alike, lists everybody once for each rung that was
// asked, and one without a reason where there is an owner. Nothing that was passed in changes, and its order does not count.
func TestTrace(t *testing.T) {
	owned, ranked, eliminated, berlin := 0, 0, 0, zone(t, "Europe/Berlin")
	for seed := range uint64(80) {
		r := rand.New(rand.NewPCG(seed, 5))
		made := randomRoute(t, r, berlin)
		var roster []handoff.Rep
		for _, id := range []string{"ann", "bob", "cat", "dan"} {
			rep := randomRep(r, id, at)
			rep.Capacity, rep.Tags, rep.Skills = handoff.Some(int64(r.IntN(6))), []string{"x", "y"}, []string{"de", "en"}
			roster = append(roster, rep)
		}
		w := newDesk(t, nil, made)
		w.put(roster...)
		at := at
		for range 12 {
			at = at.Add(time.Duration(r.IntN(12)) * hour)
			account := handoff.Account{ID: fmt.Sprint("A", r.IntN(2)), Owner: []string{"", "ann"}[r.IntN(2)], CSM: "bob"}
			ask := w.about(at, handoff.Lead{ID: fmt.Sprint("L", r.IntN(5)), Account: account.ID}, account, "k0")
			ask, err := w.store.Fill(context.Background(), w.engine, at, ask)
			if err != nil {
				t.Fatal(err)
			}
			before := encode(t, ask)
			d, err := w.engine.Decide(at, ask)
			if err != nil {
				t.Fatal(err)
			}
			x, err := w.engine.Explain(at, ask)
			if err != nil || encode(t, x.Decision) != encode(t, d) {
				t.Fatalf("seed %d: an explanation decides otherwise: %v\n%s", seed, err, cmp.Diff(encode(t, d), encode(t, x.Decision)))
			}
			if encode(t, ask) != before {
				t.Fatalf("seed %d: the request was changed", seed)
			}
			other, err := w.engine.Decide(at, shuffled(r, ask))
			if err != nil || encode(t, other) != encode(t, d) {
				t.Fatalf("seed %d: another order decides otherwise: %v\n%s", seed, err, cmp.Diff(encode(t, d), encode(t, other)))
			}
			if _, err := handoff.DecodeDecision([]byte(encode(t, d))); err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			o, k, e := candidates(t, seed, d, x.Candidates)
			owned, ranked, eliminated = owned+o, ranked+k, eliminated+e
			if err := w.store.Commit(context.Background(), d); err != nil {
				t.Fatal(err)
			}
		}
	}
	if owned < 200 || ranked < 1000 || eliminated < 1000 {
		t.Errorf("%d owners, %d ranked and %d eliminated candidates are too few", owned, ranked, eliminated)
	}
}

// candidates checks those of one explanation, and counts owners, candidates with numbers and those with a reason.
func candidates(t *testing.T, seed uint64, d handoff.Decision, list []handoff.Candidate) (owned, ranked, eliminated int) {
	t.Helper()
	var chosen []string
	seen := map[string]bool{}
	for _, c := range list {
		if key := c.Rung + " " + c.Rep; seen[key] {
			t.Fatalf("seed %d: %s is listed twice", seed, key)
		} else {
			seen[key] = true
		}
		if c.Reason == "" {
			chosen = append(chosen, c.Rep)
		} else {
			eliminated++
		}
		if len(c.Ranked) > 0 {
			ranked++
		}
	}
	if (d.Owner == "") != (len(chosen) == 0) || len(chosen) > 1 {
		t.Fatalf("seed %d: %v are chosen, and the owner is %q: %v", seed, chosen, d.Owner, list)
	}
	for _, c := range d.Passed {
		if c.Reason == "" {
			t.Fatalf("seed %d: %s is passed over without a reason", seed, c.Rep)
		}
	}
	if d.Owner == "" {
		return 0, ranked, eliminated
	}
	if a, _ := assigned(d); chosen[0] != a.To && chosen[0] != a.Covers {
		t.Fatalf("seed %d: %s is chosen, and %s gets it", seed, chosen[0], a.To)
	}
	return 1, ranked, eliminated
}

// shuffled returns the request with lists of reps in another order, where that has no meaning, and a copied state.
func shuffled(r *rand.Rand, ask handoff.Request) handoff.Request {
	state := handoff.State{}
	for _, k := range slices.SortedFunc(maps.Keys(ask.State), handoff.Key.Compare) {
		e := ask.State[k].Clone()
		if rep, ok := e.Value.(handoff.Rep); ok {
			r.Shuffle(len(rep.Absences), func(i, j int) { rep.Absences[i], rep.Absences[j] = rep.Absences[j], rep.Absences[i] })
			r.Shuffle(len(rep.Tags), func(i, j int) { rep.Tags[i], rep.Tags[j] = rep.Tags[j], rep.Tags[i] })
			e.Value = rep
		}
		state[k] = e
	}
	ask.State = state
	return ask
}

// TestAbsencesInAnyOrder lets two absences end at once, each with a cover of its own.
func TestAbsencesInAnyOrder(t *testing.T) {
	list := []handoff.Absence{{From: at, Until: at.Add(hour), Cover: "cat"}, {From: at, Until: at.Add(hour), Cover: "bob"}, {From: at, Until: at.Add(hour)}}
	for range 6 {
		list = append(list[1:], list[0])
		w := newDesk(t, nil, route(t, routing.Owned{Owner: routing.LeadOwner, Away: routing.AwayCover}))
		w.put(handoff.Rep{ID: "ann", Absences: slices.Clone(list)})
		if d := w.handLead(at, handoff.Lead{ID: "L", Owner: "ann"}, handoff.Account{}); d.Owner != "cat" {
			t.Errorf("%v: %s stands in", list, d.Owner)
		}
		list[0], list[1] = list[1], list[0]
	}
}
