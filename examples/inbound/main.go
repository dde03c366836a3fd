// Inbound: a demo request goes to an account executive or to an SDR, by the size of the company. The rep gets the ad
// group and the landing page in the opening line; generic nurture pauses for seven days, and resumes.
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
	monday := time.Date(2026, 3, 2, 15, 4, 0, 0, time.UTC)

	s.Tell("A vice president of a company with 2,500 people asks for a demo.")
	enterprise := demo("L1", "vp", handoff.Account{ID: "A1", Name: "Acme", Employees: handoff.Some[int64](2500)},
		handoff.Trigger{ID: "T1", OccurredAt: monday.Add(-50 * time.Second), Landing: "/security",
			Campaign: handoff.Campaign{ID: "C7", Name: "Spring search", AdGroup: "enterprise crm security"}})
	if err := s.Decide(monday, enterprise); err != nil {
		return err
	}

	s.Tell("\nThe web server delivers the same signal again.")
	if err := s.Decide(monday.Add(time.Minute), enterprise); err != nil {
		return err
	}

	s.Tell("\nA manager of a company with 140 people asks for a demo.")
	smb := demo("L2", "manager", handoff.Account{ID: "A2", Name: "Birch & Co", Employees: handoff.Some[int64](140)},
		handoff.Trigger{ID: "T2", OccurredAt: monday.Add(3 * time.Hour), Landing: "/small-business",
			Campaign: handoff.Campaign{ID: "C9", AdGroup: "small team crm"}})
	if err := s.Decide(monday.Add(3*time.Hour+time.Minute), smb); err != nil {
		return err
	}

	s.Tell("\nSeven days later, at the same time of day, the pause is over.")
	return s.Sweep(s.Zone().AddDays(monday, 7), enterprise)
}

// demo is a request about a demo request of a lead with a business address.
func demo(lead, role string, account handoff.Account, t handoff.Trigger) handoff.Request {
	t.Kind, t.Asset, t.Source = handoff.TriggerDemoRequest, "demo-form", "website"
	return handoff.Request{
		Subject: handoff.Ref{Kind: handoff.KindLead, ID: lead},
		Lead: handoff.Lead{
			ID:      lead,
			Account: account.ID,
			Status:  "new",
			Fields:  map[string]handoff.Value{"role": handoff.StringValue(role)},
			Person:  handoff.Person{FirstName: "Jo", Email: "jo@" + account.ID + ".example"},
		},
		Account:       account,
		Opportunities: []handoff.Opportunity{}, // looked, and there is none
		Triggers:      []handoff.Trigger{t},
		Touches: []handoff.Touch{{ID: "M-" + lead, Channel: handoff.ChannelEmail, By: "nurture", About: "security guide",
			At: time.Date(2026, 2, 20, 14, 0, 0, 0, time.UTC)}},
	}
}
