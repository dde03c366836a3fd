package suppression_test

import (
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/suppression"
)

func TestWhile(t *testing.T) {
	while := func(runs string, equal ...suppression.Equal) suppression.Rule {
		return suppression.Rule{While: suppression.While{Runs: []string{"other", runs}, Equal: equal}}
	}
	own := func(edits ...func(*handoff.Enrollment)) situation {
		e := enrolled("drip", -day, day, "")
		for _, edit := range edits {
			edit(&e)
		}
		return situation{lead: handoff.Record{Enrollments: []handoff.Enrollment{e}}}
	}
	theirs := func(edits ...func(*handoff.Active)) situation {
		a := active("L2", "drip", -day, day)
		for _, edit := range edits {
			edit(&a)
		}
		return situation{account: handoff.Record{Active: []handoff.Active{a}}}
	}
	in := func(s situation, edits ...func(*handoff.Request)) situation {
		s.request = func(r *handoff.Request) {
			for _, edit := range edits {
				edit(r)
			}
		}
		return s
	}
	stray := func(r *handoff.Request) { r.Account, r.Lead.Account = handoff.Account{}, "" }
	group := func(name string) func(*handoff.Request) {
		return func(r *handoff.Request) { r.Lead.BuyingGroup = name }
	}
	runsIn := func(name string) func(*handoff.Active) { return func(a *handoff.Active) { a.BuyingGroup = name } }
	leadOwner := func(rep string) func(*handoff.Request) { return func(r *handoff.Request) { r.Lead.Owner = rep } }
	accountOwner := func(rep string) func(*handoff.Request) {
		return func(r *handoff.Request) { r.Account.Owner = rep }
	}
	ownedAs := func(s situation, rep string) situation { s.lead.Owner = rep; return s }
	nobodys := func(a *handoff.Active) { a.Owner = "" }
	two := theirs()
	two.account.Active = append(two.account.Active, active("L3", "drip", -2*day, 3*day))
	ofAccount := situation{about: handoff.KindAccount, account: handoff.Record{Enrollments: []handoff.Enrollment{enrolled("drip", -day, day, "")}}}
	taskList := situation{account: handoff.Record{Enrollments: []handoff.Enrollment{enrolled("drip", -day, day, "")}}}
	const waits = "inhibited since -24h until +24h"
	lead, account, owner, buying := suppression.EqualLead, suppression.EqualAccount, suppression.EqualOwner, suppression.EqualBuyingGroup
	runHolds(t, []holdCase{
		{"a play", "the run of a play is known by its id", theirs(), while("nurture"), waits},
		{"a sequence", "or by its sequence", theirs(), while("drip"), waits},
		{"a motion", "or by its motion", theirs(), while("outbound"), waits},
		{"something else", "which runs", theirs(), while("fast"), ""},
		{"the lead's own", "it is a lead of the account, too", own(), while("nurture"), waits},
		{"over", "at its end it runs no more", theirs(func(a *handoff.Active) { a.Ends = at }), while("nurture"), ""},
		{"the last instant", "until then it does", theirs(func(a *handoff.Active) { a.Ends = at.Add(time.Microsecond) }), while("nurture"), "inhibited since -24h until 1µs"},
		{"two", "since the first began, until the last ends", two, while("nurture"), "inhibited since -48h until +72h"},
		{"of the account as such", "what reaches nobody runs for the account", taskList, while("nurture"), waits},
		{"of an account as the subject", "its own record tells", ofAccount, while("nurture"), waits},

		{"account", "as where nothing is said", theirs(), while("nurture", account), waits},
		{"no account", "what is missing is not equal, not even to itself", in(own(), stray), while("nurture", account), ""},
		{"no account, nothing said", "the account is what counts then", in(own(), stray), while("nurture"), ""},
		{"lead", "its own", own(func(e *handoff.Enrollment) { e.Person = l1 }), while("nurture", lead), waits},
		{"lead, as tasks", "a sequence that reaches nobody is its own, too", own(), while("nurture", lead), waits},
		{"another lead", "a colleague is another", theirs(), while("nurture", lead), ""},
		{"no lead", "an account is none", ofAccount, while("nurture", lead), ""},
		{"lead without an account", "it needs none", in(own(), stray), while("nurture", lead), waits},

		{"owner", "who owns the lead by the record", ownedAs(theirs(), "ann"), while("nurture", owner), waits},
		{"another owner", "is not the run's", ownedAs(theirs(), "bob"), while("nurture", owner), ""},
		{"owner in the CRM", "where the record knows none", in(theirs(), leadOwner("ann")), while("nurture", owner), waits},
		{"the record first", "Baton's word is later than the CRM's", in(ownedAs(theirs(), "bob"), leadOwner("ann")), while("nurture", owner), ""},
		{"the account's owner", "where the lead has none", in(theirs(), accountOwner("ann")), while("nurture", owner), waits},
		{"the lead's before the account's", "the lead is nearer", in(theirs(), leadOwner("bob"), accountOwner("ann")), while("nurture", owner), ""},
		{"owner of an account", "of an account as the subject", in(ofAccount, accountOwner("ann")), while("nurture", owner), waits},
		{"no owner", "what is missing is not equal", theirs(), while("nurture", owner), ""},
		{"no owner on either side", "not even to what is missing", theirs(nobodys), while("nurture", owner), ""},

		{"buying group", "who decide together", in(theirs(runsIn("G1")), group("G1")), while("nurture", buying), waits},
		{"another buying group", "decides elsewhere", in(theirs(runsIn("G2")), group("G1")), while("nurture", buying), ""},
		{"no buying group", "what is missing is not equal", in(theirs(runsIn("G1"))), while("nurture", buying), ""},
		{"no buying group on either side", "not even to what is missing", theirs(), while("nurture", buying), ""},
		{"all of them", "everything listed is equal", ownedAs(in(theirs(runsIn("G1")), group("G1")), "ann"), while("nurture", account, owner, buying), waits},
		{"all but one", "one that is not is enough", ownedAs(in(theirs(runsIn("G2")), group("G1")), "ann"), while("nurture", account, owner, buying), ""},
	})
}

// TestWhile_HoldsNobodyBackByItself has a play, demo of the motion inbound, that is a target and may be a source, too.
func TestWhile_HoldsNobodyBackByItself(t *testing.T) {
	runs := func(play, motion string) situation {
		a := active("L2", "drip", -day, day)
		a.Play, a.Motion = play, motion
		return situation{account: handoff.Record{Active: []handoff.Active{a}}}
	}
	sequenced := runs("demo", "inbound")
	sequenced.play = func(p *handoff.Play) { p.Sequence = "drip" }
	while := func(scope handoff.Scope, runs ...string) suppression.Rule {
		return suppression.Rule{While: suppression.While{Runs: runs}, Scope: scope}
	}
	inbound := handoff.Scope{Only: []string{"inbound"}}
	const waits = "inhibited since -24h until +24h"
	runHolds(t, []holdCase{
		{"itself", "the play does not wait for itself", runs("demo", "inbound"), while(inbound, "demo"), ""},
		{"its motion", "nor for another target of its motion", runs("trial", "inbound"), while(inbound, "inbound"), ""},
		{"its sequence", "nor for its sequence", sequenced, while(inbound, "drip"), ""},
		{"a source only", "what does not wait itself is waited for", runs("nurture", "outbound"), while(inbound, "inbound", "outbound"), waits},
		{"a target only", "a target that is no source waits for other targets", runs("trial", "inbound"), while(inbound, "trial"), waits},
		{"everything", "a rule for all plays that is about all holds nobody", runs("nurture", "outbound"), while(handoff.Scope{}, "demo", "nurture"), ""},
		{"left out", "what the rule leaves out is no target", runs("nurture", "outbound"), while(handoff.Scope{Except: []string{"outbound"}}, "demo", "nurture"), waits},
	})
}
