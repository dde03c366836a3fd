package calendar_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff/calendar"
)

// combinations pairs each way to combine with what it means at one instant.
var combinations = []struct {
	name    string
	combine func(...*calendar.Calendar) (*calendar.Calendar, error)
	isOpen  func(parts []*calendar.Calendar, at time.Time) bool
}{
	{"Intersect", calendar.Intersect, func(parts []*calendar.Calendar, at time.Time) bool {
		return !slices.ContainsFunc(parts, func(c *calendar.Calendar) bool { return !c.IsOpen(at) })
	}},
	{"Union", calendar.Union, func(parts []*calendar.Calendar, at time.Time) bool {
		return slices.ContainsFunc(parts, func(c *calendar.Calendar) bool { return c.IsOpen(at) })
	}},
}

func TestCombine(t *testing.T) {
	newYork := newCalendar(t, "America/New_York", office, "2026-03-10")
	berlin := newCalendar(t, "Europe/Berlin", office, "2026-03-11")
	tests := []struct {
		name, combine string
		parts         []*calendar.Calendar
		start         string
		d             time.Duration
		want, reason  string
	}{
		{"both", "Intersect", []*calendar.Calendar{newYork, berlin}, "2026-03-02T00:00:00Z", 2 * time.Hour, "2026-03-02T16:00:00Z", "09:00 in New York is 15:00 in Berlin: two hours are left"},
		{"weeks with unlike offsets", "Intersect", []*calendar.Calendar{newYork, berlin}, "2026-03-09T00:00:00Z", 3 * time.Hour, "2026-03-09T16:00:00Z", "New York is in summer time three weeks before Berlin"},
		{"holidays of both", "Intersect", []*calendar.Calendar{newYork, berlin}, "2026-03-10T00:00:00Z", time.Hour, "2026-03-12T14:00:00Z", "each closes on one of two days"},
		{"either", "Union", []*calendar.Calendar{newYork, berlin}, "2026-03-02T00:00:00Z", 14 * time.Hour, "2026-03-02T22:00:00Z", "08:00 to 22:00 in UTC, an overlap counts once"},
		{"either on a holiday of one", "Union", []*calendar.Calendar{newYork, berlin}, "2026-03-10T00:00:00Z", 9 * time.Hour, "2026-03-11T14:00:00Z", "eight hours of Berlin, and New York on the next day"},
		{"one that never closes", "Intersect", []*calendar.Calendar{nil, berlin, nil}, "2026-03-02T00:00:00Z", time.Hour, "2026-03-02T09:00:00Z", "a nil Calendar changes nothing"},
		{"alone", "Union", []*calendar.Calendar{berlin}, "2026-03-02T00:00:00Z", time.Hour, "2026-03-02T09:00:00Z", "one calendar is its own combination"},
		{"beyond the table", "Intersect", []*calendar.Calendar{newYork, berlin}, "2199-12-31T23:00:00Z", time.Hour, "2200-01-01T15:00:00Z", "walks on"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, c := range combinations {
				if c.name != tt.combine {
					continue
				}
				cal, err := c.combine(tt.parts...)
				if err != nil {
					t.Fatal(err)
				}
				sameInstant(t, cal.Add(at(t, tt.start), tt.d), at(t, tt.want), tt.reason)
			}
		})
	}
}

func TestCombineNever(t *testing.T) {
	monday, tuesday := newCalendar(t, "", "mon 09:00-17:00"), newCalendar(t, "", "tue 09:00-17:00")
	tests := []struct {
		name    string
		combine func(...*calendar.Calendar) (*calendar.Calendar, error)
		parts   []*calendar.Calendar
		never   bool
		reason  string
	}{
		{"days apart", calendar.Intersect, []*calendar.Calendar{monday, tuesday}, true, "no instant is on both days"},
		{"windows that touch", calendar.Intersect, []*calendar.Calendar{newCalendar(t, "", "mon 17:00-18:00"), monday}, true, "a closing instant is closed"},
		{"the zero Calendar", calendar.Union, []*calendar.Calendar{{}}, true, "it never opens"},
		{"any of none", calendar.Union, nil, true, "there is nothing to be open"},
		{"all of none", calendar.Intersect, nil, false, "nothing is in the way"},
		{"all that never close", calendar.Intersect, []*calendar.Calendar{nil, nil}, false, "nothing is in the way"},
		{"any that never closes", calendar.Union, []*calendar.Calendar{monday, nil}, false, "one is always open"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cal, err := tt.combine(tt.parts...)
			if never := new(calendar.NeverOpensError); errors.As(err, &never) != tt.never {
				t.Errorf("error %v, want a NeverOpensError: %v, as %s", err, tt.never, tt.reason)
			}
			if cal != nil {
				t.Errorf("got a calendar, want nil: %s", tt.reason)
			}
		})
	}
}

// TestCombinePointwise compares a combination with its parts at many instants, near changes of clocks and elsewhere, and
// from before the table to after it.
func TestCombinePointwise(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 9))
	for round := range 60 {
		parts, subjects := make([]*calendar.Calendar, 1+r.IntN(3)), []subject{}
		for i := range parts {
			s := randomSubject(t, r, zone(t, tableZones[(round+i)%len(tableZones)]))
			subjects, parts[i] = append(subjects, s), s.cal
		}
		for _, c := range combinations {
			cal, err := c.combine(parts...)
			if never := new(calendar.NeverOpensError); errors.As(err, &never) {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			for range 200 {
				from := subjects[r.IntN(len(subjects))].instant(r)
				if got, want := cal.IsOpen(from), c.isOpen(parts, from); got != want {
					t.Fatalf("%s: IsOpen(%v) = %v, want %v", c.name, from, got, want)
				}
			}
		}
	}
}

// TestCombineMinuteByMinute counts open minutes one by one.
func TestCombineMinuteByMinute(t *testing.T) {
	parts := []*calendar.Calendar{
		newCalendar(t, "America/New_York", "mon-fri 09:00-17:00, sat 22:00-02:30", "2026-11-03"),
		newCalendar(t, "Australia/Lord_Howe", "24/7", "2026-10-30"),
		newCalendar(t, "Europe/Berlin", "mon-sun 06:00-22:00"),
	}
	for _, c := range combinations {
		cal, err := c.combine(parts...)
		if err != nil {
			t.Fatal(err)
		}
		for from, days := range map[string]int{"2026-10-29T12:00:00Z": 10, "2199-12-30T12:00:00Z": 2, "1969-12-31T00:00:00Z": 2} {
			start, open := at(t, from), time.Duration(0)
			for i := range days * 24 * 60 {
				minute := start.Add(time.Duration(i) * time.Minute)
				if got := cal.Between(start, minute); i%97 == 0 && got != open {
					t.Fatalf("%s: Between(%v, %v) = %v, want %v", c.name, start, minute, got, open)
				}
				if !c.isOpen(parts, minute) {
					continue
				}
				open += time.Minute
				if i%97 == 0 {
					sameInstant(t, cal.Add(start, open), minute.Add(time.Minute), c.name+": the end of an open minute")
					sameInstant(t, cal.Next(minute), minute, c.name+": open")
				}
			}
		}
	}
}

func TestCombinationIsNested(t *testing.T) {
	team, rep := newCalendar(t, "America/New_York", office), newCalendar(t, "America/New_York", "mon-thu 12:00-20:00")
	both, err := calendar.Intersect(team, rep)
	if err != nil {
		t.Fatal(err)
	}
	all, err := calendar.Union(both, newCalendar(t, "America/New_York", "sat 10:00-11:00"))
	if err != nil {
		t.Fatal(err)
	}
	sameInstant(t, all.Add(at(t, "2026-03-05T00:00:00Z"), 6*time.Hour), at(t, "2026-03-07T16:00:00Z"), "Thursday 12:00 to 17:00, then Saturday")
	moved := all.In(zone(t, "Europe/Berlin"))
	sameInstant(t, moved.Add(at(t, "2026-03-05T00:00:00Z"), 6*time.Hour), at(t, "2026-03-07T10:00:00Z"), "In reads every calendar in the other zone")
	again, err := calendar.Intersect(moved)
	if err != nil {
		t.Fatal(err)
	}
	sameInstant(t, again.Add(at(t, "2026-03-05T00:00:00Z"), 6*time.Hour), at(t, "2026-03-07T10:00:00Z"), "a combination builds the table that In does not")
}

func BenchmarkIntersect(b *testing.B) {
	team, rep := newCalendar(b, "America/New_York", office, "2026-12-25"), newCalendar(b, "Europe/Berlin", "mon-fri 08:00-18:00")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := calendar.Intersect(team, rep); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkIntersectionAddTenYears(b *testing.B) {
	cal, err := calendar.Intersect(newCalendar(b, "America/New_York", office), newCalendar(b, "Europe/Berlin", "mon-fri 08:00-18:00"))
	if err != nil {
		b.Fatal(err)
	}
	start := at(b, "2026-03-02T15:00:00Z")
	b.ReportAllocs()
	for b.Loop() {
		cal.Add(start, 8_000*time.Hour)
	}
}

// TestCombineConcurrently combines calendars that are in use; the race detector watches.
func TestCombineConcurrently(t *testing.T) {
	parts := []*calendar.Calendar{newCalendar(t, "Europe/Berlin", office), newCalendar(t, "America/New_York", office)}
	start := at(t, "2026-03-02T00:00:00Z")
	var group sync.WaitGroup
	for i := range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			for _, c := range combinations {
				cal, err := c.combine(parts[:1+i%2]...)
				if err != nil || cal.Next(start).Before(start) || parts[0].Next(start).Before(start) {
					t.Errorf("%s: error %v", c.name, err)
				}
			}
		}()
	}
	group.Wait()
}
