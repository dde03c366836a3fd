package routing

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/salesbaton/baton/handoff"
)

// Bounds of a pool: what a decision costs grows with them when members are away.
const (
	MaxWeight      = 100     // of a member
	MaxPriority    = 7       // of a member
	MaxMembers     = 100_000 // of a pool
	MaxTotalWeight = 200_000 // of all members
	MaxPrevious    = 50      // owners that a pool can pass over
	MaxCredit      = 99      // turns that a member can be owed
)

// A Member is a rep in a pool.
type Member struct {
	Rep      string
	Weight   int64             // from 1 to MaxWeight
	Priority int64             // from 0 to MaxPriority; the higher comes first, among equals or before everything
	When     handoff.Condition // the member is for records for which it is true; nil: for all
}

// A WhenEmpty says what happens when nobody in a pool can take the work. It has no default: every pool says it.
type WhenEmpty string

// What can happen when a pool is empty.
const (
	EmptyNext       WhenEmpty = "next"       // the next rung is tried
	EmptyUnassigned WhenEmpty = "unassigned" // the record stays unassigned, and its trigger waits
	EmptyHold       WhenEmpty = "hold"       // the record waits until a member can take it; where nobody knows when, as unassigned
	EmptyQueue      WhenEmpty = "queue"      // the record waits in Pool.Queue, whose owner looks after it
	EmptyOverflow   WhenEmpty = "overflow"   // Pool.Overflow is asked, and nobody below
	EmptyAnyway     WhenEmpty = "anyway"     // availability is ignored: a member gets it who is away, never one who has left
)

// WhenEmpties returns all of them.
func WhenEmpties() []WhenEmpty {
	return []WhenEmpty{EmptyNext, EmptyUnassigned, EmptyHold, EmptyQueue, EmptyOverflow, EmptyAnyway}
}

// A Scope says which decisions share a rotation.
type Scope string

// The scopes of a rotation. The zero Scope is ScopePool.
const (
	ScopePool  Scope = "pool"  // all that use the pool
	ScopeRoute Scope = "route" // those of one route
	ScopePlay  Scope = "play"  // those of one play
	ScopeTeam  Scope = "team"  // all that use a pool of the same Team: whoever was served by one of them waits in all
)

// Scopes returns all scopes.
func Scopes() []Scope { return []Scope{ScopePool, ScopeRoute, ScopePlay, ScopeTeam} }

// A Mode says what weighs more, the turn or the speed.
type Mode string

// The modes. The zero Mode is Flexible.
const (
	Flexible Mode = "flexible" // whoever is next of those who are available
	Strict   Mode = "strict"   // whoever is next; where that member is not available, the pool is empty
	Balanced Mode = "balanced" // as flexible, but nobody who is Pool.MaxLead handoffs ahead of the last
)

// Modes returns all modes.
func Modes() []Mode { return []Mode{Flexible, Strict, Balanced} }

// A Credit says which missed turns are owed under ReturnCredit, and for how long.
type Credit struct {
	AtMost  int64        // that a member is owed at once; from 1 to MaxCredit; 0: MaxCredit
	Expires handoff.Span // after it was earned; zero: never
	// NotFor lists codes for which a turn is lost without credit, such as OutOfOffice. Who has left is owed nothing ever.
	NotFor []string
}

// A GivenBack says what becomes of a turn whose handoff came to nothing.
type GivenBack string

// What can become of a turn. The zero GivenBack is BackNone.
const (
	BackNone   GivenBack = "none"   // it counts as taken
	BackCount  GivenBack = "count"  // it does not count, as though it had not been given
	BackCredit GivenBack = "credit" // it does not count, and the member is served before all others
)

// GivenBacks returns all of them.
func GivenBacks() []GivenBack { return []GivenBack{BackNone, BackCount, BackCredit} }

// Returns say what becomes of turns after they were given.
type Returns struct {
	Declined   GivenBack
	NoShow     GivenBack
	Reassigned GivenBack // for whom the record is taken from
	Charge     bool      // whom it is reassigned to takes a turn, where it is a member
}

// A CoverRule says who stands in for a member whose turn it is and who is absent.
type CoverRule string

// The rules of cover. The zero CoverRule is CoverNone.
const (
	CoverNone   CoverRule = ""       // nobody: the turn goes on
	CoverOwner  CoverRule = "owner"  // the cover works the record; owner and turn stay with the member
	CoverCharge CoverRule = "charge" // the cover takes a turn too, where it is a member; the absent one misses its own
)

// A Skills rule wants reps to have what a record asks for, such as its language.
type Skills struct {
	// Asked returns the skills that the record needs, and false where it does not say. It must be pure.
	Asked   []func(*handoff.Facts) ([]string, bool)
	Fields  []string // by which decisions name what each of Asked reads, where it is unknown; nil: "skills"
	Unknown bool     // where the record does not say, everybody will do; else nobody
}

// An Exclude keeps reps from getting a record again.
type Exclude struct {
	Previous int64 // the latest owners that are passed over, the present one among them; from 0 to MaxPrevious
	Declined bool  // whoever declined the record is passed over
}

// A Pool is the rung for a rotation among reps.
type Pool struct {
	Policy    string // the ledger belongs to this policy's pool
	ID        string
	Members   []Member // in the order that breaks ties; required
	Rotation  Rotation // "": Weighted
	WhenEmpty WhenEmpty
	Scope     Scope
	Team      string // of ScopeTeam
	// Peers are the members of all pools that share the ledger of ScopeTeam, in one order for all. nil: Members.
	Peers         []Member
	Mode          Mode
	MaxLead       int64 // of Balanced; from 1
	PriorityFirst bool  // a higher priority comes before everything that ranks; else it breaks ties

	OnReturn OnReturn // "": the default of the rotation
	OnJoin   OnJoin   // "": the default of the rotation
	Credit   Credit
	Returns  Returns
	Reset    Period   // counts begin anew with each week or month of the policy's zone; "": never
	Charge   []Source // rungs of the same route whose owner takes a turn here, where it is a member

	Availability Availability
	Cover        CoverRule
	Caps         []Cap
	Units        int64             // of open work that a record is; a rep of known capacity without room for them is passed over
	Roles        map[string]string // of the reps who take a motion, by motion; "" stands for every other; a motion that is missing: any role
	Skills       Skills
	Exclude      Exclude
	HashBy       Stick // what belongs together under Hash

	Queue    *handoff.Queue // of EmptyQueue
	Overflow Rung           // of EmptyOverflow: a Rep or a *Pool

	compiled
}

// A compiled is what prepare derives from a pool.
type compiled struct {
	spec    Spec
	returns OnReturn
	joins   OnJoin
	places  map[string]int // of members, by rep
	total   int64          // of the weights of all peers
	roster  string         // stands for what the ledger is about
	ids     []string
	copies  []int64
}

// maxDepth bounds how often pools overflow into each other.
const maxDepth = 8

// Name returns "pool:" and the id.
func (p *Pool) Name() string { return "pool:" + p.ID }

func (p *Pool) rotation() Rotation {
	if p.Rotation == "" {
		return Weighted
	}
	return p.Rotation
}

// index returns the place of a rep in the list, -1 where it is no member.
func (p *Pool) index(rep string) int {
	if i, ok := p.places[rep]; ok {
		return i
	}
	return -1
}

// prepare refuses a pool that cannot work, and readies one that can. It is called by New, before the first decision.
func (p *Pool) prepare() error {
	for _, check := range []func() error{p.checkMembers, p.checkPeers, p.checkRotation, p.checkTurns, p.checkEmpty, p.checkWho, p.checkCaps} {
		if err := check(); err != nil {
			return err
		}
	}
	p.compile()
	return p.prepareOverflow()
}

func (p *Pool) checkMembers() error {
	switch {
	case p.Policy == "" || p.ID == "":
		return errors.New("a pool needs a policy and an id")
	case len(p.Members) == 0:
		return errors.New("a pool needs members")
	}
	return cmp.Or(checkName("id", p.ID), checkName("team", p.Team), checkList(p.Members))
}

// maxID bounds the id and the team of a pool in bytes, since keys of ledgers are built from them.
const maxID = 64

// checkName refuses a name that no key can hold.
func checkName(what, name string) error {
	if len(name) > maxID || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) {
		return fmt.Errorf("the %s of a pool has at most %d bytes and no control characters", what, maxID)
	}
	return nil
}

// checkList refuses members of whom a ledger cannot keep turns.
func checkList(members []Member) error {
	if len(members) > MaxMembers {
		return fmt.Errorf("a pool has at most %d members", MaxMembers)
	}
	seen := make(map[string]bool, len(members))
	var total int64
	for _, m := range members {
		total += m.Weight
		if m.Rep == "" || seen[m.Rep] {
			return fmt.Errorf("member %q is empty or repeated", m.Rep)
		}
		if m.Weight < 1 || m.Weight > MaxWeight {
			return fmt.Errorf("the weight of %q is from 1 to %d", m.Rep, MaxWeight)
		}
		if m.Priority < 0 || m.Priority > MaxPriority {
			return fmt.Errorf("the priority of %q is from 0 to %d", m.Rep, MaxPriority)
		}
		seen[m.Rep] = true
	}
	if total > MaxTotalWeight {
		return fmt.Errorf("the weights of a pool add up to at most %d; only their ratio counts", MaxTotalWeight)
	}
	return nil
}

// checkPeers refuses a team that does not have the pool's members as the pool has them.
func (p *Pool) checkPeers() error {
	if p.Peers == nil {
		return nil
	}
	if p.Scope != ScopeTeam {
		return fmt.Errorf("peers and scope %s go together", ScopeTeam)
	}
	peers := make(map[string]Member, len(p.Peers))
	for _, m := range p.Peers {
		peers[m.Rep] = m
	}
	for _, m := range p.Members {
		if peer := peers[m.Rep]; peer.Weight != m.Weight || peer.Priority != m.Priority {
			return fmt.Errorf("%q has one weight and one priority in all pools of the team", m.Rep)
		}
	}
	return checkList(p.Peers)
}

func (p *Pool) checkRotation() error {
	spec, known := SpecOf(p.rotation())
	switch {
	case !known:
		return fmt.Errorf("unknown rotation %q; known are %s", p.Rotation, list(Rotations()))
	case p.OnReturn != "" && !slices.Contains(spec.Returns, p.OnReturn):
		return fmt.Errorf("%s has on_return %s, not %s", spec.Rotation, list(spec.Returns), p.OnReturn)
	case p.OnJoin != "" && !slices.Contains(spec.Joins, p.OnJoin):
		return fmt.Errorf("%s has on_join %s, not %s", spec.Rotation, list(spec.Joins), p.OnJoin)
	case p.Mode != "" && !slices.Contains(Modes(), p.Mode):
		return fmt.Errorf("unknown mode %q; known are %s", p.Mode, list(Modes()))
	case (p.Mode == Balanced) != (p.MaxLead > 0) || p.MaxLead < 0:
		return fmt.Errorf("mode %s and max_lead go together", Balanced)
	case p.Mode == Balanced && spec.Weights && slices.ContainsFunc(p.Members, func(m Member) bool { return m.Weight != p.Members[0].Weight }):
		return fmt.Errorf("mode %s counts handoffs, which would void the weights; give all members the same one", Balanced)
	case p.Scope != "" && !slices.Contains(Scopes(), p.Scope):
		return fmt.Errorf("unknown scope %q; known are %s", p.Scope, list(Scopes()))
	case (p.Scope == ScopeTeam) != (p.Team != ""):
		return fmt.Errorf("scope %s and a team go together", ScopeTeam)
	case p.Scope == ScopeTeam && !slices.Contains([]Rotation{LeastRecent, LowestCount}, p.rotation()):
		return fmt.Errorf("scope %s is for %s and %s", ScopeTeam, LeastRecent, LowestCount)
	case p.Reset != "" && p.rotation() != LowestCount:
		return fmt.Errorf("reset is for %s, whose counts rank", LowestCount)
	case p.Reset != "" && p.Reset != Week && p.Reset != Month:
		return fmt.Errorf("reset is %s or %s", Week, Month)
	case p.PriorityFirst && !spec.Priority:
		return fmt.Errorf("%s does not look at priorities", spec.Rotation)
	case p.rotation() == Hash && p.HashBy != "":
		return checkWord("word for what a hash goes by", p.HashBy, Sticks())
	}
	return nil
}

// checkTurns refuses what cannot be done with turns.
func (p *Pool) checkTurns() error {
	for _, how := range []GivenBack{p.Returns.Declined, p.Returns.NoShow, p.Returns.Reassigned} {
		if how != "" && !slices.Contains(GivenBacks(), how) {
			return fmt.Errorf("unknown word %q for a turn that is given back; known are %s", how, list(GivenBacks()))
		}
	}
	for _, s := range p.Charge {
		if !slices.Contains(Sources(), s) {
			return fmt.Errorf("unknown source %q; known are %s", s, list(Sources()))
		}
	}
	for _, code := range p.Credit.NotFor {
		if err := checkWord("code for which a turn is missed", code, missed()); err != nil {
			return err
		}
	}
	switch {
	case len(p.Charge) > 0 && !p.remembers():
		return fmt.Errorf("%s keeps no turns that could be charged", p.rotation())
	case p.Credit.AtMost < 0 || p.Credit.AtMost > MaxCredit:
		return fmt.Errorf("the turns that a member is owed are at most %d", MaxCredit)
	case p.Credit.Expires.Days < 0 || p.Credit.Expires.Elapsed < 0:
		return errors.New("credit does not expire before it is earned")
	case p.Exclude.Previous < 0 || p.Exclude.Previous > MaxPrevious:
		return fmt.Errorf("the previous owners that are excluded are from 0 to %d", MaxPrevious)
	case !slices.Contains([]CoverRule{CoverNone, CoverOwner, CoverCharge}, p.Cover):
		return fmt.Errorf("cover: known are %s, %s", CoverOwner, CoverCharge)
	}
	return nil
}

// missed returns the codes for which a turn can be missed.
func missed() []string {
	return []string{UnknownRep, Left, Away, OutOfOffice, OffHours, Holiday, AvailabilityUnknown, NoCapacity, Capped}
}

// checkWho refuses what cannot say who takes a record.
func (p *Pool) checkWho() error {
	switch {
	case p.Availability.Within < 0 || p.Availability.Bucket < 0:
		return errors.New("within and bucket are not negative")
	case slices.ContainsFunc(p.Skills.Asked, func(asked func(*handoff.Facts) ([]string, bool)) bool { return asked == nil }):
		return errors.New("a function that says which skills a record needs is nil")
	case len(p.Skills.Fields) > 0 && len(p.Skills.Fields) != len(p.Skills.Asked):
		return errors.New("skills have one field for each function that says which are needed, or no fields")
	}
	return nil
}

func (p *Pool) checkCaps() error {
	for _, c := range p.Caps {
		if err := c.check(); err != nil {
			return err
		}
	}
	if p.Units < 0 || p.Units > 1_000_000 {
		return errors.New("the units of a record are from 0 to 1000000")
	}
	return nil
}

func (p *Pool) checkEmpty() error {
	switch {
	case !slices.Contains(WhenEmpties(), p.WhenEmpty):
		return fmt.Errorf("when_empty is one of %s", list(WhenEmpties()))
	case (p.WhenEmpty == EmptyQueue) != (p.Queue != nil):
		return errors.New("when_empty: queue and a queue go together")
	case p.Queue != nil && (p.Queue.ID == "" || p.Queue.Owner == "" || p.Queue.Promise == nil):
		return errors.New("a queue has an id, an owner and a time by which a record has left it")
	case (p.WhenEmpty == EmptyOverflow) != (p.Overflow != nil):
		return errors.New("when_empty: overflow and whom it goes to go together")
	}
	var rung Rung = p
	for range maxDepth {
		pool, ok := rung.(*Pool)
		if !ok || pool.Overflow == nil {
			return nil
		}
		rung = pool.Overflow
		if rung == Rung(p) {
			return errors.New("the pool overflows into itself")
		}
	}
	return fmt.Errorf("more than %d pools overflow into each other", maxDepth)
}

// prepareOverflow readies whom the pool overflows to. No pool overflows into itself in the end.
func (p *Pool) prepareOverflow() error {
	switch to := p.Overflow.(type) {
	case nil:
		return nil
	case *Pool, Rep:
		if err := to.prepare(); err != nil {
			return fmt.Errorf("overflow: %s: %w", to.Name(), err)
		}
		return nil
	}
	return errors.New("a pool overflows to a rep or a pool")
}

// peers returns the members that the ledger lists.
func (p *Pool) peers() []Member {
	if p.Scope == ScopeTeam && p.Peers != nil {
		return p.Peers
	}
	return p.Members
}

func (p *Pool) compile() {
	spec, _ := SpecOf(p.rotation())
	c := compiled{spec: spec, returns: cmp.Or(p.OnReturn, spec.Returns[0]), joins: cmp.Or(p.OnJoin, spec.Joins[0]), places: make(map[string]int, len(p.Members))}
	weights := make([]int64, 0, len(p.Members))
	for i, m := range p.Members {
		c.places[m.Rep] = i
		c.ids = append(c.ids, m.Rep)
		weights = append(weights, m.Weight)
	}
	var text strings.Builder
	fmt.Fprint(&text, spec, p.PriorityFirst)
	for _, m := range p.peers() {
		c.total += m.Weight
		fmt.Fprintf(&text, "\x00%q\x00%d\x00%d", m.Rep, m.Weight, m.Priority)
	}
	if p.rotation() == Hash {
		c.copies = copiesOf(weights)
	}
	c.roster = strconv.FormatUint(textHash(text.String()), 16)
	p.compiled = c
}

// ledgerID returns the name of the ledger that the pool's turns are kept in.
func (p *Pool) ledgerID(f facts) string {
	switch p.Scope {
	case ScopeRoute:
		return p.ID + "@route/" + f.route
	case ScopePlay:
		return p.ID + "@play/" + f.playID()
	case ScopeTeam:
		return "@team/" + p.Team
	}
	return p.ID
}

// remembers reports whether the rotation keeps a ledger at all.
func (p *Pool) remembers() bool { return p.rotation() != Hash }

// ledger returns the ledger to choose from, and whether it starts anew.
func (p *Pool) ledger(f facts) (ledger handoff.Pool, anew bool) {
	return p.current(f, f.Pool(p.Policy, p.ledgerID(f)))
}

// current returns a stored ledger, or the one to go on with from there.
func (p *Pool) current(f facts, stored handoff.Pool) (ledger handoff.Pool, anew bool) {
	if p.fits(stored) && !p.restarts(f, stored) {
		return stored, false
	}
	return p.start(f, stored), true
}

// fits reports whether a stored ledger is of the pool's members and rotation, so that its places and keys are theirs.
func (p *Pool) fits(stored handoff.Pool) bool {
	return stored.Roster == p.roster && stored.Rotation == p.spec.String() && stored.Members.Len() == len(p.peers())
}

// restarts reports whether a period began since the ledger started.
func (p *Pool) restarts(f facts, stored handoff.Pool) bool {
	if p.Reset == "" || stored.Since.IsZero() {
		return false
	}
	from, _ := Cap{Every: p.Reset, WeekStart: time.Monday}.period(f.Zone, f.At)
	return stored.Since.Before(from)
}

func (p *Pool) keys(f facts, dst []handoff.Key) []handoff.Key {
	if p.remembers() {
		dst = append(dst, handoff.PoolKey(p.Policy, p.ledgerID(f)))
	}
	for _, m := range p.Members {
		dst = append(dst, handoff.RepKey(m.Rep))
		if p.Cover != CoverNone {
			dst = coverKeys(f, m.Rep, dst)
		}
	}
	if p.Overflow != nil {
		dst = p.Overflow.keys(f, dst)
	}
	return dst
}
