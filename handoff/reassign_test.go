package handoff_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// toLee makes lee the owner.
func toLee() handoff.Activity {
	return handoff.Activity{ID: "R", Kind: handoff.ActivityReassigned, To: "lee", By: "sam", At: now}
}

// TestReassigned_RunsGoOn gives the runs of the subject's plays to the new owner, wherever they are listed.
func TestReassigned_RunsGoOn(t *testing.T) {
	ends := func(c *handoff.Config) {
		c.Lifecycle = handoff.LifecycleFunc(func(handoff.Activity) handoff.Consequences {
			return handoff.Consequences{ExitSequences: true}
		})
	}
	foreign := with(handoff.Enroll{Subject: account("A1"), Enrollment: handoff.Enrollment{Sequence: "retention", Person: l1, Account: account("A1"), Play: "save",
		Owner: "cam", At: earlier, Ends: now.Add(9 * day), Steps: steps(handoff.ChannelMeeting)}})
	over := with(started(func(e *handoff.Enrollment) { e.Owner, e.Ends = "ana", now }))
	for _, tt := range []struct {
		name, reason string
		edit         func(*handoff.Config)
		also         func(*handoff.Request)
		want         map[string]string // whose each sequence is
	}{
		{"one", "it goes on under the new owner", func(*handoff.Config) {}, func(*handoff.Request) {}, map[string]string{"ae-fast": "lee"}},
		{"one of the account's", "that is the account's owner's", func(*handoff.Config) {}, foreign, map[string]string{"ae-fast": "lee", "retention": "cam"}},
		{"one that is over", "nobody goes on with it", func(*handoff.Config) {}, over, map[string]string{"ae-fast": "lee", "before": "ana"}},
		{"one that ends", "it does not start again", ends, func(*handoff.Request) {}, map[string]string{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t, tt.edit)
			r := underway(t, e)
			r.Triggers = nil
			tt.also(&r)
			d, state := observe(t, e, r, toLee())
			guarded(t, fill(e, now, r), d)
			got, listed := map[string]string{}, map[string]string{}
			for _, run := range recordOf(state).Enrollments {
				got[run.Sequence] = run.Owner
			}
			for _, a := range state[account("A1")].Value.(handoff.Record).Active {
				listed[a.Sequence] = a.Owner
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s; the record's runs (-want +got):\n%s", tt.reason, diff)
			}
			if diff := cmp.Diff(tt.want, listed); diff != "" {
				t.Errorf("%s; the account's list (-want +got):\n%s", tt.reason, diff)
			}
			if _, runs := tt.want["ae-fast"]; runs {
				r.State = state
				if d, _ := permit(t, e, now, r, mail("S1", step("ae-fast"))); d.Verdict != handoff.VerdictPermitted || d.Owner != "lee" {
					t.Errorf("a step is %s, sent by %q", d.Verdict, d.Owner)
				}
			}
		})
	}
}

// TestReassigned_WaitsForFacts names an owner while a trigger waits in a queue for facts: they are still unknown.
func TestReassigned_WaitsForFacts(t *testing.T) {
	e := compile(t, enriching())
	_, state := apply(t, e, now, nil, unseated())
	before := recordOf(state).Clocks
	r := demo(triggers())
	r.State = state
	if _, state = observe(t, e, r, toLee()); len(before) != 1 || len(recordOf(state).Clocks) != 1 {
		t.Errorf("clocks were %v and are %v, want that of the queue", before, recordOf(state).Clocks)
	}
	if queue := queueOf(state); len(queue) != 1 || queue[0].Why != handoff.WhyIncomplete {
		t.Errorf("%v waits, want T1 for facts", queue)
	}
}

// TestQueue_Shared has one queue for what waits for facts and for an owner, and a trigger that waits for the latter while
// another settles.
func TestQueue_Shared(t *testing.T) {
	shared := &handoff.Queue{ID: "inbox", Owner: "sam", Promise: within(4 * hour)}
	e := compile(t, enriching(), settle(2*time.Minute), func(c *handoff.Config) {
		c.Plays[0].Router = route(handoff.Routing{Queue: shared})
	})
	_, state := apply(t, e, now, nil, unseated())
	_, state = apply(t, e, now.Add(time.Minute), state, demo(triggers(seated(30))))
	if queue := queueOf(state); len(queue) != 1 || queue[0].Why != handoff.WhyUnassigned {
		t.Fatalf("%v waits, want T1 for an owner", queue)
	}
	at := now.Add(hour)
	d, state := apply(t, e, at, state, demo(triggers(signal("T2", "webinar", at))))
	if clocks := recordOf(state).Clocks; d.Verdict != handoff.VerdictQueued || len(clocks) != 1 || clocks[0].ID != inboxClock {
		t.Errorf("%s, and %v runs; want that T1 waits on", d.Verdict, clocks)
	}
	r := demo(triggers())
	r.State = state
	if _, state = observe(t, e, r, toLee()); len(recordOf(state).Clocks) > 0 {
		t.Errorf("%v runs, and T1 has an owner", recordOf(state).Clocks)
	}
}

// TestPermit_LeavesNoQueue passes a run on while another trigger waits for an owner.
func TestPermit_LeavesNoQueue(t *testing.T) {
	e := compile(t, as(func(s *handoff.Sequence) { s.OwnerAway = handoff.OwnerAwayReassign }))
	r := underway(t, e)
	with(handoff.QueueTrigger{Subject: l1, Queued: handoff.Queued{Trigger: signal("T7", "webinar", now), Until: now.Add(9 * day), Why: handoff.WhyUnassigned}},
		handoff.StartClock{Subject: l1, Clock: handoff.Clock{ID: inboxClock, Play: "webinar-follow-up", Owner: "sam", Start: now, Due: now.Add(hour)}})(&r)
	r.State[handoff.RepKey("kim")] = handoff.Entry{Version: 1, Value: handoff.Rep{ID: "kim", Status: handoff.RepLeft}}
	d, state := permit(t, e, now.Add(hour), r, mail("S1", step("ae-fast")))
	waits := slices.ContainsFunc(recordOf(state).Clocks, func(c handoff.Clock) bool { return c.ID == inboxClock })
	if d.Owner != "lee" || !waits || len(queueOf(state)) != 1 {
		t.Errorf("sent by %q with %v, and %v waits; want that T7 waits on in its queue", d.Owner, kindsOf(d), queueOf(state))
	}
}

// TestObserve_RunThatIsOver has an activity that comes after the end of a run that nobody has swept.
func TestObserve_RunThatIsOver(t *testing.T) {
	reply := handoff.Activity{ID: "X", Kind: handoff.ActivityReply}
	optOut := handoff.Activity{ID: "X", Kind: handoff.ActivityOptOut, Channel: handoff.ChannelEmail}
	ends := now.Add(-hour)
	for _, tt := range []struct {
		name, reason string
		activity     handoff.Activity
		at           time.Time
		want         handoff.Exited
	}{
		{"a reply before", "it ended the run", reply, ends.Add(-time.Microsecond), handoff.Exited{At: ends.Add(-time.Microsecond), By: "X"}},
		{"a reply at the end", "the run was over", reply, ends, handoff.Exited{At: ends, By: handoff.ByEnd}},
		{"a reply after", "the run was over", reply, now, handoff.Exited{At: ends, By: handoff.ByEnd}},
		{"an opt-out after", "the run was over", optOut, now, handoff.Exited{At: ends, By: handoff.ByEnd}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.activity.At = tt.at
			tt.want.Sequence, tt.want.Person = "before", l1
			r := demo(triggers(), with(started(func(e *handoff.Enrollment) { e.At, e.Ends = now.Add(-5*day), ends })))
			_, state := observe(t, compile(t), r, tt.activity)
			if diff := cmp.Diff([]handoff.Exited{tt.want}, recordOf(state).Exits); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

// TestObserve_OptOutOfAPurpose closes the channel to marketing while a later grant opens it to sales alone.
func TestObserve_OptOutOfAPurpose(t *testing.T) {
	sales := handoff.Consent{Channel: handoff.ChannelEmail, Purpose: handoff.PurposeSales, Status: handoff.ConsentGranted, At: now}
	optOut := handoff.Activity{ID: "O", Kind: handoff.ActivityOptOut, Channel: handoff.ChannelEmail, At: now.Add(-hour)}
	for _, tt := range []struct {
		purpose handoff.Purpose
		ends    bool
		reason  string
	}{
		{"", false, "a run without a purpose is of sales"},
		{handoff.PurposeSales, false, "sales was granted later"},
		{handoff.PurposeMarketing, true, "marketing was not"},
	} {
		t.Run(string(tt.purpose), func(t *testing.T) {
			r := demo(triggers(), with(started(func(e *handoff.Enrollment) { e.Purpose = tt.purpose })))
			r.Lead.Consent = []handoff.Consent{sales}
			d, _ := observe(t, compile(t), r, optOut)
			if got := len(effects[handoff.Exit](d)) == 1; got != tt.ends {
				t.Errorf("ends: %t, want %t: %s", got, tt.ends, tt.reason)
			}
		})
	}
}

// TestNeeds_ListTheSubjectOfARun has a run of a subject that the request does not name, and its pause.
func TestNeeds_ListTheSubjectOfARun(t *testing.T) {
	run := started(func(*handoff.Enrollment) {}).(handoff.Enroll)
	run.Subject, run.Account = account("A9"), handoff.Ref{}
	all := handoff.Apply(nil, []handoff.Effect{run, handoff.PauseMarketing{Subject: account("A9"),
		Pause: handoff.Pause{ID: "p", Scope: []string{"all"}, Sequence: "before", Since: earlier, Until: now.Add(9 * day)}}})
	e := compile(t)
	r := demo(triggers())
	r, err := e.Fill(now, r, func(keys []handoff.Key) (handoff.State, error) {
		state := handoff.State{}
		for _, k := range keys {
			state[k] = all[k]
		}
		return state, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	d, err := e.Observe(now, r, handoff.Activity{ID: "X", Kind: handoff.ActivityReply, At: now})
	if resumed := effects[handoff.ResumeMarketing](d); err != nil || len(resumed) != 1 || resumed[0].Subject != account("A9") {
		t.Errorf("%v with %v, want that the pause of the account ends", err, kindsOf(d))
	}
}

// TestObserve_IgnoresTriggers has a request with triggers that Decide would refuse.
func TestObserve_IgnoresTriggers(t *testing.T) {
	e := compile(t)
	r := fill(e, now, demo(triggers(signal("T", "usage_drop", now))))
	if _, err := e.Decide(now, r); err == nil {
		t.Error("a trigger about another subject is decided")
	}
	if _, err := e.Observe(now, r, handoff.Activity{ID: "X", Kind: handoff.ActivityReply, At: now}); err != nil {
		t.Errorf("Observe: %v", err)
	}
	if _, err := e.Sweep(now, r); err != nil {
		t.Errorf("Sweep: %v", err)
	}
}
