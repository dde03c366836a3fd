package report_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/outcome/attribution"
	"github.com/salesbaton/baton/outcome/report"
)

// decide tells of a decision about a lead that has some effects.
func (d *desk) decide(id string, at time.Time, effects ...handoff.Effect) {
	d.n++
	d.AddDecision(handoff.Decision{ID: fmt.Sprintf("acme/lead/%s/%d", id, d.n), Policy: "acme", Digest: "d1", At: at, Subject: lead(id),
		Verdict: handoff.VerdictSwept, Cause: handoff.Cause{Time: true}, Effects: effects})
}

func after(minutes int) time.Time { return monday.Add(time.Duration(minutes) * time.Minute) }

// start starts the clock of a first touch, of half an hour.
func start(id string) handoff.Effect {
	return handoff.StartClock{Subject: lead(id), Clock: handoff.Clock{ID: "first_touch:demo", Owner: "ann", Start: monday, Due: after(30), Within: 30 * time.Minute}}
}

func stop(id string, minutes int, met bool, why handoff.StopWhy) handoff.Effect {
	return handoff.StopClock{Subject: lead(id), ID: "first_touch:demo", At: after(minutes), Met: met, Why: why}
}

func TestPromises(t *testing.T) {
	d := newDesk(t, report.Config{})
	for _, id := range []string{"kept", "late", "later", "overdue", "passed", "never", "corrected", "paused"} {
		d.hand(id, "ann", monday)
		d.decide(id, monday, start(id))
	}
	d.decide("kept", after(10), stop("kept", 10, true, handoff.StopDone))
	d.decide("late", after(40), stop("late", 40, false, handoff.StopDone))
	d.decide("later", after(50), handoff.MoveClock{Subject: lead("later"), Clock: handoff.Clock{ID: "first_touch:demo", Due: after(45)}})
	d.decide("later", after(65), stop("later", 65, false, handoff.StopDone))
	d.decide("passed", after(20), stop("passed", 20, false, handoff.StopOwner))
	d.decide("never", after(60), stop("never", 60, false, handoff.StopClosed))
	d.decide("corrected", after(40), stop("corrected", 40, false, handoff.StopDone))
	d.decide("corrected", after(70), handoff.Correct{Subject: lead("corrected"), Correction: handoff.Correction{ID: "A", Clock: "first_touch:demo",
		Start: monday, Was: after(40), Is: after(5), Met: true}})
	d.decide("paused", after(10), handoff.MoveClock{Subject: lead("paused"), Clock: handoff.Clock{ID: "first_touch:demo"}})
	f := d.Figures(after(90))

	p := f.Promises[0]
	want := report.Promise{Name: "first_touch", Kept: 2, Late: 2, NotDone: 1, Overdue: 2, Running: 1}
	got := p
	got.Rate, got.Breach = report.Rate{}, report.Time{}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("kept in time or by a correction; late; passed on; overdue, one of them when the handoff was over; one is paused (-want +got):\n%s", diff)
	}
	if rate(p.Rate) != "2/6" {
		t.Errorf("rate %s, want 2/6: what was passed on and what runs are not counted", rate(p.Rate))
	}
	if p.Breach.Done != 2 || p.Breach.Open != 2 || p.Breach.Naive.Median.Value != 600 || p.Breach.Naive.P90.Value != 1200 {
		t.Errorf("breaches %+v, want of 10 and 20 minutes, with two open", p.Breach)
	}
	if in := f.All.Rate(report.RateTouchedInTime); rate(in) != "2/6" {
		t.Errorf("handoffs touched in time: %s, want 2/6", rate(in))
	}
	if hour := f.Heat[9]; hour.Weekday != "Monday" || hour.Hour != 9 || rate(hour.Rate) != "2/6" {
		t.Errorf("Monday at nine: %+v", hour)
	}
	if len(f.Touch.SLAs) != 1 || f.Touch.SLAs[0] != (report.SLA{Seconds: 1800, Handoffs: 8}) || len(f.Speed.SLAs) != 0 {
		t.Errorf("promised since the handoff: %v, since the signal: %v; want half an hour, and nothing", f.Touch.SLAs, f.Speed.SLAs)
	}
	late := f.All.Time(report.TimeLateTouch)
	if late.Done != 2 || late.Open != 2 || late.Naive.Median.Value != 600 {
		t.Errorf("first touches were late by %+v", late)
	}
}

func TestOverlap(t *testing.T) {
	d := newDesk(t, report.Config{})
	for _, id := range []string{"during", "before", "ended", "exited", "asked"} {
		d.hand(id, "ann", monday)
		d.decide(id, monday, handoff.Enroll{Subject: lead(id), Enrollment: handoff.Enrollment{Sequence: "fast", Person: lead(id), At: monday, Ends: after(100)}})
	}
	mail := func(id string, minute int) {
		d.AddTouch(lead(id), handoff.Touch{ID: "M-" + id, Channel: handoff.ChannelEmail, At: after(minute), Purpose: handoff.PurposeMarketing})
	}
	mail("during", 99)
	mail("before", -1)
	mail("ended", 100)
	d.decide("exited", after(50), handoff.Exit{Subject: lead("exited"), Exited: handoff.Exited{Sequence: "fast", Person: lead("exited"), At: after(50)}})
	mail("exited", 60)
	mail("asked", 10)
	d.decide("asked", after(10), handoff.RecordTouch{Subject: lead("asked"), TouchRef: handoff.TouchRef{ID: "M-asked", Channel: handoff.ChannelEmail,
		Purpose: handoff.PurposeMarketing, At: after(10), During: []string{"fast"}}})
	d.AddTouch(lead("during"), handoff.Touch{ID: "sales", Channel: handoff.ChannelEmail, At: after(5)})
	f := d.Figures(after(200))
	if len(f.Overlap) != 1 || rate(f.Overlap[0].Runs) != "2/5" || rate(f.Overlap[0].Touches) != "2/5" {
		t.Errorf("%+v, want 2 of 5 runs and 2 of 5 touches: one fell into a run, and one that asked is known from both sides", f.Overlap)
	}
	if got := f.All.Rate(report.RateOverlap); rate(got) != "2/5" {
		t.Errorf("rate %s", rate(got))
	}
}

func TestFairness(t *testing.T) {
	d := newDesk(t, report.Config{})
	turn := func(moves ...handoff.Move) handoff.Effect {
		return handoff.AdvancePool{Policy: "acme", Pool: "sdrs", Rep: "ann", Moves: moves}
	}
	d.decide("L1", monday, turn(handoff.Move{Rep: "bob", Offered: 1, Skipped: 1, Reason: "absent"}, handoff.Move{Rep: "ann", Offered: 1, Assigned: 1}))
	d.decide("L2", monday, turn(handoff.Move{Rep: "bob", Offered: 1, Skipped: 1, Reason: "full"}, handoff.Move{Rep: "ann", Offered: 1, Assigned: 1}))
	d.decide("L3", monday, turn(handoff.Move{Rep: "bob", Offered: 1, Assigned: 1}))
	d.decide("L2", after(10), handoff.AdjustPool{Policy: "acme", Pool: "sdrs", Moves: []handoff.Move{{Rep: "ann", Assigned: -1, Reason: "declined"}}})
	want := []report.Fairness{
		{Policy: "acme", Pool: "sdrs", Owner: "ann", Offered: 2, Assigned: 1, Share: 0.5, Why: []report.Count{}},
		{Policy: "acme", Pool: "sdrs", Owner: "bob", Offered: 3, Skipped: 2, Assigned: 1, Share: 0.5, Why: []report.Count{{Name: "absent", N: 1}, {Name: "full", N: 1}}},
	}
	if diff := cmp.Diff(want, d.Figures(after(20)).Owners); diff != "" {
		t.Errorf("offered, skipped and assigned are three numbers, and a turn that was given back is not assigned (-want +got):\n%s", diff)
	}
}

func TestHolds(t *testing.T) {
	d := newDesk(t, report.Config{})
	hold := func(id string, h handoff.ActiveHold) {
		h.ID = "deal"
		d.decide(id, monday, handoff.Hold{Subject: lead(id), ActiveHold: h})
	}
	hold("old", handoff.ActiveHold{Since: monday.Add(-24 * time.Hour), Reason: "a deal"})
	hold("ends", handoff.ActiveHold{Since: monday, Until: after(90)})
	hold("over", handoff.ActiveHold{Since: monday, Until: after(60)})
	hold("lifted", handoff.ActiveHold{Since: monday})
	d.decide("lifted", after(10), handoff.ReleaseHold{Subject: lead("lifted"), ID: "deal"})
	hold("told again", handoff.ActiveHold{Since: monday, Until: after(500)})
	d.decide("told again", after(20), handoff.Hold{Subject: lead("told again"), ActiveHold: handoff.ActiveHold{ID: "deal", Since: monday, Until: after(500)}})
	got := d.Figures(after(60)).Holds
	want := []report.Hold{{ID: "deal", Reason: "a deal", N: 3, Endless: 1, Median: handoff.Some[int64](3600), Oldest: handoff.Some[int64](25 * 3600),
		Subject: "lead/old", Over: 2}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("three stand, of which one has no end (-want +got):\n%s", diff)
	}
}

func TestAttributionOfPaths(t *testing.T) {
	d := newDesk(t, report.Config{Goal: report.StepWon})
	day := func(n int) time.Time { return monday.Add(time.Duration(n) * 24 * time.Hour) }
	signal := func(id, kind string, at time.Time) {
		d.AddSignal(handoff.Trigger{ID: id + kind, Kind: kind, Subject: lead(id), OccurredAt: at})
	}
	for i, kind := range []string{"c1", "c2", "c3"} {
		signal("bought", kind, day(i))
	}
	d.does("bought", handoff.ActivityWon, day(5), worth(900))
	signal("looked", "c1", day(0))
	signal("came", "c2", day(0))
	signal("came", "c3", day(1))
	f := d.Figures(day(10))
	got := map[string][2]string{}
	for _, c := range f.Credits {
		if c.Model == attribution.Markov {
			got[c.Channel] = [2]string{c.Removal.String(), c.Conversions.String()}
		}
	}
	want := map[string][2]string{"c1": {"0.500000", "0.200000"}, "c2": {"1.000000", "0.400000"}, "c3": {"1.000000", "0.400000"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if f.Paths != (report.Paths{Paths: 3, Conversions: 1, Value: 900}) {
		t.Errorf("paths %+v", f.Paths)
	}
}

// A trial of a thousand units an arm, of which 120 and 100 buy.
func TestExperiment(t *testing.T) {
	d := newDesk(t, report.Config{Goal: report.StepWon})
	expose := func(id, arm string, at time.Time) {
		d.decide(id, at, handoff.Expose{Subject: lead(id), Arm: handoff.Arm{Experiment: "holdout", Arm: arm, At: at, Propensity: 5000, HeldOut: arm == "held_out"}})
	}
	for i := range 1000 {
		for arm, won := range map[string]int{"treated": 120, "held_out": 100} {
			id := fmt.Sprint(arm, i)
			d.AddSegment(monday, lead(id), "country", []string{"DE", "US"}[i%2])
			expose(id, arm, monday)
			if i < won {
				d.does(id, handoff.ActivityWon, after(60), worth(50))
			}
		}
	}
	d.does("treated999", handoff.ActivityWon, after(-60)) // before it was exposed
	expose("treated0", "held_out", after(30))
	e := d.Figures(after(120)).Experiments[0]
	if e.Control != "held_out" || e.Crossed != 1 || e.Ratio.Mismatch || len(e.Segments) != 2 {
		t.Errorf("control %s, crossed %d, ratio %+v, %d segments", e.Control, e.Crossed, e.Ratio, len(e.Segments))
	}
	l := e.Lifts[0]
	for _, tt := range []struct {
		name string
		got  report.Ratio
		want string
	}{
		{"absolute lift", l.Absolute, "0.020000"},
		{"relative lift", l.Relative, "0.200000"},
		{"pooled standard error: sqrt(.11*.89*2/1000)", l.Pooled, "0.013993"},
		{"unpooled: sqrt(.12*.88/1000+.1*.9/1000)", l.Unpooled, "0.013986"},
		{"z", l.Z, "1.429301"},
		{"value: 6 against 5 a unit", l.Value.Absolute, "1.000000"},
		{"the first of five looks", l.Bounds[0], "4.561742"},
	} {
		if tt.got.String() != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, tt.got, tt.want)
		}
	}
}

func TestSampleRatioMismatchWarns(t *testing.T) {
	d := newDesk(t, report.Config{})
	for i := range 1000 {
		arm := []string{"a", "b"}[min(i%5, 1)] // 200 to 800, where it should be half and half
		d.decide(fmt.Sprint(i), monday, handoff.Expose{Subject: lead(fmt.Sprint(i)), Arm: handoff.Arm{Experiment: "x", Arm: arm, At: monday, Propensity: 5000}})
	}
	r := d.Figures(after(1)).Experiments[0].Ratio
	if !r.Mismatch || r.ChiSquare.String() != "360.000000" || r.Freedom != 1 {
		t.Errorf("%+v, want a mismatch with chi-square 360", r)
	}
}

// The shares of the arms were a tenth and nine, and then half and half: both were as they should be.
func TestSampleRatioOfSharesThatChanged(t *testing.T) {
	d := newDesk(t, report.Config{})
	expose := func(id, arm string, at time.Time, propensity int64) {
		d.decide(id, at, handoff.Expose{Subject: lead(id), Arm: handoff.Arm{Experiment: "x", Arm: arm, At: at, Propensity: propensity}})
	}
	for i := range 1000 {
		arm, share := "b", int64(9000)
		if i%10 == 0 {
			arm, share = "a", 1000
		}
		expose(fmt.Sprint("early", i), arm, after(i), share)
		expose(fmt.Sprint("late", i), []string{"a", "b"}[i%2], after(2000+i), 5000)
	}
	r := d.Figures(after(4000)).Experiments[0].Ratio
	if r.Mismatch || r.ChiSquare != 0 || r.Freedom != 1 {
		t.Errorf("%+v, want the 500 and 500 since the shares changed", r)
	}
}

func TestOneArmHasNoSampleRatio(t *testing.T) {
	d := newDesk(t, report.Config{})
	d.decide("L1", monday, handoff.Expose{Subject: lead("L1"), Arm: handoff.Arm{Experiment: "x", Arm: "a", At: monday, Propensity: 1000}})
	if r := d.Figures(after(1)).Experiments[0].Ratio; r.Freedom != 0 || r.P != 1 || r.Mismatch {
		t.Errorf("%+v, want nothing to tell", r)
	}
}

func TestLiftOverNothing(t *testing.T) {
	d := newDesk(t, report.Config{Goal: report.StepWon})
	for i := range 50 {
		for _, arm := range []string{"control", "other"} {
			id := fmt.Sprint(arm, i)
			d.decide(id, monday, handoff.Expose{Subject: lead(id), Arm: handoff.Arm{Experiment: "x", Arm: arm, At: monday, Propensity: 5000}})
			if arm == "other" && i < 10 {
				d.does(id, handoff.ActivityWon, after(1))
			}
		}
	}
	l := d.Figures(after(2)).Experiments[0].Lifts[0]
	if !l.NoBase || l.Relative != 0 || l.Absolute.String() != "0.200000" || rate(l.Converted) != "10/50" || rate(l.Control) != "0/50" {
		t.Errorf("%+v: where nobody of the control converts there is no relative lift", l)
	}
}

// Leads of one account are one unit; whoever was exposed first says of which segment, and of several at once the first by name.
func TestAccountIsOneUnit(t *testing.T) {
	for _, order := range [][]string{{"L1", "L2"}, {"L2", "L1"}} {
		d := newDesk(t, report.Config{Goal: report.StepWon})
		account := handoff.Ref{Kind: handoff.KindAccount, ID: "A1"}
		for _, id := range order {
			d.AddSegment(monday, lead(id), "country", map[string]string{"L1": "DE", "L2": "US"}[id])
			d.AddDecision(handoff.Decision{ID: "acme/lead/" + id + "/1", Policy: "acme", At: monday, Subject: lead(id), Verdict: handoff.VerdictEnrolled,
				Effects: handoff.Effects{handoff.Expose{Subject: account, Arm: handoff.Arm{Experiment: "x", Arm: "other", At: monday, Propensity: 5000}}}})
			d.does(id, handoff.ActivityWon, after(1), worth(100))
		}
		d.decide("C", monday, handoff.Expose{Subject: lead("C"), Arm: handoff.Arm{Experiment: "x", Arm: "control", At: monday, Propensity: 5000}})
		d.AddSegment(monday, lead("C"), "country", "DE")
		e := d.Figures(after(2)).Experiments[0]
		other := e.Arms[1]
		if other.Units != 1 || rate(other.Converted) != "1/1" || other.Value != 200 || len(e.Segments) != 1 || e.Segments[0].Value != "DE" {
			t.Errorf("told in the order %v: %+v, segments %+v; want one unit, worth both deals, of DE", order, other, e.Segments)
		}
	}
}

func TestTriggerThatInflates(t *testing.T) {
	for _, tt := range []struct {
		name   string
		last   [2]int // handoffs of March, and how many qualified
		want   bool
		reason string
	}{
		{"more and worse", [2]int{200, 10}, true, "twice as many, and a tenth as good"},
		{"more and as good", [2]int{200, 100}, false, "growth is no fault"},
		{"as many and worse", [2]int{100, 5}, false, "it is bad, but not inflated"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t, report.Config{})
			n := 0
			month := func(m time.Month, handoffs, qualified int) {
				at := time.Date(2026, m, 3, 9, 0, 0, 0, time.UTC)
				for i := range handoffs {
					n++
					d.hand(fmt.Sprint("L", n), "ann", at)
					if i < qualified {
						d.does(fmt.Sprint("L", n), handoff.ActivityQualified, at.Add(time.Hour))
					}
				}
			}
			month(time.January, 100, 50)
			month(time.February, 100, 50)
			month(time.March, tt.last[0], tt.last[1])
			month(time.April, 10, 0) // which is not over
			got := d.Figures(time.Date(2026, time.April, 10, 0, 0, 0, 0, time.UTC)).Triggers[0]
			if got.Inflated != tt.want || rate(got.Before) != "100/200" || rate(got.Last) != fmt.Sprintf("%d/%d", tt.last[1], tt.last[0]) {
				t.Errorf("%+v: %s", got, tt.reason)
			}
		})
	}
}

func TestPolicyThatMovedSomething(t *testing.T) {
	d := newDesk(t, report.Config{})
	for i := range 400 {
		id := fmt.Sprint("L", i)
		h := handed(id, "ann", monday.Add(time.Duration(i)*time.Hour))
		if i >= 200 {
			h.Digest = "d2"
		}
		d.AddDecision(h)
		if i%4 == 0 || i >= 200 && i%2 == 0 { // a quarter, then a half
			d.does(id, handoff.ActivityBooked, h.At.Add(time.Hour))
		}
	}
	f := d.Figures(time.Time{})
	if len(f.Policies) != 2 || f.Policies[0].Digest != "d1" || len(f.Policies[0].Moved) != 0 {
		t.Fatalf("policies %+v", f.Policies)
	}
	seen := 0
	for _, m := range f.Policies[1].Moved {
		switch m.ID {
		case report.RateMeeting:
			seen++
			if rate(m.Before) != "50/200" || rate(m.After) != "100/200" || !m.Clear || m.Change.String() != "0.250000" {
				t.Errorf("meetings: %+v", m)
			}
		case report.RateWon:
			seen++
			if m.Clear {
				t.Errorf("nothing was won, and that did not move: %+v", m)
			}
		}
	}
	if seen != 2 {
		t.Errorf("of meetings and deals %d were compared", seen)
	}
}

func TestScores(t *testing.T) {
	d := newDesk(t, report.Config{Goal: report.StepQualified})
	for i := range 100 {
		id := fmt.Sprintf("L%02d", i)
		h := handed(id, "ann", monday)
		h.Effects = append(h.Effects, handoff.AttachContext{Subject: lead(id), Context: handoff.Context{Scores: []handoff.NamedScore{{ID: "fit", Points: int64(i)}}}})
		d.AddDecision(h)
		d.AddSegment(monday, lead(id), "region", []string{"south", "north"}[min(i/40, 1)]) // the low scores live in the south
		if i >= 50 {
			d.does(id, handoff.ActivityQualified, after(10))
		}
	}
	s := d.Figures(after(20)).Scores[0]
	if s.ID != "fit" || s.Handoffs != 100 || s.AUC.String() != "1.000000" || len(s.Deciles) != 10 || rate(s.Deciles[5].Rate) != "10/10" || rate(s.Deciles[4].Rate) != "0/10" {
		t.Errorf("%+v", s)
	}
	north, south := s.Segments[0], s.Segments[1]
	if north.Low || !south.Low || rate(north.Upper) != "50/60" || rate(south.Upper) != "0/40" {
		t.Errorf("nobody of the south comes into the upper half: %+v %+v", north, south)
	}
}

func TestWhatCannotBeCountedIsCounted(t *testing.T) {
	d := newDesk(t, report.Config{})
	d.AddActivity(lead("L1"), handoff.Activity{ID: "A", Kind: handoff.ActivityCall})
	d.AddActivity(handoff.Ref{}, handoff.Activity{ID: "A", Kind: handoff.ActivityCall, At: monday})
	d.AddTouch(lead("L1"), handoff.Touch{At: monday})
	d.AddSignal(handoff.Trigger{ID: "T", OccurredAt: monday})
	d.AddDecision(handoff.Decision{})
	want := []report.Count{{Name: "no instant", N: 2}, {Name: "no subject", N: 2}, {Name: "no id", N: 1}}
	if diff := cmp.Diff(want, d.Figures(monday).Input.Refused); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMergedLeadsAreOne(t *testing.T) {
	d := newDesk(t, report.Config{})
	d.hand("L1", "ann", monday)
	d.AddActivity(lead("L1"), handoff.Activity{ID: "m", Kind: handoff.ActivityMerged, At: after(10), Into: lead("L2")})
	d.does("L2", handoff.ActivityQualified, after(20))
	if got := d.Figures(after(30)).All.Rate(report.RateQualified); rate(got) != "1/1" {
		t.Errorf("qualified %s: what is told of the survivor is about the handoff of the one that merged into it", rate(got))
	}
}

func TestConfigIsChecked(t *testing.T) {
	for _, tt := range []struct {
		name   string
		config report.Config
		want   string
	}{
		{"period", report.Config{Period: "year"}, "report: period is one of day, week, month, quarter"},
		{"goal", report.Config{Goal: "handoff"}, "report: goal is one of attempted, contacted, meeting, qualified, opportunity, won"},
		{"level", report.Config{Level: 1}, "report: level lies between 0 and 1"},
		{"looks", report.Config{Looks: 21}, "report: looks are from 1 to 20"},
		{"points", report.Config{Points: "clicks"}, "report: points are one of signals, campaigns, everything"},
		{"within", report.Config{Within: -1}, "report: neither small nor a length of time is negative"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := report.New(tt.config); err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
	a, b := newDesk(t, report.Config{}), newDesk(t, report.Config{Period: report.Week})
	if err := a.Merge(b.Report); err == nil {
		t.Error("reports that count by other rules were merged")
	}
}

func TestPeriodsAreNamedByTheirFirstDay(t *testing.T) {
	for _, tt := range []struct {
		period report.Period
		want   string
		reason string
	}{
		{report.Day, "2027-01-01", "of the zone"},
		{report.Week, "2026-W53", "the year of an ISO week is that of its Thursday"},
		{report.Month, "2027-01", "the first day belongs to it"},
		{report.Quarter, "2027-Q1", "so it does to the quarter"},
	} {
		t.Run(string(tt.period), func(t *testing.T) {
			d := newDesk(t, report.Config{Period: tt.period})
			d.hand("L1", "ann", time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC))
			if got := d.Figures(time.Time{}).Funnel[1].Period; got != tt.want {
				t.Errorf("got %s, want %s: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func TestSegmentsAreOfTheInstantOfTheHandoff(t *testing.T) {
	d := newDesk(t, report.Config{})
	d.hand("L1", "ann", monday)
	d.hand("L2", "ann", monday)
	d.AddSegment(monday.Add(-time.Hour), lead("L1"), "tier", "small")
	d.AddSegment(monday, lead("L1"), "tier", "large")
	d.AddSegment(after(60), lead("L1"), "tier", "huge")
	d.AddSegment(after(60), lead("L2"), "country", "DE")
	f := d.Figures(after(90))
	got := map[string][]string{}
	for _, by := range f.By[len(report.Dimensions()):] {
		for _, g := range by.Groups {
			got[by.Dimension] = append(got[by.Dimension], fmt.Sprintf("%s %d", g.Value, g.Handoffs))
		}
	}
	want := map[string][]string{"segment tier": {" 1", "large 1"}, "segment country": {" 1", "DE 1"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what held at the handoff counts, else what was known first, and who has none is there, too (-want +got):\n%s", diff)
	}
}

func TestSegmentsOfOneInstantAreSeveral(t *testing.T) {
	d := newDesk(t, report.Config{})
	d.hand("L1", "ann", monday)
	for _, name := range []string{"country", "tier", "industry"} {
		d.AddSegment(monday, lead("L1"), name, "x")
	}
	if by := d.Figures(after(1)).By[len(report.Dimensions()):]; len(by) != 3 || by[2].Groups[0].Value != "x" {
		t.Errorf("%d segments, want three: facts that differ in words alone are not one", len(by))
	}
}

func TestOneHorizonForAllThatConverts(t *testing.T) {
	d := newDesk(t, report.Config{Within: time.Hour, Goal: report.StepQualified})
	d.hand("soon", "ann", monday)
	d.does("soon", handoff.ActivityQualified, after(60))
	d.hand("late", "ann", monday)
	d.does("late", handoff.ActivityQualified, after(61))
	d.hand("young", "ann", after(30))
	d.does("young", handoff.ActivityQualified, after(31))
	f := d.Figures(after(89))
	last := f.Funnel[0].Steps[4]
	if rate(f.All.Rate(report.RateQualified)) != "1/2" || rate(f.Pressure[0].Rate) != "1/2" || rate(f.Triggers[0].Precision) != "1/2" ||
		f.Funnel[0].Steps[0].N != 2 || last.N != 1 {
		t.Errorf("rate %s, by attempts %s, precision %s, funnel %+v: want 1 of 2 everywhere", rate(f.All.Rate(report.RateQualified)),
			rate(f.Pressure[0].Rate), rate(f.Triggers[0].Precision), f.Funnel[0].Steps)
	}
}

func TestPromisesOfACurveCountItsHours(t *testing.T) {
	office, err := calendar.New(calendar.Config{Weekly: must(t, "mon-fri 09:00-17:00")})
	if err != nil {
		t.Fatal(err)
	}
	clocks := map[string][2]time.Time{
		"in the morning": {after(0), after(60)},           // from nine to ten
		"before five":    {after(7*60 + 30), after(1470)}, // from half past four to half past nine
		"wall clock":     {after(7*60 + 30), after(510)},  // an hour that nobody is there for
	}
	for _, tt := range []struct {
		name   string
		config report.Config
		want   []report.SLA
		reason string
	}{
		{"business time", report.Config{Hours: office}, []report.SLA{{Seconds: 3600, Handoffs: 2}}, "an hour of office time, overnight too"},
		{"every hour", report.Config{}, []report.SLA{{Seconds: 3600, Handoffs: 2}}, "an hour is an hour, and overnight it was not"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t, tt.config)
			for id, c := range clocks {
				h := handed(id, "ann", c[0])
				h.Effects = append(h.Effects, handoff.StartClock{Subject: lead(id), Clock: handoff.Clock{ID: "first_touch:demo", Start: c[0], Due: c[1], Within: time.Hour}})
				d.AddDecision(h)
			}
			if diff := cmp.Diff(tt.want, d.Figures(after(3000)).Touch.SLAs); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}
