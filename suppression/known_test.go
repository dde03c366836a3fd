package suppression_test

import (
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/suppression"
)

// deals gives the account some opportunities.
func deals(list ...handoff.Opportunity) func(*handoff.Request) {
	return func(r *handoff.Request) { r.Opportunities = append([]handoff.Opportunity{}, list...) }
}

func deal(status handoff.OpportunityStatus, stage string) handoff.Opportunity {
	return handoff.Opportunity{ID: stage + "-" + string(status), Account: "A1", Status: status, Stage: stage}
}

func TestOpenOpportunity(t *testing.T) {
	rule := suppression.Rule{Source: suppression.OpenOpportunity}
	late := suppression.Rule{Source: suppression.OpenOpportunity, Stages: []string{"proposal", "legal"}}
	open, lost := handoff.OpportunityOpen, handoff.OpportunityLost
	runHolds(t, []holdCase{
		{"an open deal", "somebody talks to them", situation{request: deals(deal(open, "discovery"))}, rule, "open_opportunity"},
		{"no deal", "the host looked, and there is none", situation{request: deals()}, rule, ""},
		{"a lost deal", "it is closed", situation{request: deals(deal(lost, "legal"))}, rule, ""},
		{"nobody looked", "what is unknown holds", situation{}, rule, "open_opportunity for want of account.open_opportunities"},
		{"in the stage", "a deal in the stage holds", situation{request: deals(deal(open, "discovery"), deal(open, "legal"))}, late, "open_opportunity"},
		{"in another stage", "an early deal does not", situation{request: deals(deal(open, "discovery"))}, late, ""},
		{"closed in the stage", "a closed one neither", situation{request: deals(deal(lost, "legal"))}, late, ""},
		{"in no stage", "the stage is unknown", situation{request: deals(deal(open, ""))}, late, "open_opportunity for want of opportunity.stage"},
		{"one certain, one not", "what is certain is not unknown", situation{request: deals(deal(open, ""), deal(open, "legal"))}, late, "open_opportunity"},
		{"stages that nobody looked for", "what is unknown holds", situation{}, late, "open_opportunity for want of account.open_opportunities"},
	})
}

func TestAccountSources(t *testing.T) {
	with := func(a handoff.Account) situation {
		a.ID = "A1"
		return situation{request: func(r *handoff.Request) { r.Account = a }}
	}
	missing := situation{request: func(r *handoff.Request) { r.Account = handoff.Account{} }}
	stray := situation{request: func(r *handoff.Request) { r.Account, r.Lead.Account = handoff.Account{}, "" }}
	customer := suppression.Rule{Source: suppression.Customer, Forever: true}
	partner := suppression.Rule{Source: suppression.PartnerOwned, Forever: true}
	runHolds(t, []holdCase{
		{"a customer", "the host says so", with(handoff.Account{Customer: handoff.Some(true)}), customer, "customer"},
		{"no customer", "the host says so", with(handoff.Account{Customer: handoff.Some(false)}), customer, ""},
		{"nobody says", "what is unknown holds", with(handoff.Account{}), customer, "customer for want of account.customer"},
		{"no account", "nobody says either", stray, customer, "customer for want of account.customer"},
		{"a partner", "the partner works it", with(handoff.Account{Partner: "P1"}), partner, "partner_owned"},
		{"no partner", "nobody works it", with(handoff.Account{}), partner, ""},
		{"no account, no partner", "there is nothing to own", stray, partner, ""},
		{"an account that is only named", "what is unknown holds", missing, partner, "partner_owned for want of account.partner"},
	})
}

func TestFlags(t *testing.T) {
	marked := func(flags ...handoff.Flag) situation {
		return situation{request: func(r *handoff.Request) { r.Lead.Flags = append([]handoff.Flag{}, flags...) }}
	}
	for _, source := range []suppression.Source{suppression.Competitor, suppression.Employee, suppression.DoNotContact, suppression.Disqualified,
		suppression.Spam, suppression.Test} {
		rule, own := suppression.Rule{Source: source, Forever: true}, handoff.FlagWord(source)
		other := handoff.FlagSpam
		if own == other {
			other = handoff.FlagTest
		}
		flag := func(since, until time.Time) handoff.Flag { return handoff.Flag{Word: own, Since: since, Until: until} }
		word := string(source)
		runHolds(t, []holdCase{
			{word, "the host marks the lead", marked(flag(time.Time{}, time.Time{})), rule, word},
			{word + " since and until", "the host says for how long", marked(flag(at.Add(-day), at.Add(day))), rule, word + " since -24h until +24h"},
			{word + " at the last instant", "it stands until its end", marked(flag(time.Time{}, at.Add(time.Microsecond))), rule, word + " until 1µs"},
			{word + " at its end", "and not at it", marked(flag(time.Time{}, at)), rule, ""},
			{word + " from now on", "it stands from its beginning", marked(flag(at, time.Time{})), rule, word + " since +0h"},
			{word + " soon", "and not before", marked(flag(at.Add(time.Microsecond), time.Time{})), rule, ""},
			{word + " twice", "the one that lasts longest is told", marked(flag(at.Add(-day), at.Add(day)), flag(at.Add(-2*day), time.Time{}), flag(at.Add(-3*day), at.Add(2*day))),
				rule, word + " since -48h"},
			{word + " for ever, twice", "of those without an end the earlier is told, whatever their order", marked(flag(at.Add(-2*day), time.Time{}), flag(at.Add(-day), time.Time{})),
				rule, word + " since -48h"},
			{word + " for ever, the other way round", "as before", marked(flag(at.Add(-day), time.Time{}), flag(at.Add(-2*day), time.Time{})), rule, word + " since -48h"},
			{"not " + word, "another word is not this one", marked(handoff.Flag{Word: other}), rule, ""},
			{"not marked as " + word, "the host looked", marked(), rule, ""},
			{"nobody looked for " + word, "what is unknown holds", situation{}, rule, word + " for want of lead.flags"},
			{word + " of an account", "an account without a lead is not marked", situation{about: handoff.KindAccount}, rule, ""},
		})
	}
}

func TestDisqualified_HandRaise(t *testing.T) {
	asked := func(occurred time.Duration, raises bool, flags ...handoff.Flag) situation {
		return situation{
			request: func(r *handoff.Request) { r.Lead.Flags, r.Triggers[0].OccurredAt = flags, at.Add(-occurred) },
			facts: func(f *handoff.Facts) {
				if raises {
					f.RaisedHand = f.Trigger.OccurredAt
				}
			},
		}
	}
	week := handoff.Flag{Word: handoff.FlagDisqualified, Since: at.Add(-7 * day)}
	ever := handoff.Flag{Word: handoff.FlagDisqualified}
	spam := handoff.Flag{Word: handoff.FlagSpam}
	webinar := func(raised time.Duration, flag handoff.Flag) situation {
		return situation{lead: handoff.Record{RaisedHand: at.Add(raised)}, request: func(r *handoff.Request) { r.Lead.Flags = []handoff.Flag{flag} }}
	}
	rule := suppression.Rule{Source: suppression.Disqualified}
	runHolds(t, []holdCase{
		{"asks for sales afterwards", "whoever asks is disqualified no more", asked(day, true, week), rule, ""},
		{"does not ask", "other signals do not change it", asked(day, false, week), rule, "disqualified since -168h"},
		{"asked before", "the rep knew that", asked(8*day, true, week), rule, "disqualified since -168h"},
		{"asked at the same instant", "afterwards is later", asked(7*day, true, week), rule, "disqualified since -168h"},
		{"nobody knows since when", "then any request is later", asked(day, true, ever), rule, ""},
		{"again since", "each mark is answered by itself", asked(8*day, true, week, handoff.Flag{Word: handoff.FlagDisqualified, Since: at.Add(-9 * day)}), rule,
			"disqualified since -168h"},
		{"asked, and a webinar later", "the record remembers the request", webinar(-6*day, week), rule, ""},
		{"asked before, and a webinar later", "the rep knew that", webinar(-8*day, week), rule, "disqualified since -168h"},
		{"nobody knows since when, and a webinar later", "any request is later", webinar(-8*day, ever), rule, ""},
		{"nobody looked", "whether it was marked since is unknown", asked(day, true), rule, "disqualified for want of lead.flags"},
		{"spam that asks", "only disqualified leads are asked back", asked(day, true, spam), suppression.Rule{Source: suppression.Spam, Forever: true}, "spam"},
	})
}

// TestDisqualified_Outcome asks about a lead, or an account, of whose handoff something came.
func TestDisqualified_Outcome(t *testing.T) {
	cameOf := func(word string, ago, raised time.Duration, flags ...handoff.Flag) situation {
		record := handoff.Record{Outcome: handoff.Outcome{ID: "O1", Word: word, At: at.Add(-ago)}}
		if word == "disqualified" {
			record.Disqualified = record.Outcome.At
		}
		if raised > 0 {
			record.RaisedHand = at.Add(-raised)
		}
		return situation{lead: record, account: record, request: func(r *handoff.Request) { r.Lead.Flags = append([]handoff.Flag{}, flags...) }}
	}
	since := func(word string) situation { // after a disqualification
		s := cameOf(word, day, 0)
		s.lead.Disqualified = at.Add(-2 * day)
		return s
	}
	unmarked, ofAccount, another := cameOf("disqualified", day, 0), cameOf("disqualified", day, 0), cameOf("disqualified", day, 0)
	unmarked.request = nil
	ofAccount.about, ofAccount.lead, ofAccount.request = handoff.KindAccount, handoff.Record{}, nil
	another.lead = handoff.Record{}
	week := handoff.Flag{Word: handoff.FlagDisqualified, Since: at.Add(-7 * day)}
	over := handoff.Flag{Word: handoff.FlagDisqualified, Since: at.Add(-9 * day), Until: at.Add(-8 * day)}
	rule := suppression.Rule{Source: suppression.Disqualified}
	runHolds(t, []holdCase{
		{"a rep says so", "nobody has to mark the lead too", cameOf("disqualified", day, 0), rule, "disqualified since -24h"},
		{"at this instant", "it stands from its beginning", cameOf("disqualified", 0, 0), rule, "disqualified since +0h"},
		{"never", "another outcome is no mark", cameOf("recycle", day, 0), rule, ""},
		{"replied since", "a reply asks for nothing", since("contacted"), rule, "disqualified since -48h"},
		{"recycled since", "nobody took the subject up", since("recycle"), rule, "disqualified since -48h"},
		{"qualified since", "sales took the subject up", since("qualified"), rule, ""},
		{"a deal since", "sales took the subject up", since("opportunity"), rule, ""},
		{"won since", "sales took the subject up", since("won"), rule, ""},
		{"asks for sales afterwards", "whoever asks is disqualified no more", cameOf("disqualified", 2*day, day), rule, ""},
		{"asked before", "the rep knew that", cameOf("disqualified", day, 2*day), rule, "disqualified since -24h"},
		{"asked at the same instant", "afterwards is later", cameOf("disqualified", day, day), rule, "disqualified since -24h"},
		{"marked, too", "of two without an end the earlier is told", cameOf("disqualified", day, 0, week), rule, "disqualified since -168h"},
		{"a mark that is over", "the outcome stands", cameOf("disqualified", day, 0, over), rule, "disqualified since -24h"},
		{"asked after the mark alone", "each is answered by itself", cameOf("disqualified", day, 2*day, week), rule, "disqualified since -24h"},
		{"nobody looked for marks", "what is certain is not unknown", unmarked, rule, "disqualified since -24h"},
		{"an account", "what came of its own handoff counts", ofAccount, rule, "disqualified since -24h"},
		{"a lead of such an account", "a handoff of the lead's own came to nothing yet", another, rule, ""},
		{"another source", "an outcome is no other mark", cameOf("disqualified", day, 0), suppression.Rule{Source: suppression.Spam, Forever: true}, ""},
		{"the word of another source", "only disqualified is an outcome", cameOf("spam", day, 0), suppression.Rule{Source: suppression.Spam, Forever: true}, ""},
	})
}

func enrolled(sequence string, begun, ends time.Duration, exclusive handoff.Exclusivity) handoff.Enrollment {
	e := handoff.Enrollment{Sequence: sequence, Exclusive: exclusive, Under: l1, Play: "nurture", Motion: "outbound", Owner: "ann", At: at.Add(begun)}
	if ends != 0 {
		e.Ends = at.Add(ends)
	}
	return e
}

func active(lead, sequence string, begun, ends time.Duration) handoff.Active {
	a := handoff.Active{Person: handoff.Ref{Kind: handoff.KindLead, ID: lead}, Sequence: sequence, Play: "nurture", Motion: "outbound", Owner: "ann", At: at.Add(begun)}
	if ends != 0 {
		a.Ends = at.Add(ends)
	}
	return a
}

func TestActiveSequence(t *testing.T) {
	own := func(list ...handoff.Enrollment) situation { return situation{lead: handoff.Record{Enrollments: list}} }
	theirs := func(list ...handoff.Active) situation { return situation{account: handoff.Record{Active: list}} }
	rule := func(edit func(*suppression.Rule)) suppression.Rule {
		r := suppression.Rule{Source: suppression.ActiveSequence}
		if edit != nil {
			edit(&r)
		}
		return r
	}
	account := rule(func(r *suppression.Rule) { r.Per = suppression.PerAccount })
	exclusive := rule(func(r *suppression.Rule) { r.Exclusive = true })
	besides := rule(func(r *suppression.Rule) { r.Besides = []string{"drip"} })
	superseding := own(enrolled("drip", -day, day, ""))
	superseding.play = func(p *handoff.Play) { p.Supersedes = []string{"drip"} }
	runHolds(t, []holdCase{
		{"runs", "it holds until it ends", own(enrolled("drip", -day, day, "")), rule(nil), "active_sequence since -24h until +24h"},
		{"nothing runs", "there is nothing to wait for", own(), rule(nil), ""},
		{"its last instant", "it runs until its end", own(enrolled("drip", -day, time.Microsecond, "")), rule(nil), "active_sequence since -24h until 1µs"},
		{"its end", "also when nobody swept", situation{lead: handoff.Record{Enrollments: []handoff.Enrollment{{Sequence: "drip", At: at.Add(-day), Ends: at}}}}, rule(nil), ""},
		{"without an end", "nobody knows until when", own(enrolled("drip", -day, 0, "")), rule(nil), "active_sequence since -24h"},
		{"two", "since the first began, until the last ends", own(enrolled("a", -day, 2*day, ""), enrolled("b", -2*day, day, "")), rule(nil), "active_sequence since -48h until +48h"},
		{"one without an end", "the end of the other is none", own(enrolled("a", -day, 0, ""), enrolled("b", -2*day, day, "")), rule(nil), "active_sequence since -48h"},
		{"of a colleague", "a rule per lead sees the lead alone", theirs(active("L2", "drip", -day, day)), rule(nil), ""},
		{"of a colleague, per account", "a rule per account sees all", theirs(active("L2", "drip", -day, day)), account, "active_sequence since -24h until +24h"},
		{"its own, per account", "the lead's own among them", own(enrolled("drip", -day, day, "")), account, "active_sequence since -24h until +24h"},
		{"not exclusive", "a rule for exclusive ones leaves others", own(enrolled("drip", -day, day, handoff.NotExclusive)), exclusive, ""},
		{"exclusive", "and takes these", own(enrolled("drip", -day, day, handoff.Exclusive)), exclusive, "active_sequence since -24h until +24h"},
		{"alone", "and those beside which none may run", own(enrolled("drip", -day, day, handoff.Alone)), exclusive, "active_sequence since -24h until +24h"},
		{"beside it", "the rule lets it run", own(enrolled("drip", -day, day, "")), besides, ""},
		{"beside another", "and no other", own(enrolled("fast", -day, day, "")), besides, "active_sequence since -24h until +24h"},
		{"superseded", "the play ends it", superseding, rule(nil), ""},
	})
}
