package report_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/outcome/attribution"
	"github.com/salesbaton/baton/outcome/report"
)

// golden compares a text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s: run with -update and read what changed (-want +got)\n%s", name, diff)
	}
}

func seconds(n int64) handoff.Opt[int64] { return handoff.Some(n) }

func of(id report.RateID, hits, of int64) report.Rate {
	rate := report.Ratio(float64(hits) / float64(of))
	return report.Rate{ID: id, Hits: hits, Of: of, Rate: rate, Interval: report.Interval{Low: rate - 0.05, High: rate + 0.05}, Small: of < 30}
}

// instant returns one of March 2026.
func instant(day, hour int) time.Time { return time.Date(2026, 3, day, hour, 0, 0, 0, time.UTC) }

// group returns handoffs of which a quarter became opportunities.
func group(value string, n int64) report.Group {
	return report.Group{Value: value, Handoffs: n,
		Rates: []report.Rate{of(report.RateAttempted, n-2, n), of(report.RateOpportunity, n/4, n), of(report.RateTouchedInTime, n/2, n-1), {ID: report.RateWin}},
		Times: []report.Time{
			{ID: report.TimeSpeed, Done: n - 2, Open: 2, Negative: 1, Small: n < 30, Naive: report.Percentiles{Median: seconds(720), P75: seconds(1_290), P90: seconds(12_000)},
				All: report.Percentiles{Median: seconds(780)}, Mean: seconds(187_200)},
			{ID: report.TimeWon},
		},
		Won: report.Won{Deals: 2, Amount: 1_250_000, Mean: 625_000}}
}

// runnable is a name that a terminal or a spreadsheet would obey.
const runnable = "=HYPERLINK(\"http://x\",\"y\")\x1b[2J\nz"

// figures has something in every list.
func figures() report.Figures {
	lift := report.Lift{Converted: of("", 10, 40), Control: of("", 1, 5), Arm: "treated", Absolute: 0.031, Interval: report.Interval{Low: -0.004, High: 0.066}, Relative: 0.25,
		RelativeInterval: report.Interval{Low: -0.03, High: 0.61}, Pooled: 0.0178, Unpooled: 0.0179, Z: 1.741, P: 0.0817, Minimum: 0.05,
		Bounds: []report.Ratio{4.562, 3.226}, Value: report.ValueLift{Absolute: -1_200, Interval: report.Interval{Low: -9_000, High: 6_600}, Freedom: 12.5, P: 0.7}}
	all := group("", 40)
	all.Reasons = []report.Reason{{Outcome: "rejected", Reason: "", N: 3, Share: 0.75}, {Outcome: "rejected", Reason: "+wrong_territory", N: 1, Share: 0.25}}
	played := group("demo", 40)
	played.Reasons = all.Reasons
	bare := report.Lift{Converted: of("", 0, 1), Control: of("", 0, 1), Arm: "treated", NoBase: true, P: 1, Bounds: lift.Bounds, Small: true}
	return report.Figures{
		Zone: "America/New_York", From: instant(2, 14), Until: instant(31, 12), Level: 0.95, Small: 30, Goal: report.StepOpportunity, Within: "30d",
		Input: report.Input{Decisions: 1_250, Activities: 1, Touches: 2, Signals: 1_000, Repeated: 3, Subjects: 41, Handoffs: 40, HeldOut: 5,
			Verdicts: []report.Count{{Name: "enrolled", N: 40}, {Name: "held_out", N: 5}}, Refused: []report.Count{{Name: runnable, N: 2}}},
		All: all,
		By: []report.Breakdown{
			{Dimension: "trigger", Groups: []report.Group{group("", 4), group("demo_request", 36)}},
			{Dimension: "play", Groups: []report.Group{played}},
			{Dimension: "team", Groups: []report.Group{group("", 40)}},
			{Dimension: "owner", Groups: []report.Group{group(runnable, 40)}},
			{Dimension: "policy", Groups: []report.Group{group("acme sha256:0123456789abcdef0123", 40), group("sha256:fedcba98", 31)}},
			{Dimension: "segment lead.country", Groups: []report.Group{group("US", 40)}},
		},
		Speed: report.Curve{Points: []report.CurvePoint{{Seconds: 600, Done: 0.4, AtRisk: 40}, {Seconds: 900, Done: 0.55, AtRisk: 24}, {Seconds: 901, Done: 0.575, AtRisk: 18}},
			SLAs: []report.SLA{{Seconds: 900, Handoffs: 30}, {Seconds: 600, Handoffs: 6}}},
		Touch: report.Curve{Business: true, Points: []report.CurvePoint{{Seconds: 540, Done: 0.5, AtRisk: 40}}, SLAs: []report.SLA{{Seconds: 600, Handoffs: 4}}},
		Funnel: []report.Cohort{
			{Steps: []report.StepCount{{Step: report.StepHandoff, N: 40, Rate: 1}, {Step: report.StepAttempted, N: 38, Rate: 0.95}, {Step: report.StepContacted, N: 20, Rate: 0.5},
				{Step: report.StepMeeting, N: 12, Rate: 0.3}, {Step: report.StepQualified, N: 11, Rate: 0.275}, {Step: report.StepOpportunity, N: 10, Rate: 0.25}, {Step: report.StepWon, N: 2, Rate: 0.05}}},
			{Period: "2026-03", Steps: []report.StepCount{{Step: report.StepHandoff, N: 40, Rate: 1}, {Step: report.StepAttempted, N: 38, Rate: 0.95}}},
		},
		Promises: []report.Promise{{Name: "first_touch", Kept: 19, Late: 10, NotDone: 1, Overdue: 10, Running: 0, Rate: of(report.RateTouchedInTime, 19, 39),
			Breach: report.Time{Done: 10, Open: 10, Naive: report.Percentiles{Median: seconds(45), P90: seconds(3_661)}}}},
		Heat:     []report.Hour{{Weekday: "Monday", Hour: 9, Rate: of(report.RateTouchedInTime, 3, 4)}, {Weekday: "Sunday", Hour: 0, Rate: report.Rate{ID: report.RateTouchedInTime}}},
		Pressure: []report.Pressure{{Attempts: 1, Rate: of(report.RateOpportunity, 5, 38)}},
		Triggers: []report.Trigger{{Kind: "demo_request", Precision: of(report.RateQualified, 11, 36), Before: of(report.RateQualified, 9, 12), Last: of(report.RateQualified, 2, 24), Volume: 2, Inflated: true}},
		Owners:   []report.Fairness{{Policy: "acme", Pool: "sdr", Owner: "kim", Offered: 30, Skipped: 10, Assigned: 20, Share: 0.5, Why: []report.Count{{Name: "away", N: 8}, {Name: "cap", N: 2}}}},
		Holds:    []report.Hold{{ID: "open_deal", Reason: "a deal is open", N: 2, Endless: 1, Median: seconds(864_000), Oldest: seconds(8_640_000), Subject: "lead/L1", Over: 3}},
		Overlap:  []report.Overlap{{Period: "2026-03", Runs: of(report.RateOverlap, 4, 40), Touches: of("", 6, 60), Marketing: 60}, {Period: "2026-04"}},
		Policies: []report.Policy{{Name: "acme", Digest: "sha256:0123456789abcdef0123", First: instant(2, 14), Last: instant(9, 14), Decisions: 900}, {Name: "acme", Digest: "sha256:fedcba98", First: instant(9, 15), Last: instant(31, 11), Decisions: 350, Moved: []report.Moved{{ID: report.RateOpportunity, Before: of("", 4, 20), After: of("", 6, 20), Change: 0.1, Interval: report.Interval{Low: -0.17, High: 0.37}, P: 0.465}, {ID: report.RateWin}}}},
		Credits:  []report.Credit{{Model: attribution.First, Channel: "cpc", Conversions: 6, Value: 1_000_000}, {Model: attribution.First, Channel: "-webinar", Conversions: 4, Value: 250_000}, {Model: attribution.Markov, Channel: "cpc", Conversions: 5.25, Value: 900_000, Removal: 0.5}},
		Paths:    report.Paths{Paths: 41, Conversions: 10, Value: 1_250_000, Nobody: 1, Problem: "too many channels for an order of 3"},
		Experiments: []report.Experiment{{ID: "holdout", Control: "held_out", Ratio: report.SampleRatio{ChiSquare: 5.1234, Freedom: 1, P: 0.0236, Mismatch: true}, Arms: []report.Arm{{Arm: "held_out", Units: 5, Propensity: 1_000, Converted: of("", 1, 5), Value: 4_000}, {Arm: "treated", Units: 40, Propensity: 9_000, Converted: of("", 10, 40), Value: 31_250.4}}, Lifts: []report.Lift{lift}, Segments: []report.SegmentLift{{Segment: "lead.country", Value: "DE", Units: 2, Lift: bare}, {Segment: "lead.country", Value: "US", Units: 30, Lift: lift}}},
			{ID: "one_arm", Control: "video", Ratio: report.SampleRatio{P: 1}, Arms: []report.Arm{{Arm: "video", Units: 3, Propensity: 10_000, Converted: of("", 1, 3)}}}},
		Scores: []report.Score{{ID: "fit", Handoffs: 40, AUC: 0.71234, Deciles: []report.Decile{{From: 1, To: 10, Mean: 5.5, Rate: of("", 2, 20)}, {From: 11, To: 20, Mean: 15, Rate: of("", 1, 20), Falls: true}},
			Segments: []report.Disparity{{Segment: "lead.country", Value: "DE", Upper: of("", 2, 10), Rate: of("", 3, 10), Ratio: 0.4, Low: true}, {Segment: "lead.country", Value: "US", Upper: of("", 20, 100), Rate: of("", 30, 100), Ratio: 0.5, Low: true}}}},
	}
}

func TestText(t *testing.T) { golden(t, "figures.txt", figures().Text()) }

func TestTextOfNothing(t *testing.T) {
	f := report.Figures{Zone: "UTC", Until: instant(31, 12), Level: 0.95, Small: 30, Goal: report.StepOpportunity}
	const want = `Input
  0 decisions, 0 signals, 0 activities, 0 touches
  0 subjects, 0 handoffs, 0 held out

0 handoffs as of 2026-03-31 12:00 UTC
  a conversion is an opportunity; intervals at 95%; periods, weekdays and hours of UTC
`
	if diff := cmp.Diff(want, f.Text()); diff != "" {
		t.Errorf("tables without rows are left out (-want +got)\n%s", diff)
	}
}

func TestTextMovesNoCursor(t *testing.T) {
	text := figures().Text()
	if strings.ContainsAny(text, "\x1b\r\t") || strings.Contains(text, "\nz") {
		t.Error("a name of the host's reaches the terminal as it is")
	}
}

func TestTextIsInUTCWhereTheZoneIsTheHosts(t *testing.T) {
	f := report.Figures{Zone: "Acme/Headquarters", Until: instant(31, 12), Level: 0.9}
	if text := f.Text(); !strings.Contains(text, "as of 2026-03-31 12:00 UTC") {
		t.Errorf("instants are not in UTC:\n%s", text)
	}
}

func TestTextOfTimes(t *testing.T) {
	for _, test := range []struct {
		name, reason string
		seconds      handoff.Opt[int64]
		want         string
	}{
		{"unknown", "nobody did it", handoff.Opt[int64]{}, "-"},
		{"nothing", "it was done at once", seconds(0), "0s"},
		{"seconds", "below a minute there are no minutes", seconds(59), "59s"},
		{"a minute", "a unit of nothing is left out", seconds(60), "1m"},
		{"minutes and seconds", "two units", seconds(90), "1m30s"},
		{"hours", "the third unit is cut", seconds(3*3_600 + 20*60 + 59), "3h20m"},
		{"hours without minutes", "the unit behind the largest is nothing, and the third is cut", seconds(2*3_600 + 59), "2h"},
		{"days", "such as of a pipeline", seconds(2*86_400 + 4*3_600), "2d4h"},
		{"negative", "a correction may be", seconds(-90), "-1m30s"},
		{"the least", "it has no positive", seconds(math.MinInt64), "-106751991167300d15h"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := report.Figures{All: report.Group{Times: []report.Time{{ID: report.TimeWon, Done: 1, Mean: test.seconds}}}}
			lines := strings.Split(strings.TrimSpace(f.Text()), "\n")
			cells := strings.Fields(lines[len(lines)-1])
			if got := cells[len(cells)-1]; got != test.want {
				t.Errorf("got %s, want %s: %s", got, test.want, test.reason)
			}
		})
	}
}

func TestJSONOfFigures(t *testing.T) {
	text, err := json.MarshalIndent(figures(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	var back report.Figures
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	again, err := json.MarshalIndent(back, "", "  ")
	if err != nil || string(again) != string(text) {
		t.Errorf("what is read back is written differently (%v)\n%s", err, cmp.Diff(string(text), string(again)))
	}
}

// TestTextSaysWhatCannotBeTold: where there is nothing to compare with, there is a hyphen.
func TestTextSaysWhatCannotBeTold(t *testing.T) {
	lift := report.Lift{Arm: "video", Converted: of("", 3, 9), Control: report.Rate{Of: 8}, NoBase: true, P: 1}
	text := report.Figures{Experiments: []report.Experiment{{ID: "x", Control: "held_out", Lifts: []report.Lift{lift}}},
		Scores: []report.Score{{ID: "fit", Segments: []report.Disparity{{Upper: of("", 1, 9), Low: true}}}}}.Text()
	for _, tt := range []struct{ never, reason string }{
		{"+0.0%", "nothing has no sign"},
		{"0.0 to 0.0", "a point is no interval"},
		{"held_out", "it is said in words"},
		{"BELOW FOUR FIFTHS", "of few, chance makes as much"},
	} {
		if strings.Contains(text, tt.never) {
			t.Errorf("%q is there: %s\n%s", tt.never, tt.reason, text)
		}
	}
	if !strings.Contains(text, "sample ratio: one arm, nothing to compare") {
		t.Error("the sample ratio of one arm is something")
	}
}
