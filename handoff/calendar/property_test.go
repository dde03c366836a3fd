package calendar_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff/calendar"
)

// places are zones with an instant near which their clocks change.
var places = []struct{ zone, near string }{
	{"", "2026-03-01T00:00:00Z"},
	{"America/New_York", "2026-03-08T07:00:00Z"},
	{"America/New_York", "2026-11-01T06:00:00Z"},
	{"Europe/Berlin", "2026-03-29T01:00:00Z"},
	{"Europe/Berlin", "2026-10-25T01:00:00Z"},
	{"America/Sao_Paulo", "2018-11-04T03:00:00Z"},
	{"America/Sao_Paulo", "2018-02-18T02:00:00Z"},
	{"Australia/Lord_Howe", "2026-04-04T15:00:00Z"},
	{"Australia/Lord_Howe", "2026-10-03T15:30:00Z"},
	{"America/St_Johns", "2006-10-29T02:31:00Z"},
	{"Pacific/Apia", "2011-12-30T10:00:00Z"},
	{"Asia/Kolkata", "2028-02-29T00:00:00Z"},
	{"America/New_York", "2048-12-31T00:00:00Z"},
}

// minutes is the dumb twin of a Calendar: for each minute from start, whether
// it is open. Zones that change at a full minute and windows that begin and end
// at one are all it can do.
type minutes struct {
	start time.Time
	open  []bool
}

// twin walks every minute of 24 days and compares what the zone's clock shows
// with each window, without any arithmetic on offsets.
func twin(z *calendar.Zone, weekly []calendar.Window, holidays []calendar.Date, start time.Time) minutes {
	const length = 24 * 24 * 60
	m := minutes{start: start, open: make([]bool, length)}
	clock := make([]time.Time, length) // what the clock shows, read as UTC
	for i := range clock {
		local := z.In(start.Add(time.Duration(i) * time.Minute))
		clock[i] = time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), 0, 0, time.UTC)
	}
	for n := range 28 {
		date := time.Date(clock[0].Year(), clock[0].Month(), clock[0].Day()-2+n, 0, 0, 0, 0, time.UTC)
		for _, w := range weekly {
			if w.Day != date.Weekday() || isHoliday(date, holidays) {
				continue
			}
			end := date.Add(w.Close)
			if w.Close <= w.Open {
				end = end.AddDate(0, 0, 1)
			}
			m.fill(clock, date.Add(w.Open), end)
		}
	}
	return m
}

func isHoliday(date time.Time, holidays []calendar.Date) bool {
	for _, h := range holidays {
		if h.String() == date.Format(time.DateOnly) {
			return true
		}
	}
	return false
}

// fill opens the minutes from the first that shows opens or later, up to the
// last that shows closes, or else the first that shows more.
func (m minutes) fill(clock []time.Time, opens, closes time.Time) {
	from, shown, past := len(clock), -1, len(clock)
	for i := len(clock) - 1; i >= 0; i-- {
		if !clock[i].Before(opens) {
			from = i
		}
		if clock[i].Equal(closes) && shown < 0 {
			shown = i
		}
		if clock[i].After(closes) {
			past = i
		}
	}
	to := past
	if shown >= 0 {
		to = shown
	}
	for i := from; i < to; i++ {
		m.open[i] = true
	}
}

func (m minutes) at(i int) time.Time { return m.start.Add(time.Duration(i) * time.Minute) }

// add returns the minute at which n open minutes have passed since minute i.
func (m minutes) add(i, n int) (int, bool) {
	for ; i < len(m.open); i++ {
		if m.open[i] {
			n--
		}
		if n == 0 {
			return i + 1, true
		}
	}
	return 0, false
}

func (m minutes) next(i int) (int, bool) {
	for ; i < len(m.open); i++ {
		if m.open[i] {
			return i, true
		}
	}
	return 0, false
}

func (m minutes) between(i, j int) (n int) {
	for ; i < j; i++ {
		if m.open[i] {
			n++
		}
	}
	return n
}

func randomWindows(r *rand.Rand) []calendar.Window {
	grain := []int{1, 15, 30, 60}[r.IntN(4)]
	weekly := make([]calendar.Window, 1+r.IntN(9))
	for i := range weekly {
		weekly[i] = calendar.Window{
			Day:   time.Weekday(r.IntN(7)),
			Open:  time.Duration(r.IntN(24*60/grain)*grain) * time.Minute,
			Close: time.Duration(r.IntN(24*60/grain+1)*grain) * time.Minute,
		}
		if r.IntN(3) == 0 { // hours in which clocks tend to change
			weekly[i].Day, weekly[i].Open = time.Sunday, weekly[i].Open%(3*time.Hour)
		}
	}
	return weekly
}

func TestAgainstMinuteByMinuteTwin(t *testing.T) {
	r := rand.New(rand.NewPCG(2026, 3))
	for round := range 5 * len(places) {
		place := places[round%len(places)]
		var z *calendar.Zone
		if place.zone != "" {
			z = zone(t, place.zone)
		}
		near := at(t, place.near)
		weekly := randomWindows(r)
		var holidays []calendar.Date
		for range r.IntN(4) {
			holidays = append(holidays, z.DateOf(near).AddDays(r.IntN(16)-3))
		}
		cal, err := calendar.New(calendar.Config{Zone: z, Weekly: weekly, Holidays: holidays})
		if err != nil {
			t.Fatal(err)
		}
		m := twin(z, weekly, holidays, near.Add(-5*24*time.Hour))
		compare(t, r, cal, m)
		if t.Failed() {
			t.Fatalf("zone %q near %s, windows %v, holidays %v", place.zone, place.near, weekly, holidays)
		}
	}
}

// compare tries random minutes, half of them near the change of clocks.
func compare(t *testing.T, r *rand.Rand, cal *calendar.Calendar, m minutes) {
	t.Helper()
	const change = 5 * 24 * 60
	last := len(m.open) - 3*24*60 // later minutes may depend on windows the twin did not see
	for range 60 {
		i, j, n := r.IntN(last), r.IntN(last), 1+r.IntN(3000)
		if r.IntN(2) == 0 {
			i = change - 240 + r.IntN(480)
		}
		if got := cal.IsOpen(m.at(i)); got != m.open[i] {
			t.Errorf("IsOpen(%s) = %v, want %v", m.at(i), got, m.open[i])
		}
		if want, ok := m.next(i); ok && want < last {
			sameInstant(t, cal.Next(m.at(i)), m.at(want), "Next from "+m.at(i).String())
		}
		if want, ok := m.add(i, n); ok && want < last {
			sameInstant(t, cal.Add(m.at(i), time.Duration(n)*time.Minute), m.at(want), "Add from "+m.at(i).String())
		}
		want := time.Duration(m.between(min(i, j), max(i, j))) * time.Minute
		if i > j {
			want = -want
		}
		if got := cal.Between(m.at(i), m.at(j)); got != want {
			t.Errorf("Between(%s, %s) = %v, want %v", m.at(i), m.at(j), got, want)
		}
	}
}

func FuzzAddBetween(f *testing.F) {
	f.Add(uint8(0), int64(0), int64(time.Hour), int64(1))
	f.Add(uint8(1), int64(1_772_953_200_000_000_000), int64(8*time.Hour), int64(time.Hour))
	f.Add(uint8(3), int64(1_793_512_800_000_000_001), int64(1), int64(80*time.Hour))
	calendars := []*calendar.Calendar{
		nil,
		newCalendar(f, "America/New_York", office, "2026-11-26", "2026-12-25"),
		newCalendar(f, "Europe/Berlin", "mon-fri 22:00-06:00, sun 01:30-02:30, sat 00:00-24:00"),
		newCalendar(f, "Australia/Lord_Howe", "24/7", "2026-04-05"),
		newCalendar(f, "America/Sao_Paulo", "sat-sun 23:00-00:30, thu 22:00-21:00, fri 05:00-09:00"),
		newCalendar(f, "America/St_Johns", "sun 00:00-00:01, mon 00:00-00:00, sat 23:30-23:45"),
		newCalendar(f, "Pacific/Apia", "thu-sat 08:00-12:00, thu-sat 12:00-16:00", "2012-01-01"),
	}
	f.Fuzz(func(t *testing.T, pick uint8, nanos, d, more int64) {
		cal := calendars[int(pick)%len(calendars)]
		start := time.Unix(0, nanos)
		long, extra := positive(d), positive(more)
		due := cal.Add(start, long)
		if got := cal.Between(start, due); got != long {
			t.Errorf("Between(%v, Add(%v)) = %v", start, long, got)
		}
		further := cal.Add(start, long+extra)
		if !further.After(due) {
			t.Errorf("Add(%v) = %v, which is not before Add(%v) = %v", long, due, long+extra, further)
		}
		if got := cal.Add(due, extra); !got.Equal(further) {
			t.Errorf("Add in two steps = %v, in one = %v", got, further)
		}
		if later := cal.Add(start.Add(extra), long); later.Before(due) {
			t.Errorf("started %v later but due earlier, at %v instead of %v", extra, later, due)
		}
		if next := cal.Next(start); next.Before(start) || !cal.IsOpen(next) || cal.Between(start, next) != 0 {
			t.Errorf("Next(%v) = %v", start, next)
		}
	})
}

// positive maps n to a duration from a nanosecond to about two months.
func positive(n int64) time.Duration {
	return time.Duration(uint64(n)%uint64(1500*time.Hour)) + 1
}
