package quarter

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/salesbaton/baton/handoff"
)

// A lead is one of the quarter's, and how far it can come.
type lead struct {
	id      string
	kind    string // of its signal
	at      time.Time
	account handoff.Account
	country string
	signs   []sign // earlier ones
}

// A sign is a signal that no play answers.
type sign struct {
	kind string
	at   time.Time
}

// chance answers a question about a lead with a number from 0 to 99: always with the same, and as if it were drawn.
func chance(id, question string) int {
	sum := sha256.Sum256([]byte(id + " " + question))
	return int(binary.BigEndian.Uint32(sum[:]) % 100)
}

// start is midnight of 1 April 2026 in New York, in summer time as the whole quarter.
var start = time.Date(2026, 4, 1, 4, 0, 0, 0, time.UTC)

const (
	weeks = 13
	day   = 24 * time.Hour
)

// leads returns all leads of the quarter. Webinars bring twice as many in the last month.
func leads() (all []lead) {
	for week := range weeks {
		for i := range 9 {
			all = append(all, newLead("demo_request", week, i, time.Duration((i*5+week)%7)*day+time.Duration(8*60+(i*97+week*41)%660)*time.Minute))
		}
		for i := range 7 {
			all = append(all, newLead("product_qualified", week, i, time.Duration((i*3+week)%7)*day+time.Duration((i*211+week*67)%1440)*time.Minute))
		}
		webinars := 6
		if week >= 9 {
			webinars = 14
		}
		for i := range webinars { // on Thursdays at three
			all = append(all, newLead("webinar", week, i, day+16*time.Hour+time.Duration(i)*time.Minute))
		}
	}
	return all
}

func newLead(kind string, week, i int, after time.Duration) lead {
	id := fmt.Sprintf("%c%02d%02d", kind[0], week+1, i+1)
	l := lead{id: id, kind: kind, at: start.Add(time.Duration(week)*7*day + after), country: "US"}
	if chance(id, "abroad") < 25 {
		l.country = "CA"
	}
	l.account = handoff.Account{ID: "acc-" + id, Industry: []string{"logistics", "retail", "software"}[chance(id, "industry")%3],
		Employees: handoff.Some([]int64{20, 60, 120, 250, 800}[chance(id, "size")%5])}
	if kind == "product_qualified" && chance(id, "partner") < 8 {
		l.account.Partner = "reseller-1"
	}
	for _, s := range []struct {
		kind   string
		share  int
		before time.Duration
	}{{"whitepaper", 30, 9 * day}, {"webinar_replay", 20, 4 * day}, {"pricing_page", 45, 20 * time.Hour}} {
		if chance(id, s.kind) < s.share {
			l.signs = append(l.signs, sign{s.kind, l.at.Add(-s.before)})
		}
	}
	return l
}

func (l *lead) ref() handoff.Ref { return handoff.Ref{Kind: handoff.KindLead, ID: l.id} }

// request returns what the host knows of the lead, with its signal.
func (l *lead) request() handoff.Request {
	return handoff.Request{
		Subject: l.ref(), Lead: handoff.Lead{ID: l.id, Account: l.account.ID, Country: l.country, Zone: "America/New_York", Flags: []handoff.Flag{}},
		Account: l.account, Opportunities: []handoff.Opportunity{}, Events: []handoff.Event{},
		Triggers: []handoff.Trigger{{ID: "T-" + l.id, Kind: l.kind, OccurredAt: l.at}},
	}
}

// Odds are how many of a hundred go on from each step to the next.
type odds struct{ contact, meeting, qualify, opportunity, win int }

// odds returns how likely it is that a handoff of the lead gets somewhere.
func (l *lead) odds(sequence string, late bool) odds {
	o := map[string]odds{
		"demo_request":      {75, 60, 80, 72, 40},
		"product_qualified": {62, 55, 75, 70, 35},
		"webinar":           {58, 55, 75, 55, 25},
	}[l.kind]
	if l.kind == "webinar" && !l.at.Before(june) { // a list was bought
		o.contact, o.meeting, o.qualify = 30, 25, 45
	}
	if sequence == "demo-video" {
		o.contact, o.meeting = o.contact+8, o.meeting+30
	}
	if l.account.Employees.Value >= 200 {
		o.contact, o.qualify, o.opportunity = o.contact+12, o.qualify+12, o.opportunity+12
	}
	if late {
		o.contact -= 20
	}
	return o
}
