package calendar

import (
	"slices"
	"time"
)

// Day is what one day is when days are counted.
type Day int

const (
	// DayElapsed is a day of the week, open or not: the same wall clock time on
	// the next date, which is 24 hours later unless clocks change in between.
	DayElapsed Day = iota

	// DayBusiness is a date on which the calendar opens. The date of the start is
	// not counted, whether the calendar opens on it or not: one day after a
	// Saturday is Monday.
	DayBusiness

	// DayFromOpening is DayBusiness with a start outside the opening hours moved
	// to an opening first: the next one, and the last one when counting back. One
	// day after a Saturday is Tuesday, at the time at which Monday opens.
	DayFromOpening
)

// Boundary says when a term is over that ends exactly as the calendar closes.
type Boundary int

const (
	// AtClose is due at the closing instant, as Add is.
	AtClose Boundary = iota

	// NextOpening is due when the calendar opens next, for those who can act only
	// then.
	NextOpening
)

// Term is a time allowed, such as "1 day and 10 hours": first the days pass and
// then the hours, which are open time. The zero Term allows nothing.
type Term struct {
	// Days is how many days pass; a negative number is as zero.
	Days int

	// Day is what a day is. It has no effect when Days is zero. Any value other
	// than the constants is as DayElapsed.
	Day Day

	// Hours is how much open time passes after the days; a negative one is as
	// zero.
	Hours time.Duration

	// Boundary applies when the term ends exactly as the calendar closes. Any
	// value other than the constants is as AtClose.
	Boundary Boundary
}

// Due returns the instant, in UTC, at which a term that begins at start is over:
// AddDays for the days and then Add for the hours, each left out when there are
// none. For the zero Term that is Next(start).
//
// A nil *Calendar counts days in UTC. Due returns the zero Time when the term
// goes beyond the horizon.
func (c *Calendar) Due(start time.Time, t Term) time.Time {
	due := start
	if t.Days > 0 {
		if due = c.AddDays(start, t.Days, t.Day); due.IsZero() {
			return time.Time{}
		}
	}
	if t.Days <= 0 || t.Hours > 0 {
		due = c.Add(due, t.Hours)
	}
	if t.Boundary == NextOpening && !due.IsZero() {
		due = c.Next(due)
	}
	return due
}

// AddDays returns the instant, in UTC, n days after start; days are counted back
// when n is negative. The wall clock time stays that of start, or that of the
// opening for DayFromOpening. If the calendar is neither open nor closing then,
// the answer is the next opening, or for a negative n the last closing before.
//
// It walks from date to date where business days are counted, and from opening to opening before and after that, so that
// the cost grows with the number of days. Zero days are counted forward. A nil *Calendar counts days in UTC, of which
// every one is a business day. AddDays returns the zero Time when the answer is
// more than 400 years from start.
func (c *Calendar) AddDays(start time.Time, n int, unit Day) time.Time {
	if c == nil {
		return (*Zone)(nil).AddDays(start, n)
	}
	if unit == DayFromOpening {
		start = c.toOpening(start, n < 0)
	}
	from := c.zone.DateOf(start)
	to := c.countDays(from, n, unit)
	if to.IsZero() || start.IsZero() {
		return time.Time{}
	}
	return c.toHours(c.zone.AddDays(start, to.Sub(from)), n < 0)
}

// toOpening returns t when the calendar is open or closes at t, and else the
// next opening or, back, the last one. It returns the zero Time at the horizon.
func (c *Calendar) toOpening(t time.Time, back bool) time.Time {
	if c.Prev(t).Equal(t) {
		return t
	}
	if !back {
		return c.Next(t)
	}
	for opens := range c.OpeningsBefore(t) {
		return opens
	}
	return time.Time{}
}

// toHours returns t when the calendar is open or closes at t, and else the next
// opening or, back, the last closing.
func (c *Calendar) toHours(t time.Time, back bool) time.Time {
	if prev := c.Prev(t); back || prev.Equal(t) {
		return prev
	}
	return c.Next(t)
}

// AddWorkdays is AddDays for dates: it returns the date n days after d, or before
// it when n is negative. An answer that is not a business day is moved to the next
// one, or to the one before for a negative n. DayFromOpening moves d in the same
// way before it counts.
//
// The zero Date stays zero. The answer is also zero when it is more than 400 years
// from d.
func (c *Calendar) AddWorkdays(d Date, n int, unit Day) Date {
	if unit == DayFromOpening {
		d = c.toWorkday(d, n < 0)
	}
	return c.toWorkday(c.countDays(d, n, unit), n < 0)
}

// countDays returns the date n days after d, and the zero Date when d is zero or
// the answer is beyond the horizon.
func (c *Calendar) countDays(d Date, n int, unit Day) Date {
	switch {
	case d.IsZero() || n > horizonDays || n < -horizonDays:
		return Date{}
	case unit != DayBusiness && unit != DayFromOpening:
		return d.AddDays(n)
	}
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for walked := 0; n > 0; walked++ {
		if walked == horizonDays {
			return Date{}
		}
		if d = d.AddDays(step); c.IsWorkday(d) {
			n--
		}
	}
	return d
}

// toWorkday returns d when it is a business day, and else the next one or, back,
// the one before. It returns the zero Date at the horizon.
func (c *Calendar) toWorkday(d Date, back bool) Date {
	switch {
	case c.IsWorkday(d):
		return d
	case back:
		return c.countDays(d, -1, DayBusiness)
	}
	return c.countDays(d, 1, DayBusiness)
}

// IsWorkday reports whether d is a business day: a date on which a window starts.
// The end of a night shift that started on the day before does not make one. For
// a nil *Calendar every date is, and the zero Date never is. Of an intersection
// every calendar has to have a window on d, of a union any.
func (c *Calendar) IsWorkday(d Date) bool {
	switch {
	case c == nil || d.IsZero():
		return !d.IsZero()
	case c.parts != nil:
		return c.any(!c.all, func(part *Calendar) bool { return part.IsWorkday(d) })
	}
	return slices.ContainsFunc(c.spans(d), func(s span) bool {
		opens, _ := c.zone.occurrences(d, s.open)
		_, closes := c.zone.occurrences(d, s.close)
		return opens.Before(closes)
	})
}

// Workdays returns the number of business days from a up to, but not including,
// b, and the negative of Workdays(b, a) when b is before a. Count to b.AddDays(1)
// to include b. It asks about each date, so that the cost grows with their number. It has no meaning when either is the
// zero Date.
func (c *Calendar) Workdays(a, b Date) int {
	if b.Compare(a) < 0 {
		return -c.Workdays(b, a)
	}
	n := 0
	for d := a; d.Compare(b) < 0; d = d.AddDays(1) {
		if c.IsWorkday(d) {
			n++
		}
	}
	return n
}

// IsHoliday reports whether d is one of the holidays, in a range of them or one of every year, also when no window would
// start on d. Hours of the day itself do not change that. Of an intersection it is enough that d is one in some calendar,
// of a union it is one in all. A nil *Calendar has none.
func (c *Calendar) IsHoliday(d Date) bool {
	switch {
	case c == nil:
		return false
	case c.parts == nil:
		return c.isHoliday(d)
	}
	return c.any(c.all, func(part *Calendar) bool { return part.IsHoliday(d) })
}

// IsBreak reports whether t lies in one of the breaks, which belong to the date on which they begin. Of an intersection it
// is enough that it does in some calendar, of a union it does in all. It looks through all breaks, so that the cost grows
// with their number. A nil *Calendar has no breaks.
func (c *Calendar) IsBreak(t time.Time) bool {
	switch {
	case c == nil:
		return false
	case c.parts != nil:
		return c.any(c.all, func(part *Calendar) bool { return part.IsBreak(t) })
	}
	date := c.zone.DateOf(t)
	for _, b := range c.breaks {
		if age := date.Sub(b.date); age < 0 || age > breakDays {
			continue
		}
		for _, s := range b.spans {
			from, _ := c.zone.occurrences(b.date, s.open)
			_, until := c.zone.occurrences(b.date, s.close)
			if !t.Before(from) && t.Before(until) {
				return true
			}
		}
	}
	return false
}

// any reports whether some part of a combination is as asked, or where one is not enough, whether all are.
func (c *Calendar) any(one bool, is func(*Calendar) bool) bool {
	if one {
		return slices.ContainsFunc(c.parts, is)
	}
	return !slices.ContainsFunc(c.parts, func(part *Calendar) bool { return !is(part) })
}
