package handoff_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
)

// A generator makes valid requests for acme, the same ones for the same seed. Leads L0 to L2 belong to account A1, so
// that requests about different subjects meet in the State.
type generator struct{ *rand.Rand }

func generate(seed int) generator { return generator{rand.New(rand.NewPCG(uint64(seed), 42))} }

// chance is true once in n times.
func (g generator) chance(n int) bool { return g.IntN(n) == 0 }

func pick[T any](g generator, list ...T) T { return list[g.IntN(len(list))] }

// times calls f for 0 to below most.
func (g generator) times(most int, f func(i int)) {
	for i := range g.IntN(most) {
		f(i)
	}
}

// ago is an instant up to the given number of hours before now, to the minute, so that instants collide.
func (g generator) ago(hours int) time.Time {
	return now.Add(-time.Duration(g.IntN(hours*60)) * time.Minute)
}

// request makes a request about a lead or an account, with a full State.
func (g generator) request(e *handoff.Engine) handoff.Request {
	r := handoff.Request{Account: g.account()}
	kinds := pick(g, []string{"usage_drop", "usage_drop", "expansion", "unheard_of"}, []string{"account_engagement"})
	if g.chance(2) {
		r.Subject = account("A1")
		if g.chance(2) {
			r.Lead = g.lead()
		}
		if !g.chance(6) {
			r.People = g.people()
		}
	} else {
		r.Lead = g.lead()
		r.Subject = r.Lead.Ref()
		kinds = []string{"demo_request", "demo_request", "webinar", "pricing_page", "unheard_of"}
	}
	if !g.chance(5) {
		r.Opportunities = []handoff.Opportunity{}
		g.times(3, func(i int) { r.Opportunities = append(r.Opportunities, g.opportunity(i)) })
	}
	if !g.chance(4) {
		r.Events = []handoff.Event{}
		g.times(6, func(i int) {
			r.Events = append(r.Events, handoff.Event{ID: fmt.Sprint("e", i), Kind: pick(g, "login", "invite"), At: g.ago(100)})
		})
	}
	g.times(4, func(i int) {
		r.Touches = append(r.Touches, g.touch(fmt.Sprint("touch", i)))
	})
	g.times(6, func(i int) { r.Triggers = append(r.Triggers, g.trigger(fmt.Sprint("T", g.IntN(5), "-", i), kinds)) })
	if r.Lead.ID != "" && g.chance(2) {
		r.Match = g.match()
	}
	r.State = g.state(r.Subject, kinds)
	for _, t := range r.Triggers {
		if g.chance(6) {
			with(handoff.ConsumeTrigger{Subject: r.Subject, Policy: policy, Trigger: t.ID, Fate: handoff.FateActed, At: earlier})(&r)
		}
	}
	return fill(e, now, r)
}

func (g generator) lead() handoff.Lead {
	l := handoff.Lead{ID: fmt.Sprint("L", g.IntN(3)), Account: "A1", Owner: pick(g, "", "kim"), Status: "open", PostalCode: pick(g, "", "EC1A 1BB"),
		Objections: pick(g, nil, []string{"budget", "timing"})}
	l.Person = handoff.Person{FirstName: "Jane", Email: pick(g, "jane@initech.example", "jane@initech.example", "jane@gmail.com", "")}
	if !g.chance(3) {
		l.Fields = map[string]handoff.Value{
			"role":       handoff.StringValue(pick(g, "ic", "vp")),
			"interests":  handoff.ListValue([]string{"security", "price"}),
			"seen_at":    handoff.StringValue("2026-03-01T10:00:00+01:00"),
			"extra":      handoff.IntValue(7),
			"engagement": pick(g, handoff.RateValue(g.Int64N(1_000_000)), handoff.IntValue(1), handoff.StringValue("12.5%"), handoff.StringValue("0.25")),
		}
		if g.chance(2) {
			l.Fields["time_on_site"] = pick(g, handoff.StringValue("14m59s"), handoff.StringValue("900s"), handoff.StringValue("1d"), handoff.DurationValue(hour))
		}
	}
	g.times(4, func(int) { l.Consent = append(l.Consent, g.consent()) })
	l.Zone, l.Subscriber = pick(g, "", "America/Chicago", "nowhere"), pick(g, "", handoff.SubscriberCorporate, handoff.SubscriberIndividual)
	l.Country, l.BuyingGroup = pick(g, "", "US", "DE"), pick(g, "", "G1")
	if !g.chance(3) {
		l.Flags = []handoff.Flag{}
	}
	for g.chance(4) {
		l.Flags = append(l.Flags, g.flag())
	}
	return l
}

// match says that the lead is account A1's, that somebody has to look, or that it is nobody's.
func (g generator) match() handoff.Match {
	m := handoff.Match{Digest: pick(g, "", "sha256:people")}
	m.Account.Verdict = pick(g, handoff.MatchVerdicts()...)
	m.Contact.Verdict = handoff.NotMatched
	for i, of := range []handoff.Ref{lead("C1"), account("A1"), account("A2")} {
		c := handoff.MatchCandidate{Ref: of, Verdict: pick(g, handoff.MatchVerdicts()...), Score: int64(14_000_000 - i), Why: "the best"}
		g.times(3, func(j int) {
			c.Evidence = append(c.Evidence, handoff.MatchEvidence{Field: pick(g, "domain", "company"), Level: "exact", Score: g.Int64N(9_000_000) - 1_000_000})
		})
		m.Candidates = append(m.Candidates, c)
	}
	if m.Account.Verdict != handoff.NotMatched {
		m.Account.ID, m.Account.Why, m.Parent = "A1", "the best", pick(g, "", "P1")
		m.Candidates[1].Verdict = pick(g, handoff.Matched, m.Account.Verdict)
	}
	if m.Account.Verdict == handoff.Matched && g.chance(3) {
		m.Candidates[1].Verdict = pick(g, handoff.MatchVerdicts()...)
		m = m.Confirmed(handoff.Account{ID: "A1", Parent: m.Parent}, "dana")
	}
	return m
}

// flag is of a word that stops nothing for good more often than not: it is over, or begins at an instant that collides.
func (g generator) flag() handoff.Flag {
	return handoff.Flag{Word: pick(g, handoff.FlagWords()...), Since: pick(g, time.Time{}, g.ago(48)), Until: pick(g, now, g.ago(24), g.ago(24), time.Time{}, later),
		Source: pick(g, "crm", "form"), LiftedBy: pick(g, "", "the owner")}
}

func (g generator) touch(id string) handoff.Touch {
	return handoff.Touch{ID: id, Channel: pick(g, handoff.Channels()...), At: g.ago(500), By: "kim", About: "intro", Purpose: pick(g, append(handoff.Purposes(), "")...),
		Scope: pick(g, "", "nurture", "newsletter"), Sequence: pick(g, "", "sdr", "nurture")}
}

// people are some of L0 to L4, in any order.
func (g generator) people() []handoff.Lead {
	list := []handoff.Lead{}
	for i := range 5 {
		l := g.lead()
		if l.ID = fmt.Sprint("L", i); !g.chance(3) {
			list = append(list, l)
		}
	}
	return shuffled(g, list)
}

// rep is what State says of a rep who may be away.
func (g generator) rep(id string) handoff.Rep {
	r := handoff.Rep{ID: id, Status: pick(g, handoff.RepUnknown, handoff.RepActive, handoff.RepAway), Load: g.Int64N(5),
		Cover: pick(g, "", "lee", "bob"), Skills: pick(g, nil, []string{"german"}), Tags: []string{"senior"}, Capacity: handoff.Some[int64](4)}
	g.times(3, func(int) {
		a := handoff.Absence{From: g.ago(24)}
		a.Until = pick(g, time.Time{}, now.Add(hour), a.From.Add(hour))
		r.Absences = append(r.Absences, a)
	})
	return r
}

func (g generator) account() handoff.Account {
	a := handoff.Account{ID: "A1", Name: "Initech", Owner: "kim", CSM: "cam", PostalCode: pick(g, "", "94105")}
	if !g.chance(5) {
		a.Employees = handoff.Some(pick[int64](g, 5, 200, 5000))
	}
	if g.chance(2) {
		a.Fields = map[string]handoff.Value{"tier": handoff.StringValue("base"), "signed_on": handoff.StringValue("2025-01-31")}
	}
	return a
}

func (g generator) opportunity(i int) handoff.Opportunity {
	return handoff.Opportunity{ID: fmt.Sprint("O", i), Account: "A1", Status: pick(g, handoff.OpportunityWon, handoff.OpportunityWon, handoff.OpportunityLost, handoff.OpportunityOpen)}
}

func (g generator) trigger(id string, kinds []string) handoff.Trigger {
	t := handoff.Trigger{ID: id, Kind: pick(g, kinds...), OccurredAt: g.ago(pick(g, 1, 48, 900)), Asset: pick(g, "deck", "form"),
		Campaign: handoff.Campaign{ID: "c1", AdGroup: "soc2"}, Pages: pick(g, nil, []string{"/pricing", "/docs"}), Content: []string{"guide"}}
	if g.chance(2) {
		t.Fields = map[string]handoff.Value{"seats": handoff.IntValue(int64(g.IntN(50))), "urgent": handoff.BoolValue(g.chance(2))}
		if !g.chance(3) {
			t.Fields["drop"] = pick(g, handoff.RateValue(249_999), handoff.RateValue(g.Int64N(1_000_000)), handoff.StringValue("25%"), handoff.IntValue(0))
		}
	}
	return t
}

func (g generator) consent() handoff.Consent {
	c := handoff.Consent{Channel: pick(g, handoff.Channels()...), Status: pick(g, handoff.ConsentGranted, handoff.ConsentDenied), At: g.ago(24)}
	if c.Status == handoff.ConsentGranted && g.chance(2) {
		c.Until = now.Add(time.Duration(g.IntN(3)-1) * hour)
	}
	c.Purpose, c.Source, c.Jurisdiction = pick(g, append(handoff.Purposes(), "", "")...), pick(g, "", "form"), pick(g, "", "US-CA")
	if c.Status == handoff.ConsentGranted {
		c.Basis = pick(g, append(handoff.Bases(), "")...)
		c.RevokedAt = pick(g, time.Time{}, time.Time{}, time.Time{}, g.ago(24))
	} else {
		c.HonourBy = pick(g, time.Time{}, later)
	}
	return c
}

// state remembers what up to 15 random effects say.
func (g generator) state(subject handoff.Ref, kinds []string) handoff.State {
	var list []handoff.Effect
	g.times(15, func(i int) { list = append(list, g.effect(i, subject, kinds)) })
	for i := range len(list) / 4 { // the arms of a record are on any side
		arm := handoff.Arm{Experiment: []string{"h", "v", "g"}[i%3], Arm: []string{"held_out", "b", "treated"}[len(list)%3], At: earlier, Propensity: int64(len(list))}
		arm.Salt, arm.HeldOut = arm.Experiment, arm.Arm == "held_out"
		list = append(list, handoff.Expose{Subject: []handoff.Ref{subject, account("A1")}[len(list)%2], Arm: arm})
	}
	if g.chance(5) { // nobody is left in one of the pools
		list = append(list, handoff.SetRepStatus{Rep: "ana", Status: handoff.RepLeft, At: earlier})
	}
	if g.chance(6) { // the subject itself stays where it is
		if into := g.into(handoff.ActivityMerged, lead("L9")); into != subject {
			list = append(list, handoff.MergeRecords{From: into, Into: lead("L9"), At: earlier})
		}
	}
	state := handoff.Apply(nil, list)
	for _, id := range []string{"kim", "ana"} {
		if g.chance(3) {
			state[handoff.RepKey(id)] = handoff.Entry{Version: 1, Value: g.rep(id)}
		}
	}
	return state
}

func (g generator) effect(i int, subject handoff.Ref, kinds []string) handoff.Effect {
	at, id := g.ago(72), fmt.Sprint("S", i)
	person := lead(fmt.Sprint("L", g.IntN(3)))
	about := pick(g, subject, subject, account("A1"), person)
	switch g.IntN(26) {
	case 0:
		why := pick(g, handoff.WhySettle, handoff.WhyHeld, handoff.WhyIncomplete, handoff.WhyUnassigned, handoff.WhyLost, handoff.WhyRecycled)
		return handoff.QueueTrigger{Subject: subject, Queued: handoff.Queued{Trigger: g.queued(id, subject, kinds), Until: now.Add(hour), Why: why,
			GiveUp: pick(g, time.Time{}, now, later), Late: g.chance(4)}}
	case 1:
		hold := handoff.ActiveHold{ID: id, Reason: "wait", Source: "host", Since: at, Until: pick(g, time.Time{}, now, now.Add(hour)),
			OnRelease: pick(g, handoff.ReleaseNone, handoff.ReleaseReplay, handoff.ReleaseAgain), Blocks: []string{pick(g, "inbound", "webinar-follow-up", "save")}}
		switch hold.OnRelease {
		case handoff.ReleaseAgain:
			hold.Again = pick(g, earlier, now, later)
		case handoff.ReleaseReplay:
			hold.GiveUp = pick(g, time.Time{}, now, later)
		}
		hold.Forever, hold.Touches = hold.Until.IsZero() && g.chance(2), g.chance(3)
		if g.chance(4) { // what a record remembers of a rule
			hold.ID, hold.Remembered, hold.Lapsed = handoff.OfRule+pick(g, "open-opportunity", "recent-handoff", "gone"), true, g.chance(3)
		}
		return handoff.Hold{Subject: about, ActiveHold: hold}
	case 2:
		return handoff.PauseMarketing{Subject: about, Pause: handoff.Pause{ID: id, Scope: []string{"nurture"}, Since: at, Until: pick(g, now, now.Add(hour))}}
	case 3:
		return handoff.Exit{Subject: person, Account: pick(g, handoff.Ref{}, account("A1")), Exited: handoff.Exited{Sequence: pick(g, "ae-fast", "nurture"), Person: person, At: at}}
	case 4:
		return handoff.StartClock{Subject: about, Clock: handoff.Clock{ID: id, Play: "save", Owner: "cam", Start: at, Due: at.Add(hour)}}
	case 5:
		return handoff.SetConsent{Subject: person, Consent: g.consent()}
	case 6:
		return handoff.RecordActivity{Subject: about, ActivityRef: handoff.ActivityRef{ID: id, Kind: handoff.ActivityCall, At: at}}
	case 7:
		return handoff.Recycle{Subject: about, To: "nurture", At: at}
	case 8:
		return handoff.SetRepStatus{Rep: pick(g, "kim", "lee", "ana", "bob"), Status: pick(g, handoff.RepActive, handoff.RepAway, handoff.RepLeft), At: at}
	case 9:
		return handoff.AdvancePool{Policy: policy, Pool: "aes", Rep: "kim", At: at, Ledger: &handoff.Pool{Members: handoff.NewLine(handoff.Member{Rep: "kim", Weight: 1}, handoff.Member{Rep: "lee", Weight: 1, Place: 1})}, Moves: []handoff.Move{{Rep: "kim", Offered: 1, Assigned: 1, Key: 1}}}
	case 10:
		return handoff.Enroll{Subject: person, Enrollment: g.enrollment(person, at)}
	case 11: // by a trigger that may wait, by a host, or by one that is gone
		stage := handoff.Stage{ID: pick(g, "mql", "pql", "at_risk", "customer"), At: at, Trigger: pick(g, "", fmt.Sprint("S", i-1), "gone")}
		return handoff.SetStage{Subject: subject, Stage: stage}
	case 12: // one that reaches the person through the account
		return handoff.Enroll{Subject: account("A1"), Enrollment: handoff.Enrollment{Sequence: pick(g, "rally", "sdr"), Version: 1, Exclusive: handoff.Exclusive, Person: person, Play: "rally", Owner: "kim",
			At: at, Ends: pick(g, now, now.Add(day)), Steps: steps(handoff.ChannelEmail)}}
	case 13:
		return handoff.MoveLoad{Subject: about, Rep: pick(g, "kim", "ana"), Units: g.Int64N(3)}
	case 14:
		return handoff.Count{Tally: crewTally, At: at, Keep: 3, Until: pick(g, time.Time{}, at.Add(hour)), Uses: pick(g, "", "lead/L1/nurture")}
	case 15:
		return handoff.Stick{Key: handoff.StickyKey(policy, "crew/"+subject.String()), Sticky: handoff.Sticky{Rep: pick(g, "kim", "ana"), At: at}}
	case 16:
		return handoff.StartClock{Subject: subject, Clock: handoff.Clock{ID: pick(g, "queue:inbox", "queue:other"), Owner: "sam", Start: at, Due: at.Add(4 * hour)}}
	case 17:
		t := g.touch(id)
		return handoff.RecordTouch{Subject: person, TouchRef: handoff.TouchRef{ID: id, Channel: t.Channel, Purpose: pick(g, handoff.Purposes()...), Scope: t.Scope,
			Sequence: t.Sequence, By: t.By, At: at, During: pick(g, nil, []string{"sdr"})}}
	case 18:
		return handoff.Plan{Tally: pick(g, crewTally, outreachTally), For: person.String() + "/nurture", At: pick(g, nil, []time.Time{now}, []time.Time{now, later})}
	case 19: // of a signal that was consumed before
		return handoff.ConsumeTrigger{Subject: subject, Policy: policy, Trigger: "heard-" + id, Fate: handoff.FateNoPlay, At: at,
			Heard: handoff.Heard{Trigger: "heard-" + id, Kind: pick(g, kinds...), OccurredAt: at, Until: pick(g, now, later)}, RaisedHand: pick(g, time.Time{}, at)}
	case 20:
		return handoff.Count{Tally: outreachTally, At: at, Keep: 3}
	case 21:
		return handoff.StopClock{Subject: about, ID: g.clock(i), At: at, Met: g.chance(2), Why: pick(g, handoff.StopDone, handoff.StopOwner, handoff.StopReturns, handoff.StopClosed), Wall: 60, Open: 30}
	case 22:
		return handoff.MoveClock{Subject: about, Clock: handoff.Clock{ID: g.clock(i), Play: "save", Owner: "cam", Start: at, Due: pick(g, time.Time{}, now, later), Late: 1,
			Next: pick(g, time.Time{}, earlier, later), Transfers: g.Int64N(3)}, Why: "moved"}
	case 23: // as a policy gives it back
		return handoff.Recycle{Subject: about, To: "nurture", At: at, Rule: "later", Back: later, Trigger: "back-" + id, Avoid: pick(g, nil, []string{"kim"}, []string{"ana", "lee"})}
	case 24: // back to a queue
		return handoff.Assign{Subject: about, Account: account("A1"), From: "kim", Late: 60, At: at}
	}
	turn := pick(g, handoff.Turn{}, handoff.Turn{Policy: policy, Pool: "crew", Rep: "kim", At: at})
	return handoff.Assign{Subject: about, Account: account("A1"), To: pick(g, "kim", "lee"), Play: "save", Rung: "aes", Turn: turn, At: at}
}

// clock is the name of a clock that an earlier effect may have started.
func (g generator) clock(i int) string {
	return pick(g, "queue:inbox", fmt.Sprint("S", g.IntN(i+1)))
}

// outreachTally is what limits of touches could count.
var outreachTally = handoff.TallyKey(policy, "outreach")

// enrollment runs for a person, as one of the person's own plays started it. The account lists it, or nobody does.
func (g generator) enrollment(person handoff.Ref, at time.Time) handoff.Enrollment {
	e := handoff.Enrollment{Sequence: "nurture", Version: 2, Person: person, Play: "pricing", Motion: "inbound", Owner: "ana", At: at, Steps: steps(handoff.ChannelEmail),
		Exclusive: pick(g, handoff.NotExclusive, handoff.NotExclusive, handoff.Exclusive, handoff.Alone), Account: pick(g, handoff.Ref{}, account("A1")),
		BuyingGroup: pick(g, "", "G1"), AccountReply: g.chance(2), OwnerAway: pick(g, handoff.OwnerAways()...),
		ExitOn: pick(g, nil, []handoff.ActivityKind{handoff.ActivityReply, handoff.ActivityBooked}),
		ID:     pick(g, "", person.String()+"/nurture", "lead/gone/nurture"), Purpose: pick(g, "", "", handoff.PurposeSales, handoff.PurposeMarketing)}
	if g.chance(2) {
		e.Ends, e.Starts = pick(g, now, now.Add(day)), at.Add(hour)
		e.Relied = []handoff.Relied{{Channel: handoff.ChannelEmail, Rule: "latest", Basis: handoff.BasisExpress, At: at, Source: "form"}}
		e.Tallies = []handoff.Key{crewTally, outreachTally}
	}
	return e
}

// activity is about the request's subject, and may be late.
func (g generator) activity(id string, at time.Time, r handoff.Request) handoff.Activity {
	kinds := handoff.ActivityKinds()
	if r.Lead.ID == "" {
		kinds = slices.DeleteFunc(kinds, func(k handoff.ActivityKind) bool {
			return k == handoff.ActivityOptOut || k == handoff.ActivityBounced
		})
	}
	a := handoff.Activity{ID: id, Kind: pick(g, kinds...), At: at.Add(-time.Duration(g.IntN(180)) * time.Minute), By: pick(g, "kim", "ana", "lee"),
		To: pick(g, "kim", "ana", "lee"), Channel: pick(g, handoff.ChannelEmail, handoff.ChannelCall), Reason: pick(g, "no budget", "no fit")}
	if a.Kind == handoff.ActivityOutcome {
		a.Outcome = pick(g, "contacted", "no_response", "recycle")
	}
	a.Into = g.into(a.Kind, r.Subject)
	if g.chance(4) {
		a.Until = a.At.Add(day)
	}
	return a
}

// into is the other record of an activity that makes one record of two, or two of one; of any other it is zero.
func (g generator) into(kind handoff.ActivityKind, subject handoff.Ref) handoff.Ref {
	if kind != handoff.ActivityMerged && kind != handoff.ActivityUnmerged {
		return handoff.Ref{}
	}
	for {
		other := handoff.Ref{Kind: subject.Kind, ID: strings.ToUpper(string(subject.Kind)[:1]) + fmt.Sprint(g.IntN(4))}
		if other != subject {
			return other
		}
	}
}

// queued is a trigger as State remembers it.
func (g generator) queued(id string, subject handoff.Ref, kinds []string) handoff.Trigger {
	t := g.trigger(id, kinds)
	t.Subject = subject
	return t
}

// shuffle returns the request with every list whose order has no meaning in another order, and every map built anew.
func (g generator) shuffle(r handoff.Request) handoff.Request {
	r.Triggers = shuffled(g, r.Triggers)
	for i := range r.Triggers {
		r.Triggers[i].Fields = reinserted(g, r.Triggers[i].Fields)
	}
	r.Opportunities, r.Events, r.Touches = shuffled(g, r.Opportunities), shuffled(g, r.Events), shuffled(g, r.Touches)
	r.People = shuffled(g, r.People)
	for i := range r.People {
		r.People[i] = g.shuffleLead(r.People[i])
	}
	r.Lead, r.Account.Fields = g.shuffleLead(r.Lead), reinserted(g, r.Account.Fields)
	r.State = reinserted(g, r.State)
	return r
}

func (g generator) shuffleLead(l handoff.Lead) handoff.Lead {
	l.Flags, l.Consent, l.Fields = shuffled(g, l.Flags), shuffled(g, l.Consent), reinserted(g, l.Fields)
	return l
}

func shuffled[T any](g generator, list []T) []T {
	list = slices.Clone(list)
	g.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

func reinserted[M ~map[K]V, K comparable, V any](g generator, m M) M {
	if m == nil {
		return nil
	}
	out := M{}
	for _, k := range shuffled(g, slices.Collect(maps.Keys(m))) {
		out[k] = m[k]
	}
	return out
}
