package routing

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// take plays n turns of the weighted rotation and returns who got them. away names who is out at a turn, nil: nobody.
func take(members []handoff.Member, n int, away func(turn int, rep string) bool) []string {
	var got []string
	for turn := range n {
		out := make([]string, len(members))
		for i, m := range members {
			if away != nil && away(turn, m.Rep) {
				out[i] = Away
			}
		}
		i, _ := weighted(members, out)
		members[i].Assigned++
		members[i].Last = int64(turn + 1)
		got = append(got, members[i].Rep)
	}
	return got
}

func team(weights ...int64) []handoff.Member {
	var out []handoff.Member
	for i, w := range weights {
		out = append(out, handoff.Member{Rep: string(rune('A' + i)), Weight: w})
	}
	return out
}

func TestWeightedSequences(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		weights      []int64
		n            int
		want         string
	}{
		{"equal weights", "turns go round in the order of the list", []int64{1, 1, 1}, 7, "ABCABCA"},
		{"relative weights", "a whole cycle gives 4, 4 and 2", []int64{100, 100, 50}, 10, "ABCABABCAB"},
		{"relative weights, smaller numbers", "only the ratio counts", []int64{2, 2, 1}, 10, "ABCABABCAB"},
		{"a heavy member", "the earliest due goes first, and nobody is a whole turn ahead", []int64{5, 1, 1}, 7, "AAABACA"},
		{"uneven weights", "due slots are rounded up: nobody is hurried", []int64{1, 2, 5}, 12, "CBCCCABCCBCC"},
		{"one member", "it takes every turn", []int64{3}, 4, "AAAA"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := strings.Join(take(team(tt.weights...), tt.n, nil), ""); got != tt.want {
				t.Errorf("turns %s, want %s: %s", got, tt.want, tt.reason)
			}
		})
	}
}

// TestLaw09_WeightedIsLessThanOneTurnOff holds the published bound at every prefix: |count - n*w/W| < 1, in integers
// |count*W - n*w| < W, for turns taken and lost together.
func TestLaw09_WeightedIsLessThanOneTurnOff(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for trial := range 300 {
		weights := make([]int64, 1+rng.IntN(9))
		var total int64
		for i := range weights {
			weights[i] = 1 + rng.Int64N(MaxWeight)
			total += weights[i]
		}
		members := team(weights...)
		absence := rng.IntN(3) // of ten
		for turn := range 400 {
			out := make([]string, len(members))
			for i := 1; i < len(members); i++ { // the first is always there
				if rng.IntN(10) < absence {
					out[i] = Away
				}
			}
			i, _ := weighted(members, out)
			if out[i] != "" {
				t.Fatalf("trial %d: a member that is away got turn %d", trial, turn)
			}
			members[i].Assigned++
			members[i].Last = int64(turn + 1)
			slots := int64(0)
			for _, m := range members {
				slots += m.Assigned + m.Skipped
			}
			for _, m := range members {
				if off := (m.Assigned+m.Skipped)*total - slots*m.Weight; off <= -total || off >= total {
					t.Fatalf("trial %d, weights %v, slot %d: %s is %d/%d turns off its share", trial, weights, slots, m.Rep, off, total)
				}
			}
		}
	}
}

func TestWeightedAbsence(t *testing.T) {
	away := func(turn int, rep string) bool { return rep == "B" && turn >= 2 && turn < 8 }
	got := strings.Join(take(team(1, 1, 1), 14, away), "")
	// While B is away A and C alternate; B comes back to one turn in three, with none to catch up.
	if want := "ABCACACACBACBA"; got != want {
		t.Errorf("turns %s, want %s", got, want)
	}
}

func TestWeightedTellsWhatIsLost(t *testing.T) {
	_, skipped := weighted(team(3, 1), []string{Away, ""})
	if diff := cmp.Diff([]handoff.Skip{{Rep: "A", Turns: 3, Reason: Away}}, skipped); diff != "" {
		t.Errorf("the first three turns of four are A's, which is away (-want +got):\n%s", diff)
	}
}

func TestLeastRecent(t *testing.T) {
	members := team(1, 1, 1)
	var got string
	for turn := int64(1); turn <= 9; turn++ {
		out := make([]string, 3)
		if turn >= 2 && turn <= 5 {
			out[1] = Away
		}
		i := leastRecent(members, out)
		members[i].Last = turn
		got += members[i].Rep
	}
	// B is away from turn 2 to 5 and next when it is back, once.
	if want := "ACACABCAB"; got != want {
		t.Errorf("turns %s, want %s", got, want)
	}
}

// TestLaw09_LeastRecentIsEven holds its bound: while everybody is available, the numbers differ by at most one.
func TestLaw09_LeastRecentIsEven(t *testing.T) {
	for n := 1; n <= 12; n++ {
		members := team(make([]int64, n)...)
		counts := make([]int, n)
		for turn := range 100 {
			i := leastRecent(members, make([]string, n))
			members[i].Last = int64(turn + 1)
			counts[i]++
			least, most := counts[0], counts[0]
			for _, c := range counts {
				least, most = min(least, c), max(most, c)
			}
			if most-least > 1 {
				t.Fatalf("%d members, turn %d: counts %v", n, turn, counts)
			}
		}
	}
}

func BenchmarkWeighted(b *testing.B) {
	for _, n := range []int{10, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			weights := make([]int64, n)
			for i := range weights {
				weights[i] = int64(1 + i%7)
			}
			members, out := team(weights...), make([]string, n)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				picked, _ := weighted(members, out)
				members[picked].Assigned++
				members[picked].Last = int64(i)
			}
		})
	}
}
