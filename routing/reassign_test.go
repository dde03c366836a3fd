package routing_test

import (
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/routing"
)

// TestReassignedTwice: whom a record is reassigned to takes a turn, and gives it back when it goes on to the next.
func TestReassignedTwice(t *testing.T) {
	p := pool("ann", "bob", "cat")
	p.Rotation = routing.LowestCount
	p.Returns = routing.Returns{Reassigned: routing.BackCount, Charge: true}
	w := newDesk(t, func(c *handoff.Config) { c.Turns = routing.Keeper{p} }, route(t, p))
	lead := handoff.Lead{ID: "L"}
	if owner := w.handLead(at, lead, handoff.Account{}).Owner; owner != "ann" {
		t.Fatalf("%s is the owner, want ann", owner)
	}
	for i, to := range []string{"bob", "cat", "ann"} {
		now := at.Add(time.Duration(i+1) * hour)
		r, err := w.store.Fill(t.Context(), w.engine, now, handoff.Request{Subject: lead.Ref(), Lead: lead})
		if err != nil {
			t.Fatal(err)
		}
		d, err := w.engine.Observe(now, r, handoff.Activity{ID: to, Kind: handoff.ActivityReassigned, At: now, To: to})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.store.Commit(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		ledger := w.store.State()[handoff.PoolKey("acme", "team")].Value.(handoff.Pool)
		for m := range ledger.Members.All() {
			if want := map[bool]int64{true: 1}[m.Rep == to]; m.Assigned != want || m.Count() != want {
				t.Errorf("reassigned to %s, %s has %d handoffs and counts %d, want %d", to, m.Rep, m.Assigned, m.Count(), want)
			}
		}
	}
}
