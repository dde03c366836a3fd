package routing

import (
	"slices"
	"strings"

	"github.com/salesbaton/baton/handoff"
)

// leastRecent returns the member that waited longest among those that are not out.
func leastRecent(members []handoff.Member, out []string) int {
	best := -1
	for i, m := range members {
		if out[i] == "" && (best < 0 || m.Last < members[best].Last) {
			best = i
		}
	}
	return best
}

// weighted returns the member whose turn it is among those that are not out, and the turns that the others lose before
// it. It counts those turns in members.
//
// Of total weight W, turn k (from 0) of a member of weight w may be taken from slot floor(kW/w) on and is due before
// slot ceil((k+1)W/w). Taking the earliest due of the turns that may be taken meets every due slot, since the turns are
// unit jobs with whole release and due times whose load never exceeds the slots; and between its release and its due
// slot a member's count is less than one away from its ideal share. The windows are those of proportionate scheduling
// (Baruah, Cohen, Plaxton and Varvel, 1996), and of the chairman assignment problem (Tijdeman, 1980).
func weighted(members []handoff.Member, out []string) (pick int, skipped []handoff.Skip) {
	var total, slot int64
	for _, m := range members {
		total += m.Weight
		slot += m.Assigned + m.Skipped
	}
	for ; ; slot++ {
		pick = earliestDue(members, total, slot)
		if out[pick] == "" {
			return pick, skipped
		}
		members[pick].Skipped++
		skipped = skip(skipped, members[pick].Rep, out[pick])
	}
}

func earliestDue(members []handoff.Member, total, slot int64) int {
	best, bestDue := -1, int64(0)
	for i, m := range members {
		k := m.Assigned + m.Skipped
		if k*total/m.Weight > slot {
			continue
		}
		due := ((k+1)*total + m.Weight - 1) / m.Weight
		if best < 0 || due < bestDue || due == bestDue && m.Last < members[best].Last {
			best, bestDue = i, due
		}
	}
	return best
}

func skip(list []handoff.Skip, rep, reason string) []handoff.Skip {
	i, found := slices.BinarySearchFunc(list, rep, func(s handoff.Skip, rep string) int { return strings.Compare(s.Rep, rep) })
	if !found {
		list = slices.Insert(list, i, handoff.Skip{Rep: rep, Reason: reason})
	}
	list[i].Turns++
	return list
}
