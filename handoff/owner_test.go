package handoff_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// handed is the State after the crew took over an account with one vp, and the request that asks about it without triggers.
func handed(t *testing.T, edits ...func(*handoff.Config)) (*handoff.Engine, handoff.Request) {
	t.Helper()
	e := compile(t, append([]func(*handoff.Config){crowded}, edits...)...)
	r := engaged([]handoff.Lead{member("P1", "vp")})
	d, state := apply(t, e, now, nil, r)
	if d.Owner != "kim" {
		t.Fatalf("%s is the owner, want kim", d.Owner)
	}
	r.Triggers, r.State = nil, state
	return e, r
}

// ownership is what the record and the rep's entries say of who works on it.
type ownership struct {
	Owner, Turn string
	Record, Kim int64 // units of open work
	Given       int64 // turns of kim
}

func owned(s handoff.State) ownership {
	record, _ := s[account("A1")].Value.(handoff.Record)
	kim, _ := s[handoff.RepKey("kim")].Value.(handoff.Rep)
	pool, _ := s[crewPool].Value.(handoff.Pool)
	m, _ := pool.Members.Find("kim")
	return ownership{record.Owner, record.Turn.Rep, record.Load.Units, kim.Load, m.Assigned}
}

func TestOwner_AfterAnActivity(t *testing.T) {
	assigned := ownership{Owner: "kim", Turn: "kim", Record: 2, Kim: 2, Given: 1}
	returned := ownership{Owner: "kim", Turn: "", Record: 0, Kim: 0, Given: 0}
	at := now.Add(time.Minute)
	act := func(kind handoff.ActivityKind, by, to string, at time.Time) handoff.Activity {
		return handoff.Activity{ID: "a1", Kind: kind, By: by, To: to, At: at}
	}
	for _, tt := range []struct {
		name, reason string
		activity     handoff.Activity
		want         ownership
		why          string
	}{
		{"handed over", "the yardstick", act(handoff.ActivityCall, "kim", "", at), assigned, ""},
		{"reassigned", "the owner changes, the turn is given back, and the work is nobody's", act(handoff.ActivityReassigned, "sam", "lee", at), ownership{Owner: "lee"}, ""},
		{"reassigned to the owner", "nothing changes", act(handoff.ActivityReassigned, "sam", "kim", at), assigned, "kim is the owner already"},
		{"reassigned before", "the handoff came later", act(handoff.ActivityReassigned, "sam", "lee", now.Add(-time.Microsecond)), assigned, "the record was handed over again since"},
		{"reassigned at the instant of the handoff", "it is not older", act(handoff.ActivityReassigned, "sam", "lee", now), ownership{Owner: "lee"}, ""},
		{"declined", "the turn is given back and the work is nobody's; the owner stays until there is another", act(handoff.ActivityDeclined, "kim", "", at), returned, ""},
		{"declined by somebody else", "only the owner can", act(handoff.ActivityDeclined, "lee", "", at), assigned, "another rep is the owner"},
		{"declined before", "it was another handoff", act(handoff.ActivityDeclined, "kim", "", earlier), assigned, "the record was handed over again since"},
		{"no show", "the turn is given back, and the work goes on", act(handoff.ActivityNoShow, "kim", "", at), ownership{Owner: "kim", Record: 2, Kim: 2}, ""},
		{"no show before", "it was another meeting", act(handoff.ActivityNoShow, "kim", "", earlier), assigned, ""},
		{"won", "the work is done, and the turn was one", act(handoff.ActivityWon, "kim", "", at), ownership{Owner: "kim", Turn: "kim", Given: 1}, ""},
		{"lost", "the work is done", act(handoff.ActivityLost, "kim", "", at), ownership{Owner: "kim", Turn: "kim", Given: 1}, ""},
		{"resolved", "the work is done", act(handoff.ActivityResolved, "kim", "", at), ownership{Owner: "kim", Turn: "kim", Given: 1}, ""},
		{"won before", "it was the work of before", act(handoff.ActivityWon, "kim", "", earlier), assigned, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, r := handed(t)
			d, state := observe(t, e, r, tt.activity)
			if diff := cmp.Diff(tt.want, owned(state)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
			said := func(r handoff.Reason) bool { return r.Text == tt.why }
			if tt.why != "" && (!slices.ContainsFunc(d.Reasons, said) || len(d.Effects) != 1) {
				t.Errorf("%v with %v, want it remembered and %q", d.Reasons, kindsOf(d), tt.why)
			}
			again, after := observe(t, e, withState(r, state), tt.activity)
			if len(again.Effects) > 0 || owned(after) != owned(state) {
				t.Errorf("a redelivery changes %v", kindsOf(again))
			}
		})
	}
}

// TestLaw14_OwnershipInAnyOrder observes what became of one handoff in every order, and twice.
func TestLaw14_OwnershipInAnyOrder(t *testing.T) {
	minute := func(n int) time.Time { return now.Add(time.Duration(n) * time.Minute) }
	act := func(id string, kind handoff.ActivityKind, by, to string, n int) handoff.Activity {
		return handoff.Activity{ID: id, Kind: kind, By: by, To: to, At: minute(n)}
	}
	for _, tt := range []struct {
		name, reason string
		activities   []handoff.Activity
		want         ownership
	}{
		{"two reassigned", "the later one made the owner", []handoff.Activity{act("a1", handoff.ActivityReassigned, "sam", "lee", 1), act("a2", handoff.ActivityReassigned, "sam", "ana", 2)}, ownership{Owner: "ana"}},
		{"two at one instant", "the greater id made the owner", []handoff.Activity{act("a1", handoff.ActivityReassigned, "sam", "lee", 1), act("a2", handoff.ActivityReassigned, "sam", "ana", 1), act("a3", handoff.ActivityReassigned, "sam", "max", 1)}, ownership{Owner: "max"}},
		{"by clocks that are ahead", "by their own instants", []handoff.Activity{act("a1", handoff.ActivityReassigned, "sam", "lee", 60), act("a2", handoff.ActivityReassigned, "sam", "ana", 90)}, ownership{Owner: "ana"}},
		{"declined twice", "one turn is given back", []handoff.Activity{act("a1", handoff.ActivityDeclined, "kim", "", 1), act("a2", handoff.ActivityDeclined, "kim", "", 2), act("a3", handoff.ActivityDeclined, "lee", "", 1)}, ownership{Owner: "kim"}},
		{"declined and not met", "one turn is given back", []handoff.Activity{act("a1", handoff.ActivityDeclined, "kim", "", 1), act("a2", handoff.ActivityNoShow, "kim", "", 2)}, ownership{Owner: "kim"}},
		{"declined and reassigned", "one turn is given back", []handoff.Activity{act("a1", handoff.ActivityDeclined, "kim", "", 1), act("a2", handoff.ActivityReassigned, "sam", "lee", 2)}, ownership{Owner: "lee"}},
		{"won and lost", "the work is done once", []handoff.Activity{act("a1", handoff.ActivityWon, "kim", "", 1), act("a2", handoff.ActivityLost, "kim", "", 2)}, ownership{Owner: "kim", Turn: "kim", Given: 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, order := range permutations(tt.activities) {
				e, r := handed(t)
				for _, a := range append(order, order...) {
					_, r.State = observe(t, e, r, a)
				}
				if diff := cmp.Diff(tt.want, owned(r.State)); diff != "" {
					t.Errorf("%s; in the order %v (-want +got):\n%s", tt.reason, order, diff)
				}
			}
		})
	}
}

// TestOwner_ReassignedByAClockAhead hands the record over again before the instant of the activity.
func TestOwner_ReassignedByAClockAhead(t *testing.T) {
	e, r := handed(t)
	_, state := observe(t, e, r, handoff.Activity{ID: "a1", Kind: handoff.ActivityReassigned, To: "lee", At: later})
	if since := state[account("A1")].Value.(handoff.Record).OwnedSince; !since.Equal(now) {
		t.Errorf("lee is the owner since %s, which is to come", since)
	}
}

// TestOwner_WhoseTurn charges the turn of a rep who is neither the owner nor acts.
func TestOwner_WhoseTurn(t *testing.T) {
	turn := &handoff.AdvancePool{Policy: policy, Pool: "crew", Rep: "ana"}
	e := compile(t, crowded, func(c *handoff.Config) {
		c.Plays[len(c.Plays)-2].Router = keyed{handoff.Routing{Owner: "lee", Covers: "kim", Turn: turn}}
	})
	_, state := apply(t, e, now, nil, engaged([]handoff.Lead{member("P1", "vp")}))
	if got := state[account("A1")].Value.(handoff.Record).Turn; got != (handoff.Turn{Policy: policy, Pool: "crew", Rep: "ana", At: now}) {
		t.Errorf("%v is remembered; want the turn that was given", got)
	}
}

func TestOwner_ReassignedOfALead(t *testing.T) {
	e := compile(t)
	r := demo(triggers(), func(r *handoff.Request) { r.Lead.Owner = "ana" },
		with(handoff.Assign{Subject: lead("L2"), Account: account("A1"), To: "lee", At: now.Add(-time.Minute)}))
	d, state := observe(t, e, r, handoff.Activity{ID: "a1", Kind: handoff.ActivityReassigned, By: "sam", To: "kim", At: earlier})
	want := []handoff.Assign{{Subject: l1, Account: account("A1"), From: "ana", To: "kim", At: earlier}}
	if diff := cmp.Diff(want, effects[handoff.Assign](d)); diff != "" {
		t.Errorf("a person chose (-want +got):\n%s", diff)
	}
	if at := state[account("A1")].Value.(handoff.Record).Handoff; !at.Equal(now.Add(-time.Minute)) {
		t.Errorf("the account's latest handoff is of %s; want that of another lead, which was later", at)
	}
}

// TestOwner_AccountIsItsOwn hands over a lead of an account after the account itself was handed over.
func TestOwner_AccountIsItsOwn(t *testing.T) {
	e, r := handed(t)
	r.State = handoff.Apply(r.State, []handoff.Effect{handoff.Assign{Subject: l1, Account: account("A1"), To: "ana", At: now.Add(10 * time.Minute)}})
	_, state := observe(t, e, r, handoff.Activity{ID: "a1", Kind: handoff.ActivityReassigned, To: "lee", At: now.Add(5 * time.Minute)})
	if got := owned(state).Owner; got != "lee" {
		t.Errorf("%s is the owner, want lee: the lead's handoff is not the account's", got)
	}
}

func TestOwner_Covered(t *testing.T) {
	e := compile(t, crowded)
	until := now.Add(day)
	r := engaged([]handoff.Lead{member("P1", "vp")}, absent(handoff.Rep{ID: "kim", Cover: "lee", Load: 0}, until))
	d, state := apply(t, e, now, r.State, r)
	record := state[account("A1")].Value.(handoff.Record)
	if d.Owner != "lee" || record.Owner != "kim" || record.Cover != (handoff.Cover{Rep: "lee", Until: until}) {
		t.Fatalf("%s acts for %s, and %v is remembered", d.Owner, record.Owner, record.Cover)
	}
	if !slices.Equal(record.Past, []string{"kim"}) {
		t.Errorf("%v had it; a cover does not", record.Past)
	}
	if record.Turn.Rep != "kim" || record.Load != (handoff.Load{Rep: "kim", Units: 2}) {
		t.Errorf("the turn is of %s and the work %v; want both of the owner", record.Turn.Rep, record.Load)
	}
	r.Triggers, r.State = nil, state
	for _, tt := range []struct {
		name, reason string
		activity     handoff.Activity
		owner        string
		cover        string
		work         int64
	}{
		{"the cover declines", "who acts can decline", handoff.Activity{Kind: handoff.ActivityDeclined, By: "lee"}, "kim", "lee", 0},
		{"a third one declines", "nobody asked", handoff.Activity{Kind: handoff.ActivityDeclined, By: "ana"}, "kim", "lee", 2},
		{"the owner is back early", "the cover is over", handoff.Activity{Kind: handoff.ActivityReassigned, To: "kim"}, "kim", "", 0},
		{"the cover stays", "it is the owner now", handoff.Activity{Kind: handoff.ActivityReassigned, To: "lee"}, "lee", "", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.activity.ID, tt.activity.At = "a1", now.Add(time.Minute)
			_, after := observe(t, e, r, tt.activity)
			got := after[account("A1")].Value.(handoff.Record)
			if got.Owner != tt.owner || got.Cover.Rep != tt.cover || got.Load.Units != tt.work {
				t.Errorf("%s owns it, %s acts, %d units of work: %s", got.Owner, got.Cover.Rep, got.Load.Units, tt.reason)
			}
		})
	}
}

// TestOwner_WorkMovesOnce hands a record over again, to the same rep and to another.
func TestOwner_WorkMovesOnce(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		before       handoff.Effect
		want         []handoff.MoveLoad
	}{
		{"none before", "all of it is new", handoff.Expose{Subject: account("A1"), Arm: handoff.Arm{Experiment: "n"}}, []handoff.MoveLoad{{Subject: account("A1"), Rep: "kim", Units: 2}}},
		{"as much of the same rep", "nothing moves", handoff.MoveLoad{Subject: account("A1"), Rep: "kim", Units: 2}, nil},
		{"more of the same rep", "the difference moves", handoff.MoveLoad{Subject: account("A1"), Rep: "kim", Units: 5}, []handoff.MoveLoad{{Subject: account("A1"), Rep: "kim", Units: -3}}},
		{"of a rep behind it", "it goes from one to the other", handoff.MoveLoad{Subject: account("A1"), Rep: "zoe", Units: 5},
			[]handoff.MoveLoad{{Subject: account("A1"), Rep: "kim", Units: 2}, {Subject: account("A1"), Rep: "zoe", Units: -5}}},
		{"of a rep ahead of it", "it goes from one to the other", handoff.MoveLoad{Subject: account("A1"), Rep: "abe", Units: 5},
			[]handoff.MoveLoad{{Subject: account("A1"), Rep: "abe", Units: -5}, {Subject: account("A1"), Rep: "kim", Units: 2}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t, crowded, func(c *handoff.Config) { c.Plays[len(c.Plays)-2].Router = crew{"kim"} })
			r := engaged([]handoff.Lead{member("P1", "vp")}, with(tt.before))
			d, state := apply(t, e, now, r.State, r)
			if diff := cmp.Diff(tt.want, effects[handoff.MoveLoad](d)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
			if record := state[account("A1")].Value.(handoff.Record); record.Load != (handoff.Load{Rep: "kim", Units: 2}) {
				t.Errorf("the record is %v", record.Load)
			}
			balanced(t, state)
		})
	}
}

func TestOwner_MergedWorkIsOne(t *testing.T) {
	work := func(id, rep string, units int64) []handoff.Effect {
		return []handoff.Effect{handoff.Assign{Subject: lead(id), To: rep, At: now}, handoff.MoveLoad{Subject: lead(id), Rep: rep, Units: units}}
	}
	for _, tt := range []struct {
		name, reason string
		before       []handoff.Effect
		owner        string
		want         handoff.Load
	}{
		{"both owned", "the survivor's owner keeps it, and the other rep has less to do", slices.Concat(work("L1", "kim", 2), work("L2", "lee", 3)), "kim", handoff.Load{Rep: "kim", Units: 2}},
		{"both of one rep", "it is not twice the work", slices.Concat(work("L1", "kim", 2), work("L2", "kim", 3)), "kim", handoff.Load{Rep: "kim", Units: 2}},
		{"only the other owned", "the survivor inherits the owner and the work", work("L2", "lee", 3), "lee", handoff.Load{Rep: "lee", Units: 3}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			state := handoff.Apply(nil, append(tt.before, handoff.MergeRecords{From: lead("L2"), Into: l1, At: now}))
			record := state[l1].Value.(handoff.Record)
			if record.Owner != tt.owner || record.Load != tt.want || !record.OwnedSince.Equal(now) {
				t.Errorf("%s has %v since %s: %s", record.Owner, record.Load, record.OwnedSince, tt.reason)
			}
			balanced(t, state)
		})
	}
}

// inbox is a request that waits in the crew's queue: everybody is away.
func inbox(t *testing.T, until time.Time) (*handoff.Engine, handoff.Decision, handoff.Request) {
	t.Helper()
	e := compile(t, crowded)
	r := engaged([]handoff.Lead{member("P1", "vp")}, absent(handoff.Rep{ID: "kim"}, until), absent(handoff.Rep{ID: "ana"}, until.Add(hour)))
	d, state := apply(t, e, now, r.State, r)
	r.Triggers, r.State = nil, state
	return e, d, r
}

func TestQueue_WaitsForAnOwner(t *testing.T) {
	until := now.Add(2 * hour)
	e, d, r := inbox(t, until)
	if d.Verdict != handoff.VerdictQueued || d.Queue != "inbox" || !d.Next.Equal(until) {
		t.Fatalf("got %s in %q until %s", d.Verdict, d.Queue, d.Next)
	}
	clock := handoff.Clock{ID: "queue:inbox", Play: "rally", Owner: "sam", Start: now, Within: 4 * hour, Due: now.Add(4 * hour)}
	want := handoff.Effects{
		handoff.QueueTrigger{Subject: account("A1"), Queued: effects[handoff.QueueTrigger](d)[0].Queued},
		handoff.StartClock{Subject: account("A1"), Clock: clock},
		handoff.Notify{Subject: account("A1"), ID: "queued-inbox", Level: handoff.LevelWarning, To: "sam", Text: "account engagement waits in inbox: nobody can own it now"},
	}
	if diff := cmp.Diff(want, d.Effects); diff != "" {
		t.Errorf("whoever looks after the queue hears of it (-want +got):\n%s", diff)
	}
	if q := effects[handoff.QueueTrigger](d)[0]; !q.Until.Equal(until) || q.Why != handoff.WhyUnassigned {
		t.Errorf("waits until %s for %s", q.Until, q.Why)
	}
	again, _ := apply(t, e, now.Add(time.Minute), r.State, r)
	if again.Verdict != handoff.VerdictQueued || len(again.Effects) > 0 {
		t.Errorf("asked again it is %s with %v, want the same without effects", again.Verdict, kindsOf(again))
	}
}

// TestQueue_Left takes the record out of the queue in every way that there is.
func TestQueue_Left(t *testing.T) {
	until := now.Add(2 * hour)
	stopped := func(at time.Time, met bool, by string) []handoff.StopClock {
		waited := int64(at.Sub(now) / time.Second)
		return []handoff.StopClock{{Subject: account("A1"), ID: "queue:inbox", At: at, Met: met, By: by, Wall: waited, Open: waited}}
	}
	decideAt := func(at time.Time, edits ...func(*handoff.Config)) func(*testing.T, *handoff.Engine, handoff.Request) (handoff.Decision, handoff.State) {
		return func(t *testing.T, e *handoff.Engine, r handoff.Request) (handoff.Decision, handoff.State) {
			if len(edits) > 0 {
				e = compile(t, append([]func(*handoff.Config){crowded}, edits...)...)
			}
			return apply(t, e, at, r.State, r)
		}
	}
	observed := func(a handoff.Activity) func(*testing.T, *handoff.Engine, handoff.Request) (handoff.Decision, handoff.State) {
		return func(t *testing.T, e *handoff.Engine, r handoff.Request) (handoff.Decision, handoff.State) {
			a.ID, a.At = "a1", now.Add(time.Minute)
			return observe(t, e, r, a)
		}
	}
	elsewhere := func(q *handoff.Queue) func(*handoff.Config) {
		return func(c *handoff.Config) {
			c.Plays[len(c.Plays)-2].Router = route(handoff.Routing{Queue: q})
		}
	}
	closed := func(list []handoff.StopClock) []handoff.StopClock {
		list[0].Why = handoff.StopClosed
		return list
	}
	for _, tt := range []struct {
		name, reason string
		ask          func(*testing.T, *handoff.Engine, handoff.Request) (handoff.Decision, handoff.State)
		want         []handoff.StopClock
	}{
		{"somebody is back", "in time", decideAt(until), stopped(until, true, "kim")},
		{"late", "and too late", decideAt(now.Add(5 * hour)), stopped(now.Add(5*hour), false, "kim")},
		{"the signal is stale", "nobody ever owned it", decideAt(now.Add(40 * day)), closed(stopped(now.Add(40*day), false, ""))},
		{"a gate closed", "nothing waits for an owner any more", decideAt(now.Add(hour), func(c *handoff.Config) {
			c.Gates = []handoff.Gate{{ID: "g", Require: always(handoff.False)}}
		}), stopped(now.Add(hour), true, "")},
		{"another queue", "it waits there", decideAt(now.Add(hour), elsewhere(&handoff.Queue{ID: "other", Owner: "max", Promise: within(hour)})), stopped(now.Add(hour), true, "")},
		{"no queue", "the policy has none any more", decideAt(now.Add(hour), elsewhere(nil)), stopped(now.Add(hour), true, "")},
		{"picked by hand", "somebody is the owner", observed(handoff.Activity{Kind: handoff.ActivityReassigned, To: "lee"}), stopped(now, true, "lee")},
		{"a call", "it still has no owner", observed(handoff.Activity{Kind: handoff.ActivityCall}), nil},
		{"a deal", "and so it has", observed(handoff.Activity{Kind: handoff.ActivityWon}), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, _, r := inbox(t, until)
			d, state := tt.ask(t, e, r)
			if diff := cmp.Diff(tt.want, effects[handoff.StopClock](d)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
			waits := slices.ContainsFunc(state[account("A1")].Value.(handoff.Record).Clocks, func(c handoff.Clock) bool { return c.ID == "queue:inbox" })
			if waits != (tt.want == nil) {
				t.Errorf("waits in the queue: %t", waits)
			}
		})
	}
}

// TestQueue_PickedByHand leaves nothing behind that would be routed again.
func TestQueue_PickedByHand(t *testing.T) {
	e, _, r := inbox(t, now.Add(2*hour))
	d, state := observe(t, e, r, handoff.Activity{ID: "a1", Kind: handoff.ActivityReassigned, To: "lee", At: now})
	if got := fates(d)["E1"]; got != handoff.FateActed {
		t.Errorf("the signal that waited is %q, want acted", got)
	}
	if record := state[account("A1")].Value.(handoff.Record); len(record.Queue) > 0 || record.Owner != "lee" {
		t.Errorf("%s owns it, and %v wait", record.Owner, record.Queue)
	}
	gone := compile(t, crowded, func(c *handoff.Config) { // a policy that knows the kind no more
		c.Triggers = slices.DeleteFunc(c.Triggers, func(r handoff.TriggerRule) bool { return r.Kind == "account_engagement" })
		c.Plays = slices.DeleteFunc(c.Plays, func(p handoff.Play) bool { return p.Trigger == "account_engagement" })
	})
	if d, _ := observe(t, gone, r, handoff.Activity{ID: "a1", Kind: handoff.ActivityReassigned, To: "lee", At: now}); fates(d)["E1"] != handoff.FateActed {
		t.Errorf("under another policy the signal is %v", fates(d))
	}
}

// TestQueue_NextInThePast has a router that says that somebody could take the record already.
func TestQueue_NextInThePast(t *testing.T) {
	for _, next := range []time.Time{now, earlier} {
		e := compile(t, func(c *handoff.Config) { c.Plays[4].Router = route(handoff.Routing{Next: next, Hold: true}) })
		d := decide(t, e, now, churn())
		if q := effects[handoff.QueueTrigger](d); d.Verdict != handoff.VerdictUnassigned || !d.Next.IsZero() || len(q) != 1 || !q[0].Until.After(now) {
			t.Errorf("got %s with %v: what is due at once is asked for at once, and again", d.Verdict, d.Effects)
		}
	}
}

// TestOwner_RedecidedWhenSomebodyIsBack plays the host's part from the queue to the owner.
func TestOwner_RedecidedWhenSomebodyIsBack(t *testing.T) {
	until := now.Add(2 * hour)
	e, _, r := inbox(t, until)
	record := r.State[account("A1")].Value.(handoff.Record)
	if next := record.NextDue(); !next.Equal(until) {
		t.Fatalf("is due at %s, want when somebody is back", next)
	}
	swept, err := e.Sweep(until, fill(e, until, r))
	if err != nil || len(effects[handoff.Redecide](swept)) != 1 {
		t.Fatalf("the sweep asks for %v, %v", swept.Effects, err)
	}
	d, _ := apply(t, e, until, handoff.Apply(r.State, swept.Effects), r)
	if d.Verdict != handoff.VerdictEnrolled || d.Owner != "kim" || strings.Join(enrolled(d), " ") != "P1" {
		t.Errorf("got %s for %s with %v", d.Verdict, d.Owner, enrolled(d))
	}
}

// TestOwnerLeft has a rep leave, half an hour after kim got the record, by whomever it is worked now.
func TestOwnerLeft(t *testing.T) {
	at := march(4, 15, 30)
	covered := route(handoff.Routing{Owner: "lee", Covers: "kim", Until: now.Add(day), Rung: "cover", Why: "stands in for kim"})
	for _, tt := range []struct {
		name, reason string
		before       func(*testing.T) *desk
		left         string
		owner, clock string // of the record, and of the promise
		run          string // whose the sequence is
	}{
		{"the owner", "everything that is under way goes to lee", func(t *testing.T) *desk { return atDesk(t, compile(t, promising(within(hour)))) }, "kim", "lee", "lee", "lee"},
		{"the owner, without a sequence", "the promise goes to lee", func(t *testing.T) *desk {
			return atDesk(t, compile(t, promising(within(hour), func(p *handoff.Play) { p.Sequence = "" })))
		}, "kim", "lee", "lee", ""},
		{"the owner, without a promise", "the sequence goes to lee", func(t *testing.T) *desk { return atDesk(t, compile(t, promising(nil))) }, "kim", "lee", "", "lee"},
		{"the owner, with nothing under way", "the next signal finds another owner", func(t *testing.T) *desk {
			return atDesk(t, compile(t, promising(nil, func(p *handoff.Play) { p.Sequence = "" })))
		}, "kim", "kim", "", ""},
		{"who stands in", "somebody else does", func(t *testing.T) *desk {
			d := atDesk(t, compile(t, promising(within(hour), func(p *handoff.Play) { p.Router = covered })))
			d.engine = compile(t, promising(within(hour)))
			return d
		}, "lee", "kim", "kim", "kim"},
		{"somebody else", "kim goes on", func(t *testing.T) *desk { return atDesk(t, compile(t, promising(within(hour)))) }, "ana", "kim", "kim", "kim"},
		{"somebody whom nobody knows", "kim goes on", func(t *testing.T) *desk { return atDesk(t, compile(t, promising(within(hour)))) }, "zoe", "kim", "kim", "kim"},
		{"the owner, of a record that is with somebody else since", "lee goes on", func(t *testing.T) *desk {
			d := atDesk(t, compile(t, promising(within(hour))))
			d.did(handoff.ActivityReassigned, march(4, 15, 20), toRep("lee"))
			return d
		}, "kim", "lee", "lee", "lee"},
		{"the last one", "there is nobody to give it to", func(t *testing.T) *desk {
			return atDesk(t, compile(t, promising(within(hour), func(p *handoff.Play) { p.Router = inOrder{reps: []string{"kim"}} })))
		}, "kim", "kim", "kim", "kim"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := tt.before(t)
			d.did(handoff.ActivityOwnerLeft, at, by(tt.left))
			if rep, _ := d.r.State[handoff.RepKey(tt.left)].Value.(handoff.Rep); rep.Status != handoff.RepLeft {
				t.Errorf("%s is %q on the roster", tt.left, rep.Status)
			}
			var run string
			for _, e := range d.record().Enrollments {
				run = e.Owner
			}
			if r := d.record(); r.Owner != tt.owner || d.clock(touchClock).Owner != tt.clock || run != tt.run {
				t.Errorf("of %s, promised by %q, run by %q; want %s, %q, %q: %s", r.Owner, d.clock(touchClock).Owner, run, tt.owner, tt.clock, tt.run, tt.reason)
			}
		})
	}
}
