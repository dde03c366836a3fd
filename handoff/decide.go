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
	engine *Engine
	at     time.Time
	req    Request
	reader *reader
	base   Facts   // without a trigger
	stages []Stage // that the subject has entered so far
	d      Decision
	trace  *Explanation // nil unless somebody asked why
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
	p := &pass{engine: e, at: at, req: r, reader: &reader{state: r.State}, trace: trace}
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
		roster:            e.reps,
		state:             p.reader,
	}
	p.base.Lead.Person = Person{}
	e.fill(p.base.Fields, "lead", r.Lead.Fields)
	e.fill(p.base.Fields, "account", r.Account.Fields)
	p.base.people = e.people(r.People)
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
	}
	return p
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
	f.Fields = slices.Clone(p.base.Fields)
	p.engine.fill(f.Fields, "trigger", t.Fields)
	f.Scores = make([]Opt[int64], 0, len(p.engine.cfg.Scores))
	for _, s := range p.engine.cfg.Scores {
		f.Scores = append(f.Scores, s.Score.Points(&f))
	}
	return &f
}

func (p *pass) emit(e Effect) { p.d.Effects = append(p.d.Effects, e) }

func (p *pass) reason(r Reason) {
	r.Since, r.Until = instant(r.Since), instant(r.Until)
	p.d.Reasons = append(p.d.Reasons, r)
}

// answer decides, and takes the record out of a queue in which it waits no more.
func (p *pass) answer() {
	p.decide()
	p.abandon()
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
	stages     []StageTrace // nil unless somebody asked why
	repeat     bool         // equals an earlier trigger that is ready
}

// intake returns the triggers to decide, by occurred-at and id, and consumes those that are not.
func (p *pass) intake(record Record) []*waiting {
	var all []*waiting
	for i := range record.Queue {
		q := &record.Queue[i]
		if p.decidedBefore(q.Trigger) {
			p.consume(q.Trigger, FateDuplicate) // about another record; it leaves this queue
			continue
		}
		all = append(all, &waiting{trigger: q.Trigger, queued: q})
	}
	for _, t := range p.req.Triggers {
		if i := slices.IndexFunc(all, func(w *waiting) bool { return w.trigger.ID == t.ID }); i >= 0 {
			if all[i].queued.Why == WhyIncomplete { // a redelivery may bring what was missing
				all[i].trigger = t
			}
		} else if !p.decidedBefore(t) {
			all = append(all, &waiting{trigger: t})
		}
	}
	slices.SortFunc(all, func(a, b *waiting) int { return compareTriggers(a.trigger, b.trigger) })
	for ; len(all) > MaxTriggers; all = all[1:] {
		p.refuse(all[0].trigger, VerdictStale, CodeCrowded, fmt.Sprintf("gives way: at most %d triggers wait for one record, and the latest do", MaxTriggers))
		p.consume(all[0].trigger, FateStale)
	}
	var kept []*waiting
	for _, w := range all {
		rule := p.engine.triggers[w.trigger.Kind]
		switch {
		case rule == nil:
			// It is not consumed: a kind that was misspelled, or that a later version lists, is heard when it comes again.
			p.refuse(w.trigger, VerdictNoPlay, CodeUnlisted, "the policy does not list the kind "+w.trigger.Kind)
			if w.queued != nil { // an earlier version did, and nothing else ends its wait
				p.consume(w.trigger, FateNoPlay)
			}
		case p.at.Sub(w.trigger.OccurredAt) >= rule.StaleAfter:
			p.refuse(w.trigger, VerdictStale, CodeStale, "is at least "+lasting(rule.StaleAfter)+" old")
			p.consume(w.trigger, FateStale)
		case rule.repeats(w.trigger, record.Signals):
			p.refuse(w.trigger, VerdictDuplicate, CodeRepeated, rule.repeatText())
			p.consume(w.trigger, FateDuplicate)
		default:
			kept = append(kept, w)
		}
	}
	return kept
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

// consume takes a trigger for good. Only a trigger that shaped a handoff claims its business key, so that an equal
// signal is heard again after a refusal.
func (p *pass) consume(t Trigger, fate Fate) {
	effect := ConsumeTrigger{Subject: p.req.Subject, Policy: p.engine.cfg.Policy, Trigger: t.ID, Fate: fate, At: p.at}
	switch fate {
	case FateActed, FateMerged, FateDropped:
		effect.Signal = p.engine.triggers[t.Kind].signal(t)
	}
	p.emit(effect)
}

// queue keeps a trigger, unless it already waits for the same thing until the same instant.
func (p *pass) queue(w *waiting, until time.Time, why Why) {
	next := Queued{Trigger: w.trigger, Until: until, Why: why}
	if w.queued != nil && w.queued.Why == why && w.queued.Until.Equal(until) && !w.queued.Released && sameJSON(w.queued.Trigger, w.trigger) {
		return
	}
	p.emit(QueueTrigger{Subject: p.req.Subject, Queued: next})
}

// untilStale keeps a trigger until it is too old to act on.
func (p *pass) untilStale(w *waiting, why Why) { p.queue(w, p.staleAt(w), why) }

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
}

// evaluate finds the plays for the trigger and what stops them.
func (w *waiting) evaluate(p *pass) {
	w.facts = p.factsFor(w.trigger)
	w.enter(p)
	var buffer [16]int32
	for _, i := range p.engine.cfg.Matcher.Match(w.facts, buffer[:0]) {
		play := &p.engine.cfg.Plays[i]
		if play.When != nil && play.When.Eval(w.facts) == Unknown {
			unknown := play.When.Trace(w.facts).Unknown
			w.undecided = append(w.undecided, Reason{Rule: RulePlay, ID: play.ID, Play: play.ID,
				Text: "cannot tell whether the play is for this record", Position: play.Position, Unknown: unknown})
			continue
		}
		c := &candidate{play: play, waiting: w, priority: play.points(w.facts)}
		c.gates(p)
		c.holds = p.holds(w.facts, play)
		w.candidates = append(w.candidates, c)
	}
	p.explainTrigger(w)
}

// enter emits the stages that the trigger's facts newly enter, and tells the facts which of them are this trigger's. A
// repetition of a trigger that is ready enters none: by itself it would not be decided.
func (w *waiting) enter(p *pass) {
	for i := range p.engine.cfg.Stages {
		rule := &p.engine.cfg.Stages[i]
		truth := rule.When.Eval(w.facts)
		at := slices.IndexFunc(p.stages, func(s Stage) bool { return s.ID == rule.ID })
		if at < 0 && truth == True && !w.repeat {
			at = len(p.stages)
			p.stages = append(p.stages, Stage{rule.ID, p.at, w.trigger.ID})
			p.emit(SetStage{p.req.Subject, p.stages[at]})
		}
		entered := at >= 0 && p.stages[at].Trigger == w.trigger.ID
		if p.trace != nil {
			w.stages = append(w.stages, StageTrace{rule.ID, rule.Position, rule.When.Trace(p.aside(w.facts)), entered})
		}
		if entered {
			w.facts.entered |= 1 << i
		}
	}
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

// holds lists what holds a play: first what State holds of the subject, then of its account, then the policy's rules.
func (p *pass) holds(f *Facts, play *Play) []ActiveHold {
	records := []Record{f.Record()}
	if ref := f.AccountRef(); !ref.IsZero() && ref != f.Subject {
		records = append(records, f.AccountRecord())
	}
	var active []ActiveHold
	for _, record := range records {
		for _, h := range record.Holds {
			over := !h.Until.IsZero() && !p.at.Before(h.Until)
			if !over && (len(h.Blocks) == 0 || play.isOneOf(h.Blocks)) {
				active = append(active, h)
			}
		}
	}
	if p.engine.cfg.Suppressor != nil {
		active = p.engine.cfg.Suppressor.Suppress(f, play, active)
	}
	for i := range active {
		active[i].Since, active[i].Until = instant(active[i].Since), instant(active[i].Until)
	}
	return active
}

func (w *waiting) survivors() []*candidate {
	return without(w.candidates, func(c *candidate) bool { return len(c.closed) > 0 || len(c.holds) > 0 })
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
			p.reason(Reason{Rule: RuleHold, ID: h.ID, Play: c.play.ID, Text: h.Reason, Position: h.Position, Since: h.Since,
				Until: h.Until, LiftedBy: h.LiftedBy, Unknown: h.Unknown})
		}
	}
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
	switch w.verdict() {
	case VerdictIncomplete:
		p.untilStale(w, WhyIncomplete)
	case VerdictHeld:
		if free, replays := w.freeAt(); replays {
			p.queue(w, earlier(free, p.staleAt(w)), WhyHeld)
		} else if w.doubtful() {
			p.untilStale(w, WhyIncomplete)
		} else {
			p.consume(w.trigger, FateHeld)
		}
	case VerdictIneligible:
		p.consume(w.trigger, FateIneligible)
	default:
		p.consume(w.trigger, FateNoPlay)
	}
}

// freeAt reports whether some play is kept back by holds alone, each of which replays on release or holds only because
// something is unknown, and when the first such play is free of them; zero when that cannot be told.
func (w *waiting) freeAt() (at time.Time, replays bool) {
	for _, c := range w.candidates {
		lasting := slices.ContainsFunc(c.holds, func(h ActiveHold) bool { return h.OnRelease != ReleaseReplay && len(h.Unknown) == 0 })
		if len(c.closed) > 0 || lasting {
			continue
		}
		replays = true
		var over time.Time
		for _, h := range c.holds {
			if h.Until.IsZero() {
				over = time.Time{}
				break
			}
			if h.Until.After(over) {
				over = h.Until
			}
		}
		at = earlier(at, over)
	}
	return at, replays
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
	winner := ranked[0]
	p.d.Play, p.d.Motion, p.d.Trigger = winner.play.ID, winner.play.Motion, winner.waiting.trigger.ID
	p.reason(Reason{Rule: RulePlay, ID: winner.play.ID, Play: winner.play.ID, Text: wonText(winner, ranked), Position: winner.play.Position})
	for _, c := range ranked[1:] {
		_, why := arbitrate(winner, c)
		p.d.Losers = append(p.d.Losers, Loser{c.play.ID, c.waiting.trigger.ID, why})
	}
	for _, w := range pending {
		p.stopped(w)
	}
	h := &handover{pass: p, winner: winner, sequence: p.engine.sequenceOf(winner.play)}
	h.people = h.audience()
	if !h.pick() {
		p.d.Verdict = VerdictHeld
		p.fates(winner, pending, FateHeld)
		return
	}
	h.routing = winner.play.Router.Route(winner.waiting.facts, winner.play)
	p.passed(h.routing.Passed)
	p.explainRoute(winner, h.routing.Passed)
	if h.routing.Owner == "" {
		h.unowned(pending)
		return
	}
	p.fates(winner, pending, FateActed)
	h.ranked, h.merged = ranked, merged(winner, ranked)
	h.hand()
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
		case len(w.survivors()) > 0 && fate == FateActed:
			p.consume(w.trigger, winner.play.Losers.fate())
		case len(w.survivors()) > 0:
			p.consume(w.trigger, fate)
		default:
			p.dispose(w)
		}
	}
}

// merged returns the best candidate of each trigger whose facts go into the winner's context, best first.
func merged(winner *candidate, ranked []*candidate) []*candidate {
	if winner.play.Losers == LosersDrop {
		return nil
	}
	var out []*candidate
	taken := []*waiting{winner.waiting}
	for _, c := range ranked[1:] {
		if !slices.Contains(taken, c.waiting) {
			taken = append(taken, c.waiting)
			out = append(out, c)
		}
	}
	return out
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
