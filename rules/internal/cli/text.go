package cli

import (
	"bufio"
	"fmt"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

// A printer prints for people: instants are in the policy's zone.
type printer struct {
	out  *bufio.Writer
	zone *calendar.Zone
}

// clock returns an instant such as "Mon 2026-03-02 10:04 EST".
func (p printer) clock(t time.Time) string { return p.zone.In(t).Format("Mon 2006-01-02 15:04 MST") }

// line prints a line at a depth, from 0.
func (p printer) line(depth int, format string, args ...any) {
	fmt.Fprintf(p.out, "%s%s\n", strings.Repeat("  ", depth), fmt.Sprintf(format, args...))
}

// block prints a text of several lines at a depth.
func (p printer) block(depth int, text string) {
	for line := range strings.Lines(text) {
		p.line(depth, "%s", strings.TrimSuffix(line, "\n"))
	}
}

// reason returns a reason on one line.
func (p printer) reason(r handoff.Reason) string {
	plain := handoff.Reason{Rule: r.Rule, ID: r.ID, Play: r.Play, Text: r.Text}
	return plain.String() + p.during(r.Since, r.Until, r.LiftedBy) + unknown(r.Unknown) + at(r.Position)
}

// during says since and until when something holds, and what lifts it earlier.
func (p printer) during(since, until time.Time, liftedBy string) string {
	var text string
	if !since.IsZero() {
		text += ", since " + p.clock(since)
	}
	if !until.IsZero() {
		text += ", until " + p.clock(until)
	}
	if liftedBy != "" {
		text += ", lifted by " + liftedBy
	}
	return text
}

func unknown(facts []string) string {
	if len(facts) == 0 {
		return ""
	}
	return ", unknown " + strings.Join(facts, ", ")
}

// at returns a position behind a text.
func at(position string) string {
	if position == "" {
		return ""
	}
	return "  [" + position + "]"
}
