package attribution

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"time"
)

// parts is in how many parts a conversion is divided.
const parts = 1_000_000

// A division divides one path, by one model after the other.
type division struct {
	path    Path
	weights []uint64 // by the touches; at least one is not 0
	total   uint64   // of the weights
	shares  []uint64 // of the latest amount
	rests   []uint64
	order   []int
}

func newDivision(p Path) *division {
	n := len(p.Touches)
	return &division{p, make([]uint64, n), 0, make([]uint64, n), make([]uint64, n), make([]int, n)}
}

// weigh sets in which proportion a ruled model divides.
func (d *division) weigh(m Model, halfLife time.Duration) {
	last := len(d.weights) - 1
	switch m {
	case First:
		clear(d.weights)
		d.weights[0] = 1
	case Last:
		clear(d.weights)
		d.weights[last] = 1
	case Linear:
		d.fill(1)
	case Position:
		ends := uint64(max(1, 2*(last-1))) // 40 % against 20 % for all the others
		d.fill(1)
		d.weights[0], d.weights[last] = ends, ends
	case TimeDecay:
		d.decay(halfLife)
	}
	d.total = 0
	for _, w := range d.weights {
		d.total += w
	}
}

func (d *division) fill(w uint64) {
	for i := range d.weights {
		d.weights[i] = w
	}
}

// decay weighs by age, which is counted from the latest touch and not from the end of the path: the proportions are the
// same, and a path whose touches are all long ago has weights too.
func (d *division) decay(halfLife time.Duration) {
	latest := before(d.path.Touches[0])
	for _, t := range d.path.Touches {
		latest = min(latest, before(t))
	}
	roots := rootsOfHalf()
	for i, t := range d.path.Touches {
		d.weights[i] = decayed(uint64(before(t)-latest), uint64(halfLife), &roots)
	}
}

// before returns how long before the end of its path a touch was.
func before(t Touch) time.Duration { return max(0, t.Before) }

// rootsOfHalf returns 2^(-1/2), 2^(-1/4), 2^(-1/8) and so on.
func rootsOfHalf() (roots [32]float64) {
	root := 0.5
	for i := range roots {
		root = math.Sqrt(root)
		roots[i] = root
	}
	return roots
}

// decayed returns 2^32 * 2^(-age/halfLife), rounded. The fraction of a half-life is taken bit by bit: each that is set
// multiplies by a root of one half. Square roots and products are what IEEE 754 rounds alike on every machine; math.Exp2
// promises no such thing.
func decayed(age, halfLife uint64, roots *[32]float64) uint64 {
	halvings, rest := age/halfLife, age%halfLife
	if halvings > 40 {
		return 0
	}
	weight := 1.0
	for _, root := range roots {
		rest *= 2
		if rest >= halfLife {
			rest -= halfLife
			weight *= root
		}
	}
	return uint64(math.Round(math.Ldexp(weight, 32-int(halvings))))
}

// divide returns what each touch has of an amount, in proportion to the weights and by largest remainder. The shares add up
// to the amount, a weight of 0 has nothing, and the next call overwrites them.
func (d *division) divide(amount uint64) []uint64 {
	left := amount
	for i, w := range d.weights {
		high, low := bits.Mul64(amount, w)
		d.shares[i], d.rests[i] = bits.Div64(high, low, d.total)
		left -= d.shares[i]
	}
	for _, i := range d.largest(left) {
		d.shares[i]++
	}
	return d.shares
}

// largest returns where the n largest remainders are, of equal ones the earlier.
func (d *division) largest(n uint64) []int {
	if n == 0 {
		return nil
	}
	for i := range d.order {
		d.order[i] = i
	}
	slices.SortStableFunc(d.order, func(a, b int) int { return cmp.Compare(d.rests[b], d.rests[a]) })
	return d.order[:n]
}

// magnitude returns the absolute value.
func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}
