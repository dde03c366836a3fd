// Account: a buying group of three is acted on once, by one owner. Two of its people start a sequence; the third has not
// agreed to be called, and is left out with a reason. A later lead of the account goes to the same owner.
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

var (
	everything = []handoff.Channel{handoff.ChannelCall, handoff.ChannelEmail}
	emailAlone = []handoff.Channel{handoff.ChannelEmail}
)

func tell(s *story.Story) error {
	at := time.Date(2026, 6, 9, 14, 0, 0, 0, time.UTC)
	director, vp, chief := person("L1", "director", 8, everything), person("L2", "vp", 9, emailAlone), person("L3", "cxo", 10, everything)

	s.Tell("A director and a vice president read the same paper. That is interest, and no group yet.")
	if err := s.Decide(at, engagement("V1", at, director, vp)); err != nil {
		return err
	}

	s.Tell("\nThe next day their chief executive does too: three people who decide.")
	at = at.Add(24 * time.Hour)
	if err := s.Decide(at, engagement("V2", at, director, vp, chief)); err != nil {
		return err
	}

	s.Tell("\nA fourth follows. The group was acted on; it is not started anew.")
	at = at.Add(24 * time.Hour)
	if err := s.Decide(at, engagement("V3", at, director, vp, chief, person("L4", "director", 11, everything))); err != nil {
		return err
	}

	s.Tell("\nA user of the same account asks for a demo. It is the turn of another, and the account stays with its owner.")
	at = at.Add(2 * time.Hour)
	user := person("L5", "user", 11, everything)
	user.Person.FirstName = "Uwe"
	if err := s.Decide(at, demo("D1", at, user)); err != nil {
		return err
	}

	s.Tell("\nSomebody without an account asks too, and gets whose turn it is.")
	alone := person("L6", "manager", 11, everything)
	alone.Account, alone.Person.FirstName = "", "Mia"
	return s.Decide(at, demo("D2", at, alone))
}

// person is one of the account's people, who was there on a day of June and agreed to be reached on some channels.
func person(id, role string, day int, channels []handoff.Channel) handoff.Lead {
	l := handoff.Lead{ID: id, Account: "A5", Fields: map[string]handoff.Value{
		"role":       handoff.StringValue(role),
		"engaged_on": handoff.DateValue(calendar.Date{Year: 2026, Month: time.June, Day: day}),
	}}
	for _, c := range channels {
		l.Consent = append(l.Consent, handoff.Consent{Channel: c, Status: handoff.ConsentGranted, At: time.Date(2026, 6, 1, 8, 0, 0, 0, time.UTC), Source: "form"})
	}
	return l
}

// engagement is a request about the account and everybody of it who is known.
func engagement(id string, at time.Time, people ...handoff.Lead) handoff.Request {
	return handoff.Request{
		Subject:  handoff.Ref{Kind: handoff.KindAccount, ID: "A5"},
		Account:  handoff.Account{ID: "A5", Name: "Ibis Rail"},
		People:   people,
		Triggers: []handoff.Trigger{{ID: id, Kind: handoff.TriggerAccountEngagement, OccurredAt: at, Asset: "the paper on signalling"}},
	}
}

// demo is a request of one lead.
func demo(id string, at time.Time, lead handoff.Lead) handoff.Request {
	return handoff.Request{
		Subject:  lead.Ref(),
		Lead:     lead,
		Triggers: []handoff.Trigger{{ID: id, Kind: handoff.TriggerDemoRequest, OccurredAt: at, Asset: "demo-form"}},
	}
}
