package source_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/salesbaton/baton/rules/internal/source"
)

// problem returns the first problem of a text that cannot be read, "" for one that can.
func problem(text string) string {
	var report source.Report
	source.Parse("f.yaml", []byte(text), nil, &report)
	if !report.Failed() {
		return ""
	}
	return report.Err().(source.Problems)[0].Error()
}

func TestSyntaxErrors(t *testing.T) {
	const (
		behind  = `B005 a value cannot go on behind its closing `
		example = `; quote the whole value, such as '"a" == b'`
		colon   = "B005 a value cannot hold a colon before a blank; quote the whole value"
		indent  = "B005 the indentation of this line is "
		belong  = ", and that of the lines that it can belong to is "
		anchor  = "B007 anchors (&) and aliases (*) are not allowed; write the value out, or quote the text"
		hold    = `; quote the whole text, such as 'a in ["b"]'`
		goesOn  = " goes on here, and cannot hold a colon before a blank; indent it like the key on line "
		tab     = "B005 a tab cannot indent; indent with spaces"
	)
	for _, tt := range []struct{ name, text, want string }{
		{"a tab", "a:\n  b: 1\n\tc: 2\n", "f.yaml:3:1: " + tab},
		{"a tab behind spaces", "a:\n  b: 1\n  \tc: 2\n", "f.yaml:3:3: " + tab},
		{"a tab behind a dash", "a:\n  - x\n  -\ty\n", "f.yaml:3:4: " + tab},
		{"a tab in a block", "a: |\n\tx\n", "f.yaml:2:1: " + tab},
		{"text behind double quotes", "a: 1\nb:\n  - when: \"mql\" == x\n", "f.yaml:3:17: " + behind + "quote" + example},
		{"text behind single quotes", "a: 'it''s' == x # c\n", "f.yaml:1:12: " + behind + "quote" + example},
		{"text behind quotes in brackets", "a: {b: [x, \"y\" == z]}\n", "f.yaml:1:16: " + behind + "quote" + example},
		{"text behind a bracket", "a: 1\nb: [x] == y\n", "f.yaml:2:8: " + behind + "bracket" + example},
		{"text behind a bracket in brackets", "a: {b: [x] == y, c: d}\n", "f.yaml:1:12: " + behind + "bracket" + example},
		{"a quote that closes too late", "a: \"x\nb: \"y\"\n", "f.yaml:1:4: B005 this quote is not closed"},
		{"a quote that never closes", "a: 1\nb: \"x\nc: y\n", "f.yaml:2:4: B005 this quote is not closed"},
		{"an at sign", "a: 1\nb: @x\n", "f.yaml:2:4: B005 a value cannot begin with @; quote the whole value"},
		{"a back quote", "- x\n- `y`\n", "f.yaml:2:3: B005 a value cannot begin with `; quote the whole value"},
		{"a per cent sign", "a: [x, %y]\n", "f.yaml:1:8: B005 a value cannot begin with %; quote the whole value"},
		{"a colon", "a: x\nb: y ? z : x\n", "f.yaml:2:10: " + colon},
		{"a colon behind quotes", "a: \"x\": y\n", "f.yaml:1:7: " + colon},
		{"text behind quotes as a whole file", "\"a\" == b\n", "f.yaml:1:5: " + behind + "quote" + example},
		{"the first fault counts", "a: @x\nb: [x] == y\n", "f.yaml:1:4: B005 a value cannot begin with @; quote the whole value"},
		{"signs within texts are none", "a: |\n  \"x\" == y\n  @x\nb: x\n  \"y\" z\nc: ' `' # \"x\" y\nd: *x\n", "f.yaml:7:4: " + anchor},
		{"a key less deep than its list", "p:\n  - id: a\n    when: x\n   to: b\nz: 1\n", "f.yaml:4:4: " + indent + "3" + belong + "2 or 4"},
		{"a dash too deep", "p:\n  - id: a\n   - id: b\n", "f.yaml:3:4: " + indent + "3" + belong + "2 or 4"},
		{"a key less deep than its siblings", "a:\n  b: 1\nc:\n  d: 1\n\n # note\n e: 2\n", "f.yaml:7:2: " + indent + "1" + belong + "0 or 2"},
		{"a key behind a deeper block", "a:\n  b:\n    x: 1\n   c: 2\n", "f.yaml:4:4: " + indent + "3" + belong + "2 or 4"},
		{"a first key too deep", "  a: 1\nb: 2\n", "f.yaml:2:1: " + indent + "0" + belong + "2"},
		{"a key below a quote", "a: \"x\"\n  b: c\n", "f.yaml:2:3: " + indent + "2" + belong + "0"},
		{"a key below brackets", "a:\n  b: [x]\n   c: d\n", "f.yaml:3:4: " + indent + "3" + belong + "2"},
		{"a key below a text", "p:\n  - id: a\n    when: x\n     to: b\n", "f.yaml:4:6: B005 the text of line 3" + goesOn + "3 if it is a key too, or quote the whole text"},
		{"a key below a text at the end", "a: x # note\n\n b: y", "f.yaml:3:2: B005 the text of line 1" + goesOn + "1 if it is a key too, or quote the whole text"},
		{"a condition with a list within braces", "s:\n  - {points: 10, when: lead.role in [\"vp\",\"cxo\"]}\n", "f.yaml:2:37: B005 a text within brackets cannot hold [" + hold},
		{"a condition with braces within brackets", "s: [é in {b}]\n", "f.yaml:1:10: B005 a text within brackets cannot hold {" + hold},
		{"a comment within a text", "a: 1\nb: x and # note\n  y\nc: 1\n", "f.yaml:2:10: B005 # begins a comment, which ends the text before it, and line 3 cannot go on with that; quote the whole text"},
		{"a comment between the lines of a text", "- x and\n  y\n  # note\n\n  z\n", "f.yaml:3:3: B005 # begins a comment, which ends the text before it, and line 5 cannot go on with that; quote the whole text"},
		{"a no-break space", "a:\n  b: 1\n \u00a0c: 2\n", "f.yaml:3:2: B005 U+00A0 looks like a space and is none; indent with spaces"},
		{"a no-break space that YAML takes for a key", "a:\n\u00a0b: 1\n", "f.yaml:2:1: B005 U+00A0 looks like a space and is none; indent with spaces"},
		{"an ideographic space", "a:\n\u3000b: 1\n", "f.yaml:2:1: B005 U+3000 looks like a space and is none; indent with spaces"},
		{"a star", "a: 1\nb: *x\n", "f.yaml:2:4: " + anchor},
		{"a star in brackets", "a: 1\nb: {c: [y, *x]}\n", "f.yaml:2:12: " + anchor},
		{"a merge key", "a: 1\n<<: *d\n", "f.yaml:2:5: " + anchor},
		{"a bracket that never closes", "a: 1\nb: [x\n", "f.yaml:2:4: B005 this bracket is not closed"},
		{"an inner bracket that never closes", "a: {x: 1, y: [1, 2}\n", "f.yaml:1:14: B005 this bracket is not closed before the } on line 1"},
		{"a bracket that takes in what follows", "a: [x\nb: 'it' y\n", "f.yaml:1:4: B005 this bracket is not closed"},
		{"a bracket that takes in a list", "a:\n  - {b: x,\n  - {b: y}\n", "f.yaml:2:5: B005 this bracket is not closed"},
		{"a bracket before a list", "a: [\n    - {b: x}\n", "f.yaml:1:4: B005 this bracket is not closed"},
		{"a bracket that takes in a key with a dash", "a: [x\nb-c:\n  y: [z]\n] d\n", "f.yaml:1:4: B005 this bracket is not closed"},
		{"a bracket that takes in a bracket", "a: [x\nb: [y]\nc: z\n", "f.yaml:1:4: B005 this bracket is not closed"},
		{"a quote that takes in what follows", "a: 'x\nb: y\nc: 'z'\n", "f.yaml:1:4: B005 this quote is not closed"},
		{"a quote on two lines with text behind", "a: 'x\n  b' == y\n", "f.yaml:2:6: B005 the quote that opens on line 1 closes before this; close it where it should end, or quote the whole value"},
		{"a colon without a blank", "a: 1\nzone:America\nb: 2\n", "f.yaml:2:6: B005 put a blank behind the colon"},
		{"a first colon without a blank", "a:\n  zone:America\n  b: 2\n", "f.yaml:2:8: B005 put a blank behind the colon"},
		{"a dash without a blank", "a:\n  - x\n  -y\n", "f.yaml:3:4: B005 put a blank behind the dash"},
		{"a key alone", "a: 1\nb\nc: 2\n", "f.yaml:2: B005 the YAML cannot be read on this line or near it: could not find expected ':'; put a colon and a blank behind a key"},
		{"a key beside a list", "a: 1\n- b\n", "f.yaml:1: B005 the YAML cannot be read on this line or near it: did not find expected key; check the indentation, the quotes and the brackets"},
		{"an escape", "a: 1\nb: \"\\d\"\n", "f.yaml:2: B005 the YAML cannot be read on this line or near it: found unknown escape character; write \\\\ for a backslash, or use single quotes"},
		{"a bang before a blank", "a: ! b\n", "f.yaml:1:4: B008 ! is read as a YAML tag, so that the text behind it is lost; quote the text, and write not for !"},
		{"a bang before a list", "a: 1\nb:\n- ! [b]\n", "f.yaml:3:3: B008 ! is read as a YAML tag, so that the text behind it is lost; quote the text, and write not for !"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := problem(tt.text); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestAbsentValueAtTheEndIsInTheFile(t *testing.T) {
	root, report := parse(t, "a: 1\n? b ")
	root.Entries()[1].Value.Errorf(source.Empty, "nothing")
	if got, want := report.Err().(source.Problems)[0].Error(), "f.yaml:2:5: B019 nothing"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestHostileTextIsRefusedWithLittleMemory(t *testing.T) {
	const (
		million = 1_000_000
		line    = "B002 the line is longer than 65536 bytes; put each item on a line of its own"
		deep    = "B002 the file nests deeper than 16 levels"
		broken  = "B005 the YAML cannot be read"
	)
	repeat := strings.Repeat
	tests := []struct{ name, text, want string }{
		{"a large file", repeat("a: 1\n", 7<<20), "f.yaml: B002 the file is larger than 32 MiB"},
		{"not UTF-8", repeat("# x\n", million) + "\xff", "f.yaml: B003 the file is not valid UTF-8"},
		{"repeated keys", repeat("a: 1\n", 40<<10/5), "f.yaml:102:2: B012 keys are repeated more than 100 times"},
		{"repeated keys with values", repeat("key: value\n", 40<<10/11), "f.yaml:102:4: B012 keys are repeated"},
		{"an alias bomb", "a: &a [x, x, x]\nb: &b [*a, *a, *a, *a]\nc: &c [*b, *b, *b, *b]\nd: &d [*c, *c, *c, *c]\ne: [" + repeat("*d, ", 500) + "x]\n", "f.yaml:1:4: B007 anchors (&)"},
		{"many values in brackets", repeat("- [[[[[[[[[[[[[a]]]]]]]]]]]]]\n", 500_000), "f.yaml:449390:13: B002 the file has more than 6291456 values"},
		{"brackets on their lines", repeat("[\n", 10_000), "f.yaml:101:1: " + deep},
		{"brackets between quotes and comments", repeat("[ ']', # ]\n", 10_000), "f.yaml:101:1: " + deep},
		{"maps on their lines", repeat("{a:\n", 10_000), "f.yaml:101:1: " + deep},
		{"brackets on one short line", "a: " + repeat("[", 60_000), "f.yaml:1:103: " + deep},
		{"brackets behind a marker", "--- " + repeat("[", 60_000), "f.yaml:1:105: " + deep},
		{"dashes on one short line", repeat("- ", 30_000), "f.yaml:1:201: " + deep},
		{"question marks on one short line", repeat("? ", 30_000), "f.yaml:1:201: " + deep},
		{"10,000 levels of indentation", indented(10_000, "a:"), "f.yaml: B002 the file is larger than 32 MiB"},
		{"indented lines", indented(2_000, "a:"), "f.yaml:101:102: " + deep},
		{"indented dashes", indented(2_000, "-"), "f.yaml:101:101: " + deep},
	}
	for _, sign := range []string{"(", "[", "{", "!", "-", "- ", "? ", "a: "} {
		tests = append(tests,
			struct{ name, text, want string }{"a million times " + sign, repeat(sign, million), "f.yaml:1: " + line},
			struct{ name, text, want string }{"in quotes a million times " + sign, "a: 1\nwhen: \"" + repeat(sign, million), "f.yaml:2: " + line})
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := []byte(tt.text)
			var report source.Report
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			root := source.Parse("f.yaml", text, nil, &report)
			runtime.ReadMemStats(&after)
			t.Logf("%d KB for %d KB", (after.TotalAlloc-before.TotalAlloc)>>10, len(text)>>10)
			if root.Exists() || !report.Failed() {
				t.Fatal("the file is read all the same")
			}
			if got := report.Err().(source.Problems)[0].Error(); !strings.HasPrefix(got, tt.want) {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if got := after.TotalAlloc - before.TotalAlloc; got > 2<<20 {
				t.Errorf("%d bytes are allocated, want at most 2 MiB", got)
			}
		})
	}
}

// indented returns lines of the same text, each one space deeper.
func indented(levels int, text string) string {
	var b strings.Builder
	for i := range levels {
		b.WriteString(strings.Repeat(" ", i) + text + "\n")
	}
	return b.String()
}
