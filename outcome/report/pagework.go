package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/salesbaton/baton/outcome/report/internal/chart"
)

// rateDot is a rate as a dot with its interval, in percent.
func rateDot(label string, r Rate) chart.Dot {
	d := chart.Dot{Label: label, Tip: label + ": " + sayRate(r), Few: r.Small, None: r.Of == 0, Text: "none yet"}
	if r.Of > 0 {
		d.Value, d.Low, d.High = 100*float64(r.Rate), 100*float64(r.Interval.Low), 100*float64(r.Interval.High)
		d.Text = beside(sayPercent(r.Rate)+" of "+whole(r.Of)+pick(r.Small, " few", ""), sayPercent(r.Rate)+pick(r.Small, " few", ""))
	}
	return d
}

// rateScope is an axis from 0 to 100 percent at most.
func rateScope(unit string) chart.Scope { return chart.Scope{Unit: unit, Least: 0, Most: 100} }

// whiskers explains a chart of rates.
func (p *page) whiskers() markup {
	text := sayf("The dot is the rate, the line through it its %sinterval (Wilson): the truth may well be anywhere on it. Where two lines overlap much, take "+
		"the two for alike.", p.level())
	if p.f.Small > 0 {
		text += sayf(" Hollow dots are of fewer than %s.", whole(p.f.Small))
	}
	return text
}

// largest returns the groups, those with the most handoffs first.
func largest(groups []Group) []Group {
	groups = slices.Clone(groups)
	slices.SortStableFunc(groups, func(a, b Group) int { return cmp.Compare(b.Handoffs, a.Handoffs) })
	return groups
}

func (p *page) acceptance() {
	p.section("acceptance", "Acceptance by play", "How many handoffs of a play the owner accepted; of those that the owner accepted or declined.")
	plays := largest(p.f.plays())
	if len(plays) == 0 {
		p.say("quiet", "No play handed over.")
		return
	}
	behind := pageTable{caption: "acceptance by play", header: []string{"Play", "#Accepted", "#Interval", "#Handoffs"},
		more: max(0, len(plays)-maxDrawn)}
	var dots []chart.Dot
	for _, g := range firsts(plays, maxDrawn) {
		r := g.Rate(RateAccepted)
		dots = append(dots, rateDot(sayName(g.Value), r))
		behind.add(cell(sayName(g.Value)), rateCell(r), cell(sayRateInterval(r)), cell(whole(g.Handoffs)))
	}
	scope := rateScope("% accepted")
	caption := []markup{p.whiskers() + sayMore(len(plays), "plays") + " The play with the most handoffs comes first."}
	if all := p.f.All.Rate(RateAccepted); all.Of > 0 {
		scope.Line, scope.Value = "all: "+sayPercent(all.Rate), 100*float64(all.Rate)
		caption = append(caption, sayf("The dashed line is all plays together: %s.", sayRate(all)))
	}
	p.figure(chart.Dots(p.frame("Acceptance by play", "A dot with its interval for each play."), dots, scope), caption, behind)
	p.heading("All rates by play")
	p.table(allRates("plays and all of their rates", plays))
}

// sayRateInterval is the interval of a rate where there is one.
func sayRateInterval(r Rate) string {
	if r.Of == 0 {
		return "–"
	}
	return sayInterval(r.Interval)
}

// allRates has a row for each group and a column for each rate.
func allRates(caption string, groups []Group) pageTable {
	t := pageTable{caption: caption, header: []string{"Play", "#Handoffs"}}
	for _, id := range RateIDs() {
		t.header = append(t.header, "#"+rateMeaning(id).name)
	}
	t.more = max(0, len(groups)-maxRows)
	for _, g := range firsts(groups, maxRows) {
		row := cells(sayName(g.Value), whole(g.Handoffs))
		for _, id := range RateIDs() {
			row = append(row, rateCell(g.Rate(id)))
		}
		t.add(row...)
	}
	return t
}

func (p *page) overlap() {
	p.section("overlap", "Marketing while sales runs a sequence", "How often marketing reached people while a sequence of sales ran for them: the "+
		"share of runs it fell into, of runs that began in the period, and the share of marketing's "+
		"touches that fell into a run, of its touches in the period.")
	if len(p.f.Overlap) == 0 {
		p.say("quiet", "No sequence ran, or no touch of marketing was told.")
		return
	}
	behind := pageTable{caption: "overlap by period", header: []string{"Period", "#Runs with marketing", "#Touches in a run", "#Touches of marketing"}}
	shown := latest(p.f.Overlap, maxRows)
	behind.more = len(p.f.Overlap) - len(shown)
	runs, touches := chart.Series{Name: "runs"}, chart.Series{Name: "touches"}
	var periods []string
	for _, o := range shown {
		name := sayName(o.Period)
		periods = append(periods, name)
		runs.Points = append(runs.Points, rateShare(name+", runs with marketing: ", o.Runs))
		touches.Points = append(touches.Points, rateShare(name+", touches in a run: ", o.Touches))
		behind.add(cell(name), rateCell(o.Runs), rateCell(o.Touches), cell(whole(o.Marketing)))
	}
	f := p.frame("Overlap of marketing and sales by period", "Two lines over the periods: the share of runs with marketing, and the share of touches that "+
		"fell into a run.")
	p.figure(chart.Timeline(f, periods, []chart.Series{runs, touches}), []markup{
		sayf("Circles on the full line: runs with marketing. Squares on the dashed line: touches of marketing that fell into a run. Hollow marks are of fewer "+
			"than %s.", whole(p.f.Small)),
		sayf("Of all periods: %s of runs.", sayRate(p.f.All.Rate(RateOverlap))),
	}, behind)
}

func rateShare(before string, r Rate) chart.Share {
	return chart.Share{Value: 100 * float64(r.Rate), Tip: before + sayRate(r), Few: r.Small, None: r.Of == 0}
}

func (p *page) owners() {
	p.section("owners", "What each owner was given", "How often a rotation came to a rep, and what it did: assigned, or skipped, such as for being away or "+
		"full. The share is of what the pool assigned.")
	pools := slices.Collect(runsOf(p.f.Owners, func(a, b Fairness) bool { return a.Policy == b.Policy && a.Pool == b.Pool }))
	if len(pools) == 0 {
		p.say("quiet", "No rotation assigned anything.")
		return
	}
	for _, pool := range firsts(pools, maxPanels) {
		p.pool(pool)
	}
	p.more(len(pools)-maxPanels, "pool")
}

// runsOf yields the stretches of a list whose neighbours belong together.
func runsOf[T any](list []T, together func(a, b T) bool) func(func([]T) bool) {
	return func(yield func([]T) bool) {
		from := 0
		for i := range list {
			if i == len(list)-1 || !together(list[i], list[i+1]) {
				if !yield(list[from : i+1]) {
					return
				}
				from = i + 1
			}
		}
	}
}

func (p *page) pool(owners []Fairness) {
	name := sayName(owners[0].Pool)
	p.heading("Pool " + name)
	behind := pageTable{caption: "owners of pool " + name, header: []string{"Owner", "#Offered", "#Skipped", "#Assigned", "#Share", "~Why skipped"},
		more: max(0, len(owners)-maxDrawn)}
	var rows []chart.Row
	for _, o := range firsts(owners, maxDrawn) {
		label := sayName(o.Owner)
		rows = append(rows, chart.Row{Label: label, Text: beside(whole(o.Assigned) + " · " + sayPercent(o.Share)), Parts: []chart.Part{
			{Value: float64(o.Assigned), Tip: fmt.Sprintf("%s: assigned %s, %s of the pool", label, whole(o.Assigned), sayPercent(o.Share))},
			{Value: float64(o.Skipped), Tip: fmt.Sprintf("%s: skipped %s of %s offered", label, whole(o.Skipped), whole(o.Offered)), Other: true}}})
		behind.add(cells(label, whole(o.Offered), whole(o.Skipped), whole(o.Assigned), sayPercent(o.Share), sayCounts(o.Why))...)
	}
	f := p.frame("Assigned and skipped in pool "+name, "For each owner a bar: the full part was assigned, the outlined part was skipped.")
	p.figure(chart.Bars(f, rows, chart.Reach{Unit: "assigned (full), skipped (outlined)"}), []markup{
		sayf("Full bars: what the owner was assigned, with its share of the %s of the pool. Outlined with dashes: when it was the owner's turn and the "+
			"owner was skipped.", plural(assigned(owners), "assignment")),
		sayf("Policy %s.", sayName(owners[0].Policy)) + sayMore(len(owners), "owners"),
	}, behind)
}

func assigned(owners []Fairness) int64 {
	n := int64(0)
	for _, o := range owners {
		n += o.Assigned
	}
	return n
}

// sayCounts lists counts, at most five of them.
func sayCounts(list []Count) string {
	text := ""
	for i, c := range firsts(list, 5) {
		text += pick(i > 0, ", ", "") + sayWords(c.Name) + " " + whole(c.N)
	}
	if more := len(list) - 5; more > 0 {
		text += ", and " + whole(int64(more)) + " more"
	}
	return text
}

func (p *page) triggers() {
	p.section("triggers", "Trigger quality", "How good a kind of signal is: its handoffs that came to qualified (SQL) or further, of its handoffs.")
	if len(p.f.Triggers) == 0 {
		p.say("quiet", "No signal led to a handoff.")
		return
	}
	behind := pageTable{caption: "trigger quality", header: []string{"Signal", "#Qualified", "#Interval", "#Last whole period", "#Periods before",
		"#Handoffs against the mean before", "Alarm"}, more: max(0, len(p.f.Triggers)-maxDrawn)}
	var dots []chart.Dot
	for _, t := range firsts(p.f.Triggers, maxDrawn) {
		if t.Inflated {
			p.alarm("Inflation:", sayf("in the last whole period, %s led to %s times as many handoffs as before on average, and they were worse: %s came to "+
				"qualified, before it were %s.", sayName(t.Kind), sayNumber(float64(t.Volume), 1), sayRate(t.Last), sayRate(t.Before)))
		}
		dots = append(dots, rateDot(sayName(t.Kind), t.Precision))
		behind.add(cell(sayName(t.Kind)), rateCell(t.Precision), cell(sayRateInterval(t.Precision)), rateCell(t.Last), rateCell(t.Before),
			cell(sayVolume(t.Volume)), triggerAlarm(t))
	}
	f := p.frame("Trigger quality", "A dot with its interval for each kind of signal.")
	p.figure(chart.Dots(f, dots, rateScope("% of handoffs that came to qualified")), []markup{p.whiskers() + sayMore(len(p.f.Triggers), "kinds"),
		sayf("The last whole period and those before it count what came within %s of a handoff, which every one of them has had.", span(p.f.FollowUp)),
		"There is an alarm where the last whole period has at least 1.5 times the handoffs of those before on average, and its interval lies " +
			"below their rate."}, behind)
}

func sayVolume(v Ratio) string {
	if !(v > 0) {
		return "–"
	}
	return "×" + sayNumber(float64(v), 2)
}

func triggerAlarm(t Trigger) markup {
	if t.Inflated {
		return `<strong class="alarmed">inflated</strong>`
	}
	return "no"
}

func (p *page) reasons() {
	p.section("reasons", "Why handoffs ended without success", "The reasons that were given; each is of the handoffs that ended in the same way.")
	if len(p.f.All.Reasons) == 0 {
		p.say("quiet", "No handoff ended so.")
		return
	}
	most := mostly(p.f.All.Reasons)
	behind := pageTable{caption: "reasons by outcome", header: []string{"Outcome", "Reason", "#Handoffs", "#Of the outcome"}, more: max(0, len(most)-maxDrawn)}
	var rows []chart.Row
	for _, r := range firsts(most, maxDrawn) {
		reason, end := sayName(reasonName(r.Reason)), sayWords(r.Outcome)
		rows = append(rows, chart.Row{Label: reason, Text: beside(whole(r.N)+" "+end, whole(r.N)), Parts: []chart.Part{
			{Value: float64(r.N), Tip: fmt.Sprintf("%s, %s: %s, %s of the outcome", end, reason, plural(r.N, "handoff"), sayPercent(r.Share))}}})
		behind.add(cells(end, reason, whole(r.N), sayPercent(r.Share))...)
	}
	f := p.frame("Why handoffs ended without success", "Horizontal bars, the most frequent reason first.")
	p.figure(chart.Bars(f, rows, chart.Reach{Unit: "handoffs"}), []markup{
		"The most frequent comes first, whatever the outcome; the outcome stands at the right." + sayMore(len(most), "reasons")}, behind)
	if by := p.reasonsByPlay(); len(by.rows) > 0 {
		p.heading("By play")
		p.table(by)
	}
}

// reasonsByPlay has the most frequent reasons of each play, of which that with the most handoffs comes first.
func (p *page) reasonsByPlay() pageTable {
	t := pageTable{caption: fmt.Sprintf("the %d most frequent reasons of each play", topReasons),
		header: []string{"Play", "Outcome", "Reason", "#Handoffs", "#Of the outcome"}}
	for _, g := range largest(p.f.plays()) {
		for _, r := range firsts(mostly(g.Reasons), topReasons) {
			t.add(cells(sayName(g.Value), sayWords(r.Outcome), sayName(reasonName(r.Reason)), whole(r.N), sayPercent(r.Share))...)
		}
	}
	return t
}

func (p *page) pressure() {
	p.section("pressure", "Touch pressure", sayf("How many handoffs came to %s, by the attempts that were made on them; of the handoffs with so many attempts.",
		p.goal()))
	if len(p.f.Pressure) == 0 {
		p.say("quiet", "No handoff was attempted.")
		return
	}
	behind := pageTable{caption: "conversion by attempts", header: []string{"Attempts", "#Converted", "#Interval"}}
	var dots []chart.Dot
	for _, r := range firsts(p.f.Pressure, maxDrawn) {
		label := plural(r.Attempts, "attempt")
		dots = append(dots, rateDot(label, r.Rate))
		behind.add(cell(whole(r.Attempts)), rateCell(r.Rate), cell(sayRateInterval(r.Rate)))
	}
	behind.more = max(0, len(p.f.Pressure)-maxDrawn)
	f := p.frame("Conversion by attempts", "A dot with its interval for each number of attempts.")
	p.figure(chart.Dots(f, dots, rateScope("% that came to "+p.goal())), []markup{p.whiskers() + sayMore(len(p.f.Pressure), "numbers of attempts"),
		"Attempts end when somebody answers: that more of them go with fewer conversions does not say that they cause it."}, behind)
}

func (p *page) holds() {
	p.section("holds", "Holds and their age", "What keeps records back now, and for how long it has; ages are of holds that stand.")
	if len(p.f.Holds) == 0 {
		p.say("quiet", "Nothing is held.")
		return
	}
	behind := pageTable{caption: "holds", header: []string{"Hold", "Reason", "#Standing", "#No end", "#Median age", "#Oldest", "Oldest of", "#Over"}}
	var rows []chart.Row
	for _, h := range firsts(p.f.Holds, maxDrawn) {
		label := sayName(h.ID)
		tip := fmt.Sprintf("%s: median age %s, oldest %s, of %s", label, sayKnown(h.Median), sayKnown(h.Oldest), whole(h.N))
		days := 0.0
		if h.Median.Known {
			days = float64(h.Median.Value) / 86400
		}
		rows = append(rows, chart.Row{Label: label, Parts: []chart.Part{{Value: days, Tip: tip}},
			Text: beside(sayKnown(h.Median)+" of "+whole(h.N), sayKnown(h.Median))})
		endless := cell(whole(h.Endless))
		if h.Endless > 0 {
			endless = "<strong class=\"alarmed\">" + endless + "</strong>"
		}
		behind.add(cell(label), cell(sayName(h.Reason)), cell(whole(h.N)), endless, cell(sayKnown(h.Median)), cell(sayKnown(h.Oldest)),
			cell(sayName(h.Subject)), cell(whole(h.Over)))
	}
	behind.more = max(0, len(p.f.Holds)-maxDrawn)
	f := p.frame("Median age of holds", "Horizontal bars, the longest age first.")
	p.figure(chart.Bars(f, rows, chart.Reach{Unit: "median age in days"}), []markup{
		"Bars are median ages, the longest first; at the right, the age and how many stand." + sayMore(len(p.f.Holds), "holds"),
		sayf("%s no end: nobody will lift them but a person.", pick(p.endless() == 1, "1 of them has", whole(p.endless())+" of them have"))}, behind)
}

func (p *page) endless() int64 {
	n := int64(0)
	for _, h := range p.f.Holds {
		n += h.Endless
	}
	return n
}
