// Package quarter is three months of a small company: what its leads, its reps and its marketing did, in the order of time.
// Every decision in it is made by an engine, and the same policy gives the same quarter.
package quarter

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/outcome/report"
	"github.com/salesbaton/baton/rules"
)

// An Event is something that happened, as a line of handoff report --activities: one of Request, with its triggers, Activity,
// Touch and Trigger.
type Event struct {
	At       time.Time         `json:"at,omitzero"` // of Request
	Request  *handoff.Request  `json:"request,omitempty"`
	Subject  *handoff.Ref      `json:"subject,omitempty"` // of the others
	Activity *handoff.Activity `json:"activity,omitempty"`
	Touch    *handoff.Touch    `json:"touch,omitempty"`
	Trigger  *handoff.Trigger  `json:"trigger,omitempty"`
}

// A Listener is told everything, in the order of time.
type Listener struct {
	Decision func(handoff.Decision) error
	Event    func(Event) error
}

// segments are the facts by which a Report tells handoffs of the quarter apart, by their paths.
var segments = []struct {
	path string
	of   func(*handoff.Request) string
}{
	{"account.industry", func(r *handoff.Request) string { return r.Account.Industry }},
	{"lead.country", func(r *handoff.Request) string { return r.Lead.Country }},
}

// Add tells a Report of an event, as the command does with --segment account.industry --segment lead.country.
func Add(r *report.Report, e Event) {
	switch {
	case e.Request != nil:
		for _, s := range segments {
			r.AddSegment(e.At, e.Request.Subject, s.path, s.of(e.Request))
		}
		for _, t := range e.Request.Triggers {
			t.Subject = e.Request.Subject
			r.AddSignal(t)
		}
	case e.Activity != nil:
		r.AddActivity(*e.Subject, *e.Activity)
	case e.Touch != nil:
		r.AddTouch(*e.Subject, *e.Touch)
	case e.Trigger != nil:
		t := *e.Trigger
		t.Subject = *e.Subject
		r.AddSignal(t)
	}
}

// Instants of the quarter. The figures are as of End, so that the last leads have had some time.
var (
	june = time.Date(2026, 6, 1, 4, 0, 0, 0, time.UTC)
	End  = time.Date(2026, 7, 15, 4, 0, 0, 0, time.UTC)
)

// June returns the policy as it is from June on, when first touches are promised in half the time.
func June(policy []byte) ([]byte, error) {
	for _, promise := range []struct{ until, from string }{{"within: 60m", "within: 30m"}, {"within: 8h", "within: 4h"}} {
		if !bytes.Contains(policy, []byte(promise.until)) {
			return nil, fmt.Errorf("quarter: the policy promises nothing %s, which June would change", promise.until)
		}
		policy = bytes.Replace(policy, []byte(promise.until), []byte(promise.from), 1)
	}
	return policy, nil
}

// Config returns by what a Report of the quarter counts.
func Config() (report.Config, error) {
	zone, err := calendar.LoadZone("America/New_York")
	if err != nil {
		return report.Config{}, err
	}
	office, err := office(zone)
	c := report.Config{Zone: zone, Hours: office}
	for team, reps := range map[string][]string{"inbound": {"ana", "ben", "cho"}, "product": {"dev", "eli", "fay"}} {
		for _, rep := range reps {
			c.Reps = append(c.Reps, handoff.Rep{ID: rep, Team: team})
		}
	}
	slices.SortFunc(c.Reps, func(a, b handoff.Rep) int { return cmp.Compare(a.ID, b.ID) })
	return c, err
}

// office returns the hours in which people work, those of the policy's calendar.
func office(zone *calendar.Zone) (*calendar.Calendar, error) {
	week, err := calendar.ParseWindows("mon-fri 09:00-17:00")
	if err != nil {
		return nil, err
	}
	return calendar.New(calendar.Config{Zone: zone, Weekly: week, Holidays: []calendar.Date{{Year: 2026, Month: 5, Day: 25}, {Year: 2026, Month: 6, Day: 19}}})
}

// Run lives through the quarter.
func Run(policy []byte, l Listener) error {
	engine, err := rules.Parse("policy.yaml", policy)
	if err != nil {
		return err
	}
	text, err := June(policy)
	if err != nil {
		return err
	}
	later, err := rules.Parse("policy-june.yaml", text)
	if err != nil {
		return err
	}
	hours, err := office(engine.Zone())
	if err != nil {
		return err
	}
	c := &company{listener: l, office: hours, leads: map[handoff.Ref]*lead{}, cases: map[handoff.Ref]*matter{}}
	c.host = host{engine: engine, facts: map[handoff.Ref]handoff.Request{}, hear: c.hear}
	c.plan(june, func(time.Time) error { c.host.engine = later; return nil })
	for _, lead := range leads() {
		c.expect(&lead)
	}
	return c.live()
}

// A company does what is planned, in the order of time.
type company struct {
	host     host
	listener Listener
	office   *calendar.Calendar
	leads    map[handoff.Ref]*lead
	cases    map[handoff.Ref]*matter
	agenda   []errand // by instant, then in the order in which they were planned
	events   int
}

// An errand is something that is planned.
type errand struct {
	at time.Time
	do func(at time.Time) error
}

// plan puts an errand behind those that are planned for the same instant.
func (c *company) plan(at time.Time, do func(time.Time) error) {
	i, _ := slices.BinarySearchFunc(c.agenda, at, func(e errand, at time.Time) int {
		if e.at.After(at) {
			return 1
		}
		return -1
	})
	c.agenda = slices.Insert(c.agenda, i, errand{at, do})
}

// live does what comes first: what is planned, or what the store says is due.
func (c *company) live() error {
	for len(c.agenda) > 0 {
		next := c.agenda[0]
		key, due, waits := c.host.store.NextDue()
		if waits && !due.After(next.at) {
			if err := c.host.sweep(due, key); err != nil {
				return fmt.Errorf("sweep %s: %w", key, err)
			}
			continue
		}
		if next.at.After(End) {
			return nil
		}
		c.agenda = c.agenda[1:]
		if err := next.do(next.at); err != nil {
			return err
		}
	}
	return nil
}

// tell passes an event on.
func (c *company) tell(e Event) error { return c.listener.Event(e) }

// expect plans the signals of a lead, and what marketing sends.
func (c *company) expect(l *lead) {
	c.leads[l.ref()] = l
	subject := l.ref()
	for i, s := range l.signs {
		c.plan(s.at, func(at time.Time) error {
			return c.tell(Event{Subject: &subject, Trigger: &handoff.Trigger{ID: fmt.Sprintf("S%d-%s", i, l.id), Kind: s.kind, OccurredAt: at}})
		})
	}
	c.plan(l.at, func(at time.Time) error {
		r := l.request()
		if err := c.tell(Event{At: at, Request: &r}); err != nil {
			return err
		}
		return c.host.decide(at, r)
	})
	for i, after := range []time.Duration{2 * day, 9 * day, 23 * day} { // nurture asks before it sends
		c.plan(c.office.Next(l.at.Add(after)), func(at time.Time) error {
			return c.host.permit(subject, handoff.Touch{ID: fmt.Sprintf("N%d-%s", i, l.id), At: at, Channel: handoff.ChannelEmail,
				Purpose: handoff.PurposeMarketing, Scope: "nurture", By: "nurture"})
		})
	}
	if chance(l.id, "newsletter") < 35 { // the newsletter does not
		c.plan(c.office.Next(l.at.Add(5*day)), func(at time.Time) error {
			return c.tell(Event{Subject: &subject, Touch: &handoff.Touch{ID: "L-" + l.id, At: at, Channel: handoff.ChannelEmail,
				Purpose: handoff.PurposeMarketing, Scope: "newsletter", By: "newsletter"}})
		})
	}
}
