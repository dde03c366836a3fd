package rules

import (
	"cmp"
	"slices"
	"strings"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/internal/language"
	"github.com/salesbaton/baton/rules/internal/source"
	"github.com/salesbaton/baton/suppression"
)

// A trial is an experiment with where it stands.
type trial struct {
	suppression.Experiment
	key  source.Node
	keys source.Keyed
}

// readExperiments reads who is held out, and who gets another sequence, once the plays are known.
func (p *policy) readExperiments(section source.Node) {
	p.cost.shared = true
	defer func() { p.cost.shared = false }()
	for i, e := range section.Entries() {
		if i == language.MaxExperiments {
			e.Key.Errorf(source.OutOfRange, "there are more than %d experiments", language.MaxExperiments)
			break
		}
		p.trials = append(p.trials, p.experiment(e))
	}
	for i, t := range p.trials {
		t.checkSteps()
		p.checkCovered(t)
		for _, earlier := range p.trials[:i] {
			checkBeside(t, earlier)
			p.checkVariants(t, earlier)
		}
	}
	p.experimenter(section)
}

// experiment reads one experiment.
func (p *policy) experiment(e source.Entry) trial {
	m := e.Value.Map()
	t := trial{key: e.Key, keys: m, Experiment: suppression.Experiment{
		ID:       e.Key.ID(),
		Scope:    p.scope(m),
		When:     p.condition(m.Get("when")),
		Per:      cmp.Or(suppression.Per(m.Get("per").Word()), suppression.PerLead),
		Salt:     cmp.Or(readSalt(m.Get("salt")), e.Name()),
		Hash:     cmp.Or(suppression.Hash(m.Get("hash").Word()), suppression.HashSHA256),
		Layer:    readLayer(m.Get("layer")),
		Arms:     p.arms(m.Get("arms")),
		Fresh:    m.Get("fresh").Bool(),
		Position: e.Key.Position(),
	}}
	governed := p.govern(GovernedExperiment, t.ID, e.Key, m)
	t.HoldOut, _ = m.Get("share").Percent()
	days := readEffective(m.Get("effective"))
	t.From, t.Until, governed.Until = days.from, days.until, days.until
	if share, arms := m.Get("share"), m.Get("arms"); e.Value.IsMap() && share.Exists() == arms.Exists() {
		e.Value.Errorf(source.BadMix, "an experiment has either share: 5%%, the part that is held out, or arms: {plain: {share: 50%%}, other: {share: 50%%, sequence: x}}")
	}
	return t
}

// readSalt reads what is hashed with an id.
func readSalt(n source.Node) string {
	text := n.Text()
	if n.IsText() && strings.TrimSpace(text) == "" {
		n.Errorf(source.Empty, "the salt is empty; write one, or leave it out for the experiment's id")
	}
	return text
}

// readEffective reads from which day on, and before which, something counts.
func readEffective(n source.Node) period {
	if !n.Exists() {
		return period{}
	}
	m := n.Map()
	days := period{m.Get("from").Date(), m.Get("until").Date()}
	if days.isEmpty() {
		m.Get("until").Errorf(source.Impossible, noDay, days.until, days.from)
	}
	if n.IsMap() && len(n.Entries()) == 0 {
		n.Errorf(source.NoEffect, "effective says neither from nor until; write one of them, or leave it out")
	}
	return days
}

// readLayer reads the range of a layer that an experiment has.
func readLayer(n source.Node) suppression.Layer {
	if !n.Exists() {
		return suppression.Layer{}
	}
	m := n.Map()
	from, begins := m.Get("from").Percent()
	to, ends := m.Get("to").Percent()
	if begins && ends && to <= from {
		m.Get("to").Errorf(source.Impossible, "the range ends at %s and begins at %s, so that nobody is in it; make to greater than from", source.PercentText(to), source.PercentText(from))
	}
	return suppression.Layer{Name: m.Get("name").ID(), From: from, To: to}
}

// arms reads the sides of an experiment.
func (p *policy) arms(n source.Node) []suppression.Arm {
	if n.IsMap() && len(n.Entries()) == 0 {
		n.Errorf(source.Empty, "no arm is defined; write at least one")
	}
	var out []suppression.Arm
	sum := int64(0)
	for i, e := range n.Entries() {
		if i == language.MaxArms {
			e.Key.Errorf(source.OutOfRange, "there are more than %d arms", language.MaxArms)
			break
		}
		m := e.Value.Map()
		share, _ := m.Get("share").Percent()
		if before := sum; before <= language.All && before+share > language.All {
			m.Get("share").Errorf(source.OutOfRange, "with this share the arms have %s; all together they have at most 100%%", source.PercentText(before+share))
		}
		sum += share
		out = append(out, suppression.Arm{ID: e.Key.ID(), Share: share, Sequence: p.sequences.read(m.Get("sequence"), "sequence")})
	}
	return out
}

// checkSteps reports shares and ranges that the hash cannot give, and a layer that would decide the arm.
func (t trial) checkSteps() {
	layer := t.keys.Get("layer").Map()
	check := func(n source.Node) {
		if share, ok := n.Percent(); ok && share%t.Hash.Step() != 0 {
			n.Errorf(source.Impossible, "the hash %s splits in steps of %s; write a multiple of that, or hash: %s", t.Hash,
				source.PercentText(t.Hash.Step()), suppression.HashSHA256)
		}
	}
	check(t.keys.Get("share"))
	for _, e := range t.keys.Get("arms").Entries() {
		check(e.Value.Map().Get("share"))
	}
	check(layer.Get("from"))
	check(layer.Get("to"))
	if t.Layer.Name == t.Salt && t.Layer.Name != "" {
		layer.Get("name").Errorf(source.Impossible, "the layer is called like the salt %s of the experiment, so that its range would decide the side; give one of them another name", t.Salt)
	}
}

// varies reports whether an arm starts a sequence of its own.
func (t trial) varies() bool {
	return slices.ContainsFunc(t.Arms, func(a suppression.Arm) bool { return a.Sequence != "" })
}

// checkCovered reports an experiment that covers nothing, and one with a sequence for a play that starts none.
func (p *policy) checkCovered(t trial) {
	covered := p.coveredPlays(t.Scope)
	if except := t.keys.Get("except"); len(covered) == 0 && len(p.config.Plays) > 0 && except.Exists() {
		except.Errorf(source.Impossible, "the experiment covers no play; leave some, or remove it")
	}
	i := slices.IndexFunc(covered, func(play handoff.Play) bool { return play.Sequence == "" })
	if i < 0 {
		return
	}
	for _, e := range t.keys.Get("arms").Entries() {
		e.Value.Map().Get("sequence").Errorf(source.Impossible, "the play %s, which the experiment covers, starts no sequence, "+
			"so that there is none in whose place this could start; write only: with plays that do", covered[i].ID)
	}
}

// coveredPlays returns the plays that a scope covers.
func (p *policy) coveredPlays(s handoff.Scope) (out []handoff.Play) {
	for _, play := range p.config.Plays {
		if s.Covers(&play) {
			out = append(out, play)
		}
	}
	return out
}

// days are those on which an experiment puts records on sides.
func (t trial) days() period { return period{t.From, t.Until} }

// concurrent reports whether there is a day for both experiments.
func (t trial) concurrent(other trial) bool { return !t.days().and(other.days()).isEmpty() }

// checkBeside reports two experiments of a layer that do not exclude each other.
func checkBeside(t, earlier trial) {
	layer := t.keys.Get("layer")
	if t.Layer.Name == "" || t.Layer.Name != earlier.Layer.Name {
		return
	}
	if t.Per != earlier.Per || t.Hash != earlier.Hash {
		layer.Errorf(source.BadMix, "the experiment %s at %s is per %s with the hash %s, and this one per %s with %s, "+
			"so that the layer %s cannot keep them apart; make both the same, or name another layer",
			earlier.ID, earlier.Position, earlier.Per, earlier.Hash, t.Per, t.Hash, t.Layer.Name)
		return
	}
	if t.concurrent(earlier) && t.Layer.From < earlier.Layer.To && earlier.Layer.From < t.Layer.To {
		layer.Errorf(source.Impossible, "this range, from %s to %s of the layer %s, overlaps that of the experiment %s at %s, from %s to %s; move one of them",
			source.PercentText(t.Layer.From), source.PercentText(t.Layer.To), t.Layer.Name, earlier.ID, earlier.keys.Get("layer").Position(),
			source.PercentText(earlier.Layer.From), source.PercentText(earlier.Layer.To))
	}
}

// checkVariants reports two experiments that could each start a sequence of their own for one handoff.
func (p *policy) checkVariants(t, earlier trial) {
	apart := t.Layer.Name != "" && t.Layer.Name == earlier.Layer.Name // where they overlap all the same that is reported
	if !t.varies() || !earlier.varies() || apart || !t.concurrent(earlier) {
		return
	}
	for _, play := range p.coveredPlays(t.Scope) {
		if earlier.Scope.Covers(&play) {
			t.key.Errorf(source.BadMix, "%s and the experiment %s at %s could both start another sequence in place of that of the play %s; "+
				"put both into one layer, such as layer: {name: sequences, from: 0%%, to: 50%%}, or give them plays of their own",
				t.ID, earlier.ID, earlier.Position, play.ID)
			return
		}
	}
}

// experimenter makes what is asked for the sides of a handoff, where there are experiments.
func (p *policy) experimenter(section source.Node) {
	if p.report.Failed() || len(p.trials) == 0 {
		return
	}
	var list []suppression.Experiment
	for _, t := range p.trials {
		list = append(list, t.Experiment)
	}
	set, err := suppression.NewExperiments(p.config.Zone, list)
	if err == nil {
		err = set.Check(p.config.Plays)
	}
	if err != nil {
		section.Errorf(source.Impossible, "%v", err)
		return
	}
	p.config.Experimenter = set
}
