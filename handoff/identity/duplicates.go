package identity

import (
	"cmp"
	"slices"

	"github.com/salesbaton/baton/handoff"
)

// A Pair is two records of one kind, A before B, with what is said of them.
type Pair struct {
	A, B     handoff.Ref
	Verdict  handoff.MatchVerdict
	Score    Micro
	Evidence []handoff.MatchEvidence // in the order of Fields
}

// compareTo orders pairs, the best first.
func (p Pair) compareTo(q Pair) int {
	return cmp.Or(cmp.Compare(q.Score, p.Score), p.A.Compare(q.A), p.B.Compare(q.B))
}

// Duplicates are the records of a set that are one.
type Duplicates struct {
	// Clusters are the records that are taken to be one, by their first ones. A record is in one of them at most.
	Clusters []Cluster
	// Review are the pairs that somebody should look at, of each kind the best first: those that are a review, and the
	// matches that the linkage leaves in two clusters. What stands in one cluster is not among them.
	Review []Pair
	// Crowded are the keys that more than 256 records have. They bring nobody together; another key can.
	Crowded []Crowd
	// Weighed is how many pairs share a key, and were weighed.
	Weighed int
}

// A Cluster is two records or more that are taken to be one.
type Cluster struct {
	Refs    []handoff.Ref // in their order
	Weakest Micro         // the score of the pair with the least
	Average Micro         // of all pairs, rounded towards zero
}

// A Crowd is a key that too many records have. Which value of the key it is, is not said, because it can be personal.
type Crowd struct {
	Kind    handoff.Kind
	Key     KeyKind
	Records int
}

// compareTo orders by kind and key, the largest first.
func (c Crowd) compareTo(d Crowd) int {
	return cmp.Or(cmp.Compare(c.Kind, d.Kind), cmp.Compare(c.Key, d.Key), cmp.Compare(d.Records, c.Records))
}

// FindDuplicates returns which records are one: leads and contacts by the model of people, accounts by that of
// companies. Records of other kinds are left out, and of several with the same Ref all but the first. Otherwise the
// order of the records does not matter.
//
// Pairs that share a key are weighed. What hangs together by matches is made into clusters by the model's linkage,
// which goes by all pairs in it, also by those that share no key: where they are a match, by their score; where Alone
// or Common keeps them from one, by no more than what falls just short of it. What Apart keeps from a match, and what
// Common says is none, is never in one cluster, whatever the linkage. A cluster has at most 256 records: where more
// hang together, the strongest pairs join first, and what would join too many does not.
//
// The memory that it takes grows with the records and with the pairs that it returns.
func (m *Matcher) FindDuplicates(records []Prepared) Duplicates {
	var out Duplicates
	for _, kind := range duplicateKinds {
		list := ofKind(kind, records)
		s := search{model: m.within(kind, len(list)), kind: kind, records: list}
		s.run(&out)
	}
	return out
}

// duplicateKinds are the kinds of records that have duplicates, in their order.
var duplicateKinds = [...]handoff.Kind{handoff.KindAccount, handoff.KindLead}

// Weigh compares two records as FindDuplicates does among n of their kind, with the evidence. Records of two kinds are
// no match; Match is for these.
func (m *Matcher) Weigh(a, b Prepared, n int) Pair {
	if a.Ref.Compare(b.Ref) > 0 {
		a, b = b, a
	}
	if a.Ref.Kind != b.Ref.Kind || !slices.Contains(duplicateKinds[:], a.Ref.Kind) {
		return Pair{A: a.Ref, B: b.Ref, Verdict: handoff.NotMatched}
	}
	return m.within(a.Ref.Kind, n).pair(&a, &b)
}

// within returns the model of two records of a kind among n of them.
func (m *Matcher) within(kind handoff.Kind, n int) *compiled {
	c := m.people
	if kind == handoff.KindAccount {
		c = m.companies
	}
	c.Model = c.For(n)
	return &c
}

// pair compares a pair.
func (c *compiled) pair(a, b *Prepared) Pair {
	x := c.compare(a, b)
	return pairOf(c, &x, a, b)
}

func pairOf(c *compiled, x *comparison, a, b *Prepared) Pair {
	return Pair{a.Ref, b.Ref, x.verdict.word(), x.score, x.evidence(c, make([]handoff.MatchEvidence, 0, fieldCount))}
}

// ofKind returns the records of a kind in the order of their Refs, each once.
func ofKind(kind handoff.Kind, records []Prepared) []*Prepared {
	var out []*Prepared
	for i := range records {
		if records[i].Ref.Kind == kind {
			out = append(out, &records[i])
		}
	}
	slices.SortStableFunc(out, func(a, b *Prepared) int { return cmp.Compare(a.Ref.ID, b.Ref.ID) })
	return slices.CompactFunc(out, func(a, b *Prepared) bool { return a.Ref.ID == b.Ref.ID })
}

// A search is for the duplicates among records of one kind.
type search struct {
	model            *compiled
	kind             handoff.Kind
	records          []*Prepared
	sketches         []sketch
	matches, reviews []link
	cluster          []int32 // of each record, counted from 1; 0: it is in none
}

func (s *search) run(out *Duplicates) {
	b := newBlocks(s.model, s.records)
	for _, c := range b.crowds {
		out.Crowded = append(out.Crowded, Crowd{s.kind, s.model.Keys[c.key], c.records})
	}
	slices.SortFunc(out.Crowded, Crowd.compareTo)
	s.sketches = make([]sketch, len(s.records))
	for i, p := range s.records {
		s.sketches[i] = sketchOf(p)
	}
	out.Weighed += b.eachPair(s.weigh)
	s.cluster = make([]int32, len(s.records))
	from := len(out.Clusters)
	for _, c := range components(len(s.records), s.matches) {
		out.Clusters = s.part(out.Clusters, c)
	}
	slices.SortFunc(out.Clusters[from:], func(a, b Cluster) int { return a.Refs[0].Compare(b.Refs[0]) })
	out.Review = s.leftOver(out.Review)
}

// weigh keeps a pair that is no plain no.
func (s *search) weigh(a, b int32) {
	x, enough := s.model.compareFrom(s.model.Review, &s.sketches[a], &s.sketches[b], s.records[a], s.records[b])
	if !enough {
		return
	}
	switch x.verdict {
	case same:
		s.matches = append(s.matches, link{a, b, x.score})
	case unsure:
		s.reviews = append(s.reviews, link{a, b, x.score})
	}
}

// part appends the clusters of a component.
func (s *search) part(clusters []Cluster, component []int32) []Cluster {
	members := s.model.link(len(component), func(i int) *Prepared { return s.records[component[i]] })
	for _, list := range members {
		records := make([]*Prepared, len(list))
		for i, n := range list {
			records[i] = s.records[component[n]]
			s.cluster[component[n]] = int32(len(clusters) + 1)
		}
		clusters = append(clusters, s.model.clusterOf(records))
	}
	return clusters
}

// link makes clusters of n records, and returns those of two and more.
func (c *compiled) link(n int, record func(int) *Prepared) (clusters [][]int) {
	of := agglomerate(c.Linkage, c.Match, n, func(a, b int) Micro {
		x := c.compare(record(a), record(b))
		return x.linked(c)
	})
	lists := make([][]int, n)
	for i, first := range of {
		lists[first] = append(lists[first], i)
	}
	return slices.DeleteFunc(lists, func(l []int) bool { return len(l) < 2 })
}

// linked is what a pair weighs in a linkage. What a field keeps apart, and what is no match although it shares all that
// several share, is never in one cluster.
func (x *comparison) linked(c *compiled) Micro {
	switch {
	case x.verdict == same:
		return x.score
	case x.verdict == differs && x.capped.by == capCommon:
		return never
	}
	if x.forms || x.sisters(c) {
		return never
	}
	for p, r := range x.ranks {
		if at := c.apart[p][r]; at != free && at != same {
			return never
		}
	}
	return min(x.score, c.Match-1)
}

func (c *compiled) clusterOf(records []*Prepared) Cluster {
	out := Cluster{Refs: make([]handoff.Ref, len(records))}
	var sum Micro
	for i, a := range records {
		out.Refs[i] = a.Ref
		for j, b := range records[:i] {
			x := c.compare(b, a)
			sum += x.score
			if i == 1 && j == 0 {
				out.Weakest = x.score
			}
			out.Weakest = min(out.Weakest, x.score)
		}
	}
	out.Average = sum / Micro(len(records)*(len(records)-1)/2)
	return out
}

// leftOver appends the pairs that are not in one cluster.
func (s *search) leftOver(out []Pair) []Pair {
	from := len(out)
	for _, links := range [][]link{s.matches, s.reviews} {
		for _, l := range links {
			if c := s.cluster[l.a]; c == 0 || c != s.cluster[l.b] {
				out = append(out, s.model.pair(s.records[l.a], s.records[l.b]))
			}
		}
	}
	slices.SortFunc(out[from:], Pair.compareTo)
	return out
}
