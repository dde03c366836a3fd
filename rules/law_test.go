package rules_test

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules"
	"github.com/salesbaton/baton/rules/replay"
)

// inbound returns the engine of the policy that the README starts with, and its lines with the State they are decided on.
func inbound(t *testing.T, each func(e *handoff.Engine, l replay.Line, r handoff.Request)) {
	t.Helper()
	e, err := rules.Load("../examples/inbound/policy.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../examples/inbound/requests.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	s, n := replay.New(e), 0
	err = replay.ReadLines(bytes.NewReader(text), func(_ int, l replay.Line) error {
		r, _, err := s.Prepare(l)
		if err != nil {
			return err
		}
		if l.Activity == nil {
			n++
			each(e, l, r)
		}
		_, err = s.Step(l)
		return err
	})
	if err != nil || n < 8 {
		t.Fatalf("%d requests, error %v", n, err)
	}
}

func encode(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestLaws_OfACompiledPolicy holds laws 1, 3, 5, 6 and 10 for conditions, routes and holds that come from a file.
func TestLaws_OfACompiledPolicy(t *testing.T) {
	inbound(t, func(e *handoff.Engine, l replay.Line, r handoff.Request) {
		before := encode(t, r)
		d, err := e.Decide(l.At, r)
		if err != nil {
			t.Fatal(err)
		}
		want := encode(t, d)
		x, err := e.Explain(l.At, r)
		if err != nil {
			t.Fatal(err)
		}
		if got := encode(t, x.Decision); got != want {
			t.Errorf("law 3: %s explains\n%s\nand decides\n%s", d.ID, got, want)
		}
		if got := encode(t, r); got != before {
			t.Errorf("law 10: %s changed its request to\n%s\nfrom\n%s", d.ID, got, before)
		}
		stored, err := handoff.DecodeRequest([]byte(before))
		if err != nil {
			t.Fatal(err)
		}
		slices.Reverse(stored.Triggers)
		slices.Reverse(stored.Opportunities)
		again, err := e.Decide(l.At, stored)
		if err != nil {
			t.Fatal(err)
		}
		if got := encode(t, again); got != want {
			t.Errorf("laws 1 and 5: stored and in another order, %s is\n%s\nnot\n%s", d.ID, got, want)
		}
		r.State = handoff.Apply(r.State, d.Effects)
		redelivered, err := e.Decide(l.At, r)
		if err != nil {
			t.Fatal(err)
		}
		if len(redelivered.Effects) > 0 {
			t.Errorf("law 6: %s again has effects %s", d.ID, encode(t, redelivered.Effects))
		}
	})
}
