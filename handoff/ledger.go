package handoff

import (
	"cmp"
	"encoding/json"
	"errors"
	"iter"
	"math"
	"slices"
	"strings"
	"time"
)

// A Pool is the ledger of a rotation: who was offered what, and in which order turns come. The zero Pool is a rotation
// that has not begun.
type Pool struct {
	Rotation string    `json:"rotation,omitempty"` // the algorithm and its version, such as "weighted/1"
	Roster   string    `json:"roster,omitempty"`   // stands for members, weights and order of the policy; another one starts the ledger anew
	Since    time.Time `json:"since,omitzero"`     // the instant of the latest start
	Turns    int64     `json:"turns"`              // handoffs given so far, also before Since
	Count    int64     `json:"count"`              // sum of the members' counts
	Members  Line      `json:"members"`
	Owed     []Owed    `json:"owed,omitempty"`  // turns that members are owed, the first to be paid first
	Skips    []Skip    `json:"skips,omitempty"` // of the members, by rep, then by reason
}

// A Member is one rep's part of a ledger. Offered, Skipped and Assigned count since the rep joined; what ranks is Count.
type Member struct {
	Rep         string `json:"rep"`
	Weight      int64  `json:"weight"`
	Place       int64  `json:"place"` // in the policy's list, from 0; the last tie-break
	Offered     int64  `json:"offered"`
	Skipped     int64  `json:"skipped"`               // of those offered, turns that passed it over
	Assigned    int64  `json:"assigned"`              // handoffs that it was given and kept
	Calibration int64  `json:"calibration,omitempty"` // what Count has beside Assigned
	Last        int64  `json:"last,omitempty"`        // Pool.Turns after the latest handoff; 0: none
	Key         int64  `json:"key"`                   // ranks it: the least is next
	Away        bool   `json:"away,omitempty"`        // it was passed over, and its return is to be noticed
}

// An Owed is turns that a member gets before the others, because it missed or gave back some.
type Owed struct {
	Rep   string    `json:"rep"`
	Turns int64     `json:"turns"`
	Until time.Time `json:"until,omitzero"` // void from here on; zero: never
}

// Over reports whether what was owed is void.
func (o Owed) Over(at time.Time) bool { return !o.Until.IsZero() && !at.Before(o.Until) }

// A Skip is how often a rep was passed over for a reason.
type Skip struct {
	Rep    string `json:"rep"`
	Reason string `json:"reason"`
	Turns  int64  `json:"turns"`
}

// Count is what the fairness of a rotation goes by: the handoffs of the member, as calibrated.
func (m Member) Count() int64 { return m.Assigned + m.Calibration }

// Compare orders members as turns come: the least Key, then who waited longest, then Place.
func (m Member) Compare(o Member) int { return compareMembers(&m, &o) }

func compareMembers(a, b *Member) int {
	return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Last, b.Last), cmp.Compare(a.Place, b.Place), strings.Compare(a.Rep, b.Rep))
}

// A Line is members in the order of Member.Compare. It is a value that nothing changes: Lines that differ in a few members
// share the rest. The zero Line is empty.
type Line struct {
	chunks [][]Member // each of 1 to maxChunk
	n      int
}

// maxChunk bounds what a change of one member copies.
const maxChunk = 32

// NewLine puts members into their order. It keeps nothing of the slice.
func NewLine(members ...Member) Line {
	sorted := slices.Clone(members)
	sortMembers(sorted)
	return lineOf(sorted)
}

func sortMembers(members []Member) {
	slices.SortFunc(members, func(a, b Member) int { return compareMembers(&a, &b) })
}

// lineOf returns the line over members that are in order. It keeps the slice.
func lineOf(sorted []Member) Line {
	line := Line{n: len(sorted)}
	for chunk := range slices.Chunk(sorted, maxChunk) {
		line.chunks = append(line.chunks, chunk)
	}
	return line
}

// Len returns how many members there are.
func (l Line) Len() int { return l.n }

// All returns the members in order.
func (l Line) All() iter.Seq[Member] {
	return func(yield func(Member) bool) {
		for _, chunk := range l.chunks {
			for i := range chunk {
				if !yield(chunk[i]) {
					return
				}
			}
		}
	}
}

// A Spot is a place in one Line. The zero Spot is that of its first member.
type Spot struct{ chunk, at int }

// At returns the member at a spot of the line, or false behind the last one.
func (l Line) At(s Spot) (Member, bool) {
	if s.chunk >= len(l.chunks) {
		return Member{}, false
	}
	return l.chunks[s.chunk][s.at], true
}

// Next returns the spot behind one that holds a member.
func (l Line) Next(s Spot) Spot {
	if s.at++; s.at == len(l.chunks[s.chunk]) {
		s = Spot{s.chunk + 1, 0}
	}
	return s
}

// From returns the spot of the first member whose Key is at least key.
func (l Line) From(key int64) Spot {
	i, _ := slices.BinarySearchFunc(l.chunks, key, func(chunk []Member, key int64) int {
		return cmp.Compare(chunk[len(chunk)-1].Key, key)
	})
	if i == len(l.chunks) {
		return Spot{i, 0}
	}
	at, _ := slices.BinarySearchFunc(l.chunks[i], key, func(m Member, key int64) int { return cmp.Compare(m.Key, key) })
	return Spot{i, at}
}

// Last returns the member that is last, or false where there is none.
func (l Line) Last() (Member, bool) {
	if l.n == 0 {
		return Member{}, false
	}
	chunk := l.chunks[len(l.chunks)-1]
	return chunk[len(chunk)-1], true
}

// Find returns the member for a rep, or false.
func (l Line) Find(rep string) (Member, bool) { return l.At(l.spotOf(rep)) }

func (l Line) spotOf(rep string) Spot {
	for c, chunk := range l.chunks {
		for i := range chunk {
			if chunk[i].Rep == rep {
				return Spot{c, i}
			}
		}
	}
	return Spot{len(l.chunks), 0}
}

// Equal reports whether both hold the same members.
func (l Line) Equal(o Line) bool {
	if l.n != o.n {
		return false
	}
	var s Spot
	for m := range l.All() {
		other, _ := o.At(s)
		if m != other {
			return false
		}
		s = o.Next(s)
	}
	return true
}

// MarshalJSON returns the members as an array, in order.
func (l Line) MarshalJSON() ([]byte, error) {
	return json.Marshal(slices.AppendSeq(make([]Member, 0, l.n), l.All()))
}

// maxNumber bounds every number of a member that is read: what JSON readers of any language keep.
const maxNumber = 1 << 53

// maxWeight bounds a weight that is read. Rotations allow less.
const maxWeight = 1_000_000

// UnmarshalJSON reads members in any order. Each rep is listed once, with a weight from 1 to 1,000,000 and a place of its
// own. All counts together, times all weights together, fit 64 bits, so that rotations can multiply them.
func (l *Line) UnmarshalJSON(data []byte) error {
	var members []Member
	if err := DecodeStrict(data, &members); err != nil {
		return err
	}
	reps, places := make(map[string]bool, len(members)), make([]bool, len(members))
	for _, m := range members {
		if m.Rep == "" || reps[m.Rep] {
			return errors.New("members: a rep is missing or repeated; each is listed once")
		}
		reps[m.Rep] = true
		if m.Place < 0 || m.Place >= int64(len(members)) || places[m.Place] {
			return errors.New("members: a place is from 0 to one less than the number of members, and no two have the same")
		}
		places[m.Place] = true
		if err := m.checkNumbers(); err != nil {
			return err
		}
	}
	if err := checkCounts(members); err != nil {
		return err
	}
	*l = NewLine(members...)
	return nil
}

func (m Member) checkNumbers() error {
	if m.Weight < 1 || m.Weight > maxWeight {
		return errors.New("members: a weight is from 1 to 1,000,000")
	}
	for _, n := range []int64{m.Offered, m.Skipped, m.Assigned, m.Calibration, m.Last, m.Key} {
		if n < -maxNumber || n > maxNumber {
			return errors.New("members: a number is out of range; they lie between -2^53 and 2^53")
		}
	}
	return nil
}

// checkCounts refuses counts whose product with the weights overflows. The numbers themselves are in range.
func checkCounts(members []Member) error {
	counts, weights := int64(1), int64(1) // the turn after the counts is multiplied, too, and rounded up
	for _, m := range members {
		counts, weights = counts+abs(m.Assigned)+abs(m.Calibration), weights+m.Weight
		if counts > maxNumber || counts > math.MaxInt64/weights {
			return errors.New("members: counts are out of range; all together they lie below 2^53, and times all weights below 2^63")
		}
	}
	return nil
}

func abs(n int64) int64 { return max(n, -n) }

// edit returns the line after change was applied, for each move in order, to the member that it names. A move of a rep
// whom the line does not have is left out.
func (l Line) edit(moves []Move, change func(*Member, Move)) Line {
	if len(moves) > min(max(8, l.n/16), maxEdits) { // about where it costs less
		return l.rebuild(moves, change)
	}
	d := draft{slices.Clone(l.chunks), make([]bool, len(l.chunks))}
	for _, v := range moves {
		s := Line{d.chunks, l.n}.spotOf(v.Rep)
		if s.chunk < len(d.chunks) {
			m := d.take(s)
			change(&m, v)
			d.put(m)
		}
	}
	return Line{d.chunks, l.n}
}

// maxEdits is from how many moves on a line is rebuilt, whatever its length.
const maxEdits = 64

// rebuild is edit at a cost that grows with the line, and little with the moves.
func (l Line) rebuild(moves []Move, change func(*Member, Move)) Line {
	at := make(map[string]int, len(moves))
	for _, v := range moves {
		at[v.Rep] = -1
	}
	kept, edited := make([]Member, 0, l.n), make([]Member, 0, len(at))
	for m := range l.All() {
		if _, named := at[m.Rep]; named {
			at[m.Rep] = len(edited)
			edited = append(edited, m)
		} else {
			kept = append(kept, m)
		}
	}
	for _, v := range moves {
		if i := at[v.Rep]; i >= 0 {
			change(&edited[i], v)
		}
	}
	sortMembers(edited)
	return lineOf(merge(kept, edited, compareMembers))
}

// merge returns the elements of two sorted lists in order; of equal ones those of a first.
func merge[T any](a, b []T, compare func(a, b *T) int) []T {
	out := make([]T, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if compare(&a[0], &b[0]) <= 0 {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// A draft is a line that is being changed. It writes to chunks of its own only.
type draft struct {
	chunks [][]Member
	own    []bool // by the index of the chunk
}

// chunk returns a chunk that may be written to, with room for one member more.
func (d *draft) chunk(i int) []Member {
	if !d.own[i] {
		d.own[i] = true
		d.chunks[i] = append(make([]Member, 0, maxChunk+1), d.chunks[i]...)
	}
	return d.chunks[i]
}

// take takes the member at a spot out.
func (d *draft) take(s Spot) Member {
	c := d.chunk(s.chunk)
	m := c[s.at]
	d.chunks[s.chunk] = slices.Delete(c, s.at, s.at+1)
	if next := s.chunk + 1; next < len(d.chunks) && len(c)-1+len(d.chunks[next]) <= maxChunk/2 {
		d.chunks[s.chunk] = append(d.chunks[s.chunk], d.chunks[next]...)
		d.drop(next)
	} else if len(c) == 1 {
		d.drop(s.chunk)
	}
	return m
}

func (d *draft) drop(i int) {
	d.chunks, d.own = slices.Delete(d.chunks, i, i+1), slices.Delete(d.own, i, i+1)
}

// put puts a member where it belongs.
func (d *draft) put(m Member) {
	if len(d.chunks) == 0 {
		d.chunks, d.own = [][]Member{{m}}, []bool{false}
		return
	}
	i, _ := slices.BinarySearchFunc(d.chunks, &m, func(chunk []Member, m *Member) int { return compareMembers(&chunk[0], m) })
	i = max(0, i-1)
	c := d.chunk(i)
	at, _ := slices.BinarySearchFunc(c, &m, func(a Member, m *Member) int { return compareMembers(&a, m) })
	c = slices.Insert(c, at, m)
	d.chunks[i] = c
	if half := len(c) / 2; len(c) > maxChunk {
		d.chunks, d.own = slices.Insert(d.chunks, i+1, slices.Clone(c[half:])), slices.Insert(d.own, i+1, false)
		d.chunks[i] = c[:half]
	}
}

// A Move is what a decision changes in one member's part of a ledger. Its numbers are added to those of the member.
type Move struct {
	Rep         string    `json:"rep"`
	Offered     int64     `json:"offered,omitempty"`
	Skipped     int64     `json:"skipped,omitempty"`
	Assigned    int64     `json:"assigned,omitempty"`
	Calibration int64     `json:"calibration,omitempty"`
	Credit      int64     `json:"credit,omitempty"`      // turns that it is owed from now on; below 0: that are paid or forfeited
	CreditUntil time.Time `json:"credit_until,omitzero"` // when such a turn is void; zero: never
	Away        bool      `json:"away,omitempty"`        // replaces the member's
	Key         int64     `json:"key"`                   // replaces the member's
	Reason      string    `json:"reason,omitempty"`      // why it was passed over, or why its numbers were corrected
}

// move applies the moves in their order, after it forgot what is owed to nobody any more. A rep that the ledger does not
// list is left out. It writes to no list that the ledger has.
func (p *Pool) move(at time.Time, moves []Move) {
	known := make([]Move, 0, len(moves))
	p.Members = p.Members.edit(moves, func(m *Member, v Move) {
		p.Count += v.Assigned + v.Calibration
		if v.Assigned > 0 {
			p.Turns += v.Assigned
			m.Last = p.Turns
		}
		m.apply(v)
		known = append(known, v)
	})
	p.owe(at, known)
	p.skip(known)
}

func (m *Member) apply(v Move) {
	m.Offered += v.Offered
	m.Skipped += v.Skipped
	m.Assigned += v.Assigned
	m.Calibration += v.Calibration
	m.Key, m.Away = v.Key, v.Away
}

// owe forgets what is void, adds what members are owed, and takes away what is paid: the earliest first.
func (p *Pool) owe(at time.Time, moves []Move) {
	owed := without(p.Owed, func(o Owed) bool { return o.Over(at) })
	for _, v := range moves {
		if v.Credit > 0 {
			owed = owing(owed, Owed{v.Rep, v.Credit, v.CreditUntil})
		} else if v.Credit < 0 {
			pay(owed, v.Rep, -v.Credit)
		}
	}
	p.Owed = without(owed, func(o Owed) bool { return o.Turns == 0 })
}

// owing adds turns behind all others. It may write to the list.
func owing(owed []Owed, o Owed) []Owed {
	if last := len(owed) - 1; last >= 0 && owed[last].Rep == o.Rep && owed[last].Until.Equal(o.Until) {
		owed[last].Turns += o.Turns
		return owed
	}
	return append(owed, o)
}

// pay takes turns away that a rep is owed, as many as there are.
func pay(owed []Owed, rep string, turns int64) {
	for i := range owed {
		if o := &owed[i]; o.Rep == rep {
			paid := min(turns, o.Turns)
			o.Turns, turns = o.Turns-paid, turns-paid
		}
	}
}

// Credit returns how many turns a rep is owed at an instant.
func (p Pool) Credit(rep string, at time.Time) int64 {
	n := int64(0)
	for _, o := range p.Owed {
		if o.Rep == rep && !o.Over(at) {
			n += o.Turns
		}
	}
	return n
}

// skip counts turns that passed members over, by their reason.
func (p *Pool) skip(moves []Move) {
	var added []Skip
	for _, v := range moves {
		if v.Skipped > 0 {
			added = append(added, Skip{v.Rep, v.Reason, v.Skipped})
		}
	}
	if len(added) == 0 {
		return
	}
	slices.SortFunc(added, func(a, b Skip) int { return compareSkips(&a, &b) })
	all := merge(p.Skips, added, compareSkips)
	sums := all[:1]
	for _, s := range all[1:] {
		if last := &sums[len(sums)-1]; compareSkips(last, &s) == 0 {
			last.Turns += s.Turns
		} else {
			sums = append(sums, s)
		}
	}
	p.Skips = sums
}

func compareSkips(a, b *Skip) int {
	return cmp.Or(strings.Compare(a.Rep, b.Rep), strings.Compare(a.Reason, b.Reason))
}

func (p Pool) clone() Pool {
	p.Skips, p.Owed = slices.Clone(p.Skips), slices.Clone(p.Owed)
	return p
}
