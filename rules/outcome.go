package rules

import (
	"maps"
	"slices"
	"strings"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/outcome"
	"github.com/salesbaton/baton/rules/internal/source"
)

// readOutcomes reads the words for what can come of a handoff: the standard ones, and then the policy's own. Who is told of
// disputes is read once the reps are known.
func (p *policy) readOutcomes(section source.Node) {
	p.config.Outcomes = outcome.Rules()
	standard := names(p.config.Outcomes, func(o handoff.OutcomeRule) string { return o.Word })
	for i, e := range section.Entries() {
		word := e.Key.ID()
		if i == maxOutcomes {
			e.Key.Errorf(source.OutOfRange, "there are more than %d outcomes", maxOutcomes)
			break
		}
		if word == "" {
			continue
		}
		if !standard[word] {
			p.config.Outcomes = append(p.config.Outcomes, handoff.OutcomeRule{Word: word})
		}
		p.readOutcome(p.outcome(word), e)
	}
	p.outcomeSet = names(p.config.Outcomes, func(o handoff.OutcomeRule) string { return o.Word })
}

// outcome returns the rule for a word; nil where there is none.
func (p *policy) outcome(word string) *handoff.OutcomeRule {
	i := slices.IndexFunc(p.config.Outcomes, func(o handoff.OutcomeRule) bool { return o.Word == word })
	if i < 0 {
		return nil
	}
	return &p.config.Outcomes[i]
}

func (p *policy) readOutcome(rule *handoff.OutcomeRule, e source.Entry) {
	m := e.Value.Map()
	rule.Position = e.Key.Position()
	if ends := m.Get("ends"); ends.Exists() {
		if rule.Ends && !ends.Bool() {
			ends.Errorf(source.NoEffect, "%s ends the handoff, as it does everywhere; leave it out, and use a word of your own for what goes on", rule.Word)
		}
		rule.Ends = ends.Bool() || rule.Ends
	}
	if needs := m.Get("needs"); needs.Exists() {
		readNeeds(rule, filled(needs))
	}
	m.Get("meaning").Text()
}

// readNeeds reads what has to be there before an outcome is recorded.
func readNeeds(rule *handoff.OutcomeRule, m source.Keyed) {
	rule.Attempts, rule.Until = m.Get("attempts").Int(), m.Get("until").Bool()
	if after := m.Get("after"); after.Exists() {
		rule.After = handoff.Span(readSpan(after, false))
	}
	reasons := m.Get("reason")
	switch {
	case reasons.IsText():
		reasons.Errorf(source.WrongForm, "expected true, for whichever reason, or a list of reasons, such as [%s], but found %q", reasons.Raw(), reasons.Raw())
		return
	case !reasons.IsList():
		rule.Reason = reasons.Bool()
		return
	}
	rule.Reason = true
	given := map[string]source.Node{}
	for _, n := range atMost(reasons.List(), maxReasons, "reasons") {
		if r := reasonRule(n, given); r.Word != "" {
			rule.Reasons = append(rule.Reasons, r)
			if n.IsMap() && r.Attempts > 0 && r.Attempts <= rule.Attempts {
				n.Map().Get("attempts").Errorf(source.NoEffect, "the outcome needs %d attempts whatever the reason; write more, or leave it out", rule.Attempts)
			}
		}
	}
}

// reasonRule reads a reason, or {word: reason, attempts: n}, that no other one repeats.
func reasonRule(n source.Node, given map[string]source.Node) (r handoff.ReasonRule) {
	word := n
	if n.IsMap() {
		m := n.Map()
		word, r.Attempts = m.Get("word"), m.Get("attempts").Int()
	}
	r.Word = word.Text()
	earlier, taken := given[r.Word]
	switch {
	case !word.IsText(): // which is reported
	case blank(r.Word):
		word.Errorf(source.Empty, "the reason is empty; write the word that the activity gives, or remove it")
		r.Word = ""
	case taken:
		word.Errorf(source.Repeated, "the reason %q is repeated; it stands at %s already", r.Word, earlier.Position())
		r.Word = ""
	default:
		given[r.Word] = word
	}
	return r
}

// readDisputes reads who is told that somebody does not agree with an outcome, now that the reps are known.
func (p *policy) readDisputes(section source.Node) {
	for _, e := range section.Entries() {
		n := e.Value.Map().Get("dispute")
		if rule := p.outcome(e.Key.Raw()); rule != nil && n.Exists() {
			m := n.Map()
			rule.Dispute, rule.DisputeTo = handoff.Span(readSpan(m.Get("within"), false)), p.decider(m.Get("tell"))
		}
	}
}

// decider reads who decides on a dispute: the owner, the owner's manager or a rep.
func (p *policy) decider(n source.Node) string {
	to := n.Text()
	special := to == handoff.ToOwner || to == handoff.ToManager
	switch {
	case n.IsText() && blank(to):
		n.Errorf(source.Empty, "nobody is named; write %s, %s or the id of a rep", handoff.ToOwner, handoff.ToManager)
	case special && p.reps[to]:
		n.Errorf(source.TwoMeanings, "%s is who has the record, or whom that one reports to, and is also the id of a rep; give the rep another id", to)
	case special || to == "":
	case p.roster && !p.reps[to]:
		known := append(slices.Sorted(maps.Keys(p.reps)), handoff.ToOwner, handoff.ToManager)
		n.Errorf(source.UnknownName, "%q is not listed under reps%s; or write %s or %s", to, n.Near(to, func() []string { return known }), handoff.ToOwner, handoff.ToManager)
	default:
		return p.rep(n)
	}
	return to
}

// outcomes reads one outcome, or a list of them.
func (p *policy) outcomes(n source.Node) []string {
	words, nodes := oneOrTexts(n)
	checkNames(nodes, "outcome", slices.Collect(maps.Keys(p.outcomeSet)))
	return slices.DeleteFunc(words, func(word string) bool { return !p.outcomeSet[word] })
}

// oneOrTexts reads one text, or a list of them, that are not empty.
func oneOrTexts(n source.Node) (texts []string, nodes []source.Node) {
	if n.IsList() {
		return n.Texts(), n.List()
	}
	switch text := n.Text(); {
	case !n.IsText(): // which is reported
	case blank(text):
		n.Errorf(source.Empty, "the text is empty; remove it")
	default:
		return []string{text}, []source.Node{n}
	}
	return nil, nil
}

func blank(text string) bool { return strings.TrimSpace(text) == "" }
