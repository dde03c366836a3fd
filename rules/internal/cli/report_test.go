package cli_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/outcome/report"
	"github.com/salesbaton/baton/rules/internal/cli"
)

// run runs one command that is to succeed, and returns what it prints.
func run(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if status := cli.Run(args, strings.NewReader(""), &stdout, &stderr); status != 0 {
		t.Fatalf("handoff %s: exit %d: %s", strings.Join(args, " "), status, stderr.String())
	}
	return stdout.String()
}

// inRecorded makes a folder the working one in which a day of the example inbound was simulated: policy.yaml and three versions of it,
// requests.jsonl, their decisions in d.jsonl, and the files of testdata/report.
func inRecorded(t *testing.T) {
	t.Helper()
	dir, files := t.TempDir(), map[string]string{}
	for _, pattern := range []string{"testdata/report/*.jsonl", "../../../examples/inbound/policy.yaml", "../../../examples/inbound/requests.jsonl"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: no files (%v)", pattern, err)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			files[filepath.Base(path)] = string(text)
		}
	}
	policy := files["policy.yaml"]
	files["other.yaml"] = edited(t, policy, "policy: inbound", "policy: outbound")
	policy = edited(t, policy, "  - id: competitor\n", "  - id: competitor\n    owner: legal\n    review_by: 2026-04-14\n    note: ask whether they are one still\n")
	files["governed.yaml"] = edited(t, policy, "  - id: open-opportunity\n", "  - id: open-opportunity\n    owner: sales\n    review_by: 2026-04-15\n")
	const days = "effective: {from: 2026-03-02, until: 2026-04-15}"
	files["trying.yaml"] = policy + "\nexperiments:\n  openers: {share: 5%, owner: ops, " + days + "}\n  closers: {share: 5%, owner: ops, " +
		strings.Replace(days, "04-15", "04-16", 1) + "}\n"
	t.Chdir(dir)
	for name, text := range files {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	decisions := run(t, "simulate", "policy.yaml", "--in", "requests.jsonl", "--json")
	if err := os.WriteFile("d.jsonl", []byte(decisions), 0o600); err != nil {
		t.Fatal(err)
	}
}

func edited(t *testing.T, text, before, after string) string {
	t.Helper()
	if strings.Count(text, before) != 1 {
		t.Fatalf("%q is not there once", before)
	}
	return strings.Replace(text, before, after, 1)
}

func TestReportTranscript(t *testing.T) {
	path, err := filepath.Abs("testdata/report/session.txt")
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	inRecorded(t)
	got := replayed(t, string(want))
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("run with -update and read what changed (-want +got)\n%s", diff)
	}
}

func TestReportFormats(t *testing.T) {
	inRecorded(t)
	for _, test := range []struct{ name, reason, out, format, begins string }{
		{"page", "its name says so", "r.html", "", "<!doctype html>"},
		{"page of the other name", "case does not matter", "r.HTM", "", "<!doctype html>"},
		{"table", "to pivot", "r.csv", "", "section,id,"},
		{"JSON", "for programs", "r.json", "", "{\n  \"zone\""},
		{"text", "for a mail", "r.txt", "", "Input\n"},
		{"a name that says nothing", "the format does", "r.report", "csv", "section,id,"},
		{"a name that says otherwise", "the format is asked for", "r2.txt", "json", "{\n  \"zone\""},
	} {
		t.Run(test.name, func(t *testing.T) {
			args := []string{"report", "--decisions", "d.jsonl", "--activities", "a.jsonl"}
			if test.format != "" {
				args = append(args, "--format", test.format)
			}
			printed := run(t, append(args, "--format", formatOf(test.begins))...)
			if said := run(t, append(args, "--out", test.out)...); said != "" {
				t.Errorf("it prints %q beside the file", said)
			}
			text, err := os.ReadFile(test.out)
			if err != nil {
				t.Fatal(err)
			}
			if string(text) != printed || !strings.HasPrefix(strings.ToLower(string(text)), strings.ToLower(test.begins)) {
				t.Errorf("%s: it begins with %.40q, and is not what is printed", test.reason, text)
			}
		})
	}
}

// formatOf returns the format of a file by its beginning.
func formatOf(begins string) string {
	switch begins[0] {
	case '<':
		return "html"
	case 's':
		return "csv"
	case '{':
		return "json"
	}
	return "text"
}

func TestReportReplacesAFileAsAWhole(t *testing.T) {
	inRecorded(t)
	const before = "last quarter"
	if err := os.WriteFile("real.html", []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("real.html", "link.html"); err != nil {
		t.Skip("there are no links here")
	}
	var stdout, stderr bytes.Buffer
	if status := cli.Run([]string{"report", "--activities", "bad.jsonl", "--out", "link.html"}, nil, &stdout, &stderr); status != 1 {
		t.Errorf("a bad line: exit %d", status)
	}
	if text, _ := os.ReadFile("real.html"); string(text) != before {
		t.Error("a report that failed replaced the one before")
	}
	run(t, "report", "--decisions", "d.jsonl", "--out", "link.html")
	text, _ := os.ReadFile("real.html")
	if info, err := os.Lstat("link.html"); err != nil || info.Mode()&os.ModeSymlink == 0 || !strings.HasPrefix(strings.ToLower(string(text)), "<!doctype html>") {
		t.Errorf("the link is not one to the report any more (%v)", err)
	}
	if left, _ := filepath.Glob(".*.part"); len(left) > 0 {
		t.Errorf("%v are left over", left)
	}
}

func TestReportTitle(t *testing.T) {
	inRecorded(t)
	for _, test := range []struct {
		name, reason string
		args         []string
		want         string
	}{
		{"given", "it is escaped", []string{"--title", "Q1 <b>"}, "<title>Q1 &lt;b&gt;</title>"},
		{"of a policy", "it is the policy's", []string{"--policy", "policy.yaml"}, "<title>Handoffs of inbound</title>"},
	} {
		t.Run(test.name, func(t *testing.T) {
			page := run(t, append([]string{"report", "--decisions", "d.jsonl", "--format", "html"}, test.args...)...)
			if !strings.Contains(page, test.want) {
				t.Errorf("the page has no %s: %s", test.want, test.reason)
			}
		})
	}
}

// TestAskingIsNotTouching gives the lines that were simulated, whose touches were questions, beside their decisions.
func TestAskingIsNotTouching(t *testing.T) {
	t.Chdir(t.TempDir())
	touch := `{"at":"2026-03-02T15:00:00Z","request":{"subject":"lead/L1","lead":{"id":"L1"}},"touch":{"id":"M1","channel":"email","purpose":"marketing"}}`
	went := `{"subject":"lead/L1","touch":{"id":"M1","channel":"email","purpose":"marketing","at":"2026-03-02T15:00:00Z"}}`
	for _, test := range []struct {
		name, reason, line string
		want               int64
	}{
		{"asked", "nobody knows whether it went out", touch, 0},
		{"went out", "it says so", went, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := os.WriteFile("a.jsonl", []byte(test.line), 0o600); err != nil {
				t.Fatal(err)
			}
			var f report.Figures
			if err := json.Unmarshal([]byte(run(t, "report", "--activities", "a.jsonl", "--until", "2026-03-03T00:00:00Z", "--format", "json")), &f); err != nil {
				t.Fatal(err)
			}
			if f.Input.Touches != test.want || len(f.Input.Refused) > 0 {
				t.Errorf("%d touches, and refused %v, want %d: %s", f.Input.Touches, f.Input.Refused, test.want, test.reason)
			}
		})
	}
}

func TestAuditAsJSON(t *testing.T) {
	inRecorded(t)
	var got struct {
		Policy    string
		Attention []struct{ What, Rule, Owner string }
		Sequences []struct {
			Sequence, Segment, Value string
			Rates                    []report.Rate
		}
	}
	text := run(t, "audit", "governed.yaml", "--decisions", "d.jsonl", "--activities", "requests.jsonl", "--segment", "lead.country", "--until", "2026-04-15T12:00:00Z", "--json")
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	var overdue []string
	for _, a := range got.Attention {
		if a.What == "overdue" {
			overdue = append(overdue, a.Rule+" of "+a.Owner)
		}
	}
	if diff := cmp.Diff([]string{"suppression competitor of legal"}, overdue); diff != "" {
		t.Errorf("overdue is what was to be looked at by a day that is over (-want +got)\n%s", diff)
	}
	if got.Policy != "inbound" || len(got.Sequences) == 0 || len(got.Sequences[0].Rates) != len(report.RateIDs()) {
		t.Errorf("got %+v", got)
	}
}
