package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/routing"
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
				rungs = append(rungs, p.rungWords(n))
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

func (p *page) rungWords(n source.Node) prose {
	if !n.IsMap() {
		return say("%s", map[routing.Owner]string{
			routing.LeadOwner: "the owner of the lead", routing.AccountOwner: "the owner of the account",
			routing.AccountCSM: "the customer success manager of the account"}[routing.Owner(n.Raw())])
	}
	m := n.Map()
	if pool := m.Get("pool"); pool.Exists() {
		return say("the next in the pool ").link(pool.Raw(), "pool-"+pool.Raw())
	}
	if territory := m.Get("territory"); territory.Exists() {
		return say("whom the territory ").link(territory.Raw(), "territory-"+territory.Raw()).say(" names")
	}
	return p.repWords(m.Get("rep").Raw())
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
			list.add(p.rungWords(n))
		}
		p.add(list)
	}
	p.territoryTables()
	p.poolTables()
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
		t, where := p.tables[e.Name()], e.Key.Position()
		if file := e.Value.Map().Get("file"); file.Exists() {
			where = file.Raw()
		}
		if len(t.rows) == 0 {
			p.add(paragraph{say("%s, by %s, in ", counted(t.size, "row"), columnWords(t.paths)).code(where).say(".")})
			continue
		}
		p.add(paragraph{say("By %s, from ", columnWords(t.paths)).code(where).say(".")}, p.territoryGrid(t))
	}
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
	for _, row := range t.rows {
		var cells []prose
		for i, c := range row.Match {
			cells = append(cells, say("%s", cellWords(c.String(), t.numbers[i])))
		}
		to := prose{}
		switch rung := row.To.(type) {
		case *routing.Pool:
			to = say("the next in the pool ").link(rung.ID, "pool-"+rung.ID)
		case routing.Rep:
			to = p.repWords(string(rung))
		}
		g.add(append(cells, to)...)
	}
	return g
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

func (p *page) poolTables() {
	entries := p.root.Get("pools").Entries()
	if len(entries) == 0 {
		return
	}
	p.heading(3, "pools", "Pools")
	for _, e := range entries {
		pool := p.pools[e.Name()]
		p.heading(4, "pool-"+e.Name(), "Pool %s", e.Name())
		p.add(itemList{list: []prose{say("%s", rotationWords(pool)), say("%s", availabilityWords(pool)), say("%s", emptyWords(pool))}})
		p.members(pool)
	}
}

// members lists who takes turns. Only a rotation by weights promises shares.
func (p *page) members(pool *routing.Pool) {
	var names []prose
	var total int64
	for _, m := range pool.Members {
		names = append(names, p.repWords(m.Rep))
		total += m.Weight
	}
	if pool.Rotation == routing.LeastRecent {
		p.add(paragraph{say("Its members are ").add(oneOf(names, "and")).say(".")})
		return
	}
	g := grid{header: []string{"Member", "Weight", "Share of the turns"}}
	for i, m := range pool.Members {
		g.add(names[i], say("%d", m.Weight), say("%s", share(m.Weight, total)))
	}
	p.add(g)
}

// share returns a part of a whole in percent, with one decimal where it is not whole.
func share(part, whole int64) string {
	tenths := (part*2000 + whole) / (2 * whole)
	if tenths*whole != part*1000 {
		return fmt.Sprintf("about %d.%d%%", tenths/10, tenths%10)
	}
	return strings.TrimSuffix(fmt.Sprintf("%d.%d", tenths/10, tenths%10), ".0") + "%"
}

func rotationWords(pool *routing.Pool) string {
	if pool.Rotation == routing.LeastRecent {
		return "Next is who has waited longest since the last turn. Who cannot take a turn keeps the place, and is next when back."
	}
	return "Turns go round in proportion to the weights. A turn that somebody cannot take is lost, and not made up for."
}

func availabilityWords(pool *routing.Pool) string {
	if pool.UnknownAvailable {
		return "Who is away or has left is passed over. Who is not known to be either counts as available."
	}
	return "Who is away or has left is passed over, and so is who is not known to be available."
}

func emptyWords(pool *routing.Pool) string {
	if pool.WhenEmpty == routing.EmptyNext {
		return "When nobody can take a turn, the next rung of the route is asked."
	}
	return "When nobody can take a turn, no further rung is asked: the record stays without an owner, and the signal waits until it is too old."
}

func (p *page) roster() {
	entries := p.root.Get("reps").Entries()
	if len(entries) == 0 {
		return
	}
	p.heading(2, "reps", "Reps")
	columns := []string{"name", "role", "team", "manager"}
	columns = slices.DeleteFunc(columns, func(key string) bool {
		return !slices.ContainsFunc(entries, func(e source.Entry) bool { return e.Value.Map().Get(key).Exists() })
	})
	g := grid{header: []string{"Rep"}}
	for _, key := range columns {
		g.header = append(g.header, title(key))
	}
	for _, e := range entries {
		row := []prose{named(e.Name())}
		for _, key := range columns {
			row = append(row, p.repCell(key, e.Value.Map().Get(key).Text()))
		}
		g.add(row...)
	}
	p.add(g)
}

func (p *page) repCell(key, text string) prose {
	switch {
	case text == "":
		return say("–")
	case key == "manager":
		return p.repWords(text)
	}
	return say("%s", text)
}
