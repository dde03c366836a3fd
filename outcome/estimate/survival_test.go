package estimate_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/salesbaton/baton/outcome/estimate"
)

// A life is one that did it after a time, or was open then.
type life struct {
	after int64
	open  bool
}

func survivalOf(lives []life) *estimate.Survival {
	var s estimate.Survival
	for _, l := range lives {
		if l.open {
			s.Open(l.after)
		} else {
			s.Done(l.after)
		}
	}
	return &s
}

// remission are the weeks of the 21 patients with 6-mercaptopurine of Freireich and others (1963), the example of most textbooks.
var remission = []life{{6, false}, {6, false}, {6, false}, {6, true}, {7, false}, {9, true}, {10, false}, {10, true}, {11, true},
	{13, false}, {16, false}, {17, true}, {19, true}, {20, true}, {22, false}, {23, false}, {25, true}, {32, true}, {32, true},
	{34, true}, {35, true}}

func TestSurvivalCurveOfTheTextbook(t *testing.T) {
	want := []struct {
		at, atRisk int64
		left       float64 // as printed
	}{{6, 21, 0.857}, {7, 17, 0.807}, {10, 15, 0.753}, {13, 12, 0.690}, {16, 11, 0.627}, {22, 7, 0.538}, {23, 6, 0.448}}
	got := survivalOf(remission).Curve()
	if len(got) != len(want) {
		t.Fatalf("got %d steps, want %d", len(got), len(want))
	}
	for i, w := range want {
		if g := got[i]; g.At != w.at || g.AtRisk != w.atRisk || math.Abs(1-g.Done-w.left) > 0.0005 {
			t.Errorf("step %d is %+v, want %+v", i, g, w)
		}
	}
}

func TestSurvivalPercentile(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		lives        []life
		p, want      int64
		never        bool
	}{
		{"textbook", "the median remission is 23 weeks", remission, 50, 23, false},
		{"textbook never", "44.8 percent never relapse while they are watched", remission, 56, 0, true},
		{"nothing", "there is no step", nil, 50, 0, true},
		{"none done", "all are open, so nothing is known", []life{{5, true}, {9, true}}, 1, 0, true},
		{"all done", "the nearest rank", []life{{1, false}, {2, false}, {3, false}, {4, false}}, 50, 2, false},
		{"last open", "the last one may take for ever", []life{{1, false}, {2, true}}, 51, 0, true},
		{"exact half", "a half counts as 50 percent", []life{{1, false}, {2, true}}, 50, 1, false},
		{"tie", "who does it when another is lost was at risk beside him: 1/2, not 1", []life{{1, true}, {1, false}}, 51, 0, true},
		{"early lost", "one lost before the first says nothing", []life{{0, true}, {1, false}, {2, false}}, 50, 1, false},
		{"exact across lost ones", "6/9·3/4 is a half, though no float holds 6/9", slices.Concat(slices.Repeat([]life{{1, false}}, 3),
			waiting(2, 2), []life{{3, false}}, waiting(3, 4)), 50, 3, false},
		{"waiting counts", "2 of 10 leads were called, at 1 and 2, and 8 wait: the median is not 1", append(waiting(8, 30), life{1, false}, life{2, false}), 50, 0, true},
		{"nothing asked", "the first that did it", []life{{1, true}, {2, false}, {3, false}}, 0, 2, false},
		{"beyond", "taken as 100", []life{{1, false}, {2, false}}, 200, 2, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := survivalOf(tt.lives).Percentile(tt.p)
			if got != tt.want || ok == tt.never {
				t.Errorf("got %d, %t, want %d, %t: %s", got, ok, tt.want, !tt.never, tt.reason)
			}
		})
	}
}

func waiting(n int, after int64) []life { return slices.Repeat([]life{{after, true}}, n) }

func TestSurvivalWithoutOpenOnesIsTheNearestRank(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 3))
	for range 300 {
		var s estimate.Survival
		for range 1 + random.IntN(400) {
			s.Done(random.Int64N(1 + random.Int64N(300)))
		}
		for p := int64(-1); p <= 101; p++ {
			got, _ := s.Percentile(p)
			if want, _ := s.Completed().NearestRank(p); got != want {
				t.Fatalf("percentile %d of %v is %d, want %d", p, listed(s.Completed()), got, want)
			}
		}
	}
}

// twin is the definition read aloud, with fractions: at each time at which one did it, those at risk are counted anew.
func twin(lives []life) (times []int64, left []*big.Rat) {
	for _, l := range lives {
		if !l.open && !slices.Contains(times, l.after) {
			times = append(times, l.after)
		}
	}
	slices.Sort(times)
	s := big.NewRat(1, 1)
	for _, at := range times {
		var done, atRisk int64
		for _, l := range lives {
			if l.after >= at {
				atRisk++
			}
			if l.after == at && !l.open {
				done++
			}
		}
		s = new(big.Rat).Mul(s, big.NewRat(atRisk-done, atRisk))
		left = append(left, s)
	}
	return times, left
}

// check compares a survival with its twin.
func check(t *testing.T, s *estimate.Survival, lives []life) {
	t.Helper()
	times, left := twin(lives)
	curve := s.Curve()
	if len(curve) != len(times) {
		t.Fatalf("got %d steps, want %d", len(curve), len(times))
	}
	for i, point := range curve {
		want, _ := left[i].Float64()
		if point.At != times[i] || !near(1-point.Done, want, 1e-14) {
			t.Fatalf("step %d is %+v, want %d and %v left", i, point, times[i], want)
		}
	}
	for p := int64(1); p <= 100; p++ {
		i := slices.IndexFunc(left, func(s *big.Rat) bool { return s.Cmp(big.NewRat(100-p, 100)) <= 0 })
		got, ok := s.Percentile(p)
		if ok != (i >= 0) || ok && got != times[i] {
			t.Fatalf("percentile %d is %d, %t; want step %d of %v", p, got, ok, i, times)
		}
	}
}

func TestSurvivalIsItsTwin(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 4))
	for range 200 {
		lives := make([]life, random.IntN(60))
		span := 1 + random.Int64N(40)
		for i := range lives {
			lives[i] = life{random.Int64N(span), random.IntN(3) == 0}
		}
		check(t, survivalOf(lives), lives)
	}
}

// TestSurvivalDecidesTiesExactly is of estimates of exactly a half, after ratios that no float holds: (q-1)/q of all are left, and
// then q/(2q-2) of those that are not lost.
func TestSurvivalDecidesTiesExactly(t *testing.T) {
	for q := 3; q <= 60; q++ {
		s := survivalOf(slices.Concat(slices.Repeat([]life{{1, false}}, 3), waiting(q-1, 2), slices.Repeat([]life{{3, false}}, q-2), waiting(q, 4)))
		if got, ok := s.Percentile(50); got != 3 || !ok {
			t.Errorf("%d: median is %d, %t, want 3: a half is left", q, got, ok)
		}
		if got, ok := s.Percentile(51); ok {
			t.Errorf("%d: percentile 51 is %d, want none: a half is left", q, got)
		}
	}
}

func TestSurvivalMergesInAnyOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 5))
	for range 30 {
		parts := make([]estimate.Survival, 5)
		var lives []life
		for range random.IntN(200) {
			l := life{random.Int64N(50), random.IntN(2) == 0}
			lives = append(lives, l)
			part := &parts[random.IntN(len(parts))]
			if l.open {
				part.Open(l.after)
			} else {
				part.Done(l.after)
			}
		}
		var all estimate.Survival
		all.Merge(nil)
		for _, i := range random.Perm(len(parts)) {
			all.Merge(&parts[i])
		}
		check(t, &all, lives)
	}
}

func TestSurvivalMergedWithItselfKeepsItsShares(t *testing.T) {
	s := survivalOf(remission)
	for range 70 { // beyond where counts stop
		s.Merge(s)
	}
	if got, ok := survivalOf(remission).Percentile(50); got != 23 || !ok {
		t.Errorf("median is %d, %t", got, ok)
	}
	for _, p := range s.Curve() {
		if p.Done < 0 || p.Done > 1 || p.AtRisk < 0 {
			t.Errorf("%+v is no step of a curve", p)
		}
	}
}

// FuzzSurvival compares a survival with its twin. Each byte is a time and whether it is open.
func FuzzSurvival(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{2, 3, 4, 7, 4, 255, 0, 0, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		var lives []life
		for _, b := range data[:min(len(data), 200)] {
			lives = append(lives, life{int64(b >> 1), b&1 == 1})
		}
		check(t, survivalOf(lives), lives)
	})
}

func TestThinned(t *testing.T) {
	for _, tt := range []struct {
		name        string
		steps, n    int
		want        int
		first, last int64
		reason      string
	}{
		{"all", 10, 10, 10, 1, 10, "as many as there are"},
		{"one more than wanted", 11, 10, 6, 2, 11, "every second, and the last"},
		{"one", 10, 1, 1, 10, 10, "the last one is never left out"},
		{"none", 0, 5, 0, 0, 0, "nothing has no curve"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var s estimate.Survival
			for i := range tt.steps {
				s.Done(int64(i + 1))
			}
			got := s.Thinned(tt.n)
			if len(got) != tt.want || tt.want > 0 && (got[0].At != tt.first || got[len(got)-1].At != tt.last) {
				t.Errorf("got %+v: %s", got, tt.reason)
			}
		})
	}
}

// In one pass the percentiles are those that are asked for one by one, also of a Survival that was emptied before.
func TestPercentilesAreThoseOfPercentile(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	ps := []int64{0, 1, 25, 50, 75, 90, 95, 99, 100}
	var s estimate.Survival
	for round := range 300 {
		s.Reset()
		for range random.IntN(40) {
			if after := random.Int64N(20); random.IntN(3) > 0 {
				s.Done(after)
			} else {
				s.Open(after)
			}
		}
		var want []int64
		for _, p := range ps {
			if v, reached := s.Percentile(p); reached {
				want = append(want, v)
			}
		}
		if got := s.Percentiles(ps...); !slices.Equal(got, want) {
			t.Fatalf("round %d: %v, want %v", round, got, want)
		}
	}
}
