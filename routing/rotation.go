package routing

import (
	"fmt"
	"slices"

	"github.com/salesbaton/baton/handoff"
)

// A Rotation says who of a pool is next. Whoever cannot take the work is passed over first; only then is the turn taken.
// Specs tells what each of them promises.
type Rotation string

// The rotations.
const (
	// Weighted gives turns in proportion to the weights, by deadlines.
	Weighted Rotation = "weighted"
	// Smooth gives turns in proportion to the weights, in the order of nginx.
	Smooth Rotation = "smooth"
	// Fixed gives turns in the order of the list, round and round.
	Fixed Rotation = "fixed"
	// LeastRecent gives the turn to who waited longest since the last one.
	LeastRecent Rotation = "least_recent"
	// LowestCount gives the turn to who has the fewest handoffs for its weight, as calibrated.
	LowestCount Rotation = "lowest_count"
	// Load gives the turn to who has most free capacity.
	Load Rotation = "load"
	// LeastOpen gives the turn to who has the least open work.
	LeastOpen Rotation = "least_open"
	// First gives every turn to the first of the list who can take it: the others are its backups.
	First Rotation = "first"
	// Hash gives what belongs together to the same member always, and remembers nothing.
	Hash Rotation = "hash"
)

// A Spec is what a rotation promises. Version changes whenever the same ledger and the same facts would give another
// answer; a ledger that another version kept starts anew.
//
// Bound is the fairness between changes of members and weights, as long as every member can take every record. Turns that
// a member misses while absent or at a cap count as taken, since they are lost, owed or levelled; under ReturnKeep the one
// who was away catches up, and is outside of the bound until then. Nothing bounds the counts where a condition, a role, a
// skill or an exclusion leaves members out of some records, where priorities come first, or under Balanced.
type Spec struct {
	Rotation Rotation
	Version  int
	Ranks    string     // what decides, in order; the last is always the order of the list or of the ids
	State    string     // what is remembered of each member
	Bound    string     // the fairness that it keeps while everybody can take everything, as said above
	Shipped  string     // who else offers it
	Weights  bool       // whether weights count
	Priority bool       // whether priorities count
	Returns  []OnReturn // what may become of missed turns; the first is the default
	Joins    []OnJoin   // where a joiner may begin; the first is the default
}

// Specs returns what every rotation promises, in the order of their declaration.
func Specs() []Spec {
	return []Spec{
		{Weighted, 1, "earliest deadline among released turns, longest wait, list",
			"turns taken or lost", "less than one turn from the ideal share, at every prefix",
			"traefik and grpc-go (earliest deadline first), NC Squared (weighted cycles)", true, false,
			[]OnReturn{ReturnAverage, ReturnCredit, ReturnZero}, []OnJoin{JoinZero}},
		{Smooth, 1, "largest current weight, list", "turns taken or lost",
			"never a full turn ahead; it can lag by more than one (1, 1, 3, 14, 14 lag 1.06)",
			"nginx", true, false,
			[]OnReturn{ReturnAverage, ReturnCredit, ReturnZero}, []OnJoin{JoinZero}},
		{Fixed, 1, "place in the list after the one served last", "laps",
			"one turn in every lap of the list: counts differ by at most 1",
			"HubSpot (rotate), Frappe (round robin), EspoCRM", false, false,
			[]OnReturn{ReturnLost, ReturnCredit}, []OnJoin{JoinPlace}},
		{LeastRecent, 1, "longest wait since the latest handoff, priority, list", "serial of the latest handoff",
			"counts differ by at most 1", "NC Squared, Zendesk, Dynamics 365, Chatwoot, LeadAngel", false, true,
			[]OnReturn{ReturnKeep, ReturnLost, ReturnCredit}, []OnJoin{JoinFirst, JoinLast}},
		{LowestCount, 1, "fewest handoffs for the weight, priority, longest wait, list", "count: assigned and calibration",
			"counts for the weight differ by at most one handoff of the one who is ahead", "Chili Piper, LeanData (count-based), Default, Cal.com, RevenueHero", true, true,
			[]OnReturn{ReturnAverage, ReturnKeep, ReturnLost, ReturnCredit, ReturnZero}, []OnJoin{JoinAverage, JoinZero, JoinFirst, JoinLast}},
		{Load, 1, "most free capacity, longest wait, list", "nothing: the reps' capacity and open work",
			"nobody is given work while somebody has more room", "Dynamics 365 (load balancing), Salesforce Omni-Channel (most available)", false, false,
			[]OnReturn{ReturnKeep}, []OnJoin{JoinPlace}},
		{LeastOpen, 1, "least open work, longest wait, list", "nothing: the reps' open work",
			"nobody is given work while somebody has less", "Frappe (load balancing), caddy (least_conn), Omni-Channel (least active)", false, false,
			[]OnReturn{ReturnKeep}, []OnJoin{JoinPlace}},
		{First, 1, "place in the list", "nothing", "none: the first takes all that it can", "caddy (first), backup users", false, false,
			[]OnReturn{ReturnKeep}, []OnJoin{JoinPlace}},
		{Hash, 1, "largest hash of member and key, id", "nothing",
			"shares within 2 % over 100,000 keys; whoever is away moves nobody else's records", "caddy (rendezvous), MOD of a number in many home-made rotations", true, false,
			[]OnReturn{ReturnKeep}, []OnJoin{JoinPlace}},
	}
}

// SpecOf returns what a rotation promises, false where there is none of that name.
func SpecOf(r Rotation) (Spec, bool) {
	specs := Specs()
	i := slices.IndexFunc(specs, func(s Spec) bool { return s.Rotation == r })
	if i < 0 {
		return Spec{}, false
	}
	return specs[i], true
}

// String returns the name and the version, as ledgers keep it.
func (s Spec) String() string { return fmt.Sprintf("%s/%d", s.Rotation, s.Version) }

// Rotations returns all rotations, in the order of their declaration.
func Rotations() []Rotation {
	var out []Rotation
	for _, s := range Specs() {
		out = append(out, s.Rotation)
	}
	return out
}

// An OnReturn says what becomes of turns that come while a member cannot take them.
type OnReturn string

// What can become of missed turns.
const (
	ReturnKeep    OnReturn = "keep"    // it keeps its place: it is next once it is back, until it is level
	ReturnLost    OnReturn = "lost"    // they are lost
	ReturnCredit  OnReturn = "credit"  // each is owed, and paid before all others as soon as it is back
	ReturnAverage OnReturn = "average" // it stands where the average of the others does when it is back
	ReturnZero    OnReturn = "zero"    // everybody starts anew when it is back
)

// An OnJoin says where a new member begins.
type OnJoin string

// Where a new member can begin.
const (
	JoinPlace   OnJoin = "place"   // where the list has it
	JoinFirst   OnJoin = "first"   // before all others; by counts until it is level with them
	JoinLast    OnJoin = "last"    // behind all others
	JoinAverage OnJoin = "average" // at the average of the others for its weight, rounded down
	JoinZero    OnJoin = "zero"    // everybody starts anew
)

// Parts of a member's key. No key needs more than 53 bits, so that JSON readers of any language keep it. Deadlines keep
// members of one weight together, in the order of their turns.
const (
	laneBits   = 45      // of the turns in a lane
	laneZero   = 1 << 44 // no turns; there can be fewer, since turns of before a restart are given back
	placeBits  = 17      // of a place in the list
	countBits  = 14      // of the fraction of a count for its weight: two of weights up to 100 differ by more, or not at all
	tierBits   = 50      // of what ranks below a priority that comes first
	priorities = MaxPriority + 1
)

// key returns where a member stands: the least key is next. The member's numbers are those after the turn.
func (p *Pool) key(m handoff.Member) int64 {
	switch p.rotation() {
	case Weighted, Smooth:
		turns := laneZero + m.Count()*p.step()
		if p.rotation() == Smooth {
			turns += m.Place
		}
		return (MaxWeight-m.Weight)<<laneBits + turns
	case Fixed:
		return m.Key
	case LeastRecent:
		return p.ranked(m, waitSince(m.Last))
	case LowestCount:
		return p.ranked(m, m.Count()<<countBits/m.Weight)
	}
	return m.Place
}

// step returns by how much a turn moves a member on in its lane. Under Smooth places come below the turns.
func (p *Pool) step() int64 {
	if p.rotation() == Smooth {
		return 1 << placeBits
	}
	return 1
}

// ranked returns the key of a member with a rank, of which the least comes first, and with its priority.
func (p *Pool) ranked(m handoff.Member, rank int64) int64 {
	behind := MaxPriority - p.peers()[m.Place].Priority
	if p.PriorityFirst {
		return behind<<tierBits + rank*priorities
	}
	return rank*priorities + behind
}

// tier returns which members come before all others of a higher tier.
func (p *Pool) tier(m handoff.Member) int64 {
	if !p.PriorityFirst {
		return 0
	}
	return MaxPriority - p.peers()[m.Place].Priority
}

// waitSince returns since when a member waits, by the serial of the handoff before. Between two serials there is room for
// who joined meanwhile.
func waitSince(serial int64) int64 { return 2 * serial }

// nextLap returns the key of a member whose turn in the order of the list is over. Who kept turns, because the records
// were not for it, does not make up for whole laps.
func nextLap(ledger handoff.Pool, m handoff.Member) int64 {
	farthest, _ := ledger.Members.Last()
	return max(m.Key>>placeBits+1, farthest.Key>>placeBits)<<placeBits + m.Place
}

// start returns the ledger with which the pool goes on from a stored one of other members, weights, order or rotation, or
// of an earlier period. Handoffs, skips and what is owed stay known; what ranks begins as OnJoin says.
func (p *Pool) start(f facts, stored handoff.Pool) handoff.Pool {
	known := make(map[string]handoff.Member, stored.Members.Len())
	for m := range stored.Members.All() {
		known[m.Rep] = m
	}
	var members []handoff.Member
	if p.joins == JoinZero || stored.Rotation != p.spec.String() || p.restarts(f, stored) {
		members = p.afresh(known)
	} else {
		members = p.joined(stored, known)
	}
	ledger := handoff.Pool{Rotation: p.spec.String(), Roster: p.roster, Since: f.At, Turns: stored.Turns, Members: handoff.NewLine(members...)}
	for _, m := range members {
		ledger.Count += m.Count()
		delete(known, m.Rep)
	}
	gone := func(rep string) bool { _, gone := known[rep]; return gone }
	ledger.Owed = slices.DeleteFunc(slices.Clone(stored.Owed), func(o handoff.Owed) bool { return gone(o.Rep) })
	ledger.Skips = slices.DeleteFunc(slices.Clone(stored.Skips), func(s handoff.Skip) bool { return gone(s.Rep) })
	return ledger
}

// seat returns a peer with what is known of it.
func (p *Pool) seat(place int, known map[string]handoff.Member) handoff.Member {
	peer := p.peers()[place]
	m := known[peer.Rep]
	m.Rep, m.Weight, m.Place = peer.Rep, peer.Weight, int64(place)
	return m
}

// afresh returns members whose counts are 0. The order of the list goes on behind the one served last.
func (p *Pool) afresh(known map[string]handoff.Member) []handoff.Member {
	members := make([]handoff.Member, len(p.peers()))
	var next, last int64
	for i := range members {
		m := p.seat(i, known)
		m.Calibration, m.Away = -m.Assigned, false
		m.Key = p.key(m)
		if members[i] = m; m.Last > last {
			next, last = m.Place+1, m.Last
		}
	}
	p.laps(members, next)
	return members
}

// joined returns the members of before as they stand, and the new ones where OnJoin says.
func (p *Pool) joined(stored handoff.Pool, known map[string]handoff.Member) []handoff.Member {
	members := make([]handoff.Member, len(p.peers()))
	places := make(map[string]int64, len(members))
	for i := range members {
		members[i] = p.seat(i, known)
		places[members[i].Rep] = int64(i)
	}
	place := p.joiner(stored, members, known)
	for i, m := range members {
		old, known := known[m.Rep]
		if !known {
			m = place(m)
		} else if m.Key = p.key(m); p.rotation() == LeastRecent {
			m.Key = p.ranked(m, old.Key&(1<<tierBits-1)/priorities)
		}
		members[i] = m
	}
	var next int64
	for m := range stored.Members.All() {
		if place, stays := places[m.Rep]; stays {
			next = place
			break
		}
	}
	p.laps(members, next)
	return members
}

// joiner returns the function that places who is new among the others.
func (p *Pool) joiner(stored handoff.Pool, members []handoff.Member, known map[string]handoff.Member) func(handoff.Member) handoff.Member {
	var sums [priorities]sum
	var most handoff.Member // of those who stay
	for _, m := range members {
		if _, old := known[m.Rep]; old {
			sums[p.tier(m)].add(m)
			if most.Weight == 0 || m.Count()*most.Weight > most.Count()*m.Weight {
				most = m
			}
		}
	}
	return func(m handoff.Member) handoff.Member {
		switch others := sums[p.tier(m)]; {
		case p.joins == JoinAverage && others.weight > 0:
			m.Calibration = others.average(m.Weight)
		case p.joins == JoinLast && most.Weight > 0:
			m.Calibration = (most.Count()*m.Weight + most.Weight - 1) / most.Weight
			m.Last = stored.Turns
		}
		if m.Key = p.key(m); p.rotation() == LeastRecent && p.joins == JoinLast {
			m.Key = p.ranked(m, waitSince(stored.Turns)+1)
		}
		return m
	}
}

// laps has a rotation in the order of the list go on at a place: who comes before it waits for the next lap.
func (p *Pool) laps(members []handoff.Member, next int64) {
	if p.rotation() != Fixed {
		return
	}
	for i := range members {
		m := &members[i]
		if m.Key = m.Place; m.Place < next {
			m.Key += 1 << placeBits
		}
	}
}
