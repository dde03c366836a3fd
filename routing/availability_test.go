package routing_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/routing"
)

// utc returns an instant of March 2026, in which the 2nd is a Monday.
func utc(day, hour, minute int) time.Time {
	return time.Date(2026, 3, day, hour, minute, 0, 0, time.UTC)
}

// TestAvailability asks for ann on Monday 2 March 2026 at 15:00.
func TestAvailability(t *testing.T) {
	office := opening(t, calendar.Config{Weekly: append(weekdays(time.Monday, time.Friday, 9*hour, 12*hour), weekdays(time.Monday, time.Friday, 13*hour, 17*hour)...)})
	early := opening(t, calendar.Config{Weekly: weekdays(time.Monday, time.Friday, 6*hour, 14*hour)})
	region := opening(t, calendar.Config{Weekly: weekdays(time.Sunday, time.Saturday, 0, 24*hour), Holidays: []calendar.Date{{Year: 2026, Month: 3, Day: 2}, {Year: 2026, Month: 3, Day: 3}}})
	evenings := opening(t, calendar.Config{Weekly: weekdays(time.Monday, time.Friday, 16*hour, 22*hour)})
	calendars := map[string]*calendar.Calendar{"office": office, "early": early, "region": region, "evenings": evenings, "always": nil}
	lists := routing.Availability{Calendars: calendars}
	lenient := routing.Availability{Calendars: calendars, Unknown: true}
	team := routing.Availability{Calendars: calendars, Hours: evenings}
	away := func(from, until time.Time) handoff.Absence { return handoff.Absence{From: from, Until: until} }
	for _, tt := range []struct {
		name, reason string
		how          routing.Availability
		at           time.Time
		rep          handoff.Rep
		code         string // "": ann takes it
		next         time.Time
	}{
		{"active", "somebody said so", lists, at, handoff.Rep{Status: handoff.RepActive}, "", time.Time{}},
		{"unknown", "unknown is not available", lists, at, handoff.Rep{}, routing.AvailabilityUnknown, time.Time{}},
		{"unknown and allowed", "unless the pool says so", lenient, at, handoff.Rep{}, "", time.Time{}},
		{"away", "nobody knows until when", lists, at, handoff.Rep{Status: handoff.RepAway}, routing.Away, time.Time{}},
		{"left", "never again", lenient, at, handoff.Rep{Status: handoff.RepLeft}, routing.Left, time.Time{}},
		{"left and absent", "an absence does not bring anybody back", lenient, at, handoff.Rep{Status: handoff.RepLeft, Absences: []handoff.Absence{away(at, at.Add(hour))}}, routing.Left, time.Time{}},
		{"absent from now", "the beginning counts", lenient, at, handoff.Rep{Absences: []handoff.Absence{away(at, at.Add(hour))}}, routing.OutOfOffice, at.Add(hour)},
		{"absent until now", "the end does not", lenient, at, handoff.Rep{Absences: []handoff.Absence{away(at.Add(-hour), at)}}, "", time.Time{}},
		{"absent later", "not yet", lenient, at, handoff.Rep{Absences: []handoff.Absence{away(at.Add(time.Microsecond), time.Time{})}}, "", time.Time{}},
		{"absent without end", "nobody knows until when", lenient, at, handoff.Rep{Absences: []handoff.Absence{away(at, time.Time{}), away(at, at.Add(hour))}}, routing.OutOfOffice, time.Time{}},
		{"overlapping, nested and touching", "back when all of them are over", lenient, at, handoff.Rep{Absences: []handoff.Absence{
			away(at.Add(5*hour), at.Add(6*hour)), away(at, at.Add(hour)), away(at.Add(-hour), at.Add(3*hour)), away(at.Add(2*hour), at.Add(5*hour))}}, routing.OutOfOffice, at.Add(6 * hour)},
		{"absent for a part of a microsecond more", "instants are whole ones, cut", lenient, at, handoff.Rep{Absences: []handoff.Absence{away(at, at.Add(1500*time.Nanosecond))}}, routing.OutOfOffice, at.Add(time.Microsecond)},
		{"absent and unknown", "being back does not make the status known", lists, at, handoff.Rep{Absences: []handoff.Absence{away(at, at.Add(hour))}}, routing.OutOfOffice, time.Time{}},
		{"open", "three o'clock", lists, at, handoff.Rep{Status: handoff.RepActive, Hours: "office"}, "", time.Time{}},
		{"lunch", "two windows a day", lists, utc(2, 12, 0), handoff.Rep{Status: handoff.RepActive, Hours: "office"}, routing.OffHours, utc(2, 13, 0)},
		{"closed", "the next morning", lists, at, handoff.Rep{Status: handoff.RepActive, Hours: "early"}, routing.OffHours, utc(3, 6, 0)},
		{"always open", "a listed calendar may be nil", lists, at, handoff.Rep{Status: handoff.RepActive, Hours: "always", Holidays: []string{"always"}}, "", time.Time{}},
		{"unlisted hours", "unknown is not open", lists, at, handoff.Rep{Status: handoff.RepActive, Hours: "moon"}, routing.AvailabilityUnknown, time.Time{}},
		{"unlisted hours and allowed", "unless the pool says so", lenient, at, handoff.Rep{Hours: "moon"}, "", time.Time{}},
		{"unlisted holidays", "as with hours", lists, at, handoff.Rep{Status: handoff.RepActive, Holidays: []string{"moon"}}, routing.AvailabilityUnknown, time.Time{}},
		{"unlisted and off", "nobody knows when an unknown calendar opens", lists, at, handoff.Rep{Status: handoff.RepActive, Hours: "early", Holidays: []string{"moon"}}, routing.AvailabilityUnknown, time.Time{}},
		{"holiday", "of the region, two days long", lists, at, handoff.Rep{Status: handoff.RepActive, Holidays: []string{"region"}, Hours: "office"}, routing.Holiday, utc(4, 9, 0)},
		{"the team is closed", "its hours count beside the rep's", team, at, handoff.Rep{Status: handoff.RepActive, Hours: "office"}, routing.OffHours, utc(2, 16, 0)},
		{"never open together", "and never will be", team, at, handoff.Rep{Status: handoff.RepActive, Hours: "early"}, routing.OffHours, time.Time{}},
		{"absence into the night", "back at work in the morning", lists, at, handoff.Rep{Status: handoff.RepActive, Hours: "office", Absences: []handoff.Absence{away(at, utc(6, 18, 0))}}, routing.OutOfOffice, utc(9, 9, 0)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := pool("ann")
			p.Availability, p.WhenEmpty = tt.how, routing.EmptyUnassigned
			tt.rep.ID = "ann"
			d := newDesk(t, reps(tt.rep), route(t, p)).hand(tt.at, "k0")
			if tt.code == "" && d.Owner == "ann" {
				return
			}
			if d.Owner != "" || d.Passed[0].Reason != tt.code || !d.Passed[0].Next.Equal(tt.next) {
				t.Fatalf("%q with %v, want %s until %s: %s", d.Owner, d.Passed, tt.code, tt.next, tt.reason)
			}
			why := d.Reasons[slices.IndexFunc(d.Reasons, func(r handoff.Reason) bool { return r.Code == routing.PoolEmpty })]
			if !d.Next.Equal(tt.next) || !why.Until.Equal(tt.next) {
				t.Errorf("next %s, and the pool is empty until %s, want %s", d.Next, why.Until, tt.next)
			}
		})
	}
}

// TestNextIsTheFirstInstant asks the engine itself, every half hour of six days, with all that the host remembers: the
// first answer with an owner is at Decision.Next.
func TestNextIsTheFirstInstant(t *testing.T) {
	const step, steps = 30 * time.Minute, 6 * 48
	found, covered, berlin := 0, 0, zone(t, "Europe/Berlin")
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 2))
		from := time.Date(2026, []time.Month{3, 10}[r.IntN(2)], 23+r.IntN(5), r.IntN(24), 0, 0, 0, time.UTC) // before clocks change in Berlin
		p := pool("ann", "bob")
		p.Availability = randomAvailability(t, r, berlin)
		p.WhenEmpty, p.Mode = routing.EmptyUnassigned, []routing.Mode{routing.Flexible, routing.Flexible, routing.Strict}[r.IntN(3)]
		p.Cover = []routing.CoverRule{routing.CoverNone, routing.CoverOwner}[r.IntN(2)]
		for range r.IntN(3) {
			p.Caps = append(p.Caps, routing.Cap{Max: 1, Per: []routing.Per{routing.PerRep, routing.PerPool}[r.IntN(2)], Every: routing.Periods()[r.IntN(3)], Zone: berlin})
		}
		w := newDesk(t, reps(randomRep(r, "ann", from), randomRep(r, "bob", from), randomRep(r, "cat", from), randomRep(r, "dan", from)), route(t, p))
		ask := w.about(from, handoff.Lead{ID: "L"}, handoff.Account{}, "k0")
		for range 6 {
			if w.hand(from, "k0").Owner == "" {
				break
			}
		}
		d := w.decide(from, ask)
		if d.Owner != "" {
			continue
		}
		first := time.Time{}
		for i := range steps {
			if at := from.Add(time.Duration(i) * step); first.IsZero() && w.decide(at, ask).Owner != "" {
				first = at
				break
			}
		}
		if first.IsZero() && (d.Next.IsZero() || d.Next.Sub(from) >= steps*step) {
			continue
		}
		found++
		asked := p.Mode == routing.Strict && len(p.Caps) > 0 && (first.IsZero() || d.Next.Before(first)) // too early for nobody
		if !d.Next.Equal(first) && !asked {
			t.Errorf("seed %d: somebody can own it at %s, and the decision says %s: %v", seed, first, d.Next, d.Passed)
		}
		if first.IsZero() {
			continue
		}
		if a, _ := assigned(w.decide(first, ask)); a.Covers != "" {
			covered++
		}
	}
	if found < 15 || covered < 1 {
		t.Errorf("%d cases and %d with a cover are too few", found, covered)
	}
}

func randomAvailability(t *testing.T, r *rand.Rand, berlin *calendar.Zone) routing.Availability {
	a := routing.Availability{Unknown: r.IntN(2) == 0, Calendars: map[string]*calendar.Calendar{}}
	random := func() *calendar.Calendar {
		c := calendar.Config{Zone: berlin}
		for d := range time.Weekday(7) {
			if open := time.Duration(r.IntN(20)) * hour; r.IntN(2) == 0 {
				c.Weekly = append(c.Weekly, calendar.Window{Day: d, Open: open, Close: open + time.Duration(1+r.IntN(4))*hour})
			}
		}
		if len(c.Weekly) == 0 {
			return nil
		}
		return opening(t, c)
	}
	a.Calendars["x"], a.Calendars["y"], a.Hours = random(), random(), []*calendar.Calendar{nil, random()}[r.IntN(2)]
	if r.IntN(2) == 0 {
		a.Within = time.Duration(r.IntN(40)) * hour
	}
	return a
}

func randomRep(r *rand.Rand, id string, from time.Time) handoff.Rep {
	rep := handoff.Rep{ID: id, Status: handoff.RepActive, Hours: []string{"", "x", "y", "z"}[r.IntN(4)], Cover: []string{"", "cat"}[r.IntN(2)]}
	if r.IntN(6) == 0 {
		rep.Status = []handoff.RepStatus{handoff.RepUnknown, handoff.RepAway, handoff.RepLeft}[r.IntN(3)]
	}
	for range r.IntN(4) {
		a := handoff.Absence{From: from.Add(time.Duration(r.IntN(72)-24) * hour)}
		a.Until = a.From.Add(time.Duration(1+r.IntN(47)) * hour)
		a.Cover = []string{"", "", "cat", "dan"}[r.IntN(4)]
		rep.Absences = append(rep.Absences, a)
	}
	return rep
}

// TestWithin is the weekend of Dynamics 365: a lead on Friday evening, nobody at work before Monday, and Sanjay, who works on
// Saturday, on vacation.
func TestWithin(t *testing.T) {
	friday, monday := utc(6, 22, 0), utc(9, 9, 0)
	calendars := map[string]*calendar.Calendar{
		"week": opening(t, calendar.Config{Weekly: weekdays(time.Monday, time.Friday, 9*hour, 17*hour)}),
		"late": opening(t, calendar.Config{Weekly: weekdays(time.Tuesday, time.Friday, 9*hour, 17*hour)}),
		"six":  opening(t, calendar.Config{Weekly: weekdays(time.Monday, time.Saturday, 9*hour, 17*hour)}),
	}
	active := func(id, hours string) handoff.Rep {
		return handoff.Rep{ID: id, Status: handoff.RepActive, Hours: hours}
	}
	sanjay := active("sanjay", "six")
	sanjay.Absences = []handoff.Absence{{From: friday.Add(-day), Until: friday.Add(14 * day)}}
	team := reps(sanjay, active("miriam", "late"), active("susana", "week"))
	ask := func(edit func(*routing.Pool)) handoff.Decision {
		p := pool("sanjay", "miriam", "susana")
		p.Availability, p.WhenEmpty = routing.Availability{Calendars: calendars}, routing.EmptyUnassigned
		edit(p)
		return newDesk(t, team, route(t, p)).hand(friday, "k0")
	}
	d := ask(func(p *routing.Pool) { p.Availability.Within = 48 * hour })
	if d.Verdict != handoff.VerdictUnassigned || !d.Next.Equal(monday.Add(-48*hour)) {
		t.Errorf("48 h: %s with next %s; want nobody before Monday 09:00 is within two days", d.Verdict, d.Next)
	}
	if diff := cmp.Diff([]string{"pool:team pool_empty"}, codes(d)); diff != "" {
		t.Error(diff)
	}
	for _, c := range d.Passed {
		if want := map[string]time.Time{"susana": monday, "miriam": monday.Add(day), "sanjay": utc(21, 9, 0)}[c.Rep]; !c.Next.Equal(want) {
			t.Errorf("%s is back at %s, want %s", c.Rep, c.Next, want)
		}
	}
	d = ask(func(p *routing.Pool) { p.Availability.Within = 60 * hour })
	why := d.Reasons[len(d.Reasons)-1].Text
	if d.Owner != "susana" || !strings.Contains(why, "available from 2026-03-09T09:00:00Z on") {
		t.Errorf("60 h: %s, because %q; want the first who is back on Monday", d.Owner, why)
	}
	d = ask(func(p *routing.Pool) { p.Availability.Within, p.Availability.Bucket = 200*hour, 200*hour })
	if d.Owner != "miriam" {
		t.Errorf("one bucket: %s; want her whose turn it is of those in it", d.Owner)
	}
	d = ask(func(p *routing.Pool) { p.Availability.Within, p.Mode = 60*hour, routing.Strict })
	if d.Owner != "" {
		t.Errorf("strict: %s; want nobody, since the turn is Sanjay's", d.Owner)
	}
	d = ask(func(p *routing.Pool) {
		p.Availability.Within, p.Mode, p.Members = 60*hour, routing.Strict, p.Members[2:]
	})
	if d.Owner != "susana" {
		t.Errorf("strict: %q; want Susana, whose turn it is and who is back within the time", d.Owner)
	}
}

// TestWithin_Buckets is example 3 of Dynamics 365: of those who are available equally soon, who waited longest, whatever
// their load.
func TestWithin_Buckets(t *testing.T) {
	calendars := map[string]*calendar.Calendar{}
	rep := func(id string, days int, capacity int64) handoff.Rep {
		opens := time.Weekday(1+days) % 7 // of a Monday
		calendars[id] = opening(t, calendar.Config{Weekly: []calendar.Window{{Day: opens, Open: 9 * hour, Close: 17 * hour}}})
		return handoff.Rep{ID: id, Status: handoff.RepActive, Hours: id, Capacity: handoff.Some(capacity)}
	}
	roster := reps(rep("burt", 1, 14), rep("maya", 1, 20), rep("vivek", 0, 0), rep("maria", 2, 10), rep("sal", 0, 0))
	p := pool("maya", "burt", "vivek", "maria", "sal")
	p.Rotation, p.Units, p.WhenEmpty = routing.Load, 1, routing.EmptyUnassigned
	p.Availability = routing.Availability{Calendars: calendars, Within: 120 * hour}
	w := newDesk(t, roster, route(t, p))
	var got []string
	for range 3 {
		got = append(got, w.hand(utc(2, 18, 0), "k0").Owner)
	}
	if diff := cmp.Diff([]string{"maya", "burt", "maya"}, got); diff != "" {
		t.Errorf("owners (-want +got):\n%s", diff)
	}
}

// TestWithin_BucketEnds puts who is back in exactly a day before who is back a moment later.
func TestWithin_BucketEnds(t *testing.T) {
	p := pool("ann", "bob")
	p.Availability.Within, p.WhenEmpty = 40*hour, routing.EmptyUnassigned
	w := newDesk(t, nil, route(t, p))
	w.put(handoff.Rep{ID: "ann", Absences: []handoff.Absence{{From: at, Until: at.Add(day + time.Microsecond)}}},
		handoff.Rep{ID: "bob", Absences: []handoff.Absence{{From: at, Until: at.Add(day)}}})
	if d := w.hand(at, "k0"); d.Owner != "bob" {
		t.Errorf("%s gets it", d.Owner)
	}
}

// TestAvailability_CannotHang wears down calendars and absences that hand on to each other.
func TestAvailability_CannotHang(t *testing.T) {
	minutes := func(odd int) *calendar.Calendar {
		var c calendar.Config
		for d := range time.Weekday(7) {
			for m := odd; m < 24*60; m += 2 {
				c.Weekly = append(c.Weekly, calendar.Window{Day: d, Open: time.Duration(m) * time.Minute, Close: time.Duration(m+1) * time.Minute})
			}
		}
		return opening(t, c)
	}
	var closed []calendar.Date
	for d := range 3000 {
		closed = append(closed, calendar.Date{Year: 2026, Month: 3, Day: 1}.AddDays(d))
	}
	never := opening(t, calendar.Config{Weekly: weekdays(0, 6, 9*hour, 10*hour), Holidays: closed})
	var long []handoff.Absence
	for i := range 5000 {
		long = append(long, handoff.Absence{From: at.Add(time.Duration(i) * time.Minute), Until: at.Add(time.Duration(i+1) * time.Minute)})
	}
	calendars := map[string]*calendar.Calendar{"even": minutes(0), "odd": minutes(1), "never": never, "zero": {}}
	for _, tt := range []struct {
		name string
		rep  handoff.Rep
	}{
		{"two calendars", handoff.Rep{Hours: "even", Holidays: []string{"odd"}}},
		{"closed for years", handoff.Rep{Hours: "never", Holidays: []string{"odd", "even"}}},
		{"a calendar without hours", handoff.Rep{Hours: "zero", Holidays: []string{"never", "odd"}}},
		{"five thousand absences", handoff.Rep{Absences: long}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := pool("ann")
			p.Availability, p.WhenEmpty = routing.Availability{Unknown: true, Calendars: calendars}, routing.EmptyUnassigned
			tt.rep.ID = "ann"
			if d := newDesk(t, reps(tt.rep), route(t, p)).hand(at, "k0"); d.Owner != "" || !d.Next.IsZero() {
				t.Errorf("%q, next %s; want nobody, and nobody knows when", d.Owner, d.Next)
			}
		})
	}
}

// BenchmarkAvailability decides for a pool all of whose members are at home until the morning.
func BenchmarkAvailability(b *testing.B) {
	for _, n := range []int{10, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			p := pool()
			var roster []handoff.Rep
			for i := range n {
				p.Members = append(p.Members, routing.Member{Rep: fmt.Sprint("r", i), Weight: 1})
				roster = append(roster, handoff.Rep{ID: fmt.Sprint("r", i), Status: handoff.RepActive, Hours: "office"})
			}
			p.WhenEmpty = routing.EmptyUnassigned
			p.Availability.Calendars = map[string]*calendar.Calendar{
				"office": opening(b, calendar.Config{Zone: zone(b, "America/New_York"), Weekly: weekdays(time.Monday, time.Friday, 9*hour, 10*hour)})}
			w := newDesk(b, reps(roster...), route(b, p))
			ask := w.about(at, handoff.Lead{ID: "L"}, handoff.Account{}, "k0")
			ask, err := w.store.Fill(context.Background(), w.engine, at, ask)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if d, err := w.engine.Decide(at, ask); err != nil || d.Next.IsZero() {
					b.Fatal(err)
				}
			}
		})
	}
}
