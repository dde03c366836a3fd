package estimate_test

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/salesbaton/baton/outcome/estimate"
)

func sampleOf(values ...int64) *estimate.Sample {
	var s estimate.Sample
	for _, v := range values {
		s.Add(v, 1)
	}
	return &s
}

// nearestRank is the definition read aloud: go up the sorted values until enough of them are not exceeded.
func nearestRank(sorted []int64, p int64) int64 {
	for i, v := range sorted {
		if int64(i+1)*100 >= p*int64(len(sorted)) {
			return v
		}
	}
	return sorted[len(sorted)-1]
}

func TestSampleNearestRank(t *testing.T) {
	hundred := make([]int64, 100)
	for i := range hundred {
		hundred[i] = int64(i + 1)
	}
	for _, tt := range []struct {
		name, reason string
		values       []int64
		p, want      int64
	}{
		{"one", "every percentile of one value is that value", []int64{7}, 50, 7},
		{"even", "of four, half are not above the second", []int64{4, 1, 3, 2}, 50, 2},
		{"just above", "51 percent of four are more than two of them", []int64{1, 2, 3, 4}, 51, 3},
		{"exact", "90 of 100 do not exceed 90", hundred, 90, 90},
		{"textbook", "ordinal rank ceil(0.3·5) is 2", []int64{15, 20, 35, 40, 50}, 30, 20},
		{"textbook last", "ordinal rank ceil(1·5) is 5", []int64{15, 20, 35, 40, 50}, 100, 50},
		{"ties", "three in four are 5", []int64{5, 5, 5, 9}, 75, 5},
		{"negative", "values below 0 are in order too", []int64{-1, math.MinInt64, 3, math.MaxInt64}, 25, math.MinInt64},
		{"nothing asked", "none of them need be reached, so the smallest does", []int64{2, 1}, 0, 1},
		{"below nothing", "taken as 0", []int64{2, 1}, -5, 1},
		{"beyond", "taken as 100", []int64{2, 1}, 101, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, ok := sampleOf(tt.values...).NearestRank(tt.p); got != tt.want || !ok {
				t.Errorf("got %d, %t, want %d: %s", got, ok, tt.want, tt.reason)
			}
		})
	}
}

func TestSampleLinear(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		values       []int64
		p, want      float64
	}{
		{"median of two", "midway", []int64{1, 2}, 50, 1.5},
		{"NumPy's", "numpy.percentile([15, 20, 35, 40, 50], 40) is 29", []int64{15, 20, 35, 40, 50}, 40, 29},
		{"Excel's", "PERCENTILE.INC of 1, 2, 3, 4 at 0.3 is 1.9", []int64{1, 2, 3, 4}, 30, 1.9},
		{"whole rank", "7 percent of 100 steps are 7, though 0.07·100 is not in floats", ramp(101), 7, 7},
		{"fraction of a percent", "99.9 percent of 1000 steps", ramp(1001), 99.9, 999},
		{"last", "the greatest", []int64{3, 9}, 100, 9},
		{"beyond", "taken as 100", []int64{3, 9}, 1e300, 9},
		{"below", "taken as 0", []int64{3, 9}, -1, 3},
		{"no number", "taken as 0", []int64{3, 9}, math.NaN(), 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := sampleOf(tt.values...).Linear(tt.p)
			if !near(got, tt.want, 1e-12) || !ok {
				t.Errorf("got %v, %t, want %v: %s", got, ok, tt.want, tt.reason)
			}
		})
	}
}

func TestSampleLinearIsExactWhereTheRankIsWhole(t *testing.T) {
	s := sampleOf(ramp(101)...)
	for p := range 101 {
		if got, _ := s.Linear(float64(p)); got != float64(p) {
			t.Errorf("percentile %d of 0 to 100 is %v", p, got)
		}
	}
}

// ramp returns 0 to n-1.
func ramp(n int) []int64 {
	out := make([]int64, n)
	for i := range out {
		out[i] = int64(i)
	}
	return out
}

func near(got, want, within float64) bool {
	return math.Abs(got-want) <= within*max(1, math.Abs(want))
}

func TestSampleOfNothing(t *testing.T) {
	var s estimate.Sample
	s.Add(5, 0)
	s.Add(5, -3)
	s.Merge(nil)
	s.Merge(&estimate.Sample{})
	if _, ok := s.NearestRank(50); ok {
		t.Error("nothing has a percentile")
	}
	if _, ok := s.Linear(50); ok {
		t.Error("nothing has a linear percentile")
	}
	if _, ok := s.Mean(); ok || s.N() != 0 {
		t.Error("nothing has a mean")
	}
	s.Values(func(value, n int64) { t.Errorf("nothing has %d %d times", value, n) })
}

func TestSampleMeanIsExact(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		values       []int64
		want         float64
	}{
		{"thirds", "the float next to a third", []int64{0, 0, 1}, 1.0 / 3},
		{"greatest", "the sum is beyond an int64", []int64{math.MaxInt64, math.MaxInt64}, math.MaxInt64},
		{"cancel", "large values leave a small one", []int64{math.MaxInt64, -math.MaxInt64, 3}, 1},
		{"smallest", "the sum is below an int64", []int64{math.MinInt64, math.MinInt64}, math.MinInt64},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, _ := sampleOf(tt.values...).Mean(); got != tt.want {
				t.Errorf("got %v, want %v: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func TestSampleCountsStop(t *testing.T) {
	var s estimate.Sample
	s.Add(1, math.MaxInt64)
	s.Add(2, math.MaxInt64)
	s.Add(1, 1)
	if s.N() != math.MaxInt64 {
		t.Errorf("got %d values, want that the count stops", s.N())
	}
	if got, _ := s.NearestRank(100); got != 1 {
		t.Errorf("got %d, want the value by which the count stops", got)
	}
	if got, _ := s.Mean(); got != 1.5 {
		t.Errorf("mean is %v, want 1.5: half of them are 1", got)
	}
	if got, _ := s.Linear(100); got != 1 {
		t.Errorf("got %v, want as the nearest rank", got)
	}
}

func TestSampleMergesWithItself(t *testing.T) {
	s := sampleOf(3, 1, 3)
	s.Merge(s)
	if got := listed(s); !slices.Equal(got, [][2]int64{{1, 2}, {3, 4}}) {
		t.Errorf("got %v, want each value twice as often", got)
	}
}

func listed(s *estimate.Sample) [][2]int64 {
	var out [][2]int64
	s.Values(func(value, n int64) { out = append(out, [2]int64{value, n}) })
	return out
}

// TestSampleIsTheSortedList compares with a sorted list, for shapes that take every way through the sort.
func TestSampleIsTheSortedList(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 1))
	for _, tt := range []struct {
		name string
		n    int
		draw func(i int) int64
	}{
		{"one value", 1000, func(int) int64 { return 4 }},
		{"two values", 1000, func(int) int64 { return random.Int64N(2) * math.MaxInt64 }},
		{"few values", 5000, func(int) int64 { return random.Int64N(10) }},
		{"rising", 5000, func(i int) int64 { return int64(i) }},
		{"falling", 5000, func(i int) int64 { return -int64(i) }},
		{"spread", 20_000, func(int) int64 { return random.Int64N(10_000) }},
		{"whole range", 20_000, func(int) int64 { return int64(random.Uint64()) }},
		{"skewed", 20_000, func(int) int64 { return int64(math.Exp(random.Float64() * 43)) }},
		{"rising late", 5000, func(i int) int64 { return int64(i) ^ 1 }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var s estimate.Sample
			var list []int64
			for i := range tt.n {
				v := tt.draw(i)
				s.Add(v, 1)
				list = append(list, v)
				if random.IntN(500) == 0 {
					s.NearestRank(50) // sorts what is there so far
				}
			}
			compare(t, &s, list)
		})
	}
}

// compare compares a sample with all that it should hold.
func compare(t *testing.T, s *estimate.Sample, list []int64) {
	t.Helper()
	slices.Sort(list)
	var back []int64
	last := int64(0)
	s.Values(func(value, n int64) {
		if back != nil && value <= last {
			t.Fatalf("%d comes after %d", value, last)
		}
		last = value
		for range n {
			back = append(back, value)
		}
	})
	if !slices.Equal(back, list) || s.N() != int64(len(list)) {
		t.Fatalf("%d values come back as %d others", len(list), len(back))
	}
	for p := int64(1); p <= 100 && len(list) > 0; p++ {
		if got, _ := s.NearestRank(p); got != nearestRank(list, p) {
			t.Errorf("percentile %d is %d, want %d", p, got, nearestRank(list, p))
		}
	}
}

func TestSampleMergesInAnyOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 2))
	for range 50 {
		var list []int64
		parts := make([]estimate.Sample, 1+random.IntN(7))
		for range random.IntN(3000) {
			v := random.Int64N(800) - 400
			list = append(list, v)
			parts[random.IntN(len(parts))].Add(v, 1)
		}
		for len(parts) > 1 {
			i := random.IntN(len(parts) - 1)
			parts[i].Merge(&parts[len(parts)-1])
			parts = parts[:len(parts)-1]
			random.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		}
		compare(t, &parts[0], list)
	}
}

// TestSampleTakesMemoryByDifferentValues adds a million values, of which a thousand differ.
func TestSampleTakesMemoryByDifferentValues(t *testing.T) {
	var s estimate.Sample
	for i := range int64(5000) {
		s.Add(i%1000, 1)
	}
	if got := testing.AllocsPerRun(1, func() {
		for i := range int64(1_000_000) {
			s.Add(i*7919%1000, 1)
		}
	}); got != 0 {
		t.Errorf("adding what is there already made %v allocations", got)
	}
}

// FuzzSample compares a sample with a sorted list. Each nine bytes are a value and what is done with it.
func FuzzSample(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0, 0, 9, 1, 0, 0, 0, 0, 0, 0, 128, 4})
	f.Fuzz(func(t *testing.T, data []byte) {
		var s, other estimate.Sample
		var list []int64
		for ; len(data) >= 9; data = data[9:] {
			v, how := int64(binary.LittleEndian.Uint64(data)), data[8]
			times := int64(how%4) + 1
			into := &s
			if how&64 != 0 {
				into = &other
			}
			into.Add(v>>(how>>2&15*4), times)
			for range times {
				list = append(list, v>>(how>>2&15*4))
			}
			if how&128 != 0 {
				into.NearestRank(50)
			}
		}
		s.Merge(&other)
		compare(t, &s, list)
	})
}
