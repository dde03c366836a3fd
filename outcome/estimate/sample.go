package estimate

import (
	"cmp"
	"iter"
	"math"
	"math/big"
	"math/bits"
	"slices"
)

// A Sample is a multiset of integers, such as seconds. The zero Sample is empty and ready.
//
// It is exact, and takes memory by how many different values there are, not by how many values. Counts stop at the greatest int64.
type Sample struct {
	n      int64
	sorted int // so many runs are in rising order, each value once; those after them wait
	runs   []run
}

// A run is a value that is there n times.
type run struct{ value, n int64 }

// Add adds a value n times. It adds nothing where n is not positive.
func (s *Sample) Add(value, n int64) {
	if n <= 0 {
		return
	}
	s.n = plus(s.n, n)
	if len(s.runs) == cap(s.runs) {
		s.makeRoom()
	}
	last := len(s.runs) - 1
	switch { // what comes in order waits for nothing
	case last >= 0 && s.runs[last].value == value:
		s.runs[last].n = plus(s.runs[last].n, n)
		return
	case last < s.sorted && (last < 0 || s.runs[last].value < value):
		s.sorted++
	}
	s.runs = append(s.runs, run{value, n})
}

// Reset empties the sample, and keeps its memory for what is added next.
func (s *Sample) Reset() { s.n, s.sorted, s.runs = 0, 0, s.runs[:0] }

// makeRoom leaves room for as many runs as there are different values, and for four at the least. By that each value takes part in
// a bounded number of merges in the mean, however many there are.
func (s *Sample) makeRoom() {
	s.compact()
	if 2*len(s.runs) > cap(s.runs) || cap(s.runs) == 0 {
		s.runs = slices.Grow(s.runs, max(4, len(s.runs)))
	}
}

// compact puts the runs that wait among those that are sorted.
func (s *Sample) compact() {
	old, waiting := s.runs[:s.sorted], s.runs[s.sorted:]
	if len(waiting) == 0 {
		return
	}
	arrange(waiting)
	fresh := count(old, waiting)
	s.runs = s.runs[:s.sorted+fresh]
	interleave(s.runs, s.sorted)
	s.sorted = len(s.runs)
}

// few is up to how many runs are arranged by comparing them.
const few = 48

// arrange sorts runs by value. Where there are many it moves them in place into 256 parts by the highest bits in which they differ
// (the American flag sort of McIlroy, Bostic and McIlroy, 1993), which takes less than half the time of comparing them, and then
// arranges the parts.
func arrange(runs []run) {
	byValue := func(a, b run) int { return cmp.Compare(a.value, b.value) }
	switch {
	case len(runs) <= few:
		slices.SortFunc(runs, byValue)
		return
	case slices.IsSortedFunc(runs, byValue):
		return
	}
	low, high := slices.MinFunc(runs, byValue).value, slices.MaxFunc(runs, byValue).value
	shift := max(bits.Len64(uint64(high)-uint64(low))-8, 0)
	from := 0
	for _, end := range divide(runs, low, shift) {
		if shift > 0 {
			arrange(runs[from:end])
		}
		from = end
	}
}

// divide moves runs into 256 parts by how far their values are above the lowest, shifted, and returns where each part ends.
func divide(runs []run, low int64, shift int) [256]int {
	part := func(r run) uint8 { return uint8((uint64(r.value) - uint64(low)) >> shift) }
	var next, ends [256]int
	for _, r := range runs {
		ends[part(r)]++
	}
	sum := 0
	for p, n := range ends {
		next[p] = sum
		sum += n
		ends[p] = sum
	}
	for p := range next {
		for next[p] < ends[p] {
			r := runs[next[p]]
			for q := part(r); int(q) != p; q = part(r) {
				runs[next[q]], r = r, runs[next[q]]
				next[q]++
			}
			runs[next[p]] = r
			next[p]++
		}
	}
	return ends
}

// count adds each of the sorted runs to the old run of its value. It moves those of a value that is not there to the front, each
// value once, and returns how many they are.
func count(old, sorted []run) int {
	fresh, i := 0, 0
	for _, r := range sorted {
		for i < len(old) && old[i].value < r.value {
			i++
		}
		switch {
		case i < len(old) && old[i].value == r.value:
			old[i].n = plus(old[i].n, r.n)
		case fresh > 0 && sorted[fresh-1].value == r.value:
			sorted[fresh-1].n = plus(sorted[fresh-1].n, r.n)
		default:
			sorted[fresh] = r
			fresh++
		}
	}
	return fresh
}

// interleave merges two sorted parts of runs that have no value in common, of which the second begins at an index.
func interleave(runs []run, at int) {
	if at == 0 || at == len(runs) || runs[at-1].value < runs[at].value {
		return
	}
	second := slices.Clone(runs[at:])
	i, j := at-1, len(second)-1
	for k := len(runs) - 1; j >= 0; k-- {
		if i >= 0 && runs[i].value > second[j].value {
			runs[k] = runs[i]
			i--
		} else {
			runs[k] = second[j]
			j--
		}
	}
}

// Merge adds what another sample holds, which may be the same one. Nil holds nothing.
func (s *Sample) Merge(o *Sample) {
	switch o {
	case nil:
		return
	case s:
		o = &Sample{runs: slices.Clone(s.runs)}
	}
	o.compact()
	for _, r := range o.runs {
		s.Add(r.value, r.n)
	}
}

// N returns how many values there are.
func (s *Sample) N() int64 { return s.n }

// NearestRank returns the smallest value that at least p percent of the values do not exceed; false where there is none. It is a
// value of the sample, found by integers alone. With p of 0 or less it is the smallest value, and with 100 or more the greatest.
func (s *Sample) NearestRank(p int64) (int64, bool) {
	if s.n == 0 {
		return 0, false
	}
	return s.ranked(portion(s.n, min(max(p, 0), 100), 100)), true
}

// ranked returns the value of a rank from 1 to n: the smallest that so many values do not exceed.
func (s *Sample) ranked(rank int64) int64 {
	s.compact()
	var below int64
	for _, r := range s.runs {
		if below = plus(below, r.n); below >= rank {
			return r.value
		}
	}
	return s.runs[len(s.runs)-1].value
}

// Linear returns the percentile by linear interpolation between the closest ranks; false where there is no value. It is type 7 of
// Hyndman and Fan (1996), which R and NumPy give by default and spreadsheets call PERCENTILE.INC. A p below 0 or not a number is
// taken as 0, and one above 100 as 100.
func (s *Sample) Linear(p float64) (float64, bool) {
	if s.n == 0 {
		return 0, false
	}
	at := float64(s.n-1) * clamp(p, 0, 100) / 100 // in this order it is exact where it is whole
	if at >= float64(s.n-1) {
		return float64(s.ranked(s.n)), true
	}
	rank := int64(at) + 1
	low, high := float64(s.ranked(rank)), float64(s.ranked(rank+1))
	return low + float64((at-math.Floor(at))*(high-low)), true
}

// Mean returns the mean; false where there is no value. It is the float64 next to the exact mean.
func (s *Sample) Mean() (float64, bool) {
	if s.n == 0 {
		return 0, false
	}
	if s.n < math.MaxInt64 { // as nearly always, 128 bits hold the sum
		m := Moments{n: s.n}
		for v, k := range s.all() {
			m.addSum(times(v, k))
		}
		return m.Mean(), true
	}
	var sum, n, value, times big.Int
	for v, k := range s.all() {
		times.SetInt64(k)
		n.Add(&n, &times)
		sum.Add(&sum, value.Mul(value.SetInt64(v), &times))
	}
	return quotient(&sum, &n), true
}

// Values calls f with each value and how often it is there, in rising order. f must not add to the sample.
func (s *Sample) Values(f func(value, n int64)) {
	for value, n := range s.all() {
		f(value, n)
	}
}

// all ranges over the values and how often each is there, in rising order.
func (s *Sample) all() iter.Seq2[int64, int64] {
	s.compact()
	return func(yield func(int64, int64) bool) {
		for _, r := range s.runs {
			if !yield(r.value, r.n) {
				return
			}
		}
	}
}

// together ranges over the values of two samples in rising order, and how often each is in the one and in the other.
func together(a, b *Sample) iter.Seq2[int64, [2]int64] {
	a.compact()
	b.compact()
	return func(yield func(int64, [2]int64) bool) {
		x, y := a.runs, b.runs
		for len(x) > 0 || len(y) > 0 {
			var value int64
			var n [2]int64
			inA := len(y) == 0 || len(x) > 0 && x[0].value <= y[0].value
			inB := len(x) == 0 || len(y) > 0 && y[0].value <= x[0].value
			if inA {
				value, n[0], x = x[0].value, x[0].n, x[1:]
			}
			if inB {
				value, n[1], y = y[0].value, y[0].n, y[1:]
			}
			if !yield(value, n) {
				return
			}
		}
	}
}
