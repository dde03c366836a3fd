package rules

import (
	"errors"
	"strconv"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/internal/source"
)

// A span is a length of time as a policy writes it. Whether its days are calendar days or 24 hours follows from where
// it stands.
type span handoff.Span

// maxDays bounds a length of time: a hundred years.
const maxDays = 36600

var units = []struct {
	letter byte
	length time.Duration
}{{'d', 24 * time.Hour}, {'h', time.Hour}, {'m', time.Minute}, {'s', time.Second}}

// parseSpan reads numbers with the units d, h, m and s, from the longest to the shortest, each at most once.
func parseSpan(text string) (span, error) {
	var s span
	if text == "" {
		return s, errSpan
	}
	next := 0 // the first unit that may still come
	for rest := text; rest != ""; {
		digits := 0
		for digits < len(rest) && '0' <= rest[digits] && rest[digits] <= '9' {
			digits++
		}
		n, err := strconv.Atoi(rest[:digits])
		if err != nil || n > maxDays*24*60 || digits == len(rest) {
			return span{}, errSpan
		}
		i := next
		for i < len(units) && units[i].letter != rest[digits] {
			i++
		}
		if i == len(units) {
			return span{}, errSpan
		}
		if i == 0 {
			s.Days = n
		} else {
			s.Elapsed += time.Duration(n) * units[i].length
		}
		next, rest = i+1, rest[digits+1:]
	}
	if s.elapsed() > maxDays*24*time.Hour || s.Days > maxDays {
		return span{}, errSpan
	}
	return s, nil
}

var errSpan = errors.New("not a length of time")

// IsZero reports whether the span has no length.
func (s span) IsZero() bool { return s == span{} }

// elapsed counts a day as 24 hours.
func (s span) elapsed() time.Duration { return time.Duration(s.Days)*24*time.Hour + s.Elapsed }

// readSpan reads a length of time that is not zero, unless zero is allowed.
func readSpan(n source.Node, zeroAllowed bool) span {
	if !n.Exists() {
		return span{}
	}
	s, err := parseSpan(n.Raw())
	switch {
	case err != nil:
		n.Errorf("expected a length of time such as 15m, 4h, 7d or 1d12h, of at most %d days; units are d, h, m and s, and a week is 7d", maxDays)
	case s.IsZero() && !zeroAllowed:
		n.Errorf("a length of time that is zero has no effect here; leave the key out")
	}
	return s
}
