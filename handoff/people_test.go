package handoff_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// TestLaw08_PersonIsOneWhoeverAsks reaches one person through its account and by itself, also in requests that do not know
// of the account.
func TestLaw08_PersonIsOneWhoeverAsks(t *testing.T) {
	e := compile(t)
	about := churn(func(r *handoff.Request) {
		r.Lead = handoff.Lead{ID: "L1", Account: "A1", Consent: []handoff.Consent{{Channel: handoff.ChannelMeeting, Status: handoff.ConsentGranted, At: earlier}}}
	})
	d, state := apply(t, e, now, nil, about)
	if d.Verdict != handoff.VerdictEnrolled {
		t.Fatalf("the account's play is %s, want enrolled", d.Verdict)
	}
	alone := demo(func(r *handoff.Request) { r.Lead.Account, r.Account.ID = "", "" })
	if d, _ := apply(t, e, now, state, alone); d.Verdict != handoff.VerdictHeld {
		t.Errorf("a demo request of the same person is %s, want held: two exclusive sequences never run at once", d.Verdict)
	}
	out, _ := observe(t, e, withState(alone, state), handoff.Activity{ID: "a1", Kind: handoff.ActivityOptOut, Channel: handoff.ChannelMeeting, At: now})
	if len(effects[handoff.Exit](out)) != 1 {
		t.Errorf("an opt-out ends %v, want the sequence that uses the channel", effects[handoff.Exit](out))
	}
	later := handoff.Request{Subject: account("A1"), Account: handoff.Account{ID: "A1"}} // does not name the person
	end, _ := observe(t, compile(t, ends), withState(later, state), handoff.Activity{ID: "a2", Kind: handoff.ActivityResolved, At: now})
	if x := effects[handoff.Exit](end); len(x) != 1 || x[0].Subject != l1 {
		t.Errorf("the account's risk is resolved, and %v ends; want its sequence for the person", x)
	}
}

func ends(c *handoff.Config) {
	c.Lifecycle = handoff.LifecycleFunc(func(handoff.Activity) handoff.Consequences { return handoff.Consequences{ExitSequences: true} })
}

func withState(r handoff.Request, s handoff.State) handoff.Request {
	r.State = s
	return r
}

func TestObserve_LateUndoesNothingNewer(t *testing.T) {
	e := compile(t, func(c *handoff.Config) {
		c.Lifecycle = handoff.LifecycleFunc(func(handoff.Activity) handoff.Consequences {
			return handoff.Consequences{StopClocks: true, ExitSequences: true, ResumeMarketing: true, ReleaseHolds: true}
		})
	})
	started := demo(triggers(), with(
		handoff.Enroll{Subject: l1, Enrollment: handoff.Enrollment{Sequence: "s", Person: l1, At: now, Steps: steps(handoff.ChannelCall)}},
		handoff.PauseMarketing{Subject: l1, Pause: handoff.Pause{ID: "p", Scope: []string{"all"}, Since: now, Until: later}},
		handoff.StartClock{Subject: l1, Clock: handoff.Clock{ID: "c", Start: now, Due: later}},
		handoff.Hold{Subject: l1, ActiveHold: handoff.ActiveHold{ID: "h", Since: now, ReleasedBy: handoff.ActivityResolved, OnRelease: handoff.ReleaseNone}}))
	for _, tt := range []struct {
		name string
		at   time.Time
		want int
	}{{"before they started", now.Add(-time.Microsecond), 1}, {"when they started", now, 5}} {
		t.Run(tt.name, func(t *testing.T) {
			d, _ := observe(t, e, started, handoff.Activity{ID: "a1", Kind: handoff.ActivityResolved, At: tt.at})
			if len(d.Effects) != tt.want {
				t.Errorf("%v, want %d effects", kindsOf(d), tt.want)
			}
		})
	}
}

// TestPromise_EachPlayKeepsItsOwn hands a record over by one play and a minute later by another, to another rep: what the first
// one promised is that rep's, too.
func TestPromise_EachPlayKeepsItsOwn(t *testing.T) {
	next := now.Add(time.Minute)
	for _, tt := range []struct {
		restart handoff.Restart
		due     time.Time
		stopped int
		reason  string
	}{
		{handoff.RestartAnew, next.Add(hour), 1, "ana has an hour, and kim owes nothing"},
		{handoff.RestartKeeps, now.Add(hour), 0, "ana has what is left of the hour"},
	} {
		t.Run(string(tt.restart), func(t *testing.T) {
			d := atDesk(t, compile(t, promising(&handoff.SLA{Within: hour, Restart: tt.restart}, func(p *handoff.Play) { p.Sequence = "" })))
			out := d.decide(next, signal("T2", "webinar", now))
			if c := d.clock(touchClock); c.Owner != "ana" || c.Play != "demo-enterprise" || c.Transfers != 1 || !c.Due.Equal(tt.due) {
				t.Errorf("%+v runs, want it of ana, due at %s: %s", c, tt.due, tt.reason)
			}
			if c := d.clock("first_touch:webinar-follow-up"); c.Owner != "ana" || c.Transfers != 0 || !c.Due.Equal(next.Add(2*day)) || !out.FirstTouch.Equal(c.Due) {
				t.Errorf("%+v runs, and the first touch is due at %s", c, out.FirstTouch)
			}
			if s := d.record().Stopped; len(s) != tt.stopped || len(s) == 1 && (s[0].Owner != "kim" || s[0].Why != handoff.StopOwner || s[0].By != "ana") {
				t.Errorf("%+v stopped: %s", s, tt.reason)
			}
			out = d.did(handoff.ActivityReassigned, next.Add(time.Minute), by("sam"), toRep("bob"))
			if c := d.clock(touchClock); c.Owner != "bob" || !out.FirstTouch.Equal(c.Due) {
				t.Errorf("reassigned, the first touch is due at %s; want the earlier of the two promises, of %+v", out.FirstTouch, c)
			}
		})
	}
}

// TestPromise_OfAnotherPlay hands a record over by a play that promises nothing: what another play promised is passed on, and
// is not what the decision says of its own.
func TestPromise_OfAnotherPlay(t *testing.T) {
	d := atDesk(t, compile(t, promising(within(hour), func(p *handoff.Play) { p.Sequence = "" })))
	out := d.decide(march(4, 15, 1), signal("T2", "pricing_page", now))
	if c := d.clock(touchClock); out.Play != "pricing" || c.Owner != "ana" || !out.FirstTouch.IsZero() {
		t.Errorf("%s gives it to ana, who has %+v, and the first touch is due at %s", out.Play, c, out.FirstTouch)
	}
}

func TestIntake_RedeliveryBringsWhatWasMissing(t *testing.T) {
	needsSeats := func(c *handoff.Config) {
		c.Gates = []handoff.Gate{{ID: "asset", Reason: "no asset", Require: handoff.ConditionFunc(func(f *handoff.Facts) handoff.Truth {
			if f.Trigger.Asset == "" {
				return handoff.Unknown
			}
			return handoff.True
		})}}
	}
	e := compile(t, needsSeats)
	bare := signal("T1", "demo_request", now.Add(-hour))
	bare.Asset = ""
	d, state := apply(t, e, now, nil, demo(triggers(bare)))
	if d.Verdict != handoff.VerdictIncomplete {
		t.Fatalf("got %s, want incomplete", d.Verdict)
	}
	if again, _ := apply(t, e, now, state, demo(triggers(bare))); len(again.Effects) > 0 {
		t.Errorf("the same again changes %v", kindsOf(again))
	}
	complete := bare
	complete.Asset = "form"
	if d, _ := apply(t, e, now, state, demo(triggers(complete))); d.Verdict != handoff.VerdictEnrolled {
		t.Errorf("got %s, want enrolled: the redelivery has the missing fact", d.Verdict)
	}
}

// TestIntake_WaitingSignalSilencesNobody sends an equal signal while the first waits for a fact.
func TestIntake_WaitingSignalSilencesNobody(t *testing.T) {
	e := compile(t)
	unknown := func(r *handoff.Request) { r.Lead.Person.Email = "" }
	_, state := apply(t, e, now, nil, demo(unknown, triggers(signal("T1", "demo_request", now.Add(-hour)))))
	d, state := apply(t, e, now, state, demo(unknown, triggers(signal("T2", "demo_request", now))))
	if d.Verdict != handoff.VerdictIncomplete || len(state[l1].Value.(handoff.Record).Queue) != 2 {
		t.Errorf("got %s with %v; want both to wait", d.Verdict, kindsOf(d))
	}
	d, _ = apply(t, e, now, state, demo(triggers()))
	if got := fates(d); got["T1"] != handoff.FateActed || got["T2"] != handoff.FateDuplicate {
		t.Errorf("%v; want the earlier to act and the later to be its duplicate", got)
	}
}

// TestIntake_RefusedSignalRepeatsNothing sends two equal signals of which only the first has enough seats for a play.
func TestIntake_RefusedSignalRepeatsNothing(t *testing.T) {
	e := compile(t, func(c *handoff.Config) { c.Plays[2].When = atLeast(*c, "seats", handoff.IntValue(25)) })
	large, small, unknown := seats("T1", "webinar", -9, 25), seats("T2", "webinar", -8, 24), seats("T3", "webinar", -7, 0)
	small.Asset, unknown.Asset, unknown.Fields = large.Asset, large.Asset, nil
	d := decide(t, e, now, demo(triggers(large, small, unknown)))
	if got := fates(d); got["T1"] != handoff.FateActed || got["T2"] != handoff.FateNoPlay || waits(d)["T3"] != handoff.WhyIncomplete {
		t.Errorf("%v and %v; want the second refused for what it is, and the third to wait", got, waits(d))
	}
}

func TestHold_DoesNotHideWhatIsUnknown(t *testing.T) {
	held := handoff.SuppressorFunc(func(_ *handoff.Facts, p *handoff.Play, dst []handoff.ActiveHold) []handoff.ActiveHold {
		if p.ID == "demo-smb" {
			return append(dst, handoff.ActiveHold{ID: "h", OnRelease: handoff.ReleaseNone})
		}
		return dst
	})
	d := decide(t, compile(t, func(c *handoff.Config) {
		c.Suppressor = held
		for i := range c.Plays {
			if c.Plays[i].ID == "demo-smb" {
				c.Plays[i].When = nil
			}
		}
	}), now, demo(func(r *handoff.Request) { r.Account.Employees = handoff.Opt[int64]{} }))
	if waits(d)["T1"] != handoff.WhyIncomplete {
		t.Errorf("got %s with %v; want the trigger to wait for the play that may be for it", d.Verdict, kindsOf(d))
	}
}

func TestRequest_EventsCountOnce(t *testing.T) {
	e := compile(t)
	event := func(id string, at time.Time) handoff.Event { return handoff.Event{ID: id, Kind: "login", At: at} }
	r := demo(func(r *handoff.Request) {
		r.Events = []handoff.Event{event("E1", now), event("E2", earlier), event("E1", now)}
	})
	c, _ := decide(t, e, now, r).Context()
	if len(c.Events) != 1 || c.Events[0].N != 2 {
		t.Errorf("%v, want two logins: a repeated report counts once", c.Events)
	}
	r.Events = []handoff.Event{event("E1", now), event("E2", earlier), event("E1", earlier.Add(-hour))}
	var wrong *handoff.InputError
	if _, err := e.Decide(now, fill(e, now, r)); !errors.As(err, &wrong) || wrong.Path != "events" {
		t.Errorf("got %v, want an *InputError for events: one id cannot be two events", err)
	}
}

func TestGuards_CoverWhatARouterDidNotRead(t *testing.T) {
	for _, tt := range []struct {
		name   string
		answer handoff.Routing
		want   handoff.Key
	}{
		{"ledger", handoff.Routing{Turn: &handoff.AdvancePool{Policy: "acme", Pool: "mine", Rep: "kim"}}, handoff.PoolKey("acme", "mine")},
		{"load", handoff.Routing{Units: 1}, handoff.RepKey("zoe")},
		{"tally", handoff.Routing{Counts: []handoff.Count{{Tally: handoff.TallyKey("acme", "n"), Keep: 1}}}, handoff.TallyKey("acme", "n")},
		{"sticky memory", handoff.Routing{Sticks: []handoff.Stick{{Key: handoff.StickyKey("acme", "n")}}}, handoff.StickyKey("acme", "n")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.answer.Owner, tt.answer.Rung = "zoe", "mine"
			e := compile(t, func(c *handoff.Config) { c.Plays[0].Router = route(tt.answer) })
			var missing *handoff.MissingError
			if _, err := e.Decide(now, fill(e, now, demo())); !errors.As(err, &missing) || missing.Keys[0] != tt.want {
				t.Errorf("got %v, want a *MissingError for %s, which would be written unread", err, tt.want)
			}
		})
	}
	t.Run("ledger of a turn that is given back", func(t *testing.T) {
		_, r := handed(t)
		e := compile(t, crowded, func(c *handoff.Config) {
			c.Turns = handoff.TurnKeeperFunc(func(_ *handoff.Facts, turn handoff.Turn, _ handoff.Activity) []handoff.AdjustPool {
				return []handoff.AdjustPool{{Policy: turn.Policy, Pool: "another"}}
			})
		})
		var missing *handoff.MissingError
		if _, err := e.Observe(now, r, handoff.Activity{ID: "a1", Kind: handoff.ActivityNoShow, At: now}); !errors.As(err, &missing) || missing.Keys[0] != handoff.PoolKey(policy, "another") {
			t.Errorf("got %v, want a *MissingError for the ledger that would be written unread", err)
		}
	})
}

// TestPorts_InstantsInOneForm has a router, a suppressor and a keeper of turns that live abroad.
func TestPorts_InstantsInOneForm(t *testing.T) {
	decideAbroad := func(t *testing.T, in *time.Location, nanos time.Duration, edit func(*handoff.Config, func(time.Time) time.Time)) string {
		form := func(t time.Time) time.Time { return t.Add(nanos).In(in) }
		e := compile(t, crowded, func(c *handoff.Config) { edit(c, form) })
		return encode(t, decide(t, e, now, engaged([]handoff.Lead{member("P1", "vp")}))) + encode(t, decide(t, e, now, churn()))
	}
	answer := func(a func(form func(time.Time) time.Time) handoff.Routing) func(*handoff.Config, func(time.Time) time.Time) {
		return func(c *handoff.Config, form func(time.Time) time.Time) {
			c.Plays[len(c.Plays)-2].Router = keyed{a(form)}
		}
	}
	for _, tt := range []struct {
		name string
		edit func(*handoff.Config, func(time.Time) time.Time)
	}{
		{"routed", answer(func(form func(time.Time) time.Time) handoff.Routing {
			return handoff.Routing{Owner: "kim", Covers: "ana", Until: form(later), Passed: []handoff.Candidate{{Rep: "x", Next: form(later)}},
				Turn: &handoff.AdvancePool{Policy: policy, Pool: "crew", Rep: "kim", Moves: []handoff.Move{{Rep: "kim", CreditUntil: form(later)}},
					Ledger: &handoff.Pool{Since: form(earlier), Owed: []handoff.Owed{{Rep: "kim", Turns: 1, Until: form(later)}}}}}
		})},
		{"not routed", answer(func(form func(time.Time) time.Time) handoff.Routing {
			return handoff.Routing{Next: form(later), Reasons: []handoff.Reason{{Rule: handoff.RuleRoute, ID: "r", Since: form(earlier), Until: form(later)}},
				Queue: &handoff.Queue{ID: "q", Owner: "sam", Promise: within(hour)}}
		})},
		{"held", func(c *handoff.Config, form func(time.Time) time.Time) {
			c.Suppressor = handoff.SuppressorFunc(func(_ *handoff.Facts, _ *handoff.Play, dst []handoff.ActiveHold) []handoff.ActiveHold {
				return append(dst, handoff.ActiveHold{ID: "h", Since: form(earlier), Until: form(later), OnRelease: handoff.ReleaseReplay})
			})
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := decideAbroad(t, time.UTC, 0, tt.edit)
			if got := decideAbroad(t, time.FixedZone("abroad", 2*3600), 300, tt.edit); got != want {
				t.Errorf("(-UTC +abroad):\n%s", cmp.Diff(split(want), split(got)))
			}
		})
	}
	t.Run("given back", func(t *testing.T) {
		_, r := handed(t)
		moves := []handoff.Move{{Rep: "kim", Credit: 1, CreditUntil: later.In(time.FixedZone("abroad", 3600))}}
		e := compile(t, crowded, func(c *handoff.Config) {
			c.Turns = handoff.TurnKeeperFunc(func(_ *handoff.Facts, turn handoff.Turn, _ handoff.Activity) []handoff.AdjustPool {
				return []handoff.AdjustPool{{Policy: turn.Policy, Pool: turn.Pool, Moves: moves}}
			})
		})
		given := moves[0]
		d, _ := observe(t, e, r, handoff.Activity{ID: "a1", Kind: handoff.ActivityNoShow, At: now})
		if got := effects[handoff.AdjustPool](d)[0].Moves[0].CreditUntil; got != later || moves[0] != given {
			t.Errorf("void from %s on, and the keeper keeps %v", got, moves)
		}
	})
}

// keyed is a router with one answer, about the crew's ledger.
type keyed struct{ handoff.Routing }

func (keyed) Keys(_ *handoff.Facts, _ *handoff.Play, dst []handoff.Key) []handoff.Key {
	return append(dst, crewPool)
}
func (k keyed) Route(*handoff.Facts, *handoff.Play) handoff.Routing { return k.Routing }

// TestLaw10_RoutersShareNothing changes what a router answered after the decision.
func TestLaw10_RoutersShareNothing(t *testing.T) {
	answer := handoff.Routing{Owner: "kim", With: []string{"sam"}, Passed: []handoff.Candidate{{Rep: "lee", Ranked: []handoff.Number{{Name: "load", Value: 1}}}},
		Turn: &handoff.AdvancePool{Policy: policy, Pool: "crew", Rep: "kim", Moves: []handoff.Move{{Rep: "kim", Key: 1}}, Ledger: &handoff.Pool{Owed: []handoff.Owed{{Rep: "kim", Turns: 1}}}}}
	e := compile(t, crowded, func(c *handoff.Config) { c.Plays[len(c.Plays)-2].Router = keyed{answer} })
	d := decide(t, e, now, engaged([]handoff.Lead{member("P1", "vp")}))
	want := encode(t, d)
	scribble(&answer)
	if got := encode(t, d); got != want {
		t.Errorf("the decision shares memory with the router (-before +after):\n%s", cmp.Diff(split(want), split(got)))
	}
}
