package rules

import (
	"github.com/salesbaton/baton/rules/internal/language"
	"github.com/salesbaton/baton/rules/internal/source"
	"github.com/salesbaton/baton/suppression"
)

// experiments says who is held out of handoffs, how many that are, and who gets another sequence.
func (p *page) experiments() {
	if len(p.trials) == 0 {
		return
	}
	p.heading(2, "experiments", "Experiments")
	p.say("Some records are left as they are on purpose, or get another sequence, so that what comes of both can be compared. Who they are is " +
		"computed from their ids: nobody picks them, and anybody can compute it again. The experiments are asked in this order, " +
		"once everything else is settled; nobody who would not have been handed over counts.")
	for _, t := range p.trials {
		p.heading(3, "experiment-"+t.ID, "%s", t.ID)
		p.trial(t)
	}
}

// holdouts counts the experiments that hold records out.
func (p *page) holdouts() (n int) {
	for _, t := range p.trials {
		if t.HoldOut > 0 {
			n++
		}
	}
	return n
}

// trial says of one experiment whom it is about, and shows its arms.
func (p *page) trial(t trial) {
	var list itemList
	if t.HoldOut > 0 {
		list.add(prose{}.strong("Held out").say(": %s of what it covers. The handoff does not happen: nobody owns the record by it, nothing starts and nobody is told.", source.PercentText(t.HoldOut)))
	}
	list.add(p.coveredWords(t))
	if t.Layer.Name != "" {
		list.add(say("Only those from %s to %s of the layer ", source.PercentText(t.Layer.From), source.PercentText(t.Layer.To)).code(t.Layer.Name).
			say(": nobody is in two experiments of a layer at the same time."))
	}
	if days := t.days(); days != (period{}) {
		list.say("It puts records on sides %s.", days.words())
	}
	if t.Per == suppression.PerAccount {
		list.say("It goes by account: all people of an account are on the same side, and a record without an account is on none.")
	} else {
		list.say("It goes by the record that the signal is about.")
	}
	if t.Fresh {
		list.say("The side is computed anew for each handoff, so that a record changes sides when the shares change.")
	} else {
		list.say("A record stays on its side, whatever the shares become, until %s.%s", alternatives(t.leaves()),
			choose(t.rest() > 0, " Whoever is on no arm may come onto one when a share grows.", ""))
	}
	list.add(say("Computed from the salt ").code(t.Salt).say(" by %s.", hashWords(t.Hash)))
	list.list = append(list.list, care(t.keys)...)
	p.add(list)
	if len(t.Arms) > 0 {
		p.add(p.armGrid(t))
	}
}

// leaves returns what takes a record off the side that it was on.
func (t trial) leaves() []string {
	out := []string{"the salt changes"}
	if len(t.Arms) > 0 {
		out = append(out, "its arm is removed")
	}
	if t.Layer.Name != "" {
		out = append(out, "the layer's range moves off it")
	}
	if !t.Until.IsZero() {
		out = append(out, "the days are over")
	}
	return out
}

// rest returns how much the arms leave over, in basis points; 0 of a holdout.
func (t trial) rest() int64 {
	if len(t.Arms) == 0 {
		return 0
	}
	rest := int64(language.All)
	for _, a := range t.Arms {
		rest -= a.Share
	}
	return rest
}

// coveredWords says which handoffs an experiment covers.
func (p *page) coveredWords(t trial) prose {
	text := prose{}.strong("Covers").say(": ").add(p.covers(t.keys))
	if when := t.keys.Get("when"); when.Exists() {
		text = text.say(", where ").add(p.criterion(when))
	}
	return text
}

// armGrid shows the arms, and what is left over.
func (p *page) armGrid(t trial) grid {
	g := grid{header: []string{"Arm", "Share", "What starts"}}
	for _, a := range t.Arms {
		starts := say("the play's sequence")
		if a.Sequence != "" {
			starts = prose{}.link(a.Sequence, "sequence-"+a.Sequence)
		}
		g.add(named(a.ID), say("%s", source.PercentText(a.Share)), starts)
	}
	if rest := t.rest(); rest > 0 {
		g.add(say("none"), say("%s", source.PercentText(rest)), say("the play's sequence"))
	}
	return g
}

func hashWords(h suppression.Hash) string {
	switch h {
	case suppression.HashGrowthBook:
		return "GrowthBook's hash, version 2"
	case suppression.HashGrowthBook1:
		return "GrowthBook's hash, version 1"
	case suppression.HashUnleash:
		return "Unleash's hash, in whole percents"
	}
	return "SHA-256"
}
