package report

func (p *page) breakdowns() {
	p.section("breakdowns", "Handoffs told apart", "The same numbers by everything that tells handoffs apart; each rate says what it is of. Those with "+
		"the most handoffs come first, periods in order.")
	var some []Breakdown
	for _, b := range p.f.By {
		if len(b.Groups) > 0 {
			some = append(some, b)
		}
	}
	for _, b := range firsts(some, maxDrawn) {
		p.fold(breakdown(b))
	}
	p.more(len(some)-maxDrawn, "table")
	if len(some) == 0 {
		p.say("quiet", "There is no handoff to tell apart.")
	}
}

func breakdown(b Breakdown) pageTable {
	t := pageTable{caption: "by " + sayName(dimensionName(b.Dimension)),
		header: []string{"Value", "#Handoffs", "#Speed to lead of those tried, median", "#Speed to lead of all, median", "#Speed to lead of all, 90 %"}}
	for _, id := range shownRates() {
		t.header = append(t.header, "#"+rateMeaning(id).name)
	}
	t.header = append(t.header, "#Won (minor unit)")
	groups := firsts(largest(b.Groups), maxRows)
	if b.Dimension == string(ByPeriod) {
		groups = latest(b.Groups, maxRows)
	}
	t.more = len(b.Groups) - len(groups)
	for _, g := range groups {
		t.add(b.row(g)...)
	}
	return t
}

// row says what became of a group.
func (b Breakdown) row(g Group) []markup {
	speed := g.Time(TimeSpeed)
	row := cells(sayName(b.brief(g.Value)), whole(g.Handoffs), sayKnown(speed.Naive.Median), sayKnown(speed.All.Median), sayKnown(speed.All.P90))
	for _, id := range shownRates() {
		row = append(row, rateCell(g.Rate(id)))
	}
	return append(row, cell(typeset(whole(g.Won.Amount)))+"<small>"+escape(plural(g.Won.Deals, "deal"))+"</small>")
}

func (p *page) input() {
	in := p.f.Input
	p.section("input", "What was read", "What the figures are made of, and what was not counted and why. Nothing is dropped in silence.")
	if n := p.refused(); n > 0 {
		p.alarm("Not counted:", sayf("%s could not be read or counted.", plural(n, "event")))
		p.table(countTable("what was not counted", "Why", in.Refused))
	} else {
		p.say("", "Everything that was told could be counted.")
	}
	t := pageTable{caption: "what was told", header: []string{"What", "#How many"}}
	for _, c := range []Count{{"Decisions", in.Decisions}, {"Activities", in.Activities}, {"Touches", in.Touches}, {"Signals", in.Signals},
		{"Facts told more than once, counted once", in.Repeated}, {"Activities of which no decision knows", in.Unobserved},
		{"Activities before the first handoff of the subject, or without any", in.Outside}, {"Subjects", in.Subjects}, {"Handoffs", in.Handoffs},
		{"Held out of handoffs by an experiment", in.HeldOut}} {
		t.add(cells(c.Name, whole(c.N))...)
	}
	p.table(t)
	if len(in.Verdicts) > 0 {
		p.heading("What was decided")
		p.table(countTable("verdicts of decisions", "Verdict", in.Verdicts))
	}
}

func countTable(caption, what string, list []Count) pageTable {
	t := pageTable{caption: caption, header: []string{what, "#How many"}}
	for _, c := range list {
		t.add(cells(sayWords(c.Name), whole(c.N))...)
	}
	return t
}

func (p *page) definitions() {
	p.section("definitions", "What the numbers mean", "Every rate has a denominator, and counts only what belongs to it.")
	if p.f.Within != "" {
		p.say("", sayf("Rates count handoffs that are at least %s old, and what happened within that time.", sayName(p.f.Within)))
	}
	rates := pageTable{caption: "rates", header: []string{"Rate", "~Counted where", "~Of"}}
	for _, id := range RateIDs() {
		m := rateMeaning(id)
		rates.add(cells(m.name, m.what, m.of)...)
	}
	p.table(rates)
	times := pageTable{caption: "times", header: []string{"Time", "~What it is"}}
	for _, id := range TimeIDs() {
		m := timeMeaning(id)
		times.add(cells(m.name, m.what)...)
	}
	p.table(times)
	p.say("", sayf("Intervals of rates are Wilson's, at %sconfidence. Percentiles of times are those of all by Kaplan and Meier: what has not happened "+
		"yet counts as still waiting. “Of those done” leaves them out, and flatters.", p.level()))
}
