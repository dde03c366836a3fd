package rules_test

import (
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules"
	"github.com/salesbaton/baton/rules/internal/language"
	"github.com/salesbaton/baton/rules/internal/source"
)

// kitchen holds a policy that has every key of the language, and texts that try to break out of the page.
const kitchen = "testdata/page/kitchen/policy.yaml"

func inspect(t *testing.T, file string) *rules.Inspection {
	t.Helper()
	i, err := rules.Inspect(file)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// inspectText is inspect for a policy without other files.
func inspectText(t *testing.T, text string) *rules.Inspection {
	t.Helper()
	file := filepath.Join(t.TempDir(), "p.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return inspect(t, file)
}

func TestPages(t *testing.T) {
	for name, file := range map[string]string{"inbound": "../examples/inbound/policy.yaml", "pql": "../examples/pql/policy.yaml",
		"renewal": "../examples/renewal/policy.yaml", "kitchen": kitchen} {
		t.Run(name, func(t *testing.T) {
			i := inspect(t, file)
			golden(t, "testdata/page/"+name+".md", i.Markdown())
			golden(t, "testdata/page/"+name+".html", i.HTML())
			if again := inspect(t, file); again.Markdown() != i.Markdown() || again.HTML() != i.HTML() {
				t.Error("the same policy gave another page")
			}
			checkMarkdown(t, i.Markdown())
			checkHTML(t, i.HTML())
		})
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s: run go test ./rules -update, and read what changed (-want +got):\n%s", file, diff)
	}
}

// TestPagesOfExamples: whatever the reference shows has a page.
func TestPagesOfExamples(t *testing.T) {
	for _, e := range language.Examples {
		t.Run(e.Section, func(t *testing.T) {
			dir := t.TempDir()
			for _, f := range append(e.Files, language.ExampleFile{Name: "policy.yaml", Text: inBase(e.Text)}) {
				if err := os.WriteFile(filepath.Join(dir, f.Name), []byte(f.Text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			i := inspect(t, filepath.Join(dir, "policy.yaml"))
			checkMarkdown(t, i.Markdown())
			checkHTML(t, i.HTML())
		})
	}
}

var (
	headings   = regexp.MustCompile(`^(#+) `)
	bars       = regexp.MustCompile(`(^|[^\\])\|`)
	ticks      = regexp.MustCompile("`+")
	openMarkup = regexp.MustCompile("[<`[]")
)

// checkMarkdown checks that no text of a policy is markup: each row of a table has the cells of its header, headings go
// down one level at a time, and outside of code there is no tag but a line break, no link and no open backtick.
func checkMarkdown(t *testing.T, page string) {
	t.Helper()
	cells, level := 0, 0
	for line := range strings.Lines(page) {
		if h := headings.FindStringSubmatch(line); h != nil {
			if len(h[1]) > level+1 || (len(h[1]) == 1) != (level == 0) {
				t.Errorf("level %d follows level %d: %s", len(h[1]), level, line)
			}
			level = len(h[1])
		}
		n := len(bars.FindAllString(line, -1))
		switch {
		case !strings.HasPrefix(line, "|"):
			cells = 0
		case cells == 0:
			cells = n
		case n != cells:
			t.Errorf("%d bars in a table with %d: %s", n, cells, line)
		}
		if found := openMarkup.FindString(strings.ReplaceAll(withoutCode(line), "<br>", "")); found != "" {
			t.Errorf("%s stands open in %s", found, line)
		}
	}
}

// withoutCode returns a line of Markdown without its code and without its escaped characters.
func withoutCode(line string) string {
	var b strings.Builder
	for line != "" {
		switch fence := ticks.FindString(line); {
		case line[0] == '\\' && len(line) > 1:
			line = line[2:]
		case line[0] == '`':
			closing := slices.IndexFunc(ticks.FindAllStringIndex(line, -1), func(at []int) bool { return at[0] > 0 && at[1]-at[0] == len(fence) })
			if closing < 0 {
				return b.String() + line
			}
			line = line[ticks.FindAllStringIndex(line, -1)[closing][1]:]
		default:
			b.WriteByte(line[0])
			line = line[1:]
		}
	}
	return b.String()
}

// checkHTML checks that the page is well-formed XML, that its headings go down one level at a time from one h1, that
// links lead to ids of their own, that headers of tables have a scope, and that nothing is loaded or run.
func checkHTML(t *testing.T, page string) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(page))
	level := 0
	ids, links := map[string]bool{}, map[string]bool{}
	known := strings.Fields("html head meta title style body header nav main h1 h2 h3 h4 p ul ol li a code strong br div table thead tbody tr th td")
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		tag, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		name := tag.Name.Local
		if !slices.Contains(known, name) {
			t.Errorf("there is an element %s", name)
		}
		attributes := map[string]string{}
		for _, a := range tag.Attr {
			attributes[a.Name.Local] = a.Value
			if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "src" || a.Name.Local == "style" {
				t.Errorf("%s has the attribute %s", name, a.Name.Local)
			}
		}
		if id, has := attributes["id"]; has {
			if ids[id] {
				t.Errorf("two elements have the id %s", id)
			}
			ids[id] = true
		}
		switch {
		case name == "html" && attributes["lang"] != "en":
			t.Error("the page does not say its language")
		case name == "th" && attributes["scope"] != "col" && attributes["scope"] != "row":
			t.Error("the header of a table has no scope")
		case name == "a":
			links[attributes["href"]] = true
		case len(name) == 2 && name[0] == 'h' && name[1] <= '6':
			next := int(name[1] - '0')
			if next > level+1 || (next == 1) != (level == 0) {
				t.Errorf("h%d follows h%d", next, level)
			}
			level = next
		}
	}
	for link := range links {
		if to, inside := strings.CutPrefix(link, "#"); !inside || !ids[to] {
			t.Errorf("the link %s leads nowhere", link)
		}
	}
	if len(links) == 0 || strings.Contains(page, "@import") || strings.Contains(page, "url(") {
		t.Error("the page has no contents, or its style loads something")
	}
}

// textOf returns the text of an HTML page, blanks in a row as one.
func textOf(t *testing.T, page string) string {
	t.Helper()
	var b strings.Builder
	decoder := xml.NewDecoder(strings.NewReader(page))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return strings.Join(strings.Fields(b.String()), " ")
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.CharData:
			b.Write(token)
		case xml.StartElement:
			b.WriteString(" ")
		}
	}
}

// TestPageShowsEverything: the policy of the kitchen sink sets every key of the language, and whoever changes a value
// changes the page. A value whose change does not compile by itself, such as a name that is used elsewhere, stands on it.
func TestPageShowsEverything(t *testing.T) {
	files := os.DirFS(filepath.Dir(kitchen))
	var policy yaml.Node
	text, err := os.ReadFile(kitchen)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, &policy); err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{}
	markKeys(policy.Content[0], language.Policy, "", shown)
	var included yaml.Node
	if text, err = os.ReadFile(filepath.Join(filepath.Dir(kitchen), "lists.yaml")); err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, &included); err != nil {
		t.Fatal(err)
	}
	markKeys(included.Content[0], language.Included, "", shown)
	for _, missing := range unshown(language.Policy, "", shown) {
		t.Errorf("the kitchen sink does not set %s", missing)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, files); err != nil {
		t.Fatal(err)
	}
	page := func() (string, error) {
		text, err := yaml.Marshal(&policy)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "policy.yaml"), text, 0o600); err != nil {
			t.Fatal(err)
		}
		i, err := rules.Inspect(filepath.Join(dir, "policy.yaml"))
		if err != nil {
			return "", err
		}
		return strings.ReplaceAll(textOf(t, i.HTML()), i.Engine.Digest()[:len("sha256:")+12], ""), nil
	}
	want, err := page()
	if err != nil {
		t.Fatal(err)
	}
	changed, scalars := 0, 0
	eachScalar(policy.Content[0], language.Policy, "", func(n *yaml.Node, s *source.Shape, path string) {
		if scalars++; testing.Short() && scalars%10 > 0 {
			return
		}
		value := n.Value
		defer func() { n.Value = value }()
		for _, other := range changes(value, s) {
			n.Value = other
			got, err := page()
			switch {
			case err != nil:
			case got == want && path+"."+value != ".consent.email": // which is as without the key
				t.Errorf("%s: %q instead of %q gives the same page", path, other, value)
			default:
				changed++
				return
			}
		}
		if !strings.Contains(want, cmp.Or(inWords[value], strings.Join(strings.Fields(value), " "))) {
			t.Errorf("%s: %q does not stand on the page", path, value)
		}
	})
	if !testing.Short() && changed < 140 {
		t.Errorf("only %d values were changed", changed)
	}
}

// inWords is how the page says what stands otherwise in the policy, where no other value compiles in its place.
var inWords = map[string]string{
	"next_play":           "the next play that is ready is tried",
	"account.country":     "the account's country",
	"account.postal_code": "the account's postal code",
	"lead.source":         "the lead's source",
	"94*":                 "begins with 94",
	"1000+":               "1,000 or more",
	"1-999":               "1 to 999",
	"string":              "a text",
	"bool":                "yes or no",
	"duration":            "a length of time",
	"weighted":            "in proportion to the weights",
	"lowest_count":        "the fewest handoffs for the weight",
	"hash":                "always the same member",
	"balanced":            "until the others catch up",
	"credit":              "is owed",
	"zero":                "begin anew",
	"25h":                 "25 hours",
	"26h":                 "26 hours",
	"169h":                "169 hours",
	"open_opportunity":    "a deal that is not closed",
	"active_sequence":     "an exclusive sequence runs",
	"owner_away":          "while the owner is absent",
	"pending":             "while the person has asked to wait",
	"last_name":           "last name",
	"differs":             "different",
	"born":                "birthday",
}

// eachScalar calls a function for every scalar of a policy, the names that the author chose among them.
func eachScalar(n *yaml.Node, s *source.Shape, path string, do func(n *yaml.Node, s *source.Shape, path string)) {
	if s.Form == source.Choice {
		i := slices.IndexFunc(s.Of, func(of *source.Shape) bool {
			return map[yaml.Kind]bool{yaml.MappingNode: of.Form == source.Map || of.Form == source.Dict, yaml.SequenceNode: of.Form == source.List,
				yaml.ScalarNode: of.Form != source.Map && of.Form != source.Dict && of.Form != source.List}[n.Kind]
		})
		s = s.Of[i]
	}
	switch s.Form {
	case source.Map:
		for i := 0; i < len(n.Content); i += 2 {
			for _, k := range s.Keys {
				if k.Name == n.Content[i].Value {
					eachScalar(n.Content[i+1], k.Shape, path+"."+k.Name, do)
				}
			}
		}
	case source.Dict:
		for i := 0; i < len(n.Content); i += 2 {
			do(n.Content[i], s.Key, path)
			eachScalar(n.Content[i+1], s.Each, path+"."+n.Content[i].Value, do)
		}
	case source.List:
		for i, item := range n.Content {
			eachScalar(item, s.Each, fmt.Sprintf("%s.%d", path, i), do)
		}
	default:
		do(n, s, path)
	}
}

// changes are values that could stand in the place of another.
func changes(value string, s *source.Shape) []string {
	if len(s.Words) > 0 {
		return slices.DeleteFunc(slices.Clone(s.Words), func(w string) bool { return w == value })
	}
	switch s.Form {
	case source.Int, source.Decimal:
		return []string{value + "3", value[:len(value)-1] + "7"}
	case source.Percent:
		return []string{"3%", "7.25%"}
	case source.Bool:
		return []string{map[string]string{"true": "false", "false": "true"}[value]}
	case source.Span:
		return []string{"17d3h", "3m"}
	case source.Date:
		return []string{"2031-01-15"}
	case source.Condition:
		return []string{"not (" + value + ")"}
	}
	return []string{value + "x"}
}

// TestPageOfASharedInspection: pages are made on demand, and by several at once.
func TestPageOfASharedInspection(t *testing.T) {
	i := inspect(t, kitchen)
	want := i.HTML()
	done := make(chan string)
	for range 4 {
		go func() { done <- i.HTML() }()
	}
	for range 4 {
		if <-done != want {
			t.Error("a page that is made beside another differs")
		}
	}
}

// asking is a policy whose gates are conditions.
func asking(conditions []string) string {
	text := `language: 1
policy: acme
zone: America/New_York
fields:
  lead: {role: [ic, vp, cxo], word: string, tags: list, labels: list, tag: list, seats: int, other: int, born: date, wed: date, seen: time, met: time, ok: bool, fine: bool, idle: duration, busy: duration, open_rate: rate, click_rate: rate}
lists: {freemail: [gmail.com], rivals: [rival.example]}
lifecycle: {mql: account.employees > 5, sql: account.employees > 50}
scores: {fit: [{points: 1, when: lead.ok}], use_and_fit: [{points: 1, when: lead.ok}]}
triggers: {demo_request: {about: lead, stale_after: 14d}}
routes: {all: [{rep: kim}]}
plays: [{id: demo, trigger: demo_request, route: all}]
eligibility:
`
	for i, condition := range conditions {
		text += fmt.Sprintf("  - {id: g%d, require: %s, reason: r}\n", i, yamlText(condition))
	}
	return text
}

// wordsOf returns the words of conditions, which the HTML page has in front of a line break, and the policy itself.
func wordsOf(t *testing.T, conditions ...string) ([]string, *rules.Inspection) {
	t.Helper()
	i := inspectText(t, asking(conditions))
	_, table, _ := strings.Cut(i.HTML(), `<h2 id="ready">`)
	var out []string
	for row := range strings.SplitSeq(table, `<th scope="row"><code>g`) {
		if _, cell, ok := strings.Cut(row, "</th><td>"); ok {
			words, _, _ := strings.Cut(cell, "<br/>")
			out = append(out, textOf(t, "<p>"+words+"</p>"))
		}
	}
	if len(out) < len(conditions) {
		t.Fatalf("%d words for %d conditions", len(out), len(conditions))
	}
	return out[:len(conditions)], i
}

func TestWords(t *testing.T) {
	cases := []struct{ name, reason, condition, want string }{
		{"both", "two conditions that must hold are joined in one line", `account.employees >= 1000 and lead.role in ["vp", "cxo"]`,
			"the account has at least 1,000 employees and the lead's role is vp or cxo"},
		{"a negated list", "what is in none of them is known to be", `not (lead.role in ["vp", "cxo"])`, "the lead's role is none of vp, cxo"},
		{"another value", "an unknown role is no other role", `lead.role != "vp"`, "the lead's role is other than vp"},
		{"not the same", "not swaps == and !=, also for what is unknown", `not (lead.role == "vp")`, "the lead's role is other than vp"},
		{"a list of the policy", "its name says more than its items", `lead.email_domain in lists.freemail`, `the lead's email domain is on the list "freemail"`},
		{"not on a list", "in and not in read alike", `lead.email_domain not in lists.freemail`, `the lead's email domain is not on the list "freemail"`},
		{"a count", "the window is a part of the words", `count("team_invite", "30d") >= 2`, "there were at least 2 team invite events in the last 30 days"},
		{"any", "more than none is some", `account.open_opportunities > 0`, "the account has open opportunities"},
		{"none", "zero has a word of its own", `account.open_opportunities == 0`, "the account has no open opportunities"},
		{"one", "one is no plural", `count("demo", "1d") < 1`, "there was fewer than 1 demo event in the last day"},
		{"days ahead", "a date that is past is less than 45 days ahead too", `days_until(account.renewal_on) <= 45`,
			"the renewal date of the account is at most 45 days away (or past)"},
		{"days ahead and not past", "where the past is excluded it is not named again", `days_until(account.renewal_on) <= 45 and days_until(account.renewal_on) >= 0`,
			"the renewal date of the account is at most 45 days away and is not past"},
		{"days past", "what is past is counted forward", `days_until(lead.born) <= -30`, "the lead's born is at least 30 days past"},
		{"a range", "what is said of one thing names it once", `account.employees >= 50 and account.employees < 1000`,
			"the account has at least 50 employees and has fewer than 1,000 employees"},
		{"a constant first", "the field is what is spoken of", `50 <= account.employees`, "the account has at least 50 employees"},
		{"a stage", "the signal is what makes it enter", `entered(mql)`, "this signal makes the record enter the stage mql"},
		{"something known", "has is never unknown, so that its negation is plain", `has(account.renewal_on) and not has(lead.word)`, "the renewal date of the account is known and the lead's word is unknown"},
		{"a window of days and hours", "only a single unit loses its number", `count("demo", "1d12h") > 1`, "there was more than 1 demo event in the last 1 day 12 hours"},
		{"a rate", "what is at most one is said in percent", `lead.open_rate >= 0.125`, "the lead's open rate is at least 12.5%"},
		{"a great rate", "what is more than one is a number", `lead.open_rate < 2.5`, "the lead's open rate is less than 2.5"},
		{"an age", "an age is said of the signal", `trigger.age < "36h"`, "the signal is less than 36 hours old"},
		{"a time of day", "seconds that are zero are left out, and days have their names", `now.time >= "09:30" and now.weekday in ["sat", "sun"]`, "the time of day is at or after 09:30 and the day of the week is Saturday or Sunday"},
		{"an instant", "it is shown in the policy's zone", `lead.seen >= "2026-03-01T14:00:00Z"`, "the lead's seen is at or after 2026-03-01 09:00 EST"},
		{"a date", "dates have words for their order", `lead.born < "2026-04-01"`, "the lead's born is before 2026-04-01"},
		{"a truth value", "a column of the host's own is yes or no", `lead.ok and not account.customer`, "the lead's ok is yes and the account is not a customer"},
		{"text in quotes", "what could be taken for the page's own words is quoted", `lead.word in ["OR", "a b", "x\"y"]`, `the lead's word is one of "OR", "a b", "x\"y"`},
		{"or in and", "the inner one begins with either", `lead.ok and (account.customer or lead.fine)`,
			"the lead's ok is yes, and either the account is a customer or the lead's fine is yes"},
		{"and in or", "the inner one begins with both", `lead.ok or account.customer and lead.fine`,
			"the lead's ok is yes, or both the account is a customer and the lead's fine is yes"},
		{"three levels", "what is deeper stands in parentheses", `lead.ok and (account.customer or lead.fine and lead.seats > 5)`,
			"the lead's ok is yes, and either the account is a customer or (the lead's fine is yes and the lead's seats is more than 5)"},
		{"not before an order", "what is not less is at least", `not (lead.seats < 5)`, "the lead's seats is at least 5"},
		{"not around and", "one of both must fail", `not (lead.seats <= 5 and not true)`, "the lead's seats is more than 5 or always"},
		{"not around or", "not is carried inward", `not (lead.ok or account.customer)`, "the lead's ok is no and the account is not a customer"},
		{"a score", "a score is named like a score", `score.use_and_fit >= 40`, "the use and fit score is at least 40"},
		{"two fields", "the other field stands in the place of the constant", `lead.seats >= account.employees`, "the lead's seats is at least the number of employees of the account"},
		{"an item of a list", "the verb follows the field's name", `"hot" in lead.tags and not ("cold" in lead.tag)`, "the lead's tags include hot and the lead's tag does not include cold"},
		{"a part of a text", "what is searched is always quoted", `trigger.landing_page startsWith "/pricing"`, `the signal's landing page begins with "/pricing"`},
		{"people", "who counts stands in parentheses", `people(lead.role in ["vp", "cxo"] and has(lead.word)) >= 3`,
			"for at least 3 people of the account (the lead's role is vp or cxo and the lead's word is known)"},
		{"one person", "one is no plural, and the constant may stand first", `1 <= people(lead.ok)`, "for at least 1 person of the account (the lead's ok is yes)"},
		{"no people", "not turns the comparison around", `not (people(lead.ok) > 0)`, "for at most 0 people of the account (the lead's ok is yes)"},
		{"always", "a constant needs no subject", `true`, "always"},
	}
	var conditions []string
	for _, tt := range cases {
		conditions = append(conditions, tt.condition)
	}
	words, _ := wordsOf(t, conditions...)
	for i, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			if words[i] != tt.want {
				t.Errorf("%s is %q, want %q: %s", tt.condition, words[i], tt.want, tt.reason)
			}
		})
	}
}

// TestWordsTellOperatorsApart: conditions that differ in their operator or an operand have different words.
func TestWordsTellOperatorsApart(t *testing.T) {
	ordered := []string{"==", "!=", "<", "<=", ">", ">="}
	equal := ordered[:2]
	var conditions []string
	for _, tt := range []struct {
		left      string
		right     []string
		operators []string
	}{
		{"account.employees", []string{"0", "1", "2", "-3", "lead.seats"}, ordered},
		{"account.open_opportunities", []string{"0", "1", "account.employees"}, ordered},
		{"lead.seats", []string{"0", "1000", "lead.other", "score.fit", `count("a", "1d")`}, ordered},
		{`count("a", "1d")`, []string{"0", "1", "7", `count("b", "1d")`, `count("a", "2d")`}, ordered},
		{"people(lead.ok)", []string{"0", "1", "2"}, ordered},
		{"people(lead.ok or lead.fine)", []string{"1"}, ordered},
		{"days_until(lead.born)", []string{"-2", "-1", "0", "1", "2", "days_until(lead.wed)", "lead.seats"}, ordered},
		{"days_until(account.renewal_on)", []string{"0", "1"}, ordered},
		{"score.fit", []string{"5", "score.use_and_fit"}, ordered},
		{"lead.born", []string{`"2026-03-01"`, "lead.wed", "now.date"}, ordered},
		{"lead.seen", []string{`"2026-03-01T10:00:00Z"`, `"2026-03-01T10:00:01Z"`, `"2026-03-01T10:00:00.5Z"`, "lead.met", "trigger.occurred_at"}, ordered},
		{"trigger.occurred_at", []string{`"2026-03-01T10:00:00Z"`, "lead.met"}, ordered},
		{"lead.idle", []string{`"1d"`, `"24h"`, `"1d1h1m1s"`, "lead.busy", "trigger.age"}, ordered},
		{"trigger.age", []string{`"2d"`, "lead.busy"}, ordered},
		{"lead.open_rate", []string{"0.5", "0.000001", "1", "1.5", "lead.click_rate"}, ordered},
		{"now.time", []string{`"09:00"`, `"09:00:01"`}, ordered},
		{"now.hour", []string{"9"}, ordered},
		{"lead.word", []string{`"yes"`, `"x"`, `"two words"`, "lead.role", "trigger.asset"}, append([]string{"contains", "startsWith", "endsWith"}, equal...)},
		{"lead.role", []string{`["ic"]`, `["ic", "vp"]`, `["ic", "vp", "cxo"]`, "lists.freemail", "lists.rivals", "lead.tags", "lead.labels"}, []string{"in", "not in"}},
		{"lead.seats", []string{"[1, 2]", "[1, 2, 3]"}, []string{"in", "not in"}},
		{"lead.ok", []string{"true", "lead.fine"}, equal},
	} {
		for _, right := range tt.right {
			for _, operator := range tt.operators {
				conditions = append(conditions, tt.left+" "+operator+" "+right)
			}
		}
	}
	for _, path := range []string{"lead.owner", "lead.role", "lead.tags", "account.owner", "account.employees", "account.customer", "account.csm", "trigger.asset",
		"trigger.campaign.name", "trigger.campaign.id", "now.date", "score.fit", "subject.kind", "trigger.kind"} {
		conditions = append(conditions, "has("+path+")", "not has("+path+")")
	}
	conditions = append(conditions, "entered(mql)", "not entered(mql)", "entered(sql)", "true", "false", "account.customer", "not account.customer", "lead.fine")
	words, _ := wordsOf(t, conditions...)
	first := map[string]string{}
	for i, w := range words {
		if other, taken := first[w]; taken {
			t.Errorf("%s and %s are both %q", other, conditions[i], w)
		}
		first[w] = conditions[i]
	}
}

// TestWordsMeanWhatTheConditionSays: of random conditions, those with the same words have the same truth for every
// record, be it known or not. Words that could be read in two ways would fail here, once a condition of each meaning
// is drawn; and none is ever empty.
func TestWordsMeanWhatTheConditionSays(t *testing.T) {
	w := writer{rand.New(rand.NewPCG(7, 1))}
	atoms := []string{"lead.ok", "lead.fine", "lead.seats > 4", "lead.seats >= 4", "lead.seats < 4", "lead.seats <= 4", "lead.seats == 4", "lead.seats != 4",
		`lead.role == "vp"`, `lead.role != "vp"`, `lead.role in ["vp"]`, `lead.role in ["vp", "cxo"]`, `"hot" in lead.tags`, "has(lead.role)", "true", "false"}
	var tree func(leaves int) string
	tree = func(leaves int) string {
		if leaves == 1 {
			return w.pick("", "", "not ") + "(" + w.pick(atoms...) + ")"
		}
		left := 1 + w.IntN(leaves-1)
		return w.pick("", "", "not ") + "(" + tree(left) + w.pick(" and ", " or ") + tree(leaves-left) + ")"
	}
	var conditions []string
	for range 2500 {
		conditions = append(conditions, tree(1+w.IntN(5)))
	}
	words, i := wordsOf(t, conditions...)
	truths := make([]strings.Builder, len(conditions))
	for range 60 {
		r := full()
		r.Lead.Fields = map[string]handoff.Value{}
		for _, field := range []struct {
			name   string
			values []handoff.Value
		}{
			{"ok", []handoff.Value{handoff.BoolValue(true), handoff.BoolValue(false)}},
			{"fine", []handoff.Value{handoff.BoolValue(true), handoff.BoolValue(false)}},
			{"seats", []handoff.Value{handoff.IntValue(3), handoff.IntValue(4), handoff.IntValue(5)}},
			{"role", []handoff.Value{handoff.StringValue("vp"), handoff.StringValue("cxo"), handoff.StringValue("ic")}},
			{"tags", []handoff.Value{handoff.ListValue([]string{"hot"}), handoff.ListValue([]string{"cold"})}},
		} {
			if n := w.IntN(len(field.values) + 1); n < len(field.values) {
				r.Lead.Fields[field.name] = field.values[n]
			}
		}
		x, err := i.Engine.Explain(at, r)
		if err != nil {
			t.Fatal(err)
		}
		for n, gate := range x.Triggers[0].Plays[0].Gates {
			truths[n].WriteString(gate.Require.Truth.String() + " ")
		}
	}
	first := map[string]int{}
	shared := 0
	for n, said := range words {
		other, taken := first[said]
		switch {
		case strings.TrimSpace(said) == "":
			t.Fatalf("%s has no words", conditions[n])
		case !taken:
			first[said] = n
		case truths[other].String() != truths[n].String():
			t.Errorf("%q is said of %s and of %s, which differ", said, conditions[other], conditions[n])
		default:
			shared++
		}
	}
	if shared < 500 {
		t.Errorf("only %d conditions share their words with another; nothing was compared", shared)
	}
}

// TestWordsOfRandomConditions: what the oracle's conditions say is never empty.
func TestWordsOfRandomConditions(t *testing.T) {
	w := writer{rand.New(rand.NewPCG(11, 1))}
	var conditions []string
	for range 1000 {
		conditions = append(conditions, w.condition(4))
	}
	words, _ := wordsOf(t, conditions...)
	for i, said := range words {
		if strings.TrimSpace(said) == "" {
			t.Errorf("%s has no words", conditions[i])
		}
	}
}

// A writer writes random conditions that compile.
type writer struct{ *rand.Rand }

func (w writer) pick(list ...string) string { return list[w.IntN(len(list))] }

func (w writer) condition(depth int) string {
	if depth == 0 || w.IntN(4) == 0 {
		return w.leaf()
	}
	switch w.IntN(3) {
	case 0:
		return "not (" + w.condition(depth-1) + ")"
	case 1:
		return "(" + w.condition(depth-1) + ") and (" + w.condition(depth-1) + ")"
	}
	return "(" + w.condition(depth-1) + ") or (" + w.condition(depth-1) + ")"
}

func (w writer) leaf() string {
	switch w.IntN(6) {
	case 0:
		return "lead.role " + w.pick("==", "!=") + " " + w.pick(`"ic"`, `"vp"`, `"cxo"`)
	case 1:
		return "lead.role " + w.pick("in", "not in") + ` ["ic", "cxo"]`
	case 2:
		return "lead.seats " + w.pick("==", "!=", "<", "<=", ">", ">=") + " " + w.pick("-1", "0", "4", "5", "9007199254740992", "account.employees")
	case 3:
		return w.pick("lead.ok", "not lead.ok", "lead.ok == false", "true", "false")
	case 4:
		return "trigger.asset " + w.pick("contains", "startsWith", "endsWith") + " " + w.pick(`"fo"`, `"rm"`, `"x"`)
	}
	return w.pick(`"hot"`, `"cold"`) + " in lead.tags"
}
