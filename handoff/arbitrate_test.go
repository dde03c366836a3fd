package handoff_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// contest is a policy with the given plays for two kinds of triggers, and nothing else.
func contest(plays ...handoff.Play) func(*handoff.Config) {
	return func(c *handoff.Config) {
		c.Triggers = []handoff.TriggerRule{{Kind: "demo_request", About: handoff.KindLead, StaleAfter: day}, {Kind: "webinar", About: handoff.KindLead, StaleAfter: day}}
		c.Gates, c.Suppressor, c.Plays = nil, nil, plays
	}
}

func play(id, trigger string, priority int64, allowance time.Duration) handoff.Play {
	p := handoff.Play{ID: id, Trigger: trigger, Priority: points(priority), Router: to("kim")}
	if allowance > 0 {
		p.Promise = within(allowance)
	}
	return p
}

func TestArbitrate_EachRankDecides(t *testing.T) {
	at := func(minutes int) time.Time { return now.Add(-time.Duration(minutes) * time.Minute) }
	for _, tt := range []struct {
		name, reason string
		plays        []handoff.Play
		triggers     []handoff.Trigger
		wins, why    string
	}{
		{"priority", "a higher priority wins against everything below it",
			[]handoff.Play{play("a", "demo_request", 1, hour), play("b", "webinar", 2, day)}, []handoff.Trigger{signal("T1", "demo_request", at(9)), signal("T2", "webinar", at(5))}, "b on T2", "priority"},
		{"negative priority", "a play without a priority has 0",
			[]handoff.Play{play("a", "demo_request", -1, hour), {ID: "b", Trigger: "demo_request", Router: to("kim")}}, []handoff.Trigger{signal("T1", "demo_request", at(9))}, "b on T1", "priority"},
		{"allowance", "the shorter promise wins",
			[]handoff.Play{play("a", "demo_request", 1, day), play("b", "webinar", 1, hour)}, []handoff.Trigger{signal("T1", "demo_request", at(9)), signal("T2", "webinar", at(5))}, "b on T2", "first-touch allowance"},
		{"no promise", "a play without a promise comes last",
			[]handoff.Play{play("a", "demo_request", 1, 0), play("b", "webinar", 1, 1000*hour)}, []handoff.Trigger{signal("T1", "demo_request", at(9)), signal("T2", "webinar", at(5))}, "b on T2", "first-touch allowance"},
		{"occurred-at", "the earlier signal wins",
			[]handoff.Play{play("a", "demo_request", 1, hour), play("b", "webinar", 1, hour)}, []handoff.Trigger{signal("T1", "demo_request", at(5)), signal("T2", "webinar", at(9))}, "b on T2", "occurred-at"},
		{"play id", "ids rank bytewise, not in the order of the policy",
			[]handoff.Play{play("b", "demo_request", 1, hour), play("a", "demo_request", 1, hour)}, []handoff.Trigger{signal("T1", "demo_request", at(5))}, "a on T1", "play id"},
		{"trigger id", "the last rank is never a tie",
			[]handoff.Play{play("a", "demo_request", 1, hour)}, []handoff.Trigger{signal("T2", "demo_request", at(5)), signal("T10", "demo_request", at(5))}, "a on T10", "trigger id"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := decide(t, compile(t, contest(tt.plays...)), now, demo(triggers(tt.triggers...)))
			if got := d.Play + " on " + d.Trigger; got != tt.wins {
				t.Errorf("%s wins, want %s: %s", got, tt.wins, tt.reason)
			}
			if len(d.Losers) != 1 || d.Losers[0].Why != tt.why {
				t.Errorf("losers are %v, want one by %s", d.Losers, tt.why)
			}
		})
	}
}

func TestArbitrate_Losers(t *testing.T) {
	t1, t2, t3 := signal("T1", "demo_request", now.Add(-9*time.Minute)), signal("T2", "webinar", now.Add(-5*time.Minute)), signal("T3", "unheard_of", now)
	strong := play("strong", "demo_request", 9, 4*hour)
	dropping := strong
	dropping.Losers = handoff.LosersDrop
	silent := strong
	silent.Promise = nil
	for _, tt := range []struct {
		name, reason string
		plays        []handoff.Play
		due          time.Duration
		fate         handoff.Fate
		merged       int
	}{
		{"merged with the shorter promise", "the promise is never weaker than a merged play's", []handoff.Play{strong, play("weak", "webinar", 1, hour)}, hour, handoff.FateMerged, 1},
		{"merged with the longer promise", "the winner's own promise stays", []handoff.Play{strong, play("weak", "webinar", 1, 9*hour)}, 4 * hour, handoff.FateMerged, 1},
		{"merged into a play without a promise", "the promise of the loser binds the winner", []handoff.Play{silent, play("weak", "webinar", 1, hour)}, hour, handoff.FateMerged, 1},
		{"dropped", "what is dropped promises nothing", []handoff.Play{dropping, play("weak", "webinar", 1, hour)}, 4 * hour, handoff.FateDropped, 0},
		{"second play of one trigger", "one trigger is merged once, by its best play", []handoff.Play{strong, play("weak", "webinar", 2, 2*hour), play("weaker", "webinar", 1, 3*hour)}, 2 * hour, handoff.FateMerged, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := decide(t, compile(t, contest(tt.plays...)), now, demo(triggers(t1, t2, t3)))
			if want := now.Add(tt.due); !d.FirstTouch.Equal(want) {
				t.Errorf("due %s, want %s: %s", d.FirstTouch, want, tt.reason)
			}
			want := map[string]handoff.Fate{"T1": handoff.FateActed, "T2": tt.fate} // T3 is of no listed kind, and stays the host's
			if diff := cmp.Diff(want, fates(d)); diff != "" {
				t.Errorf("fates (-want +got):\n%s", diff)
			}
			c, _ := d.Context()
			if len(c.Merged) != tt.merged || tt.merged > 0 && c.Merged[0].Asset != t2.Asset {
				t.Errorf("merged %v, want %d", c.Merged, tt.merged)
			}
			if clocks := effects[handoff.StartClock](d); len(clocks) != 1 || !clocks[0].Due.Equal(d.FirstTouch) || !c.Due.Equal(d.FirstTouch) {
				t.Errorf("the clock %v and the context %s tell another due instant", clocks, c.Due)
			}
		})
	}
}

func TestArbitrate_StoppedPlayCannotWin(t *testing.T) {
	d := decide(t, compile(t), now, demo(triggers(signal("T1", "demo_request", now), signal("T2", "webinar", now)),
		func(r *handoff.Request) { r.Opportunities = nil }))
	if d.Play != "webinar-follow-up" {
		t.Errorf("%s wins, want the play that nothing holds", d.Play)
	}
	if held := reasonFor(d, "open-opportunity"); len(held) != 1 || held[0].Play != "demo-enterprise" {
		t.Errorf("the held play is listed as %v", held)
	}
	want := map[string]handoff.Why{"T1": handoff.WhyHeld}
	if diff := cmp.Diff(want, waits(d)); diff != "" {
		t.Errorf("what is held waits on (-want +got):\n%s", diff)
	}
}

func TestRoute_Nobody(t *testing.T) {
	d := decide(t, compile(t, func(c *handoff.Config) { c.Reps = nil }), now, demo(triggers(signal("T1", "demo_request", now), signal("T2", "unheard_of", now))))
	if d.Verdict != handoff.VerdictUnassigned || d.Owner != "" || len(effects[handoff.Assign](d)) > 0 {
		t.Errorf("got %s with owner %q", d.Verdict, d.Owner)
	}
	if diff := cmp.Diff(map[string]handoff.Why{"T1": handoff.WhyUnassigned}, waits(d)); diff != "" {
		t.Errorf("waits (-want +got):\n%s", diff)
	}
	if r := reasonFor(d, "aes"); len(r) != 1 || r[0].Play != "demo-enterprise" {
		t.Errorf("the route says %v", r)
	}
	if diff := cmp.Diff([]handoff.Elimination{{Reason: "is not active", N: 3}}, d.PassedWhy); diff != "" {
		t.Errorf("tally (-want +got):\n%s", diff)
	}
}

func TestRoute_PassedIsBounded(t *testing.T) {
	var many []handoff.Candidate
	for range 40 {
		many = append(many, handoff.Candidate{Rep: "r", Rung: "p", Reason: "is full"})
	}
	e := compile(t, func(c *handoff.Config) {
		c.Plays[0].Router = route(handoff.Routing{Owner: "kim", Passed: many})
	})
	r := fill(e, now, demo())
	x, err := e.Explain(now, r)
	if err != nil {
		t.Fatal(err)
	}
	if len(x.Decision.Passed) != handoff.MaxPassed || x.Decision.PassedWhy[0].N != 40 || len(x.Candidates) != 40 {
		t.Errorf("the decision lists %d and counts %d, Explain lists %d", len(x.Decision.Passed), x.Decision.PassedWhy[0].N, len(x.Candidates))
	}
}

func TestRoute_TurnsAlternate(t *testing.T) {
	e := compile(t)
	state := handoff.State{}
	var owners []string
	for _, id := range []string{"L1", "L2", "L3", "L4"} {
		r := demo(func(r *handoff.Request) {
			r.Subject, r.Lead.ID, r.Triggers[0].ID = lead(id), id, "T-"+id
		})
		var d handoff.Decision
		d, state = apply(t, e, now, state, r)
		owners = append(owners, d.Owner)
	}
	if diff := cmp.Diff([]string{"kim", "lee", "kim", "lee"}, owners); diff != "" {
		t.Errorf("owners (-want +got):\n%s", diff)
	}
}

func TestRoute_StateOverridesTheRoster(t *testing.T) {
	status := func(rep string, s handoff.RepStatus) handoff.Effect {
		return handoff.SetRepStatus{Rep: rep, Status: s, At: now}
	}
	for _, tt := range []struct {
		name, reason, want string
		effects            []handoff.Effect
	}{
		{"roster", "nothing is known beyond the policy", "kim", nil},
		{"away", "what State says wins", "lee", []handoff.Effect{status("kim", handoff.RepAway)}},
		{"back", "in both directions", "max", []handoff.Effect{status("kim", handoff.RepLeft), status("lee", handoff.RepAway), status("max", handoff.RepActive)}},
		{"unknown", "an unknown status does not hide the roster's", "kim", []handoff.Effect{status("kim", handoff.RepUnknown)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if d := decide(t, compile(t), now, demo(with(tt.effects...))); d.Owner != tt.want {
				t.Errorf("%s owns it, want %s: %s", d.Owner, tt.want, tt.reason)
			}
		})
	}
}
