package routing

import (
	"errors"
	"fmt"
	"slices"

	"github.com/salesbaton/baton/handoff"
)

// A Rotation says who of a pool is next. Whoever cannot take the work is passed over first; only then is the turn taken.
type Rotation string

// The rotations.
const (
	// Weighted gives turns in proportion to the weights: 100/100/50 is the same as 2/2/1. Between changes of members or
	// weights, every member is less than one turn away from its ideal share at every moment. Among members that could be
	// next, the earliest deadline wins, then who waited longest, then the order of the list. Turns of a member that
	// cannot take them are lost, so that coming back neither floods nor starves anybody.
	Weighted Rotation = "weighted"
	// LeastRecent gives the turn to who waited longest since the last one, then to the order of the list. A member that
	// was passed over keeps its place and is next when it is back, once. Weights are not looked at. While everybody is
	// available the numbers of turns differ by at most one.
	LeastRecent Rotation = "least_recent"
)

// Rotations returns all rotations.
func Rotations() []Rotation { return []Rotation{Weighted, LeastRecent} }

// Bounds of a pool: what a decision costs grows with them when members are away.
const (
	MaxWeight      = 100    // of a member
	MaxMembers     = 1000   // of a pool
	MaxTotalWeight = 10_000 // of all members
)

// A Member is a rep in a pool.
type Member struct {
	Rep    string
	Weight int64 // from 1 to MaxWeight
}

// A WhenEmpty says what happens when nobody in a pool can take the work. It has no default: every pool says it.
type WhenEmpty string

// What can happen when a pool is empty.
const (
	EmptyNext       WhenEmpty = "next"       // the next rung is tried
	EmptyUnassigned WhenEmpty = "unassigned" // the record stays unassigned, and its trigger waits
)

// A Pool is the rung for a rotation among reps.
type Pool struct {
	Policy    string // the ledger belongs to this policy's pool
	ID        string
	Members   []Member // in the order that breaks ties; required
	Rotation  Rotation // "": Weighted
	WhenEmpty WhenEmpty
	// UnknownAvailable counts a member whose status nobody reported as available. By default it is passed over.
	UnknownAvailable bool
}

// Name returns "pool:" and the id.
func (p *Pool) Name() string { return "pool:" + p.ID }

func (p *Pool) check() error {
	if p.Policy == "" || p.ID == "" {
		return errors.New("a pool needs a policy and an id")
	}
	if len(p.Members) == 0 {
		return errors.New("a pool needs members")
	}
	if p.Rotation != "" && !slices.Contains(Rotations(), p.Rotation) {
		return fmt.Errorf("unknown rotation %q; known are %s, %s", p.Rotation, Weighted, LeastRecent)
	}
	if p.WhenEmpty != EmptyNext && p.WhenEmpty != EmptyUnassigned {
		return fmt.Errorf("when_empty is %s or %s", EmptyNext, EmptyUnassigned)
	}
	if len(p.Members) > MaxMembers {
		return fmt.Errorf("a pool has at most %d members", MaxMembers)
	}
	seen := map[string]bool{}
	var total int64
	for _, m := range p.Members {
		total += m.Weight
		if m.Rep == "" || seen[m.Rep] {
			return fmt.Errorf("member %q is empty or repeated", m.Rep)
		}
		if m.Weight < 1 || m.Weight > MaxWeight {
			return fmt.Errorf("the weight of %q is from 1 to %d", m.Rep, MaxWeight)
		}
		seen[m.Rep] = true
	}
	if total > MaxTotalWeight {
		return fmt.Errorf("the weights of a pool add up to at most %d; only their ratio counts", MaxTotalWeight)
	}
	return nil
}

func (p *Pool) keys(_ *handoff.Facts, dst []handoff.Key) []handoff.Key {
	dst = append(dst, handoff.PoolKey(p.Policy, p.ID))
	for _, m := range p.Members {
		dst = append(dst, handoff.RepKey(m.Rep))
	}
	return dst
}

func (p *Pool) try(f *handoff.Facts, a *attempt) {
	unknown := AvailabilityUnknown
	if p.UnknownAvailable {
		unknown = ""
	}
	out := make([]string, len(p.Members)) // by member: why it cannot take the work, "" when it can
	free := 0
	for i, m := range p.Members {
		if out[i] = eliminate(f, m.Rep, unknown); out[i] == "" {
			free++
		} else {
			a.pass(p, m.Rep, out[i])
		}
	}
	if free == 0 {
		a.fail(p, PoolEmpty, "none of the %d members can take it", len(p.Members))
		a.stop = p.WhenEmpty == EmptyUnassigned
		return
	}
	members, changed := p.ledger(f.Pool(p.Policy, p.ID))
	turn := handoff.AdvancePool{Policy: p.Policy, Pool: p.ID}
	if changed {
		turn.Members = slices.Clone(members)
	}
	if p.Rotation == LeastRecent {
		turn.Rep = members[leastRecent(members, out)].Rep
	} else {
		i, skipped := weighted(members, out)
		turn.Rep, turn.Skipped = members[i].Rep, skipped
	}
	a.Turn = &turn
	a.found(p, turn.Rep, fmt.Sprintf("it is the turn of %s in %s", turn.Rep, p.ID))
}

// ledger returns the members with their counts. It starts them anew, and reports so, when members or weights are not
// those that the State knows; who waited longest stays known.
func (p *Pool) ledger(stored handoff.Pool) (members []handoff.Member, changed bool) {
	if slices.EqualFunc(p.Members, stored.Members, func(m Member, s handoff.Member) bool {
		return m.Rep == s.Rep && m.Weight == s.Weight
	}) {
		return slices.Clone(stored.Members), false
	}
	for _, m := range p.Members {
		old, _ := stored.Find(m.Rep)
		members = append(members, handoff.Member{Rep: m.Rep, Weight: m.Weight, Last: old.Last})
	}
	return members, true
}
