package calendar_test

import (
	"archive/zip"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff/calendar"
)

// transitions returns the instants in a compiled zone file at which its zone changes, read from the file itself: the
// second of its two blocks, which has times of 64 bits.
func transitions(t *testing.T, file *zip.File) []time.Time {
	t.Helper()
	content, err := file.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	data, err := io.ReadAll(content)
	if err != nil {
		t.Fatal(err)
	}
	const header = 44
	count := func(at int) int { return int(binary.BigEndian.Uint32(data[at:])) }
	block := header + count(20) + count(24) + 8*count(28) + 5*count(32) + 6*count(36) + count(40)
	changes := make([]time.Time, count(block+32))
	for i := range changes {
		changes[i] = time.Unix(int64(binary.BigEndian.Uint64(data[block+header+8*i:])), 0).UTC()
	}
	return changes
}

// byRule returns the hours from 2038 to 2060 after which the zone's offset is another, found hour by hour: files describe
// those years by a rule.
func byRule(z *calendar.Zone) (changes []time.Time) {
	at := time.Date(2038, 1, 1, 0, 0, 0, 0, time.UTC)
	before := offset(z, at)
	for at.Year() < 2060 {
		at = at.Add(time.Hour)
		if after := offset(z, at); after != before {
			before, changes = after, append(changes, at)
		}
	}
	return changes
}

func offset(z *calendar.Zone, at time.Time) time.Duration {
	_, seconds := z.In(at).Zone()
	return time.Duration(seconds) * time.Second
}

// TestAtInEveryGap asks for times in the gaps of all zones: the answer is the transition, the first instant after the gap.
func TestAtInEveryGap(t *testing.T) {
	archive, err := zip.OpenReader("zoneinfo.zip")
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	r := rand.New(rand.NewPCG(7, 11))
	gaps, scanned := 0, 0
	for i, file := range archive.File {
		z := zone(t, file.Name)
		changes := transitions(t, file)
		if i%50 == 0 {
			changes = append(changes, byRule(z)...)
		}
		for _, change := range changes {
			before, after := offset(z, change.Add(-1)), offset(z, change)
			if after <= before {
				continue
			}
			gaps++
			for _, into := range []time.Duration{0, (after - before) / 2, after - before - 1} {
				wall := change.Add(before + into)
				if shows(z, change, wall) {
					continue // another change lets the clocks show it after all
				}
				sameInstant(t, wallAt(z, wall), change, file.Name+" "+wall.String())
				if r.IntN(200) == 0 {
					scanned++
					sameInstant(t, wallAt(z, wall), scan(z, wall), "by scanning, "+file.Name)
				}
			}
		}
	}
	if t.Logf("%d gaps, %d times scanned for", gaps, scanned); gaps < 10_000 || scanned < 100 {
		t.Error("too few gaps: are the zone files read in full?")
	}
}

// wallAt is At for a wall clock time read as UTC.
func wallAt(z *calendar.Zone, wall time.Time) time.Time {
	midnight := wall.Truncate(24 * time.Hour)
	return z.At(calendar.Date{Year: wall.Year(), Month: wall.Month(), Day: wall.Day()}, wall.Sub(midnight))
}

// shows reports whether the zone's clocks show wall with an offset that applies within two days of the change.
func shows(z *calendar.Zone, change, wall time.Time) bool {
	for hours := -48; hours <= 48; hours++ {
		o := offset(z, change.Add(time.Duration(hours)*time.Hour))
		if offset(z, wall.Add(-o)) == o {
			return true
		}
	}
	return false
}

// scan looks minute by minute, then second by second, for the first instant at which the zone's clocks show wall or more.
func scan(z *calendar.Zone, wall time.Time) time.Time {
	at := wall.Add(-26 * time.Hour).Truncate(time.Minute)
	for _, step := range []time.Duration{time.Minute, time.Second} {
		for at.Add(offset(z, at)).Before(wall) {
			at = at.Add(step)
		}
		at = at.Add(-step)
	}
	return at.Add(time.Second)
}
