package handoff_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// TestSequence_EndsByItself lets a sequence run out: its last step is on day 2, so that it is over three days after it began.
func TestSequence_EndsByItself(t *testing.T) {
	e := compile(t)
	d, state := apply(t, e, now, nil, demo())
	enrolled := effects[handoff.Enroll](d)[0]
	last := 0
	for _, s := range enrolled.Steps {
		last = max(last, s.Day)
	}
	ends := e.Zone().AddDays(now, last+1)
	if !enrolled.Ends.Equal(ends) {
		t.Fatalf("the sequence ends at %s, want %s: a day after its last step's", enrolled.Ends, ends)
	}
	early, _ := sweep(t, e, ends.Add(-time.Microsecond), state)
	if len(effects[handoff.Exit](early)) > 0 {
		t.Error("it ends before its time")
	}
	over, state := sweep(t, e, ends, state)
	want := []handoff.Exit{{Subject: l1, Account: account("A1"), Exited: handoff.Exited{Sequence: enrolled.Sequence, Person: l1, At: ends, By: handoff.ByEnd}}}
	if diff := cmp.Diff(want, effects[handoff.Exit](over)); diff != "" {
		t.Errorf("exits (-want +got):\n%s", diff)
	}
	if left := state[l1].Value.(handoff.Record).Enrollments; len(left) > 0 {
		t.Errorf("%v runs still", left)
	}
}

// TestSequence_OverBeforeAnySweep decides after the end of a sequence that no sweep has recorded.
func TestSequence_OverBeforeAnySweep(t *testing.T) {
	e := compile(t)
	d, state := apply(t, e, now, nil, demo())
	first := effects[handoff.Enroll](d)[0]
	for _, tt := range []struct {
		name, reason string
		at           time.Time
		want         handoff.Verdict
	}{
		{"before its end", "it runs", first.Ends.Add(-time.Microsecond), handoff.VerdictHeld},
		{"at its end", "re-entry counts from the end, swept or not", first.Ends, handoff.VerdictHeld},
		{"a microsecond too early", "re-entry counts from the end", e.Zone().AddDays(first.Ends, 90).Add(-time.Microsecond), handoff.VerdictHeld},
		{"after re-entry", "nothing is in the way", e.Zone().AddDays(first.Ends, 90), handoff.VerdictEnrolled},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := demo(triggers(signal("T2", "demo_request", tt.at)))
			d, after := apply(t, e, tt.at, state, r)
			if d.Verdict != tt.want {
				t.Fatalf("got %s (%s), want %s: %s", d.Verdict, d.Sentence(), tt.want, tt.reason)
			}
			if d.Verdict != handoff.VerdictEnrolled {
				return
			}
			if x := effects[handoff.Exit](d); len(x) != 1 || x[0].By != handoff.ByEnd || !x[0].At.Equal(first.Ends) {
				t.Errorf("%v; want the end of the first run, at its own instant", x)
			}
			if n := len(after[l1].Value.(handoff.Record).Enrollments); n != 1 {
				t.Errorf("%d sequences run, want the new one alone", n)
			}
		})
	}
}

func TestIntake_KindThatIsNotListedStaysTheHosts(t *testing.T) {
	e := compile(t)
	odd := triggers(signal("T1", "demo-request", now))
	d, state := apply(t, e, now, nil, demo(odd))
	if d.Verdict != handoff.VerdictNoPlay || len(d.Effects) > 0 || !strings.Contains(d.Reasons[0].Text, "demo-request") {
		t.Errorf("got %s with %v because %v; want no_play that changes nothing and names the kind", d.Verdict, d.Effects, d.Reasons)
	}
	d, _ = apply(t, e, now, state, demo(triggers(signal("T1", "demo_request", now))))
	if d.Verdict != handoff.VerdictEnrolled {
		t.Errorf("got %s, want enrolled: the same id with its kind mended is heard", d.Verdict)
	}
}

func TestHold_UnknownKeepsTheTrigger(t *testing.T) {
	unsure := handoff.SuppressorFunc(func(_ *handoff.Facts, _ *handoff.Play, dst []handoff.ActiveHold) []handoff.ActiveHold {
		return append(dst, handoff.ActiveHold{ID: "competitor", OnRelease: handoff.ReleaseNone, Unknown: []string{"lead.email_domain"}})
	})
	d := decide(t, compile(t, func(c *handoff.Config) { c.Suppressor = unsure }), now, demo())
	if d.Verdict != handoff.VerdictHeld || waits(d)["T1"] != handoff.WhyHeld {
		t.Errorf("got %s with %v; want held, and the trigger waits for the missing fact", d.Verdict, d.Effects)
	}
}

// TestIntake_QueueIsBounded floods a record whose triggers all wait.
func TestIntake_QueueIsBounded(t *testing.T) {
	e := compile(t)
	var state handoff.State
	waiting := func(r *handoff.Request) { r.Lead.Person.Email = "" }
	for i := range handoff.MaxTriggers + 20 {
		s := signal(fmt.Sprintf("T%03d", i), "demo_request", now.Add(time.Duration(i)*time.Second-hour))
		s.Asset = s.ID
		_, state = apply(t, e, now, state, demo(waiting, triggers(s)))
	}
	queue := state[l1].Value.(handoff.Record).Queue
	if len(queue) != handoff.MaxTriggers || queue[0].Trigger.ID != "T020" {
		t.Errorf("%d triggers wait from %s on; want the latest %d", len(queue), queue[0].Trigger.ID, handoff.MaxTriggers)
	}
	if seen := state[handoff.TriggerKey("acme", "T000")].Value; seen != (handoff.Seen{At: now, Fate: handoff.FateStale}) {
		t.Errorf("the oldest is %v, want stale", seen)
	}
	if signals := state[l1].Value.(handoff.Record).Signals; len(signals) > 0 {
		t.Errorf("%v claim their keys, and shaped no handoff", signals)
	}
}

func TestRequest_InstantsAhead(t *testing.T) {
	e := compile(t)
	var wrong *handoff.InputError
	ahead := demo(triggers(signal("T1", "demo_request", now.Add(day+time.Microsecond))))
	if _, err := e.Decide(now, fill(e, now, ahead)); !errors.As(err, &wrong) || wrong.Path != "triggers[0].occurred_at" {
		t.Errorf("got %v for a trigger of the day after tomorrow", err)
	}
	if _, err := e.Observe(now, fill(e, now, demo()), handoff.Activity{ID: "a", Kind: handoff.ActivityCall, At: now.Add(2 * day)}); !errors.As(err, &wrong) || wrong.Path != "activity.at" {
		t.Errorf("got %v for a call of the day after tomorrow", err)
	}
	if d := decide(t, e, now, demo(triggers(signal("T1", "demo_request", now.Add(day))))); d.Verdict != handoff.VerdictEnrolled {
		t.Errorf("got %s for a clock that is a day ahead, want enrolled", d.Verdict)
	}
}

func TestPerson_Fill(t *testing.T) {
	jo := handoff.Person{FirstName: "Jo", Email: "jo@acme.example"}
	for _, tt := range []struct{ name, text, want, reason string }{
		{"known", "Hi ${person.first_name}!", "Hi Jo!", "the field stands in"},
		{"known with a default", `Hi ${person.first_name | "there"}!`, "Hi Jo!", "the default is not needed"},
		{"empty", "Dear ${person.last_name}!", "Dear !", "nothing is what is known"},
		{"empty with a default", `Dear ${person.last_name | "colleague"}!`, "Dear colleague!", "the default stands in"},
		{"unknown field", "${person.shoe_size}", "${person.shoe_size}", "only fields of a person are filled"},
		{"another hole", "${trigger.asset}", "${trigger.asset}", "only fields of a person are filled"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := jo.Fill(tt.text); got != tt.want {
				t.Errorf("%q, want %q: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func TestFill(t *testing.T) {
	e := compile(t)
	given := demo()
	given.State = handoff.State{l1: {}}
	rounds := 0
	r, err := e.Fill(now, given, func(keys []handoff.Key) (handoff.State, error) {
		rounds++
		out := handoff.State{}
		for _, k := range keys {
			out[k] = handoff.Entry{}
		}
		return out, nil
	})
	if err != nil || len(e.Needs(now, r)) > 0 || rounds > 2 || len(given.State) != 1 {
		t.Errorf("after %d rounds %v is missing, the given State has %d entries, error %v", rounds, e.Needs(now, r), len(given.State), err)
	}
	failed := errors.New("no connection")
	if _, err := e.Fill(now, demo(), func([]handoff.Key) (handoff.State, error) { return nil, failed }); !errors.Is(err, failed) {
		t.Errorf("got %v, want the store's own error", err)
	}
	var missing *handoff.MissingError
	if _, err := e.Fill(now, demo(), func([]handoff.Key) (handoff.State, error) { return nil, nil }); !errors.As(err, &missing) {
		t.Errorf("got %v, want a *MissingError: a store that answers nothing must not make it ask for ever", err)
	}
}

// TestDecode_SaysWhereNotWhat holds the errors of JSON that does not fit.
func TestDecode_SaysWhereNotWhat(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"another type", `{"account":{"employees":"many"}}`, "account.employees is a string of JSON that does not fit there"},
		{"a long number", `{"account":{"employees":4915155512345678901234}}`, "account.employees is a number of JSON that does not fit there"},
		{"an unknown key", `{"account":{"employes":1}}`, "unknown key employes"},
		{"a key that could be personal", `{"lead":{"person":{"jo@acme.example":"x"}}}`, "unknown key that is no name"},
		{"not JSON", `{'a': 1}`, "the text is not JSON at byte 2"},
		{"cut short", `{"account":`, "the JSON text ends too early"},
		{"an instant", `{"triggers":[{"occurred_at":12}]}`, `an instant is not written as RFC 3339, such as "2026-03-01T15:04:05Z"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := handoff.DecodeRequest([]byte(tt.text)); err == nil || err.Error() != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}
