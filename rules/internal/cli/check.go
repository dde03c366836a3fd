package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules"
	"github.com/salesbaton/baton/rules/internal/source"
)

const checkHelp = `handoff check POLICY... compiles policies and shows every problem at its place.

  handoff check policy.yaml
  handoff check policies/*.yaml
  handoff check --json policy.yaml        the problems as a JSON array, [] when there are none
`

func check(s streams, args []string) error {
	fs := newFlags("check")
	asJSON := fs.Bool("json", false, "")
	paths, err := parse(fs, args)
	switch {
	case err != nil:
		return err
	case len(paths) == 0:
		return misused("check: name the policies, such as: handoff check policy.yaml")
	}
	all := rules.Problems{}
	for _, path := range paths {
		_, err := rules.Load(path)
		problems := problemsOf(path, err)
		all = append(all, problems...)
		switch {
		case *asJSON:
		case len(problems) > 0:
			fmt.Fprintln(s.out, problems)
		default:
			fmt.Fprintf(s.out, "%s: ok (%s)\n", path, contents(path))
		}
	}
	if *asJSON {
		if err := s.printJSON(all); err != nil {
			return err
		}
	}
	if len(all) > 0 {
		return errWrong
	}
	return nil
}

// problemsOf returns what an error says about a policy, its positions with the path as the user wrote it.
func problemsOf(path string, err error) rules.Problems {
	var problems rules.Problems
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &problems):
		return rules.Problems{{File: path, Message: err.Error()}}
	}
	out := make(rules.Problems, len(problems))
	for i, p := range problems {
		if p.File == filepath.Base(path) {
			p.File = path
		}
		out[i] = p
	}
	return out
}

// load compiles a policy for a command that needs it.
func load(path string) (*handoff.Engine, error) {
	e, err := rules.Load(path)
	if problems := problemsOf(path, err); problems != nil && errors.As(err, new(rules.Problems)) {
		return nil, problems
	}
	return e, err
}

// contents says in short what a policy that compiles consists of.
func contents(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	var ignored source.Report
	var parts []string
	for _, e := range source.Parse(path, text, &ignored).Entries() {
		n := 0
		switch e.Name() {
		case "triggers", "plays", "routes", "pools", "sequences":
			n = sizeOf(e.Value)
		}
		if n > 0 {
			parts = append(parts, plural(n, strings.TrimSuffix(e.Name(), "s")))
		}
	}
	return strings.Join(parts, ", ")
}

func sizeOf(n source.Node) int {
	if n.IsList() {
		return len(n.List())
	}
	return len(n.Entries())
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// printJSON prints a value as indented JSON.
func (s streams) printJSON(v any) error {
	enc := json.NewEncoder(s.out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
