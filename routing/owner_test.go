package routing_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/routing"
)

func deal(id, owner string, status handoff.OpportunityStatus, closes int) handoff.Opportunity {
	o := handoff.Opportunity{ID: id, Owner: owner, Status: status}
	if closes > 0 {
		o.CloseOn = calendar.Date{Year: 2026, Month: 5, Day: closes}
	}
	return o
}

// TestOwner finds the owner that each word names.
func TestOwner(t *testing.T) {
	lead := handoff.Lead{ID: "L", Account: "A", Owner: "ann", ContactOwner: "bob"}
	account := handoff.Account{ID: "A", Owner: "cat", CSM: "dan", Partner: "ann", ParentOwner: "bob"}
	open, won := handoff.OpportunityOpen, handoff.OpportunityWon
	for _, tt := range []struct {
		name, reason string
		owner        routing.Owner
		deals        []handoff.Opportunity
		want         string
	}{
		{"lead", "of the CRM, as long as nobody was assigned here", routing.LeadOwner, nil, "ann"},
		{"contact", "of the contact that the lead is", routing.ContactOwner, nil, "bob"},
		{"account", "the executive", routing.AccountOwner, nil, "cat"},
		{"csm", "the success manager", routing.AccountCSM, nil, "dan"},
		{"partner", "the partner", routing.AccountPartner, nil, "ann"},
		{"parent", "of the account above", routing.ParentOwner, nil, "bob"},
		{"opportunity", "the one that closes first", routing.OpportunityOwner, []handoff.Opportunity{deal("a", "ann", open, 9), deal("b", "bob", open, 8)}, "bob"},
		{"opportunities of one day", "of several on one day the least id", routing.OpportunityOwner, []handoff.Opportunity{deal("c", "cat", open, 9), deal("a", "ann", open, 9), deal("b", "bob", open, 9)}, "ann"},
		{"an opportunity without a day", "comes last", routing.OpportunityOwner, []handoff.Opportunity{deal("a", "ann", open, 0), deal("b", "bob", open, 30)}, "bob"},
		{"a closed opportunity", "is no open one", routing.OpportunityOwner, []handoff.Opportunity{deal("a", "ann", won, 1), deal("b", "bob", open, 30)}, "bob"},
		{"an opportunity that nobody owns", "names nobody", routing.OpportunityOwner, []handoff.Opportunity{deal("a", "", open, 1), deal("b", "bob", open, 30)}, "bob"},
		{"no opportunity", "nobody owns it", routing.OpportunityOwner, []handoff.Opportunity{}, ""},
		{"opportunities unknown", "the host did not look", routing.OpportunityOwner, nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newDesk(t, nil, route(t, tt.owner))
			for _, order := range [][]handoff.Opportunity{tt.deals, reversed(tt.deals)} {
				r := w.about(at, lead, account, "k0")
				r.Opportunities = order
				d := w.decide(at, r)
				if d.Owner != tt.want || tt.want != "" && d.Rung != string(tt.owner) {
					t.Errorf("%q by %s, want %q: %s", d.Owner, d.Rung, tt.want, tt.reason)
				}
			}
		})
	}
}

func reversed[T any](list []T) []T {
	if list == nil {
		return nil
	}
	out := make([]T, 0, len(list))
	for i := len(list) - 1; i >= 0; i-- {
		out = append(out, list[i])
	}
	return out
}

// TestOwned asks for the owner of an account in every state that she can be in.
func TestOwned(t *testing.T) {
	office := &routing.Availability{Unknown: true, Calendars: map[string]*calendar.Calendar{
		"early": opening(t, calendar.Config{Weekly: weekdays(time.Monday, time.Friday, 6*hour, 14*hour)})}}
	vacation := []handoff.Absence{{From: at.Add(-hour), Until: at.Add(hour), Cover: "bob"}}
	forEver := []handoff.Absence{{From: at.Add(-hour)}}
	onlySales := func(r handoff.Rep) bool { return r.Team == "sales" }
	for _, tt := range []struct {
		name, reason string
		rung         routing.Owned
		ann, bob     handoff.Rep
		want         string // owner, and for whom
		why          string // code of the rung's reason
		verdict      handoff.Verdict
		next         time.Time
	}{
		{"active", "she takes it", routing.Owned{}, handoff.Rep{Status: handoff.RepActive}, handoff.Rep{}, "ann", "", handoff.VerdictAssigned, time.Time{}},
		{"unknown", "who owns it is a fact of the CRM", routing.Owned{}, handoff.Rep{}, handoff.Rep{}, "ann", "", handoff.VerdictAssigned, time.Time{}},
		{"away", "the next rung is asked", routing.Owned{}, handoff.Rep{Status: handoff.RepAway}, handoff.Rep{}, "", routing.Away, handoff.VerdictUnassigned, time.Time{}},
		{"absent", "as with away", routing.Owned{}, handoff.Rep{Absences: vacation}, handoff.Rep{}, "", routing.OutOfOffice, handoff.VerdictUnassigned, at.Add(hour)},
		{"left", "never an owner again", routing.Owned{Away: routing.AwayTake}, handoff.Rep{Status: handoff.RepLeft}, handoff.Rep{}, "", routing.Left, handoff.VerdictUnassigned, time.Time{}},
		{"off hours", "hours do not count by themselves", routing.Owned{}, handoff.Rep{Hours: "early"}, handoff.Rep{}, "ann", "", handoff.VerdictAssigned, time.Time{}},
		{"off hours that count", "unless the rung says so", routing.Owned{Hours: office}, handoff.Rep{Hours: "early"}, handoff.Rep{}, "", routing.OffHours, handoff.VerdictUnassigned, utc(3, 6, 0)},
		{"take", "she gets it although she is away", routing.Owned{Away: routing.AwayTake}, handoff.Rep{Status: handoff.RepAway}, handoff.Rep{}, "ann", "", handoff.VerdictAssigned, time.Time{}},
		{"hold", "the record waits for her", routing.Owned{Away: routing.AwayHold}, handoff.Rep{Absences: vacation}, handoff.Rep{}, "", routing.OutOfOffice, handoff.VerdictQueued, at.Add(hour)},
		{"hold without end", "nobody knows until when", routing.Owned{Away: routing.AwayHold}, handoff.Rep{Absences: forEver}, handoff.Rep{}, "", routing.OutOfOffice, handoff.VerdictUnassigned, time.Time{}},
		{"hold, and left", "nobody waits for her", routing.Owned{Away: routing.AwayHold}, handoff.Rep{Status: handoff.RepLeft}, handoff.Rep{}, "", routing.Left, handoff.VerdictUnassigned, time.Time{}},
		{"cover", "he stands in", routing.Owned{Away: routing.AwayCover}, handoff.Rep{Absences: vacation}, handoff.Rep{}, "bob for ann", "", handoff.VerdictAssigned, time.Time{}},
		{"the rep's own cover", "where the absence names nobody", routing.Owned{Away: routing.AwayCover}, handoff.Rep{Absences: forEver, Cover: "bob"}, handoff.Rep{}, "bob for ann", "", handoff.VerdictAssigned, time.Time{}},
		{"the absence's cover", "comes first, also of a shorter absence", routing.Owned{Away: routing.AwayCover}, handoff.Rep{Absences: append(forEver, vacation...), Cover: "zoe"}, handoff.Rep{}, "bob for ann", "", handoff.VerdictAssigned, time.Time{}},
		{"no cover", "the next rung is asked", routing.Owned{Away: routing.AwayCover}, handoff.Rep{Absences: forEver}, handoff.Rep{}, "", routing.OutOfOffice, handoff.VerdictUnassigned, time.Time{}},
		{"her own cover", "nobody stands in for themselves", routing.Owned{Away: routing.AwayCover}, handoff.Rep{Absences: forEver, Cover: "ann"}, handoff.Rep{}, "", routing.OutOfOffice, handoff.VerdictUnassigned, time.Time{}},
		{"a cover who has left", "does not stand in", routing.Owned{Away: routing.AwayCover}, handoff.Rep{Absences: vacation}, handoff.Rep{Status: handoff.RepLeft}, "", routing.OutOfOffice, handoff.VerdictUnassigned, at.Add(hour)},
		{"a cover off hours", "hours that count do so for both", routing.Owned{Away: routing.AwayCover, Hours: office}, handoff.Rep{Absences: vacation}, handoff.Rep{Hours: "early"}, "", routing.OutOfOffice, handoff.VerdictUnassigned, at.Add(hour)},
		{"only", "she is none of them", routing.Owned{Only: onlySales}, handoff.Rep{}, handoff.Rep{}, "", routing.Excluded, handoff.VerdictUnassigned, time.Time{}},
		{"only, and away", "which does not make her one", routing.Owned{Only: onlySales, Away: routing.AwayTake}, handoff.Rep{Status: handoff.RepAway}, handoff.Rep{}, "", routing.Excluded, handoff.VerdictUnassigned, time.Time{}},
		{"only, and in", "she is one of them", routing.Owned{Only: onlySales}, handoff.Rep{Team: "sales"}, handoff.Rep{}, "ann", "", handoff.VerdictAssigned, time.Time{}},
		{"looked up", "a field of the host names her", routing.Owned{Field: "mentor", Lookup: func(f *handoff.Facts) string { return f.Lead.Status }}, handoff.Rep{}, handoff.Rep{}, "ann", "", handoff.VerdictAssigned, time.Time{}},
		{"looked up, nobody", "the field is empty", routing.Owned{Field: "mentor", Lookup: func(*handoff.Facts) string { return "" }}, handoff.Rep{}, handoff.Rep{}, "", routing.NoOwner, handoff.VerdictUnassigned, time.Time{}},
		{"looked up, unknown", "an owner is a known rep", routing.Owned{Field: "mentor", Lookup: func(*handoff.Facts) string { return "zoe" }}, handoff.Rep{}, handoff.Rep{}, "", routing.UnknownRep, handoff.VerdictUnassigned, time.Time{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.rung.Lookup == nil {
				tt.rung.Owner = routing.AccountOwner
			}
			tt.ann.ID, tt.bob.ID = "ann", "bob"
			w := newDesk(t, reps(tt.ann, tt.bob), route(t, tt.rung))
			d := w.handLead(at, handoff.Lead{ID: "L", Account: "A", Status: "ann"}, handoff.Account{ID: "A", Owner: "ann"})
			got := d.Owner
			if a, _ := assigned(d); a.Covers != "" {
				got += " for " + a.Covers
			}
			if why := strings.TrimPrefix(strings.Join(codes(d), ""), tt.rung.Name()+" "); got != tt.want || why != tt.why {
				t.Fatalf("%q, %q, want %q, %q: %s", got, why, tt.want, tt.why, tt.reason)
			}
			if d.Verdict != tt.verdict || !d.Next.Equal(tt.next) {
				t.Errorf("%s until %s, want %s until %s: %s", d.Verdict, d.Next, tt.verdict, tt.next, tt.reason)
			}
		})
	}
}

// handLead answers a request about a lead of an account and keeps the answer.
func (w *desk) handLead(at time.Time, lead handoff.Lead, account handoff.Account) handoff.Decision {
	w.Helper()
	return w.commit(at, w.about(at, lead, account, "k0"))
}

// TestOwned_With gives a lead to its owner and to those who sell with her.
func TestOwned_With(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		account      handoff.Account
		want         []string
	}{
		{"both", "in the order of the policy", handoff.Account{ID: "A", Owner: "ann", CSM: "bob", Partner: "cat"}, []string{"cat", "bob"}},
		{"one is missing", "as far as the record names them", handoff.Account{ID: "A", Owner: "ann", CSM: "bob"}, []string{"bob"}},
		{"the owner herself", "does not work with herself", handoff.Account{ID: "A", Owner: "ann", CSM: "ann", Partner: "cat"}, []string{"cat"}},
		{"one for two", "each once", handoff.Account{ID: "A", Owner: "ann", CSM: "cat", Partner: "cat"}, []string{"cat"}},
		{"one who has left", "is left out", handoff.Account{ID: "A", Owner: "ann", CSM: "dan"}, nil},
		{"one whom nobody knows", "is left out", handoff.Account{ID: "A", Owner: "ann", CSM: "zoe"}, nil},
		{"the owner is away", "who stands in does not work with whom it stands in for", handoff.Account{ID: "A", Owner: "eve", CSM: "eve", Partner: "cat"}, []string{"cat"}},
		{"the owner is away and nobody else is named", "nobody works with who stands in", handoff.Account{ID: "A", Owner: "eve"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rung := routing.Owned{Owner: routing.AccountOwner, Away: routing.AwayCover, With: []routing.Owner{routing.AccountPartner, routing.AccountCSM}}
			w := newDesk(t, nil, route(t, rung))
			w.put(handoff.Rep{ID: "dan", Status: handoff.RepLeft}, handoff.Rep{ID: "eve", Status: handoff.RepAway, Cover: "bob"})
			d := w.handLead(at, handoff.Lead{ID: "L", Account: "A"}, tt.account)
			a, _ := assigned(d)
			c, _ := d.Context()
			if diff := cmp.Diff(tt.want, a.With); diff != "" || !cmp.Equal(a.With, c.With) {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

// TestCoverEndsByItself follows a lead while its owner is away and when she is back.
func TestCoverEndsByItself(t *testing.T) {
	w := newDesk(t, nil, route(t, routing.Owned{Owner: routing.LeadOwner, Away: routing.AwayCover}))
	back := at.Add(3 * day)
	w.put(handoff.Rep{ID: "ann", Status: handoff.RepActive, Absences: []handoff.Absence{{From: at, Until: back, Cover: "bob"}}})
	lead := handoff.Lead{ID: "L", Owner: "ann"}
	d := w.handLead(at, lead, handoff.Account{})
	a, _ := assigned(d)
	want := handoff.Assign{Subject: lead.Ref(), From: "ann", To: "bob", Covers: "ann", Until: back, Play: "k0", Rung: "lead_owner",
		Trigger: handoff.Trigger{ID: "t1", Kind: "k0", Subject: lead.Ref(), OccurredAt: at}, At: at}
	if diff := cmp.Diff(want, a); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if r := remembered(w, "L"); r.Owner != "ann" || r.Cover != (handoff.Cover{Rep: "bob", Until: back}) {
		t.Errorf("owner %s, cover %v: ann stays the owner", r.Owner, r.Cover)
	}
	if got := w.handLead(back.Add(-time.Microsecond), lead, handoff.Account{}).Owner; got != "bob" {
		t.Errorf("right before she is back %s works it", got)
	}
	if got := w.handLead(back, lead, handoff.Account{}).Owner; got != "ann" || remembered(w, "L").Cover != (handoff.Cover{}) {
		t.Errorf("when she is back %s works it", got)
	}
}

// TestFillNeverFails asks about records whose owners, absences and covers the host alone knows, through every rung, also for
// triggers that wait: what one entry names has to be loaded next.
func TestFillNeverFails(t *testing.T) {
	p := pool("ann", "bob", "cat")
	p.Cover, p.Units, p.Exclude = routing.CoverCharge, 1, routing.Exclude{Previous: 1}
	for _, per := range routing.Pers() {
		c := routing.Cap{Max: 3, Per: per, Every: routing.Day}
		if per == routing.PerTag {
			c.Tag = "senior"
		}
		if per != routing.PerMember && per != routing.PerPool {
			c.Also = []routing.Source{routing.FromOwner, routing.FromSticky, routing.FromShift}
		}
		p.Caps = append(p.Caps, c)
	}
	p.WhenEmpty, p.Charge = routing.EmptyHold, []routing.Source{routing.FromOwner}
	cover := routing.AwayCover
	shift := &routing.OnShift{ID: "desk", Members: []string{"ann", "dan"}, Away: cover, Shifts: routing.Shifts{Every: routing.EveryHour, Length: 3, Start: at}}
	rungs := [][]routing.Rung{
		{routing.Owned{Owner: routing.LeadOwner, Away: cover, With: []routing.Owner{routing.AccountOwner}}},
		{routing.Sticky{Policy: "acme", By: routing.StickAccount, Away: cover}},
		{routing.Sticky{Policy: "acme", By: routing.StickDomain, Away: cover, Scope: routing.ScopePlay}, routing.Sticky{Policy: "acme", By: routing.StickLead, Renew: true}},
		{shift},
	}
	var routes []*routing.Route
	for _, r := range rungs {
		made := route(t, append(r, p)...)
		made.ID, made.Book = fmt.Sprint(len(routes)), routing.NewBook(p)
		routes = append(routes, made)
	}
	covers, waited := 0, 0
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 3))
		w := newDesk(t, reps(handoff.Rep{ID: "ann"}), routes...)
		ids := []string{"ann", "bob", "cat", "dan", "eve"}
		at := at
		for range 40 {
			at = at.Add(time.Duration(r.IntN(20)) * hour)
			rep := handoff.Rep{ID: ids[r.IntN(5)], Team: []string{"", "east", "west"}[r.IntN(3)], Tags: [][]string{nil, {"senior"}}[r.IntN(2)], Cover: []string{"", ids[r.IntN(5)]}[r.IntN(2)]}
			rep.Absences = []handoff.Absence{{From: at.Add(-hour), Until: at.Add(30 * hour), Cover: []string{"", ids[r.IntN(5)]}[r.IntN(2)]}}[r.IntN(2):]
			version := w.store.State()[handoff.RepKey(rep.ID)].Version
			w.store.Put(handoff.State{handoff.RepKey(rep.ID): {Version: version + 1, Value: rep}})
			lead := handoff.Lead{ID: fmt.Sprint("L", r.IntN(4)), Account: "A", Person: handoff.Person{Email: "x@acme.example"}}
			ask := w.about(at, lead, handoff.Account{ID: "A", Owner: ids[r.IntN(5)]}, fmt.Sprint("k", r.IntN(4)))
			if r.IntN(4) == 0 {
				ask.Triggers = nil // only what waits
			}
			d := w.commit(at, ask)
			if a, _ := assigned(d); a.Covers != "" {
				covers++
			}
			if d.Owner != "" && ask.Triggers == nil {
				waited++
			}
		}
	}
	if covers < 50 || waited < 5 {
		t.Errorf("%d covers and %d triggers that had waited are too few", covers, waited)
	}
}

// TestFill_FourRounds is the longest chain: a record, what sticks to a trigger that waits in it, the rep, and who stands in.
func TestFill_FourRounds(t *testing.T) {
	sticky := routing.Sticky{Policy: "acme", By: routing.StickAccount, Away: routing.AwayCover}
	p := pool("ann")
	p.WhenEmpty = routing.EmptyHold
	w := newDesk(t, reps(handoff.Rep{ID: "ann"}), route(t, sticky, p))
	lead := handoff.Lead{ID: "L", Account: "A"}
	w.put(handoff.Rep{ID: "ann", Absences: []handoff.Absence{{From: at, Until: at.Add(day)}}})
	if d := w.handLead(at, lead, handoff.Account{}); d.Verdict != handoff.VerdictQueued {
		t.Fatal(d.Verdict)
	}
	w.store.Put(handoff.State{
		handoff.StickyKey("acme", "account/A"): {Version: 1, Value: handoff.Sticky{Rep: "dan", At: at}},
		handoff.RepKey("dan"):                  {Version: 1, Value: handoff.Rep{ID: "dan", Status: handoff.RepAway, Cover: "eve"}},
		handoff.RepKey("eve"):                  {Version: 1, Value: handoff.Rep{ID: "eve"}},
	})
	rounds := 0
	r, err := w.engine.Fill(at, handoff.Request{Subject: lead.Ref(), Lead: lead}, func(keys []handoff.Key) (handoff.State, error) {
		rounds++
		return w.store.Load(context.Background(), keys)
	})
	if err != nil || rounds > 4 {
		t.Fatalf("%d rounds: %v", rounds, err)
	}
	d, err := w.engine.Decide(at, r)
	var missing *handoff.MissingError
	if errors.As(err, &missing) || d.Owner != "eve" {
		t.Errorf("%q: %v", d.Owner, err)
	}
}

// TestOwned_NoID looks up a text that is no id. The decision is read back and repeats nothing of it.
func TestOwned_NoID(t *testing.T) {
	for _, tt := range []struct{ name, reason, field string }{
		{"too long", "ids have at most 256 bytes", strings.Repeat("secret", 43)},
		{"a line break", "ids hold no control characters", "sec\nret"},
		{"no text", "ids are valid UTF-8", "secret\xff"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newDesk(t, nil, route(t, routing.Owned{Field: "lead.mentor", Lookup: func(*handoff.Facts) string { return tt.field }}))
			d := w.decide(at, w.about(at, handoff.Lead{ID: "L"}, handoff.Account{}, "k0"))
			text := encode(t, d)
			var back handoff.Decision
			if err := json.Unmarshal([]byte(text), &back); err != nil {
				t.Errorf("%v: %s", err, tt.reason)
			}
			want := "lead.mentor holds a text that cannot be a rep's id"
			if !slices.ContainsFunc(d.Reasons, func(r handoff.Reason) bool { return r.Code == routing.NoOwner && strings.Contains(r.Text, want) }) {
				t.Errorf("the reasons are %v", d.Reasons)
			}
			if strings.Contains(text, "sec") {
				t.Errorf("the decision repeats the text: %s", text)
			}
		})
	}
}
