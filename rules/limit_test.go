package rules

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/suppression"
)

// ground is what the sections of the tests below stand on.
const ground = `language: 1
policy: acme
zone: America/New_York
triggers:
  demo_request: {about: lead, stale_after: 14d}
  webinar: {about: lead, stale_after: 14d}
  pricing_page: {about: lead, stale_after: 14d}
routes: {all: [{rep: sam}]}
queues: {triage: {owner: sam, first_touch: {within: 4h}}}
`

const (
	grownPlay     = "plays: [{id: demo, motion: inbound, trigger: demo_request, route: all}]\n"
	grownSequence = "sequences: {calls: {on_blocked_channel: skip, steps: [{day: 0, do: call}]}}\n"
)

// grown reads a policy of sections that stand on ground.
func grown(t *testing.T, sections string) *policy {
	t.Helper()
	p, err := readPolicy(&files{}, "p.yaml", []byte(ground+sections), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := handoff.New(p.config); err != nil {
		t.Fatalf("the engine refuses it: %v", err)
	}
	return p
}

// same compares zones by name, and conditions by whether there is one.
var same = cmp.Options{
	cmp.Comparer(func(a, b *calendar.Zone) bool { return a.Name() == b.Name() }),
	cmp.Comparer(func(a, b handoff.Condition) bool { return (a == nil) == (b == nil) }),
}

func zoneOf(t *testing.T, name string) *calendar.Zone {
	t.Helper()
	z, err := calendar.LoadZone(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestHoldsOfAPolicy(t *testing.T) {
	paris := zoneOf(t, "Europe/Paris")
	always := handoff.ConditionFunc(func(*handoff.Facts) handoff.Truth { return handoff.True })
	window := func(per suppression.Per, w suppression.Window) suppression.Rule {
		return suppression.Rule{Cap: suppression.Cap{Max: 20, Per: per, Window: w}}
	}
	cooldown := func(c suppression.Cooldown) suppression.Rule {
		return suppression.Rule{Cooldown: c, OnRelease: handoff.ReleaseNone}
	}
	month := handoff.Span{Days: 30}
	for _, tt := range []struct {
		name, reason, text string
		want               suppression.Rule
	}{
		{"a hold", "it lets go of the signal", "hold: 'true', reason: r, forever: true",
			suppression.Rule{Hold: always, Reason: "r", Forever: true, OnRelease: handoff.ReleaseNone}},
		{"a hold that names its source", "the source says why", "hold: 'true', source: competitor, for: 180d",
			suppression.Rule{Hold: always, Source: suppression.Competitor, For: handoff.Span{Days: 180}, OnRelease: handoff.ReleaseNone}},
		{"a hold that names a source", "a condition has no end of its own", "hold: 'true', source: open_opportunity, lifted_by: the team",
			suppression.Rule{Hold: always, Source: suppression.OpenOpportunity, LiftedBy: "the team", OnRelease: handoff.ReleaseNone}},
		{"a source", "it finds out by itself", "source: customer, lifted_by: the team",
			suppression.Rule{Source: suppression.Customer, LiftedBy: "the team", OnRelease: handoff.ReleaseNone}},
		{"a source with an end", "the lead raises a hand", "source: disqualified", suppression.Rule{Source: suppression.Disqualified, OnRelease: handoff.ReleaseNone}},
		{"stages of a deal", "the others do not hold", "source: open_opportunity, stages: [won, talk]",
			suppression.Rule{Source: suppression.OpenOpportunity, Stages: []string{"won", "talk"}, OnRelease: handoff.ReleaseNone}},
		{"a running sequence", "of the lead by default", "source: active_sequence", suppression.Rule{Source: suppression.ActiveSequence, Per: suppression.PerLead, OnRelease: handoff.ReleaseNone}},
		{"a running sequence of the account", "with all that narrows it", "source: active_sequence, per: account, exclusive: true, besides: [calls]",
			suppression.Rule{Source: suppression.ActiveSequence, Per: suppression.PerAccount, Exclusive: true, Besides: []string{"calls"}, OnRelease: handoff.ReleaseNone}},
		{"a release that replays", "as a word", "source: spam, on_release: replay", suppression.Rule{Source: suppression.Spam, OnRelease: handoff.ReleaseReplay}},
		{"a release of young signals", "a day is 24 hours", "source: spam, on_release: {replay: 7d}",
			suppression.Rule{Source: suppression.Spam, OnRelease: handoff.ReleaseReplay, Younger: 7 * 24 * time.Hour}},
		{"a release that tries again", "days are those of the calendar", "source: spam, forever: true, on_release: {again: 1d12h}",
			suppression.Rule{Source: suppression.Spam, Forever: true, OnRelease: handoff.ReleaseAgain, Again: handoff.Span{Days: 1, Elapsed: 12 * time.Hour}}},
		{"a cooldown", "after a handoff by default", "cooldown: {per: lead, for: 30d}",
			suppression.Rule{Cooldown: suppression.Cooldown{After: suppression.AfterHandoff, Per: suppression.PerLead, For: month}, Reason: "handed off recently", OnRelease: handoff.ReleaseNone}},
		{"a cooldown of everybody", "after any handoff of the policy", "cooldown: {after: handoff, per: org, for: 30d}, reason: slow",
			suppression.Rule{Cooldown: suppression.Cooldown{After: suppression.AfterHandoff, Per: suppression.PerOrg, For: month}, Reason: "slow", OnRelease: handoff.ReleaseNone}},
		{"a cooldown after touches", "of some of them", "cooldown: {after: touch, per: lead, for: 30d, channels: [call, email], purposes: [sales]}",
			cooldown(suppression.Cooldown{After: suppression.AfterTouch, Per: suppression.PerLead, For: month, Channels: []handoff.Channel{"call", "email"}, Purposes: []handoff.Purpose{"sales"}})},
		{"a cooldown after a loss", "of the account", "cooldown: {after: loss, per: account, for: 30d}",
			cooldown(suppression.Cooldown{After: suppression.AfterLoss, Per: suppression.PerAccount, For: month})},
		{"a cooldown after a renewal", "of the account", "cooldown: {after: renewal, per: account, for: 30d}",
			cooldown(suppression.Cooldown{After: suppression.AfterRenewal, Per: suppression.PerAccount, For: month})},
		{"a budget of a day", "signals wait by default", "cap: {max: 20, per: rep, every: day}", window(suppression.PerRep, suppression.Window{Every: suppression.Day})},
		{"a budget of handoffs by name", "as without of", "cap: {max: 20, of: handoff, per: domain, every: month, zone: policy}", window(suppression.PerDomain, suppression.Window{Every: suppression.Month})},
		{"a budget of a week", "weeks begin on Monday", "cap: {max: 20, per: team, every: week}",
			window(suppression.PerTeam, suppression.Window{Every: suppression.Week, WeekStart: time.Monday})},
		{"a budget of a week from Sunday", "in a zone", "cap: {max: 20, per: play, every: week, week_starts: sun, zone: Europe/Paris}",
			window(suppression.PerPlay, suppression.Window{Every: suppression.Week, WeekStart: time.Sunday, Zone: paris})},
		{"a rolling budget", "any stretch of the length", "cap: {max: 20, per: org, every: 168h}", window(suppression.PerOrg, suppression.Window{Within: 168 * time.Hour})},
		{"a timer", "it is fixed at each handoff", "cap: {max: 20, per: lead, every: 1d, timer: true}", window(suppression.PerLead, suppression.Window{Timer: 24 * time.Hour})},
		{"no timer", "as without the key", "cap: {max: 20, per: lead, every: 1d, timer: false}", window(suppression.PerLead, suppression.Window{Within: 24 * time.Hour})},
		{"a budget that lets go", "as the author says", "cap: {max: 20, per: lead, every: hour}, on_release: none",
			suppression.Rule{Cap: suppression.Cap{Max: 20, Per: suppression.PerLead, Window: suppression.Window{Every: suppression.Hour}}, OnRelease: handoff.ReleaseNone}},
		{"something that runs", "plays, motions and sequences", "while: {runs: [calls], equal: [lead, buying_group]}",
			suppression.Rule{While: suppression.While{Runs: []string{"calls"}, Equal: []suppression.Equal{"lead", "buying_group"}}, OnRelease: handoff.ReleaseNone}},
		{"a scope", "as of every rule", "source: test, forever: true, only: [inbound]",
			suppression.Rule{Source: suppression.Test, Forever: true, OnRelease: handoff.ReleaseNone, Scope: handoff.Scope{Only: []string{"inbound"}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := grown(t, grownPlay+grownSequence+"suppression: [{id: s, "+tt.text+"}]\n")
			tt.want.ID, tt.want.Position = "s", "p.yaml:12:15"
			if diff := cmp.Diff([]suppression.Rule{tt.want}, p.holds, same); diff != "" {
				t.Errorf("%s (-want +got)\n%s", tt.reason, diff)
			}
			if p.config.Limiter != nil {
				t.Error("it limits touches")
			}
		})
	}
}

func TestLimitsOfAPolicy(t *testing.T) {
	paris, tokyo := zoneOf(t, "Europe/Paris"), zoneOf(t, "Asia/Tokyo")
	night := []calendar.Window{{Day: time.Monday, Open: 21 * time.Hour, Close: 8 * time.Hour}, {Day: time.Saturday, Close: 24 * time.Hour}}
	touches := func(c suppression.TouchCap) suppression.LimitConfig {
		c.ID, c.Position = "s", "p.yaml:11:15"
		return suppression.LimitConfig{Caps: []suppression.TouchCap{c}}
	}
	capped := func(per suppression.Per, w suppression.Window) suppression.Cap {
		return suppression.Cap{Max: 4, Per: per, Window: w}
	}
	day := suppression.Window{Every: suppression.Day}
	quiet := func(q suppression.Quiet) suppression.LimitConfig {
		q.ID, q.Position = "s", "p.yaml:11:15"
		return suppression.LimitConfig{Quiet: []suppression.Quiet{q}}
	}
	const hours = "hours: 'mon 21:00-08:00, sat 00:00-24:00', "
	for _, tt := range []struct {
		name, reason, text string
		want               suppression.LimitConfig
	}{
		{"touches", "all but tasks", "suppression: [{id: s, cap: {max: 4, of: touch, per: lead, every: day}}]", touches(suppression.TouchCap{Cap: capped(suppression.PerLead, day)})},
		{"a channel", "in any seven days", "suppression: [{id: s, cap: {max: 4, of: email, per: account, every: 168h}}]",
			touches(suppression.TouchCap{Cap: capped(suppression.PerAccount, suppression.Window{Within: 168 * time.Hour}), Channels: []handoff.Channel{"email"}})},
		{"several channels", "one cap for both", "suppression: [{id: s, cap: {max: 4, of: [sms, email], per: domain, every: day}, reason: enough}]",
			touches(suppression.TouchCap{Cap: capped(suppression.PerDomain, day), Channels: []handoff.Channel{"sms", "email"}, Reason: "enough"})},
		{"the recipient's day", "by their clock", "suppression: [{id: s, cap: {max: 4, of: touch, per: rep, every: day, zone: recipient}}]",
			touches(suppression.TouchCap{Cap: capped(suppression.PerRep, suppression.Window{Every: suppression.Day, Recipient: true})})},
		{"a zone's day", "by its clock", "suppression: [{id: s, cap: {max: 4, of: touch, per: org, every: day, zone: Europe/Paris}}]",
			touches(suppression.TouchCap{Cap: capped(suppression.PerOrg, suppression.Window{Every: suppression.Day, Zone: paris})})},
		{"purposes", "and the rest is not counted", "suppression: [{id: s, cap: {max: 4, of: touch, per: lead, every: day, purposes: [marketing]}}]",
			touches(suppression.TouchCap{Cap: capped(suppression.PerLead, day), Purposes: []handoff.Purpose{"marketing"}})},
		{"discard", "what is too many never goes out", "suppression: [{id: s, cap: {max: 4, of: touch, per: lead, every: day, then: discard}}]",
			touches(suppression.TouchCap{Cap: capped(suppression.PerLead, day), Discard: true})},
		{"wait", "as without the key", "suppression: [{id: s, cap: {max: 4, of: touch, per: lead, every: day, then: wait}}]", touches(suppression.TouchCap{Cap: capped(suppression.PerLead, day)})},
		{"a timer", "it is fixed at each touch", "suppression: [{id: s, cap: {max: 4, of: sms, per: lead, every: 16h, timer: true}}]",
			touches(suppression.TouchCap{Cap: capped(suppression.PerLead, suppression.Window{Timer: 16 * time.Hour}), Channels: []handoff.Channel{"sms"}})},
		{"quiet hours", "what falls into them waits", "quiet_hours: [{id: s, " + hours + "zones: [Europe/Paris, Asia/Tokyo]}]",
			quiet(suppression.Quiet{Hours: night, Zones: []*calendar.Zone{paris, tokyo}})},
		{"quiet hours of some touches", "the others go out", "quiet_hours: [{id: s, " + hours + "zones: [Asia/Tokyo], channels: [call], purposes: [sales], then: discard, reason: sleep}]",
			quiet(suppression.Quiet{Hours: night, Zones: []*calendar.Zone{tokyo}, Channels: []handoff.Channel{"call"}, Purposes: []handoff.Purpose{"sales"}, Discard: true, Reason: "sleep"})},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := grown(t, grownPlay+tt.text+"\n")
			tt.want.Policy = "acme"
			if diff := cmp.Diff(tt.want, p.limits, same, cmp.Comparer(func(a, b *suppression.Law) bool { return a == b })); diff != "" {
				t.Errorf("%s (-want +got)\n%s", tt.reason, diff)
			}
			if p.config.Limiter == nil || len(p.holds) > 0 {
				t.Errorf("limiter %v, and %d holds", p.config.Limiter, len(p.holds))
			}
		})
	}
}

func TestLawsOfAPolicy(t *testing.T) {
	date := func(year int, month time.Month, day int) calendar.Date {
		return calendar.Date{Year: year, Month: month, Day: day}
	}
	for _, tt := range []struct {
		name, reason, text string
		want               []suppression.LawRow
		limits             bool
	}{
		{"a row", "with every key", `rows: [{id: a, table: casl, countries: [CA], states: [QC, ON], channels: [email], purposes: [sales], subscribers: [corporate], needs: consent,
  bases: [{basis: express}, {basis: inquiry, months: 6}], honour_by: {days: 10, business: true}, from: 2014-07-01, until: 2030-01-01, source: s. 6}]`,
			[]suppression.LawRow{{ID: "a", Table: "casl", Countries: []string{"CA"}, States: []string{"QC", "ON"}, Channels: []handoff.Channel{"email"},
				Purposes: []handoff.Purpose{"sales"}, Subscribers: []handoff.Subscriber{"corporate"}, Need: suppression.NeedConsent,
				Bases: []suppression.Ground{{Basis: "express"}, {Basis: "inquiry", Months: 6}}, HonourBy: suppression.HonourBy{Days: 10, Business: true},
				From: date(2014, 7, 1), Until: date(2030, 1, 1), Source: "s. 6"}}, false},
		{"nothing needed", "open until it is refused", "rows: [{id: a, needs: nothing, source: s}]", []suppression.LawRow{{ID: "a", Need: suppression.NeedNothing, Source: "s"}}, false},
		{"hours", "they limit touches", "zones: [Asia/Tokyo]\n  rows: [{id: a, hours: sun 08:00-21:00, source: s}, {id: b, needs: never, source: s}]",
			[]suppression.LawRow{{ID: "a", Hours: []calendar.Window{{Day: time.Sunday, Open: 8 * time.Hour, Close: 21 * time.Hour}}, Source: "s"},
				{ID: "b", Need: suppression.NeedNever, Source: "s"}}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := grown(t, grownPlay+"laws:\n  "+tt.text+"\n")
			if diff := cmp.Diff(tt.want, p.laws); diff != "" {
				t.Errorf("%s (-want +got)\n%s", tt.reason, diff)
			}
			if law, ok := p.config.Consenter.(*suppression.Law); !ok || p.limits.Law != law {
				t.Errorf("consent is judged by %v, and hours by %v", p.config.Consenter, p.limits.Law)
			}
			if (p.config.Limiter != nil) != tt.limits {
				t.Errorf("limiter: %v", p.config.Limiter)
			}
		})
	}
}

// TestNoLimits: a policy that says nothing of touches and laws leaves both to the engine.
func TestNoLimits(t *testing.T) {
	if c := grown(t, grownPlay).config; c.Limiter != nil || c.Consenter != nil {
		t.Errorf("limiter %v, consenter %v", c.Limiter, c.Consenter)
	}
}

func TestSequenceOfAPolicy(t *testing.T) {
	for _, tt := range []struct {
		name, reason, text string
		want               handoff.Sequence
	}{
		{"nothing", "the zero values are the defaults", "version: 1", handoff.Sequence{}},
		{"not exclusive", "as without the key", "exclusive: false", handoff.Sequence{}},
		{"exclusive", "beside others that are not", "exclusive: true", handoff.Sequence{Exclusive: handoff.Exclusive}},
		{"alone", "beside no other", "exclusive: alone", handoff.Sequence{Exclusive: handoff.Alone}},
		{"entered again", "calendar days", "reentry: 90d", handoff.Sequence{Reentry: handoff.Span{Days: 90}}},
		{"never again", "once for a person", "reentry: never", handoff.Sequence{Once: true}},
		{"marketing", "its steps are", "purpose: marketing", handoff.Sequence{Purpose: handoff.PurposeMarketing}},
		{"a gap", "calendar days", "gap: 2d", handoff.Sequence{Gap: handoff.Span{Days: 2}}},
		{"a throttle of each rep", "both bounds", "throttle: {per: rep, active: 50, adds: 75, every: 1d}",
			handoff.Sequence{Throttle: handoff.Throttle{Per: handoff.KindRep, Active: 50, Adds: 75, Every: 24 * time.Hour}}},
		{"a throttle of all", "one bound will do", "throttle: {per: org, active: 50}", handoff.Sequence{Throttle: handoff.Throttle{Active: 50}}},
		{"an absent owner", "by word", "owner_away: reassign", handoff.Sequence{OwnerAway: handoff.OwnerAwayReassign}},
		{"exits", "in place of what ends all", "exit_on: [reply, meeting_booked]", handoff.Sequence{ExitOn: []handoff.ActivityKind{"reply", "meeting_booked"}}},
		{"a reply of a colleague", "it takes the place of nothing", "exit_on: [account_reply]", handoff.Sequence{AccountReply: true}},
		{"both", "the reply stands apart", "exit_on: [account_reply, bounced]", handoff.Sequence{AccountReply: true, ExitOn: []handoff.ActivityKind{"bounced"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := grown(t, grownPlay+"sequences: {s: {"+tt.text+", on_blocked_channel: skip, steps: [{day: 0, do: call}]}}\n")
			tt.want.ID, tt.want.Version, tt.want.OnBlocked, tt.want.Position = "s", 1, handoff.OnBlockedSkip, "p.yaml:11:13"
			tt.want.Steps = []handoff.Step{{Do: handoff.ChannelCall}}
			if diff := cmp.Diff(tt.want, p.config.Sequences[0]); diff != "" {
				t.Errorf("%s (-want +got)\n%s", tt.reason, diff)
			}
		})
	}
}

func TestPlayOfAPolicy(t *testing.T) {
	for _, tt := range []struct {
		name, reason, text string
		want               handoff.Play
	}{
		{"a kind", "the play answers it alone", "trigger: webinar", handoff.Play{Trigger: "webinar"}},
		{"two of three kinds", "the first is the play's own", "trigger: {any_of: [webinar, demo_request, pricing_page], at_least: 2, within: 7d}",
			handoff.Play{Trigger: "webinar", Signals: handoff.SignalRule{Of: []string{"webinar", "demo_request", "pricing_page"}, AtLeast: 2, Within: 7 * 24 * time.Hour}}},
		{"losers wait", "by word", "trigger: webinar, losers: queue", handoff.Play{Trigger: "webinar", Losers: handoff.LosersQueue}},
		{"a pause of some days", "it ends then", "trigger: webinar, pause_marketing: {for: 7d, scope: [ads]}",
			handoff.Play{Trigger: "webinar", Pause: handoff.PauseRule{Scope: []string{"ads"}, For: handoff.Span{Days: 7}}}},
		{"a pause of a sequence", "it ends with it", "trigger: webinar, sequence: calls, pause_marketing: {scope: [ads], ends_with: sequence}",
			handoff.Play{Trigger: "webinar", Sequence: "calls", Pause: handoff.PauseRule{Scope: []string{"ads"}, Sequence: true}}},
		{"a pause of both", "whatever is earlier", "trigger: webinar, sequence: calls, pause_marketing: {scope: [ads], ends_with: sequence, for: 7d}",
			handoff.Play{Trigger: "webinar", Sequence: "calls", Pause: handoff.PauseRule{Scope: []string{"ads"}, Sequence: true, For: handoff.Span{Days: 7}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := grown(t, grownSequence+"plays: [{id: p, route: all, "+tt.text+"}]\n").config.Plays[0]
			tt.want.ID, tt.want.Position, got.Router = "p", "p.yaml:11:9", nil
			if diff := cmp.Diff(tt.want, got, same); diff != "" {
				t.Errorf("%s (-want +got)\n%s", tt.reason, diff)
			}
		})
	}
}

func TestTriggerOfAPolicy(t *testing.T) {
	for _, tt := range []struct {
		name, reason, text string
		raise              bool
		queue              string
		want               handoff.IncompleteRule
	}{
		{"nothing", "it waits until it is stale", "stale_after: 14d", false, "", handoff.IncompleteRule{}},
		{"a raised hand", "it says so", "stale_after: 14d, hand_raise: true", true, "", handoff.IncompleteRule{}},
		{"a queue", "somebody looks after it", "stale_after: 14d, incomplete: {queue: triage}", false, "triage", handoff.IncompleteRule{}},
		{"a play after a while", "calendar days", "stale_after: 14d, incomplete: {wait: 1d, then: demo}", false, "", handoff.IncompleteRule{Wait: handoff.Span{Days: 1}, Play: "demo"}},
		{"a play of several signals", "it answers the kind too", "stale_after: 14d, incomplete: {wait: 4h, then: many}", false, "",
			handoff.IncompleteRule{Wait: handoff.Span{Elapsed: 4 * time.Hour}, Play: "many"}},
		{"let go", "no play", "stale_after: 14d, incomplete: {queue: triage, wait: 4h, then: drop}", false, "triage", handoff.IncompleteRule{Wait: handoff.Span{Elapsed: 4 * time.Hour}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := "plays:\n  - {id: demo, trigger: demo_request, route: all}\n  - {id: many, trigger: {any_of: [webinar, demo_request], at_least: 2, within: 7d}, route: all}\n"
			p, err := readPolicy(&files{}, "p.yaml", []byte(strings.Replace(ground, "demo_request: {about: lead, stale_after: 14d}", "demo_request: {about: lead, "+tt.text+"}", 1)+text), nil)
			if err != nil {
				t.Fatal(err)
			}
			got, queue := p.config.Triggers[0], ""
			if q := got.Incomplete.Queue; q != nil {
				queue = q.ID
			}
			got.Incomplete.Queue = nil
			if diff := cmp.Diff(tt.want, got.Incomplete); diff != "" || queue != tt.queue || got.HandRaise != tt.raise {
				t.Errorf("queue %q, hand raised %t: %s (-want +got)\n%s", queue, got.HandRaise, tt.reason, diff)
			}
		})
	}
}
