package suppression_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/suppression"
)

func TestHold_SaysEverything(t *testing.T) {
	flag := handoff.Flag{Word: handoff.FlagDoNotContact, Since: at.Add(-day), Until: at.Add(day), LiftedBy: "the privacy team"}
	flagged := situation{request: func(r *handoff.Request) { r.Lead.Flags = []handoff.Flag{flag} }}
	bare := flagged
	bare.request = func(r *handoff.Request) { r.Lead.Flags = []handoff.Flag{{Word: handoff.FlagDisqualified}} }
	for _, tt := range []struct {
		name, reason string
		situation
		rule suppression.Rule
		want handoff.ActiveHold
	}{
		{"a bare source", "it has words of its own", bare, suppression.Rule{Source: suppression.Disqualified},
			handoff.ActiveHold{Source: "disqualified", Reason: "is disqualified", LiftedBy: "a request for sales", OnRelease: handoff.ReleaseNone}},
		{"what the host says", "it goes before the source", flagged, suppression.Rule{Source: suppression.DoNotContact, Forever: true, Position: "p:1:1"},
			handoff.ActiveHold{Source: "do_not_contact", Reason: "is not to be contacted", Since: at.Add(-day), Until: at.Add(day), LiftedBy: "the privacy team",
				OnRelease: handoff.ReleaseNone, Forever: true, Position: "p:1:1"}},
		{"what the rule says", "it goes before the host", flagged,
			suppression.Rule{Source: suppression.DoNotContact, Reason: "asked us not to", LiftedBy: "legal", OnRelease: handoff.ReleaseReplay},
			handoff.ActiveHold{Source: "do_not_contact", Reason: "asked us not to", Since: at.Add(-day), Until: at.Add(day), LiftedBy: "legal", OnRelease: handoff.ReleaseReplay}},
		{"spaces", "they are no word", bare, suppression.Rule{Source: suppression.Disqualified, LiftedBy: " "},
			handoff.ActiveHold{Source: "disqualified", Reason: "is disqualified", LiftedBy: "a request for sales", OnRelease: handoff.ReleaseNone}},
		{"touches", "it keeps back what runs, too", bare, suppression.Rule{Source: suppression.Disqualified, Touches: true},
			handoff.ActiveHold{Source: "disqualified", Reason: "is disqualified", LiftedBy: "a request for sales", OnRelease: handoff.ReleaseNone, Touches: true}},
		{"a condition", "it has no end but what the rule says", situation{}, suppression.Rule{Hold: always(handoff.True), LiftedBy: "legal"},
			handoff.ActiveHold{Source: "condition", Reason: "a condition holds", LiftedBy: "legal", OnRelease: handoff.ReleaseNone}},
		{"a condition for a source", "it may say what it finds", situation{}, suppression.Rule{Hold: always(handoff.True), Source: suppression.OpenOpportunity},
			handoff.ActiveHold{Source: "open_opportunity", Reason: "has an open opportunity", LiftedBy: "the end of the deal", OnRelease: handoff.ReleaseNone}},
		{"a budget", "what it held is tried again unless the rule says otherwise", situation{tallies: map[string][]time.Time{"handoffs/org": {at, at}}}, two(suppression.PerOrg),
			handoff.ActiveHold{Source: "budget", Reason: "the budget of handoffs is used up", Since: at, Until: at.Add(9 * time.Hour), OnRelease: handoff.ReleaseReplay}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.rule.ID, tt.want.ID = "r", "r"
			if diff := cmp.Diff([]handoff.ActiveHold{tt.want}, ask(t, tt.situation, tt.rule).holds); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

func TestFor(t *testing.T) {
	week := handoff.Span{Days: 7}
	condition := suppression.Rule{Hold: always(handoff.True), For: week}
	unsure, over := suppression.Rule{Hold: doubt{}, For: week}, suppression.Rule{Hold: always(handoff.False), For: week}
	flag := suppression.Rule{Source: suppression.Spam, For: week}
	endless := suppression.Rule{Hold: always(handoff.True), Forever: true}
	marked := func(since, until time.Duration) situation {
		f := handoff.Flag{Word: handoff.FlagSpam, Since: at.Add(since)}
		if until != 0 {
			f.Until = at.Add(until)
		}
		return situation{request: func(r *handoff.Request) { r.Lead.Flags = []handoff.Flag{f} }}
	}
	seen := func(id string, ago time.Duration) handoff.Record {
		return handoff.Record{Holds: []handoff.ActiveHold{{ID: id, Remembered: true, Since: at.Add(-ago), Blocks: []string{"nothing"}}}}
	}
	host := situation{lead: seen("rule:r", 8*day)}
	host.lead.Holds[0].Remembered, host.lead.Holds[0].Blocks = false, []string{"another"}
	summer := situation{zone: "America/New_York", lead: seen("rule:r", 7*day)}
	runHolds(t, []holdCase{
		{"since the host's word", "five of seven days are left", marked(-2*day, 0), flag, "spam since -48h until +120h"},
		{"the earlier end", "the host's end comes first", marked(-2*day, day), flag, "spam since -48h until +24h"},
		{"the later end", "the rule's end comes first", marked(-2*day, 30*day), flag, "spam since -48h until +120h"},
		{"the last instant", "it holds until the end", marked(-7*day+time.Microsecond, 0), flag, "spam since -167h59m59.999999s until 1µs"},
		{"the end", "and not at it", marked(-7*day, 0), flag, "spam since -168h lapsed"},
		{"the host's end is not its own", "what has lapsed has none", marked(-7*day, day), flag, "spam since -168h lapsed"},
		{"first seen now", "it begins now", situation{}, condition, "condition until +168h"},
		{"seen before", "the record remembers when", situation{lead: seen("rule:r", 2*day)}, condition, "condition since -48h until +120h"},
		{"seen at the account", "each record has its own", situation{account: seen("rule:r", 8*day)}, condition, "condition until +168h"},
		{"another rule's", "each has its own", situation{lead: seen("rule:s", 2*day)}, condition, "condition until +168h"},
		{"another hold", "a hold of the same id is no memory of it", situation{lead: seen("r", 2*day)}, condition, "condition until +168h"},
		{"a hold of the host's", "it may have any id, and is no memory of the rule either", host, condition, "condition until +168h"},
		{"seen long ago", "it has lasted long enough, and does not begin anew", situation{lead: seen("rule:r", 8*day)}, condition, "condition since -192h lapsed"},
		{"by the policy's clocks", "seven calendar days were an hour short when clocks went forward", summer, condition, "condition since -168h lapsed"},
		{"unknown", "what is unknown holds until somebody looks", situation{lead: seen("rule:r", 8*day)}, unsure, "condition since -192h for want of account.employees"},
		{"unknown flags", "no time makes an unknown lead a known one", situation{lead: seen("rule:r", 8*day)}, flag, "spam since -192h for want of lead.flags"},
		{"gone", "what is so no more has no time to be over", situation{lead: seen("rule:r", 8*day)}, over, ""},
		{"without an end", "the record tells since when", situation{lead: seen("rule:r", 2*day)}, endless, "condition since -48h"},
	})
}

func TestRelease(t *testing.T) {
	hold := func(how handoff.OnRelease) suppression.Rule {
		return suppression.Rule{ID: "r", Hold: always(handoff.True), OnRelease: how, Forever: true}
	}
	younger := func(d time.Duration) suppression.Rule {
		r := hold(handoff.ReleaseReplay)
		r.Younger = d
		return r
	}
	again := hold(handoff.ReleaseAgain)
	again.Again = handoff.Span{Days: 1, Elapsed: time.Hour}
	budget := two(suppression.PerOrg)
	budget.Younger = 2 * time.Hour
	spent := map[string][]time.Time{"handoffs/org": {at, at}}
	for _, tt := range []struct {
		name, reason string
		situation
		rule          suppression.Rule
		how           handoff.OnRelease
		again, giveUp time.Time
	}{
		{"nothing said", "a new trigger has to come", situation{}, hold(""), handoff.ReleaseNone, time.Time{}, time.Time{}},
		{"none", "as said", situation{}, hold(handoff.ReleaseNone), handoff.ReleaseNone, time.Time{}, time.Time{}},
		{"replay", "until it is stale", situation{}, hold(handoff.ReleaseReplay), handoff.ReleaseReplay, time.Time{}, time.Time{}},
		{"replay while young", "the trigger is an hour old", situation{}, younger(2 * time.Hour), handoff.ReleaseReplay, time.Time{}, at.Add(time.Hour)},
		{"just young", "up to its age", situation{}, younger(time.Hour + time.Microsecond), handoff.ReleaseReplay, time.Time{}, at.Add(time.Microsecond)},
		{"too old", "at its age it is given up", situation{}, younger(time.Hour), handoff.ReleaseNone, time.Time{}, time.Time{}},
		{"again", "a calendar day and an hour later", situation{}, again, handoff.ReleaseAgain, at.Add(25 * time.Hour), time.Time{}},
		{"again, when clocks go forward", "the calendar is the policy's", situation{zone: "America/New_York", facts: func(f *handoff.Facts) { f.At = at.Add(-3 * day) }}, again,
			handoff.ReleaseAgain, at.Add(-3*day + 24*time.Hour), time.Time{}},
		{"a budget", "it replays, while young where it says so", situation{tallies: spent}, budget, handoff.ReleaseReplay, time.Time{}, at.Add(time.Hour)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			holds := ask(t, tt.situation, tt.rule).holds
			if len(holds) != 1 || holds[0].OnRelease != tt.how || !holds[0].Again.Equal(tt.again) || !holds[0].GiveUp.Equal(tt.giveUp) {
				t.Errorf("got %+v, want %s, again at %v, given up at %v: %s", holds, tt.how, tt.again, tt.giveUp, tt.reason)
			}
		})
	}
}

// A doubt is a condition that is unknown for want of a fact.
type doubt struct{}

func (doubt) Eval(*handoff.Facts) handoff.Truth { return handoff.Unknown }

func (doubt) Trace(*handoff.Facts) handoff.Trace {
	return handoff.Trace{Truth: handoff.Unknown, Unknown: []string{"account.employees"}}
}

func TestCondition_Unknown(t *testing.T) {
	runHolds(t, []holdCase{
		{"unknown", "the hold names the fact", situation{}, suppression.Rule{Hold: doubt{}, Forever: true}, "condition for want of account.employees"},
		{"true", "there is no fact to name", situation{}, suppression.Rule{Hold: always(handoff.True), Forever: true}, "condition"},
		{"false", "it lets go", situation{}, suppression.Rule{Hold: always(handoff.False), Forever: true}, ""},
	})
}

// TestTrace lists what covers the play, and of what is not there only what the rule says of itself.
func TestTrace(t *testing.T) {
	rules := []suppression.Rule{
		{ID: "a", Hold: always(handoff.False), LiftedBy: "legal"},
		{ID: "b", Source: suppression.Customer, Forever: true},
		{ID: "c", Hold: always(handoff.True), LiftedBy: "legal", Scope: handoff.Scope{Except: []string{"demo"}}},
		{ID: "d", Source: suppression.Spam, For: handoff.Span{Days: 7}, OnRelease: handoff.ReleaseAgain, Again: handoff.Span{Days: 1}},
	}
	want := []handoff.HoldTrace{
		{ActiveHold: handoff.ActiveHold{ID: "a", Source: "condition", Reason: "a condition holds", LiftedBy: "legal", OnRelease: handoff.ReleaseNone},
			When: handoff.Trace{Truth: handoff.False}},
		{Active: true, ActiveHold: handoff.ActiveHold{ID: "b", Source: "customer", Reason: "is a customer", OnRelease: handoff.ReleaseNone, Forever: true,
			Unknown: []string{"account.customer"}}},
		{ActiveHold: handoff.ActiveHold{ID: "d", Source: "spam", Reason: "is spam", OnRelease: handoff.ReleaseAgain, Since: at.Add(-8 * day), Lapsed: true}},
	}
	spam := situation{request: func(r *handoff.Request) {
		r.Lead.Flags = []handoff.Flag{{Word: handoff.FlagSpam, Since: at.Add(-8 * day)}}
	}}
	if diff := cmp.Diff(want, ask(t, spam, rules...).trace); diff != "" {
		t.Errorf("trace (-want +got):\n%s", diff)
	}
}
