package attribution

import (
	"math"
	"math/bits"
)

// A sum is an integer of 128 bits, in two's complement. No log has paths enough to overflow it.
type sum struct {
	high int64
	low  uint64
}

// signed returns an integer as a sum.
func signed(n int64) sum { return sum{n >> 63, uint64(n)} }

func (s *sum) add(o sum) {
	low, carry := bits.Add64(s.low, o.low, 0)
	s.high, s.low = s.high+o.high+int64(carry), low
}

func (s sum) negated() sum {
	low, borrow := bits.Sub64(0, s.low, 0)
	return sum{-s.high - int64(borrow), low}
}

// like returns the sum with the sign of n.
func (s sum) like(n int64) sum {
	if n < 0 {
		return s.negated()
	}
	return s
}

// float returns the nearest float, and for what is beyond 64 bits one beside it at most.
func (s sum) float() float64 {
	if s.high < 0 {
		n := s.negated()
		return -n.float()
	}
	return math.Ldexp(float64(s.high), 64) + float64(s.low)
}

// int64 returns the nearest int64.
func (s sum) int64() int64 {
	switch n := int64(s.low); {
	case signed(n) == s:
		return n
	case s.high < 0:
		return math.MinInt64
	}
	return math.MaxInt64
}

// plus adds counts. What is beyond an int64 is the largest one.
func plus(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}
