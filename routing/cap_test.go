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

// A gift is a handoff as it was committed: whose it is, and which pool gave it, "" where none did.
type gift struct {
	at   time.Time
	rep  handoff.Rep
	pool string
}

// recount is the dumb twin of a tally: it counts again, from all that was committed.
type recount struct {
	routing.Cap
	pool  string
	zones map[string]*calendar.Zone
	zone  *calendar.Zone
}

func (r recount) counts(g, of gift) bool {
	if g.pool == "" && !slices.Contains(r.Also, routing.FromOwner) {
		return false
	}
	switch r.Per {
	case routing.PerRep:
		return g.rep.ID == of.rep.ID
	case routing.PerMember:
		return g.rep.ID == of.rep.ID && g.pool == r.pool
	case routing.PerPool:
		return g.pool == r.pool
	case routing.PerTeam:
		return g.rep.Team == of.rep.Team
	}
	return slices.Contains(g.rep.Tags, r.Tag)
}

func (r recount) binds(rep handoff.Rep) bool {
	return (r.Tag == "" || slices.Contains(rep.Tags, r.Tag)) && (r.Per != routing.PerTeam || rep.Team != "")
}

func (r recount) in(rep handoff.Rep) *calendar.Zone {
	if z, ok := r.zones[rep.Hours]; ok && r.RepZone {
		return z
	}
	if r.Cap.Zone != nil {
		return r.Cap.Zone
	}
	return r.zone
}

// same reports whether two instants are in one period, by what clocks show.
func (r recount) same(z *calendar.Zone, a, b time.Time) bool {
	switch r.Every {
	case routing.Hour:
		return z.In(a).Format("2006-01-02 15") == z.In(b).Format("2006-01-02 15")
	case routing.Day:
		return z.DateOf(a) == z.DateOf(b)
	case routing.Week:
		return r.week(z, a) == r.week(z, b)
	}
	return z.In(a).Format("2006-01") == z.In(b).Format("2006-01")
}

func (r recount) week(z *calendar.Zone, t time.Time) calendar.Date {
	d := z.DateOf(t)
	for d.Weekday() != r.WeekStart {
		d = d.AddDays(-1)
	}
	return d
}

// length returns how many days the period of an instant has.
func (r recount) length(z *calendar.Zone, t time.Time) int64 {
	if r.Every == routing.Week {
		return 7
	}
	d := z.DateOf(t)
	return int64(time.Date(d.Year, d.Month+1, 0, 0, 0, 0, 0, time.UTC).Day())
}

// over returns what is wrong with the last gift, "" where the cap is kept.
func (r recount) over(gifts []gift) string {
	last := gifts[len(gifts)-1]
	z, n := r.in(last.rep), int64(0)
	var days []calendar.Date
	for _, g := range gifts {
		if !r.counts(g, last) {
			continue
		}
		if r.Within > 0 && last.at.Sub(g.at) < r.Within || r.Within == 0 && r.same(z, g.at, last.at) {
			n++
			days = append(days, z.DateOf(g.at))
		}
	}
	if n > r.Max {
		return fmt.Sprintf("%d of %s", n, r.Cap)
	}
	for i, first := range days {
		length := r.length(z, last.at)
		stretch, given := int64(days[len(days)-1].Sub(first))+1, int64(len(days)-i)
		if most := (stretch*r.Max + length - 1) / length; r.Even && given > most {
			return fmt.Sprintf("%d in %d days of an even %s", given, stretch, r.Cap)
		}
	}
	return ""
}

func randomCap(r *rand.Rand, zones []*calendar.Zone, hours map[string]*calendar.Zone) routing.Cap {
	c := routing.Cap{Max: 1 + r.Int64N(4), Per: routing.Pers()[r.IntN(5)], WeekStart: time.Weekday(r.IntN(7)), Zone: zones[r.IntN(len(zones))]}
	if c.Per == routing.PerTag || r.IntN(3) == 0 {
		c.Tag = "senior"
	}
	if r.IntN(3) == 0 {
		c.Within = time.Duration(1+r.IntN(72)) * time.Hour
	} else {
		c.Every = routing.Periods()[r.IntN(4)]
		c.Even = (c.Every == routing.Week || c.Every == routing.Month) && r.IntN(2) == 0
		c.Max += r.Int64N(1 + 20*int64(slices.Index(routing.Periods(), c.Every)/2))
	}
	if r.IntN(2) == 0 {
		c.RepZone, c.Zones = true, hours
	}
	if r.IntN(2) == 0 && c.Per != routing.PerMember && c.Per != routing.PerPool {
		c.Also = []routing.Source{routing.FromOwner}
	}
	return c
}

// TestCapsAreNeverExceeded hands over random streams through pools that share reps, over changes of clocks, and counts again.
// Whenever nobody has room, somebody has at the instant that the decision names, and nobody a microsecond before.
func TestCapsAreNeverExceeded(t *testing.T) {
	zones := []*calendar.Zone{nil, zone(t, "America/New_York"), zone(t, "Australia/Lord_Howe"), zone(t, "Africa/Cairo"), zone(t, "Asia/Kathmandu")}
	starts := []time.Time{time.Date(2026, 3, 6, 3, 0, 0, 0, time.UTC), time.Date(2026, 4, 3, 20, 0, 0, 0, time.UTC), time.Date(2026, 10, 29, 0, 0, 0, 0, time.UTC)}
	hours := map[string]*calendar.Zone{"ny": zones[1], "lh": zones[2]}
	roster := []handoff.Rep{
		{ID: "ann", Team: "east", Tags: []string{"senior"}, Hours: "ny"}, {ID: "bob", Team: "east", Hours: "lh"},
		{ID: "cat", Team: "west", Tags: []string{"senior", "de"}}, {ID: "dan", Hours: "unlisted"}}
	given, refused, capped := 0, 0, 0
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		var pools []*routing.Pool
		var caps [][]recount
		for i := range 3 {
			members := []string{"ann", "bob", "cat", "dan"}
			r.Shuffle(4, func(i, j int) { members[i], members[j] = members[j], members[i] })
			p := pool(members[:2+r.IntN(3)]...)
			p.ID, p.WhenEmpty, p.Rotation = fmt.Sprint("p", i), routing.EmptyUnassigned, []routing.Rotation{routing.Weighted, routing.LeastRecent, routing.LowestCount}[r.IntN(3)]
			var own []recount
			for range 1 + r.IntN(3) {
				c := randomCap(r, zones, hours)
				p.Caps = append(p.Caps, c)
				own = append(own, recount{c, p.ID, hours, zones[seed%5]})
			}
			pools, caps = append(pools, p), append(caps, own)
		}
		var routes []*routing.Route
		for _, p := range pools {
			made := route(t, routing.AccountOwner, p)
			made.Book = routing.NewBook(pools...)
			routes = append(routes, made)
		}
		w := newDesk(t, func(c *handoff.Config) { c.Reps, c.Zone = roster, zones[seed%5] }, routes...)
		at := starts[seed%3]
		var gifts []gift
		for range 70 {
			at = at.Add(time.Duration(r.Int64N(int64([]time.Duration{time.Minute, hour, 9 * hour, 2 * day}[r.IntN(4)])))).Truncate(time.Microsecond)
			which := r.IntN(3)
			var account handoff.Account
			if r.IntN(5) == 0 {
				account = handoff.Account{ID: "A1", Owner: roster[r.IntN(4)].ID}
			}
			ask := w.about(at, handoff.Lead{ID: fmt.Sprintf("L%d", w.asked)}, account, fmt.Sprint("k", which))
			d := w.decide(at, ask)
			if d.Owner == "" {
				refused++
				exact(w, d, ask)
				continue
			}
			if err := w.store.Commit(context.Background(), d); err != nil {
				t.Fatal(err)
			}
			g := gift{at: at, rep: roster[slices.IndexFunc(roster, func(r handoff.Rep) bool { return r.ID == d.Owner })]}
			if strings.HasPrefix(d.Rung, "pool:") {
				g.pool = strings.TrimPrefix(d.Rung, "pool:")
			} else if account.Owner != d.Owner {
				t.Errorf("seed %d: %s got what %s owns", seed, d.Owner, account.Owner)
			}
			given, capped = given+1, capped+len(d.Passed)
			gifts = append(gifts, g)
			for _, c := range caps[which] {
				if wrong := c.over(gifts); g.pool != "" && c.binds(g.rep) && wrong != "" {
					t.Fatalf("seed %d: %s got %s at %s", seed, d.Owner, wrong, at)
				}
			}
		}
	}
	if given < 1000 || refused < 300 || capped < 300 {
		t.Errorf("%d handoffs, %d refusals and %d passed over are too few to say that caps hold", given, refused, capped)
	}
}

// exact checks that a record that nobody can own now can be owned at Decision.Next, and not earlier.
func exact(w *desk, d handoff.Decision, r handoff.Request) {
	w.Helper()
	if d.Next.IsZero() {
		w.Fatalf("nobody knows when somebody has room: %v", d.PassedWhy)
	}
	if got := w.decide(d.Next, r); got.Owner == "" {
		w.Fatalf("at %s nobody has room, and then next at %s", d.Next, got.Next)
	}
	before := d.Next.Add(-time.Microsecond)
	if got := w.decide(before, r); !before.Before(d.At) && got.Owner != "" {
		w.Fatalf("%s has room at %s, before %s", got.Owner, before, d.Next)
	}
	for _, c := range d.Passed {
		if c.Reason == routing.Capped && c.Next.Before(d.Next) {
			w.Fatalf("%s has room at %s, before %s", c.Rep, c.Next, d.Next)
		}
	}
}

// TestCap gives to ann alone until she is full.
func TestCap(t *testing.T) {
	ny := zone(t, "America/New_York")
	local := func(s string) time.Time {
		at, err := time.ParseInLocation("2006-01-02 15:04", s, ny.In(time.Now()).Location())
		if err != nil {
			t.Fatal(err)
		}
		return at.UTC()
	}
	for _, tt := range []struct {
		name, reason string
		cap          routing.Cap
		given        []string
		next         string // "": the last was given
	}{
		{"day", "a day ends at midnight in the zone", routing.Cap{Max: 1, Every: routing.Day}, []string{"2026-03-02 00:00", "2026-03-02 23:59"}, "2026-03-03 00:00"},
		{"the next day", "and the next one begins there", routing.Cap{Max: 1, Every: routing.Day}, []string{"2026-03-02 23:59", "2026-03-03 00:00"}, ""},
		{"a day of 23 hours", "clocks go forward on 8 March", routing.Cap{Max: 1, Every: routing.Day}, []string{"2026-03-08 00:30", "2026-03-08 23:30"}, "2026-03-09 00:00"},
		{"a day of 25 hours", "clocks go back on 1 November", routing.Cap{Max: 2, Every: routing.Day}, []string{"2026-11-01 00:30", "2026-11-01 12:00", "2026-11-01 23:30"}, "2026-11-02 00:00"},
		{"week", "a week starts on Sunday", routing.Cap{Max: 1, Every: routing.Week}, []string{"2026-03-01 10:00", "2026-03-07 10:00"}, "2026-03-08 00:00"},
		{"week from Monday", "or on another day", routing.Cap{Max: 1, Every: routing.Week, WeekStart: time.Monday}, []string{"2026-03-02 10:00", "2026-03-07 10:00"}, "2026-03-09 00:00"},
		{"month", "a month ends with its last day", routing.Cap{Max: 1, Every: routing.Month}, []string{"2026-02-01 00:00", "2026-02-28 23:59"}, "2026-03-01 00:00"},
		{"hour", "an hour begins on the hour", routing.Cap{Max: 1, Every: routing.Hour}, []string{"2026-03-02 10:59", "2026-03-02 11:00", "2026-03-02 11:01"}, "2026-03-02 12:00"},
		{"rolling", "what was given a day ago no longer counts", routing.Cap{Max: 2, Within: day}, []string{"2026-03-02 10:00", "2026-03-02 11:00", "2026-03-03 09:59"}, "2026-03-03 10:00"},
		{"rolling over a change of clocks", "a rolling day has 24 hours", routing.Cap{Max: 1, Within: day}, []string{"2026-03-07 10:00", "2026-03-08 10:59"}, "2026-03-08 11:00"},
		{"15 a month", "one in any two days", routing.Cap{Max: 15, Every: routing.Month, Even: true}, []string{"2026-04-01 10:00", "2026-04-02 10:00"}, "2026-04-03 00:00"},
		{"15 a month, after silence", "what was not given is not made up for at once", routing.Cap{Max: 15, Every: routing.Month, Even: true}, []string{"2026-04-21 10:00", "2026-04-22 10:00"}, "2026-04-23 00:00"},
		{"45 a month", "two on the first day", routing.Cap{Max: 45, Every: routing.Month, Even: true}, []string{"2026-04-01 10:00", "2026-04-01 11:00", "2026-04-01 12:00"}, "2026-04-02 00:00"},
		{"45 a month, second day", "three in two days", routing.Cap{Max: 45, Every: routing.Month, Even: true},
			[]string{"2026-04-01 10:00", "2026-04-01 11:00", "2026-04-02 12:00", "2026-04-02 13:00"}, "2026-04-03 00:00"},
		{"45 a month, after silence", "never two bursts", routing.Cap{Max: 45, Every: routing.Month, Even: true},
			[]string{"2026-04-21 10:00", "2026-04-21 11:00", "2026-04-22 12:00", "2026-04-22 13:00"}, "2026-04-23 00:00"},
		{"7 a week", "one a day", routing.Cap{Max: 7, Every: routing.Week, Even: true}, []string{"2026-03-07 10:00", "2026-03-07 11:00"}, "2026-03-08 00:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.cap.Per, tt.cap.Zone = routing.PerRep, ny
			p := pool("ann")
			p.Caps, p.WhenEmpty = []routing.Cap{tt.cap}, routing.EmptyUnassigned
			w := newDesk(t, nil, route(t, p))
			for _, at := range tt.given[:len(tt.given)-1] {
				if d := w.hand(local(at), "k0"); d.Owner != "ann" {
					t.Fatalf("%s is refused: %v", at, d.Passed)
				}
			}
			d := w.hand(local(tt.given[len(tt.given)-1]), "k0")
			if (d.Owner != "") != (tt.next == "") {
				t.Fatalf("owner %q: %s", d.Owner, tt.reason)
			}
			if tt.next != "" && (!d.Next.Equal(local(tt.next)) || !d.Passed[0].Next.Equal(d.Next) || d.Passed[0].Reason != routing.Capped) {
				t.Errorf("ann has room at %s with %v, want %s: %s", ny.In(d.Next), d.Passed, tt.next, tt.reason)
			}
		})
	}
}

// TestCap_EvenGivesAll hands over as much as it can on every day of a month.
func TestCap_EvenGivesAll(t *testing.T) {
	for _, most := range []int64{1, 7, 15, 30, 31, 45, 100} {
		p := pool("ann")
		p.Caps, p.WhenEmpty = []routing.Cap{{Max: most, Per: routing.PerRep, Every: routing.Month, Even: true}}, routing.EmptyUnassigned
		w := newDesk(t, nil, route(t, p))
		given, busiest := int64(0), int64(0)
		for at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC); at.Month() == time.March; at = at.AddDate(0, 0, 1) {
			today := int64(0)
			for w.hand(at, "k0").Owner != "" {
				today++
			}
			given, busiest = given+today, max(busiest, today)
		}
		if given != most || busiest > (most+30)/31 {
			t.Errorf("%d of %d are given, and %d on one day", given, most, busiest)
		}
	}
}

// TestCap_WhatCounts gives ann a record by each kind of rung and asks what a cap of one a day makes of it.
func TestCap_WhatCounts(t *testing.T) {
	tag := maybe{"new", handoff.True}
	for _, tt := range []struct {
		name, reason string
		rung         routing.Rung
		also         []routing.Source
		full         bool
	}{
		{"a pool", "a pool's turn always counts", pool("ann"), nil, true},
		{"an owner", "who owns it gets it, and it does not count", routing.AccountOwner, nil, false},
		{"an owner that counts", "unless the cap lists it", routing.AccountOwner, []routing.Source{routing.FromOwner}, true},
		{"an owner beside another word", "the words are told apart", routing.AccountOwner, []routing.Source{routing.FromRep, routing.FromSticky}, false},
		{"a rep", "who is named", routing.Rep("ann"), []routing.Source{routing.FromRep}, true},
		{"a guarded rung", "counts as what it guards", routing.Guarded{Rung: routing.Rep("ann"), When: tag}, []routing.Source{routing.FromRep}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := pool("ann")
			p.ID, p.WhenEmpty = "capped", routing.EmptyUnassigned
			p.Caps = []routing.Cap{{Max: 1, Per: routing.PerRep, Every: routing.Day, Also: tt.also}}
			first := route(t, tt.rung)
			first.Book = routing.NewBook(p)
			w := newDesk(t, nil, first, route(t, p))
			lead := handoff.Lead{ID: "L", Account: "A"}
			if d := w.commit(at, w.about(at, lead, handoff.Account{ID: "A", Owner: "ann"}, "k0")); d.Owner != "ann" {
				t.Fatalf("owner %q", d.Owner)
			}
			if d := w.hand(at, "k1"); (d.Owner == "") != tt.full {
				t.Errorf("then the pool gives to %q: %s", d.Owner, tt.reason)
			}
			for range 2 { // nothing but a pool's turn is ever refused by a cap
				if _, isPool := tt.rung.(*routing.Pool); !isPool {
					if d := w.commit(at, w.about(at, lead, handoff.Account{ID: "A", Owner: "ann"}, "k0")); d.Owner != "ann" {
						t.Errorf("a cap refuses what %s gives: %v", tt.rung.Name(), d.Passed)
					}
				}
			}
		})
	}
}

// TestCap_TalliesKeepEnough lets pools of a small and of a large cap fill one tally.
func TestCap_TalliesKeepEnough(t *testing.T) {
	small, large := pool("ann"), pool("ann")
	small.ID, large.ID = "small", "large"
	small.Caps = []routing.Cap{{Max: 1, Per: routing.PerRep, Every: routing.Hour}}
	large.Caps = []routing.Cap{{Max: 5, Per: routing.PerRep, Every: routing.Month}, {Max: 109, Per: routing.PerRep, Within: hour, Tag: "senior"}}
	routes := []*routing.Route{route(t, small), route(t, large)}
	for _, r := range routes {
		r.Book = routing.NewBook(small, large)
	}
	w := newDesk(t, nil, routes...)
	for i := range 5 {
		if d := w.hand(at.Add(time.Duration(i)*hour), "k0"); d.Owner != "ann" || all[handoff.Count](d)[0].Keep != 109 {
			t.Fatalf("owner %q, %v", d.Owner, all[handoff.Count](d))
		}
	}
	if d := w.hand(at.Add(6*hour), "k1"); d.Owner != "" {
		t.Error("the large cap has not counted what the other pool gave")
	}
}

// TestCap_Raised raises a cap within its day, after the accounts of ann gave her more than it.
func TestCap_Raised(t *testing.T) {
	for _, tt := range []struct {
		name, reason      string
		most, owned, next int64
		want              int // that the pool gives her after the cap was raised to next
	}{
		{"below what was given", "she has more than that already", 2, 5, 4, 0},
		{"above it", "what is left of the day", 2, 5, 7, 2},
		{"to a hundred", "what was given counts in full", 2, 98, 100, 2},
		{"beyond a hundred", "of what was given, a hundred were kept", 2, 103, 102, 2},
		{"from beyond a hundred", "as many as the old cap were kept", 103, 103, 105, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			capped := func(most int64) *routing.Route {
				p := pool("ann")
				p.Caps = []routing.Cap{{Max: most, Per: routing.PerRep, Every: routing.Day, Also: []routing.Source{routing.FromOwner}}}
				return route(t, routing.AccountOwner, p)
			}
			w := newDesk(t, nil, capped(tt.most))
			for i := range tt.owned {
				w.handLead(at, handoff.Lead{ID: fmt.Sprint("own-", i), Account: "A"}, handoff.Account{ID: "A", Owner: "ann"})
			}
			raised := newDesk(t, nil, capped(tt.next))
			raised.store, raised.asked = w.store, w.asked
			given := 0
			for range 5 {
				if raised.hand(at, "k0").Owner != "" {
					given++
				}
			}
			if given != tt.want {
				t.Errorf("the pool gave %d, want %d: %s", given, tt.want, tt.reason)
			}
		})
	}
}

// TestCap_OwnAreCountedWhateverTheBook sets a book that knows nothing.
func TestCap_OwnAreCountedWhateverTheBook(t *testing.T) {
	p := pool("ann")
	p.Caps = []routing.Cap{{Max: 1, Per: routing.PerRep, Every: routing.Day}, {Max: 1, Per: routing.PerPool, Every: routing.Week}}
	r := route(t, p)
	r.Book = routing.Book{}
	w := newDesk(t, nil, r)
	if w.hand(at, "k0"); w.hand(at, "k0").Owner != "" {
		t.Error("caps of the route's own pool hold without a book")
	}
	table, err := routing.NewTerritory("t", []routing.Column{{Text: func(*handoff.Facts) (string, bool) { return "x", true }}}, []routing.Row{{Match: []routing.Cell{{}}, To: p}})
	if err != nil {
		t.Fatal(err)
	}
	for name, rung := range map[string]routing.Rung{"territory": table, "guarded": routing.Guarded{Rung: p, When: maybe{"x", handoff.True}}} {
		w = newDesk(t, nil, route(t, rung))
		if w.hand(at, "k0"); w.hand(at, "k0").Owner != "" {
			t.Errorf("the pool of a %s counts", name)
		}
	}
}

// TestCap_HoldsWhereAvailabilityIsOverlooked fills ann's cap, then asks while she is away.
func TestCap_HoldsWhereAvailabilityIsOverlooked(t *testing.T) {
	for _, tt := range []struct {
		name string
		edit func(*routing.Pool)
	}{
		{"anyway", func(p *routing.Pool) { p.WhenEmpty = routing.EmptyAnyway }},
		{"within", func(p *routing.Pool) { p.WhenEmpty, p.Availability.Within = routing.EmptyUnassigned, 3*day }},
		{"cover", func(p *routing.Pool) { p.WhenEmpty, p.Cover = routing.EmptyUnassigned, routing.CoverOwner }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := pool("ann")
			p.Caps = []routing.Cap{{Max: 2, Per: routing.PerRep, Every: routing.Day}}
			tt.edit(p)
			w := newDesk(t, nil, route(t, p))
			w.put(handoff.Rep{ID: "ann", Absences: []handoff.Absence{{From: at, Until: at.Add(2 * day), Cover: "bob"}}})
			for range 2 {
				if w.hand(at, "k0").Owner == "" {
					t.Fatal("the first two are given")
				}
			}
			d := w.hand(at, "k0")
			if d.Owner != "" {
				t.Fatalf("%s gets a third", d.Owner)
			}
			exact(w, d, w.about(at, handoff.Lead{ID: "L"}, handoff.Account{}, "k0"))
		})
	}
}

// TestCap_Cover lets bob stand in for ann, with a cap of one a day.
func TestCap_Cover(t *testing.T) {
	for _, tt := range []struct {
		rule   routing.CoverRule
		reason string
		owners []string // who works the first, the second and the third
	}{
		{routing.CoverOwner, "the turn is ann's, and bob has his own besides", []string{"bob for ann", "bob", ""}},
		{routing.CoverCharge, "the turn is bob's, who then has had his", []string{"bob for ann", "", ""}},
	} {
		p := pool("ann", "bob")
		p.Caps, p.Cover, p.WhenEmpty = []routing.Cap{{Max: 1, Per: routing.PerRep, Every: routing.Day}}, tt.rule, routing.EmptyUnassigned
		w := newDesk(t, nil, route(t, p))
		w.put(handoff.Rep{ID: "ann", Absences: []handoff.Absence{{From: at, Cover: "bob"}}})
		var got []string
		for range 3 {
			d := w.hand(at, "k0")
			if a, _ := assigned(d); a.Covers != "" {
				got = append(got, d.Owner+" for "+a.Covers)
			} else {
				got = append(got, d.Owner)
			}
		}
		if diff := cmp.Diff(tt.owners, got); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", tt.rule, tt.reason, diff)
		}
	}
}

// TestCap_ChargedCoverTakesTurns lets bob stand in for ann for a while: cat has her share all the same.
func TestCap_ChargedCoverTakesTurns(t *testing.T) {
	p := pool("ann", "bob", "cat")
	p.Cover = routing.CoverCharge
	w := newDesk(t, nil, route(t, p))
	w.put(handoff.Rep{ID: "ann", Absences: []handoff.Absence{{From: at, Cover: "bob"}}})
	got := map[string]int{}
	for range 30 {
		d := w.hand(at, "k0")
		got[d.Owner]++
		if turn := all[handoff.AdvancePool](d)[0]; turn.Rep != d.Owner {
			t.Errorf("%s has what takes a turn of %s", d.Owner, turn.Rep)
		}
	}
	if got["cat"] < 10 {
		t.Errorf("%v: who stands in does not get everything", got)
	}
}

// TestCoverWhoDeclined does not give a record to him again as ann's stand-in.
func TestCoverWhoDeclined(t *testing.T) {
	p := pool("ann", "cat")
	p.Cover, p.Exclude, p.WhenEmpty = routing.CoverOwner, routing.Exclude{Declined: true}, routing.EmptyUnassigned
	w := newDesk(t, nil, route(t, p))
	lead := handoff.Lead{ID: "L"}
	w.put(handoff.Rep{ID: "ann", Status: handoff.RepAway, Cover: "bob"})
	w.store.Put(handoff.State{lead.Ref(): {Version: 1, Value: handoff.Record{Activities: []handoff.ActivityRef{{ID: "a", Kind: handoff.ActivityDeclined, At: at, By: "bob"}}}}})
	if d := w.handLead(at, lead, handoff.Account{}); d.Owner != "cat" {
		t.Errorf("%s gets it", d.Owner)
	}
}

func TestCap_KeysOfAnyName(t *testing.T) {
	long := strings.Repeat("x", 250)
	p := pool(long)
	p.ID = long[:64]
	p.Caps = []routing.Cap{{Max: 1, Per: routing.PerMember, Every: routing.Day}, {Max: 1, Per: routing.PerTeam, Every: routing.Day}, {Max: 1, Per: routing.PerRep, Every: routing.Day}}
	w := newDesk(t, reps(handoff.Rep{ID: long, Team: "north\nwest"}), route(t, p))
	d := w.hand(at, "k0")
	if _, err := handoff.DecodeDecision([]byte(encode(t, d))); err != nil || d.Owner != long {
		t.Errorf("the decision cannot be read again: %v", err)
	}
	if w.hand(at, "k0").Owner != "" {
		t.Error("the caps hold")
	}
}
