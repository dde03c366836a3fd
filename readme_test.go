package baton_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/hosttest"
	"github.com/salesbaton/baton/rules"
)

var block = regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```$")

// blocks returns the README's code blocks in a language, in order.
func blocks(t *testing.T, language string) []string {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, m := range block.FindAllStringSubmatch(string(text), -1) {
		if m[1] == language {
			out = append(out, m[2])
		}
	}
	if len(out) == 0 {
		t.Fatalf("the README has no block in %s", language)
	}
	return out
}

func TestReadmeProgramPrintsWhatTheReadmeSays(t *testing.T) {
	dir, err := os.MkdirTemp(".", "_readme")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(blocks(t, "go")[0]), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("go", "run", "./"+dir).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if diff := cmp.Diff(blocks(t, "text")[0], string(out)); diff != "" {
		t.Errorf("output (-README +program):\n%s", diff)
	}
}

func TestReadmePoliciesCompile(t *testing.T) {
	for _, text := range blocks(t, "yaml") {
		if _, err := rules.Parse("README.md", []byte(text)); err != nil {
			t.Error(err)
		}
	}
}

// TestReadmePolicyHandsOff decides the request of the README's program by the README's policy.
func TestReadmePolicyHandsOff(t *testing.T) {
	engine, err := rules.Parse("README.md", []byte(blocks(t, "yaml")[0]))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 2, 15, 4, 0, 0, time.UTC)
	request := handoff.Request{
		Subject:       handoff.Ref{Kind: handoff.KindLead, ID: "L1"},
		Lead:          handoff.Lead{ID: "L1", Account: "A1", Person: handoff.Person{FirstName: "Jo", Email: "jo@acme.example"}},
		Account:       handoff.Account{ID: "A1", Name: "Acme", Employees: handoff.Some[int64](2500)},
		Opportunities: []handoff.Opportunity{},
		Triggers: []handoff.Trigger{{ID: "form-8842", Kind: handoff.TriggerDemoRequest, OccurredAt: now.Add(-time.Minute),
			Landing: "/security", Campaign: handoff.Campaign{AdGroup: "enterprise crm security"}}},
	}
	store := &hosttest.Memory{}
	request, err = engine.Fill(now, request, func(keys []handoff.Key) (handoff.State, error) { return store.Load(t.Context(), keys) })
	if err != nil {
		t.Fatal(err)
	}
	d, err := engine.Decide(now, request)
	if err != nil {
		t.Fatal(err)
	}
	if d.Verdict != handoff.VerdictEnrolled || d.Play != "demo" {
		t.Errorf("the request of the program is not handed off:\n%s", handoff.Describe(d))
	}
}

// TestReadmeMistake takes a letter from the README's policy.
func TestReadmeMistake(t *testing.T) {
	text := strings.Replace(blocks(t, "yaml")[0], "account.employees", "account.employes", 1)
	_, err := rules.Parse("policy.yaml", []byte(text))
	if err == nil {
		t.Fatal("it compiles")
	}
	if diff := cmp.Diff(blocks(t, "text")[1], err.Error()+"\n"); diff != "" {
		t.Errorf("what check says (-README +check):\n%s", diff)
	}
}

func TestReadmePartsCompile(t *testing.T) {
	const head = `package main

import (
	"context"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/hosttest"
	"github.com/salesbaton/baton/handoff/identity"
	"github.com/salesbaton/baton/outcome/report"
	"github.com/salesbaton/baton/rules"
)

var (
	_ report.Config
	_ identity.Key
	_ context.Context
	_ time.Time
	_ handoff.Lead
	_ hosttest.Memory
	_ = rules.Load
)

func main() {}

`
	dir, err := os.MkdirTemp(".", "_readme")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	for _, part := range blocks(t, "go")[1:] {
		if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(head+part), 0o644); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("go", "vet", "./"+dir).CombinedOutput(); err != nil {
			t.Errorf("%v\n%s\n%s", err, out, part)
		}
	}
}

func TestReadmeHasTwoCommands(t *testing.T) {
	commands := blocks(t, "sh")
	if len(commands) != 2 || !strings.HasPrefix(commands[0], "go run ./rules/cmd/handoff simulate ") || commands[1] != "go test ./...\n" {
		t.Errorf("the README's commands are %q", commands)
	}
}

// TestReadmeStory: what the README shows of an example is what the example prints.
func TestReadmeStory(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	output, err := os.ReadFile(filepath.Join("examples", "loop", "testdata", "output.txt"))
	if err != nil {
		t.Fatal(err)
	}
	_, story, found := strings.Cut(string(readme), "```\nMon 4 May")
	story, _, _ = strings.Cut("Mon 4 May"+story, "```")
	if !found {
		t.Fatal("the README has no part of the story")
	}
	for line := range strings.Lines(story) {
		if !strings.Contains(string(output), line) {
			t.Errorf("examples/loop does not print %q", line)
		}
	}
}
