package identity

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

func TestCompareFrom_AsCompareSays(t *testing.T) {
	m := standard(t)
	f := newForger(7)
	people, companies := m.prepareAll(f.people(500)), m.prepareAll(f.companies(500))
	enough := 0
	for i := range people {
		for j := range i {
			enough += checkCompareFrom(t, &m.people, &people[i], &people[j])
			enough += checkCompareFrom(t, &m.companies, &companies[i], &companies[j])
		}
	}
	if enough < 60 {
		t.Errorf("only %d pairs score enough to be compared to the end", enough)
	}
}

func checkCompareFrom(t *testing.T, c *compiled, a, b *Prepared) int {
	t.Helper()
	sa, sb := sketchOf(a), sketchOf(b)
	want := c.compare(a, b)
	least := c.Review - 5*bit
	got, enough := c.compareFrom(least, &sa, &sb, a, b)
	if enough != (want.score >= least) || enough && got != want {
		t.Fatalf("%+v and %+v: got %v %+v, want %+v", a, b, enough, got, want)
	}
	most := c.ceilings(&sa, &sb)
	for p, r := range want.ranks {
		switch place(p) {
		case placeFirstName:
			if w := c.weight[placeFirstName][r] + c.weight[placeLastName][want.ranks[placeLastName]]; w > most[p] {
				t.Fatalf("%q %q and %q %q weigh %d, above the ceiling %d", a.first, a.last, b.first, b.last, w, most[p])
			}
		case placeLastName:
		default:
			if c.weight[p][r] > most[p] {
				t.Fatalf("%s %d of %+v and %+v is above the ceiling %d", fieldNames[p], r, a, b, most[p])
			}
		}
	}
	if enough {
		return 1
	}
	return 0
}

// pairsOfAll returns what FindDuplicates weighs and finds to be more than a no, by another way.
func pairsOfAll(c *compiled, list []*Prepared) (out []Pair) {
	for i, a := range list {
		for _, b := range list[i+1:] {
			if p := c.pair(a, b); p.Verdict != handoff.NotMatched && shareKey(c, a, b) {
				out = append(out, p)
			}
		}
	}
	slices.SortFunc(out, Pair.compareTo)
	return out
}

func TestIndex_AsFindDuplicates(t *testing.T) {
	m := standard(t, func(c *Config) { c.People.Records = 100 })
	for seed := range uint64(3) {
		records := m.prepareAll(newForger(seed).people(200))
		model := m.within(handoff.KindLead, len(records))
		x := NewIndex(m, len(records))
		var got []Pair
		for _, p := range shuffled(records, seed) {
			got = append(got, x.Add(p)...)
		}
		slices.SortFunc(got, Pair.compareTo)
		if diff := cmp.Diff(pairsOfAll(model, ofKind(handoff.KindLead, records)), got); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		d := m.FindDuplicates(records)
		clusters := map[handoff.Ref]Cluster{}
		for _, c := range d.Clusters {
			for _, ref := range c.Refs {
				clusters[ref] = c
			}
		}
		for _, p := range records {
			c, _ := x.Cluster(p.Ref)
			if diff := cmp.Diff(clusters[p.Ref], c); diff != "" {
				t.Fatalf("%v (-FindDuplicates +Cluster):\n%s", p.Ref, diff)
			}
		}
	}
}

func TestIndex_AddRemove(t *testing.T) {
	m := standard(t)
	f := newForger(8)
	records := append(m.prepareAll(f.people(300)), m.prepareAll(f.companies(300))...)
	r := rand.New(rand.NewPCG(8, 8))
	x := NewIndex(m, 0)
	in := map[handoff.Ref]Prepared{}
	for step := range 4000 {
		p := records[r.IntN(len(records))]
		if r.IntN(3) == 0 {
			x.Remove(p.Ref)
			delete(in, p.Ref)
		} else {
			x.Add(p)
			in[p.Ref] = p
		}
		if x.Len() != len(in) {
			t.Fatalf("step %d: it has %d records, want %d", step, x.Len(), len(in))
		}
	}
	fresh := NewIndex(m, 0)
	for _, p := range records {
		if _, there := in[p.Ref]; there {
			fresh.Add(p)
		}
	}
	for _, p := range records {
		if diff := cmp.Diff(fresh.Find(p), x.Find(p)); diff != "" {
			t.Fatalf("%v (-fresh +got):\n%s", p.Ref, diff)
		}
	}
	for _, p := range records {
		x.Remove(p.Ref)
	}
	room := len(x.leads.nodes)
	for _, p := range records {
		x.Add(p)
		x.Remove(p.Ref)
	}
	if len(x.leads.nodes) != room {
		t.Errorf("room for %d keys became room for %d", room, len(x.leads.nodes))
	}
	if x.Len() != 0 || len(x.leads.chains) != 0 || len(x.accounts.chains) != 0 {
		t.Errorf("it is not empty: %d records, %d and %d keys", x.Len(), len(x.leads.chains), len(x.accounts.chains))
	}
}

func TestIndex_OtherKinds(t *testing.T) {
	x := NewIndex(standard(t), 0)
	rep := Prepared{Ref: handoff.Ref{Kind: handoff.KindRep, ID: "kim"}}
	if got := x.Add(rep); got != nil || x.Len() != 0 || x.Find(rep) != nil {
		t.Errorf("a rep is no lead: %v, %d records", got, x.Len())
	}
}
