package handoff_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

// policy is the name of the policy in acme.
const policy = "acme"

// now is the instant of most decisions here: a Wednesday, 10:00 in New York, four days before clocks go forward.
var now = time.Date(2026, 3, 4, 15, 0, 0, 0, time.UTC)

const (
	hour = time.Hour
	day  = 24 * time.Hour
)

// A rule is a condition that reads one path.
type rule struct {
	path string
	eval func(*handoff.Facts) handoff.Truth
}

func (r rule) Eval(f *handoff.Facts) handoff.Truth { return r.eval(f) }

func (r rule) Trace(f *handoff.Facts) handoff.Trace {
	t := handoff.Trace{Truth: r.eval(f), Text: r.path}
	if t.Truth == handoff.Unknown {
		t.Unknown = []string{r.path}
	}
	return t
}

// employees is true for accounts from a size on.
func employees(from int64) handoff.Condition {
	return rule{"account.employees", func(f *handoff.Facts) handoff.Truth {
		if !f.Account.Employees.Known {
			return handoff.Unknown
		}
		return handoff.TruthOf(f.Account.Employees.Value >= from)
	}}
}

func not(c handoff.Condition) handoff.Condition {
	r := c.(rule)
	return rule{r.path, func(f *handoff.Facts) handoff.Truth { return r.eval(f).Not() }}
}

var businessAddress = rule{"lead.email_domain", func(f *handoff.Facts) handoff.Truth {
	if f.EmailDomain == "" {
		return handoff.Unknown
	}
	return handoff.TruthOf(f.EmailDomain != "gmail.com")
}}

// always is a condition that has one value.
func always(t handoff.Truth) handoff.Condition {
	return rule{"always", func(*handoff.Facts) handoff.Truth { return t }}
}

func points(n int64) handoff.Score {
	return handoff.ScoreFunc(func(*handoff.Facts) handoff.Opt[int64] { return handoff.Some(n) })
}

// within is a promise in elapsed time.
func within(d time.Duration) *handoff.SLA { return &handoff.SLA{Within: d} }
func text(s string) handoff.Text          { return handoff.TextFunc(func(*handoff.Facts) string { return s }) }
func to(rep string) handoff.Router {
	return route(handoff.Routing{Owner: rep, Rung: "fixed", Why: "they own it"})
}
func route(answer handoff.Routing) handoff.Router {
	return handoff.RouterFunc(func(*handoff.Facts, *handoff.Play) handoff.Routing { return answer })
}
func steps(channels ...handoff.Channel) (s []handoff.Step) {
	for i, c := range channels {
		s = append(s, handoff.Step{Day: i, Do: c})
	}
	return s
}

// A team gives each turn to the active member with the fewest, in the order of the names.
type team struct {
	name    string
	members []string
}

func (p team) Keys(_ *handoff.Facts, _ *handoff.Play, dst []handoff.Key) []handoff.Key {
	dst = append(dst, handoff.PoolKey(policy, p.name))
	for _, m := range p.members {
		dst = append(dst, handoff.RepKey(m))
	}
	return dst
}

func (p team) Route(f *handoff.Facts, _ *handoff.Play) handoff.Routing {
	ledger := f.Pool(policy, p.name)
	turn := &handoff.AdvancePool{Policy: policy, Pool: p.name}
	if ledger.Members.Len() == 0 {
		var members []handoff.Member
		for i, m := range p.members {
			members = append(members, handoff.Member{Rep: m, Weight: 1, Place: int64(i)})
		}
		turn.Ledger = &handoff.Pool{Members: handoff.NewLine(members...)}
	}
	r := handoff.Routing{Rung: p.name, Why: "it is your turn in " + p.name}
	fewest := int64(0)
	for _, m := range p.members {
		rep, known := f.Rep(m)
		member, _ := ledger.Members.Find(m)
		switch {
		case !known || rep.Status != handoff.RepActive:
			r.Passed = append(r.Passed, handoff.Candidate{Rep: m, Rung: p.name, Reason: "is not active"})
		case r.Owner == "" || member.Assigned < fewest:
			r.Owner, fewest = m, member.Assigned
		}
	}
	if r.Owner == "" {
		r.Reasons = []handoff.Reason{{Rule: handoff.RuleRoute, ID: p.name, Text: "has no active member"}}
		return r
	}
	turn.Rep, turn.Moves = r.Owner, []handoff.Move{{Rep: r.Owner, Offered: 1, Assigned: 1, Key: fewest + 1}}
	r.Turn = turn
	return r
}

// suppress holds inbound plays while a deal is open, and expansion plays within 30 days of a handoff.
func suppress(f *handoff.Facts, p *handoff.Play, dst []handoff.ActiveHold) []handoff.ActiveHold {
	if p.Motion == "inbound" && (!f.OpenOpportunities.Known || f.OpenOpportunities.Value > 0) {
		h := handoff.ActiveHold{ID: "open-opportunity", Reason: "the account team is talking", Source: "policy", OnRelease: handoff.ReleaseReplay}
		if !f.OpenOpportunities.Known {
			h.Unknown = []string{"account.open_opportunities"}
		}
		dst = append(dst, h)
	}
	if last := f.AccountRecord().Handoff; p.Motion == "expansion" && !last.IsZero() && f.At.Before(last.Add(30*day)) {
		dst = append(dst, handoff.ActiveHold{ID: "recent-handoff", Reason: "somebody just got the account", Source: "cooldown",
			Since: last, Until: last.Add(30 * day), OnRelease: handoff.ReleaseNone})
	}
	return dst
}

// follow says what activities change in acme.
func follow(a handoff.Activity) handoff.Consequences {
	switch a.Kind {
	case handoff.ActivityCall, handoff.ActivityEmail:
		return handoff.Consequences{StopClocks: true}
	case handoff.ActivityReply:
		return handoff.Consequences{StopClocks: true, ExitSequences: true, ResumeMarketing: true}
	case handoff.ActivityMeeting:
		return handoff.Consequences{StopClocks: true, Outcome: "met"}
	case handoff.ActivityBooked:
		return handoff.Consequences{StopClocks: true, ExitSequences: true}
	case handoff.ActivityOptOut, handoff.ActivityBounced:
		return handoff.Consequences{DenyChannel: true, ExitChannel: true}
	case handoff.ActivityResolved:
		return handoff.Consequences{ReleaseHolds: true}
	case handoff.ActivityWon, handoff.ActivityLost:
		return handoff.Consequences{StopClocks: true, ExitSequences: true, ResumeMarketing: true, Outcome: string(a.Kind)}
	}
	return handoff.Consequences{}
}

// acme is a small policy with every part that Decide knows.
func acme() handoff.Config {
	zone, err := calendar.LoadZone("America/New_York")
	if err != nil {
		panic(err)
	}
	week := handoff.PauseRule{Scope: []string{"nurture", "events"}, For: handoff.Span{Days: 7}}
	return handoff.Config{
		Policy: policy, Language: 1, Digest: "sha256:one", Zone: zone,
		Fields: []handoff.Field{
			{Of: "lead", Name: "role", Type: handoff.TypeString, Words: []string{"ic", "manager", "vp"}},
			{Of: "lead", Name: "interests", Type: handoff.TypeList},
			{Of: "lead", Name: "seen_at", Type: handoff.TypeTime},
			{Of: "lead", Name: "time_on_site", Type: handoff.TypeDuration},
			{Of: "lead", Name: "engagement", Type: handoff.TypeRate},
			{Of: "account", Name: "tier", Type: handoff.TypeString},
			{Of: "account", Name: "signed_on", Type: handoff.TypeDate},
			{Of: "trigger", Name: "seats", Type: handoff.TypeInt},
			{Of: "trigger", Name: "urgent", Type: handoff.TypeBool},
			{Of: "trigger", Name: "drop", Type: handoff.TypeRate},
		},
		Triggers: []handoff.TriggerRule{
			{Kind: "demo_request", About: handoff.KindLead, Same: []string{"asset", "offer"}, SameWithin: day, StaleAfter: 14 * day},
			{Kind: "webinar", About: handoff.KindLead, Same: []string{"asset"}, SameWithin: hour, StaleAfter: 30 * day},
			{Kind: "pricing_page", About: handoff.KindLead, StaleAfter: 7 * day},
			{Kind: "usage_drop", About: handoff.KindAccount, SameWithin: 30 * day, StaleAfter: 60 * day},
			{Kind: "expansion", About: handoff.KindAccount, StaleAfter: 30 * day},
		},
		Scores: []handoff.ScoreRule{
			{ID: "intent", Score: handoff.ScoreFunc(func(f *handoff.Facts) handoff.Opt[int64] {
				return handoff.Opt[int64]{Value: 5 * int64(len(f.Events)), Known: f.EventsKnown}
			})},
			{ID: "fit", Score: handoff.ScoreFunc(func(f *handoff.Facts) handoff.Opt[int64] {
				return handoff.Some(f.Scores[0].Value + f.Account.Employees.Value/100)
			})},
		},
		Gates: []handoff.Gate{
			{ID: "business-address", Require: businessAddress, Reason: "personal address", Position: "acme:1:1",
				Scope: handoff.Scope{Except: []string{"renewal", "expansion"}}},
			{ID: "size", Require: employees(10), Reason: "too small", Scope: handoff.Scope{Only: []string{"webinar-follow-up"}}},
		},
		Plays: []handoff.Play{
			{ID: "demo-enterprise", Motion: "inbound", Trigger: "demo_request", When: employees(1000), Priority: points(80),
				Router: team{"aes", []string{"kim", "lee", "max"}}, Sequence: "ae-fast", Promise: within(15 * time.Minute),
				Pause: week, Holds: []string{"expansion"}, Supersedes: []string{"nurture"}, Opening: text("You asked for a demo."),
				TalkTrack: "security", NextStep: "call", Position: "acme:10:1"},
			{ID: "demo-smb", Motion: "inbound", Trigger: "demo_request", When: not(employees(1000)), Priority: points(60),
				Router: team{"sdrs", []string{"ana", "bob"}}, Sequence: "sdr", Promise: within(4 * hour)},
			{ID: "webinar-follow-up", Motion: "marketing", Trigger: "webinar", Priority: points(30),
				Router: team{"sdrs", []string{"ana", "bob"}}, Sequence: "nurture", Promise: within(2 * day)},
			{ID: "pricing", Motion: "inbound", Trigger: "pricing_page", Priority: points(40), Losers: handoff.LosersDrop,
				Router: team{"sdrs", []string{"ana", "bob"}}, Sequence: "nurture"},
			{ID: "save", Motion: "renewal", Trigger: "usage_drop", Priority: points(90), Router: to("cam"),
				Sequence: "retention", Promise: within(hour), Pause: week},
			{ID: "grow", Motion: "expansion", Trigger: "expansion", Priority: points(20), Router: to("cam")},
		},
		Suppressor: handoff.SuppressorFunc(suppress),
		Sequences: []handoff.Sequence{
			{ID: "ae-fast", Version: 3, Exclusive: handoff.Exclusive, OnBlocked: handoff.OnBlockedSkip, Reentry: handoff.Span{Days: 90},
				Steps: steps(handoff.ChannelCall, handoff.ChannelEmail, handoff.ChannelTask)},
			{ID: "sdr", Version: 1, Exclusive: handoff.Exclusive, Steps: steps(handoff.ChannelEmail, handoff.ChannelCall)},
			{ID: "nurture", Version: 2, OnBlocked: handoff.OnBlockedSkip, Steps: steps(handoff.ChannelEmail, handoff.ChannelSocial)},
			{ID: "retention", Version: 1, Exclusive: handoff.Exclusive, OnBlocked: handoff.OnBlockedSkip, Steps: steps(handoff.ChannelTask, handoff.ChannelMeeting)},
		},
		Reps: []handoff.Rep{
			{ID: "lee", Status: handoff.RepActive, Manager: "sam"}, {ID: "kim", Status: handoff.RepActive, Team: "aes"},
			{ID: "max", Status: handoff.RepAway}, {ID: "ana", Status: handoff.RepActive}, {ID: "bob"}, {ID: "cam", Status: handoff.RepActive},
		},
		OptOut:    []handoff.Channel{handoff.ChannelCall, handoff.ChannelEmail, handoff.ChannelMeeting},
		Lifecycle: handoff.LifecycleFunc(follow),
	}
}

// slot returns the index of a declared field.
func slot(c handoff.Config, name string) int {
	return slices.IndexFunc(c.Fields, func(f handoff.Field) bool { return f.Name == name })
}

// atLeast is true where a declared field is known and no less.
func atLeast(c handoff.Config, name string, least handoff.Value) handoff.Condition {
	i := slot(c, name)
	return rule{name, func(f *handoff.Facts) handoff.Truth {
		if f.Fields[i].IsZero() {
			return handoff.Unknown
		}
		return handoff.TruthOf(f.Fields[i].Int() >= least.Int())
	}}
}

// entered is true for the trigger with which the record entered a stage.
func entered(stage int) handoff.Condition {
	return rule{"entered", func(f *handoff.Facts) handoff.Truth { return handoff.TruthOf(f.Entered(stage)) }}
}

// staged gives acme a lifecycle, and plays for records that have just entered a stage of it.
func staged(c *handoff.Config) {
	c.Stages = []handoff.StageRule{
		{ID: "mql", When: atLeast(*c, "time_on_site", handoff.DurationValue(15*time.Minute)), Position: "acme:30:1"},
		{ID: "pql", When: atLeast(*c, "seats", handoff.IntValue(25)), Position: "acme:31:1"},
		{ID: "at_risk", When: atLeast(*c, "drop", handoff.RateValue(250_000))},
	}
	c.Plays = append(c.Plays,
		handoff.Play{ID: "pql-fast", Motion: "marketing", Trigger: "webinar", When: entered(1), Priority: points(95), Router: to("kim")},
		handoff.Play{ID: "rescue", Motion: "renewal", Trigger: "usage_drop", When: entered(2), Priority: points(99), Router: to("cam"), Promise: within(15 * time.Minute)})
}

// compile builds acme's engine, edited.
func compile(t testing.TB, edits ...func(*handoff.Config)) *handoff.Engine {
	t.Helper()
	c := acme()
	for _, edit := range edits {
		edit(&c)
	}
	e, err := handoff.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func settle(d time.Duration) func(*handoff.Config) {
	return func(c *handoff.Config) { c.Settle = d }
}

// demo is a request about a lead of a large account who asked for a demo ten minutes ago.
func demo(edits ...func(*handoff.Request)) handoff.Request {
	r := handoff.Request{
		Subject: handoff.Ref{Kind: handoff.KindLead, ID: "L1"},
		Lead: handoff.Lead{ID: "L1", Account: "A1", Status: "open",
			Person: handoff.Person{FirstName: "Jane", LastName: "Doe", Email: "jane.doe@initech.example", Phone: "+15550100"}},
		Account:       handoff.Account{ID: "A1", Name: "Initech", Employees: handoff.Some[int64](5000)},
		Opportunities: []handoff.Opportunity{},
		Triggers:      []handoff.Trigger{signal("T1", "demo_request", now.Add(-10*time.Minute))},
	}
	for _, edit := range edits {
		edit(&r)
	}
	return r
}

// churn is a request about an account whose usage dropped an hour ago.
func churn(edits ...func(*handoff.Request)) handoff.Request {
	return demo(append([]func(*handoff.Request){func(r *handoff.Request) {
		r.Subject, r.Lead = handoff.Ref{Kind: handoff.KindAccount, ID: "A1"}, handoff.Lead{}
		r.Triggers = []handoff.Trigger{signal("U1", "usage_drop", now.Add(-hour))}
	}}, edits...)...)
}

func signal(id, kind string, occurred time.Time) handoff.Trigger {
	return handoff.Trigger{ID: id, Kind: kind, OccurredAt: occurred, Asset: "asset-" + kind}
}

func triggers(list ...handoff.Trigger) func(*handoff.Request) {
	return func(r *handoff.Request) { r.Triggers = list }
}

func size(n int64) func(*handoff.Request) {
	return func(r *handoff.Request) { r.Account.Employees = handoff.Some(n) }
}

// with sets what State remembers; effects tell it, so that it is a State that decisions can lead to.
func with(effects ...handoff.Effect) func(*handoff.Request) {
	return func(r *handoff.Request) { r.State = handoff.Apply(r.State, effects) }
}

// fill adds the entries that the request lacks, as if the host had looked and found nothing.
func fill(e *handoff.Engine, at time.Time, r handoff.Request) handoff.Request {
	r.State = maps.Clone(r.State)
	if r.State == nil {
		r.State = handoff.State{}
	}
	for keys := e.Needs(at, r); len(keys) > 0; keys = e.Needs(at, r) {
		for _, k := range keys {
			r.State[k] = handoff.Entry{}
		}
	}
	return r
}

// fillActivity is fill for Observe.
func fillActivity(e *handoff.Engine, at time.Time, r handoff.Request, a handoff.Activity) handoff.Request {
	r = fill(e, at, r)
	for keys := e.NeedsActivity(at, r, a); len(keys) > 0; keys = e.NeedsActivity(at, r, a) {
		for _, k := range keys {
			r.State[k] = handoff.Entry{}
		}
	}
	return r
}

func decide(t testing.TB, e *handoff.Engine, at time.Time, r handoff.Request) handoff.Decision {
	t.Helper()
	d, err := e.Decide(at, fill(e, at, r))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func encode(t testing.TB, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// effects returns the decision's effects of one kind, in their order.
func effects[T handoff.Effect](d handoff.Decision) []T {
	var out []T
	for _, e := range d.Effects {
		if v, ok := e.(T); ok {
			out = append(out, v)
		}
	}
	return out
}

func kindsOf(d handoff.Decision) []handoff.EffectKind {
	var out []handoff.EffectKind
	for _, e := range d.Effects {
		out = append(out, e.Kind())
	}
	return out
}

// fates returns what became of each consumed trigger.
func fates(d handoff.Decision) map[string]handoff.Fate {
	out := map[string]handoff.Fate{}
	for _, c := range effects[handoff.ConsumeTrigger](d) {
		out[c.Trigger] = c.Fate
	}
	return out
}

// waits returns what each trigger that the decision queues waits for.
func waits(d handoff.Decision) map[string]handoff.Why {
	out := map[string]handoff.Why{}
	for _, q := range effects[handoff.QueueTrigger](d) {
		out[q.Trigger.ID] = q.Why
	}
	return out
}

// reasonFor returns the reasons that speak of one rule.
func reasonFor(d handoff.Decision, id string) []handoff.Reason {
	return slices.DeleteFunc(slices.Clone(d.Reasons), func(r handoff.Reason) bool { return r.ID != id })
}

func lead(id string) handoff.Ref    { return handoff.Ref{Kind: handoff.KindLead, ID: id} }
func account(id string) handoff.Ref { return handoff.Ref{Kind: handoff.KindAccount, ID: id} }

// split breaks JSON into lines, so that a diff shows the place.
func split(text string) []string { return strings.SplitAfter(text, ",") }
