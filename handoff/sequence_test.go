package handoff_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// runs is a running sequence of a person, remembered under a subject.
func runs(subject handoff.Ref, sequence string, exclusive bool, person handoff.Ref) handoff.Effect {
	how := handoff.NotExclusive
	if exclusive {
		how = handoff.Exclusive
	}
	return handoff.Enroll{Subject: subject, Enrollment: handoff.Enrollment{Sequence: sequence, Exclusive: how, Person: person,
		Play: "before", Owner: "ana", At: earlier, Steps: steps(handoff.ChannelEmail)}}
}

func TestSequence_Guards(t *testing.T) {
	l2 := lead("L2")
	exited := func(subject, person handoff.Ref, at time.Time) handoff.Effect {
		return handoff.Exit{Subject: subject, Exited: handoff.Exited{Sequence: "ae-fast", Person: person, At: at}}
	}
	ninety := time.Date(2025, 12, 4, 15, 0, 0, 0, time.UTC) // 90 days before now, both in winter
	for _, tt := range []struct {
		name, reason string
		before       handoff.Effect
		want         handoff.Verdict
		text         string
	}{
		{"nothing runs", "the way is free", handoff.Expose{Subject: l1, Arm: handoff.Arm{Experiment: "n"}}, handoff.VerdictEnrolled, ""},
		{"the same", "a sequence does not run twice", runs(l1, "ae-fast", true, l1), handoff.VerdictHeld, "ae-fast already runs"},
		{"the same of an account's play", "the person's record knows what reaches the person", runs(account("A1"), "ae-fast", true, l1), handoff.VerdictHeld, "ae-fast already runs"},
		{"the same of a colleague", "another person's run is no obstacle", runs(account("A1"), "ae-fast", true, l2), handoff.VerdictEnrolled, ""},
		{"two exclusive ones", "exclusive sequences run alone", runs(l1, "sdr", true, l1), handoff.VerdictHeld, "sdr is exclusive and runs"},
		{"one that is not exclusive", "others may run beside it", runs(l1, "other", false, l1), handoff.VerdictEnrolled, ""},
		{"superseded", "the play says that it ends this one", runs(l1, "nurture", true, l1), handoff.VerdictEnrolled, ""},
		{"ended too recently", "re-entry counts calendar days in the policy's zone", exited(l1, l1, ninety.Add(time.Microsecond)), handoff.VerdictHeld, "ended too recently to start again"},
		{"ended long enough ago", "at the end of the span it may start", exited(l1, l1, ninety), handoff.VerdictEnrolled, ""},
		{"ended for the account as such", "it reached nobody", exited(account("A1"), handoff.Ref{}, earlier), handoff.VerdictEnrolled, ""},
		{"ended for a colleague", "another person's run does not", exited(l2, l2, earlier), handoff.VerdictEnrolled, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := decide(t, compile(t), now, demo(with(tt.before)))
			if d.Verdict != tt.want {
				t.Fatalf("got %s, want %s: %s", d.Verdict, tt.want, tt.reason)
			}
			if tt.text != "" {
				last := d.Reasons[len(d.Reasons)-1]
				if last.Rule != handoff.RuleSequence || last.Text != tt.text {
					t.Errorf("says %v, want %q", last, tt.text)
				}
				if diff := cmp.Diff(map[string]handoff.Fate{"T1": handoff.FateHeld}, fates(d)); diff != "" {
					t.Errorf("fates (-want +got):\n%s", diff)
				}
				if len(effects[handoff.AdvancePool](d)) > 0 || d.Owner != "" {
					t.Error("a turn was taken")
				}
			}
		})
	}
}

func TestSequence_BusyOwnerHears(t *testing.T) {
	d := decide(t, compile(t), now, demo(with(runs(l1, "sdr", true, l1))))
	want := []handoff.Notify{{Subject: l1, ID: "signal-T1-sdr", Level: handoff.LevelInfo, To: "ana", Text: "demo request while sdr runs"}}
	if diff := cmp.Diff(want, effects[handoff.Notify](d)); diff != "" {
		t.Errorf("whoever works the record hears of the signal (-want +got):\n%s", diff)
	}
}

func TestSequence_Supersede(t *testing.T) {
	r := demo(with(runs(account("A1"), "nurture", false, l1)))
	denied := func(r *handoff.Request) {
		for _, c := range []handoff.Channel{handoff.ChannelCall, handoff.ChannelEmail} {
			r.Lead.Consent = append(r.Lead.Consent, handoff.Consent{Channel: c, Status: handoff.ConsentDenied, At: now})
		}
	}
	for _, tt := range []struct {
		name, reason string
		edits        []func(*handoff.Config)
		request      handoff.Request
		want         int
	}{
		{"enrolled", "the old sequence ends, whoever started it for the person", nil, r, 1},
		{"nobody to own it", "it runs on until the new one has an owner", []func(*handoff.Config){func(c *handoff.Config) { c.Reps = nil }}, r, 0},
		{"blocked channels", "and until the new one may start", nil, func() handoff.Request { r := r; denied(&r); return r }(), 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := decide(t, compile(t, tt.edits...), now, tt.request)
			exits := effects[handoff.Exit](d)
			if len(exits) != tt.want {
				t.Errorf("%d sequences end (%s), want %d: %s", len(exits), d.Verdict, tt.want, tt.reason)
			}
			for _, x := range exits {
				if x.By != "demo-enterprise" || !x.At.Equal(now) || x.Person != l1 {
					t.Errorf("the end is remembered as %v", x)
				}
			}
		})
	}
}

func TestSequence_BlockedChannels(t *testing.T) {
	said := func(status handoff.ConsentStatus, channels ...handoff.Channel) func(*handoff.Request) {
		return func(r *handoff.Request) {
			for _, c := range channels {
				r.Lead.Consent = append(r.Lead.Consent, handoff.Consent{Channel: c, Status: status, At: earlier})
			}
		}
	}
	for _, tt := range []struct {
		name, reason string
		request      handoff.Request
		want         handoff.Verdict
		kept         []handoff.Channel
		skipped      []handoff.Channel
	}{
		{"all allowed", "the policy opens both channels", demo(), handoff.VerdictEnrolled, []handoff.Channel{"call", "email", "task"}, nil},
		{"skip", "the other steps start", demo(said("denied", "call")), handoff.VerdictEnrolled, []handoff.Channel{"email", "task"}, []handoff.Channel{"call"}},
		{"skip with tasks left", "a task reaches nobody, so nothing starts", demo(said("denied", "call", "email")), handoff.VerdictBlockedChannel, nil, nil},
		{"refuse", "the sequence wants all of its steps", demo(size(50), said("denied", "call")), handoff.VerdictBlockedChannel, nil, nil},
		{"refuse with all allowed", "and starts with them", demo(size(50)), handoff.VerdictEnrolled, []handoff.Channel{"email", "call"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := decide(t, compile(t), now, tt.request)
			if d.Verdict != tt.want {
				t.Fatalf("got %s, want %s: %s", d.Verdict, tt.want, tt.reason)
			}
			if len(effects[handoff.Assign](d)) != 1 || len(effects[handoff.StartClock](d)) != 1 {
				t.Error("the owner still gets the task")
			}
			enrolled := effects[handoff.Enroll](d)
			if tt.want == handoff.VerdictBlockedChannel {
				if len(enrolled) != 0 || d.Sequence != "" || len(effects[handoff.Notify](d)) != 1 {
					t.Errorf("starts %v, and notifies %v", enrolled, effects[handoff.Notify](d))
				}
				return
			}
			if diff := cmp.Diff([][]handoff.Channel{tt.kept, tt.skipped}, [][]handoff.Channel{channelsOf(enrolled[0].Steps), channelsOf(enrolled[0].Skipped)}); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

func channelsOf(list []handoff.Step) (out []handoff.Channel) {
	for _, s := range list {
		out = append(out, s.Do)
	}
	return out
}

func TestSequence_ForAnAccount(t *testing.T) {
	person := func(r *handoff.Request) { r.Lead = handoff.Lead{ID: "L1", Account: "A1"} }
	denied := func(r *handoff.Request) {
		person(r)
		r.Lead.Consent = []handoff.Consent{{Channel: handoff.ChannelMeeting, Status: handoff.ConsentDenied, At: earlier}}
	}
	for _, tt := range []struct {
		name, reason string
		edit         func(*handoff.Request)
		want         handoff.Verdict
		person       handoff.Ref
	}{
		{"with a person", "the sequence reaches the lead", person, handoff.VerdictEnrolled, l1},
		{"without a person", "nobody can be reached", func(*handoff.Request) {}, handoff.VerdictBlockedChannel, handoff.Ref{}},
		{"with a person who refused", "the person's own word counts", denied, handoff.VerdictBlockedChannel, handoff.Ref{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := decide(t, compile(t), now, churn(tt.edit))
			if d.Verdict != tt.want || d.Subject != account("A1") {
				t.Errorf("got %s about %s, want %s: %s", d.Verdict, d.Subject, tt.want, tt.reason)
			}
			unnamed := strings.Contains(encode(t, d), "the request names no person to reach")
			if want := tt.name == "without a person"; unnamed != want {
				t.Errorf("blames the request: %t, want %t: %v", unnamed, want, d.Reasons)
			}
			for _, e := range effects[handoff.Enroll](d) {
				if e.Person != tt.person || e.Subject != account("A1") {
					t.Errorf("enrols %s of %s, want %s", e.Person, e.Subject, tt.person)
				}
			}
		})
	}
}

func TestConsent_Order(t *testing.T) {
	host := func(status handoff.ConsentStatus, at, until time.Time) handoff.Consent {
		return handoff.Consent{Channel: handoff.ChannelSocial, Status: status, At: at, Until: until}
	}
	none := time.Time{}
	for _, tt := range []struct {
		name, reason string
		host         []handoff.Consent
		remembered   []handoff.Consent
		want         bool
	}{
		{"nothing said", "the policy asks for a grant here", nil, nil, false},
		{"granted", "a grant opens", []handoff.Consent{host("granted", earlier, none)}, nil, true},
		{"granted, then refused", "the latest wins", []handoff.Consent{host("granted", earlier, none), host("denied", now, none)}, nil, false},
		{"refused, then granted", "in both directions", []handoff.Consent{host("denied", earlier, none), host("granted", now, none)}, nil, true},
		{"listed latest first", "the instant counts, not the place", []handoff.Consent{host("denied", now, none), host("granted", earlier, none)}, nil, false},
		{"both at one instant", "the refusal stands", []handoff.Consent{host("denied", now, none), host("granted", now, none)}, nil, false},
		{"refusal remembered", "State is evidence too", []handoff.Consent{host("granted", earlier, none)}, []handoff.Consent{host("denied", now, none)}, false},
		{"tie with State", "the refusal stands wherever it is kept", []handoff.Consent{host("granted", now, none)}, []handoff.Consent{host("denied", now, none)}, false},
		{"just before its end", "a grant holds until its end", []handoff.Consent{host("granted", earlier, now.Add(time.Microsecond))}, nil, true},
		{"over, after a refusal", "what was said before it counts again", []handoff.Consent{host("denied", earlier.Add(-time.Hour), none), host("granted", earlier, now)}, nil, false},
		{"over, after a grant without end", "what was said before it counts again", []handoff.Consent{host("granted", earlier.Add(-time.Hour), none), host("granted", earlier, now)}, nil, true},
		{"at its end", "and not at it", []handoff.Consent{host("granted", earlier, now)}, nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := demo(func(r *handoff.Request) { r.Lead.Consent = tt.host })
			for _, c := range tt.remembered {
				with(handoff.SetConsent{Subject: l1, Consent: c})(&r)
			}
			c, _ := decide(t, compile(t), now, r).Context()
			var got bool
			for _, channel := range c.Channels {
				got = got || channel == handoff.ChannelSocial
			}
			if got != tt.want {
				t.Errorf("allowed: %t, want %t: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func TestPause_CalendarDays(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		at, want     time.Time
	}{
		{"in winter", "seven days of 24 hours", time.Date(2026, 2, 2, 15, 0, 0, 0, time.UTC), time.Date(2026, 2, 9, 15, 0, 0, 0, time.UTC)},
		{"when clocks go forward", "10:00 in New York stays 10:00", now, time.Date(2026, 3, 11, 14, 0, 0, 0, time.UTC)},
		{"when clocks go back", "10:00 in New York stays 10:00", time.Date(2026, 10, 28, 14, 0, 0, 0, time.UTC), time.Date(2026, 11, 4, 15, 0, 0, 0, time.UTC)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := decide(t, compile(t), tt.at, demo(triggers(signal("T1", "demo_request", tt.at))))
			pauses := effects[handoff.PauseMarketing](d)
			if len(pauses) != 1 || !pauses[0].Until.Equal(tt.want) {
				t.Fatalf("pauses %v, want until %s: %s", pauses, tt.want, tt.reason)
			}
			if c, _ := d.Context(); !c.PausedUntil.Equal(tt.want) {
				t.Errorf("the rep reads %s", c.PausedUntil)
			}
		})
	}
}
