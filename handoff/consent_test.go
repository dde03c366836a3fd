package handoff_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// word is evidence on a channel that is closed unless somebody opens it.
func word(status handoff.ConsentStatus, basis handoff.Basis, at, revoked time.Time) handoff.Consent {
	return handoff.Consent{Channel: handoff.ChannelSMS, Status: status, Basis: basis, At: at, RevokedAt: revoked}
}

// judged is what becomes of a text message at an instant, by evidence of the host and by what State remembers.
func judged(t *testing.T, e *handoff.Engine, at time.Time, purpose handoff.Purpose, host []handoff.Consent, state handoff.State) handoff.Verdict {
	t.Helper()
	r := demo(func(r *handoff.Request) { r.Lead.Consent, r.State = host, state })
	d, _ := permit(t, e, at, r, mail("M", func(m *handoff.Touch) { m.Channel, m.Purpose, m.At = handoff.ChannelSMS, purpose, at }))
	return d.Verdict
}

// told is the State after evidence, from the cut on told to a record that has merged.
func told(list []handoff.Consent, cut int) handoff.State {
	effects := []handoff.Effect{handoff.MergeRecords{From: lead("L2"), Into: l1, At: now}}
	for i, c := range list {
		subject := l1
		if i >= cut {
			subject = lead("L2")
		}
		effects = append(effects, handoff.SetConsent{Subject: subject, Consent: c})
	}
	return handoff.Apply(nil, effects)
}

func TestConsent_TakenBack(t *testing.T) {
	t1, t2, t3, t4 := now.Add(-4*hour), now.Add(-3*hour), now.Add(-2*hour), now.Add(-hour)
	given, never := handoff.ConsentGranted, time.Time{}
	for _, tt := range []struct {
		name, reason string
		told         []handoff.Consent
		want         handoff.Verdict
	}{
		{"the same grant", "it was taken back since", []handoff.Consent{word(given, "", t1, never), word(given, "", t1, t2)}, handoff.VerdictBlockedChannel},
		{"then an inquiry", "an inquiry is no yes", []handoff.Consent{word(given, handoff.BasisInquiry, t1, t2), word(given, handoff.BasisInquiry, t3, never)}, handoff.VerdictBlockedChannel},
		{"then a yes", "the person agreed since", []handoff.Consent{word(given, handoff.BasisInquiry, t1, t2), word(given, "", t3, never)}, handoff.VerdictPermitted},
		{"an older grant, late", "the person refused after the newer one", []handoff.Consent{word(given, "", t3, never), word(given, "", t1, t4)}, handoff.VerdictBlockedChannel},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t)
			for _, order := range permutations(tt.told) {
				for cut := range len(order) + 1 {
					if got := judged(t, e, now, "", nil, told(order, cut)); got != tt.want {
						t.Errorf("told %v, the last %d to a record that is merged: %s, want %s: %s", order, len(order)-cut, got, tt.want, tt.reason)
					}
				}
			}
			if got := judged(t, e, now, "", tt.told, nil); got != tt.want {
				t.Errorf("from the host: %s, want %s", got, tt.want)
			}
		})
	}
}

// TestLaw14_WhatIsRememberedIsNoLooser tells the same evidence to a record, in any order, and to the engine as a list. The
// record never opens what the list does not, and once all was said they agree, except that of two grants of one kind the
// record has the later one, though it may end first.
func TestLaw14_WhatIsRememberedIsNoLooser(t *testing.T) {
	e := compile(t)
	open, closed := 0, 0
	for seed := range 400 {
		g := generate(seed)
		var list []handoff.Consent
		ends := g.chance(3)
		for range 1 + g.IntN(5) {
			list = append(list, g.word(ends))
		}
		state := told(list, g.IntN(len(list)+1))
		for range 4 {
			again := told(shuffled(g, list), g.IntN(len(list)+1))
			if diff := cmp.Diff(recordOf(state).Consent, recordOf(again).Consent); diff != "" {
				t.Fatalf("seed %d: %v in another order (-one +another):\n%s", seed, list, diff)
			}
		}
		for _, purpose := range []handoff.Purpose{handoff.PurposeSales, handoff.PurposeMarketing} {
			for hours := -8; hours <= 4; hours += 2 {
				at := now.Add(time.Duration(hours) * hour)
				of := fmt.Sprintf("seed %d: %v for %s at %s", seed, list, purpose, at)
				host, own := judged(t, e, at, purpose, list, nil), judged(t, e, at, purpose, nil, state)
				switch {
				case own == handoff.VerdictPermitted && host != handoff.VerdictPermitted:
					t.Fatalf("%s: the record opens what the list does not", of)
				case hours >= 0 && !ends && own != host:
					t.Fatalf("%s: %s by the record, %s by the list", of, own, host)
				case own == handoff.VerdictPermitted:
					open++
				default:
					closed++
				}
			}
		}
	}
	if open < 500 || closed < 500 {
		t.Errorf("%d open and %d closed: the evidence is too much alike", open, closed)
	}
}

// word is evidence on one channel, said at one of few instants up to now.
func (g generator) word(ends bool) handoff.Consent {
	at := func() time.Time { return now.Add(-time.Duration(g.IntN(7)) * hour) }
	c := word(handoff.ConsentGranted, pick(g, handoff.BasisExpress, handoff.BasisInquiry, ""), at(), pick(g, time.Time{}, time.Time{}, at()))
	if g.chance(5) {
		c = word(handoff.ConsentDenied, "", at(), time.Time{})
	}
	if ends && c.Status == handoff.ConsentGranted {
		c.Until = pick(g, time.Time{}, now, now.Add(-4*hour), later)
	}
	c.Purpose, c.Source = pick(g, "", "", handoff.PurposeSales, handoff.PurposeMarketing), pick(g, "", "form")
	return c
}
