package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/salesbaton/baton/outcome/estimate"
)

// A promiseTally adds up the clocks of one promise.
type promiseTally struct {
	kept, late, notDone, overdue, running int64
	breach                                estimate.Survival
}

// clock counts one.
func (b *builder) clock(c *clock) {
	name, _, _ := strings.Cut(c.id, ":")
	p := b.promises[name]
	if p == nil {
		p = &promiseTally{}
		b.promises[name] = p
	}
	switch kept := c.kept(b.until); {
	case kept == InTime:
		p.kept++
	case kept == Late:
		p.late++
		if c.due != 0 {
			p.breach.Done(max(0, c.end-c.due) / 1e6)
		}
	case kept == Overdue:
		p.overdue++
		end := c.end
		if end == 0 {
			end = b.until
		}
		p.breach.Open((end - c.due) / 1e6)
	case c.end != 0:
		p.notDone++
	default:
		p.running++
	}
}

// promisesInOrder returns the promises by name.
func (b *builder) promisesInOrder() []Promise {
	out := []Promise{}
	for _, name := range sortedKeys(b.promises) {
		p := b.promises[name]
		breach := b.rules.timeOf(TimeBreach, &p.breach, 0)
		rate := estimate.Proportion{Hits: p.kept, Of: p.kept + p.late + p.overdue}
		out = append(out, Promise{name, p.kept, p.late, p.notDone, p.overdue, p.running, b.rules.rateOf(RateKept, rate), breach})
	}
	return out
}

// The places of the times that curves are drawn of; that of business time follows.
const (
	timeSpeed = 0
	timeTouch = 6
)

// curve returns how the share of those who were tried grows with the time at a place, with what is promised.
func (b *builder) curve(at int) Curve {
	business := b.rules.Hours != nil
	c := Curve{Business: business, Points: []CurvePoint{}, SLAs: b.slas(at == timeSpeed)}
	if business {
		at++
	}
	var s estimate.Survival
	for _, l := range b.frame.times[at] {
		switch l.state() {
		case done:
			s.Done(l.seconds())
		case open:
			s.Open(l.seconds())
		}
	}
	for _, p := range s.Thinned(maxCurve) {
		c.Points = append(c.Points, CurvePoint{Seconds: p.At, Done: Ratio(p.Done), AtRisk: p.AtRisk})
	}
	return c
}

// slas returns what most first touches are promised within, of the promises that begin with the curve and count its hours.
func (b *builder) slas(ofSignal bool) []SLA {
	of := map[int64]int64{}
	for p, n := range b.promised {
		if begins := ofSignal && p.ofSignal || !ofSignal && p.ofHandoff; begins && p.counts {
			of[p.within] += n
		}
	}
	out := []SLA{}
	for seconds, n := range of {
		out = append(out, SLA{seconds, n})
	}
	slices.SortFunc(out, func(a, b SLA) int {
		return cmp.Or(cmp.Compare(b.Handoffs, a.Handoffs), cmp.Compare(a.Seconds, b.Seconds))
	})
	return out[:min(len(out), maxSLAs)]
}

// maxSLAs bounds the promises of a curve.
const maxSLAs = 3

// maxCurve bounds the points of a curve.
const maxCurve = 200
