package handoff_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// window is the settle window of the policies here: every signal occurs in the hour before now, and arrives soon after now.
const window = 2 * time.Hour

var rivalKinds = []string{"demo_request", "webinar", "pricing_page"}

// rivals makes a random policy whose plays compete for the signals of one lead.
func (g generator) rivals() func(*handoff.Config) {
	inbox := &handoff.Queue{ID: "inbox", Owner: "sam", Promise: within(hour)}
	waits := []handoff.IncompleteRule{{}, {Queue: inbox}, {Wait: handoff.Span{Elapsed: 30 * time.Minute}}, {Queue: inbox, Wait: handoff.Span{Elapsed: 30 * time.Minute}, Play: "fallback"}}
	incomplete := waits[g.IntN(len(waits))]
	same := pick(g, 0, 20*time.Minute, hour)
	holds := map[string]handoff.ActiveHold{}
	return func(c *handoff.Config) {
		c.Settle, c.Triggers, c.Plays, c.Gates = window, nil, nil, c.Gates[:1]
		for i, kind := range rivalKinds {
			rule := handoff.TriggerRule{Kind: kind, About: handoff.KindLead, Same: []string{"asset"}, SameWithin: same, StaleAfter: 30 * day}
			if i == 0 {
				rule.Incomplete = incomplete
			}
			c.Triggers = append(c.Triggers, rule)
		}
		for i := range 3 + g.IntN(3) {
			p := g.rival(c, fmt.Sprint("play-", i))
			c.Plays = append(c.Plays, p)
			if h := g.rivalHold(); h.ID != "" {
				holds[p.ID] = h
			}
		}
		c.Stages = []handoff.StageRule{{ID: "pql", When: atLeast(*c, "seats", handoff.IntValue(25))}}
		if fallback := (handoff.Play{ID: incomplete.Play, Trigger: rivalKinds[0], Priority: points(g.Int64N(4)), Router: to("cam")}); fallback.ID != "" {
			c.Plays = append(c.Plays, fallback)
		}
		c.Suppressor = handoff.SuppressorFunc(func(_ *handoff.Facts, p *handoff.Play, dst []handoff.ActiveHold) []handoff.ActiveHold {
			if h, held := holds[p.ID]; held {
				dst = append(dst, h)
			}
			return dst
		})
	}
}

// rival is a play that collides with others in every rank of arbitration.
func (g generator) rival(c *handoff.Config, id string) handoff.Play {
	inbox := &handoff.Queue{ID: "owners", Owner: "sam", Promise: within(hour)}
	p := handoff.Play{ID: id, Motion: "inbound", Trigger: pick(g, rivalKinds...), Priority: points(1 + g.Int64N(2)),
		Losers:     pick(g, handoff.LosersMerge, handoff.LosersDrop, handoff.LosersQueue),
		Sequence:   pick(g, "", "nurture", "sdr", "ae-fast"),
		Supersedes: pick(g, nil, []string{"nurture"}),
		When:       pick(g, nil, employees(1000), atLeast(*c, "seats", handoff.IntValue(25)), always(handoff.True)),
		Router:     pick[handoff.Router](g, team{"aes", []string{"kim", "lee", "max"}}, team{"sdrs", []string{"ana", "bob"}}, to("kim"), to("kim"), route(handoff.Routing{Queue: inbox}))}
	if g.chance(2) {
		p.Promise = within(pick(g, hour, day))
	}
	if g.chance(4) {
		p.ID = "several-" + p.ID
		p.Signals = handoff.SignalRule{Of: rivalKinds, AtLeast: 2 + g.IntN(2), Within: pick(g, 30*time.Minute, 2*day)}
	}
	return p
}

// rivalHold is a hold on a play, or more often none.
func (g generator) rivalHold() handoff.ActiveHold {
	return pick(g, handoff.ActiveHold{}, handoff.ActiveHold{}, handoff.ActiveHold{},
		handoff.ActiveHold{ID: "replays", OnRelease: handoff.ReleaseReplay, Until: now.Add(day)},
		handoff.ActiveHold{ID: "lets-go", OnRelease: handoff.ReleaseNone},
		handoff.ActiveHold{ID: "unsure", OnRelease: handoff.ReleaseNone, Unknown: []string{"account.open_opportunities"}})
}

// burst is n signals of the hour before now, among them equal ones, several of one instant, and redeliveries.
func (g generator) burst(n int) (list []handoff.Trigger) {
	for i := range n {
		if i > 0 && g.chance(6) {
			list = append(list, list[g.IntN(i)])
			continue
		}
		t := signal(fmt.Sprint("T", (7*i+3)%n), pick(g, rivalKinds...), now.Add(-time.Duration(g.IntN(6))*10*time.Minute))
		t.Asset = pick(g, "deck", "deck", "form")
		if g.chance(2) {
			t.Fields = map[string]handoff.Value{"seats": handoff.IntValue(g.Int64N(50))}
		}
		list = append(list, t)
	}
	return list
}

// before is a State in which a sequence may run, a signal may be remembered, and a trigger may have waited for facts.
func (g generator) before(t *testing.T, e *handoff.Engine, r handoff.Request) handoff.State {
	var list []handoff.Effect
	if g.chance(2) {
		list = append(list, runs(l1, "nurture", false, l1))
	}
	if g.chance(3) {
		heard := handoff.Heard{Trigger: "H", Kind: pick(g, rivalKinds...), OccurredAt: now.Add(-day), Until: now.Add(day)}
		list = append(list, handoff.ConsumeTrigger{Subject: l1, Policy: policy, Trigger: "H", Fate: handoff.FateNoPlay, At: now.Add(-day), Heard: heard})
	}
	state := handoff.Apply(nil, list)
	if g.chance(2) {
		_, state = apply(t, e, now.Add(-hour), state, edited(r, triggers(signal("W", rivalKinds[0], now.Add(-3*hour)))))
	}
	return state
}

// edited returns the request, edited.
func edited(r handoff.Request, edits ...func(*handoff.Request)) handoff.Request {
	for _, edit := range edits {
		edit(&r)
	}
	return r
}

// An answer is what a settle window comes to.
type answer struct {
	decision handoff.Decision // without what counts the writes before it
	after    map[handoff.Key]handoff.Memory
}

// A crowding delivers a burst in every order and every division into batches.
type crowding struct {
	t         *testing.T
	engine    *handoff.Engine
	request   handoff.Request
	closes    time.Time
	waits     answer // just before the window closes
	want      answer
	decisions int
	runs      int // orders, each in every division
}

// arrive delivers what is left behind the batch that is being filled.
func (c *crowding) arrive(state handoff.State, batch, left []handoff.Trigger) {
	for i, next := range left {
		if c.t.Failed() {
			return
		}
		filled, rest := append(slices.Clip(batch), next), slices.Delete(slices.Clone(left), i, i+1)
		c.arrive(state, filled, rest)
		if len(rest) == 0 && len(c.request.Triggers) < 6 { // six take long enough
			c.close(state, filled) // the last batch comes with the close of the window
		}
		delivered := time.Duration(len(c.request.Triggers)-len(rest)) * time.Minute
		d, after := c.decide(now.Add(delivered), state, filled)
		if d.Verdict != handoff.VerdictQueued {
			c.t.Errorf("%v: %s before the window closes", ids([][]handoff.Trigger{filled}), d.Verdict)
		}
		if len(rest) > 0 {
			c.arrive(after, nil, rest)
			continue
		}
		c.runs++
		c.same("the order of arrival matters to what waits", &c.waits, answer{after: contents(after)})
		c.close(after, nil)
	}
}

// decide decides on a State that has all that the whole burst needs.
func (c *crowding) decide(at time.Time, state handoff.State, batch []handoff.Trigger) (handoff.Decision, handoff.State) {
	c.decisions++
	r := c.request
	r.State, r.Triggers = state, batch
	d, err := c.engine.Decide(at, r)
	if err != nil {
		c.t.Fatal(err)
	}
	return d, handoff.Apply(state, d.Effects)
}

// sweep answers time in such a State.
func (c *crowding) sweep(at time.Time, state handoff.State) handoff.State {
	r := c.request
	r.State, r.Triggers = state, nil
	d, err := c.engine.Sweep(at, r)
	if err != nil {
		c.t.Fatal(err)
	}
	return handoff.Apply(state, d.Effects)
}

// close decides when the window closes.
func (c *crowding) close(state handoff.State, batch []handoff.Trigger) {
	d, after := c.decide(c.closes, c.sweep(c.closes, state), batch)
	got := answer{d, contents(after)}
	got.decision.ID, got.decision.Guards = "", nil
	c.same("the order of arrival matters", &c.want, got)
}

// same compares an answer with that of the first order.
func (c *crowding) same(what string, want *answer, got answer) {
	if want.after == nil {
		*want = got
	}
	if !reflect.DeepEqual(*want, got) {
		c.t.Errorf("%s (-first +later):\n%s", what, cmp.Diff(want.decision, got.decision)+cmp.Diff(want.after, got.after))
	}
}

// TestLaw04_EveryOrderAndSplit delivers bursts of signals before their settle window closes.
func TestLaw04_EveryOrderAndSplit(t *testing.T) {
	var mu sync.Mutex
	met := map[string]int{}
	sets, orders, decisions := 0, 0, 0
	burst := func(seed, n int) func(*testing.T) {
		return func(t *testing.T) {
			t.Parallel()
			c := crowd(t, seed, n)
			c.arrive(c.request.State, nil, c.request.Triggers)
			mu.Lock()
			defer mu.Unlock()
			sets, orders, decisions = sets+1, orders+c.runs, decisions+c.decisions
			count(met, c.want.decision)
		}
	}
	t.Run("bursts", func(t *testing.T) {
		for _, size := range []struct{ n, first, sets, short int }{{2, 2000, 60, 60}, {3, 3000, 60, 60}, {4, 4000, 30, 10}, {5, 5000, 5, 0}, {6, 6050, 1, 0}} {
			seeds := size.sets
			if testing.Short() {
				seeds = size.short
			}
			for seed := size.first; seed < size.first+seeds; seed++ {
				t.Run(fmt.Sprintf("%d signals, seed %d", size.n, seed), burst(seed, size.n))
			}
		}
	})
	t.Logf("%d sets, %d orders with their splits, %d decisions; the sets come to %v", sets, orders, decisions, met)
	for _, what := range []string{"enrolled", "assigned", "held", "queued", "incomplete", "no_play", "won by signals", "won by fallback", "a stage",
		"fate acted", "fate merged", "fate dropped", "fate duplicate", "fate held", "fate no_play", "fate incomplete",
		"waits held", "waits incomplete", "waits lost", "waits unassigned"} {
		if met[what] == 0 {
			t.Errorf("no set comes to %s", what)
		}
	}
}

// crowd makes the burst of a seed, with its policy and what was before.
func crowd(t *testing.T, seed, n int) *crowding {
	g := generate(seed)
	c := &crowding{t: t, engine: compile(t, g.rivals()), request: demo(triggers(g.burst(n)...))}
	c.request.Account.Employees = pick(g, handoff.Opt[int64]{}, handoff.Some[int64](5000))
	c.request.State = g.before(t, c.engine, c.request)
	c.request = fill(c.engine, now, c.request)
	earliest := slices.MinFunc(c.request.Triggers, func(a, b handoff.Trigger) int { return a.OccurredAt.Compare(b.OccurredAt) })
	c.closes = earliest.OccurredAt.Add(window)
	return c
}

// count counts what the sets come to.
func count(met map[string]int, d handoff.Decision) {
	met[string(d.Verdict)]++
	for _, fate := range fates(d) {
		met["fate "+string(fate)]++
	}
	for _, why := range waits(d) {
		met["waits "+string(why)]++
	}
	switch {
	case d.Play == "fallback":
		met["won by fallback"]++
	case strings.HasPrefix(d.Play, "several-"):
		met["won by signals"]++
	}
	if len(effects[handoff.SetStage](d)) > 0 {
		met["a stage"]++
	}
}

// flows is a policy of three marketing flows: entering B or C takes the lead out of A, and keeps it out.
func flows(window time.Duration) func(*handoff.Config) {
	return func(c *handoff.Config) {
		c.Settle, c.Triggers, c.Plays, c.Sequences, c.Gates, c.Suppressor = window, nil, nil, nil, nil, nil
		for i, id := range []string{"a", "b", "c"} {
			p := play("flow-"+id, "enters-"+id, int64(min(i, 1)), 0)
			p.Sequence = p.ID
			if id != "a" {
				p.Supersedes = []string{"flow-a"}
			}
			c.Triggers = append(c.Triggers, handoff.TriggerRule{Kind: p.Trigger, About: handoff.KindLead, StaleAfter: day})
			c.Plays = append(c.Plays, p)
			c.Sequences = append(c.Sequences, handoff.Sequence{ID: p.ID, Exclusive: handoff.Exclusive, Steps: steps(handoff.ChannelEmail)})
		}
	}
}

// TestRace_OfThreeFlows enters three flows within eight hundred milliseconds, as an automation tool did that left the lead
// in all three.
func TestRace_OfThreeFlows(t *testing.T) {
	at := func(millis int64) time.Time { return time.UnixMilli(millis).UTC() }
	events := []handoff.Trigger{signal("B", "enters-b", at(1510255740790)), signal("A", "enters-a", at(1510255741489)), signal("C", "enters-c", at(1510255741497))}
	for _, tt := range []struct {
		name, reason string
		window       time.Duration
		want         []string // what runs in the end, in some order of arrival
	}{
		{"one window", "they are decided as a set, and B came first", 5 * time.Second, []string{"flow-b"}},
		{"no window", "who comes first stays, except A", 0, []string{"flow-b", "flow-c"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t, flows(tt.window))
			var got []string
			for _, batches := range arrivals(events) {
				var state handoff.State
				for i, batch := range append(batches, nil) { // the last decision is that at the close
					when := at(1510255741500 + int64(i))
					if batch == nil {
						when = events[0].OccurredAt.Add(5 * time.Second)
					}
					_, state = apply(t, e, when, state, demo(triggers(batch...)))
				}
				record := state[l1].Value.(handoff.Record)
				if len(record.Enrollments) != 1 || len(record.Queue) > 0 {
					t.Fatalf("in batches %s %v runs and %v waits", ids(batches), record.Enrollments, record.Queue)
				}
				got = append(got, record.Enrollments[0].Sequence)
			}
			slices.Sort(got)
			if diff := cmp.Diff(tt.want, slices.Compact(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}
