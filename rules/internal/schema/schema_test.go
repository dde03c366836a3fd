package schema_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/internal/schema"
)

// everyKeyword has each keyword once.
func everyKeyword() schema.Schema {
	n := handoff.Some[int64]
	return schema.Schema{
		Dialect: "d", ID: "i", Ref: "#/definitions/x", Title: "t", Description: "a < b & c", Markdown: "*m*",
		Type:  schema.Types{"string", "null"},
		Const: handoff.IntValue(0), Enum: schema.Words([]handoff.Level{handoff.LevelWarning, handoff.LevelInfo}), Format: "date", Pattern: "^<",
		Minimum: n(0), Maximum: n(9), MinLength: n(0), MaxLength: n(9), MinItems: n(0), MaxItems: n(0), Items: &schema.Schema{Type: schema.Types{"string"}},
		Properties:           schema.Properties{{Name: "z", Schema: schema.Schema{Title: "Z"}}, {Name: "a", Schema: *schema.None()}},
		Required:             []string{"z", "a"},
		PatternProperties:    schema.Properties{{Name: "^&", Schema: schema.Schema{}}},
		PropertyNames:        &schema.Schema{MaxLength: n(3)},
		AdditionalProperties: schema.None(),
		MaxProperties:        n(7),
		OneOf:                []schema.Schema{{Title: "one"}, *schema.None()},
		AnyOf:                []schema.Schema{{Title: "any"}},
		Examples:             []json.RawMessage{json.RawMessage(`{"b":1,"a":2}`)},
		Definitions:          schema.Properties{{Name: "x", Schema: schema.Schema{Title: "X"}}},
	}
}

func TestASchemaIsReadAsItIsWritten(t *testing.T) {
	want := everyKeyword()
	fields := reflect.ValueOf(want)
	for i := range fields.NumField() {
		if f := fields.Type().Field(i); f.IsExported() && fields.Field(i).IsZero() {
			t.Errorf("the test has no %s", f.Name)
		}
	}
	text, err := want.Text()
	if err != nil {
		t.Fatal(err)
	}
	var got schema.Schema
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	again, err := got.Text()
	if err != nil {
		t.Fatal(err)
	}
	if string(again) != string(text) {
		t.Errorf("read and written again it is\n%s\nand was\n%s", again, text)
	}
}

func TestTextKeepsTheOrder(t *testing.T) {
	s := schema.Schema{
		Description: "a < b & c",
		Type:        schema.Types{"object"},
		Properties: schema.Properties{
			{Name: "zone", Schema: schema.Schema{Type: schema.Types{"string", "null"}}},
			{Name: "at", Schema: schema.Schema{Enum: schema.Words([]string{"z", "a"})}},
		},
		Required:             []string{"zone", "at"},
		AdditionalProperties: schema.None(),
	}
	want := `{
  "description": "a < b & c",
  "type": "object",
  "properties": {
    "zone": {
      "type": [
        "string",
        "null"
      ]
    },
    "at": {
      "enum": [
        "z",
        "a"
      ]
    }
  },
  "required": [
    "zone",
    "at"
  ],
  "additionalProperties": false
}
`
	for range 10 {
		text, err := s.Text()
		if err != nil {
			t.Fatal(err)
		}
		if string(text) != want {
			t.Fatalf("got\n%s\nwant\n%s", text, want)
		}
	}
}

func TestASchemaThatIsNotUnderstoodIsRefused(t *testing.T) {
	for _, test := range []struct{ name, reason, text string }{
		{"unknown keyword", "a comparison would not see it", `{"type":"string","uniqueItems":true}`},
		{"unknown keyword inside", "a comparison would not see it", `{"properties":{"a":{"not":{}}}}`},
		{"true", "nothing here is written so", `true`},
		{"list of properties", "properties have names", `{"properties":["a"]}`},
		{"number as a type", "types are words", `{"type":1}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			var s schema.Schema
			if err := json.Unmarshal([]byte(test.text), &s); err == nil {
				t.Errorf("%s was read: %s", test.text, test.reason)
			}
		})
	}
}

func TestResolve(t *testing.T) {
	root := schema.Schema{Definitions: schema.Properties{{Name: "Lead", Schema: schema.Schema{Title: "found"}}}}
	if got := (schema.Schema{Ref: "#/definitions/Lead"}).Resolve(root); got.Title != "found" {
		t.Errorf("a definition is not found: %+v", got)
	}
	if got := (schema.Schema{Ref: "#/definitions/Deal"}).Resolve(root); !got.IsNone() {
		t.Errorf("a name without a definition allows something: %+v", got)
	}
	if got := (schema.Schema{Title: "own"}).Resolve(root); got.Title != "own" {
		t.Errorf("what is no reference is not itself: %+v", got)
	}
}
