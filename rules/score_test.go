package rules_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules"
)

// scored returns an engine with the scores, and whose play opens with score.s.
func scored(t testing.TB, scores string) *handoff.Engine {
	t.Helper()
	text := head + triggers + routes + "scores:\n" + scores +
		"plays: [{id: demo, trigger: demo_request, route: all, context: {opening: '${score.s | \"unknown\"}'}}]\n"
	e, err := rules.Parse("p.yaml", []byte(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return e
}

// scoreOf returns score.s as the opening prints it.
func scoreOf(t testing.TB, e *handoff.Engine, r handoff.Request) string {
	t.Helper()
	d, err := e.Decide(at, fillUp(t, e, r))
	if err != nil {
		t.Fatal(err)
	}
	c, ok := d.Context()
	if !ok {
		t.Fatalf("no context: %s", handoff.Describe(d))
	}
	return c.Opening
}

// aged returns a request with an event of a kind for each age.
func aged(kind string, ages ...time.Duration) handoff.Request {
	r := empty()
	r.Events = []handoff.Event{}
	for i, age := range ages {
		r.Events = append(r.Events, handoff.Event{ID: fmt.Sprintf("E%d", i), Kind: kind, At: at.Add(-age)})
	}
	return r
}

func TestScores(t *testing.T) {
	const day = 24 * time.Hour
	repeat := func(n int, age time.Duration) (ages []time.Duration) { return slices.Repeat([]time.Duration{age}, n) }
	for _, tt := range []struct {
		name, reason, scores string
		request              handoff.Request
		want                 string
	}{
		{"rows", "what is true adds up", "  s: [{points: 40, when: account.employees >= 1000}, {points: 5, when: account.employees > 0}, {points: 100, when: account.employees < 1000}]\n", full(), "45"},
		{"unknown rows", "what is unknown adds nothing, also what is negated", "  s: [{points: 40, when: account.employees >= 1000}, {points: 5, when: not (account.employees >= 1000)}]\n", empty(), "0"},
		{"negative rows", "points may be taken away, and the sum may be negative", "  s: [{points: -40, when: 'true'}, {points: 5, when: 'true'}]\n", empty(), "-35"},
		{"at most of the score", "it caps the sum of rows and events", "  s: {rows: [{points: 40, when: 'true'}], events: {a: 70}, at_most: 100}\n", aged("a", 0), "100"},
		{"just at most", "the bound is reached", "  s: {rows: [{points: 40, when: 'true'}], events: {a: 60}, at_most: 100}\n", aged("a", 0), "100"},
		{"below at most", "and nothing is rounded up to it", "  s: {rows: [{points: 40, when: 'true'}], events: {a: 59}, at_most: 100}\n", aged("a", 0), "99"},
		{"at most holds no negative sum", "it is a cap, not a floor", "  s: {rows: [{points: -200, when: 'true'}], at_most: 100}\n", empty(), "-200"},
		{"events of a kind", "each adds", "  s: {events: {a: 15}}\n", aged("a", 0, day, 400*day), "45"},
		{"events of another kind", "they add nothing", "  s: {events: {a: 15}}\n", aged("b", 0, day), "0"},
		{"at most of a kind", "of all events of the kind", "  s: {events: {a: {points: 3, at_most: 9}}}\n", aged("a", repeat(4, 0)...), "9"},
		{"exactly at most of a kind", "the bound is reached", "  s: {events: {a: {points: 3, at_most: 9}}}\n", aged("a", repeat(3, 0)...), "9"},
		{"below at most of a kind", "and nothing is rounded up to it", "  s: {events: {a: {points: 3, at_most: 9}}}\n", aged("a", repeat(2, 0)...), "6"},
		{"at most of a kind counts what is left", "old events are worth less, so that more of them fit", "  s: {half_life: 7d, events: {a: {points: 4, at_most: 9}}}\n", aged("a", repeat(4, 7*day)...), "8"},
		{"negative points of an event", "an unsubscribe takes points away", "  s: {events: {a: -20}, rows: [{points: 5, when: 'true'}]}\n", aged("a", 0), "-15"},
		{"1000 events", "as many as a request may have", "  s: {events: {a: 1000000}}\n", aged("a", repeat(1000, day)...), "1000000000"},
		{"no age", "an event of this instant counts in full", "  s: {half_life: 7d, events: {a: 1000}}\n", aged("a", 0), "1000"},
		{"exactly one half-life", "exactly half", "  s: {half_life: 7d, events: {a: 1000}}\n", aged("a", 7*day), "500"},
		{"exactly two", "exactly a quarter", "  s: {half_life: 7d, events: {a: 1000}}\n", aged("a", 14*day), "250"},
		{"a microsecond before", "ages are cut to whole seconds", "  s: {half_life: 7d, events: {a: 1000}}\n", aged("a", 7*day-time.Microsecond), "501"},
		{"a microsecond after", "as above", "  s: {half_life: 7d, events: {a: 1000}}\n", aged("a", 7*day+time.Microsecond), "500"},
		{"exactly one half-life of negative points", "exactly half", "  s: {half_life: 7d, events: {a: -1000}}\n", aged("a", 7*day), "-500"},
		{"parts of points add up", "three halves are one and a half, rounded down", "  s: {half_life: 7d, events: {a: 1}}\n", aged("a", repeat(3, 7*day)...), "1"},
		{"parts of points of several kinds", "they add up over the kinds", "  s: {half_life: 7d, events: {a: 1, b: 1}}\n",
			func() handoff.Request {
				r := aged("a", 7*day)
				r.Events = append(r.Events, handoff.Event{ID: "B", Kind: "b", At: at.Add(-7 * day)})
				return r
			}(), "1"},
		{"parts of negative points", "rounding is down on both sides of 0", "  s: {half_life: 7d, events: {a: -1}}\n", aged("a", repeat(3, 7*day)...), "-2"},
		{"40 half-lives", "nothing is left of the most points", "  s: {half_life: 1s, events: {a: 1000000}}\n", aged("a", 40*time.Second), "0"},
		{"41 half-lives", "as above", "  s: {half_life: 1s, events: {a: 1000000}}\n", aged("a", 41*time.Second), "0"},
		{"29 half-lives", "of 1000000 points one thousandth is left, which adds up", "  s: {half_life: 1s, events: {a: 1000000}}\n", aged("a", repeat(1000, 29*time.Second)...), "1"},
		{"a huge age", "nothing overflows", "  s: {half_life: 1s, events: {a: 1000000}}\n", aged("a", 290*365*day), "0"},
		{"the longest half-life", "nothing overflows", "  s: {half_life: 36600d, events: {a: 1000000}}\n", aged("a", 36600*day), "500000"},
		{"an event of the future", "it has not happened, as count() sees it too", "  s: {half_life: 7d, events: {a: 10}}\n", aged("a", -time.Microsecond, 0), "10"},
		{"an event of the future without half-life", "as above", "  s: {events: {a: 10}}\n", aged("a", -time.Hour), "0"},
		{"the host did not look", "a score that counts events is unknown", "  s: {events: {a: 10}, rows: [{points: 1, when: 'true'}]}\n", empty(), "unknown"},
		{"the host looked and found nothing", "the score is known", "  s: {events: {a: 10}, rows: [{points: 1, when: 'true'}]}\n", aged("a"), "1"},
		{"a score above", "a score sees those above it", "  fit: [{points: 40, when: 'true'}]\n  s: [{points: 1, when: score.fit >= 40}, {points: 2, when: score.fit < 40}]\n", empty(), "1"},
		{"an unknown score above", "what is unknown adds nothing", "  intent: {events: {a: 1}}\n  s: [{points: 1, when: score.intent >= 0}, {points: 2, when: score.intent < 0}, {points: 4, when: has(score.intent)}]\n", empty(), "0"},
		{"a known score above", "as in the row", "  intent: {events: {a: 1}}\n  s: [{points: 1, when: score.intent >= 1}, {points: 4, when: has(score.intent)}]\n", aged("a", 0), "5"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := scoreOf(t, scored(t, tt.scores), tt.request); got != tt.want {
				t.Errorf("%s, want %s: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func TestProblemsOfScores(t *testing.T) {
	for _, tt := range []struct{ name, reason, scores, want string }{
		{"itself", "a score sees those above it", "scores: {s: [{points: 1, when: score.s > 1}]}", `p.yaml:13:32: B044 unknown field "score.s"`},
		{"one below", "as above", "scores: {s: [{points: 1, when: score.z > 1}], z: []}", `p.yaml:13:32: B044 unknown field "score.z"; a score reads only the scores above it`},
		{"a stage", "stages are evaluated behind the scores", "scores: {s: [{points: 1, when: entered(mql)}]}\nlifecycle: {mql: 'true'}", `p.yaml:13:40: B030 the stage "mql" is entered later: scores see no stage`},
		{"nothing", "it would be 0 for everybody", "scores: {s: {}}", "p.yaml:13:13: B011 a score needs rows: or events:"},
		{"half-life without events", "rows do not decay", "scores: {s: {half_life: 7d, rows: [{points: 1, when: 'true'}]}}", "p.yaml:13:25: B021 half_life has no effect without events:"},
		{"half-life of nothing", "events cannot halve all the time", "scores: {s: {half_life: 0s, events: {a: 1}}}", "p.yaml:13:25: B021 a length of time that is zero"},
		{"points with decimals", "points are whole", "scores: {s: [{points: 1.5, when: 'true'}]}", "p.yaml:13:23: B013 expected a whole number in decimal digits, but found the number 1.5"},
		{"too many points", "no sum overflows", "scores: {s: [{points: 1000001, when: 'true'}]}", "p.yaml:13:23: B015 1000001 is out of range; it is from -1000000 to 1000000"},
		{"too few points", "as above", "scores: {s: {events: {a: -1000001}}}", "p.yaml:13:26: B015 -1000001 is out of range"},
		{"at most nothing", "it would be 0 for everybody", "scores: {s: {events: {a: {points: 1, at_most: 0}}}}", "p.yaml:13:47: B015 0 is out of range; it is from 1 to 1000000"},
		{"a name with a dash", "conditions could not write it", "scores: {a-b: []}", "p.yaml:13:10: B016 a name is 1 to 64 letters, digits and _"},
		{"a list for an event", "a number, or keys", "scores: {s: {events: {a: [1]}}}", "p.yaml:13:26: B013 expected a whole number or keys with values, but found a list"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := rules.Parse("p.yaml", []byte(small+tt.scores+"\n"))
			checkProblems(t, err, tt.reason, tt.want)
		})
	}
}

// root256 is the 256th root of 2, to far more digits than the table has.
func root256() *big.Float {
	x := big.NewFloat(2).SetPrec(200)
	for range 8 {
		x.Sqrt(x)
	}
	return x
}

// TestHalvingTable reads the table off the score of an event: with a half-life of 256 seconds each second is a step.
func TestHalvingTable(t *testing.T) {
	e := scored(t, "  s: {half_life: 256s, events: {a: 1000000}}\n")
	scale := big.NewFloat(65536).SetPrec(200)
	for i := range 256 {
		entry, _ := new(big.Float).Add(scale, big.NewFloat(0.5)).Int64() // no entry lies near a half
		want := fmt.Sprint(entry * 1_000_000_000 >> 16 / 1000)
		if got := scoreOf(t, e, aged("a", time.Duration(i)*time.Second)); got != want {
			t.Errorf("after %d of 256 steps %s points are left of a million, want %s", i, got, want)
		}
		scale.Quo(scale, root256())
	}
}

// power returns 2 to the power of -a/h.
func power(a, h int64) *big.Float {
	result := big.NewFloat(1).SetPrec(200)
	root := big.NewFloat(2).SetPrec(200)
	for r, i := a%h, 0; i < 60; i++ {
		root = new(big.Float).Sqrt(root)
		if r *= 2; r >= h {
			result.Quo(result, root)
			r -= h
		}
	}
	return result.SetMantExp(result, -int(a/h))
}

// within reports whether a score lies where the steps of the table allow: never above the exact value by more than a step
// of 2^(1/256), and never below it but for the rounding of the entry and of the thousandths.
func within(got int64, exact *big.Float) bool {
	rounding := big.NewFloat(1.0 / 65536)
	low := new(big.Float).Mul(exact, new(big.Float).Sub(big.NewFloat(1), rounding))
	low.Sub(low, big.NewFloat(0.001))
	high := new(big.Float).Mul(exact, root256())
	high.Mul(high, new(big.Float).Add(big.NewFloat(1), rounding))
	// The score is the whole points of what is left.
	return new(big.Float).SetInt64(got+1).Cmp(low) > 0 && new(big.Float).SetInt64(got).Cmp(high) <= 0
}

func TestDecayIsThatOfHalfLives(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		h := 1 + r.Int64N([]int64{10, 3600, 86400, 30 * 86400, 36600 * 86400}[r.IntN(5)])
		points := 1 + r.Int64N(1_000_000)
		e := scored(t, fmt.Sprintf("  s: {half_life: %ds, events: {a: %d}}\n", h, points))
		ages := make([]int64, 20)
		for i := range ages {
			ages[i] = r.Int64N(min(12*h, 90*365*86400))
		}
		ages = append(ages, 0, h-1, h, 2*h)
		slices.Sort(ages)
		last := points
		for _, age := range ages {
			var got int64
			fmt.Sscan(scoreOf(t, e, aged("a", time.Duration(age)*time.Second)), &got)
			exact := power(age, h)
			exact.Mul(exact, new(big.Float).SetInt64(points))
			if !within(got, exact) {
				t.Errorf("%d points with a half-life of %ds are %d after %ds; exactly %s", points, h, got, age, exact.Text('f', 6))
			}
			if got > last {
				t.Errorf("%d points with a half-life of %ds grow from %d to %d at %ds", points, h, last, got, age)
			}
			last = got
		}
	}
}

// TestDecayOfNegativePointsMirrors: what is taken away fades as fast as what is given.
func TestDecayOfNegativePointsMirrors(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 100 {
		h, points := 1+r.Int64N(86400), 1+r.Int64N(1_000_000)
		plus := scored(t, fmt.Sprintf("  s: {half_life: %ds, events: {a: %d}}\n", h, points))
		minus := scored(t, fmt.Sprintf("  s: {half_life: %ds, events: {a: -%d}}\n", h, points))
		for range 10 {
			events := aged("a", time.Duration(r.Int64N(10*h))*time.Second)
			var a, b int64
			fmt.Sscan(scoreOf(t, plus, events), &a)
			fmt.Sscan(scoreOf(t, minus, events), &b)
			if sum := a + b; sum != 0 && sum != -1 { // both are rounded down
				t.Errorf("of %d points %d are left, and %d of as many negative ones", points, a, b)
			}
		}
	}
}

func TestScoreIsTheSameForEveryOrderOfEvents(t *testing.T) {
	e := scored(t, "  s: {half_life: 3d, events: {a: {points: 7, at_most: 20}, b: -5, c: 1}, rows: [{points: 3, when: 'count(\"a\", \"5d\") > 2'}], at_most: 25}\n")
	r := rand.New(rand.NewPCG(5, 6))
	for range 50 {
		request := aged("a")
		for i := range r.IntN(30) {
			request.Events = append(request.Events, handoff.Event{ID: fmt.Sprint(i), Kind: []string{"a", "b", "c", "d"}[r.IntN(4)],
				At: at.Add(-time.Duration(r.Int64N(int64(20 * 24 * time.Hour))))})
		}
		want := scoreOf(t, e, request)
		for range 5 {
			r.Shuffle(len(request.Events), func(i, j int) {
				request.Events[i], request.Events[j] = request.Events[j], request.Events[i]
			})
			if got := scoreOf(t, e, request); got != want {
				t.Errorf("%s in one order, %s in another", want, got)
			}
		}
	}
}

// TestExplanationShowsScores: what a decision was made with is what the conditions read.
func TestExplanationShowsScores(t *testing.T) {
	e := scored(t, "  fit: [{points: 40, when: account.employees >= 1000}]\n  s: {half_life: 7d, events: {login: 10}}\n")
	for _, tt := range []struct {
		name, reason string
		events       []handoff.Event
		want         []handoff.ScoreTrace
	}{
		{"an event", "it counts", full().Events, []handoff.ScoreTrace{{ID: "fit", Points: handoff.Some[int64](40)}, {ID: "s", Points: handoff.Some[int64](10)}}},
		{"no event", "a score of 0 is known", []handoff.Event{}, []handoff.ScoreTrace{{ID: "fit", Points: handoff.Some[int64](40)}, {ID: "s", Points: handoff.Some[int64](0)}}},
		{"nobody looked", "only the score that counts events is unknown", nil, []handoff.ScoreTrace{{ID: "fit", Points: handoff.Some[int64](40)}, {ID: "s"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := full()
			r.Events = tt.events
			x, err := e.Explain(at, fillUp(t, e, r))
			if err != nil {
				t.Fatal(err)
			}
			if got := x.Triggers[0].Scores; !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v: %s", got, tt.want, tt.reason)
			}
		})
	}
}
