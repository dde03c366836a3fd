package handoff

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Observe answers an activity: what it stops, ends, resumes, releases and records, whose turn it gives back and whom it
// makes the owner. A redelivered activity changes nothing. The request names the subject that the activity is about; its
// triggers are not looked at.
//
// For an account, the sequences that its own plays started are seen, whomever they reach. What happened before something
// started does not end it: an activity that arrives late undoes nothing newer, except that a person who refused a channel is
// reached on it no more. An opt-out is that of the request's Lead, also where the account is the subject; it ends the
// person's sequences whoever started them.
//
// An activity that releases something asks for a decision on the subject's triggers that waited for it; what waits under the
// leads of an account is looked at when they are next decided.
func (e *Engine) Observe(at time.Time, r Request, a Activity) (Decision, error) {
	if err := a.check(); err != nil {
		return Decision{}, err
	}
	a.At, r.Triggers = instant(a.At), nil
	if a.At.Sub(at) > maxAhead {
		return Decision{}, &InputError{"activity.at", "lies more than a day after the observation"}
	}
	p, err := e.begin(at, r, nil)
	if err != nil {
		return Decision{}, err
	}
	if a.refuses() && r.person().IsZero() {
		return Decision{}, &InputError{"lead.id", "is missing; an opt-out and a bounce are a person's, also in a request about an account"}
	}
	p.observe(a)
	return p.finish()
}

// refuses reports whether the activity closes a channel.
func (a Activity) refuses() bool { return a.Kind == ActivityOptOut || a.Kind == ActivityBounced }

func (a Activity) check() error {
	c := checker{}
	c.id("activity.id", a.ID)
	c.text("activity", a.By, a.Reason)
	c.instant("activity.at", a.At)
	if !slices.Contains(ActivityKinds(), a.Kind) {
		c.fail("activity.kind", "is unknown; known are %s", wordList(ActivityKinds()))
	}
	if a.Channel != "" && !slices.Contains(Channels(), a.Channel) {
		c.fail("activity.channel", "is unknown; known are %s", wordList(Channels()))
	}
	if a.refuses() && a.Channel == "" {
		c.fail("activity.channel", "is missing; an opt-out and a bounce name the channel that is closed")
	}
	if a.To != "" {
		c.id("activity.to", a.To)
	}
	if a.Kind == ActivityReassigned && a.To == "" {
		c.fail("activity.to", "is missing; reassigned names the rep who is the owner now")
	}
	if a.Kind == ActivityDeclined && a.By == "" {
		c.fail("activity.by", "is missing; declined names the rep who does not take the handoff")
	}
	return c.err
}

func (p *pass) observe(a Activity) {
	p.d.Cause.Activity = a.ID
	p.d.Verdict = VerdictObserved
	record := p.base.Record()
	switch {
	case slices.ContainsFunc(record.Activities, func(b ActivityRef) bool { return b.ID == a.ID }):
		p.d.Verdict = VerdictDuplicate
		p.reason(Reason{Rule: RuleActivity, ID: a.ID, Text: "was observed before"})
		return
	case record.forgets(a):
		p.d.Verdict = VerdictStale
		p.reason(Reason{Rule: RuleActivity, ID: a.ID, Text: "is older than every activity that is remembered"})
		return
	}
	p.reason(Reason{Rule: RuleActivity, ID: a.ID, Text: a.words()})
	p.emit(RecordActivity{p.req.Subject, ActivityRef{a.ID, a.Kind, a.At, a.By}})
	if why := p.moot(record, a); why != "" {
		p.reason(Reason{Rule: RuleActivity, ID: a.ID, Text: why})
		return
	}
	turn := p.returnTurn(record, a)
	if a.Kind == ActivityReassigned {
		p.reassign(record, a, turn)
	}
	if p.engine.cfg.Lifecycle != nil {
		p.follow(a, p.engine.cfg.Lifecycle.After(a))
	}
	if a.Kind == ActivityReassigned {
		p.handOn(a.To)
		p.abandon(a.To)
	}
}

// words says what happened.
func (a Activity) words() string {
	if a.To != "" {
		return words(string(a.Kind)) + " to " + a.To
	}
	return words(string(a.Kind))
}

// moot says why an activity about who owns the record has nothing to change, or "".
func (p *pass) moot(record Record, a Activity) string {
	later := func(b ActivityRef) bool {
		return b.Kind == ActivityReassigned && compareActivities(b, ActivityRef{ID: a.ID, At: a.At}) > 0
	}
	switch a.Kind {
	case ActivityDeclined, ActivityReassigned:
	default:
		return ""
	}
	switch {
	case a.At.Before(record.OwnedSince) || slices.ContainsFunc(record.Activities, later):
		return "the record was handed over again since"
	case a.Kind == ActivityDeclined && a.By != p.from() && a.By != record.Cover.Rep:
		return "another rep is the owner"
	case a.Kind == ActivityReassigned && a.To == record.Owner && record.Cover.Rep == "":
		return a.To + " is the owner already"
	}
	return ""
}

// returnTurn corrects the ledger that gave the record to its owner, where the activity is about that handoff. It returns the
// turn that the new owner was charged for; the zero Turn where there is none.
func (p *pass) returnTurn(record Record, a Activity) (next Turn) {
	if p.engine.cfg.Turns == nil || record.Turn.Pool == "" || a.At.Before(record.Turn.At) {
		return next
	}
	for _, adjust := range p.engine.cfg.Turns.Return(&p.base, record.Turn, a) {
		adjust.Subject, adjust.At, adjust.Moves = p.req.Subject, p.at, inUTC(slices.Clone(adjust.Moves))
		p.reader.get(PoolKey(adjust.Policy, adjust.Pool))
		p.emit(adjust)
		charged := func(m Move) bool { return m.Rep == a.To && m.Assigned > 0 }
		if slices.ContainsFunc(adjust.Moves, charged) {
			next = Turn{adjust.Policy, adjust.Pool, a.To, earlier(a.At, p.at)}
		}
	}
	return next
}

// reassign makes the rep the owner whom somebody chose. What the record was of open work is so for nobody until it is
// handed over again, and the triggers that waited for an owner have one.
func (p *pass) reassign(record Record, a Activity, turn Turn) {
	p.base.AccountRecord() // so that it is guarded
	p.emit(Assign{Subject: p.req.Subject, Account: p.req.account(), From: p.from(), To: a.To, Turn: turn, At: earlier(a.At, p.at)})
	p.moveLoad(Load{})
	for _, q := range record.Queue {
		if q.unowned() {
			p.reader.get(TriggerKey(p.engine.cfg.Policy, q.Trigger.ID))
			p.consume(q.Trigger, FateActed)
		}
	}
}

// handOn gives the sequences that the subject's plays started, and that go on, to the rep who is the owner now.
func (p *pass) handOn(owner string) {
	for _, r := range p.running() {
		here := cmp.Or(r.Person, r.Under) == r.subject // not where a merge has left it
		if r.Under != p.req.Subject || r.Owner == owner || !here || r.over(p.at) || p.exits(r) {
			continue
		}
		if !r.Account.IsZero() {
			p.reader.get(r.Account) // so that it is guarded
		}
		p.reason(Reason{Rule: RuleSequence, ID: r.Sequence, Play: r.Play, Text: fmt.Sprintf("goes from %s to %s", r.Owner, owner)})
		r.Owner = owner
		p.emit(Enroll{r.Under, r.Enrollment})
	}
}

// exits reports whether the decision ends the run.
func (p *pass) exits(r run) bool {
	return slices.ContainsFunc(p.ended, func(e ending) bool {
		return e.subject == r.subject && compareEnrollments(e.Enrollment, r.Enrollment) == 0
	})
}

// forgets reports whether the record cannot tell if it has seen the activity.
func (r Record) forgets(a Activity) bool {
	return len(r.Activities) >= maxActivities &&
		compareActivities(ActivityRef{ID: a.ID, At: a.At}, r.Activities[0]) < 0
}

// follow emits what an activity changes.
func (p *pass) follow(a Activity, c Consequences) {
	subject, record := p.req.Subject, p.base.Record()
	if c.Outcome != "" {
		p.emit(RecordOutcome{subject, Outcome{a.ID, c.Outcome, a.Reason, a.At, a.By}})
	}
	if person := p.req.person(); c.DenyChannel && a.Channel != "" && !person.IsZero() {
		refusal := Consent{Channel: a.Channel, Status: ConsentDenied, At: a.At, Source: string(a.Kind)}
		refusal.HonourBy = instant(p.engine.consenter.HonourBy(p.base.about(person), refusal))
		p.emit(SetConsent{person, refusal})
	}
	if c.ReleaseLoad && a.Kind != ActivityReassigned && !a.At.Before(record.OwnedSince) {
		p.moveLoad(Load{})
	}
	if c.StopClocks {
		for _, clock := range record.Clocks {
			if !clock.waits() && !a.At.Before(clock.Start) { // what was done before the promise does not keep it
				p.emit(StopClock{subject, clock.ID, a.At, !a.At.After(clock.Due), a.ID})
			}
		}
	}
	for _, r := range p.running() {
		own := r.subject == subject || r.Under == subject
		switch {
		case r.endsOn(a.Kind, own, c.ExitSequences) && !a.At.Before(r.At):
			p.exitOn(r, a.At, a.ID)
		case c.ExitChannel && r.Person == p.req.person() && r.uses(a.Channel) && p.refused(a, r.Purpose):
			p.exitOn(r, latest(a.At, r.At), a.ID)
		}
	}
	if c.ResumeMarketing {
		for _, pause := range record.Pauses {
			if !a.At.Before(pause.Since) {
				p.emit(ResumeMarketing{subject, pause.ID, a.At, a.ID})
			}
		}
	}
	freed := c.ReleaseHolds && p.release(record, a)
	ended := p.afterExits()
	p.redecide(record, func(q Queued) bool { return freed && q.Why == WhyHeld || ended && q.Why == WhyLost })
}

// exitOn ends a run on an activity, or where it had run to its end before and nobody swept, at that.
func (p *pass) exitOn(r run, at time.Time, by string) {
	if r.over(at) {
		at, by = r.Ends, ByEnd
	}
	p.exit(r, at, by)
}

// endsOn reports whether an activity ends the run: one of those that its sequence lists, or without a list, what the
// Lifecycle says. A reply of somebody else at the account ends it where the sequence says so.
func (r run) endsOn(kind ActivityKind, own, lifecycle bool) bool {
	switch {
	case !own:
		return r.AccountReply && kind == ActivityReply
	case len(r.ExitOn) > 0:
		return slices.Contains(r.ExitOn, kind)
	}
	return lifecycle
}

// afterExits ends the pauses that end with the sequences that the decision ends. It reports whether the subject's own plays
// had started one of them: triggers that lost against it are due.
func (p *pass) afterExits() (ended bool) {
	for _, e := range p.ended {
		ended = ended || e.Under == p.req.Subject
		if !e.Under.IsZero() && !p.goesOn(e.run) {
			p.resume(e)
		}
	}
	return ended
}

// goesOn reports whether somebody else at the account stays in a sequence that the account's play started.
func (p *pass) goesOn(r run) bool {
	return r.Under == p.req.account() && slices.ContainsFunc(p.base.AccountRecord().Active, func(a Active) bool {
		return a.Sequence == r.Sequence && !slices.ContainsFunc(p.ended, func(e ending) bool {
			return e.Person == a.Person && e.Sequence == a.Sequence
		})
	})
}

// resume ends the pauses that end with a run.
func (p *pass) resume(e ending) {
	for _, pause := range stored[Record](p.reader, e.Under).Pauses {
		if pause.Sequence == e.Sequence && !p.resumes(e.Under, pause.ID) {
			p.emit(ResumeMarketing{e.Under, pause.ID, e.at, e.by})
		}
	}
}

// resumes reports whether the decision ends the pause already.
func (p *pass) resumes(subject Ref, id string) bool {
	return slices.ContainsFunc(p.d.Effects, func(f Effect) bool {
		r, resumes := f.(ResumeMarketing)
		return resumes && r.Subject == subject && r.ID == id
	})
}

// refused reports whether the person does not want touches of a purpose on the activity's channel: nothing that was said
// later opens it to them again.
func (p *pass) refused(a Activity, purpose Purpose) bool {
	person := p.req.person()
	if person.IsZero() {
		return false
	}
	said := append(p.evidence(person, p.req.Lead.Consent), Consent{Channel: a.Channel, Status: ConsentDenied, At: a.At})
	slices.SortStableFunc(said, compareEvidence)
	return !p.judge(p.base.about(person), Touch{Channel: a.Channel, Purpose: cmp.Or(purpose, PurposeSales), At: p.at}, said).Open
}

// over reports whether the sequence has run to its end.
func (e Enrollment) over(at time.Time) bool { return !e.Ends.IsZero() && !at.Before(e.Ends) }

func (e Enrollment) uses(c Channel) bool {
	return slices.ContainsFunc(e.Steps, func(s Step) bool { return s.Do == c })
}

// release ends the holds that wait for this kind of activity, and reports whether there are any.
func (p *pass) release(record Record, a Activity) (freed bool) {
	for _, h := range record.Holds {
		if h.ReleasedBy == a.Kind && !a.At.Before(h.Since) {
			freed = true
			p.emit(ReleaseHold{p.req.Subject, h.ID, a.At, a.ID})
		}
	}
	return freed
}

// redecide asks for a decision on the queued triggers that due accepts, and which were not asked for yet.
func (p *pass) redecide(record Record, due func(Queued) bool) {
	var ids []string
	for _, q := range record.Queue {
		if !q.Released && due(q) {
			ids = append(ids, q.Trigger.ID)
		}
	}
	if len(ids) > 0 {
		p.emit(Redecide{p.req.Subject, ids})
	}
	for _, id := range ids {
		p.reason(Reason{Rule: RuleTime, ID: id, Text: "the waiting trigger is due"})
	}
}

// ByEnd is what Exited.By says of a sequence that ran to its end.
const ByEnd = "end"

// Sweep answers time: pauses, holds and sequences that are over end at their own instant, and queued triggers that are
// due ask for a decision. It raises no alarm for a clock that ran out: Record.Clocks tells what is due. Record.NextDue
// tells when there is something to do; a late sweep does what earlier ones would have done. Only the subject's own record
// is swept: what an account's play started for its people ends with theirs.
//
// The request's triggers are not looked at.
func (e *Engine) Sweep(at time.Time, r Request) (Decision, error) {
	r.Triggers = nil
	p, err := e.begin(at, r, nil)
	if err != nil {
		return Decision{}, err
	}
	p.sweep()
	return p.finish()
}

func (p *pass) sweep() {
	p.d.Cause.Time = true
	p.d.Verdict = VerdictSwept
	record, subject := p.base.Record(), p.req.Subject
	over := func(until time.Time) bool { return !until.IsZero() && !p.at.Before(until) }
	held := false
	for _, pause := range record.Pauses {
		if over(pause.Until) {
			p.emit(ResumeMarketing{subject, pause.ID, pause.Until, ""})
			p.reason(Reason{Rule: RuleTime, ID: pause.ID, Text: "the pause of marketing is over", Since: pause.Since, Until: pause.Until})
		}
	}
	for _, h := range record.Holds {
		if over(h.Until) && !h.Remembered {
			held = true
			p.emit(ReleaseHold{subject, h.ID, h.Until, ""})
			p.reason(Reason{Rule: RuleTime, ID: h.ID, Text: "the hold is over", Since: h.Since, Until: h.Until})
		}
	}
	for _, e := range record.Enrollments {
		if e.over(p.at) { // remembered with the person, whoever started it
			p.exit(run{subject, e}, e.Ends, ByEnd)
			p.reason(Reason{Rule: RuleTime, ID: e.Sequence, Text: "the sequence is over", Since: e.At, Until: e.Ends})
		}
	}
	ended := p.afterExits()
	p.redecide(record, func(q Queued) bool {
		return over(q.Until) || held && q.Why == WhyHeld || ended && q.Why == WhyLost
	})
	if len(p.d.Effects) == 0 {
		p.reason(Reason{Rule: RuleTime, Text: "nothing is due"})
	}
}
