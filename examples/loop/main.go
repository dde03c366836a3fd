// Loop: a demo request that nobody calls in time goes to somebody else; when nobody answers, marketing has it for a month;
// then it comes back, to another rep, and becomes a customer.
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

// on returns an instant of 2026 in New York, in summer time.
func on(month time.Month, day, hour, minute int) time.Time {
	return time.Date(2026, month, day, hour+4, minute, 0, 0, time.UTC)
}

func tell(s *story.Story) error {
	uma := request()
	for _, scene := range []struct {
		text string
		play func() error
	}{
		{"Monday. Uma asks for a demo. Whoever has her has fifteen minutes.", func() error {
			asks := uma
			asks.Triggers = []handoff.Trigger{{ID: "T1", Kind: "demo_request", OccurredAt: on(time.May, 4, 10, 0)}}
			return s.Decide(on(time.May, 4, 10, 0), asks)
		}},
		{"\nNobody calls. The host lets time pass, whenever the record says that something is due.", func() error {
			return s.Until(on(time.May, 4, 10, 35), uma)
		}},
		{"\nThe next owner takes her, and calls at once.", func() error {
			if err := observe(s, uma, "A1", handoff.ActivityAccepted, "lee", on(time.May, 4, 10, 36)); err != nil {
				return err
			}
			return observe(s, uma, "A2", handoff.ActivityCall, "lee", on(time.May, 4, 10, 38))
		}},
		{"\nAt eleven the phone system hands in a call of Kim's, of 10:12. Kim was in time after all: that is put right, and what was done stays done.", func() error {
			return s.Observe(on(time.May, 4, 11, 0), uma, handoff.Activity{ID: "A3", Kind: handoff.ActivityCall, At: on(time.May, 4, 10, 12), By: "kim"})
		}},
		{"\nTuesday. Lee gives up too early, tries again, and may then say so.", func() error {
			gives := handoff.Activity{ID: "A4", Kind: handoff.ActivityOutcome, Outcome: "no_response", At: on(time.May, 5, 9, 30), By: "lee"}
			if err := s.Observe(on(time.May, 5, 9, 30), uma, gives); err != nil {
				return err
			}
			for i, day := range []int{5, 7} {
				if err := observe(s, uma, fmt.Sprintf("B%d", i), handoff.ActivityCall, "lee", on(time.May, day, 15, 0)); err != nil {
					return err
				}
			}
			gives.At = on(time.May, 11, 15, 5)
			return s.Observe(gives.At, uma, gives)
		}},
		{"\nTwo days later Uma watches a webinar. That alone wakes nobody: she was only just given back, and it is soon too old.", func() error {
			watches := uma
			watches.Triggers = []handoff.Trigger{{ID: "T2", Kind: "webinar", OccurredAt: on(time.May, 13, 12, 0)}}
			return s.Decide(on(time.May, 13, 12, 0), watches)
		}},
		{"\nA month later she comes back by herself, to neither Kim nor Lee.", func() error {
			return s.Until(on(time.June, 10, 17, 0), uma)
		}},
		{"\nThis time it works: her mailbox answers, which is nothing, and then she does.", func() error {
			for i, step := range []struct {
				kind handoff.ActivityKind
				at   time.Time
			}{
				{handoff.ActivityAutoReply, on(time.June, 11, 10, 0)},
				{handoff.ActivityReply, on(time.June, 11, 10, 40)},
				{handoff.ActivityBooked, on(time.June, 11, 11, 0)},
				{handoff.ActivityMeeting, on(time.June, 16, 14, 0)},
				{handoff.ActivityQualified, on(time.June, 16, 15, 0)},
				{handoff.ActivityOpportunity, on(time.June, 18, 9, 0)},
				{handoff.ActivityWon, on(time.July, 21, 16, 0)},
			} {
				if err := observe(s, uma, fmt.Sprintf("C%d", i), step.kind, "max", step.at); err != nil {
					return err
				}
			}
			return s.Stages(uma)
		}},
	} {
		s.Tell(scene.text)
		if err := scene.play(); err != nil {
			return err
		}
	}
	return nil
}

func observe(s *story.Story, r handoff.Request, id string, kind handoff.ActivityKind, by string, at time.Time) error {
	return s.Observe(at, r, handoff.Activity{ID: id, Kind: kind, At: at, By: by})
}

func request() handoff.Request {
	lead := handoff.Lead{ID: "uma", Account: "globex", Country: "US", Zone: "America/New_York", Flags: []handoff.Flag{}}
	return handoff.Request{Subject: lead.Ref(), Lead: lead, Account: handoff.Account{ID: "globex", Employees: handoff.Some[int64](500)},
		Opportunities: []handoff.Opportunity{}, Events: []handoff.Event{}}
}
