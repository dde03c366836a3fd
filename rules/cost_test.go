package rules

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
)

// longest is a text as long as a request may have, and almost one as long as a condition may have.
var (
	longest  = strings.Repeat("a", handoff.MaxText-1) + "b"
	longPart = strings.Repeat("a", 1500) + "b"
)

// A costly condition is true of the worst facts, and reads all there is to read before it is.
type costly struct{ name, condition string }

func costlyConditions() []costly {
	return []costly{
		{"a constant", "true"},
		{"a truth value", "lead.trial"},
		{"a number", "account.employees >= 1000"},
		{"two numbers", "account.used <= account.employees"},
		{"a date", `lead.born < "2126-01-01"`},
		{"an instant", `lead.seen < "2126-01-01"`},
		{"a length of time", `lead.idle > "1s"`},
		{"a rate", `lead.open_rate > 0.25`},
		{"the age", `trigger.age >= "1s"`},
		{"a score", "score.fit >= 1"},
		{"a stage", "entered(mql)"},
		{"the hour", "now.hour >= 0"},
		{"the time of day", `now.time >= "00:00"`},
		{"the day", `now.date < "2126-01-01"`},
		{"the weekday", `now.weekday != "sun"`},
		{"days until", "days_until(account.renewal_on) > 1"},
		{"a number among 10", "account.employees in [1, 2, 3, 4, 5, 6, 7, 8, 9, 1000]"},
		{"a number among 300", "account.employees in [" + strings.Repeat("1,", 300) + "1000]"},
		{"a short text", `account.town != "x"`},
		{"a long text", `lead.city == "` + longPart + `"`},
		{"two of the longest texts", `account.town == account.industry`},
		{"a text among 8", `account.town not in ["a", "b", "c", "d", "e", "f", "g", "h"]`},
		{"a text among 80", `account.town not in [` + strings.Repeat(`"abc",`, 80) + `"x"]`},
		{"a text in a list of the policy", "account.town not in lists.many"},
		{"a text in a short list of the policy", "account.town not in lists.few"},
		{"a short start", `account.town startsWith "aaaa"`},
		{"a long start", `lead.city startsWith "` + longPart + `"`},
		{"a short end", `account.town endsWith "ab"`},
		{"a short part", `account.town contains "aaaaaaab"`},
		{"a part of 100 letters", `account.town contains "` + longPart[1400:] + `"`},
		{"a long part", `account.town contains "` + longPart + `"`},
		{"presence of a text", "has(account.town)"},
		{"presence of a number", "has(account.employees)"},
		{"presence of a list", "has(account.topics)"},
		{"presence of the hour", "has(now.hour)"},
		{"a constant in a list of the record", `"x" not in account.topics`},
		{"a text in a list of the record", "account.town in account.topics"},
		{"a count of events", `count("login", "36600d") >= 1`},
		{"a count of people", "people(lead.trial) >= 200"},
		{"a count of people by a text", `people(lead.city == "` + longPart + `") >= 200`},
		{"a count of people by a list of theirs", `people("x" in lead.tags) < 1`},
	}
}

// worstFacts are the largest that a request may have.
func worstFacts(tb testing.TB) *handoff.Facts {
	tb.Helper()
	g := newGenerator(tb).seeded(1)
	f := g.asker.ask(handoff.KindAccount, worstPeople())
	f.Fields, f.Scores = slices.Clone(f.Fields), []handoff.Opt[int64]{handoff.Some[int64](1), handoff.Some[int64](1)}
	list := make([]string, handoff.MaxList)
	for i := range list {
		list[i] = strings.Repeat("a", handoff.MaxText-2) + "xx"
	}
	list[len(list)-1] = strings.Clone(longest)
	given := map[string]any{"account.employees": 1000, "account.used": 1000, "lead.seats": 1000, "lead.born": 20000, "account.renewal_on": 40000,
		"lead.seen": 0, "lead.idle": 1 << 40, "lead.open_rate": 1 << 40, "lead.trial": true, "lead.city": strings.Clone(longPart), "account.topics": list, "lead.tags": list}
	for _, fact := range g.facts {
		v, ok := given[fact.path]
		switch {
		case ok:
			fact.set(&f, v)
		case fact.set != nil && fact.kind == text && fact.words == nil:
			fact.set(&f, strings.Clone(longest))
		}
	}
	f.At = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC) // in summer, a Wednesday
	f.Trigger.OccurredAt = f.At.Add(-time.Hour)
	f.EventsKnown = true
	for i := range handoff.MaxEvents {
		f.Events = append(f.Events, handoff.Event{Kind: strings.Clone("login"), At: f.At.Add(-time.Duration(i) * time.Minute)})
	}
	return &f
}

// worstPeople are as many as a request may have, who differ in where their texts are. Their lists are shorter than they may
// be, for want of memory.
func worstPeople() []handoff.Lead {
	var out []handoff.Lead
	for i := range handoff.MaxPeople {
		tags := make([]string, handoff.MaxList)
		for k := range tags {
			tags[k] = strings.Repeat("a", 16)
		}
		out = append(out, handoff.Lead{ID: fmt.Sprint(i), Fields: map[string]handoff.Value{"trial": handoff.BoolValue(true),
			"city": handoff.StringValue(strings.Clone(longPart)), "tags": handoff.ListValue(tags)}})
	}
	return out
}

// unitsOf returns what a condition costs.
func unitsOf(tb testing.TB, condition string) int64 {
	tb.Helper()
	p := compileFrame(tb, "true", condition)
	return p.cost.perPlay - compileFrame(tb, "true").cost.perPlay
}

// BenchmarkCost measures what a unit of cost takes on the largest facts, for each kind of term and for random conditions
// of them, and so how long a signal can take under a policy of MaxPolicyCost.
func BenchmarkCost(b *testing.B) {
	facts := worstFacts(b)
	run := func(name, condition string) float64 {
		perUnit := 0.0
		b.Run(strings.ReplaceAll(name, " ", "_"), func(b *testing.B) {
			c, units := compileAll(b, condition)[0], unitsOf(b, condition)
			if got := c.Eval(facts); got != handoff.True {
				b.Fatalf("%.80s is %s of the worst facts", condition, got)
			}
			for b.Loop() {
				c.Eval(facts)
			}
			perUnit = float64(b.Elapsed().Nanoseconds()) / float64(b.N) / float64(units)
			b.ReportMetric(float64(units), "units")
			b.ReportMetric(perUnit, "ns/unit")
		})
		return perUnit
	}
	for _, c := range costlyConditions() {
		run("term: "+c.name, c.condition)
	}
	random := rand.New(rand.NewPCG(1, 1))
	var each []float64
	for i := range 100 {
		each = append(each, run(fmt.Sprintf("random %d", i), randomCostly(random)))
	}
	slices.Sort(each)
	if median := each[len(each)/2]; median > 0 {
		b.Logf("random conditions: %.2f, %.2f, %.2f ns/unit (least, median, most); a signal under a policy of %d units takes at most %.2f s",
			each[0], median, each[len(each)-1], int64(MaxPolicyCost), each[len(each)-1]*MaxPolicyCost/1e9)
	}
}

// randomCostly joins costly conditions so that all of them are evaluated.
func randomCostly(r *rand.Rand) string {
	all := costlyConditions()
	var b strings.Builder
	b.WriteString("true")
	for range 1 + r.IntN(8) {
		c := all[r.IntN(len(all))].condition
		if b.Len()+len(c) > maxCondition-20 {
			break
		}
		switch r.IntN(3) {
		case 0:
			b.WriteString(" and " + c)
		case 1:
			b.WriteString(" and not not (" + c + ")")
		default:
			b.WriteString(" and (false or " + c + ")")
		}
	}
	return b.String()
}

// costlyPolicy has so many gates, each of so many counts of events, and so many plays.
func costlyPolicy(gates, counts, plays int) []byte {
	var b strings.Builder
	b.WriteString("language: 1\npolicy: acme\ntriggers: {demo_request: {about: lead, stale_after: 14d}}\nroutes: {all: [{rep: kim}]}\neligibility:\n")
	condition := strings.TrimSuffix(strings.Repeat(`count("a","1d") > 1 or `, counts), " or ")
	for i := range gates {
		fmt.Fprintf(&b, "  - {id: g%d, require: '%s', reason: r}\n", i, condition)
	}
	b.WriteString("plays:\n")
	for i := range plays {
		fmt.Fprintf(&b, "  - {id: p%d, trigger: demo_request, route: all}\n", i)
	}
	return []byte(b.String())
}

// TestCost_WhatIsTooCostlyIsRefused stands on each side of both bounds. A count of events costs eventsCost, and one more
// for the comparison.
func TestCost_WhatIsTooCostlyIsRefused(t *testing.T) {
	const fit = MaxConditionCost / (eventsCost + 1)
	for _, tt := range []struct {
		name                 string
		gates, counts, plays int
		want                 string
	}{
		{"the most a condition may cost", 1, fit, 1, ""},
		{"a condition beyond it", 1, fit + 1, 1, "p.yaml:6:23: B052 this costs"},
		{"the most a policy may cost", 1, fit, MaxPolicyCost / (fit * (eventsCost + 1)), ""},
		{"a play more", 1, fit, MaxPolicyCost/(fit*(eventsCost+1)) + 1, "B052 deciding one signal costs up to"},
		{"a gate more", 2, fit, MaxPolicyCost / (fit * (eventsCost + 1)), "B052 deciding one signal costs up to"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := readPolicy(&files{}, "p.yaml", costlyPolicy(tt.gates, tt.counts, tt.plays), nil)
			if (err == nil) != (tt.want == "") || !strings.Contains(fmt.Sprint(err), tt.want) {
				t.Errorf("got %.300v, want ...%s", err, tt.want)
			}
		})
	}
}

// TestCost_RulesOfEveryPlayCountForEach: a play's own condition is evaluated once for a signal, a gate or a hold once for
// each play.
func TestCost_RulesOfEveryPlayCountForEach(t *testing.T) {
	const play = "plays: [{id: demo, trigger: demo_request, route: all%s}%s]\n"
	const more = ", {id: other, trigger: demo_request, route: all}"
	cost := func(sections, when, others string) int64 {
		t.Helper()
		text := "language: 1\npolicy: acme\ntriggers: {demo_request: {about: lead, stale_after: 14d}}\nroutes: {all: [{rep: kim}]}\n" +
			sections + fmt.Sprintf(play, when, others)
		p, err := readPolicy(&files{}, "p.yaml", []byte(text), nil)
		if err != nil {
			t.Fatal(err)
		}
		return p.cost.total(len(p.config.Plays))
	}
	const one = 2 // a number and a constant
	for _, tt := range []struct {
		name, sections, when string
		alone, beside        int64 // what one play costs, and what two do
	}{
		{"nothing", "", "", 0, 0},
		{"a condition of a play", "", ", when: account.employees > 1", one, one},
		{"a condition of a priority", "", ", priority: {base: 1, add: [{points: 1, when: account.employees > 1}]}", one, one},
		{"a gate", "eligibility: [{id: g, require: account.employees > 1, reason: r}]\n", "", one, 2 * one},
		{"a hold", "suppression: [{id: h, hold: account.employees > 1, reason: r, forever: true}]\n", "", one, 2 * one},
		{"a score", "scores: {fit: [{points: 1, when: account.employees > 1}]}\n", "", one, one},
		{"a score of events", "scores: {intent: {events: {login: 1, view: 2}}}\n", "", 2 * eventsCost, 2 * eventsCost},
		{"a stage", "lifecycle: {mql: account.employees > 1}\n", "", one, one},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := cost(tt.sections, tt.when, ""); got != tt.alone {
				t.Errorf("with one play it costs %d, want %d", got, tt.alone)
			}
			if got := cost(tt.sections, tt.when, more); got != tt.beside {
				t.Errorf("with two plays it costs %d, want %d", got, tt.beside)
			}
		})
	}
}

// TestCost_IsTheSumOfTheParts: a condition costs what its terms cost, so that a part never costs more than the whole.
func TestCost_IsTheSumOfTheParts(t *testing.T) {
	d := &differ{generator: newGenerator(t).seeded(3)}
	trees, texts := d.draw(20)
	for i, drawn := range trees {
		sum := int64(0)
		drawn.each(func(leaf *tree) { sum += unitsOf(t, leaf.text) })
		if got := unitsOf(t, texts[i]); got != sum || sum < 1 {
			t.Errorf("%s costs %d, and its terms %d", texts[i], got, sum)
		}
	}
}

// TestCost_MoreToReadCostsMore compares terms with ones that read more.
func TestCost_MoreToReadCostsMore(t *testing.T) {
	words := func(n int) string {
		return "[" + strings.TrimSuffix(strings.Repeat(`"abc", `, n), ", ") + "]"
	}
	for _, tt := range []struct{ less, more string }{
		{"true", "lead.trial"},
		{"lead.trial", "now.hour > 3"},
		{"account.employees > 1", "days_until(account.renewal_on) > 1"},
		{`lead.city == "x"`, `lead.city == "` + longPart + `"`},
		{`lead.city == "` + longPart + `"`, "lead.city == account.town"},
		{`lead.city startsWith "x"`, `lead.city contains "x"`},
		{`lead.city contains "x"`, `lead.city contains "` + longPart + `"`},
		{"lead.city in " + words(8), "lead.city in " + words(9)},
		{"now.weekday in " + `["mon", "tue"]`, "now.weekday in lists.many"},
		{`"x" in lead.tags`, `"` + longPart + `" in lead.tags`},
		{`"` + longPart + `" in lead.tags`, "lead.city in lead.tags"},
		{"has(lead.tags)", `"x" in lead.tags`},
		{"account.employees in [1]", "account.employees in [" + strings.Repeat("1,", 100) + "1]"},
		{"lead.city in lists.few", `count("login", "1d") > 1`},
		{`count("login", "1d") > 1`, "people(lead.trial) > 1"},
		{"people(lead.trial) > 1", "people(lead.trial and lead.seats > 1) > 1"},
	} {
		if less, more := unitsOf(t, tt.less), unitsOf(t, tt.more); less >= more {
			t.Errorf("%.60s costs %d, and %.60s %d", tt.less, less, tt.more, more)
		}
	}
}
