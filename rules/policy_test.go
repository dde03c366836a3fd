package rules_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules"
)

var update = flag.Bool("update", false, "write golden files anew; read them before you commit them")

func TestMistakesOfAPolicy(t *testing.T) {
	_, err := rules.Load("testdata/mistakes.yaml")
	var problems rules.Problems
	if !errors.As(err, &problems) {
		t.Fatalf("error %T, want rules.Problems", err)
	}
	if *update {
		if err := os.WriteFile("testdata/mistakes.txt", []byte(err.Error()+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, readErr := os.ReadFile("testdata/mistakes.txt")
	if readErr != nil {
		t.Fatal(readErr)
	}
	if diff := cmp.Diff(string(want), err.Error()+"\n"); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	for i := 1; i < len(problems); i++ {
		if a, b := problems[i-1], problems[i]; a.Line > b.Line || a.Line == b.Line && a.Column > b.Column {
			t.Errorf("%v stands before %v", a, b)
		}
	}
}

// small is a policy that compiles. Tests change one line of it.
const small = `language: 1
policy: acme
triggers:
  demo_request: {about: lead, stale_after: 14d}
pools:
  team: {members: [kim, lee], when_empty: unassigned}
routes:
  all: [{pool: team}]
sequences:
  demo: {on_blocked_channel: skip, steps: [{day: 0, do: call}]}
plays:
  - {id: demo, trigger: demo_request, route: all, sequence: demo}
`

func TestPolicyProblems(t *testing.T) {
	if _, err := rules.Parse("p.yaml", []byte(small)); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, old, new, want string }{
		{"another language", "language: 1", "language: 2", "p.yaml:1:11: B015 this version reads language 1"},
		{"no language", "language: 1\n", "", `p.yaml:1:1: B011 the key "language" is missing here`},
		{"a number as a name", "policy: acme", "policy: 7", "p.yaml:2:9: B013 expected a text, but found the number 7"},
		{"a name with a space", "policy: acme", "policy: a b", "p.yaml:2:9: B016 an id is 1 to 64 letters"},
		{"a repeated key", "policy: acme", "policy: acme\npolicy: b", `p.yaml:3:1: B012 the key "policy" is repeated; it stands on line 2 already`},
		{"a tab", "policy: acme", "policy:\tacme\n\tx: 1", "p.yaml:3:1: B005 a tab cannot indent; indent with spaces"},
		{"an anchor", "policy: acme", "policy: &a acme", "p.yaml:2:9: B007 anchors (&) and aliases (*) are not allowed"},
		{"a merge key", "policy: acme", "policy: acme\n<<: {}", "merge keys (<<) are not allowed"},
		{"a tag", "policy: acme", "policy: !x acme", "is read as a YAML tag"},
		{"two documents", "language: 1", "--- \na: 1\n---\nlanguage: 1", "more than one document"},
		{"not UTF-8", "policy: acme", "policy: \xff", "not valid UTF-8"},
		{"a list for keys", "triggers:\n  demo_request: {about: lead, stale_after: 14d}", "triggers: [a]", "p.yaml:3:11: B013 expected keys with values"},
		{"no stale_after", ", stale_after: 14d", "", `the key "stale_after" is missing here`},
		{"same of another subject", "stale_after: 14d", "stale_after: 14d, same: [account], same_within: 1d", "this trigger is about a lead"},
		{"nothing as a length", "stale_after: 14d", "stale_after: ~", "expected a length of time"},
		{"zero as a length", "stale_after: 14d", "stale_after: 0s", "zero has no effect"},
		{"a weight of 0", "members: [kim, lee]", "members: [{rep: kim, weight: 0}]", "0 is out of range; it is from 1 to 100"},
		{"an octal weight", "members: [kim, lee]", "members: [{rep: kim, weight: 012}]", "expected a whole number in decimal digits"},
		{"no members", "members: [kim, lee]", "members: []", "p.yaml:6:19: B019 the list is empty"},
		{"nobody says what when empty", ", when_empty: unassigned", "", `p.yaml:6:9: B011 the key "when_empty" is missing here`},
		{"an unknown pool", "{pool: team}", "{pool: teem}", `p.yaml:8:16: B030 unknown pool "teem" (did you mean "team"?)`},
		{"an unknown rung", "[{pool: team}]", "[acount_owner]", `unknown word "acount_owner" (did you mean "account_owner"?)`},
		{"two rungs in one", "{pool: team}", "{pool: team, rep: kim}", "p.yaml:8:9: B018 a rung asks one, not pool and rep; write a rung for each"},
		{"no rungs", "[{pool: team}]", "[]", "p.yaml:8:8: B019 the list is empty"},
		{"an unknown channel", "do: call", "do: cal", `unknown word "cal" (did you mean "call"?)`},
		{"no steps", "[{day: 0, do: call}]", "[]", "p.yaml:10:43: B019 the list is empty"},
		{"a day below 0", "day: 0", "day: -1", "-1 is out of range"},
		{"an empty condition", "route: all,", `route: all, when: "",`, "the condition is empty"},
		{"a condition that is nothing", "route: all,", `route: all, when: ,`, "p.yaml:12:57: B042 the condition is empty"},
		{"a rep who is not on the roster", "pools:", "reps: {kim: {}}\npools:", `"lee" is not listed under reps`},
		{"a pause without a scope", "route: all,", "route: all, pause_marketing: {for: 7d, scope: []},", "p.yaml:12:85: B019 the list is empty"},
		{"an unknown play in a scope", "routes:", "suppression: [{id: s, cooldown: {per: lead, for: 1d}, only: [demoo]}]\nroutes:", `unknown play or motion "demoo" (did you mean "demo"?)`},
		{"only and except", "routes:", "suppression: [{id: s, cooldown: {per: lead, for: 1d}, only: [demo], except: [demo]}]\nroutes:", "only or except, not both"},
		{"a hold and a cooldown", "routes:", "suppression: [{id: s, hold: \"true\", cooldown: {per: lead, for: 1d}}]\nroutes:", "has either hold"},
		{"a hold without a reason", "routes:", "suppression: [{id: s, hold: \"true\"}]\nroutes:", `the key "reason" is missing here`},
		{"fields of nobody", "policy: acme", "policy: acme\nfields: {luad: {role: [ic]}}", `unknown key "luad" (did you mean "lead"?)`},
		{"an unknown zone", "policy: acme", "policy: acme\nzone: Europe/Berln", `did you mean "Europe/Berlin"?`},
		{"opening hours that are none", "pools:", "calendars: {c: {open: mon 17:00}}\npools:", "p.yaml:5:23: "},
		{"an unknown calendar", "route: all,", "route: all, first_touch: {within: 1h, hours: us},", `unknown calendar "us"`},
		{"a truth value in capitals", "{on_blocked_channel: skip,", "{exclusive: True, on_blocked_channel: skip,", `expected true, false or alone, in small letters, but found "True"`},
		{"words of a built-in field", "policy: acme", "policy: acme\nfields: {account: {country: [US, CA]}}\nscores: {fit: [{points: 1, when: account.country == \"USS\"}]}", `unknown word "USS" (did you mean "US"?)`},
		{"a territory's word", "routes:", "fields: {lead: {region: [east, west]}}\nterritories: {map: {by: [lead.region], rows: [{match: [eest], pool: team}]}}\nroutes:", `unknown word "eest" (did you mean "east"?)`},
		{"a star before a word", "routes:", "fields: {lead: {region: [east, west]}}\nterritories: {map: {by: [lead.region], rows: [{match: ['*east'], pool: team}]}}\nroutes:", `"*east" has a star inside`},
		{"equal rows", "routes:", "territories: {map: {by: [lead.country], rows: [{match: [US], pool: team}, {match: [US], rep: kim}]}}\nroutes:", "p.yaml:7:75: B071 matches exactly what p.yaml:7:48 matches"},
		{"a weight that is not looked at", "members: [kim, lee]", "rotation: least_recent, members: [{rep: kim, weight: 2}, lee]", "least_recent does not look at weights"},
		{"a settle window longer than a signal lives", "policy: acme", "policy: acme\nsettle: 14d", "the signal is stale before the settle window"},
		{"a motion called like a play", "plays:", "plays:\n  - {id: other, motion: demo, trigger: demo_request, route: all}", `the motion "demo" of play other is also the id of a play`},
		{"a list with a dash", "routes:", "lists: {free-mail: [a]}\nroutes:", "a name is 1 to 64 letters, digits and _"},
		{"an unknown hole", "route: all,", `route: all, context: {opening: "${trigger.aset}"},`, `unknown field "trigger.aset" (did you mean "trigger.asset"?)`},
		{"a hole without a default", "route: all,", `route: all, context: {opening: "${trigger.asset}"},`, "may be unknown; give a default"},
		{"a hole that stays open", "route: all,", `route: all, context: {opening: "${trigger.kind"},`, `p.yaml:12:71: B060 this is not of the form ${field} or ${field | "default"}`},
		{"a hole with a bare default", "route: all,", `route: all, context: {opening: "${trigger.asset | x}"},`, "B060 this is not of the form"},
		{"an unknown hole of the person", "route: all,", `route: all, context: {opening: "${person.name}"},`, "known are first_name"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(small, tt.old, tt.new, 1)
			if text == small {
				t.Fatal("the case changes nothing")
			}
			_, err := rules.Parse("p.yaml", []byte(text))
			if !strings.Contains(fmt.Sprint(err), tt.want) {
				t.Errorf("got  %v\nwant ...%s", err, tt.want)
			}
		})
	}
}

func TestPromiseThatNobodyCanKeep(t *testing.T) {
	text := strings.Replace(small, "pools:", "calendars: {c: {open: mon 09:00-09:01}}\npools:", 1)
	text = strings.Replace(text, "route: all,", "route: all, first_touch: {within: 1000h, hours: c},", 1)
	const want = "p.yaml:13:73: B080 there is not that much open time in c within 10 years"
	if _, err := rules.Parse("p.yaml", []byte(text)); !strings.Contains(fmt.Sprint(err), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestRepeatedKeysAreAnOrdinaryProblem: a YAML library that builds one message for each pair of equal keys runs out of
// memory on 40 KB of them.
func TestRepeatedKeysAreAnOrdinaryProblem(t *testing.T) {
	for _, tt := range []struct{ name, keys, want, reason string }{
		{"one key", strings.Repeat("a: 1\n", 8000), "p.yaml:114:2: B012 keys are repeated more than 100 times", "before the YAML is read"},
		{"two keys", strings.Repeat("a: 1\nb: 2\n", 4000), `p.yaml: B099 more problems that are not shown: 7900; mend these first`, "each of them where it stands"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := rules.Parse("p.yaml", []byte(small+tt.keys)); !strings.Contains(fmt.Sprint(err), tt.want) {
				t.Errorf("got %v\nwant %s: %s", err, tt.want, tt.reason)
			}
		})
	}
}

func TestOpening(t *testing.T) {
	for _, tt := range []struct {
		name, opening, want string
		request             handoff.Request
	}{
		{"verbatim", "Hello, 5 % off", "Hello, 5 % off", full()},
		{"a known text", `After ${trigger.campaign.ad_group | "your search"}.`, "After crm.", full()},
		{"the default", `After ${trigger.campaign.ad_group | "your search"}.`, "After your search.", empty()},
		{"numbers and dates", `${lead.seats | "?"} seats, ${account.renewal_on | "?"}, ${score.fit}, ${lead.tags | ""}`, "5 seats, 2026-04-16, 45, beta, hot", full()},
		{"an instant", `${lead.seen | "?"}`, "2026-03-02T10:00:00.000001-05:00", full()},
		{"the person stays", "Hi ${person.first_name}", "Hi ${person.first_name}", full()},
		{"the person with a default stays", `Hi ${person.first_name | "there"}`, `Hi ${person.first_name | "there"}`, full()},
		{"a visitor asks for the person", `From ${trigger.landing_page | "?"}`, "From {person.phone}", visitor()},
		{"no default where it is always known", "${trigger.kind}!", "demo_request!", empty()},
		{"an empty default", `[${trigger.asset | ""}]`, "[]", empty()},
		{"at most 500 characters", strings.Repeat("é", 440) + `${account.name | ""}` + "0123456789", strings.Repeat("é", 440) + strings.Repeat("n", 60), longName()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := compileText("true", tt.opening)
			if err != nil {
				t.Fatal(err)
			}
			d, err := e.Decide(at, tt.request)
			if err != nil {
				t.Fatal(err)
			}
			if c, _ := d.Context(); c.Opening != tt.want {
				t.Errorf("opening %q, want %q", c.Opening, tt.want)
			}
		})
	}
}

func visitor() handoff.Request {
	r := full()
	r.Triggers[0].Landing = "${person.phone}"
	return r
}

func longName() handoff.Request {
	r := full()
	r.Account.Name = strings.Repeat("n", 100)
	return r
}

func TestPriorityIsARule(t *testing.T) {
	text := strings.Replace(small, "  - {id: demo, trigger: demo_request, route: all, sequence: demo}\n", `  - {id: low, trigger: demo_request, route: all, priority: 85}
  - id: high
    trigger: demo_request
    route: all
    priority: {base: 80, add: [{points: 10, when: account.employees >= 1000}, {points: -20, when: account.customer}]}
`, 1)
	e, err := rules.Parse("p.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, reason, want string
		account            handoff.Account
	}{
		{"big", "80 and 10 beat 85", "high", handoff.Account{ID: "A1", Employees: handoff.Some[int64](1000), Customer: handoff.Some(false)}},
		{"small", "80 does not", "low", handoff.Account{ID: "A1", Employees: handoff.Some[int64](999)}},
		{"unknown", "what is unknown adds nothing", "low", handoff.Account{ID: "A1"}},
		{"big customer", "points may be taken away", "low", handoff.Account{ID: "A1", Employees: handoff.Some[int64](1000), Customer: handoff.Some(true)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := empty()
			r.Account = tt.account
			r.State[handoff.PoolKey("acme", "team")] = handoff.Entry{}
			r.State[handoff.RepKey("lee")] = handoff.Entry{}
			d, err := e.Decide(at, r)
			if err != nil {
				t.Fatal(err)
			}
			if d.Play != tt.want {
				t.Errorf("play %q, want %q: %s", d.Play, tt.want, tt.reason)
			}
		})
	}
}

func TestDecisionNamesThePolicy(t *testing.T) {
	a, err := rules.Parse("p.yaml", []byte(small))
	if err != nil {
		t.Fatal(err)
	}
	b, err := rules.Parse("p.yaml", []byte(small+"# a comment\n"))
	if err != nil {
		t.Fatal(err)
	}
	if a.Digest() == b.Digest() || !strings.HasPrefix(a.Digest(), "sha256:") || len(a.Digest()) != 71 {
		t.Errorf("digests %s and %s", a.Digest(), b.Digest())
	}
}

func FuzzParse(f *testing.F) {
	mistakes, err := os.ReadFile("testdata/mistakes.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(mistakes)
	f.Add([]byte(small))
	f.Add([]byte(fmt.Sprintf(frame, `'lead.ok and has(lead.role)'`, "x")))
	f.Fuzz(func(t *testing.T, text []byte) {
		e, err := rules.Parse("p.yaml", text)
		if (e == nil) == (err == nil) {
			t.Fatalf("engine %v and error %v", e, err)
		}
		var problems rules.Problems
		if err != nil && !errors.As(err, &problems) {
			t.Fatalf("the problem has no place: %v", err)
		}
		for _, p := range problems {
			if strings.ContainsAny(string(text), "\r\u0085\u2028\u2029") { // they end lines too
				break
			}
			if lines := strings.Split(string(text), "\n"); p.Line > len(lines) {
				t.Fatalf("%v is beyond the end of the file", p)
			}
		}
		if e == nil {
			return
		}
		r := full()
		if _, err := e.Decide(at, r); err != nil {
			var missing *handoff.MissingError
			var input *handoff.InputError
			if !errors.As(err, &missing) && !errors.As(err, &input) {
				t.Fatal(err)
			}
		}
	})
}

// TestCalendarOfAPromise asks on the evening before a holiday in another zone than the policy's.
func TestCalendarOfAPromise(t *testing.T) {
	text := strings.Replace(small, "pools:", "calendars: {c: {zone: Europe/Berlin, open: mon-fri 09:00-17:00, holidays: [2026-03-03]}}\npools:", 1)
	text = strings.Replace(text, "route: all,", "route: all, first_touch: {within: 1h30m, hours: c},", 1)
	text = strings.Replace(text, "when_empty", "availability: {unknown: available}, when_empty", 1)
	e, err := rules.Parse("p.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	r := full() // Monday, 2 March 2026, 16:04 in Berlin
	r.State[handoff.PoolKey("acme", "team")] = handoff.Entry{}
	r.State[handoff.RepKey("lee")] = handoff.Entry{}
	r.Lead.Consent = []handoff.Consent{{Channel: handoff.ChannelCall, Status: handoff.ConsentGranted, At: at}}
	r.Account = handoff.Account{}
	d, err := e.Decide(at, r)
	if err != nil {
		t.Fatal(err)
	}
	if got := d.FirstTouch.Format("2006-01-02T15:04Z"); got != "2026-03-04T08:34Z" {
		t.Errorf("due %s, want 2026-03-04T08:34Z: 56 minutes on Monday, none on the holiday, 34 on Wednesday", got)
	}
}
