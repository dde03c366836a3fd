package rules

import (
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
}

// Bounds of cost.
const (
	MaxConditionCost = 100_000
	MaxPolicyCost    = 100_000_000
)

// What parts of a condition cost at most, in units. BenchmarkCost measures them.
const (
	numberCost    = 1
	textCost      = handoff.MaxText / 128 // comparing the longest texts
	substringCost = handoff.MaxText / 16
	zoneCost      = 16 // finding the wall clock of an instant
	listCost      = handoff.MaxList * 8
	eventsCost    = handoff.MaxEvents * 4
)

// units is what reading the value costs.
func (v value) units() int64 {
	switch {
	case v.cost > 0:
		return v.cost
	case v.kind == text:
		return textCost
	case v.kind == texts && v.set == nil:
		return listCost
	}
	return numberCost
}

// add counts the units of something, and refuses what alone is too costly.
func (c *cost) add(n source.Node, units int64) {
	if units > MaxConditionCost {
		n.Errorf(source.PolicyTooCostly, "this costs %d units, and at most %d are allowed; split it over several rules, or count fewer events and lists", units, MaxConditionCost)
	}
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
