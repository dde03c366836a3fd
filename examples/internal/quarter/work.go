package quarter

import (
	"fmt"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

// A matter is one handoff of a lead on its way.
type matter struct {
	lead     *lead
	id       string // of the lead, and which of its handoffs it is
	owner    string
	sequence string
	over     bool
	n        int
}

// hear reads in a decision what people have to do, and passes it on.
func (c *company) hear(d handoff.Decision) error {
	for _, e := range d.Effects {
		if a, ok := e.(handoff.Assign); ok && a.To != "" {
			c.assigned(d, a)
		}
	}
	if d.Verdict == handoff.VerdictHeldOut {
		c.alone(c.leads[d.Subject], d.At)
	}
	return c.listener.Decision(d)
}

// assigned has the owner work a lead. Whoever had it before stops.
func (c *company) assigned(d handoff.Decision, a handoff.Assign) {
	m := c.cases[d.Subject]
	if len(d.Cause.Triggers) > 0 || m == nil {
		n := 1
		if m != nil {
			n = m.n + 1
		}
		l := c.leads[d.Subject]
		m = &matter{lead: l, id: fmt.Sprintf("%s-%d", l.id, n), sequence: d.Sequence, n: n}
		c.cases[d.Subject] = m
	}
	m.owner = a.To
	c.work(m, d.At)
}

// do plans an activity of the owner, which comes about if the lead is still the owner's and still open.
func (c *company) do(m *matter, at time.Time, a handoff.Activity) {
	owner, subject := m.owner, m.lead.ref()
	a.ID = fmt.Sprintf("A%d-%s-%s", c.events, m.id, owner)
	c.events++
	c.plan(at, func(at time.Time) error {
		if m.over || m.owner != owner || c.cases[subject] != m {
			return nil
		}
		a.At, a.By = at, owner
		m.over = ends(a)
		return c.happened(subject, a)
	})
}

// ends reports whether nobody works a lead after an activity.
func ends(a handoff.Activity) bool {
	switch a.Kind {
	case handoff.ActivityWon, handoff.ActivityLost, handoff.ActivityDeclined, handoff.ActivityDisqualified, handoff.ActivityOutcome:
		return true
	}
	return false
}

// happened passes an activity on, and has the engine look at it.
func (c *company) happened(subject handoff.Ref, a handoff.Activity) error {
	if err := c.tell(Event{Subject: &subject, Activity: &a}); err != nil {
		return err
	}
	return c.host.observe(subject, a)
}

// alone is what becomes of a lead whom nobody works: some find their own way.
func (c *company) alone(l *lead, at time.Time) {
	if chance(l.id, "alone") < 12 {
		subject := l.ref()
		c.plan(c.later(at, 12), func(at time.Time) error {
			return c.happened(subject, handoff.Activity{ID: "A-" + l.id, Kind: handoff.ActivityOpportunity, At: at, Amount: handoff.Some[int64](900000)})
		})
	}
}

// later returns the same time of day so many workdays later.
func (c *company) later(at time.Time, workdays int) time.Time {
	return c.office.Next(c.office.AddDays(at, workdays, calendar.DayBusiness))
}

// delay returns the open minutes after which the owner first tries a lead. Who asks for a demo is called sooner; and since June
// everybody is tried sooner, though not twice as soon.
func (m *matter) delay(at time.Time) int {
	roll := chance(m.id+m.owner, "delay")
	minutes := 20 + 6*roll
	if m.lead.kind == "demo_request" {
		minutes = 4 + roll*roll/110
	}
	if !at.Before(june) {
		minutes = minutes * 17 / 20
	}
	return minutes
}

// work plans what an owner does about a lead.
func (c *company) work(m *matter, at time.Time) {
	roll := func(question string) int { return chance(m.id, question) }
	if chance(m.id+m.owner, "forgotten") < 6 {
		return
	}
	if roll("declined") < 5 {
		c.do(m, c.office.Add(at, 50*time.Minute), handoff.Activity{Kind: handoff.ActivityDeclined, Reason: []string{"duplicate", "not my segment"}[roll("why")%2]})
		return
	}
	minutes := m.delay(at)
	first := c.office.Add(at, time.Duration(minutes)*time.Minute)
	if roll("accepts") < 88 {
		c.do(m, c.office.Add(at, time.Duration(minutes/2+roll("accepts"))*time.Minute), handoff.Activity{Kind: handoff.ActivityAccepted})
	}
	o := m.lead.odds(m.sequence, minutes > 60 && m.lead.kind == "demo_request")
	attempts := 1 + roll("attempts")%4
	reached := roll("contact") < o.contact
	if !reached {
		attempts = 3 + roll("attempts")%2
	}
	last := first
	for i := range attempts {
		last = c.later(first, []int{0, 1, 3, 7}[i])
		kind := handoff.ActivityCall
		if i == 2 || i == 0 && m.lead.kind != "demo_request" {
			kind = handoff.ActivityEmail
		}
		c.do(m, last, handoff.Activity{Kind: kind})
	}
	if reached {
		c.talk(m, last.Add(2*time.Minute), o, roll)
		return
	}
	c.do(m, c.later(last, 3), handoff.Activity{Kind: handoff.ActivityOutcome, Outcome: "no_response"})
}

// talk plans what comes of a conversation.
func (c *company) talk(m *matter, at time.Time, o odds, roll func(string) int) {
	c.do(m, at, handoff.Activity{Kind: handoff.ActivityConnected})
	if roll("meeting") >= o.meeting {
		if roll("fits") < 60 {
			c.do(m, c.later(at, 2), handoff.Activity{Kind: handoff.ActivityDisqualified, Reason: []string{"student", "competitor", "no budget", "no budget"}[roll("why")%4]})
		}
		return
	}
	c.do(m, at.Add(10*time.Minute), handoff.Activity{Kind: handoff.ActivityBooked})
	held := c.later(at, 3+roll("held")%4)
	c.do(m, held, handoff.Activity{Kind: handoff.ActivityMeeting})
	if roll("qualify") >= o.qualify {
		c.do(m, held.Add(time.Hour), handoff.Activity{Kind: handoff.ActivityDisqualified, Reason: "no budget"})
		return
	}
	c.do(m, held.Add(time.Hour), handoff.Activity{Kind: handoff.ActivityQualified})
	if roll("opportunity") < o.opportunity {
		c.deal(m, c.later(held, 2), o, roll)
	}
}

// deal plans an opportunity, and how it ends.
func (c *company) deal(m *matter, at time.Time, o odds, roll func(string) int) {
	amount := handoff.Some(m.lead.account.Employees.Value*2500 + int64(roll("amount"))*6000 + 200000)
	c.do(m, at, handoff.Activity{Kind: handoff.ActivityOpportunity, Amount: amount})
	end := c.later(at, 10+roll("cycle")%25)
	if roll("win") < o.win {
		c.do(m, end, handoff.Activity{Kind: handoff.ActivityWon, Amount: amount})
		return
	}
	c.do(m, end, handoff.Activity{Kind: handoff.ActivityLost, Amount: amount, Reason: []string{"price", "price", "no decision"}[roll("why")%3]})
}
