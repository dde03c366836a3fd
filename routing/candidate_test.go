package routing_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/routing"
)

// TestBalanced_OfATeam balances pools that share a ledger: it lists reps whom the host need not load.
func TestBalanced_OfATeam(t *testing.T) {
	of := func(id string, members ...string) *routing.Pool {
		p := pool(members...)
		p.ID, p.Scope, p.Team, p.Peers = id, routing.ScopeTeam, "north", pool("ann", "bob", "cat").Members
		p.Rotation, p.Mode, p.MaxLead = routing.LowestCount, routing.Balanced, 1
		return p
	}
	w := newDesk(t, nil, route(t, of("a", "ann", "bob")), route(t, of("b", "bob", "cat")))
	got := ""
	for _, kind := range []string{"k0", "k0", "k1", "k1", "k0"} {
		got += w.hand(at, kind).Owner + " "
	}
	if want := "ann bob cat bob ann "; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestSkills_Unknown asks a pool of ann, who speaks German, and bob for a record that does not say all it needs.
func TestSkills_Unknown(t *testing.T) {
	says := func(skills ...string) func(*handoff.Facts) ([]string, bool) {
		return func(*handoff.Facts) ([]string, bool) { return skills, len(skills) > 0 }
	}
	type asked = []func(*handoff.Facts) ([]string, bool)
	for _, tt := range []struct {
		name, reason string
		skills       routing.Skills
		owner        string
		passed       string
		unknown      []string
	}{
		{"known", "ann has it", routing.Skills{Asked: asked{says("de")}, Fields: []string{"lead.speaks"}}, "ann", "", nil},
		{"unknown", "the decision names the field", routing.Skills{Asked: asked{says()}, Fields: []string{"lead.speaks"}}, "", "ann skill_unknown bob skill_unknown", []string{"lead.speaks"}},
		{"one of two", "what bob lacks is no doubt", routing.Skills{Asked: asked{says(), says("de")}, Fields: []string{"lead.needs", "lead.speaks"}}, "", "ann skill_unknown bob lacks_skill", []string{"lead.needs"}},
		{"without names", "there is a word for it", routing.Skills{Asked: asked{says()}}, "", "ann skill_unknown bob skill_unknown", []string{"skills"}},
		{"unknown, and all will do", "nothing is kept from anybody", routing.Skills{Asked: asked{says()}, Unknown: true}, "ann", "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := pool("ann", "bob")
			p.Skills = tt.skills
			w := newDesk(t, nil, route(t, p))
			w.put(handoff.Rep{ID: "ann", Status: handoff.RepActive, Skills: []string{"de"}})
			d := w.hand(at, "k0")
			var passed []string
			for _, c := range d.Passed {
				passed = append(passed, c.Rep+" "+c.Reason)
			}
			var unknown []string
			for _, r := range d.Reasons {
				unknown = append(unknown, r.Unknown...)
			}
			if d.Owner != tt.owner || strings.Join(passed, " ") != tt.passed || !slices.Equal(unknown, tt.unknown) {
				t.Errorf("%s: owner %q, passed %v, unknown %v; want %q, %s, %v", tt.reason, d.Owner, passed, unknown, tt.owner, tt.passed, tt.unknown)
			}
		})
	}
}
