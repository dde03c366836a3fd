package rules_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/hosttest"
	"github.com/salesbaton/baton/rules"
)

// demoPlay is the line of floor that the tests of promises change, and queueLine that of the queue.
const (
	demoPlay  = "trigger: demo_request, route: all}"
	queueLine = "first_touch: {within: 4h}}"
)

// touching is demoPlay with a first touch.
func touching(sla string) string {
	return "trigger: demo_request, route: all, first_touch: " + sla + "}"
}

func TestMistakesOfAnSLA(t *testing.T) {
	checkMistakes(t, []mistake{
		{"all of it", "the cases below change one thing", demoPlay, touching("{within: 15m, hours: us, from: signal, at_close: next_opening, warn: 5m, pauses: [owner_away, pending], stops: contact, on_reassign: keeps, if_late: [{notify: owner}, {escalate: sam}, {wait: 15m, reassign: next, at_most: 3}, {owner: away}, {wait: 1h, queue: triage}]}"), ""},
		{"an unknown SLA", "it promises nothing", demoPlay, touching("fast"), `p.yaml:17:81: B030 unknown SLA "fast"; none is defined`},
		{"no SLA at all", "it has keys or is an id", demoPlay, touching("4"), "p.yaml:17:81: B013 expected keys with values, such as {key: value}, but found the number 4"},
		{"no time", "nothing is promised", demoPlay, touching("{hours: us}"), `p.yaml:17:81: B011 the key "within" is missing here`},
		{"no time at all", "it would be late at once", demoPlay, touching("{within: 0s}"), "p.yaml:17:90: B021 a length of time that is zero has no effect here; write a longer one, or leave out what needs it"},
		{"a time below zero", "no such length", demoPlay, touching("{within: 1h, if_late: [{wait: -1h, notify: owner}]}"), "p.yaml:17:111: B017 expected a length of time such as 15m, 4h, 7d or 1d12h, of at most 36600 days; units are d, h, m and s, and a week is 7d"},
		{"a wait of no time", "it happens at once", demoPlay, touching("{within: 1h, if_late: [{wait: 0s, notify: owner}]}"), ""},
		{"a warning before the start", "nobody could be warned", demoPlay, touching("{within: 1h, warn: 1h}"), "p.yaml:17:100: B080 the warning would come before the clock starts; make it less than within"},
		{"a promise of centuries", "nobody waits", demoPlay, touching("{within: 4000d}"), "p.yaml:17:90: B080 that is longer than 10 years; make it shorter"},
		{"a step after centuries", "nobody waits", demoPlay, touching("{within: 1h, hours: us, if_late: [{wait: 2000d, notify: owner}]}"), "p.yaml:17:122: B080 there is not that much open time in us within 10 years"},
		{"closing time without hours", "nothing closes", demoPlay, touching("{within: 1h, at_close: next_opening}"), "p.yaml:17:104: B021 every hour counts, so that nothing closes; give it hours, or leave this out"},
		{"customers without windows", "nobody knows when they are open", demoPlay, touching("{within: 1h, hours: {of: customer}}"), "p.yaml:17:101: B011 of: customer needs calendar: whose windows count by the clocks where the lead is"},
		{"somebody else's hours", "known are listed", demoPlay, touching("{within: 1h, hours: {of: team, calendar: us}}"), `p.yaml:17:106: B014 unknown word "team"; known are rep, customer`},
		{"an unknown calendar", "what was meant is named", demoPlay, touching("{within: 1h, hours: {of: rep, calendar: su}}"), `p.yaml:17:121: B030 unknown calendar "su" (did you mean "us"?); known are us`},
		{"a pause twice", "it changes nothing", demoPlay, touching("{within: 1h, pauses: [pending, pending]}"), `p.yaml:17:112: B020 "pending" is repeated in this list`},
		{"an unknown stop", "known are listed", demoPlay, touching("{within: 1h, stops: attempts}"), `p.yaml:17:101: B014 unknown word "attempts" (did you mean "attempt"?); known are attempt, contact`},
		{"an automatic reply", "nobody wrote it", demoPlay, touching("{within: 1h, stops: [call, auto_reply]}"), "p.yaml:17:108: B080 an automatic reply keeps no promise, since nobody wrote it; leave it out"},
		{"a new owner", "the clock ends anyway", demoPlay, touching("{within: 1h, stops: [reassigned]}"), "p.yaml:17:102: B080 a new owner keeps no promise, and ends the clock anyway; leave it out, and say with on_reassign what becomes of it"},
		{"a step of nothing", "nothing would happen", demoPlay, touching("{within: 1h, if_late: [{wait: 1h}]}"), "p.yaml:17:104: B018 a step does one thing: notify, escalate, reassign, queue or owner; write a step for each"},
		{"a step of two things", "nobody knows which comes first", demoPlay, touching("{within: 1h, if_late: [{notify: owner, reassign: next}]}"), "p.yaml:17:104: B018 a step does one thing: notify, escalate, reassign, queue or owner; write a step for each"},
		{"a step that is a word", "it has keys", demoPlay, touching("{within: 1h, if_late: [reassign]}"), `p.yaml:17:104: B013 expected keys with values, such as {key: value}, but found "reassign"`},
		{"steps without any", "nothing would happen", demoPlay, touching("{within: 1h, if_late: []}"), "p.yaml:17:103: B019 the list is empty; write at least one item"},
		{"at_most of a notification", "it would be ignored", demoPlay, touching("{within: 1h, if_late: [{notify: owner, at_most: 2}]}"), "p.yaml:17:129: B021 only reassign looks at it; leave it out"},
		{"more transfers than there can be", "the bound is named", demoPlay, touching("{within: 1h, if_late: [{reassign: next, at_most: 11}]}"), "p.yaml:17:130: B015 11 is out of range; it is from 1 to 10"},
		{"reassigned to somebody by name", "the route says who is next", demoPlay, touching("{within: 1h, if_late: [{reassign: kim}]}"), `p.yaml:17:115: B014 unknown word "kim"; known are next`},
		{"a step behind the queue", "the clock has ended", demoPlay, touching("{within: 1h, if_late: [{queue: triage}, {notify: owner}]}"), "p.yaml:17:121: B021 the step above gives the record back, and what was promised ends with that; leave this one out"},
		{"an unknown queue", "what was meant is named", demoPlay, touching("{within: 1h, if_late: [{queue: traige}]}"), `p.yaml:17:112: B030 unknown queue "traige" (did you mean "triage"?); known are triage`},
		{"somebody who is not on the roster", "nobody would hear of it", demoPlay, touching("{within: 1h, if_late: [{notify: zoe}]}"), `p.yaml:17:113: B030 "zoe" is not listed under reps`},
		{"a rep called owner", "two could be meant", "reps: {kim: {team: east}, lee: {}, sam: {}}", "reps: {kim: {team: east}, lee: {}, sam: {}, owner: {}}\nslas: {fast: {within: 1h, if_late: [{notify: owner}]}}", "p.yaml:8:46: B031 owner is what a rep is to the record here, and also the id of a rep; give the rep another id"},
	})
}

// TestManagers: who is to hear of what is late is there.
func TestManagers(t *testing.T) {
	const reps = "reps: {kim: {team: east}, lee: {}, sam: {}}"
	const told = "\nslas: {fast: {within: 1h, if_late: [{wait: 5m, escalate: manager}]}}"
	play := func(text string) string { return strings.Replace(text, demoPlay, touching("fast"), 1) }
	for _, tt := range []struct{ name, reason, text, want string }{
		{"all have one", "somebody hears of it", play(strings.Replace(floor, reps, "reps: {kim: {manager: boss}, lee: {manager: boss}, sam: {manager: boss}}"+told, 1)), ""},
		{"a member has none", "members of the route's pools are asked", play(strings.Replace(floor, reps, "reps: {kim: {manager: boss}, lee: {}, sam: {manager: boss}}"+told, 1)),
			"p.yaml:18:81: B080 lee is without a manager who could be told; write manager: under reps, or tell somebody by name"},
		{"nobody has one", "all are named, in order", play(strings.Replace(floor, reps, reps+told, 1)),
			"p.yaml:18:81: B080 kim, lee and sam are without a manager who could be told; write manager: under reps, or tell somebody by name"},
		{"where it is written", "the problem stands at the word", strings.Replace(floor, demoPlay, touching("{within: 1h, if_late: [{notify: manager}]}"), 1),
			"p.yaml:17:113: B080 kim, lee and sam are without a manager who could be told; write manager: under reps, or tell somebody by name"},
		{"no roster", "State may know who it is", strings.Replace(play(strings.Replace(floor, reps, told[1:], 1)), "\n\n", "\n", 1), ""},
		{"nobody uses it", "it tells nobody", strings.Replace(floor, reps, reps+told, 1), ""},
		{"a queue whose owner has none", "nobody would hear of it", strings.Replace(floor, queueLine, "first_touch: {within: 4h, if_late: [{escalate: manager}]}}", 1),
			"p.yaml:8:78: B080 sam is without a manager who could be told; write manager: under reps, or tell somebody by name"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := rules.Parse("p.yaml", []byte(tt.text))
			if got := strings.Join(problemLines(t, err), "\n"); got != tt.want {
				t.Errorf("%s\ngot  %s\nwant %s", tt.reason, got, tt.want)
			}
		})
	}
}

func TestMistakesOfAQueue(t *testing.T) {
	queue := func(keys string) string { return "first_touch: {within: 4h, " + keys + "}}" }
	const nothing = "B021 a record has left the queue once somebody owns it, so that this means nothing here; leave it out"
	checkMistakes(t, []mistake{
		{"what a queue can say", "its owner is warned and told", queueLine, queue("hours: us, from: signal, warn: 1h, pauses: [pending], if_late: [{notify: owner}, {wait: 1h, escalate: kim}]"), ""},
		{"another rep", "nobody has it", queueLine, queue("if_late: [{reassign: next}]"), "p.yaml:8:78: " + nothing},
		{"another queue", "it waits in one", queueLine, queue("if_late: [{queue: triage}]"), "p.yaml:8:75: " + nothing},
		{"an owner who is set away", "nobody has it", queueLine, queue("if_late: [{owner: away}]"), "p.yaml:8:75: " + nothing},
		{"an owner who is away", "nobody has it", queueLine, queue("pauses: [owner_away]"), "p.yaml:8:66: " + nothing},
		{"activities", "none ends it", queueLine, queue("stops: attempt"), "p.yaml:8:64: " + nothing},
		{"a new owner", "it has left the queue then", queueLine, queue("on_reassign: keeps"), "p.yaml:8:70: " + nothing},
		{"the owner's hours", "nobody has it", queueLine, queue("hours: {of: rep}"), "p.yaml:8:69: " + nothing},
	})
}

// TestSLAOfAQueueByName: a mistake of an SLA that others can use stands where the queue names it.
func TestSLAOfAQueueByName(t *testing.T) {
	text := strings.Replace(floor, "queues: {triage: {owner: sam, first_touch: {within: 4h}}}", "queues: {triage: {owner: sam, first_touch: fast}}\nslas: {fast: {within: 4h, stops: attempt}}", 1)
	_, err := rules.Parse("p.yaml", []byte(text))
	const want = "p.yaml:8:44: B021 a record has left the queue once somebody owns it, so that what fast says at p.yaml:9:34 means nothing here; name an SLA without it"
	if got := strings.Join(problemLines(t, err), "\n"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestHoursOfReps: a promise by the owner's hours can be kept by whoever the route may choose.
func TestHoursOfReps(t *testing.T) {
	const base = "reps: {kim: {hours: %s}, lee: {}, sam: {hours: %s}}"
	const calendars = "calendars: {us: {open: mon-fri 09:00-17:00}, night: {open: mon-fri 20:00-23:00}, rare: {open: mon 09:00-09:01}}"
	for _, tt := range []struct{ name, reason, kim, sam, hours, want string }{
		{"within the team's", "they overlap", "us", "us", "{of: rep, calendar: us}", ""},
		{"without a calendar", "each has their own", "us", "night", "{of: rep}", ""},
		{"never together", "whoever it is could keep no promise", "us", "night", "{of: rep, calendar: us}", "p.yaml:17:101: B080 sam is never at work while us is open; leave the calendar out, or change their hours"},
		{"hardly ever", "10 years have 522 Mondays", "rare", "rare", "{of: rep}", "p.yaml:17:90: B080 kim and sam are not at work that long within 10 years"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(floor, "calendars: {us: {open: mon-fri 09:00-17:00}}", calendars, 1)
			text = strings.Replace(text, "reps: {kim: {team: east}, lee: {}, sam: {}}", fmt.Sprintf(base, tt.kim, tt.sam), 1)
			text = strings.Replace(text, demoPlay, touching("{within: 9h, hours: "+tt.hours+"}"), 1)
			_, err := rules.Parse("p.yaml", []byte(text))
			if got := strings.Join(problemLines(t, err), "\n"); got != tt.want {
				t.Errorf("%s\ngot  %s\nwant %s", tt.reason, got, tt.want)
			}
		})
	}
}

// TestWhoseHoursCount decides at 10:04 in New York, which is 07:04 in Los Angeles and 16:04 in Berlin, and reads by when the
// first touch is due.
func TestWhoseHoursCount(t *testing.T) {
	const text = `language: 1
policy: acme
zone: America/New_York
triggers: {demo_request: {about: lead, stale_after: 14d}}
calendars:
  us: {open: mon-fri 09:00-17:00}
  eu: {zone: Europe/Berlin, open: mon-fri 09:00-17:00}
  both: {all_of: [us, eu]}
  either: {any_of: [us, eu]}
reps: {kim: {hours: eu}}
routes: {all: [{rep: kim}]}
plays: [{id: demo, trigger: demo_request, route: all, first_touch: %s}]
`
	for _, tt := range []struct{ name, reason, sla, want string }{
		{"every hour", "a day is 24 hours", "{within: 1d}", "2026-03-03T15:04Z"},
		{"a team's", "two hours today", "{within: 2h, hours: us}", "2026-03-02T17:04Z"},
		{"the owner's", "56 minutes today, the rest tomorrow in Berlin", "{within: 2h, hours: {of: rep}}", "2026-03-03T09:04Z"},
		{"the owner's within the team's", "the team opens at 15:00 in Berlin", "{within: 2h, hours: {of: rep, calendar: us}}", "2026-03-03T15:04Z"},
		{"the customer's", "nine in Los Angeles is in two hours", "{within: 2h, hours: {of: customer, calendar: us}}", "2026-03-02T19:00Z"},
		{"all of two", "as the owner's within the team's", "{within: 2h, hours: both}", "2026-03-03T15:04Z"},
		{"any of two", "New York is open until 22:00", "{within: 7h, hours: either}", "2026-03-03T08:04Z"},
		{"at closing time", "it is due then", "{within: 6h56m, hours: us}", "2026-03-02T22:00Z"},
		{"at the next opening", "it is due on Tuesday", "{within: 6h56m, hours: us, at_close: next_opening}", "2026-03-03T14:00Z"},
		{"from the signal", "which occurred half an hour ago", "{within: 2h, hours: us, from: signal}", "2026-03-02T16:34Z"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := rules.Parse("p.yaml", fmt.Appendf(nil, text, tt.sla))
			if err != nil {
				t.Fatal(err)
			}
			r := handoff.Request{Subject: handoff.Ref{Kind: handoff.KindLead, ID: "L1"}, Lead: handoff.Lead{ID: "L1", Zone: "America/Los_Angeles"},
				Triggers: []handoff.Trigger{{ID: "T1", Kind: "demo_request", OccurredAt: at.Add(-30 * time.Minute)}}}
			filled, err := new(hosttest.Memory).Fill(context.Background(), e, at, r)
			if err != nil {
				t.Fatal(err)
			}
			d, err := e.Decide(at, filled)
			if err != nil {
				t.Fatal(err)
			}
			if got := d.FirstTouch.Format("2006-01-02T15:04Z"); got != tt.want {
				t.Errorf("due %s, want %s: %s", got, tt.want, tt.reason)
			}
		})
	}
}
