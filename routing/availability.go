package routing

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

// An Availability says when a rep counts as available. The zero Availability counts a rep of whom nothing is known as
// unavailable, also one who works by a calendar that it does not list.
type Availability struct {
	// Unknown counts a rep whose status nobody reported as available, and keeps calendars that are not listed from closing
	// anything.
	Unknown bool
	// Calendars are what Rep.Hours and Rep.Holidays name. They must not be changed afterwards.
	Calendars map[string]*calendar.Calendar
	Hours     *calendar.Calendar // of the team, which all its reps keep beside their own; nil: every hour
	// Within counts a rep as available who will be so within that time. Those who are available now come first, then those of
	// the earliest Bucket. Caps and capacity are those of now, when the work is given. 0: only now counts.
	Within time.Duration
	Bucket time.Duration // 0: 24 hours
}

// maxWait bounds how far ahead the next instant of a rep is looked for.
const maxWait = 366 * 24 * time.Hour

// maxTurns bounds how often calendars and absences hand on to each other on the way to an instant at which all are open.
const maxTurns = 400

// A verdict says whether a rep can take work now, and if not, why and when.
type verdict struct {
	code string    // "": it can
	next time.Time // zero: nobody knows
}

// temporary reports whether the rep works, though not now.
func (v verdict) temporary() bool {
	return slices.Contains([]string{Away, OutOfOffice, OffHours, Holiday, AvailabilityUnknown}, v.code)
}

// words returns the reason for people.
func (v verdict) words() string { return strings.ReplaceAll(v.code, "_", " ") }

// owner judges a rep who owns something: one whose status is unknown counts as available, and hours count only where
// there is an Availability.
func (v *Availability) owner(f facts, id string) verdict {
	own := v.anyway(f, id)
	if f.avoids(id) && (own.code == "" || own.temporary()) {
		return verdict{code: Avoided}
	}
	return own
}

// anyway is owner for a decision that avoids nobody.
func (v *Availability) anyway(f facts, id string) verdict {
	if v == nil {
		return (&Availability{Unknown: true}).status(f, id)
	}
	return v.of(f, id)
}

// of judges a rep at the instant of the decision.
func (v *Availability) of(f facts, id string) verdict {
	if status := v.status(f, id); status.code != "" {
		return status
	}
	rep, _ := f.Rep(id)
	if code := v.closed(rep, f.At); code != "" {
		return verdict{code, v.next(rep, f.At)}
	}
	return verdict{}
}

// status judges a rep by what is known of them, calendars apart.
func (v *Availability) status(f facts, id string) verdict {
	rep, known := f.Rep(id)
	switch {
	case !known:
		return verdict{code: UnknownRep}
	case rep.Status == handoff.RepLeft:
		return verdict{code: Left}
	case rep.Status == handoff.RepAway:
		return verdict{code: Away}
	}
	if _, away := absent(rep, f.At, nil); away {
		return verdict{OutOfOffice, v.next(rep, f.At)}
	}
	if rep.Status == handoff.RepUnknown && !v.Unknown {
		return verdict{code: AvailabilityUnknown}
	}
	return verdict{}
}

// closed returns why the rep's calendars keep the rep from work at an instant, "" where they do not.
func (v *Availability) closed(rep handoff.Rep, t time.Time) string {
	shut := func(name string) bool { return !v.Calendars[name].IsOpen(t) }
	switch {
	case slices.ContainsFunc(rep.Holidays, shut):
		return Holiday
	case !v.lists(rep):
		return AvailabilityUnknown
	case shut(rep.Hours) || !v.Hours.IsOpen(t):
		return OffHours
	}
	return ""
}

// lists reports whether every calendar of the rep is known, or need not be. One that is not listed is always open.
func (v *Availability) lists(rep handoff.Rep) bool {
	missing := func(name string) bool { _, listed := v.Calendars[name]; return name != "" && !listed }
	return v.Unknown || !missing(rep.Hours) && !slices.ContainsFunc(rep.Holidays, missing)
}

// absent returns the absence of a rep that covers an instant; of several that pick accepts, the one that ends last. nil
// accepts all.
func absent(rep handoff.Rep, at time.Time, pick func(handoff.Absence) bool) (handoff.Absence, bool) {
	var longest handoff.Absence
	found := false
	for _, a := range rep.Absences {
		if at.Before(a.From) || !a.Until.IsZero() && !at.Before(a.Until) || pick != nil && !pick(a) {
			continue
		}
		if !found || compareAbsences(a, longest) > 0 {
			longest, found = a, true
		}
	}
	return longest, found
}

// compareAbsences orders absences by their end, then by their beginning, then by who stands in.
func compareAbsences(a, b handoff.Absence) int {
	if a.Until.IsZero() != b.Until.IsZero() {
		return b.Until.Compare(a.Until) // what has no end ends last
	}
	return cmp.Or(a.Until.Compare(b.Until), a.From.Compare(b.From), strings.Compare(a.Cover, b.Cover))
}

// next returns the first instant from t on at which the rep is available if nothing but time changes, the zero time when
// there is none within maxWait, or nobody knows.
func (v *Availability) next(rep handoff.Rep, t time.Time) time.Time {
	unknown := rep.Status == handoff.RepUnknown && !v.Unknown || !v.lists(rep)
	if unknown || rep.Status == handoff.RepAway || rep.Status == handoff.RepLeft {
		return time.Time{}
	}
	horizon, calendars := t.Add(maxWait), v.calendars(rep)
	for range maxTurns {
		free := v.after(t, rep, calendars)
		if free.Equal(t) {
			return t.UTC()
		}
		if t = free; t.IsZero() || t.After(horizon) {
			return time.Time{}
		}
	}
	return time.Time{}
}

// calendars returns those by which the rep works.
func (v *Availability) calendars(rep handoff.Rep) []*calendar.Calendar {
	out := make([]*calendar.Calendar, 0, 2+len(rep.Holidays))
	out = append(out, v.Hours, v.Calendars[rep.Hours])
	for _, name := range rep.Holidays {
		out = append(out, v.Calendars[name])
	}
	return slices.DeleteFunc(out, func(c *calendar.Calendar) bool { return c == nil })
}

// after returns t, or the earliest later instant at which what is in the way at t no longer is; zero: never.
func (v *Availability) after(t time.Time, rep handoff.Rep, calendars []*calendar.Calendar) time.Time {
	if absence, away := absent(rep, t, nil); away {
		return micro(absence.Until)
	}
	for _, c := range calendars {
		if open := c.Next(t); !open.Equal(t) {
			return open
		}
	}
	return t
}

// micro returns the first whole microsecond that is not before an instant; decisions know no finer ones.
func micro(t time.Time) time.Time {
	if whole := t.Truncate(time.Microsecond); whole.Before(t) {
		return whole.Add(time.Microsecond)
	}
	return t
}

// soonest returns the first instant from now on at which a member who is away or capped now is neither if nothing but time
// changes, and counts as available where it will be so within a time; zero: nobody knows.
func (s *search) soonest(rep handoff.Rep, within time.Duration) time.Time {
	t := s.f.At
	for range maxTurns {
		t = s.uncapped(rep, t)
		open := s.open(rep, t)
		if open.IsZero() || open.Sub(t) <= within {
			if open.IsZero() {
				t = open
			}
			return t.UTC()
		}
		t = open.Add(-within)
	}
	return time.Time{}
}

// open returns the first instant from t on at which a member is available, or who stands in for it is; zero: nobody knows.
func (s *search) open(rep handoff.Rep, t time.Time) time.Time {
	own := s.Availability.next(rep, t)
	if s.Cover == CoverNone {
		return own
	}
	for range maxTurns { // from one change of who stands in to the next
		end := changes(rep, t)
		if at := s.standIn(coverAt(rep, t), t); !at.IsZero() && sooner(at, own) && sooner(at, end) {
			return at
		}
		if end.IsZero() || !sooner(end, own) {
			break
		}
		t = end
	}
	return own
}

// standIn returns the first instant from t on at which a rep can stand in; zero: nobody knows.
func (s *search) standIn(id string, t time.Time) time.Time {
	if id == "" || s.bars(id) {
		return time.Time{}
	}
	rep, known := s.f.Rep(id)
	if !known {
		return time.Time{}
	}
	return s.Availability.next(rep, t)
}

// changes returns the first instant after t at which an absence of the rep begins or ends; zero: none does.
func changes(rep handoff.Rep, t time.Time) time.Time {
	var first time.Time
	for _, a := range rep.Absences {
		for _, edge := range []time.Time{micro(a.From), micro(a.Until)} {
			if edge.After(t) && sooner(edge, first) {
				first = edge
			}
		}
	}
	return first
}

// sooner reports whether an instant comes before another, which is never where it is zero.
func sooner(t, u time.Time) bool { return u.IsZero() || t.Before(u) }

// bucket returns how far away an instant is, 0 for now; false where it is beyond what counts as available.
func (v *Availability) bucket(f facts, next time.Time) (int64, bool) {
	wait := next.Sub(f.At)
	if next.IsZero() || wait > v.Within {
		return 0, false
	}
	size := v.Bucket
	if size <= 0 {
		size = 24 * time.Hour
	}
	return int64((wait + size - 1) / size), true
}
