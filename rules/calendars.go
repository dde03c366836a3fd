package rules

import (
	"errors"

	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/rules/internal/language"
	"github.com/salesbaton/baton/rules/internal/source"
)

// A calendarReader reads calendars, each after those of which it is made.
type calendarReader struct {
	*policy
	entries map[string]source.Entry // those that are not read yet
	begun   map[string]bool         // combinations whose parts are being read
}

func (p *policy) readCalendars(section source.Node) {
	r := &calendarReader{p, map[string]source.Entry{}, map[string]bool{}}
	entries, standIn := section.Entries(), alwaysOpen()
	for i, e := range entries {
		if i == language.MaxCalendars {
			e.Key.Errorf(source.OutOfRange, "there are more than %d calendars", language.MaxCalendars)
			entries = entries[:i]
			break
		}
		r.entries[e.Name()] = e
		p.calendars[e.Name()] = standIn // the name is known, so that only the real problem is reported
	}
	for _, e := range entries {
		r.read(e.Name())
	}
}

// alwaysOpen returns a calendar that is always open, in the place of one that cannot be read.
func alwaysOpen() *calendar.Calendar {
	windows, _ := calendar.ParseWindows("24/7")
	c, _ := calendar.New(calendar.Config{Weekly: windows})
	return c
}

// read reads a calendar, unless it is read already.
func (r *calendarReader) read(id string) {
	e, unread := r.entries[id]
	if !unread {
		return
	}
	delete(r.entries, id)
	m := e.Value.Map()
	var ways []string
	for _, key := range []string{"open", "all_of", "any_of"} {
		if m.Get(key).Exists() {
			ways = append(ways, key)
		}
	}
	switch {
	case !e.Value.IsMap(): // which is reported
	case len(ways) == 0:
		e.Value.Errorf(source.MissingKey, "the calendar does not say when it is open; write open: mon-fri 09:00-17:00, or all_of or any_of with other calendars")
	case len(ways) > 1:
		m.Get(ways[1]).Errorf(source.BadMix, "a calendar has its own hours or is made of others; write one of open, all_of and any_of")
	case ways[0] == "open":
		r.week(e, m)
	default:
		r.combination(e, m, ways[0])
	}
}

// week reads a calendar with hours of its own.
func (r *calendarReader) week(e source.Entry, m source.Keyed) {
	config := calendar.Config{Zone: r.config.Zone}
	if n := m.Get("zone"); n.Exists() {
		config.Zone = readZone(n)
	}
	r.zones[e.Name()] = config.Zone
	open := m.Get("open")
	var err error
	if config.Weekly, err = calendar.ParseWindows(open.Text()); err != nil {
		open.Errorf(source.BadTime, "%v", err)
	}
	for _, n := range m.Get("holidays").List() {
		r.holiday(&config, n)
	}
	if len(config.Weekly) == 0 {
		return
	}
	c, err := calendar.New(config)
	switch {
	case errors.As(err, new(*calendar.NeverOpensError)):
		e.Value.Errorf(source.Impossible, "it never opens: its holidays leave nothing open; leave some of them out")
	case err != nil:
		e.Value.Errorf(source.BadTime, "%v", err)
	default:
		r.calendars[e.Name()], r.days[e.Name()] = c, config
	}
}

// holiday reads a day that differs from the week, or a file of them.
func (r *calendarReader) holiday(config *calendar.Config, n source.Node) {
	if n.IsMap() {
		for _, line := range r.lines(n.Map().Get("file")) {
			if err := config.AddHoliday(line.Text); err != nil {
				line.Errorf(source.BadTime, "%v", err)
			}
		}
		return
	}
	if text, ok := n.Scalar(); ok {
		if err := config.AddHoliday(text); err != nil {
			n.Errorf(source.BadTime, "%v", err)
		}
	}
}

// combination reads a calendar that is made of others.
func (r *calendarReader) combination(e source.Entry, m source.Keyed, way string) {
	for _, key := range []string{"holidays", "zone"} {
		m.Get(key).Errorf(source.NoEffect, "only a calendar with open looks at it: those of %s keep their own; leave it out", way)
	}
	r.zones[e.Name()] = r.config.Zone
	r.begun[e.Name()] = true
	parts, whole := r.parts(e.Name(), m.Get(way), way)
	delete(r.begun, e.Name())
	if !whole {
		return
	}
	r.zones[e.Name()] = r.commonZone(m.Get(way).Texts())
	if c := r.combine(e.Value, way == "all_of", parts); c != nil {
		r.calendars[e.Name()] = c
	}
}

// parts reads the calendars of which one is made. It reports whether all of them are known.
func (r *calendarReader) parts(id string, list source.Node, way string) (parts []*calendar.Calendar, whole bool) {
	items := list.List()
	switch {
	case len(items) == 1:
		list.Errorf(source.NoEffect, "%s of one calendar is that calendar; name two or more, or use that one", way)
	case len(items) > language.MaxParts:
		list.Errorf(source.OutOfRange, "%d calendars are too many; at most %d are combined", len(items), language.MaxParts)
		return nil, false
	}
	whole = len(items) > 0 && len(items) == len(list.Texts()) // else something is reported
	for _, n := range items {
		if r.begun[n.Raw()] {
			n.Errorf(source.Impossible, "%s is made of %s in the end, so that nothing says when they are open; let one of them have open", n.Raw(), id)
			whole = false
			continue
		}
		r.read(n.Raw())
		c := lookup(n, r.calendars, "calendar")
		whole = whole && c != nil
		parts = append(parts, c)
	}
	return parts, whole
}

// commonZone returns the zone of all the calendars, and the policy's where they differ.
func (r *calendarReader) commonZone(names []string) *calendar.Zone {
	for _, name := range names[1:] {
		if r.zones[name].Name() != r.zones[names[0]].Name() {
			return r.config.Zone
		}
	}
	return r.zones[names[0]]
}

// maxCombined bounds how many calendars a policy combines: each time takes about as long as 1,000 questions to one.
const maxCombined = 10_000

// combine returns when all, or any, of the calendars are open; nil after reporting that they never are, or are too many.
func (p *policy) combine(at source.Node, all bool, parts []*calendar.Calendar) *calendar.Calendar {
	if !p.mayCombine(at, len(parts)) {
		return nil
	}
	combine := calendar.Union
	if all {
		combine = calendar.Intersect
	}
	c, err := combine(parts...)
	if err != nil {
		at.Errorf(source.Impossible, "it never opens: the calendars are never open together; make their hours overlap, or write any_of")
	}
	return c
}

// mayCombine counts calendars that are combined, and reports once that they are too many.
func (p *policy) mayCombine(at source.Node, parts int) bool {
	if p.combined <= maxCombined && p.combined+parts > maxCombined {
		at.Errorf(source.OutOfRange, "calendars are combined more than %d times in this policy, those of each rep with those of an SLA among them; use fewer", maxCombined)
	}
	p.combined += parts
	return p.combined <= maxCombined
}
