package estimate_test

import (
	"math"
	"testing"

	"github.com/salesbaton/baton/outcome/estimate"
)

func TestSampleRatio(t *testing.T) {
	for _, tt := range []struct {
		name, reason     string
		observed, shares []int64
		want             estimate.RatioTest
	}{
		{"Mendel's peas", "chisq.test of R prints 0.47002 and 0.9254", []int64{315, 108, 101, 32}, []int64{9, 3, 3, 1},
			estimate.RatioTest{ChiSquare: 0.4700239808, Freedom: 3, P: 0.9254258951}},
		{"half and half", "150²/5000 twice is 9, and P is that of z = 3", []int64{5150, 4850}, []int64{1, 1},
			estimate.RatioTest{ChiSquare: 9, Freedom: 1, P: 0.0026997960633}},
		{"mismatch", "200²/5000 twice is 16, z = 4", []int64{5200, 4800}, []int64{5000, 5000},
			estimate.RatioTest{ChiSquare: 16, Freedom: 1, P: 6.334248366624e-05, Mismatch: true}},
		{"as it should be", "nothing is off", []int64{900, 100}, []int64{9, 1}, estimate.RatioTest{Freedom: 1, P: 1}},
		{"two degrees", "P of 2 degrees is e to the -x/2", []int64{30, 30, 60}, []int64{1, 1, 1},
			estimate.RatioTest{ChiSquare: 15, Freedom: 2, P: math.Exp(-7.5), Mismatch: true}},
		{"nothing", "no test", nil, nil, estimate.RatioTest{P: 1}},
		{"one arm", "it cannot be off", []int64{5}, []int64{1}, estimate.RatioTest{P: 1}},
		{"nobody yet", "nothing is off", []int64{0, 0}, []int64{1, 1}, estimate.RatioTest{Freedom: 1, P: 1}},
		{"negative", "taken as none", []int64{-5, 0}, []int64{1, 1}, estimate.RatioTest{Freedom: 1, P: 1}},
		{"closed arm", "an arm without share that is empty is no arm", []int64{10, 10, 0}, []int64{1, 1, 0}, estimate.RatioTest{Freedom: 1, P: 1}},
		{"stray", "one arm should be empty and is not", []int64{10, 10, 1}, []int64{1, 1, 0}, estimate.RatioTest{Freedom: 1, Mismatch: true}},
		{"stray without list", "an arm of which no share is given", []int64{10, 10, 1}, []int64{1, 1}, estimate.RatioTest{Freedom: 1, Mismatch: true}},
		{"absent arm", "an arm of which no count is given is empty: 5²/5 twice", []int64{10}, []int64{1, 1},
			estimate.RatioTest{ChiSquare: 10, Freedom: 1, P: 0.0015654022580}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := estimate.SampleRatio(tt.observed, tt.shares)
			if !near(got.ChiSquare, tt.want.ChiSquare, 1e-9) || !near(got.P, tt.want.P, 1e-10) || got.Freedom != tt.want.Freedom || got.Mismatch != tt.want.Mismatch {
				t.Errorf("got %+v, want %+v: %s", got, tt.want, tt.reason)
			}
		})
	}
}

// chiSquareTwin integrates the density of chi-square by Simpson's rule: with x = u² it is u to freedom-1 times e to -u²/2.
func chiSquareTwin(x float64, freedom int) float64 {
	area := func(from float64) float64 {
		const steps = 20_000
		h, sum := (40-from)/steps, 0.0
		for i := range steps + 1 {
			weight := []float64{2, 4}[i%2]
			if i == 0 || i == steps {
				weight = 1
			}
			u := from + float64(i)*h
			sum += weight * math.Pow(u, float64(freedom-1)) * math.Exp(-u*u/2)
		}
		return sum * h / 3
	}
	return area(math.Sqrt(x)) / area(0)
}

func TestSampleRatioIntegratesChiSquare(t *testing.T) {
	for arms := 2; arms <= 30; arms++ {
		for _, off := range []int64{1, 10, 30, 60, 100} {
			observed, shares := make([]int64, arms), make([]int64, arms)
			for i := range observed {
				observed[i], shares[i] = 1000, 1
			}
			observed[0] += off
			observed[1] -= off
			got := estimate.SampleRatio(observed, shares)
			if want := chiSquareTwin(got.ChiSquare, arms-1); math.Abs(got.P-want) > 1e-10 {
				t.Errorf("%d arms off by %d: P of %v is %v, want %v", arms, off, got.ChiSquare, got.P, want)
			}
		}
	}
}
