package routing

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
)

// A chooser is a pool with a ledger in the middle of its turns, and what a choice needs.
type chooser struct {
	*game
	can    judge
	passed []passing
}

// choosers are the rotations whose choice is measured.
var choosers = []struct {
	name     string
	rotation Rotation
	weights  []int64 // in turn
}{
	{"weighted", Weighted, []int64{1}},
	{"weighted 1 2 5", Weighted, []int64{1, 2, 5}},
	{"least_recent", LeastRecent, []int64{1}},
	{"lowest_count", LowestCount, []int64{1}},
	{"fixed", Fixed, []int64{1}},
}

// newChooser returns a pool of n members of whom the first 20 that the rotation comes to are out, or all but the last.
func newChooser(tb testing.TB, r Rotation, n int, weights []int64) *chooser {
	tb.Helper()
	all := make([]int64, n)
	for i := range all {
		all[i] = weights[i%len(weights)]
	}
	if r == Weighted && n > 25_000 { // as the bound on all weights allows
		for i := range all {
			if i >= 25_000 {
				all[i] = 1
			}
		}
	}
	c := &chooser{game: play(tb, r, all)}
	for range 3 {
		c.next(tb)
	}
	out := map[string]bool{}
	looked := func(rep string) verdict {
		if len(out) < min(20, n-1) {
			out[rep] = true
		}
		return verdict{code: awayIf(out[rep])}
	}
	c.choose(&c.ledger, looked, nil)
	c.can = func(rep string) verdict { return verdict{code: awayIf(out[rep])} }
	c.passed = make([]passing, 0, 64)
	return c
}

func awayIf(away bool) string {
	if away {
		return Away
	}
	return ""
}

// next plays a turn with everybody there, without the checks of a game.
func (g *game) next(tb testing.TB) {
	tb.Helper()
	f := facts{Facts: &handoff.Facts{At: g.at}}
	ledger, anew := g.current(f, g.ledger)
	c := g.choose(&ledger, func(string) verdict { return verdict{} }, nil)
	g.ledger = g.advance(*g.Pool.turn(f, ledger, anew, c))
}

// advance returns the ledger after a turn.
func (g *game) advance(turn handoff.AdvancePool) handoff.Pool {
	key := handoff.PoolKey(g.Policy, g.ID)
	return handoff.Apply(handoff.State{key: {Version: 1, Value: g.ledger}}, []handoff.Effect{turn})[key].Value.(handoff.Pool)
}

// TestChooseDoesNotAllocate holds that a choice costs no memory, whatever the size of the pool.
func TestChooseDoesNotAllocate(t *testing.T) {
	for _, k := range choosers {
		for _, n := range []int{10, 1000} {
			c := newChooser(t, k.rotation, n, k.weights)
			got := c.choose(&c.ledger, c.can, c.passed)
			if want := min(20, n-1); !got.found || len(got.passed) != want {
				t.Errorf("%s of %d: found is %t, %d are passed over, want %d", k.name, n, got.found, len(got.passed), want)
			}
			if allocs := testing.AllocsPerRun(100, func() { c.choose(&c.ledger, c.can, c.passed) }); allocs != 0 {
				t.Errorf("%s of %d: %v allocations", k.name, n, allocs)
			}
		}
	}
}

// BenchmarkChoose chooses from a ledger, with 20 members passed over.
func BenchmarkChoose(b *testing.B) {
	for _, k := range choosers {
		for _, n := range []int{10, 1000, 100_000} {
			b.Run(fmt.Sprintf("%s/%d", k.name, n), func(b *testing.B) {
				c := newChooser(b, k.rotation, n, k.weights)
				b.ReportAllocs()
				for b.Loop() {
					c.choose(&c.ledger, c.can, c.passed)
				}
			})
		}
	}
}

// BenchmarkAdvance applies a turn to a ledger, with nobody or with 20 members passed over.
func BenchmarkAdvance(b *testing.B) {
	for _, n := range []int{10, 1000, 100_000} {
		for _, out := range []int{0, 20} {
			b.Run(fmt.Sprintf("%d/passed %d", n, min(out, n-1)), func(b *testing.B) {
				c := newChooser(b, Weighted, n, []int64{1})
				if out == 0 {
					c.can = func(string) verdict { return verdict{} }
				}
				f := facts{Facts: &handoff.Facts{At: c.at}}
				turn := c.Pool.turn(f, c.ledger, false, c.choose(&c.ledger, c.can, c.passed))
				state := handoff.State{handoff.PoolKey(c.Policy, c.ID): {Version: 1, Value: c.ledger}}
				effects := []handoff.Effect{*turn}
				b.ReportAllocs()
				for b.Loop() {
					handoff.Apply(state, effects)
				}
			})
		}
	}
}

// lastAlone returns a pool of n members of whom only the last is free, with the weights 1 and 100 mixed as far as the
// bound on all of them allows, and its ledger in the middle of its turns.
func lastAlone(tb testing.TB, r Rotation, n int, weights int) (*game, judge) {
	all := even(n)
	for i, left := 0, int64(MaxTotalWeight-n); i+1 < n; i += 2 {
		w := int64(MaxWeight - i/2%weights)
		if left -= w - 1; left < 0 {
			break
		}
		all[i] = w
	}
	g := play(tb, r, all)
	g.next(tb)
	last := letter(n - 1)
	return g, func(rep string) verdict { return verdict{code: awayIf(rep != last)} }
}

// BenchmarkLastAlone is the worst case: everybody but the last of the list is away. It chooses, and applies what that
// costs the others.
func BenchmarkLastAlone(b *testing.B) {
	for _, k := range []struct {
		rotation Rotation
		weights  int
	}{{Weighted, 1}, {Weighted, 99}, {Smooth, 99}, {LeastRecent, 1}, {LowestCount, 99}, {Fixed, 1}} {
		g, can := lastAlone(b, k.rotation, MaxMembers, k.weights)
		f := facts{Facts: &handoff.Facts{At: g.at}}
		name := fmt.Sprintf("%s/%d weights", k.rotation, k.weights+1)
		b.Run(name+"/choose", func(b *testing.B) {
			for b.Loop() {
				if c := g.choose(&g.ledger, can, nil); c.member.Rep != letter(MaxMembers-1) {
					b.Fatal("somebody else takes it: ", c.member.Rep)
				}
			}
		})
		b.Run(name+"/advance", func(b *testing.B) {
			turn := g.Pool.turn(f, g.ledger, false, g.choose(&g.ledger, can, nil))
			for b.Loop() {
				g.advance(*turn)
			}
		})
	}
}

// TestLastAlone holds that the worst case ends, with everybody's turns lost as the rotation says.
func TestLastAlone(t *testing.T) {
	for _, r := range []Rotation{Weighted, Smooth, LeastRecent, LowestCount, Fixed} {
		g, can := lastAlone(t, r, 5000, 99)
		c := g.choose(&g.ledger, can, nil)
		if !c.found || c.member.Rep != letter(4999) {
			t.Errorf("%s: %q takes it, want the last", r, c.member.Rep)
		}
		f := facts{Facts: &handoff.Facts{At: g.at}}
		g.apply(*g.Pool.turn(f, g.ledger, false, c))
	}
}

// BenchmarkRoute decides about a lead with one pool, the reps read from State: what a host pays for a decision.
func BenchmarkRoute(b *testing.B) {
	for _, n := range []int{10, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			p := &Pool{Policy: "acme", ID: "crew", WhenEmpty: EmptyNext}
			state := handoff.State{}
			for i := range n {
				p.Members = append(p.Members, Member{Rep: letter(i), Weight: 1})
				state[handoff.RepKey(letter(i))] = handoff.Entry{Version: 1, Value: handoff.Rep{ID: letter(i), Status: handoff.RepActive}}
			}
			h := open(b, p)
			h.store.Put(state)
			h.owners(3)
			r := handoff.Request{Subject: handoff.Ref{Kind: handoff.KindLead, ID: "L"}, Lead: handoff.Lead{ID: "L"},
				Triggers: []handoff.Trigger{{ID: "T", Kind: "t0", OccurredAt: h.at.Add(-time.Minute)}}}
			r, err := h.store.Fill(context.Background(), h.Engine, h.at, r)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if d, err := h.Decide(h.at, r); err != nil || d.Owner == "" {
					b.Fatal(err)
				}
			}
		})
	}
}
