package routing

import (
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
	"strconv"
)

// copiesOf returns the weights divided by their greatest common divisor, which are how many copies each member has in
// rendezvous: 100/100/50 are 2/2/1. A decision costs a hash for each copy, so that the bounds on weights bound it, too.
//
// That only the ratio of weights counts has a price: a change of members or weights that changes the divisor changes the
// copies of all, so that keys can move between members who have nothing to do with it. While one weight is 1, it cannot.
func copiesOf(weights []int64) []int64 {
	divisor := int64(0)
	for _, w := range weights {
		for w != 0 {
			divisor, w = w, divisor%w
		}
	}
	copies := slices.Clone(weights)
	for i := range copies {
		copies[i] /= max(divisor, 1)
	}
	return copies
}

// rendezvous returns the index of the member that a key belongs to, -1 when everybody is out. Each member has as many
// copies as the number at its index says; who has twice the copies has about twice the keys, and who has none has none.
// The order of the members is irrelevant. While the others keep their copies, a member that leaves or is out gives up its
// keys and no other key moves; one that comes or is back takes keys and none moves between others.
//
// It is rendezvous hashing, or highest random weight (Thaler and Ravishankar, 1998): every copy of a member has a hash with
// the key, and the largest wins, or the lesser id when two are equal. The first copy hashes the member's id and the key,
// one after the other; copy c from 1 on hashes the id, a zero byte, c in decimals, a zero byte and the key.
func rendezvous(members []string, copies []int64, key string, out func(i int) bool) int {
	best, bestSum := -1, uint64(0)
	for i, id := range members {
		if copies[i] < 1 || out(i) {
			continue
		}
		sum := largestSum(id, copies[i], key)
		if best < 0 || sum > bestSum || sum == bestSum && id < members[best] {
			best, bestSum = i, sum
		}
	}
	return best
}

// largestSum returns the largest hash that a copy of a member has with a key.
func largestSum(id string, copies int64, key string) uint64 {
	prefix := newXXHash64()
	prefix.add(id)
	h := prefix
	h.add(key)
	largest := h.sum()
	prefix.add("\x00")
	for c := int64(1); c < copies; c++ {
		h = prefix
		h.add(strconv.FormatInt(c, 10))
		h.add("\x00")
		h.add(key)
		largest = max(largest, h.sum())
	}
	return largest
}

// An xxHash64 is the state of the hash XXH64 with seed 0, after "xxHash fast digest algorithm", version 0.2.0, by Yann
// Collet (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md). A copy of it goes on by itself. It is no
// protection against who chooses texts so that they collide.
type xxHash64 struct {
	lanes  [4]uint64
	block  [32]byte // its first length%32 bytes are not in the lanes yet
	length uint64   // of everything added
}

// The constants that the specification names PRIME64_1 to PRIME64_5.
const (
	xxPrime1 = 0x9E3779B185EBCA87
	xxPrime2 = 0xC2B2AE3D27D4EB4F
	xxPrime3 = 0x165667B19E3779F9
	xxPrime4 = 0x85EBCA77C2B2AE63
	xxPrime5 = 0x27D4EB2F165667C5
)

func newXXHash64() xxHash64 {
	return xxHash64{lanes: [4]uint64{(xxPrime1 + xxPrime2) & math.MaxUint64, xxPrime2, 0, math.MaxUint64 - xxPrime1 + 1}}
}

func (h *xxHash64) add(s string) {
	for s != "" {
		at := h.length % 32
		n := copy(h.block[at:], s)
		s = s[n:]
		h.length += uint64(n)
		if h.length%32 == 0 {
			h.mix()
		}
	}
}

// mix takes a full block into the lanes.
func (h *xxHash64) mix() {
	for i := range h.lanes {
		h.lanes[i] = xxRound(h.lanes[i], binary.LittleEndian.Uint64(h.block[8*i:]))
	}
}

// sum returns the hash of what was added so far.
func (h *xxHash64) sum() uint64 {
	sum := h.joined() + h.length
	rest := h.block[:h.length%32]
	for ; len(rest) >= 8; rest = rest[8:] {
		sum ^= xxRound(0, binary.LittleEndian.Uint64(rest))
		sum = bits.RotateLeft64(sum, 27)*xxPrime1 + xxPrime4
	}
	if len(rest) >= 4 {
		sum ^= uint64(binary.LittleEndian.Uint32(rest)) * xxPrime1
		sum = bits.RotateLeft64(sum, 23)*xxPrime2 + xxPrime3
		rest = rest[4:]
	}
	for _, b := range rest {
		sum ^= uint64(b) * xxPrime5
		sum = bits.RotateLeft64(sum, 11) * xxPrime1
	}
	sum = (sum ^ sum>>33) * xxPrime2
	sum = (sum ^ sum>>29) * xxPrime3
	return sum ^ sum>>32
}

// joined returns the lanes as one number. They count for nothing before the first full block.
func (h *xxHash64) joined() uint64 {
	if h.length < 32 {
		return xxPrime5
	}
	sum := uint64(0)
	for i, rotation := range [...]int{1, 7, 12, 18} {
		sum += bits.RotateLeft64(h.lanes[i], rotation)
	}
	for _, lane := range h.lanes {
		sum = (sum^xxRound(0, lane))*xxPrime1 + xxPrime4
	}
	return sum
}

func xxRound(lane, input uint64) uint64 {
	return bits.RotateLeft64(lane+input*xxPrime2, 31) * xxPrime1
}

// textHash returns the xxHash64 of a text.
func textHash(s string) uint64 {
	h := newXXHash64()
	h.add(s)
	return h.sum()
}
