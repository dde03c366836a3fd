package source

import (
	"bytes"
	"fmt"
	"math"
)

// A finding is a problem at a place. The zero finding is none.
type finding struct {
	place
	code    Code
	message string
}

// An outline follows the structure of a text before the YAML library reads it, and allocates nothing: it counts what is
// open, so that a file that nests without end is refused early, and notes the first fault of those whose place the
// library does not tell. In a text that is YAML it takes no text for structure: it knows quotes, comments, block
// scalars and the lines on which a plain scalar goes on.
type outline struct {
	cursor
	blocks  [maxOpen]block // the block collections that are open, from the outside
	open    int
	values  int // the nodes below the root, except absent ones within brackets
	repeats int // keys that repeat the key before them
	fault   finding
	refused finding
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
	if o.fault.message == "" {
		o.fault = finding{at, YAMLSyntax, fmt.Sprintf(format, args...)}
	}
}

// blockLine follows a line outside of brackets, and the lines on which its last scalar goes on.
func (o *outline) blockLine() {
	o.spaces(math.MaxInt)
	switch r := o.peek(); {
	case isBreak(r):
		o.next()
		return
	case r == '#' || r == '%' && o.col == 1:
		o.skipLine()
		return
	case o.isMarker():
		o.open = 0
		o.to(place{o.line, 4})
		o.blanks()
	default:
		o.noTab()
	}
	for o.open > 0 && o.blocks[o.open-1].col > o.col {
		o.open--
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

// item follows the keys and the value on a line.
func (o *outline) item() {
	for keys := 0; ; keys++ {
		o.skipProperties()
		start, from, closing := o.place, o.pos, ""
		switch r := o.peek(); {
		case r == end || isBreak(r) || r == '#':
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
			o.key(start.col, from, to)
		case closing == "":
			o.skipText()
			return
		default:
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
func (o *outline) plain() {
	for r := o.peek(); r != end && !isBreak(r) && !o.isIndicator(':'); r = o.peek() {
		o.next()
		if isBlank(r) && o.peek() == '#' {
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
			return
		case isBlank(r) || isBreak(r):
			o.next()
			if o.peek() == '#' {
				o.untilBreak()
			}
			continue
		case r == '#' && last != unquoted:
			o.untilBreak()
			continue
		case r == '[' || r == '{':
			depth++
			o.nest(depth)
			last = nothing
		case r == ']' || r == '}':
			if depth--; depth == 0 {
				o.next()
				return
			}
			last, what, line = closed, "bracket", o.line
		case r == ',' || r == '?' || r == ':' && (last != unquoted || o.isIndicator(':')):
			last = nothing
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
func (o *outline) skipLine() {
	o.untilBreak()
	o.next()
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
		for r != end && !isBlank(r) && !isBreak(r) {
			o.next()
			r = o.peek()
		}
		o.blanks()
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
