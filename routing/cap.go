package routing

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

// MaxCap bounds Cap.Max: a tally keeps that many instants.
const MaxCap = 1000

// minKept is how many instants a tally keeps at least, so that a cap of less can be raised.
const minKept = 100

// A Per says whose handoffs a cap counts together.
type Per string

// Whose handoffs a cap can count together.
const (
	PerRep    Per = "rep"    // of the rep, whichever pool of the policy gave them
	PerMember Per = "member" // of the rep, from this pool
	PerPool   Per = "pool"   // of everybody, from this pool
	PerTeam   Per = "team"   // of everybody in the rep's team
	PerTag    Per = "tag"    // of everybody with Cap.Tag
)

// Pers returns all of them.
func Pers() []Per { return []Per{PerRep, PerMember, PerPool, PerTeam, PerTag} }

// A Period is a stretch of the calendar that a cap counts in.
type Period string

// The periods. They begin at the start of the hour, at midnight, at midnight before Cap.WeekStart, and on the first of
// the month, by the clocks of the zone: an hour or a day that clocks show twice in part is one, and longer.
const (
	Hour  Period = "hour"
	Day   Period = "day"
	Week  Period = "week"
	Month Period = "month"
)

// Periods returns all periods.
func Periods() []Period { return []Period{Hour, Day, Week, Month} }

// A Cap bounds how many handoffs are given within some time. Several caps of a pool all hold.
type Cap struct {
	// Max is from 1 to MaxCap. Where it is raised within its time, up to 100, what was given before counts in full; beyond
	// that only as many count as the old Max, or 100 where it was less.
	Max int64
	Per Per
	Tag string // the cap is for reps with this tag; required with PerTag; "": for all
	// Every is the period in which Max are allowed, or Within the time of which any stretch holds at most Max. Exactly one
	// of the two is set.
	Every  Period
	Within time.Duration
	// Zone is where the period begins; nil: the policy's. RepZone takes that of the rep's calendar where Zones lists it.
	Zone    *calendar.Zone
	RepZone bool
	Zones   map[string]*calendar.Zone // of calendars, by name
	// WeekStart is the first day of a week. The zero value is Sunday.
	WeekStart time.Weekday
	// Even spreads Max evenly over the n days of a month or week: any d of its days in succession get at most d n-ths of Max,
	// rounded up. 15 a month of 30 days are one in any two days, 45 are three; what was not given is not made up for at once.
	Even bool
	// Also lists what counts beside the turns of pools, which always do; owners, named accounts and sticky reps only count
	// where they are listed. Nothing but a pool's turn is ever refused by a cap. What somebody stands in for counts as its
	// owner's.
	Also []Source
}

func (c Cap) check() error {
	switch {
	case c.Max < 1 || c.Max > MaxCap:
		return fmt.Errorf("the max of a cap is from 1 to %d", MaxCap)
	case !slices.Contains(Pers(), c.Per):
		return fmt.Errorf("a cap is per %s", list(Pers()))
	case c.Per == PerTag && c.Tag == "":
		return errors.New("a cap per tag names the tag")
	case c.Within < 0 || (c.Every == "") == (c.Within == 0):
		return errors.New("a cap has either a calendar period (every) or a rolling time (within)")
	case c.Every != "" && !slices.Contains(Periods(), c.Every):
		return fmt.Errorf("the period of a cap is %s", list(Periods()))
	case c.Even && c.Every != Week && c.Every != Month:
		return errors.New("only a cap of a week or a month can be even")
	case c.WeekStart < time.Sunday || c.WeekStart > time.Saturday:
		return errors.New("a week starts on a day from Sunday to Saturday")
	case (c.Per == PerMember || c.Per == PerPool) && len(c.Also) > 0:
		return fmt.Errorf("a cap per %s counts the pool's own turns alone", c.Per)
	}
	for _, s := range c.Also {
		if err := checkWord("source", s, Sources()); err != nil {
			return err
		}
	}
	return nil
}

// String returns the cap in words, such as "5 per rep a day".
func (c Cap) String() string {
	text := fmt.Sprintf("%d per %s", c.Max, c.Per)
	if c.Tag != "" {
		text += " " + c.Tag
	}
	if c.Within > 0 {
		return text + " in " + handoff.Span{Elapsed: c.Within}.String()
	}
	return text + " a " + string(c.Every)
}

// binds reports whether the cap is for a rep.
func (c Cap) binds(rep handoff.Rep) bool {
	return (c.Tag == "" || slices.Contains(rep.Tags, c.Tag)) && (c.Per != PerTeam || rep.Team != "")
}

// tally returns what the handoffs of a rep are counted under, whomever the cap binds.
func (c Cap) tally(pool string, rep handoff.Rep) string {
	name := string(c.Per)
	for _, s := range c.also() {
		name += "+" + string(s)
	}
	switch c.Per {
	case PerRep:
		name += "/" + rep.ID
	case PerMember:
		name += "/" + keyPart(pool) + "/" + rep.ID
	case PerPool:
		name += "/" + pool
	case PerTeam:
		name += "/" + rep.Team
	case PerTag:
		name += "/" + c.Tag
	}
	return keyName(name)
}

// also returns what counts beside a pool's turns, each once and in order.
func (c Cap) also() []Source { return slices.Compact(slices.Sorted(slices.Values(c.Also))) }

// zone returns whose days count for a rep.
func (c Cap) zone(f facts, rep handoff.Rep) *calendar.Zone {
	if c.RepZone {
		if zone, listed := c.Zones[rep.Hours]; listed {
			return zone
		}
	}
	if c.Zone != nil {
		return c.Zone
	}
	return f.Zone
}

// free returns the first instant from t on at which the cap is not reached, as its tally stands: t itself where it is not.
func (c Cap) free(zone *calendar.Zone, t time.Time, tally []time.Time) time.Time {
	if c.Even {
		return c.evenly(zone, t, tally)
	}
	if int64(len(tally)) < c.Max {
		return t
	}
	first := tally[int64(len(tally))-c.Max] // of the latest Max: as long as it counts, they fill the cap
	if c.Within > 0 {
		return later(t, first.Add(c.Within))
	}
	return later(t, c.periods(zone).End(first))
}

// evenly is free for a cap that is spread over the days of its period.
func (c Cap) evenly(zone *calendar.Zone, t time.Time, tally []time.Time) time.Time {
	period, days := c.periods(zone), Cap{Every: Day}.periods(zone)
	first, end := days.Number(period.Begin(t)), days.Number(period.End(t))
	given := make([]int64, 0, end-first) // from each day on
	for day := first; day < end; day++ {
		given = append(given, int64(len(tally)-from(tally, days.begin(day))))
	}
	for day := days.Number(t) - first; day < end-first; day++ {
		if c.fits(given, day) {
			return later(t, days.begin(first+day))
		}
	}
	return c.free(zone, period.End(t), tally)
}

// fits reports whether one more on a day leaves all days in succession up to it within their parts.
func (c Cap) fits(given []int64, day int64) bool {
	n := int64(len(given))
	for i := range day + 1 {
		if part := ((day-i+1)*c.Max + n - 1) / n; given[i] >= part {
			return false
		}
	}
	return true
}

// from returns the index of the first instant that is not before t.
func from(tally []time.Time, t time.Time) int {
	i, _ := slices.BinarySearchFunc(tally, t, time.Time.Compare)
	return i
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b.UTC()
	}
	return a
}

// periods returns the calendar periods of the cap in a zone.
func (c Cap) periods(zone *calendar.Zone) Shifts {
	start := calendar.Date{Year: 2000, Month: time.January, Day: 1}
	if c.Every == Week {
		start = start.AddDays(1 + int(c.WeekStart)) // the second was a Sunday
	}
	return Shifts{Zone: zone, Every: ShiftUnit(c.Every), Length: 1, Start: zone.At(start, 0)}
}

// period returns the beginning of the period that holds an instant, and of the next one.
func (c Cap) period(zone *calendar.Zone, t time.Time) (from, to time.Time) {
	p := c.periods(zone)
	return p.Begin(t), p.End(t)
}

// A Book is the caps whose tallies a handoff is counted in: those of every pool of a policy, so that a cap per rep counts
// what another pool gave.
type Book struct {
	shared []booked // what any pool gives counts there
	pools  []booked // what the pool itself gives counts there
}

// A booked is a cap and the policy and pool that it belongs to.
type booked struct {
	Cap
	policy, pool string
	keep         int64 // of its tally: enough for every cap that counts there
}

// NewBook returns the book of the caps of some pools. A cap that several pools share counts once.
func NewBook(pools ...*Pool) Book {
	var b Book
	for _, p := range pools {
		for _, c := range p.Caps {
			entry := booked{Cap: c, policy: p.Policy, keep: max(c.Max, minKept)}
			if c.Per != PerTag {
				entry.Tag = "" // whomever the cap binds, all are counted
			}
			if c.Per == PerMember || c.Per == PerPool {
				entry.pool = p.ID
				b.pools = entry.enter(b.pools)
			} else {
				b.shared = entry.enter(b.shared)
			}
		}
	}
	return b
}

// enter adds the cap to a list. Where one counts the same handoffs already, that one keeps enough for both.
func (b booked) enter(list []booked) []booked {
	i := slices.IndexFunc(list, func(c booked) bool {
		return c.policy == b.policy && c.Per == b.Per && c.pool == b.pool && c.Tag == b.Tag && slices.Equal(c.also(), b.also())
	})
	if i < 0 {
		return append(list, b)
	}
	list[i].keep = max(list[i].keep, b.keep)
	return list
}

// hears reports whether the cap counts a handoff from where it comes.
func (b booked) hears(a *attempt) bool {
	if a.source != FromPool {
		return slices.Contains(b.Also, a.source)
	}
	return b.pool == "" || a.pool.ID == b.pool && a.pool.Policy == b.policy
}

// key names the tally in which the rep's handoffs count.
func (b booked) key(rep handoff.Rep) handoff.Key {
	return handoff.TallyKey(b.policy, b.tally(b.pool, rep))
}

// uncapped returns the first instant from t on at which none of the pool's caps is reached for a rep.
func (s *search) uncapped(rep handoff.Rep, t time.Time) time.Time {
	for i := 0; i < len(s.Caps); {
		c := s.Caps[i]
		i++
		if !c.binds(rep) {
			continue
		}
		tally := s.f.Tally(handoff.TallyKey(s.Policy, c.tally(s.ID, rep))).At
		if free := c.free(c.zone(s.f, rep), t, tally); free.After(t) {
			t, i = free, 0
		}
	}
	return t
}
