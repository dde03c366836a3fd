package quarter

import (
	"context"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/hosttest"
)

// A host remembers what decisions change, and passes each decision on.
type host struct {
	engine *handoff.Engine // the policy that is in force
	store  hosttest.Memory
	facts  map[handoff.Ref]handoff.Request // of each subject, without triggers
	hear   func(handoff.Decision) error
}

// decide answers a trigger.
func (h *host) decide(at time.Time, r handoff.Request) error {
	facts := r
	facts.Triggers = nil
	h.facts[r.Subject] = facts
	return h.answer(at, r, h.engine.Decide)
}

// observe answers an activity.
func (h *host) observe(subject handoff.Ref, a handoff.Activity) error {
	r, err := h.store.FillActivity(context.Background(), h.engine, a.At, h.facts[subject], a)
	if err != nil {
		return err
	}
	return h.finish(a.At, func() (handoff.Decision, error) { return h.engine.Observe(a.At, r, a) })
}

// permit asks whether a touch may go out.
func (h *host) permit(subject handoff.Ref, t handoff.Touch) error {
	at := t.At
	t.At = time.Time{}
	r, err := h.store.FillTouch(context.Background(), h.engine, at, h.facts[subject], t)
	if err != nil {
		return err
	}
	return h.finish(at, func() (handoff.Decision, error) { return h.engine.Permit(at, r, t) })
}

// sweep lets time act on a record.
func (h *host) sweep(at time.Time, subject handoff.Ref) error {
	return h.answer(at, h.facts[subject], h.engine.Sweep)
}

func (h *host) answer(at time.Time, r handoff.Request, ask func(time.Time, handoff.Request) (handoff.Decision, error)) error {
	r, err := h.store.Fill(context.Background(), h.engine, at, r)
	if err != nil {
		return err
	}
	return h.finish(at, func() (handoff.Decision, error) { return ask(at, r) })
}

// finish commits a decision, passes it on, and decides again where it asks for that.
func (h *host) finish(at time.Time, ask func() (handoff.Decision, error)) error {
	d, err := ask()
	if err != nil {
		return err
	}
	if err := h.store.Commit(context.Background(), d); err != nil {
		return err
	}
	if err := h.hear(d); err != nil {
		return err
	}
	for _, e := range d.Effects {
		if again, ok := e.(handoff.Redecide); ok {
			return h.answer(at, h.facts[again.Subject], h.engine.Decide)
		}
	}
	return nil
}
