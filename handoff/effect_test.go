package handoff_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// filled returns a value of v's type with something in every exported place.
func filled(v any) any {
	p := reflect.New(reflect.TypeOf(v))
	fillIn(p.Elem())
	return p.Elem().Interface()
}

// words are values for the types that take no other text.
var words = map[reflect.Type]reflect.Value{
	reflect.TypeFor[handoff.Channel]():       reflect.ValueOf(handoff.ChannelCall),
	reflect.TypeFor[handoff.ConsentStatus](): reflect.ValueOf(handoff.ConsentDenied),
	reflect.TypeFor[handoff.Purpose]():       reflect.ValueOf(handoff.PurposeMarketing),
	reflect.TypeFor[handoff.Basis]():         reflect.ValueOf(handoff.BasisInquiry),
	reflect.TypeFor[handoff.Subscriber]():    reflect.ValueOf(handoff.SubscriberCorporate),
	reflect.TypeFor[handoff.FlagWord]():      reflect.ValueOf(handoff.FlagSpam),
	reflect.TypeFor[handoff.Exclusivity]():   reflect.ValueOf(handoff.Alone),
	reflect.TypeFor[handoff.OwnerAway]():     reflect.ValueOf(handoff.OwnerAwayCover),
	reflect.TypeFor[handoff.ActivityKind]():  reflect.ValueOf(handoff.ActivityReply),
	reflect.TypeFor[handoff.RepStatus]():     reflect.ValueOf(handoff.RepLeft),
	reflect.TypeFor[handoff.Fate]():          reflect.ValueOf(handoff.FateMerged),
	reflect.TypeFor[handoff.Why]():           reflect.ValueOf(handoff.WhySettle),
	reflect.TypeFor[handoff.StopWhy]():       reflect.ValueOf(handoff.StopOwner),
	reflect.TypeFor[handoff.OnRelease]():     reflect.ValueOf(handoff.ReleaseReplay),
	reflect.TypeFor[handoff.Level]():         reflect.ValueOf(handoff.LevelWarning),
	reflect.TypeFor[handoff.Ref]():           reflect.ValueOf(handoff.Ref{Kind: handoff.KindLead, ID: "L/1"}),
	reflect.TypeFor[time.Time]():             reflect.ValueOf(now.Add(time.Microsecond)),
	reflect.TypeFor[handoff.Line]():          reflect.ValueOf(handoff.NewLine(handoff.Member{Rep: "kim", Weight: 2, Offered: 1, Key: 3})),
	reflect.TypeFor[handoff.Value]():         reflect.ValueOf(handoff.ListValue([]string{"a", "b"})),
}

func fillIn(v reflect.Value) {
	if word, ok := words[v.Type()]; ok {
		v.Set(word)
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("text \u2028<&>")
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Struct:
		for i := range v.NumField() {
			fillIn(v.Field(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillIn(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fillIn(v.Index(0))
		fillIn(v.Index(1))
	case reflect.Map:
		value := reflect.New(v.Type().Elem()).Elem()
		fillIn(value)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("key"), value)
	}
}

func TestEffects_RoundTrip(t *testing.T) {
	for _, kind := range handoff.EffectKinds() {
		i := slices.IndexFunc(effectCases, func(c effectCase) bool { return c.effect.Kind() == kind })
		if i < 0 {
			t.Errorf("%s has no case", kind)
			continue
		}
		for name, effect := range map[string]handoff.Effect{
			"full": filled(effectCases[i].effect).(handoff.Effect), "sparse": effectCases[i].effect,
		} {
			t.Run(string(kind)+" "+name, func(t *testing.T) {
				want := handoff.Effects{effect}
				text := encode(t, want)
				if !strings.HasPrefix(text, `[{"kind":"`+string(kind)+`"`) {
					t.Errorf("the kind is not first: %.60s", text)
				}
				if strings.Count(text, `"kind":"`) > 1 && kind == handoff.EffectRecordActivity {
					t.Errorf("a reader that keeps the last of two equal keys takes another kind: %s", text)
				}
				var got handoff.Effects
				if err := json.Unmarshal([]byte(text), &got); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("read back (-want +got):\n%s", diff)
				}
				if again := encode(t, got); again != text {
					t.Errorf("written again:\n%s\n%s", text, again)
				}
			})
		}
	}
}

func TestEffects_Empty(t *testing.T) {
	for name, list := range map[string]handoff.Effects{"nil": nil, "empty": {}} {
		if got := encode(t, list); got != "[]" {
			t.Errorf("%s effects are written %s, want []", name, got)
		}
		if got := encode(t, handoff.Decision{Verdict: handoff.VerdictStale, Effects: list}); !strings.Contains(got, `"effects":[]`) {
			t.Errorf("%s effects in a decision: %s", name, got)
		}
	}
}

func TestEffects_Refused(t *testing.T) {
	for _, tt := range []struct{ name, json, reason string }{
		{"unknown kind", `[{"kind":"explode","subject":"lead/L1"}]`, "a host must not pass over what it does not know"},
		{"unknown key", `[{"kind":"notify","subject":"lead/L1","colour":"red"}]`, "a key that is not read is a loss"},
		{"kind last", `[{"subject":"lead/L1","kind":"notify"}]`, "the kind is the first key"},
		{"no kind", `[{}]`, "every effect has a kind"},
		{"kind twice", `[{"kind":"notify","kind":"hold","id":"h"}]`, "one of the two is wrong"},
		{"kind is no text", `[{"kind":7}]`, "kinds are texts"},
		{"not an object", `[7]`, "an effect is an object"},
		{"null", `[null]`, "an effect is an object"},
		{"not a list", `{"kind":"notify"}`, "effects are a list"},
		{"invalid UTF-8", "[{\"kind\":\"notify\",\"text\":\"\xff\"}]", "what is stored must read the same everywhere"},
		{"unknown word", `[{"kind":"consume_trigger","fate":"eaten"}]`, "words come from closed lists"},
		{"word left out", `[{"kind":"consume_trigger","subject":"lead/L1"}]`, "it could be written and not read back"},
		{"word left out inside", `[{"kind":"enroll","subject":"lead/L1","steps":[{"day":1}]}]`, "it could be written and not read back"},
		{"unknown purpose", `[{"kind":"record_touch","subject":"lead/L1","id":"T9","channel":"email","purpose":"spam","at":"2026-03-04T15:00:00Z"}]`, "words come from closed lists"},
		{"purpose left out", `[{"kind":"record_touch","subject":"lead/L1","id":"T9","channel":"email","at":"2026-03-04T15:00:00Z"}]`, "it could be written and not read back"},
		{"exclusive as before", `[{"kind":"enroll","subject":"lead/L1","exclusive":true}]`, "there is more than one way to be exclusive"},
		{"unknown exclusivity", `[{"kind":"enroll","subject":"lead/L1","exclusive":"very"}]`, "words come from closed lists"},
		{"unknown word for an absent owner", `[{"kind":"enroll","subject":"lead/L1","owner_away":"wait"}]`, "words come from closed lists"},
		{"unknown basis", `[{"kind":"set_consent","subject":"lead/L1","channel":"email","status":"granted","basis":"hearsay","at":"2026-03-04T15:00:00Z"}]`, "words come from closed lists"},
		{"unknown reason why a clock ended", `[{"kind":"stop_clock","subject":"lead/L1","id":"c","at":"2026-03-04T15:00:00Z","why":"tired"}]`, "words come from closed lists"},
		{"bad reference", `[{"kind":"notify","subject":"L1"}]`, "a reference names its kind"},
		{"bad instant", `[{"kind":"recycle","at":"yesterday"}]`, "instants are RFC 3339"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got handoff.Effects
			if err := got.UnmarshalJSON([]byte(tt.json)); err == nil {
				t.Errorf("reads %v: %s", got, tt.reason)
			}
		})
	}
}

func TestEffects_InTheirOrder(t *testing.T) {
	rank := map[handoff.EffectKind]int{}
	for i, kind := range handoff.EffectKinds() {
		rank[kind] = i
	}
	properties(t, func(t *testing.T, e *handoff.Engine, _ generator, r handoff.Request) {
		list := kindsOf(decide(t, e, now, r))
		if !slices.IsSortedFunc(list, func(a, b handoff.EffectKind) int { return rank[a] - rank[b] }) {
			t.Errorf("effects are not in the order of kinds: %v", list)
		}
	})
}

func TestDecision_RoundTrip(t *testing.T) {
	properties(t, func(t *testing.T, e *handoff.Engine, _ generator, r handoff.Request) {
		text := encode(t, decide(t, e, now, r))
		got, err := handoff.DecodeDecision([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(split(text), split(encode(t, got))); diff != "" {
			t.Errorf("read back (-want +got):\n%s", diff)
		}
	})
}

// TestDecision_CanAlwaysBeReadBack tries the largest and oddest values that requests may hold.
func TestDecision_CanAlwaysBeReadBack(t *testing.T) {
	long := strings.Repeat("x", 256)
	for _, tt := range []struct {
		name, reason string
		edit         func(*handoff.Request)
	}{
		{"longest trigger id", "it stands in a key behind the policy's name", func(r *handoff.Request) { r.Triggers[0].ID = long }},
		{"longest subject", "it stands in keys and in the decision's id", func(r *handoff.Request) { r.Subject.ID, r.Lead.ID = long, long }},
		{"account that is no id", "the account of a lead becomes a key", func(r *handoff.Request) {
			r.Account, r.Lead.Account = handoff.Account{}, strings.Repeat("x", 300)
		}},
		{"touch without a channel", "what the rep gets is read back", func(r *handoff.Request) {
			r.Account.Employees, r.Touches = handoff.Some[int64](5000), []handoff.Touch{{ID: "t", At: now}}
		}},
		{"instant in the year 9999", "what follows from it has no text form", triggers(signal("T1", "demo_request", time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)))},
		{"event before the year 0", "what the rep gets is written", func(r *handoff.Request) {
			r.Events = []handoff.Event{{ID: "e", Kind: "login", At: time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC)}}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for name, e := range engines(t) {
				r := demo(tt.edit)
				d, err := e.Decide(now, fill(e, now, r))
				if err != nil {
					continue // refused at the border: also an answer
				}
				text, err := json.Marshal(d)
				if err != nil {
					t.Errorf("%s: %v: %s", name, err, tt.reason)
				} else if _, err := handoff.DecodeDecision(text); err != nil {
					t.Errorf("%s: %v: %s", name, err, tt.reason)
				}
			}
		})
	}
}

func TestVerdict_Words(t *testing.T) {
	if _, err := json.Marshal(handoff.Decision{}); err == nil {
		t.Error("the zero decision has a JSON form; the zero verdict is no answer")
	}
	for _, v := range handoff.Verdicts() {
		var got handoff.Verdict
		if err := json.Unmarshal([]byte(encode(t, v)), &got); err != nil || got != v {
			t.Errorf("%s is read back as %q, %v", v, got, err)
		}
	}
	var got handoff.Verdict
	for _, word := range []string{"", "Enrolled", "approved"} {
		if err := got.UnmarshalText([]byte(word)); err == nil {
			t.Errorf("%q is read as a verdict", word)
		}
	}
}
