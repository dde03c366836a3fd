package cli

import (
	"errors"
	"flag"
	"io"
	"strings"

	"github.com/salesbaton/baton/rules/internal/source"
)

// newFlags returns a set of flags that prints nothing by itself.
func newFlags(command string) *flag.FlagSet {
	fs := flag.NewFlagSet(command, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	return fs
}

// parse reads flags before, between and behind the other arguments, and returns those. Behind "--" nothing is a flag.
func parse(fs *flag.FlagSet, args []string) ([]string, error) {
	var others []string
	for {
		if err := fs.Parse(args); err != nil {
			return nil, flagError(fs, err)
		}
		rest := fs.Args()
		if len(rest) == 0 {
			return others, nil
		}
		if read := len(args) - len(rest); read > 0 && args[read-1] == "--" {
			return append(others, rest...), nil
		}
		others, args = append(others, rest[0]), rest[1:]
	}
}

// flagError suggests the flag that was meant.
func flagError(fs *flag.FlagSet, err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return errHelp
	}
	name, unknown := strings.CutPrefix(err.Error(), "flag provided but not defined: -")
	if !unknown {
		return misused("%s: %v", fs.Name(), err)
	}
	var known []string
	fs.VisitAll(func(f *flag.Flag) { known = append(known, "--"+f.Name) })
	name = "--" + strings.TrimPrefix(name, "-")
	if len(known) == 0 {
		return misused("%s: unknown flag %s; it has none", fs.Name(), name)
	}
	return misused("%s: unknown flag %s%s; known are %s", fs.Name(), name, source.DidYouMean(name, known), strings.Join(known, ", "))
}

// onePolicy returns the only argument.
func onePolicy(fs *flag.FlagSet, args []string) (string, error) {
	if len(args) != 1 {
		return "", misused("%s: name one policy, such as: handoff %s policy.yaml --in requests.jsonl", fs.Name(), fs.Name())
	}
	return args[0], nil
}
