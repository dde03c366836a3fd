package estimate

import (
	"math"
	"math/big"
	"math/bits"
)

// quotient returns the float64 next to a/b, where b is not 0.
func quotient(a, b *big.Int) float64 {
	f, _ := new(big.Rat).SetFrac(a, b).Float64()
	return f
}

// plus adds two counts, and stops at the greatest int64. In whatever order counts are added, it gives the same.
func plus(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

// portion returns what part of the whole is of n, rounded up: n·part/whole, where 0 <= part <= whole and whole is positive.
func portion(n, part, whole int64) int64 {
	hi, lo := bits.Mul64(uint64(n), uint64(part))
	q, rest := bits.Div64(hi, lo, uint64(whole))
	if rest > 0 {
		q++
	}
	return int64(q)
}

// multiplied returns a product.
func multiplied(factors ...int64) *big.Int {
	product := big.NewInt(1)
	for _, f := range factors {
		product.Mul(product, big.NewInt(f))
	}
	return product
}
