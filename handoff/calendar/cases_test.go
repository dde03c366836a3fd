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
	Days, Count                                      int
	DateOnly                                         bool `json:"date_only"`
	Inclusive                                        bool
	Calendar                                         peerCalendar
	Intervals                                        []peerInterval
	NamedIntervals                                   map[string][]peerInterval `json:"named_intervals"`
	Range                                            peerTimes
	Valid                                            bool
	WantMinutes                                      []int `json:"want_minutes"`
	Want                                             json.RawMessage
	Disputed                                         any
	NotRunByPeer                                     bool `json:"not_run_by_peer"`
}

type peerTimes struct {
	Start string `json:"start_time"`
	End   string `json:"end_time"`
}

type peerInterval struct {
	Times       []peerTimes
	Weekdays    []string
	DaysOfMonth []string `json:"days_of_month"`
	Months      []string
	Years       []any // text, or a number for a single year
	Location    string
}

type peerCalendar struct {
	TZ             string
	Hours          map[string][][2]string
	Holidays       []calendar.Date
	AnnualHolidays []string                      `json:"annual_holidays"`
	DateHours      map[calendar.Date][][2]string `json:"date_hours"`
	Breaks         map[calendar.Date][][2]string
}

// deviations are the cases in which this package answers otherwise on purpose,
// and how a host that wants the peer's answer gets it.
var deviations = map[string]struct{ got, reason, theirs string }{
	"time_biz-017": {"-39h30m0s", "the peer answers 0 when the second instant is earlier; Between is negative", "max(0, Between)"},
	"time_biz-073": {`[["2006-04-02T10:00:00Z","2006-04-02T10:15:00Z"]]`,
		"a window from 02:30 to 03:15 begins in the gap: the peer drops it; here it opens at 03:00, the first instant after the gap",
		"close that date with a holiday"},
	"time_biz-101": {"2014-03-09T10:00:00Z", "the peer shifts a missing time by the length of the gap; At answers the first instant after it",
		"At(date, 0) plus the time of the day"},
	"time_business_time-237": {"2016-02-01T09:00:00Z", "the peer counts zero days back or forward by the method called; AddDays counts them forward",
		"the first opening of OpeningsBefore"},
}

// peerDays is what a day is to each peer that counts business days.
var peerDays = map[string]calendar.Day{"time_biz": calendar.DayBusiness, "time_business_time": calendar.DayFromOpening}

// errSkip marks a case that this package cannot express; its text is the reason.
type errSkip string

func (e errSkip) Error() string { return string(e) }

func TestPeerCases(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "cases")
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		t.Skipf("no case files at %s: they are not part of the module", dir)
	}
	files, err := filepath.Glob(filepath.Join(dir, "time_*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no case files time_*.json in %s: %v", dir, err)
	}
	seen := map[string]bool{}
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".json"), func(t *testing.T) { runFile(t, path, seen) })
	}
	for id := range deviations {
		if !seen[id] {
			t.Errorf("%s is in no file: remove it from the list of deviations", id)
		}
	}
}

// runFile checks the cases of a file, adds their ids to seen, and logs how many
// passed, deviated as listed, and were skipped for which reason.
func runFile(t *testing.T, path string, seen map[string]bool) {
	cases := readCases(t, path)
	passed, deviating, skipped := 0, 0, map[string]int{}
	for _, c := range cases {
		seen[c.ID] = true
		got, want, err := c.run()
		if skip := errSkip(""); errors.As(err, &skip) {
			skipped[string(skip)]++
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v", c.ID, err)
		}
		switch c.check(t, got, want) {
		case passes:
			passed++
		case deviates:
			deviating++
		}
	}
	t.Logf("%d cases: %d passed, %d deviating", len(cases), passed, deviating)
	for _, reason := range slices.Sorted(maps.Keys(skipped)) {
		t.Logf("%d skipped: %s", skipped[reason], reason)
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

type verdict int

const (
	fails verdict = iota
	passes
	deviates
)

// check compares the answers. A case that is listed as deviating and does not
// fails, so that the list stays true.
func (c peerCase) check(t *testing.T, got, want string) verdict {
	t.Helper()
	d, listed := deviations[c.ID]
	switch {
	case got == want && !listed:
		return passes
	case got == want:
		t.Errorf("%s %s: got %s as the peer does: remove it from the list of deviations", c.ID, c.Op, got)
		return fails
	case listed && got == d.got:
		t.Logf("%s deviates: got %s, the peer answers %s: %s; theirs: %s", c.ID, got, want, d.reason, d.theirs)
		return deviates
	}
	t.Errorf("%s %s: got %s, want %s", c.ID, c.Op, got, want)
	return fails
}

// run returns this package's answer and the peer's, as text to compare.
func (c peerCase) run() (got, want string, err error) {
	if c.Disputed != nil && c.Disputed != false || c.NotRunByPeer {
		return "", "", errSkip("disputed, or not run by the peer itself")
	}
	switch c.Op {
	case "resolve_local", "first_instant", "last_instant", "add_wall":
		return c.runZone()
	case "wall_hours_between":
		z, err := calendar.LoadZone(c.TZ)
		return strconv.Itoa(wallHours(z, instantOf(c.From), instantOf(c.To))), string(c.Want), err
	case "contains", "valid", "muted_by", "time_range":
		return c.runInterval()
	}
	cal, err := c.Calendar.build()
	if err != nil {
		return "", "", err
	}
	switch c.Op {
	case "add_days", "days_between", "is_workday", "on_holiday":
		return c.runDays(cal)
	}
	return c.runCalendar(cal)
}

func (c peerCase) runCalendar(cal *calendar.Calendar) (got, want string, err error) {
	switch c.Op {
	case "between":
		seconds, err := strconv.ParseFloat(string(c.Want), 64)
		from, to := instantOf(c.From), instantOf(c.To)
		return cal.Between(from, to).String(), duration(seconds).String(), err
	case "is_open":
		return strconv.FormatBool(cal.IsOpen(instantOf(c.At))), string(c.Want), nil
	case "periods":
		got, err := json.Marshal(c.periods(cal))
		return string(got), strings.Join(strings.Fields(string(c.Want)), ""), err
	case "on_break":
		return strconv.FormatBool(cal.IsBreak(instantOf(c.At))), string(c.Want), nil
	}
	if want, err = c.wantInstant(); err != nil {
		return "", "", err
	}
	switch c.Op {
	case "add":
		got, err := c.add(cal)
		return got, want, err
	case "next_open":
		return show(cal.Next(instantOf(c.At))), want, nil
	case "prev_close":
		return show(cal.Prev(instantOf(c.At))), want, nil
	}
	return "", "", fmt.Errorf("unknown op %q", c.Op)
}

// add answers under the convention that the case was recorded with, and under
// both when they must agree.
func (c peerCase) add(cal *calendar.Calendar) (string, error) {
	start, d := instantOf(c.Start), duration(c.Seconds)
	if d < 0 || c.Direction == "before" {
		return show(cal.Sub(start, -d)), nil
	}
	atClose := show(cal.Due(start, calendar.Term{Hours: d}))
	rolled := show(cal.Due(start, calendar.Term{Hours: d, Boundary: calendar.NextOpening}))
	switch {
	case c.Boundary == "next_open":
		return rolled, nil
	case c.Boundary == "close":
		return atClose, nil
	case c.Boundary != "none" && c.Boundary != "zero":
		return "", fmt.Errorf("unknown boundary %q", c.Boundary)
	case atClose != rolled:
		return atClose + " or " + rolled, nil
	}
	return atClose, nil
}

func (c peerCase) periods(cal *calendar.Calendar) (periods [][2]string) {
	openings := cal.Openings(instantOf(c.From))
	if c.Direction == "backward" {
		openings = cal.OpeningsBefore(instantOf(c.From))
	}
	for opens, closes := range openings {
		if periods = append(periods, [2]string{show(opens), show(closes)}); len(periods) == c.Count {
			break
		}
	}
	return periods
}

func (c peerCase) runDays(cal *calendar.Calendar) (got, want string, err error) {
	unit := peerDays[c.ID[:strings.LastIndexByte(c.ID, '-')]]
	want = strings.Trim(string(c.Want), `"`)
	switch {
	case c.Op == "add_days" && c.DateOnly:
		return cal.AddWorkdays(dateOrNone(c.Start), c.Days, unit).String(), want, nil
	case c.Op == "add_days":
		want, err = c.wantInstant()
		return show(cal.AddDays(instantOf(c.Start), c.Days, unit)), want, err
	case c.Op == "is_workday":
		return strconv.FormatBool(cal.IsWorkday(dateOrNone(c.Date))), want, nil
	case c.Op == "on_holiday":
		z, err := calendar.LoadZone(c.Calendar.TZ)
		return strconv.FormatBool(cal.IsHoliday(z.DateOf(instantOf(c.At)))), want, err
	}
	to := dateOrNone(c.To)
	if c.Inclusive {
		to = to.AddDays(1)
	}
	return strconv.Itoa(cal.Workdays(dateOrNone(c.From), to)), want, nil
}

func (c peerCase) runInterval() (got, want string, err error) {
	switch c.Op {
	case "valid":
		_, err := anyOf(c.Intervals)
		return strconv.FormatBool(err == nil), string(c.Want), nil
	case "contains":
		contains, err := anyOf(c.Intervals)
		if err != nil {
			return "", "", err
		}
		return strconv.FormatBool(contains(instantOf(c.At))), string(c.Want), nil
	case "time_range":
		contains, err := anyOf([]peerInterval{{Times: []peerTimes{c.Range}}})
		if err != nil {
			return "invalid", validity(c.Valid, c.WantMinutes), nil
		}
		return validity(true, minutesOf(contains)), validity(c.Valid, c.WantMinutes), nil
	}
	muted := []string{}
	for _, name := range slices.Sorted(maps.Keys(c.NamedIntervals)) {
		contains, err := anyOf(c.NamedIntervals[name])
		if err != nil {
			return "", "", err
		}
		if contains(instantOf(c.At)) {
			muted = append(muted, name)
		}
	}
	text, err := json.Marshal(muted)
	return string(text), strings.Join(strings.Fields(string(c.Want)), ""), err
}

// anyOf returns whether an instant is in one of the intervals at least.
func anyOf(list []peerInterval) (contains func(time.Time) bool, err error) {
	built := make([]*calendar.Interval, len(list))
	for i, p := range list {
		if built[i], err = p.build(); err != nil {
			return nil, err
		}
	}
	return func(t time.Time) bool {
		return slices.ContainsFunc(built, func(i *calendar.Interval) bool { return i.Contains(t) })
	}, nil
}

func (p peerInterval) build() (*calendar.Interval, error) {
	config := calendar.IntervalConfig{Weekdays: p.Weekdays, Days: p.DaysOfMonth, Months: p.Months}
	for _, y := range p.Years {
		config.Years = append(config.Years, fmt.Sprint(y))
	}
	for _, r := range p.Times {
		config.Times = append(config.Times, r.Start+"-"+r.End)
	}
	if p.Location == "" {
		return calendar.NewInterval(config)
	}
	z, err := calendar.LoadZone(p.Location)
	if err != nil {
		return nil, err
	}
	config.Zone = z
	return calendar.NewInterval(config)
}

// minutesOf returns the minutes since midnight UTC from which and until which the
// instants of a day are contained.
func minutesOf(contains func(time.Time) bool) []int {
	midnight := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	var bounds []int
	before := false
	for m := range 24*60 + 1 {
		in := m < 24*60 && contains(midnight.Add(time.Duration(m)*time.Minute))
		if in != before {
			bounds = append(bounds, m)
		}
		before = in
	}
	return bounds
}

func validity(valid bool, minutes []int) string {
	if !valid {
		return "invalid"
	}
	return fmt.Sprint(minutes)
}

// wallHours is how far the clocks of the zone are apart at two instants.
func wallHours(z *calendar.Zone, from, to time.Time) int {
	return 24*z.DateOf(to).Sub(z.DateOf(from)) + z.In(to).Hour() - z.In(from).Hour()
}

// dateOrNone reads a date of a case; a malformed one becomes the zero Date, which
// no case expects.
func dateOrNone(s string) calendar.Date {
	d, _ := calendar.ParseDate(s)
	return d
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
	z, err := calendar.LoadZone(p.TZ)
	if err != nil {
		return nil, err
	}
	config := calendar.Config{Zone: z, Holidays: slices.Clone(p.Holidays)}
	for _, s := range p.AnnualHolidays {
		if err := config.AddHoliday(s); err != nil {
			return nil, err
		}
	}
	var hours []string
	for _, d := range slices.Sorted(maps.Keys(p.Hours)) {
		for _, w := range p.Hours[d] {
			hours = append(hours, fmt.Sprintf("%s %s-%s", d, w[0], w[1]))
		}
	}
	if config.Weekly, err = calendar.ParseWindows(strings.Join(hours, ", ")); err != nil {
		return nil, err
	}
	config.Days = specialDays(p.DateHours)
	config.Holidays = slices.DeleteFunc(config.Holidays, func(d calendar.Date) bool { return len(p.DateHours[d]) > 0 }) // hours come first there
	config.Breaks = specialDays(p.Breaks)
	return calendar.New(config)
}

// specialDays returns the days in the order of their dates.
func specialDays(byDate map[calendar.Date][][2]string) (days []calendar.SpecialDay) {
	for _, d := range slices.SortedFunc(maps.Keys(byDate), calendar.Date.Compare) {
		special := calendar.SpecialDay{Date: d}
		for _, w := range byDate[d] {
			special.Hours = append(special.Hours, calendar.Hours{Open: clockOf(w[0]), Close: clockOf(w[1])})
		}
		days = append(days, special)
	}
	return days
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
