package handoff_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// contacting gives acme limits, and sequences whose owners may be away in every way.
func contacting(c *handoff.Config) {
	c.Limiter = daily(2)
	for i, away := range []handoff.OwnerAway{handoff.OwnerAwayReassign, handoff.OwnerAwayCover, handoff.OwnerAwayHold} {
		c.Sequences[i].OwnerAway = away
	}
	c.Plays[0].Losers, c.Plays[1].ElseNext = handoff.LosersQueue, true
	c.Sequences[1].Throttle = handoff.Throttle{Per: handoff.KindRep, Active: 2, Adds: 2, Every: day}
}

// asked is a touch of any sort that somebody asks about.
func (g generator) asked(id string, r handoff.Request) handoff.Touch {
	t := handoff.Touch{ID: id, Channel: pick(g, handoff.Channels()...), Purpose: pick(g, append(handoff.Purposes(), "")...), By: pick(g, "", "kim", "ana", "zoe")}
	if g.chance(3) {
		t.Scope = pick(g, "nurture", "events", "ads")
	}
	if record, _ := r.State[r.Lead.Ref()].Value.(handoff.Record); len(record.Enrollments) > 0 && !g.chance(3) {
		run := pick(g, record.Enrollments...)
		t.Sequence = run.Sequence
		if len(run.Steps) > 0 {
			t.Channel = pick(g, run.Steps...).Do
		}
	}
	return t
}

// TestLaw_Permit holds what every question keeps to: the same bytes for every order, guards for all that is written,
// nothing asked for that Fill did not bring, and inputs as they were.
func TestLaw_Permit(t *testing.T) {
	e := compile(t, contacting)
	verdicts := map[handoff.Verdict]int{}
	for seed := range 1200 {
		g := generate(seed)
		r := g.request(e)
		r.Triggers = nil
		if r.Lead.ID == "" {
			continue
		}
		touch := g.asked("X", r)
		r, err := e.FillTouch(now, r, touch, nothingStored)
		if err != nil {
			t.Fatal(err)
		}
		before := encode(t, r)
		d, err := e.Permit(now, r, touch)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		verdicts[d.Verdict]++
		again, err := e.Permit(now, g.shuffle(r), touch)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(split(encode(t, d)), split(encode(t, again))); diff != "" {
			t.Fatalf("seed %d: another order, another answer (-first +second):\n%s", seed, diff)
		}
		guarded(t, r, d)
		scribble(&d)
		if diff := cmp.Diff(split(before), split(encode(t, r))); diff != "" {
			t.Fatalf("seed %d: the request changed:\n%s", seed, diff)
		}
		if t.Failed() {
			t.Fatalf("with seed %d", seed)
		}
	}
	for _, v := range []handoff.Verdict{handoff.VerdictPermitted, handoff.VerdictHeld, handoff.VerdictBlockedChannel, handoff.VerdictRefused} {
		if verdicts[v] < 10 {
			t.Errorf("%d touches are %s, too few to say that the laws hold", verdicts[v], v)
		}
	}
}

func nothingStored(keys []handoff.Key) (handoff.State, error) {
	s := handoff.State{}
	for _, k := range keys {
		s[k] = handoff.Entry{}
	}
	return s, nil
}

// TestLaw06_ARepeatedQuestionChangesNothing asks each question of a random life twice: what was answered once leaves nothing
// to do.
func TestLaw06_ARepeatedQuestionChangesNothing(t *testing.T) {
	for seed := range 25 {
		g, e := generate(seed), compile(t, contacting)
		state := handoff.State{}
		for i := range 30 {
			r, at := g.request(e), now.Add(time.Duration(i)*2*hour)
			r.State = state
			for j := range r.Triggers {
				r.Triggers[j].ID += fmt.Sprint("-", i)
			}
			if g.chance(2) || r.Lead.ID == "" {
				_, state = settled(t, e, at, r)
				continue
			}
			r.Triggers = nil
			touch := g.asked(fmt.Sprint("M", i), r)
			r, err := e.FillTouch(at, r, touch, nothingStored)
			if err != nil {
				t.Fatal(err)
			}
			d, err := e.Permit(at, r, touch)
			if err != nil {
				t.Fatal(err)
			}
			r.State = handoff.Apply(r.State, d.Effects)
			again, err := e.Permit(at, r, touch)
			var missing *handoff.MissingError
			if errors.As(err, &missing) { // a new owner has entries of their own
				r, _ = e.FillTouch(at, r, touch, nothingStored)
				again, err = e.Permit(at, r, touch)
			}
			if err != nil {
				t.Fatal(err)
			}
			if again.Verdict != d.Verdict || len(again.Effects) > 0 {
				t.Fatalf("seed %d, touch %d: %s, and again %s with %v", seed, i, d.Verdict, again.Verdict, again.Effects)
			}
			state = r.State
		}
	}
}

// settled decides a request twice and returns the State, which the second time leaves as it is.
func settled(t *testing.T, e *handoff.Engine, at time.Time, r handoff.Request) (handoff.Decision, handoff.State) {
	t.Helper()
	d, state := apply(t, e, at, r.State, r)
	again, _ := apply(t, e, at, state, r)
	if len(again.Effects) > 0 {
		t.Fatalf("%s, and the same signals again: %s with %v", d.Verdict, again.Verdict, again.Effects)
	}
	return d, state
}
