package rules

import (
	"cmp"
	"slices"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/internal/source"
)

// The cost of a policy is a bound, known when it is loaded, on the work of deciding one signal. Its unit is about the
// time in which two whole numbers are compared. It counts what the largest request allows: the longest texts, full lists,
// a thousand events. Every condition of a play counts once; a gate or a hold counts for every play, since each may have
// to pass it.
type cost struct {
	once    int64 // units of what runs once for a signal
	perPlay int64 // units of what runs for each play
	shared  bool  // the section being read is of the second sort
	times   int64 // how often the condition being read runs; 0: once
}

// Bounds of cost.
const (
	MaxConditionCost = 100_000
	MaxPolicyCost    = 100_000_000
)

// What parts of a condition cost at most, in units. BenchmarkCost measures them.
const (
	valueCost  = 1 // reading a value and deciding on it
	ageCost    = 3
	zoneCost   = 32                      // finding the wall clock of an instant
	matchCost  = handoff.MaxEvidence / 4 // finding the strongest evidence
	eventsCost = handoff.MaxEvents * 5
	personCost = 20 // looking at one of an account's people, beside a unit for each declared field

	compareBytes = 256 // of texts that are compared in a unit
	hashBytes    = 170
	searchBytes  = 20 // of a text in which a short one is looked for
	slowBytes    = 2  // and a longer one
	shortPart    = 31 // bytes of a text that is looked for quickly on every machine

	compareItems = 4 // of a list that are compared in a unit, beside their bytes
	numberItems  = 12
	listedBytes  = 160 // of a list of the record, which is too large to be near
)

// units is what reading the value costs.
func (v value) units() int64 { return max(v.cost, valueCost) }

// size is how long the value of a text can be, in bytes.
func (v value) size() int64 {
	switch {
	case v.long > 0:
		return int64(v.long)
	case v.words != nil:
		return int64(len(slices.MaxFunc(v.words, func(a, b string) int { return cmp.Compare(len(a), len(b)) })))
	}
	return handoff.MaxText
}

// compareUnits is what comparing two values costs.
func compareUnits(a, b value) int64 {
	units := a.units() + b.units()
	if a.kind == text && b.kind == text {
		units += min(a.size(), b.size()) / compareBytes
	}
	return units
}

// searchUnits is what looking for a part of a text costs.
func searchUnits(whole, part value, operator string) int64 {
	units := compareUnits(whole, part) + valueCost
	switch {
	case operator != "contains":
		return units
	case part.size() <= shortPart:
		return units + whole.size()/searchBytes
	}
	return units + whole.size()/slowBytes
}

// lookUpUnits is what looking a value up in a list of constants costs.
func (s *textSet) lookUpUnits(v value) int64 {
	units := v.units() + valueCost
	if s.has != nil {
		return units + fewItems/compareItems + v.size()/hashBytes
	}
	for _, item := range s.items {
		units += min(v.size(), int64(len(item))) / compareBytes
	}
	return units + int64(len(s.items))/compareItems
}

// listUnits is what looking a text up in a list of the record costs.
func listUnits(item value) int64 {
	return item.units() + valueCost + handoff.MaxList/compareItems + handoff.MaxList*item.size()/listedBytes
}

// presenceUnits is what asking whether a value is known costs.
func presenceUnits(v value) int64 {
	if v.kind == texts {
		return valueCost + handoff.MaxList/(2*compareItems)
	}
	return v.units() + valueCost
}

// add counts the units of something, and refuses what alone is too costly.
func (c *cost) add(n source.Node, units int64) {
	if units > MaxConditionCost {
		n.Errorf(source.PolicyTooCostly, "this costs %d units, and at most %d are allowed; split it over several rules, or count fewer events, lists and people", units, MaxConditionCost)
	}
	units *= max(c.times, 1)
	if c.shared {
		c.perPlay += units
	} else {
		c.once += units
	}
}

// total is the cost of deciding one signal with so many plays.
func (c *cost) total(plays int) int64 { return c.once + c.perPlay*int64(max(plays, 1)) }

func (p *policy) checkCost(plays source.Node) {
	if total := p.cost.total(len(p.config.Plays)); total > MaxPolicyCost {
		plays.Errorf(source.PolicyTooCostly, "deciding one signal costs up to %d units, and at most %d are allowed: %d for conditions of plays and scores, and %d for gates and holds of each play", total, MaxPolicyCost, p.cost.once, p.cost.perPlay)
	}
}
