package cli

import (
	"slices"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/identity"
)

// maxBlock bounds the records that share a key which brings them together.
const maxBlock = 1_000

// An index finds records by the keys that they are stored under.
type index struct {
	matcher  *identity.Matcher
	records  []identity.Prepared
	blocks   map[identity.Key][]int32 // places in records; one more than maxBlock is too many
	accounts map[string]int32         // by id, for contacts bring their account along
	seen     []int32                  // of each record the last search that found it
	searches int32
}

func newIndex(m *identity.Matcher) *index {
	return &index{matcher: m, blocks: map[identity.Key][]int32{}, accounts: map[string]int32{}}
}

func (x *index) add(p identity.Prepared) {
	at := int32(len(x.records))
	x.records, x.seen = append(x.records, p), append(x.seen, 0)
	if p.Ref.Kind == handoff.KindAccount {
		x.accounts[p.Ref.ID] = at
	}
	for _, key := range x.matcher.Stored(p) {
		if block := x.blocks[key]; len(block) <= maxBlock {
			x.blocks[key] = append(block, at)
		}
	}
}

// search returns the records that share a key, an account that is known, and the accounts of contacts, in the order in
// which they were added. It reports whether a key was not used, for too many share it.
func (x *index) search(keys []identity.Key, account string) (found []identity.Prepared, crowded bool) {
	places, crowded := x.places(keys)
	places = x.withAccount(places, account)
	for _, at := range places {
		places = x.withAccount(places, x.records[at].Account)
	}
	slices.Sort(places)
	for _, at := range places {
		found = append(found, x.records[at])
	}
	return found, crowded
}

// places begins a search.
func (x *index) places(keys []identity.Key) (places []int32, crowded bool) {
	x.searches++
	for _, key := range keys {
		block := x.blocks[key]
		if len(block) > maxBlock {
			crowded = true
			continue
		}
		for _, at := range block {
			places = x.with(places, at)
		}
	}
	return places, crowded
}

// with adds a record that this search did not find before.
func (x *index) with(places []int32, at int32) []int32 {
	if x.seen[at] == x.searches {
		return places
	}
	x.seen[at] = x.searches
	return append(places, at)
}

func (x *index) withAccount(places []int32, id string) []int32 {
	if at, known := x.accounts[id]; known {
		return x.with(places, at)
	}
	return places
}
