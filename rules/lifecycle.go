package rules

import (
	"regexp"
	"slices"
	"strings"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/internal/language"
	"github.com/salesbaton/baton/rules/internal/source"
)

func (p *policy) readLifecycle(section source.Node) {
	for _, e := range section.Entries() {
		stage := handoff.StageRule{ID: e.Key.ID(), Position: e.Key.Position()}
		if stage.ID == language.NoStage {
			e.Key.Errorf(source.TwoMeanings, "%s stands in from: for records that have entered no stage; give the stage another name", language.NoStage)
		}
		if e.Value.IsMap() {
			p.readStage(&stage, e.Value)
		} else {
			stage.When = p.condition(e.Value)
		}
		p.config.Stages = append(p.config.Stages, stage) // also without When, so that only the real problem is reported
		p.signalled = append(p.signalled, !e.Value.IsMap() || e.Value.Map().Get("when").Exists())
	}
	p.checkReach(section)
}

// checkReach reports stages that no record is ever in, since it would have to come out of stages that are never entered.
func (p *policy) checkReach(section source.Node) {
	reached := p.reached()
	for i, e := range section.Entries() {
		stage := p.config.Stages[i]
		switch {
		case reached[stage.ID]:
		case slices.Equal(stage.From, []string{stage.ID}):
			e.Value.Map().Get("from").Errorf(source.Impossible, "no record ever enters %s: it is entered out of itself alone; name the stages before it, or %s for records that have entered none", stage.ID, language.NoStage)
		default:
			e.Value.Map().Get("from").Errorf(source.Impossible, "no record ever enters %s: none of the stages that from names is ever entered before it; name one that is, or %s for records that have entered none",
				stage.ID, language.NoStage)
		}
	}
}

// reached returns the stages that a record can be in, going by the stages out of which each is entered. What is unknown is
// reported, and counts as reached.
func (p *policy) reached() map[string]bool {
	in := map[string]bool{}
	open := func(from string) bool {
		return in[from] || from == language.NoStage || !slices.Contains(p.stages, from)
	}
	for range p.config.Stages {
		for _, stage := range p.config.Stages {
			in[stage.ID] = in[stage.ID] || len(stage.From) == 0 || slices.ContainsFunc(stage.From, open)
		}
	}
	return in
}

func (p *policy) readStage(stage *handoff.StageRule, n source.Node) {
	m := n.Map()
	when, on, came := m.Get("when"), m.Get("on"), m.Get("outcome")
	if !when.Exists() && !on.Exists() && !came.Exists() {
		n.Errorf(source.MissingKey, "nothing makes a record enter the stage; write when: a condition of signals, on: an activity, or outcome: what came of the handoff")
	}
	stage.When = p.condition(when)
	stage.On = oneOrWords[handoff.ActivityKind](on)
	stage.Outcomes = p.outcomes(came)
	stage.Forward, stage.Resets = m.Get("forward").Bool(), m.Get("resets").Bool()
	stage.From = p.sources(m.Get("from"))
	m.Get("meaning").Text()
}

// oneOrWords reads one word, or a list of them.
func oneOrWords[T ~string](n source.Node) []T {
	if n.IsList() {
		return wordsIn[T](n)
	}
	if w := T(n.Word()); w != "" {
		return []T{w}
	}
	return nil
}

// sources reads the stages out of which a stage is entered.
func (p *policy) sources(n source.Node) []string {
	known := slices.Clone(p.stages)
	if !slices.Contains(known, language.NoStage) {
		known = append(known, language.NoStage)
	}
	checkNames(n.List(), "stage", known)
	return n.Texts()
}

// entranceForm is how a play names what makes a record enter a stage.
var entranceForm = regexp.MustCompile(`^entered\( *("?)([^()"]*)("?) *\)$`)

// entrance returns the stage that a trigger such as entered(mql) names.
func entrance(n source.Node) (stage string, is bool) {
	form := entranceForm.FindStringSubmatch(n.Raw())
	if form == nil || form[1] != form[3] {
		return "", false
	}
	return strings.TrimSpace(form[2]), true
}

// answersEntrance has a play answer whatever signal makes a record enter a stage. What the play's own condition says comes
// on top.
func (p *policy) answersEntrance(play *handoff.Play, n source.Node, stage string, m source.Keyed) {
	i := slices.Index(p.stages, stage)
	switch {
	case stage == "":
		n.Errorf(source.Empty, noStageNamed)
		return
	case i < 0 && len(p.stages) == 0:
		n.Errorf(source.UnknownName, "unknown stage %q; declare it under lifecycle:", stage)
		return
	case i < 0:
		known := p.stages[:min(len(p.stages), maxStages)]
		n.Errorf(source.UnknownName, "unknown stage %q%s; known are %s", stage, n.Near(stage, func() []string { return known }), strings.Join(known, ", "))
		return
	case !p.signalled[i]:
		n.Errorf(source.Impossible, "no signal makes a record enter %s: %s", stage, unsignalled)
		return
	}
	kinds := p.answered(n, stage, m)
	if len(kinds) == 0 {
		return
	}
	play.Trigger, play.Signals = kinds[0], handoff.SignalRule{Of: kinds, AtLeast: 1}
	play.When = &crossing{i, "entered(" + stage + ")", n.Position(), play.When}
	p.cost.add(n, valueCost)
}

// noStageNamed says what an entrance lacks.
const noStageNamed = "entered() names no stage; write one of those under lifecycle, such as entered(mql)"

// unsignalled says why nothing that is asked of a signal can be about a stage.
const unsignalled = "activities and outcomes do, which no play answers; give the stage a when: beside them, or have the play answer a signal"

// answered returns the kinds of signals that a play answers because they make a record enter a stage: all those about a
// lead, or all those about an account. Where both can, the play says which.
func (p *policy) answered(n source.Node, stage string, m source.Keyed) []string {
	of := p.entrants(stage)
	about, people := m.Get("about"), m.Get("people")
	kind := handoff.Kind(about.Word())
	switch leads, accounts := of[handoff.KindLead], of[handoff.KindAccount]; {
	case kind == handoff.KindLead && people.Exists(): // which is reported, as for every play about a lead
	case people.Exists():
		kind = handoff.KindAccount
	case kind != "":
	case len(leads) > 0 && len(accounts) > 0:
		n.Errorf(source.BadMix, "leads enter %s with %s, and accounts with %s, and a play is about one of them; write about: lead or about: account beside it", stage, leads[0], accounts[0])
		return nil
	case len(leads) > 0:
		kind = handoff.KindLead
	default:
		kind = handoff.KindAccount
	}
	switch kinds := of[kind]; {
	case len(kinds) == 0 && len(p.config.Triggers) > 0:
		at := n
		if about.Exists() {
			at = about
		}
		at.Errorf(source.Impossible, "no signal about %s makes a record enter %s; its condition is true of none that triggers lists", article(kind), stage)
		return nil
	case len(kinds) > language.MaxSignals:
		n.Errorf(source.OutOfRange, "more than %d kinds of signals can make a record enter %s; have its condition say which, such as trigger.kind in [...]", language.MaxSignals, stage)
		return nil
	default:
		return kinds
	}
}

// entrants returns the kinds of signals that can make a record enter a stage, by what they are about.
func (p *policy) entrants(stage string) map[handoff.Kind][]string {
	if of, known := p.entering[stage]; known {
		return of
	}
	of := map[handoff.Kind][]string{}
	for _, t := range p.config.Triggers {
		if p.mayEnter(stage, t.Kind) {
			of[t.About] = append(of[t.About], t.Kind)
		}
	}
	p.entering[stage] = of
	return of
}

// mayEnter reports whether a signal of a kind can make the stage's condition true, as far as the kind alone decides.
func (p *policy) mayEnter(stage, kind string) bool {
	for _, s := range p.config.Stages {
		if compiled, ok := s.When.(*condition); ok && s.ID == stage {
			return compiled.root.ofKind(kind) != handoff.False
		}
	}
	return true
}

// ofKind returns the truth of a term for every signal of a kind; unknown where more than the kind decides.
func (t *term) ofKind(kind string) handoff.Truth {
	switch {
	case t.op == not:
		return t.kids[0].ofKind(kind).Not()
	case t.op == and || t.op == or:
		var truths []handoff.Truth
		for _, kid := range t.kids {
			truths = append(truths, kid.ofKind(kind))
		}
		deciding, others := handoff.False, handoff.True
		if t.op == or {
			deciding, others = others, deciding
		}
		switch {
		case slices.Contains(truths, deciding):
			return deciding
		case slices.Contains(truths, handoff.Unknown):
			return handoff.Unknown
		}
		return others
	case len(t.reads) != 1 || t.reads[0].path != "trigger.kind":
		return handoff.Unknown
	}
	return t.eval(&handoff.Facts{Trigger: handoff.Trigger{Kind: kind}})
}

// A crossing is the condition of a play that answers whatever makes a record enter a stage. It implements handoff.Condition.
type crossing struct {
	stage    int    // its index in Config.Stages
	text     string // as the author wrote it
	position string
	when     handoff.Condition // the play's own; nil: none
}

// Eval returns whether the signal made the record enter the stage, and what the play's own condition says.
func (c *crossing) Eval(f *handoff.Facts) handoff.Truth {
	switch {
	case !f.Entered(c.stage):
		return handoff.False
	case c.when == nil:
		return handoff.True
	}
	return c.when.Eval(f)
}

// Trace returns the truth with what the play's own condition saw, once the stage was entered.
func (c *crossing) Trace(f *handoff.Facts) handoff.Trace {
	switch {
	case !f.Entered(c.stage):
		return handoff.Trace{Truth: handoff.False, Text: c.text, Position: c.position, First: c.text, FirstPosition: c.position}
	case c.when == nil:
		return handoff.Trace{Truth: handoff.True, Text: c.text, Position: c.position}
	}
	return c.when.Trace(f)
}
