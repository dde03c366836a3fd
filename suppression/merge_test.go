package suppression_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/hosttest"
	"github.com/salesbaton/baton/suppression"
)

// A household are leads who become one and are parted again, and what each of them got.
type household struct {
	engine *handoff.Engine
	store  hosttest.Memory
	into   map[string]string             // what a lead has merged into
	got    map[string]map[time.Time]bool // by where a lead lives on; who is parted keeps what both got
}

func newHousehold(t *testing.T, of suppression.Cap) *household {
	t.Helper()
	l, err := suppression.NewLimits(suppression.LimitConfig{Policy: "acme", Caps: []suppression.TouchCap{
		{ID: "cap", Cap: of, Channels: []handoff.Channel{handoff.ChannelEmail}}}})
	if err != nil {
		t.Fatal(err)
	}
	e, err := handoff.New(handoff.Config{Policy: "acme", OptOut: []handoff.Channel{handoff.ChannelEmail}, Limiter: l,
		Triggers: []handoff.TriggerRule{{Kind: "demo_request", About: handoff.KindLead, StaleAfter: time.Hour}}})
	if err != nil {
		t.Fatal(err)
	}
	return &household{engine: e, into: map[string]string{}, got: map[string]map[time.Time]bool{"L1": {}, "L2": {}, "L3": {}, "L4": {}}}
}

// mail asks whether an e-mail may go out, and lets it out.
func (h *household) mail(t *testing.T, at time.Time, id, lead string) bool {
	t.Helper()
	l := handoff.Lead{ID: lead, Flags: []handoff.Flag{}}
	m := handoff.Touch{ID: id, Channel: handoff.ChannelEmail}
	r, err := h.store.FillTouch(t.Context(), h.engine, at, handoff.Request{Subject: l.Ref(), Lead: l}, m)
	if err != nil {
		t.Fatal(err)
	}
	d, err := h.engine.Permit(at, r, m)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.store.Commit(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	return d.Verdict == handoff.VerdictPermitted
}

// tell says that a lead has merged into another, or has come out of it.
func (h *household) tell(t *testing.T, at time.Time, kind handoff.ActivityKind, from, into string) {
	t.Helper()
	l := handoff.Lead{ID: from}
	a := handoff.Activity{ID: at.String(), Kind: kind, At: at, Into: handoff.Lead{ID: into}.Ref()}
	r, err := h.store.FillActivity(t.Context(), h.engine, at, handoff.Request{Subject: l.Ref(), Lead: l}, a)
	if err != nil {
		t.Fatal(err)
	}
	d, err := h.engine.Observe(at, r, a)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.store.Commit(t.Context(), d); err != nil {
		t.Fatal(err)
	}
}

// home is where a lead lives on.
func (h *household) home(lead string) string {
	for h.into[lead] != "" {
		lead = h.into[lead]
	}
	return lead
}

// merge makes two that live on where they are one.
func (h *household) merge(t *testing.T, at time.Time, from, into string) {
	h.tell(t, at, handoff.ActivityMerged, from, into)
	h.into[from] = into
	maps.Copy(h.got[into], h.got[from])
}

// part makes a lead that has merged one of its own again.
func (h *household) part(t *testing.T, at time.Time, lead string) {
	home := h.home(lead)
	h.tell(t, at, handoff.ActivityUnmerged, lead, home)
	h.into[lead], h.got[lead] = "", maps.Clone(h.got[home])
}

// within returns how many e-mails a lead got in the time before an instant.
func (h *household) within(lead string, at time.Time, length time.Duration) (n int64) {
	for got := range h.got[h.home(lead)] {
		if at.Sub(got) < length {
			n++
		}
	}
	return n
}

// TestLaw08_NoCapIsExceededByAMerge mails people who become one and are parted again: nobody gets more than the cap allows, and
// nobody's e-mail counts twice.
func TestLaw08_NoCapIsExceededByAMerge(t *testing.T) {
	const week = 7 * 24 * time.Hour
	for name, of := range map[string]suppression.Cap{
		"a week":  {Max: 2, Per: suppression.PerLead, Window: suppression.Window{Within: week}},
		"timers":  {Max: 2, Per: suppression.PerLead, Window: suppression.Window{Timer: week}},
		"account": {Max: 2, Per: suppression.PerAccount, Window: suppression.Window{Within: week}}, // of none: each counts alone
		"domain":  {Max: 2, Per: suppression.PerDomain, Window: suppression.Window{Within: week}},  // of none
	} {
		t.Run(name, func(t *testing.T) {
			out, full, merges, parts := 0, 0, 0, 0
			for seed := range uint64(30) {
				rng := rand.New(rand.NewPCG(seed, 8))
				h := newHousehold(t, of)
				now := at
				for step := range 40 {
					now = now.Add(time.Duration(rng.IntN(24)) * time.Hour).Add(time.Minute)
					lead, other := fmt.Sprint("L", 1+rng.IntN(4)), fmt.Sprint("L", 1+rng.IntN(4))
					switch home := h.home(lead); {
					case rng.IntN(8) == 0 && home == lead && h.home(other) == other && lead != other:
						h.merge(t, now, lead, other)
						merges++
					case rng.IntN(4) == 0 && home != lead:
						h.part(t, now, lead)
						parts++
					default:
						n := h.within(lead, now, week)
						if sent := h.mail(t, now, fmt.Sprint("M", step), lead); sent != (n < of.Max) {
							t.Fatalf("seed %d, step %d: %s got %d e-mails in a week; the next goes out: %v", seed, step, lead, n, sent)
						} else if sent {
							h.got[home][now] = true
							out++
						} else {
							full++
						}
					}
				}
			}
			t.Logf("%d out, %d held, %d merges, %d parted", out, full, merges, parts)
			if min(out, full, merges, parts) < 50 {
				t.Error("too few of a kind to tell anything")
			}
		})
	}
}
