package rules_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/salesbaton/baton/handoff"
)

// A growthbookCase is a condition in the manner of MongoDB, and the record that it is asked of.
type growthbookCase struct {
	Condition  map[string]any
	Attributes map[string]any
	Groups     map[string][]any `json:"saved_groups"`
	Want       bool
}

func TestForeign_GrowthBook(t *testing.T) {
	want := map[verdict]int{
		agrees:           107,
		noEmptyText:      1,
		noVersions:       90,
		noTypes:          10,
		noListSize:       9,
		noListComparison: 5,
		noObjects:        4,
		noTextOrder:      4,
		noObjectLists:    3,
		noCoercion:       2,
		noNumberLists:    2,
		noRegex:          2,
		badType:          2,
		badOperand:       4,
		badList:          2,
		badOperator:      1,
	}
	runForeign(t, "rules_growthbook_evalcondition.json", want, func(c growthbookCase) (outcome, error) {
		g := growthbook{newSheet(), c}
		condition, err := g.object(c.Condition)
		if err != nil {
			return outcome{}, err
		}
		return g.truth(condition, c.Want)
	})
}

// A growthbook translates the conditions of one case.
type growthbook struct {
	*sheet
	growthbookCase
}

// An attribute is a value of the record, nil where there is none.
type attribute struct {
	name  string
	value any
}

// attribute returns what stands under a dotted name.
func (g growthbook) attribute(name string) attribute {
	return attribute{name, lookUp(g.Attributes, name)}
}

func lookUp(record map[string]any, path string) any {
	head, rest, nested := strings.Cut(path, ".")
	if !nested {
		return record[head]
	}
	inner, _ := record[head].(map[string]any)
	return lookUp(inner, rest)
}

// object translates a condition: all of its keys must hold, in the order of their names.
func (g growthbook) object(condition map[string]any) (string, error) {
	return every(slices.Sorted(maps.Keys(condition)), func(key string) (string, error) {
		switch operand := condition[key]; key {
		case "$and":
			return every(conditions(operand), g.object)
		case "$or":
			if len(conditions(operand)) == 0 {
				return "true", nil // to this peer
			}
			return either(conditions(operand), g.object)
		case "$nor":
			return negate(either(conditions(operand), g.object))
		case "$not":
			return negate(g.object(operand.(map[string]any)))
		default:
			return g.ask(g.attribute(key), operand)
		}
	})
}

func conditions(operand any) []map[string]any {
	var out []map[string]any
	for _, c := range operand.([]any) {
		out = append(out, c.(map[string]any))
	}
	return out
}

func negate(condition string, err error) (string, error) { return notThat(condition), err }

// ask translates what is asked of one attribute: operators that must all hold, or a value to be equal to.
func (g growthbook) ask(a attribute, operand any) (string, error) {
	tests := operatorsOf(operand)
	if tests == nil {
		return g.equal(a, operand)
	}
	operators := growthbookOperators()
	return every(slices.Sorted(maps.Keys(tests)), func(name string) (string, error) {
		operator, ok := operators[name]
		if !ok {
			return "", badOperator
		}
		return operator(g, a, tests[name])
	})
}

// operatorsOf returns an object whose keys are operators, nil for everything else.
func operatorsOf(operand any) map[string]any {
	object, ok := operand.(map[string]any)
	if !ok || len(object) == 0 {
		return nil
	}
	for key := range object {
		if !strings.HasPrefix(key, "$") {
			return nil
		}
	}
	return object
}

// A growthbookOperator translates one operator with its operand.
type growthbookOperator func(g growthbook, a attribute, operand any) (string, error)

func growthbookOperators() map[string]growthbookOperator {
	return map[string]growthbookOperator{
		"$eq":         growthbook.equal,
		"$ne":         unless(growthbook.equal),
		"$lt":         ordered("<"),
		"$lte":        ordered("<="),
		"$gt":         ordered(">"),
		"$gte":        ordered(">="),
		"$in":         growthbook.in,
		"$nin":        unless(growthbook.in),
		"$ini":        folded(growthbook.in),
		"$nini":       unless(folded(growthbook.in)),
		"$inGroup":    growthbook.inGroup,
		"$notInGroup": unless(growthbook.inGroup),
		"$all":        growthbook.all,
		"$alli":       folded(growthbook.all),
		"$elemMatch":  growthbook.element,
		"$exists":     growthbook.exists,
		"$type":       growthbook.ofType,
		"$not":        unless(growthbook.ask),
		"$regex":      matching(false),
		"$regexi":     matching(true),
		"$size":       refused(noListSize),
		"$veq":        refused(noVersions),
		"$vne":        refused(noVersions),
		"$vgt":        refused(noVersions),
		"$vgte":       refused(noVersions),
		"$vlt":        refused(noVersions),
		"$vlte":       refused(noVersions),
	}
}

func unless(operator growthbookOperator) growthbookOperator {
	return func(g growthbook, a attribute, operand any) (string, error) { return negate(operator(g, a, operand)) }
}

func refused(reason verdict) growthbookOperator {
	return func(growthbook, attribute, any) (string, error) { return "", reason }
}

// folded lets the host lower the attribute, in a field of its own, and lowers the operand.
func folded(operator growthbookOperator) growthbookOperator {
	return func(g growthbook, a attribute, operand any) (string, error) {
		return operator(g, a.lower(), lowered(operand))
	}
}

func (a attribute) lower() attribute { return attribute{a.name + "_lower", lowered(a.value)} }

func lowered(x any) any {
	switch x := x.(type) {
	case string:
		return strings.ToLower(x)
	case []any:
		out := slices.Clone(x)
		for i := range out {
			out[i] = lowered(out[i])
		}
		return out
	}
	return x
}

// valueOf returns a JSON value as the value of a field; null is absent.
func valueOf(x any) (handoff.Value, error) {
	switch x := x.(type) {
	case string:
		return handoff.StringValue(x), nil
	case bool:
		return handoff.BoolValue(x), nil
	case json.Number:
		return numberValue(x.String())
	case []any:
		return listOf(x)
	case map[string]any:
		return handoff.Value{}, noObjects
	}
	return handoff.Value{}, nil
}

func listOf(items []any) (handoff.Value, error) {
	var texts []string
	for _, item := range items {
		switch item := item.(type) {
		case string:
			texts = append(texts, item)
		case json.Number:
			return handoff.Value{}, noNumberLists
		default:
			return handoff.Value{}, noObjectLists
		}
	}
	return handoff.ListValue(texts), nil
}

// field declares an attribute and returns its path and type: that of its value or, where it is absent, that of what it
// is compared with.
func (g growthbook) field(a attribute, like handoff.Value) (string, handoff.Type, error) {
	v, err := valueOf(a.value)
	if err != nil {
		return "", "", err
	}
	typ := v.Type()
	if v.IsZero() {
		typ = like.Type()
	}
	path, err := g.declare(a.name, typ, v)
	return path, typ, err
}

func (g growthbook) equal(a attribute, operand any) (string, error) {
	if operand == nil {
		return g.exists(a, false)
	}
	v, err := valueOf(operand)
	if err != nil {
		return "", err
	}
	path, typ, err := g.field(a, v)
	switch {
	case err != nil:
		return "", err
	case v.Type() == handoff.TypeList:
		return "", noListComparison
	case v.Type() != typ:
		return "", badType
	}
	return knownAnd(path, fmt.Sprintf("%s == %s", path, v)), nil
}

// ordered writes a comparison of numbers. To this peer what is absent counts as zero there, and nowhere else.
func ordered(operator string) growthbookOperator {
	return func(g growthbook, a attribute, operand any) (string, error) {
		v, err := valueOf(operand)
		if err != nil {
			return "", err
		}
		path, typ, err := g.field(a, v)
		switch {
		case err != nil:
			return "", err
		case v.Type() != typ:
			return "", noCoercion
		case typ == handoff.TypeString:
			return "", noTextOrder
		}
		zero := map[string]bool{"<": 0 < v.Int(), "<=": 0 <= v.Int(), ">": 0 > v.Int(), ">=": 0 >= v.Int()}[operator]
		test := fmt.Sprintf("%s %s %s", path, operator, v)
		if zero {
			return fmt.Sprintf("(not has(%s) or %s)", path, test), nil
		}
		return knownAnd(path, test), nil
	}
}

// in is membership: of a value in the operand, or of any of a list of values. Members of another type are equal to
// nothing.
func (g growthbook) in(a attribute, operand any) (string, error) {
	items, ok := operand.([]any)
	if !ok {
		return "", badOperand
	}
	var members []handoff.Value
	for _, item := range items {
		v, err := valueOf(item)
		if err != nil {
			return "", err
		}
		members = append(members, v)
	}
	path, typ, err := g.field(a, members[0])
	if err != nil {
		return "", err
	}
	if typ == handoff.TypeList {
		return either(members, func(v handoff.Value) (string, error) { return hasText(path, v), nil })
	}
	var literals []string
	for _, v := range members {
		if v.Type() == typ {
			literals = append(literals, v.String())
		}
	}
	if len(literals) == 0 {
		return "false", nil
	}
	return knownAnd(path, fmt.Sprintf("%s in [%s]", path, strings.Join(literals, ", "))), nil
}

func hasText(path string, v handoff.Value) string {
	return knownAnd(path, fmt.Sprintf("%s in %s", v, path))
}

// inGroup looks a text up in a list of the policy; the lists of a policy hold texts only, so that numbers are written out.
func (g growthbook) inGroup(a attribute, operand any) (string, error) {
	name := operand.(string)
	group, ok := g.Groups[name]
	if !ok {
		return "", badList
	}
	if _, isText := a.value.(string); !isText {
		return g.in(a, group)
	}
	g.lists[ident(name)] = nil
	for _, item := range group {
		if text, ok := item.(string); ok {
			g.lists[ident(name)] = append(g.lists[ident(name)], text)
		}
	}
	path, _, err := g.field(a, handoff.StringValue(""))
	return knownAnd(path, fmt.Sprintf("%s in lists.%s", path, ident(name))), err
}

// list declares an attribute that must be a list.
func (g growthbook) list(a attribute) (string, error) {
	path, typ, err := g.field(a, handoff.ListValue(nil))
	if err == nil && typ != handoff.TypeList {
		err = badType
	}
	return path, err
}

func (g growthbook) all(a attribute, operand any) (string, error) {
	path, err := g.list(a)
	if err != nil {
		return "", err
	}
	return every(operand.([]any), func(item any) (string, error) {
		v, err := valueOf(item)
		return hasText(path, v), err
	})
}

// element asks for one element that is equal to a text, or to one of several.
func (g growthbook) element(a attribute, operand any) (string, error) {
	tests := operatorsOf(operand)
	if tests == nil {
		return "", noObjectLists
	}
	path, err := g.list(a)
	if err != nil {
		return "", err
	}
	wanted := []any{tests["$eq"]}
	if in, ok := tests["$in"].([]any); ok {
		wanted = in
	}
	if len(tests) > 1 || wanted[0] == nil {
		return "", noObjectLists
	}
	return either(wanted, func(item any) (string, error) {
		v, err := valueOf(item)
		return hasText(path, v), err
	})
}

// exists asks whether an attribute is there. An empty text is not, in a policy.
func (g growthbook) exists(a attribute, operand any) (string, error) {
	if a.value == "" {
		return "", noEmptyText
	}
	path, _, err := g.field(a, handoff.StringValue(""))
	if operand == false {
		return "not has(" + path + ")", err
	}
	return "has(" + path + ")", err
}

// ofType asks for the type of a value. A field has the one that is declared; only whether it is absent is a question.
func (g growthbook) ofType(a attribute, operand any) (string, error) {
	if operand != "null" {
		return "", noTypes
	}
	return g.exists(a, false)
}

func matching(fold bool) growthbookOperator {
	return func(g growthbook, a attribute, operand any) (string, error) {
		return matches(operand.(string), fold, func(fold bool) (string, error) {
			if fold {
				a = a.lower()
			}
			path, typ, err := g.field(a, handoff.StringValue(""))
			if err == nil && typ != handoff.TypeString {
				err = badType
			}
			return path, err
		})
	}
}
