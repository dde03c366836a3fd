package estimate_test

import (
	"math"
	"testing"

	"github.com/salesbaton/baton/outcome/estimate"
)

// TestCompareRatesOfThePhysicians is the trial of aspirin of the Physicians' Health Study (1988). The difference of 0.008 (0.005 to
// 0.011) and the ratio of 1.82 (1.43 to 2.30), turned round, are printed in Agresti, Categorical Data Analysis; the digits were
// computed by hand from the formulas.
func TestCompareRatesOfThePhysicians(t *testing.T) {
	got := estimate.CompareRates(estimate.Proportion{Hits: 104, Of: 11037}, estimate.Proportion{Hits: 189, Of: 11034}, 0.95)
	for _, tt := range []struct {
		name      string
		got, want float64
	}{
		{"absolute", got.Absolute, -0.0077060239760},
		{"absolute low", got.AbsoluteInterval.Low, -0.010775083776882294},
		{"absolute high", got.AbsoluteInterval.High, -0.0047020297463815},
		{"relative", got.Relative, -0.44988501879},
		{"relative low", got.RelativeInterval.Low, -0.56632688409},
		{"relative high", got.RelativeInterval.High, -0.30217834251},
		{"pooled", got.Pooled, 0.00154077701264},
		{"unpooled", got.Unpooled, 0.00153996365482},
		{"z", got.Z, -5.0013882040},
		{"p", got.P, 5.6918969737e-07},
	} {
		if math.Abs(tt.got/tt.want-1) > 1e-9 {
			t.Errorf("%s is %v, want %v", tt.name, tt.got, tt.want)
		}
	}
}

func TestCompareRates(t *testing.T) {
	unknown, four := estimate.Interval{Low: -1, High: 1}, 4.0
	for _, tt := range []struct {
		name, reason     string
		treated, control estimate.Proportion
		want             estimate.RateLift
	}{
		{"nothing", "nothing is known", estimate.Proportion{}, estimate.Proportion{}, estimate.RateLift{AbsoluteInterval: unknown, P: 1}},
		{"empty arm", "there is nothing to compare with", estimate.Proportion{Hits: 1, Of: 2}, estimate.Proportion{},
			estimate.RateLift{Treated: estimate.Proportion{Hits: 1, Of: 2}, AbsoluteInterval: unknown, P: 1}},
		{"no hits", "no error, no lift, and no test", estimate.Proportion{Of: 5}, estimate.Proportion{Of: 6},
			estimate.RateLift{Treated: estimate.Proportion{Of: 5}, Control: estimate.Proportion{Of: 6}, P: 1}},
		{"all hits", "the ratio is 1 for certain, as far as the formula goes", estimate.Proportion{Hits: 5, Of: 5}, estimate.Proportion{Hits: 6, Of: 6},
			estimate.RateLift{Treated: estimate.Proportion{Hits: 5, Of: 5}, Control: estimate.Proportion{Hits: 6, Of: 6}, P: 1}},
		{"all against none", "the rates have no variance by themselves, and together a variance of a quarter: z is 1/√(¼·2/8)",
			estimate.Proportion{Hits: 8, Of: 8}, estimate.Proportion{Of: 8},
			estimate.RateLift{Treated: estimate.Proportion{Hits: 8, Of: 8}, Control: estimate.Proportion{Of: 8}, Absolute: 1,
				AbsoluteInterval: estimate.Interval{Low: 1, High: 1}, Pooled: 0.25, Z: four, P: math.Erfc(four / math.Sqrt2)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := estimate.CompareRates(tt.treated, tt.control, 0.95)
			if tt.want.AbsoluteInterval != unknown { // which is tested by itself
				got.AbsoluteInterval = tt.want.AbsoluteInterval
			}
			if got != tt.want {
				t.Errorf("got %+v, want %+v: %s", got, tt.want, tt.reason)
			}
		})
	}
}

// The intervals of method 10 in the table of Newcombe, "Interval estimation for the difference between independent proportions"
// (1998), in four digits.
func TestCompareRatesByNewcombe(t *testing.T) {
	of := func(hits, of int64) estimate.Proportion { return estimate.Proportion{Hits: hits, Of: of} }
	for _, tt := range []struct {
		treated, control estimate.Proportion
		low, high        float64
	}{
		{of(56, 70), of(48, 80), 0.0524, 0.3339},
		{of(9, 10), of(3, 10), 0.1705, 0.8090},
		{of(6, 7), of(2, 7), 0.0582, 0.8062},
		{of(5, 56), of(0, 29), -0.0381, 0.1926},
		{of(0, 10), of(0, 20), -0.1611, 0.2775},
		{of(0, 10), of(0, 10), -0.2775, 0.2775},
		{of(10, 10), of(0, 20), 0.6791, 1},
		{of(10, 10), of(0, 10), 0.6075, 1},
	} {
		got := estimate.CompareRates(tt.treated, tt.control, 0.95).AbsoluteInterval
		if math.Abs(got.Low-tt.low) > 5e-5 || math.Abs(got.High-tt.high) > 5e-5 {
			t.Errorf("%v against %v: %.4f to %.4f, want %.4f to %.4f", tt.treated, tt.control, got.Low, got.High, tt.low, tt.high)
		}
	}
}

func TestCompareRatesStaysWithinOne(t *testing.T) {
	for a := range int64(5) {
		for b := range int64(5) {
			got := estimate.CompareRates(estimate.Proportion{Hits: a, Of: 4}, estimate.Proportion{Hits: b, Of: 4}, 0.999999).AbsoluteInterval
			if got.Low < -1 || got.High > 1 || got.Low > got.High {
				t.Errorf("%d of 4 against %d of 4: %v", a, b, got)
			}
		}
	}
}

// TestCompareMeansOfSleep is the data of Student (1908) on soporifics, in tenths of an hour, as t.test of R prints it by default.
func TestCompareMeansOfSleep(t *testing.T) {
	got := estimate.CompareMeans(momentsOf(7, -16, -2, -12, -1, 34, 37, 8, 0, 20), momentsOf(19, 8, 11, 1, -1, 44, 55, 16, 46, 34), 0.95)
	for _, tt := range []struct {
		name              string
		got, want, within float64
	}{
		{"mean of treated", got.Treated, 7.5, 0},
		{"mean of control", got.Control, 23.3, 0},
		{"t", got.T, -1.8608, 5e-5},
		{"freedom", got.Freedom, 17.776, 5e-4},
		{"p", got.P, 0.07939, 5e-6},
		{"low", got.Interval.Low, -33.654832, 5e-7},
		{"high", got.Interval.High, 2.054832, 5e-7},
		{"relative", got.Relative, -15.8 / 23.3, 1e-15},
	} {
		if math.Abs(tt.got-tt.want) > tt.within {
			t.Errorf("%s is %v, want %v", tt.name, tt.got, tt.want)
		}
	}
}

// studentTwin integrates the density of Student's t by Simpson's rule: with t = √freedom·tan x it is cos x to freedom-1, of which
// nothing is left at 40/√freedom.
func studentTwin(t, freedom float64) float64 {
	area := func(from float64) float64 {
		const steps = 20_000
		h, sum := (min(math.Pi/2, 40/math.Sqrt(freedom))-from)/steps, 0.0
		for i := range steps + 1 {
			weight := []float64{2, 4}[i%2]
			if i == 0 || i == steps {
				weight = 1
			}
			sum += weight * math.Pow(math.Max(math.Cos(from+float64(i)*h), 0), freedom-1)
		}
		return sum * h / 3
	}
	return area(math.Atan(math.Abs(t)/math.Sqrt(freedom))) / area(0)
}

// spreadAbout returns n values about a centre with a variance that does not depend on it.
func spreadAbout(centre int64, n int) *estimate.Moments {
	var m estimate.Moments
	for i := range int64(n) {
		m.Add(centre + 1000*(i%7) - 3000)
	}
	return &m
}

func TestCompareMeansIntegratesStudent(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		n, m         int
	}{
		{"two and two", "one or two degrees of freedom, with long tails", 2, 2},
		{"uneven", "a fraction of a degree", 3, 40},
		{"middling", "both sides of the fraction", 30, 30},
		{"many", "a narrow beta", 2000, 2500},
		{"nearly normal", "the last before the approximation", 49_000, 50_000},
		{"normal", "the approximation for many", 300_000, 200_000},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, centre := range []int64{0, 1, 10, 100, 1000, 5000, 50_000} {
				got := estimate.CompareMeans(spreadAbout(centre, tt.n), spreadAbout(0, tt.m), 0.95)
				if want := studentTwin(got.T, got.Freedom); math.Abs(got.P-want) > 1e-9 {
					t.Errorf("t of %v with %v degrees: P is %v, want %v: %s", got.T, got.Freedom, got.P, want, tt.reason)
				}
				half := (got.Interval.High - got.Interval.Low) / 2 / got.StandardError
				if tails := studentTwin(half, got.Freedom); math.Abs(tails-0.05) > 1e-8 {
					t.Errorf("%v degrees: the interval leaves out %v: %s", got.Freedom, tails, tt.reason)
				}
			}
		})
	}
}

func TestCompareMeansOfLittle(t *testing.T) {
	for _, tt := range []struct {
		name, reason     string
		treated, control *estimate.Moments
		want             estimate.MeanLift
	}{
		{"nil", "empty", nil, nil, estimate.MeanLift{P: 1}},
		{"empty arm", "a mean of nothing is no mean to compare with", momentsOf(3, 4), nil, estimate.MeanLift{Treated: 3.5, NTreated: 2, P: 1}},
		{"one each", "nothing is known of how they vary", momentsOf(3), momentsOf(2),
			estimate.MeanLift{Treated: 3, Control: 2, NTreated: 1, NControl: 1, Absolute: 1, Interval: estimate.Interval{Low: 1, High: 1}, Relative: 0.5, P: 1}},
		{"one beside many", "one value does not say how it varies", momentsOf(3), momentsOf(1, 3),
			estimate.MeanLift{Treated: 3, Control: 2, NTreated: 1, NControl: 2, Absolute: 1, Interval: estimate.Interval{Low: 1, High: 1}, Relative: 0.5, P: 1}},
		{"no variance", "all are equal in their arm", momentsOf(3, 3), momentsOf(2, 2),
			estimate.MeanLift{Treated: 3, Control: 2, NTreated: 2, NControl: 2, Absolute: 1, Interval: estimate.Interval{Low: 1, High: 1}, Relative: 0.5, P: 1}},
		{"loss", "less of a loss is a gain of a half", momentsOf(-5, -5), momentsOf(-10, -10),
			estimate.MeanLift{Treated: -5, Control: -10, NTreated: 2, NControl: 2, Absolute: 5, Interval: estimate.Interval{Low: 5, High: 5}, Relative: 0.5, P: 1}},
		{"control of nought", "no share of 0", momentsOf(5, 5), momentsOf(0, 0),
			estimate.MeanLift{Treated: 5, NTreated: 2, NControl: 2, Absolute: 5, Interval: estimate.Interval{Low: 5, High: 5}, P: 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := estimate.CompareMeans(tt.treated, tt.control, 0.95); got != tt.want {
				t.Errorf("got %+v, want %+v: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func TestMinimumEffect(t *testing.T) {
	// From the table of the normal distribution: 1.959964 for 0.05 of two sides, 0.841621 and 1.281552 for the power.
	const z80, z90 = 1.959964 + 0.841621, 1.959964 + 1.281552
	for _, tt := range []struct {
		name, reason     string
		rate             float64
		treated, control int64
		power, want      float64
	}{
		{"equal", "2.8 standard errors of √(0.09·2/565)", 0.1, 565, 565, 0.8, z80 * math.Sqrt(0.09*2/565)},
		{"rule of thumb", "16·variance/effect² in each group is for an effect of a tenth at one half: 400", 0.5, 392, 392, 0.8, 0.1},
		{"holdout", "a tenth held out: the small group decides", 0.2, 9000, 1000, 0.8, z80 * math.Sqrt(0.16*(1/9000.0+1/1000.0))},
		{"more power", "3.24 standard errors", 0.5, 100, 100, 0.9, z90 * math.Sqrt(0.25*2/100)},
		{"too small", "no difference of rates is so large", 0.5, 1, 1, 0.8, z80 * math.Sqrt(0.5)},
		{"no power", "-1.96 cancels at a power of 0.025, and below that nothing is needed", 0.5, 10, 10, 0.01, 0},
		{"empty", "no group", 0.5, 0, 10, 0.8, 0},
		{"negative", "no group", 0.5, 10, -1, 0.8, 0},
		{"nought", "the approximation has no variance", 0, 10, 10, 0.8, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := estimate.MinimumEffect(tt.rate, tt.treated, tt.control, 0.05, tt.power); !near(got, tt.want, 1e-4) {
				t.Errorf("got %v, want %v: %s", got, tt.want, tt.reason)
			}
		})
	}
}
