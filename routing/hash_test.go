package routing

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestXXHash64(t *testing.T) {
	letters := strings.Repeat("abcdefghijklmnopqrstuvwxyz", 4)
	for _, tt := range []struct {
		name, reason string
		text         string
		want         uint64
	}{
		{"nothing", "the seed alone", "", 0xef46db3751d8e999},
		{"1 byte", "no word at all", "a", 0xd24ec4f1a98c6e5b},
		{"3 bytes", "single bytes only", "abc", 0x44bc2cf5ad770999},
		{"4 bytes", "a half word", letters[:4], 0xde0327b0d25d92cc},
		{"7 bytes", "a half word and single bytes", letters[:7], 0x1860940e2902822d},
		{"8 bytes", "a word", letters[:8], 0x3ad351775b4634b7},
		{"12 bytes", "a word and a half word", letters[:12], 0x4b09b7d3a233d4b3},
		{"31 bytes", "the longest without a block", letters[:31], 0xf7d421c242541ac9},
		{"32 bytes", "a block and nothing else", letters[:32], 0x4da6cbe536cf55c7},
		{"33 bytes", "a block and a byte", letters[:33], 0x9ac581034b031f72},
		{"39 bytes", "a block, a half word and bytes", "Nobody inspects the spammish repetition", 0xfbcea83c8a378bf1},
		{"64 bytes", "two blocks", letters[:64], 0x14696b774542d718},
		{"100 bytes", "three blocks and a half word", letters[:100], 0x79c9fa152bb53c71},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := textHash(tt.text); got != tt.want {
				t.Errorf("%#016x, want %#016x: %s", got, tt.want, tt.reason)
			}
			for cut := range len(tt.text) {
				h := newXXHash64()
				h.add(tt.text[:cut])
				fork := h
				fork.add("something else")
				h.add(tt.text[cut:])
				if got := h.sum(); got != tt.want {
					t.Errorf("%#016x when added in two parts, the first of %d bytes", got, cut)
				}
			}
		})
	}
}

func TestCopiesOf(t *testing.T) {
	for _, tt := range []struct {
		name, reason  string
		weights, want []int64
	}{
		{"nobody", "there is nothing to divide", nil, nil},
		{"one member", "any weight is the whole", []int64{7}, []int64{1}},
		{"equal weights", "one copy each, whatever the weight", []int64{50, 50, 50}, []int64{1, 1, 1}},
		{"100/100/50", "they are 2/2/1", []int64{100, 100, 50}, []int64{2, 2, 1}},
		{"no common divisor", "pairs that have one do not count", []int64{6, 10, 15}, []int64{6, 10, 15}},
		{"a weight of 1", "nothing divides it", []int64{100, 1}, []int64{100, 1}},
		{"no weight", "it divides by everything", []int64{4, 0, 2}, []int64{2, 0, 1}},
		{"no weights", "nobody has copies", []int64{0, 0}, []int64{0, 0}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			weights := slices.Clone(tt.weights)
			if got := copiesOf(weights); !slices.Equal(got, tt.want) || !slices.Equal(weights, tt.weights) {
				t.Errorf("copies %v, want %v: %s; the weights are now %v", got, tt.want, tt.reason, weights)
			}
		})
	}
}

func nobodyOut(int) bool { return false }

// A crew is members with copies, for random tests.
type crew struct {
	ids    []string
	copies []int64
}

func randomCrew(rng *rand.Rand) (c crew) {
	for i := range 2 + rng.IntN(9) {
		c.ids = append(c.ids, fmt.Sprintf("rep-%d-%d", rng.IntN(1000), i))
		c.copies = append(c.copies, 1+rng.Int64N(5))
	}
	return c
}

func (c crew) owner(key string, out func(int) bool) string {
	if i := rendezvous(c.ids, c.copies, key, out); i >= 0 {
		return c.ids[i]
	}
	return ""
}

// without returns the crew without a member.
func (c crew) without(i int) crew {
	return crew{slices.Delete(slices.Clone(c.ids), i, i+1), slices.Delete(slices.Clone(c.copies), i, i+1)}
}

func (c crew) shuffled(rng *rand.Rand) (s crew) {
	for _, i := range rng.Perm(len(c.ids)) {
		s.ids, s.copies = append(s.ids, c.ids[i]), append(s.copies, c.copies[i])
	}
	return s
}

// longhand is the dumb twin of rendezvous: it writes down what every copy hashes.
func (c crew) longhand(key string) (owner string) {
	largest := uint64(0)
	for i, id := range c.ids {
		for n := range c.copies[i] {
			text := id + key
			if n > 0 {
				text = fmt.Sprintf("%s\x00%d\x00%s", id, n, key)
			}
			if sum := textHash(text); sum > largest {
				owner, largest = id, sum
			}
		}
	}
	return owner
}

func TestRendezvous_MovesNoOtherKeys(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 11))
	moved := 0
	for range 200 {
		c := randomCrew(rng)
		gone := rng.IntN(len(c.ids))
		left, mixed := c.without(gone), c.shuffled(rng)
		for n := range 100 {
			key := fmt.Sprint("account-", n)
			before := c.owner(key, nobodyOut)
			if want := c.longhand(key); before != want {
				t.Fatalf("%v: %s belongs to %s, want %s", c, key, before, want)
			}
			if got := mixed.owner(key, nobodyOut); got != before {
				t.Fatalf("%v: %s belongs to %s, in another order to %s", c, key, before, got)
			}
			after := left.owner(key, nobodyOut)
			if out := c.owner(key, func(i int) bool { return i == gone }); out != after {
				t.Fatalf("%v: %s belongs to %s when %s is out, to %s when it has left", c, key, out, c.ids[gone], after)
			}
			// Read backwards, the member comes and takes keys for itself only.
			if before != after && before != c.ids[gone] {
				t.Fatalf("%v: %s moves from %s to %s when %s leaves", c, key, before, after, c.ids[gone])
			}
			if before != after {
				moved++
			}
		}
	}
	if moved == 0 {
		t.Error("no key moved")
	}
}

func TestRendezvous_MoreCopiesOnlyTakeKeys(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 13))
	for range 200 {
		c := randomCrew(rng)
		grown := crew{c.ids, slices.Clone(c.copies)}
		grown.copies[0]++
		for n := range 100 {
			key := fmt.Sprint("account-", n)
			if before, after := c.owner(key, nobodyOut), grown.owner(key, nobodyOut); before != after && after != c.ids[0] {
				t.Fatalf("%v: %s moves from %s to %s when %s has a copy more", c, key, before, after, c.ids[0])
			}
		}
	}
}

func TestRendezvous_Nobody(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		crew         crew
		out          func(int) bool
	}{
		{"no members", "there is nobody", crew{}, nobodyOut},
		{"all out", "nobody is left", crew{[]string{"A", "B"}, []int64{1, 2}}, func(int) bool { return true }},
		{"no copies", "a member without a copy has no keys", crew{[]string{"A", "B"}, []int64{0, 0}}, nobodyOut},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := rendezvous(tt.crew.ids, tt.crew.copies, "key", tt.out); got != -1 {
				t.Errorf("member %d, want none: %s", got, tt.reason)
			}
		})
	}
}

// TestRendezvous_LesserIDWinsTie makes two ids of two blocks, the second of which brings the lanes to the same numbers.
func TestRendezvous_LesserIDWinsTie(t *testing.T) {
	inverse := uint64(xxPrime2) // modulo 2^64
	for range 5 {
		inverse *= 2 - xxPrime2*inverse
	}
	a, b := newXXHash64(), newXXHash64()
	a.add(strings.Repeat("a", 32))
	b.add("b" + strings.Repeat("a", 31))
	word := binary.LittleEndian.AppendUint64(nil, (a.lanes[0]-b.lanes[0])*inverse)
	lesser := strings.Repeat("a", 32) + strings.Repeat("\x00", 32)
	greater := "b" + strings.Repeat("a", 31) + string(word) + strings.Repeat("\x00", 24)
	if textHash(lesser) != textHash(greater) {
		t.Fatalf("%q and %q have different hashes", lesser, greater)
	}
	for _, ids := range [][]string{{lesser, greater}, {greater, lesser}} {
		if got := (crew{ids, []int64{1, 1}}).owner("key", nobodyOut); got != lesser {
			t.Errorf("of %q, %q wins", ids, got)
		}
	}
}

// TestRendezvous_Shares holds that of 100,000 keys every member has its share by weight within 2 %.
func TestRendezvous_Shares(t *testing.T) {
	const keys = 100_000
	for _, weights := range [][]int64{{1, 1}, {2, 1, 1}, {100, 100, 50}, {1, 1, 1, 1, 1}, {3, 2}, {10, 5, 3, 2}} {
		var c crew
		total := int64(0)
		for i, w := range weights {
			c.ids = append(c.ids, fmt.Sprint("rep-", i+1))
			total += w
		}
		c.copies = copiesOf(weights)
		counts := make([]int64, len(weights))
		for n := range keys {
			counts[rendezvous(c.ids, c.copies, fmt.Sprint("account-", n), nobodyOut)]++
		}
		t.Logf("weights %v: %v", weights, counts)
		for i, w := range weights {
			if off := counts[i]*total - keys*w; max(off, -off)*50 > keys*w {
				t.Errorf("weights %v: %s has %d of %d keys", weights, c.ids[i], counts[i], keys)
			}
		}
	}
}

func TestRendezvous_DoesNotAllocate(t *testing.T) {
	c := crew{[]string{"kim", "lee", strings.Repeat("long", 100)}, []int64{100, 1, 2}}
	key := strings.Repeat("account", 50)
	if n := testing.AllocsPerRun(100, func() { rendezvous(c.ids, c.copies, key, nobodyOut) }); n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
}

func BenchmarkRendezvous(b *testing.B) {
	for _, bb := range []struct {
		members int
		copies  int64
	}{{10, 1}, {10, 10}, {1000, 1}, {1000, 10}} {
		b.Run(fmt.Sprintf("members=%d/copies=%d", bb.members, bb.copies), func(b *testing.B) {
			var c crew
			for i := range bb.members {
				c.ids, c.copies = append(c.ids, "rep-"+strconv.Itoa(i)), append(c.copies, bb.copies)
			}
			b.ReportAllocs()
			for b.Loop() {
				rendezvous(c.ids, c.copies, "account-0015f00002abcDEF", nobodyOut)
			}
		})
	}
}
