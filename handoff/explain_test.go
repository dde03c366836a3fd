package handoff_test

import (
	"slices"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
)

func TestExplain_WhyAPlayDoesNotCompete(t *testing.T) {
	elsewhere := func(c *handoff.Config) {
		enriching()(c)
		c.Plays[1].When = always(handoff.False)
	}
	webinar := triggers(sent("T1", "webinar", hour))
	both := triggers(sent("T1", "webinar", hour), sent("T2", "pricing_page", 0))
	const early = "answers only signals whose facts stay unknown for 6h"
	for _, tt := range []struct {
		name, reason string
		edit         func(*handoff.Config)
		after        time.Duration // since the first decision
		request      handoff.Request
		play, want   string
	}{
		{"a fallback", "its time has not come", enriching(), 0, unseated(), "fallback", early},
		{"a fallback just before its time", "as above", enriching(), 6*hour - time.Microsecond, demo(triggers()), "fallback", early},
		{"a fallback at its time", "it competes", enriching(), 6 * hour, demo(triggers()), "fallback", ""},
		{"a fallback for other records", "its condition says so", elsewhere, 0, unseated(), "fallback", ""},
		{"a play of which nobody can tell", "its condition says so", enriching(), 0, unseated(), "sized", ""},
		{"too few signals", "the count is told", several(), 0, demo(webinar), "several", "1 of 2 signals within 1 day"},
		{"enough signals", "it competes", several(), 0, demo(both), "several", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t, tt.edit)
			r := tt.request
			if tt.after > 0 {
				_, r.State = apply(t, e, now, nil, unseated())
			}
			x, err := e.Explain(now.Add(tt.after), fill(e, now.Add(tt.after), r))
			if err != nil {
				t.Fatal(err)
			}
			plays := x.Triggers[0].Plays
			i := slices.IndexFunc(plays, func(p handoff.PlayTrace) bool { return p.Play == tt.play })
			if plays[i].Why != tt.want {
				t.Errorf("%q, want %q: %s", plays[i].Why, tt.want, tt.reason)
			}
		})
	}
}

// TestExplain_TheFallbackOfAnotherKind has a play that answers two kinds, and is the fallback of one.
func TestExplain_TheFallbackOfAnotherKind(t *testing.T) {
	e := compile(t, enriching(), func(c *handoff.Config) {
		c.Plays[1].Signals = handoff.SignalRule{Of: []string{"demo_request", "webinar"}, AtLeast: 2, Within: day}
	})
	x, err := e.Explain(now, fill(e, now, demo(triggers(sent("T1", "webinar", hour)))))
	if err != nil {
		t.Fatal(err)
	}
	const want = "answers only signals of another kind, when they have waited for facts"
	if got := x.Triggers[0].Plays[0]; got.Play != "fallback" || got.Why != want {
		t.Errorf("%s says %q, want that it is the fallback of another kind", got.Play, got.Why)
	}
}

func TestExplain_WhyAStageIsNotEntered(t *testing.T) {
	yes := always(handoff.True)
	for _, tt := range []struct {
		name, reason string
		rule         handoff.StageRule // of stage mql, before which stands lead and behind which customer
		before       []handoff.Effect
		want         string
		entered      bool
	}{
		{"by a condition", "it is entered", handoff.StageRule{When: yes}, nil, "", true},
		{"by a condition that is not true", "the condition says so", handoff.StageRule{When: always(handoff.Unknown)}, nil, "", false},
		{"by activities and outcomes", "no signal makes a record enter it",
			handoff.StageRule{On: []handoff.ActivityKind{handoff.ActivityCall, handoff.ActivityReply}, Outcomes: []string{"met"}}, nil, "is entered on call, reply, outcome met", false},
		{"before", "once in a lap", handoff.StageRule{When: yes}, []handoff.Effect{inStage("mql", "T0")}, "was entered before", false},
		{"by this trigger before", "it is this trigger's all the same", handoff.StageRule{When: yes}, []handoff.Effect{inStage("mql", "T1")}, "", true},
		{"forward", "the record is further", handoff.StageRule{When: yes, Forward: true}, []handoff.Effect{inStage("customer", "T0")}, "comes before customer, which was entered", false},
		{"from another stage", "the record is elsewhere", handoff.StageRule{When: yes, From: []string{"lead"}}, []handoff.Effect{inStage("customer", "T0")}, "is not entered from customer", false},
		{"from a stage at the beginning", "the record is nowhere", handoff.StageRule{When: yes, From: []string{"lead"}}, nil, "is not entered from none", false},
		{"from that stage", "the record is there", handoff.StageRule{When: yes, From: []string{"lead"}}, []handoff.Effect{inStage("lead", "T0")}, "", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.rule.ID = "mql"
			e := compile(t, func(c *handoff.Config) {
				c.Stages = []handoff.StageRule{{ID: "lead", On: []handoff.ActivityKind{handoff.ActivityCall}}, tt.rule, {ID: "customer", On: []handoff.ActivityKind{handoff.ActivityWon}}}
			})
			x, err := e.Explain(now, fill(e, now, demo(with(tt.before...))))
			if err != nil {
				t.Fatal(err)
			}
			if got := x.Triggers[0].Stages[1]; got.Why != tt.want || got.Entered != tt.entered {
				t.Errorf("%q, entered: %t; want %q, %t: %s", got.Why, got.Entered, tt.want, tt.entered, tt.reason)
			}
		})
	}
}
