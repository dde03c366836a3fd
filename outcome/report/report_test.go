package report_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/outcome/report"
)

// rate writes a rate as its parts.
func rate(r report.Rate) string { return fmt.Sprintf("%d/%d", r.Hits, r.Of) }

func TestRatesOfWhatCameOfHandoffs(t *testing.T) {
	later := func(h int) time.Time { return monday.Add(time.Duration(h) * time.Hour) }
	for _, tt := range []struct {
		name   string
		config report.Config
		tell   func(*desk)
		want   map[report.RateID]string
		reason string
	}{
		{
			name: "nobody does anything",
			tell: func(d *desk) { d.hand("L1", "ann", monday) },
			want: map[report.RateID]string{report.RateAttempted: "0/1", report.RateContacted: "0/1", report.RateWin: "0/0",
				report.RateAccepted: "0/0", report.RateRouted: "0/0"},
			reason: "what has not happened misses; what was not asked, or is too young, is not counted",
		},
		{
			name: "an attempt and an automatic reply",
			tell: func(d *desk) {
				d.hand("L1", "ann", monday)
				d.does("L1", handoff.ActivityEmail, later(1))
				d.does("L1", handoff.ActivityAutoReply, later(2))
			},
			want:   map[report.RateID]string{report.RateAttempted: "1/1", report.RateContacted: "0/1"},
			reason: "a machine that answers is no contact",
		},
		{
			name: "a conversation without a logged attempt",
			tell: func(d *desk) {
				d.hand("L1", "ann", monday)
				d.does("L1", handoff.ActivityConnected, later(1))
			},
			want:   map[report.RateID]string{report.RateAttempted: "1/1", report.RateContacted: "1/1", report.RateMeeting: "0/1"},
			reason: "who was reached was tried",
		},
		{
			name: "an opportunity that nobody had called qualified",
			tell: func(d *desk) {
				d.hand("L1", "ann", monday)
				d.does("L1", handoff.ActivityOpportunity, later(1))
			},
			want:   map[report.RateID]string{report.RateQualified: "1/1", report.RateOpportunity: "1/1", report.RateMeeting: "0/1", report.RateWon: "0/1"},
			reason: "what came further was qualified, but a meeting is one only where there was one",
		},
		{
			name: "won and lost",
			tell: func(d *desk) {
				for i, kind := range []handoff.ActivityKind{handoff.ActivityWon, handoff.ActivityLost, handoff.ActivityLost} {
					d.hand(fmt.Sprint("L", i), "ann", monday)
					d.does(fmt.Sprint("L", i), kind, later(1))
				}
				d.hand("open", "ann", monday)
			},
			want:   map[report.RateID]string{report.RateWin: "1/3", report.RateWon: "1/4"},
			reason: "the win rate is of what was decided",
		},
		{
			name: "accepted, declined, and neither",
			tell: func(d *desk) {
				for i, kind := range []handoff.ActivityKind{handoff.ActivityAccepted, handoff.ActivityDeclined, handoff.ActivityCall} {
					d.hand(fmt.Sprint("L", i), "ann", monday)
					d.does(fmt.Sprint("L", i), kind, later(1))
				}
			},
			want:   map[report.RateID]string{report.RateAccepted: "1/2", report.RateDeclined: "1/3"},
			reason: "an owner who says nothing has neither accepted nor declined",
		},
		{
			name:   "only what had as long as the others",
			config: report.Config{Within: 10 * time.Hour},
			tell: func(d *desk) {
				d.hand("early", "ann", monday)
				d.does("early", handoff.ActivityCall, later(11))
				d.hand("soon", "ann", monday)
				d.does("soon", handoff.ActivityCall, later(10))
				d.hand("young", "ann", later(5))
				d.does("young", handoff.ActivityCall, later(6))
				d.does("young", handoff.ActivityCall, later(12))
			},
			want:   map[report.RateID]string{report.RateAttempted: "1/2"},
			reason: "one happened too late, the bound itself counts, and one is too young to tell",
		},
		{
			name:   "given to somebody else",
			config: report.Config{Accurate: 5 * time.Hour},
			tell: func(d *desk) {
				for i, after := range []int{5, 6} {
					d.hand(fmt.Sprint("L", i), "ann", monday)
					d.does(fmt.Sprint("L", i), handoff.ActivityReassigned, later(after), func(a *handoff.Activity) { a.To = "bob" })
				}
				d.hand("young", "ann", later(4))
			},
			want:   map[report.RateID]string{report.RateRouted: "1/2"},
			reason: "within the time it was routed wrong, after it not any more, and one is too young",
		},
		{
			name: "recycled, and then converted by another handoff",
			tell: func(d *desk) {
				for _, id := range []string{"L1", "L2"} {
					d.hand(id, "ann", monday)
					d.does(id, handoff.ActivityOutcome, later(1), func(a *handoff.Activity) { a.Outcome = "recycle" })
				}
				again := handed("L1", "bob", later(100))
				again.ID = "acme/lead/L1/7"
				d.AddDecision(again)
				d.does("L1", handoff.ActivityOpportunity, later(101))
			},
			want:   map[report.RateID]string{report.RateRecycled: "2/3", report.RateRecovered: "1/2", report.RateOpportunity: "1/3"},
			reason: "the goal belongs to the second handoff, and speaks for the first having been recycled",
		},
		{
			name: "an activity that was refused",
			tell: func(d *desk) {
				d.hand("L1", "ann", monday)
				d.does("L1", handoff.ActivityWon, later(1))
				d.AddDecision(handoff.Decision{ID: "acme/lead/L1/1", Policy: "acme", At: later(1), Subject: lead("L1"),
					Verdict: handoff.VerdictRefused, Cause: handoff.Cause{Activity: "A1"}})
			},
			want:   map[report.RateID]string{report.RateWon: "0/1"},
			reason: "a log holds what somebody said; what the policy refused did not count",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t, tt.config)
			tt.tell(d)
			all := d.Figures(time.Time{}).All
			got := map[report.RateID]string{}
			for id := range tt.want {
				got[id] = rate(all.Rate(id))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

func TestTimes(t *testing.T) {
	minutes := func(m int) time.Time { return monday.Add(time.Duration(m) * time.Minute) }
	office, err := calendar.New(calendar.Config{Weekly: must(t, "mon-fri 09:00-17:00")})
	if err != nil {
		t.Fatal(err)
	}
	d := newDesk(t, report.Config{Hours: office})
	d.hand("quick", "ann", monday) // its signal was an hour before, when the office was closed
	d.does("quick", handoff.ActivityCall, minutes(10))
	d.hand("slow", "ann", monday)
	d.does("slow", handoff.ActivityCall, minutes(30))
	d.does("slow", handoff.ActivityCall, minutes(20)) // told later, and earlier
	d.hand("never", "ann", monday)
	d.hand("over", "ann", monday)
	d.does("over", handoff.ActivityDisqualified, minutes(5))
	before := handed("before", "ann", monday)
	d.AddDecision(before)
	d.does("before", handoff.ActivityCall, minutes(-30))
	f := d.Figures(minutes(60))

	for _, tt := range []struct {
		id                   report.TimeID
		done, open, negative int64
		naive, all           int64 // medians, in minutes; 0: none
		reason               string
	}{
		{report.TimeTouch, 2, 2, 1, 10, 20, "of two that were touched the median is the first; of four it is the second; a touch before the handoff is no touch after it"},
		{report.TimeSpeed, 3, 2, 0, 70, 80, "from the signal on, the early touch counts"},
		{report.TimeSpeedBusiness, 3, 2, 0, 10, 20, "an hour in which the office was closed does not count"},
		{report.TimeSystem, 5, 0, 0, 60, 60, "what systems took"},
		{report.TimeWon, 0, 5, 0, 0, 0, "nobody bought, and all are censored"},
		{report.TimeCycle, 0, 0, 0, 0, 0, "without an opportunity nothing runs"},
	} {
		t.Run(string(tt.id), func(t *testing.T) {
			got := f.All.Time(tt.id)
			if got.Done != tt.done || got.Open != tt.open || got.Negative != tt.negative {
				t.Errorf("done %d, open %d, negative %d; want %d, %d, %d: %s", got.Done, got.Open, got.Negative, tt.done, tt.open, tt.negative, tt.reason)
			}
			if got.Naive.Median.Value != tt.naive*60 || got.All.Median.Value != tt.all*60 {
				t.Errorf("medians of %d and %d seconds, want %d and %d minutes: %s", got.Naive.Median.Value, got.All.Median.Value, tt.naive, tt.all, tt.reason)
			}
		})
	}
}

func must(t *testing.T, windows string) []calendar.Window {
	t.Helper()
	w, err := calendar.ParseWindows(windows)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// stories returns the events of some leads at random: everything that a report counts, with what comes late or twice.
func stories(random *rand.Rand, leads int) (events []func(*report.Report)) {
	tell := func(f func(*report.Report)) { events = append(events, f) }
	kinds := handoff.ActivityKinds()
	for i := range leads {
		id := fmt.Sprint("L", i)
		at := monday.Add(time.Duration(random.IntN(90*24*60)) * time.Minute)
		owner := fmt.Sprint("rep-", random.IntN(4))
		for version := range 1 + random.IntN(2) {
			d := handed(id, owner, at.Add(time.Duration(version*50)*time.Hour))
			d.ID, d.Digest, d.Play = fmt.Sprintf("acme/lead/%s/%d", id, version), fmt.Sprint("d", random.IntN(2)), fmt.Sprint("play-", random.IntN(3))
			d.Effects = append(d.Effects, effects(random, id, d)...)
			tell(func(r *report.Report) { r.AddDecision(d) })
		}
		for j := range random.IntN(6) {
			a := handoff.Activity{ID: fmt.Sprintf("%s-%d", id, j), Kind: kinds[random.IntN(len(kinds))], At: at.Add(time.Duration(random.IntN(200)-20) * time.Hour),
				Reason: []string{"", "budget", "size"}[random.IntN(3)]}
			if a.Kind == handoff.ActivityWon || a.Kind == handoff.ActivityOpportunity {
				a.Amount = handoff.Some(random.Int64N(100_000))
			}
			if a.Kind == handoff.ActivityMerged || a.Kind == handoff.ActivityUnmerged {
				a.Into = lead(fmt.Sprint("L", random.IntN(leads)))
			}
			tell(func(r *report.Report) { r.AddActivity(lead(id), a) })
		}
		touch := handoff.Touch{ID: "M" + id, Channel: handoff.ChannelEmail, Purpose: handoff.PurposeMarketing, At: at.Add(time.Duration(random.IntN(100)) * time.Hour)}
		tell(func(r *report.Report) { r.AddTouch(lead(id), touch) })
		country := []string{"DE", "US", "=2+5"}[random.IntN(3)]
		tell(func(r *report.Report) { r.AddSegment(at, lead(id), "country", country) })
		signal := handoff.Trigger{ID: "S" + id, Kind: handoff.TriggerWebinar, Subject: lead(id), OccurredAt: at.Add(-48 * time.Hour), Campaign: handoff.Campaign{Source: "ads"}}
		tell(func(r *report.Report) { r.AddSignal(signal) })
	}
	return events
}

// effects returns what else a handoff may change.
func effects(random *rand.Rand, id string, d handoff.Decision) handoff.Effects {
	clock := handoff.Clock{ID: "first_touch:" + d.Play, Owner: d.Owner, Start: d.At, Within: time.Hour, Due: d.At.Add(time.Hour)}
	out := handoff.Effects{
		handoff.StartClock{Subject: lead(id), Clock: clock},
		handoff.Enroll{Subject: lead(id), Enrollment: handoff.Enrollment{Sequence: "fast", Person: lead(id), At: d.At, Ends: d.At.Add(72 * time.Hour)}},
		handoff.AdvancePool{Policy: "acme", Pool: "sdrs", Rep: d.Owner, Moves: []handoff.Move{{Rep: "away", Offered: 1, Skipped: 1, Reason: "absent"}, {Rep: d.Owner, Offered: 1, Assigned: 1}}},
		handoff.AttachContext{Subject: lead(id), Context: handoff.Context{Scores: []handoff.NamedScore{{ID: "fit", Points: random.Int64N(100)}}}},
	}
	if random.IntN(2) == 0 {
		arm := handoff.Arm{Experiment: "opener", Arm: []string{"plain", "video"}[random.IntN(2)], At: d.At, Propensity: 5000}
		out = append(out, handoff.Expose{Subject: lead(id), Arm: arm})
		arm.Experiment = "per account"
		out = append(out, handoff.Expose{Subject: handoff.Ref{Kind: handoff.KindAccount, ID: id[:2]}, Arm: arm})
	}
	if random.IntN(3) == 0 {
		out = append(out, handoff.Hold{Subject: lead(id), ActiveHold: handoff.ActiveHold{ID: "rule:deal", Since: d.At}})
	}
	return out
}

func written(t testing.TB, f report.Figures) string {
	t.Helper()
	text, err := json.MarshalIndent(f, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// However the events are spread over workers, in whatever order they come and however the reports are merged, the figures are those
// of one report that was told everything once.
func TestPartsAddUpToTheWhole(t *testing.T) {
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 8))
		events := stories(random, 60)
		config := report.Config{Goal: []report.Step{report.StepOpportunity, report.StepQualified}[seed%2], Points: []report.Touchpoints{report.Signals, report.Everything}[seed%2]}
		whole := newDesk(t, config)
		for _, tell := range events {
			tell(whole.Report)
		}
		want := whole.Figures(time.Time{})

		parts := make([]*report.Report, 1+random.IntN(5))
		for i := range parts {
			parts[i] = newDesk(t, config).Report
		}
		random.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
		for _, tell := range events {
			tell(parts[random.IntN(len(parts))])
		}
		for len(parts) > 1 {
			i := random.IntN(len(parts) - 1)
			if err := parts[i].Merge(parts[i+1]); err != nil {
				t.Fatal(err)
			}
			parts = append(parts[:i+1], parts[i+2:]...)
		}
		if diff := cmp.Diff(written(t, want), written(t, parts[0].Figures(time.Time{}))); diff != "" {
			t.Fatalf("seed %d: the parts come to other figures (-whole +parts):\n%s", seed, diff)
		}
		if want.Input.Handoffs < 60 || len(want.Experiments) == 0 || len(want.Holds) == 0 {
			t.Fatalf("seed %d: the stories lack something: %+v", seed, want.Input)
		}
	}
}

// What is told again changes nothing but how often it was told.
func TestTellingTwiceCountsOnce(t *testing.T) {
	events := stories(rand.New(rand.NewPCG(1, 8)), 60)
	once, twice := newDesk(t, report.Config{}), newDesk(t, report.Config{})
	for _, tell := range events {
		tell(once.Report)
		tell(twice.Report)
	}
	for _, tell := range events {
		tell(twice.Report)
	}
	want, got := once.Figures(time.Time{}), twice.Figures(time.Time{})
	if got.Input.Repeated <= want.Input.Repeated {
		t.Errorf("repeated: %d and %d", want.Input.Repeated, got.Input.Repeated)
	}
	got.Input = want.Input
	if diff := cmp.Diff(written(t, want), written(t, got)); diff != "" {
		t.Errorf("telling twice changes the figures (-once +twice):\n%s", diff)
	}
}

// Figures as of an instant are those of a report that was told nothing of what came later.
func TestAsOfLeavesOutWhatCameLater(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 8))
	until := monday.Add(30 * 24 * time.Hour)
	whole, early := newDesk(t, report.Config{}), newDesk(t, report.Config{})
	for i := range 50 {
		id := fmt.Sprint("L", i)
		at := monday.Add(time.Duration(random.IntN(60*24)) * time.Hour)
		called := at.Add(time.Duration(random.IntN(48)) * time.Hour)
		whole.hand(id, "ann", at)
		whole.AddActivity(lead(id), handoff.Activity{ID: "c" + id, Kind: handoff.ActivityCall, At: called})
		if !at.After(until) {
			early.hand(id, "ann", at)
		}
		if !called.After(until) {
			early.AddActivity(lead(id), handoff.Activity{ID: "c" + id, Kind: handoff.ActivityCall, At: called})
		}
	}
	want, got := early.Figures(until), whole.Figures(until)
	got.Input = want.Input
	if diff := cmp.Diff(written(t, want), written(t, got)); diff != "" {
		t.Errorf("what came later shows (-told +left out):\n%s", diff)
	}
}

// A Tally that is given the handoffs comes to the groups of the report.
func TestTallyIsTheReportsGroup(t *testing.T) {
	d := newDesk(t, report.Config{})
	for _, tell := range stories(rand.New(rand.NewPCG(4, 8)), 200) {
		tell(d.Report)
	}
	var parts [3]*report.Tally
	for i := range parts {
		parts[i], _ = report.NewTally(report.Config{})
	}
	f := d.Figures(time.Time{})
	n := 0
	d.Handoffs(time.Time{}, func(h report.Handoff) bool {
		parts[n%3].Add(h)
		n++
		return true
	})
	for _, p := range parts[1:] {
		if err := parts[0].Merge(p); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(f.All, parts[0].Group("")); diff != "" || n == 0 {
		t.Errorf("of %d handoffs (-report +tally):\n%s", n, diff)
	}
}
