package chart

import (
	"math"
	"strconv"
)

// A scale maps values from lo to hi onto from and to.
type scale struct{ lo, hi, from, to float64 }

// at returns where a value is drawn; one beyond the ends is drawn at the end.
func (s scale) at(v float64) float64 {
	if !(s.hi > s.lo) {
		return s.from
	}
	share := (min(max(finite(v), s.lo), s.hi) - s.lo) / (s.hi - s.lo)
	return s.from + float64(share*(s.to-s.from))
}

// A tick is a value of an axis that is labelled.
type tick struct {
	value float64
	label string
}

// ticks returns round values, in steps of 1, 2 or 5 and zeros, of which the first is at or below lo and the last at or above hi,
// at most most+2 of them.
func ticks(lo, hi float64, most int) []tick {
	lo, hi = finite(lo), finite(hi)
	if !(hi > lo) {
		hi = lo + 1
	}
	step, digits := nice((hi - lo) / float64(most))
	first, last := math.Floor(float64(lo/step)+1e-9), math.Ceil(float64(hi/step)-1e-9)
	var out []tick
	for i := first; i <= last && len(out) < most+3; i++ {
		v := float64(i * step)
		if v == 0 {
			v = 0 // no minus
		}
		out = append(out, tick{v, grouped(strconv.FormatFloat(v, 'f', digits, 64))})
	}
	return out
}

// nice returns the least of 1, 2 or 5 times a power of ten that is no less than v, and how many digits behind the point it has.
func nice(v float64) (step float64, digits int) {
	v = min(max(v, 1e-9), 1e300)
	e := int(math.Floor(math.Log10(v)))
	for ; ; e++ {
		power := math.Pow10(e)
		for _, m := range []float64{1, 2, 5} {
			if step = float64(m * power); step >= float64(v*(1-1e-9)) {
				return step, max(0, -e)
			}
		}
	}
}

// grouped puts commas between the thousands of a number.
func grouped(number string) string {
	sign, whole, rest := "", number, ""
	if len(whole) > 0 && whole[0] == '-' {
		sign, whole = "−", whole[1:]
	}
	for i := range whole {
		if whole[i] == '.' {
			whole, rest = whole[:i], whole[i:]
			break
		}
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return sign + whole + rest
}

// span is a length of time that people name.
type span struct {
	seconds int64
	label   string
}

// spans are what the axis of a Curve can be labelled with, in order.
func spans() []span {
	const hour, day = 3600, 86400
	return []span{{1, "1s"}, {5, "5s"}, {15, "15s"}, {60, "1m"}, {300, "5m"}, {900, "15m"}, {hour, "1h"}, {4 * hour, "4h"}, {day, "1d"}, {7 * day, "1w"},
		{28 * day, "4w"}, {91 * day, "13w"}, {364 * day, "52w"}, {1820 * day, "5y"}, {18200 * day, "50y"}}
}

// spanTicks returns the spans from the last at or below lo to the first at or above hi, at their logarithms, at least two.
func spanTicks(lo, hi int64) []tick {
	all := spans()
	first, last := 0, len(all)-1
	for first < len(all)-2 && all[first+1].seconds <= lo {
		first++
	}
	for last > first+1 && all[last-1].seconds >= hi {
		last--
	}
	var out []tick
	for _, s := range all[first : last+1] {
		out = append(out, tick{logarithm(s.seconds), s.label})
	}
	return out
}

// logarithm is where so many seconds stand on an axis; none stand at one second.
func logarithm(seconds int64) float64 { return math.Log(float64(max(1, seconds))) }
