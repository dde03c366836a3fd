package estimate

// A RatioTest says whether arms are as large as they should be.
type RatioTest struct {
	ChiSquare float64
	Freedom   int64
	P         float64
	Mismatch  bool // P is below 0.001
}

// mismatch is below which P arms are taken as not as large as they should be. It is as low as it is since the test is made again
// and again while an experiment runs.
const mismatch = 0.001

// SampleRatio tests observed counts against the shares that they should have, by the chi-square of Pearson (1900); a share is any
// positive weight.
//
// An arm with no positive share should be empty: one that is not makes P 0, and adds nothing to ChiSquare and Freedom. Where one
// list is longer, the other has zeros there; a count below 0 is taken as 0. With fewer than two arms that have a share, or nothing
// observed in them, there is no test, and P is 1.
func SampleRatio(observed, shares []int64) RatioTest {
	var arms []arm
	var all arm
	stray := false
	for i := range max(len(observed), len(shares)) {
		a := arm{count: float64(at(observed, i)), share: float64(at(shares, i))}
		if a.share == 0 {
			stray = stray || a.count > 0
			continue
		}
		arms = append(arms, a)
		all.count += a.count
		all.share += a.share
	}
	out := chiSquare(arms, all)
	if stray {
		out.P = 0
	}
	out.Mismatch = out.P < mismatch
	return out
}

// An arm is how many there are and which share of all they should be.
type arm struct{ count, share float64 }

// at returns the number at an index, and 0 where there is none or it is negative.
func at(ns []int64, i int) int64 {
	if i >= len(ns) {
		return 0
	}
	return max(ns[i], 0)
}

// chiSquare tests arms against what they are together.
func chiSquare(arms []arm, all arm) RatioTest {
	out := RatioTest{Freedom: max(int64(len(arms))-1, 0), P: 1}
	if out.Freedom == 0 || all.count == 0 {
		return out
	}
	for _, a := range arms {
		expected := all.count * (a.share / all.share)
		off := a.count - expected
		out.ChiSquare += float64(off * (off / expected))
	}
	out.P = chiSquareTail(out.ChiSquare, out.Freedom)
	return out
}
