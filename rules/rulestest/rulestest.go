// Package rulestest runs the tests that stand in a YAML file beside a policy. A test gives facts, asks the engine and
// compares what it names of the decision; every test says why the policy must decide so.
package rulestest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/salesbaton/baton/rules"
	"github.com/salesbaton/baton/rules/internal/language"
	"github.com/salesbaton/baton/rules/internal/source"
)

// A Report is what came of a test file.
type Report struct {
	File   string   `json:"file"`
	Policy string   `json:"policy"` // path of the policy's file
	Cases  []Result `json:"cases"`  // in the order of the file
}

// A Result is what came of one test. It passed when there are no failures.
type Result struct {
	Name     string    `json:"name"`
	Reason   string    `json:"reason"`
	Position string    `json:"position"` // file:line:col of the name
	Failures []Failure `json:"failures,omitempty"`
}

// A Failure is an expectation that a decision did not meet.
type Failure struct {
	Position string `json:"position"` // file:line:col of the expectation
	Path     string `json:"path"`     // in the decision, such as effects[2].scope
	Want     string `json:"want"`
	Got      string `json:"got"`
	Decision string `json:"decision,omitempty"` // handoff.Describe of it; "" where the engine refused the request
}

// String returns the failure on one line, without the decision.
func (f Failure) String() string {
	return fmt.Sprintf("%s: %s: wanted %s, came %s", f.Position, f.Path, f.Want, f.Got)
}

// RunFile runs every test of a file, each from an empty State and the entries it gives. The error says what keeps the
// tests from being run: it is a rules.Problems where the test file is wrong, or else the policy, with all problems of
// that file. The Report names the policy if that is what is wrong. Failing tests are not an error.
func RunFile(path string) (Report, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Report{}, fmt.Errorf("tests: %w", err)
	}
	var problems source.Report
	root := source.Parse(path, text, language.TestFile, &problems)
	file := fileReader{&problems, map[string]string{}}.file(root)
	if err := problems.Err(); err != nil {
		return Report{}, err
	}
	report := Report{File: path, Policy: filepath.FromSlash(file.policy)}
	if !filepath.IsAbs(report.Policy) {
		report.Policy = filepath.Join(filepath.Dir(path), report.Policy)
	}
	engine, err := rules.Load(report.Policy)
	if err != nil {
		return report, err
	}
	for _, c := range file.cases {
		report.Cases = append(report.Cases, c.run(engine))
	}
	return report, nil
}

// Run runs the tests of a file as subtests, one for each, under its name.
func Run(t *testing.T, path string) {
	t.Helper()
	report, err := RunFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range report.Cases {
		t.Run(c.Name, func(t *testing.T) {
			if len(c.Failures) > 0 {
				t.Error("\n" + c.text())
			}
		})
	}
}

// Failed returns how many tests failed.
func (r Report) Failed() int {
	n := 0
	for _, c := range r.Cases {
		if len(c.Failures) > 0 {
			n++
		}
	}
	return n
}

// Text returns one line for a file whose tests pass, else every failure with the decision that came.
func (r Report) Text() string {
	if r.Failed() == 0 {
		return fmt.Sprintf("%s: ok  %s\n", r.File, plural(len(r.Cases), "test"))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: FAILED  %d of %s\n", r.File, r.Failed(), plural(len(r.Cases), "test"))
	for _, c := range r.Cases {
		if len(c.Failures) > 0 {
			b.WriteString("\n" + c.text())
		}
	}
	return b.String()
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// text returns the failures of one test; a decision stands once, behind all that it does not meet.
func (r Result) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n    reason: %s\n", r.Name, r.Reason)
	for i, f := range r.Failures {
		fmt.Fprintf(&b, "    %s\n", f)
		last := i == len(r.Failures)-1 || r.Failures[i+1].Decision != f.Decision
		if last && f.Decision != "" {
			b.WriteString(indent(f.Decision))
		}
	}
	return b.String()
}

func indent(text string) string {
	const margin = "        "
	return margin + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n"+margin) + "\n"
}
