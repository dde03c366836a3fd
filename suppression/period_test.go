package suppression

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff/calendar"
)

// moment reads an instant such as 2026-03-02T09:00Z, with or without seconds.
func moment(t testing.TB, text string) time.Time {
	t.Helper()
	for _, layout := range []string{"2006-01-02T15:04Z07:00", time.RFC3339Nano} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC()
		}
	}
	t.Fatalf("%q is no instant", text)
	return time.Time{}
}

func moments(t testing.TB, texts []string) []time.Time {
	t.Helper()
	var all []time.Time
	for _, text := range texts {
		all = append(all, moment(t, text))
	}
	return all
}

func zoneNamed(t testing.TB, name string) *calendar.Zone {
	t.Helper()
	zone, err := calendar.LoadZone(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func zonesNamed(t testing.TB, names ...string) []*calendar.Zone {
	t.Helper()
	var all []*calendar.Zone
	for _, name := range names {
		all = append(all, zoneNamed(t, name))
	}
	return all
}

func hoursOf(t testing.TB, text string) []calendar.Window {
	t.Helper()
	windows, err := calendar.ParseWindows(text)
	if err != nil {
		t.Fatal(err)
	}
	return windows
}

func TestPeriod(t *testing.T) {
	for _, tt := range []struct {
		name, zone string
		window     Window
		at         string
		from, to   string
		reason     string
	}{
		{"an hour", "UTC", Window{Every: Hour}, "2026-03-02T09:59:59.999999Z", "2026-03-02T09:00Z", "2026-03-02T10:00Z", "the last microsecond is in it"},
		{"the next hour", "UTC", Window{Every: Hour}, "2026-03-02T10:00Z", "2026-03-02T10:00Z", "2026-03-02T11:00Z", "it has the instant at which it begins"},
		{"an hour in a zone off by half", "Asia/Kolkata", Window{Every: Hour}, "2026-03-02T09:15Z", "2026-03-02T08:30Z", "2026-03-02T09:30Z", "hours are those of clocks"},
		{"an hour shown twice", "Europe/Berlin", Window{Every: Hour}, "2026-10-25T01:30Z", "2026-10-25T00:00Z", "2026-10-25T02:00Z", "02:00 to 03:00 comes twice and is one period"},
		{"an hour that is missing", "America/New_York", Window{Every: Hour}, "2026-03-08T06:30Z", "2026-03-08T06:00Z", "2026-03-08T07:00Z", "the next begins after the gap"},
		{"a day", "Europe/Berlin", Window{Every: Day}, "2026-03-02T22:59Z", "2026-03-01T23:00Z", "2026-03-02T23:00Z", "midnight in Berlin is 23:00 UTC"},
		{"a day of 23 hours", "Europe/Berlin", Window{Every: Day}, "2026-03-29T12:00Z", "2026-03-28T23:00Z", "2026-03-29T22:00Z", "clocks are put forward"},
		{"a day of 25 hours", "Europe/Berlin", Window{Every: Day}, "2026-10-25T22:59Z", "2026-10-24T22:00Z", "2026-10-25T23:00Z", "clocks are put back"},
		{"a day without midnight", "America/Sao_Paulo", Window{Every: Day}, "2018-11-04T03:30Z", "2018-11-04T03:00Z", "2018-11-05T02:00Z", "it begins at 01:00, when the gap ends"},
		{"a midnight shown twice", "America/St_Johns", Window{Every: Day}, "2006-10-29T02:45Z", "2006-10-29T02:30Z", "2006-10-30T03:30Z", "at 23:15 the second time, Sunday has begun"},
		{"yesterday again", "America/St_Johns", Window{Every: Day}, "2010-11-07T03:00Z", "2010-11-07T02:30Z", "2010-11-08T03:30Z", "of two 23:30 the second is the new day's"},
		{"before that", "America/St_Johns", Window{Every: Day}, "2010-11-07T02:00Z", "2010-11-06T02:30Z", "2010-11-07T02:30Z", "the first is the old day's"},
		{"a week from Sunday", "UTC", Window{Every: Week}, "2026-03-07T23:59Z", "2026-03-01T00:00Z", "2026-03-08T00:00Z", "the zero start is Sunday, and Saturday the last day"},
		{"a week from Monday", "UTC", Window{Every: Week, WeekStart: time.Monday}, "2026-03-01T12:00Z", "2026-02-23T00:00Z", "2026-03-02T00:00Z", "Sunday is the last day"},
		{"a month", "America/New_York", Window{Every: Month}, "2026-03-01T04:59Z", "2026-02-01T05:00Z", "2026-03-01T05:00Z", "midnight of the first in New York"},
		{"December", "UTC", Window{Every: Month}, "2026-12-31T23:59Z", "2026-12-01T00:00Z", "2027-01-01T00:00Z", "over the end of the year"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			from, to := tt.window.period(zoneNamed(t, tt.zone), moment(t, tt.at))
			if diff := cmp.Diff(moments(t, []string{tt.from, tt.to}), []time.Time{from, to}); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

func TestCapOpens(t *testing.T) {
	const h = time.Hour
	for _, tt := range []struct {
		name, zone string
		cap        Cap
		taken      []string // of a timer: planned
		ends       []string
		lost       string
		at, want   string
		reason     string
	}{
		{"an empty tally", "UTC", Cap{Max: 1, Window: Window{Every: Day}}, nil, nil, "", "2026-03-02T09:00Z", "2026-03-02T09:00Z", "nothing counts"},
		{"a full day", "UTC", Cap{Max: 1, Window: Window{Every: Day}}, []string{"2026-03-02T08:00Z"}, nil, "", "2026-03-02T23:59:59.999999Z", "2026-03-03T00:00Z", "until midnight"},
		{"the day before", "UTC", Cap{Max: 1, Window: Window{Every: Day}}, []string{"2026-03-01T23:59:59.999999Z"}, nil, "", "2026-03-02T00:00Z", "2026-03-02T00:00Z", "a period has no instant of the one before"},
		{"a day that waits", "UTC", Cap{Max: 1, Window: Window{Every: Day}}, []string{"2026-03-02T08:00Z", "2026-03-03T08:00Z", "2026-03-04T00:00Z"}, nil, "", "2026-03-02T07:00Z", "2026-03-05T00:00Z", "what is planned fills the days after"},
		{"a day of 25 hours", "Europe/Berlin", Cap{Max: 1, Window: Window{Every: Day}}, []string{"2026-10-24T22:00Z"}, nil, "", "2026-10-25T22:30Z", "2026-10-25T23:00Z", "the day lasts until 24:00, 25 hours after it began"},
		{"an earlier instant in the day", "UTC", Cap{Max: 1, Window: Window{Every: Day}}, []string{"2026-03-02T20:00Z"}, nil, "", "2026-03-02T09:00Z", "2026-03-03T00:00Z", "what comes later in the period counts too"},
		{"forgotten", "UTC", Cap{Max: 2, Window: Window{Every: Day}}, []string{"2026-03-02T20:00Z"}, nil, "2026-03-02T20:00Z", "2026-03-02T09:00Z", "2026-03-03T00:00Z", "before what the tally remembers, a day may be full"},
		{"forgotten before", "UTC", Cap{Max: 2, Window: Window{Every: Day}}, []string{"2026-03-01T20:00Z"}, nil, "2026-03-01T20:00Z", "2026-03-02T09:00Z", "2026-03-02T09:00Z", "the tally remembers the whole day"},

		{"within", "UTC", Cap{Max: 1, Window: Window{Within: 24 * h}}, []string{"2026-03-01T22:00Z"}, nil, "", "2026-03-02T21:59:59.999999Z", "2026-03-02T22:00Z", "a microsecond too early"},
		{"within, over", "UTC", Cap{Max: 1, Window: Window{Within: 24 * h}}, []string{"2026-03-01T22:00Z"}, nil, "", "2026-03-02T22:00Z", "2026-03-02T22:00Z", "24 hours apart are in no stretch of 24 hours"},
		{"within, the oldest of two leaves", "UTC", Cap{Max: 2, Window: Window{Within: 24 * h}}, []string{"2026-03-01T10:00Z", "2026-03-01T22:00Z"}, nil, "", "2026-03-02T09:00Z", "2026-03-02T10:00Z", "then one is left"},
		{"within, before a planned one", "UTC", Cap{Max: 1, Window: Window{Within: 24 * h}}, []string{"2026-03-02T20:00Z"}, nil, "", "2026-03-02T09:00Z", "2026-03-03T20:00Z", "it would be 11 hours before, and until then it is nearer"},
		{"within, long before a planned one", "UTC", Cap{Max: 1, Window: Window{Within: 24 * h}}, []string{"2026-03-03T09:00Z"}, nil, "", "2026-03-02T09:00Z", "2026-03-02T09:00Z", "they are 24 hours apart"},
		{"within, between two", "UTC", Cap{Max: 2, Window: Window{Within: 24 * h}}, []string{"2026-03-02T00:00Z", "2026-03-02T20:00Z"}, nil, "", "2026-03-02T10:00Z", "2026-03-03T00:00Z", "three in 20 hours; when the first has left, there are two"},
		{"within, between two apart", "UTC", Cap{Max: 2, Window: Window{Within: 24 * h}}, []string{"2026-03-02T00:00Z", "2026-03-03T00:00Z"}, nil, "", "2026-03-02T10:00Z", "2026-03-02T10:00Z", "no stretch of 24 hours has all three"},
		{"within, one after the other", "UTC", Cap{Max: 1, Window: Window{Within: 24 * h}}, []string{"2026-03-02T00:00Z", "2026-03-03T12:00Z"}, nil, "", "2026-03-02T10:00Z", "2026-03-04T12:00Z", "no place is far enough from both"},
		{"within, forgotten", "UTC", Cap{Max: 2, Window: Window{Within: 24 * h}}, []string{"2026-03-02T20:00Z"}, nil, "2026-03-02T20:00Z", "2026-03-02T09:00Z", "2026-03-03T20:00Z", "before what the tally remembers, more may be near"},

		{"a timer runs", "UTC", Cap{Max: 1, Window: Window{Timer: 16 * h}}, nil, []string{"2026-03-03T01:00Z"}, "", "2026-03-03T00:59:59.999999Z", "2026-03-03T01:00Z", "a microsecond is left"},
		{"a timer has run", "UTC", Cap{Max: 1, Window: Window{Timer: 16 * h}}, nil, []string{"2026-03-03T01:00Z"}, "", "2026-03-03T01:00Z", "2026-03-03T01:00Z", "its end is not in it"},
		{"one of two timers", "UTC", Cap{Max: 2, Window: Window{Timer: 16 * h}}, nil, []string{"2026-03-03T01:00Z"}, "", "2026-03-02T20:00Z", "2026-03-02T20:00Z", "a second may run"},
		{"three timers for two", "UTC", Cap{Max: 2, Window: Window{Timer: 16 * h}}, nil, []string{"2026-03-03T01:00Z", "2026-03-03T02:00Z", "2026-03-03T03:00Z"}, "", "2026-03-02T20:00Z", "2026-03-03T02:00Z", "the cap was lowered; then one is left"},
		{"a planned timer", "UTC", Cap{Max: 1, Window: Window{Timer: 16 * h}}, []string{"2026-03-02T09:00Z"}, nil, "", "2026-03-02T20:00Z", "2026-03-03T01:00Z", "it will run as long as timers do now"},
		{"before a planned timer", "UTC", Cap{Max: 1, Window: Window{Timer: 16 * h}}, []string{"2026-03-03T09:00Z"}, nil, "", "2026-03-02T20:00Z", "2026-03-04T01:00Z", "it would still run at 09:00"},
		{"long before a planned timer", "UTC", Cap{Max: 1, Window: Window{Timer: 16 * h}}, []string{"2026-03-03T12:00Z"}, nil, "", "2026-03-02T20:00Z", "2026-03-02T20:00Z", "it ends when the other begins"},
		{"a timer and a planned one", "UTC", Cap{Max: 2, Window: Window{Timer: 16 * h}}, []string{"2026-03-03T00:00Z"}, []string{"2026-03-03T01:00Z"}, "", "2026-03-02T20:00Z", "2026-03-03T01:00Z", "three would run from midnight on"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := taken{at: moments(t, tt.taken), ends: moments(t, tt.ends)}
			if tt.lost != "" {
				n.lost = moment(t, tt.lost)
			}
			got := tt.cap.opens(zonesNamed(t, tt.zone), moment(t, tt.at), n)
			if want := moment(t, tt.want); !got.Equal(want) {
				t.Errorf("it opens at %v, want %v: %s", got, want, tt.reason)
			}
		})
	}
}

// TestCapOpens_Zones asks for an instant that fits in every zone.
func TestCapOpens_Zones(t *testing.T) {
	zones := zonesNamed(t, "America/New_York", "America/Los_Angeles")
	n := taken{at: moments(t, []string{"2026-03-03T03:00Z"})} // 22:00 and 19:00 on Monday
	got := Cap{Max: 1, Window: Window{Every: Day}}.opens(zones, moment(t, "2026-03-03T05:30Z"), n)
	if want := moment(t, "2026-03-03T08:00Z"); !got.Equal(want) {
		t.Errorf("it opens at %v, want %v: it is Tuesday in New York, and Monday in Los Angeles until then", got, want)
	}
}

func TestStretches(t *testing.T) {
	const h = time.Hour
	for _, tt := range []struct {
		name, hours  string
		want, others []stretch
		reason       string
	}{
		{"a day", "sun 09:00-17:00", []stretch{{9 * h, 17 * h}}, []stretch{{17 * h, week + 9*h}}, "the rest of the week is one stretch"},
		{"touching", "mon 09:00-12:00, mon 12:00-17:00", []stretch{{33 * h, 41 * h}}, []stretch{{41 * h, week + 33*h}}, "they are one"},
		{"over midnight", "mon 22:00-06:00, tue 05:00-07:00", []stretch{{46 * h, 55 * h}}, []stretch{{55 * h, week + 46*h}}, "they overlap on Tuesday"},
		{"over the end of the week", "sat 22:00-06:00", []stretch{{6*day + 22*h, week + 6*h}}, []stretch{{6 * h, 6*day + 22*h}}, "united with what begins the week"},
		{"from midnight to midnight", "sun 00:00-24:00", []stretch{{0, day}}, []stretch{{day, week}}, "a whole day"},
		{"all of it", "24/7", []stretch{{0, week}}, nil, "nothing is left"},
		{"from the first minute on", "mon-sat 00:00-24:00, sun 09:00-24:00", []stretch{{9 * h, week}}, []stretch{{0, 9 * h}}, "the rest begins the week"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := stretches(hoursOf(t, tt.hours))
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v: %s", got, tt.want, tt.reason)
			}
			if rest := others(got); !slices.Equal(rest, tt.others) {
				t.Errorf("others are %v, want %v: %s", rest, tt.others, tt.reason)
			}
		})
	}
}

func TestInside(t *testing.T) {
	for _, tt := range []struct {
		name, zone, hours, at, until, reason string
	}{
		{"before", "UTC", "mon 21:00-23:00", "2026-03-02T20:59:59.999999Z", "", "not yet"},
		{"at the beginning", "UTC", "mon 21:00-23:00", "2026-03-02T21:00Z", "2026-03-02T23:00Z", "it has its first instant"},
		{"at the end", "UTC", "mon 21:00-23:00", "2026-03-02T23:00Z", "", "it does not have its last"},
		{"the next day", "UTC", "mon 21:00-09:00", "2026-03-03T08:59:59.999999Z", "2026-03-03T09:00Z", "it belongs to Monday, on which it starts"},
		{"the first day of the week", "UTC", "sat 21:00-09:00", "2026-03-08T08:00Z", "2026-03-08T09:00Z", "Saturday's, in the week before"},
		{"a long one", "UTC", "fri 21:00-24:00, sat-sun 00:00-24:00", "2026-03-08T12:00Z", "2026-03-09T00:00Z", "from Friday on"},
		{"over a gap", "Europe/Berlin", "sat 21:00-09:00", "2026-03-29T06:59Z", "2026-03-29T07:00Z", "09:00 is an hour earlier than the day before"},
		{"in a gap", "Europe/Berlin", "sun 02:15-02:45", "2026-03-29T01:00Z", "", "clocks do not show it"},
		{"its end in a gap", "Europe/Berlin", "sat 22:00-02:30", "2026-03-29T00:59Z", "2026-03-29T01:00Z", "it ends where the gap does"},
		{"its end shown for the first time", "Europe/Berlin", "sat 22:00-02:30", "2026-10-25T00:30Z", "2026-10-25T01:30Z", "it ends the second time"},
		{"its beginning shown twice", "Europe/Berlin", "sun 02:30-04:00", "2026-10-25T01:15Z", "2026-10-25T03:00Z", "it has begun the first time"},
		{"half an hour back", "Australia/Lord_Howe", "sat 22:00-01:45", "2026-04-04T15:10Z", "2026-04-04T15:15Z", "01:40, the second time"},
		{"a day that is not", "Pacific/Apia", "fri 09:00-17:00", "2011-12-30T12:00Z", "", "Friday 30 December 2011 did not take place"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			until, in := inside(stretches(hoursOf(t, tt.hours)), zoneNamed(t, tt.zone), moment(t, tt.at))
			var want time.Time
			if tt.until != "" {
				want = moment(t, tt.until)
			}
			if in != !want.IsZero() || !until.Equal(want) {
				t.Errorf("inside until %v (%v), want %v: %s", until, in, want, tt.reason)
			}
		})
	}
}

// TestOthers_FillTheWeek holds that each instant is in the hours or in the others, and in both only while clocks show it twice.
func TestOthers_FillTheWeek(t *testing.T) {
	zone := zoneNamed(t, "Europe/Berlin")
	for _, text := range []string{"mon-fri 08:00-21:00", "sat-mon 22:00-06:00, wed 02:30-02:45", "sun 00:00-24:00"} {
		all := stretches(hoursOf(t, text))
		rest := others(all)
		for at := moment(t, "2026-10-23T00:00Z"); at.Before(moment(t, "2026-11-04T00:00Z")); at = at.Add(15 * time.Minute) {
			_, in := inside(all, zone, at)
			_, out := inside(rest, zone, at)
			twice := !last(zone, wall(zone, at)).Equal(instant(zone, wall(zone, at)))
			if in == out && !twice {
				t.Errorf("%s: %v is in the hours: %v, in the others: %v", text, at, in, out)
			}
		}
	}
}

// TestInside_Calendar holds stretches to the calendar, which finds each opening by itself.
func TestInside_Calendar(t *testing.T) {
	for _, zone := range zonesNamed(t, "UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca") {
		for _, text := range []string{"mon-sun 21:00-08:00", "sat-mon 22:00-02:30, sun 01:45-02:15, wed 00:00-24:00", "sat-sun 00:00-24:00, mon-fri 21:00-09:00"} {
			hours := hoursOf(t, text)
			open, err := calendar.New(calendar.Config{Zone: zone, Weekly: hours})
			if err != nil {
				t.Fatal(err)
			}
			all := stretches(hours)
			for _, from := range []string{"2011-12-20T00:00Z", "2026-02-01T00:00Z", "2026-03-15T00:00Z", "2026-10-15T00:00Z"} {
				for at, end := moment(t, from), moment(t, from).AddDate(0, 0, 35); at.Before(end); at = at.Add(5 * time.Minute) {
					if _, in := inside(all, zone, at); in != open.IsOpen(at) {
						t.Errorf("%s in %s at %v: inside %v, the calendar says %v", text, zone.Name(), at, in, open.IsOpen(at))
					}
				}
			}
		}
	}
}
