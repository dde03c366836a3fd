package calendar

import (
	"iter"
	"slices"
	"time"
)

// Intersect returns the calendar that is open when all the calendars are: a
// team, a rep and the region of the account. Each keeps its own zone. A nil
// *Calendar is always open, so it changes nothing, and without any other the
// result is nil too. The error is a [*NeverOpensError] when the calendars are
// not open together once from 1970 up to the end of 2199.
//
// Its dates are those of the first calendar's zone.
//
// The result is as fast as one from [New] from 1970 up to the end of 2199.
// Outside of that it walks from opening to opening, which takes some hundred
// times as long as the walk of one calendar.
func Intersect(calendars ...*Calendar) (*Calendar, error) {
	parts := slices.DeleteFunc(slices.Clone(calendars), func(c *Calendar) bool { return c == nil })
	if len(parts) == 0 {
		return nil, nil
	}
	return combine(parts, true)
}

// Union returns the calendar that is open when any of the calendars is: two
// teams that share their work. Each keeps its own zone. A nil *Calendar is
// always open, so with one of them the result is nil too. The error is a
// [*NeverOpensError] when none opens from 1970 up to the end of 2199, as when
// there is no calendar at all. The cost is that of [Intersect].
func Union(calendars ...*Calendar) (*Calendar, error) {
	if slices.Contains(calendars, nil) {
		return nil, nil
	}
	return combine(slices.Clone(calendars), false)
}

func combine(parts []*Calendar, all bool) (*Calendar, error) {
	if len(parts) == 0 {
		return nil, neverOpens(all)
	}
	c := &Calendar{zone: parts[0].zone, parts: parts, all: all}
	tab := *c.tableOf() // a copy, because it can be the table of a part
	if tab.open == 0 {
		return nil, neverOpens(all)
	}
	tab.final = tab.ends() && c.isRegular()
	c.table = &tab
	return c, nil
}

func neverOpens(all bool) *NeverOpensError {
	if all {
		return &NeverOpensError{Reason: "the calendars are never open together from 1970 to 2199"}
	}
	return &NeverOpensError{Reason: "none of the calendars opens from 1970 to 2199"}
}

// tableOf returns the table of the calendar, a new one for a calendar that walks.
func (c *Calendar) tableOf() *table {
	switch {
	case c.table != nil:
		return c.table
	case c.parts == nil:
		return newTable(c)
	}
	tab := c.parts[0].tableOf()
	for _, part := range c.parts[1:] {
		tab = combineTables(tab, part.tableOf(), c.all)
	}
	return tab
}

// combineTables returns a table of what is open in both, or in any of two.
func combineTables(x, y *table, all bool) *table {
	b := newBuilder()
	known := map[[2]int]int{} // the pattern of the result, by those of x and y
	for i, j := 0, 0; i < len(x.eras) && j < len(y.eras); {
		pair := [2]int{x.eras[i].pattern, y.eras[j].pattern}
		combined, ok := known[pair]
		if !ok {
			combined = b.pattern(combineSpans(x.patterns[pair[0]].spans, y.patterns[pair[1]].spans, all))
			known[pair] = combined
		}
		b.add(max(x.eras[i].start, y.eras[j].start), combined)
		endX, endY := x.end(i), y.end(j)
		if endX <= endY {
			i++
		}
		if endY <= endX {
			j++
		}
	}
	return b.finish()
}

// combineSpans joins spans of the week, or keeps what both lists have of it: the rest of the rests joined.
func combineSpans(x, y []span, all bool) []span {
	if all {
		return rest(merge(slices.Concat(rest(x), rest(y))))
	}
	return merge(slices.Concat(x, y))
}

// rest returns the times of the week that are not in the spans.
func rest(spans []span) []span {
	var between []span
	at := time.Duration(0)
	for _, s := range spans {
		if at < s.open {
			between = append(between, span{at, s.open})
		}
		at = s.close
	}
	if at < week {
		between = append(between, span{at, week})
	}
	return between
}

// shared is openings for a combination. It steps from one instant at which a part opens or closes to the next.
func (c *Calendar) shared(from time.Time) iter.Seq2[time.Time, time.Time] {
	return func(yield func(opens, closes time.Time) bool) {
		horizon := from.AddDate(0, 0, horizonDays+c.longestStretch())
		for at := from; at.Before(horizon); {
			opens, closes, ok := c.step(at)
			if !ok {
				return
			}
			if at.After(from) {
				opens = later(opens, at)
			}
			if opens.Before(closes) {
				if !yield(opens, closes) {
					return
				}
				at = closes
				continue
			}
			at = opens
		}
	}
}

// step returns the first opening that ends after at. Of an intersection, opens is not before closes where there is none
// up to opens; a union's can go on after closes. It reports false when there is no other.
func (c *Calendar) step(at time.Time) (opens, closes time.Time, ok bool) {
	for _, part := range c.parts {
		o, cl, has := part.firstOpening(at)
		switch {
		case !has && c.all:
			return time.Time{}, time.Time{}, false
		case !has:
			continue
		case !ok:
			opens, closes, ok = o, cl, true
		case c.all:
			opens, closes = later(opens, o), earlier(closes, cl)
		case o.Before(opens):
			opens, closes = o, cl
		}
	}
	return opens, closes, ok
}

// firstOpening is opening with the closing instant.
func (c *Calendar) firstOpening(t time.Time) (opens, closes time.Time, ok bool) {
	for opens, closes := range c.openings(t) {
		return opens, closes, true
	}
	return time.Time{}, time.Time{}, false
}

// longestStretch returns the most days that the holidays of a part add to the horizon.
func (c *Calendar) longestStretch() int {
	longest := c.stretch
	for _, part := range c.parts {
		longest = max(longest, part.longestStretch())
	}
	return longest
}
