package report

import (
	"maps"
	"math"
	"slices"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/outcome/attribution"
	"github.com/salesbaton/baton/outcome/estimate"
)

// A builder adds up what a walk finds.
type builder struct {
	*walk
	rules    *rules
	from     int64
	input    Input
	verdicts map[string]int64

	frame     *frame
	funnel    map[calendar.Date]*[stepCount]int64 // by period; the zero date: all
	heat      [7 * 24]estimate.Proportion
	pressure  map[int64]estimate.Proportion
	triggers  map[string]map[calendar.Date]estimate.Proportion // by kind and period
	precision map[string]estimate.Proportion                   // by kind
	followUp  time.Duration                                    // that every handoff of a whole period has had
	promises  map[string]*promiseTally
	owners    map[fairKey]*fairTally
	holds     map[string]*holdTally
	overlap   map[calendar.Date]*overlapTally
	policies  map[[2]string]*Policy // by name and digest
	scores    map[string]*scoreTally
	units     map[unitKey]*unit
	looks     []Ratio           // bounds of experiments, once they are computed
	promised  map[promise]int64 // what first touches were promised to take
	credits   *attribution.Fold
}

// Figures returns what it all comes to as of an instant: what happened after it is left out. The zero instant is the latest that
// was told.
func (r *Report) Figures(until time.Time) Figures {
	if until.IsZero() {
		until = r.Latest()
	}
	credits, err := attribution.New(r.rules.Paths)
	if err != nil {
		panic(err) // New has tried the same
	}
	w := r.newWalk(until)
	segments, beyond := w.segmentNames()
	b := &builder{walk: w, rules: &r.rules, from: math.MaxInt64, input: r.told, verdicts: map[string]int64{},
		frame: newFrame(&r.rules, w.ofKind(factHandoff), segments), funnel: map[calendar.Date]*[stepCount]int64{{}: {}},
		pressure: map[int64]estimate.Proportion{}, triggers: map[string]map[calendar.Date]estimate.Proportion{}, precision: map[string]estimate.Proportion{},
		promises: map[string]*promiseTally{}, owners: map[fairKey]*fairTally{},
		holds: map[string]*holdTally{}, overlap: map[calendar.Date]*overlapTally{}, policies: map[[2]string]*Policy{},
		promised: map[promise]int64{}, scores: map[string]*scoreTally{}, units: map[unitKey]*unit{}, credits: credits}
	if b.followUp = b.rules.Within; b.followUp == 0 {
		b.followUp = until.Sub(b.rules.Zone.At(b.periodOf(micros(until)), 0))
	}
	for subject := range b.subjects {
		if b.begin[subject] < b.begin[subject+1] {
			b.read(uint32(subject))
			b.addSubject()
		}
	}
	refused := maps.Clone(r.refused)
	if beyond > 0 {
		refused[tooManySegments] += beyond
	}
	return b.figures(refused, until)
}

// Latest returns the latest instant that was told; zero: nothing was.
func (r *Report) Latest() time.Time {
	latest := int64(0)
	for _, page := range r.book.pages {
		for i := range page {
			latest = max(latest, page[i].at)
		}
	}
	return instant(latest)
}

// addSubject adds up what is known of one.
func (b *builder) addSubject() {
	if len(b.facts) == 0 { // but for what came after the end
		return
	}
	b.input.Subjects++
	b.input.Unobserved += b.unobserved
	b.input.Outside += b.outside
	b.from = min(b.from, b.facts[0].at)
	for i := range b.handoffs {
		b.add(&b.handoffs[i])
	}
	for _, f := range b.facts {
		b.count(f)
	}
	for i := range b.clocks {
		b.clock(&b.clocks[i])
	}
	for _, p := range b.walk.promised {
		b.promised[p]++
	}
	for i := range b.stood {
		b.hold(&b.stood[i])
	}
	b.runs(func(touch *fact, _ runKey) {
		b.overlapOf(b.periodOf(touch.at)).fell[overlapKey{b.walk.subject, touch.n}] = true
	})
	b.expose()
	b.paths()
}

// add counts a handoff wherever it belongs.
func (b *builder) add(h *Handoff) {
	b.input.Handoffs++
	m := b.rules.measure(h)
	at := b.rules.Zone.In(h.At)
	period := b.rules.Period.start(calendar.Date{Year: at.Year(), Month: at.Month(), Day: at.Day()})
	b.frame.add(&m, []string{h.Trigger, h.Play, h.Motion, h.Owner, h.Team, h.Sequence, h.Channel, h.Policy, b.rules.Period.name(period)})
	b.cohort(&m, period)
	if h.FirstTouch.Kept != "" {
		hour := &b.heat[(int(at.Weekday())+6)%7*24+at.Hour()]
		*hour = one(*hour, h.FirstTouch.Kept == InTime)
	}
	goal := b.rules.came(&m, b.rules.Goal)
	if goal != notCounted {
		b.pressure[h.Attempts] = one(b.pressure[h.Attempts], goal == hit)
		b.signal(&m, period)
	}
	if h.Sequence != "" {
		runs := &b.overlapOf(period).runs
		*runs = one(*runs, h.Overlapped)
	}
	if goal != notCounted {
		b.score(h, goal == hit)
	}
}

// signal counts what came of the kind of signal that was acted on: in all, and by period within a time that every whole period has
// had.
func (b *builder) signal(m *measured, period calendar.Date) {
	if b.triggers[m.Trigger] == nil {
		b.triggers[m.Trigger] = map[calendar.Date]estimate.Proportion{}
	}
	qualified := m.steps[StepQualified.level()]
	b.precision[m.Trigger] = one(b.precision[m.Trigger], b.rules.came(m, StepQualified) == hit)
	soon := !qualified.IsZero() && !qualified.After(m.At.Add(b.followUp))
	b.triggers[m.Trigger][period] = one(b.triggers[m.Trigger][period], soon)
}

// one adds one thing, which has it or has it not.
func one(p estimate.Proportion, hits bool) estimate.Proportion {
	p.Of++
	if hits {
		p.Hits++
	}
	return p
}

// periodOf returns the first day of the period of an instant.
func (b *builder) periodOf(micros int64) calendar.Date {
	return b.rules.Period.start(b.rules.Zone.DateOf(instant(micros)))
}

// cohort counts how far a handoff came.
func (b *builder) cohort(m *measured, period calendar.Date) {
	if b.rules.came(m, StepHandoff) == notCounted {
		return
	}
	if b.funnel[period] == nil {
		b.funnel[period] = &[stepCount]int64{}
	}
	for i, at := range m.steps {
		if b.rules.within(m.Handoff, at) == hit {
			b.funnel[period][i]++
			b.funnel[calendar.Date{}][i]++
		}
	}
}

// count counts what a fact says by itself.
func (b *builder) count(f *fact) {
	switch f.kind {
	case factDecided:
		b.decided(f)
	case factTurn:
		b.turn(f)
	case factTouch:
		b.touched(f)
	}
}

// decided counts a decision.
func (b *builder) decided(f *fact) {
	b.verdicts[b.word(f, 2)]++
	if b.word(f, 2) == string(handoff.VerdictHeldOut) {
		b.input.HeldOut++
	}
	key := [2]string{b.word(f, 0), b.word(f, 1)}
	p := b.policies[key]
	if p == nil {
		p = &Policy{Name: key[0], Digest: key[1], First: instant(f.at), Last: instant(f.at)}
		b.policies[key] = p
	}
	p.Decisions++
	p.First, p.Last = earlier(p.First, instant(f.at)), later(p.Last, instant(f.at))
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// figures puts everything in its order.
func (b *builder) figures(refused map[string]int64, until time.Time) Figures {
	b.input.Repeated, b.input.Verdicts, b.input.Refused = b.repeated, ranked(b.verdicts), ranked(refused)
	by := b.frame.breakdowns()
	f := Figures{Zone: b.rules.Zone.Name(), Until: until, Level: Ratio(b.rules.Level), Small: b.rules.Small, Goal: b.rules.Goal,
		Input: b.input, All: by[0].Groups[0], By: by[1:], Funnel: b.cohorts(), Promises: b.promisesInOrder(), Heat: b.hours(),
		Pressure: b.pressures(), Triggers: b.triggersInOrder(until), Owners: b.fairness(), Holds: b.holdsInOrder(),
		Overlap: b.overlaps(), Policies: b.versions(), Credits: []Credit{}, Experiments: b.experiments(), Scores: b.scoresInOrder(), Speed: b.curve(timeSpeed), Touch: b.curve(timeTouch)}
	if b.from <= micros(until) {
		f.From = instant(b.from)
	}
	f.FollowUp = int64(b.followUp / time.Second)
	if b.rules.Within > 0 {
		f.Within = spanOf(b.rules.Within)
	}
	b.credit(&f)
	return f
}

// spanOf writes a length of time, in days where it is some.
func spanOf(d time.Duration) string {
	const day = 24 * time.Hour
	if d%day == 0 {
		return handoff.Span{Days: int(d / day)}.String()
	}
	return handoff.Span{Elapsed: d}.String()
}

// cohorts returns the funnel of all handoffs and of each period.
func (b *builder) cohorts() []Cohort {
	out := []Cohort{}
	for _, period := range slices.SortedFunc(maps.Keys(b.funnel), calendar.Date.Compare) {
		c := Cohort{Steps: []StepCount{}}
		if !period.IsZero() {
			c.Period = b.rules.Period.name(period)
		}
		counts := b.funnel[period]
		for i, s := range Steps() {
			p := estimate.Proportion{Hits: counts[i], Of: counts[0]}
			c.Steps = append(c.Steps, StepCount{s, counts[i], Ratio(p.Rate()), interval(p.Wilson(b.rules.Level))})
		}
		out = append(out, c)
	}
	return out
}

// hours returns the first touches by hour of the week.
func (b *builder) hours() []Hour {
	out := []Hour{}
	for i, p := range b.heat {
		day := time.Weekday((i/24 + 1) % 7)
		out = append(out, Hour{day.String(), int64(i % 24), b.rules.rateOf(RateTouchedInTime, p)})
	}
	return out
}

// pressures returns what came of handoffs by attempts.
func (b *builder) pressures() []Pressure {
	out := []Pressure{}
	for _, attempts := range slices.Sorted(maps.Keys(b.pressure)) {
		out = append(out, Pressure{attempts, b.rules.rateOf(RateID(b.rules.Goal), b.pressure[attempts])})
	}
	return out
}
