// Identity: whose is this lead? One is matched to its account, one belongs to nobody, one has to be looked at, one could be
// any of three accounts'; and two leads are one person, until it turns out that they are not.
package main

import (
	_ "embed"
	"fmt"
	"strings"
	"time"

	"github.com/salesbaton/baton/examples/internal/story"
	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/identity"
	"github.com/salesbaton/baton/rules"
)

//go:embed policy.yaml
var policy []byte

func main() { story.Main(policy, tell) }

// on returns an instant of June 2026 in London, in summer time.
func on(day, hour, minute int) time.Time {
	return time.Date(2026, time.June, day, hour-1, minute, 0, 0, time.UTC)
}

func tell(s *story.Story) error {
	matcher, err := rules.ParseMatcher("policy.yaml", policy)
	if err != nil {
		return err
	}
	crm, rob, bob := newCRM(matcher), people()[0], people()[1]
	var merged identity.Merged
	for _, scene := range []struct {
		text string
		play func() error
	}{
		{"Ann asks for a demo, from a subdomain of her company. Her company has an owner, and one above it.", func() error {
			return asks(s, crm, on(2, 10, 0), lead("ann", "Ann", "Hill", "ann@eu.acme.co.uk", "ACME"))
		}},
		{"\nSomebody asks from a private address. One account has gmail.com for its domain, which is no evidence of anything.", func() error {
			return asks(s, crm, on(2, 11, 0), lead("ann-home", "Ann", "Hill", "ann.hill.home@gmail.com", ""))
		}},
		{"\nSo does Eve, whom everybody knows. It is her mailbox, dots and tag or not, and she is a contact of Ann's company.", func() error {
			return asks(s, crm, on(2, 12, 0), lead("eve-form", "Eve", "Moor", "Eve.Moor+demo@gmail.com", ""))
		}},
		{"\nCorvus Tarn Ltd is not Corvus Tarn plc, or is it? Dana has to look; until then nobody calls.", func() error {
			joe := lead("joe", "Joe", "Birk", "joe.birk@yahoo.com", "Corvus Tarn Ltd")
			joe.PostalCode = "CA11 0XR"
			if err := asks(s, crm, on(2, 14, 0), joe); err != nil {
				return err
			}
			s.Tell("   The next day Dana says that it is. What was held is decided again.")
			return s.Decide(on(3, 9, 30), crm.confirmed(crm.request(joe), "corvus", "dana"))
		}},
		{"\nThree accounts are Kestrel Foods. The policy says which of them it is.", func() error {
			return asks(s, crm, on(3, 10, 0), lead("una", "Una", "Lind", "una@kestrel.example", "Kestrel Foods"))
		}},
		{"\nRobert, of the trade fair, refuses e-mail. Bob, of the form, may be written to.", func() error {
			refuses := handoff.Activity{ID: "R1", Kind: handoff.ActivityOptOut, Channel: handoff.ChannelEmail, At: on(4, 9, 0)}
			if err := s.Observe(on(4, 9, 0), crm.request(rob.Lead), refuses); err != nil {
				return err
			}
			return writes(s, crm, on(4, 9, 5), "E1", bob.Lead)
		}},
		{"\nThey are one person, and Kestrel Foods is one company. Whoever merges the two leads keeps what either refused.", func() error {
			merged, err = merges(s, crm, rob, bob)
			return err
		}},
		{"\nA week later it turns out that Robert is Bob's brother. Taking a merge back opens nothing that was refused.", func() error {
			return parts(s, crm, merged, rob, bob)
		}},
	} {
		s.Tell(scene.text)
		if err := scene.play(); err != nil {
			return err
		}
	}
	return nil
}

// asks says whose a lead is, and decides. Where that is not clear, the host sends a signal for the data steward.
func asks(s *story.Story, c *crm, at time.Time, l handoff.Lead) error {
	r := c.request(l)
	for _, candidate := range r.Match.Candidates {
		s.Tell("   " + strings.TrimSuffix(fmt.Sprintf("%s (%s)", candidate, candidate.Why), " ()"))
	}
	s.Tell("   account: " + string(r.Match.Account.Verdict) + ", " + r.Match.Account.Why)
	if r.Match.Parent != "" {
		s.Tell("   above it: " + r.Match.Parent)
	}
	r.Triggers = []handoff.Trigger{{ID: l.ID + "-demo", Kind: "demo_request", OccurredAt: at}}
	if err := s.Decide(at, r); err != nil || r.Match.Account.Verdict != handoff.ToReview {
		return err
	}
	r.Triggers = []handoff.Trigger{{ID: l.ID + "-review", Kind: "match_review", OccurredAt: at}}
	return s.Decide(at, r)
}

// merges finds that two leads are one, merges them, and has the engine follow.
func merges(s *story.Story, c *crm, rob, bob person) (identity.Merged, error) {
	for _, group := range c.matcher.FindDuplicates(c.records).Clusters {
		s.Tell(fmt.Sprintf("   one and the same: %s", group.Refs))
	}
	why := c.matcher.Weigh(c.prepare(rob.Lead), c.prepare(bob.Lead), len(people()))
	s.Tell(fmt.Sprintf("   because: %s", why.Evidence))
	merged, err := merge(s, on(4, 10, 0), rob, bob)
	if err != nil {
		return identity.Merged{}, err
	}
	s.Tell("   " + strings.ReplaceAll(strings.TrimSpace(merged.String()), "\n", "\n   "))
	if err := follows(s, merged.From, merged.Activities()); err != nil {
		return identity.Merged{}, err
	}
	return merged, writes(s, c, on(4, 11, 0), "E2", bob.with(merged.Snapshot()))
}

// merge makes one record of several. What they said of contact is in two places: in the CRM, and in what the engine remembers.
func merge(s *story.Story, at time.Time, people ...person) (identity.Merged, error) {
	var list []identity.Snapshot
	for _, p := range people {
		known, err := s.Record(p.Ref())
		if err != nil {
			return identity.Merged{}, err
		}
		list = append(list, p.snapshot(known.Consent))
	}
	keep, _ := identity.NamedSurvivorship("standard", "new", "contacted")
	return identity.Merge(at, keep, list...)
}

// parts takes a merge back.
func parts(s *story.Story, c *crm, merged identity.Merged, rob, bob person) error {
	back, err := merged.Unmerge(on(11, 9, 0), merged.Snapshot())
	if err != nil {
		return err
	}
	if err := follows(s, merged.From, back.Activities()); err != nil {
		return err
	}
	for i, p := range []person{bob, rob} { // the survivor first, as in the merge
		if err := writes(s, c, on(11, 10, 0), fmt.Sprintf("E%d", 3+i), p.with(back.Records[i])); err != nil {
			return err
		}
	}
	return nil
}

// follows tells the engine of each record that went into the survivor, or comes out of it.
func follows(s *story.Story, from []handoff.Ref, activities []handoff.Activity) error {
	for i, a := range activities {
		if err := s.Observe(a.At, handoff.Request{Subject: from[i], Lead: handoff.Lead{ID: from[i].ID}}, a); err != nil {
			return err
		}
	}
	return nil
}

// writes asks whether a lead may be written to.
func writes(s *story.Story, c *crm, at time.Time, id string, l handoff.Lead) error {
	_, err := s.Permit(at, c.request(l), handoff.Touch{ID: id, Channel: handoff.ChannelEmail, By: "lee"})
	return err
}

func lead(id, first, last, email, company string) handoff.Lead {
	return handoff.Lead{ID: id, Company: company, Country: "GB", Flags: []handoff.Flag{}, Person: handoff.Person{FirstName: first, LastName: last, Email: email}}
}
