package handoff_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// rounds is how many random requests a property is tried on.
const rounds = 250

// engines are the policies that properties are tried with.
func engines(t testing.TB) map[string]*handoff.Engine {
	return map[string]*handoff.Engine{
		"decides at once": compile(t, staged),
		"settles first":   compile(t, staged, settle(30*time.Minute)),
		"picks people":    compile(t, staged, crowded),
		"experiments":     compile(t, staged, crowded, splits),
	}
}

// properties calls try with random requests for each engine.
func properties(t *testing.T, try func(t *testing.T, e *handoff.Engine, g generator, r handoff.Request)) {
	for name, e := range engines(t) {
		t.Run(name, func(t *testing.T) {
			for seed := range rounds {
				g := generate(seed)
				try(t, e, g, g.request(e))
				if t.Failed() {
					t.Fatalf("with seed %d", seed)
				}
			}
		})
	}
}

func TestLaw01_SameRequestSameBytes(t *testing.T) {
	verdicts, crossed, won := map[handoff.Verdict]int{}, 0, 0
	properties(t, func(t *testing.T, e *handoff.Engine, g generator, r handoff.Request) {
		d := decide(t, e, now, r)
		verdicts[d.Verdict]++
		crossed += len(stages(d))
		if d.Play == "pql-fast" || d.Play == "rescue" {
			won++
		}
		want := encode(t, d)
		for range 3 {
			if got := encode(t, decide(t, e, now, g.shuffle(r))); got != want {
				t.Fatalf("a shuffled request is decided otherwise (-given +shuffled):\n%s", cmp.Diff(split(want), split(got)))
			}
		}
	})
	for _, v := range []handoff.Verdict{handoff.VerdictEnrolled, handoff.VerdictAssigned, handoff.VerdictBlockedChannel,
		handoff.VerdictUnassigned, handoff.VerdictHeld, handoff.VerdictIneligible, handoff.VerdictIncomplete,
		handoff.VerdictHeldOut, handoff.VerdictQueued, handoff.VerdictDuplicate, handoff.VerdictStale, handoff.VerdictNoPlay} {
		if verdicts[v] < 1 {
			t.Errorf("the random requests came to %s %d times, which is too few to say that the law holds there", v, verdicts[v])
		}
	}
	if crossed < 50 || won < 10 {
		t.Errorf("the random requests entered %d stages, and %d plays won by it, which is too few to say that the law holds there", crossed, won)
	}
}

func TestLaw01_RepeatedItemsInAnyOrder(t *testing.T) {
	other := func(asset string) handoff.Trigger {
		s := signal("T1", "demo_request", now.Add(-hour))
		s.Asset = asset
		return s
	}
	touch := func(c handoff.Channel) handoff.Touch { return handoff.Touch{ID: "t", Channel: c, At: now.Add(-hour)} }
	told := func(list ...handoff.Touch) func(*handoff.Request) {
		return func(r *handoff.Request) {
			for _, t := range list {
				t.ID, t.Channel, t.At = "t", handoff.ChannelCall, now.Add(-hour)
				r.Touches = append(r.Touches, t)
			}
		}
	}
	event := func(kind string) handoff.Event { return handoff.Event{ID: "e", Kind: kind, At: now.Add(-hour)} }
	for _, tt := range []struct {
		name, reason string
		edit         func(*handoff.Request)
	}{
		{"trigger", "one id with two contents is one of the two, or a mistake, but not the first in the list", func(r *handoff.Request) {
			r.Triggers = []handoff.Trigger{other("deck"), other("form")}
		}},
		{"touch", "touches may repeat an id", func(r *handoff.Request) {
			r.Touches = []handoff.Touch{touch(handoff.ChannelCall), touch(handoff.ChannelEmail)}
		}},
		{"touch for two purposes", "the rep reads both, in one order", told(handoff.Touch{Purpose: handoff.PurposeSales}, handoff.Touch{Purpose: handoff.PurposeMarketing})},
		{"touch of two scopes", "the rep reads both, in one order", told(handoff.Touch{Scope: "nurture"}, handoff.Touch{Scope: "ads"})},
		{"touch of two sequences", "the rep reads both, in one order", told(handoff.Touch{Sequence: "sdr"}, handoff.Touch{Sequence: "nurture"})},
		{"event", "an event counts once", func(r *handoff.Request) { r.Events = []handoff.Event{event("login"), event("invite")} }},
		{"consent", "of two grants at one instant none is first", func(r *handoff.Request) {
			c := handoff.Consent{Channel: handoff.ChannelSocial, Status: handoff.ConsentGranted, At: now.Add(-hour)}
			ended := c
			ended.Until = now
			r.Lead.Consent = []handoff.Consent{c, ended}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, r := compile(t), demo(tt.edit)
			answer := func(r handoff.Request) string {
				d, err := e.Decide(now, fill(e, now, r))
				if err != nil {
					return err.Error()
				}
				return encode(t, d)
			}
			back := r
			back.Triggers, back.Touches, back.Events = slices.Clone(r.Triggers), slices.Clone(r.Touches), slices.Clone(r.Events)
			back.Lead.Consent = slices.Clone(r.Lead.Consent)
			slices.Reverse(back.Triggers)
			slices.Reverse(back.Touches)
			slices.Reverse(back.Events)
			slices.Reverse(back.Lead.Consent)
			if a, b := answer(r), answer(back); a != b {
				t.Errorf("%s (-given +reversed):\n%s", tt.reason, cmp.Diff(split(a), split(b)))
			}
		})
	}
}

func TestLaw01_SafeForConcurrentUse(t *testing.T) {
	e := compile(t, staged)
	var requests []handoff.Request
	var want []string
	for seed := range 50 {
		r := generate(seed).request(e)
		requests, want = append(requests, r), append(want, encode(t, decide(t, e, now, r)))
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i, r := range requests {
				e.Needs(now, r)
				d, err := e.Decide(now, r)
				if err != nil {
					t.Error(err)
				} else if encode(t, d) != want[i] {
					t.Errorf("request %d is decided otherwise beside others", i)
				}
			}
		}()
	}
	wg.Wait()
}

func TestLaw02_MachineZoneDecidesNothing(t *testing.T) {
	e := compile(t)
	home := time.Local
	defer func() { time.Local = home }()
	all := func() string {
		var out string
		for seed := range 60 {
			r := generate(seed).request(e)
			read, err := handoff.DecodeRequest([]byte(encode(t, r)))
			if err != nil {
				t.Fatal(err)
			}
			d := decide(t, e, now.Local(), read)
			out += encode(t, d) + handoff.Describe(d) + d.Sentence() + "\n"
		}
		return out
	}
	time.Local = time.UTC
	want := all()
	for _, zone := range []*time.Location{time.FixedZone("east", 14*3600), time.FixedZone("west", -9*3600-1800), e.Zone().In(now).Location()} {
		time.Local = zone
		if all() != want {
			t.Errorf("decisions differ on a machine in zone %s", zone)
		}
	}
}

func TestLaw02_ZoneOfInstantsDecidesNothing(t *testing.T) {
	e := compile(t)
	abroad := time.FixedZone("abroad", 2*3600)
	until := now.Add(hour)
	held := func(in *time.Location) handoff.Request {
		r := demo(with(
			handoff.Hold{Subject: lead("L1"), ActiveHold: handoff.ActiveHold{ID: "h", Since: now.Add(-hour).In(in), Until: until.In(in), OnRelease: handoff.ReleaseReplay}},
			handoff.QueueTrigger{Subject: lead("L1"), Queued: handoff.Queued{Trigger: signal("Q1", "demo_request", now.Add(-2*hour).In(in)), Until: now.In(in), Why: handoff.WhySettle}},
			handoff.PauseMarketing{Subject: lead("L1"), Pause: handoff.Pause{ID: "p", Scope: []string{"all"}, Since: now.Add(-hour).In(in), Until: now.In(in)}}))
		r.Triggers[0].OccurredAt = r.Triggers[0].OccurredAt.In(in)
		return fill(e, now, r)
	}
	for _, tt := range []struct {
		name, reason string
		ask          func(r handoff.Request, in *time.Location) (handoff.Decision, error)
	}{
		{"decide", "a host may load instants in any zone", func(r handoff.Request, in *time.Location) (handoff.Decision, error) {
			return e.Decide(now.In(in), r)
		}},
		{"sweep", "due instants are taken from the State", func(r handoff.Request, in *time.Location) (handoff.Decision, error) {
			return e.Sweep(now.In(in), r)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, in := range []*time.Location{time.UTC, abroad} {
				d, err := tt.ask(held(in), in)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, encode(t, d))
			}
			if got[0] != got[1] {
				t.Errorf("%s (-UTC +abroad):\n%s", tt.reason, cmp.Diff(split(got[0]), split(got[1])))
			}
		})
	}
}

// TestLaw02_ZoneOfEntriesDecidesNothing has a router that tells of every instant that it reads.
func TestLaw02_ZoneOfEntriesDecidesNothing(t *testing.T) {
	tell := func(f *handoff.Facts) string {
		rep, _ := f.Rep("kim")
		pool := f.Pool(policy, "crew")
		return fmt.Sprint(rep.Absences, pool.Since, pool.Owed, f.Tally(crewTally), f.Sticky(crewStick(f)), f.Record().Handoff, f.Record().OwnedSince, f.Record().Turn)
	}
	state := func(in *time.Location, nanos time.Duration) handoff.State {
		at := now.Add(nanos - time.Hour).In(in)
		s := handoff.State{
			handoff.RepKey("kim"): {Version: 1, Value: handoff.Rep{ID: "kim", Absences: []handoff.Absence{{From: at, Until: at.Add(time.Minute)}}}},
			crewPool:              {Version: 1, Value: handoff.Pool{Since: at, Owed: []handoff.Owed{{Rep: "kim", Turns: 1, Until: at.Add(day)}}}},
			crewTally:             {Version: 1, Value: handoff.Tally{At: []time.Time{at}}},
			handoff.StickyKey(policy, "crew/account/A1"): {Version: 1, Value: handoff.Sticky{Rep: "ana", At: at}},
			handoff.TriggerKey(policy, "gone"):           {Version: 1, Value: handoff.Seen{At: at, Fate: handoff.FateActed}},
			account("A1"):                                {Version: 1, Value: handoff.Record{Owner: "ana", OwnedSince: at, Handoff: at, Turn: handoff.Turn{Policy: policy, Pool: "crew", Rep: "ana", At: at}}},
		}
		return s
	}
	abroad := time.FixedZone("abroad", 2*3600)
	roster := func(in *time.Location) func(*handoff.Config) {
		return func(c *handoff.Config) {
			c.Reps[3].Absences = []handoff.Absence{{From: now.Add(-day).In(in), Until: now.Add(300 - hour).In(in)}} // ana, who is back
			c.Plays[len(c.Plays)-2].Opening = handoff.TextFunc(func(f *handoff.Facts) string {
				ana, _ := f.Rep("ana")
				return tell(f) + fmt.Sprint(ana.Absences)
			})
		}
	}
	var want string
	for _, form := range []struct {
		in    *time.Location
		nanos time.Duration
	}{{time.UTC, 0}, {abroad, 0}, {time.UTC, 300}, {abroad, 999}} {
		e := compile(t, crowded, roster(form.in))
		r := engaged([]handoff.Lead{member("P1", "vp", handoff.Consent{Channel: handoff.ChannelSocial, Status: handoff.ConsentGranted, At: earlier.In(form.in)})})
		r.State = state(form.in, form.nanos)
		given := encode(t, r.State)
		r = fill(e, now, r)
		d := decide(t, e, now, r)
		observed, err := e.Observe(now, r, handoff.Activity{ID: "a1", Kind: handoff.ActivityReassigned, To: "lee", At: now.In(form.in)})
		if err != nil {
			t.Fatal(err)
		}
		got := encode(t, d) + encode(t, observed)
		if want == "" {
			want = got
		}
		if got != want || d.Verdict != handoff.VerdictEnrolled {
			t.Errorf("in %s with %d ns (-UTC +other):\n%s", form.in, form.nanos, cmp.Diff(split(want), split(got)))
		}
		for k := range r.State {
			if _, ok := state(form.in, form.nanos)[k]; !ok {
				delete(r.State, k)
			}
		}
		if encode(t, r.State) != given {
			t.Error("the State of the request changed")
		}
	}
}

// TestExplain_ReadsMoreThanDecide has a router whose trace reads what Needs does not list.
func TestExplain_ReadsMoreThanDecide(t *testing.T) {
	e := compile(t, crowded)
	r := fill(e, now, engaged([]handoff.Lead{member("P1", "vp")}, absent(handoff.Rep{ID: "kim"}, later)))
	x, err := e.Explain(now, r)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := encode(t, x.Decision), encode(t, decide(t, e, now, r)); got != want {
		t.Errorf("Explain decides otherwise (-Decide +Explain):\n%s", cmp.Diff(split(want), split(got)))
	}
	want := []handoff.Candidate{{Rep: "kim", Rung: "crew", Reason: "away", Next: later, Ranked: []handoff.Number{{Name: "load"}}}, {Rep: "ana", Rung: "crew"}}
	if diff := cmp.Diff(want, x.Candidates); diff != "" {
		t.Errorf("everybody who could have been chosen (-want +got):\n%s", diff)
	}
}

// TestExplain_TracesGuardNothing has a condition whose trace reads what its evaluation does not.
func TestExplain_TracesGuardNothing(t *testing.T) {
	nosy := nosyRule{}
	e := compile(t, func(c *handoff.Config) {
		c.Plays[0].When = nosy
		c.Gates = []handoff.Gate{{ID: "g", Require: nosy}}
		c.Stages = []handoff.StageRule{{ID: "s", When: nosy}}
	})
	r := fill(e, now, demo())
	x, err := e.Explain(now, r)
	if err != nil || encode(t, x.Decision) != encode(t, decide(t, e, now, r)) {
		t.Errorf("got %v, %v, want what Decide returns", x.Decision.Guards, err)
	}
}

// A nosyRule is true, and its trace reads an entry that nobody needs.
type nosyRule struct{}

func (nosyRule) Eval(*handoff.Facts) handoff.Truth { return handoff.True }

func (nosyRule) Trace(f *handoff.Facts) handoff.Trace {
	f.Pool(policy, "nobody's")
	return handoff.Trace{Truth: handoff.True}
}

func TestLaw03_ExplainDecidesLikeDecide(t *testing.T) {
	properties(t, func(t *testing.T, e *handoff.Engine, _ generator, r handoff.Request) {
		x, err := e.Explain(now, r)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := encode(t, x.Decision), encode(t, decide(t, e, now, r)); got != want {
			t.Errorf("Explain decides otherwise (-Decide +Explain):\n%s", cmp.Diff(split(want), split(got)))
		}
	})
}
