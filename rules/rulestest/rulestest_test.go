package rulestest_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/rules/rulestest"
)

// Read what -update writes before you commit it.
var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got); run with -update and read it\n%s", path, diff)
	}
}

func TestRunPassesInATest(t *testing.T) {
	rulestest.Run(t, "testdata/policy_test.yaml")
}

// TestWhatRoutingRemembers gives and expects everything that a rotation, a cap, a queue, a cover and a sticky rung
// leave behind.
func TestWhatRoutingRemembers(t *testing.T) {
	rulestest.Run(t, "testdata/routing_test.yaml")
}

// TestWhatCameOfIt observes what was done late, what is pending and what came of a handoff.
func TestWhatCameOfIt(t *testing.T) {
	rulestest.Run(t, "testdata/outcomes_test.yaml")
}

// TestWhatComesOfAHandoff plays a record through attempts, refused outcomes, nurture, its return and a dispute.
func TestWhatComesOfAHandoff(t *testing.T) {
	rulestest.Run(t, "testdata/recycle_test.yaml")
}

// TestRunExperiments: what an author can say of experiments.
func TestRunExperiments(t *testing.T) {
	rulestest.Run(t, "testdata/experiments_test.yaml")
}

func TestTextOfFailures(t *testing.T) {
	t.Chdir("testdata")
	report, err := rulestest.RunFile("failing_test.yaml")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "failing.txt", report.Text())
}

func TestProblemsOfAFile(t *testing.T) {
	t.Chdir("testdata")
	_, err := rulestest.RunFile("broken_test.yaml")
	if err == nil {
		t.Fatal("a file with problems was run")
	}
	golden(t, "broken.txt", err.Error()+"\n")
}

// write puts a test file beside the policies and returns its path.
func write(t *testing.T, text string) string {
	t.Helper()
	files := map[string][]byte{"x_test.yaml": []byte(text)}
	for _, name := range []string{"policy.yaml", "routing.yaml"} {
		policy, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = policy
	}
	t.Chdir(t.TempDir())
	for name, content := range files {
		if err := os.WriteFile(name, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return "x_test.yaml"
}

const head = `policy: policy.yaml
tests:
  - name: one
    reason: because
    at: 2026-03-02T15:04:00Z
    given:
      lead: {id: L1, account: A1, country: US, person: {email: ann@example.com}}
      account: {id: A1, employees: 2500, name: Acme}
      opportunities: []
      triggers: [{id: T1, kind: demo_request, occurred_at: 2026-03-02T15:03:00Z, asset: pricing}]
    expect: `

func TestExpectations(t *testing.T) {
	for _, test := range []struct {
		name, reason, expect string
		want                 []string // failures from their path on; none: it passes
	}{
		{"text", "texts are compared exactly", "{owner: lee}", nil},
		{"another text", "texts are compared exactly", "{owner: Lee}", []string{`owner: wanted "Lee", came "lee"`}},
		{"number", "a whole number equals a JSON number", "{language: 1}", nil},
		{"another number", "numbers are compared exactly", "{language: 2}", []string{"language: wanted 2, came 1"}},
		{"truth value", "what JSON leaves out is false", "{effects: [{kind: enroll, account_reply: false}]}", nil},
		{"another truth value", "of an effect", "{effects: [{kind: enroll, account_reply: true}]}",
			[]string{"effects[3].account_reply: wanted true, came nothing"}},
		{"word", "of an effect", "{effects: [{kind: enroll, exclusive: exclusive}]}", nil},
		{"another word", "of an effect", "{effects: [{kind: enroll, exclusive: alone}]}",
			[]string{`effects[3].exclusive: wanted "alone", came "exclusive"`}},
		{"no such effect of a touch", "effects of touches have keys like all others", "{absent: [record_touch, plan]}", nil},
		{"instant in another zone", "instants are compared as instants", "{first_touch: 2026-03-02T10:19:00-05:00}", nil},
		{"instant with a fraction", "instants are compared as instants", "{first_touch: 2026-03-02T15:19:00.000Z}", nil},
		{"another instant", "a second matters", "{first_touch: 2026-03-02T15:19:01Z}",
			[]string{`first_touch: wanted "2026-03-02T15:19:01Z", came "2026-03-02T15:19:00Z"`}},
		{"ref", "references are texts of the form kind/id", "{subject: lead/L1}", nil},
		{"nothing", "what JSON leaves out is nothing", "{verdict: enrolled, passed: null}", nil},
		{"nothing where something came", "nothing is not a wildcard", "{owner: null}", []string{`owner: wanted nothing, came "lee"`}},
		{"something where nothing came", "an absent text is not any text", "{context: {source: crm}}",
			[]string{`context.source: wanted "crm", came nothing`}},
		{"empty text where nothing came", "JSON leaves empty texts out", `{context: {source: ""}}`, nil},
		{"empty list where nothing came", "JSON leaves empty lists out", "{passed: []}", nil},
		{"empty list where something came", "an empty list is exactly empty", "{losers: []}",
			[]string{`losers: wanted [], came [{"play":"demo-any","trigger":"T1","why":"priority"}]`}},
		{"nested keys", "only the named keys are compared", "{cause: {triggers: [T1]}}", nil},
		{"subsequence", "what lies between is not looked at", "{effects: [{kind: consume_trigger}, {kind: enroll}, {kind: attach_context}]}", nil},
		{"wrong order", "the order of the decision is part of it", "{effects: [{kind: enroll}, {kind: assign}]}",
			[]string{`effects: wanted {"kind":"assign"}, came only effects[2], which stands before what is expected ahead of it; the order is the decision's`}},
		{"twice", "one element meets one expectation", "{effects: [{kind: enroll}, {kind: enroll}]}",
			[]string{`effects: wanted {"kind":"enroll"}, came only effects[3], which stands before what is expected ahead of it; the order is the decision's`}},
		{"none such", "the kinds that came help to find the mistake", "{effects: [{kind: recycle}]}",
			[]string{`effects: wanted {"kind":"recycle"}, came none such among ["consume_trigger","advance_pool","assign","enroll","pause_marketing","start_clock","attach_context"]`}},
		{"nearest", "of elements about the same thing only the difference is shown", "{effects: [{kind: assign, to: kim, play: demo-enterprise}]}",
			[]string{`effects[2].to: wanted "kim", came "lee"`}},
		{"nearest reason", "reasons are about the part of the policy that they name first", "{reasons: [{rule: route, id: 'pool:sdrs'}]}",
			[]string{`reasons[1].id: wanted "pool:sdrs", came "pool:aes"`}},
		{"moves of a turn", "of a ledger's members only the difference is shown", "{effects: [{kind: advance_pool, moves: [{rep: lee, assigned: 2}]}]}",
			[]string{"effects[1].moves[0].assigned: wanted 2, came 1"}},
		{"members of a ledger", "they stand in the order in which turns come", "{effects: [{kind: advance_pool, ledger: {members: [{rep: lee}, {rep: kim}]}}]}", nil},
		{"members of a ledger in another order", "as above", "{effects: [{kind: advance_pool, ledger: {members: [{rep: kim}, {rep: lee}]}}]}",
			[]string{`effects[1].ledger.members: wanted {"rep":"lee"}, came only effects[1].ledger.members[0], which stands before`}},
		{"key of a member", "a member is known by its rep, whatever else is named of it", "{effects: [{kind: advance_pool, ledger: {members: [{rep: lee, key: 1}]}}]}",
			[]string{"effects[1].ledger.members[0].key: wanted 1, came "}},
		{"no ledger", "a turn of a ledger that goes on has none", "{effects: [{kind: advance_pool, ledger: null}]}",
			[]string{`effects[1].ledger: wanted nothing, came {`}},
		{"list of texts", "the elements of a list of texts are compared in order", "{context: {channels: [call, task]}}", nil},
		{"list of texts in another order", "as above", "{context: {channels: [task, call]}}",
			[]string{`context.channels: wanted "call", came only context.channels[0], which stands before what is expected ahead of it; the order is the decision's`}},
		{"field of a queued trigger", "keys that a host chose are free", "{context: {asset: pricing, account: Acme}}", nil},
		{"sentence", "the note for the CRM can be pinned", "{sentence: Nothing.}",
			[]string{`sentence: wanted "Nothing.", came `}},
		{"no experiment", "there is none, or it does not cover the record", "{experiment: {opener: null}}", nil},
		{"no experiment at all", "nothing equals a mapping without elements", "{experiment: null}", nil},
		{"an experiment that is not there", "the side is compared like any text", "{experiment: {opener: video}}",
			[]string{`experiment.opener: wanted "video", came nothing`}},
		{"absent", "an effect that must not occur and does not", "{absent: [hold, notify]}", nil},
		{"absent that came", "an effect that must not occur", "{absent: [hold, enroll]}", []string{"absent: wanted no enroll, came one as effects[3]"}},
		{"several", "all that differs is listed, in the order of the file", "{verdict: held, absent: [assign], owner: kim}",
			[]string{`verdict: wanted "held", came "enrolled"`, `owner: wanted "kim", came "lee"`, "absent: wanted no assign, came one as effects[2]"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			report, err := rulestest.RunFile(write(t, head+test.expect))
			if err != nil {
				t.Fatal(err)
			}
			failures := report.Cases[0].Failures
			if len(failures) != len(test.want) {
				t.Fatalf("%d failures, want %d: %s\n%v", len(failures), len(test.want), test.reason, failures)
			}
			for i, f := range failures {
				if got := strings.TrimPrefix(f.String(), f.Position+": "); !strings.HasPrefix(got, test.want[i]) {
					t.Errorf("got  %s\nwant %s: %s", got, test.want[i], test.reason)
				}
				if !strings.HasPrefix(f.Position, "x_test.yaml:11:") || !strings.Contains(f.Decision, "verdict  enrolled") {
					t.Errorf("the failure at %s lacks its place or the decision", f.Position)
				}
			}
		})
	}
}

func TestProblems(t *testing.T) {
	const one = "policy: policy.yaml\ntests:\n  - name: one\n    reason: because\n    at: 2026-03-02T15:04:00Z\n"
	const rest = "    given: {lead: {id: L1}}\n    expect: {verdict: no_play}\n"
	for _, test := range []struct{ name, reason, text, want string }{
		{"empty file", "a file without tests proves nothing", "", "x_test.yaml: B004 the file is empty"},
		{"no tests", "a list without tests proves nothing", "policy: policy.yaml\ntests: []\n", "x_test.yaml:2:8: B019 the list is empty; write at least one item"},
		{"no policy", "a test needs something to test", strings.TrimPrefix(one, "policy: policy.yaml\n") + rest, `x_test.yaml:1:1: B011 the key "policy" is missing here`},
		{"empty policy", "as above", strings.Replace(one, "policy.yaml", "''", 1) + rest, "x_test.yaml:1:9: B019 name the policy's file, relative to this one"},
		{"no name", "tests are known by their names", strings.Replace(one, "name: one", "name: ' '", 1) + rest, "x_test.yaml:3:11: B019 the text is empty; give the test a name"},
		{"no reason", "whoever breaks the test must know what it protects", strings.Replace(one, "    reason: because\n", "", 1) + rest, `x_test.yaml:3:5: B011 the key "reason" is missing here`},
		{"no instant", "nothing reads a clock", strings.Replace(one, "    at: 2026-03-02T15:04:00Z\n", "", 1) + rest, `x_test.yaml:3:5: B011 the key "at" is missing here`},
		{"no facts", "a request is about somebody", one + "    expect: {verdict: no_play}\n", `x_test.yaml:3:5: B011 the key "given" is missing here`},
		{"nobody", "as above", one + "    given: {triggers: []}\n    expect: {verdict: no_play}\n",
			"x_test.yaml:6:12: B011 the facts hold neither a lead nor an account; every request is about one of them"},
		{"no id", "as above", one + "    given: {lead: {country: US}}\n    expect: {verdict: no_play}\n", `x_test.yaml:6:19: B011 the key "id" is missing here`},
		{"no expectation", "it would pass whatever happens", one + "    given: {lead: {id: L1}}\n", `x_test.yaml:3:5: B011 the key "expect" is missing here`},
		{"empty expectation", "as above", one + "    given: {lead: {id: L1}}\n    expect: {}\n", "x_test.yaml:7:13: B019 nothing is expected here; name at least the verdict"},
		{"nothing absent", "as above", one + "    given: {lead: {id: L1}}\n    expect: {absent: []}\n",
			"x_test.yaml:7:22: B019 name a kind of effect that must not occur, or leave the key out"},
		{"expectation in a wrong shape", "as above", one + "    given: {lead: {id: L1}}\n    expect: enrolled\n",
			`x_test.yaml:7:13: B013 expected keys with values, such as {key: value}, but found "enrolled"`},
		{"misspelled key of a decision", "it would never be compared", one + "    given: {lead: {id: L1}}\n    expect: {ownr: kim}\n",
			`x_test.yaml:7:14: B010 unknown key "ownr" (did you mean "owner"?)`},
		{"misspelled key of an effect", "the keys are those of the kind", one + "    given: {lead: {id: L1}}\n    expect: {effects: [{kind: expose, arn: a}]}\n",
			`x_test.yaml:7:39: B010 unknown key "arn" (did you mean "arm"?)`},
		{"misspelled key of a context", "it would never be compared", one + "    given: {lead: {id: L1}}\n    expect: {context: {oppening: a}}\n",
			`x_test.yaml:7:24: B010 unknown key "oppening" (did you mean "opening"?)`},
		{"effect without a kind", "only the kind says which keys there are", one + "    given: {lead: {id: L1}}\n    expect: {effects: [{sequence: x}]}\n",
			"x_test.yaml:7:24: B011 an expected effect says its kind, such as {kind: enroll, sequence: ...}"},
		{"misspelled fact", "it would be unknown to every rule", one + "    given: {lead: {id: L1, contry: US}}\n    expect: {verdict: no_play}\n",
			`x_test.yaml:6:28: B010 unknown key "contry" (did you mean "country"?)`},
		{"observes and sweeps", "a step asks one question", one + rest + "    observe: {id: a, kind: call}\n    sweep: true\n", "x_test.yaml:9:12: B018 a step observes, sweeps or asks about a touch, only one of these; write a step for each"},
		{"observes and asks about a touch", "as above", one + rest + "    touch: {id: M1, channel: email}\n    observe: {id: a, kind: call}\n",
			"x_test.yaml:8:12: B018 a step observes, sweeps or asks about a touch, only one of these; write a step for each"},
		{"misspelled channel of a touch", "it would go out on none", one + rest + "    touch: {id: M1, channel: emial}\n",
			`x_test.yaml:8:30: B014 unknown word "emial" (did you mean "email"?)`},
		{"misspelled purpose of a touch", "it would be for sales", one + rest + "    touch: {id: M1, channel: email, purpose: marketting}\n",
			`x_test.yaml:8:46: B014 unknown word "marketting" (did you mean "marketing"?)`},
		{"misspelled key of a touch", "it would be of no sequence", one + rest + "    touch: {id: M1, channel: email, sequnce: demo}\n",
			`x_test.yaml:8:37: B010 unknown key "sequnce" (did you mean "sequence"?)`},
		{"instant of a touch", "there are not two of them", one + rest + "    touch: {id: M1, channel: email, at: 2026-03-02T15:04:00Z}\n",
			"x_test.yaml:8:41: B021 leave at out: the touch goes out at the instant of the step"},
		{"touch beside steps", "one of them asks", one[:len(one)-len("    at: 2026-03-02T15:04:00Z\n")] + "    touch: {id: M1, channel: email}\n    steps: [{at: 2026-03-02T15:04:00Z, given: {lead: {id: L1}}, expect: {verdict: no_play}}]\n",
			`x_test.yaml:5:12: B018 the test has steps; write "touch" in one of them`},
		{"misspelled key of a ledger's member", "it would be read as 0", one + "    given: {lead: {id: L1}, state: {pool/acme/aes: {version: 1, value: {members: [{rep: kim, asigned: 1}]}}}}\n    expect: {verdict: no_play}\n",
			`x_test.yaml:6:94: B010 unknown key "asigned" (did you mean "assigned"?)`},
		{"tally of what is no instant", "a cap would not count it", one + "    given: {lead: {id: L1}, state: {tally/acme/rep/kim: {version: 1, value: {at: [monday]}}}}\n    expect: {verdict: no_play}\n",
			"x_test.yaml:6:83: B017 expected an instant such as 2026-03-01T15:04:05Z"},
		{"exclusive as before", "there is more than one way to be exclusive", one + "    given: {lead: {id: L1}}\n    expect: {effects: [{kind: enroll, exclusive: true}]}\n",
			"x_test.yaml:7:50: B013 expected a text, but found the truth value true"},
		{"unknown exclusivity", "it would never come", one + "    given: {lead: {id: L1}}\n    expect: {effects: [{kind: enroll, exclusive: very}]}\n",
			"x_test.yaml:7:50: B090 unknown exclusivity; known are exclusive, alone"},
		{"unknown flag", "flags come from a closed list", one + "    given: {lead: {id: L1, flags: [{word: do_not_contat}]}}\n    expect: {verdict: no_play}\n",
			`x_test.yaml:6:43: B014 unknown word "do_not_contat" (did you mean "do_not_contact"?)`},
		{"misspelled key of a plan", "it would never be compared", one + "    given: {lead: {id: L1}}\n    expect: {effects: [{kind: plan, tallly: x}]}\n",
			`x_test.yaml:7:37: B010 unknown key "tallly" (did you mean "tally"?)`},
		{"version 0", "nothing is stored under version 0", one + "    given: {lead: {id: L1}, state: {rep/kim: {version: 0, value: {id: kim}}}}\n    expect: {verdict: no_play}\n",
			"x_test.yaml:6:46: B011 an entry is a version from 1 and a value, such as {version: 1, value: {...}}"},
		{"policy that is not there", "the path is relative to the test file", strings.Replace(one, "policy.yaml", "nowhere.yaml", 1) + rest,
			"policy: open nowhere.yaml: no such file or directory"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := rulestest.RunFile(write(t, test.text))
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("got  %v\nwant %s: %s", err, test.want, test.reason)
			}
		})
	}
}

func TestRunFileWithoutAFile(t *testing.T) {
	_, err := rulestest.RunFile(filepath.Join(t.TempDir(), "none_test.yaml"))
	if err == nil || !strings.HasPrefix(err.Error(), "tests: open ") {
		t.Errorf("got %v", err)
	}
}

func TestSteps(t *testing.T) {
	const given = `policy: policy.yaml
tests:
  - name: one
    reason: because
    given:
      lead: {id: L1, account: A1, country: US, person: {email: ann@example.com}}
      account: {id: A1, employees: 2500}
      opportunities: []
      triggers: [{id: T1, kind: demo_request, occurred_at: 2026-03-02T15:03:00Z}]
`
	for _, test := range []struct {
		name, reason, text string
		want               []string
	}{
		{"one state", "what a step changes is there in the next", given + `    steps:
      - {at: 2026-03-02T15:04:00Z, expect: {verdict: enrolled, id: acme/lead/L1/0}}
      - {at: 2026-03-02T15:05:00Z, observe: {id: a, kind: call}, expect: {verdict: observed, id: acme/lead/L1/1, effects: [{kind: stop_clock, at: 2026-03-02T15:05:00Z}]}}
      - {at: 2026-03-02T15:06:00Z, observe: {id: a, kind: call}, expect: {verdict: duplicate, id: acme/lead/L1/2, effects: []}}
      - {at: 2026-03-09T14:04:00Z, sweep: true, expect: {verdict: swept, effects: [{kind: resume_marketing}]}}
`, nil},
		{"booked meeting", "what led to it is done", given + `    steps:
      - {at: 2026-03-02T15:04:00Z, expect: {verdict: enrolled}}
      - {at: 2026-03-02T15:05:00Z, observe: {id: b, kind: meeting_booked}, expect: {effects: [{kind: stop_clock, met: true}, {kind: exit, sequence: ae-demo-fast, by: b}]}}
`, nil},
		{"bounced message", "the channel is closed, and what uses it ends", given + `    steps:
      - {at: 2026-03-02T15:04:00Z, expect: {verdict: enrolled}}
      - at: 2026-03-02T15:05:00Z
        observe: {id: b, kind: bounced, channel: email}
        expect: {effects: [{kind: set_consent, channel: email, status: denied, source: bounced}, {kind: exit, by: b}], absent: [stop_clock]}
`, nil},
		{"touches and evidence", "they have every key of a request", given + `      touches: [{id: t1, channel: email, at: 2026-02-20T12:00:00Z, by: nurture, purpose: marketing, scope: newsletter, sequence: welcome}]
    steps:
      - at: 2026-03-02T15:04:00Z
        given:
          lead:
            id: L1
            account: A1
            country: US
            zone: America/Chicago
            subscriber: corporate
            flags: [{word: disqualified, since: 2026-01-01T12:00:00Z, until: 2026-02-01T12:00:00Z, source: crm, lifted_by: the owner}]
            consent: [{channel: email, status: granted, purpose: sales, basis: inquiry, jurisdiction: US, at: 2026-02-01T12:00:00Z, source: form}]
            person: {email: ann@example.com}
        expect: {verdict: enrolled, context: {touches: [{id: t1, purpose: marketing, scope: newsletter, sequence: welcome}]}}
`, nil},
		{"triggers once", "a later decision is about what waits in the State", given + `    steps:
      - {at: 2026-03-02T15:04:00Z, expect: {cause: {triggers: [T1]}}}
      - {at: 2026-03-02T15:05:00Z, expect: {verdict: no_play, cause: {triggers: []}}}
`, nil},
		{"triggers of the first decision", "what goes before it does not use them up", given + `    steps:
      - {at: 2026-03-02T15:04:00Z, observe: {id: a, kind: call}, expect: {cause: {activity: a}}}
      - {at: 2026-03-02T15:05:00Z, expect: {cause: {triggers: [T1]}}}
`, nil},
		{"triggers of a step", "its own are decided", given + `    steps:
      - {at: 2026-03-02T15:04:00Z, expect: {verdict: enrolled}}
      - at: 2026-03-02T16:05:00Z
        given: {triggers: [{id: T2, kind: demo_request, occurred_at: 2026-03-02T16:03:00Z}]}
        expect: {verdict: duplicate, cause: {triggers: [T2]}}
`, nil},
		{"facts of a step", "top-level keys replace those of the case, as a whole", given + `    steps:
      - {at: 2026-03-02T15:04:00Z, given: {account: {id: A1, employees: 20}}, expect: {play: demo-any}}
`, nil},
		{"another lead in a step", "the subject follows the facts of the step", given + `    steps:
      - {at: 2026-03-02T15:04:00Z, expect: {verdict: enrolled, subject: lead/L1}}
      - {at: 2026-03-02T15:05:00Z, given: {lead: {id: L2, account: A1}}, sweep: true, expect: {subject: lead/L2}}
`, nil},
		{"state of a step", "a rep goes away between two steps", given + `    steps:
      - at: 2026-03-02T15:04:00Z
        given: {state: {rep/lee: {version: 1, value: {id: lee, status: away}}}}
        expect: {owner: kim, passed: [{rep: lee}]}
`, nil},
		{"what ranks a candidate", "numbers are told by their names", given + `    steps:
      - at: 2026-03-02T15:04:00Z
        given: {state: {rep/lee: {version: 1, value: {id: lee, status: away}}}}
        expect: {passed: [{rep: lee, ranked: [{name: turns, value: 7}, {name: place, value: 1}]}]}
`, []string{"x_test.yaml:13:68: passed[0].ranked[2].value: wanted 7, came 0"}},
		{"people of an account", "they are told by their leads", `policy: routing.yaml
tests:
  - name: one
    reason: because
    at: 2026-03-02T15:04:00Z
    given:
      account: {id: A1, owner: kim, csm: mia}
      people: [{id: L1}, {id: L2}]
      triggers: [{id: T1, kind: usage_drop, occurred_at: 2026-03-02T15:03:00Z}]
    expect: {context: {people: [{lead: lead/L2, enrolled: false}]}}
`, []string{"x_test.yaml:10:59: context.people[1].enrolled: wanted false, came true"}},
		{"the account is named", "subject says which of the two it is about", given + `    steps:
      - at: 2026-03-02T15:04:00Z
        given: {subject: account/A1, triggers: []}
        expect: {subject: account/A1, verdict: no_play}
`, nil},
		{"only an account", "it is the subject then", strings.Replace(given, "      lead: {id: L1, account: A1, country: US, person: {email: ann@example.com}}\n", "", 1) + `    at: 2026-03-02T15:04:00Z
    sweep: true
    expect: {subject: account/A1, verdict: swept, effects: []}
`, nil},
		{"state of the case", "it is there from the start", given + `      state: {lead/L1: {version: 3, value: {holds: [{id: legal, reason: under review}]}}}
    at: 2026-03-02T15:04:00Z
    expect: {verdict: held, id: acme/lead/L1/3, reasons: [{rule: hold, id: legal, text: under review}]}
`, nil},
		{"refused request", "the engine's own words, at the facts", given + `    steps:
      - {at: 2026-03-02T15:04:00Z, given: {subject: lead/L2}, expect: {verdict: held}}
      - {at: 2026-03-02T15:04:00Z, expect: {verdict: held}}
`, []string{"x_test.yaml:11:43: given: wanted facts that the engine takes, came lead.id is not the subject's id"}},
		{"refused activity", "the engine's own words, at the activity", given + `    at: 2026-03-02T15:04:00Z
    observe: {id: a, kind: opt_out}
    expect: {verdict: observed}
`, []string{"x_test.yaml:11:14: observe: wanted an activity that the engine takes, came activity.channel is missing; an opt-out and a bounce name the channel that is closed"}},
		{"a touch", "it is asked about on what the steps before have left, and uses up no triggers", given + `    steps:
      - {at: 2026-03-02T15:03:30Z, touch: {id: M1, channel: email, by: kim}, expect: {verdict: permitted, cause: {touch: M1}, effects: [{kind: record_touch, id: M1}]}}
      - {at: 2026-03-02T15:03:40Z, touch: {id: M1, channel: email, by: kim}, expect: {verdict: permitted, reasons: [{rule: limit, code: consumed}], effects: []}}
      - {at: 2026-03-02T15:04:00Z, expect: {verdict: enrolled, owner: lee}}
      - {at: 2026-03-02T15:04:30Z, touch: {id: M4, channel: email, sequence: ae-demo-fast}, expect: {verdict: permitted, owner: lee}}
      - at: 2026-03-02T15:05:00Z
        touch: {id: M2, channel: email, purpose: marketing, scope: nurture}
        expect: {verdict: held, next: 2026-03-09T14:04:00Z, reasons: [{rule: pause}], absent: [record_touch]}
      - {at: 2026-03-02T15:06:00Z, touch: {id: M3, channel: email, sequence: demo}, expect: {verdict: refused, reasons: [{rule: sequence, id: demo}]}}
`, nil},
		{"a touch of a test without steps", "a test may be one step", given + `    at: 2026-03-02T15:04:00Z
    touch: {id: M1, channel: sms}
    expect: {verdict: permitted}
`, []string{`x_test.yaml:12:23: verdict: wanted "permitted", came "blocked_channel"`}},
		{"refused touch", "the engine's own words, at the touch", given + `    at: 2026-03-02T15:04:00Z
    touch: {channel: email}
    expect: {verdict: permitted}
`, []string{"x_test.yaml:11:12: touch: wanted a touch that the engine takes, came touch.id is empty"}},
		{"refused touches", "of the facts, not of the step", given + `      touches: [{id: M0, channel: email}]
    at: 2026-03-02T15:04:00Z
    touch: {id: M1, channel: email}
    expect: {verdict: permitted}
`, []string{"x_test.yaml:6:7: given: wanted facts that the engine takes, came touches[0].at is missing; it is an instant such as 2026-03-01T15:04:05Z"}},
		{"two steps fail", "a failed step does not end the case", given + `    steps:
      - {at: 2026-03-02T15:04:00Z, expect: {verdict: held}}
      - {at: 2026-03-02T15:05:00Z, expect: {verdict: held}}
`, []string{`x_test.yaml:11:54: verdict: wanted "held", came "enrolled"`, `x_test.yaml:12:54: verdict: wanted "held", came "no_play"`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			report, err := rulestest.RunFile(write(t, test.text))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range report.Cases[0].Failures {
				got = append(got, f.String())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s (-want +got)\n%s", test.reason, diff)
			}
		})
	}
}

func TestReport(t *testing.T) {
	t.Chdir("testdata")
	report, err := rulestest.RunFile("policy_test.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if got := report.Text(); got != "policy_test.yaml: ok  3 tests\n" || report.Failed() != 0 || report.Policy != "policy.yaml" {
		t.Errorf("got %q, %d failed, policy %s", got, report.Failed(), report.Policy)
	}
	want := rulestest.Result{Name: "a personal address is refused", Reason: "people without a company are served by self-service",
		Position: "policy_test.yaml:30:11"}
	if diff := cmp.Diff(want, report.Cases[2]); diff != "" {
		t.Errorf("the third test (-want +got)\n%s", diff)
	}
}
