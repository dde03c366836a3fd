package identity

import (
	"cmp"
	"slices"

	"github.com/salesbaton/baton/handoff"
)

// An Index holds leads, contacts and accounts, and finds those that a record shares a key with at the cost of these alone.
//
// The pairs that Add returns for one record after the other, in whatever order, are those that FindDuplicates weighs
// and finds to be more than a no, and the clusters of Cluster are its clusters, under two conditions: the index is made
// for as many records as there are, and no key is crowded. A key that 256 records have brings nobody together who comes
// later, while those before have met already.
//
// It is not safe for concurrent use, except that Find, Cluster and Len may run together.
type Index struct {
	leads, accounts shelf
}

// NewIndex returns an empty index for about n records of each kind; the thresholds of a model that says for how many
// records they are go by n, and do not change as records come and go.
func NewIndex(m *Matcher, n int) *Index {
	return &Index{newShelf(m.within(handoff.KindLead, n)), newShelf(m.within(handoff.KindAccount, n))}
}

// Add puts a record in, in the place of one with the same Ref, and returns what Find does. A record that is neither a
// lead nor an account is left out.
func (x *Index) Add(p Prepared) []Pair {
	x.Remove(p.Ref)
	s := x.shelf(p.Ref.Kind)
	if s == nil {
		return nil
	}
	pairs := s.find(&p)
	s.add(&p)
	return pairs
}

// Find returns the pairs of a record and those in the index that are a match or a review, the best first. The record
// itself, if it is there, is none of them.
func (x *Index) Find(p Prepared) []Pair {
	if s := x.shelf(p.Ref.Kind); s != nil {
		return s.find(&p)
	}
	return nil
}

// Cluster returns the cluster that a record of the index is in, if it is in one. It looks only at what hangs together
// with it by matches.
func (x *Index) Cluster(ref handoff.Ref) (Cluster, bool) {
	if s := x.shelf(ref.Kind); s != nil {
		return s.clusterOf(ref.ID)
	}
	return Cluster{}, false
}

// Remove takes a record out, if it is there.
func (x *Index) Remove(ref handoff.Ref) {
	if s := x.shelf(ref.Kind); s != nil {
		s.remove(ref.ID)
	}
}

// Len returns how many records there are.
func (x *Index) Len() int { return len(x.leads.places) + len(x.accounts.places) }

func (x *Index) shelf(kind handoff.Kind) *shelf {
	switch kind {
	case handoff.KindLead:
		return &x.leads
	case handoff.KindAccount:
		return &x.accounts
	}
	return nil
}

// A shelf holds the records of one kind.
type shelf struct {
	model    *compiled
	places   map[string]int32 // of records, by id
	records  []*Prepared      // nil: the place is free
	sketches []sketch
	free     []int32
	chains   map[keyHash]chain
	nodes    []node
	spare    int32 // first of the nodes that are not in use, 0: none
}

// A chain is the records of one key, and a node one of these. Nodes are counted from 1.
type chain struct{ first, records int32 }

type node struct{ next, record int32 }

func newShelf(c *compiled) shelf {
	return shelf{model: c, places: map[string]int32{}, chains: map[keyHash]chain{}, nodes: make([]node, 1)}
}

func (s *shelf) add(p *Prepared) {
	at := s.take()
	s.places[p.Ref.ID], s.records[at], s.sketches[at] = at, p, sketchOf(p)
	for _, h := range s.model.hashes(nil, p) {
		c := s.chains[h]
		s.chains[h] = chain{s.node(node{c.first, at}), c.records + 1}
	}
}

// take returns a place for a record.
func (s *shelf) take() int32 {
	if n := len(s.free) - 1; n >= 0 {
		at := s.free[n]
		s.free = s.free[:n]
		return at
	}
	s.records, s.sketches = append(s.records, nil), append(s.sketches, sketch{})
	return int32(len(s.records) - 1)
}

func (s *shelf) node(n node) int32 {
	at := s.spare
	if at == 0 {
		s.nodes = append(s.nodes, n)
		return int32(len(s.nodes) - 1)
	}
	s.spare = s.nodes[at].next
	s.nodes[at] = n
	return at
}

func (s *shelf) remove(id string) {
	at, known := s.places[id]
	if !known {
		return
	}
	for _, h := range s.model.hashes(nil, s.records[at]) {
		s.unchain(h, at)
	}
	delete(s.places, id)
	s.records[at] = nil
	s.free = append(s.free, at)
}

// unchain takes a record out of a chain.
func (s *shelf) unchain(h keyHash, record int32) {
	c := s.chains[h]
	if c.records == 1 {
		s.nodes[c.first].next, s.spare = s.spare, c.first
		delete(s.chains, h)
		return
	}
	link := &c.first
	for s.nodes[*link].record != record {
		link = &s.nodes[*link].next
	}
	gone := *link
	*link = s.nodes[gone].next
	s.nodes[gone].next, s.spare = s.spare, gone
	c.records--
	s.chains[h] = c
}

// found is a record of the shelf, and what is said of it and another.
type found struct {
	comparison
	record int32
}

func (s *shelf) find(p *Prepared) []Pair {
	list := s.weigh(p)
	out := make([]Pair, 0, len(list))
	for i := range list {
		x := &list[i]
		a, b := p, s.records[x.record]
		if a.Ref.ID > b.Ref.ID {
			a, b = b, a
		}
		out = append(out, pairOf(s.model, &x.comparison, a, b))
	}
	slices.SortFunc(out, Pair.compareTo)
	return out
}

// weigh returns who is a match or a review.
func (s *shelf) weigh(p *Prepared) (out []found) {
	sketch := sketchOf(p)
	for _, at := range s.candidates(p) {
		q := s.records[at]
		if q.Ref == p.Ref {
			continue
		}
		a, b, sa, sb := p, q, &sketch, &s.sketches[at]
		if a.Ref.ID > b.Ref.ID {
			a, b, sa, sb = b, a, sb, sa
		}
		if x, enough := s.model.compareFrom(s.model.Review, sa, sb, a, b); enough && x.verdict != differs {
			out = append(out, found{x, at})
		}
	}
	return out
}

// candidates returns who shares a key with a record, unless too many do.
func (s *shelf) candidates(p *Prepared) []int32 {
	var buffer [512]int32
	list := buffer[:0]
	own, known := s.places[p.Ref.ID]
	for _, h := range s.model.hashes(nil, p) {
		c := s.chains[h]
		if c.records >= maxBlock && !(known && c.records == maxBlock && s.holds(c, own)) {
			continue
		}
		for n := c.first; n != 0; n = s.nodes[n].next {
			list = append(list, s.nodes[n].record)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func (s *shelf) holds(c chain, record int32) bool {
	for n := c.first; n != 0; n = s.nodes[n].next {
		if s.nodes[n].record == record {
			return true
		}
	}
	return false
}

func (s *shelf) clusterOf(id string) (Cluster, bool) {
	at, known := s.places[id]
	if !known {
		return Cluster{}, false
	}
	records, links := s.reach(at)
	for _, component := range components(len(records), links) {
		for _, list := range s.model.link(len(component), func(i int) *Prepared { return records[component[i]] }) {
			members := make([]*Prepared, 0, len(list))
			for _, n := range list {
				members = append(members, records[component[n]])
			}
			if slices.Contains(members, s.records[at]) {
				return s.model.clusterOf(members), true
			}
		}
	}
	return Cluster{}, false
}

// reach returns the records that hang together with one by matches, in the order of their ids, and these matches.
func (s *shelf) reach(from int32) (records []*Prepared, links []link) {
	places := []int32{from}
	number := map[int32]int32{from: 0}
	for i := 0; i < len(places); i++ {
		for _, x := range s.weigh(s.records[places[i]]) {
			if _, known := number[x.record]; !known && x.verdict == same {
				number[x.record] = 0
				places = append(places, x.record)
			}
		}
	}
	slices.SortFunc(places, func(a, b int32) int { return cmp.Compare(s.records[a].Ref.ID, s.records[b].Ref.ID) })
	for i, at := range places {
		number[at] = int32(i)
		records = append(records, s.records[at])
	}
	for i, at := range places {
		for _, x := range s.weigh(s.records[at]) {
			if j, known := number[x.record]; known && j > int32(i) && x.verdict == same {
				links = append(links, link{int32(i), j, x.score})
			}
		}
	}
	return records, links
}
