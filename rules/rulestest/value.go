package rulestest

import (
	"encoding/json"
	"reflect"
	"slices"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/internal/source"
)

// A value is a place of a test file, checked against the type whose JSON form stands there.
type value struct {
	node   source.Node
	typ    reflect.Type
	scalar any      // of a single value: a string, an int64, a json.Number with decimals, a bool or nil
	list   []value  // of a list
	keys   []member // of a mapping
}

// A member is a key of a mapping and its value.
type member struct {
	name  string
	value value
}

// get returns the value of a key, or false.
func (v value) get(name string) (value, bool) {
	for _, m := range v.keys {
		if m.name == name {
			return m.value, true
		}
	}
	return value{}, false
}

// json returns the value as encoding/json would decode it.
func (v value) json() any {
	switch {
	case v.node.IsMap():
		out := make(map[string]any, len(v.keys))
		for _, m := range v.keys {
			out[m.name] = m.value.json()
		}
		return out
	case v.node.IsList():
		out := make([]any, len(v.list))
		for i, item := range v.list {
			out[i] = item.json()
		}
		return out
	}
	return v.scalar
}

// A reader reads values and reports what does not fit.
type reader struct {
	// expecting is set for expectations: nothing may be expected of any type, and an effect says its kind.
	expecting bool
}

// read reads a node as the JSON form of a type.
func (r reader) read(n source.Node, t reflect.Type) value {
	v := value{node: n, typ: t}
	switch {
	case n.IsNull() && (r.expecting || t == typeValue || t == typeInt || t == typeBool):
	case t == typeEffects:
		for _, item := range n.List() {
			v.list = append(v.list, r.effect(item))
		}
	case t == typeState:
		v.keys = r.state(n)
	case t == typeLine:
		v.list = r.items(n, typeMember)
	case t == typeValue && n.IsList():
		v.list = r.items(n, reflect.TypeFor[string]())
	case t == typeValue, t == typeInt, t == typeBool, hasText(t):
		v.scalar = scalar(n, t)
	case t.Kind() == reflect.Struct:
		v.keys = r.members(n, fieldsOf(t))
	case t.Kind() == reflect.Slice:
		v.list = r.items(n, deref(t.Elem()))
	case t.Kind() == reflect.Map:
		for _, e := range n.Entries() {
			v.keys = append(v.keys, member{e.Name(), r.read(e.Value, deref(t.Elem()))})
		}
	default:
		v.scalar = scalar(n, t)
	}
	return v
}

func (r reader) items(n source.Node, t reflect.Type) []value {
	var out []value
	for _, item := range n.List() {
		out = append(out, r.read(item, t))
	}
	return out
}

func (r reader) members(n source.Node, fields []field) []member {
	n.MapOf(namesOf(fields)...) // reports the keys that are not known
	var out []member
	for _, e := range n.Entries() {
		i := slices.IndexFunc(fields, func(f field) bool { return f.name == e.Name() })
		if i >= 0 {
			out = append(out, member{e.Name(), r.read(e.Value, fields[i].typ)})
		}
	}
	return out
}

// effect reads one expected effect. Which keys it may have follows from its kind.
func (r reader) effect(n source.Node) value {
	v := value{node: n, typ: reflect.TypeFor[handoff.Effect]()}
	for _, e := range n.Entries() {
		if e.Name() != "kind" {
			continue
		}
		if fields := effectFields(e.Value.WordOf(wordsOf(typeEffectKind)...)); fields != nil {
			v.keys = r.members(n, fields)
		}
		return v
	}
	if n.IsMap() {
		n.Errorf(source.MissingKey, "an expected effect says its kind, such as {kind: enroll, sequence: ...}")
	}
	return v
}

// state reads entries of State by their keys.
func (r reader) state(n source.Node) []member {
	var out []member
	for _, e := range n.Entries() {
		key, err := handoff.ParseRef(e.Name())
		if err != nil {
			e.Key.Errorf(source.BadName, "%v", err)
			continue
		}
		fields := entryFields(key)
		v := value{node: e.Value, typ: reflect.TypeFor[handoff.Entry](), keys: r.members(e.Value, fields)}
		version, _ := v.get("version")
		if n, _ := version.scalar.(int64); e.Value.IsMap() && (n < 1 || len(v.keys) < len(fields)) {
			e.Value.Errorf(source.MissingKey, "an entry is a version from 1 and a value, such as {version: 1, value: {...}}")
		}
		out = append(out, member{e.Name(), v})
	}
	return out
}

// scalar reads a single value of a type.
func scalar(n source.Node, t reflect.Type) any {
	words := wordsOf(t)
	switch {
	case t == typeValue:
		return fieldValue(n)
	case t == typeInt, t.Kind() >= reflect.Int && t.Kind() <= reflect.Int64:
		return n.AnyInt()
	case t == typeBool, t.Kind() == reflect.Bool:
		return n.Bool()
	case t == typeTime:
		return instantText(n)
	case words != nil:
		return n.WordOf(words...)
	case hasText(t):
		return checkedText(n, t)
	}
	return n.Text()
}

// fieldValue reads the value of one of the host's own fields.
func fieldValue(n source.Node) any {
	v := n.Any()
	if number, ok := v.(json.Number); ok {
		if err := new(handoff.Value).UnmarshalJSON([]byte(number)); err != nil {
			n.Errorf(source.BadData, "%v", err)
		}
	}
	return v
}

func instantText(n source.Node) any {
	text, isText := n.Any().(string)
	if _, err := time.Parse(time.RFC3339Nano, text); !isText || err != nil {
		n.Errorf(source.BadTime, "expected an instant such as 2026-03-01T15:04:05Z")
	}
	return text
}

func checkedText(n source.Node, t reflect.Type) any {
	text, isText := n.Any().(string)
	if !isText {
		n.Text() // says what was found in its place
		return ""
	}
	if err := readText(t, text); err != nil {
		n.Errorf(source.BadData, "%v", err)
	}
	return text
}
