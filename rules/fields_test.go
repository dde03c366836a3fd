package rules_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules"
)

// typed declares a field of every type.
const typed = `language: 1
policy: acme
zone: %s
fields:
  lead: {role: [ic, vp], team: string, seats: int, ok: bool, born: date, seen: time, idle: duration, open_rate: rate, tags: list,
    country: [US, CA], source: [web, event]}
triggers:
  demo_request: {about: lead, stale_after: 14d}
routes:
  all: [{rep: kim}]
plays:
  - {id: demo, trigger: demo_request, route: all, when: '%s', context: {opening: '%s'}}
`

func compileTyped(zone, condition, opening string) (*handoff.Engine, error) {
	return rules.Parse("p.yaml", []byte(fmt.Sprintf(typed, zone, condition, opening)))
}

// decoded is a request whose lead has the JSON keys beside its id.
func decoded(t *testing.T, lead string) handoff.Request {
	t.Helper()
	text := `{"subject": "lead/L1", "lead": {"id": "L1"` + lead + `}, "triggers": [{"id": "T1", "kind": "demo_request", "occurred_at": "2026-03-02T15:04:00Z"}]}`
	r, err := handoff.DecodeRequest([]byte(text))
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return r
}

// truthAt returns the value of the condition of the only play.
func truthAt(t *testing.T, e *handoff.Engine, at time.Time, r handoff.Request) handoff.Truth {
	t.Helper()
	x, err := e.Explain(at, fillUp(t, e, r))
	if err != nil {
		t.Fatal(err)
	}
	return x.Triggers[0].Plays[0].When.Truth
}

func TestFieldsFromJSONIntoConditions(t *testing.T) {
	const yes, no, unknown = handoff.True, handoff.False, handoff.Unknown
	for _, tt := range []struct {
		name, reason, field, condition string
		want                           handoff.Truth
	}{
		{"word", "one of the declared", `"role": "vp"`, `lead.role == "vp"`, yes},
		{"another word", "one of the declared", `"role": "ic"`, `lead.role == "vp"`, no},
		{"text", "letter by letter", `"team": "emea"`, `lead.team == "emea"`, yes},
		{"empty text", "it is unknown, as a built-in one is", `"team": ""`, `lead.team == "emea"`, unknown},
		{"empty text, asked for", "it is unknown", `"team": ""`, `has(lead.team)`, no},
		{"null", "it is unknown", `"team": null`, `lead.team == "emea"`, unknown},
		{"integer", "as it is", `"seats": 5`, `lead.seats == 5`, yes},
		{"zero", "a known zero is not unknown", `"seats": 0`, `lead.seats < 1`, yes},
		{"the greatest integer", "2^53", `"seats": 9007199254740992`, `lead.seats >= 9007199254740992`, yes},
		{"truth value", "false is known", `"ok": false`, `not lead.ok`, yes},
		{"no truth value", "absence is not false", ``, `not lead.ok`, unknown},
		{"date", "a day", `"born": "2026-03-01"`, `lead.born == "2026-03-01"`, yes},
		{"date before", "the day before", `"born": "2026-02-28"`, `lead.born < "2026-03-01"`, yes},
		{"date on", "not before itself", `"born": "2026-03-01"`, `lead.born < "2026-03-01"`, no},
		{"instant", "with its offset", `"seen": "2026-03-02T10:00:00-05:00"`, `lead.seen == "2026-03-02T15:00:00Z"`, yes},
		{"instant to the microsecond", "no float takes part", `"seen": "2026-03-02T15:00:00.000001Z"`, `lead.seen > "2026-03-02T15:00:00Z"`, yes},
		{"duration in hours", "a day is 24 hours", `"idle": "36h"`, `lead.idle == "1d12h"`, yes},
		{"duration in minutes", "as above", `"idle": "90m"`, `lead.idle == "1h30m"`, yes},
		{"duration beyond", "by a second", `"idle": "1d12h1s"`, `lead.idle > "36h"`, yes},
		{"duration on the bound", "not beyond itself", `"idle": "1d12h"`, `lead.idle > "36h"`, no},
		{"no time", "zero is known", `"idle": "0s"`, `lead.idle < "1s"`, yes},
		{"rate as a number", "exactly", `"open_rate": 0.25`, `lead.open_rate == 0.25`, yes},
		{"rate as a text", "exactly", `"open_rate": "0.25"`, `lead.open_rate == "25%"`, yes},
		{"rate in percent", "exactly", `"open_rate": "25%"`, `lead.open_rate == 0.25`, yes},
		{"rate in parts of a percent", "4 decimals of a percent are 6 of a rate", `"open_rate": "0.0001%"`, `lead.open_rate == 0.000001`, yes},
		{"whole rate", "1 is a rate too", `"open_rate": 1`, `lead.open_rate == 1 and lead.open_rate == "100%"`, yes},
		{"negative rate", "a change may be one", `"open_rate": -0.05`, `lead.open_rate < 0 and lead.open_rate == -0.05`, yes},
		{"the sixth decimal", "it decides", `"open_rate": 0.333333`, `lead.open_rate < 0.333334 and lead.open_rate > 0.333332`, yes},
		{"three tenths", "no float takes part: 0.1 + 0.2 is not 0.3 there", `"open_rate": 0.3`, `lead.open_rate == 0.3 and lead.open_rate in [0.1, 0.3]`, yes},
		{"list", "something is in it", `"tags": ["beta", "hot"]`, `"hot" in lead.tags`, yes},
		{"empty list", "it is known to hold nothing", `"tags": []`, `"hot" in lead.tags`, no},
		{"no list", "it is unknown what it holds", ``, `"hot" in lead.tags`, unknown},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := compileTyped("UTC", tt.condition, "")
			if err != nil {
				t.Fatal(err)
			}
			r := decoded(t, `, "fields": {`+tt.field+`}`)
			if got := truthAt(t, e, at, r); got != tt.want {
				t.Errorf("%s of %s is %v, want %v: %s", tt.condition, tt.field, got, tt.want, tt.reason)
			}
		})
	}
}

func TestFieldsThatTheBorderRefuses(t *testing.T) {
	e, err := compileTyped("UTC", "true", "")
	must(t, e, err)
	for _, tt := range []struct{ name, field, want string }{
		{"another word", `"role": "ceo"`, "lead.fields.role"},
		{"a number for a text", `"team": 7`, "lead.fields.team"},
		{"a number with decimals for an integer", `"seats": 1.5`, "lead.fields.seats"},
		{"a number in a text", `"seats": "5"`, "lead.fields.seats"},
		{"beyond 2^53", `"seats": 9007199254740993`, "lead.fields.seats"},
		{"a number for a truth value", `"ok": 1`, "lead.fields.ok"},
		{"no such day", `"born": "2026-02-30"`, "lead.fields.born"},
		{"an instant without an offset", `"seen": "2026-03-02T15:00:00"`, "lead.fields.seen"},
		{"a duration in weeks", `"idle": "1w"`, "lead.fields.idle"},
		{"7 decimals", `"open_rate": "0.1234567"`, "lead.fields.open_rate"},
		{"5 decimals of a percent", `"open_rate": "0.00001%"`, "lead.fields.open_rate"},
		{"a text for a list", `"tags": "hot"`, "lead.fields.tags"},
	} {
		_, err := e.Decide(at, decoded(t, `, "fields": {`+tt.field+`}`))
		var input *handoff.InputError
		if !errors.As(err, &input) || input.Path != tt.want {
			t.Errorf("%s: %v, want a problem of %s", tt.name, err, tt.want)
		}
	}
}

func TestFieldsInTexts(t *testing.T) {
	for _, tt := range []struct{ name, reason, field, opening, want string }{
		{"duration", "folded into days", `"idle": "36h"`, `${lead.idle | "?"}`, "1d12h"},
		{"rate", "in the fewest decimals", `"open_rate": "25.50%"`, `${lead.open_rate | "?"}`, "0.255"},
		{"whole rate", "without a point", `"open_rate": 1`, `${lead.open_rate | "?"}`, "1"},
		{"negative rate", "with its sign", `"open_rate": -0.000001`, `${lead.open_rate | "?"}`, "-0.000001"},
		{"truth value", "as a word", `"ok": true`, `${lead.ok | "?"}`, "true"},
		{"instant", "in the policy's zone", `"seen": "2026-03-02T15:00:00Z"`, `${lead.seen | "?"}`, "2026-03-02T10:00:00-05:00"},
		{"empty text", "it is unknown", `"team": ""`, `${lead.team | "?"}`, "?"},
		{"now", "in the policy's zone", "", `${now.date} ${now.time} ${now.hour} ${now.weekday} ${trigger.occurred_at}`, "2026-03-02 10:04:00 10 mon 2026-03-02T10:04:00-05:00"},
		{"age", "without parts of a second", "", `${trigger.age}`, "0s"},
		{"word of a built-in field", "any other is unknown", `"role": "vp"`, `${lead.role | "?"} ${lead.source | "?"}`, "vp ?"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := compileTyped("America/New_York", "true", tt.opening)
			if err != nil {
				t.Fatal(err)
			}
			if got := scoreOf(t, e, decoded(t, `, "source": "partner", "fields": {`+tt.field+`}`)); got != tt.want {
				t.Errorf("%q, want %q: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func TestBuiltInFieldsWithWords(t *testing.T) {
	for _, tt := range []struct {
		name, reason, lead, condition string
		want                          handoff.Truth
	}{
		{"a word", "one that is listed is read as before", `, "country": "US"`, `lead.country == "US"`, handoff.True},
		{"another word", "it is unknown, and not different", `, "country": "DE"`, `lead.country != "US"`, handoff.Unknown},
		{"another word, asked for", "it is not known", `, "country": "DE"`, `has(lead.country)`, handoff.False},
		{"other letters", "words are compared letter by letter", `, "country": "us"`, `has(lead.country)`, handoff.False},
		{"no word", "absence stays unknown", ``, `lead.country == "US"`, handoff.Unknown},
		{"empty", "an empty built-in text is unknown", `, "status": ""`, `has(lead.status)`, handoff.False},
		{"empty, compared", "it equals nothing and differs from nothing", `, "status": ""`, `lead.status != "new"`, handoff.Unknown},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := compileTyped("UTC", tt.condition, "")
			if err != nil {
				t.Fatal(err)
			}
			if got := truthAt(t, e, at, decoded(t, tt.lead)); got != tt.want {
				t.Errorf("%v, want %v: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func TestProblemsOfFields(t *testing.T) {
	for _, tt := range []struct {
		name, reason, sections string
		want                   []string
	}{
		{"a built-in field as another type", "what the request carries has the built-in type", "fields: {account: {employees: string}}\n",
			[]string{"p.yaml:13:20: B046 account.employees is built in and is a whole number; remove the declaration"}},
		{"a built-in number with words", "as above", "fields: {account: {employees: [many, few]}}\n", []string{"p.yaml:13:20: B046 account.employees is built in"}},
		{"a built-in field as its own type", "the host would look for it among its own", "fields: {lead: {country: string}}\n",
			[]string{"p.yaml:13:17: B021 lead.country is built in; remove the declaration, or list its words"}},
		{"words of a trigger's field", "a trigger has built-in texts too", "fields: {trigger: {source: [web, crm]}}\neligibility: [{id: g, require: 'trigger.source == \"wep\"', reason: r}]\n",
			[]string{`p.yaml:14:51: B051 unknown word "wep" (did you mean "web"?)`}},
		{"a type that is none", "the types are listed", "fields: {lead: {seats: integer}}\n", []string{`p.yaml:13:24: B014 unknown word "integer"`}},
		{"an owner that is none", "the owners are listed", "fields: {leads: {seats: int}}\n", []string{`p.yaml:13:10: B010 unknown key "leads" (did you mean "lead"?)`}},
		{"no words", "no value would fit", "fields: {lead: {role: []}}\n", []string{"p.yaml:13:23: B019 the list is empty"}},
		{"a repeated word", "one of them was meant otherwise", "fields: {lead: {role: [ic, ic]}}\n", []string{`p.yaml:13:28: B020 "ic" is repeated in this list`}},
		{"a word that is a number", "words are texts", "fields: {lead: {tier: [1, 2]}}\n", []string{"p.yaml:13:24: B013 expected a text, but found the number 1", "p.yaml:13:27: B013"}},
		{"a name with a dash", "conditions could not write it", "fields: {lead: {job-role: string}}\n", []string{"p.yaml:13:17: B016 a name is 1 to 64 letters, digits and _"}},
		{"a name that begins with a digit", "as above", "fields: {lead: {2nd: string}}\n", []string{"p.yaml:13:17: B016"}},
		{"keys for a type", "a word or a list of words", "fields: {lead: {role: {type: string}}}\n", []string{"p.yaml:13:23: B013 expected one of the words string, int"}},
		{"twice", "the second would be lost", "fields: {lead: {role: string, role: int}}\n", []string{`p.yaml:13:31: B012 the key "role" is repeated; it stands on line 13 already`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := rules.Parse("p.yaml", []byte(small+tt.sections))
			checkProblems(t, err, tt.reason, tt.want...)
		})
	}
}

// TestBuiltInFieldWithWordsMayBeUnknown: a field that is always known is so no longer when its words are listed.
func TestBuiltInFieldWithWordsMayBeUnknown(t *testing.T) {
	text := strings.Replace(small, "sequence: demo}", "sequence: demo, context: {opening: '${trigger.kind}'}}", 1)
	if _, err := rules.Parse("p.yaml", []byte(text)); err != nil {
		t.Fatal(err)
	}
	_, err := rules.Parse("p.yaml", []byte(text+"fields: {trigger: {kind: [demo_request]}}\n"))
	checkProblems(t, err, "any other word is unknown", "p.yaml:12:87: B061 trigger.kind may be unknown; give a default")
}

// TestAccountOfALead: a lead that names its account belongs to one, also where the request has no more of it.
func TestAccountOfALead(t *testing.T) {
	for _, tt := range []struct {
		name, lead, condition string
		want                  handoff.Truth
	}{
		{"named by the lead", `, "account": "A7"`, `account.id == "A7"`, handoff.True},
		{"matched", `, "account": "A7"`, "has(account.id)", handoff.True},
		{"unmatched", "", "has(account.id)", handoff.False},
		{"the rep of the contact", `, "contact_owner": "kim"`, "has(lead.contact_owner) and not has(lead.owner)", handoff.True},
		{"where the person is", `, "zone": "America/Chicago"`, `lead.zone == "America/Chicago"`, handoff.True},
		{"nobody knows where", "", `lead.zone == "America/Chicago"`, handoff.Unknown},
		{"in which role", `, "subscriber": "corporate"`, `lead.subscriber == "corporate"`, handoff.True},
		{"in another role", `, "subscriber": "corporate"`, `lead.subscriber == "individual"`, handoff.False},
		{"in no role that is known", "", `lead.subscriber == "individual"`, handoff.Unknown},
		{"where the person works", `, "company": "Acme Inc"`, `lead.company == "Acme Inc"`, handoff.True},
		{"the buying group", `, "buying_group": "O1"`, `lead.buying_group == "O1"`, handoff.True},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := compileTyped("UTC", tt.condition, "")
			if err != nil {
				t.Fatal(err)
			}
			if got := truthAt(t, e, at, decoded(t, tt.lead)); got != tt.want {
				t.Errorf("%s is %s, want %s", tt.condition, got, tt.want)
			}
		})
	}
}

// TestNow reads the clocks of a zone around midnight and around the days on which they change.
// TestMatchOfALead reads how the lead came to be the account's. Where nobody looked nothing is known, and no gate opens.
func TestMatchOfALead(t *testing.T) {
	found := handoff.Match{
		Contact: handoff.Taken{Verdict: handoff.NotMatched},
		Account: handoff.Taken{Verdict: handoff.Matched, ID: "A7"},
		Candidates: []handoff.MatchCandidate{
			{Ref: handoff.Ref{Kind: handoff.KindAccount, ID: "A7"}, Verdict: handoff.Matched, Score: 14_999_999, Evidence: []handoff.MatchEvidence{
				{Field: "country", Level: "differs", Score: -1_000_000}, {Field: "domain", Level: "exact", Score: 15_999_999}}},
			{Ref: handoff.Ref{Kind: handoff.KindAccount, ID: "A8"}, Verdict: handoff.ToReview, Score: 6_000_000},
		},
	}
	unsure := found
	unsure.Account.Verdict = handoff.ToReview
	nobody := found
	nobody.Account = handoff.Taken{Verdict: handoff.NotMatched}
	for _, tt := range []struct {
		name, condition string
		match           handoff.Match
		want            handoff.Truth
	}{
		{"matched", `match.account == "match"`, found, handoff.True},
		{"to review", `match.account == "match"`, unsure, handoff.False},
		{"not matched", `match.account == "no"`, nobody, handoff.True},
		{"nobody looked", `match.account == "match"`, handoff.Match{}, handoff.Unknown},
		{"nobody looked, asked the other way round", `match.account != "review"`, handoff.Match{}, handoff.Unknown},
		{"no contact", `match.contact == "no"`, found, handoff.True},
		{"nobody looked for a contact", `match.contact == "no"`, handoff.Match{Account: found.Account}, handoff.Unknown},
		{"by its domain", `match.account_by == "domain"`, found, handoff.True},
		{"by nothing", "has(match.account_by)", nobody, handoff.False},
		{"by nothing that is told", `match.account_by == "domain"`, handoff.Match{Account: found.Account}, handoff.Unknown},
		{"in whole bits", "match.account_score == 14", found, handoff.True},
		{"of the likeliest", "match.account_score == 14", nobody, handoff.True},
		{"of nobody", "match.account_score < 14", handoff.Match{}, handoff.Unknown},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := compileTyped("UTC", tt.condition, "")
			if err != nil {
				t.Fatal(err)
			}
			r := decoded(t, `, "account": "A7"`)
			r.Match = tt.match
			if got := truthAt(t, e, at, r); got != tt.want {
				t.Errorf("%s is %s, want %s", tt.condition, got, tt.want)
			}
		})
	}
}

func TestNow(t *testing.T) {
	for _, tt := range []struct{ name, reason, zone, at, want string }{
		{"before midnight", "the day is that of the zone", "America/New_York", "2026-03-03T04:59:59Z", "2026-03-02 23:59:59 23 mon"},
		{"midnight", "a day begins with its first instant", "America/New_York", "2026-03-03T05:00:00Z", "2026-03-03 00:00:00 0 tue"},
		{"Sunday", "the week begins on Monday", "UTC", "2026-03-01T23:59:59.999999Z", "2026-03-01 23:59:59 23 sun"},
		{"Monday", "as above", "UTC", "2026-03-02T00:00:00Z", "2026-03-02 00:00:00 0 mon"},
		{"before clocks go forward", "the second before 02:00", "America/New_York", "2026-03-08T06:59:59Z", "2026-03-08 01:59:59 1 sun"},
		{"clocks go forward", "there is no 02:30", "America/New_York", "2026-03-08T07:00:00Z", "2026-03-08 03:00:00 3 sun"},
		{"before clocks go back", "the first 01:30", "America/New_York", "2026-11-01T05:30:00Z", "2026-11-01 01:30:00 1 sun"},
		{"clocks have gone back", "the second 01:30", "America/New_York", "2026-11-01T06:30:00Z", "2026-11-01 01:30:00 1 sun"},
		{"after clocks went back", "02:00 occurs once", "America/New_York", "2026-11-01T07:00:00Z", "2026-11-01 02:00:00 2 sun"},
		{"half an hour off", "India has one zone, without changes", "Asia/Kolkata", "2026-03-02T18:30:00Z", "2026-03-03 00:00:00 0 tue"},
		{"half an hour's change", "on Lord Howe clocks go back by 30 minutes", "Australia/Lord_Howe", "2026-04-04T15:00:00Z", "2026-04-05 01:30:00 1 sun"},
		{"before half an hour's change", "as above", "Australia/Lord_Howe", "2026-04-04T14:59:59Z", "2026-04-05 01:59:59 1 sun"},
		{"without a zone", "the zone is UTC", "UTC", "2026-03-02T23:30:00+14:00", "2026-03-02 09:30:00 9 mon"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			now, err := time.Parse(time.RFC3339Nano, tt.at)
			if err != nil {
				t.Fatal(err)
			}
			w := strings.Fields(tt.want)
			condition := fmt.Sprintf(`now.date == "%s" and now.time == "%s" and now.hour == %s and now.weekday == "%s"`, w[0], w[1], w[2], w[3])
			e, err := compileTyped(tt.zone, condition, "${now.date} ${now.time} ${now.hour} ${now.weekday}")
			if err != nil {
				t.Fatal(err)
			}
			r := empty()
			r.Triggers[0].OccurredAt = now
			if got := truthAt(t, e, now, r); got != handoff.True {
				x, _ := e.Explain(now, fillUp(t, e, r))
				t.Errorf("%s is %v: saw %v; %s", condition, got, x.Triggers[0].Plays[0].When.Seen, tt.reason)
			}
		})
	}
}

func TestTimesOfDay(t *testing.T) {
	for _, tt := range []struct {
		condition string
		at        string // on the clocks of New York
		want      handoff.Truth
	}{
		{`now.time >= "09:30"`, "09:30:00", handoff.True},
		{`now.time >= "09:30"`, "09:29:59", handoff.False},
		{`now.time < "17:00"`, "16:59:59", handoff.True},
		{`now.time < "17:00"`, "17:00:00", handoff.False},
		{`now.time == "09:30:15"`, "09:30:15", handoff.True},
		{`now.time in ["09:30", "10:00"]`, "10:00:00", handoff.True},
		{`now.hour >= 9 and now.hour < 17`, "08:59:59", handoff.False},
		{`now.hour >= 9 and now.hour < 17`, "09:00:00", handoff.True},
		{`now.hour >= 9 and now.hour < 17`, "17:00:00", handoff.False},
	} {
		e, err := compileTyped("America/New_York", tt.condition, "")
		if err != nil {
			t.Fatal(err)
		}
		now, err := time.Parse(time.RFC3339, "2026-03-02T"+tt.at+"-05:00")
		if err != nil {
			t.Fatal(err)
		}
		r := empty()
		r.Triggers[0].OccurredAt = now
		if got := truthAt(t, e, now, r); got != tt.want {
			t.Errorf("%s at %s is %v, want %v", tt.condition, tt.at, got, tt.want)
		}
	}
}

func TestAgeOfATrigger(t *testing.T) {
	for _, tt := range []struct {
		name, reason, condition string
		age                     time.Duration
		want                    handoff.Truth
	}{
		{"new", "zero is not below zero", `trigger.age >= "0s"`, 0, handoff.True},
		{"of the future", "an age is never negative", `trigger.age >= "0s" and trigger.age <= "0s"`, -time.Hour, handoff.True},
		{"on the bound", "not below itself", `trigger.age < "15m"`, 15 * time.Minute, handoff.False},
		{"a microsecond younger", "nothing is rounded", `trigger.age < "15m"`, 15*time.Minute - time.Microsecond, handoff.True},
		{"a microsecond older", "nothing is rounded", `trigger.age <= "15m"`, 15*time.Minute + time.Microsecond, handoff.False},
		{"a day", "24 hours, also over a change of clocks", `trigger.age == "1d"`, 24 * time.Hour, handoff.True},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := compileTyped("America/New_York", tt.condition, "")
			if err != nil {
				t.Fatal(err)
			}
			now := time.Date(2026, 3, 8, 17, 0, 0, 0, time.UTC)
			r := empty()
			r.Triggers[0].OccurredAt = now.Add(-tt.age)
			if got := truthAt(t, e, now, r); got != tt.want {
				t.Errorf("%v, want %v: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func TestInstantsInConditions(t *testing.T) {
	for _, tt := range []struct {
		name, reason, zone, constant string
		want                         string // the instant; "": it does not compile
	}{
		{"offset", "as it is written", "America/New_York", "2026-03-01T09:00:00+01:00", "2026-03-01T08:00:00Z"},
		{"UTC", "as above", "America/New_York", "2026-03-01T09:00:00Z", "2026-03-01T09:00:00Z"},
		{"local time", "on the clocks of the zone", "America/New_York", "2026-03-01 09:00", "2026-03-01T14:00:00Z"},
		{"local time with seconds", "as above", "America/New_York", "2026-03-01 09:00:30", "2026-03-01T14:00:30Z"},
		{"local time with a T", "as above", "America/New_York", "2026-03-01T09:00", "2026-03-01T14:00:00Z"},
		{"day", "its first instant", "America/New_York", "2026-03-01", "2026-03-01T05:00:00Z"},
		{"half an hour off", "as above", "Asia/Kolkata", "2026-03-01", "2026-02-28T18:30:00Z"},
		{"before a gap", "the last minute before it", "America/New_York", "2026-03-08 01:59", "2026-03-08T06:59:00Z"},
		{"the first time of a gap", "clocks never show it", "America/New_York", "2026-03-08 02:00", ""},
		{"the last time of a gap", "clocks never show it", "America/New_York", "2026-03-08 02:59:59", ""},
		{"after a gap", "the first time that clocks show", "America/New_York", "2026-03-08 03:00", "2026-03-08T07:00:00Z"},
		{"a gap of half an hour", "clocks never show it", "Australia/Lord_Howe", "2026-10-04 02:15", ""},
		{"after a gap of half an hour", "the first time that clocks show", "Australia/Lord_Howe", "2026-10-04 02:30", "2026-10-03T15:30:00Z"},
		{"a fold", "the first of the two", "America/New_York", "2026-11-01 01:30", "2026-11-01T05:30:00Z"},
		{"after a fold", "it occurs once", "America/New_York", "2026-11-01 02:00", "2026-11-01T07:00:00Z"},
		{"a fold of half an hour", "the first of the two", "Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04T14:45:00Z"},
		{"a day that begins with a gap", "its first instant is 01:00", "America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"},
		{"midnight in a gap", "a time of day is what clocks show", "America/Sao_Paulo", "2018-11-04 00:00", ""},
		{"no such day", "it is a slip", "UTC", "2026-02-30", ""},
		{"no such hour", "it is a slip", "UTC", "2026-03-01 24:00", ""},
		{"one digit", "two digits, as everywhere", "UTC", "2026-03-01 9:00", ""},
		{"a time alone", "an instant has a day", "UTC", "09:00", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := compileTyped(tt.zone, `lead.seen >= "`+tt.constant+`"`, "")
			if tt.want == "" {
				if lines := problemLines(t, err); len(lines) != 1 || !strings.Contains(lines[0], "B048 expected an instant such as") {
					t.Errorf("%v: %s", lines, tt.reason)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			want, err := time.Parse(time.RFC3339, tt.want)
			if err != nil {
				t.Fatal(err)
			}
			for _, shift := range []time.Duration{-time.Microsecond, 0} {
				r := empty()
				r.Lead.Fields = map[string]handoff.Value{"seen": handoff.TimeValue(want.Add(shift))}
				if got := truthAt(t, e, at, r); got != handoff.TruthOf(shift == 0) {
					t.Errorf("%v at %v: %s", got, want.Add(shift), tt.reason)
				}
			}
		})
	}
}

func TestConstantsOfFields(t *testing.T) {
	for _, tt := range []struct{ name, condition, want string }{
		{"a rate with 7 decimals", "lead.open_rate > 0.1234567", "B048 a rate has at most 6 decimals"},
		{"a rate with 16 digits", "lead.open_rate > 1234567890.123456", ""},
		{"a rate with 16 digits in quotes", `lead.open_rate > "1234567890.123456"`, ""},
		{"a rate with 15 digits", "lead.open_rate > 123456789.123456", ""},
		{"a rate beyond 2^53 millionths", "lead.open_rate > 9007199255", "B048 the number is beyond 2^53"},
		{"a rate of 2^53 millionths at most", "lead.open_rate > 9007199254", ""},
		{"a number with decimals", "lead.seats > 0.5", "B048 a number with decimals is compared with a rate only"},
		{"a rate that is a word", `lead.open_rate > "high"`, `B048 expected a number such as 0.25, or "25%"`},
		{"a duration without a unit", `lead.idle > "15"`, `B048 expected a length of time such as "30d" or "12h"`},
		{"a duration as a number", `lead.idle > 15`, "B046 cannot compare a length of time with a whole number"},
		{"a time of day without minutes", `now.time > "9"`, `B048 expected a time of day such as "09:30"`},
		{"a time of day after the day", `now.time > "24:00"`, `B048 expected a time of day such as "09:30"`},
		{"a weekday in capitals", `now.weekday == "Mon"`, `B051 unknown word "Mon" (did you mean "mon"?)`},
		{"an empty text", `lead.team == ""`, "B048 an empty text is unknown"},
		{"a word that is not declared", `lead.country == "DE"`, `B051 unknown word "DE"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := compileTyped("UTC", tt.condition, "")
			lines := problemLines(t, err)
			if tt.want == "" && len(lines) > 0 || tt.want != "" && (len(lines) != 1 || !strings.Contains(lines[0], tt.want)) {
				t.Errorf("got %v, want %s", lines, tt.want)
			}
		})
	}
}
