package routing

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/salesbaton/baton/handoff"
)

// A Rung is one way to find an owner.
//
// Implementations of this interface: Guarded, *NamedAccounts, *OnShift, Owned, Owner, *Pool, Rep, Sticky, *Territory.
type Rung interface {
	// Name is how decisions name the rung.
	Name() string
	keys(f facts, dst []handoff.Key) []handoff.Key
	try(f facts, a *attempt)
	// prepare refuses a rung that cannot work, and readies one that can.
	prepare() error
}

// facts are what a rung sees: those of the decision, the play that won and the route that asks.
type facts struct {
	*handoff.Facts
	play  *handoff.Play
	route string
}

// avoids reports whether somebody else than the rep is wanted.
func (f facts) avoids(rep string) bool { return slices.Contains(f.Avoid, rep) }

// playID returns the id of the play that won, "" where there is none.
func (f facts) playID() string {
	if f.play == nil {
		return ""
	}
	return f.play.ID
}

// Codes of the reasons why a rung yields no owner, and why a candidate was passed over.
const (
	NoOwner             = "no_owner"             // the record names nobody
	NoTerritory         = "no_territory"         // no row of the table matches
	NotForRecord        = "not_for_record"       // the condition of the rung or of the member is not true
	PoolEmpty           = "pool_empty"           // every member was passed over
	StickyOver          = "sticky_over"          // nobody is remembered, or it is too long ago
	UnknownRep          = "unknown_rep"          // neither the policy nor the State knows the rep
	Left                = "left"                 // the rep has left
	Away                = "away"                 // the rep takes no new work
	OutOfOffice         = "out_of_office"        // an absence of the rep
	OffHours            = "off_hours"            // the rep's hours, or the team's
	Holiday             = "holiday"              // of the rep's region
	AvailabilityUnknown = "availability_unknown" // nobody said whether the rep takes work
	OtherRole           = "other_role"           // the motion needs another role
	LacksSkill          = "lacks_skill"          // the rep lacks a language or another skill
	SkillUnknown        = "skill_unknown"        // nobody knows which skills the record asks for
	Excluded            = "excluded"             // the rep had the record before, declined it, or is none of those whom the rung takes
	Avoided             = "avoided"              // what asks for an owner wants somebody else, as Facts.Avoid says
	NoCapacity          = "no_capacity"          // the rep's open work leaves no room
	Capped              = "capped"               // a cap is reached
	Ahead               = "ahead"                // the rep is too far ahead of the others
	Behind              = "behind"               // somebody else came first; of candidates in an explanation
)

// A Route is an ordered list of rungs. It implements handoff.Router and handoff.RouteTracer.
type Route struct {
	// ID is the name that cursors and sticky memories of scope route are kept under. It may be set until the first decision.
	ID string
	// Book is where handoffs are counted, beside the caps of the route's own pools, which always are. A policy whose caps count
	// across routes sets the Book of all its pools on each of them, before the first decision.
	Book  Book
	own   Book
	rungs []Rung
}

// New returns the route over the rungs. The error joins what is wrong with each of them; a route without rungs is wrong.
func New(rungs ...Rung) (*Route, error) {
	if len(rungs) == 0 {
		return nil, errors.New("a route needs at least one rung")
	}
	var problems []error
	for i, r := range rungs {
		if r == nil {
			problems = append(problems, fmt.Errorf("rung %d is nil", i+1))
		} else if err := r.prepare(); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", r.Name(), err))
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	own := NewBook(pools(rungs)...)
	return &Route{Book: own, own: own, rungs: slices.Clone(rungs)}, nil
}

// pools returns the pools that rungs can ask, each once.
func pools(rungs []Rung) []*Pool {
	var out []*Pool
	seen := map[*Pool]bool{}
	rungs = slices.Clone(rungs)
	for i := 0; i < len(rungs); i++ {
		p, ok := rungs[i].(*Pool)
		if ok && seen[p] {
			continue
		} else if ok {
			seen[p] = true
			out = append(out, p)
		}
		rungs = append(rungs, below(rungs[i])...)
	}
	return out
}

// below returns the rungs that a rung may ask in its place.
func below(rung Rung) []Rung {
	switch r := rung.(type) {
	case Guarded:
		return []Rung{r.Rung}
	case *Pool:
		if r.Overflow != nil {
			return []Rung{r.Overflow}
		}
	case *Territory:
		return receivers(r.grants)
	case *NamedAccounts:
		return receivers(r.grants)
	}
	return nil
}

// receivers returns the pools that rows of a table name, each once.
func receivers(grants []grant) []Rung {
	var out []Rung
	seen := map[*Pool]bool{}
	for _, g := range grants {
		if p, ok := g.to.(*Pool); ok && !seen[p] {
			seen[p] = true
			out = append(out, p)
		}
	}
	return out
}

// bare returns a rung without the conditions that guard it.
func bare(rung Rung) Rung {
	for g, ok := rung.(Guarded); ok; g, ok = rung.(Guarded) {
		rung = g.Rung
	}
	return rung
}

// Keys appends the entries that any rung may read, and those that a handoff writes.
func (r *Route) Keys(f *handoff.Facts, p *handoff.Play, dst []handoff.Key) []handoff.Key {
	first, all := len(dst), facts{f, p, r.ID}
	for _, rung := range r.rungs {
		dst = rung.keys(all, dst)
	}
	for _, key := range dst[first:] {
		if key.Kind == handoff.KindRep {
			dst = r.tallies(all, key.ID, dst)
		}
	}
	return dst
}

// tallies appends those that decide about a handoff to a rep, or that it writes.
func (r *Route) tallies(f facts, id string, dst []handoff.Key) []handoff.Key {
	rep, _ := f.Rep(id)
	rep.ID = id
	for _, caps := range r.books() {
		for _, c := range caps {
			if c.binds(rep) {
				dst = append(dst, c.key(rep))
			}
		}
	}
	return dst
}

// books returns the caps that the route's handoffs count for; some may be listed twice.
func (r *Route) books() [3][]booked { return [3][]booked{r.own.pools, r.own.shared, r.Book.shared} }

// Route tries the rungs in order.
func (r *Route) Route(f *handoff.Facts, p *handoff.Play) handoff.Routing {
	return r.ask(facts{f, p, r.ID}, &attempt{}).Routing
}

// TraceRoute returns every candidate of the rungs that are asked.
func (r *Route) TraceRoute(f *handoff.Facts, p *handoff.Play) []handoff.Candidate {
	return r.ask(facts{f, p, r.ID}, &attempt{tracing: true}).candidates
}

func (r *Route) ask(f facts, a *attempt) *attempt {
	for _, rung := range r.rungs {
		rung.try(f, a)
		if a.Owner != "" || a.stop {
			break
		}
	}
	if a.Owner == "" {
		return a
	}
	a.Next, a.Hold, a.Queue = time.Time{}, false, nil
	a.Reasons = slices.DeleteFunc(a.Reasons, func(r handoff.Reason) bool { return len(r.Unknown) == 0 })
	a.charge(f, r)
	r.remember(f, a)
	a.Counts = r.counts(f, a)
	return a
}

// remember lets every sticky rung of the route remember the owner, so that the next record of the same key finds it.
func (r *Route) remember(f facts, a *attempt) {
	for _, rung := range r.rungs {
		if s, ok := bare(rung).(Sticky); ok {
			s.remember(f, a)
		}
	}
}

// counts returns the tallies that the handoff is counted in, each once.
func (r *Route) counts(f facts, a *attempt) []handoff.Count {
	var out []handoff.Count
	rep, _ := f.Rep(a.counted)
	for _, caps := range r.books() {
		for _, c := range caps {
			if c.binds(rep) && c.hears(a) {
				out = append(out, handoff.Count{Tally: c.key(rep), Keep: c.keep})
			}
		}
	}
	slices.SortFunc(out, func(x, y handoff.Count) int {
		return cmp.Or(x.Tally.Compare(y.Tally), cmp.Compare(y.Keep, x.Keep))
	})
	return slices.CompactFunc(out, func(x, y handoff.Count) bool { return x.Tally == y.Tally })
}

// A Source is the kind of rung that found an owner. Caps and rotations say which of them count.
type Source string

// The kinds of rungs.
const (
	FromPool      Source = "pool" // whatever led to it
	FromOwner     Source = "owner"
	FromNamed     Source = "named"
	FromTerritory Source = "territory" // a row that names a rep
	FromSticky    Source = "sticky"
	FromRep       Source = "rep"
	FromShift     Source = "shift"
)

// Sources returns all kinds of rungs.
func Sources() []Source {
	return []Source{FromPool, FromOwner, FromNamed, FromTerritory, FromSticky, FromRep, FromShift}
}

// An attempt is a Routing in the making.
type attempt struct {
	handoff.Routing
	stop       bool // nobody below may be asked
	source     Source
	counted    string      // whose handoff it is where it is counted: the owner, also where somebody stands in
	memory     handoff.Key // of the sticky rung that found the owner
	pool       *Pool       // that gave the turn; nil: none did
	depth      int         // of pools that overflow into each other
	tracing    bool
	candidates []handoff.Candidate
}

// found makes a rep the owner.
func (a *attempt) found(rung Rung, source Source, owner, why string) {
	a.Owner, a.Rung, a.Why, a.source, a.counted = owner, rung.Name(), why, source, owner
	if a.tracing && source != FromPool {
		a.candidates = append(a.candidates, handoff.Candidate{Rep: owner, Rung: rung.Name()})
	}
}

// pass passes a rep over.
func (a *attempt) pass(rung Rung, rep string, v verdict) {
	c := handoff.Candidate{Rep: rep, Rung: rung.Name(), Reason: v.code, Next: v.next}
	a.Passed = append(a.Passed, c)
	if a.tracing {
		a.candidates = append(a.candidates, c)
	}
	a.nextAt(v.next)
}

// nextAt keeps the earliest instant at which somebody could take the record.
func (a *attempt) nextAt(t time.Time) {
	if !t.IsZero() && (a.Next.IsZero() || t.Before(a.Next)) {
		a.Next = t
	}
}

func (a *attempt) fail(rung Rung, code, format string, args ...any) {
	a.Reasons = append(a.Reasons, handoff.Reason{Rule: handoff.RuleRoute, ID: rung.Name(), Code: code, Text: fmt.Sprintf(format, args...)})
}

// doubt is fail where the rung gives way because something is unknown. The reason stays, whoever becomes the owner.
func (a *attempt) doubt(rung Rung, unknown []string, code, format string, args ...any) {
	a.fail(rung, code, format, args...)
	a.Reasons[len(a.Reasons)-1].Unknown = unknown
}

// charge takes a turn of the first of the route's pools that says that an owner counts whom another rung found, and whose
// conditions are true.
func (a *attempt) charge(f facts, r *Route) {
	if a.Turn != nil {
		return
	}
	for _, rung := range r.rungs {
		p, ok := bare(rung).(*Pool)
		if ok && unguarded(f, rung) && p.remembers() && slices.Contains(p.Charge, a.source) && p.index(a.counted) >= 0 {
			a.Turn = p.turnOf(f, a.counted)
			return
		}
	}
}

// unguarded reports whether all conditions that guard a rung are true.
func unguarded(f facts, rung Rung) bool {
	for g, ok := rung.(Guarded); ok; g, ok = g.Rung.(Guarded) {
		if g.When.Eval(f.Facts) != handoff.True {
			return false
		}
	}
	return true
}

// A Guarded is a rung that is only asked where a condition is true. Unknown is not.
type Guarded struct {
	Rung
	When handoff.Condition
}

// Name returns that of the rung.
func (g Guarded) Name() string {
	if g.Rung == nil {
		return "guarded"
	}
	return g.Rung.Name()
}

func (g Guarded) prepare() error {
	if g.When == nil || g.Rung == nil {
		return errors.New("a guarded rung needs a rung and a condition")
	}
	return g.Rung.prepare()
}

func (g Guarded) try(f facts, a *attempt) {
	switch truth := g.When.Eval(f.Facts); truth {
	case handoff.True:
		g.Rung.try(f, a)
	case handoff.Unknown:
		a.doubt(g.Rung, g.When.Trace(f.Facts).Unknown, NotForRecord, "its condition is unknown")
	default:
		a.fail(g.Rung, NotForRecord, "its condition is %s", truth)
	}
}

// checkWord refuses a word that is not listed.
func checkWord[T ~string](what string, word T, words []T) error {
	if slices.Contains(words, word) {
		return nil
	}
	return fmt.Errorf("unknown %s %q; known are %s", what, string(word), list(words))
}

// list returns words for an error.
func list[T ~string](words []T) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return strings.Join(out, ", ")
}

// maxName bounds the part of a key that names what it is about, in bytes.
const maxName = 256

// keyName returns a name that a key can hold: the name itself, or a digest of one that no key takes.
func keyName(name string) string {
	if len(name) <= maxName && utf8.ValidString(name) && !strings.ContainsFunc(name, unicode.IsControl) {
		return name
	}
	return digest(name)
}

// keyPart returns an id in a form that no slash ends, for names that go on behind it.
func keyPart(id string) string { return strings.NewReplacer("%", "%25", "/", "%2F").Replace(id) }

// digest returns what stands for a text that a key must not show.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}
