package routing

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// holdForeign runs every case of a file as a test of its own and counts what run makes of it: the name of what agrees, or of
// the reason why the case is not ours.
func holdForeign[C any](t *testing.T, file string, want map[string]int, run func(t *testing.T, c C) string) {
	t.Helper()
	got := map[string]int{}
	for i, c := range foreignCases[C](t, file) {
		t.Run(fmt.Sprintf("%03d", i+1), func(t *testing.T) { got[run(t, c)]++ })
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		t.Logf("%3d %s", got[name], name)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("cases (-want +got):\n%s", diff)
	}
}

// A wrrCase is a list of peers, which are reps here, and what happens to them.
type wrrCase struct {
	ID, Algorithm string
	Peers         []wrrPeer
	Steps         []wrrStep
	KeepOpen      bool `json:"keep_open"` // what is given stays open
	Sticky        bool
	Weights       []int64
	WantValid     bool `json:"want_valid"`
}

type wrrPeer struct {
	Name       string
	Weight     *int64 // nil: 1
	Max        int64  // open work; 0: unlimited
	Backup     bool
	Open       int64
	Fails      bool      // every offer
	FailsEvery int64     `json:"fails_every"`
	MaxFails   int64     `json:"max_fails"` // then it is out
	Peers      []wrrPeer // of a peer that is a list itself
}

// A wrrStep asks for the next peers, or changes one.
type wrrStep struct {
	Next       int
	Want       []*string          // nil: nobody
	WantCounts map[string]int     `json:"want_counts"`
	WantShare  map[string]float64 `json:"want_share"`
	WantAnyOf  []string           `json:"want_any_of"`
	Set        string
	Up, Full   *bool
	Weight     *int64
	Open       *int64
	Remove     string
}

// wrrRotations are ours for the algorithms of the peers.
func wrrRotations() map[string]Rotation {
	return map[string]Rotation{"smooth_wrr": Smooth, "edf_wrr": Weighted, "edf_wrr_nested": Weighted, "lvs_wrr": Weighted, "block_wrr": Weighted,
		"least_open": LeastOpen, "first_available": First, "sticky_hash": Hash, "hash_spread": Hash, "rr_from_second": Fixed}
}

// Why a sequence is not ours.
const (
	wrrWeight  = "refused: a weight of 0"  // who gets nothing is no member
	wrrMembers = "refused: nobody"         // a pool without members could only ever fail
	wrrNested  = "a member is a rep"       // no pool stands in the turn of another
	wrrSecond  = "begins with the second"  // its counter is moved before it is used
	wrrKeys    = "keys that suit the peer" // they were chosen for its hash
)

// wrrOwn is what we answer in the place of a peer, step by step. What is refused at load needs no row.
func wrrOwn() map[string]struct{ reason, owners string } {
	return map[string]struct{ reason, owners string }{
		// Of one list of four, those who are up get alike, whatever list of two they would be in.
		"wrr_sequences-016": {wrrNested, "first second third fourth first second third fourth, first second third first second third first second, " +
			"first second first second first second first second"},
		// Ours begins with the first. 1 is out: it is the turn of 0. 1 is back: of 1, who is behind 0. 1 is full: of 2.
		"wrr_sequences-030": {wrrSecond, "0 1 2, 0, 1, 2"},
		"wrr_sequences-051": {wrrKeys, "p2 p1 p1 p2 p2 p1 p2 p1 p3 p1 p2 p1 p3 p3 p3 p1 p3 p3 p2 p1 p2 p3 p3 p1 p3 p3 p1 p3 p1 p3"},
	}
}

func TestForeign_WeightedRoundRobin(t *testing.T) {
	want := map[string]int{"block_wrr": 1, "edf_wrr": 10, "first_available": 1, "least_open": 7, "lvs_wrr": 8, "smooth_wrr": 15, "sticky_hash": 3, "validate_weights": 3,
		wrrSecond: 1, wrrKeys: 1, wrrMembers: 2, wrrNested: 1, wrrWeight: 5}
	holdForeign(t, "wrr_sequences.json", want, func(t *testing.T, c wrrCase) string {
		if c.Algorithm == "validate_weights" {
			return c.validate(t)
		}
		b := wrrBench{t: t, wrrCase: c}
		if err := b.open(); err != nil {
			return refusal(t, err)
		}
		own, ours := wrrOwn()[c.ID]
		var owners []string
		for _, step := range c.Steps {
			got := b.run(step)
			switch {
			case step.Next > 0 && ours:
				owners = append(owners, strings.Join(got, " "))
			case step.Next > 0:
				b.check(step, got)
			}
		}
		if !ours {
			return c.Algorithm
		}
		if diff := cmp.Diff(own.owners, strings.Join(owners, ", ")); diff != "" {
			t.Errorf("our owners (-want +got):\n%s", diff)
		}
		return own.reason
	})
}

// refusal names the reason for a pool that is refused.
func refusal(t *testing.T, err error) string {
	for part, reason := range map[string]string{"is from 1 to 100": wrrWeight, "needs members": wrrMembers} {
		if strings.Contains(err.Error(), part) {
			return reason
		}
	}
	t.Error(err)
	return "error"
}

// validate compares which weights are accepted at all.
func (c wrrCase) validate(t *testing.T) string {
	for i, w := range c.Weights {
		c.Peers = append(c.Peers, wrrPeer{Name: fmt.Sprint(i), Weight: &w})
	}
	b := wrrBench{t: t, wrrCase: c}
	err := b.open()
	if (err == nil) == c.WantValid {
		return c.Algorithm
	}
	return refusal(t, err)
}

// A wrrBench runs one case.
type wrrBench struct {
	t *testing.T
	wrrCase
	floor  *salesFloor
	fails  map[string]int64
	offers map[string]int64
}

// open opens the floor of the peers, or the same floor again after they changed.
func (b *wrrBench) open() error {
	b.fails, b.offers = map[string]int64{}, map[string]int64{}
	rungs, err := b.rungs()
	if err != nil {
		return err
	}
	if b.floor != nil {
		b.floor.reopen(rungs...)
		return nil
	}
	b.floor = openFloor(b.t, handoff.Config{}, rungs)
	b.floor.store.Discard = true
	for _, p := range b.people() {
		if p.Open > 0 || p.Max > 0 {
			rep := handoff.Rep{ID: p.Name, Load: p.Open}
			if p.Max > 0 {
				rep.Capacity = handoff.Some(p.Max)
			}
			b.floor.know(rep)
		}
	}
	return nil
}

// people returns the peers as members: those of lists in one list, and one who is listed twice, as "p1#1" and "p1#2", once
// with the sum of the weights and of the most open work.
func (b *wrrBench) people() []wrrPeer {
	var out []wrrPeer
	for _, p := range b.Peers {
		if len(p.Peers) > 0 {
			out = append(out, p.Peers...)
			continue
		}
		p.Name, _, _ = strings.Cut(p.Name, "#")
		if i := len(out) - 1; i >= 0 && out[i].Name == p.Name {
			w := out[i].weight() + p.weight()
			out[i].Weight, out[i].Max = &w, out[i].Max+p.Max
			continue
		}
		out = append(out, p)
	}
	return out
}

func (p wrrPeer) weight() int64 {
	if p.Weight == nil {
		return 1
	}
	return *p.Weight
}

// rungs returns the pool of the peers, which overflows into that of the backups, behind whoever sticks.
func (b *wrrBench) rungs() ([]Rung, error) {
	main, backup := b.pool("team"), b.pool("backup")
	for _, p := range b.people() {
		m := Member{Rep: p.Name, Weight: p.weight()}
		if p.Backup {
			backup.Members = append(backup.Members, m)
		} else {
			main.Members = append(main.Members, m)
		}
	}
	if len(backup.Members) > 0 {
		main.WhenEmpty, main.Overflow = EmptyOverflow, backup
		if err := backup.prepare(); err != nil {
			return nil, err
		}
	}
	rungs := []Rung{main}
	if b.Sticky {
		rungs = []Rung{Sticky{Policy: "acme", By: StickDomain}, main}
	}
	_, err := New(rungs...)
	return rungs, err
}

func (b *wrrBench) pool(id string) *Pool {
	p := teamOf(wrrRotations()[b.Algorithm], "")
	p.ID, p.Exclude.Declined, p.HashBy = id, true, StickLead
	if b.Algorithm == "sticky_hash" {
		p.HashBy = StickDomain
	}
	if b.KeepOpen || slices.ContainsFunc(b.Steps, func(s wrrStep) bool { return s.Full != nil }) {
		p.Units = 1
	}
	return p
}

// run does a step and returns who got what.
func (b *wrrBench) run(s wrrStep) []string {
	var got []string
	for range b.turns(s) {
		got = append(got, b.next())
	}
	if s.Next == 0 {
		b.change(s)
	}
	return got
}

// turns returns how many turns a step takes. Of thousands, only some whole cycles are taken: behind each of them a rotation
// stands where it began.
func (b *wrrBench) turns(s wrrStep) int {
	const most = 1000
	if s.Next <= most {
		return s.Next
	}
	cycle := int64(0)
	for _, p := range b.people() {
		cycle += p.weight()
	}
	return most - most%int(cycle)
}

func (b *wrrBench) change(s wrrStep) {
	b.t.Helper()
	i := slices.IndexFunc(b.Peers, func(p wrrPeer) bool { return p.Name == s.Set || p.Name == s.Remove })
	rep, _ := b.floor.store.State()[handoff.RepKey(s.Set)].Value.(handoff.Rep)
	rep.ID = s.Set
	switch {
	case s.Up != nil:
		rep.Status = handoff.RepAway
		if *s.Up {
			rep.Status = handoff.RepActive
		}
	case s.Full != nil:
		rep.Capacity = handoff.Some[int64](0)
	case s.Open != nil:
		rep.Load = *s.Open
	case s.Remove != "":
		b.Peers = slices.Delete(slices.Clone(b.Peers), i, i+1)
	case s.Weight != nil:
		b.Peers = slices.Clone(b.Peers)
		b.Peers[i].Weight = s.Weight
	}
	if s.Remove == "" && s.Weight == nil {
		b.floor.know(rep)
	} else if err := b.open(); err != nil {
		b.t.Error(err)
	}
}

// next gives one lead, which moves on for as long as it is declined.
func (b *wrrBench) next() string {
	lead := handoff.Lead{}
	if b.Sticky || b.Algorithm == "sticky_hash" {
		lead.Person.Email = "x@acme.com"
	}
	for {
		d := b.floor.take(lead)
		if lead.ID = d.Subject.ID; d.Owner == "" {
			return "-"
		}
		if !b.declines(d.Owner) {
			return d.Owner
		}
		b.floor.observe(lead.ID, handoff.Activity{Kind: handoff.ActivityDeclined, By: d.Owner})
	}
}

// declines reports whether a peer fails the offer. Too many failures take it out, which is for the host to see.
func (b *wrrBench) declines(name string) bool {
	i := slices.IndexFunc(b.Peers, func(p wrrPeer) bool { return p.Name == name })
	if i < 0 {
		return false
	}
	p := b.Peers[i]
	if b.offers[name]++; !p.Fails && (p.FailsEvery == 0 || b.offers[name]%p.FailsEvery != 0) {
		return false
	}
	if b.fails[name]++; b.fails[name] == p.MaxFails {
		b.floor.status(name, handoff.RepAway)
	}
	return true
}

// check compares who got what with what the peer says: in order where its algorithm is ours, else how often.
func (b *wrrBench) check(s wrrStep, got []string) {
	b.t.Helper()
	counts := map[string]int{}
	for _, name := range got {
		counts[name]++
	}
	want := map[string]int{}
	for _, name := range s.Want {
		want[nobody(name)]++
	}
	switch {
	case len(s.Want) > 0 && (b.Algorithm == "lvs_wrr" || b.Algorithm == "block_wrr"):
		b.same(want, counts)
	case len(s.Want) > 0:
		var names []string
		for _, name := range s.Want {
			names = append(names, nobody(name))
		}
		b.same(names, got)
	case s.WantAnyOf != nil:
		if !slices.Contains(s.WantAnyOf, got[0]) {
			b.t.Errorf("got %v, want any of %v", got, s.WantAnyOf)
		}
	case s.WantShare != nil:
		for name, share := range s.WantShare {
			if ideal := share * float64(len(got)); float64(counts[name]) < ideal-1 || float64(counts[name]) > ideal+1 {
				b.t.Errorf("%s got %d of %d, want %.1f within one, which is less than the peer's 5 %%", name, counts[name], len(got), ideal)
			}
		}
	default:
		for name, n := range s.WantCounts {
			if counts[name]*s.Next != n*len(got) {
				b.t.Errorf("%s got %d of %d, want %d of %d", name, counts[name], len(got), n, s.Next)
			}
		}
	}
}

func (b *wrrBench) same(want, got any) {
	b.t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		b.t.Errorf("owners (-want +got):\n%s", diff)
	}
}

func nobody(name *string) string {
	if name == nil {
		return "-"
	}
	return *name
}
