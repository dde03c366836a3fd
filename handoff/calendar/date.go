package calendar

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"time"
)

const day = 24 * time.Hour

// Date is a day of the Gregorian calendar without a time zone. The zero Date
// means "none" and is not a day.
//
// The fields may be set directly. A Date whose fields name no day, such as 30
// February, is refused by [New] and by MarshalText; the arithmetic methods read
// it as [time.Date] does (2 March, or 1 March in a leap year).
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads a date written as "2026-03-01": four, two and two digits. It
// refuses every other form, the empty string, and days that do not exist.
func ParseDate(s string) (Date, error) {
	year, month, dayOfMonth, ok := splitDate(s)
	if !ok {
		return Date{}, fmt.Errorf("date %q: write year, month and day as 2026-03-01", s)
	}
	d := Date{Year: year, Month: time.Month(month), Day: dayOfMonth}
	if !d.exists() {
		return Date{}, fmt.Errorf("date %q: there is no such day", s)
	}
	return d, nil
}

func splitDate(s string) (year, month, dayOfMonth int, ok bool) {
	if len(s) != len("2026-03-01") || s[4] != '-' || s[7] != '-' {
		return 0, 0, 0, false
	}
	y, yErr := strconv.ParseUint(s[:4], 10, 16)
	m, mErr := strconv.ParseUint(s[5:7], 10, 8)
	d, dErr := strconv.ParseUint(s[8:], 10, 8)
	return int(y), int(m), int(d), yErr == nil && mErr == nil && dErr == nil
}

// String returns the form that [ParseDate] reads, and "" for the zero Date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// IsZero reports whether d is the zero Date, which means "none".
func (d Date) IsZero() bool { return d == Date{} }

// Compare returns -1 when d is before e, 0 when they are equal and +1 when d is
// after e. The zero Date sorts before every date from the year 0 on.
func (d Date) Compare(e Date) int {
	return cmp.Or(cmp.Compare(d.Year, e.Year), cmp.Compare(d.Month, e.Month), cmp.Compare(d.Day, e.Day))
}

// AddDays returns the date n days after d; n may be negative. The zero Date
// stays zero.
func (d Date) AddDays(n int) Date {
	if d.IsZero() {
		return Date{}
	}
	return dateOf(time.Date(d.Year, d.Month, d.Day+n, 0, 0, 0, 0, time.UTC))
}

// Sub returns the number of days from e to d, negative when d is the earlier
// one. It has no meaning when either is the zero Date.
func (d Date) Sub(e Date) int {
	return int((d.midnight().Unix() - e.midnight().Unix()) / int64(day/time.Second))
}

// Weekday returns the day of the week of d. It has no meaning for the zero Date.
func (d Date) Weekday() time.Weekday { return d.midnight().Weekday() }

// MarshalText returns the form that [ParseDate] reads, and empty text for the
// zero Date. It refuses a date that ParseDate could not read back.
func (d Date) MarshalText() ([]byte, error) {
	if !d.IsZero() && (!d.exists() || d.Year < 0 || d.Year > 9999) {
		return nil, fmt.Errorf("date %v: not a day in the years 0000 to 9999", d)
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads the form of [ParseDate]; empty text gives the zero Date.
// On an error d keeps its value. The error does not repeat the text, which may
// come from a record of a person.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := ParseDate(string(text))
	if err != nil {
		return errors.New("not a date: write year, month and day as 2026-03-01")
	}
	*d = parsed
	return nil
}

func (d Date) exists() bool { return dateOf(d.midnight()) == d }

// midnight is the start of d, read as if d were a date in UTC.
func (d Date) midnight() time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
}

func dateOf(t time.Time) Date {
	year, month, dayOfMonth := t.Date()
	return Date{Year: year, Month: month, Day: dayOfMonth}
}
