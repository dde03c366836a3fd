package source

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/salesbaton/baton/handoff/calendar"
	"gopkg.in/yaml.v3"
)

// Errorf reports a problem at the node. A node that does not exist reports nothing.
func (n Node) Errorf(code Code, format string, args ...any) {
	if n.Exists() {
		n.problem(n.yaml.Line, n.yaml.Column, code, fmt.Sprintf(format, args...))
	}
}

// ErrorAt reports a problem at a rune of a scalar's value.
func (n Node) ErrorAt(index int, code Code, format string, args ...any) {
	line, col := n.yaml.Line, n.yaml.Column
	if len(n.file.report.problems) < maxKept {
		line, col = n.locate(index)
	}
	n.problem(line, col, code, fmt.Sprintf(format, args...))
}

func (n Node) problem(line, col int, code Code, message string) {
	p := Problem{File: n.file.name, Line: line, Column: col, Code: code, Message: message}
	if len(n.file.report.problems) < maxKept { // else nobody reads it
		p.Source = n.file.line(line)
	}
	n.file.report.Add(p)
}

func join(a, b Node) Node {
	a.more = append(slices.Clone(a.more), b.Parts()...)
	return a
}

// Parts returns the node once for each file that it stands in.
func (n Node) Parts() []Node {
	if !n.Exists() {
		return nil
	}
	first := n
	first.more = nil
	return append([]Node{first}, n.more...)
}

// An Entry is a key of a mapping with its value.
type Entry struct {
	Key   Node
	Value Node
}

// Name returns the key's text.
func (e Entry) Name() string { return e.Key.yaml.Value }

// A Keyed is a mapping whose keys were checked.
type Keyed struct {
	node    Node
	entries []Entry
}

// Map reads a mapping with the keys of the node's shape. Unknown, repeated and missing keys are reported; unknown ones are
// left out.
func (n Node) Map() Keyed {
	shape := n.shape.as(Map)
	if !n.Exists() || shape == nil {
		n.refuse()
		return Keyed{}
	}
	names := shape.names()
	m := n.MapOf(names...)
	m.node.shape = shape
	m.entries = slices.DeleteFunc(m.entries, func(e Entry) bool { return !slices.Contains(names, e.Name()) }) // they are reported
	for i, e := range m.entries {
		m.entries[i].Value.shape = shape.key(e.Name())
	}
	for _, k := range shape.Keys {
		if k.Need {
			m.Need(k.Name)
		}
	}
	return m
}

// MapOf reads a mapping with the given keys. Unknown and repeated keys are reported.
func (n Node) MapOf(known ...string) Keyed {
	m := Keyed{node: n, entries: n.entries()}
	for _, e := range m.entries {
		if !slices.Contains(known, e.Name()) {
			e.Key.Errorf(UnknownKey, "unknown key %q%s; known are %s", e.Name(), e.Key.Near(e.Name(), func() []string { return known }), strings.Join(known, ", "))
		}
	}
	return m
}

// Get returns the value of a key, or the zero Node.
func (m Keyed) Get(key string) Node {
	if m.node.shape != nil {
		m.node.shape.key(key) // must be a key of the shape
	}
	for _, e := range m.entries {
		if e.Name() == key {
			return e.Value
		}
	}
	return Node{}
}

// Need returns the value of a key, and reports when it is absent.
func (m Keyed) Need(key string) Node {
	v := m.Get(key)
	if !v.Exists() && m.node.Exists() && m.node.yaml.Kind == yaml.MappingNode {
		m.node.Errorf(MissingKey, "the key %q is missing here", key)
	}
	return v
}

// Merge returns the mapping with the keys of another file. What stands under a key of both goes on from one to the other.
func (m Keyed) Merge(other Keyed) Keyed {
	m.entries = slices.Clone(m.entries)
	for _, e := range other.entries {
		i := slices.IndexFunc(m.entries, func(own Entry) bool { return own.Name() == e.Name() })
		if i < 0 {
			m.entries = append(m.entries, e)
			continue
		}
		m.entries[i].Value = join(m.entries[i].Value, e.Value)
	}
	return m
}

// Entries returns the entries whose keys are there, in the order of the file.
func (m Keyed) Entries() []Entry { return m.entries }

// Entries reads a mapping with free keys, in the order of the files; repeated keys are reported.
func (n Node) Entries() []Entry {
	shape := n.shape.as(Dict, Map)
	var out []Entry
	first := map[string]string{}
	for _, part := range n.Parts() {
		for _, e := range part.entries() {
			if shape != nil && shape.Form == Dict {
				e.Key.shape, e.Value.shape = shape.Key, shape.Each
				e.Key.checkKey()
			}
			if at, repeated := first[e.Name()]; repeated {
				e.Key.Errorf(RepeatedKey, "the key %q is repeated; it stands at %s already", e.Name(), at)
				continue
			}
			if len(n.more) > 0 { // one file was checked already
				first[e.Name()] = e.Key.Position()
			}
			out = append(out, e)
		}
	}
	return out
}

// checkKey reports a key that is not of its shape.
func (n Node) checkKey() {
	switch n.shape.Form {
	case ID:
		n.ID()
	case Name:
		n.Name()
	case Word:
		n.Word()
	}
}

// entries reads the keys and values of a mapping in one file.
func (n Node) entries() []Entry {
	if !n.Exists() {
		return nil
	}
	if n.yaml.Kind != yaml.MappingNode {
		n.Errorf(WrongForm, "expected keys with values, such as {key: value}, but found %s", n.kind())
		return nil
	}
	var out []Entry
	first := map[string]int{}
	for i := 0; i+1 < len(n.yaml.Content); i += 2 {
		e := Entry{Node{file: n.file, yaml: n.yaml.Content[i]}, Node{file: n.file, yaml: n.yaml.Content[i+1]}}
		if e.Key.yaml.Kind != yaml.ScalarNode {
			e.Key.Errorf(WrongForm, "a key is a word, but found %s", e.Key.kind())
			continue
		}
		if line, repeated := first[e.Name()]; repeated {
			e.Key.Errorf(RepeatedKey, "the key %q is repeated; it stands on line %d already", e.Name(), line)
			continue
		}
		first[e.Name()] = e.Key.yaml.Line
		out = append(out, e)
	}
	return out
}

// List reads a sequence, in the order of the files. Where the shape needs an item, an empty one is reported.
func (n Node) List() []Node {
	shape := n.shape.as(List)
	if n.Exists() && n.shape != nil && shape == nil {
		n.refuse()
		return nil
	}
	var out []Node
	for _, part := range n.Parts() {
		if part.yaml.Kind != yaml.SequenceNode {
			part.Errorf(WrongForm, "expected a list, such as [a, b], but found %s", part.kind())
			continue
		}
		for _, c := range part.yaml.Content {
			item := Node{file: part.file, yaml: c}
			if shape != nil {
				item.shape = shape.Each
			}
			out = append(out, item)
		}
	}
	if n.IsList() && len(out) == 0 && shape != nil && shape.Some {
		n.Errorf(Empty, "the list is empty; write at least one item")
	}
	return out
}

// refuse reports a node that has none of the forms of its shape. One without a shape stands under a key that is not known,
// which is reported.
func (n Node) refuse() {
	if !n.Exists() || n.shape == nil {
		return
	}
	var forms []string
	for _, alternative := range n.shape.Of {
		forms = append(forms, alternative.form())
	}
	if len(forms) == 0 {
		forms = []string{n.shape.form()}
	}
	n.Errorf(WrongForm, "expected %s, but found %s", strings.Join(forms, " or "), n.kind())
}

// form names the shape in the author's words.
func (s *Shape) form() string {
	switch s.Form {
	case Map:
		return "keys with values"
	case Dict:
		return "names with values"
	case List:
		return "a list"
	case Int:
		return "a whole number"
	case Decimal:
		return "a number"
	case Percent:
		return "a percentage"
	case Bool:
		return "true or false"
	case Word:
		return "one of the words " + strings.Join(s.Words, ", ")
	case Date:
		return "a date"
	case Span:
		return "a length of time"
	case Condition:
		return "a condition"
	}
	return "a text"
}

// IsMap reports whether the node is a mapping.
func (n Node) IsMap() bool { return n.Exists() && n.yaml.Kind == yaml.MappingNode }

// IsList reports whether the node is a sequence.
func (n Node) IsList() bool { return n.Exists() && n.yaml.Kind == yaml.SequenceNode }

// IsText reports whether the node is a text, which may be empty.
func (n Node) IsText() bool {
	return n.Exists() && n.yaml.Kind == yaml.ScalarNode && n.yaml.ShortTag() == "!!str"
}

// Text reads a text. A text that is a number, a truth value, a date or nothing must be quoted.
func (n Node) Text() string {
	if !n.Exists() {
		return ""
	}
	if !n.IsText() {
		n.Errorf(WrongForm, "expected a text, but found %s; quote it if it is meant as text", n.kind())
		return ""
	}
	if shape := n.shape.as(Text, Template); n.yaml.LineComment != "" && shape != nil && slices.Contains([]Form{Text, Template, Cell}, shape.Form) {
		if comment, at := n.cutShort(); isWord(comment) {
			n.problem(at.line, at.col, CutShort, fmt.Sprintf("the text is cut short: %s is read as a comment; quote the whole text, or put a blank behind the #", short(comment)))
		}
	}
	return n.yaml.Value
}

// isWord reports whether a comment looks like a part of a text, such as #4: who comments leaves a blank behind the sign.
func isWord(comment string) bool {
	return len(comment) > 1 && comment[1] != ' ' && comment[1] != '\t' && comment[1] != '#'
}

// Raw returns the value of a scalar as it is written, whatever its type; "" for a list or a mapping.
func (n Node) Raw() string {
	if !n.Exists() || n.yaml.Kind != yaml.ScalarNode {
		return ""
	}
	return n.yaml.Value
}

// Scalar is Raw, and reports a list or a mapping.
func (n Node) Scalar() (text string, ok bool) {
	if n.IsMap() || n.IsList() {
		n.refuse()
		return "", false
	}
	return n.Raw(), n.Exists()
}

// ID reads the id of a thing: letters, digits and - _ . up to 64 characters.
func (n Node) ID() string {
	s := n.Text()
	if n.IsText() && !IsID(s) {
		n.Errorf(BadName, "an id is 1 to 64 letters, digits, -, _ and .")
		return ""
	}
	return s
}

// IsID reports whether a text is an id.
func IsID(s string) bool {
	for _, r := range s {
		switch {
		case r == '-' || r == '_' || r == '.' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z':
		default:
			return false
		}
	}
	return len(s) >= 1 && len(s) <= 64
}

// Name reads a name as conditions write it: letters, digits and _, up to 64 characters, not beginning with a digit.
func (n Node) Name() string {
	s := n.Text()
	if n.IsText() && !IsName(s) {
		n.Errorf(BadName, "a name is 1 to 64 letters, digits and _, and begins with a letter")
		return ""
	}
	return s
}

// IsName reports whether a text is a name as conditions write it.
func IsName(s string) bool {
	for i, r := range s {
		letter := r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return len(s) >= 1 && len(s) <= 64
}

// Word reads a text that must be one of the words of the node's shape.
func (n Node) Word() string {
	shape := n.shape.as(Word)
	if n.Exists() && (shape == nil || n.yaml.Kind != yaml.ScalarNode) {
		n.refuse()
		return ""
	}
	if !n.Exists() {
		return ""
	}
	return n.WordOf(shape.Words...)
}

// WordOf reads a text that must be one of the known words.
func (n Node) WordOf(known ...string) string {
	s := n.Text()
	if !n.IsText() || slices.Contains(known, s) {
		return s
	}
	n.unknown(UnknownWord, "unknown word", s, known)
	return ""
}

// maxKnown bounds the names that a problem lists.
const maxKnown = 30

// Unknown reports a text that names nothing known.
func (n Node) Unknown(what string, known iter.Seq[string]) {
	var names []string
	if !n.crowded() {
		names = slices.Sorted(known)
	}
	n.unknown(UnknownName, "unknown "+what, n.yaml.Value, names)
}

// crowded reports whether there are more problems than are shown already.
func (n Node) crowded() bool { return len(n.file.report.problems) > MaxShown }

// Near is DidYouMean, "" where there are more problems than are shown already: to look for what each of the others meant
// would take a time that grows with the square of the file.
func (n Node) Near(s string, known func() []string) string {
	if n.crowded() {
		return ""
	}
	return DidYouMean(s, known())
}

func (n Node) unknown(code Code, what, s string, known []string) {
	switch {
	case n.crowded():
		n.Errorf(code, "%s %q", what, s)
	case len(known) == 0:
		n.Errorf(code, "%s %q; none is defined", what, s)
	case len(known) > maxKnown:
		n.Errorf(code, "%s %q%s; %d are known", what, s, DidYouMean(s, known), len(known))
	default:
		n.Errorf(code, "%s %q%s; known are %s", what, s, DidYouMean(s, known), strings.Join(known, ", "))
	}
}

// Texts reads a list of texts; an item that is empty or repeated is reported.
func (n Node) Texts() []string {
	var out []string
	seen := map[string]bool{}
	for _, item := range n.List() {
		s := item.Text()
		switch {
		case !item.IsText():
		case strings.TrimSpace(s) == "":
			item.Errorf(Empty, "the text is empty; remove it")
		case seen[s]:
			item.Errorf(Repeated, "%q is repeated in this list", s)
		default:
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

// Int reads a whole number within the range of the node's shape.
func (n Node) Int() int64 {
	shape := n.shape.as(Int)
	if n.Exists() && (shape == nil || n.yaml.Kind != yaml.ScalarNode) {
		n.refuse()
		return 0
	}
	if !n.Exists() {
		return 0
	}
	return n.intFrom(shape.Min, shape.Max)
}

// intFrom reads an integer between lo and hi in decimal digits, without + or leading zeros.
func (n Node) intFrom(lo, hi int64) int64 {
	v, err := strconv.ParseInt(n.yaml.Value, 10, 64)
	if n.yaml.Kind != yaml.ScalarNode || n.yaml.ShortTag() != "!!int" || err != nil || strconv.FormatInt(v, 10) != n.yaml.Value {
		n.Errorf(WrongForm, "expected a whole number in decimal digits, but found %s", n.kind())
		return 0
	}
	if v < lo || v > hi {
		n.Errorf(OutOfRange, "%d is out of range; it is from %d to %d", v, lo, hi)
		return 0
	}
	return v
}

// AnyInt reads an integer of at most 2^53 in absolute value.
func (n Node) AnyInt() int64 {
	if !n.Exists() {
		return 0
	}
	return n.intFrom(-maxInt, maxInt)
}

// Unit is 1 as Decimal counts it: in millionths.
const Unit = 1_000_000

// Decimal reads a number within the range of the node's shape, in millionths. It is not ok where there is none, or where
// what is wrong with it is reported.
func (n Node) Decimal() (v int64, ok bool) {
	shape := n.shape.as(Decimal)
	switch {
	case !n.Exists():
		return 0, false
	case shape == nil || n.yaml.Kind != yaml.ScalarNode:
		n.refuse()
		return 0, false
	}
	v, ok = millionths(n.yaml.Value)
	if tag := n.yaml.ShortTag(); !ok || tag != "!!int" && tag != "!!float" {
		n.Errorf(WrongForm, "expected a number with at most 6 decimals, such as 12 or 0.25, but found %s", n.kind())
		return 0, false
	}
	if v < shape.Min*Unit || v > shape.Max*Unit {
		n.Errorf(OutOfRange, "%s is out of range; it is from %d to %d", n.yaml.Value, shape.Min, shape.Max)
		return 0, false
	}
	return v, true
}

// millionths reads decimal digits with at most 6 behind the point, without + or leading zeros.
func millionths(text string) (int64, bool) {
	digits, negative := strings.CutPrefix(text, "-")
	whole, decimals, pointed := strings.Cut(digits, ".")
	switch {
	case !isDigits(whole) || pointed && !isDigits(decimals) || len(decimals) > 6:
		return 0, false
	case len(whole) > 1 && whole[0] == '0' || negative && strings.Trim(digits, "0.") == "":
		return 0, false
	}
	v, err := strconv.ParseInt(whole+decimals+strings.Repeat("0", 6-len(decimals)), 10, 64)
	if negative {
		v = -v
	}
	return v, err == nil
}

// Percent reads a percentage such as 12.5% within the range of the node's shape, in basis points. It is not ok where there
// is none, or where what is wrong with it is reported.
func (n Node) Percent() (v int64, ok bool) {
	shape := n.shape.as(Percent)
	switch {
	case !n.Exists():
		return 0, false
	case shape == nil || n.yaml.Kind != yaml.ScalarNode:
		n.refuse()
		return 0, false
	}
	if v, ok = basisPoints(n.yaml.Value); !ok || !n.IsText() {
		n.Errorf(WrongForm, "expected a percentage with at most 2 decimals, such as 5%% or 12.5%%, but found %s", n.kind())
		return 0, false
	}
	if v < shape.Min || v > shape.Max {
		n.Errorf(OutOfRange, "%s is out of range; it is from %s to %s", n.yaml.Value, PercentText(shape.Min), PercentText(shape.Max))
		return 0, false
	}
	return v, true
}

// basisPoints reads decimal digits with at most 2 behind the point, without + or leading zeros, and a percent sign.
func basisPoints(text string) (int64, bool) {
	digits, marked := strings.CutSuffix(text, "%")
	_, decimals, _ := strings.Cut(digits, ".")
	v, ok := millionths(digits)
	return v / (Unit / 100), marked && ok && v >= 0 && len(decimals) <= 2
}

// PercentText writes basis points as a percentage.
func PercentText(v int64) string {
	whole, rest := v/100, v%100
	switch {
	case rest == 0:
		return fmt.Sprintf("%d%%", whole)
	case rest%10 == 0:
		return fmt.Sprintf("%d.%d%%", whole, rest/10)
	}
	return fmt.Sprintf("%d.%02d%%", whole, rest)
}

// Bool reads true or false.
func (n Node) Bool() bool {
	if !n.Exists() {
		return false
	}
	if n.yaml.Kind != yaml.ScalarNode || n.yaml.ShortTag() != "!!bool" || n.yaml.Value != "true" && n.yaml.Value != "false" {
		n.Errorf(WrongForm, "expected true or false, in small letters, but found %s", n.kind())
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
		n.Errorf(BadTime, "expected a date such as 2026-03-01, but found %s", n.kind())
		return calendar.Date{}
	}
	return d
}

// Condition reads the text of a condition, which must not be empty nor cut short by a comment.
func (n Node) Condition() (string, bool) {
	if !n.Exists() {
		return "", false
	}
	if comment, at := n.cutShort(); comment != "" {
		n.problem(at.line, at.col, CutShort, fmt.Sprintf("the condition is cut short: %s is read as a comment; quote the whole condition, or put the comment on a line of its own", short(comment)))
		return "", false
	}
	if n.yaml.Kind == yaml.ScalarNode && n.yaml.ShortTag() == "!!bool" {
		n.Bool()
		return n.yaml.Value, true
	}
	if n.yaml.Kind != yaml.ScalarNode || n.yaml.ShortTag() != "!!str" && n.yaml.ShortTag() != "!!null" {
		n.Errorf(WrongForm, "expected a condition, but found %s; leave the key out where there is no condition", n.kind())
		return "", false
	}
	if strings.TrimSpace(n.yaml.Value) == "" || n.IsNull() {
		n.Errorf(ConditionEmpty, "the condition is empty; leave the key out where there is no condition")
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
	case "!!timestamp":
		return "the date " + n.yaml.Value
	}
	return strconv.Quote(short(n.yaml.Value))
}

// short cuts a text that is too long for a message.
func short(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
