package report_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/outcome/report"
)

// merged tells that one lead lives on in another.
func (d *desk) merged(from, into string, at time.Time) {
	d.does(from, handoff.ActivityMerged, at, func(a *handoff.Activity) { a.Into = lead(into) })
}

// refuse tells that a decision refused the latest activity.
func (d *desk) refuse(id string, at time.Time) {
	d.AddDecision(handoff.Decision{ID: "acme/lead/" + id + "/9", Policy: "acme", At: at, Subject: lead(id), Verdict: handoff.VerdictRefused,
		Cause: handoff.Cause{Activity: fmt.Sprint("A", d.n)}})
}

func TestMergesInACircleEnd(t *testing.T) {
	d := newDesk(t, report.Config{})
	for i, m := range [][2]string{{"A", "B"}, {"C", "A"}, {"A", "C"}} {
		d.merged(m[0], m[1], after(i))
	}
	if got := d.Figures(after(10)).Input.Subjects; got != 1 {
		t.Errorf("%d subjects, want 1", got)
	}
}

func TestMergesCountFromTheirInstant(t *testing.T) {
	d := newDesk(t, report.Config{})
	d.hand("L1", "ann", monday)
	d.hand("L2", "ann", monday)
	d.does("L1", handoff.ActivityCall, after(10))
	d.merged("L1", "L2", after(100))
	if got := d.Figures(after(50)).All.Rate(report.RateAttempted); rate(got) != "1/2" {
		t.Errorf("as of before the merge %s were tried, want 1/2", rate(got))
	}
}

func TestMergeThatWasRefusedIsNone(t *testing.T) {
	d := newDesk(t, report.Config{})
	d.hand("L1", "ann", monday)
	d.hand("L2", "ann", monday)
	d.merged("L1", "L2", after(1))
	d.refuse("L1", after(1))
	if got := d.Figures(after(10)).Input.Subjects; got != 2 {
		t.Errorf("%d subjects, want 2", got)
	}
}

func TestWhatWasRefusedAndThenRecordedCounts(t *testing.T) {
	d := newDesk(t, report.Config{})
	d.hand("L1", "ann", monday)
	d.does("L1", handoff.ActivityLost, after(1), func(a *handoff.Activity) { a.Reason = "budget" })
	d.refuse("L1", after(1))
	id := fmt.Sprint("A", d.n)
	d.decide("L1", after(60), handoff.RecordActivity{Subject: lead("L1"), ActivityRef: handoff.ActivityRef{ID: id, Kind: handoff.ActivityLost, At: after(1)}})
	g := d.Figures(after(90)).All
	if rate(g.Rate(report.RateWin)) != "0/1" || len(g.Reasons) != 1 || g.Reasons[0].Reason != "budget" {
		t.Errorf("win rate %s, reasons %+v: it lacked something at first, and was so in the end", rate(g.Rate(report.RateWin)), g.Reasons)
	}
}

// A record that waits in a queue, and that somebody takes out of it.
func claimed(id, owner string, at time.Time) handoff.Decision {
	d := handed(id, owner, at)
	d.Cause, d.Play, d.Sequence = handoff.Cause{Activity: "claim"}, "", ""
	return d
}

func TestClaimFromAQueueIsAHandoff(t *testing.T) {
	d := newDesk(t, report.Config{})
	d.AddDecision(claimed("L1", "kim", monday))
	d.does("L1", handoff.ActivityCall, after(5))
	f := d.Figures(after(10))
	if rate(f.All.Rate(report.RateAttempted)) != "1/1" || f.By[1].Groups[0].Value != "demo" {
		t.Errorf("%s handoffs were tried, of play %s", rate(f.All.Rate(report.RateAttempted)), f.By[1].Groups[0].Value)
	}
}

func TestReassigned(t *testing.T) {
	assign := func(id, from, to string) handoff.Effect {
		return handoff.Assign{Subject: lead(id), From: from, To: to, Play: "demo"}
	}
	for _, tt := range []struct {
		name   string
		tell   func(*desk)
		want   string
		reason string
	}{
		{"to another", func(d *desk) { d.decide("L1", after(1), assign("L1", "ann", "bob")) }, "0/1", "somebody else has it"},
		{"back to the queue and to the same", func(d *desk) {
			d.decide("L1", after(1), assign("L1", "ann", ""))
			d.decide("L1", after(2), assign("L1", "", "ann"))
		}, "1/1", "nobody else has had it"},
		{"taken out of the queue by another", func(d *desk) {
			d.decide("L1", after(1), assign("L1", "ann", ""))
			again := claimed("L1", "bob", monday)
			again.At, again.ID = after(2), "acme/lead/L1/5"
			d.AddDecision(again)
		}, "0/1", "it is the same handoff, and somebody else has it"},
		{"after it was won", func(d *desk) {
			d.does("L1", handoff.ActivityWon, after(1))
			d.decide("L1", after(2), assign("L1", "ann", "success"))
		}, "1/1", "that is how it should be"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t, report.Config{Accurate: time.Hour})
			d.hand("L1", "ann", monday)
			tt.tell(d)
			if got := d.Figures(after(90)).All.Rate(report.RateRouted); rate(got) != tt.want {
				t.Errorf("routed right %s, want %s: %s", rate(got), tt.want, tt.reason)
			}
		})
	}
}

func TestTwoRecordsThatBecomeOneHadTwoHandoffs(t *testing.T) {
	d := newDesk(t, report.Config{})
	for _, id := range []string{"L1", "L2"} {
		h := handed(id, "ann", monday)
		h.Digest = map[string]string{"L1": "d1", "L2": "d2"}[id]
		h.Effects = append(h.Effects, handoff.AdvancePool{Policy: "acme", Pool: "sdrs", Moves: []handoff.Move{{Rep: "ann", Offered: 1, Assigned: 1}}})
		d.AddDecision(h)
	}
	d.merged("L1", "L2", after(10))
	f := d.Figures(after(20))
	versions := f.By[7].Groups
	if f.Input.Handoffs != 2 || f.Owners[0].Assigned != 2 || len(versions) != 2 {
		t.Errorf("%d handoffs, %d turns, %d versions; want two of each", f.Input.Handoffs, f.Owners[0].Assigned, len(versions))
	}
}

func TestDealsAreWorthWhatTheyAre(t *testing.T) {
	d := newDesk(t, report.Config{})
	d.hand("L1", "ann", monday)
	d.does("L1", handoff.ActivityOpportunity, after(1), worth(100))
	d.does("L1", handoff.ActivityLost, after(2))
	d.AddSignal(handoff.Trigger{ID: "S", Kind: "webinar", Subject: lead("L1"), OccurredAt: after(3)})
	d.does("L1", handoff.ActivityOpportunity, after(4), worth(400))
	d.does("L1", handoff.ActivityWon, after(5), worth(500))
	d.hand("L2", "ann", monday)
	d.does("L2", handoff.ActivityWon, after(5), worth(-500))
	f := d.Figures(after(10))
	if f.Paths.Value != 600 || f.Paths.Conversions != 3 {
		t.Errorf("paths %+v, want 100 of the deal that was lost, 500 of the next, and nothing of a third", f.Paths)
	}
	if len(f.Input.Refused) != 1 || f.All.Won.Amount != 500 {
		t.Errorf("won %d; refused %+v: an amount below 0 is none, and is counted", f.All.Won.Amount, f.Input.Refused)
	}
}

// Half of the leads are called after an hour, half are given back after half an hour without anybody having called.
func TestWhoIsOverIsStillOneWhoWasNotCalled(t *testing.T) {
	d := newDesk(t, report.Config{})
	for i := range 50 {
		d.hand(fmt.Sprint("called", i), "ann", monday)
		d.does(fmt.Sprint("called", i), handoff.ActivityCall, after(60))
		d.hand(fmt.Sprint("back", i), "ann", monday)
		d.does(fmt.Sprint("back", i), handoff.ActivityOutcome, after(30), func(a *handoff.Activity) { a.Outcome = "recycle" })
	}
	all := d.Figures(after(120)).All.Time(report.TimeTouch).All
	if all.Median.Value != 3600 || all.P75.Known {
		t.Errorf("%+v: half of all were called within the hour, and three quarters never", all)
	}
}

func TestAlarmComparesLikeWithLike(t *testing.T) {
	d := newDesk(t, report.Config{})
	n := 0
	for month := time.January; month <= time.June; month++ {
		at := time.Date(2026, month, 25, 9, 0, 0, 0, time.UTC)
		for i := range map[bool]int{true: 200, false: 100}[month == time.June] {
			n++
			d.hand(fmt.Sprint("L", n), "ann", at)
			if i%2 == 0 {
				d.does(fmt.Sprint("L", n), handoff.ActivityQualified, at.Add(20*24*time.Hour))
			}
		}
	}
	got := d.Figures(time.Date(2026, time.July, 2, 0, 0, 0, 0, time.UTC)).Triggers[0]
	if got.Inflated || rate(got.Before) != "0/500" || rate(got.Last) != "0/200" || rate(got.Precision) != "250/700" {
		t.Errorf("%+v: a cohort that is a day old has not had the twenty days that the others needed", got)
	}
}

func TestUnitIsExposedWhenItsFirstLeadIs(t *testing.T) {
	d := newDesk(t, report.Config{Goal: report.StepWon})
	expose := func(id string, at time.Time) {
		d.decide(id, at, handoff.Expose{Subject: handoff.Ref{Kind: handoff.KindAccount, ID: "A"},
			Arm: handoff.Arm{Experiment: "x", Arm: "a", At: at, Propensity: 5000}})
	}
	expose("L1", monday)
	d.does("L2", handoff.ActivityWon, after(20), worth(700))
	expose("L2", after(50))
	if a := d.Figures(after(60)).Experiments[0].Arms[0]; rate(a.Converted) != "1/1" || a.Value != 700 {
		t.Errorf("%+v: the account was exposed before its second lead bought", a)
	}
}

func TestYoungUnitsDoNotCountForConversions(t *testing.T) {
	d := newDesk(t, report.Config{Goal: report.StepWon, Within: time.Hour})
	for i, at := range []int{0, 30} {
		id := fmt.Sprint("L", i)
		d.decide(id, after(at), handoff.Expose{Subject: lead(id), Arm: handoff.Arm{Experiment: "x", Arm: "a", At: after(at), Propensity: 5000}})
		d.does(id, handoff.ActivityWon, after(at+1))
	}
	if a := d.Figures(after(60)).Experiments[0].Arms[0]; rate(a.Converted) != "1/1" || a.Units != 2 {
		t.Errorf("%+v: one of two units has been exposed for an hour", a)
	}
}

func TestRunThatFollowsAnother(t *testing.T) {
	run := func(id string, at time.Time, starts time.Time) handoff.Effect {
		return handoff.Enroll{Subject: lead(id), Enrollment: handoff.Enrollment{Sequence: "fast", Person: lead(id), At: at, Starts: starts, Ends: at.Add(100 * time.Hour)}}
	}
	d := newDesk(t, report.Config{})
	d.hand("L1", "ann", monday)
	d.decide("L1", monday, run("L1", monday, time.Time{}))
	again := handed("L1", "ann", after(60))
	again.ID = "acme/lead/L1/5"
	again.Effects = append(again.Effects, handoff.Exit{Subject: lead("L1"), Exited: handoff.Exited{Sequence: "fast", Person: lead("L1"), At: after(60)}},
		run("L1", after(60), after(120)))
	d.AddDecision(again)
	mail := func(minute int) {
		d.AddTouch(lead("L1"), handoff.Touch{ID: fmt.Sprint("M", minute), Channel: handoff.ChannelEmail, At: after(minute), Purpose: handoff.PurposeMarketing})
	}
	mail(90) // the second run waits for two hours
	if got := d.Figures(after(200)).All.Rate(report.RateOverlap); rate(got) != "0/2" {
		t.Errorf("overlap %s, want 0/2: the second run has not started", rate(got))
	}
	mail(130)
	if got := d.Figures(after(200)).All.Rate(report.RateOverlap); rate(got) != "1/2" {
		t.Errorf("overlap %s, want 1/2: the end of the first run is not that of the second", rate(got))
	}
}

func TestHoldThatRanOutAndIsSetAnew(t *testing.T) {
	d := newDesk(t, report.Config{})
	for _, at := range []int{0, 100} {
		d.decide("L1", after(at), handoff.Hold{Subject: lead("L1"), ActiveHold: handoff.ActiveHold{ID: "deal", Since: after(at), Until: after(at + 60)}})
	}
	if h := d.Figures(after(110)).Holds[0]; h.N != 1 || h.Over != 1 {
		t.Errorf("%+v, want one that stands and one that is over", h)
	}
}

func TestManyValuesAreGathered(t *testing.T) {
	d := newDesk(t, report.Config{})
	for i := range report.MaxGroups + 50 {
		d.hand(fmt.Sprint("L", i), fmt.Sprintf("rep-%04d", i), monday)
		d.does(fmt.Sprint("L", i), handoff.ActivityCall, after(1))
	}
	d.hand("more", "rep-1049", monday) // has two, and so a group of its own
	groups := d.Figures(after(10)).By[3].Groups
	last := groups[len(groups)-1]
	if len(groups) != report.MaxGroups || last.Value != report.Others || last.Handoffs != 51 || rate(last.Rate(report.RateAttempted)) != "51/51" ||
		last.Time(report.TimeTouch).Done != 51 || groups[len(groups)-2].Value != "rep-1049" {
		t.Errorf("%d groups, the last %s of %d handoffs, before it %s", len(groups), last.Value, last.Handoffs, groups[len(groups)-2].Value)
	}
}

func TestInstantsThatCannotBe(t *testing.T) {
	d := newDesk(t, report.Config{})
	d.does("L1", handoff.ActivityCall, time.Date(1969, 12, 31, 0, 0, 0, 0, time.UTC))
	d.does("L1", handoff.ActivityCall, time.Date(2262, 1, 1, 0, 0, 0, 0, time.UTC))
	h := handed("L1", "ann", monday)
	assign := h.Effects[0].(handoff.Assign)
	assign.Trigger.OccurredAt = time.Date(2, 1, 1, 0, 0, 0, 0, time.UTC)
	h.Effects[0] = assign
	d.AddDecision(h)
	f := d.Figures(after(1))
	if speed := f.All.Time(report.TimeSpeed); f.Input.Refused[0].N != 2 || speed.Done+speed.Open+speed.Negative != 0 {
		t.Errorf("refused %+v, speed %+v: what lies outside the time that can be measured is no time", f.Input.Refused, speed)
	}
}

func TestReportsOfOtherTeamsAreNotMerged(t *testing.T) {
	a, b := newDesk(t, report.Config{Reps: []handoff.Rep{{ID: "ann", Team: "east"}}}), newDesk(t, report.Config{})
	if err := a.Merge(b.Report); err == nil {
		t.Error("which team a rep is in would depend on which is merged into which")
	}
	if err := a.Merge(nil); err == nil {
		t.Error("nothing was merged")
	}
}

// Half of one phase and a fifth of the other are on an arm; the phases differ, and the arms do not.
func TestArmsAreComparedUnderOneShare(t *testing.T) {
	d := newDesk(t, report.Config{Goal: report.StepWon})
	phase := func(name string, at time.Time, units, percent, won int) {
		for i := range units {
			arm, share := "control", int64(100*(100-percent))
			if i%100 < percent {
				arm, share = "other", int64(100*percent)
			}
			id := fmt.Sprint(name, i)
			d.decide(id, at, handoff.Expose{Subject: lead(id), Arm: handoff.Arm{Experiment: "x", Arm: arm, At: at, Propensity: share}})
			if i%10 < won {
				d.does(id, handoff.ActivityWon, at.Add(time.Hour))
			}
		}
	}
	phase("good", monday, 500, 50, 4)
	phase("bad", after(1000), 500, 20, 1)
	e := d.Figures(after(5000)).Experiments[0]
	l := e.Lifts[0]
	if e.Earlier != 500 || e.Arms[1].Units != 350 || rate(l.Converted) != "10/100" || rate(l.Control) != "40/400" || l.Absolute != 0 {
		t.Errorf("earlier %d, units %d, %s against %s: what converted under other shares is compared with nobody", e.Earlier, e.Arms[1].Units,
			rate(l.Converted), rate(l.Control))
	}
}

func TestReplyIsNoAttemptOfOurs(t *testing.T) {
	d := newDesk(t, report.Config{})
	d.hand("L1", "ann", monday)
	d.does("L1", handoff.ActivityReply, after(10))
	g := d.Figures(after(60)).All
	if rate(g.Rate(report.RateAttempted)) != "0/1" || rate(g.Rate(report.RateContacted)) != "1/1" || g.Time(report.TimeTouch).Open != 1 {
		t.Errorf("attempted %s, contacted %s", rate(g.Rate(report.RateAttempted)), rate(g.Rate(report.RateContacted)))
	}
}

func TestInputTellsWhatIsLeftOver(t *testing.T) {
	d := newDesk(t, report.Config{})
	d.hand("L1", "ann", monday)
	d.does("L1", handoff.ActivityCall, after(1))
	d.does("L1", handoff.ActivityCall, after(2))
	d.decide("L1", after(2), handoff.RecordActivity{Subject: lead("L1"), ActivityRef: handoff.ActivityRef{ID: "A3", Kind: handoff.ActivityCall, At: after(2)}})
	d.does("nobody", handoff.ActivityWon, after(3))
	d.AddDecision(handoff.Decision{ID: "acme/lead/L2/0", Policy: "acme", At: monday, Subject: lead("L2"), Verdict: handoff.VerdictAssigned, Owner: "ann"})
	in := d.Figures(after(60)).Input
	if in.Unobserved != 3 || in.Outside != 1 || len(in.Refused) != 1 || in.Handoffs != 1 {
		t.Errorf("unobserved %d, outside %d, refused %+v: three were told that no decision knows, one of them without a handoff, and a decision "+
			"that hands nothing over", in.Unobserved, in.Outside, in.Refused)
	}
}

func TestSignalsThatCeasedDoNotInflate(t *testing.T) {
	d := newDesk(t, report.Config{})
	n := 0
	for month, handoffs := range map[time.Month]int{time.January: 100, time.February: 300} {
		at := time.Date(2026, month, 3, 9, 0, 0, 0, time.UTC)
		for i := range handoffs {
			n++
			d.hand(fmt.Sprint("L", n), "ann", at)
			if month == time.January && i < 50 {
				d.does(fmt.Sprint("L", n), handoff.ActivityQualified, at.Add(time.Hour))
			}
		}
	}
	for _, tt := range []struct {
		name   string
		until  time.Time
		want   bool
		reason string
	}{
		{"in March", time.Date(2026, 3, 20, 0, 0, 0, 0, time.UTC), true, "February has three times as many, and none is any good"},
		{"in May", time.Date(2026, 5, 20, 0, 0, 0, 0, time.UTC), false, "in April there were none, which is no alarm"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := d.Figures(tt.until).Triggers[0]; got.Inflated != tt.want {
				t.Errorf("%+v: %s", got, tt.reason)
			}
		})
	}
}

func TestStepsHaveTheirOrder(t *testing.T) {
	d := newDesk(t, report.Config{})
	d.hand("L1", "ann", monday)
	d.does("L1", handoff.ActivityWon, after(1))
	for i, s := range d.Figures(after(2)).Funnel[0].Steps {
		if s.Step != report.Steps()[i] || s.N != 1 {
			t.Errorf("step %d is %+v, want %s, taken once", i, s, report.Steps()[i])
		}
	}
	for i, goal := range report.Steps()[1:] {
		d := newDesk(t, report.Config{Goal: goal})
		for j, kind := range []handoff.ActivityKind{handoff.ActivityCall, handoff.ActivityConnected, handoff.ActivityBooked,
			handoff.ActivityQualified, handoff.ActivityOpportunity, handoff.ActivityWon} {
			d.hand(fmt.Sprint("L", j), "ann", monday)
			d.does(fmt.Sprint("L", j), kind, after(1))
		}
		hits := int64(0)
		for _, p := range d.Figures(after(2)).Pressure {
			hits += p.Rate.Hits
		}
		if hits != int64(6-i) {
			t.Errorf("%d of 6 came to %s, want %d", hits, goal, 6-i)
		}
	}
}
