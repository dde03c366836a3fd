package cli

import (
	"cmp"
	"slices"
	"strings"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/identity"
)

// A pair is two records of one file that could be one.
type pair struct {
	one, other int                    // their places in the file, the first one before the other
	as         handoff.MatchCandidate // the first one, as the other weighed it
}

// findings are the duplicates of a file.
type findings struct {
	pairs   []pair // of one cluster, and those to be reviewed
	first   []int  // of each record the first of its cluster; itself where it is alone
	weighed int
	crowds  []identity.Crowd // keys that were not used, for too many share them
	lost    []bool           // records that have no other key, and were compared with nobody; nil: there are none
}

// duplicates compares the records of one file that share a key.
func duplicates(m *identity.Matcher, records []identity.Record, step func(n int)) findings {
	f, places := findings{first: make([]int, len(records))}, map[handoff.Ref]int{}
	prepared := make([]identity.Prepared, len(records))
	for i, r := range records {
		prepared[i] = m.Prepare(r)
		places[r.Ref], f.first[i] = i, i
		step(i + 1)
	}
	d := m.FindDuplicates(prepared)
	f.weighed, f.crowds, f.lost = d.Weighed, d.Crowded, crowdedOut(m, prepared, d.Crowded)
	for _, cluster := range d.Clusters {
		members := make([]int, len(cluster.Refs))
		for i, ref := range cluster.Refs {
			members[i] = places[ref]
		}
		slices.Sort(members)
		for i, at := range members {
			f.first[at] = members[0]
			for _, before := range members[:i] {
				f.add(m, prepared, places, m.Weigh(prepared[before], prepared[at], len(records)))
			}
		}
	}
	for _, p := range d.Review {
		f.add(m, prepared, places, p)
	}
	return f
}

// crowdedOut returns which records have keys, but none that was used.
func crowdedOut(m *identity.Matcher, records []identity.Prepared, crowds []identity.Crowd) []bool {
	if len(crowds) == 0 {
		return nil
	}
	count, crowded := map[identity.Key]int{}, map[identity.Crowd]bool{}
	for _, c := range crowds {
		crowded[c] = true
	}
	for _, p := range records {
		for _, key := range m.Stored(p) {
			count[key]++
		}
	}
	out := make([]bool, len(records))
	for i, p := range records {
		keys := m.Stored(p)
		used := func(key identity.Key) bool {
			return !crowded[identity.Crowd{Kind: p.Ref.Kind, Key: key.By, Records: count[key]}]
		}
		out[i] = len(keys) > 0 && !slices.ContainsFunc(keys, used)
	}
	return out
}

func (f *findings) add(m *identity.Matcher, prepared []identity.Prepared, places map[handoff.Ref]int, p identity.Pair) {
	one, other := places[p.A], places[p.B]
	as := handoff.MatchCandidate{Ref: p.A, Verdict: p.Verdict, Score: p.Score, Evidence: p.Evidence}
	as.Why = f.why(one, other, as, func() string { return keptDown(m, prepared[one], prepared[other]) })
	if one > other {
		one, other, as.Ref = other, one, p.B
	}
	f.pairs = append(f.pairs, pair{one, other, as})
}

// why says why two records are in one cluster, or are not.
func (f *findings) why(one, other int, as handoff.MatchCandidate, kept func() string) string {
	joined, match := f.first[one] == f.first[other], as.Verdict == handoff.Matched
	switch {
	case joined && match:
		return "a match"
	case joined:
		return "no match by itself, but its cluster holds together"
	case match:
		return "a match by itself, but its cluster does not hold together"
	}
	return cmp.Or(kept(), against(as), "too little speaks for a match")
}

// keptDown says what keeps two people from a match whatever else agrees; "" where nothing does, and of accounts.
func keptDown(m *identity.Matcher, a, b identity.Prepared) string {
	if a.Ref.Kind != handoff.KindLead {
		return ""
	}
	for _, c := range m.Match(a, []identity.Prepared{b}).Candidates {
		return c.Why
	}
	return ""
}

// against lists what speaks against a candidate, or for nothing.
func against(c handoff.MatchCandidate) string {
	var parts []string
	for _, e := range c.Evidence {
		if e.Score <= 0 || e.Level == string(identity.Form) || e.Level == string(identity.Part) {
			parts = append(parts, e.Field+" "+e.Level)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "no match by itself: " + strings.Join(parts, ", ")
}

// joined reports whether two records are in one cluster.
func (f *findings) joined(p pair) bool { return f.first[p.one] == f.first[p.other] }

// reportDuplicates writes a row for each record of a file, and the pairs that somebody has to look at.
func (s streams) reportDuplicates(m *identity.Matcher, of sheet, records []identity.Record, out *reports) (string, error) {
	p := s.progress(of, len(records))
	f := duplicates(m, records, p.step)
	p.end()
	if err := out.matches.Write([]string{of.one(), "verdict", "cluster", "other", "score", "by", "why"}); err != nil {
		return "", err
	}
	t := tally{weighed: f.weighed, crowds: f.crowds}
	for i, best := range f.best() {
		verdict, row := f.row(records, i, best)
		t.add(verdict)
		if err := out.matches.Write(row); err != nil {
			return "", err
		}
	}
	for _, p := range f.pairs {
		if f.joined(p) {
			continue
		}
		if err := out.reviewRow(of, records[p.other], records[p.one], p.as); err != nil {
			return "", err
		}
	}
	return t.line(of, "pair"), nil
}

// best returns of each record its best pair, one of its own cluster where there is one; nil where it has none.
func (f *findings) best() []*pair {
	out := make([]*pair, len(f.first))
	for i := range f.pairs {
		p := &f.pairs[i]
		for _, at := range []int{p.one, p.other} {
			if out[at] == nil || f.better(*p, *out[at]) {
				out[at] = p
			}
		}
	}
	return out
}

func (f *findings) better(a, b pair) bool {
	if f.joined(a) != f.joined(b) {
		return f.joined(a)
	}
	return betterFirst(a.as, b.as) < 0
}

// row returns the verdict on a record and its row.
func (f *findings) row(records []identity.Record, i int, best *pair) (handoff.MatchVerdict, []string) {
	id := records[i].Ref.ID
	switch {
	case best != nil:
	case f.lost != nil && f.lost[i]:
		return handoff.ToReview, []string{id, string(handoff.ToReview), "", "", "", "", "compared with nobody: too many records share its keys"}
	default:
		return handoff.NotMatched, []string{id, string(handoff.NotMatched), "", "", "", "", "nobody that it was compared with is like it"}
	}
	verdict, cluster, other := handoff.ToReview, "", best.one
	if f.joined(*best) {
		verdict, cluster = handoff.Matched, records[f.first[i]].Ref.ID
	}
	if other == i {
		other = best.other
	}
	return verdict, []string{id, string(verdict), cluster, records[other].Ref.ID, inBits(best.as.Score), agreeing(best.as), best.as.Why}
}
