package rules

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/routing"
	"github.com/salesbaton/baton/rules/internal/source"
)

// declareQueues reads who looks after the queues, so that SLAs can name them.
func (p *policy) declareQueues(section source.Node) {
	for _, e := range section.Entries() {
		q := &handoff.Queue{ID: e.Key.ID(), Owner: p.rep(e.Value.Map().Get("owner"))}
		p.queues[e.Name()] = q
		p.config.Queues = append(p.config.Queues, q)
	}
}

// readQueues reads what the queues promise.
func (p *policy) readQueues(section source.Node) {
	for _, e := range section.Entries() {
		q := p.queues[e.Name()]
		q.Promise = p.queuePromise(e.Value.Map().Get("first_touch"), q.Owner)
	}
}

// readPools reads the pools. Overflow is tied together when all of them are known.
func (p *policy) readPools(section source.Node) {
	for _, e := range section.Entries() {
		p.pools[e.Name()] = p.pool(e)
		p.govern(GovernedPool, e.Name(), e.Key, e.Value.Map())
	}
	for _, e := range section.Entries() {
		p.overflow(p.pools[e.Name()], e.Value.Map().Get("when_empty"))
	}
	p.checkCircles(section)
	p.share(section)
	for _, e := range section.Entries() {
		p.checkPool(e, p.pools[e.Name()])
	}
	if p.report.Failed() {
		p.standIn()
		return
	}
	var keeper routing.Keeper
	for _, name := range sortedKeys(p.pools) {
		keeper = append(keeper, p.pools[name])
	}
	p.config.Turns, p.book = keeper, routing.NewBook(keeper...)
}

// standIn puts a pool that works in the place of each that does not, so that only the real problem is reported.
func (p *policy) standIn() {
	var broken []*routing.Pool // all of them, before one stands in for what others overflow into
	for _, id := range sortedKeys(p.pools) {
		if _, err := routing.New(p.pools[id]); err != nil {
			broken = append(broken, p.pools[id])
		}
	}
	for _, pool := range broken {
		*pool = routing.Pool{Policy: "p", ID: cmp.Or(pool.ID, "p"), Members: []routing.Member{{Rep: "r", Weight: 1}}, WhenEmpty: routing.EmptyNext}
	}
}

func (p *policy) pool(e source.Entry) *routing.Pool {
	m := e.Value.Map()
	pool := &routing.Pool{
		Policy:        p.config.Policy,
		ID:            e.Key.ID(),
		Rotation:      rotation(m.Get("rotation")),
		Scope:         routing.Scope(m.Get("scope").Word()),
		Team:          m.Get("team").ID(),
		Mode:          routing.Mode(m.Get("mode").Word()),
		MaxLead:       m.Get("max_lead").Int(),
		PriorityFirst: m.Get("priority").Word() == "first",
		OnReturn:      routing.OnReturn(m.Get("on_return").Word()),
		OnJoin:        routing.OnJoin(m.Get("on_join").Word()),
		Reset:         routing.Period(m.Get("reset").Word()),
		Charge:        wordsIn[routing.Source](m.Get("charge")),
		Cover:         routing.CoverRule(m.Get("cover").Word()),
		Units:         m.Get("units").Int(),
		HashBy:        routing.Stick(m.Get("hash_by").Word()),
		Roles:         roles(m.Get("role")),
		Availability:  p.availability(m.Get("availability")),
		Credit:        credit(m.Get("credit")),
		Returns:       givenBack(m.Get("given_back")),
		Exclude:       exclude(m.Get("exclude")),
		Skills:        p.skills(m.Get("skills")),
		WhenEmpty:     p.whenEmpty(m.Get("when_empty")),
	}
	if goesByLoad := pool.Rotation == routing.Load || pool.Rotation == routing.LeastOpen; goesByLoad && pool.Units == 0 {
		pool.Units = 1
	}
	if pool.HashBy == "" {
		pool.HashBy = routing.StickLead
	}
	pool.Caps = p.caps(m.Get("caps"))
	p.members(pool, m.Get("members"))
	checkKeys(pool, m)
	return pool
}

// rotation reads the word for who is next, and helps those who know it by the name that everybody gives to something else.
func rotation(n source.Node) routing.Rotation {
	switch strings.ToLower(n.Raw()) {
	case "round_robin", "round-robin", "round robin", "roundrobin":
		n.Errorf(source.UnknownWord, "round robin is many things: fixed goes round the list, least_recent takes who waited longest, lowest_count who has the fewest, and weighted, which needs no word, goes by shares; handoff help language tells what each promises")
		return ""
	}
	return routing.Rotation(n.Word())
}

func (p *policy) members(pool *routing.Pool, section source.Node) {
	instead := "give it a weight instead"
	if spec, known := routing.SpecOf(pool.Rotation); known && !spec.Weights {
		instead = "remove one of the two"
	}
	seen := map[string]bool{}
	for _, n := range section.List() {
		member := p.member(n)
		if seen[member.Rep] && member.Rep != "" {
			n.Errorf(source.Repeated, "%q is in this pool already; %s", member.Rep, instead)
			continue
		}
		seen[member.Rep] = true
		pool.Members = append(pool.Members, member)
	}
}

// whenEmpty reads the word, or stands for what the keys say.
func (p *policy) whenEmpty(n source.Node) routing.WhenEmpty {
	if !n.IsMap() {
		return routing.WhenEmpty(n.Word())
	}
	m := n.Map()
	if len(m.Entries()) != 1 && len(m.Entries()) == len(n.Entries()) { // else a key is unknown, which is reported
		n.Errorf(source.BadMix, "when_empty is a word, or one of {queue: x}, {pool: x}, {rep: x}")
		return routing.EmptyNext
	}
	if m.Get("queue").Exists() {
		return routing.EmptyQueue
	}
	return routing.EmptyOverflow
}

// overflow reads where a pool's records go when nobody in it can take them.
func (p *policy) overflow(pool *routing.Pool, n source.Node) {
	if !n.IsMap() {
		return
	}
	m := n.Map()
	if q := m.Get("queue"); q.Exists() {
		pool.Queue = lookup(q, p.queues, "queue")
		return
	}
	if rung := p.target(m); rung != nil {
		pool.Overflow = rung
	}
}

// checkPool reports what makes a pool impossible, where nothing else was wrong with it.
func (p *policy) checkPool(e source.Entry, pool *routing.Pool) {
	members := e.Value.Map().Get("members")
	var total int64
	for _, m := range pool.Members {
		total += m.Weight
	}
	switch {
	case len(pool.Members) > routing.MaxMembers:
		members.Errorf(source.OutOfRange, "a pool has at most %d members, not %d", routing.MaxMembers, len(pool.Members))
	case total > routing.MaxTotalWeight:
		members.Errorf(source.OutOfRange, "the weights of a pool add up to at most %d, not %d; only their ratio counts", routing.MaxTotalWeight, total)
	case p.report.Failed():
	default:
		if _, err := routing.New(pool); err != nil {
			e.Value.Errorf(source.BadMix, "%v", errors.Unwrap(parts(err)[0]))
		}
	}
}

// wordsIn reads a list of words, each of which may stand in it once.
func wordsIn[T ~string](n source.Node) []T { return wordsOf[T](n.List()) }

// wordsOf reads words of which none is repeated.
func wordsOf[T ~string](items []source.Node) []T {
	var out []T
	for _, item := range items {
		w := T(item.Word())
		switch {
		case w == "": // which is reported
		case slices.Contains(out, w):
			item.Errorf(source.Repeated, "%q is repeated in this list", w)
		default:
			out = append(out, w)
		}
	}
	return out
}

func roles(n source.Node) map[string]string {
	switch {
	case !n.Exists():
		return nil
	case !n.IsMap():
		return map[string]string{"": role(n)}
	}
	if len(n.Entries()) == 0 {
		n.Errorf(source.Empty, "no motion stands in it; write a role, or {motion: role}")
	}
	out := map[string]string{}
	for _, e := range n.Entries() {
		out[e.Key.ID()] = role(e.Value)
	}
	return out
}

func role(n source.Node) string {
	text := n.Text()
	if n.IsText() && strings.TrimSpace(text) == "" {
		n.Errorf(source.Empty, "the role is empty; leave it out where any role will do")
	}
	return text
}

func (p *policy) availability(n source.Node) routing.Availability {
	a := routing.Availability{Calendars: p.calendars}
	if !n.Exists() {
		return a
	}
	m := filled(n)
	a.Unknown = m.Get("unknown").Word() == "available"
	if hours := lookup(m.Get("hours"), p.calendars, "calendar"); hours != nil {
		a.Hours = hours
	}
	a.Within, a.Bucket = readSpan(m.Get("within"), false).elapsed(), readSpan(m.Get("bucket"), false).elapsed()
	if m.Get("bucket").Exists() && !m.Get("within").Exists() {
		m.Get("bucket").Errorf(source.NoEffect, "without within only who is available now counts; add within, or leave out bucket")
	}
	return a
}

func credit(n source.Node) routing.Credit {
	if !n.Exists() {
		return routing.Credit{}
	}
	m := filled(n)
	return routing.Credit{AtMost: m.Get("at_most").Int(), Expires: handoff.Span(readSpan(m.Get("expires"), false)), NotFor: wordsIn[string](m.Get("not_for"))}
}

// filled reads keys of which none is needed by itself, though one is.
func filled(n source.Node) source.Keyed {
	m := n.Map()
	if n.IsMap() {
		entriesOf(n)
	}
	return m
}

// entriesOf returns what stands in a mapping, and reports one in which nothing does.
func entriesOf(n source.Node) []source.Entry {
	entries := n.Entries()
	if n.IsMap() && len(entries) == 0 {
		n.Errorf(source.NoEffect, "nothing stands in it, which changes nothing; write what you mean, or leave it out")
	}
	return entries
}

func givenBack(n source.Node) routing.Returns {
	if !n.Exists() {
		return routing.Returns{}
	}
	m := filled(n)
	return routing.Returns{
		Declined:   routing.GivenBack(m.Get("declined").Word()),
		NoShow:     routing.GivenBack(m.Get("no_show").Word()),
		Reassigned: routing.GivenBack(m.Get("reassigned").Word()),
		Charge:     m.Get("charge").Bool(),
	}
}

func exclude(n source.Node) routing.Exclude {
	if !n.Exists() {
		return routing.Exclude{}
	}
	m := filled(n)
	return routing.Exclude{Previous: m.Get("previous").Int(), Declined: m.Get("declined").Bool()}
}

func (p *policy) skills(n source.Node) routing.Skills {
	if !n.Exists() {
		return routing.Skills{}
	}
	m := n.Map()
	s := routing.Skills{Unknown: m.Get("unknown").Word() == "anybody"}
	seen := map[string]bool{}
	for _, item := range m.Get("by").List() {
		v, ok := p.field(item)
		switch path := item.Raw(); {
		case !ok:
		case seen[path]:
			item.Errorf(source.Repeated, "%q is repeated in this list", path)
			continue
		case v.kind == texts:
			s.Asked, s.Fields = append(s.Asked, v.list), append(s.Fields, path)
		case v.kind == text:
			s.Fields = append(s.Fields, path)
			s.Asked = append(s.Asked, func(f *handoff.Facts) ([]string, bool) {
				if word, known := v.text(f); known {
					return []string{word}, true
				}
				return nil, false
			})
		default:
			item.Errorf(source.WrongType, "%s is %s; skills are texts and lists of texts", path, v.kind)
		}
		seen[item.Raw()] = true
	}
	return s
}

// field reads the path of a field, false after reporting one that is unknown.
func (p *policy) field(n source.Node) (value, bool) {
	v, known := p.catalog[n.Text()]
	if !known && n.IsText() {
		n.Errorf(source.UnknownField, "unknown field %q%s", n.Text(), source.DidYouMean(n.Text(), p.catalog.paths()))
	}
	return v, known
}

var weekDays = map[string]time.Weekday{"": time.Monday, "mon": time.Monday, "sun": time.Sunday, "sat": time.Saturday}

func (p *policy) caps(section source.Node) []routing.Cap {
	var out []routing.Cap
	first := map[string]source.Node{}
	for _, n := range section.List() {
		c := p.cap(n)
		same := c
		same.Max, same.Zone, same.Zones = 0, nil, nil
		text := fmt.Sprintf("%+v %s", same, cmp.Or(c.Zone, p.config.Zone).Name())
		if earlier, counted := first[text]; counted {
			n.Errorf(source.NoEffect, "the cap at %s counts the same; keep the lower of the two", earlier.Position())
		} else {
			first[text] = n
		}
		out = append(out, c)
	}
	return out
}

func (p *policy) cap(n source.Node) routing.Cap {
	m := n.Map()
	c := routing.Cap{
		Max:       m.Get("max").Int(),
		Per:       routing.Per(m.Get("per").Word()),
		Tag:       m.Get("tag").Name(),
		WeekStart: weekDays[m.Get("week_starts").Word()],
		Even:      m.Get("even").Bool(),
		Also:      wordsIn[routing.Source](m.Get("also")),
	}
	every, within := readEvery(m.Get("every"))
	c.Every, c.Within = routing.Period(every), within
	switch zone := m.Get("zone"); zone.Text() {
	case "policy":
	case "rep":
		c.RepZone, c.Zones = true, p.zones
	default:
		c.Zone = readZone(zone)
	}
	checkCap(c, m)
	return c
}

// readEvery reads a period of the calendar or a length of time.
func readEvery(n source.Node) (period string, length time.Duration) {
	text := n.Text()
	if slices.Contains(routing.Periods(), routing.Period(text)) {
		return text, 0
	}
	every, err := handoff.ParseSpan(text)
	switch {
	case !n.IsText(): // which is reported, as a number or as missing
	case err != nil:
		n.Errorf(source.BadTime, "%q is neither hour, day, week or month nor a length of time such as 168h", text)
	case every.IsZero():
		n.Errorf(source.BadTime, "no time at all is too short; write hour, day, week, month or a length of time such as 168h")
	default:
		return "", span(every).elapsed()
	}
	return "", 0
}

// checkCap reports keys of a cap that do not go together.
func checkCap(c routing.Cap, m source.Keyed) {
	if c.Per == routing.PerTag && !m.Get("tag").Exists() {
		m.Get("per").Errorf(source.MissingKey, "per: %s needs tag: whose handoffs count together", routing.PerTag)
	}
	if (c.Per == routing.PerMember || c.Per == routing.PerPool) && len(c.Also) > 0 {
		m.Get("also").Errorf(source.BadMix, "a cap per %s counts the turns of this pool alone; write per: %s, %s or %s, or leave out also", c.Per, routing.PerRep, routing.PerTeam, routing.PerTag)
	}
	if c.Every == "" && c.Within == 0 { // which is reported
		return
	}
	if c.Even && c.Every != routing.Week && c.Every != routing.Month {
		m.Get("even").Errorf(source.NoEffect, "only a cap of a week or a month can be even; leave it out")
	}
	if c.Every != routing.Week {
		m.Get("week_starts").Errorf(source.NoEffect, "only a cap of a week looks at it; leave it out")
	}
	if c.Within > 0 {
		m.Get("zone").Errorf(source.NoEffect, "a rolling length of time is the same in every zone; write every: %s, or leave out the zone", routing.Day)
	}
}

func (p *policy) readShifts(section source.Node) {
	for _, e := range section.Entries() {
		m := e.Value.Map()
		s := &routing.OnShift{ID: e.Key.ID(), Shifts: routing.Shifts{Zone: p.config.Zone, Every: routing.ShiftUnit(m.Get("every").Word()), Length: 1}}
		if n := m.Get("length"); n.Exists() {
			s.Shifts.Length = n.Int()
		}
		if n := m.Get("zone"); n.Exists() {
			s.Shifts.Zone = readZone(n)
		}
		s.Shifts.Start = p.starts(m.Get("starts"), s.Shifts.Zone)
		for _, n := range m.Get("members").List() {
			s.Members = append(s.Members, p.rep(n))
		}
		p.shifts[e.Name()] = s
		if p.report.Failed() {
			continue
		}
		if _, err := routing.New(s); err != nil {
			m.Get("starts").Errorf(source.BadTime, "%v", errors.Unwrap(parts(err)[0]))
		}
	}
}

// starts reads a day, or a day and a time of day, on the clocks of a zone.
func (p *policy) starts(n source.Node, zone *calendar.Zone) time.Time {
	text, ok := n.Scalar() // a day need not be quoted
	if !ok {
		return time.Time{}
	}
	day, clock, timed := strings.Cut(text, " ")
	date, err := calendar.ParseDate(day)
	var since time.Duration
	if timed && err == nil {
		var t time.Time
		t, err = time.Parse("15:04", clock)
		since = time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute
	}
	if err != nil {
		n.Errorf(source.BadTime, `%q is no day and time; write 2026-03-02 or 2026-03-02 09:00`, text)
		return time.Time{}
	}
	return zone.At(date, since)
}
