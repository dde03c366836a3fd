package rules_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/hosttest"
	"github.com/salesbaton/baton/rules"
)

// answers decides a signal on each of the days, counted from at, and returns what came of it: the verdict, the owner, why it
// is held, and whether the signal waits.
func answers(t *testing.T, e *handoff.Engine, r handoff.Request, days ...int) []string {
	t.Helper()
	var out []string
	memory, ctx := new(hosttest.Memory), context.Background()
	for i, day := range days {
		now := at.AddDate(0, 0, day)
		r.Triggers = []handoff.Trigger{{ID: fmt.Sprintf("T%d", i), Kind: "demo_request", OccurredAt: now}}
		filled, err := memory.Fill(ctx, e, now, r)
		if err != nil {
			t.Fatal(err)
		}
		d, err := e.Decide(now, filled)
		if err != nil {
			t.Fatal(err)
		}
		if err := memory.Commit(ctx, d); err != nil {
			t.Fatal(err)
		}
		came := strings.TrimSpace(string(d.Verdict) + " " + d.Owner)
		for _, reason := range d.Reasons {
			if reason.Rule == handoff.RuleHold {
				came += ": " + reason.Text
			}
		}
		for _, effect := range d.Effects {
			if effect.Kind() == (handoff.QueueTrigger{}).Kind() {
				came += ", waits"
			}
		}
		out = append(out, came)
	}
	return out
}

func TestSectionsAtWork(t *testing.T) {
	lead := func() handoff.Request {
		return handoff.Request{Subject: handoff.Ref{Kind: handoff.KindLead, ID: "L1"}, Lead: handoff.Lead{ID: "L1"}}
	}
	owned := func() handoff.Request {
		r := lead()
		r.Lead.Owner = "ana"
		return r
	}
	const base = head + triggers + routes
	const play = "plays: [{id: demo, trigger: demo_request, route: all}]\n"
	const called = "sequences: {call: {on_blocked_channel: skip, steps: [{day: 0, do: call}]}}\nplays: [{id: demo, trigger: demo_request, route: all, sequence: call}]\n"
	twice := func(keys string) string {
		return base + "consent: {call: opt_out}\nsequences: {first: {" + keys + "on_blocked_channel: skip, steps: [{day: 0, do: call}, {day: 9, do: call}]}, second: {on_blocked_channel: skip, steps: [{day: 0, do: call}]}}\n" +
			"plays:\n  - {id: a, trigger: demo_request, route: all, sequence: first, priority: 2, when: 'now.date < \"2026-03-03\"'}\n  - {id: b, trigger: demo_request, route: all, sequence: second}\n"
	}
	for _, tt := range []struct {
		name, reason, text string
		request            handoff.Request
		days               []int
		want               []string
	}{
		{"consent by default", "no channel is open without a grant", base + called, lead(), []int{0}, []string{"blocked_channel kim"}},
		{"consent that is required", "as by default", base + called + "consent: {call: required}\n", lead(), []int{0}, []string{"blocked_channel kim"}},
		{"consent until refused", "the channel is open", base + called + "consent: {call: opt_out}\n", lead(), []int{0}, []string{"enrolled kim"}},
		{"consent of another channel", "each by itself", base + called + "consent: {email: opt_out}\n", lead(), []int{0}, []string{"blocked_channel kim"}},
		{"a cooldown", "calendar days after a handoff", base + play + "suppression: [{id: s, cooldown: {per: lead, for: 30d}}]\n", lead(), []int{0, 29, 30},
			[]string{"assigned kim", "held: handed off recently", "assigned kim"}},
		{"a cooldown with a reason", "in the author's words", base + play + "suppression: [{id: s, cooldown: {per: lead, for: 30d}, reason: let them breathe}]\n", lead(), []int{0, 1},
			[]string{"assigned kim", "held: let them breathe"}},
		{"a cooldown of accounts", "handoffs of this lead without an account do not count", base + play + "suppression: [{id: s, cooldown: {per: account, for: 30d}}]\n", lead(), []int{0, 1},
			[]string{"assigned kim", "assigned kim"}},
		{"a hold", "the signal is let go", base + play + "suppression: [{id: s, hold: 'true', reason: r, forever: true}]\n", lead(), []int{0}, []string{"held: r"}},
		{"a hold that replays", "the signal waits for the release", base + play + "suppression: [{id: s, hold: 'true', reason: r, on_release: replay}]\n", lead(), []int{0}, []string{"held: r, waits"}},
		{"a hold that does not", "as without the key", base + play + "suppression: [{id: s, hold: 'true', reason: r, on_release: none, forever: true}]\n", lead(), []int{0}, []string{"held: r"}},
		{"a sequence that is not exclusive", "another starts beside it", twice("exclusive: false, "), lead(), []int{0, 1}, []string{"enrolled kim", "enrolled kim"}},
		{"an exclusive sequence", "one that is not starts beside it", twice("exclusive: true, "), lead(), []int{0, 1}, []string{"enrolled kim", "enrolled kim"}},
		{"a sequence that is alone", "nothing starts beside it", twice("exclusive: alone, "), lead(), []int{0, 1}, []string{"enrolled kim", "held"}},
		{"an owner", "rungs in order", head + triggers + play + "routes: {all: [lead_owner, {rep: kim}]}\nreps: {kim: {}, ana: {}}\n", owned(), []int{0}, []string{"assigned ana"}},
		{"no owner", "the next rung", head + triggers + play + "routes: {all: [lead_owner, {rep: kim}]}\nreps: {kim: {}, ana: {}}\n", lead(), []int{0}, []string{"assigned kim"}},
		{"the second rung first", "rungs in order", head + triggers + play + "routes: {all: [{rep: kim}, lead_owner]}\nreps: {kim: {}, ana: {}}\n", owned(), []int{0}, []string{"assigned kim"}},
		{"no settle window", "0s decides at once", base + play + "settle: 0s\n", lead(), []int{0}, []string{"assigned kim"}},
		{"a settle window", "the signal waits for its end", base + play + "settle: 2m\n", lead(), []int{0}, []string{"queued, waits"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := rules.Parse("p.yaml", []byte(tt.text))
			if diff := cmp.Diff(tt.want, answers(t, must(t, e, err), tt.request, tt.days...)); diff != "" {
				t.Errorf("%s (-want +got)\n%s", tt.reason, diff)
			}
		})
	}
}

func TestLengthsWithoutEffect(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"stale_after", "stale_after: 14d", "stale_after: 0s", "p.yaml:4:44: B021 a length of time that is zero"},
		{"same_within", "stale_after: 14d", "stale_after: 14d, same_within: 0s", "p.yaml:4:62: B021"},
		{"reentry", "{on_blocked", "{reentry: 0d, on_blocked", "p.yaml:10:19: B021"},
		{"pause", "route: all,", "route: all, pause_marketing: {for: 0d, scope: [a]},", "p.yaml:12:74: B021"},
		{"first touch", "route: all,", "route: all, first_touch: {within: 0s},", "p.yaml:12:73: B021"},
		{"cooldown", "routes:", "suppression: [{id: s, cooldown: {per: lead, for: 0d}}]\nroutes:", "p.yaml:7:50: B021"},
		{"window of a count", "route: all,", "route: all, when: 'count(\"a\", \"0s\") > 1',", `p.yaml:12:69: B048 expected a length of time such as "30d" or "12h"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := rules.Parse("p.yaml", []byte(strings.Replace(small, tt.old, tt.new, 1)))
			if lines := problemLines(t, err); len(lines) == 0 || !strings.HasPrefix(lines[0], tt.want) {
				t.Errorf("got %v, want %s", lines, tt.want)
			}
		})
	}
}

func TestWeightsOfAPool(t *testing.T) {
	var members []string
	for i := range 2000 {
		members = append(members, fmt.Sprintf("{rep: r%d, weight: 100}", i))
	}
	for _, tt := range []struct{ name, reason, members string }{
		{"200,000 turns", "the bound itself is allowed", "[" + strings.Join(members, ", ") + "]"},
		{"1 without a look at weights", "it says what holds anyway", "[{rep: kim, weight: 1}, lee], rotation: least_recent"},
	} {
		_, err := rules.Parse("p.yaml", []byte(strings.Replace(small, "[kim, lee]", tt.members, 1)))
		if err != nil {
			t.Errorf("%s: %v; %s", tt.name, err, tt.reason)
		}
	}
}

// TestPauseOfACalendarDay: what is written in days ends at the same time of day, also when clocks change.
func TestPauseOfACalendarDay(t *testing.T) {
	text := head + "zone: America/New_York\n" + triggers + routes + "plays: [{id: demo, trigger: demo_request, route: all, pause_marketing: {for: 7d, scope: [nurture, ads]}}]\n"
	e, err := rules.Parse("p.yaml", []byte(text))
	d, err := must(t, e, err).Decide(at, fillUp(t, e, empty()))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, effect := range d.Effects {
		if p, ok := effect.(handoff.PauseMarketing); ok {
			got = append(got, fmt.Sprint(p.Scope, " ", p.Until.Format(time.RFC3339)))
		}
	}
	if want := "[nurture ads] 2026-03-09T14:04:00Z"; strings.Join(got, "; ") != want {
		t.Errorf("%v, want %s", got, want)
	}
}
