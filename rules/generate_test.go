package rules

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the wall clock of the oracle, beside the zone file that is embedded in package calendar

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/rules/internal/source"
)

// generatedFrame declares fields of every type, twice where two fields are compared. Its gates are generated conditions.
const generatedFrame = `language: 1
policy: acme
zone: America/New_York
fields:
  lead: {city: string, role: [ic, vp, cxo], seats: int, trial: bool, born: date, seen: time, idle: duration, open_rate: rate, tags: list}
  account: {town: string, rank: [vp, cxo], used: int, paid: bool, signed: date, left: time, limit: duration, goal: rate, topics: list}
lists:
  few: [vp, Köln, x]
  many: [ic, vp, "日本", a, b, c, d, e, f, g, "it's"]
triggers: {demo_request: {about: lead, stale_after: 14d}, engagement: {about: account, stale_after: 14d}}
scores: {fit: [{points: 1, when: "true"}], intent: {events: {login: 5}}}
lifecycle: {mql: "true", sql: "false"}
routes: {all: [{rep: kim}]}
plays: [{id: demo, trigger: demo_request, route: all}, {id: engaged, trigger: engagement, route: all}]
eligibility:
`

// listItems are the lists of the frame.
var listItems = map[string][]string{
	"few":  {"vp", "Köln", "x"},
	"many": {"ic", "vp", "日本", "a", "b", "c", "d", "e", "f", "g", "", "it's"},
}

// compileAll puts conditions into the frame and returns what they compile to.
func compileAll(tb testing.TB, conditions ...string) []handoff.Condition {
	tb.Helper()
	p := compileFrame(tb, conditions...)
	out := make([]handoff.Condition, len(p.config.Gates))
	for i, g := range p.config.Gates {
		out[i] = g.Require
	}
	return out
}

func compileFrame(tb testing.TB, conditions ...string) *policy {
	tb.Helper()
	p, err := readFrame(conditions...)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

func readFrame(conditions ...string) (*policy, error) {
	var b strings.Builder
	b.WriteString(generatedFrame)
	for i, c := range conditions {
		fmt.Fprintf(&b, "  - {id: g%d, require: '%s', reason: r}\n", i, strings.ReplaceAll(c, "'", "''"))
	}
	return readPolicy(&files{}, "p.yaml", []byte(b.String()), nil)
}

// newYork is the zone of the frame, as the time package knows it.
func newYork(tb testing.TB) *time.Location {
	tb.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		tb.Fatal(err)
	}
	return zone
}

// An asker tells what the frame's conditions read of a request.
type asker struct {
	engine *handoff.Engine
	seen   handoff.Facts
}

func newAsker(tb testing.TB) *asker {
	tb.Helper()
	a := &asker{}
	config := compileFrame(tb, "true").config
	for i := range config.Plays {
		config.Plays[i].When = handoff.ConditionFunc(func(f *handoff.Facts) handoff.Truth {
			a.seen = *f
			return handoff.False
		})
	}
	var err error
	if a.engine, err = handoff.New(config); err != nil {
		tb.Fatal(err)
	}
	return a
}

// ask returns the facts of a request that says nothing but who asks for what, and who the people of an account are.
func (a *asker) ask(kind handoff.Kind, people []handoff.Lead) handoff.Facts {
	at := time.Date(2026, 3, 2, 15, 4, 0, 0, time.UTC)
	r := handoff.Request{
		Subject:  handoff.Ref{Kind: kind, ID: "L1"},
		Lead:     handoff.Lead{ID: "L1"},
		People:   people,
		Triggers: []handoff.Trigger{{ID: "T1", Kind: "demo_request", OccurredAt: at}},
	}
	if kind == handoff.KindAccount {
		r.Account.ID, r.Triggers[0].Kind = "L1", "engagement"
	}
	r, err := a.engine.Fill(at, r, func(keys []handoff.Key) (handoff.State, error) {
		state := handoff.State{}
		for _, k := range keys {
			state[k] = handoff.Entry{}
		}
		return state, nil
	})
	if err == nil {
		_, err = a.engine.Decide(at, r)
	}
	if err != nil {
		panic(fmt.Sprintf("a request of the generator is refused: %v", err))
	}
	return a.seen
}

// A fact is something that conditions read. Its value is a string, an int, a bool or a []string: a date counts days, an
// instant and a length of time microseconds, a rate millionths, a time of day seconds.
type fact struct {
	path   string
	kind   kind
	words  []string                            // the only values that it may have
	set    func(f *handoff.Facts, v any)       // nil: it follows from others
	from   func(s *sample) (v any, known bool) // of a fact that follows from others
	forget func(*handoff.Facts)                // makes it unknown; nil: it never is
	field  bool                                // has() may ask for it
}

// A sample is a record, as conditions read it and as programs of expr do.
type sample struct {
	facts handoff.Facts
	env   map[string]any // v0, k0, v1, k1, ...: the value of each fact and whether it is known
	local time.Time      // the wall clock of facts.At
}

func (s *sample) put(i int, v any, known bool) {
	s.env[variable("v", i)], s.env[variable("k", i)] = v, known
}

func (s *sample) get(i int) (v any, known bool) {
	return s.env[variable("v", i)], s.env[variable("k", i)].(bool)
}

func variable(letter string, i int) string { return letter + strconv.Itoa(i) }

// since returns the microseconds from an instant until now.
func (s *sample) since(t time.Time) int { return int(s.facts.At.UnixMicro() - t.UnixMicro()) }

func (s *sample) today() int {
	y, m, d := s.local.Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// count returns how many events of a kind are at most so many microseconds old.
func (s *sample) count(event string, window int) int {
	n := 0
	for _, e := range s.facts.Events {
		if age := s.since(e.At); e.Kind == event && 0 <= age && age <= window {
			n++
		}
	}
	return n
}

// A generator draws conditions and the samples on which they are evaluated.
type generator struct {
	*rand.Rand
	facts  []fact
	fields []handoff.Field // that the frame declares
	zone   *time.Location
	asker  *asker
	base   handoff.Facts  // of a lead
	drawn  map[string]int // leaves by label
	inner  bool           // what is drawn stands inside people(...)
}

func newGenerator(tb testing.TB) *generator {
	tb.Helper()
	g := &generator{zone: newYork(tb), asker: newAsker(tb)}
	g.base = g.asker.ask(handoff.KindLead, nil)
	g.fields = compileFrame(tb, "true").config.Fields
	g.facts = slices.Concat(plainFacts(), declaredFacts(g.fields))
	for i, fact := range g.facts {
		g.facts[i].forget = func(f *handoff.Facts) { fact.set(f, nil) }
	}
	g.facts = append(g.facts, g.derivedFacts()...)
	return g
}

// seeded returns a generator that draws by a seed.
func (g *generator) seeded(seed uint64) *generator {
	own := *g
	own.Rand, own.drawn = rand.New(rand.NewPCG(seed, 1)), map[string]int{}
	return &own
}

func pick[T any](g *generator, list ...T) T { return list[g.IntN(len(list))] }

// Values that facts and constants share, so that they often meet.
var (
	textPool     = []string{"vp", "Köln", "Ko\u0308ln", "日本", "x", "xx", "it's", `say "x"`, "a\\b", "`", "🎉 x", "VP", " vp"}
	intPool      = []int{0, 1, -1, 4, 5, 1000, 1<<53 - 1, 1 << 53, -1 << 53}
	countPool    = []int{0, 1, 2, 3, 5, 1 << 53}
	datePool     = []int{0, 1, -1, 20513, 20514, 20515, 20520, 20558, 19782, -719162, 2932896}
	instantPool  = []int{0, 1, -1, 1772463600_000000, 1772463600_000001, 1772463599_999999, 1772946000_000000, 1793509200_000000, 1793512800_000000, 1772427600_000000, 1772427599_000000}
	durationPool = []int{0, 1_000000, 899_000000, 900_000000, 901_000000, 86400_000000, 129600_000000, 2592000_000000, 36600 * 86400_000000}
	ratePool     = []int{0, 1, -1, 250000, 249999, 333333, 1_000000, -500000, 1<<53 - 1, 1 << 53, -1 << 53}
	clockPool    = []int{0, 1, 32400, 36240, 43200, 86399, 61200}
	weekdays     = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
)

// numbers are the values of each kind that is a number.
func numbers(k kind) []int {
	return map[kind][]int{integer: intPool, date: datePool, instant: instantPool, duration: durationPool, rate: ratePool, timeOfDay: clockPool}[k]
}

func dateOf(days int) calendar.Date {
	y, m, d := time.Unix(int64(days)*86400, 0).UTC().Date()
	return calendar.Date{Year: y, Month: m, Day: d}
}

// plainFacts are the built-in fields that a request carries.
func plainFacts() []fact {
	texts := func(path string, at func(*handoff.Facts) *string) fact {
		return fact{path: path, kind: text, field: true, set: func(f *handoff.Facts, v any) { *at(f), _ = v.(string) }}
	}
	return []fact{
		texts("lead.zone", func(f *handoff.Facts) *string { return &f.Lead.Zone }),
		texts("lead.owner", func(f *handoff.Facts) *string { return &f.Lead.Owner }),
		texts("lead.contact_owner", func(f *handoff.Facts) *string { return &f.Lead.ContactOwner }),
		texts("lead.buying_group", func(f *handoff.Facts) *string { return &f.Lead.BuyingGroup }),
		texts("lead.company", func(f *handoff.Facts) *string { return &f.Lead.Company }),
		texts("account.id", func(f *handoff.Facts) *string { return &f.Account.ID }),
		texts("account.parent", func(f *handoff.Facts) *string { return &f.Account.Parent }),
		texts("account.parent_owner", func(f *handoff.Facts) *string { return &f.Account.ParentOwner }),
		texts("account.owner", func(f *handoff.Facts) *string { return &f.Account.Owner }),
		texts("account.csm", func(f *handoff.Facts) *string { return &f.Account.CSM }),
		texts("account.partner", func(f *handoff.Facts) *string { return &f.Account.Partner }),
		texts("lead.status", func(f *handoff.Facts) *string { return &f.Lead.Status }),
		texts("lead.email_domain", func(f *handoff.Facts) *string { return &f.EmailDomain }),
		texts("account.industry", func(f *handoff.Facts) *string { return &f.Account.Industry }),
		texts("trigger.asset", func(f *handoff.Facts) *string { return &f.Trigger.Asset }),
		texts("trigger.campaign.ad_group", func(f *handoff.Facts) *string { return &f.Trigger.Campaign.AdGroup }),
		{path: "account.employees", kind: integer, field: true, set: func(f *handoff.Facts, v any) { f.Account.Employees = opt(v) }},
		{path: "account.open_opportunities", kind: integer, field: true, set: func(f *handoff.Facts, v any) { f.OpenOpportunities = opt(v) }},
		{path: "account.customer", kind: truth, field: true, set: func(f *handoff.Facts, v any) {
			b, known := v.(bool)
			f.Account.Customer = handoff.Opt[bool]{Value: b || !known, Known: known}
		}},
		{path: "account.renewal_on", kind: date, field: true, set: func(f *handoff.Facts, v any) {
			f.Account.RenewalOn = calendar.Date{}
			if days, known := v.(int); known {
				f.Account.RenewalOn = dateOf(days)
			}
		}},
	}
}

// opt returns a number that is unknown where v is nil, with a value that nothing may read.
func opt(v any) handoff.Opt[int64] {
	n, known := v.(int)
	if !known {
		n = 1000
	}
	return handoff.Opt[int64]{Value: int64(n), Known: known}
}

// declaredFacts are the fields that the frame declares.
func declaredFacts(fields []handoff.Field) []fact {
	var out []fact
	for slot, declared := range fields {
		out = append(out, fact{path: declared.Of + "." + declared.Name, kind: kinds[declared.Type], words: declared.Words, field: true,
			set: func(f *handoff.Facts, v any) {
				f.Fields[slot] = handoff.Value{}
				if v != nil {
					f.Fields[slot] = valueOf(declared.Type, v)
				}
			}})
	}
	return out
}

func valueOf(typ handoff.Type, v any) handoff.Value {
	switch typ {
	case handoff.TypeString:
		return handoff.StringValue(v.(string))
	case handoff.TypeBool:
		return handoff.BoolValue(v.(bool))
	case handoff.TypeList:
		return handoff.ListValue(v.([]string))
	}
	n := int64(v.(int))
	switch typ {
	case handoff.TypeDate:
		return handoff.DateValue(dateOf(int(n)))
	case handoff.TypeTime:
		return handoff.TimeValue(time.UnixMicro(n))
	case handoff.TypeDuration:
		return handoff.DurationValue(time.Duration(n) * time.Microsecond)
	case handoff.TypeRate:
		return handoff.RateValue(n)
	}
	return handoff.IntValue(n)
}

// derivedFacts are those that follow from the instants, the events and the dates of a sample.
func (g *generator) derivedFacts() []fact {
	out := []fact{
		always("subject.kind", text, func(s *sample) any { return string(s.facts.Subject.Kind) }).among("lead", "account"),
		always("trigger.kind", text, func(s *sample) any { return s.facts.Trigger.Kind }).among("demo_request", "engagement"),
		always("trigger.occurred_at", instant, func(s *sample) any { return int(s.facts.Trigger.OccurredAt.UnixMicro()) }),
		always("trigger.age", duration, func(s *sample) any { return max(0, s.since(s.facts.Trigger.OccurredAt)) }),
		always("now.date", date, func(s *sample) any { return s.today() }),
		always("now.hour", integer, func(s *sample) any { return s.local.Hour() }),
		always("now.time", timeOfDay, func(s *sample) any { return s.local.Hour()*3600 + s.local.Minute()*60 + s.local.Second() }),
		always("now.weekday", text, func(s *sample) any { return weekdays[(s.local.Weekday()+6)%7] }).among(weekdays...),
		always("score.fit", integer, func(s *sample) any { return int(s.facts.Scores[0].Value) }),
		{path: "score.intent", kind: integer, field: true, forget: func(f *handoff.Facts) { f.Scores[1].Known = false },
			from: func(s *sample) (any, bool) { return int(s.facts.Scores[1].Value), s.facts.Scores[1].Known }},
		{path: people, forget: g.forgetPeople, from: func(s *sample) (any, bool) {
			_, known := s.facts.People()
			return nil, known
		}},
	}
	for _, event := range []string{"login", "team invite"} {
		for window, seconds := range windows {
			out = append(out, fact{path: fmt.Sprintf("count(%q, %q)", event, window), kind: integer, forget: forgetEvents,
				from: func(s *sample) (any, bool) { return s.count(event, seconds*1e6), s.facts.EventsKnown }})
		}
	}
	for _, path := range []string{"account.renewal_on", "lead.born"} {
		i := slices.IndexFunc(g.facts, func(f fact) bool { return f.path == path })
		out = append(out, fact{path: "days_until(" + path + ")", kind: integer, forget: g.facts[i].forget, from: func(s *sample) (any, bool) {
			day, known := s.get(i)
			return day.(int) - s.today(), known
		}})
	}
	slices.SortFunc(out, func(a, b fact) int { return strings.Compare(a.path, b.path) })
	return out
}

// windows are lengths of time as count reads them, in seconds.
var windows = map[string]int{"15m": 900, "1d12h": 129600, "30d": 2592000}

func always(path string, k kind, from func(*sample) any) fact {
	return fact{path: path, kind: k, field: true, from: func(s *sample) (any, bool) { return from(s), true }}
}

func (f fact) among(words ...string) fact {
	f.words = words
	return f
}

// people is the path of the fact that conditions read through people(...) alone.
const people = "people"

// forgetPeople keeps all but what no field holds: the facts of a lead have no people.
func (g *generator) forgetPeople(f *handoff.Facts) {
	less := g.base
	less.At, less.Subject, less.Lead, less.Account, less.Trigger = f.At, f.Subject, f.Lead, f.Account, f.Trigger
	less.EmailDomain, less.OpenOpportunities, less.Opportunities = f.EmailDomain, f.OpenOpportunities, f.Opportunities
	less.Events, less.EventsKnown, less.Fields, less.Scores = f.Events, f.EventsKnown, f.Fields, f.Scores
	*f = less
}

// ofLead reports whether each person has a value of its own; ofPerson whether conditions inside people(...) read it.
func (f *fact) ofLead() bool {
	return strings.HasPrefix(strings.TrimPrefix(f.path, "days_until("), "lead.")
}

func (f *fact) ofPerson() bool {
	return f.ofLead() || strings.HasPrefix(strings.TrimPrefix(f.path, "days_until("), "account.") || strings.HasPrefix(f.path, "now.")
}

func forgetEvents(f *handoff.Facts) { f.EventsKnown = false }

// sample draws a record. One fact in three is unknown; what its variable holds then has no meaning.
func (g *generator) sample() *sample {
	s := &sample{facts: g.base, env: map[string]any{people: []map[string]any{}}}
	leads, values := g.people()
	if g.IntN(3) > 0 {
		s.facts = g.asker.ask(handoff.KindAccount, leads)
	}
	f := &s.facts
	f.Fields, f.Scores = slices.Clone(f.Fields), []handoff.Opt[int64]{opt(pick(g, intPool...)), opt(pick(g, intPool...))}
	f.Scores[1].Known = g.IntN(3) > 0
	f.At = time.UnixMicro(int64(pick(g, instantPool...))).UTC()
	f.Trigger.OccurredAt = time.UnixMicro(int64(pick(g, instantPool...))).UTC()
	if g.IntN(2) == 0 {
		f.Trigger.OccurredAt = f.At.Add(-time.Duration(pick(g, durationPool...)) * time.Microsecond)
	}
	s.local = f.At.In(g.zone)
	f.Events, f.EventsKnown = nil, g.IntN(3) > 0
	for range g.IntN(6) {
		age := time.Duration(pick(g, durationPool...)+pick(g, -1, 0, 1)) * time.Microsecond
		f.Events = append(f.Events, handoff.Event{Kind: pick(g, "login", "team invite", "other"), At: f.At.Add(-age)})
	}
	for i, fact := range g.facts {
		if fact.from != nil {
			v, known := fact.from(s)
			s.put(i, v, known)
			continue
		}
		v, known := g.value(&fact), g.IntN(3) > 0
		s.put(i, v, known && v != "")
		if fact.set(f, v); !known {
			fact.set(f, nil)
		}
	}
	if _, known := f.People(); known {
		s.env[people] = g.variables(s, values)
	}
	return s
}

// people draws the people of an account, nil where nobody looked, and what is known of each by the index of the fact.
func (g *generator) people() (leads []handoff.Lead, known []map[int]any) {
	if g.IntN(6) == 0 {
		return nil, nil
	}
	leads = []handoff.Lead{}
	for n := range g.IntN(6) {
		lead, values := g.person()
		lead.ID = strconv.Itoa(n)
		leads, known = append(leads, lead), append(known, values)
	}
	return leads, known
}

func (g *generator) person() (handoff.Lead, map[int]any) {
	f, known := handoff.Facts{Fields: make([]handoff.Value, len(g.fields))}, map[int]any{}
	for i, fact := range g.facts {
		if fact.set == nil || !fact.ofLead() || g.IntN(3) == 0 {
			continue
		}
		v := g.value(&fact)
		if fact.path == "lead.email_domain" {
			v = strings.ToLower(v.(string))
		}
		if fact.set(&f, v); v != "" {
			known[i] = v
		}
	}
	f.Lead.Person.Email, f.Lead.Fields = "x@"+f.EmailDomain, map[string]handoff.Value{}
	for slot, declared := range g.fields {
		if declared.Of == "lead" {
			f.Lead.Fields[declared.Name] = f.Fields[slot]
		}
	}
	return f.Lead, known
}

// variables returns what programs of expr read of each of the people; the rest they read of the record.
func (g *generator) variables(s *sample, known []map[int]any) []map[string]any {
	out := []map[string]any{}
	for _, values := range known {
		p := &sample{facts: s.facts, env: map[string]any{}, local: s.local}
		for i, fact := range g.facts {
			if !fact.ofLead() {
				continue
			}
			v, isKnown := values[i]
			switch {
			case fact.from != nil:
				v, isKnown = fact.from(p)
			case !isKnown:
				v = g.value(&fact)
			}
			p.put(i, v, isKnown)
		}
		out = append(out, p.env)
	}
	return out
}

// value draws a value of a fact. An empty text is unknown.
func (g *generator) value(f *fact) any {
	switch {
	case f.words != nil:
		return pick(g, f.words...)
	case f.kind == text:
		return pick(g, append(textPool, "")...)
	case f.kind == truth:
		return g.IntN(2) == 0
	case f.kind == texts:
		list := []string{}
		for range g.IntN(4) {
			list = append(list, pick(g, append(textPool, "")...))
		}
		return list
	case f.path == "account.employees" || f.path == "account.open_opportunities":
		return pick(g, countPool...)
	}
	return pick(g, numbers(f.kind)...)
}

// A tree is a condition before it is written down.
type tree struct {
	op    string   // and, or, not, or "" for a leaf; a comparison where the leaf counts people
	kids  []*tree  // of a leaf that counts people, what is asked of each
	bound int      // of a leaf that counts people, what their number is compared with
	text  string   // of a leaf, as a policy has it
	bare  bool     // of a leaf: not may stand right before it
	test  string   // of a leaf, as expr has it, where what it reads is known
	reads []int    // of a leaf: the facts whose absence makes it unknown
	known []string // of a leaf: the variables that tell of each whether it is known
	asks  bool     // of a leaf: it asks for presence, so that it is never unknown and knowing less changes it
}

// certainly returns the program of expr that is true exactly where the condition is true, or false, whatever the values
// are that nobody knows.
func (t *tree) certainly(want bool) string {
	if t.op == "not" {
		return t.kids[0].certainly(!want)
	}
	if t.leaf() {
		program := "(" + t.test + ") == " + strconv.FormatBool(want)
		if t.op != "" {
			program = t.counted(want)
		}
		for _, known := range t.known {
			program += " and " + known
		}
		return "(" + program + ")"
	}
	join := " or "
	if (t.op == "and") == want {
		join = " and "
	}
	var parts []string
	for _, kid := range t.kids {
		parts = append(parts, kid.certainly(want))
	}
	return "(" + strings.Join(parts, join) + ")"
}

func (t *tree) leaf() bool { return t.op != "and" && t.op != "or" && t.op != "not" }

// counted returns the program that is true exactly where the comparison of a number of people is true, or false, for every
// number that those of whom the condition is unknown allow: from fits, who fit for certain, to all but those who certainly
// do not fit.
func (t *tree) counted(want bool) string {
	fits := "count(" + people + ", {" + t.kids[0].certainly(true) + "})"
	most := "len(" + people + ") - count(" + people + ", {" + t.kids[0].certainly(false) + "})"
	forms := map[string][2]string{ // where it is true, and where it is false
		">=": {"LEAST >= BOUND", "MOST < BOUND"},
		">":  {"LEAST > BOUND", "MOST <= BOUND"},
		"<":  {"MOST < BOUND", "LEAST >= BOUND"},
		"<=": {"MOST <= BOUND", "LEAST > BOUND"},
		"==": {"LEAST == BOUND and MOST == BOUND", "(LEAST > BOUND or MOST < BOUND)"},
		"!=": {"(LEAST > BOUND or MOST < BOUND)", "LEAST == BOUND and MOST == BOUND"},
	}[t.op]
	form := forms[1]
	if want {
		form = forms[0]
	}
	return strings.NewReplacer("LEAST", fits, "MOST", most, "BOUND", strconv.Itoa(t.bound)).Replace(form)
}

// each calls f for each leaf.
func (t *tree) each(f func(leaf *tree)) {
	if t.leaf() {
		f(t)
		return
	}
	for _, kid := range t.kids {
		kid.each(f)
	}
}

// tree draws a condition.
func (g *generator) tree(depth int) *tree {
	if depth == 0 || g.IntN(5) == 0 {
		return g.leaf()
	}
	op := pick(g, "and", "or", "and", "or", "not")
	t := &tree{op: op, kids: []*tree{g.tree(depth - 1)}}
	for op != "not" && (len(t.kids) < 2 || g.IntN(3) == 0) {
		t.kids = append(t.kids, g.tree(depth-1))
	}
	return t
}

// How tightly the parts of a condition bind.
const (
	looseness = iota // an or needs no parentheses
	conjunct         // nor does an and
	negated          // nor does a not
)

// write returns the condition in one of the ways to write it.
func (g *generator) write(t *tree, around int) string {
	own, out := negated, t.text
	switch t.op {
	case "and":
		own, out = conjunct, g.join(t.kids, conjunct, " and ", " && ")
	case "or":
		own, out = looseness, g.join(t.kids, looseness, " or ", " || ")
	case "not":
		out = pick(g, "not ", "!", "! ", "not  ") + g.write(t.kids[0], negated)
	default:
		if !t.bare {
			own = conjunct
		}
	}
	if own < around || g.IntN(8) == 0 {
		return pick(g, "(", "( ") + out + ")"
	}
	return out
}

func (g *generator) join(kids []*tree, around int, spellings ...string) string {
	var b strings.Builder
	for i, kid := range kids {
		if i > 0 {
			b.WriteString(pick(g, spellings...))
		}
		b.WriteString(g.write(kid, around))
	}
	return b.String()
}

// orderings and equalities are the operators of comparisons.
var (
	equalities  = []string{"==", "!="}
	orderings   = []string{"==", "!=", "<", "<=", ">", ">="}
	fragmentOps = []string{"contains", "startsWith", "endsWith"}
)

func (g *generator) leaf() *tree {
	switch g.IntN(20) {
	case 0:
		b := pick(g, "true", "false")
		return g.label(&tree{text: b, test: b, bare: true}, "a constant")
	case 1:
		i := g.find(func(f *fact) bool { return f.field })
		t := &tree{text: "has(" + g.path(i) + ")", test: g.variable("k", i), bare: true, asks: true}
		return g.label(t, "has")
	case 2:
		if g.inner {
			return g.comparison()
		}
		stage := pick(g, "mql", `"mql"`, "sql", "'sql'")
		return g.label(&tree{text: "entered(" + stage + ")", test: strconv.FormatBool(strings.Contains(stage, "mql")), bare: true}, "entered")
	case 3:
		i := g.find(func(f *fact) bool { return f.kind == truth })
		return g.label(g.reading(i, &tree{text: g.path(i), test: g.variable("v", i), bare: true}), "a truth value")
	case 4, 5, 6:
		return g.membership()
	case 7:
		return g.listed()
	case 8:
		return g.inList()
	case 9, 10:
		return g.substring()
	case 11:
		if !g.inner {
			return g.count()
		}
	}
	return g.comparison()
}

// variable names a fact in a program of expr: one of the person's, where it stands inside people(...).
func (g *generator) variable(letter string, i int) string {
	if g.inner && g.facts[i].ofLead() {
		return "#." + variable(letter, i)
	}
	return variable(letter, i)
}

// reading notes that a leaf is unknown where a fact is.
func (g *generator) reading(i int, t *tree) *tree {
	t.reads, t.known = append(t.reads, i), append(t.known, g.variable("k", i))
	return t
}

// count compares how many people a condition is true for, which is not too costly, with a number on either side.
func (g *generator) count() *tree {
	t := &tree{op: pick(g, orderings...), bound: pick(g, 0, 1, 1, 2, 2, 3, 4, 6, -1, 1<<53)}
	counted := ""
	for costly := true; costly; {
		g.inner = true
		asked := g.tree(2)
		counted = "people(" + g.write(asked, looseness) + ")"
		g.inner = false
		t.kids = []*tree{asked}
		costly = len(counted) > maxCondition/4 || tooCostly(counted+" > 0")
	}
	t.kids[0].each(func(leaf *tree) { t.asks, t.reads = t.asks || leaf.asks, append(t.reads, leaf.reads...) })
	g.reading(g.find(func(f *fact) bool { return f.path == people }), t)
	t.text = counted + " " + t.op + " " + g.integer(t.bound)
	if g.IntN(3) == 0 {
		t.text = g.integer(t.bound) + " " + mirrored[t.op] + " " + counted
	}
	return g.label(t, "people "+t.op)
}

// tooCostly reports whether a condition costs more than one may.
func tooCostly(condition string) bool {
	_, err := readFrame(condition)
	return strings.Contains(fmt.Sprint(err), string(source.PolicyTooCostly))
}

func (g *generator) label(t *tree, label string) *tree {
	g.drawn[label]++
	return t
}

// find draws a fact.
func (g *generator) find(fits func(*fact) bool) int {
	for {
		if i := g.IntN(len(g.facts)); fits(&g.facts[i]) && (!g.inner || g.facts[i].ofPerson()) {
			return i
		}
	}
}

// ofKind draws a fact of a kind; each kind is as likely as any other.
func (g *generator) ofKind(kinds ...kind) int {
	k := pick(g, kinds...)
	return g.find(func(f *fact) bool { return f.kind == k })
}

// comparable are the kinds that == takes.
var comparable = []kind{text, integer, truth, date, instant, duration, rate, timeOfDay}

func (g *generator) comparison() *tree {
	i := g.ofKind(comparable...)
	k := g.facts[i].kind
	op := pick(g, orderings...)
	if k == text || k == truth {
		op = pick(g, equalities...)
	}
	return g.label(g.operation(i, op), string(k)+" "+op)
}

// operation compares a fact with a constant or with another fact of its kind, on either side.
func (g *generator) operation(i int, op string) *tree {
	t := g.reading(i, &tree{})
	left, leftTest := g.path(i), g.variable("v", i)
	right, rightTest := g.constant(i)
	if g.IntN(4) == 0 {
		k := g.ofKind(g.facts[i].kind)
		g.reading(k, t)
		right, rightTest = g.path(k), g.variable("v", k)
	}
	if g.IntN(3) == 0 {
		left, leftTest, right, rightTest = right, rightTest, left, leftTest
	}
	t.text, t.test = left+" "+op+" "+right, leftTest+" "+op+" "+rightTest
	return t
}

func (g *generator) substring() *tree {
	op := pick(g, fragmentOps...)
	t := g.operation(g.find(func(f *fact) bool { return f.kind == text && f.words == nil }), op)
	if i := g.ofKind(text); g.facts[i].words != nil && g.IntN(2) == 0 {
		word := pick(g, g.facts[i].words...)
		part := map[string]string{"contains": word[1:2], "startsWith": word[:1], "endsWith": word[1:]}[op]
		t = g.reading(i, &tree{text: g.path(i) + " " + op + " " + g.quote(part), test: g.variable("v", i) + " " + op + " " + doubleQuoted(part)})
	}
	if g.IntN(4) == 0 && strings.Count(t.text, " "+op+" ") == 1 {
		t.text, t.test = strings.Replace(t.text, " "+op, " not "+op, 1), "not ("+t.test+")"
	}
	return g.label(t, "text "+op)
}

// in writes that something is in a list, or is not.
func (g *generator) in(t *tree, item, itemTest, list, listTest string) *tree {
	word := pick(g, "in", "not in")
	t.text = item + " " + word + " " + list
	t.test = itemTest + " " + word + " " + listTest
	return t
}

func (g *generator) membership() *tree {
	i := g.ofKind(comparable...)
	var items, tests []string
	for range 1 + g.IntN(10) {
		item, test := g.constant(i)
		items, tests = append(items, item), append(tests, test)
	}
	t := g.in(g.reading(i, &tree{}), g.path(i), g.variable("v", i), "["+strings.Join(items, pick(g, ",", ", "))+"]", "["+strings.Join(tests, ", ")+"]")
	return g.label(t, string(g.facts[i].kind)+" in constants")
}

// listed asks whether a text is in a list of the policy.
func (g *generator) listed() *tree {
	i := g.ofKind(text)
	name := pick(g, "few", "many")
	var tests []string
	for _, item := range listItems[name] {
		tests = append(tests, doubleQuoted(item))
	}
	return g.label(g.in(g.reading(i, &tree{}), g.path(i), g.variable("v", i), "lists."+name, "["+strings.Join(tests, ", ")+"]"), "text in a list of the policy")
}

// inList asks whether a constant or a fact is in a list of the record.
func (g *generator) inList() *tree {
	list, i := g.ofKind(texts), g.find(func(f *fact) bool { return f.kind == text && f.words == nil })
	t := g.reading(list, &tree{})
	item, test := g.constant(i)
	switch g.IntN(6) {
	case 0:
		item, test = g.quote(""), `""`
	case 1, 2:
		i = g.ofKind(text)
		item, test, t = g.path(i), g.variable("v", i), g.reading(i, t)
	}
	return g.label(g.in(t, item, test, g.path(list), g.variable("v", list)), "text in a list of the record")
}

// path returns a fact as conditions write it.
func (g *generator) path(i int) string {
	path := g.facts[i].path
	if dot := strings.LastIndexByte(path, '.'); g.IntN(8) == 0 && !strings.Contains(path, "(") {
		return path[:dot] + "[" + g.quote(path[dot+1:]) + "]"
	}
	return path
}

// constant draws a constant that a fact may be compared with, as a policy and as expr have it.
func (g *generator) constant(i int) (written, test string) {
	f := &g.facts[i]
	switch f.kind {
	case text:
		word := pick(g, textPool...)
		if f.words != nil {
			word = pick(g, f.words...)
		}
		return g.quote(word), doubleQuoted(word)
	case truth:
		b := pick(g, "true", "false")
		return b, b
	}
	n := pick(g, numbers(f.kind)...)
	switch f.kind {
	case integer:
		written = g.integer(n)
	case date:
		written = g.quote(time.Unix(int64(n)*86400, 0).UTC().Format(time.DateOnly))
	case instant:
		written, n = g.instant(n)
		written = g.quote(written)
	case duration:
		written = g.quote(g.duration(n / 1e6))
	case rate:
		written = g.rate(n)
	case timeOfDay:
		written = g.quote(g.clock(n))
	}
	return written, strconv.Itoa(n)
}

// quote writes a text in one of the three styles of quotes.
func (g *generator) quote(s string) string {
	switch style := g.IntN(4); {
	case style == 0 && !strings.ContainsRune(s, '`'):
		return "`" + s + "`"
	case style == 1:
		return "'" + strings.NewReplacer("\\", "\\\\", "'", "\\'").Replace(s) + "'"
	case style == 2:
		return strings.ReplaceAll(doubleQuoted(s), "ö", "\\u00f6")
	}
	return doubleQuoted(s)
}

func doubleQuoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

func (g *generator) integer(n int) string {
	switch {
	case n == 1000:
		return pick(g, "1000", "1_000", "0x3e8")
	case n < 0:
		return pick(g, "-", "- ") + strconv.Itoa(-n)
	}
	return strconv.Itoa(n)
}

// instant writes an instant with an offset, or as the wall clock of the policy's zone shows it, and returns what the text
// then means.
func (g *generator) instant(micros int) (string, int) {
	t := time.UnixMicro(int64(micros)).In(g.zone)
	form := pick(g, "2006-01-02 15:04", "2006-01-02T15:04:05", "2006-01-02 15:04:05")
	switch g.IntN(4) {
	case 0:
		return t.UTC().Format(time.RFC3339Nano), micros
	case 1:
		return t.In(time.FixedZone("", pick(g, -5*3600, 19800, 0))).Format(time.RFC3339Nano), micros
	case 2:
		y, m, d := t.Date()
		return t.Format(time.DateOnly), int(time.Date(y, m, d, 0, 0, 0, 0, g.zone).UnixMicro())
	}
	wall := t.Format(form)
	t = t.Truncate(time.Second)
	if form == "2006-01-02 15:04" {
		t = t.Truncate(time.Minute)
	}
	if earlier := t.Add(-time.Hour); earlier.Format(form) == wall {
		t = earlier
	}
	return wall, int(t.UnixMicro())
}

func (g *generator) duration(seconds int) string {
	if g.IntN(2) == 0 || seconds == 0 {
		return strconv.Itoa(seconds) + "s"
	}
	out := ""
	for _, unit := range []struct {
		letter  string
		seconds int
	}{{"d", 86400}, {"h", 3600}, {"m", 60}, {"s", 1}} {
		if n := seconds / unit.seconds; n > 0 {
			out += strconv.Itoa(n) + unit.letter
		}
		seconds %= unit.seconds
	}
	return out
}

func (g *generator) rate(millionths int) string {
	switch form := g.IntN(4); {
	case form == 0:
		return g.quote(decimal(millionths, 4) + "%")
	case form == 1:
		return g.quote(decimal(millionths, 6))
	case form == 2 && millionths%1e6 == 0:
		return strconv.Itoa(millionths / 1e6)
	}
	return decimal(millionths, 6)
}

// decimal writes a number of which the last digits stand behind the point.
func decimal(n, digits int) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	text := fmt.Sprintf("%0*d", digits+1, n)
	return sign + text[:len(text)-digits] + "." + text[len(text)-digits:]
}

func (g *generator) clock(seconds int) string {
	t := time.Unix(int64(seconds), 0).UTC()
	if seconds%60 == 0 && g.IntN(2) == 0 {
		return t.Format("15:04")
	}
	return t.Format(time.TimeOnly)
}
