package calendar

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// DateRange is the days from From to To, both included.
type DateRange struct{ From, To Date }

// MonthDay is a day of every year, such as 25 December. 29 February is one in
// leap years only.
type MonthDay struct {
	Month time.Month
	Day   int
}

// Hours are wall clock times since midnight of some date, by the rules of
// [Window]: a Close at or before Open is on the next day.
type Hours struct{ Open, Close time.Duration }

// SpecialDay is a date with hours of its own.
type SpecialDay struct {
	Date  Date
	Hours []Hours
}

// NeverOpensError is the error for a calendar or a combination that does not
// open once from 1970 up to the end of 2199.
type NeverOpensError struct {
	Reason string // why it never opens, such as "no weekly windows"
}

// Error says why the calendar never opens and what to write instead.
func (e *NeverOpensError) Error() string {
	return "calendar: " + e.Reason + ", so the calendar would never open: " +
		"add a window, or use a nil *Calendar for one that never closes"
}

// AddHoliday reads one entry of a list of holidays and adds it to c.
//
//	2026-12-25               a holiday
//	2026-12-24..2027-01-01   a holiday on every day from the first to the last
//	12-25                    a holiday in every year
//	2026-12-24 09:00-13:00   open at these hours in the place of the weekly ones
//
// Several entries with hours for one date are joined; [New] refuses them beside a holiday on the same date. Hours are those of [ParseWindows]. On an error c keeps its value.
func (c *Config) AddHoliday(s string) error {
	if err := c.addHoliday(strings.Fields(s)); err != nil {
		return fmt.Errorf("holiday %q: %w", s, err)
	}
	return nil
}

// holidayForms are the forms that AddHoliday reads, for messages.
const holidayForms = `a date such as 2026-12-25, a range such as 2026-12-24..2027-01-01, ` +
	`a day of every year such as 12-25, or a date and hours such as "2026-12-24 09:00-13:00"`

func (c *Config) addHoliday(fields []string) error {
	switch {
	case len(fields) == 0 || len(fields) > 2 || !strings.Contains(fields[0], "-"):
		return errors.New("want " + holidayForms)
	case len(fields) == 2 && isAnnual(fields[0]):
		return fmt.Errorf("there are no hours of every year: write an entry with a date for each year, such as \"2026-%s %s\"", fields[0], fields[1])
	case len(fields) == 2:
		return c.addDay(fields[0], fields[1])
	case strings.Contains(fields[0], ".."):
		return c.addRange(fields[0])
	case len(fields[0]) == len("12-25"):
		return c.addAnnual(fields[0])
	}
	date, err := ParseDate(fields[0])
	if err != nil {
		return err
	}
	c.Holidays = append(c.Holidays, date)
	return nil
}

// isAnnual reports whether s is a day of every year.
func isAnnual(s string) bool { return (&Config{}).addAnnual(s) == nil }

func (c *Config) addDay(date, hours string) error {
	d, err := ParseDate(date)
	if err != nil {
		return err
	}
	opens, closes, err := parseHours(hours)
	if err != nil {
		return err
	}
	c.Days = append(c.Days, SpecialDay{Date: d, Hours: []Hours{{Open: opens, Close: closes}}})
	return nil
}

func (c *Config) addRange(s string) error {
	from, to, _ := strings.Cut(s, "..")
	if isAnnual(from) && isAnnual(to) {
		return fmt.Errorf("there is no range of every year: write one with dates for each year, such as 2026-%s..2026-%s, or each of its days by itself, such as %s", from, to, from)
	}
	first, err := ParseDate(from)
	if err != nil {
		return err
	}
	last, err := ParseDate(to)
	if err != nil {
		return err
	}
	r := DateRange{From: first, To: last}
	if err := r.check(); err != nil {
		return err
	}
	c.Closed = append(c.Closed, r)
	return nil
}

// addAnnual reads s as a date of a leap year, which has all days that any year has.
func (c *Config) addAnnual(s string) error {
	date, err := ParseDate("2000-" + s)
	if err != nil {
		return fmt.Errorf("day %q: write the month and a day that it has as 12-25", s)
	}
	c.Annual = append(c.Annual, MonthDay{Month: date.Month, Day: date.Day})
	return nil
}

// check returns all that is wrong with the fields, one problem on a line.
func (c *Config) check() error {
	var problems []error
	if len(c.Weekly) == 0 && !slices.ContainsFunc(c.Days, SpecialDay.isOpen) {
		problems = append(problems, &NeverOpensError{Reason: "no weekly windows"})
	}
	problems = appendProblems(problems, "weekly window", c.Weekly, Window.check)
	problems = appendProblems(problems, "holiday", c.Holidays, Date.check)
	problems = appendProblems(problems, "closed range", c.Closed, DateRange.check)
	problems = appendProblems(problems, "annual holiday", c.Annual, MonthDay.check)
	problems = appendProblems(problems, "special day", c.Days, SpecialDay.check)
	problems = appendProblems(problems, "break", c.Breaks, SpecialDay.checkBreak)
	problems = appendProblems(problems, "special day", c.Days, c.checkClosed)
	return errors.Join(problems...)
}

func appendProblems[T any](problems []error, what string, list []T, check func(T) error) []error {
	for i, item := range list {
		if err := check(item); err != nil {
			problems = append(problems, fmt.Errorf("calendar: %s %d: %w", what, i, err))
		}
	}
	return problems
}

func (d Date) check() error {
	if !d.exists() {
		return fmt.Errorf("%q is not a day of the calendar", d)
	}
	return nil
}

func (r DateRange) check() error {
	if err := errors.Join(r.From.check(), r.To.check()); err != nil {
		return err
	}
	if r.To.Compare(r.From) < 0 {
		return fmt.Errorf("%v is before %v: write the earlier date first", r.To, r.From)
	}
	return nil
}

func (m MonthDay) check() error {
	const leapYear = 2000
	if d := (Date{Year: leapYear, Month: m.Month, Day: m.Day}); !d.exists() {
		return fmt.Errorf("month %d has no day %d: write one such as 12 and 25", int(m.Month), m.Day)
	}
	return nil
}

func (d SpecialDay) isOpen() bool { return len(d.Hours) > 0 }

func (d SpecialDay) check() error {
	if err := d.Date.check(); err != nil {
		return err
	}
	for i, h := range d.Hours {
		if err := h.check(); err != nil {
			return fmt.Errorf("%v, hours %d: %w", d.Date, i, err)
		}
	}
	return nil
}

// checkClosed refuses hours on a date that is a holiday by itself. A range and a day of every year can have exceptions.
func (c *Config) checkClosed(d SpecialDay) error {
	if d.isOpen() && slices.Contains(c.Holidays, d.Date) {
		return fmt.Errorf("%v is listed as a holiday too, so that it would be closed and open: remove the holiday, or the hours", d.Date)
	}
	return nil
}

func (d SpecialDay) checkBreak() error {
	if err := d.check(); err != nil {
		return err
	}
	if !d.isOpen() {
		return fmt.Errorf("%v has no hours: write those that are cut out, or remove the break", d.Date)
	}
	return nil
}

func (h Hours) check() error {
	switch {
	case h.Open < 0 || h.Open >= day:
		return fmt.Errorf("open is %v: it must be at least 0 and less than 24h", h.Open)
	case h.Close < 0 || h.Close > day:
		return fmt.Errorf("close is %v: it must be at least 0 and at most 24h", h.Close)
	}
	return nil
}

func (h Hours) span() span {
	if h.Close <= h.Open {
		return span{open: h.Open, close: h.Close + day}
	}
	return span{open: h.Open, close: h.Close}
}

// daySpans is a SpecialDay as a Calendar keeps it.
type daySpans struct {
	date  Date
	spans []span // sorted, apart from each other
}

func (d daySpans) compareDate(date Date) int { return d.date.Compare(date) }

func mergeDays(days []SpecialDay) []daySpans {
	sorted := slices.SortedStableFunc(slices.Values(days), func(a, b SpecialDay) int { return a.Date.Compare(b.Date) })
	var merged []daySpans
	for _, d := range sorted {
		if n := len(merged); n == 0 || merged[n-1].date != d.Date {
			merged = append(merged, daySpans{date: d.Date})
		}
		last := &merged[len(merged)-1]
		for _, h := range d.Hours {
			last.spans = append(last.spans, h.span())
		}
	}
	for i := range merged {
		merged[i].spans = merge(merged[i].spans)
	}
	return merged
}

// compareDate returns 0 when date is in the range, and else whether the range is before or after it.
func (r DateRange) compareDate(date Date) int {
	switch {
	case r.To.Compare(date) < 0:
		return -1
	case r.From.Compare(date) > 0:
		return 1
	}
	return 0
}

// mergeRanges joins the dates and ranges that overlap or follow one another, and sorts them.
func mergeRanges(dates []Date, ranges []DateRange) []DateRange {
	all := slices.Clone(ranges)
	for _, d := range dates {
		all = append(all, DateRange{From: d, To: d})
	}
	slices.SortFunc(all, func(a, b DateRange) int { return cmp.Or(a.From.Compare(b.From), a.To.Compare(b.To)) })
	merged := all[:0]
	for _, r := range all {
		if n := len(merged); n > 0 && r.From.Compare(merged[n-1].To.AddDays(1)) <= 0 {
			if r.To.Compare(merged[n-1].To) > 0 {
				merged[n-1].To = r.To
			}
			continue
		}
		merged = append(merged, r)
	}
	return merged
}
