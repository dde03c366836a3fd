package calendar_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff/calendar"
)

// peerCase is one fact from the tests of another project.
type peerCase struct {
	ID, Op, Start, At, From, To, Boundary, Direction string
	TZ, Date, Clock, Local, Wall                     string
	Seconds                                          float64
	Calendar                                         peerCalendar
	Want                                             json.RawMessage
	Disputed                                         any
	NotRunByPeer                                     bool `json:"not_run_by_peer"`
}

type peerCalendar struct {
	TZ             string
	Hours          map[string][][2]string
	Holidays       []calendar.Date
	AnnualHolidays []string                   `json:"annual_holidays"`
	DateHours      map[string]json.RawMessage `json:"date_hours"`
	Breaks         map[string]json.RawMessage
}

// deviations are the cases in which this package answers otherwise on purpose.
var deviations = map[string]struct{ got, reason string }{
	"time_biz-017": {"-39h30m0s", "the peer answers 0 when the second instant is earlier; Between is negative"},
	"time_biz-101": {"2014-03-09T10:00:00Z", "the peer shifts a missing time by the length of the gap; At answers the first instant after it"},
}

// errSkip marks a case that this package cannot express; its text is the reason.
type errSkip string

func (e errSkip) Error() string { return string(e) }

func TestPeerCases(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "cases")
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		t.Skipf("no case files at %s: they are not part of the module", dir)
	}
	deviated := map[string]bool{}
	for _, name := range []string{"time_biz", "time_business_time", "time_frappe_sla", "time_zammad", "time_goalert_dst"} {
		t.Run(name, func(t *testing.T) {
			ran, skipped := 0, map[string]int{}
			for _, c := range readCases(t, filepath.Join(dir, name+".json")) {
				got, want, err := c.run()
				if skip := errSkip(""); errors.As(err, &skip) {
					skipped[string(skip)]++
					continue
				}
				if err != nil {
					t.Fatalf("%s: %v", c.ID, err)
				}
				ran++
				deviated[c.ID] = c.check(t, got, want)
			}
			t.Logf("%d ran", ran)
			for _, reason := range slices.Sorted(maps.Keys(skipped)) {
				t.Logf("%d skipped: %s", skipped[reason], reason)
			}
		})
	}
	for id := range deviations {
		if !deviated[id] {
			t.Errorf("%s did not run or no longer deviates: remove it from the list", id)
		}
	}
}

func readCases(t *testing.T, path string) []peerCase {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []peerCase }
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return file.Cases
}

// check compares the answers and reports whether the case deviates as listed.
func (c peerCase) check(t *testing.T, got, want string) bool {
	t.Helper()
	d, listed := deviations[c.ID]
	switch {
	case got == want && !listed:
		return false
	case listed && got == d.got && got != want:
		t.Logf("%s deviates: got %s, the peer answers %s: %s", c.ID, got, want, d.reason)
		return true
	}
	t.Errorf("%s %s: got %s, want %s", c.ID, c.Op, got, want)
	return false
}

// run returns this package's answer and the peer's, as text to compare.
func (c peerCase) run() (got, want string, err error) {
	if c.Disputed != nil && c.Disputed != false || c.NotRunByPeer {
		return "", "", errSkip("disputed, or not run by the peer itself")
	}
	switch c.Op {
	case "add", "between", "is_open", "next_open":
		return c.runCalendar()
	case "resolve_local", "first_instant", "last_instant", "add_wall":
		return c.runZone()
	}
	return "", "", errSkip("op " + c.Op + " is not offered")
}

func (c peerCase) runCalendar() (got, want string, err error) {
	cal, err := c.Calendar.build()
	if err != nil {
		return "", "", err
	}
	switch c.Op {
	case "between":
		seconds, err := strconv.ParseFloat(string(c.Want), 64)
		from, to := instantOf(c.From), instantOf(c.To)
		return cal.Between(from, to).String(), duration(seconds).String(), err
	case "is_open":
		return strconv.FormatBool(cal.IsOpen(instantOf(c.At))), string(c.Want), nil
	case "next_open":
		want, err := c.wantInstant()
		return show(cal.Next(instantOf(c.At))), want, err
	}
	if err := c.checkAdd(); err != nil {
		return "", "", err
	}
	want, err = c.wantInstant()
	return show(cal.Add(instantOf(c.Start), duration(c.Seconds))), want, err
}

// checkAdd reports why Add cannot be held to the case.
func (c peerCase) checkAdd() error {
	switch {
	case c.Seconds < 0 || c.Direction == "before":
		return errSkip("op add going back: Add does not")
	case c.Boundary == "next_open":
		return errSkip("op add, boundary next_open: Add is due at close")
	case c.Boundary != "none" && c.Boundary != "close" && c.Boundary != "zero" && c.Boundary != "":
		return errSkip("op add, boundary " + c.Boundary)
	}
	return nil
}

func (c peerCase) runZone() (got, want string, err error) {
	z, err := calendar.LoadZone(c.TZ)
	if err != nil {
		return "", "", err
	}
	if want, err = c.wantInstant(); err != nil {
		return "", "", err
	}
	switch c.Op {
	case "add_wall":
		local := z.In(instantOf(c.At))
		clock := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute
		return show(z.At(z.DateOf(local), clock+clockOf(c.Wall))), want, nil
	case "last_instant":
		got, err := closing(z, c.Date, clockOf(c.Clock))
		return show(got), want, err
	case "resolve_local":
		c.Date, c.Clock, _ = strings.Cut(c.Local, "T")
	}
	d, err := calendar.ParseDate(c.Date)
	return show(z.At(d, clockOf(c.Clock))), want, err
}

// closing is the instant at which a window from midnight to clock closes on
// date: the last instant with that clock time.
func closing(z *calendar.Zone, date string, clock time.Duration) (time.Time, error) {
	d, err := calendar.ParseDate(date)
	if err != nil {
		return time.Time{}, err
	}
	cal, err := calendar.New(calendar.Config{Zone: z, Weekly: []calendar.Window{{Day: d.Weekday(), Close: clock}}})
	if err != nil {
		return time.Time{}, err
	}
	midnight := z.At(d, 0)
	return cal.Add(midnight, cal.Between(midnight, z.At(d.AddDays(1), 0))), nil
}

func (p peerCalendar) build() (*calendar.Calendar, error) {
	if len(p.DateHours) > 0 || len(p.Breaks) > 0 || len(p.AnnualHolidays) > 0 {
		return nil, errSkip("the calendar has hours or breaks of single dates, or annual holidays")
	}
	var hours []string
	for _, d := range slices.Sorted(maps.Keys(p.Hours)) {
		for _, w := range p.Hours[d] {
			hours = append(hours, fmt.Sprintf("%s %s-%s", d, w[0], w[1]))
		}
	}
	weekly, err := calendar.ParseWindows(strings.Join(hours, ", "))
	if err != nil {
		return nil, err
	}
	z, err := calendar.LoadZone(p.TZ)
	if err != nil {
		return nil, err
	}
	return calendar.New(calendar.Config{Zone: z, Weekly: weekly, Holidays: p.Holidays})
}

func (c peerCase) wantInstant() (string, error) {
	var want time.Time
	err := json.Unmarshal(c.Want, &want)
	return show(want), err
}

func show(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

func duration(seconds float64) time.Duration { return time.Duration(seconds * float64(time.Second)) }

// instantOf reads an instant of a case; a malformed one becomes the zero Time,
// which no case expects.
func instantOf(s string) time.Time {
	v, _ := time.Parse(time.RFC3339Nano, s)
	return v
}

// clockOf reads hours, minutes and perhaps seconds, such as "24:00:00" or
// "-24:00".
func clockOf(s string) time.Duration {
	sign := time.Duration(1)
	if rest, negative := strings.CutPrefix(s, "-"); negative {
		sign, s = -1, rest
	}
	var clock time.Duration
	for i, part := range strings.Split(s, ":") {
		n, _ := strconv.Atoi(part)
		clock += time.Duration(n) * []time.Duration{time.Hour, time.Minute, time.Second}[i]
	}
	return sign * clock
}
