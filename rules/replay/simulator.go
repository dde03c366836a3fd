// Package replay folds recorded requests through an engine: what it would have decided, and what time alone would have
// brought about in between. Nothing leaves the process, and the same lines give the same decisions.
package replay

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/hosttest"
)

// A Simulator is a host that lives through recorded lines: it remembers what decisions change, sweeps what is due and
// decides again where a decision asks for it. Its clock is the lines'. Use one from New, from one goroutine; after an
// error it is of no further use.
type Simulator struct {
	engine *handoff.Engine
	memory *hosttest.Memory
	now    time.Time
	facts  map[handoff.Ref]handoff.Request // the latest of each subject, without triggers and State
	sweeps map[handoff.Ref]int             // of each record at the instant now
}

// maxLaps bounds how often one record is swept, or decided again, at one instant. A sound engine needs one or two.
const maxLaps = 16

// New returns a Simulator that remembers nothing yet.
func New(engine *handoff.Engine) *Simulator {
	return &Simulator{
		engine: engine,
		memory: &hosttest.Memory{Discard: true},
		facts:  map[handoff.Ref]handoff.Request{},
		sweeps: map[handoff.Ref]int{},
	}
}

// Step lets time pass up to the line's instant, then decides or observes the line, or says whether its touch may go out; one
// that is held is not tried again by itself. It returns all decisions on the way
// in the order in which they were made, the line's own among them; those made before an error are returned with it.
// Lines must not go back in time. The simulator keeps parts of the line: do not change them afterwards.
func (s *Simulator) Step(l Line) ([]handoff.Decision, error) {
	r, out, err := s.Prepare(l)
	if err != nil {
		return out, err
	}
	d, err := s.answer(l, r)
	if err != nil {
		return out, err
	}
	more, err := s.commit(d)
	return append(out, more...), err
}

// Prepare does what Step does before the line itself is decided: it lets time pass up to the line's instant, and
// remembers the entries of the line's State that were not known yet. It returns the request as it is to be decided,
// with its State, and the decisions that time brought about.
func (s *Simulator) Prepare(l Line) (handoff.Request, []handoff.Decision, error) {
	if err := l.check(); err != nil {
		return l.Request, nil, err
	}
	if l.At.Before(s.now) {
		return l.Request, nil, fmt.Errorf("%w; sort the lines by their instant", s.wentBack(l.At))
	}
	out, err := s.Until(l.At)
	if err != nil {
		return l.Request, out, err
	}
	if err := s.remember(l); err != nil {
		return l.Request, out, err
	}
	more, err := s.seed(l.Request.State)
	out = append(out, more...)
	if err != nil {
		return l.Request, out, err
	}
	r, err := s.fillFor(l)
	return r, out, err
}

// Until lets time pass up to and including an instant: what is due is swept at its own instant, of several at one
// instant the least key first; what was due before the clock, at the clock. A decision that asks for another one gets
// it at once, with the facts of the subject's latest line that brought triggers, else of its latest line. It returns
// the decisions in their order.
func (s *Simulator) Until(t time.Time) ([]handoff.Decision, error) {
	if t.Before(s.now) {
		return nil, s.wentBack(t)
	}
	var out []handoff.Decision
	for {
		key, due, found := s.memory.NextDue()
		if !found || due.After(t) {
			s.turn(t)
			return out, nil
		}
		s.turn(due)
		more, err := s.sweep(key)
		out = append(out, more...)
		if err != nil {
			return out, err
		}
	}
}

// NextDue returns the instant at which time alone brings about the next decision, or false when it never does. Call
// Until with it to live through a long time in small parts.
func (s *Simulator) NextDue() (time.Time, bool) {
	_, due, found := s.memory.NextDue()
	if found && due.Before(s.now) {
		due = s.now
	}
	return due, found
}

func (s *Simulator) wentBack(t time.Time) error {
	return fmt.Errorf("goes back in time: %s is before %s", stamp(t), stamp(s.now))
}

// turn sets the clock, which never goes back.
func (s *Simulator) turn(t time.Time) {
	if t.After(s.now) {
		s.now = t
		clear(s.sweeps)
	}
}

func (s *Simulator) sweep(key handoff.Ref) ([]handoff.Decision, error) {
	if s.sweeps[key]++; s.sweeps[key] > maxLaps {
		return nil, fmt.Errorf("%s is still due at %s after %d sweeps at that instant", key, stamp(s.now), maxLaps)
	}
	r, err := s.fill(s.latest(key))
	if err != nil {
		return nil, err
	}
	d, err := s.engine.Sweep(s.now, r)
	if err != nil {
		return nil, err
	}
	return s.commit(d)
}

// answer asks the engine what the line is about.
func (s *Simulator) answer(l Line, r handoff.Request) (handoff.Decision, error) {
	switch {
	case l.Activity != nil:
		return s.engine.Observe(l.At, r, *l.Activity)
	case l.Touch != nil:
		return s.engine.Permit(l.At, r, *l.Touch)
	}
	return s.engine.Decide(l.At, r)
}

// commit remembers what a decision changes, and decides again as long as a decision asks for it.
func (s *Simulator) commit(d handoff.Decision) ([]handoff.Decision, error) {
	var out []handoff.Decision
	for range maxLaps {
		if err := s.memory.Commit(context.Background(), d); err != nil {
			return out, err
		}
		out = append(out, d)
		s.inherit(d)
		subject, again := redecided(d)
		if !again {
			return out, nil
		}
		r, err := s.fill(s.latest(subject))
		if err != nil {
			return out, err
		}
		if d, err = s.engine.Decide(s.now, r); err != nil {
			return out, err
		}
	}
	return out, fmt.Errorf("%s still asks to be decided again at %s after %d decisions at that instant", d.Subject, stamp(s.now), maxLaps)
}

func redecided(d handoff.Decision) (handoff.Ref, bool) {
	for _, e := range d.Effects {
		if again, ok := e.(handoff.Redecide); ok {
			return again.Subject, true
		}
	}
	return handoff.Ref{}, false
}

// seed remembers the entries that are not known yet, and sweeps those that are due already.
func (s *Simulator) seed(state handoff.State) ([]handoff.Decision, error) {
	if len(state) == 0 {
		return nil, nil
	}
	known, err := s.memory.Load(context.Background(), state.Keys())
	if err != nil {
		return nil, err
	}
	fresh := handoff.State{}
	for key, entry := range state {
		if known[key].Version == 0 {
			fresh[key] = entry
		}
	}
	s.memory.Put(fresh)
	return s.Until(s.now)
}

// remember keeps the facts of a line, also as those of the record in which its subject lives on. An activity or a touch says
// little about its subject, so it yields to what is known.
func (s *Simulator) remember(l Line) error {
	r := l.Request
	r.Triggers, r.State = nil, nil
	home, err := s.home(r.Subject)
	if err != nil {
		return err
	}
	for _, subject := range []handoff.Ref{r.Subject, home} {
		if _, known := s.facts[subject]; l.decides() || !known {
			s.facts[subject] = r
			if subject != r.Subject {
				s.facts[subject] = renamed(r, subject)
			}
		}
	}
	return nil
}

// home returns where a record lives on by what is remembered; in a circle it is where it is.
func (s *Simulator) home(subject handoff.Ref) (handoff.Ref, error) {
	trail := []handoff.Ref{subject}
	for {
		at := trail[len(trail)-1]
		state, err := s.memory.Load(context.Background(), []handoff.Key{at})
		if err != nil {
			return subject, err
		}
		record, _ := state[at].Value.(handoff.Record)
		switch {
		case record.Merged.IsZero():
			return at, nil
		case slices.Contains(trail, record.Merged):
			return subject, nil
		}
		trail = append(trail, record.Merged)
	}
}

// inherit keeps the facts of a record that merges into one about which no line was.
func (s *Simulator) inherit(d handoff.Decision) {
	for _, e := range d.Effects {
		m, merges := e.(handoff.MergeRecords)
		if _, known := s.facts[m.Into]; merges && !known {
			s.facts[m.Into] = renamed(s.latest(m.From), m.Into)
		}
	}
}

// renamed returns a request with another subject of the same kind, to which everything in it belongs.
func renamed(r handoff.Request, subject handoff.Ref) handoff.Request {
	r.Subject = subject
	if subject.Kind == handoff.KindLead {
		r.Lead.ID = subject.ID
		return r
	}
	r.Account.ID, r.Match = subject.ID, handoff.Match{}
	r.Lead.Account = ""
	r.People, r.Opportunities = slices.Clone(r.People), slices.Clone(r.Opportunities)
	for i := range r.People {
		r.People[i].Account = ""
	}
	for i := range r.Opportunities {
		r.Opportunities[i].Account = ""
	}
	return r
}

// latest returns the facts of a subject; its id alone when no line was about it.
func (s *Simulator) latest(subject handoff.Ref) handoff.Request {
	if r, known := s.facts[subject]; known {
		return r
	}
	r := handoff.Request{Subject: subject}
	switch subject.Kind {
	case handoff.KindLead:
		r.Lead.ID = subject.ID
	case handoff.KindAccount:
		r.Account.ID = subject.ID
	}
	return r
}

// fill gives a request the State that the simulator remembers, in place of its own.
func (s *Simulator) fill(r handoff.Request) (handoff.Request, error) {
	r.State = nil
	return s.memory.Fill(context.Background(), s.engine, s.now, r)
}

// fillFor is fill for the request of a line.
func (s *Simulator) fillFor(l Line) (handoff.Request, error) {
	ctx, r := context.Background(), l.Request
	r.State = nil
	switch {
	case l.Touch != nil:
		return s.memory.FillTouch(ctx, s.engine, l.At, r, *l.Touch)
	case l.Activity != nil:
		return s.memory.FillActivity(ctx, s.engine, l.At, r, *l.Activity)
	}
	return s.fill(l.Request)
}

// State returns a copy of what the simulator remembers.
func (s *Simulator) State() handoff.State { return s.memory.State() }

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
