package rules_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/salesbaton/baton/rules"
	"github.com/salesbaton/baton/rules/internal/language"
)

func TestMistakesOfASuppression(t *testing.T) {
	checkMistakes(t, []mistake{
		{"nothing that holds", "one of five says it", "routes:\n", "suppression: [{id: s, reason: r}]\nroutes:\n", "p.yaml:13:15: B018 a suppression has either hold: a condition, source: customer, cooldown: {per: lead, for: 30d}, cap: {max: 20, per: org, every: day} or while: {runs: [x]}; source may stand beside hold as well"},
		{"two that hold", "which of them is not clear", "routes:\n", "suppression: [{id: s, source: customer, cooldown: {per: lead, for: 1d}, forever: true}]\nroutes:\n", "p.yaml:13:15: B018 a suppression has either hold: a condition, source: customer, cooldown: {per: lead, for: 30d}, cap: {max: 20, per: org, every: day} or while: {runs: [x]}; source may stand beside hold as well"},
		{"a hold and a while", "as above", "routes:\n", "suppression: [{id: s, hold: 'true', while: {runs: [demo]}, reason: r, forever: true}]\nroutes:\n", "p.yaml:13:15: B018 a suppression has either hold: a condition, source: customer, cooldown: {per: lead, for: 30d}, cap: {max: 20, per: org, every: day} or while: {runs: [x]}; source may stand beside hold as well"},
		{"an unknown source", "known are listed", "routes:\n", "suppression: [{id: s, source: custmer, forever: true}]\nroutes:\n", "p.yaml:13:31: B014 unknown word \"custmer\" (did you mean \"customer\"?); known are open_opportunity, customer, competitor, employee, partner_owned, active_sequence, do_not_contact, disqualified, spam, test"},
		{"a source that is not known to rules", "what a rule is called in reasons is no source", "routes:\n", "suppression: [{id: s, source: budget, forever: true}]\nroutes:\n", "p.yaml:13:31: B014 unknown word \"budget\"; known are open_opportunity, customer, competitor, employee, partner_owned, active_sequence, do_not_contact, disqualified, spam, test"},
		{"a hold without an end", "nobody would notice", "routes:\n", "suppression: [{id: s, hold: 'true', reason: r}]\nroutes:\n", "p.yaml:13:15: B011 it could hold for ever, and nobody would notice; write for: 180d, lifted_by: who ends it, on_release: replay, or forever: true where that is meant"},
		{"a hold that only says none", "that is no end", "routes:\n", "suppression: [{id: s, hold: 'true', reason: r, on_release: none}]\nroutes:\n", "p.yaml:13:15: B011 it could hold for ever, and nobody would notice; write for: 180d, lifted_by: who ends it, on_release: replay, or forever: true where that is meant"},
		{"a source without an end", "customers stay customers", "routes:\n", "suppression: [{id: s, source: customer}]\nroutes:\n", "p.yaml:13:15: B011 it could hold for ever, and nobody would notice; write for: 180d, lifted_by: who ends it, on_release: replay, or forever: true where that is meant"},
		{"a hold whose source has no end", "what it detects lasts", "routes:\n", "suppression: [{id: s, hold: 'true', source: competitor}]\nroutes:\n", "p.yaml:13:15: B011 it could hold for ever, and nobody would notice; write for: 180d, lifted_by: who ends it, on_release: replay, or forever: true where that is meant"},
		{"two ends", "which of them counts", "routes:\n", "suppression: [{id: s, source: customer, forever: true, for: 30d}]\nroutes:\n", "p.yaml:13:50: B018 a rule has for, or forever: true, not both"},
		{"a cooldown for ever", "it ends by itself", "routes:\n", "suppression: [{id: s, cooldown: {per: lead, for: 1d}, forever: true}]\nroutes:\n", "p.yaml:13:64: B021 a cooldown ends by itself; leave it out"},
		{"a cooldown with another length", "it has its own", "routes:\n", "suppression: [{id: s, cooldown: {per: lead, for: 1d}, for: 2d}]\nroutes:\n", "p.yaml:13:60: B021 a cooldown ends by itself; leave it out"},
		{"a cap with a length", "it ends by itself", "routes:\n", "suppression: [{id: s, cap: {max: 2, per: org, every: day}, for: 2d}]\nroutes:\n", "p.yaml:13:65: B021 a cap ends by itself; leave it out"},
		{"stages of something else", "they would be ignored", "routes:\n", "suppression: [{id: s, source: customer, forever: true, stages: [open]}]\nroutes:\n", "p.yaml:13:64: B021 only source: open_opportunity looks at it, where no hold stands beside it; leave it out"},
		{"stages beside a hold", "the condition says it all", "routes:\n", "suppression: [{id: s, hold: 'true', source: open_opportunity, forever: true, stages: [open]}]\nroutes:\n", "p.yaml:13:86: B021 only source: open_opportunity looks at it, where no hold stands beside it; leave it out"},
		{"sequences of something else", "they would be ignored", "routes:\n", "suppression: [{id: s, source: customer, forever: true, per: account, exclusive: true, besides: [calls]}]\nroutes:\n", "p.yaml:13:61: B021 only source: active_sequence looks at it, where no hold stands beside it; leave it out\np.yaml:13:81: B021 only source: active_sequence looks at it, where no hold stands beside it; leave it out\np.yaml:13:96: B021 only source: active_sequence looks at it, where no hold stands beside it; leave it out"},
		{"an unknown sequence", "it never runs", "routes:\n", "suppression: [{id: s, source: active_sequence, besides: [cals]}]\nroutes:\n", "p.yaml:13:58: B030 unknown sequence \"cals\" (did you mean \"calls\"?); known are calls"},
		{"an unknown release", "known are listed", "routes:\n", "suppression: [{id: s, source: spam, on_release: replai}]\nroutes:\n", "p.yaml:13:49: B014 unknown word \"replai\" (did you mean \"replay\"?); known are none, replay"},
		{"two releases", "which of them is not clear", "routes:\n", "suppression: [{id: s, source: spam, on_release: {replay: 1d, again: 1d}}]\nroutes:\n", "p.yaml:13:49: B018 a held signal has replay or again, not both"},
		{"no release", "it says nothing", "routes:\n", "suppression: [{id: s, source: spam, forever: true, on_release: {}}]\nroutes:\n", "p.yaml:13:64: B021 nothing stands in it, which changes nothing; write what you mean, or leave it out"},
		{"a release of no time", "every signal is older", "routes:\n", "suppression: [{id: s, source: spam, on_release: {replay: 0d}}]\nroutes:\n", "p.yaml:13:58: B021 a length of time that is zero has no effect here; write a longer one, or leave out what needs it"},
		{"a release of signals that are stale", "they are not decided again", "routes:\n", "suppression: [{id: s, source: spam, on_release: {replay: 15d}}]\nroutes:\n", "p.yaml:13:58: B021 the signals that it holds are stale after 14 days at the latest, and never decided again then; write less, or on_release: replay"},
		{"a release of signals until they are stale", "it is not longer", "routes:\n", "suppression: [{id: s, source: spam, on_release: {replay: 14d}}]\nroutes:\n", ""},
		{"a release of some signals that are stale", "those of another play live longer", "usage_drop: {about: account, stale_after: 14d}}\n", "usage_drop: {about: account, stale_after: 30d}}\nsuppression: [{id: s, source: spam, on_release: {replay: 15d}, only: [inbound]}, {id: t, source: spam, on_release: {replay: 15d}, except: [drop]}]\n", "p.yaml:6:58: B021 the signals that it holds are stale after 14 days at the latest, and never decided again then; write less, or on_release: replay\np.yaml:6:125: B021 the signals that it holds are stale after 14 days at the latest, and never decided again then; write less, or on_release: replay"},
		{"a release of signals of which some are stale", "the others are not", "usage_drop: {about: account, stale_after: 14d}}\n", "usage_drop: {about: account, stale_after: 30d}}\nsuppression: [{id: s, source: spam, on_release: {replay: 30d}}]\n", ""},
		{"channels of a cooldown after handoffs", "they would be ignored", "routes:\n", "suppression: [{id: s, cooldown: {per: lead, for: 1d, channels: [call], purposes: [sales]}}]\nroutes:\n", "p.yaml:13:64: B021 only after: touch looks at it; write that, or leave it out\np.yaml:13:82: B021 only after: touch looks at it; write that, or leave it out"},
		{"touches of an account", "only the lead remembers them", "routes:\n", "suppression: [{id: s, cooldown: {after: touch, per: account, for: 1d}}]\nroutes:\n", "p.yaml:13:53: B018 a cooldown after: touch is per lead"},
		{"a loss of everybody", "only records remember them", "routes:\n", "suppression: [{id: s, cooldown: {after: loss, per: org, for: 1d}}]\nroutes:\n", "p.yaml:13:52: B018 a cooldown after: loss is per lead or account"},
		{"a transactional touch", "it is never limited", "routes:\n", "suppression: [{id: s, cooldown: {after: touch, per: lead, for: 1d, purposes: [transactional]}}]\nroutes:\n", "p.yaml:13:79: B014 unknown word \"transactional\"; known are sales, marketing"},
		{"an unknown play that runs", "it never does", "routes:\n", "suppression: [{id: s, while: {runs: [calls, cals]}}]\nroutes:\n", "p.yaml:13:45: B030 unknown play, motion or sequence \"cals\" (did you mean \"calls\"?); known are calls, demo, drop, inbound, renewal"},
		{"a play that never runs", "it starts nothing", "routes:\n", "suppression: [{id: s, while: {runs: [demo]}}]\nroutes:\n", "p.yaml:13:38: B080 demo starts no sequence, and so it never runs; name a play, a motion or a sequence that does"},
		{"an end of spaces", "nobody is named", "routes:\n", "suppression: [{id: s, source: spam, lifted_by: '  '}]\nroutes:\n", "p.yaml:13:15: B011 it could hold for ever, and nobody would notice; write for: 180d, lifted_by: who ends it, on_release: replay, or forever: true where that is meant"},
		{"something twice", "it changes nothing", "routes:\n", "suppression: [{id: s, while: {runs: [calls], equal: [lead, lead]}}]\nroutes:\n", "p.yaml:13:60: B020 \"lead\" is repeated in this list"},
		{"a plain text for a rule", "it is reported once", "routes:\n", "suppression: [s]\nroutes:\n", "p.yaml:13:15: B013 expected keys with values, such as {key: value}, but found \"s\""},
	})
}

func TestMistakesOfABudget(t *testing.T) {
	checkMistakes(t, []mistake{
		{"no time", "it would never have room again", "routes:\n", "suppression: [{id: s, cap: {max: 2, per: org}}]\nroutes:\n", "p.yaml:13:28: B011 the key \"every\" is missing here"},
		{"an unknown time", "words and lengths are known", "routes:\n", "suppression: [{id: s, cap: {max: 2, per: org, every: fortnight}}]\nroutes:\n", "p.yaml:13:54: B017 \"fortnight\" is neither hour, day, week or month nor a length of time such as 168h"},
		{"too many", "a tally keeps so many", "routes:\n", "suppression: [{id: s, cap: {max: 1001, per: org, every: day}}]\nroutes:\n", "p.yaml:13:34: B015 1001 is out of range; it is from 1 to 1000"},
		{"a zone of a length", "it is the same everywhere", "routes:\n", "suppression: [{id: s, cap: {max: 2, per: org, every: 24h, zone: Europe/Paris}}]\nroutes:\n", "p.yaml:13:65: B021 a length of time is the same in every zone; write every: day, or leave out the zone"},
		{"weeks of a day", "nothing looks at it", "routes:\n", "suppression: [{id: s, cap: {max: 2, per: org, every: day, week_starts: sun}}]\nroutes:\n", "p.yaml:13:72: B021 only a cap of a week looks at it; leave it out"},
		{"a timer of a day", "days of the calendar are not fixed", "routes:\n", "suppression: [{id: s, cap: {max: 2, per: org, every: day, timer: true}}]\nroutes:\n", "p.yaml:13:66: B021 only a length of time can run from what is counted; write every: 24h, or leave it out"},
		{"the recipient of a handoff", "only touches have one", "routes:\n", "suppression: [{id: s, cap: {max: 2, per: org, every: day, zone: recipient}}]\nroutes:\n", "p.yaml:13:65: B018 only a cap of touches goes by the recipient's clock; write policy, or a zone such as Europe/Paris"},
		{"what only touches have", "it would be ignored", "routes:\n", "suppression: [{id: s, cap: {max: 2, per: org, every: day, purposes: [sales], then: wait}}]\nroutes:\n", "p.yaml:13:69: B021 only a cap of touches looks at it; write of: touch, or leave it out\np.yaml:13:84: B021 only a cap of touches looks at it; write of: touch, or leave it out"},
		{"touches of a team", "nobody counts them", "routes:\n", "suppression: [{id: s, cap: {max: 2, of: touch, per: team, every: day}}]\nroutes:\n", "p.yaml:13:53: B018 touches are counted per lead, account, domain, rep or org; write one of those, or of: handoff"},
		{"touches of some plays", "touches belong to none", "routes:\n", "suppression: [{id: s, cap: {max: 2, of: touch, per: lead, every: day}, only: [demo], on_release: replay, lifted_by: me}]\nroutes:\n", "p.yaml:13:72: B018 a cap of touches counts whatever they belong to, and has id, cap, reason, owner, review_by and note alone; leave it out, or write of: handoff\np.yaml:13:86: B018 a cap of touches counts whatever they belong to, and has id, cap, reason, owner, review_by and note alone; leave it out, or write of: handoff\np.yaml:13:106: B018 a cap of touches counts whatever they belong to, and has id, cap, reason, owner, review_by and note alone; leave it out, or write of: handoff"},
		{"handoffs beside a channel", "they are no touches", "routes:\n", "suppression: [{id: s, cap: {max: 2, of: [handoff, email], per: lead, every: day}}]\nroutes:\n", "p.yaml:13:42: B014 unknown word \"handoff\"; known are call, email, sms, social, mail, chat, in_app, meeting"},
		{"an unknown channel", "known are listed", "routes:\n", "suppression: [{id: s, cap: {max: 2, of: emial, per: lead, every: day}}]\nroutes:\n", "p.yaml:13:41: B014 unknown word \"emial\" (did you mean \"email\"?); known are handoff, touch, call, email, sms, social, mail, chat, in_app, meeting"},
		{"a channel twice", "it changes nothing", "routes:\n", "suppression: [{id: s, cap: {max: 2, of: [email, email], per: lead, every: day}}]\nroutes:\n", "p.yaml:13:49: B020 \"email\" is repeated in this list"},
	})
}

// roomy is a policy with holes for a cap and for the steps of a sequence.
const roomy = `language: 1
policy: acme
triggers: {demo_request: {about: lead, stale_after: 14d}}
suppression: [{id: few, cap: {%s}}]
sequences:
  fast: {on_blocked_channel: skip, steps: [%s]}
routes: {all: [{rep: kim}]}
plays: [{id: demo, trigger: demo_request, route: all, sequence: fast}]
`

func TestSequencesThatNoCapHasRoomFor(t *testing.T) {
	const never = "so that the sequence never starts where all its channels are open; spread its steps, or allow more"
	for _, tt := range []struct{ name, reason, limit, steps, want string }{
		{"three touches in three days", "the week has room for two", "max: 2, of: touch, per: lead, every: 168h", "{day: 0, do: call}, {day: 1, do: email}, {day: 2, do: social}", "3 of these touches come on days 0 to 2, and the cap few allows 2 in 168h"},
		{"the steps in another order", "their days count", "max: 2, of: touch, per: lead, every: 168h", "{day: 2, do: call}, {day: 0, do: email}, {day: 1, do: social}", "3 of these touches come on days 0 to 2, and the cap few allows 2 in 168h"},
		{"a length that they fill", "the first is as old then", "max: 2, of: touch, per: lead, every: 48h", "{day: 0, do: call}, {day: 1, do: email}, {day: 2, do: social}", ""},
		{"a length that is longer by an hour", "the first still counts", "max: 2, of: touch, per: lead, every: 49h", "{day: 0, do: call}, {day: 1, do: email}, {day: 2, do: social}", "3 of these touches come on days 0 to 2, and the cap few allows 2 in 49h"},
		{"a crowd at its end", "any of its stretches is too much", "max: 1, of: touch, per: lead, every: 24h", "{day: 0, do: call}, {day: 1, do: call}, {day: 5, do: call}, {day: 5, do: email}", "2 of these touches come on day 5, and the cap few allows 1 in 24h"},
		{"a timer", "it is as long", "max: 1, of: touch, per: lead, every: 72h, timer: true", "{day: 0, do: call}, {day: 2, do: call}", "2 of these touches come on days 0 to 2, and the cap few allows 1 within 72h of each"},
		{"two e-mails on one day", "the day has room for one", "max: 1, of: email, per: lead, every: day", "{day: 0, do: email}, {day: 0, do: email}", "2 of these touches come on day 0, and the cap few allows 1 a day"},
		{"two e-mails on one day, by the month", "a month has no more room", "max: 1, of: email, per: org, every: month", "{day: 3, do: email}, {day: 3, do: email}", "2 of these touches come on day 3, and the cap few allows 1 a month"},
		{"two e-mails on two days of a month", "a month may end between them", "max: 1, of: email, per: lead, every: month", "{day: 0, do: email}, {day: 1, do: email}", ""},
		{"other channels", "they do not count", "max: 1, of: [sms, call], per: lead, every: day", "{day: 0, do: email}, {day: 0, do: email}, {day: 0, do: call}", ""},
		{"tasks", "they reach nobody", "max: 1, of: touch, per: lead, every: day", "{day: 0, do: task}, {day: 0, do: task}, {day: 0, do: call}", ""},
		{"another purpose", "its steps are sales", "max: 1, of: touch, per: lead, every: day, purposes: [marketing]", "{day: 0, do: call}, {day: 0, do: email}", ""},
		{"its purpose", "its steps are sales", "max: 1, of: touch, per: lead, every: day, purposes: [sales]", "{day: 0, do: call}, {day: 0, do: email}", "2 of these touches come on day 0, and the cap few allows 1 a day"},
		{"handoffs", "they are no touches", "max: 1, per: lead, every: day", "{day: 0, do: call}, {day: 0, do: email}", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := ""
			if tt.want != "" {
				want = "p.yaml:6:43: B080 " + tt.want + ", " + never
			}
			_, err := rules.Parse("p.yaml", []byte(fmt.Sprintf(roomy, tt.limit, tt.steps)))
			if got := strings.Join(problemLines(t, err), "\n"); got != want {
				t.Errorf("%s\ngot  %s\nwant %s", tt.reason, got, want)
			}
		})
	}
}

func TestMistakesOfQuietHours(t *testing.T) {
	checkMistakes(t, []mistake{
		{"no zones", "where nothing is known, nothing would be quiet", "routes:\n", "quiet_hours: [{id: q, hours: mon-fri 21:00-08:00}]\nroutes:\n", "p.yaml:13:15: B011 the key \"zones\" is missing here"},
		{"hours that cannot be read", "the form is shown", "routes:\n", "quiet_hours: [{id: q, hours: at night, zones: [Asia/Tokyo]}]\nroutes:\n", "p.yaml:13:30: B017 window 1 (\"at night\", column 1): unknown day \"at\": write mon, tue, wed, thu, fri, sat or sun"},
		{"all hours", "nothing would ever go out", "routes:\n", "quiet_hours: [{id: q, hours: 24/7, zones: [Asia/Tokyo]}]\nroutes:\n", "p.yaml:13:30: B080 these are all hours of the week, so that nothing would ever go out; leave some"},
		{"an unknown zone", "the nearest is named", "routes:\n", "quiet_hours: [{id: q, hours: mon 21:00-08:00, zones: [Asia/Tokio]}]\nroutes:\n", "p.yaml:13:55: B017 unknown time zone \"Asia/Tokio\" in release 2025c: did you mean \"Asia/Tokyo\"?"},
		{"a zone twice", "it changes nothing", "routes:\n", "quiet_hours: [{id: q, hours: mon 21:00-08:00, zones: [Asia/Tokyo, Asia/Tokyo]}]\nroutes:\n", "p.yaml:13:67: B020 \"Asia/Tokyo\" is repeated in this list"},
		{"the id of a cap", "as above", "routes:\n", "suppression: [{id: q, cap: {max: 1, of: touch, per: lead, every: day}}]\nquiet_hours: [{id: q, hours: mon 21:00-08:00, zones: [Asia/Tokyo]}]\nroutes:\n", "p.yaml:14:20: B020 the id \"q\" is taken by the one at p.yaml:13:20"},
		{"very many zones", "a touch is tried in each", "routes:\n", "quiet_hours: [{id: q, hours: mon 21:00-08:00, zones: [" + strings.Repeat("Asia/Tokyo, ", 51) + "]}]\nroutes:\n", "p.yaml:13:54: B015 there are more than 50 zones; keep those farthest east and west"},
		{"an id twice", "reasons would mean either", "routes:\n", "quiet_hours: [{id: q, hours: mon 21:00-08:00, zones: [Asia/Tokyo]}, {id: q, hours: tue 21:00-08:00, zones: [Asia/Tokyo]}]\nroutes:\n", "p.yaml:13:74: B020 the id \"q\" is taken by the one at p.yaml:13:20"},
	})
}

func TestMistakesOfLaws(t *testing.T) {
	checkMistakes(t, []mistake{
		{"nothing", "it changes nothing", "routes:\n", "laws: {}\nroutes:\n", "p.yaml:13:7: B021 nothing stands in it, which changes nothing; write what you mean, or leave it out"},
		{"an unknown table", "known are listed", "routes:\n", "laws: {use: [gpdr]}\nroutes:\n", "p.yaml:13:14: B014 unknown word \"gpdr\" (did you mean \"gdpr\"?); known are can-spam, casl, gdpr, pecr, tcpa"},
		{"a table twice", "it changes nothing", "routes:\n", "laws: {use: [gdpr, gdpr]}\nroutes:\n", "p.yaml:13:20: B020 \"gdpr\" is used already"},
		{"hours without zones", "where nothing is known, every hour would do", "routes:\n", "laws: {rows: [{id: a, hours: mon 08:00-21:00, source: s}]}\nroutes:\n", "p.yaml:13:7: B011 laws with hours need zones: where people may be of whom nothing is known, such as [America/New_York, America/Los_Angeles]"},
		{"a row that asks for nothing", "it changes nothing", "routes:\n", "laws: {rows: [{id: a, countries: [CA], source: s}]}\nroutes:\n", "p.yaml:13:15: B021 the row asks for nothing; write needs, hours or honour_by"},
		{"consent without bases", "no grant would count", "routes:\n", "laws: {rows: [{id: a, needs: consent, source: s}]}\nroutes:\n", "p.yaml:13:30: B011 needs: consent needs bases: which grants count, such as [{basis: express}]"},
		{"bases of nothing", "they would be ignored", "routes:\n", "laws: {rows: [{id: a, needs: nothing, bases: [{basis: express}], source: s}]}\nroutes:\n", "p.yaml:13:46: B021 only needs: consent looks at them; write that, or leave them out"},
		{"a basis twice", "it changes nothing", "routes:\n", "laws: {rows: [{id: a, needs: consent, bases: [{basis: express}, {basis: express, months: 3}], source: s}]}\nroutes:\n", "p.yaml:13:73: B020 \"express\" is repeated in this list"},
		{"a country in words", "codes are compared", "routes:\n", "laws: {rows: [{id: a, needs: never, countries: [Canada], source: s}]}\nroutes:\n", "p.yaml:13:49: B016 a country is two capital letters, such as CA, not \"Canada\""},
		{"states of no country", "CA is one of several", "routes:\n", "laws: {rows: [{id: a, needs: never, states: [CA], source: s}]}\nroutes:\n", "p.yaml:13:45: B011 states are those of one country; write countries with that one"},
		{"a task", "it reaches nobody", "routes:\n", "laws: {rows: [{id: a, needs: never, channels: [task], source: s}]}\nroutes:\n", "p.yaml:13:48: B014 unknown word \"task\"; known are call, email, sms, social, mail, chat, in_app, meeting"},
		{"a row that is never in force", "its end is before", "routes:\n", "laws: {rows: [{id: a, needs: never, from: 2026-03-01, until: 2026-03-01, source: s}]}\nroutes:\n", "p.yaml:13:62: B080 the row ends before it begins; until is the first day on which it no longer is in force, after 2026-03-01"},
		{"tasks that are open", "they reach nobody, so that no law is about them", "routes:\n", "consent: {task: opt_out, call: opt_out}\nlaws: {rows: [{id: a, needs: never, source: s}]}\nroutes:\n", ""},
		{"a row that nearly has a table's id", "it would stand beside the one that it is meant for", "routes:\n", "laws: {use: [casl], rows: [{id: casl.mesages, table: casl, countries: [CA], needs: never, source: s}]}\nroutes:\n", "p.yaml:13:33: B030 unknown row \"casl.mesages\" of casl (did you mean \"casl.messages\"?); a row in the place of another has its id, and one beside it an id that is less alike"},
		{"a row with a table's id", "it stands in its place", "routes:\n", "laws: {use: [casl], rows: [{id: casl.messages, table: casl, countries: [CA], needs: never, source: s}]}\nroutes:\n", ""},
		{"a row of a table that is not used", "nothing is there to replace", "routes:\n", "laws: {use: [can-spam], rows: [{id: casl.mesages, table: casl, countries: [CA], needs: never, source: s}]}\nroutes:\n", ""},
		{"a row of no table", "it is a rule of one's own", "routes:\n", "laws: {use: [casl], rows: [{id: casl.mesages, countries: [CA], needs: never, source: s}]}\nroutes:\n", ""},
		{"a further state", "its id is like that of another state, and it is no such row", "routes:\n", "laws: {use: [tcpa], zones: [America/New_York], rows: [{id: tcpa.hours.mn, table: tcpa, countries: [US], states: [MN], hours: mon-fri 09:00-20:00, source: s}]}\nroutes:\n", ""},
		{"no source", "nobody could look it up", "routes:\n", "laws: {rows: [{id: a, needs: never}]}\nroutes:\n", "p.yaml:13:15: B011 the key \"source\" is missing here"},
	})
}

func TestMistakesOfIncomplete(t *testing.T) {
	checkMistakes(t, []mistake{
		{"nothing", "it changes nothing", "stale_after: 14d}, usage", "stale_after: 14d, incomplete: {}}, usage", "p.yaml:5:70: B021 nothing stands in it, which changes nothing; write what you mean, or leave it out"},
		{"an unknown queue", "nobody would look after it", "stale_after: 14d}, usage", "stale_after: 14d, incomplete: {queue: triag}}, usage", "p.yaml:5:78: B030 unknown queue \"triag\" (did you mean \"triage\"?); known are triage"},
		{"a time without an answer", "nothing would happen then", "stale_after: 14d}, usage", "stale_after: 14d, incomplete: {wait: 4h}}, usage", "p.yaml:5:77: B011 wait needs then: the play that answers the signal after that time, or drop"},
		{"an answer without a time", "nobody knows when", "stale_after: 14d}, usage", "stale_after: 14d, incomplete: {then: demo}}, usage", "p.yaml:5:77: B011 then needs wait: how long facts may be missing, such as 4h"},
		{"an unknown play", "it never answers", "stale_after: 14d}, usage", "stale_after: 14d, incomplete: {wait: 4h, then: dmo}}, usage", "p.yaml:5:87: B030 unknown play \"dmo\" (did you mean \"demo\"?); known are demo, drop, drop"},
		{"a play of another signal", "it never answers this one", "stale_after: 14d}}\n", "stale_after: 14d, incomplete: {wait: 4h, then: demo}}}\n", "p.yaml:5:135: B018 the play demo does not answer usage_drop; name one that does, or write drop"},
		{"a play that is called drop", "it could mean either", "stale_after: 14d}}\n", "stale_after: 14d, incomplete: {wait: 4h, then: drop}}}\n", "p.yaml:5:135: B031 drop lets the signal go, and is also the id of a play; give the play another name"},
	})
}

func TestMistakesOfSignals(t *testing.T) {
	checkMistakes(t, []mistake{
		{"an unknown kind", "it never comes", "trigger: demo_request, route: all", "trigger: {any_of: [demo_request, demo], at_least: 2, within: 1d}, route: all", "p.yaml:17:66: B030 unknown trigger \"demo\"; known are demo_request, usage_drop"},
		{"a kind twice", "it is one", "trigger: demo_request, route: all", "trigger: {any_of: [demo_request, demo_request], at_least: 2, within: 1d}, route: all", "p.yaml:17:66: B020 \"demo_request\" is repeated in this list"},
		{"two subjects", "they have none in common", "trigger: demo_request, route: all", "trigger: {any_of: [demo_request, usage_drop], at_least: 2, within: 1d}, route: all", "p.yaml:17:66: B018 usage_drop is about an account, and demo_request about a lead; they never have a subject in common"},
		{"more than there are", "they never come", "trigger: demo_request, route: all", "trigger: {any_of: [demo_request], at_least: 2, within: 1d}, route: all", "p.yaml:17:77: B080 so many kinds can never come, since any_of has 1; write at most that many, or list more"},
		{"one of several", "that is a play for each", "trigger: demo_request, route: all", "trigger: {any_of: [demo_request], at_least: 1, within: 1d}, route: all", "p.yaml:17:77: B015 1 is out of range; it is from 2 to 100"},
		{"no time", "signals of years would count", "trigger: demo_request, route: all", "trigger: {any_of: [demo_request], at_least: 2}, route: all", "p.yaml:17:42: B011 the key \"within\" is missing here\np.yaml:17:77: B080 so many kinds can never come, since any_of has 1; write at most that many, or list more"},
		{"a list", "the form is named", "trigger: demo_request, route: all", "trigger: [demo_request], route: all", "p.yaml:17:42: B013 a play answers one kind of signal, or some of several: {any_of: [a, b], at_least: 2, within: 7d}; write a play for each kind that starts one by itself"},
	})
}

func TestMistakesOfASequence(t *testing.T) {
	checkMistakes(t, []mistake{
		{"an unknown word", "true, false and alone are known", "{on_blocked_channel", "{exclusive: alon, on_blocked_channel", "p.yaml:15:32: B014 unknown word \"alon\" (did you mean \"alone\"?); known are true, false, alone"},
		{"no time until it may start again", "it changes nothing", "{on_blocked_channel", "{reentry: 0d, on_blocked_channel", "p.yaml:15:30: B021 a length of time that is zero has no effect here; write a longer one, or leave out what needs it"},
		{"a time that cannot be read", "the form is shown", "{on_blocked_channel", "{reentry: once, on_blocked_channel", "p.yaml:15:30: B017 expected a length of time such as 90d, or never, but found \"once\""},
		{"a throttle of nothing", "it bounds nothing", "{on_blocked_channel", "{throttle: {per: rep}, on_blocked_channel", "p.yaml:15:31: B011 a throttle bounds something; write active: 50, or adds: 75 with every: 24h, or both"},
		{"starts without a time", "they would never end", "{on_blocked_channel", "{throttle: {per: rep, adds: 75}, on_blocked_channel", "p.yaml:15:48: B011 adds needs every: the time in which so many may start, such as 24h"},
		{"a time without starts", "it would be ignored", "{on_blocked_channel", "{throttle: {per: rep, active: 5, every: 24h}, on_blocked_channel", "p.yaml:15:60: B021 only adds looks at it; write how many may start in that time, or leave it out"},
		{"a throttle of an account", "reps and all are known", "{on_blocked_channel", "{throttle: {per: account, active: 5}, on_blocked_channel", "p.yaml:15:37: B014 unknown word \"account\"; known are rep, org"},
		{"an unknown word for an absent owner", "known are listed", "{on_blocked_channel", "{owner_away: wait, on_blocked_channel", "p.yaml:15:33: B014 unknown word \"wait\"; known are send, hold, cover, reassign"},
		{"an unknown exit", "known are listed", "{on_blocked_channel", "{exit_on: [replied], on_blocked_channel", "p.yaml:15:31: B014 unknown word \"replied\"; known are call, email, social, meeting_held, reply, opt_out, resolved, won, lost, declined, no_show, reassigned, meeting_booked, bounced, connected, auto_reply, accepted, qualified, disqualified, opportunity_created, outcome, disputed, pending, resumed, owner_left, owner_back, merged, unmerged, account_reply"},
		{"an exit twice", "it changes nothing", "{on_blocked_channel", "{exit_on: [reply, reply], on_blocked_channel", "p.yaml:15:38: B020 \"reply\" is repeated in this list"},
		{"a transactional sequence", "reps do not send those", "{on_blocked_channel", "{purpose: transactional, on_blocked_channel", "p.yaml:15:30: B014 unknown word \"transactional\"; known are sales, marketing"},
	})
}

func TestMistakesOfAPause(t *testing.T) {
	checkMistakes(t, []mistake{
		{"no end", "marketing would never go on", "trigger: demo_request, route: all", "trigger: demo_request, pause_marketing: {scope: [ads]}, route: all", "p.yaml:17:73: B011 the pause has no end; write for: 7d, ends_with: sequence, or both"},
		{"the end of no sequence", "the play has none", "trigger: demo_request, route: all", "trigger: demo_request, pause_marketing: {scope: [ads], ends_with: sequence}, route: all", "p.yaml:17:99: B018 the play has no sequence with which the pause could end; give it one, or write for"},
		{"an unknown end", "known are listed", "trigger: demo_request, route: all", "trigger: demo_request, pause_marketing: {scope: [ads], ends_with: reply}, route: all", "p.yaml:17:99: B014 unknown word \"reply\"; known are sequence"},
	})
}

// TestLawsOfSeveralFiles: each file may have some, under ids of their own, and the zones of one serve the hours of another.
func TestLawsOfSeveralFiles(t *testing.T) {
	const first = "include: [more.yaml]\nlaws: {use: [gdpr], zones: [Asia/Tokyo]}\n"
	for _, tt := range []struct{ name, reason, policy, more, want string }{
		{"zones here, hours there", "together they are whole", first, "laws: {rows: [{id: a, hours: mon 08:00-21:00, source: s}]}\n", ""},
		{"a table in both", "it is used already", first, "laws: {use: [gdpr]}\n", `more.yaml:1:14: B020 "gdpr" is used already`},
		{"an id in both", "reasons would mean either", "include: [more.yaml]\nlaws: {rows: [{id: a, needs: never, source: s}]}\n", "laws: {rows: [{id: a, needs: nothing, source: s}]}\n",
			`more.yaml:1:20: B020 the id "a" is taken by the one at policy.yaml:7:20`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := loadExample(tt.policy, language.ExampleFile{Name: "more.yaml", Text: tt.more})
			if got := strings.Join(problemLines(t, err), "\n"); got != tt.want {
				t.Errorf("%s\ngot  %s\nwant %s", tt.reason, got, tt.want)
			}
		})
	}
}
