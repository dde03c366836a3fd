package handoff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// FirstTouch begins the id of the clock that a play's promise starts: "first_touch:" and the play. Each play keeps its own
// promise.
const FirstTouch = "first_touch"

// A handover turns the winning candidate into effects.
type handover struct {
	*pass
	winner   *candidate
	sequence *Sequence // nil: nothing starts
	routing  Routing
	ranked   []*candidate // all that were ready, best first
	merged   []*candidate
	ends     []Exit // sequences that make room
}

// A run is a running sequence and the record that remembers it.
type run struct {
	subject Ref
	Enrollment
}

// records returns the records that a request can read and write: the subject's, its account's, the person's, and those of
// the people whom an account's plays enrolled.
func (p *pass) records() []Ref {
	refs := []Ref{p.req.Subject}
	record, _ := p.req.State[p.req.Subject].Value.(Record)
	for _, ref := range append([]Ref{p.req.account(), p.req.person()}, record.People...) {
		if !ref.IsZero() && !slices.Contains(refs, ref) {
			refs = append(refs, ref)
		}
	}
	return refs
}

// reached returns the record of what runs for whom a new sequence would reach: the person, or without one the subject.
func (p *pass) reached() Ref {
	if person := p.req.person(); !person.IsZero() {
		return person
	}
	return p.req.Subject
}

// running returns the sequences that run for whom a new one would reach.
func (p *pass) running() []run {
	var out []run
	ref := p.reached()
	for _, e := range stored[Record](p.reader, ref).Enrollments {
		out = append(out, run{ref, e})
	}
	return out
}

// touched returns the running sequences that an activity of the subject is about: all of a lead, and those that an
// account's own plays started.
func (p *pass) touched() []run {
	var out []run
	for _, ref := range p.records() {
		for _, e := range stored[Record](p.reader, ref).Enrollments {
			if ref == p.req.Subject || e.Under == p.req.Subject {
				out = append(out, run{ref, e})
			}
		}
	}
	return out
}

// allowed checks the sequence against what runs and what ran, before anybody is asked to own it.
func (h *handover) allowed() bool {
	if h.sequence == nil {
		return true
	}
	ok := true
	for _, r := range h.running() {
		switch {
		case r.over(h.at): // and no sweep has said so yet
			exit := Exited{r.Sequence, r.Person, r.Ends, ByEnd}
			h.ends = append(h.ends, Exit{r.subject, exit})
			ok = h.mayReenter(exit) && ok
		case slices.Contains(h.winner.play.Supersedes, r.Sequence):
			h.ends = append(h.ends, Exit{r.subject, Exited{r.Sequence, r.Person, h.at, h.winner.play.ID}})
		case r.Sequence == h.sequence.ID:
			h.busy(r, CodeRunning, r.Sequence+" already runs")
			ok = false
		case r.Exclusive && h.sequence.Exclusive:
			h.busy(r, CodeExclusive, r.Sequence+" is exclusive and runs")
			ok = false
		}
	}
	for _, x := range stored[Record](h.reader, h.reached()).Exits {
		ok = h.mayReenter(x) && ok
	}
	return ok
}

// busy gives the reason and tells whoever works the record that something new came in.
func (h *handover) busy(r run, code, text string) {
	h.reason(Reason{Rule: RuleSequence, ID: r.Sequence, Code: code, Play: h.winner.play.ID, Text: text, Since: r.At,
		LiftedBy: "the end of the sequence", Position: h.sequence.Position})
	if r.Owner != "" {
		h.emit(Notify{h.req.Subject, "signal-" + h.winner.waiting.trigger.ID + "-" + r.Sequence, LevelInfo, r.Owner,
			fmt.Sprintf("%s while %s runs", words(h.winner.waiting.trigger.Kind), r.Sequence)})
	}
}

// mayReenter reports whether the end of an earlier run lets the sequence start, and says why where it does not.
func (h *handover) mayReenter(x Exited) bool {
	until := h.sequence.Reentry.After(x.At, h.engine.cfg.Zone)
	if x.Sequence != h.sequence.ID || h.sequence.Reentry.IsZero() || !h.at.Before(until) {
		return true
	}
	h.reason(Reason{Rule: RuleSequence, ID: h.sequence.ID, Code: CodeReentry, Play: h.winner.play.ID,
		Text: "ended too recently to start again", Position: h.sequence.Position, Since: x.At, Until: until})
	return false
}

// hand emits what the winner does.
func (h *handover) hand() {
	play, owner := h.winner.play, h.routing.Owner
	h.d.Owner, h.d.Rung = owner, h.routing.Rung
	h.reason(Reason{Rule: RuleRoute, ID: h.routing.Rung, Play: play.ID, Text: h.routing.Why})
	h.emit(Assign{h.req.Subject, h.req.account(), h.from(), owner, play.ID, h.routing.Rung, h.at})
	if h.routing.Turn != nil {
		turn := *h.routing.Turn
		turn.At = h.at
		h.reader.get(PoolKey(turn.Policy, turn.Pool)) // guarded, also where a router did not read it
		h.emit(turn)
	}
	h.enroll()
	if h.d.Verdict != VerdictBlockedChannel || h.reachable() {
		h.d.FirstTouch = h.due()
	}
	if !h.d.FirstTouch.IsZero() {
		h.emit(StartClock{h.req.Subject, Clock{FirstTouch + ":" + play.ID, play.ID, owner, h.at, h.d.FirstTouch}})
	}
	if len(play.Holds) > 0 {
		h.emit(Hold{h.req.Subject, ActiveHold{ID: "play:" + play.ID, Reason: "waits until " + play.ID + " is resolved",
			Source: "play", Since: h.at, LiftedBy: string(ActivityResolved), ReleasedBy: ActivityResolved, OnRelease: ReleaseNone, Blocks: play.Holds, Position: play.Position}})
	}
	pause := h.pause()
	if len(pause.Scope) > 0 {
		h.emit(PauseMarketing{h.req.Subject, pause})
	}
	h.emit(AttachContext{h.req.Subject, owner, h.context(pause)})
}

// from returns the owner until now.
func (h *handover) from() string {
	if h.req.Subject.Kind == KindLead {
		return cmp.Or(h.base.Record().Owner, h.req.Lead.Owner)
	}
	return h.base.Record().Owner
}

// due returns when the first touch is due: never later than any merged play allows.
func (h *handover) due() time.Time {
	var due time.Time
	ready := []*candidate{h.winner}
	if h.winner.play.Losers.fate() == FateMerged {
		ready = h.ranked
	}
	for _, c := range ready {
		if c.play.Promise == nil {
			continue
		}
		if t := instant(c.play.Promise.Due(h.at)); due.IsZero() || t.Before(due) {
			due = t
		}
	}
	return due
}

// enroll starts the sequence as far as the person's channels allow.
func (h *handover) enroll() {
	if h.sequence == nil {
		h.d.Verdict = VerdictAssigned
		return
	}
	e := Enrollment{
		Sequence:  h.sequence.ID,
		Version:   h.sequence.Version,
		Exclusive: h.sequence.Exclusive,
		Person:    h.req.person(),
		Under:     h.req.Subject,
		Play:      h.winner.play.ID,
		Owner:     h.routing.Owner,
		At:        h.at,
	}
	last := 0
	for _, s := range h.sequence.Steps {
		last = max(last, s.Day)
	}
	e.Ends = Span{Days: last + 1}.After(h.at, h.engine.cfg.Zone)
	allowed := h.channels()
	reaches := false
	for _, s := range h.sequence.Steps {
		if slices.Contains(allowed, s.Do) {
			e.Steps = append(e.Steps, s)
			reaches = reaches || s.Do != ChannelTask
		} else {
			e.Skipped = append(e.Skipped, s)
		}
	}
	if len(e.Skipped) > 0 && (h.sequence.OnBlocked != OnBlockedSkip || !reaches) {
		h.blocked(e.Skipped)
		return
	}
	h.d.Verdict, h.d.Sequence = VerdictEnrolled, h.sequence.ID
	for _, exit := range h.ends {
		h.emit(exit)
	}
	h.emit(Enroll{h.req.Subject, e})
}

func (h *handover) blocked(steps []Step) {
	var channels []string
	for _, s := range steps {
		if !slices.Contains(channels, string(s.Do)) {
			channels = append(channels, string(s.Do))
		}
	}
	text := "may not reach the person by " + strings.Join(channels, ", ")
	notice := "it " + text
	if h.req.person().IsZero() {
		text = "the request names no person to reach"
		notice = text
	}
	h.d.Verdict = VerdictBlockedChannel
	h.reason(Reason{Rule: RuleSequence, ID: h.sequence.ID, Code: CodeBlocked, Play: h.winner.play.ID, Text: text, Position: h.sequence.Position})
	h.emit(Notify{h.req.Subject, "blocked-" + h.sequence.ID, LevelWarning, h.routing.Owner, h.sequence.ID + " did not start: " + notice})
}

// reachable reports whether any channel at all reaches the person: without one there is no first touch to promise.
func (p *pass) reachable() bool {
	return slices.ContainsFunc(p.channels(), func(c Channel) bool { return c != ChannelTask })
}

// channels returns the channels on which the request's person may be reached, in the order of Channels.
func (p *pass) channels() []Channel {
	var evidence []Consent
	if person := p.req.person(); !person.IsZero() {
		evidence = slices.Concat(p.req.Lead.Consent, stored[Record](p.reader, person).Consent)
	}
	return slices.DeleteFunc(Channels(), func(c Channel) bool { return !p.mayUse(c, evidence) })
}

func (p *pass) mayUse(c Channel, evidence []Consent) bool {
	if c == ChannelTask {
		return true
	}
	if p.req.person().IsZero() {
		return false
	}
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

// pause returns the marketing that yields; the zero Pause when none does.
func (h *handover) pause() Pause {
	rule := h.winner.play.Pause
	if len(rule.Scope) == 0 {
		return Pause{}
	}
	pause := Pause{"play:" + h.winner.play.ID, rule.Scope, h.at, rule.For.After(h.at, h.engine.cfg.Zone)}
	for _, old := range h.base.Record().Pauses {
		if old.ID == pause.ID && old.Until.After(pause.Until) { // as Apply keeps it
			pause.Until = old.Until
		}
	}
	return pause
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
		Channels:    h.channels(),
		Status:      h.req.Lead.Status,
		Account:     h.req.Account.Name,
		WhyOwner:    h.routing.Why,
		TalkTrack:   h.winner.play.TalkTrack,
		NextStep:    h.winner.play.NextStep,
		Due:         h.d.FirstTouch,
		Paused:      pause.Scope,
		PausedUntil: pause.Until,
	}
	if h.winner.play.Opening != nil {
		c.Opening = h.winner.play.Opening.Text(f)
	}
	for i, s := range h.engine.cfg.Scores {
		if points := f.Scores[i]; points.Known {
			c.Scores = append(c.Scores, NamedScore{s.ID, points.Value})
		}
	}
	for _, m := range h.merged {
		t := m.waiting.trigger
		c.Merged = append(c.Merged, MergedSignal{t.Kind, t.OccurredAt, t.Asset, t.Offer, t.Campaign})
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
