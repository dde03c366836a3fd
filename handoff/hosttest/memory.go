// Package hosttest holds a reference host for tests, examples and simulations: what a database does for Baton, in
// memory. Check tries a host of your own against the same duties.
package hosttest

import (
	"cmp"
	"container/heap"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/salesbaton/baton/handoff"
)

// Memory stores State and decisions in memory, with the duties of a host: it checks guards and applies effects as one
// step. The zero Memory is empty and ready. It is safe for concurrent use.
type Memory struct {
	// Discard keeps no decisions, for simulations that are longer than memory; set it before the first Commit.
	Discard bool

	mu        sync.Mutex
	state     handoff.State
	decisions []handoff.Decision
	due       map[handoff.Ref]appointment
	agenda    agenda // what was ever due; what due no longer holds is dropped when it comes up
}

// An appointment is a record, when it is due, and since when a trigger has waited in it.
type appointment struct {
	at    time.Time
	since time.Time
	key   handoff.Ref
}

func (a appointment) equal(b appointment) bool {
	return a.at.Equal(b.at) && a.since.Equal(b.since) && a.key == b.key
}

// An agenda is a heap: the earliest comes first, of several at one instant the one that has waited longest, of those the
// least key.
type agenda []appointment

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	return cmp.Or(a[i].at.Compare(a[j].at), a[i].since.Compare(a[j].since), a[i].key.Compare(a[j].key)) < 0
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)   { *a = append(*a, x.(appointment)) }
func (a *agenda) Pop() any {
	last := (*a)[len(*a)-1]
	*a = (*a)[:len(*a)-1]
	return last
}

// Load returns the entries under the keys, one for each key: version 0 where nothing is stored. The result shares no
// memory with the store.
func (m *Memory) Load(_ context.Context, keys []handoff.Key) (handoff.State, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := make(handoff.State, len(keys))
	for _, k := range keys {
		out[k] = m.state[k].Clone()
	}
	return out, nil
}

// Fill is Engine.Fill from this store.
func (m *Memory) Fill(ctx context.Context, e *handoff.Engine, at time.Time, r handoff.Request) (handoff.Request, error) {
	return e.Fill(at, r, func(keys []handoff.Key) (handoff.State, error) { return m.Load(ctx, keys) })
}

// FillActivity is Engine.FillActivity from this store.
func (m *Memory) FillActivity(ctx context.Context, e *handoff.Engine, at time.Time, r handoff.Request, a handoff.Activity) (handoff.Request, error) {
	return e.FillActivity(at, r, a, func(keys []handoff.Key) (handoff.State, error) { return m.Load(ctx, keys) })
}

// FillTouch is Engine.FillTouch from this store.
func (m *Memory) FillTouch(ctx context.Context, e *handoff.Engine, at time.Time, r handoff.Request, t handoff.Touch) (handoff.Request, error) {
	return e.FillTouch(at, r, t, func(keys []handoff.Key) (handoff.State, error) { return m.Load(ctx, keys) })
}

// Commit checks the decision's guards, stores what its effects change, and keeps the decision unless Discard is set; or
// does none of it and returns handoff.ErrConflict. A decision without effects is not kept.
func (m *Memory) Commit(_ context.Context, d handoff.Decision) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := d.CheckGuards(m.state); err != nil {
		return err
	}
	if len(d.Effects) == 0 {
		return nil
	}
	read := make(handoff.State, len(d.Guards))
	for _, g := range d.Guards {
		read[g.Key] = m.state[g.Key]
	}
	m.put(handoff.Apply(read, d.Effects))
	if !m.Discard {
		m.decisions = append(m.decisions, d)
	}
	return nil
}

// Put stores entries as they are, for tests that start from a given State.
func (m *Memory) Put(s handoff.State) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.put(s.Clone())
}

func (m *Memory) put(s handoff.State) {
	if m.state == nil {
		m.state, m.due = handoff.State{}, map[handoff.Ref]appointment{}
	}
	for k, e := range s {
		if e.Version == 0 {
			continue
		}
		m.state[k] = e
		if record, ok := e.Value.(handoff.Record); ok {
			m.setDue(appointment{record.NextDue(), record.WaitsSince(), k})
		}
	}
}

func (m *Memory) setDue(next appointment) {
	switch {
	case next.at.IsZero():
		delete(m.due, next.key)
	case !m.due[next.key].equal(next):
		m.due[next.key] = next
		heap.Push(&m.agenda, next)
	}
}

// Decisions returns the kept decisions, in the order in which they were committed.
func (m *Memory) Decisions() []handoff.Decision {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.decisions)
}

// State returns a copy of everything stored.
func (m *Memory) State() handoff.State {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.state.Clone()
}

// NextDue returns the record that Sweep has something to do for first, and when; of several at one instant, the one in which
// a trigger has waited longest, so that nobody is overtaken, and of those the least key. It returns false when there is none.
func (m *Memory) NextDue() (handoff.Ref, time.Time, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for len(m.agenda) > 0 {
		first := m.agenda[0]
		if m.due[first.key].equal(first) {
			return first.key, first.at, true
		}
		heap.Pop(&m.agenda)
	}
	return handoff.Ref{}, time.Time{}, false
}
