package handoff_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/salesbaton/baton/handoff"
)

// marker stands for personal data in a place where it may or may not belong.
const marker = "jane.doe@example.com"

// spoiled are forms of the marker that different checks refuse.
var spoiled = map[string]string{
	"plain":       marker,
	"not UTF-8":   marker + "\xff",
	"control":     marker + "\x00",
	"long":        strings.Repeat(marker, 20),
	"longer":      strings.Repeat(marker, 200),
	"with a kind": "lead/" + marker,
}

// visitTexts calls f with the path of every text that v leads to and a function that sets it.
func visitTexts(path string, v reflect.Value, f func(path string, set func(string))) {
	switch v.Kind() {
	case reflect.String:
		if v.CanSet() {
			f(path, v.SetString)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if field := v.Type().Field(i); field.IsExported() {
				visitTexts(path+"."+field.Name, v.Field(i), f)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			visitTexts(fmt.Sprintf("%s[%d]", path, i), v.Index(i), f)
		}
	}
}

// full is a request with something in every place.
func full() handoff.Request {
	person := handoff.Person{FirstName: "J", LastName: "D", Email: "j@initech.example", Phone: "1", Title: "CTO", Message: "hi"}
	return demo(func(r *handoff.Request) {
		r.Lead = handoff.Lead{ID: "L1", Account: "A1", Owner: "kim", Status: "open", Source: "web", Country: "US", State: "CA", PostalCode: "94105",
			Zone: "America/Los_Angeles", Subscriber: handoff.SubscriberCorporate,
			Flags: []handoff.Flag{{Word: handoff.FlagDisqualified, Since: earlier, Until: earlier, Source: "crm", LiftedBy: "the owner"}},
			Consent: []handoff.Consent{{Channel: handoff.ChannelSMS, Status: handoff.ConsentGranted, Purpose: handoff.PurposeSales, Basis: handoff.BasisInquiry,
				Jurisdiction: "US", At: now, Source: "form"}},
			Fields:     map[string]handoff.Value{"role": handoff.StringValue("vp")},
			Objections: []string{"budget"}, Person: person}
		r.Opportunities = []handoff.Opportunity{{ID: "O1", Account: "A1", Owner: "kim", Stage: "won", Status: handoff.OpportunityWon, Currency: "USD"}}
		r.Events = []handoff.Event{{ID: "e1", Kind: "login", At: now}}
		r.Touches = []handoff.Touch{{ID: "t1", Channel: handoff.ChannelCall, At: now, By: "kim", About: "intro", Purpose: handoff.PurposeSales, Scope: "outreach", Sequence: "sdr"}}
		r.Match = matched(14_200_000)
		r.Triggers[0].Pages, r.Triggers[0].Content = []string{"/"}, []string{"guide"}
		r.Triggers[0].Fields = map[string]handoff.Value{"seats": handoff.IntValue(3)}
	}, with(handoff.SetStage{Subject: lead("L1"), Stage: handoff.Stage{ID: "mql", At: now}}))
}

// fullAccount is a request about an account with something in every place of its people.
func fullAccount() handoff.Request {
	person := full().Lead
	person.ID, person.Fields = "P1", map[string]handoff.Value{"role": handoff.StringValue("vp")}
	return engaged([]handoff.Lead{person, member("P2", "manager")})
}

func TestLaw12_ErrorsHoldNoGivenText(t *testing.T) {
	errorsHoldNoGivenText(t, compile(t), full)
}

func TestLaw12_ErrorsHoldNoGivenTextOfPeople(t *testing.T) {
	errorsHoldNoGivenText(t, compile(t, crowded), fullAccount)
}

func errorsHoldNoGivenText(t *testing.T, e *handoff.Engine, full func() handoff.Request) {
	refused := 0
	for form, bad := range spoiled {
		probe := full()
		places := 0
		visitTexts("request", reflect.ValueOf(&probe).Elem(), func(string, func(string)) { places++ })
		for i := range places {
			r, n, path := full(), 0, ""
			visitTexts("request", reflect.ValueOf(&r).Elem(), func(p string, set func(string)) {
				if n == i {
					set(bad)
					path = p
				}
				n++
			})
			d, err := e.Decide(now, fill(e, now, r))
			if err != nil {
				refused++
				if strings.Contains(err.Error(), "jane") {
					t.Errorf("%s (%s): the error repeats it: %v", path, form, err)
				}
				continue
			}
			if strings.Contains(path, ".Person.") && strings.Contains(encode(t, d)+handoff.Describe(d)+d.Sentence(), "jane") {
				t.Errorf("%s (%s): the decision repeats it", path, form)
			}
		}
	}
	if refused < 50 {
		t.Errorf("%d of the bad requests were refused; too few to say that the law holds", refused)
	}
}

// TestLaw12_DecisionsHoldNothingOfAPerson puts the marker into every text of every person, and into what State says of reps.
func TestLaw12_DecisionsHoldNothingOfAPerson(t *testing.T) {
	e := compile(t, crowded)
	secret := handoff.Person{FirstName: "jane", LastName: "jane", Email: "jane@jane.example", Phone: "jane", Title: "jane", Message: "jane"}
	rep := handoff.Rep{ID: "kim", Name: "jane", Role: "jane", Team: "jane", Tags: []string{"jane"}, Skills: []string{"jane"}, Hours: "jane", Holidays: []string{"jane"},
		Absences: []handoff.Absence{{From: earlier, Until: now, Cover: "jane"}}}
	for _, status := range []handoff.RepStatus{handoff.RepActive, handoff.RepAway} {
		rep.Status = status
		r := fullAccount()
		r.Lead = handoff.Lead{ID: "P9", Person: secret}
		for i := range r.People {
			r.People[i].Person = secret
		}
		r = fill(e, now, r)
		r.State[handoff.RepKey("kim")] = handoff.Entry{Version: 1, Value: rep}
		x, err := e.Explain(now, r)
		if err != nil {
			t.Fatal(err)
		}
		if text := encode(t, x) + handoff.Describe(x.Decision) + x.Decision.Sentence(); x.Decision.Verdict != handoff.VerdictEnrolled || strings.Contains(text, "jane") {
			t.Errorf("%s: holds it: %s", x.Decision.Verdict, text)
		}
		d, _ := permit(t, e, now, r, mail("M1"))
		if text := encode(t, d) + handoff.Describe(d) + d.Sentence(); d.Verdict != handoff.VerdictPermitted || strings.Contains(text, "jane") {
			t.Errorf("a touch is %s, and holds it: %s", d.Verdict, text)
		}
	}
}

func TestLaw12_ErrorsHoldNoGivenKeyOrValue(t *testing.T) {
	e := compile(t)
	fields := func(name string, v handoff.Value) func(*handoff.Request) {
		return func(r *handoff.Request) {
			r.Lead.Fields = map[string]handoff.Value{name: v}
			r.Account.Fields, r.Triggers[0].Fields = r.Lead.Fields, r.Lead.Fields
		}
	}
	for _, tt := range []struct {
		name, reason string
		edit         func(*handoff.Request)
	}{
		{"word", "the policy lists the words of a role", fields("role", handoff.StringValue(marker))},
		{"list", "a role is a text", fields("role", handoff.ListValue([]string{marker}))},
		{"date", "a date has one form", fields("signed_on", handoff.StringValue(marker))},
		{"instant", "an instant has one form", fields("seen_at", handoff.StringValue(marker))},
		{"duration", "a length of time has one form", fields("time_on_site", handoff.StringValue(marker))},
		{"rate", "a number has one form", fields("engagement", handoff.StringValue(marker))},
		{"percentage", "a number has one form", fields("engagement", handoff.StringValue(marker+"%"))},
		{"long value", "texts are bounded", fields("tier", handoff.StringValue(strings.Repeat(marker, 200)))},
		{"name of an undeclared field", "a name may come from a form", fields(marker, handoff.StringValue(strings.Repeat("x", 3000)))},
		{"two triggers with one id", "the id is not repeated", func(r *handoff.Request) {
			r.Triggers = []handoff.Trigger{signal(marker, "webinar", now), signal(marker, "demo_request", now)}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := e.Decide(now, fill(e, now, demo(tt.edit)))
			if err == nil || strings.Contains(err.Error(), "jane") {
				t.Errorf("got %v, want an error without the value: %s", err, tt.reason)
			}
		})
	}
}

// TestLaw12_JSONErrorsHoldNoGivenText puts the marker in the place of every leaf of a request's JSON.
func TestLaw12_JSONErrorsHoldNoGivenText(t *testing.T) {
	r := full()
	r.Account.RenewalOn.Year, r.Account.RenewalOn.Month, r.Account.RenewalOn.Day = 2026, 4, 1
	var tree any
	if err := json.Unmarshal([]byte(encode(t, r)), &tree); err != nil {
		t.Fatal(err)
	}
	refused := 0
	visitLeaves("request", tree, func(path string, set func(any)) {
		set(marker)
		_, err := handoff.DecodeRequest([]byte(encode(t, tree)))
		if err != nil {
			refused++
			if strings.Contains(err.Error(), "jane") {
				t.Errorf("%s: the error repeats it: %v", path, err)
			}
		}
	})
	if refused < 8 {
		t.Errorf("%d leaves refused the marker; too few to say that the law holds", refused)
	}
}

// visitLeaves calls f for every leaf below v, and restores it afterwards.
func visitLeaves(path string, v any, f func(path string, set func(any))) {
	visit := func(path string, old any, set func(any)) {
		switch old.(type) {
		case map[string]any, []any:
			visitLeaves(path, old, f)
		default:
			f(path, set)
			set(old)
		}
	}
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			visit(path+"."+key, v[key], func(leaf any) { v[key] = leaf })
		}
	case []any:
		for i := range v {
			visit(fmt.Sprintf("%s[%d]", path, i), v[i], func(leaf any) { v[i] = leaf })
		}
	}
}

func TestLaw12_RulesDoNotSeeThePerson(t *testing.T) {
	seen := map[string]bool{}
	look := func(part string, f *handoff.Facts) {
		seen[part] = true
		if f.Lead.Person != (handoff.Person{}) {
			t.Errorf("a %s sees the person", part)
		}
	}
	e := compile(t, func(c *handoff.Config) {
		p := &c.Plays[0]
		p.When = handoff.ConditionFunc(func(f *handoff.Facts) handoff.Truth { look("condition", f); return handoff.True })
		p.Priority = handoff.ScoreFunc(func(f *handoff.Facts) handoff.Opt[int64] { look("score", f); return handoff.Some[int64](99) })
		p.Opening = handoff.TextFunc(func(f *handoff.Facts) string { look("text", f); return "" })
		p.Router = handoff.RouterFunc(func(f *handoff.Facts, _ *handoff.Play) handoff.Routing {
			look("router", f)
			return handoff.Routing{Owner: "kim"}
		})
		c.Suppressor = handoff.SuppressorFunc(func(f *handoff.Facts, _ *handoff.Play, dst []handoff.ActiveHold) []handoff.ActiveHold {
			look("suppressor", f)
			return dst
		})
	})
	decide(t, e, now, full())
	if len(seen) != 5 {
		t.Errorf("only %v were asked", seen)
	}
}
