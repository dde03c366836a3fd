package rulestest

import (
	"encoding"
	"reflect"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
)

// The shape of what a test file may say is taken from the Go types and their JSON codecs: a key that a decision or a
// request gets is known here at once.

// A field is a key of a JSON object.
type field struct {
	name string
	typ  reflect.Type
}

// fieldsOf returns the keys of a struct's JSON form in the order of its declaration, those of embedded structs among
// them.
func fieldsOf(t reflect.Type) []field {
	var out []field
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			out = append(out, fieldsOf(f.Type)...)
		case name != "" && name != "-":
			out = append(out, field{name, deref(f.Type)})
		}
	}
	return out
}

func deref(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

func namesOf(fields []field) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
	}
	return names
}

// The types that are read in a way of their own.
var (
	typeEffects    = reflect.TypeFor[handoff.Effects]()
	typeEffectKind = reflect.TypeFor[handoff.EffectKind]()
	typeLine       = reflect.TypeFor[handoff.Line]()
	typeMember     = reflect.TypeFor[handoff.Member]()
	typeState      = reflect.TypeFor[handoff.State]()
	typeTime       = reflect.TypeFor[time.Time]()
	typeValue      = reflect.TypeFor[handoff.Value]()
	typeInt        = reflect.TypeFor[handoff.Opt[int64]]()
	typeBool       = reflect.TypeFor[handoff.Opt[bool]]()
)

// wordsOf returns the words of a closed list, for suggestions; nil for types that check their words themselves.
func wordsOf(t reflect.Type) []string {
	switch t {
	case typeEffectKind:
		return texts(handoff.EffectKinds())
	case reflect.TypeFor[handoff.Verdict]():
		return texts(handoff.Verdicts())
	case reflect.TypeFor[handoff.Channel]():
		return texts(handoff.Channels())
	case reflect.TypeFor[handoff.ActivityKind]():
		return texts(handoff.ActivityKinds())
	case reflect.TypeFor[handoff.Purpose]():
		return texts(handoff.Purposes())
	case reflect.TypeFor[handoff.Basis]():
		return texts(handoff.Bases())
	case reflect.TypeFor[handoff.MatchVerdict]():
		return texts(handoff.MatchVerdicts())
	case reflect.TypeFor[handoff.FlagWord]():
		return texts(handoff.FlagWords())
	}
	return nil
}

func texts[T ~string](words []T) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return out
}

// effectFields returns the keys of a kind of effect, the kind among them; nil for an unknown kind. The types stand in
// the functions of a handoff.Handler, one for each kind.
func effectFields(kind string) []field {
	handler := reflect.TypeFor[handoff.Handler]()
	for i := range handler.NumField() {
		f := handler.Field(i).Type
		if f.Kind() != reflect.Func {
			continue
		}
		effect := f.In(f.NumIn() - 1)
		zero, ok := reflect.Zero(effect).Interface().(handoff.Effect)
		if ok && string(zero.Kind()) == kind {
			return append([]field{{"kind", typeEffectKind}}, fieldsOf(effect)...)
		}
	}
	return nil
}

// entryFields returns the keys of an entry of State, by the kind of its key.
func entryFields(key handoff.Key) []field {
	value := reflect.TypeFor[handoff.Record]()
	switch key.Kind {
	case handoff.KindPool:
		value = reflect.TypeFor[handoff.Pool]()
	case handoff.KindRep:
		value = reflect.TypeFor[handoff.Rep]()
	case handoff.KindSticky:
		value = reflect.TypeFor[handoff.Sticky]()
	case handoff.KindTally:
		value = reflect.TypeFor[handoff.Tally]()
	case handoff.KindTrigger:
		value = reflect.TypeFor[handoff.Seen]()
	}
	return []field{{"version", reflect.TypeFor[int64]()}, {"value", value}}
}

// readText lets a type read its text form, and returns what is wrong with it; nil for types without one.
func readText(t reflect.Type, text string) error {
	reader, ok := reflect.New(t).Interface().(encoding.TextUnmarshaler)
	if !ok {
		return nil
	}
	return reader.UnmarshalText([]byte(text))
}

// hasText reports whether a type has a text form of its own.
func hasText(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}
