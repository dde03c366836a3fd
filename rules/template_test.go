package rules_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/salesbaton/baton/handoff"
)

func TestHolesOfTexts(t *testing.T) {
	jo := handoff.Person{FirstName: "Jo", Email: "jo@acme.example", Phone: "555"}
	for _, tt := range []struct {
		name, reason, opening string
		want, filled          string // as the decision has it, and as the host fills it in for Jo
	}{
		{"a quote in a default", `it is written \"`, `${lead.source | "say \"hi\""}`, `say "hi"`, ""},
		{"a backslash in a default", `it is written \\`, `${lead.source | "a\\b"}`, `a\b`, ""},
		{"a backslash before a quote", "each is written with one", `${lead.source | "a\\\"b"}`, `a\"b`, ""},
		{"a bracket in a default", "the default ends with its quote", `${lead.source | "a}b"}c`, "a}bc", ""},
		{"a bar in a default", "the default begins with its quote", `${lead.source | "a | b"}`, "a | b", ""},
		{"blanks", "they may stand around everything", `${  lead.source  |  "x"  }`, "x", ""},
		{"no blanks", "they need not", `${lead.source|"x"}`, "x", ""},
		{"two holes", "each by itself", `${lead.source | "x"}${lead.status | "y"}`, "xy", ""},
		{"a dollar", "it opens nothing by itself", `$5 and $ and {x} and }`, "$5 and $ and {x} and }", ""},
		{"the person", "the host fills it in", "Hi ${person.first_name}!", "Hi ${person.first_name}!", "Hi Jo!"},
		{"the person with blanks", "the host reads one form", `Hi ${  person.first_name  |"there" }!`, `Hi ${person.first_name | "there"}!`, "Hi Jo!"},
		{"nothing of the person", "the default stands in", `Hi ${person.last_name | "there"}!`, `Hi ${person.last_name | "there"}!`, "Hi there!"},
		{"nothing of the person, and blanks", "the default stands in", `Hi ${ person.last_name|"you} \\ there" }!`, `Hi ${person.last_name | "you} \ there"}!`, `Hi you} \ there!`},
		{"nothing of the person and no default", "nothing stands in", "Hi ${person.last_name}!", "Hi ${person.last_name}!", "Hi !"},
		{"a dollar before the person", "the hole stays one", "$${person.first_name}", "$${person.first_name}", "$Jo"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := compileText("true", tt.opening)
			got := scoreOf(t, must(t, e, err), empty())
			if got != tt.want {
				t.Errorf("%q, want %q: %s", got, tt.want, tt.reason)
			}
			if filled := jo.Fill(got); tt.filled != "" && filled != tt.filled {
				t.Errorf("filled in it is %q, want %q: %s", filled, tt.filled, tt.reason)
			}
		})
	}
}

func TestProblemsOfTexts(t *testing.T) {
	const form = "B060 this is not of the form"
	for _, tt := range []struct{ name, reason, opening, want string }{
		{"open", "a hole ends with }", `a ${lead.source`, "p.yaml:19:27: " + form},
		{"open behind the default", "as above", `a ${lead.source | "x"`, "p.yaml:19:27: " + form},
		{"open quote", "a default ends with its quote", `a ${lead.source | "x}`, "p.yaml:19:27: " + form},
		{"nothing in it", "a hole names a field", `a ${}`, "p.yaml:19:27: " + form},
		{"single quotes", "a default stands in double quotes", `a ${lead.source | x}`, "p.yaml:19:27: " + form},
		{"another escape", `only \" and \\ are known`, `a ${lead.source | "x\n"}`, "p.yaml:19:27: " + form},
		{"a call", "a hole names a field", `a ${has(lead.source)}`, "p.yaml:19:27: " + form},
		{"a list of the policy", "a text shows facts", `a ${lists.freemail | "x"}`, `p.yaml:19:29: B044 unknown field "lists.freemail"`},
		{"a hole in a default", "a default is a text", `a ${lead.source | "${lead.status}"}`, "p.yaml:19:27: B060 a default is a text without holes"},
		{"the person in a default", "as above", `a ${lead.source | "${person.first_name}"}`, "p.yaml:19:27: B060 a default is a text without holes"},
		{"quotes in the person's default", "the host's form has no escapes", `a ${person.first_name | "\"you\""}`, "p.yaml:19:27: B060 the default of the person's fields holds no double quotes"},
		{"the person's free text", "a rep reads it in the CRM", `a ${person.message}`, "p.yaml:19:29: B044 unknown field person.message"},
		{"too long", "a line is a line", strings.Repeat("é", 501), "p.yaml:19:24: B062 the text is longer than 500 characters"},
		{"just long enough", "the bound itself is allowed", strings.Repeat("é", 500), ""},
		{"too long a default", "the text as it is written counts", `${lead.source | "` + strings.Repeat("x", 490) + `"}`, "p.yaml:19:24: B062"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := compileText("true", tt.opening)
			want := []string{tt.want}
			if tt.want == "" {
				want = nil
			}
			checkProblems(t, err, tt.reason, want...)
		})
	}
}

// TestVisitorsOpenNoHoles: what a visitor wrote, alone or together with what stands beside it, never asks the host for the
// person.
func TestVisitorsOpenNoHoles(t *testing.T) {
	jo := handoff.Person{FirstName: "Jo", Phone: "555-0100"}
	for _, tt := range []struct{ name, opening, asset, offer string }{
		{"a hole", `[${trigger.asset | ""}]`, "${person.phone}", ""},
		{"with two dollars", `[${trigger.asset | ""}]`, "$${person.phone}", ""},
		{"with many dollars", `[${trigger.asset | ""}]`, "$$$$${person.phone}", ""},
		{"a hole within a hole", `[${trigger.asset | ""}]`, "${${person.phone}}", ""},
		{"a hole with a default", `[${trigger.asset | ""}]`, `${person.phone | "x"}`, ""},
		{"in two fields", `[${trigger.asset | ""}${trigger.offer | ""}]`, "$", "{person.phone}"},
		{"in two fields, with two dollars", `[${trigger.asset | ""}${trigger.offer | ""}]`, "$$", "{person.phone}"},
		{"in two fields around an empty one", `[${trigger.asset | ""}${lead.status | ""}${trigger.offer | ""}]`, "$", "{person.phone}"},
		{"behind a dollar of the author", `[$${trigger.asset | ""}]`, "{person.phone}", ""},
		{"before a bracket of the author", `[${trigger.asset | ""}{person.phone}]`, "$", ""},
		{"before a default of the author", `[${trigger.asset | ""}${lead.status | "{person.phone}"}]`, "$", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := compileText("true", tt.opening)
			must(t, e, err)
			r := empty()
			r.Triggers[0].Asset, r.Triggers[0].Offer = tt.asset, tt.offer
			got := scoreOf(t, e, r)
			if strings.Contains(got, "${") || jo.Fill(got) != got || strings.Contains(jo.Fill(got), "555") {
				t.Errorf("%q is filled in as %q", got, jo.Fill(got))
			}
		})
	}
}

// TestNoTextOfVisitorsOpensAHole draws texts of what holes are made of.
func TestNoTextOfVisitorsOpensAHole(t *testing.T) {
	e, err := compileText("true", `$${trigger.asset | "{"}${trigger.offer | "$"}{${trigger.landing_page | "$"}${person.first_name | "you"}${trigger.asset | "x"}`)
	must(t, e, err)
	r := rand.New(rand.NewPCG(1, 2))
	text := func() string {
		var b strings.Builder
		for range r.IntN(5) {
			b.WriteString([]string{"$", "{", "}", "person.phone", "$$", "${", "a"}[r.IntN(7)])
		}
		return b.String()
	}
	for range 2000 {
		request := empty()
		request.Triggers[0].Asset, request.Triggers[0].Offer, request.Triggers[0].Landing = text(), text(), text()
		got := scoreOf(t, e, request)
		const own = `${person.first_name | "you"}`
		if strings.Count(got, "${") != 1 || strings.Count(got, own) != 1 {
			t.Fatalf("%q has other holes than %s", got, own)
		}
	}
}

func TestTextsAreCutAtTheirBound(t *testing.T) {
	const hole = `${person.first_name | "you"}` // 28 runes
	for _, tt := range []struct {
		name, reason, opening string
		long                  int // runes of the account's name
		want                  string
	}{
		{"just fits", "nothing is cut", `${account.name | ""}` + hole, 472, strings.Repeat("é", 472) + hole},
		{"one too many", "a hole is left out whole", `${account.name | ""}` + hole, 473, strings.Repeat("é", 473)},
		{"behind a hole that is left out", "nothing stands behind what is left out", `${account.name | ""}` + hole + "!", 480, strings.Repeat("é", 480)},
		{"in front of the hole", "the hole stands", hole + `${account.name | ""}`, 600, hole + strings.Repeat("é", 472)},
		{"in the text behind", "it is cut in the middle", `${account.name | ""}` + "0123456789", 495, strings.Repeat("é", 495) + "01234"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := compileText("true", tt.opening)
			must(t, e, err)
			r := empty()
			r.Account = handoff.Account{ID: "A1", Name: strings.Repeat("é", tt.long)}
			if got := scoreOf(t, e, r); got != tt.want || utf8.RuneCountInString(got) > 500 {
				t.Errorf("%d runes: %q\nwant %q: %s", utf8.RuneCountInString(got), got, tt.want, tt.reason)
			}
		})
	}
}

// TestTextsNeverEndWithinAHole draws lengths around the bound.
func TestTextsNeverEndWithinAHole(t *testing.T) {
	const hole = `${person.first_name | "you"}`
	e, err := compileText("true", `${account.name | ""}`+hole+`${trigger.asset | ""}`+hole)
	must(t, e, err)
	r := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		request := empty()
		request.Account = handoff.Account{ID: "A1", Name: strings.Repeat("é", r.IntN(520))}
		request.Triggers[0].Asset = strings.Repeat("x", r.IntN(520))
		got := scoreOf(t, e, request)
		if strings.Contains(strings.ReplaceAll(got, hole, ""), "$") || utf8.RuneCountInString(got) > 500 || !utf8.ValidString(got) {
			t.Fatalf("%d runes, %d of the name: %q", utf8.RuneCountInString(got), len(request.Account.Name)/2, got)
		}
	}
}

// TestOtherTextsAreVerbatim: only the opening has holes.
func TestOtherTextsAreVerbatim(t *testing.T) {
	text := head + triggers + routes + "plays: [{id: demo, trigger: demo_request, route: all, context: {talk_track: 'a ${x}', next_step: '${person.phone}'}}]\n"
	e, err := compileFile(text)
	must(t, e, err)
	d, err := e.Decide(at, fillUp(t, e, empty()))
	if err != nil {
		t.Fatal(err)
	}
	c, _ := d.Context()
	if got := fmt.Sprint(c.TalkTrack, " ", c.NextStep); got != "a ${x} ${person.phone}" {
		t.Error(got)
	}
}
