package rules_test

import (
	"fmt"
	"testing/fstest"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules"
)

// A Lead is a lead as the host's program has it. A policy may declare lead.role and lead.seats.
type Lead struct {
	handoff.Lead
	Role  string
	Seats handoff.Opt[int64] // may be unknown
}

// The program checks at load that a policy declares only what the program can fill in, and fills it in with the same
// binding.
func ExampleFields() {
	files := fstest.MapFS{
		"inbound.yaml": {Data: []byte(`language: 1
policy: inbound
fields:
  lead: {role: [ic, vp], seats: int}
triggers:
  demo_request: {about: lead, stale_after: 14d}
routes:
  all: [{rep: kim}]
plays:
  - {id: demo, trigger: demo_request, route: all, when: lead.role == "vp" and lead.seats >= 5}
`)},
		"typo.yaml": {Data: []byte(`language: 1
policy: inbound
fields:
  lead: {seat: int}
triggers: {demo_request: {about: lead, stale_after: 14d}}
routes: {all: [{rep: kim}]}
plays: [{id: demo, trigger: demo_request, route: all, when: lead.seat >= 5}]
`)},
	}
	leads := rules.Fields(Lead{})
	engine, err := rules.LoadFS(files, "inbound.yaml", leads)
	if err != nil {
		fmt.Println(err)
		return
	}

	host := Lead{Lead: handoff.Lead{ID: "L1"}, Role: "vp", Seats: handoff.Some[int64](8)}
	host.Fields = leads.Values(host)
	now := time.Date(2026, 3, 2, 15, 4, 0, 0, time.UTC)
	request := handoff.Request{Subject: host.Ref(), Lead: host.Lead,
		Triggers: []handoff.Trigger{{ID: "T1", Kind: "demo_request", OccurredAt: now}}}
	request.State = handoff.State{}
	for _, key := range engine.Needs(now, request) {
		request.State[key] = handoff.Entry{} // nothing is stored yet
	}
	decision, err := engine.Decide(now, request)
	fmt.Println(decision.Verdict, decision.Owner, err)

	_, err = rules.LoadFS(files, "typo.yaml", leads)
	fmt.Println(err)
	// Output:
	// assigned kim <nil>
	// typo.yaml:4:10: B033 the host's rules_test.Lead has no seat (did you mean "seats"?); it has role, seats
	//     lead: {seat: int}
	//            ^
}
