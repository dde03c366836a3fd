package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/hosttest"
	"github.com/salesbaton/baton/rules"
)

// The tests in this file work through cases of who may be contacted that the makers of other systems describe in their
// documentation, from the policy's text to what the host has stored. Where they document another answer than the one that is
// expected here, the reason says so.

// A host is a policy and what was remembered under it.
type host struct {
	t      *testing.T
	engine *handoff.Engine
	store  hosttest.Memory
}

func openHost(t *testing.T, policy string) *host {
	t.Helper()
	h := &host{t: t}
	h.load(policy)
	return h
}

// load puts another version of the policy into force.
func (h *host) load(policy string) {
	h.t.Helper()
	e, err := rules.Parse("p.yaml", []byte(policy))
	if err != nil {
		h.t.Fatal(err)
	}
	h.engine = e
}

// moment reads an instant with its weekday, such as "Mon 2026-02-02 09:00 +00:00".
func (h *host) moment(text string) time.Time {
	h.t.Helper()
	const form = "Mon 2006-01-02 15:04 -07:00"
	at, err := time.Parse(form, text)
	if err != nil {
		h.t.Fatal(err)
	}
	if right := at.Format(form); right != text {
		h.t.Fatalf("%s is %s", text, right)
	}
	return at
}

// decide asks about a lead to whom something has happened, and stores the answer.
func (h *host) decide(when string, lead handoff.Lead, kinds ...string) handoff.Decision {
	h.t.Helper()
	at := h.moment(when)
	r := handoff.Request{Subject: lead.Ref(), Lead: lead}
	for _, kind := range kinds {
		r.Triggers = append(r.Triggers, handoff.Trigger{ID: kind + " " + when, Kind: kind, OccurredAt: at})
	}
	return h.ask(at, r, h.engine.Decide)
}

func (h *host) observe(when string, lead handoff.Lead, kind handoff.ActivityKind) handoff.Decision {
	h.t.Helper()
	at := h.moment(when)
	a := handoff.Activity{ID: string(kind) + " " + when, Kind: kind, At: at}
	return h.ask(at, handoff.Request{Subject: lead.Ref(), Lead: lead}, func(at time.Time, r handoff.Request) (handoff.Decision, error) {
		return h.engine.Observe(at, r, a)
	})
}

func (h *host) ask(at time.Time, r handoff.Request, ask func(time.Time, handoff.Request) (handoff.Decision, error)) handoff.Decision {
	h.t.Helper()
	r, err := h.store.Fill(h.t.Context(), h.engine, at, r)
	if err != nil {
		h.t.Fatal(err)
	}
	return h.commit(ask(at, r))
}

// permit asks about a touch, whose id is that of no other.
func (h *host) permit(when string, lead handoff.Lead, touch handoff.Touch) handoff.Decision {
	h.t.Helper()
	at := h.moment(when)
	touch.ID = fmt.Sprintf("%s %s", touch.Channel, when)
	r, err := h.engine.FillTouch(at, handoff.Request{Subject: lead.Ref(), Lead: lead}, touch, func(keys []handoff.Key) (handoff.State, error) {
		return h.store.Load(h.t.Context(), keys)
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return h.commit(h.engine.Permit(at, r, touch))
}

func (h *host) commit(d handoff.Decision, err error) handoff.Decision {
	h.t.Helper()
	if err == nil {
		err = h.store.Commit(h.t.Context(), d)
	}
	if err != nil {
		h.t.Fatal(err)
	}
	return d
}

// runs returns the sequences that run for a lead, in order.
func (h *host) runs(lead handoff.Lead) []string {
	record, _ := h.store.State()[lead.Ref()].Value.(handoff.Record)
	ids := []string{}
	for _, e := range record.Enrollments {
		ids = append(ids, e.Sequence)
	}
	slices.Sort(ids)
	return ids
}

// gist is the verdict of a decision and until when it holds, by the clock of whoever asked, with what its reasons of a kind name.
func (h *host) gist(when string, d handoff.Decision, kinds ...handoff.Rule) string {
	h.t.Helper()
	out := string(d.Verdict)
	if !d.Next.IsZero() {
		out += " until " + d.Next.In(h.moment(when).Location()).Format("Mon 15:04")
	}
	for _, r := range d.Reasons {
		if slices.Contains(kinds, r.Rule) {
			out += ", " + strings.TrimSpace(r.ID+" "+r.Code+" "+strings.Join(r.Unknown, " "))
		}
	}
	return out
}

// worked is a policy with some sections, and with plays that each answer a signal of their name: "demo, sequence: fast".
func worked(sections string, plays ...string) string {
	var triggers, list strings.Builder
	for _, play := range plays {
		id, _, _ := strings.Cut(play, ",")
		fmt.Fprintf(&triggers, "  %s: {about: lead, stale_after: 30d}\n", id)
		fmt.Fprintf(&list, "  - {trigger: %s, route: all, id: %s}\n", id, play)
	}
	return "language: 1\npolicy: worked\nroutes: {all: [{rep: kim}]}\n" + sections + "\ntriggers:\n" + triggers.String() + "plays:\n" + list.String()
}

func checkGist(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %s, want %s", what, got, want)
	}
}

var jo = handoff.Lead{ID: "L1", Person: handoff.Person{Email: "jo@globex.example"}}

// having returns jo with something else.
func having(edit func(*handoff.Lead)) handoff.Lead {
	lead := jo
	edit(&lead)
	return lead
}

func TestWorkedExclusivity(t *testing.T) {
	const sections = `
consent: {email: opt_out}
sequences:
  running: {exclusive: %s, on_blocked_channel: refuse, steps: [{day: 0, do: email}, {day: 9, do: email}]}
  next: {exclusive: %s, on_blocked_channel: refuse, steps: [{day: 0, do: email}]}`
	for _, tt := range []struct{ name, reason, running, next, want string }{
		{"E, then N", "Outreach's exclusivity Yes claims the person, so that not even one that claims nothing is let in", "alone", "false", "held, running alone"},
		{"E, then X", "as above", "alone", "true", "held, running alone"},
		{"E, then E", "as above", "alone", "alone", "held, running alone"},
		{"X, then N", "exclusivity only to other exclusive sequences keeps out those alone", "true", "false", "enrolled"},
		{"X, then X", "the new one is exclusive as well", "true", "true", "held, running exclusive"},
		{"X, then E", "the new one would claim a person who is in another", "true", "alone", "held, running alone"},
		{"N, then N", "nobody claims anything", "false", "false", "enrolled"},
		{"N, then X", "the one that runs is not exclusive", "false", "true", "enrolled"},
		{"N, then E", "the new one would claim a person who is in another", "false", "alone", "held, running alone"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := openHost(t, worked(fmt.Sprintf(sections, tt.running, tt.next), "running, sequence: running", "next, sequence: next"))
			h.decide("Mon 2026-02-02 09:00 +00:00", jo, "running")
			const when = "Tue 2026-02-03 09:00 +00:00"
			checkGist(t, tt.reason, h.gist(when, h.decide(when, jo, "next"), handoff.RuleSequence), tt.want)
		})
	}
}

func TestWorkedChannelOptOut(t *testing.T) {
	const sections = `
consent: {call: opt_out, email: opt_out}
sequences:
  calls: {on_blocked_channel: %[1]s, steps: [{day: 0, do: call}, {day: 2, do: call}]}
  mixed: {on_blocked_channel: %[1]s, steps: [{day: 0, do: email}, {day: 2, do: call}]}
  mails: {on_blocked_channel: %[1]s, steps: [{day: 0, do: email}, {day: 2, do: email}]}`
	const when = "Mon 2026-02-02 09:00 +00:00"
	said := having(func(l *handoff.Lead) {
		l.Consent = []handoff.Consent{{Channel: handoff.ChannelEmail, Status: handoff.ConsentDenied, At: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)}}
	})
	for _, tt := range []struct {
		name, reason, blocked, sequence string
		want                            string
		steps, skipped                  []handoff.Channel
	}{
		{"calls alone", "who has opted out of e-mail may be called", "refuse", "calls", "enrolled", []handoff.Channel{"call", "call"}, nil},
		{"mixed under a strict ruleset", "Outreach adds nobody; here the record gets its owner, who is told, and nothing starts", "refuse", "mixed", "blocked_channel, mixed blocked_channel", nil, nil},
		{"mixed under a permissive ruleset", "its e-mail steps are skipped, and the others run", "skip", "mixed", "enrolled", []handoff.Channel{"call"}, []handoff.Channel{"email"}},
		{"e-mails alone under a strict ruleset", "as for mixed", "refuse", "mails", "blocked_channel, mails blocked_channel", nil, nil},
		{"e-mails alone under a permissive ruleset", "no step is left, and so nothing starts either", "skip", "mails", "blocked_channel, mails blocked_channel", nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := openHost(t, worked(fmt.Sprintf(sections, tt.blocked), "add, sequence: "+tt.sequence))
			d := h.decide(when, said, "add")
			checkGist(t, tt.reason, h.gist(when, d, handoff.RuleSequence), tt.want)
			steps, skipped := channelsOf(d)
			if diff := cmp.Diff(tt.steps, steps); diff != "" {
				t.Errorf("steps that run (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.skipped, skipped); diff != "" {
				t.Errorf("steps that are skipped (-want +got):\n%s", diff)
			}
		})
	}
}

// channelsOf returns the channels of the steps that a decision starts, and of those that it leaves out.
func channelsOf(d handoff.Decision) (steps, skipped []handoff.Channel) {
	for _, e := range d.Effects {
		if e, starts := e.(handoff.Enroll); starts {
			for _, s := range e.Steps {
				steps = append(steps, s.Do)
			}
			for _, s := range e.Skipped {
				skipped = append(skipped, s.Do)
			}
		}
	}
	return steps, skipped
}

func TestWorkedTouchCooldown(t *testing.T) {
	policy := worked(`
consent: {email: opt_out}
suppression: [{id: touched, cooldown: {after: touch, per: lead, for: 7d}}]
sequences: {fast: {on_blocked_channel: refuse, steps: [{day: 0, do: email}]}}`, "add, sequence: fast")
	for _, tt := range []struct{ name, reason, when, want string }{
		{"three days after", "less than seven days, so that it is four more", "Thu 2026-02-05 09:00 +00:00", "held, touched"},
		{"a minute before the end", "as above", "Mon 2026-02-09 08:59 +00:00", "held, touched"},
		{"seven days after", "the end of a cooldown is free", "Mon 2026-02-09 09:00 +00:00", "enrolled"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := openHost(t, policy)
			h.permit("Mon 2026-02-02 09:00 +00:00", jo, handoff.Touch{Channel: handoff.ChannelEmail})
			d := h.decide(tt.when, jo, "add")
			checkGist(t, tt.reason, h.gist(tt.when, d, handoff.RuleHold), tt.want)
			for _, r := range d.Reasons {
				if free := h.moment("Mon 2026-02-09 09:00 +00:00"); r.Rule == handoff.RuleHold && !r.Until.Equal(free) {
					t.Errorf("held until %v, want %v", r.Until, free)
				}
			}
		})
	}
}

func TestWorkedRulesetChange(t *testing.T) {
	const sections = `
consent: {call: opt_out, email: opt_out, meeting: opt_out}
sequences:
  fast: {version: %d, exclusive: %s, on_blocked_channel: refuse, exit_on: [%s], steps: [{day: 0, do: email}, {day: %d, do: %s}]}
  other: {on_blocked_channel: refuse, steps: [{day: 0, do: email}]}`
	plays := []string{"add, sequence: fast", "other, sequence: other"}
	const when = "Tue 2026-02-03 09:00 +00:00"
	for _, tt := range []struct {
		name, reason string
		check        func(t *testing.T, h *host)
	}{
		{"version and steps", "they are remembered with the enrolment", func(t *testing.T, h *host) {
			record := h.store.State()[jo.Ref()].Value.(handoff.Record)
			got := fmt.Sprint(record.Enrollments[0].Version, record.Enrollments[0].Steps, record.Enrollments[0].Ends)
			checkGist(t, "the run", got, "1 [{0 email} {9 call}] 2026-02-12 09:00:00 +0000 UTC")
		}},
		{"a step that the new version has not", "it belongs to the enrolment, so that it goes out", func(t *testing.T, h *host) {
			const due = "Wed 2026-02-11 09:00 +00:00"
			d := h.permit(due, jo, handoff.Touch{Channel: handoff.ChannelCall, Sequence: "fast"})
			checkGist(t, "the call", h.gist(due, d, handoff.RuleSequence), "permitted")
		}},
		{"a step that only the new version has", "it is none of the enrolment's", func(t *testing.T, h *host) {
			d := h.permit(when, jo, handoff.Touch{Channel: handoff.ChannelMeeting, Sequence: "fast"})
			checkGist(t, "the meeting", h.gist(when, d, handoff.RuleSequence), "refused, fast ended")
		}},
		{"exclusivity", "under the old version it keeps others out", func(t *testing.T, h *host) {
			checkGist(t, "another", h.gist(when, h.decide(when, jo, "other"), handoff.RuleSequence), "held, fast alone")
		}},
		{"an exit that the old version has", "it ends the enrolment", func(t *testing.T, h *host) {
			h.observe(when, jo, handoff.ActivityReply)
			checkGist(t, "after a reply", fmt.Sprint(h.runs(jo)), "[]")
		}},
		{"an exit that only the new version has", "it does not end the enrolment", func(t *testing.T, h *host) {
			h.observe(when, jo, handoff.ActivityBooked)
			checkGist(t, "after a meeting is booked", fmt.Sprint(h.runs(jo)), "[fast]")
		}},
		{"an enrolment after the change", "the new version is in force for whoever comes", func(t *testing.T, h *host) {
			kit := handoff.Lead{ID: "L2"}
			h.decide(when, kit, "add")
			h.observe(when, kit, handoff.ActivityReply)
			checkGist(t, "after a reply", fmt.Sprint(h.runs(kit)), "[fast]")
			h.observe(when, kit, handoff.ActivityBooked)
			checkGist(t, "after a meeting is booked", fmt.Sprint(h.runs(kit)), "[]")
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Log(tt.reason)
			h := openHost(t, worked(fmt.Sprintf(sections, 1, "alone", "reply", 9, "call"), plays...))
			h.decide("Mon 2026-02-02 09:00 +00:00", jo, "add")
			h.load(worked(fmt.Sprintf(sections, 2, "false", "meeting_booked", 1, "meeting"), plays...))
			tt.check(t, h)
		})
	}
}

// orders returns all orders of some words.
func orders(words ...string) (out [][]string) {
	if len(words) <= 1 {
		return [][]string{words}
	}
	for i, first := range words {
		for _, rest := range orders(slices.Concat(words[:i], words[i+1:])...) {
			out = append(out, append([]string{first}, rest...))
		}
	}
	return out
}

// The race is that of B at 1510255740790, A at 1510255741489 and C at 1510255741497, in milliseconds: HubSpot's flows B and C take
// a person out of A, and A was seen to be active in the end.
func TestWorkedTriggerRace(t *testing.T) {
	const sequences = `
consent: {email: opt_out}
sequences:
  a: {on_blocked_channel: refuse, steps: [{day: 0, do: email}, {day: 9, do: email}]}
  b: {on_blocked_channel: refuse, steps: [{day: 0, do: email}, {day: 9, do: email}]}
  c: {on_blocked_channel: refuse, steps: [{day: 0, do: email}, {day: 9, do: email}]}`
	instants := []time.Time{time.UnixMilli(1510255740790), time.UnixMilli(1510255741489), time.UnixMilli(1510255741497)}
	for _, tt := range []struct {
		name, reason, sections string
		plays                  []string
		want                   string
	}{
		{"in one window", "the set is decided once, and one play wins it; the signals of the others are in its context", "settle: 5s",
			[]string{"a, sequence: a", "b, sequence: b, priority: 20, supersedes: [a]", "c, sequence: c, priority: 10, supersedes: [a]"}, "[b]"},
		{"one after the other", "without a window B and C end A, and hold it while they run, so that both run as the user expected", `suppression: [{id: claimed, while: {runs: [b, c], equal: [lead]}, only: [a]}]`,
			[]string{"a, sequence: a", "b, sequence: b, supersedes: [a]", "c, sequence: c, supersedes: [a]"}, "[b c]"},
	} {
		for _, order := range orders("a", "b", "c") {
			t.Run(tt.name+" "+strings.Join(order, ""), func(t *testing.T) {
				h := openHost(t, worked(tt.sections+sequences, tt.plays...))
				for i, kind := range order {
					r := handoff.Request{Subject: jo.Ref(), Lead: jo, Triggers: []handoff.Trigger{{ID: kind, Kind: kind, OccurredAt: instants[i]}}}
					h.ask(instants[i], r, h.engine.Decide)
				}
				for ref, due, ok := h.store.NextDue(); ok && due.Before(instants[2].Add(time.Minute)); ref, due, ok = h.store.NextDue() {
					h.ask(due, handoff.Request{Subject: ref, Lead: jo}, h.engine.Sweep)
					h.ask(due, handoff.Request{Subject: ref, Lead: jo}, h.engine.Decide)
				}
				checkGist(t, tt.reason, fmt.Sprint(h.runs(jo)), tt.want)
			})
		}
	}
}

func TestWorkedSuppressionList(t *testing.T) {
	const (
		sections = `
consent: {email: opt_out}
fields: {lead: {lists: list}}
suppression: [{id: listed, hold: '"suppressed" in lead.lists', reason: on the suppression list, %s}]
sequences: {fast: {on_blocked_channel: refuse, steps: [{day: 0, do: email}]}}`
		monday    = "Mon 2026-02-02 09:00 +00:00"
		tuesday   = "Tue 2026-02-03 09:00 +00:00"
		wednesday = "Wed 2026-02-04 09:00 +00:00"
		before    = "Mon 2026-02-09 08:59 +00:00"
		week      = "Mon 2026-02-09 09:00 +00:00"
		later     = "Mon 2026-02-09 10:00 +00:00"
	)
	on := func(lists ...string) handoff.Lead {
		return having(func(l *handoff.Lead) { l.Fields = map[string]handoff.Value{"lists": handoff.ListValue(lists)} })
	}
	none, replay := worked(fmt.Sprintf(sections, "forever: true"), "add, sequence: fast"), worked(fmt.Sprintf(sections, "on_release: {replay: 7d}"), "add, sequence: fast")
	for _, tt := range []struct {
		name, reason, policy string
		ask                  func(*host) (string, handoff.Decision)
		want                 string
	}{
		{"the trigger fires", "who is on the list is not enrolled, and the decision says why", none, func(h *host) (string, handoff.Decision) {
			ds := h.store.Decisions()
			return monday, ds[len(ds)-1]
		}, "held, listed"},
		{"the person leaves the list", "leaving it enrols nobody", none, func(h *host) (string, handoff.Decision) {
			return tuesday, h.decide(tuesday, on())
		}, "no_play"},
		{"the event is delivered again", "it was answered, and is none that is new", none, func(h *host) (string, handoff.Decision) {
			h.decide(tuesday, on())
			return monday, h.decide(monday, on(), "add")
		}, "duplicate"},
		{"a new event", "it is what enrols, once the person has left the list", none, func(h *host) (string, handoff.Decision) {
			h.decide(tuesday, on())
			return wednesday, h.decide(wednesday, on(), "add")
		}, "enrolled"},
		{"a new event of who is still listed", "the hold has no end", none, func(h *host) (string, handoff.Decision) {
			return wednesday, h.decide(wednesday, on("suppressed"), "add")
		}, "held, listed"},
		{"the person leaves the list under replay", "the signal waited, and is young", replay, func(h *host) (string, handoff.Decision) {
			return tuesday, h.decide(tuesday, on())
		}, "enrolled"},
		{"the last minute under replay", "the signal is younger than seven days", replay, func(h *host) (string, handoff.Decision) {
			return before, h.decide(before, on())
		}, "enrolled"},
		{"the end of the wait under replay", "the signal is no longer younger than seven days, and is let go", replay, func(h *host) (string, handoff.Decision) {
			return week, h.decide(week, on("suppressed"))
		}, "stale"},
		{"the person leaves the list as the wait ends", "and nobody was asked in between", replay, func(h *host) (string, handoff.Decision) {
			return week, h.decide(week, on())
		}, "stale"},
		{"the person leaves the list too late", "nothing waits any more", replay, func(h *host) (string, handoff.Decision) {
			h.decide(week, on("suppressed"))
			return later, h.decide(later, on())
		}, "no_play"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := openHost(t, tt.policy)
			h.decide(monday, on("suppressed"), "add")
			when, d := tt.ask(h)
			checkGist(t, tt.reason, h.gist(when, d, handoff.RuleHold), tt.want)
		})
	}
}

func TestWorkedRunLimit(t *testing.T) {
	const sunday = "Sun 2026-02-01 22:00 +00:00"
	for _, tt := range []struct{ name, reason, span, when, want string }{
		{"a minute before a day", "Marketo's day is 24 hours from the qualification", "24h", "Mon 2026-02-02 21:59 +00:00", "held, daily"},
		{"after a day", "as above", "24h", "Mon 2026-02-02 22:00 +00:00", "enrolled"},
		{"a minute before a month", "its month is 30 days", "30d", "Tue 2026-03-03 21:59 +00:00", "held, daily"},
		{"after a month", "as above, although February has 28", "30d", "Tue 2026-03-03 22:00 +00:00", "enrolled"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := openHost(t, worked(`
consent: {email: opt_out}
suppression: [{id: daily, cooldown: {per: lead, for: `+tt.span+`}}]
sequences: {fast: {on_blocked_channel: refuse, steps: [{day: 0, do: email}]}}`, "add, sequence: fast"))
			h.decide(sunday, jo, "add")
			checkGist(t, tt.reason, h.gist(tt.when, h.decide(tt.when, jo, "add"), handoff.RuleHold), tt.want)
		})
	}
}

// A contactCase is a lead to whom touches on a channel shall go out, one after the other.
type contactCase struct {
	name, reason string
	policy       string // its sections
	lead         handoff.Lead
	channel      handoff.Channel
	grants       []string // of consent, such as "sms express 2026-01-01"
	asked        []inquiry
}

// An inquiry is whether a touch may go out.
type inquiry struct {
	when   string
	want   string
	policy string // the sections of another version that comes into force before it; "": none does
}

func (c contactCase) run(t *testing.T, gist ...handoff.Rule) {
	h := openHost(t, worked(c.policy, "add"))
	for _, text := range c.grants {
		words := strings.Fields(text)
		day, err := time.Parse(time.DateOnly, words[2])
		if err != nil {
			t.Fatal(err)
		}
		c.lead.Consent = append(c.lead.Consent, handoff.Consent{Channel: handoff.Channel(words[0]), Status: handoff.ConsentGranted, Basis: handoff.Basis(words[1]), At: day})
	}
	for _, q := range c.asked {
		if q.policy != "" {
			h.load(worked(q.policy, "add"))
		}
		d := h.permit(q.when, c.lead, handoff.Touch{Channel: c.channel})
		checkGist(t, c.reason+": "+q.when, h.gist(q.when, d, gist...), q.want)
	}
}

// in is jo in a place.
func in(country, state, zone string) handoff.Lead {
	return having(func(l *handoff.Lead) { l.Country, l.State, l.Zone = country, state, zone })
}

func TestWorkedCaps(t *testing.T) {
	const (
		weekly = "consent: {in_app: opt_out}\nsuppression: [{id: week, cap: {max: 2, of: in_app, per: lead, every: 168h, then: discard}}]"
		daily  = "consent: {in_app: opt_out}\nsuppression: [{id: day, cap: {max: 1, of: in_app, per: lead, every: day, zone: recipient, then: discard}}]"
		timer  = "consent: {email: opt_out}\nsuppression: [{id: smart, cap: {max: 1, of: email, per: lead, every: %s, timer: true, then: discard}}]"
		length = "consent: {email: opt_out}\nsuppression: [{id: once, cap: {max: 1, of: email, per: lead, every: %s}}]"
	)
	for _, tt := range []contactCase{
		{"two pushes a week", "Braze counts the first two and passes over the third", weekly, jo, "in_app", nil, []inquiry{
			{"Mon 2026-02-02 09:00 +00:00", "permitted", ""},
			{"Wed 2026-02-04 09:00 +00:00", "permitted", ""},
			{"Thu 2026-02-05 09:00 +00:00", "refused, week capped", ""},
			{"Mon 2026-02-09 08:59 +00:00", "refused, week capped", ""},
			{"Mon 2026-02-09 09:00 +00:00", "permitted", ""}}},
		{"one push a day of the recipient", "midnight is where the person is, so that two may be an hour apart", daily, in("US", "", "America/Los_Angeles"), "in_app", nil, []inquiry{
			{"Mon 2026-02-02 23:00 -08:00", "permitted", ""},
			{"Mon 2026-02-02 23:59 -08:00", "refused, day capped", ""},
			{"Tue 2026-02-03 00:00 -08:00", "permitted", ""},
			{"Tue 2026-02-03 16:00 -08:00", "refused, day capped", ""}}},
		{"a timer that is fixed when it starts", "Klaviyo's sixteen hours run on where the setting becomes ten, and what is sent afterwards starts ten", fmt.Sprintf(timer, "16h"), jo, "email", nil, []inquiry{
			{"Mon 2026-02-02 09:00 +00:00", "permitted", ""},
			{"Mon 2026-02-02 20:00 +00:00", "refused, smart capped", fmt.Sprintf(timer, "10h")},
			{"Tue 2026-02-03 00:59 +00:00", "refused, smart capped", ""},
			{"Tue 2026-02-03 01:00 +00:00", "permitted", ""},
			{"Tue 2026-02-03 10:59 +00:00", "refused, smart capped", ""},
			{"Tue 2026-02-03 11:00 +00:00", "permitted", ""}}},
		{"no timer", "the length is that of today's policy", fmt.Sprintf(length, "16h"), jo, "email", nil, []inquiry{
			{"Mon 2026-02-02 09:00 +00:00", "permitted", ""},
			{"Mon 2026-02-02 18:59 +00:00", "held until Mon 19:00, once capped", fmt.Sprintf(length, "10h")},
			{"Mon 2026-02-02 20:00 +00:00", "permitted", ""}}},
		{"once in 24 hours", "Marketo's day begins with the first of two", fmt.Sprintf(length, "24h"), jo, "email", nil, []inquiry{
			{"Sun 2026-02-01 22:00 +00:00", "permitted", ""},
			{"Mon 2026-02-02 21:59 +00:00", "held until Mon 22:00, once capped", ""},
			{"Mon 2026-02-02 22:00 +00:00", "permitted", ""}}},
		{"once in 30 days", "Marketo's month is none of the calendar", fmt.Sprintf(length, "30d"), jo, "email", nil, []inquiry{
			{"Sun 2026-02-01 22:00 +00:00", "permitted", ""},
			{"Sun 2026-03-01 22:00 +00:00", "held until Tue 22:00, once capped", ""},
			{"Tue 2026-03-03 22:00 +00:00", "permitted", ""}}},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, handoff.RuleLimit) })
	}
}

func TestWorkedHours(t *testing.T) {
	const (
		quiet = "consent: {email: opt_out}\nquiet_hours: [{id: quiet, hours: 'sat-sun 00:00-24:00, mon-fri 21:00-09:00%s', zones: [America/New_York, America/Los_Angeles]}]"
		law   = "laws: {use: [tcpa], zones: [America/New_York, America/Los_Angeles]}"
	)
	sms := []string{"sms express 2026-01-01"}
	for _, tt := range []contactCase{
		{"the hole of Monday morning", "a window belongs to the day on which it starts, so that nothing is quiet once Sunday is over", fmt.Sprintf(quiet, ""), in("US", "", "America/New_York"), "email", nil, []inquiry{
			{"Sun 2026-02-08 23:59 -05:00", "held until Mon 00:00, quiet quiet_hours", ""},
			{"Mon 2026-02-09 08:00 -05:00", "permitted", ""}}},
		{"the hole is closed", "the night of Sunday reaches into Monday", fmt.Sprintf(quiet, ", sun 21:00-09:00"), in("US", "", "America/New_York"), "email", nil, []inquiry{
			{"Sun 2026-02-08 23:59 -05:00", "held until Mon 09:00, quiet quiet_hours", ""},
			{"Mon 2026-02-09 08:00 -05:00", "held until Mon 09:00, quiet quiet_hours", ""},
			{"Mon 2026-02-09 09:00 -05:00", "permitted", ""}}},
		{"a person without a zone", "Adobe does not enforce the hours; here it has to be no quiet hour in any zone that the policy names", fmt.Sprintf(quiet, ", sun 21:00-09:00"), jo, "email", nil, []inquiry{
			{"Tue 2026-02-10 21:30 -05:00", "held until Wed 12:00, quiet quiet_hours lead.zone", ""},
			{"Wed 2026-02-11 12:00 -05:00", "permitted", ""}}},
		{"Florida in the evening", "the state closes at eight, an hour before the federal law does", law, in("US", "FL", "America/New_York"), "sms", sms, []inquiry{
			{"Tue 2026-02-03 19:59 -05:00", "permitted", ""},
			{"Tue 2026-02-03 20:30 -05:00", "held until Wed 08:00, tcpa.hours.fl quiet_hours", ""},
			{"Wed 2026-02-04 08:00 -05:00", "permitted", ""}}},
		{"the same evening in New York", "the federal law alone lets it through", law, in("US", "NY", "America/New_York"), "sms", sms, []inquiry{
			{"Tue 2026-02-03 20:30 -05:00", "permitted", ""},
			{"Tue 2026-02-03 21:00 -05:00", "held until Wed 08:00, tcpa.hours quiet_hours", ""}}},
		{"Florida without a zone", "the state has two, and the touch has to fit in both", law, in("US", "FL", ""), "sms", sms, []inquiry{
			{"Tue 2026-02-03 08:30 -05:00", "held until Tue 09:00, tcpa.hours quiet_hours lead.zone, tcpa.hours.fl quiet_hours lead.zone", ""},
			{"Tue 2026-02-03 09:00 -05:00", "permitted", ""}}},
		{"Texas on a Sunday", "the state opens at noon then", law, in("US", "TX", "America/Chicago"), "sms", sms, []inquiry{
			{"Sat 2026-02-07 11:00 -06:00", "permitted", ""},
			{"Sun 2026-02-08 11:00 -06:00", "held until Sun 12:00, tcpa.hours.tx quiet_hours", ""},
			{"Sun 2026-02-08 12:00 -06:00", "permitted", ""}}},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, handoff.RuleLimit) })
	}
}

func TestWorkedConsent(t *testing.T) {
	const (
		canada  = "laws: {use: [casl]}"
		kingdom = "consent: {email: opt_out}\nlaws: {use: [pecr]}"
	)
	as := func(s handoff.Subscriber) handoff.Lead {
		return having(func(l *handoff.Lead) { l.Country, l.Subscriber = "GB", s })
	}
	for _, tt := range []contactCase{
		{"an inquiry in Canada", "it is good for six months", canada, in("CA", "", ""), "email", []string{"email inquiry 2026-01-01"}, []inquiry{
			{"Tue 2026-06-30 23:59 +00:00", "permitted, casl.messages relied", ""},
			{"Thu 2026-07-02 09:00 +00:00", "blocked_channel, casl.messages blocked_channel", ""}}},
		{"an inquiry and a purchase in Canada", "what was bought is good for two years", canada, in("CA", "", ""), "email", []string{"email inquiry 2026-01-01", "email purchase 2024-08-02"}, []inquiry{
			{"Thu 2026-07-02 09:00 +00:00", "permitted, casl.messages relied", ""},
			{"Sun 2026-08-02 09:00 +00:00", "blocked_channel, casl.messages blocked_channel", ""}}},
		{"an express grant in Canada", "it has no end", canada, in("CA", "", ""), "email", []string{"email inquiry 2026-01-01", "email express 2016-01-01"}, []inquiry{
			{"Thu 2026-07-02 09:00 +00:00", "permitted, casl.messages relied", ""}}},
		{"a sole trader in the United Kingdom", "an individual is asked first", kingdom, as(handoff.SubscriberIndividual), "email", nil, []inquiry{
			{"Mon 2026-02-02 09:00 +00:00", "blocked_channel, pecr.messages.individual blocked_channel", ""}}},
		{"a company in the United Kingdom", "it is written to until it objects; to say who sends is the sender's part", kingdom, as(handoff.SubscriberCorporate), "email", nil, []inquiry{
			{"Mon 2026-02-02 09:00 +00:00", "permitted, pecr.email.corporate relied", ""}}},
		{"either in the United Kingdom", "who is unknown is an individual", kingdom, as(""), "email", nil, []inquiry{
			{"Mon 2026-02-02 09:00 +00:00", "blocked_channel, pecr.messages.individual blocked_channel lead.subscriber", ""}}},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, handoff.RuleConsent) })
	}
}
