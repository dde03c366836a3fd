package routing_test

import (
	"strings"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/routing"
)

// TestOnShift asks ann, bob and cat, who take turns of a day from Monday 2 March 2026 at 09:00 in Berlin on.
func TestOnShift(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	start := utc(2, 8, 0)
	for _, tt := range []struct {
		name, reason string
		at           time.Time
		away         routing.WhenAway
		bob          handoff.Rep
		want, text   string
		next         time.Time
	}{
		{"the first", "shift 0 is the first one's", start, "", handoff.Rep{}, "ann", "ann is on duty in desk until 2026-03-03T09:00:00+01:00", time.Time{}},
		{"right before the end", "a shift has its beginning and not its end", start.Add(day - time.Microsecond), "", handoff.Rep{}, "ann", "", time.Time{}},
		{"the second", "and so on", start.Add(day), "", handoff.Rep{}, "bob", "", time.Time{}},
		{"round and round", "the fourth is the first one's", start.Add(3 * day), "", handoff.Rep{}, "ann", "", time.Time{}},
		{"before the start", "shifts go back as well", start.Add(-time.Microsecond), "", handoff.Rep{}, "cat", "", time.Time{}},
		{"clocks go forward", "begins stay at 09:00", utc(29, 7, 0), "", handoff.Rep{}, "ann", "until 2026-03-30T09:00:00+02:00", time.Time{}},
		{"away", "nobody else of the shift is asked, but the next rung", start.Add(day), "", handoff.Rep{Status: handoff.RepAway}, "dan", "", time.Time{}},
		{"left", "as with away", start.Add(day), routing.AwayTake, handoff.Rep{Status: handoff.RepLeft}, "dan", "", time.Time{}},
		{"away, and taken", "duty is duty", start.Add(day), routing.AwayTake, handoff.Rep{Status: handoff.RepAway}, "bob", "", time.Time{}},
		{"away, and covered", "somebody stands in", start.Add(day), routing.AwayCover, handoff.Rep{Status: handoff.RepAway, Cover: "cat"}, "cat", "cat stands in for bob, who is the rep on duty in desk and away", time.Time{}},
		{"away, and held", "the record waits", start.Add(day), routing.AwayHold, handoff.Rep{Absences: []handoff.Absence{{From: start, Until: start.Add(2 * day)}}}, "", "", start.Add(2 * day)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			shift := &routing.OnShift{ID: "desk", Members: []string{"ann", "bob", "cat"}, Away: tt.away,
				Shifts: routing.Shifts{Zone: berlin, Every: routing.EveryDay, Length: 1, Start: start}}
			w := newDesk(t, func(c *handoff.Config) { c.Zone = berlin }, route(t, shift, routing.Rep("dan")))
			tt.bob.ID = "bob"
			w.put(tt.bob)
			d := w.hand(tt.at, "k0")
			text := d.Reasons[len(d.Reasons)-1].Text
			if d.Owner != tt.want || !strings.Contains(text, tt.text) || !d.Next.Equal(tt.next) {
				t.Errorf("%s until %s, because %s, want %s until %s, because %s: %s", d.Owner, d.Next, text, tt.want, tt.next, tt.text, tt.reason)
			}
			if len(w.store.State()) > 0 && d.Owner != "" && len(all[handoff.AdvancePool](d)) > 0 {
				t.Error("duty remembers nothing")
			}
		})
	}
}
