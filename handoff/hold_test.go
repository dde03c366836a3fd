package handoff_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

func TestHold_Standing(t *testing.T) {
	hold := func(subject handoff.Ref, h handoff.ActiveHold) func(*handoff.Request) {
		h.ID = "h"
		return with(handoff.Hold{Subject: subject, ActiveHold: h})
	}
	for _, tt := range []struct {
		name, reason string
		edit         func(*handoff.Request)
		want         handoff.Verdict
	}{
		{"everything", "a hold without a list blocks every play", hold(l1, handoff.ActiveHold{}), handoff.VerdictHeld},
		{"the play", "plays are named by id", hold(l1, handoff.ActiveHold{Blocks: []string{"other", "demo-enterprise"}}), handoff.VerdictHeld},
		{"the motion", "or by motion", hold(l1, handoff.ActiveHold{Blocks: []string{"inbound"}}), handoff.VerdictHeld},
		{"another motion", "the rest goes on", hold(l1, handoff.ActiveHold{Blocks: []string{"expansion"}}), handoff.VerdictEnrolled},
		{"of the account", "what holds the account holds its leads", hold(account("A1"), handoff.ActiveHold{}), handoff.VerdictHeld},
		{"of another account", "and nobody else", hold(account("A2"), handoff.ActiveHold{}), handoff.VerdictEnrolled},
		{"just before its end", "it holds until its end", hold(l1, handoff.ActiveHold{Until: now.Add(time.Microsecond)}), handoff.VerdictHeld},
		{"at its end", "and not at it, also when nobody swept", hold(l1, handoff.ActiveHold{Until: now}), handoff.VerdictEnrolled},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := decide(t, compile(t), now, demo(tt.edit))
			if d.Verdict != tt.want {
				t.Errorf("got %s, want %s: %s", d.Verdict, tt.want, tt.reason)
			}
			if listed := len(reasonFor(d, "h")) == 1; listed != (tt.want == handoff.VerdictHeld) {
				t.Errorf("the hold is listed: %t", listed)
			}
		})
	}
}

func TestHold_OnRelease(t *testing.T) {
	hold := func(id string, r handoff.OnRelease) handoff.Effect {
		return handoff.Hold{Subject: l1, ActiveHold: handoff.ActiveHold{ID: id, OnRelease: r}}
	}
	for _, tt := range []struct {
		name, reason string
		holds        []handoff.Effect
		fate         map[string]handoff.Fate
		wait         map[string]handoff.Why
	}{
		{"replay", "the trigger waits", []handoff.Effect{hold("a", handoff.ReleaseReplay)}, map[string]handoff.Fate{}, map[string]handoff.Why{"T1": handoff.WhyHeld}},
		{"none", "the trigger is consumed", []handoff.Effect{hold("a", handoff.ReleaseNone)}, map[string]handoff.Fate{"T1": handoff.FateHeld}, map[string]handoff.Why{}},
		{"not said", "none is the default", []handoff.Effect{hold("a", "")}, map[string]handoff.Fate{"T1": handoff.FateHeld}, map[string]handoff.Why{}},
		{"both", "one that does not replay is enough", []handoff.Effect{hold("a", handoff.ReleaseReplay), hold("b", handoff.ReleaseNone)}, map[string]handoff.Fate{"T1": handoff.FateHeld}, map[string]handoff.Why{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := decide(t, compile(t), now, demo(with(tt.holds...)))
			if diff := cmp.Diff(tt.fate, fates(d)); diff != "" {
				t.Errorf("%s; fates (-want +got):\n%s", tt.reason, diff)
			}
			if diff := cmp.Diff(tt.wait, waits(d)); diff != "" {
				t.Errorf("%s; waits (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

// TestHold_ReplayAfterACooldown follows a trigger that a hold of the policy keeps back for a day: somebody has to ask for
// it when the day is over, not when the trigger is stale.
func TestHold_ReplayAfterACooldown(t *testing.T) {
	free := now.Add(day)
	e := compile(t, func(c *handoff.Config) {
		c.Suppressor = handoff.SuppressorFunc(func(f *handoff.Facts, _ *handoff.Play, dst []handoff.ActiveHold) []handoff.ActiveHold {
			if f.At.Before(free) {
				dst = append(dst, handoff.ActiveHold{ID: "cooldown", Until: free, OnRelease: handoff.ReleaseReplay})
			}
			return dst
		})
	})
	_, state := apply(t, e, now, nil, demo())
	record, _ := state[l1].Value.(handoff.Record)
	if due := record.NextDue(); !due.Equal(free) {
		t.Errorf("the trigger is due at %s, want %s, when nothing holds it any more", due, free)
	}
}

func TestHold_OfAPlay(t *testing.T) {
	d := decide(t, compile(t), now, demo())
	want := []handoff.Hold{{Subject: l1, ActiveHold: handoff.ActiveHold{ID: "play:demo-enterprise", Reason: "waits until demo-enterprise is resolved",
		Source: "play", Since: now, LiftedBy: "resolved", ReleasedBy: "resolved", OnRelease: handoff.ReleaseNone, Blocks: []string{"expansion"}, Position: "acme:10:1"}}}
	if diff := cmp.Diff(want, effects[handoff.Hold](d)); diff != "" {
		t.Errorf("a play holds others until it is resolved (-want +got):\n%s", diff)
	}
}

func TestGate_Scope(t *testing.T) {
	small := func(r *handoff.Request) { size(5)(r); r.Triggers = []handoff.Trigger{signal("T1", "webinar", now)} }
	for _, tt := range []struct {
		name, reason string
		request      handoff.Request
		gates        []string
	}{
		{"only", "the gate names the play", demo(small), []string{"size"}},
		{"not the play", "and no other", demo(size(5)), nil},
		{"every failing gate", "all are listed, in the policy's order", demo(small, func(r *handoff.Request) { r.Lead.Person.Email = "x@gmail.com" }), []string{"business-address", "size"}},
		{"except", "the motion is left out", churn(), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, r := range decide(t, compile(t), now, tt.request).Reasons {
				if r.Rule == handoff.RuleGate {
					got = append(got, r.ID)
				}
			}
			if diff := cmp.Diff(tt.gates, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

func TestNobodyWon_BestNewsStands(t *testing.T) {
	personal := func(r *handoff.Request) { r.Lead.Person.Email = "x@gmail.com" }
	nameless := func(r *handoff.Request) { r.Lead.Person.Email = "" }
	allHeld := with(handoff.Hold{Subject: l1, ActiveHold: handoff.ActiveHold{ID: "h", Blocks: []string{"webinar-follow-up"}, OnRelease: handoff.ReleaseReplay}})
	noGateForWebinars := func(c *handoff.Config) {
		c.Gates[0].Scope.Except = append(c.Gates[0].Scope.Except, "webinar-follow-up")
	}
	both := triggers(signal("T1", "demo_request", now), signal("T2", "webinar", now))
	for _, tt := range []struct {
		name, reason string
		edits        []func(*handoff.Request)
		want         handoff.Verdict
	}{
		{"ineligible", "a gate closed every play", []func(*handoff.Request){personal}, handoff.VerdictIneligible},
		{"incomplete", "the gate may open yet", []func(*handoff.Request){nameless}, handoff.VerdictIncomplete},
		{"held beside ineligible", "one play was ready but for a hold", []func(*handoff.Request){both, personal, allHeld}, handoff.VerdictHeld},
		{"held beside incomplete", "and stands before what is unknown", []func(*handoff.Request){both, nameless, allHeld}, handoff.VerdictHeld},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := decide(t, compile(t, noGateForWebinars), now, demo(tt.edits...))
			if d.Verdict != tt.want || d.Play != "" {
				t.Errorf("got %s by %q, want %s: %s", d.Verdict, d.Play, tt.want, tt.reason)
			}
		})
	}
}
