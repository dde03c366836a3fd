package routing

import (
	"errors"
	"fmt"

	"github.com/salesbaton/baton/handoff"
)

// A Rung is one way to find an owner.
//
// Implementations of this interface: Owner, *Pool, Rep, *Territory.
type Rung interface {
	// Name is how decisions name the rung.
	Name() string
	keys(f *handoff.Facts, dst []handoff.Key) []handoff.Key
	try(f *handoff.Facts, a *attempt)
	check() error
}

// Codes of the reasons why a rung yields no owner, and why a candidate was passed over.
const (
	NoOwner             = "no_owner"             // the record names nobody
	UnknownRep          = "unknown_rep"          // neither the policy nor the State knows the rep
	Left                = "left"                 // the rep has left
	Away                = "away"                 // the rep takes no new work
	AvailabilityUnknown = "availability_unknown" // nobody said whether the rep takes work
	NoTerritory         = "no_territory"         // no row of the table matches
	PoolEmpty           = "pool_empty"           // every member was passed over
)

// A Route is an ordered list of rungs. It implements handoff.Router.
type Route struct{ rungs []Rung }

// New returns the route over the rungs. The error joins what is wrong with each of them; a route without rungs is wrong.
func New(rungs ...Rung) (*Route, error) {
	if len(rungs) == 0 {
		return nil, errors.New("a route needs at least one rung")
	}
	var problems []error
	for _, r := range rungs {
		if err := r.check(); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", r.Name(), err))
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return &Route{rungs}, nil
}

// Keys appends the entries that any rung may read.
func (r *Route) Keys(f *handoff.Facts, dst []handoff.Key) []handoff.Key {
	for _, rung := range r.rungs {
		dst = rung.keys(f, dst)
	}
	return dst
}

// Route tries the rungs in order.
func (r *Route) Route(f *handoff.Facts) handoff.Routing {
	a := attempt{}
	for _, rung := range r.rungs {
		rung.try(f, &a)
		if a.Owner != "" {
			a.Reasons = nil
			break
		}
		if a.stop {
			break
		}
	}
	return a.Routing
}

// An attempt is a Routing in the making.
type attempt struct {
	handoff.Routing
	stop bool // nobody below may be asked
}

func (a *attempt) found(rung Rung, owner, why string) {
	a.Owner, a.Rung, a.Why = owner, rung.Name(), why
}

func (a *attempt) pass(rung Rung, rep, code string) {
	a.Passed = append(a.Passed, handoff.Candidate{Rep: rep, Rung: rung.Name(), Reason: code})
}

func (a *attempt) fail(rung Rung, code, format string, args ...any) {
	a.Reasons = append(a.Reasons, handoff.Reason{Rule: handoff.RuleRoute, ID: rung.Name(), Code: code, Text: fmt.Sprintf(format, args...)})
}

// eliminate returns the code of why a rep cannot take new work, or "". Where the rep's status is unknown, unknown says
// what then.
func eliminate(f *handoff.Facts, id, unknown string) string {
	rep, known := f.Rep(id)
	switch {
	case !known:
		return UnknownRep
	case rep.Status == handoff.RepLeft:
		return Left
	case rep.Status == handoff.RepAway:
		return Away
	case rep.Status != handoff.RepActive:
		return unknown
	}
	return ""
}
