package cli

import (
	"fmt"
	"strings"

	"github.com/salesbaton/baton/rules/internal/language"
)

// codes prints what each code of a problem means.
func (s streams) codes() {
	for _, c := range language.Codes {
		fmt.Fprintf(s.out, "%s  %s\n      %s\n", c.Code, c.Cause, c.Cure)
	}
}

// code prints what one code means, with an example, and reports whether there is such a code.
func (s streams) code(name string) bool {
	for _, c := range language.Codes {
		if string(c.Code) != strings.ToUpper(name) {
			continue
		}
		fmt.Fprintf(s.out, "%s  %s\n      %s\n", c.Code, c.Cause, c.Cure)
		if c.Example != "" {
			fmt.Fprintf(s.out, "\nFor example:\n\n%s\n", strings.TrimSuffix(c.Example, "\n"))
		}
		return true
	}
	return false
}
