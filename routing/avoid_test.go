package routing_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/routing"
)

// avoiding is a desk at which leads come back, and a host that remembers of lead L that it avoids some reps.
func avoiding(t *testing.T, avoid []string, rungs ...routing.Rung) *desk {
	t.Helper()
	w := newDesk(t, func(c *handoff.Config) {
		c.Triggers[0].Kind, c.Plays[0].Trigger = handoff.TriggerRecycled, handoff.TriggerRecycled
	}, route(t, rungs...), route(t, rungs...))
	w.store.Put(handoff.State{handoff.Lead{ID: "L"}.Ref(): {Version: 1, Value: handoff.Record{
		Recycled:   handoff.Recycled{At: at, Avoid: avoid},
		Activities: []handoff.ActivityRef{{ID: "no", Kind: handoff.ActivityDeclined, At: at.Add(-hour), By: "ann"}},
	}}})
	return w
}

// comeBack hands lead L over, which came back.
func (w *desk) comeBack(account handoff.Account) handoff.Decision {
	w.Helper()
	lead := handoff.Lead{ID: "L", Account: account.ID, Status: "ann"}
	return w.commit(at, w.about(at, lead, account, handoff.TriggerRecycled))
}

// TestAvoid hands over a lead that does not go to ann. Below each rung are a rep, bob, and nobody else.
func TestAvoid(t *testing.T) {
	table, err := routing.NewTerritory("t", []routing.Column{{Text: func(*handoff.Facts) (string, bool) { return "x", true }}},
		[]routing.Row{{Match: []routing.Cell{{}}, To: routing.Rep("ann")}})
	if err != nil {
		t.Fatal(err)
	}
	named, err := routing.NewNamedAccounts([]routing.NamedAccount{{Account: "A", To: routing.Rep("ann")}})
	if err != nil {
		t.Fatal(err)
	}
	namedPool, err := routing.NewNamedAccounts([]routing.NamedAccount{{Account: "A", To: pool("ann", "cat")}})
	if err != nil {
		t.Fatal(err)
	}
	own := func(away routing.WhenAway) routing.Owned {
		return routing.Owned{Owner: routing.AccountOwner, Away: away}
	}
	desk := func(rule func(*routing.Pool), members ...string) *routing.Pool {
		p := pool(members...)
		rule(p)
		return p
	}
	overflow := func(to routing.Rung) func(*routing.Pool) {
		return func(p *routing.Pool) { p.WhenEmpty, p.Overflow = routing.EmptyOverflow, to }
	}
	second := pool("ann", "cat")
	second.ID = "second"
	standIn := func(rule routing.CoverRule) func(*routing.Pool) {
		return func(p *routing.Pool) { p.Cover = rule }
	}
	awayFor := func(id, cover string) handoff.Rep {
		return handoff.Rep{ID: id, Status: handoff.RepActive, Absences: []handoff.Absence{{From: at.Add(-day), Until: at.Add(day), Cover: cover}}}
	}
	for _, tt := range []struct {
		name, reason string
		rung         routing.Rung
		owner        string // of the account
		rep          handoff.Rep
		want, passed string
		verdict      handoff.Verdict
	}{
		{"owner", "the next rung is tried", routing.AccountOwner, "ann", handoff.Rep{}, "bob", "ann avoided", ""},
		{"owner of another name", "nobody else is avoided", routing.AccountOwner, "cat", handoff.Rep{}, "cat", "", ""},
		{"owner who is away, taken all the same", "not who is avoided", own(routing.AwayTake), "ann", handoff.Rep{ID: "ann", Status: handoff.RepAway}, "bob", "ann avoided", ""},
		{"owner who is away, waited for", "nobody waits for who is avoided", own(routing.AwayHold), "ann", awayFor("ann", ""), "bob", "ann avoided", ""},
		{"owner who is away, with a cover", "she would be the owner, whoever stood in", own(routing.AwayCover), "ann", awayFor("ann", "cat"), "bob", "ann avoided", ""},
		{"cover of an owner", "who stands in works it, and does not get it either", own(routing.AwayCover), "cat", awayFor("cat", "ann"), "bob", "cat out_of_office, ann avoided", ""},
		{"owner who has left", "that is said first", routing.AccountOwner, "ann", handoff.Rep{ID: "ann", Status: handoff.RepLeft}, "bob", "ann left", ""},
		{"lookup", "whatever field names her", routing.Owned{Field: "mentor", Lookup: func(f *handoff.Facts) string { return f.Lead.Status }}, "", handoff.Rep{}, "bob", "ann avoided", ""},
		{"named account", "the row's rep is a rep", named, "", handoff.Rep{}, "bob", "ann avoided", ""},
		{"pool of a named account", "and the row's pool a pool", namedPool, "", handoff.Rep{}, "cat", "ann avoided", ""},
		{"territory", "a territory is nobody's against the record", table, "", handoff.Rep{}, "bob", "ann avoided", ""},
		{"sticky", "who is remembered is not asked again", routing.Sticky{Policy: "acme", By: routing.StickAccount}, "", handoff.Rep{}, "bob", "ann avoided", ""},
		{"shift", "she is on duty, and is passed over", &routing.OnShift{ID: "desk", Members: []string{"ann"}, Shifts: routing.Shifts{Every: routing.EveryDay, Length: 1, Start: at}}, "",
			handoff.Rep{}, "bob", "ann avoided", ""},
		{"rep", "the policy's own word counts no more", routing.Rep("ann"), "", handoff.Rep{}, "bob", "ann avoided", ""},
		{"pool", "the next member takes it", pool("ann", "cat"), "", handoff.Rep{}, "cat", "ann avoided", ""},
		{"strict pool", "it is not her turn", desk(func(p *routing.Pool) { p.Mode = routing.Strict }, "ann", "cat"), "", handoff.Rep{}, "cat", "ann avoided", ""},
		{"cover of a member", "the turn goes on", desk(standIn(routing.CoverOwner), "cat"), "", awayFor("cat", "ann"), "bob", "cat out_of_office", ""},
		{"cover that takes the turn", "as above", desk(standIn(routing.CoverCharge), "cat", "ann"), "", awayFor("cat", "ann"), "bob", "cat out_of_office, ann avoided", ""},
		{"member who has a cover", "she would be the owner, whoever stood in", desk(standIn(routing.CoverOwner), "ann"), "", awayFor("ann", "cat"), "bob", "ann avoided", ""},
		{"nobody else", "the pool says what then: the next rung", pool("ann"), "", handoff.Rep{}, "bob", "ann avoided", ""},
		{"nobody else, unassigned", "no rung below is asked", desk(func(p *routing.Pool) { p.WhenEmpty = routing.EmptyUnassigned }, "ann"), "", handoff.Rep{}, "", "ann avoided", handoff.VerdictUnassigned},
		{"nobody else, hold", "nobody knows until when", desk(func(p *routing.Pool) { p.WhenEmpty = routing.EmptyHold }, "ann"), "", handoff.Rep{}, "", "ann avoided", handoff.VerdictUnassigned},
		{"nobody else, queue", "it waits there", emptyPool("q", routing.EmptyQueue), "", handoff.Rep{}, "", "ann avoided", handoff.VerdictQueued},
		{"nobody else, overflow to her", "nobody below an overflow is asked", desk(overflow(routing.Rep("ann")), "ann"), "", handoff.Rep{}, "", "ann avoided, ann avoided", handoff.VerdictUnassigned},
		{"nobody else, overflow to a pool", "its members are judged alike", desk(overflow(second), "ann"), "", handoff.Rep{}, "cat", "ann avoided, ann avoided", ""},
		{"nobody else, anyway", "availability is ignored, and nothing else", desk(func(p *routing.Pool) { p.WhenEmpty = routing.EmptyAnyway }, "ann"), "", handoff.Rep{ID: "ann", Status: handoff.RepAway}, "",
			"ann avoided", handoff.VerdictUnassigned},
		{"soon", "what opens later is hers, too", desk(func(p *routing.Pool) { p.Availability.Within = 2 * day }, "ann"), "", awayFor("ann", ""), "bob", "ann avoided", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := avoiding(t, []string{"ann"}, tt.rung, routing.Rep("bob"))
			w.store.Put(handoff.State{handoff.StickyKey("acme", "account/A"): {Version: 1, Value: handoff.Sticky{Rep: "ann", At: at}}})
			if tt.rep.ID != "" {
				w.put(tt.rep)
			}
			d := w.comeBack(handoff.Account{ID: "A", Owner: tt.owner})
			var passed []string
			for _, c := range d.Passed {
				passed = append(passed, c.Rep+" "+c.Reason)
			}
			verdict := tt.verdict
			if verdict == "" {
				verdict = handoff.VerdictAssigned
			}
			if diff := cmp.Diff([]string{tt.want, tt.passed, string(verdict)}, []string{d.Owner, strings.Join(passed, ", "), string(d.Verdict)}); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
			if a, ok := assigned(d); ok && a.Covers == "ann" {
				t.Error("ann is the owner, and somebody stands in")
			}
		})
	}
}

// TestAvoid_Reasons gives the reason by name where nobody becomes the owner, and in an explanation.
func TestAvoid_Reasons(t *testing.T) {
	w := avoiding(t, []string{"ann"}, routing.Rep("ann"), pool("ann"))
	lead := handoff.Lead{ID: "L"}
	ask, err := w.store.Fill(t.Context(), w.engine, at, w.about(at, lead, handoff.Account{}, handoff.TriggerRecycled))
	if err != nil {
		t.Fatal(err)
	}
	x, err := w.engine.Explain(at, ask)
	if err != nil {
		t.Fatal(err)
	}
	want := []handoff.Candidate{{Rep: "ann", Rung: "rep:ann", Reason: routing.Avoided}, {Rep: "ann", Rung: "pool:team", Reason: routing.Avoided}}
	for i := range x.Candidates {
		x.Candidates[i].Ranked = nil
	}
	if diff := cmp.Diff(want, x.Candidates); diff != "" {
		t.Errorf("candidates (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"rep:ann avoided", "pool:team pool_empty"}, codes(w.comeBack(handoff.Account{}))); diff != "" {
		t.Errorf("codes (-want +got):\n%s", diff)
	}
}

// TestAvoid_KeepsTheTurn compares the turn that is given where ann is avoided with that where she is excluded, and asks whose
// turn it is then.
func TestAvoid_KeepsTheTurn(t *testing.T) {
	for _, rotation := range routing.Rotations() {
		t.Run(string(rotation), func(t *testing.T) {
			of := func(declined bool) *routing.Pool {
				p := pool("ann", "bob", "cat")
				p.Rotation, p.Exclude.Declined = rotation, declined
				return p
			}
			capacity := func(w *desk) {
				for _, id := range []string{"ann", "bob", "cat"} {
					w.put(handoff.Rep{ID: id, Status: handoff.RepActive, Capacity: handoff.Some[int64](9)})
				}
			}
			avoids, excludes := avoiding(t, []string{"ann"}, of(false)), avoiding(t, nil, of(true))
			capacity(avoids)
			capacity(excludes)
			got, want := avoids.comeBack(handoff.Account{}), excludes.comeBack(handoff.Account{})
			if diff := cmp.Diff(all[handoff.AdvancePool](want), all[handoff.AdvancePool](got), cmp.AllowUnexported(handoff.Line{})); diff != "" || got.Owner == "ann" || got.Owner == "" {
				t.Errorf("%q gets it; turns (-excluded +avoided):\n%s", got.Owner, diff)
			}
			if rotation == routing.Hash {
				return // it remembers no turns
			}
			if next := avoids.hand(at, "k1").Owner; next != "ann" {
				t.Errorf("the next is for %s, want ann: nothing was offered to her", next)
			}
		})
	}
}

// TestAvoid_Late follows a lead that nobody touches through a pool: it goes to somebody who has not had it, each with the whole
// time, and stays where nobody is left.
func TestAvoid_Late(t *testing.T) {
	p := pool("ann", "bob", "cat")
	p.Rotation, p.Returns.Reassigned = routing.LowestCount, routing.BackCount
	sticky := routing.Sticky{Policy: "acme", By: routing.StickLead}
	w := newDesk(t, func(c *handoff.Config) {
		c.Turns = routing.Keeper{p}
		c.Plays[0].Promise = &handoff.SLA{Within: hour, Late: []handoff.LateStep{{Do: handoff.LateReassign}}}
	}, route(t, routing.LeadOwner, sticky, p))
	w.handLead(at, handoff.Lead{ID: "L"}, handoff.Account{})
	var owners []string
	for range 5 {
		r := remembered(w, "L")
		owners = append(owners, r.Owner)
		if r.NextDue().IsZero() {
			break
		}
		w.sweep(r.NextDue(), "L")
	}
	if diff := cmp.Diff([]string{"ann", "bob", "cat", "cat"}, owners); diff != "" {
		t.Errorf("owners (-want +got):\n%s", diff)
	}
	ledger := w.store.State()[handoff.PoolKey("acme", "team")].Value.(handoff.Pool)
	for m := range ledger.Members.All() {
		if want := map[bool]int64{true: 1}[m.Rep == "cat"]; m.Assigned != want {
			t.Errorf("%s has %d handoffs, want %d: what somebody else has does not count", m.Rep, m.Assigned, want)
		}
	}
}

// TestAvoid_LateCover lets a lead go to somebody else whose owner is away and whose cover did nothing.
func TestAvoid_LateCover(t *testing.T) {
	w := newDesk(t, func(c *handoff.Config) {
		c.Plays[0].Promise = &handoff.SLA{Within: hour, Late: []handoff.LateStep{{Do: handoff.LateReassign}}}
	}, route(t, routing.Owned{Owner: routing.LeadOwner, Away: routing.AwayCover}, pool("ann", "bob", "cat")))
	w.put(handoff.Rep{ID: "ann", Status: handoff.RepActive, Absences: []handoff.Absence{{From: at, Until: at.Add(3 * day), Cover: "bob"}}})
	lead := handoff.Lead{ID: "L", Owner: "ann"}
	if d := w.handLead(at, lead, handoff.Account{}); d.Owner != "bob" {
		t.Fatalf("%s works it, want bob, who stands in", d.Owner)
	}
	w.sweep(at.Add(hour), "L")
	if r := remembered(w, "L"); r.Owner != "cat" || r.Cover.Rep != "" {
		t.Errorf("%s has it, covered by %q; want cat, since bob did nothing for ann", r.Owner, r.Cover.Rep)
	}
}
