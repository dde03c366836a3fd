// Package schema writes down what hosts and Baton exchange, as JSON Schema draft-07: one versioned document for each
// thing that is exchanged, and a comparison that says whether a change of a document breaks those who rely on it.
package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"github.com/salesbaton/baton/handoff"
)

// dialect is the version of JSON Schema that editors know best.
const dialect = "http://json-schema.org/draft-07/schema#"

// A Schema is a JSON Schema, as far as the documents here use it. The zero Schema allows every value. Its JSON form has
// the keywords in the order of the fields, and properties in the order of their declaration.
type Schema struct {
	Dialect     string             `json:"$schema,omitempty"`
	ID          string             `json:"$id,omitempty"`
	Ref         string             `json:"$ref,omitempty"` // "#/definitions/" and a name; beside it only texts count
	Title       string             `json:"title,omitempty"`
	Description string             `json:"description,omitempty"`
	Markdown    string             `json:"markdownDescription,omitempty"` // for editors, in place of Description
	Type        Types              `json:"type,omitempty"`
	Const       handoff.Value      `json:"const,omitzero"`
	Enum        []handoff.Value    `json:"enum,omitempty"`
	Format      string             `json:"format,omitempty"`
	Pattern     string             `json:"pattern,omitempty"`
	Minimum     handoff.Opt[int64] `json:"minimum,omitzero"`
	Maximum     handoff.Opt[int64] `json:"maximum,omitzero"`
	MinLength   handoff.Opt[int64] `json:"minLength,omitzero"` // in characters
	MaxLength   handoff.Opt[int64] `json:"maxLength,omitzero"`
	MinItems    handoff.Opt[int64] `json:"minItems,omitzero"`
	MaxItems    handoff.Opt[int64] `json:"maxItems,omitzero"`
	Items       *Schema            `json:"items,omitempty"`

	Properties           Properties         `json:"properties,omitempty"`
	Required             []string           `json:"required,omitempty"`
	PatternProperties    Properties         `json:"patternProperties,omitempty"` // the names are patterns
	PropertyNames        *Schema            `json:"propertyNames,omitempty"`
	AdditionalProperties *Schema            `json:"additionalProperties,omitempty"` // nil: any; None(): refused
	MaxProperties        handoff.Opt[int64] `json:"maxProperties,omitzero"`

	OneOf       []Schema          `json:"oneOf,omitempty"`
	AnyOf       []Schema          `json:"anyOf,omitempty"`
	Examples    []json.RawMessage `json:"examples,omitempty"`
	Definitions Properties        `json:"definitions,omitempty"`

	none bool
}

// None returns the schema that allows no value, false in JSON.
func None() *Schema { return &Schema{none: true} }

// IsNone reports whether the schema allows no value.
func (s Schema) IsNone() bool { return s.none }

// Words returns the words of a closed list for Schema.Enum; nil where there is none.
func Words[T ~string](words []T) []handoff.Value {
	if len(words) == 0 {
		return nil
	}
	out := make([]handoff.Value, len(words))
	for i, w := range words {
		out[i] = handoff.StringValue(string(w))
	}
	return out
}

// Resolve returns the definition that s refers to, s itself where it is no reference. A name without a definition allows
// no value.
func (s Schema) Resolve(root Schema) Schema {
	name, is := strings.CutPrefix(s.Ref, refPrefix)
	if !is {
		return s
	}
	if d, ok := root.Definitions.Find(name); ok {
		return d
	}
	return *None()
}

const refPrefix = "#/definitions/"

// Text returns the document as it is printed and frozen: indented by two blanks, with a newline at its end.
func (s Schema) Text() ([]byte, error) {
	line, err := encode(s)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = json.Indent(&b, line, "", "  ")
	b.WriteByte('\n')
	return b.Bytes(), err
}

// plain is a Schema with the JSON form of a struct.
type plain Schema

// MarshalJSON returns an object, and false for None.
func (s Schema) MarshalJSON() ([]byte, error) {
	if s.none {
		return []byte("false"), nil
	}
	return encode(plain(s))
}

// UnmarshalJSON reads what MarshalJSON writes. Keywords that a Schema does not have are errors.
func (s *Schema) UnmarshalJSON(data []byte) error {
	if *s = (Schema{}); string(data) == "false" {
		s.none = true
		return nil
	}
	return handoff.DecodeStrict(data, (*plain)(s))
}

// encode returns the JSON form of v, with <, > and & as they are.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// Types are the types that a value may have: "string", "integer", "number", "boolean", "object", "array", "null". The
// empty Types allow all. In JSON a single type stands alone.
type Types []string

// MarshalJSON returns a text, or an array of texts.
func (t Types) MarshalJSON() ([]byte, error) {
	if len(t) == 1 {
		return json.Marshal(t[0])
	}
	return json.Marshal([]string(t))
}

// UnmarshalJSON reads what MarshalJSON writes.
func (t *Types) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		*t = make(Types, 1)
		return json.Unmarshal(data, &(*t)[0])
	}
	return json.Unmarshal(data, (*[]string)(t))
}

// Properties are named schemas in the order of their declaration. Names are unique.
type Properties []Property

// A Property is a schema under a name.
type Property struct {
	Name   string
	Schema Schema
}

// Find returns the schema under a name, or false.
func (p Properties) Find(name string) (Schema, bool) {
	for _, property := range p {
		if property.Name == name {
			return property.Schema, true
		}
	}
	return Schema{}, false
}

// MarshalJSON returns an object whose keys are in the order of p.
func (p Properties) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, property := range p {
		name, err := encode(property.Name)
		if err != nil {
			return nil, err
		}
		value, err := encode(property.Schema)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// UnmarshalJSON reads an object and keeps the order of its keys.
func (p *Properties) UnmarshalJSON(data []byte) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return errors.New("named schemas are an object")
	}
	*p = nil
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return err
		}
		property := Property{Name: name.(string)} // a key of an object is a text
		if err := dec.Decode(&property.Schema); err != nil {
			return err
		}
		*p = append(*p, property)
	}
	return nil
}
