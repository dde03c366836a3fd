package rules

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/outcome"
	"github.com/salesbaton/baton/routing"
	"github.com/salesbaton/baton/rules/internal/language"
	"github.com/salesbaton/baton/rules/internal/source"
)

// A promise is an SLA with what is checked where it is used.
type promise struct {
	*handoff.SLA
	keys source.Keyed
	team *team // of an SLA that goes by the owner's own hours
}

// readSLAs reads the SLAs that plays and queues name. What queues promise is read afterwards: it names no queue, so that
// there is no circle.
func (p *policy) readSLAs(section source.Node) {
	for _, e := range section.Entries() {
		s := p.sla(e.Value)
		s.ID = e.Key.ID()
		p.govern(GovernedSLA, s.ID, e.Key, s.keys)
		p.slas[e.Name()] = s
	}
}

// promise reads an SLA by its id, or as it is written here; nil where there is none that is known.
func (p *policy) promise(n source.Node) *promise {
	switch {
	case !n.Exists():
		return nil
	case n.IsText():
		return lookup(n, p.slas, "SLA")
	}
	return p.sla(n)
}

func (p *policy) sla(n source.Node) *promise {
	m := n.Map()
	s := &promise{keys: m, SLA: &handoff.SLA{
		Within:   readSpan(m.Get("within"), false).elapsed(),
		From:     handoff.SLAFrom(m.Get("from").Word()),
		Roll:     m.Get("at_close").Word() == language.AtCloseNext,
		Warn:     readSpan(m.Get("warn"), false).elapsed(),
		Pauses:   wordsIn[handoff.SLAPause](m.Get("pauses")),
		Stops:    stops(m.Get("stops")),
		Restart:  handoff.Restart(m.Get("on_reassign").Word()),
		Position: n.Position(),
	}}
	p.lateSteps(s, m.Get("if_late"))
	if !m.Get("hours").Exists() {
		m.Get("at_close").Errorf(source.NoEffect, "every hour counts, so that nothing closes; give it hours, or leave this out")
	}
	if s.Within > 0 && s.Warn >= s.Within {
		m.Get("warn").Errorf(source.Impossible, "the warning would come before the clock starts; make it less than within")
	}
	p.checkLengths(s, p.hours(s, m.Get("hours")))
	return s
}

// stops reads what keeps a promise.
func stops(n source.Node) []handoff.ActivityKind {
	if n.IsList() {
		return wordsOf[handoff.ActivityKind](slices.DeleteFunc(n.List(), keepsNothing))
	}
	var does func(handoff.ActivityKind) bool
	switch n.Word() {
	case language.StopsAttempt:
		does = handoff.ActivityKind.IsAttempt
	case language.StopsContact:
		does = handoff.ActivityKind.IsContact
	default:
		return nil
	}
	return slices.DeleteFunc(handoff.ActivityKinds(), func(k handoff.ActivityKind) bool { return !does(k) })
}

// keepsNothing reports an activity that cannot keep a promise.
func keepsNothing(n source.Node) bool {
	why := language.KeepsNothing(n.Raw())
	if why != "" {
		n.Errorf(source.Impossible, "%s", why)
	}
	return why != ""
}

// hours reads whose open hours count, and returns their calendar; nil is every hour, as far as anybody knows now.
func (p *policy) hours(s *promise, n source.Node) *calendar.Calendar {
	if !n.Exists() {
		return nil
	}
	if !n.IsMap() {
		c := lookup(n, p.calendars, "calendar")
		s.Hours = outcome.Team(c)
		return c
	}
	m := n.Map()
	c := lookup(m.Get("calendar"), p.calendars, "calendar")
	switch of := m.Get("of").Word(); {
	case of == language.OfRep:
		s.team = p.teamOf(n, m.Get("calendar").Raw(), c)
		s.Hours = s.team.hours
	case of == language.OfCustomer && !m.Get("calendar").Exists():
		n.Errorf(source.MissingKey, "of: customer needs calendar: whose windows count by the clocks where the lead is")
	case of == language.OfCustomer:
		hours, err := outcome.Customer(c)
		if err != nil {
			n.Errorf(source.Impossible, "%v", err)
		}
		s.Hours = hours
	}
	return c
}

// lateWords are what a step can do, by its key.
var lateWords = []struct {
	key string
	do  handoff.LateWord
}{
	{"notify", handoff.LateNotify}, {"escalate", handoff.LateEscalate}, {"reassign", handoff.LateReassign}, {"queue", handoff.LateQueue},
	{"owner", handoff.LateAway},
}

// lateSteps reads what happens once an SLA is late.
func (p *policy) lateSteps(s *promise, list source.Node) {
	for i, n := range list.List() {
		if i > 0 && s.Late[i-1].Do == handoff.LateQueue {
			n.Errorf(source.NoEffect, "the step above gives the record back, and what was promised ends with that; leave this one out")
		}
		s.Late = append(s.Late, p.lateStep(n))
	}
}

func (p *policy) lateStep(n source.Node) handoff.LateStep {
	m := n.Map()
	step := handoff.LateStep{Wait: readSpan(m.Get("wait"), true).elapsed(), AtMost: m.Get("at_most").Int()}
	does := 0
	for _, w := range lateWords {
		if m.Get(w.key).Exists() {
			step.Do = w.do
			does++
		}
	}
	if n.IsMap() && does != 1 {
		n.Errorf(source.BadMix, "a step does one thing: notify, escalate, reassign, queue or owner; write a step for each")
		return step
	}
	switch step.Do {
	case handoff.LateNotify:
		step.To = p.told(m.Get("notify"))
	case handoff.LateEscalate:
		step.To = p.told(m.Get("escalate"))
	case handoff.LateQueue:
		step.Queue = lookup(m.Get("queue"), p.queues, "queue")
	}
	m.Get("reassign").Word()
	m.Get("owner").Word()
	if step.Do != handoff.LateReassign {
		m.Get("at_most").Errorf(source.NoEffect, "only reassign looks at it; leave it out")
	}
	return step
}

// told reads who hears of what is late.
func (p *policy) told(n source.Node) string {
	switch who := n.Text(); {
	case who != handoff.ToOwner && who != handoff.ToManager:
		return p.rep(n)
	case p.reps[who]:
		n.Errorf(source.TwoMeanings, "%s is what a rep is to the record here, and also the id of a rep; give the rep another id", who)
		return ""
	default:
		return who
	}
}

// openTime returns how long a calendar is open within language.MaxYears; nil is always open.
func openTime(c *calendar.Calendar) time.Duration {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return c.Between(start, start.AddDate(language.MaxYears, 0, 0))
}

// checkLengths reports times that do not pass in the calendar.
func (p *policy) checkLengths(s *promise, c *calendar.Calendar) {
	open := openTime(c)
	check := func(n source.Node, length time.Duration) {
		if length <= open {
			return
		}
		hours := s.keys.Get("hours")
		if hours.IsMap() {
			hours = hours.Map().Get("calendar")
		}
		if !hours.Exists() {
			n.Errorf(source.Impossible, "that is longer than %d years; make it shorter", language.MaxYears)
			return
		}
		n.Errorf(source.Impossible, "there is not that much open time in %s within %d years", hours.Raw(), language.MaxYears)
	}
	check(s.keys.Get("within"), s.Within)
	for i, n := range s.keys.Get("if_late").List() {
		if n.IsMap() {
			check(n.Map().Get("wait"), s.Late[i].Wait)
		}
	}
}

// A team is the hours of reps within those of a calendar.
type team struct {
	hours handoff.Hours
	open  map[string]time.Duration // within language.MaxYears, by what a rep works by; 0: they are never open together
}

// worksBy returns a text for the calendars of a rep, the same for reps who work by the same ones.
func worksBy(r handoff.Rep) string { return fmt.Sprintf("%q %q", r.Hours, r.Holidays) }

// teamOf returns the hours of the roster within those of a calendar; nil is every hour. Reps who are never at work then have
// the calendar's, which is reported where a play could give them a record.
func (p *policy) teamOf(at source.Node, name string, c *calendar.Calendar) *team {
	if t := p.teams[name]; t != nil {
		return t
	}
	t := &team{outcome.Team(c), map[string]time.Duration{}}
	p.teams[name] = t
	var reps []handoff.Rep
	for _, rep := range p.roll().distinct {
		parts := []*calendar.Calendar{c}
		for _, id := range append([]string{rep.Hours}, rep.Holidays...) {
			parts = append(parts, p.calendars[id])
		}
		if !p.mayCombine(at, len(parts)) {
			return t
		}
		if together, err := calendar.Intersect(parts...); err == nil {
			t.open[worksBy(rep)] = openTime(together)
			reps = append(reps, rep)
		}
	}
	hours, err := outcome.Rep(p.calendars, c, reps)
	if err != nil {
		at.Errorf(source.Impossible, "%v", err)
		return t
	}
	t.hours = hours
	return t
}

// playPromise reads what a play promises, and checks it for those whom its route may choose.
func (p *policy) playPromise(play source.Keyed, key string) *handoff.SLA {
	n := play.Get(key)
	s := p.promise(n)
	if s == nil {
		return nil
	}
	if p.roster && !p.report.Failed() {
		owners := p.owners(play.Get("route").Raw())
		s.checkManagers(n, owners.alone)
		s.checkHours(n, owners)
	}
	return s.SLA
}

// queuePromise reads by when records have left a queue.
func (p *policy) queuePromise(n source.Node, owner string) *handoff.SLA {
	s := p.promise(n)
	if s == nil {
		return nil
	}
	for _, key := range s.ofOwners() {
		if n.IsMap() {
			key.Errorf(source.NoEffect, "a record has left the queue once somebody owns it, so that this means nothing here; leave it out")
		} else {
			n.Errorf(source.NoEffect, "a record has left the queue once somebody owns it, so that what %s says at %s means nothing here; name an SLA without it", s.ID, key.Position())
		}
	}
	if rep, listed := p.roll().reps[owner]; listed && p.roster && rep.Manager == "" {
		s.checkManagers(n, []string{owner})
	}
	return s.SLA
}

// ofOwners returns the places of an SLA that are about whoever owns the record.
func (s *promise) ofOwners() (out []source.Node) {
	add := func(n source.Node) {
		if n.Exists() {
			out = append(out, n)
		}
	}
	if s.team != nil {
		add(s.keys.Get("hours").Map().Get("of"))
	}
	for _, n := range s.keys.Get("pauses").List() {
		if n.Raw() == string(handoff.PauseOwnerAway) {
			add(n)
		}
	}
	add(s.keys.Get("stops"))
	add(s.keys.Get("on_reassign"))
	for _, n := range s.keys.Get("if_late").List() {
		if n.IsMap() {
			m := n.Map()
			add(m.Get("reassign"))
			add(m.Get("queue"))
			add(m.Get("owner"))
		}
	}
	return out
}

// A roll is the reps of the policy, and whom of them routes may choose.
type roll struct {
	reps     map[string]handoff.Rep
	distinct []handoff.Rep // one for all who work by the same calendars
	routes   map[string]*crew
}

// A crew is whom a route may choose.
type crew struct {
	alone []string            // who has no manager, in order
	by    map[string][]string // all of them, in order, by what they work by
}

func (p *policy) roll() *roll {
	if p.rolled != nil {
		return p.rolled
	}
	r := &roll{reps: map[string]handoff.Rep{}, routes: map[string]*crew{}}
	seen := map[string]bool{}
	for _, rep := range p.config.Reps {
		r.reps[rep.ID] = rep
		if key := worksBy(rep); !seen[key] {
			seen[key] = true
			r.distinct = append(r.distinct, rep)
		}
	}
	p.rolled = r
	return r
}

// owners returns whom a route may choose, as far as the policy names them: members of its pools, of those that take over from
// them and of its shifts, and reps by name.
func (p *policy) owners(route string) *crew {
	r := p.roll()
	if len(r.routes) == 0 {
		for _, e := range p.root.Get("routes").Entries() {
			o := &crew{by: map[string][]string{}}
			for _, id := range p.membersOf(e.Value) {
				rep := r.reps[id]
				if rep.Manager == "" {
					o.alone = append(o.alone, id)
				}
				o.by[worksBy(rep)] = append(o.by[worksBy(rep)], id)
			}
			r.routes[e.Name()] = o
		}
	}
	return r.routes[route]
}

// membersOf returns whom the rungs of a route may choose.
func (p *policy) membersOf(rungs source.Node) []string {
	found := map[string]bool{}
	for _, n := range rungs.List() {
		if !n.IsMap() {
			continue
		}
		m := n.Map()
		if s := p.shifts[m.Get("shift").Raw()]; s != nil {
			for _, id := range s.Members {
				found[id] = true
			}
		}
		found[m.Get("rep").Raw()] = true
		for pool := p.pools[m.Get("pool").Raw()]; pool != nil; {
			for _, member := range pool.Members {
				found[member.Rep] = true
			}
			rep, _ := pool.Overflow.(routing.Rep)
			found[string(rep)] = true
			pool, _ = pool.Overflow.(*routing.Pool)
		}
	}
	delete(found, "")
	return slices.Sorted(maps.Keys(found))
}

// checkManagers reports reps whose manager is told, and who have none.
func (s *promise) checkManagers(at source.Node, alone []string) {
	if len(alone) == 0 {
		return
	}
	for i, step := range s.Late {
		if step.To == handoff.ToManager {
			m := s.keys.Get("if_late").List()[i].Map()
			s.place(at, m.Get(string(step.Do))).Errorf(source.Impossible, "%s without a manager who could be told; write manager: under reps, or tell somebody by name", are(alone))
		}
	}
}

// place returns where to report a problem of a key: there, where the SLA is written in its place, and where its id stands else.
func (s *promise) place(at, key source.Node) source.Node {
	if at.IsMap() {
		return key
	}
	return at
}

// checkHours reports owners who are not at work long enough.
func (s *promise) checkHours(at source.Node, o *crew) {
	if s.team == nil {
		return
	}
	var never, late []string
	for key, ids := range o.by {
		switch open := s.team.open[key]; {
		case open == 0:
			never = append(never, ids...)
		case open < s.Within:
			late = append(late, ids...)
		}
	}
	hours := s.keys.Get("hours")
	if len(never) > 0 {
		slices.Sort(never)
		s.place(at, hours).Errorf(source.Impossible, "%s never at work while %s is open; leave the calendar out, or change their hours", are(never), hours.Map().Get("calendar").Raw())
	}
	if len(late) > 0 {
		slices.Sort(late)
		s.place(at, s.keys.Get("within")).Errorf(source.Impossible, "%s not at work that long within %d years", are(late), language.MaxYears)
	}
}

// maxNamed is how many reps a problem names.
const maxNamed = 5

// are says of reps that they are something.
func are(ids []string) string {
	if len(ids) == 1 {
		return ids[0] + " is"
	}
	var list []prose
	for _, id := range ids[:min(len(ids), maxNamed)] {
		list = append(list, say("%s", id))
	}
	if more := len(ids) - maxNamed; more > 0 {
		list = append(list, say("%s", counted(more, "other")))
	}
	text := ""
	for _, r := range oneOf(list, "and") {
		text += r.text
	}
	return text + " are"
}
