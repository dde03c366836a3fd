// Renewal: a drop in usage 45 days before the renewal assigns the customer success manager and a retention sequence.
// The account is excluded from upsell until the risk is resolved.
package main

import (
	_ "embed"
	"time"

	"github.com/salesbaton/baton/examples/internal/story"
	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

//go:embed policy.yaml
var policy []byte

func main() { story.Main(policy, tell) }

func tell(s *story.Story) error {
	at := time.Date(2026, 8, 17, 15, 0, 0, 0, time.UTC) // 45 days before 1 October

	s.Tell("Usage drops by 60 percent, 45 days before the renewal.")
	if err := s.Decide(at, about(handoff.Trigger{ID: "D1", Kind: handoff.TriggerUsageDrop, OccurredAt: at})); err != nil {
		return err
	}

	s.Tell("\nA week later the account asks for more seats. Nobody sells to it now.")
	at = at.Add(7 * 24 * time.Hour)
	if err := s.Decide(at, about(handoff.Trigger{ID: "G1", Kind: handoff.TriggerExpansion, OccurredAt: at, Offer: "20 more seats"})); err != nil {
		return err
	}

	s.Tell("\nThe success manager reports that the risk is resolved.")
	at = at.Add(24 * time.Hour)
	if err := s.Observe(at, about(), handoff.Activity{ID: "X1", Kind: handoff.ActivityResolved, At: at, By: "eve"}); err != nil {
		return err
	}

	s.Tell("\nThe next ask for seats reaches the account executive.")
	at = at.Add(3 * 24 * time.Hour)
	return s.Decide(at, about(handoff.Trigger{ID: "G2", Kind: handoff.TriggerExpansion, OccurredAt: at, Offer: "30 more seats"}))
}

// about is a request about the account, with its champion as the person to reach.
func about(triggers ...handoff.Trigger) handoff.Request {
	return handoff.Request{
		Subject: handoff.Ref{Kind: handoff.KindAccount, ID: "A9"},
		Account: handoff.Account{
			ID:        "A9",
			Name:      "Gull Freight",
			Owner:     "dana",
			CSM:       "eve",
			Employees: handoff.Some[int64](800),
			Customer:  handoff.Some(true),
			RenewalOn: calendar.Date{Year: 2026, Month: time.October, Day: 1},
			Fields:    map[string]handoff.Value{"usage_drop_percent": handoff.IntValue(60)},
		},
		Lead:     handoff.Lead{ID: "L9", Account: "A9", Status: "champion", Person: handoff.Person{FirstName: "Vic"}},
		Triggers: triggers,
		Touches: []handoff.Touch{{ID: "M1", Channel: handoff.ChannelMeeting, By: "eve", About: "quarterly review",
			At: time.Date(2026, 6, 30, 16, 0, 0, 0, time.UTC)}},
	}
}
