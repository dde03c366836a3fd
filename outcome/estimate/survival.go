package estimate

import (
	"iter"
	"math"
	"math/big"
	"math/bits"
)

// A Survival estimates how long something takes where some have not done it yet (Kaplan and Meier, 1958). The zero Survival is
// empty and ready.
//
// One that is censored at the instant at which another does it was still at risk then: those that do it come first. The estimate
// holds if what censors says nothing of how soon it would have been done; one that was lost because nobody would touch it is not
// censored so.
type Survival struct{ done, open Sample }

// Done adds one that took that long.
func (s *Survival) Done(after int64) { s.done.Add(after, 1) }

// Open adds one that has not done it after that long: it is censored, not left out.
func (s *Survival) Open(after int64) { s.open.Add(after, 1) }

// Merge adds what another one holds, which may be the same one. Nil holds nothing.
func (s *Survival) Merge(o *Survival) {
	if o != nil {
		s.done.Merge(&o.done)
		s.open.Merge(&o.open)
	}
}

// Reset empties it, and keeps its memory for what is added next.
func (s *Survival) Reset() {
	s.done.Reset()
	s.open.Reset()
}

// Completed returns the sample of those that did it, which Open does not count: what naive percentiles are made of.
func (s *Survival) Completed() *Sample { return &s.done }

// Censored returns how many have not done it.
func (s *Survival) Censored() int64 { return s.open.N() }

// Percentile returns the shortest time by which at least p percent have done it, by the estimate; false where it never gets there.
// It is decided by integers alone, so that an estimate of exactly p percent counts: where none is censored, it is the nearest rank.
// With p of 0 or less it is the shortest time in which one did it, and one above 100 is taken as 100.
func (s *Survival) Percentile(p int64) (int64, bool) {
	left := 100 - min(max(p, 0), 100)
	for step := range s.steps() {
		if step.estimate.atMost(left) {
			return step.at, true
		}
	}
	return 0, false
}

// Percentiles returns the Percentile of each of some rising numbers, in one pass: of as many of them as are reached.
func (s *Survival) Percentiles(ps ...int64) (out []int64) {
	if s.done.N() == 0 {
		return nil
	}
	for step := range s.steps() {
		for len(out) < len(ps) && step.estimate.atMost(100-min(max(ps[len(out)], 0), 100)) {
			out = append(out, step.at)
		}
		if len(out) == len(ps) {
			break
		}
	}
	return out
}

// A Point is a step of a survival curve.
type Point struct {
	At     int64
	AtRisk int64
	Done   float64 // the estimated share of those that have done it by then
}

// Curve returns the steps, in order: one for each time that one took that did it. Done is computed by integers and rounded in the
// end; with 100,000 steps it is within 1e-13 of the exact estimate.
func (s *Survival) Curve() []Point { return s.Thinned(math.MaxInt) }

// Thinned returns at most n steps of the curve: of more, some are left out, evenly, the last one never. n is at least 1.
func (s *Survival) Thinned(n int) []Point {
	steps := 0
	for range s.steps() {
		steps++
	}
	every := steps / n
	if steps%n > 0 {
		every++
	}
	var out []Point
	i := 0
	for step := range s.steps() {
		if i++; i%every == 0 || i == steps {
			out = append(out, Point{At: step.at, AtRisk: int64(min(step.atRisk, math.MaxInt64)), Done: step.estimate.done()})
		}
	}
	return out
}

// A step is a time at which one did it.
type step struct {
	at       int64
	atRisk   uint64
	estimate *product // good until the next step
}

// steps ranges over the times at which one did it, in order.
func (s *Survival) steps() iter.Seq[step] {
	return func(yield func(step) bool) {
		estimate := newProduct(uint64(s.done.N()) + uint64(s.open.N()))
		for at, n := range together(&s.done, &s.open) {
			done, open := uint64(n[0]), uint64(n[1])
			atRisk := estimate.last.left
			estimate.drop(done)
			if done > 0 && !yield(step{at, atRisk, estimate}) {
				return
			}
			estimate.censor(open)
		}
	}
}

// A product is the share that is left by the product-limit estimate. While none is censored, its factors cancel: of ten, of whom
// one does it and then another, 9/10·8/9 are left, which is 8/10. So there is one ratio for each stretch without a censored one.
type product struct {
	before    []ratio
	low, high uint64 // what the ratios before come to lies within, in parts of whole
	last      ratio
}

// A ratio is how many are left of how many.
type ratio struct{ left, of uint64 }

// percent and whole are a hundredth and all of those that there were, as a product counts them.
const (
	percent uint64 = 1 << 56
	whole          = 100 * percent
)

func newProduct(n uint64) *product { return &product{low: whole, high: whole, last: ratio{n, n}} }

// drop takes away some of those that are left. More than there are can only be asked for where counts have stopped.
func (p *product) drop(n uint64) { p.last.left -= min(n, p.last.left) }

// censor begins another stretch, with fewer at risk.
func (p *product) censor(n uint64) {
	if n == 0 {
		return
	}
	if p.last.left != p.last.of {
		p.low, p.high = p.bounds()
		p.before = append(p.before, p.last)
	}
	left := p.last.left - min(n, p.last.left)
	p.last = ratio{left, left}
}

// bounds returns what the product lies within, in parts of whole.
func (p *product) bounds() (low, high uint64) {
	if p.last.of == 0 {
		return p.low, p.high
	}
	low, _ = scale(p.low, p.last)
	high, rest := scale(p.high, p.last)
	if rest > 0 {
		high++
	}
	return low, high
}

// scale returns n·left/of, rounded down, and the rest.
func scale(n uint64, r ratio) (quotient, rest uint64) {
	hi, lo := bits.Mul64(n, r.left)
	return bits.Div64(hi, lo, r.of)
}

// atMost reports whether at most so many percent are left. The bounds say it nearly always; where they do not, the ratios are
// multiplied out.
func (p *product) atMost(percents int64) bool {
	limit := uint64(percents) * percent
	switch low, high := p.bounds(); {
	case high <= limit:
		return true
	case low > limit:
		return false
	}
	lefts, ofs := []uint64{100, p.last.left}, []uint64{uint64(percents), p.last.of}
	for _, r := range p.before {
		lefts, ofs = append(lefts, r.left), append(ofs, r.of)
	}
	return multiply(lefts).Cmp(multiply(ofs)) <= 0
}

// multiply returns a product. It multiplies numbers of like size, which is quicker where there are many.
func multiply(factors []uint64) *big.Int {
	if len(factors) == 1 {
		return new(big.Int).SetUint64(factors[0])
	}
	a, b := multiply(factors[:len(factors)/2]), multiply(factors[len(factors)/2:])
	return a.Mul(a, b)
}

// done returns the share that is not left.
func (p *product) done() float64 {
	low, high := p.bounds()
	return float64(whole-(low+(high-low)/2)) / float64(whole)
}
