package handoff_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/hosttest"
)

// A policy in Go, and the way of one signal through a host.
func Example() {
	engine, err := handoff.New(handoff.Config{
		Policy:    "inbound",
		Triggers:  []handoff.TriggerRule{{Kind: handoff.TriggerDemoRequest, About: handoff.KindLead, StaleAfter: 14 * 24 * time.Hour}},
		Sequences: []handoff.Sequence{{ID: "ae-demo-fast", Version: 1, Steps: []handoff.Step{{Day: 0, Do: handoff.ChannelCall}}}},
		OptOut:    []handoff.Channel{handoff.ChannelCall},
		Plays: []handoff.Play{{
			ID:       "demo",
			Trigger:  handoff.TriggerDemoRequest,
			Sequence: "ae-demo-fast",
			Promise:  &handoff.SLA{Within: 15 * time.Minute},
			Router: handoff.RouterFunc(func(f *handoff.Facts, _ *handoff.Play) handoff.Routing {
				return handoff.Routing{Owner: f.Account.Owner, Rung: "account_owner", Why: "you own the account"}
			}),
		}},
	})
	if err != nil {
		log.Fatal(err)
	}

	ctx := context.Background()
	now := time.Date(2026, 3, 4, 15, 0, 0, 0, time.UTC)
	request := handoff.Request{
		Subject:  handoff.Ref{Kind: handoff.KindLead, ID: "L1"},
		Lead:     handoff.Lead{ID: "L1", Account: "A1"},
		Account:  handoff.Account{ID: "A1", Owner: "kim"},
		Triggers: []handoff.Trigger{{ID: "form-17", Kind: handoff.TriggerDemoRequest, OccurredAt: now.Add(-time.Minute)}},
	}
	var store hosttest.Memory // in production a database
	if request, err = store.Fill(ctx, engine, now, request); err != nil {
		log.Fatal(err)
	}
	decision, err := engine.Decide(now, request)
	if err != nil {
		log.Fatal(err)
	}
	if err := store.Commit(ctx, decision); err != nil {
		log.Fatal(err) // with handoff.ErrConflict: fill and decide again
	}

	outbox := handoff.Handler{
		Assign: func(_ context.Context, _ handoff.Decision, e handoff.Assign) error {
			fmt.Println("assign", e.Subject, "to", e.To)
			return nil
		},
		Enroll: func(_ context.Context, _ handoff.Decision, e handoff.Enroll) error {
			fmt.Println("enroll", e.Person, "in", e.Sequence)
			return nil
		},
		AttachContext: func(_ context.Context, d handoff.Decision, _ handoff.AttachContext) error {
			fmt.Println("note:", d.Sentence())
			return nil
		},
		Ignore: append(handoff.Bookkeeping(), handoff.EffectMergeRecords, handoff.EffectSplitRecords, handoff.EffectRedecide, handoff.EffectRecordOutcome, handoff.EffectSetConsent,
			handoff.EffectSetRepStatus, handoff.EffectExit, handoff.EffectResumeMarketing, handoff.EffectPauseMarketing,
			handoff.EffectRecycle, handoff.EffectNotify),
	}
	if err := outbox.Handle(ctx, decision); err != nil {
		log.Fatal(err)
	}
	// Output:
	// assign lead/L1 to kim
	// enroll lead/L1 in ae-demo-fast
	// note: lead/L1 was handed to kim by play demo after signal demo request, because you own the account. Sequence ae-demo-fast starts now. The first touch is due by 2026-03-04 15:15 UTC.
}
