package rules

import (
	"maps"
	"slices"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/outcome"
	"github.com/salesbaton/baton/routing"
	"github.com/salesbaton/baton/rules/internal/source"
)

func (p *policy) readReps(section source.Node) {
	p.roster = section.Exists()
	for _, e := range section.Entries() {
		m := e.Value.Map()
		rep := handoff.Rep{
			ID:      e.Key.ID(),
			Name:    m.Get("name").Text(),
			Role:    m.Get("role").Text(),
			Team:    m.Get("team").Text(),
			Manager: m.Get("manager").Text(),
			Tags:    tags(m.Get("tags")),
			Skills:  m.Get("skills").Texts(),
			Hours:   p.calendarName(m.Get("hours")),
		}
		for _, n := range m.Get("holidays").List() {
			rep.Holidays = append(rep.Holidays, p.calendarName(n))
		}
		if n := m.Get("capacity"); n.Exists() {
			rep.Capacity = handoff.Some(n.Int())
		}
		p.reps[rep.ID] = true
		p.config.Reps = append(p.config.Reps, rep)
	}
	for i, e := range section.Entries() { // now that every rep is known
		rep, m := &p.config.Reps[i], e.Value.Map()
		rep.Cover = p.cover(rep.ID, m.Get("cover"))
		for _, n := range m.Get("absences").List() {
			rep.Absences = append(rep.Absences, p.absence(rep.ID, n))
		}
	}
}

// cover reads who stands in for a rep, "" where nobody does.
func (p *policy) cover(rep string, n source.Node) string {
	if !n.Exists() {
		return ""
	}
	cover := p.rep(n)
	if cover != "" && cover == rep {
		n.Errorf(source.NoEffect, "%s cannot stand in for %s; name somebody else", cover, rep)
	}
	return cover
}

// absence reads days out of office of a rep.
func (p *policy) absence(rep string, n source.Node) handoff.Absence {
	m := n.Map()
	var a handoff.Absence
	from, until := m.Get("from").Date(), m.Get("until").Date()
	if !from.IsZero() {
		a.From = p.config.Zone.At(from, 0)
	}
	if !until.IsZero() {
		a.Until = p.config.Zone.At(until, 0)
		if !a.From.Before(a.Until) {
			m.Get("until").Errorf(source.Impossible, "the absence ends before it begins; until is the day of the return, after %s", from)
		}
	}
	a.Cover = p.cover(rep, m.Get("cover"))
	return a
}

// tags reads a list of names.
func tags(n source.Node) []string {
	for _, item := range n.List() {
		item.Name()
	}
	return n.Texts()
}

// calendarName reads the name of a calendar.
func (p *policy) calendarName(n source.Node) string {
	if lookup(n, p.calendars, "calendar") == nil {
		return ""
	}
	return n.Text()
}

// rep reads the id of a rep. Where the policy has a roster, it must be on it; else it joins it.
func (p *policy) rep(n source.Node) string {
	id := n.ID()
	switch {
	case id == "" || p.reps[id]:
	case p.roster:
		n.Errorf(source.UnknownName, "%q is not listed under reps%s", id, n.Near(id, namesOf(p.reps)))
	default:
		p.join(id)
	}
	return id
}

// join adds a rep to a roster that the policy does not list.
func (p *policy) join(id string) {
	if !p.reps[id] {
		p.reps[id] = true
		p.config.Reps = append(p.config.Reps, handoff.Rep{ID: id})
	}
}

// member reads a rep's id, or {rep: id, weight: n}.
func (p *policy) member(n source.Node) routing.Member {
	if !n.IsMap() {
		return routing.Member{Rep: p.rep(n), Weight: 1}
	}
	m := n.Map()
	member := routing.Member{Rep: p.rep(m.Get("rep")), Weight: 1, Priority: m.Get("priority").Int()}
	if w := m.Get("weight"); w.Exists() {
		member.Weight = w.Int()
	}
	if when := p.condition(m.Get("when")); when != nil {
		member.When = when
	}
	return member
}

// target reads the pool or the rep that a map names; nil when it names none that is known.
func (p *policy) target(m source.Keyed) routing.Rung {
	if n := m.Get("rep"); n.Exists() {
		if id := p.rep(n); id != "" {
			return routing.Rep(id)
		}
		return nil
	}
	if pool := lookup(m.Get("pool"), p.pools, "pool"); pool != nil {
		return pool
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// lookup returns what a name stands for, and reports a name that stands for nothing.
func lookup[T any](n source.Node, known map[string]*T, what string) *T {
	if !n.Exists() {
		return nil
	}
	v := known[n.Text()]
	if v == nil && n.IsText() {
		n.Unknown(what, maps.Keys(known))
	}
	return v
}

// namesOf returns the keys of a map, in order, when they are asked for.
func namesOf[V any](m map[string]V) func() []string {
	return func() []string { return sortedKeys(m) }
}

func (p *policy) readPlays(section source.Node) {
	ids := map[string]source.Node{}
	kinds := names(p.config.Triggers, func(t handoff.TriggerRule) string { return t.Kind })
	sequences := names(p.config.Sequences, func(s handoff.Sequence) string { return s.ID })
	for _, n := range section.List() {
		m := n.Map()
		play := handoff.Play{
			ID:       unique(m.Get("id"), ids),
			Motion:   m.Get("motion").ID(),
			Position: n.Position(),
			Trigger:  kinds.read(m.Get("trigger"), "trigger"),
			When:     p.condition(m.Get("when")),
			Priority: p.priority(m.Get("priority")),
			Losers:   handoff.LosersPolicy(m.Get("losers").Word()),
			Sequence: sequences.read(m.Get("sequence"), "sequence"),
			Holds:    p.playNames(m.Get("hold_until_resolved")),
		}
		for _, item := range m.Get("supersedes").List() {
			play.Supersedes = append(play.Supersedes, sequences.read(item, "sequence"))
		}
		if route := lookup(m.Get("route"), p.routes, "route"); route != nil {
			play.Router = route
		}
		p.promise(&play, m.Get("first_touch"))
		p.people(&play, m.Get("people"), m.Get("sequence"))
		if pause := m.Get("pause_marketing"); pause.Exists() {
			pm := pause.Map()
			play.Pause = handoff.PauseRule{Scope: pm.Get("scope").Texts(), For: handoff.Span(readSpan(pm.Get("for"), false))}
		}
		if context := m.Get("context"); context.Exists() {
			cm := context.Map()
			play.Opening, play.TalkTrack, play.NextStep = p.template(cm.Get("opening")), cm.Get("talk_track").Text(), cm.Get("next_step").Text()
		}
		p.config.Plays = append(p.config.Plays, play)
	}
	p.checkMotions(p.root.Get("pools"))
}

// checkMotions reports roles for a motion that no play has.
func (p *policy) checkMotions(pools source.Node) {
	motions := map[string]bool{}
	for _, play := range p.config.Plays {
		motions[play.Motion] = true
	}
	delete(motions, "")
	for _, e := range pools.Entries() {
		role := e.Value.Map().Get("role")
		if !role.IsMap() {
			continue
		}
		for _, of := range role.Entries() {
			if !motions[of.Name()] {
				of.Key.Unknown("motion", maps.Keys(motions))
			}
		}
	}
}

// A nameSet is the names of a section.
type nameSet map[string]bool

func names[T any](list []T, name func(T) string) nameSet {
	set := nameSet{}
	for _, v := range list {
		set[name(v)] = true
	}
	return set
}

// read reads a name that must be in the set, "" after reporting one that is not.
func (s nameSet) read(n source.Node, what string) string {
	name := n.Text()
	if n.IsText() && !s[name] {
		n.Unknown(what, maps.Keys(s))
		return ""
	}
	return name
}

func (p *policy) promise(play *handoff.Play, n source.Node) {
	if n.Exists() {
		play.Promise = p.touch(n)
	}
}

// touch reads by when something is done.
func (p *policy) touch(n source.Node) outcome.FirstTouch {
	m := n.Map()
	touch := outcome.FirstTouch{Within: readSpan(m.Get("within"), false).elapsed()}
	if hours := lookup(m.Get("hours"), p.calendars, "calendar"); hours != nil {
		touch.Hours = hours
	}
	if !p.inTime(touch) {
		m.Get("within").Errorf(source.Impossible, "there is not that much open time in %s within %d years", m.Get("hours").Text(), maxYears)
	}
	return touch
}

// people reads whom of an account a play is about. Its conditions run once for each of them.
func (p *policy) people(play *handoff.Play, n, sequence source.Node) {
	if !n.Exists() {
		return
	}
	m := n.Map()
	p.cost.times = handoff.MaxPeople
	play.People = handoff.PeopleRule{Who: p.condition(m.Get("who")), First: p.condition(m.Get("first")), AtMost: int(m.Get("at_most").Int())}
	p.cost.times = 0
	for _, t := range p.config.Triggers {
		if t.Kind == play.Trigger && t.About != handoff.KindAccount {
			n.Errorf(source.BadMix, "%s is about a lead; only a play about an account picks among its people", t.Kind)
			return
		}
	}
	if !sequence.Exists() {
		n.Errorf(source.NoEffect, "nothing starts for them; give the play a sequence, or leave out people")
	}
}

// maxYears bounds how far ahead a first touch may fall due, and so what it costs to find the instant.
const maxYears = 10

// inTime reports whether a first touch falls due within maxYears.
func (p *policy) inTime(touch outcome.FirstTouch) bool {
	if weekly := p.weekly[touch.Hours]; weekly > 0 && touch.Within/weekly > maxYears*53 {
		return false
	}
	possible, known := p.due[touch]
	if !known {
		start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		due := touch.Due(start)
		possible = !due.IsZero() && due.Before(start.AddDate(maxYears, 0, 0))
		p.due[touch] = possible
	}
	return possible
}
