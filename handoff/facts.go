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

	EmailDomain       string       // of the lead's address, lower case; "" when unknown
	OpenOpportunities Opt[int64]   // of the account
	Events            []Event      // by instant, then by id
	EventsKnown       bool         // false: the host did not look
	Fields            []Value      // by the index of the declaration in Config.Fields
	Scores            []Opt[int64] // by the index in Config.Scores

	entered uint64 // a bit for each of Config.Stages
	roster  []Rep
	state   *reader
}

// Entered reports whether this trigger made the subject enter the stage with that index in Config.Stages: now, or when it
// was first decided, in case it waited since. It is false for every other trigger, so that it is true of one trigger for
// each crossing. A stage sees those before it; scores, which are computed earlier, see none.
func (f *Facts) Entered(stage int) bool {
	return 0 <= stage && stage < maxStages && f.entered>>stage&1 == 1
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

// Rep returns what is known of a rep, and false when neither the policy nor State knows it. What State says wins, field
// by field.
func (f *Facts) Rep(id string) (Rep, bool) {
	over := stored[Rep](f.state, RepKey(id))
	base, known := findRep(f.roster, id)
	if !known && over == (Rep{}) {
		return Rep{}, false
	}
	return Rep{
		ID:      id,
		Name:    cmp.Or(over.Name, base.Name),
		Role:    cmp.Or(over.Role, base.Role),
		Team:    cmp.Or(over.Team, base.Team),
		Manager: cmp.Or(over.Manager, base.Manager),
		Status:  cmp.Or(over.Status, base.Status),
	}, true
}

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
	if record, ok := entry.Value.(Record); ok {
		entry.Value = record.normal()
	}
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
