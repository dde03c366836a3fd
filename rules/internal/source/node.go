package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/salesbaton/baton/handoff/calendar"
	"gopkg.in/yaml.v3"
)

// Bounds of a file.
const (
	maxBytes = 4 << 20
	maxDepth = 16
	maxNodes = 1 << 20
	maxInt   = 1 << 53
)

// A file is a parsed text.
type file struct {
	name   string // as positions print it
	report *Report
	lines  []string
}

// A Node is a place in a file with its YAML value. The zero Node stands for a key that is absent.
type Node struct {
	file *file
	yaml *yaml.Node
}

// Parse reads one YAML document and checks what holds for every file: its size, its encoding, and that it uses no
// anchors, aliases, merge keys, tags or further documents. It returns the zero Node after reporting a problem with the
// whole file.
func Parse(name string, text []byte, report *Report) Node {
	f := &file{name: name, report: report}
	whole := func(format string, args ...any) Node {
		report.Add(Problem{File: name, Message: fmt.Sprintf(format, args...)})
		return Node{}
	}
	if len(text) > maxBytes {
		return whole("the file is larger than %d MiB", maxBytes>>20)
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if !utf8.Valid(text) {
		return whole("the file is not valid UTF-8; save it with that encoding")
	}
	f.lines = strings.Split(breaks.Replace(string(text)), "\n")
	dec := yaml.NewDecoder(bytes.NewReader(text))
	var doc, extra yaml.Node
	switch err := decode(dec, &doc); {
	case errors.Is(err, io.EOF):
		return whole("the file is empty")
	case err != nil:
		return f.unreadable(err)
	}
	if err := decode(dec, &extra); !errors.Is(err, io.EOF) {
		return whole("the file holds more than one document; keep one, and remove the line ---")
	}
	root := Node{f, doc.Content[0]}
	if root.IsNull() {
		return whole("the file is empty")
	}
	budget := maxNodes
	if !root.check(1, &budget) {
		return Node{}
	}
	return root
}

// unreadable reports a syntax error. The YAML library knows the line at best, and not always the right one.
func (f *file) unreadable(err error) Node {
	p := Problem{File: f.name}
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if _, scanErr := fmt.Sscanf(text, "line %d:", &p.Line); scanErr == nil {
		_, text, _ = strings.Cut(text, ": ")
		p.Source = f.line(p.Line)
	}
	p.Message = "the YAML cannot be read on this line or near it: " + text
	if p.Line == 0 {
		p.Message = "the YAML cannot be read: " + text
	}
	for problem, cure := range cures {
		if strings.Contains(text, problem) {
			p.Message += "; " + cure
		}
	}
	f.report.Add(p)
	return Node{}
}

// cures tell what to do about what the YAML library reports. At most one of them fits.
var cures = map[string]string{
	"found a tab character":      "indent with spaces",
	"found character that":       "indent with spaces, and quote what begins with a sign",
	"mapping values are not":     "quote a text that holds a colon",
	"did not find expected":      "check the indentation, the quotes and the brackets above",
	"unexpected end of stream":   "a quote or a bracket above is not closed",
	"control characters are not": "remove the characters that cannot be printed",
	"unknown anchor":             "quote a text that begins with *",
}

// maxShown bounds the line that a problem shows, in bytes.
const maxShown = 400

// line returns the text of a line, "" where there is none or it is too long to show.
func (f *file) line(n int) string {
	if n < 1 || n > len(f.lines) || len(f.lines[n-1]) > maxShown {
		return ""
	}
	return f.lines[n-1]
}

// breaks are the ends of a line in YAML 1.1.
var breaks = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")

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

// check refuses what no file may use, and reports whether the tree may be walked.
func (n Node) check(depth int, budget *int) bool {
	*budget--
	switch {
	case depth > maxDepth:
		n.Errorf("the file nests deeper than %d levels", maxDepth)
		return false
	case *budget < 0:
		n.Errorf("the file has more than %d values", maxNodes)
		return false
	case n.yaml.Kind == yaml.AliasNode || n.yaml.Anchor != "":
		n.Errorf("anchors (&) and aliases (*) are not allowed; write the value out, or quote the text")
		return false
	case n.yaml.Tag == "!!merge":
		n.Errorf("merge keys (<<) are not allowed; write the keys out")
		return false
	case n.yaml.Style&yaml.TaggedStyle != 0:
		n.Errorf("%s is read as a YAML tag, so that the text behind it is lost; quote the text, and write not for !", n.yaml.Tag)
		return false
	}
	ok := true
	for _, child := range n.yaml.Content {
		ok = Node{n.file, child}.check(depth+1, budget) && ok
	}
	return ok
}

// Exists reports whether the node stands for something.
func (n Node) Exists() bool { return n.yaml != nil }

// Position returns "file:line:col", or "" for a node that does not exist.
func (n Node) Position() string {
	if !n.Exists() {
		return ""
	}
	return fmt.Sprintf("%s:%d:%d", n.file.name, n.yaml.Line, n.yaml.Column)
}

// PositionAt returns the position of the rune with the given index in a scalar's value; the scalar's start where the
// place cannot be told exactly.
func (n Node) PositionAt(index int) string {
	line, col := n.locate(index)
	return fmt.Sprintf("%s:%d:%d", n.file.name, line, col)
}

// locate maps a rune of the value to its line and column. It answers exactly for a scalar on one line without escapes,
// which it verifies against the text.
func (n Node) locate(index int) (line, col int) {
	line, col = n.yaml.Line, n.yaml.Column
	if line < 1 || line > len(n.file.lines) {
		return line, col
	}
	start := col - 1
	if n.yaml.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
		start++
	}
	runes, value := []rune(n.file.lines[line-1]), []rune(n.yaml.Value)
	if n.yaml.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 || start+len(value) > len(runes) ||
		!slices.Equal(runes[start:start+len(value)], value) {
		return line, col
	}
	return line, start + 1 + min(index, len(value))
}

// Errorf reports a problem at the node. A node that does not exist reports nothing.
func (n Node) Errorf(format string, args ...any) {
	if n.Exists() {
		n.problem(n.yaml.Line, n.yaml.Column, fmt.Sprintf(format, args...))
	}
}

// ErrorAt reports a problem at a rune of a scalar's value.
func (n Node) ErrorAt(index int, format string, args ...any) {
	line, col := n.locate(index)
	n.problem(line, col, fmt.Sprintf(format, args...))
}

func (n Node) problem(line, col int, message string) {
	n.file.report.Add(Problem{File: n.file.name, Line: line, Column: col, Message: message, Source: n.file.line(line)})
}

// An Entry is a key of a mapping with its value.
type Entry struct {
	Key   Node
	Value Node
}

// Name returns the key's text.
func (e Entry) Name() string { return e.Key.yaml.Value }

// A Map is a mapping with known keys.
type Map struct {
	node    Node
	entries []Entry
}

// Map reads a mapping whose keys are known; unknown and repeated keys are reported.
func (n Node) Map(known ...string) Map {
	m := Map{node: n, entries: n.Entries()}
	for _, e := range m.entries {
		if !slices.Contains(known, e.Name()) {
			e.Key.Errorf("unknown key %q%s; known are %s", e.Name(), DidYouMean(e.Name(), known), strings.Join(known, ", "))
		}
	}
	return m
}

// Get returns the value of a key, or the zero Node.
func (m Map) Get(key string) Node {
	for _, e := range m.entries {
		if e.Name() == key {
			return e.Value
		}
	}
	return Node{}
}

// Need returns the value of a key, and reports when it is absent.
func (m Map) Need(key string) Node {
	v := m.Get(key)
	if !v.Exists() && m.node.Exists() && m.node.yaml.Kind == yaml.MappingNode {
		m.node.Errorf("the key %q is missing here", key)
	}
	return v
}

// Entries reads a mapping with free keys, in the order of the file; repeated keys are reported.
func (n Node) Entries() []Entry {
	if !n.Exists() {
		return nil
	}
	if n.yaml.Kind != yaml.MappingNode {
		n.Errorf("expected keys with values, such as {key: value}, but found %s", n.kind())
		return nil
	}
	var out []Entry
	first := map[string]int{}
	for i := 0; i < len(n.yaml.Content); i += 2 {
		e := Entry{Node{n.file, n.yaml.Content[i]}, Node{n.file, n.yaml.Content[i+1]}}
		if e.Key.yaml.Kind != yaml.ScalarNode {
			e.Key.Errorf("a key is a word, but found %s", e.Key.kind())
			continue
		}
		if line, repeated := first[e.Name()]; repeated {
			e.Key.Errorf("the key %q is repeated; it stands on line %d already", e.Name(), line)
			continue
		}
		first[e.Name()] = e.Key.yaml.Line
		out = append(out, e)
	}
	return out
}

// Entries returns the entries whose keys are there, in the order of the file.
func (m Map) Entries() []Entry { return m.entries }

// List reads a sequence.
func (n Node) List() []Node {
	if !n.Exists() {
		return nil
	}
	if n.yaml.Kind != yaml.SequenceNode {
		n.Errorf("expected a list, such as [a, b], but found %s", n.kind())
		return nil
	}
	out := make([]Node, len(n.yaml.Content))
	for i, c := range n.yaml.Content {
		out[i] = Node{n.file, c}
	}
	return out
}

// IsMap reports whether the node is a mapping.
func (n Node) IsMap() bool { return n.Exists() && n.yaml.Kind == yaml.MappingNode }

// IsList reports whether the node is a sequence.
func (n Node) IsList() bool { return n.Exists() && n.yaml.Kind == yaml.SequenceNode }

// Text reads a text. Numbers, truth values and nothing are not texts unless they are quoted.
func (n Node) Text() string {
	if !n.Exists() {
		return ""
	}
	if n.yaml.Kind != yaml.ScalarNode || n.yaml.ShortTag() != "!!str" {
		n.Errorf("expected a text, but found %s; quote it if it is meant as text", n.kind())
		return ""
	}
	return n.yaml.Value
}

// Raw returns the value of a scalar as it is written, whatever its type; "" for a list or a mapping.
func (n Node) Raw() string {
	if !n.Exists() || n.yaml.Kind != yaml.ScalarNode {
		return ""
	}
	return n.yaml.Value
}

// ID reads the name of a thing: letters, digits and - _ . up to 64 characters.
func (n Node) ID() string {
	s := n.Text()
	if n.Exists() && n.yaml.ShortTag() == "!!str" && !isID(s) {
		n.Errorf("an id is 1 to 64 letters, digits, -, _ and .")
		return ""
	}
	return s
}

func isID(s string) bool {
	for _, r := range s {
		switch {
		case r == '-' || r == '_' || r == '.' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z':
		default:
			return false
		}
	}
	return len(s) >= 1 && len(s) <= 64
}

// Word reads a text that must be one of the known words.
func (n Node) Word(known ...string) string {
	s := n.Text()
	if !n.Exists() || n.yaml.ShortTag() != "!!str" || slices.Contains(known, s) {
		return s
	}
	if len(known) == 0 {
		n.Errorf("unknown word %q; none is defined", s)
	} else {
		n.Errorf("unknown word %q%s; known are %s", s, DidYouMean(s, known), strings.Join(known, ", "))
	}
	return ""
}

// Texts reads a list of texts; an item that is repeated is reported.
func (n Node) Texts() []string {
	var out []string
	seen := map[string]bool{}
	for _, item := range n.List() {
		s := item.Text()
		if seen[s] {
			item.Errorf("%q is repeated in this list", s)
			continue
		}
		seen[s] = true
		out = append(out, s)
	}
	return out
}

// Int reads an integer between lo and hi in decimal digits.
func (n Node) Int(lo, hi int64) int64 {
	if !n.Exists() {
		return 0
	}
	digits := strings.TrimPrefix(n.yaml.Value, "-")
	v, err := strconv.ParseInt(n.yaml.Value, 10, 64)
	if n.yaml.Kind != yaml.ScalarNode || n.yaml.ShortTag() != "!!int" || err != nil || len(digits) > 1 && digits[0] == '0' {
		n.Errorf("expected a whole number in decimal digits, but found %s", n.kind())
		return 0
	}
	if v < lo || v > hi {
		n.Errorf("%d is out of range; it is from %d to %d", v, lo, hi)
		return 0
	}
	return v
}

// AnyInt reads an integer of at most 2^53 in absolute value.
func (n Node) AnyInt() int64 { return n.Int(-maxInt, maxInt) }

// Bool reads true or false.
func (n Node) Bool() bool {
	if !n.Exists() {
		return false
	}
	if n.yaml.Kind != yaml.ScalarNode || n.yaml.ShortTag() != "!!bool" || n.yaml.Value != "true" && n.yaml.Value != "false" {
		n.Errorf("expected true or false, in small letters, but found %s", n.kind())
	}
	return n.yaml.Value == "true"
}

// Date reads a date such as 2026-03-01, quoted or not.
func (n Node) Date() calendar.Date {
	if !n.Exists() {
		return calendar.Date{}
	}
	d, err := calendar.ParseDate(n.yaml.Value)
	if n.yaml.Kind != yaml.ScalarNode || err != nil || d.IsZero() {
		n.Errorf("expected a date such as 2026-03-01, but found %s", n.kind())
		return calendar.Date{}
	}
	return d
}

// Condition reads the text of a condition, which must not be empty nor cut short by a comment.
func (n Node) Condition() (string, bool) {
	if !n.Exists() {
		return "", false
	}
	if n.yaml.Kind == yaml.ScalarNode && n.yaml.Style == 0 && n.yaml.LineComment != "" {
		n.Errorf("the condition is cut short: %s is read as a comment; quote the whole condition", n.yaml.LineComment)
		return "", false
	}
	if n.yaml.Kind == yaml.ScalarNode && n.yaml.ShortTag() == "!!bool" {
		n.Bool()
		return n.yaml.Value, true
	}
	if n.yaml.Kind != yaml.ScalarNode || n.yaml.ShortTag() != "!!str" {
		n.Errorf("expected a condition, but found %s; leave the key out where there is no condition", n.kind())
		return "", false
	}
	if strings.TrimSpace(n.yaml.Value) == "" {
		n.Errorf("the condition is empty; leave the key out where there is no condition")
		return "", false
	}
	return n.yaml.Value, true
}

// kind names what was found, in the author's words.
func (n Node) kind() string {
	switch n.yaml.Kind {
	case yaml.MappingNode:
		return "keys with values"
	case yaml.SequenceNode:
		return "a list"
	}
	switch n.yaml.ShortTag() {
	case "!!null":
		return "nothing"
	case "!!bool":
		return "the truth value " + n.yaml.Value
	case "!!int", "!!float":
		return "the number " + n.yaml.Value
	}
	return strconv.Quote(n.yaml.Value)
}
