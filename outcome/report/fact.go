package report

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
)

// A factKind says what a fact is about. Facts of one instant and decision are in this order.
type factKind uint8

const (
	factDecided   factKind = iota // texts: policy, digest, verdict; n: the hash of the decision
	factSegment                   // texts: name, value
	factSignal                    // texts: kind, campaign; n: the hash of its id
	factActivity                  // texts: kind, reason, outcome, channel, new owner; n: the hash of its id; m: its amount and one; flag: a decision tells of it
	factOutcome                   // texts: word, reason; n: the hash of the activity's id; flag
	factRefused                   // n: the hash of the id of an activity that was refused
	factHold                      // texts: id, reason; n: since; m: until; flag: it has no end
	factLapsed                    // texts: id
	factReleased                  // texts: id
	factStopped                   // texts: clock; n: when; flag: in time; the last text: why
	factTurn                      // texts: policy, pool, rep, reason; n: offered and skipped; m: assigned
	factHandoff                   // texts: play, motion, kind, owner, sequence, campaign; n: the signal's instant; m: the hash of its id
	factScore                     // texts: id; n: points
	factAssigned                  // texts: owner, without a signal
	factExit                      // texts: sequence
	factRun                       // texts: sequence, the seconds until it starts; n: the handoff's subject; m: when it ends by itself; flag: it is a new one
	factExposed                   // texts: experiment, arm; n: the unit; m: propensity; flag: held out
	factClock                     // texts: clock, the seconds it gives; n: due; m: start
	factMoved                     // texts: clock; n: due
	factCorrected                 // texts: clock; n: start; m: end; flag: in time; the last text: why
	factRecycled                  // nothing
	factTouch                     // texts: channel; n: the hash of its id; flag: it fell into a run
)

// A fact is one thing that happened to a subject. Equal facts are one.
type fact struct {
	at      int64 // microseconds since 1970
	n, m    int64
	subject uint32
	seq     uint32 // of the decision among those about its subject: the version of the State that it was made on
	words   uint32 // its texts
	place   uint16 // among the facts of its decision
	kind    factKind
	flag    bool
}

// afterDecisions is the seq of what people did: at the instant of a handoff it comes after it, as where a log has days alone.
const afterDecisions = math.MaxUint32

// A book keeps facts, and the texts that stand together in one once.
type book struct {
	words    [][maxWords]string
	number   map[[maxWords]string]uint32
	subjects []handoff.Ref
	index    map[uint64]uint32 // by hash
	pages    [][]fact
	total    int
}

// maxWords is how many texts a fact has at most.
const maxWords = 6

// pageSize is how many facts are allocated together, so that a long log is never copied.
const pageSize = 1 << 12

func newBook() *book {
	return &book{number: map[[maxWords]string]uint32{}, index: map[uint64]uint32{}}
}

// say returns the number of texts that stand together, at most maxWords.
func (b *book) say(texts ...string) uint32 {
	var key [maxWords]string
	copy(key[:], texts)
	n, known := b.number[key]
	if !known {
		for i := range key {
			key[i] = strings.Clone(key[i]) // else a short text holds a long line
		}
		n = uint32(len(b.words))
		b.words, b.number[key] = append(b.words, key), n
	}
	return n
}

// word returns one of the texts of a fact.
func (b *book) word(f *fact, i int) string { return b.words[f.words][i] }

// subject returns the number of a subject. Of two with one hash the later one is under the next number that is free.
func (b *book) subject(ref handoff.Ref) uint32 {
	for hash := uint64(hashOf(string(ref.Kind), ref.ID)); ; hash++ {
		n, known := b.index[hash]
		switch {
		case !known:
			ref.ID = strings.Clone(ref.ID)
			n = uint32(len(b.subjects))
			b.subjects, b.index[hash] = append(b.subjects, ref), n
			return n
		case b.subjects[n] == ref:
			return n
		}
	}
}

// add keeps a fact.
func (b *book) add(f fact) {
	last := len(b.pages) - 1
	if last < 0 || len(b.pages[last]) == pageSize {
		b.pages = append(b.pages, make([]fact, 0, pageSize))
		last++
	}
	b.pages[last] = append(b.pages[last], f)
	b.total++
}

// merge keeps the facts of another book.
func (b *book) merge(o *book) {
	words, subjects := make([]uint32, len(o.words)), make([]uint32, len(o.subjects))
	for i, texts := range o.words {
		words[i] = b.say(texts[:]...)
	}
	for i, ref := range o.subjects {
		subjects[i] = b.subject(ref)
	}
	for _, page := range o.pages {
		for _, f := range page {
			f.subject, f.words = subjects[f.subject], words[f.words]
			if f.namesSubject() {
				f.n = int64(subjects[f.n])
			}
			b.add(f)
		}
	}
}

// namesSubject reports whether n is the number of a subject.
func (f *fact) namesSubject() bool { return f.kind == factRun || f.kind == factExposed }

// compare is a total order of the facts of one subject, or of several that are one, which does not depend on numbers.
func (b *book) compare(f, g *fact) int {
	if c := cmp.Or(cmp.Compare(f.at, g.at), cmp.Compare(f.seq, g.seq)); c != 0 {
		return c
	}
	if f.subject != g.subject { // which merged
		return b.subjects[f.subject].Compare(b.subjects[g.subject])
	}
	if c := cmp.Or(cmp.Compare(f.kind, g.kind), cmp.Compare(f.place, g.place)); c != 0 {
		return c
	}
	if f.words != g.words {
		return slices.Compare(b.words[f.words][:], b.words[g.words][:])
	}
	n := cmp.Compare(f.n, g.n)
	if f.namesSubject() {
		n = b.subjects[f.n].Compare(b.subjects[g.n])
	}
	return cmp.Or(n, cmp.Compare(f.m, g.m), compareFlags(f.flag, g.flag))
}

func compareFlags(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// bySubject returns the places of the facts of each subject, one subject after the other, and where those of each begin.
func (b *book) bySubject(home []uint32) (order []uint32, begins []int) {
	begins = make([]int, len(b.subjects)+1)
	for _, page := range b.pages {
		for i := range page {
			begins[home[page[i].subject]+1]++
		}
	}
	for i := 1; i < len(begins); i++ {
		begins[i] += begins[i-1]
	}
	order = make([]uint32, b.total)
	next := append([]int(nil), begins...)
	for p, page := range b.pages {
		for i := range page {
			s := home[page[i].subject]
			order[next[s]] = uint32(p*pageSize + i)
			next[s]++
		}
	}
	return order, begins
}

// ofKind returns how many facts of a kind there are.
func (b *book) ofKind(kind factKind) (n int) {
	for _, page := range b.pages {
		for i := range page {
			if page[i].kind == kind {
				n++
			}
		}
	}
	return n
}

// segmentNames returns the names of the segments that were told, in order, and how often others were told than the first of them.
func (b *book) segmentNames() (first []string, others int64) {
	names := map[string]int64{}
	for _, page := range b.pages {
		for i := range page {
			if f := &page[i]; f.kind == factSegment {
				names[b.word(f, 0)]++
			}
		}
	}
	first = slices.Sorted(maps.Keys(names))
	for len(first) > MaxSegments {
		last := len(first) - 1
		others += names[first[last]]
		first = first[:last]
	}
	return first, others
}

// at returns the fact at a place.
func (b *book) at(place uint32) *fact { return &b.pages[place/pageSize][place%pageSize] }

// micros returns an instant as facts have it, and 0 for one before 1970, the zero instant among them, or after 2261: the time between
// two others is a time.Duration.
func micros(t time.Time) int64 {
	const ends = 9_214_646_400 // the first second of 2262
	if s := t.Unix(); s < 0 || s >= ends {
		return 0
	}
	return t.UnixMicro()
}

// instant is the way back.
func instant(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

// hashOf stands for texts: FNV-1a with 64 bits over each of them and a zero byte.
func hashOf(texts ...string) int64 {
	const offset = 14695981039346656037
	h := uint64(offset)
	for _, s := range texts {
		h = uint64(hashOn(int64(h), s))
	}
	return int64(h)
}

// hashOn goes on with another text.
func hashOn(hash int64, text string) int64 {
	const prime = 1099511628211
	h := uint64(hash)
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * prime
	}
	return int64(h * prime) // of the zero byte
}
