package suppression

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

// maxWindow bounds how long a cap looks back.
const maxWindow = handoff.MaxDays * day

const (
	day  = 24 * time.Hour
	week = 7 * day
)

// mistakes says what is wrong with a cap; a nil error is nothing.
func (c Cap) mistakes() []error {
	var most error
	if c.Max < 1 || c.Max > MaxCap {
		most = fmt.Errorf("the max of a cap is from 1 to %d, not %d", MaxCap, c.Max)
	}
	return []error{most, c.Window.check()}
}

func (w Window) check() error {
	set := 0
	for _, has := range []bool{w.Every != "", w.Within != 0, w.Timer != 0} {
		if has {
			set++
		}
	}
	length := w.Within + w.Timer
	switch {
	case set != 1:
		return errors.New("a cap has a calendar period (every), a rolling time (within) or a timer, and one of the three alone")
	case w.Every != "" && !slices.Contains(periods(), w.Every):
		return fmt.Errorf("the period of a cap is %s, not %q", list(periods()), w.Every)
	case w.Every == "" && (length < time.Microsecond || length > maxWindow || length%time.Microsecond != 0):
		return fmt.Errorf("the time of a cap is in whole microseconds and at most %d days, not %v", handoff.MaxDays, length)
	case w.Every == "" && w.Recipient:
		return errors.New("only a calendar period (every) has a zone, and so can be that of the recipient")
	case w.WeekStart < time.Sunday || w.WeekStart > time.Saturday:
		return errors.New("a week starts on a day from Sunday to Saturday")
	}
	return nil
}

// String returns the window in words, such as "a day", "in 168h" or "within 16h of each".
func (w Window) String() string {
	switch {
	case w.Within > 0:
		return "in " + handoff.Span{Elapsed: w.Within}.String()
	case w.Timer > 0:
		return "within " + handoff.Span{Elapsed: w.Timer}.String() + " of each"
	case w.Every == Hour:
		return "an hour"
	}
	return "a " + string(w.Every)
}

// list returns words with commas between.
func list[T ~string](words []T) string { return join(words, ", ") }

func join[T ~string](words []T, between string) string {
	var b strings.Builder
	for i, w := range words {
		if i > 0 {
			b.WriteString(between)
		}
		b.WriteString(string(w))
	}
	return b.String()
}

// period returns the beginning of the calendar period that holds an instant, and of the next one. A time that clocks show
// twice belongs to the period that had it first, so that a day can have 25 hours and an hour two.
func (w Window) period(zone *calendar.Zone, t time.Time) (from, to time.Time) {
	mark := w.mark(wall(zone, t))
	from, mark = instant(zone, mark), w.next(mark)
	to = instant(zone, mark)
	for !to.After(t) { // clocks were put back behind a beginning that has been
		mark = w.next(mark)
		from, to = to, instant(zone, mark)
	}
	return from, to
}

// mark returns the wall clock time at which the period of a wall clock time begins.
func (w Window) mark(wall time.Time) time.Time {
	midnight := wall.Truncate(day)
	switch w.Every {
	case Hour:
		return wall.Truncate(time.Hour)
	case Week:
		return midnight.AddDate(0, 0, -int((7+wall.Weekday()-w.WeekStart)%7))
	case Month:
		return midnight.AddDate(0, 0, 1-wall.Day())
	}
	return midnight
}

// next returns the wall clock time at which the period ends that begins at a mark.
func (w Window) next(mark time.Time) time.Time {
	switch w.Every {
	case Hour:
		return mark.Add(time.Hour)
	case Week:
		return mark.AddDate(0, 0, 7)
	case Month:
		return mark.AddDate(0, 1, 0)
	}
	return mark.AddDate(0, 0, 1)
}

// wall returns what clocks in a zone show at an instant, written as a time of UTC.
func wall(zone *calendar.Zone, t time.Time) time.Time {
	_, ahead := zone.In(t).Zone()
	return t.UTC().Add(time.Duration(ahead) * time.Second)
}

// instant returns the first instant at which clocks show a wall clock time, or the first after the gap that it is in.
func instant(zone *calendar.Zone, wall time.Time) time.Time {
	midnight := wall.Truncate(day)
	return zone.At(calendar.Date{Year: wall.Year(), Month: wall.Month(), Day: wall.Day()}, wall.Sub(midnight))
}

// last returns the last instant at which clocks show a wall clock time, or the first after the gap that it is in.
func last(zone *calendar.Zone, shown time.Time) time.Time {
	first := instant(zone, shown)
	_, before := zone.In(first).Zone()
	_, after := zone.In(first.Add(reach)).Zone()
	if again := first.Add(time.Duration(before-after) * time.Second); before > after && wall(zone, again).Equal(wall(zone, first)) {
		return again
	}
	return first
}

// reach is more than clocks are ever put forward or back.
const reach = 26 * time.Hour

// A taken is what a cap counts already.
type taken struct {
	at   []time.Time // what happened and what is planned, in order; of a timer, what has no end in ends
	ends []time.Time // of a timer: when those end that were started, in order
	lost time.Time   // what happened up to then may be forgotten; zero: nothing is. A timer needs none: it forgets what ends first
}

// opens returns the first instant from t on at which one more fits in the cap by the clocks of every zone: t itself where
// it does. Only periods have zones.
func (c Cap) opens(zones []*calendar.Zone, t time.Time, n taken) time.Time {
	if int64(len(n.at)+len(n.ends)) < c.Max && n.lost.IsZero() {
		return t
	}
	for i := 0; i < len(zones); i++ {
		if next := c.until(zones[i], t, n); next.After(t) {
			t, i = next, -1
		}
	}
	return t
}

// until returns t where one more fits at t, and else a later instant before which none does.
func (c Cap) until(zone *calendar.Zone, t time.Time, n taken) time.Time {
	switch {
	case c.Within > 0:
		return c.rolling(t, n)
	case c.Timer > 0:
		return c.timed(t, n)
	}
	begin, end := c.period(zone, t)
	if int64(from(n.at, end)-from(n.at, begin)) >= c.Max || !n.lost.IsZero() && !begin.After(n.lost) {
		return end
	}
	return t
}

// rolling is until for a stretch of a fixed length: none that holds t may have more than Max. Where Max others lie so close to
// t that they fill one, they do so until the first of them has left it.
func (c Cap) rolling(t time.Time, n taken) time.Time {
	size := int(c.Max)
	for i := len(n.at) - size; i >= 0; i-- {
		first, end := n.at[i], n.at[i+size-1]
		if later(t, end).Sub(earlier(t, first)) < c.Within {
			return first.Add(c.Within) // of all that fill one, these are the last to leave
		}
	}
	if !n.lost.IsZero() && t.Sub(n.lost) < c.Within {
		return n.lost.Add(c.Within)
	}
	return t
}

// timed is until for timers: less than Max run when one is started, and one that is started leaves room for what is planned
// while it runs.
func (c Cap) timed(t time.Time, n taken) time.Time {
	if end, full := c.running(t, n); full {
		return end
	}
	for _, p := range n.at[from(n.at, t):] {
		if !p.Before(t.Add(c.Timer)) {
			break
		}
		if end, full := c.running(p, n); full {
			return end
		}
	}
	return t
}

// running reports whether Max timers run at an instant, and until when.
func (c Cap) running(t time.Time, n taken) (end time.Time, full bool) {
	ends := n.ends[from(n.ends, t.Add(1)):]
	at := n.at[from(n.at, t.Add(1-c.Timer)):from(n.at, t.Add(1))]
	over := len(ends) + len(at) - int(c.Max)
	if over < 0 {
		return time.Time{}, false
	}
	ends = slices.Clone(ends)
	for _, p := range at {
		ends = append(ends, p.Add(c.Timer))
	}
	slices.SortFunc(ends, time.Time.Compare)
	return ends[over], true
}

// from returns the index of the first instant that is not before t.
func from(sorted []time.Time, t time.Time) int {
	i, _ := slices.BinarySearchFunc(sorted, t, time.Time.Compare)
	return i
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// A stretch is a part of every week, in the time that clocks show since the midnight at which Sunday begins. It begins before
// the week ends and lasts at most a week, so that it may end in the next.
type stretch struct{ begin, end time.Duration }

// stretches returns windows as the fewest stretches.
func stretches(windows []calendar.Window) []stretch {
	var parts []stretch
	for _, w := range windows {
		midnight := time.Duration(w.Day) * day
		s := stretch{midnight + w.Open, midnight + w.Close}
		if w.Close <= w.Open {
			s.end += day
		}
		if s.end > week {
			parts = append(parts, stretch{0, s.end - week})
			s.end = week
		}
		parts = append(parts, s)
	}
	return joined(parts)
}

// joined sorts parts of a week and unites those that overlap or touch, also over its end.
func joined(parts []stretch) []stretch {
	slices.SortFunc(parts, func(a, b stretch) int { return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end)) })
	all := parts[:0]
	for _, s := range parts {
		if n := len(all); n > 0 && s.begin <= all[n-1].end {
			all[n-1].end = max(all[n-1].end, s.end)
			continue
		}
		all = append(all, s)
	}
	if n := len(all); n > 1 && all[0].begin == 0 && all[n-1].end == week {
		all[n-1].end += all[0].end
		all = all[1:]
	}
	return all
}

// others returns the stretches of the week that none of the joined ones has.
func others(all []stretch) []stretch {
	var rest []stretch
	for i, s := range all {
		next := all[(i+1)%len(all)].begin
		if i+1 == len(all) {
			next += week
		}
		switch {
		case s.end == next:
		case s.end >= week:
			rest = append(rest, stretch{s.end - week, next - week})
		default:
			rest = append(rest, stretch{s.end, next})
		}
	}
	if len(all) == 0 {
		rest = []stretch{{0, week}}
	}
	return rest
}

// inside reports whether clocks in a zone show a time of one of the stretches, and until when. Where clocks show its beginning
// twice it begins the first time, and where they show its end twice it ends the second time.
func inside(all []stretch, zone *calendar.Zone, t time.Time) (until time.Time, in bool) {
	shown, changed := wall(zone, t), change(zone, t)
	sunday := shown.Truncate(day).AddDate(0, 0, -int(shown.Weekday()))
	for n := -1; n <= 1; n++ { // a stretch of last week may still last, and clocks that are put back show the last day of a week anew
		start := sunday.AddDate(0, 0, 7*n)
		for _, s := range all {
			begin, end := start.Add(s.begin), start.Add(s.end)
			if shown.Before(begin.Add(-changed)) || !shown.Before(end.Add(changed)) {
				continue
			}
			if until = last(zone, end); t.Before(until) && !t.Before(instant(zone, begin)) {
				return until, true
			}
		}
	}
	return time.Time{}, false
}

// change returns by how much clocks in a zone are put forward or back around an instant: 0 on most days.
func change(zone *calendar.Zone, t time.Time) time.Duration {
	before, shown, after := wall(zone, t.Add(-reach)), wall(zone, t), wall(zone, t.Add(reach))
	return max((shown.Sub(before) - reach).Abs(), (after.Sub(shown) - reach).Abs())
}

// horizon bounds the search for an instant outside stretches: a week has all that they can be.
const horizon = 8 * day

// A closing is stretches of the week on the clocks of some zones.
type closing struct {
	week  []stretch
	zones []*calendar.Zone
}

// outside returns the first instant from t on at which no clock shows a time of its closing, and false where there is none
// within the horizon.
func outside(closed []closing, t time.Time) (time.Time, bool) {
	limit := t.Add(horizon)
	for moved := true; moved && !t.After(limit); {
		moved = false
		for _, c := range closed {
			for _, zone := range c.zones {
				if until, in := inside(c.week, zone, t); in {
					t, moved = until, true
				}
			}
		}
	}
	return t, !t.After(limit)
}
