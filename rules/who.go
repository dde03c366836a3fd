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
		}
		p.reps[rep.ID] = true
		p.config.Reps = append(p.config.Reps, rep)
	}
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

func (p *policy) readPools(section source.Node) {
	for _, e := range section.Entries() {
		m := e.Value.Map()
		pool := &routing.Pool{
			Policy:    p.config.Policy,
			ID:        e.Key.ID(),
			Rotation:  routing.Rotation(m.Get("rotation").Word()),
			WhenEmpty: routing.WhenEmpty(m.Get("when_empty").Word()),
		}
		if a := m.Get("availability"); a.Exists() {
			pool.UnknownAvailable = a.Map().Get("unknown").Word() == "available"
		}
		seen := map[string]bool{}
		for _, n := range m.Get("members").List() {
			member := p.member(n)
			if seen[member.Rep] && member.Rep != "" {
				n.Errorf(source.Repeated, "%q is in this pool already; give it a weight instead", member.Rep)
				continue
			}
			seen[member.Rep] = true
			if member.Weight != 1 && pool.Rotation == routing.LeastRecent {
				n.Errorf(source.NoEffect, "%s does not look at weights; use %s, or leave the weight out", routing.LeastRecent, routing.Weighted)
			}
			pool.Members = append(pool.Members, member)
		}
		p.checkPool(m.Get("members"), pool)
		if _, err := routing.New(pool); err != nil { // which is reported: the name is known all the same
			pool = &routing.Pool{Policy: "p", ID: "p", Members: []routing.Member{{Rep: "r", Weight: 1}}, WhenEmpty: routing.EmptyNext}
		}
		p.pools[e.Name()] = pool
	}
}

// checkPool reports a pool in which too many take turns.
func (p *policy) checkPool(members source.Node, pool *routing.Pool) {
	var total int64
	for _, m := range pool.Members {
		total += m.Weight
	}
	switch {
	case len(pool.Members) > routing.MaxMembers:
		members.Errorf(source.OutOfRange, "a pool has at most %d members, not %d", routing.MaxMembers, len(pool.Members))
	case total > routing.MaxTotalWeight:
		members.Errorf(source.OutOfRange, "the weights of a pool add up to at most %d, not %d; only their ratio counts", routing.MaxTotalWeight, total)
	}
}

// member reads a rep's id, or {rep: id, weight: n}.
func (p *policy) member(n source.Node) routing.Member {
	if !n.IsMap() {
		return routing.Member{Rep: p.rep(n), Weight: 1}
	}
	m := n.Map()
	member := routing.Member{Rep: p.rep(m.Get("rep")), Weight: 1}
	if w := m.Get("weight"); w.Exists() {
		member.Weight = w.Int()
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

func (p *policy) readRoutes(section source.Node) {
	for _, e := range section.Entries() {
		var rungs []routing.Rung
		complete := e.Value.IsList()
		for _, n := range e.Value.List() {
			rung := p.rung(n)
			complete = complete && rung != nil
			rungs = append(rungs, rung)
		}
		p.routes[e.Name()] = &routing.Route{} // the name is known, so that only the real problem is reported
		if !complete || len(rungs) == 0 {
			continue
		}
		route, err := routing.New(rungs...)
		switch {
		case err == nil:
			p.routes[e.Name()] = route
		case !p.report.Failed(): // else it repeats what is reported of its pools
			e.Value.Errorf(source.Impossible, "%v", err)
		}
	}
}

// rung reads an owner's word, {pool: x}, {territory: x} or {rep: x}.
func (p *policy) rung(n source.Node) routing.Rung {
	if !n.IsMap() {
		if word := n.Word(); word != "" {
			return routing.Owner(word)
		}
		return nil
	}
	m := n.Map()
	if len(n.Entries()) != 1 { // also those that are unknown, which are reported
		n.Errorf(source.BadMix, "a rung is one of {pool: x}, {territory: x}, {rep: x}")
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
	if !n.Exists() {
		return
	}
	m := n.Map()
	touch := outcome.FirstTouch{Within: readSpan(m.Get("within"), false).elapsed()}
	if hours := lookup(m.Get("hours"), p.calendars, "calendar"); hours != nil {
		touch.Hours = hours
	}
	if !p.inTime(touch) {
		m.Get("within").Errorf(source.Impossible, "there is not that much open time in %s within %d years", m.Get("hours").Text(), maxYears)
	}
	play.Promise = touch
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
