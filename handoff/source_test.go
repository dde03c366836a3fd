package handoff_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// pure are the packages that compute from their arguments alone, seen from this folder. One that is not there yet is
// skipped.
var pure = []string{".", "calendar", "hosttest", "identity", "../routing", "../suppression", "../outcome",
	"../outcome/attribution", "../outcome/estimate", "../outcome/report", "../outcome/report/internal/chart"}

// impure are the imports that a pure package does without, with everything below them.
var impure = []string{"os", "net", "log", "math/rand", "crypto/rand", "syscall", "unsafe", "runtime"}

// pureAfterAll are imports below an impure one that read nothing but their arguments.
var pureAfterAll = []string{"net/netip"}

// offline are files and folders that decide nothing: what they compute is rounded before it does, or is only shown.
var offline = []string{"identity/train.go", "../outcome/attribution/", "../outcome/estimate/", "../outcome/report/"}

// isOffline reports whether a file is one of them, or in one.
func isOffline(file string) bool {
	return slices.ContainsFunc(offline, func(path string) bool {
		return file == path || strings.HasSuffix(path, "/") && strings.HasPrefix(file, path)
	})
}

// impureTime are the members of package time that read the machine, and its names for waiting.
var impureTime = []string{"Now", "Local", "LoadLocation", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTicker", "NewTimer"}

func TestLaw02_SourceReadsNothingOfTheMachine(t *testing.T) {
	for _, dir := range pure {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			if _, err := os.Stat(dir); err != nil {
				t.Skip("is not there")
			}
			for file, tree := range sources(t, dir) {
				for _, finding := range scan(tree) {
					if isOffline(filepath.ToSlash(file)) && finding == "uses float64" {
						continue
					}
					t.Errorf("%s: %s", file, finding)
				}
			}
		})
	}
}

func TestLaw02_ScanFindsWhatItLooksFor(t *testing.T) {
	for _, tt := range []struct {
		name, source, reason string
		want                 int
	}{
		{"clock", "import \"time\"\nvar x = time.Now()", "reads the clock", 1},
		{"renamed", "import t \"time\"\nvar x = t.Now()", "another name is no way round", 1},
		{"machine's zone", "import \"time\"\nvar x = time.Local", "reads the machine's zone", 1},
		{"local method", "import \"time\"\nvar x = time.Time{}.Local()", "converts to the machine's zone", 1},
		{"zone file", "import \"time\"\nvar x, _ = time.LoadLocation(\"\")", "reads the machine's zone files", 1},
		{"zone data", "import \"time\"\nvar x, _ = time.LoadLocationFromTZData(\"\", nil)", "reads its argument alone", 0},
		{"dice", "import _ \"math/rand/v2\"", "everything below math/rand is refused", 1},
		{"files", "import _ \"os\"", "reads the disk", 1},
		{"network", "import _ \"net/http\"", "everything below net is refused", 1},
		{"addresses", "import _ \"net/netip\"", "reads its argument alone", 0},
		{"alike", "import _ \"runtimes/net\"", "only whole path elements count", 0},
		{"fraction", "var x float64", "rounds", 1},
		{"text", "var x = \"time.Now float64\"", "words in texts are no code", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tree, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x\n"+tt.source, 0)
			if err != nil {
				t.Fatal(err)
			}
			if got := scan(tree); len(got) != tt.want {
				t.Errorf("got %q, want %d findings: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func sources(t *testing.T, dir string) map[string]*ast.File {
	t.Helper()
	out := map[string]*ast.File{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != ".":
			return fs.SkipDir
		case !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		path := filepath.Join(dir, name)
		out[path], err = parser.ParseFile(token.NewFileSet(), path, nil, 0)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) == 0 {
		t.Fatalf("no source in %s", dir)
	}
	return out
}

// scan lists what a file does that a pure package must not.
func scan(tree *ast.File) []string {
	var findings []string
	clock := ""
	for _, spec := range tree.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		if slices.ContainsFunc(impure, func(p string) bool { return path == p || strings.HasPrefix(path, p+"/") }) && !slices.Contains(pureAfterAll, path) {
			findings = append(findings, "imports "+path)
		}
		if path == "time" {
			clock = "time"
			if spec.Name != nil {
				clock = spec.Name.Name
			}
		}
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			x, named := n.X.(*ast.Ident)
			if named && x.Name == clock && slices.Contains(impureTime, n.Sel.Name) || !named && n.Sel.Name == "Local" {
				findings = append(findings, "uses "+n.Sel.Name)
			}
		case *ast.Ident:
			if n.Name == "float32" || n.Name == "float64" {
				findings = append(findings, "uses "+n.Name)
			}
		}
		return true
	})
	return findings
}
