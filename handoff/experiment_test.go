package handoff_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// experiment makes an engine put every subject on sides that depend on the play alone.
func experiment(sides func(play string) []handoff.Side) func(*handoff.Config) {
	return func(c *handoff.Config) {
		c.Experimenter = handoff.ExperimenterFunc(func(_ *handoff.Facts, p *handoff.Play) []handoff.Side { return sides(p.ID) })
	}
}

// holdout is the side of a holdout.
func holdout(id string, out bool) handoff.Side {
	arm := handoff.Arm{Experiment: id, Arm: "treated", Salt: id, Propensity: 9500, HeldOut: out}
	if out {
		arm.Arm, arm.Propensity = "held_out", 500
	}
	return handoff.Side{Arm: arm, Holdout: true, Text: "the bucket says so", Position: "acme:50:1"}
}

// variant is a side that starts a sequence.
func variant(id, arm, sequence string) handoff.Side {
	return handoff.Side{Arm: handoff.Arm{Experiment: id, Arm: arm, Salt: id, Propensity: 5000}, Sequence: sequence, Text: "the bucket says so"}
}

// on puts every play on some sides.
func on(sides ...handoff.Side) func(*handoff.Config) {
	return experiment(func(string) []handoff.Side { return sides })
}

// exposures returns the arm of each experiment that the decision tells.
func exposures(d handoff.Decision) map[string]string {
	out := map[string]string{}
	for _, e := range effects[handoff.Expose](d) {
		out[e.Experiment] += e.Subject.String() + " " + e.Arm.Arm
	}
	return out
}

// TestHoldout_WouldBe: a decision that holds out says what the same decision without the experiment does, and does nothing of it.
func TestHoldout_WouldBe(t *testing.T) {
	free := decide(t, compile(t), now, demo())
	request := fill(compile(t, on(holdout("global", true))), now, demo())
	d := decide(t, compile(t, on(holdout("global", true))), now, request)
	if d.Verdict != handoff.VerdictHeldOut || !d.FirstTouch.IsZero() {
		t.Errorf("verdict %s, due %s: nothing is promised", d.Verdict, d.FirstTouch)
	}
	would := func(d handoff.Decision) []any {
		return []any{d.Play, d.Motion, d.Trigger, d.Owner, d.Rung, d.Sequence, d.Losers, d.Passed, d.PassedWhy}
	}
	if diff := cmp.Diff(would(free), would(d)); diff != "" || d.Owner == "" || d.Sequence == "" {
		t.Errorf("what would have been (-without the experiment +with it):\n%s", diff)
	}
	if diff := cmp.Diff([]handoff.EffectKind{handoff.EffectConsumeTrigger, handoff.EffectExpose}, kindsOf(d)); diff != "" {
		t.Errorf("effects (-want +got):\n%s", diff)
	}
	consumed := effects[handoff.ConsumeTrigger](d)[0]
	if consumed.Fate != handoff.FateHeldOut || consumed.Signal != effects[handoff.ConsumeTrigger](free)[0].Signal {
		t.Errorf("consumed %+v, want the signal that a handoff claims", consumed)
	}
	want := handoff.Expose{Subject: l1, Arm: handoff.Arm{Experiment: "global", Arm: "held_out", Salt: "global", Propensity: 500, HeldOut: true, At: now}}
	if diff := cmp.Diff(want, effects[handoff.Expose](d)[0]); diff != "" {
		t.Errorf("exposed (-want +got):\n%s", diff)
	}
	reason := handoff.Reason{Rule: handoff.RuleExperiment, ID: "global", Code: handoff.CodeHeldOut, Play: "demo-enterprise", Text: "the bucket says so", Position: "acme:50:1"}
	if diff := cmp.Diff([]handoff.Reason{reason}, reasonFor(d, "global")); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
	sentence := "lead/L1 was held out by global: nothing happens. It would have gone to kim by play demo-enterprise, and sequence ae-fast would have started."
	if got := d.Sentence(); got != sentence {
		t.Errorf("got %q, want %q", got, sentence)
	}
	for _, line := range []string{"verdict  held_out\n", "would-be kim by aes\n", "experiment global: arm held_out, 500 of 10000, since 2026-03-04T15:00:00Z\n"} {
		if text := handoff.Describe(d); !strings.Contains(text, line) {
			t.Errorf("no %q in\n%s", line, text)
		}
	}
}

// TestHoldout_EqualSignal: after a holdout an equal signal is a duplicate, as after a handoff, and another one is held out again
// since the same instant.
func TestHoldout_EqualSignal(t *testing.T) {
	e := compile(t, experiment(func(string) []handoff.Side {
		s := holdout("global", true)
		s.At = now // as an Experimenter finds it in the record
		return []handoff.Side{s}
	}))
	_, state := apply(t, e, now, nil, demo())
	for _, tt := range []struct {
		name, reason string
		trigger      handoff.Trigger
		want         handoff.Verdict
	}{
		{"the same", "it was consumed", demo().Triggers[0], handoff.VerdictDuplicate},
		{"an equal one", "it is a duplicate", signal("T2", "demo_request", now), handoff.VerdictDuplicate},
		{"another", "it is held out, too", signal("T2", "pricing_page", now), handoff.VerdictHeldOut},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, after := apply(t, e, now.Add(time.Minute), state, demo(triggers(tt.trigger)))
			if d.Verdict != tt.want {
				t.Errorf("verdict %s, want %s: %s", d.Verdict, tt.want, tt.reason)
			}
			if diff := cmp.Diff(recordOf(state).Arms, recordOf(after).Arms); diff != "" || len(recordOf(after).Arms) != 1 {
				t.Errorf("the arm changes:\n%s", diff)
			}
			if len(exposures(d)) == 1 != (tt.want == handoff.VerdictHeldOut) {
				t.Errorf("exposed %v: what is held out counts, what is a duplicate does not", exposures(d))
			}
		})
	}
}

// TestHoldout_Last: what would not have happened is not held out.
func TestHoldout_Last(t *testing.T) {
	out := on(holdout("global", true))
	for _, tt := range []struct {
		name, reason string
		edit         func(*handoff.Config)
		request      handoff.Request
		want         handoff.Verdict
		sequence     string
	}{
		{"handed over", "it would have been", out, demo(), handoff.VerdictHeldOut, "ae-fast"},
		{"held", "a hold comes first", out, demo(func(r *handoff.Request) { r.Opportunities = nil }), handoff.VerdictHeld, ""},
		{"a gate", "a gate comes first", out, demo(func(r *handoff.Request) { r.Lead.Person.Email = "x@gmail.com" }), handoff.VerdictIneligible, ""},
		{"nobody", "nobody could own it", func(c *handoff.Config) { c.Reps = nil; out(c) }, demo(), handoff.VerdictUnassigned, ""},
		{"a throttle", "the sequence has no room", func(c *handoff.Config) { c.Sequences[0].Throttle = handoff.Throttle{Active: 1}; out(c) }, demo(taken()), handoff.VerdictHeld, ""},
		{"running", "the sequence runs already", out, demo(with(handoff.Enroll{Subject: l1, Enrollment: handoff.Enrollment{Sequence: "ae-fast", Version: 3, Person: l1, Owner: "kim", At: earlier, Ends: later,
			Steps: steps(handoff.ChannelCall)}})), handoff.VerdictHeld, ""},
		{"a blocked channel", "the owner would have had it, without the sequence", out, demo(func(r *handoff.Request) {
			for _, c := range []handoff.Channel{handoff.ChannelCall, handoff.ChannelEmail} {
				r.Lead.Consent = append(r.Lead.Consent, handoff.Consent{Channel: c, Status: handoff.ConsentDenied, At: earlier})
			}
		}), handoff.VerdictHeldOut, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := decide(t, compile(t, tt.edit), now, tt.request)
			if d.Verdict != tt.want || d.Sequence != tt.sequence && tt.want == handoff.VerdictHeldOut {
				t.Errorf("%s with sequence %q, want %s with %q: %s", d.Verdict, d.Sequence, tt.want, tt.sequence, tt.reason)
			}
			if exposed := len(exposures(d)) > 0; exposed != (tt.want == handoff.VerdictHeldOut) {
				t.Errorf("exposed %v: %s", exposures(d), tt.reason)
			}
		})
	}
}

// TestHoldout_NextPlay holds out the first play, and sometimes the second.
func TestHoldout_NextPlay(t *testing.T) {
	first, second := play("first", "demo_request", 9, hour), play("second", "webinar", 1, day)
	second.Sequence, second.Router = "nurture", to("ana")
	of := func(sides map[string][]handoff.Side) func(*handoff.Config) {
		return experiment(func(play string) []handoff.Side { return sides[play] })
	}
	other := func(r *handoff.Request) {
		r.Triggers = append(r.Triggers, signal("T3", "webinar", now.Add(-time.Minute)))
	}
	alone := func(c *handoff.Config) { c.Plays[1].Router = route(handoff.Routing{}) }
	for _, tt := range []struct {
		name, reason string
		sides        map[string][]handoff.Side
		edit         func(*handoff.Config)
		request      handoff.Request
		want         string // verdict, play and owner
		fates        map[string]handoff.Fate
		exposed      map[string]string
	}{
		{"only the first", "the second goes on", map[string][]handoff.Side{"first": {holdout("h", true)}}, nil, rivalry(), "enrolled second ana",
			map[string]handoff.Fate{"T1": handoff.FateHeldOut, "T2": handoff.FateActed}, map[string]string{"h": "lead/L1 held_out"}},
		{"both by one", "nothing is left", map[string][]handoff.Side{"first": {holdout("h", true)}, "second": {holdout("h", true)}}, nil, rivalry(other), "held_out first kim",
			map[string]handoff.Fate{"T1": handoff.FateHeldOut, "T2": handoff.FateHeldOut, "T3": handoff.FateHeldOut}, map[string]string{"h": "lead/L1 held_out"}},
		{"each by its own", "the second would have gone on, had its own not been", map[string][]handoff.Side{"first": {holdout("h", true)}, "second": {holdout("g", true)}}, nil, rivalry(),
			"held_out first kim", map[string]handoff.Fate{"T1": handoff.FateHeldOut, "T2": handoff.FateHeldOut}, map[string]string{"h": "lead/L1 held_out", "g": "lead/L1 held_out"}},
		{"the second alone", "it does not win", map[string][]handoff.Side{"second": {holdout("g", true)}}, nil, rivalry(), "assigned first kim",
			map[string]handoff.Fate{"T1": handoff.FateActed, "T2": handoff.FateMerged}, map[string]string{}},
		{"nobody owns the second", "it waits, and the first is over", map[string][]handoff.Side{"first": {holdout("h", true)}}, alone, rivalry(), "unassigned second ",
			map[string]handoff.Fate{"T1": handoff.FateHeldOut}, map[string]string{"h": "lead/L1 held_out"}},
		{"three holdouts", "the third is not asked", map[string][]handoff.Side{"first": {holdout("a", false), variant("v", "x", ""), holdout("b", true), holdout("c", true)}}, nil,
			demo(), "held_out first kim", map[string]handoff.Fate{"T1": handoff.FateHeldOut}, map[string]string{"a": "lead/L1 treated", "b": "lead/L1 held_out"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			edits := []func(*handoff.Config){contest(first, second), of(tt.sides)}
			if tt.edit != nil {
				edits = append(edits, tt.edit)
			}
			d := decide(t, compile(t, edits...), now, tt.request)
			if got := fmt.Sprintf("%s %s %s", d.Verdict, d.Play, d.Owner); got != tt.want {
				t.Errorf("got %q, want %q: %s", got, tt.want, tt.reason)
			}
			if diff := cmp.Diff(tt.fates, fates(d)); diff != "" {
				t.Errorf("fates (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.exposed, exposures(d)); diff != "" {
				t.Errorf("exposed (-want +got):\n%s", diff)
			}
			if c, attached := d.Context(); attached && tt.fates["T1"] == handoff.FateHeldOut && len(c.Merged) > 0 {
				t.Errorf("the context has %v of a play that is held out", c.Merged)
			}
			if !d.FirstTouch.IsZero() && d.Play == "second" && !d.FirstTouch.Equal(now.Add(day)) {
				t.Errorf("due %s: what is held out promises nothing", d.FirstTouch)
			}
		})
	}
}

// TestHoldout_Again: where the next play waits, deciding again changes nothing.
func TestHoldout_Again(t *testing.T) {
	second := play("second", "demo_request", 1, day)
	second.Router = route(handoff.Routing{})
	e := compile(t, contest(play("first", "demo_request", 9, hour), second), experiment(func(play string) []handoff.Side {
		if play == "second" {
			return nil
		}
		s := holdout("h", true)
		s.At = now
		return []handoff.Side{s}
	}))
	d, state := apply(t, e, now, nil, demo())
	if len(exposures(d)) != 1 || d.Verdict != handoff.VerdictUnassigned {
		t.Errorf("%s, exposed %v, want it unassigned and exposed", d.Verdict, exposures(d))
	}
	if again, _ := apply(t, e, now.Add(time.Minute), state, demo()); len(again.Effects) > 0 {
		t.Errorf("deciding again has the effects %v", kindsOf(again))
	}
}

// TestHoldout_LeavesTheQueue: a record that waits for an owner waits no more once it is held out, and nobody has done anything.
func TestHoldout_LeavesTheQueue(t *testing.T) {
	inbox := &handoff.Queue{ID: "inbox", Owner: "sam", Promise: within(4 * hour)}
	empty := compile(t, func(c *handoff.Config) { c.Plays[0].Router = route(handoff.Routing{Queue: inbox}) })
	d, state := apply(t, empty, now, nil, demo())
	if d.Queue != "inbox" {
		t.Fatalf("it waits in %q", d.Queue)
	}
	d, _ = apply(t, compile(t, on(holdout("h", true))), now.Add(hour), state, demo(triggers()))
	stopped := effects[handoff.StopClock](d)
	if d.Verdict != handoff.VerdictHeldOut || len(stopped) != 1 || stopped[0].Met || stopped[0].Why != handoff.StopClosed {
		t.Errorf("%s, and the clock stops as %+v, want it closed and not met", d.Verdict, stopped)
	}
}

// TestVariant starts another sequence than the play's.
func TestVariant(t *testing.T) {
	denied := demo(func(r *handoff.Request) {
		r.Lead.Consent = []handoff.Consent{{Channel: handoff.ChannelEmail, Status: handoff.ConsentDenied, At: earlier}}
	})
	full := with(handoff.Plan{Tally: handoff.TallyKey(policy, "active/nurture"), For: "other", At: []time.Time{later}})
	for _, tt := range []struct {
		name, reason string
		sides        []handoff.Side
		request      handoff.Request
		verdict      handoff.Verdict
		sequence     string
		exposed      map[string]string
	}{
		{"none", "the play's own starts", nil, demo(), handoff.VerdictEnrolled, "ae-fast", map[string]string{}},
		{"another", "it takes the place", []handoff.Side{variant("v", "b", "sdr")}, demo(), handoff.VerdictEnrolled, "sdr", map[string]string{"v": "lead/L1 b"}},
		{"control", "the play's own starts, and counts", []handoff.Side{variant("v", "a", "")}, demo(), handoff.VerdictEnrolled, "ae-fast", map[string]string{"v": "lead/L1 a"}},
		{"unknown", "the play's own starts, and does not count", []handoff.Side{variant("v", "b", "gone")}, demo(), handoff.VerdictEnrolled, "ae-fast", map[string]string{}},
		{"two", "the first counts", []handoff.Side{variant("v", "b", "sdr"), variant("w", "b", "nurture")}, demo(), handoff.VerdictEnrolled, "sdr", map[string]string{"v": "lead/L1 b"}},
		{"treated", "both experiments count", []handoff.Side{holdout("h", false), variant("v", "b", "sdr")}, demo(), handoff.VerdictEnrolled, "sdr",
			map[string]string{"h": "lead/L1 treated", "v": "lead/L1 b"}},
		{"held out", "its sequence would have started", []handoff.Side{variant("v", "b", "sdr"), holdout("h", true)}, demo(), handoff.VerdictHeldOut, "sdr", map[string]string{"h": "lead/L1 held_out"}},
		{"blocked", "its own channels count, and the handoff is one", []handoff.Side{variant("v", "b", "sdr")}, denied, handoff.VerdictBlockedChannel, "", map[string]string{"v": "lead/L1 b"}},
		{"throttled", "its own throttle counts, and nobody is exposed", []handoff.Side{variant("v", "b", "nurture")}, demo(full), handoff.VerdictHeld, "", map[string]string{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := decide(t, compile(t, on(tt.sides...), func(c *handoff.Config) { c.Sequences[2].Throttle = handoff.Throttle{Active: 1} }), now, tt.request)
			if d.Verdict != tt.verdict || d.Sequence != tt.sequence {
				t.Errorf("%s with sequence %q, want %s with %q: %s", d.Verdict, d.Sequence, tt.verdict, tt.sequence, tt.reason)
			}
			if diff := cmp.Diff(tt.exposed, exposures(d)); diff != "" {
				t.Errorf("exposed (-want +got):\n%s", diff)
			}
			for _, e := range effects[handoff.Enroll](d) {
				if e.Sequence != tt.sequence {
					t.Errorf("%s starts", e.Sequence)
				}
			}
		})
	}
}

// lister is an Experimenter that says which sequences it names.
type lister struct {
	handoff.ExperimenterFunc
	sequences []string
}

func (l lister) Sequences(*handoff.Play) []string { return l.sequences }

// TestVariant_Needs: what a variant's sequence reads is asked for, and its name is checked, where the Experimenter tells it.
func TestVariant_Needs(t *testing.T) {
	throttled := func(c *handoff.Config) {
		for i := range c.Sequences {
			c.Sequences[i].Throttle = handoff.Throttle{Active: 1}
		}
	}
	sides := func(*handoff.Facts, *handoff.Play) []handoff.Side { return []handoff.Side{variant("v", "b", "sdr")} }
	active := func(e *handoff.Engine) (out []string) {
		for _, k := range e.Needs(now, fill(compile(t), now, demo())) {
			out = append(out, strings.TrimPrefix(k.ID, policy+"/active/"))
		}
		return out
	}
	for _, tt := range []struct {
		name, reason string
		experimenter handoff.Experimenter
		want         []string
	}{
		{"none", "only its own may start", nil, []string{"ae-fast"}},
		{"silent", "any may start", handoff.ExperimenterFunc(sides), []string{"ae-fast", "nurture", "retention", "sdr"}},
		{"telling", "one more may start", lister{sides, []string{"sdr"}}, []string{"ae-fast", "sdr"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t, throttled, func(c *handoff.Config) {
				c.Experimenter = tt.experimenter
				c.Plays = c.Plays[:1]
			})
			if diff := cmp.Diff(tt.want, active(e)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
	c := acme()
	c.Experimenter = lister{sides, []string{"gone"}}
	if _, err := handoff.New(c); err == nil || !strings.Contains(err.Error(), `play demo-smb: an experiment puts sequence "gone" in the place of its own, which is not listed`) {
		t.Errorf("got %v, want it to name the sequence that is not listed", err)
	}
}

// TestExpose_TheAccounts: an account's side is remembered by the account, and guarded.
func TestExpose_TheAccounts(t *testing.T) {
	side := holdout("h", true)
	side.Of = account("A1")
	d := decide(t, compile(t, on(side)), now, demo())
	if diff := cmp.Diff(map[string]string{"h": "account/A1 held_out"}, exposures(d)); diff != "" {
		t.Errorf("exposed (-want +got):\n%s", diff)
	}
	if !slices.ContainsFunc(d.Guards, func(g handoff.Guard) bool { return g.Key == account("A1") }) {
		t.Errorf("the account is not guarded: %v", d.Guards)
	}
}

// TestMerge_KeepsTheSurvivorsArm: of two records on different arms of one experiment, the one that lives on stays where it is,
// and gets what it had none of.
func TestMerge_KeepsTheSurvivorsArm(t *testing.T) {
	arm := func(experiment, name string) handoff.Arm {
		return handoff.Arm{Experiment: experiment, Arm: name, Salt: "s", At: earlier, Propensity: 5000, HeldOut: name == "held_out"}
	}
	l2 := lead("L2")
	state := handoff.Apply(nil, []handoff.Effect{
		handoff.Expose{Subject: l1, Arm: arm("x", "held_out")},
		handoff.Expose{Subject: l2, Arm: arm("x", "treated")}, handoff.Expose{Subject: l2, Arm: arm("y", "b")},
		handoff.MergeRecords{From: l2, Into: l1, At: now},
	})
	if diff := cmp.Diff([]handoff.Arm{arm("x", "held_out"), arm("y", "b")}, recordOf(state).Arms); diff != "" {
		t.Errorf("arms (-want +got):\n%s", diff)
	}
}

// splits puts subjects on sides by their ids and the play's, so that all that can happen to a handoff happens to some.
func splits(c *handoff.Config) {
	c.Experimenter = handoff.ExperimenterFunc(func(f *handoff.Facts, p *handoff.Play) (sides []handoff.Side) {
		n := int(f.Subject.ID[len(f.Subject.ID)-1]) + len(p.ID)
		if n%5 != 0 {
			sides = append(sides, holdout("h", n%2 == 0))
		}
		sides = append(sides, variant("v", "b", []string{"", "nurture", "gone"}[n%3]))
		if of := f.AccountRef(); !of.IsZero() {
			by := holdout("g", n%7 == 0)
			by.Of = of
			sides = append(sides, by)
		}
		for i := range sides {
			for _, old := range slices.Concat(f.Record().Arms, f.AccountRecord().Arms) {
				if old.Experiment == sides[i].Experiment && old.Salt == sides[i].Salt && old.Arm == sides[i].Arm.Arm {
					sides[i].Arm = old
				}
			}
		}
		return sides
	})
}

// TestLaw_AHoldoutDoesNothing: of what State remembers, a decision that holds out changes what it consumed, arms, the queue, and
// what holds; and no effect of it reaches anybody.
func TestLaw_AHoldoutDoesNothing(t *testing.T) {
	held := 0
	properties(t, func(t *testing.T, e *handoff.Engine, g generator, r handoff.Request) {
		d := decide(t, e, now, r)
		if d.Verdict != handoff.VerdictHeldOut {
			return
		}
		held++
		for _, effect := range d.Effects {
			switch effect := effect.(type) {
			case handoff.ConsumeTrigger, handoff.QueueTrigger, handoff.Expose, handoff.Hold, handoff.ReleaseHold, handoff.SetStage:
			case handoff.StopClock:
				if !strings.HasPrefix(effect.ID, handoff.InQueue) || effect.Met {
					t.Errorf("stops %+v", effect)
				}
			default:
				t.Errorf("has the effect %s", effect.Kind())
			}
		}
		after := handoff.Apply(r.State, d.Effects)
		for _, key := range slices.Collect(maps.Keys(after)) {
			if key.Kind == handoff.KindTally || key.Kind == handoff.KindPool || key.Kind == handoff.KindRep {
				if diff := cmp.Diff(encode(t, r.State[key]), encode(t, after[key])); diff != "" {
					t.Errorf("%s changes:\n%s", key, diff)
				}
			}
		}
		before, _ := r.State[r.Subject].Value.(handoff.Record)
		record, _ := after[r.Subject].Value.(handoff.Record)
		for _, record := range []*handoff.Record{&before, &record} {
			record.Arms, record.Queue, record.Signals, record.Heard, record.Holds, record.Stages, record.RaisedHand = nil, nil, nil, nil, nil, nil, time.Time{}
			record.Clocks, record.Stopped = nil, nil
		}
		if diff := cmp.Diff(encode(t, before), encode(t, record)); diff != "" {
			t.Errorf("the record changes otherwise:\n%s", diff)
		}
	})
	if held < 30 {
		t.Errorf("%d requests were held out: the property is hardly tried", held)
	}
}

// BenchmarkDecide_Experiments compares a decision with and without experiments.
func BenchmarkDecide_Experiments(b *testing.B) {
	for _, of := range []struct {
		name string
		edit func(*handoff.Config)
	}{
		{"none", func(*handoff.Config) {}},
		{"treated", on(holdout("h", false), variant("v", "b", "sdr"))},
		{"held out", on(holdout("h", true), variant("v", "b", "sdr"))},
	} {
		b.Run(of.name, func(b *testing.B) {
			e := compile(b, of.edit)
			r := fill(e, now, demo())
			for b.Loop() {
				if _, err := e.Decide(now, r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
