package handoff

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff/calendar"
)

// Facts are what conditions, scores, texts, routers and suppressors read: plain values, filled once for each trigger of
// a decision. They are valid during the call only and must not be changed or kept.
type Facts struct {
	At      time.Time
	Zone    *calendar.Zone // the policy's
	Subject Ref
	Lead    Lead    // zero when the request has none; its Person is never set
	Account Account // zero when the request has none
	Trigger Trigger
	Match   *Match // of Lead, with the best candidate of each kind alone; nil: nobody looked

	EmailDomain       string        // of the lead's address, lower case; "" when unknown
	OpenOpportunities Opt[int64]    // of the account
	Opportunities     []Opportunity // of the account, by id
	Events            []Event       // by instant, then by id
	EventsKnown       bool          // false: the host did not look
	Fields            []Value       // by the index of the declaration in Config.Fields
	Scores            []Opt[int64]  // by the index in Config.Scores
	Touches           []Touch       // earlier contacts that the host knows of, the latest first
	RaisedHand        time.Time     // when the subject asked for sales last, by a trigger whose rule says so; zero: never
	Owner             string        // of the winning play, once it has one
	Avoid             []string      // reps who do not become the owner now, by whatever rung

	entered uint64            // a bit for each of Config.Stages
	people  []person          // of an account that is the subject, by id; nil: the host did not look
	ofLead  []bool            // by the index in Fields: whether the field is a lead's
	planned map[Key][]Planned // by the decision in the making; nil: nothing
	roster  []Rep
	state   *reader
}

// Entered reports whether this trigger made the subject enter the stage with that index in Config.Stages: now, or when it
// was first decided, in case it waited since. It is false for every other trigger, so that it is true of one trigger for
// each crossing. A stage sees those before it; scores, which are computed earlier, see none.
func (f *Facts) Entered(stage int) bool {
	return 0 <= stage && stage < maxStages && f.entered>>stage&1 == 1
}

// A person is one of an account's people.
type person struct {
	lead   Lead   // without its Person
	match  *Match // of the request's lead alone; nil: nobody looked
	domain string
	fields []Value // those of leads
}

// People returns how many people the request has of the account that is its subject, and false where it does not say.
func (f *Facts) People() (int, bool) { return len(f.people), f.people != nil }

// AsPerson returns the facts with the person of that index, by id, as the lead.
func (f *Facts) AsPerson(i int) *Facts {
	as := f.own()
	as.become(&f.people[i])
	return as
}

// EachPerson yields the facts with each of the people, by id, as the lead. Each time they are valid until the next.
func (f *Facts) EachPerson(yield func(*Facts) bool) {
	as := f.own()
	for i := range f.people {
		if as.become(&f.people[i]); !yield(as) {
			return
		}
	}
}

// about returns the facts with the lead as the subject.
func (f *Facts) about(person Ref) *Facts {
	as := *f
	as.Subject = person
	return &as
}

// everybody returns the facts of each person whom a play could reach.
func (p *pass) everybody(f *Facts) (out []*Facts) {
	if person := p.req.person(); !person.IsZero() {
		out = append(out, f.about(person))
	}
	for i := range f.people {
		as := f.AsPerson(i)
		out = append(out, as.about(as.Lead.Ref()))
	}
	return out
}

// own returns a copy whose fields can be written.
func (f *Facts) own() *Facts {
	as := *f
	as.Fields = slices.Clone(f.Fields)
	return &as
}

// become makes the person the lead.
func (f *Facts) become(p *person) {
	f.Lead, f.Match, f.EmailDomain, f.Touches = p.lead, p.match, p.domain, nil
	for slot, ofLead := range f.ofLead {
		if ofLead {
			f.Fields[slot] = p.fields[slot]
		}
	}
}

// Record returns what State remembers of the subject.
func (f *Facts) Record() Record { return stored[Record](f.state, f.Subject) }

// AccountRef names the account that the subject is or belongs to, or is zero.
func (f *Facts) AccountRef() Ref {
	if f.Account.ID != "" {
		return f.Account.Ref()
	}
	if f.Lead.Account != "" {
		return Ref{KindAccount, f.Lead.Account}
	}
	return Ref{}
}

// AccountRecord returns what State remembers of the account that the subject is or belongs to; the zero Record when
// there is none.
func (f *Facts) AccountRecord() Record {
	if ref := f.AccountRef(); !ref.IsZero() {
		return stored[Record](f.state, ref)
	}
	return Record{}
}

// Pool returns the ledger of a rotation of the given policy.
func (f *Facts) Pool(policy, pool string) Pool { return stored[Pool](f.state, PoolKey(policy, pool)) }

// Rep returns what is known of a rep, and false when neither the policy nor State knows it, or where no id is given. What
// State says wins, field by field.
func (f *Facts) Rep(id string) (Rep, bool) {
	if id == "" {
		return Rep{}, false
	}
	over := stored[Rep](f.state, RepKey(id))
	base, known := findRep(f.roster, id)
	if !known && (f.state == nil || f.state.get(RepKey(id)).Version == 0) {
		return Rep{}, false
	}
	return base.with(id, over), true
}

// with returns the rep with what another word on it says.
func (r Rep) with(id string, over Rep) Rep {
	return Rep{
		ID:       id,
		Name:     cmp.Or(over.Name, r.Name),
		Role:     cmp.Or(over.Role, r.Role),
		Team:     cmp.Or(over.Team, r.Team),
		Manager:  cmp.Or(over.Manager, r.Manager),
		Status:   cmp.Or(over.Status, r.Status),
		Tags:     listOr(over.Tags, r.Tags),
		Skills:   listOr(over.Skills, r.Skills),
		Hours:    cmp.Or(over.Hours, r.Hours),
		Holidays: listOr(over.Holidays, r.Holidays),
		Absences: listOr(over.Absences, r.Absences),
		Cover:    cmp.Or(over.Cover, r.Cover),
		Capacity: cmp.Or(over.Capacity, r.Capacity),
		Load:     over.Load,
	}
}

// listOr returns the first list that is there.
func listOr[T any](a, b []T) []T {
	if a != nil {
		return a
	}
	return b
}

// Tally returns what State counts under a key.
func (f *Facts) Tally(key Key) Tally {
	t := stored[Tally](f.state, key)
	if more := f.planned[key]; len(more) > 0 { // by this decision, for somebody else
		t.Planned = append(slices.Clip(t.Planned), more...)
		slices.SortFunc(t.Planned, comparePlanned)
	}
	return t
}

// Sticky returns what State remembers under a key of who owned something.
func (f *Facts) Sticky(key Key) Sticky { return stored[Sticky](f.state, key) }

func findRep(sorted []Rep, id string) (Rep, bool) {
	i, found := slices.BinarySearchFunc(sorted, id, func(r Rep, id string) int { return strings.Compare(r.ID, id) })
	if !found {
		return Rep{}, false
	}
	return sorted[i], true
}

// A reader hands out entries of a State and remembers which: those are the guards of a decision.
type reader struct {
	state   State
	read    []reading // each key once
	index   map[Key]int
	missing []Key
	wrong   Key // an entry whose value has another type than its key says
}

// A reading is an entry that was read, with its instants normalised.
type reading struct {
	key   Key
	entry Entry
}

// get returns an entry, and remembers that it was read.
func (r *reader) get(key Key) Entry {
	if i, read := r.index[key]; read {
		return r.read[i].entry
	}
	if r.index == nil {
		r.index = map[Key]int{}
	}
	r.index[key] = len(r.read)
	entry, loaded := r.state[key]
	if !loaded {
		r.missing = append(r.missing, key)
	}
	entry.Value = normal(entry.Value)
	r.read = append(r.read, reading{key, entry})
	return entry
}

func stored[T Memory](r *reader, key Key) T {
	var zero T
	if r == nil { // Facts that no engine made remember nothing
		return zero
	}
	entry := r.get(key)
	value, ok := entry.Value.(T)
	if !ok && (entry.Value != nil || entry.Version > 0) {
		r.wrong = key
		return zero
	}
	return value
}

func (r *reader) guards() []Guard {
	guards := make([]Guard, len(r.read))
	for i, read := range r.read {
		guards[i] = Guard{read.key, read.entry.Version}
	}
	slices.SortFunc(guards, func(a, b Guard) int { return a.Key.Compare(b.Key) })
	return guards
}

// emailDomain returns what follows the last @, in lower case, or "".
func emailDomain(address string) string {
	_, domain, found := cutLast(strings.TrimSpace(address), "@")
	if !found {
		return ""
	}
	return strings.TrimSuffix(strings.ToLower(domain), ".")
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
