package rules_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"gopkg.in/yaml.v3"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/routing"
	"github.com/salesbaton/baton/rules"
	"github.com/salesbaton/baton/rules/internal/language"
	"github.com/salesbaton/baton/rules/internal/source"
)

// sectionsOf splits a policy into its sections, in order.
func sectionsOf(text string) (names []string, texts map[string]string) {
	texts = map[string]string{}
	name := ""
	for line := range strings.Lines(text) {
		if key, _, ok := strings.Cut(line, ":"); ok && !strings.ContainsAny(key[:1], " #-\n") {
			name = key
			names = append(names, name)
		}
		texts[name] += line
	}
	return names, texts
}

// inBase puts sections in the place of those of the base policy.
func inBase(sections string) string {
	names, texts := sectionsOf(language.Base)
	own, ownTexts := sectionsOf(sections)
	var out strings.Builder
	for _, name := range names {
		if !slices.Contains(own, name) {
			out.WriteString(texts[name])
		}
	}
	for _, name := range own {
		out.WriteString(ownTexts[name])
	}
	return out.String()
}

func loadExample(sections string, files ...language.ExampleFile) (*handoff.Engine, error) {
	fsys := fstest.MapFS{"policy.yaml": {Data: []byte(inBase(sections))}}
	for _, f := range files {
		fsys[f.Name] = &fstest.MapFile{Data: []byte(f.Text)}
	}
	return rules.LoadFS(fsys, "policy.yaml")
}

func TestEveryExampleCompiles(t *testing.T) {
	for _, e := range language.Examples {
		t.Run(e.Section, func(t *testing.T) {
			if _, err := loadExample(e.Text, e.Files...); err != nil {
				t.Errorf("%v\nin\n%s", err, inBase(e.Text))
			}
		})
	}
}

// TestEveryVariantCompiles: what the reference tells those who come from another system is a policy.
func TestEveryVariantCompiles(t *testing.T) {
	seen := map[string]string{}
	for _, group := range slices.Concat(language.Variants, language.LimitVariants, language.PromiseVariants, language.OutcomeVariants, language.ExperimentVariants) {
		for _, v := range group.Variants {
			if _, err := loadExample(v.Text + "\n"); err != nil {
				t.Errorf("%s: %v\nin\n%s", v.Does, err, v.Text)
			}
			if other, taken := seen[v.Text]; taken {
				t.Errorf("%q and %q are the same policy", other, v.Does)
			}
			seen[v.Text] = v.Does
		}
	}
}

// TestVariantsCoverTheRotations: each word of each rotation that teams know under another name is found in the table.
func TestVariantsCoverTheRotations(t *testing.T) {
	var all strings.Builder
	for _, group := range language.Variants {
		for _, v := range group.Variants {
			all.WriteString(v.Text + "\n")
		}
	}
	var want []string
	for _, r := range routing.Rotations() {
		if r != routing.Smooth && r != routing.First { // the proxies' own, which no router of leads has
			want = append(want, "rotation: "+string(r))
		}
	}
	for _, word := range []routing.OnReturn{routing.ReturnKeep, routing.ReturnLost, routing.ReturnCredit, routing.ReturnAverage, routing.ReturnZero} {
		want = append(want, "on_return: "+string(word))
	}
	for _, word := range routing.Modes() {
		want = append(want, "mode: "+string(word))
	}
	for _, text := range append(want, "on_join: last", "on_join: average", "on_join: zero", "when_empty: next", "when_empty: unassigned",
		"when_empty: hold", "when_empty: anyway", "when_empty: {queue", "when_empty: {pool", "cover: owner", "cover: charge") {
		if !strings.Contains(all.String(), text) {
			t.Errorf("no variant shows %s", text)
		}
	}
}

// TestLimitVariantsCoverTheSystems: each meaning of a day, a week and an exclusive sequence that teams know is found in the table.
func TestLimitVariantsCoverTheSystems(t *testing.T) {
	var all strings.Builder
	for _, group := range language.LimitVariants {
		for _, v := range group.Variants {
			all.WriteString(v.Text + "\n")
		}
	}
	for _, text := range []string{"every: day", "every: week, week_starts: sun", "every: 168h", "zone: recipient", "zone: UTC", "timer: true", "then: discard",
		"exclusive: alone", "exclusive: true", "exclusive: false", "reentry: never", "after: touch", "throttle:", "account_reply", "forever: true", "{replay: 7d}",
		"for: 24h", "while:", "quiet_hours:", "laws:"} {
		if !strings.Contains(all.String(), text) {
			t.Errorf("no variant shows %s", text)
		}
	}
}

// TestOutcomeVariantsCoverTheSystems: what teams know of rejection, dispute and recycling is found in the table.
func TestOutcomeVariantsCoverTheSystems(t *testing.T) {
	var all strings.Builder
	for _, group := range language.OutcomeVariants {
		for _, v := range group.Variants {
			all.WriteString(v.Text + "\n")
		}
	}
	for _, text := range []string{"needs: {reason: true}", "{word: unable_to_reach, attempts: 6}", "until: true", "after: 14d", "within: 48h, tell: manager",
		"source: disqualified", "hand_raise: true", "forward: true", "resets: true", "next_owner: different", "at_most: 3", "cool_off: 14d", "wait: 180d", "entered(mql)"} {
		if !strings.Contains(all.String(), text) {
			t.Errorf("no variant shows %s", text)
		}
	}
}

// TestExperimentVariantsCoverTheSystems: what teams know of control groups, split tests and rollouts is found in the table.
func TestExperimentVariantsCoverTheSystems(t *testing.T) {
	var all, known strings.Builder
	for _, group := range language.ExperimentVariants {
		for _, v := range group.Variants {
			all.WriteString(v.Text + "\n")
			known.WriteString(v.Known + "\n")
		}
	}
	for _, text := range []string{"hash: growthbook,", "hash: growthbook1", "hash: unleash", "per: account", "layer: {name: openers, from: 0%, to: 50%}", "salt: 2026q2",
		"effective: {from:", "only: [demo]", "fresh: true", "when:", "share: 33.4%", "sequence: slow"} {
		if !strings.Contains(all.String(), text) {
			t.Errorf("no variant shows %s", text)
		}
	}
	for _, system := range []string{"Braze", "Blueshift", "GrowthBook (namespaces)", "GrowthBook (coverage)", "GrowthBook (sticky bucketing)", "Unleash (variants)"} {
		if !strings.Contains(known.String(), system) {
			t.Errorf("the table lacks %s", system)
		}
	}
}

// TestPromiseVariantsCoverTheSystems: each meaning of a clock that teams know is found in the table, and says where it is known from
// or stands beside one that does.
func TestPromiseVariantsCoverTheSystems(t *testing.T) {
	var all strings.Builder
	for _, group := range language.PromiseVariants {
		for _, v := range group.Variants {
			all.WriteString(v.Text + "\n")
		}
	}
	for _, text := range []string{"{within: 4h}", "hours: office", "of: rep", "at_close: next_opening", "from: signal", "from: handoff", "stops: attempt", "stops: contact",
		"stops: [", "acceptance:", "on_reassign: anew", "on_reassign: keeps", "warn:", "notify:", "escalate:", "reassign: next", "at_most:", "queue: inbox", "owner: away"} {
		if !strings.Contains(all.String(), text) {
			t.Errorf("no variant shows %s", text)
		}
	}
}

// TestExamplesShowEveryKey walks the shape of a policy beside the examples.
func TestExamplesShowEveryKey(t *testing.T) {
	shown := map[string]bool{}
	for _, e := range append(language.Examples, language.Example{Text: language.Base}) {
		var n yaml.Node
		if err := yaml.Unmarshal([]byte(e.Text), &n); err != nil {
			t.Fatal(err)
		}
		markKeys(n.Content[0], language.Policy, "", shown)
	}
	for _, missing := range unshown(language.Policy, "", shown) {
		t.Errorf("no example shows %s", missing)
	}
}

func markKeys(n *yaml.Node, s *source.Shape, path string, shown map[string]bool) {
	if s.Form == source.Choice {
		for _, alternative := range s.Of {
			markKeys(n, alternative, path, shown)
		}
		return
	}
	switch {
	case n.Kind == yaml.MappingNode && s.Form == source.Map:
		for i := 0; i < len(n.Content); i += 2 {
			for _, k := range s.Keys {
				if k.Name == n.Content[i].Value {
					shown[path+"."+k.Name] = true
					markKeys(n.Content[i+1], k.Shape, path+"."+k.Name, shown)
				}
			}
		}
	case n.Kind == yaml.MappingNode && s.Form == source.Dict:
		for i := 1; i < len(n.Content); i += 2 {
			markKeys(n.Content[i], s.Each, path, shown)
		}
	case n.Kind == yaml.SequenceNode && s.Form == source.List:
		for _, item := range n.Content {
			markKeys(item, s.Each, path, shown)
		}
	}
}

func unshown(s *source.Shape, path string, shown map[string]bool) []string {
	if s.Form == source.Map && s.Ref != "" { // as in a section that is looked at, too
		return nil
	}
	var out []string
	for _, alternative := range s.Of {
		out = append(out, unshown(alternative, path, shown)...)
	}
	if s.Each != nil {
		out = append(out, unshown(s.Each, path, shown)...)
	}
	for _, k := range s.Keys {
		if !shown[path+"."+k.Name] {
			out = append(out, path+"."+k.Name)
		}
		out = append(out, unshown(k.Shape, path+"."+k.Name, shown)...)
	}
	return out
}

// asked is a policy in which every example of a condition compiles.
const asked = `lists: {freemail: [gmail.com]}
lifecycle: {mql: account.employees > 5}
fields: {lead: {tags: list, open_rate: rate}}
eligibility: [{id: g, require: '%s', reason: r}]
`

func TestEveryExampleOfAConditionCompiles(t *testing.T) {
	var all []string
	for _, o := range language.Operators {
		all = append(all, o.Example)
	}
	for _, f := range language.Functions {
		all = append(all, f.Example)
	}
	for _, typ := range language.Types {
		all = append(all, typ.Example)
	}
	for _, f := range language.Fields {
		all = append(all, "has("+f.Path+")")
	}
	for _, condition := range all {
		if _, err := loadExample(fmt.Sprintf(asked, condition)); err != nil {
			t.Errorf("%s: %v", condition, err)
		}
	}
}

// TestEveryCodeHasAnExample: an example gives the code that it stands under, and nothing else.
func TestEveryCodeHasAnExample(t *testing.T) {
	for _, c := range language.Codes {
		if c.Example == "" {
			continue
		}
		t.Run(string(c.Code), func(t *testing.T) {
			_, err := loadExample(c.Example)
			var problems rules.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("no problems but %v in\n%s", err, inBase(c.Example))
			}
			for _, p := range problems {
				if p.Code != c.Code {
					t.Errorf("%v", p)
				}
			}
		})
	}
}

// TestEveryCodeIsInTheReference compares the codes of the program with the table, whose order is that of the numbers.
func TestEveryCodeIsInTheReference(t *testing.T) {
	text, err := os.ReadFile("internal/source/code.go")
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, c := range language.Codes {
		listed = append(listed, string(c.Code))
		if c.Cause == "" || c.Cure == "" {
			t.Errorf("%s has no cause or no cure", c.Code)
		}
	}
	codes := regexp.MustCompile(`"(B[0-9]{3})"`).FindAllStringSubmatch(string(text), -1)
	for _, code := range codes {
		if !slices.Contains(listed, code[1]) {
			t.Errorf("%s is not in the table", code[1])
		}
	}
	if len(codes) != len(listed) || !slices.IsSorted(listed) {
		t.Errorf("%d codes, and %d in the table, in order: %v", len(codes), len(listed), slices.IsSorted(listed))
	}
}

func TestReferenceIsUpToDate(t *testing.T) {
	const file = "LANGUAGE.md"
	want := []byte(language.Reference())
	if *update {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the tables say; run go test ./rules -update, and read it", file)
	}
}
