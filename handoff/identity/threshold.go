package identity

import "math/bits"

// For returns the model with its thresholds for n records: each doubling raises them by a bit, because the pairs of
// different records grow faster than those of one. Where the model does not say for how many they are, it is as it was.
func (m Model) For(n int) Model {
	if m.Records > 0 && n > 0 {
		more := log2Ratio(uint64(n), uint64(m.Records))
		m.Match, m.Review, m.Records = m.Match+more, m.Review+more, n
	}
	return m
}

// log2Ratio returns the logarithm to the base 2 of a/b, neither of which is 0, in millionths, to the nearest one.
func log2Ratio(a, b uint64) Micro {
	const half = 1 << (log2Bits - 1)
	return ((log2(a)-log2(b))*1_000_000 + half) >> log2Bits
}

// log2Bits is how many binary places log2 has.
const log2Bits = 36

// log2 returns the logarithm of n to the base 2, rounded down. Squaring the mantissa doubles its logarithm, so that the
// next binary place is whether the square reaches 2.
func log2(n uint64) int64 {
	whole := bits.Len64(n) - 1
	mantissa := n << (63 - whole)
	out := int64(whole)
	for range log2Bits {
		out <<= 1
		high, low := bits.Mul64(mantissa, mantissa)
		if high>>63 == 1 {
			out, mantissa = out|1, high
		} else {
			mantissa = high<<1 | low>>63
		}
	}
	return out
}
