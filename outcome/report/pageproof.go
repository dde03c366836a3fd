package report

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/salesbaton/baton/outcome/report/internal/chart"
)

func (p *page) experiments() {
	p.section("experiments", "What it makes: experiments", sayf("What an arm does against the control: the difference of the shares of units that came to %s "+
		"after they were exposed, in percentage points; of the units of each arm.", p.goal()))
	if len(p.f.Experiments) == 0 {
		p.say("quiet", "There is no experiment: without a group that is held out, no number here tells what handing over makes.")
		return
	}
	for _, e := range firsts(p.f.Experiments, maxPanels) {
		p.experiment(e)
	}
	p.more(len(p.f.Experiments)-maxPanels, "experiment")
}

func (p *page) experiment(e Experiment) {
	p.heading("Experiment " + sayName(e.ID))
	p.balance(e.Ratio)
	for _, line := range e.exceptions() {
		p.say("", escape(line+"."))
	}
	p.table(arms(e))
	if len(e.Lifts) == 0 {
		p.say("quiet", "There is nothing to compare: it has one arm.")
		return
	}
	p.lifts(e)
	p.bounds(e.Lifts)
	if len(e.Segments) > 0 {
		p.fold(segmentLifts(e))
	}
}

// balance says whether the arms are as large as they should be.
func (p *page) balance(r SampleRatio) {
	test := fmt.Sprintf("chi-square %s, %s of freedom, p %s", sayNumber(float64(r.ChiSquare), 2), plural(r.Freedom, "degree"), sayChance(r.P))
	switch {
	case r.Freedom == 0:
		p.say("", "One arm: there is nothing to tell about how large it should be.")
	case r.Mismatch:
		p.alarm("Sample-ratio mismatch:", sayf("the arms are not as large as they should be (%s). Something keeps units away from an arm; until it is found, "+
			"trust no lift below.", test))
	default:
		p.say("", sayf("The arms are about as large as they should be (%s).", test))
	}
}

// sayChance writes the probability of a difference as large by chance; what is none is a dash.
func sayChance(p Ratio) string {
	if math.IsNaN(float64(p)) {
		return "–"
	}
	return chance(p)
}

// sayMean writes an amount that was reckoned.
func sayMean(r Ratio) string { return sayNumber(float64(r), 0) }

func arms(e Experiment) pageTable {
	t := pageTable{caption: "arms of experiment " + sayName(e.ID),
		header: []string{"Arm", "#Units", "#Should be", "#Converted", "#Interval", "#Value of a unit, mean (minor unit)"}}
	for _, a := range e.Arms {
		name := escape(sayName(armName(a.Arm)))
		if a.Arm == e.Control {
			name += " <span class=\"few\">control</span>"
		}
		t.add(name, cell(whole(a.Units)), cell(sayNumber(float64(a.Propensity)/100, 2)+"\u00a0%"), rateCell(a.Converted), cell(sayRateInterval(a.Converted)),
			cell(sayMean(a.Value)))
	}
	return t
}

func (p *page) lifts(e Experiment) {
	control := sayName(armName(e.Control))
	behind := pageTable{caption: "lift against " + control + " in experiment " + sayName(e.ID), more: max(0, len(e.Lifts)-maxDrawn),
		header: append(append([]string{"Arm"}, liftColumns()...), "#z", "#Least effect it can show", "#Standard error, pooled", "#Standard error, unpooled")}
	var dots []chart.Dot
	for _, l := range firsts(e.Lifts, maxDrawn) {
		dots = append(dots, liftDot(sayName(armName(l.Arm)), l))
		row := append([]markup{withFew(sayName(armName(l.Arm)), l.Small)}, liftCells(l)...)
		behind.add(append(row, cells(sayNumber(float64(l.Z), 2), sayPoints(l.Minimum), sayNumber(float64(l.Pooled), 6),
			sayNumber(float64(l.Unpooled), 6))...)...)
	}
	caption := []markup{sayf("Each dot is the difference to %s, with its %sinterval. Where it leaves out zero, chance alone hardly explains it.", control,
		p.level()) + sayMore(len(e.Lifts), "arms")}
	for _, l := range firsts(e.Lifts, 3) {
		caption = append(caption, "<strong>"+escape(sayName(armName(l.Arm)))+":</strong> "+liftWords(l, e.Ratio.Mismatch))
	}
	f := p.frame("Lift against "+control, "A dot with its interval for each arm, around a line at zero.")
	scope := chart.Scope{Unit: "percentage points against " + chart.Short(control, 20), Least: -100, Most: 100, Zero: true}
	p.figure(chart.Dots(f, dots, scope), caption, behind)
}

func liftDot(label string, l Lift) chart.Dot {
	return chart.Dot{Label: label, Value: 100 * float64(l.Absolute), Low: 100 * float64(l.Interval.Low), High: 100 * float64(l.Interval.High), Few: l.Small,
		Text: beside(sayPoints(l.Absolute) + pick(l.Small, " few", "")),
		Tip:  fmt.Sprintf("%s: %s, interval %s", label, sayPoints(l.Absolute), pick(l.hasInterval(), sayPointInterval(l.Interval), "–"))}
}

// liftColumns are what every table of lifts has.
func liftColumns() []string {
	return []string{"#Converted", "#Control converted", "#Lift", "#Interval", "#p", "#Relative", "#Interval of relative", "#Value of a unit (minor unit)",
		"#Interval of value", "#p of value (Welch)"}
}

// liftCells are those of liftColumns. What cannot be told is a dash.
func liftCells(l Lift) []markup {
	lift, relative, between, value, p := "–", "–", "–", "–", "–"
	if l.hasInterval() {
		lift = sayPointInterval(l.Interval)
	}
	if l.hasRelative() {
		relative = signedPercent(l.Relative)
	}
	if l.hasRelativeInterval() {
		between = signedPercent(l.RelativeInterval.Low) + " to " + signedPercent(l.RelativeInterval.High)
	}
	if l.Value.known() {
		value, p = sayMean(l.Value.Interval.Low)+" to "+sayMean(l.Value.Interval.High), sayChance(l.Value.P)
	}
	return append([]markup{rateCell(l.Converted), rateCell(l.Control)}, cells(sayPoints(l.Absolute), lift, sayChance(l.P), relative,
		between, sayMean(l.Value.Absolute), value, p)...)
}

// liftWords says in sentences what a lift comes to.
func liftWords(l Lift, mismatch bool) markup {
	verdict := "The interval has zero in it: no difference is shown."
	switch {
	case mismatch:
		verdict = "Not to be trusted, for the mismatch above."
	case !l.hasInterval():
		verdict = "There are too few units for an interval: no difference is shown."
	case l.Interval.Low > 0:
		verdict = "It does better: the interval lies above zero."
	case l.Interval.High < 0:
		verdict = "It does worse: the interval lies below zero."
	}
	if l.Small {
		verdict += " Of few units: wait for more before anything is concluded."
	}
	relative := "Nobody of the control converted, so that it cannot be told relative to it."
	if l.hasRelative() {
		relative = "Relative to the control: " + signedPercent(l.Relative) + "."
	}
	least := strings.TrimPrefix(sayPoints(Ratio(math.Abs(float64(l.Minimum)))), "+")
	if !(l.Minimum > 0) {
		return sayf("%s %s", verdict, relative)
	}
	return sayf("%s %s It could show an effect of %s or more, four times out of five.", verdict, relative, least)
}

func withFew(name string, few bool) markup {
	if few {
		return escape(name) + fewCell
	}
	return escape(name)
}

// signedPercent writes a relative change.
func signedPercent(r Ratio) string { return strings.TrimSuffix(sayPoints(r), "pp") + "%" }

// bounds says what |z| has to reach at each look.
func (p *page) bounds(lifts []Lift) {
	if len(lifts[0].Bounds) == 0 {
		return
	}
	var list, reached []string
	for i, b := range lifts[0].Bounds {
		list = append(list, fmt.Sprintf("%s at look %d", sayNumber(float64(b), 2), i+1))
	}
	for _, l := range firsts(lifts, 5) {
		reached = append(reached, sayNumber(math.Abs(float64(l.Z)), 2)+" for "+sayName(armName(l.Arm)))
	}
	p.say("", sayf("Whoever looks before the end claims a difference only where |z| reaches its bound (O'Brien and Fleming, %s): %s. Now |z| is %s.",
		plural(int64(len(list)), "look"), strings.Join(list, ", "), strings.Join(reached, ", ")))
}

func segmentLifts(e Experiment) pageTable {
	t := pageTable{caption: "lift by segment in experiment " + sayName(e.ID), header: append([]string{"Segment", "Value", "Arm", "#Units"}, liftColumns()...)}
	for _, s := range e.Segments {
		row := []markup{cell(sayName(s.Segment)), cell(sayName(s.Value)), withFew(sayName(armName(s.Arm)), s.Small), cell(whole(s.Units))}
		t.add(append(row, liftCells(s.Lift)...)...)
	}
	return t
}

func (p *page) credits() {
	paths := p.f.Paths
	p.section("attribution", "Attribution", sayf("Which channels the conversions are credited to, by six rules of dividing them; of %s on %s. "+
		"A conversion is %s.",
		plural(paths.Conversions, "conversion"), plural(paths.Paths, "path"), p.goal()))
	if paths.Nobody > 0 {
		p.say("", sayf("%s had no touch before, and no channel has the credit.", plural(paths.Nobody, "conversion")))
	}
	if paths.Problem != "" {
		p.alarm("Not all rules could be reckoned:", escape(chart.Short(paths.Problem, 300)))
	}
	if len(p.f.Credits) == 0 {
		p.say("quiet", "No conversion has a touch before it.")
		return
	}
	p.models()
}

// models draws a chart for each model, beside each other, with one table of channels and models.
func (p *page) models() {
	var models [][]Credit
	for m := range runsOf(p.f.Credits, func(a, b Credit) bool { return a.Model == b.Model }) {
		models = append(models, m)
	}
	models = firsts(models, maxPanels)
	channels := channelsOf(models)
	shown := firsts(channels, maxDrawn)
	most := 0.0
	for _, c := range slices.Concat(models...) {
		most = max(most, float64(c.Conversions))
	}
	p.write("<figure class=\"panels\">\n<figcaption>\n<p>Each chart is one rule, with the same channels in the same order and on the same scale. Bars are "+
		"conversions; a rule gives away all of them, so its bars have the same sum as another's.", sayMore(len(channels), "channels"), "</p>\n"+
		"<p>Credit says what came before a conversion. It does not say what made it: experiments do.</p>\n</figcaption>\n<div class=\"several\">\n")
	for _, m := range models {
		p.write("<div><h3>", escape(modelName(string(m[0].Model))), "</h3>\n", markup(p.modelChart(m, shown, most)), "</div>\n")
	}
	p.write("</div>\n")
	p.fold(creditTable(models, shown, len(channels)-len(shown)))
	p.write("</figure>\n")
}

// channelsOf returns the channels of all models, those with the most credit by all of them together first.
func channelsOf(models [][]Credit) []string {
	sum := map[string]Ratio{}
	for _, c := range slices.Concat(models...) {
		sum[c.Channel] += c.Conversions
	}
	return slices.SortedFunc(maps.Keys(sum), func(a, b string) int {
		return cmp.Or(cmp.Compare(sum[b], sum[a]), strings.Compare(a, b))
	})
}

func (p *page) modelChart(m []Credit, channels []string, most float64) string {
	by := creditsOf(m)
	var rows []chart.Row
	for _, name := range channels {
		c := by[name]
		n := sayNumber(float64(c.Conversions), 2)
		rows = append(rows, chart.Row{Label: sayName(name), Text: n, Parts: []chart.Part{
			{Value: float64(c.Conversions), Tip: fmt.Sprintf("%s: %s conversions", sayName(name), n)}}})
	}
	f := p.frame("Conversions by channel, "+modelName(string(m[0].Model)), "Horizontal bars, one for each channel.")
	return chart.Bars(f, rows, chart.Reach{Unit: "conversions", Most: most})
}

func creditsOf(m []Credit) map[string]Credit {
	by := map[string]Credit{}
	for _, c := range m {
		by[c.Channel] = c
	}
	return by
}

// modelName says what a model does.
func modelName(model string) string {
	known := map[string]string{"first": "First touch", "last": "Last touch", "linear": "Linear: all touches alike", "position": "Position: 40, 20, 40 %",
		"time_decay": "Time decay: late touches more", "markov": "Markov: what is lost without it"}[model]
	if known == "" {
		return sayName(model)
	}
	return known
}

// creditTable has a row for each channel and columns for each model.
func creditTable(models [][]Credit, channels []string, more int) pageTable {
	t := pageTable{caption: "credit by channel and rule", header: []string{"Channel"}, more: more}
	var by []map[string]Credit
	for _, m := range models {
		name, _, _ := strings.Cut(modelName(string(m[0].Model)), ":")
		t.header = append(t.header, "#"+name, "#Value, "+strings.ToLower(name))
		by = append(by, creditsOf(m))
	}
	t.header = append(t.header, "#Removal effect (Markov)")
	for _, name := range channels {
		row, removal := cells(sayName(name)), "–"
		for _, m := range by {
			c := m[name]
			row = append(row, cell(sayNumber(float64(c.Conversions), 2)), cell(sayMean(c.Value)))
			if c.Removal != 0 {
				removal = sayNumber(float64(c.Removal), 4)
			}
		}
		t.add(append(row, cell(removal))...)
	}
	return t
}

func (p *page) policies() {
	p.section("policies", "Policy versions and what moved", "Which versions of a policy decided, and the rates of its handoffs against the version before. "+
		"Whatever else changed in between moved them, too.")
	if len(p.f.Policies) == 0 {
		p.say("quiet", "No decision named its policy.")
		return
	}
	t := pageTable{caption: "versions of policies", header: []string{"Policy", "Digest", "#Decisions", "First", "Last", "#Rates that moved clearly"}}
	moved := pageTable{caption: "rates against the version before", header: []string{"Policy", "Digest", "Rate", "#Before", "#After", "#Change", "#Interval",
		"#p", "Clear"}}
	for _, v := range p.f.Policies {
		clear := 0
		for _, m := range v.compared() {
			clear += pick(m.Clear, 1, 0)
			moved.add(cell(sayName(v.Name)), cell(sayName(version(v.Digest))), cell(sayName(rateMeaning(m.ID).name)), rateCell(m.Before), rateCell(m.After),
				cell(sayPoints(m.Change)), cell(sayPointInterval(m.Interval)), cell(sayChance(m.P)), clearCell(m.Clear))
		}
		t.add(cells(sayName(v.Name), sayName(version(v.Digest)), whole(v.Decisions), p.instant(v.First), p.instant(v.Last),
			pick(len(v.compared()) == 0, "–", fmt.Sprintf("%d of %d", clear, len(v.compared()))))...)
	}
	p.table(t.last(maxRows))
	if len(moved.rows) > 0 {
		p.movedChart()
		p.fold(moved.last(maxRows))
	}
}

// movedChart draws what moved with the latest version that moved anything.
func (p *page) movedChart() {
	v, rates := Policy{}, []Moved{}
	for _, each := range p.f.Policies {
		if moved := each.compared(); len(moved) > 0 {
			v, rates = each, moved
		}
	}
	name := sayName(v.Name) + " " + sayName(version(v.Digest))
	p.heading("What moved with " + name)
	behind := pageTable{caption: "what moved with " + name, header: []string{"Rate", "#Change", "#Interval", "#Before", "#After", "#p"},
		more: max(0, len(rates)-maxDrawn)}
	var dots []chart.Dot
	for _, m := range firsts(rates, maxDrawn) {
		label := sayName(rateMeaning(m.ID).name)
		dots = append(dots, movedDot(label, m))
		behind.add(cell(label), cell(sayPoints(m.Change)), cell(sayPointInterval(m.Interval)), rateCell(m.Before), rateCell(m.After), cell(sayChance(m.P)))
	}
	f := p.frame("What moved with "+name, "A dot with its interval for each rate, around a line at zero.")
	p.figure(chart.Dots(f, dots, chart.Scope{Unit: "percentage points against the version before", Least: -100, Most: 100, Zero: true}), []markup{
		sayf("Each dot is how much a rate changed, with its %sinterval; right of the line it rose. It moved clearly where the "+
			"interval leaves out zero.", p.level()),
		"A rise is no good by itself: of declined, disqualified, recycled and overlap, fewer are better.",
		escape(strings.Join(p.f.cautions(len(rates)), " ")),
	}, behind)
}

func movedDot(label string, m Moved) chart.Dot {
	return chart.Dot{Label: label, Value: 100 * float64(m.Change), Low: 100 * float64(m.Interval.Low), High: 100 * float64(m.Interval.High),
		Few:  m.Before.Small || m.After.Small,
		Text: beside(sayPoints(m.Change) + pick(m.Clear, " clear", "")),
		Tip:  fmt.Sprintf("%s: %s, interval %s", label, sayPoints(m.Change), sayPointInterval(m.Interval))}
}

func clearCell(clear bool) markup {
	if clear {
		return "<strong>yes</strong>"
	}
	return "no"
}

func (p *page) scores() {
	p.section("scores", "How well scores tell", sayf("How many handoffs came to %s, by tenths of the score; of the handoffs of each tenth.", p.goal()))
	if len(p.f.Scores) == 0 {
		p.say("quiet", "No handoff has a score.")
		return
	}
	for _, s := range firsts(p.f.Scores, maxPanels) {
		p.score(s)
	}
	p.more(len(p.f.Scores)-maxPanels, "score")
}

func (p *page) score(s Score) {
	name := sayName(s.ID)
	p.heading("Score " + name)
	behind := pageTable{caption: "conversion by tenths of score " + name, header: []string{"Score", "#Mean", "#Converted", "#Interval",
		"Below the tenth before"}, more: max(0, len(s.Deciles)-maxDrawn)}
	var dots []chart.Dot
	for _, d := range firsts(s.Deciles, maxDrawn) {
		label := pick(d.From == d.To, whole(d.From), whole(d.From)+" to "+whole(d.To))
		dot := rateDot(label, d.Rate)
		dots = append(dots, dot)
		behind.add(cell(label), cell(sayNumber(float64(d.Mean), 1)), rateCell(d.Rate), cell(sayRateInterval(d.Rate)),
			pick[markup](d.Falls, "<strong class=\"alarmed\">falls</strong>", "no"))
	}
	if len(dots) > 0 {
		f := p.frame("Conversion by tenths of score "+name, "A dot with its interval for each tenth of the handoffs, the lowest score first.")
		p.figure(chart.Dots(f, dots, rateScope("% that came to "+p.goal())), []markup{auc(s),
			"A score that tells has dots that move to the right from row to row, from the lowest score to the highest.", p.whiskers()}, behind)
	}
	if len(s.Segments) > 0 {
		p.table(disparity(s))
		p.say("quiet", "Against the best: the share in the upper half, over that of the segment with the highest share. Below four fifths, look at what the "+
			"score reads; of few handoffs, chance makes as much.")
	}
}

// auc says how well a score orders.
func auc(s Score) markup {
	if s.OneSided || !(s.AUC >= 0) {
		return sayf("Of %s. How well it orders cannot be told yet.", plural(s.Handoffs, "handoff"))
	}
	return sayf("Of %s. Of two handoffs, one of which converts, it ranks that one higher in %s of cases (AUC; 50 %% is chance).", plural(s.Handoffs, "handoff"),
		sayPercent(s.AUC))
}

func disparity(s Score) pageTable {
	t := pageTable{caption: "score " + sayName(s.ID) + " by segment",
		header: []string{"Segment", "Value", "#In the upper half", "#Converted", "#Against the best", "Below four fifths"}}
	for _, d := range s.Segments {
		t.add(cell(sayName(d.Segment)), cell(sayName(d.Value)), rateCell(d.Upper), rateCell(d.Rate), cell(sayNumber(float64(d.Ratio), 2)), fifths(d))
	}
	return t
}

// fifths says whether a segment comes into the upper half less often than four fifths of the best one's share.
func fifths(d Disparity) markup {
	switch {
	case d.alarming():
		return `<strong class="alarmed">yes</strong>`
	case d.Low:
		return "yes" + fewCell
	}
	return "no"
}
