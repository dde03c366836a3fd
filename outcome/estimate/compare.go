package estimate

import "math"

// A RateLift compares the rate of what was treated with that of what was not.
type RateLift struct {
	Treated, Control Proportion
	Absolute         float64  // treated less control
	AbsoluteInterval Interval // of Newcombe (1998, method 10), of Wilson's intervals of the two rates
	Relative         float64  // Absolute as a share of the control's rate; 0 where that is 0
	RelativeInterval Interval // by the logarithm of the ratio (Katz, 1978); from 0 to 0 where a rate is 0
	Pooled, Unpooled float64  // standard errors of Absolute
	Z                float64  // by the pooled one
	P                float64  // of two sides
}

// CompareRates compares two rates at a level such as 0.95: by the test of two proportions with a pooled standard error, which is good
// where each arm has ten hits and ten without, and by Newcombe's interval, which is good for few, too.
//
// Where an arm is empty nothing is known: AbsoluteInterval is -1 to 1, P is 1, and all else is 0. Where all are hits, or none is,
// the standard errors are 0, Z is 0 and P is 1.
func CompareRates(treated, control Proportion, level float64) RateLift {
	t, c := treated.sane(), control.sane()
	out := RateLift{Treated: t, Control: c, AbsoluteInterval: Interval{-1, 1}, P: 1}
	if t.Of == 0 || c.Of == 0 {
		return out
	}
	out.Absolute = t.Rate() - c.Rate()
	out.Pooled, out.Unpooled = pooled(t, c), math.Sqrt(t.variance()+c.variance())
	out.AbsoluteInterval = newcombe(t, c, level)
	if c.Hits > 0 {
		out.Relative = out.Absolute / c.Rate()
	}
	if t.Hits > 0 && c.Hits > 0 {
		ratio := ratioInterval(t, c, level)
		out.RelativeInterval = Interval{ratio.Low - 1, ratio.High - 1}
	}
	if out.Pooled > 0 {
		out.Z = out.Absolute / out.Pooled
		out.P = normalTails(out.Z)
	}
	return out
}

// newcombe returns the interval of the difference of two rates: from each the distance to the limits of Wilson's interval, squared and
// added.
func newcombe(a, b Proportion, level float64) Interval {
	x, y := a.Wilson(level), b.Wilson(level)
	p, q := a.Rate(), b.Rate()
	return Interval{max(p-q-math.Hypot(p-x.Low, y.High-q), -1), min(p-q+math.Hypot(x.High-p, q-y.Low), 1)}
}

// pooled returns the standard error of the difference of two rates that are taken as one.
func pooled(a, b Proportion) float64 {
	of := float64(a.Of) + float64(b.Of)
	hits := (float64(a.Hits) + float64(b.Hits)) / of
	rest := (float64(a.Of-a.Hits) + float64(b.Of-b.Hits)) / of
	return math.Sqrt(hits * rest * (1/float64(a.Of) + 1/float64(b.Of)))
}

// A MeanLift compares two means by Welch's test (1947).
type MeanLift struct {
	Treated, Control   float64 // means
	NTreated, NControl int64
	Absolute           float64  // treated less control
	Interval           Interval // of Absolute, by Student's t
	Relative           float64  // Absolute as a share of the size of the control's mean; 0 where that is 0
	StandardError      float64  // of Absolute, unpooled
	T, Freedom, P      float64  // P is of two sides; Freedom is by Welch and Satterthwaite
}

// CompareMeans compares two means at a level such as 0.95. Nil moments are empty ones.
//
// Where an arm is empty nothing is compared: Absolute and Relative are 0. Where an arm has fewer than two values, or no value of
// either differs from the others in its arm, there is no test: Interval is from Absolute to Absolute, StandardError, T and Freedom
// are 0 and P is 1.
func CompareMeans(treated, control *Moments, level float64) MeanLift {
	t, c := orEmpty(treated), orEmpty(control)
	out := MeanLift{Treated: t.Mean(), Control: c.Mean(), NTreated: t.N(), NControl: c.N(), P: 1}
	if out.NTreated == 0 || out.NControl == 0 {
		return out
	}
	out.Absolute = out.Treated - out.Control
	if out.Control != 0 {
		out.Relative = out.Absolute / math.Abs(out.Control)
	}
	out.welch(t, c, level)
	return out
}

func orEmpty(m *Moments) *Moments {
	if m == nil {
		return &Moments{}
	}
	return m
}

// welch sets what the test says.
func (l *MeanLift) welch(treated, control *Moments, level float64) {
	l.Interval = Interval{l.Absolute, l.Absolute}
	t, c := treated.Variance()/float64(l.NTreated), control.Variance()/float64(l.NControl)
	if min(l.NTreated, l.NControl) < 2 || t+c == 0 {
		return
	}
	l.StandardError = math.Sqrt(t + c)
	l.T = l.Absolute / l.StandardError
	a, b := t/(t+c), c/(t+c)
	l.Freedom = 1 / (a*a/float64(l.NTreated-1) + b*b/float64(l.NControl-1))
	l.P = studentTails(l.T, l.Freedom)
	half := studentDeviate(level, l.Freedom) * l.StandardError
	l.Interval = Interval{l.Absolute - half, l.Absolute + half}
}

// MinimumEffect returns the least absolute difference from a rate that two groups of these sizes show with some power at some
// level of significance, such as 0.8 and 0.05; 0 where a group is empty.
//
// It is the minimum detectable effect of Bloom (1995) by the normal approximation, with the variance of the rate in both groups:
//
//	(z(1-alpha/2) + z(power)) · √(rate·(1-rate)·(1/treated + 1/control))
//
// where z is the normal quantile. Of a rate of 0 or less and of 1 or more it is 0, for there the approximation says nothing. An
// effect that takes the rate out of 0 to 1 says that no difference is large enough for groups so small.
func MinimumEffect(rate float64, treated, control int64, alpha, power float64) float64 {
	if treated <= 0 || control <= 0 {
		return 0
	}
	rate = clamp(rate, 0, 1)
	z := max(deviate(1-alpha)+quantile(power), 0)
	return z * math.Sqrt(rate*(1-rate)*(1/float64(treated)+1/float64(control)))
}
