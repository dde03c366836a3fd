package report

import (
	"cmp"
	"maps"
	"slices"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/outcome/estimate"
)

// A holdTally adds up the holds of one id.
type holdTally struct {
	reason           string
	n, endless, over int64
	ages             estimate.Sample
	since            int64 // of the oldest
	oldest           string
}

// hold counts a hold.
func (b *builder) hold(h *hold) {
	t := b.holds[h.id]
	if t == nil {
		t = &holdTally{}
		b.holds[h.id] = t
	}
	t.reason = max(t.reason, h.reason)
	if h.over || h.until != 0 && h.until <= b.until {
		t.over++
		return
	}
	t.n++
	if h.endless {
		t.endless++
	}
	if h.since == 0 {
		return
	}
	t.ages.Add(max(0, b.until-h.since)/1e6, 1)
	subject := b.subjects[b.walk.subject].String()
	if t.oldest == "" || h.since < t.since || h.since == t.since && subject < t.oldest {
		t.since, t.oldest = h.since, subject
	}
}

// holdsInOrder returns them, those first that have stood longest.
func (b *builder) holdsInOrder() []Hold {
	out := []Hold{}
	for _, id := range sortedKeys(b.holds) {
		t := b.holds[id]
		h := Hold{ID: id, Reason: t.reason, N: t.n, Endless: t.endless, Over: t.over, Subject: t.oldest}
		if median, known := t.ages.NearestRank(50); known {
			h.Median = handoff.Some(median)
		}
		if oldest, known := t.ages.NearestRank(100); known {
			h.Oldest = handoff.Some(oldest)
		}
		out = append(out, h)
	}
	slices.SortStableFunc(out, func(a, b Hold) int { return cmp.Compare(b.Median.Value, a.Median.Value) })
	return out
}

// An overlapTally adds up marketing in a period.
type overlapTally struct {
	runs    estimate.Proportion
	touches int64
	fell    map[overlapKey]bool // into a run
}

// An overlapKey is a touch of a person.
type overlapKey struct {
	person uint32
	touch  int64
}

func (b *builder) overlapOf(period calendar.Date) *overlapTally {
	t := b.overlap[period]
	if t == nil {
		t = &overlapTally{fell: map[overlapKey]bool{}}
		b.overlap[period] = t
	}
	return t
}

// touched counts a touch of marketing, which a decision and a log may have told.
func (b *builder) touched(f *fact) {
	t, key := b.overlapOf(b.periodOf(f.at)), overlapKey{b.walk.subject, f.n}
	fell, known := t.fell[key]
	if !known {
		t.touches++
	}
	t.fell[key] = fell || f.flag
}

// overlaps returns the periods in order.
func (b *builder) overlaps() []Overlap {
	out := []Overlap{}
	for _, period := range slices.SortedFunc(maps.Keys(b.overlap), calendar.Date.Compare) {
		t := b.overlap[period]
		touches := estimate.Proportion{Of: t.touches}
		for _, fell := range t.fell {
			if fell {
				touches.Hits++
			}
		}
		out = append(out, Overlap{b.rules.Period.name(period), b.rules.rateOf(RateOverlap, t.runs), b.rules.rateOf(RateTouchOverlap, touches), t.touches})
	}
	return out
}
