package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/salesbaton/baton/outcome/estimate"
)

// A scoreTally adds up handoffs by a score.
type scoreTally struct {
	all      estimate.Calibration
	segments map[Segment]map[int64]estimate.Proportion // by score
}

// score adds a handoff to its scores.
func (b *builder) score(h *Handoff, hits bool) {
	for _, s := range h.Scores {
		t := b.scores[s.ID]
		if t == nil {
			t = &scoreTally{segments: map[Segment]map[int64]estimate.Proportion{}}
			b.scores[s.ID] = t
		}
		t.all.Add(s.Points, hits)
		for _, segment := range h.Segments {
			if t.segments[segment] == nil {
				t.segments[segment] = map[int64]estimate.Proportion{}
			}
			t.segments[segment][s.Points] = one(t.segments[segment][s.Points], hits)
		}
	}
}

// scoresInOrder says how well each score tells what comes of handoffs.
func (b *builder) scoresInOrder() []Score {
	out := []Score{}
	for _, id := range sortedKeys(b.scores) {
		t := b.scores[id]
		s := Score{ID: id, Handoffs: t.all.N(), Deciles: b.deciles(t), Segments: b.disparities(t)}
		auc, known := t.all.Concordance()
		s.AUC, s.OneSided = Ratio(auc), !known
		out = append(out, s)
	}
	return out
}

func (b *builder) deciles(t *scoreTally) []Decile {
	out := []Decile{}
	for i, bin := range t.all.Bins(10) {
		d := Decile{From: bin.From, To: bin.To, Mean: Ratio(bin.Mean), Rate: b.rules.rateOf(RateID(b.rules.Goal), bin.Proportion)}
		d.Falls = i > 0 && d.Rate.Rate < out[i-1].Rate.Rate
		out = append(out, d)
	}
	return out
}

// disparities compares, within each segment, how many come into the upper half of the score, by segment and value.
func (b *builder) disparities(t *scoreTally) []Disparity {
	out := []Disparity{}
	halves := t.all.Bins(2)
	if len(halves) < 2 {
		return out
	}
	of := map[Segment]estimate.Proportion{}
	for s, scores := range t.segments {
		var upper, hits estimate.Proportion
		for score, p := range scores { // sums, in whatever order
			hits = sum(hits, p)
			upper.Of += p.Of
			if score >= halves[1].From {
				upper.Hits += p.Of
			}
		}
		of[s] = upper
		out = append(out, Disparity{Segment: s.Name, Value: s.Value, Upper: b.rules.rateOf(RateUpperHalf, upper), Rate: b.rules.rateOf(RateID(b.rules.Goal), hits)})
	}
	slices.SortFunc(out, func(a, b Disparity) int {
		return cmp.Or(strings.Compare(a.Segment, b.Segment), strings.Compare(a.Value, b.Value))
	})
	for rest := out; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].Segment == rest[0].Segment {
			n++
		}
		b.compare(rest[:n], of)
		rest = rest[n:]
	}
	return out
}

// compare sets the values of one segment beside the one that fares best.
func (b *builder) compare(values []Disparity, of map[Segment]estimate.Proportion) {
	var rates []estimate.Proportion
	for _, d := range values {
		rates = append(rates, of[Segment{d.Segment, d.Value}])
	}
	for i, impact := range estimate.Disparity(rates, b.rules.Level) {
		values[i].Ratio, values[i].Low = Ratio(impact.Ratio), impact.Adverse
	}
}
