package suppression_test

import (
	"sync"
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
	set, err := suppression.New("acme", rules)
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
			d := decide(t, "UTC", time.Time{}, time.Time{}, suppression.Rule{ID: "h", Hold: always(tt.truth), Scope: tt.scope, Forever: true})
			if got := d.Verdict == handoff.VerdictHeld; got != tt.held {
				t.Errorf("verdict %s: %s", d.Verdict, tt.reason)
			}
		})
	}
}

func TestCooldown(t *testing.T) {
	week := func(per suppression.Per) suppression.Rule {
		return suppression.Rule{ID: "c", Cooldown: suppression.Cooldown{Per: per, For: handoff.Span{Days: 7}}}
	}
	for _, tt := range []struct {
		name, reason  string
		lead, account time.Time
		rule          suppression.Rule
		until         time.Time // zero: not held
	}{
		{name: "never handed off", reason: "there is nothing to cool down from", rule: week(suppression.PerLead)},
		{name: "a day ago", reason: "seven days are not over", lead: at.AddDate(0, 0, -1), rule: week(suppression.PerLead), until: at.AddDate(0, 0, 6)},
		{name: "the last microsecond", reason: "the end itself is free", lead: at.AddDate(0, 0, -7).Add(time.Hour + time.Microsecond), rule: week(suppression.PerLead),
			until: at.Add(time.Microsecond)},
		{name: "the end", reason: "seven calendar days in New York are an hour short when clocks go forward", lead: at.AddDate(0, 0, -7).Add(time.Hour),
			rule: week(suppression.PerLead)},
		{name: "the account's handoff", reason: "a cooldown per account sees other leads", account: at.AddDate(0, 0, -1), rule: week(suppression.PerAccount),
			until: at.AddDate(0, 0, 6)},
		{name: "not the account's", reason: "a cooldown per lead does not", account: at.AddDate(0, 0, -1), rule: week(suppression.PerLead)},
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

// TestSet_ConcurrentUse is for the race detector.
func TestSet_ConcurrentUse(t *testing.T) {
	rules := []suppression.Rule{
		{ID: "a", Source: suppression.Customer, Forever: true},
		{ID: "b", Source: suppression.ActiveSequence, Per: suppression.PerAccount},
		{ID: "c", While: suppression.While{Runs: []string{"nurture"}}},
		two(suppression.PerOrg),
	}
	set, err := suppression.New("acme", rules)
	if err != nil {
		t.Fatal(err)
	}
	s := situation{lead: handoff.Record{Enrollments: []handoff.Enrollment{enrolled("drip", -day, day, "")}},
		tallies: map[string][]time.Time{"handoffs/org": {at, at}}}
	e, r := engine(t, "", set), s.ask([]handoff.Key{handoff.TallyKey("acme", "handoffs/org")})
	var group sync.WaitGroup
	for range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			if d, err := e.Decide(at, r); err != nil || len(d.Reasons) != len(rules) {
				t.Errorf("%d reasons, error %v, want one for each of %d rules", len(d.Reasons), err, len(rules))
			}
		}()
	}
	group.Wait()
}

func TestEveryActiveHoldIsListed(t *testing.T) {
	unsure := handoff.ConditionFunc(func(*handoff.Facts) handoff.Truth { return handoff.Unknown })
	d := decide(t, "UTC", at.AddDate(0, 0, -1), time.Time{},
		suppression.Rule{ID: "a", Hold: always(handoff.True), Reason: "a deal", LiftedBy: "the account team", Position: "p:1:1"},
		suppression.Rule{ID: "b", Hold: always(handoff.False), Forever: true},
		suppression.Rule{ID: "c", Hold: unsure, Reason: "cannot tell", Forever: true},
		suppression.Rule{ID: "d", Cooldown: suppression.Cooldown{Per: suppression.PerLead, For: handoff.Span{Elapsed: 48 * time.Hour}}},
	)
	want := []handoff.Reason{
		{Rule: handoff.RuleHold, ID: "a", Play: "demo", Text: "a deal", LiftedBy: "the account team", Position: "p:1:1", Since: at,
			Source: string(suppression.Condition), OnRelease: handoff.ReleaseNone},
		{Rule: handoff.RuleHold, ID: "c", Play: "demo", Text: "cannot tell", Since: at, Source: string(suppression.Condition),
			OnRelease: handoff.ReleaseNone, Forever: true},
		{Rule: handoff.RuleHold, ID: "d", Play: "demo", Text: "handed off recently", Since: at.AddDate(0, 0, -1), Until: at.AddDate(0, 0, 1),
			Source: string(suppression.RecentHandoff), OnRelease: handoff.ReleaseNone},
	}
	if diff := cmp.Diff(want, d.Reasons); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
}
