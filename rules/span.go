package rules

import (
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/internal/source"
)

// A span is a length of time as a policy writes it. Whether its days are calendar days or 24 hours follows from where
// it stands.
type span handoff.Span

// maxDays bounds a length of time: a hundred years.
const maxDays = handoff.MaxDays

func parseSpan(text string) (span, error) {
	s, err := handoff.ParseSpan(text)
	return span(s), err
}

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
		n.Errorf("%v", err)
	case s.IsZero() && !zeroAllowed:
		n.Errorf("a length of time that is zero has no effect here; leave the key out")
	}
	return s
}
