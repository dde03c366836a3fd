package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/salesbaton/baton/rules"
	"github.com/salesbaton/baton/rules/rulestest"
)

const testHelp = `handoff test TESTFILE... runs the tests of policies; of a directory, every *_test.yaml in it.

  handoff test policy_test.yaml
  handoff test -v policies/               lists the tests by name
  handoff test --run 'demo|trial' .       only tests whose name matches the regular expression
  handoff test --json policy_test.yaml    the results as a JSON array, one element for each file

A test file:

  policy: policy.yaml                     # relative to the test file
  tests:
    - name: an enterprise demo request goes to an account executive
      reason: enterprise deals are sold by account executives
      at: 2026-03-02T15:04:00Z
      given:
        lead: {id: L1, account: A1, person: {email: jo@acme.example}}
        account: {id: A1, employees: 2500}
        opportunities: []                   # there are none; left out, they are unknown
        triggers: [{id: T1, kind: demo_request, occurred_at: 2026-03-02T15:03:00Z}]
      expect: {verdict: enrolled, owner: kim, absent: [hold]}

Where a policy has settle, a signal is queued until the window is over: let at lie behind it, or write steps, of which a
later one decides what waits:

      steps:
        - {at: 2026-03-02T15:04:00Z, expect: {verdict: queued}}
        - {at: 2026-03-02T15:09:00Z, expect: {verdict: enrolled}}

A step may also be a touch that is about to go out, what somebody did, or time that passes:

        - {at: 2026-03-03T15:00:00Z, touch: {id: M1, channel: email, purpose: marketing, scope: nurture}, expect: {verdict: held}}
        - {at: 2026-03-03T16:00:00Z, observe: {id: C1, kind: call}, expect: {verdict: observed}}
        - {at: 2026-03-09T15:09:00Z, sweep: true, expect: {effects: [{kind: resume_marketing}]}}
`

// A fileReport is what came of a test file that was run, or why it was not.
type fileReport struct {
	rulestest.Report
	Problems rules.Problems `json:"problems,omitempty"` // why it was not run
}

func (r fileReport) wrong() bool { return len(r.Problems) > 0 || r.Failed() > 0 }

func test(s streams, args []string) error {
	fs := newFlags("test")
	asJSON, verbose := fs.Bool("json", false, ""), fs.Bool("v", false, "")
	pattern := fs.String("run", "", "")
	args, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(args) == 0 {
		return misused("test: name test files or directories, such as: handoff test policy_test.yaml")
	}
	filter, err := regexp.Compile(*pattern)
	if err != nil {
		return misused("test: --run: %v", err)
	}
	files, err := testFiles(args)
	if err != nil {
		return err
	}
	reports := runTests(files, filter)
	if *pattern != "" && !slices.ContainsFunc(reports, func(r fileReport) bool { return len(r.Cases) > 0 || r.wrong() }) {
		return misused("test: no test has a name that matches --run %s", *pattern)
	}
	if err := s.printReports(reports, *asJSON, *verbose); err != nil {
		return err
	}
	if slices.ContainsFunc(reports, fileReport.wrong) {
		return errWrong
	}
	return nil
}

// testFiles puts the test files of a directory, by name, in its place.
func testFiles(args []string) ([]string, error) {
	var files []string
	for _, arg := range args {
		info, err := os.Stat(arg)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			files = append(files, arg)
			continue
		}
		entries, err := os.ReadDir(arg)
		if err != nil {
			return nil, err
		}
		before := len(files)
		for _, e := range entries {
			if matched, _ := filepath.Match("*_test.yaml", e.Name()); matched && !e.IsDir() {
				files = append(files, filepath.Join(arg, e.Name()))
			}
		}
		if len(files) == before {
			return nil, fmt.Errorf("%s: holds no file with a name that ends in _test.yaml", arg)
		}
	}
	return files, nil
}

func runTests(files []string, filter *regexp.Regexp) []fileReport {
	reports := make([]fileReport, len(files))
	for i, file := range files {
		report, err := rulestest.RunFile(file)
		problems := testProblems(file, report.Policy, err)
		report.File, report.Cases = file, matching(report.Cases, filter)
		reports[i] = fileReport{report, problems}
	}
	return reports
}

func matching(cases []rulestest.Result, filter *regexp.Regexp) []rulestest.Result {
	out := []rulestest.Result{}
	for _, c := range cases {
		if filter.MatchString(c.Name) {
			out = append(out, c)
		}
	}
	return out
}

// testProblems returns why a file was not run: its own problems, or those of the policy that it names.
func testProblems(file, policy string, err error) rules.Problems {
	if policy != "" && errors.As(err, new(rules.Problems)) {
		return problemsOf(policy, err)
	}
	var own rules.Problems
	if errors.As(err, &own) {
		return own
	}
	return problemsOf(file, err)
}

func (s streams) printReports(reports []fileReport, asJSON, verbose bool) error {
	if asJSON {
		return s.printJSON(reports)
	}
	for _, r := range reports {
		if len(r.Problems) > 0 {
			fmt.Fprintf(s.out, "%s: FAILED  not run\n%v\n", r.File, r.Problems)
			continue
		}
		if verbose {
			s.printNames(r.Cases)
		}
		fmt.Fprint(s.out, r.Text())
	}
	return nil
}

func (s streams) printNames(cases []rulestest.Result) {
	for _, c := range cases {
		word := "ok"
		if len(c.Failures) > 0 {
			word = "FAILED"
		}
		fmt.Fprintf(s.out, "  %-7s %s\n", word, c.Name)
	}
}
