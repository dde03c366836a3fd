package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// Bounds of a file.
const (
	MaxBytes = 32 << 20
	maxLine  = 64 << 10 // bytes
	maxDepth = 16
	maxNodes = 6 << 20
)

// A file is a text.
type file struct {
	name   string // as positions print it
	report *Report
	text   []byte
	marks  []int32 // where each stride-th line begins
}

// stride is the distance of the lines in an index: it is small enough to walk over, and keeps the index of a file of
// nothing but line breaks small.
const stride = 32

// Parse reads one YAML document and checks what holds for every file: its size, its encoding, and that it uses no
// anchors, aliases, merge keys, tags or further documents. It returns the zero Node after reporting a problem with the
// whole file. The text is copied.
func Parse(name string, text []byte, shape *Shape, report *Report) Node {
	f := &file{name: name, report: report, text: bytes.TrimLeft(text, "\ufeff")}
	if len(text) > MaxBytes {
		return f.refuse(place{}, FileTooBig, "the file is larger than %d MiB", MaxBytes>>20)
	}
	if !utf8.Valid(f.text) {
		return f.refuse(place{}, FileEncoding, "the file is not valid UTF-8; save it with that encoding")
	}
	if long := f.index(); long > 0 {
		return f.refuse(place{line: long}, FileTooBig, "the line is longer than %d bytes; put each item on a line of its own", maxLine)
	}
	o := outline{cursor: f.start()}
	o.walk()
	if o.refused.message != "" {
		return f.refuse(o.refused.place, o.refused.code, "%s", o.refused.message)
	}
	f.text = bytes.Clone(f.text)
	root := f.document(o.fault)
	root.shape = shape
	return root
}

// document reads the only document of a file that is within the bounds. The fault is what an outline found.
func (f *file) document(fault finding) Node {
	dec := yaml.NewDecoder(bytes.NewReader(f.text))
	var doc, extra yaml.Node
	switch err := decode(dec, &doc); {
	case errors.Is(err, io.EOF):
		return f.refuse(place{}, FileEmpty, "the file is empty")
	case err != nil:
		return f.unreadable(err, fault)
	}
	switch err := decode(dec, &extra); {
	case err != nil && !errors.Is(err, io.EOF) && fault.message != "":
		return f.unreadable(err, fault)
	case !errors.Is(err, io.EOF):
		return f.refuse(place{}, YAMLDocuments, "the file holds more than one document; keep one, and remove the line ---")
	}
	root := Node{file: f, yaml: doc.Content[0]}
	if root.IsNull() {
		return f.refuse(place{}, FileEmpty, "the file is empty")
	}
	c := checker{budget: maxNodes, at: f.start()}
	if !c.check(root, 1) {
		return Node{}
	}
	return root
}

// refuse reports a problem that keeps the file from being read.
func (f *file) refuse(at place, code Code, format string, args ...any) Node {
	message := fmt.Sprintf(format, args...)
	f.report.Add(Problem{File: f.name, Code: code, Line: at.line, Column: at.col, Message: message, Source: f.line(at.line)})
	return Node{}
}

// unreadable reports a syntax error: the fault, if there is one. The YAML library knows the line at best, and not always
// the right one.
func (f *file) unreadable(err error, fault finding) Node {
	if fault.message != "" {
		return f.refuse(fault.place, YAMLSyntax, "%s", fault.message)
	}
	var at place
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if _, scanErr := fmt.Sscanf(text, "line %d:", &at.line); scanErr == nil {
		_, text, _ = strings.Cut(text, ": ")
	}
	message := "the YAML cannot be read on this line or near it: " + text
	if at.line == 0 {
		message = "the YAML cannot be read: " + text
	}
	for problem, cure := range cures {
		if strings.Contains(text, problem) {
			message += "; " + cure
		}
	}
	return f.refuse(at, YAMLSyntax, "%s", message)
}

// cures tell what to do about what the YAML library reports. At most one of them fits.
var cures = map[string]string{
	"found a tab character":      "indent with spaces",
	"found character that":       "indent with spaces, and quote what begins with a sign",
	"found unknown escape":       `write \\ for a backslash, or use single quotes`,
	"mapping values are not":     "quote a text that holds a colon",
	"did not find expected":      "check the indentation, the quotes and the brackets above",
	"unexpected end of stream":   "a quote or a bracket above is not closed",
	"control characters are not": "remove the characters that cannot be printed",
	"unknown anchor":             "quote a text that begins with *",
}

// decode is Decode, with what the YAML library panics about returned as an error: a policy is not trusted, and the
// library has known panics on malformed keys.
func decode(dec *yaml.Decoder, n *yaml.Node) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	return dec.Decode(n)
}

// A checker walks over a tree in the order of the file.
type checker struct {
	budget int    // nodes
	at     cursor // the place of the last node
}

// check refuses what no file may use, and reports whether the tree may be walked.
func (c *checker) check(n Node, depth int) bool {
	c.budget--
	c.reach(n)
	switch {
	case depth > maxDepth:
		n.Errorf(FileTooBig, "the file nests deeper than %d levels", maxDepth)
		return false
	case c.budget < 0:
		n.Errorf(FileTooBig, "the file has more than %d values", maxNodes)
		return false
	case n.yaml.Kind == yaml.AliasNode || n.yaml.Anchor != "":
		n.Errorf(YAMLAnchor, "anchors (&) and aliases (*) are not allowed; write the value out, or quote the text")
		return false
	case n.yaml.Tag == "!!merge":
		n.Errorf(YAMLAnchor, "merge keys (<<) are not allowed; write the keys out")
		return false
	}
	if tag := c.tag(n); tag != "" {
		n.Errorf(YAMLTag, "%s is read as a YAML tag, so that the text behind it is lost; quote the text, and write not for !", tag)
		return false
	}
	ok := true
	for _, child := range n.yaml.Content {
		ok = c.check(Node{file: n.file, yaml: child}, depth+1) && ok
	}
	return ok
}

// tag returns the tag that a node is written with. A single ! before a blank leaves no trace but its place.
func (c *checker) tag(n Node) string {
	switch {
	case n.yaml.Style&yaml.TaggedStyle != 0:
		return n.yaml.Tag
	case c.at.peek() == '!':
		return "!"
	}
	return ""
}

// reach moves to the place of a node. The YAML library places an absent value behind the end of the file; it is moved to
// the end.
func (c *checker) reach(n Node) {
	at := place{n.yaml.Line, n.yaml.Column}
	c.at.to(at)
	if c.at.before(at) {
		n.yaml.Line, n.yaml.Column = c.at.line, c.at.col
	}
}

// index notes where the lines begin. It returns the first line that is too long, or 0.
func (f *file) index() int {
	f.marks = make([]int32, 1, bytes.Count(f.text, []byte("\n"))/stride+2)
	for c := f.start(); c.peek() != end; {
		from, line := c.pos, c.line
		c.untilBreak()
		if c.pos-from > maxLine {
			return line
		}
		c.next()
		if c.line > line && line%stride == 0 {
			f.marks = append(f.marks, int32(c.pos))
		}
	}
	return 0
}

// start returns a cursor at the first rune.
func (f *file) start() cursor { return cursor{place: place{1, 1}, text: f.text} }

// seek returns a cursor at a place, and whether there is such a place.
func (f *file) seek(line, col int) (cursor, bool) {
	c := f.start()
	mark := (line - 1) / stride
	if line < 1 || mark >= len(f.marks) {
		return c, false
	}
	c.pos, c.line = int(f.marks[mark]), mark*stride+1
	c.to(place{line, col})
	return c, c.place == place{line, col}
}

// maxShown bounds the line that a problem shows, in bytes.
const maxShown = 400

// line returns the text of a line, "" where there is none or it is too long to show.
func (f *file) line(n int) string {
	c, ok := f.seek(n, 1)
	from := c.pos
	if c.untilBreak(); !ok || c.pos-from > maxShown {
		return ""
	}
	return string(c.text[from:c.pos])
}

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
