package routing

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff/calendar"
)

func zone(t testing.TB, name string) *calendar.Zone {
	t.Helper()
	z, err := calendar.LoadZone(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func instantOf(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestShifts(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		zone         string
		every        ShiftUnit
		length       int64
		start, at    string
		number       int64
		begin, end   string
	}{
		{"at the start", "shift 0 has the instant at which it begins",
			"UTC", EveryDay, 1, "2026-03-02T09:00:00Z", "2026-03-02T09:00:00Z",
			0, "2026-03-02T09:00:00Z", "2026-03-03T09:00:00Z"},
		{"right before the end", "a shift lasts up to the next",
			"UTC", EveryDay, 1, "2026-03-02T09:00:00Z", "2026-03-03T08:59:59.999999999Z",
			0, "2026-03-02T09:00:00Z", "2026-03-03T09:00:00Z"},
		{"at the end", "a shift does not have the instant at which it ends",
			"UTC", EveryDay, 1, "2026-03-02T09:00:00Z", "2026-03-03T09:00:00Z",
			1, "2026-03-03T09:00:00Z", "2026-03-04T09:00:00Z"},
		{"right before the start", "shifts before the start count down from -1",
			"UTC", EveryDay, 1, "2026-03-02T09:00:00Z", "2026-03-02T08:59:59.999999999Z",
			-1, "2026-03-01T09:00:00Z", "2026-03-02T09:00:00Z"},
		{"long before the start", "a longer shift is whole there, too",
			"UTC", EveryWeek, 2, "2026-03-02T09:00:00Z", "2026-01-05T09:00:00Z",
			-4, "2026-01-05T09:00:00Z", "2026-01-19T09:00:00Z"},
		{"a fraction of a second", "nothing is rounded to the second",
			"UTC", EveryHour, 1, "2026-03-02T09:00:00.5Z", "2026-03-02T10:00:00.499999999Z",
			0, "2026-03-02T09:00:00.5Z", "2026-03-02T10:00:00.5Z"},
		{"a day of 23 hours", "the shift ends when clocks show the time of the hand-off",
			"America/New_York", EveryDay, 1, "2026-01-01T09:00:00-05:00", "2026-03-07T12:00:00-05:00",
			65, "2026-03-07T09:00:00-05:00", "2026-03-08T09:00:00-04:00"},
		{"a day of 25 hours", "the shift ends when clocks show the time of the hand-off",
			"America/New_York", EveryDay, 1, "2026-01-01T09:00:00-05:00", "2026-11-01T08:30:00-05:00",
			303, "2026-10-31T09:00:00-04:00", "2026-11-01T09:00:00-05:00"},
		{"a hand-off in a gap", "02:30 does not exist; the first instant after the gap is 03:00",
			"America/New_York", EveryDay, 1, "2026-03-01T02:30:00-05:00", "2026-03-08T03:00:00-04:00",
			7, "2026-03-08T03:00:00-04:00", "2026-03-09T02:30:00-04:00"},
		{"right before a hand-off in a gap", "the shift before has all time up to the gap",
			"America/New_York", EveryDay, 1, "2026-03-01T02:30:00-05:00", "2026-03-08T01:59:59-05:00",
			6, "2026-03-07T02:30:00-05:00", "2026-03-08T03:00:00-04:00"},
		{"after an hour in a gap", "shift 2 would be from 02:00 to 03:00, so that shift 3 follows shift 1",
			"America/New_York", EveryHour, 1, "2026-03-08T00:00:00-05:00", "2026-03-08T03:00:00-04:00",
			3, "2026-03-08T03:00:00-04:00", "2026-03-08T04:00:00-04:00"},
		{"before an hour in a gap", "shift 1 is a full hour",
			"America/New_York", EveryHour, 1, "2026-03-08T00:00:00-05:00", "2026-03-08T01:59:59-05:00",
			1, "2026-03-08T01:00:00-05:00", "2026-03-08T03:00:00-04:00"},
		{"the first half of a repeated hour", "the shift of 01:00 begins when clocks show it first",
			"America/New_York", EveryHour, 1, "2026-11-01T00:00:00-04:00", "2026-11-01T01:30:00-04:00",
			1, "2026-11-01T01:00:00-04:00", "2026-11-01T02:00:00-05:00"},
		{"the second half of a repeated hour", "it belongs to the shift that had the first",
			"America/New_York", EveryHour, 1, "2026-11-01T00:00:00-04:00", "2026-11-01T01:00:00-05:00",
			1, "2026-11-01T01:00:00-04:00", "2026-11-01T02:00:00-05:00"},
		{"a hand-off in a repeated hour", "it happened at the first 01:30; at the second 01:15 it is past",
			"America/New_York", EveryHour, 1, "2026-11-01T00:30:00-04:00", "2026-11-01T01:15:00-05:00",
			1, "2026-11-01T01:30:00-04:00", "2026-11-01T02:30:00-05:00"},
		{"a day that a zone left out", "Samoa had no 30 December 2011: its shift is empty",
			"Pacific/Apia", EveryDay, 1, "2011-12-28T00:00:00-10:00", "2011-12-31T00:00:00+14:00",
			3, "2011-12-31T00:00:00+14:00", "2012-01-01T00:00:00+14:00"},
		{"a start in another zone", "the zone of the shifts says at what time they begin",
			"Europe/Berlin", EveryDay, 1, "2026-03-02T08:00:00Z", "2026-04-01T07:00:00Z",
			30, "2026-04-01T09:00:00+02:00", "2026-04-02T09:00:00+02:00"},
		{"the last day of a short month", "the start is the 31st, and February has 28 days",
			"UTC", EveryMonth, 1, "2026-01-31T09:00:00Z", "2026-02-28T09:00:00Z",
			1, "2026-02-28T09:00:00Z", "2026-03-31T09:00:00Z"},
		{"right before the last day of a short month", "the shift of January is not over",
			"UTC", EveryMonth, 1, "2026-01-31T09:00:00Z", "2026-02-28T08:59:59Z",
			0, "2026-01-31T09:00:00Z", "2026-02-28T09:00:00Z"},
		{"a leap year", "February has the 29th",
			"UTC", EveryMonth, 1, "2026-01-31T09:00:00Z", "2028-03-01T00:00:00Z",
			25, "2028-02-29T09:00:00Z", "2028-03-31T09:00:00Z"},
		{"months before the start", "September has 30 days",
			"UTC", EveryMonth, 2, "2026-01-31T09:00:00Z", "2025-10-01T00:00:00Z",
			-2, "2025-09-30T09:00:00Z", "2025-11-30T09:00:00Z"},
		{"years of months", "the day of the start is kept over a month that lacks it",
			"UTC", EveryMonth, 12, "2024-02-29T00:00:00Z", "2028-02-29T00:00:00Z",
			4, "2028-02-29T00:00:00Z", "2029-02-28T00:00:00Z"},
		{"eight thousand years on", "no length of time overflows",
			"UTC", EveryDay, 1, "2000-01-01T00:00:00Z", "9999-01-01T00:00:00Z",
			2_921_575, "9999-01-01T00:00:00Z", "9999-01-02T00:00:00Z"},
		{"two thousand years ago", "nor does it backwards",
			"UTC", EveryHour, 24, "2000-01-01T00:00:00Z", "0001-01-01T12:00:00Z",
			-730_119, "0001-01-01T00:00:00Z", "0001-01-02T00:00:00Z"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := Shifts{zone(t, tt.zone), tt.every, tt.length, instantOf(t, tt.start)}
			if err := s.check(); err != nil {
				t.Fatal(err)
			}
			at := instantOf(t, tt.at)
			begin, end := instantOf(t, tt.begin), instantOf(t, tt.end)
			if got := s.Number(at); got != tt.number {
				t.Errorf("number %d, want %d: %s", got, tt.number, tt.reason)
			}
			if got := s.Begin(at); !got.Equal(begin) || got.Location() != time.UTC {
				t.Errorf("begins %v, want %v in UTC: %s", got, begin, tt.reason)
			}
			if got := s.End(at); !got.Equal(end) || got.Location() != time.UTC {
				t.Errorf("ends %v, want %v in UTC: %s", got, end, tt.reason)
			}
		})
	}
}

func TestShifts_Check(t *testing.T) {
	start := instantOf(t, "2026-03-02T09:00:00Z")
	for _, tt := range []struct {
		name, reason string
		shifts       Shifts
		want         string // part of the error, "" for none
	}{
		{"no zone", "it is UTC", Shifts{nil, EveryDay, 1, start}, ""},
		{"the longest", "the bound itself is allowed", Shifts{nil, EveryMonth, MaxShiftLength, start}, ""},
		{"the first of two", "shift 0 begins at it",
			Shifts{zone(t, "America/New_York"), EveryDay, 1, instantOf(t, "2026-11-01T01:30:00-04:00")}, ""},
		{"no unit", "it has no default", Shifts{nil, "", 1, start}, `unknown unit "" of shifts; known are hour, day, week, month`},
		{"another unit", "a quarter is three months", Shifts{nil, "quarter", 1, start}, `unknown unit "quarter"`},
		{"no length", "it has no default", Shifts{nil, EveryDay, 0, start}, "from 1 to 1000, not 0"},
		{"a negative length", "time runs forward", Shifts{nil, EveryDay, -1, start}, "from 1 to 1000, not -1"},
		{"too long", "it is over the bound", Shifts{nil, EveryDay, MaxShiftLength + 1, start}, "not 1001"},
		{"no start", "it has no default", Shifts{nil, EveryDay, 1, time.Time{}}, "need a start"},
		{"the second of two", "shift 0 would have begun an hour before its start",
			Shifts{zone(t, "America/New_York"), EveryDay, 1, instantOf(t, "2026-11-01T06:30:00Z")},
			"start at 2026-11-01T01:30:00-05:00, which clocks in America/New_York show for the second time then; " +
				"start at 2026-11-01T01:30:00-04:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.shifts.check()
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q: %s", err, tt.want, tt.reason)
			}
		})
	}
}

func TestShifts_EndWhateverTheyAre(t *testing.T) {
	at := instantOf(t, "2026-03-02T09:00:00Z")
	for _, s := range []Shifts{{}, {Every: EveryHour, Length: -3, Start: at}, {Every: "quarter", Length: 1}} {
		if begin, end := s.Begin(at), s.End(at); begin.After(at) || !end.After(at) {
			t.Errorf("%+v: a shift from %v to %v does not have %v", s, begin, end, at)
		}
	}
}

// step is between instants of the walk. Clocks change, and the shifts of the walk begin, at full steps.
const step = 15 * time.Minute

// places are zones with an instant near which their clocks change.
var places = []struct{ zone, near string }{
	{"UTC", "2026-03-01T00:00:00Z"},
	{"America/Chicago", "2026-03-08T08:00:00Z"},
	{"America/Chicago", "2026-11-01T07:00:00Z"},
	{"Europe/Berlin", "2024-03-31T01:00:00Z"},
	{"Europe/Berlin", "2024-10-27T01:00:00Z"},
	{"America/Sao_Paulo", "2018-11-04T03:00:00Z"},
	{"America/Sao_Paulo", "2018-02-18T02:00:00Z"},
	{"Australia/Lord_Howe", "2026-04-04T15:00:00Z"},
	{"Australia/Lord_Howe", "2026-10-03T15:30:00Z"},
	{"Antarctica/Troll", "2025-10-26T01:00:00Z"},
	{"Africa/Casablanca", "2026-02-15T02:00:00Z"},
	{"Pacific/Apia", "2011-12-30T10:00:00Z"},
	{"Pacific/Kwajalein", "1969-09-30T13:00:00Z"},
	{"Asia/Kolkata", "2028-02-29T00:00:00Z"},
	{"America/New_York", "2048-03-01T00:00:00Z"},
}

func TestShifts_TileTimeLikeAWalk(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 7))
	for trial := range 10 * len(places) {
		place := places[trial%len(places)]
		near := instantOf(t, place.near)
		s := randomShifts(rng, zone(t, place.zone), near)
		from := near.Add(-time.Duration(rng.IntN(3000)) * step)
		name := fmt.Sprintf("%s, %d %s from %v", place.zone, s.Length, s.Every, s.Start)
		numbers := walk(s, from, 3840) // 40 days
		for i, want := range numbers {
			at := from.Add(time.Duration(i) * step)
			if got := s.Number(at); got != want {
				t.Fatalf("%s: at %v it is shift %d, want %d as in the walk", name, at, got, want)
			}
			if i == 0 || numbers[i-1] == want {
				continue
			}
			if begin, end := s.Begin(at), s.End(at.Add(-step)); !begin.Equal(at) || !end.Equal(at) {
				t.Fatalf("%s: at %v a shift ends and another begins in the walk; got end %v, begin %v", name, at, end, begin)
			}
		}
		checkTiles(t, name, s, from)
	}
}

// checkTiles holds that shifts follow each other without a gap, and that numbers rise by one but for empty shifts.
func checkTiles(t *testing.T, name string, s Shifts, at time.Time) {
	t.Helper()
	for range 50 {
		n, begin, end := s.Number(at), s.Begin(at), s.End(at)
		if begin.After(at) || !at.Before(end) {
			t.Fatalf("%s: the shift from %v to %v does not have %v", name, begin, end, at)
		}
		if s.Number(begin) != n || s.Number(end.Add(-1)) != n || !s.Begin(end).Equal(end) {
			t.Fatalf("%s: shift %d from %v to %v: its begin is in %d, its last nanosecond in %d, the next begins %v",
				name, n, begin, end, s.Number(begin), s.Number(end.Add(-1)), s.Begin(end))
		}
		inGap := clock(s, end).Sub(clock(s, end.Add(-1))) > 1
		if rise := s.Number(end) - n; rise != 1 && !inGap {
			t.Fatalf("%s: the number rises by %d at %v, where clocks run evenly", name, rise, end)
		}
		at = end
	}
}

func randomShifts(rng *rand.Rand, z *calendar.Zone, near time.Time) Shifts {
	const year = 366 * 24 * 4 // steps
	for {
		s := Shifts{
			Zone:   z,
			Every:  ShiftUnits()[rng.IntN(4)],
			Length: 1 + rng.Int64N(3),
			Start:  near.Add(time.Duration(rng.IntN(4*year)-2*year) * step),
		}
		if rng.IntN(3) == 0 { // the days that not every month has
			local := z.In(s.Start)
			s.Start = z.At(calendar.Date{Year: local.Year(), Month: time.January, Day: 29 + rng.IntN(3)}, 9*time.Hour)
		}
		if s.check() == nil {
			return s
		}
	}
}

// walk is the dumb twin of Number: it goes from mark to mark, one shift at a time, and looks at the clock every step. The
// shift is the last whose mark the clock has shown or passed.
func walk(s Shifts, from time.Time, steps int) (numbers []int64) {
	const settle = 3 * 24 * time.Hour // longer than clocks are ever put back by
	at := from.Add(-settle)
	latest := clock(s, at)
	n := 0
	for markOf(s, n).After(latest) {
		n--
	}
	for next := markOf(s, n+1); len(numbers) < steps; at = at.Add(step) {
		if c := clock(s, at); c.After(latest) {
			latest = c
		}
		for ; !next.After(latest); next = markOf(s, n+1) {
			n++
		}
		if !at.Before(from) {
			numbers = append(numbers, int64(n))
		}
	}
	return numbers
}

// clock reads what clocks in the zone show, as if it were UTC.
func clock(s Shifts, at time.Time) time.Time {
	l := s.Zone.In(at)
	return time.Date(l.Year(), l.Month(), l.Day(), l.Hour(), l.Minute(), l.Second(), l.Nanosecond(), time.UTC)
}

// markOf is what the clock shows when shift n begins.
func markOf(s Shifts, n int) time.Time {
	start, units := clock(s, s.Start), n*int(s.Length)
	switch s.Every {
	case EveryHour:
		return start.Add(time.Duration(units) * time.Hour)
	case EveryDay:
		return start.AddDate(0, 0, units)
	case EveryWeek:
		return start.AddDate(0, 0, 7*units)
	}
	month := time.Date(start.Year(), start.Month()+time.Month(units), 1, start.Hour(), start.Minute(), 0, 0, time.UTC)
	mark := month
	for day := month; day.Month() == month.Month() && day.Day() <= start.Day(); day = day.AddDate(0, 0, 1) {
		mark = day
	}
	return mark
}

func BenchmarkShifts(b *testing.B) {
	s := Shifts{zone(b, "America/New_York"), EveryHour, 1, instantOf(b, "2026-03-02T09:00:00-05:00")}
	for _, distance := range []string{"2026-03-03", "2126-03-03", "9026-03-03"} {
		b.Run(distance, func(b *testing.B) {
			at := instantOf(b, distance+"T12:00:00Z")
			for b.Loop() {
				s.Number(at)
			}
		})
	}
}
