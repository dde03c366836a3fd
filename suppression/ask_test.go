package suppression_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/routing"
	"github.com/salesbaton/baton/suppression"
)

const day = 24 * time.Hour

var (
	l1 = handoff.Ref{Kind: handoff.KindLead, ID: "L1"}
	a1 = handoff.Ref{Kind: handoff.KindAccount, ID: "A1"}
)

// A situation is what a set is asked in. The zero situation is a demo request at the instant at, of lead L1 of account A1, of
// whom nothing is remembered.
type situation struct {
	about   handoff.Kind // of the subject; "": a lead
	zone    string       // "": UTC
	lead    handoff.Record
	account handoff.Record
	tallies map[string][]time.Time // by their name under the policy acme
	request func(*handoff.Request)
	facts   func(*handoff.Facts)
	play    func(*handoff.Play)
}

// An answer is all that a set says.
type answer struct {
	keys   []handoff.Key
	holds  []handoff.ActiveHold
	counts []handoff.Count
	trace  []handoff.HoldTrace
}

// A probe is a suppressor that lets everything through and keeps what the set says of the first play.
type probe struct {
	*suppression.Set
	situation
	answer
	asked bool
}

func (p *probe) Keys(_ *handoff.Facts, _ *handoff.Play, dst []handoff.Key) []handoff.Key { return dst }

func (p *probe) Counts(*handoff.Facts, *handoff.Play) []handoff.Count { return nil }

func (p *probe) Suppress(f *handoff.Facts, play *handoff.Play, dst []handoff.ActiveHold) []handoff.ActiveHold {
	if p.asked {
		return dst
	}
	facts, about := *f, *play
	if p.facts != nil {
		p.facts(&facts)
	}
	if p.play != nil {
		p.play(&about)
	}
	p.asked = true
	p.keys = p.Set.Keys(&facts, &about, nil)
	p.holds = p.Set.Suppress(&facts, &about, nil)
	p.trace = p.Set.TraceHolds(&facts, &about)
	p.counts = p.Set.Counts(&facts, &about)
	return dst
}

// ask asks rules in a situation. It fails where they read what Keys does not list.
func ask(t *testing.T, s situation, rules ...suppression.Rule) answer {
	t.Helper()
	set, err := suppression.New("acme", rules)
	if err != nil {
		t.Fatal(err)
	}
	first := s.run(t, set, nil)
	second := s.run(t, set, append([]handoff.Key{}, first.keys...))
	return second
}

// run asks with the entries of some keys; where keys is nil, only the keys are of interest.
func (s situation) run(t *testing.T, set *suppression.Set, keys []handoff.Key) answer {
	t.Helper()
	p := &probe{Set: set, situation: s}
	r := s.ask(keys)
	_, err := engine(t, s.zone, p).Decide(at, r)
	var missing *handoff.MissingError
	switch {
	case errors.As(err, &missing) && keys == nil:
	case err != nil:
		t.Fatalf("%v: Keys lists %v", err, keys)
	}
	if !p.asked {
		t.Fatal("nobody asked the set")
	}
	return p.answer
}

// ask returns the request of the situation.
func (s situation) ask(keys []handoff.Key) handoff.Request {
	r := handoff.Request{
		Subject:  l1,
		Lead:     handoff.Lead{ID: "L1", Account: "A1"},
		Account:  handoff.Account{ID: "A1"},
		Triggers: []handoff.Trigger{{ID: "T1", Kind: "demo_request", OccurredAt: at.Add(-time.Hour)}},
		State: handoff.State{
			l1: {Version: 1, Value: s.lead}, a1: {Version: 1, Value: s.account}, handoff.TriggerKey("acme", "T1"): {},
			handoff.RepKey("ann"): {},
		},
	}
	if s.about == handoff.KindAccount {
		r.Subject, r.Lead, r.Triggers[0].Kind = a1, handoff.Lead{}, "usage_drop"
	}
	if s.request != nil {
		s.request(&r)
	}
	for _, key := range keys {
		if _, there := r.State[key]; !there {
			r.State[key] = handoff.Entry{}
		}
		if given := s.tallies[strings.TrimPrefix(key.ID, "acme/")]; key.Kind == handoff.KindTally && given != nil {
			r.State[key] = handoff.Entry{Version: 1, Value: handoff.Tally{At: given}}
		}
	}
	return r
}

func engine(t *testing.T, zone string, s handoff.Suppressor) *handoff.Engine {
	t.Helper()
	route, err := routing.New(routing.Rep("ann"))
	if err != nil {
		t.Fatal(err)
	}
	e, err := handoff.New(handoff.Config{
		Policy: "acme", Zone: loadZone(t, zone), Suppressor: s,
		Triggers: []handoff.TriggerRule{{Kind: "demo_request", About: handoff.KindLead, StaleAfter: 90 * day},
			{Kind: "usage_drop", About: handoff.KindAccount, StaleAfter: 90 * day}},
		Plays: []handoff.Play{{ID: "demo", Motion: "inbound", Trigger: "demo_request", Router: route},
			{ID: "churn", Motion: "renewal", Trigger: "usage_drop", Router: route}},
		Reps: []handoff.Rep{{ID: "ann", Team: "east"}, {ID: "bob", Team: "east"}, {ID: "kim"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func loadZone(t *testing.T, name string) *calendar.Zone {
	t.Helper()
	if name == "" {
		name = "UTC"
	}
	z, err := calendar.LoadZone(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// say returns the holds in a line: what holds, since and until when as seen from the instant at, whether it has lapsed, and what is
// unknown.
func say(holds []handoff.ActiveHold) string {
	var lines []string
	for _, h := range holds {
		text := h.Source
		if !h.Since.IsZero() {
			text += " since " + distance(h.Since)
		}
		if !h.Until.IsZero() {
			text += " until " + distance(h.Until)
		}
		if h.Lapsed {
			text += " lapsed"
		}
		if len(h.Unknown) > 0 {
			text += fmt.Sprint(" for want of ", strings.Join(h.Unknown, " "))
		}
		lines = append(lines, text)
	}
	return strings.Join(lines, "; ")
}

// distance returns how far an instant is from the instant at, in hours where they are whole.
func distance(t time.Time) string {
	d := t.Sub(at)
	if d%time.Hour != 0 {
		return d.String()
	}
	return fmt.Sprintf("%+dh", d/time.Hour)
}

// A holdCase is a rule in a situation.
type holdCase struct {
	name, reason string
	situation
	rule suppression.Rule
	want string // as say says it; "": nothing holds
}

func runHolds(t *testing.T, cases []holdCase) {
	t.Helper()
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			tt.rule.ID = "r"
			if got := say(ask(t, tt.situation, tt.rule).holds); got != tt.want {
				t.Errorf("got %q, want %q: %s", got, tt.want, tt.reason)
			}
		})
	}
}
