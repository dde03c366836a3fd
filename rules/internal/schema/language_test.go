package schema_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/salesbaton/baton/rules/internal/language"
)

// asJSON returns a YAML text as an editor sees it: only quoted texts, plain words, whole numbers and truth values differ.
func asJSON(t *testing.T, text string) []byte {
	t.Helper()
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(text), &n); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	out, err := json.Marshal(plainValue(n.Content[0]))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func plainValue(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		out := map[string]any{}
		for i := 0; i < len(n.Content); i += 2 {
			out[n.Content[i].Value] = plainValue(n.Content[i+1])
		}
		return out
	case yaml.SequenceNode:
		out := []any{}
		for _, c := range n.Content {
			out = append(out, plainValue(c))
		}
		return out
	}
	switch n.ShortTag() {
	case "!!int":
		number, _ := strconv.ParseInt(n.Value, 10, 64)
		return number
	case "!!float":
		return json.Number(n.Value)
	case "!!bool":
		return n.Value == "true"
	case "!!null":
		return nil
	}
	return n.Value
}

// inBase puts the sections of an example beside those of the base policy that it does not have.
func inBase(t *testing.T, sections string) []byte {
	var base, own map[string]json.RawMessage
	if err := json.Unmarshal(asJSON(t, language.Base), &base); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(asJSON(t, sections), &own); err != nil {
		t.Fatal(err)
	}
	for name, text := range own {
		base[name] = text
	}
	out, err := json.Marshal(base)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestEveryExampleOfThePolicyFits(t *testing.T) {
	policy := document(t, "policy")
	for _, e := range language.Examples {
		if problems := problemsOf(t, policy, inBase(t, e.Text)); problems != nil {
			t.Errorf("%s: %s", e.Section, strings.Join(problems, "\n"))
		}
	}
}

func TestEveryPolicyAndTestOfTheExamplesFits(t *testing.T) {
	for _, of := range []struct{ pattern, document string }{
		{"../../../examples/*/policy.yaml", "policy"}, {"../../../examples/*/policy_test.yaml", "test"}} {
		files, err := filepath.Glob(of.pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%d files are like %s: %v", len(files), of.pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if problems := problemsOf(t, document(t, of.document), asJSON(t, string(text))); problems != nil {
				t.Errorf("%s: %s", file, strings.Join(problems, "\n"))
			}
		}
	}
}

// TestTheSchemaFindsWhatItCan: of the mistakes that the reference shows, an editor finds those of keys, words, forms and
// numbers. Names, conditions and what depends on other keys take the loader.
func TestTheSchemaFindsWhatItCan(t *testing.T) {
	found := []string{"B010", "B011", "B013", "B014", "B015", "B016", "B017", "B019"}
	for _, c := range language.Codes {
		if c.Example == "" || strings.HasPrefix(string(c.Code), "B00") || c.Code == "B012" {
			continue // not YAML, or more than a mapping can hold
		}
		problems := problemsOf(t, document(t, "policy"), inBase(t, c.Example))
		if want := slices.Contains(found, string(c.Code)); (problems != nil) != want {
			t.Errorf("%s: found %v, want %v: %v", c.Code, problems != nil, want, problems)
		}
	}
}

func TestTheSchemaOfATestFile(t *testing.T) {
	const one = "policy: p.yaml\ntests:\n  - {name: n, reason: r, at: '2026-03-02T10:00:00Z', given: {lead: {id: L1}}, %s}\n"
	for _, tt := range []struct {
		name, keys, reason string
		fits               bool
	}{
		{"a verdict", "expect: {verdict: enrolled}", "a part of a decision", true},
		{"nothing", "expect: {owner: null}", "nothing may be expected of any key", true},
		{"absent", "expect: {absent: [enroll]}", "a kind of effect", true},
		{"an unknown verdict", "expect: {verdict: enroled}", "a closed list of words", false},
		{"an unknown key", "expect: {ownr: kim}", "it would never be compared", false},
		{"an unknown fact", "observe: {id: a, kind: call, who: kim}", "it would never be read", false},
		{"an unknown kind", "observe: {id: a, kind: called}", "a closed list of words", false},
		{"a touch", "touch: {id: M1, channel: email, purpose: marketing, scope: nurture}", "what is about to go out", true},
		{"an unknown channel of a touch", "touch: {id: M1, channel: emial}", "a closed list of words", false},
		{"a touch with an instant", "touch: {id: M1, channel: email, at: '2026-03-02T10:00:00Z'}", "it goes out at the step's", false},
		{"an unknown key of a test", "expct: {}", "it would never be read", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			problems := problemsOf(t, document(t, "test"), asJSON(t, fmt.Sprintf(one, tt.keys)))
			if (problems == nil) != tt.fits {
				t.Errorf("problems %v: %s", problems, tt.reason)
			}
		})
	}
}
