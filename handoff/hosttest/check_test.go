package hosttest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/hosttest"
)

// A store is a sound host whose steps can be replaced by unsound ones. All but between run under its lock.
type store struct {
	commits   atomic.Int32 // that are not done
	mu        sync.Mutex
	state     handoff.State
	decisions []handoff.Decision

	load    func(handoff.Key) (handoff.Entry, bool)
	check   func(handoff.Decision) error
	between func() error // after check and before what follows; nil: nothing happens there
	keep    func(handoff.Decision)
	next    func(handoff.State, handoff.Effects) handoff.State
	put     func(handoff.Key, handoff.Entry)
}

func newStore(faults ...func(*store)) *store {
	s := &store{state: handoff.State{}, next: func(read handoff.State, effects handoff.Effects) handoff.State { return handoff.Apply(read, effects) }}
	s.load = func(k handoff.Key) (handoff.Entry, bool) { return s.state[k].Clone(), true }
	s.check = func(d handoff.Decision) error { return d.CheckGuards(s.state) }
	s.keep = func(d handoff.Decision) { s.decisions = append(s.decisions, d) }
	s.put = func(k handoff.Key, e handoff.Entry) { s.state[k] = e }
	for _, fault := range faults {
		fault(s)
	}
	return s
}

func (s *store) Load(_ context.Context, keys []handoff.Key) (handoff.State, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := handoff.State{}
	for _, k := range keys {
		if e, found := s.load(k); found {
			out[k] = e
		}
	}
	return out, nil
}

func (s *store) Commit(_ context.Context, d handoff.Decision) error {
	s.commits.Add(1)
	defer s.commits.Add(-1)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.check(d); err != nil {
		return err
	}
	if s.between != nil {
		s.mu.Unlock()
		err := s.between()
		s.mu.Lock()
		if err != nil {
			return err
		}
	}
	if len(d.Effects) > 0 {
		s.keep(d)
		s.write(d)
	}
	return nil
}

// write stores the entries that the decision read or wrote and that it changed.
func (s *store) write(d handoff.Decision) {
	read := handoff.State{}
	for _, g := range d.Guards {
		read[g.Key] = s.state[g.Key]
	}
	for k, e := range s.next(read, d.Effects) {
		if e.Version != read[k].Version {
			s.put(k, e)
		}
	}
}

func (s *store) Decisions() []handoff.Decision {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.decisions)
}

// only keeps the guards that a broken host looks at.
func only(s *store, looksAt func(handoff.Decision, handoff.Guard) bool) {
	s.check = func(d handoff.Decision) error {
		d.Guards = slices.DeleteFunc(slices.Clone(d.Guards), func(g handoff.Guard) bool { return !looksAt(d, g) })
		return d.CheckGuards(s.state)
	}
}

// folded stores under another key.
func folded(s *store, fold func(handoff.Key) handoff.Key) {
	s.load = func(k handoff.Key) (handoff.Entry, bool) { return s.state[fold(k)].Clone(), true }
	s.put = func(k handoff.Key, e handoff.Entry) { s.state[fold(k)] = e }
	s.check = func(d handoff.Decision) error {
		for _, g := range d.Guards {
			if s.state[fold(g.Key)].Version != g.Version {
				return handoff.ErrConflict
			}
		}
		return nil
	}
}

// foldedID is folded for the ids alone.
func foldedID(fold func(string) string) func(*store) {
	return func(s *store) {
		folded(s, func(k handoff.Key) handoff.Key { return handoff.Key{Kind: k.Kind, ID: fold(k.ID)} })
	}
}

// lossy loses something of every record, as it is stored.
func lossy(lose func(*handoff.Record)) func(*store) {
	return func(s *store) {
		s.put = func(k handoff.Key, e handoff.Entry) {
			if r, ok := e.Clone().Value.(handoff.Record); ok {
				lose(&r)
				e.Value = r
			}
			s.state[k] = e
		}
	}
}

// moving applies other effects in the place of those that move clocks.
func moving(instead func(handoff.State, handoff.MoveClock) handoff.Effect) func(*store) {
	return func(s *store) {
		s.next = func(read handoff.State, effects handoff.Effects) handoff.State {
			effects = slices.Clone(effects)
			for i, e := range effects {
				if move, ok := e.(handoff.MoveClock); ok {
					effects[i] = instead(read, move)
				}
			}
			return handoff.Apply(read, effects)
		}
	}
}

// beside lets a commit wait, between check and write, until another stands there too, and then does what others says.
func beside(others func() error) func(*store) {
	return func(s *store) {
		var waiting atomic.Int32
		s.between = func() error {
			defer waiting.Add(-1)
			waiting.Add(1)
			for range 1000 {
				if waiting.Load() > 1 {
					return others()
				}
				runtime.Gosched()
			}
			return nil
		}
	}
}

// A fault breaks a host in one place, and names the duty whose trial has to say so.
type fault struct {
	name, reason string
	duty         string
	fault        func(*store)
}

var faults = []fault{
	{"absent keys left out", "the engine cannot tell that the host looked", "answer every key", func(s *store) {
		s.load = func(k handoff.Key) (handoff.Entry, bool) { e, found := s.state[k]; return e.Clone(), found }
	}},
	{"absent keys with a value", "nothing is stored, so that there is none", "answer every key", func(s *store) {
		s.load = func(k handoff.Key) (handoff.Entry, bool) {
			e := s.state[k].Clone()
			if e.Value == nil && k.Kind == handoff.KindLead {
				e.Value = handoff.Record{}
			}
			return e, true
		}
	}},
	{"case folded", "a collation of the database", "tell keys apart", foldedID(strings.ToLower)},
	{"trailing spaces cut", "a column of fixed width", "tell keys apart", foldedID(func(id string) string { return strings.TrimRight(id, " ") })},
	{"keys cut", "a column of 255 bytes", "tell keys apart", foldedID(func(id string) string { return id[:min(255, len(id))] })},
	{"long keys cut", "a column of two ids and a slash", "tell keys apart", foldedID(func(id string) string { return id[:min(513, len(id))] })},
	{"the longest keys cut", "a column that is a byte too narrow", "tell keys apart", foldedID(func(id string) string { return id[:min(1280, len(id))] })},
	{"accents composed", "a collation of the database", "tell keys apart", foldedID(func(id string) string { return strings.ReplaceAll(id, "a\u0301", "\u00e1") })},
	{"kinds mixed", "one table whose key is the id", "tell keys apart", func(s *store) {
		folded(s, func(k handoff.Key) handoff.Key {
			if k.Kind == handoff.KindAccount {
				k.Kind = handoff.KindLead
			}
			return k
		})
	}},
	{"instants in seconds", "a column without fractions", "store what Apply returns", lossy(func(r *handoff.Record) { r.Handoff = r.Handoff.Truncate(time.Second) })},
	{"numbers in 32 bits", "a column that is too narrow", "store what Apply returns", lossy(func(r *handoff.Record) {
		r.Load.Units = int64(int32(r.Load.Units))
	})},
	{"a field forgotten", "the column does not exist", "store what Apply returns", lossy(func(r *handoff.Record) {
		for i := range r.Enrollments {
			r.Enrollments[i].Skipped = nil
		}
	})},
	{"a field of a trigger forgotten", "it is deep in the queue", "store what Apply returns", lossy(func(r *handoff.Record) {
		for i := range r.Queue {
			r.Queue[i].Trigger.Fields = nil
		}
	})},
	{"removed elements stay", "rows are inserted and updated, never deleted", "store what Apply returns", func(s *store) {
		s.put = func(k handoff.Key, e handoff.Entry) {
			if r, ok := e.Value.(handoff.Record); ok && len(r.Holds) == 0 {
				old, _ := s.state[k].Value.(handoff.Record)
				r.Holds = old.Holds
				e.Value = r
			}
			s.state[k] = e
		}
	}},
	{"plans stay", "rows are inserted and updated, never deleted", "store what Apply returns", func(s *store) {
		s.put = func(k handoff.Key, e handoff.Entry) {
			if tally, ok := e.Value.(handoff.Tally); ok && len(tally.Planned) == 0 {
				old, _ := s.state[k].Value.(handoff.Tally)
				tally.Planned = old.Planned
				e.Value = tally
			}
			s.state[k] = e
		}
	}},
	{"plans forgotten", "the column does not exist", "store what Apply returns", func(s *store) {
		s.put = func(k handoff.Key, e handoff.Entry) {
			if tally, ok := e.Value.(handoff.Tally); ok {
				e.Value = handoff.Tally{At: tally.At}
			}
			s.state[k] = e
		}
	}},
	{"accounts not told of ends", "the record of the person is the one that the effect is about", "store what Apply returns", func(s *store) {
		s.next = func(read handoff.State, effects handoff.Effects) handoff.State {
			effects = slices.Clone(effects)
			for i, e := range effects {
				if exit, ok := e.(handoff.Exit); ok {
					exit.Account = handoff.Ref{}
					effects[i] = exit
				}
			}
			return handoff.Apply(read, effects)
		}
	}},
	{"touches forgotten", "the column does not exist", "store what Apply returns", lossy(func(r *handoff.Record) { r.Touches = nil })},
	{"purposes of consent forgotten", "the column does not exist", "store what Apply returns", lossy(func(r *handoff.Record) {
		for i := range r.Consent {
			r.Consent[i].Purpose = ""
		}
	})},
	{"clocks that stopped forgotten", "the column does not exist", "store what Apply returns", lossy(func(r *handoff.Record) { r.Stopped = nil })},
	{"open time of clocks forgotten", "only one of the two lengths has a column", "store what Apply returns", lossy(func(r *handoff.Record) {
		for i := range r.Stopped {
			r.Stopped[i].Open = 0
		}
	})},
	{"why clocks ended forgotten", "the column does not exist", "store what Apply returns", lossy(func(r *handoff.Record) {
		for i := range r.Stopped {
			r.Stopped[i].Why = handoff.StopDone
		}
	})},
	{"next steps of clocks forgotten", "nobody sweeps the record when it is late", "store what Apply returns", lossy(func(r *handoff.Record) {
		for i := range r.Clocks {
			r.Clocks[i].Next = time.Time{}
		}
	})},
	{"whom recycled records avoid forgotten", "the list has no table", "store what Apply returns", lossy(func(r *handoff.Record) { r.Recycled.Avoid = nil })},
	{"the signal of a handoff forgotten", "nobody else can be asked for it", "store what Apply returns", lossy(func(r *handoff.Record) { r.Trigger = handoff.Trigger{} })},
	{"disputes forgotten", "the outcome was stored before", "store what Apply returns", lossy(func(r *handoff.Record) { r.Outcome.Disputed = handoff.Dispute{} })},
	{"owners that stay", "a column that is empty is not updated", "store what Apply returns", func(s *store) {
		s.put = func(k handoff.Key, e handoff.Entry) {
			if r, ok := e.Value.(handoff.Record); ok && r.Owner == "" && r.Merged.IsZero() {
				old, _ := s.state[k].Value.(handoff.Record)
				r.Owner = old.Owner
				e.Value = r
			}
			s.state[k] = e
		}
	}},
	{"clocks that do not move", "rows are inserted and deleted, never updated", "store what Apply returns", moving(func(_ handoff.State, e handoff.MoveClock) handoff.Effect {
		return handoff.Notify{Subject: e.Subject}
	})},
	{"clocks that start when they move", "a row is inserted where none is updated", "store what Apply returns", moving(func(read handoff.State, e handoff.MoveClock) handoff.Effect {
		record, _ := read[e.Subject].Value.(handoff.Record)
		if slices.ContainsFunc(record.Clocks, func(c handoff.Clock) bool { return c.ID == e.ID }) {
			return e
		}
		return handoff.StartClock{Subject: e.Subject, Clock: e.Clock}
	})},
	{"clocks that are not corrected", "what is over is not looked at again", "store what Apply returns", func(s *store) {
		s.next = func(read handoff.State, effects handoff.Effects) handoff.State {
			return handoff.Apply(read, slices.DeleteFunc(slices.Clone(effects), func(e handoff.Effect) bool { return e.Kind() == handoff.EffectCorrect }))
		}
	}},
	{"empty records deleted", "their versions start again", "store what Apply returns", func(s *store) {
		s.put = func(k handoff.Key, e handoff.Entry) {
			if s.state[k] = e; isEmptyRecord(e) {
				delete(s.state, k)
			}
		}
	}},
	{"effects applied twice", "the second application counts again", "store what Apply returns", func(s *store) {
		s.next = func(read handoff.State, effects handoff.Effects) handoff.State {
			return handoff.Apply(handoff.Apply(read, effects), effects)
		}
	}},
	{"effects applied one by one", "an entry gets one version for each decision", "store what Apply returns", func(s *store) {
		s.next = func(read handoff.State, effects handoff.Effects) handoff.State {
			for _, e := range effects {
				read = handoff.Apply(read, handoff.Effects{e})
			}
			return read
		}
	}},
	{"versions of what was read move", "the next decision about it conflicts for nothing", "guard many entries", func(s *store) {
		s.next = func(read handoff.State, effects handoff.Effects) handoff.State {
			next := handoff.Apply(read, effects)
			for k := range read {
				next[k] = handoff.Entry{Version: read[k].Version + 1, Value: next[k].Value}
			}
			return next
		}
	}},
	{"no versions for reps", "they seem to be data that seldom changes", "guard what was read", func(s *store) {
		s.put = func(k handoff.Key, e handoff.Entry) {
			if k.Kind == handoff.KindRep {
				e.Version = 1
			}
			s.state[k] = e
		}
	}},
	{"no guards", "the last write wins", "guard what was read", func(s *store) { s.check = func(handoff.Decision) error { return nil } }},
	{"guards of written entries alone", "what was only read may have changed", "guard what was read", func(s *store) {
		only(s, func(d handoff.Decision, g handoff.Guard) bool {
			_, written := handoff.Apply(nil, d.Effects)[g.Key]
			return written
		})
	}},
	{"no guards at version 0", "there is no row to compare with", "guard what was read", func(s *store) {
		only(s, func(_ handoff.Decision, g handoff.Guard) bool { return g.Version > 0 })
	}},
	{"an error of its own", "the caller cannot tell a conflict from a broken database", "guard what was read", func(s *store) {
		s.check = func(d handoff.Decision) error {
			if err := d.CheckGuards(s.state); err != nil {
				return fmt.Errorf("guards: %v", err)
			}
			return nil
		}
	}},
	{"no guards where nothing is stored", "the row is looked up and not found", "guard what is gone", func(s *store) {
		only(s, func(_ handoff.Decision, g handoff.Guard) bool { _, found := s.state[g.Key]; return found })
	}},
	{"guards newer than what is stored", "only older ones are refused", "guard what is gone", func(s *store) {
		only(s, func(_ handoff.Decision, g handoff.Guard) bool { return g.Version < s.state[g.Key].Version })
	}},
	{"the first thousand guards", "a list in a query has an end", "guard many entries", func(s *store) {
		only(s, func(d handoff.Decision, g handoff.Guard) bool {
			return len(d.Guards) <= 1000 || g.Key.Compare(d.Guards[1000].Key) < 0
		})
	}},
	{"writes before it checks", "there is no transaction to roll back", "commit all or nothing", func(s *store) {
		s.check = func(d handoff.Decision) error {
			err := d.CheckGuards(s.state)
			if err != nil {
				s.write(d)
			}
			return err
		}
	}},
	{"writes guard by guard", "what comes before the conflict stays", "commit all or nothing", func(s *store) {
		s.check = func(d handoff.Decision) error {
			if d.CheckGuards(s.state) == nil {
				return nil
			}
			next := handoff.Apply(s.state, d.Effects)
			for _, g := range d.Guards {
				if s.state[g.Key].Version != g.Version {
					break
				}
				if next[g.Key].Version != g.Version {
					s.state[g.Key] = next[g.Key]
				}
			}
			return handoff.ErrConflict
		}
	}},
	{"keeps the decision first", "the log has decisions that were never made", "commit all or nothing", func(s *store) {
		s.keep = func(handoff.Decision) {}
		s.check = func(d handoff.Decision) error {
			s.decisions = append(s.decisions, d)
			return d.CheckGuards(s.state)
		}
	}},
	{"triggers not stored", "a redelivery is decided again", "change nothing on redelivery", func(s *store) {
		s.put = func(k handoff.Key, e handoff.Entry) {
			if k.Kind != handoff.KindTrigger {
				s.state[k] = e
			}
		}
	}},
	{"decisions taken once by id", "another decision about the subject has the same id", "commit a decision once", func(s *store) {
		s.check = func(d handoff.Decision) error {
			if slices.ContainsFunc(s.decisions, func(old handoff.Decision) bool { return old.ID == d.ID }) {
				return nil
			}
			return d.CheckGuards(s.state)
		}
	}},
	{"loads from a copy that lags", "the decision is made on the past", "read what was written", func(s *store) {
		past := handoff.State{}
		s.load = func(k handoff.Key) (handoff.Entry, bool) { return past[k].Clone(), true }
		s.put = func(k handoff.Key, e handoff.Entry) { past[k], s.state[k] = s.state[k], e }
	}},
	{"no guards of pools", "two leads take one turn", "give a turn once", func(s *store) {
		only(s, func(_ handoff.Decision, g handoff.Guard) bool { return g.Key.Kind != handoff.KindPool })
	}},
	{"checks, and then writes", "another commit comes between", "commit one at a time", beside(func() error { return nil })},
	{"checks, and then writes, many at once", "another commit comes between", "serve many workers", beside(func() error { return nil })},
	{"fails beside others", "the database says that they lock each other out", "serve many workers", beside(func() error { return errors.New("deadlock") })},
	{"conflicts for ever", "nobody gets through", "serve many workers", func(s *store) { s.check = func(handoff.Decision) error { return handoff.ErrConflict } }},
	{"memory given away", "callers write into the store", "share no memory", func(s *store) {
		s.load = func(k handoff.Key) (handoff.Entry, bool) { return s.state[k], true }
	}},
	{"memory taken over", "the decision's lists are the store's", "share no memory", func(s *store) {
		pending := map[handoff.Key]func() handoff.Entry{}
		s.load = func(k handoff.Key) (handoff.Entry, bool) {
			if lazy, ok := pending[k]; ok {
				return lazy().Clone(), true
			}
			return s.state[k].Clone(), true
		}
		s.keep = func(d handoff.Decision) {
			s.decisions = append(s.decisions, d)
			for k := range handoff.Apply(nil, d.Effects) {
				before := s.state[k]
				pending[k] = func() handoff.Entry { return handoff.Apply(handoff.State{k: before}, d.Effects)[k] }
			}
		}
	}},
	{"decisions forgotten", "nobody can read why", "keep the decisions", func(s *store) { s.keep = func(handoff.Decision) {} }},
	{"decisions out of order", "the log cannot be replayed", "keep the decisions", func(s *store) {
		s.keep = func(d handoff.Decision) { s.decisions = append([]handoff.Decision{d}, s.decisions...) }
	}},
	{"decisions without reasons", "nobody can read why", "keep the decisions", func(s *store) {
		s.keep = func(d handoff.Decision) { d.Reasons = nil; s.decisions = append(s.decisions, d) }
	}},
}

func isEmptyRecord(e handoff.Entry) bool {
	r, ok := e.Value.(handoff.Record)
	return ok && reflect.ValueOf(r).IsZero()
}

// found returns the duties that Check says are not kept.
func found(t *testing.T, err error) []string {
	t.Helper()
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		t.Fatalf("got %v, want joined problems", err)
	}
	var duties []string
	for _, problem := range joined.Unwrap() {
		duty, _, _ := strings.Cut(problem.Error(), ":")
		duties = append(duties, duty)
	}
	return duties
}

func TestCheck_Faults(t *testing.T) {
	for _, tt := range faults {
		t.Run(tt.name, func(t *testing.T) {
			err := hosttest.Check(ctx, newStore(tt.fault))
			if err == nil {
				t.Fatalf("nothing was found: %s", tt.reason)
			}
			if duties := found(t, err); !slices.Contains(duties, tt.duty) {
				t.Errorf("found %q, want %q among them: %s\n%v", duties, tt.duty, tt.reason, err)
			}
		})
	}
}

func TestCheck_EveryDutyCanFail(t *testing.T) {
	broken := errors.New("connection refused")
	err := hosttest.Check(ctx, dead{newStore(), broken})
	if !errors.Is(err, broken) {
		t.Errorf("the host's own error is not wrapped: %v", err)
	}
	for _, duty := range found(t, err) {
		if !slices.ContainsFunc(faults, func(f fault) bool { return f.duty == duty }) {
			t.Errorf("no fault shows that %q can fail", duty)
		}
	}
}

// A dead host loads nothing.
type dead struct {
	*store
	err error
}

func (d dead) Load(context.Context, []handoff.Key) (handoff.State, error) { return nil, d.err }

func TestCheck_SoundHosts(t *testing.T) {
	abroad := time.FixedZone("abroad", 2*3600)
	for _, tt := range []struct {
		name, reason string
		host         hosttest.Host
	}{
		{"memory", "it is the reference", new(hosttest.Memory)},
		{"the test's own", "faults are the only difference", newStore()},
		{"json", "the text forms of entries and effects lose nothing", newStore(throughJSON)},
		{"instants in another zone", "an instant is the same everywhere", newStore(lossy(func(r *handoff.Record) { r.Handoff = r.Handoff.In(abroad) }))},
		{"empty lists", "a list without elements is like none", newStore(lossy(func(r *handoff.Record) {
			if r.Holds == nil {
				r.Holds = []handoff.ActiveHold{}
			}
		}))},
		{"no log to look at", "a host need not show its decisions", silent{newStore(func(s *store) { s.keep = func(handoff.Decision) {} })}},
		{"conflicts at times", "a database may refuse more than it must while others commit", newStore(atTimes)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := hosttest.Check(ctx, tt.host); err != nil {
				t.Errorf("%s: %v", tt.reason, err)
			}
		})
	}
}

// throughJSON stores entries, and reads effects, in their text forms.
func throughJSON(s *store) {
	texts := map[string]string{}
	s.load = func(k handoff.Key) (handoff.Entry, bool) {
		text, found := texts[k.String()]
		if !found {
			return handoff.Entry{}, true
		}
		e, err := handoff.DecodeEntry(k, []byte(text))
		return e, err == nil
	}
	s.next = func(read handoff.State, effects handoff.Effects) handoff.State {
		text, err := json.Marshal(effects)
		var again handoff.Effects
		if err := errors.Join(err, json.Unmarshal(text, &again)); err != nil {
			panic(err)
		}
		return handoff.Apply(read, again)
	}
	s.put = func(k handoff.Key, e handoff.Entry) {
		text, err := json.Marshal(e)
		if err != nil {
			panic(err)
		}
		texts[k.String()], s.state[k] = string(text), e
	}
}

// atTimes conflicts with every third commit that stands beside another.
func atTimes(s *store) {
	check, n := s.check, 0
	s.check = func(d handoff.Decision) error {
		if n++; n%3 == 0 && s.commits.Load() > 1 {
			return handoff.ErrConflict
		}
		return check(d)
	}
}

// A silent host has no Decisions.
type silent struct{ host *store }

func (s silent) Load(ctx context.Context, keys []handoff.Key) (handoff.State, error) {
	return s.host.Load(ctx, keys)
}
func (s silent) Commit(ctx context.Context, d handoff.Decision) error { return s.host.Commit(ctx, d) }

// TestCheck_StoresEveryField finds the fields that no entry which Check stores has a value in.
func TestCheck_StoresEveryField(t *testing.T) {
	seen := map[string]bool{}
	s := newStore(func(s *store) {
		s.put = func(k handoff.Key, e handoff.Entry) {
			see(seen, reflect.ValueOf(e.Value))
			s.state[k] = e
		}
	})
	if err := hosttest.Check(ctx, s); err != nil {
		t.Fatal(err)
	}
	unset := []string{"Rep.Name", "Rep.Role", "Rep.Team", "Rep.Manager", "Rep.Tags", "Rep.Skills", "Rep.Hours", "Rep.Holidays", "Rep.Absences",
		"Absence.From", "Absence.Until", "Absence.Cover", "Rep.Cover", "Rep.Capacity", "Opt[int64].Value", "Opt[int64].Known"} // no effect sets them
	for _, value := range []handoff.Memory{handoff.Record{}, handoff.Pool{}, handoff.Rep{}, handoff.Seen{}, handoff.Tally{}, handoff.Sticky{}} {
		for _, field := range fields(reflect.TypeOf(value)) {
			if seen[field] == slices.Contains(unset, field) {
				t.Errorf("%s is stored with a value: %t", field, seen[field])
			}
		}
	}
}

// see notes the fields, as "Type.Field", that have a value.
func see(seen map[string]bool, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && !v.Field(i).IsZero() {
				seen[v.Type().Name()+"."+f.Name] = true
				see(seen, v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			see(seen, v.Index(i))
		}
	}
}

// fields lists the exported fields of a type and of what it holds.
func fields(typ reflect.Type) []string {
	if typ.Kind() == reflect.Slice {
		return fields(typ.Elem())
	}
	if typ.Kind() != reflect.Struct {
		return nil
	}
	var out []string
	for i := range typ.NumField() {
		if f := typ.Field(i); f.IsExported() {
			out = append(out, typ.Name()+"."+f.Name)
			out = append(out, fields(f.Type)...)
		}
	}
	return out
}
