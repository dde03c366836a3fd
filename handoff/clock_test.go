package handoff_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

// An inOrder is a router that asks its reps in order: the first who is active, and whom nobody wants avoided.
type inOrder struct {
	reps  []string
	queue *handoff.Queue // where the record waits when there is nobody; nil: nowhere
}

func (p inOrder) Keys(_ *handoff.Facts, _ *handoff.Play, dst []handoff.Key) []handoff.Key {
	for _, rep := range p.reps {
		dst = append(dst, handoff.RepKey(rep))
	}
	return dst
}

func (p inOrder) Route(f *handoff.Facts, _ *handoff.Play) handoff.Routing {
	for _, id := range p.reps {
		rep, _ := f.Rep(id)
		if rep.Status == handoff.RepActive && !slices.Contains(f.Avoid, id) {
			return handoff.Routing{Owner: id, Rung: "in order", Why: "it is their turn", Units: 1}
		}
	}
	return handoff.Routing{Queue: p.queue}
}

// touchClock is the id of the clock of acme's demo-enterprise.
const touchClock = "first_touch:demo-enterprise"

// promising gives acme's demo-enterprise a promise, and a route that asks kim, then lee, then ana.
func promising(s *handoff.SLA, edits ...func(*handoff.Play)) func(*handoff.Config) {
	return func(c *handoff.Config) {
		p := &c.Plays[0]
		p.Promise, p.Router = s, inOrder{reps: []string{"kim", "lee", "ana"}}
		for _, edit := range edits {
			edit(p)
		}
	}
}

// A desk is a lead about whom things are decided and observed, one after the other.
type desk struct {
	*testing.T
	engine *handoff.Engine
	r      handoff.Request
}

// atDesk has decided at now on the demo that the lead asked for, after what State remembers.
func atDesk(t *testing.T, e *handoff.Engine, remembered ...handoff.Effect) *desk {
	t.Helper()
	d := &desk{t, e, demo(with(remembered...))}
	d.decide(now)
	d.r.Triggers = nil
	return d
}

// commit fills the State, calls what decides, checks its guards and keeps what it changes.
func (d *desk) commit(at time.Time, call func(r handoff.Request) (handoff.Decision, error)) handoff.Decision {
	d.Helper()
	d.r = fill(d.engine, at, d.r)
	out, err := call(d.r)
	if err != nil {
		d.Fatal(err)
	}
	guarded(d.T, d.r, out)
	d.r.State = handoff.Apply(d.r.State, out.Effects)
	return out
}

func (d *desk) decide(at time.Time, list ...handoff.Trigger) handoff.Decision {
	d.Helper()
	if len(list) > 0 {
		d.r.Triggers = list
	}
	defer func() { d.r.Triggers = nil }()
	return d.commit(at, func(r handoff.Request) (handoff.Decision, error) { return d.engine.Decide(at, r) })
}

func (d *desk) observe(at time.Time, a handoff.Activity) handoff.Decision {
	d.Helper()
	d.r = fillActivity(d.engine, at, d.r, a)
	return d.commit(at, func(r handoff.Request) (handoff.Decision, error) { return d.engine.Observe(at, r, a) })
}

// did observes an activity at its own instant.
func (d *desk) did(kind handoff.ActivityKind, at time.Time, edits ...func(*handoff.Activity)) handoff.Decision {
	d.Helper()
	return d.observe(at, happened(kind, at, edits...))
}

func (d *desk) sweep(at time.Time) handoff.Decision {
	d.Helper()
	return d.commit(at, func(r handoff.Request) (handoff.Decision, error) { return d.engine.Sweep(at, r) })
}

func (d *desk) record() handoff.Record {
	record, _ := d.r.State[d.r.Subject].Value.(handoff.Record)
	return record
}

// clock returns the running clock with an id; the zero Clock where none runs.
func (d *desk) clock(id string) handoff.Clock {
	for _, c := range d.record().Clocks {
		if c.ID == id {
			return c
		}
	}
	return handoff.Clock{}
}

// happened is an activity of kim's, named after what and when it is.
func happened(kind handoff.ActivityKind, at time.Time, edits ...func(*handoff.Activity)) handoff.Activity {
	a := handoff.Activity{ID: string(kind) + at.Format("-02T15:04:05.999999"), Kind: kind, At: at, By: "kim"}
	for _, edit := range edits {
		edit(&a)
	}
	return a
}

func by(rep string) func(*handoff.Activity) { return func(a *handoff.Activity) { a.By = rep } }
func toRep(rep string) func(*handoff.Activity) {
	return func(a *handoff.Activity) { a.To = rep }
}
func until(at time.Time) func(*handoff.Activity) { return func(a *handoff.Activity) { a.Until = at } }
func because(word string) func(*handoff.Activity) {
	return func(a *handoff.Activity) { a.Reason = word }
}

// weekly is a calendar in UTC; now is a Wednesday at 15:00 in it.
func weekly(t testing.TB, windows string, holidays ...calendar.Date) *calendar.Calendar {
	t.Helper()
	w, err := calendar.ParseWindows(windows)
	if err != nil {
		t.Fatal(err)
	}
	c, err := calendar.New(calendar.Config{Weekly: w, Holidays: holidays})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// hoursOf is the same calendar for everybody.
func hoursOf(c *calendar.Calendar) handoff.Hours {
	return handoff.HoursFunc(func(*handoff.Facts) *calendar.Calendar { return c })
}

// march is an instant of March 2026, in which the 4th is a Wednesday.
func march(day, hour, minute int) time.Time {
	return time.Date(2026, 3, day, hour, minute, 0, 0, time.UTC)
}

// kimAway is what State says of kim, who is absent at times: pairs of an instant and the next, zero for no end.
func kimAway(times ...time.Time) handoff.Entry {
	rep := handoff.Rep{ID: "kim"}
	for i := 0; i < len(times); i += 2 {
		rep.Absences = append(rep.Absences, handoff.Absence{From: times[i], Until: times[i+1]})
	}
	return handoff.Entry{Version: 1, Value: rep}
}

// TestClock_Due computes when a promise falls due, with the handoff on Wednesday at 15:00 and the signal ten minutes earlier.
func TestClock_Due(t *testing.T) {
	office := weekly(t, "mon-fri 09:00-17:00")
	never := time.Time{}
	away := []handoff.SLAPause{handoff.PauseOwnerAway}
	both := []handoff.SLAPause{handoff.PausePending, handoff.PauseOwnerAway}
	asksToWait := func(at, until time.Time) handoff.Effect {
		return handoff.RecordActivity{Subject: l1, ActivityRef: handoff.ActivityRef{ID: "w", Kind: handoff.ActivityPending, At: at, Until: until}}
	}
	for _, tt := range []struct {
		name, reason string
		sla          handoff.SLA
		kim          handoff.Entry
		remembered   []handoff.Effect
		want         handoff.Clock
	}{
		{"wall", "every hour counts", handoff.SLA{Within: 4 * hour}, handoff.Entry{}, nil, handoff.Clock{Due: march(4, 19, 0)}},
		{"microsecond", "the shortest promise", handoff.SLA{Within: time.Microsecond}, handoff.Entry{}, nil, handoff.Clock{Due: now.Add(time.Microsecond)}},
		{"office hours", "two hours today and two tomorrow", handoff.SLA{Within: 4 * hour, Hours: hoursOf(office)}, handoff.Entry{}, nil, handoff.Clock{Due: march(5, 11, 0)}},
		{"over the weekend", "nobody works then", handoff.SLA{Within: 20 * hour, Hours: hoursOf(office)}, handoff.Entry{}, nil, handoff.Clock{Due: march(9, 11, 0)}},
		{"holiday", "the calendar is closed", handoff.SLA{Within: 4 * hour, Hours: hoursOf(weekly(t, "mon-fri 09:00-17:00", calendar.Date{Year: 2026, Month: 3, Day: 5}))},
			handoff.Entry{}, nil, handoff.Clock{Due: march(6, 11, 0)}},
		{"ends at closing", "it is due at closing", handoff.SLA{Within: 2 * hour, Hours: hoursOf(office)}, handoff.Entry{}, nil, handoff.Clock{Due: march(4, 17, 0)}},
		{"rolls at closing", "it is due at the next opening", handoff.SLA{Within: 2 * hour, Hours: hoursOf(office), Roll: true}, handoff.Entry{}, nil, handoff.Clock{Due: march(5, 9, 0)}},
		{"a microsecond before closing", "there is nothing to roll", handoff.SLA{Within: 2*hour - time.Microsecond, Hours: hoursOf(office), Roll: true}, handoff.Entry{}, nil,
			handoff.Clock{Due: march(4, 17, 0).Add(-time.Microsecond)}},
		{"rolls on the wall", "it never closes", handoff.SLA{Within: 2 * hour, Roll: true}, handoff.Entry{}, nil, handoff.Clock{Due: march(4, 17, 0)}},
		{"from the signal", "it runs since the signal occurred", handoff.SLA{Within: hour, From: handoff.FromSignal}, handoff.Entry{}, nil,
			handoff.Clock{Start: march(4, 14, 50), Due: march(4, 15, 50)}},
		{"from the handoff, in words", "as without the word", handoff.SLA{Within: hour, From: handoff.FromHandoff}, handoff.Entry{}, nil, handoff.Clock{Due: march(4, 16, 0)}},
		{"warned", "so much open time before", handoff.SLA{Within: 4 * hour, Warn: hour, Hours: hoursOf(office)}, handoff.Entry{}, nil,
			handoff.Clock{Due: march(5, 11, 0), Warn: march(5, 10, 0)}},
		{"warned at closing", "the instant stays at closing", handoff.SLA{Within: 4 * hour, Warn: 2 * hour, Hours: hoursOf(office), Roll: true}, handoff.Entry{}, nil,
			handoff.Clock{Due: march(5, 11, 0), Warn: march(4, 17, 0)}},
		{"a step at once", "it is taken at the instant itself", handoff.SLA{Within: 4 * hour, Hours: hoursOf(office), Late: []handoff.LateStep{{Do: handoff.LateAway}}}, handoff.Entry{}, nil,
			handoff.Clock{Due: march(5, 11, 0), Next: march(5, 11, 0)}},
		{"a step later", "its wait is open time", handoff.SLA{Within: 2 * hour, Hours: hoursOf(office), Late: []handoff.LateStep{{Do: handoff.LateAway, Wait: hour}}}, handoff.Entry{}, nil,
			handoff.Clock{Due: march(4, 17, 0), Next: march(5, 10, 0)}},
		{"beyond the calendar", "nobody knows when it is due", handoff.SLA{Within: 1<<63 - 1, Hours: hoursOf(weekly(t, "sun 00:00-00:30")), Warn: hour,
			Late: []handoff.LateStep{{Do: handoff.LateAway}}}, handoff.Entry{}, nil, handoff.Clock{}},

		{"the owner is absent", "so long nothing counts", handoff.SLA{Within: 4 * hour, Pauses: away}, kimAway(march(4, 16, 0), march(4, 20, 0)), nil, handoff.Clock{Due: march(4, 23, 0)}},
		{"absences do not matter", "nothing says that they pause it", handoff.SLA{Within: 4 * hour}, kimAway(march(4, 16, 0), march(4, 20, 0)), nil, handoff.Clock{Due: march(4, 19, 0)}},
		{"absent when due", "it is due as the absence begins", handoff.SLA{Within: 4 * hour, Pauses: away}, kimAway(march(4, 19, 0), march(4, 20, 0)), nil, handoff.Clock{Due: march(4, 19, 0)}},
		{"absent at the handoff", "it starts when the owner is back", handoff.SLA{Within: 4 * hour, Pauses: away}, kimAway(march(4, 9, 0), march(4, 16, 0)), nil, handoff.Clock{Due: march(4, 20, 0)}},
		{"absent until the handoff", "it is over", handoff.SLA{Within: 4 * hour, Pauses: away}, kimAway(march(4, 9, 0), now), nil, handoff.Clock{Due: march(4, 19, 0)}},
		{"several absences", "each of them pauses", handoff.SLA{Within: 4 * hour, Pauses: away}, kimAway(march(4, 18, 0), march(4, 19, 0), march(4, 16, 0), march(4, 17, 0)), nil,
			handoff.Clock{Due: march(4, 21, 0)}},
		{"absences overlap", "an hour pauses once", handoff.SLA{Within: 4 * hour, Pauses: away}, kimAway(march(4, 16, 0), march(4, 18, 0), march(4, 17, 0), march(4, 19, 0)), nil,
			handoff.Clock{Due: march(4, 22, 0)}},
		{"absent without an end", "nobody could tell when it is due, so it does not pause", handoff.SLA{Within: 4 * hour, Pauses: away}, kimAway(march(4, 16, 0), never), nil,
			handoff.Clock{Due: march(4, 19, 0)}},
		{"absent in office hours", "what is closed anyway is not taken off twice", handoff.SLA{Within: 4 * hour, Pauses: away, Hours: hoursOf(office)}, kimAway(march(4, 16, 0), march(5, 10, 0)), nil,
			handoff.Clock{Due: march(5, 13, 0)}},
		{"rolls into an absence", "the next time that counts is when the owner is back", handoff.SLA{Within: 2 * hour, Pauses: away, Hours: hoursOf(office), Roll: true},
			kimAway(march(5, 8, 0), march(5, 11, 0)), nil, handoff.Clock{Due: march(5, 11, 0)}},
		{"asked to wait before", "the signal has come since, so that nobody waits", handoff.SLA{Within: 4 * hour, Pauses: both}, handoff.Entry{},
			[]handoff.Effect{asksToWait(now.Add(-time.Microsecond), march(4, 17, 0))}, handoff.Clock{Due: march(4, 19, 0)}},
		{"asked to wait at the handoff", "the very instant is not before it", handoff.SLA{Within: 4 * hour, Pauses: both}, handoff.Entry{}, []handoff.Effect{asksToWait(now, march(4, 17, 0))},
			handoff.Clock{Due: march(4, 21, 0)}},
		{"asked to wait after the signal", "the clock runs since the signal", handoff.SLA{Within: hour, From: handoff.FromSignal, Pauses: both}, handoff.Entry{},
			[]handoff.Effect{asksToWait(march(4, 14, 55), march(4, 16, 0))}, handoff.Clock{Start: march(4, 14, 50), Due: march(4, 16, 55)}},
		{"asked to wait without an end", "nobody knows when it is due", handoff.SLA{Within: 4 * hour, Pauses: both, Warn: hour, Late: []handoff.LateStep{{Do: handoff.LateAway}}}, handoff.Entry{},
			[]handoff.Effect{asksToWait(now, never)}, handoff.Clock{}},
		{"asked to wait and absent", "an hour of both pauses once", handoff.SLA{Within: 4 * hour, Pauses: both}, kimAway(march(4, 16, 0), march(4, 18, 0)),
			[]handoff.Effect{asksToWait(now, march(4, 17, 0))}, handoff.Clock{Due: march(4, 22, 0)}},
		{"waiting does not matter", "nothing says that it pauses", handoff.SLA{Within: 4 * hour, Pauses: away}, handoff.Entry{}, []handoff.Effect{asksToWait(now, never)},
			handoff.Clock{Due: march(4, 19, 0)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := demo(with(tt.remembered...), func(r *handoff.Request) {
				if tt.kim.Version > 0 {
					r.State[handoff.RepKey("kim")] = tt.kim
				}
			})
			d := &desk{t, compile(t, promising(&tt.sla)), r}
			out := d.decide(now)
			tt.want.ID, tt.want.Play, tt.want.Owner, tt.want.Within = touchClock, "demo-enterprise", "kim", tt.sla.Within
			if tt.want.Start.IsZero() {
				tt.want.Start = now
			}
			if diff := cmp.Diff([]handoff.Clock{tt.want}, d.record().Clocks); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
			if !out.FirstTouch.Equal(tt.want.Due) {
				t.Errorf("the decision says %s", out.FirstTouch)
			}
		})
	}
}

// TestClock_HoursOfWhom lets the calendar depend on the owner, on the owner's team and on the customer.
func TestClock_HoursOfWhom(t *testing.T) {
	mornings, office, nights := weekly(t, "mon-fri 06:00-12:00"), weekly(t, "mon-fri 09:00-17:00"), weekly(t, "mon-sun 20:00-04:00")
	of := func(name string) *calendar.Calendar {
		return map[string]*calendar.Calendar{"mornings": mornings, "aes": office, "Asia/Tokyo": nights}[name]
	}
	rep := func(read func(handoff.Rep) string) handoff.Hours {
		return handoff.HoursFunc(func(f *handoff.Facts) *calendar.Calendar {
			r, _ := f.Rep(f.Owner)
			return of(read(r))
		})
	}
	for _, tt := range []struct {
		name, reason string
		hours        handoff.Hours
		want         time.Time
	}{
		{"the owner's", "kim works in the morning", rep(func(r handoff.Rep) string { return r.Hours }), march(5, 8, 0)},
		{"the team's", "kim's team has office hours", rep(func(r handoff.Rep) string { return r.Team }), march(4, 17, 0)},
		{"the customer's", "the lead says where it is", handoff.HoursFunc(func(f *handoff.Facts) *calendar.Calendar { return of(f.Lead.Zone) }), march(4, 22, 0)},
		{"nobody's", "no calendar is every hour", handoff.HoursFunc(func(*handoff.Facts) *calendar.Calendar { return nil }), march(4, 17, 0)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := &desk{t, compile(t, promising(&handoff.SLA{Within: 2 * hour, Hours: tt.hours})), demo()}
			d.r.Lead.Zone = "Asia/Tokyo"
			d.r.State = handoff.State{handoff.RepKey("kim"): {Version: 1, Value: handoff.Rep{ID: "kim", Hours: "mornings"}}}
			if out := d.decide(now); !out.FirstTouch.Equal(tt.want) {
				t.Errorf("due at %s, want %s: %s", out.FirstTouch, tt.want, tt.reason)
			}
		})
	}
}

// TestClock_HoursOfAQueue asks for nobody's calendar in particular while the record waits for an owner.
func TestClock_HoursOfAQueue(t *testing.T) {
	var asked []string
	hours := handoff.HoursFunc(func(f *handoff.Facts) *calendar.Calendar {
		asked = append(asked, f.Owner)
		return nil
	})
	q := &handoff.Queue{ID: "desk", Owner: "sam", Promise: &handoff.SLA{Within: hour, Hours: hours, Pauses: []handoff.SLAPause{handoff.PauseOwnerAway}}}
	d := atDesk(t, compile(t, func(c *handoff.Config) {
		c.Plays[0].Router, c.Queues = inOrder{queue: q}, []*handoff.Queue{q}
	}))
	if c := d.clock("queue:desk"); !c.Due.Equal(later) || !slices.Equal(asked, []string{""}) {
		t.Errorf("due at %s, asked for the hours of %q; want nobody's", c.Due, asked)
	}
}

// TestClock_FromASignalOfTomorrow has a host whose clock runs ahead.
func TestClock_FromASignalOfTomorrow(t *testing.T) {
	d := &desk{t, compile(t, promising(&handoff.SLA{Within: hour, From: handoff.FromSignal})), demo()}
	d.decide(now, signal("T1", "demo_request", now.Add(time.Minute)))
	if c := d.clock(touchClock); !c.Start.Equal(now) || !c.Due.Equal(later) {
		t.Errorf("runs from %s to %s, want from the decision on", c.Start, c.Due)
	}
}

// TestClock_Stops tells what stops a clock that is due at 16:00, and how.
func TestClock_Stops(t *testing.T) {
	contacts := []handoff.ActivityKind{handoff.ActivityConnected, handoff.ActivityReply, handoff.ActivityMeeting}
	due := march(4, 16, 0)
	for _, tt := range []struct {
		name, reason string
		sla          handoff.SLA
		kind         handoff.ActivityKind
		at           time.Time
		want         []handoff.StopClock // without subject, id and who did it
	}{
		{"a call", "the Lifecycle says so", handoff.SLA{}, handoff.ActivityCall, march(4, 15, 30), []handoff.StopClock{{Met: true, Wall: 1800, Open: 1800}}},
		{"social", "the Lifecycle says nothing of it", handoff.SLA{}, handoff.ActivitySocial, march(4, 15, 30), nil},
		{"a machine's answer", "it is neither an attempt nor a contact", handoff.SLA{}, handoff.ActivityAutoReply, march(4, 15, 30), nil},
		{"at once", "it is done as it is promised", handoff.SLA{}, handoff.ActivityCall, now, []handoff.StopClock{{Met: true}}},
		{"before it starts", "what was done before does not keep the promise", handoff.SLA{}, handoff.ActivityCall, now.Add(-time.Microsecond), nil},
		{"when it is due", "the very instant is in time", handoff.SLA{}, handoff.ActivityCall, due, []handoff.StopClock{{Met: true, Wall: 3600, Open: 3600}}},
		{"a microsecond later", "that is late", handoff.SLA{}, handoff.ActivityCall, due.Add(time.Microsecond), []handoff.StopClock{{Wall: 3600, Open: 3600}}},
		{"two days later", "closed hours are in the one and not in the other", handoff.SLA{Hours: hoursOf(weekly(t, "mon-fri 09:00-17:00"))}, handoff.ActivityCall, march(6, 9, 0),
			[]handoff.StopClock{{Wall: 151200, Open: 36000}}},
		{"out of hours", "it is in time, and no open time passed", handoff.SLA{Hours: hoursOf(weekly(t, "thu 09:00-17:00"))}, handoff.ActivityCall, march(4, 20, 0),
			[]handoff.StopClock{{Met: true, Wall: 18000}}},
		{"an attempt where a contact was promised", "nobody was reached", handoff.SLA{Stops: contacts}, handoff.ActivityCall, march(4, 15, 30), nil},
		{"a machine's answer where a contact was promised", "nobody was reached", handoff.SLA{Stops: contacts}, handoff.ActivityAutoReply, march(4, 15, 30), nil},
		{"a conversation", "that is a contact", handoff.SLA{Stops: contacts}, handoff.ActivityConnected, march(4, 15, 30), []handoff.StopClock{{Met: true, Wall: 1800, Open: 1800}}},
		{"a listed kind", "the list is all that counts", handoff.SLA{Stops: []handoff.ActivityKind{handoff.ActivitySocial}}, handoff.ActivitySocial, march(4, 15, 30),
			[]handoff.StopClock{{Met: true, Wall: 1800, Open: 1800}}},
		{"a call beside the list", "the list is all that counts", handoff.SLA{Stops: []handoff.ActivityKind{handoff.ActivitySocial}}, handoff.ActivityCall, march(4, 15, 30), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.sla.Within = hour
			d := atDesk(t, compile(t, promising(&tt.sla)))
			a := happened(tt.kind, tt.at)
			got := effects[handoff.StopClock](d.observe(march(6, 12, 0), a))
			for i := range tt.want {
				tt.want[i].Subject, tt.want[i].ID, tt.want[i].At, tt.want[i].By = l1, touchClock, tt.at, a.ID
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Fatalf("%s (-want +got):\n%s", tt.reason, diff)
			}
			if len(tt.want) == 0 {
				if d.clock(touchClock).ID == "" {
					t.Error("it does not run any more")
				}
				return
			}
			s, w := d.record().Stopped, tt.want[0]
			if len(s) != 1 || s[0].ID != touchClock || !s[0].At.Equal(tt.at) || s[0].Met != w.Met || s[0].Wall != w.Wall || s[0].Open != w.Open || s[0].By != a.ID {
				t.Errorf("%+v is remembered: %s", s, tt.reason)
			}
		})
	}
}

// TestClock_OfAcceptance tells what answers the handoff.
func TestClock_OfAcceptance(t *testing.T) {
	const id = "acceptance:demo-enterprise"
	said := func(word string) func(*handoff.Activity) { return func(a *handoff.Activity) { a.Outcome = word } }
	for _, tt := range []struct {
		name, reason string
		sla          handoff.SLA
		kind         handoff.ActivityKind
		edit         func(*handoff.Activity)
		want         bool
	}{
		{"accepted", "that is the answer", handoff.SLA{}, handoff.ActivityAccepted, by("kim"), true},
		{"declined", "that is an answer", handoff.SLA{}, handoff.ActivityDeclined, by("kim"), true},
		{"an outcome", "whoever says what came of it had taken it", handoff.SLA{}, handoff.ActivityOutcome, said("no_fit"), true},
		{"an outcome of the Lifecycle", "a held meeting is a contact, and not the owner's word", handoff.SLA{}, handoff.ActivityMeeting, by("kim"), false},
		{"a call", "it keeps another promise", handoff.SLA{}, handoff.ActivityCall, by("kim"), false},
		{"declined where only accepting counts", "the list is all that counts", handoff.SLA{Stops: []handoff.ActivityKind{handoff.ActivityAccepted}}, handoff.ActivityDeclined, by("kim"), false},
		{"a call that is listed", "the list is all that counts", handoff.SLA{Stops: []handoff.ActivityKind{handoff.ActivityCall}}, handoff.ActivityCall, by("kim"), true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.sla.Within = 2 * hour
			d := atDesk(t, compile(t, promising(within(hour), func(p *handoff.Play) { p.Acceptance = &tt.sla })))
			if c := d.clock(id); c.Owner != "kim" || !c.Due.Equal(march(4, 17, 0)) {
				t.Fatalf("%+v runs", c)
			}
			out := d.did(tt.kind, march(4, 15, 30), tt.edit)
			met := slices.ContainsFunc(effects[handoff.StopClock](out), func(s handoff.StopClock) bool { return s.ID == id && s.Met })
			if met != tt.want || met == (d.clock(id).ID != "") {
				t.Errorf("%s ends the wait: %t, want %t: %s", tt.kind, met, tt.want, tt.reason)
			}
		})
	}
}

// TestClock_Pauses has a subject who asks to wait, under a promise of four hours that warns after three.
func TestClock_Pauses(t *testing.T) {
	type said struct {
		kind  handoff.ActivityKind
		at    time.Time
		until time.Time
	}
	wait := handoff.ActivityPending
	never := time.Time{}
	for _, tt := range []struct {
		name, reason string
		said         []said
		due, warn    time.Time
		why          string // of the last move; "": the clock did not move
	}{
		{"until an instant", "what was asked for is added", []said{{wait, march(4, 16, 0), march(4, 18, 0)}}, march(4, 21, 0), march(4, 20, 0),
			"is due later or earlier, because of when it was paused"},
		{"without an end", "nobody knows when it is due", []said{{wait, march(4, 16, 0), never}}, never, never, "is paused"},
		{"resumed", "it goes on", []said{{wait, march(4, 16, 0), never}, {handoff.ActivityResumed, march(4, 17, 0), never}}, march(4, 20, 0), march(4, 19, 0), "goes on"},
		{"resumed sooner", "what was asked for is not used up", []said{{wait, march(4, 16, 0), march(4, 18, 0)}, {handoff.ActivityResumed, march(4, 17, 0), never}},
			march(4, 20, 0), march(4, 19, 0), "is due later or earlier, because of when it was paused"},
		{"heard of", "it goes on, and a contact stops nothing here", []said{{wait, march(4, 16, 0), never}, {handoff.ActivityConnected, march(4, 17, 0), never}},
			march(4, 20, 0), march(4, 19, 0), "goes on"},
		{"a machine's answer", "nobody was heard of", []said{{wait, march(4, 16, 0), never}, {handoff.ActivityAutoReply, march(4, 17, 0), never}}, never, never, "is paused"},
		{"resumed without having waited", "nothing changes", []said{{handoff.ActivityResumed, march(4, 16, 0), never}}, march(4, 19, 0), march(4, 18, 0), ""},
		{"after it was due", "what is late stays late", []said{{wait, march(4, 19, 30), never}}, march(4, 19, 0), march(4, 18, 0), ""},
		{"exactly when it is due", "it was due", []said{{wait, march(4, 19, 0), never}}, march(4, 19, 0), march(4, 18, 0), ""},
		{"before the promise, told late", "the signal has come since", []said{{wait, march(4, 9, 0), march(4, 16, 0)}}, march(4, 19, 0), march(4, 18, 0), ""},
		{"at the promise, told late", "the very instant is not before it", []said{{wait, now, march(4, 16, 0)}}, march(4, 20, 0), march(4, 19, 0),
			"is due later or earlier, because of when it was paused"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sla := &handoff.SLA{Within: 4 * hour, Warn: hour, Pauses: []handoff.SLAPause{handoff.PausePending}, Stops: []handoff.ActivityKind{handoff.ActivityCall}}
			d := atDesk(t, compile(t, promising(sla)))
			why := ""
			for _, s := range tt.said {
				for _, m := range effects[handoff.MoveClock](d.observe(latestOf(s.at, now), happened(s.kind, s.at, until(s.until)))) {
					why = m.Why
				}
			}
			if c := d.clock(touchClock); !c.Due.Equal(tt.due) || !c.Warn.Equal(tt.warn) || why != tt.why {
				t.Errorf("due at %s, warned at %s, %q; want %s, %s, %q: %s", c.Due, c.Warn, why, tt.due, tt.warn, tt.why, tt.reason)
			}
		})
	}
}

func latestOf(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// TestClock_PausedIsKept does what was promised while nobody knows by when, and counts what passed before.
func TestClock_PausedIsKept(t *testing.T) {
	d := atDesk(t, compile(t, promising(&handoff.SLA{Within: hour, Pauses: []handoff.SLAPause{handoff.PausePending}})))
	d.did(handoff.ActivityPending, march(4, 15, 30))
	d.did(handoff.ActivityCall, march(9, 15, 0))
	if s := d.record().Stopped; len(s) != 1 || !s[0].Met || s[0].Wall != 5*24*3600 || s[0].Open != 1800 {
		t.Errorf("%+v, want that it was kept after half an hour of open time", s)
	}
}

// TestClock_WarnedOnce pauses a clock whose owner was warned, and one whose owner was not.
func TestClock_WarnedOnce(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		sweeps       bool
		resumed      time.Time
		warn         time.Time
	}{
		{"was warned", "once is enough", true, march(4, 18, 45), time.Time{}},
		{"was not warned yet", "the next sweep does", false, march(4, 18, 45), march(4, 18, 0)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			sla := &handoff.SLA{Within: 4 * hour, Warn: hour, Pauses: []handoff.SLAPause{handoff.PausePending}}
			d := atDesk(t, compile(t, promising(sla)))
			if tt.sweeps {
				d.sweep(march(4, 18, 15))
			}
			d.did(handoff.ActivityPending, march(4, 18, 30))
			d.did(handoff.ActivityResumed, tt.resumed)
			if c := d.clock(touchClock); !c.Due.Equal(march(4, 19, 15)) || !c.Warn.Equal(tt.warn) {
				t.Errorf("due at %s, warned at %s; want the warning at %s: %s", c.Due, c.Warn, tt.warn, tt.reason)
			}
		})
	}
}

// TestClock_StepsKeepTheirOrder pauses a clock whose first step was taken: the second one keeps its distance from the first.
func TestClock_StepsKeepTheirOrder(t *testing.T) {
	sla := &handoff.SLA{Within: hour, Pauses: []handoff.SLAPause{handoff.PausePending}, Late: []handoff.LateStep{
		{Do: handoff.LateNotify, To: handoff.ToOwner, Wait: hour}, {Do: handoff.LateEscalate, To: "sam", Wait: 2 * hour}}}
	d := atDesk(t, compile(t, promising(sla)))
	d.sweep(march(4, 17, 0))
	if c := d.clock(touchClock); c.Late != 1 || !c.Next.Equal(march(4, 19, 0)) {
		t.Fatalf("after the first step: %+v", c)
	}
	d.did(handoff.ActivityPending, march(4, 17, 30))
	if c := d.clock(touchClock); c.Late != 1 || !c.Next.IsZero() {
		t.Errorf("while it is paused: %+v, want that nothing is due", c)
	}
	d.did(handoff.ActivityResumed, march(4, 18, 0))
	if c := d.clock(touchClock); c.Late != 1 || !c.Next.Equal(march(4, 19, 30)) {
		t.Errorf("after the pause: %+v, want the second step at 19:30", c)
	}
}

// TestClock_GoesToAnotherOwner reassigns a promise of an hour half an hour in, or late.
func TestClock_GoesToAnotherOwner(t *testing.T) {
	half := march(4, 15, 30)
	for _, tt := range []struct {
		name, reason string
		restart      handoff.Restart
		said         time.Time // when lee was made the owner
		known        time.Time
		want         handoff.Clock
		stopped      bool
	}{
		{"anew", "lee has an hour", handoff.RestartAnew, half, half, handoff.Clock{Start: half, Due: march(4, 16, 30), Begun: now, Transfers: 1}, true},
		{"anew by default", "the zero word is anew", "", half, half, handoff.Clock{Start: half, Due: march(4, 16, 30), Begun: now, Transfers: 1}, true},
		{"anew, told late", "lee was the owner since", handoff.RestartAnew, half, march(4, 15, 45), handoff.Clock{Start: half, Due: march(4, 16, 30), Begun: now, Transfers: 1}, true},
		{"anew, told ahead", "lee is the owner from now on", handoff.RestartAnew, half, march(4, 15, 20),
			handoff.Clock{Start: march(4, 15, 20), Due: march(4, 16, 20), Begun: now, Transfers: 1}, true},
		{"keeps", "lee has what is left", handoff.RestartKeeps, half, half, handoff.Clock{Start: now, Due: march(4, 16, 0), Transfers: 1}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := atDesk(t, compile(t, promising(&handoff.SLA{Within: hour, Restart: tt.restart})))
			out := d.observe(tt.known, happened(handoff.ActivityReassigned, tt.said, by("sam"), toRep("lee")))
			tt.want.ID, tt.want.Play, tt.want.Owner, tt.want.Within = touchClock, "demo-enterprise", "lee", hour
			if diff := cmp.Diff([]handoff.Clock{tt.want}, d.record().Clocks); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
			if !out.FirstTouch.Equal(tt.want.Due) {
				t.Errorf("the decision says %s", out.FirstTouch)
			}
			s := d.record().Stopped
			if len(s) == 1 != tt.stopped || tt.stopped && (s[0].Owner != "kim" || s[0].Met || s[0].Why != handoff.StopOwner || s[0].By != "lee") {
				t.Errorf("%+v stopped: %s", s, tt.reason)
			}
		})
	}
}

// TestClock_WaitsForEveryOwner passes a promise on while the subject asks to wait until 17:00: what was said to the first owner
// holds for each of the next.
func TestClock_WaitsForEveryOwner(t *testing.T) {
	d := atDesk(t, compile(t, promising(&handoff.SLA{Within: hour, Pauses: []handoff.SLAPause{handoff.PausePending}})))
	d.did(handoff.ActivityPending, march(4, 15, 10), until(march(4, 17, 0)))
	for i, rep := range []string{"lee", "ana"} {
		at := march(4, 15, 30+10*i)
		d.did(handoff.ActivityReassigned, at, by("sam"), toRep(rep))
		if c := d.clock(touchClock); !c.Start.Equal(at) || !c.Begun.Equal(now) || !c.Due.Equal(march(4, 18, 0)) {
			t.Errorf("%s has %+v, want the hour to begin at 17:00", rep, c)
		}
	}
}

// TestClock_LateGoesToAnotherOwner keeps a late promise late.
func TestClock_LateGoesToAnotherOwner(t *testing.T) {
	steps := []handoff.LateStep{{Do: handoff.LateNotify, To: "sam"}, {Do: handoff.LateNotify, To: "sam", Wait: hour}}
	for _, tt := range []struct {
		restart handoff.Restart
		late    int64
		next    time.Time
		reason  string
	}{
		{handoff.RestartAnew, 0, march(4, 17, 30), "the steps start over with the new owner's hour"},
		{handoff.RestartKeeps, 1, march(4, 17, 0), "the second step follows the first"},
	} {
		t.Run(string(tt.restart), func(t *testing.T) {
			d := atDesk(t, compile(t, promising(&handoff.SLA{Within: hour, Restart: tt.restart, Late: steps})))
			d.sweep(march(4, 16, 0))
			d.did(handoff.ActivityReassigned, march(4, 16, 30), toRep("lee"))
			if c := d.clock(touchClock); c.Owner != "lee" || c.Late != tt.late || !c.Next.Equal(tt.next) {
				t.Errorf("%+v runs: %s", c, tt.reason)
			}
		})
	}
}

// TestClock_NewOwnersHours restarts a promise by the calendar of whoever has it now.
func TestClock_NewOwnersHours(t *testing.T) {
	mornings := weekly(t, "mon-fri 06:00-12:00")
	hours := handoff.HoursFunc(func(f *handoff.Facts) *calendar.Calendar {
		if f.Owner == "lee" {
			return mornings
		}
		return nil
	})
	d := atDesk(t, compile(t, promising(&handoff.SLA{Within: hour, Hours: hours})))
	d.did(handoff.ActivityReassigned, march(4, 15, 30), toRep("lee"))
	if c := d.clock(touchClock); !c.Due.Equal(march(5, 7, 0)) {
		t.Errorf("due at %s, want an hour of lee's morning", c.Due)
	}
	if s := d.record().Stopped; s[0].Open != 1800 {
		t.Errorf("%d open seconds, want half an hour of kim's day", s[0].Open)
	}
}

// TestClock_MergedPlays lets the stricter promise of two plays stand.
func TestClock_MergedPlays(t *testing.T) {
	office := handoff.SLA{Within: 30 * time.Minute, Hours: hoursOf(weekly(t, "mon-fri 09:00-17:00")), Late: []handoff.LateStep{{Do: handoff.LateNotify, To: "sam"}}}
	for _, tt := range []struct {
		name, reason  string
		winner, loser *handoff.SLA
		terms         string
		due           time.Time
	}{
		{"the winner's", "it is due first", within(20 * time.Minute), &office, "", march(4, 15, 20)},
		{"the loser's", "it is due first", within(hour), &office, "webinar-follow-up", march(4, 15, 30)},
		{"as strict", "the winner's stands", within(30 * time.Minute), &office, "", march(4, 15, 30)},
		{"the winner promises nothing", "the loser's stands", nil, &office, "webinar-follow-up", march(4, 15, 30)},
		{"the loser promises nothing", "the winner's stands", within(hour), nil, "", march(4, 16, 0)},
		{"the loser's counts from the signal", "its start is that of its signal", within(hour), &handoff.SLA{Within: hour, From: handoff.FromSignal}, "webinar-follow-up", march(4, 15, 40)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := compile(t, promising(tt.winner), func(c *handoff.Config) { c.Plays[2].Promise = tt.loser })
			d := &desk{t, e, demo()}
			out := d.decide(now, signal("T1", "demo_request", now.Add(-10*time.Minute)), signal("T2", "webinar", now.Add(-20*time.Minute)))
			c := d.clock(touchClock)
			if out.Play != "demo-enterprise" || c.Play != "demo-enterprise" || c.Terms != tt.terms || !c.Due.Equal(tt.due) {
				t.Fatalf("%s won with %+v; want the terms of %q at %s: %s", out.Play, c, tt.terms, tt.due, tt.reason)
			}
			if got, want := !c.Next.IsZero(), tt.terms != "" && len(tt.loser.Late) > 0; got != want {
				t.Errorf("steps follow: %t, want %t: the terms' steps are taken", got, want)
			}
		})
	}
}

// TestClock_SamePlayAgain has another demo request while the promise of the first runs.
func TestClock_SamePlayAgain(t *testing.T) {
	again := signal("T9", "demo_request", march(4, 15, 20))
	again.Asset = "another"
	for _, tt := range []struct {
		name, reason string
		restart      handoff.Restart
		waits        bool // the subject has asked to wait since the first
		kim          handoff.RepStatus
		owner        string
		due          time.Time
		transfers    int64
		stopped      int
	}{
		{"for the same owner", "the first promise stands", "", false, handoff.RepActive, "kim", march(4, 16, 0), 0, 0},
		{"for another owner", "kim owes nothing any more, and lee has an hour", "", false, handoff.RepAway, "lee", march(4, 16, 30), 0, 1},
		{"for the same owner, kept", "the first promise stands", handoff.RestartKeeps, false, handoff.RepActive, "kim", march(4, 16, 0), 0, 0},
		{"for another owner, kept", "lee has what is left of kim's hour", handoff.RestartKeeps, false, handoff.RepAway, "lee", march(4, 16, 0), 1, 0},
		{"for the same owner, after a wait", "the new signal ends the wait", "", true, handoff.RepActive, "kim", march(4, 16, 30), 0, 0},
		{"for another owner, after a wait", "there is no hour to keep while nobody knows when it ends, so that lee has one", handoff.RestartKeeps, true, handoff.RepAway, "lee",
			march(4, 16, 30), 0, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := atDesk(t, compile(t, promising(&handoff.SLA{Within: hour, Restart: tt.restart, Pauses: []handoff.SLAPause{handoff.PausePending}}, func(p *handoff.Play) { p.Sequence = "" })))
			d.r.State[handoff.RepKey("kim")] = handoff.Entry{Version: 9, Value: handoff.Rep{ID: "kim", Status: tt.kim, Load: 1}}
			if tt.waits {
				d.did(handoff.ActivityPending, march(4, 15, 10))
			}
			out := d.decide(march(4, 15, 30), again)
			if c := d.record().Clocks; len(c) != 1 || c[0].Owner != tt.owner || !c[0].Due.Equal(tt.due) || c[0].Transfers != tt.transfers {
				t.Errorf("%+v runs; want it of %s, due at %s: %s", c, tt.owner, tt.due, tt.reason)
			}
			s := d.record().Stopped
			if stops := effects[handoff.StopClock](out); len(stops) != tt.stopped {
				t.Errorf("%+v ends", stops)
			}
			if len(s) != tt.stopped || len(s) == 1 && (s[0].Owner != "kim" || s[0].Why != handoff.StopOwner || s[0].By != "lee" || s[0].Met || s[0].Wall != 1800) {
				t.Errorf("%+v stopped: %s", s, tt.reason)
			}
		})
	}
}

// TestClock_SamePlayAfterItWasBroken hears of the same play for the same owner, before and after the first promise was due.
func TestClock_SamePlayAfterItWasBroken(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		at, due      time.Time
		stopped      int
	}{
		{"before", "the first promise stands", march(4, 15, 30), march(4, 16, 0), 0},
		{"when it is due", "the new one is kept or broken by itself", march(4, 16, 0), march(4, 17, 0), 1},
		{"days later", "the new one is kept or broken by itself", march(9, 15, 0), march(9, 16, 0), 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := atDesk(t, compile(t, promising(late(handoff.LateStep{Do: handoff.LateNotify, To: "sam"}), func(p *handoff.Play) { p.Sequence = "" })))
			again := signal("T9", "demo_request", tt.at)
			again.Asset = "another"
			out := d.decide(tt.at, again)
			s := d.record().Stopped
			if !out.FirstTouch.Equal(tt.due) || !d.clock(touchClock).Due.Equal(tt.due) || len(s) != tt.stopped || len(s) == 1 && (s[0].Why != handoff.StopClosed || s[0].Met || s[0].By != "T9") {
				t.Errorf("due at %s by a clock of %s, and %+v stopped; want %s: %s", out.FirstTouch, d.clock(touchClock).Due, s, tt.due, tt.reason)
			}
		})
	}
}

// TestClock_DoneBeforeTheDecision decides at 15:00 on a signal of 14:50 that is promised something from then on.
func TestClock_DoneBeforeTheDecision(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		from         handoff.SLAFrom
		did          handoff.Activity
		runs         bool
	}{
		{"after the signal", "it was done", handoff.FromSignal, happened(handoff.ActivityCall, march(4, 14, 55)), false},
		{"before the signal", "it says nothing about the signal", handoff.FromSignal, happened(handoff.ActivityCall, march(4, 14, 45)), true},
		{"something else", "a machine has answered", handoff.FromSignal, happened(handoff.ActivityAutoReply, march(4, 14, 55)), true},
		{"from the handoff on", "what was done before does not keep it", handoff.FromHandoff, happened(handoff.ActivityCall, march(4, 14, 55)), true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := &desk{t, compile(t, promising(&handoff.SLA{Within: hour, From: tt.from})), demo(triggers())}
			d.observe(march(4, 14, 56), tt.did)
			out := d.decide(now, signal("T1", "demo_request", march(4, 14, 50)))
			if runs := d.clock(touchClock).ID != ""; runs != tt.runs || out.FirstTouch.IsZero() == runs || slices.Contains(coded(out), handoff.CodeKept) == runs {
				t.Errorf("runs: %t, due at %s, %v; want %t: %s", runs, out.FirstTouch, out.Reasons, tt.runs, tt.reason)
			}
		})
	}
}

// TestClock_OfAPlayThatIsGone runs a clock on under a policy that has its play no more.
func TestClock_OfAPlayThatIsGone(t *testing.T) {
	sla := &handoff.SLA{Within: hour, Warn: 30 * time.Minute, Hours: hoursOf(weekly(t, "mon-fri 09:00-17:00")), Late: []handoff.LateStep{{Do: handoff.LateReassign}}}
	gone := compile(t, func(c *handoff.Config) { c.Plays = c.Plays[1:] })
	for _, tt := range []struct {
		name, reason string
		do           func(*desk)
		check        func(handoff.Record) bool
	}{
		{"a call", "it does what was promised, and every second counts", func(d *desk) { d.did(handoff.ActivityCall, march(5, 15, 0)) }, func(r handoff.Record) bool {
			return len(r.Clocks) == 0 && !r.Stopped[0].Met && r.Stopped[0].Wall == 86400 && r.Stopped[0].Open == 86400
		}},
		{"late", "the warning is given, and nothing follows", func(d *desk) { d.sweep(march(5, 15, 0)) }, func(r handoff.Record) bool {
			return len(r.Clocks) == 1 && r.Owner == "kim" && r.Clocks[0].Warn.IsZero() && r.Clocks[0].Next.IsZero()
		}},
		{"reassigned", "the promise stands as it is", func(d *desk) { d.did(handoff.ActivityReassigned, march(4, 15, 30), toRep("lee")) }, func(r handoff.Record) bool {
			return len(r.Clocks) == 1 && r.Clocks[0].Owner == "lee" && r.Clocks[0].Due.Equal(march(4, 16, 0))
		}},
		{"asked to wait", "nothing says that it pauses", func(d *desk) { d.did(handoff.ActivityPending, march(4, 15, 30)) }, func(r handoff.Record) bool {
			return len(r.Clocks) == 1 && r.Clocks[0].Due.Equal(march(4, 16, 0))
		}},
		{"left", "there is no route to somebody else", func(d *desk) { d.did(handoff.ActivityOwnerLeft, march(4, 15, 30)) }, func(r handoff.Record) bool {
			return len(r.Clocks) == 1 && r.Owner == "kim"
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := atDesk(t, compile(t, promising(sla)))
			d.engine = gone
			tt.do(d)
			if r := d.record(); !tt.check(r) {
				t.Errorf("owned by %s, %+v runs and %+v stopped: %s", r.Owner, r.Clocks, r.Stopped, tt.reason)
			}
		})
	}
}

// TestClock_CorrectsWhatAnotherOwed needs the hours of a rep who has nothing to do with the record any more.
func TestClock_CorrectsWhatAnotherOwed(t *testing.T) {
	sla := &handoff.SLA{Within: hour, Pauses: []handoff.SLAPause{handoff.PauseOwnerAway}}
	d := atDesk(t, compile(t, promising(sla, func(p *handoff.Play) { p.Sequence = "" })))
	d.did(handoff.ActivityReassigned, march(4, 15, 30), toRep("lee"))
	d.did(handoff.ActivityCall, march(4, 15, 40))
	delete(d.r.State, handoff.RepKey("kim"))
	d.observe(march(4, 16, 0), happened(handoff.ActivityEmail, march(4, 15, 10)))
	if s := d.record().Stopped; len(s) != 2 || s[0].Owner != "kim" || !s[0].Met || s[0].Open != 600 {
		t.Errorf("%+v stopped, want that kim had done it after ten minutes", s)
	}
}
