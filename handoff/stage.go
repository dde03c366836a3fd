package handoff

import (
	"cmp"
	"slices"
	"time"
)

// enter emits the stages that the trigger's facts newly enter, and tells the facts which of them are this trigger's. A
// repetition of a trigger that is ready enters none: by itself it would not be decided.
func (w *waiting) enter(p *pass) {
	for i := range p.engine.cfg.Stages {
		rule := &p.engine.cfg.Stages[i]
		if rule.When == nil {
			if p.trace != nil {
				w.stages = append(w.stages, StageTrace{Stage: rule.ID, Position: rule.Position, Why: rule.enteredOn()})
			}
			continue
		}
		why := ""
		if rule.When.Eval(w.facts) == True && !w.repeat {
			s := rule.entered(Stage{At: p.at, Trigger: w.trigger.ID})
			if why = p.barsStage(rule, s); why == "" {
				p.enterStage(s)
			}
		}
		entered := slices.ContainsFunc(p.stages, func(s Stage) bool { return s.ID == rule.ID && s.Trigger == w.trigger.ID })
		if entered {
			why = ""
		}
		if p.trace != nil {
			w.stages = append(w.stages, StageTrace{rule.ID, rule.Position, rule.When.Trace(p.aside(w.facts)), entered, why})
		}
		if entered {
			w.facts.entered |= 1 << i
		}
	}
}

// moveOn emits the stages that an activity, or the outcome that it says, makes the subject enter. What was entered after the
// activity does not count against it: of one stage the earliest entrance stays, in whatever order they become known. A move
// that was legal as far as was known is not taken back.
func (p *pass) moveOn(a Activity, outcome string) {
	p.stages = without(p.base.Record().Stages, func(s Stage) bool {
		return cmp.Or(s.At.Compare(a.At), cmp.Compare(s.Activity, a.ID)) > 0
	})
	for i := range p.engine.cfg.Stages {
		rule := &p.engine.cfg.Stages[i]
		s := rule.entered(Stage{At: a.At, Activity: a.ID})
		if (slices.Contains(rule.On, a.Kind) || outcome != "" && slices.Contains(rule.Outcomes, outcome)) && p.barsStage(rule, s) == "" {
			p.enterStage(s)
		}
	}
}

// entered returns an entrance into the rule's stage.
func (r *StageRule) entered(s Stage) Stage {
	s.ID, s.Resets = r.ID, r.Resets
	return s
}

func (p *pass) enterStage(s Stage) {
	p.stages = append(p.stages, s)
	p.emit(SetStage{p.req.Subject, s})
}

// enteredOn says what makes a record enter a stage that has no condition.
func (r *StageRule) enteredOn() string {
	var on []string
	for _, kind := range r.On {
		on = append(on, string(kind))
	}
	for _, word := range r.Outcomes {
		on = append(on, "outcome "+word)
	}
	return "is entered on " + wordList(on)
}

// barsStage says why a stage is not entered: it was in this lap, or the move is not legal. "" where it may be.
func (p *pass) barsStage(rule *StageRule, s Stage) string {
	for _, old := range lapOf(p.stages, s) {
		switch {
		case old.ID == rule.ID:
			return "was entered before"
		case rule.Forward && p.engine.stageRank(old.ID) > p.engine.stageRank(rule.ID):
			return "comes before " + old.ID + ", which was entered"
		}
	}
	now := cmp.Or(p.engine.stageNow(p.stages), NoStage)
	if len(rule.From) > 0 && !slices.Contains(rule.From, now) {
		return "is not entered from " + now
	}
	return ""
}

// lapOf returns the entrances of the same lap as s: those between which and s the record has not started anew.
func lapOf(stages []Stage, s Stage) []Stage {
	var begins, ends Stage // the resets around the lap; without an id: none
	if s.Resets {
		ends = s
	}
	for _, r := range stages {
		switch {
		case !r.Resets:
		case compareEntrances(r, s) < 0 && (begins.ID == "" || compareEntrances(r, begins) > 0):
			begins = r
		case compareEntrances(r, s) >= 0 && (ends.ID == "" || compareEntrances(r, ends) < 0):
			ends = r
		}
	}
	return without(stages, func(o Stage) bool {
		return begins.ID != "" && compareEntrances(o, begins) <= 0 || ends.ID != "" && compareEntrances(o, ends) > 0
	})
}

// presentLap returns what was entered since the record has started anew last.
func presentLap(stages []Stage) []Stage {
	var last Stage // without an id: none
	for _, s := range stages {
		if s.Resets && (last.ID == "" || compareEntrances(s, last) > 0) {
			last = s
		}
	}
	return without(stages, func(s Stage) bool { return last.ID != "" && compareEntrances(s, last) <= 0 })
}

// stageRank returns where a stage stands in the policy; -1: nowhere.
func (e *Engine) stageRank(id string) int {
	return slices.IndexFunc(e.cfg.Stages, func(s StageRule) bool { return s.ID == id })
}

// stageNow returns the stage that was entered last, of several at one instant the one that stands last in the policy; "": none.
// At the instant at which the record starts anew it is in what it enters next.
func (e *Engine) stageNow(stages []Stage) string {
	var now Stage
	if present := presentLap(stages); len(present) > 0 {
		stages = present
	}
	for i, s := range stages {
		if i == 0 || cmp.Or(s.At.Compare(now.At), cmp.Compare(e.stageRank(s.ID), e.stageRank(now.ID))) > 0 {
			now = s
		}
	}
	return now.ID
}

// maxStageEntries bounds what a record remembers of stages: the latest stay.
const maxStageEntries = 500

// entered adds a stage. Of two entrances in one lap the earlier stays, with what made it; of two at one instant the lesser.
func entered(list []Stage, s Stage) []Stage {
	for _, old := range lapOf(list, s) {
		switch {
		case old.ID != s.ID:
		case compareEntrances(old, s) <= 0:
			return list
		default:
			list = without(list, func(x Stage) bool { return x == old })
		}
	}
	list = put(list, s, compareStages)
	for len(list) > maxStageEntries {
		first := slices.MinFunc(list, func(a, b Stage) int { return cmp.Or(compareEntrances(a, b), compareStages(a, b)) })
		list = without(list, func(s Stage) bool { return s == first })
	}
	return list
}

// journeys unites what two records have entered. It goes by the instants, so that every reset is known to what follows it.
func journeys(own, came []Stage) (list []Stage) {
	all := slices.Concat(own, came)
	slices.SortStableFunc(all, compareEntrances)
	for _, s := range all {
		list = entered(list, s)
	}
	return list
}

// StageAt returns when the record entered a stage in its present lap; the zero time where it did not.
func (r Record) StageAt(id string) time.Time {
	for _, s := range presentLap(r.Stages) {
		if s.ID == id {
			return s.At
		}
	}
	return time.Time{}
}
