// Expansion: an adoption signal goes to the account manager, and waits while the account is at risk. When the success
// manager has cleared the risk, the signal that waited is acted on, and no second one has to come.
package main

import (
	_ "embed"
	"time"

	"github.com/salesbaton/baton/examples/internal/story"
	"github.com/salesbaton/baton/handoff"
)

//go:embed policy.yaml
var policy []byte

func main() { story.Main(policy, tell) }

func tell(s *story.Story) error {
	at := time.Date(2026, 5, 5, 13, 30, 0, 0, time.UTC)

	s.Tell("The champion leaves: the account is at risk. Its success manager takes over.")
	risk := handoff.Trigger{ID: "R1", Kind: handoff.TriggerChurnRisk, OccurredAt: at, Asset: "the champion left"}
	if err := s.Decide(at, about(true, risk)); err != nil {
		return err
	}

	s.Tell("\nTwo days later 92 percent of the seats are in use. A reason to sell, and not now.")
	at = at.Add(2 * 24 * time.Hour)
	growth := handoff.Trigger{ID: "G1", Kind: handoff.TriggerExpansion, OccurredAt: at, Offer: "a second team"}
	if err := s.Decide(at, about(true, growth)); err != nil {
		return err
	}

	s.Tell("\nThe success manager has won the new champion over.")
	at = at.Add(7 * 24 * time.Hour)
	if err := s.Observe(at, about(true), handoff.Activity{ID: "X1", Kind: handoff.ActivityResolved, At: at, By: "eve"}); err != nil {
		return err
	}

	s.Tell("\nThe flag in the CRM is cleared, and the account is looked at again: what waited is due.")
	at = at.Add(time.Hour)
	if err := s.Decide(at, about(false)); err != nil {
		return err
	}

	s.Tell("\nThe product reports the same again. It counts once.")
	at = at.Add(24 * time.Hour)
	again := handoff.Trigger{ID: "G2", Kind: handoff.TriggerExpansion, OccurredAt: at, Offer: "a second team"}
	return s.Decide(at, about(false, again))
}

// about is a request about the account, with its champion as the person to reach.
func about(atRisk bool, triggers ...handoff.Trigger) handoff.Request {
	return handoff.Request{
		Subject: handoff.Ref{Kind: handoff.KindAccount, ID: "A3"},
		Account: handoff.Account{
			ID:       "A3",
			Name:     "Heron Foods",
			Owner:    "dana",
			CSM:      "eve",
			Customer: handoff.Some(true),
			Fields:   map[string]handoff.Value{"at_risk": handoff.BoolValue(atRisk), "seats_used_percent": handoff.IntValue(92)},
		},
		Lead:     handoff.Lead{ID: "L3", Account: "A3", Status: "champion", Person: handoff.Person{FirstName: "Ola"}},
		Triggers: triggers,
	}
}
