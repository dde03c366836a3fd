package language

// An Example shows a section at work. Its sections stand in the place of those of Base; its files lie beside the policy.
type Example struct {
	Section string
	Text    string
	Files   []ExampleFile
}

// An ExampleFile is a file beside the policy of an example.
type ExampleFile struct{ Name, Text string }

// Examples show every key of the language. All of them compile.
var Examples = []Example{
	{"include", `include: [lists.yaml]
`, []ExampleFile{{"lists.yaml", "lists:\n  freemail: [gmail.com, outlook.com]\n"}}},
	{"zone", `zone: America/New_York
settle: 2m
`, nil},
	{"fields", `fields:
  lead:
    role: [ic, manager, director, vp, cxo]   # a text with these words
    team: string
    seats: int
    trial: bool
    started_on: date
    seen_at: time
    idle: duration
    open_rate: rate
    tags: list
  account: {tier: [strategic, growth, base]}
  trigger: {plan: string}
`, nil},
	{"calendars", `calendars:
  us-sales:
    zone: America/New_York
    open: mon-fri 09:00-17:00
    holidays: [2026-07-03, 12-25, 2026-12-28..2027-01-01, 2026-11-25 09:00-13:00]
  emea: {zone: Europe/Berlin, open: mon-fri 09:00-17:00, holidays: [{file: germany.txt}]}
  both: {all_of: [us-sales, emea]}
  either: {any_of: [us-sales, emea]}
`, []ExampleFile{{"germany.txt", "# one day on each line\n12-25\n12-26\n2026-04-03\n"}}},
	{"lists", `lists:
  freemail: [gmail.com, outlook.com]
  competitors: {file: competitors.txt}
`, []ExampleFile{{"competitors.txt", "# one domain on each line\nrival.example\nother.example\n"}}},
	{"lifecycle", `lifecycle:
  mql: account.employees >= 50 and count("pricing_page", "14d") >= 2
  pql: trigger.kind == "product_qualified"
triggers:
  demo_request: {about: lead, stale_after: 14d}
  product_qualified: {about: lead, stale_after: 14d}
`, nil},
	{"lifecycle", `lifecycle:
  mql: score.fit >= 40
  pql: {when: trigger.kind == "product_qualified", forward: true, meaning: the product says so}
  sal: {on: accepted, from: [mql, pql]}
  sql: {on: [qualified, meeting_held], from: [none, mql, pql, sal]}
  customer: {on: won}
  recycled: {outcome: [no_response, recycle], resets: true}   # whoever comes back can become mql anew
scores: {fit: [{points: 40, when: account.employees >= 1000}]}
triggers:
  demo_request: {about: lead, stale_after: 14d}
  product_qualified: {about: lead, stale_after: 14d}
  usage_drop: {about: account, stale_after: 30d}
plays:
  - {id: work-mql, trigger: entered(mql), about: lead, route: all}   # once for each lead that crosses the line
`, nil},
	{"scores", `scores:
  fit:
    - {points: 40, when: account.employees >= 1000}
    - {points: 20, when: 'lead.country in ["US", "CA"]'}
  intent:
    half_life: 7d
    events: {pricing_page: 15, demo_request: 60, email_click: {points: 3, at_most: 9}}
    rows: [{points: 10, when: score.fit >= 40}]
    at_most: 100
`, nil},
	{"triggers", `triggers:
  demo_request: {about: lead, same: [asset], same_within: 24h, stale_after: 14d}
`, nil},
	{"triggers", `triggers:
  demo_request: {about: lead, hand_raise: true, stale_after: 14d}
  webinar:   # somebody looks after it while facts are missing, and after a day it is answered without them
    about: lead
    stale_after: 14d
    incomplete: {queue: triage, wait: 1d, then: hello}
  content_response: {about: lead, stale_after: 14d, incomplete: {wait: 3d, then: drop}}
queues: {triage: {owner: sam, first_touch: {within: 4h}}}
plays:
  - {id: demo, trigger: demo_request, route: all}
  - {id: webinar-enterprise, trigger: webinar, when: account.employees >= 1000, route: all}
  - {id: hello, trigger: webinar, route: all}
`, nil},
	{"consent", `consent: {call: opt_out, email: required}
`, nil},
	{"eligibility", `eligibility:
  - id: business-address
    require: not (lead.email_domain in ["gmail.com"])
    reason: a personal address
  - {id: not-a-student, require: 'not (lead.email_domain endsWith ".edu")', reason: a student, only: [demo]}
  - {id: known-country, require: has(lead.country), reason: no country, except: [demo]}
`, nil},
	{"suppression", `suppression:
  - id: open-opportunity
    hold: account.open_opportunities > 0
    reason: the account team is talking
    lifted_by: the account executive
    on_release: replay
    except: [renewal]
  - {id: recent-handoff, cooldown: {per: lead, for: 30d}, only: [demo]}
plays:
  - {id: demo, trigger: demo_request, route: all}
  - {id: renew, motion: renewal, trigger: demo_request, route: all}
`, nil},
	{"suppression", `suppression:
  - {id: open-opportunity, source: open_opportunity, stages: [discovery, negotiation], on_release: {replay: 7d}}
  - {id: in-sequence, source: active_sequence, per: account, exclusive: true, besides: [newsletter]}
  - {id: disqualified, source: disqualified}   # until a trigger with hand_raise comes
  - {id: customer, source: customer, forever: true, only: [demo]}
  - {id: competitor, source: competitor, for: 180d, touches: true}   # a lead that is marked with flags: [{word: competitor}]
  - {id: partner, source: partner_owned, lifted_by: the partner manager}
  - {id: rival-domain, hold: lead.email_domain in lists.rivals, source: competitor, lifted_by: sales operations, on_release: {again: 24h}}
  - {id: renewal-runs, while: {runs: [renewal], equal: [account]}, except: [renewal]}
plays:
  - {id: demo, motion: inbound, trigger: demo_request, route: all}
  - {id: renew, motion: renewal, trigger: demo_request, route: all, sequence: newsletter}
lists: {rivals: [rival.example]}
sequences: {newsletter: {on_blocked_channel: skip, steps: [{day: 0, do: email}]}}
`, nil},
	{"suppression", `suppression:
  - {id: touched, cooldown: {after: touch, per: lead, for: 3d, channels: [call, email], purposes: [sales]}}
  - {id: lost, cooldown: {after: loss, per: account, for: 180d}}
  - {id: renewed, cooldown: {after: renewal, per: account, for: 30d}}
  # Budgets: what is beyond them waits.
  - {id: per-rep, cap: {max: 20, per: rep, every: day, zone: America/New_York}}
  - {id: demos, cap: {max: 100, per: play, every: week, week_starts: sun}, only: [demo]}
  # Caps of touches, of whatever sequence or campaign.
  - {id: mails, cap: {max: 4, of: email, per: account, every: 168h}}
  - {id: contact, cap: {max: 2, of: touch, per: lead, every: day, zone: recipient, purposes: [sales, marketing], then: discard}}
  - {id: texts, cap: {max: 1, of: [sms, in_app], per: lead, every: 24h, timer: true}, reason: one message a day}
`, nil},
	{"quiet_hours", `quiet_hours:
  - id: nights
    hours: mon-fri 21:00-08:00, sat-sun 00:00-24:00
    channels: [call, sms]
    purposes: [sales]
    zones: [America/New_York, America/Los_Angeles]   # where nothing is known, the strictest of both
    then: wait
    reason: nobody is called at night
`, nil},
	{"laws", `laws:
  use: [casl, tcpa, can-spam]
  zones: [America/New_York, America/Los_Angeles]
  rows:
    - id: casl.messages   # in the place of the table's row with this id; another id makes it a further row
      table: casl
      countries: [CA]
      states: [ON, QC]
      channels: [email, sms]
      purposes: [sales, marketing]
      subscribers: [individual, corporate]
      needs: consent
      bases: [{basis: express}, {basis: inquiry, months: 6}]
      honour_by: {days: 10, business: true}
      from: 2014-07-01
      until: 2030-01-01
      source: CASL s. 6, 10 and 11
    - {id: late-calls, channels: [call], hours: mon-fri 09:00-18:00, source: our own rule}
`, nil},
	{"slas", `slas:
  fast:   # whoever asks for a demo is called while they still think of it
    within: 15m
    hours: us-sales
    warn: 5m
    pauses: [owner_away, pending]
    stops: attempt
    if_late:
      - {notify: manager}
      - {wait: 15m, reassign: next, at_most: 3}
      - {wait: 1h, queue: inbox}
  answer:
    within: 4h
    hours: {of: rep, calendar: us-sales}
    from: signal
    at_close: next_opening
    stops: [accepted, declined]
    on_reassign: keeps
    if_late: [{notify: owner}, {wait: 1h, escalate: sam}, {wait: 1d, owner: away}]
  polite: {within: 2h, hours: {of: customer, calendar: us-sales}, stops: contact}
calendars: {us-sales: {zone: America/New_York, open: mon-fri 09:00-17:00}}
reps: {kim: {manager: sam}, lee: {manager: sam}, sam: {}}
queues: {inbox: {owner: sam, first_touch: {within: 4h, hours: us-sales, if_late: [{escalate: sam}]}}}
plays:
  - {id: demo, trigger: demo_request, route: all, first_touch: fast, acceptance: answer}
`, nil},
	{"sequences", `sequences:
  demo-fast:
    version: 3
    exclusive: true
    on_blocked_channel: skip
    reentry: 90d
    steps: [{day: 0, do: call}, {day: 0, do: email}, {day: 2, do: social}]
`, nil},
	{"sequences", `sequences:
  executive:   # alone, once, and no closer than two days to the latest touch
    exclusive: alone
    on_blocked_channel: refuse
    reentry: never
    purpose: sales
    gap: 2d
    throttle: {per: rep, active: 50, adds: 75, every: 24h}
    owner_away: cover
    exit_on: [reply, meeting_booked, bounced, account_reply]
    steps: [{day: 0, do: email}, {day: 3, do: call}]
`, nil},
	{"reps", `reps:
  kim:
    name: Kim Park
    role: ae
    team: enterprise
    manager: sam
    tags: [senior]
    skills: [German, security]
    hours: us-sales
    holidays: [new-york]
    capacity: 40
    cover: lee
  lee:
    name: Lee Ortiz
    absences:
      - {from: 2026-08-03, until: 2026-08-17, cover: kim}   # back on the 17th
      - {from: 2026-12-21}                                  # until somebody says otherwise
  sam: {name: Sam Lee, role: manager}
calendars:
  us-sales: {zone: America/New_York, open: mon-fri 09:00-17:00}
  new-york: {zone: America/New_York, open: 24/7, holidays: [2026-07-03, 2026-11-26]}
`, nil},
	{"queues", `queues:
  triage: {owner: sam, first_touch: {within: 4h, hours: us-sales}}
pools:
  aes: {members: [kim, lee], when_empty: {queue: triage}}
calendars:
  us-sales: {zone: America/New_York, open: mon-fri 09:00-17:00}
`, nil},
	{"pools", `pools:
  aes:   # lee gets twice as many; whoever was on leave is owed what came meanwhile
    members: [kim, {rep: lee, weight: 2}]
    rotation: weighted
    on_return: credit
    credit: {at_most: 10, expires: 30d, not_for: [off_hours, holiday]}
    availability: {unknown: available, hours: us-sales}
    when_empty: unassigned
calendars:
  us-sales: {zone: America/New_York, open: mon-fri 09:00-17:00}
`, nil},
	{"pools", `pools:
  demos:   # the fewest meetings this month come first, and nobody is three ahead
    members:
      - {rep: kim, priority: 2}
      - {rep: lee, priority: 1}
      - {rep: ana, when: account.employees < 1000}
    rotation: lowest_count
    mode: balanced
    max_lead: 3
    priority: tie
    on_return: average
    on_join: average
    reset: month
    given_back: {declined: credit, no_show: count, reassigned: count, charge: true}
    charge: [owner, sticky]
    availability: {within: 8h, bucket: 2h}
    cover: charge
    caps:
      - {max: 5, per: rep, every: day, zone: rep}
      - {max: 15, per: member, every: month, even: true}
      - {max: 20, per: tag, tag: junior, every: week, week_starts: sun}
      - {max: 60, per: team, every: 168h, also: [owner, sticky]}
    when_empty: {pool: backups}
  backups:   # lee gets what kim cannot take, and sam what neither can
    members: [kim, lee]
    rotation: first
    when_empty: {rep: sam}
routes:
  all: [account_owner, {sticky: account, for: 90d}, {pool: demos}]
`, nil},
	{"pools", `pools:
  specialists:   # the most free capacity first, of those who speak the lead's language
    members: [kim, lee]
    rotation: load
    units: 2
    role: {inbound: ae, renewal: csm}
    skills: {by: [lead.language], unknown: anybody}
    exclude: {previous: 1, declined: true}
    when_empty: hold
  by-account:    # all leads of an account to one rep, without any memory
    members: [kim, lee]
    rotation: hash
    hash_by: account
    when_empty: next
fields: {lead: {language: string}}
plays:
  - {id: demo, motion: inbound, trigger: demo_request, route: all}
  - {id: renew, motion: renewal, trigger: demo_request, route: all}
`, nil},
	{"pools", `pools:
  emea-webinars: {members: [ana, kim], rotation: least_recent, scope: team, team: emea, when_empty: next}
  emea-demos:    {members: [ana, lee], rotation: least_recent, scope: team, team: emea, when_empty: next}   # who was served there waits here
`, nil},
	{"shifts", `shifts:
  weekend-desk:
    members: [kim, lee, ana]
    every: week
    length: 2
    starts: 2026-03-06 18:00
    zone: America/New_York
routes:
  all: [{shift: weekend-desk, when: 'now.weekday in ["sat", "sun"]'}, {rep: sam}]
`, nil},
	{"territories", `territories:
  us:
    by: [account.country, account.state, account.postal_code, account.employees]
    rows:
      - {match: [US, CA, "94*", 1000+], rep: kim}
      - {match: [US, CA, "*", 1-999], pool: west}
      - {match: [US, "*", "*", "*"], pool: west, until: 2026-07-01}
      - {match: [US, "*", "*", "*"], rep: ana, from: 2026-07-01}
  world: {file: world.csv, effective: {from: 2026-01-01, until: 2027-01-01}}
pools:
  west: {members: [lee], when_empty: next}
`, []ExampleFile{{"world.csv", "account.country,account.industry,pool,rep,from,until\nDE,,west,,,\nFR,software,,ana,2026-04-01,\n"}}},
	{"named_accounts", `named_accounts:
  rows:
    - {account: 0015g00000AbCdE, rep: kim}
    - {domain: globex.example, pool: strategic, until: 2026-07-01}
    - {domain: globex.example, rep: ana, from: 2026-07-01}
routes:
  all: [named_account, {rep: lee}]
pools:
  strategic: {members: [lee], when_empty: next}
`, nil},
	{"named_accounts", `named_accounts: {file: named.csv}
routes: {all: [named_account, {rep: lee}]}
`, []ExampleFile{{"named.csv", "account,domain,rep,from,until\n0015g00000AbCdE,acme.example,kim,,\n,globex.example,ana,2026-04-01,2027-01-01\n"}}},
	{"routes", `routes:
  all: [account_owner, named_account, {territory: us}, {pool: aes}, {rep: sam}]
pools:
  aes: {members: [kim, lee], when_empty: next}
territories:
  us: {by: [account.country], rows: [{match: [US], pool: aes}]}
named_accounts:
  rows: [{domain: acme.example, rep: kim}]
`, nil},
	{"routes", `routes:
  all:
    - {sticky: domain, for: 90d, scope: route, renew: true, except: lead.email_domain in lists.freemail, away: hold}
    - {owner: account_owner, when: account.customer, hours: us-sales, team: enterprise, away: cover, with: [account_csm]}
    - {lookup: lead.partner_rep, away: take}
    - {shift: desk, away: next}
    - {pool: aes}
fields: {lead: {partner_rep: string}}
lists: {freemail: [gmail.com, outlook.com]}
calendars: {us-sales: {open: mon-fri 09:00-17:00}}
shifts: {desk: {members: [kim, lee], every: day, starts: 2026-03-02}}
pools: {aes: {members: [kim, lee], when_empty: unassigned}}
`, nil},
	{"plays", `plays:
  - id: demo-enterprise
    motion: inbound
    trigger: demo_request
    when: account.employees >= 1000
    priority: {base: 80, add: [{points: 10, when: account.customer}]}
    supersedes: [nurture]
    losers: merge
    route: all
    sequence: demo-fast
    first_touch: {within: 15m, hours: us-sales}
    pause_marketing: {for: 7d, scope: [nurture]}
    hold_until_resolved: [demo]
    context:
      opening: 'Hi ${person.first_name | "there"}, you asked for ${trigger.asset | "a demo"}.'
      talk_track: enterprise-security
      next_step: book a meeting
  - {id: demo, motion: inbound, trigger: demo_request, priority: 50, route: all}
calendars: {us-sales: {open: mon-fri 09:00-17:00}}
sequences:
  demo-fast: {on_blocked_channel: skip, steps: [{day: 0, do: call}]}
  nurture: {on_blocked_channel: skip, steps: [{day: 0, do: email}]}
`, nil},
	{"plays", `plays:
  - id: warm
    trigger: {any_of: [webinar, pricing_page, content_response], at_least: 2, within: 7d}
    losers: queue
    else: next_play
    route: all
    sequence: follow-up
    pause_marketing: {scope: [nurture], ends_with: sequence}
triggers:
  webinar: {about: lead, stale_after: 14d}
  pricing_page: {about: lead, stale_after: 14d}
  content_response: {about: lead, stale_after: 14d}
sequences:
  follow-up: {on_blocked_channel: skip, steps: [{day: 0, do: email}]}
`, nil},
	{"plays", `plays:
  - id: usage-drop
    trigger: usage_drop
    route: all
    sequence: check-in
    people:   # of the account: the champions first, and three at most
      who: lead.role in ["champion", "admin"]
      first: lead.role == "champion"
      at_most: 3
fields: {lead: {role: [champion, admin, user]}}
triggers: {usage_drop: {about: account, stale_after: 14d}}
sequences:
  check-in: {on_blocked_channel: skip, steps: [{day: 0, do: email}]}
`, nil},
	{"plays", `plays:   # who looks after what; nothing is decided by it
  - {id: demo, trigger: demo_request, route: all, sequence: call-them, owner: inbound team, review_by: 2026-07-01, note: after the new pricing}
  - {id: again, trigger: recycled, route: all}
eligibility: [{id: employed, require: account.employees > 0, reason: nobody works there, owner: ops, review_by: 2026-07-01, note: asked by sales}]
suppression: [{id: legal, hold: lead.country == "XX", reason: a dispute, lifted_by: legal, owner: legal, review_by: 2026-04-01, note: case 12}]
quiet_hours: [{id: night, hours: mon-sun 21:00-08:00, zones: [America/New_York], owner: legal, review_by: 2027-01-01, note: as advised}]
sequences: {call-them: {on_blocked_channel: skip, steps: [{day: 0, do: call}], owner: enablement, review_by: 2026-07-01, note: no e-mail yet}}
slas: {fast: {within: 15m, owner: vp sales, review_by: 2026-07-01, note: agreed in March}}
pools: {aes: {members: [kim], when_empty: next, owner: ops, review_by: 2026-07-01, note: until lee is back}}
territories: {us: {by: [account.country], rows: [{match: [US], pool: aes}], owner: ops, review_by: 2027-01-01, note: drawn in January}}
experiments: {holdout: {share: 5%, owner: growth, review_by: 2026-04-01, note: for the first quarter}}
recycle: [{id: quiet, outcome: no_response, wait: 30d, owner: nurture team, review_by: 2026-07-01, note: try less}]
triggers:
  demo_request: {about: lead, stale_after: 14d}
  recycled: {about: lead, stale_after: 14d}
`, nil},
	{"outcomes", `outcomes:
  no_response: {needs: {attempts: 6, after: 10d}}
  no_fit: {needs: {reason: [budget, size, {word: unable_to_reach, attempts: 6}]}}
  recycle: {needs: {until: true}}
  rejected: {needs: {reason: true}, dispute: {within: 48h, tell: manager}}
  timing: {ends: true, meaning: 'wants it, but not now'}   # a word of the policy's own
triggers:
  demo_request: {about: lead, stale_after: 14d}
  recycled: {about: lead, stale_after: 14d}
`, nil},
	{"recycle", `recycle:
  - {id: quiet, outcome: no_response, wait: 30d, to: nurture-late, at_most: 3, cool_off: 14d, next_owner: different}
  - {id: priced-out, outcome: [no_fit], reason: [budget], wait: 180d, to: nurture-budget}
triggers:
  demo_request: {about: lead, stale_after: 14d}
  recycled: {about: lead, stale_after: 14d}
plays:
  - {id: demo, trigger: demo_request, route: all}
  - {id: again, trigger: recycled, route: all}
`, nil},
	{"experiments", `experiments:
  global-holdout: {share: 5%, salt: 2026q1, only: [expansion]}   # one in twenty is left alone
  opener-test:
    per: account
    salt: 2026q1
    hash: sha256
    only: [demo-enterprise]
    when: account.employees >= 100
    layer: {name: openers, from: 0%, to: 50%}
    effective: {from: 2026-01-01, until: 2026-04-01}
    arms:
      plain: {share: 50%}
      video: {share: 50%, sequence: ae-demo-video}
  long-test:   # the other half, so that nobody is in both
    per: account
    only: [demo-enterprise]
    layer: {name: openers, from: 50%, to: 100%}
    arms:
      short: {share: 90%}
      long: {share: 10%, sequence: ae-demo-long}
  channels: {share: 0.5%, except: [demo-enterprise], fresh: true}
plays:
  - {id: demo-enterprise, trigger: demo_request, route: all, sequence: ae-demo}
  - {id: usage, motion: expansion, trigger: usage_high, route: all}
triggers:
  demo_request: {about: lead, stale_after: 14d}
  usage_high: {about: account, stale_after: 14d}
sequences:
  ae-demo: {on_blocked_channel: skip, steps: [{day: 0, do: email}]}
  ae-demo-video: {on_blocked_channel: skip, steps: [{day: 0, do: email}, {day: 1, do: social}]}
  ae-demo-long: {on_blocked_channel: skip, steps: [{day: 0, do: email}, {day: 14, do: email}]}
`, nil},
	{"identity", `identity:
  profile: strict
  mailboxes: providers
  free_mail: {list: freemail, built_in: false}
  disposable: {list: burners, built_in: true}
  people:   # whoever has the same e-mail address is the same person, unless the dates of birth say otherwise
    keys: [email, phone, sound]
    match: 12
    review: 6
    records: 20000   # among 40,000 records a match needs 13 bits
    weights: {email: {exact: 14, close: 7, differs: -2}, last_name: {exact: 7.2}, phone: {exact: 12.5}}
    alone: {phone: review}
    common: [phone, company]   # colleagues share both, and are not one
    apart: {born: {differs: review}, last_name: {unknown: review}}   # nobody is matched whose last name is not known
    tie_breaks: [latest_activity, oldest]
    linkage: average
  accounts: {tie_breaks: [customer, most_contacts, review]}   # two customers with as many contacts: somebody looks
  companies: {linkage: complete}
lists: {freemail: [gmail.com, outlook.com], burners: [burner.example]}
`, nil},
	{"identity", `identity:
  mailboxes: {dots: true, tags: true, aliases: true, apple: false}
  free_mail: portals   # in addition to those that the library knows
lists: {portals: [portal.example]}
`, nil},
}

// Types are what values can be, in the order of the reference.
var Types = []struct{ Name, Doc, Example string }{
	{"string", "A text. An empty one is unknown.", `lead.source == "web"`},
	{"words", "A text that is one of the words that its declaration lists; any other word is refused where it arrives, and does not compile.", `now.weekday in ["sat", "sun"]`},
	{"int", "A whole number, at most 2^53.", "account.employees >= 50"},
	{"bool", "true or false.", "account.customer"},
	{"date", `A day, written "2026-03-01".`, `account.renewal_on < "2026-04-01"`},
	{"time", `An instant, written with its offset, "2026-03-01T09:00:00-05:00", or in the policy's zone: "2026-03-01 09:00", or a day, which is its first instant. Of a time of day that occurs twice the first counts; one that is skipped does not compile.`, `trigger.occurred_at >= "2026-03-01 09:00"`},
	{"duration", `Elapsed time, written 15m, 4h, 7d or 1d12h; a day is 24 hours.`, `trigger.age < "36h"`},
	{"rate", `A number with at most 6 decimals, kept exactly; written 0.25 or "25%".`, "lead.open_rate >= 0.25"},
	{"time of day", `Hours and minutes on the clocks of the policy's zone, written "09:30".`, `now.time >= "09:30" and now.time < "17:00"`},
	{"list", "A list of texts. Something is in it, or not.", `"beta" in lead.tags`},
}
