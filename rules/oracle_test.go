package rules

import (
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"

	"github.com/salesbaton/baton/handoff"
)

// An oracle answers what a tree is certainly, by programs that the evaluator of expr runs: one that is true where the
// condition is true, and one that is true where it is false.
type oracle struct{ yes, no *vm.Program }

func newOracle(tb testing.TB, t *tree, env map[string]any, optimize bool) oracle {
	tb.Helper()
	compile := func(program string) *vm.Program {
		compiled, err := expr.Compile(program, expr.Env(env), expr.AsBool(), expr.Optimize(optimize))
		if err != nil {
			tb.Fatalf("%s: %v", program, err)
		}
		return compiled
	}
	return oracle{compile(t.certainly(true)), compile(t.certainly(false))}
}

func (o oracle) truth(machine *vm.VM, env map[string]any) (handoff.Truth, error) {
	yes, err := machine.Run(o.yes, env)
	if err != nil {
		return handoff.Unknown, err
	}
	no, err := machine.Run(o.no, env)
	switch {
	case err != nil:
		return handoff.Unknown, err
	case yes == true && no == true:
		return handoff.Unknown, fmt.Errorf("both programs are true")
	case yes == true:
		return handoff.True, nil
	case no == true:
		return handoff.False, nil
	}
	return handoff.Unknown, nil
}

// A differ compares conditions with the oracle and counts what they came to.
type differ struct {
	*generator
	machine     vm.VM
	evaluations int
	outcomes    map[handoff.Truth]int
	failed      []failedTerm
}

// A failedTerm is what a trace named as the first that failed.
type failedTerm struct {
	text  string
	facts *handoff.Facts
}

// draw returns conditions as trees and as a policy has them.
func (d *differ) draw(n int) (trees []*tree, texts []string) {
	for len(trees) < n {
		t := d.tree(3)
		text := d.write(t, looseness)
		if len(text) <= maxCondition && !(strings.Contains(text, "people(") && tooCostly(text)) {
			trees, texts = append(trees, t), append(texts, text)
		}
	}
	return trees, texts
}

// compare holds a condition against both forms of the oracle on every sample, and its trace and its parts on some.
func (d *differ) compare(tb testing.TB, t *tree, text string, c handoff.Condition, samples []*sample) {
	tb.Helper()
	optimized, plain := newOracle(tb, t, samples[0].env, true), newOracle(tb, t, samples[0].env, false)
	for i, s := range samples {
		got := c.Eval(&s.facts)
		d.outcomes[got]++
		d.evaluations++
		for _, o := range []oracle{optimized, plain} {
			want, err := o.truth(&d.machine, s.env)
			if err != nil || got != want {
				tb.Fatalf("%s\nis %s, but the evaluator of expr says %s, %v\nby %s\nof %v", text, got, want, err, t.certainly(true), s.env)
			}
		}
		if i%16 == 0 {
			if first := checkTrace(tb, text, c, &s.facts, got); first != "" && i%64 == 0 {
				d.failed = append(d.failed, failedTerm{first, &s.facts})
			}
			d.checkLess(tb, t, text, c, s, got)
		}
	}
}

// checkFailed compiles the terms that traces named: each is a condition, and not true.
func (d *differ) checkFailed(tb testing.TB) {
	tb.Helper()
	var texts []string
	for _, term := range d.failed {
		texts = append(texts, term.text)
	}
	for i, c := range compileAll(tb, texts...) {
		if c.Eval(d.failed[i].facts) == handoff.True {
			tb.Fatalf("%s is named as the first term that failed, and is true", texts[i])
		}
	}
	d.failed = nil
}

// checkTrace holds what a trace says against the truth, and returns the first term that failed.
func checkTrace(tb testing.TB, text string, c handoff.Condition, f *handoff.Facts, want handoff.Truth) string {
	tb.Helper()
	trace := c.Trace(f)
	switch {
	case trace.Truth != want:
		tb.Fatalf("%s\nis %s, and its trace says %s", text, want, trace.Truth)
	case (len(trace.Unknown) > 0) != (want == handoff.Unknown):
		tb.Fatalf("%s\nis %s, and its trace names as unknown %q", text, want, trace.Unknown)
	case (trace.First == "") != (want == handoff.True) || (trace.FirstPosition == "") != (want == handoff.True):
		tb.Fatalf("%s\nis %s, and its trace names as first failing %q at %s", text, want, trace.First, trace.FirstPosition)
	}
	for _, path := range trace.Unknown {
		if !slices.ContainsFunc(trace.Seen, func(s handoff.Seeing) bool { return s.Path == path && showsUnknown(s) }) {
			tb.Fatalf("%s: the trace names %s as unknown, and has seen %v", text, path, trace.Seen)
		}
	}
	return trace.First
}

// showsUnknown reports whether a value is shown as unknown, or a number of people as unknown of some.
func showsUnknown(s handoff.Seeing) bool {
	return s.Value == "(unknown)" || strings.HasPrefix(s.Path, "people(") && strings.HasSuffix(s.Value, " unknown")
}

// checkLess forgets each fact that a condition reads: what was true or false stays so, or becomes unknown.
func (d *differ) checkLess(tb testing.TB, t *tree, text string, c handoff.Condition, s *sample, known handoff.Truth) {
	tb.Helper()
	asks := false
	var reads []int
	t.each(func(leaf *tree) {
		asks = asks || leaf.asks
		reads = append(reads, leaf.reads...)
	})
	for _, i := range reads {
		if forget := d.facts[i].forget; forget != nil && !asks {
			less := s.facts
			less.Fields, less.Scores = slices.Clone(less.Fields), slices.Clone(less.Scores)
			forget(&less)
			if got := c.Eval(&less); got != handoff.Unknown && got != known {
				tb.Fatalf("%s\nis %s, and %s without %s", text, known, got, d.facts[i].path)
			}
		}
	}
}

// raceDetector reports whether the test was built with the race detector, under which it takes ten times as long.
func raceDetector() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// TestConditionsAgreeWithExpr compares compiled conditions with what the evaluator of expr makes of the same tree, with
// and without its optimizer.
func TestConditionsAgreeWithExpr(t *testing.T) {
	const perPolicy, perCondition = 50, 256
	policies := 80
	if testing.Short() || raceDetector() {
		policies = 8
	}
	d := &differ{generator: newGenerator(t).seeded(1), outcomes: map[handoff.Truth]int{}}
	var samples []*sample
	for range 16 * perCondition {
		samples = append(samples, d.sample())
	}
	for range policies {
		trees, texts := d.draw(perPolicy)
		for i, c := range compileAll(t, texts...) {
			from := d.IntN(len(samples) - perCondition)
			d.compare(t, trees[i], texts[i], c, samples[from:from+perCondition])
		}
		d.checkFailed(t)
	}
	t.Logf("%d conditions, %d evaluations, %d kinds of leaves: %d true, %d false, %d unknown", policies*perPolicy, d.evaluations,
		len(d.drawn), d.outcomes[handoff.True], d.outcomes[handoff.False], d.outcomes[handoff.Unknown])
	for _, outcome := range []handoff.Truth{handoff.True, handoff.False, handoff.Unknown} {
		if n := d.outcomes[outcome]; n*20 < d.evaluations {
			t.Errorf("%s is rarer than one in twenty: %d of %d", outcome, n, d.evaluations)
		}
	}
	for _, label := range labels() {
		if d.drawn[label] == 0 {
			t.Errorf("no condition has %s in it", label)
		}
	}
}

// labels are the kinds of leaves that must occur.
func labels() []string {
	out := []string{"a constant", "a truth value", "has", "entered", "text in a list of the policy", "text in a list of the record"}
	for _, k := range comparable {
		out = append(out, string(k)+" in constants")
		ops := orderings
		if k == text || k == truth {
			ops = equalities
		}
		for _, op := range ops {
			out = append(out, string(k)+" "+op)
		}
	}
	for _, op := range fragmentOps {
		out = append(out, "text "+op)
	}
	for _, op := range orderings {
		out = append(out, "people "+op)
	}
	return out
}

func FuzzConditionsAgreeWithExpr(f *testing.F) {
	for seed := range uint64(8) {
		f.Add(seed)
	}
	g := newGenerator(f)
	f.Fuzz(func(t *testing.T, seed uint64) {
		d := &differ{generator: g.seeded(seed), outcomes: map[handoff.Truth]int{}}
		trees, texts := d.draw(8)
		var samples []*sample
		for range 16 {
			samples = append(samples, d.sample())
		}
		for i, c := range compileAll(t, texts...) {
			d.compare(t, trees[i], texts[i], c, samples)
		}
		d.checkFailed(t)
	})
}

// TestConditionsDoNotAllocate evaluates conditions of every kind. Only those that go through people allocate.
func TestConditionsDoNotAllocate(t *testing.T) {
	d := &differ{generator: newGenerator(t).seeded(2)}
	for range 6 {
		s := d.sample()
		_, texts := d.draw(50)
		for i, c := range compileAll(t, texts...) {
			if n := testing.AllocsPerRun(5, func() { c.Eval(&s.facts) }); n > 0 && !strings.Contains(texts[i], "people(") {
				t.Errorf("%s: %v allocations", texts[i], n)
			}
		}
	}
	if missing := slices.DeleteFunc(labels(), func(label string) bool { return d.drawn[label] > 0 }); len(missing) > 0 {
		t.Errorf("no condition has %s in it", strings.Join(missing, ", "))
	}
}

// TestConditions_ReadWhatIsWritten holds what differed from the oracle once, or from what the author reads.
func TestConditions_ReadWhatIsWritten(t *testing.T) {
	for _, tt := range []struct{ name, condition, want string }{
		{"a rate that no float can tell from its neighbour", "lead.open_rate == 9007199254.740991", ""},
		{"digits with a separator", "lead.open_rate == 1_000.25", ""},
		{"no digit in front of the point", "lead.open_rate == .25", ""},
		{"an exponent", "lead.open_rate == 25e-2", "B048 a rate has at most 6 decimals, at most 2^53 millionths, and no exponent"},
		{"seven decimals", "lead.open_rate == 0.1234567", "B048 a rate has at most 6 decimals"},
		{"a part of a word", `now.weekday startsWith "s"`, ""},
		{"a part of no word", `lead.role contains "zz"`, `p.yaml:16:43: B051 no word contains "zz"; known are ic, vp, cxo`},
		{"a part of a word in front", `"sat and sun" contains now.weekday`, ""},
		{"a comment", `lead.trial /* or account.paid */`, "p.yaml:16:35: B043 a condition holds no comments"},
		{"a comment to the end", `lead.trial // or account.paid`, "p.yaml:16:35: B043 a condition holds no comments"},
		{"a comment with a quote in it", `/* " */ lead.trial`, "p.yaml:16:24: B043 a condition holds no comments"},
		{"slashes in a text", `lead.city == "https://x/*"`, ""},
		{"a negation behind a field", `true and (lead.trial not in [true]) == true`, "p.yaml:16:34: B047 not needs something that is true or false"},
		{"a semicolon at the end", `lead.trial ; `, "p.yaml:16:35: B043 let and ; are not part of the language"},
		{"a number beyond every float", "lead.open_rate == 1e999", "B040 the condition cannot be read here: the number is too great"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := readFrame(tt.condition)
			if (err == nil) != (tt.want == "") || !strings.Contains(fmt.Sprint(err), tt.want) {
				t.Errorf("got %v, want ...%s", err, tt.want)
			}
		})
	}
}

func TestConditions_RatesAreExact(t *testing.T) {
	g := newGenerator(t)
	rate := g.facts[slices.IndexFunc(g.facts, func(f fact) bool { return f.path == "lead.open_rate" })]
	conditions := compileAll(t, "lead.open_rate == 9007199254.740991", "lead.open_rate == 9007199254.740992")
	f := g.base
	for i, millionths := range []int{1<<53 - 1, 1 << 53} {
		rate.set(&f, millionths)
		for k, c := range conditions {
			if got := c.Eval(&f); got != handoff.TruthOf(i == k) {
				t.Errorf("%d millionths against the literal %d: %s", millionths, k, got)
			}
		}
	}
}

// TestTrace_QuotesTheAuthor: the first failing term is shown as it was written, where it was written.
func TestTrace_QuotesTheAuthor(t *testing.T) {
	f := newGenerator(t).base
	for _, tt := range []struct{ condition, first, position string }{
		{"true and lead.role not in ['vp',  `ic`]", "lead.role not in ['vp',  `ic`]", "p.yaml:16:33"},
		{"true && !( lead.trial||false )", "!( lead.trial||false )", "p.yaml:16:32"},
		{"( ((lead.trial)) ) and false", "lead.trial", "p.yaml:16:28"},
		{"(lead.trial or false) and true", "lead.trial or false", "p.yaml:16:25"},
		{"((lead.trial) or (false)) and true", "(lead.trial) or (false)", "p.yaml:16:25"},
		{`true and lead["role"] == "vp"`, `lead["role"] == "vp"`, "p.yaml:16:33"},
		{`true and has( lead.seats )`, "has( lead.seats )", "p.yaml:16:33"},
		{`lead.city != "日本 (x)" and false`, `lead.city != "日本 (x)"`, "p.yaml:16:24"},
		{`(count( "login" , "1d" ) > 1)`, `count( "login" , "1d" ) > 1`, "p.yaml:16:25"},
		{`- 1 < lead.seats`, `- 1 < lead.seats`, "p.yaml:16:24"},
	} {
		t.Run(tt.condition, func(t *testing.T) {
			trace := compileAll(t, tt.condition)[0].Trace(&f)
			if trace.First != tt.first || trace.FirstPosition != tt.position {
				t.Errorf("%q at %s, want %q at %s", trace.First, trace.FirstPosition, tt.first, tt.position)
			}
		})
	}
}
