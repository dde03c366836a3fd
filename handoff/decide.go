package handoff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Decide answers the request's triggers, and those that wait in its State: which play wins, who owns the next step,
// which sequence starts, by when the first touch is due, with what context.
//
// The same engine, instant and request give the same decision, byte for byte. The error is an *InputError for a
// caller's mistake or a *MissingError for a State that lacks what Needs lists; everything else is a verdict. A decision
// without effects changes nothing and need not be committed.
func (e *Engine) Decide(at time.Time, r Request) (Decision, error) {
	p, err := e.begin(at, r, nil)
	if err != nil {
		return Decision{}, err
	}
	p.answer()
	return p.finish()
}

// A pass is one decision in the making.
type pass struct {
	engine   *Engine
	at       time.Time
	req      Request
	given    Ref // the subject as the caller named it, which may have merged into that of req
	reader   *reader
	base     Facts        // without a trigger
	pending  []*waiting   // triggers that are decided together
	stages   []Stage      // that the subject has entered so far
	losers   []*waiting   // triggers that lost and wait on: they are not decided
	resting  []Trigger    // with which a recycled record comes back, on a later day
	ready    []*candidate // all that were ready, best first
	room     time.Time    // when the first of the plays that started nothing may start; zero: that cannot be told
	ended    []ending     // runs that the decision ends
	queues   []string     // ids of the clocks of queues in which the record waits from now on
	observed ActivityRef  // what Observe is about; zero: nothing
	d        Decision
	trace    *Explanation // nil unless somebody asked why

	exposures []Side   // of experiments, that the record is on; each experiment once for each record
	would     *wouldBe // nil: no experiment keeps the record as it is
}

// begin checks the request and starts a pass.
func (e *Engine) begin(at time.Time, r Request, trace *Explanation) (*pass, error) {
	accepted, err := accept(at, r)
	if err != nil {
		return nil, err
	}
	for i, t := range r.Triggers {
		if t.OccurredAt.Sub(at) > maxAhead {
			return nil, &InputError{fmt.Sprintf("triggers[%d].occurred_at", i), "lies more than a day after the decision"}
		}
	}
	if err := e.check(r); err != nil { // in the caller's order, so that paths name the caller's items
		return nil, err
	}
	return e.newPass(instant(at), accepted, trace), nil
}

// check refuses what this policy does not allow in an otherwise valid request.
func (e *Engine) check(r Request) error {
	for i, t := range r.Triggers {
		path := fmt.Sprintf("triggers[%d]", i)
		if rule := e.triggers[t.Kind]; rule != nil && rule.About != r.Subject.Kind {
			return &InputError{path, fmt.Sprintf("has a kind that is about another subject: in this policy the subject is of kind %s", rule.About)}
		}
		if err := e.checkFields(path, "trigger", t.Fields); err != nil {
			return err
		}
	}
	if err := e.checkFields("lead", "lead", r.Lead.Fields); err != nil {
		return err
	}
	for i, l := range r.People {
		if err := e.checkFields(fmt.Sprintf("people[%d]", i), "lead", l.Fields); err != nil {
			return err
		}
	}
	return e.checkFields("account", "account", r.Account.Fields)
}

func (e *Engine) checkFields(path, of string, fields map[string]Value) error {
	for _, f := range e.cfg.Fields {
		if f.Of != of {
			continue
		}
		if _, err := fields[f.Name].as(f); err != nil {
			return &InputError{path + ".fields." + f.Name, err.Error()}
		}
	}
	return nil
}

// fill puts the declared fields of one owner into their slots. What does not fit the declaration stays absent: begin
// has refused it in a request, and a trigger that waited may be older than the declaration.
func (e *Engine) fill(slots []Value, of string, fields map[string]Value) {
	for i, f := range e.cfg.Fields {
		if f.Of != of {
			continue
		}
		if v, err := fields[f.Name].as(f); err == nil {
			slots[i] = v
		}
	}
}

func (e *Engine) newPass(at time.Time, r Request, trace *Explanation) *pass {
	p := &pass{engine: e, at: at, req: r, given: r.Subject, reader: &reader{state: r.State}, trace: trace}
	r = p.atHome(r)
	p.req = r
	p.base = Facts{
		At:                at,
		Zone:              e.cfg.Zone,
		Subject:           r.Subject,
		Lead:              r.Lead,
		Account:           r.Account,
		EmailDomain:       emailDomain(r.Lead.Person.Email),
		OpenOpportunities: openOpportunities(r.Opportunities),
		Opportunities:     r.Opportunities,
		Events:            r.Events,
		EventsKnown:       r.Events != nil,
		Fields:            make([]Value, len(e.cfg.Fields)),
		Touches:           r.Touches,
		roster:            e.reps,
		state:             p.reader,
	}
	p.base.Lead.Person = Person{}
	if !r.Match.IsZero() {
		best := r.Match.best()
		p.base.Match = &best
	}
	e.fill(p.base.Fields, "lead", r.Lead.Fields)
	e.fill(p.base.Fields, "account", r.Account.Fields)
	p.base.people = e.people(r.People)
	for i := range p.base.people {
		if who := &p.base.people[i]; who.lead.ID == r.Lead.ID {
			who.match = p.base.Match
		}
	}
	for _, f := range e.cfg.Fields {
		p.base.ofLead = append(p.base.ofLead, f.Of == "lead")
	}
	p.d = Decision{
		Policy:      e.cfg.Policy,
		Digest:      e.cfg.Digest,
		Language:    e.cfg.Language,
		Zone:        e.cfg.Zone.Name(),
		ZoneVersion: e.cfg.Zone.Version(),
		At:          at,
		Subject:     r.Subject,
		Match:       r.Match.compact(),
	}
	return p
}

// atHome returns the request with the records in which those live on that it is about. It is the State that says so: what a
// merged record is told is decided, held and remembered where it lives on.
func (p *pass) atHome(r Request) Request {
	id := func(kind Kind, id string) string { return p.home(Ref{kind, id}).ID }
	r.Subject = p.home(r.Subject)
	r.Lead.ID, r.Lead.Account, r.Account.ID = id(KindLead, r.Lead.ID), id(KindAccount, r.Lead.Account), id(KindAccount, r.Account.ID)
	for i := range r.Triggers {
		r.Triggers[i].Subject = r.Subject
	}
	merged := func(l Lead) bool { return id(KindLead, l.ID) != l.ID }
	if slices.ContainsFunc(r.People, merged) {
		r.People = slices.Concat(without(r.People, merged), without(r.People, func(l Lead) bool { return !merged(l) }))
		for i := range r.People {
			r.People[i].ID = id(KindLead, r.People[i].ID)
		}
		r.People = asOne(r.People)
	}
	return r
}

// home returns where a record lives on, and guards whatever says so.
func (p *pass) home(ref Ref) Ref {
	home := p.req.State.home(ref)
	for at := ref; at != home; at = p.req.State.mergedInto(at) {
		p.reader.get(at)
	}
	return home
}

// asOne returns the people by id, each once: of those who have become one the first, with what was said and flagged of any of
// them. Where the host did not look whether one of them is flagged, nobody knows.
func asOne(people []Lead) []Lead {
	slices.SortStableFunc(people, func(a, b Lead) int { return strings.Compare(a.ID, b.ID) })
	kept := people[:0]
	for _, l := range people {
		if len(kept) == 0 || kept[len(kept)-1].ID != l.ID {
			kept = append(kept, l)
			continue
		}
		one := &kept[len(kept)-1]
		one.Consent = slices.Concat(one.Consent, l.Consent)
		slices.SortStableFunc(one.Consent, compareEvidence)
		if one.Flags == nil || l.Flags == nil {
			one.Flags = nil
			continue
		}
		one.Flags = append(slices.Clip(one.Flags), l.Flags...)
		slices.SortFunc(one.Flags, compareFlags)
	}
	return kept
}

// people returns what facts know of an account's people.
func (e *Engine) people(list []Lead) []person {
	if list == nil {
		return nil
	}
	out := make([]person, 0, len(list))
	for _, l := range list {
		p := person{lead: l, domain: emailDomain(l.Person.Email), fields: make([]Value, len(e.cfg.Fields))}
		p.lead.Person = Person{}
		e.fill(p.fields, "lead", l.Fields)
		out = append(out, p)
	}
	return out
}

func openOpportunities(list []Opportunity) Opt[int64] {
	if list == nil {
		return Opt[int64]{}
	}
	n := int64(0)
	for _, o := range list {
		if o.Status == OpportunityOpen {
			n++
		}
	}
	return Some(n)
}

// factsFor returns the facts of one trigger.
func (p *pass) factsFor(t Trigger) *Facts {
	f := p.base
	f.Trigger = t
	f.RaisedHand = p.raisedHand(t)
	f.Avoid = p.avoided(t)
	f.Fields = slices.Clone(p.base.Fields)
	p.engine.fill(f.Fields, "trigger", t.Fields)
	f.Scores = make([]Opt[int64], 0, len(p.engine.cfg.Scores))
	for _, s := range p.engine.cfg.Scores {
		f.Scores = append(f.Scores, s.Score.Points(&f))
	}
	return &f
}

// raisedHand returns when the subject asked for sales last: by what is remembered, by a trigger, or by one that is decided
// with it.
func (p *pass) raisedHand(t Trigger) time.Time {
	record, _ := p.req.State[p.req.Subject].Value.(Record)
	at := instant(record.RaisedHand)
	consider := func(t Trigger) {
		if rule := p.engine.triggers[t.Kind]; rule != nil && rule.HandRaise {
			at = latest(at, t.OccurredAt)
		}
	}
	consider(t)
	for _, w := range p.pending {
		consider(w.trigger)
	}
	return at
}

// raisesHand reports whether by a trigger itself the subject asks for sales, since an instant.
func (p *pass) raisesHand(t Trigger, since time.Time) bool {
	rule := p.engine.triggers[t.Kind]
	return rule != nil && rule.HandRaise && !t.OccurredAt.Before(since)
}

// avoided returns who does not get a record that comes back.
func (p *pass) avoided(t Trigger) []string {
	record, _ := p.req.State[p.req.Subject].Value.(Record)
	if t.Kind != TriggerRecycled {
		return nil
	}
	return slices.Clip(record.Recycled.Avoid)
}

func (p *pass) emit(e Effect) { p.d.Effects = append(p.d.Effects, e) }

func (p *pass) reason(r Reason) {
	r.Since, r.Until = instant(r.Since), instant(r.Until)
	p.d.Reasons = append(p.d.Reasons, r)
}

// answer decides, remembers what holds, and takes the record out of a queue in which it waits no more.
func (p *pass) answer() {
	p.decide()
	p.rememberHolds()
	if p.afterExits() {
		p.loseTo()
	}
	by := p.d.Owner
	if p.d.Verdict == VerdictHeldOut { // who would have been
		by = ""
	}
	p.abandon(by, p.at)
}

// loseTo makes the triggers that lost against a run that the decision ends wait for the end of what it starts in its place.
func (p *pass) loseTo() {
	for _, w := range p.losers {
		if p.engine.triggers[w.trigger.Kind] != nil { // one that the policy lists no more is let go at its own time
			p.queue(w, earlier(p.resolved(), p.staleAt(w)), WhyLost)
		}
	}
}

// decide runs the pipeline.
func (p *pass) decide() {
	record := p.base.Record()
	p.base.AccountRecord()
	pending := p.intake(record)
	if len(pending) == 0 {
		p.nothingPending()
		return
	}
	if p.settling(pending) {
		return
	}
	p.evaluate(pending)
	var survivors []*candidate
	for _, w := range pending {
		if !w.repeat {
			survivors = append(survivors, w.survivors()...)
		}
	}
	if len(survivors) == 0 {
		p.nobodyWon(pending)
		return
	}
	slices.SortFunc(survivors, compareCandidates)
	p.act(survivors, pending)
}

// A waiting is a trigger to be decided.
type waiting struct {
	trigger    Trigger
	queued     *Queued // nil: new in this request
	facts      *Facts
	candidates []*candidate
	undecided  []Reason     // plays whose condition is unknown
	short      []Reason     // plays that ask for more signals
	giveUp     time.Time    // when it is too old for every hold that keeps it back; zero: only when it is stale
	stages     []StageTrace // nil unless somebody asked why
	repeat     bool         // equals an earlier trigger that is ready
}

// intake returns the triggers to decide, by occurred-at and id, and consumes those that are not.
func (p *pass) intake(record Record) (kept []*waiting) {
	for _, w := range p.crowd(p.arrived(p.waited(record))) {
		if p.listens(w, record) {
			kept = append(kept, w)
		}
	}
	return kept
}

// waited returns the triggers of the queue that are looked at again, and keeps apart those that lost and wait on.
func (p *pass) waited(record Record) (all []*waiting) {
	for i := range record.Queue {
		q := &record.Queue[i]
		w := &waiting{trigger: q.Trigger, queued: q}
		switch {
		case p.decidedBefore(q.Trigger):
			p.consume(q.Trigger, FateDuplicate) // about another record; it leaves this queue
		case q.tooOld(p.at):
			p.refuse(q.Trigger, VerdictStale, CodeStale, "is too old to be decided after a hold")
			p.consume(q.Trigger, FateHeld)
		case q.Why == WhyLost && !q.Released && p.at.Before(q.Until):
			p.losers = append(p.losers, w)
		case q.Why == WhyRecycled && !q.Released && p.at.Before(q.Until):
			p.resting = append(p.resting, q.Trigger)
		default:
			all = append(all, w)
		}
	}
	return all
}

// arrived adds the triggers of the request. A redelivery of one that waits for facts may bring them; any other changes nothing.
func (p *pass) arrived(all []*waiting) []*waiting {
	for _, t := range p.req.Triggers {
		same := func(w *waiting) bool { return w.trigger.ID == t.ID }
		if slices.ContainsFunc(p.resting, func(r Trigger) bool { return r.ID == t.ID }) {
			continue // it has its day
		}
		if i := slices.IndexFunc(all, same); i >= 0 {
			if all[i].queued.Why == WhyIncomplete && all[i].trigger.redelivered(t) {
				all[i].trigger = t
			}
		} else if !slices.ContainsFunc(p.losers, same) && !p.decidedBefore(t) {
			all = append(all, &waiting{trigger: t})
		}
	}
	return all
}

// redelivered reports whether u, which has the same id, is about the same happening.
func (t Trigger) redelivered(u Trigger) bool {
	return t.Kind == u.Kind && t.Subject == u.Subject && t.OccurredAt.Equal(u.OccurredAt)
}

// crowd sorts the triggers and lets the oldest go where too many would wait, those that lost among them. Those that rest count.
func (p *pass) crowd(all []*waiting) []*waiting {
	older := func(a, b *waiting) int { return compareTriggers(a.trigger, b.trigger) }
	slices.SortFunc(all, older)
	slices.SortFunc(p.losers, older)
	room := max(0, MaxTriggers-len(p.resting))
	for len(all)+len(p.losers) > room {
		from := &all
		if len(all) == 0 || len(p.losers) > 0 && older(p.losers[0], all[0]) < 0 {
			from = &p.losers
		}
		p.refuse((*from)[0].trigger, VerdictStale, CodeCrowded, fmt.Sprintf("gives way: at most %d triggers wait for one record, and the latest do", MaxTriggers))
		p.consume((*from)[0].trigger, FateStale)
		*from = (*from)[1:]
	}
	return all
}

// listens reports whether the trigger is decided, and consumes it where it is not.
func (p *pass) listens(w *waiting, record Record) bool {
	rule := p.engine.triggers[w.trigger.Kind]
	switch {
	case rule == nil:
		// It is not consumed: a kind that was misspelled, or that a later version lists, is heard when it comes again.
		p.refuse(w.trigger, VerdictNoPlay, CodeUnlisted, "the policy does not list the kind "+w.trigger.Kind)
		if w.queued != nil { // an earlier version did, and nothing else ends its wait
			p.consume(w.trigger, FateNoPlay)
		}
	case p.at.Sub(w.trigger.OccurredAt) >= rule.StaleAfter && !w.comesBack():
		p.refuse(w.trigger, VerdictStale, CodeStale, "is at least "+lasting(rule.StaleAfter)+" old")
		p.consume(w.trigger, FateStale)
	case rule.repeats(w.trigger, record.Signals):
		p.refuse(w.trigger, VerdictDuplicate, CodeRepeated, rule.repeatText())
		p.consume(w.trigger, FateDuplicate)
	default:
		return true
	}
	return false
}

// comesBack reports whether the trigger is one with which a record comes back, decided for the first time: nobody could have
// decided it before, however late the sweep.
func (w *waiting) comesBack() bool { return w.queued != nil && w.queued.Why == WhyRecycled }

// tooOld reports whether a trigger that was held is too old by now to be decided again.
func (q *Queued) tooOld(at time.Time) bool {
	return q.Why == WhyHeld && !q.GiveUp.IsZero() && !at.Before(q.GiveUp)
}

// decidedBefore reports whether a trigger was consumed, and says so.
func (p *pass) decidedBefore(t Trigger) bool {
	seen := stored[Seen](p.reader, TriggerKey(p.engine.cfg.Policy, t.ID))
	if seen == (Seen{}) {
		return false
	}
	p.refuse(t, VerdictDuplicate, CodeConsumed, "was decided before: "+string(seen.Fate))
	return true
}

func (r *TriggerRule) repeatText() string {
	return "repeats an equal signal within " + lasting(r.SameWithin)
}

// evaluate finds what each trigger comes to by itself, in their order, and marks those that repeat an earlier one that is
// ready. It comes after the settle window: before its end an earlier signal may still arrive. One that is not ready is
// repeated by nobody, so that a signal that waits or was refused does not silence an equal one that fares better.
func (p *pass) evaluate(pending []*waiting) {
	p.stages = slices.Clone(p.base.Record().Stages)
	var ready []Signal
	p.pending = pending
	for _, w := range pending {
		p.d.Cause.Triggers = append(p.d.Cause.Triggers, w.trigger.ID)
		rule := p.engine.triggers[w.trigger.Kind]
		w.repeat = rule.repeats(w.trigger, ready)
		w.evaluate(p)
		if len(w.survivors()) == 0 {
			w.repeat = false
		} else if !w.repeat {
			ready = append(ready, rule.signal(w.trigger))
		}
	}
}

// refusals are the verdicts of triggers that are not decided; the first of them stands, where no trigger is decided.
var refusals = []Verdict{VerdictStale, VerdictNoPlay, VerdictDuplicate}

// refuse gives a trigger that is not decided its reason.
func (p *pass) refuse(t Trigger, v Verdict, code, text string) {
	p.d.Cause.Triggers = append(p.d.Cause.Triggers, t.ID)
	p.reason(Reason{Rule: RuleTrigger, ID: t.ID, Code: code, Text: text})
	if p.d.Verdict == "" || slices.Index(refusals, v) < slices.Index(refusals, p.d.Verdict) {
		p.d.Verdict = v
	}
}

func (p *pass) nothingPending() {
	if p.d.Verdict == "" {
		p.d.Verdict = VerdictNoPlay
		p.reason(Reason{Rule: RuleTrigger, Text: "there is no trigger to decide"})
	}
}

// signal returns the business key that the trigger claims when it is acted on.
func (r *TriggerRule) signal(t Trigger) Signal {
	if r == nil || r.SameWithin == 0 { // nil: the policy lists the kind no more
		return Signal{}
	}
	parts := []string{t.Kind}
	for _, name := range r.Same {
		parts = append(parts, name+"="+t.sameValue(name))
	}
	return Signal{
		Key:        strings.Join(parts, "\x1f"),
		OccurredAt: t.OccurredAt,
		Until:      t.OccurredAt.Add(r.SameWithin + r.StaleAfter),
	}
}

func (t Trigger) sameValue(name string) string {
	switch name {
	case "asset":
		return t.Asset
	case "offer":
		return t.Offer
	case "campaign":
		return t.Campaign.ID
	case "source":
		return t.Source
	case "landing_page":
		return t.Landing
	}
	return ""
}

// repeats reports whether an equal signal stands within the window.
func (r *TriggerRule) repeats(t Trigger, signals []Signal) bool {
	key := r.signal(t).Key
	return key != "" && slices.ContainsFunc(signals, func(s Signal) bool {
		return s.Key == key && s.OccurredAt.Sub(t.OccurredAt).Abs() < r.SameWithin
	})
}

// maxHeard bounds what a record remembers of signals that plays count.
const maxHeard = 100

// heardLately returns the latest maxHeard signals.
func heardLately(list []Heard) []Heard {
	for len(list) > maxHeard {
		oldest := slices.MinFunc(list, func(a, b Heard) int { return cmp.Or(a.OccurredAt.Compare(b.OccurredAt), compareHeard(a, b)) })
		list = without(list, func(h Heard) bool { return h == oldest })
	}
	return list
}

// consume takes a trigger for good. Only a trigger that shaped a handoff claims its business key, or one that would have had no
// experiment kept the record as it is, so that an equal signal is heard again after a refusal.
func (p *pass) consume(t Trigger, fate Fate) {
	effect := ConsumeTrigger{Subject: p.req.Subject, Policy: p.engine.cfg.Policy, Trigger: t.ID, Fate: fate, At: p.at}
	switch fate {
	case FateActed, FateMerged, FateDropped, FateHeldOut:
		effect.Signal = p.engine.triggers[t.Kind].signal(t)
	}
	if within := p.engine.heard[t.Kind]; within > 0 && fate != FateDuplicate && fate != FateStale {
		effect.Heard = Heard{t.ID, t.Kind, t.OccurredAt, t.OccurredAt.Add(within)}
	}
	if rule := p.engine.triggers[t.Kind]; rule != nil && rule.HandRaise && fate != FateDuplicate {
		effect.RaisedHand = t.OccurredAt
	}
	p.emit(effect)
}

// queue keeps a trigger, unless it already waits for the same thing until the same instant.
func (p *pass) queue(w *waiting, until time.Time, why Why) {
	next := Queued{Trigger: w.trigger, Until: until, Why: why, Late: w.outwaited(p)}
	if why == WhyHeld {
		next.GiveUp = w.giveUp
	}
	if w.queued != nil && sameJSON(*w.queued, next) {
		return
	}
	p.emit(QueueTrigger{Subject: p.req.Subject, Queued: next})
}

// staleAt returns when a trigger is too old to act on.
func (p *pass) staleAt(w *waiting) time.Time {
	return w.trigger.OccurredAt.Add(p.engine.triggers[w.trigger.Kind].StaleAfter)
}

// settling queues the triggers whose window is still open, and reports whether there are any.
func (p *pass) settling(pending []*waiting) bool {
	var closes time.Time
	fresh := func(w *waiting) bool { return w.queued == nil || w.queued.Why == WhySettle }
	for _, w := range pending {
		if fresh(w) && closes.IsZero() { // pending is sorted: the first is the earliest
			closes = w.trigger.OccurredAt.Add(p.engine.cfg.Settle)
		}
	}
	if p.engine.cfg.Settle == 0 || closes.IsZero() || !p.at.Before(closes) {
		return false
	}
	p.d.Verdict = VerdictQueued
	for _, w := range pending {
		p.d.Cause.Triggers = append(p.d.Cause.Triggers, w.trigger.ID)
		if fresh(w) {
			p.queue(w, closes, WhySettle)
			p.reason(Reason{Rule: RuleTrigger, ID: w.trigger.ID, Code: CodeSettling, Text: "settles with other triggers", Until: closes})
		} else if !sameJSON(w.queued.Trigger, w.trigger) { // a redelivery brought what was missing
			p.queue(w, w.queued.Until, w.queued.Why)
		}
	}
	return true
}

// A candidate is a play that matches a trigger.
type candidate struct {
	play     *Play
	waiting  *waiting
	priority int64
	closed   []Reason // gates that did not open
	unknown  bool     // every closed gate is closed by an unknown fact
	holds    []ActiveHold
	stored   int          // of holds, how many State has; the others are the policy's rules
	lapsed   []ActiveHold // rules that would hold, had they not lasted as long as they may
	heldOut  bool         // an experiment keeps the record as it is
}

// evaluate finds the plays for the trigger and what stops them.
func (w *waiting) evaluate(p *pass) {
	w.facts = p.factsFor(w.trigger)
	w.enter(p)
	var buffer [16]int32
	for _, i := range p.engine.cfg.Matcher.Match(w.facts, buffer[:0]) {
		play := &p.engine.cfg.Plays[i]
		if p.engine.fallbacks[play.ID] && !w.fallsBackTo(play, p) {
			continue
		}
		if n := p.signals(play, w.trigger); n < play.Signals.AtLeast && play.Signals.AtLeast > 1 {
			w.short = append(w.short, Reason{Rule: RulePlay, ID: play.ID, Code: CodeSignals, Play: play.ID, Position: play.Position,
				Text: fmt.Sprintf("%d of %d signals within %s", n, play.Signals.AtLeast, lasting(play.Signals.Within))})
			continue
		}
		if play.When != nil && play.When.Eval(w.facts) == Unknown {
			unknown := play.When.Trace(w.facts).Unknown
			w.undecided = append(w.undecided, Reason{Rule: RulePlay, ID: play.ID, Play: play.ID,
				Text: "cannot tell whether the play is for this record", Position: play.Position, Unknown: unknown})
			continue
		}
		c := &candidate{play: play, waiting: w, priority: play.points(w.facts)}
		c.gates(p)
		c.holds, c.stored, c.lapsed = p.met(w.facts, play)
		w.candidates = append(w.candidates, c)
	}
	p.explainTrigger(w)
}

// fallsBackTo reports whether the trigger has waited for facts as long as it may, and the play is what answers it then.
func (w *waiting) fallsBackTo(play *Play, p *pass) bool {
	rule := p.engine.triggers[w.trigger.Kind].Incomplete
	return w.outwaited(p) && rule.Play == play.ID
}

// outwaited reports whether the trigger has waited for facts as long as its rule says.
func (w *waiting) outwaited(p *pass) bool {
	rule := p.engine.triggers[w.trigger.Kind].Incomplete
	return w.queued != nil && (w.queued.Late || w.queued.Why == WhyIncomplete && !rule.Wait.IsZero() && !p.at.Before(w.queued.Until))
}

// signals returns how many of the kinds that a play asks for have come within its time of each other, with a trigger among
// them.
func (p *pass) signals(play *Play, t Trigger) int {
	rule := play.Signals
	if rule.AtLeast <= 1 {
		return 0
	}
	var heard []Heard
	consider := func(h Heard) {
		if slices.Contains(rule.Of, h.Kind) && h.OccurredAt.Sub(t.OccurredAt).Abs() <= rule.Within {
			heard = append(heard, h)
		}
	}
	for _, w := range p.pending {
		consider(Heard{Kind: w.trigger.Kind, OccurredAt: w.trigger.OccurredAt})
	}
	for _, w := range p.losers {
		consider(Heard{Kind: w.trigger.Kind, OccurredAt: w.trigger.OccurredAt})
	}
	for _, h := range p.base.Record().Heard {
		consider(h)
	}
	most := 0
	for _, first := range heard { // of a stretch that has the trigger in it
		var kinds []string
		for _, h := range heard {
			if age := h.OccurredAt.Sub(first.OccurredAt); age >= 0 && age <= rule.Within && !slices.Contains(kinds, h.Kind) {
				kinds = append(kinds, h.Kind)
			}
		}
		if age := t.OccurredAt.Sub(first.OccurredAt); age >= 0 && age <= rule.Within {
			most = max(most, len(kinds))
		}
	}
	return most
}

func (c *candidate) gates(p *pass) {
	c.unknown = true
	for i := range p.engine.cfg.Gates {
		g := &p.engine.cfg.Gates[i]
		if !g.Scope.Covers(c.play) {
			continue
		}
		truth := g.Require.Eval(c.waiting.facts)
		if truth == True {
			continue
		}
		reason := Reason{Rule: RuleGate, ID: g.ID, Play: c.play.ID, Text: g.Reason, Position: g.Position}
		if truth == Unknown {
			reason.Unknown = g.Require.Trace(c.waiting.facts).Unknown
		} else {
			c.unknown = false
		}
		c.closed = append(c.closed, reason)
	}
}

// holds is met without the rules that have lapsed.
func (p *pass) holds(f *Facts, play *Play) (active []ActiveHold, stored int) {
	active, stored, _ = p.met(f, play)
	return active, stored
}

// met lists what holds a play: first what State holds of the subject, then of its account, then the policy's rules. It
// returns how many State holds, and the rules that have lapsed.
func (p *pass) met(f *Facts, play *Play) (active []ActiveHold, stored int, lapsed []ActiveHold) {
	records := []Record{f.Record()}
	if ref := f.AccountRef(); !ref.IsZero() && ref != f.Subject {
		records = append(records, f.AccountRecord())
	}
	for _, record := range records {
		for _, h := range record.Holds {
			over := !h.Until.IsZero() && !p.at.Before(h.Until)
			passes := h.HandRaise && p.raisesHand(f.Trigger, h.Since)
			if !over && !passes && !h.Remembered && (len(h.Blocks) == 0 || play.isOneOf(h.Blocks)) {
				active = append(active, h)
			}
		}
	}
	if stored = len(active); p.engine.cfg.Suppressor != nil {
		active = p.engine.cfg.Suppressor.Suppress(f, play, active)
	}
	var kept []ActiveHold
	for i, h := range active {
		h.Since, h.Until, h.Again, h.GiveUp = instant(h.Since), instant(h.Until), instant(h.Again), instant(h.GiveUp)
		if i >= stored && h.Since.IsZero() {
			h.Since = p.heldSince(h.ID)
		}
		if i >= stored && h.Lapsed {
			lapsed = append(lapsed, h)
		} else {
			kept = append(kept, h)
		}
	}
	return kept, stored, lapsed
}

func (w *waiting) survivors() []*candidate {
	return without(w.candidates, func(c *candidate) bool { return len(c.closed) > 0 || len(c.holds) > 0 || c.heldOut })
}

// compareCandidates is the order of arbitration, best first.
func compareCandidates(a, b *candidate) int {
	order, _ := arbitrate(a, b)
	return order
}

// arbitrate orders two candidates and names what decided.
func arbitrate(a, b *candidate) (int, string) {
	for _, rank := range []struct {
		why   string
		order int
	}{
		{"priority", cmp.Compare(b.priority, a.priority)},
		{"first-touch allowance", cmp.Compare(a.play.allowance(), b.play.allowance())},
		{"occurred-at", a.waiting.trigger.OccurredAt.Compare(b.waiting.trigger.OccurredAt)},
		{"play id", strings.Compare(a.play.ID, b.play.ID)},
		{"trigger id", strings.Compare(a.waiting.trigger.ID, b.waiting.trigger.ID)},
	} {
		if rank.order != 0 {
			return rank.order, rank.why
		}
	}
	return 0, ""
}

// stopped lists why the trigger's plays did not get through.
func (p *pass) stopped(w *waiting) {
	for _, r := range w.undecided {
		p.reason(r)
	}
	for _, c := range w.candidates {
		for _, r := range c.closed {
			p.reason(r)
		}
		for _, h := range c.holds {
			p.reason(h.reason(c.play))
		}
	}
	for _, r := range w.short {
		p.reason(r)
	}
}

// reason says that the hold keeps a play from winning.
func (h ActiveHold) reason(play *Play) Reason {
	return Reason{Rule: RuleHold, ID: h.ID, Play: play.ID, Text: h.Reason, Position: h.Position, Since: h.Since, Until: h.Until,
		LiftedBy: h.LiftedBy, Source: h.Source, OnRelease: h.OnRelease, Again: h.Again, GiveUp: h.GiveUp, Forever: h.Forever, Unknown: h.Unknown}
}

// verdict is the trigger's own answer where none of its plays got through.
func (w *waiting) verdict() Verdict {
	answer := VerdictNoPlay
	if len(w.undecided) > 0 {
		answer = VerdictIncomplete
	}
	for _, c := range w.candidates {
		switch {
		case len(c.closed) == 0:
			return VerdictHeld
		case c.unknown:
			answer = VerdictIncomplete
		case answer == VerdictNoPlay:
			answer = VerdictIneligible
		}
	}
	return answer
}

// dispose settles a trigger none of whose plays got through.
func (p *pass) dispose(w *waiting) {
	if w.isHeldOut() {
		p.consume(w.trigger, FateHeldOut)
		return
	}
	switch w.verdict() {
	case VerdictIncomplete:
		p.enrich(w)
	case VerdictHeld:
		if free, replays := w.freeAt(p.at); replays {
			p.queue(w, earlier(w.promised(p.at, WhyHeld), earlier(free, p.staleAt(w))), WhyHeld)
		} else if w.doubtful() {
			p.enrich(w)
		} else {
			p.consume(w.trigger, FateHeld)
		}
	case VerdictIneligible:
		p.consume(w.trigger, FateIneligible)
	default:
		p.consume(w.trigger, FateNoPlay)
	}
}

// enrich keeps a trigger until more is known: as long as its rule says, after which the fallback answers, or until it is stale.
func (p *pass) enrich(w *waiting) {
	rule := p.engine.triggers[w.trigger.Kind].Incomplete
	if w.outwaited(p) {
		p.reason(Reason{Rule: RuleTrigger, ID: w.trigger.ID, Code: CodeFallback, Text: "waited " + rule.Wait.String() + " for facts that are still unknown"})
		p.consume(w.trigger, FateIncomplete)
		return
	}
	until := w.promised(p.at, WhyIncomplete)
	if waits := w.queued != nil && w.queued.Why == WhyIncomplete; !waits && !rule.Wait.IsZero() {
		until = rule.Wait.After(p.at, p.engine.cfg.Zone)
	}
	p.queue(w, earlier(until, p.staleAt(w)), WhyIncomplete)
	if rule.Queue != nil {
		p.queueUp(rule.Queue, "", words(w.trigger.Kind)+" waits in "+rule.Queue.ID+": facts are unknown")
	}
}

// promised returns when the trigger, which waits for the same thing already, is looked at again: another decision in between
// does not put it off. Zero: it does not wait for it, or the instant has come.
func (w *waiting) promised(at time.Time, why Why) time.Time {
	if w.queued == nil || w.queued.Why != why || !w.queued.Until.After(at) {
		return time.Time{}
	}
	return w.queued.Until
}

// freeAt reports whether some play is kept back by holds alone, none of which lets the trigger go, and when the trigger is
// looked at again: when the first such play is free of them, when one of them says, or when it is too old for one; zero when
// that cannot be told.
func (w *waiting) freeAt(now time.Time) (at time.Time, replays bool) {
	for _, c := range w.candidates {
		lasting := slices.ContainsFunc(c.holds, func(h ActiveHold) bool { return h.letsGo(now) })
		if len(c.closed) > 0 || lasting {
			continue
		}
		at = earlier(at, c.lookAgain(now))
		if giveUp := c.giveUp(); !replays || giveUp.IsZero() || !w.giveUp.IsZero() && giveUp.After(w.giveUp) {
			w.giveUp = giveUp
		}
		replays = true
	}
	return at, replays
}

// giveUp returns when the trigger is too old for one of the holds; zero: for none.
func (c *candidate) giveUp() (at time.Time) {
	for _, h := range c.holds {
		at = earlier(at, h.GiveUp)
	}
	return at
}

// letsGo reports whether a trigger that the hold keeps back is not decided again.
func (h ActiveHold) letsGo(now time.Time) bool {
	switch h.OnRelease {
	case ReleaseReplay:
		return !h.GiveUp.IsZero() && !now.Before(h.GiveUp)
	case ReleaseAgain:
		return false
	}
	return len(h.Unknown) == 0
}

// lookAgain returns when what holds the play is looked at again, which is later than now; zero when that cannot be told.
func (c *candidate) lookAgain(now time.Time) time.Time {
	var over, sooner time.Time
	known := true
	for _, h := range c.holds {
		known = known && !h.Until.IsZero()
		over = latest(over, h.Until)
		for _, at := range []time.Time{h.Again, h.GiveUp} {
			if at.After(now) {
				sooner = earlier(sooner, at)
			}
		}
	}
	if !known {
		over = time.Time{}
	}
	return earlier(over, sooner)
}

// doubtful reports whether some play might be ready if more were known.
func (w *waiting) doubtful() bool {
	return len(w.undecided) > 0 || slices.ContainsFunc(w.candidates, func(c *candidate) bool {
		return len(c.closed) > 0 && c.unknown && len(c.holds) == 0
	})
}

// earlier returns the earlier of two instants; zero is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// nobodyWon answers when no play of any trigger got through: the best news of all triggers.
func (p *pass) nobodyWon(pending []*waiting) {
	best := []Verdict{VerdictHeld, VerdictIncomplete, VerdictIneligible, VerdictNoPlay}
	rank := len(best) - 1
	for _, w := range pending {
		p.stopped(w)
		p.dispose(w)
		rank = min(rank, slices.Index(best, w.verdict()))
	}
	p.d.Verdict = best[rank]
	if p.d.Verdict == VerdictNoPlay {
		p.reason(Reason{Rule: RulePlay, Text: "no play is for these triggers"})
	}
}

// act routes and enrols the best candidate.
func (p *pass) act(ranked []*candidate, pending []*waiting) {
	for _, w := range pending {
		p.stopped(w)
	}
	p.ready = ranked
	p.try(ranked, pending)
	p.expose()
}

// try routes and enrols the best of some candidates. Where its sequence starts for nobody, and the play says so, the best of
// another play is tried. What an experiment varies it varies before anybody is looked at; whether one keeps the record as it is
// is asked last, so that only what would have happened counts.
func (p *pass) try(ranked []*candidate, pending []*waiting) {
	winner := ranked[0]
	p.won(winner, ranked)
	h := &handover{pass: p, winner: winner, sequence: p.engine.sequenceOf(winner.play), ranked: ranked, before: len(p.d.Effects)}
	h.sides = h.sidesOf(winner)
	h.vary()
	h.people = h.audience()
	if !h.pick() {
		h.giveWay(pending)
		return
	}
	if next := h.next(); len(next) > 0 && h.sequence != nil && len(h.starting()) == 0 {
		h.refuse()
		h.giveWay(pending)
		return
	}
	h.routing = winner.play.Router.Route(winner.waiting.facts, winner.play)
	p.passed(h.routing.Passed)
	p.explainRoute(winner, h.routing.Passed)
	if h.routing.Owner == "" {
		h.unowned(pending)
		return
	}
	if !h.admitted() {
		h.giveWay(pending)
		return
	}
	if i := h.heldOut(); i >= 0 {
		h.holdOut(i, pending)
		return
	}
	p.fates(winner, pending, FateActed)
	p.awake()
	h.hand()
}

// won says which play is tried, and against which.
func (p *pass) won(winner *candidate, ranked []*candidate) {
	p.d.Play, p.d.Motion, p.d.Trigger = winner.play.ID, winner.play.Motion, winner.waiting.trigger.ID
	p.d.Losers, p.d.Passed, p.d.PassedWhy = nil, nil, nil
	p.reason(Reason{Rule: RulePlay, ID: winner.play.ID, Play: winner.play.ID, Text: wonText(winner, ranked), Position: winner.play.Position})
	for _, c := range ranked[1:] {
		_, why := arbitrate(winner, c)
		p.d.Losers = append(p.d.Losers, Loser{c.play.ID, c.waiting.trigger.ID, why})
	}
}

// next returns the candidates of other plays, where the play lets them try.
func (h *handover) next() []*candidate {
	if !h.winner.play.ElseNext {
		return nil
	}
	return without(h.ranked, func(c *candidate) bool { return c.play == h.winner.play })
}

// giveWay lets the next play try, or answers that nothing starts now: the triggers wait until the first of the plays that
// were tried may start.
func (h *handover) giveWay(pending []*waiting) {
	if h.again.After(h.at) {
		h.room = earlier(h.room, h.again)
	}
	next := h.next()
	if len(next) == 0 {
		h.again = h.room
		h.holdBack(pending)
		return
	}
	h.reason(Reason{Rule: RulePlay, ID: h.winner.play.ID, Code: CodeNextPlay, Play: h.winner.play.ID, Text: "starts nothing, and lets the next play try",
		Position: h.winner.play.Position})
	h.try(next, pending)
}

func wonText(winner *candidate, ranked []*candidate) string {
	text := fmt.Sprintf("matched with priority %d", winner.priority)
	if len(ranked) > 1 {
		_, why := arbitrate(winner, ranked[1])
		text += fmt.Sprintf(" and won against %d by %s", len(ranked)-1, why)
	}
	return text
}

// fates consumes the winner's trigger with a fate, those that lost with theirs, and disposes of the rest.
func (p *pass) fates(winner *candidate, pending []*waiting, fate Fate) {
	for _, w := range pending {
		switch {
		case w == winner.waiting:
			p.consume(w.trigger, fate)
		case w.repeat:
			rule := p.engine.triggers[w.trigger.Kind]
			p.reason(Reason{Rule: RuleTrigger, ID: w.trigger.ID, Code: CodeRepeated, Text: rule.repeatText()})
			p.consume(w.trigger, FateDuplicate)
		case len(w.survivors()) > 0 && fate == FateActed && winner.play.Losers == LosersQueue:
			// It waits for the end of what the winner starts.
		case len(w.survivors()) > 0 && fate == FateActed:
			p.consume(w.trigger, winner.play.Losers.fate())
		case len(w.survivors()) > 0:
			p.consume(w.trigger, fate)
		default:
			p.dispose(w)
		}
	}
}

// passed records who was passed over: the first MaxPassed, and how many for each reason.
func (p *pass) passed(list []Candidate) {
	for _, c := range list {
		i := slices.IndexFunc(p.d.PassedWhy, func(t Elimination) bool { return t.Reason == c.Reason })
		if i < 0 {
			i = len(p.d.PassedWhy)
			p.d.PassedWhy = append(p.d.PassedWhy, Elimination{Reason: c.Reason})
		}
		p.d.PassedWhy[i].N++
	}
	p.d.Passed = cloneEach(list[:min(len(list), MaxPassed)], Candidate.clone)
	for i := range p.d.Passed {
		p.d.Passed[i].Next = instant(p.d.Passed[i].Next)
	}
}

// finish orders the effects, adds the guards and returns the decision.
func (p *pass) finish() (Decision, error) {
	if len(p.reader.missing) > 0 {
		slices.SortFunc(p.reader.missing, Key.Compare)
		return Decision{}, &MissingError{p.reader.missing}
	}
	if !p.reader.wrong.IsZero() {
		return Decision{}, &InputError{"state", fmt.Sprintf("holds a value of another type under a key of kind %s", p.reader.wrong.Kind)}
	}
	p.d.ID = fmt.Sprintf("%s/%s/%d", p.d.Policy, p.req.Subject, p.req.State[p.req.Subject].Version)
	slices.SortStableFunc(p.d.Effects, compareEffects)
	for i, e := range p.d.Effects {
		p.d.Effects[i] = e.clone()
	}
	p.d.Guards = p.reader.guards()
	slices.Sort(p.d.Cause.Triggers)
	for i := range p.d.Reasons {
		p.d.Reasons[i].Unknown = slices.Clone(p.d.Reasons[i].Unknown)
	}
	return p.d, nil
}
