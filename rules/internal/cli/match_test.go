package cli_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/rules/internal/cli"
)

// matchFiles runs handoff match with --out and --review, and returns the two files.
func matchFiles(t *testing.T, args ...string) map[string]string {
	t.Helper()
	dir := t.TempDir()
	files := map[string]string{"matches": filepath.Join(dir, "matches.csv"), "review": filepath.Join(dir, "review.csv")}
	var stdout, stderr bytes.Buffer
	args = append([]string{"match", "--out", files["matches"], "--review", files["review"]}, args...)
	if status := cli.Run(args, strings.NewReader(""), &stdout, &stderr); status != 0 || stdout.Len() > 0 {
		t.Fatalf("exit %d: %s%s", status, stdout.String(), stderr.String())
	}
	for name, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(text)
	}
	return files
}

// TestMatchFiles compares what is written with testdata/match/golden.
func TestMatchFiles(t *testing.T) {
	t.Chdir("testdata/match")
	for _, test := range []struct{ name, args string }{
		{"leads", "--leads leads.csv --contacts contacts.csv --accounts accounts.csv"},
		{"shown", "--leads leads.csv --contacts contacts.csv --accounts accounts.csv --show last_name,email"},
		{"people", "--leads people.csv"},
		{"accounts", "--accounts accounts.csv"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for what, got := range matchFiles(t, strings.Fields(test.args)...) {
				file := filepath.Join("golden", test.name+"-"+what+".csv")
				if *update {
					if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(string(want), got); diff != "" {
					t.Errorf("%s: run with -update and read what changed (-want +got)\n%s", file, diff)
				}
			}
		})
	}
}

// TestTheLastLineTellsOfTheReviewFile: a record to review can be in several pairs, or in none.
func TestTheLastLineTellsOfTheReviewFile(t *testing.T) {
	t.Chdir("testdata/match")
	review := filepath.Join(t.TempDir(), "review.csv")
	var stdout, stderr bytes.Buffer
	args := []string{"match", "--leads", "leads.csv", "--contacts", "contacts.csv", "--accounts", "accounts.csv", "--review", review}
	if status := cli.Run(args, strings.NewReader(""), &stdout, &stderr); status != 0 {
		t.Fatalf("exit %d: %s", status, stderr.String())
	}
	text, err := os.ReadFile(review)
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("; %d pairs in the review file\n", strings.Count(string(text), "\n")-1)
	if !strings.HasSuffix(stderr.String(), want) || !strings.Contains(stderr.String(), " 1 review,") {
		t.Errorf("%q does not end in %q", stderr.String(), want)
	}
}

func TestMatchIsTheSameTwice(t *testing.T) {
	t.Chdir("testdata/match")
	args := []string{"--leads", "leads.csv", "--contacts", "contacts.csv", "--accounts", "accounts.csv"}
	if diff := cmp.Diff(matchFiles(t, args...), matchFiles(t, args...)); diff != "" {
		t.Errorf("two runs differ\n%s", diff)
	}
}

func TestMatchWithBadRowsWritesNothing(t *testing.T) {
	t.Chdir("testdata/match")
	out := filepath.Join(t.TempDir(), "matches.csv")
	var stdout, stderr bytes.Buffer
	if status := cli.Run([]string{"match", "--leads", "bad.csv", "--out", out}, strings.NewReader(""), &stdout, &stderr); status != 1 {
		t.Errorf("exit %d: %s", status, stderr.String())
	}
	if _, err := os.Stat(out); !os.IsNotExist(err) || stdout.Len() > 0 {
		t.Errorf("something was written: %v, %q", err, stdout.String())
	}
}

func TestMatchOnAFullDisk(t *testing.T) {
	t.Chdir("testdata/match")
	var stderr bytes.Buffer
	status := cli.Run([]string{"match", "--leads", "leads.csv", "--accounts", "accounts.csv"}, strings.NewReader(""), fullDisk{}, &stderr)
	if status != 1 || !strings.HasSuffix(stderr.String(), "handoff: no space left on device\n") || strings.Contains(stderr.String(), "weighed") {
		t.Errorf("exit %d, %q; a pipeline must notice", status, stderr.String())
	}
}
