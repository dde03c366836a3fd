package rules_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/salesbaton/baton/rules"
)

// hours is the line of floor that the tests of calendars change.
const hours = "calendars: {us: {open: mon-fri 09:00-17:00}}"

func TestMistakesOfACalendar(t *testing.T) {
	of := func(calendars string) string {
		return "calendars: {us: {open: mon-fri 09:00-17:00}, " + calendars + "}"
	}
	checkMistakes(t, []mistake{
		{"every kind of day", "the cases below change one thing", hours, of("c: {open: 24/7, holidays: [2026-12-25, '2026-12-26', 12-25, 2026-12-24..2027-01-01, 2026-11-25 09:00-13:00]}"), ""},
		{"no such day", "the place is named", hours, of("c: {open: 24/7, holidays: [2026-12-25, 2026-02-30]}"), `p.yaml:6:85: B017 holiday "2026-02-30": date "2026-02-30": there is no such day`},
		{"closed and open", "one of them is a mistake", hours, of("c: {open: 24/7, holidays: [2026-12-24, 2026-12-24 09:00-13:00]}"), "p.yaml:6:49: B017 calendar: special day 0: 2026-12-24 is listed as a holiday too, so that it would be closed and open: remove the holiday, or the hours"},
		{"a list of days", "a day is no list", hours, of("c: {open: 24/7, holidays: [[12-25]]}"), "p.yaml:6:73: B013 expected a date or a text or keys with values, but found a list"},
		{"nothing", "it says nothing about when", hours, of("c: {zone: Europe/Berlin}"), "p.yaml:6:49: B011 the calendar does not say when it is open; write open: mon-fri 09:00-17:00, or all_of or any_of with other calendars"},
		{"hours and parts", "one of them would be ignored", hours, of("c: {open: 24/7, any_of: [us, d]}, d: {open: 24/7}"), "p.yaml:6:70: B018 a calendar has its own hours or is made of others; write one of open, all_of and any_of"},
		{"parts in two ways", "as above", hours, of("c: {all_of: [us, d], any_of: [us, d]}, d: {open: 24/7}"), "p.yaml:6:75: B018 a calendar has its own hours or is made of others; write one of open, all_of and any_of"},
		{"holidays of parts", "each has its own", hours, of("c: {all_of: [us, d], holidays: [12-25], zone: UTC}, d: {open: 24/7}"),
			"p.yaml:6:77: B021 only a calendar with open looks at it: those of all_of keep their own; leave it out\np.yaml:6:92: B021 only a calendar with open looks at it: those of all_of keep their own; leave it out"},
		{"one part", "it is that calendar", hours, of("c: {any_of: [us]}"), "p.yaml:6:58: B021 any_of of one calendar is that calendar; name two or more, or use that one"},
		{"no part", "it would never open", hours, of("c: {all_of: []}"), "p.yaml:6:58: B019 the list is empty; write at least one item"},
		{"a part twice", "it changes nothing", hours, of("c: {all_of: [us, us]}"), `p.yaml:6:63: B020 "us" is repeated in this list`},
		{"an unknown part", "what was meant is named", hours, of("c: {all_of: [us, su]}"), `p.yaml:6:63: B030 unknown calendar "su" (did you mean "us"?); known are c, us`},
		{"made of itself", "nothing says when it is open", hours, of("c: {all_of: [us, c]}"), "p.yaml:6:63: B080 c is made of c in the end, so that nothing says when they are open; let one of them have open"},
		{"a circle", "it is reported once", hours, of("c: {all_of: [us, d]}, d: {any_of: [us, e]}, e: {any_of: [us, c]}"), "p.yaml:6:107: B080 c is made of e in the end, so that nothing says when they are open; let one of them have open"},
		{"never together", "the promise could never be kept", hours, of("n: {open: mon-fri 20:00-23:00}, c: {all_of: [us, n]}"), "p.yaml:6:81: B080 it never opens: the calendars are never open together; make their hours overlap, or write any_of"},
		{"never by its holidays", "as above", hours, of("c: {open: mon 09:00-17:00, holidays: [1970-01-01..2199-12-31]}"), "p.yaml:6:49: B080 it never opens: its holidays leave nothing open; leave some of them out"},
		{"too many parts", "each costs time", hours, of("c: {any_of: [us" + strings.Repeat(", us", 20) + "]}"), "p.yaml:6:58: B015 21 calendars are too many; at most 20 are combined"},
	})
}

// TestHolidaysOfAFile: a problem of a file stands at its line.
func TestHolidaysOfAFile(t *testing.T) {
	for _, tt := range []struct{ name, reason, file, want string }{
		{"good ones", "comments and empty lines are skipped", "# region\n\n12-25\n2026-12-24 09:00-13:00\n", ""},
		{"a bad one", "the line is named", "12-25\n13-25\n", `days.txt:2: B017 holiday "13-25": day "13-25": write the month and a day that it has as 12-25`},
		{"one twice", "the other line is named", "12-25\n12-25\n", `days.txt:2: B020 "12-25" is repeated in this list; it stands at days.txt:1 already`},
		{"none", "the file is perhaps another one", "# region\n", "p.yaml:6:63: B019 days.txt has no items"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(floor, hours, "calendars: {us: {open: mon-fri 09:00-17:00, holidays: [{file: days.txt}]}}", 1)
			_, err := rules.LoadFS(fstest.MapFS{"p.yaml": {Data: []byte(text)}, "days.txt": {Data: []byte(tt.file)}}, "p.yaml")
			if got := strings.Join(problemLines(t, err), "\n"); got != tt.want {
				t.Errorf("%s\ngot  %s\nwant %s", tt.reason, got, tt.want)
			}
		})
	}
}

// TestTooManyCalendars: what a policy makes of calendars is bounded, however it asks for it.
func TestTooManyCalendars(t *testing.T) {
	many := func(n int, each string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, each, i)
		}
		return b.String()
	}
	for _, tt := range []struct{ name, reason, text, want string }{
		{"calendars", "each is a table of centuries", "calendars:\n  us: {open: mon-fri 09:00-17:00}\n" + many(1000, "  c%d: {open: 24/7}\n"), "p.yaml:1007:3: B015 there are more than 1000 calendars"},
		{"combinations", "each takes time", "calendars:\n  us: {open: mon-fri 09:00-17:00}\n" + many(19, "  c%d: {open: 24/7}\n") + many(600, "  m%d: {any_of: [us, c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18]}\n"),
			"p.yaml:527:9: B015 calendars are combined more than 10000 times in this policy, those of each rep with those of an SLA among them; use fewer"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := rules.Parse("p.yaml", []byte(strings.Replace(floor, hours+"\n", tt.text, 1)))
			if got := strings.Join(problemLines(t, err), "\n"); got != tt.want {
				t.Errorf("%s\ngot  %s\nwant %s", tt.reason, got, tt.want)
			}
		})
	}
}
