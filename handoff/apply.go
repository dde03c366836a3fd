package handoff

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Apply returns the State after one decision's effects. It is the only definition of what an effect does to what is
// remembered: a host that stores what Apply returns for the keys it loaded stores the right thing. Every entry that an
// effect names gets the next version, once for each call. Neither argument is changed; entries that no effect names are
// shared with s. Without effects the result equals s.
func Apply(s State, effects []Effect) State {
	r := reducer{next: make(State, len(s)), written: map[Key]bool{}}
	for k, e := range s {
		r.next[k] = e
	}
	for _, e := range effects {
		r.apply(e.clone())
	}
	return r.next
}

// A reducer builds the next State.
type reducer struct {
	next    State
	written map[Key]bool
}

// edit passes the value under a key through change, starting from the zero value where there is none.
func edit[T Memory](r *reducer, key Key, change func(v *T)) {
	entry := r.next[key]
	v, _ := entry.Value.(T)
	change(&v)
	entry.Value = v
	if !r.written[key] {
		r.written[key] = true
		entry.Version++
	}
	r.next[key] = entry
}

func (r *reducer) record(subject Ref, change func(*Record)) { edit(r, subject, change) }

func (r *reducer) apply(effect Effect) {
	switch e := effect.(type) {
	case ConsumeTrigger:
		r.consume(e)
	case QueueTrigger:
		r.record(e.Subject, func(rec *Record) { rec.Queue = put(rec.Queue, e.Queued, compareQueued) })
	case Redecide:
		r.record(e.Subject, func(rec *Record) { rec.Queue = released(rec.Queue, e.Triggers) })
	case RecordActivity:
		r.record(e.Subject, func(rec *Record) { rec.Activities = remember(rec.Activities, e.ActivityRef) })
	case RecordOutcome:
		r.record(e.Subject, func(rec *Record) { rec.Outcome = later(rec.Outcome, e.Outcome) })
	case SetConsent:
		r.record(e.Subject, func(rec *Record) { rec.Consent = withConsent(rec.Consent, e.Consent) })
	case SetRepStatus:
		edit(r, RepKey(e.Rep), func(rep *Rep) { rep.ID, rep.Status = e.Rep, e.Status })
	case MergeRecords:
		r.merge(e)
	case SetStage:
		r.record(e.Subject, func(rec *Record) { rec.Stages = entered(rec.Stages, e.Stage) })
	case Hold:
		r.record(e.Subject, func(rec *Record) { rec.Holds = put(rec.Holds, e.ActiveHold, compareHolds) })
	case ReleaseHold:
		r.record(e.Subject, func(rec *Record) {
			rec.Holds = without(rec.Holds, func(h ActiveHold) bool { return h.ID == e.ID })
		})
	case StopClock:
		r.record(e.Subject, func(rec *Record) {
			rec.Clocks = without(rec.Clocks, func(c Clock) bool { return c.ID == e.ID })
		})
	case Exit:
		r.record(e.Subject, func(rec *Record) { rec.exit(e.Exited) })
	case ResumeMarketing:
		r.record(e.Subject, func(rec *Record) {
			rec.Pauses = without(rec.Pauses, func(p Pause) bool { return p.ID == e.ID })
		})
	case AdvancePool:
		edit(r, PoolKey(e.Policy, e.Pool), func(p *Pool) { p.advance(e) })
	case AdjustPool:
		edit(r, PoolKey(e.Policy, e.Pool), func(p *Pool) { p.move(e.At, e.Moves) })
		if !e.Subject.IsZero() {
			r.record(e.Subject, func(rec *Record) { rec.Turn = Turn{} })
		}
	case MoveLoad:
		r.load(e)
	case Assign:
		r.assign(e)
	case Stick:
		edit(r, e.Key, func(s *Sticky) { *s = e.Sticky })
	case Enroll:
		r.enroll(e)
	case Expose:
		r.record(e.Subject, func(rec *Record) { rec.Arms = put(rec.Arms, e.Arm, compareArms) })
	case Count:
		edit(r, e.Tally, func(t *Tally) { t.add(e) })
	case PauseMarketing:
		r.record(e.Subject, func(rec *Record) { rec.Pauses = paused(rec.Pauses, e.Pause) })
	case StartClock:
		r.record(e.Subject, func(rec *Record) { rec.Clocks = started(rec.Clocks, e.Clock) })
	case Recycle:
		r.record(e.Subject, func(rec *Record) { rec.Recycled = Recycled{e.At, e.To, rec.Recycled.Times + 1} })
	case AttachContext, Notify:
		// The rep's screen is not part of what is remembered.
	}
}

func (r *reducer) consume(e ConsumeTrigger) {
	edit(r, TriggerKey(e.Policy, e.Trigger), func(seen *Seen) {
		if *seen == (Seen{}) { // the first fate stays
			*seen = Seen{e.At, e.Fate}
		}
	})
	r.record(e.Subject, func(rec *Record) {
		rec.Queue = without(rec.Queue, func(q Queued) bool { return q.Trigger.ID == e.Trigger })
		rec.Signals = without(rec.Signals, func(s Signal) bool { return !s.Until.After(e.At) })
		if e.Signal.Key != "" {
			rec.Signals = put(rec.Signals, e.Signal, compareSignals)
		}
	})
}

func (r *reducer) assign(e Assign) {
	r.record(e.Subject, func(rec *Record) {
		rec.Owner, rec.OwnedSince, rec.Cover, rec.Turn = e.owner(), e.At, Cover{}, e.Turn
		if e.Covers != "" {
			rec.Cover = Cover{e.To, e.Until}
		}
		rec.Handoff = latest(rec.Handoff, e.At)
		rec.Past = ownedBy(rec.Past, e.owner())
	})
	if !e.Account.IsZero() && e.Account != e.Subject {
		r.record(e.Account, func(rec *Record) { rec.Handoff = latest(rec.Handoff, e.At) })
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// load changes a record's units of a rep's open work. A record is work of one rep at a time: where it goes from one rep to
// another, each has an effect of its own, in any order.
func (r *reducer) load(e MoveLoad) {
	edit(r, RepKey(e.Rep), func(rep *Rep) { rep.ID, rep.Load = e.Rep, max(0, rep.Load+e.Units) })
	r.record(e.Subject, func(rec *Record) {
		units := e.Units
		if rec.Load.Rep == e.Rep {
			units += rec.Load.Units
		}
		switch {
		case units > 0:
			rec.Load = Load{e.Rep, units}
		case rec.Load.Rep == e.Rep:
			rec.Load = Load{}
		}
	})
}

// ownedBy adds an owner to those of the past, unless it is the latest of them already.
func ownedBy(past []string, rep string) []string {
	if len(past) > 0 && past[len(past)-1] == rep {
		return past
	}
	past = append(slices.Clip(past), rep)
	return past[max(0, len(past)-maxPast):]
}

func (t *Tally) add(e Count) {
	at := append(slices.Clip(t.At), e.At)
	slices.SortStableFunc(at, time.Time.Compare)
	t.At = at[max(0, len(at)-int(max(0, e.Keep))):]
}

func (r *reducer) enroll(e Enroll) {
	where := e.Subject
	if !e.Person.IsZero() && e.Person != e.Subject {
		where = e.Person
		r.record(e.Subject, func(rec *Record) { rec.People = put(rec.People, e.Person, Ref.Compare) })
	}
	e.Under = e.Subject
	r.record(where, func(rec *Record) { rec.Enrollments = put(rec.Enrollments, e.Enrollment, compareEnrollments) })
}

// merge unites two records. Two of work are one from then on, that of the survivor's owner.
func (r *reducer) merge(e MergeRecords) {
	into, _ := r.next[e.Into].Value.(Record)
	if from, _ := r.next[e.From].Value.(Record); into.Owner != "" && from.Load.Rep != "" {
		r.load(MoveLoad{e.From, from.Load.Rep, -from.Load.Units})
	}
	var from Record
	r.record(e.From, func(rec *Record) {
		from = *rec
		*rec = Record{Merged: e.Into}
	})
	r.record(e.Into, func(rec *Record) { rec.absorb(from) })
}

// absorb unites from into rec. Where both have an element with the same id, rec's own stays, except that a pause keeps
// the later end and consent the stricter word. The owner stays with what came with it.
func (rec *Record) absorb(from Record) {
	if rec.Owner == "" {
		rec.Owner, rec.Cover, rec.OwnedSince, rec.Turn, rec.Load = from.Owner, from.Cover, from.OwnedSince, from.Turn, from.Load
	}
	rec.Handoff = latest(rec.Handoff, from.Handoff)
	rec.Queue = union(from.Queue, rec.Queue, compareQueued)
	rec.Signals = union(from.Signals, rec.Signals, compareSignals)
	for _, s := range from.Stages {
		rec.Stages = entered(rec.Stages, s)
	}
	rec.Holds = union(from.Holds, rec.Holds, compareHolds)
	for _, p := range from.Pauses {
		rec.Pauses = paused(rec.Pauses, p)
	}
	rec.Enrollments = union(from.Enrollments, rec.Enrollments, compareEnrollments)
	rec.People = union(from.People, rec.People, Ref.Compare)
	rec.Exits = union(from.Exits, rec.Exits, compareExits)
	rec.Clocks = union(from.Clocks, rec.Clocks, compareClocks)
	for _, c := range from.Consent {
		rec.Consent = withConsent(rec.Consent, c)
	}
	for _, a := range from.Activities {
		rec.Activities = remember(rec.Activities, a)
	}
	rec.Outcome = later(rec.Outcome, from.Outcome)
	rec.Arms = union(from.Arms, rec.Arms, compareArms)
	for _, rep := range rec.Past {
		from.Past = ownedBy(from.Past, rep)
	}
	rec.Past = from.Past
	rec.Recycled.Times += from.Recycled.Times
}

func union[T any](weak, strong []T, compare func(a, b T) int) []T {
	for _, v := range strong {
		weak = put(weak, v, compare)
	}
	return weak
}

func (rec *Record) exit(x Exited) {
	rec.Enrollments = without(rec.Enrollments, func(e Enrollment) bool {
		return e.Sequence == x.Sequence && e.Person == x.Person
	})
	for _, old := range rec.Exits {
		if compareExits(old, x) == 0 && old.At.After(x.At) {
			return
		}
	}
	rec.Exits = put(rec.Exits, x, compareExits)
}

func (p *Pool) advance(e AdvancePool) {
	if e.Ledger != nil {
		*p = *e.Ledger
	}
	p.move(e.At, e.Moves)
}

// started adds a clock. One that runs under the same id and is due earlier goes on: a new promise does not undo it.
func started(list []Clock, c Clock) []Clock {
	for _, old := range list {
		if old.ID == c.ID && old.Due.Before(c.Due) {
			return list
		}
	}
	return put(list, c, compareClocks)
}

func released(queue []Queued, ids []string) []Queued {
	queue = slices.Clone(queue)
	for i := range queue {
		if slices.Contains(ids, queue[i].Trigger.ID) {
			queue[i].Released = true
		}
	}
	return queue
}

func remember(list []ActivityRef, a ActivityRef) []ActivityRef {
	if slices.ContainsFunc(list, func(b ActivityRef) bool { return a.ID == b.ID }) {
		return list
	}
	list = put(list, a, compareActivities)
	return list[max(0, len(list)-maxActivities):]
}

func later(a, b Outcome) Outcome {
	if cmp.Or(a.At.Compare(b.At), strings.Compare(a.ID, b.ID)) < 0 {
		return b
	}
	return a
}

func withConsent(list []Consent, c Consent) []Consent {
	for _, old := range list {
		if old.Channel == c.Channel && !supersedes(c, old) {
			return list
		}
	}
	return put(list, c, compareConsent)
}

// supersedes reports whether evidence a replaces b: the later one does; at the same instant the stricter one, which is a
// refusal, or the grant that ends first.
func supersedes(a, b Consent) bool {
	switch {
	case !a.At.Equal(b.At):
		return a.At.After(b.At)
	case a.Status != b.Status:
		return a.Status == ConsentDenied
	}
	return !a.Until.IsZero() && (b.Until.IsZero() || a.Until.Before(b.Until))
}

// entered adds a stage. Of two entrances the earlier stays, with its trigger; of two at one instant the lesser trigger.
func entered(list []Stage, s Stage) []Stage {
	for _, old := range list {
		if old.ID == s.ID && cmp.Or(old.At.Compare(s.At), strings.Compare(old.Trigger, s.Trigger)) <= 0 {
			return list
		}
	}
	return put(list, s, compareStages)
}

func paused(list []Pause, p Pause) []Pause {
	for _, old := range list {
		if old.ID == p.ID && old.Until.After(p.Until) {
			p.Until = old.Until
		}
	}
	return put(list, p, comparePauses)
}
