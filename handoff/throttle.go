package handoff

import (
	"fmt"
	"slices"
	"time"
)

// active names the tally that keeps room for each run of the sequence until it ends.
func (s *Sequence) active(policy, owner string) Key { return s.tally(policy, "active", owner) }

// adds names the tally of the starts of the sequence.
func (s *Sequence) adds(policy, owner string) Key { return s.tally(policy, "adds", owner) }

func (s *Sequence) tally(policy, what, owner string) Key {
	what += "/" + s.ID
	if s.Throttle.Per == KindRep {
		what += "/" + owner
	}
	return TallyKey(policy, what)
}

// throttleKeys returns the entries that the sequence's throttle reads for an owner.
func (s *Sequence) throttleKeys(policy, owner string) (keys []Key) {
	if s.Throttle.Per == KindRep && owner == "" {
		return nil
	}
	if s.Throttle.Active > 0 {
		keys = append(keys, s.active(policy, owner))
	}
	if s.Throttle.Adds > 0 {
		keys = append(keys, s.adds(policy, owner))
	}
	return keys
}

// A room is how many runs a throttle has for more.
type room struct {
	max   int64
	taken []time.Time // when each that counts counts no more, in order
	text  string
}

// rooms returns what the sequence's throttle has, for runs that make others end.
func (h *handover) rooms(ends []string) (rooms []room) {
	s, policy, owner := h.sequence, h.engine.cfg.Policy, h.routing.Owner
	if s.Throttle.Active > 0 {
		r := room{max: s.Throttle.Active, text: fmt.Sprintf("%d run already", s.Throttle.Active)}
		for _, p := range stored[Tally](h.reader, s.active(policy, owner)).Planned {
			if p.At.After(h.at) && !slices.Contains(ends, p.For) {
				r.taken = append(r.taken, p.At)
			}
		}
		rooms = append(rooms, r)
	}
	if s.Throttle.Adds > 0 {
		r := room{max: s.Throttle.Adds, text: fmt.Sprintf("%d started within %s already", s.Throttle.Adds, lasting(s.Throttle.Every))}
		for _, t := range stored[Tally](h.reader, s.adds(policy, owner)).At {
			if over := t.Add(s.Throttle.Every); over.After(h.at) {
				r.taken = append(r.taken, over)
			}
		}
		rooms = append(rooms, r)
	}
	return rooms
}

// free returns how many more there may be now.
func (r room) free() int { return max(0, int(r.max)-len(r.taken)) }

// opens returns when there is room for one more.
func (r room) opens() time.Time { return r.taken[len(r.taken)-int(r.max)] }

// admit counts a run that starts, and returns the tally that keeps room for it with what is planned there.
func (h *handover) admit(r run, planned map[Key][]time.Time) (tallies []Key) {
	s, policy := h.sequence, h.engine.cfg.Policy
	if s.Throttle.Adds > 0 {
		tally := s.adds(policy, h.routing.Owner)
		h.reader.get(tally)
		h.emit(Count{Tally: tally, At: h.at, Keep: max(s.Throttle.Adds, keptStarts)})
	}
	if s.Throttle.Active > 0 {
		tally := s.active(policy, h.routing.Owner)
		planned[tally] = []time.Time{r.Ends}
		tallies = append(tallies, tally)
	}
	return tallies
}

// keptStarts is how many starts a tally keeps at least, so that a throttle of less can be raised.
const keptStarts = 100

// admitted asks what only an owner can answer: whether the owner's budgets, the throttle and the owner's caps let the play
// go on. Where they do not, again says when they do.
func (h *handover) admitted() bool {
	return h.withinBudgets() && h.withinThrottle() && h.withinCaps()
}

// withinBudgets reports whether no hold that depends on the owner is active.
func (h *handover) withinBudgets() bool {
	suppressor := h.engine.cfg.Suppressor
	if suppressor == nil {
		return true
	}
	facts := *h.winner.waiting.facts // another play of the trigger may be tried after this one
	facts.Owner = h.routing.Owner
	holds := without(suppressor.Suppress(&facts, h.winner.play, nil), func(h ActiveHold) bool { return h.Lapsed })
	replays := true
	for _, hold := range holds {
		hold.Since, hold.Until = instant(hold.Since), instant(hold.Until)
		h.reason(hold.reason(h.winner.play))
		replays = replays && hold.OnRelease == ReleaseReplay && !hold.Until.IsZero()
		h.again = latest(h.again, hold.Until)
	}
	if !replays {
		h.again = time.Time{}
	}
	return len(holds) == 0
}

// starting returns those for whom the sequence would start.
func (h *handover) starting() []*reached {
	return without(h.people, func(who *reached) bool { return !who.chosen })
}

// withinThrottle reports whether the sequence may start for somebody who is chosen, where there is anybody. It starts for as
// many of them as there is room for, those who come first ahead.
func (h *handover) withinThrottle() bool {
	starting := h.starting()
	if h.sequence == nil || len(starting) == 0 {
		return true
	}
	var ends []string
	for _, who := range starting {
		for _, end := range who.ends {
			ends = append(ends, end.id())
		}
	}
	free := len(starting)
	for _, r := range h.rooms(ends) {
		if r.free() >= len(starting) {
			continue
		}
		reason := Reason{Rule: RuleSequence, ID: h.sequence.ID, Code: CodeThrottled, Play: h.winner.play.ID, Text: r.text, Position: h.sequence.Position}
		if free = min(free, r.free()); r.free() == 0 {
			reason.Until = r.opens()
			h.again = latest(h.again, reason.Until)
		}
		h.reason(reason)
	}
	for _, who := range starting[free:] {
		who.chosen, who.free = false, false
	}
	return free > 0
}

// withinCaps reports whether the owner's caps leave room for somebody who is chosen, where there is anybody.
func (h *handover) withinCaps() bool {
	starting := h.starting()
	if h.sequence == nil || len(starting) == 0 {
		return true
	}
	room := false
	for _, who := range starting {
		room = h.fits(who, h.routing.Owner) || room
	}
	if !room {
		h.again = h.roomAt()
	}
	return room
}

// holdBack answers when caps, budgets or a throttle keep the winner from going on: its triggers wait until they do not, or
// are let go where that is never.
func (h *handover) holdBack(pending []*waiting) {
	h.d.Verdict = VerdictHeld
	if !h.again.After(h.at) {
		h.fates(h.winner, pending, FateHeld)
		return
	}
	h.d.Next = h.again
	for _, w := range pending {
		if len(w.survivors()) == 0 {
			h.dispose(w)
		} else {
			h.queue(w, earlier(h.again, h.staleAt(w)), WhyHeld)
		}
	}
}
