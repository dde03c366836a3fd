package calendar

import (
	"iter"
	"slices"
	"time"
)

// Openings yields when the calendar is open from from on, as opening and closing
// instants in UTC, earliest first. They do not overlap, and one that contains
// from begins at from. Two can touch when the windows of two days do, so that
// "24/7" yields a day at a time.
//
// It walks day by day, and each opening costs as much as the days since the one before it. It ends at the horizon. A nil
// *Calendar yields one opening, from from to the horizon; the zero Calendar yields none.
func (c *Calendar) Openings(from time.Time) iter.Seq2[time.Time, time.Time] {
	return func(yield func(opens, closes time.Time) bool) {
		from := from.UTC()
		if c == nil {
			yield(from, from.AddDate(0, 0, horizonDays))
			return
		}
		for opens, closes := range c.openings(from) {
			opens = later(opens, from)
			if !opens.Before(closes) {
				continue // another window covers it
			}
			if !yield(opens, closes) {
				return
			}
			from = closes
		}
	}
}

// OpeningsBefore yields when the calendar was open before to, as opening and
// closing instants in UTC, latest first. They are those of [Calendar.Openings];
// one that contains to ends at to.
//
// It ends 400 years before to. A nil *Calendar yields one opening of that length;
// the zero Calendar yields none.
func (c *Calendar) OpeningsBefore(to time.Time) iter.Seq2[time.Time, time.Time] {
	return func(yield func(opens, closes time.Time) bool) {
		to := to.UTC()
		limit := to.AddDate(0, 0, -horizonDays)
		if c == nil {
			yield(limit, to)
			return
		}
		if _, ok := c.opening(limit); !ok {
			return
		}
		const longest = 512 * week
		step := week
		for end := to; end.After(limit); {
			found := c.startingIn(end.Add(-step), end)
			for _, o := range slices.Backward(found) {
				if o.opens.Before(to) && !yield(o.opens, earlier(o.closes, to)) {
					return
				}
			}
			end = end.Add(-step)
			if step = min(2*step, longest); len(found) > 0 {
				step = week
			}
		}
	}
}

// opening is a stretch of open time.
type opening struct{ opens, closes time.Time }

// startingIn returns the openings of the windows that open from begin up to end,
// in order. Time that a window which opened earlier covers belongs to that one.
func (c *Calendar) startingIn(begin, end time.Time) []opening {
	var found []opening
	covered := begin
	for opens, closes := range c.openings(begin) {
		if !opens.Before(end) {
			break
		}
		if from := later(opens, covered); from.Before(closes) && !opens.Before(begin) {
			found = append(found, opening{from, closes})
		}
		covered = later(covered, closes)
	}
	return found
}

// Prev returns t when the calendar is open or closes at t, and else the last
// closing before t. It returns the zero Time when there is none in the 400 years
// before t.
func (c *Calendar) Prev(t time.Time) time.Time {
	t = t.UTC()
	if c.IsOpen(t) {
		return t
	}
	if prev, ok := c.table.prev(t); ok {
		return prev
	}
	for _, closes := range c.OpeningsBefore(t) {
		return closes
	}
	return time.Time{}
}

// Sub returns the latest instant from which d of open time passes until start.
// When that is exactly an opening the answer is the opening, not the closing
// before it.
//
// When d is zero or negative nothing needs to pass, and Sub returns Prev(start).
// It returns the zero Time when d has not passed in the 400 years before start.
func (c *Calendar) Sub(start time.Time, d time.Duration) time.Time {
	start = start.UTC()
	switch {
	case d <= 0:
		return c.Prev(start)
	case c == nil:
		return start.Add(-d)
	}
	if from, ok := c.table.sub(start, d); ok {
		return from
	}
	return c.walkSub(start, d)
}

// walkSub is Sub without the table. d is more than 0.
func (c *Calendar) walkSub(start time.Time, d time.Duration) time.Time {
	for opens, closes := range c.OpeningsBefore(start) {
		length := closes.Sub(opens)
		if d <= length {
			return closes.Add(-d)
		}
		d -= length
	}
	return time.Time{}
}
