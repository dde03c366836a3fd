package cli

import (
	"fmt"

	"github.com/salesbaton/baton/rules/internal/language"
)

// codes prints what each code of a problem means.
func (s streams) codes() {
	for _, c := range language.Codes {
		fmt.Fprintf(s.out, "%s  %s\n      %s\n", c.Code, c.Cause, c.Cure)
	}
}
