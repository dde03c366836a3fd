package estimate

import "math"

// clamp returns the number from low to high that is nearest to x, and low where x is not a number.
func clamp(x, low, high float64) float64 {
	if !(x > low) {
		return low
	}
	return min(x, high)
}

// belowOne is the greatest float64 below 1.
const belowOne = 1 - 1.0/(1<<53)

// deviate returns the z that the standard normal distribution is within, on both sides, with the probability of a level.
func deviate(level float64) float64 {
	return math.Sqrt2 * math.Erfinv(clamp(level, 0, belowOne))
}

// quantile returns the z that the standard normal distribution is below with a probability.
func quantile(p float64) float64 {
	return math.Sqrt2 * math.Erfinv(clamp(2*p-1, -belowOne, belowOne))
}

// normalTails returns how probable it is that the standard normal distribution is as far from 0 as z.
func normalTails(z float64) float64 { return math.Erfc(math.Abs(z) / math.Sqrt2) }

// normalEnough is from how many degrees of freedom on the t distribution is computed from the normal one.
const normalEnough = 1e5

// studentTails returns how probable it is that Student's t is as far from 0 as t. It is the regularised incomplete beta function
// of freedom/(freedom+t²) with freedom/2 and 1/2, and from 100,000 degrees on the approximation 26.7.8 of Abramowitz and Stegun
// (1964), whose error falls with the square of the freedom.
func studentTails(t, freedom float64) float64 {
	square := t * t
	if freedom > normalEnough {
		return normalTails(t * (1 - 1/(4*freedom)) / math.Sqrt(1+square/(2*freedom)))
	}
	return incompleteBeta(freedom/(freedom+square), square/(freedom+square), freedom/2, 0.5)
}

// studentDeviate returns the t that Student's distribution is within, on both sides, with the probability of a level.
func studentDeviate(level, freedom float64) float64 {
	tails := 1 - clamp(level, 0, belowOne)
	high := 1.0
	for studentTails(high, freedom) > tails {
		high *= 2
	}
	return bisect(0, high, func(t float64) bool { return studentTails(t, freedom) > tails })
}

// bisect returns where a condition ends that holds from low on and not at high, to the last bit.
func bisect(low, high float64, holds func(float64) bool) float64 {
	for {
		middle := low + (high-low)/2
		if middle <= low || middle >= high {
			return high
		}
		if holds(middle) {
			low = middle
		} else {
			high = middle
		}
	}
}

// incompleteBeta returns the regularised incomplete beta function of x with a and b, where y is 1-x. Both are given, since the one
// cannot be had from the other without loss.
func incompleteBeta(x, y, a, b float64) float64 {
	switch {
	case x <= 0:
		return 0
	case y <= 0:
		return 1
	}
	whole, _ := math.Lgamma(a + b)
	partA, _ := math.Lgamma(a)
	partB, _ := math.Lgamma(b)
	front := math.Exp(float64(a*math.Log(x)) + float64(b*math.Log(y)) + (whole - partA - partB))
	if x < (a+1)/(a+b+2) {
		return front * betaFraction(x, a, b) / a
	}
	return clamp(1-front*betaFraction(y, b, a)/b, 0, 1)
}

// betaFraction returns the continued fraction 26.5.8 of Abramowitz and Stegun (1964), by the method of Lentz (1976).
func betaFraction(x, a, b float64) float64 {
	f := newFraction(1)
	for m := 0.0; m < terms; m++ {
		odd := -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		even := (m + 1) * (b - m - 1) * x / ((a + 2*m + 1) * (a + 2*m + 2))
		f.next(odd, 1)
		if f.next(even, 1) {
			break
		}
	}
	return 1 / f.value
}

// terms is how many terms of a series or a fraction are taken at most; far fewer are needed where they are used here.
const terms = 10000

// A fraction is a continued fraction b0 + a1/(b1 + a2/(b2 + …)) as far as it is known, by the method of Lentz (1976) as changed by
// Thompson and Barnett (1986).
type fraction struct{ value, c, d float64 }

// tiny stands for 0 where it would divide.
const tiny = 1e-300

func newFraction(b0 float64) *fraction { return &fraction{value: b0, c: b0} }

// next adds a term, and reports whether it changed next to nothing.
func (f *fraction) next(a, b float64) bool {
	f.d = 1 / orTiny(b+float64(a*f.d))
	f.c = orTiny(b + a/f.c)
	step := f.c * f.d
	f.value *= step
	return math.Abs(step-1) < 1e-15
}

func orTiny(x float64) float64 {
	if math.Abs(x) < tiny {
		return tiny
	}
	return x
}

// chiSquareTail returns how probable it is that chi-square is x or more: the upper regularised incomplete gamma function of x/2
// with freedom/2.
func chiSquareTail(x float64, freedom int64) float64 {
	a, half := float64(freedom)/2, x/2
	if half <= 0 {
		return 1
	}
	gamma, _ := math.Lgamma(a)
	front := math.Exp(float64(a*math.Log(half)) - half - gamma)
	if half < a+1 {
		return clamp(1-front*gammaSeries(half, a), 0, 1)
	}
	return front / gammaFraction(half, a)
}

// gammaSeries returns the series 6.5.29 of Abramowitz and Stegun (1964).
func gammaSeries(x, a float64) float64 {
	sum, term := 1/a, 1/a
	for n := 1.0; n < terms && term > sum*1e-16; n++ {
		term *= x / (a + n)
		sum += term
	}
	return sum
}

// gammaFraction returns the denominator of the continued fraction 6.5.31 of Abramowitz and Stegun (1964), in its even form.
func gammaFraction(x, a float64) float64 {
	f := newFraction(x + 1 - a)
	for n := 1.0; n < terms; n++ {
		if f.next(-n*(n-a), x+1-a+2*n) {
			break
		}
	}
	return f.value
}
