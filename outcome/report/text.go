package report

import (
	"fmt"
	"strings"

	"github.com/salesbaton/baton/outcome/attribution"
)

// Text returns the figures as tables for a terminal: what was read and what was refused, the few numbers that are asked for first,
// then what came of it. A rate stands in front of how many it is of how many, a time as the largest two of days, hours, minutes and
// seconds, and a denominator below Small has an asterisk. What cannot be told is a hyphen. Things have the names that HTML gives
// them. A table without rows is left out, and so are rates and times of nothing. Tables have all of their rows, but for the reasons
// of each play, of which there are the three most frequent. The points of the curves and the hours of the week are not here.
//
// Instants are in Zone, and in UTC where it is one of the host's. The text is the same for the same figures, byte for byte.
func (f Figures) Text() string {
	x := &textPage{zone: f.clock()}
	x.input(f)
	x.headline(f)
	x.rates(f.All, f.Level)
	x.times(f.All)
	for _, b := range f.By {
		x.breakdown(b)
	}
	x.funnel(f.Funnel)
	x.promises(f.Promises)
	x.reasons(f)
	x.pressure(f)
	x.triggers(f)
	x.owners(f.Owners)
	x.holds(f.Holds)
	x.overlap(f.Overlap)
	x.policies(f)
	x.credits(f)
	for _, e := range f.Experiments {
		x.experiment(e)
	}
	for _, s := range f.Scores {
		x.score(s)
	}
	if x.small {
		x.WriteString(fmt.Sprintf("\n* of fewer than %s: look at the interval before anything is concluded from it\n", whole(f.Small)))
	}
	return x.String()
}

// input says what was read, and what was not.
func (x *textPage) input(f Figures) {
	in := f.Input
	x.heading("Input")
	x.line(plural(in.Decisions, "decision"), ", ", plural(in.Signals, "signal"), ", ", plural(in.Activities, "activity"), ", ",
		plural(in.Touches, "touch"))
	if in.Repeated > 0 {
		x.line(plural(in.Repeated, "fact"), " told more than once, and counted once")
	}
	if in.Unobserved > 0 && in.Decisions > 0 {
		x.line(plural(in.Unobserved, "activity"), " of which no decision knows: promises and sequences do not know them")
	}
	if in.Outside > 0 {
		x.line(plural(in.Outside, "activity"), " before the first handoff of the subject, or without any")
	}
	x.line(plural(in.Subjects, "subject"), ", ", plural(in.Handoffs, "handoff"), ", ", whole(in.HeldOut), " held out")
	if len(in.Verdicts) > 0 {
		x.line("verdicts: ", listed(in.Verdicts))
	}
	t := textTable{title: "Refused, and counted nowhere", head: []string{"", "<"}}
	for _, c := range in.Refused {
		t.add(whole(c.N), shown(c.Name))
	}
	x.table(t)
}

// listed returns names with how often each was there.
func listed(list []Count) string {
	parts := make([]string, len(list))
	for i, c := range list {
		parts[i] = spaced(shown(c.Name)) + " " + whole(c.N)
	}
	return strings.Join(parts, ", ")
}

// headline says what the figures are of, and the few numbers that are asked for first.
func (x *textPage) headline(f Figures) {
	x.heading(fmt.Sprintf("%s as of %s", plural(f.All.Handoffs, "handoff"), x.instant(f.Until)))
	if !f.From.IsZero() {
		x.line("events from ", x.instant(f.From), " to ", x.instant(f.Until))
	}
	x.line("a conversion is ", shown(f.goalName()), "; intervals at ", level(f.Level), "%; periods, weekdays and hours of ", shown(f.Zone))
	for _, id := range f.Speed.times(TimeSpeed) {
		if speed := f.All.Time(id); speed.Done+speed.Open > 0 {
			x.line(named(timeMeaning(id).name), ": median ", lasting(speed.Naive.Median), " of those tried, ", lasting(speed.All.Median), " of all, ",
				whole(speed.Open), " not tried yet")
		}
	}
	x.promised(f.Speed, "signal")
	x.promised(f.Touch, "handoff")
	for _, id := range headRates() {
		if r := f.All.Rate(id); r.Of > 0 {
			x.line(named(rateMeaning(id).name), ": ", x.rate(r))
		}
	}
	if won := f.All.Won; won.Deals > 0 {
		x.line("won: ", whole(won.Amount), " by ", plural(won.Deals, "deal"), ", ", mean(won.Mean), " each, in the currency's minor unit")
	}
}

// promised says how many had a first attempt by when one was promised.
func (x *textPage) promised(c Curve, since string) {
	for _, sla := range c.SLAs {
		if len(c.Points) > 0 {
			x.line("promised within ", c.length(sla.Seconds), " from the ", since, ", to ", plural(sla.Handoffs, "handoff"), ": ",
				percent(c.within(sla.Seconds)),
				" of all were tried by then (Kaplan-Meier)")
		}
	}
}

func (x *textPage) rates(g Group, confidence Ratio) {
	t := textTable{title: "Rates", head: []string{"<", "rate", "of", "<" + level(confidence) + "% interval"}}
	for _, r := range g.Rates {
		if r.Of > 0 {
			t.add(named(rateMeaning(r.ID).name), percent(r.Rate), whole(r.Hits)+"/"+whole(r.Of)+x.mark(r.Small), spread(r.Interval))
		}
	}
	x.table(t)
}

// times shows percentiles of those that did it beside those of all: whoever waits still is slow, too.
func (x *textPage) times(g Group) {
	t := textTable{title: "Times: of those done, and beside it of all (Kaplan-Meier), those that are still open among them",
		head: []string{"<", "done", "open", "median", "of all", "p75", "of all", "p90", "of all", "p95", "of all", "p99", "of all", "mean"}}
	var negative []string
	for _, m := range g.Times {
		if m.Negative > 0 {
			negative = append(negative, named(timeMeaning(m.ID).name)+" "+whole(m.Negative))
		}
		if m.Done+m.Open == 0 {
			continue
		}
		n, all := m.Naive, m.All
		t.add(named(timeMeaning(m.ID).name), whole(m.Done)+x.mark(m.Small), whole(m.Open), lasting(n.Median), lasting(all.Median),
			lasting(n.P75), lasting(all.P75), lasting(n.P90), lasting(all.P90),
			lasting(n.P95), lasting(all.P95), lasting(n.P99), lasting(all.P99), lasting(m.Mean))
	}
	x.table(t)
	if len(negative) > 0 {
		x.line("done before it could begin, and left out: ", strings.Join(negative, ", "))
	}
}

// breakdown shows one dimension; one of which nothing is known is left out.
func (x *textPage) breakdown(b Breakdown) {
	if len(b.Groups) == 1 && b.Groups[0].Value == "" {
		return
	}
	t := textTable{title: "By " + shown(dimensionName(b.Dimension)), head: []string{"<", "handoffs", "speed to lead", "of all", "90% of all"}}
	for _, id := range shownRates() {
		t.head = append(t.head, named(rateMeaning(id).name)+" ")
	}
	t.head = append(t.head, "won amount")
	for _, g := range b.Groups {
		speed := g.Time(TimeSpeed)
		row := []string{shown(b.brief(g.Value)), whole(g.Handoffs), lasting(speed.Naive.Median), lasting(speed.All.Median), lasting(speed.All.P90)}
		for _, id := range shownRates() {
			row = append(row, x.rate(g.Rate(id)))
		}
		t.add(append(row, wonAmount(g.Won))...)
	}
	x.table(t)
}

func wonAmount(w Won) string {
	if w.Deals == 0 {
		return "-"
	}
	return whole(w.Amount)
}

func (x *textPage) funnel(cohorts []Cohort) {
	t := textTable{title: "Funnel: how far the handoffs of each period came", head: []string{"<"}}
	for _, step := range Steps() {
		t.head = append(t.head, named(stepName(step)))
	}
	for _, c := range cohorts {
		period := c.Period
		if period == "" {
			period = "all"
		}
		row := []string{shown(period)}
		for _, s := range c.Steps {
			cell := whole(s.N)
			if s.Step != StepHandoff {
				cell += " " + percent(s.Rate)
			}
			row = append(row, cell)
		}
		t.add(row...)
	}
	if len(cohorts) > 0 && cohorts[0].total() > 0 {
		x.table(t)
	}
}

// total returns how many handoffs a cohort has.
func (c Cohort) total() int64 {
	if len(c.Steps) == 0 {
		return 0
	}
	return c.Steps[0].N
}

func (x *textPage) promises(list []Promise) {
	t := textTable{title: "Promises, and by how much the late ones were late", head: []string{"<", "kept", "late", "overdue", "running", "not done",
		"in time ", "median", "of all", "p90", "of all", "p99", "of all"}}
	for _, p := range list {
		n, all := p.Breach.Naive, p.Breach.All
		t.add(shown(spaced(p.Name)), whole(p.Kept), whole(p.Late), whole(p.Overdue), whole(p.Running), whole(p.NotDone), x.rate(p.Rate),
			lasting(n.Median), lasting(all.Median), lasting(n.P90), lasting(all.P90), lasting(n.P99), lasting(all.P99))
	}
	x.table(t)
}

// reasons shows why handoffs ended without success, and the most frequent of each play.
func (x *textPage) reasons(f Figures) {
	t := textTable{title: "Reasons", head: []string{"<outcome", "<reason", "handoffs", "of the outcome"}}
	for _, r := range f.All.Reasons {
		t.add(spaced(shown(r.Outcome)), shown(reasonName(r.Reason)), whole(r.N), percent(r.Share))
	}
	x.table(t)
	by := textTable{title: fmt.Sprintf("Reasons by play: the %d most frequent of each", topReasons),
		head: []string{"<play", "<outcome", "<reason", "handoffs", "of the outcome"}}
	for _, g := range f.plays() {
		for _, r := range firsts(mostly(g.Reasons), topReasons) {
			by.add(shown(g.Value), spaced(shown(r.Outcome)), shown(reasonName(r.Reason)), whole(r.N), percent(r.Share))
		}
	}
	x.table(by)
}

func (x *textPage) pressure(f Figures) {
	t := textTable{title: "By attempts, how many came to " + shown(f.goalName()), head: []string{"attempts", "converted ", "<interval"}}
	for _, p := range f.Pressure {
		t.add(whole(p.Attempts), x.rate(p.Rate), spread(p.Rate.Interval))
	}
	x.table(t)
}

func (x *textPage) triggers(f Figures) {
	title := "Triggers: how many of their handoffs sales took as qualified; before and last period, within " + span(f.FollowUp)
	t := textTable{title: title, head: []string{"<", "qualified ", "<interval", "before ",
		"last period ", "volume", "<"}}
	for _, g := range f.Triggers {
		volume, alarm := "-", ""
		if g.Volume > 0 {
			volume = "x" + decimal(float64(g.Volume), 2)
		}
		if g.Inflated {
			alarm = "INFLATED: many more, and worse"
		}
		t.add(shown(g.Kind), x.rate(g.Precision), spread(g.Precision.Interval), x.rate(g.Before), x.rate(g.Last), volume, alarm)
	}
	x.table(t)
}

func (x *textPage) owners(list []Fairness) {
	t := textTable{title: "Rotations", head: []string{"<pool", "<owner", "offered", "skipped", "assigned", "share", "<why skipped"}}
	for _, o := range list {
		t.add(shown(o.Policy)+"/"+shown(o.Pool), shown(o.Owner), whole(o.Offered), whole(o.Skipped), whole(o.Assigned), percent(o.Share), listed(o.Why))
	}
	x.table(t)
}

func (x *textPage) holds(list []Hold) {
	t := textTable{title: "Holds: those that stand, and how many are over", head: []string{"<", "standing", "no end", "median age", "oldest", "<oldest of",
		"over", "<reason"}}
	for _, h := range list {
		t.add(shown(h.ID), whole(h.N), whole(h.Endless), lasting(h.Median), lasting(h.Oldest), shown(h.Subject), whole(h.Over), shown(h.Reason))
	}
	x.table(t)
}

func (x *textPage) overlap(list []Overlap) {
	t := textTable{title: "Overlap: marketing while a sequence of sales ran", head: []string{"<", "runs with marketing ", "touches in a run ",
		"touches of marketing"}}
	for _, o := range list {
		if o.Runs.Of+o.Touches.Of+o.Marketing > 0 {
			t.add(shown(o.Period), x.rate(o.Runs), x.rate(o.Touches), whole(o.Marketing))
		}
	}
	x.table(t)
}

// policies shows the versions, and below each what moved against the one before.
func (x *textPage) policies(f Figures) {
	t := textTable{title: "Policies", head: []string{"<", "<digest", "<first", "<last", "decisions"}}
	for _, p := range f.Policies {
		t.add(shown(p.Name), shown(version(p.Digest)), x.instant(p.First), x.instant(p.Last), whole(p.Decisions))
	}
	x.table(t)
	moved := 0
	for _, p := range f.Policies {
		x.moved(p)
		moved = max(moved, len(p.compared()))
	}
	if moved == 0 {
		return
	}
	x.heading("About what moved")
	for _, caution := range f.cautions(moved) {
		x.line(shown(caution))
	}
}

func (x *textPage) moved(p Policy) {
	t := textTable{title: "Moved under " + shown(p.Name) + " " + shown(version(p.Digest)) + ", in points; whatever else changed in between moved it, too",
		head: []string{"<", "before ", "after ", "change", "<interval", "p", "<"}}
	for _, m := range p.compared() {
		clear := ""
		if m.Clear {
			clear = "clear"
		}
		t.add(named(rateMeaning(m.ID).name), x.rate(m.Before), x.rate(m.After), points(m.Change), spread(m.Interval), chance(m.P), clear)
	}
	x.table(t)
}

// credits shows a column for each model.
func (x *textPage) credits(f Figures) {
	if p := f.Paths; p.Paths > 0 {
		x.heading("Attribution")
		x.line(plural(p.Paths, "path"), ", ", plural(p.Conversions, "conversion"), " to ", shown(f.goalName()), " worth ", whole(p.Value), ", ",
			whole(p.Nobody), " that no touch led to")
		if p.Problem != "" {
			x.line(shown(p.Problem))
		}
	}
	x.credited("Conversions by channel", f.Credits, func(c Credit) string { return decimal(float64(c.Conversions), 2) })
	if f.Paths.Value != 0 {
		x.credited("Value by channel", f.Credits, func(c Credit) string { return mean(c.Value) })
	}
}

func (x *textPage) credited(title string, list []Credit, of func(Credit) string) {
	t := textTable{title: title, head: []string{"<"}}
	cells := map[string]map[attribution.Model]string{}
	var channels []string
	for _, c := range list {
		if cells[c.Channel] == nil {
			cells[c.Channel] = map[attribution.Model]string{}
			channels = append(channels, c.Channel)
		}
		cells[c.Channel][c.Model] = of(c)
	}
	for _, m := range attribution.Models() {
		t.head = append(t.head, spaced(m))
	}
	for _, channel := range channels {
		row := []string{shown(channel)}
		for _, m := range attribution.Models() {
			cell := cells[channel][m]
			if cell == "" {
				cell = "-"
			}
			row = append(row, cell)
		}
		t.add(row...)
	}
	x.table(t)
}

func (x *textPage) experiment(e Experiment) {
	x.heading("Experiment " + shown(e.ID) + ", against " + shown(armName(e.Control)))
	x.line(sampleRatio(e.Ratio))
	for _, line := range e.exceptions() {
		x.line(line)
	}
	arms := textTable{head: []string{"<arm", "units", "should be", "converted ", "<interval", "won by a unit"}}
	for _, a := range e.Arms {
		arms.add(shown(armName(a.Arm)), whole(a.Units), decimal(float64(a.Propensity)/100, 2)+"%", x.rate(a.Converted), spread(a.Converted.Interval),
			mean(a.Value))
	}
	x.rows(arms)
	lifts := textTable{title: "Lift in " + shown(e.ID) + ", in points", head: liftHead("<arm")}
	for _, l := range e.Lifts {
		lifts.add(append([]string{shown(armName(l.Arm))}, x.lift(l)...)...)
	}
	x.table(lifts)
	segments := textTable{title: "Lift in " + shown(e.ID) + " by segment, in points", head: liftHead("<segment", "<value", "<arm", "units")}
	for _, s := range e.Segments {
		segments.add(append([]string{shown(s.Segment), shown(s.Value), shown(armName(s.Arm)), whole(s.Units)}, x.lift(s.Lift)...)...)
	}
	x.table(segments)
}

func sampleRatio(r SampleRatio) string {
	if r.Freedom == 0 {
		return "sample ratio: one arm, nothing to compare"
	}
	test := fmt.Sprintf("chi-square %s, %s of freedom, p %s", decimal(float64(r.ChiSquare), 2), plural(r.Freedom, "degree"), chance(r.P))
	if r.Mismatch {
		return "sample ratio: MISMATCH, " + test + ": something keeps units away from an arm, so that no lift is to be trusted"
	}
	return "sample ratio: about as it should be, " + test
}

func liftHead(before ...string) []string {
	return append(before, "converted ", "control ", "lift ", "<interval", "relative", "<interval", "z", "p", "least effect", "<bounds of z", "value",
		"<interval", "p")
}

func (x *textPage) lift(l Lift) []string {
	bounds := make([]string, len(l.Bounds))
	for i, b := range l.Bounds {
		bounds[i] = decimal(float64(b), 2)
	}
	lift, relative, between := "-", "-", "-"
	if l.hasInterval() {
		lift = spread(l.Interval)
	}
	if l.hasRelative() {
		relative = signed(percent(l.Relative))
	}
	if l.hasRelativeInterval() {
		between = spread(l.RelativeInterval)
	}
	value, p := "-", "-"
	if l.Value.known() {
		value, p = mean(l.Value.Interval.Low)+" to "+mean(l.Value.Interval.High), chance(l.Value.P)
	}
	return []string{x.rate(l.Converted), x.rate(l.Control), points(l.Absolute) + x.mark(l.Small), lift, relative, between,
		decimal(float64(l.Z), 2), chance(l.P), decimal(float64(l.Minimum)*100, 1), strings.Join(bounds, " "), signed(mean(l.Value.Absolute)), value, p}
}

func (x *textPage) score(s Score) {
	auc := decimal(float64(s.AUC), 3)
	if s.OneSided {
		auc = "-"
	}
	x.heading(fmt.Sprintf("Score %s: %s, AUC %s", shown(s.ID), plural(s.Handoffs, "handoff"), auc))
	deciles := textTable{head: []string{"tenth", "from", "to", "mean", "converted ", "<interval", "<"}}
	for i, d := range s.Deciles {
		falls := ""
		if d.Falls {
			falls = "falls"
		}
		deciles.add(whole(int64(i)+1), whole(d.From), whole(d.To), decimal(float64(d.Mean), 1), x.rate(d.Rate), spread(d.Rate.Interval), falls)
	}
	if len(s.Deciles) > 0 {
		x.rows(deciles)
	}
	segments := textTable{title: "Score " + shown(s.ID) + ": who is in the upper half",
		head: []string{"<segment", "<value", "in the upper half ", "converted ", "against the best", "<"}}
	for _, d := range s.Segments {
		low := ""
		if d.alarming() {
			low = "BELOW FOUR FIFTHS of the segment that fares best"
		}
		segments.add(shown(d.Segment), shown(d.Value), x.rate(d.Upper), x.rate(d.Rate), decimal(float64(d.Ratio), 2), low)
	}
	x.table(segments)
}
