package routing_test

import (
	"strings"
	"testing"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/routing"
)

// ownedBy returns a request for a lead of an account that a rep owns.
func (w *desk) ownedBy(rep, kind string) handoff.Request {
	return w.about(at, handoff.Lead{ID: "own", Account: "A"}, handoff.Account{ID: "A", Owner: rep}, kind)
}

// TestCharge_OfAnAbsentMember gives ann, who is away, a record of her own that counts in the pool. When she is back, she
// stands where the others do.
func TestCharge_OfAnAbsentMember(t *testing.T) {
	charged := func(p *routing.Pool) []routing.Rung {
		p.Charge = []routing.Source{routing.FromOwner}
		return []routing.Rung{routing.Owned{Owner: routing.AccountOwner, Away: routing.AwayTake}, p}
	}
	for _, tt := range []struct {
		name, reason string
		returns      routing.OnReturn
		want         string
	}{
		{"average", "she is level with bob, and makes up for no turn", routing.ReturnAverage, "bababa"},
		{"zero", "all begin anew with her", routing.ReturnZero, "bababa"},
		{"keep", "she makes up for what she missed", routing.ReturnKeep, "aaaaaa"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := pool("ann", "bob")
			p.Rotation, p.OnReturn = routing.LowestCount, tt.returns
			w := newDesk(t, nil, route(t, p), route(t, charged(p)...))
			w.put(handoff.Rep{ID: "ann", Status: handoff.RepAway})
			for range 10 {
				w.hand(at, "k0")
			}
			if d := w.commit(at, w.ownedBy("ann", "k1")); len(all[handoff.AdvancePool](d)) != 1 {
				t.Fatalf("%s gets it, and no turn is charged", d.Owner)
			}
			w.put(handoff.Rep{ID: "ann", Status: handoff.RepActive})
			got := ""
			for range 6 {
				got += w.hand(at, "k0").Owner[:1]
			}
			if !strings.HasPrefix(got, tt.want) {
				t.Errorf("%s: %s, want %s", tt.reason, got, tt.want)
			}
		})
	}
}

// TestCharge_OfAGuardedPool charges a turn where two pools say so, of which conditions guard the first.
func TestCharge_OfAGuardedPool(t *testing.T) {
	when := func(p routing.Rung, truths ...handoff.Truth) routing.Rung {
		for _, truth := range truths {
			p = routing.Guarded{Rung: p, When: maybe{"fact", truth}}
		}
		return p
	}
	for _, tt := range []struct {
		name, reason string
		truths       []handoff.Truth
		want         string
	}{
		{"true", "the record would have gone to it", []handoff.Truth{handoff.True}, "a"},
		{"false", "the pool is not for the record", []handoff.Truth{handoff.False}, "b"},
		{"unknown", "an unknown condition opens nothing", []handoff.Truth{handoff.Unknown}, "b"},
		{"one of two", "all of them have to be true", []handoff.Truth{handoff.False, handoff.True}, "b"},
		{"none", "nothing guards it", nil, "a"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, b := pool("ann", "bob"), pool("ann", "bob")
			a.ID, b.ID = "a", "b"
			a.Charge, b.Charge = []routing.Source{routing.FromOwner}, []routing.Source{routing.FromOwner}
			w := newDesk(t, nil, route(t, routing.AccountOwner, when(a, tt.truths...), b))
			turns := all[handoff.AdvancePool](w.commit(at, w.ownedBy("ann", "k0")))
			if len(turns) != 1 || turns[0].Pool != tt.want {
				t.Errorf("%s: %v, want a turn of %s", tt.reason, turns, tt.want)
			}
		})
	}
}
