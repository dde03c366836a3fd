package handoff_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// late is a promise of an hour, with steps.
func late(list ...handoff.LateStep) *handoff.SLA { return &handoff.SLA{Within: hour, Late: list} }

// coded returns the codes of a decision's reasons about clocks, in order.
func coded(d handoff.Decision) (out []string) {
	for _, r := range d.Reasons {
		if r.Rule == handoff.RuleClock {
			out = append(out, r.Code)
		}
	}
	return out
}

// ofKim sets what State says of kim.
func ofKim(edit func(*handoff.Rep)) func(*desk) {
	return func(d *desk) {
		entry := d.r.State[handoff.RepKey("kim")]
		rep, _ := entry.Value.(handoff.Rep)
		rep.ID = "kim"
		edit(&rep)
		d.r.State[handoff.RepKey("kim")] = handoff.Entry{Version: entry.Version + 1, Value: rep}
	}
}

// TestLate_Tells tells who hears of a promise that was due at 16:00 and is swept at 18:00.
func TestLate_Tells(t *testing.T) {
	managed := ofKim(func(r *handoff.Rep) { r.Manager = "mia" })
	told := func(level handoff.Level, to string, at time.Time) []handoff.Notify {
		return []handoff.Notify{{Subject: l1, ID: "late:" + touchClock + ":0", Level: level, To: to, At: at,
			Text: "first touch of demo-enterprise was due at 2026-03-04 11:00 EST, and kim has not done it"}}
	}
	for _, tt := range []struct {
		name, reason string
		step         handoff.LateStep
		edit         func(*desk)
		want         []handoff.Notify
		code         string // of the reason that nobody is told; "": somebody is
	}{
		{"the owner", "kim is reminded", handoff.LateStep{Do: handoff.LateNotify, To: handoff.ToOwner}, managed, told(handoff.LevelWarning, "kim", march(4, 16, 0)), ""},
		{"the manager", "mia is kim's", handoff.LateStep{Do: handoff.LateNotify, To: handoff.ToManager}, managed, told(handoff.LevelWarning, "mia", march(4, 16, 0)), ""},
		{"somebody by name", "the policy says who", handoff.LateStep{Do: handoff.LateNotify, To: "sam"}, managed, told(handoff.LevelWarning, "sam", march(4, 16, 0)), ""},
		{"who has to see to it", "that is urgent", handoff.LateStep{Do: handoff.LateEscalate, To: handoff.ToManager}, managed, told(handoff.LevelUrgent, "mia", march(4, 16, 0)), ""},
		{"after a wait", "it says since when it is due", handoff.LateStep{Do: handoff.LateNotify, To: "sam", Wait: hour}, managed, told(handoff.LevelWarning, "sam", march(4, 17, 0)), ""},
		{"no manager", "nobody is told, and that is said", handoff.LateStep{Do: handoff.LateEscalate, To: handoff.ToManager}, func(*desk) {}, nil, handoff.CodeNobody},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := atDesk(t, compile(t, promising(late(tt.step))))
			tt.edit(d)
			out := d.sweep(march(4, 18, 0))
			if diff := cmp.Diff(tt.want, effects[handoff.Notify](out)); diff != "" {
				t.Errorf("%s (-want +told):\n%s", tt.reason, diff)
			}
			unsaid := slices.ContainsFunc(out.Reasons, func(r handoff.Reason) bool { return r.Code == handoff.CodeNobody })
			if unsaid != (tt.code != "") {
				t.Errorf("the reasons are %v: %s", out.Reasons, tt.reason)
			}
			if c := d.clock(touchClock); c.Late != 1 || !c.Next.IsZero() {
				t.Errorf("%+v runs, want that the step is taken either way", c)
			}
			if again := d.sweep(march(4, 18, 0)); len(again.Effects) > 0 {
				t.Errorf("swept again there are %v", kindsOf(again))
			}
		})
	}
}

// TestLate_AtTheInstant sweeps a microsecond before a warning and a step, and at their instants.
func TestLate_AtTheInstant(t *testing.T) {
	sla := late(handoff.LateStep{Do: handoff.LateNotify, To: "sam", Wait: 30 * time.Minute})
	sla.Warn = 10 * time.Minute
	for _, tt := range []struct {
		name, reason string
		at           time.Time
		want         []string // ids of what is told
	}{
		{"before the warning", "nothing is due soon", march(4, 15, 50).Add(-time.Microsecond), nil},
		{"at the warning", "it is due in ten minutes", march(4, 15, 50), []string{"warn:" + touchClock}},
		{"when it is due", "the step waits half an hour", march(4, 16, 0), []string{"warn:" + touchClock}},
		{"before the step", "the wait is not over", march(4, 16, 30).Add(-time.Microsecond), []string{"warn:" + touchClock}},
		{"at the step", "both are told in one sweep", march(4, 16, 30), []string{"late:" + touchClock + ":0", "warn:" + touchClock}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := atDesk(t, compile(t, promising(sla)))
			next := []time.Time{march(4, 15, 50), march(4, 16, 30)}
			if due := d.record().NextDue(); !due.Equal(next[0]) {
				t.Errorf("due next at %s, want the warning", due)
			}
			var got []string
			for _, n := range effects[handoff.Notify](d.sweep(tt.at)) {
				got = append(got, n.ID)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("told %v, want %v: %s", got, tt.want, tt.reason)
			}
		})
	}
}

// TestLate_WarningIsMoot has a clock that was paused after its owner should have been warned, and before anybody swept.
func TestLate_WarningIsMoot(t *testing.T) {
	sla := &handoff.SLA{Within: 4 * hour, Warn: hour, Pauses: []handoff.SLAPause{handoff.PausePending}}
	d := atDesk(t, compile(t, promising(sla)))
	d.did(handoff.ActivityPending, march(4, 18, 30))
	out := d.sweep(march(4, 18, 45))
	if told := effects[handoff.Notify](out); len(told) != 1 || told[0].Text != "first touch of demo-enterprise is due in 1h of the time that counts, which is paused" {
		t.Errorf("%v is told, want that the time is paused", told)
	}
}

// TestLate_Away takes kim off new work.
func TestLate_Away(t *testing.T) {
	for _, tt := range []struct {
		status, want handoff.RepStatus
		reason       string
	}{
		{handoff.RepActive, handoff.RepAway, "kim takes no new work"},
		{handoff.RepAway, handoff.RepAway, "kim takes none already"},
		{handoff.RepLeft, handoff.RepLeft, "who left does not come back"},
	} {
		t.Run(string(tt.status), func(t *testing.T) {
			d := atDesk(t, compile(t, promising(late(handoff.LateStep{Do: handoff.LateAway}))))
			ofKim(func(r *handoff.Rep) { r.Status = tt.status })(d)
			out := d.sweep(march(4, 18, 0))
			if rep, _ := d.r.State[handoff.RepKey("kim")].Value.(handoff.Rep); rep.Status != tt.want || rep.Load != 1 {
				t.Errorf("kim is %+v, want %s with the load of before: %s", rep, tt.want, tt.reason)
			}
			if c := coded(out); !slices.Equal(c, []string{handoff.CodeLate}) || d.clock(touchClock).Late != 1 || d.record().Owner != "kim" {
				t.Errorf("reasons are %v and %+v runs for %s, want that the step is taken and kim keeps the record", c, d.clock(touchClock), d.record().Owner)
			}
			if set := effects[handoff.SetRepStatus](out); len(set) == 1 && !set[0].At.Equal(march(4, 16, 0)) {
				t.Errorf("set at %s, want when the promise was broken", set[0].At)
			}
		})
	}
}

// TestLate_Reassign gives a late record to somebody else: kim, lee and ana are asked in order.
func TestLate_Reassign(t *testing.T) {
	step := handoff.LateStep{Do: handoff.LateReassign}
	for _, restart := range []handoff.Restart{handoff.RestartAnew, handoff.RestartKeeps} {
		t.Run(string(restart), func(t *testing.T) {
			sla := late(step)
			sla.Restart = restart
			d := atDesk(t, compile(t, promising(sla)))
			out := d.sweep(march(4, 17, 30))
			assigned := effects[handoff.Assign](out)
			if len(assigned) != 1 || assigned[0].From != "kim" || assigned[0].To != "lee" || assigned[0].Late != 5400 || !assigned[0].At.Equal(march(4, 17, 30)) {
				t.Fatalf("%+v, want lee at the sweep, 90 minutes late", assigned)
			}
			if r := d.record(); r.Owner != "lee" || r.Load != (handoff.Load{Rep: "lee", Units: 1}) || r.Enrollments[0].Owner != "lee" || !slices.Equal(r.Past, []string{"kim", "lee"}) {
				t.Errorf("%s is the owner with load %v of %v, and the run is of %s", r.Owner, r.Load, r.Past, r.Enrollments[0].Owner)
			}
			if kim, _ := d.r.State[handoff.RepKey("kim")].Value.(handoff.Rep); kim.Load != 0 {
				t.Errorf("kim has %d units of open work left", kim.Load)
			}
			c := d.clock(touchClock)
			if c.Owner != "lee" || c.Transfers != 1 || c.Due.Equal(march(4, 18, 30)) != (restart == handoff.RestartAnew) {
				t.Errorf("%+v runs", c)
			}
			if context := effects[handoff.AttachContext](out); len(context) != 1 || context[0].Owner != "lee" || !context[0].Context.Due.Equal(c.Due) {
				t.Errorf("%+v is attached, want lee's, due with the clock", context)
			}
			if again := d.sweep(march(4, 17, 30)); len(again.Effects) > 0 {
				t.Errorf("swept again at once there are %v, want nothing: the step was taken", kindsOf(again))
			}
		})
	}
}

// TestLate_Reassigns gives a record to one after the other, until there is nobody, or as often as it may.
func TestLate_Reassigns(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		atMost       int64
		reps         []string
		queue        *handoff.Queue
		want         []string // owner after each hour
		code         string   // of the last reason about the clock, or what it says of nobody
	}{
		{"until there is nobody", "ana keeps what nobody else can have", 0, []string{"kim", "lee", "ana"}, nil, []string{"lee", "ana", "ana", "ana"}, handoff.CodeNobody},
		{"once", "lee keeps it", 1, []string{"kim", "lee", "ana"}, nil, []string{"lee", "lee"}, handoff.CodeTransfers},
		{"twice", "ana keeps it, whoever else there is", 2, []string{"kim", "lee", "ana", "cam"}, nil, []string{"lee", "ana", "ana"}, handoff.CodeTransfers},
		{"to a queue in the end", "the route has one", 0, []string{"kim", "lee"}, &handoff.Queue{ID: "desk", Owner: "sam", Promise: within(hour)}, []string{"lee", "", ""}, handoff.CodeNobody},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sla := late(handoff.LateStep{Do: handoff.LateReassign, AtMost: tt.atMost})
			d := atDesk(t, compile(t, promising(sla, func(p *handoff.Play) { p.Router = inOrder{reps: tt.reps, queue: tt.queue} })))
			var last string
			for i, want := range tt.want {
				out := d.sweep(now.Add(time.Duration(i+1) * hour))
				for _, r := range out.Reasons {
					if r.Code != "" && r.Code != handoff.CodeLate {
						last = r.Code
					}
				}
				if got := d.record().Owner; got != want {
					t.Fatalf("after %d hours %q is the owner, want %q: %s", i+1, got, want, tt.reason)
				}
			}
			if last != tt.code {
				t.Errorf("it ends with %s, want %s: %s", last, tt.code, tt.reason)
			}
			if again := d.sweep(now.Add(9 * hour)); len(effects[handoff.Assign](again)) > 0 {
				t.Errorf("later still it goes to %v", effects[handoff.Assign](again))
			}
		})
	}
}

// TestLate_RouteThatAvoidsNobody has a route that gives the record to the one who is late.
func TestLate_RouteThatAvoidsNobody(t *testing.T) {
	covered := handoff.Routing{Owner: "lee", Covers: "kim", Until: now.Add(day), Rung: "cover", Why: "stands in for kim"}
	for _, tt := range []struct {
		name, reason string
		router       handoff.Router
	}{
		{"to the same rep", "kim had it", to("kim")},
		{"to a stand-in for the same rep", "it would be kim's still", route(covered)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := atDesk(t, compile(t, promising(late(handoff.LateStep{Do: handoff.LateReassign}), func(p *handoff.Play) { p.Router = to("kim") })))
			d.engine = compile(t, promising(late(handoff.LateStep{Do: handoff.LateReassign}), func(p *handoff.Play) { p.Router = tt.router }))
			out := d.sweep(march(4, 17, 0))
			if len(effects[handoff.Assign](out)) > 0 || !slices.ContainsFunc(out.Reasons, func(r handoff.Reason) bool { return r.Code == handoff.CodeNobody }) {
				t.Errorf("%v for %v, want that there is nobody: %s", kindsOf(out), out.Reasons, tt.reason)
			}
			if again := d.sweep(march(4, 17, 0)); len(again.Effects) > 0 {
				t.Errorf("swept again there are %v", kindsOf(again))
			}
		})
	}
}

// returning gives acme's demo-enterprise a promise after which a record goes back to the queue desk, whose own SLA tells sam.
func returning(edits ...func(*handoff.Play)) func(*handoff.Config) {
	q := &handoff.Queue{ID: "desk", Owner: "sam", Promise: &handoff.SLA{Within: 2 * hour, Late: []handoff.LateStep{{Do: handoff.LateEscalate, To: "mia"}}}}
	return func(c *handoff.Config) {
		c.Queues = []*handoff.Queue{q}
		promising(late(handoff.LateStep{Do: handoff.LateQueue, Queue: q}), edits...)(c)
	}
}

const deskClock = "queue:desk"

// TestLate_Returns puts a late record back into a queue.
func TestLate_Returns(t *testing.T) {
	d := atDesk(t, compile(t, returning()))
	out := d.sweep(march(4, 17, 30))
	want := []handoff.EffectKind{handoff.EffectStopClock, handoff.EffectExit, handoff.EffectMoveLoad, handoff.EffectAssign, handoff.EffectStartClock, handoff.EffectNotify}
	if diff := cmp.Diff(want, kindsOf(out)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if a := effects[handoff.Assign](out)[0]; a.From != "kim" || a.To != "" || a.Late != 5400 || !a.At.Equal(march(4, 17, 30)) {
		t.Errorf("%+v, want from kim to nobody, 90 minutes late", a)
	}
	if x := effects[handoff.Exit](out)[0]; x.By != handoff.ByReturn {
		t.Errorf("the sequence ended by %s", x.By)
	}
	r := d.record()
	if r.Owner != "" || r.Load.Rep != "" || len(r.Enrollments) > 0 || out.Queue != "desk" {
		t.Errorf("%q owns it with %v, %v runs and it is in %q", r.Owner, r.Load, r.Enrollments, out.Queue)
	}
	if s := r.Stopped; len(s) != 1 || s[0].Why != handoff.StopReturns || s[0].Met || s[0].By != "desk" {
		t.Errorf("%+v stopped", s)
	}
	if c := d.clock(deskClock); c.Owner != "sam" || !c.Returned || !c.Due.Equal(march(4, 19, 30)) {
		t.Errorf("%+v runs, want sam's since the sweep", c)
	}
	if told := effects[handoff.Notify](d.sweep(march(4, 19, 30))); len(told) != 1 || told[0].To != "mia" {
		t.Errorf("after two hours more %v is told, want mia", told)
	}
}

// TestLate_QueueOfAStep sends a record back to a queue that no list names, and is late there.
func TestLate_QueueOfAStep(t *testing.T) {
	inbox := &handoff.Queue{ID: "inbox", Owner: "sam", Promise: late(handoff.LateStep{Do: handoff.LateNotify, To: "sam"})}
	d := atDesk(t, compile(t, promising(late(handoff.LateStep{Do: handoff.LateQueue, Queue: inbox}))))
	d.sweep(march(4, 16, 0))
	if told := effects[handoff.Notify](d.sweep(march(4, 17, 0))); len(told) != 1 || told[0].To != "sam" {
		t.Errorf("%+v, want that sam is told", told)
	}
}

// TestLate_LeavesTheQueue tells what ends the wait of a record that went back to a queue at 16:00.
func TestLate_LeavesTheQueue(t *testing.T) {
	claims := func(at time.Time) func(*desk) {
		return func(d *desk) {
			d.observe(march(4, 18, 30), happened(handoff.ActivityReassigned, at, by("lee"), toRep("lee")))
		}
	}
	asks := func(kind string) func(*desk) {
		return func(d *desk) { d.decide(march(4, 17, 0), signal("T5", kind, march(4, 16, 50))) }
	}
	for _, tt := range []struct {
		name, reason string
		do           func(*desk)
		owner        string
		met, waits   bool
	}{
		{"claimed", "lee said so in time", claims(march(4, 17, 0)), "lee", true, false},
		{"claimed at the very instant", "that is in time, whenever it is told", claims(march(4, 18, 0)), "lee", true, false},
		{"claimed too late", "it was due at 18:00", claims(march(4, 18, 0).Add(time.Microsecond)), "lee", false, false},
		{"a signal that finds an owner", "it is handed over again", asks("pricing_page"), "ana", true, false},
		{"a signal of an unlisted kind", "nobody is its owner", asks("unheard_of"), "", false, true},
		{"a signal that is held", "nobody is its owner", func(d *desk) {
			d.r.Opportunities = nil
			asks("pricing_page")(d)
		}, "", false, true},
		{"a call", "nobody is its owner", func(d *desk) { d.did(handoff.ActivityCall, march(4, 17, 0)) }, "", false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := atDesk(t, compile(t, returning()))
			d.sweep(march(4, 16, 0))
			tt.do(d)
			if got := d.record().Owner; got != tt.owner {
				t.Fatalf("%q is the owner, want %q: %s", got, tt.owner, tt.reason)
			}
			if waits := d.clock(deskClock).ID != ""; waits != tt.waits {
				t.Errorf("waits: %t, want %t: %s", waits, tt.waits, tt.reason)
			}
			for _, s := range d.record().Stopped {
				if s.ID == deskClock && (s.Met != tt.met || s.By != tt.owner) {
					t.Errorf("%+v, want it met: %t: %s", s, tt.met, tt.reason)
				}
			}
		})
	}
}

// TestLate_ReturnsWhereItWaits has a record that waits in the queue already, for the facts of another signal.
func TestLate_ReturnsWhereItWaits(t *testing.T) {
	d := atDesk(t, compile(t, returning()), handoff.StartClock{Subject: l1, Clock: handoff.Clock{ID: deskClock, Owner: "sam", Start: earlier, Due: march(4, 17, 30)}},
		handoff.QueueTrigger{Subject: l1, Queued: handoff.Queued{Trigger: signal("T8", "webinar", earlier), Until: now.Add(9 * day), Why: handoff.WhyUnassigned}})
	// The queue's clock outlives the handoff only where something else waits in it.
	d.r.State = handoff.Apply(d.r.State, []handoff.Effect{handoff.StartClock{Subject: l1, Clock: handoff.Clock{ID: deskClock, Owner: "sam", Start: earlier, Due: march(4, 17, 30)}}})
	d.sweep(march(4, 16, 0))
	if c := d.clock(deskClock); !c.Returned || !c.Due.Equal(march(4, 17, 30)) {
		t.Errorf("%+v runs, want it due as before, until somebody owns the record", c)
	}
}

// TestLate_GivesTheTurnBack returns what a rotation gave.
func TestLate_GivesTheTurnBack(t *testing.T) {
	turns := handoff.TurnKeeperFunc(func(_ *handoff.Facts, turn handoff.Turn, a handoff.Activity) []handoff.AdjustPool {
		if a.Kind != handoff.ActivityReassigned {
			return nil
		}
		return []handoff.AdjustPool{{Policy: turn.Policy, Pool: turn.Pool, Moves: []handoff.Move{{Rep: turn.Rep, Assigned: -1, Key: -1}}}}
	})
	d := atDesk(t, compile(t, returning(func(p *handoff.Play) { p.Router = team{"aes", []string{"kim", "lee", "max"}} }), func(c *handoff.Config) { c.Turns = turns }))
	assigned := func() int64 {
		pool, _ := d.r.State[handoff.PoolKey(policy, "aes")].Value.(handoff.Pool)
		m, _ := pool.Members.Find("kim")
		return m.Assigned
	}
	if assigned() != 1 {
		t.Fatalf("kim has %d turns, want the one that the handoff took", assigned())
	}
	d.sweep(march(4, 16, 0))
	if assigned() != 0 || d.record().Turn.Pool != "" {
		t.Errorf("kim has %d turns and %+v is remembered, want that it is given back", assigned(), d.record().Turn)
	}
}

// TestLate_OnePromiseInASweep has two clocks of one record that are late at once.
func TestLate_OnePromiseInASweep(t *testing.T) {
	next := handoff.LateStep{Do: handoff.LateReassign}
	tell := handoff.LateStep{Do: handoff.LateNotify, To: "sam"}
	back := handoff.LateStep{Do: handoff.LateQueue, Queue: &handoff.Queue{ID: "desk", Owner: "sam", Promise: within(hour)}}
	for _, tt := range []struct {
		name, reason      string
		touch, acceptance []handoff.LateStep
		owners            []string // after each sweep at 18:00
		told              int      // in the first
	}{
		{"both reassign", "the first does, and both promises are lee's then", []handoff.LateStep{next}, []handoff.LateStep{next}, []string{"lee", "lee"}, 1},
		{"one tells", "telling is no promise", []handoff.LateStep{tell}, []handoff.LateStep{next}, []string{"lee", "lee"}, 2},
		{"one returns", "what came first counts: the acceptance is due earlier", []handoff.LateStep{next}, []handoff.LateStep{back}, []string{"", ""}, 1},
		{"reassign, then return", "lee has not been asked for an hour", []handoff.LateStep{next, back}, []handoff.LateStep{tell}, []string{"lee", "lee"}, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := atDesk(t, compile(t, promising(late(tt.touch...), func(p *handoff.Play) {
				p.Acceptance = &handoff.SLA{Within: 30 * time.Minute, Late: tt.acceptance}
			})))
			for i, want := range tt.owners {
				out := d.sweep(march(4, 18, 0))
				if i == 0 && len(effects[handoff.Notify](out)) != tt.told {
					t.Errorf("%v is told, want %d: %s", effects[handoff.Notify](out), tt.told, tt.reason)
				}
				if n := len(effects[handoff.Assign](out)); n > 1 || d.record().Owner != want {
					t.Errorf("sweep %d: %d assignments, and %q is the owner, want %q: %s", i, n, d.record().Owner, want, tt.reason)
				}
			}
			for _, c := range d.record().Clocks {
				if !c.Next.IsZero() && !c.Next.After(march(4, 18, 0)) {
					t.Errorf("%+v is left behind", c)
				}
			}
		})
	}
}

// TestLate_NobodyBlocksNobody has a first step that finds nobody, and another clock's that returns the record.
func TestLate_NobodyBlocksNobody(t *testing.T) {
	back := handoff.LateStep{Do: handoff.LateQueue, Queue: &handoff.Queue{ID: "desk", Owner: "sam", Promise: within(hour)}}
	d := atDesk(t, compile(t, promising(late(back), func(p *handoff.Play) {
		p.Router = inOrder{reps: []string{"kim"}}
		p.Acceptance = &handoff.SLA{Within: 30 * time.Minute, Late: []handoff.LateStep{{Do: handoff.LateReassign}}}
	})))
	if d.sweep(march(4, 18, 0)); d.record().Owner != "" {
		t.Errorf("%s keeps it, want that it goes back: nothing was promised to anybody", d.record().Owner)
	}
}

// TestLate_WaitsForADecision has a signal that is due in the same sweep: that is decided first.
func TestLate_WaitsForADecision(t *testing.T) {
	d := atDesk(t, compile(t, promising(late(handoff.LateStep{Do: handoff.LateReassign}))))
	d.r.State = handoff.Apply(d.r.State, []handoff.Effect{handoff.QueueTrigger{Subject: l1,
		Queued: handoff.Queued{Trigger: signal("T8", "webinar", earlier), Until: march(4, 16, 0), Why: handoff.WhySettle}}})
	out := d.sweep(march(4, 17, 0))
	if len(effects[handoff.Redecide](out)) != 1 || d.record().Owner != "kim" {
		t.Errorf("%v, and %s is the owner; want that the decision goes before", kindsOf(out), d.record().Owner)
	}
	if due := d.record().NextDue(); due.After(march(4, 17, 0)) {
		t.Errorf("due next at %s, want that the step is not forgotten", due)
	}
	if d.sweep(march(4, 17, 0)); d.record().Owner != "lee" {
		t.Errorf("%s is the owner, want lee", d.record().Owner)
	}
}

// TestLate_ReturnAndDecision has a signal that waits for the end of the sequence that a return ends.
func TestLate_ReturnAndDecision(t *testing.T) {
	d := atDesk(t, compile(t, returning()))
	d.r.State = handoff.Apply(d.r.State, []handoff.Effect{handoff.QueueTrigger{Subject: l1,
		Queued: handoff.Queued{Trigger: signal("T8", "webinar", earlier), Until: march(9, 16, 0), Why: handoff.WhyLost}}})
	out := d.sweep(march(4, 17, 0))
	if len(effects[handoff.Assign](out)) != 1 || len(effects[handoff.Redecide](out)) != 0 {
		t.Errorf("%v, want the return alone: a sweep promises one thing", kindsOf(out))
	}
	if due := d.record().NextDue(); due.After(march(4, 17, 0)) {
		t.Errorf("due next at %s, want that the signal is decided in the next sweep", due)
	}
	if out = d.sweep(march(4, 17, 0)); len(effects[handoff.Redecide](out)) != 1 {
		t.Errorf("%v, want the decision", kindsOf(out))
	}
}

// TestLate_OfAcceptance takes the steps of a handoff that nobody has accepted.
func TestLate_OfAcceptance(t *testing.T) {
	d := atDesk(t, compile(t, promising(nil, func(p *handoff.Play) {
		p.Acceptance = &handoff.SLA{Within: hour, Warn: 10 * time.Minute, Late: []handoff.LateStep{{Do: handoff.LateEscalate, To: "sam"}, {Do: handoff.LateReassign, Wait: hour}}}
	})))
	var got []string
	for _, at := range []time.Time{march(4, 15, 50), march(4, 16, 0), march(4, 17, 0)} {
		for _, n := range effects[handoff.Notify](d.sweep(at)) {
			got = append(got, n.To+": "+n.Text)
		}
	}
	want := []string{"kim: acceptance of demo-enterprise is due at 2026-03-04 11:00 EST", "sam: acceptance of demo-enterprise was due at 2026-03-04 11:00 EST, and kim has not done it",
		"kim: goes to lee"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +told):\n%s", diff)
	}
	if c := d.clock("acceptance:demo-enterprise"); c.Owner != "lee" || !c.Due.Equal(march(4, 18, 0)) || !c.Warn.Equal(march(4, 17, 50)) {
		t.Errorf("%+v runs, want that lee is asked for an hour", c)
	}
}

// TestLate_AnotherVersion sweeps under a policy whose SLA has other steps than when the promise was made.
func TestLate_AnotherVersion(t *testing.T) {
	tell := handoff.LateStep{Do: handoff.LateNotify, To: "sam"}
	for _, tt := range []struct {
		name, reason  string
		before, after []handoff.LateStep
		told          []string
	}{
		{"fewer", "what is gone is not taken", []handoff.LateStep{tell, tell}, []handoff.LateStep{tell}, []string{"sam"}},
		{"none", "what is gone is not taken", []handoff.LateStep{tell, tell}, nil, []string{"sam"}},
		{"another one", "the policy of the day counts", []handoff.LateStep{tell, tell}, []handoff.LateStep{tell, {Do: handoff.LateNotify, To: "mia"}}, []string{"sam", "mia"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.before[1].Wait = hour
			d := atDesk(t, compile(t, promising(late(tt.before...))))
			var told []string
			tellAll := func(out handoff.Decision) {
				for _, n := range effects[handoff.Notify](out) {
					told = append(told, n.To)
				}
			}
			tellAll(d.sweep(march(4, 16, 0)))
			d.engine = compile(t, promising(late(tt.after...)))
			tellAll(d.sweep(march(4, 17, 0)))
			if c := d.clock(touchClock); !slices.Equal(told, tt.told) || !c.Next.IsZero() {
				t.Errorf("told %v, and %+v runs; want %v: %s", told, c, tt.told, tt.reason)
			}
			if again := d.sweep(march(4, 17, 0)); len(again.Effects) > 0 {
				t.Errorf("swept again there are %v", kindsOf(again))
			}
		})
	}
}

// TestLate_OwnerIsAbsent pauses the steps, too, while the owner is away.
func TestLate_OwnerIsAbsent(t *testing.T) {
	sla := late(handoff.LateStep{Do: handoff.LateReassign, Wait: hour})
	sla.Pauses = []handoff.SLAPause{handoff.PauseOwnerAway}
	d := &desk{t, compile(t, promising(sla)), demo()}
	d.r.State = handoff.State{handoff.RepKey("kim"): kimAway(march(4, 16, 30), march(4, 18, 0))}
	d.decide(now)
	if c := d.clock(touchClock); !c.Due.Equal(march(4, 16, 0)) || !c.Next.Equal(march(4, 18, 30)) {
		t.Fatalf("%+v runs, want the step after the absence", c)
	}
	if d.sweep(march(4, 18, 0)); d.record().Owner != "kim" {
		t.Errorf("%s has it while kim is only back", d.record().Owner)
	}
	if d.sweep(march(4, 18, 30)); d.record().Owner != "lee" {
		t.Errorf("%s has it, want lee", d.record().Owner)
	}
}

// TestLate_PutOff learns at a sweep that kim was absent, of a promise that was made at 15:00, due at 16:00 and warned of at
// 15:40.
func TestLate_PutOff(t *testing.T) {
	absent := func(times ...time.Time) func(*desk) {
		return ofKim(func(r *handoff.Rep) { r.Absences = kimAway(times...).Value.(handoff.Rep).Absences })
	}
	tell := []handoff.LateStep{{Do: handoff.LateNotify, To: "sam"}}
	next := []handoff.LateStep{{Do: handoff.LateReassign}}
	hourOff := absent(march(4, 15, 30), march(4, 16, 30))
	longer := func(d *desk) {
		d.engine = compile(d.T, promising(&handoff.SLA{Within: 2 * hour, Pauses: []handoff.SLAPause{handoff.PauseOwnerAway}, Late: tell}))
	}
	for _, tt := range []struct {
		name, reason string
		steps        []handoff.LateStep
		wait         time.Duration // of the first step
		pauses       []handoff.SLAPause
		before, then func(*desk) // before the sweep that finds out, and after it
		at           time.Time   // of that sweep
		codes        []string    // of its reasons about the clock
		owner        string
		due, warn    time.Time // afterwards
	}{
		{"an absence", "kim has the hour's rest after it, and is warned of that", tell, 0, nil, hourOff, nil, march(4, 16, 0), []string{handoff.CodeAbsent}, "kim", march(4, 17, 0), march(4, 16, 40)},
		{"an absence, swept late", "the new instant has passed, too", tell, 0, nil, hourOff, nil, march(4, 17, 0), []string{handoff.CodeAbsent, handoff.CodeWarned, handoff.CodeLate}, "kim",
			march(4, 17, 0), time.Time{}},
		{"before somebody new is asked", "kim is not late", next, 0, nil, hourOff, nil, march(4, 16, 0), []string{handoff.CodeAbsent}, "kim", march(4, 17, 0), march(4, 16, 40)},
		{"and then late", "the step is taken when it is due", next, 0, nil, hourOff, func(d *desk) { d.sweep(march(4, 17, 0)) }, march(4, 16, 0), []string{handoff.CodeAbsent}, "lee",
			march(4, 18, 0), march(4, 17, 40)},
		{"a short absence", "who was warned before is not warned of an instant that has passed", tell, 0, nil, absent(march(4, 15, 30), march(4, 15, 45)), nil, march(4, 16, 0),
			[]string{handoff.CodeAbsent}, "kim", march(4, 16, 15), time.Time{}},
		{"while the step waits", "it waits from when the promise is due", tell, hour, nil, hourOff, nil, march(4, 17, 0), []string{handoff.CodeAbsent}, "kim", march(4, 17, 0), time.Time{}},
		{"an absence before", "it is none of the promise's time", tell, 0, nil, absent(march(4, 9, 0), now), nil, march(4, 16, 0), []string{handoff.CodeLate}, "kim", march(4, 16, 0), time.Time{}},
		{"an absence without an end", "nobody could tell when it is due", tell, 0, nil, absent(march(4, 15, 30), time.Time{}), nil, march(4, 16, 0), []string{handoff.CodeLate}, "kim",
			march(4, 16, 0), time.Time{}},
		{"after a step", "what is late stays late", append(tell, handoff.LateStep{Do: handoff.LateReassign, Wait: hour}), 0, nil, func(d *desk) {
			d.sweep(march(4, 16, 0))
			hourOff(d)
		}, nil, march(4, 17, 0), []string{handoff.CodeLate}, "lee", march(4, 18, 0), march(4, 17, 40)},
		{"absences do not matter", "nothing says that they pause it", tell, 0, []handoff.SLAPause{handoff.PausePending}, hourOff, nil, march(4, 16, 0), []string{handoff.CodeLate}, "kim",
			march(4, 16, 0), time.Time{}},
		{"a longer promise since", "what was promised stands as it was", tell, 0, nil, longer, nil, march(4, 16, 0), []string{handoff.CodeLate}, "kim",
			march(4, 16, 0), time.Time{}},
		{"a longer promise since, and an absence", "the absence counts, by the terms of then", tell, 0, nil, func(d *desk) {
			longer(d)
			hourOff(d)
		}, nil, march(4, 16, 0), []string{handoff.CodeAbsent}, "kim", march(4, 17, 0), time.Time{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sla := &handoff.SLA{Within: hour, Warn: 20 * time.Minute, Pauses: tt.pauses, Late: slices.Clone(tt.steps)}
			if sla.Late[0].Wait = tt.wait; tt.pauses == nil {
				sla.Pauses = []handoff.SLAPause{handoff.PauseOwnerAway}
			}
			d := atDesk(t, compile(t, promising(sla)))
			d.sweep(march(4, 15, 40))
			tt.before(d)
			if codes := coded(d.sweep(tt.at)); !slices.Equal(codes, tt.codes) {
				t.Errorf("says %v, want %v: %s", codes, tt.codes, tt.reason)
			}
			if tt.then != nil {
				tt.then(d)
			}
			if c := d.clock(touchClock); d.record().Owner != tt.owner || c.Owner != tt.owner || !c.Due.Equal(tt.due) || !c.Warn.Equal(tt.warn) {
				t.Errorf("%s has it with %+v, want %s, due at %s, warned at %s: %s", d.record().Owner, c, tt.owner, tt.due, tt.warn, tt.reason)
			}
		})
	}
}

// TestLate_PutOffInOrder puts a promise off at 16:00 after which somebody new would be asked: that is no promise, and comes ahead
// of what was due later.
func TestLate_PutOffInOrder(t *testing.T) {
	away := []handoff.SLAPause{handoff.PauseOwnerAway}
	touch := &handoff.SLA{Within: hour, Warn: 20 * time.Minute, Pauses: away, Late: []handoff.LateStep{{Do: handoff.LateReassign}}}
	d := atDesk(t, compile(t, promising(touch, func(p *handoff.Play) {
		p.Acceptance = &handoff.SLA{Within: 90 * time.Minute, Late: []handoff.LateStep{{Do: handoff.LateNotify, To: "sam"}}}
	})))
	ofKim(func(r *handoff.Rep) {
		r.Absences = kimAway(march(4, 15, 30), march(4, 16, 30)).Value.(handoff.Rep).Absences
	})(d)
	want := []string{handoff.CodeWarned, handoff.CodeAbsent, handoff.CodeLate, handoff.CodeWarned}
	if got := coded(d.sweep(march(4, 16, 45))); !slices.Equal(got, want) || d.record().Owner != "kim" {
		t.Errorf("says %v, and %s has it; want %v", got, d.record().Owner, want)
	}
}

// TestLate_ClaimPromisesAnew has sam give a record to lee at 17:00, out of the queue to which it went back at 16:00.
func TestLate_ClaimPromisesAnew(t *testing.T) {
	wait := []handoff.SLAPause{handoff.PausePending}
	accepts := func(p *handoff.Play) {
		p.Promise.Pauses = wait
		p.Acceptance = &handoff.SLA{Within: 3 * hour}
	}
	type promise struct {
		ID  string
		Due time.Time
	}
	for _, tt := range []struct {
		name, reason string
		edits        []func(*handoff.Play)
		before       func(*desk) // before it is claimed
		want         []promise
	}{
		{"first touch", "lee has the hour that kim had", nil, func(*desk) {}, []promise{{touchClock, march(4, 18, 0)}}},
		{"acceptance, too", "the whole promise is made anew", []func(*handoff.Play){accepts}, func(*desk) {},
			[]promise{{"acceptance:demo-enterprise", march(4, 20, 0)}, {touchClock, march(4, 18, 0)}}},
		{"the subject asked to wait", "what was said to kim holds for the handoff", []func(*handoff.Play){accepts}, func(d *desk) {
			d.did(handoff.ActivityPending, march(4, 16, 30), until(march(4, 19, 0)))
		}, []promise{{"acceptance:demo-enterprise", march(4, 20, 0)}, {touchClock, march(4, 20, 0)}}},
		{"the play is gone", "nobody knows what it promised", nil, func(d *desk) { d.engine = compile(t, func(c *handoff.Config) { c.Plays = c.Plays[1:] }) }, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := atDesk(t, compile(t, returning(tt.edits...)))
			d.sweep(march(4, 16, 0))
			tt.before(d)
			out := d.did(handoff.ActivityReassigned, march(4, 17, 0), by("sam"), toRep("lee"))
			var got []promise
			for _, c := range d.record().Clocks {
				if got = append(got, promise{c.ID, c.Due}); c.Owner != "lee" || c.Play != "demo-enterprise" || !c.Start.Equal(march(4, 17, 0)) {
					t.Errorf("%+v runs, want lee's since the claim", c)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
			if want := d.clock(touchClock).Due; !out.FirstTouch.Equal(want) {
				t.Errorf("the decision says %s, want %s", out.FirstTouch, want)
			}
		})
	}
}

// TestLate_ReassignedInNoQueue promises nothing: what kim promised is kept, and the record was in no queue.
func TestLate_ReassignedInNoQueue(t *testing.T) {
	d := atDesk(t, compile(t, returning()))
	d.did(handoff.ActivityCall, march(4, 15, 30))
	if d.did(handoff.ActivityReassigned, march(4, 15, 40), by("sam"), toRep("lee")); len(d.record().Clocks) > 0 {
		t.Errorf("%v runs", d.record().Clocks)
	}
}

// TestLate_DoneWhileNobodySwept does what was promised, late, before anybody swept: no step is taken any more.
func TestLate_DoneWhileNobodySwept(t *testing.T) {
	d := atDesk(t, compile(t, promising(late(handoff.LateStep{Do: handoff.LateReassign}))))
	d.did(handoff.ActivityCall, march(4, 17, 0))
	if out := d.sweep(march(4, 18, 0)); len(out.Effects) > 0 || d.record().Owner != "kim" {
		t.Errorf("%v, and %s has it; want that it stays kim's", kindsOf(out), d.record().Owner)
	}
}

// TestLate_StoppedTellsTheSteps sweeps once after two steps were due, and once for each: what is remembered is the same.
func TestLate_StoppedTellsTheSteps(t *testing.T) {
	tell := handoff.LateStep{Do: handoff.LateNotify, To: "sam"}
	for _, tt := range []struct {
		name, reason string
		last         handoff.LateStep
		reps         []string
	}{
		{"to somebody else", "kim was late for two steps", handoff.LateStep{Do: handoff.LateReassign, Wait: time.Minute}, []string{"kim", "lee"}},
		{"to a queue", "kim was late for two steps", handoff.LateStep{Do: handoff.LateQueue, Wait: time.Minute, Queue: &handoff.Queue{ID: "desk", Owner: "sam", Promise: within(hour)}}, []string{"kim"}},
	} {
		for _, grid := range [][]time.Time{{march(4, 18, 0)}, {march(4, 16, 0), march(4, 18, 0)}} {
			t.Run(tt.name, func(t *testing.T) {
				d := atDesk(t, compile(t, promising(late(tell, tt.last), func(p *handoff.Play) { p.Router = inOrder{reps: tt.reps} })))
				for _, at := range grid {
					d.sweep(at)
				}
				if s := d.record().Stopped; len(s) != 1 || s[0].Owner != "kim" || s[0].Late != 2 {
					t.Errorf("swept at %v %+v stopped, want two steps: %s", grid, s, tt.reason)
				}
			})
		}
	}
}

// TestLate_QueueIsLateToo has a record that goes back to a queue whose own clock is late in the same sweep.
func TestLate_QueueIsLateToo(t *testing.T) {
	q := &handoff.Queue{ID: "desk", Owner: "sam", Promise: &handoff.SLA{Within: 2 * hour, Late: []handoff.LateStep{{Do: handoff.LateEscalate, To: "mia"}}}}
	d := atDesk(t, compile(t, func(c *handoff.Config) { c.Queues = []*handoff.Queue{q} }, promising(late(handoff.LateStep{Do: handoff.LateQueue, Queue: q}))))
	d.r.State = handoff.Apply(d.r.State, []handoff.Effect{handoff.StartClock{Subject: l1,
		Clock: handoff.Clock{ID: deskClock, Owner: "sam", Start: earlier, Due: march(4, 16, 30), Next: march(4, 16, 30)}}})
	d.sweep(march(4, 17, 0))
	if c := d.clock(deskClock); !c.Returned || c.Late != 1 || !c.Due.Equal(march(4, 16, 30)) {
		t.Errorf("%+v runs, want that it is late, and until somebody owns the record", c)
	}
}

// TestLate_NoCascade sweeps for the first time long after a promise was due that stands for the next owner as it is.
func TestLate_NoCascade(t *testing.T) {
	half := 30 * time.Minute
	next := func(wait time.Duration) handoff.LateStep {
		return handoff.LateStep{Do: handoff.LateReassign, Wait: wait}
	}
	tell := handoff.LateStep{Do: handoff.LateNotify, To: "sam", Wait: half}
	kept := func(list ...handoff.LateStep) *handoff.SLA {
		s := late(list...)
		s.Restart = handoff.RestartKeeps
		return s
	}
	for _, tt := range []struct {
		name, reason      string
		touch, acceptance *handoff.SLA
		at                time.Time
		next              time.Time // when something is due for lee
		owner             string    // who has it from then on
	}{
		{"a second reassign", "lee has the half hour that it waits", kept(next(0), next(half), tell), nil, march(5, 0, 0), march(5, 0, 30), "ana"},
		{"one that does not wait", "lee has as long as was promised", kept(next(0), next(0)), nil, march(5, 0, 0), march(5, 1, 0), "ana"},
		{"at the very instant", "lee has as long as was promised", kept(next(0), next(0)), nil, march(4, 16, 0), march(4, 17, 0), "ana"},
		{"swept between", "it waits from when lee got it", kept(next(0), next(half)), nil, march(4, 16, 20), march(4, 16, 50), "ana"},
		{"who would take no new work", "lee has as long as was promised", kept(next(0), handoff.LateStep{Do: handoff.LateAway}), nil, march(5, 0, 0), march(5, 1, 0), "lee"},
		{"sam is told", "nobody is asked for more", kept(next(0), tell), nil, march(5, 0, 0), march(5, 0, 30), "lee"},
		{"two promises", "lee owes both from now on", kept(next(0)), late(next(0)), march(5, 0, 0), march(5, 1, 0), "ana"},
		{"both stand", "lee owes both from now on", kept(next(0)), kept(next(0)), march(5, 0, 0), march(5, 1, 0), "ana"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := atDesk(t, compile(t, promising(tt.touch, func(p *handoff.Play) { p.Acceptance = tt.acceptance })))
			d.sweep(tt.at)
			if due := d.record().NextDue(); d.record().Owner != "lee" || !due.Equal(tt.next) {
				t.Fatalf("%s has it, and something is due at %s, want lee and %s: %s", d.record().Owner, due, tt.next, tt.reason)
			}
			if d.sweep(tt.next); d.record().Owner != tt.owner {
				t.Errorf("then %s has it, want %s", d.record().Owner, tt.owner)
			}
		})
	}
}

// TestLate_HandedOnByHand gives a promise that is late, and that nobody swept, to lee at 18:00.
func TestLate_HandedOnByHand(t *testing.T) {
	sla := late(handoff.LateStep{Do: handoff.LateReassign})
	sla.Restart = handoff.RestartKeeps
	d := atDesk(t, compile(t, promising(sla)))
	d.did(handoff.ActivityReassigned, march(4, 18, 0), toRep("lee"), by("sam"))
	if d.sweep(march(4, 18, 0)); d.record().Owner != "lee" || !d.clock(touchClock).Next.Equal(march(4, 19, 0)) {
		t.Errorf("%s has it with %+v, want lee, for an hour", d.record().Owner, d.clock(touchClock))
	}
}

// TestLate_OlderThanTheHandoff makes a promise at 15:00 that counts from a signal at 7:00, so that it was due at 8:00.
func TestLate_OlderThanTheHandoff(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		steps        []handoff.LateStep
		next         time.Time
		pending      time.Time // when the subject asks to wait for a minute; zero: never
	}{
		{"reassign", "kim has the hour that was promised", []handoff.LateStep{{Do: handoff.LateReassign}}, march(4, 16, 0), time.Time{}},
		{"reassign after a wait", "kim has the wait", []handoff.LateStep{{Do: handoff.LateReassign, Wait: 20 * time.Minute}}, march(4, 15, 20), time.Time{}},
		{"no new work", "kim has not been late yet", []handoff.LateStep{{Do: handoff.LateAway}}, march(4, 16, 0), time.Time{}},
		{"sam is told", "it is late, whoever has it", []handoff.LateStep{{Do: handoff.LateNotify, To: "sam"}}, now, time.Time{}},
		{"sam is told first", "the wait counts from the handoff", []handoff.LateStep{{Do: handoff.LateNotify, To: "sam"}, {Do: handoff.LateReassign, Wait: 20 * time.Minute}}, now, time.Time{}},
		{"scheduled anew", "kim has it since the handoff still", []handoff.LateStep{{Do: handoff.LateReassign}}, march(4, 16, 1), march(4, 15, 10)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sla := late(tt.steps...)
			sla.From, sla.Warn, sla.Pauses = handoff.FromSignal, 10*time.Minute, []handoff.SLAPause{handoff.PausePending}
			d := &desk{t, compile(t, promising(sla)), demo()}
			d.decide(now, signal("T1", "demo_request", now.Add(-8*hour)))
			if !tt.pending.IsZero() {
				d.did(handoff.ActivityPending, tt.pending, until(tt.pending.Add(time.Minute)))
			}
			c := d.clock(touchClock)
			if !c.Due.Equal(march(4, 8, 0)) || !c.Warn.IsZero() || !c.Next.Equal(tt.next) {
				t.Errorf("%+v runs, want it due at 8:00, no warning and a step at %s: %s", c, tt.next, tt.reason)
			}
			if d.sweep(now); d.record().Owner != "kim" {
				t.Errorf("%s has it at once", d.record().Owner)
			}
		})
	}
}

// TestLate_WarnedFromTheHandoff makes a promise at 15:00 of which kim should have been warned at 14:50.
func TestLate_WarnedFromTheHandoff(t *testing.T) {
	sla := &handoff.SLA{Within: hour, Warn: 30 * time.Minute, From: handoff.FromSignal}
	d := &desk{t, compile(t, promising(sla)), demo()}
	d.decide(now, signal("T1", "demo_request", now.Add(-40*time.Minute)))
	if c := d.clock(touchClock); !c.Due.Equal(march(4, 15, 20)) || !c.Warn.Equal(now) {
		t.Errorf("%+v runs, want it due at 15:20, and kim warned at the handoff", c)
	}
}

// A deputies is a route that gives a record to the first pair of a rep and whom they stand in for, of whom neither is avoided.
type deputies [][2]string

func (p deputies) Keys(_ *handoff.Facts, _ *handoff.Play, dst []handoff.Key) []handoff.Key {
	for _, pair := range p {
		for _, rep := range pair {
			if rep != "" {
				dst = append(dst, handoff.RepKey(rep))
			}
		}
	}
	return dst
}

func (p deputies) Route(f *handoff.Facts, _ *handoff.Play) handoff.Routing {
	for _, pair := range p {
		if slices.Contains(f.Avoid, pair[0]) || slices.Contains(f.Avoid, pair[1]) {
			continue
		}
		r := handoff.Routing{Owner: pair[0], Covers: pair[1], Rung: "deputies", Why: "it is their turn"}
		if r.Covers != "" {
			r.Until = f.At.Add(30 * day)
		}
		return r
	}
	return handoff.Routing{}
}

// TestLate_StandInHadIt does not ask a rep again who stood in for an owner before.
func TestLate_StandInHadIt(t *testing.T) {
	route := deputies{{"kim", "bob"}, {"lee", ""}, {"kim", "cam"}, {"ana", ""}}
	d := atDesk(t, compile(t, promising(late(handoff.LateStep{Do: handoff.LateReassign}), func(p *handoff.Play) { p.Router = route })))
	var got []string
	for i := range 3 {
		d.sweep(now.Add(time.Duration(2+2*i) * hour))
		got = append(got, d.clock(touchClock).Owner)
	}
	if want := []string{"lee", "ana", "ana"}; !slices.Equal(got, want) {
		t.Errorf("%v have it in turn, want %v", got, want)
	}
}

// TestLate_NobodyElse tells kim's manager of a record that nobody else can have.
func TestLate_NobodyElse(t *testing.T) {
	gone := func(c *handoff.Config) { c.Plays = c.Plays[1:] }
	for _, tt := range []struct {
		name, reason string
		manager      string
		edit         func(*handoff.Config)
		do           func(*desk) handoff.Decision
		id           string
		nobody       int // reasons that say so
	}{
		{"kim left", "mia has to see to it", "mia", func(*handoff.Config) {}, func(d *desk) handoff.Decision {
			return d.did(handoff.ActivityOwnerLeft, march(4, 15, 30))
		}, "stays-owner_left-04T15:30:00", 1},
		{"kim is late", "mia has to see to it", "mia", func(*handoff.Config) {}, func(d *desk) handoff.Decision {
			return d.sweep(march(4, 17, 0))
		}, "stays-" + touchClock, 1},
		{"the play is gone", "nobody knows who else could have it", "mia", gone, func(d *desk) handoff.Decision {
			return d.did(handoff.ActivityOwnerLeft, march(4, 15, 30))
		}, "stays-owner_left-04T15:30:00", 1},
		{"no manager", "that nobody is told is said, too", "", func(*handoff.Config) {}, func(d *desk) handoff.Decision {
			return d.did(handoff.ActivityOwnerLeft, march(4, 15, 30))
		}, "", 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := atDesk(t, compile(t, promising(late(handoff.LateStep{Do: handoff.LateReassign}), func(p *handoff.Play) { p.Router = inOrder{reps: []string{"kim"}} })))
			ofKim(func(r *handoff.Rep) { r.Status, r.Manager = handoff.RepActive, tt.manager })(d)
			d.engine = compile(t, promising(late(handoff.LateStep{Do: handoff.LateReassign}), func(p *handoff.Play) { p.Router = inOrder{reps: []string{"kim"}} }), tt.edit)
			out := tt.do(d)
			var want []handoff.Notify
			if tt.id != "" {
				want = []handoff.Notify{{Subject: l1, ID: tt.id, Level: handoff.LevelUrgent, To: "mia", Text: "stays with kim: there is nobody else who could have it"}}
			}
			if diff := cmp.Diff(want, effects[handoff.Notify](out)); diff != "" || d.record().Owner != "kim" {
				t.Errorf("%s, and %s has it (-want +told):\n%s", tt.reason, d.record().Owner, diff)
			}
			said := slices.DeleteFunc(slices.Clone(out.Reasons), func(r handoff.Reason) bool { return r.Code != handoff.CodeNobody })
			if len(said) != tt.nobody {
				t.Errorf("the reasons are %v, want %d that there is nobody", out.Reasons, tt.nobody)
			}
		})
	}
}

// TestLate_ClaimsForThemselves takes a record out of a queue: who takes it has accepted it.
func TestLate_ClaimsForThemselves(t *testing.T) {
	accepts := func(p *handoff.Play) { p.Acceptance = &handoff.SLA{Within: 3 * hour} }
	q := &handoff.Queue{ID: "desk", Owner: "sam", Promise: within(hour)}
	for _, tt := range []struct {
		name, reason string
		edit         func(*handoff.Config)
		by           string
		want         []string
	}{
		{"came back, by lee", "lee wants it", returning(accepts), "lee", []string{touchClock}},
		{"came back, by sam", "lee was not asked", returning(accepts), "sam", []string{"acceptance:demo-enterprise", touchClock}},
		{"never had an owner, by lee", "lee wants it", promising(within(hour), accepts, func(p *handoff.Play) { p.Router = inOrder{queue: q} }), "lee", []string{touchClock}},
		{"never had an owner, by sam", "lee was not asked", promising(within(hour), accepts, func(p *handoff.Play) { p.Router = inOrder{queue: q} }), "sam",
			[]string{"acceptance:demo-enterprise", touchClock}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := atDesk(t, compile(t, tt.edit))
			d.sweep(march(4, 16, 0))
			d.did(handoff.ActivityReassigned, march(4, 16, 30), by(tt.by), toRep("lee"))
			var got []string
			for _, c := range d.record().Clocks {
				got = append(got, c.ID)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("%v run, want %v: %s", got, tt.want, tt.reason)
			}
		})
	}
}

// TestLate_ClaimOfTheUnassigned gives a record to lee at 15:30 that waited for an owner since its first signal at 14:50.
func TestLate_ClaimOfTheUnassigned(t *testing.T) {
	q := &handoff.Queue{ID: "desk", Owner: "sam", Promise: within(hour)}
	bySignal := within(hour)
	bySignal.From = handoff.FromSignal
	for _, tt := range []struct {
		name, reason string
		sla          *handoff.SLA
		edit         func(*handoff.Config) // of the policy of the day
		play         string
		due          time.Time // zero: nothing is promised
	}{
		{"from the handoff", "lee has an hour", within(hour), func(*handoff.Config) {}, "demo-enterprise", march(4, 16, 30)},
		{"from the signal", "the hour counts from the signal", bySignal, func(*handoff.Config) {}, "demo-enterprise", march(4, 15, 50)},
		{"the play is gone", "nobody knows what it promised", within(hour), func(c *handoff.Config) { c.Plays = c.Plays[1:] }, "", time.Time{}},
		{"no play for it", "the play promises for other signals now", within(hour), func(c *handoff.Config) { c.Plays[0].Trigger = "webinar" }, "", time.Time{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			policy := promising(tt.sla, func(p *handoff.Play) { p.Router = inOrder{queue: q} })
			d := atDesk(t, compile(t, policy))
			d.engine = compile(t, policy, tt.edit)
			out := d.did(handoff.ActivityReassigned, march(4, 15, 30), by("sam"), toRep("lee"))
			r, trigger, began := d.record(), "", time.Time{}
			if tt.play != "" {
				trigger, began = "T1", march(4, 15, 30)
			}
			if r.Owner != "lee" || r.Play != tt.play || r.Trigger.ID != trigger || !r.Began.Equal(began) || len(r.Queue) > 0 {
				t.Errorf("%s has it of %q for %q since %s, want lee, %q and %q: %s", r.Owner, r.Play, r.Trigger.ID, r.Began, tt.play, trigger, tt.reason)
			}
			if c := d.clock(touchClock); !c.Due.Equal(tt.due) || !out.FirstTouch.Equal(tt.due) || !c.Begun.IsZero() {
				t.Errorf("%+v runs and the decision says %s, want it due at %s: %s", c, out.FirstTouch, tt.due, tt.reason)
			}
		})
	}
}

// TestLate_WaitsForSomebody has a pool that holds the record until somebody is at work: the step is taken then.
func TestLate_WaitsForSomebody(t *testing.T) {
	ask := handoff.LateStep{Do: handoff.LateReassign}
	atWork := handoff.RouterFunc(func(f *handoff.Facts, _ *handoff.Play) handoff.Routing {
		switch {
		case len(f.Avoid) == 0:
			return handoff.Routing{Owner: "kim", Rung: "pool", Why: "is first"}
		case f.At.Before(march(5, 9, 0)):
			return handoff.Routing{Hold: true, Next: march(5, 9, 0)}
		}
		return handoff.Routing{Owner: "lee", Rung: "pool", Why: "is at work"}
	})
	d := atDesk(t, compile(t, promising(late(ask, handoff.LateStep{Do: handoff.LateNotify, To: "sam"}), func(p *handoff.Play) { p.Router = atWork })))
	if out := d.sweep(march(4, 16, 0)); len(effects[handoff.Notify](out)) > 0 || d.record().Owner != "kim" {
		t.Errorf("%v, and %s is the owner; want that everything waits", kindsOf(out), d.record().Owner)
	}
	if due := d.record().NextDue(); !due.Equal(march(5, 9, 0)) {
		t.Errorf("due next at %s, want when somebody is at work", due)
	}
	out := d.sweep(march(5, 9, 0))
	if a := effects[handoff.Assign](out); len(a) != 1 || a[0].To != "lee" || !d.record().Clocks[0].Due.Equal(march(5, 10, 0)) {
		t.Errorf("%v with %+v, want that lee has it, and an hour for it", kindsOf(out), d.record().Clocks)
	}
}

// TestLate_OneOfTwoOwners has two promises that two reps owe, both late: whoever gets the record is not asked for it again in
// the same sweep.
func TestLate_OneOfTwoOwners(t *testing.T) {
	ask := handoff.LateStep{Do: handoff.LateReassign}
	d := atDesk(t, compile(t, promising(late(ask), func(p *handoff.Play) {
		p.Router, p.Acceptance = inOrder{reps: []string{"kim", "lee", "ana"}}, late(ask)
	})))
	c := d.clock(touchClock)
	c.Owner = "lee"
	d.r.State = handoff.Apply(d.r.State, []handoff.Effect{handoff.MoveClock{Subject: l1, Clock: c, Why: "lee owes the first touch"}})
	out := d.sweep(march(4, 17, 0))
	if got := effects[handoff.Assign](out); len(got) != 1 {
		t.Errorf("%+v, want one new owner in one sweep", got)
	}
	if due := d.record().NextDue(); due.IsZero() || due.After(march(4, 18, 0)) {
		t.Errorf("due next at %s, want that the other promise is not forgotten", due)
	}
}

// TestLate_ReturnOfWhatNobodyOwes has a promise that no rep owes, as a host may have stored it: it ends with the others when the
// record goes back to the queue, and nobody is told of it after that.
func TestLate_ReturnOfWhatNobodyOwes(t *testing.T) {
	q := &handoff.Queue{ID: "desk", Owner: "sam", Promise: within(hour)}
	d := atDesk(t, compile(t, promising(late(handoff.LateStep{Do: handoff.LateQueue, Queue: q}, handoff.LateStep{Do: handoff.LateNotify, To: "mia"}))))
	c := d.clock(touchClock)
	c.Owner = ""
	d.r.State = handoff.Apply(d.r.State, []handoff.Effect{handoff.MoveClock{Subject: l1, Clock: c, Why: "nobody owes it"}})
	told := effects[handoff.Notify](d.sweep(march(4, 17, 0)))
	if len(told) != 1 || told[0].To != "sam" || d.clock(touchClock).ID != "" {
		t.Errorf("%+v are told, want sam alone, who looks after the queue", told)
	}
}
