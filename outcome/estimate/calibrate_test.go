package estimate_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/salesbaton/baton/outcome/estimate"
)

// A scored is a record with a score.
type scored struct {
	score int64
	hit   bool
}

func calibrationOf(records []scored) *estimate.Calibration {
	var c estimate.Calibration
	for _, r := range records {
		c.Add(r.score, r.hit)
	}
	return &c
}

func TestBins(t *testing.T) {
	var ten []scored
	for i := range int64(10) {
		ten = append(ten, scored{i, i >= 5})
	}
	bin := func(from, to int64, mean float64, hits, of int64) estimate.Bin {
		return estimate.Bin{From: from, To: to, Mean: mean, Proportion: estimate.Proportion{Hits: hits, Of: of}}
	}
	tied := slices.Concat(slices.Repeat([]scored{{1, false}}, 6), []scored{{2, true}, {3, true}, {4, true}, {5, false}})
	for _, tt := range []struct {
		name, reason string
		records      []scored
		n            int
		want         []estimate.Bin
	}{
		{"halves", "five and five", ten, 2, []estimate.Bin{bin(0, 4, 2, 0, 5), bin(5, 9, 7, 5, 5)}},
		{"uneven", "thirds of ten are reached by the 4th, 7th and 10th", ten, 3, []estimate.Bin{bin(0, 3, 1.5, 0, 4), bin(4, 6, 5, 2, 3), bin(7, 9, 8, 3, 3)}},
		{"one", "all", ten, 1, []estimate.Bin{bin(0, 9, 4.5, 5, 10)}},
		{"tie", "six of one score fill three of five parts", tied, 5, []estimate.Bin{bin(1, 1, 1, 0, 6), bin(2, 3, 2.5, 2, 2), bin(4, 5, 4.5, 1, 2)}},
		{"all tied", "one score is never divided", slices.Repeat([]scored{{7, true}}, 9), 10, []estimate.Bin{bin(7, 7, 7, 9, 9)}},
		{"more parts than records", "each is a part", ten[4:6], 10, []estimate.Bin{bin(4, 4, 4, 0, 1), bin(5, 5, 5, 1, 1)}},
		{"nothing", "no record, no part", nil, 10, nil},
		{"no part", "none asked for", ten, 0, nil},
		{"negative", "none asked for", ten, -1, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := calibrationOf(tt.records).Bins(tt.n); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func TestConcordance(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		records      []scored
		want         float64
		none         bool
	}{
		{"perfect", "each hit is above each miss", []scored{{1, false}, {2, false}, {3, true}}, 1, false},
		{"upside down", "no hit is above a miss", []scored{{1, true}, {2, false}}, 0, false},
		{"tied", "a tie is one half", []scored{{1, true}, {1, false}}, 0.5, false},
		{"mixed", "of four pairs two are won and one is tied", []scored{{1, true}, {1, false}, {0, false}, {2, true}}, 0.875, false},
		{"no miss", "no pair", []scored{{1, true}}, 0, true},
		{"no hit", "no pair", []scored{{1, false}}, 0, true},
		{"nothing", "no pair", nil, 0, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, ok := calibrationOf(tt.records).Concordance(); got != tt.want || ok == tt.none {
				t.Errorf("got %v, %t, want %v, %t: %s", got, ok, tt.want, !tt.none, tt.reason)
			}
		})
	}
}

// pairs counts every pair.
func pairs(records []scored) (float64, bool) {
	halves, all := 0, 0
	for _, a := range records {
		for _, b := range records {
			if !a.hit || b.hit {
				continue
			}
			all += 2
			switch {
			case a.score > b.score:
				halves += 2
			case a.score == b.score:
				halves++
			}
		}
	}
	return float64(halves) / float64(max(all, 1)), all > 0
}

func TestCalibrationMergesInAnyOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 7))
	for range 100 {
		parts := make([]estimate.Calibration, 4)
		records := make([]scored, random.IntN(150))
		for i := range records {
			records[i] = scored{random.Int64N(60) - 30, random.IntN(3) == 0}
			parts[random.IntN(len(parts))].Add(records[i].score, records[i].hit)
		}
		var all estimate.Calibration
		all.Merge(nil)
		for _, i := range random.Perm(len(parts)) {
			all.Merge(&parts[i])
		}
		got, ok := all.Concordance()
		if want, some := pairs(records); got != want || ok != some {
			t.Fatalf("concordance is %v, %t, want %v, %t", got, ok, want, some)
		}
		n := 1 + random.IntN(12)
		checkBins(t, all.Bins(n), records, n)
		if all.N() != int64(len(records)) || !slices.Equal(all.Bins(n), calibrationOf(records).Bins(n)) {
			t.Fatal("the parts merged are not the whole")
		}
	}
}

// checkBins checks that the parts hold each record once, that no score is in two, and that each would be too small without its
// last score.
func checkBins(t *testing.T, bins []estimate.Bin, records []scored, n int) {
	t.Helper()
	if len(bins) > n {
		t.Fatalf("%d parts, want at most %d", len(bins), n)
	}
	var reached, before int64
	for i, b := range bins {
		var want estimate.Proportion
		last := int64(0)
		for _, r := range records {
			if r.score < b.From || r.score > b.To {
				continue
			}
			want.Of++
			if r.hit {
				want.Hits++
			}
			if r.score == b.To {
				last++
			}
		}
		reached += want.Of
		filled := before * int64(n) / int64(len(records))
		if b.Proportion != want || i > 0 && bins[i-1].To >= b.From || (reached-last)*int64(n) >= (filled+1)*int64(len(records)) {
			t.Fatalf("part %d of %d is %+v, want %+v", i, n, b, want)
		}
		before = reached
	}
	if reached != int64(len(records)) {
		t.Fatalf("the parts hold %d of %d", reached, len(records))
	}
}
