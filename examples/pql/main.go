// PQL: two team invites and a usage threshold enrol a product user in a short consultative sequence. In-app messages go
// on; the e-mail cadence yields to the rep.
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

func tell(s *story.Story) error {
	at := time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)

	s.Tell("One invite and three seats: the product reports a signal, and it is too early.")
	early := user("U1", 3, invites(at, 1), handoff.Trigger{ID: "P1", OccurredAt: at})
	if err := s.Decide(at, early); err != nil {
		return err
	}

	s.Tell("\nThe next day there are two invites and six seats.")
	at = at.Add(24 * time.Hour)
	ready := user("U1", 6, invites(at, 2), handoff.Trigger{ID: "P2", OccurredAt: at})
	if err := s.Decide(at, ready); err != nil {
		return err
	}

	s.Tell("\nThe user answers the rep: the sequence stops, a person takes over.")
	at = at.Add(5 * time.Hour)
	if err := s.Observe(at, ready, handoff.Activity{ID: "X1", Kind: handoff.ActivityReply, At: at, By: "U1"}); err != nil {
		return err
	}

	s.Tell("\nThe user takes back the consent to e-mail. Nothing runs, and no later sequence will write.")
	at = at.Add(time.Hour)
	return s.Observe(at, ready, handoff.Activity{ID: "X2", Kind: handoff.ActivityOptOut, At: at, Channel: handoff.ChannelEmail})
}

// user is a request about a product user on a trial who agreed to e-mail and calls.
func user(id string, seats int64, events []handoff.Event, t handoff.Trigger) handoff.Request {
	t.Kind, t.Source, t.Asset = handoff.TriggerProductQualified, "product", "team-space"
	agreed := time.Date(2026, 3, 20, 8, 0, 0, 0, time.UTC)
	return handoff.Request{
		Subject: handoff.Ref{Kind: handoff.KindLead, ID: id},
		Lead: handoff.Lead{
			ID:     id,
			Source: "product",
			Fields: map[string]handoff.Value{"seats_used": handoff.IntValue(seats), "plan": handoff.StringValue("trial")},
			Consent: []handoff.Consent{
				{Channel: handoff.ChannelEmail, Status: handoff.ConsentGranted, At: agreed, Source: "sign-up"},
				{Channel: handoff.ChannelCall, Status: handoff.ConsentGranted, At: agreed, Source: "sign-up"},
			},
			Person: handoff.Person{FirstName: "Uma", Email: "uma@fern.example"},
		},
		Opportunities: []handoff.Opportunity{},
		Triggers:      []handoff.Trigger{t},
		Events:        events,
	}
}

// invites are n team invites, an hour apart, the latest an hour ago.
func invites(at time.Time, n int) []handoff.Event {
	var out []handoff.Event
	for i := range n {
		out = append(out, handoff.Event{ID: fmt.Sprintf("E%d", i+1), Kind: "team_invite", At: at.Add(-time.Duration(n-i) * time.Hour)})
	}
	return out
}
