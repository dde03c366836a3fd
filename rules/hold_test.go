package rules_test

import (
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules"
)

// TestSourcesAtWork decides one signal under one rule.
func TestSourcesAtWork(t *testing.T) {
	flagged := func(words ...handoff.FlagWord) func(*handoff.Request) {
		return func(r *handoff.Request) {
			for _, word := range words {
				r.Lead.Flags = append(r.Lead.Flags, handoff.Flag{Word: word})
			}
		}
	}
	deal := func(stage string, status handoff.OpportunityStatus) func(*handoff.Request) {
		return func(r *handoff.Request) {
			r.Opportunities = []handoff.Opportunity{{ID: "O1", Account: "A1", Stage: stage, Status: status}}
		}
	}
	remembered := func(record handoff.Record) func(*handoff.Request) {
		return func(r *handoff.Request) { r.State[r.Subject] = handoff.Entry{Version: 1, Value: record} }
	}
	for _, tt := range []struct {
		name, reason, rule string
		edit               func(*handoff.Request)
		want               handoff.Verdict
	}{
		{"an open deal", "the account team talks", "source: open_opportunity", deal("talk", "open"), handoff.VerdictHeld},
		{"a closed deal", "nobody talks", "source: open_opportunity", deal("talk", "won"), handoff.VerdictAssigned},
		{"a stage that holds", "it is listed", "source: open_opportunity, stages: [talk]", deal("talk", "open"), handoff.VerdictHeld},
		{"a stage that does not", "it is not", "source: open_opportunity, stages: [close]", deal("talk", "open"), handoff.VerdictAssigned},
		{"a competitor", "the host says so", "source: competitor, forever: true", flagged(handoff.FlagCompetitor), handoff.VerdictHeld},
		{"somebody else", "the host looked, and found nothing", "source: competitor, forever: true", flagged(), handoff.VerdictAssigned},
		{"a test", "of another rule", "source: competitor, forever: true", flagged(handoff.FlagTest), handoff.VerdictAssigned},
		{"a customer", "the account has bought", "source: customer, forever: true", func(r *handoff.Request) { r.Account.Customer = handoff.Some(true) }, handoff.VerdictHeld},
		{"no customer", "it has not", "source: customer, forever: true", func(r *handoff.Request) { r.Account.Customer = handoff.Some(false) }, handoff.VerdictAssigned},
		{"a sequence that runs", "one at a time", "source: active_sequence",
			remembered(handoff.Record{Enrollments: []handoff.Enrollment{{Sequence: "calls", Person: handoff.Ref{Kind: handoff.KindLead, ID: "L1"}, At: at, Ends: at.Add(time.Hour)}}}), handoff.VerdictHeld},
		{"a sequence that does not count", "it stands beside", "source: active_sequence, besides: [calls]",
			remembered(handoff.Record{Enrollments: []handoff.Enrollment{{Sequence: "calls", Person: handoff.Ref{Kind: handoff.KindLead, ID: "L1"}, At: at, Ends: at.Add(time.Hour)}}}), handoff.VerdictAssigned},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := rules.Parse("p.yaml", []byte(head+triggers+routes+"sequences: {calls: {on_blocked_channel: skip, steps: [{day: 0, do: call}]}}\nplays: [{id: demo, trigger: demo_request, route: all}]\n"+
				"suppression: [{id: s, "+tt.rule+"}]\n"))
			if err != nil {
				t.Fatal(err)
			}
			r := empty()
			r.Lead.Account, r.Account.ID, r.Opportunities, r.Lead.Flags = "A1", "A1", []handoff.Opportunity{}, []handoff.Flag{}
			tt.edit(&r)
			d, err := e.Decide(at, fillUp(t, e, r))
			if err != nil {
				t.Fatal(err)
			}
			if d.Verdict != tt.want {
				t.Errorf("%s, want %s: %s; %v", d.Verdict, tt.want, tt.reason, d.Reasons)
			}
		})
	}
}
