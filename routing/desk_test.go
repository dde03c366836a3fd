package routing_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/handoff/hosttest"
	"github.com/salesbaton/baton/routing"
)

const (
	hour = time.Hour
	day  = 24 * hour
)

// A desk is a policy and the host that remembers its decisions.
type desk struct {
	testing.TB
	engine *handoff.Engine
	store  *hosttest.Memory
	asked  int
}

// newDesk returns a desk with one play for each route: that of routes[0] is for triggers of kind k0, and so on.
func newDesk(t testing.TB, edit func(*handoff.Config), routes ...*routing.Route) *desk {
	t.Helper()
	c := handoff.Config{Policy: "acme"}
	for i, r := range routes {
		kind := fmt.Sprintf("k%d", i)
		c.Triggers = append(c.Triggers, handoff.TriggerRule{Kind: kind, About: handoff.KindLead, StaleAfter: 1000 * day})
		c.Plays = append(c.Plays, handoff.Play{ID: kind, Trigger: kind, Router: r})
	}
	for _, id := range []string{"ann", "bob", "cat", "dan"} {
		c.Reps = append(c.Reps, handoff.Rep{ID: id, Status: handoff.RepActive})
	}
	if edit != nil {
		edit(&c)
	}
	e, err := handoff.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return &desk{t, e, &hosttest.Memory{}, 0}
}

// reps replaces the roster.
func reps(list ...handoff.Rep) func(*handoff.Config) {
	return func(c *handoff.Config) { c.Reps = list }
}

func route(t testing.TB, rungs ...routing.Rung) *routing.Route {
	t.Helper()
	r, err := routing.New(rungs...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// about returns a request for a trigger about a lead.
func (w *desk) about(at time.Time, lead handoff.Lead, account handoff.Account, kind string) handoff.Request {
	w.asked++
	trigger := handoff.Trigger{ID: fmt.Sprintf("t%d", w.asked), Kind: kind, OccurredAt: at}
	return handoff.Request{Subject: lead.Ref(), Lead: lead, Account: account, Triggers: []handoff.Trigger{trigger}}
}

// decide answers a request with what the host remembers, and keeps nothing.
func (w *desk) decide(at time.Time, r handoff.Request) handoff.Decision {
	w.Helper()
	r, err := w.store.Fill(context.Background(), w.engine, at, r)
	if err != nil {
		w.Fatal(err)
	}
	d, err := w.engine.Decide(at, r)
	if err != nil {
		w.Fatal(err)
	}
	return d
}

// commit answers a request and keeps the answer.
func (w *desk) commit(at time.Time, r handoff.Request) handoff.Decision {
	w.Helper()
	d := w.decide(at, r)
	if err := w.store.Commit(context.Background(), d); err != nil {
		w.Fatal(err)
	}
	return d
}

// hand answers a first demo request of a lead nobody knows, and keeps the answer.
func (w *desk) hand(at time.Time, kind string) handoff.Decision {
	w.Helper()
	return w.commit(at, w.about(at, handoff.Lead{ID: fmt.Sprintf("L%d", w.asked)}, handoff.Account{}, kind))
}

// sweep lets the host do what is due for a lead.
func (w *desk) sweep(at time.Time, lead string) handoff.Decision {
	w.Helper()
	ctx, subject := context.Background(), handoff.Lead{ID: lead}.Ref()
	r, err := w.store.Fill(ctx, w.engine, at, handoff.Request{Subject: subject, Lead: handoff.Lead{ID: lead}})
	if err != nil {
		w.Fatal(err)
	}
	d, err := w.engine.Sweep(at, r)
	if err == nil {
		err = w.store.Commit(ctx, d)
	}
	if err != nil {
		w.Fatal(err)
	}
	return d
}

// put stores reps as the host's roster.
func (w *desk) put(list ...handoff.Rep) {
	s := handoff.State{}
	for _, r := range list {
		s[handoff.RepKey(r.ID)] = handoff.Entry{Version: 1, Value: r}
	}
	w.store.Put(s)
}

func remembered(w *desk, lead string) handoff.Record {
	r, _ := w.store.State()[handoff.Lead{ID: lead}.Ref()].Value.(handoff.Record)
	return r
}

func zone(t testing.TB, name string) *calendar.Zone {
	t.Helper()
	z, err := calendar.LoadZone(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func opening(t testing.TB, c calendar.Config) *calendar.Calendar {
	t.Helper()
	cal, err := calendar.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

// weekdays returns the same window on several days.
func weekdays(from, to time.Weekday, open, shut time.Duration) (out []calendar.Window) {
	for d := from; d <= to; d++ {
		out = append(out, calendar.Window{Day: d, Open: open, Close: shut})
	}
	return out
}

func assigned(d handoff.Decision) (handoff.Assign, bool) {
	for _, e := range d.Effects {
		if a, ok := e.(handoff.Assign); ok {
			return a, true
		}
	}
	return handoff.Assign{}, false
}

// all returns the effects of one kind.
func all[T handoff.Effect](d handoff.Decision) (out []T) {
	for _, e := range d.Effects {
		if v, ok := e.(T); ok {
			out = append(out, v)
		}
	}
	return out
}

func encode(t testing.TB, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// codes returns the codes of a decision's reasons that a route gave.
func codes(d handoff.Decision) (out []string) {
	for _, r := range d.Reasons {
		if r.Rule == handoff.RuleRoute && r.Code != "" {
			out = append(out, r.ID+" "+r.Code)
		}
	}
	return out
}

// maybe is a condition that reads one fact.
type maybe struct {
	fact  string
	truth handoff.Truth
}

func (m maybe) Eval(*handoff.Facts) handoff.Truth { return m.truth }

func (m maybe) Trace(*handoff.Facts) handoff.Trace {
	t := handoff.Trace{Truth: m.truth, Text: m.fact}
	if m.truth == handoff.Unknown {
		t.Unknown = []string{m.fact}
	}
	return t
}
