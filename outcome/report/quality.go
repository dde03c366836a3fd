package report

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/outcome/estimate"
)

// inflation is from which Trigger.Volume on there are many more signals than before.
const inflation = 1.5

// triggersInOrder says how good each kind of signal is, and whether it grew worse as it grew.
func (b *builder) triggersInOrder(until time.Time) []Trigger {
	current := b.periodOf(micros(until)) // which is not whole
	whole := b.rules.Period.start(current.AddDays(-1))
	out := []Trigger{}
	for _, kind := range sortedKeys(b.triggers) {
		periods, all := b.triggers[kind], b.precision[kind]
		t := Trigger{Kind: kind, Precision: b.rules.rateOf(RateQualified, all)}
		last, before := periods[whole], estimate.Proportion{}
		var first calendar.Date
		for _, period := range slices.SortedFunc(maps.Keys(periods), calendar.Date.Compare) {
			if period.Compare(whole) < 0 {
				before = sum(before, periods[period])
				if first.IsZero() {
					first = period
				}
			}
		}
		if before.Of > 0 {
			t.Volume = Ratio(float64(last.Of) * float64(b.periodsBetween(first, whole)) / float64(before.Of))
		}
		t.Before, t.Last = b.rules.rateOf(RateQualified, before), b.rules.rateOf(RateQualified, last)
		t.Inflated = t.Volume >= inflation && t.Last.Interval.High < t.Before.Rate
		out = append(out, t)
	}
	return out
}

func sum(a, b estimate.Proportion) estimate.Proportion {
	return estimate.Proportion{Hits: a.Hits + b.Hits, Of: a.Of + b.Of}
}

// periodsBetween returns how many periods there are from one on and before another, also those in which nothing was.
func (b *builder) periodsBetween(from, to calendar.Date) (n int64) {
	for ; from.Compare(to) < 0; from = b.rules.Period.next(from) {
		n++
	}
	return n
}

// versions returns the policies that decided, each against the one before it of the same name.
func (b *builder) versions() []Policy {
	out := []Policy{}
	for _, p := range b.policies {
		out = append(out, *p)
	}
	slices.SortFunc(out, func(a, b Policy) int {
		return cmp.Or(a.First.Compare(b.First), strings.Compare(a.Name, b.Name), strings.Compare(a.Digest, b.Digest))
	})
	previous := map[string]*Policy{}
	for i := range out {
		p := &out[i]
		p.Moved = []Moved{}
		if before := previous[p.Name]; before != nil {
			p.Moved = b.moved(before, p)
		}
		previous[p.Name] = p
	}
	return out
}

// moved compares the rates under two versions of a policy, where there are any.
func (b *builder) moved(before, after *Policy) []Moved {
	out := []Moved{}
	was, is := b.frame.counts(ByPolicy, policyName(before.Name, before.Digest)), b.frame.counts(ByPolicy, policyName(after.Name, after.Digest))
	if was == nil || is == nil {
		return out
	}
	for i, id := range RateIDs() {
		if was.rates[i].Of == 0 || is.rates[i].Of == 0 {
			continue
		}
		lift := estimate.CompareRates(is.rates[i], was.rates[i], b.rules.Level)
		out = append(out, Moved{
			ID: id, Before: b.rules.rateOf(id, was.rates[i]), After: b.rules.rateOf(id, is.rates[i]),
			Change: Ratio(lift.Absolute), Interval: interval(lift.AbsoluteInterval), P: Ratio(lift.P),
			Clear: lift.AbsoluteInterval.Low > 0 || lift.AbsoluteInterval.High < 0,
		})
	}
	return out
}
