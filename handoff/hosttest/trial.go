package hosttest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/salesbaton/baton/handoff"
)

// now is the instant of every decision here, to the microsecond.
var now = time.Date(2026, 3, 4, 15, 4, 5, 678901000, time.UTC)

// A trial is a host while one duty is tried. Its ids and keys are of that duty alone, so that duties do not meet.
type trial struct {
	policy string
	engine *handoff.Engine
	load   func(...handoff.Key) (handoff.State, error)
	commit func(handoff.Decision) error
	kept   func() []handoff.Decision // nil where the host does not tell
}

func newTrial(ctx context.Context, h Host, duty string) (*trial, error) {
	t := &trial{
		policy: strings.ReplaceAll(duty, " ", "-"),
		load: func(keys ...handoff.Key) (handoff.State, error) {
			s, err := h.Load(ctx, keys)
			if err != nil {
				return nil, fmt.Errorf("Load failed: %w", err)
			}
			return s, nil
		},
		commit: func(d handoff.Decision) error { return h.Commit(ctx, d) },
	}
	if journal, ok := h.(interface{ Decisions() []handoff.Decision }); ok {
		t.kept = journal.Decisions
	}
	var err error
	t.engine, err = handoff.New(handoff.Config{
		Policy:   t.policy,
		Fields:   []handoff.Field{{Of: "lead", Name: "turn", Type: handoff.TypeInt}},
		Triggers: []handoff.TriggerRule{{Kind: handoff.TriggerDemoRequest, About: handoff.KindLead, StaleAfter: time.Hour}},
		Plays:    []handoff.Play{{ID: "demo", Trigger: handoff.TriggerDemoRequest, Router: rotation{t.policy}}},
	})
	return t, err
}

// rotationPool is the id of the pool that rotations go round in.
const rotationPool = "pool"

// A rotation gives turns to three reps, one after the other. It takes the number of the turn, which is how many decisions
// have written the pool's entry, from a field of the lead, so that it need not know what the ledger holds.
type rotation struct{ policy string }

func (r rotation) Keys(_ *handoff.Facts, _ *handoff.Play, dst []handoff.Key) []handoff.Key {
	return append(dst, handoff.PoolKey(r.policy, rotationPool))
}

func (r rotation) Route(f *handoff.Facts, _ *handoff.Play) handoff.Routing {
	f.Pool(r.policy, rotationPool) // what is read is guarded
	rep := fmt.Sprint("rep-", f.Fields[0].Int()%3)
	turn := handoff.AdvancePool{Policy: r.policy, Pool: rotationPool, Rep: rep}
	return handoff.Routing{Owner: rep, Rung: rotationPool, Why: "it is their turn", Turn: &turn}
}

// key returns a key of this trial.
func (t *trial) key(kind handoff.Kind, id string) handoff.Key {
	switch kind {
	case handoff.KindPool:
		return handoff.PoolKey(t.policy, id)
	case handoff.KindTrigger:
		return handoff.TriggerKey(t.policy, id)
	case handoff.KindTally:
		return handoff.TallyKey(t.policy, id)
	case handoff.KindSticky:
		return handoff.StickyKey(t.policy, id)
	}
	return handoff.Key{Kind: kind, ID: t.policy + "-" + id}
}

// keys returns a key of each kind.
func (t *trial) keys(id string) []handoff.Key {
	var keys []handoff.Key
	for _, kind := range []handoff.Kind{handoff.KindAccount, handoff.KindLead, handoff.KindPool, handoff.KindRep, handoff.KindSticky,
		handoff.KindTally, handoff.KindTrigger} {
		keys = append(keys, t.key(kind, id))
	}
	return keys
}

// writing returns an effect that writes an entry; where that is a trigger's, then also the subject's.
func (t *trial) writing(k handoff.Key, subject handoff.Ref) handoff.Effect {
	id := strings.TrimPrefix(k.ID, t.policy+"/")
	switch k.Kind {
	case handoff.KindPool:
		return handoff.AdvancePool{Policy: t.policy, Pool: id, Rep: "rep-0", At: now}
	case handoff.KindRep:
		return handoff.SetRepStatus{Rep: id, Status: handoff.RepAway, At: now}
	case handoff.KindTally:
		return handoff.Count{Tally: k, At: now, Keep: 3}
	case handoff.KindSticky:
		return handoff.Stick{Key: k, Sticky: handoff.Sticky{Rep: "rep-0", At: now}}
	case handoff.KindTrigger:
		return handoff.ConsumeTrigger{Subject: subject, Policy: t.policy, Trigger: id, Fate: handoff.FateActed, At: now}
	}
	return handoff.Assign{Subject: k, To: "rep-0", Play: "demo", Rung: rotationPool, At: now}
}

// decision returns a decision that read a State and has the effects, and counts itself on its subject: as with an
// engine's, the version of the subject's entry tells it from every other.
func (t *trial) decision(subject handoff.Ref, read handoff.State, effects ...handoff.Effect) handoff.Decision {
	effects = append([]handoff.Effect{handoff.Recycle{Subject: subject, To: "trial", At: now}}, effects...)
	kinds := handoff.EffectKinds()
	slices.SortStableFunc(effects, func(a, b handoff.Effect) int {
		return cmp.Compare(slices.Index(kinds, a.Kind()), slices.Index(kinds, b.Kind()))
	})
	d := handoff.Decision{
		ID:      fmt.Sprintf("%s/%s/%d", t.policy, subject, read[subject].Version),
		Policy:  t.policy,
		Zone:    t.engine.Zone().Name(),
		At:      now,
		Subject: subject,
		Cause:   handoff.Cause{Time: true},
		Verdict: handoff.VerdictSwept,
		Effects: effects,
	}
	for _, k := range read.Keys() {
		d.Guards = append(d.Guards, handoff.Guard{Key: k, Version: read[k].Version})
	}
	return d
}

// loadFor returns the entries that a decision with the effects reads.
func (t *trial) loadFor(subject handoff.Ref, effects ...handoff.Effect) (handoff.State, error) {
	keys := handoff.Apply(handoff.State{subject: {}}, effects).Keys()
	return t.load(keys...)
}

// write commits a decision with the effects, and loads what it wrote.
func (t *trial) write(subject handoff.Ref, effects ...handoff.Effect) error {
	return t.keep(handoff.State{}, subject, effects...)
}

// keep is write, and remembers in the model what is now stored.
func (t *trial) keep(model handoff.State, subject handoff.Ref, effects ...handoff.Effect) error {
	read, err := t.loadFor(subject, effects...)
	if err != nil {
		return err
	}
	d := t.decision(subject, read, effects...)
	maps.Copy(model, handoff.Apply(read, d.Effects))
	return t.commits(d, read)
}

// touch writes an entry, as somebody else would.
func (t *trial) touch(k handoff.Key) error {
	other := t.key(handoff.KindLead, "other")
	return t.write(other, t.writing(k, other))
}

// commits commits a decision that nothing is in the way of, and loads what it read and wrote.
func (t *trial) commits(d handoff.Decision, read handoff.State) error {
	if err := t.commit(d); err != nil {
		return fmt.Errorf("Commit refused a decision none of whose guards had changed: %w", err)
	}
	if problem := t.differs(handoff.Apply(read, d.Effects)); problem != nil {
		return fmt.Errorf("after a commit of %s, %w; store what handoff.Apply returns for the entries that the effects name, and nothing else", kindsOf(d), problem)
	}
	return nil
}

// refuses commits a decision that is outdated, and loads what it must not have written.
func (t *trial) refuses(d handoff.Decision, because string) error {
	keys := handoff.Apply(nil, d.Effects)
	for _, g := range d.Guards {
		keys[g.Key] = handoff.Entry{}
	}
	before, err := t.load(keys.Keys()...)
	if err != nil {
		return err
	}
	kept := t.keeps()
	err = t.commit(d)
	if err == nil {
		return fmt.Errorf("Commit took a decision although %s; compare every guard with what is stored, inside the transaction that writes", because)
	}
	if !errors.Is(err, handoff.ErrConflict) {
		return fmt.Errorf("Commit refused a decision because %s, but with an error that does not match handoff.ErrConflict: %w", because, err)
	}
	if problem := t.differs(before); problem != nil {
		return fmt.Errorf("Commit refused a decision because %s, and yet %w; check every guard before the first write, or roll back", because, problem)
	}
	if t.keeps() != kept {
		return fmt.Errorf("Commit refused a decision because %s, and kept it; keep it in the transaction that applies its effects", because)
	}
	return nil
}

func (t *trial) keeps() int {
	if t.kept == nil {
		return 0
	}
	return len(t.kept())
}

// differs loads a State and says what is stored otherwise.
func (t *trial) differs(want handoff.State) error {
	got, err := t.load(want.Keys()...)
	if err != nil {
		return err
	}
	return different(want, got)
}

// request is about a lead who asked for a demo.
func (t *trial) request(id string) handoff.Request {
	lead := t.key(handoff.KindLead, id)
	return handoff.Request{
		Subject:  lead,
		Lead:     handoff.Lead{ID: lead.ID},
		Triggers: []handoff.Trigger{{ID: "trigger-" + id, Kind: handoff.TriggerDemoRequest, OccurredAt: now}},
	}
}

// decide loads what the request needs, and decides. It returns the State, too.
func (t *trial) decide(r handoff.Request) (handoff.Decision, handoff.State, error) {
	r, err := t.engine.Fill(now, r, func(keys []handoff.Key) (handoff.State, error) { return t.load(keys...) })
	if err != nil {
		return handoff.Decision{}, nil, err
	}
	turn := r.State[t.key(handoff.KindPool, rotationPool)].Version
	r.Lead.Fields = map[string]handoff.Value{"turn": handoff.IntValue(turn)}
	d, err := t.engine.Decide(now, r)
	return d, r.State, err
}

// maxAttempts is far beyond what a worker needs while one of those it contends with commits each time.
const maxAttempts = 400

// work decides a request and commits the decision, again after each conflict.
func (t *trial) work(r handoff.Request) (handoff.Decision, error) {
	for range maxAttempts {
		d, _, err := t.decide(r)
		if err != nil {
			return d, err
		}
		if err = t.commit(d); err == nil {
			return d, nil
		}
		if err = notConflict(err); err != nil {
			return d, err
		}
	}
	return handoff.Decision{}, fmt.Errorf("Commit returned handoff.ErrConflict %d times in a row, each time after a new Load; return it only where a guard changed", maxAttempts)
}

// notConflict returns what is wrong with an error of a commit beside others.
func notConflict(err error) error {
	if err == nil || errors.Is(err, handoff.ErrConflict) {
		return nil
	}
	return fmt.Errorf("Commit failed beside others; where the database asks to try again, return an error that matches handoff.ErrConflict: %w", err)
}

// together calls f from n goroutines at the same time, and returns the error of the first that had one.
func together(n int, f func(i int) error) error {
	errs := make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			<-start
			errs[i] = f(i)
		}()
	}
	close(start)
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// versionRead returns the version of an entry that a decision read.
func versionRead(d handoff.Decision, k handoff.Key) int64 {
	for _, g := range d.Guards {
		if g.Key == k {
			return g.Version
		}
	}
	return -1
}

func kindsOf(d handoff.Decision) string {
	var kinds []string
	for _, e := range d.Effects {
		kinds = append(kinds, string(e.Kind()))
	}
	return cmp.Or(strings.Join(kinds, ", "), "no effects")
}
