package routing_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/routing"
)

func on(month time.Month, day int) time.Time {
	return time.Date(2026, month, day, 9, 0, 0, 0, time.UTC)
}

// from returns a lead with an address.
func from(id, address string) handoff.Lead {
	return handoff.Lead{ID: id, Person: handoff.Person{Email: address}}
}

// TestSticky_Domain is the rule of PostHog: the same domain goes to the same executive for four months, then by rotation.
func TestSticky_Domain(t *testing.T) {
	freemail := func(f *handoff.Facts) bool { return f.EmailDomain == "gmail.example" }
	for _, tt := range []struct {
		name, reason string
		edit         func(*routing.Sticky)
		want         []string // rungs that give x on 1 January, y on 15 April and z on 2 May
	}{
		{"120 days", "counted from the handoff that the rotation gave", func(*routing.Sticky) {}, []string{"pool:team ann", "sticky:domain ann", "pool:team cat"}},
		{"renewed", "counted from the latest handoff", func(s *routing.Sticky) { s.Renew = true }, []string{"pool:team ann", "sticky:domain ann", "sticky:domain ann"}},
		{"for ever", "without a time it never forgets", func(s *routing.Sticky) { s.For = handoff.Span{} }, []string{"pool:team ann", "sticky:domain ann", "sticky:domain ann"}},
		{"121 days and a bit", "right before it is over", func(s *routing.Sticky) { s.For = handoff.Span{Days: 121, Elapsed: time.Microsecond} }, []string{"pool:team ann", "sticky:domain ann", "sticky:domain ann"}},
		{"121 days", "and when it is", func(s *routing.Sticky) { s.For = handoff.Span{Days: 121} }, []string{"pool:team ann", "sticky:domain ann", "pool:team cat"}},
		{"free mail", "what everybody has does not stick", func(s *routing.Sticky) {
			s.Except = func(f *handoff.Facts) bool { return f.EmailDomain == "acme.example" }
		}, []string{"pool:team ann", "pool:team cat", "pool:team ann"}},
		{"another address", "other domains stick", func(s *routing.Sticky) { s.Except = freemail }, []string{"pool:team ann", "sticky:domain ann", "pool:team cat"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := routing.Sticky{Policy: "acme", By: routing.StickDomain, For: handoff.Span{Days: 120}}
			tt.edit(&s)
			w := newDesk(t, nil, route(t, s, pool("ann", "bob", "cat")))
			var got []string
			for i, at := range []time.Time{on(time.January, 1), on(time.April, 15), on(time.May, 2)} {
				d := w.handLead(at, from(fmt.Sprint("L", i), []string{"x@acme.example", "y@ACME.example", "z@acme.example."}[i]), handoff.Account{})
				got = append(got, d.Rung+" "+d.Owner)
				if i == 0 { // the next turn is cat's
					w.handLead(at, from("other", "x@other.example"), handoff.Account{})
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

// TestSticky gives one lead to ann and asks who gets the other.
func TestSticky(t *testing.T) {
	in := func(account, group string) handoff.Lead { return handoff.Lead{Account: account, BuyingGroup: group} }
	for _, tt := range []struct {
		name, reason  string
		by            routing.Stick
		scope         routing.Scope
		away          routing.WhenAway
		ann           handoff.Rep // as she is when the second lead comes
		first, second handoff.Lead
		kind          string
		want          string
		rung          string
	}{
		{"account", "one owner for all leads of it", routing.StickAccount, "", "", handoff.Rep{}, in("A", ""), in("A", ""), "k0", "ann", "sticky:account"},
		{"another account", "and for no other", routing.StickAccount, "", "", handoff.Rep{}, in("A", ""), in("B", ""), "k0", "bob", "pool:team"},
		{"no account", "nothing sticks to what is unknown", routing.StickAccount, "", "", handoff.Rep{}, in("", ""), in("", ""), "k0", "bob", "pool:team"},
		{"buying group", "of the account's people those who decide together", routing.StickBuyingGroup, "", "", handoff.Rep{}, in("A", "g"), in("A", "g"), "k0", "ann", "sticky:buying_group"},
		{"another buying group", "the others are free", routing.StickBuyingGroup, "", "", handoff.Rep{}, in("A", "g"), in("A", "h"), "k0", "bob", "pool:team"},
		{"lead", "another lead is free", routing.StickLead, "", "", handoff.Rep{}, in("A", ""), in("A", ""), "k0", "bob", "pool:team"},
		{"another play", "a memory is the policy's", routing.StickAccount, "", "", handoff.Rep{}, in("A", ""), in("A", ""), "k1", "ann", "sticky:account"},
		{"of the play", "unless it is the play's", routing.StickAccount, routing.ScopePlay, "", handoff.Rep{}, in("A", ""), in("A", ""), "k1", "bob", "pool:team"},
		{"of the route", "or the route's", routing.StickAccount, routing.ScopeRoute, "", handoff.Rep{}, in("A", ""), in("A", ""), "k1", "bob", "pool:team"},
		{"left", "the next rung is asked", routing.StickAccount, "", routing.AwayTake, handoff.Rep{Status: handoff.RepLeft}, in("A", ""), in("A", ""), "k0", "bob", "pool:team"},
		{"away", "the next rung is asked", routing.StickAccount, "", "", handoff.Rep{Status: handoff.RepAway}, in("A", ""), in("A", ""), "k0", "bob", "pool:team"},
		{"away, and taken", "she gets it all the same", routing.StickAccount, "", routing.AwayTake, handoff.Rep{Status: handoff.RepAway}, in("A", ""), in("A", ""), "k0", "ann", "sticky:account"},
		{"away, and covered", "somebody stands in", routing.StickAccount, "", routing.AwayCover, handoff.Rep{Status: handoff.RepAway, Cover: "cat"}, in("A", ""), in("A", ""), "k0", "cat", "sticky:account"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := routing.Sticky{Policy: "acme", By: tt.by, Scope: tt.scope, Away: tt.away}
			routes := []*routing.Route{route(t, s, pool("ann", "bob")), route(t, s, pool("ann", "bob"))}
			routes[0].ID, routes[1].ID = "r0", "r1"
			w := newDesk(t, nil, routes...)
			tt.first.ID, tt.second.ID = "L1", "L2"
			if d := w.handLead(at, tt.first, handoff.Account{}); d.Owner != "ann" {
				t.Fatalf("owner %q", d.Owner)
			}
			tt.ann.ID = "ann"
			w.put(tt.ann)
			d := w.commit(at, w.about(at, tt.second, handoff.Account{}, tt.kind))
			if d.Owner != tt.want || d.Rung != tt.rung {
				t.Fatalf("%s by %s, want %s by %s: %s", d.Owner, d.Rung, tt.want, tt.rung, tt.reason)
			}
			owner := tt.want
			if a, _ := assigned(d); a.Covers != "" {
				owner = a.Covers
			}
			w.put(handoff.Rep{ID: "ann", Status: handoff.RepActive})
			if again := w.commit(at, w.about(at, handoff.Lead{ID: "L3", Account: tt.second.Account, BuyingGroup: tt.second.BuyingGroup}, handoff.Account{}, tt.kind)); strings.HasPrefix(again.Rung, "sticky:") && again.Owner != owner {
				t.Errorf("the third goes to %s; want %s, who is remembered now", again.Owner, owner)
			}
		})
	}
}

// TestSticky_TwoRungs remembers a lead that another sticky rung gave away.
func TestSticky_TwoRungs(t *testing.T) {
	lead := routing.Sticky{Policy: "acme", By: routing.StickLead}
	domain := routing.Sticky{Policy: "acme", By: routing.StickDomain, For: handoff.Span{Days: 30}}
	w := newDesk(t, nil, route(t, lead, domain, domain, pool("ann", "bob")))
	w.handLead(on(time.March, 1), from("L1", "x@acme.example"), handoff.Account{})
	d := w.handLead(on(time.March, 20), from("L2", "y@acme.example"), handoff.Account{})
	if d.Owner != "ann" || d.Rung != "sticky:domain" || len(all[handoff.Stick](d)) != 1 {
		t.Fatalf("%s by %s remembers %v; want the lead to be remembered, and the domain not to be renewed", d.Owner, d.Rung, all[handoff.Stick](d))
	}
	if d := w.handLead(on(time.May, 1), from("L2", "y@acme.example"), handoff.Account{}); d.Owner != "ann" || d.Rung != "sticky:lead" {
		t.Errorf("%s by %s; want the lead to stay with ann when the domain is forgotten", d.Owner, d.Rung)
	}
}

// TestSticky_RungsDoNotRenewEachOther holds that what two rungs remember is over, each after its own time, however many
// records the other one gives meanwhile.
func TestSticky_RungsDoNotRenewEachOther(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		renew        bool
		want         int // records that the pool gives in 77 days, one every day
	}{
		{"from the handoff", "ten days, and the eleventh is the pool's", false, 8},
		{"renewed", "it never is over while there are records", true, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			account := routing.Sticky{Policy: "acme", By: routing.StickAccount, For: handoff.Span{Days: 10}, Renew: tt.renew}
			domain := account
			domain.By = routing.StickDomain
			w := newDesk(t, nil, route(t, account, domain, pool("ann", "bob")))
			turns := 0
			for i := range 77 {
				lead := from(fmt.Sprint("L", i), "x@acme.example")
				if i%2 == 0 { // of every other one the account is unknown
					lead.Account = "A"
				}
				if d := w.handLead(on(time.March, 1).AddDate(0, 0, i), lead, handoff.Account{ID: lead.Account}); d.Rung == "pool:team" {
					turns++
				}
			}
			if turns != tt.want {
				t.Errorf("the pool gave %d, want %d: %s", turns, tt.want, tt.reason)
			}
		})
	}
}

// TestSticky_Reassigned gives a lead to ann, reassigns it to dan by hand and asks twice who gets it.
func TestSticky_Reassigned(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		by           routing.Stick
		days         int
		later        int // days until it is asked
		between      string
		want         string
	}{
		{"a lead", "it is whose somebody made it", routing.StickLead, 0, 6, "", "dan dan"},
		{"a lead, for a time", "it counts from the reassignment", routing.StickLead, 10, 12, "", "dan dan"},
		{"a lead, after that time", "the pool's turn is bob's, who keeps it", routing.StickLead, 10, 16, "", "bob bob"},
		{"an account", "one of its leads was reassigned", routing.StickAccount, 0, 6, "", "ann ann"},
		{"another play gave it", "the play's memory is its own, and nobody reassigned it", routing.StickLead, 0, 1, "k1", "ann ann"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := routing.Sticky{Policy: "acme", By: tt.by, Scope: routing.ScopePlay, For: handoff.Span{Days: tt.days}}
			w := newDesk(t, nil, route(t, s, pool("ann", "bob")), route(t, routing.Rep("cat")))
			ask := func(day int, kind string) string {
				at := at.AddDate(0, 0, day)
				return w.commit(at, w.about(at, handoff.Lead{ID: "L", Account: "A"}, handoff.Account{ID: "A"}, kind)).Owner
			}
			ask(0, "k0")
			if tt.between != "" {
				ask(0, tt.between)
			} else {
				w.reassign(at.AddDate(0, 0, 5), "L", "dan")
			}
			if got := ask(tt.later, "k0") + " " + ask(tt.later+1, "k0"); got != tt.want {
				t.Errorf("%s, want %s: %s", got, tt.want, tt.reason)
			}
		})
	}
}

// reassign gives a lead to a rep by hand.
func (w *desk) reassign(at time.Time, lead, rep string) {
	w.Helper()
	r, err := w.store.Fill(w.Context(), w.engine, at, handoff.Request{Subject: handoff.Lead{ID: lead}.Ref(), Lead: handoff.Lead{ID: lead}})
	if err != nil {
		w.Fatal(err)
	}
	d, err := w.engine.Observe(at, r, handoff.Activity{ID: "by hand", Kind: handoff.ActivityReassigned, At: at, To: rep})
	if err != nil {
		w.Fatal(err)
	}
	if err := w.store.Commit(w.Context(), d); err != nil {
		w.Fatal(err)
	}
}

// TestSticky_RemembersTheOwner who is away, and not who stands in.
func TestSticky_RemembersTheOwner(t *testing.T) {
	w := newDesk(t, nil, route(t, routing.Sticky{Policy: "acme", By: routing.StickAccount}, routing.Owned{Owner: routing.AccountOwner, Away: routing.AwayCover}))
	w.put(handoff.Rep{ID: "ann", Absences: []handoff.Absence{{From: at, Until: at.Add(day), Cover: "bob"}}})
	account := handoff.Account{ID: "A", Owner: "ann"}
	if d := w.handLead(at, handoff.Lead{ID: "L1", Account: "A"}, account); d.Owner != "bob" {
		t.Fatalf("%s works it", d.Owner)
	}
	if d := w.handLead(at.Add(day), handoff.Lead{ID: "L2", Account: "A"}, account); d.Owner != "ann" || d.Rung != "sticky:account" {
		t.Errorf("%s by %s", d.Owner, d.Rung)
	}
}

// TestSticky_DomainOfTheAccount compares it in small letters with that of an address.
func TestSticky_DomainOfTheAccount(t *testing.T) {
	w := newDesk(t, nil, route(t, routing.Sticky{Policy: "acme", By: routing.StickDomain}, pool("ann", "bob")))
	w.handLead(at, handoff.Lead{ID: "L1", Account: "A"}, handoff.Account{ID: "A", Domain: "ACME.example"})
	if d := w.handLead(at, from("L2", "x@acme.example"), handoff.Account{}); d.Rung != "sticky:domain" {
		t.Errorf("%s by %s", d.Owner, d.Rung)
	}
}

// TestSticky_DomainIsNoWhereInClear looks for the domain in all that is stored.
func TestSticky_DomainIsNoWhereInClear(t *testing.T) {
	sticky := routing.Sticky{Policy: "acme", By: routing.StickDomain}
	hash := pool("ann", "bob")
	hash.Rotation, hash.HashBy = routing.Hash, routing.StickDomain
	w := newDesk(t, nil, route(t, sticky, hash))
	for i := range 2 {
		d := w.handLead(at, from(fmt.Sprint("L", i), "x@erika-mustermann.example"), handoff.Account{})
		if text := encode(t, d) + d.Sentence() + handoff.Describe(d); strings.Contains(text, "mustermann") {
			t.Errorf("the decision names the domain: %s", text)
		}
	}
	if text := encode(t, w.store.State()); strings.Contains(text, "mustermann") || !strings.Contains(text, "sticky/acme/domain/") {
		t.Errorf("the state names the domain, or does not remember it: %s", text)
	}
}

// TestLaw_OneOwnerForAnAccount hands over random leads of a few accounts through several plays, in any order: as long as its
// rep is active an account has one owner.
func TestLaw_OneOwnerForAnAccount(t *testing.T) {
	kept, changed := 0, 0
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 4))
		sticky := routing.Sticky{Policy: "acme", By: routing.StickAccount}
		second := pool("dan", "cat", "bob")
		second.ID, second.Rotation = "second", routing.LeastRecent
		w := newDesk(t, nil, route(t, sticky, pool("ann", "bob", "cat", "dan")), route(t, sticky, second), route(t, sticky, routing.LeadOwner, routing.Rep("ann")))
		owners, status := map[string]string{}, map[string]handoff.RepStatus{}
		at := at
		for range 50 {
			at = at.Add(time.Duration(r.IntN(100)) * hour)
			if r.IntN(8) == 0 {
				rep := handoff.Rep{ID: []string{"ann", "bob", "cat", "dan"}[r.IntN(4)], Status: []handoff.RepStatus{handoff.RepActive, handoff.RepAway, handoff.RepLeft}[r.IntN(3)]}
				status[rep.ID] = rep.Status
				w.store.Put(handoff.State{handoff.RepKey(rep.ID): {Version: w.store.State()[handoff.RepKey(rep.ID)].Version + 1, Value: rep}})
			}
			account := fmt.Sprint("A", r.IntN(3))
			lead := handoff.Lead{ID: fmt.Sprint(account, "-", r.IntN(5)), Account: account, Owner: []string{"", "bob"}[r.IntN(2)]}
			d := w.commit(at, w.about(at, lead, handoff.Account{ID: account}, fmt.Sprint("k", r.IntN(3))))
			old := owners[account]
			switch active := status[old] == "" || status[old] == handoff.RepActive; {
			case d.Owner == "":
				continue
			case old != "" && active && d.Owner != old:
				t.Fatalf("seed %d: %s goes from %s to %s", seed, account, old, d.Owner)
			case d.Owner == old:
				kept++
			case old != "":
				changed++
			}
			owners[account] = d.Owner
		}
	}
	if kept < 500 || changed < 50 {
		t.Errorf("%d leads of %d changes are too few to say that the law holds", kept, changed)
	}
}
