package report

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
)

// csvColumns are those of CSV. Section to measure name a row: no two rows have the same.
var csvColumns = [...]string{"section", "id", "part", "dimension", "value", "measure", "n", "hits", "of", "rate", "number", "low", "high", "p", "small",
	"done", "open", "negative", "median", "p75", "p90", "p95", "p99", "all_median", "all_p75", "all_p90", "all_p95", "all_p99", "mean", "amount", "text"}

// CSV writes the figures as one table in which every row is one measure of one thing, so that it can be filtered and pivoted:
//
//   - section says which list of Figures the row is from: figures, input, all, by, speed, touch, funnel, promises, heat, reasons,
//     pressure, triggers, owners, holds, overlap, policies, credits, paths, experiments or scores;
//   - id and part name what the list is of: a promise, an outcome and its reason, the policy and pool of an owner, the model of a
//     credit, the name of a policy and a rate that moved, an experiment and its arm, a score and its tenth;
//   - dimension and value say of which handoffs, in all sections with the same words, so that they join: period and 2026-03, policy
//     with its name, a blank and its digest, or a segment such as segment country and its value. Both are empty where all of them
//     are meant; an empty value behind a dimension is where it is unknown, but for funnel, where it is all of them;
//   - measure is what was measured, such as a RateID or TimeID; converted is a rate of Goal.
//
// The others are the result. A count is n. A rate has hits, of, rate, low and high, and small where of is below Small; one of nothing
// has no rate. A time has done, open and negative, percentiles of those that did it (median to p99) and of all (all_median to
// all_p99), and the mean, in seconds. A point of speed and of touch has the share that was done within value, in seconds, and in n
// how many were at risk; promised is a promise of so many seconds, with the handoffs that have it in n. Any other number is in
// number, with low, high and p where it has them; money is an amount in the currency's minor unit. Ratios are not in percent, and
// have six digits. A cell is empty where a column says nothing about the measure. What cannot be told has no row, such as a lift
// relative to a control of which nobody converted, or no low and high, such as a lift of arms in which all are alike.
//
// The table is as RFC 4180 says, with lines that end in a line feed. A text that a spreadsheet would take for a formula, because
// it begins with = + - @, a tab, a carriage return or a line feed, has an apostrophe put in front; numbers are as they are.
func (f Figures) CSV(w io.Writer) error {
	s := &csvSheet{w: csv.NewWriter(w)}
	s.write(csvColumns[:])
	s.figures(f)
	s.input(f.Input)
	s.group(csvKey{section: "all"}, f.All)
	for _, b := range f.By {
		for _, g := range b.Groups {
			s.group(csvKey{section: "by", dimension: b.Dimension, value: g.Value}, g)
		}
	}
	s.curve("speed", f.Speed)
	s.curve("touch", f.Touch)
	s.funnel(f.Funnel)
	s.promises(f.Promises)
	s.reasons(f)
	s.handoffs(f)
	s.triggers(f.Triggers)
	s.owners(f.Owners)
	s.holds(f.Holds)
	s.overlap(f.Overlap)
	s.policies(f.Policies)
	s.credits(f)
	for _, e := range f.Experiments {
		s.experiment(e)
	}
	for _, score := range f.Scores {
		s.score(score)
	}
	s.w.Flush()
	return s.w.Error()
}

// A csvSheet writes rows. An error is that of the final Flush.
type csvSheet struct{ w *csv.Writer }

// A csvKey says what a row measures.
type csvKey struct{ section, id, part, dimension, value string }

// csvCells are what a row says, by column. Texts are defused, numbers are not.
type csvCells map[string]string

func (s *csvSheet) write(row []string) { _ = s.w.Write(row) } // an error is that of the final Flush

func (s *csvSheet) row(k csvKey, measure string, c csvCells) {
	row := make([]string, len(csvColumns))
	for i, text := range []string{k.section, k.id, k.part, k.dimension, k.value, measure} {
		row[i] = defused(text)
	}
	for i, name := range csvColumns {
		if cell, there := c[name]; there {
			row[i] = cell
		}
	}
	s.write(row)
}

// defused returns a text so that a spreadsheet does not take it for a formula.
func defused(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n", rune(text[0])) {
		return "'" + text
	}
	return text
}

func digits(n int64) string { return strconv.FormatInt(n, 10) }

func (s *csvSheet) n(k csvKey, measure string, n int64) { s.row(k, measure, csvCells{"n": digits(n)}) }

func (s *csvSheet) number(k csvKey, measure string, r Ratio) {
	s.row(k, measure, csvCells{"number": r.tidy()})
}

func (s *csvSheet) text(k csvKey, measure, text string) {
	if text != "" {
		s.row(k, measure, csvCells{"text": defused(text)})
	}
}

func (s *csvSheet) instant(k csvKey, measure string, t time.Time) {
	if !t.IsZero() {
		s.text(k, measure, t.UTC().Format(time.RFC3339))
	}
}

// tidy returns the ratio as CSV has it: nothing has no sign.
func (r Ratio) tidy() string { return decimal(float64(r), 6) }

// yes is the text of what is so; what is not so is left out.
func yes(is bool) string {
	if is {
		return "yes"
	}
	return ""
}

func (s *csvSheet) rate(k csvKey, measure string, r Rate) {
	c := csvCells{"hits": digits(r.Hits), "of": digits(r.Of), "small": yes(r.Small)}
	if r.Of > 0 {
		c["rate"], c["low"], c["high"] = r.Rate.tidy(), r.Interval.Low.tidy(), r.Interval.High.tidy()
	}
	s.row(k, measure, c)
}

func (s *csvSheet) time(k csvKey, measure string, t Time) {
	c := csvCells{"done": digits(t.Done), "open": digits(t.Open), "negative": digits(t.Negative), "small": yes(t.Small), "mean": csvSeconds(t.Mean)}
	for _, of := range []struct {
		before string
		p      Percentiles
	}{{"", t.Naive}, {"all_", t.All}} {
		c[of.before+"median"], c[of.before+"p75"], c[of.before+"p90"] = csvSeconds(of.p.Median), csvSeconds(of.p.P75), csvSeconds(of.p.P90)
		c[of.before+"p95"], c[of.before+"p99"] = csvSeconds(of.p.P95), csvSeconds(of.p.P99)
	}
	s.row(k, measure, c)
}

// csvSeconds returns a number of seconds, "" where it is not known.
func csvSeconds(o handoff.Opt[int64]) string {
	if !o.Known {
		return ""
	}
	return digits(o.Value)
}

// estimate writes a number with its interval.
func (s *csvSheet) estimate(k csvKey, measure string, r Ratio, i Interval, p string) {
	s.row(k, measure, csvCells{"number": r.tidy(), "low": i.Low.tidy(), "high": i.High.tidy(), "p": p})
}

// figures writes what all of them go by.
func (s *csvSheet) figures(f Figures) {
	k := csvKey{section: "figures"}
	s.instant(k, "from", f.From)
	s.instant(k, "until", f.Until)
	s.text(k, "zone", f.Zone)
	s.text(k, "goal", string(f.Goal))
	s.text(k, "within", f.Within)
	s.number(k, "level", f.Level)
	s.n(k, "small", f.Small)
}

func (s *csvSheet) input(in Input) {
	k := csvKey{section: "input"}
	for _, c := range []Count{{"decisions", in.Decisions}, {"activities", in.Activities}, {"touches", in.Touches}, {"signals", in.Signals},
		{"repeated", in.Repeated}, {"unobserved", in.Unobserved}, {"outside", in.Outside}, {"subjects", in.Subjects}, {"handoffs", in.Handoffs}, {"held_out", in.HeldOut}} {
		s.n(k, c.Name, c.N)
	}
	for _, c := range in.Verdicts {
		s.n(csvKey{section: "input", id: c.Name}, "verdict", c.N)
	}
	for _, c := range in.Refused {
		s.n(csvKey{section: "input", id: c.Name}, "refused", c.N)
	}
}

func (s *csvSheet) group(k csvKey, g Group) {
	s.n(k, "handoffs", g.Handoffs)
	for _, r := range g.Rates {
		s.rate(k, string(r.ID), r)
	}
	for _, t := range g.Times {
		s.time(k, string(t.ID), t)
	}
	s.row(k, "won_amount", csvCells{"n": digits(g.Won.Deals), "amount": digits(g.Won.Amount), "mean": g.Won.Mean.tidy()})
}

func (s *csvSheet) curve(section string, c Curve) {
	s.text(csvKey{section: section}, "business", yes(c.Business))
	for _, p := range c.Points {
		k := csvKey{section: section, dimension: "seconds", value: digits(p.Seconds)}
		s.row(k, "done", csvCells{"n": digits(p.AtRisk), "rate": p.Done.tidy()})
	}
	for _, sla := range c.SLAs {
		k := csvKey{section: section, dimension: "seconds", value: digits(sla.Seconds)}
		s.row(k, "promised", csvCells{"n": digits(sla.Handoffs), "rate": c.within(sla.Seconds).tidy()})
	}
}

func (s *csvSheet) funnel(cohorts []Cohort) {
	for _, c := range cohorts {
		for _, step := range c.Steps {
			k := csvKey{section: "funnel", dimension: string(ByPeriod), value: c.Period}
			s.row(k, string(step.Step), csvCells{"hits": digits(step.N), "of": digits(c.total()), "rate": step.Rate.tidy(),
				"low": step.Interval.Low.tidy(), "high": step.Interval.High.tidy()})
		}
	}
}

func (s *csvSheet) promises(list []Promise) {
	for _, p := range list {
		k := csvKey{section: "promises", id: p.Name}
		for _, c := range []Count{{"kept", p.Kept}, {"late", p.Late}, {"not_done", p.NotDone}, {"overdue", p.Overdue}, {"running", p.Running}} {
			s.n(k, c.Name, c.N)
		}
		s.rate(k, "in_time", p.Rate)
		s.time(k, "breach", p.Breach)
	}
}

// reasons writes why handoffs ended, of all of them and by each dimension.
func (s *csvSheet) reasons(f Figures) {
	s.ended(csvKey{}, f.All)
	for _, b := range f.By {
		for _, g := range b.Groups {
			s.ended(csvKey{dimension: b.Dimension, value: g.Value}, g)
		}
	}
}

func (s *csvSheet) ended(k csvKey, g Group) {
	k.section = "reasons"
	for _, r := range g.Reasons {
		k.id, k.part = r.Outcome, r.Reason
		s.row(k, "handoffs", csvCells{"n": digits(r.N), "rate": r.Share.tidy()})
	}
}

// handoffs writes what tells handoffs apart beside the dimensions: hours and attempts.
func (s *csvSheet) handoffs(f Figures) {
	for _, h := range f.Heat {
		if h.Rate.Of > 0 {
			s.rate(csvKey{section: "heat", part: digits(h.Hour), dimension: "weekday", value: h.Weekday}, "touched_in_time", h.Rate)
		}
	}
	for _, p := range f.Pressure {
		s.rate(csvKey{section: "pressure", dimension: "attempts", value: digits(p.Attempts)}, "converted", p.Rate)
	}
}

func (s *csvSheet) triggers(list []Trigger) {
	for _, t := range list {
		k := csvKey{section: "triggers", dimension: string(ByTrigger), value: t.Kind}
		s.rate(k, string(RateQualified), t.Precision)
		s.rate(k, "before", t.Before)
		s.rate(k, "last", t.Last)
		s.number(k, "volume", t.Volume)
		s.text(k, "inflated", yes(t.Inflated))
	}
}

func (s *csvSheet) owners(list []Fairness) {
	for _, o := range list {
		k := csvKey{section: "owners", id: o.Policy, part: o.Pool, dimension: string(ByOwner), value: o.Owner}
		s.n(k, "offered", o.Offered)
		s.row(k, "assigned", csvCells{"n": digits(o.Assigned), "rate": o.Share.tidy()})
		s.n(k, "skipped", o.Skipped)
		for _, c := range o.Why {
			s.row(k, "skipped: "+c.Name, csvCells{"n": digits(c.N)})
		}
	}
}

func (s *csvSheet) holds(list []Hold) {
	for _, h := range list {
		k := csvKey{section: "holds", id: h.ID}
		s.row(k, "standing", csvCells{"n": digits(h.N), "median": csvSeconds(h.Median), "text": defused(h.Reason)})
		s.n(k, "endless", h.Endless)
		s.n(k, "over", h.Over)
		s.row(k, "oldest", csvCells{"number": csvSeconds(h.Oldest), "text": defused(h.Subject)})
	}
}

func (s *csvSheet) overlap(list []Overlap) {
	for _, o := range list {
		k := csvKey{section: "overlap", dimension: string(ByPeriod), value: o.Period}
		s.rate(k, "runs", o.Runs)
		s.rate(k, "touches", o.Touches)
		s.n(k, "marketing", o.Marketing)
	}
}

func (s *csvSheet) policies(list []Policy) {
	for _, p := range list {
		k := csvKey{section: "policies", id: p.Name, dimension: string(ByPolicy), value: policyName(p.Name, p.Digest)}
		s.instant(k, "first", p.First)
		s.instant(k, "last", p.Last)
		s.n(k, "decisions", p.Decisions)
		for _, m := range p.Moved {
			k.part = string(m.ID)
			s.rate(k, "before", m.Before)
			s.rate(k, "after", m.After)
			if m.Before.Of > 0 && m.After.Of > 0 {
				s.estimate(k, "change", m.Change, m.Interval, m.P.tidy())
				s.text(k, "clear", yes(m.Clear))
			}
		}
	}
}

func (s *csvSheet) credits(f Figures) {
	for _, c := range f.Credits {
		k := csvKey{section: "credits", id: string(c.Model), dimension: string(ByChannel), value: c.Channel}
		s.number(k, "conversions", c.Conversions)
		s.row(k, "value", csvCells{"amount": c.Value.tidy()})
		if c.Removal != 0 {
			s.number(k, "removal", c.Removal)
		}
	}
	k, p := csvKey{section: "paths"}, f.Paths
	s.n(k, "paths", p.Paths)
	s.n(k, "conversions", p.Conversions)
	s.n(k, "nobody", p.Nobody)
	s.row(k, "value", csvCells{"amount": digits(p.Value)})
	s.text(k, "problem", p.Problem)
}

func (s *csvSheet) experiment(e Experiment) {
	k := csvKey{section: "experiments", id: e.ID}
	s.text(k, "control", e.Control)
	if e.Ratio.Freedom > 0 {
		s.row(k, "sample_ratio", csvCells{"n": digits(e.Ratio.Freedom), "number": e.Ratio.ChiSquare.tidy(), "p": e.Ratio.P.tidy()})
	}
	s.text(k, "mismatch", yes(e.Ratio.Mismatch))
	s.n(k, "crossed", e.Crossed)
	s.n(k, "earlier", e.Earlier)
	for _, a := range e.Arms {
		k.part = a.Arm
		s.n(k, "units", a.Units)
		s.n(k, "propensity_bp", a.Propensity)
		s.rate(k, "converted", a.Converted)
		s.row(k, "value", csvCells{"amount": a.Value.tidy()})
	}
	for _, l := range e.Lifts {
		s.lift(csvKey{section: "experiments", id: e.ID, part: l.Arm}, l)
	}
	for _, l := range e.Segments {
		k := csvKey{section: "experiments", id: e.ID, part: l.Arm, dimension: segmentDimension(l.Segment), value: l.Value}
		s.n(k, "segment_units", l.Units)
		s.lift(k, l.Lift)
	}
}

func (s *csvSheet) lift(k csvKey, l Lift) {
	s.rate(k, "lift_converted", l.Converted)
	s.rate(k, "lift_control", l.Control)
	cells := csvCells{"number": l.Absolute.tidy(), "p": l.P.tidy(), "small": yes(l.Small)}
	if l.hasInterval() {
		cells["low"], cells["high"] = l.Interval.Low.tidy(), l.Interval.High.tidy()
	}
	s.row(k, "lift_absolute", cells)
	if l.hasRelative() {
		cells := csvCells{"number": l.Relative.tidy()}
		if l.hasRelativeInterval() {
			cells["low"], cells["high"] = l.RelativeInterval.Low.tidy(), l.RelativeInterval.High.tidy()
		}
		s.row(k, "lift_relative", cells)
	}
	for _, c := range []struct {
		name string
		r    Ratio
	}{{"pooled_se", l.Pooled}, {"unpooled_se", l.Unpooled}, {"z", l.Z}, {"minimum_effect", l.Minimum}} {
		s.number(k, c.name, c.r)
	}
	for i, b := range l.Bounds {
		s.number(k, "bound_"+digits(int64(i)+1), b)
	}
	if !l.Value.known() {
		s.number(k, "value_absolute", l.Value.Absolute)
		return
	}
	s.estimate(k, "value_absolute", l.Value.Absolute, l.Value.Interval, l.Value.P.tidy())
	s.number(k, "value_relative", l.Value.Relative)
	s.number(k, "value_t", l.Value.T)
	s.number(k, "value_freedom", l.Value.Freedom)
}

func (s *csvSheet) score(score Score) {
	k := csvKey{section: "scores", id: score.ID}
	s.n(k, "handoffs", score.Handoffs)
	if !score.OneSided {
		s.number(k, "auc", score.AUC)
	}
	for i, d := range score.Deciles {
		k := csvKey{section: "scores", id: score.ID, part: digits(int64(i) + 1)}
		s.rate(k, "converted", d.Rate)
		s.row(k, "points", csvCells{"number": d.Mean.tidy(), "low": digits(d.From), "high": digits(d.To)})
		s.text(k, "falls", yes(d.Falls))
	}
	for _, d := range score.Segments {
		k := csvKey{section: "scores", id: score.ID, dimension: segmentDimension(d.Segment), value: d.Value}
		s.rate(k, "upper", d.Upper)
		s.rate(k, "converted", d.Rate)
		s.number(k, "ratio", d.Ratio)
		s.text(k, "below_four_fifths", yes(d.Low))
	}
}
