// Phone: fills the identity package's port for phone numbers with a library that knows the numbering plans. It is a module
// of its own, so that the library is no dependency of those who do without.
package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/nyaruka/phonenumbers"

	"github.com/salesbaton/baton/handoff/identity"
)

// library answers with the numbering plans. It refuses what is no number, and takes numbers that are not assigned: plans
// change more often than libraries are updated.
var library identity.PhoneParser = identity.PhoneParserFunc(func(phone, country string) (string, bool) {
	n, err := phonenumbers.Parse(strings.TrimSpace(phone), country) // it sees an extension only at the end
	if err != nil {
		return "", false
	}
	return phonenumbers.Format(n, phonenumbers.E164), true
})

func main() { compare(os.Stdout) }

// compare prints what the built-in rule and the library make of the same numbers.
func compare(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NUMBER\tCOUNTRY\tBUILT-IN RULE\tLIBRARY")
	for _, n := range []struct{ phone, country string }{
		{"+49 (0)30 123456 ext. 12", ""},
		{"(650) 253-0000", "US"},
		{"0011 650 253 0000", "SG"},
		{"1-800-FLOWERS", "US"},
		{"02-36618 300", "IT"},
		{"0343 15 555 1212", "AR"},
		{"4930123456", "DE"},
		{"253-0000", "US"},
		{"030 123456", ""},
		{"n/a", "DE"},
	} {
		known, _ := library.E164(n.phone, n.country)
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", n.phone, or(n.country, "unknown"), or(identity.Phone(n.phone, n.country), "not sure"),
			or(known, "not a number"))
	}
	w.Flush()
}

// or returns the text, or another one if it is empty.
func or(text, other string) string {
	if text == "" {
		return other
	}
	return text
}
