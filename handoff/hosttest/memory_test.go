package hosttest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/hosttest"
)

var (
	now  = time.Date(2026, 3, 4, 15, 0, 0, 0, time.UTC)
	ctx  = context.Background()
	lead = handoff.Ref{Kind: handoff.KindLead, ID: "L1"}
	rep  = handoff.RepKey("kim")
)

func owned(version int64, owner string) handoff.Entry {
	return handoff.Entry{Version: version, Value: handoff.Record{Owner: owner}}
}

// decision assigns the lead, having read it at a version.
func decision(version int64, owner string) handoff.Decision {
	return handoff.Decision{ID: owner, Verdict: handoff.VerdictAssigned, Guards: []handoff.Guard{{Key: lead, Version: version}, {Key: rep}},
		Effects: handoff.Effects{handoff.Assign{Subject: lead, To: owner, At: now}}}
}

func TestCommit(t *testing.T) {
	idle := decision(4, "sam")
	idle.Effects = nil
	late := decision(9, "sam")
	late.Effects = nil
	for _, tt := range []struct {
		name, reason string
		stored       handoff.State
		decision     handoff.Decision
		want         handoff.State
		conflict     bool
		kept         int
	}{
		{"first write", "a key that is not stored counts as version 0", nil, decision(0, "sam"), handoff.State{lead: {Version: 1, Value: handoff.Record{Owner: "sam", Past: []string{"sam"}, OwnedSince: now, Handoff: now}}}, false, 1},
		{"next write", "the version that was read is stored", handoff.State{lead: owned(4, "kim")}, decision(4, "sam"), handoff.State{lead: {Version: 5, Value: handoff.Record{Owner: "sam", Past: []string{"sam"}, OwnedSince: now, Handoff: now}}}, false, 1},
		{"older version read", "somebody wrote meanwhile", handoff.State{lead: owned(4, "kim")}, decision(3, "sam"), handoff.State{lead: owned(4, "kim")}, true, 0},
		{"newer version read", "the store was restored", handoff.State{lead: owned(4, "kim")}, decision(5, "sam"), handoff.State{lead: owned(4, "kim")}, true, 0},
		{"entry that was only read", "what was read counts like what is written", handoff.State{rep: {Version: 1, Value: handoff.Rep{ID: "kim"}}}, decision(0, "sam"),
			handoff.State{rep: {Version: 1, Value: handoff.Rep{ID: "kim"}}}, true, 0},
		{"without effects", "it changes nothing and is not kept", handoff.State{lead: owned(4, "kim")}, idle, handoff.State{lead: owned(4, "kim")}, false, 0},
		{"without effects, outdated", "its answer is outdated all the same", handoff.State{lead: owned(4, "kim")}, late, handoff.State{lead: owned(4, "kim")}, true, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var m hosttest.Memory
			m.Put(tt.stored)
			if err := m.Commit(ctx, tt.decision); errors.Is(err, handoff.ErrConflict) != tt.conflict || !tt.conflict && err != nil {
				t.Errorf("got %v: %s", err, tt.reason)
			}
			if diff := cmp.Diff(tt.want, m.State()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
			if n := len(m.Decisions()); n != tt.kept {
				t.Errorf("keeps %d decisions, want %d", n, tt.kept)
			}
		})
	}
}

func TestLoad_AnswersEveryKey(t *testing.T) {
	var m hosttest.Memory
	m.Put(handoff.State{lead: owned(2, "kim")})
	got, err := m.Load(ctx, []handoff.Key{lead, rep})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(handoff.State{lead: owned(2, "kim"), rep: {}}, got); diff != "" {
		t.Errorf("a key without an entry has version 0 (-want +got):\n%s", diff)
	}
}

func TestMemory_SharesNothing(t *testing.T) {
	held := func() handoff.State {
		return handoff.State{lead: {Version: 1, Value: handoff.Record{Holds: []handoff.ActiveHold{{ID: "h", Blocks: []string{"demo"}}}}}}
	}
	spoil := func(s handoff.State) {
		s[lead].Value.(handoff.Record).Holds[0].Blocks[0] = "spoiled"
		delete(s, lead)
	}
	for _, tt := range []struct {
		name string
		try  func(*hosttest.Memory)
	}{
		{"put", func(m *hosttest.Memory) { s := held(); m.Put(s); spoil(s) }},
		{"load", func(m *hosttest.Memory) {
			m.Put(held())
			s, _ := m.Load(ctx, []handoff.Key{lead})
			spoil(s)
		}},
		{"state", func(m *hosttest.Memory) { m.Put(held()); spoil(m.State()) }},
		{"commit", func(m *hosttest.Memory) {
			hold := handoff.Hold{Subject: lead, ActiveHold: handoff.ActiveHold{ID: "h", Blocks: []string{"demo"}}}
			d := handoff.Decision{Effects: handoff.Effects{hold}, Guards: []handoff.Guard{{Key: lead}}}
			if err := m.Commit(ctx, d); err == nil {
				hold.Blocks[0] = "spoiled"
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var m hosttest.Memory
			tt.try(&m)
			if diff := cmp.Diff(held(), m.State()); diff != "" {
				t.Errorf("the store changed from outside (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPut_NothingStored(t *testing.T) {
	var m hosttest.Memory
	m.Put(handoff.State{lead: {}})
	if s := m.State(); len(s) != 0 {
		t.Errorf("an entry at version 0 is stored: %v", s)
	}
}

func TestNextDue(t *testing.T) {
	waits := func(at time.Time) handoff.Entry {
		return handoff.Entry{Version: 1, Value: handoff.Record{Pauses: []handoff.Pause{{ID: "p", Until: at}}}}
	}
	runs := func(c handoff.Clock) handoff.Entry {
		return handoff.Entry{Version: 1, Value: handoff.Record{Clocks: []handoff.Clock{c}}}
	}
	second, company := handoff.Ref{Kind: handoff.KindLead, ID: "L2"}, handoff.Ref{Kind: handoff.KindAccount, ID: "Z"}
	for _, tt := range []struct {
		name, reason string
		puts         []handoff.State
		want         handoff.Ref
		at           time.Time
	}{
		{"empty", "nothing is due", nil, handoff.Ref{}, time.Time{}},
		{"nothing due", "records without an end are never due", []handoff.State{{lead: owned(1, "kim")}}, handoff.Ref{}, time.Time{}},
		{"earliest", "the earliest comes first", []handoff.State{{lead: waits(now.Add(time.Hour)), second: waits(now)}}, second, now},
		{"one instant", "of several the least key", []handoff.State{{second: waits(now), lead: waits(now), company: waits(now)}}, company, now},
		{"clock", "the owner is warned, and a step is taken when it is late; what is due itself is nobody's call", []handoff.State{{lead: runs(handoff.Clock{Due: now, Next: now.Add(time.Hour)})},
			{second: runs(handoff.Clock{Warn: now.Add(time.Minute), Due: now.Add(time.Hour)})}}, second, now.Add(time.Minute)},
		{"clock that moved", "the earlier step is over", []handoff.State{{lead: runs(handoff.Clock{Due: now, Next: now})}, {lead: runs(handoff.Clock{Due: now, Next: now.Add(time.Hour)})}}, lead, now.Add(time.Hour)},
		{"clock without steps", "nothing happens because of it", []handoff.State{{lead: runs(handoff.Clock{Due: now})}}, handoff.Ref{}, time.Time{}},
		{"done", "what was due is over when the record says so", []handoff.State{{lead: waits(now)}, {lead: owned(2, "kim")}}, handoff.Ref{}, time.Time{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var m hosttest.Memory
			for _, s := range tt.puts {
				m.Put(s)
			}
			key, at, ok := m.NextDue()
			if key != tt.want || !at.Equal(tt.at) || ok == tt.at.IsZero() {
				t.Errorf("got %s at %s, %t, want %s at %s: %s", key, at, ok, tt.want, tt.at, tt.reason)
			}
		})
	}
}

func TestFill_KeepsTheGivenState(t *testing.T) {
	e, err := handoff.New(handoff.Config{Policy: "p", Triggers: []handoff.TriggerRule{{Kind: "k", About: handoff.KindLead, StaleAfter: time.Hour}}})
	if err != nil {
		t.Fatal(err)
	}
	var m hosttest.Memory
	m.Put(handoff.State{lead: owned(2, "kim")})
	given := handoff.State{rep: {}}
	r, err := m.Fill(ctx, e, now, handoff.Request{Subject: lead, Lead: handoff.Lead{ID: "L1"}, State: given})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(handoff.State{lead: owned(2, "kim"), rep: {}}, r.State); diff != "" {
		t.Errorf("what is missing is loaded (-want +got):\n%s", diff)
	}
	if len(given) != 1 {
		t.Errorf("the given State changed to %v", given)
	}
	if _, err := e.Decide(now, r); err != nil {
		t.Errorf("the request is not filled: %v", err)
	}
}

// TestFillActivity loads a rep of whom the record knows nothing.
func TestFillActivity(t *testing.T) {
	e, err := handoff.New(handoff.Config{Policy: "p", Triggers: []handoff.TriggerRule{{Kind: "k", About: handoff.KindLead, StaleAfter: time.Hour}}})
	if err != nil {
		t.Fatal(err)
	}
	var m hosttest.Memory
	m.Put(handoff.State{lead: owned(2, "kim"), handoff.RepKey("lee"): {Version: 7, Value: handoff.Rep{ID: "lee", Team: "aes"}}})
	left := handoff.Activity{ID: "a", Kind: handoff.ActivityOwnerLeft, At: now, By: "lee"}
	r, err := m.FillActivity(ctx, e, now, handoff.Request{Subject: lead, Lead: handoff.Lead{ID: "L1"}}, left)
	if err != nil {
		t.Fatal(err)
	}
	d, err := e.Observe(now, r, left)
	if err != nil {
		t.Fatalf("the request is not filled: %v", err)
	}
	if err := m.Commit(ctx, d); err != nil {
		t.Fatal(err)
	}
	want := handoff.Entry{Version: 8, Value: handoff.Rep{ID: "lee", Team: "aes", Status: handoff.RepLeft}}
	if diff := cmp.Diff(want, m.State()[handoff.RepKey("lee")]); diff != "" {
		t.Errorf("who left is marked so (-want +got):\n%s", diff)
	}
}

// TestNextDue_OldestFirst: of records that fall due together, the one whose trigger has waited longest is swept first.
func TestNextDue_OldestFirst(t *testing.T) {
	var m hosttest.Memory
	for i, id := range []string{"L9", "L10", "L11"} { // in the order of their triggers, which is not that of their ids
		subject := handoff.Ref{Kind: handoff.KindLead, ID: id}
		waits := handoff.Queued{Trigger: handoff.Trigger{ID: "T-" + id, OccurredAt: now.Add(time.Duration(i) * time.Minute)}, Until: now.Add(time.Hour), Why: handoff.WhyUnassigned}
		m.Put(handoff.Apply(nil, []handoff.Effect{handoff.QueueTrigger{Subject: subject, Queued: waits}}))
	}
	var got []string
	for {
		key, due, found := m.NextDue()
		if !found {
			break
		}
		got = append(got, key.ID)
		m.Put(handoff.State{key: {Version: 2, Value: handoff.Record{}}})
		if !due.Equal(now.Add(time.Hour)) {
			t.Errorf("%s is due at %s", key, due)
		}
	}
	if diff := cmp.Diff([]string{"L9", "L10", "L11"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
