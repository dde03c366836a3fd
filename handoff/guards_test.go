package handoff_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// started is a run of a sequence for L1, as its enrolment left it.
func started(edit func(*handoff.Enrollment)) handoff.Effect {
	e := handoff.Enrollment{Sequence: "before", Person: l1, Account: account("A1"), Play: "before", Owner: "ana", At: earlier,
		Ends: now.Add(9 * day), Steps: steps(handoff.ChannelEmail, handoff.ChannelEmail, handoff.ChannelCall)}
	edit(&e)
	return handoff.Enroll{Subject: l1, Enrollment: e}
}

// as makes acme's ae-fast, which demo enrols in, something else.
func as(edit func(*handoff.Sequence)) func(*handoff.Config) {
	return func(c *handoff.Config) { edit(&c.Sequences[0]) }
}

// TestExclusivity is the matrix of three ways to be exclusive.
func TestExclusivity(t *testing.T) {
	no, yes, alone := handoff.NotExclusive, handoff.Exclusive, handoff.Alone
	for _, tt := range []struct {
		running, next handoff.Exclusivity
		code, reason  string
	}{
		{no, no, "", "nobody minds"},
		{no, yes, "", "one that is not exclusive does not stand in the way of one that is"},
		{yes, no, "", "an exclusive one bars only its like"},
		{yes, yes, handoff.CodeExclusive, "two exclusive ones"},
		{no, alone, handoff.CodeAlone, "one that runs alone waits for the other"},
		{alone, no, handoff.CodeAlone, "beside one that runs alone, nothing starts"},
		{alone, yes, handoff.CodeAlone, "nor an exclusive one"},
		{yes, alone, handoff.CodeAlone, "nor the other way round"},
		{alone, alone, handoff.CodeAlone, "nor two of them"},
	} {
		t.Run(fmt.Sprintf("%q then %q", tt.running, tt.next), func(t *testing.T) {
			e := compile(t, as(func(s *handoff.Sequence) { s.Exclusive = tt.next }))
			d := decide(t, e, now, demo(with(started(func(e *handoff.Enrollment) { e.Exclusive = tt.running }))))
			last := d.Reasons[len(d.Reasons)-1]
			if got := d.Verdict == handoff.VerdictHeld; got != (tt.code != "") || got && last.Code != tt.code {
				t.Errorf("%s, %v: %s", d.Verdict, last, tt.reason)
			}
		})
	}
}

func TestSequence_Once(t *testing.T) {
	e := compile(t, as(func(s *handoff.Sequence) { s.Once, s.Reentry = true, handoff.Span{} }))
	ended := with(handoff.Exit{Subject: l1, Exited: handoff.Exited{Sequence: "ae-fast", Person: l1, At: now.Add(-5000 * day)}})
	if d := decide(t, e, now, demo(ended)); d.Verdict != handoff.VerdictHeld || d.Reasons[len(d.Reasons)-1].Code != handoff.CodeOnce {
		t.Errorf("entered again: %s, %v", d.Verdict, d.Reasons)
	}
	if d := decide(t, e, now, demo()); d.Verdict != handoff.VerdictEnrolled {
		t.Errorf("not entered at all: %s", d.Verdict)
	}
}

func TestSequence_Gap(t *testing.T) {
	touched := func(at time.Time) func(*handoff.Request) {
		return with(handoff.RecordTouch{Subject: l1, TouchRef: handoff.TouchRef{ID: "M0", Channel: handoff.ChannelEmail, Purpose: handoff.PurposeSales, At: at}})
	}
	switched := with(started(func(e *handoff.Enrollment) { e.Sequence = "nurture" })) // a step each day at 09:00 New York, then a call
	for _, tt := range []struct {
		name, reason string
		request      handoff.Request
		want         time.Time // zero: at once
	}{
		{"never touched", "there is nothing to keep away from", demo(), time.Time{}},
		{"touched long ago", "the gap is over", demo(touched(now.Add(-2 * day))), time.Time{}},
		{"touched today", "the first day is two days after the touch", demo(touched(now.Add(-hour))), now.Add(2*day - hour)},
		{"touched as the host knows", "its history counts too", demo(func(r *handoff.Request) {
			r.Touches = []handoff.Touch{{ID: "H", Channel: handoff.ChannelCall, At: now.Add(-2 * hour)}, {ID: "G", Channel: handoff.ChannelCall, At: now.Add(-9 * day)}}
		}), now.Add(2*day - 2*hour)},
		{"a task", "it reached nobody", demo(with(handoff.RecordTouch{Subject: l1, TouchRef: handoff.TouchRef{ID: "M0", Channel: handoff.ChannelTask, Purpose: handoff.PurposeSales, At: now.Add(-hour)}})), time.Time{}},
		{"a receipt", "it is no outreach", demo(with(handoff.RecordTouch{Subject: l1, TouchRef: handoff.TouchRef{ID: "M0", Channel: handoff.ChannelEmail, Purpose: handoff.PurposeTransactional, At: now.Add(-hour)}})), time.Time{}},
		{"called by hand", "what a rep did is a touch", demo(with(handoff.RecordActivity{Subject: l1, ActivityRef: handoff.ActivityRef{ID: "C1", Kind: handoff.ActivityCall, At: now.Add(-3 * hour)}})), now.Add(2*day - 3*hour)},
		{"on a switch from one that rests", "its next touch is farther than the gap", demo(with(started(func(e *handoff.Enrollment) {
			e.Sequence, e.Steps = "nurture", []handoff.Step{{Day: 0, Do: handoff.ChannelTask}, {Day: 7, Do: handoff.ChannelEmail}}
		}))), time.Time{}},
		{"on a switch", "touches never get closer than the old sequence would have", demo(switched), earlier.Add(day)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t, as(func(s *handoff.Sequence) { s.Gap = handoff.Span{Days: 2} }))
			d := decide(t, e, now, tt.request)
			run := effects[handoff.Enroll](d)[0]
			if !run.Starts.Equal(tt.want) {
				t.Errorf("starts at %v, want %v: %s", run.Starts, tt.want, tt.reason)
			}
			from := now
			if !tt.want.IsZero() {
				from = tt.want
			}
			if ends := e.Zone().AddDays(from, 3); !run.Ends.Equal(ends) {
				t.Errorf("ends at %v, want %v", run.Ends, ends)
			}
		})
	}
}

func TestSequence_Throttle(t *testing.T) {
	per := func(kind handoff.Kind) func(*handoff.Config) {
		return as(func(s *handoff.Sequence) {
			s.Throttle = handoff.Throttle{Per: kind, Active: 2, Adds: 3, Every: day}
		})
	}
	tally := func(what, owner string) handoff.Key { return handoff.TallyKey(policy, what+"/ae-fast"+owner) }
	added := func(owner string, hours ...int) func(*handoff.Request) {
		var list []handoff.Effect
		for _, h := range hours {
			list = append(list, handoff.Count{Tally: tally("adds", owner), At: now.Add(time.Duration(-h) * hour), Keep: 100})
		}
		return with(list...)
	}
	active := func(owner string, ends ...time.Time) func(*handoff.Request) {
		var list []handoff.Effect
		for i, at := range ends {
			list = append(list, handoff.Plan{Tally: tally("active", owner), For: fmt.Sprint("run", i), At: []time.Time{at}})
		}
		return with(list...)
	}
	for _, tt := range []struct {
		name, reason string
		per          handoff.Kind
		request      handoff.Request
		next         time.Time // zero: it starts
	}{
		{"nobody yet", "there is room", handoff.KindRep, demo(), time.Time{}},
		{"two started today", "a third may", handoff.KindRep, demo(added("/kim", 1, 2)), time.Time{}},
		{"three started today", "the next waits until the first counts no more", handoff.KindRep, demo(added("/kim", 1, 2, 23)), now.Add(hour)},
		{"a day ago", "at the end of the day it counts no more", handoff.KindRep, demo(added("/kim", 1, 2, 24)), time.Time{}},
		{"of another rep", "each has their own", handoff.KindRep, demo(added("/lee", 1, 2, 3)), time.Time{}},
		{"two run", "the next waits for the end of the first", handoff.KindRep, demo(active("/kim", now.Add(5*day), now.Add(2*day))), now.Add(2 * day)},
		{"one is over", "though no sweep has said so", handoff.KindRep, demo(active("/kim", now, now.Add(2*day))), time.Time{}},
		{"both are full", "until the later of the two", handoff.KindRep, demo(added("/kim", 1, 2, 23), active("/kim", now.Add(5*day), now.Add(2*day))), now.Add(2 * day)},
		{"of everybody", "all count together", "", demo(added("", 1, 2, 23)), now.Add(hour)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := decide(t, compile(t, per(tt.per)), now, tt.request)
			if got := d.Verdict == handoff.VerdictEnrolled; got != tt.next.IsZero() || !d.Next.Equal(tt.next) {
				t.Fatalf("%s, next %v, want %v: %s", d.Verdict, d.Next, tt.next, tt.reason)
			}
			if !tt.next.IsZero() {
				if diff := cmp.Diff(map[string]handoff.Why{"T1": handoff.WhyHeld}, waits(d)); diff != "" || len(effects[handoff.AdvancePool](d)) > 0 {
					t.Errorf("it does not wait, or takes a turn (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// TestSequence_ThrottleCounts starts and ends a run: its room is taken and given back.
func TestSequence_ThrottleCounts(t *testing.T) {
	e := compile(t, as(func(s *handoff.Sequence) {
		s.Throttle = handoff.Throttle{Per: handoff.KindRep, Active: 1, Adds: 9, Every: day}
	}))
	r := underway(t, e)
	active := handoff.TallyKey(policy, "active/ae-fast/kim")
	if n := len(r.State[active].Value.(handoff.Tally).Planned); n != 1 {
		t.Fatalf("%d run", n)
	}
	if n := len(r.State[handoff.TallyKey(policy, "adds/ae-fast/kim")].Value.(handoff.Tally).At); n != 1 {
		t.Errorf("%d started", n)
	}
	_, state := sweep(t, e, now.Add(9*day), r.State)
	if n := len(state[active].Value.(handoff.Tally).Planned); n != 0 {
		t.Errorf("%d run after the end", n)
	}
}

func TestSequence_ExitOn(t *testing.T) {
	lists := func(kinds ...handoff.ActivityKind) handoff.Effect {
		return started(func(e *handoff.Enrollment) { e.ExitOn = kinds })
	}
	colleague := func(reply bool) handoff.Effect {
		return started(func(e *handoff.Enrollment) { e.Person, e.AccountReply = lead("L2"), reply })
	}
	theirs := func(reply bool) handoff.Effect {
		e := colleague(reply).(handoff.Enroll)
		e.Subject = lead("L2")
		return e
	}
	for _, tt := range []struct {
		name, reason string
		run          handoff.Effect
		kind         handoff.ActivityKind
		want         bool
	}{
		{"as the lifecycle says", "a sequence without a list", lists(), handoff.ActivityReply, true},
		{"nor more than that", "a call ends nothing", lists(), handoff.ActivityCall, false},
		{"listed", "what the sequence lists ends it", lists(handoff.ActivityCall), handoff.ActivityCall, true},
		{"not listed", "and nothing else", lists(handoff.ActivityCall), handoff.ActivityReply, false},
		{"an opt-out", "always ends what uses the channel", lists(handoff.ActivityCall), handoff.ActivityOptOut, true},
		{"a colleague replies", "where the sequence says so", theirs(true), handoff.ActivityReply, true},
		{"a colleague replies, and no matter", "where it does not", theirs(false), handoff.ActivityReply, false},
		{"a colleague is called", "only a reply is one", theirs(true), handoff.ActivityCall, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t)
			r := fill(e, now, demo(triggers(), with(tt.run)))
			d, err := e.Observe(now, r, handoff.Activity{ID: "X", Kind: tt.kind, At: now, Channel: handoff.ChannelEmail})
			if err != nil {
				t.Fatal(err)
			}
			exits := effects[handoff.Exit](d)
			if got := len(exits) == 1; got != tt.want {
				t.Fatalf("%d sequences end, want %t: %s", len(exits), tt.want, tt.reason)
			}
			record, _ := handoff.Apply(r.State, d.Effects)[account("A1")].Value.(handoff.Record)
			if (len(record.Active) == 0) != tt.want {
				t.Errorf("the account lists %v", record.Active)
			}
		})
	}
}

// TestPause_EndsWithSequence pauses marketing for as long as the sequence runs.
func TestPause_EndsWithSequence(t *testing.T) {
	edit := func(c *handoff.Config) {
		c.Plays[0].Pause = handoff.PauseRule{Scope: []string{"nurture"}, Sequence: true}
	}
	e := compile(t, edit)
	r := underway(t, e)
	record := r.State[l1].Value.(handoff.Record)
	if len(record.Pauses) != 1 || !record.Pauses[0].Until.Equal(record.Enrollments[0].Ends) {
		t.Fatalf("pauses %v, and the sequence ends at %v", record.Pauses, record.Enrollments[0].Ends)
	}
	for _, tt := range []struct {
		name string
		kind handoff.ActivityKind
		want bool
	}{{"a reply", handoff.ActivityReply, true}, {"a call", handoff.ActivityCall, false}} {
		silent := func(c *handoff.Config) { // what resumes marketing is the end of the sequence alone
			c.Lifecycle = handoff.LifecycleFunc(func(a handoff.Activity) handoff.Consequences {
				return handoff.Consequences{ExitSequences: a.Kind == handoff.ActivityReply}
			})
		}
		e := compile(t, edit, silent)
		again := r
		again.Triggers = nil
		d, err := e.Observe(now.Add(hour), fill(e, now, again), handoff.Activity{ID: "X", Kind: tt.kind, At: now.Add(hour)})
		if err != nil {
			t.Fatal(err)
		}
		resumed := effects[handoff.ResumeMarketing](d)
		if got := len(resumed) == 1 && resumed[0].Subject == l1 && resumed[0].At.Equal(now.Add(hour)); got != tt.want {
			t.Errorf("%s: resumes %v, want %t", tt.name, resumed, tt.want)
		}
	}
	blocked := demo(func(r *handoff.Request) {
		for _, c := range []handoff.Channel{handoff.ChannelCall, handoff.ChannelEmail} {
			r.Lead.Consent = append(r.Lead.Consent, handoff.Consent{Channel: c, Status: handoff.ConsentDenied, At: earlier})
		}
	})
	if d := decide(t, e, now, blocked); len(effects[handoff.PauseMarketing](d)) > 0 {
		t.Error("marketing yields to a sequence that did not start")
	}
}

// TestPause_EndsWithTheLast: marketing of an account goes on once nobody of it is in the sequence any more.
func TestPause_EndsWithTheLast(t *testing.T) {
	run := func(id string) handoff.Effect {
		return handoff.Enroll{Subject: account("A1"), Enrollment: handoff.Enrollment{Sequence: "rally", Person: lead(id), Account: account("A1"), Owner: "ana", At: earlier, Ends: now.Add(day)}}
	}
	pause := handoff.PauseMarketing{Subject: account("A1"), Pause: handoff.Pause{ID: "play:rally", Scope: []string{"nurture"}, Sequence: "rally", Since: earlier, Until: now.Add(day)}}
	e := compile(t)
	r := fill(e, now, demo(triggers(), with(run("L1"), run("L2"), pause)))
	state := r.State
	for i, want := range []int{0, 1} {
		subject := lead(fmt.Sprint("L", i+1))
		r.Subject, r.Lead.ID, r.State = subject, subject.ID, state
		r = fill(e, now, r)
		d, err := e.Sweep(now.Add(day), r)
		if err != nil {
			t.Fatal(err)
		}
		if got := effects[handoff.ResumeMarketing](d); len(got) != want {
			t.Errorf("the end for %s resumes %v", subject, got)
		}
		state = handoff.Apply(r.State, d.Effects)
	}
}

// TestElseNext: a play that starts nothing lets the next one try, where it says so.
func TestElseNext(t *testing.T) {
	second := func(c *handoff.Config) {
		c.Plays = append(c.Plays, handoff.Play{ID: "call-back", Trigger: "demo_request", Priority: points(10), Router: team{"sdrs", []string{"ana"}}})
	}
	otherwise := func(c *handoff.Config) { c.Plays[0].ElseNext = true }
	throttled := func(c *handoff.Config) { c.Sequences[0].Throttle = handoff.Throttle{Active: 1} }
	refusing := func(c *handoff.Config) { c.Sequences[0].OnBlocked = handoff.OnBlockedRefuse }
	full := with(handoff.Plan{Tally: handoff.TallyKey(policy, "active/ae-fast"), For: "other", At: []time.Time{now.Add(day)}})
	silent := func(r *handoff.Request) {
		r.Lead.Consent = []handoff.Consent{{Channel: handoff.ChannelCall, Status: handoff.ConsentDenied, At: earlier}}
	}
	running := with(started(func(e *handoff.Enrollment) { e.Exclusive = handoff.Alone }))
	for _, tt := range []struct {
		name, reason string
		edits        []func(*handoff.Config)
		request      handoff.Request
		want         handoff.Verdict
		play, owner  string
	}{
		{"it starts", "the first play wins", []func(*handoff.Config){second, otherwise}, demo(), handoff.VerdictEnrolled, "demo-enterprise", "kim"},
		{"something runs", "the next play has no sequence that minds", []func(*handoff.Config){second, otherwise}, demo(running), handoff.VerdictAssigned, "call-back", "ana"},
		{"something runs, and it does not say so", "the verdict is the first play's", []func(*handoff.Config){second}, demo(running), handoff.VerdictHeld, "demo-enterprise", ""},
		{"a throttle", "which asks once there is an owner", []func(*handoff.Config){second, otherwise, throttled}, demo(full), handoff.VerdictAssigned, "call-back", "ana"},
		{"blocked channels", "before somebody is given a record that starts nothing", []func(*handoff.Config){second, otherwise, refusing}, demo(silent), handoff.VerdictAssigned, "call-back", "ana"},
		{"blocked channels, and it does not say so", "the owner gets a task", []func(*handoff.Config){second, refusing}, demo(silent), handoff.VerdictBlockedChannel, "demo-enterprise", "kim"},
		{"no other play", "there is nothing to try", []func(*handoff.Config){otherwise}, demo(running), handoff.VerdictHeld, "demo-enterprise", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, state := apply(t, compile(t, tt.edits...), now, tt.request.State, tt.request)
			if d.Verdict != tt.want || d.Play != tt.play || d.Owner != tt.owner {
				t.Errorf("%s: %s, %s, %s, want %s, %s, %s", tt.reason, d.Verdict, d.Play, d.Owner, tt.want, tt.play, tt.owner)
			}
			if turns := state[handoff.PoolKey(policy, "aes")].Version; (turns > 0) != (tt.owner == "kim") {
				t.Errorf("%d turns of the first play's pool", turns)
			}
			if tt.play == "call-back" && (len(d.Losers) > 0 || !slices.ContainsFunc(d.Reasons, func(r handoff.Reason) bool { return r.Code == handoff.CodeNextPlay })) {
				t.Errorf("losers %v, reasons %v", d.Losers, d.Reasons)
			}
		})
	}
}

// budget holds a rep's third handoff of the hour, once the owner is known.
type budget struct{ handoff.SuppressorFunc }

func (budget) key(owner string) handoff.Key { return handoff.TallyKey(policy, "handoffs/"+owner) }

func (b budget) Keys(f *handoff.Facts, _ *handoff.Play, dst []handoff.Key) []handoff.Key {
	if f.Owner == "" {
		return dst
	}
	return append(dst, b.key(f.Owner))
}

func (b budget) Suppress(f *handoff.Facts, _ *handoff.Play, dst []handoff.ActiveHold) []handoff.ActiveHold {
	if f.Owner == "" {
		return dst
	}
	at := f.Tally(b.key(f.Owner)).At
	if len(at) < 2 {
		return dst
	}
	return append(dst, handoff.ActiveHold{ID: "budget", Reason: "two are enough", Source: "budget", Until: at[len(at)-2].Add(hour), OnRelease: handoff.ReleaseReplay})
}

func (b budget) Counts(f *handoff.Facts, _ *handoff.Play) []handoff.Count {
	return []handoff.Count{{Tally: b.key(f.Owner), Keep: 100}}
}

// TestBudget_OfTheOwner: a hold that depends on the owner keeps the play back before a turn is taken.
func TestBudget_OfTheOwner(t *testing.T) {
	e := compile(t, func(c *handoff.Config) {
		c.Suppressor = budget{}
		c.Plays[0].Router, c.Plays[0].Sequence = team{"aes", []string{"kim"}}, ""
	})
	var state handoff.State
	for i, want := range []handoff.Verdict{handoff.VerdictAssigned, handoff.VerdictAssigned, handoff.VerdictHeld} {
		r := demo(triggers(signal(fmt.Sprint("T", i), "demo_request", now.Add(time.Duration(i)*time.Minute))))
		r.Triggers[0].Asset = fmt.Sprint(i)
		var d handoff.Decision
		if d, state = apply(t, e, now.Add(time.Duration(i)*time.Minute), state, r); d.Verdict != want {
			t.Fatalf("handoff %d is %s: %v", i, d.Verdict, d.Reasons)
		}
		if want == handoff.VerdictHeld && (d.Owner != "" || !d.Next.Equal(now.Add(hour)) || len(effects[handoff.Assign](d)) > 0) {
			t.Errorf("held by %q until %v with %v", d.Owner, d.Next, kindsOf(d))
		}
		if want == handoff.VerdictHeld && !slices.ContainsFunc(d.Reasons, func(r handoff.Reason) bool { return r.ID == "budget" && r.Source == "budget" }) {
			t.Errorf("does not say why: %v", d.Reasons)
		}
	}
}
