package suppression_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/routing"
	"github.com/salesbaton/baton/suppression"
)

var at = time.Date(2026, 3, 10, 15, 0, 0, 0, time.UTC)

func always(v handoff.Truth) handoff.Condition {
	return handoff.ConditionFunc(func(*handoff.Facts) handoff.Truth { return v })
}

// decide answers a request of lead L1 of account A1 whose records have been handed off at the given instants.
func decide(t *testing.T, zone string, lead, account time.Time, rules ...suppression.Rule) handoff.Decision {
	t.Helper()
	set, err := suppression.New(rules)
	if err != nil {
		t.Fatal(err)
	}
	z, err := calendar.LoadZone(zone)
	if err != nil {
		t.Fatal(err)
	}
	route, err := routing.New(routing.Rep("ann"))
	if err != nil {
		t.Fatal(err)
	}
	e, err := handoff.New(handoff.Config{
		Policy: "acme", Zone: z, Suppressor: set,
		Triggers: []handoff.TriggerRule{{Kind: "demo_request", About: handoff.KindLead, StaleAfter: time.Hour}},
		Plays:    []handoff.Play{{ID: "demo", Motion: "inbound", Trigger: "demo_request", Router: route}},
		Reps:     []handoff.Rep{{ID: "ann"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	r := handoff.Request{
		Subject:  handoff.Ref{Kind: handoff.KindLead, ID: "L1"},
		Lead:     handoff.Lead{ID: "L1", Account: "A1"},
		Triggers: []handoff.Trigger{{ID: "T1", Kind: "demo_request", OccurredAt: at}},
		State: handoff.State{
			{Kind: handoff.KindLead, ID: "L1"}:    {Version: 1, Value: handoff.Record{Handoff: lead}},
			{Kind: handoff.KindAccount, ID: "A1"}: {Version: 1, Value: handoff.Record{Handoff: account}},
			handoff.RepKey("ann"):                 {},
			handoff.TriggerKey("acme", "T1"):      {},
		},
	}
	d, err := e.Decide(at, r)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestHold(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		truth        handoff.Truth
		scope        handoff.Scope
		held         bool
	}{
		{"true", "a hold that is true holds", handoff.True, handoff.Scope{}, true},
		{"unknown", "what is unknown holds", handoff.Unknown, handoff.Scope{}, true},
		{"false", "a hold lets go when it is certainly false", handoff.False, handoff.Scope{}, false},
		{"only this play", "a rule may name the play", handoff.True, handoff.Scope{Only: []string{"demo"}}, true},
		{"only this motion", "a rule may name the motion", handoff.True, handoff.Scope{Only: []string{"inbound"}}, true},
		{"only another", "the rule is not about this play", handoff.True, handoff.Scope{Only: []string{"renewal"}}, false},
		{"except this motion", "the rule leaves the play out", handoff.True, handoff.Scope{Except: []string{"inbound"}}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := decide(t, "UTC", time.Time{}, time.Time{}, suppression.Rule{ID: "h", Hold: always(tt.truth), Scope: tt.scope})
			if got := d.Verdict == handoff.VerdictHeld; got != tt.held {
				t.Errorf("verdict %s: %s", d.Verdict, tt.reason)
			}
		})
	}
}

func TestCooldown(t *testing.T) {
	week := func(per handoff.Kind) suppression.Rule {
		return suppression.Rule{ID: "c", Cooldown: suppression.Cooldown{Per: per, For: handoff.Span{Days: 7}}}
	}
	for _, tt := range []struct {
		name, reason  string
		lead, account time.Time
		rule          suppression.Rule
		until         time.Time // zero: not held
	}{
		{name: "never handed off", reason: "there is nothing to cool down from", rule: week(handoff.KindLead)},
		{name: "a day ago", reason: "seven days are not over", lead: at.AddDate(0, 0, -1), rule: week(handoff.KindLead), until: at.AddDate(0, 0, 6)},
		{name: "the last microsecond", reason: "the end itself is free", lead: at.AddDate(0, 0, -7).Add(time.Hour + time.Microsecond), rule: week(handoff.KindLead),
			until: at.Add(time.Microsecond)},
		{name: "the end", reason: "seven calendar days in New York are an hour short when clocks go forward", lead: at.AddDate(0, 0, -7).Add(time.Hour),
			rule: week(handoff.KindLead)},
		{name: "the account's handoff", reason: "a cooldown per account sees other leads", account: at.AddDate(0, 0, -1), rule: week(handoff.KindAccount),
			until: at.AddDate(0, 0, 6)},
		{name: "not the account's", reason: "a cooldown per lead does not", account: at.AddDate(0, 0, -1), rule: week(handoff.KindLead)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := decide(t, "America/New_York", tt.lead, tt.account, tt.rule)
			var until time.Time
			if d.Verdict == handoff.VerdictHeld {
				until = d.Reasons[0].Until
			}
			if !until.Equal(tt.until) {
				t.Errorf("held until %v, want %v: %s", until, tt.until, tt.reason)
			}
		})
	}
}

func TestEveryActiveHoldIsListed(t *testing.T) {
	unsure := handoff.ConditionFunc(func(*handoff.Facts) handoff.Truth { return handoff.Unknown })
	d := decide(t, "UTC", at.AddDate(0, 0, -1), time.Time{},
		suppression.Rule{ID: "a", Hold: always(handoff.True), Reason: "a deal", LiftedBy: "the account team", Position: "p:1:1"},
		suppression.Rule{ID: "b", Hold: always(handoff.False)},
		suppression.Rule{ID: "c", Hold: unsure},
		suppression.Rule{ID: "d", Cooldown: suppression.Cooldown{Per: handoff.KindLead, For: handoff.Span{Elapsed: 48 * time.Hour}}},
	)
	want := []handoff.Reason{
		{Rule: handoff.RuleHold, ID: "a", Play: "demo", Text: "a deal", LiftedBy: "the account team", Position: "p:1:1"},
		{Rule: handoff.RuleHold, ID: "c", Play: "demo"},
		{Rule: handoff.RuleHold, ID: "d", Play: "demo", Since: at.AddDate(0, 0, -1), Until: at.AddDate(0, 0, 1)},
	}
	if diff := cmp.Diff(want, d.Reasons); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
}

func TestMistakes(t *testing.T) {
	hold := always(handoff.True)
	for _, tt := range []struct {
		name  string
		rules []suppression.Rule
		want  string
	}{
		{"no id", []suppression.Rule{{Hold: hold}}, "an id of its own"},
		{"a repeated id", []suppression.Rule{{ID: "a", Hold: hold}, {ID: "a", Hold: hold}}, "suppression 2"},
		{"neither", []suppression.Rule{{ID: "a"}}, "either a hold or a cooldown"},
		{"both", []suppression.Rule{{ID: "a", Hold: hold, Cooldown: suppression.Cooldown{Per: handoff.KindLead, For: handoff.Span{Days: 1}}}}, "either a hold or a cooldown"},
		{"per nothing", []suppression.Rule{{ID: "a", Cooldown: suppression.Cooldown{For: handoff.Span{Days: 1}}}}, "per lead or per account"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := suppression.New(tt.rules); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}
