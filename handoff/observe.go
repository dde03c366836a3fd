package handoff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
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
// By merged the subject is one with Activity.Into from then on, with all that is remembered of either and what the
// request's Lead refused; by unmerged it is a record of its own again, with a copy of what protects the person and
// without grants. FillActivity loads what that changes. One of the two that arrives after a later one about the same
// subject is remembered, and undoes nothing newer. Where a record went from one survivor to another, tell that it came
// out of the first before that it merged again.
//
// An activity that releases something asks for a decision on the subject's triggers that waited for it; what waits under the
// leads of an account is looked at when they are next decided.
func (e *Engine) Observe(at time.Time, r Request, a Activity) (Decision, error) {
	if err := a.check(); err != nil {
		return Decision{}, err
	}
	if err := e.checkOutcome(a); err != nil {
		return Decision{}, err
	}
	a.At, a.Until, r.Triggers = instant(a.At), instant(a.Until), nil
	if a.At.Sub(at) > maxAhead {
		return Decision{}, &InputError{"activity.at", "lies more than a day after the observation"}
	}
	p, err := e.begin(at, r, nil)
	if err != nil {
		return Decision{}, err
	}
	if a.unites() && a.Into == r.Subject {
		return Decision{}, &InputError{"activity.into", "is the subject itself; a record merges with another one"}
	}
	if a.unites() && a.Into.Kind != r.Subject.Kind {
		return Decision{}, &InputError{"activity.into", "is of another kind than the subject; a record merges with one of its own kind"}
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
	c.text("activity", a.By, a.Reason, a.Outcome)
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
	if (a.Kind == ActivityOwnerLeft || a.Kind == ActivityOwnerBack) && a.By == "" {
		c.fail("activity.by", "is missing; owner_left and owner_back name the rep")
	}
	if a.Kind == ActivityDisputed && (a.By == "" || a.Reason == "") {
		c.fail("activity.reason", "or activity.by is missing; whoever disputes an outcome says so, and why")
	}
	switch {
	case a.unites() && a.Into.IsZero():
		c.fail("activity.into", "is missing; merged and unmerged name the other record")
	case a.unites():
		c.id("activity.into", a.Into.ID)
	case !a.Into.IsZero():
		c.fail("activity.into", "belongs to an activity of another kind; only merged and unmerged name another record")
	}
	if (a.Kind == ActivityOutcome) != (a.Outcome != "") {
		c.fail("activity.outcome", "is missing, or belongs to an activity of another kind; outcome names what came of the handoff, and no other kind does")
	}
	if !a.Until.IsZero() && !a.Until.After(a.At) {
		c.fail("activity.until", "is not after the activity")
	}
	return c.err
}

// checkOutcome refuses a word that the policy does not know.
func (e *Engine) checkOutcome(a Activity) error {
	if a.Outcome == "" || len(e.cfg.Outcomes) == 0 || e.outcome(a.Outcome) != nil {
		return nil
	}
	words := make([]string, len(e.cfg.Outcomes))
	for i, rule := range e.cfg.Outcomes {
		words[i] = rule.Word
	}
	return &InputError{"activity.outcome", "is no outcome of this policy; known are " + wordList(words)}
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
	c, taken := p.weigh(a)
	if !taken {
		return
	}
	text := a.words()
	if p.given != p.req.Subject { // it is heard where it lives on
		text = p.given.String() + " " + text
	}
	p.reason(Reason{Rule: RuleActivity, ID: a.ID, Text: text})
	p.observed = ActivityRef{ID: a.ID, Kind: a.Kind, At: a.At, By: a.By, Until: a.Until, Into: a.Into}
	if a.unites() {
		p.observed.Of = p.given
	}
	p.emit(RecordActivity{p.req.Subject, p.observed})
	if why := p.moot(record, a); why != "" {
		p.reason(Reason{Rule: RuleActivity, ID: a.ID, Text: why})
		return
	}
	turn := p.returnTurn(record, a)
	switch a.Kind {
	case ActivityReassigned:
		p.reassign(record, a, turn)
	case ActivityDisputed:
		p.dispute(a)
	case ActivityOwnerLeft:
		p.ownerLeft(record, a)
	case ActivityOwnerBack:
		p.reader.get(RepKey(a.By))
		p.emit(SetRepStatus{a.By, RepActive, a.At})
	case ActivityMerged:
		p.merge(a)
		p.part(record, a, earlier(a.At, p.at))
	case ActivityUnmerged:
		p.emit(SplitRecords{p.given, a.Into, earlier(a.At, p.at)})
	}
	p.follow(a, c)
	if a.Kind == ActivityReassigned {
		p.handOn(a.To)
		p.abandon(a.To, earlier(a.At, p.at))
	}
}

// consequences returns what the activity changes: what the Lifecycle says, and more where its outcome ends the handoff
// or the record is recycled after it.
func (p *pass) consequences(a Activity) (c Consequences) {
	if p.engine.cfg.Lifecycle != nil {
		c = p.engine.cfg.Lifecycle.After(a)
	}
	if c.Outcome == "" {
		c.Outcome = a.Outcome
	}
	return c
}

// over adds what the end of the handoff changes, where the outcome ends it or the record is recycled after it.
func (c Consequences) over(e *Engine, a Activity) Consequences {
	rule := e.outcome(c.Outcome)
	if rule != nil && rule.Ends || e.recycles(Outcome{Word: c.Outcome, Reason: a.Reason}) != nil {
		c.CloseClocks, c.ExitSequences, c.ResumeMarketing, c.ReleaseLoad = true, true, true, true
	}
	return c
}

// ends reports whether what was promised needs not be done any more.
func (c Consequences) ends() bool { return c.CloseClocks }

// claims reports whether somebody says what came of the handoff, so that more can be asked of them. Anything else happened,
// whoever likes it.
func (a Activity) claims() bool {
	switch a.Kind {
	case ActivityOutcome, ActivityDeclined, ActivityQualified, ActivityDisqualified, ActivityOpportunity, ActivityWon, ActivityLost:
		return true
	}
	return false
}

// weigh returns what the activity changes, and false where it is not taken. What an outcome lacks is listed; where nobody
// claims it, it is left out, and the rest counts.
func (p *pass) weigh(a Activity) (c Consequences, taken bool) {
	c = p.consequences(a)
	var lacks []Reason
	if rule := p.engine.outcome(c.Outcome); a.Kind == ActivityDisputed {
		lacks = p.mayDispute(a)
	} else if rule != nil {
		lacks = p.lacks(rule, a)
	}
	p.d.Reasons = append(p.d.Reasons, lacks...)
	switch {
	case len(lacks) == 0:
	case a.claims() || a.Kind == ActivityDisputed:
		p.d.Verdict = VerdictRefused
		return c, false
	default:
		c.Outcome = ""
	}
	return c.over(p.engine, a), true
}

// ownerLeft takes a rep who left off the roster, and the handoff to somebody else where one is under way that the rep had.
func (p *pass) ownerLeft(record Record, a Activity) {
	p.reader.get(RepKey(a.By))
	p.emit(SetRepStatus{a.By, RepLeft, a.At})
	if !slices.Contains(p.owners(record), a.By) {
		p.reason(Reason{Rule: RuleActivity, ID: a.ID, Text: a.By + " does not have this record"})
		return
	}
	if !p.underWay(record) {
		p.reason(Reason{Rule: RuleActivity, ID: a.ID, Text: "nothing is under way; the next signal finds another owner"})
		return
	}
	p.transfer(record, transfer{from: a.By, avoid: []string{a.By}, id: a.ID, rule: RuleActivity, due: p.at})
}

// owners returns who has the record: its owner, and who stands in.
func (p *pass) owners(record Record) (out []string) {
	owner := record.Owner
	if owner == "" && p.req.Subject.Kind == KindLead {
		owner = p.req.Lead.Owner
	}
	for _, rep := range []string{owner, record.Cover.Rep} {
		if rep != "" {
			out = append(out, rep)
		}
	}
	return out
}

// underWay reports whether a promise stands, or a sequence runs, for which somebody has to answer.
func (p *pass) underWay(record Record) bool {
	promised := slices.ContainsFunc(record.Clocks, func(c Clock) bool { return !c.waits() })
	return promised || slices.ContainsFunc(p.running(), func(r run) bool { return r.Under == p.req.Subject && !r.over(p.at) })
}

// words says what happened.
func (a Activity) words() string {
	switch {
	case a.Kind == ActivityOutcome:
		return "outcome " + a.Outcome
	case a.To != "":
		return words(string(a.Kind)) + " to " + a.To
	case a.Kind == ActivityMerged:
		return "merged into " + a.Into.String()
	case a.Kind == ActivityUnmerged:
		return "came out of " + a.Into.String()
	}
	return words(string(a.Kind))
}

// moot says why an activity about who owns the record has nothing to change, or "".
func (p *pass) moot(record Record, a Activity) string {
	later := func(b ActivityRef) bool {
		return b.Kind == ActivityReassigned && compareActivities(b, ActivityRef{ID: a.ID, At: a.At}) > 0
	}
	switch a.Kind {
	case ActivityMerged:
		return p.mergedBefore(record, a)
	case ActivityUnmerged:
		return p.apart(record, a)
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

// mergedBefore says why a merge has nothing to change, or "". Where the other record lives on in the subject, it comes back.
func (p *pass) mergedBefore(record Record, a Activity) string {
	p.readUnited(a.Into)
	switch home := p.home(p.given); {
	case record.since(a, p.given, ActivityUnmerged):
		return "it came out of a record since"
	case home == p.home(a.Into) && home != p.given:
		return "it lives on there already"
	case record.since(a, p.given, ActivityMerged):
		return "it merged again since"
	}
	return ""
}

// apart says why a record does not come out of another, or "".
func (p *pass) apart(record Record, a Activity) string {
	p.readUnited(a.Into)
	switch home := p.home(p.given); {
	case home != p.given && record.since(a, p.given, ActivityMerged):
		return "it merged again since"
	case p.home(a.Into) == p.given && a.Into != p.given:
		return a.Into.String() + " has merged into it; tell it about that one"
	case home == p.given || !slices.Contains(p.req.State.trail(p.given), a.Into) && !record.joined(p.given, a.Into):
		return "it has not merged into " + a.Into.String()
	}
	return ""
}

// since reports whether the record remembers that one merged, or came out of another, later than an activity.
func (r Record) since(a Activity, of Ref, kind ActivityKind) bool {
	return slices.ContainsFunc(r.Activities, func(b ActivityRef) bool {
		same := b.Of == of || b.Of.IsZero() && b.Into == a.Into // remembered before Of was
		return b.Kind == kind && same && compareActivities(b, ActivityRef{ID: a.ID, At: a.At}) > 0
	})
}

// joined reports whether the record remembers that one merged into another, which may have lived on elsewhere by then.
func (r Record) joined(of, into Ref) bool {
	return slices.ContainsFunc(r.Activities, func(b ActivityRef) bool { return b.Kind == ActivityMerged && b.Of == of && b.Into == into })
}

// part makes records come out of what the subject merges into, of which that was told before it was told of the merge.
func (p *pass) part(record Record, a Activity, at time.Time) {
	for _, b := range record.Activities {
		told := Activity{ID: b.ID, At: b.At, Into: b.Into}
		late := compareActivities(b, ActivityRef{ID: a.ID, At: a.At}) > 0
		if b.Kind == ActivityUnmerged && late && b.Into == a.Into && b.Of != p.given && p.home(b.Of) == p.req.Subject && b.Of != p.req.Subject &&
			!record.since(told, b.Of, ActivityMerged) && !record.since(told, b.Of, ActivityUnmerged) {
			p.emit(SplitRecords{b.Of, a.Into, latest(at, earlier(b.At, p.at))})
		}
	}
}

// merge makes the subject one record with another, and remembers what the host knows that speaks against contact with it.
func (p *pass) merge(a Activity) {
	at := earlier(a.At, p.at)
	if p.given.Kind == KindLead {
		own := slices.Concat(p.req.Lead.Consent, stored[Record](p.reader, p.home(p.given)).Consent)
		other := stored[Record](p.reader, p.home(a.Into)).Consent
		for _, c := range reduced(objections(p.req.Lead.Consent), stricter(at, slices.Concat(own, other), own, other)) {
			p.emit(SetConsent{p.given, c})
		}
	}
	merge := MergeRecords{p.given, a.Into, at}
	p.emit(merge)
	p.endsByMerge(merge)
}

// endsByMerge says which runs, clocks and owners the merge ends.
func (p *pass) endsByMerge(merge MergeRecords) {
	gone, stays := p.home(merge.From), p.home(merge.Into)
	if gone == stays { // it comes back in its own place
		return
	}
	next, _ := Apply(p.req.State, []Effect{merge})[stays].Value.(Record)
	say := func(r Reason, text string) {
		r.Text = text + ", because " + gone.String() + " is " + stays.String() + " now"
		p.reason(r)
	}
	for _, home := range []Ref{gone, stays} {
		was := stored[Record](p.reader, home)
		for _, e := range was.Enrollments {
			if !slices.ContainsFunc(next.Enrollments, func(f Enrollment) bool { return run{stays, f}.id() == run{home, e}.id() }) {
				say(Reason{Rule: RuleSequence, ID: e.Sequence, Play: e.Play}, e.Sequence+" ends for "+home.String())
			}
		}
		for _, c := range was.Clocks {
			if slices.ContainsFunc(next.Stopped, func(s Stopped) bool {
				return s.By == ByMerge && s.ID == c.ID && s.Owner == c.Owner && s.Start.Equal(c.Start)
			}) {
				say(Reason{Rule: RuleTime, ID: c.ID, Play: c.Play}, "the clock of "+c.Owner+" ends for "+home.String())
			}
		}
		if was.Owner != "" && was.Owner != next.Owner {
			say(Reason{Rule: RuleActivity, ID: was.Owner}, was.Owner+" does not own "+home.String()+" any more")
		}
	}
}

// readUnited reads what making one record of the subject and another, or two of one, changes, so that it is guarded.
func (p *pass) readUnited(other Ref) {
	for _, key := range p.req.State.united(p.given, other) {
		p.reader.get(key)
	}
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
	assign := Assign{Subject: p.req.Subject, Account: p.req.account(), From: p.from(), To: a.To, Turn: turn, At: earlier(a.At, p.at)}
	waits, play := p.waitsFor(record)
	if play != nil {
		assign.Play, assign.Trigger = play.ID, waits
	}
	p.emit(assign)
	p.moveLoad(Load{})
	p.passClocks(record.Clocks, a.To, earlier(a.At, p.at))
	p.claim(record, a, play, waits)
	for _, q := range record.Queue {
		if q.unowned() {
			p.reader.get(TriggerKey(p.engine.cfg.Policy, q.Trigger.ID))
			p.consume(q.Trigger, FateActed)
		}
	}
}

// waitsFor returns the first trigger that waits in a queue for an owner, with the play that put it there; nil: none does.
func (p *pass) waitsFor(record Record) (Trigger, *Play) {
	for _, q := range record.Queue {
		for _, c := range record.Clocks {
			play := p.engine.play(c.Play)
			if q.unowned() && c.waits() && !c.Returned && play != nil && p.engine.answers(play, q.Trigger.Kind) {
				return q.Trigger, play
			}
		}
	}
	return Trigger{}, nil
}

// answers reports whether a play is one of those for a kind of trigger.
func (e *Engine) answers(play *Play, kind string) bool {
	return slices.ContainsFunc(e.plays[kind], func(i int32) bool { return e.cfg.Plays[i].ID == play.ID })
}

// claim makes the promises of a handoff where somebody takes the record out of a queue: those of the play that put the
// trigger there which waits for an owner, or where there is none anew what was promised before the record went back to
// the queue. Who takes it is not asked to accept it.
func (p *pass) claim(record Record, a Activity, play *Play, waits Trigger) {
	begun := record.Began
	if play != nil {
		begun = time.Time{}
	} else if slices.ContainsFunc(record.Clocks, func(c Clock) bool { return c.Returned }) {
		play = p.engine.play(record.Play)
	}
	if play == nil {
		return
	}
	start := earlier(a.At, p.at)
	for _, promise := range []struct {
		what string
		sla  *SLA
	}{{FirstTouch, play.Promise}, {Acceptance, play.Acceptance}} {
		if promise.sla == nil || promise.what == Acceptance && a.By == a.To {
			continue
		}
		c := Clock{ID: promise.what + ":" + play.ID, Play: play.ID, Owner: a.To, Start: start, Begun: begun, Within: promise.sla.Within}
		if promise.sla.From == FromSignal {
			c.Start = earlier(waits.OccurredAt, start)
		}
		p.scheduleSince(&c, promise.sla, start)
		p.emit(StartClock{p.req.Subject, c})
		if promise.what == FirstTouch {
			p.d.FirstTouch = c.Due
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
		p.guardTrail(r.Account)
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
	return len(r.Activities) >= MaxActivities &&
		compareActivities(ActivityRef{ID: a.ID, At: a.At}, r.Activities[0]) < 0
}

// follow emits what an activity changes.
func (p *pass) follow(a Activity, c Consequences) {
	subject, record := p.req.Subject, p.base.Record()
	if c.Outcome != "" {
		outcome := Outcome{ID: a.ID, Word: c.Outcome, Reason: a.Reason, At: a.At, By: a.By, Owner: p.from()}
		p.emit(RecordOutcome{subject, outcome})
		p.recycle(a, outcome, c.ends())
	}
	p.moveOn(a, c.Outcome)
	if person := p.req.person(); c.DenyChannel && a.Channel != "" && !person.IsZero() {
		refusal := Consent{Channel: a.Channel, Status: ConsentDenied, At: a.At, Source: string(a.Kind)}
		refusal.HonourBy = instant(p.engine.consenter.HonourBy(p.base.about(person), refusal))
		p.emit(SetConsent{person, refusal})
	}
	if c.ReleaseLoad && a.Kind != ActivityReassigned && !a.At.Before(record.OwnedSince) {
		p.moveLoad(Load{})
	}
	p.reschedule(a, p.stop(a, c))
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

// Sweep answers time: pauses, holds and sequences that are over end, owners are warned of what is due soon, what an SLA
// says of what is late is done, and queued triggers that are due ask for a decision. What was due first comes first, at
// one instant in this order, then by id, and everything happens at its own instant, however late the sweep is. Only
// what makes a new promise to a person, which is to ask for a decision, to give the record to somebody else or back to
// a queue, starts at at, after everything else that is due, and at most one of these in a sweep; a decision goes
// before. Where one of them is left, Record.NextDue is not later than at: sweep again.
//
// Record.NextDue tells when there is something to do. Only the subject's own record is swept: what an account's play started
// for its people ends with theirs.
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
	if p.leftBehind() {
		return
	}
	record := p.base.Record()
	over := p.lapses(record)
	held := slices.ContainsFunc(over, func(l lapse) bool { return l.rank == lapsedHold })
	ends := slices.ContainsFunc(record.Enrollments, func(e Enrollment) bool { return e.over(p.at) && e.Under == p.req.Subject })
	due := func(q Queued) bool {
		return !q.Released && (p.isOver(q.Until) || held && q.Why == WhyHeld || ends && q.Why == WhyLost)
	}
	p.runLate(record, over, slices.ContainsFunc(record.Queue, due))
	if p.afterExits() && !ends {
		p.askNext(record, due)
	}
	p.redecide(record, due)
	if len(p.d.Effects) == 0 {
		p.reason(Reason{Rule: RuleTime, Text: "nothing is due"})
	}
}

// leftBehind hands on what a merged record was told while its survivor was not in the State, where something of it will
// be due.
func (p *pass) leftBehind() bool {
	if p.given == p.req.Subject || stored[Record](p.reader, p.given).NextDue().IsZero() {
		return false
	}
	p.readUnited(p.req.Subject)
	p.emit(MergeRecords{p.given, p.req.Subject, p.at})
	p.reason(Reason{Rule: RuleTime, ID: p.given.ID, Text: "what it was told since it merged goes where it lives on"})
	return true
}

func (p *pass) isOver(until time.Time) bool { return !until.IsZero() && !p.at.Before(until) }

// A lapse is a pause, a hold or a sequence that is over.
type lapse struct {
	until time.Time
	rank  int
	id    string
	end   func()
}

// What can be over, in the order in which it ends at one instant.
const (
	lapsedPause = iota
	lapsedHold
	lapsedRun
)

func compareLapses(a, b lapse) int {
	return cmp.Or(a.until.Compare(b.until), cmp.Compare(a.rank, b.rank), strings.Compare(a.id, b.id))
}

// lapses returns what is over, in order.
func (p *pass) lapses(record Record) (list []lapse) {
	subject := p.req.Subject
	add := func(l lapse, text string, since time.Time) {
		if p.isOver(l.until) {
			end := l.end
			l.end = func() {
				end()
				p.reason(Reason{Rule: RuleTime, ID: l.id, Text: text, Since: since, Until: l.until})
			}
			list = append(list, l)
		}
	}
	for _, pause := range record.Pauses {
		add(lapse{pause.Until, lapsedPause, pause.ID, func() {
			if !p.resumes(subject, pause.ID) { // with its sequence, before
				p.emit(ResumeMarketing{subject, pause.ID, pause.Until, ""})
			}
		}}, "the pause of marketing is over", pause.Since)
	}
	for _, h := range record.Holds {
		if !h.Remembered {
			add(lapse{h.Until, lapsedHold, h.ID, func() { p.emit(ReleaseHold{subject, h.ID, h.Until, ""}) }}, "the hold is over", h.Since)
		}
	}
	for _, e := range record.Enrollments { // remembered with the person, whoever started it
		add(lapse{e.Ends, lapsedRun, e.Sequence, func() {
			p.exit(run{subject, e}, e.Ends, ByEnd)
			p.afterExits()
		}}, "the sequence is over", e.At)
	}
	slices.SortStableFunc(list, compareLapses)
	return list
}

// askNext lets the next sweep ask for a decision on the triggers that lost against what a return to a queue ends: this
// one has asked somebody already.
func (p *pass) askNext(record Record, due func(Queued) bool) {
	for _, q := range record.Queue {
		if q.Why == WhyLost && !q.Released && !due(q) {
			q.Until = p.at
			p.emit(QueueTrigger{p.req.Subject, q})
		}
	}
}
