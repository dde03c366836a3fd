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
	for _, n := range section.List() {
		m := n.Map()
		play := handoff.Play{
			ID:       unique(m.Get("id"), ids),
			Motion:   m.Get("motion").ID(),
			Position: n.Position(),
			When:     p.condition(m.Get("when")),
			Priority: p.priority(m.Get("priority")),
			Losers:   handoff.LosersPolicy(m.Get("losers").Word()),
			Sequence: p.sequences.read(m.Get("sequence"), "sequence"),
			Holds:    p.playNames(m.Get("hold_until_resolved")),
			ElseNext: m.Get("else").Word() == language.NextPlay,
		}
		if stage, is := entrance(m.Get("trigger")); is {
			p.answersEntrance(&play, m.Get("trigger"), stage, m)
		} else {
			p.signals(&play, m.Get("trigger"), kinds)
			m.Get("about").Errorf(source.NoEffect, "the kind of signal says what the play is about; only trigger: entered(stage) needs it, so leave it out")
		}
		for _, item := range m.Get("supersedes").List() {
			play.Supersedes = append(play.Supersedes, p.sequences.read(item, "sequence"))
		}
		if route := lookup(m.Get("route"), p.routes, "route"); route != nil {
			play.Router = route
		}
		play.Promise, play.Acceptance = p.playPromise(m, "first_touch"), p.playPromise(m, "acceptance")
		p.people(&play, m.Get("people"), m.Get("sequence"))
		if pause := m.Get("pause_marketing"); pause.Exists() {
			play.Pause = readPause(pause, m.Get("sequence"))
		}
		if context := m.Get("context"); context.Exists() {
			cm := context.Map()
			play.Opening, play.TalkTrack, play.NextStep = p.template(cm.Get("opening")), cm.Get("talk_track").Text(), cm.Get("next_step").Text()
		}
		p.govern(GovernedPlay, play.ID, n, m)
		p.config.Plays = append(p.config.Plays, play)
	}
	p.checkMotions(p.root.Get("pools"))
}

// signals reads the kind of signal that a play answers, or the kinds of which some have to come.
func (p *policy) signals(play *handoff.Play, n source.Node, kinds nameSet) {
	if n.IsList() {
		n.Errorf(source.WrongForm, "a play answers one kind of signal, or some of several: {any_of: [a, b], at_least: 2, within: 7d}; write a play for each kind that starts one by itself")
		return
	}
	if !n.IsMap() {
		play.Trigger = kinds.read(n, "trigger")
		return
	}
	m := n.Map()
	rule := handoff.SignalRule{AtLeast: int(m.Get("at_least").Int()), Within: readSpan(m.Get("within"), false).elapsed()}
	list := m.Get("any_of").List()
	if len(list) > language.MaxSignals {
		m.Get("any_of").Errorf(source.OutOfRange, "a play asks for at most %d kinds, not %d", language.MaxSignals, len(list))
		list = list[:language.MaxSignals]
	}
	for _, item := range list {
		kind := kinds.read(item, "trigger")
		switch {
		case kind == "": // which is reported
		case slices.Contains(rule.Of, kind):
			item.Errorf(source.Repeated, "%q is repeated in this list", kind)
		case len(rule.Of) > 0 && p.about[kind] != p.about[rule.Of[0]]:
			item.Errorf(source.BadMix, "%s is about %s, and %s about %s; they never have a subject in common", kind, article(p.about[kind]), rule.Of[0], article(p.about[rule.Of[0]]))
		default:
			rule.Of = append(rule.Of, kind)
		}
	}
	if rule.AtLeast > len(list) && len(list) > 0 {
		m.Get("at_least").Errorf(source.Impossible, "so many kinds can never come, since any_of has %d; write at most that many, or list more", len(list))
	}
	if len(rule.Of) > 0 {
		play.Trigger, play.Signals = rule.Of[0], rule
	}
}

// article returns a word with its article.
func article[T ~string](word T) string {
	if strings.IndexAny(string(word), "aeiou") == 0 {
		return "an " + string(word)
	}
	return "a " + string(word)
}

func readPause(n, sequence source.Node) handoff.PauseRule {
	m := n.Map()
	pause := handoff.PauseRule{
		Scope:    m.Get("scope").Texts(),
		For:      handoff.Span(readSpan(m.Get("for"), false)),
		Sequence: m.Get("ends_with").Word() == language.EndsWithSequence,
	}
	ends := m.Get("ends_with")
	if n.IsMap() && !m.Get("for").Exists() && !ends.Exists() {
		n.Errorf(source.MissingKey, "the pause has no end; write for: 7d, ends_with: sequence, or both")
	}
	if pause.Sequence && !sequence.Exists() {
		ends.Errorf(source.BadMix, "the play has no sequence with which the pause could end; give it one, or write for")
	}
	return pause
}

// dropWord is what then says where nothing answers a signal whose facts stay missing.
const dropWord = "drop"

// readIncomplete reads what becomes of signals while facts are missing, now that queues and plays are known.
func (p *policy) readIncomplete(section source.Node) {
	plays := map[string]*handoff.Play{}
	for i := range p.config.Plays {
		plays[p.config.Plays[i].ID] = &p.config.Plays[i]
	}
	for i, e := range section.Entries() {
		if n := e.Value.Map().Get("incomplete"); n.Exists() {
			p.config.Triggers[i].Incomplete = p.incomplete(n, p.config.Triggers[i].Kind, plays)
		}
	}
}

func (p *policy) incomplete(n source.Node, kind string, plays map[string]*handoff.Play) handoff.IncompleteRule {
	m := filled(n)
	wait, then := m.Get("wait"), m.Get("then")
	length := readSpan(wait, false)
	rule := handoff.IncompleteRule{Queue: lookup(m.Get("queue"), p.queues, "queue"), Wait: handoff.Span(length)}
	switch {
	case wait.Exists() && !then.Exists():
		wait.Errorf(source.MissingKey, "wait needs then: the play that answers the signal after that time, or drop")
	case then.Exists() && !wait.Exists():
		then.Errorf(source.MissingKey, "then needs wait: how long facts may be missing, such as 4h")
	case then.Raw() == dropWord:
		if plays[dropWord] != nil {
			then.Errorf(source.TwoMeanings, "drop lets the signal go, and is also the id of a play; give the play another name")
		}
	default:
		rule.Play = answer(then, kind, plays)
	}
	stale := func(t handoff.TriggerRule) bool {
		return t.Kind == kind && t.StaleAfter > 0 && length.elapsed() >= t.StaleAfter
	}
	if slices.ContainsFunc(p.config.Triggers, stale) {
		wait.Errorf(source.Impossible, "the signal is stale before that; make it less than stale_after")
	}
	return rule
}

// answer reads a play that answers signals of a kind.
func answer(n source.Node, kind string, plays map[string]*handoff.Play) string {
	play := plays[n.Text()]
	if play == nil {
		if n.IsText() {
			n.Unknown("play", slices.Values(append(sortedKeys(plays), dropWord)))
		}
		return ""
	}
	if play.Trigger != kind && !slices.Contains(play.Signals.Of, kind) {
		n.Errorf(source.BadMix, "the play %s does not answer %s; name one that does, or write drop", play.ID, kind)
	}
	another := func(id string) bool {
		return id != play.ID && (plays[id].Trigger == kind || slices.Contains(plays[id].Signals.Of, kind))
	}
	if !slices.ContainsFunc(sortedKeys(plays), another) {
		n.Errorf(source.Impossible, "%s is the only play for %s, and it answers no signal whose facts are known; write a play for those, and name another one here", play.ID, kind)
	}
	return play.ID
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
