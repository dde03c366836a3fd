package handoff_test

import (
	"time"

	"github.com/salesbaton/baton/handoff"
)

// A crew gives each turn to the member with the least open work, in the order of the names. It counts the handoff, remembers
// who had the record last, and lets a cover stand in for a member who is away.
type crew []string

var (
	crewPool  = handoff.PoolKey(policy, "crew")
	crewTally = handoff.TallyKey(policy, "crew")
)

func crewStick(f *handoff.Facts) handoff.Key {
	return handoff.StickyKey(policy, "crew/"+f.Subject.String())
}

func (c crew) Keys(f *handoff.Facts, _ *handoff.Play, dst []handoff.Key) []handoff.Key {
	dst = append(dst, crewPool, crewTally, crewStick(f))
	for _, m := range c {
		dst = append(dst, handoff.RepKey(m))
		if rep, _ := f.Rep(m); rep.Cover != "" {
			dst = append(dst, handoff.RepKey(rep.Cover))
		}
	}
	return dst
}

func (c crew) Route(f *handoff.Facts, _ *handoff.Play) handoff.Routing {
	r := handoff.Routing{Rung: "crew", Why: "they have the least open work"}
	ledger, least := f.Pool(policy, "crew"), int64(0)
	for _, m := range c {
		rep, _ := f.Rep(m)
		acts, back := c.acts(f, rep)
		switch {
		case acts == "":
			r.Passed = append(r.Passed, handoff.Candidate{Rep: m, Rung: "crew", Reason: "away", Next: back, Ranked: []handoff.Number{{Name: "load", Value: rep.Load}}})
			if r.Next.IsZero() || !back.IsZero() && back.Before(r.Next) {
				r.Next = back
			}
		case r.Owner == "" || rep.Load < least:
			r.Owner, r.Covers, r.Until, least = m, "", time.Time{}, rep.Load
			if acts != m {
				r.Owner, r.Covers, r.Until = acts, m, back
			}
		}
	}
	if r.Owner == "" {
		r.Reasons = []handoff.Reason{{Rule: handoff.RuleRoute, ID: "crew", Code: "away", Text: "everybody is away", Since: ledger.Since, Until: r.Next}}
		r.Queue = &handoff.Queue{ID: "inbox", Owner: "sam", Promise: within(4 * hour)}
		return r
	}
	whose := r.Covers
	if whose == "" {
		whose = r.Owner
	}
	r.Next = time.Time{}
	r.Turn = &handoff.AdvancePool{Policy: policy, Pool: "crew", Rep: whose, Moves: []handoff.Move{{Rep: whose, Offered: 1, Assigned: 1, Key: 1}}}
	if ledger.Members.Len() == 0 {
		fresh := ledger // with what the host wrote
		fresh.Members = c.line()
		r.Turn.Ledger = &fresh
	}
	if last := f.Sticky(crewStick(f)); last.Rep != "" {
		r.Turn.Moves[0].CreditUntil = last.At
	}
	if tally := f.Tally(crewTally); len(tally.At) > 0 {
		r.Turn.Moves[0].CreditUntil = tally.At[0]
	}
	r.With = []string{"sam"}
	r.Units = 2
	r.Counts = []handoff.Count{{Tally: crewTally, Keep: 3}}
	r.Sticks = []handoff.Stick{{Key: crewStick(f), Sticky: handoff.Sticky{Rep: whose}}}
	return r
}

func (c crew) line() handoff.Line {
	var members []handoff.Member
	for i, m := range c {
		members = append(members, handoff.Member{Rep: m, Weight: 1, Place: int64(i)})
	}
	return handoff.NewLine(members...)
}

// acts returns who does the work of a rep, and when a rep who is away is back.
func (c crew) acts(f *handoff.Facts, rep handoff.Rep) (string, time.Time) {
	if rep.Status != handoff.RepActive {
		return "", time.Time{}
	}
	for _, a := range rep.Absences {
		if !f.At.Before(a.From) && (a.Until.IsZero() || f.At.Before(a.Until)) {
			if cover, _ := f.Rep(rep.Cover); cover.Status == handoff.RepActive {
				return rep.Cover, a.Until
			}
			return "", a.Until
		}
	}
	return rep.ID, time.Time{}
}

// TraceRoute reads more than Route does.
func (c crew) TraceRoute(f *handoff.Facts, p *handoff.Play) []handoff.Candidate {
	f.Rep("somebody whom nobody asks for")
	r := c.Route(f, p)
	return append(r.Passed, handoff.Candidate{Rep: r.Owner, Rung: "crew"})
}

// giveBack takes a turn of the crew away from whoever declined, was not met or lost the record.
func giveBack(f *handoff.Facts, t handoff.Turn, a handoff.Activity) []handoff.AdjustPool {
	if t.Pool != "crew" || a.Kind == handoff.ActivityDeclined && a.By != t.Rep {
		return nil
	}
	switch a.Kind {
	case handoff.ActivityDeclined, handoff.ActivityNoShow, handoff.ActivityReassigned:
		m, _ := f.Pool(t.Policy, t.Pool).Members.Find(t.Rep)
		return []handoff.AdjustPool{{Policy: t.Policy, Pool: t.Pool, Moves: []handoff.Move{{Rep: t.Rep, Assigned: -1, Key: m.Key, Reason: string(a.Kind)}}}}
	}
	return nil
}

// isRole is true for people with one of the roles, and unknown for those without a role.
func isRole(c handoff.Config, roles ...string) handoff.Condition {
	i := slot(c, "role")
	return rule{"lead.role", func(f *handoff.Facts) handoff.Truth {
		if f.Fields[i].IsZero() {
			return handoff.Unknown
		}
		for _, role := range roles {
			if f.Fields[i].Text() == role {
				return handoff.True
			}
		}
		return handoff.False
	}}
}

// crowded gives acme plays about accounts that pick their people, and a crew that owns them.
func crowded(c *handoff.Config) {
	who, first := isRole(*c, "manager", "vp"), isRole(*c, "vp")
	c.Triggers = append(c.Triggers, handoff.TriggerRule{Kind: "account_engagement", About: handoff.KindAccount, StaleAfter: 30 * day})
	c.Sequences = append(c.Sequences, handoff.Sequence{ID: "rally", Version: 1, Exclusive: handoff.Exclusive, OnBlocked: handoff.OnBlockedSkip, Reentry: handoff.Span{Days: 30},
		Steps: steps(handoff.ChannelEmail, handoff.ChannelSocial, handoff.ChannelTask)})
	c.Plays = append(c.Plays,
		handoff.Play{ID: "rally", Motion: "renewal", Trigger: "account_engagement", When: employees(100), Priority: points(50), Router: crew{"kim", "ana"}, Sequence: "rally",
			Promise: within(day), Supersedes: []string{"nurture"}, People: handoff.PeopleRule{Who: who, First: first, AtMost: 2}, Position: "acme:40:1"},
		handoff.Play{ID: "rally-strict", Motion: "renewal", Trigger: "account_engagement", When: not(employees(100)), Priority: points(40), Router: crew{"kim", "ana"}, Sequence: "sdr",
			People: handoff.PeopleRule{First: first, AtMost: 3}})
	c.Turns = handoff.TurnKeeperFunc(giveBack)
	c.Lifecycle = handoff.LifecycleFunc(func(a handoff.Activity) handoff.Consequences {
		out := follow(a)
		switch a.Kind {
		case handoff.ActivityWon, handoff.ActivityLost, handoff.ActivityResolved, handoff.ActivityDeclined:
			out.ReleaseLoad = true
		}
		return out
	})
}

// member is one of the account's people, in a role.
func member(id, role string, said ...handoff.Consent) handoff.Lead {
	l := handoff.Lead{ID: id, Account: "A1", Consent: said, Person: handoff.Person{FirstName: "Jane", LastName: "Doe", Email: "jane.doe@initech.example"}}
	if role != "" {
		l.Fields = map[string]handoff.Value{"role": handoff.StringValue(role)}
	}
	return l
}

// engaged is a request about an account some of whose people were active an hour ago.
func engaged(people []handoff.Lead, edits ...func(*handoff.Request)) handoff.Request {
	return churn(append([]func(*handoff.Request){func(r *handoff.Request) {
		r.People = people
		r.Triggers = []handoff.Trigger{signal("E1", "account_engagement", now.Add(-hour))}
	}}, edits...)...)
}

// no is a person's refusal of channels.
func no(channels ...handoff.Channel) (out []handoff.Consent) {
	for _, c := range channels {
		out = append(out, handoff.Consent{Channel: c, Status: handoff.ConsentDenied, At: earlier})
	}
	return out
}

// absent is what State says of a rep who is away.
func absent(r handoff.Rep, until time.Time) func(*handoff.Request) {
	r.Absences = []handoff.Absence{{From: earlier, Until: until}}
	return func(req *handoff.Request) {
		state := handoff.State{}
		for k, e := range req.State {
			state[k] = e
		}
		state[handoff.RepKey(r.ID)] = handoff.Entry{Version: 1, Value: r}
		req.State = state
	}
}
