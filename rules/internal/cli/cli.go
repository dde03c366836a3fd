// Package cli is the command handoff: what it reads, prints and answers to the shell.
package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/salesbaton/baton/rules"
	"github.com/salesbaton/baton/rules/internal/language"
	"github.com/salesbaton/baton/rules/internal/source"
)

// What the command answers to the shell.
const (
	exitFine  = 0
	exitWrong = 1 // the policy, a test or the input is wrong
	exitUsage = 2 // the command was called in a wrong way
)

// A command is one thing that handoff does.
type command struct {
	name string
	help string // the first line says what it does
	run  func(s streams, args []string) error
}

// streams are where a command reads and writes.
type streams struct {
	in  io.Reader
	out *bufio.Writer
	err io.Writer
}

func commands() []command {
	return []command{
		{"check", checkHelp, check},
		{"test", testHelp, test},
		{"explain", explainHelp, explain},
		{"simulate", simulateHelp, simulate},
		{"report", reportHelp, printReport},
		{"audit", auditHelp, audit},
		{"match", matchHelp, matchRecords},
		{"doc", docHelp, doc},
		{"schema", schemaHelp, printSchema},
	}
}

// errWrong ends a command that has said on its output what is wrong.
var errWrong = errors.New("something is wrong")

// errHelp ends a command that was asked how it is used.
var errHelp = errors.New("help")

// A usageError says how the command was called wrongly.
type usageError struct{ problem string }

func (e *usageError) Error() string { return e.problem }

func misused(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

// Run is the command: args are those behind its name. It returns the exit status: 0 when all is fine, 1 when the
// policy, a test or the input is wrong, 2 when the arguments are.
func Run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	s := streams{stdin, bufio.NewWriter(stdout), stderr}
	err := dispatch(s, args)
	if unwritten := s.out.Flush(); unwritten != nil {
		err = unwritten
	}
	var usage *usageError
	var problems rules.Problems
	switch {
	case err == nil:
		return exitFine
	case errors.Is(err, errWrong):
		return exitWrong
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "handoff: %v\n", err)
		return exitUsage
	case errors.As(err, &problems):
		fmt.Fprintln(stderr, err)
	default:
		fmt.Fprintf(stderr, "handoff: %v\n", err)
	}
	return exitWrong
}

func dispatch(s streams, args []string) error {
	if len(args) == 0 {
		return misused("say what to do: %s\nhandoff help shows examples", strings.Join(names(), ", "))
	}
	name, rest := args[0], args[1:]
	switch {
	case isHelp(name) && len(rest) == 0:
		s.overview()
		return nil
	case isHelp(name) && rest[0] == "codes":
		s.codes()
		return nil
	case isHelp(name) && rest[0] == "language":
		fmt.Fprint(s.out, language.Reference())
		return nil
	case isHelp(name) && s.code(rest[0]):
		return nil
	case isHelp(name):
		name, rest = rest[0], []string{"-h"}
	}
	for _, c := range commands() {
		if c.name != name {
			continue
		}
		err := c.run(s, rest)
		if errors.Is(err, errHelp) {
			fmt.Fprint(s.out, c.help)
			return nil
		}
		return err
	}
	return misused("unknown command %q%s; known are %s", name, source.DidYouMean(name, names()), strings.Join(names(), ", "))
}

func isHelp(arg string) bool { return slices.Contains([]string{"help", "-h", "-help", "--help"}, arg) }

func names() []string {
	var out []string
	for _, c := range commands() {
		out = append(out, c.name)
	}
	return out
}

const overviewHelp = `handoff works on policies: who owns a buying signal, what happens next, and by when.

  handoff check policy.yaml                           does it compile?
  handoff test policy_test.yaml                       does it decide what its tests say?
  handoff explain policy.yaml --in line.json          why did it decide so?
  handoff simulate policy.yaml --in requests.jsonl    what would it have decided?
  handoff report --decisions d.jsonl --out r.html     what came of it, in numbers?
  handoff audit policy.yaml --decisions d.jsonl       what of it is to be looked at?
  handoff match --leads a.csv --accounts b.csv        whose is each lead, and who is there twice?
  handoff doc policy.yaml                             what does it do, in words?
  handoff schema policy                               what may stand in a policy, for editors

`

func (s streams) overview() {
	fmt.Fprint(s.out, overviewHelp)
	for _, c := range commands() {
		what, _, _ := strings.Cut(c.help, "\n")
		fmt.Fprintln(s.out, what)
	}
	fmt.Fprint(s.out, `
handoff help COMMAND says more, handoff help language is the reference of the language, handoff help codes tells what the
code of each problem means, and handoff help B044 what one means. The exit status is 0 when all is fine, 1 when the policy,
a test or the input is wrong, and 2 when the command was called in a wrong way.
`)
}
