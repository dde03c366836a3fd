package report_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/outcome/report"
)

// monday is when the stories of these tests begin.
var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// A desk tells a report what happens to leads.
type desk struct {
	testing.TB
	*report.Report
	n int
}

func newDesk(t testing.TB, c report.Config) *desk {
	t.Helper()
	r, err := report.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return &desk{TB: t, Report: r}
}

func lead(id string) handoff.Ref { return handoff.Ref{Kind: handoff.KindLead, ID: id} }

// handed returns the decision by which a lead is handed over, an hour after its signal.
func handed(id, owner string, at time.Time) handoff.Decision {
	signal := handoff.Trigger{ID: fmt.Sprintf("T-%s-%d", id, at.Unix()), Kind: handoff.TriggerDemoRequest, OccurredAt: at.Add(-time.Hour)}
	return handoff.Decision{
		ID: "acme/lead/" + id + "/0", Policy: "acme", Digest: "d1", At: at, Subject: lead(id), Verdict: handoff.VerdictEnrolled,
		Cause: handoff.Cause{Triggers: []string{signal.ID}}, Trigger: signal.ID, Play: "demo", Motion: "inbound", Owner: owner, Sequence: "fast",
		Effects: handoff.Effects{handoff.Assign{Subject: lead(id), To: owner, Play: "demo", Trigger: signal, At: at}},
	}
}

// hand hands a lead over.
func (d *desk) hand(id, owner string, at time.Time) { d.AddDecision(handed(id, owner, at)) }

// does tells of an activity.
func (d *desk) does(id string, kind handoff.ActivityKind, at time.Time, edit ...func(*handoff.Activity)) {
	d.n++
	a := handoff.Activity{ID: fmt.Sprintf("A%d", d.n), Kind: kind, At: at}
	for _, e := range edit {
		e(&a)
	}
	d.AddActivity(lead(id), a)
}

func worth(amount int64) func(*handoff.Activity) {
	return func(a *handoff.Activity) { a.Amount = handoff.Some(amount) }
}
