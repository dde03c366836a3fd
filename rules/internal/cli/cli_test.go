package cli_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/rules/internal/cli"
)

// Read what -update writes before you commit it.
var update = flag.Bool("update", false, "rewrite the transcripts in testdata")

// TestTranscripts runs every command of testdata/*.txt, which begin with "$ handoff", and compares what comes: the
// output, the lines of standard error behind "2>", and the exit status. "< FILE" at the end of a command is its input.
func TestTranscripts(t *testing.T) {
	t.Chdir("testdata")
	files, err := filepath.Glob("*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		t.Run(file, func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := replayed(t, string(want))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("run with -update and read what changed (-want +got)\n%s", diff)
			}
		})
	}
}

// replayed returns a transcript with what its commands answer now; lines that begin with # stay where they are, in
// front of their command.
func replayed(t *testing.T, transcript string) string {
	var b strings.Builder
	for line := range strings.Lines(transcript) {
		switch {
		case strings.HasPrefix(line, "# "):
			b.WriteString(line)
		case strings.HasPrefix(line, "$ handoff"):
			fmt.Fprintf(&b, "%s%s\n", line, answer(t, strings.Fields(line)[2:]))
		}
	}
	return b.String()
}

// answer runs one command.
func answer(t *testing.T, args []string) string {
	t.Helper()
	var stdin []byte
	if n := len(args); n > 1 && args[n-2] == "<" {
		var err error
		if stdin, err = os.ReadFile(args[n-1]); err != nil {
			t.Fatal(err)
		}
		args = args[:n-2]
	}
	var stdout, stderr bytes.Buffer
	status := cli.Run(args, bytes.NewReader(stdin), &stdout, &stderr)
	for line := range strings.Lines(stderr.String()) {
		stdout.WriteString("2> " + line)
	}
	fmt.Fprintf(&stdout, "exit %d\n", status)
	return stdout.String()
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, fmt.Errorf("no space left on device") }

func TestAnOutputThatCannotBeWrittenIsNotFine(t *testing.T) {
	t.Chdir("testdata")
	for _, args := range [][]string{
		{"help"},
		{"check", "policy.yaml"},
		{"simulate", "policy.yaml", "--in", "requests.jsonl"},
		{"simulate", "policy.yaml", "--in", "requests.jsonl", "--json"},
	} {
		var stderr bytes.Buffer
		status := cli.Run(args, strings.NewReader(""), fullDisk{}, &stderr)
		if status != 1 || stderr.String() != "handoff: no space left on device\n" {
			t.Errorf("handoff %s: exit %d, %q; a pipeline must notice", strings.Join(args, " "), status, stderr.String())
		}
	}
}
