package handoff_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

func FuzzDecodeRequest(f *testing.F) {
	e, slow := compile(f, staged, contacting), compile(f, staged, settle(hour))
	for seed := range 30 {
		f.Add([]byte(encode(f, generate(seed).request(e))))
	}
	f.Add([]byte(encode(f, full())))
	f.Add([]byte(`{"subject":"lead/L1","lead":{"id":"L1"},"triggers":[{"id":"T1","kind":"demo_request","occurred_at":"9999-12-31T23:59:59Z"}]}`))
	f.Add([]byte(`{"subject":"lead/L1","lead":{"id":"L1"},"events":[{"id":"e","kind":"k","at":"0000-01-01T00:00:00+14:00"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := handoff.DecodeRequest(data)
		if err != nil {
			return
		}
		for _, e := range []*handoff.Engine{e, slow} {
			tryEverything(t, e, fill(e, now, r))
		}
	})
}

// tryEverything asks all questions about a request and checks that the answers are errors of the promised types, or
// decisions that can be stored and read back.
func tryEverything(t *testing.T, e *handoff.Engine, r handoff.Request) {
	t.Helper()
	decided, err := e.Decide(now, r)
	check(t, decided, err)
	observed, err := e.Observe(now, r, handoff.Activity{ID: "a", Kind: handoff.ActivityWon, At: now})
	check(t, observed, err)
	swept, err := e.Sweep(now, r)
	check(t, swept, err)
	touch := handoff.Touch{ID: "m", Channel: handoff.ChannelEmail, Sequence: "sdr"}
	asked, fault := e.FillTouch(now, r, touch, nothingStored)
	if fault != nil {
		t.Fatal(fault)
	}
	permitted, err := e.Permit(now, asked, touch)
	check(t, permitted, err)
}

func check(t *testing.T, d handoff.Decision, err error) {
	t.Helper()
	if err != nil {
		var wrong *handoff.InputError
		if !errors.As(err, &wrong) {
			t.Fatalf("the error is a %T: %v", err, err)
		}
		return
	}
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	back, err := handoff.DecodeDecision(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if again := encode(t, back); again != string(text) {
		t.Fatalf("read back (-want +got):\n%s", cmp.Diff(split(string(text)), split(again)))
	}
	handoff.Describe(d)
	d.Sentence()
}

func FuzzEffectsCodec(f *testing.F) {
	for _, tt := range effectCases {
		f.Add([]byte(encode(f, handoff.Effects{tt.effect})))
		f.Add([]byte(encode(f, handoff.Effects{filled(tt.effect).(handoff.Effect)})))
	}
	f.Add([]byte(` [ { "kind" : "notify" } , {"kind":"hold","subject":""} ] `))
	f.Fuzz(func(t *testing.T, data []byte) {
		var first, second handoff.Effects
		if err := json.Unmarshal(data, &first); err != nil {
			return
		}
		text := encode(t, first)
		if err := json.Unmarshal([]byte(text), &second); err != nil {
			t.Fatalf("cannot read back %s: %v", text, err)
		}
		if again := encode(t, second); again != text {
			t.Fatalf("written again:\n%s\n%s", text, again)
		}
		handoff.Apply(nil, first)
	})
}

func FuzzRef(f *testing.F) {
	for _, seed := range []string{"", "lead/L1", "pool/acme/aes", "lead/", "/x", "lead/\xff", "rep/a\nb"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ref, err := handoff.ParseRef(text)
		if err != nil {
			if !ref.IsZero() {
				t.Fatalf("returns %v beside an error", ref)
			}
			return
		}
		if ref.String() != text {
			t.Fatalf("%q is written %q", text, ref)
		}
		var back handoff.Ref
		if err := json.Unmarshal([]byte(encode(t, ref)), &back); err != nil || back != ref {
			t.Fatalf("JSON gives %v, %v for %v", back, err, ref)
		}
	})
}
