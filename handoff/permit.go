package handoff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Permit says whether a touch may go out now: of a sequence, of a rep by hand, of marketing alike. The request names the
// person as its Lead; its triggers are not looked at, and Touch.At is not either: the touch goes out at at.
//
// The verdict is permitted; held, where the touch may be tried again at Decision.Next, or where no Next is given, when the
// facts have changed; blocked_channel, where no evidence opens the channel; or refused, where the touch never goes out. Every
// reason is listed. Holds of plays keep back what the policy says: see ActiveHold.Touches. Decision.Owner is who sends a step of
// a sequence: its owner, or who stands in.
//
// A permitted touch is remembered and counted by the decision's effects, so that a host that commits it before sending never
// exceeds a cap. Asked again about the same id, for the same channel, purpose and sequence, everything but caps is asked anew,
// and nothing is counted: who crashed between the commit and the sending asks again before it sends. That holds for the
// latest 200 touches of a person. Another touch under an id that is taken is an *InputError.
//
// Of a sequence no more touches go out on a channel than it has steps there, and for its own purpose, whatever the touch says.
// On which day and at which hour a step goes out is the sequencer's to plan. A discarded step keeps its room under caps until
// the sequence ends.
//
// What somebody has to be told, PurposeTransactional, is held by nothing but a refusal of that purpose itself.
func (e *Engine) Permit(at time.Time, r Request, t Touch) (Decision, error) {
	if err := t.check(); err != nil {
		return Decision{}, err
	}
	r.Triggers = nil
	p, err := e.begin(at, r, nil)
	if err != nil {
		return Decision{}, err
	}
	if p.req.person().IsZero() {
		return Decision{}, &InputError{"lead.id", "is missing; a touch reaches a person"}
	}
	c := p.contact(t)
	if c.before != nil && !c.repeats() {
		return Decision{}, &InputError{"touch.id", "is that of a touch by another channel, for another purpose or of another sequence; give every touch an id of its own"}
	}
	c.permit()
	return p.finish()
}

// NeedsTouch is Needs for Permit: the keys of the entries that Permit may read and that the request's State lacks.
func (e *Engine) NeedsTouch(at time.Time, r Request, t Touch) []Key {
	r.Triggers = nil
	r, err := accept(at, r)
	if err != nil || t.check() != nil || r.person().IsZero() {
		return nil
	}
	p := e.newPass(at, r, nil)
	c := p.contact(t)
	keys := append(p.records(), p.runKeys()...)
	by := []string{"", c.touch.By}
	if c.run != nil {
		by = append(by, p.senders(c.run.Enrollment)...)
		keys = append(keys, p.awayKeys(c.run.Enrollment)...)
	}
	if play, suppressor := c.startedBy(), e.cfg.Suppressor; play != nil && suppressor != nil {
		keys = suppressor.Keys(c.facts, play, keys)
	}
	for _, rep := range by {
		c.touch.By = rep
		keys = append(keys, c.tallies()...)
	}
	return r.State.missing(keys)
}

// FillTouch is Fill for Permit.
func (e *Engine) FillTouch(at time.Time, r Request, t Touch, load func([]Key) (State, error)) (Request, error) {
	return fill(r, load, func(r Request) []Key { return e.NeedsTouch(at, r, t) })
}

func (t Touch) check() error {
	c := checker{}
	c.touch("touch", t)
	return c.err
}

// A contact is a touch that is about to go out.
type contact struct {
	*pass
	touch  Touch
	facts  *Facts    // as the person
	record Record    // of the person
	run    *run      // whose step it is; nil: of none that runs
	before *TouchRef // what is remembered under the id; nil: nothing
	heir   *handover // who takes the sequence over, if the touch goes out; nil: nobody

	until  time.Time // when it can be tried again; zero: nobody knows
	wait   bool      // it does not go out now
	never  bool      // it never goes out
	closed bool      // nothing opens its channel
}

func (p *pass) contact(t Touch) *contact {
	t.At, t.Purpose = p.at, t.purpose()
	person := p.req.person()
	record, _ := p.req.State[person].Value.(Record)
	c := &contact{pass: p, touch: t, facts: p.base.about(person), record: record}
	for _, r := range p.running() {
		if r.Person == person && r.Sequence == t.Sequence && !r.over(p.at) {
			c.run, c.touch.Purpose = &r, cmp.Or(r.Purpose, PurposeSales)
		}
	}
	if i := slices.IndexFunc(record.Touches, func(old TouchRef) bool { return old.ID == t.ID }); i >= 0 {
		c.before = &record.Touches[i]
	}
	return c
}

// repeats reports whether the touch is the one that is remembered under its id.
func (c *contact) repeats() bool {
	return c.before.Channel == c.touch.Channel && c.before.Sequence == c.touch.Sequence &&
		(c.before.Purpose == c.touch.Purpose || c.run == nil && c.touch.Sequence != "") // of a run that is over the purpose is forgotten
}

func (c *contact) permit() {
	c.d.Cause.Touch = c.touch.ID
	c.base.Record()
	stored[Record](c.reader, c.facts.Subject)
	c.base.AccountRecord()
	c.d.Owner = c.touch.By
	c.consented()
	if c.touch.Purpose != PurposeTransactional {
		c.goesOn()
		c.heldToo()
		c.yields()
		c.limited()
	}
	c.conclude()
}

// holdUntil keeps the touch back until an instant; zero: until the facts change.
func (c *contact) holdUntil(until time.Time) {
	switch until = instant(until); {
	case !c.wait:
		c.until = until
	case c.until.IsZero() || until.IsZero():
		c.until = time.Time{}
	default:
		c.until = latest(c.until, until)
	}
	c.wait = true
}

// consented asks whether the evidence opens the channel.
func (c *contact) consented() {
	verdict := c.judge(c.facts, c.touch, c.evidence(c.facts.Subject, c.req.Lead.Consent))
	c.closed = !verdict.Open
	if c.touch.Channel != ChannelTask {
		c.reason(verdict.reason(c.touch.Channel, c.play(), ""))
	}
}

// play returns the id of the play that started the sequence, or "".
func (c *contact) play() string {
	if c.run == nil {
		return ""
	}
	return c.run.Play
}

// goesOn asks whether the sequence whose step it is runs, and who sends it.
func (c *contact) goesOn() {
	switch {
	case c.touch.Sequence == "":
	case c.run == nil:
		c.neverAgain("does not run for the person")
	case !c.run.uses(c.touch.Channel):
		c.neverAgain("has no step on the channel")
	case c.before == nil && c.sent() >= c.steps():
		c.neverAgain("has no step left on the channel")
	case c.at.Before(c.run.starts()):
		c.holdUntil(c.run.starts())
		c.reason(Reason{Rule: RuleSequence, ID: c.run.Sequence, Code: CodeRunning, Play: c.run.Play, Text: "starts later", Until: c.run.starts()})
		c.d.Owner = c.run.Owner
	default:
		c.sender()
	}
}

// neverAgain says why the sequence does not send the touch.
func (c *contact) neverAgain(text string) {
	c.never = true
	c.reason(Reason{Rule: RuleSequence, ID: c.touch.Sequence, Code: CodeEnded, Text: text})
}

// sent returns how many touches of the run went out on the channel.
func (c *contact) sent() (n int) {
	for _, t := range c.record.Touches {
		if t.Sequence == c.run.Sequence && t.Channel == c.touch.Channel && !t.At.Before(c.run.At) {
			n++
		}
	}
	return n
}

// steps returns how many steps of the run are on the channel.
func (c *contact) steps() (n int) {
	for _, s := range c.run.Steps {
		if s.Do == c.touch.Channel {
			n++
		}
	}
	return n
}

// heldToo asks for the holds of the sequence's play that keep back what runs, too.
func (c *contact) heldToo() {
	play := c.startedBy()
	if play == nil {
		return
	}
	holds, _ := c.holds(c.facts, play)
	for _, h := range holds {
		if h.Touches {
			c.holdUntil(h.Until)
			c.reason(h.reason(play))
		}
	}
}

// startedBy returns the play that started the sequence; nil: none did, or the policy has it no more.
func (c *contact) startedBy() *Play {
	if c.run == nil {
		return nil
	}
	return c.engine.play(c.run.Play)
}

// yields asks whether marketing has to wait for a rep.
func (c *contact) yields() {
	if c.touch.Purpose != PurposeMarketing {
		return
	}
	seen := []Ref{}
	for _, ref := range []Ref{c.facts.Subject, c.req.Subject, c.req.account()} {
		if ref.IsZero() || slices.Contains(seen, ref) {
			continue
		}
		seen = append(seen, ref)
		for _, pause := range stored[Record](c.reader, ref).Pauses {
			if c.at.Before(pause.Until) && pause.covers(c.touch.Scope) {
				c.holdUntil(pause.Until)
				c.reason(Reason{Rule: RulePause, ID: pause.ID, Text: "marketing yields to a rep", Since: pause.Since, Until: pause.Until})
			}
		}
	}
}

// EveryScope is the scope of a pause that covers all marketing.
const EveryScope = "all"

// covers reports whether marketing of a scope pauses; that of no scope always does.
func (p Pause) covers(scope string) bool {
	return scope == "" || slices.Contains(p.Scope, scope) || slices.Contains(p.Scope, EveryScope)
}

// limited asks the policy's limits. A touch that was counted before is asked about the hour alone.
func (c *contact) limited() {
	limiter := c.engine.cfg.Limiter
	if limiter == nil || c.touch.Channel == ChannelTask {
		return
	}
	c.touch.By = c.d.Owner
	limits := limiter.Limit(c.facts, []Touch{c.touch}, c.own())
	for _, stop := range limits.Stops {
		if c.before != nil && !stop.OfHour {
			continue
		}
		c.never = c.never || stop.Discard
		c.holdUntil(stop.Until)
		c.reason(stop.reason(c.play(), stop.code(), ""))
	}
	for _, count := range limits.Counts {
		if c.before != nil {
			break
		}
		count.At, count.Until = c.at, instant(count.Until)
		count.Uses = strings.Join(c.own(), "")
		c.reader.get(count.Tally)
		c.emit(count)
	}
}

func (s Stop) code() string {
	if s.OfHour {
		return CodeQuiet
	}
	return CodeCapped
}

// own names what is planned for the touch.
func (c *contact) own() []string {
	if c.run == nil {
		return nil
	}
	return []string{c.run.id()}
}

// tallies returns what the policy's limits may read.
func (c *contact) tallies() []Key {
	if c.engine.cfg.Limiter == nil || c.touch.Channel == ChannelTask || c.touch.Purpose == PurposeTransactional {
		return nil
	}
	return c.engine.cfg.Limiter.Keys(c.facts, []Touch{c.touch}, nil)
}

// conclude gives the verdict. Only a touch that goes out for the first time leaves effects.
func (c *contact) conclude() {
	switch {
	case c.never:
		c.d.Verdict = VerdictRefused
	case c.closed:
		c.d.Verdict = VerdictBlockedChannel
	case c.wait:
		c.d.Verdict, c.d.Next = VerdictHeld, c.until
	default:
		c.d.Verdict = VerdictPermitted
		c.goOut()
		return
	}
	c.d.Effects = nil
	if c.heir != nil { // who would have taken it over
		c.d.Owner = c.run.Owner
	}
}

// goOut remembers the touch, and gives its sequence to who takes it over.
func (c *contact) goOut() {
	if c.heir != nil {
		c.passOn()
	}
	if c.before != nil {
		c.d.Owner = cmp.Or(c.d.Owner, c.before.By)
		c.reason(Reason{Rule: RuleLimit, ID: c.touch.ID, Code: CodeConsumed, Text: "was permitted before, and counts once"})
		return
	}
	c.emit(RecordTouch{c.facts.Subject, c.remember()})
}

func (c *contact) remember() TouchRef {
	t := c.touch
	ref := TouchRef{ID: t.ID, Channel: t.Channel, Purpose: t.Purpose, Scope: t.Scope, Sequence: t.Sequence, By: cmp.Or(c.d.Owner, t.By), At: c.at}
	for _, r := range c.running() {
		if r.Person == c.facts.Subject && r.Sequence != t.Sequence && !r.over(c.at) && !slices.Contains(ref.During, r.Sequence) {
			ref.During = append(ref.During, r.Sequence)
		}
	}
	slices.Sort(ref.During)
	return ref
}

// sender finds who sends a step: the owner of the sequence, or where the owner is absent, whom the sequence says.
func (c *contact) sender() {
	c.d.Owner = c.run.Owner
	if c.run.OwnerAway == "" || c.run.OwnerAway == OwnerAwaySend {
		return
	}
	owner, away, back := c.whereIs(c.run.Owner)
	if !away {
		return
	}
	switch c.run.OwnerAway {
	case OwnerAwayCover:
		if cover := owner.cover(c.at); cover != "" && !c.isAway(cover) {
			c.d.Owner = cover
			c.absent(fmt.Sprintf("%s stands in for %s, who is absent", cover, c.run.Owner), back)
			return
		}
	case OwnerAwayReassign:
		if c.heir = c.takeover(); c.heir != nil {
			c.d.Owner = c.heir.routing.Owner
			return
		}
	}
	c.holdUntil(back)
	c.absent(c.run.Owner+" is absent"+c.elsewhere(), back)
}

// absent says what becomes of a step whose owner is absent.
func (c *contact) absent(text string, back time.Time) {
	c.reason(Reason{Rule: RuleSequence, ID: c.run.Sequence, Code: CodeOwnerAway, Play: c.run.Play, Text: text, Until: back})
}

// elsewhere says which request could give the sequence to somebody else.
func (c *contact) elsewhere() string {
	if c.run.OwnerAway == OwnerAwayReassign && c.run.Under != c.req.Subject {
		return fmt.Sprintf("; a request about %s finds somebody else", c.run.Under)
	}
	return ""
}

func (p *pass) isAway(rep string) bool {
	_, away, _ := p.whereIs(rep)
	return away
}

// whereIs tells whether a rep is absent, and until when; zero: nobody knows. Of whom nobody knows whether they are active is
// absent, unless the policy lists them.
func (p *pass) whereIs(id string) (rep Rep, away bool, back time.Time) {
	rep, _ = p.base.Rep(id)
	_, listed := findRep(p.engine.reps, id)
	if rep.Status == RepAway || rep.Status == RepLeft || rep.Status == RepUnknown && !listed {
		return rep, true, time.Time{}
	}
	a, absent := rep.absence(p.at)
	return rep, absent, instant(a.Until)
}

// absence returns the absence of the rep at an instant, of several the one that ends last.
func (r Rep) absence(at time.Time) (a Absence, absent bool) {
	for _, b := range r.Absences {
		if at.Before(b.From) || !b.Until.IsZero() && !at.Before(b.Until) {
			continue
		}
		if !absent || b.Until.IsZero() || !a.Until.IsZero() && b.Until.After(a.Until) {
			a, absent = b, true
		}
	}
	return a, absent
}

// cover returns who stands in for the rep at an instant, or "".
func (r Rep) cover(at time.Time) string {
	a, _ := r.absence(at)
	return cmp.Or(a.Cover, r.Cover)
}

// takeover finds somebody else to whom the route of the play gives the record, and its sequence with it; nil: nobody whose
// budgets, throttle and caps leave room.
func (c *contact) takeover() *handover {
	play := c.engine.play(c.run.Play)
	if play == nil || c.run.Under != c.req.Subject {
		return nil
	}
	h := c.reroute(c.base.Record(), play, []string{c.run.Owner})
	if !h.found() || c.isAway(h.routing.Owner) {
		return nil
	}
	h.sequence = c.engine.sequences[c.run.Sequence] // that runs, whatever the play starts now
	h.people = []*reached{{person: c.run.Person, facts: c.facts, record: c.run.subject, starts: c.run.starts(), steps: c.ahead(), chosen: true}}
	if !h.admitted() {
		return nil
	}
	return h
}

// ahead returns the steps of the run that are planned for later.
func (c *contact) ahead() []Step {
	return without(c.run.Steps, func(s Step) bool {
		return !c.engine.cfg.Zone.AddDays(c.run.starts(), s.Day).After(c.at)
	})
}

// passOn gives the record, its sequence and what was promised to who takes it over. The turn that gave the record to the old
// owner stays one.
func (c *contact) passOn() {
	h := c.heir
	c.d.Rung = h.routing.Rung
	h.assign()
	c.passClocks(c.base.Record().Clocks, h.routing.Owner, c.at)
	for _, tally := range c.run.Tallies {
		c.reader.get(tally)
		c.emit(Plan{Tally: tally, For: c.run.id()})
	}
	next := *c.run
	next.Owner = h.routing.Owner
	next.Tallies = nil
	if h.sequence != nil {
		next.Tallies = h.keep(next, h.people[0].counts)
	}
	if !next.Account.IsZero() {
		c.guardTrail(next.Account)
	}
	c.emit(Enroll{c.run.Under, next.Enrollment})
	c.absent(fmt.Sprintf("goes from %s, who is absent, to %s", c.run.Owner, next.Owner), time.Time{})
}

// play returns the play with an id; nil where the policy has it no more.
func (e *Engine) play(id string) *Play {
	i := slices.IndexFunc(e.cfg.Plays, func(p Play) bool { return p.ID == id })
	if i < 0 {
		return nil
	}
	return &e.cfg.Plays[i]
}

// awayKeys returns what finding the sender of a step may read.
func (p *pass) awayKeys(e Enrollment) (keys []Key) {
	if e.OwnerAway == "" || e.OwnerAway == OwnerAwaySend {
		return nil
	}
	for _, rep := range p.senders(e) {
		keys = append(keys, RepKey(rep))
	}
	if play := p.engine.play(e.Play); play != nil && e.OwnerAway == OwnerAwayReassign {
		record := p.handed()
		facts := *p.factsFor(record.Trigger)
		keys = append(play.Router.Keys(&facts, play, keys), record.handed()...)
		keys = append(keys, p.clockKeys(record)...)
		for _, facts.Owner = range append(p.senders(e), "") {
			if suppressor := p.engine.cfg.Suppressor; suppressor != nil {
				keys = suppressor.Keys(&facts, play, keys)
			}
			if sequence := p.engine.sequences[e.Sequence]; sequence != nil {
				keys = append(keys, sequence.throttleKeys(p.engine.cfg.Policy, facts.Owner)...)
			}
		}
	}
	return keys
}

// handed returns the subject's record, without noting that it was read.
func (p *pass) handed() Record {
	record, _ := p.req.State[p.req.Subject].Value.(Record)
	return record
}

// senders returns the reps who may send a step, as far as the State tells.
func (p *pass) senders(e Enrollment) []string {
	out := []string{e.Owner}
	over, _ := p.req.State[RepKey(e.Owner)].Value.(Rep)
	base, _ := findRep(p.engine.reps, e.Owner)
	if cover := base.with(e.Owner, over).cover(p.at); cover != "" && e.OwnerAway == OwnerAwayCover {
		out = append(out, cover)
	}
	if play := p.engine.play(e.Play); play != nil && e.OwnerAway == OwnerAwayReassign {
		for _, k := range play.Router.Keys(p.factsFor(p.handed().Trigger), play, nil) {
			if k.Kind == KindRep {
				out = append(out, k.ID)
			}
		}
	}
	return out
}
