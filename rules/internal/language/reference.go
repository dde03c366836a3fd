package language

import (
	"fmt"
	"slices"
	"strings"

	"github.com/salesbaton/baton/rules/internal/source"
)

// Reference returns the reference of the language in Markdown: every section, key, type, operator, call and code.
func Reference() string {
	var w writer
	w.line("# The policy language, version 1")
	w.line("")
	w.line("A policy is one YAML file, with the files that it names. This page is made from the tables that the loader reads by.")
	w.line("`handoff schema policy` prints the same as JSON Schema for editors: a policy whose first line is")
	w.line("`# yaml-language-server: $schema=policy.schema.json` is completed and checked as it is typed.")
	w.line("")
	w.line("Every example stands in the place of the sections of the same names in this policy, the least that compiles:")
	w.code("yaml", Base)
	w.sections()
	w.conditions()
	w.texts()
	w.tests()
	w.codes()
	return w.String()
}

type writer struct{ strings.Builder }

func (w *writer) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

func (w *writer) code(language, text string) {
	if !strings.HasSuffix(w.String(), "\n\n") {
		w.line("")
	}
	w.line("```%s", language)
	w.line("%s", strings.TrimSuffix(text, "\n"))
	w.line("```")
	w.line("")
}

func (w *writer) sections() {
	w.line("## Sections")
	w.line("")
	for _, k := range Policy.Keys {
		need := ""
		if k.Need || slices.Contains(Needed, k.Name) {
			need = " Compulsory."
		}
		w.line("### %s", k.Name)
		w.line("")
		w.line("%s%s Form: %s.", k.Doc, need, FormOf(k.Shape))
		w.line("")
		w.keys(k.Shape, "")
		for _, e := range Examples {
			if e.Section == k.Name {
				w.example(e)
			}
		}
	}
}

func (w *writer) example(e Example) {
	w.code("yaml", e.Text)
	for _, f := range e.Files {
		w.line("with `%s`:", f.Name)
		w.code("text", f.Text)
	}
}

// keys lists the keys of every mapping within a shape.
func (w *writer) keys(s *source.Shape, prefix string) {
	switch s.Form {
	case source.Map:
		for _, k := range s.Keys {
			need := ""
			if k.Need {
				need = ", compulsory"
			}
			w.line("- `%s%s` (%s%s): %s", prefix, k.Name, FormOf(k.Shape), need, k.Doc)
			w.keys(k.Shape, prefix+k.Name+".")
		}
	case source.Dict, source.List:
		w.keys(s.Each, prefix)
	case source.Choice:
		for _, alternative := range s.Of {
			w.keys(alternative, prefix)
		}
	}
}

// FormOf says in a few words what may stand at a place.
func FormOf(s *source.Shape) string {
	switch s.Form {
	case source.Map:
		return "keys"
	case source.Dict:
		return "by name: " + FormOf(s.Each)
	case source.List:
		return "list of " + FormOf(s.Each)
	case source.Word:
		return strings.Join(s.Words, " or ")
	case source.Int:
		return fmt.Sprintf("whole number from %d to %d", s.Min, s.Max)
	case source.Bool:
		return "true or false"
	case source.Span:
		return "length of time"
	case source.Data:
		return "the data of " + s.Ref
	case source.Choice:
		var forms []string
		for _, alternative := range s.Of {
			forms = append(forms, FormOf(alternative))
		}
		return strings.Join(forms, "; or ")
	case source.ID:
		if s.Ref != "" {
			return "id of " + s.Ref
		}
	case source.Text:
		if s.Ref == "fields" {
			return "field"
		}
	}
	return string(s.Form)
}

func (w *writer) conditions() {
	w.line("## Conditions")
	w.line("")
	w.line("A condition is true, false or unknown: a comparison that reads something absent is unknown. A gate passes what is")
	w.line("true; a hold holds what is true or unknown; plays, rows of scores and stages take what is true.")
	w.line("There is no arithmetic, no nil, no loop and no way to fail. A condition has at most 2,048 bytes, 400 parts and 32 levels.")
	w.line("A text stands in \"\", '' or ``; in the first two \\ escapes. Also read are lead[\"role\"] for lead.role, and numbers such as 1_000 and 0x3e8.")
	w.line("")
	w.line("### Operators")
	w.line("")
	for _, o := range Operators {
		w.line("- `%s`: %s Example: `%s`", o.Name, o.Doc, o.Example)
	}
	w.line("")
	w.line("### Calls")
	w.line("")
	for _, f := range Functions {
		w.line("- `%s`: %s Example: `%s`", f.Form, f.Doc, f.Example)
	}
	w.line("")
	w.line("### Types")
	w.line("")
	for _, t := range Types {
		w.line("- %s: %s Example: `%s`", t.Name, t.Doc, t.Example)
	}
	w.line("")
	w.line("### Fields")
	w.line("")
	w.line("Those of `fields:`, `score.NAME`, `lists.NAME`, and these. No condition reads the person: the name, the address, the")
	w.line("phone. A built-in text may be declared under `fields:` with its words; any other word is then unknown.")
	w.line("")
	for _, f := range Fields {
		w.line("- `%s` (%s): %s", f.Path, f.Type, f.Doc)
	}
	w.line("")
}

func (w *writer) texts() {
	w.line("## Texts, times and tables")
	w.line("")
	w.line("- A template holds `${field}`, or `${field | \"default\"}` where the field may be unknown; in a default `\"` is written `\\\"` and")
	w.line("  `\\` is written `\\\\`. Texts stand as they are, numbers in decimal digits, dates as 2026-03-01, instants with the offset of")
	w.line("  the policy's zone, lists with commas. `${person.first_name}`, `last_name`, `email`, `phone` and `title`, with or without a")
	w.line("  default, stay for the host, who alone knows the person. A text has at most 500 characters.")
	w.line("- A length of time is whole numbers with the units d, h, m and s, the longest first: 15m, 4h, 7d, 1d12h. A week is 7d. Where a")
	w.line("  key says calendar days, its d are days of the policy's zone; everywhere else a day is 24 hours.")
	w.line("- A row of a territory has a cell for each column. Of the rows that match, the most specific wins, by the first column in")
	w.line("  which they differ: an exact word or number, then a longer prefix, a shorter one, a narrower band, a wider one, everything.")
	w.line("  Two rows that tie for some record do not compile. A field that is unknown matches `*` only.")
	w.line("- The points of an event of age a, with a half-life h, both in whole seconds: with q = a div h and r = a mod h, they are")
	w.line("  (points * 1000 * T[r * 256 div h]) >> (16 + q) thousandths, where T[i] = round(65536 * 2^(-i/256)), and 0 where q > 40;")
	w.line("  negative points likewise by their amount. The thousandths of all events are added and rounded down to points.")
	w.line("")
}

func (w *writer) tests() {
	w.line("## Test files")
	w.line("")
	w.line("`handoff test` runs the files that end in `_test.yaml`.")
	w.line("")
	w.keys(TestFile, "")
	w.line("")
}

func (w *writer) codes() {
	w.line("## Codes")
	w.line("")
	w.line("A problem of a policy has a code that never changes its meaning.")
	w.line("")
	for _, c := range Codes {
		w.line("### %s", c.Code)
		w.line("")
		w.line("%s %s", c.Cause, c.Cure)
		if c.Example != "" {
			w.code("yaml", c.Example)
		} else {
			w.line("")
		}
	}
}
