package replay_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules"
	"github.com/salesbaton/baton/rules/replay"
)

// policy settles for five minutes; its only play is for leads from the US, and pauses marketing for two days.
const policy = `
language: 1
policy: acme
settle: 5m
triggers: {demo_request: {about: lead, stale_after: 3d}}
consent: {call: opt_out}
plays:
  - {id: demo, trigger: demo_request, when: 'lead.country == "US"', route: all, sequence: call, pause_marketing: {for: 2d, scope: [nurture]}}
routes: {all: [{pool: reps}]}
pools: {reps: {members: [kim, lee], availability: {unknown: available}, when_empty: unassigned}}
sequences: {call: {on_blocked_channel: refuse, steps: [{day: 0, do: call}]}}
`

func newEngine(t *testing.T) *handoff.Engine {
	t.Helper()
	engine, err := rules.Parse("policy.yaml", []byte(policy))
	if err != nil {
		t.Fatal(err)
	}
	return engine
}

// start is a Monday, 15:00 UTC; instants in tests are minutes after it.
var start = time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)

func minute(n int) time.Time { return start.Add(time.Duration(n) * time.Minute) }

// demo is a line with a demo request of a lead, decided when it occurs.
func demo(at int, lead, country string) replay.Line {
	return replay.Line{At: minute(at), Request: handoff.Request{
		Subject:  handoff.Ref{Kind: handoff.KindLead, ID: lead},
		Lead:     handoff.Lead{ID: lead, Country: country},
		Triggers: []handoff.Trigger{{ID: fmt.Sprintf("%s-%d", lead, at), Kind: "demo_request", OccurredAt: minute(at)}},
	}}
}

// done is a line with an activity that names its lead and says nothing else of it.
func done(at int, lead string, kind handoff.ActivityKind) replay.Line {
	return replay.Line{
		At: minute(at),
		Request: handoff.Request{
			Subject: handoff.Ref{Kind: handoff.KindLead, ID: lead},
			Lead:    handoff.Lead{ID: lead},
		},
		Activity: &handoff.Activity{ID: fmt.Sprintf("%s-%d", kind, at), Kind: kind, At: minute(at)},
	}
}

// merging is a line that says that its lead has become one with another.
func merging(at int, lead, into string) replay.Line {
	l := done(at, lead, handoff.ActivityMerged)
	l.Activity.Into = handoff.Ref{Kind: handoff.KindLead, ID: into}
	return l
}

// going is a line with a touch that names its lead and says nothing else of it.
func going(at int, lead string, t handoff.Touch) replay.Line {
	l := done(at, lead, "")
	t.ID = fmt.Sprintf("%s-%d", t.Channel, at)
	l.Activity, l.Touch = nil, &t
	return l
}

func carrying(l replay.Line, key string, v handoff.Memory) replay.Line {
	ref, err := handoff.ParseRef(key)
	if err != nil {
		panic(err)
	}
	l.Request.State = handoff.State{ref: {Version: 7, Value: v}}
	return l
}

// row is what the tests compare of a decision: the minute, the subject, the cause, the verdict and the owner.
func row(d handoff.Decision) string {
	return strings.TrimRight(fmt.Sprintf("%d %s %s: %s %s", int(d.At.Sub(start).Minutes()), d.Subject.ID, d.Cause, d.Verdict, d.Owner), " ")
}

func rows(decisions []handoff.Decision) []string {
	var out []string
	for _, d := range decisions {
		out = append(out, row(d))
	}
	return out
}

const day = 24 * 60

func TestSimulator(t *testing.T) {
	call := handoff.Touch{Channel: handoff.ChannelCall, By: "lee"}
	nurture := handoff.Touch{Channel: handoff.ChannelCall, Purpose: handoff.PurposeMarketing, Scope: "nurture"}
	replayHold := handoff.ActiveHold{ID: "churn", Since: start, ReleasedBy: "resolved", OnRelease: handoff.ReleaseReplay}
	for _, test := range []struct {
		name, reason string
		lines        []replay.Line
		until        int
		want         []string
	}{
		{"settled by time", "the window closes at its own instant, and the triggers are decided there",
			[]replay.Line{demo(0, "A", "US"), demo(2, "A", "US")}, 60,
			[]string{"0 A trigger A-0: queued", "2 A trigger A-0, A-2: queued", "5 A time: swept", "5 A trigger A-0, A-2: enrolled kim"}},
		{"merged while it settles", "what waits is decided where the record lives on, with what was known of it",
			[]replay.Line{demo(0, "A", "US"), merging(2, "A", "B")}, 60,
			[]string{"0 A trigger A-0: queued", "2 A activity merged-2: observed", "5 B time: swept", "5 B trigger A-0: enrolled kim"}},
		{"facts of one that has merged", "what a later line says of it is known where it lives on",
			[]replay.Line{demo(0, "A", "DE"), merging(1, "A", "B"), demo(2, "A", "US")}, 60,
			[]string{"0 A trigger A-0: queued", "1 A activity merged-1: observed", "2 B trigger A-0, A-2: queued", "5 B time: swept", "5 B trigger A-0, A-2: enrolled kim"}},
		{"settled on the way to a line", "time passes before the line is decided, also when it comes much later",
			[]replay.Line{demo(0, "A", "US"), demo(30, "B", "US")}, 30,
			[]string{"0 A trigger A-0: queued", "5 A time: swept", "5 A trigger A-0: enrolled kim", "30 B trigger B-30: queued"}},
		{"due at the instant of a line", "what is due goes before the line",
			[]replay.Line{demo(0, "A", "US"), demo(5, "B", "US")}, 5,
			[]string{"0 A trigger A-0: queued", "5 A time: swept", "5 A trigger A-0: enrolled kim", "5 B trigger B-5: queued"}},
		{"two due at one instant", "the order is that of the keys, not of the lines",
			[]replay.Line{demo(0, "B", "US"), demo(0, "A", "US")}, 5,
			[]string{"0 B trigger B-0: queued", "0 A trigger A-0: queued",
				"5 A time: swept", "5 A trigger A-0: enrolled kim", "5 B time: swept", "5 B trigger B-0: enrolled lee"}},
		{"latest facts", "what is decided again is decided with what is known by then",
			[]replay.Line{demo(0, "A", "DE"), demo(1, "A", "US")}, 5,
			[]string{"0 A trigger A-0: queued", "1 A trigger A-0, A-1: queued", "5 A time: swept", "5 A trigger A-0, A-1: enrolled kim"}},
		{"an activity brings no facts", "its line names the subject only; the country stays known",
			[]replay.Line{demo(0, "A", "US"), done(1, "A", handoff.ActivityCall)}, 5,
			[]string{"0 A trigger A-0: queued", "1 A activity call-1: observed", "5 A time: swept", "5 A trigger A-0: enrolled kim"}},
		{"just before it is due", "a window that is open stays open",
			[]replay.Line{demo(0, "A", "US")}, 4,
			[]string{"0 A trigger A-0: queued"}},
		{"pauses end", "the pause of a handoff is swept two days after it",
			[]replay.Line{demo(0, "A", "US")}, 3 * day,
			[]string{"0 A trigger A-0: queued", "5 A time: swept", "5 A trigger A-0: enrolled kim", "1445 A time: swept", "2885 A time: swept"}},
		{"state comes along", "kim is away, which only the line's State says",
			[]replay.Line{carrying(demo(0, "A", "US"), "rep/kim", handoff.Rep{ID: "kim", Status: handoff.RepAway})}, 5,
			[]string{"0 A trigger A-0: queued", "5 A time: swept", "5 A trigger A-0: enrolled lee"}},
		{"state that is known already", "what is remembered is not overwritten by what a later line carries",
			[]replay.Line{
				carrying(demo(0, "A", "US"), "rep/kim", handoff.Rep{ID: "kim", Status: handoff.RepAway}),
				carrying(demo(1, "A", "US"), "rep/kim", handoff.Rep{ID: "kim", Status: handoff.RepActive}),
			}, 5,
			[]string{"0 A trigger A-0: queued", "1 A trigger A-0, A-1: queued", "5 A time: swept", "5 A trigger A-0, A-1: enrolled lee"}},
		{"state that is overdue", "time does not go back: it is swept when it becomes known, before the line is decided",
			[]replay.Line{carrying(demo(0, "A", "US"), "lead/A", handoff.Record{Pauses: []handoff.Pause{
				{ID: "p", Scope: []string{"nurture"}, Since: minute(-9), Until: minute(-3)}}})}, 1,
			[]string{"0 A time: swept", "0 A trigger A-0: queued"}},
		{"state of another subject", "a record that no line was about is swept with its id alone",
			[]replay.Line{carrying(demo(0, "A", "US"), "account/Z", handoff.Record{Pauses: []handoff.Pause{
				{ID: "p", Scope: []string{"nurture"}, Since: minute(-9), Until: minute(3)}}})}, 4,
			[]string{"0 A trigger A-0: queued", "3 Z time: swept"}},
		{"released by an activity", "the hold is lifted, and what it held is decided at once",
			[]replay.Line{carrying(demo(0, "A", "US"), "lead/A", handoff.Record{Holds: []handoff.ActiveHold{replayHold}}),
				done(9, "A", handoff.ActivityResolved)}, 9,
			[]string{"0 A trigger A-0: queued", "5 A time: swept", "5 A trigger A-0: held",
				"9 A activity resolved-9: observed", "9 A trigger A-0: enrolled kim"}},
		{"a touch", "it asks on what the lines before have left, and a pause is over at its own instant",
			[]replay.Line{demo(0, "A", "US"), going(6, "A", nurture), going(6, "A", call), going(5+2*day, "A", nurture)}, 5 + 2*day,
			[]string{"0 A trigger A-0: queued", "5 A time: swept", "5 A trigger A-0: enrolled kim", "6 A touch call-6: held", "6 A touch call-6: permitted lee",
				"1445 A time: swept", "2885 A time: swept", "2885 A touch call-2885: permitted"}},
		{"a touch and state that is known already", "what is remembered is not overwritten by what its line carries",
			[]replay.Line{demo(0, "A", "US"), carrying(going(6, "A", nurture), "lead/A", handoff.Record{})}, 6,
			[]string{"0 A trigger A-0: queued", "5 A time: swept", "5 A trigger A-0: enrolled kim", "6 A touch call-6: held"}},
		{"a touch that went out", "it is remembered, and counts nothing when it is asked about again",
			[]replay.Line{going(0, "A", call), going(0, "A", call)}, 0,
			[]string{"0 A touch call-0: permitted lee", "0 A touch call-0: permitted lee"}},
		{"a touch brings no facts", "its line names the person only; the country stays known",
			[]replay.Line{demo(0, "A", "US"), going(1, "A", call)}, 5,
			[]string{"0 A trigger A-0: queued", "1 A touch call-1: permitted lee", "5 A time: swept", "5 A trigger A-0: enrolled kim"}},
		{"a closed channel", "nothing opens it", []replay.Line{going(0, "A", handoff.Touch{Channel: handoff.ChannelEmail})}, 0,
			[]string{"0 A touch email-0: blocked_channel"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := replay.New(newEngine(t))
			var got []string
			for _, l := range test.lines {
				decisions, err := s.Step(l)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, rows(decisions)...)
			}
			decisions, err := s.Until(minute(test.until))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, append(got, rows(decisions)...)); diff != "" {
				t.Errorf("%s (-want +got)\n%s", test.reason, diff)
			}
		})
	}
}

func TestTimeDoesNotGoBack(t *testing.T) {
	for _, test := range []struct {
		name, reason string
		again        int
		want         string
	}{
		{"the same instant", "two things may happen at once", 10, ""},
		{"a minute earlier", "lines are in the order of their instants", 9,
			"goes back in time: 2026-03-02T15:09:00Z is before 2026-03-02T15:10:00Z; sort the lines by their instant"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := replay.New(newEngine(t))
			if _, err := s.Step(demo(10, "A", "US")); err != nil {
				t.Fatal(err)
			}
			want, _, _ := strings.Cut(test.want, ";")
			if _, err := s.Until(minute(test.again)); errorText(err) != want {
				t.Errorf("Until: %q, want %q: %s", errorText(err), want, test.reason)
			}
			if _, err := s.Step(demo(test.again, "B", "US")); errorText(err) != test.want {
				t.Errorf("Step: %q, want %q: %s", errorText(err), test.want, test.reason)
			}
		})
	}
}

func TestStepReturnsWhatCameBeforeAnError(t *testing.T) {
	s := replay.New(newEngine(t))
	if _, err := s.Step(demo(0, "A", "US")); err != nil {
		t.Fatal(err)
	}
	bad := demo(20, "A", "US")
	bad.Request.Triggers[0].ID = ""
	decisions, err := s.Step(bad)
	if want := []string{"5 A time: swept", "5 A trigger A-0: enrolled kim"}; !cmp.Equal(rows(decisions), want) {
		t.Errorf("got %q, want %q", rows(decisions), want)
	}
	if errorText(err) != "request: triggers[0].id is empty" {
		t.Errorf("got %v, want the engine's own error", err)
	}
}

func TestPrepareShowsTheRequestAsItIsDecided(t *testing.T) {
	engine := newEngine(t)
	s := replay.New(engine)
	if _, err := s.Step(demo(0, "A", "US")); err != nil {
		t.Fatal(err)
	}
	next := demo(20, "A", "US")
	r, before, err := s.Prepare(next)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"5 A time: swept", "5 A trigger A-0: enrolled kim"}; !cmp.Equal(rows(before), want) {
		t.Errorf("before the line: %q, want %q", rows(before), want)
	}
	prepared, err := engine.Decide(next.At, r)
	if err != nil {
		t.Fatal(err)
	}
	stepped, err := s.Step(next)
	if err != nil {
		t.Fatal(err)
	}
	if len(stepped) != 1 || asJSON(t, stepped[0]) != asJSON(t, prepared) {
		t.Errorf("Step decides otherwise than what Prepare shows:\n%s", cmp.Diff(rows([]handoff.Decision{prepared}), rows(stepped)))
	}
}

func TestPrepareShowsTheRequestOfATouch(t *testing.T) {
	engine := newEngine(t)
	l := going(20, "A", handoff.Touch{Channel: handoff.ChannelCall, By: "lee"})
	s := replay.New(engine)
	r, _, err := s.Prepare(l)
	if err != nil {
		t.Fatal(err)
	}
	if missing := engine.NeedsTouch(l.At, r, *l.Touch); len(missing) > 0 {
		t.Errorf("the request lacks %v", missing)
	}
	prepared, err := engine.Permit(l.At, r, *l.Touch)
	if err != nil {
		t.Fatal(err)
	}
	stepped, err := s.Step(l)
	if err != nil {
		t.Fatal(err)
	}
	if len(stepped) != 1 || asJSON(t, stepped[0]) != asJSON(t, prepared) {
		t.Errorf("Step answers otherwise than what Prepare shows:\n%s", cmp.Diff(rows([]handoff.Decision{prepared}), rows(stepped)))
	}
}

func TestStateIsACopyOfWhatIsRemembered(t *testing.T) {
	s := replay.New(newEngine(t))
	legal := handoff.ActiveHold{ID: "legal", Since: minute(-1), Blocks: []string{"demo"}}
	lead := handoff.Ref{Kind: handoff.KindLead, ID: "A"}
	if _, err := s.Step(carrying(demo(0, "A", "US"), "lead/A", handoff.Record{Holds: []handoff.ActiveHold{legal}})); err != nil {
		t.Fatal(err)
	}
	first := s.State()
	record := first[lead].Value.(handoff.Record)
	if len(record.Holds) != 1 || record.Holds[0].ID != "legal" || len(record.Queue) != 1 {
		t.Fatalf("the record is %+v; it is held and a trigger settles", record)
	}
	record.Holds[0].Blocks[0] = "scribbled"
	if got := s.State()[lead].Value.(handoff.Record).Holds[0].Blocks[0]; got != "demo" {
		t.Errorf("a reader wrote %q into the simulator", got)
	}
}

func TestNextDue(t *testing.T) {
	s := replay.New(newEngine(t))
	if due, found := s.NextDue(); found {
		t.Errorf("nothing happened yet, but something is due at %s", due)
	}
	if _, err := s.Step(demo(0, "A", "US")); err != nil {
		t.Fatal(err)
	}
	if due, found := s.NextDue(); !found || !due.Equal(minute(5)) {
		t.Errorf("due at %s, %t; want when the window closes", due, found)
	}
}

func TestALongStream(t *testing.T) {
	// Far more decisions than entries, so that the memory is renewed on the way: it must not forget a lead.
	s := replay.New(newEngine(t))
	var summary replay.Summary
	for n := range 5000 {
		decisions, err := s.Step(done(n, fmt.Sprint("lead", n%3), handoff.ActivityCall))
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range decisions {
			summary.Add(d)
		}
	}
	last := done(4999, "lead1", handoff.ActivityCall)
	decisions, err := s.Step(last)
	if err != nil {
		t.Fatal(err)
	}
	if summary.Decisions() != 5000 || decisions[0].Verdict != handoff.VerdictDuplicate {
		t.Errorf("%d decisions, then %s; want 5000, and the last activity remembered", summary.Decisions(), row(decisions[0]))
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
