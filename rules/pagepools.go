package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/routing"
	"github.com/salesbaton/baton/rules/internal/source"
)

func (p *page) poolTables() {
	entries := p.root.Get("pools").Entries()
	if len(entries) == 0 {
		return
	}
	p.heading(3, "pools", "Pools")
	for _, e := range entries {
		p.heading(4, "pool-"+e.Name(), "Pool %s", e.Name())
		p.pool(p.pools[e.Name()], e.Value.Map())
	}
}

// pool says in sentences whose turn it is, who can take it and what happens when nobody can, and lists the members.
func (p *page) pool(pool *routing.Pool, m source.Keyed) {
	spec, _ := routing.SpecOf(pool.Rotation)
	if pool.Rotation == "" {
		spec = routing.Specs()[0]
	}
	list := itemList{list: care(m)}
	for _, sentence := range []string{rotationWords(pool, spec), modeWords(pool), scopeWords(pool), missedWords(pool, spec), joinWords(pool, spec)} {
		if sentence != "" {
			list.say("%s", sentence)
		}
	}
	for _, sentence := range append(givenBackWords(m), chargeWords(pool)...) {
		list.say("%s", sentence)
	}
	list.add(p.availabilityWords(pool, m.Get("availability")))
	for _, sentence := range p.needWords(pool, m) {
		list.say("%s", sentence)
	}
	for i, n := range m.Get("caps").List() {
		list.say("%s", capWords(pool.Caps[i], n.Map()))
	}
	list.add(p.emptyWords(pool))
	p.add(list)
	p.members(pool, spec, m.Get("members"))
}

func rotationWords(pool *routing.Pool, spec routing.Spec) string {
	switch spec.Rotation {
	case routing.Smooth:
		return "Turns go round in proportion to the weights, spread out smoothly" + boundWords(pool, ", though one can lag by more than one")
	case routing.Fixed:
		return "Turns go round in the order of the list."
	case routing.LeastRecent:
		return nextWords(pool, "the longest wait since the last handoff")
	case routing.LowestCount:
		text := nextWords(pool, "the fewest handoffs for the weight", "the longest wait")
		if pool.Reset != "" {
			text += " Counts begin anew with each " + string(pool.Reset) + "."
		}
		return text
	case routing.Load:
		return nextWords(pool, "the most free capacity", "the longest wait") + " Nobody whose capacity is unknown gets anything."
	case routing.LeastOpen:
		return nextWords(pool, "the least open work", "the longest wait")
	case routing.First:
		return "Next is always the first of the list who can take it; the others are backups."
	case routing.Hash:
		return "Next is always the same member for " + togetherWords(pool.HashBy) + ", in proportion to the weights; nothing is remembered."
	}
	return "Turns go round in proportion to the weights" + boundWords(pool, ", or behind it")
}

// boundWords ends a sentence with the fairness that a rotation by weights keeps. Passing over who is ahead leaves none.
func boundWords(pool *routing.Pool, behind string) string {
	if pool.Mode == routing.Balanced {
		return "."
	}
	return ": as long as everybody can take every record, nobody is ever a full turn ahead of their share" + behind + "."
}

// nextWords says what ranks the members, the most important first; the priorities stand where they count.
func nextWords(pool *routing.Pool, ranks ...string) string {
	ranked := slices.ContainsFunc(pool.Members, func(m routing.Member) bool { return m.Priority != 0 })
	switch {
	case pool.PriorityFirst:
		ranks = slices.Insert(ranks, 0, "the highest priority")
	case ranked:
		ranks = slices.Insert(ranks, 1, "the highest priority")
	}
	return "Next is whoever has " + strings.Join(ranks, "; of equals, ") + "."
}

// togetherWords names the records that belong together.
func togetherWords(by routing.Stick) string {
	switch by {
	case routing.StickAccount:
		return "all leads of an account"
	case routing.StickDomain:
		return "all leads with one domain of e-mail addresses"
	case routing.StickBuyingGroup:
		return "all leads of a buying group"
	}
	return "a lead"
}

func modeWords(pool *routing.Pool) string {
	switch pool.Mode {
	case routing.Strict:
		return "If the one who is next is away, nobody else is asked: it is as if nobody in the pool could take a turn."
	case routing.Balanced:
		return "Whoever is " + counted(pool.MaxLead, "handoff") + " ahead of the one with the fewest is passed over until the others catch up."
	}
	return ""
}

func scopeWords(pool *routing.Pool) string {
	switch pool.Scope {
	case routing.ScopeRoute:
		return "Each route has turns of its own."
	case routing.ScopePlay:
		return "Each play has turns of its own."
	case routing.ScopeTeam:
		return "It shares its turns with the other pools of the team " + pool.Team + ": whoever was served by one of them waits in all."
	}
	return ""
}

// missedWords says what becomes of turns that a member cannot take; "" where nobody misses any.
func missedWords(pool *routing.Pool, spec routing.Spec) string {
	if len(spec.Returns) == 1 {
		return ""
	}
	returns := pool.OnReturn
	if returns == "" {
		returns = spec.Returns[0]
	}
	switch returns {
	case routing.ReturnKeep:
		if spec.Rotation == routing.LowestCount {
			return "Whoever cannot take a turn keeps the place, and is next when back, until level with the others."
		}
		return "Whoever cannot take a turn keeps the place, and is next when back."
	case routing.ReturnLost:
		return "A turn that somebody cannot take is lost, and not made up for."
	case routing.ReturnCredit:
		return "A turn that somebody cannot take is owed, and comes before all others when they are back" + creditWords(pool.Credit) + "."
	case routing.ReturnZero:
		return "When somebody is back who could not take a turn, everybody's counts begin anew."
	}
	return "Whoever could not take turns stands level with the others when back; nothing is made up for."
}

// creditWords says what bounds the turns that a member is owed.
func creditWords(c routing.Credit) string {
	most := c.AtMost
	if most == 0 {
		most = routing.MaxCredit
	}
	text := ": at most " + counted(most, "turn") + " at once"
	if !c.Expires.IsZero() {
		text += ", each for " + spanWords(c.Expires)
	}
	if len(c.NotFor) > 0 {
		var reasons []string
		for _, code := range c.NotFor {
			reasons = append(reasons, absentWords[code])
		}
		text += ". Nothing is owed for the time that they are " + strings.Join(reasons, " or ")
	}
	return text
}

// absentWords say in what state somebody misses a turn.
var absentWords = map[string]string{
	routing.Away: "away", routing.OutOfOffice: "out of office", routing.OffHours: "off hours", routing.Holiday: "on holiday",
	routing.AvailabilityUnknown: "not known to be available", routing.NoCapacity: "without room for more", routing.Capped: "at a cap",
}

// joinWords says where a new member begins; "" where the rotation looks at nothing that it could begin with.
func joinWords(pool *routing.Pool, spec routing.Spec) string {
	if len(spec.Returns) == 1 {
		return ""
	}
	joins := pool.OnJoin
	if joins == "" {
		joins = spec.Joins[0]
	}
	switch joins {
	case routing.JoinPlace:
		return "A new member takes turns from where the list has them."
	case routing.JoinFirst:
		if spec.Rotation == routing.LowestCount {
			return "A new member comes before all others, until level with them."
		}
		return "A new member comes before all others."
	case routing.JoinLast:
		return "A new member comes behind all others."
	case routing.JoinAverage:
		return "A new member begins at the average of the others."
	}
	return "When a member joins, everybody's counts begin anew."
}

// givenBackWords says what becomes of turns whose handoff came to nothing, as far as the pool says it.
func givenBackWords(m source.Keyed) []string {
	back := m.Get("given_back")
	if !back.Exists() {
		return nil
	}
	var out []string
	for _, of := range []struct{ key, what string }{
		{"declined", "A handoff that its owner does not take"},
		{"no_show", "A meeting to which the lead does not come"},
		{"reassigned", "A record that is taken from its owner"},
	} {
		switch routing.GivenBack(back.Map().Get(of.key).Raw()) {
		case routing.BackNone:
			out = append(out, of.what+" counts as a turn.")
		case routing.BackCount:
			out = append(out, of.what+" does not count as a turn.")
		case routing.BackCredit:
			out = append(out, of.what+" is made up for: its owner comes before all others.")
		}
	}
	if back.Map().Get("charge").Bool() {
		out = append(out, "Whom a record is reassigned to takes a turn.")
	}
	return out
}

// sourceWords say how else somebody gets a record.
var sourceWords = map[routing.Source]string{
	routing.FromOwner: "as its owner", routing.FromNamed: "as a named account", routing.FromTerritory: "by territory",
	routing.FromSticky: "because they had it last", routing.FromRep: "by name", routing.FromShift: "on duty",
}

func sourcesWords(sources []routing.Source) string {
	var out []string
	for _, s := range sources {
		out = append(out, sourceWords[s])
	}
	return strings.Join(out, " or ")
}

func chargeWords(pool *routing.Pool) []string {
	if len(pool.Charge) == 0 {
		return nil
	}
	return []string{"A member who gets a record " + sourcesWords(pool.Charge) + " takes a turn here, too."}
}

func (p *page) availabilityWords(pool *routing.Pool, n source.Node) prose {
	text := say("Whoever is away, is out of hours or has left is passed over, and so is anybody of whom nothing is known.")
	if pool.Availability.Unknown {
		text = say("Whoever is away, is out of hours or has left is passed over. Anybody of whom nothing is known counts as available.")
	}
	if !n.Exists() {
		return text
	}
	m := n.Map()
	if hours := m.Get("hours"); hours.Exists() {
		text = text.say(" Everybody keeps the hours of ").link(hours.Raw(), "calendar-"+hours.Raw()).say(" beside their own.")
	}
	if within := m.Get("within"); within.Exists() {
		bucket := "24 hours"
		if n := m.Get("bucket"); n.Exists() {
			bucket = length(n)
		}
		text = text.say(" If nobody is available now, somebody gets it who will be within %s; those of the earliest %s come first.", length(within), bucket)
	}
	return text
}

// needWords says what a member needs to get a record.
func (p *page) needWords(pool *routing.Pool, m source.Keyed) []string {
	var out []string
	switch pool.Cover {
	case routing.CoverOwner:
		out = append(out, "If the turn is an absent member's, the stand-in works the record; the turn stays the member's.")
	case routing.CoverCharge:
		out = append(out, "If the turn is an absent member's, the stand-in works the record, and takes the turn where a member too.")
	}
	if pool.Units > 0 {
		out = append(out, "A record is "+counted(pool.Units, "unit")+" of open work. A rep whose capacity is known, and has no room for it, is passed over.")
	}
	if roles := rolesWords(m.Get("role")); roles != "" {
		out = append(out, roles)
	}
	if len(pool.Skills.Asked) > 0 {
		unknown := "nobody will do"
		if pool.Skills.Unknown {
			unknown = "it asks for nothing"
		}
		var fields []string
		for _, n := range m.Get("skills").Map().Get("by").List() {
			fields = append(fields, nounOf(n.Raw()))
		}
		out = append(out, "A member needs every skill that stands in "+strings.Join(fields, " and in ")+"; where one of these is unknown, "+unknown+".")
	}
	switch pool.Exclude.Previous {
	case 0:
	case 1:
		out = append(out, "The latest owner of a record is passed over.")
	default:
		out = append(out, "The latest "+thousands(pool.Exclude.Previous)+" owners of a record are passed over.")
	}
	if pool.Exclude.Declined {
		out = append(out, "Whoever declined a record is passed over for it.")
	}
	return out
}

func rolesWords(n source.Node) string {
	switch {
	case !n.Exists():
		return ""
	case !n.IsMap():
		return "Members need the role " + n.Text() + "."
	}
	var out []string
	for _, e := range n.Entries() {
		out = append(out, "the role "+e.Value.Text()+" for plays of the motion "+e.Name())
	}
	return "Members need " + strings.Join(out, ", and ") + "."
}

// capWords says a cap, such as "At most 5 per rep a day."
func capWords(c routing.Cap, m source.Keyed) string {
	text := fmt.Sprintf("At most %s %s", thousands(c.Max), cappedWords(c, everyWords(c)))
	if c.RepZone {
		text += ", by the clock of the rep's calendar"
	} else if c.Zone != nil {
		text += ", by the clock of " + c.Zone.Name()
	}
	if m.Get("week_starts").Exists() {
		text += ", with weeks that begin on " + c.WeekStart.String()
	}
	if c.Even {
		text += ", spread evenly over its days"
	}
	if len(c.Also) > 0 {
		text += "; a record that somebody gets " + sourcesWords(c.Also) + " counts, too"
	}
	return text + "."
}

// cappedWords says whose handoffs a cap counts together, whom it binds, and in which time.
func cappedWords(c routing.Cap, every string) string {
	bound := ""
	if c.Tag != "" {
		bound = ", which binds those tagged " + c.Tag
	}
	switch c.Per {
	case routing.PerMember:
		return "per member " + every + " from this pool" + bound
	case routing.PerPool:
		return every + " from this pool in all" + bound
	case routing.PerTeam:
		return "per team " + every + bound
	case routing.PerTag:
		return every + " for all reps tagged " + c.Tag + " together"
	}
	if c.Tag != "" {
		return "per rep tagged " + c.Tag + " " + every
	}
	return "per rep " + every
}

func everyWords(c routing.Cap) string {
	switch c.Every {
	case "":
		return "in any " + withoutOne(spanWords(handoff.Span{Elapsed: c.Within}))
	case routing.Hour:
		return "an hour"
	}
	return "a " + string(c.Every)
}

func (p *page) emptyWords(pool *routing.Pool) prose {
	text := say("When nobody can take a turn, ")
	switch pool.WhenEmpty {
	case routing.EmptyNext:
		return text.say("the next rung of the route is asked.")
	case routing.EmptyHold:
		return text.say("no further rung is asked: the record waits until a member can, or until the signal is too old.")
	case routing.EmptyAnyway:
		if pool.Mode == routing.Strict {
			return text.say("the one who is next gets it all the same, and no further rung is asked. Nobody who has left gets anything.")
		}
		return text.say("somebody gets it who is away, and no further rung is asked. Nobody who has left gets anything.")
	case routing.EmptyQueue:
		return text.say("no further rung is asked: the record waits in the queue ").link(pool.Queue.ID, "queue-"+pool.Queue.ID).say(".")
	case routing.EmptyOverflow:
		if to, ok := pool.Overflow.(*routing.Pool); ok {
			return text.say("the pool ").link(to.ID, "pool-"+to.ID).say(" takes over, and no further rung is asked.")
		}
		rep, _ := pool.Overflow.(routing.Rep)
		return text.add(p.repWords(string(rep))).say(" takes over, and no further rung is asked.")
	}
	return text.say("no further rung is asked: the record stays without an owner, and the signal waits until it is too old.")
}

// members lists who takes turns. Only a rotation by weights promises shares.
func (p *page) members(pool *routing.Pool, spec routing.Spec, section source.Node) {
	var names []prose
	var total int64
	for _, m := range pool.Members {
		names = append(names, p.repWords(m.Rep))
		total += m.Weight
	}
	ranked := slices.ContainsFunc(pool.Members, func(m routing.Member) bool { return m.Priority != 0 })
	chosen := slices.ContainsFunc(pool.Members, func(m routing.Member) bool { return m.When != nil })
	if !spec.Weights && !ranked && !chosen {
		order := ""
		if spec.Rotation == routing.Fixed || spec.Rotation == routing.First {
			order = ", in this order,"
		}
		p.add(paragraph{say("Its members are%s ", order).add(oneOf(names, "and")).say(".")})
		return
	}
	g := grid{header: []string{"Member"}}
	column := func(shown bool, headers ...string) {
		if shown {
			g.header = append(g.header, headers...)
		}
	}
	column(spec.Weights, "Weight", "Share of the turns")
	column(ranked, "Priority")
	column(chosen, "Takes")
	items := section.List()
	for i, m := range pool.Members {
		row := []prose{names[i]}
		if spec.Weights {
			row = append(row, say("%d", m.Weight), say("%s", share(m.Weight, total)))
		}
		if ranked {
			row = append(row, say("%d", m.Priority))
		}
		if chosen {
			row = append(row, p.takes(items[i]))
		}
		g.add(row...)
	}
	p.add(g)
}

// takes says which records a member is for.
func (p *page) takes(n source.Node) prose {
	if n.IsMap() && n.Map().Get("when").Exists() {
		return say("records where ").add(p.criterion(n.Map().Get("when")))
	}
	return say("all records")
}

// share returns a part of a whole in percent, with one decimal where it is not whole.
func share(part, whole int64) string {
	tenths := (part*2000 + whole) / (2 * whole)
	if tenths*whole != part*1000 {
		return fmt.Sprintf("about %d.%d%%", tenths/10, tenths%10)
	}
	return strings.TrimSuffix(fmt.Sprintf("%d.%d", tenths/10, tenths%10), ".0") + "%"
}

func (p *page) queueTable() {
	entries := p.root.Get("queues").Entries()
	if len(entries) == 0 {
		return
	}
	p.heading(3, "queues", "Queues")
	p.say("Records wait here while nobody can own them.")
	for _, e := range entries {
		m := e.Value.Map()
		p.heading(4, "queue-"+e.Name(), "Queue %s", e.Name())
		p.add(paragraph{p.repWords(m.Get("owner").Raw()).say(" looks after it and is told of every record that comes in. A record has left it ").
			add(p.promiseWords(m.Get("first_touch"), "queue-first-touch-"+e.Name(), "leaving "+e.Name())).say(".")})
	}
}

func (p *page) shiftTables() {
	entries := p.root.Get("shifts").Entries()
	if len(entries) == 0 {
		return
	}
	p.heading(3, "shifts", "Shifts")
	for _, e := range entries {
		s := p.shifts[e.Name()]
		p.heading(4, "shift-"+e.Name(), "Shift %s", e.Name())
		var names []prose
		for _, id := range s.Members {
			names = append(names, p.repWords(id))
		}
		p.add(paragraph{say("On duty in turns, for %s each, are ", counted(s.Shifts.Length, string(s.Shifts.Every))).add(oneOf(names, "and")).
			say(". The first shift of the first of them began at %s; shifts change by the clocks of %s.", instantWords(s.Shifts.Zone.In(s.Shifts.Start)), s.Shifts.Zone.Name())})
	}
}
