package rulestest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/internal/source"
)

// A mismatch is an expectation that a decision does not meet.
type mismatch struct {
	node      source.Node // the expectation
	path      string      // in the decision's JSON form
	want, got string
}

func (v value) differs(path string, got any) []mismatch {
	return []mismatch{{v.node, path, show(v.json()), show(got)}}
}

// match compares an expectation with JSON that encoding/json decoded with numbers kept as text. What JSON leaves out,
// nil here, equals nothing, the empty text, 0, false, and a list or mapping without elements.
func (v value) match(path string, got any) []mismatch {
	switch {
	case v.node.IsMap():
		return v.matchKeys(path, got)
	case v.node.IsList():
		return v.matchList(path, got)
	case !v.equals(got):
		return v.differs(path, got)
	}
	return nil
}

// equals compares a single value: instants as instants, all else exactly.
func (v value) equals(got any) bool {
	switch want := v.scalar.(type) {
	case nil:
		object, isObject := got.(map[string]any)
		return got == nil || isObject && len(object) == 0
	case bool:
		return got == want || got == nil && !want
	case int64:
		n, isNumber := got.(json.Number)
		return isNumber && sameNumber(json.Number(fmt.Sprint(want)), n) || got == nil && want == 0
	case json.Number:
		n, isNumber := got.(json.Number)
		return isNumber && sameNumber(want, n)
	case string:
		text, isText := got.(string)
		return isText && v.equalText(want, text) || got == nil && want == ""
	}
	return false
}

// sameNumber compares numbers with and without decimals: 1, 1.0 and 1.00 are the same.
func sameNumber(a, b json.Number) bool {
	if a == b {
		return true
	}
	x, errX := handoff.ParseRate(a.String())
	y, errY := handoff.ParseRate(b.String())
	return errX == nil && errY == nil && x.Equal(y)
}

func (v value) equalText(want, got string) bool {
	if v.typ != typeTime {
		return want == got
	}
	a, errA := time.Parse(time.RFC3339Nano, want)
	b, errB := time.Parse(time.RFC3339Nano, got)
	return errA == nil && errB == nil && a.Equal(b)
}

func (v value) matchKeys(path string, got any) []mismatch {
	object, ok := got.(map[string]any)
	if !ok && got != nil {
		return v.differs(path, got)
	}
	if got == nil && path != "" && len(v.keys) > 0 {
		return v.differs(path, got)
	}
	var out []mismatch
	for _, m := range v.keys {
		out = append(out, m.value.match(join(path, m.name), object[m.name])...)
	}
	return out
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// matchList finds each wanted element behind the one found before it; without wanted elements the list must be empty.
func (v value) matchList(path string, got any) []mismatch {
	list, ok := got.([]any)
	if !ok && got != nil || len(v.list) == 0 && len(list) > 0 {
		return v.differs(path, got)
	}
	var out []mismatch
	next := 0
	for _, want := range v.list {
		i := slices.IndexFunc(list[next:], func(item any) bool { return len(want.match(path, item)) == 0 })
		if i < 0 {
			out = append(out, want.lacking(path, list, next)...)
			continue
		}
		next += i + 1
	}
	return out
}

// lacking says why no element from next on is the wanted one: how the nearest that is about the same thing differs, if
// there is one, else what the list holds.
func (v value) lacking(path string, list []any, next int) []mismatch {
	for i, item := range list[:next] {
		if len(v.match(path, item)) == 0 {
			got := fmt.Sprintf("only %s[%d], which stands before what is expected ahead of it; the order is the decision's", path, i)
			return []mismatch{{v.node, path, show(v.json()), got}}
		}
	}
	var nearest []mismatch
	for i, item := range list {
		differences := v.match(fmt.Sprintf("%s[%d]", path, i), item)
		if v.isAbout(item) && (nearest == nil || len(differences) < len(nearest)) {
			nearest = differences
		}
	}
	if nearest != nil {
		return nearest
	}
	return []mismatch{{v.node, path, show(v.json()), "none such among " + outline(list)}}
}

// isAbout reports whether an element has the identity that the expectation names first.
func (v value) isAbout(item any) bool {
	object, _ := item.(map[string]any)
	for _, key := range []string{"kind", "rule", "rep", "key", "play", "id", "name", "lead"} {
		if want, named := v.get(key); named {
			return want.equals(object[key])
		}
	}
	return false
}

// outline returns a list in short: of objects that have a kind, the kinds.
func outline(list []any) string {
	short := make([]any, len(list))
	for i, item := range list {
		short[i] = item
		if object, ok := item.(map[string]any); ok && object["kind"] != nil {
			short[i] = object["kind"]
		}
	}
	return show(short)
}

// show returns a value as JSON on one line, "nothing" for nil.
func show(v any) string {
	if v == nil {
		return "nothing"
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err.Error()
	}
	return strings.TrimSuffix(b.String(), "\n")
}
