package schema_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/rules"
	"github.com/salesbaton/baton/rules/internal/schema"
	"github.com/salesbaton/baton/rules/replay"
)

// document returns the schema under a name.
func document(t *testing.T, name string) schema.Schema {
	t.Helper()
	for _, d := range schema.Contract() {
		if d.Name == name {
			return d.Schema
		}
	}
	t.Fatalf("the contract has no %s", name)
	return schema.Schema{}
}

// stories are policies with something to decide: the examples', and one with everything that routing remembers.
var stories = []struct{ policy, lines string }{
	{"../../../examples/inbound/policy.yaml", "../../../examples/inbound/requests.jsonl"},
	{"../../../examples/pql/policy.yaml", "testdata/lines/pql.jsonl"},
	{"../../../examples/renewal/policy.yaml", "testdata/lines/renewal.jsonl"},
	{"testdata/routing.yaml", "testdata/lines/routing.jsonl"},
}

func engineOf(t *testing.T, policy string) *handoff.Engine {
	t.Helper()
	engine, err := rules.Load(policy)
	if err != nil {
		t.Fatal(err)
	}
	return engine
}

// A checker holds what goes in and what comes out against the contract.
type checker struct {
	t                                    *testing.T
	request, activity, decision, effects schema.Schema
	kinds                                map[handoff.EffectKind]int
	decisions                            int
}

func newChecker(t *testing.T) *checker {
	return &checker{t: t, request: document(t, "request"), activity: document(t, "activity"),
		decision: document(t, "decision"), effects: document(t, "effect"), kinds: map[handoff.EffectKind]int{}}
}

func (c *checker) fits(s schema.Schema, v any) {
	c.t.Helper()
	text := encoded(c.t, v)
	for _, problem := range problemsOf(c.t, s, text) {
		c.t.Errorf("%s %s\n%s", s.Title, problem, text)
	}
}

// decided checks decisions, and each of their effects alone.
func (c *checker) decided(decisions []handoff.Decision) {
	c.t.Helper()
	for _, d := range decisions {
		c.decisions++
		c.fits(c.decision, d)
		var effects []json.RawMessage
		if err := json.Unmarshal(encoded(c.t, d.Effects), &effects); err != nil {
			c.t.Fatal(err)
		}
		for i, e := range effects {
			c.kinds[d.Effects[i].Kind()]++
			c.fits(c.effects, e)
		}
	}
}

// live passes lines through an engine, and half a year behind them.
func (c *checker) live(engine *handoff.Engine, lines []replay.Line) {
	c.t.Helper()
	simulator := replay.New(engine)
	for _, l := range lines {
		if l.Activity != nil {
			c.fits(c.activity, l.Activity)
		}
		r, before, err := simulator.Prepare(l)
		if err != nil {
			c.t.Fatal(err)
		}
		c.fits(c.request, r)
		decisions, err := simulator.Step(l)
		if err != nil {
			c.t.Fatal(err)
		}
		c.decided(before)
		c.decided(decisions)
	}
	decisions, err := simulator.Until(lines[len(lines)-1].At.AddDate(0, 6, 0))
	if err != nil {
		c.t.Fatal(err)
	}
	c.decided(decisions)
}

func TestRecordedLinesFit(t *testing.T) {
	request, activity := document(t, "request"), document(t, "activity")
	for _, story := range stories {
		text, err := os.ReadFile(story.lines)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for line := range strings.Lines(string(text)) {
			n++
			var raw struct{ Request, Activity json.RawMessage }
			if err := json.Unmarshal([]byte(line), &raw); err != nil {
				t.Fatal(err)
			}
			problems := problemsOf(t, request, raw.Request)
			if raw.Activity != nil {
				problems = append(problems, problemsOf(t, activity, raw.Activity)...)
			}
			for _, problem := range problems {
				t.Errorf("%s:%d: %s", story.lines, n, problem)
			}
		}
		if n < 5 {
			t.Errorf("%s has %d lines", story.lines, n)
		}
	}
}

func TestStoriesFit(t *testing.T) {
	c := newChecker(t)
	for _, story := range stories {
		file, err := os.Open(story.lines)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		var lines []replay.Line
		if err := replay.ReadLines(file, func(_ int, l replay.Line) error { lines = append(lines, l); return nil }); err != nil {
			t.Fatal(err)
		}
		c.live(engineOf(t, story.policy), lines)
	}
	t.Logf("%d decisions with the effects %v", c.decisions, c.kinds)
	if len(c.kinds) < 22 {
		t.Errorf("the stories reach only the effects %v", c.kinds)
	}
}

// TestRandomStreamsFit lets random signals and activities about a few records meet.
func TestRandomStreamsFit(t *testing.T) {
	c := newChecker(t)
	engines := map[string]*handoff.Engine{}
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 7))
		policy := stories[r.IntN(len(stories))].policy
		if engines[policy] == nil {
			engines[policy] = engineOf(t, policy)
		}
		c.live(engines[policy], stream{r}.lines(20))
	}
	t.Logf("%d decisions with the effects %v", c.decisions, c.kinds)
	if len(c.kinds) < 20 {
		t.Errorf("the streams reach only the effects %v", c.kinds)
	}
}

// A stream makes lines.
type stream struct{ *rand.Rand }

func pick[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

func (s stream) lines(n int) []replay.Line {
	at := time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)
	out := make([]replay.Line, n)
	for i := range out {
		at = at.Add(time.Duration(s.IntN(3*24*60)) * time.Minute)
		out[i] = replay.Line{At: at, Request: s.request()}
		if s.IntN(3) == 0 {
			out[i].Activity = &handoff.Activity{ID: fmt.Sprint("X", s.IntN(n)), Kind: pick(s.Rand, handoff.ActivityKinds()...),
				At: at.Add(-time.Duration(s.IntN(60)) * time.Minute), By: pick(s.Rand, "kim", "lee"), To: pick(s.Rand, "kim", "lee"), Channel: pick(s.Rand, handoff.Channels()...), Reason: "no budget"}
			if a := out[i].Activity; a.Kind == handoff.ActivityOutcome {
				a.Outcome, a.Until = pick(s.Rand, "no_response", "recycle"), at.AddDate(0, 1, 0)
			} else if a.Kind == handoff.ActivityMerged || a.Kind == handoff.ActivityUnmerged {
				a.Into = handoff.Ref{Kind: out[i].Request.Subject.Kind, ID: "other"}
			}
			continue
		}
		for j := range s.IntN(3) {
			out[i].Request.Triggers = append(out[i].Request.Triggers, s.trigger(fmt.Sprint("T", i, "-", j), out[i].Request.Subject.Kind, at))
		}
	}
	return out
}

// request is about one of three leads of one account, or the account itself.
func (s stream) request() handoff.Request {
	r := handoff.Request{
		Lead:    handoff.Lead{ID: fmt.Sprint("L", s.IntN(3)), Account: "A1", Owner: pick(s.Rand, "", "ida"), Objections: []string{"budget"}},
		Account: handoff.Account{ID: "A1", Name: "Acme", Owner: pick(s.Rand, "", "kim"), Employees: handoff.Some(s.Int64N(2000))},
		Events: []handoff.Event{{ID: "E1", Kind: "team_invite", At: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)},
			{ID: "E2", Kind: "team_invite", At: time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)}},
		Touches: []handoff.Touch{{ID: "M1", Channel: handoff.ChannelMeeting, At: time.Date(2026, 1, 2, 9, 0, 0, 0, time.UTC), By: "kim"}},
	}
	if s.IntN(2) == 0 {
		r.Account.RenewalOn = calendar.Date{Year: 2026, Month: time.April, Day: 1 + s.IntN(30)}
	}
	r.Lead.Person = handoff.Person{FirstName: "Jo", Email: pick(s.Rand, "jo@acme.example", "jo@gmail.com", "jo@rival.example", "")}
	r.Lead.Fields = map[string]handoff.Value{"seats_used": handoff.IntValue(s.Int64N(10)), "own": handoff.ListValue([]string{"a", "b"})}
	if s.IntN(4) > 0 {
		r.Opportunities = []handoff.Opportunity{{ID: "O1", Status: pick(s.Rand, handoff.OpportunityOpen, handoff.OpportunityLost)}}
	}
	r.Subject = r.Lead.Ref()
	if s.IntN(3) == 0 {
		r.Subject = r.Account.Ref()
		for i := range s.IntN(3) {
			r.People = append(r.People, handoff.Lead{ID: fmt.Sprint("L", i), Owner: pick(s.Rand, "", "ida"), Fields: r.Lead.Fields})
		}
	}
	return r
}

func (s stream) trigger(id string, about handoff.Kind, at time.Time) handoff.Trigger {
	kinds := []string{"demo_request", "webinar", "product_qualified", "unheard_of"}
	if about == handoff.KindAccount {
		kinds = []string{"usage_drop", "expansion", "unheard_of"}
	}
	return handoff.Trigger{ID: id, Kind: pick(s.Rand, kinds...), OccurredAt: at.Add(-time.Duration(s.IntN(pick(s.Rand, 2, 48, 480))) * time.Hour),
		Asset: pick(s.Rand, "", "form"), Offer: pick(s.Rand, "", "seats"), Campaign: handoff.Campaign{AdGroup: pick(s.Rand, "", "crm")}, Pages: []string{"/pricing"}}
}

// A maker makes random documents that a schema allows, their keys in the order of the schema.
type maker struct {
	*rand.Rand
	root schema.Schema
}

// samples are texts that fit the patterns of the contract.
var samples = map[string][]string{
	"^((account|lead|rep)/|(pool|sticky|tally|trigger)/[^/]+/).+": {"lead/L1", "account/A1", "rep/kim", "pool/acme/aes",
		"sticky/acme/account/A1", "tally/acme/rep/kim", "trigger/acme/T1"},
	"^(account|lead)/.+":           {"lead/L1", "account/A1"},
	"^pool/[^/]+/.+":               {"pool/acme/aes"},
	"^rep/.+":                      {"rep/kim"},
	"^sticky/[^/]+/.+":             {"sticky/acme/account/A1"},
	"^tally/[^/]+/.+":              {"tally/acme/rep/kim"},
	"^trigger/[^/]+/.+":            {"trigger/acme/T1"},
	"^[0-9]{4}-[0-9]{2}-[0-9]{2}$": {"2026-03-01"},
}

func (m maker) value(s schema.Schema) string {
	s = s.Resolve(m.root)
	if s.OneOf != nil {
		return m.value(pick(m.Rand, s.OneOf...))
	}
	if words := s.Enum; words != nil || !s.Const.IsZero() {
		text, _ := json.Marshal(pick(m.Rand, append(slices.Clone(words), s.Const)...))
		if string(text) == "null" { // no Const
			text, _ = json.Marshal(words[0])
		}
		return string(text)
	}
	switch pick(m.Rand, s.Type...) {
	case "string":
		return m.text(s)
	case "number":
		return pick(m.Rand, "0", "0.25", "-3.5", "12")
	case "integer":
		return fmt.Sprint(s.Minimum.Value + m.Int64N(9))
	case "boolean":
		return pick(m.Rand, "true", "false")
	case "array":
		items := []string{}
		for range m.IntN(3) {
			items = append(items, m.value(*s.Items))
		}
		return "[" + strings.Join(items, ",") + "]"
	case "object":
		return m.object(s)
	}
	return "null"
}

func (m maker) text(s schema.Schema) string {
	switch {
	case s.Pattern != "":
		return `"` + pick(m.Rand, samples[s.Pattern]...) + `"`
	case s.Format == "date-time":
		return pick(m.Rand, `"2026-03-02T15:04:05Z"`, `"2026-03-02T15:04:05.123456+02:00"`)
	}
	return `"` + strings.Repeat("a", int(s.MinLength.Value)+m.IntN(3)) + `"`
}

func (m maker) object(s schema.Schema) string {
	var parts []string
	add := func(name string, value schema.Schema) {
		parts = append(parts, fmt.Sprintf("%q:%s", name, m.value(value)))
	}
	for _, p := range s.Properties {
		if slices.Contains(s.Required, p.Name) || m.IntN(2) == 0 {
			add(p.Name, p.Schema)
		}
	}
	for _, p := range s.PatternProperties {
		if m.IntN(2) == 0 {
			add(pick(m.Rand, samples[p.Name]...), p.Schema)
		}
	}
	if others := s.AdditionalProperties; others != nil && !others.IsNone() {
		add("own", *others)
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// data are the documents of JSON, which hosts exchange with Baton.
func data() []schema.Named {
	return slices.DeleteFunc(schema.Contract(), func(d schema.Named) bool { return slices.Contains([]string{"policy", "include", "test"}, d.Name) })
}

// reread reads a document as Baton does, and returns how Baton writes it.
func reread(name string, text []byte) ([]byte, error) {
	var v any
	var err error
	switch name {
	case "request":
		v, err = handoff.DecodeRequest(text)
	case "activity":
		var a handoff.Activity
		err, v = handoff.DecodeStrict(text, &a), a
	case "decision":
		v, err = handoff.DecodeDecision(text)
	case "effect":
		var e handoff.Effects
		if err = json.Unmarshal(fmt.Appendf(nil, "[%s]", text), &e); err == nil {
			out, err := json.Marshal(e)
			return out[1 : len(out)-1], err
		}
	}
	if err != nil {
		return nil, err
	}
	return json.Marshal(v)
}

// TestWhatFitsIsReadAndWhatIsWrittenFits makes documents from the contract: Baton reads them, and what it makes of them
// fits again.
func TestWhatFitsIsReadAndWhatIsWrittenFits(t *testing.T) {
	for _, d := range data() {
		m := maker{rand.New(rand.NewPCG(1, 2)), d.Schema}
		for range 500 {
			text := []byte(m.value(d.Schema))
			if problems := problemsOf(t, d.Schema, text); problems != nil {
				t.Fatalf("%s: the test made what does not fit: %q\n%s", d.Name, problems, text)
			}
			again, err := reread(d.Name, text)
			if beyondSchema(err) {
				continue
			}
			if err != nil {
				t.Fatalf("%s fits and is not read: %v\n%s", d.Name, err, text)
			}
			if problems := problemsOf(t, d.Schema, again); problems != nil {
				t.Fatalf("%s is written in a way that does not fit: %q\n%s", d.Name, problems, again)
			}
		}
	}
}

// TestWhatIsNotReadDoesNotFit breaks documents in one place. Whatever still fits is still read.
func TestWhatIsNotReadDoesNotFit(t *testing.T) {
	for _, name := range []string{"request", "activity"} {
		s := document(t, name)
		m := maker{rand.New(rand.NewPCG(3, 4)), s}
		refused := 0
		for range 2000 {
			value := decoded(t, []byte(m.value(s)))
			text := encoded(t, m.broken(value))
			problems := problemsOf(t, s, text)
			if problems != nil {
				refused++
			}
			if _, err := reread(name, text); err != nil && problems == nil && !beyondSchema(err) {
				t.Fatalf("%s fits and is not read: %v\n%s", name, err, text)
			}
		}
		t.Logf("%s: %d of 2000 no longer fit", name, refused)
		if refused < 1000 {
			t.Errorf("%s: only %d of 2000 no longer fit; the test breaks too little", name, refused)
		}
	}
}

// beyondSchema reports whether a document is refused for what JSON Schema cannot say: that no two members of a ledger are
// about one rep, and that their places are below their number.
func beyondSchema(err error) bool {
	return err != nil && (strings.Contains(err.Error(), "each is listed once") || strings.Contains(err.Error(), "one less than the number of members"))
}

// broken returns the value with one thing in it replaced, added or left out.
func (m maker) broken(value any) any {
	switch inside := value.(type) {
	case map[string]any:
		names := slices.Sorted(maps.Keys(inside))
		switch {
		case m.IntN(10) == 0 || len(names) == 0:
			inside["surplus"] = "x"
		case m.IntN(5) == 0:
			delete(inside, pick(m.Rand, names...))
		default:
			name := pick(m.Rand, names...)
			inside[name] = m.broken(inside[name])
		}
		return inside
	case []any:
		if len(inside) > 0 && m.IntN(4) > 0 {
			i := m.IntN(len(inside))
			inside[i] = m.broken(inside[i])
			return inside
		}
	}
	return pick[any](m.Rand, nil, true, 0, -1, 1.5, "", "x", "lead/L1", "2026-02-01", []any{}, []any{"x"}, map[string]any{})
}

const aRequest = `{"subject":"lead/L1","lead":{"id":"L1","consent":[{"channel":"email","status":"granted","at":"2026-03-01T00:00:00Z"}]},` +
	`"account":{"id":"A1","employees":3},"triggers":[{"id":"T1","kind":"demo_request","occurred_at":"2026-03-02T15:03:00Z"}],` +
	`"state":{"rep/kim":{"version":1,"value":{"id":"kim"}}}}`

func TestBrokenRequestsAreRefused(t *testing.T) {
	s := document(t, "request")
	if problems := problemsOf(t, s, []byte(aRequest)); problems != nil {
		t.Fatalf("the request that the cases break does not fit: %q", problems)
	}
	many := strings.Repeat(`{"id":"T1","kind":"k","occurred_at":"2026-03-02T15:03:00Z"},`, handoff.MaxTriggers)
	for _, test := range []struct{ name, reason, old, new, problem string }{
		{"unknown key", "a misspelt key would be a fact that nobody reads", `"subject"`, `"subjects":1,"subject"`, ".subjects: is not allowed"},
		{"unknown key inside", "also deep inside", `"employees"`, `"staff":1,"employees"`, ".account.staff: is not allowed"},
		{"no subject", "a request is about somebody", `"subject":"lead/L1",`, ``, ": lacks subject"},
		{"no id", "a redelivery could not be told", `"id":"T1",`, ``, ".triggers[0]: lacks id"},
		{"empty id", "an id names something", `"T1"`, `""`, ".triggers[0].id: has 0 characters"},
		{"wrong word", "channels are a closed list", `"email"`, `"e-mail"`, ".lead.consent[0].channel: is none of"},
		{"wrong kind of subject", "a request is about a lead or an account", `"lead/L1"`, `"rep/kim"`, ".subject: does not match"},
		{"text for a number", "nothing is converted", `"employees":3`, `"employees":"3"`, ".account.employees: is not of type"},
		{"fraction", "people are counted in whole numbers", `"employees":3`, `"employees":3.5`, ".account.employees: is not of type"},
		{"negative number", "nobody has fewer than no employees", `"employees":3`, `"employees":-1`, ".account.employees: is below"},
		{"huge number", "readers in other languages lose digits", `"employees":3`, `"employees":9007199254740994`, ".account.employees: is above"},
		{"instant without a zone", "it could be any of a day", `15:03:00Z`, `15:03:00`, ".triggers[0].occurred_at: is no date-time"},
		{"too many triggers", "the work for a request is bounded", `"triggers":[`, `"triggers":[` + many, ".triggers: has 101 items"},
		{"long text", "texts are bounded", `"demo_request"`, `"demo_request","asset":"` + strings.Repeat("a", handoff.MaxText+1) + `"`, ".triggers[0].asset: has 2049 characters"},
		{"nested field", "a field is a text, an integer, a truth value or a list of texts", `"kind":"demo`, `"fields":{"own":{}},"kind":"demo`, ".triggers[0].fields.own: is not of type"},
		{"unknown entry", "State has seven kinds of keys", `"rep/kim"`, `"deal/D1"`, ".state.deal/D1: is not allowed"},
		{"value without a version", "an entry that is stored was written by a decision", `"version":1`, `"version":0`, ".state.rep/kim: fits 0 of 2"},
		{"version without a value", "an entry that was written is stored", `,"value":{"id":"kim"}`, ``, ".state.rep/kim: fits 0 of 2"},
		{"value of another kind", "the kind of the key says what is under it", `"rep/kim"`, `"pool/acme/aes"`, ".state.pool/acme/aes: fits 0 of 2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if strings.Count(aRequest, test.old) == 0 {
				t.Fatalf("%s is not in the request", test.old)
			}
			text := strings.Replace(aRequest, test.old, test.new, 1)
			problems := problemsOf(t, s, []byte(text))
			if len(problems) == 0 || !strings.HasPrefix(problems[0], test.problem) {
				t.Errorf("got %q, want %s: %s", problems, test.problem, test.reason)
			}
		})
	}
}

func TestBrokenDecisionsAreRefused(t *testing.T) {
	s := document(t, "decision")
	const decision = `{"id":"p/lead/L1/0","policy":"p","language":1,"zone":"UTC","zone_version":"2026a","at":"2026-03-02T15:04:00Z",` +
		`"subject":"lead/L1","cause":{"time":true},"verdict":"swept",` +
		`"effects":[{"kind":"redecide","subject":"lead/L1","triggers":["T1"]}],"guards":[{"key":"lead/L1","version":0}]}`
	for _, test := range []struct {
		name, reason, old, new string
		fits                   bool
	}{
		{"itself", "the decision that the cases change", `swept`, `swept`, true},
		{"unknown key", "readers ignore keys that they do not know", `"verdict"`, `"mood":"good","verdict"`, true},
		{"unknown key of an effect", "also inside", `"triggers"`, `"by":"time","triggers"`, true},
		{"unknown verdict", "readers switch over the words", `swept`, `wept`, false},
		{"unknown kind", "an effect that is ignored is lost", `redecide`, `decide_again`, false},
		{"no verdict", "no decision is without", `"verdict":"swept",`, ``, false},
		{"no triggers", "the key of an effect that is always written", `,"triggers":["T1"]`, ``, false},
		{"no effects", "an empty list is written", `"effects":[`, `"others":[`, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if problems := problemsOf(t, s, []byte(strings.Replace(decision, test.old, test.new, 1))); test.fits != (problems == nil) {
				t.Errorf("got %q: %s", problems, test.reason)
			}
		})
	}
}

// TestBoundsAreTheBorders puts a text at its bound, and one that is longer, into every place of a request that has
// one: an engine refuses the longer one, and not for its length the other.
func TestBoundsAreTheBorders(t *testing.T) {
	text, err := os.ReadFile("testdata/full_request.json")
	if err != nil {
		t.Fatal(err)
	}
	s, engine, full := document(t, "request"), engineOf(t, stories[0].policy), decoded(t, text)
	if problem := refusal(t, engine, full); problem != "" {
		t.Fatalf("the request of the test is refused: %s", problem)
	}
	places := placesIn(t, s, "", s, full, nil)
	if len(places) < 50 {
		t.Errorf("only %d texts have a bound", len(places))
	}
	for _, p := range places {
		for _, n := range []int{p.limit, p.limit + 1} {
			p.set(strings.Repeat("a", n))
			if fits := problemsOf(t, s, encoded(t, full)) == nil; fits != (n == p.limit) {
				t.Errorf("%s with %d characters fits: %t", p.path, n, fits)
			}
			problem := refusal(t, engine, full)
			if n == p.limit && strings.Contains(problem, "longer than") {
				t.Errorf("%s at its bound is refused: %s", p.path, problem)
			}
			if n > p.limit && problem == "" {
				t.Errorf("%s is read beyond its bound", p.path)
			}
		}
		p.set(p.old)
	}
}

// A place holds a text with a bound.
type place struct {
	path, old string
	limit     int
	set       func(any)
}

// placesIn finds the places in a value that has every key of its schema; set replaces the value.
func placesIn(t *testing.T, root schema.Schema, path string, s schema.Schema, value any, set func(any)) []place {
	var out []place
	s = s.Resolve(root)
	switch value := value.(type) {
	case string:
		if s.MaxLength.Known {
			out = append(out, place{path, value, int(s.MaxLength.Value), set})
		}
	case []any:
		for i := range value {
			out = append(out, placesIn(t, root, fmt.Sprintf("%s[%d]", path, i), *s.Items, value[i], func(v any) { value[i] = v })...)
		}
	case map[string]any:
		for _, p := range s.Properties {
			if _, found := value[p.Name]; !found && p.Name != "state" {
				t.Errorf("the request of the test has no %s.%s", path, p.Name)
			}
		}
		for _, name := range slices.Sorted(maps.Keys(value)) {
			own, listed := s.Properties.Find(name)
			if !listed {
				own = *s.AdditionalProperties
			}
			inside := strings.TrimPrefix(path+"."+name, ".")
			out = append(out, placesIn(t, root, inside, own, value[name], func(v any) { value[name] = v })...)
		}
	}
	return out
}

func encoded(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// refusal returns what an engine has against a request, "" when it decides it.
func refusal(t *testing.T, engine *handoff.Engine, request any) string {
	t.Helper()
	at := time.Date(2026, 3, 2, 15, 4, 0, 0, time.UTC)
	r, err := handoff.DecodeRequest(encoded(t, request))
	if err != nil {
		t.Fatal(err)
	}
	r.State = handoff.State{}
	for {
		keys := engine.Needs(at, r)
		if len(keys) == 0 {
			break
		}
		for _, k := range keys {
			r.State[k] = handoff.Entry{}
		}
	}
	_, err = engine.Decide(at, r)
	var input *handoff.InputError
	if err != nil && !errors.As(err, &input) {
		t.Fatal(err)
	}
	if err != nil {
		return err.Error()
	}
	return ""
}
