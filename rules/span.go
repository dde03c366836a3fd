package rules

import (
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/internal/source"
)

// A span is a length of time as a policy writes it. Whether its days are calendar days or 24 hours follows from where
// it stands.
type span handoff.Span

// elapsed counts a day as 24 hours.
func (s span) elapsed() time.Duration { return time.Duration(s.Days)*24*time.Hour + s.Elapsed }

// readSpan reads a length of time that is not zero, unless zero is allowed.
func readSpan(n source.Node, zeroAllowed bool) span {
	text, ok := n.Scalar()
	if !ok {
		return span{}
	}
	s, err := handoff.ParseSpan(text)
	switch {
	case err != nil:
		n.Errorf(source.BadTime, "%v", err)
	case s.IsZero() && !zeroAllowed:
		n.Errorf(source.NoEffect, "a length of time that is zero has no effect here; write a longer one, or leave out what needs it")
	}
	return span(s)
}
