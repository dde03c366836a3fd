package report

import (
	"fmt"

	"github.com/salesbaton/baton/outcome/report/internal/chart"
)

// charter lists what has to be looked at before the figures are trusted.
func (p *page) charter() {
	var list []markup
	see := func(id, where string, text markup) {
		list = append(list, "<li>"+text+" <a href=\"#"+markup(id)+"\">See "+escape(where)+"</a>.</li>\n")
	}
	for _, e := range p.f.Experiments {
		if e.Ratio.Mismatch {
			see("experiments", "experiments", sayf("The arms of experiment %s are not as large as they should be: its lifts are not to be trusted.",
				sayName(e.ID)))
		}
	}
	for _, t := range p.f.Triggers {
		if t.Inflated {
			see("triggers", "trigger quality", sayf("Signals of the kind %s have become many more, and worse.", sayName(t.Kind)))
		}
	}
	for _, s := range p.f.Scores {
		for _, d := range s.Segments {
			if d.alarming() {
				see("scores", "scores", sayf("Score %s puts fewer of %s %s into its upper half than four fifths of the best segment's.", sayName(s.ID),
					sayName(d.Segment), sayName(d.Value)))
			}
		}
	}
	if n := p.refused(); n > 0 {
		see("input", "what was read", sayf("%s could not be counted.", plural(n, "event")))
	}
	if len(list) == 0 {
		return
	}
	p.write("<aside class=\"alarm\" aria-label=\"Look at this first\">\n<p><strong>Look at this first</strong></p>\n<ul>\n")
	p.write(firsts(list, maxDrawn)...)
	p.write("</ul>\n")
	if more := len(list) - maxDrawn; more > 0 {
		p.say("", sayf("and %s more", whole(int64(more))))
	}
	p.write("</aside>\n")
}

func (p *page) refused() int64 {
	n := int64(0)
	for _, c := range p.f.Input.Refused {
		n += c.N
	}
	return n
}

func (p *page) overview() {
	p.section("in-short", "In short", sayf("What became of %s. Each number says what it is of.", plural(p.f.All.Handoffs, "handoff")))
	all := p.f.All
	p.write("<dl class=\"tiles\">\n")
	p.tile("Handoffs", whole(all.Handoffs), "of "+plural(p.f.Input.Subjects, "subject")+"; "+whole(p.f.Input.HeldOut)+" more were held out")
	for _, id := range p.f.Speed.times(TimeSpeed) {
		p.timeTile(all.Time(id))
	}
	for _, id := range headRates() {
		p.rateTile(all.Rate(id))
	}
	p.tile("Won, in minor units", typeset(whole(all.Won.Amount)), "such as cents, by "+plural(all.Won.Deals, "deal")+" with an amount")
	p.write("</dl>\n")
	if p.f.Small > 0 {
		p.say("quiet", sayf("What is of fewer than %s is marked “few”: chance alone moves it a lot.", whole(p.f.Small)))
	}
}

func (p *page) tile(name, value, below string) {
	p.write("<div><dt>", escape(name), "</dt><dd class=\"big\">", escape(value), "</dd><dd>", escape(below), "</dd></div>\n")
}

func (p *page) timeTile(t Time) {
	tried := "nine in ten within " + sayKnown(t.All.P90)
	if !t.All.P90.Known {
		tried = "too few were tried to say when nine in ten were"
	}
	p.tile(timeMeaning(t.ID).name+", median", sayKnown(t.All.Median), fmt.Sprintf("%s; of all %s, %s still without an attempt (Kaplan–Meier)",
		tried, whole(t.Done+t.Open), whole(t.Open)))
}

func (p *page) rateTile(r Rate) {
	m := rateMeaning(r.ID)
	if r.Of == 0 {
		p.tile(m.name, "–", "none yet, of "+m.of)
		return
	}
	below := fmt.Sprintf("%s of %s %s; %sinterval %s", whole(r.Hits), whole(r.Of), m.of, p.level(), sayInterval(r.Interval))
	p.tile(m.name, sayPercent(r.Rate)+pick(r.Small, ", few", ""), below)
}

func (p *page) speed() {
	speed := p.f.All.Time(p.f.Speed.time(TimeSpeed))
	p.section("speed", "Speed to lead", sayf("How long it took from the signal to the first attempt to reach the subject. Of all %s: the %s without an "+
		"attempt so far count as waiting, and are not left out (Kaplan and Meier).", plural(speed.Done+speed.Open, "handoff"), whole(speed.Open)))
	if speed.Negative > 0 {
		p.say("", sayf("%s to have been attempted before the signal; they are counted here and nowhere else.",
			pick(speed.Negative == 1, "1 more handoff seems", whole(speed.Negative)+" more handoffs seem")))
	}
	if len(p.f.Speed.Points) > 0 {
		p.curve(p.f.Speed, speed, "signal")
	} else {
		p.say("quiet", "There is no first attempt to draw a curve of.")
	}
	if len(p.f.Touch.Points) > 0 {
		p.heading("First touch, since the handoff")
		p.say("", "The same without what systems took before somebody had it: what people took.")
		p.curve(p.f.Touch, p.f.All.Time(p.f.Touch.time(TimeTouch)), "handoff")
	}
	if len(p.f.All.Times) > 0 {
		p.heading("How long each part took")
		p.times()
	}
}

// curve draws the share with a first attempt by the time since something, and what was promised.
func (p *page) curve(c Curve, all Time, since string) {
	behind := pageTable{caption: "share of handoffs with a first attempt, by time since the " + since,
		header: []string{"Within", "#Share", "#Seconds", "#Waiting just before"}, all: true}
	drawn := make([]chart.Reached, len(c.Points))
	for i, at := range c.Points {
		within := typeset(span(at.Seconds))
		tip := fmt.Sprintf("within %s: %s; %s were waiting just before", within, sayPercent(at.Done), whole(at.AtRisk))
		drawn[i] = chart.Reached{Seconds: at.Seconds, Share: 100 * float64(at.Done), Tip: tip}
		behind.add(cells(within, sayPercent(at.Done), whole(at.Seconds), whole(at.AtRisk))...)
	}
	half, nine := sayKnown(all.All.Median), sayKnown(all.All.P90)
	caption := []markup{
		sayf("The line is the share of handoffs with a first attempt within the time below%s. Each step to the right is some times as long as the one before.",
			pick(c.Business, ", which is business time: nights, weekends and holidays do not count", "")),
		sayf("Half were tried within %s, nine in ten within %s. A dash says that so many were not tried yet.", half, nine),
	}
	var markers []chart.Marker
	for _, sla := range c.SLAs {
		markers = append(markers, chart.Marker{Seconds: sla.Seconds, Label: "promised: " + span(sla.Seconds)})
		caption = append(caption, sayf("Promised within %s, to %s: of all handoffs, %s had a first attempt within %s.", c.length(sla.Seconds),
			plural(sla.Handoffs, "handoff"), sayPercent(c.within(sla.Seconds)), span(sla.Seconds)))
	}
	if len(c.SLAs) > 0 {
		caption = append(caption, "Dashed lines are promises of a first touch; not every handoff has one.")
	}
	clock := pick(c.Business, "business time", "time") + " since the " + since
	f := p.frame("Share of handoffs with a first attempt, by "+clock, fmt.Sprintf("A rising line. Half are reached at %s, nine in ten at %s.", half, nine))
	p.figure(chart.Curve(f, drawn, markers, clock+", on a scale of logarithms"), caption, behind)
}

func (p *page) times() {
	t := pageTable{caption: "lengths of time of all handoffs", header: []string{"Time", "?What it is", "#Median", "#75 %", "#90 %", "#95 %", "#99 %",
		"#Done", "#Open", "#Negative", "#Median of those done", "#90 % of those done", "#Mean of those done"}}
	for _, time := range p.f.All.Times {
		m := timeMeaning(time.ID)
		name := escape(sayName(m.name))
		if time.Small {
			name += fewCell
		}
		a := time.All
		t.add(append([]markup{name}, cells(m.what, sayKnown(a.Median), sayKnown(a.P75), sayKnown(a.P90), sayKnown(a.P95), sayKnown(a.P99), whole(time.Done),
			whole(time.Open), whole(time.Negative), sayKnown(time.Naive.Median), sayKnown(time.Naive.P90), sayKnown(time.Mean))...)...)
	}
	p.say("", "Percentiles are of all, with what is open counted as still waiting, but for the last columns. A dash: too few did it to tell. "+
		"Negative: it seems to have been done before it could begin; counted here and nowhere else. What each time is stands also under "+
		"<a href=\"#definitions\">What the numbers mean</a>.")
	p.table(t)
}

func (p *page) funnel() {
	p.section("funnel", "Funnel", "How far handoffs came. A step counts as taken where a later one was; each is of all handoffs of its row.")
	if len(p.f.Funnel) == 0 || p.f.All.Handoffs == 0 {
		p.say("quiet", "There is no handoff.")
		return
	}
	p.funnelOf(p.f.Funnel[0])
	if len(p.f.Funnel) > 1 {
		p.heading("By period of the handoff")
		p.cohorts(p.f.Funnel)
	}
}

func (p *page) funnelOf(c Cohort) {
	behind := pageTable{caption: "funnel of all handoffs", header: []string{"Step", "#Handoffs", "#Of all handoffs", "#Interval", "#Of the step before"}}
	var steps []chart.Step
	before := int64(0)
	for i, s := range c.Steps {
		of := "–"
		if i > 0 && before > 0 {
			of = sayPercent(Ratio(float64(s.N) / float64(before)))
		}
		before = s.N
		name := sayName(stepName(s.Step))
		tip := fmt.Sprintf("%s: %s, %s of all", name, plural(s.N, "handoff"), sayPercent(s.Rate))
		text := beside(whole(s.N)+" · "+sayPercent(s.Rate), sayPercent(s.Rate))
		steps = append(steps, chart.Step{Label: name, N: float64(s.N), Tip: tip, Text: text})
		behind.add(cells(name, whole(s.N), sayPercent(s.Rate), sayInterval(s.Interval), of)...)
	}
	p.figure(chart.Funnel(p.frame("Funnel", "Horizontal bars, one for each step from the handoff to the won deal."), steps, "handoffs"), []markup{
		sayf("Bars start at the same line and are as long as the number of handoffs that came so far. Percentages are of all %s.",
			plural(p.f.All.Handoffs, "handoff")),
		"Young handoffs have had less time to get far; compare periods in the table below, and the latest with care.",
	}, behind)
}

func (p *page) cohorts(all []Cohort) {
	t := pageTable{caption: "funnel by period of the handoff", header: []string{"Period"}}
	for _, s := range all[0].Steps {
		t.header = append(t.header, "#"+sayName(stepName(s.Step)))
	}
	shown := latest(all[1:], maxRows)
	t.more = len(all) - 1 - len(shown)
	for _, c := range shown {
		row := cells(sayName(c.Period))
		for i, s := range c.Steps {
			value := cell(whole(s.N))
			if i > 0 {
				value = cell(sayPercent(s.Rate)) + "<small>" + sayf("%s of %s", whole(s.N), whole(c.Steps[0].N)) + "</small>"
			} else if s.N < p.f.Small {
				value += fewCell
			}
			row = append(row, value)
		}
		t.add(row...)
	}
	p.table(t)
}

func (p *page) promises() {
	p.section("promises", "Promises", "What was promised in time, and what was kept. The share is of promises that were kept, late or are overdue; those "+
		"that run, and those that were not done because nobody had to keep them any more, are left out.")
	if len(p.f.Promises) == 0 {
		p.say("quiet", "Nothing was promised.")
	} else {
		p.table(p.promiseTable())
	}
	p.heading("First touch in time, by hour of the week")
	p.heat()
}

func (p *page) promiseTable() pageTable {
	t := pageTable{caption: "promises and what became of them", header: []string{"Promise", "#In time", "#Interval", "#Late", "#Overdue", "#Running",
		"#Not done", "#Late by, median", "#Late by, 90 %"}}
	for _, r := range p.f.Promises {
		t.add(append([]markup{escape(sayWords(r.Name)), rateCell(r.Rate)}, cells(sayRateInterval(r.Rate), whole(r.Late), whole(r.Overdue), whole(r.Running),
			whole(r.NotDone), sayKnown(r.Breach.All.Median), sayKnown(r.Breach.All.P90))...)...)
	}
	return t
}

const (
	weekdays  = 7
	hoursADay = 24
)

// heat draws the hours of a week as a calendar does: a column for each day, from the first hour with a handoff to the last.
func (p *page) heat() {
	of := int64(0)
	for _, h := range p.f.Heat {
		of += h.Rate.Of
	}
	if len(p.f.Heat) != weekdays*hoursADay || of == 0 {
		p.say("quiet", "No promise of a first touch was due yet.")
		return
	}
	from, until := p.waking()
	behind := pageTable{caption: "first touch in time, by weekday and hour", header: []string{"Weekday", "Hour", "#In time"}, all: true}
	var days, hours []string
	for d := range weekdays {
		name := []rune(sayName(p.f.Heat[d*hoursADay].Weekday))
		days = append(days, string(firsts(name, 3)))
		for h := from; h < until; h++ {
			hour := p.f.Heat[d*hoursADay+h]
			behind.add(cell(sayName(hour.Weekday)), cell(sayHour(hour.Hour)), rateCell(hour.Rate))
		}
	}
	var drawn []chart.Cell
	for h := from; h < until; h++ {
		hours = append(hours, sayHour(int64(h)))
		for d := range weekdays {
			drawn = append(drawn, heatCell(p.f.Heat[d*hoursADay+h]))
		}
	}
	f := p.frame("First touch in time, by hour of the week", fmt.Sprintf("A table of 7 weekdays by %s. Each cell prints how many percent "+
		"were in time; the darker it is, the more were not.", plural(int64(until-from), "hour")))
	left := ""
	if until-from < hoursADay {
		left = fmt.Sprintf(", and neither had the hours before %s and from %s on, which are left out", sayHour(int64(from)), sayHour(int64(until)))
	}
	p.figure(chart.Heat(f, days, hours, drawn, []string{"95 % +", "85–95 %", "70–85 %", "50–70 %", "< 50 %"}), []markup{
		sayf("Each cell prints the percentage of first touches in time, of those promised for handoffs of that hour: %s in all. The stronger the shade, "+
			"the more were missed.", whole(of)),
		sayf("In brackets, paler and with a dashed outline: of fewer than %s. Empty cells had none%s. Hours are those of %s.", whole(p.f.Small),
			left, sayName(p.f.Zone)),
	}, behind)
}

// waking returns the first hour of the day with a handoff, and the one after the last.
func (p *page) waking() (from, until int) {
	from = hoursADay
	for i, h := range p.f.Heat {
		if h.Rate.Of > 0 {
			from, until = min(from, i%hoursADay), max(until, i%hoursADay+1)
		}
	}
	return from, until
}

func sayHour(h int64) string { return fmt.Sprintf("%02d:00", h) }

func heatCell(h Hour) chart.Cell {
	c := chart.Cell{Tip: fmt.Sprintf("%s %s: %s", sayName(h.Weekday), sayHour(h.Hour), sayRate(h.Rate)), Shade: -1,
		Few: h.Rate.Small && h.Rate.Of > 0}
	if h.Rate.Of == 0 {
		return c
	}
	c.Text = sayNumber(100*float64(h.Rate.Rate), 0)
	if c.Few {
		c.Text = "(" + c.Text + ")"
	}
	c.Shade = 4
	for i, least := range []Ratio{0.95, 0.85, 0.70, 0.50} {
		if h.Rate.Rate >= least {
			c.Shade = i
			break
		}
	}
	return c
}
