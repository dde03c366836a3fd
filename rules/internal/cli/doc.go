package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/salesbaton/baton/rules"
	"github.com/salesbaton/baton/rules/internal/source"
)

const docHelp = `handoff doc POLICY prints the page that sales and marketing can read: what the policy does, in words.

  handoff doc policy.yaml                            in Markdown, for a repository or a wiki
  handoff doc --format html policy.yaml > page.html  as one HTML file, for a browser or a printer

It says who is ready, who is left alone and why, what happens then, who owns what, and what is promised. Every condition
stands there in words, above its own text. The same policy always gives the same page.
`

func doc(s streams, args []string) error {
	fs := newFlags("doc")
	format := fs.String("format", "markdown", "")
	paths, err := parse(fs, args)
	switch known := []string{"markdown", "html"}; {
	case err != nil:
		return err
	case len(paths) != 1:
		return misused("doc: name one policy, such as: handoff doc policy.yaml")
	case !slices.Contains(known, *format):
		return misused("doc: unknown format %q%s; known are %s", *format, source.DidYouMean(*format, known), strings.Join(known, ", "))
	}
	i, err := rules.Inspect(paths[0])
	if errors.As(err, new(rules.Problems)) {
		return problemsOf(paths[0], err)
	}
	if err != nil {
		return err
	}
	page := i.Markdown
	if *format == "html" {
		page = i.HTML
	}
	fmt.Fprint(s.out, page())
	return nil
}
