package schema_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/salesbaton/baton/rules/internal/schema"
)

// Read what -update writes before you commit it. It never writes what would break somebody.
var update = flag.Bool("update", false, "freeze the documents in testdata/v*")

func frozenPath(d schema.Named) string { return fmt.Sprintf("testdata/v%d/%s.json", d.Version, d.Name) }

// TestContractIsCompatible compares the contract with its frozen copies.
func TestContractIsCompatible(t *testing.T) {
	for _, d := range schema.Contract() {
		text, err := d.Schema.Text()
		if err != nil {
			t.Fatal(err)
		}
		frozen, err := os.ReadFile(frozenPath(d))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		if bytes.Equal(frozen, text) {
			continue
		}
		if problems := sinceFrozen(t, frozen, d); problems != nil {
			t.Errorf("%s breaks those who rely on version %d; undo the change, or give the document the next version in "+
				"Contract:\n  %s", d.Name, d.Version, strings.Join(problems, "\n  "))
			continue
		}
		if !*update {
			t.Errorf("%s is not as it is frozen, and that breaks nobody; run this test with -update, and read what it "+
				"writes to %s", d.Name, frozenPath(d))
			continue
		}
		if err := freeze(frozenPath(d), text); err != nil {
			t.Fatal(err)
		}
	}
}

// sinceFrozen returns what a document breaks of its frozen copy; nil where there is none yet.
func sinceFrozen(t *testing.T, frozen []byte, d schema.Named) []string {
	t.Helper()
	if frozen == nil {
		return nil
	}
	var before schema.Schema
	if err := json.Unmarshal(frozen, &before); err != nil {
		t.Fatalf("%s: %v", frozenPath(d), err)
	}
	return schema.Compatible(before, d.Schema, d.Direction)
}

func freeze(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o644)
}

// TestEveryFrozenDocumentIsOfTheContract keeps old versions, and nothing else, beside the current ones.
func TestEveryFrozenDocumentIsOfTheContract(t *testing.T) {
	var known []string
	for _, d := range schema.Contract() {
		for ; d.Version > 0; d.Version-- {
			known = append(known, frozenPath(d))
		}
	}
	files, err := filepath.Glob("testdata/v*/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !slices.Contains(known, filepath.ToSlash(file)) {
			t.Errorf("%s is of no document of the contract", file)
		}
	}
}

func TestDocumentsAreNamedByTheirVersion(t *testing.T) {
	names := map[string]bool{}
	for _, d := range schema.Contract() {
		if names[d.Name] {
			t.Errorf("two documents have the name %s", d.Name)
		}
		names[d.Name] = true
		want := fmt.Sprintf("https://github.com/salesbaton/baton/schema/v%d/%s.json", d.Version, d.Name)
		if d.Schema.ID != want || d.Schema.Dialect != "http://json-schema.org/draft-07/schema#" || d.Schema.Title == "" {
			t.Errorf("%s has the id %s, the dialect %s and the title %q", d.Name, d.Schema.ID, d.Schema.Dialect, d.Schema.Title)
		}
	}
}

// parsed reads a schema for a case.
func parsed(t *testing.T, text string) schema.Schema {
	t.Helper()
	var s schema.Schema
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return s
}

func TestCompatible(t *testing.T) {
	const (
		closed   = `{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}`
		certain  = `{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}`
		two      = `{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"additionalProperties":false}`
		twoSure  = `{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"required":["b"],"additionalProperties":false}`
		open     = `{"type":"object","properties":{"a":{"type":"string"}}}`
		openTwo  = `{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}}}`
		openSure = `{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"required":["b"]}`
		texts    = `{"type":"object","additionalProperties":{"type":"string"}}`
		numbers  = `{"type":"object","additionalProperties":{"type":"integer"}}`
		hold     = `{"type":"object","properties":{"kind":{"const":"hold"},"id":{"type":"string"}}}`
		exit     = `{"type":"object","properties":{"kind":{"const":"exit"},"id":{"type":"string"}}}`
		exitNow  = `{"type":"object","properties":{"kind":{"const":"exit"},"id":{"type":"integer"}}}`
	)
	oneOf := func(list ...string) string { return `{"oneOf":[` + strings.Join(list, ",") + `]}` }
	for _, test := range []struct {
		name, reason, before, after string
		read, written               string // what is broken; "" for nothing
	}{
		{"nothing", "what stays breaks nobody", two, two, "", ""},
		{"description", "texts bind nobody", `{"description":"a"}`, `{"description":"b","title":"B","examples":[1]}`, "", ""},
		{"order of keys", "objects have no order", two,
			`{"type":"object","properties":{"b":{"type":"string"},"a":{"type":"string"}},"additionalProperties":false}`, "", ""},
		{"property gone", "a writer says it, a reader waits for it", two, closed, "b is gone", "b is gone"},
		{"optional property", "nobody has to say it, and readers ignore it", closed, two, "", ""},
		{"optional property of an open object", "a writer may have used the name with another meaning", open, openTwo,
			"b may no longer be of any type", ""},
		{"required property", "a writer does not know it", closed, twoSure, "b is required now", ""},
		{"certain property of an open object", "readers ignore it", open, openSure, "b is required now; b may no longer be of any type", ""},
		{"optional becomes required", "a writer may leave it out", two, twoSure, "b is required now", ""},
		{"required becomes optional", "a reader relies on it", twoSure, two, "", "b is no longer certain"},
		{"closed becomes open", "more is read; readers ignore it", closed, open, "", ""},
		{"open becomes closed", "a writer may say more", open, closed, "(others) is refused now", ""},
		{"other keys", "the values of a map count like properties", texts, numbers,
			"(others) may no longer be of type string", "(others) may now be of type integer"},
		{"new property among other keys", "it took texts before", texts,
			`{"type":"object","properties":{"b":{"type":"integer"}},"additionalProperties":{"type":"string"}}`,
			"b may no longer be of type string", "b may now be of type integer"},
		{"keys of a pattern gone", "entries of State would be refused", `{"patternProperties":{"^a":{},"^b":{}}}`,
			`{"patternProperties":{"^a":{}}}`, "^b is gone", "^b is gone"},
		{"narrower names", "a writer uses longer ones", texts,
			`{"type":"object","propertyNames":{"maxLength":3},"additionalProperties":{"type":"string"}}`, "(names) had maxLength none and has 3", ""},

		{"type gone", "a writer uses it", `{"type":["string","null"]}`, `{"type":"string"}`, "the document may no longer be of type null", ""},
		{"type new", "a reader does not expect it", `{"type":"string"}`, `{"type":["string","null"]}`, "", "the document may now be of type null"},
		{"integer becomes number", "every integer is a number", `{"type":"integer"}`, `{"type":"number"}`, "", "the document may now be of type number"},
		{"number becomes integer", "fractions are lost", `{"type":"number"}`, `{"type":"integer"}`, "the document may no longer be of type number", ""},
		{"any type becomes one", "a writer uses others", `{}`, `{"type":"string"}`, "the document may no longer be of any type", ""},
		{"one type becomes any", "a reader does not expect it", `{"type":"string"}`, `{}`, "", "the document may now be of any type"},

		{"word gone", "a writer uses it, a reader waits for it", `{"enum":["a","b"]}`, `{"enum":["a"]}`,
			`the document no longer has the word "b"`, `the document no longer has the word "b"`},
		{"word new", "a reader treats it as an error", `{"enum":["a"]}`, `{"enum":["a","b"]}`, "", `the document has the new word "b"`},
		{"constant becomes a list", "as a word that is new", `{"const":1}`, `{"enum":[1,2]}`, "", "the document has the new word 2"},
		{"order of words", "lists of words have no order", `{"enum":["a","b"]}`, `{"enum":["b","a"]}`, "", ""},
		{"any word becomes a list", "a writer uses others", `{"type":"string"}`, `{"type":"string","enum":["a"]}`, "the document takes only listed words now", ""},
		{"list becomes any word", "a reader knows the list", `{"type":"string","enum":["a"]}`, `{"type":"string"}`, "",
			"the document was one of a closed list, and may be any word now"},

		{"lower maximum", "a writer goes beyond", `{"maximum":9}`, `{"maximum":8}`, "the document had maximum 9 and has 8", ""},
		{"higher maximum", "a reader made room for less", `{"maximum":8}`, `{"maximum":9}`, "", "the document had maximum 8 and has 9"},
		{"higher minimum", "a writer goes below", `{"minimum":0}`, `{"minimum":1}`, "the document had minimum 0 and has 1", ""},
		{"lower minimum", "a reader expects more", `{"minimum":1}`, `{"minimum":0}`, "", "the document had minimum 1 and has 0"},
		{"shorter texts", "a writer has longer ones", `{"maxLength":9}`, `{"maxLength":8}`, "the document had maxLength 9 and has 8", ""},
		{"no empty text", "a writer has one", `{}`, `{"minLength":1}`, "the document had minLength none and has 1", ""},
		{"fewer items", "a writer has more", `{}`, `{"maxItems":100}`, "the document had maxItems none and has 100", ""},
		{"fewer keys", "a writer has more", `{"maxProperties":2}`, `{"maxProperties":1}`, "the document had maxProperties 2 and has 1", ""},
		{"bound gone", "a reader made room for less", `{"maxItems":100}`, `{}`, "", "the document had maxItems 100 and has none"},

		{"pattern new", "a writer has others", `{}`, `{"pattern":"^a"}`, `the document had the pattern "" and has "^a"`, ""},
		{"pattern gone", "a reader relies on it", `{"pattern":"^a"}`, `{}`, "", `the document had the pattern "^a" and has ""`},
		{"pattern changed", "which of two patterns is wider is not known", `{"pattern":"^a"}`, `{"pattern":"^b"}`,
			`the document had the pattern "^a" and has "^b"`, `the document had the pattern "^a" and has "^b"`},
		{"format changed", "an instant is no date", `{"format":"date-time"}`, `{"format":"date"}`,
			`the document had the format "date-time" and has "date"`, `the document had the format "date-time" and has "date"`},

		{"items", "what is inside a list counts", `{"items":{"enum":["a","b"]}}`, `{"items":{"enum":["a"]}}`,
			`[] no longer has the word "b"`, `[] no longer has the word "b"`},
		{"items new", "a writer has others", `{"type":"array"}`, `{"type":"array","items":{"type":"string"}}`, "[] may no longer be of any type", ""},
		{"inside a property", "the path says where", `{"properties":{"a":{"items":{"properties":{"b":{"maximum":2}}}}}}`,
			`{"properties":{"a":{"items":{"properties":{"b":{"maximum":1}}}}}}`, "a[].b had maximum 2 and has 1", ""},

		{"alternative gone", "a writer uses it, a reader waits for it", oneOf(hold, exit), oneOf(hold), "(exit) is gone", "(exit) is gone"},
		{"alternative new", "an effect that is ignored is lost", oneOf(hold), oneOf(hold, exit), "", "(exit) is a new alternative"},
		{"order of alternatives", "they are told apart by their words", oneOf(hold, exit), oneOf(exit, hold), "", ""},
		{"inside an alternative", "it is compared with the one of its kind", oneOf(hold, exit), oneOf(exitNow, hold),
			"(exit).id may no longer be of type string", "(exit).id may now be of type integer"},
		{"alternatives of two types", "types tell them apart", `{"anyOf":[{"type":"string"},{"type":"array"}]}`,
			`{"anyOf":[{"type":"array"},{"type":"string"}]}`, "", ""},
		{"split", "what was right is one of the alternatives", exit, oneOf(hold, exit), "", "the document had 0 alternatives and has 2, which do not fit"},
		{"split into others", "what was right is none of them", exit, oneOf(hold, exitNow),
			"the document had 0 alternatives and has 2, which do not fit", "the document had 0 alternatives and has 2, which do not fit"},
		{"joined", "one of them is left", oneOf(hold, exit), exit, "the document had 2 alternatives and has 0, which do not fit", ""},

		{"definition", "a reference stands for what it names", `{"properties":{"a":{"$ref":"#/definitions/x"}},"definitions":{"x":{"maximum":2}}}`,
			`{"properties":{"a":{"$ref":"#/definitions/y"}},"definitions":{"y":{"maximum":1}}}`, "a had maximum 2 and has 1", ""},
		{"definition written out", "a reference stands for what it names", `{"properties":{"a":{"$ref":"#/definitions/x"}},"definitions":{"x":{"maximum":2}}}`,
			`{"properties":{"a":{"maximum":1}}}`, "a had maximum 2 and has 1", ""},
		{"definition used twice", "it is told once, where it is met first",
			`{"properties":{"a":{"$ref":"#/definitions/x"},"b":{"$ref":"#/definitions/x"}},"definitions":{"x":{"maximum":2}}}`,
			`{"properties":{"a":{"$ref":"#/definitions/x"},"b":{"$ref":"#/definitions/x"}},"definitions":{"x":{"maximum":1}}}`, "a had maximum 2 and has 1", ""},
		{"definition of itself", "the comparison ends", `{"$ref":"#/definitions/x","definitions":{"x":{"maximum":2,"items":{"$ref":"#/definitions/x"}}}}`,
			`{"$ref":"#/definitions/x","definitions":{"x":{"maximum":1,"items":{"$ref":"#/definitions/x"}}}}`, "the document had maximum 2 and has 1", ""},
		{"definition missing", "nothing fits what is not there", `{"$ref":"#/definitions/x","definitions":{"x":{}}}`, `{"$ref":"#/definitions/x"}`,
			"the document is refused now", ""},
		{"forbidden before", "nobody wrote it, and no reader expects it", `{"properties":{"a":false}}`, `{"properties":{"a":{}}}`, "",
			"a was never written, and is now"},
		{"several", "every break is told, in the order of the document", certain, `{"type":"array"}`,
			"the document may no longer be of type object; a is gone", "the document may now be of type array; a is no longer certain; a is gone"},
	} {
		t.Run(test.name, func(t *testing.T) {
			before, after := parsed(t, test.before), parsed(t, test.after)
			for direction, want := range map[schema.Direction]string{schema.Read: test.read, schema.Written: test.written} {
				got := strings.Join(schema.Compatible(before, after, direction), "; ")
				if got != want {
					t.Errorf("%s by Baton: got %q, want %q: %s", direction, got, want, test.reason)
				}
			}
		})
	}
}
