package calendar

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// maxWindowText is the longest text that ParseWindows reads, in bytes.
const maxWindowText = 4096

// Window is one opening in the week, in wall clock time. It belongs to the day
// on which it starts, so a holiday on that day closes all of it.
//
// Open is from 0 up to, but not including, 24h, and Close from 0 up to 24h, both
// since midnight. A Close at or before Open is on the next day: 22h to 6h lasts
// the night, 9h to 9h lasts 24 hours. The zero Window is therefore all of Sunday.
type Window struct {
	Day         time.Weekday
	Open, Close time.Duration
}

func (w Window) check() error {
	if w.Day < time.Sunday || w.Day > time.Saturday {
		return fmt.Errorf("day is %d: use time.Sunday to time.Saturday", int(w.Day))
	}
	return w.hours().check()
}

func (w Window) hours() Hours { return Hours{Open: w.Open, Close: w.Close} }

// ParseWindows reads weekly opening hours: windows separated by commas, each a
// day or a range of days, then the hours.
//
//	mon-fri 09:00-17:00
//	mon-thu 09:00-12:00, mon-thu 13:00-17:00, sat 10:00-14:00
//	sat-mon 22:00-06:00
//	24/7
//
// Days are mon, tue, wed, thu, fri, sat and sun in either case; a range may run
// over the end of the week. Hours are two-digit 24-hour times; 24:00 may close a
// window. Hours that end at or before they begin end on the next day. "24/7" is
// every day from 00:00 to 24:00.
//
// The result has one Window for each day, in the order written, overlaps
// included; [New] merges them. The error names every window that cannot be read,
// one on a line, with its column in bytes. Text over 4096 bytes is refused.
func ParseWindows(s string) ([]Window, error) {
	if len(s) > maxWindowText {
		return nil, fmt.Errorf("opening hours are %d bytes long: the limit is %d", len(s), maxWindowText)
	}
	var windows []Window
	var problems []error
	offset := 0
	for i, item := range strings.Split(s, ",") {
		parsed, err := parseWindow(item)
		if err != nil {
			text := strings.TrimSpace(item)
			column := offset + strings.Index(item, text) + 1
			problems = append(problems, fmt.Errorf("window %d (%q, column %d): %w", i+1, text, column, err))
		}
		windows = append(windows, parsed...)
		offset += len(item) + len(",")
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return windows, nil
}

// parseWindow reads one item of the list: days and hours, or "24/7".
func parseWindow(item string) ([]Window, error) {
	fields := strings.Fields(item)
	if len(fields) == 1 && fields[0] == "24/7" {
		return everyDay(time.Monday, time.Sunday, 0, day), nil
	}
	if len(fields) != 2 {
		return nil, errors.New(`want days and hours with one space between, such as "mon-fri 09:00-17:00", or "24/7"`)
	}
	first, last, err := parseDays(fields[0])
	if err != nil {
		return nil, err
	}
	opens, closes, err := parseHours(fields[1])
	if err != nil {
		return nil, err
	}
	return everyDay(first, last, opens, closes), nil
}

func everyDay(first, last time.Weekday, opens, closes time.Duration) []Window {
	windows := []Window{{Day: first, Open: opens, Close: closes}}
	for d := first; d != last; {
		d = (d + 1) % 7
		windows = append(windows, Window{Day: d, Open: opens, Close: closes})
	}
	return windows
}

// parseDays reads "mon" or "mon-fri". A range from a day to itself is refused,
// because it could mean one day or all seven.
func parseDays(s string) (first, last time.Weekday, err error) {
	from, to, isRange := strings.Cut(s, "-")
	if first, err = parseDay(from); err != nil {
		return 0, 0, err
	}
	if !isRange {
		return first, first, nil
	}
	if last, err = parseDay(to); err != nil {
		return 0, 0, err
	}
	if first == last {
		return 0, 0, fmt.Errorf("days %q: write %q for one day, or mon-sun for all", s, from)
	}
	return first, last, nil
}

func parseDay(s string) (time.Weekday, error) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if len(s) == 3 && strings.EqualFold(s, d.String()[:3]) {
			return d, nil
		}
	}
	return 0, fmt.Errorf("unknown day %q: write mon, tue, wed, thu, fri, sat or sun", s)
}

func parseHours(s string) (opens, closes time.Duration, err error) {
	from, to, isRange := strings.Cut(s, "-")
	if !isRange {
		return 0, 0, fmt.Errorf("hours %q: write the opening and the closing time, such as 09:00-17:00", s)
	}
	if opens, err = parseClock(from); err != nil {
		return 0, 0, err
	}
	if opens == day {
		return 0, 0, errors.New("24:00 cannot open a window: write 00:00 on the next day")
	}
	if closes, err = parseClock(to); err != nil {
		return 0, 0, err
	}
	return opens, closes, nil
}

// parseClock reads "00:00" to "24:00".
func parseClock(s string) (time.Duration, error) {
	hour, minute, ok := splitClock(s)
	if !ok {
		return 0, fmt.Errorf("time %q: write two-digit hours and minutes, such as 09:00", s)
	}
	clock := time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute
	if minute > 59 || clock > day {
		return 0, fmt.Errorf("time %q: times run from 00:00 to 23:59, and 24:00 at the close", s)
	}
	return clock, nil
}

func splitClock(s string) (hour, minute int, ok bool) {
	if len(s) != len("09:00") || s[2] != ':' {
		return 0, 0, false
	}
	for _, i := range []int{0, 1, 3, 4} {
		if s[i] < '0' || s[i] > '9' {
			return 0, 0, false
		}
	}
	return int(s[0]-'0')*10 + int(s[1]-'0'), int(s[3]-'0')*10 + int(s[4]-'0'), true
}
