package identity

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

// What Train goes by.
const (
	// trainPairs is about how many pairs of different ones are weighed at most, evenly chosen from all.
	trainPairs = 500_000
	// trainHalf stands beside each count, so that what was not seen is not impossible.
	trainHalf = 0.5
	// trainReview is how far the review goes below the match: to odds of one in 32.
	trainReview = 5 * bit
)

// Train returns the model with weights and thresholds for records of which it is known who is who: those with the same
// entity are one. It is for use ahead of time, on a sample that somebody labelled; nothing else in this package uses
// floating point.
//
// A weight is the logarithm of how much more often a level is seen between records of one entity than between those of
// two, where both have the field. What no pair of the sample shows keeps its weight, as does all that the model has
// none for. Match is where a pair of the sample is as likely one as not; Review is 5 bits below, and Records how many
// the sample has. The rest of the model is as it was.
//
// All records must be of one kind, and two must be one. The result is the same for any order of the records.
func Train(m Model, records []Prepared, entity []string) (Model, error) {
	c, err := compile("model", m)
	if err != nil {
		return Model{}, err
	}
	s, err := newSample(records, entity)
	if err != nil {
		return Model{}, err
	}
	s.count(&c)
	m.Weights = slices.Clone(m.Weights)
	for p := range place(fieldCount) {
		s.learn(p, m.Weights)
	}
	m.Match = micro(s.all-s.one, s.one)
	m.Review, m.Records = m.Match-trainReview, len(records)
	return m, nil
}

// A sample is labelled records.
type sample struct {
	records []labelled
	// same and other count how often each level is seen.
	same, other [fieldCount][levelCount]float64
	one, all    float64 // pairs
}

type labelled struct {
	*Prepared
	entity string
}

func newSample(records []Prepared, entity []string) (*sample, error) {
	if len(records) != len(entity) {
		return nil, fmt.Errorf("identity: there are %d records and %d entities; each record has one", len(records), len(entity))
	}
	s := &sample{}
	size := map[string]float64{}
	for i := range records {
		p := &records[i]
		if p.Ref.Kind != records[0].Ref.Kind {
			return nil, fmt.Errorf("identity: record %d is of another kind than the first; train a model on one kind", i+1)
		}
		if entity[i] == "" {
			return nil, fmt.Errorf("identity: record %d has no entity; leave out records of which it is not known", i+1)
		}
		s.records = append(s.records, labelled{p, entity[i]})
		s.one += size[entity[i]]
		s.all += float64(i)
		size[entity[i]]++
	}
	if s.one == 0 || s.one == s.all {
		return nil, errors.New("identity: a sample needs two records of one entity, and two of different ones")
	}
	slices.SortFunc(s.records, func(a, b labelled) int { return a.Ref.Compare(b.Ref) })
	return s, nil
}

// count compares all pairs of one entity, and pairs of two at fixed distances.
func (s *sample) count(c *compiled) {
	together := map[string][]*Prepared{}
	for _, a := range s.records {
		for _, b := range together[a.entity] {
			tally(&s.same, c.compare(b, a.Prepared))
		}
		together[a.entity] = append(together[a.entity], a.Prepared)
	}
	step := 1 + int(s.all)/trainPairs
	for i, a := range s.records {
		for j := i + 1 + i%step; j < len(s.records); j += step {
			if b := s.records[j]; a.entity != b.entity {
				tally(&s.other, c.compare(a.Prepared, b.Prepared))
			}
		}
	}
}

func tally(counts *[fieldCount][levelCount]float64, x comparison) {
	for p, r := range x.ranks {
		counts[p][r]++
	}
}

// A pool is levels of a field, next to each other, that weigh the same.
type pool struct {
	first, last rank
	same, other float64
}

// learn sets the weights of a field. A level that agrees better never weighs less than one that agrees worse: where the
// sample says so, both weigh what they do together, as in the regression of Barlow and others, Statistical Inference
// under Order Restrictions (1972). A level that was not seen keeps its weight, between those of its neighbours.
func (s *sample) learn(p place, weights []Weight) {
	pools, all := s.pools(p)
	if len(pools) == 0 {
		return
	}
	weigh := func(x pool) Micro {
		return micro((x.same+trainHalf)/all.same, (x.other+trainHalf)/all.other)
	}
	for i := range weights {
		w := &weights[i]
		if w.Field != fieldNames[p] {
			continue
		}
		r := rank(slices.Index(levelNames[p], w.Level) + 1)
		n, _ := slices.BinarySearchFunc(pools, r, func(x pool, r rank) int { return cmp.Compare(x.last, r) })
		if n > 0 {
			w.Score = min(w.Score, weigh(pools[n-1]))
		}
		if n < len(pools) {
			w.Score = max(w.Score, weigh(pools[n]))
		}
		if n < len(pools) && pools[n].first <= r {
			w.Score = weigh(pools[n])
		}
	}
}

// pools returns the levels of a field that were seen, those together that weigh the same, and all of them with what
// stands beside each count.
func (s *sample) pools(p place) (pools []pool, all pool) {
	for r := 1; r <= len(levelNames[p]); r++ {
		x := pool{rank(r), rank(r), s.same[p][r], s.other[p][r]}
		if x.same+x.other == 0 {
			continue
		}
		all.same, all.other = all.same+x.same+trainHalf, all.other+x.other+trainHalf
		for len(pools) > 0 && pools[len(pools)-1].less(x) {
			before := pools[len(pools)-1]
			pools, x = pools[:len(pools)-1], pool{before.first, x.last, x.same + before.same, x.other + before.other}
		}
		pools = append(pools, x)
	}
	return pools, all
}

// less reports whether what agrees better weighs less than what agrees worse.
func (x pool) less(worse pool) bool {
	return (x.same+trainHalf)*(worse.other+trainHalf) < (worse.same+trainHalf)*(x.other+trainHalf)
}

// micro returns the logarithm to the base 2 of a/b in millionths, no more than a model allows.
func micro(a, b float64) Micro {
	return min(max(Micro(math.Round(math.Log2(a/b)*1e6)), -maxScore), maxScore)
}
