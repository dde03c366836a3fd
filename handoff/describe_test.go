package handoff_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

var update = flag.Bool("update", false, "rewrite testdata/*.golden; read the difference before you commit it")

// rich is a request that fills every line of a rep's context.
func rich() handoff.Request {
	return demo(func(r *handoff.Request) {
		r.Triggers = []handoff.Trigger{{ID: "T1", Kind: "demo_request", OccurredAt: now.Add(-10 * time.Minute), Source: "web", Asset: "demo-form", Offer: "pilot",
			Campaign: handoff.Campaign{ID: "c1", Name: "Spring", Source: "google", Medium: "cpc", AdGroup: "soc2", Keyword: "audit"},
			Landing:  "/demo", Pages: []string{"/pricing", "/demo"}, Content: []string{"guide"}}, signal("T2", "webinar", now.Add(-5*time.Minute))}
		r.Events = []handoff.Event{{ID: "e1", Kind: "login", At: earlier}, {ID: "e2", Kind: "login", At: now}, {ID: "e3", Kind: "team_invite", At: earlier}}
		r.Touches = []handoff.Touch{{ID: "t1", Channel: handoff.ChannelEmail, At: earlier, By: "ana", About: "intro"}}
		r.Lead.Objections = []string{"budget"}
	}, with(runs(l1, "nurture", false, l1)))
}

func TestDescribe_Golden(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		request      handoff.Request
		edit         func(*handoff.Config)
	}{
		{"enrolled", "every line of a handoff", rich(), settle(0)},
		{"held", "holds of the State and of the policy", demo(func(r *handoff.Request) { r.Opportunities = nil },
			with(handoff.Hold{Subject: l1, ActiveHold: handoff.ActiveHold{ID: "legal", Reason: "legal looks at it", Since: earlier, Until: later, LiftedBy: "legal", OnRelease: handoff.ReleaseReplay}})), settle(0)},
		{"people", "who stands in, and whom of the account's people the sequence reaches", engaged([]handoff.Lead{member("P1", "manager"), member("P2", "vp"), member("P3", "vp", no(handoff.ChannelEmail)...), member("P4", "")},
			absent(handoff.Rep{ID: "kim", Cover: "lee"}, later), with(rally("nurture", false, "P1"), handoff.MoveLoad{Subject: account("A1"), Rep: "abe", Units: 3})), crowded},
		{"waiting", "in a queue, until somebody is back", engaged([]handoff.Lead{}, absent(handoff.Rep{ID: "kim"}, later), absent(handoff.Rep{ID: "ana"}, later.Add(hour))), crowded},
		{"matched", "how the account was found, without whom the lead was not taken for", demo(func(r *handoff.Request) { r.Match = matched(14_200_000) }), settle(0)},
		{"review", "somebody has to look", demo(func(r *handoff.Request) {
			r.Match, r.Lead.Account, r.Account = matched(7_900_000), "", handoff.Account{}
			r.Match.Account.Verdict, r.Match.Account.Why = handoff.ToReview, "below the threshold"
		}), settle(0)},
		{"unassigned", "nobody can own it", demo(), func(c *handoff.Config) { c.Reps = c.Reps[3:] }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := decide(t, compile(t, tt.edit), now, tt.request)
			got := handoff.Describe(d) + "\n" + d.Sentence() + "\n"
			path := filepath.Join("testdata", tt.name+".golden")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (-golden +got):\n%s", tt.reason, diff)
			}
		})
	}
}

func TestDescribe_TurnGivenBack(t *testing.T) {
	e, r := handed(t)
	d, _ := observe(t, e, r, handoff.Activity{ID: "a1", Kind: handoff.ActivityDeclined, By: "kim", At: now})
	d.Reasons, d.Guards = nil, nil
	want := `decision acme/account/A1/1
at       2026-03-04T15:00:00Z
policy   acme sha256:one
cause    activity a1
verdict  observed
effects  remember declined a1
         correct pool crew, kim: declined
         open work of kim -2
`
	if diff := cmp.Diff(want, handoff.Describe(d)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestDescribe_EveryEffectHasWords finds effects that are described by their kind alone.
func TestDescribe_EveryEffectHasWords(t *testing.T) {
	for _, c := range effectCases {
		text := handoff.Describe(handoff.Decision{Verdict: handoff.VerdictObserved, Effects: handoff.Effects{c.effect}})
		if strings.Contains(text, "effects  "+string(c.effect.Kind())+"\n") {
			t.Errorf("%s has no words", c.effect.Kind())
		}
	}
}

func TestDescribe_EffectsOfPromises(t *testing.T) {
	clock := handoff.Clock{ID: "first_touch:demo", Owner: "kim", Start: earlier, Due: now, Warn: earlier}
	paused := handoff.Clock{ID: "first_touch:demo", Owner: "lee"}
	stop := handoff.StopClock{ID: "first_touch:demo", At: now, Met: true, By: "a1", Wall: 7200, Open: 7200}
	stopped := func(met bool, why handoff.StopWhy, open int64) handoff.StopClock {
		stop.Met, stop.Why, stop.Open = met, why, open
		return stop
	}
	disputed := handoff.Outcome{Word: "no_fit", Reason: "budget", Disputed: handoff.Dispute{At: now, By: "mia", Reason: "they have one"}}
	for _, tt := range []struct {
		name, want string
		effect     handoff.Effect
	}{
		{"clock that warns", "start clock first_touch:demo due 2026-03-04T15:00:00Z, warns at 2026-03-04T14:00:00Z", handoff.StartClock{Clock: clock}},
		{"clock that starts in a pause", "start clock first_touch:demo due nobody knows when", handoff.StartClock{Clock: paused}},
		{"kept", "stop clock first_touch:demo at 2026-03-04T15:00:00Z, in time after 2h0m0s", stopped(true, handoff.StopDone, 7200)},
		{"kept late", "stop clock first_touch:demo at 2026-03-04T15:00:00Z, late after 2h0m0s, of which 30m0s count", stopped(false, handoff.StopDone, 1800)},
		{"another owner", "stop clock first_touch:demo at 2026-03-04T15:00:00Z, not done: somebody else is to do it after 2h0m0s", stopped(false, handoff.StopOwner, 7200)},
		{"back in a queue", "stop clock first_touch:demo at 2026-03-04T15:00:00Z, not done: the record went back to a queue after 2h0m0s", stopped(false, handoff.StopReturns, 7200)},
		{"closed", "stop clock first_touch:demo at 2026-03-04T15:00:00Z, not done: the handoff ended after 2h0m0s", stopped(false, handoff.StopClosed, 7200)},
		{"moved", "clock first_touch:demo goes on, due 2026-03-04T15:00:00Z, warns at 2026-03-04T14:00:00Z", handoff.MoveClock{Clock: clock, Why: "goes on"}},
		{"paused", "clock first_touch:demo is paused, due nobody knows when", handoff.MoveClock{Clock: paused, Why: "is paused"}},
		{"corrected", "correct clock first_touch:demo: done at 2026-03-04T14:00:00Z by a1, in time after 1h0m0s, in place of 2026-03-04T16:00:00Z, late",
			handoff.Correct{Correction: handoff.Correction{ID: "a1", Clock: "first_touch:demo", Is: earlier, Met: true, Was: later, Wall: 3600, Open: 3600}}},
		{"recycled", "recycle to nurture at 2026-03-04T15:00:00Z, back at 2026-03-04T16:00:00Z, not to kim, lee",
			handoff.Recycle{At: now, To: "nurture", Back: later, Avoid: []string{"kim", "lee"}}},
		{"recycled for good", "recycle at 2026-03-04T15:00:00Z", handoff.Recycle{At: now}},
		{"outcome", "outcome no_fit budget", handoff.RecordOutcome{Outcome: handoff.Outcome{Word: "no_fit", Reason: "budget"}}},
		{"disputed", "outcome no_fit budget, disputed by mia: they have one", handoff.RecordOutcome{Outcome: disputed}},
		{"stage by a signal", "enter stage mql", handoff.SetStage{Stage: handoff.Stage{ID: "mql", Trigger: "T1"}}},
		{"stage by an activity", "enter stage recycled, on activity a1, from where stages are entered anew", handoff.SetStage{Stage: handoff.Stage{ID: "recycled", Activity: "a1", Resets: true}}},
		{"nobody", "assign to nobody, before kim, 1h0m0s late", handoff.Assign{From: "kim", Late: 3600}},
		{"told late", "tell sam (urgent): see to it, due 2026-03-04T14:00:00Z", handoff.Notify{To: "sam", Level: handoff.LevelUrgent, Text: "see to it", At: earlier}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := handoff.Describe(handoff.Decision{Verdict: handoff.VerdictSwept, Effects: handoff.Effects{tt.effect}})
			if want := "effects  " + tt.want + "\n"; !strings.HasSuffix(got, want) {
				t.Errorf("\n got %s\nwant %s", got, want)
			}
		})
	}
}

func TestDescribe_EffectsOfTouches(t *testing.T) {
	tally := handoff.TallyKey(policy, "email/lead/L1")
	granted := handoff.Consent{Channel: handoff.ChannelEmail, Status: handoff.ConsentGranted, Purpose: handoff.PurposeMarketing, Basis: handoff.BasisSoftOptIn, At: earlier, Until: later, RevokedAt: now}
	denied := handoff.Consent{Channel: handoff.ChannelCall, Status: handoff.ConsentDenied, At: now, HonourBy: later}
	sent := handoff.TouchRef{ID: "T9", Channel: handoff.ChannelEmail, Purpose: handoff.PurposeMarketing, Scope: "nurture", Sequence: "nurture", At: now, During: []string{"rally", "sdr"}}
	called := handoff.TouchRef{ID: "T8", Channel: handoff.ChannelCall, Purpose: handoff.PurposeSales, At: now}
	run := handoff.Enrollment{Sequence: "sdr", Version: 2, Person: l1, At: now, Starts: later, Steps: steps(handoff.ChannelEmail),
		Relied: []handoff.Relied{{Channel: handoff.ChannelEmail, Rule: "casl-inquiry", Basis: handoff.BasisInquiry}}}
	for _, tt := range []struct {
		name, want string
		effect     handoff.Effect
	}{
		{"touch of a sequence", "remember touch T9: marketing (nurture) by email of sequence nurture beside rally, sdr at 2026-03-04T15:00:00Z", handoff.RecordTouch{Subject: l1, TouchRef: sent}},
		{"touch of none", "remember touch T8: sales by call at 2026-03-04T15:00:00Z", handoff.RecordTouch{Subject: l1, TouchRef: called}},
		{"plan", "keep room under acme/email/lead/L1 for lead/L1/sdr at 2026-03-04T15:00:00Z, 2026-03-04T16:00:00Z",
			handoff.Plan{Tally: tally, For: "lead/L1/sdr", At: []time.Time{now, later}}},
		{"plan given back", "give back room under acme/email/lead/L1 for lead/L1/sdr", handoff.Plan{Tally: tally, For: "lead/L1/sdr"}},
		{"count", "count under acme/email/lead/L1", handoff.Count{Tally: tally, At: now, Keep: 3}},
		{"count of what lasts", "count under acme/email/lead/L1 until 2026-03-04T16:00:00Z, planned for lead/L1/sdr",
			handoff.Count{Tally: tally, At: now, Keep: 3, Until: later, Uses: "lead/L1/sdr"}},
		{"grant", "consent to email for marketing: granted by soft opt in until 2026-03-04T16:00:00Z, revoked at 2026-03-04T15:00:00Z", handoff.SetConsent{Subject: l1, Consent: granted}},
		{"refusal", "consent to call: denied, to honour by 2026-03-04T16:00:00Z", handoff.SetConsent{Subject: l1, Consent: denied}},
		{"signal that plays count", "consume T1: acted, counts until 2026-03-04T16:00:00Z",
			handoff.ConsumeTrigger{Subject: l1, Policy: policy, Trigger: "T1", Fate: handoff.FateActed, At: now, Heard: heard("T1", later)}},
		{"hold that asks again", "hold save by h until 2026-03-04T16:00:00Z, again at 2026-03-04T15:00:00Z",
			handoff.Hold{Subject: l1, ActiveHold: handoff.ActiveHold{ID: "h", Until: later, OnRelease: handoff.ReleaseAgain, Again: now, Blocks: []string{"save"}}}},
		{"hold that gives up", "hold save by h, given up at 2026-03-04T16:00:00Z",
			handoff.Hold{Subject: l1, ActiveHold: handoff.ActiveHold{ID: "h", OnRelease: handoff.ReleaseReplay, GiveUp: later, Blocks: []string{"save"}}}},
		{"sequence that waits", "start sequence sdr v2 for lead/L1 from 2026-03-04T16:00:00Z: day 0 email; email opened by casl-inquiry", handoff.Enroll{Subject: l1, Enrollment: run}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := handoff.Describe(handoff.Decision{Verdict: handoff.VerdictPermitted, Cause: handoff.Cause{Touch: "T9"}, Effects: handoff.Effects{tt.effect}})
			if want := "effects  " + tt.want + "\n"; !strings.HasSuffix(text, want) || !strings.Contains(text, "cause    touch T9\n") {
				t.Errorf("got %s\nwant the cause touch T9, and %s", text, want)
			}
		})
	}
}

func TestReason(t *testing.T) {
	hold := func(edit func(*handoff.Reason)) handoff.Reason {
		r := handoff.Reason{Rule: handoff.RuleHold, ID: "open-deal", Play: "demo", Text: "has an open opportunity", Source: "open_opportunity"}
		edit(&r)
		return r
	}
	for _, tt := range []struct {
		name, want, why string
		reason          handoff.Reason
	}{
		{"with an end", "hold open-deal on demo (open_opportunity): has an open opportunity, since 2026-03-04T14:00:00Z, until 2026-03-04T16:00:00Z, lifted by the deal is closed, replay on release",
			"somebody can lift it before its end", hold(func(r *handoff.Reason) {
				r.Since, r.Until, r.LiftedBy, r.OnRelease = earlier, later, "the deal is closed", handoff.ReleaseReplay
			})},
		{"without an end", "hold open-deal on demo (open_opportunity): has an open opportunity, until lifted by the data protection officer",
			"nothing else ends it, and what was held is let go", hold(func(r *handoff.Reason) { r.LiftedBy, r.OnRelease = "the data protection officer", handoff.ReleaseNone })},
		{"asked again", "hold open-deal on demo (open_opportunity): has an open opportunity, until 2026-03-04T16:00:00Z, again at 2026-03-04T15:00:00Z",
			"before its end", hold(func(r *handoff.Reason) { r.Until, r.OnRelease, r.Again = later, handoff.ReleaseAgain, now })},
		{"given up", "hold open-deal on demo (open_opportunity): cannot tell whether this applies: has an open opportunity, replay on release, given up at 2026-03-04T16:00:00Z, unknown account.open_opportunities",
			"what is unknown comes last", hold(func(r *handoff.Reason) {
				r.OnRelease, r.GiveUp, r.Unknown = handoff.ReleaseReplay, later, []string{"account.open_opportunities"}
			})},
		{"a limit", "limit weekly: 3 e-mails in 7 days are enough, until 2026-03-04T16:00:00Z", "other rules have no source",
			handoff.Reason{Rule: handoff.RuleLimit, ID: "weekly", Text: "3 e-mails in 7 days are enough", Until: later}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.reason.String(); got != tt.want {
				t.Errorf("%s:\n got %s\nwant %s", tt.why, got, tt.want)
			}
		})
	}
}

func TestDescribe_WhoSendsATouch(t *testing.T) {
	text := handoff.Describe(handoff.Decision{Verdict: handoff.VerdictPermitted, Cause: handoff.Cause{Touch: "T9"}, Owner: "kim"})
	if !strings.Contains(text, "sender   kim\n") {
		t.Errorf("nothing chose the sender of a step, so nothing is named:\n%s", text)
	}
}

func TestSentence_Touches(t *testing.T) {
	limit := handoff.Reason{Rule: handoff.RuleLimit, ID: "weekly", Code: handoff.CodeCapped, Text: "3 e-mails in 7 days are enough"}
	quiet := handoff.Reason{Rule: handoff.RuleLimit, ID: "night", Text: "it is night there", Unknown: []string{"lead.zone"}}
	consent := handoff.Reason{Rule: handoff.RuleConsent, ID: "casl-express", Code: handoff.CodeRelied, Text: "the person said yes"}
	pause := handoff.Reason{Rule: handoff.RulePause, ID: "p", Text: "marketing yields to kim"}
	start := handoff.Reason{Rule: handoff.RuleSequence, ID: "ae-fast", Code: handoff.CodeRunning, Text: "starts later", Until: later}
	old := handoff.Reason{Rule: handoff.RuleConsent, ID: "casl-inquiry", Code: handoff.CodeBlocked, Text: "the grant is too old"}
	for _, tt := range []struct {
		name, want string
		verdict    handoff.Verdict
		next       time.Time
		reasons    []handoff.Reason
	}{
		{"permitted", "lead/L1: the touch T9 may go out: the person said yes.", handoff.VerdictPermitted, time.Time{}, []handoff.Reason{consent}},
		{"permitted without more", "lead/L1: the touch T9 may go out.", handoff.VerdictPermitted, time.Time{}, nil},
		{"held", "lead/L1: the touch T9 waits until 2026-03-04 11:00 EST: 3 e-mails in 7 days are enough.", handoff.VerdictHeld, later, []handoff.Reason{limit, pause}},
		{"held in doubt", "lead/L1: the touch T9 waits until 2026-03-04 11:00 EST: cannot tell whether this applies: it is night there (unknown: lead.zone).", handoff.VerdictHeld, later, []handoff.Reason{quiet}},
		{"held for good", "lead/L1: the touch T9 waits: marketing yields to kim.", handoff.VerdictHeld, time.Time{}, []handoff.Reason{pause}},
		{"held by what lasts longest", "lead/L1: the touch T9 waits until 2026-03-04 11:00 EST: starts later.", handoff.VerdictHeld, later, []handoff.Reason{consent, limit, start}},
		{"held in spite of consent", "lead/L1: the touch T9 waits: marketing yields to kim.", handoff.VerdictHeld, time.Time{}, []handoff.Reason{consent, pause}},
		{"refused", "lead/L1: the touch T9 never goes out: 3 e-mails in 7 days are enough.", handoff.VerdictRefused, time.Time{}, []handoff.Reason{limit}},
		{"refused beside a pause", "lead/L1: the touch T9 never goes out: 3 e-mails in 7 days are enough.", handoff.VerdictRefused, time.Time{}, []handoff.Reason{consent, pause, limit}},
		{"closed", "lead/L1: the touch T9 may not go out: the grant is too old.", handoff.VerdictBlockedChannel, time.Time{}, []handoff.Reason{old}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := handoff.Decision{Subject: l1, Zone: "America/New_York", Cause: handoff.Cause{Touch: "T9"}, Verdict: tt.verdict, Next: tt.next, Reasons: tt.reasons}
			if got := d.Sentence(); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestSentence(t *testing.T) {
	noPause := func(c *handoff.Config) { c.Plays[0].Pause = handoff.PauseRule{} }
	for _, tt := range []struct {
		name, want, reason string
		request            handoff.Request
		edit               func(*handoff.Config)
	}{
		{"enrolled", "lead/L1 was handed to kim by play demo-enterprise after signal demo request, because it is your turn in aes. Sequence ae-fast starts now. max (aes) was passed over: is not active. The first touch is due by 2026-03-04 10:15 EST. Marketing (nurture, events) pauses until 2026-03-11 10:00 EDT.",
			"instants stand in the policy's zone, on both sides of the change of clocks", demo(), settle(0)},
		{"without a pause", "lead/L1 was handed to kim by play demo-enterprise after signal demo request, because it is your turn in aes. Sequence ae-fast starts now. max (aes) was passed over: is not active. The first touch is due by 2026-03-04 10:15 EST.",
			"what does not happen is not told", demo(), noPause},
		{"after a gap", "lead/L1 was handed to kim by play demo-enterprise after signal demo request, because it is your turn in aes. Sequence ae-fast starts at 2026-03-04 11:00 EST. max (aes) was passed over: is not active. The first touch is due by 2026-03-04 10:15 EST.",
			"it starts when the gap after the latest touch is over", demo(func(r *handoff.Request) {
				r.Touches = []handoff.Touch{{ID: "M1", Channel: handoff.ChannelEmail, At: later.Add(-day)}}
			}), func(c *handoff.Config) {
				noPause(c)
				c.Sequences[0].Gap = handoff.Span{Days: 1}
			}},
		{"assigned", "account/A1 was handed to cam by play grow after signal expansion, because they own it.", "the play has no sequence", churn(triggers(signal("X1", "expansion", now))), settle(0)},
		{"blocked", "account/A1 was handed to cam by play save after signal usage drop, because they own it. No sequence starts, since nobody may be reached on its channels. Marketing (nurture, events) pauses until 2026-03-11 10:00 EDT.",
			"the owner still gets the task; without a channel there is no touch to promise", churn(), settle(0)},
		{"ineligible", "lead/L1 was not handed off (ineligible): personal address.", "the gate tells why",
			demo(func(r *handoff.Request) { r.Lead.Person.Email = "x@gmail.com" }), settle(0)},
		{"incomplete", "lead/L1 was not handed off (incomplete): cannot tell whether this applies: personal address (unknown: lead.email_domain).", "what is unknown is told",
			demo(func(r *handoff.Request) { r.Lead.Person.Email = "" }), settle(0)},
		{"held by a sequence", "lead/L1 was not handed off (held): sdr is exclusive and runs.", "why it did not happen, not that it matched",
			demo(with(runs(l1, "sdr", true, l1))), settle(0)},
		{"unassigned", "lead/L1 was not handed off (unassigned): has no active member.", "why it did not happen, not that it matched",
			demo(), func(c *handoff.Config) { c.Reps = nil }},
		{"unassigned beside a held play", "lead/L1 was not handed off (unassigned): has no active member.", "what stopped the winner, not what stopped another play",
			demo(func(r *handoff.Request) {
				r.Opportunities = nil
				r.Triggers = append(r.Triggers, signal("T2", "webinar", now))
			}), func(c *handoff.Config) { c.Reps, c.Plays[2].Router = nil, c.Plays[0].Router }},
		{"covered", "account/A1 was handed to lee, who stands in for kim until 2026-03-04 11:00 EST, by play rally after signal account engagement, because they have the least open work. Sequence rally starts now for lead/P1, lead/P2, without social, which may not be used. The first touch is due by 2026-03-05 10:00 EST.",
			"who acts, for whom, until when", engaged([]handoff.Lead{member("P1", "vp"), member("P2", "vp")}, absent(handoff.Rep{ID: "kim", Cover: "lee"}, later)), crowded},
		{"covered for ever", "account/A1 was handed to lee, who stands in for kim, by play rally after signal account engagement, because they have the least open work. No sequence starts, since nobody may be reached on its channels.",
			"nobody knows when kim is back", engaged(nil, absent(handoff.Rep{ID: "kim", Cover: "lee"}, time.Time{})), crowded},
		{"waits in a queue", "account/A1 was not handed off (queued): everybody is away. It waits in inbox. Somebody can take it from 2026-03-04 11:00 EST on.",
			"where, and until when", engaged(nil, absent(handoff.Rep{ID: "kim"}, later), absent(handoff.Rep{ID: "ana"}, later)), crowded},
		{"queued", "lead/L1 was not handed off (queued): settles with other triggers.", "it waits for others", demo(), settle(hour)},
		{"no play", "lead/L1 was not handed off (no play): there is no trigger to decide.", "also when nothing was asked", demo(triggers()), settle(0)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := decide(t, compile(t, tt.edit), now, tt.request).Sentence(); got != tt.want {
				t.Errorf("%s:\n got %s\nwant %s", tt.reason, got, tt.want)
			}
		})
	}
}

func TestSentence_OtherCauses(t *testing.T) {
	e := compile(t)
	observed, state := observe(t, e, demo(triggers()), handoff.Activity{ID: "a1", Kind: handoff.ActivityMeeting, At: now})
	again, _ := observe(t, e, demo(triggers(), func(r *handoff.Request) { r.State = state }), handoff.Activity{ID: "a1", Kind: handoff.ActivityMeeting, At: now})
	swept, _ := sweep(t, e, now.Add(hour), due())
	idle, _ := sweep(t, e, now, nil)
	crew, taken := handed(t)
	declined, _ := observe(t, crew, taken, handoff.Activity{ID: "a1", Kind: handoff.ActivityDeclined, By: "kim", At: now})
	reassigned, _ := observe(t, crew, taken, handoff.Activity{ID: "a1", Kind: handoff.ActivityReassigned, To: "lee", At: now})
	for _, tt := range []struct {
		name, want string
		decision   handoff.Decision
	}{
		{"observed", "lead/L1: meeting held.", observed},
		{"declined", "account/A1: declined.", declined},
		{"reassigned", "account/A1: reassigned to lee.", reassigned},
		{"observed again", "lead/L1: was observed before.", again},
		{"swept", "lead/L1: the pause of marketing is over.", swept},
		{"nothing due", "lead/L1: nothing is due.", idle},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.decision.Sentence(); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestSentence_Promises(t *testing.T) {
	const zone = "America/New_York"
	activity, time := handoff.Cause{Activity: "a1"}, handoff.Cause{Time: true}
	said := []handoff.Reason{{Rule: handoff.RuleActivity, ID: "a1", Text: "call"}}
	late := []handoff.Reason{{Rule: handoff.RuleClock, ID: "first_touch:demo", Text: "somebody else is asked"}}
	needs := []handoff.Reason{{Rule: handoff.RuleOutcome, ID: "no_response", Text: "needs 6 attempts since the handoff, and there were 2"},
		{Rule: handoff.RuleOutcome, ID: "no_response", Text: "may be said later", Until: later}}
	for _, tt := range []struct {
		name, want string
		decision   handoff.Decision
	}{
		{"refused", "lead/L1: the activity a1 was refused: no response needs 6 attempts since the handoff, and there were 2; no response may be said later, from 2026-03-04 11:00 EST on.",
			handoff.Decision{Cause: activity, Verdict: handoff.VerdictRefused, Reasons: needs}},
		{"kept", "lead/L1: call.", handoff.Decision{Cause: activity, Verdict: handoff.VerdictObserved, Reasons: said,
			Effects: handoff.Effects{handoff.StopClock{ID: "first_touch:demo", Met: true, Open: 60}}}},
		{"kept late", "lead/L1: call. The promise first touch of demo was kept late, after 2h0m0s.", handoff.Decision{Cause: activity, Verdict: handoff.VerdictObserved, Reasons: said,
			Effects: handoff.Effects{handoff.StopClock{ID: "first_touch:demo", Wall: 86400, Open: 7200}}}},
		{"not kept by this one", "lead/L1: somebody else is asked. lee has it now in place of kim.", handoff.Decision{Cause: time, Verdict: handoff.VerdictSwept, Reasons: late,
			Effects: handoff.Effects{handoff.StopClock{ID: "first_touch:demo", Why: handoff.StopOwner}, handoff.Assign{From: "kim", To: "lee", Play: "demo"}}}},
		{"returned", "lead/L1: somebody else is asked. Nobody has it now in place of kim. It waits in inbox.", handoff.Decision{Cause: time, Verdict: handoff.VerdictSwept, Reasons: late, Queue: "inbox",
			Effects: handoff.Effects{handoff.Assign{From: "kim"}}}},
		{"corrected", "lead/L1: call. The promise first touch of demo was done at 2026-03-04 09:00 EST already, which is in time.", handoff.Decision{Cause: activity, Verdict: handoff.VerdictObserved,
			Reasons: said, Effects: handoff.Effects{handoff.Correct{Correction: handoff.Correction{Clock: "first_touch:demo", Is: earlier, Met: true}}}}},
		{"recycled", "lead/L1: call. It goes back to nurture until 2026-03-04 11:00 EST.", handoff.Decision{Cause: activity, Verdict: handoff.VerdictObserved, Reasons: said,
			Effects: handoff.Effects{handoff.Recycle{To: "nurture", Back: later}}}},
		{"recycled for good", "lead/L1: call. It goes back.", handoff.Decision{Cause: activity, Verdict: handoff.VerdictObserved, Reasons: said, Effects: handoff.Effects{handoff.Recycle{}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.decision.Subject, tt.decision.Zone = l1, zone
			if got := tt.decision.Sentence(); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}
