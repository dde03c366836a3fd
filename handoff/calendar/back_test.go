package calendar_test

import (
	"iter"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff/calendar"
)

func TestPrevAndSub(t *testing.T) {
	tests := []struct {
		name, zone, hours string
		holidays          []string
		from              string
		d                 time.Duration
		want              string
		reason            string
	}{
		{"within hours", "", office, nil, "2026-03-02T12:00:00Z", 2 * time.Hour, "2026-03-02T10:00:00Z", "plain subtraction"},
		{"to the opening", "", office, nil, "2026-03-03T12:00:00Z", 3 * time.Hour, "2026-03-03T09:00:00Z", "the latest such instant, not the closing before"},
		{"over a night", "", office, nil, "2026-03-03T12:00:00Z", 3*time.Hour + 1, "2026-03-02T16:59:59.999999999Z", "nanoseconds count"},
		{"over a weekend", "", office, nil, "2026-03-09T10:00:00Z", 2 * time.Hour, "2026-03-06T16:00:00Z", "Monday to Friday"},
		{"over a holiday", "", office, []string{"2026-03-06"}, "2026-03-09T10:00:00Z", 2 * time.Hour, "2026-03-05T16:00:00Z", "no window starts on it"},
		{"zero while open", "", office, nil, "2026-03-02T12:00:00Z", 0, "2026-03-02T12:00:00Z", "nothing needs to pass"},
		{"zero at the opening", "", office, nil, "2026-03-02T09:00:00Z", 0, "2026-03-02T09:00:00Z", "the opening instant is open"},
		{"zero at the closing", "", office, nil, "2026-03-02T17:00:00Z", 0, "2026-03-02T17:00:00Z", "the closing instant is the last of the opening"},
		{"zero after the closing", "", office, nil, "2026-03-02T17:00:00.000000001Z", 0, "2026-03-02T17:00:00Z", "nanoseconds count"},
		{"zero on a weekend", "", office, nil, "2026-03-08T12:00:00Z", 0, "2026-03-06T17:00:00Z", "the last closing"},
		{"negative", "", office, nil, "2026-03-08T12:00:00Z", -time.Hour, "2026-03-06T17:00:00Z", "as zero"},
		{"overlapping windows", "", "mon 09:00-09:00, tue 01:00-02:00, tue 08:00-10:00", nil, "2026-03-03T12:00:00Z", 24*time.Hour + 30*time.Minute, "2026-03-02T09:30:00Z", "covered time counts once"},
		{"after a long closure", "", "mon 09:00-17:00", mondays("2026-02-23", 60), "2027-04-20T12:00:00Z", 9 * time.Hour, "2026-02-16T16:00:00Z", "a year without an opening"},
		{"short day", "Europe/Berlin", "24/7", nil, "2026-03-29T22:00:00Z", 23 * time.Hour, "2026-03-28T23:00:00Z", "23 hours are all of the day"},
		{"nil calendar", "", "", nil, "2026-03-02T12:00:00Z", 36 * time.Hour, "2026-03-01T00:00:00Z", "plain subtraction"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var cal *calendar.Calendar
			if tt.hours != "" {
				cal = newCalendar(t, tt.zone, tt.hours, tt.holidays...)
			}
			sameInstant(t, cal.Sub(at(t, tt.from), tt.d), at(t, tt.want), tt.reason)
			if tt.d <= 0 {
				sameInstant(t, cal.Prev(at(t, tt.from)), at(t, tt.want), tt.reason)
			}
		})
	}
}

// mondays lists n Mondays from first on.
func mondays(first string, n int) (dates []string) {
	d := dateOrNone(first)
	for i := range n {
		dates = append(dates, d.AddDays(7*i).String())
	}
	return dates
}

func TestSubBeyondTheHorizon(t *testing.T) {
	start := at(t, "2026-03-02T12:00:00Z")
	var never calendar.Calendar
	weekly := newCalendar(t, "", "mon 09:00-09:01")
	if got := never.Prev(start); !got.IsZero() {
		t.Errorf("the zero Calendar was open at %v", got)
	}
	if got := weekly.Sub(start, 400*53*time.Minute); !got.IsZero() {
		t.Errorf("more open time than 400 years hold passed since %v", got)
	}
	if got := weekly.Sub(start, 20_000*time.Minute); got.IsZero() {
		t.Error("open time that 400 years hold did not pass")
	}
}

// take returns the first n openings as text.
func take(n int, openings iter.Seq2[time.Time, time.Time]) (list []string) {
	for opens, closes := range openings {
		if list = append(list, show(opens)+" to "+show(closes)); len(list) == n {
			break
		}
	}
	return list
}

func TestOpenings(t *testing.T) {
	tests := []struct {
		name, hours, from string
		back              bool
		want              []string
		reason            string
	}{
		{"forward from inside", office, "2026-03-06T12:00:00Z", false,
			[]string{"2026-03-06T12:00:00Z to 2026-03-06T17:00:00Z", "2026-03-09T09:00:00Z to 2026-03-09T17:00:00Z"}, "the rest of the opening first"},
		{"back from inside", office, "2026-03-09T12:00:00Z", true,
			[]string{"2026-03-09T09:00:00Z to 2026-03-09T12:00:00Z", "2026-03-06T09:00:00Z to 2026-03-06T17:00:00Z"}, "the part that has passed first"},
		{"forward from the closing", office, "2026-03-06T17:00:00Z", false,
			[]string{"2026-03-09T09:00:00Z to 2026-03-09T17:00:00Z", "2026-03-10T09:00:00Z to 2026-03-10T17:00:00Z"}, "no empty opening"},
		{"back from the opening", office, "2026-03-09T09:00:00Z", true,
			[]string{"2026-03-06T09:00:00Z to 2026-03-06T17:00:00Z", "2026-03-05T09:00:00Z to 2026-03-05T17:00:00Z"}, "no empty opening"},
		{"forward touching", "24/7", "2026-03-06T12:00:00Z", false,
			[]string{"2026-03-06T12:00:00Z to 2026-03-07T00:00:00Z", "2026-03-07T00:00:00Z to 2026-03-08T00:00:00Z"}, "a day at a time"},
		{"forward overlapping", "mon 09:00-09:00, tue 01:00-02:00, tue 08:00-10:00", "2026-03-02T00:00:00Z", false,
			[]string{"2026-03-02T09:00:00Z to 2026-03-03T09:00:00Z", "2026-03-03T09:00:00Z to 2026-03-03T10:00:00Z"}, "covered time is left out"},
		{"back overlapping", "mon 09:00-09:00, tue 01:00-02:00, tue 08:00-10:00", "2026-03-04T00:00:00Z", true,
			[]string{"2026-03-03T09:00:00Z to 2026-03-03T10:00:00Z", "2026-03-02T09:00:00Z to 2026-03-03T09:00:00Z"}, "the same as forward"},
		{"back from where a window takes over", "mon 09:00-09:00, tue 01:00-10:00", "2026-03-03T09:00:00Z", true,
			[]string{"2026-03-02T09:00:00Z to 2026-03-03T09:00:00Z", "2026-02-24T09:00:00Z to 2026-02-24T10:00:00Z"}, "no empty opening"},
		{"back by a week and a nanosecond", "mon 09:00-17:00", "2026-03-09T09:00:00.000000001Z", true,
			[]string{"2026-03-09T09:00:00Z to 2026-03-09T09:00:00.000000001Z", "2026-03-02T09:00:00Z to 2026-03-02T17:00:00Z"}, "none is lost between two weeks"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cal := newCalendar(t, "", tt.hours)
			openings := cal.Openings(at(t, tt.from))
			if tt.back {
				openings = cal.OpeningsBefore(at(t, tt.from))
			}
			for range 2 { // an iterator may be used again
				if got := take(2, openings); !slices.Equal(got, tt.want) {
					t.Errorf("got %v, want %v: %s", got, tt.want, tt.reason)
				}
			}
		})
	}
}

func TestOpeningsOfNilAndZero(t *testing.T) {
	start := at(t, "2026-03-02T12:00:00Z")
	var always *calendar.Calendar
	if got, want := take(2, always.Openings(start)), []string{"2026-03-02T12:00:00Z to 2426-03-02T12:00:00Z"}; !slices.Equal(got, want) {
		t.Errorf("nil Calendar: got %v, want %v", got, want)
	}
	if got, want := take(2, always.OpeningsBefore(start)), []string{"1626-03-02T12:00:00Z to 2026-03-02T12:00:00Z"}; !slices.Equal(got, want) {
		t.Errorf("nil Calendar, back: got %v, want %v", got, want)
	}
	var never calendar.Calendar
	if got := append(take(1, never.Openings(start)), take(1, never.OpeningsBefore(start))...); got != nil {
		t.Errorf("the zero Calendar opens: %v", got)
	}
}

// sub returns the last minute from which n open minutes pass until minute i.
func (m minutes) sub(i, n int) (int, bool) {
	for i--; i >= 0; i-- {
		if m.open[i] {
			n--
		}
		if n == 0 {
			return i, true
		}
	}
	return 0, false
}

// prev returns the last minute up to i that is open or follows an open one.
func (m minutes) prev(i int) (int, bool) {
	for ; i > 0; i-- {
		if m.open[i] || m.open[i-1] {
			return i, true
		}
	}
	return 0, false
}

func TestBackAgainstMinuteByMinuteTwin(t *testing.T) {
	r := rand.New(rand.NewPCG(2026, 11))
	for round := range 3 * len(places) {
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
		compareBack(t, r, cal, m)
		compareOpenings(t, cal, m)
		if t.Failed() {
			t.Fatalf("zone %q near %s, windows %v, holidays %v", place.zone, place.near, weekly, holidays)
		}
	}
}

// compareBack tries random minutes, half of them near the change of clocks.
func compareBack(t *testing.T, r *rand.Rand, cal *calendar.Calendar, m minutes) {
	t.Helper()
	const change = 5 * 24 * 60
	last := len(m.open) - 3*24*60
	for range 60 {
		i, n := r.IntN(last), 1+r.IntN(3000)
		if r.IntN(2) == 0 {
			i = change - 240 + r.IntN(480)
		}
		if want, ok := m.prev(i); ok {
			sameInstant(t, cal.Prev(m.at(i)), m.at(want), "Prev from "+m.at(i).String())
		}
		if want, ok := m.sub(i, n); ok {
			sameInstant(t, cal.Sub(m.at(i), time.Duration(n)*time.Minute), m.at(want), "Sub from "+m.at(i).String())
		}
	}
}

// compareOpenings compares each minute of two weeks with the openings, which must
// be the same both ways.
func compareOpenings(t *testing.T, cal *calendar.Calendar, m minutes) {
	t.Helper()
	begin, end := m.at(0), m.at(14*24*60)
	open := make([]bool, 14*24*60)
	var forward, back []string
	for opens, closes := range cal.Openings(begin) {
		if !opens.Before(end) {
			break
		}
		if closes.After(end) {
			closes = end
		}
		forward = append(forward, show(opens)+" to "+show(closes))
		for i := opens; i.Before(closes); i = i.Add(time.Minute) {
			open[int(i.Sub(begin)/time.Minute)] = true
		}
	}
	for opens, closes := range cal.OpeningsBefore(end) {
		if !closes.After(begin) {
			break
		}
		if opens.Before(begin) {
			opens = begin
		}
		back = append(back, show(opens)+" to "+show(closes))
	}
	if !slices.Equal(open, m.open[:len(open)]) {
		t.Errorf("the openings differ from the minutes: %v", forward)
	}
	if slices.Reverse(back); !slices.Equal(forward, back) {
		t.Errorf("forward %v\nback    %v", forward, back)
	}
}

// TestBackByTable compares what the table says with what the walk finds.
func TestBackByTable(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	both := bothCalendars(t, cut(t, withHolidays(t, "mon-fri 09:00-17:00, thu 22:00-09:00", "2026-03-30..2026-04-06", "12-25", "2026-03-28 10:00-12:00"), "2026-03-25", 12*time.Hour, 13*time.Hour))
	table, walk := both[0], both[1]
	start := at(t, "2026-03-20T00:00:00Z")
	for range 500 {
		from, d := start.Add(time.Duration(r.IntN(20*24*4))*15*time.Minute), time.Duration(r.IntN(60*4))*15*time.Minute
		if got, want := table.Sub(from, d), walk.Sub(from, d); !got.Equal(want) {
			t.Fatalf("Sub(%v, %v) is %v, want %v", from, d, got, want)
		}
		if got, want := table.Prev(from), walk.Prev(from); !got.Equal(want) {
			t.Fatalf("Prev(%v) is %v, want %v", from, got, want)
		}
	}
}

func BenchmarkSub(b *testing.B) {
	start := at(b, "2026-03-02T15:00:00Z")
	b.Run("table", func(b *testing.B) {
		cal := newCalendar(b, "America/New_York", office)
		for b.Loop() {
			cal.Sub(start, 80*time.Hour)
		}
	})
	b.Run("walk", func(b *testing.B) {
		zone, err := calendar.LoadZone("America/New_York")
		if err != nil {
			b.Fatal(err)
		}
		cal := newCalendar(b, "America/New_York", office).In(zone)
		for b.Loop() {
			cal.Sub(start, 80*time.Hour)
		}
	})
}
