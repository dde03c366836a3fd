package cli_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/rules/internal/cli"
)

// TestDoc compares both forms of the page with their files. A transcript cannot hold them: a heading of Markdown looks
// like one of its comments.
func TestDoc(t *testing.T) {
	t.Chdir("testdata")
	for file, args := range map[string][]string{
		"doc.md":   {"doc", "policy.yaml"},
		"doc.html": {"doc", "--format", "html", "policy.yaml"},
	} {
		t.Run(file, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			if status := cli.Run(args, strings.NewReader(""), &stdout, &stderr); status != 0 || stderr.Len() > 0 {
				t.Fatalf("exit %d: %s", status, stderr.String())
			}
			if *update {
				if err := os.WriteFile(file, stdout.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), stdout.String()); diff != "" {
				t.Errorf("run with -update and read what changed (-want +got)\n%s", diff)
			}
		})
	}
}

func TestDocOfAFullDisk(t *testing.T) {
	t.Chdir("testdata")
	var stderr bytes.Buffer
	if status := cli.Run([]string{"doc", "policy.yaml"}, strings.NewReader(""), fullDisk{}, &stderr); status != 1 {
		t.Errorf("exit %d, %q; a pipeline must notice", status, stderr.String())
	}
}
