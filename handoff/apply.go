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
//
// What is about a record that has merged into another is about that one. Where s does not have the survivor, the merged
// record remembers it, and hands it on if it is merged again or swept; of an account that an effect merely names, only
// what runs.
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

// record changes the record of a subject, or the one that it has merged into.
func (r *reducer) record(subject Ref, change func(*Record)) { edit(r, r.survivor(subject), change) }

// has reports whether the State has an entry. Of the zero Key it has none.
func (r *reducer) has(key Key) bool {
	_, present := r.next[key]
	return present && !key.IsZero()
}

// survivor returns where a record lives on, as far as the State has it. In a circle every record is where it is.
func (r *reducer) survivor(ref Ref) Ref {
	at := ref
	for range len(r.next) + 1 {
		into := r.mergedInto(at)
		if !r.has(into) {
			return at
		}
		at = into
	}
	return ref
}

// mergedInto returns what a record says that it lives on in.
func (r *reducer) mergedInto(ref Ref) Ref { return r.next.mergedInto(ref) }

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
	case RecordTouch:
		r.record(e.Subject, func(rec *Record) { rec.Touches = touched(rec.Touches, e.TouchRef) })
	case RecordOutcome:
		r.record(e.Subject, func(rec *Record) {
			rec.Outcome = later(rec.Outcome, e.Outcome)
			if e.Word == OutcomeDisqualified {
				rec.Disqualified = latest(rec.Disqualified, e.At)
			}
		})
	case SetConsent:
		r.record(e.Subject, func(rec *Record) { rec.Consent = withConsent(rec.Consent, e.Consent) })
	case SetRepStatus:
		edit(r, RepKey(e.Rep), func(rep *Rep) { rep.ID, rep.Status = e.Rep, e.Status })
	case MergeRecords:
		r.merge(e)
	case SplitRecords:
		r.split(e)
	case SetStage:
		r.record(e.Subject, func(rec *Record) { rec.Stages = entered(rec.Stages, e.Stage) })
	case Hold:
		r.record(e.Subject, func(rec *Record) { rec.Holds = put(rec.Holds, e.ActiveHold, compareHolds) })
	case ReleaseHold:
		r.record(e.Subject, func(rec *Record) {
			rec.Holds = without(rec.Holds, func(h ActiveHold) bool { return h.ID == e.ID })
		})
	case StopClock:
		r.record(e.Subject, func(rec *Record) { rec.stop(e) })
	case MoveClock:
		r.record(e.Subject, func(rec *Record) { rec.Clocks = moved(rec.Clocks, e.Clock) })
	case Correct:
		r.record(e.Subject, func(rec *Record) { rec.Stopped = corrected(rec.Stopped, e.Correction) })
	case Exit:
		r.exit(e)
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
	case Plan:
		edit(r, e.Tally, func(t *Tally) { t.plan(e) })
	case PauseMarketing:
		r.record(e.Subject, func(rec *Record) { rec.Pauses = paused(rec.Pauses, e.Pause) })
	case StartClock:
		r.record(e.Subject, func(rec *Record) { rec.Clocks = started(rec.Clocks, e.Clock) })
	case Recycle:
		r.record(e.Subject, func(rec *Record) {
			times := rec.Recycled.Times
			if e.Trigger != "" {
				times++
			}
			rec.Recycled = Recycled{e.At, e.To, times, e.Rule, e.Back, e.Trigger, e.Avoid}
		})
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
		rec.Heard = without(rec.Heard, func(h Heard) bool { return !h.Until.After(e.At) })
		rec.RaisedHand = latest(rec.RaisedHand, e.RaisedHand)
		if e.Heard.Trigger != "" {
			rec.Heard = heardLately(put(rec.Heard, e.Heard, compareHeard))
		}
	})
}

func (r *reducer) assign(e Assign) {
	r.record(e.Subject, func(rec *Record) {
		rec.Owner, rec.OwnedSince, rec.Cover, rec.Turn = e.owner(), e.At, Cover{}, e.Turn
		if e.Covers != "" {
			rec.Cover = Cover{e.To, e.Until}
		}
		if e.Play != "" {
			if rec.Began.IsZero() || rec.Trigger.ID != e.Trigger.ID {
				rec.Began = e.At
			}
			rec.Play, rec.Trigger = e.Play, e.Trigger
		}
		if e.To == "" {
			return
		}
		rec.Handoff = latest(rec.Handoff, e.At)
		rec.Past = ownedBy(rec.Past, e.owner())
	})
	account := r.survivor(e.Account)
	if e.To != "" && !account.IsZero() && account != r.survivor(e.Subject) && r.mergedInto(account).IsZero() {
		r.record(account, func(rec *Record) { rec.Handoff = latest(rec.Handoff, e.At) })
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
	r.work(e.Rep, e.Units)
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

// work changes a rep's open work.
func (r *reducer) work(rep string, units int64) {
	edit(r, RepKey(rep), func(v *Rep) { v.ID, v.Load = rep, max(0, v.Load+units) })
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
	if e.Until.IsZero() {
		e.Until = e.At
	}
	at := append(slices.Clip(t.At), e.Until)
	slices.SortStableFunc(at, time.Time.Compare)
	t.At = at[max(0, len(at)-int(max(0, e.Keep))):]
	if i := slices.IndexFunc(t.Planned, func(p Planned) bool { return p.For == e.Uses }); i >= 0 && e.Uses != "" {
		t.Planned = slices.Delete(slices.Clone(t.Planned), i, i+1)
	}
}

func (t *Tally) plan(e Plan) {
	t.Planned = without(t.Planned, func(p Planned) bool { return p.For == e.For })
	for _, at := range e.At {
		t.Planned = append(t.Planned, Planned{e.For, at})
	}
	slices.SortFunc(t.Planned, comparePlanned)
}

func (r *reducer) enroll(e Enroll) {
	where := cmp.Or(e.Person, e.Subject)
	if into := r.survivor(where); into != where {
		e.ID = run{where, e.Enrollment}.id()
		where = into
	}
	e.Subject, e.Person, e.Account = r.survivor(e.Subject), r.survivor(e.Person), r.survivor(e.Account)
	if where != e.Subject {
		r.record(e.Subject, func(rec *Record) { rec.People = put(rec.People, e.Person, Ref.Compare) })
	}
	e.Under = e.Subject
	r.record(where, func(rec *Record) { rec.Enrollments = put(rec.Enrollments, e.Enrollment, compareEnrollments) })
	r.list(e.Enrollment)
}

// list adds a run to those that its account lists.
func (r *reducer) list(e Enrollment) {
	if !e.Account.IsZero() && !e.Person.IsZero() {
		r.record(e.Account, func(rec *Record) { rec.Active = put(rec.Active, e.active(), compareActive) })
	}
}

// unlist takes a run off the list of its account, and off that of the one which the account has merged into.
func (r *reducer) unlist(account, person Ref, sequence string) {
	drop := func(rec *Record) {
		rec.Active = without(rec.Active, func(a Active) bool {
			return r.survivor(a.Person) == r.survivor(person) && a.Sequence == sequence
		})
	}
	r.record(account, drop)
	if rec, _ := r.next[account].Value.(Record); !rec.Merged.IsZero() && len(rec.Active) > 0 {
		edit(r, account, drop)
	}
}

// active is what the account's record lists of the enrolment.
func (e Enrollment) active() Active {
	return Active{e.Person, e.Sequence, e.Exclusive, e.Play, e.Motion, e.Owner, e.BuyingGroup, e.At, e.Ends, e.AccountReply}
}

func (r *reducer) exit(e Exit) {
	e.Person = r.survivor(e.Person)
	r.record(e.Subject, func(rec *Record) { rec.exit(e.Exited) })
	if !e.Account.IsZero() {
		r.unlist(e.Account, e.Person, e.Sequence)
	}
}

// ByMerge is what Exited.By says of a sequence that ended because its record merged into another, where one runs that
// started before and is in its way.
const ByMerge = "merge"

// merge unites two records, each where it lives on. Where Into lives on in From already, it comes back in its own place.
// What a merged record was told while the State did not have its survivor goes there first. Into itself nothing is merged.
func (r *reducer) merge(e MergeRecords) {
	if e.From == e.Into {
		return
	}
	from := r.survivor(e.From)
	if from != e.From {
		r.unite(e.From, from, e.At)
	}
	into := r.survivor(e.Into)
	if into == from && from == e.From {
		into = e.Into
	}
	if into != from {
		r.unite(from, into, e.At)
	}
}

// split makes a merged record one of its own again. Nobody can tell whose was what came since, so that both have what
// protects a person from then on: what they refused, what holds, pauses and when they were disqualified; what
// cooldowns, gaps and entering a sequence once go by; how often it was to come back; and what was observed and which
// signals were heard, so that they change nothing when they are told again. Everything else stays where it is: what
// waits, runs or is owed there happens once, and keeps the names that it has in tallies. So do grants, whoever gave
// them: what the person of the record that comes out has granted the host has, or asks for again. A record that does
// not live on in Into stays as it is.
func (r *reducer) split(e SplitRecords) {
	var kept Record
	r.record(e.Into, func(rec *Record) { kept = rec.protection() })
	home := r.survivor(e.Into)
	kept.rename(home, e.From)
	merged := home != e.From && home == r.survivor(e.From)
	edit(r, e.From, func(rec *Record) {
		if !merged {
			return
		}
		*rec = rec.clone()
		rec.Merged, rec.Parted, rec.Splits = Ref{}, e.At, rec.Splits+1
		rec.absorb(kept, e.At)
	})
}

// protection returns a copy of what keeps a person from being reached, or a record from being handed over.
func (rec Record) protection() Record {
	return Record{Handoff: rec.Handoff, Holds: rec.Holds, Pauses: rec.Pauses, Exits: rec.Exits, Touches: rec.Touches, Consent: objections(rec.Consent),
		Activities: rec.Activities, Outcome: rec.Outcome, Disqualified: rec.Disqualified, Signals: rec.Signals,
		Recycled: Recycled{Times: rec.Recycled.Times}}.clone()
}

// unite moves what is remembered of one record to another. Two of work are one from then on, that of the survivor's owner,
// and what runs for either runs for the survivor.
func (r *reducer) unite(source, into Ref, at time.Time) {
	var from Record
	edit(r, source, func(rec *Record) { from, *rec = rec.clone(), Record{Parted: rec.Parted, Splits: rec.Splits} })
	back := r.survivor(into) == source
	apart := from.Merged.IsZero() && !back // what is handed on was told about the survivor
	edit(r, source, func(rec *Record) { rec.Merged = into })
	for i, run := range from.Enrollments {
		from.Enrollments[i].ID = cmp.Or(run.ID, runID(source, run.Sequence))
	}
	came := slices.Clone(from.Enrollments)
	from.rename(source, into)
	var ended []Enrollment
	var lost Load
	edit(r, into, func(rec *Record) {
		*rec = rec.clone()
		if back {
			rec.Merged = Ref{}
		}
		rec.rename(source, into)
		if apart {
			from.Consent = append(from.Consent, stricter(at, reduced(rec.Consent, from.Consent), rec.Consent, from.Consent)...)
		}
		lost, ended = rec.absorb(from, at)
	})
	if lost.Rep != "" {
		r.work(lost.Rep, -lost.Units)
	}
	for _, x := range ended {
		r.giveUp(run{into, x})
	}
	r.relist(source, into, came)
}

// rename puts into in the place of from wherever the record's runs and their ends, and the triggers that wait, name it.
// A run keeps the name that it has in tallies.
func (rec *Record) rename(from, into Ref) {
	is := func(ref *Ref) {
		if *ref == from {
			*ref = into
		}
	}
	for i := range rec.Enrollments {
		e := &rec.Enrollments[i]
		is(&e.Person)
		is(&e.Account)
		is(&e.Under)
	}
	for i := range rec.Exits {
		is(&rec.Exits[i].Person)
	}
	for i := range rec.Queue {
		is(&rec.Queue[i].Trigger.Subject)
	}
}

// giveUp takes back what stands for a run that a merge ends, as far as the State has it.
func (r *reducer) giveUp(ended run) {
	if r.has(ended.Account) {
		r.unlist(ended.Account, ended.Person, ended.Sequence)
	}
	for _, tally := range ended.Tallies {
		if r.has(tally) {
			edit(r, tally, func(t *Tally) { t.plan(Plan{For: ended.id()}) })
		}
	}
}

// relist names the survivor where accounts in the State list the runs that came with a record, or have its person among
// those whom their plays enrolled.
func (r *reducer) relist(from, into Ref, came []Enrollment) {
	rec, _ := r.next[into].Value.(Record)
	for _, e := range came {
		if r.has(e.Account) {
			r.unlist(e.Account, e.Person, e.Sequence)
		}
	}
	for _, e := range rec.Enrollments {
		if len(came) > 0 && r.has(e.Account) {
			r.list(e)
		}
		if under, _ := r.next[e.Under].Value.(Record); slices.Contains(under.People, from) {
			r.record(e.Under, func(rec *Record) {
				rec.People = put(without(rec.People, func(p Ref) bool { return p == from }), into, Ref.Compare)
			})
		}
	}
}

// absorb unites from into rec. Where both have an element with the same id, rec's own stays, except that a clock keeps
// the earlier end, a pause the later one, and of an end the latest; consent is united as it is told. The owner stays
// with what came with it; of two without one what came with the last that either had. It returns the work that is none
// any more, and the runs that end.
func (rec *Record) absorb(from Record, at time.Time) (lost Load, ended []Enrollment) {
	lost = from.Load
	if rec.Owner == "" && (from.Owner != "" || rec.OwnedSince.Before(from.OwnedSince)) {
		lost = rec.Load
		rec.Owner, rec.Cover, rec.OwnedSince, rec.Turn, rec.Load = from.Owner, from.Cover, from.OwnedSince, from.Turn, from.Load
		rec.Play, rec.Trigger, rec.Began = from.Play, from.Trigger, from.Began
	}
	rec.Handoff = latest(rec.Handoff, from.Handoff)
	rec.Queue = union(from.Queue, rec.Queue, compareQueued)
	rec.Signals = union(from.Signals, rec.Signals, compareSignals)
	rec.Stages = journeys(rec.Stages, from.Stages)
	rec.Holds = union(from.Holds, rec.Holds, compareHolds)
	for _, p := range from.Pauses {
		rec.Pauses = paused(rec.Pauses, p)
	}
	rec.Enrollments, ended = together(rec.Enrollments, from.Enrollments, at)
	rec.People = union(from.People, rec.People, Ref.Compare)
	rec.Active = union(from.Active, rec.Active, compareActive)
	for _, t := range from.Touches {
		rec.Touches = touched(rec.Touches, t)
	}
	rec.RaisedHand = latest(rec.RaisedHand, from.RaisedHand)
	rec.Heard = heardLately(union(from.Heard, rec.Heard, compareHeard))
	exits := slices.Concat(rec.Exits, from.Exits)
	rec.Exits = nil // the names in it may have changed, and with them the order
	for _, x := range exits {
		rec.Exits = exited(rec.Exits, x)
	}
	for _, e := range ended {
		rec.Exits = exited(rec.Exits, Exited{e.Sequence, e.Person, at, ByMerge})
	}
	rec.Stopped = stopped(union(from.Stopped, rec.Stopped, compareStopped))
	rec.takeOver(from.Clocks, at)
	rec.claim(at)
	for _, c := range from.Consent {
		rec.Consent = withConsent(rec.Consent, c)
	}
	for _, a := range from.Activities {
		rec.Activities = remember(rec.Activities, a)
	}
	rec.Outcome = later(rec.Outcome, from.Outcome)
	rec.Disqualified = latest(rec.Disqualified, from.Disqualified)
	rec.Arms = union(from.Arms, rec.Arms, compareArms)
	for _, rep := range rec.Past {
		from.Past = ownedBy(from.Past, rep)
	}
	rec.Past = from.Past
	rec.Recycled = rec.Recycled.with(from.Recycled)
	return lost, ended
}

// takeOver adds the clocks of a record that is united with this one. Of two with one id the one that is due earlier runs on,
// and what was asked of whoever does not have the record is asked of its owner.
func (rec *Record) takeOver(came []Clock, at time.Time) {
	for _, c := range came {
		i, both := slices.BinarySearchFunc(rec.Clocks, c, compareClocks)
		if !both {
			rec.Clocks = put(rec.Clocks, c, compareClocks)
			continue
		}
		runs, ends := rec.Clocks[i], c
		if c.before(runs) {
			runs, ends = c, runs
		}
		runs.Returned = runs.Returned || ends.Returned
		why := StopClosed
		if ends.Owner != runs.Owner {
			why = StopOwner
		}
		length := max(0, int64(at.Sub(ends.Start)/time.Second))
		rec.Stopped = stopped(put(rec.Stopped, Stopped{ends, at, false, why, ByMerge, length, length}, compareStopped))
		rec.Clocks = put(rec.Clocks, runs, compareClocks)
	}
	for i, c := range rec.Clocks {
		if !c.waits() && rec.Owner != "" && c.Owner != rec.Owner && c.Owner != rec.Cover.Rep {
			rec.Clocks = slices.Clone(rec.Clocks)
			rec.Clocks[i].Owner = rec.Owner
		}
	}
}

// claim ends the clocks of queues to which a record had gone back that is united with one which has an owner. How much
// of the time counts only the policy knows.
func (rec *Record) claim(at time.Time) {
	for _, c := range rec.Clocks {
		if length := max(0, int64(at.Sub(c.Start)/time.Second)); c.Returned && rec.Owner != "" {
			rec.stop(StopClock{ID: c.ID, At: at, Met: c.kept(at), By: ByMerge, Wall: length, Open: length})
		}
	}
}

// with returns what two records that are one from now on remember of how they were given back: the later time, at one
// instant r, how often either was, and everybody whom either keeps away from.
func (r Recycled) with(s Recycled) Recycled {
	next := r
	if s.At.After(r.At) {
		next = s
	}
	next.Times = r.Times + s.Times
	next.Avoid = union(slices.Clone(r.Avoid), s.Avoid, strings.Compare)
	return next
}

// together returns the runs of two records that are one from now on, and those that end: of two that may not run beside
// each other the one that started later, at one instant the one that came. What is over already is in nobody's way.
func together(own, came []Enrollment, at time.Time) (runs, ended []Enrollment) {
	all := slices.Concat(own, came)
	slices.SortStableFunc(all, func(a, b Enrollment) int { return a.At.Compare(b.At) })
	for _, over := range []bool{false, true} {
		for _, e := range all {
			inTheWay := func(f Enrollment) bool {
				return compareEnrollments(e, f) == 0 || !over && e.Exclusive.bars(f.Exclusive)
			}
			switch {
			case e.over(at) != over:
			case slices.ContainsFunc(runs, inTheWay):
				ended = append(ended, e)
			default:
				runs = put(runs, e, compareEnrollments)
			}
		}
	}
	return runs, ended
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
	rec.Exits = exited(rec.Exits, x)
}

// exited adds the end of a sequence. The latest stays.
func exited(list []Exited, x Exited) []Exited {
	for _, old := range list {
		if compareExits(old, x) == 0 && old.At.After(x.At) {
			return list
		}
	}
	return put(list, x, compareExits)
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
		if old.ID == c.ID && old.before(c) {
			return list
		}
	}
	return put(list, c, compareClocks)
}

// moved replaces a clock that runs. One that does not is not started.
func moved(list []Clock, c Clock) []Clock {
	if _, runs := slices.BinarySearchFunc(list, c, compareClocks); !runs {
		return list
	}
	return put(list, c, compareClocks)
}

// stop ends a clock, and remembers how it went.
func (rec *Record) stop(e StopClock) {
	for _, c := range rec.Clocks {
		if c.ID == e.ID {
			c.Late = max(c.Late, e.Late)
			rec.Stopped = stopped(put(rec.Stopped, Stopped{c, e.At, e.Met, e.Why, e.By, e.Wall, e.Open}, compareStopped))
		}
	}
	rec.Clocks = without(rec.Clocks, func(c Clock) bool { return c.ID == e.ID })
}

// stopped keeps the latest.
func stopped(list []Stopped) []Stopped { return list[max(0, len(list)-maxStopped):] }

// corrected mends what is remembered of a clock that was stopped.
func corrected(list []Stopped, c Correction) []Stopped {
	list = slices.Clone(list)
	for i, s := range list {
		if s.ID == c.Clock && s.Start.Equal(c.Start) && s.Owner == c.Owner && s.Transfers == c.Transfers {
			s.Due = c.Due
			list[i] = Stopped{s.Clock, c.Is, c.Met, c.Why, c.By, c.Wall, c.Open}
		}
	}
	return list
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
	return list[max(0, len(list)-MaxActivities):]
}

// touched adds a touch. One that is remembered stays as it is.
func touched(list []TouchRef, t TouchRef) []TouchRef {
	if slices.ContainsFunc(list, func(u TouchRef) bool { return t.ID == u.ID }) {
		return list
	}
	list = put(list, t, compareTouches)
	return list[max(0, len(list)-maxTouchRefs):]
}

// later returns the later of two outcomes. Of one that is told again the earliest dispute is kept.
func later(a, b Outcome) Outcome {
	switch order := compareOutcomes(a, b); {
	case order < 0:
		return b
	case order == 0 && !b.Disputed.At.IsZero() && (a.Disputed.At.IsZero() || compareDisputes(b.Disputed, a.Disputed) < 0):
		a.Disputed = b.Disputed
	}
	return a
}

func compareOutcomes(a, b Outcome) int {
	return cmp.Or(a.At.Compare(b.At), strings.Compare(a.ID, b.ID))
}

func compareDisputes(a, b Dispute) int {
	return cmp.Or(a.At.Compare(b.At), strings.Compare(a.ID, b.ID))
}

// withConsent adds evidence. Of one kind the word that supersedes stays, whatever order they are told in; that a grant was
// taken back is a refusal of its own, which no grant that is told later covers up.
func withConsent(list []Consent, c Consent) []Consent {
	if c.Status == ConsentGranted && !c.RevokedAt.IsZero() {
		list = withConsent(list, c.refusal())
	}
	for _, old := range list {
		if compareConsent(old, c) == 0 && !supersedes(c, old) {
			return list
		}
	}
	return put(list, c, compareConsent)
}

// stricter returns the refusals that two records, which are one from an instant on, need so that neither loses its own
// by what the other granted: one at that instant for each channel and purpose that one of them refuses and both
// together do not. Only a grant that is given after it opens the channel again.
func stricter(at time.Time, both, a, b []Consent) (out []Consent) {
	for _, channel := range Channels() {
		for _, purpose := range Purposes() {
			t := Touch{Channel: channel, Purpose: purpose, At: at}
			if (refuses(a, t) || refuses(b, t)) && !refuses(both, t) {
				out = append(out, Consent{Channel: channel, Purpose: purpose, Status: ConsentDenied, At: at, Source: ByMerge})
			}
		}
	}
	return out
}

// refuses reports whether the last word on a touch is a refusal, where no law has a say.
func refuses(list []Consent, t Touch) bool {
	if t.Purpose == PurposeTransactional {
		return !mustKnow(t, list).Open
	}
	word, said := lastWord(t, list)
	return said && word.refusedAt(t.At)
}

// reduced returns evidence as a record remembers it.
func reduced(lists ...[]Consent) (out []Consent) {
	for _, c := range slices.Concat(lists...) {
		out = withConsent(out, c)
	}
	return out
}

// objections returns what evidence says against contact, also that of grants which were taken back.
func objections(list []Consent) (out []Consent) {
	for _, c := range list {
		switch {
		case c.Status == ConsentDenied:
			out = withConsent(out, c)
		case !c.RevokedAt.IsZero():
			out = withConsent(out, c.refusal())
		}
	}
	return out
}

// refusal returns what the end of a grant that was taken back says.
func (c Consent) refusal() Consent {
	return Consent{Channel: c.Channel, Status: ConsentDenied, Purpose: c.Purpose, Jurisdiction: c.Jurisdiction, At: c.saidAt(), Source: c.Source}
}

// supersedes reports whether of two grants, or of two refusals, a replaces b: the later one does; at the same instant
// the one that ends or was taken back first. Of any two that differ one supersedes the other.
func supersedes(a, b Consent) bool {
	switch endA, endB := earlier(a.Until, a.RevokedAt), earlier(b.Until, b.RevokedAt); {
	case !a.At.Equal(b.At):
		return a.At.After(b.At)
	case !endA.Equal(endB):
		return earlier(endA, endB).Equal(endA)
	}
	return compareEvidence(a, b) > 0
}

func paused(list []Pause, p Pause) []Pause {
	for _, old := range list {
		if old.ID == p.ID && old.Until.After(p.Until) {
			p.Until = old.Until
		}
	}
	return put(list, p, comparePauses)
}
