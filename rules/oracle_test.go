package rules_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/expr-lang/expr"

	"github.com/salesbaton/baton/handoff"
)

// A writer writes random conditions that compile.
type writer struct{ *rand.Rand }

func (w writer) pick(list ...string) string { return list[w.IntN(len(list))] }

func (w writer) condition(depth int) string {
	if depth == 0 || w.IntN(4) == 0 {
		return w.leaf()
	}
	switch w.IntN(3) {
	case 0:
		return "not (" + w.condition(depth-1) + ")"
	case 1:
		return "(" + w.condition(depth-1) + ") and (" + w.condition(depth-1) + ")"
	}
	return "(" + w.condition(depth-1) + ") or (" + w.condition(depth-1) + ")"
}

func (w writer) leaf() string {
	switch w.IntN(6) {
	case 0:
		return "lead.role " + w.pick("==", "!=") + " " + w.pick(`"ic"`, `"vp"`, `"cxo"`)
	case 1:
		return "lead.role " + w.pick("in", "not in") + ` ["ic", "cxo"]`
	case 2:
		return "lead.seats " + w.pick("==", "!=", "<", "<=", ">", ">=") + " " + w.pick("-1", "0", "4", "5", "9007199254740992", "account.employees")
	case 3:
		return w.pick("lead.ok", "not lead.ok", "lead.ok == false", "true", "false")
	case 4:
		return "trigger.asset " + w.pick("contains", "startsWith", "endsWith") + " " + w.pick(`"fo"`, `"rm"`, `"x"`)
	}
	return w.pick(`"hot"`, `"cold"`) + " in lead.tags"
}

// facts draws a record of which everything is known, also as the evaluator of expr reads it.
func (w writer) facts() (handoff.Request, map[string]any) {
	r := full()
	r.Lead.Fields["role"] = handoff.StringValue(w.pick("ic", "vp", "cxo"))
	r.Lead.Fields["seats"] = handoff.IntValue([]int64{-1, 0, 4, 5, 1 << 53}[w.IntN(5)])
	r.Lead.Fields["ok"] = handoff.BoolValue(w.IntN(2) == 0)
	r.Lead.Fields["tags"] = handoff.ListValue([][]string{{}, {"hot"}, {"cold", "hot"}}[w.IntN(3)])
	r.Triggers[0].Asset = w.pick("form", "forum", "arm")
	r.Account.Employees = handoff.Some([]int64{0, 5, 1000}[w.IntN(3)])
	env := map[string]any{
		"lead": map[string]any{"role": r.Lead.Fields["role"].Text(), "seats": int(r.Lead.Fields["seats"].Int()),
			"ok": r.Lead.Fields["ok"].Int() != 0, "tags": r.Lead.Fields["tags"].List()},
		"account": map[string]any{"employees": int(r.Account.Employees.Value)},
		"trigger": map[string]any{"asset": r.Triggers[0].Asset},
	}
	return r, env
}

// checkAgainstExpr compares the compiled conditions with the expr library's own evaluator where everything is known.
// Where something is not, true and false must hold for every value that the unknown could have.
func checkAgainstExpr(t *testing.T, seed uint64) {
	w := writer{rand.New(rand.NewPCG(seed, 1))}
	condition := w.condition(3)
	program, err := expr.Compile(condition, expr.AsBool())
	if err != nil {
		t.Fatalf("%s: %v", condition, err)
	}
	engine, err := compile(condition)
	if err != nil {
		t.Fatalf("%s: %v", condition, err)
	}
	truth := func(r handoff.Request) handoff.Truth {
		x, err := engine.Explain(at, r)
		if err != nil {
			t.Fatal(err)
		}
		return x.Triggers[0].Plays[0].When.Truth
	}
	for range 8 {
		r, env := w.facts()
		want, err := expr.Run(program, env)
		if err != nil {
			t.Fatalf("%s: %v", condition, err)
		}
		got := truth(r)
		if got != handoff.TruthOf(want.(bool)) {
			t.Fatalf("%s is %s, and the evaluator of expr says %v, for %v", condition, got, want, env)
		}
		for _, name := range []string{"role", "seats", "ok", "tags"} {
			known := r.Lead.Fields[name]
			delete(r.Lead.Fields, name)
			if less := truth(r); less != handoff.Unknown && less != got {
				t.Fatalf("%s is %s without lead.%s, but %s with %v", condition, less, name, got, known)
			}
			r.Lead.Fields[name] = known
		}
	}
}

func TestConditionsAgreeWithExpr(t *testing.T) {
	for seed := range uint64(500) {
		checkAgainstExpr(t, seed)
	}
}

func FuzzConditionsAgreeWithExpr(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { checkAgainstExpr(t, seed) })
}

func BenchmarkDecide(b *testing.B) {
	engine, err := compile(`account.employees >= 500 and lead.role in ["vp", "cxo"] and trigger.asset == "form"`)
	if err != nil {
		b.Fatal(err)
	}
	r := full()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := engine.Decide(at, r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	for _, plays := range []int{1, 100, 1000} {
		var text strings.Builder
		text.WriteString(strings.SplitAfter(small, "plays:\n")[0])
		for i := range plays {
			fmt.Fprintf(&text, "  - {id: p%d, trigger: demo_request, route: all, priority: %d, when: account.employees >= %d and lead.country == \"US\"}\n", i, i, i)
		}
		b.Run(fmt.Sprint(plays), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := compileFile(text.String()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
