package suppression_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/suppression"
)

// two returns a cap of two a day.
func two(per suppression.Per) suppression.Rule {
	return suppression.Rule{ID: "r", Cap: suppression.Cap{Max: 2, Per: per, Window: suppression.Window{Every: suppression.Day}}}
}

func ownedBy(rep string) func(*handoff.Facts) {
	return func(f *handoff.Facts) { f.Owner = rep }
}

func TestBudget_Per(t *testing.T) {
	full := []time.Time{at.Add(-3 * time.Hour), at.Add(-2 * time.Hour)}
	address := func(r *handoff.Request) { r.Lead.Person.Email = "jo@acme.com" }
	stray := func(r *handoff.Request) { r.Account, r.Lead.Account = handoff.Account{}, "" }
	const used = "budget since -2h until +9h"
	for _, tt := range []struct {
		name, reason string
		per          suppression.Per
		situation
		tally string // "": it counts in none
		want  string
	}{
		{"lead", "the lead's own", suppression.PerLead, situation{}, "subject/lead/L1", used},
		{"lead, of an account", "of an account as the subject, its own and not its leads'", suppression.PerLead, situation{about: handoff.KindAccount}, "subject/account/A1", used},
		{"account", "of all its leads", suppression.PerAccount, situation{}, "account/A1", used},
		{"no account", "who belongs to none counts for none", suppression.PerAccount, situation{request: stray}, "", ""},
		{"domain", "of everybody there", suppression.PerDomain, situation{request: address}, "domain/" + acmeDigest, used},
		{"no domain", "what is unknown holds", suppression.PerDomain, situation{}, "", "budget for want of lead.email_domain"},
		{"play", "of the play", suppression.PerPlay, situation{}, "play/demo", used},
		{"org", "of everything", suppression.PerOrg, situation{}, "org", used},
		{"rep", "of the owner", suppression.PerRep, situation{facts: ownedBy("ann")}, "rep/ann", used},
		{"no rep yet", "asked once there is an owner", suppression.PerRep, situation{}, "", ""},
		{"team", "of the owner's team", suppression.PerTeam, situation{facts: ownedBy("bob")}, "team/east", used},
		{"no team", "who is in none counts for none", suppression.PerTeam, situation{facts: ownedBy("kim")}, "", ""},
		{"no team yet", "asked once there is an owner", suppression.PerTeam, situation{}, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.tallies = map[string][]time.Time{"handoffs/" + tt.tally: full}
			got := ask(t, tt.situation, two(tt.per))
			if text := say(got.holds); text != tt.want {
				t.Errorf("got %q, want %q: %s", text, tt.want, tt.reason)
			}
			var want []handoff.Count
			if tt.tally != "" {
				want = []handoff.Count{{Tally: handoff.TallyKey("acme", "handoffs/"+tt.tally), At: at, Keep: 100}}
			}
			if diff := cmp.Diff(want, got.counts); diff != "" {
				t.Errorf("%s; counts (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

func TestBudget_Windows(t *testing.T) {
	budget := func(w suppression.Window) suppression.Rule {
		return suppression.Rule{Cap: suppression.Cap{Max: 2, Per: suppression.PerOrg, Window: w}}
	}
	given := func(hours ...time.Duration) situation {
		var list []time.Time
		for _, h := range hours {
			list = append(list, at.Add(h*time.Hour))
		}
		return situation{tallies: map[string][]time.Time{"handoffs/org": list, "handoffs/rule/r/org": list}}
	}
	newYork := loadZone(t, "America/New_York")
	every := func(p suppression.Period) suppression.Rule { return budget(suppression.Window{Every: p}) }
	monday := budget(suppression.Window{Every: suppression.Week, WeekStart: time.Monday})
	within := budget(suppression.Window{Within: 24 * time.Hour})
	timer := budget(suppression.Window{Timer: 24 * time.Hour})
	runHolds(t, []holdCase{
		{"room", "one of two is left", given(-1), every(suppression.Day), ""},
		{"none", "nothing was given", given(), every(suppression.Day), ""},
		{"full", "the day is over at midnight", given(-3, -1), every(suppression.Day), "budget since -1h until +9h"},
		{"overfull", "the cap was lowered since: as many as it allows have to go", given(-40, -3, -2, -1), every(suppression.Day), "budget since -1h until +9h"},
		{"yesterday", "a new day is free", given(-17, -16), every(suppression.Day), ""},
		{"midnight itself", "is the new day's", given(-15, -1), every(suppression.Day), "budget since -1h until +9h"},
		{"of another zone", "where the day began four hours later", given(-13, -12), budget(suppression.Window{Every: suppression.Day, Zone: newYork}), ""},
		{"the hour", "it began at the full hour", given(0, 0), every(suppression.Hour), "budget since +0h until +1h"},
		{"a week from Sunday", "on a Tuesday four days are left", given(-60, -1), every(suppression.Week), "budget since -1h until +105h"},
		{"a week from Monday", "Sunday was last week's", given(-60, -1), monday, ""},
		{"a month", "March has 31 days", given(-200, -1), every(suppression.Month), "budget since -1h until +513h"},
		{"any day", "until the earlier of the two is a day old", given(-23, -1), within, "budget since -1h until +1h"},
		{"any day, at its end", "what is a day old counts no more", given(-24, -1), within, ""},
		{"a timer", "of the ends, the earlier", given(2, 5), timer, "budget until +2h"},
		{"a timer that runs out", "at its end it is out", given(0, 5), timer, ""},
	})
}

// TestBudget_ForgottenIsUsedUp has a tally that is full of what lies ahead, as a batch of older requests leaves it.
func TestBudget_ForgottenIsUsedUp(t *testing.T) {
	ahead := func(n int) situation {
		var list []time.Time
		for i := range n {
			list = append(list, at.Add(2*time.Hour+time.Duration(i)*day))
		}
		return situation{tallies: map[string][]time.Time{"handoffs/org": list, "handoffs/rule/r/org": list}}
	}
	every := two(suppression.PerOrg)
	within := two(suppression.PerOrg)
	within.Cap.Window = suppression.Window{Within: 3 * time.Hour}
	large := two(suppression.PerOrg)
	large.ID, large.Cap.Max = "large", 200
	runHolds(t, []holdCase{
		{"all that it keeps", "it has no room for what was earlier today", ahead(100), every, "budget until +9h"},
		{"less than it keeps", "it knows of all", ahead(99), every, ""},
		{"all that it keeps, within a time", "more may be near", ahead(100), within, "budget until +5h"},
	})
	if got := say(ask(t, ahead(100), every, large).holds); got != "" {
		t.Errorf("got %q: a larger cap on the same tally makes it keep more", got)
	}
}

func TestBudget_Counts(t *testing.T) {
	timer := suppression.Rule{ID: "a/b", Cap: suppression.Cap{Max: 3, Per: suppression.PerLead, Window: suppression.Window{Timer: 16 * time.Hour}}}
	inbound := two(suppression.PerLead)
	inbound.ID, inbound.Scope = "inbound", handoff.Scope{Only: []string{"inbound"}}
	outbound := two(suppression.PerLead)
	outbound.ID, outbound.Scope = "outbound", handoff.Scope{Only: []string{"outbound"}}
	many := two(suppression.PerLead)
	many.ID, many.Cap.Max = "many", 500
	long := timer
	long.ID = strings.Repeat("i", 2000)
	got := ask(t, situation{}, timer, inbound, outbound, two(suppression.PerLead), many, long)
	key := func(name string) handoff.Key { return handoff.TallyKey("acme", name) }
	want := []handoff.Count{
		{Tally: key("handoffs/rule/a%2Fb/subject/lead/L1"), At: at, Keep: 100, Until: at.Add(16 * time.Hour)},
		{Tally: key("handoffs/rule/inbound/subject/lead/L1"), At: at, Keep: 100},
		{Tally: key("handoffs/subject/lead/L1"), At: at, Keep: 500},
		{Tally: got.counts[len(got.counts)-1].Tally, At: at, Keep: 100, Until: at.Add(16 * time.Hour)},
	}
	if diff := cmp.Diff(want, got.counts); diff != "" {
		t.Errorf("a handoff counts once in each tally of a rule that covers its play (-want +got):\n%s", diff)
	}
	for i, c := range got.counts {
		if got.keys[i] != c.Tally || len(c.Tally.ID) > 1024 {
			t.Errorf("key %d is %s, but the handoff counts in %s", i, got.keys[i], c.Tally)
		}
	}
}

// TestTwoSteps asks about an owner and without one, and expects each rule in one of the answers.
func TestTwoSteps(t *testing.T) {
	full := []time.Time{at.Add(-2 * time.Hour), at.Add(-time.Hour)}
	rules := []suppression.Rule{two(suppression.PerTeam), {ID: "h", Hold: always(handoff.True), Forever: true}, two(suppression.PerOrg), two(suppression.PerRep)}
	for i := range rules {
		rules[i].ID = string(rune('a' + i))
	}
	tallies := map[string][]time.Time{"handoffs/org": full, "handoffs/rep/ann": full, "handoffs/team/east": full}
	for _, tt := range []struct {
		name, reason string
		facts        func(*handoff.Facts)
		holds        string
		keys, active string
		counts       int
	}{
		{"without an owner", "what depends on the owner waits for one", nil, "b c", "tally/acme/handoffs/org", "b c", 1},
		{"with an owner", "the rest has been asked, and all counts", ownedBy("ann"), "a d", "rep/ann tally/acme/handoffs/team/east tally/acme/handoffs/rep/ann", "a b c d", 3},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := situation{tallies: tallies, facts: tt.facts, request: func(r *handoff.Request) {
				r.State[handoff.TallyKey("acme", "handoffs/org")] = handoff.Entry{Version: 1, Value: handoff.Tally{At: full}}
			}}
			got := ask(t, s, rules...)
			var holds, keys, active []string
			for _, h := range got.holds {
				holds = append(holds, h.ID)
			}
			for _, k := range got.keys {
				keys = append(keys, k.String())
			}
			for _, h := range got.trace {
				if h.Active {
					active = append(active, h.ID)
				}
			}
			if text := strings.Join(holds, " "); text != tt.holds {
				t.Errorf("holds %q, want %q: %s", text, tt.holds, tt.reason)
			}
			if text := strings.Join(keys, " "); text != tt.keys {
				t.Errorf("keys %q, want %q: %s", text, tt.keys, tt.reason)
			}
			if text := strings.Join(active, " "); text != tt.active || len(got.trace) != len(rules) {
				t.Errorf("the trace of %d has %q, want %q: %s", len(got.trace), text, tt.active, tt.reason)
			}
			if len(got.counts) != tt.counts {
				t.Errorf("%d counts, want %d: %s", len(got.counts), tt.counts, tt.reason)
			}
		})
	}
}
