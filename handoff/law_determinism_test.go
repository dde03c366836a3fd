package handoff_test

import (
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
		handoff.VerdictQueued, handoff.VerdictDuplicate, handoff.VerdictStale, handoff.VerdictNoPlay} {
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
