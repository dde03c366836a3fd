package estimate_test

import (
	"math"
	"testing"

	"github.com/salesbaton/baton/outcome/estimate"
)

// TestOBrienFleming compares with the constants that are printed in Jennison and Turnbull, Group Sequential Methods (2000).
func TestOBrienFleming(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		looks        int
		alpha        float64
		want         []float64
	}{
		{"one", "a single test", 1, 0.05, []float64{1.960}},
		{"two", "the last is hardly higher than that of one", 2, 0.05, []float64{2.797, 1.977}},
		{"three", "as printed", 3, 0.05, []float64{3.471, 2.454, 2.004}},
		{"four", "as printed", 4, 0.05, []float64{4.049, 2.863, 2.337, 2.024}},
		{"five", "as printed", 5, 0.05, []float64{4.562, 3.226, 2.634, 2.281, 2.040}},
		{"none", "no look, no bound", 0, 0.05, nil},
		{"negative", "no look, no bound", -1, 0.05, nil},
		{"too many", "more than there are bounds for", estimate.MaxLooks + 1, 0.05, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := estimate.OBrienFleming(tt.looks, tt.alpha)
			if len(got) != len(tt.want) {
				t.Fatalf("got %v, want %v: %s", got, tt.want, tt.reason)
			}
			for i, want := range tt.want {
				if math.Abs(got[i]-want) > 0.0006 {
					t.Errorf("look %d is %v, want %v: %s", i+1, got[i], want, tt.reason)
				}
			}
		})
	}
}

// crosses is how probable it is that a walk crosses one of the bounds, by the trapezoid rule on a dense grid of sums.
func crosses(bounds []float64) float64 {
	const h = 0.04
	density := func(x float64) float64 { return math.Exp(-x*x/2) / math.Sqrt(2*math.Pi) }
	var xs, f []float64
	for k, z := range bounds {
		edge := z * math.Sqrt(float64(k+1))
		n := int(2*edge/h) + 1
		step := 2 * edge / float64(n)
		var ys, g []float64
		for i := range n + 1 {
			y, sum := -edge+float64(i)*step, 0.0
			for j, x := range xs {
				sum += f[j] * density(y-x)
			}
			if k == 0 {
				sum = density(y)
			}
			if i == 0 || i == n {
				sum /= 2
			}
			ys, g = append(ys, y), append(g, sum*step)
		}
		xs, f = ys, g
	}
	stays := 0.0
	for _, mass := range f {
		stays += mass
	}
	return 1 - stays
}

func TestOBrienFlemingSpendsAlpha(t *testing.T) {
	for _, tt := range []struct {
		name  string
		looks int
		alpha float64
	}{
		{"loose", 3, 0.5}, {"usual", 5, 0.05}, {"strict", 6, 0.001}, {"ten", 10, 0.05}, {"most", estimate.MaxLooks, 0.1}, {"most and strict", estimate.MaxLooks, 1e-4},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := crosses(estimate.OBrienFleming(tt.looks, tt.alpha)); math.Abs(got/tt.alpha-1) > 2e-3 {
				t.Errorf("an experiment without effect crosses with %v, want %v", got, tt.alpha)
			}
		})
	}
}

func TestOBrienFlemingKeepsAlphaInRange(t *testing.T) {
	least, most := estimate.OBrienFleming(2, 1e-6), estimate.OBrienFleming(2, 0.999)
	for _, tt := range []struct {
		name  string
		alpha float64
		want  []float64
	}{
		{"nought", 0, least}, {"negative", -1, least}, {"no number", math.NaN(), least}, {"one", 1, most}, {"infinite", math.Inf(1), most},
	} {
		if got := estimate.OBrienFleming(2, tt.alpha); got[0] != tt.want[0] || got[1] != tt.want[1] {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}
