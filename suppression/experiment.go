package suppression

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math/bits"
	"slices"
	"strconv"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

// buckets is into how many parts a hash splits the records, so that a share in basis points is a whole number of them.
const buckets = 10_000

// The arms of a holdout.
const (
	ArmHeldOut = "held_out" // keeps the record as it is
	ArmTreated = "treated"  // lets the play go on
)

// An Experiment splits records between arms, by a hash that anybody can compute again: see Bucket.
//
// Two experiments of one Salt put the same records into their first buckets, so that neither splits what the other leaves over
// at random: give each a salt of its own, which is what the default does.
//
// A handoff that is held, as where the throttle or the re-entry of an arm's sequence leaves no room, puts nobody on an arm. Arms
// whose sequences are held differently do not compare like with like.
type Experiment struct {
	ID    string
	Scope handoff.Scope     // the plays it covers
	When  handoff.Condition // covers whatever it is true of; nil: everything
	// Per is whose id is hashed, and whose record remembers the arm: PerLead, the subject; PerAccount, its account. "": PerLead.
	// Without an account, no experiment per account covers the subject.
	Per   Per
	Salt  string // "": ID. Another salt assigns everybody anew
	Hash  Hash   // "": HashSHA256
	Layer Layer  // the zero Layer: the experiment has everybody to itself
	// HoldOut is how much of what it covers is held out, in basis points; 0: it is no holdout, and has Arms.
	HoldOut int64
	Arms    []Arm         // at least one; what their shares leave over is in no arm
	From    calendar.Date // the first day on which it assigns records, in the policy's zone; zero: since ever
	Until   calendar.Date // the first day on which it does not any more, and no arm counts; zero: never
	Fresh   bool          // an arm is computed for each handoff; else a record stays on the arm that it was on first
	// Position is where it stands in the policy, for reasons.
	Position string
}

// An Arm is one side of an Experiment. The first has the lowest buckets, so that a share which grows at the end, or is alone,
// moves nobody out of its arm.
type Arm struct {
	ID       string
	Share    int64  // basis points
	Sequence string // that starts in place of the play's; "": the play's
}

// A Layer makes experiments exclude each other: a record is in at most one of those of a layer whose ranges do not overlap. The
// layer's name is hashed with the record, by the experiment's Hash and independently of every experiment's own salt, except that
// HashGrowthBook1 under one text is not independent of itself under another: arms within a range of such a layer can be ten points
// off their shares. The range is asked about at each handoff, also of a record that was on an arm before.
type Layer struct {
	Name     string
	From, To int64 // basis points: from From on, and below To
}

// A Hash says how a record's bucket is computed.
type Hash string

// The hashes. Each gives a bucket from 0 to 9,999.
const (
	HashSHA256      Hash = "sha256"      // the first 8 bytes, big-endian, of the SHA-256 of salt, a zero byte and id, modulo 10,000
	HashGrowthBook  Hash = "growthbook"  // version 2 of GrowthBook's SDKs
	HashGrowthBook1 Hash = "growthbook1" // version 1: a thousand buckets, and biased where the same records are in several experiments
	HashUnleash     Hash = "unleash"     // Unleash's gradual rollout: a hundred buckets
)

// Hashes returns all of them.
func Hashes() []Hash { return []Hash{HashSHA256, HashGrowthBook, HashGrowthBook1, HashUnleash} }

// Bucket returns the bucket of an id under a salt, from 0 to 9,999, so that anybody can compute again who is on which arm. The
// empty Hash is HashSHA256; of a hash that is none of Hashes it is -1, which is in no arm.
//
// With fnv the 32-bit FNV-1a hash, and murmur the 32-bit MurmurHash3 with seed 0, of UTF-8 bytes:
//
//	sha256       SHA-256(salt, 0, id), its first 8 bytes as a big-endian number, mod 10,000
//	growthbook   fnv(decimal digits of fnv(salt, id)) mod 10,000
//	growthbook1  fnv(id, salt) mod 1,000, times 10
//	unleash      murmur(salt, ":", id) mod 100, times 100
func Bucket(h Hash, salt, id string) int64 {
	switch h {
	case "", HashSHA256:
		sum := sha256.Sum256([]byte(salt + "\x00" + id))
		return int64(binary.BigEndian.Uint64(sum[:8]) % buckets)
	case HashGrowthBook:
		return int64(fnv32a(strconv.FormatUint(uint64(fnv32a(salt+id)), 10)) % buckets)
	case HashGrowthBook1:
		return int64(fnv32a(id+salt)%1000) * 10
	case HashUnleash:
		return int64(murmur3(0, salt+":"+id)%100) * 100
	}
	return -1
}

func fnv32a(text string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(text))
	return h.Sum32()
}

// murmur3 is MurmurHash3_x86_32 (Appleby 2011).
func murmur3(seed uint32, text string) uint32 {
	const c1, c2 = 0xcc9e2d51, 0x1b873593
	h, rest := seed, []byte(text)
	for ; len(rest) >= 4; rest = rest[4:] {
		h ^= bits.RotateLeft32(binary.LittleEndian.Uint32(rest)*c1, 15) * c2
		h = bits.RotateLeft32(h, 13)*5 + 0xe6546b64
	}
	if len(rest) > 0 {
		var last [4]byte
		copy(last[:], rest)
		h ^= bits.RotateLeft32(binary.LittleEndian.Uint32(last[:])*c1, 15) * c2
	}
	h ^= uint32(len(text))
	h = (h ^ h>>16) * 0x85ebca6b
	h = (h ^ h>>13) * 0xc2b2ae35
	return h ^ h>>16
}

// Step returns how many basis points wide the buckets of the hash are: shares and the ranges of layers are multiples of it. Of the
// empty Hash, which is HashSHA256, and of one that is none of Hashes it is 1.
func (h Hash) Step() int64 {
	switch h {
	case HashGrowthBook1:
		return 10
	case HashUnleash:
		return 100
	}
	return 1
}

// Experiments are those of a policy. They implement handoff.Experimenter and handoff.SequenceLister, are immutable, and are safe
// for concurrent use.
type Experiments struct {
	zone *calendar.Zone
	list []Experiment
}

// NewExperiments checks the experiments of a policy, in whose zone their days begin; nil is UTC. The lists in them must not be
// changed afterwards. The error joins every problem.
func NewExperiments(zone *calendar.Zone, list []Experiment) (*Experiments, error) {
	if err := checkExperiments(list); err != nil {
		return nil, err
	}
	return &Experiments{zone, slices.Clone(list)}, nil
}

// Arms returns the side of each experiment that covers a handoff by the play, in the order of the experiments. An experiment
// covers it on its days and within its Scope, where its When is certainly true, in its range of the layer, and where there is
// an id to hash.
//
// A record that was on an arm under the same salt stays on it, since when it was and with the propensity that it had, whatever
// the shares are now; but not on an arm that the experiment has no more, nor where it is Fresh. The propensity of an arm is in
// basis points of what the experiment would cover had it everybody to itself: in a layer it is the arm's share of the range,
// rounded down.
func (x *Experiments) Arms(f *handoff.Facts, p *handoff.Play) []handoff.Side {
	var sides []handoff.Side
	day := x.zone.DateOf(f.At)
	for i := range x.list {
		e := &x.list[i]
		unit, record := e.unit(f)
		if !e.runs(day) || !e.Scope.Covers(p) || unit.ID == "" || !e.inLayer(unit.ID) || e.When != nil && e.When.Eval(f) != handoff.True {
			continue
		}
		if side, found := e.side(unit, record, f.At); found {
			sides = append(sides, side)
		}
	}
	return sides
}

// Sequences returns the sequences that arms can put in the place of the play's, in the order of the experiments, each once.
func (x *Experiments) Sequences(p *handoff.Play) []string {
	var ids []string
	for _, e := range x.list {
		for _, a := range e.Arms {
			if a.Sequence != "" && e.Scope.Covers(p) && !slices.Contains(ids, a.Sequence) {
				ids = append(ids, a.Sequence)
			}
		}
	}
	return ids
}

// unit returns whose id is hashed, and what its record remembers; the zero Ref where nobody's is.
func (e *Experiment) unit(f *handoff.Facts) (handoff.Ref, handoff.Record) {
	if e.Per == PerAccount {
		return f.AccountRef(), f.AccountRecord()
	}
	return f.Subject, f.Record()
}

// runs reports whether the experiment counts on a day.
func (e *Experiment) runs(day calendar.Date) bool {
	return day.Compare(e.From) >= 0 && (e.Until.IsZero() || day.Compare(e.Until) < 0)
}

func (e *Experiment) inLayer(id string) bool {
	if e.Layer == (Layer{}) {
		return true
	}
	bucket := Bucket(e.Hash, e.Layer.Name, id)
	return e.Layer.From <= bucket && bucket < e.Layer.To
}

func (e *Experiment) salt() string { return cmp.Or(e.Salt, e.ID) }

// side returns the side that a unit is on, and false where it is on none.
func (e *Experiment) side(unit handoff.Ref, record handoff.Record, at time.Time) (handoff.Side, bool) {
	bucket := Bucket(e.Hash, e.salt(), unit.ID)
	arms := e.arms()
	i := slices.IndexFunc(arms, func(a span) bool { return a.from <= bucket && bucket < a.to })
	side := handoff.Side{Of: unit, Holdout: e.HoldOut > 0, Position: e.Position}
	if j, old := e.remembered(arms, record); j >= 0 && !e.Fresh {
		i, side.Arm = j, old
		side.Text = "stays on arm " + old.Arm + ", since " + old.At.UTC().Format(time.RFC3339)
		if old.HeldOut {
			side.Text = "held out, since " + old.At.UTC().Format(time.RFC3339)
		}
	} else if i >= 0 {
		a := arms[i]
		side.Arm = handoff.Arm{Experiment: e.ID, Arm: a.ID, At: at, Salt: e.salt(), Propensity: e.propensity(a.Share), HeldOut: a.heldOut}
		if j == i && old.Propensity == side.Propensity { // it comes to be on no other
			side.At = old.At
		}
		side.Text = e.words(a, bucket)
	}
	if i < 0 {
		return handoff.Side{}, false
	}
	side.Sequence = arms[i].Sequence
	return side, true
}

// A span is an arm with its buckets: from from on, and below to.
type span struct {
	Arm
	from, to int64
	heldOut  bool
}

// arms returns the arms of the experiment, or the two of a holdout.
func (e *Experiment) arms() []span {
	if e.HoldOut > 0 {
		return []span{{Arm{ID: ArmHeldOut, Share: e.HoldOut}, 0, e.HoldOut, true}, {Arm{ID: ArmTreated, Share: buckets - e.HoldOut}, e.HoldOut, buckets, false}}
	}
	spans, from := make([]span, 0, len(e.Arms)), int64(0)
	for _, a := range e.Arms {
		spans = append(spans, span{a, from, from + a.Share, false})
		from += a.Share
	}
	return spans
}

// remembered returns the arm that a record remembers, and its index; -1: none that the experiment still has.
func (e *Experiment) remembered(arms []span, record handoff.Record) (int, handoff.Arm) {
	for _, old := range record.Arms {
		if old.Experiment == e.ID && old.Salt == e.salt() {
			return slices.IndexFunc(arms, func(a span) bool { return a.ID == old.Arm && a.heldOut == old.HeldOut }), old
		}
	}
	return -1, handoff.Arm{}
}

// propensity returns how probable an arm of that share is.
func (e *Experiment) propensity(share int64) int64 {
	if e.Layer == (Layer{}) {
		return share
	}
	return (e.Layer.To - e.Layer.From) * share / buckets
}

// words says why a record is on an arm.
func (e *Experiment) words(a span, bucket int64) string {
	switch {
	case a.heldOut:
		return fmt.Sprintf("held out: bucket %d of 10,000 is below %d", bucket, a.to)
	case e.HoldOut > 0:
		return fmt.Sprintf("treated: bucket %d of 10,000 is not below %d", bucket, a.from)
	}
	return fmt.Sprintf("arm %s: bucket %d of 10,000", a.ID, bucket)
}
