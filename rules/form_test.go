package rules_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"gopkg.in/yaml.v3"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules"
	"github.com/salesbaton/baton/rules/internal/language"
)

// wrong are what may stand where something else is meant.
func wrong() []*yaml.Node {
	scalar := func(tag, value string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value} }
	text := func(value string) *yaml.Node {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value, Style: yaml.SingleQuotedStyle}
	}
	list := func(items ...*yaml.Node) *yaml.Node { return &yaml.Node{Kind: yaml.SequenceNode, Content: items} }
	keys := func(content ...*yaml.Node) *yaml.Node { return &yaml.Node{Kind: yaml.MappingNode, Content: content} }
	return []*yaml.Node{scalar("!!null", "~"), text(""), text(" "), text("*"), text("nobody"), text("a b"), text("${"), text("lead.source"), text("0s"), text("36600d"), text("2026-01-01"),
		scalar("!!int", "7"), scalar("!!int", "-1"), scalar("!!int", "99999999999999999999"), scalar("!!float", "0.5"), scalar("!!bool", "true"), scalar("!!timestamp", "2026-01-01"),
		list(), list(text("")), list(text("a"), text("a")), list(list()), list(keys()), keys(), keys(text("a"), text("b")), keys(text("a"), keys())}
}

// eachNode calls f for every node below the root, keys among them, with a function that puts another in its place.
func eachNode(n *yaml.Node, f func(path string, set func(*yaml.Node)), path string) {
	for i, child := range n.Content {
		name := fmt.Sprintf("%s/%d", path, i)
		if n.Kind == yaml.MappingNode {
			name = path + "/" + n.Content[i&^1].Value
		}
		f(name, func(other *yaml.Node) { n.Content[i] = other })
		n.Content[i] = child
		eachNode(child, f, name)
	}
}

// TestEveryWrongFormHasAPlace puts a wrong value in the place of every value and key of every example. The policy compiles,
// or what is wrong has a place; nothing panics, and what compiles decides.
func TestEveryWrongFormHasAPlace(t *testing.T) {
	n, compiled, nodes := 0, 0, 0
	for _, e := range language.Examples {
		fsys := fstest.MapFS{}
		for _, f := range e.Files {
			fsys[f.Name] = &fstest.MapFile{Data: []byte(f.Text)}
		}
		var doc yaml.Node
		if err := yaml.Unmarshal([]byte(inBase(e.Text)), &doc); err != nil {
			t.Fatal(err)
		}
		eachNode(doc.Content[0], func(path string, set func(*yaml.Node)) {
			if nodes++; testing.Short() && nodes%10 > 0 {
				return
			}
			for _, other := range wrong() {
				set(other)
				text, err := yaml.Marshal(&doc)
				if err != nil {
					continue // such as a key that is a list
				}
				n++
				fsys["policy.yaml"] = &fstest.MapFile{Data: text}
				engine, err := rules.LoadFS(fsys, "policy.yaml")
				var problems rules.Problems
				switch {
				case err == nil:
					compiled++
					decideAnything(t, engine, string(text))
				case !errors.As(err, &problems):
					t.Errorf("%s at %s: the problem has no place: %v\n%s", e.Section, path, err, text)
				}
				for _, p := range problems {
					if p.Code == "" || p.File == "" || strings.Contains(p.Message, "%!") {
						t.Errorf("%s at %s: %+v", e.Section, path, p)
					}
				}
			}
		}, "")
	}
	if !testing.Short() && (n < 5000 || compiled < 100) {
		t.Errorf("%d policies, of which %d compile; the walk has lost its way", n, compiled)
	}
}

func decideAnything(t *testing.T, e *handoff.Engine, text string) {
	t.Helper()
	for _, r := range []handoff.Request{empty(), full()} {
		r.State = nil
		var input *handoff.InputError
		if _, err := e.Decide(at, fillUp(t, e, r)); err != nil && !errors.As(err, &input) {
			t.Errorf("%v\n%s", err, text)
		}
	}
}
