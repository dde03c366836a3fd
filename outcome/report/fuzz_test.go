package report_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/outcome/report"
)

// FuzzFigures tells two reports of events with whatever instants, amounts and names, one of them in two parts that are merged the
// other way round: both come to the same figures, which can be written in every form.
func FuzzFigures(f *testing.F) {
	f.Add("kim", int64(0), int64(3600), int64(100), uint8(0))
	f.Add("<script>", int64(-62135596800), int64(1<<40), int64(-1), uint8(255))
	f.Add("", int64(1<<62), int64(-1<<62), int64(1<<62), uint8(7))
	f.Fuzz(func(t *testing.T, name string, start, length, amount int64, choice uint8) {
		at, later := monday.Add(time.Duration(start)*time.Second), time.Unix(length, 0)
		kinds := handoff.ActivityKinds()
		h := handed("L1", name, at)
		h.Effects = append(h.Effects,
			handoff.StartClock{Subject: lead("L1"), Clock: handoff.Clock{ID: "first_touch:" + name, Start: later, Due: at, Within: time.Duration(length)}},
			handoff.StopClock{Subject: lead("L1"), ID: "first_touch:" + name, At: later, Why: []handoff.StopWhy{handoff.StopDone, handoff.StopOwner}[choice%2]},
			handoff.Enroll{Subject: lead("L1"), Enrollment: handoff.Enrollment{Sequence: name, Person: lead("L2"), At: at, Starts: later, Ends: later}},
			handoff.Hold{Subject: lead("L1"), ActiveHold: handoff.ActiveHold{ID: name, Since: later, Until: at}},
			handoff.AdvancePool{Policy: name, Pool: name, Moves: []handoff.Move{{Rep: name, Offered: amount, Skipped: length, Assigned: start, Reason: name}}},
			handoff.AttachContext{Subject: lead("L1"), Context: handoff.Context{Scores: []handoff.NamedScore{{ID: name, Points: amount}}}},
			handoff.Expose{Subject: lead("L2"), Arm: handoff.Arm{Experiment: name, Arm: name, At: at, Propensity: amount}},
			handoff.MergeRecords{From: lead("L2"), Into: lead("L1"), At: later})
		tell := []func(*report.Report){
			func(r *report.Report) { r.AddDecision(h) },
			func(r *report.Report) {
				r.AddActivity(lead("L1"), handoff.Activity{ID: "A", Kind: kinds[int(choice)%len(kinds)], At: later, Amount: handoff.Some(amount), To: name, Into: lead(name)})
			},
			func(r *report.Report) {
				r.AddActivity(lead("L2"), handoff.Activity{ID: name, Kind: handoff.ActivityWon, At: at, Amount: handoff.Some(amount)})
			},
			func(r *report.Report) {
				r.AddTouch(lead("L2"), handoff.Touch{ID: name, Purpose: handoff.PurposeMarketing, Channel: handoff.Channel(name), At: later})
			},
			func(r *report.Report) {
				r.AddSignal(handoff.Trigger{ID: name, Kind: name, Subject: lead("L1"), OccurredAt: later})
			},
			func(r *report.Report) { r.AddSegment(later, lead("L1"), name, name) },
		}
		config := report.Config{Points: report.Everything, Within: time.Duration(max(0, length%1000)) * time.Hour}
		whole, left, right := newDesk(t, config), newDesk(t, config), newDesk(t, config)
		for i, event := range tell {
			event(whole.Report)
			event([]*desk{left, right}[int(choice>>i)%2].Report)
		}
		if err := right.Merge(left.Report); err != nil {
			t.Fatal(err)
		}
		a, b := whole.Figures(time.Time{}), right.Figures(time.Time{})
		if written(t, a) != written(t, b) {
			t.Errorf("the parts come to other figures:\n%s\n%s", written(t, a), written(t, b))
		}
		var out bytes.Buffer
		if err := a.CSV(&out); err != nil || a.Text() == "" || a.HTML(report.Page{Title: name}) == "" {
			t.Errorf("the figures cannot be written: %v", err)
		}
		if !json.Valid([]byte(written(t, a))) {
			t.Error("the figures are no JSON")
		}
	})
}
