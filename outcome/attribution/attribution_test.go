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

const day = 24 * time.Hour

// daysBefore returns a path that converted, with a touch of a, b, c and so on that many days before its end.
func daysBefore(value int64, days ...int) attribution.Path {
	p := attribution.Path{Converted: true, Value: value}
	for i, n := range days {
		p.Touches = append(p.Touches, attribution.Touch{Channel: string(rune('a' + i)), Before: time.Duration(n) * day})
	}
	return p
}

func TestCredits(t *testing.T) {
	valued := func(text string, value int64) attribution.Path {
		p := path(text)
		p.Value = value
		return p
	}
	for _, tt := range []struct {
		name, reason string
		model        attribution.Model
		halfLife     time.Duration
		path         attribution.Path
		conversions  []float64 // by channel: a, b, c and so on
		values       []float64
	}{
		{"first", "the earliest touch has all", attribution.First, 0, path("abc!"), []float64{1, 0, 0}, []float64{100, 0, 0}},
		{"last", "the latest touch has all", attribution.Last, 0, path("abc!"), []float64{0, 0, 1}, []float64{0, 0, 100}},
		{"linear", "each has a fourth", attribution.Linear, 0, path("abcd!"), []float64{.25, .25, .25, .25}, []float64{25, 25, 25, 25}},
		{"linear, again and again", "a channel has a part for each touch", attribution.Linear, 0, path("abaa!"), []float64{.75, .25}, []float64{75, 25}},
		{"linear, with a rest", "the earliest of equal touches has what is left over", attribution.Linear, 0, path("abc!"), []float64{.333334, .333333, .333333}, []float64{34, 33, 33}},
		{"linear, with a rest of two", "and so has the next", attribution.Linear, 0, valued("abc!", 101), []float64{.333334, .333333, .333333}, []float64{34, 34, 33}},
		{"a loss", "it is divided like a gain", attribution.Linear, 0, valued("abc!", -100), []float64{.333334, .333333, .333333}, []float64{-34, -33, -33}},
		{"the largest value", "no product overflows", attribution.Last, 0, valued("ab!", math.MaxInt64), []float64{0, 1}, []float64{0, math.MaxInt64}},
		{"the largest loss", "its absolute value is no int64", attribution.Last, 0, valued("ab!", math.MinInt64), []float64{0, 1}, []float64{0, math.MinInt64}},
		{"not converted", "there is nothing to divide, but the channels are there", attribution.Linear, 0, path("ab"), []float64{0, 0}, []float64{0, 0}},
		{"position, one touch", "it has all", attribution.Position, 0, path("a!"), []float64{1}, []float64{100}},
		{"position, two touches", "nobody is between them", attribution.Position, 0, path("ab!"), []float64{.5, .5}, []float64{50, 50}},
		{"position, three touches", "40/20/40", attribution.Position, 0, path("abc!"), []float64{.4, .2, .4}, []float64{40, 20, 40}},
		{"position, six touches", "those between share 20 %", attribution.Position, 0, path("abcdef!"), []float64{.4, .05, .05, .05, .05, .4}, []float64{40, 5, 5, 5, 5, 40}},
		{"position, uneven", "the largest remainders are those between: 4, 2/3, 2/3, 2/3, 4", attribution.Position, 0, valued("abcde!", 10), []float64{.4, .066667, .066667, .066666, .4}, []float64{4, 1, 1, 0, 4}},
		{"time decay, by default", "seven days are a half-life: 1/4, 1/2 and 1", attribution.TimeDecay, 0, daysBefore(700, 14, 7, 0), []float64{.142857, .285714, .571429}, []float64{100, 200, 400}},
		{"time decay, half-life of a day", "1/4, 1/2 and 1", attribution.TimeDecay, day, daysBefore(700, 2, 1, 0), []float64{.142857, .285714, .571429}, []float64{100, 200, 400}},
		{"time decay, all long ago", "the proportions are those of the ages", attribution.TimeDecay, day, daysBefore(300, 3001, 3000), []float64{.333333, .666667}, []float64{100, 200}},
		{"time decay, long before", "nothing is left of it", attribution.TimeDecay, day, daysBefore(300, 3000, 0), []float64{0, 1}, []float64{0, 300}},
		{"time decay, after the end", "what is later than the end counts as at the end", attribution.TimeDecay, day, daysBefore(300, 1, -5), []float64{.333333, .666667}, []float64{100, 200}},
		{"time decay, out of order", "the age counts, not the place", attribution.TimeDecay, day, daysBefore(300, 0, 1), []float64{.666667, .333333}, []float64{200, 100}},
		{"time decay, parts of a half-life", "2^(-1/2), 2^(-1/4) and 1, of 2.548003", attribution.TimeDecay, 4 * day, daysBefore(1_000_000, 2, 1, 0), []float64{.277514, .330022, .392464}, []float64{277514, 330022, 392464}},
		{"time decay, the longest age", "no age overflows", attribution.TimeDecay, math.MaxInt64, attribution.Path{Converted: true, Value: 300,
			Touches: []attribution.Touch{{Channel: "a", Before: math.MaxInt64}, {Channel: "b", Before: math.MinInt64}}}, []float64{.333333, .666667}, []float64{100, 200}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := credits(t, fold(t, attribution.Config{HalfLife: tt.halfLife}, []attribution.Path{tt.path}), tt.model)
			var want []attribution.Credit
			for i, n := range tt.conversions {
				want = append(want, attribution.Credit{Channel: string(rune('a' + i)), Conversions: n, Value: tt.values[i]})
			}
			if !slices.Equal(got, want) {
				t.Errorf("got %v, want %v: %s", got, want, tt.reason)
			}
		})
	}
}

func TestCredits_TimeDecayIsPowersOfTwo(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		halfLife := time.Duration(1 + r.Int64N(int64(30*day)))
		p := attribution.Path{Converted: true, Value: 1_000_000_000_000}
		var weights []float64
		total := 0.0
		for i := range 1 + r.IntN(6) {
			before := time.Duration(r.Int64N(int64(60 * day)))
			p.Touches = append(p.Touches, attribution.Touch{Channel: string(rune('a' + i)), Before: before})
			weights = append(weights, math.Exp2(-float64(before)/float64(halfLife)))
			total += weights[i]
		}
		for i, c := range credits(t, fold(t, attribution.Config{HalfLife: halfLife}, []attribution.Path{p}), attribution.TimeDecay) {
			// A weight is rounded to 2^-32 of the largest. The total is 0 where Exp2 is beyond the small floats.
			if want := weights[i] / total; total > 0 && math.Abs(c.Value/float64(p.Value)-want) > 2e-9 {
				t.Fatalf("half-life %s, %v: %s has %g, want %g", halfLife, p.Touches, c.Channel, c.Value/float64(p.Value), want)
			}
		}
	}
}

func TestFold_CountsPathsWithoutTouches(t *testing.T) {
	f := fold(t, attribution.Config{}, append(paths("!", "!", "", "a!", "b"), attribution.Path{Value: 5}))
	if n, conversions, value := f.Paths(); n != 6 || conversions != 3 || value != 300 {
		t.Errorf("%d paths, %d conversions, value %d; want 6, 3, 300", n, conversions, value)
	}
	if conversions, value := f.Unattributed(); conversions != 2 || value != 200 {
		t.Errorf("%d conversions, value %d are unattributed; want 2, 200", conversions, value)
	}
	for _, m := range attribution.Models() {
		got := credits(t, f, m)
		if len(got) != 2 || got[0].Conversions != 1 || got[0].Value != 100 || got[1].Conversions != 0 {
			t.Errorf("%s: got %v; want what a led to, and nothing for b", m, got)
		}
	}
}

func TestFold_SumsDoNotOverflow(t *testing.T) {
	loss, gain := path("a!"), path("a!")
	loss.Value, gain.Value = math.MinInt64, math.MaxInt64
	f := fold(t, attribution.Config{}, []attribution.Path{gain, gain, gain})
	if _, _, value := f.Paths(); value != math.MaxInt64 {
		t.Errorf("value %d, want the nearest to three times the largest", value)
	}
	for _, m := range attribution.Models() {
		if got := credits(t, f, m); got[0].Value != 3*float64(math.MaxInt64) {
			t.Errorf("%s: value %g, want three times the largest", m, got[0].Value)
		}
	}
	if err := f.Merge(fold(t, attribution.Config{}, []attribution.Path{loss, loss, loss})); err != nil {
		t.Fatal(err)
	}
	if _, _, value := f.Paths(); value != -3 {
		t.Errorf("value %d, want -3", value)
	}
	if got := credits(t, f, attribution.Linear); got[0].Value != -3 {
		t.Errorf("a has %g, want -3", got[0].Value)
	}
	f.Add(loss)
	f.Add(loss)
	if _, _, value := f.Paths(); value != math.MinInt64 {
		t.Errorf("value %d, want the nearest to twice the smallest", value)
	}
	doubled(t, f, 70)
	if n, conversions, _ := f.Paths(); n != math.MaxInt64 || conversions != math.MaxInt64 {
		t.Errorf("%d paths, %d conversions; want the largest count", n, conversions)
	}
	for _, m := range attribution.Models() {
		if got := credits(t, f, m); math.IsNaN(got[0].Conversions) || math.IsInf(got[0].Conversions, 0) {
			t.Errorf("%s: %v", m, got)
		}
	}
}

func TestNew_Refuses(t *testing.T) {
	for _, tt := range []struct {
		name   string
		config attribution.Config
		want   string
	}{
		{"half-life", attribution.Config{HalfLife: -time.Second}, "half-life -1s: must be longer than 0, or 0 for seven days"},
		{"order below", attribution.Config{Order: -1}, "order -1: must be 1 to 8, or 0 for 1"},
		{"order above", attribution.Config{Order: 9}, "order 9: must be 1 to 8, or 0 for 1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if f, err := attribution.New(tt.config); f != nil || err == nil || err.Error() != tt.want {
				t.Errorf("got %v, %v; want %s", f, err, tt.want)
			}
		})
	}
	if _, err := attribution.New(attribution.Config{HalfLife: 1, Order: 8}); err != nil {
		t.Error(err)
	}
}

func TestFold_MergeRefusesOtherRules(t *testing.T) {
	f := fold(t, attribution.Config{}, paths("a!"))
	for _, c := range []attribution.Config{{Order: 2}, {HalfLife: day}} {
		if err := f.Merge(fold(t, c, paths("b!"))); err == nil {
			t.Errorf("merged with %v", c)
		}
	}
	if n, _, _ := f.Paths(); n != 1 {
		t.Errorf("%d paths, want 1: what is refused is not added", n)
	}
	if err := f.Merge(fold(t, attribution.Config{HalfLife: 7 * day, Order: 1}, nil)); err != nil {
		t.Errorf("%v; a default that is written out is the same rule", err)
	}
}

func TestFold_CreditsRefusesAnUnknownModel(t *testing.T) {
	for _, m := range []attribution.Model{"", "u_shaped"} {
		if got, err := fold(t, attribution.Config{}, paths("a!")).Credits(m); got != nil || err == nil {
			t.Errorf("%q: got %v, %v", m, got, err)
		}
	}
}

func TestModel_UnmarshalText(t *testing.T) {
	for _, m := range attribution.Models() {
		var got attribution.Model
		if err := got.UnmarshalText([]byte(m)); err != nil || got != m {
			t.Errorf("%s is read as %q, %v", m, got, err)
		}
	}
	for _, text := range []string{"", "First", "first ", "jane"} {
		got := attribution.Last
		err := got.UnmarshalText([]byte(text))
		if err == nil || got != attribution.Last || strings.Contains(err.Error(), "jane") {
			t.Errorf("%q is read as %q, %v; want an error that does not repeat it", text, got, err)
			continue
		}
		if want := "unknown attribution model; it is one of first, last, linear, position, time_decay, markov"; err.Error() != want {
			t.Errorf("got %q, want %q", err, want)
		}
	}
}
