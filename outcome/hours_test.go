package outcome_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/outcome"
)

var officeDays = map[string]string{
	"new_york": "America/New_York",
	"berlin":   "Europe/Berlin",
	"kolkata":  "Asia/Kolkata",
}

// calendars are nine to five on weekdays in some zones, and two that close days: one a Monday, one everything but Sundays.
func calendars(t testing.TB) map[string]*calendar.Calendar {
	t.Helper()
	out := map[string]*calendar.Calendar{
		"monday_off": weekly(t, "UTC", "24/7", calendar.Date{Year: 2026, Month: time.March, Day: 9}),
		"sundays":    weekly(t, "UTC", "sun 00:00-24:00"),
		"always":     nil,
	}
	for name, zone := range officeDays {
		out[name] = weekly(t, zone, "mon-fri 09:00-17:00")
	}
	return out
}

// due hands the lead over at an instant and returns when it is to be touched, within two hours of somebody's time.
func due(t testing.TB, hours handoff.Hours, at string, edit func(*handoff.Config, *desk)) string {
	t.Helper()
	w := &desk{lead: handoff.Lead{ID: "L1"}}
	d := newDesk(t, func(c *handoff.Config) {
		c.Plays[0].Promise = &handoff.SLA{Within: 2 * hour, Hours: hours}
		edit(c, w)
	})
	d.lead = w.lead
	d.store.Put(w.store.State())
	return d.hand(instant(t, at)).FirstTouch.Format("2006-01-02 15:04")
}

func TestRep(t *testing.T) {
	team := weekly(t, "UTC", "mon-fri 08:00-16:00")
	for _, tt := range []struct {
		name, reason string
		rep          handoff.Rep // of the policy; without an id, nobody is known
		word         handoff.Rep // what State says of the rep; without an id, nothing
		team         *calendar.Calendar
		at, want     string
	}{
		{"own hours", "nine in New York is 13:00 when clocks are forward", handoff.Rep{ID: "ann", Hours: "new_york"}, handoff.Rep{}, nil, "2026-03-10 12:00", "2026-03-10 15:00"},
		{"over a gap", "an hour is left on Friday, and Monday begins at 13:00", handoff.Rep{ID: "ann", Hours: "new_york"}, handoff.Rep{}, nil, "2026-03-06 21:00", "2026-03-09 14:00"},
		{"over a fold", "an hour is left on Friday, and Monday begins at 14:00", handoff.Rep{ID: "ann", Hours: "new_york"}, handoff.Rep{}, nil, "2026-10-30 20:00", "2026-11-02 15:00"},
		{"half an hour off", "nine in Kolkata is 03:30", handoff.Rep{ID: "ann", Hours: "kolkata"}, handoff.Rep{}, nil, "2026-03-10 00:00", "2026-03-10 05:30"},
		{"a holiday", "Monday is one of the region's", handoff.Rep{ID: "ann", Hours: "new_york", Holidays: []string{"monday_off"}}, handoff.Rep{}, nil, "2026-03-06 21:00", "2026-03-10 14:00"},
		{"holidays alone", "the other days have every hour", handoff.Rep{ID: "ann", Holidays: []string{"monday_off"}}, handoff.Rep{}, nil, "2026-03-08 23:00", "2026-03-10 01:00"},
		{"with a team", "both have to be open", handoff.Rep{ID: "ann", Hours: "new_york"}, handoff.Rep{}, team, "2026-03-10 14:00", "2026-03-10 16:00"},
		{"with a team that closes", "two hours are left of both, and they end with the team's day", handoff.Rep{ID: "ann", Hours: "new_york"}, handoff.Rep{}, team, "2026-03-10 14:30", "2026-03-11 13:30"},
		{"without hours", "the team's count", handoff.Rep{ID: "ann"}, handoff.Rep{}, team, "2026-03-10 20:00", "2026-03-11 10:00"},
		{"without hours or a team", "every hour counts", handoff.Rep{ID: "ann"}, handoff.Rep{}, nil, "2026-03-07 20:00", "2026-03-07 22:00"},
		{"every hour by name", "a calendar that never closes closes nothing", handoff.Rep{ID: "ann", Hours: "always"}, handoff.Rep{}, nil, "2026-03-07 20:00", "2026-03-07 22:00"},
		{"unknown", "of a rep whom nobody knows the team's count", handoff.Rep{}, handoff.Rep{}, team, "2026-03-10 20:00", "2026-03-11 10:00"},
		{"unknown, without a team", "every hour counts", handoff.Rep{}, handoff.Rep{}, nil, "2026-03-07 20:00", "2026-03-07 22:00"},
		{"moved", "what State says goes before the policy", handoff.Rep{ID: "ann", Hours: "new_york"}, handoff.Rep{ID: "ann", Hours: "berlin"}, nil, "2026-03-10 07:00", "2026-03-10 10:00"},
		{"moved, with a team", "what no rep of the policy needs is combined all the same", handoff.Rep{ID: "ann"}, handoff.Rep{ID: "ann", Hours: "berlin"}, team, "2026-03-10 15:00", "2026-03-11 09:00"},
		{"known to State alone", "the host's roster counts like the policy's", handoff.Rep{}, handoff.Rep{ID: "ann", Hours: "new_york"}, nil, "2026-03-10 12:00", "2026-03-10 15:00"},
		{"works by what is not listed", "what nobody knows closes nothing", handoff.Rep{ID: "ann"}, handoff.Rep{ID: "ann", Hours: "mars"}, team, "2026-03-10 20:00", "2026-03-11 10:00"},
		{"never open together", "no promise is for never: the team's count", handoff.Rep{ID: "ann"}, handoff.Rep{ID: "ann", Hours: "sundays"}, team, "2026-03-10 20:00", "2026-03-11 10:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var roster []handoff.Rep
			if tt.rep.ID != "" {
				roster = append(roster, tt.rep)
			}
			hours, err := outcome.Rep(calendars(t), tt.team, roster)
			if err != nil {
				t.Fatal(err)
			}
			got := due(t, hours, tt.at, func(c *handoff.Config, d *desk) {
				c.Reps = roster
				if tt.word.ID != "" {
					d.store.Put(handoff.State{handoff.RepKey(tt.word.ID): {Version: 1, Value: tt.word}})
				}
			})
			if got != tt.want {
				t.Errorf("handed over at %s: due at %s, want %s: %s", tt.at, got, tt.want, tt.reason)
			}
		})
	}
}

// TestRep_OwnerChange gives the lead to a rep of another zone.
func TestRep_OwnerChange(t *testing.T) {
	roster := []handoff.Rep{{ID: "ann", Hours: "new_york"}, {ID: "bo", Hours: "kolkata"}}
	hours, err := outcome.Rep(calendars(t), nil, roster)
	if err != nil {
		t.Fatal(err)
	}
	d := newDesk(t, func(c *handoff.Config) {
		c.Reps, c.Plays[0].Promise = roster, &handoff.SLA{Within: 2 * hour, Hours: hours}
	})
	d.hand(instant(t, "2026-03-10 14:00"))
	d.observe(handoff.Activity{ID: "R", Kind: handoff.ActivityReassigned, At: instant(t, "2026-03-10 15:00"), To: "bo"})
	if c, _ := d.clock("first_touch:demo"); !c.Due.Equal(instant(t, "2026-03-11 05:30")) {
		t.Errorf("due at %s, want two hours after bo's day begins in Kolkata", c.Due)
	}
}

// TestRep_Correction hears of a touch after another one that came later: the time that counts is by the hours of the rep whose
// promise it was, who has to be among what the engine needs.
func TestRep_Correction(t *testing.T) {
	roster := []handoff.Rep{{ID: "ann", Hours: "new_york"}, {ID: "bo", Hours: "kolkata"}}
	hours, err := outcome.Rep(calendars(t), nil, roster)
	if err != nil {
		t.Fatal(err)
	}
	d := newDesk(t, func(c *handoff.Config) {
		c.Reps, c.Plays[0].Promise = roster, &handoff.SLA{Within: 2 * hour, Hours: hours}
	})
	d.hand(instant(t, "2026-03-10 12:00"))
	d.observe(handoff.Activity{ID: "R", Kind: handoff.ActivityReassigned, At: instant(t, "2026-03-10 12:30"), To: "bo"})
	d.observe(handoff.Activity{ID: "late", Kind: handoff.ActivityCall, At: instant(t, "2026-03-11 06:00")})
	d.hear(instant(t, "2026-03-11 07:00"), handoff.Activity{ID: "first", Kind: handoff.ActivityCall, At: instant(t, "2026-03-11 05:00")})
	var got []string
	for _, s := range d.stopped("first_touch:demo") {
		got = append(got, fmt.Sprintf("%s: %t after %ds of %ds", s.Owner, s.Met, s.Open, s.Wall))
	}
	if diff := cmp.Diff([]string{"ann: false after 0s of 1800s", "bo: true after 5400s of 59400s"}, got); diff != "" {
		t.Errorf("clocks (-want +got):\n%s", diff)
	}
}

// TestRep_Queue lets the lead wait in a queue, where it is nobody's.
func TestRep_Queue(t *testing.T) {
	roster := []handoff.Rep{{ID: "ann", Hours: "new_york"}}
	hours, err := outcome.Rep(calendars(t), weekly(t, "UTC", "mon-fri 08:00-16:00"), roster)
	if err != nil {
		t.Fatal(err)
	}
	inbox := &handoff.Queue{ID: "inbox", Owner: "ann", Promise: &handoff.SLA{Within: 2 * hour, Hours: hours}}
	d := newDesk(t, func(c *handoff.Config) {
		c.Reps = roster
		c.Plays[0].Router = handoff.RouterFunc(func(*handoff.Facts, *handoff.Play) handoff.Routing { return handoff.Routing{Queue: inbox} })
	})
	d.hand(instant(t, "2026-03-10 07:00"))
	if c, _ := d.clock("queue:inbox"); !c.Due.Equal(instant(t, "2026-03-10 10:00")) {
		t.Errorf("due at %s, want by the team's hours, whoever looks after the queue", c.Due)
	}
}

func TestRep_Errors(t *testing.T) {
	never := &calendar.Calendar{}
	for _, tt := range []struct {
		name, reason string
		team         *calendar.Calendar
		reps         []handoff.Rep
		want         string // up to what the calendar says
		never        bool
	}{
		{"a calendar that is not listed", "the message names those that are", nil, []handoff.Rep{{ID: "ann", Hours: "berlni"}},
			`rep "ann": works by the calendar "berlni", which is not listed; list it, or name one of always, berlin, kolkata, monday_off, new_york, sundays`, false},
		{"holidays that are not listed", "they are calendars, too", nil, []handoff.Rep{{ID: "ann", Hours: "berlin", Holidays: []string{"bavaria"}}},
			`rep "ann": works by the calendar "bavaria", which is not listed; list it, or name one of always, berlin, kolkata, monday_off, new_york, sundays`, false},
		{"never open together", "no promise to ann could ever be due", nil, []handoff.Rep{{ID: "ann", Hours: "berlin", Holidays: []string{"sundays"}}},
			`rep "ann": works by berlin, sundays and the team's hours:`, true},
		{"a team that never opens", "it is no calendar of New", never, nil,
			"the team:", true},
		{"two", "every problem is told, in the order of the reps", nil, []handoff.Rep{{ID: "bo", Hours: "x"}, {ID: "ann", Hours: "y"}},
			`rep "bo": works by the calendar "x", which is not listed; list it, or name one of always, berlin, kolkata, monday_off, new_york, sundays` + "\n" +
				`rep "ann": works by the calendar "y", which is not listed; list it, or name one of always, berlin, kolkata, monday_off, new_york, sundays`, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := outcome.Rep(calendars(t), tt.team, tt.reps)
			if err == nil {
				t.Fatal("is taken")
			}
			if got, _, _ := strings.Cut(err.Error(), " calendar: "); got != tt.want {
				t.Fatalf("%s:\n got %s\nwant %s", tt.reason, got, tt.want)
			}
			if problem := new(calendar.NeverOpensError); errors.As(err, &problem) != tt.never {
				t.Errorf("a NeverOpensError: %t, want %t", !tt.never, tt.never)
			}
		})
	}
}

// TestRep_KeepsItsCalendars changes the map afterwards.
func TestRep_KeepsItsCalendars(t *testing.T) {
	listed := calendars(t)
	hours, err := outcome.Rep(listed, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	listed["berlin"] = nil
	got := due(t, hours, "2026-03-07 20:00", func(_ *handoff.Config, d *desk) {
		d.store.Put(handoff.State{handoff.RepKey("ann"): {Version: 1, Value: handoff.Rep{ID: "ann", Hours: "berlin"}}})
	})
	if want := "2026-03-09 10:00"; got != want {
		t.Errorf("due at %s, want %s: by the calendar that was listed", got, want)
	}
}

func TestCustomer(t *testing.T) {
	berlin := weekly(t, "Europe/Berlin", "mon-fri 09:00-17:00")
	gap, err := calendar.New(calendar.Config{Days: []calendar.SpecialDay{{Date: calendar.Date{Year: 2026, Month: time.March, Day: 8},
		Hours: []calendar.Hours{{Open: 2 * hour, Close: 3 * hour}}}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, reason string
		calendar     *calendar.Calendar
		zone         string
		at, want     string
	}{
		{"where the lead is", "nine in New York is 13:00 when clocks are forward", berlin, "America/New_York", "2026-03-10 09:00", "2026-03-10 15:00"},
		{"over a gap", "clocks go forward where the lead is, three weeks before Berlin", berlin, "America/New_York", "2026-03-06 21:00", "2026-03-09 14:00"},
		{"over a fold", "and back a week after Berlin", berlin, "America/New_York", "2026-10-30 20:00", "2026-11-02 15:00"},
		{"half an hour off", "nine in Kolkata is 03:30", berlin, "Asia/Kolkata", "2026-03-10 00:00", "2026-03-10 05:30"},
		{"nobody knows where", "the calendar's own zone counts", berlin, "", "2026-03-10 07:00", "2026-03-10 10:00"},
		{"no name of a zone", "as where nobody knows", berlin, "Mars/Olympus", "2026-03-10 07:00", "2026-03-10 10:00"},
		{"another case", "names of zones are compared letter by letter", berlin, "america/new_york", "2026-03-10 07:00", "2026-03-10 10:00"},
		{"every hour", "nobody's clocks close it", nil, "America/New_York", "2026-03-07 20:00", "2026-03-07 22:00"},
		{"in a gap", "there is no such hour in New York: the own zone's counts, and after it there is none", gap, "America/New_York", "2026-03-08 01:00", "0001-01-01 00:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			hours, err := outcome.Customer(tt.calendar)
			if err != nil {
				t.Fatal(err)
			}
			got := due(t, hours, tt.at, func(_ *handoff.Config, d *desk) { d.lead.Zone = tt.zone })
			if got != tt.want {
				t.Errorf("handed over at %s: due at %s, want %s: %s", tt.at, got, tt.want, tt.reason)
			}
		})
	}
	if _, err := outcome.Customer(&calendar.Calendar{}); !errors.As(err, new(*calendar.NeverOpensError)) {
		t.Errorf("a calendar that never opens: %v", err)
	}
}

// TestCustomer_InAGap reads the one hour of a calendar in the zone in which there is none.
func TestCustomer_InAGap(t *testing.T) {
	c, err := calendar.New(calendar.Config{Days: []calendar.SpecialDay{{Date: calendar.Date{Year: 2026, Month: time.March, Day: 8},
		Hours: []calendar.Hours{{Open: 2 * hour, Close: 3 * hour}}}}})
	if err != nil {
		t.Fatal(err)
	}
	hours, err := outcome.Customer(c)
	if err != nil {
		t.Fatal(err)
	}
	f := &handoff.Facts{At: instant(t, "2026-03-08 01:00"), Lead: handoff.Lead{Zone: "America/New_York"}}
	if opens := hours.Calendar(f).Next(f.At); !opens.Equal(instant(t, "2026-03-08 02:00")) {
		t.Errorf("opens at %s, want by the calendar's own zone", opens)
	}
}

// TestCustomer_Concurrent asks from several goroutines, which is for the race detector.
func TestCustomer_Concurrent(t *testing.T) {
	hours, err := outcome.Customer(weekly(t, "UTC", "mon-fri 09:00-17:00"))
	if err != nil {
		t.Fatal(err)
	}
	at := instant(t, "2026-03-07 20:00")
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for _, zone := range []string{"Europe/Berlin", "Asia/Kolkata", "nowhere"} {
				if hours.Calendar(&handoff.Facts{At: at, Lead: handoff.Lead{Zone: zone}}).IsOpen(at) {
					t.Errorf("open on a Saturday in %s", zone)
				}
			}
		}()
	}
	wg.Wait()
}
