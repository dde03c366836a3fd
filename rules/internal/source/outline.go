package source

import (
	"bytes"
	"fmt"
	"math"
	"unicode"
	"unicode/utf8"
)

// A finding is a problem at a place. The zero finding is none.
type finding struct {
	place
	code    Code
	message string
}

// An outline follows the structure of a text before the YAML library reads it, and allocates nothing: it counts what is
// open, so that a file that nests without end is refused early, and notes the first fault of those whose place the
// library does not tell. It knows quotes, comments, block scalars and the lines on which a plain scalar goes on, so that in
// YAML as people write it no text is taken for structure; a fault counts only where the library fails.
type outline struct {
	cursor
	blocks  [maxOpen]block // the block collections that are open, from the outside
	open    int
	values  int // the nodes below the root, except absent ones within brackets
	repeats int // keys that repeat the key before them
	fault   finding
	refused finding
	alias   finding // the first alias

	filled   bool             // the last item has a value, so that nothing stands deeper below it
	brace    [maxOpen]finding // the brackets that are open, from the outside; the message is the sign
	unclosed finding          // the quote or the bracket that a key below it shows to be open too long
}

// A block is a block collection that is open.
type block struct {
	col int
	key [2]int // the last key: where its text begins and ends
}

// maxOpen bounds the collections that an outline finds within each other. It is far above maxDepth, so that a bracket
// forgotten in one place leads to a syntax error, and not to this bound.
const maxOpen = 100

// walk follows the text to its end, or to where it is refused.
func (o *outline) walk() {
	for o.peek() != end {
		o.blockLine()
	}
}

// refuse ends the walk.
func (o *outline) refuse(at place, code Code, format string, args ...any) {
	if o.refused.message == "" {
		o.refused = finding{at, code, fmt.Sprintf(format, args...)}
	}
	o.pos = len(o.text)
}

// note keeps the first fault.
func (o *outline) note(at place, format string, args ...any) {
	switch {
	case o.fault.message != "":
	case o.unclosed.message != "":
		o.fault = o.unclosed
	default:
		o.fault = finding{at, YAMLSyntax, fmt.Sprintf(format, args...)}
	}
}

// blockLine follows a line outside of brackets, and the lines on which its last scalar goes on.
func (o *outline) blockLine() {
	o.unclosed = finding{}
	o.spaces(math.MaxInt)
	switch r := o.peek(); {
	case isBreak(r):
		o.next()
		return
	case r == '#' || r == '%' && o.col == 1:
		o.skipLine()
		return
	case o.isMarker():
		o.open, o.filled = 0, false
		o.to(place{o.line, 4})
		o.blanks()
	default:
		o.noTab()
		o.noOtherBlank()
		o.indented()
	}
	for o.isIndicator('-') || o.isIndicator('?') || o.isIndicator(':') {
		o.push(o.col)
		o.count(1)
		o.next()
		o.spaces(math.MaxInt)
		o.noTab()
	}
	o.item()
}

// noTab notes a tab in the indentation.
func (o *outline) noTab() {
	if o.peek() == '\t' {
		o.note(o.place, "a tab cannot indent; indent with spaces")
		o.blanks()
	}
}

// noOtherBlank refuses an indentation with a blank that YAML takes for text.
func (o *outline) noOtherBlank() {
	if r := o.peek(); o.fault.message == "" && r >= utf8.RuneSelf && (unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff') {
		o.refuse(o.place, YAMLSyntax, "%U looks like a space and is none; indent with spaces", r)
	}
}

// indented closes the blocks that a line is not part of, and notes a line that fits none of them.
func (o *outline) indented() {
	inner := 0
	for o.open > 0 && o.blocks[o.open-1].col > o.col {
		o.open--
		inner = o.blocks[o.open].col
	}
	outer := 0
	if o.open > 0 {
		outer = o.blocks[o.open-1].col
	}
	switch {
	case o.peek() == end || outer == o.col:
	case inner > 0 && outer > 0:
		o.note(o.place, "the indentation of this line is %d, and that of the lines that it can belong to is %d or %d", o.col-1, outer-1, inner-1)
	case inner > 0 || outer > 0 && o.filled:
		o.note(o.place, "the indentation of this line is %d, and that of the lines that it can belong to is %d", o.col-1, max(inner, outer)-1)
	}
}

// item follows the keys and the value on a line.
func (o *outline) item() {
	for keys := 0; ; keys++ {
		col := o.col
		o.skipProperties()
		start, from, closing := o.place, o.pos, ""
		switch r := o.peek(); {
		case r == end || isBreak(r) || r == '#':
			o.filled = false
			o.skipLine()
			return
		case r == '"' || r == '\'':
			closing = "quote"
			o.quoted()
		case r == '[' || r == '{':
			closing = "bracket"
			o.brackets()
		default:
			o.noSign()
			o.plain()
		}
		to := o.pos
		o.blanks()
		switch {
		case o.isIndicator(':'):
			if keys > 0 {
				o.note(o.place, "a value cannot hold a colon before a blank; quote the whole value")
			}
			o.key(col, from, to)
		case closing == "":
			o.filled = true
			o.textItem(keys, start)
			return
		default:
			o.filled = true
			o.nothingBehind(closing, start.line)
			o.skipLine()
			return
		}
	}
}

// key follows the colon of a key, whose text begins at a column. Keys that repeat the one before them are refused once
// there are more than a report shows; fewer are left to the reader of the mapping.
func (o *outline) key(col, from, to int) {
	o.push(col)
	o.count(2)
	last := &o.blocks[o.open-1].key
	if to > from && bytes.Equal(o.text[from:to], o.text[last[0]:last[1]]) {
		o.repeats++
	}
	*last = [2]int{from, to}
	if o.repeats > MaxShown {
		o.refuse(o.place, RepeatedKey, "keys are repeated more than %d times", MaxShown)
	}
	o.next()
	o.blanks()
}

// push opens a block collection that begins at a column, unless it is open.
func (o *outline) push(col int) {
	if o.open > 0 && o.blocks[o.open-1].col >= col {
		return
	}
	if o.open == maxOpen {
		o.refuse(o.place, FileTooBig, "the file nests deeper than %d levels", maxDepth)
		return
	}
	o.blocks[o.open] = block{col: col}
	o.open++
}

// count counts nodes.
func (o *outline) count(nodes int) {
	if o.values += nodes; o.values > maxNodes {
		o.refuse(o.place, FileTooBig, "the file has more than %d values", maxNodes)
	}
}

// plain follows a plain scalar, or the header of a block scalar, up to the end of the line, a comment, or the colon of a
// key.
func (c *cursor) plain() {
	if c.peek() == '#' {
		return
	}
	for r := c.peek(); r != end && !isBreak(r) && !c.isIndicator(':'); r = c.peek() {
		c.next()
		if isBlank(r) && c.peek() == '#' {
			return
		}
	}
}

// quoted follows a quoted scalar.
func (o *outline) quoted() {
	start, quote := o.place, o.peek()
	for o.next(); ; {
		r := o.peek()
		o.next()
		switch {
		case isBreak(r) && o.startsItem():
			o.leftOpen(start, "this quote is not closed")
		case r == end:
			o.note(start, "this quote is not closed")
			return
		case r == '\\' && quote == '"':
			o.next()
		case r == quote && (quote == '"' || o.peek() != quote):
			return
		case r == quote:
			o.next()
		}
	}
}

// What an outline has read last within brackets.
const (
	nothing  = iota // a value may begin
	unquoted        // a plain scalar, which may go on
	closed          // a quote or a bracket
)

// brackets follows a flow collection.
func (o *outline) brackets() {
	depth, last, what, line := 0, nothing, "", 0
	for {
		switch r := o.peek(); {
		case r == end:
			o.noteOpen(depth)
			return
		case isBlank(r) || isBreak(r):
			o.next()
			if isBreak(r) && (o.startsWithDash() || last != nothing && o.startsItem()) {
				o.leftOpen(o.brace[depth-1].place, "this bracket is not closed")
			}
			if o.peek() == '#' {
				o.untilBreak()
			}
			continue
		case r == '#' && last != unquoted:
			o.untilBreak()
			continue
		case r == '[' || r == '{':
			if last == unquoted {
				o.note(o.place, `a text within brackets cannot hold %c; quote the whole text, such as 'a in ["b"]'`, r)
			}
			depth++
			o.nest(depth)
			o.brace[min(depth, maxOpen)-1] = finding{place: o.place, message: closes(r)}
			last = nothing
		case r == ']' || r == '}':
			if open := o.brace[depth-1]; open.message != string(r) {
				o.note(open.place, "this bracket is not closed before the %c on line %d", r, o.line)
			}
			if depth--; depth == 0 {
				o.next()
				return
			}
			last, what, line = closed, "bracket", o.line
		case r == ',' || r == '?' || r == ':' && (last != unquoted || o.isIndicator(':')):
			last = nothing
		case last == nothing && r == '*':
			o.noteAlias()
			o.count(1)
			last = unquoted
		case last == nothing && (r == '"' || r == '\''):
			last, what, line = closed, "quote", o.line
			o.count(1)
			o.quoted()
			continue
		default:
			if last == nothing {
				o.count(1)
				o.noSign()
			}
			if last == closed {
				o.nothingBehind(what, line)
			}
			last = unquoted
		}
		o.next()
	}
}

// closes returns what closes a bracket.
func closes(bracket rune) string {
	if bracket == '[' {
		return "]"
	}
	return "}"
}

// noteOpen notes the innermost bracket that is open at the end of the text.
func (o *outline) noteOpen(depth int) {
	if depth > 0 && o.refused.message == "" {
		o.note(o.brace[min(depth, maxOpen)-1].place, "this bracket is not closed")
	}
}

// leftOpen keeps the first quote or bracket that seems to be open too long. It is a fault only where another follows.
func (o *outline) leftOpen(at place, message string) {
	if o.unclosed.message == "" {
		o.unclosed = finding{at, YAMLSyntax, message}
	}
}

// startsItem reports whether the next line looks like an item of the block around it, or of one further out.
func (o *outline) startsItem() bool {
	line := o.cursor
	line.spaces(math.MaxInt)
	if o.open == 0 || line.col > o.blocks[o.open-1].col {
		return false
	}
	if line.isIndicator('-') {
		return true
	}
	from := line.pos
	for line.isWord() {
		line.next()
	}
	return line.pos > from && line.isIndicator(':')
}

// startsWithDash reports whether the next line is an item of a list.
func (o *outline) startsWithDash() bool {
	line := o.cursor
	line.spaces(math.MaxInt)
	return line.isIndicator('-')
}

// nest opens a flow collection within others. The outermost is counted as the value that it is in its block.
func (o *outline) nest(depth int) {
	if depth > 1 {
		o.count(1)
	}
	if o.open+depth > maxOpen {
		o.refuse(o.place, FileTooBig, "the file nests deeper than %d levels", maxDepth)
	}
}

// noSign notes a value that begins with a sign which YAML keeps for itself.
func (o *outline) noSign() {
	if r := o.peek(); o.fault.message == "" && (r == '@' || r == '`' || r == '%') {
		o.note(o.place, "a value cannot begin with %c; quote the whole value", r)
	}
}

// nothingBehind notes text behind a quote or a bracket that closes what opens on a line.
func (o *outline) nothingBehind(closing string, line int) {
	switch r := o.peek(); {
	case r == end || isBreak(r) || r == '#' || o.fault.message != "":
	case line == o.line:
		o.note(o.place, `a value cannot go on behind its closing %s; quote the whole value, such as '"a" == b'`, closing)
	default:
		o.note(o.place, "the %s that opens on line %d closes before this; close it where it should end, or quote the whole value",
			closing, line)
	}
}

// skipLine moves to the next line.
func (c *cursor) skipLine() {
	c.untilBreak()
	c.next()
}

// textItem follows a plain or block scalar that begins at a place, behind so many keys of its line, and whose first line is
// read up to a comment.
func (o *outline) textItem(keys int, start place) {
	line := o.lineOf(start)
	if r := line.peek(); r == '|' || r == '>' {
		o.skipText()
		return
	}
	first := o.cursor
	if keys == 0 && o.open > 0 && o.blocks[o.open-1].col == start.col {
		o.noteNoBlank(line)
	}
	o.skipText()
	if o.fault.message == "" {
		o.goesOn(keys, line, first)
	}
}

// lineOf returns a cursor at a place on the line that is being read.
func (o *outline) lineOf(at place) cursor {
	c := o.cursor
	for c.pos > 0 && c.col > at.col {
		_, size := utf8.DecodeLastRune(c.text[:c.pos])
		c.pos -= size
		c.col--
	}
	return c
}

// goesOn notes what a plain scalar cannot hold on the lines behind its first: a colon before a blank, and a comment before
// further text. The start is where the scalar begins, and the line where its first line, or the text on it, ends.
func (o *outline) goesOn(keys int, start, line cursor) {
	comment := place{}
	for {
		if line.peek() == '#' && comment.line == 0 {
			comment = line.place
		}
		line.skipLine()
		line.spaces(math.MaxInt)
		if line.pos >= o.pos {
			return
		}
		first := line.place
		line.plain()
		switch {
		case line.isIndicator(':') && keys == 0 && first.col == start.col:
			o.noteNoBlank(start)
			return
		case line.isIndicator(':') && keys > 0:
			o.note(first, "the text of line %d goes on here, and cannot hold a colon before a blank; "+
				"indent it like the key on line %d if it is a key too, or quote the whole text", start.line, start.line)
			return
		case comment.line > 0 && line.col > first.col:
			o.note(comment, "# begins a comment, which ends the text before it, and line %d cannot go on with that; quote the whole text", first.line)
			return
		}
	}
}

// noteNoBlank notes a key whose colon, or a dash, that stands right before its value.
func (o *outline) noteNoBlank(c cursor) {
	if c.peek() == '-' {
		c.next()
		if c.isWord() && !unicode.IsDigit(c.peek()) {
			o.note(c.place, "put a blank behind the dash")
		}
		return
	}
	from := c.pos
	for c.isWord() {
		c.next()
	}
	if c.peek() != ':' || c.pos == from {
		return
	}
	if c.next(); c.peek() != '/' {
		o.note(c.place, "put a blank behind the colon")
	}
}

// skipText moves behind a plain or block scalar that ends on this line or goes on below: on empty lines, and on lines
// that are indented deeper than the block around it.
func (o *outline) skipText() {
	parent := 0
	if o.open > 0 {
		parent = o.blocks[o.open-1].col
	}
	for o.skipLine(); o.peek() != end && !o.isMarker(); o.skipLine() {
		line := o.cursor
		line.spaces(math.MaxInt)
		if line.col <= parent && !isBreak(line.peek()) {
			return
		}
	}
}

// skipProperties moves behind tags, anchors and aliases.
func (o *outline) skipProperties() {
	for r := o.peek(); r == '!' || r == '&' || r == '*'; r = o.peek() {
		if r == '*' {
			o.noteAlias()
		}
		for r != end && !isBlank(r) && !isBreak(r) {
			o.next()
			r = o.peek()
		}
		o.blanks()
	}
}

// noteAlias keeps the first alias.
func (o *outline) noteAlias() {
	if o.alias.message == "" {
		o.alias = finding{o.place, YAMLAnchor, noAnchors}
	}
}

// isIndicator reports whether the rune is next, with nothing right behind it.
func (c *cursor) isIndicator(r rune) bool {
	if c.peek() != r {
		return false
	}
	after := *c
	after.next()
	return after.peek() == end || isBlank(after.peek()) || isBreak(after.peek())
}

// isWord reports whether the next rune is part of a key as a policy has them.
func (c *cursor) isWord() bool {
	r := c.peek()
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '-' || r == '.'
}

// isMarker reports whether the line begins or ends a document.
func (c *cursor) isMarker() bool {
	rest := c.text[c.pos:]
	if c.col != 1 || !bytes.HasPrefix(rest, []byte("---")) && !bytes.HasPrefix(rest, []byte("...")) {
		return false
	}
	after := *c
	after.to(place{c.line, 4})
	return after.peek() == end || isBlank(after.peek()) || isBreak(after.peek())
}
