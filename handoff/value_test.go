package handoff_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

func TestOpt_UnknownIsNotZero(t *testing.T) {
	type holder struct {
		N handoff.Opt[int64] `json:"n,omitzero"`
		B handoff.Opt[bool]  `json:"b,omitzero"`
	}
	for _, tt := range []struct {
		name, json, written, reason string
		want                        holder
	}{
		{"left out", `{}`, `{}`, "nothing is known", holder{}},
		{"null", `{"n":null,"b":null}`, `{}`, "null says the same", holder{}},
		{"zero", `{"n":0,"b":false}`, `{"n":0,"b":false}`, "a known zero stays known", holder{handoff.Some[int64](0), handoff.Some(false)}},
		{"values", `{"n":-3,"b":true}`, `{"n":-3,"b":true}`, "values stay", holder{handoff.Some[int64](-3), handoff.Some(true)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got holder
			if err := json.Unmarshal([]byte(tt.json), &got); err != nil || got != tt.want {
				t.Fatalf("got %v, %v: %s", got, err, tt.reason)
			}
			if text := encode(t, got); text != tt.written {
				t.Errorf("written %s, want %s", text, tt.written)
			}
		})
	}
	var o handoff.Opt[int64]
	for _, bad := range []string{`1.5`, `"1"`, `9223372036854775808`} {
		if err := json.Unmarshal([]byte(bad), &o); err == nil {
			t.Errorf("%s is read as an integer", bad)
		}
	}
}

func TestValue_JSON(t *testing.T) {
	for _, tt := range []struct {
		name, json, text string
		want             handoff.Value
	}{
		{"text", `"a\"b"`, `"a\"b"`, handoff.StringValue(`a"b`)},
		{"empty text", `""`, `""`, handoff.StringValue("")},
		{"integer", `-7`, `-7`, handoff.IntValue(-7)},
		{"zero", `0`, `0`, handoff.IntValue(0)},
		{"true", `true`, `true`, handoff.BoolValue(true)},
		{"false", `false`, `false`, handoff.BoolValue(false)},
		{"list", `["a","b"]`, `["a", "b"]`, handoff.ListValue([]string{"a", "b"})},
		{"empty list", `[]`, `[]`, handoff.ListValue(nil)},
		{"absent", `null`, `(absent)`, handoff.Value{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got handoff.Value
			if err := json.Unmarshal([]byte(tt.json), &got); err != nil || !got.Equal(tt.want) {
				t.Fatalf("got %v, %v, want %v", got, err, tt.want)
			}
			if text := encode(t, got); text != tt.json {
				t.Errorf("written %s, want %s", text, tt.json)
			}
			if got.String() != tt.text {
				t.Errorf("printed %s, want %s", got, tt.text)
			}
		})
	}
	for name, bad := range map[string]string{"fraction": `1.5`, "exponent": `1e3`, "too large": `9223372036854775808`,
		"object": `{"a":1}`, "list of numbers": `[1]`, "nested list": `[["a"]]`} {
		t.Run(name+" is refused", func(t *testing.T) {
			var got handoff.Value
			if err := json.Unmarshal([]byte(bad), &got); err == nil {
				t.Errorf("reads %v", got)
			}
		})
	}
}

func TestValue_Accessors(t *testing.T) {
	date := handoff.DateValue(calendar.Date{Year: 1970, Month: 1, Day: 11})
	if date.Int() != 10 || date.Text() != "1970-01-11" || date.Type() != handoff.TypeDate {
		t.Errorf("a date is %d days, %q, %s", date.Int(), date.Text(), date.Type())
	}
	instant := handoff.TimeValue(time.UnixMicro(1500).In(time.FixedZone("x", 3600)).Add(999 * time.Nanosecond))
	if instant.Int() != 1500 || instant.Text() != "1970-01-01T00:00:00.0015Z" {
		t.Errorf("an instant is %d microseconds, %q", instant.Int(), instant.Text())
	}
	if !handoff.DateValue(calendar.Date{}).IsZero() || !handoff.TimeValue(time.Time{}).IsZero() {
		t.Error("the zero date and the zero time are absent")
	}
	given := []string{"a"}
	list := handoff.ListValue(given)
	given[0] = "b"
	list.List()[0] = "c"
	if !list.Equal(handoff.ListValue([]string{"a"})) {
		t.Errorf("a list changed to %s through the slice it was made from or gave out", list)
	}
	if handoff.IntValue(1).Equal(handoff.BoolValue(true)) || handoff.StringValue("").Equal(handoff.Value{}) {
		t.Error("values of different types are equal")
	}
}

func TestFields_Typing(t *testing.T) {
	e := compile(t)
	for _, tt := range []struct {
		name, field, reason string
		value               handoff.Value
		problem             string
	}{
		{"listed word", "role", "the policy lists it", handoff.StringValue("vp"), ""},
		{"other word", "role", "the policy lists the words", handoff.StringValue("boss"), "word"},
		{"empty word", "role", "an empty text is a text, not an absence", handoff.StringValue(""), "word"},
		{"number for a text", "role", "types are declared", handoff.IntValue(1), "declared as string"},
		{"absent", "role", "an absent value has no type", handoff.Value{}, ""},
		{"text for a list", "interests", "types are declared", handoff.StringValue("a"), "declared as list"},
		{"instant", "seen_at", "an instant arrives as text", handoff.StringValue("2026-03-01T10:00:00+01:00"), ""},
		{"no instant", "seen_at", "its form is RFC 3339", handoff.StringValue("10:00"), "instant"},
		{"undeclared", "shoe_size", "no condition reads it", handoff.IntValue(44), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := e.Decide(now, fill(e, now, demo(func(r *handoff.Request) { r.Lead.Fields = map[string]handoff.Value{tt.field: tt.value} })))
			if (err != nil) != (tt.problem != "") || err != nil && !strings.Contains(err.Error(), tt.problem) {
				t.Errorf("got %v, want %q: %s", err, tt.problem, tt.reason)
			}
			if err != nil && !strings.Contains(err.Error(), "lead.fields."+tt.field) {
				t.Errorf("%v does not name the field", err)
			}
		})
	}
}

func TestFields_WordsOfLists(t *testing.T) {
	e := compile(t, func(c *handoff.Config) { c.Fields[1].Words = []string{"price", "security"} })
	for _, tt := range []struct {
		name, reason string
		list         []string
		ok           bool
	}{
		{"none", "an empty list holds no wrong word", nil, true},
		{"listed", "both are listed", []string{"security", "price"}, true},
		{"one is not", "each word is checked", []string{"security", "speed"}, false},
		{"empty word", "the empty word is not listed", []string{""}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := demo(func(r *handoff.Request) {
				r.Lead.Fields = map[string]handoff.Value{"interests": handoff.ListValue(tt.list)}
			})
			if _, err := e.Decide(now, fill(e, now, r)); (err == nil) != tt.ok {
				t.Errorf("got %v: %s", err, tt.reason)
			}
		})
	}
}

func TestFields_ReachFacts(t *testing.T) {
	var got []string
	e := compile(t, func(c *handoff.Config) {
		c.Plays[0].When = handoff.ConditionFunc(func(f *handoff.Facts) handoff.Truth {
			got = nil
			for _, v := range f.Fields {
				got = append(got, v.String())
			}
			return handoff.True
		})
	})
	decide(t, e, now, demo(func(r *handoff.Request) {
		r.Lead.Fields = map[string]handoff.Value{"role": handoff.StringValue("vp"), "seen_at": handoff.StringValue("2026-03-01T10:00:00.1234567+01:00")}
		r.Account.Fields = map[string]handoff.Value{"signed_on": handoff.StringValue("2025-01-31"), "role": handoff.StringValue("not a lead's")}
		r.Triggers[0].Fields = map[string]handoff.Value{"seats": handoff.IntValue(3)}
	}))
	want := `"vp" (absent) 2026-03-01T09:00:00.123456Z (absent) 2025-01-31 3 (absent)`
	if strings.Join(got, " ") != want {
		t.Errorf("conditions see %s, want %s", got, want)
	}
}

func TestTruth_Kleene(t *testing.T) {
	all := []handoff.Truth{handoff.False, handoff.Unknown, handoff.True} // from least to greatest
	for i, a := range all {
		for j, b := range all {
			if a.And(b) != all[min(i, j)] || a.Or(b) != all[max(i, j)] {
				t.Errorf("%s and %s is %s, or is %s", a, b, a.And(b), a.Or(b))
			}
		}
		if a.Not() != all[2-i] {
			t.Errorf("not %s is %s", a, a.Not())
		}
	}
	if handoff.TruthOf(true) != handoff.True || handoff.TruthOf(false) != handoff.False {
		t.Error("Of maps true and false to others")
	}
}
