package suppression

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
)

// An Aged is a hold that a record remembers, and for how long it has stood.
type Aged struct {
	Subject handoff.Ref
	handoff.ActiveHold
	Age time.Duration // since ActiveHold.Since; 0 where that is unknown, and below where it is yet to come
}

// Ageing returns the holds that the records of a State remember and that are neither over nor lapsed, the oldest first, then
// those without a beginning, last those whose beginning is yet to come, and then by subject and id: what somebody should look at
// before it excludes anybody for years in silence. A rule's hold stands under "rule:" and the rule's id, with the plays that it
// held, since a decision met it first and as of the last decision about the record: what changed since, nobody asked.
func Ageing(at time.Time, s handoff.State) []Aged {
	var out []Aged
	for _, key := range s.Keys() {
		record, _ := s[key].Value.(handoff.Record)
		for _, h := range record.Holds {
			if h.Lapsed || !h.Until.IsZero() && !at.Before(h.Until) {
				continue
			}
			aged := Aged{Subject: key, ActiveHold: h}
			if !h.Since.IsZero() {
				aged.Age = at.Sub(h.Since)
			}
			out = append(out, aged)
		}
	}
	slices.SortFunc(out, func(a, b Aged) int {
		return cmp.Or(cmp.Compare(b.Age, a.Age), a.Subject.Compare(b.Subject), strings.Compare(a.ID, b.ID))
	})
	return out
}

// An Overlap is marketing that reached a person while a sequence of sales ran for them.
type Overlap struct {
	Person handoff.Ref
	handoff.TouchRef
}

// Overlaps returns the marketing of the records of a State that went out while a sequence ran, by person and instant. It sees
// what Permit let through; marketing that did not ask is not there.
func Overlaps(s handoff.State) []Overlap {
	var out []Overlap
	for _, key := range s.Keys() {
		record, _ := s[key].Value.(handoff.Record)
		for _, t := range record.Touches {
			if t.Purpose == handoff.PurposeMarketing && len(t.During) > 0 {
				out = append(out, Overlap{key, t})
			}
		}
	}
	return out
}
