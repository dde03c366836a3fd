package rules_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/salesbaton/baton/handoff"
)

// A dmnCase is a decision table and the record that it decides about.
type dmnCase struct {
	Table    dmnTable
	Input    map[string]any
	Want     any
	Matching []int `json:"matching_rules"` // from 1
}

type dmnTable struct {
	HitPolicy   string `json:"hit_policy"`
	Aggregation string
	Inputs      []string
	Outputs     []dmnOutput
	Rules       []dmnRule
}

type dmnOutput struct {
	Name     string
	Priority []string // its values, best first
}

type dmnRule struct {
	When []string
	Then []any
}

func TestForeign_DMN(t *testing.T) {
	want := map[verdict]int{agrees: 51}
	runForeign(t, "rules_dmn_hitpolicy.json", want, func(c dmnCase) (outcome, error) {
		d := dmn{newSheet(), c}
		plays, err := d.plays()
		if err != nil {
			return outcome{}, err
		}
		x, err := d.explain(plays...)
		if err != nil {
			return outcome{}, err
		}
		return outcome{dmnAnswer(d.result(x), hits(x)), dmnAnswer(c.Want, c.Matching), d.policy(plays)}, nil
	})
}

// dmnAnswer is the result of a table with the rules that matched.
func dmnAnswer(result any, rules []int) string {
	text, err := json.Marshal(result)
	return fmt.Sprintf("%s by the rules %v, error %v", text, rules, err)
}

// A dmn translates one table: a rule is a play, and the best of those that match is the one that wins. That the rules of
// UNIQUE do not overlap, and that those of ANY agree where they do, is a matter of the table and not of a decision.
type dmn struct {
	*sheet
	dmnCase
}

// plays returns a play per rule, in the order of the table. The rules of a sum and of a count are rows of a score too.
func (d dmn) plays() ([]foreignPlay, error) {
	var plays []foreignPlay
	var rows []string
	for i, rule := range d.Table.Rules {
		condition, err := d.condition(rule)
		if err != nil {
			return nil, err
		}
		plays = append(plays, foreignPlay{id: ruleID(i), when: condition})
		rows = append(rows, scoreRow(d.points(rule), condition))
	}
	for rank, i := range d.ranked() {
		plays[i].priority = len(plays) - rank
	}
	d.scores["total"] = strings.Join(rows, ", ")
	return plays, nil
}

// points is what a rule adds to the score: its output to a sum, else one.
func (d dmn) points(rule dmnRule) string {
	if d.Table.Aggregation == "SUM" {
		return fmt.Sprint(rule.Then[0])
	}
	return "1"
}

// ranked returns the rules, best first: by their outputs where the hit policy goes by them, then by their order.
func (d dmn) ranked() []int {
	var order []int
	for i := range d.Table.Rules {
		order = append(order, i)
	}
	output := func(i int) any { return d.Table.Rules[i].Then[0] }
	switch {
	case d.Table.Aggregation == "MIN":
		slices.SortStableFunc(order, func(a, b int) int { return amount(output(a)).Cmp(amount(output(b))) })
	case d.Table.HitPolicy == "PRIORITY", d.Table.HitPolicy == "OUTPUT ORDER":
		rank := func(i int) int { return slices.Index(d.Table.Outputs[0].Priority, output(i).(string)) }
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rank(a), rank(b)) })
	}
	return order
}

func amount(output any) *big.Rat {
	r, _ := new(big.Rat).SetString(output.(json.Number).String())
	return r
}

func (d dmn) condition(rule dmnRule) (string, error) {
	var columns []int
	for i := range d.Table.Inputs {
		columns = append(columns, i)
	}
	return every(columns, func(i int) (string, error) { return d.cell(d.Table.Inputs[i], rule.When[i]) })
}

// cell translates the test of one input: "-" is passed by everything, a list of texts by each of them.
func (d dmn) cell(input, test string) (string, error) {
	v, err := valueOf(d.Input[input])
	if err != nil {
		return "", err
	}
	path, err := d.declare(input, v.Type(), v)
	switch {
	case test == "-":
		return "true", err
	case strings.HasPrefix(test, `"`):
		return path + " in [" + test + "]", err
	case v.Type() == handoff.TypeBool:
		return path + " == " + test, err
	}
	return path + " " + test, err
}

// result returns what the hit policy makes of the rules that match: a score, a list of all, or the one that wins.
func (d dmn) result(x handoff.Explanation) any {
	switch d.Table.Aggregation {
	case "SUM", "COUNT":
		return x.Triggers[0].Scores[0].Points.Value
	case "MIN":
		return d.output(x.Decision.Play)
	}
	switch d.Table.HitPolicy {
	case "RULE ORDER", "OUTPUT ORDER", "COLLECT":
		return d.all(x)
	}
	return d.output(x.Decision.Play)
}

// all returns the outputs of the rules that match, best first.
func (d dmn) all(x handoff.Explanation) []any {
	plays := playsMatched(x)
	slices.SortStableFunc(plays, func(a, b handoff.PlayTrace) int { return cmp.Compare(b.Priority, a.Priority) })
	var out []any
	for _, p := range plays {
		out = append(out, d.output(p.Play))
	}
	return out
}

// output returns the output of a rule, nil of none; several columns are an object.
func (d dmn) output(play string) any {
	if play == "" {
		return nil
	}
	rule := d.Table.Rules[ruleOf(play)]
	if len(rule.Then) == 1 {
		return rule.Then[0]
	}
	out := map[string]any{}
	for i, column := range d.Table.Outputs {
		out[column.Name] = rule.Then[i]
	}
	return out
}

// hits returns the rules that match, from 1, in the order of the table.
func hits(x handoff.Explanation) []int {
	var out []int
	for _, p := range playsMatched(x) {
		out = append(out, ruleOf(p.Play)+1)
	}
	return out
}

func playsMatched(x handoff.Explanation) []handoff.PlayTrace {
	return slices.DeleteFunc(slices.Clone(x.Triggers[0].Plays), func(p handoff.PlayTrace) bool { return p.When.Truth != handoff.True })
}

// ruleID is the play that stands for the rule at an index; ruleOf is the way back.
func ruleID(i int) string { return "rule-" + strconv.Itoa(i) }

func ruleOf(play string) int {
	i, _ := strconv.Atoi(strings.TrimPrefix(play, "rule-"))
	return i
}
