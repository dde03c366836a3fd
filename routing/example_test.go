package routing_test

import (
	"context"
	"fmt"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/hosttest"
	"github.com/salesbaton/baton/routing"
)

// A route asks who had the account before, then for the owner of the account, then for the next of a team of whom each gets
// one lead a day. Whoever waits, waits in a queue that somebody looks after.
func Example() {
	team := &routing.Pool{
		Policy:    "acme",
		ID:        "inbound",
		Members:   []routing.Member{{Rep: "ann", Weight: 1}, {Rep: "bob", Weight: 1}},
		Caps:      []routing.Cap{{Max: 1, Per: routing.PerRep, Every: routing.Day}},
		WhenEmpty: routing.EmptyQueue,
		Queue:     &handoff.Queue{ID: "inbox", Owner: "cat", Promise: within(4 * time.Hour)},
	}
	route, err := routing.New(
		routing.Sticky{Policy: "acme", By: routing.StickAccount, For: handoff.Span{Days: 120}},
		routing.Owned{Owner: routing.AccountOwner, Away: routing.AwayCover},
		team)
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Date(2026, time.March, 2, 15, 0, 0, 0, time.UTC)
	engine, err := handoff.New(handoff.Config{
		Policy:   "acme",
		Triggers: []handoff.TriggerRule{{Kind: "demo_request", About: handoff.KindLead, StaleAfter: 24 * time.Hour}},
		Plays:    []handoff.Play{{ID: "demo", Trigger: "demo_request", Router: route}},
		Reps: []handoff.Rep{
			{ID: "ann", Status: handoff.RepActive},
			{ID: "bob", Status: handoff.RepActive},
			{ID: "cat", Status: handoff.RepActive},
			{ID: "dan", Status: handoff.RepActive, Absences: []handoff.Absence{{From: now, Until: now.AddDate(0, 0, 7), Cover: "cat"}}},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	var store hosttest.Memory
	for i, account := range []handoff.Account{{ID: "A"}, {ID: "B"}, {ID: "A"}, {ID: "C", Owner: "dan"}, {ID: "D"}} {
		lead := handoff.Lead{ID: fmt.Sprint("L", i), Account: account.ID}
		trigger := handoff.Trigger{ID: fmt.Sprint("T", i), Kind: "demo_request", OccurredAt: now}
		request := handoff.Request{Subject: lead.Ref(), Lead: lead, Account: account, Triggers: []handoff.Trigger{trigger}}
		request, err := store.Fill(context.Background(), engine, now, request)
		if err != nil {
			fmt.Println(err)
			return
		}
		d, err := engine.Decide(now, request)
		if err == nil {
			err = store.Commit(context.Background(), d)
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		if d.Owner == "" {
			fmt.Printf("%s waits in %s until %s\n", lead.ID, d.Queue, d.Next.Format("2 January 15:04"))
			continue
		}
		fmt.Printf("%s to %s by %s: %s\n", lead.ID, d.Owner, d.Rung, d.Reasons[len(d.Reasons)-1].Text)
	}
	// Output:
	// L0 to ann by pool:inbound: it is the turn of ann in inbound
	// L1 to bob by pool:inbound: it is the turn of bob in inbound
	// L2 to ann by sticky:account: ann is the rep who had the latest handoff of the same account
	// L3 to cat by account_owner: cat stands in for dan, who is the owner of the account and out of office
	// L4 waits in inbox until 3 March 00:00
}
