package source

import (
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// PositionAt returns the position of the rune with the given index in a scalar's value; behind the last rune it is the
// end of the text. It is the scalar's start where the place cannot be told exactly.
func (n Node) PositionAt(index int) string {
	line, col := n.locate(index)
	return fmt.Sprintf("%s:%d:%d", n.file.name, line, col)
}

// locate maps a rune of the value to its line and column.
func (n Node) locate(index int) (line, col int) {
	if d := n.rescan(index); d.exact() {
		return d.found.line, d.found.col
	}
	return n.yaml.Line, n.yaml.Column
}

// cutShort returns the comment that ends a plain scalar, "" where none does. A comment behind the comma of a flow
// collection ends nothing. Where the end of the scalar cannot be told, every comment on its line counts.
func (n Node) cutShort() (comment string, at place) {
	at = place{n.yaml.Line, n.yaml.Column}
	if n.yaml.Kind != yaml.ScalarNode || n.yaml.Style != 0 || n.yaml.Value == "" {
		return "", at
	}
	d := n.rescan(0)
	if !d.exact() {
		return n.yaml.LineComment, at
	}
	d.blanks()
	if d.peek() != '#' {
		return "", at
	}
	from, at := d.pos, d.place
	d.untilBreak()
	return string(d.text[from:d.pos]), at
}

// rescan reads a scalar's text again, to find the rune with the given index.
func (n Node) rescan(index int) decoder {
	value := n.yaml.Value
	start, ok := n.file.seek(n.yaml.Line, n.yaml.Column)
	d := decoder{cursor: start, value: value, index: min(max(index, 0), utf8.RuneCountInString(value)), end: start.place}
	d.wrong = !ok || n.yaml.Kind != yaml.ScalarNode
	switch n.yaml.Style {
	case yaml.DoubleQuotedStyle:
		d.quoted('"')
	case yaml.SingleQuotedStyle:
		d.quoted('\'')
	case yaml.LiteralStyle:
		d.literal(d.header())
	case yaml.FoldedStyle:
		d.folded(d.header())
	default:
		d.plain()
	}
	if d.index == 0 {
		d.found = d.end
	}
	return d
}

// A decoder reads a scalar's text as the YAML library has read it. It compares what it reads with the value rune by
// rune, so that a place which it names is the place of that very rune.
type decoder struct {
	cursor
	value string // what is still to be read
	index int    // how many runes there are before the wanted one
	found place  // of the wanted rune
	end   place  // behind the last rune
	wrong bool   // the text differs from the value
}

// exact reports whether the whole value was read.
func (d *decoder) exact() bool { return !d.wrong && d.value == "" }

// more reports whether the value goes on.
func (d *decoder) more() bool { return !d.wrong && d.value != "" }

// emit takes the next rune of the value, which the text gives at a place.
func (d *decoder) emit(r rune, at place) {
	want, size := utf8.DecodeRuneInString(d.value)
	if size == 0 || r != want {
		d.wrong = true
		return
	}
	if d.index == 0 {
		d.found = at
	}
	d.index--
	d.value = d.value[size:]
	d.end = at
	if !isBreak(r) {
		d.end.col++
	}
}

// take emits the next rune of the text as it stands there.
func (d *decoder) take() {
	d.emit(d.peek(), d.place)
	d.next()
}

// plain reads a plain scalar, which ends with its value.
func (d *decoder) plain() {
	for d.more() {
		if r := d.peek(); isBlank(r) || isBreak(r) {
			d.fold()
			continue
		}
		d.take()
	}
}

// quoted reads a quoted scalar with its quotes.
func (d *decoder) quoted(quote rune) {
	if d.peek() != quote {
		d.wrong = true
	}
	d.next()
	for !d.wrong {
		at := d.place
		switch r := d.peek(); {
		case r == quote:
			d.next()
			if quote == '"' || d.peek() != quote {
				d.end = at
				return
			}
			d.emit(quote, at)
			d.next()
		case r == '\\' && quote == '"':
			d.escape()
		case isBlank(r) || isBreak(r):
			d.fold()
		default:
			d.take()
		}
	}
}

// fold reads blanks and line breaks. Blanks stay as they are within a line. A line break, without the blanks around it,
// is one blank; with empty lines behind it, it is only their line breaks. The breaks U+2028 and U+2029 always stay.
func (d *decoder) fold() {
	blanks := d.cursor
	d.blanks()
	r, at := d.peek(), d.place
	if !isBreak(r) {
		for ; blanks.pos < d.pos; blanks.next() {
			d.emit(blanks.peek(), blanks.place)
		}
		return
	}
	d.next()
	if r != '\n' {
		d.emit(r, at)
	}
	if d.emptyLines() == 0 && r == '\n' {
		d.emit(' ', at)
	}
}

// emptyLines reads the lines of a quoted or plain scalar that hold nothing but blanks, and the blanks that indent the
// next one. It returns how many lines there were.
func (d *decoder) emptyLines() int {
	for n := 0; ; n++ {
		d.blanks()
		if !isBreak(d.peek()) {
			return n
		}
		d.take()
	}
}

// escape reads a backslash and what it stands for.
func (d *decoder) escape() {
	at := d.place
	d.next()
	r := d.peek()
	d.next()
	switch {
	case isBreak(r):
		d.emptyLines()
	case r == 'x':
		d.emit(d.hex(2), at)
	case r == 'u':
		d.emit(d.hex(4), at)
	case r == 'U':
		d.emit(d.hex(8), at)
	default:
		d.emit(unescaped(r), at)
	}
}

// hex reads a number of that many digits, or -1 where there is none.
func (d *decoder) hex(digits int) rune {
	from := d.pos
	for range digits {
		d.next()
	}
	n, err := strconv.ParseInt(string(d.text[from:d.pos]), 16, 32)
	if err != nil {
		return -1
	}
	return rune(n)
}

// unescaped returns what a backslash with the rune stands for in YAML 1.1, or -1.
func unescaped(r rune) rune {
	switch r {
	case ' ', '"', '\'', '\\', '\t':
		return r
	case '0':
		return 0
	case 'a':
		return '\a'
	case 'b':
		return '\b'
	case 't':
		return '\t'
	case 'n':
		return '\n'
	case 'v':
		return '\v'
	case 'f':
		return '\f'
	case 'r':
		return '\r'
	case 'e':
		return '\x1b'
	case 'N':
		return '\u0085'
	case '_':
		return '\u00a0'
	case 'L':
		return '\u2028'
	case 'P':
		return '\u2029'
	}
	return -1
}

// header skips the header of a block scalar, and returns the indentation of its text: what the first line that is not
// blank has in the file beyond what it has in the value. That holds with and without an indentation indicator.
func (d *decoder) header() int {
	d.untilBreak()
	d.next()
	value := cursor{text: []byte(d.value)}
	inValue := value.lead()
	if value.peek() == end {
		return math.MaxInt // the text is empty lines only
	}
	text := d.cursor
	return text.lead() - inValue
}

// literal reads the text of a literal block scalar, which ends with its value.
func (d *decoder) literal(indent int) {
	for d.more() {
		if d.col == 1 {
			d.spaces(indent)
		}
		d.take()
	}
}

// folded reads the text of a folded block scalar, which ends with its value. A line break is one blank, or nothing where
// empty lines follow; it stays beside a line that begins with a blank, and at the end.
func (d *decoder) folded(indent int) {
	d.breaks(indent)
	for d.more() {
		stays := isBlank(d.peek())
		for d.more() && !isBreak(d.peek()) {
			d.take()
		}
		if !d.more() {
			return
		}
		r, at := d.peek(), d.place
		d.next()
		next := d.cursor
		empty := next.skipEmpty(indent)
		stays = stays || r != '\n' || next.col != indent+1 || isBlank(next.peek()) || next.peek() == end
		switch {
		case stays:
			d.emit(r, at)
		case empty == 0:
			d.emit(' ', at)
		}
		d.breaks(indent)
	}
}

// breaks reads the empty lines of a block scalar, and the spaces that indent the next line.
func (d *decoder) breaks(indent int) {
	for d.spaces(indent); d.more() && isBreak(d.peek()); d.spaces(indent) {
		d.take()
	}
}

// A place is a line and a column, both from 1; columns count runes.
type place struct{ line, col int }

// before reports whether a place comes before another in the same text.
func (p place) before(q place) bool { return p.line < q.line || p.line == q.line && p.col < q.col }

// A cursor reads a text rune by rune, and knows the place of the next one.
type cursor struct {
	place
	text []byte
	pos  int
}

// end is what a cursor finds behind the text.
const end = -1

// peek returns the next rune. The line breaks CR, LF, CR LF and NEL of YAML 1.1 are all '\n'.
func (c *cursor) peek() rune {
	if c.pos >= len(c.text) {
		return end
	}
	r := rune(c.text[c.pos])
	if r >= utf8.RuneSelf {
		r, _ = utf8.DecodeRune(c.text[c.pos:])
	}
	if r == '\r' || r == '\u0085' {
		return '\n'
	}
	return r
}

// next moves behind the next rune or line break. At the end it stays.
func (c *cursor) next() {
	if c.pos >= len(c.text) {
		return
	}
	r, size := rune(c.text[c.pos]), 1
	if r >= utf8.RuneSelf {
		r, size = utf8.DecodeRune(c.text[c.pos:])
	}
	if r == '\r' && c.pos+1 < len(c.text) && c.text[c.pos+1] == '\n' {
		size = 2
	}
	c.pos += size
	c.col++
	if r == '\r' || r == '\u0085' || isBreak(r) {
		c.place = place{c.line + 1, 1}
	}
}

// to moves forward to a place, or behind it where there is no such place.
func (c *cursor) to(at place) {
	for c.peek() != end && c.before(at) {
		c.next()
	}
}

// blanks moves over spaces and tabs.
func (c *cursor) blanks() {
	for isBlank(c.peek()) {
		c.next()
	}
}

// spaces moves over spaces, at most up to the indentation.
func (c *cursor) spaces(indent int) {
	for c.col <= indent && c.peek() == ' ' {
		c.next()
	}
}

// skipEmpty moves over the empty lines of a block scalar and the indentation of the next line, and counts the lines.
func (c *cursor) skipEmpty(indent int) int {
	for n := 0; ; n++ {
		c.spaces(indent)
		if !isBreak(c.peek()) {
			return n
		}
		c.next()
	}
}

// lead moves to the first rune that is neither a space nor a line break, and returns the spaces before it on its line.
func (c *cursor) lead() int {
	n := 0
	for ; c.peek() == ' ' || isBreak(c.peek()); c.next() {
		n++
		if isBreak(c.peek()) {
			n = 0
		}
	}
	return n
}

// untilBreak moves to the end of the line.
func (c *cursor) untilBreak() {
	for r := c.peek(); r != end && !isBreak(r); r = c.peek() {
		c.next()
	}
}

// isBlank reports whether YAML takes the rune for a blank.
func isBlank(r rune) bool { return r == ' ' || r == '\t' }

// isBreak reports whether a rune that peek returned is a line break.
func isBreak(r rune) bool { return r == '\n' || r == '\u2028' || r == '\u2029' }
