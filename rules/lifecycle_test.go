package rules_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/hosttest"
	"github.com/salesbaton/baton/rules"
)

// staged is a policy in which leads with 5 seats become mql, and those with 9 sql.
const staged = `language: 1
policy: acme
fields: {lead: {seats: int}}
triggers:
  demo_request: {about: lead, stale_after: 14d}
lifecycle:
  mql: lead.seats >= 5
  sql: lead.seats >= 9
routes:
  all: [{rep: kim}]
`

// live decides one signal after the other, each an hour later and with so many seats, and returns what came of each: the
// verdict, and the stages that it entered.
func live(t *testing.T, e *handoff.Engine, seats ...int64) []string {
	t.Helper()
	var out []string
	memory, ctx := new(hosttest.Memory), context.Background()
	for i, n := range seats {
		now := at.Add(time.Duration(i) * time.Hour)
		r := handoff.Request{
			Subject:  handoff.Ref{Kind: handoff.KindLead, ID: "L1"},
			Lead:     handoff.Lead{ID: "L1", Fields: map[string]handoff.Value{"seats": handoff.IntValue(n)}},
			Triggers: []handoff.Trigger{{ID: fmt.Sprintf("T%d", i), Kind: "demo_request", OccurredAt: now}},
		}
		if n < 0 { // unknown
			r.Lead.Fields = nil
		}
		r, err := memory.Fill(ctx, e, now, r)
		if err != nil {
			t.Fatal(err)
		}
		d, err := e.Decide(now, r)
		if err != nil {
			t.Fatal(err)
		}
		if err := memory.Commit(ctx, d); err != nil {
			t.Fatal(err)
		}
		came := string(d.Verdict)
		for _, effect := range d.Effects {
			if s, ok := effect.(handoff.SetStage); ok {
				came += " " + s.Stage.ID
			}
		}
		out = append(out, came)
	}
	return out
}

func TestEnteredIsTrueOnce(t *testing.T) {
	const play = "plays: [{id: demo, trigger: demo_request, route: all}]\n"
	for _, tt := range []struct {
		name, reason, sections string
		seats                  []int64
		want                   []string
	}{
		{"in a play", "the signal that crosses, and no other", "plays: [{id: demo, trigger: demo_request, route: all, when: entered(mql)}]\n",
			[]int64{4, 5, 6, 4, 5}, []string{"no_play", "assigned mql", "no_play", "no_play", "no_play"}},
		{"unknown first", "unknown does not enter", "plays: [{id: demo, trigger: demo_request, route: all, when: entered(mql)}]\n",
			[]int64{-1, 5, -1}, []string{"no_play", "assigned mql", "no_play"}},
		{"in quotes", "the same stage", "plays: [{id: demo, trigger: demo_request, route: all, when: 'entered(\"mql\")'}]\n",
			[]int64{4, 5, 6}, []string{"no_play", "assigned mql", "no_play"}},
		{"negated", "it is never unknown, so that not of it is true", "plays: [{id: demo, trigger: demo_request, route: all, when: not entered(mql)}]\n",
			[]int64{-1, 5, 6}, []string{"assigned", "no_play mql", "assigned"}},
		{"two stages at once", "each is asked for by itself", "plays: [{id: demo, trigger: demo_request, route: all, when: entered(sql)}]\n",
			[]int64{9, 9}, []string{"assigned mql sql", "no_play"}},
		{"one after the other", "as above", "plays: [{id: demo, trigger: demo_request, route: all, when: entered(sql)}]\n",
			[]int64{5, 9, 5}, []string{"no_play mql", "assigned sql", "no_play"}},
		{"in a gate", "it passes that signal only", play + "eligibility: [{id: g, require: entered(mql), reason: r}]\n",
			[]int64{4, 5, 6}, []string{"ineligible", "assigned mql", "ineligible"}},
		{"in a hold", "it holds that signal only", play + "suppression: [{id: h, hold: entered(mql), reason: r, forever: true}]\n",
			[]int64{4, 5, 6}, []string{"assigned", "held mql", "assigned"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := rules.Parse("p.yaml", []byte(staged+tt.sections))
			if diff := cmp.Diff(tt.want, live(t, must(t, e, err), tt.seats...)); diff != "" {
				t.Errorf("%s (-want +got)\n%s", tt.reason, diff)
			}
		})
	}
}

func TestStageThatFollowsFromAnother(t *testing.T) {
	text := strings.Replace(staged, "sql: lead.seats >= 9", "sql: entered(mql) and lead.seats >= 9", 1) +
		"plays: [{id: demo, trigger: demo_request, route: all, when: entered(sql)}]\n"
	e, err := rules.Parse("p.yaml", []byte(text))
	must(t, e, err)
	for _, tt := range []struct {
		reason string
		seats  []int64
		want   []string
	}{
		{"a stage sees those above it", []int64{4, 9, 9}, []string{"no_play", "assigned mql sql", "no_play"}},
		{"who has entered mql by another signal does not enter it again", []int64{5, 9}, []string{"no_play mql", "no_play"}},
	} {
		if diff := cmp.Diff(tt.want, live(t, e, tt.seats...)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tt.reason, diff)
		}
	}
}

// TestPriorityOfWhoEntered: rows that add to a priority read stages too.
func TestPriorityOfWhoEntered(t *testing.T) {
	text := staged + `plays:
  - {id: base, trigger: demo_request, route: all, priority: 5}
  - {id: entrance, trigger: demo_request, route: all, priority: {base: 0, add: [{points: 10, when: entered(mql)}]}}
`
	e, err := rules.Parse("p.yaml", []byte(text))
	must(t, e, err)
	for seats, want := range map[int64]string{4: "base", 5: "entrance"} {
		r := empty()
		r.Lead.Fields = map[string]handoff.Value{"seats": handoff.IntValue(seats)}
		d, err := e.Decide(at, fillUp(t, e, r))
		if err != nil {
			t.Fatal(err)
		}
		if d.Play != want {
			t.Errorf("with %d seats %s wins, want %s", seats, d.Play, want)
		}
	}
}

func TestProblemsOfStages(t *testing.T) {
	many := func(n int) string {
		var b strings.Builder
		b.WriteString("lifecycle:\n")
		for i := range n {
			fmt.Fprintf(&b, "  s%d: 'true'\n", i)
		}
		return b.String()
	}
	for _, tt := range []struct {
		name, reason, sections string
		want                   []string
	}{
		{"64", "as many as a decision remembers", many(64), nil},
		{"65", "the first one too many is named", many(65), []string{"p.yaml:78:3: B015 there are more than 64 stages"}},
		{"80", "it is one problem", many(80), []string{"p.yaml:78:3: B015 there are more than 64 stages"}},
		{"an unknown stage", "the nearest is named", "lifecycle: {mql: 'true'}\neligibility: [{id: g, require: entered(mqll), reason: r}]\n",
			[]string{`p.yaml:14:40: B030 unknown stage "mqll" (did you mean "mql"?); known are mql`}},
		{"no stages", "there is a place for them", "eligibility: [{id: g, require: entered(mql), reason: r}]\n",
			[]string{`p.yaml:13:40: B030 unknown stage "mql"; declare it under lifecycle:`}},
		{"a later stage", "stages are evaluated in their order", "lifecycle:\n  mql: entered(sql)\n  sql: 'true'\n",
			[]string{`p.yaml:14:16: B030 the stage "sql" is entered later: scores see no stage, and a stage sees those above it`}},
		{"itself", "as above", "lifecycle:\n  mql: entered(mql)\n", []string{`p.yaml:14:16: B030 the stage "mql" is entered later`}},
		{"a field", "a stage is named, not read", "lifecycle: {mql: 'true'}\neligibility: [{id: g, require: entered(lead.source), reason: r}]\n",
			[]string{`p.yaml:14:40: B030 unknown stage "lead.source"`}},
		{"two stages in one call", "one stage for each call", "lifecycle: {mql: 'true', sql: 'true'}\neligibility: [{id: g, require: 'entered(mql, sql)', reason: r}]\n",
			[]string{"p.yaml:14:33: B050 the call is written entered(stage)"}},
		{"compared", "it is a condition by itself", "lifecycle: {mql: 'true'}\neligibility: [{id: g, require: entered(mql) == true, reason: r}]\n",
			[]string{"p.yaml:14:32: B046 entered is true or false; it cannot be compared"}},
		{"in a text", "texts hold fields", "lifecycle: {mql: 'true'}\nplays: []\n", nil},
		{"repeated", "a stage has one definition", "lifecycle:\n  mql: 'true'\n  mql: 'false'\n", []string{`p.yaml:15:3: B012 the key "mql" is repeated; it stands on line 14 already`}},
		{"a name with a blank", "a stage is an id", "lifecycle: {a b: 'true'}\n", []string{"p.yaml:13:13: B016 an id is 1 to 64 letters"}},
		{"no condition", "everybody, or nobody?", "lifecycle: {mql: }\n", []string{"p.yaml:13:18: B042 the condition is empty"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := small + tt.sections
			if tt.name == "in a text" {
				text = strings.Replace(small, "sequence: demo}", "sequence: demo, context: {opening: '${entered(mql)}'}}", 1) + "lifecycle: {mql: 'true'}\n"
				tt.want = []string{`p.yaml:12:87: B060 this is not of the form ${field} or ${field | "default"}`}
			}
			_, err := rules.Parse("p.yaml", []byte(text))
			checkProblems(t, err, tt.reason, tt.want...)
		})
	}
}
