package rules

import (
	"slices"
	"strings"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/internal/language"
	"github.com/salesbaton/baton/rules/internal/source"
)

// Bounds of what an outcome can come to.
const (
	maxOutcomes = 100
	maxReasons  = 100 // of an outcome, and of a rule
	maxRecycles = 100
)

// atMost reports the first item of a list that is too long, and leaves out what is too many.
func atMost(list []source.Node, most int, what string) []source.Node {
	if len(list) <= most {
		return list
	}
	list[most].Errorf(source.OutOfRange, "there are more than %d %s", most, what)
	return list[:most]
}

// readRecycle reads when records are tried again.
func (p *policy) readRecycle(section source.Node) {
	ids := map[string]source.Node{}
	covered := map[cause]string{}
	for _, n := range atMost(section.List(), maxRecycles, "rules of recycling") {
		m := n.Map()
		r := handoff.RecycleRule{
			ID:        unique(m.Get("id"), ids),
			Outcomes:  p.outcomes(m.Get("outcome")),
			To:        m.Get("to").Text(),
			AtMost:    m.Get("at_most").Int(),
			Different: m.Get("next_owner").Word() == language.Different,
			Position:  n.Position(),
		}
		p.govern(GovernedRecycle, r.ID, n, m)
		r.Reasons = p.reasons(m.Get("reason"), r.Outcomes)
		if wait := m.Get("wait"); wait.Exists() {
			r.Wait = handoff.Span(readSpan(wait, false))
		}
		if cool := m.Get("cool_off"); cool.Exists() {
			r.CoolOff = handoff.Span(readSpan(cool, false))
		}
		p.checkRecycle(r, m)
		if earlier := p.coveredBy(r, covered); len(earlier) > 0 {
			m.Get("id").Errorf(source.Impossible, "this rule never counts: whatever it covers, %s before it does; put it first, or remove it", strings.Join(earlier, " and "))
		}
		p.config.Recycles = append(p.config.Recycles, r)
	}
}

// checkReturns reports records that come back where no play takes them, now that the plays are known.
func (p *policy) checkReturns(section, triggers source.Node) {
	about, listed := p.about[handoff.TriggerRecycled]
	if p.report.Failed() || !listed {
		return
	}
	rules := section.List()
	i := slices.IndexFunc(p.config.Recycles, p.returns)
	if i < 0 {
		return
	}
	var answered, same bool
	var other string // a play that answers something else
	for _, play := range p.config.Plays {
		kinds := play.Signals.Of
		if len(kinds) == 0 {
			kinds = []string{play.Trigger}
		}
		for _, kind := range kinds {
			if kind == handoff.TriggerRecycled {
				answered = true
			} else {
				other, same = play.ID, same || p.about[kind] == about
			}
		}
	}
	if !answered {
		rules[i].Map().Get("id").Errorf(source.Impossible, "a record comes back as a signal of kind %s, and no play answers it; add a play with trigger: %[1]s, or list it under any_of beside the signals of a play", handoff.TriggerRecycled)
	}
	if other == "" || same {
		return
	}
	for _, e := range triggers.Entries() {
		if e.Name() == handoff.TriggerRecycled {
			e.Value.Map().Get("about").Errorf(source.Impossible, "%s is about %s, and no play hands one over by any other signal, so that none comes back; write about: %s, which play %s is about",
				handoff.TriggerRecycled, article(about), otherKind(about), other)
		}
	}
}

// returns reports whether a rule brings records back: after some time, or on a date that the activity gives.
func (p *policy) returns(r handoff.RecycleRule) bool {
	return r.Wait != (handoff.Span{}) || r.AtMost > 0 || slices.ContainsFunc(r.Outcomes, func(word string) bool { return p.outcome(word).Until })
}

// otherKind returns what else a signal can be about.
func otherKind(k handoff.Kind) handoff.Kind {
	if k == handoff.KindLead {
		return handoff.KindAccount
	}
	return handoff.KindLead
}

// checkRecycle reports what cannot be of a rule.
func (p *policy) checkRecycle(r handoff.RecycleRule, m source.Keyed) {
	wait, cool := m.Get("wait"), m.Get("cool_off")
	dated := slices.ContainsFunc(r.Outcomes, func(word string) bool { return p.outcome(word).Until })
	_, listed := p.about[handoff.TriggerRecycled]
	at := m.Get("outcome")
	if wait.Exists() {
		at = wait
	}
	if (wait.Exists() || dated) && !listed {
		at.Errorf(source.MissingKey, "the record comes back as a signal of kind %s, which triggers does not list; add triggers: %s: {about: lead, stale_after: 14d}", handoff.TriggerRecycled, handoff.TriggerRecycled)
	}
	if wait.Exists() && span(r.Wait).elapsed() > 0 && span(r.Wait).elapsed() < span(r.CoolOff).elapsed() {
		cool.Errorf(source.Impossible, "the record comes back after %s, when it still cools off, and is held then; make cool_off at most as long as wait", wait.Raw())
	}
}

// reasons reads one reason or a list of them. Where all outcomes list their reasons, each has to be one of those.
func (p *policy) reasons(n source.Node, outcomes []string) []string {
	words, nodes := oneOrTexts(n)
	words = words[:min(len(words), len(atMost(nodes, maxReasons, "reasons")))]
	if known, listed := p.reasonsOf(outcomes); listed {
		checkNames(nodes, "reason", known)
	}
	return words
}

// reasonsOf returns the reasons that outcomes may have, and whether all of them list theirs.
func (p *policy) reasonsOf(outcomes []string) (known []string, listed bool) {
	for _, word := range outcomes {
		rule := p.outcome(word)
		if len(rule.Reasons) == 0 {
			return nil, false
		}
		for _, r := range rule.Reasons {
			known = append(known, r.Word)
		}
	}
	return known, len(outcomes) > 0
}

// A cause is an outcome with a reason, "" for whatever reason, also none.
type cause struct{ word, reason string }

// coveredBy notes what a rule covers, and returns the earlier rules that cover all of it already; none where something is left.
func (p *policy) coveredBy(r handoff.RecycleRule, covered map[cause]string) (earlier []string) {
	for _, c := range p.causes(r) {
		id, taken := covered[cause{c.word, ""}]
		if !taken {
			id, taken = covered[c]
		}
		if !taken {
			covered[c] = r.ID
			id = r.ID
		}
		if !slices.Contains(earlier, id) {
			earlier = append(earlier, id)
		}
	}
	if slices.Contains(earlier, r.ID) {
		return nil
	}
	return earlier
}

// causes returns what a rule covers. Where an outcome lists its reasons, one for all of them is one for each.
func (p *policy) causes(r handoff.RecycleRule) (out []cause) {
	for _, word := range r.Outcomes {
		reasons := r.Reasons
		if len(reasons) == 0 {
			reasons, _ = p.reasonsOf([]string{word})
		}
		if len(reasons) == 0 {
			reasons = []string{""}
		}
		for _, reason := range reasons {
			out = append(out, cause{word, reason})
		}
	}
	return out
}
