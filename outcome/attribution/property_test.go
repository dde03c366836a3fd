package attribution_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/salesbaton/baton/outcome/attribution"
)

// checkSums checks that credits are finite and not negative, and add up to what some channel led to. Those of a ruled
// model do so to the last part.
func checkSums(t testing.TB, f *attribution.Fold) {
	t.Helper()
	_, conversions, value := f.Paths()
	noConversions, noValue := f.Unattributed()
	conversions, value = conversions-noConversions, value-noValue
	for _, m := range attribution.Models() {
		var parts, minor int64
		var sum, worth float64
		for _, c := range credits(t, f, m) {
			for _, x := range []float64{c.Conversions, c.Value, c.Removal, 1 - c.Removal} {
				if !(x >= 0) || math.IsInf(x, 0) {
					t.Fatalf("%s: %v", m, c)
				}
			}
			if m != attribution.Markov && c.Removal != 0 {
				t.Fatalf("%s has a removal effect: %v", m, c)
			}
			parts += int64(math.Round(c.Conversions * 1_000_000))
			minor += int64(c.Value)
			sum += c.Conversions
			worth += c.Value
		}
		if m != attribution.Markov && (parts != conversions*1_000_000 || minor != value) {
			t.Fatalf("%s: %d parts and a value of %d for %d conversions and %d", m, parts, minor, conversions, value)
		}
		if !near(sum, float64(conversions)) || !near(worth, float64(value)) {
			t.Fatalf("%s: %g conversions and a value of %g for %d and %d", m, sum, worth, conversions, value)
		}
	}
}

func TestFold_CreditsAddUp(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		checkSums(t, fold(t, attribution.Config{Order: r.IntN(4)}, randomPaths(r, r.IntN(60), 1+r.IntN(8), r.IntN(12))))
	}
}

// allCredits returns what a fold has to say.
func allCredits(t testing.TB, f *attribution.Fold) [][]attribution.Credit {
	t.Helper()
	var out [][]attribution.Credit
	for _, m := range attribution.Models() {
		out = append(out, credits(t, f, m))
	}
	return out
}

func TestFold_MergesInAnyOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 200 {
		c := attribution.Config{Order: r.IntN(4)}
		given := randomPaths(r, r.IntN(80), 1+r.IntN(8), r.IntN(10))
		whole := fold(t, c, given)
		r.Shuffle(len(given), func(i, j int) { given[i], given[j] = given[j], given[i] })
		parts := make([][]attribution.Path, 1+r.IntN(5))
		for _, p := range given {
			i := r.IntN(len(parts))
			parts[i] = append(parts[i], p)
		}
		merged := fold(t, c, nil)
		for _, part := range parts {
			if err := merged.Merge(fold(t, c, part)); err != nil {
				t.Fatal(err)
			}
		}
		want, got := allCredits(t, whole), allCredits(t, merged)
		if !slices.EqualFunc(want, got, slices.Equal) {
			t.Fatalf("merged:\n%v\nat once:\n%v", got, want)
		}
		checkSums(t, merged)
	}
}

func TestFold_NamesDoNotMatter(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for range 200 {
		c := attribution.Config{Order: r.IntN(4)}
		given := randomPaths(r, r.IntN(60), 6, 10)
		names := r.Perm(6)
		renamed := func(name string) string { return string(rune('a' + names[name[0]-'a'])) }
		var others []attribution.Path
		for _, p := range given {
			p.Touches = slices.Clone(p.Touches)
			for i := range p.Touches {
				p.Touches[i].Channel = renamed(p.Touches[i].Channel)
			}
			others = append(others, p)
		}
		want, got := allCredits(t, fold(t, c, given)), allCredits(t, fold(t, c, others))
		for m := range want {
			for i := range want[m] {
				want[m][i].Channel = renamed(want[m][i].Channel)
			}
			slices.SortFunc(want[m], func(a, b attribution.Credit) int { return strings.Compare(a.Channel, b.Channel) })
			if !slices.EqualFunc(want[m], got[m], alike) {
				t.Fatalf("%s: got %v, want %v", attribution.Models()[m], got[m], want[m])
			}
		}
	}
}

func alike(a, b attribution.Credit) bool {
	return a.Channel == b.Channel && near(a.Conversions, b.Conversions) && near(a.Value, b.Value) && near(a.Removal, b.Removal)
}

func TestFold_KeepsNothingOfAPath(t *testing.T) {
	p := path("ab!")
	f := fold(t, attribution.Config{}, []attribution.Path{p})
	want := allCredits(t, f)
	p.Touches[0].Channel = "scribbled"
	if got := allCredits(t, f); !slices.EqualFunc(want, got, slices.Equal) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func FuzzCredits(f *testing.F) {
	f.Add("abc!\na\nbc", uint8(1), int64(100), int64(3600))
	f.Add("ABABBA!\nABBAA!\nAA!", uint8(2), int64(0), int64(1))
	f.Add("!\n\nxyxyxyxyx!\nyx!", uint8(3), int64(math.MaxInt32), int64(math.MinInt64))
	f.Fuzz(func(t *testing.T, text string, order uint8, value, age int64) {
		config := attribution.Config{Order: int(order % 9), HalfLife: time.Duration(max(0, age))}
		whole, part := fold(t, config, nil), fold(t, config, nil)
		for i, line := range strings.Split(text[:min(len(text), 1000)], "\n") {
			p := path(line)
			p.Value = int64(uint32(value)) * int64(i%5)
			for at := range p.Touches {
				p.Touches[at].Before = time.Duration(age >> (at % 64))
			}
			whole.Add(p)
			part.Add(p)
			if i%3 == 0 { // what was added until here moves on
				rest := fold(t, config, nil)
				if err := rest.Merge(part); err != nil {
					t.Fatal(err)
				}
				part = rest
			}
		}
		checkSums(t, whole)
		if got, want := allCredits(t, part), allCredits(t, whole); !slices.EqualFunc(got, want, slices.Equal) {
			t.Fatalf("merged:\n%v\nat once:\n%v", got, want)
		}
	})
}
