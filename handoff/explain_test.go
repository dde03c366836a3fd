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
