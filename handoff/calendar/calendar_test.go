package calendar_test

import (
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff/calendar"
)

// newCalendar builds a calendar; an empty zone is the nil Zone.
func newCalendar(t testing.TB, zoneName, hours string, holidays ...string) *calendar.Calendar {
	t.Helper()
	c := calendar.Config{Weekly: windows(t, hours)}
	if zoneName != "" {
		c.Zone = zone(t, zoneName)
	}
	for _, h := range holidays {
		c.Holidays = append(c.Holidays, date(t, h))
	}
	cal, err := calendar.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

const office = "mon-fri 09:00-17:00"

func TestIsOpenAndNext(t *testing.T) {
	tests := []struct {
		name, zone, hours string
		holidays          []string
		at                string
		open              bool
		next              string // empty: at itself
		reason            string
	}{
		{"opening instant", "", office, nil, "2026-03-02T09:00:00Z", true, "", "start inclusive"},
		{"just before opening", "", office, nil, "2026-03-02T08:59:59.999999999Z", false, "2026-03-02T09:00:00Z", "nanoseconds count"},
		{"just before closing", "", office, nil, "2026-03-02T16:59:59.999999999Z", true, "", "nanoseconds count"},
		{"closing instant", "", office, nil, "2026-03-02T17:00:00Z", false, "2026-03-03T09:00:00Z", "end exclusive"},
		{"weekend", "", office, nil, "2026-03-07T12:00:00Z", false, "2026-03-09T09:00:00Z", "Saturday to Monday"},
		{"holiday", "", office, []string{"2026-03-02"}, "2026-03-02T12:00:00Z", false, "2026-03-03T09:00:00Z", "no window starts"},
		{"holiday at the opening", "", office, []string{"2026-03-02"}, "2026-03-02T09:00:00Z", false, "2026-03-03T09:00:00Z", "the opening instant is closed too"},
		{"long holidays", "", "mon 09:00-17:00", []string{"2026-03-02", "2026-03-09", "2026-03-16"}, "2026-03-01T00:00:00Z", false, "2026-03-23T09:00:00Z", "weeks without an opening"},
		{"lunch", "", "mon 09:00-12:00, mon 13:00-17:00", nil, "2026-03-02T12:00:00Z", false, "2026-03-02T13:00:00Z", "two windows a day"},
		{"touching windows", "", "mon 13:00-17:00, mon 09:00-13:00", nil, "2026-03-02T13:00:00Z", true, "", "merged, in any order"},
		{"overnight, evening", "", "fri 22:00-06:00", nil, "2026-03-06T23:00:00Z", true, "", "the day it starts"},
		{"overnight, morning", "", "fri 22:00-06:00", nil, "2026-03-07T05:59:00Z", true, "", "runs into Saturday"},
		{"overnight, closing", "", "fri 22:00-06:00", nil, "2026-03-07T06:00:00Z", false, "2026-03-13T22:00:00Z", "closed until next Friday"},
		{"overnight into a holiday", "", "fri 22:00-06:00", []string{"2026-03-07"}, "2026-03-07T05:00:00Z", true, "", "the window belongs to Friday"},
		{"overnight from a holiday", "", "fri 22:00-06:00", []string{"2026-03-06"}, "2026-03-07T05:00:00Z", false, "2026-03-13T22:00:00Z", "the holiday closes all of the window"},
		{"same open and close", "", "fri 09:00-09:00", nil, "2026-03-07T08:59:59Z", true, "", "24 hours"},
		{"overlap of two days", "", "thu 22:00-21:00, fri 05:00-09:00", nil, "2026-03-06T12:00:00Z", true, "", "Friday's window ends inside Thursday's"},
		{"always", "America/New_York", "24/7", nil, "2026-03-08T07:00:00Z", true, "", "also across a gap"},
		{"always but a holiday", "", "24/7", []string{"2026-03-06"}, "2026-03-06T00:00:00Z", false, "2026-03-07T00:00:00Z", "one whole day closed"},
		{"half-hour zone", "Asia/Kolkata", office, nil, "2026-03-02T03:30:00Z", true, "", "09:00 in UTC+05:30"},
		{"half-hour zone, before", "Asia/Kolkata", office, nil, "2026-03-02T03:29:59Z", false, "2026-03-02T03:30:00Z", "08:59:59 there"},
		{"other date in the zone", "Pacific/Auckland", "mon 09:00-17:00", nil, "2026-03-01T20:30:00Z", true, "", "Sunday in UTC, Monday in Auckland"},
		{"holiday in the zone", "Pacific/Auckland", "24/7", []string{"2026-03-02"}, "2026-03-01T20:30:00Z", false, "2026-03-02T11:00:00Z", "holidays are dates of the zone"},
		{"opening in a gap", "America/New_York", "sun 02:30-05:00", nil, "2026-03-08T06:59:59Z", false, "2026-03-08T07:00:00Z", "opens at 03:00 EDT"},
		{"window inside a gap", "America/New_York", "sun 02:15-02:45", nil, "2026-03-08T06:00:00Z", false, "2026-03-15T06:15:00Z", "does not open that day"},
		{"opening at midnight in a gap", "America/Sao_Paulo", "sun 00:00-02:00", nil, "2018-11-04T02:59:59Z", false, "2018-11-04T03:00:00Z", "not on the day before"},
		{"opening that occurs twice", "America/New_York", "sun 01:30-05:00", nil, "2026-11-01T05:30:00Z", true, "", "the first"},
		{"closing that occurs twice", "America/New_York", "sat 20:00-01:30", nil, "2026-11-01T06:29:59Z", true, "", "the second"},
		{"after the second closing", "America/New_York", "sat 20:00-01:30", nil, "2026-11-01T06:30:00Z", false, "2026-11-08T01:00:00Z", "closed"},
		{"fold before a repeated midnight", "America/St_Johns", "sun 00:00-09:00", nil, "2006-10-29T02:45:00Z", true, "", "23:15 again on Saturday, after Sunday opened"},
		{"closing repeated after midnight", "America/St_Johns", "fri 23:30-23:15", nil, "2006-10-29T02:30:30Z", true, "", "00:00:30 on Sunday, but Saturday's 23:15 comes once more"},
		{"skipped day", "Pacific/Apia", "fri 09:00-17:00", nil, "2011-12-30T12:00:00Z", false, "2012-01-05T19:00:00Z", "Friday 2011-12-30 did not take place"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cal, now := newCalendar(t, tt.zone, tt.hours, tt.holidays...), at(t, tt.at)
			if got := cal.IsOpen(now); got != tt.open {
				t.Errorf("IsOpen = %v, want %v: %s", got, tt.open, tt.reason)
			}
			want := now
			if tt.next != "" {
				want = at(t, tt.next)
			}
			sameInstant(t, cal.Next(now), want, tt.reason)
		})
	}
}

func TestAdd(t *testing.T) {
	const h = time.Hour
	tests := []struct {
		name, zone, hours string
		holidays          []string
		start             string
		d                 time.Duration
		want, reason      string
	}{
		{"within a day", "", office, nil, "2026-03-02T10:00:00Z", 2 * h, "2026-03-02T12:00:00Z", "plain time"},
		{"due at close", "", office, nil, "2026-03-02T09:00:00Z", 8 * h, "2026-03-02T17:00:00Z", "the closing instant, not Tuesday's opening"},
		{"a nanosecond past close", "", office, nil, "2026-03-02T09:00:00Z", 8*h + 1, "2026-03-03T09:00:00.000000001Z", "whole nanoseconds"},
		{"starts at close", "", office, nil, "2026-03-02T17:00:00Z", h, "2026-03-03T10:00:00Z", "nothing is left of Monday"},
		{"starts closed", "", office, nil, "2026-03-01T12:00:00Z", h, "2026-03-02T10:00:00Z", "counts from the opening"},
		{"zero while open", "", office, nil, "2026-03-02T12:00:00Z", 0, "2026-03-02T12:00:00Z", "Next(start)"},
		{"zero while closed", "", office, nil, "2026-03-01T12:00:00Z", 0, "2026-03-02T09:00:00Z", "Next(start)"},
		{"zero at close", "", office, nil, "2026-03-02T17:00:00Z", 0, "2026-03-03T09:00:00Z", "Next(start): the closing instant is closed"},
		{"negative", "", office, nil, "2026-03-01T12:00:00Z", -h, "2026-03-02T09:00:00Z", "Add does not go back"},
		{"over a weekend", "", office, nil, "2026-03-06T16:00:00Z", 2 * h, "2026-03-09T10:00:00Z", "Friday 16:00 to Monday 10:00"},
		{"over a holiday", "", office, []string{"2026-03-09", "2026-03-09"}, "2026-03-06T16:00:00Z", 2 * h, "2026-03-10T10:00:00Z", "Monday is closed; a repeated date counts once"},
		{"two windows a day", "", "mon-fri 09:00-12:00, mon-fri 13:00-17:00", nil, "2026-03-02T11:00:00Z", 2 * h, "2026-03-02T14:00:00Z", "lunch does not count"},
		{"due at lunch", "", "mon-fri 09:00-12:00, mon-fri 13:00-17:00", nil, "2026-03-02T11:00:00Z", h, "2026-03-02T12:00:00Z", "each closing counts as one"},
		{"overnight", "", "mon-fri 22:00-06:00", nil, "2026-03-02T23:00:00Z", 8 * h, "2026-03-03T23:00:00Z", "seven hours, then one the next night"},
		{"overlap counts once", "", "thu 22:00-21:00, fri 05:00-09:00", nil, "2026-03-05T22:00:00Z", 23*h + h, "2026-03-12T23:00:00Z", "23 hours in the first week"},
		{"always, a day over a gap", "America/New_York", "24/7", nil, "2026-03-07T17:00:00Z", 24 * h, "2026-03-08T17:00:00Z", "24 real hours"},
		{"day of 23 hours", "America/New_York", "sun 00:00-24:00", nil, "2026-03-08T05:00:00Z", 23 * h, "2026-03-09T04:00:00Z", "due at close of a short day"},
		{"day of 25 hours", "America/New_York", "sun 00:00-24:00", nil, "2026-11-01T04:00:00Z", 25 * h, "2026-11-02T05:00:00Z", "due at close of a long day"},
		{"window over a gap", "Europe/Berlin", "sun 01:00-04:00", nil, "2026-03-29T00:00:00Z", 2 * h, "2026-03-29T02:00:00Z", "01:00 to 04:00 is two hours"},
		{"window over a fold", "Europe/Berlin", "sun 01:00-04:00", nil, "2026-10-24T23:00:00Z", 4 * h, "2026-10-25T03:00:00Z", "01:00 to 04:00 is four hours"},
		{"half-hour fold", "Australia/Lord_Howe", "sun 01:00-03:00", nil, "2026-04-04T14:00:00Z", 150 * time.Minute, "2026-04-04T16:30:00Z", "two and a half hours"},
		{"half-hour gap", "Australia/Lord_Howe", "sun 01:00-03:00", nil, "2026-10-03T14:30:00Z", 90 * time.Minute, "2026-10-03T16:00:00Z", "one and a half hours"},
		{"gap at midnight", "America/Sao_Paulo", "24/7", nil, "2018-11-04T02:00:00Z", 2 * h, "2018-11-04T04:00:00Z", "days meet at the gap, nothing lost"},
		{"longest duration, always open", "", "24/7", nil, "2026-03-02T00:00:00Z", math.MaxInt64, "2318-06-11T23:47:16.854775807Z", "292 years are within the horizon"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cal, start, want := newCalendar(t, tt.zone, tt.hours, tt.holidays...), at(t, tt.start), at(t, tt.want)
			sameInstant(t, cal.Add(start, tt.d), want, tt.reason)
		})
	}
}

func TestAddBeyondHorizon(t *testing.T) {
	got := newCalendar(t, "", "mon 09:00-10:00").Add(at(t, "2026-03-02T00:00:00Z"), 21_000*time.Hour)
	if !got.IsZero() {
		t.Errorf("got %v, want the zero Time: 21,000 weeks are more than 400 years", got)
	}
}

func TestBetween(t *testing.T) {
	const h = time.Hour
	tests := []struct {
		name, zone, hours string
		holidays          []string
		from, to          string
		want              time.Duration
		reason            string
	}{
		{"within a day", "", office, nil, "2026-03-02T10:00:00Z", "2026-03-02T12:00:00Z", 2 * h, "plain time"},
		{"same instant", "", office, nil, "2026-03-02T10:00:00Z", "2026-03-02T10:00:00Z", 0, "no time"},
		{"backwards", "", office, nil, "2026-03-03T10:00:00Z", "2026-03-02T10:00:00Z", -8 * h, "negative"},
		{"a nanosecond", "", office, nil, "2026-03-02T16:59:59.999999999Z", "2026-03-03T09:00:00Z", 1, "exact"},
		{"all closed", "", office, nil, "2026-03-06T17:00:00Z", "2026-03-09T09:00:00Z", 0, "from close to opening"},
		{"a week with a holiday", "", office, []string{"2026-03-04"}, "2026-03-02T00:00:00Z", "2026-03-09T00:00:00Z", 32 * h, "four days of eight hours"},
		{"overlap counts once", "", "thu 22:00-21:00, fri 05:00-09:00", nil, "2026-03-05T00:00:00Z", "2026-03-08T00:00:00Z", 23 * h, "22:00 to 21:00"},
		{"inside an overlap", "", "thu 22:00-08:00, fri 05:00-09:00", nil, "2026-03-06T06:00:00Z", "2026-03-06T12:00:00Z", 3 * h, "06:00 to 09:00 over two windows"},
		{"day of 23 hours", "America/New_York", "24/7", nil, "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z", 23 * h, "midnight to midnight"},
		{"day of 25 hours", "America/New_York", "24/7", nil, "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z", 25 * h, "midnight to midnight"},
		{"more than a Duration", "", "24/7", nil, "1700-01-01T00:00:00Z", "2026-01-01T00:00:00Z", math.MaxInt64, "326 years of open time do not fit"},
		{"past the horizon", "", office, nil, "0001-01-01T00:00:00Z", "2026-01-01T00:00:00Z", math.MaxInt64, "a zero Time by mistake must not cost a walk of 2000 years"},
		{"past the horizon, backwards", "", office, nil, "2026-01-01T00:00:00Z", "0001-01-01T00:00:00Z", -math.MaxInt64, "the negative of it"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := newCalendar(t, tt.zone, tt.hours, tt.holidays...).Between(at(t, tt.from), at(t, tt.to))
			if got != tt.want {
				t.Errorf("got %v, want %v: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func TestNilCalendarIsAlwaysOpen(t *testing.T) {
	var always *calendar.Calendar
	start := at(t, "2026-03-01T03:00:00-05:00")
	if !always.IsOpen(start) {
		t.Error("a nil Calendar was closed")
	}
	sameInstant(t, always.Next(start), start, "open now")
	sameInstant(t, always.Add(start, 90*time.Minute), start.Add(90*time.Minute), "wall clock time")
	sameInstant(t, always.Add(start, -time.Hour), start, "Add does not go back, as for every calendar")
	if got := always.Between(start.Add(time.Hour), start); got != -time.Hour {
		t.Errorf("Between = %v, want -1h", got)
	}
}

func TestZeroCalendarNeverOpens(t *testing.T) {
	var never calendar.Calendar
	start := at(t, "2026-03-02T10:00:00Z")
	if never.IsOpen(start) || !never.Next(start).IsZero() || !never.Add(start, 1).IsZero() || never.Between(start, start.Add(time.Hour)) != 0 {
		t.Error("the zero Calendar opened")
	}
}

func TestNewErrors(t *testing.T) {
	const h = time.Hour
	tests := []struct {
		name   string
		config calendar.Config
		want   string
		reason string
	}{
		{"no windows", calendar.Config{}, "no weekly windows, so the calendar would never open", "a nil *Calendar is the one that never closes"},
		{"day", calendar.Config{Weekly: []calendar.Window{{Day: 7, Close: h}}}, "weekly window 0: day is 7", "Sunday is 0"},
		{"opens at 24h", calendar.Config{Weekly: []calendar.Window{{Open: 24 * h, Close: 2 * h}}}, "weekly window 0: open is 24h0m0s", "that is the next day's 0h"},
		{"negative open", calendar.Config{Weekly: []calendar.Window{{Open: -h, Close: 2 * h}}}, "weekly window 0: open is -1h0m0s", "since midnight"},
		{"closes after 24h", calendar.Config{Weekly: []calendar.Window{{Close: h}, {Open: 22 * h, Close: 30 * h}}}, "weekly window 1: close is 30h0m0s", "write 6h"},
		{"negative close", calendar.Config{Weekly: []calendar.Window{{Open: h, Close: -h}}}, "weekly window 0: close is -1h0m0s", "since midnight"},
		{"no such holiday", calendar.Config{Weekly: windows(t, "24/7"), Holidays: []calendar.Date{{Year: 2026, Month: 2, Day: 30}}}, `holiday 0: "2026-02-30" is not a day`, "it would never match"},
		{"zero holiday", calendar.Config{Weekly: windows(t, "24/7"), Holidays: []calendar.Date{{}}}, `holiday 0: "" is not a day`, "none is not a holiday"},
		{"second problem", calendar.Config{Holidays: []calendar.Date{{}}}, "\ncalendar: holiday 0", "every problem is reported"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cal, err := calendar.New(tt.config)
			checkError(t, err, tt.want)
			if cal != nil {
				t.Errorf("got a calendar beside the error: %s", tt.reason)
			}
		})
	}
}

func TestNewCopies(t *testing.T) {
	config := calendar.Config{Weekly: windows(t, "tue 09:00-17:00, mon 09:00-17:00"), Holidays: []calendar.Date{date(t, "2026-03-09"), date(t, "2026-03-03")}}
	before := slices.Clone(config.Holidays)
	cal, err := calendar.New(config)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(before, config.Holidays) {
		t.Error("New sorted the caller's slice")
	}
	config.Weekly[1].Open = 12 * time.Hour
	config.Holidays[0] = date(t, "2026-03-02")
	sameInstant(t, cal.Next(at(t, "2026-03-02T00:00:00Z")), at(t, "2026-03-02T09:00:00Z"), "the caller changed its slices afterwards")
}

func TestMonotonicClockIsIgnored(t *testing.T) {
	cal := newCalendar(t, "", "24/7")
	start := time.Now() // carries a monotonic reading, as a host's instants may
	if got, plain := cal.Add(start, time.Hour), cal.Add(start.Round(0), time.Hour); got != plain {
		t.Errorf("got %#v, want %#v: the same instant must give the same value", got, plain)
	}
}

func TestConcurrentUse(t *testing.T) {
	cal := newCalendar(t, "Europe/Berlin", office, "2026-12-25")
	start := at(t, "2026-12-24T10:00:00Z")
	want := cal.Add(start, 20*time.Hour)
	var group sync.WaitGroup
	for range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			if got := cal.Add(start, 20*time.Hour); got != want {
				t.Errorf("got %v, want %v", got, want)
			}
		}()
	}
	group.Wait()
}

// BenchmarkAdd measures a due time ten business days ahead.
func BenchmarkAdd(b *testing.B) {
	cal := newCalendar(b, "America/New_York", office)
	start := at(b, "2026-03-02T15:00:00Z")
	b.ReportAllocs()
	for b.Loop() {
		cal.Add(start, 80*time.Hour)
	}
}

func BenchmarkLoadZone(b *testing.B) {
	for b.Loop() {
		if _, err := calendar.LoadZone("Europe/Berlin"); err != nil {
			b.Fatal(err)
		}
	}
}
