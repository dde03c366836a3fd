package rules

import (
	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/internal/language"
	"github.com/salesbaton/baton/rules/internal/source"
	"github.com/salesbaton/baton/suppression"
)

func (p *policy) readSequences(section source.Node) {
	for _, e := range section.Entries() {
		m := e.Value.Map()
		s := handoff.Sequence{
			ID:        e.Key.ID(),
			Version:   1,
			Exclusive: exclusivity(m.Get("exclusive")),
			OnBlocked: handoff.OnBlocked(m.Get("on_blocked_channel").Word()),
			Purpose:   handoff.Purpose(m.Get("purpose").Word()),
			Gap:       handoff.Span(readSpan(m.Get("gap"), false)),
			Throttle:  throttle(m.Get("throttle")),
			OwnerAway: handoff.OwnerAway(m.Get("owner_away").Word()),
			Position:  e.Key.Position(),
		}
		s.Reentry, s.Once = reentry(m.Get("reentry"))
		s.ExitOn, s.AccountReply = exits(m.Get("exit_on"))
		if n := m.Get("version"); n.Exists() {
			s.Version = n.Int()
		}
		for _, n := range m.Get("steps").List() {
			step := n.Map()
			s.Steps = append(s.Steps, handoff.Step{Day: int(step.Get("day").Int()), Do: handoff.Channel(step.Get("do").Word())})
		}
		p.govern(GovernedSequence, s.ID, e.Key, m)
		p.config.Sequences = append(p.config.Sequences, s)
	}
	p.sequences = names(p.config.Sequences, func(s handoff.Sequence) string { return s.ID })
}

// exclusivity reads true, false or alone.
func exclusivity(n source.Node) handoff.Exclusivity {
	near := source.DidYouMean(n.Raw(), []string{string(handoff.Alone)})
	switch {
	case n.Raw() == string(handoff.Alone):
		return handoff.Alone
	case n.IsText() && near != "":
		n.Errorf(source.UnknownWord, "unknown word %q%s; known are true, false, %s", n.Raw(), near, handoff.Alone)
	case n.Raw() != "" && n.Raw() != "true" && n.Raw() != "false":
		n.Errorf(source.WrongForm, "expected true, false or %s, in small letters, but found %q", handoff.Alone, n.Raw())
	case n.Bool():
		return handoff.Exclusive
	}
	return handoff.NotExclusive
}

// reentry reads how long after its end a sequence may be entered again, or that it never may.
func reentry(n source.Node) (again handoff.Span, once bool) {
	if n.Raw() == language.Never {
		return handoff.Span{}, true
	}
	if _, err := handoff.ParseSpan(n.Raw()); err != nil && n.IsText() {
		n.Errorf(source.BadTime, "expected a length of time such as 90d, or never, but found %q", n.Raw())
		return handoff.Span{}, false
	}
	return handoff.Span(readSpan(n, false)), false
}

// exits reads what ends a sequence; a reply of anybody at the account stands apart.
func exits(n source.Node) (kinds []handoff.ActivityKind, accountReply bool) {
	for _, kind := range wordsIn[handoff.ActivityKind](n) {
		if kind == language.AccountReply {
			accountReply = true
		} else {
			kinds = append(kinds, kind)
		}
	}
	return kinds, accountReply
}

func throttle(n source.Node) handoff.Throttle {
	if !n.Exists() {
		return handoff.Throttle{}
	}
	m := n.Map()
	active, adds, every := m.Get("active"), m.Get("adds"), m.Get("every")
	t := handoff.Throttle{Active: active.Int(), Adds: adds.Int(), Every: readSpan(every, false).elapsed()}
	if m.Get("per").Word() == string(suppression.PerRep) {
		t.Per = handoff.KindRep
	}
	switch {
	case !n.IsMap(): // which is reported
	case !active.Exists() && !adds.Exists():
		n.Errorf(source.MissingKey, "a throttle bounds something; write active: 50, or adds: 75 with every: 24h, or both")
	case adds.Exists() && !every.Exists():
		adds.Errorf(source.MissingKey, "adds needs every: the time in which so many may start, such as 24h")
	case every.Exists() && !adds.Exists():
		every.Errorf(source.NoEffect, "only adds looks at it; write how many may start in that time, or leave it out")
	}
	return t
}
