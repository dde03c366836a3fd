package estimate_test

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"github.com/salesbaton/baton/outcome/estimate"
)

// finite fails where a value has a number in it that JSON has no way to write.
func finite(t *testing.T, value any, of ...any) {
	t.Helper()
	if _, err := json.Marshal(value); err != nil {
		t.Errorf("%v gives %+v: %v", of, value, err)
	}
}

var (
	strangeLevels = []float64{math.NaN(), math.Inf(-1), -1, 0, math.SmallestNonzeroFloat64, 0.5, 0.95, 1 - 1e-16, 1, 2, math.Inf(1)}
	strangeCounts = []int64{math.MinInt64, -1, 0, 1, 2, 1000, math.MaxInt64 - 1, math.MaxInt64}
	strangeLists  = [][]int64{nil, {0}, {5}, {0, 0}, {3, 3}, {1, 2}, {-1, 1}, {math.MinInt64, math.MaxInt64}, {math.MaxInt64, math.MaxInt64},
		{math.MinInt64, math.MinInt64, math.MaxInt64}, slices.Repeat([]int64{0, 1}, 100)}
)

func strangeProportions() []estimate.Proportion {
	var out []estimate.Proportion
	for _, hits := range strangeCounts {
		for _, of := range strangeCounts {
			out = append(out, estimate.Proportion{Hits: hits, Of: of})
		}
	}
	return out
}

func TestEverythingOfRatesIsFinite(t *testing.T) {
	ps := strangeProportions()
	for _, level := range strangeLevels {
		for _, p := range ps {
			finite(t, []any{p.Rate(), p.Wilson(level)}, p, level)
			for _, control := range ps {
				finite(t, estimate.CompareRates(p, control, level), p, control, level)
			}
		}
		finite(t, estimate.Disparity(ps, level), level)
	}
	for _, p := range ps {
		for _, q := range ps {
			finite(t, estimate.Disparity([]estimate.Proportion{p, q}, 0.95), p, q)
		}
	}
}

func TestEverythingOfValuesIsFinite(t *testing.T) {
	for _, a := range strangeLists {
		s, m := sampleOf(a...), momentsOf(a...)
		mean, _ := s.Mean()
		finite(t, []float64{mean, m.Mean(), m.Variance()}, a)
		for _, p := range slices.Concat(strangeLevels, []float64{30, 99.999, 100, 101}) {
			linear, _ := s.Linear(p)
			finite(t, linear, a, p)
		}
		for _, b := range strangeLists {
			for _, level := range strangeLevels {
				finite(t, estimate.CompareMeans(m, momentsOf(b...), level), a, b, level)
			}
			var survival estimate.Survival
			var calibration estimate.Calibration
			for _, v := range a {
				survival.Done(v)
				calibration.Add(v, true)
			}
			for _, v := range b {
				survival.Open(v)
				calibration.Add(v, false)
			}
			concordance, _ := calibration.Concordance()
			finite(t, []any{survival.Curve(), concordance, calibration.Bins(10), calibration.Bins(math.MaxInt32)}, a, b)
			finite(t, estimate.SampleRatio(a, b), a, b)
		}
	}
}

func TestEverythingOfDesignIsFinite(t *testing.T) {
	for _, x := range strangeLevels {
		for _, y := range strangeLevels {
			for _, rate := range []float64{math.NaN(), -1, 0, 0.5, 1, 2, math.Inf(1)} {
				for _, n := range strangeCounts {
					for _, m := range strangeCounts {
						finite(t, estimate.MinimumEffect(rate, n, m, x, y), rate, n, m, x, y)
					}
				}
			}
		}
		for _, looks := range []int{-1, 0, 1, 3, estimate.MaxLooks, math.MaxInt32} {
			finite(t, estimate.OBrienFleming(looks, x), looks, x)
		}
	}
}

func TestEverythingIsFiniteWhereCountsStop(t *testing.T) {
	var s estimate.Sample
	for _, v := range []int64{math.MinInt64, 0, math.MaxInt64} {
		s.Add(v, math.MaxInt64)
	}
	var calibration estimate.Calibration
	var survival estimate.Survival
	moments := momentsOf(math.MinInt64, 5, math.MaxInt64)
	for i := range int64(5) {
		calibration.Add(i, i%2 == 0)
		survival.Done(i)
		survival.Open(i)
	}
	for range 70 {
		calibration.Merge(&calibration)
		survival.Merge(&survival)
		moments.Merge(moments)
	}
	mean, _ := s.Mean()
	linear, _ := s.Linear(50)
	concordance, _ := calibration.Concordance()
	for p := range int64(101) {
		survival.Percentile(p)
		s.NearestRank(p)
	}
	finite(t, []any{mean, linear, moments.Mean(), moments.Variance(), concordance, calibration.Bins(3), survival.Curve(),
		estimate.CompareMeans(moments, momentsOf(1, 2), 0.95)})
}
