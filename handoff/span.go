package handoff

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff/calendar"
)

// A Span is a length of time: calendar days in the policy's zone, then elapsed time.
type Span struct {
	Days    int
	Elapsed time.Duration
}

// MaxDays bounds the length of a Span that ParseSpan reads: a hundred years.
const MaxDays = 36600

const (
	dayLength = 24 * time.Hour // where a day is elapsed time
	maxLength = MaxDays * dayLength
)

var spanUnits = []struct {
	letter byte
	length time.Duration
}{{'d', dayLength}, {'h', time.Hour}, {'m', time.Minute}, {'s', time.Second}}

// ParseSpan reads a length of time such as 15m, 4h, 7d or 1d12h: whole numbers with the units d, h, m and s, from the
// longest to the shortest, each at most once. The d are Days, the rest is Elapsed. It is at most MaxDays long, a day
// counted as 24 hours. The error tells the form and does not repeat the text.
func ParseSpan(text string) (Span, error) {
	var s Span
	next := 0 // the first unit that may still come
	for rest := text; ; {
		digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		n, err := strconv.ParseInt(rest[:digits], 10, 64)
		if err != nil || digits == len(rest) {
			return Span{}, errSpan
		}
		i := next
		for i < len(spanUnits) && spanUnits[i].letter != rest[digits] {
			i++
		}
		if i == len(spanUnits) || n > int64((maxLength-s.elapsed())/spanUnits[i].length) {
			return Span{}, errSpan
		}
		if i == 0 {
			s.Days = int(n)
		} else {
			s.Elapsed += time.Duration(n) * spanUnits[i].length
		}
		if next, rest = i+1, rest[digits+1:]; rest == "" {
			return s, nil
		}
	}
}

var errSpan = fmt.Errorf("expected a length of time such as 15m, 4h, 7d or 1d12h, of at most %d days; units are d, h, m and s, and a week is 7d", MaxDays)

// String returns the span as ParseSpan reads it, in the fewest units: "0s" for the zero Span. A negative span and parts
// of a second have no such form; their text is for people only.
func (s Span) String() string {
	if s.IsZero() {
		return "0s"
	}
	var b strings.Builder
	write := func(n int64, unit byte) {
		if n != 0 {
			b.WriteString(strconv.FormatInt(n, 10))
			b.WriteByte(unit)
		}
	}
	write(int64(s.Days), 'd')
	write(int64(s.Elapsed/time.Hour), 'h')
	write(int64(s.Elapsed%time.Hour/time.Minute), 'm')
	if rest := s.Elapsed % time.Minute; rest != 0 {
		b.WriteString(rest.String())
	}
	return b.String()
}

// IsZero reports whether the span has no length.
func (s Span) IsZero() bool { return s == Span{} }

func (s Span) negative() bool { return s.Days < 0 || s.Elapsed < 0 }

// elapsed counts a day as 24 hours.
func (s Span) elapsed() time.Duration { return time.Duration(s.Days)*dayLength + s.Elapsed }

// After returns the instant that lies s after t: the same wall clock Days later, then Elapsed.
func (s Span) After(t time.Time, zone *calendar.Zone) time.Time {
	if s.Days != 0 {
		t = zone.AddDays(t, s.Days)
	}
	return instant(t.Add(s.Elapsed))
}
