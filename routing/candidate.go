package routing

import (
	"fmt"
	"slices"
	"time"

	"github.com/salesbaton/baton/handoff"
)

// A search looks for who of a pool takes a record.
type search struct {
	*Pool
	f        facts
	ledger   handoff.Pool
	anew     bool
	seen     map[string]verdict // what is known of members so far
	able     judge              // who decided the choice
	lead     int64              // counts from here on are too far ahead
	excluded []string
	covers   map[string]coverage // of absent members
}

// A coverage is who stands in for an absent member, and until when.
type coverage struct {
	rep   string
	until time.Time
}

func (p *Pool) search(f facts) *search {
	s := &search{Pool: p, f: f, seen: map[string]verdict{}, excluded: p.Exclude.reps(f)}
	if p.remembers() {
		s.ledger, s.anew = p.ledger(f)
	}
	s.lead = s.mostAhead()
	return s
}

// reps returns whom the rule keeps from getting the record again.
func (e Exclude) reps(f facts) []string {
	if e == (Exclude{}) {
		return nil
	}
	record := f.Record()
	past := record.Past
	if owner := f.Lead.Owner; len(past) == 0 && owner != "" && f.Subject.Kind == handoff.KindLead {
		past = []string{owner} // of the CRM, as long as nobody was assigned here
	}
	out := slices.Clone(past[max(0, len(past)-int(e.Previous)):])
	for _, a := range record.Activities {
		if e.Declined && a.Kind == handoff.ActivityDeclined {
			out = append(out, a.By)
		}
	}
	return out
}

// mostAhead returns the count at which a member is too far ahead of the one with the fewest who works at all.
func (s *search) mostAhead() int64 {
	if s.Mode != Balanced {
		return 0
	}
	fewest, found := int64(0), false
	for m := range s.ledger.Members.All() {
		if s.index(m.Rep) < 0 || s.Availability.status(s.f, m.Rep).code != "" { // of who is no member nothing is loaded
			continue
		}
		if n := m.Count(); !found || n < fewest {
			fewest, found = n, true
		}
	}
	return fewest + s.MaxLead
}

// judge says whether a member can take the record now.
func (s *search) judge(rep string) verdict {
	v, known := s.seen[rep]
	if !known {
		v = s.look(rep)
		s.seen[rep] = v
	}
	return v
}

func (s *search) look(id string) verdict {
	i := s.index(id)
	if i < 0 {
		return verdict{code: notAMember}
	}
	rep, known := s.f.Rep(id)
	switch {
	case !known:
		return verdict{code: UnknownRep}
	case rep.Status == handoff.RepLeft:
		return verdict{code: Left}
	}
	if code := s.suits(s.Members[i], rep); code != "" {
		return verdict{code: code}
	}
	v := s.Availability.of(s.f, id)
	if v.code != "" && !s.covered(id, v) {
		return verdict{v.code, s.when(rep, v)}
	}
	return s.room(s.charged(id))
}

// when returns the first instant at which a member who is not available now can take the record, if nothing but time
// changes; zero: nobody knows.
func (s *search) when(rep handoff.Rep, v verdict) time.Time {
	switch {
	case s.crowded(rep):
		return time.Time{}
	case len(s.Caps) == 0 && s.Cover == CoverNone:
		return v.next
	}
	return s.soonest(rep, 0)
}

// charged returns whose turn it is where it is a member's: who stands in for it, where that one takes the turn.
func (s *search) charged(id string) string {
	if c, ok := s.covers[id]; ok && s.Cover == CoverCharge && s.index(c.rep) >= 0 {
		return c.rep
	}
	return id
}

// covered reports whether somebody stands in for an absent member, and remembers who.
func (s *search) covered(id string, v verdict) bool {
	cover := coverOf(s.f, id)
	if s.Cover == CoverNone || !v.temporary() || cover == "" || s.bars(cover) || s.Availability.of(s.f, cover).code != "" {
		return false
	}
	if s.covers == nil {
		s.covers = map[string]coverage{}
	}
	s.covers[id] = coverage{cover, v.next}
	return true
}

// bars reports whether a rep does not get the record, neither as a member nor as who stands in for one.
func (s *search) bars(id string) bool { return slices.Contains(s.excluded, id) || s.f.avoids(id) }

// suits returns why a member is not for the record, "" when it is.
func (s *search) suits(m Member, rep handoff.Rep) string {
	role, listed := s.Roles[s.motion()]
	if !listed {
		role = s.Roles[""]
	}
	skill := s.Skills.judge(s.f, rep)
	switch {
	case m.When != nil && m.When.Eval(s.f.Facts) != handoff.True:
		return NotForRecord
	case role != "" && rep.Role != role:
		return OtherRole
	case skill != "":
		return skill
	case slices.Contains(s.excluded, rep.ID):
		return Excluded
	case s.f.avoids(rep.ID):
		return Avoided
	}
	if s.Mode == Balanced {
		if own, ok := s.ledger.Members.Find(rep.ID); ok && own.Count() >= s.lead {
			return Ahead
		}
	}
	return ""
}

func (s *search) motion() string {
	if s.f.play == nil {
		return ""
	}
	return s.f.play.Motion
}

// judge returns why a rep is not for what the record asks for, "" when it is. A skill that it lacks says more than one that
// is unknown.
func (k Skills) judge(f facts, rep handoff.Rep) string {
	code := ""
	for _, asked := range k.Asked {
		skills, known := asked(f.Facts)
		if !known && !k.Unknown {
			code = SkillUnknown
		}
		for _, skill := range skills {
			if !slices.Contains(rep.Skills, skill) {
				return LacksSkill
			}
		}
	}
	return code
}

// unknown returns the fields in which the record does not say what it asks for.
func (k Skills) unknown(f facts) []string {
	var out []string
	for i, asked := range k.Asked {
		if _, known := asked(f.Facts); known {
			continue
		}
		if len(k.Fields) == 0 {
			return []string{"skills"}
		}
		out = append(out, k.Fields[i])
	}
	return out
}

// room judges a rep by capacity and caps.
func (s *search) room(id string) verdict {
	rep, _ := s.f.Rep(id)
	if s.crowded(rep) {
		return verdict{code: NoCapacity}
	}
	if s.uncapped(rep, s.f.At).After(s.f.At) {
		return verdict{Capped, s.soonest(rep, 0)}
	}
	return verdict{}
}

// crowded reports whether the rep's open work leaves no room, or under Load whether nobody knows.
func (s *search) crowded(rep handoff.Rep) bool {
	full := s.Units > 0 && rep.Capacity.Known && rep.Load+s.Units > rep.Capacity.Value
	return full || s.rotation() == Load && !rep.Capacity.Known
}

// choose returns who takes the record: of those who can now, else of those who can within the horizon.
func (s *search) choose() choice {
	c := s.pick(s.judge)
	if nearest, ok := s.nearest(); ok && !c.found {
		c = s.pick(s.despite(func(v verdict) bool {
			b, ok := s.Availability.bucket(s.f, v.next)
			return ok && (b == nearest || s.Mode == Strict)
		}))
	}
	if s.WhenEmpty == EmptyAnyway && !c.found {
		c = s.pick(s.despite(func(verdict) bool { return true }))
	}
	return c
}

// despite judges members who are not available now, where accept takes that, by their room alone.
func (s *search) despite(accept func(verdict) bool) judge {
	return func(rep string) verdict {
		if v := s.judge(rep); !v.temporary() || !accept(v) {
			return v
		}
		return s.room(rep)
	}
}

// nearest returns the earliest bucket in which a member who suits the record and has room is available.
func (s *search) nearest() (int64, bool) {
	nearest, found := int64(0), false
	if s.Availability.Within <= 0 {
		return 0, false
	}
	for _, m := range s.Members {
		v := s.judge(m.Rep)
		b, ok := s.Availability.bucket(s.f, v.next)
		if v.temporary() && ok && (!found || b < nearest) && s.room(m.Rep).code == "" {
			nearest, found = b, true
		}
	}
	return nearest, found
}

// pick takes the turn among those who can: one that is owed, else the next.
func (s *search) pick(can judge) choice {
	s.able = can
	if c := s.pay(can); c.found {
		return c
	}
	if s.Mode == Strict {
		return s.strictly(can)
	}
	return s.next(can)
}

// pay gives a turn to the first who is owed one and is there to take it.
func (s *search) pay(can judge) choice {
	for _, o := range s.ledger.Owed {
		if o.Over(s.f.At) || can(o.Rep).code != "" {
			continue
		}
		if _, covered := s.covers[o.Rep]; covered {
			continue
		}
		if m, ok := s.ledger.Members.Find(o.Rep); ok {
			return choice{member: m, paid: true, found: true}
		}
	}
	return choice{}
}

// strictly takes the member whose turn it is of all who work, and nobody where that one cannot take it now.
func (s *search) strictly(can judge) choice {
	c := s.next(func(rep string) verdict {
		if v := can(rep); !v.temporary() {
			return v
		}
		return verdict{}
	})
	if !c.found {
		return c
	}
	if v := can(c.member.Rep); v.code != "" {
		c.found = false
		c.pass(c.member, v)
	}
	return c
}

// next takes the turn that the rotation has next. Where everybody is to start anew, they do first.
func (s *search) next(can judge) choice {
	var c choice
	switch s.rotation() {
	case Hash:
		s.byHash(s.f, can, &c)
	case Load, LeastOpen:
		s.byLoad(&s.ledger, can, s.load(can), &c)
	default:
		c = s.Pool.choose(&s.ledger, can, nil)
	}
	if c.zero {
		s.ledger.Rotation = ""
		s.ledger, s.anew = s.start(s.f, s.ledger), true
		return s.next(can)
	}
	return c
}

// load returns what ranks a rep under Load and LeastOpen: the less, the sooner. Where nobody can take the record now, the
// choice is among those who will be available, and all are equal.
func (s *search) load(can judge) func(rep string) int64 {
	later := s.later(can)
	return func(id string) int64 {
		rep, _ := s.f.Rep(id)
		switch {
		case later:
			return 0
		case s.rotation() == Load:
			return rep.Load - rep.Capacity.Value
		}
		return rep.Load
	}
}

// later reports whether nobody whom a judge accepts can take the record now.
func (s *search) later(can judge) bool {
	for _, m := range s.Members {
		if can(m.Rep).code == "" && s.judge(m.Rep).code == "" {
			return false
		}
	}
	return true
}

func (p *Pool) try(f facts, a *attempt) {
	s := p.search(f)
	c := s.choose()
	if !c.found {
		s.judgeAll(&c)
	}
	s.report(a, c)
	if c.found {
		s.give(a, c)
		return
	}
	s.empty(a, c)
}

// judgeAll passes over everybody whom the rotation did not come to, so that nobody is missing from the reasons.
func (s *search) judgeAll(c *choice) {
	passed := make(map[string]bool, len(c.passed))
	for _, p := range c.passed {
		passed[p.member.Rep] = true
	}
	for i, m := range s.Members {
		if passed[m.Rep] {
			continue
		}
		v := s.able(m.Rep)
		if v.code == "" {
			v.code = Behind // of somebody whose turn it is and who cannot take it
		}
		c.pass(m.unranked(i), v)
	}
}

// report tells who was passed over, and in an explanation of everybody.
func (s *search) report(a *attempt, c choice) {
	for _, p := range c.passed {
		if p.code != notAMember {
			a.Passed = append(a.Passed, handoff.Candidate{Rep: p.member.Rep, Rung: s.Name(), Reason: p.code, Ranked: s.numbers(p.member), Next: p.next})
		}
	}
	s.doubt(a, c.passed)
	if !a.tracing {
		return
	}
	for _, m := range s.inOrder() {
		v := s.able(m.Rep)
		if m.Rep == c.member.Rep && c.found {
			v = verdict{}
		} else if v.code == "" {
			v.code = Behind
		}
		if v.code != notAMember {
			a.candidates = append(a.candidates, handoff.Candidate{Rep: m.Rep, Rung: s.Name(), Reason: v.code, Ranked: s.numbers(m), Next: v.next})
		}
	}
}

// doubt names the facts whose absence keeps members from the record.
func (s *search) doubt(a *attempt, passed []passing) {
	var unknown []string
	for _, p := range passed {
		if i := s.index(p.member.Rep); p.code == NotForRecord && i >= 0 {
			unknown = append(unknown, s.Members[i].When.Trace(s.f.Facts).Unknown...)
		}
	}
	if slices.Sort(unknown); len(unknown) > 0 {
		a.doubt(s.Pool, slices.Compact(unknown), NotForRecord, "cannot tell whether the record is for all members")
	}
	if slices.ContainsFunc(passed, func(p passing) bool { return p.code == SkillUnknown }) {
		a.doubt(s.Pool, s.Skills.unknown(s.f), SkillUnknown, "cannot tell which skills the record asks for")
	}
}

// inOrder returns the members in the order in which the ledger has them, or the list.
func (s *search) inOrder() []handoff.Member {
	if s.ledger.Members.Len() > 0 {
		return slices.Collect(s.ledger.Members.All())
	}
	var out []handoff.Member
	for i, m := range s.Members {
		out = append(out, m.unranked(i))
	}
	return out
}

// numbers are what ranks a member, the most important first.
func (s *search) numbers(m handoff.Member) []handoff.Number {
	var out []handoff.Number
	add := func(name string, value int64) { out = append(out, handoff.Number{Name: name, Value: value}) }
	if owed := s.ledger.Credit(m.Rep, s.f.At); owed > 0 {
		add("owed", owed)
	}
	switch s.rotation() {
	case Weighted, Smooth:
		w := s.window(m)
		add("wait", w.wait(s.ledger.Count))
		add("due", w.dueAt(s.ledger.Count))
		add("turns", m.Count())
	case Fixed:
		add("lap", m.Key>>placeBits)
	case LowestCount:
		add("count", m.Count())
		add("weight", m.Weight)
	case Load, LeastOpen:
		rep, _ := s.f.Rep(m.Rep)
		add("load", rep.Load)
		if rep.Capacity.Known {
			add("capacity", rep.Capacity.Value)
		}
	case Hash:
		return nil
	}
	add("last", m.Last)
	add("place", m.Place)
	return out
}

// give makes the choice the owner, or who stands in for it.
func (s *search) give(a *attempt, c choice) {
	rep := c.member.Rep
	a.pool, a.Units = s.Pool, s.Units
	a.found(s.Pool, FromPool, rep, s.whose(c))
	if v := s.judge(rep); !v.next.IsZero() {
		a.Why += fmt.Sprintf(", who is available from %s on", s.f.Zone.In(v.next).Format(time.RFC3339))
	}
	if cover, ok := s.covers[rep]; ok {
		a.Owner, a.Covers, a.Until = cover.rep, rep, cover.until
		a.Why += fmt.Sprintf(", and %s stands in", cover.rep)
		if a.counted = s.charged(rep); a.counted != rep {
			c = s.chargeCover(c, a.counted)
		}
	}
	if s.remembers() {
		a.Turn = s.turn(s.f, s.ledger, s.anew, c)
	}
}

// chargeCover lets who stands in take the turn. That of the absent member is over: kept, it would come again with every
// record, and all of them would go to who stands in.
func (s *search) chargeCover(c choice, cover string) choice {
	m, _ := s.ledger.Members.Find(cover)
	c.passed = append(c.passed, passing{member: c.member, verdict: s.Availability.of(s.f, c.member.Rep), turns: 1, over: true})
	c.member, c.paid, c.charged = m, false, true
	return c
}

// empty answers for a pool in which nobody can take the record.
func (s *search) empty(a *attempt, c choice) {
	next := s.opens(c)
	a.nextAt(next)
	a.fail(s.Pool, PoolEmpty, "none of the %d members can take it", len(s.Members))
	a.Reasons[len(a.Reasons)-1].Until = next
	switch s.WhenEmpty {
	case EmptyUnassigned, EmptyAnyway:
		a.stop = true
	case EmptyHold:
		a.stop, a.Hold = true, true
	case EmptyQueue:
		a.stop, a.Queue = true, s.Queue
	case EmptyOverflow:
		if a.depth++; a.depth <= maxDepth {
			s.Overflow.try(s.f, a)
		}
		a.stop = a.Owner == ""
	}
}

// opens returns the first instant at which a member can take the record if nothing but time changes, zero where nobody knows.
// Under Strict it can be earlier, where somebody has room again by then whose turn it is not.
func (s *search) opens(c choice) time.Time {
	var next time.Time
	for _, m := range s.Members {
		v := s.judge(m.Rep)
		if s.Mode == Strict && v.temporary() && m.Rep != c.member.Rep {
			continue // it is not that member's turn
		}
		if at := s.within(m.Rep, v); !at.IsZero() && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	return next
}

// within returns the first instant at which a member who is away or capped can be given the record, also before it is
// available where the pool does not wait for that; zero: nobody knows.
func (s *search) within(id string, v verdict) time.Time {
	rep, _ := s.f.Rep(s.charged(id))
	switch {
	case s.WhenEmpty == EmptyAnyway && (v.temporary() || v.code == Capped) && !s.crowded(rep):
		return s.uncapped(rep, s.f.At).UTC()
	case v.next.IsZero() || s.Availability.Within <= 0:
		return v.next
	}
	return s.soonest(rep, s.Availability.Within)
}
