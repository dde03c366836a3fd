package handoff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A reached is somebody whom a sequence would reach.
type reached struct {
	person  Ref       // zero: the request names nobody
	consent []Consent // the host's evidence
	record  Ref       // what remembers the sequences that run

	channels []Channel // that are allowed, once somebody asked
	ends     []Exit    // sequences that make room
	steps    []Step    // that are allowed
	blocked  []Step    // that are not
	free     bool      // nothing that runs or ran is in the way; false as long as nobody looked
	chosen   bool      // the sequence starts
}

// A run is a running sequence and the record that remembers it.
type run struct {
	subject Ref
	Enrollment
}

// records returns the records that a request can read and write: the subject's, its account's, the person's, those of the
// account's people, and those of the people whom its plays enrolled.
func (p *pass) records() []Ref {
	refs := []Ref{p.req.Subject}
	record, _ := p.req.State[p.req.Subject].Value.(Record)
	more := append([]Ref{p.req.account(), p.req.person()}, record.People...)
	for _, l := range p.req.People {
		more = append(more, l.Ref())
	}
	seen := map[Ref]bool{{}: true, p.req.Subject: true}
	for _, ref := range more {
		if !seen[ref] {
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
		return []*reached{{person: h.req.person(), consent: h.req.Lead.Consent, record: cmp.Or(h.req.person(), h.req.Subject)}}
	}
	var first, others []*reached
	var doubts, unknown []string
	for i, lead := range h.req.People {
		as := h.winner.waiting.facts.AsPerson(i)
		who := &reached{person: lead.Ref(), consent: lead.Consent, record: lead.Ref()}
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
// reports whether what runs and what ran lets the sequence start for somebody, also where their channels do not, or for
// nobody only because there is nobody.
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
		free = true
		if h.plan(who); who.chosen {
			places--
		}
	}
	return free
}

// mayEnter checks the sequence against what runs and what ran for a person.
func (h *handover) mayEnter(who *reached) bool {
	ok := true
	record := stored[Record](h.reader, who.record)
	for _, e := range record.Enrollments {
		switch {
		case e.over(h.at): // and no sweep has said so yet
			exit := Exited{e.Sequence, e.Person, e.Ends, ByEnd}
			who.ends = append(who.ends, Exit{who.record, exit})
			ok = h.mayReenter(exit) && ok
		case slices.Contains(h.winner.play.Supersedes, e.Sequence):
			who.ends = append(who.ends, Exit{who.record, Exited{e.Sequence, e.Person, h.at, h.winner.play.ID}})
		case e.Sequence == h.sequence.ID:
			h.busy(e, CodeRunning, e.Sequence+" already runs")
			ok = false
		case e.Exclusive && h.sequence.Exclusive:
			h.busy(e, CodeExclusive, e.Sequence+" is exclusive and runs")
			ok = false
		}
	}
	for _, x := range record.Exits {
		ok = h.mayReenter(x) && ok
	}
	return ok
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
		h.emit(Notify{h.req.Subject, id, LevelInfo, e.Owner, fmt.Sprintf("%s while %s runs", words(h.winner.waiting.trigger.Kind), e.Sequence)})
	}
}

// several reports whether the play picks people, so that reasons have to name them.
func (h *handover) several() bool { return h.winner.play.People.AtMost > 0 }

// mayReenter reports whether the end of an earlier run lets the sequence start, and says why where it does not.
func (h *handover) mayReenter(x Exited) bool {
	until := h.sequence.Reentry.After(x.At, h.engine.cfg.Zone)
	if x.Sequence != h.sequence.ID || h.sequence.Reentry.IsZero() || !h.at.Before(until) {
		return true
	}
	text := "ended too recently to start again"
	if h.several() {
		text += who(x.Person)
	}
	h.reason(Reason{Rule: RuleSequence, ID: h.sequence.ID, Code: CodeReentry, Play: h.winner.play.ID,
		Text: text, Position: h.sequence.Position, Since: x.At, Until: until})
	return false
}

// plan divides the steps into those that are allowed for a person and those that are blocked, and chooses the person if
// the sequence may start with the former.
func (h *handover) plan(who *reached) {
	allowed := h.allowed(who)
	reaches := false
	for _, s := range h.sequence.Steps {
		if slices.Contains(allowed, s.Do) {
			who.steps = append(who.steps, s)
			reaches = reaches || s.Do != ChannelTask
		} else {
			who.blocked = append(who.blocked, s)
		}
	}
	who.chosen = len(who.blocked) == 0 || reaches && h.sequence.OnBlocked == OnBlockedSkip
}

// enroll starts the sequence for everybody who was chosen, and says why for those who were not.
func (h *handover) enroll() {
	if h.sequence == nil {
		h.d.Verdict = VerdictAssigned
		return
	}
	h.d.Verdict = VerdictBlockedChannel
	for _, who := range h.people {
		switch {
		case who.chosen:
			h.start(who)
		case who.free:
			h.reason(h.blocked(h.mayNotReach(who)))
		}
	}
	if h.d.Verdict == VerdictBlockedChannel {
		h.nobody()
	}
}

// start starts the sequence for one person.
func (h *handover) start(who *reached) {
	h.d.Verdict, h.d.Sequence = VerdictEnrolled, h.sequence.ID
	for _, exit := range who.ends {
		h.emit(exit)
	}
	last := 0
	for _, s := range h.sequence.Steps {
		last = max(last, s.Day)
	}
	h.emit(Enroll{h.req.Subject, Enrollment{
		Sequence:  h.sequence.ID,
		Version:   h.sequence.Version,
		Exclusive: h.sequence.Exclusive,
		Person:    who.person,
		Under:     h.req.Subject,
		Play:      h.winner.play.ID,
		Owner:     h.routing.Owner,
		At:        h.at,
		Ends:      Span{Days: last + 1}.After(h.at, h.engine.cfg.Zone),
		Steps:     who.steps,
		Skipped:   who.blocked,
	}})
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
	h.emit(Notify{h.req.Subject, "blocked-" + h.sequence.ID, LevelWarning, h.routing.Owner, h.sequence.ID + " did not start: " + why})
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

// allowed returns the channels on which a person may be reached, in the order of Channels.
func (p *pass) allowed(who *reached) []Channel {
	if who.channels == nil { // a task is always allowed
		open := p.evidence(who.person, who.consent)
		who.channels = slices.DeleteFunc(Channels(), func(c Channel) bool {
			return c != ChannelTask && (who.person.IsZero() || !p.mayUse(c, open))
		})
	}
	return who.channels
}

// evidence returns everything that was said for and against contact with a person.
func (p *pass) evidence(person Ref, ofHost []Consent) []Consent {
	if person.IsZero() {
		return nil
	}
	return slices.Concat(ofHost, stored[Record](p.reader, person).Consent)
}

// mayUse reports whether the evidence, or the policy where there is none, opens a channel.
func (p *pass) mayUse(c Channel, evidence []Consent) bool {
	var latest *Consent // of what counts still: a grant that is over leaves what was said before it
	for i := range evidence {
		e := &evidence[i]
		over := e.Status == ConsentGranted && !e.Until.IsZero() && !p.at.Before(e.Until)
		if e.Channel == c && !over && (latest == nil || supersedes(*e, *latest)) {
			latest = e
		}
	}
	if latest != nil {
		return latest.Status == ConsentGranted
	}
	return slices.Contains(p.engine.cfg.OptOut, c)
}
