package calendar

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// IntervalConfig describes a recurring interval for [NewInterval]. An instant is
// in the interval when it matches every field that is not empty, and it matches a
// field when it matches one of its items.
//
// An item is one value, such as "sat", or the first and the last value of a range
// with a colon between, such as "mon:fri". A range does not run over its end:
// write "fri:sat" and "sun" for Friday to Sunday.
type IntervalConfig struct {
	// Zone is the zone of all other fields; nil means UTC.
	Zone *Zone

	// Weekdays are English names, whole or their first three letters, in either
	// case. The week runs from Sunday to Saturday.
	Weekdays []string

	// Days are days of the month: 1 to 31, or -1 to -31 counted from its end, so
	// that "-1" is the last day and "-3:-1" are the last three. A month has none of
	// the days that it is too short for. A range that is empty in every month, such
	// as "-15:5", is refused.
	Days []string

	// Months are English names, as for Weekdays, or 1 to 12.
	Months []string

	// Years are 1 to 9999.
	Years []string

	// Times are times of the day, such as "09:00-17:00": the start belongs to the
	// interval, the end does not. "24:00" may end one. The end must be after the
	// start: write "22:00-24:00" and "00:00-06:00" for a night.
	Times []string
}

// Interval is a time that recurs by the calendar, such as the last three days of
// a quarter or the nights of a weekend. It is immutable and safe for concurrent
// use.
//
// A nil *Interval contains nothing. Use [NewInterval] for any other; the zero
// Interval is the one that an empty IntervalConfig describes.
type Interval struct {
	zone                          *Zone
	weekdays, days, months, years []numbers
	times                         []span // sorted, apart from each other
}

// numbers is a range that includes both ends. Those of days of the month can be
// negative.
type numbers struct{ first, last int }

// NewInterval returns the interval that c describes; an empty c describes one that
// contains every instant. The error names every item that is wrong, one on a line.
func NewInterval(c IntervalConfig) (*Interval, error) {
	var problems []error
	read := func(field string, items []string, parse func(string) (int, error), check func(numbers) error) []numbers {
		var ranges []numbers
		for _, item := range items {
			r, err := parseRange(item, parse, check)
			if err != nil {
				problems = append(problems, fmt.Errorf("calendar: interval: %s %q: %w", field, item, err))
			}
			ranges = append(ranges, r)
		}
		return ranges
	}
	i := &Interval{
		zone:     c.Zone,
		weekdays: read("weekdays", c.Weekdays, parseWeekday, checkOrder),
		days:     read("days", c.Days, parseDayOfMonth, checkDays),
		months:   read("months", c.Months, parseMonth, checkOrder),
		years:    read("years", c.Years, parseYear, checkOrder),
	}
	for _, item := range c.Times {
		s, err := parseTimes(item)
		if err != nil {
			problems = append(problems, fmt.Errorf("calendar: interval: times %q: %w", item, err))
		}
		i.times = append(i.times, s)
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	i.times = merge(i.times)
	return i, nil
}

// Contains reports whether t is in the interval. It goes by what the clocks of the
// zone show at t: a time of the day that occurs twice when clocks are put back
// matches both times.
func (i *Interval) Contains(t time.Time) bool {
	if i == nil {
		return false
	}
	local := i.zone.In(t)
	return i.matches(dateOf(local)) && i.isTime(clockOf(local))
}

// Dates returns the dates from first to last, both included, that are in the
// interval from midnight to midnight, in order. [Config].Holidays takes them for a
// calendar that is closed on those dates.
//
// There are none for a nil *Interval, when Times leaves out a part of the day, or
// when last is before first.
func (i *Interval) Dates(first, last Date) []Date {
	if i == nil || len(i.times) > 0 && i.times[0] != (span{0, day}) {
		return nil
	}
	var dates []Date
	for d := first; d.Compare(last) <= 0; d = d.AddDays(1) {
		if i.matches(d) {
			dates = append(dates, d)
		}
	}
	return dates
}

func (i *Interval) matches(d Date) bool {
	return isIn(i.weekdays, int(d.Weekday())) && isIn(i.months, int(d.Month)) && isIn(i.years, d.Year) && i.isDay(d)
}

func isIn(ranges []numbers, n int) bool {
	for _, r := range ranges {
		if r.first <= n && n <= r.last {
			return true
		}
	}
	return len(ranges) == 0
}

func (i *Interval) isDay(d Date) bool {
	length := Date{Year: d.Year, Month: d.Month + 1}.midnight().Day() // day 0 is the last of the month before
	for _, r := range i.days {
		if in := r.inMonth(length); in.first <= d.Day && d.Day <= in.last {
			return true
		}
	}
	return len(i.days) == 0
}

// inMonth returns the range counted from the start of a month of this length. It
// can reach out of the month, and is empty when last is before first.
func (r numbers) inMonth(length int) numbers {
	if r.first < 0 {
		r.first += length + 1
	}
	if r.last < 0 {
		r.last += length + 1
	}
	return r
}

func (i *Interval) isTime(clock time.Duration) bool {
	for _, s := range i.times {
		if s.open <= clock && clock < s.close {
			return true
		}
	}
	return len(i.times) == 0
}

// clockOf is the time of the day that t shows.
func clockOf(t time.Time) time.Duration {
	hour, minute, second := t.Clock()
	return time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute +
		time.Duration(second)*time.Second + time.Duration(t.Nanosecond())
}

// parseRange reads "first" or "first:last".
func parseRange(s string, parse func(string) (int, error), check func(numbers) error) (numbers, error) {
	from, to, isRange := strings.Cut(s, ":")
	first, err := parse(from)
	if err != nil {
		return numbers{}, err
	}
	last := first
	if isRange {
		if last, err = parse(to); err != nil {
			return numbers{}, err
		}
	}
	r := numbers{first, last}
	return r, check(r)
}

func checkOrder(r numbers) error {
	if r.last < r.first {
		return errors.New("the range ends before it begins: write one range up to the end and another from the start")
	}
	return nil
}

// checkDays refuses a range that is empty in the shortest month and in the
// longest, and so in those between.
func checkDays(r numbers) error {
	for _, length := range []int{28, 31} {
		if in := r.inMonth(length); in.first <= in.last {
			return nil
		}
	}
	return errors.New("the range is empty in every month: its last day is before its first")
}

func parseWeekday(s string) (int, error) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if isName(s, d.String()) {
			return int(d), nil
		}
	}
	return 0, fmt.Errorf("unknown day %q: write a name such as monday or mon", s)
}

func parseMonth(s string) (int, error) {
	for m := time.January; m <= time.December; m++ {
		if isName(s, m.String()) {
			return int(m), nil
		}
	}
	if n, err := strconv.Atoi(s); err == nil && n >= 1 && n <= 12 {
		return n, nil
	}
	return 0, fmt.Errorf("unknown month %q: write a name such as march or mar, or a number from 1 to 12", s)
}

// isName reports whether s is name or its first three letters, in either case.
func isName(s, name string) bool {
	return (len(s) == len(name) || len(s) == 3) && strings.EqualFold(s, name[:len(s)])
}

func parseDayOfMonth(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n == 0 || n < -31 || n > 31 {
		return 0, fmt.Errorf("unknown day %q: write 1 to 31, or -1 to -31 counted from the end of the month", s)
	}
	return n, nil
}

func parseYear(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > 9999 {
		return 0, fmt.Errorf("unknown year %q: write a number from 1 to 9999", s)
	}
	return n, nil
}

func parseTimes(s string) (span, error) {
	opens, closes, err := parseHours(s)
	if err == nil && closes <= opens {
		err = errors.New("the end is not after the start: write one up to 24:00 and another from 00:00 for a night")
	}
	return span{opens, closes}, err
}
