package identity

import "math/bits"

// maxCompared is the length of the longest texts that are compared letter by letter, in bytes. Longer ones are the same
// or not.
const maxCompared = 64

// farApart is the distance of texts that are too long to be compared.
const farApart = 99

// similar returns how alike two folded texts are, in thousandths: the similarity of Winkler, String Comparator Metrics
// and Enhanced Decision Rules (1990), after Jaro, with a prefix of at most four letters, in whole numbers.
func similar(a, b string) int {
	switch {
	case a == b:
		return 1000
	case a == "" || b == "" || len(a) > maxCompared || len(b) > maxCompared:
		return 0
	}
	matches, swaps := common(a, b)
	if matches == 0 {
		return 0
	}
	la, lb := len(a), len(b)
	jaro := 1000 * (2*matches*matches*(la+lb) + (2*matches-swaps)*la*lb) / (6 * matches * la * lb)
	prefix := 0
	for prefix < min(4, la, lb) && a[prefix] == b[prefix] {
		prefix++
	}
	return jaro + prefix*(1000-jaro)/10
}

// positions tells where each letter stands in a text of at most maxCompared bytes: bit i is that of byte i.
type positions [256]uint64

func positionsOf(s string) (l positions) {
	for i := range len(s) {
		l[s[i]] |= 1 << i
	}
	return l
}

// common returns how many letters two texts share that are not far from each other, and how many of those stand in
// another order.
func common(a, b string) (matches, swaps int) {
	window := max(0, max(len(a), len(b))/2-1)
	in := positionsOf(b)
	var inA, inB uint64
	for i := range len(a) {
		from, to := max(0, i-window), min(len(b), i+window+1)
		if from >= to {
			break
		}
		near := ^uint64(0) >> (maxCompared - to) >> from << from
		if free := in[a[i]] & near &^ inB; free != 0 {
			inA, inB = inA|1<<i, inB|free&-free
		}
	}
	matches = bits.OnesCount64(inA)
	for inA != 0 {
		if a[bits.TrailingZeros64(inA)] != b[bits.TrailingZeros64(inB)] {
			swaps++
		}
		inA, inB = inA&(inA-1), inB&(inB-1)
	}
	return matches, swaps
}

// distance returns how many letters have to be put in, left out, replaced or swapped with their neighbour to make one
// text of the other, none of them twice: the optimal string alignment. It is farApart where the lengths alone say that
// it is more than most, and where the texts are too long. A column at a time, after Hyyrö, A Bit-Vector Algorithm for
// Computing Levenshtein and Damerau Edit Distances (2003).
func distance(a, b string, most int) int {
	switch {
	case a == b:
		return 0
	case len(a) > maxCompared || len(b) > maxCompared, len(a)-len(b) > most, len(b)-len(a) > most:
		return farApart
	case a == "" || b == "":
		return len(a) + len(b)
	}
	in := positionsOf(a)
	last := uint64(1) << (len(a) - 1)
	d := len(a)
	var diagonal, here, down uint64 // zero differences on the diagonal, where the letter stands, falls along the column
	up := ^uint64(0)                // rises along the column
	for i := range len(b) {
		before := here
		here = in[b[i]]
		swap := (^diagonal & here) << 1 & before
		diagonal = ((here&up + up) ^ up) | here | down | swap
		rise, fall := down|^(diagonal|up), diagonal&up
		switch {
		case rise&last != 0:
			d++
		case fall&last != 0:
			d--
		}
		rise = rise<<1 | 1
		up, down = fall<<1|^(diagonal|rise), diagonal&rise
	}
	return d
}
