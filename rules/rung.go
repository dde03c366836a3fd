package rules

import (
	"maps"
	"slices"
	"strings"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/routing"
	"github.com/salesbaton/baton/rules/internal/language"
	"github.com/salesbaton/baton/rules/internal/source"
)

// readRoutes reads the routes. What pools say about the rungs beside them is checked when all rungs are known.
func (p *policy) readRoutes(section source.Node) {
	for _, e := range section.Entries() {
		var rungs []routing.Rung
		complete := e.Value.IsList()
		for _, n := range e.Value.List() {
			rung := p.rung(n)
			complete = complete && rung != nil
			rungs = append(rungs, rung)
		}
		p.checkOrder(e.Value)
		p.routes[e.Name()] = &routing.Route{} // the name is known, so that only the real problem is reported
		if !complete || len(rungs) == 0 {
			continue
		}
		route, err := routing.New(rungs...)
		switch {
		case err == nil:
			route.ID, route.Book = e.Name(), p.book
			p.routes[e.Name()] = route
		case !p.report.Failed(): // else it repeats what is reported of its pools
			e.Value.Errorf(source.Impossible, "%v", err)
		}
	}
	p.checkSources(p.root.Get("pools"), section)
}

// checkOrder reports rungs that ask what was asked above, and those below a pool that answers for every record.
func (p *policy) checkOrder(rungs source.Node) {
	above, asked := "", map[string]bool{}
	for _, n := range rungs.List() {
		var m source.Keyed
		if n.IsMap() {
			m = n.Map()
		}
		if above != "" && !m.Get("sticky").Exists() { // which remembers whom another rung found, wherever it stands
			n.Errorf(source.NoEffect, "nobody asks this rung: pool %s above answers for every record; let that say when_empty: %s, or remove this one", above, routing.EmptyNext)
		}
		if what := whom(n, m); asked[what] && what != "" {
			n.Errorf(source.Repeated, "a rung above asks the same; remove one of the two")
		} else {
			asked[what] = true
		}
		pool := p.pools[m.Get("pool").Raw()]
		if pool != nil && pool.WhenEmpty != routing.EmptyNext && !m.Get("when").Exists() {
			above = pool.ID
		}
	}
}

// whom returns whom a rung asks, "" where it says more about it.
func whom(n source.Node, m source.Keyed) string {
	switch entries := m.Entries(); len(entries) {
	case 0:
		return n.Raw()
	case 1:
		return entries[0].Name() + ": " + entries[0].Value.Raw()
	}
	return ""
}

// checkSources reports sources of handoffs that no rung is.
func (p *policy) checkSources(pools, routes source.Node) {
	if p.report.Failed() { // of a rung that is wrong nobody knows what it is meant to be
		return
	}
	everywhere, beside := map[routing.Source]bool{}, map[string]map[routing.Source]bool{}
	for _, route := range routes.Entries() {
		found := p.sourcesOf(route.Value.List())
		maps.Copy(everywhere, found)
		for _, n := range route.Value.List() {
			if id := poolOf(n); id != "" {
				beside[id] = maps.Clone(beside[id])
				if beside[id] == nil {
					beside[id] = map[routing.Source]bool{}
				}
				maps.Copy(beside[id], found)
			}
		}
	}
	for _, e := range pools.Entries() {
		m := e.Value.Map()
		for _, n := range m.Get("charge").List() {
			if !beside[e.Name()][routing.Source(n.Raw())] {
				n.Errorf(source.NoEffect, "no route asks a rung of the kind %s beside this pool; add one, or leave it out", n.Raw())
			}
		}
		for _, c := range m.Get("caps").List() {
			for _, n := range c.Map().Get("also").List() {
				if !everywhere[routing.Source(n.Raw())] {
					n.Errorf(source.NoEffect, "no route asks a rung of the kind %s; add one, or leave it out", n.Raw())
				}
			}
		}
	}
}

// poolOf returns the pool that a rung asks, "" where it asks none.
func poolOf(n source.Node) string {
	if !n.IsMap() {
		return ""
	}
	return n.Map().Get("pool").Raw()
}

// sourcesOf returns the kinds of the rungs, and of those that their pools overflow into.
func (p *policy) sourcesOf(rungs []source.Node) map[routing.Source]bool {
	found := map[routing.Source]bool{}
	for _, n := range rungs {
		found[sourceOf(n)] = true
		for pool := p.pools[poolOf(n)]; pool != nil; {
			_, toRep := pool.Overflow.(routing.Rep)
			found[routing.FromRep] = found[routing.FromRep] || toRep
			pool, _ = pool.Overflow.(*routing.Pool)
		}
	}
	return found
}

// sourceOf returns what a handoff by a rung counts as.
func sourceOf(n source.Node) routing.Source {
	if !n.IsMap() {
		if slices.Contains(routing.Owners(), routing.Owner(n.Raw())) {
			return routing.FromOwner
		}
		return routing.FromNamed
	}
	m := n.Map()
	for _, kind := range rungKinds {
		if m.Get(kind).Exists() {
			return rungSources[kind]
		}
	}
	return ""
}

// Keys of a rung: each names who is asked, or says more about some of them.
var (
	rungKinds   = []string{"pool", "territory", "rep", "owner", "lookup", "sticky", "shift"}
	rungSources = map[string]routing.Source{"pool": routing.FromPool, "territory": routing.FromTerritory, "rep": routing.FromRep,
		"owner": routing.FromOwner, "lookup": routing.FromOwner, "sticky": routing.FromSticky, "shift": routing.FromShift}
	rungExtras = map[string][]string{
		"for": {"sticky"}, "scope": {"sticky"}, "renew": {"sticky"}, "except": {"sticky"},
		"away":  {"owner", "lookup", "sticky", "shift"},
		"hours": {"owner", "lookup"}, "team": {"owner", "lookup"}, "with": {"owner", "lookup"},
	}
)

// rung reads an owner's word, named_account, or keys; nil after reporting what is wrong.
func (p *policy) rung(n source.Node) routing.Rung {
	if !n.IsMap() {
		switch word := n.Word(); word {
		case "":
			return nil
		case language.NamedAccount:
			return p.namedRung(n)
		default:
			return routing.Owner(word)
		}
	}
	m := n.Map()
	kind := p.rungKind(n, m)
	if kind == "" {
		return nil
	}
	rung := p.rungOf(kind, m)
	when := m.Get("when")
	if rung == nil || !when.Exists() {
		return rung
	}
	condition := p.condition(when)
	if condition == nil {
		return nil
	}
	return routing.Guarded{Rung: rung, When: condition}
}

// rungKind returns which kind of rung the keys make, "" after reporting that they make none or two.
func (p *policy) rungKind(n source.Node, m source.Keyed) string {
	var kinds []string
	for _, e := range n.Entries() {
		if slices.Contains(rungKinds, e.Name()) {
			kinds = append(kinds, e.Name())
		}
	}
	switch {
	case len(kinds) > 1:
		n.Errorf(source.BadMix, "a rung asks one, not %s; write a rung for each", strings.Join(kinds, " and "))
		return ""
	case len(kinds) == 0:
		if len(m.Entries()) == len(n.Entries()) { // else a key is unknown, which is reported
			n.Errorf(source.BadMix, "a rung says whom it asks: one of %s", strings.Join(rungKinds, ", "))
		}
		return ""
	}
	for _, e := range n.Entries() {
		if of, ok := rungExtras[e.Name()]; ok && !slices.Contains(of, kinds[0]) {
			e.Key.Errorf(source.NoEffect, "%s says nothing about %s; it goes with %s", e.Name(), article(kinds[0]), strings.Join(of, ", "))
		}
	}
	return kinds[0]
}

func (p *policy) rungOf(kind string, m source.Keyed) routing.Rung {
	away := routing.WhenAway(m.Get("away").Word())
	switch kind {
	case "territory":
		if territory := lookup(m.Get("territory"), p.territories, "territory"); territory != nil {
			return territory
		}
	case "owner":
		if word := m.Get("owner").Word(); word != "" {
			return p.owned(m, routing.Owned{Owner: routing.Owner(word), Away: away})
		}
	case "lookup":
		path := m.Get("lookup")
		v, ok := p.field(path)
		if ok && v.kind != text {
			path.Errorf(source.WrongType, "%s is %s; a rep's id is a text", path.Text(), v.kind)
		}
		if ok && v.kind == text {
			read := func(f *handoff.Facts) string { id, _ := v.text(f); return id }
			return p.owned(m, routing.Owned{Lookup: read, Field: path.Text(), Away: away})
		}
	case "sticky":
		if word := m.Get("sticky").Word(); word != "" {
			return p.sticky(m, routing.Stick(word), away)
		}
	case "shift":
		if s := lookup(m.Get("shift"), p.shifts, "shift"); s != nil {
			on := *s
			on.Away = away
			return &on
		}
	default:
		return p.target(m)
	}
	return nil
}

// owned reads what else a rung says about an owner.
func (p *policy) owned(m source.Keyed, o routing.Owned) routing.Rung {
	if hours := lookup(m.Get("hours"), p.calendars, "calendar"); hours != nil {
		o.Hours = &routing.Availability{Unknown: true, Calendars: p.calendars, Hours: hours}
	}
	if n := m.Get("team"); n.Exists() {
		team := n.Text()
		if n.IsText() && strings.TrimSpace(team) == "" {
			n.Errorf(source.Empty, "the team is empty; leave it out where any team will do")
		}
		o.Only = func(r handoff.Rep) bool { return r.Team == team }
	}
	o.With = wordsIn[routing.Owner](m.Get("with"))
	for _, n := range m.Get("with").List() {
		if o.Owner != "" && n.Raw() == string(o.Owner) {
			n.Errorf(source.NoEffect, "the rung asks %s already; write who else works the record", o.Owner)
		}
	}
	return o
}

func (p *policy) sticky(m source.Keyed, by routing.Stick, away routing.WhenAway) routing.Rung {
	s := routing.Sticky{
		Policy: p.config.Policy,
		By:     by,
		For:    handoff.Span(readSpan(m.Get("for"), false)),
		Renew:  m.Get("renew").Bool(),
		Away:   away,
	}
	if s.Renew && !m.Get("for").Exists() {
		m.Get("renew").Errorf(source.NoEffect, "without for the rung remembers for ever, so that there is nothing to renew; add for, or leave it out")
	}
	switch m.Get("scope").Word() {
	case "route":
		s.Scope = routing.ScopeRoute
	case "play":
		s.Scope = routing.ScopePlay
	}
	if except := p.condition(m.Get("except")); except != nil {
		s.Except = func(f *handoff.Facts) bool { return except.Eval(f) != handoff.False }
	}
	return s
}
