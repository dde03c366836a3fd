package source_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/rules/internal/source"
)

// parse reads a text that has no problem as a whole.
func parse(t *testing.T, text string) (source.Node, *source.Report) {
	t.Helper()
	var report source.Report
	root := source.Parse("f.yaml", []byte(text), nil, &report)
	if !root.Exists() {
		t.Fatal(report.Err())
	}
	return root, &report
}

func TestWholeFile(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"empty", "", "f.yaml: B004 the file is empty"},
		{"a comment only", "# nothing\n", "f.yaml: B004 the file is empty"},
		{"not UTF-8", "a: \xff", "f.yaml: B003 the file is not valid UTF-8; save it with that encoding"},
		{"two documents", "a: 1\n---\nb: 2\n", "f.yaml: B006 the file holds more than one document; keep one, and remove the line ---"},
		{"broken", "a: [1\n", "f.yaml:1:4: B005 this bracket is not closed"},
		{"too deep", strings.Repeat("[", 20) + strings.Repeat("]", 20), "f.yaml:1:17: B002 the file nests deeper than 16 levels"},
		{"an alias", "a: &x 1\nb: *x\n", "f.yaml:1:4: B007 anchors (&) and aliases (*) are not allowed; write the value out, or quote the text"},
		{"a bang", "a: !b.c\n", "f.yaml:1:4: B008 !b.c is read as a YAML tag, so that the text behind it is lost; quote the text, and write not for !"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var report source.Report
			if root := source.Parse("f.yaml", []byte(tt.text), nil, &report); root.Exists() {
				t.Error("the file is read all the same")
			}
			if first, _, _ := strings.Cut(report.Err().Error(), "\n"); first != tt.want {
				t.Errorf("got  %s\nwant %s", first, tt.want)
			}
		})
	}
}

func TestByteOrderMarkAndCRLF(t *testing.T) {
	root, report := parse(t, "\ufeffa: x\r\nb: 1\r\n")
	root.MapOf("a", "b").Get("b").Text()
	if got := report.Err().Error(); got != "f.yaml:2:4: B013 expected a text, but found the number 1; quote it if it is meant as text\n  b: 1\n     ^" {
		t.Error(got)
	}
}

func TestCaretStandsBelowItsRune(t *testing.T) {
	root, report := parse(t, "é: [\"é\tü\", 7]\n")
	root.Entries()[0].Value.List()[1].Text()
	if got, want := report.Err().Error(), "f.yaml:1:12: B013 expected a text, but found the number 7; quote it if it is meant as text\n  é: [\"é\tü\", 7]\n        \t    ^"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestPlaceInsideAScalar(t *testing.T) {
	for _, tt := range []struct{ name, reason, text, want string }{
		{"plain", "as it stands", "a: one two", "f.yaml:1:8"},
		{"single quotes", "behind the quote", "a: 'one two'", "f.yaml:1:9"},
		{"a quote in quotes", "two runes stand for one", "a: 'o''e two'", "f.yaml:1:10"},
		{"double quotes", "behind the quote", `a: "one two"`, "f.yaml:1:9"},
		{"an escape", "four runes stand for one", `a: "\x6fne two"`, "f.yaml:1:12"},
		{"a literal block", "on its own line", "a: |\n  one two", "f.yaml:2:7"},
		{"a folded block", "the line break stands for a blank", "a: >-\n  one\n  two", "f.yaml:3:3"},
		{"two lines", "the line break stands for a blank", "a: one\n  two", "f.yaml:2:3"},
		{"the end", "behind the last rune", "a: 'abcd'", "f.yaml:1:9"},
		{"beyond the end", "the same", "a: ab", "f.yaml:1:6"},
		{"the end of a block", "the break itself, so that a caret stands below the text", "a: |\n  one\n\n", "f.yaml:2:6"},
		{"a list", "its start, as it has no text", "a: [one two]", "f.yaml:1:4"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			root, _ := parse(t, tt.text)
			if got := root.Entries()[0].Value.PositionAt(4); got != tt.want {
				t.Errorf("%s, want %s: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func TestScalarsAreStrict(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		read       func(source.Node)
		want       string // "": fine
	}{
		{"a text", "x", func(n source.Node) { n.Text() }, ""},
		{"no is a text", "NO", func(n source.Node) { n.Text() }, ""},
		{"nothing as a text", "~", func(n source.Node) { n.Text() }, "expected a text, but found nothing"},
		{"true as a text", "true", func(n source.Node) { n.Text() }, "found the truth value true"},
		{"a list as a text", "[a]", func(n source.Node) { n.Text() }, "found a list"},
		{"a fraction as a number", "1.5", func(n source.Node) { n.AnyInt() }, "found the number 1.5"},
		{"an exponent", "1e3", func(n source.Node) { n.AnyInt() }, "found the number 1e3"},
		{"an octal number", "0777", func(n source.Node) { n.AnyInt() }, "decimal digits"},
		{"grouped digits", "1_000", func(n source.Node) { n.AnyInt() }, "decimal digits"},
		{"a number beyond 2^53", "9007199254740993", func(n source.Node) { n.AnyInt() }, "out of range"},
		{"2^53", "9007199254740992", func(n source.Node) { n.AnyInt() }, ""},
		{"yes as a truth value", "yes", func(n source.Node) { n.Bool() }, "expected true or false"},
		{"a date", "2026-03-01", func(n source.Node) { n.Date() }, ""},
		{"a quoted date", "'2026-03-01'", func(n source.Node) { n.Date() }, ""},
		{"no such day", "2026-02-30", func(n source.Node) { n.Date() }, "expected a date"},
		{"a comment cuts a condition short", "a == b # c", func(n source.Node) { n.Condition() }, "cut short: # c"},
		{"a comment behind quotes", "'a == b' # c", func(n source.Node) { n.Condition() }, ""},
		{"an empty condition", "''", func(n source.Node) { n.Condition() }, "the condition is empty"},
		{"an id", "a-b_c.d9", func(n source.Node) { n.ID() }, ""},
		{"an id with a slash", "a/b", func(n source.Node) { n.ID() }, "an id is"},
		{"an id of 65 letters", strings.Repeat("a", 65), func(n source.Node) { n.ID() }, "an id is"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			root, report := parse(t, "k: "+tt.text)
			tt.read(root.Entries()[0].Value)
			err := report.Err()
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestProblemsAreInOrderAndOnce(t *testing.T) {
	root, report := parse(t, "b: 1\na: 2\n")
	for range 2 {
		root.MapOf("x")
	}
	var got []string
	for _, p := range report.Err().(source.Problems) {
		got = append(got, p.Error())
	}
	want := []string{`f.yaml:1:1: B010 unknown key "b" (did you mean "x"?); known are x`, `f.yaml:2:1: B010 unknown key "a" (did you mean "x"?); known are x`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestDidYouMean(t *testing.T) {
	known := []string{"employees", "email_domain", "owner"}
	for _, tt := range []struct{ word, want, reason string }{
		{"employes", ` (did you mean "employees"?)`, "a letter is missing"},
		{"onwer", ` (did you mean "owner"?)`, "two neighbours are swapped"},
		{"revenue", "", "nothing is near"},
		{"", "", "nothing is near an empty word"},
	} {
		if got := source.DidYouMean(tt.word, known); got != tt.want {
			t.Errorf("%q: %q, want %q: %s", tt.word, got, tt.want, tt.reason)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"a: 1", "a: |\n  x\n  y", "? [a]\n: {<<: 1}", "a: \"\\x41\"", "- &a b\n- *a"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var report source.Report
		root := source.Parse("f.yaml", text, nil, &report)
		if root.Exists() == report.Failed() {
			t.Fatalf("a file is read, or has a problem: %v", report.Err())
		}
	})
}

// TestMessagesAreBounded: a word of 30,000 letters is not repeated whole.
func TestMessagesAreBounded(t *testing.T) {
	var report source.Report
	root := source.Parse("f.yaml", []byte("k: "+strings.Repeat("é", 30_000)+"\n"), nil, &report)
	root.MapOf("k").Get("k").WordOf("a")
	if got := report.Err().(source.Problems)[0].Message; !strings.HasSuffix(got, "é…") || len([]rune(got)) != 1001 {
		t.Errorf("%d runes", len([]rune(got)))
	}
}

func TestDecimals(t *testing.T) {
	const wrong = "B013 expected a number with at most 6 decimals, such as 12 or 0.25, but found "
	shape := &source.Shape{Form: source.Map, Keys: []source.Key{{Name: "a", Shape: &source.Shape{Form: source.Decimal, Min: -100, Max: 100}}}}
	for _, tt := range []struct {
		name, text string
		want       int64
		problem    string
	}{
		{"a whole number", "12", 12_000_000, ""},
		{"decimals", "12.5", 12_500_000, ""},
		{"six decimals", "0.000001", 1, ""},
		{"zeros behind", "7.200", 7_200_000, ""},
		{"zero", "0", 0, ""},
		{"zero with decimals", "0.0", 0, ""},
		{"below zero", "-0.25", -250_000, ""},
		{"the greatest", "100", 100_000_000, ""},
		{"the least", "-100.000000", -100_000_000, ""},
		{"above the greatest", "100.000001", 0, "B015 100.000001 is out of range; it is from -100 to 100"},
		{"below the least", "-100.000001", 0, "B015 -100.000001 is out of range; it is from -100 to 100"},
		{"seven decimals", "0.0000001", 0, wrong + "the number 0.0000001"},
		{"no whole digits", ".5", 0, wrong + "the number .5"},
		{"no decimals behind the point", "5.", 0, wrong + "the number 5."},
		{"an exponent", "1e1", 0, wrong + "the number 1e1"},
		{"a plus", "+5", 0, wrong + "the number +5"},
		{"minus zero", "-0.0", 0, wrong + "the number -0.0"},
		{"an octal number", "012", 0, wrong + "the number 012"},
		{"a leading zero", "01.5", 0, wrong + "the number 01.5"},
		{"a hexadecimal number", "0x1F", 0, wrong + "the number 0x1F"},
		{"separators", "1_0", 0, wrong + "the number 1_0"},
		{"far too great", "99999999999999999999.5", 0, wrong + "the number 99999999999999999999.5"},
		{"infinity", ".inf", 0, wrong + "the number .inf"},
		{"quotes", "'12'", 0, wrong + `"12"`},
		{"percent", "25%", 0, wrong + `"25%"`},
		{"nothing", "~", 0, wrong + "nothing"},
		{"a list", "[12]", 0, "B013 expected a number, but found a list"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var report source.Report
			root := source.Parse("f.yaml", []byte("a: "+tt.text+"\n"), shape, &report)
			got, ok := root.Map().Get("a").Decimal()
			var problem string
			if err := report.Err(); err != nil {
				problem, _, _ = strings.Cut(strings.TrimPrefix(err.Error(), "f.yaml:1:4: "), "\n")
			}
			if got != tt.want || problem != tt.problem || ok == (problem != "") {
				t.Errorf("got %d, %v, %q; want %d, %q", got, ok, problem, tt.want, tt.problem)
			}
		})
	}
}

func TestPercentages(t *testing.T) {
	const wrong = "B013 expected a percentage with at most 2 decimals, such as 5% or 12.5%, but found "
	shape := &source.Shape{Form: source.Map, Keys: []source.Key{{Name: "a", Shape: &source.Shape{Form: source.Percent, Min: 1, Max: 5_000}}}}
	for _, tt := range []struct {
		name, text string
		want       int64
		problem    string
	}{
		{"whole percents", "5%", 500, ""},
		{"a decimal", "12.5%", 1_250, ""},
		{"two decimals, and the least", "0.01%", 1, ""},
		{"zeros behind", "7.20%", 720, ""},
		{"the greatest", "50%", 5_000, ""},
		{"quotes", "'5%'", 500, ""},
		{"above the greatest", "50.01%", 0, "B015 50.01% is out of range; it is from 0.01% to 50%"},
		{"below the least", "0%", 0, "B015 0% is out of range; it is from 0.01% to 50%"},
		{"three decimals", "0.005%", 0, wrong + `"0.005%"`},
		{"three decimals, zeros", "5.000%", 0, wrong + `"5.000%"`},
		{"no sign", "5", 0, wrong + "the number 5"},
		{"a rate", "0.05", 0, wrong + "the number 0.05"},
		{"a blank", "5 %", 0, wrong + `"5 %"`},
		{"the sign alone", "'%'", 0, wrong + `"%"`},
		{"no whole digits", ".5%", 0, wrong + `".5%"`},
		{"below zero", "-5%", 0, wrong + `"-5%"`},
		{"a leading zero", "05%", 0, wrong + `"05%"`},
		{"far too great", "99999999999999999999%", 0, wrong + `"99999999999999999999%"`},
		{"nothing", "~", 0, wrong + "nothing"},
		{"a list", "[5%]", 0, "B013 expected a percentage, but found a list"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var report source.Report
			root := source.Parse("f.yaml", []byte("a: "+tt.text+"\n"), shape, &report)
			got, ok := root.Map().Get("a").Percent()
			var problem string
			if err := report.Err(); err != nil {
				problem, _, _ = strings.Cut(strings.TrimPrefix(err.Error(), "f.yaml:1:4: "), "\n")
			}
			if got != tt.want || problem != tt.problem || ok == (problem != "") {
				t.Errorf("got %d, %v, %q; want %d, %q", got, ok, problem, tt.want, tt.problem)
			}
		})
	}
}

func TestPercentText(t *testing.T) {
	for v, want := range map[int64]string{0: "0%", 1: "0.01%", 10: "0.1%", 105: "1.05%", 1_250: "12.5%", 10_000: "100%"} {
		if got := source.PercentText(v); got != want {
			t.Errorf("%d is %q, want %q", v, got, want)
		}
	}
}
