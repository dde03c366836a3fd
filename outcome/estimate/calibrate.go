package estimate

import "math/big"

// A Bin is a part of the records by rising score.
type Bin struct {
	From, To int64 // scores, both within
	Mean     float64
	Proportion
}

// A Calibration is what came of records by their score. The zero Calibration is empty and ready.
type Calibration struct{ with, without Sample }

// Add adds a record.
func (c *Calibration) Add(score int64, hit bool) {
	if hit {
		c.with.Add(score, 1)
	} else {
		c.without.Add(score, 1)
	}
}

// Merge adds what another one holds, which may be the same one. Nil holds nothing.
func (c *Calibration) Merge(o *Calibration) {
	if o != nil {
		c.with.Merge(&o.with)
		c.without.Merge(&o.without)
	}
}

// N returns how many records there are.
func (c *Calibration) N() int64 { return plus(c.with.N(), c.without.N()) }

// Bins divides the records into at most n parts of equal size by rising score; those of one score are never divided. The k-th of n
// parts ends with the score by which k n-ths of the records are reached, so that a score of very many fills the parts after it,
// which are left out. There are none where n is not positive or there is no record.
func (c *Calibration) Bins(n int) []Bin {
	if n < 1 {
		return nil
	}
	total, parts := c.N(), int64(n)
	var out []Bin
	var scores Sample
	var hits, reached, filled int64
	for score, count := range together(&c.with, &c.without) {
		scores.Add(score, plus(count[0], count[1]))
		hits = plus(hits, count[0])
		reached = min(plus(reached, plus(count[0], count[1])), total)
		if reached < portion(total, min(filled+1, parts), parts) {
			continue
		}
		filled = parts - portion(parts, total-reached, total)
		out = append(out, newBin(&scores, hits))
		scores, hits = Sample{}, 0
	}
	return out
}

// newBin returns the part that has these scores, of which there is one at least.
func newBin(scores *Sample, hits int64) Bin {
	low, _ := scores.NearestRank(0)
	high, _ := scores.NearestRank(100)
	mean, _ := scores.Mean()
	return Bin{From: low, To: high, Mean: mean, Proportion: Proportion{Hits: hits, Of: scores.N()}}
}

// Concordance returns how probable it is that of two records, one with the outcome and one without, the former has the higher
// score, where a tie counts one half (the area under the ROC curve; Mann and Whitney, 1947); false where there are not both. The
// pairs are counted, and the share is the float64 next to the exact one.
func (c *Calibration) Concordance() (float64, bool) {
	var won, below, with big.Int // won and below count halves
	for _, counts := range together(&c.with, &c.without) {
		hits, misses := big.NewInt(counts[0]), big.NewInt(counts[1])
		won.Add(&won, new(big.Int).Mul(hits, new(big.Int).Add(&below, misses)))
		below.Add(&below, misses.Lsh(misses, 1))
		with.Add(&with, hits)
	}
	if with.Sign() == 0 || below.Sign() == 0 {
		return 0, false
	}
	return quotient(&won, below.Mul(&below, &with)), true
}
