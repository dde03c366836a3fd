package handoff_test

import (
	"encoding"
	"encoding/json"
	"math"
	"math/big"
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
		{"rate", `0.25`, `0.25`, handoff.RateValue(250_000)},
		{"negative rate", `-0.000001`, `-0.000001`, handoff.RateValue(-1)},
		{"whole rate", `3.0`, `3`, handoff.RateValue(3_000_000)},
		{"zero rate", `0.0`, `0`, handoff.RateValue(0)},
		{"greatest rate", `9223372036854.775807`, `9223372036854.775807`, handoff.RateValue(math.MaxInt64)},
		{"least rate", `-9223372036854.775808`, `-9223372036854.775808`, handoff.RateValue(math.MinInt64)},
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
	for name, bad := range map[string]string{"seven decimals": `0.1234567`, "exponent": `1e3`, "decimals and exponent": `1.5e3`,
		"too large": `9223372036854775808`, "rate too large": `9223372036854.775808`, "not a number": `NaN`, "infinity": `-Infinity`,
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
	length := handoff.DurationValue(36*hour + 1500*time.Millisecond)
	if length.Int() != 36*3600*1e6+1e6 || length.Text() != "1d12h1s" || length.Type() != handoff.TypeDuration {
		t.Errorf("a duration is %d microseconds, %q, %s", length.Int(), length.Text(), length.Type())
	}
	if zero := handoff.DurationValue(0); zero.IsZero() || zero.Text() != "0s" {
		t.Errorf("no time is %s, want 0s: it is a length, not an absence", zero)
	}
	if longest := handoff.MaxDays * day; handoff.DurationValue(longest).IsZero() || !handoff.DurationValue(longest+1).IsZero() || !handoff.DurationValue(-1).IsZero() {
		t.Error("a duration that has no text form is absent, and no other")
	}
	if rate := handoff.RateValue(250_000); rate.Int() != 250_000 || rate.Text() != "" || rate.Type() != handoff.TypeRate {
		t.Errorf("a rate is %d millionths, %q, %s", rate.Int(), rate.Text(), rate.Type())
	}
	if handoff.IntValue(1).Equal(handoff.BoolValue(true)) || handoff.IntValue(1).Equal(handoff.RateValue(1)) || handoff.StringValue("").Equal(handoff.Value{}) {
		t.Error("values of different types are equal")
	}
}

func TestValue_Has(t *testing.T) {
	list := handoff.ListValue([]string{"price", "security"})
	for _, tt := range []struct {
		name, word, reason string
		value              handoff.Value
		want               bool
	}{
		{"held", "security", "any place will do", list, true},
		{"not held", "speed", "words are compared whole", list, false},
		{"part of a word", "pric", "words are compared whole", list, false},
		{"empty list", "price", "it holds nothing", handoff.ListValue(nil), false},
		{"text", "price", "a text is no list", handoff.StringValue("price"), false},
		{"absent", "", "what is absent holds nothing", handoff.Value{}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.value.Has(tt.word); got != tt.want {
				t.Errorf("got %t: %s", got, tt.reason)
			}
			if n := testing.AllocsPerRun(10, func() { tt.value.Has(tt.word) }); n != 0 {
				t.Errorf("%v allocations, want 0: conditions ask for every trigger", n)
			}
		})
	}
}

// TestValue_RateRoundTrip writes and reads random rates, which keeps their digits exact.
func TestValue_RateRoundTrip(t *testing.T) {
	g := generate(2)
	for range 5000 {
		want := handoff.RateValue(int64(g.Uint64()) >> g.IntN(64))
		var got handoff.Value
		if err := json.Unmarshal([]byte(encode(t, want)), &got); err != nil || !got.Equal(want) {
			t.Fatalf("%d millionths are written %s and read back as %d, %v", want.Int(), encode(t, want), got.Int(), err)
		}
		var exact big.Rat
		if _, ok := exact.SetString(want.String()); !ok || exact.Cmp(big.NewRat(want.Int(), 1e6)) != 0 {
			t.Fatalf("%d millionths are printed %s", want.Int(), want)
		}
	}
}

func TestFields_Durations(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		given        handoff.Value
		want         string // as conditions see it; "" is refused
	}{
		{"hours", "a day is 24 hours", handoff.StringValue("36h"), "1d12h"},
		{"as written", "the form is the policy's own", handoff.StringValue("1d12h"), "1d12h"},
		{"many seconds", "the shortest form", handoff.StringValue("3600s"), "1h"},
		{"zero", "no time is a length", handoff.StringValue("0m"), "0s"},
		{"from Go", "a host may build the value", handoff.DurationValue(15 * time.Minute), "15m"},
		{"absent", "an absent value has no type", handoff.Value{}, "(absent)"},
		{"a number", "a number has no unit", handoff.IntValue(900), ""},
		{"Go's form", "seconds are whole", handoff.StringValue("1.5s"), ""},
		{"ISO 8601", "there is one form", handoff.StringValue("PT15M"), ""},
		{"negative", "time passes forward", handoff.StringValue("-15m"), ""},
		{"empty", "an empty text is a text", handoff.StringValue(""), ""},
		{"too long", "lengths are bounded", handoff.StringValue("36601d"), ""},
	} {
		t.Run(tt.name, func(t *testing.T) { seen(t, "time_on_site", tt.given, tt.want, tt.reason) })
	}
}

func TestFields_Rates(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		given        handoff.Value
		want         string // as conditions see it; "" is refused
	}{
		{"number", "a JSON number", handoff.RateValue(250_000), "0.25"},
		{"text", "the same as text", handoff.StringValue("0.25"), "0.25"},
		{"percent", "the same in percent", handoff.StringValue("25%"), "0.25"},
		{"fine percent", "six decimals of the number are four of the percentage", handoff.StringValue("-0.0001%"), "-0.000001"},
		{"too fine percent", "a seventh decimal is lost", handoff.StringValue("0.00001%"), ""},
		{"too fine text", "a seventh decimal is lost", handoff.StringValue("0.1234567"), ""},
		{"trailing zeros", "the shortest form", handoff.StringValue("1.500000"), "1.5"},
		{"integer", "a whole number is a rate", handoff.IntValue(-3), "-3"},
		{"whole text", "also as text", handoff.StringValue("100%"), "1"},
		{"greatest", "2^53 millionths", handoff.StringValue("9007199254.740992"), "9007199254.740992"},
		{"beyond", "and no more", handoff.StringValue("9007199254.740993"), ""},
		{"least", "in both directions", handoff.RateValue(-1 << 53), "-9007199254.740992"},
		{"beyond the least", "and no more", handoff.RateValue(-1<<53 - 1), ""},
		{"greatest integer", "2^53 millionths", handoff.IntValue(9007199254), "9007199254"},
		{"integer beyond", "and no more", handoff.IntValue(9007199255), ""},
		{"integer that wraps around", "2^64 millionths and a few are not few", handoff.IntValue(18446744073710), ""},
		{"least integer", "2^53 millionths", handoff.IntValue(-9007199254), "-9007199254"},
		{"integer beyond the least", "and no more", handoff.IntValue(-9007199255), ""},
		{"absent", "an absent value has no type", handoff.Value{}, "(absent)"},
		{"truth", "types are declared", handoff.BoolValue(true), ""},
		{"list", "types are declared", handoff.ListValue([]string{"0.25"}), ""},
		{"exponent", "digits are plain", handoff.StringValue("1e3"), ""},
		{"no digit before the point", "digits are plain", handoff.StringValue(".5"), ""},
		{"no digit behind the point", "digits are plain", handoff.StringValue("5."), ""},
		{"two points", "digits are plain", handoff.StringValue("1.2.3"), ""},
		{"sign inside", "digits are plain", handoff.StringValue("1.-2"), ""},
		{"plus", "digits are plain", handoff.StringValue("+1"), ""},
		{"two signs", "digits are plain", handoff.StringValue("--1"), ""},
		{"sign alone", "digits are plain", handoff.StringValue("-"), ""},
		{"percent alone", "digits are plain", handoff.StringValue("%"), ""},
		{"comma", "nothing depends on a locale", handoff.StringValue("0,25"), ""},
		{"not a number", "digits are plain", handoff.StringValue("NaN"), ""},
		{"infinity", "digits are plain", handoff.StringValue("Inf"), ""},
		{"empty", "an empty text is a text", handoff.StringValue(""), ""},
	} {
		t.Run(tt.name, func(t *testing.T) { seen(t, "engagement", tt.given, tt.want, tt.reason) })
	}
}

// seen decides with a value in a field of the lead and compares what conditions see; "" says that it is refused.
func seen(t *testing.T, field string, given handoff.Value, want, reason string) {
	t.Helper()
	got := ""
	e := compile(t, func(c *handoff.Config) {
		slot := slot(*c, field)
		c.Plays[0].When = handoff.ConditionFunc(func(f *handoff.Facts) handoff.Truth {
			got = f.Fields[slot].String()
			return handoff.True
		})
	})
	r := demo(func(r *handoff.Request) { r.Lead.Fields = map[string]handoff.Value{field: given} })
	if _, err := e.Decide(now, fill(e, now, r)); (err == nil) != (want != "") {
		t.Errorf("got %v: %s", err, reason)
	}
	if got != want {
		t.Errorf("conditions see %q, want %q: %s", got, want, reason)
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
		{"empty word", "role", "a CRM writes it for nothing, and conditions take it for unknown", handoff.StringValue(""), ""},
		{"number for a text", "role", "types are declared", handoff.IntValue(1), "declared as string"},
		{"absent", "role", "an absent value has no type", handoff.Value{}, ""},
		{"text for a list", "interests", "types are declared", handoff.StringValue("a"), "declared as list"},
		{"instant", "seen_at", "an instant arrives as text", handoff.StringValue("2026-03-01T10:00:00+01:00"), ""},
		{"latest instant", "seen_at", "systems write it for never", handoff.StringValue("9999-12-31T23:59:59Z"), ""},
		{"latest instant from Go", "seen_at", "as above", handoff.TimeValue(time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)), ""},
		{"instant beyond, in UTC", "seen_at", "the year of the instant counts, not that of the text", handoff.StringValue("9999-12-31T23:59:59-01:00"), "from the year 1 to 9999"},
		{"instant before, in UTC", "seen_at", "as above", handoff.StringValue("0001-01-01T00:00:00+01:00"), "from the year 1 to 9999"},
		{"instant beyond from Go", "seen_at", "JSON cannot hold it", handoff.TimeValue(time.Date(36812, 1, 1, 0, 0, 0, 0, time.UTC)), "from the year 1 to 9999"},
		{"no instant", "seen_at", "its form is RFC 3339", handoff.StringValue("10:00"), "instant"},
		{"fraction for a text", "role", "the error speaks of what was sent", handoff.RateValue(1), "declared as string but a number with decimals was given"},
		{"integer for a text", "role", "the error is English", handoff.IntValue(1), "declared as string but an int was given"},
		{"fraction for an instant", "seen_at", "types are declared", handoff.RateValue(1_500_000), "number with decimals"},
		{"text for a duration", "time_on_site", "the error teaches the form", handoff.StringValue("soon"), `such as "36h", "1d12h" or "15m"`},
		{"text for a rate", "engagement", "the error teaches the form", handoff.StringValue("high"), `such as 0.25, or "25%"`},
		{"truth for a rate", "engagement", "types are declared", handoff.BoolValue(true), "declared as rate but a bool was given"},
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
		r.Lead.Fields = map[string]handoff.Value{"role": handoff.StringValue("vp"), "seen_at": handoff.StringValue("2026-03-01T10:00:00.1234567+01:00"), "engagement": handoff.StringValue("50%")}
		r.Account.Fields = map[string]handoff.Value{"signed_on": handoff.StringValue("2025-01-31"), "role": handoff.StringValue("not a lead's")}
		r.Triggers[0].Fields = map[string]handoff.Value{"seats": handoff.IntValue(3), "drop": handoff.RateValue(125_000)}
	}))
	want := `"vp" (absent) 2026-03-01T09:00:00.123456Z (absent) 0.5 (absent) 2025-01-31 3 (absent) 0.125`
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

// A wordList is a closed list of words, as texts.
type wordList struct {
	name   string
	words  []string
	empty  bool // the empty text is a value of its own
	decode func(text string) (string, error)
}

func closed[T ~string](name string, empty bool, words ...T) wordList {
	list := wordList{name: name, empty: empty}
	for _, w := range words {
		list.words = append(list.words, string(w))
	}
	list.decode = func(text string) (string, error) {
		got := T("before")
		err := any(&got).(encoding.TextUnmarshaler).UnmarshalText([]byte(text))
		return string(got), err
	}
	return list
}

func TestWords_AreClosedLists(t *testing.T) {
	for _, list := range []wordList{
		closed("purpose", false, handoff.Purposes()...),
		closed("basis", false, handoff.Bases()...),
		closed("flag", false, handoff.FlagWords()...),
		closed("subscriber", true, handoff.SubscriberCorporate, handoff.SubscriberIndividual),
		closed("exclusivity", true, handoff.Exclusive, handoff.Alone),
		closed("owner away", true, handoff.OwnerAways()...),
		closed("activity", false, handoff.ActivityKinds()...),
		closed("why", false, handoff.WhySettle, handoff.WhyIncomplete, handoff.WhyHeld, handoff.WhyUnassigned, handoff.WhyLost, handoff.WhyRecycled),
		closed("why a clock ended", true, handoff.StopOwner, handoff.StopReturns, handoff.StopClosed),
		closed("level", false, handoff.LevelInfo, handoff.LevelWarning, handoff.LevelUrgent),
		closed("on release", false, handoff.ReleaseNone, handoff.ReleaseReplay, handoff.ReleaseAgain),
	} {
		t.Run(list.name, func(t *testing.T) {
			for _, w := range list.words {
				if got, err := list.decode(w); err != nil || got != w {
					t.Errorf("%s is read as %q, %v", w, got, err)
				}
			}
			if got, err := list.decode(""); (err == nil) != list.empty || err == nil && got != "" {
				t.Errorf("the empty text is read as %q, %v", got, err)
			}
			for _, w := range []string{strings.ToUpper(list.words[0]), list.words[0] + " ", "jane"} {
				if got, err := list.decode(w); err == nil || strings.Contains(err.Error(), "jane") {
					t.Errorf("%q is read as %q, %v; want an error that does not repeat it", w, got, err)
				}
			}
		})
	}
}
