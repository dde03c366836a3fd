package report

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/outcome/estimate"
)

// A unitKey is a record in an experiment.
type unitKey struct {
	experiment string
	unit       uint32
}

// A unit is what is known of one.
type unit struct {
	at         int64       // of the first exposure
	of         handoff.Ref // the subject that was exposed then
	arm        string
	propensity int64
	heldOut    bool
	converted  bool
	value      int64
	crossed    bool // it was seen on another arm, too
	young      bool // it has not been exposed as long as conversions have to come
	earlier    bool // it was exposed before the shares of the arms changed last
	segments   []Segment
}

// expose adds what became of the subject to the units that it is, or is part of.
func (b *builder) expose() {
	seen := map[unitKey]bool{}
	for _, x := range b.exposures { // by instant
		key := unitKey{x.experiment, x.unit}
		u := b.units[key]
		if u == nil {
			u = &unit{at: math.MaxInt64, arm: x.arm}
			b.units[key] = u
		}
		u.crossed = u.crossed || u.arm != x.arm
		subject := b.subjects[b.walk.subject]
		if cmp.Or(cmp.Compare(x.at, u.at), strings.Compare(x.arm, u.arm), subject.Compare(u.of), cmp.Compare(x.propensity, u.propensity)) < 0 {
			u.at, u.of, u.arm, u.propensity, u.heldOut, u.segments = x.at, subject, x.arm, x.propensity, x.heldOut, b.segmentsAt(x.at)
		}
		if !seen[key] {
			seen[key] = true
			b.came(u, b.exposed[key])
		}
	}
}

// came adds what the subject came to after the instant at which its unit was exposed first.
func (b *builder) came(u *unit, at int64) {
	for _, g := range b.goals {
		if g.at < at || b.rules.Within > 0 && g.at > at+b.rules.Within.Microseconds() {
			continue
		}
		u.converted = u.converted || g.goal
		if g.won && g.amount > 0 {
			u.value = plus(u.value, g.amount-1)
		}
	}
}

// An armTally adds up the units of an arm.
type armTally struct {
	units      int64
	present    int64 // units since the shares of the arms changed last
	converted  estimate.Proportion
	value      estimate.Moments
	at         int64 // of the latest exposure
	propensity int64
	heldOut    bool
}

func (t *armTally) add(u *unit) {
	t.units++
	if !u.earlier {
		t.present++
	}
	if !u.young && !u.earlier {
		t.converted = one(t.converted, u.converted)
		t.value.Add(u.value)
	}
	if u.at > t.at || u.at == t.at && u.propensity > t.propensity {
		t.at, t.propensity = u.at, u.propensity
	}
	t.heldOut = t.heldOut || u.heldOut
}

// changed returns the last instant at which a unit was exposed under another share of its arm than the latest one; the least
// instant there is: the shares never changed.
func changed(units []*unit) int64 {
	latest := map[string]*unit{}
	for _, u := range units {
		if l := latest[u.arm]; l == nil || cmp.Or(cmp.Compare(u.at, l.at), cmp.Compare(u.propensity, l.propensity)) > 0 {
			latest[u.arm] = u
		}
	}
	at := int64(math.MinInt64)
	for _, u := range units {
		if u.propensity != latest[u.arm].propensity {
			at = max(at, u.at)
		}
	}
	return at
}

// balance tests whether the arms are as large as they should be.
func (t trial) balance() SampleRatio {
	var observed, shares []int64
	for _, name := range sortedKeys(t) {
		observed, shares = append(observed, t[name].present), append(shares, t[name].propensity)
	}
	ratio := estimate.SampleRatio(observed, shares)
	return SampleRatio{Ratio(ratio.ChiSquare), ratio.Freedom, Ratio(ratio.P), ratio.Mismatch}
}

// A trial adds up the arms of an experiment, or of a segment of it.
type trial map[string]*armTally

func (t trial) add(u *unit) {
	if t[u.arm] == nil {
		t[u.arm] = &armTally{}
	}
	t[u.arm].add(u)
}

// experiments returns what came of each.
func (b *builder) experiments() []Experiment {
	trials, crossed, earlier := map[string]trial{}, map[string]int64{}, map[string]int64{}
	segments := map[string]map[Segment]trial{}
	shares := b.shares()
	for key, u := range b.units { // sums, in whatever order
		if trials[key.experiment] == nil {
			trials[key.experiment], segments[key.experiment] = trial{}, map[Segment]trial{}
		}
		u.young = b.rules.Within > 0 && u.at > b.until-b.rules.Within.Microseconds()
		if u.earlier = u.at <= shares[key.experiment]; u.earlier {
			earlier[key.experiment]++
		}
		trials[key.experiment].add(u)
		if u.crossed {
			crossed[key.experiment]++
		}
		for _, s := range u.segments {
			if segments[key.experiment][s] == nil {
				segments[key.experiment][s] = trial{}
			}
			segments[key.experiment][s].add(u)
		}
	}
	out := []Experiment{}
	for _, id := range sortedKeys(trials) {
		e := b.experiment(id, trials[id])
		e.Crossed, e.Earlier, e.Ratio = crossed[id], earlier[id], trials[id].balance()
		e.Segments = b.segmentLifts(e.Control, segments[id])
		out = append(out, e)
	}
	return out
}

// shares returns for each experiment when the shares of its arms changed last.
func (b *builder) shares() map[string]int64 {
	units, out := map[string][]*unit{}, map[string]int64{}
	for key, u := range b.units {
		units[key.experiment] = append(units[key.experiment], u)
	}
	for id, list := range units {
		out[id] = changed(list)
	}
	return out
}

// experiment compares the arms of one.
func (b *builder) experiment(id string, t trial) Experiment {
	e := Experiment{ID: id, Control: t.control(), Arms: []Arm{}, Lifts: []Lift{}, Segments: []SegmentLift{}}
	for _, name := range sortedKeys(t) {
		arm := t[name]
		e.Arms = append(e.Arms, Arm{Arm: name, Units: arm.units, Propensity: arm.propensity,
			Converted: b.rules.rateOf(RateID(b.rules.Goal), arm.converted), Value: Ratio(arm.value.Mean())})
		if name != e.Control {
			e.Lifts = append(e.Lifts, b.lift(name, arm, t[e.Control]))
		}
	}
	return e
}

// control names the arm that the others are compared with: of what is held out, else the arm control, else the first by name.
func (t trial) control() string {
	names := sortedKeys(t)
	for _, name := range names {
		if t[name].heldOut {
			return name
		}
	}
	if slices.Contains(names, "control") {
		return "control"
	}
	return names[0]
}

// lift compares an arm with the control.
func (b *builder) lift(name string, arm, control *armTally) Lift {
	rate := estimate.CompareRates(arm.converted, control.converted, b.rules.Level)
	mean := estimate.CompareMeans(&arm.value, &control.value, b.rules.Level)
	alpha := 1 - b.rules.Level
	l := Lift{
		Arm: name, Converted: b.rules.rateOf(RateID(b.rules.Goal), arm.converted), Control: b.rules.rateOf(RateID(b.rules.Goal), control.converted),
		NoBase: control.converted.Hits == 0, Absolute: Ratio(rate.Absolute), Interval: interval(rate.AbsoluteInterval), Relative: Ratio(rate.Relative),
		RelativeInterval: interval(rate.RelativeInterval), Pooled: Ratio(rate.Pooled), Unpooled: Ratio(rate.Unpooled), Z: Ratio(rate.Z), P: Ratio(rate.P),
		Minimum: Ratio(estimate.MinimumEffect(control.converted.Rate(), arm.converted.Of, control.converted.Of, alpha, power)),
		Bounds:  b.bounds(),
		Value: ValueLift{Ratio(mean.Absolute), interval(mean.Interval), Ratio(mean.Relative), Ratio(mean.T),
			Ratio(mean.Freedom), Ratio(mean.P)},
		Small: min(arm.converted.Of, control.converted.Of) < b.rules.Small,
	}
	return l
}

// power is with what probability an effect as large as Lift.Minimum shows.
const power = 0.8

// bounds returns what |z| has to reach at each look.
func (b *builder) bounds() []Ratio {
	if b.looks == nil {
		b.looks = []Ratio{}
		for _, z := range estimate.OBrienFleming(b.rules.Looks, 1-b.rules.Level) {
			b.looks = append(b.looks, Ratio(z))
		}
	}
	return b.looks
}

// segmentLifts compares the arms within each segment, by its name, value and arm.
func (b *builder) segmentLifts(control string, segments map[Segment]trial) []SegmentLift {
	out := []SegmentLift{}
	for s, t := range segments {
		if t[control] == nil {
			continue
		}
		units := int64(0)
		for _, arm := range t {
			units += arm.units
		}
		for name, arm := range t {
			if name != control {
				out = append(out, SegmentLift{s.Name, s.Value, units, b.lift(name, arm, t[control])})
			}
		}
	}
	slices.SortFunc(out, func(a, b SegmentLift) int {
		return cmp.Or(strings.Compare(a.Segment, b.Segment), strings.Compare(a.Value, b.Value), strings.Compare(a.Arm, b.Arm))
	})
	return out
}
