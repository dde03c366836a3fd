package rules_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/salesbaton/baton/handoff"
)

// border declares a field of every type.
const border = `language: 1
policy: acme
fields:
  lead: {role: [ic, vp], seats: int, trial: bool, born: date, seen: time, idle: duration, open_rate: rate, tags: list, city: string}
triggers: {demo_request: {about: lead, stale_after: 14d}}
routes: {all: [{rep: kim}]}
plays: [{id: demo, trigger: demo_request, route: all, when: lead.seats > 0 or lead.open_rate > 0.5}]
`

// request is JSON of a request with one part of it given.
func request(part string) string {
	parts := map[string]string{
		"subject":  `"lead/L1"`,
		"lead":     `{"id": "L1"}`,
		"triggers": `[{"id": "T1", "kind": "demo_request", "occurred_at": "2026-03-02T15:04:00Z"}]`,
	}
	name, value, _ := strings.Cut(part, ": ")
	parts[name] = value
	var list []string
	for _, key := range []string{"subject", "lead", "account", "triggers", "events", "opportunities", "touches"} {
		if value, given := parts[key]; given {
			list = append(list, fmt.Sprintf("%q: %s", key, value))
		}
	}
	return "{" + strings.Join(list, ", ") + "}"
}

func fields(pairs string) string { return `lead: {"id": "L1", "fields": {` + pairs + `}}` }

func items(n int, format string) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(strings.ReplaceAll(format, "%d", "%[1]d"), i)
	}
	return "[" + strings.Join(list, ", ") + "]"
}

func quoted(n int) string { return `"` + strings.Repeat("z", n) + `"` }

// TestBorder_RequestsThatNoConditionSees: what conditions could not be right about is refused before one is asked.
func TestBorder_RequestsThatNoConditionSees(t *testing.T) {
	e, err := compileFile(border)
	if err != nil {
		t.Fatal(err)
	}
	event := `{"id": "E%d", "kind": "login", "at": "2026-03-02T15:04:00Z"}`
	trigger := `{"id": "T%d", "kind": "demo_request", "occurred_at": "2026-03-02T15:04:00Z"}`
	for _, tt := range []struct{ name, part, reason string }{
		{"not a number", fields(`"seats": NaN`), "JSON has no such token"},
		{"infinity", fields(`"seats": Infinity`), "JSON has no such token"},
		{"negative infinity", fields(`"seats": -Infinity`), "JSON has no such token"},
		{"a number beyond every float", fields(`"seats": 1e400`), "an exponent"},
		{"an exponent", fields(`"seats": 1e3`), "an exponent"},
		{"a fraction of a seat", fields(`"seats": 1.5`), "a rate where an int is declared"},
		{"a whole number with decimals", fields(`"seats": 1.0`), "a rate where an int is declared"},
		{"beyond 2^53", fields(`"seats": 9007199254740993`), "other programs lose digits there"},
		{"below -2^53", fields(`"seats": -9007199254740993`), "other programs lose digits there"},
		{"beyond 64 bits", fields(`"seats": 99999999999999999999`), "no integer of Go"},
		{"hexadecimal", fields(`"seats": 0x10`), "not JSON"},
		{"a zero in front", fields(`"seats": 010`), "not JSON"},
		{"a text for a number", fields(`"seats": "5"`), "another type"},
		{"a truth value for a number", fields(`"seats": true`), "another type"},
		{"a number for a truth value", fields(`"trial": 1`), "another type"},
		{"a text for a truth value", fields(`"trial": "true"`), "another type"},
		{"a number for a text", fields(`"city": 5`), "another type"},
		{"a list for a text", fields(`"city": ["x"]`), "another type"},
		{"a text for a list", fields(`"tags": "x"`), "another type"},
		{"numbers in a list", fields(`"tags": ["x", 1]`), "lists are of texts"},
		{"a list in a list", fields(`"tags": [["x"]]`), "lists are of texts"},
		{"keys", fields(`"city": {"x": 1}`), "no type of a field"},
		{"an unknown word", fields(`"role": "ceo"`), "the policy does not list it"},
		{"a word in capitals", fields(`"role": "VP"`), "the policy does not list it"},
		{"a day that does not exist", fields(`"born": "2026-02-30"`), "no date"},
		{"an instant for a date", fields(`"born": "2026-02-03T00:00:00Z"`), "no date"},
		{"an instant without an offset", fields(`"seen": "2026-02-03T00:00:00"`), "no instant"},
		{"a negative length of time", fields(`"idle": "-5m"`), "no length of time"},
		{"an unknown unit", fields(`"idle": "1w"`), "no length of time"},
		{"a length of time of a million years", fields(`"idle": "365000000d"`), "too long"},
		{"a rate with seven decimals", fields(`"open_rate": 0.1234567`), "not exact"},
		{"a rate with an exponent", fields(`"open_rate": 1e-3`), "an exponent"},
		{"a rate beyond 2^53 millionths", fields(`"open_rate": 9007199254.740993`), "too great"},
		{"a rate that is not a number", fields(`"open_rate": "NaN"`), "no number"},
		{"a rate that is infinite", fields(`"open_rate": "Infinity"`), "no number"},
		{"a percentage with five decimals", fields(`"open_rate": "0.00001%"`), "not exact"},
		{"a text that is too long", fields(`"city": ` + quoted(handoff.MaxText+1)), "oversized"},
		{"a name of a field that is too long", fields(quoted(handoff.MaxText+1) + `: 1`), "oversized"},
		{"a list that is too long", fields(`"tags": ` + items(handoff.MaxList+1, `"x%d"`)), "oversized"},
		{"an item that is too long", fields(`"tags": [` + quoted(handoff.MaxText+1) + `]`), "oversized"},
		{"too many events", "events: " + items(handoff.MaxEvents+1, event), "oversized"},
		{"too many triggers", "triggers: " + items(handoff.MaxTriggers+1, trigger), "oversized"},
		{"a long status", `lead: {"id": "L1", "status": ` + quoted(handoff.MaxText+1) + `}`, "oversized"},
		{"a byte that is not UTF-8", "lead: {\"id\": \"L1\", \"status\": \"\xff\"}", "no text"},
		{"not a number of employees", `account: {"id": "A1", "employees": NaN}`, "JSON has no such token"},
		{"half an employee", `account: {"id": "A1", "employees": 1.5}`, "no whole number"},
		{"employees with an exponent", `account: {"id": "A1", "employees": 1e400}`, "no whole number"},
		{"employees beyond 2^53", `account: {"id": "A1", "employees": 9007199254740993}`, "other programs lose digits there"},
		{"fewer than no employees", `account: {"id": "A1", "employees": -1}`, "less than none"},
		{"customer as a number", `account: {"id": "A1", "customer": 1}`, "another type"},
		{"a renewal on no day", `account: {"id": "A1", "renewal_on": "2026-02-30"}`, "no date"},
		{"an unknown kind of subject", `subject: "person/L1"`, "an unknown word"},
		{"an unknown status of an opportunity", `opportunities: [{"id": "O1", "status": "maybe"}]`, "an unknown word"},
		{"an unknown channel", `touches: [{"id": "X", "channel": "pigeon", "at": "2026-03-02T15:04:00Z"}]`, "an unknown word"},
		{"an event in the year 0", `events: [{"id": "E", "kind": "login", "at": "0000-01-01T00:00:00Z"}]`, "no year of a business"},
		{"an event in the year 9999", `events: [{"id": "E", "kind": "login", "at": "9999-01-01T00:00:00Z"}]`, "no year of a business"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := decide(e, tt.part); err == nil {
				t.Errorf("it is decided: %s", tt.reason)
			} else if strings.Contains(err.Error(), "zzzz") || len(err.Error()) > 500 {
				t.Errorf("the error repeats what it refuses: %.100v", err)
			}
		})
	}
	for _, tt := range []struct{ name, part string }{
		{"2^53", fields(`"seats": 9007199254740992`)},
		{"-2^53", fields(`"seats": -9007199254740992`)},
		{"2^53 millionths", fields(`"open_rate": 9007199254.740992`)},
		{"nothing", fields(`"seats": null`)},
		{"an empty list", fields(`"tags": []`)},
		{"the longest text", fields(`"city": ` + quoted(handoff.MaxText))},
		{"the longest list", fields(`"tags": ` + items(handoff.MaxList, `"x%d"`))},
		{"the most events", "events: " + items(handoff.MaxEvents, event)},
		{"the most triggers", "triggers: " + items(handoff.MaxTriggers, trigger)},
		{"a known word", fields(`"role": "vp"`)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := decide(e, tt.part); err != nil {
				t.Errorf("within the bound: %v", err)
			}
		})
	}
}

// decide decides a request on an empty State.
func decide(e *handoff.Engine, part string) error {
	r, err := handoff.DecodeRequest([]byte(request(part)))
	if err != nil {
		return err
	}
	r, err = e.Fill(at, r, func(keys []handoff.Key) (handoff.State, error) {
		state := handoff.State{}
		for _, k := range keys {
			state[k] = handoff.Entry{}
		}
		return state, nil
	})
	if err != nil {
		return err
	}
	_, err = e.Decide(at, r)
	return err
}
