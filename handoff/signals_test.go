package handoff_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// several is a policy with a play that asks for two kinds of signals within a day, and whatever else.
func several(more ...handoff.Play) func(*handoff.Config) {
	return func(c *handoff.Config) {
		p := play("several", "webinar", 5, hour)
		p.Signals = handoff.SignalRule{Of: []string{"webinar", "pricing_page"}, AtLeast: 2, Within: day}
		contest(append([]handoff.Play{p}, more...)...)(c)
		c.Triggers = append(c.Triggers, handoff.TriggerRule{Kind: "pricing_page", About: handoff.KindLead, StaleAfter: 7 * day})
		c.Triggers[1].StaleAfter = 30 * day
	}
}

// sent is a signal that occurred some time before now.
func sent(id, kind string, before time.Duration) handoff.Trigger {
	return signal(id, kind, now.Add(-before))
}

// deliver decides each of the triggers by itself, each a second after the one before.
func deliver(t *testing.T, e *handoff.Engine, state handoff.State, list ...handoff.Trigger) (d handoff.Decision, _ handoff.State) {
	t.Helper()
	for i, next := range list {
		d, state = apply(t, e, now.Add(time.Duration(i)*time.Second), state, demo(triggers(next)))
	}
	return d, state
}

func TestSignals_Count(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		signals      []handoff.Trigger
		text         string // why not; "": enough have come
	}{
		{"one of two", "one is not enough", []handoff.Trigger{sent("T1", "webinar", hour)}, "1 of 2 signals within 1 day"},
		{"both", "the second makes it", []handoff.Trigger{sent("T1", "webinar", hour), sent("T2", "pricing_page", 0)}, ""},
		{"the other way round", "either kind starts it", []handoff.Trigger{sent("T1", "pricing_page", hour), sent("T2", "webinar", 0)}, ""},
		{"the earlier arrives last", "it is when they occurred that counts", []handoff.Trigger{sent("T1", "webinar", 0), sent("T2", "pricing_page", hour)}, ""},
		{"at the end of the time", "the time includes its end", []handoff.Trigger{sent("T1", "webinar", day), sent("T2", "pricing_page", 0)}, ""},
		{"just after it", "they are too far apart", []handoff.Trigger{sent("T1", "webinar", day+time.Microsecond), sent("T2", "pricing_page", 0)}, "1 of 2 signals within 1 day"},
		{"just after it, the earlier last", "in either order", []handoff.Trigger{sent("T1", "webinar", 0), sent("T2", "pricing_page", day+time.Microsecond)}, "1 of 2 signals within 1 day"},
		{"two of one kind", "different kinds count", []handoff.Trigger{sent("T1", "webinar", hour), sent("T2", "webinar", 0)}, "1 of 2 signals within 1 day"},
		{"a redelivery", "one signal is one", []handoff.Trigger{sent("T1", "webinar", hour), sent("T1", "webinar", hour)}, "was decided before: no_play"},
		{"after two of one kind", "the one that is near enough counts", []handoff.Trigger{sent("T1", "webinar", 30*hour), sent("T2", "webinar", hour), sent("T3", "pricing_page", 0)}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, _ := deliver(t, compile(t, several()), nil, tt.signals...)
			if won := d.Play == "several"; won != (tt.text == "") {
				t.Errorf("got %s by %q: %s", d.Verdict, d.Play, tt.reason)
			}
			if tt.text != "" && d.Reasons[0].Text != tt.text {
				t.Errorf("the reason is %q, want %q", d.Reasons[0].Text, tt.text)
			}
		})
	}
}

func TestSignals_TooFewSaysSo(t *testing.T) {
	d, state := deliver(t, compile(t, several()), nil, sent("T1", "webinar", hour))
	want := []handoff.Reason{{Rule: handoff.RulePlay, ID: "several", Code: handoff.CodeSignals, Play: "several", Text: "1 of 2 signals within 1 day"}}
	if diff := cmp.Diff(want, reasonFor(d, "several")); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
	if d.Verdict != handoff.VerdictNoPlay || fates(d)["T1"] != handoff.FateNoPlay {
		t.Errorf("got %s with %v, want no_play", d.Verdict, fates(d))
	}
	heard := []handoff.Heard{{Trigger: "T1", Kind: "webinar", OccurredAt: now.Add(-hour), Until: now.Add(31*day - hour)}}
	if diff := cmp.Diff(heard, recordOf(state).Heard); diff != "" {
		t.Errorf("it is heard (-want +got):\n%s", diff)
	}
}

// TestSignals_Together has all that the play asks for in one decision.
func TestSignals_Together(t *testing.T) {
	first, second := sent("T1", "webinar", hour), sent("T2", "pricing_page", 10*time.Minute)
	for _, tt := range []struct {
		name   string
		window time.Duration
		first  []handoff.Trigger // arrives before the second
		rest   []handoff.Trigger
	}{
		{"in one request", 0, nil, []handoff.Trigger{second, first}},
		{"in one settle window", 2 * hour, []handoff.Trigger{first}, []handoff.Trigger{second}},
		{"in one settle window, the earlier last", 2 * hour, []handoff.Trigger{second}, []handoff.Trigger{first}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t, several(), settle(tt.window))
			_, state := apply(t, e, now, nil, demo(triggers(tt.first...)))
			d, _ := apply(t, e, now.Add(hour), state, demo(triggers(tt.rest...)))
			if d.Play != "several" || d.Trigger != "T1" {
				t.Errorf("got %s by %q on %q, want the earlier of the two to win", d.Verdict, d.Play, d.Trigger)
			}
			if diff := cmp.Diff(map[string]handoff.Fate{"T1": handoff.FateActed, "T2": handoff.FateMerged}, fates(d)); diff != "" {
				t.Errorf("the other is merged (-want +got):\n%s", diff)
			}
		})
	}
}

// TestSignals_HeardWhateverBecameOfThem gives the first signal a fate of its own.
func TestSignals_HeardWhateverBecameOfThem(t *testing.T) {
	page := play("page", "pricing_page", 9, hour)
	hold := func(r handoff.OnRelease) func(*handoff.Config) {
		return func(c *handoff.Config) {
			c.Suppressor = handoff.SuppressorFunc(func(_ *handoff.Facts, p *handoff.Play, dst []handoff.ActiveHold) []handoff.ActiveHold {
				if p.ID == "page" {
					dst = append(dst, handoff.ActiveHold{ID: "h", OnRelease: r})
				}
				return dst
			})
		}
	}
	gate := func(c *handoff.Config) {
		c.Gates = []handoff.Gate{{ID: "never", Require: always(handoff.False), Scope: handoff.Scope{Only: []string{"page"}}}}
	}
	for _, tt := range []struct {
		name, reason string
		edit         func(*handoff.Config)
		first        handoff.Trigger
		fate         handoff.Fate // "": it waits
		wins         bool
	}{
		{"acted on", "another play took it", func(*handoff.Config) {}, sent("T1", "pricing_page", hour), handoff.FateActed, true},
		{"held and let go", "it was heard all the same", hold(handoff.ReleaseNone), sent("T1", "pricing_page", hour), handoff.FateHeld, true},
		{"held and waiting", "what waits counts while it waits", hold(handoff.ReleaseReplay), sent("T1", "pricing_page", hour), "", true},
		{"ineligible", "the gate is of the other play", gate, sent("T1", "pricing_page", hour), handoff.FateIneligible, true},
		{"stale", "what is too old to act on is too old to count", func(c *handoff.Config) { c.Plays[0].Signals.Within = 30 * day }, sent("T1", "pricing_page", 7*day), handoff.FateStale, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t, several(page), tt.edit)
			first, state := deliver(t, e, nil, tt.first)
			if got := fates(first)["T1"]; got != tt.fate {
				t.Fatalf("the first is %q, want %q", got, tt.fate)
			}
			d, _ := apply(t, e, now.Add(time.Minute), state, demo(triggers(sent("T2", "webinar", 0))))
			if (d.Play == "several") != tt.wins {
				t.Errorf("got %s by %q: %s", d.Verdict, d.Play, tt.reason)
			}
		})
	}
}

// TestSignals_LoserCounts has a first signal that lost, and waits until the end of what won.
func TestSignals_LoserCounts(t *testing.T) {
	demos := play("demo", "demo_request", 9, hour)
	demos.Losers = handoff.LosersQueue
	e := compile(t, several(demos, play("page", "pricing_page", 1, 0)))
	d, state := apply(t, e, now, nil, demo(triggers(sent("T1", "demo_request", 0), sent("T2", "pricing_page", 0))))
	if waits(d)["T2"] != handoff.WhyLost {
		t.Fatalf("T2 waits for %q, want the end of what won", waits(d)["T2"])
	}
	d, state = apply(t, e, now.Add(time.Minute), state, demo(triggers(sent("T3", "webinar", 0))))
	if d.Play != "several" || d.Trigger != "T3" {
		t.Errorf("got %s by %q on %q; want the two signals to count", d.Verdict, d.Play, d.Trigger)
	}
	if queue := queueOf(state); len(queue) != 1 || queue[0].Trigger.ID != "T2" {
		t.Errorf("%v waits, want the loser still", queue)
	}
}

// TestSignals_Duplicate repeats a signal under another id: it is no news, also for what counts.
func TestSignals_Duplicate(t *testing.T) {
	e := compile(t, several(play("page", "pricing_page", 9, hour)), func(c *handoff.Config) {
		c.Triggers[2].Same, c.Triggers[2].SameWithin = []string{"asset"}, 3*day
	})
	_, state := deliver(t, e, nil, sent("T1", "pricing_page", 2*day), sent("T2", "pricing_page", hour))
	if heard := recordOf(state).Heard; len(heard) != 0 && heard[len(heard)-1].Trigger == "T2" {
		t.Errorf("%v is heard, and T2 repeats T1", heard)
	}
}

// TestSignals_AreForgotten consumes something else when whatever could count with a signal would be stale: within a day of it,
// and 30 days later.
func TestSignals_AreForgotten(t *testing.T) {
	e := compile(t, several())
	_, state := deliver(t, e, nil, sent("T1", "webinar", hour))
	for _, tt := range []struct {
		name string
		at   time.Time
		want []string
	}{
		{"just before", now.Add(31*day - hour - time.Microsecond), []string{"T1"}},
		{"at the end", now.Add(31*day - hour), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, after := apply(t, e, tt.at, state, demo(triggers(signal("T9", "demo_request", tt.at))))
			var got []string
			for _, h := range recordOf(after).Heard {
				got = append(got, h.Trigger)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("heard (-want +got):\n%s", diff)
			}
		})
	}
}

// TestSignals_LateArrival delivers the second signal long after it occurred: whether something else was decided in between
// does not matter.
func TestSignals_LateArrival(t *testing.T) {
	e := compile(t, several())
	first, second := sent("T1", "webinar", hour), signal("T2", "pricing_page", now.Add(20*hour))
	for _, tt := range []struct {
		name    string
		between []handoff.Trigger
	}{
		{"nothing between", nil},
		{"something between", []handoff.Trigger{signal("T9", "demo_request", now.Add(26*hour))}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, state := apply(t, e, now, nil, demo(triggers(first)))
			_, state = apply(t, e, now.Add(26*hour), state, demo(triggers(tt.between...)))
			if d, _ := apply(t, e, now.Add(27*hour), state, demo(triggers(second))); d.Play != "several" {
				t.Errorf("got %s by %q; want the two that occurred within a day of each other to count", d.Verdict, d.Play)
			}
		})
	}
}

// TestSignals_LongestTimeIsRemembered has two plays that count one kind within different times.
func TestSignals_LongestTimeIsRemembered(t *testing.T) {
	long := play("long", "webinar", 1, 0)
	long.Signals = handoff.SignalRule{Of: []string{"pricing_page", "webinar"}, AtLeast: 2, Within: 5 * day}
	d, _ := deliver(t, compile(t, several(long)), nil, sent("T1", "pricing_page", 4*day), sent("T2", "webinar", 0))
	if d.Play != "long" {
		t.Errorf("got %s by %q, want the play with the longer time", d.Verdict, d.Play)
	}
	if short := reasonFor(d, "several"); len(short) != 1 || short[0].Code != handoff.CodeSignals {
		t.Errorf("of the other the decision says %v, want that signals are too few", short)
	}
}

// TestSignals_ThreeOfFour compares the engine with counting by hand, whatever the order in which signals arrive.
func TestSignals_ThreeOfFour(t *testing.T) {
	kinds := []string{"demo_request", "webinar", "pricing_page", "trial"}
	e := compile(t, func(c *handoff.Config) {
		p := play("several", "trial", 5, 0)
		p.Signals = handoff.SignalRule{Of: kinds, AtLeast: 3, Within: 10 * hour}
		several()(c)
		c.Triggers, c.Plays = append(c.Triggers, handoff.TriggerRule{Kind: "trial", About: handoff.KindLead, StaleAfter: 2 * day}), []handoff.Play{p}
	})
	won, short := 0, 0
	for seed := range 300 {
		g := generate(seed)
		var list []handoff.Trigger
		for i := range 3 + g.IntN(3) {
			list = append(list, sent(fmt.Sprint("T", i), pick(g, kinds...), time.Duration(g.IntN(24))*hour))
		}
		var state handoff.State
		for i, next := range list {
			var d handoff.Decision
			d, state = apply(t, e, now, state, demo(triggers(next)))
			want := enough(list[:i+1], next, 3, 10*hour)
			if got := d.Play == "several"; got != want {
				t.Fatalf("seed %d: %s wins: %t, want %t, after %s", seed, next.ID, got, want, encode(t, list[:i+1]))
			}
			if want {
				won++
			} else {
				short++
			}
		}
	}
	if won < 100 || short < 100 {
		t.Errorf("%d win and %d do not", won, short)
	}
}

// enough reports whether some stretch of the time that holds the signal holds n kinds.
func enough(list []handoff.Trigger, s handoff.Trigger, n int, within time.Duration) bool {
	for start := s.OccurredAt.Add(-within); !start.After(s.OccurredAt); start = start.Add(hour) {
		var kinds []string
		for _, t := range list {
			if !t.OccurredAt.Before(start) && !t.OccurredAt.After(start.Add(within)) {
				kinds = append(kinds, t.Kind)
			}
		}
		slices.Sort(kinds)
		if len(slices.Compact(kinds)) >= n {
			return true
		}
	}
	return false
}
