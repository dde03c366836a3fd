package outcome_test

import (
	"slices"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/handoff/hosttest"
	"github.com/salesbaton/baton/outcome"
)

const hour = time.Hour

// A desk is a policy with one play, and the host that remembers its decisions about one lead.
type desk struct {
	testing.TB
	engine *handoff.Engine
	store  hosttest.Memory
	lead   handoff.Lead
}

// newDesk returns a desk whose play gives every lead to a rep of the name ann.
func newDesk(t testing.TB, edit func(*handoff.Config)) *desk {
	t.Helper()
	c := handoff.Config{
		Policy:    "acme",
		Triggers:  []handoff.TriggerRule{{Kind: "demo_request", About: handoff.KindLead, StaleAfter: 1000 * 24 * hour}},
		Plays:     []handoff.Play{{ID: "demo", Trigger: "demo_request", Router: firstOf{"ann"}}},
		Lifecycle: outcome.Standard(),
		Outcomes:  outcome.Rules(),
	}
	edit(&c)
	e, err := handoff.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return &desk{TB: t, engine: e, lead: handoff.Lead{ID: "L1"}}
}

// firstOf is a router that gives everything to the first of some reps who is not avoided.
type firstOf []string

func (r firstOf) Keys(_ *handoff.Facts, _ *handoff.Play, dst []handoff.Key) []handoff.Key {
	for _, rep := range r {
		dst = append(dst, handoff.RepKey(rep))
	}
	return dst
}

func (r firstOf) Route(f *handoff.Facts, _ *handoff.Play) handoff.Routing {
	for _, rep := range r {
		if !slices.Contains(f.Avoid, rep) {
			return handoff.Routing{Owner: rep, Rung: "list", Why: rep + " is the first"}
		}
	}
	return handoff.Routing{}
}

// commit lets the engine answer a request about the lead, and keeps the answer.
func (d *desk) commit(at time.Time, r handoff.Request, answer func(handoff.Request) (handoff.Decision, error)) handoff.Decision {
	d.Helper()
	r.Subject, r.Lead = d.lead.Ref(), d.lead
	r, err := d.store.Fill(d.Context(), d.engine, at, r)
	if err != nil {
		d.Fatal(err)
	}
	decision, err := answer(r)
	if err == nil {
		err = d.store.Commit(d.Context(), decision)
	}
	if err != nil {
		d.Fatal(err)
	}
	return decision
}

// hand lets the lead ask for a demo.
func (d *desk) hand(at time.Time) handoff.Decision {
	d.Helper()
	r := handoff.Request{Triggers: []handoff.Trigger{{ID: "T1", Kind: "demo_request", OccurredAt: at}}}
	return d.commit(at, r, func(r handoff.Request) (handoff.Decision, error) { return d.engine.Decide(at, r) })
}

// observe tells the engine of an activity at its instant.
func (d *desk) observe(a handoff.Activity) handoff.Decision {
	d.Helper()
	return d.hear(a.At, a)
}

// hear tells the engine of an activity, perhaps later. The rep whom it makes the owner is loaded beforehand: of what an
// activity names, Needs knows nothing.
func (d *desk) hear(at time.Time, a handoff.Activity) handoff.Decision {
	d.Helper()
	var r handoff.Request
	if a.To != "" {
		r.State, _ = d.store.Load(d.Context(), []handoff.Key{handoff.RepKey(a.To)})
	}
	return d.commit(at, r, func(r handoff.Request) (handoff.Decision, error) { return d.engine.Observe(at, r, a) })
}

func (d *desk) sweep(at time.Time) handoff.Decision {
	d.Helper()
	return d.commit(at, handoff.Request{}, func(r handoff.Request) (handoff.Decision, error) { return d.engine.Sweep(at, r) })
}

func (d *desk) record() handoff.Record {
	record, _ := d.store.State()[d.lead.Ref()].Value.(handoff.Record)
	return record
}

// clock returns the clock of an id that runs; false: none does.
func (d *desk) clock(id string) (handoff.Clock, bool) {
	for _, c := range d.record().Clocks {
		if c.ID == id {
			return c, true
		}
	}
	return handoff.Clock{}, false
}

// stopped returns the clocks of an id that ended, in the order of their ends.
func (d *desk) stopped(id string) (out []handoff.Stopped) {
	for _, s := range d.record().Stopped {
		if s.ID == id {
			out = append(out, s)
		}
	}
	return out
}

// weekly returns a calendar of the same hours on some days of a zone.
func weekly(t testing.TB, zone, windows string, closed ...calendar.Date) *calendar.Calendar {
	t.Helper()
	z, err := calendar.LoadZone(zone)
	if err != nil {
		t.Fatal(err)
	}
	w, err := calendar.ParseWindows(windows)
	if err != nil {
		t.Fatal(err)
	}
	c, err := calendar.New(calendar.Config{Zone: z, Weekly: w, Holidays: closed})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// instant reads an instant in UTC, such as 2026-03-06 21:00.
func instant(t testing.TB, text string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
