package rules_test

import (
	"strings"
	"testing"
)

// rungs is the part of floor that the tests of rungs change.
const rungs = "[{pool: team}, {pool: spare}]"

func TestMistakesOfARung(t *testing.T) {
	checkMistakes(t, []mistake{
		{"two kinds in one", "nobody knows which comes first", rungs, "[{pool: team, shift: duty}]", "p.yaml:14:9: B018 a rung asks one, not pool and shift; write a rung for each"},
		{"no kind", "whom it asks is missing", rungs, "[{away: cover}]", "p.yaml:14:9: B018 a rung says whom it asks: one of pool, territory, rep, owner, lookup, sticky, shift"},
		{"an unknown kind", "it is reported once", rungs, "[{pol: team}]", `p.yaml:14:10: B010 unknown key "pol" (did you mean "pool"?); known are pool, territory, rep, owner, lookup, sticky, for, scope, renew, except, shift, when, away, hours, team, with`},
		{"a key of sticky on a pool", "what is remembered is said where it is asked", rungs, "[{pool: team, for: 30d, renew: true}]", "p.yaml:14:22: B021 for says nothing about a pool; it goes with sticky\np.yaml:14:32: B021 renew says nothing about a pool; it goes with sticky"},
		{"away on a pool", "a pool says when_empty", rungs, "[{pool: team, away: hold}]", "p.yaml:14:22: B021 away says nothing about a pool; it goes with owner, lookup, sticky, shift"},
		{"hours on a rep", "a rep by name has none", rungs, "[{rep: kim, hours: us, team: east, with: [account_csm]}]", "p.yaml:14:20: B021 hours says nothing about a rep; it goes with owner, lookup\np.yaml:14:31: B021 team says nothing about a rep; it goes with owner, lookup\np.yaml:14:43: B021 with says nothing about a rep; it goes with owner, lookup"},
		{"a lookup of a number", "an id is a text", rungs, "[{lookup: lead.seats}]", "p.yaml:14:18: B046 lead.seats is a whole number; a rep's id is a text"},
		{"a lookup of an unknown field", "what was meant is named", rungs, "[{lookup: lead.speak}]", `p.yaml:14:18: B044 unknown field "lead.speak" (did you mean "lead.speaks"?)`},
		{"an unknown shift", "as above", rungs, "[{shift: dutty}]", `p.yaml:14:17: B030 unknown shift "dutty" (did you mean "duty"?); known are duty`},
		{"an unknown owner", "as above", rungs, "[{owner: acount_owner}]", `p.yaml:14:17: B014 unknown word "acount_owner" (did you mean "account_owner"?); known are lead_owner, contact_owner, account_owner, account_csm, account_partner, parent_owner, opportunity_owner`},
		{"an unknown calendar", "as above", rungs, "[{owner: account_owner, hours: su}]", `p.yaml:14:39: B030 unknown calendar "su" (did you mean "us"?); known are us`},
		{"an unknown word for away", "the words are named", rungs, "[{owner: account_owner, away: wait}]", `p.yaml:14:38: B014 unknown word "wait"; known are next, take, cover, hold`},
		{"an owner with the same owner", "there is nobody else", rungs, "[{owner: account_owner, with: [account_csm, account_owner]}]", "p.yaml:14:52: B021 the rung asks account_owner already; write who else works the record"},
		{"an owner twice", "it changes nothing", rungs, "[{owner: account_owner, with: [account_csm, account_csm]}]", `p.yaml:14:52: B020 "account_csm" is repeated in this list`},
		{"an empty team", "nobody belongs to it", rungs, "[{owner: account_owner, team: ''}]", "p.yaml:14:38: B019 the team is empty; leave it out where any team will do"},
		{"what is kept for ever, renewed", "it never ends", rungs, "[{sticky: account, renew: true}]", "p.yaml:14:34: B021 without for the rung remembers for ever, so that there is nothing to renew; add for, or leave it out"},
		{"what is kept for no time", "nobody would be found", rungs, "[{sticky: account, for: 0d}]", "p.yaml:14:32: B021 a length of time that is zero has no effect here; write a longer one, or leave out what needs it"},
		{"an unknown word for what sticks", "the words are named", rungs, "[{sticky: company}]", `p.yaml:14:18: B014 unknown word "company"; known are lead, account, domain, buying_group`},
		{"a condition that is wrong", "it is reported at the condition", rungs, "[{pool: team, when: lead.seats > 'a'}]", "p.yaml:14:41: B046 cannot compare a whole number with text; a whole number is written 1000"},
		{"a rung twice", "the second finds nobody either", rungs, "[account_owner, {rep: kim}, account_owner, {rep: kim}]", "p.yaml:14:36: B020 a rung above asks the same; remove one of the two\np.yaml:14:51: B020 a rung above asks the same; remove one of the two"},
		{"a rung again for some records", "it is the first that asks everybody", rungs, "[{rep: kim, when: lead.seats > 5}, {pool: team}, {rep: kim}]", ""},
		{"a rung below a pool that always answers", "it is dead", "[kim, lee], when_empty: next", "[kim, lee], when_empty: hold", "p.yaml:14:23: B021 nobody asks this rung: pool team above answers for every record; let that say when_empty: next, or remove this one"},
		{"a rung below a pool for some records", "the others ask it", "[kim, lee], when_empty: next}\n  spare: {members: [sam], when_empty: next}\nshifts: {duty: {members: [kim, lee], every: week, starts: 2026-03-02}}\nroutes:\n  all: [{pool: team}, {pool: spare}]",
			"[kim, lee], when_empty: hold}\n  spare: {members: [sam], when_empty: next}\nroutes:\n  all: [{pool: team, when: lead.seats > 5}, {pool: spare}]", ""},
		{"a memory below a pool that always answers", "it remembers what the pool gives", "[kim, lee], when_empty: next}\n  spare: {members: [sam], when_empty: next}\nshifts: {duty: {members: [kim, lee], every: week, starts: 2026-03-02}}\nroutes:\n  all: [{pool: team}, {pool: spare}]",
			"[kim, lee], when_empty: hold}\n  spare: {members: [sam], when_empty: next}\nroutes:\n  all: [{pool: team}, {sticky: account}]", ""},
	})
}

func TestMistakesOfShifts(t *testing.T) {
	checkMistakes(t, []mistake{
		{"a day in quotes", "it may be quoted", "starts: 2026-03-02", "starts: '2026-03-02'", ""},
		{"a time of day", "shifts begin at it", "starts: 2026-03-02", "starts: 2026-03-02 09:00", ""},
		{"a start that is none", "the forms are named", "starts: 2026-03-02", "starts: monday", `p.yaml:12:59: B017 "monday" is no day and time; write 2026-03-02 or 2026-03-02 09:00`},
		{"a day that is none", "as above", "starts: 2026-03-02", "starts: 2026-02-30", `p.yaml:12:59: B017 "2026-02-30" is no day and time; write 2026-03-02 or 2026-03-02 09:00`},
		{"a time of day that is none", "as above", "starts: 2026-03-02", "starts: 2026-03-02 25:00", `p.yaml:12:59: B017 "2026-03-02 25:00" is no day and time; write 2026-03-02 or 2026-03-02 09:00`},
		{"no start", "who would be the first", ", starts: 2026-03-02", "", `p.yaml:12:16: B011 the key "starts" is missing here`},
		{"an unknown unit", "the words are named", "every: week", "every: weeks", `p.yaml:12:45: B014 unknown word "weeks" (did you mean "week"?); known are hour, day, week, month`},
		{"an unknown zone", "what was meant is named", "every: week", "every: week, zone: Europe/Pariss", `p.yaml:12:57: B017 unknown time zone "Europe/Pariss" in release 2025c: did you mean "Europe/Paris"?`},
		{"a length of nothing", "the bound is named", "every: week", "every: week, length: 0", "p.yaml:12:59: B015 0 is out of range; it is from 1 to 1000"},
		{"a stranger on duty", "the roster is complete", "{members: [kim, lee], every", "{members: [kim, leee], every", `p.yaml:12:32: B030 "leee" is not listed under reps (did you mean "lee"?)`},
	})
}

func TestMistakesOfPeople(t *testing.T) {
	checkMistakes(t, []mistake{
		{"people on a lead's play", "the lead is the person", "trigger: demo_request, route: all", "trigger: demo_request, route: all, sequence: calls, people: {at_most: 3}", "p.yaml:17:93: B018 demo_request is about a lead; only a play about an account picks among its people"},
		{"people without a sequence", "nothing reaches them", ", sequence: calls}", ", people: {at_most: 3}}", "p.yaml:18:74: B021 nothing starts for them; give the play a sequence, or leave out people"},
		{"how many is missing", "it is compulsory", "sequence: calls", "sequence: calls, people: {first: lead.seats > 5}", `p.yaml:18:91: B011 the key "at_most" is missing here`},
		{"nobody", "the bound is named", "sequence: calls", "sequence: calls, people: {at_most: 0}", "p.yaml:18:101: B015 0 is out of range; it is from 1 to 200"},
		{"a condition that is wrong", "it is reported at the condition", "sequence: calls", "sequence: calls, people: {who: lead.seats, at_most: 3}", "p.yaml:18:97: B047 a condition must be true or false, but this is a whole number; compare it with something"},
	})
}

func TestRungsOfAPolicy(t *testing.T) {
	// asked is a policy whose route a is some rungs; sam is of the team emea and may be away.
	asked := func(rungs string) string {
		return "calendars: {early: {open: mon-fri 06:00-09:00}}\nreps: {kim: {}, ann: {}, lee: {hours: early, cover: kim}, sam: {team: emea, absences: [{from: 2026-02-20, until: 2026-03-05, cover: lee}]}}\n" +
			"pools: {team: {members: [kim, ann], rotation: fixed, availability: {unknown: available}, when_empty: next}}\n" +
			"shifts: {desk: {members: [lee, kim], every: week, starts: 2026-02-23}}\nroutes: {a: " + rungs + ", b: [{pool: team}]}\n"
	}
	for _, tt := range []turnCase{
		{"a lookup", "the field names a rep, known or not", asked("[{lookup: lead.rep}]"), "a rep=kim; a rep=bob; a", "kim - -"},
		{"a lookup within hours", "lee works early", asked("[{lookup: lead.rep, hours: early}, {rep: kim}]"), "a rep=lee", "kim"},
		{"a lookup of a team", "kim is of no team", asked("[{lookup: lead.rep, team: emea, away: take}]"), "a rep=kim; a rep=sam", "- sam"},
		{"an owner who is away", "the next rung is asked", asked("[{lookup: lead.rep}, {rep: kim}]"), "a rep=sam", "kim"},
		{"an owner who is away and takes it", "all the same", asked("[{lookup: lead.rep, away: take}, {rep: kim}]"), "a rep=sam", "sam"},
		{"an owner who is away and is stood in for", "the absence names who", asked("[{lookup: lead.rep, away: cover}, {rep: kim}]"), "a rep=sam", "lee"},
		{"an owner who is away and is waited for", "until the return", asked("[{lookup: lead.rep, away: hold}, {rep: kim}]"), "a rep=sam", "until-Mar-5-00:00"},
		{"who is on duty", "2 March is in the second week", asked("[{shift: desk}]"), "a", "kim"},
		{"a condition", "unknown asks nobody", asked("[{rep: kim, when: lead.speaks == \"de\"}, {rep: lee}]"), "a speaks=de; a", "kim lee"},
		{"whoever had the lead", "the pool would go on", asked("[{sticky: lead}, {pool: team}]"), "a L1; a L2; a L1; a L2; a L3", "kim ann kim ann kim"},
		{"whoever had the lead on this route", "what the other route remembers is its own", strings.Replace(asked("[{sticky: lead, scope: route, for: 30d, renew: true}, {pool: team}]"), "b: [", "b: [{sticky: lead}, ", 1), "b L1; a L1; a L1", "kim ann ann"},
		{"whoever had the lead, except for some", "unknown is left alone too", asked("[{sticky: lead, except: lead.speaks == \"de\"}, {pool: team}]"), "a L1 speaks=fr; a L1; a L1 speaks=de; a L1 speaks=fr", "kim ann kim kim"},
	} {
		t.Run(tt.name, tt.run)
	}
}
