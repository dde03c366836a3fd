package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// inbound is the policy that the README starts with; what the help shows is tried on it.
const inbound = "../../../examples/inbound/policy.yaml"

// shown returns what stands in a help text from one line to another, without the indentation.
func shown(help, from, to string) string {
	_, rest, _ := strings.Cut(help, from)
	body, _, _ := strings.Cut(rest, to)
	return strings.ReplaceAll(from+body, "\n  ", "\n")
}

func TestHelpOfExplainWorks(t *testing.T) {
	var out, errs bytes.Buffer
	line := shown(explainHelp, `{"at"`, "\n\n")
	if code := Run([]string{"explain", inbound, "--in", "-"}, strings.NewReader(line), &out, &errs); code != exitFine {
		t.Fatalf("exit %d: %s", code, errs.String())
	}
	if !strings.Contains(out.String(), "verdict  enrolled") {
		t.Errorf("the line of the help is not enrolled:\n%s", out.String())
	}
}

func TestTouchInTheHelpOfExplainWorks(t *testing.T) {
	var out, errs bytes.Buffer
	_, help, _ := strings.Cut(explainHelp, `With "touch"`)
	line := shown(help, `{"at"`, "\n\n")
	if code := Run([]string{"explain", inbound, "--in", "-"}, strings.NewReader(line), &out, &errs); code != exitFine {
		t.Fatalf("exit %d: %s", code, errs.String())
	}
	if !strings.Contains(out.String(), "cause    touch M1\nverdict  permitted") {
		t.Errorf("the touch of the help is not permitted:\n%s", out.String())
	}
}

func TestHelpOfTestWorks(t *testing.T) {
	policy, err := filepath.Abs(inbound)
	if err != nil {
		t.Fatal(err)
	}
	one := strings.Replace(shown(testHelp, "policy: policy.yaml", "\n\nWhere"), "policy: policy.yaml", "policy: "+policy, 1)
	others := "      " + shown(testHelp, "- {at: 2026-03-03", "`")
	for _, test := range []struct{ name, reason, text string }{
		{"a test", "of one step", one},
		{"steps", "behind a first one", withSteps(one, "      - {at: 2026-03-02T15:09:00Z, expect: {verdict: enrolled}}\n"+others)},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "help_test.yaml")
			if err := os.WriteFile(file, []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			var out, errs bytes.Buffer
			if code := Run([]string{"test", file}, strings.NewReader(""), &out, &errs); code != exitFine {
				t.Errorf("%s: exit %d:\n%s%s", test.reason, code, out.String(), errs.String())
			}
		})
	}
}

// withSteps returns a test file of one test with steps in place of its own.
func withSteps(file, steps string) string {
	var b strings.Builder
	for line := range strings.Lines(file) {
		if key := strings.TrimSpace(line); !strings.HasPrefix(key, "at:") && !strings.HasPrefix(key, "expect:") {
			b.WriteString(line)
		}
	}
	return strings.TrimRight(b.String(), "\n") + "\n    steps:\n" + steps
}
