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
			t.places[bad.Row].Errorf(source.RowClash, "%s", t.named(bad.Err.Error()))
		} else {
			key.Errorf(source.BadRow, "%v", problem)
		}
	}
}

// named puts the field of a column in the place of its number, with which a problem of a row may begin.
func (t *table) named(problem string) string {
	number, rest, _ := strings.Cut(strings.TrimPrefix(problem, "column "), ": ")
	column, err := strconv.Atoi(number)
	if err != nil || column < 1 || column > len(t.paths) {
		return problem
	}
	return t.paths[column-1] + ": " + rest
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
		t.refuse(at, source.UnknownField, "unknown field %q%s", path, t.didYouMean(path))
	case slices.Contains(t.paths, path):
		t.refuse(at, source.Repeated, "%q is repeated among the columns", path)
	case v.kind == integer:
		c = routing.Column{Number: v.num}
	case v.kind != text:
		t.refuse(at, source.WrongType, "%s is %s; a territory compares texts and whole numbers", path, v.kind)
	}
	t.paths, t.values, t.columns = append(t.paths, path), append(t.values, v), append(t.columns, c)
}

// didYouMean suggests the field that is nearest to an unknown one, or those that end with it: a spreadsheet says
// "Postal Code" where a policy says account.postal_code.
func (t *table) didYouMean(path string) string {
	known := t.catalog.paths()
	if near := source.DidYouMean(path, known); near != "" {
		return near
	}
	name := strings.ToLower(strings.NewReplacer(" ", "_", "-", "_").Replace(path))
	var equal, near []string
	for _, full := range known {
		last := full[strings.LastIndexByte(full, '.')+1:]
		switch kind := t.catalog[full].kind; {
		case kind != text && kind != integer:
		case last == name:
			equal = append(equal, strconv.Quote(full))
		case source.DidYouMean(name, []string{last}) != "":
			near = append(near, strconv.Quote(full))
		}
	}
	if len(equal) > 0 {
		near = equal
	}
	if len(near) == 0 || name == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %s?)", strings.Join(near, " or "))
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
			if item.IsNull() || strings.TrimSpace(text) == "" { // as that of a list, or of keys with values, is
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
		case m.Get("pool").Exists() && m.Get("rep").Exists():
			t.refuse(n, source.BadMix, twoRecipients)
		case !m.Get("pool").Exists() && !m.Get("rep").Exists():
			t.refuse(n, source.BadMix, noRecipient)
		}
		t.add(row, n)
	}
}

// What is wrong with a row that does not say to whom it gives a record.
const (
	twoRecipients = "a row names a pool or a rep, and this one names both; remove one of them"
	noRecipient   = "a row names a pool or a rep, and this one names neither"
)

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
	case v.kind == integer && beyond(text):
		t.refuse(at, source.BadRow, "%s: the number is beyond 2^53", path)
	case exact && v.words != nil && !slices.Contains(v.words, text):
		t.refuse(at, source.UnknownConstant, "%s: unknown word %q%s; known are %s", path, text, source.DidYouMean(text, v.words), listed(v.words))
	case exact && (path == "lead.country" || path == "account.country") && !isCountry(text):
		t.refuse(at, source.BadRow, "%s: %q is not a country; write two capital letters, such as US", path, text)
	default:
		return cell
	}
	return routing.Cell{}
}

// beyond reports whether a number of a cell is too great.
func beyond(cell string) bool {
	return slices.ContainsFunc(strings.FieldsFunc(cell, func(r rune) bool { return r < '0' || r > '9' }), func(digits string) bool {
		n, err := strconv.ParseInt(digits, 10, 64)
		return err != nil || n > maxNumber
	})
}

func isCountry(s string) bool {
	return len(s) == 2 && 'A' <= min(s[0], s[1]) && max(s[0], s[1]) <= 'Z'
}

// A csvFile is a CSV file.
type csvFile struct {
	name   string
	text   []byte // its lines end with \n
	report *source.Report
}

// row returns the row that is the first behind an offset, and stands on a line.
func (f *csvFile) row(from int64, line int) csvRow { return csvRow{f, from, line} }

// A csvRow is a row of a CSV file.
type csvRow struct {
	file *csvFile
	from int64 // where it begins, or comments and empty lines before it
	line int
}

func (r csvRow) Position() string { return r.file.name + ":" + strconv.Itoa(r.line) }

func (r csvRow) Errorf(code source.Code, format string, args ...any) {
	line, _, _ := bytes.Cut(r.text(), []byte("\n"))
	r.file.report.Add(source.Problem{File: r.file.name, Line: r.line, Code: code, Message: fmt.Sprintf(format, args...), Source: source.Shown(string(line))})
}

// text returns the file from the row on.
func (r csvRow) text() []byte {
	text := r.file.text[r.from:]
	for len(text) > 0 && (text[0] == '#' || text[0] == '\n') {
		_, text, _ = bytes.Cut(text, []byte("\n"))
	}
	return text
}

// onLine is the row with a place on one of its lines.
func (r csvRow) onLine(line int) csvRow {
	text := r.text()
	for n := r.line; n < line; n++ {
		_, text, _ = bytes.Cut(text, []byte("\n"))
	}
	return r.file.row(int64(len(r.file.text)-len(text)), line)
}

// openQuote returns the line on which the quote opens that is not closed at the end of its cell. Before it, every quote is
// closed.
func (r csvRow) openQuote() int {
	text, line, open, inside := r.text(), r.line, r.line, false
	for i := 0; i < len(text); i++ {
		behind := text[min(i+1, len(text)-1)]
		switch {
		case text[i] == '\n':
			line++
		case text[i] != '"':
		case !inside:
			inside, open = true, line
		case behind == '"':
			i++
		case behind != ',' && behind != '\n':
			return open
		default:
			inside = false
		}
	}
	return open
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
	f := &csvFile{name, lineFeeds(text), t.report}
	in := csv.NewReader(bytes.NewReader(f.text))
	in.Comment, in.ReuseRecord, in.FieldsPerRecord = '#', true, -1
	header, err := in.Read()
	at := f.row(0, 1)
	if names := at.text(); len(names) > 0 {
		at.line += bytes.Count(f.text[:len(f.text)-len(names)], []byte("\n"))
	}
	if separator := at.separator(); separator != "" {
		t.refuse(at, source.BadRow, "the columns are separated by %s; save the file as CSV with commas", separator)
		return
	}
	if err != nil && !errors.Is(err, io.EOF) {
		t.unreadable(at, err)
		return
	}
	header = withoutEmptyEnd(header)
	if len(header) == 0 {
		t.refuse(at, source.BadRow, "the first line names the columns, such as account.country,pool; this one names none")
		return
	}
	if strings.HasPrefix(header[0], "sep=") {
		t.refuse(at, source.BadRow, "the first line names the columns, such as account.country,pool; remove the line %s", header[0]+",")
		return
	}
	if len(header) > maxColumns+2 {
		t.refuse(at, source.BadRow, "a territory has at most %d columns beside pool and rep, and this one has %d", maxColumns, len(header))
		return
	}
	layout := t.layout(slices.Clone(header), by, at)
	if !t.ok { // the rows cannot be told
		return
	}
	t.records(in, f, layout)
	if len(t.rows) == 0 && t.ok {
		t.refuse(at, source.Empty, "the file has no rows")
	}
}

// lineFeeds returns a text with the line ends of Unix.
func lineFeeds(text []byte) []byte {
	if !slices.Contains(text, '\r') {
		return text
	}
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
}

// separator returns what separates the columns of the first row, in words, where it is not a comma.
func (r csvRow) separator() string {
	line, _, _ := strings.Cut(string(r.text()), "\n")
	after, said := strings.CutPrefix(line, "sep=")
	switch {
	case said && strings.HasPrefix(after, ","):
		return ""
	case !said && strings.Contains(line, ","):
		return ""
	case strings.Contains(line, ";"):
		return "semicolons"
	case strings.Contains(line, "\t"):
		return "tabs"
	case said && after != "":
		return strconv.Quote(after)
	}
	return ""
}

// withoutEmptyEnd returns a record without the empty cells at its end.
func withoutEmptyEnd(record []string) []string {
	for len(record) > 0 && strings.TrimSpace(record[len(record)-1]) == "" {
		record = record[:len(record)-1]
	}
	return record
}

// unreadable reports quotes that do not match, and returns whether the rows behind them can be read.
func (t *table) unreadable(at csvRow, err error) bool {
	var bad *csv.ParseError
	switch {
	case !errors.As(err, &bad):
		t.refuse(at, source.BadRow, "the row cannot be read: %v", err)
		return false
	case errors.Is(err, csv.ErrBareQuote):
		t.refuse(at.onLine(bad.Line), source.BadRow, "a quote stands inside a cell; put the whole cell in quotes, and write two for each quote in it")
		return true
	default:
		t.refuse(at.onLine(at.openQuote()), source.BadRow, "a quote opens on this line, and none closes it at the end of its cell; close it there, and write two for each quote inside the cell")
		return false
	}
}

// records reads the rows behind the first. Empty ones are skipped, and so are empty cells behind the last column.
func (t *table) records(in *csv.Reader, f *csvFile, l layout) {
	targets := map[string]routing.Rung{}
	for t.refused < maxRefused {
		from := in.InputOffset()
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			if !t.unreadable(f.row(from, bad.StartLine), err) {
				return
			}
			continue
		}
		filled := len(withoutEmptyEnd(record))
		if filled == 0 {
			continue
		}
		line, _ := in.FieldPos(0)
		t.record(record[:max(filled, min(l.width, len(record)))], l, targets, f.row(from, line))
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
		switch {
		case header[i] == "":
			t.refuse(at, source.BadRow, "column %d has no name; name it after a field, or remove it", i+1)
		case slices.Contains(header[:i], header[i]):
			t.refuse(at, source.Repeated, "the column %q is repeated", header[i])
		}
	}
	l.pool, l.rep = slices.Index(header, "pool"), slices.Index(header, "rep")
	isField := func(name string) bool { return name != "" && name != "pool" && name != "rep" }
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
	case pool != "" && rep != "":
		t.refuse(at, source.BadMix, twoRecipients)
	case pool == "" && rep == "":
		t.refuse(at, source.BadMix, noRecipient)
	case pool != "" && t.pools[pool] == nil:
		t.refuse(at, source.UnknownName, "unknown pool %q%s", pool, source.DidYouMean(pool, sortedKeys(t.pools)))
	case pool != "":
		targets[key] = t.pools[pool]
	case t.roster && !t.reps[rep]:
		t.refuse(at, source.UnknownName, "%q is not listed under reps%s", rep, source.DidYouMean(rep, sortedKeys(t.reps)))
	case !source.IsID(rep):
		t.refuse(at, source.BadName, "rep: %q is no id; an id is 1 to 64 letters, digits, -, _ and .", rep)
	default:
		t.join(rep)
		targets[key] = routing.Rep(rep)
	}
	return targets[key]
}
