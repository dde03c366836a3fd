package calendar

import (
	"cmp"
	"slices"
	"time"
)

// margin is how far from a change of the zone's offset the openings are sure not to depend on it.
const margin = 5 * day

// newTable returns the table of a calendar that is not a combination.
func newTable(c *Calendar) *table {
	l := layout{c: c, builder: newBuilder(), offsets: c.zone.offsets(), longest: c.longest()}
	at := tableStart
	for _, s := range l.irregular() {
		from, to := max(s.open, at), min(s.close, tableEnd)
		if from >= to {
			continue
		}
		l.weekly(at, from)
		l.explicit(from, to)
		at = to
	}
	l.weekly(at, tableEnd)
	tab := l.finish()
	tab.final = tab.ends() && c.isRegular()
	return tab
}

// layout finds where a calendar repeats itself.
type layout struct {
	*builder
	c       *Calendar
	offsets []offsetFrom
	longest time.Duration // see Calendar.longest
}

// offsetFrom is an offset of a zone and the instant from which it applies.
type offsetFrom struct{ from, offset time.Duration }

// offsets returns the offsets that apply in a table and at its edges.
func (z *Zone) offsets() []offsetFrom {
	start, end := instant(tableStart-2*margin), instant(tableEnd+2*margin)
	offsets := []offsetFrom{{from: sinceEpoch(start), offset: z.offset(start)}}
	for t := range z.changes(start, end) {
		offsets = append(offsets, offsetFrom{from: sinceEpoch(t), offset: z.offset(t)})
	}
	return offsets
}

// since returns the index of the offset that applies at t, which is not before the first.
func (l *layout) since(t time.Duration) int {
	i, _ := slices.BinarySearchFunc(l.offsets, t+1, func(o offsetFrom, t time.Duration) int { return cmp.Compare(o.from, t) })
	return max(i-1, 0)
}

// steady returns the offset at t, and whether the same applies from margin before t to two margins after it.
func (l *layout) steady(t time.Duration) (time.Duration, bool) {
	i := l.since(t - margin)
	return l.offsets[i].offset, i == l.since(t+2*margin)
}

// weekly adds the eras of a time in which only the offset changes.
func (l *layout) weekly(from, to time.Duration) {
	for i := l.since(from); from < to; i++ {
		l.add(from, l.patternOf(l.offsets[i].offset))
		if i+1 == len(l.offsets) {
			return
		}
		from = l.offsets[i+1].from
	}
}

// patternOf returns the index of the pattern of the weekly windows at an offset.
func (l *layout) patternOf(offset time.Duration) int {
	i, known := l.byOffset[offset]
	if !known {
		i = l.pattern(l.c.weekSpans(offset))
		l.byOffset[offset] = i
	}
	return i
}

// weekSpans returns the weekly windows as times since a Thursday 00:00 UTC, such as the Unix epoch is.
func (c *Calendar) weekSpans(offset time.Duration) []span {
	var spans []span
	for d, windows := range c.weekly {
		sinceThursday := time.Duration((d+7-int(time.Thursday))%7) * day
		for _, s := range windows {
			opens := (sinceThursday + s.open - offset + 2*week) % week
			closes := opens + s.close - s.open
			spans = append(spans, span{opens, min(closes, week)})
			if closes > week {
				spans = append(spans, span{0, closes - week})
			}
		}
	}
	return merge(spans)
}

// explicit adds an era for each opening between from and to.
func (l *layout) explicit(from, to time.Duration) {
	walker, offset := *l.c, time.Duration(0)
	if steady, ok := l.steady(from); ok && to-from < margin {
		walker.zone, offset = nil, steady // the same openings, and no zone to look up
	}
	at := from
	l.add(at, closedWeek)
	days := int((to-from)/day) + 2*reachDays + 1
	for opens, closes := range walker.walk(instant(from+offset), days) {
		opens, closes := max(sinceEpoch(opens)-offset, at), min(sinceEpoch(closes)-offset, to)
		if opens < closes {
			l.add(opens, openWeek)
			l.add(closes, closedWeek)
			at = closes
		}
	}
}

// irregular returns the times, sorted and apart from each other, in which the calendar may not repeat itself.
func (l *layout) irregular() []span {
	spans := l.folds(nil)
	for _, r := range l.c.closed {
		spans = l.dates(spans, r)
	}
	for year := firstYear - 1; year <= endYear; year++ {
		for _, m := range l.c.annual {
			if d := (Date{Year: year, Month: m.Month, Day: m.Day}); d.exists() {
				spans = l.dates(spans, DateRange{From: d, To: d})
			}
		}
	}
	for _, d := range slices.Concat(l.c.days, l.c.breaks) {
		spans = l.special(spans, DateRange{From: d.date, To: d.date})
	}
	return merge(spans)
}

// folds appends the times around changes of the offset that the pattern before and the one after do not describe: folds
// in which something opens or closes, and all around changes that are close to each other.
func (l *layout) folds(spans []span) []span {
	for i, o := range l.offsets[1:] {
		back := l.offsets[i].offset - o.offset
		switch {
		case l.isCrowded(i + 1):
			spans = append(spans, span{o.from - margin, o.from + margin})
		case back > 0 && l.movesIn(span{o.from - back, o.from}, l.offsets[i].offset):
			spans = append(spans, span{o.from - back, o.from + back})
		}
	}
	return spans
}

// isCrowded reports whether a change of the offset has another one nearby.
func (l *layout) isCrowded(i int) bool {
	from := l.offsets[i].from
	return i > 1 && from-l.offsets[i-1].from < margin || i+1 < len(l.offsets) && l.offsets[i+1].from-from < margin
}

// movesIn reports whether the weekly windows open or close in s, ends included.
func (l *layout) movesIn(s span, offset time.Duration) bool {
	inWeek := (s.open + week) % week
	p := &l.table.patterns[l.patternOf(offset)]
	return slices.ContainsFunc(p.spans, func(w span) bool {
		return slices.ContainsFunc([]time.Duration{w.open, w.close, w.open + week, w.close + week}, func(t time.Duration) bool {
			return inWeek <= t && t <= inWeek+s.close-s.open
		})
	})
}

// dates appends the time in which closed dates make a difference: none when their weekday is closed anyway.
func (l *layout) dates(spans []span, r DateRange) []span {
	if r.From == r.To && len(l.c.weekly[r.From.Weekday()]) == 0 {
		return spans
	}
	return l.special(spans, r)
}

// special appends the time in which windows or breaks that start on the dates last, as far as the table has it.
func (l *layout) special(spans []span, r DateRange) []span {
	if r.To.Year < firstYear-1 || r.From.Year > endYear {
		return spans
	}
	first, last := Date{Year: firstYear - 1, Month: time.December, Day: 1}, Date{Year: endYear, Month: time.January, Day: 31}
	if r.From.Compare(first) > 0 {
		first = r.From
	}
	if r.To.Compare(last) < 0 {
		last = r.To
	}
	from, to := sinceEpoch(first.midnight()), sinceEpoch(last.midnight())+l.longest
	if offset, ok := l.steady(from); ok && to-from < margin {
		return append(spans, span{from - offset, to - offset})
	}
	opens, _ := l.c.zone.occurrences(first, 0)
	_, closes := l.c.zone.occurrences(last, l.longest)
	return append(spans, span{sinceEpoch(opens), sinceEpoch(closes)})
}

// longest returns the latest time since midnight at which a window or break of the calendar ends, at least a day.
func (c *Calendar) longest() time.Duration {
	longest := day
	for _, spans := range c.weekly {
		longest = latestClose(longest, spans)
	}
	for _, d := range slices.Concat(c.days, c.breaks) {
		longest = latestClose(longest, d.spans)
	}
	return longest
}

func latestClose(latest time.Duration, spans []span) time.Duration {
	if n := len(spans); n > 0 {
		latest = max(latest, spans[n-1].close)
	}
	return latest
}

// isRegular reports whether no date from regularYear on is special.
func (c *Calendar) isRegular() bool {
	for _, days := range [][]daySpans{c.days, c.breaks} {
		if n := len(days); n > 0 && days[n-1].date.Year >= regularYear {
			return false
		}
	}
	if n := len(c.closed); n > 0 && c.closed[n-1].To.Year >= regularYear {
		return false
	}
	return !slices.ContainsFunc(c.parts, func(part *Calendar) bool { return !part.isRegular() })
}
