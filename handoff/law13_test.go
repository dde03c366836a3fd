package handoff_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

// A bench is a team whose turns go by those who do not get the record.
type bench struct{ team }

func (b bench) Route(f *handoff.Facts, p *handoff.Play) handoff.Routing {
	able := slices.DeleteFunc(slices.Clone(b.members), func(rep string) bool { return slices.Contains(f.Avoid, rep) })
	return team{b.name, able}.Route(f, p)
}

// five are who could have a demo here.
var five = []string{"ana", "bob", "cam", "kim", "lee"}

// minutes returns the instant n minutes after now.
func minutes(n int) time.Time { return now.Add(time.Duration(n) * time.Minute) }

// soon is an instant within some hours after now; instants collide.
func (g generator) soon(hours int) time.Time { return minutes(5 * (1 + g.IntN(12*hours))) }

// office is open by day from Monday to Friday.
func office(t testing.TB) *calendar.Calendar {
	t.Helper()
	zone, err := calendar.LoadZone("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	var week []calendar.Window
	for day := time.Monday; day <= time.Friday; day++ {
		week = append(week, calendar.Window{Day: day, Open: 9 * hour, Close: 17 * hour})
	}
	c, err := calendar.New(calendar.Config{Zone: zone, Weekly: week})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// tells are the steps that ask nobody new.
var tells = []handoff.LateWord{handoff.LateNotify, handoff.LateEscalate, handoff.LateAway}

// overflow is where a record goes back to.
var overflow = &handoff.Queue{ID: "overflow", Owner: "sam", Promise: &handoff.SLA{Within: hour, Warn: 10 * time.Minute,
	Late: []handoff.LateStep{{Do: handoff.LateEscalate, To: handoff.ToOwner}, {Wait: hour, Do: handoff.LateNotify, To: "pat"}}}}

// sla promises something within minutes or hours, and does some of the words when it is late.
func (g generator) sla(open *calendar.Calendar, does []handoff.LateWord) *handoff.SLA {
	s := &handoff.SLA{Within: pick(g, 15*time.Minute, 45*time.Minute, 4*hour), From: pick(g, handoff.FromHandoff, handoff.FromSignal), Roll: g.chance(3),
		Warn: pick(g, 0, 5*time.Minute, 10*time.Minute), Restart: pick(g, handoff.RestartAnew, handoff.RestartKeeps)}
	s.Stops = pick(g, nil, []handoff.ActivityKind{handoff.ActivityConnected}, []handoff.ActivityKind{handoff.ActivityCall, handoff.ActivityMeeting})
	if g.chance(2) {
		s.Hours = handoff.HoursFunc(func(f *handoff.Facts) *calendar.Calendar { return open })
	}
	for _, pause := range []handoff.SLAPause{handoff.PauseOwnerAway, handoff.PausePending} {
		if g.chance(2) {
			s.Pauses = append(s.Pauses, pause)
		}
	}
	g.times(5, func(int) {
		step := handoff.LateStep{Wait: pick(g, 0, 0, 10*time.Minute, 3*hour), Do: pick(g, does...)}
		switch step.Do {
		case handoff.LateNotify, handoff.LateEscalate:
			step.To = pick(g, handoff.ToOwner, handoff.ToManager, "pat")
		case handoff.LateQueue:
			step.Queue = overflow
		case handoff.LateReassign:
			step.AtMost = pick[int64](g, 0, 1, 2)
		}
		s.Late = append(s.Late, step)
	})
	return s
}

// relay makes a policy that hands demos to one of five under random SLAs.
func (g generator) relay(open *calendar.Calendar, does []handoff.LateWord) func(*handoff.Config) {
	play := handoff.Play{ID: "demo", Motion: "inbound", Trigger: "demo_request", Priority: points(80), Router: bench{team{"five", five}}, Sequence: pick(g, "", "ae-fast"),
		Promise: g.sla(open, does), Losers: pick(g, handoff.LosersMerge, handoff.LosersQueue)}
	if g.chance(2) {
		play.Acceptance = g.sla(open, does)
	}
	if play.Sequence != "" {
		play.Pause = handoff.PauseRule{Scope: []string{"nurture"}, Sequence: true, For: pick(g, handoff.Span{}, handoff.Span{Days: 1})}
	}
	second := handoff.Play{ID: "webinar", Motion: "inbound", Trigger: "webinar", Priority: points(20), Router: bench{team{"five", five}}, Promise: g.sla(open, does)}
	var reps []handoff.Rep
	for _, id := range five {
		reps = append(reps, handoff.Rep{ID: id, Status: handoff.RepActive, Manager: pick(g, "sam", "sam", ""), Absences: g.absences()})
	}
	return func(c *handoff.Config) {
		c.Plays, c.Gates, c.Suppressor, c.Reps, c.Queues = []handoff.Play{play, second}, nil, nil, reps, []*handoff.Queue{overflow}
	}
}

// absences end, but for one in twelve.
func (g generator) absences() (out []handoff.Absence) {
	g.times(3, func(int) {
		from := g.soon(8).Add(-2 * hour)
		out = append(out, handoff.Absence{From: from, Until: from.Add(time.Duration(1+g.IntN(20)) * 15 * time.Minute)})
	})
	if len(out) > 0 && g.chance(6) {
		out[0].Until = time.Time{}
	}
	return out
}

// passing is what time ends: pauses, holds, sequences and the wait of triggers.
func (g generator) passing() (list []handoff.Effect) {
	g.times(3, func(i int) {
		list = append(list, handoff.PauseMarketing{Subject: l1, Pause: handoff.Pause{ID: fmt.Sprint("p", i), Scope: []string{"all"}, Since: earlier,
			Until: g.soon(9), Sequence: pick(g, "", "nurture", "sdr")}})
	})
	g.times(3, func(i int) {
		list = append(list, handoff.Hold{Subject: l1, ActiveHold: handoff.ActiveHold{ID: fmt.Sprint("h", i), Since: earlier, Until: pick(g, time.Time{}, g.soon(9), g.soon(9)),
			Remembered: g.chance(5), Blocks: []string{"nothing"}}})
	})
	for _, id := range []string{"nurture", "sdr"} {
		if g.chance(2) {
			e := runs(l1, id, false, l1).(handoff.Enroll)
			e.Ends, e.Under = g.soon(9), pick(g, l1, lead("L2"))
			list = append(list, e)
		}
	}
	for i, why := range []handoff.Why{handoff.WhySettle, handoff.WhyIncomplete, handoff.WhyHeld, handoff.WhyUnassigned, handoff.WhyLost, handoff.WhyRecycled} {
		if g.chance(4) {
			list = append(list, handoff.QueueTrigger{Subject: l1, Queued: handoff.Queued{Trigger: signal(fmt.Sprint("Q", i), pick(g, "webinar", "demo_request"), earlier),
				Until: g.soon(9), Why: why}})
		}
	}
	return list
}

// A learned is an activity and when the host observes it.
type learned struct {
	at time.Time
	handoff.Activity
}

// news are activities, in the order in which they become known.
func (g generator) news() (list []learned) {
	g.times(4, func(i int) {
		at := g.soon(9)
		a := handoff.Activity{ID: fmt.Sprint("a", i), At: pick(g, at, at.Add(-20*time.Minute)), By: "ana", Kind: pick(g, handoff.ActivityPending, handoff.ActivityPending,
			handoff.ActivityResumed, handoff.ActivityCall, handoff.ActivityAutoReply, handoff.ActivityAccepted, handoff.ActivityConnected, handoff.ActivitySocial)}
		if a.Kind == handoff.ActivityPending {
			a.Until = pick(g, time.Time{}, a.At.Add(time.Duration(1+g.IntN(40))*5*time.Minute))
		}
		list = append(list, learned{at, a})
	})
	slices.SortStableFunc(list, func(a, b learned) int { return a.at.Compare(b.at) })
	return list
}

// A history is a record that is handed over now, with what time does to it and what becomes known until it ends.
type history struct {
	engine *handoff.Engine
	before handoff.State
	news   []learned
	end    time.Time
}

// history makes one whose SLAs do some of the words when they are late.
func (g generator) history(t testing.TB, open *calendar.Calendar, does []handoff.LateWord) *history {
	t.Helper()
	h := &history{engine: compile(t, g.relay(open, does)), news: g.news(), end: now.Add(4 * day)}
	r := demo()
	r = fill(h.engine, now, r)
	h.before = handoff.Apply(r.State, decide(t, h.engine, now, r).Effects)
	h.before = handoff.Apply(h.before, g.passing())
	return h
}

// A replayed is a history under one grid of sweeps.
type replayed struct {
	*history
	t       testing.TB
	state   handoff.State
	at      time.Time // of the latest sweep
	sweeps  int
	decides bool // the host decides when it is asked to; it does not always
	seen    []string
	look    func(before handoff.State, d handoff.Decision) // at each sweep; nil: nobody does
	met     map[string]int
}

func (h *history) replay(t testing.TB) *replayed {
	return &replayed{history: h, t: t, state: h.before, at: now, met: map[string]int{}}
}

func (p *replayed) request() handoff.Request {
	r := demo(triggers())
	r.State = p.state
	return r
}

// sweep sweeps, and decides where the host does so.
func (p *replayed) sweep(at time.Time) handoff.Decision {
	p.t.Helper()
	r := fill(p.engine, at, p.request())
	d, err := p.engine.Sweep(at, r)
	if err != nil {
		p.t.Fatal(err)
	}
	p.at, p.sweeps = at, p.sweeps+1
	before := p.state
	p.state = handoff.Apply(p.state, d.Effects)
	p.see(d)
	if p.look != nil {
		p.look(before, d)
	}
	if p.decides && len(effects[handoff.Redecide](d)) > 0 {
		r.State = p.state
		r = fill(p.engine, at, r)
		p.state = handoff.Apply(r.State, decide(p.t, p.engine, at, r).Effects)
	}
	return d
}

func (p *replayed) observe(n learned) {
	p.t.Helper()
	d, err := p.engine.Observe(n.at, fill(p.engine, n.at, p.request()), n.Activity)
	if err != nil {
		p.t.Fatal(err)
	}
	p.state = handoff.Apply(p.state, d.Effects)
	p.see(d)
}

// see notes the effects that do not depend on how many sweeps there are: how a clock moves is told once for each sweep, and
// a sweep asks for one decision on all triggers that are due.
func (p *replayed) see(d handoff.Decision) {
	for _, e := range d.Effects {
		p.met[string(e.Kind())]++
		switch e := e.(type) {
		case handoff.MoveClock:
		case handoff.Redecide:
			for _, id := range e.Triggers {
				p.seen = append(p.seen, "redecide "+id)
			}
		case handoff.Notify:
			p.met["notify "+string(e.Level)]++
			p.seen = append(p.seen, encode(p.t, e))
		default:
			p.seen = append(p.seen, encode(p.t, handoff.Effects{e}))
		}
	}
}

// A grid returns the next instant at which it sweeps, after the latest sweep; zero: none.
type grid func(p *replayed) time.Time

// timely sweeps whenever something is due.
func timely(p *replayed) time.Time { return recordOf(p.state).NextDue() }

// lateHost never sweeps.
func lateHost(*replayed) time.Time { return time.Time{} }

func (g generator) instants(h *history, doubled bool) grid {
	var list []time.Time
	g.times(12, func(int) { list = append(list, pick(g, g.soon(9), g.soon(9), g.soon(90))) })
	slices.SortFunc(list, time.Time.Compare)
	again := false
	return func(p *replayed) time.Time {
		if again = doubled && !again && p.at.After(now); again {
			return p.at
		}
		for _, at := range list {
			if at.After(p.at) {
				return at
			}
		}
		return time.Time{}
	}
}

// run sweeps as the grid says, at the instant of all news before it is told, and at the end.
func (p *replayed) run(g grid) {
	p.t.Helper()
	for i := 0; i <= len(p.news); i++ {
		until := p.end
		if i < len(p.news) {
			until = p.news[i].at
		}
		for laps := 0; ; laps++ {
			next := g(p)
			if next.IsZero() || !next.Before(until) {
				break
			}
			if laps > 500 {
				p.t.Fatalf("does not end at %s", next)
			}
			p.sweep(next)
		}
		p.sweep(until)
		if i < len(p.news) {
			p.observe(p.news[i])
		}
	}
	slices.Sort(p.seen)
}

// TestLaw13_Grid sweeps a record at any instants. Where nothing that is due asks anything of somebody new, and nobody is asked
// for a decision, they leave the same State, and everything that happened did so at the same instants.
func TestLaw13_Grid(t *testing.T) {
	open := office(t)
	histories := 2000
	if testing.Short() {
		histories = 200
	}
	met, sweeps, runs := map[string]int{}, 0, 0
	for seed := range histories {
		g := generate(seed)
		h := g.history(t, open, tells)
		want := h.replay(t)
		want.run(timely)
		grids := []grid{lateHost}
		for i := range 6 {
			grids = append(grids, g.instants(h, i%3 == 2))
		}
		for i, grid := range grids {
			got := h.replay(t)
			got.look = func(_ handoff.State, d handoff.Decision) {
				if next := recordOf(got.state).NextDue(); !next.IsZero() && !next.After(d.At) {
					t.Fatalf("seed %d: something is left at %s that was due at %s", seed, d.At, next)
				}
			}
			got.run(grid)
			sweeps, runs = sweeps+got.sweeps, runs+1
			if !reflect.DeepEqual(contents(want.state), contents(got.state)) {
				t.Fatalf("seed %d, grid %d: another State (-timely +grid):\n%s", seed, i, cmp.Diff(contents(want.state), contents(got.state)))
			}
			if !slices.Equal(want.seen, got.seen) {
				t.Fatalf("seed %d, grid %d: something else happened (-timely +grid):\n%s", seed, i, cmp.Diff(want.seen, got.seen))
			}
		}
		sweeps, runs = sweeps+want.sweeps, runs+1
		for what, n := range want.met {
			met[what] += n
		}
	}
	t.Logf("%d histories, %d runs, %d sweeps; timely ones met %v", histories, runs, sweeps, met)
	for _, what := range []string{"notify warning", "notify urgent", "set_rep_status", "resume_marketing", "release_hold", "exit", "stop_clock", "move_clock", "redecide"} {
		if met[what] == 0 {
			t.Errorf("no history meets %s", what)
		}
	}
}

// everything is what an SLA can do.
var everything = append(slices.Clip(tells), handoff.LateReassign, handoff.LateQueue, handoff.LateReassign)

// asksAnother reports whether a reason says that a step asks something of somebody new.
func asksAnother(r handoff.Reason) bool {
	return r.Code == handoff.CodeLate && (r.Text == "somebody else is asked" || strings.HasPrefix(r.Text, "goes back to "))
}

// lateBy returns how late the step was that a sweep took to ask somebody new.
func lateBy(d handoff.Decision) (seconds int64) {
	for _, r := range d.Reasons {
		if asksAnother(r) {
			seconds = int64(d.At.Sub(r.Since) / time.Second)
		}
	}
	return seconds
}

// onePromise checks what a sweep asks of somebody new.
func onePromise(t testing.TB, d handoff.Decision) (promises int) {
	t.Helper()
	assigns, asks := effects[handoff.Assign](d), effects[handoff.Redecide](d)
	for _, a := range assigns {
		if !a.At.Equal(d.At) || a.Late != lateBy(d) {
			t.Errorf("at %s %s is asked from %s on, %d seconds late; want from the sweep on, %d", d.At, a.To, a.At, a.Late, lateBy(d))
		}
	}
	for _, c := range effects[handoff.StartClock](d) {
		if !c.Start.Equal(d.At) {
			t.Errorf("at %s %s starts at %s", d.At, c.ID, c.Start)
		}
	}
	if len(assigns)+len(asks) > 1 {
		t.Errorf("at %s there are %d assignments and %d decisions asked for", d.At, len(assigns), len(asks))
	}
	return len(assigns) + len(asks)
}

// ordered checks the order of a sweep's effects and reasons.
func ordered(t testing.TB, d handoff.Decision) {
	t.Helper()
	kinds := handoff.EffectKinds()
	if !slices.IsSortedFunc(d.Effects, func(a, b handoff.Effect) int { return slices.Index(kinds, a.Kind()) - slices.Index(kinds, b.Kind()) }) {
		t.Errorf("the effects are in the order %v", kindsOf(d))
	}
	// What asks somebody new comes after all else, in an order of its own; where it found nobody, what its clock did next follows.
	var own, asks []item
	for _, i := range itemsOf(d) {
		switch {
		case i.asks:
			asks = append(asks, i)
		case len(asks) == 0:
			own = append(own, i)
		case i.id != asks[len(asks)-1].id:
			t.Errorf("at %s %v comes after %v, which starts at the sweep", d.At, i, asks)
		}
	}
	if !slices.IsSortedFunc(own, compareItems) || !slices.IsSortedFunc(asks, compareItems) {
		t.Errorf("at %s the reasons are in the order %v, then %v", d.At, own, asks)
	}
}

// An item is something that was due.
type item struct {
	due  time.Time
	kind int
	id   string
	asks bool // something of somebody new
}

func compareItems(a, b item) int {
	if order := a.due.Compare(b.due); order != 0 {
		return order
	}
	if a.kind != b.kind {
		return a.kind - b.kind
	}
	return strings.Compare(a.id, b.id)
}

// itemsOf returns what a sweep says that was due, in its order.
func itemsOf(d handoff.Decision) (out []item) {
	overs := []string{"the pause of marketing is over", "the hold is over", "the sequence is over"}
	for _, r := range d.Reasons {
		switch i := slices.Index(overs, r.Text); {
		case i >= 0:
			out = append(out, item{r.Until, i, r.ID, false})
		case r.Code == handoff.CodeWarned:
			out = append(out, item{r.Since, len(overs), r.ID, false})
		case r.Code == handoff.CodeLate || r.Code == handoff.CodeTransfers:
			out = append(out, item{r.Since, len(overs) + 1, r.ID, r.Code == handoff.CodeTransfers || asksAnother(r)})
		}
	}
	return out
}

// TestLaw13_Promises sweeps records whose SLAs give them to somebody else, while the host decides when it is asked to.
func TestLaw13_Promises(t *testing.T) {
	open := office(t)
	histories := 1000
	if testing.Short() {
		histories = 100
	}
	met, sweeps, reassigned := map[string]int{}, map[string]int{}, map[string]int{}
	for seed := range histories {
		g := generate(seed)
		h := g.history(t, open, everything)
		for name, grid := range map[string]grid{"timely": timely, "late": lateHost, "random": g.instants(h, false), "doubled": g.instants(h, true)} {
			p := h.replay(t)
			p.decides = true
			var had []string // who had it since it was handed over last
			p.look = func(before handoff.State, d handoff.Decision) {
				sweeps[name]++
				onePromise(t, d)
				ordered(t, d)
				next := recordOf(p.state).NextDue()
				again, err := h.engine.Sweep(d.At, fill(h.engine, d.At, p.request()))
				if err != nil {
					t.Fatal(err)
				}
				if left := !next.IsZero() && !next.After(d.At); left != (len(again.Effects) > 0) {
					t.Errorf("at %s the next is due at %s, and another sweep finds %v", d.At, next, kindsOf(again))
				}
				had = append(had, recordOf(before).Owner)
				for _, a := range effects[handoff.Assign](d) {
					reassigned[name]++
					if a.To != "" && slices.Contains(had, a.To) {
						t.Errorf("at %s it goes back to %s; %v had it", d.At, a.To, had)
					}
				}
				if len(effects[handoff.Redecide](d)) > 0 {
					had = nil
				}
				if t.Failed() {
					t.Fatalf("seed %d, %s", seed, name)
				}
			}
			p.run(grid)
			for what, n := range p.met {
				met[what] += n
			}
		}
	}
	t.Logf("%d histories; sweeps %v, of which reassign or return %v; met %v", histories, sweeps, reassigned, met)
	for name, n := range reassigned {
		if n == 0 || n > sweeps[name] {
			t.Errorf("%s: %d reassignments in %d sweeps", name, n, sweeps[name])
		}
	}
	for _, what := range []string{"assign", "redecide", "start_clock", "stop_clock", "notify urgent"} {
		if met[what] == 0 {
			t.Errorf("no history meets %s", what)
		}
	}
}

// TestLaw13_HostEnds plays a host that does nothing but what is due, until nothing is.
func TestLaw13_HostEnds(t *testing.T) {
	open := office(t)
	most, total := 0, 0
	for seed := range 1000 {
		p := generate(seed).history(t, open, everything).replay(t)
		p.decides = true
		for laps := 0; ; total++ {
			next := timely(p)
			if next.IsZero() {
				break
			}
			if laps++; next.After(p.at) {
				laps = 1
			}
			if most = max(most, laps); laps > 20 || p.sweeps > 1000 {
				t.Fatalf("seed %d: sweep %d, of which %d at %s", seed, p.sweeps, laps, p.at)
			}
			if next.Before(p.at) {
				next = p.at
			}
			p.sweep(next)
		}
		if queue := recordOf(p.state).Queue; len(queue) > 0 {
			t.Fatalf("seed %d: %d triggers wait for ever", seed, len(queue))
		}
	}
	t.Logf("1000 histories, %d sweeps, at most %d at one instant", total, most)
}

// firstTouch is a policy that gives a demo to one of five, and to the next of them where the first touch does not come.
func firstTouch(s handoff.SLA) func(*handoff.Config) {
	return func(c *handoff.Config) {
		c.Gates, c.Suppressor, c.Reps = nil, nil, nil
		for _, id := range five {
			c.Reps = append(c.Reps, handoff.Rep{ID: id, Status: handoff.RepActive, Manager: "sam"})
		}
		c.Plays = []handoff.Play{{ID: "demo", Trigger: "demo_request", Router: bench{team{"five", five}}, Promise: &s}}
	}
}

// handedOver hands the demo over now.
func handedOver(t testing.TB, edits ...func(*handoff.Config)) *replayed {
	t.Helper()
	h := &history{engine: compile(t, edits...), end: now.Add(8 * hour)}
	_, h.before = apply(t.(*testing.T), h.engine, now, nil, demo())
	return h.replay(t)
}

// TestLaw13_Downtime lets nobody sweep for eight hours, and then compares with a host that did so every minute.
func TestLaw13_Downtime(t *testing.T) {
	quarter := 15 * time.Minute
	next := handoff.SLA{Within: quarter, Late: []handoff.LateStep{{Do: handoff.LateReassign}}}
	for _, tt := range []struct {
		name, reason string
		sla          handoff.SLA
		every        time.Duration
		want         []string // who has it, and from which minute on
	}{
		{"one sweep", "the next one has the full time", next, 8 * hour, []string{"bob 480"}},
		{"every minute", "each has the full time, nobody has it twice, and the last of them keeps it", next, time.Minute,
			[]string{"bob 15", "cam 30", "kim 45", "lee 60"}},
		{"at most two", "it stays where it is then", handoff.SLA{Within: quarter, Late: []handoff.LateStep{{Do: handoff.LateReassign, AtMost: 2}}}, time.Minute,
			[]string{"bob 15", "cam 30"}},
		{"the promise stands", "it is late for the next one already, who is asked once", handoff.SLA{Within: quarter, Restart: handoff.RestartKeeps,
			Late: next.Late}, time.Minute, []string{"bob 15"}},
		{"the promise stands, and steps follow", "each step is taken once", handoff.SLA{Within: quarter, Restart: handoff.RestartKeeps, Warn: time.Minute,
			Late: []handoff.LateStep{{Do: handoff.LateNotify, To: handoff.ToManager}, {Do: handoff.LateReassign}, {Wait: hour, Do: handoff.LateReassign}}},
			time.Minute, []string{"bob 15", "cam 75"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := handedOver(t, firstTouch(tt.sla))
			var got []string
			told := map[string]int{}
			p.look = func(_ handoff.State, d handoff.Decision) {
				onePromise(t, d)
				for _, a := range effects[handoff.Assign](d) {
					got = append(got, fmt.Sprintf("%s %d", a.To, a.At.Sub(now)/time.Minute))
					if c := recordOf(p.state).Clocks[0]; tt.sla.Restart == handoff.RestartAnew && (c.Owner != a.To || !c.Due.Equal(d.At.Add(quarter))) {
						t.Errorf("%s has until %s", c.Owner, c.Due)
					}
				}
				for _, n := range effects[handoff.Notify](d) {
					if told[n.ID]++; n.ID == "warn:first_touch:demo" && told[n.ID] > 1 {
						t.Errorf("at %s %s is warned again", d.At, n.To)
					}
				}
			}
			for at := now.Add(tt.every); !at.After(p.end); at = at.Add(tt.every) {
				p.sweep(at)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

// TestLaw13_TransferToTheSame has a route that knows nobody else and does not look at who had the record.
func TestLaw13_TransferToTheSame(t *testing.T) {
	p := handedOver(t, firstTouch(handoff.SLA{Within: hour, Late: []handoff.LateStep{{Do: handoff.LateReassign}}}), func(c *handoff.Config) { c.Plays[0].Router = to("ana") })
	d := p.sweep(now.Add(2 * hour))
	if assigned := effects[handoff.Assign](d); len(assigned) > 0 {
		t.Errorf("%s has it again", assigned[0].To)
	}
	if record := recordOf(p.state); !record.NextDue().IsZero() || record.Owner != "ana" {
		t.Errorf("%s has it, and something is due at %s", record.Owner, record.NextDue())
	}
}

// TestLaw13_StepsAfterAPause pauses a clock that has taken some of its steps.
func TestLaw13_StepsAfterAPause(t *testing.T) {
	half := 30 * time.Minute
	p := handedOver(t, firstTouch(handoff.SLA{Within: half, Pauses: []handoff.SLAPause{handoff.PausePending}, Late: []handoff.LateStep{
		{Do: handoff.LateNotify, To: handoff.ToOwner}, {Wait: half, Do: handoff.LateNotify, To: handoff.ToManager}, {Wait: half, Do: handoff.LateEscalate, To: handoff.ToManager}}}))
	p.sweep(minutes(30))
	p.sweep(minutes(60))
	p.observe(learned{minutes(70), handoff.Activity{ID: "a", Kind: handoff.ActivityPending, At: minutes(70), Until: minutes(100)}})
	if c := recordOf(p.state).Clocks[0]; !c.Due.Equal(minutes(30)) || c.Late != 2 || !c.Next.Equal(minutes(120)) {
		t.Errorf("due at %s, the step after the %dth at %s; want half an hour later than the 90 minutes that the three waits make", c.Due, c.Late, c.Next)
	}
}

// FuzzLaw13 sweeps a history at the instants that the bytes say, five minutes each after the one before.
func FuzzLaw13(f *testing.F) {
	f.Add(uint16(1), []byte{3, 0, 0, 12, 1, 200})
	f.Add(uint16(4711), []byte{1, 1, 1, 1, 1, 1, 1, 1, 0, 30, 0, 255, 255})
	open := office(f)
	f.Fuzz(func(t *testing.T, seed uint16, data []byte) {
		h := generate(int(seed)).history(t, open, tells)
		want, got := h.replay(t), h.replay(t)
		want.run(timely)
		at, n := now, 0
		got.run(func(*replayed) time.Time {
			if n == min(len(data), 100) {
				return time.Time{}
			}
			at = at.Add(time.Duration(data[n]) * 5 * time.Minute)
			n++
			return at
		})
		if !reflect.DeepEqual(contents(want.state), contents(got.state)) || !slices.Equal(want.seen, got.seen) {
			t.Errorf("(-timely +grid):\n%s", cmp.Diff(contents(want.state), contents(got.state))+cmp.Diff(want.seen, got.seen))
		}
	})
}
