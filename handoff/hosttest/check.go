package hosttest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/salesbaton/baton/handoff"
)

// A Host stores what decisions change. Both methods must be safe for concurrent use.
type Host interface {
	// Load returns an entry for every key, of version 0 where nothing is stored. The caller owns the result.
	Load(ctx context.Context, keys []handoff.Key) (handoff.State, error)
	// Commit checks the decision's guards, stores what handoff.Apply returns for the entries that its effects name, and
	// keeps the decision, in one transaction; or does none of it and returns an error that matches handoff.ErrConflict.
	// The entries that it stores share no memory with the decision.
	Commit(ctx context.Context, d handoff.Decision) error
}

// Check tries whether a host does what it owes Baton, and returns nil or an error that joins one problem for each duty
// that the host does not keep: the duty, what the host did and how to mend it. A host's own test calls it:
//
//	if err := hosttest.Check(t.Context(), store); err != nil {
//		t.Fatal(err)
//	}
//
// The store behind the host has to be empty; Check fills it with records of its own and removes none. It makes about thirteen
// hundred calls, a part of them from several goroutines at once. Errors of the host are wrapped.
//
// A host that also has the method Decisions() []handoff.Decision, as Memory has, is held to keep every decision, in the
// order of the commits, and none that it refused. What Check cannot see are the outbox, the calls of Sweep, and what
// becomes of the store when its machine stops.
func Check(ctx context.Context, h Host) error {
	var problems []error
	for _, d := range duties() {
		t, err := newTrial(ctx, h, d.name)
		if err == nil {
			err = d.try(t)
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", d.name, err))
		}
	}
	return errors.Join(problems...)
}

// A duty is one thing that a host owes, and how to try it.
type duty struct {
	name string
	try  func(*trial) error
}

func duties() []duty {
	return []duty{
		{"answer every key", answerEveryKey},
		{"tell keys apart", tellKeysApart},
		{"store what Apply returns", storeWhatApplyReturns},
		{"guard what was read", guardWhatWasRead},
		{"guard what is gone", guardWhatIsGone},
		{"guard many entries", guardManyEntries},
		{"commit all or nothing", commitAllOrNothing},
		{"change nothing on redelivery", changeNothingOnRedelivery},
		{"commit a decision once", commitOnce},
		{"read what was written", readWhatWasWritten},
		{"give a turn once", giveTurnOnce},
		{"commit one at a time", commitOneAtATime},
		{"serve many workers", serveManyWorkers},
		{"share no memory", shareNoMemory},
		{"keep the decisions", keepDecisions},
	}
}

func answerEveryKey(t *trial) error {
	stored := t.key(handoff.KindLead, "stored")
	if err := t.write(stored); err != nil {
		return err
	}
	absent := t.keys("absent")
	got, err := t.load(append(absent, stored)...)
	if err != nil {
		return err
	}
	for _, k := range absent {
		e, present := got[k]
		if !present {
			return fmt.Errorf("Load left out %s, which was never stored; return an entry of version 0 for it, so that the engine can tell that you looked", k)
		}
		if e.Version != 0 || e.Value != nil {
			return fmt.Errorf("Load returned version %d and a %T for %s, which was never stored; return the zero Entry, and give Check a store that is empty", e.Version, e.Value, k)
		}
	}
	return nil
}

// tellKeysApart stores under keys that a collation, a conversion or a column that is too narrow takes for equal.
func tellKeysApart(t *trial) error {
	long := strings.Repeat("x", longestID-1-len(t.policy)-len("-"))
	model := handoff.State{}
	for _, id := range []string{"a", "A", "b", "b ", " b", "\u00e1", "a\u0301", "ss", "\u00df", "1", "01", "c/d", `c\d`, "c%d", "c_d", "c'd", "\U0001f600", "\U0001f601",
		long + "x", long + "y"} {
		for _, kind := range []handoff.Kind{handoff.KindLead, handoff.KindAccount} {
			if err := t.keep(model, t.key(kind, id)); err != nil {
				return err
			}
		}
	}
	owner := t.key(handoff.KindLead, "owner")
	for _, e := range longest(owner) {
		if err := t.keep(model, owner, e); err != nil {
			return err
		}
	}
	if problem := t.differs(model); problem != nil {
		return fmt.Errorf("after other keys were written, %w; compare keys byte by byte, their kind included, and take ids of up to %d bytes", problem, longestID+len("/")+longestName)
	}
	return nil
}

// The most bytes of an id, and of what names a pool, a tally or a sticky memory within its policy.
const (
	longestID   = 256
	longestName = 1024
)

// longest returns effects that write the longest keys there are, of each kind two that differ in the last byte.
func longest(subject handoff.Ref) []handoff.Effect {
	policy, id, name := strings.Repeat("x", longestID), strings.Repeat("y", longestID-1), strings.Repeat("z", longestName-1)
	var out []handoff.Effect
	for _, last := range []string{"x", "y"} {
		out = append(out,
			handoff.ConsumeTrigger{Subject: subject, Policy: policy, Trigger: id + last, Fate: handoff.FateActed, At: now},
			handoff.AdvancePool{Policy: policy, Pool: name + last, Rep: "rep-0", At: now},
			handoff.Count{Tally: handoff.TallyKey(policy, name+last), At: now, Keep: 3},
			handoff.Stick{Key: handoff.StickyKey(policy, name+last), Sticky: handoff.Sticky{Rep: "rep-0", At: now}})
	}
	return out
}

// storeWhatApplyReturns stores every kind of effect with every field of it set, and takes away what can be taken away.
func storeWhatApplyReturns(t *trial) error {
	f := t.filler()
	model := handoff.State{}
	adding, removing := f.effects()
	for _, e := range slices.Concat(adding, removing) {
		if err := t.keep(model, f.subject, e); err != nil {
			return err
		}
	}
	if problem := t.differs(model); problem != nil {
		return fmt.Errorf("after other entries were written, %w; write only the entries that the effects name", problem)
	}
	return nil
}

// guardWhatWasRead has decisions refused that read, but do not write, an entry that somebody writes meanwhile.
func guardWhatWasRead(t *trial) error {
	for _, k := range t.keys("read") {
		for _, change := range []string{"created", "changed"} {
			desk := t.key(handoff.KindLead, change+"-"+string(k.Kind))
			read, err := t.load(desk, k)
			if err != nil {
				return err
			}
			if err := t.touch(k); err != nil {
				return err
			}
			if err := t.refuses(t.decision(desk, read), fmt.Sprintf("%s, which it only read, was %s meanwhile", k, change)); err != nil {
				return err
			}
		}
	}
	return nil
}

// guardWhatIsGone has a decision refused that read an entry which a store that was restored from a copy lost.
func guardWhatIsGone(t *trial) error {
	for _, k := range t.keys("gone") {
		desk := t.key(handoff.KindLead, "of-"+string(k.Kind))
		read, err := t.load(desk, k)
		if err != nil {
			return err
		}
		read[k] = handoff.Entry{Version: 7}
		if err := t.refuses(t.decision(desk, read), fmt.Sprintf("it read version 7 of %s, which is not stored", k)); err != nil {
			return err
		}
	}
	return nil
}

// manyEntries is more than the decisions of a large pool read, and more than some databases take in one list.
const manyEntries = 1200

func guardManyEntries(t *trial) error {
	desk := t.key(handoff.KindLead, "desk")
	keys := []handoff.Key{desk}
	for i := range manyEntries {
		keys = append(keys, t.key(handoff.KindRep, fmt.Sprintf("%04d", i)))
	}
	read, err := t.load(keys...)
	if err != nil {
		return err
	}
	if err := t.commits(t.decision(desk, read), read); err != nil {
		return err
	}
	if read, err = t.load(keys...); err != nil {
		return err
	}
	if err := t.touch(keys[len(keys)-1]); err != nil {
		return err
	}
	return t.refuses(t.decision(desk, read), fmt.Sprintf("one of the %d entries that it read was written meanwhile", len(keys)))
}

// commitAllOrNothing has a decision refused that writes an entry of every kind, for its first guard and for its last.
func commitAllOrNothing(t *trial) error {
	desk := t.key(handoff.KindLead, "desk")
	var effects []handoff.Effect
	keys := []handoff.Key{desk}
	for _, k := range t.keys("m") {
		effects, keys = append(effects, t.writing(k, desk)), append(keys, k)
	}
	for _, guard := range []handoff.Key{t.key(handoff.KindAccount, "a"), t.key(handoff.KindTrigger, "z")} { // by key
		read, err := t.load(append(keys, guard)...)
		if err != nil {
			return err
		}
		if err := t.touch(guard); err != nil {
			return err
		}
		if err := t.refuses(t.decision(desk, read, effects...), fmt.Sprintf("%s was written meanwhile", guard)); err != nil {
			return err
		}
	}
	return nil
}

func changeNothingOnRedelivery(t *trial) error {
	r := t.request("1")
	if _, err := t.work(r); err != nil {
		return err
	}
	again, read, err := t.decide(r)
	if err != nil {
		return err
	}
	if again.Verdict != handoff.VerdictDuplicate || len(again.Effects) > 0 {
		return fmt.Errorf("a trigger was decided again after its decision was committed, as %s; return what was stored under %s",
			again.Verdict, handoff.TriggerKey(t.policy, r.Triggers[0].ID))
	}
	return t.commits(again, read)
}

// commitOnce is a worker that stopped between its decision and the commit, and came back twice.
func commitOnce(t *trial) error {
	r := t.request("1")
	lost, read, err := t.decide(r)
	if err != nil {
		return err
	}
	repeated, _, err := t.decide(r)
	if err != nil {
		return err
	}
	a, errA := json.Marshal(lost)
	b, errB := json.Marshal(repeated)
	if err := errors.Join(errA, errB); err != nil {
		return err
	}
	if !bytes.Equal(a, b) {
		return errors.New("a request was decided twice without a commit between, and differently; let Load change nothing, and return the same for the same store")
	}
	if err := t.commits(lost, read); err != nil {
		return err
	}
	return t.refuses(repeated, "it was committed before")
}

// readWhatWasWritten loads from another goroutine what one has just committed.
func readWhatWasWritten(t *trial) error {
	desk := t.key(handoff.KindLead, "desk")
	for range 20 {
		if err := t.write(desk); err != nil {
			return err
		}
		before, err := t.load(desk)
		if err != nil {
			return err
		}
		if err := together(1, func(int) error { return t.write(desk) }); err != nil {
			return err
		}
		after, err := t.load(desk)
		if err != nil {
			return err
		}
		if after[desk].Version != before[desk].Version+1 {
			return fmt.Errorf("Load returned version %d of %s after another goroutine had committed version %d; load from where you commit, not from a copy that lags",
				after[desk].Version, desk, before[desk].Version+1)
		}
	}
	return nil
}

// giveTurnOnce has two workers decide about one pool before either commits.
func giveTurnOnce(t *trial) error {
	first, read, err := t.decide(t.request("1"))
	if err != nil {
		return err
	}
	second, _, err := t.decide(t.request("2"))
	if err != nil {
		return err
	}
	if err := t.commits(first, read); err != nil {
		return err
	}
	if err := t.refuses(second, "another decision took the turn of the pool that it read"); err != nil {
		return err
	}
	if second, err = t.work(t.request("2")); err != nil {
		return err
	}
	if second.Owner == first.Owner {
		return fmt.Errorf("the decision that was made again went to %s, whose turn was taken; return the pool's entry as it was committed", second.Owner)
	}
	return nil
}

// commitOneAtATime commits, at the same time, two decisions each of which read what the other writes: first entries that
// do not exist, then entries of which one does.
func commitOneAtATime(t *trial) error {
	for round := range 50 {
		left, right := t.key(handoff.KindLead, fmt.Sprint("left-", round)), t.key(handoff.KindLead, fmt.Sprint("right-", round))
		for range 2 {
			if err := t.contend(left, right); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *trial) contend(left, right handoff.Key) error {
	read, err := t.load(left, right)
	if err != nil {
		return err
	}
	both := []handoff.Decision{t.decision(left, read), t.decision(right, read)}
	won := make([]bool, len(both))
	err = together(len(both), func(i int) error {
		err := t.commit(both[i])
		won[i] = err == nil
		return notConflict(err)
	})
	if err != nil {
		return err
	}
	if won[0] && won[1] {
		return errors.New("two decisions committed at the same time, each of which had read what the other wrote; lock the entries that you check, " +
			"also those that do not exist, or let the database serialize the transactions")
	}
	for i, d := range both {
		if won[i] {
			read = handoff.Apply(read, d.Effects)
		}
	}
	if problem := t.differs(read); problem != nil {
		return fmt.Errorf("after two commits at the same time, %w", problem)
	}
	return nil
}

func serveManyWorkers(t *trial) error {
	const workers, each = 8, 12
	done := make([][]handoff.Decision, workers)
	err := together(workers, func(w int) error {
		for i := range each {
			d, err := t.work(t.request(fmt.Sprint(w, "-", i)))
			if err != nil {
				return err
			}
			done[w] = append(done[w], d)
		}
		return nil
	})
	if err != nil {
		return err
	}
	pool := t.key(handoff.KindPool, rotationPool)
	all := slices.Concat(done...)
	slices.SortStableFunc(all, func(a, b handoff.Decision) int { return int(versionRead(a, pool) - versionRead(b, pool)) })
	var model handoff.State
	for turn, d := range all {
		if at := versionRead(d, pool); at != int64(turn) {
			return fmt.Errorf("%d decisions were committed at once, and turn %d of the pool was taken at version %d of its entry; let no two transactions check the same version", len(all), turn, at)
		}
		model = handoff.Apply(model, d.Effects)
	}
	if problem := t.differs(model); problem != nil {
		return fmt.Errorf("after %d decisions that were committed at once, %w", len(all), problem)
	}
	return nil
}

// shareNoMemory scribbles on what was loaded and on what was committed.
func shareNoMemory(t *trial) error {
	f := t.filler()
	model := handoff.State{}
	adding, removing := f.effects()
	for _, e := range adding {
		read, err := t.loadFor(f.subject, e)
		if err != nil {
			return err
		}
		d := t.decision(f.subject, read, e)
		maps.Copy(model, handoff.Apply(read, d.Effects))
		if err := t.commits(d, read); err != nil {
			return err
		}
		for i := range d.Effects {
			scribble(d.Effects[i])
			d.Effects[i] = handoff.Notify{}
		}
		scribble(d.Guards)
	}
	if problem := t.differs(model); problem != nil {
		return fmt.Errorf("after the caller changed a decision that it had committed, %w; copy what you keep", problem)
	}
	loaded, err := t.load(model.Keys()...)
	if err != nil {
		return err
	}
	for _, e := range removing {
		if err := t.write(f.subject, e); err != nil {
			return err
		}
	}
	if problem := different(model, loaded); problem != nil {
		return fmt.Errorf("in what had been loaded before a commit, %w; return a copy", problem)
	}
	if loaded, err = t.load(model.Keys()...); err != nil {
		return err
	}
	want := loaded.Clone()
	for _, e := range loaded {
		scribble(e.Value)
	}
	clear(loaded)
	if problem := t.differs(want); problem != nil {
		return fmt.Errorf("after the caller changed what it had loaded, %w; return a copy", problem)
	}
	return nil
}

func keepDecisions(t *trial) error {
	if t.kept == nil {
		return nil
	}
	before := len(t.kept())
	var made []handoff.Decision
	for i := range 3 {
		d, err := t.work(t.request(fmt.Sprint(i)))
		if err != nil {
			return err
		}
		made = append(made, d)
	}
	kept := t.kept()
	if len(kept) != before+len(made) {
		return fmt.Errorf("%d decisions were committed, and Decisions returns %d more; keep each in the transaction that applies its effects", len(made), len(kept)-before)
	}
	for i, d := range made {
		a, errA := json.Marshal(d)
		b, errB := json.Marshal(kept[before+i])
		if err := errors.Join(errA, errB); err != nil {
			return err
		}
		if !bytes.Equal(a, b) {
			return fmt.Errorf("the decision %s is kept otherwise than it was committed, or not in the order of the commits; keep its JSON form", d.ID)
		}
	}
	return nil
}
