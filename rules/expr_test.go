package rules_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

func TestConditions(t *testing.T) {
	for _, tt := range []struct {
		condition string
		full      handoff.Truth // where everything is known
		empty     handoff.Truth // where nothing is
		reason    string
	}{
		{"true", handoff.True, handoff.True, "a constant reads nothing"},
		{"false", handoff.False, handoff.False, "a constant reads nothing"},
		{`lead.role == "vp"`, handoff.True, handoff.Unknown, "a declared field"},
		{`lead.role != "vp"`, handoff.False, handoff.Unknown, "an absent value is not different either"},
		{`"vp" == lead.role`, handoff.True, handoff.Unknown, "the constant may stand on the left"},
		{`lead.role in ["ic", "cxo"]`, handoff.False, handoff.Unknown, "a list of constants"},
		{`lead.role not in ["ic", "cxo"]`, handoff.True, handoff.Unknown, "its negation"},
		{`lead.email_domain in lists.freemail`, handoff.False, handoff.Unknown, "the domain is lower case"},
		{`lead.email_domain == "acme.example"`, handoff.True, handoff.Unknown, "the domain is lower case"},
		{`"hot" in lead.tags`, handoff.True, handoff.Unknown, "a list field"},
		{`"cold" in lead.tags`, handoff.False, handoff.Unknown, "a list field without the word"},
		{`lead.ok`, handoff.True, handoff.Unknown, "a truth value by itself"},
		{`not lead.ok`, handoff.False, handoff.Unknown, "not of unknown is unknown"},
		{`!account.customer`, handoff.True, handoff.Unknown, "! is not"},
		{`account.customer == false`, handoff.True, handoff.Unknown, "a truth value compared"},
		{`account.employees >= 1000`, handoff.True, handoff.Unknown, "the boundary itself"},
		{`account.employees > 1000`, handoff.False, handoff.Unknown, "the boundary itself"},
		{`account.employees <= 999`, handoff.False, handoff.Unknown, "below the boundary"},
		{`account.employees in [999, 1000]`, handoff.True, handoff.Unknown, "a list of numbers"},
		{`account.employees > -1`, handoff.True, handoff.Unknown, "a negative number"},
		{`lead.seats < account.employees`, handoff.True, handoff.Unknown, "two fields"},
		{`account.open_opportunities == 0`, handoff.True, handoff.Unknown, "nobody looked, so that it is unknown"},
		{`score.fit == 45`, handoff.True, handoff.False, "a score adds nothing for what is unknown, and is known itself"},
		{`lead.born == "2026-04-01"`, handoff.True, handoff.Unknown, "a date"},
		{`lead.born < "2026-04-01"`, handoff.False, handoff.Unknown, "a date has an order"},
		{`lead.seen > "2026-03-02T10:00:00-05:00"`, handoff.True, handoff.Unknown, "an instant, a microsecond later"},
		{`lead.seen <= "2026-03-02T15:00:00.000001Z"`, handoff.True, handoff.Unknown, "an instant has an order"},
		{`days_until(account.renewal_on) == 45`, handoff.True, handoff.Unknown, "2 March to 16 April, in the policy's zone"},
		{`count("team_invite", "30d") == 1`, handoff.True, handoff.Unknown, "the window's first instant counts, the one before does not"},
		{`count("login", "1s") == 1`, handoff.True, handoff.Unknown, "what happens now counts"},
		{`count("nothing", "30d") == 0`, handoff.True, handoff.Unknown, "nothing is a known number, unless nobody looked"},
		{`has(lead.role)`, handoff.True, handoff.False, "has is never unknown"},
		{`not has(lead.role)`, handoff.False, handoff.True, "has is never unknown"},
		{`trigger.campaign.ad_group startsWith "c"`, handoff.True, handoff.Unknown, "texts"},
		{`trigger.campaign.ad_group endsWith "c"`, handoff.False, handoff.Unknown, "texts"},
		{`trigger.campaign.ad_group contains "rm"`, handoff.True, handoff.Unknown, "texts"},
		{`trigger.kind == "demo_request"`, handoff.True, handoff.True, "always known"},
		{`false and lead.ok`, handoff.False, handoff.False, "false and unknown is false"},
		{`lead.ok and false`, handoff.False, handoff.False, "in both orders"},
		{`true and lead.ok`, handoff.True, handoff.Unknown, "true and unknown is unknown"},
		{`true or lead.ok`, handoff.True, handoff.True, "true or unknown is true"},
		{`lead.ok or true`, handoff.True, handoff.True, "in both orders"},
		{`false or lead.ok`, handoff.True, handoff.Unknown, "false or unknown is unknown"},
		{`lead.ok && !account.customer || false`, handoff.True, handoff.Unknown, "the other spelling"},
		{`not (lead.ok and lead.role == "ic")`, handoff.True, handoff.Unknown, "parentheses"},
	} {
		t.Run(tt.condition, func(t *testing.T) {
			if got := when(t, tt.condition, full()).Truth; got != tt.full {
				t.Errorf("with everything known it is %s, want %s: %s", got, tt.full, tt.reason)
			}
			if got := when(t, tt.condition, empty()).Truth; got != tt.empty {
				t.Errorf("with nothing known it is %s, want %s: %s", got, tt.empty, tt.reason)
			}
		})
	}
}

func TestConditionMistakes(t *testing.T) {
	for _, tt := range []struct{ condition, column, want string }{
		{`lead.rol == "vp"`, "18:12", `unknown field "lead.rol" (did you mean "lead.role"?)`},
		{`lead.role == "vpp"`, "18:25", `unknown word "vpp" (did you mean "vp"?); known are ic, vp, cxo`},
		{`lead.role in ["vp", "icc"]`, "18:32", `unknown word "icc"`},
		{`lead.role > "ic"`, "18:12", "text has no order"},
		{`lead.ok == [1]`, "18:23", "expected a value"},
		{`lead.seats == "5"`, "18:26", "cannot compare a whole number with text; a whole number is written 1000"},
		{`lead.seats`, "18:12", "a condition must be true or false, but this is a whole number"},
		{`lead.seats == 1.5`, "18:26", "a number with decimals is compared with a rate only"},
		{`lead.seats + 1 == 2`, "18:12", "arithmetic is not part of the language"},
		{`lead.ok ? true : false`, "18:12", "a choice between values"},
		{`lead?.ok`, "18:12", "?. is not part of the language"},
		{`lead.role == nil`, "18:25", "there is no nil"},
		{`lead.role matches "a+"`, "18:12", "the operator matches is not part of the language"},
		{`0 < lead.seats < 9`, "18:16", "a chain of comparisons is not allowed"},
		{`not lead.seats == 5`, "18:12", "put what it negates in parentheses"},
		{`lead.born == "soon"`, "18:25", "expected a date"},
		{`5 == 5`, "18:12", "compares two constants"},
		{`lead.role in []`, "18:25", "the list is empty"},
		{`lead.role in [lead.status]`, "18:26", "constants only"},
		{`lead.tags == lead.tags`, "18:12", "lists cannot be compared"},
		{`lead.role in account.name`, "18:25", "in needs a list"},
		{`days_until(lead.seats) > 3`, "18:23", "needs a field that is a date"},
		{`count("a", "b") > 3`, "18:23", "expected a length of time"},
		{`count(lead.role, "1d") > 3`, "18:18", "needs two quoted texts"},
		{`now() > 3`, "18:12", "unknown call \"now\""},
		{`lead.Delete()`, "18:12", "unknown call"},
		{`all(lead.tags, # == "x")`, "18:12", "unknown call \"all\""},
		{`let x = 1; x == 1`, "18:16", "let and ; are not part"},
		{`$env["lead"] == "x"`, "18:12", "unknown field \"$env.lead\""},
		{`lead["role"] == 'vp'`, "", ""},
		{`lead.role == "vp" and`, "18:32", "cannot be read here"},
		{`9007199254740993 > lead.seats`, "18:12", "beyond 2^53"},
		{`has("x")`, "18:16", "a field is written with dots"},
		{`has(lead.role) == true`, "18:12", "has is true or false"},
		{`lead.seen == "noon"`, "18:25", "expected an instant"},
		{`"gmail.com" in lists.freemail`, "18:12", "this looks up a constant in a list of constants"},
		{`count("", "30d") > 1`, "18:18", "name the kind of event"},
		{`lead.born < 2026-05-01`, "18:24", `this is no value; a date is written in quotes`},
		{`lead.born < 5`, "18:24", `a date is written "2026-03-01"`},
		{`"5" < lead.seats`, "18:12", "a whole number is written 1000"},
		{`trigger.age < 7d`, "18:26", `a length of time is written in quotes, such as "7d"`},
		{`trigger.age < 7`, "18:26", `a length of time is written "36h"`},
		{`now.time < 09:30`, "18:23", `a time of day is written in quotes`},
		{`lead.seats > 1,000`, "18:25", "a number is digits only"},
		{`lead.seats > 10k`, "18:25", "a number is digits only"},
		{`lead.role == “vp”`, "18:25", "quotes are straight"},
		{`lead.role <> "vp"`, "18:22", "another value is written !="},
		{`lead.seats => 5`, "18:23", "the signs are written <= and >="},
		{`lead.role is "vp"`, "18:22", "equality is written =="},
		{`lead.role == "is" and lead.ok = true`, "18:42", "equality is written =="},
		{`lead.seats between 5 and 9`, "18:23", "a range is written as two comparisons"},
		{`lead.status like "a"`, "18:24", "contains, startsWith or endsWith"},
		{`lead.status starts with "a"`, "18:24", "startsWith and endsWith"},
		{`lead.role in ("vp", "ic")`, "18:22", "a list stands in square brackets"},
		{`Not lead.ok`, "18:12", "written in small letters"},
		{`lead.seats > 25%`, "18:25", "a share is written as a number"},
		{`lead.ok and (lead.ok or lead.ok`, "18:24", "this bracket is not closed"},
		{`lead.role == "vp`, "18:25", "this quote is not closed"},
		{`lead.ok # and more`, "18:20", "a condition holds no comments"},
		{`lead.ok == yes`, "18:23", "write true or false"},
		{`fit > 5`, "18:12", "a score is read as score.fit"},
		{`lead.country == DE`, "18:28", `a field is written with a dot, and a text in quotes: "DE"`},
		{`lead.country == null`, "18:28", "write has(...)"},
		{`lead.country == "us"`, "18:28", `a country is two capital letters, such as "US"`},
		{`account.country in ["US", "Canada"]`, "18:38", `a country is two capital letters, such as "US"`},
		{`lead.country contains "u"`, "", ""},
		{`lead.country == ""`, "18:28", "an empty text is unknown"},
		{`lead.email == "a@b.c"`, "18:12", "conditions cannot read the person, only lead.email_domain"},
		{`lead.shoe_size == 43`, "18:12", "declare it under fields:"},
		{`lead.flags contains "spam"`, "18:12", "; flags of a lead are asked by a rule under suppression:, such as {id: do-not-contact, source: do_not_contact, lifted_by: the team}"},
		{`not lead.do_not_contact`, "18:16", "such as {id: do-not-contact, source: do_not_contact, lifted_by: the team}"},
		{`lead.spam`, "18:12", "such as {id: spam, source: spam, lifted_by: the team}"},
		{`account.spam`, "18:12", `(did you mean "account.csm"?)`},
		{`score.intent > 3`, "18:12", "a score reads only the scores above it"},
		{`lead.ok = true`, "18:20", "equality is written =="},
		{`lead.ok AND lead.ok`, "18:20", "written in small letters"},
		{`count("login") > 1`, "18:12", `the call is written count("event", "30d")`},
		{`lists.freemail contains lead.country`, "18:12", "write it first: x in lists.freemail"},
		{`lists.freemai == "x"`, "18:12", `unknown field "lists.freemai"`},
	} {
		t.Run(tt.condition, func(t *testing.T) {
			_, err := compile(tt.condition)
			if tt.want == "" {
				if err != nil {
					t.Fatalf("unexpected %v", err)
				}
				return
			}
			if err == nil {
				t.Fatal("it compiles")
			}
			first, _, _ := strings.Cut(err.Error(), "\n")
			if !strings.HasPrefix(first, "p.yaml:"+tt.column+": ") || !strings.Contains(first, tt.want) {
				t.Errorf("got  %s\nwant %s: ...%s", first, tt.column, tt.want)
			}
		})
	}
}

func TestAllMistakesOfACondition(t *testing.T) {
	_, err := compile(`lead.rol == "x" and lead.role == "vpp" or lead.seets > 1`)
	if n := strings.Count(fmt.Sprint(err), "p.yaml:"); n != 3 {
		t.Errorf("%d problems, want 3:\n%v", n, err)
	}
}

func TestTrace(t *testing.T) {
	r := empty()
	r.Account = handoff.Account{ID: "A1", Employees: handoff.Some[int64](900)}
	got := when(t, `account.employees >= 500 and (lead.role == "vp" or lead.ok) and account.employees < 800`, r)
	want := handoff.Trace{
		Truth:    handoff.False,
		Text:     `account.employees >= 500 and (lead.role == "vp" or lead.ok) and account.employees < 800`,
		Position: "p.yaml:18:12",
		First:    `lead.role == "vp" or lead.ok`, FirstPosition: "p.yaml:18:42",
		Seen: []handoff.Seeing{{Path: "account.employees", Value: "900"}, {Path: "lead.role", Value: "(unknown)"},
			{Path: "lead.ok", Value: "(unknown)"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("trace (-want +got):\n%s", diff)
	}
}

func TestTraceNamesWhatDecided(t *testing.T) {
	r := empty()
	r.Lead.Fields = map[string]handoff.Value{"ok": handoff.BoolValue(true)}
	got := when(t, `(lead.role == "vp" or lead.ok) and lead.seats > 3 and lead.seats < 9`, r)
	if diff := cmp.Diff([]string{"lead.seats"}, got.Unknown); diff != "" {
		t.Errorf("lead.role is absent and decides nothing (-want +got):\n%s", diff)
	}
}

// TestDaysAreThePolicysZones asks an hour before midnight in New York, when it is the next day in UTC.
func TestDaysAreThePolicysZones(t *testing.T) {
	e, err := compile("days_until(account.renewal_on) == 45")
	if err != nil {
		t.Fatal(err)
	}
	x, err := e.Explain(at.Add(13*time.Hour-4*time.Minute), full()) // 23:00 on 2 March in New York
	if err != nil {
		t.Fatal(err)
	}
	if got := x.Triggers[0].Plays[0].When; got.Truth != handoff.True {
		t.Errorf("%v, want 45 days: it is still 2 March where the policy is", got.Seen)
	}
}

func TestEventsOfTheFutureDoNotCount(t *testing.T) {
	r := full()
	r.Events = append(r.Events, handoff.Event{ID: "E4", Kind: "login", At: at.Add(time.Microsecond)})
	if got := when(t, `count("login", "30d") == 1`, r); got.Truth != handoff.True {
		t.Errorf("%v, want one login until now", got.Seen)
	}
}

// TestLaw11_HostileConditionsAreRefused holds law 11 for conditions that hang or kill a process that hands them to the parser or to an
// evaluator as they are.
func TestLaw11_HostileConditionsAreRefused(t *testing.T) {
	for name, condition := range map[string]string{
		"nested ternaries share nodes":        strings.Repeat("(", 22) + "lead.ok" + strings.Repeat(" ?: false)", 22),
		"nested chained comparisons":          nested("0 < (%s) < 2", "lead.seats", 18),
		"a million parentheses":               strings.Repeat("(", 1_000_000),
		"a million negations":                 strings.Repeat("!", 1_000_000) + "lead.ok",
		"two thousand negations":              strings.Repeat("!", 2000) + "lead.ok",
		"spelled negations":                   strings.Repeat("not ", 400) + "lead.ok",
		"doubling by reduce":                  `len(reduce(1..40, #acc + #acc, lead.role)) > 0`,
		"doubling by let":                     "let a = lead.role + lead.role; let b = a + a; b == \"x\"",
		"repeat of repeat":                    `len(repeat(repeat("s", 100000), 100000)) > 0`,
		"a loop in a loop in a loop":          `let r = 1..1000; all(r, all(r, all(r, # > 0)))`,
		"uniq of a range":                     `len(uniq(1..30000)) > 0`,
		"a range to look up in":               `lead.seats in 1..1000000000`,
		"a regular expression":                `lead.role matches "` + strings.Repeat("(x{10}){90}", 100) + `"`,
		"four hundred terms":                  strings.Repeat("lead.ok and ", 160) + "lead.ok",
		"invalid UTF-8 in the middle":         "lead.role == \"\xff\"",
		"a map":                               `{"a": 1}.a == 1`,
		"a method on a value of the language": `trigger.occurred_at.Local().Hour() > 3`,
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := compile(condition); err == nil {
				t.Error("it compiles")
			}
		})
	}
}

// TestLaw11_BoundsOfAConditionAreExact stands on each bound and one beyond it.
func TestLaw11_BoundsOfAConditionAreExact(t *testing.T) {
	for _, tt := range []struct{ name, within, beyond, want string }{
		{"length", "true" + strings.Repeat(" ", 2044), "true" + strings.Repeat(" ", 2045), "longer than 2048 bytes"},
		{"brackets", strings.Repeat("(", 32) + "true" + strings.Repeat(")", 32), strings.Repeat("(", 33) + "true" + strings.Repeat(")", 33), "nests deeper than 32 levels"},
		{"negations", strings.Repeat("!", 32) + "lead.ok", strings.Repeat("!", 33) + "lead.ok", "nests deeper than 32 levels"},
		{"spelled negations", strings.Repeat("not ", 32) + "lead.ok", strings.Repeat("not ", 33) + "lead.ok", "nests deeper than 32 levels"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := compile(tt.within); err != nil {
				t.Errorf("within the bound: %v", err)
			}
			if _, err := compile(tt.beyond); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("beyond the bound: %v, want %s", err, tt.want)
			}
		})
	}
}

func nested(format, inner string, depth int) string {
	for range depth {
		inner = fmt.Sprintf(format, inner)
	}
	return inner
}
