package suppression_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/suppression"
)

func TestMistakes(t *testing.T) {
	week := handoff.Span{Days: 7}
	rule := func(edits ...func(*suppression.Rule)) []suppression.Rule {
		r := suppression.Rule{ID: "a", Hold: always(handoff.True), LiftedBy: "legal"}
		for _, edit := range edits {
			edit(&r)
		}
		return []suppression.Rule{r}
	}
	cool := func(edit func(*suppression.Cooldown)) []suppression.Rule {
		c := suppression.Cooldown{Per: suppression.PerLead, For: week}
		edit(&c)
		return []suppression.Rule{{ID: "a", Cooldown: c}}
	}
	capped := func(edit func(*suppression.Cap)) []suppression.Rule {
		c := suppression.Cap{Max: 1, Per: suppression.PerLead, Window: suppression.Window{Every: suppression.Day}}
		edit(&c)
		return []suppression.Rule{{ID: "a", Cap: c}}
	}
	while := func(w suppression.While) []suppression.Rule { return []suppression.Rule{{ID: "a", While: w}} }
	find := func(r suppression.Rule) []suppression.Rule { r.ID = "a"; return []suppression.Rule{r} }
	const forms, end = "either a hold, a source, a cooldown, a cap or a while", "has no end"
	for _, tt := range []struct {
		name  string
		rules []suppression.Rule
		want  string // "": it is none
	}{
		{"no id", rule(func(r *suppression.Rule) { r.ID = "" }), "an id of its own"},
		{"a repeated id", append(rule(), rule()...), `suppression 2 "a": needs an id of its own`},
		{"nothing", []suppression.Rule{{ID: "a"}}, forms},
		{"a hold and a cooldown", rule(func(r *suppression.Rule) { r.Cooldown.For = week }), forms},
		{"a source and a cap", append(capped(func(*suppression.Cap) {}), find(suppression.Rule{Source: suppression.OpenOpportunity, Cap: suppression.Cap{Max: 1}})...), forms},
		{"a hold and a while", rule(func(r *suppression.Rule) { r.While.Runs = []string{"x"} }), forms},
		{"a hold with its source", rule(func(r *suppression.Rule) { r.Source = suppression.Customer }), ""},
		{"a hold with an unknown source", rule(func(r *suppression.Rule) { r.Source = "weather" }), `unknown source "weather"; known are open_opportunity,`},
		{"an unknown source", find(suppression.Rule{Source: "weather"}), `unknown source "weather"`},
		{"a source that needs more", find(suppression.Rule{Source: suppression.Budget}), "does not find out by itself"},
		{"stages of another source", find(suppression.Rule{Source: suppression.Disqualified, Stages: []string{"legal"}}), "stages are of the source open_opportunity"},
		{"per of another source", find(suppression.Rule{Source: suppression.Disqualified, Per: suppression.PerLead}), "are of the source active_sequence"},
		{"besides of a condition", rule(func(r *suppression.Rule) { r.Source, r.Besides = suppression.ActiveSequence, []string{"x"} }), "are of the source active_sequence"},
		{"a sequence per team", find(suppression.Rule{Source: suppression.ActiveSequence, Per: suppression.PerTeam}), "per lead or per account"},
		{"a sequence per lead", find(suppression.Rule{Source: suppression.ActiveSequence, Per: suppression.PerLead, Exclusive: true}), ""},

		{"a cooldown per nothing", cool(func(c *suppression.Cooldown) { c.Per = "" }), "a cooldown after a handoff is per lead, account, domain, org"},
		{"a cooldown per rep", cool(func(c *suppression.Cooldown) { c.Per = suppression.PerRep }), "a cooldown after a handoff is per lead, account, domain, org"},
		{"a cooldown per org", cool(func(c *suppression.Cooldown) { c.Per = suppression.PerOrg }), ""},
		{"touches per account", cool(func(c *suppression.Cooldown) { c.After, c.Per = suppression.AfterTouch, suppression.PerAccount }), "a cooldown after a touch is per lead"},
		{"losses per domain", cool(func(c *suppression.Cooldown) { c.After, c.Per = suppression.AfterLoss, suppression.PerDomain }), "a cooldown after a loss is per lead, account"},
		{"after nothing known", cool(func(c *suppression.Cooldown) { c.After = "lunch" }), `unknown start of a cooldown "lunch"; known are handoff, touch, loss, renewal`},
		{"a cooldown of no time", cool(func(c *suppression.Cooldown) { c.For = handoff.Span{} }), "for a time above zero"},
		{"a cooldown of less", cool(func(c *suppression.Cooldown) { c.For.Elapsed = -time.Hour }), "for a time above zero"},
		{"channels of a handoff", cool(func(c *suppression.Cooldown) { c.Channels = handoff.Channels() }), "are of a cooldown after a touch"},
		{"purposes of a handoff", cool(func(c *suppression.Cooldown) { c.Purposes = []handoff.Purpose{"sales"} }), "are of a cooldown after a touch"},
		{"an unknown channel", cool(func(c *suppression.Cooldown) { c.After, c.Channels = suppression.AfterTouch, []handoff.Channel{"fax"} }), `unknown channel "fax"`},
		{"transactional touches", cool(func(c *suppression.Cooldown) {
			c.After, c.Purposes = suppression.AfterTouch, []handoff.Purpose{handoff.PurposeTransactional}
		}), `touches for sales, marketing, not "transactional"`},

		{"a cap", capped(func(*suppression.Cap) {}), ""},
		{"a cap of nothing", capped(func(c *suppression.Cap) { c.Max = 0 }), "from 1 to 1000"},
		{"the largest cap", capped(func(c *suppression.Cap) { c.Max = 1000 }), ""},
		{"a cap of too much", capped(func(c *suppression.Cap) { c.Max = 1001 }), "from 1 to 1000"},
		{"a cap per nothing", capped(func(c *suppression.Cap) { c.Per = "" }), "a cap is per lead, account, domain, rep, team, play, org"},
		{"a cap without a time", capped(func(c *suppression.Cap) { c.Window = suppression.Window{} }), "one of the three alone"},
		{"a cap with two times", capped(func(c *suppression.Cap) { c.Timer = time.Hour }), "one of the three alone"},
		{"a cap within less", capped(func(c *suppression.Cap) { c.Window = suppression.Window{Within: -time.Hour} }), "not -1h0m0s"},
		{"a cap with a timer of less", capped(func(c *suppression.Cap) { c.Window = suppression.Window{Timer: -time.Hour} }), "not -1h0m0s"},
		{"a cap within a nanosecond", capped(func(c *suppression.Cap) { c.Window = suppression.Window{Within: 1} }), "whole microseconds"},
		{"a cap within too long", capped(func(c *suppression.Cap) { c.Window = suppression.Window{Within: 36601 * day} }), "at most 36600 days"},
		{"an unknown period", capped(func(c *suppression.Cap) { c.Every = "year" }), "the period of a cap is hour, day, week, month"},
		{"no weekday", capped(func(c *suppression.Cap) { c.WeekStart = 7 }), "from Sunday to Saturday"},
		{"the recipient's days", capped(func(c *suppression.Cap) { c.Recipient = true }), "only touches count by those of the recipient"},

		{"a while", while(suppression.While{Runs: []string{"x"}, Equal: []suppression.Equal{suppression.EqualLead, suppression.EqualAccount, suppression.EqualOwner, suppression.EqualBuyingGroup}}), ""},
		{"a while of nothing", while(suppression.While{Equal: []suppression.Equal{suppression.EqualLead, suppression.EqualAccount, suppression.EqualOwner, suppression.EqualBuyingGroup}}), "names the plays, sequences or motions"},
		{"a while of an empty name", while(suppression.While{Runs: []string{""}}), "names the plays, sequences or motions"},
		{"something unknown in common", while(suppression.While{Runs: []string{"x"}, Equal: []suppression.Equal{"taste"}}), `unknown thing in common "taste"; known are lead, account, owner, buying_group`},

		{"a condition that keeps back touches", rule(func(r *suppression.Rule) { r.Touches = true }), ""},
		{"a source that keeps back touches", find(suppression.Rule{Source: suppression.OpenOpportunity, Touches: true}), ""},
		{"touches of sequences", find(suppression.Rule{Source: suppression.ActiveSequence, Touches: true}), "would hold the sequence that it started"},
		{"touches of a condition for sequences", rule(func(r *suppression.Rule) { r.Source, r.Touches = suppression.ActiveSequence, true }), "would hold the sequence that it started"},
		{"touches of a cap", []suppression.Rule{{ID: "a", Touches: true, Cap: two(suppression.PerLead).Cap}}, "would hold the sequence that it started"},
		{"touches of a cooldown", []suppression.Rule{{ID: "a", Touches: true, Cooldown: cooldown(suppression.AfterHandoff, suppression.PerLead).Cooldown}}, "would hold the sequence that it started"},
		{"touches of a while", []suppression.Rule{{ID: "a", Touches: true, While: suppression.While{Runs: []string{"x"}}}}, "would hold the sequence that it started"},

		{"an unknown release", rule(func(r *suppression.Rule) { r.OnRelease = "later" }), `unknown word for release "later"`},
		{"younger without a replay", rule(func(r *suppression.Rule) { r.Younger = time.Hour }), "of a release that replays"},
		{"younger than less", rule(func(r *suppression.Rule) { r.OnRelease, r.Younger = handoff.ReleaseReplay, -time.Hour }), "not negative"},
		{"again without a time", rule(func(r *suppression.Rule) { r.OnRelease = handoff.ReleaseAgain }), "says after which time"},
		{"again after less", rule(func(r *suppression.Rule) { r.OnRelease, r.Again.Days = handoff.ReleaseAgain, -1 }), "says after which time"},
		{"a time for nothing again", rule(func(r *suppression.Rule) { r.Again = week }), "says after which time"},

		{"a condition without an end", rule(func(r *suppression.Rule) { r.LiftedBy = "" }), end},
		{"a condition that somebody lifts", rule(), ""},
		{"a condition for a time", rule(func(r *suppression.Rule) { r.LiftedBy, r.For = "", week }), ""},
		{"a condition that replays", rule(func(r *suppression.Rule) { r.LiftedBy, r.OnRelease = "", handoff.ReleaseReplay }), ""},
		{"a condition that is tried again", rule(func(r *suppression.Rule) { r.LiftedBy, r.OnRelease, r.Again = "", handoff.ReleaseAgain, week }), end},
		{"a condition that is tried again until somebody lifts it", rule(func(r *suppression.Rule) { r.OnRelease, r.Again = handoff.ReleaseAgain, week }), ""},
		{"a condition that nobody lifts", rule(func(r *suppression.Rule) { r.LiftedBy = " \t" }), end},
		{"a condition for ever", rule(func(r *suppression.Rule) { r.LiftedBy, r.Forever = "", true }), ""},
		{"for a time and for ever", rule(func(r *suppression.Rule) { r.For, r.Forever = week, true }), "keep one"},
		{"for less", rule(func(r *suppression.Rule) { r.For.Days = -1 }), "not negative"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := suppression.New("acme", tt.rules)
			switch {
			case tt.want == "" && err != nil:
				t.Errorf("error %v, want none", err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestMistakes_AreAllTold(t *testing.T) {
	_, err := suppression.New("acme", []suppression.Rule{{ID: "a"}, {ID: "b", Cap: suppression.Cap{Per: suppression.PerLead}}})
	if err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("error %v, want one of three lines", err)
	}
}

func TestMistakes_WithoutAPolicy(t *testing.T) {
	for _, tt := range []struct {
		name string
		rule suppression.Rule
		ok   bool
	}{
		{"a budget", two(suppression.PerLead), false},
		{"a cooldown of everybody", cooldown(suppression.AfterHandoff, suppression.PerOrg), false},
		{"a cooldown of a domain", cooldown(suppression.AfterHandoff, suppression.PerDomain), false},
		{"a cooldown of a record", cooldown(suppression.AfterHandoff, suppression.PerLead), true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.rule.ID = "r"
			if _, err := suppression.New("", []suppression.Rule{tt.rule}); (err == nil) != tt.ok {
				t.Errorf("error %v: only what is counted needs the name", err)
			}
		})
	}
}

// TestSources_NeedAnEnd says of each source whether it has an end of its own.
func TestSources_NeedAnEnd(t *testing.T) {
	endless := []suppression.Source{suppression.Customer, suppression.Competitor, suppression.Employee, suppression.PartnerOwned, suppression.DoNotContact,
		suppression.Spam, suppression.Test}
	alone := append([]suppression.Source{suppression.OpenOpportunity, suppression.ActiveSequence, suppression.Disqualified}, endless...)
	others := []suppression.Source{suppression.Condition, suppression.RecentHandoff, suppression.RecentTouch, suppression.RecentLoss, suppression.RecentRenewal,
		suppression.Budget, suppression.Inhibited}
	for i, source := range append(suppression.Sources(), others...) {
		_, err := suppression.New("acme", []suppression.Rule{{ID: "r", Source: source}})
		_, held := suppression.New("acme", []suppression.Rule{{ID: "r", Source: source, Forever: true}})
		if want := slices.Contains(alone, source); want != (held == nil) || want != (i < len(alone)) {
			t.Errorf("%s for ever: error %v; it stands at %d", source, held, i)
		}
		if source.Endless() != slices.Contains(endless, source) {
			t.Errorf("%s is endless: %t", source, source.Endless())
		}
		if slices.Contains(alone, source) && slices.Contains(endless, source) != (err != nil) {
			t.Errorf("%s without an end: error %v", source, err)
		}
	}
}

func TestNew_KeepsItsOwnRules(t *testing.T) {
	rules := []suppression.Rule{{ID: "r", Source: suppression.Customer, Forever: true}}
	set, err := suppression.New("acme", rules)
	if err != nil {
		t.Fatal(err)
	}
	rules[0] = suppression.Rule{}
	if got := say(situation{}.run(t, set, nil).holds); got != "customer for want of account.customer" {
		t.Errorf("got %q after the caller changed the list", got)
	}
}
