package schema

import (
	"reflect"
	"slices"
	"strings"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/internal/language"
	"github.com/salesbaton/baton/rules/internal/source"
)

// The patterns of scalars that the loader reads by hand. They are not narrower than the loader.
const (
	idPattern       = `^[A-Za-z0-9._-]{1,64}$`
	namePattern     = `^[A-Za-z_][A-Za-z0-9_]{0,63}$`
	percentPattern  = `^(0|[1-9][0-9]?|100)(\.[0-9]{1,2})?%$`
	entrancePattern = `^entered\( *"?[A-Za-z0-9._-]{1,64}"? *\)$`
	spanPattern     = `^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$`
)

// policy returns the schema of a policy file, from the tables that the loader reads by.
func policy() Schema {
	s := written(language.Policy)
	s.Description = "A policy of sales sequence handoff: one YAML file, with the files that it includes."
	return s
}

// included returns the schema of a file that a policy includes.
func included() Schema {
	s := written(language.Included)
	s.Description = "A file with sections of a policy, which the policy includes."
	return s
}

// testFile returns the schema of a test file. The facts of a test are those of a request, and what it expects is a part
// of a decision.
func testFile() Schema {
	s := written(language.TestFile)
	s.Description = "Tests of a policy, which stand beside it in a file that ends in _test.yaml."
	s.Definitions = Properties{{"given", partial(derive[handoff.Request](Read))}, {"activity", partial(derive[handoff.Activity](Read))},
		{"touch", toGoOut()}, {"expectation", expectation()}}
	s.Definitions = hoist(s.Definitions)
	return s
}

// partial returns a schema none of whose keys must be there.
func partial(s Schema) Schema {
	s.Required = nil
	return s
}

// toGoOut returns the schema of a touch that a step asks about: the step says when.
func toGoOut() Schema {
	s := partial(derive[handoff.Touch](Read))
	s.Properties = slices.DeleteFunc(s.Properties, func(p Property) bool { return p.Name == "at" })
	return s
}

// hoist moves the definitions of definitions beside them.
func hoist(list Properties) Properties {
	var out Properties
	for _, p := range list {
		inner := p.Schema.Definitions
		p.Schema.Definitions = nil
		out = append(out, p)
		for _, d := range inner {
			if _, found := out.Find(d.Name); !found {
				out = append(out, d)
			}
		}
	}
	return out
}

// expectation returns what a test may expect: any part of any key of a decision, a sentence, a context, and effects that
// must not occur.
func expectation() Schema {
	s := Schema{Type: Types{"object"}, Description: "What must be so of a decision.", AdditionalProperties: None()}
	var g generator
	for _, f := range fieldsOf(reflect.TypeFor[handoff.Decision]()) {
		kind := g.schema(f.typ)
		if kind.Ref != "" {
			kind.Type = Types{"object"}
		}
		words := kind.Enum
		if words != nil {
			words = append(words, handoff.Value{})
		}
		s.Properties = append(s.Properties, Property{f.name, Schema{Type: append(kind.Type, "null"), Enum: words, Description: sentences[f.key()]}})
	}
	kinds := Schema{Type: Types{"string"}, Enum: Words(handoff.EffectKinds())}
	s.Properties = append(s.Properties,
		Property{"sentence", Schema{Type: Types{"string"}, Description: "The decision as one paragraph."}},
		Property{"experiment", Schema{Type: Types{"object"}, AdditionalProperties: &Schema{Type: Types{"string", "null"}}, Description: "The side of each experiment that the record is on, by the experiment's id."}},
		Property{"context", Schema{Type: Types{"object"}, Description: "What the rep is told."}},
		Property{"absent", Schema{Type: Types{"array"}, Items: &kinds, Description: "Kinds of effects that must not occur."}})
	return s
}

// written returns the schema of what an author writes in a shape.
func written(shape *source.Shape) Schema {
	switch shape.Form {
	case source.Map:
		return writtenMap(shape)
	case source.Dict:
		names, each := written(shape.Key), written(shape.Each)
		return Schema{Type: Types{"object"}, PropertyNames: &names, AdditionalProperties: &each}
	case source.List:
		items := written(shape.Each)
		s := Schema{Type: Types{"array"}, Items: &items}
		if shape.Some {
			s.MinItems = handoff.Some[int64](1)
		}
		return s
	case source.Int:
		return Schema{Type: Types{"integer"}, Minimum: handoff.Some(shape.Min), Maximum: handoff.Some(shape.Max)}
	case source.Decimal:
		return Schema{Type: Types{"number"}, Minimum: handoff.Some(shape.Min), Maximum: handoff.Some(shape.Max)}
	case source.Cell:
		return Schema{Type: Types{"string", "number", "boolean"}}
	case source.Bool:
		return Schema{Type: Types{"boolean"}}
	case source.Condition:
		return Schema{Type: Types{"string", "boolean"}, Markdown: conditionHelp()}
	case source.Data:
		return writtenData(shape)
	case source.Choice:
		var s Schema
		for _, alternative := range shape.Of {
			s.AnyOf = append(s.AnyOf, written(alternative))
		}
		return s
	}
	return Schema{Type: Types{"string"}, Enum: Words(shape.Words), Pattern: patterns()[shape.Form]}
}

// patterns are those of the texts that have one.
func patterns() map[source.Form]string {
	return map[source.Form]string{source.ID: idPattern, source.Name: namePattern, source.Span: spanPattern,
		source.Entrance: entrancePattern,
		source.Percent:  percentPattern,
		source.Date:     `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`}
}

func writtenMap(shape *source.Shape) Schema {
	s := Schema{Type: Types{"object"}, AdditionalProperties: None()}
	for _, k := range shape.Keys {
		value := written(k.Shape)
		value.Description = k.Doc
		if value.Markdown != "" {
			value.Markdown = k.Doc + "\n\n" + value.Markdown
		}
		s.Properties = append(s.Properties, Property{k.Name, value})
		if k.Need {
			s.Required = append(s.Required, k.Name)
		}
	}
	return s
}

// writtenData refers to what the data contract says of a value.
func writtenData(shape *source.Shape) Schema {
	switch shape.Ref {
	case "request":
		return Schema{Ref: refPrefix + "given"}
	case "instant":
		return Schema{Type: Types{"string"}, Format: "date-time"}
	}
	return Schema{Ref: refPrefix + shape.Ref}
}

// conditionHelp is what an editor shows beside a condition.
func conditionHelp() string {
	var b strings.Builder
	b.WriteString("Operators: ")
	for i, o := range language.Operators {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("`" + o.Name + "`")
	}
	b.WriteString("\n\nCalls: ")
	for i, f := range language.Functions {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("`" + f.Form + "`")
	}
	b.WriteString("\n\nFields: those of `fields:`, `score.NAME`, `lists.NAME`")
	for _, f := range language.Fields {
		b.WriteString(", `" + f.Path + "`")
	}
	return b.String()
}
