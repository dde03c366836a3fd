// Package calendar computes with business time: whether a team is open at an
// instant, when it opens next, when a number of working hours has passed, and
// how many passed between two instants.
//
// Every answer depends on the arguments alone. The package reads neither the
// machine's clock nor its time zones: zones come from an embedded release of the
// tz database, which [ZoneVersion] names, or from bytes that the host passes.
// Instants in results are in UTC. Durations are exact to the nanosecond.
package calendar

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"time"
)

const (
	// horizonDays is 400 years, longer than any time.Duration.
	horizonDays = 146_097

	// reachDays is how many days before the date of an instant a window that
	// contains the instant can start: one for a window over midnight, one for a
	// fold that repeats the end of a day.
	reachDays = 2
)

// Config describes a calendar for [New].
type Config struct {
	// Zone is the zone of the windows and holidays; nil means UTC.
	Zone *Zone

	// Weekly holds the opening hours in any order. At least one window is
	// required; those of one day that overlap or touch are merged.
	Weekly []Window

	// Holidays are dates on which no window starts, in any order. A window of
	// the day before still runs into a holiday. Repeated dates count once. The
	// zero Date is refused.
	Holidays []Date
}

// Calendar is a week of opening hours in a time zone, less some holidays. It is
// immutable and safe for concurrent use.
//
// A nil *Calendar is always open, so that its Add and Between are plain time
// arithmetic. Use [New] for any other: the zero Calendar never opens.
//
// When clocks are put forward, an opening or closing in the gap moves to the
// first instant after it, so that a window inside the gap does not open that
// day. When clocks are put back, an opening that occurs twice is the first
// and a closing that occurs twice is the second.
//
// Methods walk day by day, so their cost grows with the number of days between
// the instants. None looks beyond the horizon, which is 400 years ahead and seven
// days more for each holiday.
type Calendar struct {
	zone     *Zone
	weekly   [7][]span // by time.Weekday; sorted, apart from each other
	holidays []Date    // sorted, without repeats
}

// span is a window as wall clock time since midnight of its day, with
// open < close; close is beyond 24h when the window ends on the next day.
type span struct{ open, close time.Duration }

// New returns the calendar that c describes. It copies the slices. The error
// names every field that is wrong, one on a line.
func New(c Config) (*Calendar, error) {
	var problems []error
	if len(c.Weekly) == 0 {
		problems = append(problems, errors.New(`calendar: no weekly windows, so the calendar would never open: `+
			`add a window, or use a nil *Calendar for one that never closes`))
	}
	for i, w := range c.Weekly {
		if err := w.check(); err != nil {
			problems = append(problems, fmt.Errorf("calendar: weekly window %d: %w", i, err))
		}
	}
	for i, d := range c.Holidays {
		if !d.exists() {
			problems = append(problems, fmt.Errorf("calendar: holiday %d: %q is not a day of the calendar", i, d))
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return &Calendar{zone: c.Zone, weekly: mergeWeek(c.Weekly), holidays: sortedDates(c.Holidays)}, nil
}

func mergeWeek(windows []Window) (week [7][]span) {
	for _, w := range windows {
		s := span{open: w.Open, close: w.Close}
		if s.close <= s.open {
			s.close += day
		}
		week[w.Day] = append(week[w.Day], s)
	}
	for d := range week {
		week[d] = merge(week[d])
	}
	return week
}

// merge joins the spans that overlap or touch and sorts them, in place.
func merge(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int {
		return cmp.Or(cmp.Compare(a.open, b.open), cmp.Compare(a.close, b.close))
	})
	merged := spans[:0]
	for _, s := range spans {
		if n := len(merged); n > 0 && s.open <= merged[n-1].close {
			merged[n-1].close = max(merged[n-1].close, s.close)
			continue
		}
		merged = append(merged, s)
	}
	return merged
}

func sortedDates(dates []Date) []Date {
	sorted := slices.Clone(dates)
	slices.SortFunc(sorted, Date.Compare)
	return slices.Compact(sorted)
}

// IsOpen reports whether t is in a window. The opening instant is, the closing
// instant is not.
func (c *Calendar) IsOpen(t time.Time) bool {
	if c == nil {
		return true
	}
	opens, ok := c.opening(t)
	return ok && !opens.After(t)
}

// Next returns t when the calendar is open at t, and else the next opening. It
// returns the zero Time when there is none within the horizon, which happens
// only for the zero Calendar.
func (c *Calendar) Next(t time.Time) time.Time {
	t = t.UTC()
	if c == nil {
		return t
	}
	opens, ok := c.opening(t)
	if !ok {
		return time.Time{}
	}
	return later(opens, t)
}

// Add returns the instant at which d of open time has passed since start. When
// that is exactly at closing time the answer is the closing instant, not the
// next opening.
//
// When d is zero or negative nothing needs to pass, and Add returns Next(start).
// It returns the zero Time when d has not passed within the horizon, which takes
// a d of decades of open time.
func (c *Calendar) Add(start time.Time, d time.Duration) time.Time {
	start = start.UTC()
	switch {
	case d <= 0:
		return c.Next(start)
	case c == nil:
		return start.Add(d)
	}
	for opens, closes := range c.openings(start) {
		from := later(opens, start)
		left := closes.Sub(from)
		if d <= left {
			return from.Add(d)
		}
		d -= max(left, 0)
		start = later(closes, start)
	}
	return time.Time{}
}

// Between returns the open time from a to b, and the negative of it when b is
// before a. It is the largest Duration, or the negative of that, when the open
// time is more than a Duration holds or when a and b are more than 400 years
// apart.
func (c *Calendar) Between(a, b time.Time) time.Duration {
	a, b = a.UTC(), b.UTC() // also drops readings of a monotonic clock
	switch {
	case b.Before(a):
		return -c.Between(b, a)
	case c == nil:
		return b.Sub(a)
	case c.zone.DateOf(b).Sub(c.zone.DateOf(a)) > horizonDays:
		return math.MaxInt64
	}
	var sum time.Duration
	for opens, closes := range c.openings(a) {
		if !opens.Before(b) {
			break
		}
		part := max(earlier(closes, b).Sub(later(opens, a)), 0)
		if part > math.MaxInt64-sum {
			return math.MaxInt64
		}
		sum += part
		a = later(closes, a)
	}
	return sum
}

// opening returns the first opening that ends after t: it contains t, or it is
// the next. It reports false at the horizon.
func (c *Calendar) opening(t time.Time) (opens time.Time, ok bool) {
	for opens := range c.openings(t) {
		return opens, true
	}
	return time.Time{}, false
}

// openings yields the openings that end after from, as opening and closing
// instants, in the order in which they open. Those of different days can
// overlap. It ends at the horizon.
func (c *Calendar) openings(from time.Time) iter.Seq2[time.Time, time.Time] {
	return func(yield func(opens, closes time.Time) bool) {
		date := c.zone.DateOf(from).AddDays(-reachDays)
		for range horizonDays + reachDays + 7*len(c.holidays) {
			for _, s := range c.spans(date) {
				opens, _ := c.zone.occurrences(date, s.open)
				_, closes := c.zone.occurrences(date, s.close)
				if opens.Before(closes) && closes.After(from) && !yield(opens, closes) {
					return
				}
			}
			date = date.AddDays(1)
		}
	}
}

// spans returns the windows that start on date, in order.
func (c *Calendar) spans(date Date) []span {
	if _, closed := slices.BinarySearchFunc(c.holidays, date, Date.Compare); closed {
		return nil
	}
	return c.weekly[date.Weekday()]
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
