// Contact: may we write to this person now? A sequencer with a rep's steps and marketing's newsletter both ask before they
// send, and get one answer: who is left alone, whose turn it is, and until when the other one waits.
package main

import (
	_ "embed"
	"fmt"
	"time"

	"github.com/salesbaton/baton/examples/internal/story"
	"github.com/salesbaton/baton/handoff"
)

//go:embed policy.yaml
var policy []byte

func main() { story.Main(policy, tell) }

// on returns an instant of May 2026 in New York.
func on(day, hour, minute int) time.Time {
	return time.Date(2026, 5, day, hour+4, minute, 0, 0, time.UTC)
}

func tell(s *story.Story) error {
	jo, ines, ola := texan(), canadian(), negotiator(handoff.OpportunityOpen)
	for _, scene := range []struct {
		text string
		play func() error
	}{
		{"Monday. Jo reads a paper, which is one sign and not yet two. The newsletter asks, too.", func() error {
			if err := s.Decide(on(4, 10, 0), with(jo, "content_response", on(4, 10, 0))); err != nil {
				return err
			}
			return campaign(s, on(4, 10, 5), "newsletter", jo, ines)
		}},
		{"\nTuesday. Jo looks at the prices: the second sign. Kim may write a day after the newsletter, and the next one waits.", func() error {
			if err := s.Decide(on(5, 9, 30), with(jo, "pricing_page", on(5, 9, 30))); err != nil {
				return err
			}
			if err := step(s, on(5, 9, 30), jo, handoff.ChannelEmail); err != nil {
				return err
			}
			return campaign(s, on(5, 11, 0), "newsletter", jo)
		}},
		{"\nInes asks for a demo, and nobody knows how large her company is. Four hours later that is still so, and it is evening.", func() error {
			ines = asked(ines, on(5, 14, 30))
			if err := s.Decide(on(5, 14, 30), with(ines, "demo_request", on(5, 14, 30))); err != nil {
				return err
			}
			if err := s.Sweep(on(5, 18, 30), ines); err != nil {
				return err
			}
			return step(s, on(5, 18, 35), ines, handoff.ChannelEmail)
		}},
		{"\nOla asks for a demo in the middle of a negotiation. The next morning the deal is off, and Kim has begun enough.", func() error {
			if err := s.Decide(on(5, 19, 0), with(ola, "demo_request", on(5, 19, 0))); err != nil {
				return err
			}
			ola = negotiator(handoff.OpportunityLost)
			if err := s.Decide(on(6, 9, 0), ola); err != nil {
				return err
			}
			return s.Sweep(on(6, 9, 30), ola)
		}},
		{"\nWednesday. Marketing invites Jo to an event. No pause covers that, but a mail that is planned for Saturday would be the fourth.", func() error {
			return campaign(s, on(6, 11, 0), "events", jo)
		}},
		{"\nThursday. Kim is away, and Jo's call is due; in Texas it is a quarter past eight.", func() error {
			return step(s, on(7, 9, 15), jo, handoff.ChannelCall)
		}},
		{"\nFriday. Jo replies. The step of Saturday is off, and on Monday marketing goes on, with one mail a day.", func() error {
			reply := handoff.Activity{ID: "R1", Kind: handoff.ActivityReply, At: on(8, 11, 0)}
			if err := s.Observe(on(8, 11, 0), jo, reply); err != nil {
				return err
			}
			if err := step(s, on(9, 10, 5), jo, handoff.ChannelEmail); err != nil {
				return err
			}
			if err := campaign(s, on(11, 10, 0), "newsletter", jo, ines); err != nil {
				return err
			}
			return campaign(s, on(11, 10, 10), "events", jo)
		}},
	} {
		s.Tell(scene.text)
		if err := scene.play(); err != nil {
			return err
		}
	}
	return nil
}

// step is the sequencer: it tries a step, and once more at the time that it is told.
func step(s *story.Story, at time.Time, r handoff.Request, channel handoff.Channel) error {
	touch := handoff.Touch{ID: fmt.Sprintf("%s-%s-%02d", r.Lead.ID, channel, at.Day()), Channel: channel, Sequence: "conversation"}
	d, err := s.Permit(at, r, touch)
	if err != nil || d.Verdict != handoff.VerdictHeld || d.Next.IsZero() {
		return err
	}
	_, err = s.Permit(d.Next, r, touch)
	return err
}

// campaign is marketing: it sends to whom it may, and leaves out the others.
func campaign(s *story.Story, at time.Time, scope string, to ...handoff.Request) error {
	for _, r := range to {
		touch := handoff.Touch{ID: fmt.Sprintf("%s-%s-%02d", r.Lead.ID, scope, at.Day()), Channel: handoff.ChannelEmail, By: "marketing",
			Purpose: handoff.PurposeMarketing, Scope: scope}
		if _, err := s.Permit(at, r, touch); err != nil {
			return err
		}
	}
	return nil
}

// with adds a signal to a request.
func with(r handoff.Request, kind string, at time.Time) handoff.Request {
	r.Triggers = []handoff.Trigger{{ID: r.Lead.ID + "-" + kind, Kind: kind, OccurredAt: at}}
	return r
}

// person is a request about somebody at an account without deals.
func person(lead handoff.Lead, account handoff.Account) handoff.Request {
	lead.Account, lead.Flags = account.ID, []handoff.Flag{}
	return handoff.Request{Subject: lead.Ref(), Lead: lead, Account: account, Opportunities: []handoff.Opportunity{}}
}

func texan() handoff.Request {
	return person(handoff.Lead{ID: "jo", Country: "US", State: "TX", Zone: "America/Chicago"}, handoff.Account{ID: "globex"})
}

// canadian asked for something last September, which in Canada opens her mailbox for six months.
func canadian() handoff.Request {
	r := person(handoff.Lead{ID: "ines", Country: "CA", Zone: "America/Toronto"}, handoff.Account{ID: "nord"})
	return asked(r, time.Date(2025, 9, 14, 12, 0, 0, 0, time.UTC))
}

// asked adds the evidence that somebody asked for something.
func asked(r handoff.Request, at time.Time) handoff.Request {
	grant := handoff.Consent{Channel: handoff.ChannelEmail, Status: handoff.ConsentGranted, Basis: handoff.BasisInquiry, At: at, Source: "form"}
	r.Lead.Consent = append(r.Lead.Consent[:len(r.Lead.Consent):len(r.Lead.Consent)], grant)
	return r
}

func negotiator(deal handoff.OpportunityStatus) handoff.Request {
	r := person(handoff.Lead{ID: "ola", Country: "US", State: "NY", Zone: "America/New_York"}, handoff.Account{ID: "heron", Employees: handoff.Some[int64](300)})
	r.Opportunities = []handoff.Opportunity{{ID: "D1", Account: "heron", Stage: "negotiation", Status: deal}}
	return r
}
