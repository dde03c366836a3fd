package calendar

import (
	"cmp"
	"slices"
	"time"
)

const (
	week = 7 * day

	// firstYear and endYear bound the instants that a table answers for.
	firstYear, endYear = 1970, 2200

	// tableStart and tableEnd are the same bounds as times since the Unix epoch.
	tableStart = time.Duration(0)
	tableEnd   = 84_006 * day

	// regularYear is the year from which a table without later dates shows all that can still come: the century up to
	// its end has every kind of year there is, and zones change by a yearly rule by then.
	regularYear = 2100
)

// table holds what is open from tableStart up to tableEnd. Instants in it are times since the Unix epoch.
//
// A calendar repeats itself every week for as long as the zone's offset stays the same, apart from the days around
// special dates. The table is a list of eras, in each of which a pattern of openings repeats every week; where the
// calendar does not repeat itself there is an era for every opening, and for the time before it.
type table struct {
	eras     []era // the first starts at tableStart
	patterns []pattern
	open     time.Duration // in all eras
	final    bool          // nothing opens after the last opening in the table
}

// era is a time in which a pattern applies, up to the start of the next era.
type era struct {
	start   time.Duration
	before  time.Duration // open time from tableStart to start
	pattern int           // in table.patterns
}

// Indexes of the patterns that every table has.
const (
	closedWeek = iota
	openWeek
)

// pattern is what is open in every week, where a week starts at a multiple of seven days since the Unix epoch.
type pattern struct {
	spans  []span          // between 0 and week; sorted, apart from each other
	before []time.Duration // open time in the week before each of the spans, and at last in all of it
}

func newPattern(spans []span) pattern {
	p := pattern{spans: spans, before: make([]time.Duration, len(spans)+1)}
	for i, s := range spans {
		p.before[i+1] = p.before[i] + s.close - s.open
	}
	return p
}

// opened returns the open time from the Unix epoch to t.
func (p *pattern) opened(t time.Duration) time.Duration {
	weeks, inWeek := t/week, t%week
	i := p.endsAfter(inWeek)
	open := weeks*p.before[len(p.spans)] + p.before[i]
	if i < len(p.spans) {
		open += max(inWeek-p.spans[i].open, 0)
	}
	return open
}

// reached returns the first instant at which opened is open, which is more than 0.
func (p *pattern) reached(open time.Duration) time.Duration {
	total := p.before[len(p.spans)]
	weeks := (open - 1) / total
	open -= weeks * total
	i, _ := slices.BinarySearch(p.before, open)
	return weeks*week + p.spans[i-1].open + open - p.before[i-1]
}

func (p *pattern) isOpen(t time.Duration) bool {
	i := p.endsAfter(t % week)
	return i < len(p.spans) && p.spans[i].open <= t%week
}

// endsAfter returns the index of the first span that ends after a time of the week.
func (p *pattern) endsAfter(inWeek time.Duration) int {
	i, _ := slices.BinarySearchFunc(p.spans, inWeek+1, func(s span, t time.Duration) int { return cmp.Compare(s.close, t) })
	return i
}

// place returns t as a time since the Unix epoch, and whether the table answers for it. A nil table answers for none.
func (tab *table) place(t time.Time) (time.Duration, bool) {
	if tab == nil || t.Unix() < int64(tableStart/time.Second) || t.Unix() >= int64(tableEnd/time.Second) {
		return 0, false
	}
	return sinceEpoch(t), true
}

func sinceEpoch(t time.Time) time.Duration { return time.Duration(t.UnixNano()) }

func instant(place time.Duration) time.Time { return time.Unix(0, int64(place)).UTC() }

// opened returns the open time from tableStart to t.
func (tab *table) opened(t time.Duration) time.Duration {
	e := tab.eraAt(t)
	p := &tab.patterns[e.pattern]
	return e.before + p.opened(t) - p.opened(e.start)
}

// reached returns the first instant at which opened is open, which is more than 0 and at most that of all eras.
func (tab *table) reached(open time.Duration) time.Duration {
	i, _ := slices.BinarySearchFunc(tab.eras, open, func(e era, t time.Duration) int { return cmp.Compare(e.before, t) })
	e := tab.eras[i-1]
	p := &tab.patterns[e.pattern]
	return p.reached(p.opened(e.start) + open - e.before)
}

func (tab *table) isOpen(t time.Duration) bool { return tab.patterns[tab.eraAt(t).pattern].isOpen(t) }

func (tab *table) eraAt(t time.Duration) era {
	i, _ := slices.BinarySearchFunc(tab.eras, t+1, func(e era, t time.Duration) int { return cmp.Compare(e.start, t) })
	return tab.eras[i-1]
}

// add is Calendar.Add where the table has the answer. d is more than 0.
func (tab *table) add(start time.Time, d time.Duration) (due time.Time, ok bool) {
	place, ok := tab.place(start)
	if !ok {
		return time.Time{}, tab != nil && tab.final && start.Year() >= endYear
	}
	opened := tab.opened(place)
	if d > tab.open-opened {
		return time.Time{}, tab.final
	}
	return instant(tab.reached(opened + d)), true
}

// next is Calendar.Next where the table has the answer: a nanosecond before one of open time has passed.
func (tab *table) next(t time.Time) (next time.Time, ok bool) {
	past, ok := tab.add(t, 1)
	if past.IsZero() {
		return past, ok
	}
	return past.Add(-1), ok
}

// sub is Calendar.Sub where the table has the answer: a nanosecond before so much is open that one more is left. d is
// more than 0.
func (tab *table) sub(start time.Time, d time.Duration) (from time.Time, ok bool) {
	place, ok := tab.place(start)
	if !ok {
		return time.Time{}, false
	}
	opened := tab.opened(place)
	if d > opened {
		return time.Time{}, false
	}
	return instant(tab.reached(opened-d+1) - 1), true
}

// prev is Calendar.Prev where the table has the answer, for an instant at which the calendar is not open.
func (tab *table) prev(t time.Time) (prev time.Time, ok bool) {
	place, ok := tab.place(t)
	if !ok {
		return time.Time{}, false
	}
	opened := tab.opened(place)
	if opened == 0 {
		return time.Time{}, false
	}
	return instant(tab.reached(opened)), true
}

// between is Calendar.Between where the table has the answer.
func (tab *table) between(a, b time.Time) (open time.Duration, ok bool) {
	from, hasFrom := tab.place(a)
	to, hasTo := tab.place(b)
	if !hasFrom || !hasTo {
		return 0, false
	}
	return tab.opened(to) - tab.opened(from), true
}

// ends reports whether the table has no opening from regularYear on.
func (tab *table) ends() bool {
	regular := Date{Year: regularYear, Month: time.January, Day: 1}
	return tab.opened(sinceEpoch(regular.midnight())) == tab.open
}

// builder makes a table from eras that it is told in order.
type builder struct {
	table    table
	byOffset map[time.Duration]int // pattern of the weekly windows, by the zone's offset
}

func newBuilder() *builder {
	closed, always := newPattern(nil), newPattern([]span{{0, week}})
	return &builder{table: table{patterns: []pattern{closed, always}}, byOffset: map[time.Duration]int{}}
}

// pattern returns the index of the pattern with these spans.
func (b *builder) pattern(spans []span) int {
	i := slices.IndexFunc(b.table.patterns, func(p pattern) bool { return slices.Equal(p.spans, spans) })
	if i < 0 {
		i = len(b.table.patterns)
		b.table.patterns = append(b.table.patterns, newPattern(spans))
	}
	return i
}

// add starts an era, unless the one before has the same pattern.
func (b *builder) add(start time.Duration, pattern int) {
	eras := &b.table.eras
	if n := len(*eras); n > 0 && (*eras)[n-1].start == start {
		*eras = (*eras)[:n-1]
	}
	if n := len(*eras); n > 0 && (*eras)[n-1].pattern == pattern {
		return
	}
	*eras = append(*eras, era{start: start, pattern: pattern})
}

// finish counts the open time. The builder must not be used after it.
func (b *builder) finish() *table {
	tab := &b.table
	tab.eras = slices.Clip(tab.eras)
	for i := range tab.eras {
		e := &tab.eras[i]
		e.before = tab.open
		p := &tab.patterns[e.pattern]
		tab.open += p.opened(tab.end(i)) - p.opened(e.start)
	}
	return tab
}

// end returns the end of an era.
func (tab *table) end(i int) time.Duration {
	if i+1 < len(tab.eras) {
		return tab.eras[i+1].start
	}
	return tableEnd
}
