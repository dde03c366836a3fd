package routing_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/routing"
)

// observe tells the engine what became of a lead, and keeps the answer.
func (w *desk) observe(lead string, a handoff.Activity) handoff.Decision {
	w.Helper()
	ctx := context.Background()
	r, err := w.store.Fill(ctx, w.engine, a.At, handoff.Request{Subject: handoff.Lead{ID: lead}.Ref(), Lead: handoff.Lead{ID: lead}})
	if err != nil {
		w.Fatal(err)
	}
	d, err := w.engine.Observe(a.At, r, a)
	if err == nil {
		err = w.store.Commit(ctx, d)
	}
	if err != nil {
		w.Fatal(err)
	}
	return d
}

// keeping returns a desk whose turns are given back as its pools say, one play for each.
func keeping(t *testing.T, pools ...*routing.Pool) *desk {
	t.Helper()
	var routes []*routing.Route
	for _, p := range pools {
		routes = append(routes, route(t, p))
	}
	return newDesk(t, func(c *handoff.Config) { c.Turns = routing.Keeper(pools) }, routes...)
}

// turns returns the ledger of the desk's only pool.
func (w *desk) turns() handoff.Pool {
	stored, _ := w.store.State()[handoff.PoolKey("acme", "team")].Value.(handoff.Pool)
	return stored
}

// givingBack returns a pool that gives back all turns and charges whom a record is reassigned to.
func givingBack(r routing.Rotation, members ...string) *routing.Pool {
	p := pool(members...)
	p.Rotation, p.Units = r, 1
	p.Returns = routing.Returns{Declined: routing.BackCount, NoShow: routing.BackCount, Reassigned: routing.BackCount, Charge: true}
	return p
}

// capable are reps of known capacity, so that every rotation has somebody to choose.
func capable() (list []handoff.Rep) {
	for _, id := range []string{"ann", "bob", "cat", "dan"} {
		list = append(list, handoff.Rep{ID: id, Status: handoff.RepActive, Capacity: handoff.Some[int64](1000)})
	}
	return list
}

// TestGivenBack_IntoAnotherLedger gives back a turn of cat's after the pool changed, before its next turn.
func TestGivenBack_IntoAnotherLedger(t *testing.T) {
	ends := []handoff.Activity{
		{ID: "a", Kind: handoff.ActivityDeclined, By: "cat"},
		{ID: "a", Kind: handoff.ActivityNoShow},
		{ID: "a", Kind: handoff.ActivityReassigned, To: "ann"},
	}
	for _, tt := range []struct {
		name, reason string
		change       func(*routing.Pool)
	}{
		{"a member removed", "places move up", func(p *routing.Pool) { p.Members = slices.Delete(p.Members, 1, 2) }},
		{"all but one removed", "cat has no place any more", func(p *routing.Pool) { p.Members = p.Members[:1] }},
		{"another order", "places are of others", func(p *routing.Pool) { slices.Reverse(p.Members) }},
		{"another rotation", "keys rank by something else", func(p *routing.Pool) { p.Rotation = another(p.Rotation) }},
	} {
		for _, r := range routing.Rotations() {
			for _, end := range ends {
				t.Run(fmt.Sprintf("%s/%s/%s", tt.name, r, end.Kind), func(t *testing.T) { giveBackAfter(t, tt.reason, r, tt.change, end) })
			}
		}
	}
}

func another(r routing.Rotation) routing.Rotation {
	if r == routing.LowestCount {
		return routing.LeastRecent
	}
	return routing.LowestCount
}

func giveBackAfter(t *testing.T, reason string, r routing.Rotation, change func(*routing.Pool), end handoff.Activity) {
	w := keeping(t, givingBack(r, "bob", "ann", "cat"))
	w.put(capable()...)
	w.hand(at, "k0")
	lead := ""
	for i := 1; lead == "" && i < 30; i++ {
		if id := fmt.Sprintf("L%d", i); w.hand(at.Add(hour), "k0").Owner == "cat" {
			lead = id
		}
	}
	if lead == "" { // the first in the list takes all
		lead = "L0"
	}
	owner := remembered(w, lead).Owner
	before, listed := w.turns().Members.Find(owner)
	p := givingBack(r, "bob", "ann", "cat")
	change(p)
	later := keeping(t, p)
	later.store, later.asked = w.store, w.asked
	end.At = at.Add(2 * hour)
	if end.By != "" {
		end.By = owner
	}
	later.observe(lead, end)
	after, _ := later.turns().Members.Find(owner)
	if listed && after.Count() != before.Count()-1 {
		t.Errorf("%s: %s counts %d after %d, want one less", reason, owner, after.Count(), before.Count())
	}
	if after.Key != before.Key {
		t.Errorf("%s: %s has the key %d after %d; it stands where it stood until the next turn", reason, owner, after.Key, before.Key)
	}
	if d := later.hand(at.Add(3*hour), "k0"); d.Owner == "" {
		t.Errorf("%s: nobody gets the next one", reason)
	}
}

// TestGivenBack_ByNobody gives back a turn of a rep whom the ledger does not list.
func TestGivenBack_ByNobody(t *testing.T) {
	w := keeping(t, givingBack(routing.LowestCount, "ann", "bob"))
	owner := w.hand(at, "k0").Owner
	other := keeping(t, givingBack(routing.LowestCount, "cat"))
	other.store, other.asked = w.store, w.asked
	other.hand(at.Add(hour), "k0")
	before := encode(t, w.turns())
	other.observe("L0", handoff.Activity{ID: "a", Kind: handoff.ActivityDeclined, At: at.Add(2 * hour), By: owner})
	if after := encode(t, w.turns()); after != before {
		t.Errorf("the ledger was %s, and is %s", before, after)
	}
}

// TestGivenBack_OfTheInstantOfAStart gives back turns of the instant at which the counts of a pool began anew.
func TestGivenBack_OfTheInstantOfAStart(t *testing.T) {
	zeroed := func(members ...string) *routing.Pool {
		p := givingBack(routing.LowestCount, members...)
		p.OnJoin = routing.JoinZero
		return p
	}
	for _, tt := range []struct {
		name, reason string
		next         int   // turns after the start
		want         int64 // ann's count
	}{
		{"before the start", "the counts of now know nothing of it", 1, 0},
		{"perhaps before", "what she took since counts", 3, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := keeping(t, zeroed("ann", "bob"))
			w.hand(at, "k0")
			later := keeping(t, zeroed("ann", "bob", "cat"))
			later.store, later.asked = w.store, w.asked
			for range tt.next {
				later.hand(at, "k0")
			}
			later.observe("L0", handoff.Activity{ID: "a", Kind: handoff.ActivityDeclined, At: at.Add(hour), By: "ann"})
			if m, _ := later.turns().Members.Find("ann"); m.Count() != tt.want {
				t.Errorf("%s: ann counts %d, want %d", tt.reason, m.Count(), tt.want)
			}
		})
	}
	w := keeping(t, zeroed("ann", "bob"))
	w.hand(at, "k0")
	w.observe("L0", handoff.Activity{ID: "a", Kind: handoff.ActivityDeclined, At: at.Add(hour), By: "ann"})
	if m, _ := w.turns().Members.Find("ann"); m.Count() != 0 {
		t.Errorf("ann counts %d, want 0: her first turn ever began the ledger", m.Count())
	}
}
