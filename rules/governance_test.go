package rules_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/rules"
)

// TestGoverned lists what can be looked after, in the order of the files, with and without somebody who does.
func TestGoverned(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"p.yaml": `language: 1
policy: acme
include: [more.yaml]
plays:
  - {id: demo, trigger: demo_request, route: all, sequence: fast, owner: inbound team, review_by: 2026-07-01, note: after the pricing}
  - {id: bare, trigger: demo_request, route: all}
triggers: {demo_request: {about: lead, stale_after: 14d}, recycled: {about: lead, stale_after: 14d}}
routes: {all: [{rep: kim}]}
sequences: {fast: {on_blocked_channel: skip, steps: [{day: 0, do: email}], owner: content}}
recycle: [{id: quiet, outcome: no_response, wait: 30d, note: try less}]
`,
		"more.yaml": `eligibility: [{id: g, require: account.employees > 0, reason: r, review_by: 2026-04-01}]
suppression:
  - {id: for-ever, source: customer, forever: true}
  - {id: mails, cap: {max: 4, of: email, per: lead, every: day}, owner: brand}
quiet_hours: [{id: night, hours: mon-sun 21:00-08:00, zones: [UTC], owner: legal}]
slas: {quick: {within: 15m, owner: sam}}
pools: {aes: {members: [kim], when_empty: next, owner: ops}}
territories: {us: {by: [account.country], rows: [{match: [US], pool: aes}], owner: ops}}
experiments: {x: {share: 5%, review_by: 2026-04-02, effective: {until: 2026-04-03}}}
plays: [{id: again, trigger: recycled, route: all}]
`} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	day := func(month time.Month, day int) calendar.Date {
		return calendar.Date{Year: 2026, Month: month, Day: day}
	}
	want := []rules.Governed{
		{Kind: rules.GovernedPlay, ID: "demo", Owner: "inbound team", ReviewBy: day(7, 1), Note: "after the pricing", Position: "p.yaml:5:5"},
		{Kind: rules.GovernedPlay, ID: "bare", Position: "p.yaml:6:5"},
		{Kind: rules.GovernedSequence, ID: "fast", Owner: "content", Position: "p.yaml:9:13"},
		{Kind: rules.GovernedRecycle, ID: "quiet", Note: "try less", Position: "p.yaml:10:11"},
		{Kind: rules.GovernedGate, ID: "g", ReviewBy: day(4, 1), Position: "more.yaml:1:15"},
		{Kind: rules.GovernedSuppression, ID: "for-ever", Position: "more.yaml:3:5", Endless: true},
		{Kind: rules.GovernedSuppression, ID: "mails", Owner: "brand", Position: "more.yaml:4:5"},
		{Kind: rules.GovernedQuietHours, ID: "night", Owner: "legal", Position: "more.yaml:5:15"},
		{Kind: rules.GovernedSLA, ID: "quick", Owner: "sam", Position: "more.yaml:6:8"},
		{Kind: rules.GovernedPool, ID: "aes", Owner: "ops", Position: "more.yaml:7:9"},
		{Kind: rules.GovernedTerritory, ID: "us", Owner: "ops", Position: "more.yaml:8:15"},
		{Kind: rules.GovernedExperiment, ID: "x", ReviewBy: day(4, 2), Until: day(4, 3), Position: "more.yaml:9:15"},
		{Kind: rules.GovernedPlay, ID: "again", Position: "more.yaml:10:9"},
	}
	if diff := cmp.Diff(want, inspect(t, filepath.Join(dir, "p.yaml")).Governed()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestHoldsWithoutAnEnd(t *testing.T) {
	for _, tt := range []struct {
		name, reason, rule string
		want               bool
	}{
		{"forever", "it says so", "hold: account.customer, reason: r, forever: true", true},
		{"lifted by somebody", "nothing but a person ends it", "hold: account.customer, reason: r, lifted_by: legal", true},
		{"lifted by somebody, or by time", "it ends by itself too", "hold: account.customer, reason: r, lifted_by: legal, for: 90d", false},
		{"lifted by somebody, and decided again", "the signal is tried again", "hold: account.customer, reason: r, lifted_by: legal, on_release: replay", false},
		{"for some time", "it ends by itself", "hold: account.customer, reason: r, for: 90d", false},
		{"a source that stays", "a customer stays one", "source: customer, lifted_by: legal", true},
		{"a source that ends", "deals are closed", "source: open_opportunity, lifted_by: the team", false},
		{"a source that ends, forever", "it says so", "source: open_opportunity, forever: true", true},
		{"a cooldown", "it ends by itself", "cooldown: {per: lead, for: 30d}, lifted_by: me", false},
		{"a cap", "it ends by itself", "cap: {max: 3, per: org, every: day}, lifted_by: me", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			i := inspectText(t, fmt.Sprintf("%s%s%splays: [{id: demo, trigger: demo_request, route: all}]\nsuppression: [{id: s, %s}]\n", head, triggers, routes, tt.rule))
			if got := i.Governed()[1]; got.ID != "s" || got.Endless != tt.want {
				t.Errorf("%s: endless %v, want %v: %s", got.ID, got.Endless, tt.want, tt.reason)
			}
		})
	}
}

// TestGovernanceDecidesNothing: a review that is overdue neither keeps a policy from loading nor changes what it does.
func TestGovernanceDecidesNothing(t *testing.T) {
	const keys = ", owner: me, review_by: 1999-01-01, note: long ago}"
	text := trying + "  x: {share: 50%"
	plain, err := rules.Parse("p.yaml", []byte(text+"}\n"))
	must(t, plain, err)
	governed, err := rules.Parse("p.yaml", []byte(text+keys+"\n"))
	if got, want := came(t, must(t, governed, err), empty(), at), came(t, plain, empty(), at); got != want {
		t.Errorf("%s, and without the keys %s", got, want)
	}
}

func TestGovernanceThatDoesNotCompile(t *testing.T) {
	for _, tt := range []struct{ name, reason, keys, want string }{
		{"an empty owner", "nobody is named", "owner: ' '", "p.yaml:14:25: B019 the text is empty; fill it in, or leave the key out"},
		{"an empty note", "it says nothing", "note: ''", "p.yaml:14:24: B019 the text is empty"},
		{"a list of owners", "one person or team", "owner: [a, b]", "p.yaml:14:25: B013 expected a text"},
		{"no date", "tools compare days", "review_by: soon", `p.yaml:14:29: B017 expected a date such as 2026-03-01, but found "soon"`},
		{"a near key", "as everywhere", "reviewed_by: 2026-01-01", `p.yaml:14:18: B010 unknown key "reviewed_by" (did you mean "review_by"?)`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := rules.Parse("p.yaml", []byte(trying+"  x: {share: 5%, "+tt.keys+"}\n"))
			checkProblems(t, err, tt.reason, tt.want)
		})
	}
	_, err := rules.Parse("p.yaml", []byte(trying+"  x: {share: 5%}\nslas: {fast: {within: 5m}}\nqueues: {q: {owner: sam, first_touch: {within: 4h, review_by: 2026-01-01}}}\n"))
	checkProblems(t, err, "a promise without a name is looked after with what makes it", `p.yaml:16:52: B010 unknown key "review_by"`)
}
