package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"

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
	marks  []mark // rising
}

// A mark is a place of a text.
type mark struct {
	place
	pos int
}

// stride is how many bytes lie between two marks, within a line too: a policy may stand on few lines, and every condition
// in it is looked up.
const stride = 1 << 10

// Parse reads one YAML document and checks what holds for every file: its size, its encoding, and that it uses no
// anchors, aliases, merge keys, tags or further documents. It returns the zero Node after reporting a problem with the
// whole file. The text is copied.
func Parse(name string, text []byte, shape *Shape, report *Report) Node {
	text, ok := Plain(name, text, report)
	if !ok {
		return Node{}
	}
	f := &file{name: name, report: report, text: text}
	if long := f.index(); long > 0 {
		return f.refuse(place{line: long}, FileTooBig, "the line is longer than %d bytes; put each item on a line of its own", maxLine)
	}
	o := outline{cursor: f.start()}
	o.walk()
	if o.refused.message != "" {
		return f.refuse(o.refused.place, o.refused.code, "%s", o.refused.message)
	}
	f.text = bytes.Clone(f.text)
	root := f.document(o.fault, o.alias)
	root.shape = shape
	return root
}

// document reads the only document of a file that is within the bounds. The fault and the first alias are what an
// outline found.
func (f *file) document(fault, alias finding) Node {
	dec := yaml.NewDecoder(bytes.NewReader(f.text))
	var doc, extra yaml.Node
	switch err := decode(dec, &doc); {
	case errors.Is(err, io.EOF):
		return f.refuse(place{}, FileEmpty, "the file is empty")
	case err != nil:
		return f.unreadable(err, fault, alias)
	}
	switch err := decode(dec, &extra); {
	case !errors.Is(err, io.EOF) && fault.message != "":
		return f.refuse(fault.place, fault.code, "%s", fault.message)
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

// unreadable reports a syntax error: the fault, if there is one, or an alias that stands for nothing. The YAML library knows the line at best, and not always
// the right one.
func (f *file) unreadable(err error, fault, alias finding) Node {
	if alias.message != "" && strings.Contains(err.Error(), "unknown anchor") {
		return f.refuse(alias.place, alias.code, "%s", alias.message)
	}
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
	for _, c := range cures {
		if strings.Contains(text, c.problem) {
			message += "; " + c.cure
			break
		}
	}
	return f.refuse(at, YAMLSyntax, "%s", message)
}

// cures tell what to do about what the YAML library reports. At most one of them fits.
var cures = []struct{ problem, cure string }{
	{"found a tab character", "indent with spaces"},
	{"found character that", "indent with spaces, and quote what begins with a sign"},
	{"found unknown escape", `write \\ for a backslash, or use single quotes`},
	{"mapping values are not", "quote a text that holds a colon"},
	{"did not find expected", "check the indentation, the quotes and the brackets"},
	{"could not find expected", "put a colon and a blank behind a key"},
	{"unexpected end of stream", "a quote or a bracket is not closed"},
	{"control characters are not", "remove the characters that cannot be printed"},
	{"unknown anchor", "quote a text that begins with *"},
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

// noAnchors is what is wrong with an anchor or an alias.
const noAnchors = "anchors (&) and aliases (*) are not allowed; write the value out, or quote the text"

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
		n.Errorf(YAMLAnchor, noAnchors)
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

// index notes a place in about every stride bytes. It returns the first line that is too long, or 0.
func (f *file) index() int {
	f.marks = append(make([]mark, 0, len(f.text)/stride+1), mark{place: place{1, 1}})
	from := 0
	for c := f.start(); c.peek() != end; {
		line := c.line
		if c.next(); c.line > line {
			from = c.pos
		}
		if c.pos-from > maxLine {
			return line
		}
		if c.pos-f.marks[len(f.marks)-1].pos >= stride {
			f.marks = append(f.marks, mark{c.place, c.pos})
		}
	}
	return 0
}

// start returns a cursor at the first rune.
func (f *file) start() cursor { return cursor{place: place{1, 1}, text: f.text} }

// seek returns a cursor at a place, and whether there is such a place.
func (f *file) seek(line, col int) (cursor, bool) {
	c := f.start()
	at := place{line, col}
	i := sort.Search(len(f.marks), func(i int) bool { return at.before(f.marks[i].place) })
	if i == 0 {
		return c, false
	}
	c.place, c.pos = f.marks[i-1].place, f.marks[i-1].pos
	c.to(at)
	return c, c.place == at
}

// maxShown bounds the line that a problem shows, in bytes.
const maxShown = 400

// line returns the text of a line, "" where there is none or it is too long to show.
func (f *file) line(n int) string {
	c, ok := f.seek(n, 1)
	from := c.pos
	for r := c.peek(); r != end && !isBreak(r) && c.pos-from <= maxShown; r = c.peek() {
		c.next()
	}
	if !ok || c.pos-from > maxShown {
		return ""
	}
	return string(c.text[from:c.pos])
}
