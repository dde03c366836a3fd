package rules

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/routing"
	"github.com/salesbaton/baton/rules/internal/source"
)

// A place is where a row of a table stands.
type place interface {
	Position() string
	Errorf(code source.Code, format string, args ...any)
}

// A table is a territory on its way to a routing.Territory.
type table struct {
	*policy
	paths   []string
	values  []value
	columns []routing.Column
	rows    []routing.Row
	places  []place // of the rows
	ok      bool
	refused int // problems so far
}

// maxRefused is how many problems a file has before the rest of it is left out.
const maxRefused = 1000

// refuse reports what keeps the table from being used.
func (t *table) refuse(at place, code source.Code, format string, args ...any) {
	at.Errorf(code, format, args...)
	t.ok = false
	t.refused++
}

func (p *policy) readTerritories(section source.Node) {
	for _, e := range section.Entries() {
		p.territories[e.Name()] = &routing.Territory{} // the name is known, so that only the real problem is reported
		m := e.Value.Map()
		t := &table{policy: p, ok: e.Key.ID() != ""}
		rows, file := m.Get("rows"), m.Get("file")
		switch {
		case rows.Exists() == file.Exists():
			e.Value.Errorf(source.BadMix, "a territory has either rows: or file:")
			continue
		case rows.Exists():
			t.by(m.Need("by"))
			t.inline(rows)
		default:
			t.csv(file, m.Get("by"))
		}
		if t.ok && len(t.rows) > 0 {
			t.index(e.Key)
		}
	}
}

// index makes the rung of the table, and reports the rows that cannot stand beside each other.
func (t *table) index(key source.Node) {
	territory, err := routing.NewTerritory(key.Raw(), t.columns, t.rows)
	if err == nil {
		t.territories[key.Raw()] = territory
		t.tables[key.Raw()] = t.contents()
		return
	}
	for _, problem := range parts(err) {
		var bad *routing.RowError
		if errors.As(problem, &bad) {
			t.places[bad.Row].Errorf(source.RowClash, "%v", bad.Err)
		} else {
			key.Errorf(source.BadRow, "%v", problem)
		}
	}
}

// A tableContents is what a page shows of a table.
type tableContents struct {
	paths   []string // of the columns
	numbers []bool   // by column: whether it holds numbers
	size    int
	rows    []routing.Row // all of them, or none where there are more than maxRows
}

// maxRows is how many rows of a table a page shows.
const maxRows = 50

func (t *table) contents() *tableContents {
	c := &tableContents{paths: t.paths, size: len(t.rows)}
	for _, v := range t.values {
		c.numbers = append(c.numbers, v.kind == integer)
	}
	if c.size <= maxRows {
		c.rows = t.rows
	}
	return c
}

// parts returns the errors that an error joins.
func parts(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

func (t *table) by(n source.Node) {
	for _, item := range n.List() {
		t.column(item.Text(), item)
	}
	t.ok = t.ok && len(t.columns) > 0
}

// maxColumns bounds the columns of a table.
const maxColumns = 16

// column adds the column of a field, which is named at a place.
func (t *table) column(path string, at place) {
	if len(t.columns) == maxColumns {
		at.Errorf(source.BadRow, "a territory has at most %d columns", maxColumns)
		t.ok = false
		return
	}
	v, known := t.catalog[path]
	c := routing.Column{Text: v.text}
	switch {
	case !known:
		t.refuse(at, source.UnknownField, "unknown field %q%s", path, source.DidYouMean(path, t.catalog.paths()))
	case slices.Contains(t.paths, path):
		t.refuse(at, source.Repeated, "%q is repeated among the columns", path)
	case v.kind == integer:
		c = routing.Column{Number: v.num}
	case v.kind != text:
		t.refuse(at, source.WrongType, "%s is %s; a territory compares texts and whole numbers", path, v.kind)
	}
	t.paths, t.values, t.columns = append(t.paths, path), append(t.values, v), append(t.columns, c)
}

// inline reads rows of the policy itself.
func (t *table) inline(rows source.Node) {
	for _, n := range rows.List() {
		m := n.Map()
		row := routing.Row{Position: n.Position(), To: t.target(m)}
		match := m.Get("match")
		for i, item := range match.List() {
			text := item.Raw()
			if item.IsText() {
				text = item.Text() // reports one that is cut short
			}
			if item.IsMap() || item.IsList() || item.IsNull() || strings.TrimSpace(text) == "" {
				t.refuse(item, source.BadRow, `write a word, a number, or "*" for a column that matches everything`)
				text = "*"
			}
			row.Match = append(row.Match, t.cell(i, text, item))
		}
		switch {
		case len(t.columns) == 0: // which is reported
		case len(row.Match) != len(t.columns):
			t.ok = false
			if match.IsList() {
				t.refuse(match, source.BadRow, "the row needs a value for each of the %d columns that by names, and has %d", len(t.columns), len(row.Match))
			}
		case m.Get("pool").Exists() == m.Get("rep").Exists():
			t.refuse(n, source.BadMix, "a row names a pool or a rep")
		}
		t.add(row, n)
	}
}

func (t *table) add(row routing.Row, at place) {
	t.ok = t.ok && row.To != nil
	t.rows, t.places = append(t.rows, row), append(t.places, at)
}

// cell reads the cell of a column.
func (t *table) cell(column int, text string, at place) routing.Cell {
	if column >= len(t.values) || t.values[column].kind == "" {
		return routing.Cell{}
	}
	v, path := t.values[column], t.paths[column]
	cell, err := routing.ParseCell(text, v.kind == integer)
	exact := cell == routing.Is(text)
	switch {
	case err != nil:
		t.refuse(at, source.BadRow, "%s: %v", path, err)
	case exact && v.words != nil && !slices.Contains(v.words, text):
		t.refuse(at, source.UnknownConstant, "%s: unknown word %q%s; known are %s", path, text, source.DidYouMean(text, v.words), listed(v.words))
	case exact && (path == "lead.country" || path == "account.country") && !isCountry(text):
		t.refuse(at, source.BadRow, "%s: %q is not a country; write two capital letters, such as US", path, text)
	default:
		return cell
	}
	return routing.Cell{}
}

func isCountry(s string) bool {
	return len(s) == 2 && 'A' <= min(s[0], s[1]) && max(s[0], s[1]) <= 'Z'
}

// A csvRow is a row of a CSV file.
type csvRow struct {
	file   string
	line   int
	report *source.Report
}

func (r csvRow) Position() string { return r.file + ":" + strconv.Itoa(r.line) }

func (r csvRow) Errorf(code source.Code, format string, args ...any) {
	r.report.Add(source.Problem{File: r.file, Line: r.line, Code: code, Message: fmt.Sprintf(format, args...)})
}

// csv reads rows from a file. Its first line names the columns: fields, and pool or rep or both. By, where it is there,
// says in which order they count.
func (t *table) csv(file, by source.Node) {
	name, text, ok := t.files.open(file)
	if ok {
		text, ok = source.Plain(name, text, t.report)
	}
	if !ok {
		t.ok = false
		return
	}
	in := csv.NewReader(bytes.NewReader(text))
	in.Comment, in.ReuseRecord, in.FieldsPerRecord = '#', true, -1
	header, err := in.Read()
	at := csvRow{name, 1, t.report}
	if err != nil {
		t.refuse(at, source.BadRow, "the first line names the columns, such as account.country,pool; this one cannot be read")
		return
	}
	at.line, _ = in.FieldPos(0)
	if len(header) > maxColumns+2 {
		at.Errorf(source.BadRow, "a territory has at most %d columns beside pool and rep, and this one has %d", maxColumns, len(header))
		t.ok = false
		return
	}
	layout := t.layout(slices.Clone(header), by, at)
	if !t.ok { // the rows cannot be told
		return
	}
	targets := map[string]routing.Rung{}
	for t.refused < maxRefused {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			t.refuse(csvRow{name, bad.Line, t.report}, source.BadRow, "the row cannot be read: %v", bad.Err)
			return
		}
		at.line, _ = in.FieldPos(0)
		t.record(record, layout, targets, at)
	}
	if len(t.rows) == 0 && t.ok {
		t.refuse(at, source.Empty, "the file has no rows")
	}
}

// A layout is where the parts of a row stand in a CSV record.
type layout struct {
	columns   []int // by column of the table
	pool, rep int   // -1: no such column
	width     int
}

func (t *table) layout(header []string, by source.Node, at place) layout {
	l := layout{pool: -1, rep: -1, width: len(header)}
	for i, name := range header {
		header[i] = strings.TrimSpace(name)
		if slices.Contains(header[:i], header[i]) {
			t.refuse(at, source.Repeated, "the column %q is repeated", header[i])
		}
	}
	l.pool, l.rep = slices.Index(header, "pool"), slices.Index(header, "rep")
	isField := func(name string) bool { return name != "pool" && name != "rep" }
	if l.pool < 0 && l.rep < 0 {
		t.refuse(at, source.BadRow, "no column is named pool or rep, so that the rows give the records to nobody")
	}
	if by.Exists() {
		t.by(by)
	} else {
		for i, name := range header {
			if isField(name) && !slices.Contains(header[:i], name) {
				t.column(name, at)
			}
		}
		if len(t.columns) == 0 {
			t.refuse(at, source.BadRow, "no column is named like a field, such as account.country")
		}
	}
	for _, path := range t.paths {
		i := slices.Index(header, path)
		if i < 0 {
			t.refuse(at, source.BadRow, "no column is named %s%s", path, source.DidYouMean(path, header))
		}
		l.columns = append(l.columns, i)
	}
	for _, name := range header {
		if isField(name) && !slices.Contains(t.paths, name) {
			t.refuse(at, source.BadRow, "the column %q is not among those that by: names", name)
		}
	}
	return l
}

func (t *table) record(record []string, l layout, targets map[string]routing.Rung, at csvRow) {
	if len(record) != l.width {
		t.refuse(at, source.BadRow, "the row has %d values for %d columns", len(record), l.width)
		return
	}
	if slices.ContainsFunc(record, func(s string) bool { return len(s) > handoff.MaxText }) {
		t.refuse(at, source.BadRow, "a value of the row is longer than %d bytes, so that nothing can match it", handoff.MaxText)
		return
	}
	row := routing.Row{Position: at.Position(), Match: make([]routing.Cell, 0, len(l.columns)), To: t.recipient(record, l, targets, at)}
	for column, i := range l.columns {
		row.Match = append(row.Match, t.cell(column, strings.Clone(strings.TrimSpace(record[i])), at))
	}
	t.add(row, at)
}

// recipient returns the pool or the rep of a record.
func (t *table) recipient(record []string, l layout, targets map[string]routing.Rung, at csvRow) routing.Rung {
	pick := func(i int) string {
		if i < 0 {
			return ""
		}
		return strings.TrimSpace(record[i])
	}
	pool, rep := pick(l.pool), pick(l.rep)
	key := pool + "\x00" + rep
	if to := targets[key]; to != nil {
		return to
	}
	switch {
	case (pool == "") == (rep == ""):
		t.refuse(at, source.BadMix, "a row names a pool or a rep")
	case pool != "" && t.pools[pool] == nil:
		t.refuse(at, source.UnknownName, "unknown pool %q%s", pool, source.DidYouMean(pool, sortedKeys(t.pools)))
	case pool != "":
		targets[key] = t.pools[pool]
	case t.roster && !t.reps[rep]:
		t.refuse(at, source.UnknownName, "%q is not listed under reps%s", rep, source.DidYouMean(rep, sortedKeys(t.reps)))
	case !source.IsID(rep):
		t.refuse(at, source.BadName, "an id is 1 to 64 letters, digits, -, _ and .")
	default:
		t.join(rep)
		targets[key] = routing.Rep(rep)
	}
	return targets[key]
}
