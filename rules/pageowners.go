package rules

import (
	"slices"
	"strings"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/routing"
	"github.com/salesbaton/baton/rules/internal/language"
	"github.com/salesbaton/baton/rules/internal/source"
)

// repWords names somebody.
func (p *page) repWords(id string) prose {
	i := slices.IndexFunc(p.config.Reps, func(r handoff.Rep) bool { return r.ID == id })
	if i < 0 || p.config.Reps[i].Name == "" {
		return named(id)
	}
	return say("%s (", p.config.Reps[i].Name).code(id).say(")")
}

// routeWords says in a few words who owns the next step.
func (p *page) routeWords(id string) prose {
	var rungs []prose
	for _, e := range p.root.Get("routes").Entries() {
		if e.Name() == id {
			for _, n := range e.Value.List() {
				rungs = append(rungs, p.rungWords(n, false))
			}
		}
	}
	text := prose{}
	for i, rung := range rungs {
		if i > 0 {
			text = text.say("; else ")
		}
		text = text.add(rung)
	}
	return text.newLine().say("route ").link(id, "route-"+id)
}

// rungWords says whom a rung asks. A condition stands in words, and in full with its own text below.
func (p *page) rungWords(n source.Node, full bool) prose {
	if n.Raw() == language.NamedAccount {
		return say("whom the ").link("named_accounts", "named-accounts").say(" name")
	}
	if !n.IsMap() {
		return say("%s", ownerWords[routing.Owner(n.Raw())])
	}
	m := n.Map()
	text := p.askedWords(m)
	for i, more := range rungOptions(m) {
		text = text.say("%s", choose(i == 0, " (", "; ")).add(more)
	}
	if len(rungOptions(m)) > 0 {
		text = text.say(")")
	}
	if except := m.Get("except"); except.Exists() {
		text = text.say(", unless ").add(p.condensed(except, full))
	}
	if when := m.Get("when"); when.Exists() {
		text = text.say(", where ").add(p.condensed(when, full))
	}
	return text
}

// rungOptions says what else a rung says about whom it asks.
func rungOptions(m source.Keyed) []prose {
	var out []prose
	if span := m.Get("for"); span.Exists() {
		since := "after somebody else gave it to them"
		if m.Get("renew").Bool() {
			since = "after the latest one"
		}
		out = append(out, say("for %s %s", length(span), since))
	}
	if team := m.Get("team"); team.Exists() {
		out = append(out, say("only of the team %s", team.Text()))
	}
	if hours := m.Get("hours"); hours.Exists() {
		out = append(out, say("within the hours of ").link(hours.Raw(), "calendar-"+hours.Raw()).say(" and their own"))
	}
	if words := awayWords[routing.WhenAway(m.Get("away").Raw())]; words != "" {
		out = append(out, say("%s", words))
	}
	if with := m.Get("with"); with.Exists() {
		var others []string
		for _, word := range with.Texts() {
			others = append(others, ownerWords[routing.Owner(word)])
		}
		out = append(out, say("together with %s", strings.Join(others, " and ")))
	}
	return out
}

// condensed is a condition in words, in full with its own text below.
func (p *page) condensed(n source.Node, full bool) prose {
	if full {
		return p.criterion(n)
	}
	return say("%s", p.words(n))
}

var ownerWords = map[routing.Owner]string{
	routing.LeadOwner: "the owner of the lead", routing.ContactOwner: "the owner of the contact", routing.AccountOwner: "the owner of the account",
	routing.AccountCSM: "the customer success manager of the account", routing.AccountPartner: "the partner of the account",
	routing.ParentOwner: "the owner of the account above the account", routing.OpportunityOwner: "the owner of the open opportunity that closes first",
}

var awayWords = map[routing.WhenAway]string{
	routing.AwayTake:  "also while away",
	routing.AwayCover: "while away, the stand-in",
	routing.AwayHold:  "while away, the record waits",
}

// askedWords names who is asked.
func (p *page) askedWords(m source.Keyed) prose {
	for _, e := range m.Entries() {
		switch name := e.Value.Raw(); e.Name() {
		case "pool":
			return say("the next in the pool ").link(name, "pool-"+name)
		case "territory":
			return say("whom the territory ").link(name, "territory-"+name).say(" names")
		case "owner":
			return say("%s", ownerWords[routing.Owner(name)])
		case "lookup":
			return say("the rep whose id is %s", nounOf(name))
		case "sticky":
			return stickyWords(m, routing.Stick(name))
		case "shift":
			return say("who is on duty in the shift ").link(name, "shift-"+name)
		case "rep":
			return p.repWords(name)
		}
	}
	return prose{}
}

// stickyWords says whose latest handoff is remembered.
func stickyWords(m source.Keyed, by routing.Stick) prose {
	what := map[routing.Stick]string{routing.StickLead: "the same lead", routing.StickAccount: "the same account",
		routing.StickDomain: "the same domain of e-mail addresses", routing.StickBuyingGroup: "the same buying group"}[by]
	text := say("who had the latest handoff of %s", what)
	switch m.Get("scope").Raw() {
	case string(routing.ScopeRoute):
		text = text.say(" on this route")
	case string(routing.ScopePlay):
		text = text.say(" by the same play")
	}
	return text
}

func (p *page) owners() {
	p.heading(2, "who-owns", "Who owns what")
	p.heading(3, "routes", "Routes")
	p.say("The first rung that yields somebody wins. Somebody who is away, has left or is not a known rep is passed over. " +
		"Where no rung yields anybody, the record stays without an owner and the signal waits until it is too old.")
	for _, e := range p.root.Get("routes").Entries() {
		p.heading(4, "route-"+e.Name(), "Route %s", e.Name())
		list := itemList{ordered: true}
		for _, n := range e.Value.List() {
			list.add(p.rungWords(n, true))
		}
		p.add(list)
	}
	p.namedTable()
	p.territoryTables()
	p.poolTables()
	p.queueTable()
	p.shiftTables()
}

func (p *page) territoryTables() {
	entries := p.root.Get("territories").Entries()
	if len(entries) == 0 {
		return
	}
	p.heading(3, "territories", "Territories")
	p.say("The most specific row that matches wins: the columns decide from left to right, and in each an exact value " +
		"comes before a beginning, a narrow band before a wide one, and anything last.")
	for _, e := range entries {
		p.heading(4, "territory-"+e.Name(), "Territory %s", e.Name())
		if about := care(e.Value.Map()); len(about) > 0 {
			p.add(itemList{list: about})
		}
		t, where := p.tables[e.Name()], e.Key.Position()
		if file := e.Value.Map().Get("file"); file.Exists() {
			where = file.Raw()
		}
		when := effectiveWords(e.Value.Map().Get("effective"))
		if len(t.rows) == 0 {
			p.add(paragraph{say("%s, by %s, in ", counted(t.size, "row"), columnWords(t.paths)).code(where).say(".%s", when)})
			continue
		}
		p.add(paragraph{say("By %s, from ", columnWords(t.paths)).code(where).say(".%s", when)}, p.territoryGrid(t))
	}
}

// effectiveWords says when a table counts, in a sentence behind others; "" where it always does.
func effectiveWords(n source.Node) string {
	if !n.Exists() {
		return ""
	}
	m := n.Map()
	return " It counts " + period{m.Get("from").Date(), m.Get("until").Date()}.words() + ", and none of its rows at other times."
}

// words says when something counts. People take a last day for one that counts.
func (p period) words() string {
	switch {
	case p == (period{}):
		return "always"
	case p.until.IsZero():
		return "from " + dayWords(p.from) + " on"
	case p.from.IsZero():
		return "to the end of " + dayWords(p.until.AddDays(-1))
	}
	return "from " + dayWords(p.from) + " to the end of " + dayWords(p.until.AddDays(-1))
}

func (p *page) namedTable() {
	if p.named == nil {
		return
	}
	p.heading(3, "named-accounts", "Named accounts")
	p.say("An account that stands here belongs to somebody by name. Looked for is first its id, then the id of the account above " +
		"it, then its domain, then the domain of the lead's address.")
	var files []prose
	for _, name := range p.named.files {
		files = append(files, named(name))
	}
	p.add(paragraph{say("%s, in ", counted(p.named.size, "row")).add(oneOf(files, "and")).say(".")})
	if len(p.named.rows) > 0 {
		p.add(p.namedGrid(p.named.rows))
	}
}

func (p *page) namedGrid(rows []routing.NamedAccount) grid {
	g := grid{header: []string{"Account", "Domain", "Goes to"}}
	dated := slices.ContainsFunc(rows, func(row routing.NamedAccount) bool { return period{row.From, row.Until} != period{} })
	if dated {
		g.header = append(g.header, "Counts")
	}
	for _, row := range rows {
		cells := []prose{nameOrNone(row.Account), nameOrNone(row.Domain), p.recipientWords(row.To)}
		if dated {
			cells = append(cells, say("%s", period{row.From, row.Until}.words()))
		}
		g.add(cells...)
	}
	return g
}

func nameOrNone(name string) prose {
	if name == "" {
		return say("–")
	}
	return named(name)
}

func columnWords(paths []string) string {
	var names []string
	for _, path := range paths {
		names = append(names, nounOf(path))
	}
	return strings.Join(names, ", ")
}

func (p *page) territoryGrid(t *tableContents) grid {
	var g grid
	for _, path := range t.paths {
		g.header = append(g.header, capital(strings.TrimPrefix(nounOf(path), "the ")))
	}
	g.header = append(g.header, "Goes to")
	dated := slices.ContainsFunc(t.rows, func(row routing.Row) bool { return period{row.From, row.Until} != period{} })
	if dated {
		g.header = append(g.header, "Counts")
	}
	for _, row := range t.rows {
		var cells []prose
		for i, c := range row.Match {
			cells = append(cells, say("%s", cellWords(c.String(), t.numbers[i])))
		}
		cells = append(cells, p.recipientWords(row.To))
		if dated {
			cells = append(cells, say("%s", period{row.From, row.Until}.words()))
		}
		g.add(cells...)
	}
	return g
}

// recipientWords says to whom a row gives a record.
func (p *page) recipientWords(to routing.Rung) prose {
	switch rung := to.(type) {
	case *routing.Pool:
		return say("the next in the pool ").link(rung.ID, "pool-"+rung.ID)
	case routing.Rep:
		return p.repWords(string(rung))
	}
	return prose{}
}

// cellWords says what a cell of a territory matches.
func cellWords(cell string, number bool) string {
	beginning, starred := strings.CutSuffix(cell, "*")
	switch {
	case cell == "*":
		return "any"
	case !number && starred:
		return "begins with " + beginning
	case number && strings.HasSuffix(cell, "+"):
		return grouped(strings.TrimSuffix(cell, "+")) + " or more"
	case number && strings.Contains(cell[1:], "-"):
		i := strings.Index(cell[1:], "-") + 1
		return grouped(cell[:i]) + " to " + grouped(cell[i+1:])
	case number:
		return grouped(cell)
	}
	return cell
}

func (p *page) roster() {
	entries := p.root.Get("reps").Entries()
	if len(entries) == 0 {
		return
	}
	p.heading(2, "reps", "Reps")
	columns := []string{"name", "role", "team", "manager", "tags", "skills", "hours", "holidays", "absences", "cover", "capacity"}
	columns = slices.DeleteFunc(columns, func(key string) bool {
		return !slices.ContainsFunc(entries, func(e source.Entry) bool { return e.Value.Map().Get(key).Exists() })
	})
	g := grid{header: []string{"Rep"}}
	for _, key := range columns {
		g.header = append(g.header, repHeaders[key])
	}
	for _, e := range entries {
		row := []prose{named(e.Name())}
		for _, key := range columns {
			row = append(row, p.repCell(key, e.Value.Map().Get(key)))
		}
		g.add(row...)
	}
	p.add(g)
}

var repHeaders = map[string]string{"name": "Name", "role": "Role", "team": "Team", "manager": "Manager", "tags": "Tags", "skills": "Skills",
	"hours": "Works", "holidays": "Holidays", "absences": "Out of office", "cover": "Stand-in", "capacity": "Open work at most"}

func (p *page) repCell(key string, n source.Node) prose {
	if !n.Exists() {
		return say("–")
	}
	switch key {
	case "manager", "cover":
		return p.repWords(n.Raw())
	case "tags", "skills":
		return say("%s", strings.Join(n.Texts(), ", "))
	case "hours":
		return calendarLink(n)
	case "holidays":
		var links []prose
		for _, item := range n.List() {
			links = append(links, calendarLink(item))
		}
		return oneOf(links, "and")
	case "absences":
		return p.absencesWords(n)
	case "capacity":
		return say("%s", counted(n.Int(), "unit"))
	}
	return say("%s", n.Text())
}

func calendarLink(n source.Node) prose { return prose{}.link(n.Raw(), "calendar-"+n.Raw()) }

// absencesWords says when a rep is out of office. People take a last day for one that counts.
func (p *page) absencesWords(n source.Node) prose {
	var text prose
	for i, item := range n.List() {
		if i > 0 {
			text = text.say(",").newLine()
		}
		m := item.Map()
		text = text.say("from %s ", dayWords(m.Get("from").Date()))
		if until := m.Get("until"); until.Exists() {
			text = text.say("to the end of %s", dayWords(until.Date().AddDays(-1)))
		} else {
			text = text.say("on")
		}
		if cover := m.Get("cover"); cover.Exists() {
			text = text.say(" (").add(p.repWords(cover.Raw())).say(" stands in)")
		}
	}
	return text
}
