package calendar_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/salesbaton/baton/handoff/calendar"
)

// withHolidays returns an office calendar with entries as AddHoliday reads them.
func withHolidays(t testing.TB, hours string, entries ...string) calendar.Config {
	t.Helper()
	c := calendar.Config{}
	if hours != "" {
		c.Weekly = windows(t, hours)
	}
	for _, s := range entries {
		if err := c.AddHoliday(s); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// cut adds a break to the configuration.
func cut(t testing.TB, c calendar.Config, on string, opens, closes time.Duration) calendar.Config {
	t.Helper()
	c.Breaks = append(c.Breaks, calendar.SpecialDay{Date: date(t, on), Hours: []calendar.Hours{{Open: opens, Close: closes}}})
	return c
}

// bothCalendars returns the calendar with its table and the same without.
func bothCalendars(t testing.TB, c calendar.Config) []*calendar.Calendar {
	t.Helper()
	cal, err := calendar.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return []*calendar.Calendar{cal, cal.In(c.Zone)}
}

func TestSpecialDates(t *testing.T) {
	const h = time.Hour
	tests := []struct {
		name     string
		config   calendar.Config
		from, to string
		want     time.Duration
		reason   string
	}{
		{"closed range", withHolidays(t, office, "2026-12-24..2027-01-01"), "2026-12-21T00:00:00Z", "2027-01-11T00:00:00Z", (3 + 5) * 8 * h, "both ends are closed"},
		{"range of a day", withHolidays(t, office, "2026-12-24..2026-12-24"), "2026-12-21T00:00:00Z", "2026-12-26T00:00:00Z", 4 * 8 * h, "the range has one day"},
		{"ranges that overlap", withHolidays(t, office, "2026-12-24..2026-12-29", "2026-12-21..2026-12-31", "2026-12-28"), "2026-12-21T00:00:00Z", "2027-01-04T00:00:00Z", 8 * h, "they are joined: 1 January is left"},
		{"night before a range", withHolidays(t, "mon-sun 22:00-06:00", "2026-12-24..2026-12-25"), "2026-12-24T00:00:00Z", "2026-12-27T00:00:00Z", 6*h + 2*h, "Wednesday's window runs into it, the next one starts on the 26th"},
		{"annual", withHolidays(t, office, "12-25"), "2026-01-01T00:00:00Z", "2028-01-01T00:00:00Z", (261 + 261 - 1) * 8 * h, "a Friday in 2026, a Saturday in 2027"},
		{"29 February", withHolidays(t, "24/7", "02-29"), "2027-02-01T00:00:00Z", "2028-04-01T00:00:00Z", (365 + 60 - 1) * 24 * h, "2028 has one, 2027 has none"},
		{"half day", withHolidays(t, office, "2026-12-24 09:00-13:00"), "2026-12-24T00:00:00Z", "2026-12-25T00:00:00Z", 4 * h, "in the place of the weekly hours"},
		{"longer day", withHolidays(t, office, "2026-12-24 07:00-20:00"), "2026-12-24T00:00:00Z", "2026-12-25T00:00:00Z", 13 * h, "also when it is longer"},
		{"extra Saturday", withHolidays(t, office, "2026-12-19 10:00-14:00"), "2026-12-19T00:00:00Z", "2026-12-20T00:00:00Z", 4 * h, "a day without weekly hours"},
		{"open on a holiday", withHolidays(t, office, "2026-12-23..2026-12-25", "12-24", "2026-12-24 10:00-12:00"), "2026-12-24T00:00:00Z", "2026-12-25T00:00:00Z", 2 * h, "hours of the day come first"},
		{"two openings of a day", withHolidays(t, office, "2026-12-24 09:00-11:00", "2026-12-24 10:00-12:00", "2026-12-24 13:00-14:00"), "2026-12-24T00:00:00Z", "2026-12-25T00:00:00Z", 4 * h, "joined, and an overlap counts once"},
		{"overnight on a day", withHolidays(t, office, "2026-12-24 22:00-02:00"), "2026-12-24T00:00:00Z", "2026-12-26T00:00:00Z", 4*h + 8*h, "runs into the 25th, which keeps its own hours"},
		{"day without hours", calendar.Config{Weekly: windows(t, office), Days: []calendar.SpecialDay{{Date: date(t, "2026-12-24")}}}, "2026-12-24T00:00:00Z", "2026-12-25T00:00:00Z", 0, "closed"},
		{"nothing weekly", withHolidays(t, "", "2026-12-24 09:00-13:00"), "2026-01-01T00:00:00Z", "2030-01-01T00:00:00Z", 4 * h, "a fair that is open once"},
		{"break", cut(t, withHolidays(t, office), "2026-12-24", 12*h, 13*h), "2026-12-24T00:00:00Z", "2026-12-25T00:00:00Z", 7 * h, "one hour is cut out"},
		{"break beyond the hours", cut(t, withHolidays(t, office), "2026-12-24", 16*h, 18*h), "2026-12-24T00:00:00Z", "2026-12-25T00:00:00Z", 7 * h, "only what is open can be cut"},
		{"break of the half day", cut(t, withHolidays(t, office, "2026-12-24 09:00-13:00"), "2026-12-24", 8*h, 10*h), "2026-12-24T00:00:00Z", "2026-12-25T00:00:00Z", 3 * h, "cuts special hours too"},
		{"break of the night before", cut(t, withHolidays(t, "wed 22:00-06:00"), "2026-12-24", 2*h, 3*h), "2026-12-23T00:00:00Z", "2026-12-26T00:00:00Z", 7 * h, "the date of the break counts, not that of the window"},
		{"break over midnight", cut(t, withHolidays(t, "24/7"), "2026-12-24", 22*h, 2*h), "2026-12-24T00:00:00Z", "2026-12-26T00:00:00Z", 44 * h, "to 02:00 on the next day"},
		{"breaks that overlap", cut(t, cut(t, withHolidays(t, office), "2026-12-24", 12*h, 14*h), "2026-12-24", 13*h, 15*h), "2026-12-24T00:00:00Z", "2026-12-25T00:00:00Z", 5 * h, "counted once"},
		{"break on a holiday", cut(t, withHolidays(t, office, "2026-12-24"), "2026-12-24", 12*h, 13*h), "2026-12-24T00:00:00Z", "2026-12-25T00:00:00Z", 0, "nothing is open that could be cut"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, cal := range bothCalendars(t, tt.config) {
				from, to := at(t, tt.from), at(t, tt.to)
				if got := cal.Between(from, to); got != tt.want {
					t.Errorf("Between = %v, want %v: %s", got, tt.want, tt.reason)
				}
				if tt.want > 0 && cal.Between(from, cal.Add(from, tt.want)) != tt.want {
					t.Errorf("Add(%v) = %v: %s", tt.want, cal.Add(from, tt.want), tt.reason)
				}
			}
		})
	}
}

func TestAfterTheLastSpecialDay(t *testing.T) {
	config := withHolidays(t, "", "2026-12-24 09:00-13:00")
	for _, cal := range bothCalendars(t, config) {
		for _, from := range []string{"2026-12-24T13:00:00Z", "2199-12-31T23:00:00Z", "2300-01-01T00:00:00Z"} {
			start := at(t, from)
			if !cal.Next(start).IsZero() || !cal.Add(start, 1).IsZero() || cal.IsOpen(start) {
				t.Errorf("opens after %s: the last day is over", from)
			}
		}
		if got := cal.Add(at(t, "2026-01-01T00:00:00Z"), 5*time.Hour); !got.IsZero() {
			t.Errorf("five hours have passed at %v, but there are four", got)
		}
	}
}

func TestAddHoliday(t *testing.T) {
	got := withHolidays(t, "", "2026-12-25", " 2026-12-24..2027-01-01 ", "12-25", "02-29", "2026-12-24  22:00-02:00")
	want := calendar.Config{
		Holidays: []calendar.Date{date(t, "2026-12-25")},
		Closed:   []calendar.DateRange{{From: date(t, "2026-12-24"), To: date(t, "2027-01-01")}},
		Annual:   []calendar.MonthDay{{Month: time.December, Day: 25}, {Month: time.February, Day: 29}},
		Days:     []calendar.SpecialDay{{Date: date(t, "2026-12-24"), Hours: []calendar.Hours{{Open: 22 * time.Hour, Close: 2 * time.Hour}}}},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(calendar.Config{}, "Zone")); diff != "" {
		t.Errorf("each form has its own field (-want +got):\n%s", diff)
	}
}

func TestAddHolidayErrors(t *testing.T) {
	tests := []struct{ name, in, want, reason string }{
		{"empty", "", `holiday "": want a date such as 2026-12-25, a range such as 2026-12-24..2027-01-01`, "lists the forms"},
		{"a name", "Christmas", `want a date such as 2026-12-25, a range`, "names are not dates"},
		{"a day and a month", "25 Dec", `want a date such as 2026-12-25, a range`, "it is no date with hours"},
		{"slashes", "12/25", `want a date such as 2026-12-25, a range`, "which is the month?"},
		{"no such day", "2026-02-29", `date "2026-02-29": there is no such day`, "2026 is no leap year"},
		{"no such day of any year", "02-30", `day "02-30": write the month and a day that it has as 12-25`, "not in leap years either"},
		{"range backwards", "2027-01-01..2026-12-24", `2026-12-24 is before 2027-01-01: write the earlier date first`, "an empty range is a mistake"},
		{"half a range", "2026-12-24..", `date "": write year, month and day`, "a range has two ends"},
		{"annual range", "12-24..12-31", `there is no range of every year: write one with dates for each year, such as 2026-12-24..2026-12-31, or each of its days by itself, such as 12-24`, "ranges have years"},
		{"three dots", "2026-12-24...2026-12-25", `date ".2026-12-25"`, "two dots"},
		{"annual hours", "12-24 09:00-13:00", `there are no hours of every year: write an entry with a date for each year, such as "2026-12-24 09:00-13:00"`, "hours belong to one date"},
		{"no close", "2026-12-24 09:00", `hours "09:00": write the opening and the closing time`, "an opening needs an end"},
		{"opens at 24:00", "2026-12-24 24:00-02:00", "24:00 cannot open a window", "as in the week"},
		{"three words", "2026-12-24 09:00-12:00 13:00-14:00", "want a date such as", "one opening an entry"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var c calendar.Config
			checkError(t, c.AddHoliday(tt.in), tt.want)
			if diff := cmp.Diff(calendar.Config{}, c, cmpopts.IgnoreFields(calendar.Config{}, "Zone")); diff != "" {
				t.Errorf("the configuration changed beside the error: %s", tt.reason)
			}
		})
	}
}

func TestNewErrorsOfDates(t *testing.T) {
	day := date(t, "2026-12-24")
	tests := []struct {
		name   string
		config calendar.Config
		want   string
		never  bool
		reason string
	}{
		{"range backwards", calendar.Config{Closed: []calendar.DateRange{{From: day, To: day.AddDays(-1)}}}, "closed range 0: 2026-12-23 is before 2026-12-24", true, "an empty range is a mistake"},
		{"range without an end", calendar.Config{Closed: []calendar.DateRange{{From: day}}}, `closed range 0: "" is not a day`, true, "none is not for ever"},
		{"no such day of any year", calendar.Config{Annual: []calendar.MonthDay{{Month: 2, Day: 30}}}, "annual holiday 0: month 2 has no day 30", true, "it would never match"},
		{"zero annual", calendar.Config{Annual: []calendar.MonthDay{{}}}, "annual holiday 0: month 0 has no day 0", true, "none is not a holiday"},
		{"hours", calendar.Config{Days: []calendar.SpecialDay{{Date: day, Hours: []calendar.Hours{{Close: time.Hour}, {Open: 24 * time.Hour}}}}}, "special day 0: 2026-12-24, hours 1: open is 24h0m0s", false, "the rules of a window"},
		{"zero special day", calendar.Config{Days: []calendar.SpecialDay{{}}}, `special day 0: "" is not a day`, true, "none is not a day"},
		{"break without hours", calendar.Config{Breaks: []calendar.SpecialDay{{Date: day}}}, "break 0: 2026-12-24 has no hours", true, "it would cut nothing, or all?"},
		{"closed and open", withHolidays(t, office, "2026-12-25", "2026-12-24 09:00-13:00", "2026-12-24"), "special day 0: 2026-12-24 is listed as a holiday too, so that it would be closed and open: remove the holiday, or the hours", false, "one of the two is a mistake"},
		{"only closed days", calendar.Config{Days: []calendar.SpecialDay{{Date: day}}}, "no weekly windows, so the calendar would never open", true, "a day without hours opens nothing"},
		{"closed every day", calendar.Config{Weekly: windows(t, office), Closed: []calendar.DateRange{{From: date(t, "1960-01-01"), To: date(t, "2300-01-01")}}}, "holidays and breaks leave nothing open", true, "from 1970 to 2199 nothing is left"},
		{"the day is cut out", cut(t, withHolidays(t, "", "2026-12-24 09:00-13:00"), "2026-12-24", 8*time.Hour, 14*time.Hour), "holidays and breaks leave nothing open", true, "the only opening is a break"},
		{"the day did not take place", calendar.Config{Zone: zone(t, "Pacific/Apia"), Days: withHolidays(t, "", "2011-12-30 09:00-13:00").Days}, "holidays and breaks leave nothing open", true, "Samoa skipped 30 December 2011"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cal, err := calendar.New(tt.config)
			checkError(t, err, tt.want)
			if never := new(calendar.NeverOpensError); errors.As(err, &never) != tt.never {
				t.Errorf("error %v, want a NeverOpensError in it: %v", err, tt.never)
			}
			if cal != nil {
				t.Errorf("got a calendar beside the error: %s", tt.reason)
			}
		})
	}
}

func TestIn(t *testing.T) {
	c := withHolidays(t, office, "2026-12-24 09:00-13:00", "12-25")
	c.Zone = zone(t, "America/New_York")
	cal, err := calendar.New(c)
	if err != nil {
		t.Fatal(err)
	}
	tokyo := cal.In(zone(t, "Asia/Tokyo"))
	start := at(t, "2026-12-23T22:00:00Z")
	sameInstant(t, tokyo.Add(start, 5*time.Hour), at(t, "2026-12-28T01:00:00Z"), "half a day on the 24th, the 25th is closed, a weekend")
	sameInstant(t, cal.Next(start), at(t, "2026-12-24T14:00:00Z"), "the calendar itself stays in New York")
	sameInstant(t, tokyo.In(nil).Next(start), at(t, "2026-12-24T09:00:00Z"), "a nil Zone is UTC")
	var always *calendar.Calendar
	if always.In(zone(t, "Asia/Tokyo")) != nil {
		t.Error("a nil Calendar is always open in every zone")
	}
}

func FuzzAddHoliday(f *testing.F) {
	for _, s := range []string{"2026-12-25", "2026-12-24..2027-01-01", "12-25", "02-29", "2026-12-24 09:00-13:00", "2026-12-24..2026-12-23", "..", "0000-01-01"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var c calendar.Config
		err := c.AddHoliday(s)
		added := len(c.Holidays) + len(c.Closed) + len(c.Annual) + len(c.Days)
		if (err == nil) != (added == 1) {
			t.Fatalf("AddHoliday(%q): error %v, %d entries", s, err, added)
		}
		c.Weekly = []calendar.Window{{}}
		if _, newErr := calendar.New(c); err == nil && newErr != nil && !errors.As(newErr, new(*calendar.NeverOpensError)) {
			t.Fatalf("New refuses what AddHoliday read from %q: %v", s, newErr)
		}
	})
}
