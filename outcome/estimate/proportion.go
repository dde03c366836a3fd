package estimate

import "math"

// An Interval is a confidence interval.
type Interval struct{ Low, High float64 }

// A Proportion is how many of some things have something. Fewer hits than none are taken as none, and more than there are things
// as all of them; a negative number of things is taken as none.
type Proportion struct{ Hits, Of int64 }

// sane returns the proportion as it is taken.
func (p Proportion) sane() Proportion {
	of := max(p.Of, 0)
	return Proportion{Hits: min(max(p.Hits, 0), of), Of: of}
}

// Rate returns the share, and 0 where there is nothing.
func (p Proportion) Rate() float64 {
	p = p.sane()
	if p.Of == 0 {
		return 0
	}
	return float64(p.Hits) / float64(p.Of)
}

// variance returns the variance of the rate by itself, and 0 of nothing.
func (p Proportion) variance() float64 {
	p = p.sane()
	if p.Of == 0 {
		return 0
	}
	return p.Rate() * (float64(p.Of-p.Hits) / float64(p.Of)) / float64(p.Of)
}

// Wilson returns the score interval of Wilson (1927) at a level such as 0.95; of nothing it is 0 to 1. It begins at 0 where there
// is no hit, and ends at 1 where all are hits.
func (p Proportion) Wilson(level float64) Interval {
	p = p.sane()
	if p.Of == 0 {
		return Interval{0, 1}
	}
	z, n := deviate(level), float64(p.Of)
	square := z * z / n
	centre := (p.Rate() + square/2) / (1 + square)
	half := z / (1 + square) * math.Sqrt(p.variance()+square/(4*n))
	out := Interval{max(centre-half, 0), min(centre+half, 1)}
	if p.Hits == 0 {
		out.Low = 0
	}
	if p.Hits == p.Of {
		out.High = 1
	}
	return out
}

// An Impact is the rate of a segment beside the highest one.
type Impact struct {
	Proportion
	Interval      Interval // of the rate, by Wilson
	Ratio         float64  // the rate as a share of the highest
	RatioInterval Interval // by the logarithm of the ratio (Katz, 1978); from 0 to 0 where the rate is 0
	Adverse       bool     // the ratio is below four fifths
}

// Disparity compares the rates of segments with the highest of them at a level such as 0.95, and returns them in the order given.
// A rate below four fifths of the highest is adverse (Uniform Guidelines on Employee Selection Procedures, 1978, section 4D), to
// the integer. Look at the intervals before you act: the highest rate of all is easily that of a segment of three.
//
// Of equally high rates the one of the most things is compared with, and of those the first. A segment of nothing is never
// adverse, and its ratio is 0. Where no segment has a hit every ratio is 1.
func Disparity(segments []Proportion, level float64) []Impact {
	var highest Proportion
	for _, p := range segments {
		if p = p.sane(); higher(p, highest) {
			highest = p
		}
	}
	out := make([]Impact, len(segments))
	for i, p := range segments {
		out[i] = impact(p.sane(), highest, level)
	}
	return out
}

// higher reports whether a has the higher rate, or the same one of more things.
func higher(a, b Proportion) bool {
	if b.Of == 0 {
		return a.Of > 0
	}
	order := multiplied(a.Hits, b.Of).Cmp(multiplied(b.Hits, a.Of))
	return order > 0 || order == 0 && a.Of > b.Of
}

func impact(p, highest Proportion, level float64) Impact {
	out := Impact{Proportion: p, Interval: p.Wilson(level)}
	switch {
	case p.Of == 0:
	case highest.Hits == 0 || p == highest:
		out.Ratio, out.RatioInterval = 1, Interval{1, 1}
	default:
		out.Ratio = p.Rate() / highest.Rate()
		out.RatioInterval = ratioInterval(p, highest, level)
		out.Adverse = multiplied(5, p.Hits, highest.Of).Cmp(multiplied(4, highest.Hits, p.Of)) < 0
	}
	return out
}

// ratioInterval returns the interval of the ratio of two rates by its logarithm (Katz, 1978), and 0 to 0 where a rate is 0.
func ratioInterval(a, b Proportion, level float64) Interval {
	if a.Hits == 0 || b.Hits == 0 {
		return Interval{}
	}
	half := deviate(level) * math.Sqrt(logVariance(a)+logVariance(b))
	centre := math.Log(a.Rate() / b.Rate())
	return Interval{math.Exp(centre - half), math.Exp(centre + half)}
}

// logVariance returns the variance of the logarithm of a rate that is not 0.
func logVariance(p Proportion) float64 {
	return float64(p.Of-p.Hits) / float64(p.Of) / float64(p.Hits)
}
