package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/rules/rulestest"
)

var update = flag.Bool("update", false, "write testdata/output.txt anew; read it before you commit it")

func TestOutput(t *testing.T) {
	dir := t.TempDir()
	page := filepath.Join(dir, "page.html")
	var out bytes.Buffer
	if err := run(&out, page, filepath.Join(dir, "log")); err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "output.txt")
	if *update {
		if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), out.String()); diff != "" {
		t.Errorf("the output changed (-want +got); run the test with -update after reading it:\n%s", diff)
	}
	for name, least := range map[string]int{"decisions.jsonl": 3000, "activities.jsonl": 2000} {
		text, err := os.ReadFile(filepath.Join(dir, "log", name))
		if lines := bytes.Count(text, []byte("\n")); err != nil || lines < least {
			t.Errorf("%s has %d lines, want %d or more: %v", name, lines, least, err)
		}
	}
	if text, err := os.ReadFile(page); err != nil || !bytes.Contains(text, []byte("<h1>The quarter</h1>")) {
		t.Errorf("the page lacks its title: %v", err)
	}
}

// Words in front of the tables say what the tables have to show.
func TestStory(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "output.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ words, reason string }{
		{"webinar             ", "the kind of signal is there"},
		{"INFLATED", "the list that was bought is noticed"},
		{"out of office", "somebody was away"},
		{"11 held out", "the sentence above says so"},
		{"rule:reseller         6       6", "a hold stands that has no end"},
	} {
		if strings.Count(string(text), tt.words) == 0 {
			t.Errorf("%q is not in the output: %s", tt.words, tt.reason)
		}
	}
}

func TestPolicy(t *testing.T) { rulestest.Run(t, "policy_test.yaml") }
