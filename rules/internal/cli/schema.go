package cli

import (
	"fmt"
	"strings"

	"github.com/salesbaton/baton/rules/internal/schema"
	"github.com/salesbaton/baton/rules/internal/source"
)

const schemaHelp = `handoff schema [NAME] prints a JSON Schema (draft-07) of what hosts and Baton exchange, or of policy and test files; without NAME, what there is.

  handoff schema
  handoff schema request
  handoff schema decision > decision.schema.json
  handoff schema policy > policy.schema.json     completes and checks a policy in an editor
  handoff schema test > test.schema.json         the same for policy_test.yaml

Each document has a version, which stands in its $id, and changes under it only in ways that break nobody: what Baton
reads never gets narrower. What Baton writes never gets wider, except that a later Baton may write further keys: ignore
keys that you do not know, and treat words and kinds of effects that you do not know as errors.
`

func printSchema(s streams, args []string) error {
	args, err := parse(newFlags("schema"), args)
	switch {
	case err != nil:
		return err
	case len(args) > 1:
		return misused("schema: name one document, such as: handoff schema %s", args[0])
	case len(args) == 0:
		s.listSchemas()
		return nil
	}
	var known []string
	for _, d := range schema.Contract() {
		if d.Name == args[0] {
			text, err := d.Schema.Text()
			s.out.Write(text) // an error is that of the final Flush
			return err
		}
		known = append(known, d.Name)
	}
	return misused("schema: unknown document %q%s; known are %s", args[0], source.DidYouMean(args[0], known), strings.Join(known, ", "))
}

// listSchemas prints a line for each document.
func (s streams) listSchemas() {
	for _, d := range schema.Contract() {
		fmt.Fprintf(s.out, "%-9s v%d, %-17s %s\n", d.Name, d.Version, d.Direction+" by Baton:", d.Schema.Description)
	}
}
