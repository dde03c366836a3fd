package outcome_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/outcome"
)

// TestOwnerChange follows a handoff that has to be accepted within two business hours, nine to five, and that Ann may give to
// Bo: each of them has a clock of their own.
func TestOwnerChange(t *testing.T) {
	type ran struct {
		Owner      string
		Wall, Open int64
		Met        bool
		Why        handoff.StopWhy
		Transfers  int64
	}
	const monday, saturday = "2026-03-02 ", "2026-03-07 "
	for _, tt := range []struct {
		name, reason         string
		day                  string
		handed, passed, done string // passed: "" for not
		want                 []ran
	}{
		{"in time after the change", "an hour of Ann's does not count for Bo", monday, "10:00", "11:00", "12:30",
			[]ran{{"ann", 3600, 3600, false, handoff.StopOwner, 0}, {"bo", 5400, 5400, true, handoff.StopDone, 1}}},
		{"at the weekend", "no business time passes, and an hour on the wall", saturday, "10:00", "", "11:00",
			[]ran{{"ann", 3600, 0, true, handoff.StopDone, 0}}},
		{"late after the change", "2:29 is more than two hours", monday, "10:00", "11:01", "13:30",
			[]ran{{"ann", 3660, 3660, false, handoff.StopOwner, 0}, {"bo", 8940, 8940, false, handoff.StopDone, 1}}},
		{"at the instant", "two hours are within two hours", monday, "10:00", "11:00", "13:00",
			[]ran{{"ann", 3600, 3600, false, handoff.StopOwner, 0}, {"bo", 7200, 7200, true, handoff.StopDone, 1}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t, func(c *handoff.Config) {
				c.Plays[0].Acceptance = &handoff.SLA{Within: 2 * hour, Hours: outcome.Team(weekly(t, "UTC", "mon-fri 09:00-17:00"))}
			})
			d.hand(instant(t, tt.day+tt.handed))
			if tt.passed != "" {
				d.observe(handoff.Activity{ID: "R", Kind: handoff.ActivityReassigned, At: instant(t, tt.day+tt.passed), By: "ann", To: "bo"})
			}
			d.observe(handoff.Activity{ID: "A", Kind: handoff.ActivityAccepted, At: instant(t, tt.day+tt.done), By: tt.want[len(tt.want)-1].Owner})
			var got []ran
			for _, s := range d.stopped("acceptance:demo") {
				got = append(got, ran{s.Owner, s.Wall, s.Open, s.Met, s.Why, s.Transfers})
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
			if _, runs := d.clock("acceptance:demo"); runs {
				t.Error("a clock still runs")
			}
		})
	}
}

// TestOwnerLeft lets the owner leave while nothing runs that anybody promised: what the engine needs names the owner.
func TestOwnerLeft(t *testing.T) {
	d := newDesk(t, func(c *handoff.Config) { c.Reps = []handoff.Rep{{ID: "ann"}} })
	d.hand(instant(t, "2026-03-02 10:00"))
	d.observe(handoff.Activity{ID: "X", Kind: handoff.ActivityOwnerLeft, At: instant(t, "2026-03-02 11:00"), By: "ann"})
	if rep, _ := d.store.State()[handoff.RepKey("ann")].Value.(handoff.Rep); rep.Status != handoff.RepLeft {
		t.Errorf("ann is %q, want %q", rep.Status, handoff.RepLeft)
	}
}
