package routing_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"testing"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/hosttest"
	"github.com/salesbaton/baton/routing"
)

// raceDetector reports whether the test was built with the race detector, under which it takes ten times as long.
func raceDetector() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// A handover is a lead that got an owner, and the pool's turn that it took: the version of the ledger that was read.
type handover struct {
	turn  int64
	lead  int
	owner string
}

// A worker decides about leads on a store that others write to, too.
type worker struct {
	engine    *handoff.Engine
	store     *hosttest.Memory
	handovers []handover
	conflicts int
	most      int // conflicts of one delivery
}

// deliver decides a lead's trigger until the decision commits, or until somebody else's did.
func (w *worker) deliver(lead int) error {
	for conflicts := 0; ; conflicts++ {
		err := w.try(lead, conflicts == 0)
		if !errors.Is(err, handoff.ErrConflict) {
			w.conflicts += conflicts
			w.most = max(w.most, conflicts)
			return err
		}
	}
}

// try decides once. Of the first tries it makes every tenth wait for the others, so that it conflicts.
func (w *worker) try(lead int, first bool) error {
	ctx := context.Background()
	r, err := w.store.Fill(ctx, w.engine, at, request(lead))
	if err != nil {
		return err
	}
	d, err := w.engine.Decide(at, r)
	if err != nil || d.Verdict == handoff.VerdictDuplicate {
		return err
	}
	if first && lead%10 == 1 {
		runtime.Gosched()
	}
	if err := w.store.Commit(ctx, d); err != nil {
		return err
	}
	w.handovers = append(w.handovers, handover{r.State[ledger].Version, lead, d.Owner})
	return nil
}

var ledger = handoff.PoolKey("acme", "floor")

func request(lead int) handoff.Request {
	id := fmt.Sprint("L", lead)
	return handoff.Request{
		Subject:  handoff.Ref{Kind: handoff.KindLead, ID: id},
		Lead:     handoff.Lead{ID: id},
		Triggers: []handoff.Trigger{{ID: "T" + id, Kind: "demo_request", OccurredAt: at}},
	}
}

// deliverAll delivers n leads from several goroutines, every tenth from two of them at about the same time. It returns
// the handovers by turn.
func deliverAll(t *testing.T, e *handoff.Engine, store *hosttest.Memory, workers, n int) []handover {
	t.Helper()
	crew := make([]worker, workers)
	var wg sync.WaitGroup
	for i := range crew {
		w := &crew[i]
		w.engine, w.store = e, store
		wg.Add(1)
		go func() {
			defer wg.Done()
			for lead := i; lead < n && !t.Failed(); lead += workers {
				if err := w.deliver(lead); err != nil {
					t.Error(err)
				}
				if next := lead + 1; next%10 == 0 && next < n {
					if err := w.deliver(next); err != nil {
						t.Error(err)
					}
				}
			}
		}()
	}
	wg.Wait()
	var all []handover
	conflicts, most := 0, 0
	for _, w := range crew {
		all = append(all, w.handovers...)
		conflicts += w.conflicts
		most = max(most, w.most)
	}
	t.Logf("%d workers: %d conflicts in %d commits, at most %d for one", workers, conflicts, len(all), most)
	slices.SortFunc(all, func(a, b handover) int { return cmp.Or(cmp.Compare(a.turn, b.turn), cmp.Compare(a.lead, b.lead)) })
	return all
}

// TestLaw09_ManyWorkersAreAsFairAsOne decides about many leads from several goroutines, again after each conflict: every
// turn of the pool goes to one lead, every lead to one owner, and the turns go round as they do for one worker.
func TestLaw09_ManyWorkersAreAsFairAsOne(t *testing.T) {
	n := 100_000
	if raceDetector() || testing.Short() {
		n = 10_000
	}
	members := []routing.Member{{Rep: "ann", Weight: 3}, {Rep: "bob", Weight: 2}, {Rep: "cat", Weight: 1}}
	for _, tt := range []struct {
		rotation routing.Rotation
		weights  []int64 // of the members' shares
		n        int     // leads
	}{
		{routing.Weighted, []int64{3, 2, 1}, n},
		{routing.LeastRecent, []int64{1, 1, 1}, n / 4},
	} {
		t.Run(string(tt.rotation), func(t *testing.T) {
			e := engine(t, &routing.Pool{Policy: "acme", ID: "floor", Members: members, Rotation: tt.rotation,
				WhenEmpty: routing.EmptyUnassigned, Availability: routing.Availability{Unknown: true}})
			store := &hosttest.Memory{Discard: true}
			all := deliverAll(t, e, store, 8, tt.n)
			if len(all) != tt.n {
				t.Fatalf("%d handovers of %d leads", len(all), tt.n)
			}
			checkShares(t, all, members, tt.weights)
			checkStore(t, all, store.State())
			for i, alone := range deliverAll(t, e, &hosttest.Memory{Discard: true}, 1, tt.n/10) {
				if all[i].owner != alone.owner {
					t.Fatalf("turn %d went to %s; with one worker it goes to %s", i, all[i].owner, alone.owner)
				}
			}
		})
	}
}

// checkShares holds that each turn was taken once, and that after each of them nobody is a whole turn away from their
// share: |count - turns*weight/total| < 1, in integers.
func checkShares(t *testing.T, all []handover, members []routing.Member, weights []int64) {
	t.Helper()
	var total int64
	for _, w := range weights {
		total += w
	}
	counts := make([]int64, len(members))
	for i, h := range all {
		if h.turn != int64(i) {
			t.Fatalf("turn %d was lost, or taken twice: the next is turn %d", i, h.turn)
		}
		counts[slices.IndexFunc(members, func(m routing.Member) bool { return m.Rep == h.owner })]++
		for j, m := range members {
			if off := counts[j]*total - int64(i+1)*weights[j]; off <= -total || off >= total {
				t.Fatalf("after %d turns %s has %d, which is %d/%d turns off the share", i+1, m.Rep, counts[j], off, total)
			}
		}
	}
	t.Logf("turns: %d of %v", counts, members)
}

// checkStore holds that what is stored is what was decided: the owner of each lead, its trigger consumed once, and as many
// turns of the pool.
func checkStore(t *testing.T, all []handover, stored handoff.State) {
	t.Helper()
	if turns := stored[ledger].Version; turns != int64(len(all)) {
		t.Errorf("the ledger was written %d times for %d handovers", turns, len(all))
	}
	for _, h := range all {
		r := request(h.lead)
		record, trigger := stored[r.Subject], stored[handoff.TriggerKey("acme", r.Triggers[0].ID)]
		if got, _ := record.Value.(handoff.Record); got.Owner != h.owner || record.Version != 1 {
			t.Fatalf("%s is owned by %q after %d decisions, want %q after one", r.Subject, got.Owner, record.Version, h.owner)
		}
		if seen, _ := trigger.Value.(handoff.Seen); seen.Fate != handoff.FateActed || trigger.Version != 1 {
			t.Fatalf("the trigger of %s was consumed %d times, at first as %q; want once, as acted", r.Subject, trigger.Version, seen.Fate)
		}
	}
}
