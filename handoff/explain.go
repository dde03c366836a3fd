package handoff

import "time"

// An Explanation is a decision with everything that was looked at on the way.
type Explanation struct {
	Decision Decision       `json:"decision"`
	Match    Match          `json:"match,omitzero"` // the request's, with all who were looked at
	Triggers []TriggerTrace `json:"triggers"`       // decided now, by occurred-at, then by id
	// Candidates are all who could have been chosen by the rungs that were asked, in the order in which they rank there. The
	// reason of the one who was chosen is empty. Of a Router that does not tell, they are those who were passed over.
	Candidates []Candidate `json:"candidates,omitempty"`
}

// A TriggerTrace says how one trigger fared.
type TriggerTrace struct {
	Trigger string       `json:"trigger"`
	Kind    string       `json:"kind"`
	Scores  []ScoreTrace `json:"scores,omitempty"`
	Stages  []StageTrace `json:"stages,omitempty"` // every stage of the lifecycle, in the policy's order
	Plays   []PlayTrace  `json:"plays,omitempty"`  // every play for the kind, in the policy's order
}

// A ScoreTrace says what a score came to.
type ScoreTrace struct {
	ID     string     `json:"id"`
	Points Opt[int64] `json:"points,omitzero"`
}

// A StageTrace says how the definition of a stage came to its value, and what followed.
type StageTrace struct {
	Stage    string `json:"stage"`
	Position string `json:"position,omitempty"`
	When     Trace  `json:"when,omitzero"`     // zero where the stage has no condition
	Entered  bool   `json:"entered,omitempty"` // by this trigger, now or when it was first decided
	// Why says why a stage is not entered where its condition does not: it has none, or it is true and the move is not legal. It is
	// empty for every other.
	Why string `json:"why,omitempty"`
}

// A PlayTrace says why a play was or was not ready.
type PlayTrace struct {
	Play     string      `json:"play"`
	Position string      `json:"position,omitempty"`
	When     Trace       `json:"when"` // true where the play has no condition
	Priority int64       `json:"priority,omitempty"`
	Gates    []GateTrace `json:"gates,omitempty"` // that cover the play, where it matches
	Holds    []HoldTrace `json:"holds,omitempty"` // the active ones, and those that let go where the Suppressor tells
	// Why says why a play does not compete though When is not false: it is a fallback whose time has not come, or too few of
	// its signals have. It is empty for every other.
	Why   string `json:"why,omitempty"`
	Ready bool   `json:"ready"`
}

// A GateTrace says how a gate came to its value.
type GateTrace struct {
	Gate     string `json:"gate"`
	Position string `json:"position,omitempty"`
	Require  Trace  `json:"require"`
}

// A HoldTrace says whether a hold is active, and why.
type HoldTrace struct {
	Active bool  `json:"active"`
	When   Trace `json:"when,omitzero"` // of a condition; zero for a cooldown and for a hold that State remembers
	ActiveHold
}

// Explain is Decide with the trace kept: its Decision equals what Decide returns, byte for byte.
func (e *Engine) Explain(at time.Time, r Request) (Explanation, error) {
	trace := Explanation{Triggers: []TriggerTrace{}}
	p, err := e.begin(at, r, &trace)
	if err != nil {
		return Explanation{}, err
	}
	trace.Match = p.req.Match.clone()
	p.answer()
	if trace.Decision, err = p.finish(); err != nil {
		return Explanation{}, err
	}
	return trace, nil
}

// explainTrigger keeps the trace of one trigger's plays.
func (p *pass) explainTrigger(w *waiting) {
	if p.trace == nil {
		return
	}
	facts := p.aside(w.facts)
	t := TriggerTrace{Trigger: w.trigger.ID, Kind: w.trigger.Kind, Stages: w.stages}
	for i, s := range p.engine.cfg.Scores {
		t.Scores = append(t.Scores, ScoreTrace{s.ID, w.facts.Scores[i]})
	}
	for _, i := range p.engine.plays[w.trigger.Kind] {
		t.Plays = append(t.Plays, p.explainPlay(w, facts, &p.engine.cfg.Plays[i]))
	}
	p.trace.Triggers = append(p.trace.Triggers, t)
}

// aside returns the facts for a trace: what only a trace reads is guarded by nothing, and may be missing.
func (p *pass) aside(f *Facts) *Facts {
	facts := *f
	facts.state = &reader{state: p.reader.state}
	return &facts
}

// explainRoute keeps everybody whom the winner's rungs could have chosen.
func (p *pass) explainRoute(winner *candidate, passed []Candidate) {
	if p.trace == nil {
		return
	}
	p.trace.Candidates = cloneEach(passed, Candidate.clone)
	if tracer, ok := winner.play.Router.(RouteTracer); ok {
		p.trace.Candidates = tracer.TraceRoute(p.aside(winner.waiting.facts), winner.play)
	}
}

// explainHolds lists the holds that stop a play, then the rules that let go.
func (p *pass) explainHolds(f *Facts, c *candidate) []HoldTrace {
	var out []HoldTrace
	var rules []HoldTrace
	if tracer, ok := p.engine.cfg.Suppressor.(HoldTracer); ok {
		rules = tracer.TraceHolds(f, c.play)
	}
	for _, h := range c.holds {
		t := HoldTrace{Active: true, ActiveHold: h.clone()}
		for _, r := range rules {
			if r.Active && !r.Lapsed && r.ID == h.ID {
				t.When = r.When
			}
		}
		out = append(out, t)
	}
	for _, r := range rules {
		if !r.Active || r.Lapsed {
			r.Active = false
			out = append(out, r)
		}
	}
	return out
}

func (p *pass) explainPlay(w *waiting, f *Facts, play *Play) PlayTrace {
	t := PlayTrace{Play: play.ID, Position: play.Position, When: Trace{Truth: True}}
	if play.When != nil {
		t.When = play.When.Trace(f)
	}
	for _, c := range w.candidates {
		if c.play != play {
			continue
		}
		t.Priority, t.Ready = c.priority, len(c.closed)+len(c.holds) == 0
		t.Holds = p.explainHolds(f, c)
		for _, g := range p.engine.cfg.Gates {
			if g.Scope.Covers(play) {
				t.Gates = append(t.Gates, GateTrace{g.ID, g.Position, g.Require.Trace(f)})
			}
		}
	}
	if t.When.Truth != False {
		t.Why = p.barred(w, play)
	}
	return t
}

// barred says why a play does not compete for a trigger, whatever its condition says; "" where it may.
func (p *pass) barred(w *waiting, play *Play) string {
	if p.engine.fallbacks[play.ID] && !w.fallsBackTo(play, p) {
		rule := p.engine.triggers[w.trigger.Kind].Incomplete
		if rule.Play != play.ID {
			return "answers only signals of another kind, when they have waited for facts"
		}
		return "answers only signals whose facts stay unknown for " + rule.Wait.String()
	}
	for _, short := range w.short {
		if short.ID == play.ID {
			return short.Text
		}
	}
	return ""
}
