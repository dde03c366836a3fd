package suppression_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/suppression"
)

// An inhibitCase asks whether facts hold a target back.
type inhibitCase struct {
	ID, Op  string
	Rules   []inhibitRule
	Equal   []string // of a rule that is about nothing else
	Facts   []inhibitFact
	Target  labels
	Matcher matcher
	Value   string
	Want    bool
}

type inhibitRule struct {
	Source, Target []matcher
	Equal          []string
}

type inhibitFact struct {
	Labels labels
	State  string
}

type labels map[string]string

// A matcher is a predicate of the peer. Ours are conditions of the rule language, or names of plays.
type matcher struct{ Label, Op, Value string }

// accepts reports whether a value passes; of a label that is missing it is "".
func (m matcher) accepts(value string) bool {
	equal := value == m.Value
	if strings.HasSuffix(m.Op, "~") {
		equal = regexp.MustCompile("^(?:" + m.Value + ")$").MatchString(value)
	}
	return equal != strings.HasPrefix(m.Op, "!")
}

// accept reports whether all of the matchers do.
func (l labels) accept(all []matcher) bool {
	return !slices.ContainsFunc(all, func(m matcher) bool { return !m.accepts(l[m.Label]) })
}

// account returns what stands for the values of some labels; "" where one of them is missing.
func (l labels) account(equal []string) string {
	var values []string
	for _, name := range equal {
		value, there := l[name]
		if !there {
			return ""
		}
		values = append(values, name+"="+value)
	}
	return strings.Join(values, ",")
}

// Why an answer is not ours.
const inhibitNothing = "differs: nothing has to be equal" // where a rule names nothing, the account has to be

func TestForeignInhibit(t *testing.T) {
	path := filepath.Join("..", "..", "shared", "cases", "inhibit_alertmanager.json")
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("no case file at %s: it is not part of the module", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []inhibitCase }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	want := map[string]int{"agree: suppressed": 21, "agree: has_equal_source": 4, "agree: matcher of this test": 17, inhibitNothing: 1}
	got := map[string]int{}
	for _, c := range file.Cases {
		t.Run(c.ID, func(t *testing.T) {
			name := c.run(t)
			if got[name]++; strings.HasPrefix(name, "differs") {
				t.Log(name)
			}
		})
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		t.Logf("%3d %s", got[name], name)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("cases (-want +got):\n%s", diff)
	}
}

// run returns the name of what agrees or differs.
func (c inhibitCase) run(t *testing.T) string {
	var got bool
	name := "agree: " + c.Op
	switch c.Op {
	case "matcher":
		got, name = c.Matcher.accepts(c.Value), "agree: matcher of this test"
	case "has_equal_source":
		got = c.holds(t, inhibitRule{Equal: c.Equal, Target: []matcher{{Label: "nothing", Op: "=", Value: "1"}}}, "target")
	case "suppressed":
		got = slices.ContainsFunc(c.Rules, func(r inhibitRule) bool { return c.holds(t, r) })
	}
	if got == c.Want {
		return name
	}
	if c.Op == "has_equal_source" && len(c.Equal) == 0 {
		return inhibitNothing
	}
	t.Errorf("got %t, want %t", got, c.Want)
	return "wrong"
}

// holds asks one rule. Facts are plays that run for leads of the account that the equal labels name, the target is a play for
// a lead of its account, and matchers pick which plays are sources and which are targets, beside those that always are.
func (c inhibitCase) holds(t *testing.T, r inhibitRule, targets ...string) bool {
	t.Helper()
	sources := []string{"nothing"}
	pick := func(play string, l labels) {
		if l.accept(r.Source) {
			sources = append(sources, play)
		}
		if l.accept(r.Target) {
			targets = append(targets, play)
		}
	}
	if c.Op == "suppressed" {
		pick("target", c.Target)
	}
	runs := map[string][]handoff.Active{} // by account
	for i, f := range c.Facts {
		play := fmt.Sprint("fact-", i)
		pick(play, f.Labels)
		run := active("L2", play, -day, day)
		run.Play, run.Motion = play, ""
		if f.State == "resolved" {
			run.Ends = at.Add(-time.Hour)
		}
		account := f.Labels.account(r.Equal)
		runs[account] = append(runs[account], run)
	}
	s := situation{play: func(p *handoff.Play) { p.ID, p.Motion = "target", "" }}
	s.request = func(req *handoff.Request) {
		req.Lead.Account = c.Target.account(r.Equal)
		req.Account = handoff.Account{ID: req.Lead.Account}
		req.State[req.Account.Ref()] = handoff.Entry{}
		for account, active := range runs {
			req.State[handoff.Ref{Kind: handoff.KindAccount, ID: account}] = handoff.Entry{Version: 1, Value: handoff.Record{Active: active}}
		}
	}
	rule := suppression.Rule{ID: "r", While: suppression.While{Runs: sources}, Scope: handoff.Scope{Only: append([]string{"nothing"}, targets...)}}
	return len(ask(t, s, rule).holds) > 0
}
