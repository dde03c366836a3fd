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
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/routing"
	"github.com/salesbaton/baton/rules/internal/source"
)

// A place is where a row of a table stands.
type place interface {
	Position() string
	Errorf(code source.Code, format string, args ...any)
}

// A rowReader reads what rows of territories and of named accounts share: where they stand, to whom they give a record,
// and when.
type rowReader struct {
	*policy
	places  []place // of the rows
	ok      bool
	refused int                     // problems so far
	targets map[string]routing.Rung // by pool and rep, as files name them
}

func (p *policy) newRowReader() rowReader {
	return rowReader{policy: p, ok: true, targets: map[string]routing.Rung{}}
}

// maxRefused is how many problems a file has before the rest of it is left out.
const maxRefused = 1000

// refuse reports what keeps the table from being used.
func (r *rowReader) refuse(at place, code source.Code, format string, args ...any) {
	at.Errorf(code, format, args...)
	r.ok = false
	r.refused++
}

// A period is the days from one to before another, each zero where it is open.
type period struct{ from, until calendar.Date }

// isEmpty reports whether there is no day in it.
func (p period) isEmpty() bool {
	return !p.from.IsZero() && !p.until.IsZero() && p.until.Compare(p.from) <= 0
}

// and returns the days that are in both.
func (p period) and(q period) period {
	if q.from.Compare(p.from) > 0 {
		p.from = q.from
	}
	if p.until.IsZero() || !q.until.IsZero() && q.until.Compare(p.until) < 0 {
		p.until = q.until
	}
	return p
}

const noDay = "until %s is not after from %s, so that no day is left; until is the first day that no longer counts"

// period reads the keys from and until.
func (r *rowReader) period(m source.Keyed) period {
	days := period{m.Get("from").Date(), m.Get("until").Date()}
	if days.isEmpty() {
		r.refuse(m.Get("until"), source.Impossible, noDay, days.until, days.from)
	}
	return days
}

// clashes reports the rows that cannot stand beside each other, and what else is wrong with them together. Words puts the
// words of the policy into a problem of a row.
func (r *rowReader) clashes(err error, at source.Node, places []place, words func(string) string) {
	for _, problem := range parts(err) {
		var bad *routing.RowError
		if errors.As(problem, &bad) {
			places[bad.Row].Errorf(source.RowClash, "%s", words(bad.Err.Error()))
		} else {
			at.Errorf(source.BadRow, "%v", problem)
		}
	}
}

// A table is a territory on its way to a routing.Territory.
type table struct {
	rowReader
	paths     []string
	values    []value
	columns   []routing.Column
	rows      []routing.Row // as they are written
	effective period
}

func (p *policy) readTerritories(section source.Node) {
	for _, e := range section.Entries() {
		p.territories[e.Name()] = &routing.Territory{} // the name is known, so that only the real problem is reported
		m := e.Value.Map()
		t := &table{rowReader: p.newRowReader()}
		t.ok = e.Key.ID() != ""
		p.govern(GovernedTerritory, e.Name(), e.Key, m)
		rows, file, effective := m.Get("rows"), m.Get("file"), m.Get("effective")
		switch {
		case rows.Exists() == file.Exists():
			t.refuse(e.Value, source.BadMix, "a territory has either rows: or file:")
		case rows.Exists():
			t.by(m.Need("by"))
			t.inline(rows)
		default:
			t.csv(file, m.Get("by"))
		}
		t.readEffective(effective)
		if t.ok && len(t.rows) > 0 {
			t.index(e.Key, effective)
		}
	}
}

func (t *table) readEffective(n source.Node) {
	if !n.Exists() {
		return
	}
	t.effective = t.period(n.Map())
	if n.IsMap() && len(n.Entries()) == 0 {
		t.refuse(n, source.NoEffect, "effective says neither from nor until; write one of them, or leave it out")
	}
}

// index makes the rung of the table, and reports the rows that cannot stand beside each other.
func (t *table) index(key, effective source.Node) {
	rows, places := t.inEffect()
	if len(rows) == 0 {
		t.refuse(effective, source.NoEffect, "no row counts in this time; mend it, or leave the territory out")
		return
	}
	territory, err := routing.NewTerritory(key.Raw(), t.columns, rows)
	if err != nil {
		t.clashes(err, key, places, t.named)
		return
	}
	t.territories[key.Raw()] = territory
	t.tables[key.Raw()] = t.contents()
}

// inEffect returns the rows as far as they count while the table does, and leaves out those that never do.
func (t *table) inEffect() (rows []routing.Row, places []place) {
	if t.effective == (period{}) {
		return t.rows, t.places
	}
	for i, row := range t.rows {
		days := period{row.From, row.Until}.and(t.effective)
		if row.From, row.Until = days.from, days.until; !days.isEmpty() {
			rows, places = append(rows, row), append(places, t.places[i])
		}
	}
	return rows, places
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
		days := t.period(m)
		row := routing.Row{Position: n.Position(), To: t.target(m), From: days.from, Until: days.until}
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
		default:
			t.checkRecipient(m, n)
		}
		t.add(row, n)
	}
}

// checkRecipient reports a row of the policy that does not say to whom it gives a record.
func (r *rowReader) checkRecipient(m source.Keyed, n source.Node) {
	switch pool, rep := m.Get("pool").Exists(), m.Get("rep").Exists(); {
	case pool && rep:
		r.refuse(n, source.BadMix, twoRecipients)
	case !pool && !rep:
		r.refuse(n, source.BadMix, noRecipient)
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

// A sheet is a CSV file whose first line names the columns.
type sheet struct {
	*csvFile
	in     *csv.Reader
	header []string
	at     csvRow // of the header
}

// openSheet reads the first line of a file. The example is such a line.
func (r *rowReader) openSheet(file source.Node, example string) (*sheet, bool) {
	name, text, ok := r.files.open(file)
	if ok {
		text, ok = source.Plain(name, text, r.report)
	}
	if !ok {
		r.ok = false
		return nil, false
	}
	f := &csvFile{name, lineFeeds(text), r.report}
	s := &sheet{csvFile: f, in: csv.NewReader(bytes.NewReader(f.text)), at: f.row(0, 1)}
	s.in.Comment, s.in.ReuseRecord, s.in.FieldsPerRecord = '#', true, -1
	header, err := s.in.Read()
	if names := s.at.text(); len(names) > 0 {
		s.at.line += bytes.Count(f.text[:len(f.text)-len(names)], []byte("\n"))
	}
	if separator := s.at.separator(); separator != "" {
		r.refuse(s.at, source.BadRow, "the columns are separated by %s; save the file as CSV with commas", separator)
		return nil, false
	}
	if err != nil && !errors.Is(err, io.EOF) {
		r.unreadable(s.at, err)
		return nil, false
	}
	s.header = slices.Clone(withoutEmptyEnd(header))
	if len(s.header) == 0 {
		r.refuse(s.at, source.BadRow, "the first line names the columns, such as %s; this one names none", example)
		return nil, false
	}
	if strings.HasPrefix(s.header[0], "sep=") {
		r.refuse(s.at, source.BadRow, "the first line names the columns, such as %s; remove the line %s", example, s.header[0]+",")
		return nil, false
	}
	return s, true
}

// csv reads rows from a file. Its first line names the columns: fields, pool or rep or both, and from and until. By, where
// it is there, says in which order the fields count.
func (t *table) csv(file, by source.Node) {
	s, ok := t.openSheet(file, "account.country,pool")
	if !ok {
		return
	}
	if len(s.header) > maxColumns+len(sharedColumns) {
		t.refuse(s.at, source.BadRow, "a territory has at most %d columns beside %s, and this one has %d", maxColumns, strings.Join(sharedColumns, ", "), len(s.header))
		return
	}
	layout := t.layout(s, by)
	if !t.ok { // the rows cannot be told
		return
	}
	t.records(s, func(record []string, at csvRow) { t.record(record, layout, at) })
	if len(t.rows) == 0 && t.ok {
		t.refuse(s.at, source.Empty, "the file has no rows")
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
func (r *rowReader) unreadable(at csvRow, err error) bool {
	var bad *csv.ParseError
	switch {
	case !errors.As(err, &bad):
		r.refuse(at, source.BadRow, "the row cannot be read: %v", err)
		return false
	case errors.Is(err, csv.ErrBareQuote):
		r.refuse(at.onLine(bad.Line), source.BadRow, "a quote stands inside a cell; put the whole cell in quotes, and write two for each quote in it")
		return true
	default:
		r.refuse(at.onLine(at.openQuote()), source.BadRow, "a quote opens on this line, and none closes it at the end of its cell; close it there, and write two for each quote inside the cell")
		return false
	}
}

// records reads the rows behind the first, each with a value for each column. Empty ones are skipped, and so are empty cells
// behind the last column.
func (r *rowReader) records(s *sheet, use func(record []string, at csvRow)) {
	for r.refused < maxRefused {
		from := s.in.InputOffset()
		record, err := s.in.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			if !r.unreadable(s.row(from, bad.StartLine), err) {
				return
			}
			continue
		}
		filled := len(withoutEmptyEnd(record))
		if filled == 0 {
			continue
		}
		line, _ := s.in.FieldPos(0)
		at := s.row(from, line)
		record = record[:max(filled, min(len(s.header), len(record)))]
		switch {
		case len(record) != len(s.header):
			r.refuse(at, source.BadRow, "the row has %d values for %d columns", len(record), len(s.header))
		case slices.ContainsFunc(record, func(cell string) bool { return len(cell) > handoff.MaxText }):
			r.refuse(at, source.BadRow, "a value of the row is longer than %d bytes, so that nothing can match it", handoff.MaxText)
		default:
			use(record, at)
		}
	}
}

// sharedColumns are the columns of a file that say to whom a row gives a record, and when.
var sharedColumns = []string{"pool", "rep", "from", "until"}

// A shared layout is where these columns stand in a CSV record, -1 for one that is not there.
type sharedLayout struct{ pool, rep, from, until int }

// sharedLayout finds them, and reports columns without a name and with that of another.
func (r *rowReader) sharedLayout(s *sheet) sharedLayout {
	for i, name := range s.header {
		s.header[i] = strings.TrimSpace(name)
		switch {
		case s.header[i] == "":
			r.refuse(s.at, source.BadRow, "column %d has no name; name it after a field, or remove it", i+1)
		case slices.Contains(s.header[:i], s.header[i]):
			r.refuse(s.at, source.Repeated, "the column %q is repeated", s.header[i])
		}
	}
	at := func(name string) int { return slices.Index(s.header, name) }
	l := sharedLayout{at("pool"), at("rep"), at("from"), at("until")}
	if l.pool < 0 && l.rep < 0 {
		r.refuse(s.at, source.BadRow, "no column is named pool or rep, so that the rows give the records to nobody")
	}
	return l
}

// A layout is where the parts of a row stand in a CSV record.
type layout struct {
	sharedLayout
	columns []int // by column of the table
}

func (t *table) layout(s *sheet, by source.Node) layout {
	l := layout{sharedLayout: t.sharedLayout(s)}
	isField := func(name string) bool { return name != "" && !slices.Contains(sharedColumns, name) }
	if by.Exists() {
		t.by(by)
	} else {
		for i, name := range s.header {
			if isField(name) && !slices.Contains(s.header[:i], name) {
				t.column(name, s.at)
			}
		}
		if len(t.columns) == 0 {
			t.refuse(s.at, source.BadRow, "no column is named like a field, such as account.country")
		}
	}
	for _, path := range t.paths {
		i := slices.Index(s.header, path)
		if i < 0 {
			t.refuse(s.at, source.BadRow, "no column is named %s%s", path, source.DidYouMean(path, s.header))
		}
		l.columns = append(l.columns, i)
	}
	for _, name := range s.header {
		if isField(name) && !slices.Contains(t.paths, name) {
			t.refuse(s.at, source.BadRow, "the column %q is not among those that by: names", name)
		}
	}
	return l
}

func (t *table) record(record []string, l layout, at csvRow) {
	days := t.recordPeriod(record, l.sharedLayout, at)
	row := routing.Row{
		Match:    make([]routing.Cell, 0, len(l.columns)),
		To:       t.recipient(record, l.sharedLayout, at),
		Position: at.Position(),
		From:     days.from,
		Until:    days.until,
	}
	for column, i := range l.columns {
		row.Match = append(row.Match, t.cell(column, strings.Clone(strings.TrimSpace(record[i])), at))
	}
	t.add(row, at)
}

// cellAt returns a cell of a record without blanks around it, "" where there is no such column.
func cellAt(record []string, column int) string {
	if column < 0 {
		return ""
	}
	return strings.TrimSpace(record[column])
}

// recordPeriod reads the columns from and until.
func (r *rowReader) recordPeriod(record []string, l sharedLayout, at csvRow) period {
	days := period{r.day("from", cellAt(record, l.from), at), r.day("until", cellAt(record, l.until), at)}
	if days.isEmpty() {
		r.refuse(at, source.Impossible, noDay, days.until, days.from)
	}
	return days
}

// day reads a cell with a date, or with nothing.
func (r *rowReader) day(column, text string, at csvRow) calendar.Date {
	if text == "" {
		return calendar.Date{}
	}
	day, err := calendar.ParseDate(text)
	if err != nil {
		r.refuse(at, source.BadTime, "%s: %v", column, err)
	}
	return day
}

// recipient returns the pool or the rep of a record.
func (r *rowReader) recipient(record []string, l sharedLayout, at csvRow) routing.Rung {
	pool, rep := cellAt(record, l.pool), cellAt(record, l.rep)
	key := pool + "\x00" + rep
	if to := r.targets[key]; to != nil {
		return to
	}
	switch {
	case pool != "" && rep != "":
		r.refuse(at, source.BadMix, twoRecipients)
	case pool == "" && rep == "":
		r.refuse(at, source.BadMix, noRecipient)
	case pool != "" && r.pools[pool] == nil:
		r.refuse(at, source.UnknownName, "unknown pool %q%s", pool, source.DidYouMean(pool, sortedKeys(r.pools)))
	case pool != "":
		r.targets[key] = r.pools[pool]
	case r.roster && !r.reps[rep]:
		r.refuse(at, source.UnknownName, "%q is not listed under reps%s", rep, source.DidYouMean(rep, sortedKeys(r.reps)))
	case !source.IsID(rep):
		r.refuse(at, source.BadName, "rep: %q is no id; an id is 1 to 64 letters, digits, -, _ and .", rep)
	default:
		r.join(rep)
		r.targets[key] = routing.Rep(rep)
	}
	return r.targets[key]
}
