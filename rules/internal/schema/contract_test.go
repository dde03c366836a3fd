package schema

import (
	"encoding"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/salesbaton/baton/handoff"
)

// walk visits every struct and every type of words that the contract reaches, once.
func walk(visit func(reflect.Type)) {
	seen := map[reflect.Type]bool{}
	var reach func(reflect.Type)
	reach = func(t reflect.Type) {
		if seen[t] {
			return
		}
		seen[t] = true
		switch t {
		case typeTime, typeDate, typeRef, typeValue, typeInt, typeBool:
			return
		case typeState:
			for _, e := range entries {
				reach(e.value)
			}
			return
		case typeEffects:
			for _, effect := range effectTypes() {
				reach(effect)
			}
			return
		case typeLine:
			reach(typeMember)
			return
		}
		switch t.Kind() {
		case reflect.Slice, reflect.Map, reflect.Pointer:
			reach(t.Elem())
		case reflect.String:
			visit(t)
		case reflect.Struct:
			visit(t)
			for _, f := range fieldsOf(t) {
				reach(f.typ)
			}
		}
	}
	for _, t := range []reflect.Type{reflect.TypeFor[handoff.Request](), reflect.TypeFor[handoff.Activity](),
		reflect.TypeFor[handoff.Decision]()} {
		reach(t)
	}
}

func TestEveryTypeAndKeyHasASentence(t *testing.T) {
	known := map[string]bool{"Effect": true, "Effect.kind": true, "Entry": true, "Entry.version": true, "Entry.value": true}
	walk(func(typ reflect.Type) {
		if typ.Kind() != reflect.Struct {
			return
		}
		known[typ.Name()] = true
		for _, f := range fieldsOf(typ) {
			known[f.key()] = true
		}
		if typ.Kind() == reflect.Struct && len(fieldsOf(typ)) == 0 {
			t.Errorf("%s has no keys", typ)
		}
	})
	for _, key := range slices.Sorted(maps.Keys(known)) {
		if sentences[key] == "" {
			t.Errorf("%s has no sentence", key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(sentences)) {
		if !known[key] {
			t.Errorf("%s has a sentence, and nothing has that name", key)
		}
		if s := sentences[key]; !strings.HasSuffix(s, ".") || strings.Count(s, ". ") > 0 {
			t.Errorf("%s: %q is not one sentence", key, s)
		}
	}
}

// keys of values that are told by what is around them.
var undescribed = regexp.MustCompile(`(\[\]|\(names\)|\(others\)|\([0-9]+\))$`)

func TestEverySchemaSaysSomething(t *testing.T) {
	for _, d := range Contract() {
		var visit func(path string, s Schema)
		each := func(path string, list Properties) {
			for _, p := range list {
				visit(path+"."+p.Name, p.Schema)
			}
		}
		visit = func(path string, s Schema) {
			if s.IsNone() {
				return
			}
			if len(s.Type) == 0 && s.Ref == "" && s.OneOf == nil && s.AnyOf == nil && !s.MaxLength.Known {
				t.Errorf("%s allows everything: the generator does not know its type", path)
			}
			if s.Description == "" && !undescribed.MatchString(path) {
				t.Errorf("%s has no description", path)
			}
			if s.Ref != "" && s.Resolve(d.Schema).IsNone() {
				t.Errorf("%s refers to %s, which is not defined", path, s.Ref)
			}
			each(path, s.Properties)
			each(path, s.PatternProperties)
			each("definitions", s.Definitions)
			for _, alternative := range append(slices.Clone(s.OneOf), s.AnyOf...) {
				visit(path+"(1)", alternative)
			}
			if s.Items != nil {
				visit(path+"[]", *s.Items)
			}
			if s.PropertyNames != nil {
				visit(path+"(names)", *s.PropertyNames)
			}
			if s.AdditionalProperties != nil {
				visit(path+"(others)", *s.AdditionalProperties)
			}
		}
		visit(d.Name, d.Schema)
	}
}

func TestDefinitionsHaveUniqueNames(t *testing.T) {
	for _, d := range Contract() {
		seen := map[string]bool{}
		for _, p := range d.Schema.Definitions {
			if seen[p.Name] {
				t.Errorf("%s defines %s twice", d.Name, p.Name)
			}
			seen[p.Name] = true
		}
	}
}

// TestWordsAreThoseThatAreRead holds the lists against the types that own them: each word is read, another is not, and
// the refusal names the same words.
func TestWordsAreThoseThatAreRead(t *testing.T) {
	checked := 0
	walk(func(typ reflect.Type) {
		if typ.Kind() != reflect.String || !reflect.PointerTo(typ).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
			return
		}
		checked++
		var named []string
		for _, w := range wordsOf(typ) {
			if w.Text() != "" {
				named = append(named, w.Text())
			}
			if err := readWord(typ, w.Text()); err != nil {
				t.Errorf("%s lists %s, which is refused: %v", typ, w, err)
			}
		}
		err := readWord(typ, "no such word")
		if err == nil {
			t.Fatalf("%s takes any word", typ)
		}
		_, known, _ := strings.Cut(err.Error(), "known are ")
		if known != strings.Join(named, ", ") {
			t.Errorf("%s lists %q; its own error says %q", typ, named, known)
		}
		empty := slices.ContainsFunc(wordsOf(typ), func(w handoff.Value) bool { return w.Text() == "" })
		if reads := readWord(typ, "") == nil; reads != empty {
			t.Errorf("%s reads the empty word: %t, and lists it: %t", typ, reads, empty)
		}
	})
	if checked < 10 {
		t.Errorf("only %d closed lists were found", checked)
	}
}

func readWord(t reflect.Type, text string) error {
	return reflect.New(t).Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text))
}

func TestReferencesAreThoseThatAreRead(t *testing.T) {
	for _, test := range []struct {
		text, reason string
		fits         bool
	}{
		{"lead/L1", "a lead", true},
		{"account/A1", "an account", true},
		{"rep/kim", "a rep", true},
		{"pool/acme/aes", "a policy's pool", true},
		{"trigger/acme/T1", "a policy's trigger", true},
		{"tally/acme/rep/kim", "what a policy counts", true},
		{"sticky/acme/lead/L1", "whom a policy remembers", true},
		{"tally/acme", "what is counted is never without its policy", false},
		{"lead/a/b", "an id may hold slashes", true},
		{"pool/aes", "a pool is never without its policy, which reading alone lets pass", false},
		{"trigger//T1", "a policy has a name", false},
		{"pool/acme/", "a pool has an id", false},
		{"lead/", "an id is not empty", false},
		{"lead", "a kind alone", false},
		{"deal/D1", "an unknown kind", false},
		{"a lead/L1", "a kind with something in front", false},
	} {
		if fits := regexp.MustCompile(refPattern).MatchString(test.text); fits != test.fits {
			t.Errorf("%q (%s) fits the pattern: %t", test.text, test.reason, fits)
		}
		n := 0
		for _, e := range entries {
			if regexp.MustCompile(e.keys).MatchString(test.text) {
				n++
			}
		}
		if n > 1 || n == 1 != test.fits {
			t.Errorf("%q (%s) is a key of %d kinds of entries", test.text, test.reason, n)
		}
		if _, err := handoff.ParseRef(test.text); test.fits && err != nil {
			t.Errorf("%q (%s) fits and is not read: %v", test.text, test.reason, err)
		}
	}
}

func TestEntriesHaveTheTypeOfTheirKind(t *testing.T) {
	for key, value := range map[string]string{"lead/L1": "{}", "account/A1": "{}", "pool/p/x": `{"turns":0,"count":0,"members":[]}`,
		"sticky/p/account/A1": `{"rep":"kim","at":"2026-03-02T15:04:00Z"}`, "tally/p/rep/kim": `{"at":["2026-03-02T15:04:00Z"]}`,
		"rep/kim": `{"id":"kim"}`, "trigger/p/T1": `{"at":"2026-03-02T15:04:00Z","fate":"acted"}`} {
		ref, err := handoff.ParseRef(key)
		if err != nil {
			t.Fatal(err)
		}
		entry, err := handoff.DecodeEntry(ref, []byte(`{"version":1,"value":`+value+`}`))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if regexp.MustCompile(e.keys).MatchString(key) && e.value != reflect.TypeOf(entry.Value) {
				t.Errorf("an entry under %s is described as a %s; it is a %T", key, e.value, entry.Value)
			}
		}
	}
}

func TestEveryKindOfEffectHasAType(t *testing.T) {
	for i, typ := range effectTypes() {
		if typ == nil {
			t.Fatalf("%s has no type", handoff.EffectKinds()[i])
		}
		if got := reflect.Zero(typ).Interface().(handoff.Effect).Kind(); got != handoff.EffectKinds()[i] {
			t.Errorf("%s stands in the place of %s", got, handoff.EffectKinds()[i])
		}
	}
}
