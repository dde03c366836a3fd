package attribution_test

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/salesbaton/baton/outcome/attribution"
)

// path reads "ABA" or "ABA!" as a path with a touch for each letter; with the mark it converted, and has a value of 100.
func path(text string) attribution.Path {
	letters, converted := strings.CutSuffix(text, "!")
	p := attribution.Path{Converted: converted, Value: 100}
	for _, r := range letters {
		p.Touches = append(p.Touches, attribution.Touch{Channel: string(r)})
	}
	return p
}

func paths(texts ...string) []attribution.Path {
	var out []attribution.Path
	for _, text := range texts {
		out = append(out, path(text))
	}
	return out
}

// fold adds paths to a new Fold.
func fold(t testing.TB, c attribution.Config, paths []attribution.Path) *attribution.Fold {
	t.Helper()
	f, err := attribution.New(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range paths {
		f.Add(p)
	}
	return f
}

func credits(t testing.TB, f *attribution.Fold, m attribution.Model) []attribution.Credit {
	t.Helper()
	out, err := f.Credits(m)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCredits_Markov(t *testing.T) {
	type credit = attribution.Credit
	for _, tt := range []struct {
		name, reason string
		order        int
		paths        []attribution.Path
		want         []credit
	}{
		{"three channels", "of a third that converts, a sixth is left without a, nothing without b or c", 1, paths("abc!", "a", "bc"),
			[]credit{{"a", .2, 20, .5}, {"b", .4, 40, 1}, {"c", .4, 40, 1}}},
		{"all convert", "every path begins with A, and half of what leaves A goes round B", 1, paths("ABABBA!", "ABBAA!", "AA!"),
			[]credit{{"A", 2, 200, 1}, {"B", 1, 100, .5}}},
		{"nothing", "there is no channel", 1, nil, nil},
		{"none converts", "where nothing is won nothing is lost", 1, paths("ab", "b"), []credit{{"a", 0, 0, 0}, {"b", 0, 0, 0}}},
		{"one channel", "without it nothing is left", 1, paths("aaa!", "aa"), []credit{{"a", 1, 100, 1}}},
		{"a channel that never leads to a conversion", "nothing is lost without it", 1, paths("a!", "b"), []credit{{"a", 1, 100, 1}, {"b", 0, 0, 0}}},
		{"paths apart", "each loses its own share", 1, paths("a!", "a!", "a!", "b!"), []credit{{"a", 3, 300, .75}, {"b", 1, 100, .25}}},
		{"without touches", "they are nobody's, and no path of the chain", 1, paths("!", "", "a!", "b!"), []credit{{"a", 1, 100, .5}, {"b", 1, 100, .5}}},
		// From the start 3 of 4 go to A. Of the 5 touches of A 2 lead to B, 2 convert and 1 ends: without B 3/4 * 2/5 of 1/2 are left.
		{"memory of one", "what was before A does not matter", 1, paths("ABA!", "BA", "AB", "A!"), []credit{{"A", 2 / 1.4, 200 / 1.4, 1}, {"B", .8 / 1.4, 80 / 1.4, .4}}},
		// Of the 3 that begin with A 2 go on to B and 1 converts: without B 3/4 * 1/3 of 1/2 are left.
		{"memory of two", "the A after a B is another state than the A at the start", 2, paths("ABA!", "BA", "AB", "A!"), []credit{{"A", 2 / 1.5, 200 / 1.5, 1}, {"B", 1 / 1.5, 100 / 1.5, .5}}},
		// Of the 3 that begin with A 1 converts at once and 2 go to AA, of which 1 goes on to B: without B 1/3 + 2/3 * 1/2 of 1 are left.
		{"memory of two, in a row", "the second A in a row is another state than the first", 2, paths("A!", "AA!", "AAB!"), []credit{{"A", 2.25, 225, 1}, {"B", .75, 75, 1. / 3}}},
		{"memory of one, in a row", "how long a path stays does not matter", 1, paths("AAAAB!", "A!"), []credit{{"A", 2 / 1.5, 200 / 1.5, 1}, {"B", 1 / 1.5, 100 / 1.5, .5}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := credits(t, fold(t, attribution.Config{Order: tt.order}, tt.paths), attribution.Markov)
			if len(got) != len(tt.want) {
				t.Fatalf("got %v, want %v: %s", got, tt.want, tt.reason)
			}
			for i, w := range tt.want {
				g := got[i]
				if g.Channel != w.Channel || !near(g.Conversions, w.Conversions) || !near(g.Value, w.Value) || !near(g.Removal, w.Removal) {
					t.Errorf("got %v, want %v: %s", g, w, tt.reason)
				}
			}
		})
	}
}

// near says that two figures differ by rounding alone.
func near(a, b float64) bool { return math.Abs(a-b) <= 1e-13*max(math.Abs(a), math.Abs(b)) }

// exactRemovals returns the removal effects of the chain of paths by Gaussian elimination in exact fractions, by channel.
// It shares nothing with the package: it builds the equations x = Px + r again for each channel.
func exactRemovals(order int, paths []attribution.Path) map[string]*big.Rat {
	counts, total := map[[2]string]int64{}, map[string]int64{}
	step := func(from, to string) { counts[[2]string{from, to}]++; total[from]++ }
	channels := map[string]bool{}
	for _, p := range paths {
		if len(p.Touches) == 0 {
			continue
		}
		from, letters := "(", ""
		for _, touch := range p.Touches {
			channels[touch.Channel] = true
			letters += touch.Channel
			letters = letters[max(0, len(letters)-order):]
			step(from, letters)
			from = letters
		}
		if p.Converted {
			step(from, ")")
		} else {
			step(from, "")
		}
	}
	with := exactProbability(counts, total, "none")
	out := map[string]*big.Rat{}
	for c := range channels {
		out[c] = new(big.Rat)
		if with.Sign() > 0 {
			out[c].Quo(exactProbability(counts, total, c), with)
			out[c].Sub(big.NewRat(1, 1), out[c])
		}
	}
	return out
}

// exactProbability returns the probability to come from the start to a conversion without a channel.
func exactProbability(counts map[[2]string]int64, total map[string]int64, without string) *big.Rat {
	if len(total) == 0 {
		return new(big.Rat)
	}
	var states []string
	for s := range total {
		states = append(states, s)
	}
	slices.Sort(states)
	n := len(states)
	m := make([][]*big.Rat, n) // I-P, and r
	for i := range m {
		m[i] = make([]*big.Rat, n+1)
		for j := range m[i] {
			m[i][j] = new(big.Rat)
			if i == j {
				m[i][j].SetInt64(1)
			}
		}
	}
	for edge, count := range counts {
		i, _ := slices.BinarySearch(states, edge[0])
		p := big.NewRat(count, total[edge[0]])
		j, known := slices.BinarySearch(states, edge[1])
		switch {
		case edge[1] == ")":
			m[i][n].Add(m[i][n], p)
		case known && !strings.HasSuffix(edge[1], without):
			m[i][j].Sub(m[i][j], p)
		}
	}
	x := solved(m)
	at, _ := slices.BinarySearch(states, "(")
	return x[at]
}

// solved solves linear equations by Gauss and Jordan.
func solved(m [][]*big.Rat) []*big.Rat {
	n := len(m)
	for k := range n {
		pivot := k
		for m[pivot][k].Sign() == 0 {
			pivot++
		}
		m[k], m[pivot] = m[pivot], m[k]
		inverse := new(big.Rat).Inv(m[k][k])
		for j := range m[k] {
			m[k][j].Mul(m[k][j], inverse)
		}
		for i := range n {
			if factor := new(big.Rat).Set(m[i][k]); i != k && factor.Sign() != 0 {
				for j := range m[i] {
					m[i][j].Sub(m[i][j], new(big.Rat).Mul(factor, m[k][j]))
				}
			}
		}
	}
	var x []*big.Rat
	for i := range n {
		x = append(x, m[i][n])
	}
	return x
}

// randomPaths returns paths over so many channels, of which some convert and some have no touch.
func randomPaths(r *rand.Rand, n, channels, longest int) []attribution.Path {
	var out []attribution.Path
	for range n {
		p := attribution.Path{Converted: r.IntN(3) > 0, Value: r.Int64N(1_000_000)}
		for range r.IntN(longest + 1) {
			c := min(r.IntN(channels), r.IntN(channels)) // some are rare
			p.Touches = append(p.Touches, attribution.Touch{Channel: string(rune('a' + c)), Before: time.Duration(r.Int64N(int64(60 * 24 * time.Hour)))})
		}
		out = append(out, p)
	}
	return out
}

func TestCredits_MarkovAgreesWithExactFractions(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var worst float64
	for range 300 {
		order, channels := 1+r.IntN(3), 1+r.IntN(5)
		given := randomPaths(r, 1+r.IntN(30), channels, 1+r.IntN(8))
		want := exactRemovals(order, given)
		got := credits(t, fold(t, attribution.Config{Order: order}, given), attribution.Markov)
		if len(got) != len(want) {
			t.Fatalf("%d channels, want %d", len(got), len(want))
		}
		for _, c := range got {
			exact := want[c.Channel]
			if (exact.Sign() == 0) != (c.Removal == 0) {
				t.Fatalf("%s: removal effect %g, want %s", c.Channel, c.Removal, exact)
			}
			if exact.Sign() == 0 {
				continue
			}
			off := new(big.Rat).Sub(new(big.Rat).SetFloat64(c.Removal), exact)
			relative, _ := off.Quo(off, exact).Float64()
			worst = max(worst, math.Abs(relative))
		}
	}
	t.Logf("the largest relative error is %.1e", worst)
	if worst > 1e-14 {
		t.Errorf("a removal effect has a relative error of %g", worst)
	}
}

// doubled adds a fold to itself so many times.
func doubled(t testing.TB, f *attribution.Fold, times int) {
	t.Helper()
	for range times {
		if err := f.Merge(f); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCredits_MarkovKeepsTheDigitsOfSmallEffects(t *testing.T) {
	f := fold(t, attribution.Config{}, paths("a!"))
	doubled(t, f, 40)
	f.Add(path("c!"))
	got := credits(t, f, attribution.Markov)
	if want := 1 / float64(1<<40+1); len(got) != 2 || !near(got[1].Removal, want) {
		t.Errorf("got %v, want an effect of %g: one minus what is left would have four digits", got, want)
	}
}

func TestCredits_MarkovHasLimits(t *testing.T) {
	long := func(channels int) attribution.Path {
		p := attribution.Path{Converted: true, Value: 7}
		for i := range channels {
			p.Touches = append(p.Touches, attribution.Touch{Channel: fmt.Sprint(i)})
		}
		return p
	}
	pairs := func(channels int) []attribution.Path { // of each channel with each
		var out []attribution.Path
		for i := range channels {
			for j := range channels {
				p := attribution.Path{Converted: true, Value: 7, Touches: []attribution.Touch{{Channel: fmt.Sprint(i)}, {Channel: fmt.Sprint(j)}}}
				out = append(out, p)
			}
		}
		return out
	}
	single := func(n int) []attribution.Path { // of a channel of its own each
		var out []attribution.Path
		for i := range n {
			out = append(out, attribution.Path{Converted: true, Value: 7, Touches: []attribution.Touch{{Channel: fmt.Sprint("only ", i)}}})
		}
		return out
	}
	ends := func(channel string) attribution.Path { // adds one transition to pairs
		return attribution.Path{Converted: false, Touches: []attribution.Touch{{Channel: channel}}}
	}
	for _, tt := range []struct {
		name, reason string
		order        int
		paths        []attribution.Path
		rules        bool // First has credits
		markov       bool
	}{
		{"channels", "a thousand are allowed", 1, []attribution.Path{long(1000)}, true, true},
		{"too many channels", "nobody has credits", 1, []attribution.Path{long(1001)}, false, false},
		{"states", "44 channels have 44 + 1936 states, and 20 more have one each", 2, append(pairs(44), single(20)...), true, true},
		{"too many states", "21 more have 2001", 2, append(pairs(44), single(21)...), true, false},
		{"transitions", "315 channels have 315 + 99225 + 315 transitions, 72 more two each, and an end one", 1, append(append(pairs(315), single(72)...), ends("0")), true, true},
		{"too many transitions", "another end makes 100001", 1, append(append(pairs(315), single(72)...), ends("0"), ends("1")), true, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := fold(t, attribution.Config{Order: tt.order}, tt.paths)
			half := len(tt.paths) / 2
			parts := fold(t, attribution.Config{Order: tt.order}, tt.paths[half:])
			if err := parts.Merge(fold(t, attribution.Config{Order: tt.order}, tt.paths[:half])); err != nil {
				t.Fatal(err)
			}
			for _, f := range []*attribution.Fold{f, parts} {
				got, err := f.Credits(attribution.First)
				if (err == nil) != tt.rules || (got != nil) != tt.rules {
					t.Errorf("first: %v: %s", err, tt.reason)
				}
				if got, err := f.Credits(attribution.Markov); (err == nil) != tt.markov || (got != nil) != tt.markov {
					t.Errorf("markov: %v: %s", err, tt.reason)
				}
				if n, conversions, value := f.Paths(); n != int64(len(tt.paths)) || conversions < n-2 || value != 7*conversions {
					t.Errorf("%d paths, %d conversions, value %d: what there is too much of is counted on", n, conversions, value)
				}
			}
		})
	}
}
