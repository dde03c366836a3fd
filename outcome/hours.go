package outcome

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

// Team returns the hours of a calendar, whoever is to keep the promise; nil is every hour.
func Team(c *calendar.Calendar) handoff.Hours {
	return handoff.HoursFunc(func(*handoff.Facts) *calendar.Calendar { return c })
}

// Rep returns the hours of whoever is to keep the promise: when the calendars that the rep's Hours and Holidays name are
// open, and the team's too, of which nil is every hour. Of a promise that is nobody's, a rep whom nobody knows and one
// who names no calendar, the hours are the team's.
//
// The combinations that the reps of a policy need are made here. The error joins, in the order of the reps, who names a
// calendar that is not listed and whose are never open together; it has a *calendar.NeverOpensError in it for those. What
// State says of a rep is combined when it is asked for, which takes longer: a calendar that is not listed closes nothing
// then, and where those that are listed never open together the hours are the team's.
func Rep(calendars map[string]*calendar.Calendar, team *calendar.Calendar, reps []handoff.Rep) (handoff.Hours, error) {
	if _, err := calendar.Intersect(team); err != nil {
		return nil, fmt.Errorf("the team: %w", err)
	}
	h := repHours{team, maps.Clone(calendars), map[string]*calendar.Calendar{}}
	var problems []error
	for _, rep := range reps {
		if err := h.add(rep); err != nil {
			problems = append(problems, fmt.Errorf("rep %q: %w", rep.ID, err))
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return h, nil
}

// A repHours is the hours of reps.
type repHours struct {
	team      *calendar.Calendar
	calendars map[string]*calendar.Calendar
	together  map[string]*calendar.Calendar // by key; with the team's
}

// add combines what the rep works by.
func (h repHours) add(rep handoff.Rep) error {
	names := namesOf(rep)
	for _, name := range names {
		if _, listed := h.calendars[name]; !listed {
			return fmt.Errorf("works by the calendar %q, which is not listed; list it, or name one of %s", name,
				strings.Join(slices.Sorted(maps.Keys(h.calendars)), ", "))
		}
	}
	c, err := h.combine(names)
	if err != nil {
		return fmt.Errorf("works by %s and the team's hours: %w", strings.Join(names, ", "), err)
	}
	h.together[key(names)] = c
	return nil
}

// namesOf returns the calendars that the rep names, each once and in order.
func namesOf(rep handoff.Rep) []string {
	names := slices.Sorted(slices.Values(append(slices.Clone(rep.Holidays), rep.Hours)))
	return slices.DeleteFunc(slices.Compact(names), func(name string) bool { return name == "" })
}

// key returns a text that stands for names, and for no others.
func key(names []string) string { return fmt.Sprintf("%q", names) }

// combine returns when the calendars of these names are open, and the team's. One that is not listed closes nothing.
func (h repHours) combine(names []string) (*calendar.Calendar, error) {
	parts := []*calendar.Calendar{h.team}
	for _, name := range names {
		parts = append(parts, h.calendars[name])
	}
	if parts = slices.DeleteFunc(parts, func(c *calendar.Calendar) bool { return c == nil }); len(parts) == 1 && parts[0] == h.team {
		return h.team, nil
	}
	return calendar.Intersect(parts...)
}

// Calendar returns the calendar of the owner.
func (h repHours) Calendar(f *handoff.Facts) *calendar.Calendar {
	rep, _ := f.Rep(f.Owner)
	names := namesOf(rep)
	if c, known := h.together[key(names)]; known {
		return c
	}
	c, err := h.combine(names)
	if err != nil {
		return h.team
	}
	return c
}

// Customer returns the hours of a calendar by the clocks where the person is, as Lead.Zone says. Where that is empty or no
// name of a zone, or where the calendar never opens by those clocks, they are by the calendar's own zone. nil is every hour.
// The error is a *calendar.NeverOpensError.
func Customer(c *calendar.Calendar) (handoff.Hours, error) {
	if _, err := calendar.Intersect(c); err != nil {
		return nil, fmt.Errorf("the customer's hours: %w", err)
	}
	return &customerHours{own: c}, nil
}

// A customerHours is the hours of a calendar by the clocks of people. It makes the calendar of each zone once, and remembers
// nothing else.
type customerHours struct {
	own   *calendar.Calendar
	moved sync.Map // a *calendar.Calendar, by the name of its zone
}

// Calendar returns the calendar by the clocks of the lead.
func (h *customerHours) Calendar(f *handoff.Facts) *calendar.Calendar {
	if h.own == nil || f.Lead.Zone == "" {
		return h.own
	}
	moved := h.in(f.Lead.Zone)
	if moved == nil || moved.Next(f.At).IsZero() {
		return h.own
	}
	return moved
}

// in returns the calendar in a zone, and nil where there is none of that name. What is no name of a zone is not remembered,
// so that texts without end take no memory.
func (h *customerHours) in(name string) *calendar.Calendar {
	if moved, known := h.moved.Load(name); known {
		return moved.(*calendar.Calendar)
	}
	zone, err := calendar.LoadZone(name)
	if err != nil {
		return nil
	}
	moved, _ := h.moved.LoadOrStore(name, h.own.In(zone))
	return moved.(*calendar.Calendar)
}
