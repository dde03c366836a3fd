package handoff_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

func TestPermit_AskedAgain(t *testing.T) {
	e := compile(t, mailCap(2))
	r := underway(t, e)
	first, state := permit(t, e, now.Add(day), r, mail("S1", step("ae-fast")))
	if first.Verdict != handoff.VerdictPermitted || first.Owner != "kim" {
		t.Fatalf("%s by %q", first.Verdict, first.Owner)
	}
	r.State = state
	refuse := func(r *handoff.Request) {
		r.Lead.Consent = []handoff.Consent{{Channel: handoff.ChannelEmail, Status: handoff.ConsentDenied, At: now.Add(day)}}
	}
	ended := func(r *handoff.Request) {
		with(handoff.Exit{Subject: l1, Account: account("A1"), Exited: handoff.Exited{Sequence: "ae-fast", Person: l1, At: now.Add(day)}})(r)
	}
	for _, tt := range []struct {
		name, reason string
		edit         func(*handoff.Request)
		want         handoff.Verdict
		owner        string
	}{
		{"nothing changed", "it goes out, counts nothing, and the sender is named again", func(*handoff.Request) {}, handoff.VerdictPermitted, "kim"},
		{"refused since", "what was said since closes the channel", refuse, handoff.VerdictBlockedChannel, "kim"},
		{"ended since", "the sequence is over", ended, handoff.VerdictRefused, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			again := r
			tt.edit(&again)
			d, _ := permit(t, e, now.Add(day+hour), again, mail("S1", step("ae-fast")))
			if d.Verdict != tt.want || d.Owner != tt.owner || len(d.Effects) > 0 {
				t.Errorf("%s by %q with %v: %s", d.Verdict, d.Owner, d.Effects, tt.reason)
			}
		})
	}
	for name, other := range map[string]handoff.Touch{
		"by another channel":      {ID: "S1", Channel: handoff.ChannelCall, Sequence: "ae-fast"},
		"for another purpose":     mail("S1", marketing("nurture")),
		"of no sequence":          mail("S1"),
		"of another sequence too": mail("S1", step("nurture")),
	} {
		asked, err := e.FillTouch(now.Add(day), r, other, nothingStored)
		if err != nil {
			t.Fatal(err)
		}
		_, err = e.Permit(now.Add(day), asked, other)
		var input *handoff.InputError
		if !errors.As(err, &input) || input.Path != "touch.id" {
			t.Errorf("the same id %s: %v", name, err)
		}
	}
}

// TestPermit_NoMoreThanSteps: ae-fast has one e-mail.
func TestPermit_NoMoreThanSteps(t *testing.T) {
	e := compile(t)
	r := underway(t, e)
	for i, want := range []handoff.Verdict{handoff.VerdictPermitted, handoff.VerdictRefused} {
		var d handoff.Decision
		if d, r.State = permit(t, e, now.Add(time.Duration(i+1)*hour), r, mail(fmt.Sprint("S", i), step("ae-fast"))); d.Verdict != want {
			t.Errorf("e-mail %d is %s, want %s", i+1, d.Verdict, want)
		}
	}
}

func TestPermit_PurposeOfTheSequence(t *testing.T) {
	e := compile(t, as(func(s *handoff.Sequence) { s.Purpose = handoff.PurposeMarketing }))
	r := underway(t, e)
	r.Lead.Consent = []handoff.Consent{{Channel: handoff.ChannelEmail, Status: handoff.ConsentDenied, Purpose: handoff.PurposeMarketing, At: now}}
	for _, purpose := range []handoff.Purpose{"", handoff.PurposeSales, handoff.PurposeTransactional} {
		d, _ := permit(t, e, now.Add(day), r, mail("S1", step("ae-fast"), func(t *handoff.Touch) { t.Purpose = purpose }))
		if d.Verdict != handoff.VerdictBlockedChannel {
			t.Errorf("a step of a marketing sequence that calls itself %q is %s", purpose, d.Verdict)
		}
	}
}

func TestPermit_FlagsThatNobodyLookedAt(t *testing.T) {
	for _, tt := range []struct {
		name  string
		ask   bool
		flags []handoff.Flag
		want  handoff.Verdict
	}{
		{"the policy goes by flags", true, nil, handoff.VerdictBlockedChannel},
		{"the host looked", true, []handoff.Flag{}, handoff.VerdictPermitted},
		{"the policy does not", false, nil, handoff.VerdictPermitted},
	} {
		d, _ := permit(t, compile(t, func(c *handoff.Config) { c.AskFlags = tt.ask }), now, demo(func(r *handoff.Request) { r.Lead.Flags = tt.flags }), mail("M1"))
		if d.Verdict != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, d.Verdict, tt.want)
		}
		if unknown := d.Reasons[0].Unknown; (len(unknown) > 0) != (tt.want == handoff.VerdictBlockedChannel) {
			t.Errorf("%s: names %v as unknown", tt.name, unknown)
		}
	}
}

// TestPermit_HeldWhileItWouldPassOn: what does not go out takes the sequence from nobody.
func TestPermit_HeldWhileItWouldPassOn(t *testing.T) {
	e := compile(t, mailCap(5), as(func(s *handoff.Sequence) { s.OwnerAway = handoff.OwnerAwayReassign }))
	r := underway(t, e)
	r.State[handoff.RepKey("kim")] = handoff.Entry{Version: 1, Value: handoff.Rep{ID: "kim", Status: handoff.RepLeft}}
	night := now.Add(17 * hour) // 08:00
	d, _ := permit(t, e, night, r, mail("S1", step("ae-fast")))
	if d.Verdict != handoff.VerdictHeld || d.Owner != "kim" || len(d.Effects) > 0 || slices.Contains(whys(d), "sequence owner_away") {
		t.Errorf("%s by %s because %v", d.Verdict, d.Owner, d.Reasons)
	}
	d, state := permit(t, e, night.Add(3*hour), r, mail("S1", step("ae-fast")))
	guarded(t, r, d)
	if run := state[l1].Value.(handoff.Record).Enrollments[0]; d.Verdict != handoff.VerdictPermitted || run.Owner != "lee" {
		t.Errorf("%s, and the sequence is %s's", d.Verdict, run.Owner)
	}
}

// TestPermit_PassOnAsksTheHeir: who has no budget or no room takes nothing over.
func TestPermit_PassOnAsksTheHeir(t *testing.T) {
	key := func(what, rep string) handoff.Key { return handoff.TallyKey(policy, what+rep) }
	reassign := as(func(s *handoff.Sequence) {
		s.OwnerAway, s.Throttle = handoff.OwnerAwayReassign, handoff.Throttle{Per: handoff.KindRep, Active: 1}
	})
	for _, tt := range []struct {
		name, reason string
		busy         func(*handoff.Request)
		want         handoff.Verdict
	}{
		{"free", "lee takes it over", func(*handoff.Request) {}, handoff.VerdictPermitted},
		{"spent", "lee has had enough handoffs", with(handoff.Count{Tally: key("handoffs/", "lee"), At: now, Keep: 9}, handoff.Count{Tally: key("handoffs/", "lee"), At: now, Keep: 9}), handoff.VerdictHeld},
		{"full", "lee has as many as may run", with(handoff.Plan{Tally: key("active/ae-fast/", "lee"), For: "other", At: []time.Time{now.Add(9 * day)}}), handoff.VerdictHeld},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t, reassign, func(c *handoff.Config) { c.Suppressor = budget{} })
			r := underway(t, e)
			for k := range r.State { // what only the handoff asked for
				if k.Kind == handoff.KindTally && r.State[k].Version == 0 {
					delete(r.State, k)
				}
			}
			tt.busy(&r)
			r.State[handoff.RepKey("kim")] = handoff.Entry{Version: 1, Value: handoff.Rep{ID: "kim", Status: handoff.RepLeft}}
			d, state := permit(t, e, now.Add(time.Minute), r, mail("S1", step("ae-fast")))
			if d.Verdict != tt.want {
				t.Fatalf("%s because %v: %s", d.Verdict, d.Reasons, tt.reason)
			}
			if tt.want == handoff.VerdictPermitted {
				kims, _ := state[key("active/ae-fast/", "kim")].Value.(handoff.Tally)
				lees, _ := state[key("active/ae-fast/", "lee")].Value.(handoff.Tally)
				if len(kims.Planned) != 0 || len(lees.Planned) != 1 {
					t.Errorf("kim has %d runs and lee %d", len(kims.Planned), len(lees.Planned))
				}
			}
		})
	}
}

func TestPermit_OwnerOfUnknownStatus(t *testing.T) {
	e := compile(t, as(func(s *handoff.Sequence) { s.OwnerAway = handoff.OwnerAwayHold }))
	for owner, want := range map[string]handoff.Verdict{
		"bob": handoff.VerdictPermitted, // the policy lists him, and nobody says that he is away
		"zed": handoff.VerdictHeld,      // of whom nothing is known
	} {
		r := underway(t, e)
		with(started(func(e *handoff.Enrollment) { e.Sequence, e.Owner, e.OwnerAway = "other", owner, handoff.OwnerAwayHold }))(&r)
		if d, _ := permit(t, e, now, r, mail("S1", step("other"))); d.Verdict != want {
			t.Errorf("the step of %s is %s, want %s", owner, d.Verdict, want)
		}
	}
}

// accountDaily lets an account have one e-mail in 24 hours.
type accountDaily struct{ daily }

func (n accountDaily) tally(f *handoff.Facts) handoff.Key {
	return handoff.TallyKey(policy, "mail/"+f.AccountRef().ID)
}

func (n accountDaily) Keys(f *handoff.Facts, _ []handoff.Touch, dst []handoff.Key) []handoff.Key {
	return append(dst, n.tally(f))
}

func (n accountDaily) Limit(f *handoff.Facts, touches []handoff.Touch, own []string) (l handoff.Limits) {
	taken := 0
	for _, p := range f.Tally(n.tally(f)).Planned {
		if !slices.Contains(own, p.For) {
			taken++
		}
	}
	for i, t := range touches {
		if t.Channel == handoff.ChannelEmail {
			l.Counts = append(l.Counts, handoff.Count{Tally: n.tally(f), At: t.At, Keep: 9})
			if taken++; taken > int(n.daily) {
				l.Stops = append(l.Stops, handoff.Stop{Touch: i, ActiveHold: handoff.ActiveHold{ID: "account", Reason: "enough for the account", Until: t.At.Add(day)}})
			}
		}
	}
	return l
}

// TestPeople_ShareTheRoom: people whom one decision enrols do not all take the same room.
func TestPeople_ShareTheRoom(t *testing.T) {
	e := compile(t, crowded, func(c *handoff.Config) { c.Limiter = accountDaily{2} })
	d := decide(t, e, now, engaged([]handoff.Lead{member("P1", "vp"), member("P2", "vp"), member("P3", "vp")}))
	if got := enrolled(d); !slices.Equal(got, []string{"P1", "P2"}) {
		t.Errorf("%v are enrolled, and the account has room for two", got)
	}
}

func TestThrottle_StartsAsManyAsFit(t *testing.T) {
	for _, tt := range []struct {
		name string
		max  int64
		want []string
	}{{"one", 1, []string{"P1"}}, {"two", 2, []string{"P1", "P2"}}, {"more than there are", 9, []string{"P1", "P2", "P3"}}} {
		e := compile(t, crowded, func(c *handoff.Config) {
			for i := range c.Sequences {
				c.Sequences[i].Throttle = handoff.Throttle{Active: tt.max}
			}
			for i := range c.Plays {
				if c.Plays[i].People.AtMost > 0 {
					c.Plays[i].People.AtMost = 3
				}
			}
		})
		d := decide(t, e, now, engaged([]handoff.Lead{member("P1", "vp"), member("P2", "vp"), member("P3", "vp")}))
		if diff := cmp.Diff(tt.want, enrolled(d)); diff != "" {
			t.Errorf("%s may run (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestThrottle_OwnPlace: what makes room for itself is not in its own way.
func TestThrottle_OwnPlace(t *testing.T) {
	e := compile(t, as(func(s *handoff.Sequence) { s.Throttle, s.Reentry = handoff.Throttle{Active: 1}, handoff.Span{} }),
		func(c *handoff.Config) { c.Plays[0].Supersedes = []string{"ae-fast"} })
	r := underway(t, e)
	r.Triggers = []handoff.Trigger{signal("T2", "demo_request", now.Add(hour))}
	r.Triggers[0].Asset = "another"
	if d, _ := apply(t, e, now.Add(hour), r.State, r); d.Verdict != handoff.VerdictEnrolled {
		t.Errorf("%s because %v", d.Verdict, d.Reasons)
	}
}

// TestCite_AtTheStep: the reason tells of the evidence as it is when the step is planned.
func TestCite_AtTheStep(t *testing.T) {
	e := compile(t, as(func(s *handoff.Sequence) { s.Steps = []handoff.Step{{Day: 2, Do: handoff.ChannelEmail}} }),
		func(c *handoff.Config) { c.Consenter = byHand{} })
	marked := func(r *handoff.Request) {
		r.Lead.Flags = []handoff.Flag{{Word: handoff.FlagDoNotContact, Since: earlier, Until: now.Add(day)}}
	}
	d := decide(t, e, now, demo(marked))
	if d.Verdict != handoff.VerdictEnrolled || slices.Contains(codes(d), "blocked_channel") {
		t.Errorf("%s because %v", d.Verdict, d.Reasons)
	}
}

// byHand opens every channel.
type byHand struct{}

func (byHand) Judge(_ *handoff.Facts, _ handoff.Touch, _ []handoff.Consent) handoff.Judgement {
	return handoff.Judgement{Open: true, Rule: "by hand", Text: "is open"}
}

func (byHand) HonourBy(*handoff.Facts, handoff.Consent) time.Time { return time.Time{} }

// discarding caps e-mails at none, and what does not fit never goes out.
type discarding struct{ daily }

func (discarding) Limit(f *handoff.Facts, touches []handoff.Touch, _ []string) (l handoff.Limits) {
	for i, t := range touches {
		if t.Channel == handoff.ChannelEmail {
			l.Stops = append(l.Stops, handoff.Stop{Touch: i, Discard: true, ActiveHold: handoff.ActiveHold{ID: "none", Reason: "no e-mails"}})
		}
	}
	return l
}

func TestEnroll_DiscardedStepsHoldNothing(t *testing.T) {
	e := compile(t, func(c *handoff.Config) { c.Limiter = discarding{} })
	r := underway(t, e)
	d, _ := permit(t, e, now.Add(day), r, mail("S1", step("ae-fast")))
	if d.Verdict != handoff.VerdictRefused {
		t.Errorf("the step is %s", d.Verdict)
	}
}

// blind counts what it never looks at.
type blind struct{ daily }

func (b blind) Limit(f *handoff.Facts, touches []handoff.Touch, _ []string) handoff.Limits {
	return handoff.Limits{Counts: []handoff.Count{{Tally: b.tally(f), At: touches[0].At, Keep: 9}}}
}

// TestPermit_CountsAreGuarded: what a limiter counts is guarded, also where it read nothing.
func TestPermit_CountsAreGuarded(t *testing.T) {
	e := compile(t, func(c *handoff.Config) { c.Limiter = blind{} })
	r, err := e.FillTouch(now, demo(triggers()), mail("M1"), nothingStored)
	if err != nil {
		t.Fatal(err)
	}
	d, err := e.Permit(now, r, mail("M1"))
	if err != nil || d.Verdict != handoff.VerdictPermitted || len(effects[handoff.Count](d)) != 1 {
		t.Fatalf("%s with %v, %v", d.Verdict, d.Effects, err)
	}
	guarded(t, r, d)
}

// TestPermit_PassOnOfAnotherAccount: the run was started under an account that the lead has left.
func TestPermit_PassOnOfAnotherAccount(t *testing.T) {
	e := compile(t, as(func(s *handoff.Sequence) { s.OwnerAway = handoff.OwnerAwayReassign }))
	r := underway(t, e)
	r.State[handoff.RepKey("kim")] = handoff.Entry{Version: 1, Value: handoff.Rep{ID: "kim", Status: handoff.RepLeft}}
	r.Lead.Account, r.Account.ID = "A2", "A2"
	asked, err := e.FillTouch(now.Add(day), r, mail("S1", step("ae-fast")), nothingStored)
	if err != nil {
		t.Fatal(err)
	}
	d, err := e.Permit(now.Add(day), asked, mail("S1", step("ae-fast")))
	if err != nil || d.Verdict != handoff.VerdictPermitted || d.Owner != "lee" {
		t.Fatalf("%s by %s, %v", d.Verdict, d.Owner, err)
	}
	guarded(t, asked, d)
}

// TestEnroll_OwnersCapIsNoBlockedChannel: who is stopped by a cap is not said to be unreachable.
func TestEnroll_OwnersCapIsNoBlockedChannel(t *testing.T) {
	e := compile(t, crowded, func(c *handoff.Config) { c.Limiter = ofOwner{} })
	d := decide(t, e, now, engaged([]handoff.Lead{member("P1", "vp"), member("P2", "vp")}))
	for _, r := range d.Reasons {
		if r.Code == handoff.CodeBlocked {
			t.Errorf("says %v", r)
		}
	}
	if got := enrolled(d); !slices.Equal(got, []string{"P1"}) {
		t.Errorf("%v are enrolled", got)
	}
}

// ofOwner lets an owner plan touches of one person, and sees no touch of another.
type ofOwner struct{ accountDaily }

func (ofOwner) Limit(f *handoff.Facts, touches []handoff.Touch, _ []string) (l handoff.Limits) {
	if len(f.Touches) > 0 {
		l.Stops = append(l.Stops, handoff.Stop{ActiveHold: handoff.ActiveHold{ID: "other", Reason: "sees somebody else's touches"}})
	}
	if touches[0].By != "" && f.Lead.ID != "P1" {
		l.Stops = append(l.Stops, handoff.Stop{ActiveHold: handoff.ActiveHold{ID: "owner", Reason: "enough for the owner", Until: now.Add(day)}})
	}
	return l
}

func TestPeople_OthersTouchesAreNotTheirs(t *testing.T) {
	e := compile(t, crowded, func(c *handoff.Config) { c.Limiter = ofOwner{} })
	r := engaged([]handoff.Lead{member("P1", "vp")})
	r.Touches = []handoff.Touch{{ID: "H", Channel: handoff.ChannelEmail, At: earlier}}
	if got := enrolled(decide(t, e, now, r)); !slices.Equal(got, []string{"P1"}) {
		t.Errorf("%v are enrolled: the account's touches count for a person", got)
	}
}
