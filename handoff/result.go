package handoff

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// An OutcomeRule says what an outcome needs before it is recorded, and whether it ends the handoff. Where it is claimed, by an
// activity of kind outcome, declined, qualified, disqualified, opportunity_created, won or lost, and lacks something, the
// activity is refused; where it merely follows, as contacted from a reply, it is left out.
type OutcomeRule struct {
	Word    string       // what the Lifecycle, or an activity of kind outcome, says
	Ends    bool         // clocks close, sequences end, marketing resumes, and the record is no open work any more
	Reasons []ReasonRule // that may be given; none: any
	Reason  bool         // one has to be given
	Until   bool         // a date has to be given
	// Attempts is how often somebody has to have tried to reach the subject since the handoff; of a reason that says so too, the
	// greater counts.
	Attempts int64
	After    Span // how long the handoff has to have lasted; zero: at once
	// Dispute is how long after it somebody may dispute it, and DisputeTo who is told: ToOwner, ToManager or a rep. Zero: nobody may.
	Dispute   Span
	DisputeTo string
	Position  string
}

// The outcomes by which a subject is disqualified, which a record remembers beside later ones, and by which sales takes it up.
const (
	OutcomeDisqualified = "disqualified"
	OutcomeQualified    = "qualified"
	OutcomeOpportunity  = "opportunity"
	OutcomeWon          = "won"
)

// A ReasonRule is a reason that an outcome may have.
type ReasonRule struct {
	Word     string
	Attempts int64 // as in OutcomeRule
}

// A RecycleRule says when a record is tried again after an outcome. The first rule that covers an outcome counts.
type RecycleRule struct {
	ID       string
	Outcomes []string // words; at least one
	Reasons  []string // none: any, also where none is given
	Wait     Span     // until it comes back, as a trigger of kind TriggerRecycled whose source is the outcome; zero: only on a day that the activity names
	To       string   // the segment of nurture that it goes to meanwhile, in the host's words
	AtMost   int64    // how often by any rule a return is planned; 0: any number of times
	// CoolOff is how long nothing but a signal that asks for sales starts a handoff.
	CoolOff Span
	// Different keeps the record from the owners whom it had.
	Different bool
	Position  string
}

// results checks the rules about outcomes.
func (b *builder) results() {
	words := map[string]bool{}
	for _, o := range b.engine.cfg.Outcomes {
		if problem := checkID(o.Word); problem != "" {
			b.fail("outcome %s", problem)
		}
		if words[o.Word] {
			b.fail("outcome %s: is listed twice", o.Word)
		}
		words[o.Word] = true
		if o.Attempts < 0 || o.Attempts > MaxActivities || o.After.negative() || o.Dispute.negative() {
			b.fail("outcome %s: neither attempts nor lengths are negative, and attempts at most %d", o.Word, MaxActivities)
		}
		if o.Dispute.IsZero() != (o.DisputeTo == "") {
			b.fail("outcome %s: whoever is told of a dispute needs the time within which it may be raised, and the other way round", o.Word)
		}
	}
	for _, r := range b.engine.cfg.Recycles {
		b.recycle(r)
	}
	for _, s := range b.engine.cfg.Stages {
		for _, word := range s.Outcomes {
			b.known("stage "+s.ID, word)
		}
	}
}

// known checks that an outcome is one of the policy's, where it lists any.
func (b *builder) known(of, word string) {
	if len(b.engine.cfg.Outcomes) > 0 && b.engine.outcome(word) == nil {
		b.fail("%s: %q is no outcome", of, word)
	}
}

func (b *builder) recycle(r RecycleRule) {
	if problem := checkID(r.ID); problem != "" {
		b.fail("recycle id %s", problem)
	}
	if len(r.Outcomes) == 0 {
		b.fail("recycle %s: names no outcome", r.ID)
	}
	for _, word := range r.Outcomes {
		b.known("recycle "+r.ID, word)
	}
	if r.Wait.negative() || r.CoolOff.negative() || r.AtMost < 0 {
		b.fail("recycle %s: neither its lengths nor how often it happens is negative", r.ID)
	}
	if !r.Wait.IsZero() && b.engine.triggers[TriggerRecycled] == nil {
		b.fail("recycle %s: the record comes back as a trigger of kind %s, which is not listed", r.ID, TriggerRecycled)
	}
}

// outcome returns the rule for a word; nil: it needs nothing.
func (e *Engine) outcome(word string) *OutcomeRule {
	for i := range e.cfg.Outcomes {
		if e.cfg.Outcomes[i].Word == word {
			return &e.cfg.Outcomes[i]
		}
	}
	return nil
}

// lacks lists what an outcome needs and the activity does not give.
func (p *pass) lacks(rule *OutcomeRule, a Activity) (out []Reason) {
	lack := func(code, format string, args ...any) {
		out = append(out, Reason{Rule: RuleOutcome, ID: rule.Word, Code: code, Text: fmt.Sprintf(format, args...), Position: rule.Position})
	}
	given := slices.IndexFunc(rule.Reasons, func(r ReasonRule) bool { return r.Word == a.Reason })
	attempts := rule.Attempts
	switch {
	case a.Reason == "" && rule.Reason:
		lack(CodeNeedsReason, "needs a reason%s", rule.oneOf())
	case a.Reason != "" && len(rule.Reasons) > 0 && given < 0:
		lack(CodeNeedsReason, "does not have the reason that is given%s", rule.oneOf())
	case given >= 0:
		attempts = max(attempts, rule.Reasons[given].Attempts)
	}
	if rule.Until && a.Until.IsZero() {
		lack(CodeNeedsDate, "needs a date, as the activity's until")
	}
	since := p.base.Record().Began
	if n := p.attempts(since, a); n < attempts {
		lack(CodeNeedsAttempts, "needs %d attempts since the handoff, and there were %d", attempts, n)
	}
	if may := rule.After.After(since, p.engine.cfg.Zone); !rule.After.IsZero() && !since.IsZero() && a.At.Before(may) {
		out = append(out, Reason{Rule: RuleOutcome, ID: rule.Word, Code: CodeTooEarly, Text: "may be said later", Until: may, Position: rule.Position})
	}
	return out
}

// oneOf lists the reasons that may be given.
func (r *OutcomeRule) oneOf() string {
	if len(r.Reasons) == 0 {
		return ""
	}
	var words []string
	for _, reason := range r.Reasons {
		words = append(words, reason.Word)
	}
	return ": one of " + wordList(words)
}

// attempts counts how often somebody tried to reach the subject, from an instant until an activity, which may be an attempt
// itself. Who was reached was tried.
func (p *pass) attempts(since time.Time, a Activity) (n int64) {
	for _, b := range append(slices.Clip(p.base.Record().Activities), ActivityRef{Kind: a.Kind, At: a.At}) {
		if (b.Kind.IsAttempt() || b.Kind == ActivityConnected) && !b.At.Before(since) && !b.At.After(a.At) {
			n++
		}
	}
	return n
}

// dispute marks the latest outcome as disputed, where that may be, and tells who decides.
func (p *pass) dispute(a Activity) {
	outcome := p.base.Record().Outcome
	outcome.Disputed = Dispute{a.ID, a.At, a.By, a.Reason}
	p.emit(RecordOutcome{p.req.Subject, outcome})
	p.tell(p.engine.outcome(outcome.Word).DisputeTo, outcome.Owner, Notify{ID: "disputed-" + a.ID, Level: LevelWarning,
		Text: fmt.Sprintf("%s disputes the outcome %s: %s", a.By, outcome.Word, a.Reason)})
}

// mayDispute says why the latest outcome cannot be disputed by an activity; nothing where it can.
func (p *pass) mayDispute(a Activity) []Reason {
	outcome := p.base.Record().Outcome
	refuse := func(text string) []Reason {
		return []Reason{{Rule: RuleOutcome, ID: outcome.Word, Code: CodeNoDispute, Text: text}}
	}
	rule := p.engine.outcome(outcome.Word)
	switch {
	case outcome.Word == "" || a.At.Before(outcome.At):
		return refuse("there was no outcome then that could be disputed")
	case rule == nil || rule.Dispute.IsZero():
		return refuse("cannot be disputed")
	case !outcome.Disputed.At.IsZero():
		return refuse("is disputed already")
	case a.At.After(rule.Dispute.After(outcome.At, p.engine.cfg.Zone)):
		return refuse("could be disputed within " + rule.Dispute.String())
	}
	return nil
}

// tell sends a notification to a rep by name, to the owner, or to the owner's manager. Where there is none it says so.
func (p *pass) tell(to, owner string, n Notify) {
	n.Subject, n.To = p.req.Subject, to
	switch to {
	case ToOwner:
		n.To = owner
	case ToManager:
		rep, _ := p.base.Rep(owner)
		n.To = rep.Manager
	}
	if n.To == "" {
		p.reason(Reason{Rule: RuleTime, ID: n.ID, Code: CodeNobody, Text: "nobody is told: " + cmp.Or(owner, "the record's owner") + " has no " + to})
		return
	}
	p.emit(n)
}

// recycle gives the record back after an outcome, where a rule says so. A later outcome than the last ends what was planned
// after that. What came of an earlier handoff than the present one changes nothing.
func (p *pass) recycle(a Activity, outcome Outcome, ends bool) {
	record := p.base.Record()
	rule := p.engine.recycles(outcome)
	late := a.At.Before(record.OwnedSince) || compareOutcomes(outcome, record.Outcome) <= 0
	if rule == nil && !ends || late {
		return
	}
	for _, q := range record.Queue {
		if q.Why == WhyRecycled || q.Trigger.ID == record.Recycled.Trigger {
			p.reason(Reason{Rule: RuleRecycle, ID: q.Trigger.ID, Text: "does not come back as planned: " + outcome.Word + " came of it since"})
			p.reader.get(TriggerKey(p.engine.cfg.Policy, q.Trigger.ID))
			p.consume(q.Trigger, FateDropped)
		}
	}
	if rule == nil {
		return
	}
	effect := Recycle{Subject: p.req.Subject, At: a.At, To: rule.To, Rule: rule.ID, Back: p.backAt(rule, a)}
	if rule.Different {
		effect.Avoid = record.Recycled.avoids(append(record.askedBefore(1), outcome.Owner))
	}
	if !effect.Back.IsZero() {
		effect.Trigger = record.comesBackAs(p.req.Subject)
		t := Trigger{ID: effect.Trigger, Kind: TriggerRecycled, Subject: p.req.Subject, OccurredAt: effect.Back, Source: outcome.Word}
		p.emit(QueueTrigger{p.req.Subject, Queued{Trigger: t, Until: effect.Back, Why: WhyRecycled}})
	}
	p.emit(effect)
	p.reason(Reason{Rule: RuleRecycle, ID: rule.ID, Text: rule.goes(), Until: effect.Back, Position: rule.Position})
	if !rule.CoolOff.IsZero() {
		p.emit(Hold{p.req.Subject, ActiveHold{ID: "recycle:" + rule.ID, Reason: "was recycled", Source: TriggerRecycled, Since: a.At,
			Until: rule.CoolOff.After(a.At, p.engine.cfg.Zone), LiftedBy: "a signal that asks for sales", OnRelease: ReleaseReplay, HandRaise: true, Position: rule.Position}})
	}
}

// goes says what becomes of the record.
func (r *RecycleRule) goes() string {
	if r.To == "" {
		return "is given back"
	}
	return "goes to " + r.To
}

// comesBackAs returns the id of the trigger with which the record comes back next.
func (r Record) comesBackAs(subject Ref) string {
	return fmt.Sprintf("recycled-%s-%s-%d", subject.Kind, subject.ID, r.Recycled.Times+1)
}

// recycles returns the first rule that covers an outcome; nil: none does.
func (e *Engine) recycles(o Outcome) *RecycleRule {
	for i := range e.cfg.Recycles {
		r := &e.cfg.Recycles[i]
		if slices.Contains(r.Outcomes, o.Word) && (len(r.Reasons) == 0 || slices.Contains(r.Reasons, o.Reason)) {
			return r
		}
	}
	return nil
}

// backAt returns when the record comes back: on the day that the activity names, or after the rule's wait; zero: not by itself.
func (p *pass) backAt(rule *RecycleRule, a Activity) time.Time {
	back := a.Until
	if back.IsZero() && !rule.Wait.IsZero() {
		back = rule.Wait.After(a.At, p.engine.cfg.Zone)
	}
	again := p.engine.triggers[TriggerRecycled]
	switch times := p.base.Record().Recycled.Times; {
	case back.IsZero():
	case rule.AtMost > 0 && times >= rule.AtMost:
		p.reason(Reason{Rule: RuleRecycle, ID: rule.ID, Code: CodeLoop, Text: fmt.Sprintf("was recycled %d times, and does not come back by itself any more", times), Position: rule.Position})
		return time.Time{}
	case again == nil || again.About != p.req.Subject.Kind:
		p.reason(Reason{Rule: RuleRecycle, ID: rule.ID, Code: CodeUnlisted, Text: "does not come back by itself: recycled is about another kind of subject", Position: rule.Position})
		return time.Time{}
	}
	return instant(back)
}

// maxAvoid bounds who does not get a record that comes back.
const maxAvoid = 50

// avoids returns who does not get a record that comes back, in order: who had it, and before them whom it avoided before, as
// many as there is room for.
func (r Recycled) avoids(had []string) []string {
	slices.Sort(had)
	had = without(slices.Compact(had), func(rep string) bool { return rep == "" })
	before := without(r.Avoid, func(rep string) bool { return slices.Contains(had, rep) })
	had = had[:min(len(had), maxAvoid)]
	out := append(had, before[:min(len(before), maxAvoid-len(had))]...)
	slices.Sort(out)
	return out
}

// awake ends the wait of a recycled record that is handed over before its day.
func (p *pass) awake() {
	for _, t := range p.resting {
		p.reason(Reason{Rule: RuleRecycle, ID: t.ID, Text: "does not come back as planned: it is handed over now"})
		p.reader.get(TriggerKey(p.engine.cfg.Policy, t.ID))
		p.consume(t, FateDropped)
	}
}
