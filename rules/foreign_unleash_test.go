package rules_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
)

// An unleashCase asks whether a feature is on in a context, or which variant of it.
type unleashCase struct {
	Op       string
	Rule     unleashFeature
	Segments map[string][]unleashConstraint
	Parents  map[string]unleashFeature
	Context  map[string]any
	Want     json.RawMessage
}

type unleashFeature struct {
	Enabled      bool
	Strategies   []unleashStrategy
	Dependencies []unleashDependency
}

type unleashStrategy struct {
	Name        string
	Parameters  map[string]string
	Constraints []unleashConstraint
	Segments    []int
	Variants    []struct{ Name string }
}

type unleashConstraint struct {
	ContextName, Operator     string
	Values                    []string
	Value                     string
	Inverted, CaseInsensitive bool
}

type unleashDependency struct {
	Feature  string
	Enabled  any // whether the parent must be on: anything but false
	Variants []string
}

func TestForeign_Unleash(t *testing.T) {
	want := map[verdict]int{
		agrees:          139,
		noRegex:         21,
		noVersions:      29,
		noCIDR:          7,
		badOperator:     1,
		badPrerequisite: 6,
	}
	runForeign(t, "rules_unleash_constraints.json", want, func(c unleashCase) (outcome, error) {
		u := unleash{newSheet(), c}
		condition, err := u.feature(c.Rule)
		if err != nil {
			return outcome{}, err
		}
		if c.Op == "variant" {
			return u.variant(condition)
		}
		return u.truth(condition, string(c.Want) == "true")
	})
}

// An unleash translates the features of one case.
type unleash struct {
	*sheet
	unleashCase
}

// variant is a play that is called like the variant: the one that wins is it.
func (u unleash) variant(condition string) (outcome, error) {
	var want struct {
		Name      string
		FeatureOn bool `json:"feature_enabled"`
	}
	if err := json.Unmarshal(u.Want, &want); err != nil {
		return outcome{}, err
	}
	name, err := variantOf(u.Rule)
	if err != nil {
		return outcome{}, err
	}
	p := foreignPlay{id: name, when: condition}
	x, err := u.explain(p)
	if err != nil {
		return outcome{}, err
	}
	got := x.Decision.Play
	on := got != ""
	if !on {
		got = noVariant
	}
	return outcome{fmt.Sprint(got, on), fmt.Sprint(want.Name, want.FeatureOn), u.policy([]foreignPlay{p})}, nil
}

// noVariant is what the peer calls the variant of a feature that is off or has none.
const noVariant = "disabled"

// variantOf returns the variant of a feature that is on. A choice between several is made by a hash.
func variantOf(f unleashFeature) (string, error) {
	if len(f.Strategies) != 1 || len(f.Strategies[0].Variants) > 1 {
		return "", noHashing
	}
	for _, v := range f.Strategies[0].Variants {
		return v.Name, nil
	}
	return noVariant, nil
}

// feature translates a feature: its parents are as they must be, and one of its strategies holds.
func (u unleash) feature(f unleashFeature) (string, error) {
	if !f.Enabled {
		return "false", nil
	}
	parents, err := every(f.Dependencies, u.parent)
	if err != nil {
		return "", err
	}
	strategies, err := either(f.Strategies, u.strategy)
	return parents + " and " + strategies, err
}

// parent declares a parent as a score of one point and asks for it. To the peer a parent that has parents itself is
// never on; here it would be read as any other.
func (u unleash) parent(d unleashDependency) (string, error) {
	f, ok := u.Parents[d.Feature]
	if !ok || len(f.Dependencies) > 0 {
		return "", badPrerequisite
	}
	condition, err := u.feature(f)
	if err != nil {
		return "", err
	}
	name := ident(d.Feature)
	u.scores[name] = scoreRow("1", condition)
	if d.Enabled == false {
		return "score." + name + " == 0", nil
	}
	variant, err := variantOf(f)
	if err == nil && len(d.Variants) > 0 && !slices.Contains(d.Variants, variant) {
		return "false", nil
	}
	return "score." + name + " == 1", err
}

func (u unleash) strategy(s unleashStrategy) (string, error) {
	condition, err := u.named(s)
	if err != nil {
		return "", err
	}
	constraints := slices.Clone(s.Constraints)
	missing := false
	for _, id := range s.Segments {
		segment, ok := u.Segments[fmt.Sprint(id)]
		constraints, missing = append(constraints, segment...), missing || !ok
	}
	all, err := every(constraints, u.constraint)
	if err == nil && missing {
		err = badList
	}
	return "(" + condition + " and " + all + ")", err
}

// named translates what a strategy itself asks for. A share of all or nothing needs no hash.
func (u unleash) named(s unleashStrategy) (string, error) {
	share := s.Parameters["percentage"] + s.Parameters["rollout"]
	switch {
	case s.Name == "default" || share == "100":
		return "true", nil
	case s.Name == "userWithId":
		return u.constraint(unleashConstraint{ContextName: "userId", Operator: "IN", Values: listed(s.Parameters["userIds"])})
	case s.Name == "remoteAddress":
		return u.constraint(unleashConstraint{ContextName: "remoteAddress", Operator: "IN_CIDR", Values: listed(s.Parameters["IPs"])})
	case share == "0":
		return "false", nil
	}
	return "", noHashing
}

func listed(text string) []string {
	items := strings.Split(text, ",")
	for i := range items {
		items[i] = strings.TrimSpace(items[i])
	}
	return items
}

func (u unleash) constraint(c unleashConstraint) (string, error) {
	operator, ok := unleashOperators()[c.Operator]
	if !ok {
		return "", badOperator
	}
	condition, err := operator(u, c)
	if c.Inverted {
		condition = notThat(condition)
	}
	return condition, err
}

// An unleashOperator translates a constraint before it is inverted.
type unleashOperator func(u unleash, c unleashConstraint) (string, error)

func unleashOperators() map[string]unleashOperator {
	return map[string]unleashOperator{
		"IN":              unleash.in,
		"NOT_IN":          unleash.notIn,
		"IN_CIDR":         unleash.inAddresses,
		"STR_CONTAINS":    textual("contains"),
		"STR_STARTS_WITH": textual("startsWith"),
		"STR_ENDS_WITH":   textual("endsWith"),
		"REGEX":           unleash.regex,
		"NUM_EQ":          numeric("=="),
		"NUM_GT":          numeric(">"),
		"NUM_GTE":         numeric(">="),
		"NUM_LT":          numeric("<"),
		"NUM_LTE":         numeric("<="),
		"DATE_AFTER":      dated(">"),
		"DATE_BEFORE":     dated("<"),
		"SEMVER_EQ":       unleash.version,
		"SEMVER_GT":       unleash.version,
		"SEMVER_GTE":      unleash.version,
		"SEMVER_LT":       unleash.version,
		"SEMVER_LTE":      unleash.version,
	}
}

func (unleash) version(unleashConstraint) (string, error) { return "", noVersions }

// value returns what the context says: one of its own fields or a property, always a text.
func (u unleash) value(name string) (string, bool) {
	text, ok := u.Context[name].(string)
	if !ok {
		properties, _ := u.Context["properties"].(map[string]any)
		text, ok = properties[name].(string)
	}
	return text, ok
}

// text declares a value as a text, which the host has lowered where case is folded.
func (u unleash) text(name string, fold bool) (string, error) {
	text, ok := u.value(name)
	if fold {
		name, text = name+"_lower", strings.ToLower(text)
	}
	if !ok {
		return u.declare(name, handoff.TypeString, handoff.Value{})
	}
	return u.declare(name, handoff.TypeString, handoff.StringValue(text))
}

func (u unleash) in(c unleashConstraint) (string, error) {
	path, err := u.text(c.ContextName, false)
	return oneOf(path, c.Values), err
}

func (u unleash) notIn(c unleashConstraint) (string, error) {
	condition, err := u.in(c)
	return notThat(condition), err
}

// inAddresses takes whole addresses as texts.
func (u unleash) inAddresses(c unleashConstraint) (string, error) {
	if slices.ContainsFunc(c.Values, func(v string) bool { return strings.Contains(v, "/") }) {
		return "", noCIDR
	}
	return u.in(c)
}

func textual(operator string) unleashOperator {
	return func(u unleash, c unleashConstraint) (string, error) {
		path, err := u.text(c.ContextName, c.CaseInsensitive)
		if err != nil {
			return "", err
		}
		words := slices.Clone(c.Values)
		for i := range words {
			if c.CaseInsensitive {
				words[i] = strings.ToLower(words[i])
			}
		}
		return substring(path, operator, words)
	}
}

func (u unleash) regex(c unleashConstraint) (string, error) {
	return matches(c.Value, c.CaseInsensitive, func(fold bool) (string, error) { return u.text(c.ContextName, fold) })
}

func numeric(operator string) unleashOperator {
	return func(u unleash, c unleashConstraint) (string, error) {
		given, _ := u.value(c.ContextName)
		v, err := numberValue(given)
		if err != nil {
			return "", err
		}
		wanted, err := numberValue(c.Value)
		if err != nil {
			return "", err
		}
		path, err := u.declare(c.ContextName+"_number", handoff.TypeInt, v)
		return knownAnd(path, fmt.Sprintf("%s %s %s", path, operator, wanted)), err
	}
}

func dated(operator string) unleashOperator {
	return func(u unleash, c unleashConstraint) (string, error) {
		given, _ := u.value(c.ContextName)
		t, err := time.Parse(time.RFC3339, given)
		if err != nil {
			return "", err
		}
		path, err := u.declare(c.ContextName+"_time", handoff.TypeTime, handoff.TimeValue(t))
		return knownAnd(path, fmt.Sprintf("%s %s %q", path, operator, c.Value)), err
	}
}
