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

// closing gives acme outcomes, ways back, and a trigger and a play for records that come back.
func closing(recycles ...handoff.RecycleRule) func(*handoff.Config) {
	return func(c *handoff.Config) {
		promising(within(hour))(c)
		c.Triggers = append(c.Triggers, handoff.TriggerRule{Kind: handoff.TriggerRecycled, About: handoff.KindLead, StaleAfter: 9 * day},
			handoff.TriggerRule{Kind: "contact_us", About: handoff.KindLead, StaleAfter: 9 * day, HandRaise: true})
		again := handoff.Play{ID: "again", Trigger: handoff.TriggerRecycled, Priority: points(10), Router: inOrder{reps: []string{"kim", "lee", "ana"}}}
		asked := again
		asked.ID, asked.Trigger = "asked", "contact_us"
		c.Plays = append(c.Plays, again, asked)
		c.Outcomes = []handoff.OutcomeRule{
			{Word: "met"}, {Word: "won", Ends: true}, {Word: "lost", Ends: true},
			{Word: "unreachable", Ends: true, Attempts: 2, Position: "acme:50:1"},
			{Word: "no_fit", Ends: true, Reason: true, Reasons: []handoff.ReasonRule{{Word: "budget"}, {Word: "silent", Attempts: 3}},
				Dispute: handoff.Span{Days: 2}, DisputeTo: "sam"},
			{Word: "later", Ends: true, Until: true},
			{Word: "patient", Ends: true, After: handoff.Span{Elapsed: hour}},
			{Word: "strict", Ends: true, Reason: true, Until: true, Attempts: 1, After: handoff.Span{Elapsed: hour}},
		}
		c.Recycles = recycles
	}
}

// came is an outcome of kim's.
func came(word string, at time.Time, edits ...func(*handoff.Activity)) handoff.Activity {
	return happened(handoff.ActivityOutcome, at, append(edits, func(a *handoff.Activity) { a.Outcome, a.ID = word, word+a.ID })...)
}

// TestOutcome_Needs tells what an outcome lacks, of a handoff at 15:00.
func TestOutcome_Needs(t *testing.T) {
	call, reply := handoff.ActivityCall, handoff.ActivityReply
	at := march(4, 16, 0)
	for _, tt := range []struct {
		name, reason string
		before       []handoff.ActivityKind // a minute apart, from the handoff on
		activity     handoff.Activity
		want         []string // codes of what is lacking; none: it is taken
	}{
		{"needs nothing", "its rule asks for nothing", nil, came("met", now), nil},
		{"no reason", "one has to be given", nil, came("no_fit", at), []string{handoff.CodeNeedsReason}},
		{"another reason", "only those that are listed", nil, came("no_fit", at, because("weather")), []string{handoff.CodeNeedsReason}},
		{"a reason", "it is listed, and asks for no attempts", nil, came("no_fit", at, because("budget")), nil},
		{"a reason without its attempts", "it asks for three", []handoff.ActivityKind{call, call}, came("no_fit", at, because("silent")), []string{handoff.CodeNeedsAttempts}},
		{"a reason with its attempts", "there are three", []handoff.ActivityKind{call, handoff.ActivityEmail, handoff.ActivitySocial}, came("no_fit", at, because("silent")), nil},
		{"any reason", "none is listed, so any may be given", []handoff.ActivityKind{call, call}, came("unreachable", at, because("weather")), nil},
		{"one attempt", "two are asked for", []handoff.ActivityKind{call}, came("unreachable", at), []string{handoff.CodeNeedsAttempts}},
		{"two attempts", "as many as are asked for", []handoff.ActivityKind{call, call}, came("unreachable", at), nil},
		{"a machine's answer", "it is no attempt", []handoff.ActivityKind{call, handoff.ActivityAutoReply}, came("unreachable", at), []string{handoff.CodeNeedsAttempts}},
		{"a conversation", "who was reached was tried", []handoff.ActivityKind{call, handoff.ActivityConnected}, came("unreachable", at), nil},
		{"a reply", "the subject did that, and nobody else", []handoff.ActivityKind{call, reply}, came("unreachable", at), []string{handoff.CodeNeedsAttempts}},
		{"no date", "one has to be given", nil, came("later", at), []string{handoff.CodeNeedsDate}},
		{"a date", "it is given", nil, came("later", at, until(march(9, 9, 0))), nil},
		{"too early", "the handoff has to have lasted an hour", nil, came("patient", at.Add(-time.Microsecond)), []string{handoff.CodeTooEarly}},
		{"early enough", "an hour has passed at the very instant", nil, came("patient", at), nil},
		{"everything", "all that is lacking is listed", nil, came("strict", now),
			[]string{handoff.CodeNeedsReason, handoff.CodeNeedsDate, handoff.CodeNeedsAttempts, handoff.CodeTooEarly}},
		{"of the Lifecycle", "the word counts, whoever says it", nil, happened(handoff.ActivityMeeting, at), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := atDesk(t, compile(t, closing()))
			for i, kind := range tt.before {
				d.did(kind, now.Add(time.Duration(i)*time.Minute))
			}
			before := d.r.State
			out := d.observe(march(4, 17, 0), tt.activity)
			if len(tt.want) == 0 {
				if out.Verdict != handoff.VerdictObserved || d.record().Outcome.ID != tt.activity.ID {
					t.Errorf("%s for %v: %s", out.Verdict, out.Reasons, tt.reason)
				}
				return
			}
			var got []string
			for _, r := range out.Reasons {
				got = append(got, r.Code)
				if r.Rule != handoff.RuleOutcome || r.ID != tt.activity.Outcome || r.Text == "" {
					t.Errorf("%+v does not say what lacks something", r)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || out.Verdict != handoff.VerdictRefused {
				t.Errorf("%s, %s (-want +got):\n%s", out.Verdict, tt.reason, diff)
			}
			if len(out.Effects) > 0 || encode(t, before) != encode(t, d.r.State) {
				t.Errorf("%v changes something", kindsOf(out))
			}
		})
	}
}

// TestOutcome_RefusedComesAgain says an outcome too early, and the same one again under the same id.
func TestOutcome_RefusedComesAgain(t *testing.T) {
	d := atDesk(t, compile(t, closing()))
	a := came("unreachable", march(4, 16, 0))
	if out := d.observe(a.At, a); out.Verdict != handoff.VerdictRefused {
		t.Fatalf("%s, want that it is refused", out.Verdict)
	}
	d.did(handoff.ActivityCall, march(4, 15, 20))
	d.did(handoff.ActivityCall, march(4, 15, 40))
	if out := d.observe(march(4, 16, 5), a); out.Verdict != handoff.VerdictObserved || d.record().Outcome.Word != "unreachable" {
		t.Errorf("%s for %v, want that it is taken: the calls were told late", out.Verdict, out.Reasons)
	}
	if out := d.observe(march(4, 16, 5), a); out.Verdict != handoff.VerdictDuplicate {
		t.Errorf("a third time it is %s", out.Verdict)
	}
}

// TestOutcome_SinceTheHandoff has two calls at and after the handoff at 15:00, and then somebody else who says at 16:00 what
// came of it: one outcome needs two attempts, another that the handoff has lasted an hour.
func TestOutcome_SinceTheHandoff(t *testing.T) {
	reassign := handoff.LateStep{Do: handoff.LateReassign}
	for _, tt := range []struct {
		name, reason string
		edit         func(*handoff.Config)
		between      func(*desk)
		owner        string
		want         handoff.Verdict
	}{
		{"reassigned", "kim's calls were for the same handoff", closing(), func(d *desk) { d.did(handoff.ActivityReassigned, march(4, 15, 20), toRep("lee")) }, "lee", handoff.VerdictObserved},
		{"transferred", "kim's calls were for the same handoff", func(c *handoff.Config) {
			closing()(c)
			c.Plays[0].Promise = &handoff.SLA{Within: 20 * time.Minute, Stops: []handoff.ActivityKind{handoff.ActivityConnected}, Late: []handoff.LateStep{reassign}}
		}, func(d *desk) { d.sweep(march(4, 15, 20)) }, "lee", handoff.VerdictObserved},
		{"another signal", "nobody has tried since that, nor waited for an hour", closing(), func(d *desk) {
			d.decide(march(4, 15, 20), signal("C1", "contact_us", march(4, 15, 20)))
		}, "kim", handoff.VerdictRefused},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := atDesk(t, compile(t, tt.edit))
			d.did(handoff.ActivityCall, now)
			d.did(handoff.ActivityCall, march(4, 15, 10))
			tt.between(d)
			if r := d.record(); r.Owner != tt.owner || r.Began.Equal(now) != (tt.want == handoff.VerdictObserved) {
				t.Errorf("%s has it of the handoff of %s: %s", r.Owner, r.Began, tt.reason)
			}
			for _, word := range []string{"patient", "unreachable"} {
				if out := d.observe(march(4, 16, 0), came(word, march(4, 16, 0), by(tt.owner))); out.Verdict != tt.want {
					t.Errorf("%s is %s for %v, want %s: %s", word, out.Verdict, out.Reasons, tt.want, tt.reason)
				}
			}
		})
	}
}

// TestOutcome_AttemptOfItsOwn has a Lifecycle that reads an outcome from a call.
func TestOutcome_AttemptOfItsOwn(t *testing.T) {
	d := atDesk(t, compile(t, closing(), func(c *handoff.Config) {
		c.Lifecycle = handoff.LifecycleFunc(func(a handoff.Activity) (c handoff.Consequences) {
			if a.Reason == "gone" {
				c.Outcome = "unreachable"
			}
			return c
		})
	}))
	d.did(handoff.ActivityCall, march(4, 15, 10))
	if out := d.did(handoff.ActivityCall, march(4, 15, 20), because("gone")); out.Verdict != handoff.VerdictObserved {
		t.Errorf("%s for %v, want that the call is the second attempt", out.Verdict, out.Reasons)
	}
}

func TestOutcome_UnknownWord(t *testing.T) {
	e := compile(t, closing())
	_, err := e.Observe(now, fill(e, now, demo(triggers())), came("unheard_of", now))
	var wrong *handoff.InputError
	if !errors.As(err, &wrong) || wrong.Path != "activity.outcome" || !strings.Contains(err.Error(), "met, won, lost, unreachable, no_fit") {
		t.Errorf("%v, want an *InputError that lists the words", err)
	}
	if out, err := compile(t).Observe(now, fill(e, now, demo(triggers())), came("unheard_of", now)); err != nil || out.Verdict != handoff.VerdictObserved {
		t.Errorf("%v, %s; want that any word does where the policy lists none", err, out.Verdict)
	}
}

// TestOutcome_Ends tells what an outcome that ends the handoff ends.
func TestOutcome_Ends(t *testing.T) {
	for _, tt := range []struct {
		word, reason string
		ends         bool
	}{
		{"won", "the handoff is over", true},
		{"met", "sales goes on", false},
	} {
		t.Run(tt.word, func(t *testing.T) {
			d := atDesk(t, compile(t, closing(), func(c *handoff.Config) { c.Plays[0].Acceptance = within(hour) }))
			d.observe(march(4, 15, 30), came(tt.word, march(4, 15, 30)))
			r := d.record()
			if over := len(r.Clocks) == 0 && len(r.Enrollments) == 0 && len(r.Pauses) == 0 && r.Load.Rep == ""; over != tt.ends {
				t.Errorf("%v, %v, %v, %v is left: %s", r.Clocks, r.Enrollments, r.Pauses, r.Load, tt.reason)
			}
			if r.Owner != "kim" || r.Outcome.Word != tt.word || r.Outcome.Owner != "kim" {
				t.Errorf("%s owns it, and %+v came of it", r.Owner, r.Outcome)
			}
		})
	}
}

// TestDispute has an outcome on Wednesday at 16:00 that may be disputed for two days.
func TestDispute(t *testing.T) {
	disputed := func(at time.Time) handoff.Activity {
		return happened(handoff.ActivityDisputed, at, by("mia"), because("they_called_back"))
	}
	outcome := func(d *desk) { d.observe(march(4, 16, 0), came("no_fit", march(4, 16, 0), because("budget"))) }
	for _, tt := range []struct {
		name, reason string
		before       func(*desk)
		at           time.Time
		taken        bool
	}{
		{"at once", "the very instant is not before the outcome", outcome, march(4, 16, 0), true},
		{"in time", "a day later", outcome, march(5, 16, 0), true},
		{"at the very end", "two days are not over", outcome, march(6, 16, 0), true},
		{"a microsecond later", "two days are over", outcome, march(6, 16, 0).Add(time.Microsecond), false},
		{"before the outcome", "there was none then", outcome, march(4, 16, 0).Add(-time.Microsecond), false},
		{"of no outcome", "there is none", func(*desk) {}, march(4, 16, 0), false},
		{"of an outcome that stands", "nobody may dispute it", func(d *desk) { d.observe(march(4, 16, 0), came("met", march(4, 16, 0))) }, march(4, 17, 0), false},
		{"twice", "once is enough", func(d *desk) {
			outcome(d)
			d.observe(march(4, 17, 0), disputed(march(4, 17, 0)))
		}, march(4, 18, 0), false},
		{"of the next outcome", "that one was not disputed", func(d *desk) {
			outcome(d)
			d.observe(march(4, 17, 0), disputed(march(4, 17, 0)))
			d.observe(march(4, 18, 0), came("no_fit", march(4, 18, 0), because("budget")))
		}, march(4, 19, 0), true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := atDesk(t, compile(t, closing()))
			tt.before(d)
			out := d.observe(march(7, 16, 0), disputed(tt.at))
			told := effects[handoff.Notify](out)
			if !tt.taken {
				if out.Verdict != handoff.VerdictRefused || len(out.Effects) > 0 || out.Reasons[0].Code != handoff.CodeNoDispute {
					t.Errorf("%s with %v for %v: %s", out.Verdict, kindsOf(out), out.Reasons, tt.reason)
				}
				return
			}
			want := handoff.Dispute{ID: disputed(tt.at).ID, At: tt.at, By: "mia", Reason: "they_called_back"}
			if got := d.record().Outcome; got.Disputed != want || got.Word != "no_fit" {
				t.Errorf("%+v is remembered for %v: %s", got, out.Reasons, tt.reason)
			}
			if len(told) != 1 || told[0].To != "sam" || told[0].Text != "mia disputes the outcome no_fit: they_called_back" {
				t.Errorf("%v is told, want sam", told)
			}
		})
	}
}

// TestDispute_WhoIsTold tells the owner of then, also where the record is another's since.
func TestDispute_WhoIsTold(t *testing.T) {
	for _, tt := range []struct {
		name, reason, to string
		manager          string
		want             string
	}{
		{"the owner", "it was kim's outcome", handoff.ToOwner, "", "kim"},
		{"the manager", "kim's", handoff.ToManager, "mia", "mia"},
		{"no manager", "nobody is told, and the dispute stands", handoff.ToManager, "", ""},
		{"somebody by name", "the policy says who", "sam", "", "sam"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := atDesk(t, compile(t, closing(), func(c *handoff.Config) { c.Outcomes[4].DisputeTo = tt.to }))
			ofKim(func(r *handoff.Rep) { r.Manager = tt.manager })(d)
			d.observe(march(4, 16, 0), came("no_fit", march(4, 16, 0), because("budget")))
			d.did(handoff.ActivityReassigned, march(4, 17, 0), toRep("lee"))
			out := d.did(handoff.ActivityDisputed, march(4, 18, 0), by("lee"), because("wrong"))
			var got string
			for _, n := range effects[handoff.Notify](out) {
				got = n.To
			}
			if got != tt.want || d.record().Outcome.Disputed.By != "lee" {
				t.Errorf("%q is told of %+v, want %q: %s", got, d.record().Outcome.Disputed, tt.want, tt.reason)
			}
			if unsaid := slices.ContainsFunc(out.Reasons, func(r handoff.Reason) bool { return r.Code == handoff.CodeNobody }); unsaid != (tt.want == "") {
				t.Errorf("%v: %s", out.Reasons, tt.reason)
			}
		})
	}
}

// ways are the rules by which acme's records come back.
func ways() []handoff.RecycleRule {
	return []handoff.RecycleRule{
		{ID: "poor", Outcomes: []string{"no_fit"}, Reasons: []string{"budget"}, To: "next-year", Wait: handoff.Span{Days: 180}},
		{ID: "rest", Outcomes: []string{"no_fit", "lost", "later"}, To: "nurture", Wait: handoff.Span{Days: 30}, AtMost: 1, CoolOff: handoff.Span{Days: 7}, Different: true},
		{ID: "never", Outcomes: []string{"lost", "unreachable"}, To: "newsletter"},
	}
}

// TestRecycle_Rule tells which rule gives a record back, and until when. The policy's days are those of New York, where the
// clocks go forward on Sunday.
func TestRecycle_Rule(t *testing.T) {
	at := march(4, 16, 0)
	tried := func(d *desk) {
		d.did(handoff.ActivityCall, march(4, 15, 10))
		d.did(handoff.ActivityCall, march(4, 15, 20))
		d.did(handoff.ActivityCall, march(4, 15, 30))
	}
	for _, tt := range []struct {
		name, reason string
		activity     handoff.Activity
		rule         string // "": none
		back         time.Time
	}{
		{"by reason", "the first rule is for it", came("no_fit", at, because("budget")), "poor", time.Date(2026, 8, 31, 15, 0, 0, 0, time.UTC)},
		{"by another reason", "the first rule is not for it", came("no_fit", at, because("silent")), "rest", time.Date(2026, 4, 3, 15, 0, 0, 0, time.UTC)},
		{"without a reason", "a rule without reasons is for any", came("lost", at), "rest", time.Date(2026, 4, 3, 15, 0, 0, 0, time.UTC)},
		{"on a day", "the activity's counts, not the rule's wait", came("later", at, until(march(20, 9, 0))), "rest", march(20, 9, 0)},
		{"not by itself", "its rule has no wait", came("unreachable", at), "never", time.Time{}},
		{"not by itself, and on a day", "the activity names one", came("unreachable", at, until(march(20, 9, 0))), "never", march(20, 9, 0)},
		{"of no rule", "it does not come back", came("won", at), "", time.Time{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := atDesk(t, compile(t, closing(ways()...)))
			tried(d)
			out := d.observe(at, tt.activity)
			recycles := effects[handoff.Recycle](out)
			if tt.rule == "" {
				if len(recycles) > 0 || d.record().Recycled.Times > 0 {
					t.Errorf("%+v: %s", recycles, tt.reason)
				}
				return
			}
			if len(recycles) != 1 || recycles[0].Rule != tt.rule || !recycles[0].Back.Equal(tt.back) || !recycles[0].At.Equal(at) {
				t.Fatalf("%+v, want %s back at %s: %s", recycles, tt.rule, tt.back, tt.reason)
			}
			queue := d.record().Queue
			if got := len(queue) == 1 && queue[0].Trigger.ID == recycles[0].Trigger && queue[0].Trigger.OccurredAt.Equal(tt.back) && queue[0].Until.Equal(tt.back) &&
				queue[0].Why == handoff.WhyRecycled; got == tt.back.IsZero() {
				t.Errorf("%+v waits: %s", queue, tt.reason)
			}
		})
	}
}

// recycled is a record that kim lost on the 4th, and that comes back on April 3 at 15:00.
func recycled(t *testing.T, edits ...func(*handoff.Config)) *desk {
	t.Helper()
	d := atDesk(t, compile(t, append([]func(*handoff.Config){closing(ways()...)}, edits...)...))
	d.observe(march(4, 16, 0), came("lost", march(4, 16, 0)))
	if q := d.record().Queue; len(q) != 1 || q[0].Trigger.ID != "recycled-lead-L1-1" {
		t.Fatalf("%+v waits", q)
	}
	return d
}

// comesBack is the day of recycled.
var comesBack = time.Date(2026, 4, 3, 15, 0, 0, 0, time.UTC)

// TestRecycle_ComesBack returns a record on its day, to somebody else.
func TestRecycle_ComesBack(t *testing.T) {
	d := recycled(t)
	if out := d.decide(comesBack.Add(-day)); len(out.Effects) > 0 {
		t.Errorf("a day before there are %v", kindsOf(out))
	}
	if out := d.sweep(comesBack.Add(-time.Microsecond)); len(effects[handoff.Redecide](out)) > 0 {
		t.Errorf("a microsecond before it is %v", kindsOf(out))
	}
	if out := d.sweep(comesBack); !slices.Equal(effects[handoff.Redecide](out)[0].Triggers, []string{"recycled-lead-L1-1"}) {
		t.Errorf("on its day there are %v", out.Effects)
	}
	out := d.decide(comesBack)
	if out.Play != "again" || out.Owner != "lee" || len(d.record().Queue) > 0 {
		t.Errorf("%s gives it to %q and %v waits; want lee, because kim had it", out.Play, out.Owner, d.record().Queue)
	}
	d.observe(comesBack.Add(hour), came("lost", comesBack.Add(hour)))
	if r := d.record(); r.Recycled.Times != 1 || !r.Recycled.Back.IsZero() || len(r.Queue) > 0 {
		t.Errorf("%+v with %v, want that it does not come back a second time", r.Recycled, r.Queue)
	}
}

// TestRecycle_RedeliveredBeforeItsDay hears again of the trigger that rests, and of others beside it.
func TestRecycle_RedeliveredBeforeItsDay(t *testing.T) {
	d := recycled(t)
	rests := d.record().Queue[0].Trigger
	if out := d.decide(comesBack.Add(-12*hour), rests); len(out.Effects) > 0 {
		t.Errorf("half a day before there are %v", out.Effects)
	}
	var list []handoff.Trigger
	for i := range handoff.MaxTriggers {
		list = append(list, signal(fmt.Sprint("W", i), "webinar", march(10, 9, i%60)))
	}
	d.decide(march(11, 9, 0), list...)
	if n := len(d.record().Queue); n > handoff.MaxTriggers {
		t.Errorf("%d wait, want %d at most", n, handoff.MaxTriggers)
	}
}

// TestRecycle_SweptLate returns a record whose day has come while nobody swept, for longer than a signal is heard.
func TestRecycle_SweptLate(t *testing.T) {
	d := recycled(t)
	if since := d.record().WaitsSince(); !since.IsZero() {
		t.Errorf("somebody waits since %s, though the record rests", since)
	}
	at := comesBack.Add(10 * day)
	d.sweep(at)
	if since := d.record().WaitsSince(); !since.Equal(comesBack) {
		t.Errorf("it waits since %s, want since its day", since)
	}
	if out := d.decide(at); out.Play != "again" {
		t.Errorf("%s with %v, want that it comes back", out.Verdict, out.Reasons)
	}
}

// TestRecycle_AvoidsOnlyItsReturn gives other signals to whoever is first.
func TestRecycle_AvoidsOnlyItsReturn(t *testing.T) {
	seen := map[string][]string{}
	spy := func(c *handoff.Config) {
		for i := range c.Plays {
			c.Plays[i].Router = handoff.RouterFunc(func(f *handoff.Facts, _ *handoff.Play) handoff.Routing {
				seen[f.Trigger.Kind] = f.Avoid
				return handoff.Routing{Owner: "ana", Rung: "spy", Why: "it listens"}
			})
		}
	}
	for _, kind := range []string{handoff.TriggerRecycled, "contact_us"} {
		d := recycled(t)
		d.engine = compile(t, closing(ways()...), spy)
		if kind == handoff.TriggerRecycled {
			d.decide(comesBack)
		} else {
			d.decide(march(6, 9, 0), signal("C1", kind, march(6, 9, 0)))
		}
	}
	if diff := cmp.Diff(map[string][]string{handoff.TriggerRecycled: {"kim"}, "contact_us": nil}, seen); diff != "" {
		t.Errorf("(-want +avoided):\n%s", diff)
	}
}

// TestRecycle_AvoidsEverybodyWhoHadIt has a second round, an owner of the CRM's, and a rep who declined.
func TestRecycle_AvoidsEverybodyWhoHadIt(t *testing.T) {
	var crowd []string
	for i := range 50 {
		crowd = append(crowd, fmt.Sprintf("a%02d", i))
	}
	rule := handoff.RecycleRule{ID: "r", Outcomes: []string{"lost"}, Wait: handoff.Span{Days: 30}, Different: true}
	for _, tt := range []struct {
		name, reason string
		do           func(*desk)
		want         []string
	}{
		{"twice", "neither kim nor lee gets it a third time", func(d *desk) {
			d.observe(march(4, 16, 0), came("lost", march(4, 16, 0)))
			d.decide(comesBack)
			d.observe(comesBack.Add(hour), came("lost", comesBack.Add(hour)))
		}, []string{"kim", "lee"}},
		{"reassigned", "kim promised something, too", func(d *desk) {
			d.did(handoff.ActivityReassigned, march(4, 15, 30), toRep("lee"))
			d.observe(march(4, 16, 0), came("lost", march(4, 16, 0)))
		}, []string{"kim", "lee"}},
		{"declined", "lee, who stands in for zoe, does not take it", func(d *desk) {
			d.engine = compile(t, closing(rule), func(c *handoff.Config) {
				c.Lifecycle = handoff.LifecycleFunc(func(a handoff.Activity) (out handoff.Consequences) {
					if a.Kind == handoff.ActivityDeclined {
						out.Outcome = "lost"
					}
					return out
				})
			})
			d.r.State = handoff.Apply(nil, []handoff.Effect{handoff.Assign{Subject: l1, To: "lee", Covers: "zoe", Until: march(9, 9, 0), At: now}})
			d.did(handoff.ActivityDeclined, march(4, 16, 0), by("lee"))
		}, []string{"lee", "zoe"}},
		{"of the handoff before", "kim's promise was another signal's", func(d *desk) {
			d.did(handoff.ActivityCall, march(4, 15, 10))
			ofKim(func(r *handoff.Rep) { r.Status = handoff.RepAway })(d)
			d.decide(march(4, 15, 30), signal("C1", "contact_us", march(4, 15, 30)))
			d.observe(march(4, 16, 0), came("lost", march(4, 16, 0)))
		}, []string{"lee"}},
		{"back to a queue", "kim had it and ana does; sam, who looks after the queue, did not", func(d *desk) {
			desk := &handoff.Queue{ID: "desk", Owner: "sam", Promise: within(hour)}
			d.engine = compile(t, closing(rule), func(c *handoff.Config) {
				c.Plays[0].Promise, c.Queues = late(handoff.LateStep{Do: handoff.LateQueue, Queue: desk}), []*handoff.Queue{desk}
			})
			d.r = demo()
			d.decide(now, d.r.Triggers...)
			d.sweep(march(4, 16, 0))
			d.did(handoff.ActivityReassigned, march(4, 16, 30), by("ana"), toRep("ana"))
			d.observe(march(4, 17, 0), came("lost", march(4, 17, 0), by("ana")))
		}, []string{"ana", "kim"}},
		{"reassigned without a promise", "kim had it, and owed nothing", func(d *desk) {
			d.engine = compile(t, closing(rule), func(c *handoff.Config) { c.Plays[0].Promise = nil })
			d.r = demo()
			d.decide(now, d.r.Triggers...)
			d.did(handoff.ActivityReassigned, march(4, 15, 30), toRep("lee"), by("sam"))
			d.observe(march(4, 16, 0), came("lost", march(4, 16, 0)))
		}, []string{"kim", "lee"}},
		{"more than there is room for", "who had it now goes before who had it some time", func(d *desk) {
			d.r.State = handoff.Apply(d.r.State, []handoff.Effect{handoff.Recycle{Subject: l1, At: earlier, Avoid: crowd}})
			d.observe(march(4, 16, 0), came("lost", march(4, 16, 0)))
		}, append(slices.Clone(crowd[:49]), "kim")},
		{"the CRM's owner", "the CRM knows who had it", func(d *desk) {
			d.r.State, d.r.Lead.Owner = nil, "zoe"
			d.observe(march(4, 16, 0), came("lost", march(4, 16, 0)))
		}, []string{"zoe"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := atDesk(t, compile(t, closing(rule)))
			tt.do(d)
			if got := d.record().Recycled.Avoid; !slices.Equal(got, tt.want) {
				t.Errorf("avoids %v, want %v: %s", got, tt.want, tt.reason)
			}
		})
	}
}

// TestRecycle_CoolOff keeps everything back for a week but a signal that asks for sales.
func TestRecycle_CoolOff(t *testing.T) {
	over := time.Date(2026, 3, 11, 15, 0, 0, 0, time.UTC) // a week of New York later
	for _, tt := range []struct {
		name, reason string
		kind         string
		at           time.Time
		verdict      handoff.Verdict
		returns      bool // the planned return stands
	}{
		{"another signal", "the record rests", "webinar", march(6, 9, 0), handoff.VerdictHeld, true},
		{"just before the end", "the record rests", "webinar", over.Add(-time.Microsecond), handoff.VerdictHeld, true},
		{"at the end", "the record has rested, and is handed over before its day", "webinar", over, handoff.VerdictEnrolled, false},
		{"a hand raise", "somebody who asks for sales is heard", "contact_us", march(6, 9, 0), handoff.VerdictAssigned, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := recycled(t)
			out := d.decide(tt.at, signal("C1", tt.kind, tt.at))
			if out.Verdict != tt.verdict {
				t.Fatalf("%s for %v, want %s: %s", out.Verdict, out.Reasons, tt.verdict, tt.reason)
			}
			stands := slices.ContainsFunc(d.record().Queue, func(q handoff.Queued) bool { return q.Why == handoff.WhyRecycled })
			if stands != tt.returns {
				t.Errorf("the return stands: %t, want %t: %s", stands, tt.returns, tt.reason)
			}
			if fate := fates(out)["recycled-lead-L1-1"]; !tt.returns && fate != handoff.FateDropped {
				t.Errorf("the return is %q", fate)
			}
		})
	}
}

// TestRecycle_CoolOffAfterAHandRaise hears of a webinar before and after somebody has asked for sales.
func TestRecycle_CoolOffAfterAHandRaise(t *testing.T) {
	d := recycled(t)
	d.decide(march(5, 9, 0), signal("W1", "webinar", march(5, 9, 0)))
	if out := d.decide(march(6, 9, 0), signal("C1", "contact_us", march(6, 9, 0))); out.Play != "asked" || fates(out)["W1"] != "" {
		t.Errorf("%s answers, and of the webinar came %q; want that it waits", out.Play, fates(out)["W1"])
	}
	if out := d.decide(march(7, 9, 0), signal("W2", "webinar", march(7, 9, 0))); out.Verdict != handoff.VerdictHeld {
		t.Errorf("%s for %v, want that the record rests", out.Verdict, out.Reasons)
	}
}

// TestRecycle_AnotherOutcome has one more outcome before the record comes back.
func TestRecycle_AnotherOutcome(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		activity     handoff.Activity
		want         []string // triggers that wait
		times        int64
	}{
		{"ends the handoff", "there is nobody left to win", came("won", march(5, 9, 0)), nil, 1},
		{"ends nothing", "the return stands", came("met", march(5, 9, 0)), []string{"recycled-lead-L1-1"}, 1},
		{"recycles", "it comes back as that says", came("no_fit", march(5, 9, 0), because("budget")), []string{"recycled-lead-L1-2"}, 2},
		{"recycles as often as it may", "its rule lets it come back once, which is planned no more", came("later", march(5, 9, 0), until(march(20, 9, 0))), nil, 1},
		{"older", "the latest outcome counts", came("later", march(4, 15, 30), until(march(20, 9, 0))), []string{"recycled-lead-L1-1"}, 1},
		{"older, and ends", "the latest outcome counts", came("won", march(4, 15, 30)), []string{"recycled-lead-L1-1"}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := recycled(t)
			d.observe(march(5, 10, 0), tt.activity)
			var got []string
			for _, q := range d.record().Queue {
				got = append(got, q.Trigger.ID)
			}
			if !slices.Equal(got, tt.want) || d.record().Recycled.Times != tt.times {
				t.Errorf("%v waits after %d times, want %v after %d: %s", got, d.record().Recycled.Times, tt.want, tt.times, tt.reason)
			}
		})
	}
}

// TestRecycle_OfAnEarlierHandoff has an outcome of the last handoff that is told after the next one.
func TestRecycle_OfAnEarlierHandoff(t *testing.T) {
	d := atDesk(t, compile(t, closing(ways()...)))
	d.decide(march(5, 9, 0), signal("C1", "contact_us", march(5, 9, 0)))
	d.observe(march(5, 10, 0), came("lost", march(4, 16, 0)))
	if r := d.record(); r.Recycled.Times > 0 || len(r.Queue) > 0 || slices.ContainsFunc(r.Holds, func(h handoff.ActiveHold) bool { return h.Source == handoff.TriggerRecycled }) {
		t.Errorf("%+v with %v and %v, want that sales keeps what it has got since", r.Recycled, r.Queue, r.Holds)
	}
}

// TestRecycle_AnotherKindOfSubject has an account whose policy lets leads alone come back.
func TestRecycle_AnotherKindOfSubject(t *testing.T) {
	for _, tt := range []struct {
		about handoff.Kind
		back  bool
	}{{handoff.KindLead, false}, {handoff.KindAccount, true}} {
		t.Run(string(tt.about), func(t *testing.T) {
			e := compile(t, closing(ways()...), func(c *handoff.Config) {
				for i := range c.Triggers {
					if c.Triggers[i].Kind == handoff.TriggerRecycled {
						c.Triggers[i].About = tt.about
					}
				}
			})
			d := &desk{t, e, churn()}
			d.decide(now)
			out := d.observe(march(4, 16, 0), came("lost", march(4, 16, 0)))
			unlisted := slices.ContainsFunc(out.Reasons, func(r handoff.Reason) bool { return r.Rule == handoff.RuleRecycle && r.Code == handoff.CodeUnlisted })
			if r := d.record(); r.Recycled.To != "nurture" || r.Recycled.Back.IsZero() == tt.back || (len(r.Queue) == 1) != tt.back || unlisted == tt.back {
				t.Errorf("%+v with %v for %v", r.Recycled, r.Queue, out.Reasons)
			}
		})
	}
}

// TestOutcome_IsClaimed asks for a reason of whoever says what came of a handoff, and of nobody to whom something happened.
func TestOutcome_IsClaimed(t *testing.T) {
	e := compile(t, func(c *handoff.Config) {
		c.Outcomes = []handoff.OutcomeRule{{Word: "disqualified", Reason: true, Ends: true}}
		c.Lifecycle = handoff.LifecycleFunc(func(a handoff.Activity) handoff.Consequences {
			return handoff.Consequences{Outcome: "disqualified", DenyChannel: a.Kind == handoff.ActivityOptOut}
		})
	})
	for _, tt := range []struct {
		name    string
		kind    handoff.ActivityKind
		verdict handoff.Verdict
		reason  string
	}{
		{"disqualified", handoff.ActivityDisqualified, handoff.VerdictRefused, "a rep says so, and can say why"},
		{"won", handoff.ActivityWon, handoff.VerdictRefused, "a rep says so"},
		{"opted out", handoff.ActivityOptOut, handoff.VerdictObserved, "the subject says so, and that is law"},
		{"replied", handoff.ActivityReply, handoff.VerdictObserved, "it happened"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := demo(triggers())
			a := handoff.Activity{ID: "X", Kind: tt.kind, At: now, By: "kim", Channel: handoff.ChannelEmail}
			d, err := e.Observe(now, fillActivity(e, now, r, a), a)
			if err != nil {
				t.Fatal(err)
			}
			said := slices.ContainsFunc(d.Reasons, func(r handoff.Reason) bool { return r.Code == handoff.CodeNeedsReason })
			if d.Verdict != tt.verdict || !said || len(effects[handoff.RecordOutcome](d)) > 0 {
				t.Errorf("%s, want %s with the reason and without an outcome: %s\n%s", d.Verdict, tt.verdict, tt.reason, handoff.Describe(d))
			}
			if tt.kind == handoff.ActivityOptOut && len(effects[handoff.SetConsent](d)) != 1 {
				t.Error("the opt-out is not remembered")
			}
		})
	}
}
