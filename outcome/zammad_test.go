package outcome_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/outcome"
)

// A lifecycle is the life of one ticket at a help desk, and what its clocks said.
type lifecycle struct {
	ID           string
	Op           string // "": the three clocks of the ticket; else one clock between two instants
	Calendar     peerCalendar
	Created      time.Time
	InitialState string `json:"initial_state"`
	Events       []struct {
		At    time.Time
		State string
	}
	PausedStates  []string         `json:"paused_states"`
	Minutes       map[string]int64 `json:"sla_minutes"`
	From, To      time.Time
	Within        int64     `json:"minutes"`
	FirstResponse time.Time `json:"first_response_at"`
	Closed        time.Time `json:"close_at"`
	Agent         time.Time `json:"last_agent_contact_at"`
	Customer      time.Time `json:"last_customer_contact_at"`
	Boundary      string
	Want          map[string]any // instants as text, null for none, or minutes
}

type peerCalendar struct {
	TZ       string
	Hours    map[string][][2]string
	Holidays []calendar.Date
}

func (c peerCalendar) build(t testing.TB) *calendar.Calendar {
	t.Helper()
	var windows []string
	for _, day := range slices.Sorted(maps.Keys(c.Hours)) {
		for _, h := range c.Hours[day] {
			windows = append(windows, day+" "+h[0]+"-"+h[1])
		}
	}
	return weekly(t, c.TZ, strings.Join(windows, ", "), c.Holidays...)
}

// differences are the answers that are others here on purpose, by case and key.
var differences = map[string]struct{ got, reason string }{
	"sla_lifecycle_zammad-007 first_response_due": {none, "the peer's old calculator takes a pause as over when the ticket closes, and keeps what was due; here the clock ends paused"},
	"sla_lifecycle_zammad-007 close_due":          {none, "the peer's old calculator takes a pause as over when the ticket closes, and keeps what was due; here the clock ends paused"},
	"sla_lifecycle_zammad-018 update_due":         {"2016-11-09T09:26:36Z", "the peer truncates pauses to minutes; they are exact here"},
	"sla_lifecycle_zammad-020 due":                {none, "the peer's time goes on after the ticket is closed; here the clock has ended by then"},
}

// inapplicable are the answers that no clock of ours could give, by case and key.
var inapplicable = map[string]string{
	"sla_lifecycle_zammad-007 update_due": "the old update clock starts with the ticket, and again with each answer; here a clock starts once, for a message of the customer's",
}

func TestPeerLifecycles(t *testing.T) {
	path := filepath.Join("..", "..", "shared", "cases", "sla_lifecycle_zammad.json")
	data, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("no case file at %s: it is not part of the module", path)
	}
	var file struct{ Cases []lifecycle }
	if err := errors.Join(err, json.Unmarshal(data, &file)); err != nil {
		t.Fatal(err)
	}
	counts, whole := map[string]int{}, 0
	for _, c := range file.Cases {
		got, alike := c.replay(t), true
		for _, key := range slices.Sorted(maps.Keys(c.Want)) {
			result := compare(t, c.ID+" "+key, answer(got, key, said(t, c.Want[key])), said(t, c.Want[key]))
			counts[result]++
			alike = alike && result == "passed"
		}
		if alike {
			whole++
		}
	}
	t.Logf("%d answers passed, %d differ, %d are not applicable; %d of %d cases passed in every answer",
		counts["passed"], counts["differs"], counts["not applicable"], whole, len(file.Cases))
	if counts["differs"] != len(differences) || counts["not applicable"] != len(inapplicable) {
		t.Error("what is listed is no answer of the cases: remove it")
	}
}

// answer returns what a desk says; of clocks that ended, also what was due, where the peer keeps that.
func answer(got map[string]string, key, want string) string {
	if want == none || got[key] != none {
		return got[key]
	}
	return cmp.Or(got["was "+key], none)
}

// compare says how an answer compares with the peer's, and fails where that is not listed.
func compare(t testing.TB, at, got, want string) string {
	t.Helper()
	if reason, listed := inapplicable[at]; listed {
		t.Logf("%s: not applicable: %s", at, reason)
		return "not applicable"
	}
	d, listed := differences[at]
	switch {
	case listed && got == d.got && got != want:
		t.Logf("%s: %s, and %s by the peer: %s", at, got, want, d.reason)
		return "differs"
	case listed || got != want:
		t.Errorf("%s: got %q, want %q", at, got, want)
		return "failed"
	}
	return "passed"
}

// none stands for an instant that there is not.
const none = "none"

// said returns an answer as text.
func said(t testing.TB, v any) string {
	t.Helper()
	switch v := v.(type) {
	case nil:
		return none
	case string:
		return v
	case float64:
		return fmt.Sprint(v)
	}
	t.Fatalf("an answer of type %T", v)
	return ""
}

func shown(at time.Time) string {
	if at.IsZero() {
		return none
	}
	return at.Format(time.RFC3339)
}

// A timer is one clock of a ticket. Here it is the promise of a desk of its own, which one kind of activity keeps.
type timer struct {
	prefix      string // of the answers about it
	within      time.Duration
	start, stop time.Time // zero: nothing stops it
	stops       handoff.ActivityKind
}

// timers returns the clocks of the ticket. That of updates starts when the customer wrote last, which is a signal here.
func (c lifecycle) timers() []timer {
	minutes := func(n int64) time.Duration { return time.Duration(n) * time.Minute }
	if c.Op != "" {
		return []timer{{"", minutes(cmp.Or(c.Within, 24*60)), c.From, c.To, handoff.ActivityCall}}
	}
	out := []timer{
		{"first_response_", minutes(c.Minutes["first_response"]), c.Created, c.FirstResponse, handoff.ActivityCall},
		{"close_", minutes(c.Minutes["solution"]), c.Created, c.Closed, handoff.ActivityResolved},
	}
	if !c.Customer.IsZero() {
		out = append(out, timer{"update_", minutes(c.Minutes["update"]), c.Customer, c.Agent, handoff.ActivityEmail})
	}
	return slices.DeleteFunc(out, func(r timer) bool { return r.within == 0 })
}

// replay returns our answers.
func (c lifecycle) replay(t testing.TB) map[string]string {
	t.Helper()
	got := map[string]string{}
	var next time.Time
	for _, r := range c.timers() {
		d := c.run(t, r)
		r.tell(d, got)
		if running, _ := d.clock(promised); !running.Due.IsZero() && (next.IsZero() || running.Due.Before(next)) {
			next = running.Due
		}
	}
	got["next_due"] = shown(next)
	return got
}

// promised is the clock of a desk's promise.
const promised = "first_touch:demo"

// run lets a desk live through the ticket with one clock, whose owner hears of it when it is late.
func (c lifecycle) run(t testing.TB, r timer) *desk {
	t.Helper()
	d := newDesk(t, func(cfg *handoff.Config) {
		cfg.Plays[0].Promise = &handoff.SLA{Within: r.within, Hours: outcome.Team(c.Calendar.build(t)), Roll: c.Boundary == "next_open",
			Pauses: []handoff.SLAPause{handoff.PausePending}, Stops: []handoff.ActivityKind{r.stops},
			Late: []handoff.LateStep{{Do: handoff.LateNotify, To: handoff.ToOwner}}}
	})
	before, after := c.activities(r)
	for _, a := range before {
		d.observe(a)
	}
	d.hand(r.start)
	for _, a := range after {
		for due := d.record().NextDue(); !due.IsZero() && due.Before(a.At); due = d.record().NextDue() {
			d.sweep(due)
		}
		d.observe(a)
	}
	return d
}

// activities returns what happened to the ticket before the clock starts and from then on, in order.
func (c lifecycle) activities(r timer) (before, after []handoff.Activity) {
	var list []handoff.Activity
	add := func(kind handoff.ActivityKind, at time.Time) {
		list = append(list, handoff.Activity{ID: fmt.Sprintf("A%d", len(list)), Kind: kind, At: at, By: "ann"})
	}
	add(c.kind(c.InitialState, c.Created), c.Created)
	for _, e := range c.Events {
		add(c.kind(e.State, e.At), e.At)
	}
	closed := slices.ContainsFunc(list, func(a handoff.Activity) bool { return a.Kind == handoff.ActivityResolved })
	if !c.Closed.IsZero() && !closed {
		add(handoff.ActivityResolved, c.Closed)
	}
	if !r.stop.IsZero() && r.stops != handoff.ActivityResolved {
		add(r.stops, r.stop)
	}
	slices.SortStableFunc(list, func(a, b handoff.Activity) int { return a.At.Compare(b.At) })
	n := slices.IndexFunc(list, func(a handoff.Activity) bool { return !a.At.Before(r.start) })
	if n < 0 {
		n = len(list)
	}
	return list[:n], list[n:]
}

// kind returns the activity by which a ticket comes into a state. Closed is the end where nothing opens it again.
func (c lifecycle) kind(state string, at time.Time) handoff.ActivityKind {
	switch {
	case at.Equal(c.Closed), c.Op != "" && state == "closed":
		return handoff.ActivityResolved
	case slices.Contains(c.PausedStates, state):
		return handoff.ActivityPending
	}
	return handoff.ActivityResumed
}

// tell adds what the clock says: when it is or was due, and of one that ended how long it ran. Whether it was kept and whether
// its owner heard that it is late has to agree with that.
func (r timer) tell(d *desk, got map[string]string) {
	d.Helper()
	running, runs := d.clock(promised)
	got[r.prefix+"due"] = shown(running.Due)
	ended := d.stopped(promised)
	if runs || len(ended) == 0 {
		return
	}
	last := ended[0]
	left := r.within - time.Duration(last.Open)*time.Second
	got["was "+r.prefix+"due"] = shown(last.Due)
	got[r.prefix+"elapsed_min"] = fmt.Sprint(float64(last.Open) / 60)
	got[r.prefix+"left_min"] = fmt.Sprint(left.Minutes())
	if last.Why == handoff.StopDone && last.Met != (left >= 0) {
		d.Errorf("%s met: %t, with %s left", r.prefix, last.Met, left)
	}
	if late := last.Late > 0; late != (left < 0) {
		d.Errorf("%s told that it is late: %t, with %s left", r.prefix, late, left)
	}
}
