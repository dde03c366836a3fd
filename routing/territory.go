package routing

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/salesbaton/baton/handoff"
)

// A Column reads one column of a territory table from the facts: the value, or false when it is unknown.
type Column func(*handoff.Facts) (string, bool)

// A Row gives the records it matches to a rung.
type Row struct {
	Match []string // one value for each column; "" matches everything, also what is unknown
	To    Rung     // a Rep or a *Pool
}

// A Territory is the rung for a table. Of the rows that match, the most specific wins: compared column by column, a
// value beats "". Two rows with equal values are a mistake, so that at most one row is the most specific.
type Territory struct {
	id      string
	columns []Column
	shapes  []shape // most specific first
}

// A shape is the rows that name values for the same columns.
type shape struct {
	named []bool // by column
	rows  map[string]Rung
}

// NewTerritory indexes the rows. The error joins every problem.
func NewTerritory(id string, columns []Column, rows []Row) (*Territory, error) {
	t := &Territory{id: id, columns: columns}
	var problems []error
	for i, row := range rows {
		if err := t.add(row); err != nil {
			problems = append(problems, fmt.Errorf("row %d: %w", i+1, err))
		}
	}
	if id == "" || len(columns) == 0 || len(rows) == 0 {
		problems = append(problems, errors.New("a territory needs an id, columns and rows"))
	}
	slices.SortFunc(t.shapes, func(a, b shape) int { return compareNamed(b.named, a.named) })
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return t, nil
}

func compareNamed(a, b []bool) int {
	for i := range a {
		if a[i] != b[i] {
			if a[i] {
				return 1
			}
			return -1
		}
	}
	return 0
}

func (t *Territory) add(row Row) error {
	if len(row.Match) != len(t.columns) {
		return fmt.Errorf("has %d values for %d columns", len(row.Match), len(t.columns))
	}
	if row.To == nil {
		return errors.New("names neither a rep nor a pool")
	}
	named := make([]bool, len(row.Match))
	for i, v := range row.Match {
		named[i] = v != ""
	}
	i := slices.IndexFunc(t.shapes, func(s shape) bool { return slices.Equal(s.named, named) })
	if i < 0 {
		i = len(t.shapes)
		t.shapes = append(t.shapes, shape{named, map[string]Rung{}})
	}
	key := rowKey(row.Match)
	if t.shapes[i].rows[key] != nil {
		return errors.New("matches exactly what an earlier row matches")
	}
	t.shapes[i].rows[key] = row.To
	return row.To.check()
}

func rowKey(values []string) string { return strings.Join(values, "\x1f") }

// Name returns "territory:" and the id.
func (t *Territory) Name() string { return "territory:" + t.id }

func (t *Territory) check() error { return nil }

// find returns the rung of the most specific row, nil when none matches.
func (t *Territory) find(f *handoff.Facts) Rung {
	seen := make([]string, len(t.columns))
	for i, column := range t.columns {
		if v, known := column(f); known {
			seen[i] = v
		}
	}
	values := make([]string, len(seen))
	for _, s := range t.shapes {
		for i := range values {
			values[i] = ""
			if s.named[i] {
				values[i] = seen[i]
			}
		}
		if to := s.rows[rowKey(values)]; to != nil {
			return to
		}
	}
	return nil
}

func (t *Territory) keys(f *handoff.Facts, dst []handoff.Key) []handoff.Key {
	if to := t.find(f); to != nil {
		return to.keys(f, dst)
	}
	return dst
}

func (t *Territory) try(f *handoff.Facts, a *attempt) {
	to := t.find(f)
	if to == nil {
		a.fail(t, NoTerritory, "no row matches")
		return
	}
	to.try(f, a)
	if a.Owner != "" {
		a.Rung = t.Name() + "/" + a.Rung
	}
}
