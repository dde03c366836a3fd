package handoff

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// FirstTouch begins the id of the clock that a play's promise starts: "first_touch:" and the play. Each play keeps its own
// promise.
const FirstTouch = "first_touch"

// InQueue begins the id of the clock that runs while a record waits in a queue for an owner, or for facts: "queue:" and the
// queue. No activity stops it, except that one that makes somebody the owner ends the wait for one.
const InQueue = "queue"

// Acceptance begins the id of the clock that runs until the owner has said whether the handoff is taken: "acceptance:" and
// the play.
const Acceptance = "acceptance"

// A handover turns the winning candidate into effects.
type handover struct {
	*pass
	winner   *candidate
	sequence *Sequence // nil: nothing starts
	people   []*reached
	routing  Routing
	ranked   []*candidate      // the winner, and those that it won against, best first
	planned  map[Key][]Planned // by this decision, for the people so far
	late     int64             // how many seconds after it was due, where a promise was not kept
	again    time.Time         // when to decide again, where caps or throttles keep it from going on; zero: never
	sides    []Side            // of experiments
	before   int               // how many effects the decision had when it was tried
}

// hand emits what the winner does.
func (h *handover) hand() {
	play, owner := h.winner.play, h.routing.Owner
	h.owned()
	h.exposed(h.sides)
	h.assign()
	h.enroll()
	h.promise()
	if len(play.Holds) > 0 {
		h.emit(Hold{h.req.Subject, ActiveHold{ID: "play:" + play.ID, Reason: "waits until " + play.ID + " is resolved",
			Source: "play", Since: h.at, LiftedBy: string(ActivityResolved), ReleasedBy: ActivityResolved, OnRelease: ReleaseNone, Blocks: play.Holds, Position: play.Position}})
	}
	pause := h.pause()
	if len(pause.Scope) > 0 {
		h.emit(PauseMarketing{h.req.Subject, pause})
	}
	h.emit(AttachContext{h.req.Subject, owner, h.context(pause)})
	h.later()
}

// owned says who the owner is, and why.
func (h *handover) owned() {
	h.d.Owner, h.d.Rung = h.routing.Owner, h.routing.Rung
	h.routed()
	h.reason(Reason{Rule: RuleRoute, ID: h.routing.Rung, Play: h.winner.play.ID, Text: h.routing.Why})
}

// later keeps the triggers that lost and wait until what the winner started is over: its sequence, or without one its first
// touch.
func (h *handover) later() {
	if h.winner.play.Losers != LosersQueue {
		return
	}
	for _, w := range h.lost() {
		h.queue(w, earlier(h.resolved(), h.staleAt(w)), WhyLost)
	}
}

// resolved returns when what the decision starts is over; zero: that cannot be told.
func (p *pass) resolved() time.Time {
	if until := latest(p.d.FirstTouch, p.runsEnd()); until.After(p.at) {
		return until
	}
	return time.Time{}
}

// lost returns the triggers that were ready beside the winner's, also those whose plays were tried before and started
// nothing, the best first.
func (h *handover) lost() (out []*waiting) {
	for _, c := range h.ready {
		if w := c.waiting; w != h.winner.waiting && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// assign gives the record to its owner, with everything that remembers it. Every entry that is written is guarded, also
// where a router did not read it.
func (h *handover) assign() {
	r := h.routing
	assign := Assign{Subject: h.req.Subject, Account: h.req.account(), From: h.from(), To: r.Owner, Covers: r.Covers,
		Until: instant(r.Until), With: r.With, Play: h.winner.play.ID, Rung: r.Rung, Trigger: h.winner.waiting.trigger, Late: h.late, At: h.at}
	if r.Turn != nil {
		turn := r.Turn.clone().(AdvancePool)
		turn.At, turn.Moves = h.at, inUTC(turn.Moves)
		if turn.Ledger != nil {
			ledger := normal(*turn.Ledger).(Pool)
			turn.Ledger = &ledger
		}
		h.reader.get(PoolKey(turn.Policy, turn.Pool))
		h.emit(turn)
		assign.Turn = Turn{turn.Policy, turn.Pool, turn.Rep, h.at}
	}
	h.emit(assign)
	counts := r.Counts
	if suppressor := h.engine.cfg.Suppressor; suppressor != nil {
		facts := *h.winner.waiting.facts
		facts.Owner = r.Owner
		counts = slices.Concat(counts, suppressor.Counts(&facts, h.winner.play))
	}
	for _, count := range counts {
		count.At, count.Until = h.at, instant(count.Until)
		h.reader.get(count.Tally)
		h.emit(count)
	}
	for _, stick := range r.Sticks {
		stick.At = h.at
		h.reader.get(stick.Key)
		h.emit(stick)
	}
	h.moveLoad(Load{assign.owner(), r.Units})
}

// inUTC returns the moves with their instants in the form of instant. They are the pass's own.
func inUTC(moves []Move) []Move {
	for i := range moves {
		moves[i].CreditUntil = instant(moves[i].CreditUntil)
	}
	return moves
}

// moveLoad makes the record so much open work of a rep, and of nobody else.
func (p *pass) moveLoad(next Load) {
	old := p.base.Record().Load
	if old.Rep != next.Rep {
		p.addLoad(old.Rep, -old.Units)
		old.Units = 0
	}
	p.addLoad(next.Rep, next.Units-old.Units)
}

func (p *pass) addLoad(rep string, units int64) {
	if units != 0 {
		p.reader.get(RepKey(rep))
		p.emit(MoveLoad{p.req.Subject, rep, units})
	}
}

func inQueue(id string) string { return InQueue + ":" + id }

// waits reports whether the clock runs while the record waits in a queue.
func (c Clock) waits() bool { return strings.HasPrefix(c.ID, inQueue("")) }

// abandon takes the record out of the queues in which the decision leaves no trigger that waits for what the queue is for.
// It leaves at an instant, and not before it came.
// Which queue an owner is missing in is known of a trigger that was decided; of one that was not, every queue may be.
func (p *pass) abandon(by string, at time.Time) {
	record := p.base.Record()
	if !slices.ContainsFunc(record.Clocks, Clock.waits) {
		return
	}
	next, _ := Apply(State{p.req.Subject: p.reader.get(p.req.Subject)}, p.d.Effects)[p.req.Subject].Value.(Record)
	queues, unknown := slices.Clone(p.queues), false
	for _, q := range next.Queue {
		if queue := p.engine.triggers[q.Trigger.Kind].queue(); q.Why == WhyIncomplete && queue != nil {
			queues = append(queues, inQueue(queue.ID))
		}
		decided := slices.ContainsFunc(p.pending, func(w *waiting) bool { return w.trigger.ID == q.Trigger.ID })
		unknown = unknown || q.unowned() && !decided
	}
	for _, clock := range next.Clocks {
		if clock.Returned && by == "" {
			continue
		}
		if clock.waits() && !unknown && !slices.Contains(queues, clock.ID) {
			if p.d.Verdict == VerdictStale || p.d.Verdict == VerdictHeldOut { // which is not what the queue was for
				p.stopClock(clock, latest(at, clock.Start), false, StopClosed, by)
			} else {
				p.stopClock(clock, latest(at, clock.Start), true, StopDone, by)
			}
		}
	}
}

// queue returns who looks after triggers of the kind while facts are unknown; nil: nobody.
func (r *TriggerRule) queue() *Queue {
	if r == nil { // the policy lists the kind no more
		return nil
	}
	return r.Incomplete.Queue
}

func (q Queued) unowned() bool { return q.Why == WhyUnassigned }

// routed lists what the router says beside the owner.
func (h *handover) routed() {
	for _, r := range h.routing.Reasons {
		r.Play = h.winner.play.ID
		h.reason(r)
	}
}

// unowned answers when nobody can be the owner now.
func (h *handover) unowned(pending []*waiting) {
	h.d.Verdict = VerdictUnassigned
	if next := instant(h.routing.Next); next.After(h.at) { // what is not would be due at once, and again
		h.d.Next = next
	}
	h.routed()
	if h.routing.Hold && !h.d.Next.IsZero() {
		h.d.Verdict = VerdictQueued
	}
	if h.routing.Queue != nil {
		h.d.Verdict = VerdictQueued
		h.queueUp(h.routing.Queue, h.winner.play.ID, words(h.winner.waiting.trigger.Kind)+" waits in "+h.routing.Queue.ID+": nobody can own it now")
	}
	for _, w := range pending {
		if len(w.survivors()) == 0 {
			h.dispose(w)
		} else {
			h.queue(w, earlier(earlier(h.d.Next, h.room), h.staleAt(w)), WhyUnassigned)
		}
	}
}

// queueUp puts the record into a queue and tells its owner why, unless it waits there already.
func (p *pass) queueUp(q *Queue, play, why string) {
	id := inQueue(q.ID)
	known := slices.Contains(p.queues, id) || slices.ContainsFunc(p.base.Record().Clocks, func(c Clock) bool { return c.ID == id })
	p.d.Queue, p.queues = q.ID, append(p.queues, id)
	if known {
		return
	}
	p.emit(StartClock{p.req.Subject, p.clock(id, q.Promise, play, q.Owner, Trigger{})})
	p.emit(Notify{Subject: p.req.Subject, ID: "queued-" + q.ID, Level: LevelWarning, To: q.Owner, Text: why})
}

// from returns the owner until now.
func (p *pass) from() string {
	if p.req.Subject.Kind == KindLead {
		return cmp.Or(p.base.Record().Owner, p.req.Lead.Owner)
	}
	return p.base.Record().Owner
}

// promise starts the clocks of the first touch, where somebody may be reached, and of the owner's acceptance. What other plays
// promised goes to the owner, too.
func (h *handover) promise() {
	play, trigger := h.winner.play, h.winner.waiting.trigger
	for _, c := range h.base.Record().Clocks {
		if c.passes(h.routing.Owner) && c.Play != play.ID {
			h.passClock(c, h.routing.Owner, h.at)
		}
	}
	h.d.FirstTouch = time.Time{} // the decision's is what its own play promises
	if h.d.Verdict != VerdictBlockedChannel || h.reachable() {
		if c := h.firstTouch(); c.ID != "" && !h.done(c) {
			h.d.FirstTouch = h.run(c)
		}
	}
	if play.Acceptance != nil {
		if c := h.clock(Acceptance+":"+play.ID, play.Acceptance, play.ID, h.routing.Owner, trigger); !h.done(c) {
			h.run(c)
		}
	}
}

// done reports whether what a clock promises from an earlier instant on was done since, and says when.
func (h *handover) done(c Clock) bool {
	for _, ref := range h.base.Record().Activities {
		a := Activity{ID: ref.ID, Kind: ref.Kind, At: ref.At, By: ref.By, Until: ref.Until}
		if !c.Start.Before(h.at) || a.At.Before(c.Start) || a.At.After(h.at) || a.Kind == ActivityOutcome {
			continue
		}
		if h.does(c, a, h.consequences(a)) {
			h.reason(Reason{Rule: RuleClock, ID: c.ID, Code: CodeKept, Play: c.Play, Text: "was done before, by " + a.words(), Since: a.At})
			return true
		}
	}
	return false
}

// run starts a clock, and returns when it is due. What the same promise has asked of somebody else ends, or where it keeps its
// time goes to the owner. What it has asked of the same owner goes on where it is due earlier, unless it was broken: then it is
// over, so that the new one is kept or broken by itself.
func (h *handover) run(c Clock) time.Time {
	for _, old := range h.base.Record().Clocks {
		switch {
		case old.ID != c.ID:
			continue
		case old.Owner == c.Owner && !old.Due.IsZero() && !old.Due.After(h.at):
			h.stopClock(old, h.at, false, StopClosed, h.winner.waiting.trigger.ID)
			continue
		case old.Owner == c.Owner && old.before(c):
			return old.Due
		case old.Owner == c.Owner:
			continue
		}
		if s := h.engine.slaOf(old); s != nil && s.Restart == RestartKeeps && old.before(c) {
			h.passClock(old, c.Owner, h.at)
			return old.Due
		}
		h.stopClock(old, h.at, false, StopOwner, c.Owner)
	}
	h.emit(StartClock{h.req.Subject, c})
	return c.Due
}

// firstTouch returns the clock of the first touch, which is never due later than any merged play allows; the zero Clock where
// nothing is promised.
func (h *handover) firstTouch() (first Clock) {
	play, owner := h.winner.play, h.routing.Owner
	ready := []*candidate{h.winner}
	if play.Losers.fate() == FateMerged {
		ready = h.ready
	}
	for _, c := range ready {
		if c.play.Promise == nil {
			continue
		}
		clock := h.clock(FirstTouch+":"+play.ID, c.play.Promise, play.ID, owner, c.waiting.trigger)
		if c.play != play {
			clock.Terms = c.play.ID
		}
		if first.ID == "" || clock.before(first) {
			first = clock
		}
	}
	return first
}

// before reports whether a clock is due earlier; one that is paused comes last.
func (c Clock) before(d Clock) bool {
	return !c.Due.IsZero() && (d.Due.IsZero() || c.Due.Before(d.Due))
}

// pause returns the marketing that yields; the zero Pause when none does.
func (h *handover) pause() Pause {
	rule := h.winner.play.Pause
	if len(rule.Scope) == 0 {
		return Pause{}
	}
	pause := Pause{ID: "play:" + h.winner.play.ID, Scope: rule.Scope, Since: h.at, Until: rule.For.After(h.at, h.engine.cfg.Zone)}
	if rule.Sequence {
		ends := h.runsEnd()
		if ends.IsZero() { // nothing started that it could end with
			return Pause{}
		}
		pause.Sequence = h.sequence.ID
		if rule.For.IsZero() || ends.Before(pause.Until) {
			pause.Until = ends
		}
	}
	for _, old := range h.base.Record().Pauses {
		if old.ID == pause.ID && old.Until.After(pause.Until) { // as Apply keeps it
			pause.Until = old.Until
		}
	}
	return pause
}

// runsEnd returns when the last of the runs that the decision starts ends by itself; zero: none starts.
func (p *pass) runsEnd() (at time.Time) {
	for _, e := range p.d.Effects {
		if e, starts := e.(Enroll); starts {
			at = latest(at, e.Ends)
		}
	}
	return at
}

func (h *handover) context(pause Pause) Context {
	f := h.winner.waiting.facts
	t := f.Trigger
	c := Context{
		Trigger:     t.Kind,
		OccurredAt:  t.OccurredAt,
		Source:      t.Source,
		Asset:       t.Asset,
		Offer:       t.Offer,
		Campaign:    t.Campaign,
		Landing:     t.Landing,
		Pages:       t.Pages,
		Content:     t.Content,
		Events:      countEvents(h.req.Events),
		Touches:     h.req.Touches[:min(len(h.req.Touches), maxTouches)],
		Objections:  h.req.Lead.Objections,
		With:        h.routing.With,
		Status:      h.req.Lead.Status,
		Account:     h.req.Account.Name,
		WhyOwner:    h.routing.Why,
		TalkTrack:   h.winner.play.TalkTrack,
		NextStep:    h.winner.play.NextStep,
		Due:         h.d.FirstTouch,
		Paused:      pause.Scope,
		PausedUntil: pause.Until,
	}
	h.contactable(&c)
	if h.winner.play.Opening != nil {
		c.Opening = h.winner.play.Opening.Text(f)
	}
	for i, s := range h.engine.cfg.Scores {
		if points := f.Scores[i]; points.Known {
			c.Scores = append(c.Scores, NamedScore{s.ID, points.Value})
		}
	}
	if h.winner.play.Losers.fate() == FateMerged {
		for _, w := range h.lost() {
			t := w.trigger
			c.Merged = append(c.Merged, MergedSignal{t.Kind, t.OccurredAt, t.Asset, t.Offer, t.Campaign})
		}
	}
	slices.SortStableFunc(c.Merged, func(a, b MergedSignal) int { return a.OccurredAt.Compare(b.OccurredAt) })
	return c
}

// countEvents tells how often each kind occurred, by kind.
func countEvents(events []Event) []EventCount {
	var out []EventCount
	for _, e := range events { // by instant, so that the last one seen is the latest
		i, found := slices.BinarySearchFunc(out, e.Kind, func(c EventCount, kind string) int { return strings.Compare(c.Kind, kind) })
		if !found {
			out = slices.Insert(out, i, EventCount{Kind: e.Kind})
		}
		out[i].N++
		out[i].Last = e.At
	}
	return out
}

// words turns an id such as demo_request into words.
func words(id string) string { return strings.NewReplacer("_", " ", "-", " ").Replace(id) }
