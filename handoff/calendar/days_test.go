package calendar_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff/calendar"
)

func TestDue(t *testing.T) {
	const late = "mon-fri 10:00-18:00"
	days := func(n int, unit calendar.Day, d time.Duration) calendar.Term {
		return calendar.Term{Days: n, Day: unit, Hours: d}
	}
	const elapsed, business, opening = calendar.DayElapsed, calendar.DayBusiness, calendar.DayFromOpening
	tests := []struct {
		name, start string
		term        calendar.Term
		want        string
		reason      string
	}{
		{"10 h", "2026-03-04T15:00:00Z", days(0, elapsed, 10*time.Hour), "2026-03-05T17:00:00Z", "3 hours of Wednesday and 7 of Thursday"},
		{"1 d 10 h, elapsed", "2026-03-04T15:00:00Z", days(1, elapsed, 10*time.Hour), "2026-03-06T17:00:00Z", "3 hours of Thursday and 7 of Friday"},
		{"1 d 10 h, business", "2026-03-04T15:00:00Z", days(1, business, 10*time.Hour), "2026-03-06T17:00:00Z", "the same in the middle of a week"},
		{"1 d 10 h, from opening", "2026-03-04T15:00:00Z", days(1, opening, 10*time.Hour), "2026-03-06T17:00:00Z", "the start is open"},
		{"10 h, at night", "2026-03-04T20:00:00Z", days(0, elapsed, 10*time.Hour), "2026-03-06T12:00:00Z", "8 hours of Thursday and 2 of Friday"},
		{"1 d 10 h at night, elapsed", "2026-03-04T20:00:00Z", days(1, elapsed, 10*time.Hour), "2026-03-09T12:00:00Z", "8 hours of Friday and 2 of Monday"},
		{"1 d 10 h at night, business", "2026-03-04T20:00:00Z", days(1, business, 10*time.Hour), "2026-03-09T12:00:00Z", "Thursday evening is the end of Thursday"},
		{"1 d 10 h at night, from opening", "2026-03-04T20:00:00Z", days(1, opening, 10*time.Hour), "2026-03-09T12:00:00Z", "from Thursday 10:00, so to Friday 10:00"},
		{"1 d 10 h on Friday, elapsed", "2026-03-06T15:00:00Z", days(1, elapsed, 10*time.Hour), "2026-03-10T12:00:00Z", "the day passes on Saturday"},
		{"1 d 10 h on Friday, business", "2026-03-06T15:00:00Z", days(1, business, 10*time.Hour), "2026-03-10T17:00:00Z", "the day passes on Monday"},
		{"1 d on Friday, elapsed", "2026-03-06T15:00:00Z", days(1, elapsed, 0), "2026-03-09T10:00:00Z", "Saturday is closed"},
		{"1 d on Friday, business", "2026-03-06T15:00:00Z", days(1, business, 0), "2026-03-09T15:00:00Z", "the same time on Monday"},
		{"1 d on Saturday, business", "2026-03-07T15:00:00Z", days(1, business, 0), "2026-03-09T15:00:00Z", "Monday is the first day after"},
		{"1 d on Saturday, from opening", "2026-03-07T15:00:00Z", days(1, opening, 0), "2026-03-10T10:00:00Z", "counted from Monday 10:00"},
		{"1 d to the closing", "2026-03-04T18:00:00Z", days(1, elapsed, 0), "2026-03-05T18:00:00Z", "due at close"},
		{"1 d to the closing, from opening", "2026-03-04T18:00:00Z", days(1, opening, 0), "2026-03-05T18:00:00Z", "the closing instant belongs to its day"},
		{"unknown day", "2026-03-06T15:00:00Z", days(1, 7, 0), "2026-03-09T10:00:00Z", "as DayElapsed"},
		{"nothing", "2026-03-07T15:00:00Z", calendar.Term{}, "2026-03-09T10:00:00Z", "as Next"},
		{"nothing, at the closing", "2026-03-06T18:00:00Z", calendar.Term{}, "2026-03-09T10:00:00Z", "as Next"},
		{"negative", "2026-03-07T15:00:00Z", days(-1, business, -time.Hour), "2026-03-09T10:00:00Z", "as zero"},
		{"closing", "2026-03-06T10:00:00Z", calendar.Term{Hours: 8 * time.Hour}, "2026-03-06T18:00:00Z", "due at close"},
		{"closing, rolled", "2026-03-06T10:00:00Z", calendar.Term{Hours: 8 * time.Hour, Boundary: calendar.NextOpening}, "2026-03-09T10:00:00Z", "due at the next opening"},
		{"before the closing, rolled", "2026-03-06T10:00:00Z", calendar.Term{Hours: 8*time.Hour - 1, Boundary: calendar.NextOpening}, "2026-03-06T17:59:59.999999999Z", "not at a boundary"},
		{"day to the closing, rolled", "2026-03-04T18:00:00Z", calendar.Term{Days: 1, Boundary: calendar.NextOpening}, "2026-03-06T10:00:00Z", "rolled as hours are"},
	}
	cal := newCalendar(t, "", late)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sameInstant(t, cal.Due(at(t, tt.start), tt.term), at(t, tt.want), tt.reason)
		})
	}
}

func TestDueOfNilAndBeyondTheHorizon(t *testing.T) {
	start := at(t, "2026-03-07T15:00:00Z")
	for _, unit := range []calendar.Day{calendar.DayElapsed, calendar.DayBusiness, calendar.DayFromOpening} {
		term := calendar.Term{Days: 2, Day: unit, Hours: time.Hour, Boundary: calendar.NextOpening}
		var always *calendar.Calendar
		sameInstant(t, always.Due(start, term), at(t, "2026-03-09T16:00:00Z"), "a nil Calendar is always open")
		if got := new(calendar.Calendar).Due(start, term); !got.IsZero() {
			t.Errorf("unit %d: the zero Calendar answers %v", unit, got)
		}
		far := calendar.Term{Days: 200_000, Day: unit, Hours: time.Hour}
		if got := newCalendar(t, "", office).Due(start, far); !got.IsZero() {
			t.Errorf("unit %d: 200,000 days and an hour are over at %v", unit, got)
		}
		for _, n := range []int{200_000, math.MaxInt, -200_000, math.MinInt} {
			if got := newCalendar(t, "", office).AddDays(start, n, unit); !got.IsZero() {
				t.Errorf("unit %d: %d days away is %v", unit, n, got)
			}
		}
	}
}

func TestDueRolledBeyondTheHorizon(t *testing.T) {
	term := calendar.Term{Hours: math.MaxInt64, Boundary: calendar.NextOpening}
	if got := newCalendar(t, "", "mon 09:00-09:01").Due(at(t, "2026-03-07T15:00:00Z"), term); !got.IsZero() {
		t.Errorf("292 years of Monday minutes are over at %v", got)
	}
}

func TestAddDays(t *testing.T) {
	const split = "mon-fri 09:00-12:00, mon-fri 13:00-17:00, sat 10:00-14:00"
	tests := []struct {
		name, zone, start string
		n                 int
		unit              calendar.Day
		want              string
		reason            string
	}{
		{"over a change of clocks", "Europe/Berlin", "2026-03-27T09:00:00Z", 2, calendar.DayBusiness, "2026-03-30T08:00:00Z", "10:00 by the clock"},
		{"back over a change of clocks", "Europe/Berlin", "2026-03-30T08:00:00Z", -2, calendar.DayBusiness, "2026-03-27T09:00:00Z", "10:00 by the clock"},
		{"into a break", "", "2026-03-07T12:30:00Z", 1, calendar.DayBusiness, "2026-03-09T13:00:00Z", "Monday is closed at 12:30, and opens at 13:00"},
		{"back into a break", "", "2026-03-07T12:30:00Z", -1, calendar.DayBusiness, "2026-03-06T12:00:00Z", "Friday is closed at 12:30, and closed at 12:00"},
		{"back from a Sunday", "", "2026-03-08T11:00:00Z", -1, calendar.DayBusiness, "2026-03-07T11:00:00Z", "Saturday is the first day before"},
		{"back from a Sunday, from opening", "", "2026-03-08T11:00:00Z", -1, calendar.DayFromOpening, "2026-03-06T10:00:00Z", "counted from Saturday 10:00"},
		{"back from a Sunday, elapsed", "", "2026-03-09T11:00:00Z", -1, calendar.DayElapsed, "2026-03-07T14:00:00Z", "Sunday is closed"},
		{"zero in a break", "", "2026-03-06T12:30:00Z", 0, calendar.DayBusiness, "2026-03-06T13:00:00Z", "zero days are counted forward"},
		{"zero while open", "", "2026-03-06T11:30:00Z", 0, calendar.DayFromOpening, "2026-03-06T11:30:00Z", "nothing to move"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cal := newCalendar(t, tt.zone, split)
			sameInstant(t, cal.AddDays(at(t, tt.start), tt.n, tt.unit), at(t, tt.want), tt.reason)
		})
	}
}

func TestAddWorkdays(t *testing.T) {
	const elapsed, business, opening = calendar.DayElapsed, calendar.DayBusiness, calendar.DayFromOpening
	tests := []struct {
		name, start string
		n           int
		unit        calendar.Day
		want        string
		reason      string
	}{
		{"over a weekend", "2026-03-06", 1, business, "2026-03-09", "Friday to Monday"},
		{"over a holiday", "2026-03-09", 1, business, "2026-03-11", "Tuesday is a holiday"},
		{"back over a holiday", "2026-03-11", -1, business, "2026-03-09", "Tuesday is a holiday"},
		{"from a Saturday", "2026-03-07", 1, business, "2026-03-09", "Monday is the first day after"},
		{"from a Saturday, from opening", "2026-03-07", 1, opening, "2026-03-11", "counted from Monday"},
		{"back from a Saturday, from opening", "2026-03-07", -1, opening, "2026-03-05", "counted from Friday"},
		{"elapsed", "2026-03-06", 1, elapsed, "2026-03-09", "Saturday is moved on"},
		{"back, elapsed", "2026-03-08", -1, elapsed, "2026-03-06", "Saturday is moved back"},
		{"zero", "2026-03-07", 0, business, "2026-03-09", "forward to a business day"},
		{"none", "", 1, opening, "", "the zero Date stays zero"},
		{"beyond the horizon", "2026-03-07", 146_000, business, "", "more than 400 years of business days"},
	}
	cal := newCalendar(t, "", office, "2026-03-10")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := cal.AddWorkdays(dateOrNone(tt.start), tt.n, tt.unit); got != dateOrNone(tt.want) {
				t.Errorf("got %q, want %q: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func TestIsWorkdayAndIsHoliday(t *testing.T) {
	night := newCalendar(t, "Europe/Berlin", "fri 22:00-06:00, sun 02:15-02:45", "2026-03-13", "2026-03-14")
	tests := []struct {
		name             string
		cal              *calendar.Calendar
		date             string
		workday, holiday bool
		reason           string
	}{
		{"window starts", night, "2026-03-06", true, false, "Friday"},
		{"window ends", night, "2026-03-07", false, false, "the night shift belongs to Friday"},
		{"holiday", night, "2026-03-13", false, true, "no window starts"},
		{"holiday without a window", night, "2026-03-14", false, true, "listed all the same"},
		{"window in a gap", night, "2026-03-29", false, false, "clocks skip the window"},
		{"window on other Sundays", night, "2026-03-22", true, false, "clocks do not"},
		{"nil calendar", nil, "2026-03-07", true, false, "always open"},
		{"nil calendar, none", nil, "", false, false, "the zero Date is no day"},
		{"none", night, "", false, false, "the zero Date is no day"},
		{"zero calendar", new(calendar.Calendar), "2026-03-06", false, false, "never open"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := dateOrNone(tt.date)
			if got := tt.cal.IsWorkday(d); got != tt.workday {
				t.Errorf("IsWorkday = %v: %s", got, tt.reason)
			}
			if got := tt.cal.IsHoliday(d); got != tt.holiday {
				t.Errorf("IsHoliday = %v: %s", got, tt.reason)
			}
		})
	}
}

func TestWorkdays(t *testing.T) {
	cal := newCalendar(t, "", office, "2026-03-10")
	tests := []struct {
		name, a, b string
		want       int
		reason     string
	}{
		{"a week", "2026-03-02", "2026-03-09", 5, "the end is not counted"},
		{"a week with a holiday", "2026-03-09", "2026-03-16", 4, "a holiday is no business day"},
		{"back", "2026-03-09", "2026-03-02", -5, "the negative of the other way"},
		{"nothing", "2026-03-09", "2026-03-09", 0, "no day lies between"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := cal.Workdays(date(t, tt.a), date(t, tt.b)); got != tt.want {
				t.Errorf("got %d, want %d: %s", got, tt.want, tt.reason)
			}
		})
	}
}

// TestDaysAgree holds counting days to counting them one by one with IsWorkday.
func TestDaysAgree(t *testing.T) {
	r := rand.New(rand.NewPCG(2026, 22))
	first := date(t, "2026-02-20")
	for range 200 {
		config := calendar.Config{Weekly: randomWindows(r)}
		for range r.IntN(6) {
			config.Holidays = append(config.Holidays, first.AddDays(r.IntN(40)))
		}
		cal, err := calendar.New(config)
		if err != nil {
			t.Fatal(err)
		}
		d, n := first.AddDays(r.IntN(40)), 1+r.IntN(20)
		onward, back := cal.AddWorkdays(d, n, calendar.DayBusiness), cal.AddWorkdays(d, -n, calendar.DayBusiness)
		if !cal.IsWorkday(onward) || cal.Workdays(d.AddDays(1), onward.AddDays(1)) != n {
			t.Errorf("windows %v: %d days after %v is %v", config.Weekly, n, d, onward)
		}
		if !cal.IsWorkday(back) || cal.Workdays(d, back) != -n {
			t.Errorf("windows %v: %d days before %v is %v", config.Weekly, n, d, back)
		}
		noon := (*calendar.Zone)(nil).At(d, 12*time.Hour)
		if got := cal.AddDays(noon, n, calendar.DayBusiness); got.Before((*calendar.Zone)(nil).At(onward, 12*time.Hour)) {
			t.Errorf("windows %v: %d days after noon of %v is %v, which is before %v", config.Weekly, n, d, got, onward)
		}
	}
}

// TestDatesOfCombinations asks two offices with other holidays, weekends and breaks.
func TestDatesOfCombinations(t *testing.T) {
	lunch := func(day string) []calendar.SpecialDay {
		return []calendar.SpecialDay{{Date: date(t, day), Hours: []calendar.Hours{{Open: 12 * time.Hour, Close: 13 * time.Hour}}}}
	}
	office := func(c calendar.Config) *calendar.Calendar {
		cal, err := calendar.New(c)
		if err != nil {
			t.Fatal(err)
		}
		return cal
	}
	west := office(calendar.Config{Weekly: windows(t, "mon-fri 09:00-17:00"), Holidays: []calendar.Date{date(t, "2026-03-03")}, Breaks: lunch("2026-03-04")})
	east := office(calendar.Config{Weekly: windows(t, "sun-thu 09:00-17:00"), Annual: []calendar.MonthDay{{Month: 3, Day: 4}}, Breaks: lunch("2026-03-05")})
	both, err := calendar.Intersect(west, east)
	if err != nil {
		t.Fatal(err)
	}
	either, err := calendar.Union(west, east)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, date                                       string
		workdayBoth, workdayAny, holidayBoth, holidayAny bool // of the intersection, of the union
		breakBoth, breakAny                              bool
		reason                                           string
	}{
		{"both work", "2026-03-02", true, true, false, false, false, false, "Monday"},
		{"one has a holiday", "2026-03-03", false, true, true, false, false, false, "the other works"},
		{"one has a break, the other a yearly holiday", "2026-03-04", false, true, true, false, true, false, "the day is not one for both"},
		{"one has a break", "2026-03-05", true, true, false, false, true, false, "the other goes on"},
		{"one works", "2026-03-06", false, true, false, false, false, false, "Friday"},
		{"nobody works", "2026-03-07", false, false, false, false, false, false, "Saturday"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := date(t, tt.date)
			noon := (*calendar.Zone)(nil).At(d, 12*time.Hour+30*time.Minute)
			got := []bool{both.IsWorkday(d), either.IsWorkday(d), both.IsHoliday(d), either.IsHoliday(d), both.IsBreak(noon), either.IsBreak(noon)}
			want := []bool{tt.workdayBoth, tt.workdayAny, tt.holidayBoth, tt.holidayAny, tt.breakBoth, tt.breakAny}
			if !slices.Equal(got, want) {
				t.Errorf("got %v, want %v: %s", got, want, tt.reason)
			}
			if after := (*calendar.Zone)(nil).At(d, 13*time.Hour); both.IsBreak(after) {
				t.Error("a break goes on at its end")
			}
		})
	}
}
