package handoff_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
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
