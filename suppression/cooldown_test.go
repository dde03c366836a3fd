package suppression_test

import (
	"strings"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/suppression"
)

// cooldown returns a rule of seven days.
func cooldown(after suppression.After, per suppression.Per) suppression.Rule {
	return suppression.Rule{Cooldown: suppression.Cooldown{After: after, Per: per, For: handoff.Span{Days: 7}}}
}

func TestCooldown_AfterATouch(t *testing.T) {
	touched := func(refs ...handoff.TouchRef) situation { return situation{lead: handoff.Record{Touches: refs}} }
	known := func(list ...handoff.Touch) situation {
		return situation{facts: func(f *handoff.Facts) { f.Touches = list }}
	}
	ref := func(ago time.Duration, c handoff.Channel, p handoff.Purpose) handoff.TouchRef {
		return handoff.TouchRef{ID: "x", Channel: c, Purpose: p, At: at.Add(-ago)}
	}
	observed := func(kind handoff.ActivityKind) situation {
		return situation{lead: handoff.Record{Activities: []handoff.ActivityRef{{ID: "x", Kind: kind, At: at.Add(-day)}}}}
	}
	email, sales := handoff.ChannelEmail, handoff.PurposeSales
	rule := cooldown(suppression.AfterTouch, suppression.PerLead)
	calls, tasks, marketing := rule, rule, rule
	calls.Cooldown.Channels = []handoff.Channel{handoff.ChannelCall}
	tasks.Cooldown.Channels = []handoff.Channel{handoff.ChannelTask}
	marketing.Cooldown.Purposes = []handoff.Purpose{handoff.PurposeMarketing}
	runHolds(t, []holdCase{
		{"three days ago", "four of the seven are left", touched(ref(3*day, email, sales)), rule, "recent_touch since -72h until +96h"},
		{"that the host knows of", "it counts as well, as one for sales", known(handoff.Touch{ID: "x", Channel: email, At: at.Add(-3 * day)}), rule, "recent_touch since -72h until +96h"},
		{"the latest", "the latest of all counts", touched(ref(3*day, email, sales), ref(day, email, sales), ref(2*day, email, sales)), rule, "recent_touch since -24h until +144h"},
		{"the last instant", "it holds until the end", touched(ref(7*day-time.Microsecond, email, sales)), rule, "recent_touch since -167h59m59.999999s until 1µs"},
		{"the end", "and not at it", touched(ref(7*day, email, sales)), rule, ""},
		{"never", "there is nothing to cool down from", touched(), rule, ""},
		{"a task", "it reached nobody", touched(ref(day, handoff.ChannelTask, sales)), rule, ""},
		{"a task that is named", "the rule asks for it", touched(ref(day, handoff.ChannelTask, sales)), tasks, "recent_touch since -24h until +144h"},
		{"another channel", "the rule is about calls", touched(ref(day, email, sales)), calls, ""},
		{"the channel", "the rule is about calls", touched(ref(day, handoff.ChannelCall, sales)), calls, "recent_touch since -24h until +144h"},
		{"transactional", "it never counts", touched(ref(day, email, handoff.PurposeTransactional)), rule, ""},
		{"marketing", "it counts where nothing else is said", touched(ref(day, email, handoff.PurposeMarketing)), rule, "recent_touch since -24h until +144h"},
		{"an observed call", "it reached the person, for sales", observed(handoff.ActivityCall), rule, "recent_touch since -24h until +144h"},
		{"an observed call, of calls", "by phone", observed(handoff.ActivityCall), calls, "recent_touch since -24h until +144h"},
		{"an observed e-mail", "it reached the person", observed(handoff.ActivityEmail), rule, "recent_touch since -24h until +144h"},
		{"an observed e-mail, of calls", "by another channel", observed(handoff.ActivityEmail), calls, ""},
		{"an observed message", "it reached the person", observed(handoff.ActivitySocial), rule, "recent_touch since -24h until +144h"},
		{"an observed message, of marketing", "it was for sales", observed(handoff.ActivitySocial), marketing, ""},
		{"a reply", "the person wrote it", observed(handoff.ActivityReply), rule, ""},
		{"sales", "the rule is about marketing", touched(ref(day, email, sales)), marketing, ""},
		{"without a purpose", "it is for sales", known(handoff.Touch{ID: "x", Channel: email, At: at.Add(-day)}), marketing, ""},
	})
}

func TestCooldown_AfterALoss(t *testing.T) {
	lost := func(on ...calendar.Date) situation {
		var list []handoff.Opportunity
		for i, d := range on {
			list = append(list, handoff.Opportunity{ID: string(rune('a' + i)), Account: "A1", Status: handoff.OpportunityLost, CloseOn: d})
		}
		return situation{request: deals(list...)}
	}
	march := func(d int) calendar.Date { return calendar.Date{Year: 2026, Month: time.March, Day: d} }
	outcome := func(word string, ago time.Duration) handoff.Record {
		return handoff.Record{Outcome: handoff.Outcome{ID: "O", Word: word, At: at.Add(-ago)}}
	}
	named := situation{request: func(r *handoff.Request) { r.Account = handoff.Account{} }}
	stray := func(o *handoff.Outcome) situation {
		s := situation{request: func(r *handoff.Request) { r.Account, r.Lead.Account = handoff.Account{}, "" }}
		if o != nil {
			s.lead.Outcome = *o
		}
		return s
	}
	inNewYork := lost(march(4))
	inNewYork.zone = "America/New_York"
	lead, account := cooldown(suppression.AfterLoss, suppression.PerLead), cooldown(suppression.AfterLoss, suppression.PerAccount)
	runHolds(t, []holdCase{
		{"six days ago", "it counts from the beginning of the day", lost(march(4)), lead, "recent_loss since -159h until +9h"},
		{"by the policy's clocks", "which went forward since", inNewYork, lead, "recent_loss since -154h until +13h"},
		{"seven days ago", "the seventh day is free from its beginning", lost(march(3)), lead, ""},
		{"the latest", "of several", lost(march(4), march(8), march(6)), lead, "recent_loss since -63h until +105h"},
		{"nobody knows when", "what is unknown holds", lost(calendar.Date{}), lead, "recent_loss for want of opportunity.close_on"},
		{"one is certain", "what is certain is told", lost(calendar.Date{}, march(8)), lead, "recent_loss since -63h until +105h"},
		{"one is over", "the other is still unknown", lost(calendar.Date{}, march(1)), lead, "recent_loss for want of opportunity.close_on"},
		{"still open", "an open deal is no loss", situation{request: deals(deal(handoff.OpportunityOpen, "legal"))}, lead, ""},
		{"nobody looked", "what is unknown holds", situation{}, lead, "recent_loss for want of account.open_opportunities"},
		{"no account", "there are no deals to look for", stray(nil), lead, ""},
		{"no account, and an outcome", "the lead's own counts", stray(&handoff.Outcome{ID: "O", Word: "lost", At: at.Add(-day)}), lead, "recent_loss since -24h until +144h"},
		{"an account that is only named", "nobody looked for its deals", named, account, "recent_loss for want of account.open_opportunities"},
		{"an outcome", "what was observed counts without a deal", situation{lead: outcome("lost", day), request: deals()}, lead, "recent_loss since -24h until +144h"},
		{"another outcome", "won is not lost", situation{lead: outcome("won", day), request: deals()}, lead, ""},
		{"the account's outcome", "a rule per lead does not ask the account", situation{account: outcome("lost", day), request: deals()}, lead, ""},
		{"the account's outcome, per account", "one per account does", situation{account: outcome("lost", day), request: deals()}, account, "recent_loss since -24h until +144h"},
		{"the lead's outcome, per account", "and asks the lead, too", situation{lead: outcome("lost", day), request: deals()}, account, "recent_loss since -24h until +144h"},
	})
}

func TestCooldown_AfterARenewal(t *testing.T) {
	renewed := func(d calendar.Date) situation {
		return situation{request: func(r *handoff.Request) { r.Account.RenewalOn = d }}
	}
	customer := func(is bool, d calendar.Date) situation {
		return situation{request: func(r *handoff.Request) { r.Account.Customer, r.Account.RenewalOn = handoff.Some(is), d }}
	}
	march := func(d int) calendar.Date { return calendar.Date{Year: 2026, Month: time.March, Day: d} }
	rule := cooldown(suppression.AfterRenewal, suppression.PerAccount)
	runHolds(t, []holdCase{
		{"today", "the day has begun", renewed(march(10)), rule, "recent_renewal since -15h until +153h"},
		{"tomorrow", "it is not yet", renewed(march(11)), rule, ""},
		{"six days ago", "the seventh day is not over", renewed(march(4)), rule, "recent_renewal since -159h until +9h"},
		{"seven days ago", "it is", renewed(march(3)), rule, ""},
		{"nobody knows", "what is unknown holds", renewed(calendar.Date{}), rule, "recent_renewal for want of account.renewal_on"},
		{"a customer, and nobody knows when", "what is unknown holds", customer(true, calendar.Date{}), rule, "recent_renewal for want of account.renewal_on"},
		{"no customer", "there is nothing to renew", customer(false, calendar.Date{}), rule, ""},
		{"a customer no more", "nor is there now", customer(false, march(10)), rule, ""},
		{"no account", "there is nobody to renew", situation{request: func(r *handoff.Request) { r.Account, r.Lead.Account = handoff.Account{}, "" }}, rule, ""},
		{"an account that is only named", "what is unknown holds", situation{request: func(r *handoff.Request) { r.Account = handoff.Account{} }}, rule,
			"recent_renewal for want of account.renewal_on"},
	})
}

func TestCooldown_OfATally(t *testing.T) {
	from := func(address string) func(*handoff.Request) {
		return func(r *handoff.Request) { r.Lead.Person.Email = address }
	}
	ago := []time.Time{at.Add(-9 * day), at.Add(-3 * day)}
	tallies := map[string][]time.Time{"handoffs/domain/" + acmeDigest: ago, "handoffs/org": {at.Add(-day)}}
	domain, org := cooldown(suppression.AfterHandoff, suppression.PerDomain), cooldown(suppression.AfterHandoff, suppression.PerOrg)
	ofAccount := situation{about: handoff.KindAccount, tallies: tallies, request: func(r *handoff.Request) { r.Account.Domain = "ACME.com." }}
	runHolds(t, []holdCase{
		{"of the domain", "whoever it was", situation{tallies: tallies, request: from("jo@acme.com")}, domain, "recent_handoff since -72h until +96h"},
		{"of another domain", "others are free", situation{tallies: tallies, request: from("jo@example.org")}, domain, ""},
		{"of an account", "its domain stands for the address, in whatever form", ofAccount, domain, "recent_handoff since -72h until +96h"},
		{"without an address", "what is unknown holds", situation{tallies: tallies}, domain, "recent_handoff for want of lead.email_domain"},
		{"of an account without a domain", "what is unknown holds", situation{about: handoff.KindAccount}, domain, "recent_handoff for want of account.domain"},
		{"of everybody", "any handoff counts", situation{tallies: tallies}, org, "recent_handoff since -24h until +144h"},
		{"of nobody", "there was none", situation{}, org, ""},
	})
}

// TestCooldown_CountsEveryPlay holds only some plays and counts all.
func TestCooldown_CountsEveryPlay(t *testing.T) {
	rule := cooldown(suppression.AfterHandoff, suppression.PerOrg)
	rule.ID, rule.Scope = "r", handoff.Scope{Except: []string{"demo"}}
	got := ask(t, situation{tallies: map[string][]time.Time{"handoffs/org": {at.Add(-day)}}}, rule)
	if len(got.holds) > 0 || len(got.counts) != 1 || len(got.keys) != 1 || got.counts[0].Tally != got.keys[0] {
		t.Errorf("holds %v, counts %v, keys %v", got.holds, got.counts, got.keys)
	}
	if key := got.keys[0].String(); key != "tally/acme/handoffs/org" {
		t.Errorf("key %q", key)
	}
}

// acmeDigest stands for acme.com in a key.
const acmeDigest = "1194228da8fdbdeefd261bd7b6595cfd"

func TestTally_ShowsNoDomain(t *testing.T) {
	rule := cooldown(suppression.AfterHandoff, suppression.PerDomain)
	rule.ID = "r"
	got := ask(t, situation{request: func(r *handoff.Request) { r.Lead.Person.Email = "jo@jo-smith.name" }}, rule)
	if len(got.keys) != 1 || strings.Contains(got.keys[0].ID, "smith") {
		t.Errorf("keys %v: a domain can name a person", got.keys)
	}
}
