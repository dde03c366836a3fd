package attribution

import (
	"cmp"
	"slices"
)

// A chain counts the transitions of paths between states: the start, the last touches of a path, and its two ends.
type chain struct {
	order   int
	numbers map[string]int   // of the states, by key
	keys    []string         // by number: the numbers of the channels of their touches, two bytes each, the earliest first
	counts  map[[2]int]int64 // from a state to a state
}

// The states that no touch makes. Those of touches follow the start.
const (
	null      = -2 // the path did not convert
	converted = -1
	start     = 0
)

func newChain(order int) *chain {
	return &chain{order, map[string]int{"": start}, []string{""}, map[[2]int]int64{}}
}

// follow adds a path of channels, by number. It returns false if the chain has become too large.
func (c *chain) follow(numbers []int, converts bool) bool {
	from, key := start, []byte(nil)
	for _, n := range numbers {
		key = append(key, byte(n>>8), byte(n))
		key = key[max(0, len(key)-2*c.order):]
		to := c.number(key)
		if !c.count(from, to, 1) {
			return false
		}
		from = to
	}
	if converts {
		return c.count(from, converted, 1)
	}
	return c.count(from, null, 1)
}

// number returns the number of a state.
func (c *chain) number(key []byte) int {
	n, known := c.numbers[string(key)]
	if !known {
		n = len(c.keys)
		c.keys = append(c.keys, string(key))
		c.numbers[c.keys[n]] = n
	}
	return n
}

// count adds to a transition. It returns false if the chain has become too large.
func (c *chain) count(from, to int, n int64) bool {
	edge := [2]int{from, to}
	c.counts[edge] = plus(c.counts[edge], n)
	return len(c.keys) <= maxStates+1 && len(c.counts) <= maxTransitions
}

// merge adds the transitions of another chain, whose channels have these numbers here. It returns false if the chain has
// become too large.
func (c *chain) merge(o *chain, numbers []int) bool {
	states := make([]int, len(o.keys))
	for i, key := range o.keys {
		states[i] = c.number(renumbered(key, numbers))
	}
	for edge, n := range o.counts {
		to := edge[1]
		if to > start {
			to = states[to]
		}
		if !c.count(states[edge[0]], to, n) {
			return false
		}
	}
	return true
}

// renumbered returns the key with other numbers for its channels.
func renumbered(key string, numbers []int) []byte {
	out := make([]byte, 0, len(key))
	for _, n := range touches(key) {
		out = append(out, byte(numbers[n]>>8), byte(numbers[n]))
	}
	return out
}

// touches returns the numbers of the channels of a state.
func touches(key string) []int {
	out := make([]int, 0, len(key)/2)
	for i := 0; i < len(key); i += 2 {
		out = append(out, int(key[i])<<8|int(key[i+1]))
	}
	return out
}

// A state is one that touches make, by the ranks of their channels, the latest first.
type state struct {
	number int
	ranks  []int
}

// states returns the states that touches make, those with the same latest touch together, in the order of the ranks of their
// channels.
func (c *chain) states(rank []int) []state {
	states := make([]state, 0, len(c.keys))
	for i, key := range c.keys {
		if i == start {
			continue
		}
		ranks := touches(key)
		slices.Reverse(ranks)
		for j, n := range ranks {
			ranks[j] = rank[n]
		}
		states = append(states, state{i, ranks})
	}
	slices.SortFunc(states, func(a, b state) int {
		return cmp.Or(cmp.Compare(a.ranks[0], b.ranks[0]), slices.Compare(a.ranks, b.ranks))
	})
	return states
}

// effects returns the removal effects of channels, in the order of their numbers here.
func (c *chain) effects(sorted []int) []float64 {
	rank := make([]int, len(sorted))
	for i, n := range sorted {
		rank[n] = i
	}
	states := c.states(rank)
	widths := make([]int, len(sorted))
	for _, s := range states {
		widths[s.ranks[0]]++
	}
	return c.flows(states).effects(widths)
}

// flows returns the transitions as a matrix of these states.
func (c *chain) flows(states []state) flows {
	column := map[int]int{null: toNull, converted: toConverted}
	f := make(flows, 1+len(states))
	f[0] = make([]float64, ends+len(states))
	for i, s := range states {
		column[s.number] = ends + i
		f[1+i] = make([]float64, ends+len(states))
	}
	for edge, n := range c.counts {
		row := 0
		if edge[0] != start {
			row = 1 + column[edge[0]] - ends
		}
		f[row][column[edge[1]]] = float64(n)
	}
	return f
}
