package handoff_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

// TestLaw05_StoredRequestGivesTheStoredDecision stores requests and decisions as JSON, reads both back, and decides again.
func TestLaw05_StoredRequestGivesTheStoredDecision(t *testing.T) {
	properties(t, func(t *testing.T, e *handoff.Engine, _ generator, r handoff.Request) {
		stored, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		want := encode(t, decide(t, e, now, r))
		back, err := handoff.DecodeDecision([]byte(want))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(split(want), split(encode(t, back))); diff != "" {
			t.Errorf("the decision read back (-stored +written again):\n%s", diff)
		}
		again, err := handoff.DecodeRequest(stored)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(split(want), split(encode(t, decide(t, e, now, again)))); diff != "" {
			t.Errorf("the request read back (-stored +decided again):\n%s", diff)
		}
	})
}

// moment is an instant that a Go program can make, also where JSON cannot hold it.
func (g generator) moment() time.Time {
	t := time.Date(pick(g, -1, 0, 1, 1, 1937, 2026, 2026, 2026, 9000, 9001, 9999, 10000, 36812), pick(g, time.January, time.December), pick(g, 1, 31),
		pick(g, 0, 23), pick(g, 0, 59), 59, pick(g, 0, 500, 999_999_999), time.UTC)
	if g.chance(4) {
		t = g.ago(24)
	}
	if g.chance(20) {
		t = pick(g, time.Time{}, time.Time{}.Add(1))
	}
	return t.In(time.FixedZone("", pick(g, 0, 0, 3600, -3600, 1172, 14*3600, -86340, 86400)))
}

func (g generator) date() calendar.Date {
	return calendar.Date{Year: pick(g, -1, 0, 1, 2024, 2026, 2026, 9999, 10000), Month: time.Month(pick(g, 0, 1, 2, 2, 12, 13)), Day: pick(g, -1, 0, 1, 28, 29, 30, 31, 200)}
}

// value is of a type that fits a declared field, made in Go.
func (g generator) value(declared handoff.Type) handoff.Value {
	extremes := []int64{0, -1, 1 << 53, -1 << 53, 1<<53 + 1, math.MaxInt64, math.MinInt64, g.Int64()}
	switch declared {
	case handoff.TypeDate:
		return handoff.DateValue(g.date())
	case handoff.TypeTime:
		return handoff.TimeValue(g.moment())
	case handoff.TypeDuration:
		return handoff.DurationValue(time.Duration(pick(g, extremes...)))
	case handoff.TypeRate:
		return pick(g, handoff.RateValue(pick(g, extremes...)), handoff.IntValue(pick(g, extremes...)))
	case handoff.TypeInt:
		return handoff.IntValue(pick(g, extremes...))
	case handoff.TypeBool:
		return handoff.BoolValue(g.chance(2))
	case handoff.TypeList:
		return handoff.ListValue(pick(g, nil, []string{}, []string{""}, []string{"\u2028", "<&>", "\xff"}))
	}
	return handoff.StringValue(pick(g, "", "vp", "\x00", "\ufffd", "\xff", "2026-02-30", "null"))
}

// inGo is a request that a Go program made, with a few extremes.
func (g generator) inGo(e *handoff.Engine) handoff.Request {
	r := demo()
	r.Lead.Fields, r.Account.Fields, r.Triggers[0].Fields = map[string]handoff.Value{}, map[string]handoff.Value{}, map[string]handoff.Value{}
	of := map[string]map[string]handoff.Value{"lead": r.Lead.Fields, "account": r.Account.Fields, "trigger": r.Triggers[0].Fields}
	c := acme()
	types := []handoff.Type{handoff.TypeString}
	for _, f := range c.Fields {
		types = append(types, f.Type)
	}
	g.times(3, func(int) {
		f := pick(g, c.Fields...)
		of[f.Of][f.Name] = g.value(f.Type)
	})
	g.times(3, func(int) { r.Lead.Fields["undeclared"] = g.value(pick(g, types...)) })
	if g.chance(3) {
		r.Account.RenewalOn = g.date()
	}
	if g.chance(3) {
		r.Opportunities = []handoff.Opportunity{{ID: "O1", Status: handoff.OpportunityWon, CloseOn: g.date()}}
	}
	if g.chance(3) {
		r.Lead.Consent = []handoff.Consent{{Channel: handoff.ChannelSMS, Status: handoff.ConsentGranted, At: g.moment(), Until: pick(g, time.Time{}, g.moment())}}
	}
	if g.chance(3) {
		r.Events = []handoff.Event{{ID: "e1", Kind: "login", At: g.moment()}}
	}
	if g.chance(3) {
		r.Touches = []handoff.Touch{{ID: "t1", Channel: handoff.ChannelCall, At: g.moment()}}
	}
	if g.chance(3) {
		r.Triggers[0].OccurredAt = g.moment()
	}
	return fill(e, now, r)
}

// TestLaw05_WhatIsAcceptedFromGoIsAcceptedFromJSON makes requests with the constructors of Go, up to values that have no
// JSON form. What Decide takes, it takes from the request's JSON too, and decides the same.
func TestLaw05_WhatIsAcceptedFromGoIsAcceptedFromJSON(t *testing.T) {
	e := compile(t, staged, func(c *handoff.Config) {
		for i := range c.Plays { // so that every declared field shapes the decision
			c.Plays[i].Opening = handoff.TextFunc(func(f *handoff.Facts) string { return fmt.Sprint(f.Fields) })
		}
	})
	accepted, refused := 0, 0
	for seed := range 20 * rounds {
		r := generate(seed).inGo(e)
		d, err := e.Decide(now, r)
		if err != nil {
			var wrong *handoff.InputError
			if refused++; !errors.As(err, &wrong) {
				t.Fatalf("seed %d: refused with %v, want an *InputError", seed, err)
			}
			continue
		}
		accepted++
		stored, err := json.Marshal(r)
		if err != nil {
			t.Fatalf("seed %d: accepted, and has no JSON: %v", seed, err)
		}
		back, err := handoff.DecodeRequest(stored)
		if err != nil {
			t.Fatalf("seed %d: accepted, and not read back: %v\n%s", seed, err, stored)
		}
		again, err := e.Decide(now, back)
		if err != nil {
			t.Fatalf("seed %d: accepted from Go, and not from JSON: %v\n%s", seed, err, stored)
		}
		if diff := cmp.Diff(split(encode(t, d)), split(encode(t, again))); diff != "" {
			t.Fatalf("seed %d (-from Go +from JSON):\n%s", seed, diff)
		}
	}
	if accepted < rounds || refused < rounds {
		t.Errorf("%d requests were accepted and %d refused; the law needs many of both", accepted, refused)
	}
}
