package estimate_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/salesbaton/baton/outcome/estimate"
)

func momentsOf(values ...int64) *estimate.Moments {
	var m estimate.Moments
	for _, v := range values {
		m.Add(v)
	}
	return &m
}

func TestMoments(t *testing.T) {
	for _, tt := range []struct {
		name, reason   string
		values         []int64
		mean, variance float64
	}{
		{"nothing", "0, not 0/0", nil, 0, 0},
		{"one", "one value has no variance", []int64{5}, 5, 0},
		{"two", "(1+1)/(2-1)", []int64{1, 3}, 2, 2},
		{"equal", "nothing varies", []int64{7, 7, 7}, 7, 0},
		{"far from 0", "a variance of 1 beside a mean of 1e18, where float sums give 0 or less", []int64{1e18 - 1, 1e18, 1e18 + 1}, 1e18, 1},
		{"negative", "squares are positive, sums are not", []int64{-2, -4}, -3, 2},
		{"extremes", "neither sum is an int64", []int64{math.MinInt64, math.MaxInt64}, -0.5, math.Pow(2, 127)},
		{"smallest", "its size is no int64", []int64{math.MinInt64, math.MinInt64}, math.MinInt64, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := momentsOf(tt.values...)
			if m.Mean() != tt.mean || m.Variance() != tt.variance || m.N() != int64(len(tt.values)) {
				t.Errorf("got %v and %v of %d, want %v and %v: %s", m.Mean(), m.Variance(), m.N(), tt.mean, tt.variance, tt.reason)
			}
		})
	}
}

// TestMomentsMergeInAnyOrder compares with the definition in fractions: the mean square of what is off the mean.
func TestMomentsMergeInAnyOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 6))
	for range 100 {
		parts := make([]estimate.Moments, 4)
		values := make([]int64, 2+random.IntN(50))
		for i := range values {
			values[i] = int64(random.Uint64()) >> random.IntN(64)
			parts[random.IntN(len(parts))].Add(values[i])
		}
		var all estimate.Moments
		all.Merge(nil)
		for _, i := range random.Perm(len(parts)) {
			all.Merge(&parts[i])
		}
		mean, variance := definition(values)
		if all.Mean() != mean || all.Variance() != variance {
			t.Fatalf("%v: got %v and %v, want %v and %v", values, all.Mean(), all.Variance(), mean, variance)
		}
	}
}

func definition(values []int64) (mean, variance float64) {
	m, v := new(big.Rat), new(big.Rat)
	for _, x := range values {
		m.Add(m, new(big.Rat).SetFrac64(x, int64(len(values))))
	}
	for _, x := range values {
		off := new(big.Rat).Sub(new(big.Rat).SetInt64(x), m)
		v.Add(v, off.Mul(off, off))
	}
	v.Quo(v, new(big.Rat).SetInt64(int64(len(values)-1)))
	mean, _ = m.Float64()
	variance, _ = v.Float64()
	return mean, variance
}

func TestMomentsMergeWithThemselves(t *testing.T) {
	m := momentsOf(1, 3)
	m.Merge(m)
	if m.N() != 4 || m.Mean() != 2 || m.Variance() != 4.0/3 {
		t.Errorf("got %v and %v of %d, want those of 1, 1, 3, 3", m.Mean(), m.Variance(), m.N())
	}
}
