// Package rules compiles a policy, written in YAML with conditions in it, to a handoff.Engine.
//
// Load reads a file. What is wrong with it is returned as Problems: all of them at once, each with its line, its column
// and what to do. A policy that compiles cannot fail, loop or read a clock: its conditions are total and three-valued,
// as package handoff defines them, and run as Go functions over the typed facts. The expr library is the parser of
// conditions; nothing of a policy is ever run by it.
//
// # Sections
//
// A policy is one YAML document with these keys. language, policy, triggers, routes and plays are compulsory.
//
//   - language: 1.
//   - policy: its name. Triggers are consumed, and turns of pools kept, under it: a policy that is renamed starts anew.
//   - zone: the time zone of its days, such as America/New_York; without it UTC.
//   - settle: triggers of one record this close together are decided together; without it at once.
//   - fields: the host's own columns, by owner (lead, account, trigger): a list of words, or string, int, bool, date,
//     time, list.
//   - calendars: open, such as "mon-fri 09:00-12:00, mon-fri 13:00-17:00"; holidays; zone.
//   - lists: lists of texts, for conditions: x in lists.name.
//   - triggers: by kind. about: lead or account. stale_after: too old to act on. same and same_within: what makes two
//     signals the same (asset, offer, campaign, source, landing_page, beside the subject), and for how long.
//   - consent: by channel, required (the default: only with a recorded grant) or opt_out (until it is refused).
//   - scores: by name, rows of points and when; read as score.name.
//   - eligibility: gates. id, require, reason, only or except (plays or motions). Unknown does not pass.
//   - suppression: id; hold with reason, or cooldown {per: lead or account, for}; lifted_by; on_release: none or replay;
//     only or except. Unknown holds.
//   - reps: by id: name, role, team, manager. Where the section is there, every rep that the policy names must be in it.
//   - pools: by id. members, each an id or {rep, weight}; rotation: weighted or least_recent; availability {unknown:
//     available or unavailable}; when_empty: next or unassigned.
//   - territories: by id. by: the fields of its columns; rows of match and pool or rep; "*" matches everything.
//   - routes: by id, a list of rungs: lead_owner, account_owner, account_csm, {territory: id}, {pool: id}, {rep: id}.
//   - sequences: by id. version, exclusive, on_blocked_channel: skip or refuse, reentry, steps of day and do.
//   - plays: id, motion, trigger, when, priority (a number, or {base, add: rows}), supersedes (sequences), losers: merge
//     or drop, route, sequence, first_touch {within, hours}, pause_marketing {for, scope}, hold_until_resolved (plays or
//     motions), context {opening, talk_track, next_step}.
//
// Lengths of time are written 15m, 4h, 7d or 1d12h. In for and reentry a day is a calendar day in the policy's zone;
// elsewhere it is 24 hours.
//
// # Conditions
//
// A condition compares fields with constants or with each other: ==, !=, <, <=, >, >=, in, not in, contains, startsWith,
// endsWith, joined by and, or, not and parentheses. has(field) tells whether something is known, count("event", "30d")
// how often an event occurred, days_until(field) how many days lie before a date. There is no arithmetic, no nil and no
// way to fail. A term that reads something absent is unknown; unknown passes no gate, holds every hold, and matches no
// play.
//
// The fields are subject.kind; lead.owner, status, source, country, state, email_domain; account.name, domain, parent,
// owner, csm, partner, country, state, industry, employees, customer, renewal_on, open_opportunities; trigger.kind,
// source, asset, offer, landing_page, campaign.id, campaign.name, campaign.source, campaign.medium, campaign.ad_group,
// campaign.keyword; the declared ones; and score.name.
//
// # Texts
//
// context.opening may hold ${field | "default"}. ${person.first_name} and its like stay for the host, who fills them
// with handoff.Person.Fill: no decision holds the person.
package rules
