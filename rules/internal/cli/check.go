package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules"
	"github.com/salesbaton/baton/rules/internal/source"
)

const checkHelp = `handoff check POLICY... compiles policies and shows every problem at its place.

  handoff check policy.yaml
  handoff check policies/*.yaml
  handoff check --format json policy.yaml     the problems as a JSON array, [] when there are none
  handoff check --format sarif policy.yaml    as SARIF 2.1.0, for code hosts that show it beside the lines

A file that a policy includes is checked with it, not by itself. Each problem has a code, such as B012, that never
changes; handoff help codes lists them. The cost of a policy is a bound on the work of deciding one signal, in units of
about the time in which two whole numbers are compared.
`

func check(s streams, args []string) error {
	fs := newFlags("check")
	format := fs.String("format", "text", "")
	asJSON := fs.Bool("json", false, "")
	paths, err := parse(fs, args)
	switch known := []string{"text", "json", "sarif"}; {
	case err != nil:
		return err
	case len(paths) == 0:
		return misused("check: name the policies, such as: handoff check policy.yaml")
	case !slices.Contains(known, *format):
		return misused("check: unknown format %q%s; known are %s", *format, source.DidYouMean(*format, known), strings.Join(known, ", "))
	case *asJSON:
		*format = "json"
	}
	all := rules.Problems{}
	for _, path := range paths {
		i, err := rules.Inspect(path)
		problems := problemsOf(path, err)
		all = append(all, problems...)
		switch {
		case *format != "text":
		case len(problems) > 0:
			fmt.Fprintln(s.out, problems)
		default:
			fmt.Fprintf(s.out, "%s: ok (%s; cost %d of %d)\n", path, i.Contents(), i.Cost, rules.MaxPolicyCost)
		}
	}
	switch *format {
	case "json":
		err = s.printJSON(all)
	case "sarif":
		err = s.printJSON(sarif(all))
	}
	if err == nil && len(all) > 0 {
		return errWrong
	}
	return err
}

// problemsOf returns what an error says about a policy, its positions with the path as the user wrote it.
func problemsOf(path string, err error) rules.Problems {
	var problems rules.Problems
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &problems):
		return rules.Problems{{File: path, Code: source.FileUnreadable, Message: err.Error()}}
	}
	out := make(rules.Problems, len(problems))
	for i, p := range problems {
		p.File = filepath.Join(filepath.Dir(path), filepath.FromSlash(p.File))
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
