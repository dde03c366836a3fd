package handoff

import (
	"cmp"
	"slices"
)

// sidesOf asks which sides of experiments a handoff by the candidate's play puts the subject on. Each is remembered by a
// record that is guarded. Where no instant is given, the record comes to be on the side now.
func (p *pass) sidesOf(c *candidate) []Side {
	if p.engine.cfg.Experimenter == nil {
		return nil
	}
	sides := slices.Clone(p.engine.cfg.Experimenter.Arms(c.waiting.facts, c.play))
	for i := range sides {
		s := &sides[i]
		s.Of, s.At = cmp.Or(s.Of, p.req.Subject), instant(s.At)
		if s.At.IsZero() {
			s.At = p.at
		}
		p.reader.get(s.Of)
	}
	return sides
}

// vary puts the sequence of a side in the place of the play's. A side whose sequence cannot start, because the policy has none
// of that name or because an earlier side names one, is left out: nobody is on it.
func (h *handover) vary() {
	varied := false
	var kept []Side
	for _, s := range h.sides {
		if s.Sequence != "" && !s.HeldOut {
			sequence := h.engine.sequences[s.Sequence]
			if sequence == nil || varied {
				continue
			}
			h.sequence, varied = sequence, true
		}
		kept = append(kept, s)
	}
	h.sides = kept
}

// heldOut returns the index of the first side that keeps the record as it is; -1: none does.
func (h *handover) heldOut() int {
	return slices.IndexFunc(h.sides, func(s Side) bool { return s.HeldOut })
}

// holdOut answers where the side of that index keeps the record as it is. The holdouts before it are over, and the record is on
// their sides; those after it and what would have varied the play are not asked. Candidates that the same experiment does not
// keep back are tried. Where there are none, the decision says what would have been.
func (h *handover) holdOut(index int, pending []*waiting) {
	by := h.sides[index]
	h.d.Effects = h.d.Effects[:h.before] // what the sequence would have told others
	h.owned()
	if h.sequence != nil && len(h.starting()) > 0 {
		h.d.Sequence = h.sequence.ID
	}
	h.exposed(slices.DeleteFunc(slices.Clone(h.sides[:index+1]), func(s Side) bool { return !s.Holdout && !s.HeldOut }))
	if h.would == nil {
		h.would = &wouldBe{d: h.d}
		if h.trace != nil {
			h.would.candidates = h.trace.Candidates
		}
	}
	for _, c := range h.ranked {
		c.heldOut = c == h.winner || slices.ContainsFunc(h.sidesOf(c), func(s Side) bool { return s.HeldOut && s.Experiment == by.Experiment })
	}
	h.ready = without(h.ready, func(c *candidate) bool { return c.heldOut })
	if next := without(h.ranked, func(c *candidate) bool { return c.heldOut }); len(next) > 0 {
		h.d.Owner, h.d.Rung, h.d.Sequence = "", "", ""
		h.try(next, pending)
		return
	}
	h.d.Verdict = VerdictHeldOut
	h.fates(h.winner, pending, FateHeldOut)
	h.would.tell(h.pass)
}

// A wouldBe is what would have been, had no experiment kept the record as it is: what the best candidate of all would have
// done.
type wouldBe struct {
	d          Decision
	candidates []Candidate // of the trace
}

// tell makes the decision say it.
func (w *wouldBe) tell(p *pass) {
	p.d.Play, p.d.Motion, p.d.Trigger = w.d.Play, w.d.Motion, w.d.Trigger
	p.d.Owner, p.d.Rung, p.d.Sequence = w.d.Owner, w.d.Rung, w.d.Sequence
	p.d.Losers, p.d.Passed, p.d.PassedWhy = w.d.Losers, w.d.Passed, w.d.PassedWhy
	if p.trace != nil {
		p.trace.Candidates = w.candidates
	}
}

// exposed gives the reason for each side that the record is on, and keeps it for expose.
func (h *handover) exposed(sides []Side) {
	for _, s := range sides {
		code := CodeExposed
		if s.HeldOut {
			code = CodeHeldOut
		}
		h.reason(Reason{Rule: RuleExperiment, ID: s.Experiment, Code: code, Play: h.winner.play.ID, Text: s.Text, Position: s.Position})
		same := func(t Side) bool { return t.Of == s.Of && t.Experiment == s.Experiment }
		if !slices.ContainsFunc(h.exposures, same) {
			h.exposures = append(h.exposures, s)
		}
	}
}

// expose remembers the sides that the record is on. Every decision that hands it over or holds it out tells them, so that they
// can be counted; one after which it waits on tells those alone that are new, so that the same question again changes nothing.
func (p *pass) expose() {
	counts := slices.Contains([]Verdict{VerdictEnrolled, VerdictAssigned, VerdictBlockedChannel, VerdictHeldOut}, p.d.Verdict)
	for _, s := range p.exposures {
		known := slices.ContainsFunc(stored[Record](p.reader, s.Of).Arms, func(a Arm) bool { return sameJSON(a, s.Arm) })
		if counts || !known {
			p.emit(Expose{s.Of, s.Arm})
		}
	}
}

// isHeldOut reports whether an experiment keeps back all of the trigger's plays that got through.
func (w *waiting) isHeldOut() bool {
	return len(w.survivors()) == 0 && slices.ContainsFunc(w.candidates, func(c *candidate) bool { return c.heldOut })
}

// sequencesOf returns the sequences that a handoff by the play can start: the play's own, and those that an experiment can put
// in its place.
func (e *Engine) sequencesOf(p *Play) (out []*Sequence) {
	if own := e.sequenceOf(p); own != nil {
		out = append(out, own)
	}
	lister, lists := e.cfg.Experimenter.(SequenceLister)
	switch {
	case e.cfg.Experimenter == nil:
	case lists:
		for _, id := range lister.Sequences(p) {
			if s := e.sequences[id]; s != nil && id != p.Sequence {
				out = append(out, s)
			}
		}
	default:
		for i := range e.cfg.Sequences {
			if s := &e.cfg.Sequences[i]; s.ID != p.Sequence {
				out = append(out, s)
			}
		}
	}
	return out
}
