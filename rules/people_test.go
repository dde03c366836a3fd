package rules_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/hosttest"
	"github.com/salesbaton/baton/rules"
)

// compileForAccount puts a condition into the frame with a signal that is about an account.
func compileForAccount(condition string) (*handoff.Engine, error) {
	text := fmt.Sprintf(strings.Replace(frame, "about: lead", "about: account", 1), "'"+condition+"'", "hello")
	return rules.Parse("p.yaml", []byte(text))
}

// group is a request about an account with a person for each role; "?" is one whose role is unknown.
func group(roles ...string) handoff.Request {
	r := handoff.Request{
		Subject:  handoff.Ref{Kind: handoff.KindAccount, ID: "A1"},
		Account:  handoff.Account{ID: "A1", Employees: handoff.Some[int64](1000)},
		Lead:     handoff.Lead{ID: "X", Fields: map[string]handoff.Value{"role": handoff.StringValue("cxo")}},
		People:   []handoff.Lead{},
		Triggers: []handoff.Trigger{{ID: "T1", Kind: "demo_request", OccurredAt: at}},
	}
	for i, role := range roles {
		l := handoff.Lead{ID: fmt.Sprintf("L%d", i), Owner: "kim", Fields: map[string]handoff.Value{"seats": handoff.IntValue(int64(i))}}
		if role != "?" {
			l.Fields["role"] = handoff.StringValue(role)
		}
		r.People = append(r.People, l)
	}
	return r
}

// ofGroup returns the value and the trace of a condition for a request about an account.
func ofGroup(t *testing.T, condition string, r handoff.Request) handoff.Trace {
	t.Helper()
	e, err := compileForAccount(condition)
	if err != nil {
		t.Fatalf("%s: %v", condition, err)
	}
	x, err := e.Explain(at, fillUp(t, e, r))
	if err != nil {
		t.Fatal(err)
	}
	return x.Triggers[0].Plays[0].When
}

func TestPeople(t *testing.T) {
	const senior = `people(lead.role in ["vp", "cxo"])`
	unsent, alone := group(), group()
	unsent.People = nil
	alone.People = []handoff.Lead{{ID: "L1"}}
	for _, tt := range []struct {
		name, reason, condition string
		r                       handoff.Request
		want                    handoff.Truth
	}{
		{"as many as it needs", "the threshold itself", senior + " >= 3", group("vp", "cxo", "ic", "vp"), handoff.True},
		{"one fewer", "the lead of the request is none of the people", senior + " >= 3", group("vp", "cxo", "ic", "ic"), handoff.False},
		{"one fewer and one unknown", "the unknown one decides", senior + " >= 3", group("vp", "cxo", "ic", "?"), handoff.Unknown},
		{"enough and one unknown", "whoever the unknown one is, there are three", senior + " >= 3", group("vp", "cxo", "vp", "?"), handoff.True},
		{"too few with all unknown ones", "even so there are two", senior + " >= 3", group("vp", "?", "ic", "ic"), handoff.False},
		{"more than", "three are not more than three", senior + " > 3", group("vp", "vp", "vp"), handoff.False},
		{"more than, unknown", "a fourth may be", senior + " > 3", group("vp", "vp", "vp", "?"), handoff.Unknown},
		{"fewer", "at most two", senior + " < 3", group("vp", "?"), handoff.True},
		{"fewer, unknown", "two or three", senior + " < 3", group("vp", "vp", "?"), handoff.Unknown},
		{"at most", "the bound itself", senior + " <= 2", group("vp", "vp", "ic"), handoff.True},
		{"at most, too many", "three for certain", senior + " <= 2", group("vp", "vp", "vp", "?"), handoff.False},
		{"exactly", "nobody is unknown", senior + " == 2", group("vp", "vp", "ic"), handoff.True},
		{"exactly, unknown", "two or three", senior + " == 2", group("vp", "vp", "?"), handoff.Unknown},
		{"exactly, out of reach from below", "at most two", senior + " == 3", group("vp", "?"), handoff.False},
		{"exactly, out of reach from above", "three for certain", senior + " == 2", group("vp", "vp", "vp", "?"), handoff.False},
		{"another number", "two or three is not one", senior + " != 1", group("vp", "vp", "?"), handoff.True},
		{"another number, unknown", "one or two", senior + " != 1", group("vp", "?"), handoff.Unknown},
		{"another number, the same", "one for certain", senior + " != 1", group("vp", "ic"), handoff.False},
		{"the constant on the left", "as with any number", "3 <= " + senior, group("vp", "vp", "vp"), handoff.True},
		{"the constant on the left, the other way", "3 is not less than 3", "3 < " + senior, group("vp", "vp", "vp"), handoff.False},
		{"negated", "not of unknown is unknown", "not (" + senior + " >= 1)", group("?"), handoff.Unknown},
		{"beyond everybody", "unknown people are people", senior + " >= 5", group("vp", "?", "?"), handoff.False},
		{"nobody", "an empty list is known", senior + " == 0", group(), handoff.True},
		{"not sent", "the host did not look", senior + " >= 1", unsent, handoff.Unknown},
		{"not sent, whatever the bound", "not even that there are none or more is known", senior + " >= 0", unsent, handoff.Unknown},
		{"everybody", "a constant counts them all", "people(true) == 2", group("ic", "?"), handoff.True},
		{"the account beside the person", "the account is the same for each", "people(account.employees >= 1000 and lead.seats >= 1) == 2", group("ic", "ic", "ic"), handoff.True},
		{"presence", "has is never unknown", "people(has(lead.role)) == 1", group("ic", "?"), handoff.True},
		{"the lead's own columns", "those of the request's lead do not show through", "people(has(lead.role)) == 0", alone, handoff.True},
		{"a built-in field", "as with declared ones", `people(lead.owner == "kim") >= 2`, group("ic", "vp"), handoff.True},
		{"two counts", "each goes through the people", senior + " >= 1 and people(not has(lead.role)) >= 1", group("vp", "?"), handoff.True},
		{"beside the request's lead", "outside of people(...) lead is that one", senior + ` == 1 and lead.role == "cxo"`, group("vp", "ic"), handoff.True},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := ofGroup(t, tt.condition, tt.r).Truth; got != tt.want {
				t.Errorf("%s is %s, want %s: %s", tt.condition, got, tt.want, tt.reason)
			}
		})
	}
}

func TestPeople_OfALeadAreUnknown(t *testing.T) {
	if got := when(t, "people(true) >= 0", full()).Truth; got != handoff.Unknown {
		t.Errorf("%s, want unknown: a request about a lead has no people", got)
	}
}

// TestPeople_Bound counts as many people as a request may have, and refuses one more.
func TestPeople_Bound(t *testing.T) {
	const condition = `people(lead.role == "vp") == 200`
	most := group(slices.Repeat([]string{"vp"}, handoff.MaxPeople)...)
	if got := ofGroup(t, condition, most).Truth; got != handoff.True {
		t.Errorf("of %d people it is %s, want true", handoff.MaxPeople, got)
	}
	e, err := compileForAccount(condition)
	if err != nil {
		t.Fatal(err)
	}
	r := fillUp(t, e, most)
	r.People = append(r.People, handoff.Lead{ID: "one more"})
	var wrong *handoff.InputError
	if _, err := e.Decide(at, r); !errors.As(err, &wrong) || wrong.Path != "people" {
		t.Errorf("got %v, want an *InputError for people", err)
	}
}

func TestPeople_MistakesStandWhereTheyAre(t *testing.T) {
	const inside = "inside people(...) a condition is about lead.*, account.*, now.* and lists"
	for _, tt := range []struct{ condition, column, want string }{
		{`people(lead.rol == "vp") >= 3`, "18:19", `unknown field "lead.rol" (did you mean "lead.role"?)`},
		{`people(lead.role == "vpp") >= 3`, "18:32", `unknown word "vpp"`},
		{`people(lead.seats) >= 3`, "18:19", "a condition must be true or false, but this is a whole number"},
		{`lead.ok and people(lead.ok and trigger.asset == "x") >= 3`, "18:43", "trigger.asset is about the signal or its record and not about each person; " + inside},
		{`people(score.fit > 3) >= 3`, "18:19", "score.fit is about the signal"},
		{`people(has(trigger.asset)) >= 3`, "18:23", "trigger.asset is about the signal"},
		{`people(subject.kind == "lead") >= 3`, "18:19", "subject.kind is about the signal"},
		{`people(count("login", "1d") > 3) >= 3`, "18:19", "count is about the signal"},
		{`people(entered(mql)) >= 3`, "18:19", "entered is about the signal"},
		{`people(people(lead.ok) >= 1) >= 3`, "18:19", "people(...) goes through the people already"},
		{`people(lead.ok)`, "18:12", "a condition must be true or false, but this is a whole number"},
		{`people() >= 3`, "18:12", "the call is written people(condition)"},
		{`people(lead.ok, lead.ok) >= 3`, "18:12", "the call is written people(condition)"},
		{`people >= 3`, "18:12", `unknown field "people"`},
		{`people(lead.ok) >= 2.5`, "18:31", "use a whole number"},
		{`people(lead.ok) >= "3"`, "18:31", "cannot compare a whole number with text"},
		{`people(lead.ok) >= lead.seats`, "18:31", "people(...) is compared with a whole number only, such as 3"},
		{`lead.seats < people(lead.ok)`, "18:12", "people(...) is compared with a whole number only, such as 3"},
		{`people(lead.ok) > people(true)`, "18:30", "people(...) is compared with a whole number only, such as 3"},
		{`people(lead.ok) in [3, 4]`, "18:12", "people(...) is compared with ==, !=, <, <=, > or >= and a whole number"},
		{`days_until(people(lead.ok)) > 3`, "18:23", "needs a field that is a date"},
		{`has(people(lead.ok))`, "18:16", "a field is written with dots"},
		{`person(lead.ok) >= 3`, "18:12", `unknown call "person"`},
	} {
		t.Run(tt.condition, func(t *testing.T) {
			_, err := compileForAccount(tt.condition)
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

func TestPeople_AllMistakesInside(t *testing.T) {
	_, err := compileForAccount(`people(lead.rol == "x" and lead.role == "vpp") >= "3" or lead.seets > 1`)
	if n := strings.Count(fmt.Sprint(err), "p.yaml:"); n != 4 {
		t.Errorf("%d problems, want 4:\n%v", n, err)
	}
}

// TestPeople_OfARuleForPeople: who and first run for each of the people already.
func TestPeople_OfARuleForPeople(t *testing.T) {
	text := fmt.Sprintf(strings.Replace(frame, "about: lead", "about: account", 1), "true", "hello")
	_, err := rules.Parse("p.yaml", []byte(text+"    people: {who: people(lead.ok) >= 2, at_most: 1}\n"))
	checkProblems(t, err, "it would go through all people for each", "p.yaml:20:13: B021 nothing starts for them; give the play a sequence, or leave out people",
		"p.yaml:20:19: B043 people(...) goes through the people already, and cannot stand inside itself or under people:")
}

func TestPeople_TraceTellsTheCount(t *testing.T) {
	const condition = `account.employees >= 1000 and people( lead.role == "vp" ) >= 2`
	const seen = `people( lead.role == "vp" )`
	unsent := group()
	unsent.People = nil
	for _, tt := range []struct {
		name, count string
		r           handoff.Request
		unknown     []string
	}{
		{"too few", "1 of 3", group("vp", "ic", "cxo"), nil},
		{"unknown", "1 of 3, 1 unknown", group("vp", "ic", "?"), []string{seen}},
		{"not sent", "(unknown)", unsent, []string{seen}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := ofGroup(t, condition, tt.r)
			if diff := cmp.Diff([]handoff.Seeing{{Path: "account.employees", Value: "1000"}, {Path: seen, Value: tt.count}}, got.Seen); diff != "" {
				t.Errorf("seen (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.unknown, got.Unknown); diff != "" {
				t.Errorf("unknown (-want +got):\n%s", diff)
			}
			if got.First != seen+" >= 2" || got.FirstPosition != "p.yaml:18:42" {
				t.Errorf("first is %q at %s", got.First, got.FirstPosition)
			}
		})
	}
}

// TestPeople_ThresholdFiresOnce: a stage is entered by the signal that completes the group, and by no later one.
func TestPeople_ThresholdFiresOnce(t *testing.T) {
	e, err := compileFile(`language: 1
policy: acme
fields: {lead: {role: [ic, vp, cxo], seats: int}}
triggers: {account_engagement: {about: account, stale_after: 14d}}
lifecycle: {buying_group: 'people(lead.role in ["vp", "cxo"]) >= 3'}
routes: {all: [{rep: kim}]}
plays: [{id: group, trigger: account_engagement, when: entered(buying_group), route: all}]
`)
	if err != nil {
		t.Fatal(err)
	}
	memory, ctx := new(hosttest.Memory), context.Background()
	for i, tt := range []struct {
		roles string
		want  handoff.Verdict
	}{
		{"vp ic", handoff.VerdictNoPlay},
		{"vp ic vp ?", handoff.VerdictNoPlay},
		{"vp ic vp cxo", handoff.VerdictAssigned},
		{"vp ic vp cxo vp", handoff.VerdictNoPlay},
		{"vp", handoff.VerdictNoPlay},
		{"vp vp vp", handoff.VerdictNoPlay},
	} {
		now := at.Add(time.Duration(i) * time.Hour)
		r := group(strings.Fields(tt.roles)...)
		r.Triggers[0] = handoff.Trigger{ID: fmt.Sprintf("T%d", i), Kind: "account_engagement", OccurredAt: now}
		r, err := memory.Fill(ctx, e, now, r)
		if err != nil {
			t.Fatal(err)
		}
		d, err := e.Decide(now, r)
		if err != nil {
			t.Fatal(err)
		}
		if d.Verdict != tt.want {
			t.Errorf("%s: %s, want %s", tt.roles, d.Verdict, tt.want)
		}
		if err := memory.Commit(ctx, d); err != nil {
			t.Fatal(err)
		}
	}
}
