package identity

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// slowClusters is agglomerate from its definition: it looks at all pairs of all clusters for each that it joins.
func slowClusters(how Linkage, match Micro, n int, score func(a, b int) Micro) [][]int {
	var clusters [][]int
	for i := range n {
		clusters = append(clusters, []int{i})
	}
	for {
		x, y, bestSum, bestPairs := -1, -1, int64(0), int64(1)
		for i := range clusters {
			for j := i + 1; j < len(clusters); j++ {
				sum, pairs, ok := slowDistanceOf(how, clusters[i], clusters[j], score)
				if ok && sum >= match*pairs && (x < 0 || sum*bestPairs > bestSum*pairs) {
					x, y, bestSum, bestPairs = i, j, sum, pairs
				}
			}
		}
		if x < 0 {
			return clusters
		}
		clusters[x] = append(clusters[x], clusters[y]...)
		slices.Sort(clusters[x])
		clusters = slices.Delete(clusters, y, y+1)
	}
}

func slowDistanceOf(how Linkage, a, b []int, score func(a, b int) Micro) (sum, pairs int64, ok bool) {
	least, most := int64(math.MaxInt64), int64(math.MinInt64)
	for _, i := range a {
		for _, j := range b {
			s := score(min(i, j), max(i, j))
			if s == never {
				return 0, 1, false
			}
			sum, pairs, least, most = sum+s, pairs+1, min(least, s), max(most, s)
		}
	}
	switch how {
	case LinkComplete:
		return least, 1, true
	case LinkSingle:
		return most, 1, true
	}
	return sum, pairs, true
}

func TestAgglomerate_AsTheDefinitionSays(t *testing.T) {
	joined := 0
	for seed := range uint64(600) {
		r := rand.New(rand.NewPCG(seed, 3))
		n := 1 + r.IntN(14)
		scores := make([]Micro, n*n)
		for i := range scores {
			scores[i] = Micro(r.IntN(9) - 4)
			if r.IntN(20) == 0 {
				scores[i] = never
			}
		}
		score := func(a, b int) Micro { return scores[a*n+b] }
		for _, how := range Linkages() {
			want := slowClusters(how, 1, n, score)
			got := make([][]int, n)
			for i, c := range agglomerate(how, 1, n, score) {
				got[c] = append(got[c], i)
			}
			got = slices.DeleteFunc(got, func(c []int) bool { return len(c) == 0 })
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("seed %d, %s (-want +got):\n%s", seed, how, diff)
			}
			joined += n - len(got)
		}
	}
	if joined < 3000 {
		t.Errorf("only %d records joined", joined)
	}
}

// A chain is records of which each is a match with the next, and nothing with the others.
func TestAgglomerate_Chains(t *testing.T) {
	for _, tt := range []struct {
		how    Linkage
		reason string
		want   []int
	}{
		{LinkComplete, "no two that are nothing to each other are in one cluster", []int{0, 0, 2, 2, 4, 4}},
		{LinkAverage, "a weak link does not outweigh the pairs that are none", []int{0, 0, 2, 2, 4, 4}},
		{LinkSingle, "one link is enough", []int{0, 0, 0, 0, 0, 0}},
	} {
		got := agglomerate(tt.how, 10, 6, func(a, b int) Micro {
			if b == a+1 {
				return 12
			}
			return -20
		})
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v: %s", tt.how, got, tt.want, tt.reason)
		}
	}
}

func TestComponents_AreBounded(t *testing.T) {
	const n = 3*maxLinked + 5
	var links []link
	for i := range int32(n - 1) {
		links = append(links, link{i, i + 1, Micro(1000 - i%7)})
	}
	got := components(n, links)
	seen := 0
	for _, c := range got {
		if len(c) > maxLinked {
			t.Errorf("a component has %d records", len(c))
		}
		seen += len(c)
	}
	if len(got) < 4 || seen > n {
		t.Errorf("%d components of %d records", len(got), seen)
	}
	slices.Reverse(links)
	if diff := cmp.Diff(got, components(n, links)); diff != "" {
		t.Errorf("the order of the links matters (-first +reversed):\n%s", diff)
	}
}

// shuffled returns records in another order.
func shuffled(records []Prepared, seed uint64) []Prepared {
	out := slices.Clone(records)
	rand.New(rand.NewPCG(seed, 4)).Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

func TestFindDuplicates_AnyOrder(t *testing.T) {
	m := standard(t)
	f := newForger(5)
	records := append(m.prepareAll(f.people(600)), m.prepareAll(f.companies(600))...)
	want := m.FindDuplicates(records)
	if len(want.Clusters) < 100 || len(want.Review) < 3 {
		t.Fatalf("the set is poor: %d clusters, %d reviews", len(want.Clusters), len(want.Review))
	}
	for seed := range uint64(5) {
		if diff := cmp.Diff(want, m.FindDuplicates(shuffled(records, seed))); diff != "" {
			t.Fatalf("the order matters (-want +got):\n%s", diff)
		}
	}
	twice := append(slices.Clone(records), records...)
	if diff := cmp.Diff(want, m.FindDuplicates(twice)); diff != "" {
		t.Errorf("records that are given twice matter (-want +got):\n%s", diff)
	}
}

// TestFindDuplicates_AsAllPairsSay finds the pairs without keys, weighs them without a glance, and links them by the definition.
func TestFindDuplicates_AsAllPairsSay(t *testing.T) {
	for _, how := range Linkages() {
		m := standard(t, func(c *Config) { c.People.Linkage = how })
		records := m.prepareAll(newForger(6).people(200))
		got := m.FindDuplicates(records)
		list := ofKind(handoff.KindLead, records)
		want := slowDuplicates(&m.people, list)
		if diff := cmp.Diff(want, got.Clusters); diff != "" {
			t.Errorf("%s (-want +got):\n%s", how, diff)
		}
		inCluster := map[handoff.Ref]handoff.Ref{}
		for _, c := range got.Clusters {
			for _, r := range c.Refs {
				inCluster[r] = c.Refs[0]
			}
		}
		review := map[[2]handoff.Ref]bool{}
		for _, p := range got.Review {
			review[[2]handoff.Ref{p.A, p.B}] = true
			if p.Verdict == handoff.NotMatched || inCluster[p.A] != (handoff.Ref{}) && inCluster[p.A] == inCluster[p.B] {
				t.Errorf("%s: %v and %v are a %s, and in one cluster: %v", how, p.A, p.B, p.Verdict, inCluster[p.A] == inCluster[p.B])
			}
			if diff := cmp.Diff(p, m.Weigh(*byRef(records, p.B), *byRef(records, p.A), len(records))); diff != "" {
				t.Errorf("Weigh says something else (-review +weigh):\n%s", diff)
			}
		}
		for i, a := range list {
			for _, b := range list[i+1:] {
				x := m.people.compare(a, b)
				together := inCluster[a.Ref] != (handoff.Ref{}) && inCluster[a.Ref] == inCluster[b.Ref]
				if shareKey(&m.people, a, b) && x.verdict != differs && !together && !review[[2]handoff.Ref{a.Ref, b.Ref}] {
					t.Errorf("%s: %v and %v got lost", how, a.Ref, b.Ref)
				}
			}
		}
	}
}

func byRef(records []Prepared, ref handoff.Ref) *Prepared {
	return &records[slices.IndexFunc(records, func(p Prepared) bool { return p.Ref == ref })]
}

func shareKey(c *compiled, a, b *Prepared) bool {
	keys := c.keys(nil, a.Ref.Kind, a)
	for _, k := range c.keys(nil, b.Ref.Kind, b) {
		if slices.Contains(keys, k) {
			return true
		}
	}
	return false
}

// slowDuplicates links whatever hangs together by matches that share a key.
func slowDuplicates(c *compiled, list []*Prepared) (out []Cluster) {
	component := make([]int, len(list))
	for i := range component {
		component[i] = i
	}
	for i, a := range list {
		for j, b := range list[:i] {
			if x := c.compare(b, a); shareKey(c, a, b) && x.verdict == same {
				from, to := component[i], component[j]
				for k := range component {
					if component[k] == from {
						component[k] = to
					}
				}
			}
		}
	}
	for id := range list {
		var members []*Prepared
		for i, p := range list {
			if component[i] == id {
				members = append(members, p)
			}
		}
		for _, c2 := range slowClusters(c.Linkage, c.Match, len(members), func(a, b int) Micro {
			x := c.compare(members[a], members[b])
			return x.linked(c)
		}) {
			if len(c2) > 1 {
				var records []*Prepared
				for _, i := range c2 {
					records = append(records, members[i])
				}
				out = append(out, c.clusterOf(records))
			}
		}
	}
	slices.SortFunc(out, func(a, b Cluster) int { return a.Refs[0].Compare(b.Refs[0]) })
	return out
}

func TestFindDuplicates_WhatApartKeepsFromAMatchIsInNoCluster(t *testing.T) {
	for _, how := range Linkages() {
		m := standard(t, func(c *Config) { c.Companies.Linkage = how })
		d := m.FindDuplicates(m.prepareAll([]Record{
			company("A1", "Rio Tinto", "riotinto.com"), company("A2", "Rio Tinto Ltd", "riotinto.com"), company("A3", "Rio Tinto plc", "riotinto.com"),
		}))
		for _, c := range d.Clusters {
			if slices.Contains(c.Refs, accountRef("A2")) && slices.Contains(c.Refs, accountRef("A3")) {
				t.Errorf("%s: two companies of one group are taken for one", how)
			}
		}
		if !slices.ContainsFunc(d.Review, func(p Pair) bool {
			return p.A == accountRef("A2") && p.B == accountRef("A3") && p.Verdict == handoff.ToReview
		}) {
			t.Errorf("%s: the two are not for review: %+v", how, d.Review)
		}
	}
}

func TestFindDuplicates_ReviewsThatAreInNoCluster(t *testing.T) {
	m := standard(t)
	records := m.prepareAll([]Record{company("A1", "Unilever N.V.", ""), company("A2", "Unilever plc", ""), company("A3", "Globex", "")})
	d := m.FindDuplicates(records)
	want := []Pair{m.Weigh(records[0], records[1], 3)}
	if diff := cmp.Diff(want, d.Review); diff != "" || len(d.Clusters) > 0 || want[0].Verdict != handoff.ToReview || len(want[0].Evidence) == 0 {
		t.Errorf("%d clusters, (-want +got):\n%s", len(d.Clusters), diff)
	}
	mixed := m.Weigh(records[0], m.Prepare(contact("L1", "", "ann@unilever.com")), 0)
	if mixed.Verdict != handoff.NotMatched || mixed.Evidence != nil {
		t.Errorf("an account and a lead are %s", mixed.Verdict)
	}
}

func TestFindDuplicates_Family(t *testing.T) {
	member := func(id, first string) Record {
		return Record{Ref: leadRef(id), FirstName: first, LastName: "Gonzalez", Street: "12 Elm Street", City: "Springfield", PostalCode: "62701",
			State: "IL", Country: "US"}
	}
	d := standard(t).FindDuplicates(standard(t).prepareAll([]Record{member("L1", "Maria"), member("L2", "Robert"), member("L3", "Maria")}))
	if len(d.Clusters) != 1 || !slices.Equal(d.Clusters[0].Refs, []handoff.Ref{leadRef("L1"), leadRef("L3")}) {
		t.Errorf("who shares a name and a home is one where the first name is the same too: %+v", d.Clusters)
	}
}

func TestFindDuplicates_Crowds(t *testing.T) {
	m := standard(t)
	var records []Record
	for i := range maxBlock + 1 {
		records = append(records, contact(fmt.Sprintf("L%d", i), "", "desk@acme.com"))
	}
	d := m.FindDuplicates(m.prepareAll(records))
	if d.Weighed != 0 || !slices.Contains(d.Crowded, Crowd{handoff.KindLead, KeyEmail, maxBlock + 1}) {
		t.Errorf("got %d pairs, %v", d.Weighed, d.Crowded)
	}
	if d = m.FindDuplicates(m.prepareAll(records[1:])); len(d.Crowded) != 0 || d.Weighed != maxBlock*(maxBlock-1)/2 {
		t.Errorf("one fewer: got %d pairs, %v", d.Weighed, d.Crowded)
	}
}

func TestLog2Ratio(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 5))
	for i := range 20_000 {
		a, b := 1+r.Uint64N(1<<(1+r.UintN(40))), 1+r.Uint64N(1<<(1+r.UintN(40)))
		if i == 0 {
			a, b = 1, 1<<63
		}
		want := 1e6 * (math.Log2(float64(a)) - math.Log2(float64(b)))
		if got := log2Ratio(a, b); math.Abs(float64(got)-want) > 0.51 {
			t.Fatalf("log2(%d/%d) is %d, want %f", a, b, got, want)
		}
	}
}

func TestModel_For(t *testing.T) {
	m := Model{Match: 10 * bit, Review: 5 * bit, Records: 500}
	if got := m.For(4000); got.Match != 13*bit || got.Review != 8*bit || got.Records != 4000 {
		t.Errorf("got %d, %d, %d", got.Match, got.Review, got.Records)
	}
	if got := m.For(250); got.Match != 9*bit {
		t.Errorf("half as many: got %d", got.Match)
	}
	m.Records = 0
	if got := m.For(4000); got.Match != 10*bit {
		t.Errorf("thresholds that hold for any number: got %d", got.Match)
	}
}
