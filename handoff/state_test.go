package handoff_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

func TestState_RoundTrip(t *testing.T) {
	want := handoff.State{
		lead("L/1"):                      {Version: 3, Value: filled(handoff.Record{}).(handoff.Record)},
		account("A1"):                    {Version: 1, Value: handoff.Record{Owner: "kim"}},
		account("A2"):                    {},
		handoff.PoolKey(policy, "aes"):   {Version: 2, Value: filled(handoff.Pool{}).(handoff.Pool)},
		handoff.RepKey("kim"):            {Version: 9, Value: filled(handoff.Rep{}).(handoff.Rep)},
		handoff.TriggerKey(policy, "T1"): {Version: 1, Value: filled(handoff.Seen{}).(handoff.Seen)},
		handoff.TallyKey(policy, "n/m"):  {Version: 4, Value: filled(handoff.Tally{}).(handoff.Tally)},
		handoff.StickyKey(policy, "a/b"): {Version: 5, Value: filled(handoff.Sticky{}).(handoff.Sticky)},
	}
	text := encode(t, want)
	var got handoff.State
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("read back (-want +got):\n%s", diff)
	}
	if again := encode(t, got); again != text {
		t.Errorf("written again:\n%s\n%s", text, again)
	}
}

func TestDecodeEntry_Refused(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		key          handoff.Key
		json         string
	}{
		{"negative version", "versions count up from 1", l1, `{"version":-1,"value":{}}`},
		{"version without value", "something is stored and was not loaded", l1, `{"version":1}`},
		{"value without version", "what is stored has a version", l1, `{"version":0,"value":{}}`},
		{"unknown key in the entry", "a key that is not read is a loss", l1, `{"version":1,"value":{},"etag":"x"}`},
		{"unknown key in the value", "a key that is not read is a loss", l1, `{"version":1,"value":{"owners":"kim"}}`},
		{"pool under a lead", "the key says what the value is", l1, `{"version":1,"value":{"turns":1,"members":[]}}`},
		{"record under a tally", "the key says what the value is", handoff.TallyKey(policy, "n"), `{"version":1,"value":{"owner":"kim"}}`},
		{"tally under a sticky memory", "the key says what the value is", handoff.StickyKey(policy, "n"), `{"version":1,"value":{"at":[]}}`},
		{"record under a rep", "the key says what the value is", handoff.RepKey("kim"), `{"version":1,"value":{"owner":"kim"}}`},
		{"exclusive as before", "there is more than one way to be exclusive", l1, `{"version":1,"value":{"enrollments":[{"sequence":"s","version":1,"exclusive":true,"under":"lead/L1","play":"p","owner":"kim","at":"2026-03-04T15:00:00Z","ends":"2026-03-04T15:00:00Z","steps":[]}]}}`},
		{"purpose of a touch left out", "it could be written and not read back", l1, `{"version":1,"value":{"touches":[{"id":"t","channel":"email","purpose":"","at":"2026-03-04T15:00:00Z"}]}}`},
		{"unknown basis", "words come from closed lists", l1, `{"version":1,"value":{"consent":[{"channel":"email","status":"granted","basis":"hearsay","at":"2026-03-04T15:00:00Z"}]}}`},
		{"plan for an instant of another form", "instants are RFC 3339", handoff.TallyKey(policy, "n"), `{"version":1,"value":{"at":[],"planned":[{"for":"x","at":"soon"}]}}`},
		{"unknown fate", "words come from closed lists", handoff.TriggerKey(policy, "T1"), `{"version":1,"value":{"at":"2026-03-04T15:00:00Z","fate":"eaten"}}`},
		{"key that names nothing", "there is nothing to remember", handoff.Key{}, `{"version":1,"value":{}}`},
		{"data behind", "one entry is one value", l1, `{"version":0} {}`},
		{"invalid UTF-8", "what is stored must read the same everywhere", l1, "{\"version\":1,\"value\":{\"owner\":\"\xff\"}}"},
		{"not JSON", "entries are JSON", l1, `version 1`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if e, err := handoff.DecodeEntry(tt.key, []byte(tt.json)); err == nil {
				t.Errorf("reads %v: %s", e, tt.reason)
			}
			if tt.key.IsZero() || strings.Contains(tt.json, "\xff") {
				return
			}
			var s handoff.State
			if err := json.Unmarshal([]byte(`{"`+tt.key.String()+`":`+tt.json+`}`), &s); err == nil {
				t.Errorf("a State with it reads %v: %s", s, tt.reason)
			}
		})
	}
}

func TestState_RefusedKeys(t *testing.T) {
	for _, tt := range []struct{ name, json, reason string }{
		{"no kind", `{"L1":{"version":0}}`, "a key is kind/id"},
		{"unknown kind", `{"deal/D1":{"version":0}}`, "kinds come from a closed list"},
		{"no id", `{"lead/":{"version":0}}`, "a key is kind/id"},
		{"empty", `{"":{"version":0}}`, "the zero key names nothing"},
		{"a list", `[]`, "a State is an object"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var s handoff.State
			if err := json.Unmarshal([]byte(tt.json), &s); err == nil {
				t.Errorf("reads %v: %s", s, tt.reason)
			}
		})
	}
}

func TestState_CloneSharesNothing(t *testing.T) {
	s := handoff.State{l1: {Version: 1, Value: filled(handoff.Record{}).(handoff.Record)},
		handoff.PoolKey(policy, "aes"): {Version: 1, Value: filled(handoff.Pool{}).(handoff.Pool)},
		handoff.RepKey("kim"):          {Version: 1, Value: filled(handoff.Rep{}).(handoff.Rep)},
		handoff.TallyKey(policy, "n"):  {Version: 1, Value: filled(handoff.Tally{}).(handoff.Tally)}}
	c := s.Clone()
	want := encode(t, s)
	scribble(&c)
	if got := encode(t, s); got != want {
		t.Errorf("a change of the clone changes the original:\n%s", cmp.Diff(split(want), split(got)))
	}
}

// TestState_ReadsWhatWasWrittenBefore reads an entry of a Baton that knew neither purposes nor touches.
func TestState_ReadsWhatWasWrittenBefore(t *testing.T) {
	e, err := handoff.DecodeEntry(l1, []byte(`{"version":3,"value":{"consent":[{"channel":"email","status":"granted","at":"2026-03-04T15:00:00Z"}],`+
		`"enrollments":[{"sequence":"s","version":1,"under":"lead/L1","play":"p","owner":"kim","at":"2026-03-04T15:00:00Z","ends":"2026-03-04T16:00:00Z","steps":[{"day":0,"do":"email"}]}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	want := handoff.Entry{Version: 3, Value: handoff.Record{Consent: []handoff.Consent{consent(handoff.ConsentGranted, now)},
		Enrollments: []handoff.Enrollment{{Sequence: "s", Version: 1, Under: l1, Play: "p", Owner: "kim", At: now, Ends: later, Steps: steps(handoff.ChannelEmail)}}}}
	if diff := cmp.Diff(want, e); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestState_InstantsAreInOneForm has a host load every instant of a record in a zone of its own, and to the nanosecond.
func TestState_InstantsAreInOneForm(t *testing.T) {
	stored := filled(handoff.Record{}).(handoff.Record)
	stored.Merged = handoff.Ref{}
	each(reflect.ValueOf(&stored).Elem(), func(at *time.Time) { *at = at.In(time.FixedZone("east", 3600)).Add(7) })
	seen := 0
	e := compile(t, func(c *handoff.Config) {
		c.Plays[0].When = rule{"record", func(f *handoff.Facts) handoff.Truth {
			record := f.Record()
			each(reflect.ValueOf(&record).Elem(), func(at *time.Time) {
				if seen++; *at != now.Add(time.Microsecond) {
					t.Errorf("a rule sees %v, want it in UTC and to the microsecond", *at)
				}
			})
			return handoff.True
		}}
	})
	r := fill(e, now, demo(with()))
	r.State[l1] = handoff.Entry{Version: 1, Value: stored}
	decide(t, e, now, r)
	if seen < 50 {
		t.Errorf("the rule saw %d instants of a full record", seen)
	}
}

// each visits every instant that a value leads to.
func each(v reflect.Value, visit func(*time.Time)) {
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		visit(v.Addr().Interface().(*time.Time))
	case v.Kind() == reflect.Struct && v.Type() != reflect.TypeFor[handoff.Value]():
		for i := range v.NumField() {
			each(v.Field(i), visit)
		}
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			each(v.Index(i), visit)
		}
	}
}

func TestState_KeysInOrder(t *testing.T) {
	s := handoff.State{lead("b"): {}, lead("a"): {}, account("z"): {}, handoff.RepKey("a"): {}, handoff.PoolKey("p", "q"): {}}
	want := []handoff.Key{account("z"), lead("a"), lead("b"), handoff.PoolKey("p", "q"), handoff.RepKey("a")}
	if diff := cmp.Diff(want, s.Keys()); diff != "" {
		t.Errorf("by kind, then by id (-want +got):\n%s", diff)
	}
}

func TestRecord_NextDue(t *testing.T) {
	wait := func(at time.Time, released bool) handoff.Queued { return handoff.Queued{Until: at, Released: released} }
	for _, tt := range []struct {
		name, reason string
		record       handoff.Record
		want         time.Time
	}{
		{"nothing", "there is nothing to do", handoff.Record{}, time.Time{}},
		{"queue", "the trigger's decision is due", handoff.Record{Queue: []handoff.Queued{wait(later, false)}}, later},
		{"released", "the decision was asked for", handoff.Record{Queue: []handoff.Queued{wait(earlier, true), wait(later, false)}}, later},
		{"hold without end", "somebody has to lift it", handoff.Record{Holds: []handoff.ActiveHold{{ID: "h"}}}, time.Time{}},
		{"earliest of all", "each kind counts", handoff.Record{Queue: []handoff.Queued{wait(later, false)},
			Holds: []handoff.ActiveHold{{Until: now}}, Pauses: []handoff.Pause{{Until: earlier}}}, earlier},
		{"clock", "what is due itself is nothing to do, but a step for when it is late is", handoff.Record{Clocks: []handoff.Clock{{Due: now, Next: later}}}, later},
		{"clock that warns", "the owner is warned before", handoff.Record{Clocks: []handoff.Clock{{Due: later, Warn: now, Next: later}, {Due: earlier}}}, now},
		{"clock that is paused", "nobody knows until when", handoff.Record{Clocks: []handoff.Clock{{ID: "c"}}}, time.Time{}},
		{"clock that stopped", "it is over", handoff.Record{Stopped: []handoff.Stopped{{Clock: handoff.Clock{Warn: now, Next: later}}}}, time.Time{}},
		{"recycled", "the trigger that waits says when it comes back", handoff.Record{Recycled: handoff.Recycled{Back: now},
			Queue: []handoff.Queued{{Until: later, Why: handoff.WhyRecycled}}}, later},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.record.NextDue(); !got.Equal(tt.want) {
				t.Errorf("got %s, want %s: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func TestRef_Text(t *testing.T) {
	long := strings.Repeat("x", 256)
	for _, tt := range []struct {
		name, text, reason string
		want               handoff.Ref
		refused            bool
	}{
		{name: "lead", text: "lead/L1", want: lead("L1")},
		{name: "slashes in the id", text: "pool/acme/aes", want: handoff.PoolKey("acme", "aes"), reason: "only the first slash divides"},
		{name: "zero", text: "", reason: "the empty text names nothing"},
		{name: "longest id", text: "lead/" + long, want: lead(long), reason: "256 bytes are allowed"},
		{name: "too long", text: "lead/" + long + "x", refused: true, reason: "and no more"},
		{name: "no id", text: "lead/", refused: true, reason: "an id is not empty"},
		{name: "no slash", text: "lead", refused: true, reason: "the form is kind/id"},
		{name: "unknown kind", text: "Lead/L1", refused: true, reason: "kinds are lower case"},
		{name: "longest tally", text: "tally/" + long + "/" + strings.Repeat(long, 4), want: handoff.TallyKey(long, strings.Repeat(long, 4)), reason: "what is counted may have several ids in its name"},
		{name: "longest sticky memory", text: "sticky/acme/" + strings.Repeat(long, 4), want: handoff.StickyKey("acme", strings.Repeat(long, 4)), reason: "and what sticks"},
		{name: "longest pool", text: "pool/acme/" + strings.Repeat(long, 4), want: handoff.PoolKey("acme", strings.Repeat(long, 4)), reason: "and a ledger of several"},
		{name: "too long a tally", text: "tally/acme/" + strings.Repeat(long, 4) + "x", refused: true, reason: "and no more"},
		{name: "control character in a tally", text: "tally/acme/a\nb", refused: true, reason: "it would break lines"},
		{name: "tally without a policy", text: "tally//n", refused: true, reason: "both parts of a key are ids"},
		{name: "two longest ids", text: "trigger/" + long + "/" + long, want: handoff.TriggerKey(long, long), reason: "the key of a trigger holds two ids"},
		{name: "control character in the policy", text: "pool/a\nb/c", refused: true, reason: "both parts of a key are ids"},
		{name: "invalid UTF-8 in the policy", text: "trigger/\xff/T1", refused: true, reason: "both parts of a key are ids"},
		{name: "control character", text: "lead/a\nb", refused: true, reason: "it would break lines"},
		{name: "invalid UTF-8", text: "lead/\xff", refused: true, reason: "JSON would change it"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := handoff.ParseRef(tt.text)
			if (err != nil) != tt.refused || got != tt.want {
				t.Fatalf("got %v, %v: %s", got, err, tt.reason)
			}
			if !tt.refused && got.String() != tt.text {
				t.Errorf("is written %q", got)
			}
		})
	}
}
