package rules_test

import (
	"strings"
	"testing"
)

// lawful is a policy that uses a table and replaces one of its rows.
const lawful = `language: 1
policy: acme
triggers: {demo_request: {about: lead, stale_after: 14d}}
consent: {call: opt_out}
laws:
  use: [tcpa]
  zones: [America/New_York]
  rows: [{id: tcpa.hours.fl, table: tcpa, countries: [US], states: [FL], channels: [call], hours: "mon-sat 09:00-18:00", source: our counsel}]
sequences: {calls: {on_blocked_channel: skip, steps: [{day: 0, do: call}]}}
routes: {all: [{rep: kim}]}
reps: {kim: {}}
plays: [{id: demo, trigger: demo_request, route: all, sequence: calls}]
`

func TestPageShowsTheRowsOfTheLawsInUse(t *testing.T) {
	page := inspectText(t, lawful).Markdown()
	for _, tt := range []struct{ name, reason, want string }{
		{"needs", "counsel reads what a touch needs", "| `tcpa.sms` of `tcpa` | every touch by SMS in US | consent: express | all | at once | from Wed 2013-10-16 on | 47 CFR 64.1200(a)(2) and (f)(9), prior express written consent |"},
		{"hours of every day", "they are those of the table, in words", "| `tcpa.hours` of `tcpa` | every touch by call or SMS in US | as other rows say | mon-sun 08:00-21:00 | at once |"},
		{"hours of some days", "Sunday has none", "| as other rows say | mon-sat 08:00-20:00 | at once |"},
		{"two hours of a week", "they differ by day", "| as other rows say | mon-sat 09:00-21:00, sun 12:00-21:00 | at once |"},
		{"a refusal", "it has to be honoured", "| within 10 business days |"},
		{"a row in the place of one", "what the policy says counts", "| `tcpa.hours.fl` of `tcpa` | every touch by call in US, FL | as other rows say | mon-sat 09:00-18:00 | at once |"},
		{"consent", "an open channel can be bound by a law", "| call | until the person refuses it, where no law needs more |"},
		{"what is unknown", "a fact that blocks a channel is not waited for", "such as the country of the person, leaves open whether a channel may be used, it is blocked."},
	} {
		if !strings.Contains(page, tt.want) {
			t.Errorf("%s: the page does not say %q: %s", tt.name, tt.want, tt.reason)
		}
	}
	if strings.Contains(page, "mon-sun 08:00-20:00 | at once | from Thu 2021-07-01") {
		t.Error("the page shows the row that is replaced as well")
	}
}
