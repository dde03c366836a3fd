package rules_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/hosttest"
	"github.com/salesbaton/baton/rules"
)

// bigPolicy is a policy of a company with many teams: plays of five to eight terms, for every fifty of them a pool, a
// sequence, a territory and a route, and ten gates and holds for all.
func bigPolicy(plays int) string {
	var b strings.Builder
	b.WriteString(`language: 1
policy: acme
zone: America/New_York
fields:
  lead: {role: [ic, vp, cxo], seats: int, trial: bool, idle: duration, open_rate: rate, tags: list}
  account: {tier: [strategic, growth, base]}
lists: {freemail: [gmail.com, outlook.com, yahoo.com, aol.com, gmx.net, web.de, mail.ru, qq.com, icloud.com]}
triggers: {demo_request: {about: lead, same: [asset], same_within: 24h, stale_after: 14d}}
scores: {fit: [{points: 40, when: account.employees >= 1000}, {points: 20, when: account.customer}]}
`)
	groups := (plays + 49) / 50
	section := func(name, format string) { b.WriteString(name + ":\n" + each(groups, format)) }
	b.WriteString("eligibility:\n" + each(10, "  - {id: gate-%[1]d, require: lead.email_domain not in lists.freemail and lead.seats >= %[1]d, reason: too small, only: [play-%[1]d]}\n"))
	b.WriteString("suppression:\n" + each(10, "  - {id: hold-%[1]d, hold: account.open_opportunities > 0 and account.tier == \"base\", reason: talking, forever: true, except: [play-%[1]d]}\n"))
	section("pools", "  pool-%[1]d: {members: [rep-%[1]d-a, rep-%[1]d-b, rep-%[1]d-c, rep-%[1]d-d], when_empty: next}\n")
	section("territories", "  map-%[1]d: {by: [account.country, account.employees], rows: [{match: [US, 1000+], pool: pool-%[1]d}, {match: [US, \"*\"], rep: rep-%[1]d-a}]}\n")
	section("sequences", "  sequence-%[1]d: {version: 2, on_blocked_channel: skip, steps: [{day: 0, do: call}, {day: 0, do: email}, {day: 2, do: social}]}\n")
	section("routes", "  route-%[1]d: [account_owner, {territory: map-%[1]d}, {pool: pool-%[1]d}]\n")
	b.WriteString("plays:\n")
	for i := range plays {
		terms := []string{fmt.Sprintf("account.employees >= %d", i), `lead.country in ["US", "CA", "GB"]`, `lead.role in ["vp", "cxo"]`,
			"score.fit >= 40", fmt.Sprintf(`trigger.asset == "asset-%d"`, i), "not account.customer", `trigger.age < "36h"`, `"beta" in lead.tags`}
		fmt.Fprintf(&b, "  - id: play-%d\n    motion: inbound\n    trigger: demo_request\n    when: %s\n    priority: %d\n    route: route-%d\n    sequence: sequence-%d\n",
			i, strings.Join(terms[:5+i%4], " and "), i%1000, i/50, i/50)
	}
	return b.String()
}

// BenchmarkLoad compiles policies of three sizes, and tells how much of the heap an engine keeps for each play.
func BenchmarkLoad(b *testing.B) {
	for _, plays := range []int{100, 1000, 10_000} {
		text := []byte(bigPolicy(plays))
		b.Run(fmt.Sprint(plays), func(b *testing.B) {
			b.ReportAllocs()
			before := liveHeap()
			var e *handoff.Engine
			for b.Loop() {
				var err error
				if e, err = rules.Parse("p.yaml", text); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric((liveHeap()-before)/float64(plays), "B/play")
			runtime.KeepAlive(e)
		})
	}
}

func liveHeap() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// BenchmarkDecide decides one signal.
func BenchmarkDecide(b *testing.B) {
	engine, err := compile(`account.employees >= 500 and lead.role in ["vp", "cxo"] and trigger.asset == "form"`)
	if err != nil {
		b.Fatal(err)
	}
	r := full()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := engine.Decide(at, r); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPermit asks for a touch by hand and for a step of a running sequence, under the laws, quiet hours and caps of the
// contact example.
func BenchmarkPermit(b *testing.B) {
	engine, err := rules.Load("../examples/contact/policy.yaml")
	if err != nil {
		b.Fatal(err)
	}
	now := time.Date(2026, 5, 5, 14, 0, 0, 0, time.UTC)
	lead := handoff.Lead{ID: "L1", Account: "A1", Country: "US", State: "TX", Zone: "America/Chicago", Flags: []handoff.Flag{}}
	request := handoff.Request{Subject: lead.Ref(), Lead: lead, Account: handoff.Account{ID: "A1", Employees: handoff.Some[int64](500)},
		Opportunities: []handoff.Opportunity{}, Triggers: []handoff.Trigger{{ID: "T1", Kind: "demo_request", OccurredAt: now}}}
	var store hosttest.Memory
	request, err = store.Fill(context.Background(), engine, now, request)
	if err != nil {
		b.Fatal(err)
	}
	d, err := engine.Decide(now, request)
	if err != nil || d.Verdict != handoff.VerdictEnrolled {
		b.Fatal(d.Verdict, err)
	}
	request.State, request.Triggers = handoff.Apply(request.State, d.Effects), nil
	for _, bb := range []struct {
		name  string
		touch handoff.Touch
	}{
		{"by hand", handoff.Touch{ID: "M1", Channel: handoff.ChannelEmail, By: "kim"}},
		{"a step", handoff.Touch{ID: "M1", Channel: handoff.ChannelEmail, Sequence: d.Sequence}},
	} {
		asked, err := store.FillTouch(context.Background(), engine, now, request, bb.touch)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := engine.Permit(now, asked, bb.touch); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestBigPolicyLoads keeps the policy of the benchmark legal.
func TestBigPolicyLoads(t *testing.T) {
	if _, err := rules.Parse("p.yaml", []byte(bigPolicy(101))); err != nil {
		t.Error(err)
	}
}
