package handoff_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// seats is a trigger of a kind of which stage pql depends on the number of seats alone.
func seats(id, kind string, minutes int, n int64) handoff.Trigger {
	t := signal(id, kind, now.Add(time.Duration(minutes)*time.Minute))
	t.Asset += id // so that no two are equal
	t.Fields = map[string]handoff.Value{"seats": handoff.IntValue(n)}
	return t
}

// waiting makes a trigger wait in the queue of the lead.
func waiting(t handoff.Trigger, why handoff.Why) handoff.Effect {
	t.Subject = l1
	return handoff.QueueTrigger{Subject: l1, Queued: handoff.Queued{Trigger: t, Until: later, Why: why}}
}

func inStage(id, trigger string) handoff.Effect {
	return handoff.SetStage{Subject: l1, Stage: handoff.Stage{ID: id, At: earlier, Trigger: trigger}}
}

// pql leaves acme the stage pql, whose index is 0, and plays for those who just entered it.
func pql(c *handoff.Config) {
	staged(c)
	c.Stages = c.Stages[1:2]
	c.Plays = slices.DeleteFunc(c.Plays, func(p handoff.Play) bool { return p.ID == "rescue" })
	c.Plays[len(c.Plays)-1].When = entered(0)
}

// unrepeated lets no trigger repeat another.
func unrepeated(c *handoff.Config) {
	for i := range c.Triggers {
		c.Triggers[i].SameWithin = 0
	}
}

func stages(d handoff.Decision) (out []string) {
	for _, s := range effects[handoff.SetStage](d) {
		out = append(out, s.ID+" by "+s.Trigger)
	}
	return out
}

// asked decides and returns the triggers for which conditions saw the first stage as entered.
func asked(t *testing.T, at time.Time, r handoff.Request, edits ...func(*handoff.Config)) (handoff.Decision, []string) {
	t.Helper()
	var crossing []string
	e := compile(t, append(edits, func(c *handoff.Config) {
		c.Matcher = handoff.MatcherFunc(func(f *handoff.Facts, dst []int32) []int32 {
			if f.Entered(0) {
				crossing = append(crossing, f.Trigger.ID)
			}
			for i, p := range c.Plays {
				if p.Trigger == f.Trigger.Kind && (p.When == nil || p.When.Eval(f) != handoff.False) {
					dst = append(dst, int32(i))
				}
			}
			return dst
		})
	})...)
	return decide(t, e, at, r), crossing
}

func TestStages_FirstCrossingEnters(t *testing.T) {
	small, large := int64(24), int64(25)
	unknown := seats("T1", "webinar", -9, large)
	unknown.Fields = nil
	again := seats("T2", "webinar", -5, large) // as T1, with more seats
	again.Asset = seats("T1", "webinar", -9, small).Asset
	for _, tt := range []struct {
		name, reason string
		triggers     []handoff.Trigger
		state        []handoff.Effect
		want         []string // stages that are entered
		crossing     []string // triggers for which conditions see it
	}{
		{"crosses", "the definition is true", []handoff.Trigger{seats("T1", "webinar", -9, large)}, nil, []string{"pql by T1"}, []string{"T1"}},
		{"does not cross", "the definition is false", []handoff.Trigger{seats("T1", "webinar", -9, small)}, nil, nil, nil},
		{"cannot tell", "unknown does not enter", []handoff.Trigger{unknown}, nil, nil, nil},
		{"was there by another trigger", "a stage is entered once", []handoff.Trigger{seats("T1", "webinar", -9, large)},
			[]handoff.Effect{inStage("pql", "T0")}, nil, nil},
		{"was there by a host", "a host may set a stage", []handoff.Trigger{seats("T1", "webinar", -9, large)},
			[]handoff.Effect{inStage("pql", "")}, nil, nil},
		{"is in another stage", "stages are entered one by one", []handoff.Trigger{seats("T1", "webinar", -9, large)},
			[]handoff.Effect{inStage("mql", "T1")}, []string{"pql by T1"}, []string{"T1"}},
		{"two cross", "the earlier one does, whatever its id", []handoff.Trigger{seats("T1", "webinar", -5, large), seats("T2", "webinar", -9, large)}, nil,
			[]string{"pql by T2"}, []string{"T2"}},
		{"two cross at one instant", "ids rank bytewise", []handoff.Trigger{seats("T2", "webinar", -9, large), seats("T10", "webinar", -9, large)}, nil,
			[]string{"pql by T10"}, []string{"T10"}},
		{"the later one crosses", "the facts of each trigger count by themselves", []handoff.Trigger{seats("T1", "webinar", -9, small), seats("T2", "webinar", -5, large)}, nil,
			[]string{"pql by T2"}, []string{"T2"}},
		{"crossed and waits", "it is the crossing still, and a later trigger is not", []handoff.Trigger{seats("T2", "webinar", -5, large)},
			[]handoff.Effect{waiting(seats("T1", "webinar", -9, large), handoff.WhyHeld), inStage("pql", "T1")}, nil, []string{"T1"}},
		{"crossed and waits behind an earlier one", "it is the crossing still, in any order", []handoff.Trigger{seats("T2", "webinar", -9, large)},
			[]handoff.Effect{waiting(seats("T1", "webinar", -5, large), handoff.WhyHeld), inStage("pql", "T1")}, nil, []string{"T1"}},
		{"crossed and lost it while it waits", "the crossing has happened", nil,
			[]handoff.Effect{waiting(seats("T1", "webinar", -9, small), handoff.WhyHeld), inStage("pql", "T1")}, nil, []string{"T1"}},
		{"waits and crosses now", "facts may come later", nil, []handoff.Effect{waiting(seats("T1", "webinar", -9, large), handoff.WhyIncomplete)},
			[]string{"pql by T1"}, []string{"T1"}},
		{"was consumed", "a redelivery is not decided", []handoff.Trigger{seats("T1", "webinar", -9, large)},
			[]handoff.Effect{handoff.ConsumeTrigger{Subject: l1, Policy: policy, Trigger: "T1", Fate: handoff.FateActed, At: earlier}}, nil, nil},
		{"is stale", "what is too old is not decided", []handoff.Trigger{seats("T1", "webinar", -60*24*60, large)}, nil, nil, nil},
		{"is unlisted", "a kind that the policy does not know is not decided", []handoff.Trigger{seats("T1", "unheard_of", -9, large)}, nil, nil, nil},
		{"repeats a ready trigger", "by itself it would be a duplicate", []handoff.Trigger{seats("T1", "webinar", -9, small), again}, nil, nil, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, crossing := asked(t, now, demo(triggers(tt.triggers...), with(tt.state...)), pql)
			if diff := cmp.Diff(tt.want, stages(d)); diff != "" {
				t.Errorf("%s (-want +entered):\n%s", tt.reason, diff)
			}
			if diff := cmp.Diff(tt.crossing, crossing); diff != "" {
				t.Errorf("%s (-want +seen by conditions):\n%s", tt.reason, diff)
			}
			for _, s := range effects[handoff.SetStage](d) {
				if !s.At.Equal(d.At) || s.Subject != l1 {
					t.Errorf("%s enters at %s, want at the decision's instant", s.Subject, s.At)
				}
			}
		})
	}
}

func TestStages_WhateverTheVerdict(t *testing.T) {
	only := func(c *handoff.Config) { c.Plays = c.Plays[:6] } // without the plays for a crossing
	for _, tt := range []struct {
		verdict handoff.Verdict
		reason  string
		edit    func(*handoff.Config)
		request func(*handoff.Request)
		want    []string
	}{
		{handoff.VerdictEnrolled, "it is acted on", settle(0), size(5000), []string{"pql by T1"}},
		{handoff.VerdictHeld, "it waits or ends, and has crossed", settle(0), func(r *handoff.Request) { r.Opportunities = nil }, []string{"pql by T1"}},
		{handoff.VerdictIneligible, "it was refused, and has crossed", settle(0), func(r *handoff.Request) { r.Lead.Person.Email = "x@gmail.com" }, []string{"pql by T1"}},
		{handoff.VerdictIncomplete, "other facts are unknown, not those of the stage", settle(0), func(r *handoff.Request) { r.Account.Employees = handoff.Opt[int64]{} }, []string{"pql by T1"}},
		{handoff.VerdictUnassigned, "nobody owns it, and it has crossed", func(c *handoff.Config) { c.Reps = nil }, size(5000), []string{"pql by T1"}},
		{handoff.VerdictNoPlay, "no play is for it, and it has crossed", func(c *handoff.Config) { c.Plays = c.Plays[2:] }, size(5000), []string{"pql by T1"}},
		{handoff.VerdictQueued, "it is not decided yet", settle(hour), size(5000), nil},
	} {
		t.Run(string(tt.verdict), func(t *testing.T) {
			r := demo(triggers(seats("T1", "demo_request", -9, 30)), tt.request)
			d := decide(t, compile(t, pql, only, tt.edit), now, r)
			if d.Verdict != tt.verdict {
				t.Fatalf("got %s", d.Verdict)
			}
			if diff := cmp.Diff(tt.want, stages(d)); diff != "" {
				t.Errorf("%s (-want +entered):\n%s", tt.reason, diff)
			}
			if !slices.Contains(d.Guards, handoff.Guard{Key: l1}) {
				t.Errorf("the guards %v lack the record that the stages were read from", d.Guards)
			}
		})
	}
}

// TestStages_CrossingOutlivesTheWait lets a hold keep the crossing back until it is over.
func TestStages_CrossingOutlivesTheWait(t *testing.T) {
	e := compile(t, pql)
	hold := handoff.Hold{Subject: l1, ActiveHold: handoff.ActiveHold{ID: "h", Since: earlier, Until: later, OnRelease: handoff.ReleaseReplay}}
	r := demo(triggers(seats("T1", "webinar", -9, 30)), with(hold))
	first, state := apply(t, e, now, r.State, r)
	if first.Verdict != handoff.VerdictHeld || len(stages(first)) != 1 {
		t.Fatalf("got %s with %v, want held in a new stage", first.Verdict, stages(first))
	}
	second, state := apply(t, e, later, state, demo(triggers(seats("T2", "webinar", -5, 30))))
	if second.Play != "pql-fast" || second.Trigger != "T1" || len(stages(second)) != 0 {
		t.Errorf("%s won on %s with %v, want pql-fast on T1, which crossed before it waited", second.Play, second.Trigger, stages(second))
	}
	third, _ := apply(t, e, later, state, demo(triggers(seats("T3", "webinar", -5, 30))))
	if third.Play == "pql-fast" || len(stages(third)) != 0 {
		t.Errorf("%s won with %v, want another play: the crossing is over", third.Play, stages(third))
	}
}

func TestStages_ReadInOrder(t *testing.T) {
	var sees [3]bool
	score := func(c *handoff.Config) {
		c.Scores[0].Score = handoff.ScoreFunc(func(f *handoff.Facts) handoff.Opt[int64] {
			sees[0] = sees[0] || f.Entered(0)
			return handoff.Opt[int64]{}
		})
		c.Stages = []handoff.StageRule{
			{ID: "a", When: always(handoff.True)},
			{ID: "b", When: entered(0)},
			{ID: "c", When: rule{"later", func(f *handoff.Facts) handoff.Truth {
				sees[1], sees[2] = f.Entered(1), f.Entered(3)
				return handoff.False
			}}},
			{ID: "d", When: always(handoff.True)},
		}
	}
	d := decide(t, compile(t, score), now, demo())
	if diff := cmp.Diff([]string{"a by T1", "b by T1", "d by T1"}, stages(d)); diff != "" {
		t.Errorf("a stage sees those before it (-want +entered):\n%s", diff)
	}
	if want := [3]bool{false, true, false}; sees != want {
		t.Errorf("a score sees %t, a stage those before it %t and those behind it %t", sees[0], sees[1], sees[2])
	}
}

func TestFacts_EnteredOfNoStage(t *testing.T) {
	d := decide(t, compile(t, staged, func(c *handoff.Config) {
		c.Stages[0].When = always(handoff.True)
		c.Plays[0].When = handoff.ConditionFunc(func(f *handoff.Facts) handoff.Truth {
			return handoff.TruthOf(f.Entered(0) && !f.Entered(-1) && !f.Entered(3) && !f.Entered(64) && !f.Entered(1<<20))
		})
	}), now, demo())
	if d.Play != "demo-enterprise" {
		t.Errorf("%q won, want demo-enterprise: an index that names no stage is not entered", d.Play)
	}
	if (&handoff.Facts{}).Entered(0) {
		t.Error("facts that no engine made have entered a stage")
	}
}

func TestStages_MostAreAllowed(t *testing.T) {
	most := func(c *handoff.Config) {
		for i := range 64 {
			c.Stages = append(c.Stages, handoff.StageRule{ID: fmt.Sprint("s", i), When: always(handoff.True)})
		}
		c.Plays[0].When = entered(63)
	}
	if d := decide(t, compile(t, most), now, demo()); len(stages(d)) != 64 || d.Play != "demo-enterprise" {
		t.Errorf("%d stages are entered, and %q won; want 64 and demo-enterprise, which asks for the last of them", len(stages(d)), d.Play)
	}
}

func TestExplain_Stages(t *testing.T) {
	e := compile(t, staged)
	unknown := handoff.Trace{Text: "time_on_site", Unknown: []string{"time_on_site"}}
	r := fill(e, now, demo(triggers(seats("T1", "webinar", -9, 24), seats("T2", "webinar", -5, 25), seats("T3", "webinar", -4, 26))))
	x, err := e.Explain(now, r)
	if err != nil {
		t.Fatal(err)
	}
	var got [][]handoff.StageTrace
	for _, tr := range x.Triggers {
		got = append(got, tr.Stages)
	}
	trigger := func(truth handoff.Truth, entered bool) []handoff.StageTrace {
		return []handoff.StageTrace{{Stage: "mql", Position: "acme:30:1", When: unknown},
			{Stage: "pql", Position: "acme:31:1", When: handoff.Trace{Truth: truth, Text: "seats"}, Entered: entered},
			{Stage: "at_risk", When: handoff.Trace{Text: "drop", Unknown: []string{"drop"}}}}
	}
	want := [][]handoff.StageTrace{trigger(handoff.False, false), trigger(handoff.True, true), trigger(handoff.True, false)}
	want[2][1].Why = "was entered before"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("each trigger lists every stage, and one of them entered it (-want +got):\n%s", diff)
	}
}

// TestLaw03_StagesFollowTheirTrace computes the stages of a decision from its explanation alone: the first trigger by
// occurred-at and id whose facts make a definition true enters the stage, unless the record has it.
func TestLaw03_StagesFollowTheirTrace(t *testing.T) {
	n := 0
	for seed := range rounds {
		e := compile(t, staged, unrepeated)
		r := generate(seed).request(e)
		x, err := e.Explain(now, r)
		if err != nil {
			t.Fatal(err)
		}
		given := known(r)
		slices.SortFunc(x.Triggers, func(a, b handoff.TriggerTrace) int { return inTime(given[a.Trigger], given[b.Trigger]) })
		record, _ := r.State[r.Subject].Value.(handoff.Record)
		by := map[string]string{}
		for _, s := range record.Stages {
			by[s.ID] = s.Trigger
		}
		want := map[string]string{}
		for _, tr := range x.Triggers {
			for _, s := range tr.Stages {
				if _, there := by[s.Stage]; !there && s.When.Truth == handoff.True {
					by[s.Stage], want[s.Stage] = tr.Trigger, tr.Trigger
				}
				if s.Entered != (by[s.Stage] == tr.Trigger) {
					t.Errorf("seed %d: %s entered %s: %t", seed, tr.Trigger, s.Stage, s.Entered)
				}
			}
		}
		got := map[string]string{}
		for _, s := range effects[handoff.SetStage](x.Decision) {
			n++
			got[s.ID] = s.Trigger
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("seed %d (-by the trace +entered):\n%s", seed, diff)
		}
	}
	if n < 50 {
		t.Errorf("%d stages were entered, which is too few to say that the law holds", n)
	}
}

// known returns the triggers of a request, and those that wait for it, by id.
func known(r handoff.Request) map[string]handoff.Trigger {
	out := map[string]handoff.Trigger{}
	for _, t := range r.Triggers {
		out[t.ID] = t
	}
	record, _ := r.State[r.Subject].Value.(handoff.Record)
	for _, q := range record.Queue {
		out[q.Trigger.ID] = q.Trigger
	}
	return out
}

// inTime is the order of the pipeline.
func inTime(a, b handoff.Trigger) int {
	if order := a.OccurredAt.Compare(b.OccurredAt); order != 0 {
		return order
	}
	return strings.Compare(a.ID, b.ID)
}

// TestLaw04_StagesOfABatchAreThoseOfItsSingles decides triggers together, and one by one in their order.
func TestLaw04_StagesOfABatchAreThoseOfItsSingles(t *testing.T) {
	e := compile(t, staged, unrepeated)
	n := 0
	for seed := range rounds {
		r := generate(seed).request(e)
		_, together := apply(t, e, now, nil, r)
		var single handoff.State
		for _, tr := range slices.SortedFunc(slices.Values(r.Triggers), inTime) {
			r.Triggers = []handoff.Trigger{tr}
			_, single = apply(t, e, now, single, r)
		}
		a, _ := together[r.Subject].Value.(handoff.Record)
		b, _ := single[r.Subject].Value.(handoff.Record)
		n += len(a.Stages)
		if diff := cmp.Diff(a.Stages, b.Stages); diff != "" {
			t.Fatalf("seed %d (-together +one by one):\n%s", seed, diff)
		}
	}
	if n < 50 {
		t.Errorf("%d stages were entered, which is too few to say that the law holds", n)
	}
}

// TestStages_EachIsCrossedOnce decides many requests about few records, one after the other, and asks for which triggers
// conditions saw a crossing.
func TestStages_EachIsCrossedOnce(t *testing.T) {
	type crossing struct {
		subject handoff.Ref
		stage   int
	}
	n := 0
	for seed := range 15 {
		seen := map[crossing][]string{}
		e := compile(t, staged, func(c *handoff.Config) {
			c.Suppressor = handoff.SuppressorFunc(func(f *handoff.Facts, p *handoff.Play, dst []handoff.ActiveHold) []handoff.ActiveHold {
				for i := range c.Stages {
					if key := (crossing{f.Subject, i}); f.Entered(i) && !slices.Contains(seen[key], f.Trigger.ID) {
						seen[key] = append(seen[key], f.Trigger.ID)
					}
				}
				return suppress(f, p, dst)
			})
		})
		g := generate(seed)
		state := handoff.State{}
		for i := range 40 {
			r := g.request(e)
			for j := range r.Triggers {
				r.Triggers[j].ID += fmt.Sprint("-", i)
			}
			_, state = apply(t, e, now.Add(time.Duration(i)*time.Minute), state, r)
		}
		for key, triggers := range seen {
			n++
			record, _ := state[key.subject].Value.(handoff.Record)
			if len(triggers) != 1 || !slices.ContainsFunc(record.Stages, func(s handoff.Stage) bool { return s.Trigger == triggers[0] }) {
				t.Errorf("seed %d: stage %d of %s was crossed by %v, and the record tells %v", seed, key.stage, key.subject, triggers, record.Stages)
			}
		}
	}
	if n < 50 {
		t.Errorf("%d crossings are too few to say that each fires once", n)
	}
}

// journey gives acme stages from the first signal to the sale, and back.
func journey(edits ...func([]handoff.StageRule)) func(*handoff.Config) {
	return func(c *handoff.Config) {
		closing()(c)
		c.Stages = []handoff.StageRule{
			{ID: "mql", When: always(handoff.True), From: []string{handoff.NoStage, "rested"}},
			{ID: "sal", On: []handoff.ActivityKind{handoff.ActivityAccepted}, From: []string{"mql"}},
			{ID: "contacted", On: []handoff.ActivityKind{handoff.ActivityConnected, handoff.ActivityCall}, Forward: true},
			{ID: "sql", On: []handoff.ActivityKind{handoff.ActivityQualified}},
			{ID: "customer", Outcomes: []string{"won"}},
			{ID: "rested", Outcomes: []string{"lost"}, On: []handoff.ActivityKind{handoff.ActivityDisqualified}, Resets: true},
		}
		for _, edit := range edits {
			edit(c.Stages)
		}
	}
}

// path returns the stages that a record entered, by instant, each with how many resets came before it. At one instant what an
// activity made it enter goes by the activity's id.
func path(r handoff.Record) (out []string) {
	list := slices.SortedStableFunc(slices.Values(r.Stages), func(a, b handoff.Stage) int {
		if order := a.At.Compare(b.At); order != 0 {
			return order
		}
		return strings.Compare(a.Activity, b.Activity)
	})
	lap := '0'
	for _, s := range list {
		out = append(out, string(lap)+" "+s.ID+s.At.Format(" 02T15:04"))
		if s.Resets {
			lap++
		}
	}
	return out
}

// TestStages_Journey moves a record that became mql at the handoff on Wednesday at 15:00.
func TestStages_Journey(t *testing.T) {
	mql := "0 mql 04T15:00"
	lost := func(at time.Time) handoff.Activity { return came("lost", at) }
	accepted := happened(handoff.ActivityAccepted, march(4, 15, 10))
	qualified := happened(handoff.ActivityQualified, march(5, 9, 0))
	for _, tt := range []struct {
		name, reason string
		activities   []handoff.Activity
		signal       time.Time // after them; zero: none
		want         []string
	}{
		{"by an activity", "it is out of the right stage", []handoff.Activity{accepted}, time.Time{}, []string{mql, "0 sal 04T15:10"}},
		{"again", "it is entered once in a lap", []handoff.Activity{accepted, happened(handoff.ActivityAccepted, march(4, 15, 20))}, time.Time{}, []string{mql, "0 sal 04T15:10"}},
		{"out of the wrong stage", "sal is entered out of mql alone", []handoff.Activity{qualified, happened(handoff.ActivityAccepted, march(5, 9, 10))}, time.Time{}, []string{mql, "0 sql 05T09:00"}},
		{"backward", "contacted is entered forward alone", []handoff.Activity{qualified, happened(handoff.ActivityConnected, march(5, 9, 10))}, time.Time{}, []string{mql, "0 sql 05T09:00"}},
		{"by an outcome", "won makes a customer", []handoff.Activity{came("won", march(5, 9, 0))}, time.Time{}, []string{mql, "0 customer 05T09:00"}},
		{"a lap", "after a reset it is entered anew", []handoff.Activity{qualified, lost(march(5, 10, 0))}, march(6, 9, 0),
			[]string{mql, "0 sql 05T09:00", "0 rested 05T10:00", "1 mql 06T09:00"}},
		{"two laps", "each has its own", []handoff.Activity{lost(march(5, 10, 0)), happened(handoff.ActivityQualified, march(5, 11, 0)), lost(march(5, 12, 0))}, march(6, 9, 0),
			[]string{mql, "0 rested 05T10:00", "1 sql 05T11:00", "1 rested 05T12:00", "2 mql 06T09:00"}},
		{"at the instant of the reset", "what follows it is of the next lap", []handoff.Activity{lost(march(5, 10, 0)), happened(handoff.ActivityQualified, march(5, 10, 0))}, time.Time{},
			[]string{mql, "0 rested 05T10:00", "1 sql 05T10:00"}},
		{"told after the reset", "it is of the lap in which it was done", []handoff.Activity{lost(march(5, 10, 0)), qualified}, time.Time{},
			[]string{mql, "0 sql 05T09:00", "0 rested 05T10:00"}},
		{"lost, told late", "what was entered after it is of the next lap", []handoff.Activity{qualified, lost(march(5, 8, 0))}, time.Time{},
			[]string{mql, "0 rested 05T08:00", "1 sql 05T09:00"}},
		{"lost twice, told in the wrong order", "each ends a lap", []handoff.Activity{lost(march(5, 12, 0)), lost(march(5, 10, 0)), happened(handoff.ActivityQualified, march(5, 11, 0))}, time.Time{},
			[]string{mql, "0 rested 05T10:00", "1 sql 05T11:00", "1 rested 05T12:00"}},
		{"told in the wrong order", "the earlier instant stays", []handoff.Activity{happened(handoff.ActivityQualified, march(5, 12, 0)), qualified}, time.Time{},
			[]string{mql, "0 sql 05T09:00"}},
		{"told in the wrong order, forward", "it was forward then", []handoff.Activity{qualified, happened(handoff.ActivityCall, march(4, 16, 0))}, time.Time{},
			[]string{mql, "0 contacted 04T16:00", "0 sql 05T09:00"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := atDesk(t, compile(t, journey()))
			for _, a := range tt.activities {
				d.observe(march(5, 13, 0), a)
			}
			if !tt.signal.IsZero() {
				d.decide(tt.signal, signal("C1", "contact_us", tt.signal))
			}
			if diff := cmp.Diff(tt.want, path(d.record())); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

// TestStages_EnteredOncePerLap lets a condition see the crossing once, and once more after a reset.
func TestStages_EnteredOncePerLap(t *testing.T) {
	d := atDesk(t, compile(t, journey(), func(c *handoff.Config) { c.Plays[len(c.Plays)-1].When = entered(0) }))
	ask := func(id string, at time.Time) string { return d.decide(at, signal(id, "contact_us", at)).Play }
	if play := ask("C1", march(4, 16, 0)); play != "" {
		t.Errorf("%s answers in the same lap", play)
	}
	d.observe(march(5, 10, 0), came("lost", march(5, 10, 0)))
	if play := ask("C2", march(6, 9, 0)); play != "asked" {
		t.Errorf("%q answers the crossing of the next lap", play)
	}
	if play := ask("C3", march(6, 10, 0)); play != "" {
		t.Errorf("%s answers once more", play)
	}
}

// TestStages_ResetToldLate crosses once after the record was lost, whichever of the two becomes known first.
func TestStages_ResetToldLate(t *testing.T) {
	e := compile(t, closing(), func(c *handoff.Config) {
		signals := rule{"trigger", func(f *handoff.Facts) handoff.Truth { return handoff.TruthOf(f.Trigger.ID != "T1") }}
		c.Stages = []handoff.StageRule{{ID: "mql", When: signals, From: []string{handoff.NoStage, "rested"}}, {ID: "rested", Outcomes: []string{"lost"}, Resets: true}}
	})
	lost := func(d *desk) { d.observe(march(4, 17, 30), came("lost", march(4, 16, 0))) }
	asks := func(d *desk) { d.decide(march(4, 17, 0), signal("C1", "contact_us", march(4, 17, 0))) }
	for _, tt := range []struct {
		name, reason string
		then         []func(*desk)
	}{
		{"in order", "none holds since the reset", []func(*desk){lost, asks}},
		{"told late", "it was crossed after the reset", []func(*desk){asks, lost}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := atDesk(t, e)
			for _, do := range tt.then {
				do(d)
			}
			out := d.decide(march(4, 18, 0), signal("C2", "contact_us", march(4, 18, 0)))
			want := []string{"0 rested 04T16:00", "1 mql 04T17:00"}
			if diff := cmp.Diff(want, path(d.record())); diff != "" || len(effects[handoff.SetStage](out)) > 0 || !d.record().StageAt("mql").Equal(march(4, 17, 0)) {
				t.Errorf("%s: the next signal enters %v (-want +got):\n%s", tt.reason, effects[handoff.SetStage](out), diff)
			}
		})
	}
}

// TestStages_Merged unites what two records have entered, in either direction.
func TestStages_Merged(t *testing.T) {
	l2 := lead("L2")
	set := func(subject handoff.Ref, id string, at time.Time) handoff.Effect {
		return handoff.SetStage{Subject: subject, Stage: handoff.Stage{ID: id, At: at, Resets: id == "rested"}}
	}
	for _, tt := range []struct {
		name, reason string
		effects      []handoff.Effect
		want         []string
	}{
		{"entered after a reset", "it is of the lap that runs", []handoff.Effect{set(l1, "sql", march(4, 12, 0)), set(l2, "rested", march(1, 12, 0))}, []string{"0 rested 01T12:00", "1 sql 04T12:00"}},
		{"entered before and after", "each in its lap", []handoff.Effect{set(l1, "sql", march(4, 12, 0)), set(l2, "sql", march(1, 11, 0)), set(l2, "rested", march(1, 12, 0))},
			[]string{"0 sql 01T11:00", "0 rested 01T12:00", "1 sql 04T12:00"}},
		{"entered twice in a lap", "the earlier stays", []handoff.Effect{set(l1, "sql", march(4, 12, 0)), set(l2, "sql", march(3, 11, 0)), set(l2, "rested", march(5, 12, 0))},
			[]string{"0 sql 03T11:00", "0 rested 05T12:00"}},
		{"two resets", "each ends a lap", []handoff.Effect{set(l1, "rested", march(4, 12, 0)), set(l2, "rested", march(3, 11, 0))}, []string{"0 rested 03T11:00", "1 rested 04T12:00"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, into := range []handoff.Ref{l1, l2} {
				from := map[handoff.Ref]handoff.Ref{l1: l2, l2: l1}[into]
				if diff := cmp.Diff(tt.want, path(recordAt(after(tt.effects, []handoff.Effect{merged(from, into)}), into))); diff != "" {
					t.Errorf("into %s, %s (-want +got):\n%s", into, tt.reason, diff)
				}
			}
		})
	}
}
