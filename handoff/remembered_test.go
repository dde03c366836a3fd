package handoff_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// ruled is a policy of two plays for demos and one for webinars that one rule holds while a deal is open.
func ruled(h handoff.ActiveHold) func(*handoff.Config) {
	h.ID = "deal"
	return func(c *handoff.Config) {
		contest(play("best", "demo_request", 9, 0), play("good", "demo_request", 5, 0), play("webinar", "webinar", 1, 0))(c)
		c.Triggers[0].StaleAfter, c.Triggers[1].StaleAfter = 30*day, 30*day
		c.Suppressor = handoff.SuppressorFunc(func(f *handoff.Facts, _ *handoff.Play, dst []handoff.ActiveHold) []handoff.ActiveHold {
			if f.OpenOpportunities.Value > 0 {
				dst = append(dst, h)
			}
			return dst
		})
	}
}

// dealing opens a deal.
func dealing(r *handoff.Request) {
	r.Opportunities = []handoff.Opportunity{{ID: "O1", Account: "A1", Status: handoff.OpportunityOpen}}
}

// incoming is a request with new triggers of the given kinds, named by when they come.
func incoming(at time.Time, kinds []string, edits ...func(*handoff.Request)) handoff.Request {
	var list []handoff.Trigger
	for _, kind := range kinds {
		list = append(list, signal(at.Format("15:04:05")+kind, kind, at))
	}
	return demo(append([]func(*handoff.Request){triggers(list...)}, edits...)...)
}

// ofDeal is what the record remembers of the rule; nil: nothing.
func ofDeal(s handoff.State) (list []handoff.ActiveHold) {
	for _, h := range recordOf(s).Holds {
		if h.ID == "rule:deal" {
			list = append(list, h)
		}
	}
	return list
}

// TestRemembered_SinceTheFirst follows what a record remembers of a rule from decision to decision.
func TestRemembered_SinceTheFirst(t *testing.T) {
	demos, webinars := []string{"demo_request"}, []string{"webinar"}
	type step struct {
		kinds  []string
		open   bool
		blocks []string // what is remembered afterwards; nil: nothing
		writes bool     // an effect says so
	}
	for _, tt := range []struct {
		name, reason string
		steps        []step
	}{
		{"met twice", "nothing new is written", []step{{demos, true, []string{"best", "good"}, true}, {demos, true, []string{"best", "good"}, false}}},
		{"met by another play", "it joins, and the rule has held since the first", []step{{webinars, true, []string{"webinar"}, true}, {demos, true, []string{"best", "good", "webinar"}, true}}},
		{"not asked", "a decision about other plays does not know", []step{{demos, true, []string{"best", "good"}, true}, {webinars, false, []string{"best", "good"}, false}}},
		{"nothing to decide", "nor does one about none", []step{{demos, true, []string{"best", "good"}, true}, {nil, false, []string{"best", "good"}, false}}},
		{"released", "all its plays were asked about", []step{{demos, true, []string{"best", "good"}, true}, {demos, false, nil, true}}},
		{"released in parts", "what was asked about is free, and the rest as it was", []step{
			{append(demos, webinars...), true, []string{"best", "good", "webinar"}, true}, {webinars, false, []string{"best", "good"}, true}, {demos, false, nil, true}}},
		{"again", "it holds anew", []step{{demos, true, []string{"best", "good"}, true}, {demos, false, nil, true}, {webinars, true, []string{"webinar"}, true}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t, ruled(handoff.ActiveHold{Reason: "a deal is open", Source: "policy", OnRelease: handoff.ReleaseNone}))
			var state handoff.State
			var since time.Time
			for i, s := range tt.steps {
				at := now.Add(time.Duration(i) * hour)
				r := incoming(at, s.kinds)
				if s.open {
					dealing(&r)
				}
				before := len(ofDeal(state)) > 0
				var d handoff.Decision
				d, state = apply(t, e, at, state, r)
				if !before {
					since = at
				}
				var want []handoff.ActiveHold
				if s.blocks != nil {
					want = []handoff.ActiveHold{{ID: "rule:deal", Remembered: true, Reason: "a deal is open", Source: "policy", OnRelease: handoff.ReleaseNone, Since: since, Blocks: s.blocks}}
				}
				if diff := cmp.Diff(want, ofDeal(state)); diff != "" {
					t.Fatalf("after step %d: %s (-want +got):\n%s", i, tt.reason, diff)
				}
				if writes := len(effects[handoff.Hold](d))+len(effects[handoff.ReleaseHold](d)) > 0; writes != s.writes {
					t.Errorf("step %d writes: %t, want %t", i, writes, s.writes)
				}
			}
		})
	}
}

// TestRemembered_Details holds what is kept of the rule's own words.
func TestRemembered_Details(t *testing.T) {
	since, until := now.Add(-3*day), now.Add(2*day)
	for _, tt := range []struct {
		name, reason string
		hold, want   handoff.ActiveHold
	}{
		{"its own since", "the rule knows when it began", handoff.ActiveHold{Since: since, Until: until}, handoff.ActiveHold{Since: since, Until: until}},
		{"no since", "the first decision that met it", handoff.ActiveHold{Until: until}, handoff.ActiveHold{Since: now, Until: until}},
		{"when to look again", "that is the trigger's, which may wait for other things", handoff.ActiveHold{OnRelease: handoff.ReleaseAgain, Again: until, GiveUp: until},
			handoff.ActiveHold{OnRelease: handoff.ReleaseAgain, Since: now}},
		{"lapsed", "it has no end left, and is remembered since when", handoff.ActiveHold{Since: since, Until: until, Lapsed: true}, handoff.ActiveHold{Since: since, Lapsed: true}},
		{"unknown facts", "they are why it holds", handoff.ActiveHold{Unknown: []string{"account.tier"}}, handoff.ActiveHold{Unknown: []string{"account.tier"}, Since: now}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, state := apply(t, compile(t, ruled(tt.hold)), now, nil, demo(dealing))
			tt.want.ID, tt.want.Remembered, tt.want.Blocks = "rule:deal", true, []string{"best", "good"}
			if diff := cmp.Diff([]handoff.ActiveHold{tt.want}, ofDeal(state)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

// TestRemembered_EarliestSince has a rule that names a later since than it did.
func TestRemembered_EarliestSince(t *testing.T) {
	_, state := apply(t, compile(t, ruled(handoff.ActiveHold{})), now, nil, demo(dealing))
	e := compile(t, ruled(handoff.ActiveHold{Since: now.Add(hour)}))
	if _, state = apply(t, e, now.Add(2*hour), state, incoming(now.Add(2*hour), []string{"demo_request"}, dealing)); !ofDeal(state)[0].Since.Equal(now) {
		t.Errorf("it holds since %s, want the first decision that met it", ofDeal(state)[0].Since)
	}
}

// TestRemembered_BesideAWinner holds one play while another wins.
func TestRemembered_BesideAWinner(t *testing.T) {
	e := compile(t, ruled(handoff.ActiveHold{}), func(c *handoff.Config) {
		all := c.Suppressor.(handoff.SuppressorFunc)
		c.Suppressor = handoff.SuppressorFunc(func(f *handoff.Facts, p *handoff.Play, dst []handoff.ActiveHold) []handoff.ActiveHold {
			if p.ID == "best" {
				return all(f, p, dst)
			}
			return dst
		})
	})
	d, state := apply(t, e, now, nil, demo(dealing))
	if d.Play != "good" || len(ofDeal(state)) != 1 || !slices.Equal(ofDeal(state)[0].Blocks, []string{"best"}) {
		t.Errorf("%q wins and %v is remembered; want the play that is held", d.Play, ofDeal(state))
	}
}

// TestRemembered_DoesNotHold has a record that remembers a rule, and a policy whose rule holds no more, or is gone.
func TestRemembered_DoesNotHold(t *testing.T) {
	rule := handoff.ActiveHold{OnRelease: handoff.ReleaseReplay}
	_, state := apply(t, compile(t, ruled(rule)), now, nil, demo(dealing))
	of := func(subject handoff.Ref) handoff.State {
		return handoff.Apply(nil, []handoff.Effect{handoff.Hold{Subject: subject, ActiveHold: handoff.ActiveHold{ID: "rule:deal", Remembered: true, Since: now}}})
	}
	for _, tt := range []struct {
		name  string
		edit  func(*handoff.Config)
		state handoff.State
	}{
		{"the deal is closed", func(*handoff.Config) {}, state},
		{"there is no rule", func(c *handoff.Config) { c.Suppressor = nil }, state},
		{"without a list of plays", func(*handoff.Config) {}, of(l1)},
		{"of the account", func(*handoff.Config) {}, of(account("A1"))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, after := apply(t, compile(t, ruled(rule), tt.edit), now.Add(hour), tt.state, demo())
			if d.Play != "best" || len(ofDeal(after)) > 0 {
				t.Errorf("got %s by %q, and %v is remembered; want the play to win, and nothing", d.Verdict, d.Play, ofDeal(after))
			}
		})
	}
}

// TestRemembered_HostsOwnID has a host that names a hold of its own as a record would name a rule's.
func TestRemembered_HostsOwnID(t *testing.T) {
	own := handoff.ActiveHold{ID: "rule:legal", Reason: "legal looks at it", Since: now, OnRelease: handoff.ReleaseReplay}
	for _, tt := range []struct {
		name, reason string
		remembered   bool
		play         string
	}{
		{"the host's", "it holds as any", false, ""},
		{"a rule's", "there is no such rule, so nothing holds", true, "best"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			own.Remembered = tt.remembered
			state := handoff.Apply(nil, []handoff.Effect{handoff.Hold{Subject: l1, ActiveHold: own}})
			d, state := apply(t, compile(t, ruled(handoff.ActiveHold{})), now.Add(hour), state, demo())
			if stays := len(recordOf(state).Holds) > 0; d.Play != tt.play || stays == tt.remembered {
				t.Errorf("%s by %q, and the record has %v: %s", d.Verdict, d.Play, recordOf(state).Holds, tt.reason)
			}
		})
	}
}

// TestRemembered_Sweep lets the end of a rule pass: what it held is due, and only a decision tells whether the rule holds on.
func TestRemembered_Sweep(t *testing.T) {
	until := now.Add(day)
	e := compile(t, ruled(handoff.ActiveHold{Until: until, OnRelease: handoff.ReleaseReplay}))
	_, state := apply(t, e, now, nil, demo(dealing))
	d, state := sweep(t, e, until, state)
	if diff := cmp.Diff([]handoff.EffectKind{handoff.Redecide{}.Kind()}, kindsOf(d)); diff != "" {
		t.Errorf("the trigger that it held is due, and nothing else (-want +got):\n%s", diff)
	}
	if due := recordOf(state).NextDue(); !due.IsZero() {
		t.Errorf("%s is due after that, want nothing: no decision has been taken", due)
	}
	_, state = apply(t, e, until, state, demo(triggers()))
	if left := ofDeal(state); len(left) > 0 {
		t.Errorf("%v is remembered after a decision without the deal", left)
	}
}

// TestRemembered_Lapsed has a rule that keeps nothing back after a day, and is so all the same.
func TestRemembered_Lapsed(t *testing.T) {
	e := compile(t, ruled(handoff.ActiveHold{}), func(c *handoff.Config) {
		c.Suppressor = handoff.SuppressorFunc(func(f *handoff.Facts, _ *handoff.Play, dst []handoff.ActiveHold) []handoff.ActiveHold {
			if f.OpenOpportunities.Value == 0 {
				return dst
			}
			return append(dst, handoff.ActiveHold{ID: "deal", Until: now.Add(day), Lapsed: !f.At.Before(now.Add(day)), OnRelease: handoff.ReleaseReplay})
		})
	})
	_, state := apply(t, e, now, nil, demo(dealing))
	for i := range 3 {
		at := now.Add(day + time.Duration(i)*hour)
		var d handoff.Decision
		d, state = apply(t, e, at, state, incoming(at, []string{"demo_request"}, dealing))
		if d.Play != "best" || len(reasonFor(d, "deal")) > 0 {
			t.Errorf("%s by %q because of %v, want that it keeps nothing back", d.Verdict, d.Play, reasonFor(d, "deal"))
		}
		want := []handoff.ActiveHold{{ID: "rule:deal", Remembered: true, Lapsed: true, Since: now, OnRelease: handoff.ReleaseReplay, Blocks: []string{"best", "good"}}}
		if diff := cmp.Diff(want, ofDeal(state)); diff != "" {
			t.Errorf("it goes on since the first (-want +got):\n%s", diff)
		}
	}
	if _, state = apply(t, e, now.Add(2*day), state, incoming(now.Add(2*day+hour/2), []string{"demo_request"})); len(ofDeal(state)) > 0 {
		t.Errorf("%v is remembered, and the deal is closed", ofDeal(state))
	}
}

// TestRemembered_PlaysOfBefore has a record that remembers a rule of plays, and a policy that lists fewer.
func TestRemembered_PlaysOfBefore(t *testing.T) {
	_, state := apply(t, compile(t, ruled(handoff.ActiveHold{OnRelease: handoff.ReleaseNone})), now, nil, demo(dealing))
	for _, tt := range []struct {
		name, reason string
		plays        func([]handoff.Play) []handoff.Play
		request      handoff.Request
		want         []string
	}{
		{"one is gone", "a decision about neither keeps the other", func(p []handoff.Play) []handoff.Play { return p[1:] }, demo(triggers()), []string{"good"}},
		{"both are gone", "nothing is left that it could hold", func(p []handoff.Play) []handoff.Play { return p[2:] }, demo(triggers()), nil},
		{"one is gone, and the rule holds on", "it holds what there is", func(p []handoff.Play) []handoff.Play { return p[1:] }, incoming(now.Add(hour), []string{"webinar"}, dealing), []string{"good", "webinar"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t, ruled(handoff.ActiveHold{OnRelease: handoff.ReleaseNone}), func(c *handoff.Config) { c.Plays = tt.plays(c.Plays) })
			_, after := apply(t, e, now.Add(hour), state, tt.request)
			var got []string
			for _, h := range ofDeal(after) {
				got = append(got, h.Blocks...)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

// TestRemembered_SinceInReasons tells since when a rule holds that does not know it itself.
func TestRemembered_SinceInReasons(t *testing.T) {
	e := compile(t, ruled(handoff.ActiveHold{OnRelease: handoff.ReleaseReplay}))
	var state handoff.State
	for i := range 2 {
		var d handoff.Decision
		d, state = apply(t, e, now.Add(time.Duration(i)*hour), state, demo(dealing))
		for _, r := range reasonFor(d, "deal") {
			if !r.Since.Equal(now) {
				t.Errorf("decision %d says since %s, want since the first", i, r.Since)
			}
		}
	}
}

// TestRemembered_NotTheHosts has a hold of the host that is called as a rule would be.
func TestRemembered_NotTheHosts(t *testing.T) {
	host := handoff.ActiveHold{ID: "rule:deal", Reason: "legal looks into it", OnRelease: handoff.ReleaseReplay}
	e := compile(t, ruled(handoff.ActiveHold{OnRelease: handoff.ReleaseReplay}))
	r := demo(dealing, with(handoff.Hold{Subject: l1, ActiveHold: host}))
	d, state := apply(t, e, now, r.State, r)
	if diff := cmp.Diff([]handoff.ActiveHold{host}, ofDeal(state)); diff != "" || d.Verdict != handoff.VerdictHeld {
		t.Errorf("%s; the host's hold (-want +got):\n%s", d.Verdict, diff)
	}
}
