package handoff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A lateness takes the steps of the clocks of one record that are late, in the order of their instants.
type lateness struct {
	*pass
	record   Record
	clocks   []Clock  // those of the record, with what the sweep has done because they are late
	why      []string // what happened to each clock; "": nothing
	promised bool     // the sweep will decide what may make a new promise
	ended    []bool   // a clock that runs no more, or was replaced
}

// runLate ends what is over, warns of what is due soon, and does what the SLAs say of what is late: each at its own instant, in
// their order, except that somebody new is asked at the sweep, after everything else, and once.
func (p *pass) runLate(record Record, over []lapse, promised bool) {
	record.Clocks = slices.Clone(record.Clocks)
	l := &lateness{pass: p, record: record, clocks: record.Clocks, promised: promised,
		why: make([]string, len(record.Clocks)), ended: make([]bool, len(record.Clocks))}
	for {
		next, due := l.next()
		for len(over) > 0 && (!due || next.promises || !over[0].until.After(next.at)) {
			over[0].end()
			over = over[1:]
		}
		if !due {
			break
		}
		if next.step {
			l.step(next.clock, next.at)
		} else {
			l.warn(next.clock, next.at)
		}
	}
	for i, c := range l.clocks {
		if l.why[i] != "" && !l.ended[i] {
			p.emit(MoveClock{p.req.Subject, c, l.why[i]})
		}
	}
}

// A dueStep is what happens next to a clock: its owner is warned, or a step is taken.
type dueStep struct {
	clock    int
	at       time.Time
	step     bool
	promises bool // the step asks something of somebody new
}

// before orders by instant, the warning ahead of the step. Whatever asks something of somebody new comes last.
func (d dueStep) before(e dueStep) bool {
	if d.promises != e.promises {
		return e.promises
	}
	order := d.at.Compare(e.at)
	return order < 0 || order == 0 && !d.step && e.step
}

// next returns what happens first, of equals that to the clock whose id is less; false: nothing is due, or may be done in
// this sweep.
func (l *lateness) next() (first dueStep, due bool) {
	for i, c := range l.clocks {
		for _, d := range []dueStep{{clock: i, at: c.Warn}, {clock: i, at: c.Next, step: true, promises: l.promises(c)}} {
			switch {
			case l.ended[i] || d.at.IsZero() || d.at.After(l.at) || d.promises && l.promised:
			case !due || d.before(first):
				first, due = d, true
			}
		}
	}
	return first, due
}

// promises reports whether the clock's next step asks something of somebody new.
func (l *lateness) promises(c Clock) bool {
	s := l.engine.slaOf(c)
	return s != nil && int(c.Late) < len(s.Late) && s.Late[c.Late].promises() && l.asKnown(c) == c
}

// warn tells the owner what is due soon.
func (l *lateness) warn(i int, due time.Time) {
	c := &l.clocks[i]
	c.Warn = time.Time{}
	l.note(i, CodeWarned, "the owner is warned", due)
	l.tell(ToOwner, c.Owner, Notify{ID: "warn:" + c.ID, Level: LevelWarning, At: due, Text: c.subject() + " is due " + l.soon(*c)})
}

// soon says when a clock is due whose owner is warned.
func (l *lateness) soon(c Clock) string {
	if s := l.engine.slaOf(c); c.Due.IsZero() && s != nil {
		return "in " + Span{Elapsed: s.Warn}.String() + " of the time that counts, which is paused"
	}
	return "at " + l.shown(c.Due)
}

// subject says what the clock promises.
func (c Clock) subject() string {
	what, of, found := strings.Cut(c.ID, ":")
	if !found { // a host started it
		return words(what)
	}
	return words(what) + " of " + of
}

// note says what happened to a clock.
func (l *lateness) note(i int, code, text string, due time.Time) {
	l.why[i] = text
	l.reason(Reason{Rule: RuleClock, ID: l.clocks[i].ID, Code: code, Play: l.clocks[i].Play, Text: text, Since: due})
}

// step takes the next step of a clock that is late.
func (l *lateness) step(i int, due time.Time) {
	c := &l.clocks[i]
	s := l.engine.slaOf(*c)
	if s == nil || int(c.Late) >= len(s.Late) { // the policy has it no more
		c.Next = time.Time{}
		l.note(i, CodeLate, "nothing follows any more", due)
		return
	}
	if l.putOff(i, due) {
		return
	}
	step, n := s.Late[c.Late], c.Late
	c.Late++
	c.Next = time.Time{}
	if int(c.Late) < len(s.Late) {
		c.Next = instant(l.timeline(s, *c).add(due, s.Late[c.Late].Wait))
	}
	l.take(i, n, step, due)
}

// putOff reports whether a clock whose first step would be taken is not late yet. Its owner, who was warned, is warned again
// only later.
func (l *lateness) putOff(i int, due time.Time) bool {
	next := l.asKnown(l.clocks[i])
	if next == l.clocks[i] {
		return false
	}
	if !next.Warn.After(due) {
		next.Warn = time.Time{}
	}
	l.note(i, CodeAbsent, "is due later: "+next.Owner+" was absent", due)
	l.clocks[i] = next
	return true
}

// asKnown returns a clock as it is by what is known now of its owner's absences: due later, where one lies in its time that was
// not known when it started. One whose first step was taken is late, and what the policy promises otherwise since changes
// nothing.
func (p *pass) asKnown(c Clock) Clock {
	s := c.terms(p.engine.slaOf(c))
	if s == nil || c.Late > 0 || !slices.Contains(s.Pauses, PauseOwnerAway) {
		return c
	}
	throughout := *s // as if nobody was ever absent
	throughout.Pauses = without(s.Pauses, func(pause SLAPause) bool { return pause == PauseOwnerAway })
	next, least := c, c
	p.schedule(&next, s)
	if p.schedule(&least, &throughout); c.before(least) || !c.before(next) {
		return c
	}
	return next
}

// promises reports whether the step asks something of somebody new.
func (s LateStep) promises() bool { return s.Do == LateReassign || s.Do == LateQueue }

// takes reports whether the step takes the record, or new work, from its owner.
func (s LateStep) takes() bool { return s.promises() || s.Do == LateAway }

func (l *lateness) take(i int, n int64, step LateStep, due time.Time) {
	c := l.clocks[i]
	id := fmt.Sprintf("late:%s:%d", c.ID, n)
	switch step.Do {
	case LateNotify:
		l.note(i, CodeLate, step.To+" is told", due)
		l.tell(step.To, c.Owner, Notify{ID: id, Level: LevelWarning, At: due, Text: l.lateText(c)})
	case LateEscalate:
		l.note(i, CodeLate, step.To+" has to see to it", due)
		l.tell(step.To, c.Owner, Notify{ID: id, Level: LevelUrgent, At: due, Text: l.lateText(c)})
	case LateAway:
		l.note(i, CodeLate, c.Owner+" takes no new work", due)
		if rep, _ := l.base.Rep(c.Owner); rep.Status != RepLeft { // who left does not come back
			l.emit(SetRepStatus{c.Owner, RepAway, due})
		}
	case LateReassign:
		l.askAnother(i, step, due)
	case LateQueue:
		l.note(i, CodeLate, "goes back to "+step.Queue.ID, due)
		l.giveBack(l.record, step.Queue, c.Play, due)
		l.endAll()
	}
}

func (l *lateness) lateText(c Clock) string {
	return fmt.Sprintf("%s was due at %s, and %s has not done it", c.subject(), l.shown(c.Due), c.Owner)
}

// shown is how people read an instant, in the policy's zone.
func (p *pass) shown(t time.Time) string {
	return p.engine.cfg.Zone.In(t).Format("2006-01-02 15:04 MST")
}

// askAnother gives the record to somebody else.
func (l *lateness) askAnother(i int, step LateStep, due time.Time) {
	c := l.clocks[i]
	if most := cmp.Or(step.AtMost, MaxTransfers); c.Transfers >= most {
		l.note(i, CodeTransfers, fmt.Sprintf("went to somebody else %d times, which is as often as it may", c.Transfers), due)
		return
	}
	avoid := l.record.askedBefore(c.Transfers + 1)
	l.note(i, CodeLate, "somebody else is asked", due)
	record := l.record
	record.Clocks = slices.Clone(l.clocks)
	if next := &record.Clocks[i].Next; !next.IsZero() { // whoever gets it has it from now on
		*next = l.at
	}
	found, again := l.transfer(record, transfer{from: c.Owner, avoid: avoid, id: c.ID, rule: RuleClock, due: due})
	if found {
		l.endAll()
	} else if !again.IsZero() { // the step waits, and those after it do
		l.clocks[i].Late, l.clocks[i].Next = c.Late-1, again
	}
}

// endAll says that the clocks of the handoff were replaced, as it went to another owner, who had none of them, or that they
// stopped, as it went back to a queue: then that of the queue is replaced, too. Those of other queues run on, and ask nothing of
// anybody new.
func (l *lateness) endAll() {
	for i, c := range l.clocks {
		l.ended[i] = l.ended[i] || !c.waits() || c.ID == inQueue(l.d.Queue)
	}
}

// askedBefore returns everybody who had the record in its present handoff, and who stood in for them, in order: the latest n
// owners, as far as that is known more, and whoever owes something, or did. Of those whom a record remembers it cannot tell
// since when.
func (r Record) askedBefore(n int64) []string {
	out := []string{r.Owner, r.Cover.Rep}
	if r.Owner != "" && r.OwnedSince.After(r.Began) && !r.Began.IsZero() { // it went to another owner since
		n = max(n, 2)
	}
	add := func(c Clock) {
		if out = append(out, c.Owner); c.Play == r.Play {
			n = max(n, c.Transfers+1)
		}
	}
	for _, c := range r.Clocks {
		if !c.waits() {
			add(c)
		}
	}
	for _, s := range r.Stopped {
		if !s.waits() && !s.At.Before(r.Began) {
			add(s.Clock)
		}
	}
	out = append(out, r.Past[max(0, len(r.Past)-int(n)):]...)
	slices.Sort(out)
	return without(slices.Compact(out), func(rep string) bool { return rep == "" })
}

// A transfer asks for somebody else to have the record.
type transfer struct {
	from  string   // who had it
	avoid []string // who does not get it
	id    string   // of what asks for it
	rule  Rule
	due   time.Time // when it was asked for
}

// transfer lets the route of the play that handed the record over find somebody else, and gives them everything that was
// promised and that runs. It reports whether there was anybody. Where the route says so the record goes back to a queue, or
// stays until somebody can have it, at again; where it does not the owner's manager has to see to it.
func (p *pass) transfer(record Record, t transfer) (found bool, again time.Time) {
	play := p.engine.play(record.Play)
	if play == nil {
		p.reason(Reason{Rule: t.rule, ID: t.id, Code: CodeNobody, Text: "the policy does not have the play any more that handed the record over"})
		p.stays(t)
		return false, again
	}
	h := p.reroute(record, play, t.avoid)
	routing := h.routing
	p.passed(routing.Passed)
	h.routed()
	if !h.found() {
		p.reason(Reason{Rule: t.rule, ID: t.id, Code: CodeNobody, Play: play.ID, Text: "there is nobody else who could have it"})
		switch next := instant(routing.Next); {
		case routing.Queue != nil:
			p.giveBack(record, routing.Queue, play.ID, t.due)
			return true, again
		case routing.Hold && next.After(p.at):
			p.d.Next = next
			return false, next
		}
		p.stays(t)
		return false, again
	}
	p.d.Owner, p.d.Rung, p.d.Play = routing.Owner, routing.Rung, play.ID
	p.reason(Reason{Rule: RuleRoute, ID: routing.Rung, Play: play.ID, Text: routing.Why})
	h.late = int64(max(0, p.at.Sub(t.due)) / time.Second)
	p.returnTurn(record, Activity{ID: t.id, Kind: ActivityReassigned, At: p.at, By: t.from})
	h.assign()
	p.handOn(routing.Owner)
	p.passClocks(record.Clocks, routing.Owner, p.at)
	h.people = h.audience()
	p.emit(AttachContext{p.req.Subject, routing.Owner, h.context(Pause{})})
	p.emit(Notify{Subject: p.req.Subject, ID: "passed-" + t.id, Level: LevelInfo, To: t.from, Text: "goes to " + routing.Owner})
	return true, again
}

// reroute lets the route of a play find somebody for a record that was handed over before, but not those whom it is to avoid.
func (p *pass) reroute(record Record, play *Play, avoid []string) *handover {
	facts := p.factsFor(record.Trigger)
	facts.Avoid = append(facts.Avoid, avoid...)
	return &handover{pass: p, winner: &candidate{play: play, waiting: &waiting{trigger: record.Trigger, facts: facts}},
		routing: play.Router.Route(facts, play), sequence: p.engine.sequenceOf(play)}
}

// found reports whether there is somebody, and whom the route was not to avoid: one of the host's may avoid nobody.
func (h *handover) found() bool {
	avoided := func(rep string) bool { return slices.Contains(h.winner.waiting.facts.Avoid, rep) }
	return h.routing.Owner != "" && !avoided(h.routing.Owner) && !avoided(h.routing.Covers)
}

// stays tells the manager of whom the record should have gone from that there is nobody else.
func (p *pass) stays(t transfer) {
	p.tell(ToManager, t.from, Notify{ID: "stays-" + t.id, Level: LevelUrgent, Text: "stays with " + t.from + ": there is nobody else who could have it"})
}

// ByReturn is what Exited.By says of a sequence that ended because the record went back to a queue.
const ByReturn = "returned"

// giveBack takes the record from its owner and puts it into a queue, from which somebody may claim it: an activity of kind
// reassigned. A signal finds it an owner, too. The sequences that end do not start again with whoever claims it: a signal may
// start them.
func (p *pass) giveBack(record Record, q *Queue, play string, due time.Time) {
	p.base.AccountRecord() // so that it is guarded
	p.returnTurn(record, Activity{ID: q.ID, Kind: ActivityReassigned, At: p.at, By: p.from()})
	p.emit(Assign{Subject: p.req.Subject, Account: p.req.account(), From: p.from(), At: p.at, Late: int64(max(0, p.at.Sub(due)) / time.Second)})
	p.moveLoad(Load{})
	for _, r := range p.running() {
		if r.Under == p.req.Subject && !p.exits(r) {
			p.exitOn(r, p.at, ByReturn)
		}
	}
	for _, c := range record.Clocks {
		if !c.waits() {
			p.stopClock(c, p.at, false, StopReturns, q.ID)
		}
	}
	p.d.Queue = q.ID
	p.waitIn(record, q, play)
	p.emit(Notify{Subject: p.req.Subject, ID: "queued-" + q.ID, Level: LevelWarning, To: q.Owner, Text: "came back to " + q.ID})
}

// waitIn starts the clock of a queue that runs until somebody owns the record. Where the record waits there for something
// else, that clock does.
func (p *pass) waitIn(record Record, q *Queue, play string) {
	c := p.clock(inQueue(q.ID), q.Promise, play, q.Owner, Trigger{})
	c.Returned = true
	if i := slices.IndexFunc(record.Clocks, func(old Clock) bool { return old.ID == c.ID }); i >= 0 && !c.before(record.Clocks[i]) {
		c = record.Clocks[i]
		c.Returned = true
		p.emit(MoveClock{p.req.Subject, c, "runs until somebody owns the record"})
		return
	}
	p.emit(StartClock{p.req.Subject, c})
}
