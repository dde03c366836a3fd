// Command handoff checks, tests, explains and simulates policies, matches records, and measures what came of decisions. Run it
// with -h for examples.
package main

import (
	"os"

	"github.com/salesbaton/baton/rules/internal/cli"
)

func main() {
	os.Exit(cli.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
