package rules_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/hosttest"
	"github.com/salesbaton/baton/rules"
)

// crossed is a policy in which leads with 5 seats become mql, by whatever signal, and a play answers that.
const crossed = `language: 1
policy: acme
fields: {lead: {seats: int}}
triggers:
  click: {about: lead, stale_after: 14d}
  demo_request: {about: lead, stale_after: 14d}
  recycled: {about: lead, stale_after: 14d}
lifecycle:
  mql: lead.seats >= 5
  sal: {on: accepted, from: [mql]}
  recycled: {outcome: no_response, resets: true}
routes:
  all: [{rep: kim}]
plays:
  - {id: work-mql, trigger: entered(mql), route: all%s}
`

// A happening is a signal of a kind, or an activity, of a lead with so many seats.
type happening struct {
	signal, activity, outcome string
	seats                     int64
}

// happen puts one happening after the other to an engine, each an hour later, and returns what came of each: the verdict,
// the play, and the stages that were entered.
func happen(t *testing.T, e *handoff.Engine, all ...happening) []string {
	t.Helper()
	var out []string
	memory, ctx := new(hosttest.Memory), context.Background()
	for i, h := range all {
		now := at.Add(time.Duration(i) * time.Hour)
		r := handoff.Request{
			Subject: handoff.Ref{Kind: handoff.KindLead, ID: "L1"},
			Lead:    handoff.Lead{ID: "L1", Fields: map[string]handoff.Value{"seats": handoff.IntValue(h.seats)}},
		}
		if h.signal != "" {
			r.Triggers = []handoff.Trigger{{ID: fmt.Sprintf("T%d", i), Kind: h.signal, OccurredAt: now}}
		}
		r, err := memory.Fill(ctx, e, now, r)
		if err != nil {
			t.Fatal(err)
		}
		d, err := e.Decide(now, r)
		if h.activity != "" {
			d, err = e.Observe(now, r, handoff.Activity{ID: fmt.Sprintf("a%d", i), Kind: handoff.ActivityKind(h.activity), At: now, By: "kim", Outcome: h.outcome})
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := memory.Commit(ctx, d); err != nil {
			t.Fatal(err)
		}
		came := strings.TrimSpace(string(d.Verdict) + " " + d.Play)
		for _, effect := range d.Effects {
			if s, ok := effect.(handoff.SetStage); ok {
				came += " +" + s.Stage.ID
			}
		}
		out = append(out, came)
	}
	return out
}

// TestEntranceIsAnsweredOnce: who crosses a line is handed over once, and not with every click above it, until a lap ends.
func TestEntranceIsAnsweredOnce(t *testing.T) {
	click := happening{signal: "click", seats: 5}
	noAnswer := happening{activity: "outcome", outcome: "no_response", seats: 5}
	for _, tt := range []struct {
		name, reason, keys string
		happenings         []happening
		want               []string
	}{
		{"five clicks", "one handoff", "", []happening{click, click, click, click, click},
			[]string{"assigned work-mql +mql", "no_play", "no_play", "no_play", "no_play"}},
		{"below the line first", "the click that crosses is the one", "", []happening{{signal: "click", seats: 4}, click, {signal: "click", seats: 4}, click},
			[]string{"no_play", "assigned work-mql +mql", "no_play", "no_play"}},
		{"another kind", "whichever signal crosses is answered, and no other kind later", "", []happening{{signal: "demo_request", seats: 9}, click},
			[]string{"assigned work-mql +mql", "no_play"}},
		{"a new lap", "whoever was recycled can cross the line again, once", "", []happening{click, click, noAnswer, click, click},
			[]string{"assigned work-mql +mql", "no_play", "observed +recycled", "assigned work-mql +mql", "no_play"}},
		{"another activity", "it ends no lap", "", []happening{click, {activity: "accepted", seats: 5}, click},
			[]string{"assigned work-mql +mql", "observed +sal", "no_play"}},
		{"a condition of its own", "the crossing alone is not enough, and does not come again", ", when: trigger.kind == \"demo_request\"",
			[]happening{click, {signal: "demo_request", seats: 9}}, []string{"no_play +mql", "no_play"}},
		{"a hold", "the click that crossed is answered once nothing holds it, and no other one", "}\nsuppression:\n  - {id: few, hold: lead.seats < 6, reason: too few, on_release: replay",
			[]happening{click, {signal: "click", seats: 6}, {signal: "click", seats: 6}}, []string{"held +mql", "assigned work-mql", "no_play"}},
		{"a condition that is true", "the crossing and the condition", ", when: lead.seats < 7", []happening{click, click},
			[]string{"assigned work-mql +mql", "no_play"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := rules.Parse("p.yaml", []byte(fmt.Sprintf(crossed, tt.keys)))
			if diff := cmp.Diff(tt.want, happen(t, must(t, e, err), tt.happenings...)); diff != "" {
				t.Errorf("%s (-want +got)\n%s", tt.reason, diff)
			}
		})
	}
}

// TestMovesOfStages: out of which stages one is entered, and that a later stage closes those that go forward only.
func TestMovesOfStages(t *testing.T) {
	const frame = `language: 1
policy: acme
fields: {lead: {seats: int}}
triggers: {click: {about: lead, stale_after: 14d}, demo_request: {about: lead, hand_raise: true, stale_after: 14d}}
routes: {all: [{rep: kim}]}
plays: []
lifecycle:
`
	click, raise := happening{signal: "click", seats: 5}, happening{signal: "demo_request", seats: 5}
	done := func(kind string) happening { return happening{activity: kind, seats: 5} }
	for _, tt := range []struct {
		name, reason, stages string
		happenings           []happening
		want                 []string
	}{
		{"back by a hand that is raised", "who was disqualified does not become mql by a click",
			"  mql: {when: lead.seats >= 5, from: [none]}\n  mql-again: {when: trigger.kind == \"demo_request\", from: [disqualified]}\n  disqualified: {on: disqualified, resets: true}\n",
			[]happening{click, done("disqualified"), click, raise},
			[]string{"no_play +mql", "observed +disqualified", "no_play", "no_play +mql-again"}},
		{"forward only", "who is qualified is not asked in again", "  inquiry: {on: [connected, reply], forward: true}\n  mql: lead.seats >= 5\n  sql: {on: qualified}\n",
			[]happening{done("qualified"), done("connected"), click}, []string{"observed +sql", "observed", "no_play +mql"}},
		{"both ways", "without forward the order does not matter", "  inquiry: {on: connected}\n  sql: {on: qualified}\n",
			[]happening{done("qualified"), done("connected")}, []string{"observed +sql", "observed +inquiry"}},
		{"a condition or an activity", "whichever comes first", "  mql: {when: lead.seats >= 5, on: connected}\n",
			[]happening{done("connected"), click}, []string{"observed +mql", "no_play"}},
		{"an outcome of any activity", "qualified is one, whoever says it", "  sql: {outcome: qualified, resets: true}\n",
			[]happening{done("qualified"), {activity: "outcome", outcome: "qualified", seats: 5}}, []string{"observed +sql", "observed +sql"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := rules.Parse("p.yaml", []byte(frame+tt.stages))
			if diff := cmp.Diff(tt.want, happen(t, must(t, e, err), tt.happenings...)); diff != "" {
				t.Errorf("%s (-want +got)\n%s", tt.reason, diff)
			}
		})
	}
}

// TestTraceOfAnEntrance: an explanation says which of the two kept the play back, the stage or its own condition.
func TestTraceOfAnEntrance(t *testing.T) {
	e, err := rules.Parse("p.yaml", []byte(fmt.Sprintf(crossed, ", when: lead.seats > 7")))
	must(t, e, err)
	for _, tt := range []struct {
		name        string
		seats       int64
		truth       handoff.Truth
		text, first string
	}{
		{"not entered", 4, handoff.False, "entered(mql)", "entered(mql)"},
		{"entered", 5, handoff.False, "lead.seats > 7", "lead.seats > 7"},
		{"both", 8, handoff.True, "lead.seats > 7", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := empty()
			r.Triggers[0].Kind = "click"
			r.Lead.Fields = map[string]handoff.Value{"seats": handoff.IntValue(tt.seats)}
			x, err := e.Explain(at, fillUp(t, e, r))
			if err != nil {
				t.Fatal(err)
			}
			got := x.Triggers[0].Plays[0].When
			if got.Truth != tt.truth || got.Text != tt.text || got.First != tt.first || got.Position == "" {
				t.Errorf("%v %q, first %q at %q", got.Truth, got.Text, got.First, got.Position)
			}
		})
	}
}

// TestKindsThatEnter: a play hears the signals with which the stage can be entered, as far as their kind tells.
func TestKindsThatEnter(t *testing.T) {
	const both = "triggers:\n  demo_request: {about: lead, stale_after: 14d}\n  click: {about: lead, stale_after: 14d}\n  usage_drop: {about: account, stale_after: 14d}\n" +
		"routes: {all: [{rep: kim}]}\nsequences: {s: {on_blocked_channel: skip, steps: [{day: 0, do: call}]}}\n"
	for _, tt := range []struct {
		name, reason, stage, keys string
		want                      []string
	}{
		{"one kind", "the condition names it", `trigger.kind == "click"`, "", []string{"click"}},
		{"one kind, and more", "whatever else it asks", `trigger.kind == "click" and account.employees > 5`, "", []string{"click"}},
		{"not the others", "what it excludes cannot enter", `not (trigger.kind in ["click", "usage_drop"])`, "", []string{"demo_request"}},
		{"either", "one part is enough", `trigger.kind == "usage_drop" or trigger.kind == "usage_drop" and account.customer`, "", []string{"usage_drop"}},
		{"leads", "the play says it", "account.employees > 5", ", about: lead", []string{"demo_request", "click"}},
		{"accounts", "the play says it", "account.employees > 5", ", about: account", []string{"usage_drop"}},
		{"people", "only a play about an account has them", "account.employees > 5", ", sequence: s, people: {at_most: 3}", []string{"usage_drop"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			i := inspectText(t, head+both+"lifecycle: {mql: '"+tt.stage+"'}\nplays: [{id: work, trigger: entered(mql), route: all"+tt.keys+"}]\n")
			var got []string
			for _, kind := range []string{"demo_request", "click", "usage_drop"} {
				_, table, _ := strings.Cut(i.HTML(), `<h3 id="signal-`+kind+`">`)
				table, _, _ = strings.Cut(table, "<h3 ")
				if strings.Contains(table, "#play-work") {
					got = append(got, kind)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got)\n%s", tt.reason, diff)
			}
		})
	}
}

// TestWordsOfOutcomes: the standard words are known to every policy, its own beside them, and no others.
func TestWordsOfOutcomes(t *testing.T) {
	e, err := rules.Parse("p.yaml", []byte(small+"outcomes: {timing: {ends: true}}\n"))
	must(t, e, err)
	for _, tt := range []struct {
		word, reason string
		known        bool
	}{
		{"timing", "a word of the policy's own", true},
		{"no_fit", "a standard word that the policy does not name", true},
		{"timming", "nobody knows it", false},
	} {
		_, err := e.Observe(at, fillUp(t, e, empty()), handoff.Activity{ID: "a", Kind: handoff.ActivityOutcome, At: at, Outcome: tt.word})
		var refused *handoff.InputError
		if known := !errors.As(err, &refused); known != tt.known {
			t.Errorf("%s: %v: %s", tt.word, err, tt.reason)
		}
	}
}

func TestProblemsOfLifecycle(t *testing.T) {
	const back = "triggers: {demo_request: {about: lead, stale_after: 14d}, recycled: {about: lead, stale_after: 14d}}\n"
	const answer = "plays: [{id: demo, trigger: demo_request, route: all}, {id: again, trigger: recycled, route: all}]\n"
	for _, tt := range []struct {
		name, reason, sections string
		want                   []string
	}{
		{"nothing enters", "a stage that nobody is ever in", "lifecycle: {mql: {from: [none]}}\n",
			[]string{"p.yaml:13:18: B011 nothing makes a record enter the stage; write when: a condition of signals, on: an activity, or outcome: what came of the handoff"}},
		{"an unknown activity", "the nearest is named", "lifecycle: {sal: {on: acepted}}\n", []string{`p.yaml:13:23: B014 unknown word "acepted" (did you mean "accepted"?)`}},
		{"activities twice", "one of them says nothing", "lifecycle: {sal: {on: [accepted, accepted]}}\n", []string{`p.yaml:13:34: B020 "accepted" is repeated in this list`}},
		{"an unknown outcome", "the nearest is named, of the standard ones and of the policy's", "lifecycle: {lost: {outcome: [timming, no_fitt]}}\noutcomes: {timing: {ends: true}}\n",
			[]string{`p.yaml:13:30: B030 unknown outcome "timming" (did you mean "timing"?)`, `p.yaml:13:39: B030 unknown outcome "no_fitt" (did you mean "no_fit"?)`}},
		{"one unknown outcome", "without a list", "lifecycle: {lost: {outcome: no_fitt}}\n", []string{`p.yaml:13:29: B030 unknown outcome "no_fitt" (did you mean "no_fit"?)`}},
		{"an unknown stage", "as above", "lifecycle: {mql: 'true', sal: {on: accepted, from: [mqll]}}\n", []string{`p.yaml:13:53: B030 unknown stage "mqll" (did you mean "mql"?); known are mql, none, sal`}},
		{"a later stage", "a record can go back", "lifecycle: {mql: {when: 'true', from: [none, sal]}, sal: {on: accepted}}\n", nil},
		{"out of itself", "nobody is ever in it", "lifecycle: {sal: {on: accepted, from: [sal]}}\n",
			[]string{"p.yaml:13:39: B080 no record ever enters sal: it is entered out of itself alone; name the stages before it, or none for records that have entered none"}},
		{"out of itself in the next lap", "the first lap never ends", "lifecycle: {lost: {outcome: no_fit, from: [lost], resets: true}}\n",
			[]string{"p.yaml:13:43: B080 no record ever enters lost: it is entered out of itself alone"}},
		{"a circle", "nothing leads into it, nor behind it", "lifecycle: {a: {on: accepted, from: [b]}, b: {on: qualified, from: [a, b]}, c: {on: won, from: [b]}, d: {on: lost}}\n",
			[]string{"p.yaml:13:37: B080 no record ever enters a: none of the stages that from names is ever entered before it; name one that is, or none for records that have entered none",
				"p.yaml:13:68: B080 no record ever enters b", "p.yaml:13:96: B080 no record ever enters c"}},
		{"a way into a circle", "whoever is in d can go round", "lifecycle: {a: {on: accepted, from: [b]}, b: {on: qualified, from: [a, d]}, c: {on: won, from: [b]}, d: {on: lost, from: [none]}}\n", nil},
		{"a known stage called none", "it is listed once", "lifecycle: {none: {on: accepted}, b: {on: qualified, from: [c]}}\n",
			[]string{"p.yaml:13:13: B031 none stands in from: for records that have entered no stage; give the stage another name", `p.yaml:13:61: B030 unknown stage "c" (did you mean "b"?); known are b, none`}},
		{"no stage in an entrance", "which one?", "lifecycle: {mql: 'true'}\nplays: [{id: p, trigger: entered(), route: all}]\n",
			[]string{"p.yaml:12:26: B019 entered() names no stage; write one of those under lifecycle, such as entered(mql)"}},
		{"no stage in a condition", "as above", "lifecycle: {mql: 'true'}\neligibility: [{id: g, require: entered(), reason: r}]\n",
			[]string{"p.yaml:14:32: B050 entered() names no stage; write one of those under lifecycle, such as entered(mql)"}},
		{"no stages in from", "any, or none?", "lifecycle: {sal: {on: accepted, from: []}}\n", []string{"p.yaml:13:39: B019 the list is empty; write at least one item"}},
		{"a stage called none", "from could mean either", "lifecycle: {none: 'true'}\n", []string{"p.yaml:13:13: B031 none stands in from: for records that have entered no stage"}},
		{"asked without a condition", "it would always be false", "lifecycle: {sal: {on: accepted}}\neligibility: [{id: g, require: entered(sal), reason: r}]\n",
			[]string{"p.yaml:14:40: B080 no signal makes a record enter sal, so that this is never true"}},
		{"an entrance without a condition", "activities start no play", "lifecycle: {sal: {on: accepted}}\nplays: [{id: p, trigger: entered(sal), route: all}]\n",
			[]string{"p.yaml:12:26: B080 no signal makes a record enter sal: activities and outcomes do, which no play answers; give the stage a when: beside them, or have the play answer a signal"}},
		{"an entrance into nothing", "the nearest is named", "lifecycle: {mql: 'true'}\nplays: [{id: p, trigger: entered(mqll), route: all}]\n",
			[]string{`p.yaml:12:26: B030 unknown stage "mqll" (did you mean "mql"?); known are mql`}},
		{"an entrance without stages", "there is a place for them", "plays: [{id: p, trigger: entered(mql), route: all}]\n", []string{`p.yaml:11:26: B030 unknown stage "mql"; declare it under lifecycle:`}},
		{"in quotes", "as in conditions", "lifecycle: {mql: 'true'}\nplays: [{id: p, trigger: 'entered(\"mql\")', route: all}]\n", nil},
		{"leads and accounts", "a play is about one of them", "lifecycle: {mql: 'true'}\ntriggers: {demo_request: {about: lead, stale_after: 14d}, usage_drop: {about: account, stale_after: 14d}}\nplays: [{id: p, trigger: entered(mql), route: all}]\n",
			[]string{"p.yaml:11:26: B018 leads enter mql with demo_request, and accounts with usage_drop, and a play is about one of them; write about: lead or about: account beside it"}},
		{"too many kinds", "each is looked at for each play", "lifecycle: {mql: 'true'}\ntriggers: {" + manyTriggers(101) + "}\nplays: [{id: p, trigger: entered(mql), route: all}]\n",
			[]string{"p.yaml:11:26: B015 more than 100 kinds of signals can make a record enter mql"}},
		{"as many kinds as may be", "each is looked at for each play", "lifecycle: {mql: 'true'}\ntriggers: {" + manyTriggers(100) + "}\nplays: [{id: p, trigger: entered(mql), route: all}]\n", nil},
		{"about what never enters", "nothing would start it", "lifecycle: {mql: 'true'}\nplays: [{id: p, trigger: entered(mql), about: account, route: all}]\n",
			[]string{"p.yaml:12:47: B080 no signal about an account makes a record enter mql"}},
		{"about without an entrance", "the signal says it", "plays: [{id: p, trigger: demo_request, about: lead, route: all}]\n",
			[]string{"p.yaml:11:47: B021 the kind of signal says what the play is about"}},
		{"people of a lead", "as in every play about a lead", "lifecycle: {mql: 'true'}\nplays: [{id: p, trigger: entered(mql), about: lead, people: {at_most: 2}, route: all}]\n",
			[]string{"p.yaml:12:61: B018 demo_request is about a lead; only a play about an account picks among its people"}},
		{"a standard word that goes on", "it ends the handoff everywhere", "outcomes: {no_fit: {ends: false}}\n",
			[]string{"p.yaml:13:27: B021 no_fit ends the handoff, as it does everywhere"}},
		{"a standard word that ends", "the policy may say so", "outcomes: {rejected: {ends: true}}\n", nil},
		{"needs nothing", "what is meant is missing", "outcomes: {no_fit: {needs: {}}}\n", []string{"p.yaml:13:28: B021 nothing stands in it"}},
		{"one reason", "a list, or true", "outcomes: {no_fit: {needs: {reason: budget}}}\n",
			[]string{`p.yaml:13:37: B013 expected true, for whichever reason, or a list of reasons, such as [budget], but found "budget"`}},
		{"no reasons", "none, or any?", "outcomes: {no_fit: {needs: {reason: []}}}\n", []string{"p.yaml:13:37: B019 the list is empty"}},
		{"a reason twice", "the place of the other is named", "outcomes: {no_fit: {needs: {reason: [budget, {word: budget, attempts: 6}]}}}\n",
			[]string{`p.yaml:13:53: B020 the reason "budget" is repeated; it stands at p.yaml:13:38 already`}},
		{"an empty reason", "nobody can give it", "outcomes: {no_fit: {needs: {reason: [\"\"]}}}\n", []string{"p.yaml:13:38: B019 the reason is empty"}},
		{"fewer attempts than all reasons", "the greater counts", "outcomes: {no_fit: {needs: {attempts: 6, reason: [{word: silent, attempts: 6}]}}}\n",
			[]string{"p.yaml:13:76: B021 the outcome needs 6 attempts whatever the reason; write more, or leave it out"}},
		{"no attempts", "at least one", "outcomes: {no_fit: {needs: {attempts: 0}}}\n", []string{"p.yaml:13:39: B015 0 is out of range; it is from 1 to 1000"}},
		{"a dispute that nobody hears of", "somebody has to decide", "outcomes: {rejected: {dispute: {within: 48h}}}\n", []string{`p.yaml:13:32: B011 the key "tell" is missing here`}},
		{"a rep who is not on the roster", "the nearest is named", "outcomes: {rejected: {dispute: {within: 48h, tell: kimm}}}\nreps: {kim: {}, lee: {}}\n",
			[]string{`p.yaml:13:52: B030 "kimm" is not listed under reps (did you mean "kim"?); or write owner or manager`}},
		{"nearly the manager", "the words are names too", "outcomes: {rejected: {dispute: {within: 48h, tell: manger}}}\nreps: {kim: {}, lee: {}}\n",
			[]string{`p.yaml:13:52: B030 "manger" is not listed under reps (did you mean "manager"?)`}},
		{"a rep called manager", "it could mean either", "outcomes: {rejected: {dispute: {within: 48h, tell: manager}}}\nreps: {kim: {}, lee: {}, manager: {}}\n",
			[]string{"p.yaml:13:52: B031 manager is who has the record, or whom that one reports to, and is also the id of a rep"}},
		{"without a roster", "whoever is named joins it", "outcomes: {rejected: {dispute: {within: 48h, tell: sam}}}\n", nil},
		{"an unknown outcome of a rule", "the nearest is named", "recycle: [{id: r, outcome: no_respnse}]\n", []string{`p.yaml:13:28: B030 unknown outcome "no_respnse" (did you mean "no_response"?)`}},
		{"a wait for nothing", "what comes back is a signal", "recycle: [{id: r, outcome: no_response, wait: 30d}]\n",
			[]string{"p.yaml:13:47: B011 the record comes back as a signal of kind recycled, which triggers does not list; add triggers: recycled: {about: lead, stale_after: 14d}"}},
		{"a date for nothing", "as above", "recycle: [{id: r, outcome: recycle}]\noutcomes: {recycle: {needs: {until: true}}}\n",
			[]string{"p.yaml:13:28: B011 the record comes back as a signal of kind recycled"}},
		{"back while it cools off", "it would be held", back + "recycle: [{id: r, outcome: no_response, wait: 7d, cool_off: 7d1m}]\n",
			[]string{"p.yaml:12:61: B080 the record comes back after 7d, when it still cools off, and is held then; make cool_off at most as long as wait"}},
		{"back as it has cooled off", "the hold ends at that instant", back + answer + "recycle: [{id: r, outcome: no_response, wait: 7d, cool_off: 7d}]\n", nil},
		{"how often on dates alone", "the activity's date brings it back too", back + answer + "recycle: [{id: r, outcome: no_response, at_most: 3}]\n", nil},
		{"back to nobody", "it would be answered no_play", back + "recycle: [{id: r, outcome: no_response, wait: 7d}]\n",
			[]string{"p.yaml:12:16: B080 a record comes back as a signal of kind recycled, and no play answers it; add a play with trigger: recycled, or list it under any_of beside the signals of a play"}},
		{"back to a play of several signals", "it answers too", back + "plays: [{id: p, trigger: {any_of: [demo_request, recycled], at_least: 2, within: 7d}, route: all}]\nrecycle: [{id: r, outcome: no_response, wait: 7d}]\n", nil},
		{"back to whoever enters a stage", "a signal of the kind makes a record enter it", back + "lifecycle: {mql: 'true'}\nplays: [{id: p, trigger: entered(mql), route: all}]\nrecycle: [{id: r, outcome: no_response, wait: 7d}]\n", nil},
		{"accounts where leads are handed over", "none comes back", "triggers: {demo_request: {about: lead, stale_after: 14d}, recycled: {about: account, stale_after: 14d}}\n" + answer + "recycle: [{id: r, outcome: no_response, wait: 7d}]\n",
			[]string{"p.yaml:9:77: B080 recycled is about an account, and no play hands one over by any other signal, so that none comes back; write about: lead, which play demo is about"}},
		{"how often on a date", "dates bring it back too", back + answer + "recycle: [{id: r, outcome: recycle, at_most: 3}]\noutcomes: {recycle: {needs: {until: true}}}\n", nil},
		{"an unknown reason", "the outcome lists its own", "recycle: [{id: r, outcome: no_fit, reason: [bugdet]}]\noutcomes: {no_fit: {needs: {reason: [budget, size]}}}\n",
			[]string{`p.yaml:13:45: B030 unknown reason "bugdet" (did you mean "budget"?); known are budget, size`}},
		{"whatever reason", "the outcome lists none", "recycle: [{id: r, outcome: no_fit, reason: bugdet}]\n", nil},
		{"a reason of one outcome", "the other may have any", "recycle: [{id: r, outcome: [no_fit, no_response], reason: silence}]\noutcomes: {no_fit: {needs: {reason: [budget]}}}\n", nil},
		{"two rules of one name", "reasons could not tell them apart", "recycle: [{id: r, outcome: no_fit}, {id: r, outcome: lost}]\n", []string{`p.yaml:13:42: B020 the id "r" is taken by the one at p.yaml:13:16`}},
		{"a rule behind another", "the first counts", "recycle: [{id: all, outcome: [no_fit, lost]}, {id: some, outcome: lost, reason: price}]\n",
			[]string{"p.yaml:13:52: B080 this rule never counts: whatever it covers, all before it does; put it first, or remove it"}},
		{"a rule behind two", "together they leave nothing", "recycle: [{id: a, outcome: no_fit, reason: budget}, {id: b, outcome: no_fit, reason: size}, {id: c, outcome: no_fit}]\noutcomes: {no_fit: {needs: {reason: [budget, size]}}}\n",
			[]string{"p.yaml:13:98: B080 this rule never counts: whatever it covers, a and b before it does"}},
		{"a rule behind some reasons", "others are left for it", "recycle: [{id: a, outcome: no_fit, reason: budget}, {id: c, outcome: no_fit}]\n", nil},
		{"a rule for one more outcome", "that is left for it", "recycle: [{id: a, outcome: no_fit}, {id: c, outcome: [no_fit, lost]}]\n", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			own, _ := sectionsOf(tt.sections)
			text := small
			for _, section := range own {
				text = withoutSection(text, section)
			}
			_, err := rules.Parse("p.yaml", []byte(text+tt.sections))
			checkProblems(t, err, tt.reason, tt.want...)
		})
	}
}

// manyTriggers returns so many kinds of signals about leads.
func manyTriggers(n int) string {
	var kinds []string
	for i := range n {
		kinds = append(kinds, fmt.Sprintf("t%d: {about: lead, stale_after: 1d}", i))
	}
	return strings.Join(kinds, ", ")
}

// TestBoundsOfOutcomes: a file cannot ask for more than what is quickly compared.
func TestBoundsOfOutcomes(t *testing.T) {
	many := func(n int, form string) string {
		var parts []string
		for i := range n {
			parts = append(parts, strings.ReplaceAll(form, "%d", fmt.Sprint(i)))
		}
		return strings.Join(parts, ",\n ")
	}
	for _, tt := range []struct{ name, sections, form, want string }{
		{"outcomes", "outcomes: {%s}\n", "o%d: {ends: true}", "there are more than 100 outcomes"},
		{"reasons of an outcome", "outcomes: {no_fit: {needs: {reason: [%s]}}}\n", "r%d", "there are more than 100 reasons"},
		{"rules", "recycle: [%s]\n", "{id: r%d, outcome: no_fit, reason: r%d}", "there are more than 100 rules of recycling"},
		{"reasons of a rule", "recycle: [{id: r, outcome: no_fit, reason: [%s]}]\n", "r%d", "there are more than 100 reasons"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := rules.Parse("p.yaml", []byte(small+fmt.Sprintf(tt.sections, many(100, tt.form)))); err != nil {
				t.Errorf("a hundred: %v", err)
			}
			for _, n := range []int{101, 20_000} {
				_, err := rules.Parse("p.yaml", []byte(small+fmt.Sprintf(tt.sections, many(n, tt.form))))
				if lines := problemLines(t, err); len(lines) != 1 || !strings.Contains(lines[0], "B015 "+tt.want) {
					t.Errorf("%d: %d problems: %.300s", n, len(lines), lines)
				}
			}
		})
	}
}

// withoutSection leaves a section out of a policy.
func withoutSection(text, name string) string {
	names, texts := sectionsOf(text)
	var out strings.Builder
	for _, n := range names {
		if n != name {
			out.WriteString(texts[n])
		}
	}
	return out.String()
}
