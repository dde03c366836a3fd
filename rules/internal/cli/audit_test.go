package cli

import (
	"bufio"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/outcome/report"
	"github.com/salesbaton/baton/rules"
)

// said returns what an audit wants looked at, as "what rule".
func said(a finished) (out []string) {
	for _, t := range a.Attention {
		out = append(out, t.What+" "+t.Rule)
	}
	return out
}

func TestReviewOfFigures(t *testing.T) {
	low := func(small bool) []report.Disparity {
		return []report.Disparity{{Segment: "lead.country", Value: "DE", Upper: report.Rate{Hits: 2, Of: 40, Small: small}, Low: true}}
	}
	for _, test := range []struct {
		name, reason string
		figures      report.Figures
		want         []string
	}{
		{"nothing", "all is fine", report.Figures{Triggers: []report.Trigger{{Kind: "webinar", Volume: 9}}, Experiments: []report.Experiment{{ID: "x"}}}, nil},
		{"inflated", "many more, and worse", report.Figures{Triggers: []report.Trigger{{Kind: "webinar", Volume: 2, Inflated: true}}}, []string{"inflated trigger webinar"}},
		{"mismatch", "no lift is to be trusted", report.Figures{Experiments: []report.Experiment{{ID: "x", Ratio: report.SampleRatio{Mismatch: true}}}}, []string{"mismatch experiment x"}},
		{"disparity", "of enough records to tell", report.Figures{Scores: []report.Score{{ID: "fit", Segments: low(false)}}}, []string{"disparity score fit"}},
		{"disparity of few", "they tell nothing", report.Figures{Scores: []report.Score{{ID: "fit", Segments: low(true)}}}, nil},
		{"refused", "what could not be read is not in the figures", report.Figures{Input: report.Input{Refused: []report.Count{{Name: "no id", N: 3}}}}, []string{"refused input"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := finished{figures: test.figures}
			a.reviewFigures()
			if diff := cmp.Diff(test.want, said(a)); diff != "" {
				t.Errorf("%s (-want +got)\n%s", test.reason, diff)
			}
		})
	}
}

func TestReviewOfHolds(t *testing.T) {
	soon := calendar.Date{Year: 2026, Month: 6, Day: 1}
	rule := rules.Governed{Kind: rules.GovernedSuppression, ID: "competitor", Endless: true}
	for _, test := range []struct {
		name, reason string
		reviewBy     calendar.Date
		hold         report.Hold
		want         []string
	}{
		{"no end", "nobody is to look at it again", calendar.Date{}, report.Hold{ID: "rule:competitor", N: 2, Endless: 2}, []string{"endless hold rule:competitor"}},
		{"to be reviewed", "somebody is", soon, report.Hold{ID: "rule:competitor", N: 2, Endless: 2}, nil},
		{"of nobody's rule", "the review of another says nothing about it", soon, report.Hold{ID: "legal", N: 1, Endless: 1}, []string{"endless hold legal"}},
		{"an end", "it goes away by itself", calendar.Date{}, report.Hold{ID: "rule:competitor", N: 2}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := rule
			g.ReviewBy = test.reviewBy
			a := finished{figures: report.Figures{Holds: []report.Hold{test.hold}}}
			a.reviewHolds([]rules.Governed{g})
			if diff := cmp.Diff(test.want, said(a)); diff != "" {
				t.Errorf("%s (-want +got)\n%s", test.reason, diff)
			}
		})
	}
}

func TestUsage(t *testing.T) {
	lead := handoff.Ref{Kind: handoff.KindLead, ID: "L1"}
	for _, test := range []struct {
		name, reason string
		decision     handoff.Decision
		want         ruleName
	}{
		{"play", "it won", handoff.Decision{Play: "demo"}, ruleName{rules.GovernedPlay, "demo"}},
		{"gate", "it stopped a play", handoff.Decision{Reasons: []handoff.Reason{{Rule: handoff.RuleGate, ID: "country"}}}, ruleName{rules.GovernedGate, "country"}},
		{"hold", "so did it", handoff.Decision{Reasons: []handoff.Reason{{Rule: handoff.RuleHold, ID: "competitor"}}}, ruleName{rules.GovernedSuppression, "competitor"}},
		{"cap", "it stopped a touch", handoff.Decision{Reasons: []handoff.Reason{{Rule: handoff.RuleLimit, ID: "weekly"}}}, ruleName{rules.GovernedSuppression, "weekly"}},
		{"quiet hours", "so did they", handoff.Decision{Reasons: []handoff.Reason{{Rule: handoff.RuleLimit, ID: "night"}}}, ruleName{rules.GovernedQuietHours, "night"}},
		{"sequence", "one that starts for one of an account's people", handoff.Decision{Effects: handoff.Effects{handoff.Enroll{Subject: lead,
			Enrollment: handoff.Enrollment{Sequence: "save"}}}}, ruleName{rules.GovernedSequence, "save"}},
		{"experiment", "it took somebody in", handoff.Decision{Effects: handoff.Effects{handoff.Expose{Subject: lead,
			Arm: handoff.Arm{Experiment: "holdout"}}}}, ruleName{rules.GovernedExperiment, "holdout"}},
		{"recycle", "it gave a record back", handoff.Decision{Effects: handoff.Effects{handoff.Recycle{Subject: lead, Rule: "quiet"}}}, ruleName{rules.GovernedRecycle, "quiet"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			for policy, want := range map[string]bool{"acme": true, "other": false} {
				use := usage{policy: "acme", used: map[ruleName]bool{}}
				test.decision.Policy = policy
				use.add(test.decision)
				if use.used[test.want] != want || idle(test.want.kind) == "" {
					t.Errorf("%s: of the policy %s, used is %v", test.reason, policy, use.used)
				}
			}
		})
	}
}

// TestAuditMovesNoCursor prints names of the host's that a terminal would obey.
func TestAuditMovesNoCursor(t *testing.T) {
	const name = "x\x1b[2J\ny"
	var out strings.Builder
	w := bufio.NewWriter(&out)
	a := finished{printer: printer{out: w}, auditOf: auditOf{Policy: "acme", Attention: []attention{{"endless", name, name, name, "p.yaml:1:2"}},
		Routing: []rateOf{{"owner", name, report.Rate{Hits: 1, Of: 2}}}, Sequences: []sequenceOf{{Sequence: name, Segment: "lead.country", Value: name, Handoffs: 1}}}}
	a.print()
	w.Flush()
	if strings.Contains(out.String(), "\x1b") || slices.Contains(strings.Split(out.String(), "\n"), "y") {
		t.Errorf("a name reaches the terminal as it is:\n%q", out.String())
	}
}
