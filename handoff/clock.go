package handoff

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// timeline returns the time that counts for a clock.
func (p *pass) timeline(s *SLA, c Clock) timeline {
	var l timeline
	if s == nil {
		return l
	}
	facts := p.base
	if facts.Owner = c.Owner; c.waits() { // nobody's in particular
		facts.Owner = ""
	}
	owner := facts.Owner
	if s.Hours != nil {
		l.hours = s.Hours.Calendar(&facts)
	}
	var pauses []stretch
	if slices.Contains(s.Pauses, PauseOwnerAway) {
		rep, _ := p.base.Rep(owner)
		for _, a := range rep.Absences {
			if !a.Until.IsZero() { // of one without an end nobody could tell when the promise is due
				pauses = append(pauses, stretch{instant(a.From), instant(a.Until)})
			}
		}
	}
	if slices.Contains(s.Pauses, PausePending) {
		pauses = append(pauses, pending(p.activities(), earlier(c.Begun, c.Start))...)
	}
	l.pauses = apart(pauses)
	return l
}

// activities returns what is remembered of activities, with the one that is observed.
func (p *pass) activities() []ActivityRef {
	list := p.base.Record().Activities
	if p.observed.ID != "" {
		list = remember(list, p.observed)
	}
	return list
}

// clock returns the clock of an SLA that starts now; of one that goes by the signal, when that occurred.
func (p *pass) clock(id string, s *SLA, play, owner string, t Trigger) Clock {
	c := Clock{ID: id, Play: play, Owner: owner, Start: p.at, Within: s.Within}
	if s.From == FromSignal && !t.OccurredAt.IsZero() {
		c.Start = earlier(t.OccurredAt, p.at)
	}
	p.scheduleSince(&c, s, p.at)
	return c
}

// schedule computes when a clock is due, and when something happens because of it.
func (p *pass) schedule(c *Clock, s *SLA) {
	p.scheduleSince(c, s, p.base.Record().OwnedSince)
}

// scheduleSince is schedule for an owner who has the record since an instant: before it nobody is warned, and no step is taken.
func (p *pass) scheduleSince(c *Clock, s *SLA, since time.Time) {
	l := p.timeline(s, *c)
	c.Due, c.Warn = l.due(s, c.Start), time.Time{}
	if 0 < s.Warn && s.Warn < s.Within && (c.Due.IsZero() || c.Due.After(since)) {
		c.Warn = instant(l.add(c.Start, s.Within-s.Warn))
		if !c.Warn.IsZero() {
			c.Warn = latest(c.Warn, since)
		}
	}
	c.Next = l.step(s, c.Due, since, c.Late)
}

// stopClock ends a clock; done says that what it promises was done.
func (p *pass) stopClock(c Clock, at time.Time, done bool, why StopWhy, by string) {
	c = p.asKnown(c)
	wall, open := p.took(c, at)
	p.emit(StopClock{p.req.Subject, c.ID, at, done && c.kept(at), why, by, wall, open, c.Late})
}

// kept reports whether what is done at an instant is done in time.
func (c Clock) kept(at time.Time) bool { return c.Due.IsZero() || !at.After(c.Due) }

// took returns how many seconds a clock has run at an instant, and how many of them count.
func (p *pass) took(c Clock, at time.Time) (wall, open int64) {
	length := max(0, at.Sub(c.Start))
	if s := p.engine.slaOf(c); s != nil {
		open = int64(p.timeline(s, c).between(c.Start, at) / time.Second)
	} else {
		open = int64(length / time.Second)
	}
	return int64(length / time.Second), open
}

// reschedule computes anew when the clocks are due whose time an activity stops or goes on with. What was done because a clock
// was late stays done.
func (p *pass) reschedule(a Activity, stopped []string) {
	if !a.paces() {
		return
	}
	for _, c := range p.base.Record().Clocks {
		if slices.Contains(stopped, c.ID) || !p.repaces(c, time.Time{}) {
			continue
		}
		next, s := c, c.terms(p.engine.slaOf(c))
		warned := c.Warn.IsZero() && !p.unheard(c, s).Warn.IsZero()
		if p.schedule(&next, s); warned && !next.Warn.After(p.at) {
			next.Warn = time.Time{}
		}
		if next != c {
			p.emit(MoveClock{p.req.Subject, next, moveText(c, next)})
		}
	}
}

// paces reports whether the activity stops the time of clocks, or lets it go on.
func (a Activity) paces() bool {
	return a.Kind == ActivityPending || a.Kind == ActivityResumed || a.Kind.IsContact()
}

// pausable reports whether the time of a clock stops while the subject asks to wait.
func (p *pass) pausable(c Clock) bool {
	s := p.engine.slaOf(c)
	return s != nil && slices.Contains(s.Pauses, PausePending)
}

// repaces reports whether the activity that is observed changes how long the time of a clock stops, from its start until an
// instant; zero: whenever.
func (p *pass) repaces(c Clock, until time.Time) bool {
	if !p.pausable(c) {
		return false
	}
	since, ran := earlier(c.Begun, c.Start), stretch{c.Start, until}
	return !slices.Equal(ran.of(pending(p.base.Record().Activities, since)), ran.of(pending(p.activities(), since)))
}

// terms returns an SLA with the length that it had when the clock started.
func (c Clock) terms(s *SLA) *SLA {
	if s == nil || c.Within <= 0 {
		return s
	}
	then := *s
	then.Within = c.Within
	return &then
}

// unheard returns a clock as it would be without the activity that is observed.
func (p *pass) unheard(c Clock, s *SLA) Clock {
	observed := p.observed
	p.observed = ActivityRef{}
	p.schedule(&c, s)
	p.observed = observed
	return c
}

// moveText says how the end of a clock moves.
func moveText(from, to Clock) string {
	switch {
	case to.Due.IsZero():
		return "is paused"
	case from.Due.IsZero():
		return "goes on"
	}
	return "is due later or earlier, because of when it was paused"
}

// passClock gives a clock to another owner, from an instant on.
func (p *pass) passClock(c Clock, to string, at time.Time) {
	s := p.engine.slaOf(c)
	next := c
	next.Owner, next.Transfers = to, c.Transfers+1
	if s == nil || s.Restart == RestartKeeps {
		p.spare(&next, s, at)
		p.emit(MoveClock{p.req.Subject, next, "goes from " + c.Owner + " to " + to})
	} else {
		p.stopClock(c, at, false, StopOwner, to)
		next.Start, next.Begun, next.Late, next.Within = at, earlier(c.Begun, c.Start), 0, s.Within
		p.schedule(&next, s)
		p.emit(StartClock{p.req.Subject, next})
	}
	if strings.HasPrefix(c.ID, FirstTouch+":") {
		p.d.FirstTouch = earlier(p.d.FirstTouch, next.Due)
	}
}

// spare lets the steps that are left of a clock that is late count from the instant at which another owner got it.
func (p *pass) spare(c *Clock, s *SLA, at time.Time) {
	if s != nil && !c.Next.IsZero() && !c.Next.After(at) && int(c.Late) < len(s.Late) {
		c.Next = p.timeline(s, *c).after(s, c.Late, at, at)
	}
}

// passClocks gives the promises of the subject's handoff to another owner, those that the owner does not have yet.
func (p *pass) passClocks(clocks []Clock, to string, at time.Time) {
	for _, c := range clocks {
		if c.passes(to) {
			p.passClock(c, to, at)
		}
	}
}

// passes reports whether a clock changes as the record goes to another owner, or with none to nobody.
func (c Clock) passes(to string) bool { return !c.waits() && c.Owner != to }

// stop ends the clocks whose promise an activity keeps or makes void, and mends what is remembered of those that had stopped
// later or otherwise. It returns the ids of those that end.
func (p *pass) stop(a Activity, c Consequences) (stopped []string) {
	record := p.base.Record()
	for _, clock := range record.Clocks {
		does := p.does(clock, a, c)
		switch {
		case clock.waits() || a.At.Before(clock.Start): // what was done before the promise does not keep it
			continue
		case does:
			p.stopClock(clock, a.At, true, StopDone, a.ID)
		case c.ends():
			p.stopClock(clock, a.At, false, StopClosed, a.ID)
		default:
			continue
		}
		stopped = append(stopped, clock.ID)
	}
	for _, s := range record.Stopped {
		next := s
		switch does := p.does(s.Clock, a, c); {
		case s.waits():
			continue
		case does && s.corrects(a):
			next.At, next.Why, next.By = a.At, StopDone, a.ID
		case !does && c.ends() && s.closes(a):
			next.At, next.Why, next.By = a.At, StopClosed, a.ID
		case !p.repaces(s.Clock, s.At):
			continue
		}
		if p.measure(&next); next != s {
			p.correct(s, next, a)
			stopped = append(stopped, p.void(record, s, next, a)...)
		}
	}
	return stopped
}

// measure says how a clock went that does not run any more, by what is known now. When it was due changes only with its
// pauses: neither another version of the policy nor an absence that became known since makes a promise kept or broken.
func (p *pass) measure(s *Stopped) {
	if c := s.Clock; p.repaces(c, s.At) {
		p.schedule(&c, c.terms(p.engine.slaOf(c)))
		s.Due = c.Due
	}
	s.Met = s.Why == StopDone && s.kept(s.At)
	s.Wall, s.Open = p.took(s.Clock, s.At)
}

// does reports whether an activity does what the clock promises.
func (p *pass) does(clock Clock, a Activity, c Consequences) bool {
	if strings.HasPrefix(clock.ID, Acceptance+":") {
		return p.engine.slaOf(clock).stopsOn(a.Kind, a.claims() || a.Kind == ActivityAccepted) && p.answersFor(clock, a)
	}
	return p.engine.slaOf(clock).stopsOn(a.Kind, c.StopClocks)
}

// answersFor reports whether whoever accepts is the one who was asked.
func (p *pass) answersFor(clock Clock, a Activity) bool {
	return a.Kind != ActivityAccepted || a.By == "" || a.By == clock.Owner || a.By == p.from()
}

// corrects reports whether an activity that does what the clock promised came before what is remembered as its end.
func (s Stopped) corrects(a Activity) bool {
	switch {
	case a.At.Before(s.Start):
		return false
	case s.Why != StopDone:
		own := a.By == "" || a.By == s.Owner // at the instant at which another owner has it, the other one does it
		return a.At.Before(s.At) || a.At.Equal(s.At) && own
	}
	return s.before(a)
}

// closes reports whether an activity that ends the handoff without doing what the clock promised came before what is
// remembered as its end.
func (s Stopped) closes(a Activity) bool {
	switch {
	case a.At.Before(s.Start):
		return false
	case s.Why == StopDone:
		return a.At.Before(s.At)
	case s.Why == StopClosed:
		return s.before(a)
	}
	return !a.At.After(s.At)
}

// before reports whether an activity came before the one that ended the clock.
func (s Stopped) before(a Activity) bool {
	return cmp.Or(a.At.Compare(s.At), strings.Compare(a.ID, s.By)) < 0
}

// correct says that a clock ended as next, and not as s.
func (p *pass) correct(s, next Stopped, a Activity) {
	p.emit(Correct{p.req.Subject, Correction{ID: a.ID, Clock: s.ID, Start: s.Start, Owner: s.Owner, Transfers: s.Transfers, Due: next.Due,
		Was: s.At, WasMet: s.Met, Is: next.At, Met: next.Met, Why: next.Why, By: next.By, Wall: next.Wall, Open: next.Open, At: p.at}})
	text := "was done before what was known"
	switch {
	case next.By != a.ID:
		text = "took another time than was known, because of when it was paused"
	case next.Why == StopClosed:
		text = "the handoff came to an end before what was known"
	}
	p.reason(Reason{Rule: RuleClock, ID: s.ID, Code: CodeCorrected, Play: s.Play, Text: text, Since: next.At, Until: s.At})
}

// void ends the clock by which somebody else was to do what a correction says was done, or over, before: one of the same
// handoff. It returns its id.
func (p *pass) void(record Record, s, next Stopped, a Activity) (ids []string) {
	if s.Why != StopOwner || next.Why == StopOwner {
		return nil
	}
	for _, clock := range record.Clocks {
		if clock.ID == s.ID && a.At.Before(clock.Start) && !earlier(clock.Begun, clock.Start).After(s.Start) {
			p.stopClock(clock, p.at, false, StopClosed, a.ID)
			ids = append(ids, clock.ID)
		}
	}
	return ids
}

// clockKeys returns what the clocks of a record may read: of whoever has it, is to keep a promise or is absent, and of whoever
// could be asked in their place.
func (p *pass) clockKeys(record Record) (keys []Key) {
	under := len(record.Enrollments) > 0 || len(record.People) > 0
	// Beside those who owe something: who had what a late activity corrects, whose manager hears of a dispute, and who may leave.
	reps := []string{record.Outcome.Owner, record.Owner, record.Cover.Rep, p.req.Lead.Owner}
	for _, c := range record.Clocks {
		under = under || !c.waits()
		reps = append(reps, c.Owner)
	}
	for _, s := range record.Stopped { // which a correction measures anew
		if !s.waits() {
			reps = append(reps, s.Owner)
		}
	}
	for _, rep := range reps {
		if rep != "" {
			keys = append(keys, RepKey(rep))
		}
	}
	if play := p.engine.play(record.Play); under && play != nil {
		keys = p.playKeys(record.Trigger, play, keys)
	}
	return keys
}
