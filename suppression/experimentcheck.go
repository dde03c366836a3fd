package suppression

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/salesbaton/baton/handoff"
)

// checkExperiments joins every problem of the experiments.
func checkExperiments(list []Experiment) error {
	var problems []error
	seen := map[string]bool{}
	for i := range list {
		c := experimentCheck{Experiment: &list[i]}
		if c.ID == "" || seen[c.ID] {
			c.fail("needs an id of its own")
		}
		seen[c.ID] = true
		c.check(list[:i])
		for _, text := range c.problems {
			problems = append(problems, fmt.Errorf("experiment %d %q: %s", i+1, c.ID, text))
		}
	}
	return errors.Join(problems...)
}

// An experimentCheck collects what is wrong with an experiment.
type experimentCheck struct {
	*Experiment
	problems []string
}

func (c *experimentCheck) fail(format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf(format, args...))
}

func (c *experimentCheck) check(before []Experiment) {
	if !slices.Contains([]Per{PerLead, PerAccount}, cmp.Or(c.Per, PerLead)) {
		c.fail("an experiment is per %s or per %s, not %q", PerLead, PerAccount, c.Per)
	}
	if !slices.Contains(Hashes(), cmp.Or(c.Hash, HashSHA256)) {
		c.fail("unknown hash %q; known are %s", c.Hash, list(Hashes()))
	}
	if !c.From.IsZero() && !c.Until.IsZero() && c.Until.Compare(c.From) <= 0 {
		c.fail("ends on %s, which is not after its first day, %s", c.Until, c.From)
	}
	c.split()
	if c.Layer != (Layer{}) {
		c.layer(before)
	}
}

// split checks what the experiment splits into.
func (c *experimentCheck) split() {
	switch {
	case c.HoldOut != 0 && len(c.Arms) > 0:
		c.fail("either holds out or has arms, not both")
	case c.HoldOut == 0 && len(c.Arms) == 0:
		c.fail("needs a share that is held out, or arms")
	case c.HoldOut < 0 || c.HoldOut > buckets:
		c.fail("holds out %d basis points; from 1 to 10000 are possible", c.HoldOut)
	}
	c.whole("what is held out", c.HoldOut)
	sum, seen := int64(0), map[string]bool{}
	for _, a := range c.Arms {
		if a.ID == "" || seen[a.ID] {
			c.fail("arm %q: needs an id of its own", a.ID)
		}
		seen[a.ID] = true
		if a.Share <= 0 || a.Share > buckets {
			c.fail("arm %s: has a share of %d basis points; from 1 to 10000 are possible", a.ID, a.Share)
			continue
		}
		c.whole("the share of arm "+a.ID, a.Share)
		sum += a.Share
	}
	if sum > buckets {
		c.fail("the shares of its arms come to %d basis points; at most 10000 are possible", sum)
	}
}

// whole checks that a number of basis points is a whole number of the hash's buckets: else another share would be on the arm
// than it says.
func (c *experimentCheck) whole(what string, points int64) {
	if w := c.Hash.Step(); points%w != 0 {
		c.fail("%s is %d basis points, and the hash %s splits in steps of %d", what, points, c.Hash, w)
	}
}

// layer checks the experiment's part of a layer, also against those of the experiments before it.
func (c *experimentCheck) layer(before []Experiment) {
	l := c.Layer
	if l.Name == "" {
		c.fail("layer: needs a name")
	}
	if l.From < 0 || l.To > buckets || l.From >= l.To {
		c.fail("layer: the range from %d to %d is empty, or not within 0 and 10000", l.From, l.To)
	}
	c.whole("the start of its range", l.From)
	c.whole("the end of its range", l.To)
	if c.salt() == l.Name {
		c.fail("layer: has the name of the salt, so that its range would decide the arm; give it another")
	}
	for i := range before {
		b := &before[i]
		if b.Layer.Name != l.Name {
			continue
		}
		if cmp.Or(b.Hash, HashSHA256) != cmp.Or(c.Hash, HashSHA256) || cmp.Or(b.Per, PerLead) != cmp.Or(c.Per, PerLead) {
			c.fail("layer: has another hash, or is per something else, than %s in the same layer", b.ID)
		}
		if b.Layer.From < l.To && l.From < b.Layer.To && b.meets(c.Experiment) {
			c.fail("layer: its range overlaps with that of %s, on the same days", b.ID)
		}
	}
}

// meets reports whether both experiments count on some day.
func (e *Experiment) meets(other *Experiment) bool {
	ends := func(e, other *Experiment) bool { return !e.Until.IsZero() && e.Until.Compare(other.From) <= 0 }
	return !ends(e, other) && !ends(other, e)
}

// varies reports whether the experiment puts sequences in the place of others.
func (e *Experiment) varies() bool {
	return slices.ContainsFunc(e.Arms, func(a Arm) bool { return a.Sequence != "" })
}

// apart reports whether no record is in both experiments, which New has checked of those in one layer.
func (e *Experiment) apart(other *Experiment) bool {
	return !e.meets(other) || e.Layer.Name != "" && e.Layer.Name == other.Layer.Name
}

// Check returns an error that joins every two experiments that could both choose the sequence of one of the plays for one
// record. Conditions are not looked at: those of which never both are true belong into one layer all the same.
func (x *Experiments) Check(plays []handoff.Play) error {
	var problems []error
	for i := range x.list {
		for j := range x.list[:i] {
			a, b := &x.list[j], &x.list[i]
			if !a.varies() || !b.varies() || a.apart(b) {
				continue
			}
			covers := func(p handoff.Play) bool { return a.Scope.Covers(&p) && b.Scope.Covers(&p) }
			if k := slices.IndexFunc(plays, covers); k >= 0 {
				problems = append(problems, fmt.Errorf("experiments %q and %q both choose the sequence of play %s: put them into one layer, with ranges that do not overlap",
					a.ID, b.ID, plays[k].ID))
			}
		}
	}
	return errors.Join(problems...)
}
