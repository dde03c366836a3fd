package identity_test

import (
	"fmt"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/identity"
)

// Two leads are one person: L1 has the newer phone and refused e-mail, L2 is further. A week later it turns out that they are
// two. Meanwhile somebody gave the survivor another owner.
func ExampleMerge() {
	day := func(n int) time.Time { return time.Date(2026, time.March, n, 9, 0, 0, 0, time.UTC) }
	text := func(s string, set time.Time, source string) identity.Held {
		return identity.Held{Value: handoff.StringValue(s), Set: set, Source: source}
	}
	l1 := identity.Snapshot{
		Ref: handoff.Ref{Kind: handoff.KindLead, ID: "L1"}, Created: day(1),
		Values: map[string]identity.Held{
			"phone": text("+49 30 1", day(8), "form"), identity.OwnerField: text("kim", day(1), "crm"), identity.StageField: text("new", day(1), "crm")},
		Consent: []handoff.Consent{{Channel: handoff.ChannelEmail, Status: handoff.ConsentDenied, At: day(3), Source: "preference centre"}},
	}
	l2 := identity.Snapshot{
		Ref: handoff.Ref{Kind: handoff.KindLead, ID: "L2"}, Created: day(2),
		Values: map[string]identity.Held{
			"phone": text("+49 30 2", day(4), "crm"), "title": text("CTO", day(4), "crm"), identity.StageField: text("qualified", day(5), "crm")},
		Consent: []handoff.Consent{{Channel: handoff.ChannelEmail, Status: handoff.ConsentGranted, At: day(5), Source: "form"}},
	}
	rules, _ := identity.NamedSurvivorship("standard", "new", "qualified")
	merged, err := identity.Merge(day(9), rules, l1, l2)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(merged)
	for _, e := range merged.Effects() {
		switch e := e.(type) {
		case handoff.SetConsent:
			fmt.Println(e.Kind(), e.Subject, e.Channel, e.Purpose, e.Status, e.Source)
		case handoff.MergeRecords:
			fmt.Println(e.Kind(), e.From, "into", e.Into)
		}
	}

	now := merged.Snapshot()
	now.Values[identity.OwnerField] = text("lee", day(12), "crm")
	back, err := merged.Unmerge(day(16), now)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range back.Records {
		fmt.Println(r.Ref, "has phone", r.Values["phone"].Value, "and owner", r.Values[identity.OwnerField].Value)
	}
	fmt.Println("changed since:", back.Stays)
	// Output:
	// lead/L2 survives lead/L1 by furthest_stage
	// owner: of lead/L1 (crm, 2026-03-01T09:00:00Z) by first_non_empty
	// phone: of lead/L1 (form, 2026-03-08T09:00:00Z) by most_recent, not of lead/L2
	// stage: of lead/L2 (crm, 2026-03-05T09:00:00Z) by furthest, not of lead/L1
	// title: of lead/L2 (crm, 2026-03-04T09:00:00Z) by most_recent
	// set_consent lead/L2 email marketing denied merge
	// set_consent lead/L2 email sales denied merge
	// set_consent lead/L1 email  denied preference centre
	// merge_records lead/L1 into lead/L2
	// lead/L2 has phone "+49 30 2" and owner "lee"
	// lead/L1 has phone "+49 30 1" and owner "kim"
	// changed since: [owner]
}
