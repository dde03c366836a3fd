package estimate

import (
	"math/big"
	"math/bits"
)

// Moments are the count, sum and sum of squares of integers, exact. The zero Moments are empty and ready.
//
// The sums have the width that 2^63-1 values of any size need. Of more values N stays at the greatest int64, and the mean and the
// variance are finite and mean nothing.
type Moments struct {
	n       int64
	sum     [2]uint64 // two's complement, the lower word first
	squares [3]uint64 // the lowest word first
}

// Add adds a value.
func (m *Moments) Add(value int64) {
	size := uint64(value)
	if value < 0 {
		size = -size
	}
	hi, lo := bits.Mul64(size, size)
	m.add(1, [2]uint64{uint64(value), uint64(value >> 63)}, [3]uint64{lo, hi, 0})
}

// Merge adds what another one holds, which may be the same one. Nil holds nothing.
func (m *Moments) Merge(o *Moments) {
	if o != nil {
		m.add(o.n, o.sum, o.squares)
	}
}

// times returns value·n, where n is not negative, as Moments have a sum.
func times(value, n int64) [2]uint64 {
	size := uint64(value)
	if value < 0 {
		size = -size
	}
	hi, lo := bits.Mul64(size, uint64(n))
	if value < 0 {
		var borrow uint64
		lo, borrow = bits.Sub64(0, lo, 0)
		hi, _ = bits.Sub64(0, hi, borrow)
	}
	return [2]uint64{lo, hi}
}

func (m *Moments) addSum(sum [2]uint64) {
	var carry uint64
	m.sum[0], carry = bits.Add64(m.sum[0], sum[0], 0)
	m.sum[1], _ = bits.Add64(m.sum[1], sum[1], carry)
}

func (m *Moments) add(n int64, sum [2]uint64, squares [3]uint64) {
	m.n = plus(m.n, n)
	m.addSum(sum)
	var carry uint64
	m.squares[0], carry = bits.Add64(m.squares[0], squares[0], 0)
	m.squares[1], carry = bits.Add64(m.squares[1], squares[1], carry)
	m.squares[2], _ = bits.Add64(m.squares[2], squares[2], carry)
}

// N returns how many values there are.
func (m *Moments) N() int64 { return m.n }

// Mean returns the mean, and 0 of nothing. It is the float64 next to the exact mean.
func (m *Moments) Mean() float64 {
	if m.n == 0 {
		return 0
	}
	return quotient(m.total(), big.NewInt(m.n))
}

// Variance returns the variance with the divisor n-1, and 0 of fewer than two values. It is the float64 next to the exact one:
// n times the sum of squares less the square of the sum, which are integers, by n times n-1.
func (m *Moments) Variance() float64 {
	if m.n < 2 {
		return 0
	}
	n, total := big.NewInt(m.n), m.total()
	spread := words(m.squares[:])
	spread.Sub(spread.Mul(spread, n), total.Mul(total, total))
	if spread.Sign() < 0 {
		return 0
	}
	return quotient(spread, multiplied(m.n, m.n-1))
}

// total returns the sum.
func (m *Moments) total() *big.Int {
	out := words([]uint64{m.sum[0], m.sum[1]})
	if int64(m.sum[1]) < 0 {
		out.Sub(out, new(big.Int).Lsh(big.NewInt(1), 128))
	}
	return out
}

// words returns the number that is written in words, the lowest first.
func words(ws []uint64) *big.Int {
	out := new(big.Int)
	for i := len(ws) - 1; i >= 0; i-- {
		out.Add(out.Lsh(out, 64), new(big.Int).SetUint64(ws[i]))
	}
	return out
}
