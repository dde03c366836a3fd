package handoff_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

func observe(t *testing.T, e *handoff.Engine, r handoff.Request, a handoff.Activity) (handoff.Decision, handoff.State) {
	t.Helper()
	r = fill(e, now, r)
	d, err := e.Observe(now, r, a)
	if err != nil {
		t.Fatal(err)
	}
	return d, handoff.Apply(r.State, d.Effects)
}

// busy is a lead in the middle of everything that an activity can change.
func busy(edits ...func(*handoff.Request)) handoff.Request {
	held := queued("Q1")
	held.Why = handoff.WhyHeld
	return demo(append([]func(*handoff.Request){triggers(), with(
		handoff.StartClock{Subject: l1, Clock: handoff.Clock{ID: "first_touch", Play: "demo-enterprise", Owner: "kim", Start: earlier, Due: now}},
		runs(l1, "nurture", false, l1),
		handoff.Enroll{Subject: account("A1"), Enrollment: handoff.Enrollment{Sequence: "retention", Person: l1, Owner: "cam", Steps: steps(handoff.ChannelMeeting)}},
		handoff.Enroll{Subject: account("A1"), Enrollment: handoff.Enrollment{Sequence: "retention", Person: lead("L2"), Owner: "cam", Steps: steps(handoff.ChannelEmail)}},
		handoff.PauseMarketing{Subject: l1, Pause: handoff.Pause{ID: "p", Scope: []string{"all"}, Until: later}},
		handoff.Hold{Subject: l1, ActiveHold: handoff.ActiveHold{ID: "play:save", ReleasedBy: "resolved"}},
		handoff.Hold{Subject: l1, ActiveHold: handoff.ActiveHold{ID: "other", ReleasedBy: "won"}},
		handoff.QueueTrigger{Subject: l1, Queued: held}, handoff.QueueTrigger{Subject: l1, Queued: queued("Q2")})}, edits...)...)
}

func TestObserve_Consequences(t *testing.T) {
	remember := handoff.EffectRecordActivity
	for _, tt := range []struct {
		name, reason string
		activity     handoff.Activity
		want         []handoff.EffectKind
	}{
		{"call", "what was promised is done", handoff.Activity{Kind: handoff.ActivityCall}, []handoff.EffectKind{remember, handoff.EffectStopClock}},
		{"social", "the policy attaches nothing to it", handoff.Activity{Kind: handoff.ActivitySocial}, []handoff.EffectKind{remember}},
		{"meeting", "an outcome is recorded", handoff.Activity{Kind: handoff.ActivityMeeting}, []handoff.EffectKind{remember, handoff.EffectRecordOutcome, handoff.EffectStopClock}},
		{"reply", "every sequence that reaches the person ends, and marketing resumes", handoff.Activity{Kind: handoff.ActivityReply},
			[]handoff.EffectKind{remember, handoff.EffectStopClock, handoff.EffectExit, handoff.EffectExit, handoff.EffectResumeMarketing}},
		{"opt-out of email", "only sequences with a step by email end", handoff.Activity{Kind: handoff.ActivityOptOut, Channel: handoff.ChannelEmail},
			[]handoff.EffectKind{remember, handoff.EffectSetConsent, handoff.EffectExit}},
		{"opt-out of sms", "no sequence uses it", handoff.Activity{Kind: handoff.ActivityOptOut, Channel: handoff.ChannelSMS}, []handoff.EffectKind{remember, handoff.EffectSetConsent}},
		{"resolved", "the holds that wait for it end, and what they held is due", handoff.Activity{Kind: handoff.ActivityResolved},
			[]handoff.EffectKind{handoff.EffectRedecide, remember, handoff.EffectReleaseHold}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.activity.ID, tt.activity.At = "a1", now
			d, state := observe(t, compile(t), busy(), tt.activity)
			if diff := cmp.Diff(tt.want, kindsOf(d)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
			if d.Verdict != handoff.VerdictObserved || d.Cause.Activity != "a1" {
				t.Errorf("got %s for %v", d.Verdict, d.Cause)
			}
			again, _ := observe(t, compile(t), busy(func(r *handoff.Request) { r.State = state }), tt.activity)
			if again.Verdict != handoff.VerdictDuplicate || len(again.Effects) > 0 {
				t.Errorf("a redelivery is %s with %v, want a duplicate that changes nothing", again.Verdict, kindsOf(again))
			}
		})
	}
}

func TestObserve_Details(t *testing.T) {
	e := compile(t)
	at := func(kind handoff.ActivityKind, at time.Time) handoff.Activity {
		return handoff.Activity{ID: "a1", Kind: kind, At: at, By: "kim", Reason: "fit", Channel: handoff.ChannelEmail}
	}
	for _, tt := range []struct {
		name, reason string
		activity     handoff.Activity
		want         handoff.Effect
	}{
		{"clock met", "at the due instant the promise is kept", at("call", now), handoff.StopClock{Subject: l1, ID: "first_touch", At: now, Met: true, By: "a1", Wall: 3600, Open: 3600}},
		{"clock missed", "after it the promise is broken", at("call", now.Add(time.Microsecond)), handoff.StopClock{Subject: l1, ID: "first_touch", At: now.Add(time.Microsecond), By: "a1", Wall: 3600, Open: 3600}},
		{"outcome", "the host's keyword goes along", at("won", now), handoff.RecordOutcome{Subject: l1, Outcome: handoff.Outcome{ID: "a1", Word: "won", Reason: "fit", At: now, By: "kim"}}},
		{"refusal", "it counts from the activity", at("opt_out", earlier), handoff.SetConsent{Subject: l1, Consent: handoff.Consent{Channel: "email", Status: "denied", At: earlier, Source: "opt_out"}}},
		{"end of an account's sequence", "the person's record remembers it", at("reply", now), handoff.Exit{Subject: l1, Exited: handoff.Exited{Sequence: "retention", Person: l1, At: now, By: "a1"}}},
		{"release", "the hold that waits for it, and no other", at("resolved", now), handoff.ReleaseHold{Subject: l1, ID: "play:save", At: now, By: "a1"}},
		{"redecide", "the trigger that the hold kept, and no other", at("resolved", now), handoff.Redecide{Subject: l1, Triggers: []string{"Q1"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, _ := observe(t, e, busy(), tt.activity)
			for _, got := range d.Effects {
				if cmp.Equal(got, tt.want) {
					return
				}
			}
			t.Errorf("no effect %v in %v: %s", tt.want, d.Effects, tt.reason)
		})
	}
}

// TestObserve_BeforeThePromise delivers a call late that happened before the handoff.
func TestObserve_BeforeThePromise(t *testing.T) {
	d, _ := observe(t, compile(t), busy(), handoff.Activity{ID: "a1", Kind: handoff.ActivityCall, At: earlier.Add(-time.Microsecond)})
	if stops := effects[handoff.StopClock](d); len(stops) > 0 {
		t.Errorf("a call from before the handoff keeps its promise: %v", stops)
	}
}

func TestObserve_ForgottenActivities(t *testing.T) {
	var list []handoff.Effect
	for i := range 1000 {
		list = append(list, handoff.RecordActivity{Subject: l1, ActivityRef: handoff.ActivityRef{ID: fmt.Sprintf("a%04d", i), Kind: "call", At: now.Add(time.Duration(i) * time.Second)}})
	}
	for _, tt := range []struct {
		name, reason, id string
		at               time.Time
		known            int
		want             handoff.Verdict
	}{
		{"older than all of a full memory", "it may have been seen and forgotten", "a", now.Add(-time.Microsecond), 1000, handoff.VerdictStale},
		{"as old as the oldest, with a lesser id", "ids break the tie", "a", now, 1000, handoff.VerdictStale},
		{"as old as the oldest, with a greater id", "it would be remembered", "b", now, 1000, handoff.VerdictObserved},
		{"older than all of a memory with room", "nothing was forgotten", "a", now.Add(-hour), 999, handoff.VerdictObserved},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, _ := observe(t, compile(t), demo(triggers(), with(list[:tt.known]...)), handoff.Activity{ID: tt.id, Kind: "call", At: tt.at})
			if d.Verdict != tt.want || (len(d.Effects) > 0) != (tt.want == handoff.VerdictObserved) {
				t.Errorf("got %s with %v, want %s: %s", d.Verdict, kindsOf(d), tt.want, tt.reason)
			}
		})
	}
}

func TestObserve_Refused(t *testing.T) {
	for _, tt := range []struct {
		name, path, reason string
		activity           handoff.Activity
	}{
		{"no id", "activity.id", "redelivery is told by it", handoff.Activity{Kind: "call", At: now}},
		{"no instant", "activity.at", "lateness is told by it", handoff.Activity{ID: "a", Kind: "call"}},
		{"unknown kind", "activity.kind", "kinds are listed", handoff.Activity{ID: "a", Kind: "shout", At: now}},
		{"unknown channel", "activity.channel", "channels are listed", handoff.Activity{ID: "a", Kind: "call", At: now, Channel: "fax"}},
		{"opt-out of nothing", "activity.channel", "it refuses one channel", handoff.Activity{ID: "a", Kind: "opt_out", At: now}},
		{"declined by nobody", "activity.by", "the owner declines", handoff.Activity{ID: "a", Kind: "declined", At: now}},
		{"reassigned to nobody", "activity.to", "somebody is the owner", handoff.Activity{ID: "a", Kind: "reassigned", At: now}},
		{"reassigned to no id", "activity.to", "a rep has an id", handoff.Activity{ID: "a", Kind: "reassigned", At: now, To: "a\nb"}},
		{"an owner who left is nobody", "activity.by", "somebody left", handoff.Activity{ID: "a", Kind: "owner_left", At: now}},
		{"disputed by nobody", "activity.reason", "somebody says so", handoff.Activity{ID: "a", Kind: "disputed", At: now, Reason: "budget"}},
		{"disputed without a reason", "activity.reason", "and why", handoff.Activity{ID: "a", Kind: "disputed", At: now, By: "kim"}},
		{"outcome of nothing", "activity.outcome", "it names what came of the handoff", handoff.Activity{ID: "a", Kind: "outcome", At: now}},
		{"outcome of a call", "activity.outcome", "the Lifecycle says what came of it", handoff.Activity{ID: "a", Kind: "call", At: now, Outcome: "met"}},
		{"outcome in another encoding", "activity", "texts are UTF-8", handoff.Activity{ID: "a", Kind: "outcome", At: now, Outcome: "\xff"}},
		{"pending until it was", "activity.until", "it has to end later", handoff.Activity{ID: "a", Kind: "pending", At: now, Until: now}},
		{"reason in another encoding", "activity", "texts are UTF-8", handoff.Activity{ID: "a", Kind: "call", At: now, Reason: "\xff"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t)
			_, err := e.Observe(now, fill(e, now, demo()), tt.activity)
			var wrong *handoff.InputError
			if !errors.As(err, &wrong) || wrong.Path != tt.path {
				t.Errorf("got %v, want an *InputError for %s: %s", err, tt.path, tt.reason)
			}
		})
	}
}

// TestObserve_OptOutIsThePersons observes a refusal in a request about an account.
func TestObserve_OptOutIsThePersons(t *testing.T) {
	a := handoff.Activity{ID: "a1", Kind: handoff.ActivityOptOut, At: now, Channel: handoff.ChannelEmail}
	about := handoff.Request{Subject: account("A1"), Account: handoff.Account{ID: "A1"}, Lead: handoff.Lead{ID: "L1"}}
	_, state := observe(t, compile(t), about, a)
	if record := state[l1].Value.(handoff.Record); len(record.Consent) != 1 {
		t.Errorf("the person's record remembers %v, want the refusal", record.Consent)
	}
	about.Lead = handoff.Lead{}
	var wrong *handoff.InputError
	e := compile(t)
	if _, err := e.Observe(now, fill(e, now, about), a); !errors.As(err, &wrong) || wrong.Path != "lead.id" {
		t.Errorf("got %v, want an *InputError for lead.id: nobody refused", err)
	}
}

// TestObserve_RefusalOfNobody has a policy that takes a lost deal of an account for a refusal.
func TestObserve_RefusalOfNobody(t *testing.T) {
	e := compile(t, func(c *handoff.Config) {
		c.Lifecycle = handoff.LifecycleFunc(func(handoff.Activity) handoff.Consequences {
			return handoff.Consequences{DenyChannel: true, ExitChannel: true}
		})
	})
	d, _ := observe(t, e, churn(triggers()), handoff.Activity{ID: "a1", Kind: handoff.ActivityLost, At: now, Channel: handoff.ChannelEmail})
	if diff := cmp.Diff([]handoff.EffectKind{handoff.EffectRecordActivity}, kindsOf(d)); diff != "" {
		t.Errorf("the request names nobody who refused (-want +got):\n%s", diff)
	}
}

func TestObserve_WithoutLifecycle(t *testing.T) {
	d, _ := observe(t, compile(t, func(c *handoff.Config) { c.Lifecycle = nil }), busy(), handoff.Activity{ID: "a", Kind: "won", At: now})
	if diff := cmp.Diff([]handoff.EffectKind{handoff.EffectRecordActivity}, kindsOf(d)); diff != "" {
		t.Errorf("activities are remembered and change nothing else (-want +got):\n%s", diff)
	}
}
