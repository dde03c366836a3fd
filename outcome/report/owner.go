package report

import (
	"cmp"
	"slices"
	"strings"
)

// A fairTally adds up what a rotation gave to a rep.
type fairTally struct {
	offered, skipped, assigned int64
	why                        map[string]int64
}

// turn counts what a rotation did to a rep.
func (b *builder) turn(f *fact) {
	key := fairKey{b.word(f, 0), b.word(f, 1), b.word(f, 2)}
	t := b.owners[key]
	if t == nil {
		t = &fairTally{why: map[string]int64{}}
		b.owners[key] = t
	}
	offered, skipped := offeredAndSkipped(f.n)
	t.offered, t.skipped, t.assigned = t.offered+offered, t.skipped+skipped, t.assigned+f.m
	if skipped != 0 {
		t.why[b.word(f, 3)] += skipped
	}
}

// A fairKey is a rep in a pool.
type fairKey struct{ policy, pool, owner string }

// fairness returns the reps by policy, pool and id.
func (b *builder) fairness() []Fairness {
	of, out := map[fairKey]int64{}, []Fairness{}
	for key, t := range b.owners {
		of[fairKey{policy: key.policy, pool: key.pool}] += t.assigned
		out = append(out, Fairness{Policy: key.policy, Pool: key.pool, Owner: key.owner, Offered: t.offered, Skipped: t.skipped, Assigned: t.assigned, Why: ranked(t.why)})
	}
	for i := range out {
		f := &out[i]
		if all := of[fairKey{policy: f.Policy, pool: f.Pool}]; all > 0 {
			f.Share = Ratio(float64(f.Assigned) / float64(all))
		}
	}
	slices.SortFunc(out, func(a, b Fairness) int {
		return cmp.Or(strings.Compare(a.Policy, b.Policy), strings.Compare(a.Pool, b.Pool), strings.Compare(a.Owner, b.Owner))
	})
	return out
}
