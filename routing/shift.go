package routing

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/salesbaton/baton/handoff/calendar"
)

// A ShiftUnit is what the length of a shift is counted in. All units are of the time that clocks show, so that a day can
// have 23 or 25 hours, and an hour none or two.
type ShiftUnit string

// The units of shifts.
const (
	EveryHour  ShiftUnit = "hour"
	EveryDay   ShiftUnit = "day"
	EveryWeek  ShiftUnit = "week"
	EveryMonth ShiftUnit = "month"
)

// ShiftUnits returns all units of shifts, the shortest first.
func ShiftUnits() []ShiftUnit { return []ShiftUnit{EveryHour, EveryDay, EveryWeek, EveryMonth} }

// seconds returns how long a unit is where clocks are not changed. A month has no such length.
func (u ShiftUnit) seconds() int64 {
	switch u {
	case EveryHour:
		return 3600
	case EveryDay:
		return 24 * 3600
	}
	return 7 * 24 * 3600
}

// MaxShiftLength is the most units that a shift lasts.
const MaxShiftLength = 1000

// A Shifts divides all time into shifts, before its start and after it. Every instant is in exactly one: a shift has the
// instant at which it begins and not the one at which it ends, which is the begin of the next.
//
// Shifts begin by the clocks of the zone. A shift that begins at 09:00 does so all year. One that would begin in a gap,
// where clocks are put forward, begins at the first instant after it, so that a shift whose whole time is in the gap is
// empty: nobody has it, and its number is skipped. Where clocks are put back, a time that they show twice belongs to the
// shift that had it first, and a shift that begins at such a time does so at the first of the two instants.
//
// A month begins on the day of the month of the start, or on the last day of a month that lacks it: after 31 January come
// 28 February and then 31 March.
//
// What a method costs does not grow with the distance from the start. The methods are for Shifts that a route can be made
// of; they take a length under 1 for 1 and an unknown unit for a week.
type Shifts struct {
	Zone   *calendar.Zone // nil: UTC
	Every  ShiftUnit      // required
	Length int64          // how many units a shift lasts, from 1 to MaxShiftLength
	Start  time.Time      // at which shift 0 begins; required, and not the second of two instants with the same wall clock
}

func (s Shifts) check() error {
	if !slices.Contains(ShiftUnits(), s.Every) {
		return fmt.Errorf("unknown unit %q of shifts; known are %s, %s, %s, %s", s.Every, EveryHour, EveryDay, EveryWeek, EveryMonth)
	}
	if s.Length < 1 || s.Length > MaxShiftLength {
		return fmt.Errorf("the length of a shift is from 1 to %d, not %d", MaxShiftLength, s.Length)
	}
	if s.Start.IsZero() {
		return errors.New("shifts need a start")
	}
	if first := s.instant(s.wall(s.Start)); !first.Equal(s.Start) {
		return fmt.Errorf("shifts start at %s, which clocks in %s show for the second time then; start at %s, or when they are past it",
			s.Zone.In(s.Start).Format(time.RFC3339), s.Zone.Name(), s.Zone.In(first).Format(time.RFC3339))
	}
	return nil
}

// Number returns which shift an instant is in: 0 from the start on, then 1, and -1 right before the start.
func (s Shifts) Number(at time.Time) int64 {
	n := s.shown(s.wall(at))
	for !s.begin(n + 1).After(at) { // clocks were put back behind begins that have been
		n++
	}
	return n
}

// Begin returns the instant, in UTC, at which the shift that an instant is in began.
func (s Shifts) Begin(at time.Time) time.Time { return s.begin(s.Number(at)) }

// End returns the instant, in UTC, at which the shift that an instant is in ends and the next one begins.
func (s Shifts) End(at time.Time) time.Time { return s.begin(s.Number(at) + 1) }

// begin returns the instant at which a shift begins.
func (s Shifts) begin(n int64) time.Time { return s.instant(s.mark(n)) }

// shown returns the last shift that begins at a wall clock time or before it.
func (s Shifts) shown(wall time.Time) int64 {
	n := s.units(s.wall(s.Start), wall) / s.length()
	if s.mark(n).After(wall) { // units are rounded up at times
		n--
	}
	return n
}

// units returns how many full units there are from one wall clock time to another, or one more.
func (s Shifts) units(from, to time.Time) int64 {
	if s.Every == EveryMonth {
		return int64(to.Year()-from.Year())*12 + int64(to.Month()-from.Month())
	}
	return (to.Unix() - from.Unix()) / s.Every.seconds()
}

// mark returns the wall clock time at which a shift begins.
func (s Shifts) mark(n int64) time.Time {
	start, units := s.wall(s.Start), n*s.length()
	if s.Every == EveryMonth {
		return addMonths(start, units)
	}
	return time.Unix(start.Unix()+units*s.Every.seconds(), int64(start.Nanosecond())).UTC()
}

func (s Shifts) length() int64 { return max(s.Length, 1) }

// wall returns the wall clock time of an instant, written as one of UTC.
func (s Shifts) wall(at time.Time) time.Time {
	_, ahead := s.Zone.In(at).Zone()
	return at.UTC().Add(time.Duration(ahead) * time.Second)
}

// instant returns the first instant at which clocks show a wall clock time, or the first after the gap that it is in.
func (s Shifts) instant(wall time.Time) time.Time {
	year, month, day := wall.Date()
	return s.Zone.At(calendar.Date{Year: year, Month: month, Day: day}, wall.Sub(wall.Truncate(24*time.Hour)))
}

// addMonths returns the same day and time of a later or earlier month, or its last day when it lacks that day.
func addMonths(wall time.Time, months int64) time.Time {
	first := wall.AddDate(0, int(months), 1-wall.Day())
	last := first.AddDate(0, 1, -1)
	return first.AddDate(0, 0, min(wall.Day(), last.Day())-1)
}
