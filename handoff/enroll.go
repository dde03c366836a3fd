package handoff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff/calendar"
)

// A reached is somebody whom a sequence would reach.
type reached struct {
	person   Ref       // zero: the request names nobody
	facts    *Facts    // as this person; nil: nobody
	evidence []Consent // everything said for and against contact, once somebody asked
	consent  []Consent // the host's
	record   Ref       // what remembers the sequences that run

	channels []Channel   // that are allowed, once somebody asked
	ends     []ending    // sequences that make room
	starts   time.Time   // of the days of the steps
	steps    []Step      // that are allowed
	blocked  []Step      // that are not
	relied   []Relied    // what opens the channels of the steps
	grounds  []Judgement // of each of relied
	refusals []Judgement // of each of blocked
	counts   []Count     // of the touches in tallies
	until    time.Time   // when caps leave room; zero: they do, or nobody knows
	free     bool        // nothing that runs or ran is in the way; false as long as nobody looked
	chosen   bool        // the sequence starts
}

// A run is a running sequence and the record that remembers it.
type run struct {
	subject Ref
	Enrollment
}

// An ending is a run that ends.
type ending struct {
	run
	at time.Time
	by string
}

// exit ends a run, with what stood for it: room in tallies, a pause of marketing that ends with it, and triggers that wait
// for its end.
func (p *pass) exit(r run, at time.Time, by string) {
	p.guardTrail(r.Account)
	p.ended = append(p.ended, ending{r, at, by})
	p.emit(Exit{r.subject, r.Account, Exited{r.Sequence, r.Person, at, by}})
	for _, tally := range r.Tallies {
		p.reader.get(tally)
		p.emit(Plan{Tally: tally, For: r.id()})
	}
}

// guardTrail reads a record that an effect names, and those in which it lives on, so that they are guarded.
func (p *pass) guardTrail(ref Ref) {
	for _, key := range p.req.State.trail(ref) {
		p.reader.get(key)
	}
}

// id names the run in tallies.
func (r run) id() string { return cmp.Or(r.ID, runID(r.subject, r.Sequence)) }

// runID names a run of a sequence that a record remembers.
func runID(record Ref, sequence string) string { return record.String() + "/" + sequence }

// newRunID names a run that starts. One that came out of another record must not take the names of runs that stayed there.
func (p *pass) newRunID(record Ref, sequence string) string {
	id, rec := runID(record, sequence), stored[Record](p.reader, record)
	if !rec.Parted.IsZero() {
		id += "/" + stamp(rec.Parted)
	}
	if rec.Splits > 1 {
		id += fmt.Sprintf("/%d", rec.Splits)
	}
	return id
}

// records returns the records that a request can read and write: the subject's, its account's, the person's, those of the
// account's people, those of the people whom its plays enrolled, and those of whom a colleague's reply ends a sequence.
func (p *pass) records() []Ref {
	refs := []Ref{p.req.Subject}
	record, _ := p.req.State[p.req.Subject].Value.(Record)
	more := append([]Ref{p.req.account(), p.req.person()}, record.People...)
	for _, l := range p.req.People {
		more = append(more, l.Ref())
	}
	account, _ := p.req.State[p.req.account()].Value.(Record)
	for _, a := range account.Active {
		if a.AccountReply {
			more = append(more, a.Person)
		}
	}
	seen := map[Ref]bool{{}: true, p.req.Subject: true}
	for _, ref := range more {
		if ref = p.home(ref); !seen[ref] {
			seen[ref] = true
			refs = append(refs, ref)
		}
	}
	return refs
}

// running returns the sequences that run for anybody whom the request can reach.
func (p *pass) running() []run {
	var out []run
	for _, ref := range p.records() {
		for _, e := range stored[Record](p.reader, ref).Enrollments {
			out = append(out, run{ref, e})
		}
	}
	return out
}

// audience returns whom the sequence would reach: the people whom the play's rule picks, those who come first ahead of the
// others and each by id, or without a rule the request's person.
func (h *handover) audience() []*reached {
	rule := h.winner.play.People
	if rule.AtMost == 0 {
		who := &reached{person: h.req.person(), consent: h.req.Lead.Consent, record: cmp.Or(h.req.person(), h.req.Subject)}
		if !who.person.IsZero() {
			who.facts = h.seenBy(h.winner.waiting.facts.about(who.person))
		}
		return []*reached{who}
	}
	var first, others []*reached
	var doubts, unknown []string
	for i, lead := range h.req.People {
		as := h.winner.waiting.facts.AsPerson(i)
		who := &reached{person: lead.Ref(), facts: h.seenBy(as.about(lead.Ref())), consent: lead.Consent, record: lead.Ref()}
		switch truth := rule.who(as); {
		case truth == Unknown:
			doubts = append(doubts, lead.Ref().String())
			unknown = append(unknown, rule.Who.Trace(as).Unknown...)
		case truth == True && rule.First != nil && rule.First.Eval(as) == True:
			first = append(first, who)
		case truth == True:
			others = append(others, who)
		}
	}
	if len(doubts) > 0 {
		h.doubt(doubts, unknown)
	}
	return append(first, others...)
}

// seenBy lets facts about a person see what the decision plans for the others.
func (h *handover) seenBy(f *Facts) *Facts {
	if h.planned == nil {
		h.planned = map[Key][]Planned{}
	}
	f.planned = h.planned
	return f
}

func (r PeopleRule) who(as *Facts) Truth {
	if r.Who == nil {
		return True
	}
	return r.Who.Eval(as)
}

// doubt names the people whom the play leaves out because it is unknown whether it is about them.
func (h *handover) doubt(people, unknown []string) {
	play := h.winner.play
	slices.Sort(unknown)
	h.reason(Reason{Rule: RulePlay, ID: play.ID, Code: CodePeople, Play: play.ID, Position: play.Position,
		Text: "cannot tell whether it is about " + strings.Join(people, ", "), Unknown: slices.Compact(unknown)})
}

// pick looks at the people in their order until the play has whom it wants, before anybody is asked to own the record. It
// reports whether what runs, what ran and what caps leave lets the sequence start for somebody, also where their channels do
// not, or for nobody only because there is nobody.
func (h *handover) pick() bool {
	if h.sequence == nil || len(h.people) == 0 {
		return true
	}
	free := false
	places := max(1, h.winner.play.People.AtMost)
	for _, who := range h.people {
		if places == 0 {
			break
		}
		if who.free = h.mayEnter(who); !who.free {
			continue
		}
		h.plan(who)
		if who.free = h.fits(who, ""); !who.free {
			continue
		}
		free = true
		if who.chosen {
			places--
		}
	}
	if !free {
		h.again = h.roomAt()
	}
	return free
}

// roomAt returns when caps leave room for the first of the people whom nothing else stops; zero: for nobody.
func (h *handover) roomAt() (at time.Time) {
	for _, who := range h.people {
		at = earlier(at, who.until)
	}
	return at
}

// mayEnter checks the sequence against what runs and what ran for a person.
func (h *handover) mayEnter(who *reached) bool {
	ok := true
	record := stored[Record](h.reader, who.record)
	for _, e := range record.Enrollments {
		switch {
		case e.over(h.at): // and no sweep has said so yet
			who.ends = append(who.ends, ending{run{who.record, e}, e.Ends, ByEnd})
			ok = h.mayReenter(Exited{e.Sequence, e.Person, e.Ends, ByEnd}) && ok
		case slices.Contains(h.winner.play.Supersedes, e.Sequence):
			who.ends = append(who.ends, ending{run{who.record, e}, h.at, h.winner.play.ID})
		case e.Sequence == h.sequence.ID:
			h.busy(e, CodeRunning, e.Sequence+" already runs")
			ok = false
		case e.Exclusive.bars(h.sequence.Exclusive):
			h.busy(e, code(e.Exclusive, h.sequence.Exclusive), e.Sequence+" "+besides(e.Exclusive, h.sequence.Exclusive))
			ok = false
		}
	}
	for _, x := range record.Exits {
		ok = h.mayReenter(x) && ok
	}
	who.starts = h.starts(who, record)
	return ok
}

// starts returns the instant from which the days of the steps count: now, or when the gap after the latest touch is over. Where
// a sequence makes room whose next touch is nearer than the gap, it waits until that would have come.
func (h *handover) starts(who *reached, record Record) time.Time {
	starts, gap, zone := h.at, h.sequence.Gap, h.engine.cfg.Zone
	if gap.IsZero() {
		return starts
	}
	for _, t := range record.Touches {
		if t.Channel != ChannelTask && t.Purpose != PurposeTransactional {
			starts = latest(starts, gap.After(t.At, zone))
		}
	}
	for _, t := range h.touchesOf(who) {
		if t.Channel != ChannelTask && t.purpose() != PurposeTransactional {
			starts = latest(starts, gap.After(t.At, zone))
		}
	}
	for _, a := range record.Activities {
		if a.Kind == ActivityCall || a.Kind == ActivityEmail || a.Kind == ActivitySocial {
			starts = latest(starts, gap.After(a.At, zone))
		}
	}
	for _, end := range who.ends {
		if next := end.next(h.at, zone); !next.After(gap.After(h.at, zone)) {
			starts = latest(starts, next)
		}
	}
	return starts
}

// touchesOf returns the earlier contacts with a person that the host knows of.
func (h *handover) touchesOf(who *reached) []Touch {
	if who.person != h.req.person() {
		return nil
	}
	return h.req.Touches
}

// next returns when the run would have touched the person next; zero: never.
func (r run) next(at time.Time, zone *calendar.Zone) (next time.Time) {
	for _, s := range r.Steps {
		if t := zone.AddDays(r.starts(), s.Day); s.Do != ChannelTask && t.After(at) {
			next = earlier(next, t)
		}
	}
	return next
}

// starts returns the instant from which the days of the steps count.
func (e Enrollment) starts() time.Time {
	if e.Starts.IsZero() {
		return e.At
	}
	return e.Starts
}

// besides says why two sequences may not run beside each other.
func besides(running, next Exclusivity) string {
	switch {
	case running == Alone:
		return "runs beside no other"
	case next == Alone:
		return "runs, and the new one runs beside no other"
	}
	return "is exclusive and runs"
}

func code(running, next Exclusivity) string {
	if running == Alone || next == Alone {
		return CodeAlone
	}
	return CodeExclusive
}

// busy gives the reason and tells whoever works the record that something new came in.
func (h *handover) busy(e Enrollment, code, text string) {
	id := "signal-" + h.winner.waiting.trigger.ID + "-" + e.Sequence
	if h.several() {
		text, id = text+who(e.Person), id+"-"+e.Person.ID
	}
	h.reason(Reason{Rule: RuleSequence, ID: e.Sequence, Code: code, Play: h.winner.play.ID, Text: text, Since: e.At,
		LiftedBy: "the end of the sequence", Position: h.sequence.Position})
	if e.Owner != "" {
		h.emit(Notify{Subject: h.req.Subject, ID: id, Level: LevelInfo, To: e.Owner,
			Text: fmt.Sprintf("%s while %s runs", words(h.winner.waiting.trigger.Kind), e.Sequence)})
	}
}

// named names a person in a reason where the play picks people.
func (h *handover) named(person Ref) string {
	if !h.several() {
		return ""
	}
	return who(person)
}

// several reports whether the play picks people, so that reasons have to name them.
func (h *handover) several() bool { return h.winner.play.People.AtMost > 0 }

// mayReenter reports whether the end of an earlier run lets the sequence start, and says why where it does not.
func (h *handover) mayReenter(x Exited) bool {
	if x.Sequence == h.sequence.ID && h.sequence.Once {
		h.reason(Reason{Rule: RuleSequence, ID: h.sequence.ID, Code: CodeOnce, Play: h.winner.play.ID,
			Text: "is entered once" + h.named(x.Person), Position: h.sequence.Position, Since: x.At})
		return false
	}
	until := h.sequence.Reentry.After(x.At, h.engine.cfg.Zone)
	if x.Sequence != h.sequence.ID || h.sequence.Reentry.IsZero() || !h.at.Before(until) {
		return true
	}
	h.reason(Reason{Rule: RuleSequence, ID: h.sequence.ID, Code: CodeReentry, Play: h.winner.play.ID,
		Text: "ended too recently to start again" + h.named(x.Person), Position: h.sequence.Position, Since: x.At, Until: until})
	return false
}

// plan divides the steps into those that are allowed for a person and those that are blocked, each at its own time, and
// chooses the person if the sequence may start with the former.
func (h *handover) plan(who *reached) {
	reaches := false
	for _, s := range h.sequence.Steps {
		touch := h.sequence.touch(s, "", who.starts, h.engine.cfg.Zone)
		verdict := h.opens(who, touch)
		if !verdict.Open {
			who.blocked = append(who.blocked, s)
			who.refusals = append(who.refusals, verdict)
			continue
		}
		who.steps = append(who.steps, s)
		who.rely(s.Do, verdict)
		reaches = reaches || s.Do != ChannelTask
	}
	who.chosen = len(who.blocked) == 0 || reaches && h.sequence.OnBlocked == OnBlockedSkip
}

// rely remembers what opens a channel, once for each.
func (who *reached) rely(c Channel, j Judgement) {
	if c != ChannelTask && !slices.ContainsFunc(who.relied, func(r Relied) bool { return r.Channel == c }) {
		who.relied, who.grounds = append(who.relied, j.relied(c)), append(who.grounds, j)
	}
}

// touch is what a step does, by its owner.
func (s *Sequence) touch(step Step, owner string, starts time.Time, zone *calendar.Zone) Touch {
	return Touch{ID: s.ID, Channel: step.Do, Purpose: cmp.Or(s.Purpose, PurposeSales), By: owner, Sequence: s.ID,
		At: instant(zone.AddDays(starts, step.Day))}
}

// touches are what steps do that reach somebody, in the order of their days.
func (s *Sequence) touches(steps []Step, owner string, starts time.Time, zone *calendar.Zone) []Touch {
	var out []Touch
	for _, step := range steps {
		if step.Do != ChannelTask {
			out = append(out, s.touch(step, owner, starts, zone))
		}
	}
	slices.SortStableFunc(out, func(a, b Touch) int { return a.At.Compare(b.At) })
	return out
}

// fits reports whether caps leave room for what the sequence would do to a person who is chosen, and keeps the room that it
// takes. The hour of a touch is not asked about: a step has a day, and the sequencer its hours. What would be discarded takes
// no room.
func (h *handover) fits(who *reached, owner string) bool {
	if h.engine.cfg.Limiter == nil || !who.chosen || who.facts == nil {
		return true
	}
	id := h.newRunID(who.record, h.sequence.ID)
	h.unplan(id)
	limits := h.limits(who, h.sequence.touches(who.steps, owner, who.starts, h.engine.cfg.Zone), id)
	stops := without(limits.Stops, func(s Stop) bool { return s.OfHour })
	for _, stop := range stops {
		who.until = latest(who.until, instant(stop.Until))
	}
	if len(stops) > 0 {
		h.reason(stops[0].reason(h.winner.play.ID, CodeCapped, h.named(who.person)))
		who.chosen, who.free = false, false
		return false
	}
	who.counts = limits.Counts
	for _, c := range limits.Counts {
		h.planned[c.Tally] = append(h.planned[c.Tally], Planned{id, instant(c.At)})
	}
	return true
}

// limits asks the policy's limits about touches, without those that would be discarded.
func (h *handover) limits(who *reached, touches []Touch, id string) Limits {
	own := []string{id}
	for _, end := range who.ends {
		own = append(own, end.id())
	}
	for {
		limits := h.engine.cfg.Limiter.Limit(who.facts, touches, own)
		i := slices.IndexFunc(limits.Stops, func(s Stop) bool { return s.Discard && !s.OfHour })
		if i < 0 {
			return limits
		}
		gone := limits.Stops[i].Touch
		touches = slices.Delete(slices.Clone(touches), gone, gone+1)
	}
}

// unplan forgets what the decision has planned for a run so far.
func (h *handover) unplan(id string) {
	if h.planned == nil {
		h.planned = map[Key][]Planned{}
	}
	for tally, list := range h.planned {
		h.planned[tally] = without(list, func(p Planned) bool { return p.For == id })
	}
}

// reason says why a touch does not go out.
func (s Stop) reason(play, code, more string) Reason {
	return Reason{Rule: RuleLimit, ID: s.ID, Code: code, Play: play, Text: s.Reason + more, Position: s.Position,
		Since: s.Since, Until: s.Until, LiftedBy: s.LiftedBy, Unknown: s.Unknown}
}

// enroll starts the sequence for everybody who was chosen, and says why for those who were not.
func (h *handover) enroll() {
	if h.sequence == nil {
		h.d.Verdict = VerdictAssigned
		return
	}
	h.d.Verdict = VerdictBlockedChannel
	for _, who := range h.starting() {
		h.start(who)
	}
	h.refuse()
	if h.d.Verdict == VerdictBlockedChannel {
		h.nobody()
	}
}

// refuse says why the sequence does not start for those whose channels are blocked.
func (h *handover) refuse() {
	for _, who := range h.people {
		if who.free && !who.chosen {
			h.reason(h.blocked(h.mayNotReach(who)))
			h.cite(who)
		}
	}
}

// start starts the sequence for one person.
func (h *handover) start(who *reached) {
	h.d.Verdict, h.d.Sequence = VerdictEnrolled, h.sequence.ID
	for _, end := range who.ends {
		h.exit(end.run, end.at, end.by)
	}
	last := 0
	for _, s := range h.sequence.Steps {
		last = max(last, s.Day)
	}
	e := Enrollment{
		ID:        h.newRunID(who.record, h.sequence.ID),
		Purpose:   h.sequence.Purpose,
		Sequence:  h.sequence.ID,
		Version:   h.sequence.Version,
		Exclusive: h.sequence.Exclusive,
		Person:    who.person,
		Under:     h.req.Subject,
		Play:      h.winner.play.ID,
		Motion:    h.winner.play.Motion,
		Owner:     h.routing.Owner,
		At:        h.at,
		Ends:      Span{Days: last + 1}.After(who.starts, h.engine.cfg.Zone),
		Steps:     who.steps,
		Skipped:   who.blocked,

		ExitOn:       h.sequence.ExitOn,
		AccountReply: h.sequence.AccountReply,
		OwnerAway:    h.sequence.OwnerAway,
		Relied:       who.relied,
	}
	if who.starts.After(h.at) {
		e.Starts = who.starts
	}
	if account := h.req.account(); !who.person.IsZero() && !account.IsZero() {
		h.reader.get(account) // so that it is guarded
		e.Account, e.BuyingGroup = account, who.facts.Lead.BuyingGroup
	}
	e.Tallies = h.keep(run{who.record, e}, who.counts)
	h.emit(Enroll{h.req.Subject, e})
	h.cite(who)
}

// keep plans the touches of a run in the tallies that bound them, and returns those.
func (h *handover) keep(r run, counts []Count) (tallies []Key) {
	at := map[Key][]time.Time{}
	for _, c := range counts {
		if len(at[c.Tally]) == 0 {
			tallies = append(tallies, c.Tally)
		}
		at[c.Tally] = append(at[c.Tally], instant(c.At))
	}
	tallies = append(tallies, h.admit(r, at)...)
	slices.SortFunc(tallies, Key.Compare)
	for _, tally := range tallies {
		h.reader.get(tally)
		h.emit(Plan{tally, r.id(), at[tally]})
	}
	return tallies
}

// cite says what the policy's laws say of the channels of a person's steps.
func (h *handover) cite(who *reached) {
	if h.engine.cfg.Consenter == nil {
		return
	}
	for i, r := range who.relied {
		h.reason(who.grounds[i].reason(r.Channel, h.winner.play.ID, h.named(who.person)))
	}
	var told []Channel
	for i, s := range who.blocked {
		if !slices.Contains(told, s.Do) {
			told = append(told, s.Do)
			h.reason(who.refusals[i].reason(s.Do, h.winner.play.ID, h.named(who.person)))
		}
	}
}

// reason says what opens a channel, or closes it.
func (j Judgement) reason(c Channel, play, more string) Reason {
	code := CodeBlocked
	if j.Open {
		code = CodeRelied
	}
	text := string(c) + more + ": " + j.Text
	if j.Source != "" {
		text += " (" + j.Source + ")"
	}
	return Reason{Rule: RuleConsent, ID: j.Rule, Code: code, Play: play, Text: text, Unknown: j.Unknown}
}

// mayNotReach says why the sequence does not start for a person.
func (h *handover) mayNotReach(who *reached) string {
	if who.person.IsZero() {
		return "the request names no person to reach"
	}
	var channels []string
	for _, s := range who.blocked {
		if !slices.Contains(channels, string(s.Do)) {
			channels = append(channels, string(s.Do))
		}
	}
	name := "the person"
	if h.several() {
		name = who.person.String()
	}
	return "may not reach " + name + " by " + strings.Join(channels, ", ")
}

// blocked is the reason why the sequence does not start.
func (h *handover) blocked(text string) Reason {
	return Reason{Rule: RuleSequence, ID: h.sequence.ID, Code: CodeBlocked, Play: h.winner.play.ID, Text: text, Position: h.sequence.Position}
}

// nobody tells the owner that the sequence starts for nobody.
func (h *handover) nobody() {
	var why string
	switch {
	case h.several() && h.req.People == nil:
		why = "the request does not list the account's people"
		reason := h.blocked(why)
		reason.Unknown = []string{"account.people"}
		h.reason(reason)
	case len(h.people) == 0:
		why = "the play is about none of the account's people"
		h.reason(h.blocked(why))
	case h.several():
		why = "nobody may be reached on its channels"
	case h.people[0].person.IsZero():
		why = h.mayNotReach(h.people[0])
	default:
		why = "it " + h.mayNotReach(h.people[0])
	}
	h.emit(Notify{Subject: h.req.Subject, ID: "blocked-" + h.sequence.ID, Level: LevelWarning, To: h.routing.Owner,
		Text: h.sequence.ID + " did not start: " + why})
}

// reachable reports whether any channel at all reaches somebody: without one there is no first touch to promise.
func (h *handover) reachable() bool {
	return slices.ContainsFunc(h.people, func(who *reached) bool {
		return slices.ContainsFunc(h.allowed(who), func(c Channel) bool { return c != ChannelTask })
	})
}

// contactable lists an account's people whom the play is about, or the channels of the one person.
func (h *handover) contactable(c *Context) {
	if !h.several() {
		c.Channels = h.allowed(h.people[0])
		return
	}
	c.Channels = []Channel{}
	for _, who := range h.people {
		c.People = append(c.People, Contactable{who.person, h.allowed(who), who.chosen})
	}
}

// allowed returns the channels on which a person may be reached now, in the order of Channels.
func (h *handover) allowed(who *reached) []Channel {
	if who.channels == nil { // a task is always allowed
		who.channels = slices.DeleteFunc(Channels(), func(c Channel) bool {
			return !h.opens(who, Touch{Channel: c, Purpose: PurposeSales, At: h.at}).Open
		})
	}
	return who.channels
}

// opens says whether a touch may reach somebody.
func (h *handover) opens(who *reached, t Touch) Judgement {
	if t.Channel != ChannelTask && who.person.IsZero() {
		return Judgement{Text: "the request names no person to reach"}
	}
	if who.evidence == nil {
		who.evidence = append([]Consent{}, h.evidence(who.person, who.consent)...)
	}
	return h.judge(who.facts, t, who.evidence)
}
