package identity

import "slices"

// A keyHash is a key's value in 59 bits, and the place of its kind among the model's keys in the last 5. Two values
// with one hash bring together who have nothing in common, which then weighs nothing.
type keyHash uint64

const keyBits = 5

func (h keyHash) key() int { return int(h & (1<<keyBits - 1)) }

// hashKey is FNV-1a.
func hashKey(key int, value string) keyHash {
	h := uint64(14695981039346656037)
	for i := range len(value) {
		h = (h ^ uint64(value[i])) * 1099511628211
	}
	return keyHash(h<<keyBits | uint64(key))
}

// hashes appends the hashes of a record's keys, in order, each once.
func (c *compiled) hashes(dst []keyHash, p *Prepared) []keyHash {
	from := len(dst)
	key := 0
	add := func(value string) {
		if value != "" {
			dst = append(dst, hashKey(key, value))
		}
	}
	for i, kind := range c.Keys {
		key = i
		p.eachKey(kind, add)
	}
	slices.Sort(dst[from:])
	return append(dst[:from], slices.Compact(dst[from:])...)
}

// blocks are records by key.
type blocks struct {
	// list holds the records of the first key, then those of the next, each in rising order. Where a record stands in
	// it, ends says where its key's records end.
	list, ends []int32
	// at is where each record stands in the list: those of record i from first[i] on.
	at, first []int32
	crowds    []crowd
}

// A crowd is a key that too many records have, by its place among the model's.
type crowd struct{ key, records int }

// A posting is a key of a record.
type posting struct {
	hash   keyHash
	record int32
}

func newBlocks(c *compiled, records []*Prepared) *blocks {
	var postings []posting
	var hashes []keyHash
	for i, p := range records {
		hashes = c.hashes(hashes[:0], p)
		for _, h := range hashes {
			postings = append(postings, posting{h, int32(i)})
		}
	}
	slices.SortFunc(postings, func(x, y posting) int {
		switch {
		case x.hash < y.hash:
			return -1
		case x.hash > y.hash:
			return 1
		}
		return int(x.record - y.record)
	})
	b := &blocks{first: make([]int32, len(records)+1)}
	for len(postings) > 0 {
		n := 1
		for n < len(postings) && postings[n].hash == postings[0].hash {
			n++
		}
		b.add(postings[:n])
		postings = postings[n:]
	}
	b.index()
	return b
}

// add adds the records of a key, unless they are one or too many.
func (b *blocks) add(postings []posting) {
	switch n := len(postings); {
	case n == 1:
		return
	case n > maxBlock:
		b.crowds = append(b.crowds, crowd{postings[0].hash.key(), n})
		return
	}
	end := int32(len(b.list) + len(postings))
	for _, p := range postings {
		b.list, b.ends = append(b.list, p.record), append(b.ends, end)
		b.first[p.record+1]++
	}
}

// index sets where each record stands. So far first counts how often the record before does.
func (b *blocks) index() {
	for i := range b.first[1:] {
		b.first[i+1] += b.first[i]
	}
	b.at = make([]int32, len(b.list))
	next := slices.Clone(b.first)
	for i, record := range b.list {
		b.at[next[record]] = int32(i)
		next[record]++
	}
}

// eachPair calls f with each pair that shares a key, once and the lower first, and returns how many there are.
func (b *blocks) eachPair(f func(x, y int32)) (n int) {
	seen := make([]int32, len(b.first)) // with which record, counted from 1, a record was last
	for x := range int32(len(b.first) - 1) {
		for _, at := range b.at[b.first[x]:b.first[x+1]] {
			for _, y := range b.list[at+1 : b.ends[at]] {
				if seen[y] != x+1 {
					seen[y] = x + 1
					f(x, y)
					n++
				}
			}
		}
	}
	return n
}
