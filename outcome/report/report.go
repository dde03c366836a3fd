package report

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
)

// A Report is told what happened, in any order and any number of times. The events of one subject may be spread over reports that
// are merged. Use one from New, from one goroutine.
type Report struct {
	rules   rules
	book    *book
	told    Input // what was told, as often as it was
	refused map[string]int64
	merges  []merge
}

// A merge says that a record lives on in another one, or does not any more.
type merge struct {
	at         int64
	from, into uint32
	split      bool
	activity   int64 // the hash of the id of the one that says so; 0: an effect does
}

// New checks a Config and returns an empty Report.
func New(c Config) (*Report, error) {
	rules, err := c.rules()
	if err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	return &Report{rules: rules, book: newBook(), refused: map[string]int64{}}, nil
}

// The reasons for which something is not counted.
const (
	noInstant = "no instant"
	noSubject = "no subject"
	noID      = "no id"
	farAway   = "an instant before 1970 or after 2261"
	noHandoff = "enrolled or assigned, without an effect assign that names an owner and the signal"
	badAmount = "an amount below 0, or too large"

	tooManySegments = "a segment beyond the first hundred by name"
)

// Refuse counts something that could not be read, under why.
func (r *Report) Refuse(why string) { r.refused[why]++ }

// valid reports whether an event can be counted, and counts why it cannot.
func (r *Report) valid(at time.Time, subject handoff.Ref, id string) bool {
	switch {
	case at.IsZero():
		r.Refuse(noInstant)
	case micros(at) == 0:
		r.Refuse(farAway)
	case subject.IsZero():
		r.Refuse(noSubject)
	case id == "":
		r.Refuse(noID)
	default:
		return true
	}
	return false
}

// AddActivity tells of an activity about a subject, beside what decisions say of it: its reason, outcome and amount. An activity
// that a decision refused does not count.
func (r *Report) AddActivity(subject handoff.Ref, a handoff.Activity) {
	if !r.valid(a.At, subject, a.ID) {
		return
	}
	r.told.Activities++
	f := fact{kind: factActivity, seq: afterDecisions, at: micros(a.At), subject: r.book.subject(subject), n: hashOf(a.ID),
		words: r.book.say(string(a.Kind), a.Reason, a.Outcome, string(a.Channel), a.To)}
	switch amount := a.Amount; {
	case amount.Known && (amount.Value < 0 || amount.Value == math.MaxInt64):
		r.Refuse(badAmount)
	case amount.Known:
		f.m = amount.Value + 1
	}
	r.book.add(f)
	switch a.Kind {
	case handoff.ActivityMerged:
		r.merge(a.At, subject, a.Into, false, hashOf(a.ID))
	case handoff.ActivityUnmerged:
		r.merge(a.At, subject, a.Into, true, hashOf(a.ID))
	}
}

func (r *Report) merge(at time.Time, from, into handoff.Ref, split bool, activity int64) {
	if from != into && !into.IsZero() {
		r.merges = append(r.merges, merge{micros(at), r.book.subject(from), r.book.subject(into), split, activity})
	}
}

// AddTouch tells of a touch of a person that went out. Only marketing counts: what sales does is told as activities.
func (r *Report) AddTouch(person handoff.Ref, t handoff.Touch) {
	if !r.valid(t.At, person, t.ID) {
		return
	}
	r.told.Touches++
	if t.Purpose == handoff.PurposeMarketing {
		r.touch(person, t.ID, t.Channel, t.At, false)
	}
}

func (r *Report) touch(person handoff.Ref, id string, channel handoff.Channel, at time.Time, during bool) {
	f := fact{kind: factTouch, seq: afterDecisions, at: micros(at), subject: r.book.subject(person), n: hashOf(id), flag: during,
		words: r.book.say(string(channel))}
	r.book.add(f)
}

// AddSignal tells of a signal. Its subject is required.
func (r *Report) AddSignal(t handoff.Trigger) {
	if !r.valid(t.OccurredAt, t.Subject, t.ID) {
		return
	}
	r.told.Signals++
	r.signal(r.book.subject(t.Subject), t)
}

func (r *Report) signal(subject uint32, t handoff.Trigger) {
	f := fact{kind: factSignal, at: micros(t.OccurredAt), subject: subject, n: hashOf(t.ID), words: r.book.say(t.Kind, campaignOf(t))}
	r.book.add(f)
}

// campaignOf names what a signal came from.
func campaignOf(t handoff.Trigger) string {
	c := t.Campaign
	if c.Source != "" && c.Medium != "" {
		return c.Source + " / " + c.Medium
	}
	return cmp.Or(c.Source, c.ID, c.Name, t.Kind)
}

// AddSegment tells which value a segment has for a subject from an instant on; a handoff is of the value that held then, or else
// of the first that is known.
func (r *Report) AddSegment(at time.Time, subject handoff.Ref, segment, value string) {
	if !r.valid(at, subject, segment) {
		return
	}
	r.book.add(fact{kind: factSegment, at: micros(at), subject: r.book.subject(subject), words: r.book.say(segment, value)})
}

// Merge tells what another report was told; the other one is not changed. The error says that the two count by different rules, or
// that there is no other one.
func (r *Report) Merge(o *Report) error {
	if o == nil || r == o {
		return errors.New("report: another report is needed to merge with")
	}
	if err := r.rules.differ(o.rules); err != nil {
		return fmt.Errorf("report: the two count by different rules: %w", err)
	}
	r.book.merge(o.book)
	for _, m := range o.merges {
		m.from, m.into = r.book.subject(o.book.subjects[m.from]), r.book.subject(o.book.subjects[m.into])
		r.merges = append(r.merges, m)
	}
	for why, n := range o.refused {
		r.refused[why] += n
	}
	r.told.Decisions += o.told.Decisions
	r.told.Activities += o.told.Activities
	r.told.Touches += o.told.Touches
	r.told.Signals += o.told.Signals
	return nil
}

// ranked returns the numbers, the greatest first, then by name.
func ranked(of map[string]int64) []Count {
	out := make([]Count, 0, len(of))
	for name, n := range of {
		out = append(out, Count{name, n})
	}
	slices.SortFunc(out, func(a, b Count) int { return cmp.Or(cmp.Compare(b.N, a.N), strings.Compare(a.Name, b.Name)) })
	return out
}

// AddDecision tells of a decision. A handoff is one whose effect assign names an owner and the trigger that it answers, with triggers
// among the decision's causes or nobody as the owner until now, as an engine makes it; a decision that says enrolled, assigned or
// blocked_channel without such an effect is refused as a handoff.
func (r *Report) AddDecision(d handoff.Decision) {
	if !r.valid(d.At, d.Subject, d.ID) {
		return
	}
	r.told.Decisions++
	w := writer{report: r, decision: &d, base: fact{at: micros(d.At), subject: r.book.subject(d.Subject), seq: versionOf(d.ID)}}
	w.decided()
	for _, e := range d.Effects {
		w.effect(e)
	}
	switch d.Verdict {
	case handoff.VerdictEnrolled, handoff.VerdictAssigned, handoff.VerdictBlockedChannel:
		if !w.handed {
			r.Refuse(noHandoff)
		}
	}
}

// versionOf returns the number behind the last slash of a decision's id: of the State that it was made on.
func versionOf(id string) uint32 {
	n, err := strconv.ParseUint(id[strings.LastIndexByte(id, '/')+1:], 10, 32)
	if err != nil {
		return 0
	}
	return uint32(n)
}

// A writer keeps what a decision says.
type writer struct {
	report   *Report
	decision *handoff.Decision
	base     fact
	handed   bool // it tells of a handoff
}

// add keeps a fact of the decision.
func (w *writer) add(kind factKind, n, m int64, flag bool, texts ...string) {
	f := w.base
	f.kind, f.n, f.m, f.flag, f.words = kind, n, m, flag, w.report.book.say(texts...)
	w.report.book.add(f)
	w.base.place++
}

// about keeps a fact of the decision about another subject.
func (w *writer) about(subject handoff.Ref, kind factKind, n, m int64, flag bool, texts ...string) {
	own := w.base.subject
	w.base.subject = w.report.book.subject(subject)
	w.add(kind, n, m, flag, texts...)
	w.base.subject = own
}

func (w *writer) decided() {
	d := w.decision
	hash := hashOf(d.ID, d.Cause.Activity, d.Cause.Touch)
	for _, id := range d.Cause.Triggers {
		hash = hashOn(hash, id)
	}
	w.add(factDecided, hash, 0, false, d.Policy, d.Digest, string(d.Verdict))
	if d.Cause.Activity != "" && d.Verdict == handoff.VerdictRefused {
		w.add(factRefused, hashOf(d.Cause.Activity), 0, false)
	}
}

// effect keeps what an effect says that figures are made of.
func (w *writer) effect(effect handoff.Effect) {
	switch e := effect.(type) {
	case handoff.Assign:
		w.assign(e)
	case handoff.AttachContext:
		w.context(e)
	case handoff.RecordActivity:
		w.activity(e)
	case handoff.RecordOutcome:
		if e.Disputed.At.IsZero() {
			w.later(fact{kind: factOutcome, seq: afterDecisions, at: micros(e.At), n: hashOf(e.ID), flag: true}, e.Word, e.Reason)
		}
	case handoff.RecordTouch:
		if e.Purpose == handoff.PurposeMarketing {
			w.report.touch(e.Subject, e.ID, e.Channel, e.At, len(e.During) > 0)
		}
	case handoff.QueueTrigger:
		w.report.signal(w.base.subject, e.Trigger)
	case handoff.Enroll:
		w.about(w.person(e.Person), factRun, int64(w.base.subject), micros(e.Ends), e.At.Equal(w.decision.At), e.Sequence, secondsUntil(e.At, e.Starts))
	case handoff.Exit:
		w.about(w.person(e.Person), factExit, 0, 0, false, e.Sequence)
	case handoff.Expose:
		w.expose(e)
	case handoff.AdvancePool:
		w.turns(e.Policy, e.Pool, e.Moves)
	case handoff.AdjustPool:
		w.turns(e.Policy, e.Pool, e.Moves)
	case handoff.Recycle:
		w.add(factRecycled, 0, 0, false)
	case handoff.MergeRecords:
		w.report.merge(e.At, e.From, e.Into, false, 0)
	case handoff.SplitRecords:
		w.report.merge(e.At, e.From, e.Into, true, 0)
	default:
		w.standing(effect)
	}
}

// standing keeps what an effect says of clocks and holds.
func (w *writer) standing(effect handoff.Effect) {
	switch e := effect.(type) {
	case handoff.StartClock:
		w.add(factClock, micros(e.Due), micros(e.Start), false, e.ID, strconv.FormatInt(int64(e.Within/time.Second), 10))
	case handoff.MoveClock:
		w.add(factMoved, micros(e.Due), 0, false, e.ID)
	case handoff.StopClock:
		w.add(factStopped, micros(e.At), 0, e.Met, e.ID, string(e.Why))
	case handoff.Correct:
		w.add(factCorrected, micros(e.Start), micros(e.Is), e.Met, e.Clock, string(e.Why))
	case handoff.Hold:
		if e.Lapsed {
			w.add(factLapsed, 0, 0, false, e.ID)
			return
		}
		endless := e.Until.IsZero() && e.ReleasedBy == "" && e.OnRelease != handoff.ReleaseReplay
		w.add(factHold, micros(e.Since), micros(e.Until), endless, e.ID, e.Reason)
	case handoff.ReleaseHold:
		w.add(factReleased, 0, 0, false, e.ID)
	}
}

// secondsUntil writes how long after an instant something starts; "": at once.
func secondsUntil(at, starts time.Time) string {
	if !starts.After(at) {
		return ""
	}
	return strconv.FormatInt(int64(starts.Sub(at)/time.Second), 10)
}

// person returns whose run a sequence is: the person's, or without one the subject's.
func (w *writer) person(person handoff.Ref) handoff.Ref {
	if person.IsZero() {
		return w.decision.Subject
	}
	return person
}

// assign keeps a handoff, or who has it since.
func (w *writer) assign(e handoff.Assign) {
	d := w.decision
	switch {
	case e.To == "": // it went back to a queue
	case e.Trigger.ID != "" && (len(d.Cause.Triggers) > 0 || e.From == ""): // a signal is acted on, or somebody takes it out of a queue
		w.handed = true
		w.add(factHandoff, micros(e.Trigger.OccurredAt), hashOf(e.Trigger.ID), false, e.Play, d.Motion, e.Trigger.Kind, e.To, d.Sequence, campaignOf(e.Trigger))
	case e.From != e.To:
		w.add(factAssigned, 0, 0, false, e.To)
	}
}

// context keeps the scores of a handoff, and the signals that went along.
func (w *writer) context(e handoff.AttachContext) {
	for _, s := range e.Context.Scores {
		w.add(factScore, s.Points, 0, false, s.ID)
	}
	for i, s := range e.Context.Merged {
		id := w.decision.ID + "/merged/" + strconv.Itoa(i)
		w.report.signal(w.base.subject, handoff.Trigger{ID: id, Kind: s.Trigger, OccurredAt: s.OccurredAt, Campaign: s.Campaign})
	}
}

func (w *writer) activity(e handoff.RecordActivity) {
	w.later(fact{kind: factActivity, seq: afterDecisions, at: micros(e.At), n: hashOf(e.ID), flag: true}, string(e.ActivityRef.Kind))
}

// later keeps a fact that has an instant of its own, so that what several decisions say of it is one.
func (w *writer) later(f fact, texts ...string) {
	f.subject, f.words = w.base.subject, w.report.book.say(texts...)
	w.report.book.add(f)
}

func (w *writer) expose(e handoff.Expose) {
	unit := w.report.book.subject(e.Subject)
	w.later(fact{kind: factExposed, at: micros(e.At), n: int64(unit), m: e.Propensity, flag: e.HeldOut}, e.Experiment, e.Arm.Arm)
}

// turns keeps what a rotation offered. Corrections of other numbers are left out.
func (w *writer) turns(policy, pool string, moves []handoff.Move) {
	for _, m := range moves {
		if m.Offered != 0 || m.Skipped != 0 || m.Assigned != 0 {
			w.add(factTurn, m.Offered<<32|m.Skipped&(1<<32-1), m.Assigned, false, policy, pool, m.Rep, m.Reason)
		}
	}
}

// offeredAndSkipped is the way back.
func offeredAndSkipped(n int64) (offered, skipped int64) { return n >> 32, int64(int32(n)) }
