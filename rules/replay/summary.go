package replay

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/salesbaton/baton/handoff"
)

// A Summary counts decisions. The zero Summary is empty and ready.
type Summary struct {
	decisions int64
	verdicts  map[string]int64
	plays     map[string]int64
	owners    map[string]int64
}

// A Count is how many decisions have something in common.
type Count struct {
	Name string `json:"name"`
	N    int64  `json:"n"`
}

// Add counts one decision: by its verdict, by the play that won, and by the owner whom it chose; of a touch by its verdict
// alone, since nothing is handed off.
func (s *Summary) Add(d handoff.Decision) {
	s.decisions++
	s.verdicts = counted(s.verdicts, string(d.Verdict))
	if d.Cause.Touch != "" {
		return
	}
	if d.Owner != "" { // a play that was held or found nobody did not hand anything off
		s.plays = counted(s.plays, d.Play)
	}
	s.owners = counted(s.owners, d.Owner)
}

func counted(counts map[string]int64, name string) map[string]int64 {
	if counts == nil {
		counts = map[string]int64{}
	}
	if name != "" {
		counts[name]++
	}
	return counts
}

// Decisions returns how many were added.
func (s *Summary) Decisions() int64 { return s.decisions }

// Verdicts returns the number of decisions with each verdict, the greatest first, then by name.
func (s *Summary) Verdicts() []Count { return ranked(s.verdicts) }

// Plays returns how often each play won, the most frequent first, then by name.
func (s *Summary) Plays() []Count { return ranked(s.plays) }

// Owners returns how many handoffs each owner got, the most first, then by name.
func (s *Summary) Owners() []Count { return ranked(s.owners) }

func ranked(counts map[string]int64) []Count {
	out := make([]Count, 0, len(counts))
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		out = append(out, Count{name, counts[name]})
	}
	slices.SortStableFunc(out, func(a, b Count) int { return cmp.Compare(b.N, a.N) })
	return out
}

// String returns the counts as aligned tables, one below the other; a table without rows is left out.
func (s *Summary) String() string {
	tables := []struct {
		name, unit string
		rows       []Count
	}{
		{"play", "won", s.Plays()},
		{"owner", "handoffs", s.Owners()},
		{"verdict", "decisions", s.Verdicts()},
	}
	width := 0
	for _, t := range tables {
		for _, row := range append(t.rows, Count{Name: t.name}) {
			width = max(width, utf8.RuneCountInString(row.Name))
		}
	}
	var parts []string
	for _, t := range tables {
		if len(t.rows) > 0 {
			parts = append(parts, table(t.name, t.unit, t.rows, width))
		}
	}
	return strings.Join(parts, "\n")
}

func table(name, unit string, rows []Count, width int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-*s  %9s\n", width, name, unit)
	for _, row := range rows {
		fmt.Fprintf(&b, "%-*s  %9d\n", width, row.Name, row.N)
	}
	return b.String()
}
