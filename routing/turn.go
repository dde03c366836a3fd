package routing

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/salesbaton/baton/handoff"
)

// A judge says whether a member can take the record now. It must give one answer for one member.
type judge func(rep string) verdict

// unsuited reports whether a member is passed over because of the record, so that it keeps its turn: nothing was offered
// to it.
func (v verdict) unsuited() bool {
	switch v.code {
	case NotForRecord, OtherRole, LacksSkill, SkillUnknown, Excluded, Avoided, Ahead, notAMember:
		return true
	}
	return false
}

// notAMember is the code of those who share a ledger with a pool and are not in it. It is never shown.
const notAMember = "not_a_member"

// A passing is a member that was passed over.
type passing struct {
	member handoff.Member // as it stood before
	verdict
	turns  int64 // lost or kept, at least 1
	over   bool  // the turn is over, whatever OnReturn says: somebody stood in
	behind int   // of a lane: who loses a turn after this member, by the index among the passed; -1: nobody
}

// A choice is who takes a turn.
type choice struct {
	member  handoff.Member
	paid    bool           // with a turn that it is owed
	charged bool           // with one that it was not chosen for: its return, if it is away, is yet to be noticed
	passed  []passing      // in the order in which they were looked at
	back    []handoff.Move // of those who are back, each to where it stands now
	found   bool
	zero    bool // everybody is to start anew, and the choice with them
}

// choose returns who is next among those whom can accepts. It allocates nothing as long as passed has room and nobody is
// back.
func (p *Pool) choose(ledger *handoff.Pool, can judge, passed []passing) choice {
	c := choice{passed: passed[:0]}
	switch p.rotation() {
	case Weighted, Smooth:
		p.byDeadline(ledger, can, &c)
	default:
		p.byKey(ledger, can, &c)
	}
	return c
}

// pass passes a member over.
func (c *choice) pass(m handoff.Member, v verdict) {
	c.passed = append(c.passed, passing{member: m, verdict: v, turns: 1, behind: -1})
}

// byKey takes the first member of the line who can, after those who are back stand where they belong.
func (p *Pool) byKey(ledger *handoff.Pool, can judge, c *choice) {
	var best handoff.Member // as it ranks
	var sums [priorities]sum
	for m := range ledger.Members.All() {
		if c.found && best.Compare(m) < 0 {
			break
		}
		if v := can(m.Rep); v.code != "" {
			c.pass(m, v)
			continue
		}
		ranked := m
		if m.Away {
			if c.zero = p.returns == ReturnZero; c.zero {
				return
			}
			if c.back == nil {
				sums = p.sums(ledger)
			}
			ranked = p.back(sums[p.tier(m)], m)
			c.back = append(c.back, handoff.Move{Rep: m.Rep, Calibration: ranked.Calibration - m.Calibration, Key: ranked.Key, Reason: "back"})
		}
		if !c.found || ranked.Compare(best) < 0 {
			c.member, best, c.found = m, ranked, true
		}
	}
	if c.found && p.rotation() == LowestCount && p.loses() {
		p.lose(best, c.passed)
	}
}

// lose has those who were passed over lose turns until they come behind who takes this one. A member of a higher tier never
// does, and loses one.
func (p *Pool) lose(best handoff.Member, passed []passing) {
	for i := range passed {
		s := &passed[i]
		if s.unsuited() || p.tier(s.member) != p.tier(best) {
			continue
		}
		m := s.member
		level := (best.Count()*m.Weight + best.Weight - 1) / best.Weight
		s.turns = max(1, level-m.Count())
		m.Calibration += s.turns
		if m.Key = p.key(m); m.Compare(best) < 0 {
			s.turns++
		}
	}
}

// back returns a member that is back, at the average of the others for its weight where it fell behind it.
func (p *Pool) back(all sum, m handoff.Member) handoff.Member {
	others := sum{all.count - m.Count(), all.weight - m.Weight}
	if p.returns == ReturnAverage && others.weight > 0 {
		m.Calibration += max(0, others.average(m.Weight)-m.Count())
		m.Key = p.key(m)
	}
	return m
}

// A sum is the counts and the weights of some members.
type sum struct{ count, weight int64 }

func (s *sum) add(m handoff.Member) { s.count, s.weight = s.count+m.Count(), s.weight+m.Weight }

// average returns the count for a weight, rounded down.
func (s sum) average(weight int64) int64 { return s.count * weight / s.weight }

// sums returns the sum of the members of each tier.
func (p *Pool) sums(ledger *handoff.Pool) (sums [priorities]sum) {
	if !p.PriorityFirst {
		sums[0] = sum{ledger.Count, p.total}
		return sums
	}
	for m := range ledger.Members.All() {
		sums[p.tier(m)].add(m)
	}
	return sums
}

// byDeadline takes the turn that is due first. Whoever cannot take theirs loses it.
//
// Of total weight W, turn k (from 0) of a member of weight w may be taken from slot floor(kW/w) on and is due before
// slot ceil((k+1)W/w). Taking the earliest due of the turns that may be taken meets every due slot, since the turns are
// unit jobs with whole release and due times whose load never exceeds the slots; and between its release and its due
// slot a member's count is less than one away from its ideal share. The windows are those of proportionate scheduling
// (Baruah, Cohen, Plaxton and Varvel, 1996), and of the chairman assignment problem (Tijdeman, 1980). Members of one
// weight have the same windows, so that only the first of each lane has to be compared.
//
// Under Smooth the largest (t+1)w - kW of slot t wins, which is the current weight of nginx in closed form.
func (p *Pool) byDeadline(ledger *handoff.Pool, can judge, c *choice) {
	var few [8]lane // allocated where there are more weights
	lanes := p.lanes(ledger, few[:0])
	slot, lost := ledger.Count, int64(0)
	for l := earliest(lanes, slot); l != nil; l = earliest(lanes, slot) {
		if l.again {
			c.passed[l.first].turns++
			l.enqueue(c, l.dequeue(c))
		} else {
			m, _ := ledger.Members.At(l.at)
			v := can(m.Rep)
			if v.code == "" {
				c.member, c.found = m, true
				c.zero = m.Away && p.returns == ReturnZero
				return
			}
			c.pass(m, v)
			l.at = ledger.Members.Next(l.at)
			if v.unsuited() {
				p.advance(ledger, l, c)
				continue
			}
			l.enqueue(c, len(c.passed)-1)
		}
		p.advance(ledger, l, c)
		slot++
		if lost++; lost == maxSearch {
			if !anybody(ledger, can) {
				return
			}
			c.passed = slices.Grow(c.passed, ledger.Members.Len()-len(c.passed))
		}
		if c.zero = lost == maxLost; c.zero {
			return
		}
	}
}

const (
	// maxSearch is how many turns are lost before it is asked whether anybody can take one at all.
	maxSearch = 64
	// maxLost is how many turns are lost before everybody starts anew. Without turns that were kept, fewer than twice
	// MaxTotalWeight are.
	maxLost = 1 << 20
)

func anybody(ledger *handoff.Pool, can judge) bool {
	for m := range ledger.Members.All() {
		if can(m.Rep).code == "" {
			return true
		}
	}
	return false
}

// A lane is the members of one weight: those who were not looked at yet, in the order of the line, and those who lost
// turns, as a queue in the order of their next ones. A member that lost a turn comes behind all who lost one before, since
// who is first in a lane is so by its turns, and each loses one.
type lane struct {
	at          handoff.Spot // of the first who was not looked at
	until       int64        // keys from here on are of another lane
	first, end  int          // of the queue, by the index among the passed; -1: nobody
	window                   // of whose turn is next
	last, place int64
	again       bool // who lost turns before
	over        bool // nobody is left
}

// lanes appends the lanes of a ledger to dst, each at its first member.
func (p *Pool) lanes(ledger *handoff.Pool, dst []lane) []lane {
	spot := handoff.Spot{}
	for {
		m, ok := ledger.Members.At(spot)
		if !ok {
			return dst
		}
		until := (m.Key>>laneBits + 1) << laneBits
		dst = append(dst, lane{at: spot, until: until, first: -1, end: -1, window: p.window(m), last: m.Last, place: m.Place})
		spot = ledger.Members.From(until)
	}
}

// advance finds whose turn is next in a lane.
func (p *Pool) advance(ledger *handoff.Pool, l *lane, c *choice) {
	next, fresh := ledger.Members.At(l.at)
	fresh = fresh && next.Key < l.until
	l.again = false
	if l.first >= 0 {
		lost := &c.passed[l.first]
		key, m := lost.member.Key+lost.turns*p.step(), &lost.member
		if l.again = !fresh || cmp.Or(cmp.Compare(key, next.Key), cmp.Compare(m.Last, next.Last), cmp.Compare(m.Place, next.Place)) < 0; l.again {
			next = *m
			next.Calibration += lost.turns
		}
	}
	if l.over = !fresh && !l.again; l.over {
		return
	}
	if l.last, l.place = next.Last, next.Place; l.turns != next.Count() {
		l.window = p.window(next)
	}
}

func (l *lane) enqueue(c *choice, i int) {
	c.passed[i].behind = -1
	if l.first < 0 {
		l.first = i
	} else {
		c.passed[l.end].behind = i
	}
	l.end = i
}

func (l *lane) dequeue(c *choice) int {
	i := l.first
	l.first = c.passed[i].behind
	return i
}

// earliest returns the lane whose turn it is in a slot, nil when nobody is left: the turn that may be taken, or may be so
// first; then the one that is due first.
func earliest(lanes []lane, slot int64) *lane {
	var best *lane
	var bestWait, bestDue int64
	for i := range lanes {
		l := &lanes[i]
		if l.over {
			continue
		}
		wait := l.wait(slot)
		if best != nil && wait > bestWait {
			continue
		}
		due := l.dueAt(slot)
		if best == nil || wait < bestWait || due < bestDue || due == bestDue && l.waited(best) {
			best, bestWait, bestDue = l, wait, due
		}
	}
	return best
}

// waited reports whether a lane comes first of two whose turns are due alike. Smooth looks at places only.
func (l *lane) waited(o *lane) bool {
	if l.pace == 0 && l.last != o.last {
		return l.last < o.last
	}
	return l.place < o.place
}

// A window is when the turn may be taken that a member has after some turns.
type window struct {
	turns   int64
	release int64 // the first slot in which it may be taken
	due     int64 // before which slot it is due
	pace    int64 // by which it becomes due sooner with every slot; 0 under Weighted
}

func (p *Pool) window(m handoff.Member) window {
	k, w := m.Count(), m.Weight
	if p.rotation() == Smooth {
		return window{turns: k, release: math.MinInt64, due: k * p.total, pace: w}
	}
	return window{turns: k, release: k * p.total / w, due: ((k+1)*p.total + w - 1) / w}
}

// wait returns how many slots a turn has to wait before it may be taken.
func (w *window) wait(slot int64) int64 {
	if w.release <= slot {
		return 0
	}
	return w.release - slot
}

func (w *window) dueAt(slot int64) int64 { return w.due - (slot+1)*w.pace }

// turn returns the effect of a choice.
func (p *Pool) turn(f facts, ledger handoff.Pool, anew bool, c choice) *handoff.AdvancePool {
	turn := &handoff.AdvancePool{Policy: p.Policy, Pool: p.ledgerID(f), Rep: c.member.Rep}
	if anew {
		turn.Ledger = &ledger
	}
	turn.Moves = append(make([]handoff.Move, 0, len(c.back)+len(c.passed)+1), c.back...)
	owed := p.owed(f, ledger)
	for _, s := range c.passed {
		if !s.unsuited() {
			turn.Moves = append(turn.Moves, p.missed(f, ledger, s, owed[s.member.Rep]))
		}
	}
	turn.Moves = append(turn.Moves, p.taken(ledger, after(c.member, turn.Moves), c))
	return turn
}

// owed returns how many turns each rep is owed, where missed ones are.
func (p *Pool) owed(f facts, ledger handoff.Pool) map[string]int64 {
	if p.returns != ReturnCredit {
		return nil
	}
	owed := make(map[string]int64, len(ledger.Owed))
	for _, o := range ledger.Owed {
		if !o.Over(f.At) {
			owed[o.Rep] += o.Turns
		}
	}
	return owed
}

// after returns a member as moves leave it.
func after(m handoff.Member, moves []handoff.Move) handoff.Member {
	for _, v := range moves {
		if v.Rep == m.Rep {
			m.Assigned += v.Assigned
			m.Calibration += v.Calibration
			m.Key, m.Away = v.Key, v.Away
		}
	}
	return m
}

// missed returns what a passed turn costs the member.
func (p *Pool) missed(f facts, ledger handoff.Pool, s passing, owed int64) handoff.Move {
	m := s.member
	move := handoff.Move{Rep: m.Rep, Offered: s.turns, Skipped: s.turns, Away: m.Away, Key: m.Key, Reason: s.code}
	if s.over || p.loses() {
		p.consume(ledger, &m, s.turns)
		move.Calibration, move.Key = s.turns, m.Key
	}
	if p.notices() && !s.over && s.code != Capped && s.code != NoCapacity {
		move.Away = true
	}
	if p.returns == ReturnCredit && s.code != Left && !slices.Contains(p.Credit.NotFor, s.code) {
		p.credit(f, &move, s.turns, owed)
	}
	return move
}

// loses reports whether a turn that a member misses is over.
func (p *Pool) loses() bool {
	switch p.rotation() {
	case Weighted, Smooth:
		return true
	}
	return p.returns == ReturnLost || p.returns == ReturnCredit
}

// notices reports whether anything changes for a member because it is back.
func (p *Pool) notices() bool {
	return p.returns == ReturnZero || p.returns == ReturnAverage && !p.loses()
}

// credit makes a move owe its rep turns, as many as Credit allows beside those that it is owed already.
func (p *Pool) credit(f facts, move *handoff.Move, turns, owed int64) {
	most := p.Credit.AtMost
	if most == 0 {
		most = MaxCredit
	}
	move.Credit = max(0, min(turns, most-owed))
	if move.Credit > 0 && !p.Credit.Expires.IsZero() {
		move.CreditUntil = p.Credit.Expires.After(f.At, f.Zone)
	}
}

// consume puts a member where it stands after turns that it did not take.
func (p *Pool) consume(ledger handoff.Pool, m *handoff.Member, turns int64) {
	m.Calibration += turns
	switch p.rotation() {
	case Fixed:
		m.Key = nextLap(ledger, *m)
	case LeastRecent:
		m.Key = p.ranked(*m, waitSince(ledger.Turns+1))
	default:
		m.Key = p.key(*m)
	}
}

// taken returns what the turn changes for whom it is given to.
func (p *Pool) taken(ledger handoff.Pool, m handoff.Member, c choice) handoff.Move {
	move := handoff.Move{Rep: m.Rep, Offered: 1, Assigned: 1}
	if c.paid { // the turn was counted when it was missed
		move.Calibration, move.Credit, move.Key, move.Away, move.Reason = -1, -1, m.Key, m.Away, "paid"
		return move
	}
	m.Assigned, m.Last, move.Away = m.Assigned+1, ledger.Turns+1, m.Away && c.charged
	if move.Key = p.key(m); p.rotation() == Fixed {
		move.Key = nextLap(ledger, m)
	}
	return move
}

// turnOf returns the turn of a member who was found by another rung.
func (p *Pool) turnOf(f facts, rep string) *handoff.AdvancePool {
	ledger, anew := p.ledger(f)
	m, _ := ledger.Members.Find(rep)
	return p.turn(f, ledger, anew, choice{member: m, found: true, charged: true})
}

// byLoad takes who has the least of a load, and of equals who waited longest.
func (p *Pool) byLoad(ledger *handoff.Pool, can judge, load func(rep string) int64, c *choice) {
	var best int64
	for m := range ledger.Members.All() {
		if v := can(m.Rep); v.code != "" {
			c.pass(m, v)
			continue
		}
		own := load(m.Rep)
		if !c.found || cmp.Or(cmp.Compare(own, best), cmp.Compare(m.Last, c.member.Last), cmp.Compare(m.Place, c.member.Place)) < 0 {
			c.member, c.found, best = m, true, own
		}
	}
}

// byHash takes the member whom the record belongs to.
func (p *Pool) byHash(f facts, can judge, c *choice) {
	out := make([]bool, len(p.Members))
	for i, m := range p.Members {
		if v := can(m.Rep); v.code != "" {
			out[i] = true
			c.pass(m.unranked(i), v)
		}
	}
	if i := rendezvous(p.ids, p.copies, p.HashBy.of(f), func(i int) bool { return out[i] }); i >= 0 {
		c.member, c.found = p.Members[i].unranked(i), true
	}
}

// unranked returns a member of whom nothing is remembered.
func (m Member) unranked(place int) handoff.Member {
	return handoff.Member{Rep: m.Rep, Weight: m.Weight, Place: int64(place)}
}

// whose says in words whose turn it is.
func (p *Pool) whose(c choice) string {
	if c.paid {
		return fmt.Sprintf("%s is owed a turn in %s", c.member.Rep, p.ID)
	}
	switch p.rotation() {
	case Load:
		return fmt.Sprintf("%s has most room in %s", c.member.Rep, p.ID)
	case LeastOpen:
		return fmt.Sprintf("%s has the least open work in %s", c.member.Rep, p.ID)
	case First:
		return fmt.Sprintf("%s is the first of %s who can take it", c.member.Rep, p.ID)
	case Hash:
		return fmt.Sprintf("%s has what belongs together in %s", c.member.Rep, p.ID)
	}
	return fmt.Sprintf("it is the turn of %s in %s", c.member.Rep, p.ID)
}
