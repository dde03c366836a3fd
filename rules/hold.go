package rules

import (
	"slices"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/internal/language"
	"github.com/salesbaton/baton/rules/internal/source"
	"github.com/salesbaton/baton/suppression"
)

func (p *policy) readSuppression(section source.Node) {
	for _, n := range section.List() {
		m := n.Map()
		id := unique(m.Get("id"), p.limiting)
		if capsTouches(m.Get("cap")) {
			p.readTouchCap(n, m, id)
			continue
		}
		r := suppression.Rule{ID: id, Reason: reason(m.Get("reason")), LiftedBy: m.Get("lifted_by").Text(), Position: n.Position(), Scope: p.scope(m),
			For: handoff.Span(readSpan(m.Get("for"), false)), Forever: m.Get("forever").Bool(),
			Touches: m.Get("touches").Bool()}
		p.readRelease(&r, m.Get("on_release"))
		governed := p.govern(GovernedSuppression, id, n, m)
		if p.holding(n, m, &r) {
			p.holds = append(p.holds, r)
			governed.Endless = isEndless(r)
		}
	}
	p.config.AskFlags = slices.ContainsFunc(p.holds, func(r suppression.Rule) bool { return r.Source == suppression.DoNotContact && r.Hold == nil })
	set, err := suppression.New(p.config.Policy, p.holds)
	if err != nil && !p.report.Failed() { // else it repeats what is reported
		section.Errorf(source.Impossible, "%v", err)
	}
	p.config.Suppressor = set
}

// readRelease reads what becomes of a held signal.
func (p *policy) readRelease(r *suppression.Rule, n source.Node) {
	if !n.IsMap() {
		r.OnRelease = handoff.OnRelease(n.Word())
		return
	}
	m := n.Map()
	replay, again := m.Get("replay"), m.Get("again")
	r.Younger, r.Again = readSpan(replay, false).elapsed(), handoff.Span(readSpan(again, false))
	switch {
	case replay.Exists() && again.Exists():
		n.Errorf(source.BadMix, "a held signal has replay or again, not both")
	case replay.Exists():
		r.OnRelease = handoff.ReleaseReplay
		p.replays = append(p.replays, replaying{replay, r.Younger, r.Scope})
	case again.Exists():
		r.OnRelease = handoff.ReleaseAgain
	default:
		filled(n)
	}
}

// A replaying is how old a held signal may be to be decided again, and which plays it was for.
type replaying struct {
	node    source.Node
	younger time.Duration
	scope   handoff.Scope
}

// checkReplays reports ages that no signal reaches, since it is stale before.
func (p *policy) checkReplays() {
	for _, r := range p.replays {
		if stale := p.stalest(r.scope); stale > 0 && r.younger > stale {
			r.node.Errorf(source.NoEffect, "the signals that it holds are stale after %s at the latest, and never decided again then; write less, or on_release: %s", spanWords(wholeDays(stale)), handoff.ReleaseReplay)
		}
	}
}

// wholeDays writes a length of time in days where it is some.
func wholeDays(d time.Duration) handoff.Span {
	const day = 24 * time.Hour
	if d%day == 0 {
		return handoff.Span{Days: int(d / day)}
	}
	return handoff.Span{Elapsed: d}
}

// stalest returns how old the signals of some plays can be at most to be acted on; 0 where there are none.
func (p *policy) stalest(scope handoff.Scope) (longest time.Duration) {
	for i := range p.config.Plays {
		play := &p.config.Plays[i]
		for _, t := range p.config.Triggers {
			if scope.Covers(play) && (t.Kind == play.Trigger || slices.Contains(play.Signals.Of, t.Kind)) {
				longest = max(longest, t.StaleAfter)
			}
		}
	}
	return longest
}

// holding reads what makes a suppression hold, and reports whether it can.
func (p *policy) holding(n source.Node, m source.Keyed, r *suppression.Rule) bool {
	var found []string
	for _, key := range []string{"hold", "cooldown", "cap", "while"} {
		if m.Get(key).Exists() {
			found = append(found, key)
		}
	}
	if named := m.Get("source"); named.Exists() && (len(found) == 0 || found[0] != "hold") {
		found = append(found, "source")
	}
	if !n.IsMap() { // which is reported
		return false
	}
	if len(found) != 1 {
		n.Errorf(source.BadMix, "a suppression has either hold: a condition, source: customer, cooldown: {per: lead, for: 30d}, cap: {max: 20, per: org, every: day} or while: {runs: [x]}; source may stand beside hold as well")
		return false
	}
	r.Source = suppression.Source(m.Get("source").Word())
	p.readSourceKeys(m, r, found[0] == "source")
	checkEnd(n, m, r, found[0])
	if found[0] != "hold" && found[0] != "source" || r.Source == suppression.ActiveSequence {
		m.Get("touches").Errorf(source.NoEffect, "only a hold, and a source other than %s, can keep back what runs; leave it out", suppression.ActiveSequence)
	}
	switch what := m.Get(found[0]); found[0] {
	case "hold":
		return p.holdIf(m, r)
	case "cooldown":
		return readCooldown(what, r)
	case "cap":
		return readHandoffCap(what, r)
	case "while":
		return p.readWhile(what, r)
	}
	r.OnRelease = orNone(r.OnRelease)
	return r.Source != ""
}

// holdIf reads a hold by a condition.
func (p *policy) holdIf(m source.Keyed, r *suppression.Rule) bool {
	if !m.Get("source").Exists() {
		m.Need("reason")
	}
	r.OnRelease = orNone(r.OnRelease)
	r.Hold = p.condition(m.Get("hold"))
	return r.Hold != nil
}

func orNone(o handoff.OnRelease) handoff.OnRelease {
	if o == "" {
		return handoff.ReleaseNone
	}
	return o
}

// readSourceKeys reads the keys that only some sources look at.
func (p *policy) readSourceKeys(m source.Keyed, r *suppression.Rule, alone bool) {
	r.Stages, r.Per, r.Exclusive = m.Get("stages").Texts(), suppression.Per(m.Get("per").Word()), m.Get("exclusive").Bool()
	r.Besides = p.sequenceNames(m.Get("besides"))
	if !alone || r.Source != suppression.OpenOpportunity {
		m.Get("stages").Errorf(source.NoEffect, "only source: %s looks at it, where no hold stands beside it; leave it out", suppression.OpenOpportunity)
	}
	if !alone || r.Source != suppression.ActiveSequence {
		for _, key := range []string{"per", "exclusive", "besides"} {
			m.Get(key).Errorf(source.NoEffect, "only source: %s looks at it, where no hold stands beside it; leave it out", suppression.ActiveSequence)
		}
		return
	}
	if r.Per == "" {
		r.Per = suppression.PerLead
	}
}

// sequenceNames reads a list of names of sequences.
func (p *policy) sequenceNames(n source.Node) []string {
	for _, item := range n.List() {
		p.sequences.read(item, "sequence")
	}
	return n.Texts()
}

// checkEnd reports a rule that nobody ends, and an end of one that ends by itself.
func checkEnd(n source.Node, m source.Keyed, r *suppression.Rule, what string) {
	if what == "cooldown" || what == "cap" {
		m.Get("for").Errorf(source.NoEffect, "a %s ends by itself; leave it out", what)
		m.Get("forever").Errorf(source.NoEffect, "a %s ends by itself; leave it out", what)
		return
	}
	if r.Forever && m.Get("for").Exists() {
		m.Get("forever").Errorf(source.BadMix, "a rule has for, or forever: true, not both")
	}
	tries := r.OnRelease == handoff.ReleaseReplay || m.Get("on_release").Exists() && r.OnRelease == "" // which is reported
	ends := m.Get("for").Exists() || strings.TrimSpace(r.LiftedBy) != "" || tries
	if endless := what == "hold" || r.Source.Endless(); endless && !ends && !r.Forever {
		n.Errorf(source.MissingKey, "it could hold for ever, and nobody would notice; write for: 180d, lifted_by: who ends it, on_release: replay, or forever: true where that is meant")
	}
}

func readCooldown(n source.Node, r *suppression.Rule) bool {
	m := n.Map()
	c := suppression.Cooldown{
		After:    suppression.After(m.Get("after").Word()),
		Per:      suppression.Per(m.Get("per").Word()),
		For:      handoff.Span(readSpan(m.Get("for"), false)),
		Channels: wordsIn[handoff.Channel](m.Get("channels")),
		Purposes: wordsIn[handoff.Purpose](m.Get("purposes")),
	}
	if c.After == "" {
		c.After = suppression.AfterHandoff
	}
	if c.After != suppression.AfterTouch {
		for _, key := range []string{"channels", "purposes"} {
			m.Get(key).Errorf(source.NoEffect, "only after: %s looks at it; write that, or leave it out", suppression.AfterTouch)
		}
	}
	if may := countable[c.After]; c.Per != "" && may != nil && !slices.Contains(may, c.Per) {
		m.Get("per").Errorf(source.BadMix, "a cooldown after: %s is per %s", c.After, wordList(may))
	}
	if r.Reason == "" && c.After == suppression.AfterHandoff {
		r.Reason = recently
	}
	r.Cooldown, r.OnRelease = c, orNone(r.OnRelease)
	return !c.For.IsZero() && c.Per != ""
}

// countable is whose of each count together, where not everything does.
var countable = map[suppression.After][]suppression.Per{
	suppression.AfterTouch:   {suppression.PerLead},
	suppression.AfterLoss:    {suppression.PerLead, suppression.PerAccount},
	suppression.AfterRenewal: {suppression.PerLead, suppression.PerAccount},
}

// wordList joins words with "or".
func wordList[T ~string](words []T) string { return strings.Join(language.Words(words), " or ") }

// recently is the reason of a cooldown after a handoff that gives none.
const recently = "handed off recently"

// readHandoffCap reads a cap of handoffs.
func readHandoffCap(n source.Node, r *suppression.Rule) bool {
	m := n.Map()
	for _, key := range []string{"purposes", "then"} {
		m.Get(key).Errorf(source.NoEffect, "only a cap of touches looks at it; write of: touch, or leave it out")
	}
	r.Cap = readCap(m)
	if r.Cap.Recipient {
		m.Get("zone").Errorf(source.BadMix, "only a cap of touches goes by the recipient's clock; write policy, or a zone such as Europe/Paris")
	}
	return r.Cap.Max > 0 && r.Cap.Per != "" && (r.Cap.Every != "" || r.Cap.Within+r.Cap.Timer > 0)
}

// readCap reads how many there may be in which time.
func readCap(m source.Keyed) suppression.Cap {
	c := suppression.Cap{Max: m.Get("max").Int(), Per: suppression.Per(m.Get("per").Word())}
	every, length := readEvery(m.Get("every"))
	c.Every, c.Within = suppression.Period(every), length
	timer := m.Get("timer")
	if timer.Bool() {
		c.Within, c.Timer = 0, length
	}
	switch zone := m.Get("zone"); zone.Text() {
	case "policy":
	case "recipient":
		c.Recipient = true
	default:
		c.Zone = readZone(zone)
	}
	week := m.Get("week_starts")
	if day := weekDays[week.Word()]; c.Every == suppression.Week {
		c.WeekStart = day
	} else if every != "" || length > 0 { // else nobody knows
		week.Errorf(source.NoEffect, "only a cap of a week looks at it; leave it out")
	}
	if length > 0 {
		m.Get("zone").Errorf(source.NoEffect, "a length of time is the same in every zone; write every: %s, or leave out the zone", suppression.Day)
	}
	if every != "" {
		timer.Errorf(source.NoEffect, "only a length of time can run from what is counted; write every: 24h, or leave it out")
	}
	return c
}

// readWhile reads what holds while it runs. The names are checked when all plays are known.
func (p *policy) readWhile(n source.Node, r *suppression.Rule) bool {
	m := n.Map()
	p.runs = append(p.runs, m.Get("runs").List()...)
	r.While = suppression.While{Runs: m.Get("runs").Texts(), Equal: wordsIn[suppression.Equal](m.Get("equal"))}
	r.OnRelease = orNone(r.OnRelease)
	return len(r.While.Runs) > 0
}
