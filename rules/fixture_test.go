package rules_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/rules"
)

var at = time.Date(2026, 3, 2, 15, 4, 0, 0, time.UTC)

// frame is a policy with a hole for one condition and one opening line.
const frame = `language: 1
policy: acme
zone: America/New_York
fields:
  lead: {role: [ic, vp, cxo], tags: list, seats: int, born: date, seen: time, ok: bool}
lists:
  freemail: [gmail.com, outlook.com]
triggers:
  demo_request: {about: lead, stale_after: 14d}
scores:
  fit: [{points: 40, when: account.employees >= 1000}, {points: 5, when: lead.ok}]
routes:
  all: [{rep: kim}]
plays:
  - id: demo
    trigger: demo_request
    route: all
    when: %s
    context: {opening: %s}
`

// compile puts a condition into the frame. The condition is quoted, so that YAML passes it on as it is.
func compile(condition string) (*handoff.Engine, error) {
	return compileText(condition, "hello")
}

func compileText(condition, opening string) (*handoff.Engine, error) {
	quote := func(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
	return rules.Parse("p.yaml", []byte(fmt.Sprintf(frame, quote(condition), quote(opening))))
}

// full is a request in which everything the frame declares is known.
func full() handoff.Request {
	return handoff.Request{
		Subject: handoff.Ref{Kind: handoff.KindLead, ID: "L1"},
		Lead: handoff.Lead{ID: "L1", Country: "US", Person: handoff.Person{FirstName: "Jo", Email: "jo@Acme.example"}, Fields: map[string]handoff.Value{
			"role": handoff.StringValue("vp"), "tags": handoff.ListValue([]string{"beta", "hot"}), "seats": handoff.IntValue(5),
			"born": handoff.StringValue("2026-04-01"), "seen": handoff.StringValue("2026-03-02T15:00:00.000001Z"), "ok": handoff.BoolValue(true)}},
		Account: handoff.Account{ID: "A1", Name: "Acme", Employees: handoff.Some[int64](1000), Customer: handoff.Some(false),
			RenewalOn: calendar.Date{Year: 2026, Month: 4, Day: 16}},
		Opportunities: []handoff.Opportunity{},
		Events: []handoff.Event{
			{ID: "E1", Kind: "team_invite", At: at.Add(-30 * 24 * time.Hour)},
			{ID: "E2", Kind: "team_invite", At: at.Add(-30*24*time.Hour - time.Microsecond)},
			{ID: "E3", Kind: "login", At: at},
		},
		Triggers: []handoff.Trigger{{ID: "T1", Kind: "demo_request", OccurredAt: at, Asset: "form", Campaign: handoff.Campaign{AdGroup: "crm"}}},
		State:    state("T1"),
	}
}

// empty is a request that says nothing but who asks for what.
func empty() handoff.Request {
	return handoff.Request{
		Subject:  handoff.Ref{Kind: handoff.KindLead, ID: "L1"},
		Lead:     handoff.Lead{ID: "L1"},
		Triggers: []handoff.Trigger{{ID: "T1", Kind: "demo_request", OccurredAt: at}},
		State:    state("T1"),
	}
}

func state(trigger string) handoff.State {
	return handoff.State{
		{Kind: handoff.KindLead, ID: "L1"}:    {},
		{Kind: handoff.KindAccount, ID: "A1"}: {},
		handoff.RepKey("kim"):                 {},
		handoff.TriggerKey("acme", trigger):   {},
	}
}

// when returns the value and the trace of the frame's condition for a request.
func when(t *testing.T, condition string, r handoff.Request) handoff.Trace {
	t.Helper()
	e, err := compile(condition)
	if err != nil {
		t.Fatalf("%s: %v", condition, err)
	}
	x, err := e.Explain(at, r)
	if err != nil {
		t.Fatal(err)
	}
	return x.Triggers[0].Plays[0].When
}

func compileFile(text string) (*handoff.Engine, error) { return rules.Parse("p.yaml", []byte(text)) }
