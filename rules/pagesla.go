package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/rules/internal/language"
	"github.com/salesbaton/baton/rules/internal/source"
)

// terms returns the keys of a promise, wherever they are written.
func (p *page) terms(n source.Node) source.Keyed {
	if n.IsText() {
		return p.slas[n.Raw()].keys
	}
	return n.Map()
}

// promiseWords says by when something is done, and where the page says what happens else: under the SLA's own name, or under
// that of the only place that has it.
func (p *page) promiseWords(n source.Node, id, title string) prose {
	m := p.terms(n)
	text := p.within(m)
	switch {
	case n.IsText():
		return text.say(", as ").link(n.Raw(), "sla-"+n.Raw()).say(" says")
	case len(termWords(m)) > 0:
		return text.say(", as ").link(title, id).say(" says")
	}
	return text
}

// within says by when something is done.
func (p *page) within(m source.Keyed) prose {
	hours := m.Get("hours")
	if !hours.Exists() {
		return say("within %s, at any hour", length(m.Get("within")))
	}
	text := say("within %s of working time (", openLength(m.Get("within")))
	if !hours.IsMap() {
		return text.link(hours.Raw(), "calendar-"+hours.Raw()).say(")")
	}
	of := hours.Map()
	own, name := of.Get("of").Raw() == language.OfRep, of.Get("calendar")
	switch {
	case !name.Exists():
		return text.say("the owner's own hours)")
	case own:
		return text.say("the owner's own hours, within ").link(name.Raw(), "calendar-"+name.Raw()).say(")")
	}
	return text.link(name.Raw(), "calendar-"+name.Raw()).say(" by the clocks where the person is)")
}

// openLength says a length of open time, of which a day would be read as a working day.
func openLength(n source.Node) string {
	return spanWords(handoff.Span{Elapsed: readSpan(n, true).elapsed()})
}

// promises shows what is promised, in full, and the hours that count.
func (p *page) promises() {
	g, own := p.promiseTable()
	calendars, slas := p.root.Get("calendars").Entries(), p.root.Get("slas").Entries()
	if len(g.rows)+len(calendars)+len(slas) == 0 {
		return
	}
	p.heading(2, "promises", "Promises (SLA)")
	if len(g.rows) > 0 {
		var list itemList
		list.say("The clock starts when the record gets its owner, or comes into the queue. What is done at the very instant at which it is due is done in time.")
		list.say("%s", language.KeptWords)
		list.say("Where somebody else gets the record, the promise begins anew.")
		list.say("A promise may say otherwise, below.")
		p.add(list)
		p.add(g)
	}
	for _, e := range slas {
		own = append(own, promised{"sla-" + e.Name(), "Promise " + e.Name(), p.slas[e.Name()].keys, care(p.slas[e.Name()].keys)})
	}
	for _, s := range own {
		p.promised(s)
	}
	for _, e := range calendars {
		p.calendar(e)
	}
}

// promiseTable returns who promises what, and the promises that are told in full where they are made.
func (p *page) promiseTable() (g grid, own []promised) {
	g.header = []string{"Who", "Promises", "When"}
	add := func(who prose, what string, n source.Node, id, title string) {
		if !n.Exists() {
			return
		}
		g.add(who, say("%s", what), p.promiseWords(n, id, title))
		if n.IsMap() && len(termWords(n.Map())) > 0 {
			own = append(own, promised{id, capital(title), n.Map(), nil})
		}
	}
	for _, r := range p.plays {
		who := say("the owner, under ").link(r.id, "play-"+r.id)
		add(who, "a first touch", r.Get("first_touch"), "first-touch-"+r.id, "first touch of "+r.id)
		add(who, "to take the handoff, or not", r.Get("acceptance"), "acceptance-"+r.id, "acceptance of "+r.id)
	}
	for _, e := range p.root.Get("queues").Entries() {
		add(say("whoever looks after ").link(e.Name(), "queue-"+e.Name()), "an owner", e.Value.Map().Get("first_touch"), "queue-first-touch-"+e.Name(), "leaving "+e.Name())
	}
	return g, own
}

// A promised is an SLA that has a place of its own on the page.
type promised struct {
	id, title string
	keys      source.Keyed
	care      []prose
}

// promised tells a promise in full.
func (p *page) promised(s promised) {
	p.heading(3, s.id, "%s", s.title)
	list := itemList{list: []prose{say("Due ").add(p.within(s.keys)).say(".")}}
	list.list = slices.Concat(list.list, termWords(s.keys), s.care)
	p.add(list)
	p.lateTable(s.keys)
}

// termWords says what a promise says beside its time and its hours, what happens when it is late last.
func termWords(m source.Keyed) (out []prose) {
	after := choose(m.Get("hours").Exists(), " of working time", "")
	if m.Get("from").Raw() == string(handoff.FromSignal) {
		out = append(out, say("The clock starts when the signal occurred."))
	}
	if m.Get("at_close").Raw() == language.AtCloseNext {
		out = append(out, say("What would be due exactly at closing time is due at the next opening."))
	}
	if warn := m.Get("warn"); warn.Exists() {
		out = append(out, say("The owner is warned %s%s before it is due.", openLength(warn), after))
	}
	for _, word := range m.Get("pauses").Texts() {
		out = append(out, say("%s", pauseTexts[handoff.SLAPause(word)]))
	}
	if stops := m.Get("stops"); stops.Exists() {
		out = append(out, say("It is kept by %s, and by nothing else.", stopWords(stops)))
	}
	if m.Get("on_reassign").Raw() == string(handoff.RestartKeeps) {
		out = append(out, say("Where somebody else gets the record the promise stands as it is, for the new owner."))
	}
	if m.Get("if_late").Exists() {
		out = append(out, say("When it is late, the steps below are taken, in their order."))
	}
	return out
}

var pauseTexts = map[handoff.SLAPause]string{
	handoff.PauseOwnerAway: "The time stands still while the owner is absent, where the return is known.",
	handoff.PausePending:   "The time stands still while the person has asked to wait.",
}

func stopWords(n source.Node) string {
	switch n.Raw() {
	case language.StopsAttempt:
		return language.AttemptWords + ", whatever comes of it"
	case language.StopsContact:
		return language.ContactWords
	}
	var kinds []string
	for _, kind := range n.Texts() {
		kinds = append(kinds, nameWords(kind))
	}
	return strings.Join(kinds, " or ")
}

// lateTable shows what happens when a promise is late.
func (p *page) lateTable(m source.Keyed) {
	g := grid{header: []string{"When it is late", "What happens"}}
	after := choose(m.Get("hours").Exists(), " of working time", "")
	for i, n := range m.Get("if_late").List() {
		step := n.Map()
		when := choose(i == 0, "at once", "then at once")
		if wait := step.Get("wait"); wait.Exists() && readSpan(wait, true).elapsed() > 0 {
			when = fmt.Sprintf("%s%s %s", openLength(wait), after, choose(i == 0, "after it was due", "later"))
		}
		g.add(say("%s", when), p.stepWords(step))
	}
	if len(g.rows) > 0 {
		p.add(g)
	}
}

// stepWords says what a step does.
func (p *page) stepWords(m source.Keyed) prose {
	switch notify, escalate, queue := m.Get("notify"), m.Get("escalate"), m.Get("queue"); {
	case notify.Exists():
		return p.toldWords(notify.Raw()).say(" is told")
	case escalate.Exists():
		return p.toldWords(escalate.Raw()).say(" is told to see to it")
	case queue.Exists():
		return say("the record goes back to ").link(queue.Raw(), "queue-"+queue.Raw()).say(", and belongs to nobody")
	case m.Get("owner").Exists():
		return say("the owner is away: no new work until somebody says that the owner is back")
	}
	most := int64(handoff.MaxTransfers)
	if n := m.Get("at_most"); n.Exists() {
		most = n.Int()
	}
	return say("the next one whom the route finds gets it, nobody who had it already; at most %s for one handoff", choose(most == 1, "once", thousands(most)+" times"))
}

func (p *page) toldWords(who string) prose {
	switch who {
	case handoff.ToOwner:
		return say("the owner")
	case handoff.ToManager:
		return say("the owner's manager")
	}
	return p.repWords(who)
}

func (p *page) calendar(e source.Entry) {
	m := e.Value.Map()
	p.heading(3, "calendar-"+e.Name(), "Hours of %s", e.Name())
	var list itemList
	switch open, all, some := m.Get("open"), m.Get("all_of"), m.Get("any_of"); {
	case all.Exists():
		list.add(say("Open while all of these are: ").add(calendarNames(all)).say("."))
	case some.Exists():
		list.add(say("Open while any of these is: ").add(calendarNames(some)).say("."))
	default:
		list.add(say("Open %s (%s).", open.Text(), cmp.Or(m.Get("zone").Text(), p.config.Zone.Name())))
		list.list = append(list.list, dayItems(p.days[e.Name()])...)
	}
	for _, n := range m.Get("holidays").List() {
		if n.IsMap() {
			list.add(say("Some of these days are listed in ").code(n.Map().Get("file").Raw()).say("."))
		}
	}
	p.add(list)
}

func calendarNames(n source.Node) prose {
	var names []prose
	for _, id := range n.Texts() {
		names = append(names, prose{}.link(id, "calendar-"+id))
	}
	return oneOf(names, "and")
}

// dayItems says which days of a calendar differ from its week.
func dayItems(c calendar.Config) []prose {
	var closed, yearly []string
	for _, d := range slices.SortedFunc(slices.Values(c.Holidays), calendar.Date.Compare) {
		closed = append(closed, dayWords(d))
	}
	for _, r := range c.Closed {
		closed = append(closed, dayWords(r.From)+" to "+dayWords(r.To))
	}
	for _, d := range c.Annual {
		yearly = append(yearly, fmt.Sprintf("%d %s", d.Day, d.Month))
	}
	var out []prose
	if len(closed) > 0 {
		out = append(out, say("Closed on %s.", shownOf(closed)))
	}
	if len(yearly) > 0 {
		out = append(out, say("Closed in every year on %s.", shownOf(yearly)))
	}
	for _, d := range c.Days[:min(len(c.Days), maxListed)] {
		h := d.Hours[0]
		out = append(out, say("On %s open %s-%s, whatever the week says.", dayWords(d.Date), clockWords(h.Open), clockWords(h.Close)))
	}
	if more := len(c.Days) - maxListed; more > 0 {
		out = append(out, say("Other hours on %s more.", counted(more, "day")))
	}
	return out
}

// shownOf joins the first of a long list.
func shownOf(all []string) string {
	text := strings.Join(all[:min(len(all), maxListed)], ", ")
	if more := len(all) - maxListed; more > 0 {
		text += fmt.Sprintf(", and %s more", thousands(int64(more)))
	}
	return text
}

func clockWords(d time.Duration) string {
	return fmt.Sprintf("%02d:%02d", d/time.Hour, d%time.Hour/time.Minute)
}

// dayWords returns a day such as "Fri 2026-07-03".
func dayWords(d calendar.Date) string { return d.Weekday().String()[:3] + " " + d.String() }
