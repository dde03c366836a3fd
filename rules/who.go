package rules

import (
	"slices"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/outcome"
	"github.com/salesbaton/baton/routing"
	"github.com/salesbaton/baton/rules/internal/source"
)

func (p *policy) readReps(section source.Node) {
	for _, e := range section.Entries() {
		m := e.Value.Map("name", "role", "team", "manager")
		p.config.Reps = append(p.config.Reps, handoff.Rep{
			ID:      e.Key.ID(),
			Name:    m.Get("name").Text(),
			Role:    m.Get("role").Text(),
			Team:    m.Get("team").Text(),
			Manager: m.Get("manager").Text(),
		})
	}
}

// rep reads the id of a rep. Where the policy has a roster, it must be on it; else it joins it.
func (p *policy) rep(n source.Node, roster bool) string {
	id := n.ID()
	if id == "" || slices.ContainsFunc(p.config.Reps, func(r handoff.Rep) bool { return r.ID == id }) {
		return id
	}
	if roster {
		var known []string
		for _, r := range p.config.Reps {
			known = append(known, r.ID)
		}
		n.Errorf("%q is not listed under reps%s", id, source.DidYouMean(id, known))
		return id
	}
	p.config.Reps = append(p.config.Reps, handoff.Rep{ID: id})
	return id
}

func (p *policy) readPools(section source.Node, roster bool) {
	for _, e := range section.Entries() {
		if !e.Value.IsMap() {
			p.pools[e.Name()] = &routing.Pool{} // the name is known, so that only the real problem is reported
		}
		m := e.Value.Map("members", "rotation", "availability", "when_empty")
		var rotations []string
		for _, r := range routing.Rotations() {
			rotations = append(rotations, string(r))
		}
		pool := &routing.Pool{
			Policy:    p.config.Policy,
			ID:        e.Key.ID(),
			Rotation:  routing.Rotation(m.Get("rotation").Word(rotations...)),
			WhenEmpty: routing.WhenEmpty(m.Need("when_empty").Word(string(routing.EmptyNext), string(routing.EmptyUnassigned))),
		}
		if a := m.Get("availability"); a.Exists() {
			pool.UnknownAvailable = a.Map("unknown").Need("unknown").Word("available", "unavailable") == "available"
		}
		members := m.Need("members")
		for _, n := range members.List() {
			member := p.member(n, roster)
			if slices.ContainsFunc(pool.Members, func(old routing.Member) bool { return old.Rep == member.Rep }) {
				n.Errorf("%q is in this pool already; give it a weight instead", member.Rep)
				continue
			}
			if member.Weight != 1 && pool.Rotation == routing.LeastRecent {
				n.Errorf("%s does not look at weights; use %s, or leave the weight out", routing.LeastRecent, routing.Weighted)
			}
			pool.Members = append(pool.Members, member)
		}
		if members.IsList() && len(pool.Members) == 0 {
			members.Errorf("a pool needs at least one member")
		}
		p.pools[pool.ID] = pool
	}
}

// member reads a rep's id, or {rep: id, weight: n}.
func (p *policy) member(n source.Node, roster bool) routing.Member {
	if !n.IsMap() {
		return routing.Member{Rep: p.rep(n, roster), Weight: 1}
	}
	m := n.Map("rep", "weight")
	member := routing.Member{Rep: p.rep(m.Need("rep"), roster), Weight: 1}
	if w := m.Get("weight"); w.Exists() {
		member.Weight = w.Int(1, routing.MaxWeight)
	}
	return member
}

func (p *policy) readTerritories(section source.Node) {
	for _, e := range section.Entries() {
		m := e.Value.Map("by", "rows")
		var columns []routing.Column
		var words [][]string
		for _, n := range m.Need("by").List() {
			path := n.Text()
			v, known := p.catalog[path]
			switch {
			case path == "":
				continue
			case !known:
				n.Errorf("unknown field %q%s", path, source.DidYouMean(path, p.catalog.paths()))
			case v.kind != text:
				n.Errorf("%s is %s; a territory compares texts", path, v.kind)
			}
			columns, words = append(columns, routing.Column{Text: v.text}), append(words, v.words)
		}
		var rows []routing.Row
		complete := true
		list := m.Need("rows").List()
		for _, n := range list {
			row, ok := p.row(n, words)
			complete = complete && ok
			if slices.ContainsFunc(rows, func(old routing.Row) bool { return slices.Equal(old.Match, row.Match) }) {
				n.Errorf("an earlier row matches exactly the same")
				complete = false
			}
			rows = append(rows, row)
		}
		p.territories[e.Name()] = &routing.Territory{} // the name is known, so that only the real problem is reported
		if !complete || len(columns) == 0 || slices.ContainsFunc(columns, func(c routing.Column) bool { return c.Text == nil }) {
			continue
		}
		t, err := routing.NewTerritory(e.Key.ID(), columns, rows)
		if err != nil && !p.report.Failed() {
			e.Value.Errorf("%v", err)
		}
		p.territories[e.Name()] = t
	}
}

// row reads {match: [a, "*"], pool: x} or {match: [a, "*"], rep: x}; "*" matches everything.
func (p *policy) row(n source.Node, words [][]string) (routing.Row, bool) {
	m := n.Map("match", "pool", "rep")
	match := m.Need("match")
	row := routing.Row{Position: n.Position()}
	for i, item := range match.List() {
		v := item.Text()
		cell := routing.Is(v)
		switch {
		case v == "":
			item.Errorf(`write "*" for a column that matches everything`)
		case v == "*":
			cell = routing.Cell{}
		case i < len(words) && words[i] != nil:
			item.Word(words[i]...)
		}
		row.Match = append(row.Match, cell)
	}
	if match.IsList() && len(row.Match) != len(words) {
		match.Errorf("the row needs a value for each of the %d columns that by names, and has %d", len(words), len(row.Match))
		return row, false
	}
	if m.Get("pool").Exists() == m.Get("rep").Exists() {
		n.Errorf("a row names a pool or a rep")
		return row, false
	}
	row.To = p.target(m)
	return row, row.To != nil && match.Exists()
}

// target reads the pool or the rep that a map names; nil when it names none that is known.
func (p *policy) target(m source.Map) routing.Rung {
	if n := m.Get("rep"); n.Exists() {
		if id := p.rep(n, len(p.config.Reps) > 0); id != "" {
			return routing.Rep(id)
		}
		return nil
	}
	if pool := lookup(m.Get("pool"), p.pools, "pool"); pool != nil {
		return pool
	}
	return nil
}

// lookup returns what a name stands for, and reports a name that stands for nothing.
func lookup[T any](n source.Node, known map[string]*T, what string) *T {
	if !n.Exists() {
		return nil
	}
	name := n.Text()
	if v := known[name]; v != nil || name == "" {
		return v
	}
	var names []string
	for k := range known {
		names = append(names, k)
	}
	slices.Sort(names)
	n.Errorf("unknown %s %q%s", what, name, source.DidYouMean(name, names))
	return nil
}

func (p *policy) readRoutes(section source.Node) {
	for _, e := range section.Entries() {
		var rungs []routing.Rung
		complete := true
		for _, n := range e.Value.List() {
			rung := p.rung(n)
			complete = complete && rung != nil
			rungs = append(rungs, rung)
		}
		if !complete || !e.Value.IsList() {
			p.routes[e.Name()] = &routing.Route{} // the name is known, so that only the real problem is reported
			continue
		}
		route, err := routing.New(rungs...)
		if err != nil {
			route = &routing.Route{}
			if !p.report.Failed() { // else it repeats what is reported of its pools
				e.Value.Errorf("%v", err)
			}
		}
		p.routes[e.Name()] = route
	}
}

// rung reads an owner's word, {pool: x}, {territory: x} or {rep: x}.
func (p *policy) rung(n source.Node) routing.Rung {
	if !n.IsMap() {
		var words []string
		for _, o := range routing.Owners() {
			words = append(words, string(o))
		}
		if word := n.Word(words...); word != "" {
			return routing.Owner(word)
		}
		return nil
	}
	m := n.Map("pool", "territory", "rep")
	if len(n.Entries()) != 1 {
		n.Errorf("a rung is one of {pool: x}, {territory: x}, {rep: x}")
		return nil
	}
	if t := m.Get("territory"); t.Exists() {
		if territory := lookup(t, p.territories, "territory"); territory != nil {
			return territory
		}
		return nil
	}
	return p.target(m)
}

func (p *policy) readPlays(section source.Node) {
	ids := map[string]source.Node{}
	for _, n := range section.List() {
		m := n.Map("id", "motion", "trigger", "when", "priority", "supersedes", "losers", "route", "sequence",
			"first_touch", "pause_marketing", "hold_until_resolved", "context")
		play := handoff.Play{
			ID:         unique(m.Need("id"), ids),
			Motion:     m.Get("motion").Text(),
			Position:   n.Position(),
			Trigger:    p.triggerKind(m.Need("trigger")),
			When:       p.condition(m.Get("when")),
			Priority:   p.priority(m.Get("priority")),
			Losers:     handoff.LosersPolicy(m.Get("losers").Word(string(handoff.LosersMerge), string(handoff.LosersDrop))),
			Sequence:   p.sequence(m.Get("sequence")),
			Holds:      p.playNames(m.Get("hold_until_resolved")),
			Supersedes: p.sequenceNames(m.Get("supersedes")),
		}
		if route := lookup(m.Need("route"), p.routes, "route"); route != nil {
			play.Router = route
		}
		p.promise(&play, m.Get("first_touch"))
		if pause := m.Get("pause_marketing"); pause.Exists() {
			pm := pause.Map("for", "scope")
			play.Pause = handoff.PauseRule{Scope: pm.Need("scope").Texts(), For: handoff.Span(readSpan(pm.Need("for"), false))}
			if len(play.Pause.Scope) == 0 && pm.Get("scope").IsList() {
				pm.Get("scope").Errorf("name what pauses, such as [nurture]")
			}
		}
		context := m.Get("context")
		if context.Exists() {
			cm := context.Map("opening", "talk_track", "next_step")
			play.Opening, play.TalkTrack, play.NextStep = p.template(cm.Get("opening")), cm.Get("talk_track").Text(), cm.Get("next_step").Text()
		}
		p.config.Plays = append(p.config.Plays, play)
	}
}

func (p *policy) triggerKind(n source.Node) string {
	var known []string
	for _, t := range p.config.Triggers {
		known = append(known, t.Kind)
	}
	return n.Word(known...)
}

func (p *policy) sequence(n source.Node) string {
	var known []string
	for _, s := range p.config.Sequences {
		known = append(known, s.ID)
	}
	return n.Word(known...)
}

func (p *policy) sequenceNames(n source.Node) []string {
	var out []string
	for _, item := range n.List() {
		if name := p.sequence(item); name != "" {
			out = append(out, name)
		}
	}
	return out
}

func (p *policy) promise(play *handoff.Play, n source.Node) {
	if !n.Exists() {
		return
	}
	m := n.Map("within", "hours")
	touch := outcome.FirstTouch{Within: readSpan(m.Need("within"), false).elapsed()}
	if hours := lookup(m.Get("hours"), p.calendars, "calendar"); hours != nil {
		touch.Hours = hours
	}
	if touch.Due(time.Unix(0, 0)).IsZero() {
		m.Get("within").Errorf("there is not that much open time in %s within 400 years", m.Get("hours").Text())
	}
	play.Promise = touch
}
