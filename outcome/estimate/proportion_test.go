package estimate_test

import (
	"math"
	"testing"

	"github.com/salesbaton/baton/outcome/estimate"
)

func TestWilson(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		p            estimate.Proportion
		level        float64
		want         estimate.Interval
	}{
		{"none of ten", "z²/(10+z²), and not below 0", estimate.Proportion{Hits: 0, Of: 10}, 0.95, estimate.Interval{Low: 0, High: 0.2775327998628892}},
		{"eight of ten", "as prop.test of R without correction prints", estimate.Proportion{Hits: 8, Of: 10}, 0.95, estimate.Interval{Low: 0.4901624715, High: 0.9433178485}},
		{"all of ten", "the mirror of none", estimate.Proportion{Hits: 10, Of: 10}, 0.95, estimate.Interval{Low: 0.7224672001371107, High: 1}},
		{"nothing", "nothing is known", estimate.Proportion{}, 0.95, estimate.Interval{Low: 0, High: 1}},
		{"negative", "taken as nothing", estimate.Proportion{Hits: 1, Of: -1}, 0.95, estimate.Interval{Low: 0, High: 1}},
		{"too many hits", "taken as all", estimate.Proportion{Hits: 11, Of: 10}, 0.95, estimate.Interval{Low: 0.7224672001371107, High: 1}},
		{"no level", "a point", estimate.Proportion{Hits: 1, Of: 4}, 0, estimate.Interval{Low: 0.25, High: 0.25}},
		{"99 percent", "of one half the centre stays: z/(2√(n+z²)) to each side, with z of 2.5758293", estimate.Proportion{Hits: 50, Of: 100}, 0.99,
			estimate.Interval{Low: 0.5 - 2.5758293035/2/math.Sqrt(100+6.6348966), High: 0.5 + 2.5758293035/2/math.Sqrt(100+6.6348966)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.p.Wilson(tt.level); !nearInterval(got, tt.want, 1e-9) {
				t.Errorf("got %v, want %v: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func nearInterval(got, want estimate.Interval, within float64) bool {
	return near(got.Low, want.Low, within) && near(got.High, want.High, within)
}

// TestWilsonSolvesTheScoreTest puts the ends back where they come from: they are as far from the rate as z standard errors of theirs.
func TestWilsonSolvesTheScoreTest(t *testing.T) {
	for of := int64(1); of <= 40; of++ {
		for hits := int64(0); hits <= of; hits++ {
			p := estimate.Proportion{Hits: hits, Of: of}
			got := p.Wilson(0.95)
			for _, end := range []float64{got.Low, got.High} {
				off := math.Abs(p.Rate()-end) - 1.959963984540054*math.Sqrt(end*(1-end)/float64(of))
				if end != 0 && end != 1 && math.Abs(off) > 1e-9 || end < 0 || end > 1 {
					t.Errorf("%d of %d: the end %v is off by %v", hits, of, end, off)
				}
			}
		}
	}
}

func TestRate(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		p            estimate.Proportion
		want         float64
	}{
		{"quarter", "hits by all", estimate.Proportion{Hits: 1, Of: 4}, 0.25},
		{"nothing", "0, not 0/0", estimate.Proportion{}, 0},
		{"hits of nothing", "no hit counts", estimate.Proportion{Hits: 3}, 0},
		{"too many", "all", estimate.Proportion{Hits: 3, Of: 2}, 1},
		{"too few", "none", estimate.Proportion{Hits: -3, Of: 2}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.p.Rate(); got != tt.want {
				t.Errorf("got %v, want %v: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func TestDisparity(t *testing.T) {
	half := estimate.Proportion{Hits: 50, Of: 100}
	for _, tt := range []struct {
		name, reason string
		segments     []estimate.Proportion
		ratios       []float64
		adverse      []bool
	}{
		{"guidelines", "the answers to the guidelines' questions: 48 of 80 and 12 of 40 are 60 and 30 percent, a ratio of a half",
			[]estimate.Proportion{{Hits: 48, Of: 80}, {Hits: 12, Of: 40}}, []float64{1, 0.5}, []bool{false, true}},
		{"exactly four fifths", "40 percent of 50 is four fifths, which is not below", []estimate.Proportion{{Hits: 40, Of: 100}, half}, []float64{0.8, 1}, []bool{false, false}},
		{"just below", "one hit fewer", []estimate.Proportion{{Hits: 39999, Of: 100_000}, half}, []float64{0.79998, 1}, []bool{true, false}},
		{"nothing", "nobody there was treated worse", []estimate.Proportion{{}, half}, []float64{0, 1}, []bool{false, false}},
		{"no hit", "nobody has less than anybody", []estimate.Proportion{{Of: 5}, {Of: 7}}, []float64{1, 1}, []bool{false, false}},
		{"none in one", "the least ratio", []estimate.Proportion{{Of: 5}, half}, []float64{0, 1}, []bool{true, false}},
		{"large counts", "products are beyond an int64", []estimate.Proportion{{Hits: 1 << 61, Of: 1 << 62}, {Hits: 3, Of: 4}}, []float64{2.0 / 3, 1}, []bool{true, false}},
		{"no segments", "no answers", nil, nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := estimate.Disparity(tt.segments, 0.95)
			if len(got) != len(tt.ratios) {
				t.Fatalf("got %d answers: %s", len(got), tt.reason)
			}
			for i, g := range got {
				if !near(g.Ratio, tt.ratios[i], 1e-12) || g.Adverse != tt.adverse[i] || g.Proportion != tt.segments[i] {
					t.Errorf("segment %d is %+v, want %v, %t: %s", i, g, tt.ratios[i], tt.adverse[i], tt.reason)
				}
			}
		})
	}
}

func TestDisparityComparesWithTheLargestOfTheHighest(t *testing.T) {
	got := estimate.Disparity([]estimate.Proportion{{Hits: 1, Of: 2}, {Hits: 500, Of: 1000}, {Hits: 240, Of: 500}}, 0.95)
	// The interval is that of 240/500 to 500/1000; to 1/2 it would be 0.24 to 3.8.
	root := math.Exp(-1.959963984540054 * math.Sqrt(1.0/240-1.0/500+1.0/500-1.0/1000))
	if want := (estimate.Interval{Low: 0.96 * root, High: 0.96 / root}); !nearInterval(got[2].RatioInterval, want, 1e-9) {
		t.Errorf("got %v, want %v", got[2].RatioInterval, want)
	}
}
