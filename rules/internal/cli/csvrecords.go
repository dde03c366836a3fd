package cli

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/salesbaton/baton/handoff/identity"
)

// maxHead bounds the part of a file that is looked at to know its encoding and delimiter.
const maxHead = 64 << 10

// A table is the records of a CSV file, in its order, with what could not be read. Nothing but the records repeats a
// value of the file: values are personal.
type table struct {
	records []identity.Record
	bad     []*placeError // rows that are left out
	notes   []string      // columns and cells that are not read
}

// A placeError says what is wrong at a place of a file.
type placeError struct {
	file    string
	line    int
	problem string
}

func (e *placeError) Error() string { return fmt.Sprintf("%s:%d: %s", e.file, e.line, e.problem) }

// A recordReader reads one CSV file.
type recordReader struct {
	file   string
	of     sheet
	csv    *csv.Reader
	reads  []*column // of each cell what it says; nil: it is not read
	heads  []string
	id     int    // the place of the id's cell
	named  string // the column that is the id; "": one of the known names is
	unread []int  // of each cell how often it could not be read
	lines  map[string]int
	table  table
}

// readRecords reads the records of a CSV file that is named so in errors. The id is in the column that is named so, if there
// is one, and otherwise in one of the known names. The error is a *placeError where the file as a
// whole cannot be used; rows that cannot are in the table.
func readRecords(file string, in io.Reader, of sheet, id string) (table, error) {
	text := bufio.NewReaderSize(in, maxHead)
	head, err := text.Peek(maxHead)
	if err != nil && err != io.EOF {
		return table{}, err
	}
	if head, err = withoutMark(text, head); err != nil {
		return table{}, err
	}
	if problem := encodingProblem(head); problem != "" {
		return table{}, &placeError{file, 1, problem}
	}
	r := recordReader{file: file, of: of, named: foldHead(id), csv: csv.NewReader(text), lines: map[string]int{}}
	r.csv.Comma, r.csv.FieldsPerRecord, r.csv.TrimLeadingSpace, r.csv.ReuseRecord = delimiter(head), -1, true, true
	if err := r.header(); err != nil {
		return table{}, err
	}
	if err := r.rows(); err != nil {
		return table{}, err
	}
	r.note()
	return r.table, nil
}

// withoutMark reads over the byte order mark of UTF-8.
func withoutMark(text *bufio.Reader, head []byte) ([]byte, error) {
	const mark = "\ufeff"
	rest, marked := bytes.CutPrefix(head, []byte(mark))
	if !marked {
		return head, nil
	}
	_, err := text.Discard(len(mark))
	return rest, err
}

const saveAs = `save it as "CSV UTF-8" in the spreadsheet`

// encodingProblem says why a file that begins so is not CSV in UTF-8, as far as the beginning shows it.
func encodingProblem(head []byte) string {
	switch {
	case len(bytes.TrimSpace(head)) == 0:
		return "the file is empty: the first line names the columns"
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return "this is a spreadsheet, not CSV: " + saveAs
	case bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) || bytes.IndexByte(head, 0) >= 0:
		return "this is UTF-16 or no text: " + saveAs + ", or convert it with: iconv -f UTF-16 -t UTF-8"
	case bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0:
		return "the lines end in carriage returns alone: " + saveAs
	}
	return ""
}

const notUTF8 = `this is not UTF-8, such as what Excel saves as "CSV": ` + saveAs + ", or convert it with: iconv -f WINDOWS-1252 -t UTF-8"

// delimiter returns what parts the cells of the header: a comma, semicolon or tab, whichever is there most often.
func delimiter(head []byte) rune {
	line, _, _ := bytes.Cut(bytes.TrimLeft(head, "\r\n"), []byte("\n"))
	var counts [3]int
	quoted := false
	for _, c := range line {
		if c == '"' {
			quoted = !quoted
		}
		if at := strings.IndexByte(",;\t", c); at >= 0 && !quoted {
			counts[at]++
		}
	}
	best := slices.Index(counts[:], slices.Max(counts[:]))
	return rune(",;\t"[best])
}

// header reads the names of the columns.
func (r *recordReader) header() error {
	cells, err := r.csv.Read()
	if parse := new(csv.ParseError); errors.As(err, &parse) {
		return r.at(parse.StartLine, quoteProblem(parse))
	}
	if err == io.EOF {
		return r.at(1, "the file is empty: the first line names the columns")
	}
	if err != nil {
		return err
	}
	line, _ := r.csv.FieldPos(0)
	if slices.ContainsFunc(cells, func(s string) bool { return !utf8.ValidString(s) }) {
		return r.at(line, notUTF8)
	}
	r.heads = slices.Clone(cells)
	r.assign(r.of.columns())
	r.id = slices.IndexFunc(r.reads, func(c *column) bool { return c != nil && c.name == "id" })
	r.unread = make([]int, len(r.heads))
	if problem := r.headProblem(); problem != "" {
		return r.at(line, problem)
	}
	return nil
}

// headProblem says why nothing can be matched by the columns of the header.
func (r *recordReader) headProblem() string {
	known := slices.ContainsFunc(r.reads, func(c *column) bool { return c != nil && c.name != "id" && c.name != "owner" && c.fact == nil })
	switch {
	case len(r.heads) == 1 && strings.Contains(r.heads[0], "|"):
		return "the cells are parted by |, which parts the values of one cell here: part them by commas, semicolons or tabs"
	case r.id < 0 && !known:
		return "line 1 looks like data, since it has none of the names that are known: put a header row before it, such as Id,Company,Country"
	case r.id < 0:
		return "no column is the id: name it with --id COLUMN, or call one of them " + alternatives(r.of.idNames())
	case !known:
		return "no column but the id is known, so that nothing can be matched: call them " + r.of.usualNames() + "; handoff help match names more"
	}
	return ""
}

// usualNames lists names of columns that records are matched by.
func (s sheet) usualNames() string {
	if s == accountSheet {
		return "Account Name, Website, Domain, Phone, Street, City, Postal Code, Country"
	}
	return "First Name, Last Name, Email, Phone, Company, Domain, Street, City, Postal Code, Country"
}

// alternatives lists names in words.
func alternatives(names []string) string {
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// assign says what each cell is read as. Where several name the same, the one whose name is listed first is read.
func (r *recordReader) assign(columns []column) {
	r.reads = make([]*column, len(r.heads))
	for i := range columns {
		c := &columns[i]
		best, rank := -1, len(c.heads)
		for at, head := range r.heads {
			known := slices.Index(c.heads, foldHead(head))
			switch {
			case known < 0:
			case c.list != nil:
				r.reads[at] = c
			case known < rank:
				best, rank = at, known
			}
		}
		if best >= 0 {
			r.reads[best] = c
		}
	}
	r.assignNamed(columns)
}

// assignNamed reads the id from the column that is named so, whatever it was read as.
func (r *recordReader) assignNamed(columns []column) {
	at := slices.IndexFunc(r.heads, func(head string) bool { return r.named != "" && foldHead(head) == r.named })
	if at < 0 {
		return
	}
	for i, c := range r.reads {
		if c != nil && c.name == "id" {
			r.reads[i] = nil
		}
	}
	r.reads[at] = &columns[slices.IndexFunc(columns, func(c column) bool { return c.name == "id" })]
}

// rows reads all behind the header.
func (r *recordReader) rows() error {
	var last *csv.ParseError // of the row before, if it is wrong
	for {
		cells, err := r.csv.Read()
		parse := new(csv.ParseError)
		switch {
		case err == io.EOF && last != nil && last.Line > last.StartLine:
			return r.at(last.StartLine, fmt.Sprintf("a double quote is not closed, so that all from here to the end, line %d, would be lost: "+
				"close it, or double it inside a cell", last.Line))
		case err == io.EOF:
			return nil
		case errors.As(err, &parse):
			r.reject(parse.StartLine, quoteProblem(parse))
			last = parse
			continue
		case err != nil:
			return err
		}
		last = nil
		line, _ := r.csv.FieldPos(0)
		r.row(line, cells)
	}
}

// row reads one row; one without any value says nothing.
func (r *recordReader) row(line int, cells []string) {
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	if strings.Join(cells, "") == "" {
		return
	}
	if problem := r.problem(cells); problem != "" {
		end, _ := r.csv.FieldPos(len(cells) - 1)
		r.reject(line, problem+goesOn(line, end))
		return
	}
	id := cells[r.id]
	if before, twice := r.lines[id]; twice {
		r.reject(line, fmt.Sprintf("the id is that of line %d", before))
		return
	}
	r.lines[id] = line
	r.table.records = append(r.table.records, r.record(cells))
}

// problem says why a row cannot be read.
func (r *recordReader) problem(cells []string) string {
	switch {
	case len(cells) != len(r.heads):
		return fmt.Sprintf("%s, where the header has %d: a value that holds a delimiter stands in double quotes", plural(len(cells), "cell"), len(r.heads))
	case slices.ContainsFunc(cells, func(s string) bool { return !utf8.ValidString(s) }):
		return notUTF8
	case cells[r.id] == "":
		return "the id is empty"
	}
	return ""
}

func (r *recordReader) record(cells []string) (out identity.Record) {
	for i, c := range r.reads {
		if c != nil && !c.read(&out, cells[i]) {
			r.unread[i]++
		}
	}
	out.Ref.Kind = r.of.kind()
	return out
}

func (r *recordReader) at(line int, problem string) *placeError {
	return &placeError{r.file, line, problem}
}

func (r *recordReader) reject(line int, problem string) {
	r.table.bad = append(r.table.bad, r.at(line, problem))
}

// quoteProblem says what is wrong with the quotes of a row.
func quoteProblem(e *csv.ParseError) string {
	return "a double quote inside a cell: a cell that holds one is put in double quotes, and the quote is doubled" + goesOn(e.StartLine, e.Line)
}

// goesOn says how far a row of several lines reaches: a quote that is not closed takes the lines behind it along.
func goesOn(line, end int) string {
	if end == line {
		return ""
	}
	return fmt.Sprintf("; the row goes on to line %d", end)
}

// note names the columns that are not read, and those with cells that are not.
func (r *recordReader) note() {
	var unknown []string
	for i, c := range r.reads {
		if c == nil {
			unknown = append(unknown, headName(r.heads[i]))
		}
	}
	if len(unknown) > 0 {
		r.table.notes = append(r.table.notes, fmt.Sprintf("%s: not read: %s", r.file, strings.Join(unknown, ", ")))
	}
	for i, n := range r.unread {
		if n > 0 {
			r.table.notes = append(r.table.notes, fmt.Sprintf("%s: %s: %s not read; write %s", r.file, headName(r.heads[i]), are(n, "value"), r.reads[i].write))
		}
	}
}

func are(n int, what string) string {
	if n == 1 {
		return "1 " + what + " is"
	}
	return thousands(n) + " " + what + "s are"
}

// headName returns the name of a column in quotes, cut where it is long.
func headName(name string) string { return fmt.Sprintf("%.40q", name) }
