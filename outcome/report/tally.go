package report

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/outcome/estimate"
)

// A Tally adds up handoffs. It keeps none of them. Make one with NewTally.
type Tally struct {
	counts
	rules *rules
	times [timeCount]estimate.Survival
}

// Counts are what is counted of handoffs, without lengths of time.
type counts struct {
	handoffs int64
	rates    [rateCount]estimate.Proportion
	negative [timeCount]int64
	deals    int64
	amount   int64
	reasons  map[Ended]int64
}

const (
	rateCount = 16
	timeCount = 17
)

// NewTally checks a Config and returns an empty Tally.
func NewTally(c Config) (*Tally, error) {
	rules, err := c.rules()
	if err != nil {
		return nil, fmt.Errorf("tally: %w", err)
	}
	return &Tally{rules: &rules}, nil
}

// Add counts a handoff.
func (t *Tally) Add(h Handoff) {
	m := t.rules.measure(&h)
	t.add(&m)
}

// A measured is what a handoff adds to each tally that it is in.
type measured struct {
	*Handoff
	steps [stepCount]time.Time // by when each was taken, or a later one
	rates [rateCount]said
	times [timeCount]lasted
}

// A said is whether a handoff is counted by a rate, and whether it hits.
type said int8

const (
	notCounted said = iota
	missed
	hit
)

func saidOf(counted, hits bool) said {
	switch {
	case !counted:
		return notCounted
	case hits:
		return hit
	}
	return missed
}

// A lasted is how long something of a handoff took, in seconds.
type lasted struct {
	seconds int64
	state   timeState
}

type timeState int8

const (
	untimed timeState = iota
	done
	open
	negative
)

// measure says what a handoff adds.
func (r *rules) measure(h *Handoff) measured {
	m := measured{Handoff: h, steps: h.steps()}
	r.rate(&m)
	r.time(&m)
	return m
}

// rate says how a handoff counts for each rate, in the order of RateIDs.
func (r *rules) rate(m *measured) {
	h := m.Handoff
	within := func(at time.Time) said { return r.within(h, at) }
	yes := !h.Accepted.IsZero() && earlier(h.Accepted, h.Declined).Equal(h.Accepted)
	settled := h.At.Add(r.Accurate)
	m.rates = [rateCount]said{
		within(h.Attempted),
		within(h.Contacted),
		within(h.Meeting),
		r.came(m, StepQualified),
		r.came(m, StepOpportunity),
		r.came(m, StepWon),
		saidOf(!h.Won.IsZero() || !h.Lost.IsZero(), !h.Won.IsZero()),
		saidOf(yes || !h.Declined.IsZero(), yes),
		h.Acceptance.said(),
		h.FirstTouch.said(),
		within(h.Declined),
		within(h.Disqualified),
		within(h.Recycled),
		saidOf(!h.Recycled.IsZero(), h.Recovered),
		saidOf(!settled.After(h.Until), h.Reassigned.IsZero() || h.Reassigned.After(settled)),
		saidOf(h.Sequence != "", h.Overlapped),
	}
}

// came says whether a handoff came to a step, or further.
func (r *rules) came(m *measured, s Step) said { return r.within(m.Handoff, m.steps[s.level()]) }

// within says whether a handoff is old enough to be counted, and something happened in time.
func (r *rules) within(h *Handoff, at time.Time) said {
	if r.Within == 0 {
		return saidOf(true, !at.IsZero())
	}
	ends := h.At.Add(r.Within)
	return saidOf(!ends.After(h.Until), !at.IsZero() && !at.After(ends))
}

// time says how long everything took, in the order of TimeIDs. What has not happened is open up to the end, also where a handoff is
// over before: to leave those out who will never be reached would make the others look quicker.
func (r *rules) time(m *measured) {
	h, ends := m.Handoff, m.Until
	won := h.At
	if h.Won.IsZero() && !h.Lost.IsZero() {
		won = time.Time{} // a lost deal takes no time to be won
	}
	m.times = [timeCount]lasted{
		between(nil, h.Signalled, h.Attempted, ends),
		between(r.Hours, h.Signalled, h.Attempted, ends),
		between(nil, h.Signalled, h.Contacted, ends),
		between(r.Hours, h.Signalled, h.Contacted, ends),
		between(nil, h.Signalled, h.At, h.At),
		between(r.Hours, h.Signalled, h.At, h.At),
		between(nil, h.At, h.Attempted, ends),
		between(r.Hours, h.At, h.Attempted, ends),
		between(nil, h.At, h.Contacted, ends),
		between(r.Hours, h.At, h.Contacted, ends),
		between(nil, h.At, earlier(h.Accepted, h.Declined), ends),
		between(nil, h.At, h.Meeting, ends),
		between(nil, h.At, m.steps[StepOpportunity.level()], ends),
		between(nil, won, h.Won, ends),
		between(nil, h.Opportunity, earlier(h.Won, h.Lost), h.Until),
		h.FirstTouch.late(),
		h.Acceptance.late(),
	}
}

// said says whether a promise is counted, and was kept in time.
func (p Promised) said() said { return saidOf(p.Kept != "", p.Kept == InTime) }

// late says by how much a promise was missed.
func (p Promised) late() lasted {
	switch p.Kept {
	case Late:
		return lasted{int64(p.Late / time.Second), done}
	case Overdue:
		return lasted{int64(p.Late / time.Second), open}
	}
	return lasted{}
}

// earlier returns the earlier of two instants; zero is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// between measures from an instant to another one, or where that has not come as long as it was looked at.
func between(hours *calendar.Calendar, from, to, until time.Time) lasted {
	end, state := to, done
	if to.IsZero() {
		end, state = until, open
	}
	switch {
	case from.IsZero():
		return lasted{}
	case end.Before(from) && state == open:
		return lasted{0, open}
	case end.Before(from):
		return lasted{0, negative}
	case hours == nil:
		return lasted{int64(end.Sub(from) / time.Second), state}
	}
	return lasted{int64(hours.Between(from, end) / time.Second), state}
}

func (t *Tally) add(m *measured) {
	t.count(m)
	for i, l := range m.times {
		switch l.state {
		case done:
			t.times[i].Done(l.seconds)
		case open:
			t.times[i].Open(l.seconds)
		}
	}
}

// count counts a handoff.
func (c *counts) count(m *measured) {
	c.handoffs++
	for i, s := range m.rates {
		if s != notCounted {
			c.rates[i].Of++
		}
		if s == hit {
			c.rates[i].Hits++
		}
	}
	for i, l := range m.times {
		if l.state == negative {
			c.negative[i]++
		}
	}
	if !m.Won.IsZero() && m.Amount.Known {
		c.deals++
		c.amount = plus(c.amount, m.Amount.Value)
	}
	for _, end := range m.Ends {
		c.ended(end, 1)
	}
}

// ended counts an end n times.
func (c *counts) ended(end Ended, n int64) {
	if c.reasons == nil {
		c.reasons = map[Ended]int64{}
	}
	c.reasons[end] += n
}

// merge counts what was counted elsewhere.
func (c *counts) merge(o *counts) {
	c.handoffs += o.handoffs
	for i := range c.rates {
		c.rates[i] = sum(c.rates[i], o.rates[i])
	}
	for i := range c.negative {
		c.negative[i] += o.negative[i]
	}
	c.deals += o.deals
	c.amount = plus(c.amount, o.amount)
	for end, n := range o.reasons {
		c.ended(end, n)
	}
}

// plus adds two amounts, and stays at the greatest and the least number there is.
func plus(a, b int64) int64 {
	switch {
	case b > 0 && a > math.MaxInt64-b:
		return math.MaxInt64
	case b < 0 && a < math.MinInt64-b:
		return math.MinInt64
	}
	return a + b
}

// Merge counts what another tally has counted, which is not changed. The error says that the two count by different rules, or that
// there is no other one.
func (t *Tally) Merge(o *Tally) error {
	if o == nil || t == o {
		return errors.New("tally: another tally is needed to merge with")
	}
	if err := t.rules.differ(*o.rules); err != nil {
		return fmt.Errorf("tally: the two count by different rules: %w", err)
	}
	t.counts.merge(&o.counts)
	for i := range t.times {
		t.times[i].Merge(&o.times[i])
	}
	return nil
}

// Group returns what it comes to, under a name.
func (t *Tally) Group(value string) Group {
	g := t.counts.group(t.rules, value)
	for i, id := range TimeIDs() {
		g.Times[i] = t.rules.timeOf(id, &t.times[i], t.negative[i])
	}
	return g
}

// group returns what the counts come to, with room for the times.
func (c *counts) group(r *rules, value string) Group {
	g := Group{Value: value, Handoffs: c.handoffs, Rates: []Rate{}, Times: make([]Time, timeCount),
		Won: Won{Deals: c.deals, Amount: c.amount}, Reasons: reasonsOf(c.reasons)}
	for i, id := range RateIDs() {
		g.Rates = append(g.Rates, r.rateOf(id, c.rates[i]))
	}
	if c.deals > 0 {
		g.Won.Mean = Ratio(float64(c.amount) / float64(c.deals))
	}
	return g
}

// reasonsOf returns why handoffs ended, with the share of each reason among those of its outcome.
func reasonsOf(ends map[Ended]int64) []Reason {
	of, out := map[string]int64{}, []Reason{}
	for end, n := range ends {
		of[end.Outcome] += n
		out = append(out, Reason{Outcome: end.Outcome, Reason: end.Reason, N: n})
	}
	for i := range out {
		out[i].Share = Ratio(float64(out[i].N) / float64(of[out[i].Outcome]))
	}
	slices.SortFunc(out, func(a, b Reason) int {
		return cmp.Or(strings.Compare(a.Outcome, b.Outcome), cmp.Compare(b.N, a.N), strings.Compare(a.Reason, b.Reason))
	})
	return out
}

// rateOf estimates a rate.
func (r *rules) rateOf(id RateID, p estimate.Proportion) Rate {
	return Rate{ID: id, Hits: p.Hits, Of: p.Of, Rate: Ratio(p.Rate()), Interval: interval(p.Wilson(r.Level)), Small: p.Of < r.Small}
}

func interval(i estimate.Interval) Interval { return Interval{Ratio(i.Low), Ratio(i.High)} }

// timeOf estimates a length of time.
func (r *rules) timeOf(id TimeID, s *estimate.Survival, negative int64) Time {
	finished := s.Completed()
	out := Time{ID: id, Done: finished.N(), Open: s.Censored(), Negative: negative}
	for _, p := range percents {
		if v, known := finished.NearestRank(p); known {
			out.Naive.set(p, v)
		}
	}
	for i, v := range s.Percentiles(percents[:]...) {
		out.All.set(percents[i], v)
	}
	out.Small = out.Done+out.Open < r.Small
	if mean, ok := finished.Mean(); ok {
		out.Mean = handoff.Some(int64(math.Round(mean)))
	}
	return out
}

// percents are those of Percentiles.
var percents = [...]int64{50, 75, 90, 95, 99}

// set sets one of percents.
func (p *Percentiles) set(percent, seconds int64) {
	v := handoff.Some(seconds)
	switch percent {
	case 50:
		p.Median = v
	case 75:
		p.P75 = v
	case 90:
		p.P90 = v
	case 95:
		p.P95 = v
	case 99:
		p.P99 = v
	}
}

// sortedKeys returns the keys of a map in order.
func sortedKeys[K ~string, V any](m map[K]V) []K {
	out := make([]K, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
