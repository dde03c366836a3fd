package handoff_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

// afternoon is open from half an hour after now until an hour later, and from two o'clock in New York.
func afternoon(t testing.TB) *calendar.Calendar {
	t.Helper()
	var week []calendar.Window
	for day := time.Sunday; day <= time.Saturday; day++ {
		week = append(week, calendar.Window{Day: day, Open: 15*hour + 30*time.Minute, Close: 16*hour + 30*time.Minute}, calendar.Window{Day: day, Open: 19 * hour, Close: 23 * hour})
	}
	c, err := calendar.New(calendar.Config{Weekly: week})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// hears says what activities change where a call, an e-mail or a conversation is a first touch.
func hears(a handoff.Activity) handoff.Consequences {
	switch a.Kind {
	case handoff.ActivityConnected:
		return handoff.Consequences{StopClocks: true, ExitSequences: true}
	case handoff.ActivityDisqualified:
		return handoff.Consequences{CloseClocks: true, ReleaseLoad: true, Outcome: "disqualified"}
	case handoff.ActivityWon, handoff.ActivityLost:
		return handoff.Consequences{CloseClocks: true, ExitSequences: true, ReleaseLoad: true, Outcome: string(a.Kind)}
	}
	return follow(a)
}

// heard is a policy whose first touch, acceptance and outcomes are random, and in which nothing is refused.
func (g generator) heard(open *calendar.Calendar) (handoff.SLA, func(*handoff.Config)) {
	hours := handoff.HoursFunc(func(*handoff.Facts) *calendar.Calendar { return open })
	sla := func() handoff.SLA {
		return handoff.SLA{Hours: pick[handoff.Hours](g, nil, nil, hours), Within: pick(g, 15*time.Minute, 45*time.Minute, 90*time.Minute), Warn: pick(g, 0, 5*time.Minute), Pauses: pick(g, nil, []handoff.SLAPause{handoff.PausePending}),
			Stops: pick(g, nil, nil, []handoff.ActivityKind{handoff.ActivityConnected, handoff.ActivityMeeting}),
			Late:  []handoff.LateStep{{Do: handoff.LateNotify, To: handoff.ToOwner}, {Wait: 10 * time.Minute, Do: handoff.LateEscalate, To: handoff.ToManager}}}
	}
	touch, acceptance := sla(), sla()
	acceptance.Stops = nil
	return touch, func(c *handoff.Config) {
		firstTouch(touch)(c)
		c.Plays[0].Acceptance, c.Plays[0].Sequence = &acceptance, "ae-fast"
		c.Lifecycle = handoff.LifecycleFunc(hears)
		c.Outcomes = []handoff.OutcomeRule{{Word: "no_fit", Ends: true}, {Word: "busy"}, {Word: "met"}, {Word: "won", Ends: true}, {Word: "lost", Ends: true}, {Word: "disqualified"}}
		c.Stages = []handoff.StageRule{{ID: "talks", On: []handoff.ActivityKind{handoff.ActivityConnected, handoff.ActivityReply}},
			{ID: "accepted", On: []handoff.ActivityKind{handoff.ActivityAccepted}}, {ID: "gone", Outcomes: []string{"lost", "no_fit"}}}
	}
}

// deeds are n activities from shortly before the handoff on, of which some are told twice.
func (g generator) deeds(n int) (list []handoff.Activity) {
	for i := range n {
		if i > 0 && g.chance(5) {
			list = append(list, list[g.IntN(i)])
			continue
		}
		a := handoff.Activity{ID: fmt.Sprint("a", (23*i+3)%n), At: minutes(5 * (g.IntN(26) - 2)), By: "ana", Channel: pick(g, handoff.ChannelEmail, handoff.ChannelCall),
			Kind: pick(g, handoff.ActivityCall, handoff.ActivityEmail, handoff.ActivitySocial, handoff.ActivityConnected, handoff.ActivityReply, handoff.ActivityAutoReply,
				handoff.ActivityMeeting, handoff.ActivityOptOut, handoff.ActivityBounced, handoff.ActivityOutcome, handoff.ActivityOutcome, handoff.ActivityQualified, handoff.ActivityDisqualified,
				handoff.ActivityWon, handoff.ActivityLost, handoff.ActivityAccepted, handoff.ActivityDeclined, handoff.ActivityPending, handoff.ActivityPending, handoff.ActivityResumed)}
		switch a.Kind {
		case handoff.ActivityOutcome:
			a.Outcome, a.Reason = pick(g, "no_fit", "busy"), pick(g, "", "budget", "timing")
		case handoff.ActivityPending:
			a.Until = pick(g, time.Time{}, a.At.Add(time.Duration(1+g.IntN(10))*5*time.Minute))
		}
		list = append(list, a)
	}
	return list
}

// A gist is what activities leave behind, in whatever order they became known.
type gist struct {
	Activities []handoff.ActivityRef
	Consent    []handoff.Consent
	Outcome    handoff.Outcome
	Clocks     []handoff.Clock
	Stopped    []ending
	Stages     []handoff.Stage
	Holds      []handoff.ActiveHold
	Owner      string
	Turn       handoff.Turn
	Load       handoff.Load
	Sequences  int
}

// An ending is how a clock ended. What it would have done later is not part of it.
type ending struct {
	ID         string
	Owner      string
	Start, At  time.Time
	Met        bool
	Why        handoff.StopWhy
	By         string
	Wall, Open int64
}

func gistOf(s handoff.State) gist {
	r := recordOf(s)
	g := gist{Activities: r.Activities, Consent: r.Consent, Outcome: r.Outcome, Clocks: r.Clocks, Stages: r.Stages, Holds: r.Holds, Owner: r.Owner, Turn: r.Turn, Load: r.Load,
		Sequences: len(r.Enrollments)}
	for _, c := range r.Stopped {
		g.Stopped = append(g.Stopped, ending{c.ID, c.Owner, c.Start, c.At, c.Met, c.Why, c.By, c.Wall, c.Open})
	}
	return g
}

// tell observes activities one after the other, a minute apart, long after they happened.
func tell(t testing.TB, p *replayed, list []handoff.Activity) *replayed {
	t.Helper()
	p = p.replay(t)
	for i, a := range list {
		p.observe(learned{minutes(600 + i), a})
	}
	return p
}

// twin computes what a set of activities comes to, plainly: it sorts them first, and counts time in steps of five minutes.
type twin struct {
	list []handoff.Activity // each once, by instant and id
}

func twinOf(list []handoff.Activity) twin {
	var out []handoff.Activity
	for _, a := range list {
		if !slices.ContainsFunc(out, func(b handoff.Activity) bool { return a.ID == b.ID }) {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b handoff.Activity) int {
		if order := a.At.Compare(b.At); order != 0 {
			return order
		}
		return strings.Compare(a.ID, b.ID)
	})
	return twin{out}
}

// outcome is the last that anything says.
func (w twin) outcome() (word, id string) {
	for _, a := range w.list {
		if said := max(hears(a).Outcome, a.Outcome); said != "" {
			word, id = said, a.ID
		}
	}
	return word, id
}

// denied are the channels that somebody closed.
func (w twin) denied() (out []handoff.Channel) {
	for _, a := range w.list {
		if a.Kind == handoff.ActivityOptOut || a.Kind == handoff.ActivityBounced {
			out = append(out, a.Channel)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// pending reports whether time does not count from an instant on, by what was said since the handoff.
func (w twin) pending(at time.Time) (pends bool) {
	for _, a := range w.list {
		if a.At.After(at) {
			break
		}
		if a.At.Before(now) {
			continue
		}
		switch {
		case a.Kind == handoff.ActivityPending:
			pends = a.Until.IsZero() || at.Before(a.Until)
		case a.Kind == handoff.ActivityResumed || a.Kind.IsContact():
			pends = false
		}
	}
	return pends
}

// touch returns how the first touch goes that was promised now; ok says that it does not run any more.
func (w twin) touch(s handoff.SLA) (e ending, ok bool) {
	e = ending{ID: "first_touch:demo", Owner: "ana", Start: now}
	for _, a := range w.list {
		does, ends := hears(a).StopClocks, a.Outcome == "no_fit" || a.Kind == handoff.ActivityWon || a.Kind == handoff.ActivityLost || a.Kind == handoff.ActivityDisqualified
		if len(s.Stops) > 0 {
			does = slices.Contains(s.Stops, a.Kind)
		}
		switch {
		case a.At.Before(now) || !does && !ends:
		case !ok:
			e.At, e.By, ok = a.At, a.ID, true
			if !does {
				e.Why = handoff.StopClosed
			}
		case does && e.Why == handoff.StopClosed && a.At.Equal(e.At): // what is done at the instant itself is done
			e.By, e.Why = a.ID, handoff.StopDone
		}
	}
	late := false
	for at := now; at.Before(e.At); at = at.Add(5 * time.Minute) {
		late = late || e.Open == int64(s.Within/time.Second) // it is due, also where a pause begins now
		e.Wall += 300
		if len(s.Pauses) == 0 || !w.pending(at) {
			e.Open += 300
		}
	}
	e.Met = ok && e.Why == handoff.StopDone && !late
	return e, ok
}

// sameAsTwin compares what is remembered with what the twin says.
func sameAsTwin(t testing.TB, s handoff.SLA, list []handoff.Activity, got gist) {
	t.Helper()
	w := twinOf(list)
	var seen []string
	for _, a := range got.Activities {
		seen = append(seen, a.ID)
	}
	var want []string
	for _, a := range w.list {
		want = append(want, a.ID)
	}
	if !slices.Equal(seen, want) {
		t.Errorf("%v are remembered, want %v", seen, want)
	}
	if word, id := w.outcome(); got.Outcome.Word != word || got.Outcome.ID != id {
		t.Errorf("the outcome is %s by %s, want %s by %s", got.Outcome.Word, got.Outcome.ID, word, id)
	}
	var denied []handoff.Channel
	for _, c := range got.Consent {
		if c.Status == handoff.ConsentDenied {
			denied = append(denied, c.Channel)
		}
	}
	slices.Sort(denied)
	if !slices.Equal(denied, w.denied()) {
		t.Errorf("%v are closed, want %v", denied, w.denied())
	}
	touch, stopped := w.touch(s)
	i := slices.IndexFunc(got.Stopped, func(e ending) bool { return e.ID == touch.ID })
	if s.Hours != nil && i >= 0 { // the twin knows no hours
		touch.Met, touch.Open = got.Stopped[i].Met, got.Stopped[i].Open
	}
	if (i >= 0) != stopped || stopped && got.Stopped[i] != touch {
		t.Errorf("the first touch ended as %v, want %v", got.Stopped, touch)
	}
}

// TestLaw14_AnyOrder tells a record the same activities in every order: what they leave behind is the same, and what a plain
// computation on the set says.
func TestLaw14_AnyOrder(t *testing.T) {
	open, sets, orders, met := afternoon(t), 0, 0, map[string]int{}
	try := func(seed, n int, order func(generator, []handoff.Activity) [][]handoff.Activity) {
		g := generate(seed)
		touch, policy := g.heard(open)
		p := handedOver(t, policy)
		list := g.deeds(n)
		var want gist
		for i, told := range order(g, list) {
			got := tell(t, p, told)
			for what, n := range got.met {
				met[what] += n
			}
			orders++
			if i == 0 {
				want = gistOf(got.state)
				sameAsTwin(t, touch, list, want)
			} else if diff := cmp.Diff(want, gistOf(got.state)); diff != "" {
				t.Errorf("%v\nand %v (-first +second):\n%s", order(g, list)[0], told, diff)
			}
			if t.Failed() {
				t.Fatalf("seed %d: %d activities in the order %v under %v", seed, n, told, touch)
			}
		}
		sets++
		for _, e := range want.Stopped {
			met[fmt.Sprintf("%s met %t %s", strings.Split(e.ID, ":")[0], e.Met, e.Why)]++
			if e.Open < e.Wall {
				met["paused"]++
			}
		}
	}
	every := func(_ generator, list []handoff.Activity) [][]handoff.Activity { return permutations(list) }
	some := func(g generator, list []handoff.Activity) (out [][]handoff.Activity) {
		out = append(out, list)
		for range 11 {
			out = append(out, shuffled(g, list))
		}
		return out
	}
	scale := 1
	if testing.Short() {
		scale = 10
	}
	for _, size := range []struct{ n, first, sets int }{{2, 2000, 300}, {3, 3000, 300}, {4, 4000, 150}, {5, 5000, 60}} {
		for i := range size.sets / scale {
			try(size.first+i, size.n, every)
		}
	}
	for i := range 300 / scale {
		try(9000+i, 6+i%15, some)
	}
	t.Logf("%d sets in %d orders; met %v", sets, orders, met)
	for _, what := range []string{"correct", "first_touch met true ", "first_touch met false ", "first_touch met false closed", "acceptance met true ", "acceptance met false ", "paused"} {
		if met[what] == 0 {
			t.Errorf("no set meets %q", what)
		}
	}
}

// TestLaw14_LateCall learns at 10:40 of a call at 10:05, after the first touch was late at 10:15 and the record went to somebody
// else at 10:30.
func TestLaw14_LateCall(t *testing.T) {
	quarter := 15 * time.Minute
	p := handedOver(t, firstTouch(handoff.SLA{Within: quarter, Late: []handoff.LateStep{{Do: handoff.LateNotify, To: handoff.ToManager}, {Wait: quarter, Do: handoff.LateReassign}}}))
	p.sweep(minutes(15))
	p.sweep(minutes(30))
	p.seen = nil
	call := handoff.Activity{ID: "call", Kind: handoff.ActivityCall, By: "ana", At: minutes(5)}
	d, err := p.engine.Observe(minutes(40), fill(p.engine, minutes(40), p.request()), call)
	if err != nil {
		t.Fatal(err)
	}
	want := []handoff.Correct{{Subject: l1, Correction: handoff.Correction{ID: "call", Clock: "first_touch:demo", Start: now, Owner: "ana", Due: minutes(15), Was: minutes(30), Is: minutes(5),
		Met: true, By: "call", Wall: 300, Open: 300, At: minutes(40)}}}
	if diff := cmp.Diff(want, effects[handoff.Correct](d)); diff != "" {
		t.Errorf("the correction (-want +got):\n%s", diff)
	}
	if !slices.ContainsFunc(d.Reasons, func(r handoff.Reason) bool { return r.Code == handoff.CodeCorrected }) {
		t.Errorf("%v do not say that something is corrected", d.Reasons)
	}
	if n := len(effects[handoff.Assign](d)); n > 0 {
		t.Errorf("%d assignments: what was done stays done", n)
	}
	p.state = handoff.Apply(p.state, d.Effects)
	record, got := recordOf(p.state), gistOf(p.state).Stopped
	ends := []ending{{ID: "first_touch:demo", Owner: "ana", Start: now, At: minutes(5), Met: true, By: "call", Wall: 300, Open: 300},
		{ID: "first_touch:demo", Owner: "bob", Start: minutes(30), At: minutes(40), Why: handoff.StopClosed, By: "call", Wall: 600, Open: 600}}
	if diff := cmp.Diff(ends, got); diff != "" {
		t.Errorf("how the clocks ended (-want +got):\n%s", diff)
	}
	if record.Owner != "bob" || len(record.Clocks) > 0 || !record.NextDue().IsZero() {
		t.Errorf("%s has it, %v run, and something is due at %s; want bob, and nothing", record.Owner, record.Clocks, record.NextDue())
	}
	again, err := p.engine.Observe(minutes(41), fill(p.engine, minutes(41), p.request()), call)
	if err != nil || again.Verdict != handoff.VerdictDuplicate || len(again.Effects) > 0 {
		t.Errorf("told again it is %s with %v, %v", again.Verdict, kindsOf(again), err)
	}
}

// TestLaw14_VoidsOnlyWhatFollowsFromIt learns late of things that say nothing about the clock that runs now.
func TestLaw14_VoidsOnlyWhatFollowsFromIt(t *testing.T) {
	sla := &handoff.SLA{Within: hour, Pauses: []handoff.SLAPause{handoff.PausePending}}
	for _, tt := range []struct {
		name, reason string
		before       func(*desk)
		late         handoff.Activity
		owner        string
		corrects     int
	}{
		{"a pause", "lee still has to do it", func(*desk) {}, happened(handoff.ActivityPending, march(4, 15, 6), until(march(4, 15, 8))), "lee", 1},
		{"of an earlier handoff", "the next signal has made a promise of its own", func(d *desk) {
			d.did(handoff.ActivityCall, march(4, 15, 50), by("lee"))
			d.decide(march(20, 15, 0), signal("T9", "demo_request", march(20, 15, 0)))
		}, happened(handoff.ActivityCall, march(4, 15, 10)), "kim", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := atDesk(t, compile(t, promising(sla, func(p *handoff.Play) { p.Sequence = "" })))
			d.did(handoff.ActivityReassigned, march(4, 15, 34), toRep("lee"))
			tt.before(d)
			at := latestOf(march(4, 15, 40), d.clock(touchClock).Start.Add(time.Minute))
			out := d.observe(at, tt.late)
			if n := len(effects[handoff.Correct](out)); n != tt.corrects || len(effects[handoff.StopClock](out)) > 0 || d.clock(touchClock).Owner != tt.owner {
				t.Errorf("%v, and %+v runs; want %d corrections and the clock of %s: %s", kindsOf(out), d.record().Clocks, tt.corrects, tt.owner, tt.reason)
			}
		})
	}
}

// TestLaw14_KeepsItsTerms learns of things under a policy, and of absences, that were not those under which a promise was kept.
func TestLaw14_KeepsItsTerms(t *testing.T) {
	sla := handoff.SLA{Within: 4 * hour, Pauses: []handoff.SLAPause{handoff.PausePending, handoff.PauseOwnerAway}}
	shorter := sla
	shorter.Within = 2 * hour
	away := ofKim(func(r *handoff.Rep) {
		r.Status, r.Absences = handoff.RepActive, []handoff.Absence{{From: march(4, 15, 0), Until: march(4, 16, 0)}}
	})
	pause := func(a handoff.Activity) func(*desk) { return func(d *desk) { d.observe(march(11, 18, 0), a) } }
	minute := pause(happened(handoff.ActivityPending, march(4, 15, 30), until(march(4, 15, 31))))
	reply := pause(happened(handoff.ActivityReply, march(11, 18, 0)))
	for _, tt := range []struct {
		name, reason string
		does         time.Time // zero: nobody has done it
		then         func(*desk)
		due          time.Time
		met          bool
		open         int64
	}{
		{"a reply a week later", "it has nothing to do with it", march(4, 18, 0), reply, march(4, 19, 0), true, 10800},
		{"a reply after an absence became known", "it has nothing to do with it either", march(4, 19, 30), func(d *desk) { away(d); reply(d) }, march(4, 19, 0), false, 16200},
		{"a minute's pause", "the promise was four hours", march(4, 18, 0), minute, march(4, 19, 1), true, 10740},
		{"a pause from before the end until after it", "it moves when it was due", march(4, 18, 0), pause(happened(handoff.ActivityPending, march(4, 17, 0), until(march(4, 20, 0)))),
			march(4, 22, 0), true, 7200},
		{"a minute's pause of one that runs", "the promise is four hours", time.Time{}, minute, march(4, 19, 1), false, 0},
		{"a pause of one that runs, which was over", "an hour of it does not count", time.Time{}, pause(happened(handoff.ActivityPending, march(4, 15, 30), until(march(4, 16, 30)))),
			march(4, 20, 0), false, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := atDesk(t, compile(t, promising(&sla)))
			if !tt.does.IsZero() {
				d.did(handoff.ActivityCall, tt.does)
			}
			d.engine = compile(t, promising(&shorter))
			tt.then(d)
			got := handoff.Stopped{Clock: d.clock(touchClock)}
			if r := d.record(); !tt.does.IsZero() {
				got = r.Stopped[0]
			}
			if !got.Due.Equal(tt.due) || got.Met != tt.met || got.Open != tt.open {
				t.Errorf("due at %s, met %t after %d seconds, want %s, %t and %d: %s", got.Due, got.Met, got.Open, tt.due, tt.met, tt.open, tt.reason)
			}
		})
	}
}

// TestLaw14_CorrectsWhoseItWas learns of a call before a handoff went through two hands at one instant.
func TestLaw14_CorrectsWhoseItWas(t *testing.T) {
	d := atDesk(t, compile(t, promising(within(hour))))
	d.did(handoff.ActivityReassigned, march(4, 16, 0), toRep("lee"), func(a *handoff.Activity) { a.ID = "one" })
	d.did(handoff.ActivityReassigned, march(4, 16, 0), toRep("ana"), func(a *handoff.Activity) { a.ID = "two" })
	d.did(handoff.ActivityCall, march(4, 16, 30), by("ana"))
	d.observe(march(4, 17, 0), happened(handoff.ActivityEmail, march(4, 16, 10), by("ana")))
	var got []string
	for _, s := range d.record().Stopped {
		got = append(got, s.Owner+s.At.Format(" 15:04 ")+string(s.Why))
	}
	if diff := cmp.Diff([]string{"kim 16:00 owner_changed", "lee 16:00 owner_changed", "ana 16:10 "}, got); diff != "" {
		t.Errorf("how they ended (-want +got):\n%s", diff)
	}
}

// TestLaw14_Corrected learns late what ended a clock, or paused it.
func TestLaw14_Corrected(t *testing.T) {
	act := func(id string, kind handoff.ActivityKind, n int) handoff.Activity {
		return handoff.Activity{ID: id, Kind: kind, By: "ana", At: minutes(n)}
	}
	asked := act("p", handoff.ActivityPending, 5)
	asked.Until = minutes(15)
	only := []handoff.ActivityKind{handoff.ActivityConnected}
	for _, tt := range []struct {
		name, reason string
		stops        []handoff.ActivityKind
		list         []handoff.Activity
		want         ending
	}{
		{"an earlier touch", "it was in time", nil, []handoff.Activity{act("b", handoff.ActivityCall, 20), act("a", handoff.ActivityCall, 15)}, ending{At: minutes(15), Met: true, By: "a", Wall: 900, Open: 900}},
		{"a later touch", "the first one counts", nil, []handoff.Activity{act("b", handoff.ActivityCall, 20), act("a", handoff.ActivityCall, 25)}, ending{At: minutes(20), By: "b", Wall: 1200, Open: 1200}},
		{"at one instant", "the lesser id counts", nil, []handoff.Activity{act("b", handoff.ActivityCall, 10), act("a", handoff.ActivityCall, 10)}, ending{At: minutes(10), Met: true, By: "a", Wall: 600, Open: 600}},
		{"a pause", "ten minutes of it do not count", nil, []handoff.Activity{act("b", handoff.ActivityCall, 20), asked}, ending{At: minutes(20), Met: true, By: "b", Wall: 1200, Open: 600}},
		{"a pause that was over", "five minutes of it do not count", nil, []handoff.Activity{act("b", handoff.ActivityCall, 20), asked, act("r", handoff.ActivityResumed, 10)},
			ending{At: minutes(20), Met: true, By: "b", Wall: 1200, Open: 900}},
		{"lost before", "what came after the end is no first touch", only, []handoff.Activity{act("b", handoff.ActivityConnected, 10), act("a", handoff.ActivityLost, 5)},
			ending{At: minutes(5), Why: handoff.StopClosed, By: "a", Wall: 300, Open: 300}},
		{"lost after", "it was done by then", only, []handoff.Activity{act("b", handoff.ActivityLost, 10), act("a", handoff.ActivityConnected, 5)}, ending{At: minutes(5), Met: true, By: "a", Wall: 300, Open: 300}},
		{"lost twice", "the first time counts", only, []handoff.Activity{act("b", handoff.ActivityLost, 10), act("a", handoff.ActivityLost, 5)},
			ending{At: minutes(5), Why: handoff.StopClosed, By: "a", Wall: 300, Open: 300}},
		{"lost at that instant", "what is done then is done", only, []handoff.Activity{act("a", handoff.ActivityLost, 10), act("b", handoff.ActivityConnected, 10)}, ending{At: minutes(10), Met: true, By: "b", Wall: 600, Open: 600}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.want.ID, tt.want.Owner, tt.want.Start = "first_touch:demo", "ana", now
			sla := handoff.SLA{Within: 15 * time.Minute, Stops: tt.stops, Pauses: []handoff.SLAPause{handoff.PausePending}}
			p := handedOver(t, firstTouch(sla), func(c *handoff.Config) { c.Lifecycle = handoff.LifecycleFunc(hears) })
			for _, order := range permutations(tt.list) {
				if diff := cmp.Diff([]ending{tt.want}, gistOf(tell(t, p, order).state).Stopped); diff != "" {
					t.Errorf("%s; in the order %v (-want +got):\n%s", tt.reason, order, diff)
				}
			}
		})
	}
}

// TestLaw14_WarnedAfterAPause tells of a pause after its end: the owner has not been warned, whatever becomes known first.
func TestLaw14_WarnedAfterAPause(t *testing.T) {
	p := handedOver(t, firstTouch(handoff.SLA{Within: 15 * time.Minute, Warn: 5 * time.Minute, Pauses: []handoff.SLAPause{handoff.PausePending}}))
	for _, order := range permutations([]handoff.Activity{{ID: "p", Kind: handoff.ActivityPending, At: minutes(5)}, {ID: "r", Kind: handoff.ActivityResumed, At: minutes(20)}}) {
		if c := recordOf(tell(t, p, order).state).Clocks[0]; !c.Warn.Equal(minutes(25)) || !c.Due.Equal(minutes(30)) {
			t.Errorf("in the order %v the warning is due at %s, and the first touch at %s", order, c.Warn, c.Due)
		}
	}
}

// TestLaw14_DisputeIsKept tells of other outcomes, and of the same one again, after one was disputed.
func TestLaw14_DisputeIsKept(t *testing.T) {
	said := func(id string, n int) handoff.Activity {
		return handoff.Activity{ID: id, Kind: handoff.ActivityOutcome, Outcome: "no_fit", By: "ana", At: minutes(n)}
	}
	dispute := handoff.Activity{ID: "d", Kind: handoff.ActivityDisputed, By: "sam", Reason: "they have budget", At: minutes(30)}
	p := handedOver(t, firstTouch(handoff.SLA{Within: hour}), func(c *handoff.Config) {
		c.Outcomes = []handoff.OutcomeRule{{Word: "no_fit", Dispute: handoff.Span{Days: 2}, DisputeTo: "pat"}}
	})
	for _, tt := range []struct {
		name, reason string
		list         []handoff.Activity
		want         string // the outcome, and who disputes it
	}{
		{"an older outcome", "the latest one stays, and is disputed", []handoff.Activity{said("o2", 20), dispute, said("o1", 10)}, "o2 d"},
		{"the same again", "it stays disputed", []handoff.Activity{said("o2", 20), dispute, said("o2", 20), dispute}, "o2 d"},
		{"a later outcome", "nobody has disputed that one", []handoff.Activity{said("o2", 20), dispute, said("o3", 40)}, "o3 "},
		{"before anything", "there is nothing to dispute, and it may be told again", []handoff.Activity{dispute, said("o2", 20)}, "o2 "},
		{"before anything, and again", "a refused activity is not remembered", []handoff.Activity{dispute, said("o2", 20), dispute}, "o2 d"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := recordOf(tell(t, p, tt.list).state).Outcome
			if got := o.ID + " " + o.Disputed.ID; got != tt.want {
				t.Errorf("got %q, want %q: %s", got, tt.want, tt.reason)
			}
		})
	}
}

// TestLaw14_StageOfAnEarlierLap learns late of what happened before the record left sales.
func TestLaw14_StageOfAnEarlierLap(t *testing.T) {
	p := handedOver(t, firstTouch(handoff.SLA{Within: hour}), func(c *handoff.Config) {
		c.Stages = []handoff.StageRule{{ID: "sql", On: []handoff.ActivityKind{handoff.ActivityQualified}}, {ID: "nurture", On: []handoff.ActivityKind{handoff.ActivityDisqualified}, Resets: true}}
	})
	for _, order := range permutations([]handoff.Activity{{ID: "q", Kind: handoff.ActivityQualified, At: minutes(5)}, {ID: "x", Kind: handoff.ActivityDisqualified, At: minutes(20)}}) {
		want := []handoff.Stage{{ID: "nurture", At: minutes(20), Activity: "x", Resets: true}, {ID: "sql", At: minutes(5), Activity: "q"}}
		record := recordOf(tell(t, p, order).state)
		if diff := cmp.Diff(want, record.Stages); diff != "" || !record.StageAt("sql").IsZero() {
			t.Errorf("in the order %v (-want +got):\n%s", order, diff)
		}
	}
}

// TestLaw14_RecycleFollowsTheLatest learns of two outcomes by which a record is recycled, in both orders. Which of them had
// planned something before is not part of the law: how often the record was recycled, and how its trigger is called, is
// what was done.
func TestLaw14_RecycleFollowsTheLatest(t *testing.T) {
	p := handedOver(t, firstTouch(handoff.SLA{Within: hour}), func(c *handoff.Config) {
		c.Triggers = append(c.Triggers, handoff.TriggerRule{Kind: handoff.TriggerRecycled, About: handoff.KindLead, StaleAfter: day})
		c.Recycles = []handoff.RecycleRule{{ID: "later", Outcomes: []string{"no_fit"}, Wait: handoff.Span{Elapsed: 10 * day}}}
	})
	for _, order := range permutations([]handoff.Activity{{ID: "o1", Kind: handoff.ActivityOutcome, Outcome: "no_fit", At: minutes(10)},
		{ID: "o2", Kind: handoff.ActivityOutcome, Outcome: "no_fit", At: minutes(20)}}) {
		record := recordOf(tell(t, p, order).state)
		if len(record.Queue) != 1 || !record.Queue[0].Until.Equal(minutes(20).Add(10*day)) || !record.Recycled.Back.Equal(record.Queue[0].Until) {
			t.Errorf("in the order %v %v waits, and it comes back at %s", order, record.Queue, record.Recycled.Back)
		}
	}
}

// FuzzLaw14 tells a set of activities in two orders. Each pair of bytes is an activity: what it is, and when it was.
func FuzzLaw14(f *testing.F) {
	f.Add(uint16(1), []byte{0, 3, 6, 1, 17, 1, 19, 5}, uint16(7))
	f.Add(uint16(4711), []byte{3, 9, 17, 2, 10, 9, 9, 4, 15, 4}, uint16(2))
	open := afternoon(f)
	kinds := slices.DeleteFunc(handoff.ActivityKinds(), func(k handoff.ActivityKind) bool {
		return slices.Contains([]handoff.ActivityKind{handoff.ActivityReassigned, handoff.ActivityOwnerLeft, handoff.ActivityDisputed,
			handoff.ActivityMerged, handoff.ActivityUnmerged}, k)
	})
	f.Fuzz(func(t *testing.T, seed uint16, data []byte, order uint16) {
		touch, policy := generate(int(seed)).heard(open)
		p := handedOver(t, policy)
		var list []handoff.Activity
		for i := 0; i+1 < min(len(data), 40); i += 2 {
			a := handoff.Activity{ID: fmt.Sprint("a", i), Kind: kinds[int(data[i])%len(kinds)], At: minutes(5 * (int(data[i+1]%32) - 2)), By: "ana", Channel: handoff.ChannelEmail}
			if a.Kind == handoff.ActivityOutcome {
				a.Outcome = []string{"no_fit", "busy"}[data[i+1]%2]
			}
			if until := int(data[i+1] / 32); a.Kind == handoff.ActivityPending && until > 0 {
				a.Until = a.At.Add(time.Duration(until) * 5 * time.Minute)
			}
			list = append(list, a)
		}
		one := gistOf(tell(t, p, list).state)
		sameAsTwin(t, touch, list, one)
		if diff := cmp.Diff(one, gistOf(tell(t, p, shuffled(generate(int(order)), list)).state)); diff != "" {
			t.Errorf("%v under %v (-in order +shuffled):\n%s", list, touch, diff)
		}
	})
}
