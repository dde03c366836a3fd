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

func TestHelpOfTestWorks(t *testing.T) {
	policy, err := filepath.Abs(inbound)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(shown(testHelp, "policy: policy.yaml", "\n\nWhere"), "policy: policy.yaml", "policy: "+policy, 1)
	file := filepath.Join(t.TempDir(), "help_test.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	if code := Run([]string{"test", file}, strings.NewReader(""), &out, &errs); code != exitFine {
		t.Errorf("exit %d:\n%s%s", code, out.String(), errs.String())
	}
}
