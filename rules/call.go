package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/internal/language"
	"github.com/salesbaton/baton/rules/internal/source"
)

// arguments returns the name and arguments of a call. The parser reads count as one of its own, whose second argument
// is wrapped.
func arguments(n ast.Node) (string, []ast.Node) {
	switch n := n.(type) {
	case *ast.CallNode:
		name, _ := dotted(n.Callee)
		return name, n.Arguments
	case *ast.BuiltinNode:
		args := slices.Clone(n.Arguments)
		for i, a := range args {
			if wrapped, ok := a.(*ast.PredicateNode); ok {
				args[i] = wrapped.Node
			}
		}
		return n.Name, args
	}
	return "", nil
}

// call compiles a call that is a condition by itself.
func (c *compiler) call(n ast.Node, t *term) {
	name, args := arguments(n)
	switch {
	case name == "has" && len(args) == 1:
		c.presence(args[0], t)
	case name == "entered" && len(args) == 0:
		c.fail(n, source.UnknownCall, noStageNamed)
	case name == "entered" && len(args) == 1:
		c.entered(n, args[0], t)
	default:
		if v, _ := c.function(n); v.kind != "" {
			c.fail(n, source.NotACondition, "a condition must be true or false, but this is %s; compare it with something", v.kind)
		}
	}
}

// presence compiles has(field), which is never unknown.
func (c *compiler) presence(arg ast.Node, t *term) {
	v, path := c.field(arg)
	switch {
	case v.kind == "":
	case path == "":
		c.fail(arg, source.NothingToLookUp, "has asks about a field")
	default:
		c.units += presenceUnits(v)
		t.eval = func(f *handoff.Facts) handoff.Truth { return handoff.TruthOf(v.known(f)) }
	}
}

// entered compiles entered(stage): whether this signal made the record enter the stage. It is never unknown.
func (c *compiler) entered(n, arg ast.Node, t *term) {
	if c.ofPerson {
		c.refusePerson(n, "entered")
		return
	}
	stage, _ := dotted(arg)
	if quoted, ok := arg.(*ast.StringNode); ok {
		stage = quoted.Value
	}
	var known []string
	for i, s := range c.config.Stages {
		if s.ID == stage {
			if !c.signalled[i] {
				c.fail(arg, source.Impossible, "no signal makes a record enter %s, so that this is never true: its stage has no when:, and activities and outcomes are no signals", stage)
			}
			c.units += valueCost
			t.eval = func(f *handoff.Facts) handoff.Truth { return handoff.TruthOf(f.Entered(i)) }
			return
		}
		known = append(known, s.ID)
	}
	switch {
	case slices.Contains(c.stages, stage):
		c.fail(arg, source.UnknownName, "the stage %q is entered later: scores see no stage, and a stage sees those above it", stage)
	case len(known) == 0:
		c.fail(arg, source.UnknownName, "unknown stage %q; declare it under lifecycle:", stage)
	default:
		c.fail(arg, source.UnknownName, "unknown stage %q%s; known are %s", stage, source.DidYouMean(stage, known), strings.Join(known, ", "))
	}
}

// function compiles a call that is a value.
func (c *compiler) function(n ast.Node) (value, string) {
	name, args := arguments(n)
	switch {
	case name == "days_until" && len(args) == 1:
		return c.daysUntil(args[0])
	case name == "count" && len(args) == 2:
		return c.count(n, args)
	case name == "people" && len(args) == 1:
		return c.people(n, args[0])
	case len(args) == 1 && (name == "has" || name == "entered"):
		c.fail(n, source.WrongType, "%s is true or false; it cannot be compared", name)
	default:
		c.unknownCall(n, name)
	}
	return value{}, ""
}

// daysUntil is how many calendar days of the policy's zone lie before a date; what is past is negative.
func (c *compiler) daysUntil(arg ast.Node) (value, string) {
	v, path := c.value(arg, nil)
	if v.kind == "" {
		return value{}, ""
	}
	if v.kind != date || path == "" {
		c.fail(arg, source.WrongType, "days_until needs a field that is a date")
		return value{}, ""
	}
	return value{kind: integer, cost: v.units() + zoneCost, num: func(f *handoff.Facts) (int64, bool) {
		d, known := v.num(f)
		return d - days(f.Zone.DateOf(f.At)), known
	}}, fmt.Sprintf("days_until(%s)", path)
}

// functions are the calls of the language, as messages show them.
func functions() []string {
	var out []string
	for _, f := range language.Functions {
		out = append(out, f.Form)
	}
	return out
}

func (c *compiler) unknownCall(n ast.Node, name string) {
	var names []string
	for _, f := range language.Functions {
		if f.Name == name {
			c.fail(n, source.UnknownCall, "the call is written %s", f.Form)
			return
		}
		names = append(names, f.Name)
	}
	c.fail(n, source.UnknownCall, "unknown call %q%s; known are %s", name, source.DidYouMean(name, names), strings.Join(functions(), ", "))
}

// count is how often an event occurred within a window that ends now; an event at the window's very start counts.
func (c *compiler) count(n ast.Node, args []ast.Node) (value, string) {
	if c.ofPerson {
		c.refusePerson(n, "count")
		return value{}, ""
	}
	event, okEvent := args[0].(*ast.StringNode)
	window, okWindow := args[1].(*ast.StringNode)
	if !okEvent || !okWindow {
		c.fail(args[0], source.UnknownCall, `count needs two quoted texts, such as count("team_invite", "30d")`)
		return value{}, ""
	}
	s, err := handoff.ParseSpan(window.Value)
	if err != nil || s.IsZero() {
		c.fail(window, source.BadConstant, `expected a length of time such as "30d" or "12h"`)
		return value{}, ""
	}
	if event.Value == "" {
		c.fail(event, source.BadConstant, "name the kind of event that is counted, such as \"team_invite\"")
		return value{}, ""
	}
	kind, length := event.Value, span(s).elapsed()
	return value{kind: integer, cost: eventsCost, num: func(f *handoff.Facts) (int64, bool) {
		n := int64(0)
		for i := range f.Events {
			e := &f.Events[i]
			if e.Kind == kind && !e.At.After(f.At) && f.At.Sub(e.At) <= length {
				n++
			}
		}
		return n, f.EventsKnown
	}}, fmt.Sprintf("count(%q, %q)", event.Value, window.Value)
}

// people is how many of an account's people a condition is true for; inside it lead is each of them in turn. It is
// unknown where the host did not say who they are. Of whom the condition is unknown may count or not.
func (c *compiler) people(n, arg ast.Node) (value, string) {
	if c.ofPerson || c.cost.times > 0 {
		c.fail(n, source.NotInLanguage, "people(...) goes through the people already, and cannot stand inside itself or under people:")
		return value{}, ""
	}
	around := c.units
	c.units, c.ofPerson = personCost+int64(len(c.config.Fields)), true
	fits := c.truth(arg)
	each := c.units
	c.units, c.ofPerson = around, false
	count := func(f *handoff.Facts) (least, most int64, known bool) {
		_, known = f.People()
		for as := range f.EachPerson {
			switch fits.eval(as) {
			case handoff.True:
				least, most = least+1, most+1
			case handoff.Unknown:
				most++
			}
		}
		return least, most, known
	}
	return value{kind: integer, cost: handoff.MaxPeople * each, between: count, num: func(f *handoff.Facts) (int64, bool) {
		least, most, known := count(f)
		return least, known && least == most
	}}, c.authored(n)
}

// ofPeople is what people(...) can be about, as messages say it.
const ofPeople = "inside people(...) a condition is about lead.*, account.*, now.* and lists"

func (c *compiler) refusePerson(n ast.Node, what string) {
	c.fail(n, source.NotInLanguage, "%s is about the signal or its record and not about each person; %s", what, ofPeople)
}

// compareCount compiles people(...) that is compared with a whole number. It is true where it is so whichever of the
// people of whom the condition is unknown count, and false where it is so for none of these.
func (c *compiler) compareCount(n *ast.BinaryNode, t *term, a, b value) {
	for _, side := range []struct {
		other ast.Node
		count value
	}{{n.Right, a}, {n.Left, b}} {
		if side.count.between != nil && !isConstant(side.other) {
			c.fail(side.other, source.WrongType, "people(...) is compared with a whole number only, such as 3")
			return
		}
	}
	test, count, with := orders[n.Operator], a.between, b.num
	if count == nil {
		test, count, with = orders[mirrored[n.Operator]], b.between, a.num
	}
	bound, _ := with(nil)
	t.eval = func(f *handoff.Facts) handoff.Truth {
		least, most, known := count(f)
		if !known {
			return handoff.Unknown
		}
		result := handoff.TruthOf(test(least, bound))
		for possible := least + 1; possible <= most; possible++ {
			if handoff.TruthOf(test(possible, bound)) != result {
				return handoff.Unknown
			}
		}
		return result
	}
}
