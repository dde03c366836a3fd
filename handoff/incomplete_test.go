package handoff_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// inboxClock runs while a record waits for facts.
const inboxClock = "queue:inbox"

// enriching is a policy that cannot tell whether its play is for a demo request without seats: somebody looks after it for
// six hours, and then a fallback answers.
func enriching(edits ...func(*handoff.IncompleteRule)) func(*handoff.Config) {
	return func(c *handoff.Config) {
		sized := play("sized", "demo_request", 5, hour)
		sized.When = atLeast(*c, "seats", handoff.IntValue(25))
		fallback := play("fallback", "demo_request", 9, day)
		fallback.Router = to("ana")
		contest(sized, fallback, play("webinar", "webinar", 1, 0))(c)
		rule := &c.Triggers[0].Incomplete
		*rule = handoff.IncompleteRule{Wait: handoff.Span{Elapsed: 6 * hour}, Play: "fallback",
			Queue: &handoff.Queue{ID: "inbox", Owner: "sam", Promise: within(4 * hour)}}
		for _, edit := range edits {
			edit(rule)
		}
		if rule.Play == "" { // it would be a play like any other
			c.Plays = slices.Delete(c.Plays, 1, 2)
		}
	}
}

// nobodyAnswers leaves nothing to answer for what stays unknown.
func nobodyAnswers(r *handoff.IncompleteRule) { r.Play = "" }

// unseated is the demo request; seated is its redelivery with the facts that were missing.
func unseated(edits ...func(*handoff.Request)) handoff.Request {
	return demo(append([]func(*handoff.Request){triggers(sent("T1", "demo_request", hour))}, edits...)...)
}

func seated(n int64) handoff.Trigger {
	t := sent("T1", "demo_request", hour)
	t.Fields = map[string]handoff.Value{"seats": handoff.IntValue(n)}
	return t
}

func TestIncomplete_Waits(t *testing.T) {
	e := compile(t, enriching())
	d, state := apply(t, e, now, nil, unseated())
	if d.Verdict != handoff.VerdictIncomplete || d.Queue != "inbox" || d.Play != "" || d.Owner != "" {
		t.Errorf("got %s in %q by %q for %q", d.Verdict, d.Queue, d.Play, d.Owner)
	}
	if r := reasonFor(d, "sized"); len(r) != 1 || !slices.Equal(r[0].Unknown, []string{"seats"}) {
		t.Errorf("the decision says %v, want the unknown fact by name", r)
	}
	if diff := cmp.Diff([]handoff.StartClock{{Subject: l1, Clock: handoff.Clock{ID: inboxClock, Owner: "sam", Start: now, Within: 4 * hour, Due: now.Add(4 * hour)}}}, effects[handoff.StartClock](d)); diff != "" {
		t.Errorf("clocks (-want +got):\n%s", diff)
	}
	if n := effects[handoff.Notify](d); len(n) != 1 || n[0].To != "sam" || n[0].ID != "queued-inbox" {
		t.Errorf("notices are %v, want one to the queue's owner", n)
	}
	queue := queueOf(state)
	if len(queue) != 1 || queue[0].Why != handoff.WhyIncomplete || !queue[0].Until.Equal(now.Add(6*hour)) {
		t.Errorf("%v waits, want T1 for six hours", queue)
	}
	for _, at := range []time.Time{now, now.Add(5 * hour), now.Add(6*hour - time.Microsecond)} {
		again, _ := apply(t, e, at, state, unseated())
		if len(again.Effects) > 0 || again.Queue != "inbox" || again.Verdict != handoff.VerdictIncomplete {
			t.Errorf("at %s: %s in %q with %v; want that it waits on, from the first decision", at, again.Verdict, again.Queue, kindsOf(again))
		}
	}
}

// TestIncomplete_Enriched brings what was missing.
func TestIncomplete_Enriched(t *testing.T) {
	known := func(c *handoff.Config) { c.Plays[0].When = employees(1000) }
	for _, tt := range []struct {
		name, reason string
		edit         func(*handoff.Config)
		first, then  handoff.Request
		play         string
		fate         handoff.Fate
	}{
		{"a redelivery", "it brings what was missing", enriching(), unseated(), demo(triggers(seated(30))), "sized", handoff.FateActed},
		{"a redelivery for nobody", "what it brings decides", enriching(), unseated(), demo(triggers(seated(3))), "", handoff.FateNoPlay},
		{"new facts", "the host knows more of the account, and delivers nothing", func(c *handoff.Config) { enriching()(c); known(c) },
			unseated(func(r *handoff.Request) { r.Account.Employees = handoff.Opt[int64]{} }), unseated(triggers()), "sized", handoff.FateActed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t, tt.edit)
			_, state := apply(t, e, now, nil, tt.first)
			d, state := apply(t, e, now.Add(hour), state, tt.then)
			if d.Play != tt.play || fates(d)["T1"] != tt.fate {
				t.Errorf("got %s by %q with %v: %s", d.Verdict, d.Play, fates(d), tt.reason)
			}
			stops := effects[handoff.StopClock](d)
			if len(stops) != 1 || stops[0].ID != inboxClock || !stops[0].Met || len(queueOf(state)) > 0 {
				t.Errorf("the clock of the queue is stopped as %v, and %v waits", stops, queueOf(state))
			}
		})
	}
}

// TestIncomplete_EnrichedWhileOthersSettle redelivers a waiting trigger, with what was missing, into an open window.
func TestIncomplete_EnrichedWhileOthersSettle(t *testing.T) {
	e := compile(t, enriching(), settle(2*hour))
	_, state := apply(t, e, now.Add(hour), nil, unseated())
	if queue := queueOf(state); len(queue) != 1 || queue[0].Why != handoff.WhyIncomplete {
		t.Fatalf("%v waits, want T1 for facts", queue)
	}
	later := signal("T2", "webinar", now.Add(hour))
	for _, batches := range arrivals([]handoff.Trigger{later, seated(30)})[:3] { // in the last, the redelivery comes before the window
		after := state
		for _, batch := range batches {
			_, after = apply(t, e, now.Add(hour+time.Minute), after, demo(triggers(batch...)))
		}
		d, _ := apply(t, e, now.Add(3*hour), after, demo(triggers()))
		if d.Play != "sized" || fates(d)["T2"] != handoff.FateMerged {
			t.Errorf("in batches %s got %s by %q with %v, want what the redelivery brought", ids(batches), d.Verdict, d.Play, fates(d))
		}
	}
}

// TestIncomplete_Fallback lets the wait run out.
func TestIncomplete_Fallback(t *testing.T) {
	closed := func(c *handoff.Config) {
		c.Gates = []handoff.Gate{{ID: "never", Require: always(handoff.False), Scope: handoff.Scope{Only: []string{"fallback"}}}}
	}
	elsewhere := func(c *handoff.Config) { c.Plays[1].When = always(handoff.False) }
	none := func(*handoff.Config) {}
	for _, tt := range []struct {
		name, reason string
		edit         func(*handoff.Config)
		after        time.Duration
		request      handoff.Request
		play         string
		fate         handoff.Fate // "": it waits
	}{
		{"just before", "the fallback does not compete", none, 6*hour - time.Microsecond, demo(triggers()), "", ""},
		{"at its end", "it answers, whatever is unknown for others", none, 6 * hour, demo(triggers()), "fallback", handoff.FateActed},
		{"later", "however late", none, 20 * hour, demo(triggers()), "fallback", handoff.FateActed},
		{"facts at the end", "it competes with what is known, and its priority is higher", none, 6 * hour, demo(triggers(seated(30))), "fallback", handoff.FateActed},
		{"of a lower priority", "it competes, and loses", func(c *handoff.Config) { c.Plays[1].Priority = points(1) }, 6 * hour, demo(triggers(seated(30))), "sized", handoff.FateActed},
		{"ineligible", "nothing is left to wait for", closed, 6 * hour, demo(triggers()), "", handoff.FateIncomplete},
		{"not for this record", "the fallback has a condition as well", elsewhere, 6 * hour, demo(triggers()), "", handoff.FateIncomplete},
		{"none", "without one the wait ends the trigger", enriching(nobodyAnswers), 6 * hour, demo(triggers()), "", handoff.FateIncomplete},
		{"too old", "stale comes first", func(c *handoff.Config) { c.Triggers[0].StaleAfter = 3 * hour }, 6 * hour, demo(triggers()), "", handoff.FateStale},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t, enriching(), tt.edit)
			_, state := apply(t, e, now, nil, unseated())
			d, state := apply(t, e, now.Add(tt.after), state, tt.request)
			if d.Play != tt.play || fates(d)["T1"] != tt.fate {
				t.Errorf("got %s by %q with %v: %s", d.Verdict, d.Play, fates(d), tt.reason)
			}
			if waiting := len(recordOf(state).Clocks) > 0 && recordOf(state).Clocks[0].ID == inboxClock; waiting != (tt.fate == "") || waiting != (len(queueOf(state)) > 0) {
				t.Errorf("the queue's clock runs: %t, and %v waits", waiting, queueOf(state))
			}
			if told := slices.ContainsFunc(d.Reasons, func(r handoff.Reason) bool { return r.Code == handoff.CodeFallback }); told != (tt.fate == handoff.FateIncomplete) {
				t.Errorf("the decision says that the wait is over: %t", told)
			}
		})
	}
}

func TestIncomplete_UntilStale(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		edit         func(*handoff.IncompleteRule)
	}{
		{"no rule", "the zero rule lets it wait", func(r *handoff.IncompleteRule) { *r = handoff.IncompleteRule{} }},
		{"a longer wait", "what is stale waits no more", func(r *handoff.IncompleteRule) { r.Wait.Elapsed = 30 * day }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t, enriching(tt.edit))
			_, state := apply(t, e, now, nil, unseated())
			if queue := queueOf(state); len(queue) != 1 || !queue[0].Until.Equal(now.Add(23*hour)) {
				t.Errorf("%v waits, want T1 until it is stale: %s", queue, tt.reason)
			}
			_, state = sweep(t, e, now.Add(23*hour), state)
			if d, _ := apply(t, e, now.Add(23*hour), state, demo(triggers())); fates(d)["T1"] != handoff.FateStale {
				t.Errorf("got %s with %v, want stale", d.Verdict, fates(d))
			}
		})
	}
}

// TestIncomplete_WaitTakenAway has a later version of the policy in which the trigger waits until it is stale.
func TestIncomplete_WaitTakenAway(t *testing.T) {
	_, state := apply(t, compile(t, enriching()), now, nil, unseated())
	e := compile(t, enriching(func(r *handoff.IncompleteRule) { *r = handoff.IncompleteRule{} }))
	_, state = sweep(t, e, now.Add(6*hour), state)
	d, state := apply(t, e, now.Add(6*hour), state, demo(triggers()))
	if queue := queueOf(state); len(queue) != 1 || !queue[0].Until.Equal(now.Add(23*hour)) {
		t.Errorf("got %s, and %v waits; want T1 until it is stale, not due at once and again", d.Verdict, queue)
	}
	if len(recordOf(state).Clocks) > 0 {
		t.Errorf("%v runs, and the queue is no more", recordOf(state).Clocks)
	}
}

// TestIncomplete_FallbackKeptBack has a fallback that may not go on when the wait is over: it answers once it may, without
// another wait.
func TestIncomplete_FallbackKeptBack(t *testing.T) {
	free := now.Add(8 * hour)
	until := func(c *handoff.Config) {
		c.Suppressor = handoff.SuppressorFunc(func(f *handoff.Facts, p *handoff.Play, dst []handoff.ActiveHold) []handoff.ActiveHold {
			if f.At.Before(free) {
				dst = append(dst, handoff.ActiveHold{ID: "h", Until: free, OnRelease: handoff.ReleaseReplay})
			}
			return dst
		})
	}
	nobody := func(c *handoff.Config) {
		c.Plays[1].Router = handoff.RouterFunc(func(f *handoff.Facts, _ *handoff.Play) handoff.Routing {
			if f.At.Before(free) {
				return handoff.Routing{Next: free}
			}
			return handoff.Routing{Owner: "ana"}
		})
	}
	for _, tt := range []struct {
		name string
		edit func(*handoff.Config)
		why  handoff.Why
	}{
		{"by a hold", until, handoff.WhyHeld},
		{"without an owner", nobody, handoff.WhyUnassigned},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t, enriching(), tt.edit)
			_, state := apply(t, e, now, nil, unseated())
			_, state = apply(t, e, now.Add(6*hour), state, demo(triggers()))
			_, state = apply(t, e, now.Add(7*hour), state, demo(triggers())) // somebody asks in between
			if queue := queueOf(state); len(queue) != 1 || queue[0].Why != tt.why || !queue[0].Until.Equal(free) {
				t.Fatalf("%v waits, want T1 until %s", queue, free)
			}
			_, state = sweep(t, e, free, state)
			if d, _ := apply(t, e, free, state, demo(triggers())); d.Play != "fallback" || d.Owner != "ana" {
				t.Errorf("got %s by %q for %q, want the fallback", d.Verdict, d.Play, d.Owner)
			}
		})
	}
}

// TestIncomplete_FallbackLetGo has a hold on the fallback that lets the trigger go.
func TestIncomplete_FallbackLetGo(t *testing.T) {
	e := compile(t, enriching(), func(c *handoff.Config) {
		c.Suppressor = handoff.SuppressorFunc(func(_ *handoff.Facts, p *handoff.Play, dst []handoff.ActiveHold) []handoff.ActiveHold {
			if p.ID == "fallback" {
				dst = append(dst, handoff.ActiveHold{ID: "h", OnRelease: handoff.ReleaseNone})
			}
			return dst
		})
	})
	_, state := apply(t, e, now, nil, unseated())
	d, _ := apply(t, e, now.Add(6*hour), state, demo(triggers()))
	if d.Verdict != handoff.VerdictHeld || fates(d)["T1"] != handoff.FateIncomplete {
		t.Errorf("got %s with %v; want held, and what waited long enough is let go", d.Verdict, fates(d))
	}
}

// TestIncomplete_QueueOfTwo has two triggers wait in one queue: it is left when the last of them is decided.
func TestIncomplete_QueueOfTwo(t *testing.T) {
	e := compile(t, enriching())
	_, state := apply(t, e, now, nil, unseated())
	second := sent("T2", "demo_request", 0)
	d, state := apply(t, e, now.Add(hour), state, demo(triggers(second)))
	if len(effects[handoff.Notify](d)) > 0 || len(effects[handoff.StartClock](d)) > 0 || d.Queue != "inbox" {
		t.Errorf("got %v in %q; the record waits there already", kindsOf(d), d.Queue)
	}
	d, state = apply(t, e, now.Add(2*hour), state, demo(triggers(seated(30))))
	if d.Play != "sized" || len(effects[handoff.StopClock](d)) > 0 {
		t.Errorf("got %s by %q with %v; want the first decided, and the clock to run on for the second", d.Verdict, d.Play, kindsOf(d))
	}
	d, _ = apply(t, e, now.Add(7*hour), state, demo(triggers()))
	stops := slices.DeleteFunc(effects[handoff.StopClock](d), func(s handoff.StopClock) bool { return s.ID != inboxClock })
	if d.Play != "fallback" || len(stops) != 1 || stops[0].Met {
		t.Errorf("got %s by %q with %v; want the second decided, and the clock stopped beyond its promise", d.Verdict, d.Play, stops)
	}
}

func TestIncomplete_Refused(t *testing.T) {
	queue := func(q handoff.Queue) func(*handoff.IncompleteRule) {
		return func(r *handoff.IncompleteRule) { r.Queue = &q }
	}
	for _, tt := range []struct {
		name, want, reason string
		edit               func(*handoff.IncompleteRule)
	}{
		{"a fallback without a wait", "a fallback needs a wait", "it would compete at once", func(r *handoff.IncompleteRule) { r.Wait = handoff.Span{} }},
		{"a negative wait", "a fallback needs a wait", "time runs forwards", func(r *handoff.IncompleteRule) { r.Wait.Elapsed = -1 }},
		{"a play that is not listed", `the fallback "other" is no play for this kind`, "it could never answer", func(r *handoff.IncompleteRule) { r.Play = "other" }},
		{"a play for another kind", `the fallback "webinar" is no play for this kind`, "it could never answer", func(r *handoff.IncompleteRule) { r.Play = "webinar" }},
		{"a queue without an id", "a queue needs an id", "its clock is named by it", queue(handoff.Queue{Owner: "sam", Promise: within(hour)})},
		{"a queue without an owner", "a queue needs an id, an owner", "somebody is told", queue(handoff.Queue{ID: "q", Promise: within(hour)})},
		{"a queue without a promise", "and a promise", "somebody is late from then on", queue(handoff.Queue{ID: "q", Owner: "sam"})},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := acme()
			enriching(tt.edit)(&c)
			if _, err := handoff.New(c); err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "demo_request") {
				t.Errorf("got %v, want %q: %s", err, tt.want, tt.reason)
			}
		})
	}
}
