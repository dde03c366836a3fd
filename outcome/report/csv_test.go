package report_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/salesbaton/baton/outcome/report"
)

// rows reads the CSV of figures back.
func rows(t *testing.T, f report.Figures) (head []string, body [][]string) {
	t.Helper()
	var out bytes.Buffer
	if err := f.CSV(&out); err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all[0], all[1:]
}

func TestCSV(t *testing.T) {
	var out bytes.Buffer
	if err := figures().CSV(&out); err != nil {
		t.Fatal(err)
	}
	golden(t, "figures.csv", out.String())
}

func TestCSVIsTidy(t *testing.T) {
	head, body := rows(t, figures())
	seen := map[string]bool{}
	for _, row := range body {
		name := strings.Join(row[:6], "|")
		if seen[name] {
			t.Errorf("%s stands there twice", name)
		}
		seen[name] = true
		said := false
		for i, cell := range row[6:] {
			column := head[6+i]
			said = said || cell != ""
			if column == "small" || column == "text" || cell == "" {
				continue
			}
			if _, err := strconv.ParseFloat(cell, 64); err != nil {
				t.Errorf("%s: %s is %q, which is no number", name, column, cell)
			}
		}
		if !said {
			t.Errorf("%s says nothing", name)
		}
	}
}

// TestCSVIsNoProgram writes names that a spreadsheet would run, in every place that takes one.
func TestCSVIsNoProgram(t *testing.T) {
	for _, test := range []struct{ name, reason, text string }{
		{"equals", "a formula", `=1+1`},
		{"plus", "a formula of older programs", "+1"},
		{"minus", "so is it", "-1+cmd|' /C calc'!A0"},
		{"at", "a function", "@SUM(A1)"},
		{"tab", "it is cut, and the rest is a formula", "\t=1"},
		{"carriage return", "it ends the cell in some programs", "\r=1"},
		{"line feed", "so does it", "\n=1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			x := test.text
			f := report.Figures{Zone: x, Within: x, Goal: report.Step(x),
				Input:    report.Input{Verdicts: []report.Count{{Name: x}}, Refused: []report.Count{{Name: x}}},
				By:       []report.Breakdown{{Dimension: x, Groups: []report.Group{{Value: x}}}},
				Funnel:   []report.Cohort{{Period: x, Steps: []report.StepCount{{Step: report.Step(x)}}}},
				Promises: []report.Promise{{Name: x}},
				All:      report.Group{Reasons: []report.Reason{{Outcome: x, Reason: x}}},
				Pressure: []report.Pressure{{}},
				Triggers: []report.Trigger{{Kind: x}},
				Owners:   []report.Fairness{{Policy: x, Pool: x, Owner: x, Why: []report.Count{{Name: x}}}},
				Holds:    []report.Hold{{ID: x, Reason: x, Subject: x}},
				Overlap:  []report.Overlap{{Period: x}},
				Policies: []report.Policy{{Name: x, Digest: x, Moved: []report.Moved{{ID: report.RateID(x)}}}},
				Credits:  []report.Credit{{Channel: x}},
				Paths:    report.Paths{Problem: x},
				Experiments: []report.Experiment{{ID: x, Control: x, Arms: []report.Arm{{Arm: x}}, Lifts: []report.Lift{{Arm: x}},
					Segments: []report.SegmentLift{{Segment: x, Value: x, Lift: report.Lift{Arm: x}}}}},
				Scores: []report.Score{{ID: x, Deciles: []report.Decile{{}}, Segments: []report.Disparity{{Segment: x, Value: x}}}}}
			_, body := rows(t, f)
			defused := 0
			for _, row := range body {
				for _, cell := range row {
					if strings.HasPrefix(cell, x) {
						t.Errorf("a cell begins with %q: %s; the row is %q", x, test.reason, row[:6])
					}
					if cell == "'"+x {
						defused++
					}
				}
			}
			if defused < 40 {
				t.Errorf("%d cells hold the text; it is to be kept behind an apostrophe", defused)
			}
		})
	}
}

func TestCSVLeavesNumbersAlone(t *testing.T) {
	lift := report.Lift{Absolute: -0.25, Unpooled: 0.3, Interval: report.Interval{Low: -1, High: -0.0000001}}
	head, body := rows(t, report.Figures{Experiments: []report.Experiment{{ID: "x", Lifts: []report.Lift{lift}}}})
	for _, row := range body {
		if row[5] != "lift_absolute" {
			continue
		}
		got := map[string]string{}
		for i, cell := range row {
			got[head[i]] = cell
		}
		if got["number"] != "-0.250000" || got["low"] != "-1.000000" || got["high"] != "0.000000" {
			t.Errorf("got %s from %s to %s; a number below nothing is one, and nothing has no sign", got["number"], got["low"], got["high"])
		}
		return
	}
	t.Error("there is no lift")
}

type fullDisk struct{}

var errFull = errors.New("no space left on device")

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestCSVReportsAnErrorOfTheWriter(t *testing.T) {
	if err := figures().CSV(fullDisk{}); !errors.Is(err, errFull) {
		t.Errorf("got %v, want the writer's error", err)
	}
}

// TestCSVJoins: versions and segments are named alike in all sections.
func TestCSVJoins(t *testing.T) {
	_, body := rows(t, figures())
	seen := map[string]map[string]bool{}
	for _, row := range body {
		if row[3] == "" {
			continue
		}
		if seen[row[0]] == nil {
			seen[row[0]] = map[string]bool{}
		}
		seen[row[0]][row[3]+"|"+row[4]] = true
	}
	for _, tt := range []struct{ section, key, reason string }{
		{"policies", "policy|acme sha256:0123456789abcdef0123", "what a version did, and what its handoffs came to"},
		{"experiments", "segment lead.country|US", "a segment's lift"},
		{"scores", "segment lead.country|US", "a segment's share"},
		{"reasons", "play|demo", "why a play's handoffs ended"},
	} {
		if !seen[tt.section][tt.key] || !seen["by"][tt.key] {
			t.Errorf("%s: in %s %v, in by %v: %s", tt.key, tt.section, seen[tt.section][tt.key], seen["by"][tt.key], tt.reason)
		}
	}
}

func TestCSVLeavesOutWhatCannotBeTold(t *testing.T) {
	lift := report.Lift{Arm: "video", NoBase: true, Converted: report.Rate{Hits: 1, Of: 1}, Control: report.Rate{Of: 1}, Absolute: 1}
	head, body := rows(t, report.Figures{Experiments: []report.Experiment{{ID: "x", Ratio: report.SampleRatio{P: 1}, Lifts: []report.Lift{lift}}}, Scores: []report.Score{{ID: "fit", OneSided: true}}})
	for _, row := range body {
		switch row[5] {
		case "lift_relative", "sample_ratio", "auc":
			t.Errorf("%s is there, and cannot be told", row[5])
		case "lift_absolute", "value_absolute":
			if row[11] != "" || row[12] != "" {
				t.Errorf("%s has the interval from %s to %s, which is a point: %s", row[5], row[11], row[12], head[11])
			}
		}
	}
}
