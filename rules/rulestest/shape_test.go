package rulestest

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"github.com/salesbaton/baton/handoff"
)

func TestEveryKindOfEffectHasKeys(t *testing.T) {
	for _, kind := range handoff.EffectKinds() {
		fields := namesOf(effectFields(string(kind)))
		if len(fields) < 3 || fields[0] != "kind" {
			t.Errorf("%s has the keys %q; an effect has a kind and at least two more", kind, fields)
		}
	}
}

func TestKeysAreThoseOfTheJSONForm(t *testing.T) {
	// An embedded struct and a key of the same name hide each other from a naive walk.
	for _, test := range []struct {
		name, reason string
		typ          reflect.Type
		value        any
	}{
		{"arm", "the embedded struct has the name of one of its keys", reflect.TypeFor[handoff.Expose](), handoff.Expose{}},
		{"queued", "the keys of an embedded struct stand beside the others", reflect.TypeFor[handoff.QueueTrigger](), handoff.QueueTrigger{}},
		{"stick", "the embedded struct remembers, the effect has its key beside it", reflect.TypeFor[handoff.Stick](), handoff.Stick{}},
		{"turn", "what JSON leaves out when it is empty may be expected", reflect.TypeFor[handoff.AdvancePool](), handoff.AdvancePool{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			text, err := json.Marshal(test.value)
			if err != nil {
				t.Fatal(err)
			}
			var keys map[string]any
			if err := json.Unmarshal(text, &keys); err != nil {
				t.Fatal(err)
			}
			known := namesOf(fieldsOf(test.typ))
			for key := range keys {
				if !slices.Contains(known, key) {
					t.Errorf("%q is not among %q: %s", key, known, test.reason)
				}
			}
			if len(known) < len(keys) {
				t.Errorf("%d keys are known of %d: %s", len(known), len(keys), test.reason)
			}
		})
	}
}

func TestEntriesOfStateHaveTheTypeOfTheirKind(t *testing.T) {
	for key, value := range map[string]string{"lead/L1": "{}", "account/A1": "{}", "pool/p/x": `{"turns":0,"count":0,"members":[]}`,
		"sticky/p/account/A1": `{"rep":"kim","at":"2026-03-02T15:04:00Z"}`, "tally/p/rep/kim": `{"at":["2026-03-02T15:04:00Z"]}`,
		"rep/kim": `{"id":"kim"}`, "trigger/p/T1": `{"at":"2026-03-02T15:04:00Z","fate":"acted"}`} {
		ref, err := handoff.ParseRef(key)
		if err != nil {
			t.Fatal(err)
		}
		entry, err := handoff.DecodeEntry(ref, []byte(`{"version":1,"value":`+value+`}`))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := entryFields(ref)[1].typ, reflect.TypeOf(entry.Value); got != want {
			t.Errorf("an entry under %s is checked as a %s; it is a %s", key, got, want)
		}
	}
}
