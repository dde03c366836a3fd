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
