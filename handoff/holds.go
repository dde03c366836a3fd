package handoff

import (
	"cmp"
	"slices"
	"time"
)

// OfRule begins the id under which a record remembers that a rule of the policy holds: since when, and which plays.
const OfRule = "rule:"

// rememberHolds keeps the record's list of the policy's holds: those that a decision meets for the first time are added, and
// those that it asks about and no longer meets are taken away.
func (p *pass) rememberHolds() {
	met, asked := p.rules()
	record := p.base.Record()
	for _, h := range met {
		i, known := slices.BinarySearchFunc(record.Holds, h, compareHolds)
		if known && !record.Holds[i].Remembered {
			continue // somebody else's, of the same name
		}
		if known {
			h.Since = earlier(record.Holds[i].Since, h.Since)
			for _, play := range record.Holds[i].Blocks {
				if !slices.Contains(asked, play) && p.engine.play(play) != nil {
					h.Blocks = append(h.Blocks, play)
				}
			}
			slices.Sort(h.Blocks)
			h.Blocks = slices.Compact(h.Blocks)
		}
		if !known || !sameJSON(record.Holds[i], h) {
			p.emit(Hold{p.req.Subject, h})
		}
	}
	for _, old := range record.Holds {
		stays := slices.ContainsFunc(met, func(h ActiveHold) bool { return h.ID == old.ID })
		if old.Remembered && !stays {
			p.unblock(old, asked)
		}
	}
}

// unblock takes the plays that were asked about, and those that the policy has no more, off a rule that does not hold them;
// one that is left with none is forgotten.
func (p *pass) unblock(h ActiveHold, asked []string) {
	left := without(h.Blocks, func(play string) bool { return slices.Contains(asked, play) || p.engine.play(play) == nil })
	switch {
	case len(left) == 0:
		p.emit(ReleaseHold{Subject: p.req.Subject, ID: h.ID, At: p.at})
	case len(left) < len(h.Blocks):
		h.Blocks = left
		p.emit(Hold{p.req.Subject, h})
	}
}

// heldSince returns since when a rule has held: as the subject's record remembers it, or from this decision on.
func (p *pass) heldSince(rule string) time.Time {
	for _, h := range p.base.Record().Holds {
		if h.Remembered && h.ID == OfRule+rule {
			return cmp.Or(instant(h.Since), p.at)
		}
	}
	return p.at
}

// rules returns what a record remembers of the rules that hold now or have lapsed, by id, and the plays that were asked about.
func (p *pass) rules() (met []ActiveHold, asked []string) {
	for _, w := range p.pending {
		for _, c := range w.candidates {
			asked = append(asked, c.play.ID)
			for _, h := range slices.Concat(c.holds[c.stored:], c.lapsed) {
				met = blocks(met, h, c.play.ID)
			}
		}
	}
	return met, asked
}

// blocks adds a rule that holds a play, or would if it had not lapsed. What has lapsed has no end left to tell.
func blocks(list []ActiveHold, h ActiveHold, play string) []ActiveHold {
	h.ID, h.Remembered, h.Again, h.GiveUp = OfRule+h.ID, true, time.Time{}, time.Time{}
	if h.Lapsed {
		h.Until = time.Time{}
	}
	i, known := slices.BinarySearchFunc(list, h, compareHolds)
	if known {
		h = list[i]
	} else {
		h.Blocks = nil
	}
	if !slices.Contains(h.Blocks, play) {
		h.Blocks = append(slices.Clip(h.Blocks), play)
		slices.Sort(h.Blocks)
	}
	return put(list, h, compareHolds)
}
