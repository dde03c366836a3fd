// Package story is the small host that the examples share: it loads State, decides, commits, and dispatches effects to
// functions that print what other systems would be told.
package story

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/handoff/hosttest"
	"github.com/salesbaton/baton/rules"
)

// A Story tells what happens to a handful of records, in the order of time.
type Story struct {
	engine  *handoff.Engine
	store   hosttest.Memory
	handler handoff.Handler
	out     io.Writer
	person  handoff.Person // of the request that is being answered
}

// Main tells a story on the standard output, and ends the program with an error where it cannot.
func Main(policy []byte, tell func(*Story) error) {
	if err := Run(os.Stdout, policy, tell); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Run compiles the policy and tells a story about it.
func Run(out io.Writer, policy []byte, tell func(*Story) error) error {
	engine, err := rules.Parse("policy.yaml", policy)
	if err != nil {
		return err
	}
	s := &Story{engine: engine, out: out}
	s.listen()
	if err := s.handler.Check(); err != nil {
		return err
	}
	return tell(s)
}

// listen says what the other systems would be told.
func (s *Story) listen() {
	s.handler = handoff.Handler{
		Assign: func(_ context.Context, _ handoff.Decision, e handoff.Assign) error {
			if e.To == "" {
				return s.say("crm", "%s belongs to nobody", e.Subject)
			}
			return s.say("crm", "%s now belongs to %s", e.Subject, e.To)
		},
		SetRepStatus: func(_ context.Context, _ handoff.Decision, e handoff.SetRepStatus) error {
			return s.say("crm", "%s is %s", e.Rep, e.Status)
		},
		RecordOutcome: func(_ context.Context, _ handoff.Decision, e handoff.RecordOutcome) error {
			return s.say("crm", "outcome of %s: %s", e.Subject, e.Word)
		},
		SetStage: func(_ context.Context, _ handoff.Decision, e handoff.SetStage) error {
			return s.say("crm", "%s is in stage %s", e.Subject, e.ID)
		},
		StopClock: func(_ context.Context, _ handoff.Decision, e handoff.StopClock) error {
			return s.say("report", "%s: %s after %ds of open time", e.ID, ended(e), e.Open)
		},
		Correct: func(_ context.Context, _ handoff.Decision, e handoff.Correct) error {
			return s.say("report", "%s is corrected: done at %s, in time %t", e.Clock, s.clock(e.Is), e.Met)
		},
		Recycle: func(_ context.Context, _ handoff.Decision, e handoff.Recycle) error {
			if e.Back.IsZero() {
				return s.say("marketing", "%s goes to %s, and stays there", e.Subject, e.To)
			}
			return s.say("marketing", "%s goes to %s until %s", e.Subject, e.To, s.clock(e.Back))
		},
		Enroll: func(_ context.Context, _ handoff.Decision, e handoff.Enroll) error {
			return s.say("sequencer", "start %s v%d for %s: %s", e.Sequence, e.Version, e.Person, steps(e.Steps))
		},
		Exit: func(_ context.Context, _ handoff.Decision, e handoff.Exit) error {
			return s.say("sequencer", "stop %s", e.Sequence)
		},
		PauseMarketing: func(_ context.Context, _ handoff.Decision, e handoff.PauseMarketing) error {
			return s.say("marketing", "pause %s until %s; the rest goes on", strings.Join(e.Scope, ", "), s.clock(e.Until))
		},
		ResumeMarketing: func(_ context.Context, _ handoff.Decision, e handoff.ResumeMarketing) error {
			return s.say("marketing", "resume what %s paused", e.ID)
		},
		Notify: func(_ context.Context, _ handoff.Decision, e handoff.Notify) error {
			return s.say("inbox of "+e.To, "%s", e.Text)
		},
		AttachContext: func(_ context.Context, _ handoff.Decision, e handoff.AttachContext) error {
			e.Context.Opening = s.person.Fill(e.Context.Opening) // the decision itself never holds the person
			lines := strings.Split(strings.TrimSpace(e.Context.String()), "\n")
			_, err := fmt.Fprintf(s.out, "   context for %s:\n      %s\n", e.Owner, strings.Join(lines, "\n      "))
			return err
		},
		Ignore: append(handoff.Bookkeeping(), handoff.EffectMergeRecords, handoff.EffectSplitRecords, handoff.EffectRedecide, handoff.EffectSetConsent),
	}
}

// ended says how a clock ended.
func ended(e handoff.StopClock) string {
	switch {
	case e.Why != handoff.StopDone:
		return strings.ReplaceAll(string(e.Why), "_", " ")
	case e.Met:
		return "kept"
	}
	return "broken"
}

// Zone returns the policy's zone.
func (s *Story) Zone() *calendar.Zone { return s.engine.Zone() }

func steps(list []handoff.Step) string {
	var parts []string
	for _, s := range list {
		parts = append(parts, fmt.Sprintf("day %d %s", s.Day, s.Do))
	}
	return strings.Join(parts, ", ")
}

func (s *Story) say(who, format string, args ...any) error {
	_, err := fmt.Fprintf(s.out, "   %s: "+format+"\n", append([]any{who}, args...)...)
	return err
}

func (s *Story) clock(t time.Time) string {
	return s.engine.Zone().In(t).Format("Mon 2 Jan 15:04 MST")
}

// Tell writes a line of the narrator.
func (s *Story) Tell(text string) { fmt.Fprintf(s.out, "%s\n", text) }

// Decide answers the request's triggers.
func (s *Story) Decide(at time.Time, r handoff.Request) error {
	return s.finish(at, r, s.engine.Decide)
}

// Observe answers an activity.
func (s *Story) Observe(at time.Time, r handoff.Request, a handoff.Activity) error {
	r, err := s.store.FillActivity(context.Background(), s.engine, at, r, a)
	if err != nil {
		return err
	}
	return s.finish(at, r, func(at time.Time, r handoff.Request) (handoff.Decision, error) {
		return s.engine.Observe(at, r, a)
	})
}

// Sweep lets time act on the request's subject.
func (s *Story) Sweep(at time.Time, r handoff.Request) error {
	return s.finish(at, r, s.engine.Sweep)
}

// Until lets time act on the request's subject as a host does: it sweeps whenever the record says that something is due.
func (s *Story) Until(at time.Time, r handoff.Request) error {
	for {
		record, err := s.Record(r.Subject)
		if err != nil {
			return err
		}
		due := record.NextDue()
		if due.IsZero() || due.After(at) {
			return nil
		}
		if err := s.Sweep(due, r); err != nil {
			return err
		}
	}
}

// Record returns what is remembered of a subject.
func (s *Story) Record(of handoff.Ref) (handoff.Record, error) {
	entries, err := s.store.Load(context.Background(), []handoff.Key{of})
	if err != nil {
		return handoff.Record{}, err
	}
	record, _ := entries[of].Value.(handoff.Record)
	return record, nil
}

// Stages tells when the request's subject entered each stage of the lifecycle.
func (s *Story) Stages(r handoff.Request) error {
	record, err := s.Record(r.Subject)
	if err != nil {
		return err
	}
	stages := slices.Clone(record.Stages)
	slices.SortStableFunc(stages, func(a, b handoff.Stage) int { return a.At.Compare(b.At) })
	for _, stage := range stages {
		if err := s.say("stage", "%s, %s", stage.ID, s.clock(stage.At)); err != nil {
			return err
		}
	}
	return nil
}

// Permit asks whether a touch may go out now, and returns the answer: whoever sends acts on it.
func (s *Story) Permit(at time.Time, r handoff.Request, t handoff.Touch) (handoff.Decision, error) {
	ctx := context.Background()
	r, err := s.engine.FillTouch(at, r, t, func(keys []handoff.Key) (handoff.State, error) { return s.store.Load(ctx, keys) })
	if err != nil {
		return handoff.Decision{}, err
	}
	d, err := s.engine.Permit(at, r, t)
	if err != nil {
		return handoff.Decision{}, err
	}
	if err := s.store.Commit(ctx, d); err != nil { // before it is sent: whatever happens then, it is counted
		return handoff.Decision{}, err
	}
	fmt.Fprintf(s.out, "%s  %s\n", s.clock(at), d.Sentence())
	if d.Verdict == handoff.VerdictPermitted {
		return d, s.say("sent", "%s by %s", t.Channel, d.Owner)
	}
	return d, s.whatHolds(d)
}

// whatHolds lists the reasons why a touch waits, where there are several.
func (s *Story) whatHolds(d handoff.Decision) error {
	lasting := slices.DeleteFunc(slices.Clone(d.Reasons), func(r handoff.Reason) bool { return r.Until.IsZero() })
	if d.Verdict != handoff.VerdictHeld || len(lasting) < 2 {
		return nil
	}
	for _, r := range lasting {
		if err := s.say("because", "%s, until %s", r.Text, s.clock(r.Until)); err != nil {
			return err
		}
	}
	return nil
}

// finish is the whole of a host with one worker: load what the engine asks for, ask, commit, tell the other systems, and
// decide again where that is asked for. With several workers a commit may conflict; then it starts over.
func (s *Story) finish(at time.Time, r handoff.Request, ask func(time.Time, handoff.Request) (handoff.Decision, error)) error {
	ctx := context.Background()
	s.person = r.Lead.Person
	r, err := s.store.Fill(ctx, s.engine, at, r)
	if err != nil {
		return err
	}
	d, err := ask(at, r)
	if err != nil {
		return err
	}
	if err := s.store.Commit(ctx, d); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s  %s\n", s.clock(at), d.Sentence())
	if err := s.handler.Handle(ctx, d); err != nil {
		return err
	}
	for _, e := range d.Effects {
		if _, again := e.(handoff.Redecide); again {
			r.Triggers, r.State = nil, nil // they wait in the store, which has changed
			return s.Decide(at, r)
		}
	}
	return nil
}
