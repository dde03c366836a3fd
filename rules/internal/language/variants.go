package language

import "fmt"

// A Variant is a behaviour that teams bring from another system, and the sections of a policy that give it.
type Variant struct {
	Does  string
	Known string // where it is known from
	Text  string // sections, which stand in the place of those of Base
}

// A VariantGroup is variants of one question.
type VariantGroup struct {
	Question string
	Variants []Variant
}

// Variants are the behaviours by which people know rotations, by the question that they answer.
var Variants = []VariantGroup{
	{"Who is next", []Variant{
		{"The order of a list, round and round. A change of the list goes on behind whoever was served last; it restarts nothing.",
			"HubSpot (rotate), LeanData (order-based)", "pools: {sdrs: {members: [kim, lee], rotation: fixed, when_empty: next}}"},
		{"A number of the record, modulo the number of reps. The share of an absent member goes to nobody else.",
			"Salesforce (rules by MOD)", "pools: {sdrs: {members: [kim, lee], rotation: hash, hash_by: lead, mode: strict, when_empty: unassigned}}"},
		{"Whoever waited longest since the last assignment.",
			"NC Squared, Zendesk, Dynamics 365", "pools: {sdrs: {members: [kim, lee], rotation: least_recent, when_empty: next}}"},
		{"The same, with one order for several rules.", "NC Squared (by team), Dynamics 365 (by organisation)",
			"pools: {emea: {members: [kim, lee], rotation: least_recent, scope: team, team: all, when_empty: next}, us: {members: [lee, ana], rotation: least_recent, scope: team, team: all, when_empty: next}}"},
		{"The same, where what people assign by hand counts, once the pool gave the record, and the present owner does not get the record again.", "Dynamics 365",
			"pools: {sdrs: {members: [kim, lee], rotation: least_recent, given_back: {charge: true}, exclude: {previous: 1}, when_empty: unassigned}}"},
		{"The lowest count of the month; ties go to the priority; meetings that did not happen do not count.", "Chili Piper",
			"pools: {aes: {members: [{rep: kim, priority: 1}, lee], rotation: lowest_count, reset: month, given_back: {declined: count, no_show: count, reassigned: count}, when_empty: unassigned}}"},
		{"The lowest count, where a meeting that did not happen is owed; what is owed outlives the reset.", "LeanData (count-based)",
			"pools: {aes: {members: [kim, lee], rotation: lowest_count, reset: month, given_back: {declined: credit, no_show: credit}, when_empty: unassigned}}"},
		{"The lowest count for a weight, of which only the ratio counts; a new member begins last.", "Default",
			"pools: {aes: {members: [{rep: kim, weight: 2}, {rep: lee, weight: 1}], rotation: lowest_count, on_join: last, on_return: keep, given_back: {declined: count, no_show: count}, when_empty: unassigned}}"},
		{"One lead for every three that the others get; who joins or comes back in the middle of the month stands at the average.", "PostHog (its own sheet)",
			"pools: {aes: {members: [{rep: kim, weight: 3}, {rep: lee, weight: 1}], rotation: lowest_count, reset: month, on_join: average, on_return: average, when_empty: unassigned}}"},
		{"Strict: whoever is next, even if that takes longer.", "RevenueHero, Chili Piper",
			"pools: {aes: {members: [kim, lee], rotation: lowest_count, mode: strict, when_empty: hold}}"},
		{"Flexible: of those who are available, whoever has the fewest; of equals the longest wait, where others draw lots.", "RevenueHero",
			"pools: {aes: {members: [kim, lee], rotation: lowest_count, mode: flexible, when_empty: unassigned}}"},
		{"Balanced: whoever pulls ahead is left out until the others catch up.", "RevenueHero",
			"pools: {aes: {members: [kim, lee], rotation: lowest_count, mode: balanced, max_lead: 2, when_empty: unassigned}}"},
		{"Stars first, then the longest wait.", "Calendly (availability)",
			"pools: {aes: {members: [{rep: kim, priority: 2}, {rep: lee, priority: 1}], rotation: least_recent, priority: first, when_empty: unassigned}}"},
		{"Equal numbers: nobody is three ahead, and whoever is added or removed sets all counts to zero.", "Calendly (equal distribution)",
			"pools: {aes: {members: [kim, lee], rotation: lowest_count, mode: balanced, max_lead: 3, on_join: zero, when_empty: unassigned}}"},
		{"Weights, then priority, then the longest wait; a new host begins at the average of the others for the weight.", "Cal.com",
			"pools: {aes: {members: [{rep: kim, weight: 100, priority: 2}, {rep: lee, weight: 50}], rotation: lowest_count, reset: month, on_join: average, when_empty: unassigned}}"},
		{"A cycle in which a weight of 2 has two turns and a weight of 0.5 one in every other cycle.", "NC Squared (weighted)",
			"pools: {sdrs: {members: [{rep: kim, weight: 4}, {rep: lee, weight: 2}, {rep: ana, weight: 1}], rotation: weighted, when_empty: next}}"},
		{"Chance in proportion to weights. Here a lead has its member for good, so that the same request gets the same answer.", "RotatorTOTS (weighted random)",
			"pools: {sdrs: {members: [{rep: kim, weight: 3}, lee], rotation: hash, when_empty: next}}"},
		{"The most free capacity; where nobody is available now, in turn among those who will be first, within a horizon.", "Dynamics 365 (load balancing)",
			"pools: {aes: {members: [kim, lee], rotation: load, units: 1, availability: {within: 120h, bucket: 24h}, when_empty: unassigned}}"},
		{"Capacity in units, of which one kind of work needs more than another: a pool for each kind.", "Salesforce Omni-Channel (most available)",
			"pools: {mail: {members: [kim, lee], rotation: load, units: 1, when_empty: hold}, voice: {members: [kim, lee], rotation: load, units: 5, when_empty: hold}}"},
		{"The least open work.", "NC Squared (load), Salesforce Omni-Channel (least active)",
			"pools: {aes: {members: [kim, lee], rotation: least_open, units: 1, when_empty: unassigned}}"},
	}},
	{"Leave, new members, and handoffs that come to nothing", []Variant{
		{"Each missed turn is owed for some days; none for those out of office.", "Kubaru (adaptive)",
			"pools: {sdrs: {members: [kim, lee], on_return: credit, credit: {expires: 30d, not_for: [out_of_office]}, when_empty: next}}"},
		{"Each missed turn is owed, up to a number, and served first.", "LeadAngel (accrued leads)",
			"pools: {sdrs: {members: [kim, lee], rotation: fixed, on_return: credit, credit: {at_most: 99}, when_empty: hold}}"},
		{"A missed turn is lost.", "LeadAngel (position only)", "pools: {sdrs: {members: [kim, lee], rotation: fixed, on_return: lost, when_empty: next}}"},
		{"Whoever is away stays first until served once.", "LeadAngel", "pools: {sdrs: {members: [kim, lee], rotation: least_recent, on_return: keep, when_empty: next}}"},
		{"Availability is ignored: whoever is next gets it, there or not.", "LeadAngel (by default), Salesforce (rules by MOD)",
			"pools: {sdrs: {members: [kim, lee], rotation: fixed, mode: strict, when_empty: anyway}}"},
		{"Whoever is back gets more until level with the others; where all are on vacation it is ignored.", "Chili Piper (vacation adjustment)",
			"pools: {aes: {members: [kim, lee], rotation: lowest_count, on_return: keep, when_empty: anyway}}"},
		{"Whoever is back stands at the average of the others.", "Chili Piper (without the adjustment), PostHog on Default (by hand)",
			"pools: {aes: {members: [kim, lee], rotation: lowest_count, on_return: average, when_empty: anyway}}"},
		{"Whoever is back sets all counts to zero.", "HubSpot, Calendly", "pools: {aes: {members: [kim, lee], on_return: zero, when_empty: unassigned}}"},
		{"A reassigned meeting counts for the new owner and no longer for the first.", "Chili Piper",
			"pools: {aes: {members: [kim, lee], rotation: lowest_count, given_back: {reassigned: count, charge: true}, when_empty: unassigned}}"},
		{"A nominee works for an absent rep, who keeps the ownership and the turn.", "RevenueHero",
			"reps: {kim: {cover: lee}, lee: {}}\npools: {aes: {members: [kim, lee], cover: owner, when_empty: unassigned}}"},
		{"A backup user gets what the rep cannot take, and the turn with it.", "Kubaru",
			"reps: {kim: {cover: lee}, lee: {}}\npools: {sdrs: {members: [kim, lee], cover: charge, when_empty: next}}"},
		{"Owners who are found otherwise, by lookup or because they had the record, do not count towards a cap, nor does it stop them.", "Kubaru, NC Squared",
			"pools: {sdrs: {members: [kim, lee], caps: [{max: 10, per: rep, every: day}], when_empty: next}}"},
		{"They do count.", "",
			"pools: {sdrs: {members: [kim, lee], caps: [{max: 10, per: rep, every: day, also: [owner, sticky]}], charge: [owner, sticky], when_empty: next}}\nroutes: {all: [account_owner, {sticky: lead}, {pool: sdrs}]}"},
	}},
	{"Nobody can take it", []Variant{
		{"It stays unassigned, with a reason for each candidate.", "Dynamics 365, Daeda", "pools: {sdrs: {members: [kim, lee], when_empty: unassigned}}"},
		{"A default owner gets it.", "Salesforce (default lead owner), Daeda, RotatorTOTS (catch-all)",
			"pools: {sdrs: {members: [kim, lee], when_empty: next}}\nroutes: {all: [{pool: sdrs}, {rep: sam}]}"},
		{"A queue gets it, which somebody looks after.", "Salesforce (default queue), NC Squared",
			"queues: {triage: {owner: sam, first_touch: {within: 4h}}}\npools: {sdrs: {members: [kim, lee], when_empty: {queue: triage}}}"},
		{"Leave is ignored, and somebody gets it all the same.", "Chili Piper", "pools: {aes: {members: [kim, lee], when_empty: anyway}}"},
		{"It waits until somebody is available.", "LeadAngel, LeanData (hold)", "pools: {sdrs: {members: [kim, lee], when_empty: hold}}"},
		{"The next block of the rule is tried.", "LeadAngel, RotatorTOTS",
			"pools: {sdrs: {members: [kim, lee], when_empty: next}, aes: {members: [ana], when_empty: unassigned}}\nroutes: {all: [{pool: sdrs}, {pool: aes}]}"},
		{"Other people take the overflow.", "Kubaru, Salesforce Omni-Channel",
			"pools: {sdrs: {members: [kim, lee], caps: [{max: 10, per: pool, every: day}], when_empty: {pool: aes}}, aes: {members: [ana], when_empty: unassigned}}"},
		{"An owner who is looked up and is not of the team gets nothing.", "NC Squared",
			"routes: {all: [{lookup: lead.rep, team: emea}]}\nfields: {lead: {rep: string}}"},
		{"Whoever can soonest gets it.", "Dynamics 365 (availability)",
			"pools: {sdrs: {members: [kim, lee], rotation: least_recent, availability: {within: 120h, bucket: 24h}, when_empty: unassigned}}"},
	}},
}

const (
	mailSequence = "sequences: {fast: {%s, steps: [{day: 0, do: email}]}}\nplays: [{id: demo, trigger: demo_request, route: all, sequence: fast}]"
	skipped      = "on_blocked_channel: skip"
)

// fast returns sections with a sequence that a play starts.
func fast(keys string) string { return fmt.Sprintf(mailSequence, keys) }

// LimitVariants are the behaviours by which people know enrolment guards, suppression lists, frequency caps and quiet hours,
// by the question that they answer.
var LimitVariants = []VariantGroup{
	{"Who may enter a sequence", []Variant{
		{"Whoever is in it is in no other, and nobody enters it from another.", "Outreach (exclusive: yes)", fast("exclusive: alone, " + skipped)},
		{"Whoever is in it is in no other exclusive one.", "Outreach (only to other exclusive sequences)", fast("exclusive: true, " + skipped)},
		{"It runs beside any that lets it.", "Outreach (not exclusive)", fast("exclusive: false, " + skipped)},
		{"One sequence at a time, whichever it is; the signal is let go.", "HubSpot Sequences", "suppression: [{id: enrolled, source: active_sequence}]"},
		{"Once for ever.", "Outreach, HubSpot (by default), Salesmate", fast("reentry: never, " + skipped)},
		{"More than once, though never twice at once.", "Outreach, Salesmate", fast(skipped)},
		{"Nobody who was contacted lately, by whatever channel.", "Outreach (how often can I contact)", "suppression: [{id: recent-touch, cooldown: {after: touch, per: lead, for: 7d}}]"},
		{"A step on a channel that is refused keeps out all of it.", "Outreach (strict ruleset)", fast("on_blocked_channel: refuse")},
		{"So many at once for each rep, and so many new ones in 24 hours; the others wait.", "Outreach (throttle), GitLab with 75",
			fast("throttle: {per: rep, active: 500, adds: 75, every: 24h}, " + skipped)},
		{"No touch closer to the one before than some days.", "Salesforce (move to another cadence)", fast("gap: 2d, " + skipped)},
		{"It ends with a reply, of a colleague too, a booked meeting or a bounce.", "HubSpot (unenrolment), Apollo", fast("exit_on: [reply, meeting_booked, bounced, account_reply], " + skipped)},
		{"It rests while its rep is away.", "", fast("owner_away: hold, " + skipped)},
	}},
	{"Who is left alone", []Variant{
		{"Whoever is on a list is not enrolled, and leaving it enrols nobody: it takes a new signal.", "HubSpot (suppression list)",
			"suppression: [{id: listed, hold: lead.email_domain in lists.blocked, reason: on the list, forever: true}]\nlists: {blocked: [rival.example]}"},
		{"The same, and whoever leaves it is enrolled by the latest signal, while that is young.", "",
			"suppression: [{id: listed, hold: lead.email_domain in lists.blocked, reason: on the list, on_release: {replay: 7d}}]\nlists: {blocked: [rival.example]}"},
		{"Once in 24 hours, from one qualification to the next.", "Marketo (run limits)", "suppression: [{id: daily, cooldown: {per: lead, for: 24h}}]"},
		{"No account in a deal, none that was lost within 180 days, none that somebody worked within 30.", "GitLab (outbound)",
			"suppression:\n  - {id: deal, source: open_opportunity}\n  - {id: lost, cooldown: {after: loss, per: account, for: 180d}}\n  - {id: worked, cooldown: {per: account, for: 30d}}"},
		{"One campaign waits while another runs.", "Adobe Journey Optimizer, Alertmanager (inhibition)",
			"suppression: [{id: renewing, while: {runs: [renewal]}, except: [renewal], on_release: replay}]\nplays: [{id: demo, trigger: demo_request, route: all}, {id: renew, motion: renewal, trigger: demo_request, route: all, sequence: retention}]\nsequences: {retention: {on_blocked_channel: skip, steps: [{day: 0, do: call}]}}"},
	}},
	{"How often, and what a day is", []Variant{
		{"A calendar day of the subscription's zone, and any seven days.", "Marketo (communication limits)",
			"suppression:\n  - {id: day, cap: {max: 1, of: email, per: lead, every: day, purposes: [marketing]}}\n  - {id: week, cap: {max: 3, of: email, per: lead, every: 168h, purposes: [marketing]}}"},
		{"A calendar day of the recipient's zone; what is too many is passed over.", "Braze",
			"suppression: [{id: day, cap: {max: 1, of: touch, per: lead, every: day, zone: recipient, then: discard}}]"},
		{"A day of the project's zone, and a week from Sunday; what is too many is passed over.", "Iterable",
			"zone: America/New_York\nsuppression:\n  - {id: day, cap: {max: 1, of: touch, per: lead, every: day, then: discard}}\n  - {id: week, cap: {max: 3, of: touch, per: lead, every: week, week_starts: sun, then: discard}}"},
		{"A day and a week of UTC; a week ends on Saturday.", "Adobe Journey Optimizer",
			"zone: America/New_York\nsuppression:\n  - {id: day, cap: {max: 1, of: touch, per: lead, every: day, zone: UTC, then: discard}}\n  - {id: week, cap: {max: 3, of: touch, per: lead, every: week, week_starts: sun, zone: UTC, then: discard}}"},
		{"A timer that each message starts, and that a change of the setting does not shorten.", "Klaviyo (smart sending)",
			"suppression:\n  - {id: mail, cap: {max: 1, of: email, per: lead, every: 16h, timer: true, then: discard}}\n  - {id: text, cap: {max: 1, of: sms, per: lead, every: 24h, timer: true, then: discard}}"},
		{"Any stretch of that length; what is too many is tried again.", "Customer.io", "suppression: [{id: week, cap: {max: 3, of: touch, per: lead, every: 7d}}]"},
		{"So many people enter in a day, and the others wait.", "Adobe Journey Optimizer (entry cap)", "suppression: [{id: entry, cap: {max: 100, per: play, every: day}}]"},
	}},
	{"At which hours", []Variant{
		{"What falls into quiet hours waits until they end. Where no zone is known they hold in the zones that you name, and are not left out.", "Adobe Journey Optimizer (queue)",
			"quiet_hours: [{id: night, hours: mon-sun 21:00-08:00, zones: [America/New_York, America/Los_Angeles]}]"},
		{"It is dropped.", "Adobe Journey Optimizer (discard)", "quiet_hours: [{id: night, hours: mon-sun 21:00-08:00, zones: [America/New_York, America/Los_Angeles], then: discard}]"},
		{"The company's zone stands in where the person's is unknown.", "Braze, Iterable", "quiet_hours: [{id: night, hours: mon-sun 21:00-08:00, zones: [America/New_York]}]"},
		{"Calls at the hours that a law allows.", "", "laws: {use: [tcpa], zones: [America/New_York, America/Los_Angeles]}"},
	}},
}

// again returns sections with a record that comes back, which a play answers.
func again(sections string) string {
	return sections + "\ntriggers: {demo_request: {about: lead, hand_raise: true, stale_after: 14d}, recycled: {about: lead, stale_after: 14d}}\n" +
		"plays: [{id: demo, trigger: demo_request, route: all}, {id: again, trigger: recycled, route: all}]"
}

// OutcomeVariants are the behaviours by which people know outcomes, rejections, disputes, stages and recycling, by the
// question that they answer.
var OutcomeVariants = []VariantGroup{
	{"What has to be said with an outcome", []Variant{
		{"A sub-reason is compulsory, and comes from a list.", "GitLab (lead lifecycle)",
			again("outcomes:\n  recycle: {needs: {reason: [evaluating, in contract, no budget, no interest, no value seen, product limitation]}}\n" +
				"  disqualified: {needs: {reason: [bad data, competitor, consultant, left company, no authority, personal use, unsubscribe]}}")},
		{"A rejection carries a sub-reason.", "SiriusDecisions (SAL)", "outcomes: {rejected: {needs: {reason: true}}}"},
		{"Unable to reach is a reason only once the attempts of the agreement were made.", "SiriusDecisions (SAL)",
			"outcomes: {rejected: {needs: {reason: [no_fit, duplicate, {word: unable_to_reach, attempts: 6}]}}}"},
		{"Nobody answered, after so many attempts over so many days.", "", "outcomes: {no_response: {needs: {attempts: 8, after: 14d}}}"},
		{"Back to nurture, until a date.", "", again("outcomes: {recycle: {needs: {until: true}}}\nrecycle: [{id: dated, outcome: recycle, to: nurture}]")},
	}},
	{"Who may object", []Variant{
		{"A rejection is disputed within 48 hours, with a reason; the manager hears of it.", "GitLab (sales development)",
			"outcomes: {rejected: {needs: {reason: true}, dispute: {within: 48h, tell: manager}}}"},
		{"Operations decide.", "", "outcomes: {rejected: {dispute: {within: 2d, tell: sam}}, disqualified: {dispute: {within: 2d, tell: sam}}}\nreps: {kim: {}, sam: {}}"},
		{"What was said stands.", "", "outcomes: {rejected: {needs: {reason: true}}, disqualified: {needs: {reason: true}}}"},
	}},
	{"What becomes of the record", []Variant{
		{"Whoever was disqualified becomes an MQL again only by raising a hand.", "GitLab (lead lifecycle)",
			again("lifecycle:\n  mql: {when: account.employees >= 50, from: [none]}\n  mql-again: {when: trigger.kind == \"demo_request\", from: [disqualified]}\n" +
				"  disqualified: {on: disqualified, resets: true}\nsuppression: [{id: disqualified, source: disqualified}]")},
		{"Stages go forward only, until the record is recycled.", "HubSpot (lifecycle stages)",
			"lifecycle:\n  inquiry: {on: [connected, reply], forward: true}\n  mql: {when: account.employees >= 50, forward: true}\n" +
				"  sal: {on: accepted, from: [mql], forward: true}\n  sql: {on: qualified, forward: true}\n  recycled: {outcome: recycle, resets: true}"},
		{"It never goes back to the rep who rejected it, and comes back three times at most.", "",
			again("recycle: [{id: rejected, outcome: rejected, wait: 7d, at_most: 3, next_owner: different}]")},
		{"It is looked at again after 30, 90 or 180 days, as the reason says.", "",
			again("outcomes: {no_fit: {needs: {reason: [timing, budget, contract]}}}\nrecycle:\n  - {id: soon, outcome: no_fit, reason: timing, wait: 30d}\n" +
				"  - {id: quarter, outcome: no_fit, reason: budget, wait: 90d}\n  - {id: half-year, outcome: no_fit, reason: contract, wait: 180d}")},
		{"Nothing but a hand that is raised disturbs it for two weeks.", "", again("recycle: [{id: quiet, outcome: no_response, wait: 30d, to: nurture-late, cool_off: 14d}]")},
		{"It goes to nurture, and what it does there brings it back.", "",
			"recycle: [{id: nurture, outcome: [no_response, recycle], to: nurture}]\nlifecycle:\n  mql: count(\"pricing_page\", \"7d\") >= 2\n" +
				"  recycled: {outcome: [no_response, recycle], resets: true}\nplays: [{id: work-mql, trigger: entered(mql), route: all}]"},
	}},
}

// tested returns sections with an experiment on a play that starts a sequence, and another sequence.
func tested(experiments string) string {
	return "experiments:\n" + experiments + "\nsequences:\n  fast: {on_blocked_channel: skip, steps: [{day: 0, do: email}]}\n" +
		"  slow: {on_blocked_channel: skip, steps: [{day: 3, do: email}]}\n" +
		"plays: [{id: demo, trigger: demo_request, route: all, sequence: fast}]"
}

// ExperimentVariants are the behaviours by which people know control groups, split tests and rollouts, by the question that
// they answer.
var ExperimentVariants = []VariantGroup{
	{"Who is held out", []Variant{
		{"One group that gets nothing of anything, by a number of 10,000 that each record has for good.", "Braze (Global Control Group, random bucket number 0 to 9999)",
			"experiments: {global-control: {share: 5%, salt: bucket}}"},
		{"A new group next quarter, so that nobody is left alone for ever.", "Braze (reset of the group)", "experiments: {global-control: {share: 5%, salt: 2026q2}}"},
		{"A number from 1 to 100, and a percentage that stands. Here it may be changed, and whoever was in or out stays so.", "Blueshift (global control group)",
			"experiments: {global-control: {share: 18%, salt: bsft_control_bucket, hash: unleash}}"},
		{"A group for one campaign alone.", "Blueshift (campaign control group), Braze (control of a Canvas)", "experiments: {demo-control: {share: 10%, only: [demo]}}"},
		{"All people of an account, so that colleagues do not see both.", "", "experiments: {account-control: {share: 5%, per: account}}"},
		{"For a quarter only.", "", "experiments: {q1-control: {share: 5%, effective: {from: 2026-01-01, until: 2026-04-01}}}"},
	}},
	{"Who gets which", []Variant{
		{"Weights that fill everything, by the hash of version 2.", "GrowthBook (hashVersion: 2)",
			tested("  opener: {salt: opener, hash: growthbook, arms: {control: {share: 50%}, other: {share: 50%, sequence: slow}}}")},
		{"By the hash of version 1, for an experiment that runs already.", "GrowthBook (hashVersion: 1)",
			tested("  opener: {salt: opener, hash: growthbook1, arms: {control: {share: 50%}, other: {share: 50%, sequence: slow}}}")},
		{"Coverage of 80%: a fifth is in no arm. What coverage leaves out lies behind each arm there, and so it is written out here.", "GrowthBook (coverage)",
			tested("  opener: {salt: opener, hash: growthbook, arms: {control: {share: 40%}, out: {share: 10%}, other: {share: 40%, sequence: slow}}}")},
		{"A namespace of which each experiment has a range of its own, so that nobody is in two.", "GrowthBook (namespaces)",
			tested("  opener: {layer: {name: openers, from: 0%, to: 50%}, arms: {control: {share: 50%}, other: {share: 50%, sequence: slow}}}\n" +
				"  pace: {layer: {name: openers, from: 50%, to: 100%}, arms: {control: {share: 50%}, other: {share: 50%, sequence: slow}}}")},
		{"Whoever was in a variation stays in it when weights change.", "GrowthBook (sticky bucketing)",
			tested("  opener: {arms: {control: {share: 70%}, other: {share: 30%, sequence: slow}}}")},
		{"The side follows the percentage at once, up and down.", "GrowthBook (without sticky bucketing), Unleash",
			tested("  opener: {fresh: true, arms: {control: {share: 70%}, other: {share: 30%, sequence: slow}}}")},
		{"A new phase puts everybody anew.", "GrowthBook (re-randomised phase)", tested("  opener: {salt: opener-2, arms: {control: {share: 70%}, other: {share: 30%, sequence: slow}}}")},
		{"A gradual rollout: so many of 100, by the group id and the user's id.", "Unleash (flexibleRollout, stickiness userId)",
			tested("  opener: {salt: opener, hash: unleash, fresh: true, arms: {other: {share: 25%, sequence: slow}}}")},
		{"The same, sticky by the company.", "Unleash (stickiness by a context field)",
			tested("  opener: {salt: opener, hash: unleash, fresh: true, per: account, arms: {other: {share: 25%, sequence: slow}}}")},
		{"Variants by weights of 1,000.", "Unleash (variants)", tested("  opener: {arms: {control: {share: 33.4%}, other: {share: 33.3%, sequence: slow}, same: {share: 33.3%}}}")},
		{"Only those who fit.", "GrowthBook (targeting), Unleash (constraints)", tested("  opener: {when: account.employees >= 100, arms: {other: {share: 50%, sequence: slow}}}")},
	}},
}

// The sections that the variants of promises share.
const (
	officeHours = "calendars: {office: {zone: America/New_York, open: mon-fri 09:00-17:00}}\n"
	staff       = "reps: {kim: {manager: sam, hours: office}, lee: {manager: sam, hours: office}, sam: {}}\n"
	inbox       = "queues: {inbox: {owner: sam, first_touch: {within: 4h, hours: office}}}\n"
	demo        = "plays: [{id: demo, trigger: demo_request, route: all, first_touch: "
)

// PromiseVariants are the behaviours by which people know clocks of service levels, by the question that they answer.
var PromiseVariants = []VariantGroup{
	{"Which time counts", []Variant{
		{"Wall clock: every hour counts.", "LeadAngel (without excluded hours), NC Squared (wall clock)", demo + "{within: 4h}}]"},
		{"The hours of a team.", "NC Squared (team hours), Kubaru (context schedules)", officeHours + demo + "{within: 4h, hours: office}}]"},
		{"The hours of the team and of the member who has the record.", "NC Squared (team and member hours)",
			officeHours + staff + demo + "{within: 4h, hours: {of: rep, calendar: office}}}]"},
		{"What would be due exactly at closing time is due when the team is back.", "", officeHours + demo + "{within: 4h, hours: office, at_close: next_opening}}]"},
		{"Age since the record was created, whoever had it when. Steps are taken at their own instants here, not every 15 minutes.", "Salesforce (escalation rules)",
			staffed(demo + "{within: 4h, hours: office, from: signal, on_reassign: keeps, if_late: [{escalate: manager}]}}]")},
	}},
	{"What keeps the promise", []Variant{
		{"The owner's word: accepted or not. A new owner has the whole time again.", "GitLab (response timer)",
			officeHours + "plays: [{id: demo, trigger: demo_request, route: all, acceptance: {within: 2h, hours: office, on_reassign: anew}}]"},
		{"An attempt by the owner, from the assignment on.", "LeanScale (SLA)", officeHours + demo + "{within: 15m, hours: office, from: handoff, stops: attempt}}]"},
		{"Contact, counted from what the person did.", "LeanScale (speed to lead)", demo + "{within: 15m, from: signal, stops: contact}}]"},
		{"The clock waits until something happens to the record, or time is over.", "LeanData (hold until)",
			demo + "{within: 2d, stops: [meeting_booked, opportunity_created], if_late: [{notify: owner}]}}]"},
	}},
	{"What happens then", []Variant{
		{"A reminder before it is due, another one when it is late, and the true time is known in the end.", "LeanData (track SLA), Kubaru (approaching, violated)",
			officeHours + demo + "{within: 1h, hours: office, warn: 15m, if_late: [{notify: owner}]}}]"},
		{"A reminder, then the next rep.", "Chili Piper (SLA of a route)",
			officeHours + demo + "{within: 15m, hours: office, if_late: [{notify: owner}, {wait: 15m, reassign: next}]}}]"},
		{"Nobody of those who had the record gets it again.", "NC Squared (no back-to-back)", demo + "{within: 1h, if_late: [{reassign: next, at_most: 5}]}}]"},
		{"The owner is set offline, and the record goes back to a queue.", "NC Squared (missed)",
			staffed(demo + "{within: 30m, hours: office, if_late: [{owner: away}, {queue: inbox}]}}]")},
		{"After a week without anything the record goes back to the open pool.", "PostHog (pool reversal)",
			staffed(demo + "{within: 7d, if_late: [{queue: inbox}]}}]")},
	}},
}

// staffed returns a policy with people to tell and a queue.
func staffed(plays string) string { return officeHours + staff + inbox + plays }
