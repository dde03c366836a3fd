package routing_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/routing"
)

// within is a promise in elapsed time.
func within(d time.Duration) *handoff.SLA { return &handoff.SLA{Within: d} }

// emptyPool returns a pool of ann alone.
func emptyPool(id string, when routing.WhenEmpty) *routing.Pool {
	p := pool("ann")
	p.ID, p.WhenEmpty = id, when
	if when == routing.EmptyQueue {
		p.Queue = &handoff.Queue{ID: id + "-inbox", Owner: "dan", Promise: within(4 * hour)}
	}
	return p
}

// TestWhenEmpty asks a pool of ann, who is back in a day, with bob's as the next rung.
func TestWhenEmpty(t *testing.T) {
	back := at.Add(day)
	to := func(rung routing.Rung) *routing.Pool {
		p := emptyPool("first", routing.EmptyOverflow)
		p.Overflow = rung
		return p
	}
	cat := pool("cat")
	cat.ID = "cats"
	for _, tt := range []struct {
		name, reason string
		pool         *routing.Pool
		status       handoff.RepStatus
		owner, rung  string
		verdict      handoff.Verdict
		queue        string
		next         time.Time
		codes        string
	}{
		{"next", "the next rung is asked", emptyPool("first", routing.EmptyNext), "", "bob", "rep:bob", handoff.VerdictAssigned, "", time.Time{}, ""},
		{"unassigned", "nobody below is asked", emptyPool("first", routing.EmptyUnassigned), "", "", "", handoff.VerdictUnassigned, "", back, "pool:first pool_empty"},
		{"hold", "the record waits for ann", emptyPool("first", routing.EmptyHold), "", "", "", handoff.VerdictQueued, "", back, "pool:first pool_empty"},
		{"hold for nobody", "nobody comes back who has left", emptyPool("first", routing.EmptyHold), handoff.RepLeft, "", "", handoff.VerdictUnassigned, "", time.Time{}, "pool:first pool_empty"},
		{"queue", "the record waits in a queue", emptyPool("first", routing.EmptyQueue), "", "", "", handoff.VerdictQueued, "first-inbox", back, "pool:first pool_empty"},
		{"overflow to a rep", "who is asked instead", to(routing.Rep("cat")), "", "cat", "rep:cat", handoff.VerdictAssigned, "", time.Time{}, ""},
		{"overflow to a pool", "which is no rung of its own", to(cat), "", "cat", "pool:cats", handoff.VerdictAssigned, "", time.Time{}, ""},
		{"overflow to nobody", "nobody below is asked", to(routing.Rep("zoe")), "", "", "", handoff.VerdictUnassigned, "", back, "pool:first pool_empty, rep:zoe unknown_rep"},
		{"overflow to a queue", "the last of the chain says what happens", to(emptyPool("second", routing.EmptyQueue)), "", "", "", handoff.VerdictQueued, "second-inbox", back, "pool:first pool_empty, pool:second pool_empty"},
		{"overflow and next", "whom it overflows to is the end of it", to(emptyPool("second", routing.EmptyNext)), "", "", "", handoff.VerdictUnassigned, "", back, "pool:first pool_empty, pool:second pool_empty"},
		{"anyway", "she gets it while she is away", emptyPool("first", routing.EmptyAnyway), "", "ann", "pool:first", handoff.VerdictAssigned, "", time.Time{}, ""},
		{"anyway, and away", "also where nobody knows until when", emptyPool("first", routing.EmptyAnyway), handoff.RepAway, "ann", "pool:first", handoff.VerdictAssigned, "", time.Time{}, ""},
		{"anyway, and left", "never one who has left", emptyPool("first", routing.EmptyAnyway), handoff.RepLeft, "", "", handoff.VerdictUnassigned, "", time.Time{}, "pool:first pool_empty"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newDesk(t, nil, route(t, tt.pool, routing.Rep("bob")))
			w.put(handoff.Rep{ID: "ann", Status: tt.status, Absences: []handoff.Absence{{From: at.Add(-day), Until: back}}})
			d := w.hand(at, "k0")
			got := []string{d.Owner, d.Rung, string(d.Verdict), d.Queue, d.Next.Format(time.RFC3339), strings.Join(codes(d), ", ")}
			want := []string{tt.owner, tt.rung, string(tt.verdict), tt.queue, tt.next.Format(time.RFC3339), tt.codes}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
	nobody := pool("zoe")
	nobody.WhenEmpty = routing.EmptyAnyway
	if d := newDesk(t, nil, route(t, nobody)).hand(at, "k0"); d.Owner != "" {
		t.Errorf("%s gets it, whom nobody knows", d.Owner)
	}
}

// TestHold follows a record that waits for ann until she is back.
func TestHold(t *testing.T) {
	back := at.Add(day)
	w := newDesk(t, nil, route(t, emptyPool("first", routing.EmptyHold)))
	w.put(handoff.Rep{ID: "ann", Absences: []handoff.Absence{{From: at.Add(-day), Until: back}}})
	lead := handoff.Lead{ID: "L"}
	w.handLead(at, lead, handoff.Account{})
	if due := remembered(w, "L").NextDue(); !due.Equal(back) {
		t.Fatalf("due at %s, want %s", due, back)
	}
	again := handoff.Request{Subject: lead.Ref(), Lead: lead}
	if d := w.commit(back.Add(-time.Microsecond), again); len(d.Effects) > 0 || d.Verdict != handoff.VerdictQueued {
		t.Errorf("right before: %s with %v", d.Verdict, d.Effects)
	}
	if d := w.sweep(back, "L"); len(all[handoff.Redecide](d)) != 1 {
		t.Errorf("the sweep asks for no decision: %v", d.Effects)
	}
	if d := w.commit(back, again); d.Owner != "ann" || len(remembered(w, "L").Queue) > 0 {
		t.Errorf("when she is back: %q, and %v waits", d.Owner, remembered(w, "L").Queue)
	}
}

// TestQueue follows a record through two queues to ann.
func TestQueue(t *testing.T) {
	back, lead := at.Add(day), handoff.Lead{ID: "L"}
	w := newDesk(t, nil, route(t, emptyPool("p", routing.EmptyQueue)), route(t, emptyPool("q", routing.EmptyQueue)))
	w.put(handoff.Rep{ID: "ann", Absences: []handoff.Absence{{From: at.Add(-day), Until: back}}})
	running := func() string {
		var ids []string
		for _, c := range remembered(w, "L").Clocks {
			ids = append(ids, fmt.Sprintf("%s of %s due %s", c.ID, c.Owner, c.Due.Format("2 15:04")))
		}
		return strings.Join(ids, ", ")
	}
	d := w.handLead(at, lead, handoff.Account{})
	if n := all[handoff.Notify](d); len(n) != 1 || n[0].To != "dan" || n[0].ID != "queued-p-inbox" || running() != "queue:p-inbox of dan due 2 19:00" {
		t.Errorf("%v is told, and %s runs; want dan to be told once, and his clock", n, running())
	}
	again := handoff.Request{Subject: lead.Ref(), Lead: lead}
	if d := w.commit(at.Add(hour), again); len(d.Effects) > 0 || d.Queue != "p-inbox" {
		t.Errorf("asked again: %q, %v", d.Queue, d.Effects)
	}
	d = w.commit(at.Add(2*hour), w.about(at.Add(2*hour), lead, handoff.Account{}, "k1"))
	if d.Queue != "p-inbox" || len(all[handoff.Notify](d)) != 0 {
		t.Errorf("another signal: %q, %v; the earlier one's play is the better", d.Queue, all[handoff.Notify](d))
	}
	d = w.commit(back, again)
	stops := all[handoff.StopClock](d)
	if d.Owner != "ann" || len(stops) != 1 || stops[0].Met || stops[0].By != "ann" || running() != "" {
		t.Errorf("%q, %v, and %s runs; want ann to have it, late", d.Owner, stops, running())
	}
}

// TestQueue_LeftByHand moves a record out of a queue: to another one, and to a rep whom somebody chose.
func TestQueue_LeftByHand(t *testing.T) {
	lead := handoff.Lead{ID: "L"}
	p, q := emptyPool("p", routing.EmptyQueue), emptyPool("q", routing.EmptyQueue)
	w := newDesk(t, func(c *handoff.Config) { c.Plays[1].Priority = high{} }, route(t, p), route(t, q))
	w.put(handoff.Rep{ID: "ann", Status: handoff.RepAway})
	w.handLead(at, lead, handoff.Account{})
	d := w.commit(at.Add(hour), w.about(at.Add(hour), lead, handoff.Account{}, "k1"))
	if stops := all[handoff.StopClock](d); d.Queue != "q-inbox" || len(stops) != 1 || stops[0].ID != "queue:p-inbox" || !stops[0].Met {
		t.Errorf("%q, %v; want it to leave the first queue for the second", d.Queue, stops)
	}
	r, err := w.store.Fill(t.Context(), w.engine, at.Add(2*hour), handoff.Request{Subject: lead.Ref(), Lead: lead})
	if err != nil {
		t.Fatal(err)
	}
	d, err = w.engine.Observe(at.Add(2*hour), r, handoff.Activity{ID: "a", Kind: handoff.ActivityReassigned, At: at.Add(2 * hour), To: "bob"})
	if stops := all[handoff.StopClock](d); err != nil || len(stops) != 1 || stops[0].ID != "queue:q-inbox" || stops[0].By != "bob" {
		t.Errorf("%v, %v; want it to leave the queue when somebody gives it to bob", stops, err)
	}
}

// high is a priority.
type high struct{}

func (high) Points(*handoff.Facts) handoff.Opt[int64] { return handoff.Some(int64(9)) }
