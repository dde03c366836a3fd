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

	// breakDays is how many days the date of a break can be apart from that of
	// a window it cuts: each lasts up to two days, and a fold repeats up to one.
	breakDays = 3
)

// Config describes a calendar for [New]. On a date, Days come before Holidays, Closed and Annual, and those before
// Weekly; Breaks are cut out of all. Lists can be in any order, and what they repeat counts once. Dates that are no day
// of the calendar, the zero Date too, are refused, and so are hours on a date that Holidays list.
type Config struct {
	// Zone is the zone of the windows and dates; nil means UTC.
	Zone *Zone

	// Weekly holds the opening hours; those of one day that overlap or touch are merged. At least one window is
	// required, unless Days open something.
	Weekly []Window

	// Holidays are dates on which no window starts. A window of the day before still runs into a holiday.
	Holidays []Date

	// Closed are ranges of dates that are holidays, such as the days between the years.
	Closed []DateRange

	// Annual are the days of the year that are holidays in every year.
	Annual []MonthDay

	// Days have hours of their own in the place of the weekly ones, also where a range or a day of every
	// year makes the date a holiday: half days, extra
	// Saturdays. No window starts on one without hours. The hours of a repeated date are joined. A date in Holidays has
	// none: it would be closed and open.
	Days []SpecialDay

	// Breaks have hours that are cut out of what is open, also out of a window of the day before. One without hours is
	// refused.
	Breaks []SpecialDay
}

// Calendar is a week of opening hours in a time zone, with the dates on which it differs, or a combination of such by
// [Intersect] or [Union]. It is immutable and safe for concurrent use.
//
// A nil *Calendar is always open, so that its Add and Between are plain time
// arithmetic. Use [New] for any other: the zero Calendar never opens.
//
// When clocks are put forward, an opening or closing in the gap moves to the
// first instant after it, so that a window inside the gap does not open that
// day. When clocks are put back, an opening that occurs twice is the first
// and a closing that occurs twice is the second.
//
// From 1970 up to the end of 2199 (UTC) Add, Sub, Between, Next, Prev and IsOpen answer from a table that New builds, at
// a cost that does not depend on how far the instants are apart. Outside of that, and for the result of [Calendar.In],
// they walk day by day, as all other methods do, so that the cost grows with the number of days between the instants. No
// walk looks beyond the horizon, which is 400 years ahead and seven days more for each of the Holidays.
type Calendar struct {
	zone    *Zone
	weekly  [7][]span   // by time.Weekday; sorted, apart from each other
	closed  []DateRange // Holidays and Closed; sorted, apart from each other
	annual  []MonthDay  // as in Config
	days    []daySpans  // sorted, one for each date
	breaks  []daySpans  // likewise
	stretch int         // days that holidays add to the horizon

	parts []*Calendar // of a combination, which has none of the above
	all   bool        // whether all parts need to be open, or any

	table *table // nil: walk
}

// span is a window as wall clock time since midnight of its day, with
// open < close; close is beyond 24h when the window ends on the next day.
type span struct{ open, close time.Duration }

// New returns the calendar that c describes. It copies the slices. The error
// names every field that is wrong, one on a line, and has a [*NeverOpensError]
// in it when the calendar does not open from 1970 up to the end of 2199.
func New(c Config) (*Calendar, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	cal := &Calendar{
		zone:    c.Zone,
		weekly:  mergeWeek(c.Weekly),
		closed:  mergeRanges(c.Holidays, c.Closed),
		annual:  slices.Clone(c.Annual),
		days:    mergeDays(c.Days),
		breaks:  mergeDays(c.Breaks),
		stretch: 7 * len(sortedDates(c.Holidays)),
	}
	cal.table = newTable(cal)
	if cal.table.open == 0 {
		return nil, &NeverOpensError{Reason: "holidays and breaks leave nothing open from 1970 to 2199"}
	}
	return cal, nil
}

// In returns the calendar with the same windows and dates in another zone, for a zone that is known only when it is
// asked, such as a customer's. Of a combination, every calendar is read in that zone. A nil *Calendar stays nil.
//
// It is cheap because it builds no table: every method of the result walks day by day, at a cost that grows with the
// number of days, and the result may never open where its only
// hours are in a gap of the zone's clocks. Give the zone to [New] where many or far answers are needed.
func (c *Calendar) In(zone *Zone) *Calendar {
	if c == nil {
		return nil
	}
	moved := *c
	moved.zone, moved.table = zone, nil
	moved.parts = slices.Clone(c.parts)
	for i, part := range moved.parts {
		moved.parts[i] = part.In(zone)
	}
	return &moved
}

func mergeWeek(windows []Window) (week [7][]span) {
	for _, w := range windows {
		week[w.Day] = append(week[w.Day], w.hours().span())
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
	if place, ok := c.table.place(t); ok {
		return c.table.isOpen(place)
	}
	opens, ok := c.opening(t)
	return ok && !opens.After(t)
}

// Next returns t when the calendar is open at t, and else the next opening. It
// returns the zero Time when there is none within the horizon, as for the zero
// Calendar or after the last of its Days when Weekly is empty.
func (c *Calendar) Next(t time.Time) time.Time {
	t = t.UTC()
	if c == nil {
		return t
	}
	if next, ok := c.table.next(t); ok {
		return next
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
	if due, ok := c.table.add(start, d); ok {
		return due
	}
	return c.walkAdd(start, d)
}

// walkAdd is Add without the table. d is more than 0.
func (c *Calendar) walkAdd(start time.Time, d time.Duration) time.Time {
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
	if open, ok := c.table.between(a, b); ok {
		return open
	}
	return c.walkBetween(a, b)
}

// walkBetween is Between without the table. a is not after b.
func (c *Calendar) walkBetween(a, b time.Time) time.Duration {
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
// overlap, and a break can make one follow that lies within those before it. It
// ends at the horizon.
func (c *Calendar) openings(from time.Time) iter.Seq2[time.Time, time.Time] {
	if c.parts != nil {
		return c.shared(from)
	}
	return c.walk(from, c.horizon(c.zone.DateOf(from)))
}

// horizon returns how many days to walk for an answer at an instant on date.
func (c *Calendar) horizon(date Date) int {
	days := horizonDays + reachDays + c.stretch
	if slices.ContainsFunc(c.weekly[:], func(windows []span) bool { return len(windows) > 0 }) {
		return days
	}
	if len(c.days) == 0 {
		return 0
	}
	return min(days, c.days[len(c.days)-1].date.Sub(date)+reachDays+1)
}

// walk yields the openings that end after from of windows that start on so many days, from reachDays before from on.
func (c *Calendar) walk(from time.Time, days int) iter.Seq2[time.Time, time.Time] {
	return func(yield func(opens, closes time.Time) bool) {
		ending := func(opens, closes time.Time) bool { return !closes.After(from) || yield(opens, closes) }
		date := c.zone.DateOf(from).AddDays(-reachDays)
		for range days {
			for _, s := range c.spans(date) {
				opens, closes := c.zone.window(date, s)
				if !c.uncut(date, opens, closes, ending) {
					return
				}
			}
			date = date.AddDays(1)
		}
	}
}

// uncut yields what the breaks leave of an opening of a window that starts on date, and reports whether to go on.
func (c *Calendar) uncut(date Date, opens, closes time.Time, yield func(opens, closes time.Time) bool) bool {
	first, _ := slices.BinarySearchFunc(c.breaks, date.AddDays(-breakDays), daySpans.compareDate)
	for _, b := range c.breaks[first:] {
		if b.date.Sub(date) > breakDays {
			break
		}
		for _, s := range b.spans {
			from, to := c.zone.window(b.date, s)
			if !from.Before(to) {
				continue
			}
			if cut := earlier(from, closes); opens.Before(cut) && !yield(opens, cut) {
				return false
			}
			opens = later(opens, to)
		}
	}
	return !opens.Before(closes) || yield(opens, closes)
}

// window returns the instants between which s lasts on date. In a gap closes can be opens.
func (z *Zone) window(date Date, s span) (opens, closes time.Time) {
	opens, _ = z.occurrences(date, s.open)
	_, closes = z.occurrences(date, s.close)
	return opens, closes
}

// spans returns the windows that start on date, in order.
func (c *Calendar) spans(date Date) []span {
	if i, special := slices.BinarySearchFunc(c.days, date, daySpans.compareDate); special {
		return c.days[i].spans
	}
	if c.isHoliday(date) {
		return nil
	}
	return c.weekly[date.Weekday()]
}

func (c *Calendar) isHoliday(date Date) bool {
	_, closed := slices.BinarySearchFunc(c.closed, date, DateRange.compareDate)
	return closed || slices.Contains(c.annual, MonthDay{Month: date.Month, Day: date.Day})
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
