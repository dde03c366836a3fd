package baton_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/salesbaton/baton/"

// allowed lists what each package of the module may import from it. Every package is listed.
var allowed = map[string][]string{
	"":                    {},
	"handoff":             {"handoff/calendar"},
	"handoff/calendar":    {},
	"handoff/hosttest":    {"handoff", "handoff/calendar"},
	"handoff/identity":    {"handoff", "handoff/calendar"},
	"routing":             {"handoff", "handoff/calendar"},
	"suppression":         {"handoff", "handoff/calendar"},
	"outcome":             {"handoff", "handoff/calendar"},
	"outcome/attribution": {},
	"outcome/estimate":    {},
	"outcome/report": {"handoff", "handoff/calendar", "outcome", "outcome/attribution", "outcome/estimate",
		"outcome/report/internal/chart"},
	"outcome/report/internal/chart": {},
	"rules":                         {"handoff", "handoff/calendar", "handoff/identity", "routing", "suppression", "outcome", "rules/internal/language", "rules/internal/source"},
	"rules/internal/source":         {"handoff/calendar"},
	"rules/internal/language":       {"handoff", "handoff/identity", "outcome", "routing", "suppression", "rules/internal/source"},
	"rules/internal/schema":         {"handoff", "handoff/calendar", "rules/internal/language", "rules/internal/source"},
	"rules/rulestest":               {"handoff", "handoff/calendar", "handoff/hosttest", "rules", "rules/internal/language", "rules/internal/source"},
	"rules/replay":                  {"handoff", "handoff/calendar", "handoff/hosttest", "rules"},
	"rules/internal/cli": {"handoff", "handoff/calendar", "handoff/hosttest", "handoff/identity", "outcome/attribution", "outcome/report", "rules", "rules/internal/language", "rules/internal/schema",
		"rules/internal/source", "rules/replay", "rules/rulestest", "suppression"},
	"rules/cmd/handoff": {"rules/internal/cli"},
}

// pure are the packages that import nothing but the standard library and what foreign says.
var pure = []string{"handoff", "handoff/calendar", "handoff/hosttest", "handoff/identity", "routing", "suppression", "outcome",
	"outcome/attribution", "outcome/estimate", "outcome/report", "outcome/report/internal/chart"}

// foreign are the tables of facts that a pure package may import beside the standard library, with what they import.
var foreign = map[string][]string{
	"handoff/identity": {"golang.org/x/net/idna", "golang.org/x/net/publicsuffix", "golang.org/x/text/unicode/norm"},
}

// list runs go list and returns its lines.
func list(t *testing.T, args ...string) []string {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list"}, args...)...).Output()
	if err != nil {
		t.Fatalf("go list %v: %v", args, err)
	}
	return strings.Fields(string(out))
}

func TestImportsGoDown(t *testing.T) {
	for _, pkg := range list(t, "./...") {
		own := strings.TrimPrefix(strings.TrimPrefix(pkg, strings.TrimSuffix(module, "/")), "/")
		if strings.HasPrefix(own, "examples/") {
			continue // nothing imports them
		}
		want, listed := allowed[own]
		if !listed {
			t.Errorf("%s is not listed; say what it may import", own)
		}
		for _, imported := range list(t, "-f", `{{join .Imports "\n"}}`, pkg) {
			ours, isOurs := strings.CutPrefix(imported, module)
			if isOurs && !slices.Contains(want, ours) {
				t.Errorf("%s imports %s; it may import %v", own, ours, want)
			}
		}
	}
}

func TestImportsOfPurePackagesAreStandard(t *testing.T) {
	standard := list(t, "std")
	for _, pkg := range pure {
		known := standard
		if tables := foreign[pkg]; tables != nil {
			known = slices.Concat(standard, list(t, append([]string{"-deps"}, tables...)...))
		}
		for _, dep := range list(t, "-deps", "./"+pkg) {
			if !strings.HasPrefix(dep, module) && !slices.Contains(known, dep) {
				t.Errorf("%s reaches %s; below rules there is only the standard library", pkg, dep)
			}
		}
	}
}

// forbidden are standard packages that would let a decision depend on more than its input.
var forbidden = []string{"os", "net", "net/http", "log", "math/rand", "math/rand/v2", "runtime", "os/exec", "syscall"}

func TestImportsOfPurePackagesDoNoIO(t *testing.T) {
	for _, pkg := range pure {
		for _, imported := range list(t, "-f", `{{join .Imports "\n"}}`, "./"+pkg) {
			if slices.Contains(forbidden, imported) {
				t.Errorf("%s imports %s", pkg, imported)
			}
		}
	}
}

func TestImportsKeepTheHouseComplete(t *testing.T) {
	for _, pkg := range list(t, "./handoff/...", "./routing/...", "./suppression/...", "./outcome/...") {
		if own := strings.TrimPrefix(pkg, module); !slices.Contains(pure, own) {
			t.Errorf("%s is not in the list of pure packages", own)
		}
	}
}
