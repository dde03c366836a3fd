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
    holidays: [2026-07-03, 2026-12-25]
`, nil},
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
	{"sequences", `sequences:
  demo-fast:
    version: 3
    exclusive: true
    on_blocked_channel: skip
    reentry: 90d
    steps: [{day: 0, do: call}, {day: 0, do: email}, {day: 2, do: social}]
`, nil},
	{"reps", `reps:
  kim: {name: Kim Park, role: ae, team: enterprise, manager: sam}
  sam: {name: Sam Lee, role: manager}
`, nil},
	{"pools", `pools:
  aes:
    members: [kim, {rep: lee, weight: 2}]
    rotation: weighted
    availability: {unknown: available}
    when_empty: unassigned
`, nil},
	{"territories", `territories:
  us:
    by: [account.country, account.state, account.postal_code, account.employees]
    rows:
      - {match: [US, CA, "94*", 1000+], rep: kim}
      - {match: [US, CA, "*", 1-999], pool: west}
      - {match: [US, "*", "*", "*"], pool: west}
  world: {file: world.csv}
pools:
  west: {members: [lee], when_empty: next}
`, []ExampleFile{{"world.csv", "account.country,account.industry,pool,rep\nDE,,west,\nFR,software,,ana\n"}}},
	{"routes", `routes:
  all: [account_owner, {territory: us}, {pool: aes}, {rep: sam}]
pools:
  aes: {members: [kim, lee], when_empty: next}
territories:
  us: {by: [account.country], rows: [{match: [US], pool: aes}]}
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
