package source

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"gopkg.in/yaml.v3"
)

// A script writes a random document, and knows what each scalar holds and where it has put each rune of it.
type script struct {
	*rand.Rand
	text    strings.Builder
	at      place
	breaks  []string
	cr      bool // the last break is a lone CR, to which LF would belong
	block   bool // the last value is a block scalar, to which empty lines would belong
	scalars []written
}

// written is a scalar of a document.
type written struct {
	style  string
	value  []rune
	places []place // of each rune, and of the end
	start  place
}

// put adds a rune that stands at a place.
func (w *written) put(r rune, at place) {
	w.value, w.places = append(w.value, r), append(w.places, at)
}

// chance is true once in n times.
func (s *script) chance(n int) bool { return s.IntN(n) == 0 }

// pick returns one of the texts.
func (s *script) pick(texts ...string) string { return texts[s.IntN(len(texts))] }

// raw writes text without a line break.
func (s *script) raw(text string) {
	s.text.WriteString(text)
	s.at.col += len([]rune(text))
	s.cr = s.cr && text == ""
}

// indent writes up to n spaces more than the least.
func (s *script) indent(least, n int) { s.raw(strings.Repeat(" ", least+s.IntN(n+1))) }

// newline writes a line break, and returns what YAML takes it for.
func (s *script) newline() rune {
	b := s.pick(s.breaks...)
	if s.cr && b == "\n" {
		b = "\r"
	}
	s.text.WriteString(b)
	s.at = place{s.at.line + 1, 1}
	s.cr = b == "\r"
	if b == "\u2028" || b == "\u2029" {
		return []rune(b)[0]
	}
	return '\n'
}

// finish ends a line, sometimes with a comment.
func (s *script) finish() {
	if s.chance(5) {
		s.raw(s.pick(" # a: note", "  # ü, [", "  #"))
	}
	s.newline()
}

// between writes empty lines and comments, where they belong to no scalar.
func (s *script) between(indent int) {
	for !s.block && s.chance(5) {
		s.indent(0, indent)
		s.raw(s.pick("", "# it's a \"note\" [", "# ü"))
		s.newline()
	}
	s.block = false
}

// copied writes text that stands for itself.
func (s *script) copied(w *written, text string) {
	for _, r := range text {
		w.put(r, s.at)
		s.raw(string(r))
	}
}

// fold writes a line break in a plain or quoted scalar. Behind a backslash it stands for nothing.
func (s *script) fold(w *written, indent int, escaped bool) {
	if !escaped {
		s.raw(s.pick("", "", " ", "\t "))
	}
	at := s.at
	r := s.newline()
	if r != '\n' && !escaped {
		w.put(r, at)
	}
	empty := false
	for s.chance(4) {
		s.indent(indent, 2)
		at := s.at
		w.put(s.newline(), at)
		empty = true
	}
	if !empty && r == '\n' && !escaped {
		w.put(' ', at)
	}
	s.indent(indent, 2)
}

// keep ends a scalar.
func (s *script) keep(w written, end place) {
	w.places = append(w.places, end)
	s.scalars = append(s.scalars, w)
}

// scalar writes a plain or quoted scalar; indent < 0: on one line.
func (s *script) scalar(flow bool, indent int) {
	switch s.IntN(3) {
	case 0:
		s.plain(flow, indent)
	case 1:
		s.single(indent)
	default:
		s.double(indent)
	}
}

func (s *script) plain(flow bool, indent int) {
	w := written{style: "plain", start: s.at}
	s.copied(&w, s.pick("lead.score", "a", "é漢", "x_1", "😀b", "-5", "..."+"x"))
	words := []string{"==", ">=", "50", "and", "not", "é漢", "it's", "a:b", "c#d", "b\"", "'", "😀", "1.5", "|", ">", "&c", "!d", "@", "`", "%"}
	if !flow {
		words = append(words, "[x]", "{", "a,", "?")
	}
	for range s.IntN(6) {
		if indent >= 0 && s.chance(3) {
			s.fold(&w, indent, false)
		} else {
			s.copied(&w, s.pick(" ", "  ", " \t"))
		}
		s.copied(&w, s.pick(words...))
	}
	s.keep(w, s.at)
}

func (s *script) single(indent int) {
	w := written{style: "single", start: s.at}
	s.raw("'")
	for range s.IntN(8) {
		switch {
		case indent >= 0 && s.chance(4):
			s.fold(&w, indent, false)
		case s.chance(4):
			w.put('\'', s.at)
			s.raw("''")
		default:
			s.copied(&w, s.pick(" ", "a == ", "é", "\"x\"", "# ", "b: c", `\n`, "[", "😀", "\t"))
		}
		s.copied(&w, s.pick("x", "é"))
	}
	end := s.at
	s.raw("'")
	s.keep(w, end)
}

func (s *script) double(indent int) {
	w := written{style: "double", start: s.at}
	s.raw(`"`)
	for range s.IntN(8) {
		switch {
		case indent >= 0 && s.chance(4):
			s.fold(&w, indent, false)
		case indent >= 0 && s.chance(5):
			s.copied(&w, s.pick("", "  "))
			s.raw(`\`)
			s.fold(&w, indent, true)
		case s.chance(3):
			escape := escapes[s.IntN(len(escapes))]
			w.put(escape.rune, s.at)
			s.raw(escape.text)
		default:
			s.copied(&w, s.pick(" ", "a == ", "é", "'x'", "# ", "b: c", "[", "😀", "\t"))
		}
		s.copied(&w, s.pick("x", "é"))
	}
	end := s.at
	s.raw(`"`)
	s.keep(w, end)
}

// escapes are what a double-quoted scalar may hold, and what that stands for.
var escapes = []struct {
	text string
	rune rune
}{
	{`\0`, 0}, {`\a`, 7}, {`\b`, 8}, {`\t`, 9}, {"\\\t", 9}, {`\n`, 10}, {`\v`, 11}, {`\f`, 12}, {`\r`, 13}, {`\e`, 27}, {`\ `, ' '}, {`\"`, '"'},
	{`\'`, '\''}, {`\\`, '\\'}, {`\N`, 0x85}, {`\_`, 0xa0}, {`\L`, 0x2028}, {`\P`, 0x2029}, {`\x41`, 'A'}, {`\xe9`, 'é'}, {`\u00e9`, 'é'},
	{`\u6F22`, '漢'}, {`\U0001F600`, '😀'},
}

// blockScalar writes a literal or folded scalar within a block at a column from 0; -1: at the root.
func (s *script) blockScalar(parent int) {
	folded, explicit, chomp := s.chance(2), s.chance(3), s.pick("", "-", "+")
	w := written{style: "literal", start: s.at}
	extra := 1 + s.IntN(4)
	indent, digit := max(parent, 0)+extra, strconv.Itoa(extra)
	if !explicit {
		digit = ""
	}
	if folded {
		w.style = "folded"
	}
	s.raw(map[bool]string{true: ">", false: "|"}[folded] + s.pick(chomp+digit, digit+chomp) + s.pick("", "  ", " # a 'note'"))
	s.newline()
	lines, empty := s.IntN(6), []written{{}}
	s.emptyLines(&empty[0], indent)
	type line struct {
		text, tail written // the runes of the line; its break and the empty lines behind it
		blank      bool    // it begins with a blank
	}
	var all []line
	for i := range lines {
		var l line
		s.indent(indent, 0)
		if l.blank = (explicit || i > 0) && s.chance(4); l.blank {
			s.copied(&l.text, s.pick(" ", "  ", "\t"))
		}
		if i == 0 || !l.blank || s.chance(2) {
			s.copied(&l.text, s.pick("a == b", "é", "# no comment", "'x' ", "b: [", "\"", "😀 \t"))
		}
		at := s.at
		l.tail.put(s.newline(), at)
		s.emptyLines(&l.tail, indent)
		all = append(all, l)
	}
	take := func(part written, from, to int) {
		w.value, w.places = append(w.value, part.value[from:to]...), append(w.places, part.places[from:to]...)
	}
	if lines > 0 || chomp == "+" {
		take(empty[0], 0, len(empty[0].value))
	}
	for i, l := range all {
		take(l.text, 0, len(l.text.value))
		n := len(l.tail.value)
		last := i == lines-1
		switch {
		case last && chomp == "-":
		case last && chomp == "":
			take(l.tail, 0, 1)
		case last || !folded || l.blank || all[i+1].blank || l.tail.value[0] != '\n':
			take(l.tail, 0, n)
		case n == 1:
			w.put(' ', l.tail.places[0])
		default:
			take(l.tail, 1, n)
		}
	}
	end := w.start
	if n := len(w.value); n > 0 {
		end = w.places[n-1]
		if r := w.value[n-1]; r != '\n' && r != '\u2028' && r != '\u2029' {
			end.col++
		}
	}
	s.keep(w, end)
	s.block = true
}

// emptyLines writes empty lines of a block scalar.
func (s *script) emptyLines(w *written, indent int) {
	for s.chance(4) {
		s.indent(0, indent)
		at := s.at
		w.put(s.newline(), at)
	}
}

// value writes what stands behind the indicator of a block at a column from 0, and ends the line.
func (s *script) value(parent, depth int) {
	switch kind := s.IntN(9); {
	case kind == 0 && depth < 3:
		s.finish()
		s.mapping(parent+1+s.IntN(3), depth+1, false)
	case kind == 1 && depth < 3:
		s.finish()
		s.sequence(parent+1+s.IntN(3), depth+1)
	case kind == 2 && depth < 3:
		s.raw(" ")
		s.flow(depth + 1)
		s.finish()
	case kind <= 5:
		s.raw(" ")
		s.blockScalar(parent)
	case kind == 6:
		s.finish()
		s.indent(parent+1, 3)
		s.scalar(false, parent+1)
		s.finish()
	default:
		s.raw(s.pick(" ", "   "))
		s.scalar(false, parent+1)
		s.finish()
	}
}

// mapping writes a block mapping; inline: its first key stands behind an indicator.
func (s *script) mapping(indent, depth int, inline bool) {
	for range 1 + s.IntN(3) {
		if !inline {
			s.between(indent)
			s.indent(indent, 0)
		}
		inline = false
		switch s.IntN(8) {
		case 0:
			s.raw("? ")
			s.blockScalar(indent)
			s.indent(indent, 0)
		case 1:
			s.raw("? ")
			s.scalar(false, indent+1)
			s.newline()
			s.indent(indent, 0)
		default:
			s.scalar(false, -1)
			s.raw(s.pick("", "", " "))
		}
		s.raw(":")
		s.value(indent, depth)
	}
}

// sequence writes a block sequence.
func (s *script) sequence(indent, depth int) {
	for range 1 + s.IntN(3) {
		s.between(indent)
		s.indent(indent, 0)
		s.raw("-")
		if s.chance(3) {
			s.raw(" ")
			s.mapping(indent+2, depth+1, true)
			continue
		}
		s.value(indent, depth)
	}
}

// flow writes a flow collection.
func (s *script) flow(depth int) {
	isMap := s.chance(2)
	s.raw(map[bool]string{true: "{", false: "["}[isMap])
	for i := range s.IntN(4) {
		if i > 0 {
			s.raw(",")
		}
		if s.chance(8) {
			s.raw("# it's ]")
			s.newline()
		}
		s.gap()
		if isMap {
			s.scalar(true, -1)
			s.raw(": ")
		}
		if depth < 4 && s.chance(4) {
			s.flow(depth + 1)
		} else {
			s.scalar(true, s.IntN(5))
		}
		if s.chance(3) {
			s.gap()
		}
	}
	s.raw(map[bool]string{true: "}", false: "]"}[isMap])
}

// gap writes blanks, a comment or a line break within brackets.
func (s *script) gap() {
	s.raw(s.pick("", " ", "\t "))
	if s.chance(4) {
		s.finish()
		s.indent(0, 6)
	}
}

// document writes a whole document.
func (s *script) document() string {
	s.at = place{1, 1}
	s.between(0)
	switch s.IntN(10) {
	case 0:
		s.blockScalar(-1)
	case 1:
		s.scalar(false, 0)
		s.finish()
	case 2:
		s.flow(0)
		s.finish()
	case 3, 4:
		s.sequence(s.IntN(3), 0)
	default:
		s.mapping(s.IntN(3), 0, false)
	}
	text := s.text.String()
	if !s.block && s.chance(4) {
		text = strings.TrimRight(text, "\r\n\u0085\u2028\u2029")
	}
	return s.pick("", "", "\ufeff") + text
}

// newScript returns the script of a seed.
func newScript(seed uint64) *script {
	s := &script{Rand: rand.New(rand.NewPCG(seed, 7))}
	s.breaks = [][]string{{"\n"}, {"\n"}, {"\r\n"}, {"\r"}, {"\n", "\r\n", "\r", "\u0085", "\u2028", "\u2029"}}[s.IntN(5)]
	return s
}

// scalarsOf returns the scalars below a node, in the order of the file.
func scalarsOf(n Node) []Node {
	if n.yaml.Kind == yaml.ScalarNode {
		return []Node{n}
	}
	var out []Node
	for _, child := range n.yaml.Content {
		out = append(out, scalarsOf(Node{file: n.file, yaml: child})...)
	}
	return out
}

func TestPlacesOfRandomDocuments(t *testing.T) {
	const documents = 20_000
	exact, start := map[string]int{}, map[string]int{}
	for seed := range uint64(documents) {
		s := newScript(seed)
		text := s.document()
		var report Report
		root := Parse("f.yaml", []byte(text), nil, &report)
		if !root.Exists() {
			t.Fatalf("seed %d: %v\n%q", seed, report.Err(), text)
		}
		read := scalarsOf(root)
		if len(read) != len(s.scalars) {
			t.Fatalf("seed %d: %d scalars, want %d\n%q", seed, len(read), len(s.scalars), text)
		}
		for i, w := range s.scalars {
			if read[i].yaml.Value != string(w.value) {
				t.Fatalf("seed %d: the value of a scalar is %q, want %q\n%q", seed, read[i].yaml.Value, string(w.value), text)
			}
			for at, want := range w.places {
				line, col := read[i].locate(at)
				switch got := (place{line, col}); got {
				case want:
					exact[w.style]++
				case w.start:
					start[w.style]++
				default:
					t.Fatalf("seed %d: rune %d of %q is at %v, want %v\n%q", seed, at, string(w.value), got, want, text)
				}
			}
		}
	}
	for _, style := range []string{"plain", "single", "double", "literal", "folded"} {
		t.Logf("%s: %d places are exact, %d are the start", style, exact[style], start[style])
		if all := exact[style] + start[style]; exact[style]*100 < all*99 || all < 1000 {
			t.Errorf("%s: %d of %d places are exact, want 99 in 100", style, exact[style], all)
		}
	}
}

func TestPlacesFarDownAFile(t *testing.T) {
	const lines = 3*stride + 1
	var report Report
	var text strings.Builder
	for i := range lines {
		fmt.Fprintf(&text, "- 'é''%d'\r\n", i)
	}
	for i, n := range scalarsOf(Parse("f.yaml", []byte(text.String()), nil, &report)) {
		if line, col := n.locate(2); line != i+1 || col != 7 {
			t.Errorf("%d:%d, want %d:7", line, col, i+1)
		}
	}
}

// TestPlacesFarAlongALine: marks stand within lines too.
func TestPlacesFarAlongALine(t *testing.T) {
	var report Report
	items := strings.Repeat("'é', ", 3*stride)
	for i, n := range scalarsOf(Parse("f.yaml", []byte("- x\n- ["+items+"y]\n"), nil, &report))[1:] {
		if line, col := n.locate(0); line != 2 || col != 4+5*i+1 && i < 3*stride {
			t.Fatalf("%d:%d, want 2:%d", line, col, 4+5*i+1)
		}
	}
}

func TestOutlineOfRandomDocuments(t *testing.T) {
	for seed := range uint64(5_000) {
		text := newScript(seed).document()
		var report Report
		root := Parse("f.yaml", []byte(text), nil, &report)
		o := outline{cursor: (&file{text: []byte(strings.TrimLeft(text, "\ufeff"))}).start()}
		o.walk()
		if o.fault.message != "" || o.refused.message != "" || o.alias.message != "" {
			t.Fatalf("seed %d: a fault in a text that has none: %v %v %v\n%q", seed, o.fault, o.refused, o.alias, text)
		}
		if n := nodesOf(root.yaml); n != o.values+1 {
			t.Fatalf("seed %d: %d values are found below the root, want %d\n%q", seed, o.values, n-1, text)
		}
	}
}

// TestFaultsBehindRandomDocuments: what stands before a fault does not move it.
func TestFaultsBehindRandomDocuments(t *testing.T) {
	faults := []struct {
		text string
		at   place // of the fault, the first line is 1
	}{
		{"k:\n  a: 1\n b: 2\n", place{3, 2}},
		{"k:\n  - a: x\n     b: y\n", place{3, 6}},
		{"k: 'x'\n  b: y\n", place{2, 3}},
		{"k: x # note\n  y\n", place{1, 6}},
		{"k: {a: x in [b]}\n", place{1, 13}},
		{"k:\n\u00a0b: 1\n", place{2, 1}},
		{"k: [x\nl: [y]\nm: z\n", place{1, 4}},
		{"k: \"x\nl: y\nm: \"z\"\n", place{1, 4}},
		{"k: {a: *x}\n", place{1, 8}},
		{"k:l\n", place{1, 3}},
	}
	for seed := range uint64(2_000) {
		s := newScript(seed)
		s.at = place{1, 1}
		s.mapping(0, 0, false)
		s.newline()
		fault := faults[s.IntN(len(faults))]
		text := s.text.String() + fault.text
		var report Report
		Parse("f.yaml", []byte(text), nil, &report)
		if !report.Failed() {
			t.Fatalf("seed %d: no fault is found\n%q", seed, text)
		}
		p := report.Err().(Problems)[0]
		if want := (place{s.at.line + fault.at.line - 1, fault.at.col}); p.Line != want.line || p.Column != want.col {
			t.Fatalf("seed %d: %v, want it at %v\n%q", seed, p.Error(), want, text)
		}
	}
}

// nodesOf counts a node and those below.
func nodesOf(n *yaml.Node) int {
	count := 1
	for _, child := range n.Content {
		count += nodesOf(child)
	}
	return count
}

func TestCutShort(t *testing.T) {
	for _, tt := range []struct{ name, reason, text, want string }{
		{"no comment", "nothing ends the scalar", "a: x", ""},
		{"a comment", "it ends the scalar", "a: x # c", "# c"},
		{"many blanks", "however far away it is", "a: x" + strings.Repeat(" ", 600) + "# c", "# c"},
		{"two lines", "the last line counts", "a: x\n  y\t# c\nb: z", "# c"},
		{"a comment below", "the scalar ends with its line", "a: x\n# c\nb: z", ""},
		{"a comma between", "the comment stands behind the item", "a: {k: x, # c\n  l: y}", ""},
		{"no comma between", "the comment ends the item", "a: {k: x # c\n  , l: y}", "# c"},
		{"a bracket between", "the comment stands behind the list", "a: [x] # c", ""},
		{"quotes", "the quote ends the scalar", "a: 'x' # c", ""},
		{"a block", "the comment is text", "a: |\n  x # c", ""},
		{"nothing", "there is no scalar", "a: # c\nb: x", ""},
		{"a number sign in a word", "it is text", "a: x#c", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var report Report
			got := ""
			for _, n := range scalarsOf(Parse("f.yaml", []byte(tt.text), nil, &report)) {
				comment, _ := n.cutShort()
				got += comment
			}
			if got != tt.want {
				t.Errorf("%q, want %q: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func TestConditionIsCutShortOnlyByItsOwnComment(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"behind a comma", "k: {when: a, # note\n  b: c}", ""},
		{"behind the condition", "k: {when: a # note\n  , b: c}", "f.yaml:1:13: B009 the condition is cut short: # note is read as a comment; quote the whole condition, or put the comment on a line of its own"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var report Report
			Parse("f.yaml", []byte(tt.text), nil, &report).Entries()[0].Value.Entries()[0].Value.Condition()
			got := ""
			if report.Failed() {
				got, _, _ = strings.Cut(report.Err().Error(), "\n")
			}
			if got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func FuzzPlaces(f *testing.F) {
	for _, seed := range []string{
		"a: one\n  two", "a: \"\\x41b\\\n  c\\u00e9\"", "? 'it''s\n\n  x'\n: y", "- |2-\n   x\n\n  y", "- >+ # c\n\n  x\n   y\n  z\n\n", "{a: [b,\r\"c\u0085 d\u2028e\"]}", "\ufeffa: é x",
	} {
		f.Add([]byte(seed))
	}
	for seed := range uint64(20) {
		f.Add([]byte(newScript(seed).document()))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var report Report
		root := Parse("f.yaml", text, nil, &report)
		if !root.Exists() {
			return
		}
		lines := strings.Split(breaks.Replace(strings.TrimLeft(string(text), "\ufeff")), "\n")
		for _, n := range scalarsOf(root) {
			start := place{n.yaml.Line, n.yaml.Column}
			n.cutShort()
			value := []rune(n.yaml.Value)
			for i := range len(value) + 2 {
				line, col := n.locate(i)
				if line < 1 || line > len(lines) || col < 1 || col > len([]rune(lines[line-1]))+1 {
					t.Fatalf("rune %d of %q is at %d:%d, outside of the file", i, n.yaml.Value, line, col)
				}
				if i >= len(value) || start == (place{line, col}) || !isWordRune(value[i]) {
					continue
				}
				rest := []rune(lines[line-1])[col-1:]
				if len(rest) == 0 || rest[0] != value[i] && rest[0] != '\\' {
					t.Fatalf("rune %d of %q is not at %d:%d", i, n.yaml.Value, line, col)
				}
			}
		}
	})
}

// breaks are the ends of a line in YAML 1.1.
var breaks = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n")

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
