package handoff_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// A daily limit lets a lead have so many e-mails in 24 hours, and none before ten o'clock in UTC.
type daily int

func (n daily) Keys(f *handoff.Facts, _ []handoff.Touch, dst []handoff.Key) []handoff.Key {
	return append(dst, n.tally(f))
}

func (n daily) tally(f *handoff.Facts) handoff.Key {
	return handoff.TallyKey(policy, "mail/"+f.Subject.ID)
}

func (n daily) Limit(f *handoff.Facts, touches []handoff.Touch, own []string) (l handoff.Limits) {
	tally := f.Tally(n.tally(f))
	taken := slices.Clone(tally.At)
	for _, p := range tally.Planned {
		if !slices.Contains(own, p.For) {
			taken = append(taken, p.At)
		}
	}
	for i, t := range touches {
		if t.Channel != handoff.ChannelEmail {
			continue
		}
		if t.At.Hour() < 10 {
			open := t.At.Truncate(day).Add(10 * hour)
			l.Stops = append(l.Stops, handoff.Stop{Touch: i, OfHour: true, ActiveHold: handoff.ActiveHold{ID: "morning", Reason: "not before ten", Until: open}})
		}
		taken = slices.DeleteFunc(taken, func(at time.Time) bool { return !at.After(t.At.Add(-day)) })
		if len(taken) >= int(n) {
			l.Stops = append(l.Stops, handoff.Stop{Touch: i, ActiveHold: handoff.ActiveHold{ID: "mail-cap", Reason: "enough for a day", Until: slices.MinFunc(taken, time.Time.Compare).Add(day)}})
		}
		taken = append(taken, t.At)
		l.Counts = append(l.Counts, handoff.Count{Tally: n.tally(f), At: t.At, Keep: 100})
	}
	return l
}

func mailCap(n daily) func(*handoff.Config) { return func(c *handoff.Config) { c.Limiter = n } }

func mail(id string, edits ...func(*handoff.Touch)) handoff.Touch {
	t := handoff.Touch{ID: id, Channel: handoff.ChannelEmail, By: "ana"}
	for _, edit := range edits {
		edit(&t)
	}
	return t
}

func marketing(scope string) func(*handoff.Touch) {
	return func(t *handoff.Touch) { t.By, t.Purpose, t.Scope = "campaigns", handoff.PurposeMarketing, scope }
}

func step(sequence string) func(*handoff.Touch) {
	return func(t *handoff.Touch) { t.By, t.Sequence = "", sequence }
}

// permit asks with everything that is needed, as if the host had found nothing under keys that are not there.
func permit(t testing.TB, e *handoff.Engine, at time.Time, r handoff.Request, touch handoff.Touch) (handoff.Decision, handoff.State) {
	t.Helper()
	r.Triggers = nil
	r, err := e.FillTouch(at, r, touch, func(keys []handoff.Key) (handoff.State, error) {
		s := handoff.State{}
		for _, k := range keys {
			s[k] = handoff.Entry{}
		}
		return s, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	d, err := e.Permit(at, r, touch)
	if err != nil {
		t.Fatal(err)
	}
	return d, handoff.Apply(r.State, d.Effects)
}

// underway is the state after the demo's handoff: ae-fast runs for L1, owned by kim.
func underway(t *testing.T, e *handoff.Engine) handoff.Request {
	t.Helper()
	r := demo()
	_, r.State = apply(t, e, now, nil, r)
	return r
}

func whys(d handoff.Decision) (out []string) {
	for _, r := range d.Reasons {
		out = append(out, strings.TrimSpace(string(r.Rule)+" "+r.Code))
	}
	return out
}

func TestPermit(t *testing.T) {
	refused := func(purpose handoff.Purpose) func(*handoff.Request) {
		return func(r *handoff.Request) {
			r.Lead.Consent = []handoff.Consent{{Channel: handoff.ChannelEmail, Status: handoff.ConsentDenied, Purpose: purpose, At: earlier}}
		}
	}
	paused := with(handoff.PauseMarketing{Subject: l1, Pause: handoff.Pause{ID: "p", Scope: []string{"nurture"}, Since: earlier, Until: now.Add(day)}})
	never := with(handoff.PauseMarketing{Subject: account("A1"), Pause: handoff.Pause{ID: "p", Scope: []string{handoff.EveryScope}, Since: earlier, Until: now.Add(2 * day)}})
	said := func(basis handoff.Basis) func(*handoff.Request) {
		return func(r *handoff.Request) {
			r.Lead.Consent = append(r.Lead.Consent, handoff.Consent{Channel: handoff.ChannelEmail, Status: handoff.ConsentGranted, Basis: basis, At: earlier.Add(time.Minute)})
		}
	}
	flagged := func(r *handoff.Request) {
		r.Lead.Flags = []handoff.Flag{{Word: handoff.FlagDoNotContact, Since: earlier}}
	}
	for _, tt := range []struct {
		name, reason string
		request      handoff.Request
		touch        handoff.Touch
		want         handoff.Verdict
		next         time.Time
		codes        []string
	}{
		{"by hand", "the channel is open and nothing limits it", demo(), mail("M1"), handoff.VerdictPermitted, time.Time{}, []string{"consent relied"}},
		{"refused channel", "nobody reaches a person who refused", demo(refused("")), mail("M1"), handoff.VerdictBlockedChannel, time.Time{}, []string{"consent blocked_channel"}},
		{"refused for marketing", "sales may still write", demo(refused(handoff.PurposeMarketing)), mail("M1"), handoff.VerdictPermitted, time.Time{}, []string{"consent relied"}},
		{"marketing that is refused", "marketing may not", demo(refused(handoff.PurposeMarketing)), mail("M1", marketing("nurture")), handoff.VerdictBlockedChannel, time.Time{}, []string{"consent blocked_channel"}},
		{"closed channel", "nothing opens it", demo(), mail("M1", func(t *handoff.Touch) { t.Channel = handoff.ChannelSMS }), handoff.VerdictBlockedChannel, time.Time{}, []string{"consent blocked_channel"}},
		{"a task", "reaches nobody", demo(refused("")), mail("M1", func(t *handoff.Touch) { t.Channel = handoff.ChannelTask }), handoff.VerdictPermitted, time.Time{}, nil},
		{"do not contact", "the flag closes every channel", demo(flagged), mail("M1"), handoff.VerdictBlockedChannel, time.Time{}, []string{"consent blocked_channel"}},
		{"transactional", "what they have to be told, nothing holds", demo(flagged, refused(""), paused), mail("M1", func(t *handoff.Touch) { t.Purpose = handoff.PurposeTransactional }),
			handoff.VerdictPermitted, time.Time{}, []string{"consent relied"}},
		{"transactional that is refused", "unless they refused that very thing", demo(refused(handoff.PurposeTransactional)), mail("M1", func(t *handoff.Touch) { t.Purpose = handoff.PurposeTransactional }),
			handoff.VerdictBlockedChannel, time.Time{}, []string{"consent blocked_channel"}},
		{"paused marketing", "it yields to the rep", demo(paused), mail("M1", marketing("nurture")), handoff.VerdictHeld, now.Add(day), []string{"consent relied", "pause"}},
		{"other marketing", "a pause names scopes", demo(paused), mail("M1", marketing("newsletter")), handoff.VerdictPermitted, time.Time{}, []string{"consent relied"}},
		{"marketing of no scope", "which nobody can tell from what is paused", demo(paused), mail("M1", marketing("")), handoff.VerdictHeld, now.Add(day), []string{"consent relied", "pause"}},
		{"paused for the account", "with all its scopes", demo(never), mail("M1", marketing("ads")), handoff.VerdictHeld, now.Add(2 * day), []string{"consent relied", "pause"}},
		{"paused twice", "until the last of the pauses is over", demo(paused, never), mail("M1", marketing("nurture")), handoff.VerdictHeld, now.Add(2 * day), []string{"consent relied", "pause", "pause"}},
		{"an inquiry after a refusal", "only a yes opens what was refused", demo(refused(""), said(handoff.BasisInquiry)), mail("M1"), handoff.VerdictBlockedChannel, time.Time{}, []string{"consent blocked_channel"}},
		{"a yes after a refusal", "which this is", demo(refused(""), said(handoff.BasisExpress)), mail("M1"), handoff.VerdictPermitted, time.Time{}, []string{"consent relied"}},
		{"a pause and a rep", "sales is not paused", demo(never), mail("M1"), handoff.VerdictPermitted, time.Time{}, []string{"consent relied"}},
		{"of a sequence that does not run", "its steps are over for good", demo(), mail("M1", step("ae-fast")), handoff.VerdictRefused, time.Time{}, []string{"consent relied", "sequence ended"}},
		{"two things at once", "each is named", demo(paused, refused("")), mail("M1", marketing("nurture")), handoff.VerdictBlockedChannel, time.Time{}, []string{"consent blocked_channel", "pause"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, state := permit(t, compile(t, mailCap(9)), now, tt.request, tt.touch)
			if d.Verdict != tt.want || !d.Next.Equal(tt.next) {
				t.Errorf("%s, next %v, want %s, %v: %s", d.Verdict, d.Next, tt.want, tt.next, tt.reason)
			}
			if diff := cmp.Diff(tt.codes, whys(d)); diff != "" {
				t.Errorf("reasons (-want +got):\n%s", diff)
			}
			remembered := state[l1].Value != nil && len(state[l1].Value.(handoff.Record).Touches) == 1
			if permitted := d.Verdict == handoff.VerdictPermitted; permitted != remembered || !permitted && len(d.Effects) > 0 {
				t.Errorf("%s leaves %v", d.Verdict, d.Effects)
			}
		})
	}
}

func TestPermit_OncePerTouch(t *testing.T) {
	e, r := compile(t, mailCap(1)), demo()
	first, state := permit(t, e, now, r, mail("M1"))
	r.State = state
	again, after := permit(t, e, now.Add(time.Minute), r, mail("M1"))
	if first.Verdict != handoff.VerdictPermitted || again.Verdict != handoff.VerdictPermitted || len(again.Effects) > 0 {
		t.Errorf("asked again: %s with %v", again.Verdict, again.Effects)
	}
	other, _ := permit(t, e, now.Add(time.Minute), handoff.Request{Subject: r.Subject, Lead: r.Lead, Account: r.Account, State: after}, mail("M2"))
	if other.Verdict != handoff.VerdictHeld || !other.Next.Equal(now.Add(day)) {
		t.Errorf("another is %s until %v; the first counts once", other.Verdict, other.Next)
	}
}

func TestPermit_TwoWorkersCannotBothCommit(t *testing.T) {
	e := compile(t, mailCap(1))
	a, state := permit(t, e, now, demo(), mail("M1"))
	b, _ := permit(t, e, now, demo(), mail("M2"))
	if err := b.CheckGuards(state); a.Verdict != handoff.VerdictPermitted || !errors.Is(err, handoff.ErrConflict) {
		t.Errorf("the second commits too: %v", err)
	}
}

// TestPermit_PlannedTouches enrols with a cap of one e-mail a day: room for the sequence's own stays its own.
func TestPermit_PlannedTouches(t *testing.T) {
	e := compile(t, mailCap(1))
	r := underway(t, e) // an e-mail on day 1, at 15:00
	tally := handoff.TallyKey(policy, "mail/L1")
	want := []handoff.Planned{{For: "lead/L1/ae-fast", At: now.Add(day)}}
	if diff := cmp.Diff(want, r.State[tally].Value.(handoff.Tally).Planned); diff != "" {
		t.Fatalf("planned (-want +got):\n%s", diff)
	}
	other, _ := permit(t, e, now.Add(day), r, mail("M1", marketing("newsletter")))
	if other.Verdict != handoff.VerdictHeld {
		t.Errorf("somebody else takes the room: %s", other.Verdict)
	}
	own, state := permit(t, e, now.Add(day), r, mail("S1", step("ae-fast")))
	if own.Verdict != handoff.VerdictPermitted || own.Owner != "kim" {
		t.Errorf("its own step is %s by %s", own.Verdict, own.Owner)
	}
	if left := state[tally].Value.(handoff.Tally); len(left.Planned) > 0 || len(left.At) != 1 {
		t.Errorf("the room is not used up: %v", left)
	}
}

func TestPermit_EndGivesRoomBack(t *testing.T) {
	e := compile(t, mailCap(1))
	r := underway(t, e)
	r.Triggers = nil
	r = fill(e, now.Add(hour), r)
	d, err := e.Observe(now.Add(hour), r, handoff.Activity{ID: "R1", Kind: handoff.ActivityReply, At: now.Add(hour)})
	if err != nil {
		t.Fatal(err)
	}
	state := handoff.Apply(r.State, d.Effects)
	if left := state[handoff.TallyKey(policy, "mail/L1")].Value.(handoff.Tally).Planned; len(left) > 0 {
		t.Errorf("%v is kept for a sequence that ended", left)
	}
}

func TestPermit_Hours(t *testing.T) {
	e := compile(t, mailCap(5))
	early := now.Add(-7 * hour) // 08:00
	d, _ := permit(t, e, early, demo(), mail("M1"))
	if d.Verdict != handoff.VerdictHeld || !d.Next.Equal(now.Add(-5*hour)) || !slices.Contains(whys(d), "limit quiet_hours") {
		t.Errorf("%s until %v because %v", d.Verdict, d.Next, whys(d))
	}
	night := demo(triggers(signal("T1", "demo_request", early.Add(-time.Minute))))
	if d := decide(t, e, early, night); d.Verdict != handoff.VerdictEnrolled {
		t.Errorf("a sequence that starts at night is %s: its days do not say the hour", d.Verdict)
	}
}

// TestEnroll_TakesOverRoom supersedes a sequence that had the room.
func TestEnroll_TakesOverRoom(t *testing.T) {
	e, tally := compile(t, mailCap(1)), handoff.TallyKey(policy, "mail/L1")
	old := started(func(e *handoff.Enrollment) { e.Sequence, e.Tallies = "nurture", []handoff.Key{tally} })
	room := handoff.Plan{Tally: tally, For: "lead/L1/nurture", At: []time.Time{now.Add(day)}}
	d, state := apply(t, e, now, nil, demo(with(old, room)))
	want := []handoff.Planned{{For: "lead/L1/ae-fast", At: now.Add(day)}}
	if diff := cmp.Diff(want, state[tally].Value.(handoff.Tally).Planned); d.Verdict != handoff.VerdictEnrolled || diff != "" {
		t.Errorf("%s; planned (-want +got):\n%s", d.Verdict, diff)
	}
}

func TestEnroll_NoRoomUnderACap(t *testing.T) {
	e := compile(t, mailCap(1))
	r := demo(with(handoff.Plan{Tally: handoff.TallyKey(policy, "mail/L1"), For: "other", At: []time.Time{now.Add(day + hour)}}))
	d := decide(t, e, now, r)
	until := now.Add(2*day + hour)
	if d.Verdict != handoff.VerdictHeld || !d.Next.Equal(until) || d.Owner != "" {
		t.Errorf("%s until %v by %q", d.Verdict, d.Next, d.Owner)
	}
	queued := effects[handoff.QueueTrigger](d)
	if len(queued) != 1 || !queued[0].Until.Equal(until) || queued[0].Why != handoff.WhyHeld {
		t.Errorf("the trigger waits as %v", queued)
	}
}

// TestPermit_Overlap: marketing that goes out while a sequence runs says so in the ledger.
func TestPermit_Overlap(t *testing.T) {
	e := compile(t)
	r := underway(t, e)
	d, _ := permit(t, e, now.Add(hour), r, mail("M1", marketing("newsletter")))
	touches := effects[handoff.RecordTouch](d)
	if len(touches) != 1 || !slices.Equal(touches[0].During, []string{"ae-fast"}) {
		t.Errorf("the ledger has %v", touches)
	}
	own, _ := permit(t, e, now.Add(hour), r, mail("S1", step("ae-fast")))
	if touches := effects[handoff.RecordTouch](own); len(touches) != 1 || len(touches[0].During) > 0 {
		t.Errorf("its own step overlaps: %v", touches)
	}
}

func TestPermit_OwnerAway(t *testing.T) {
	absent := func(cover string) handoff.Rep {
		return handoff.Rep{ID: "kim", Status: handoff.RepActive, Cover: cover, Absences: []handoff.Absence{{From: now.Add(hour), Until: now.Add(2 * day)}}}
	}
	for _, tt := range []struct {
		name, reason string
		away         handoff.OwnerAway
		rep          handoff.Rep
		at           time.Time
		want         handoff.Verdict
		owner        string
		next         time.Time
	}{
		{"send", "the zero word does not ask", "", absent(""), now.Add(day), handoff.VerdictPermitted, "kim", time.Time{}},
		{"hold", "until the owner is back", handoff.OwnerAwayHold, absent("lee"), now.Add(day), handoff.VerdictHeld, "kim", now.Add(2 * day)},
		{"there", "an owner who is at work sends", handoff.OwnerAwayHold, absent("lee"), now.Add(2 * day), handoff.VerdictPermitted, "kim", time.Time{}},
		{"not yet away", "an absence begins", handoff.OwnerAwayHold, absent("lee"), now, handoff.VerdictPermitted, "kim", time.Time{}},
		{"cover", "who stands in sends", handoff.OwnerAwayCover, absent("lee"), now.Add(day), handoff.VerdictPermitted, "lee", time.Time{}},
		{"nobody covers", "it waits", handoff.OwnerAwayCover, absent(""), now.Add(day), handoff.VerdictHeld, "kim", now.Add(2 * day)},
		{"cover is away", "it waits", handoff.OwnerAwayCover, absent("max"), now.Add(day), handoff.VerdictHeld, "kim", now.Add(2 * day)},
		{"left", "nobody knows until when", handoff.OwnerAwayHold, handoff.Rep{ID: "kim", Status: handoff.RepLeft}, now.Add(day), handoff.VerdictHeld, "kim", time.Time{}},
		{"reassign", "the route finds somebody else", handoff.OwnerAwayReassign, handoff.Rep{ID: "kim", Status: handoff.RepLeft}, now.Add(day), handoff.VerdictPermitted, "lee", time.Time{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t, func(c *handoff.Config) { c.Sequences[0].OwnerAway = tt.away })
			r := underway(t, e)
			r.State[handoff.RepKey("kim")] = handoff.Entry{Version: 1, Value: tt.rep}
			d, state := permit(t, e, tt.at, r, mail("S1", step("ae-fast")))
			if d.Verdict != tt.want || d.Owner != tt.owner || !d.Next.Equal(tt.next) {
				t.Errorf("%s by %s, next %v, want %s by %s, %v: %s", d.Verdict, d.Owner, d.Next, tt.want, tt.owner, tt.next, tt.reason)
			}
			if tt.away == handoff.OwnerAwayReassign {
				record := state[l1].Value.(handoff.Record)
				if record.Owner != "lee" || record.Enrollments[0].Owner != "lee" {
					t.Errorf("the record is %s's, its sequence %s's", record.Owner, record.Enrollments[0].Owner)
				}
			}
		})
	}
}

// TestPermit_ReadsNothingElse loads what NeedsTouch lists, and nothing that an earlier decision happened to load.
func TestPermit_ReadsNothingElse(t *testing.T) {
	for _, away := range append(handoff.OwnerAways(), "") {
		t.Run("away "+string(away), func(t *testing.T) {
			e := compile(t, func(c *handoff.Config) { c.Sequences[0].OwnerAway = away })
			r := underway(t, e)
			stored := r.State
			stored[handoff.RepKey("kim")] = handoff.Entry{Version: 1, Value: handoff.Rep{ID: "kim", Status: handoff.RepLeft}}
			r.State, r.Triggers = nil, nil
			touch := mail("S1", step("ae-fast"))
			r, err := e.FillTouch(now.Add(day), r, touch, func(keys []handoff.Key) (handoff.State, error) {
				s := handoff.State{}
				for _, k := range keys {
					s[k] = stored[k]
				}
				return s, nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := e.Permit(now.Add(day), r, touch); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestPermit_Holds: what holds the play of a running sequence keeps its steps back where it says so.
func TestPermit_Holds(t *testing.T) {
	hold := func(touches bool, motion string) func(*handoff.Config) {
		return func(c *handoff.Config) {
			c.Suppressor = handoff.SuppressorFunc(func(f *handoff.Facts, p *handoff.Play, dst []handoff.ActiveHold) []handoff.ActiveHold {
				if f.OpenOpportunities.Value == 0 || p.Motion != motion {
					return dst
				}
				return append(dst, handoff.ActiveHold{ID: "deal", Reason: "the account team is talking", Until: now.Add(2 * day), Touches: touches})
			})
		}
	}
	for _, tt := range []struct {
		name, reason string
		edit         func(*handoff.Config)
		touch        handoff.Touch
		want         handoff.Verdict
	}{
		{"a hold that says so", "the step waits", hold(true, "inbound"), mail("S1", step("ae-fast")), handoff.VerdictHeld},
		{"a hold that does not", "what runs goes on", hold(false, "inbound"), mail("S1", step("ae-fast")), handoff.VerdictPermitted},
		{"a hold of other plays", "it is about plays", hold(true, "renewal"), mail("S1", step("ae-fast")), handoff.VerdictPermitted},
		{"a touch of no sequence", "no play sends it", hold(true, "inbound"), mail("M1"), handoff.VerdictPermitted},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t, tt.edit)
			r := underway(t, e)
			r.Opportunities = []handoff.Opportunity{{ID: "O1", Status: handoff.OpportunityOpen}}
			d, _ := permit(t, e, now.Add(day), r, tt.touch)
			if d.Verdict != tt.want || tt.want == handoff.VerdictHeld && !d.Next.Equal(now.Add(2*day)) {
				t.Errorf("%s until %v: %s", d.Verdict, d.Next, tt.reason)
			}
		})
	}
}

func TestPermit_Mistakes(t *testing.T) {
	e := compile(t)
	for _, tt := range []struct {
		name, want string
		request    handoff.Request
		touch      handoff.Touch
	}{
		{"no id", "touch.id", demo(), mail("")},
		{"no channel", "touch.channel", demo(), mail("M1", func(t *handoff.Touch) { t.Channel = "" })},
		{"no such purpose", "touch.purpose", demo(), mail("M1", func(t *handoff.Touch) { t.Purpose = "fun" })},
		{"nobody to reach", "lead.id", churn(), mail("M1")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := e.Permit(now, fill(e, now, tt.request), tt.touch)
			var input *handoff.InputError
			if !errors.As(err, &input) || input.Path != tt.want {
				t.Errorf("%v, want a mistake in %s", err, tt.want)
			}
			if keys := e.NeedsTouch(now, tt.request, tt.touch); keys != nil {
				t.Errorf("needs %v", keys)
			}
		})
	}
	_, err := e.Permit(now, demo(), mail("M1"))
	var missing *handoff.MissingError
	if !errors.As(err, &missing) {
		t.Errorf("without a state: %v", err)
	}
}

// TestLaw08_CapIsNeverExceeded asks for touches of all sorts at random instants and counts what was permitted.
func TestLaw08_CapIsNeverExceeded(t *testing.T) {
	for seed := range 40 {
		g := generate(seed)
		e := compile(t, mailCap(2), settle(0))
		r, at := demo(), now
		var sent []time.Time
		for i := range 60 {
			at = at.Add(time.Duration(g.IntN(8*60)) * time.Minute)
			switch g.IntN(6) {
			case 0:
				r.Triggers = []handoff.Trigger{signal(fmt.Sprint("T", i), pick(g, "demo_request", "webinar"), at)}
				_, r.State = apply(t, e, at, r.State, r)
			case 1:
				f := fill(e, at, r)
				f.Triggers = nil
				d, err := e.Observe(at, f, handoff.Activity{ID: fmt.Sprint("A", i), Kind: handoff.ActivityReply, At: at})
				if err != nil {
					t.Fatal(err)
				}
				r.State = handoff.Apply(f.State, d.Effects)
			default:
				touch := mail(fmt.Sprint("M", i))
				if g.chance(2) {
					touch.Sequence = pick(g, "ae-fast", "nurture")
				}
				var d handoff.Decision
				if d, r.State = permit(t, e, at, r, touch); d.Verdict == handoff.VerdictPermitted {
					sent = append(sent, at)
				}
			}
		}
		for i := 2; i < len(sent); i++ {
			if sent[i].Sub(sent[i-2]) < day {
				t.Fatalf("seed %d: three e-mails within a day: %v", seed, sent[i-2:i+1])
			}
		}
	}
}

// A listener is a route that tells what it was asked.
type listener struct {
	inOrder
	heard *[]handoff.Facts
}

func (l listener) Route(f *handoff.Facts, p *handoff.Play) handoff.Routing {
	*l.heard = append(*l.heard, *f)
	return l.inOrder.Route(f, p)
}

// TestPermit_TakeoverPassesTheHandoff has a step sent while kim is away, who owes a first touch, and zoe what another play promised:
// lee takes over everything.
func TestPermit_TakeoverPassesTheHandoff(t *testing.T) {
	var heard []handoff.Facts
	e := compile(t, as(func(s *handoff.Sequence) { s.OwnerAway = handoff.OwnerAwayReassign }),
		promising(&handoff.SLA{Within: 9 * day}, func(p *handoff.Play) { p.Router = listener{inOrder{reps: []string{"kim", "lee"}}, &heard} }))
	d := atDesk(t, e)
	d.r.State = handoff.Apply(d.r.State, []handoff.Effect{handoff.StartClock{Subject: l1,
		Clock: handoff.Clock{ID: "first_touch:demo-smb", Play: "demo-smb", Owner: "zoe", Start: now, Due: now.Add(4 * hour)}}})
	ofKim(func(r *handoff.Rep) { r.Absences = kimAway(now, now.Add(2*day)).Value.(handoff.Rep).Absences })(d)
	before := d.record()
	if keys := e.NeedsTouch(now.Add(hour), d.r, mail("S1", step("ae-fast"))); !slices.Contains(keys, handoff.RepKey("zoe")) {
		t.Errorf("needs %v, want zoe, whose promise it passes on", keys)
	}
	heard = nil
	out, state := permit(t, e, now.Add(hour), d.r, mail("S1", step("ae-fast")))
	d.r.State = state
	r := d.record()
	if out.Owner != "lee" || r.Owner != "lee" || r.Play != before.Play || r.Trigger.ID != "T1" || !r.Began.Equal(before.Began) {
		t.Errorf("%s sends it, and %s has the record of %q for %q since %s, want lee, and the rest as before", out.Owner, r.Owner, r.Play, r.Trigger.ID, r.Began)
	}
	for _, id := range []string{touchClock, "first_touch:demo-smb"} {
		if c := d.clock(id); c.Owner != "lee" || c.Transfers != 1 {
			t.Errorf("%+v runs, want that it is lee's", c)
		}
	}
	if len(heard) != 1 || heard[0].Trigger.ID != "T1" || !slices.Equal(heard[0].Avoid, []string{"kim"}) {
		t.Errorf("the route heard %+v, want the signal of the handoff, and to avoid kim", heard)
	}
}
