package schema_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/internal/schema"
)

// A validator reads documents as a JSON Schema library does, for the keywords that a schema.Schema has.
type validator struct {
	root     schema.Schema
	problems []string
}

// problemsOf returns what a document breaks of a schema.
func problemsOf(t *testing.T, s schema.Schema, text []byte) []string {
	t.Helper()
	v := validator{root: s}
	v.check("", s, decoded(t, text))
	return v.problems
}

// decoded returns a JSON value with its numbers as they are written.
func decoded(t *testing.T, text []byte) any {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var out any
	if err := dec.Decode(&out); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	if _, err := dec.Token(); err != io.EOF {
		t.Fatalf("data behind the value: %s", text)
	}
	return out
}

func (v *validator) fail(path, format string, args ...any) {
	v.problems = append(v.problems, path+": "+fmt.Sprintf(format, args...))
}

func (v *validator) check(path string, s schema.Schema, value any) {
	s = s.Resolve(v.root)
	if s.IsNone() {
		v.fail(path, "is not allowed")
		return
	}
	if len(s.Type) > 0 && !slices.ContainsFunc(s.Type, func(typ string) bool { return isOf(typ, value) }) {
		v.fail(path, "is not of type %q", s.Type)
		return
	}
	v.words(path, s, value)
	v.alternatives(path, "oneOf", s.OneOf, value)
	v.alternatives(path, "anyOf", s.AnyOf, value)
	switch value := value.(type) {
	case string:
		v.text(path, s, value)
	case json.Number:
		v.number(path, s, value)
	case []any:
		v.atMost(path, "items", s.MaxItems, len(value))
		if s.MinItems.Known && int64(len(value)) < s.MinItems.Value {
			v.fail(path, "has %d items", len(value))
		}
		for i, item := range value {
			if s.Items != nil {
				v.check(fmt.Sprintf("%s[%d]", path, i), *s.Items, item)
			}
		}
	case map[string]any:
		v.object(path, s, value)
	}
}

var integer = regexp.MustCompile(`^-?[0-9]+$`)

func isOf(typ string, value any) bool {
	switch value := value.(type) {
	case nil:
		return typ == "null"
	case bool:
		return typ == "boolean"
	case string:
		return typ == "string"
	case json.Number:
		return typ == "number" || typ == "integer" && integer.MatchString(string(value))
	case []any:
		return typ == "array"
	case map[string]any:
		return typ == "object"
	}
	return false
}

func (v *validator) words(path string, s schema.Schema, value any) {
	listed := s.Enum
	if !s.Const.IsZero() {
		listed = []handoff.Value{s.Const}
	}
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	same := func(w handoff.Value) bool {
		word, err := json.Marshal(w)
		return err == nil && bytes.Equal(word, text)
	}
	if listed != nil && !slices.ContainsFunc(listed, same) {
		v.fail(path, "is none of %v", listed)
	}
}

// alternatives counts the schemas that a value fits.
func (v *validator) alternatives(path, keyword string, list []schema.Schema, value any) {
	if list == nil {
		return
	}
	fits := 0
	for _, s := range list {
		trial := validator{root: v.root}
		trial.check(path, s, value)
		if trial.problems == nil {
			fits++
		}
	}
	if fits == 0 || keyword == "oneOf" && fits > 1 {
		v.fail(path, "fits %d of %d alternatives", fits, len(list))
	}
}

func (v *validator) text(path string, s schema.Schema, text string) {
	n := utf8.RuneCountInString(text)
	v.atMost(path, "characters", s.MaxLength, n)
	if s.MinLength.Known && int64(n) < s.MinLength.Value {
		v.fail(path, "has %d characters", n)
	}
	if s.Pattern != "" && !regexp.MustCompile(s.Pattern).MatchString(text) {
		v.fail(path, "does not match %s", s.Pattern)
	}
	layouts := map[string]string{"date-time": time.RFC3339, "date": time.DateOnly}
	if layout, known := layouts[s.Format]; known {
		if _, err := time.Parse(layout, text); err != nil {
			v.fail(path, "is no %s", s.Format)
		}
	} else if s.Format != "" {
		v.fail(path, "has the unknown format %s", s.Format)
	}
}

func (v *validator) number(path string, s schema.Schema, n json.Number) {
	value, err := strconv.ParseFloat(string(n), 64)
	switch {
	case err != nil:
		v.fail(path, "%v", err)
	case s.Minimum.Known && value < float64(s.Minimum.Value):
		v.fail(path, "is below %d", s.Minimum.Value)
	case s.Maximum.Known && value > float64(s.Maximum.Value):
		v.fail(path, "is above %d", s.Maximum.Value)
	}
}

func (v *validator) atMost(path, what string, limit handoff.Opt[int64], n int) {
	if limit.Known && int64(n) > limit.Value {
		v.fail(path, "has %d %s", n, what)
	}
}

func (v *validator) object(path string, s schema.Schema, value map[string]any) {
	v.atMost(path, "properties", s.MaxProperties, len(value))
	for _, name := range s.Required {
		if _, found := value[name]; !found {
			v.fail(path, "lacks %s", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(value)) {
		if s.PropertyNames != nil {
			v.check(path+"."+name+" (name)", *s.PropertyNames, name)
		}
		v.property(path+"."+name, s, name, value[name])
	}
}

func (v *validator) property(path string, s schema.Schema, name string, value any) {
	own, listed := s.Properties.Find(name)
	if listed {
		v.check(path, own, value)
	}
	for _, p := range s.PatternProperties {
		if regexp.MustCompile(p.Name).MatchString(name) {
			v.check(path, p.Schema, value)
			listed = true
		}
	}
	if !listed && s.AdditionalProperties != nil {
		v.check(path, *s.AdditionalProperties, value)
	}
}
