package identity

import (
	"cmp"
	"math"
	"slices"
)

// Bounds of duplicates.
const (
	// maxBlock is how many records a key brings together at most. One that more share says little, and their pairs are many.
	maxBlock = 256
	// maxLinked is how many records one cluster has at most.
	maxLinked = 256
)

// never is the score of a pair that is kept apart: no linkage puts its records into one cluster, as it is below any
// threshold.
const never Micro = math.MinInt64

// A link is a pair of records by number, the lower first.
type link struct {
	a, b  int32
	score Micro
}

// compareLinks orders by score, the highest first, then by number.
func compareLinks(x, y link) int {
	return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
}

// A forest joins numbers into trees; a tree goes by the lowest number in it.
type forest struct{ parent, size []int32 }

func newForest(n int) forest {
	f := forest{make([]int32, n), make([]int32, n)}
	for i := range f.parent {
		f.parent[i], f.size[i] = int32(i), 1
	}
	return f
}

func (f forest) root(x int32) int32 {
	for f.parent[x] != x {
		f.parent[x] = f.parent[f.parent[x]]
		x = f.parent[x]
	}
	return x
}

// join makes one tree of two, unless it would have more than most numbers.
func (f forest) join(x, y, most int32) {
	x, y = f.root(x), f.root(y)
	if x == y || f.size[x] > most-f.size[y] {
		return
	}
	x, y = min(x, y), max(x, y)
	f.parent[y] = x
	f.size[x] += f.size[y]
}

// components returns which of n records hang together by the links, each of them and all in rising order; those that
// stand alone are left out. One of more than maxLinked records is parted at its weakest links: the strongest join
// first, and what would join too many does not. It sorts the links.
func components(n int, links []link) [][]int32 {
	slices.SortFunc(links, compareLinks)
	f := newForest(n)
	for _, l := range links {
		f.join(l.a, l.b, maxLinked)
	}
	return f.trees()
}

// trees returns the trees of two numbers and more.
func (f forest) trees() (out [][]int32) {
	at := make([]int32, len(f.parent))
	for i := range int32(len(f.parent)) {
		r := f.root(i)
		switch {
		case f.size[r] == 1:
			continue
		case r == i:
			out = append(out, make([]int32, 0, f.size[r]))
			at[r] = int32(len(out) - 1)
		}
		out[at[r]] = append(out[at[r]], i)
	}
	return out
}

// A linking is a component that is being made into clusters: all pairs in it, and which of its clusters are still there.
type linking struct {
	how    Linkage
	match  Micro
	n      int
	scores []Micro // n by n: of two clusters the sum, the least or the greatest score of the pairs across
	sizes  []int64 // 0: the cluster is part of another
	member []int   // the cluster of each record
}

// agglomerate makes clusters of n records of which score tells what each pair weighs, never where it is kept apart. The
// two clusters that the linkage holds to be closest become one, as long as it holds them to be a match; of equally
// close ones those with the lowest records. It returns the lowest record of each record's cluster.
func agglomerate(how Linkage, match Micro, n int, score func(a, b int) Micro) []int {
	l := linking{how: how, match: match, n: n, scores: make([]Micro, n*n), sizes: make([]int64, n), member: make([]int, n)}
	for a := range n {
		l.sizes[a], l.member[a] = 1, a
		for b := a + 1; b < n; b++ {
			s := score(a, b)
			l.scores[a*n+b], l.scores[b*n+a] = s, s
		}
	}
	for {
		a, b := l.closest()
		if a < 0 {
			return l.member
		}
		l.merge(a, b)
	}
}

// closest returns the two clusters that are to become one; -1 where none are.
func (l *linking) closest() (a, b int) {
	a = -1
	var sum, pairs Micro
	for x := range l.n {
		if l.sizes[x] == 0 {
			continue
		}
		for y := x + 1; y < l.n; y++ {
			s, n := l.scores[x*l.n+y], l.pairs(x, y)
			if n == 0 || s < l.match*n {
				continue
			}
			if a < 0 || s*pairs > sum*n {
				a, b, sum, pairs = x, y, s, n
			}
		}
	}
	return a, b
}

// pairs is by how many a score of two clusters is divided; 0 where one is no more.
func (l *linking) pairs(x, y int) int64 {
	if l.how == LinkAverage {
		return l.sizes[x] * l.sizes[y]
	}
	return min(l.sizes[x], l.sizes[y], 1)
}

// merge makes b part of a.
func (l *linking) merge(a, b int) {
	for z := range l.n {
		s := l.across(l.scores[a*l.n+z], l.scores[b*l.n+z])
		l.scores[a*l.n+z], l.scores[z*l.n+a] = s, s
	}
	l.sizes[a] += l.sizes[b]
	l.sizes[b] = 0
	for i, c := range l.member {
		if c == b {
			l.member[i] = a
		}
	}
}

// across is the score of a cluster and one that is made of two.
func (l *linking) across(x, y Micro) Micro {
	switch {
	case x == never || y == never:
		return never
	case l.how == LinkAverage:
		return x + y
	case l.how == LinkSingle:
		return max(x, y)
	}
	return min(x, y)
}
