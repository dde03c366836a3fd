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

// reason returns a reason on one line, as handoff.Reason.String does with instants in UTC.
func (p printer) reason(r handoff.Reason) string {
	plain := handoff.Reason{Rule: r.Rule, ID: r.ID, Play: r.Play, Source: r.Source, Text: r.Text}
	ends := p.lasts(handoff.ActiveHold{Since: r.Since, Until: r.Until, LiftedBy: r.LiftedBy, OnRelease: r.OnRelease, Again: r.Again, GiveUp: r.GiveUp,
		Forever: r.Forever})
	return plain.String() + ends + unknown(r.Unknown) + at(r.Position)
}

// lasts says since and until when something holds, who lifts it earlier, and whether a trigger that it keeps back is decided again.
func (p printer) lasts(h handoff.ActiveHold) string {
	text := p.instant(", since ", h.Since) + p.instant(", until ", h.Until)
	switch {
	case h.Forever && h.LiftedBy == "":
		text += ", for ever"
	case h.Forever:
		text += ", for ever unless lifted by " + h.LiftedBy
	case h.LiftedBy != "" && h.Until.IsZero():
		text += ", until lifted by " + h.LiftedBy
	case h.LiftedBy != "":
		text += ", lifted by " + h.LiftedBy
	}
	if h.OnRelease == handoff.ReleaseReplay {
		text += ", replay on release"
	}
	return text + p.instant(", again at ", h.Again) + p.instant(", given up at ", h.GiveUp)
}

// instant returns a label and an instant, or nothing.
func (p printer) instant(label string, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return label + p.clock(t)
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
