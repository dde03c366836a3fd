package calendar

import (
	"archive/zip"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"
)

// zoneVersion is the release of the tz database in zoneFile. A test pins the
// checksum of the file, so that neither changes without the other.
const zoneVersion = "2025c"

// zoneFile holds the compiled tz database (public domain) as the Go
// distribution packs it.
//
//go:embed zoneinfo.zip
var zoneFile string

// maxOffset is more than any zone's distance from UTC: in the tz database the
// largest is just under 16 hours.
const maxOffset = 26 * time.Hour

// Zone is a time zone read from the file embedded in this package or from bytes
// that the host passes, never from the machine. It is immutable and safe for
// concurrent use. A nil *Zone means UTC for every method, and so does the zero
// Zone.
//
// A wall clock time can be missing, because clocks were put forward over it (a
// gap), or occur twice, because clocks were put back (a fold). Methods that turn
// a wall clock time into an instant answer the first instant after the gap, and
// the first of the two instants of a fold.
type Zone struct {
	name, version string
	location      *time.Location
}

// LoadZone returns the zone with this name in the embedded file, such as "UTC"
// or "America/New_York". Names are case-sensitive. The error for an unknown name
// suggests the nearest known one when there is one close to it.
//
// Each call reads the directory of the embedded file: keep the Zone.
func LoadZone(name string) (*Zone, error) {
	archive, err := zip.NewReader(strings.NewReader(zoneFile), int64(len(zoneFile)))
	if err != nil {
		return nil, fmt.Errorf("embedded zone file: %w", err)
	}
	for _, file := range archive.File {
		if file.Name == name {
			return readZone(file)
		}
	}
	return nil, unknownZone(name, archive)
}

func readZone(file *zip.File) (*Zone, error) {
	content, err := file.Open()
	if err != nil {
		return nil, fmt.Errorf("embedded zone file, %s: %w", file.Name, err)
	}
	data, err := io.ReadAll(content)
	if err := errors.Join(err, content.Close()); err != nil {
		return nil, fmt.Errorf("embedded zone file, %s: %w", file.Name, err)
	}
	return ZoneFromTZData(file.Name, zoneVersion, data)
}

func unknownZone(name string, archive *zip.Reader) error {
	if name == "" {
		return errors.New(`the time zone has no name: write one such as "UTC" or "America/New_York"`)
	}
	known := make([]string, len(archive.File))
	for i, file := range archive.File {
		known[i] = file.Name
	}
	if near := nearest(name, known); near != "" {
		return fmt.Errorf("unknown time zone %q in release %s: did you mean %q?", name, zoneVersion, near)
	}
	return fmt.Errorf("unknown time zone %q in release %s: write a name such as \"Europe/Berlin\"", name, zoneVersion)
}

// ZoneFromTZData returns the zone described by data, a compiled zone file in the
// TZif format. The name must not be empty; version is the release that the host
// took the data from and may be empty when it does not know. Neither is compared
// with the data, which is not kept.
func ZoneFromTZData(name, version string, data []byte) (*Zone, error) {
	if name == "" {
		return nil, errors.New("a time zone from TZif data needs a name")
	}
	location, err := time.LoadLocationFromTZData(name, data)
	if err != nil {
		return nil, fmt.Errorf("time zone %q: not a TZif file: %w", name, err)
	}
	return &Zone{name: name, version: version, location: location}, nil
}

// ZoneVersion returns the release of the tz database that [LoadZone] reads, such
// as "2025c".
func ZoneVersion() string { return zoneVersion }

// Name returns the name that the zone was loaded with; "UTC" for a nil Zone.
func (z *Zone) Name() string {
	if z.isUTC() {
		return "UTC"
	}
	return z.name
}

// Version returns the release that the zone was read from, which is the version
// passed to [ZoneFromTZData] or else [ZoneVersion].
func (z *Zone) Version() string {
	if z.isUTC() {
		return zoneVersion
	}
	return z.version
}

// In returns the same instant as t with the wall clock of the zone.
func (z *Zone) In(t time.Time) time.Time {
	if z.isUTC() {
		return t.UTC()
	}
	return t.In(z.location)
}

// DateOf returns the date that the zone's clocks show at t.
func (z *Zone) DateOf(t time.Time) Date { return dateOf(z.In(t)) }

// AddDays returns the instant, in UTC, at which the zone's clocks show the time
// of day of t, n calendar days later; n may be negative. When n is 0 that is t
// itself, also in the second half of a fold.
func (z *Zone) AddDays(t time.Time, n int) time.Time {
	if n == 0 {
		return t.UTC()
	}
	local := z.In(t)
	sinceMidnight := time.Duration(local.Hour())*time.Hour +
		time.Duration(local.Minute())*time.Minute +
		time.Duration(local.Second())*time.Second +
		time.Duration(local.Nanosecond())
	return z.At(dateOf(local).AddDays(n), sinceMidnight)
}

// At returns the instant, in UTC, at which the zone's clocks show the wall clock
// time sinceMidnight on d: 9h is 09:00 also on a day of 23 or 25 hours. 24h is
// midnight of the next day; other values outside a day count on from d in the
// same way. It has no meaning for the zero Date.
func (z *Zone) At(d Date, sinceMidnight time.Duration) time.Time {
	first, _ := z.occurrences(d, sinceMidnight)
	return first
}

// occurrences returns the first and the last instant at which the zone's clocks
// show this wall clock time. They differ in a fold only. In a gap both are the
// first instant after it.
func (z *Zone) occurrences(d Date, sinceMidnight time.Duration) (first, last time.Time) {
	wall := d.midnight().Add(sinceMidnight)
	if z.isUTC() {
		return wall, wall
	}
	before, after := z.offset(wall.Add(-maxOffset)), z.offset(wall.Add(maxOffset))
	early, late := wall.Add(-before), wall.Add(-after)
	isEarly, isLate := z.offset(early) == before, z.offset(late) == after
	switch {
	case isEarly && isLate:
		return early, late
	case isEarly:
		return early, early
	case isLate:
		return late, late
	}
	missed := z.reaches(wall)
	return missed, missed
}

// reaches returns the instant at which the zone's clocks come to show wall, read as UTC, or jump over it. It bisects
// instead of asking for the bounds of the zone, which the standard library gets wrong in some years.
func (z *Zone) reaches(wall time.Time) time.Time {
	before, from := wall.Add(-maxOffset), wall.Add(maxOffset)
	for from.Sub(before) > 1 {
		middle := before.Add(from.Sub(before) / 2)
		if middle.Add(z.offset(middle)).Before(wall) {
			before = middle
		} else {
			from = middle
		}
	}
	return from
}

// changes yields the instants from start up to end at which the zone's offset changes, in order.
func (z *Zone) changes(start, end time.Time) iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		for t := start; t.Before(end) && !z.isUTC(); {
			next := z.boundAfter(t)
			if change, ok := z.changeIn(t, next); ok && change.Before(end) && !yield(change) {
				return
			}
			t = next
		}
	}
}

// boundAfter returns an instant after t up to which the offset changes once at most. The end that ZoneBounds gives can
// lie before t itself in the years described by a rule; a day is the step then.
func (z *Zone) boundAfter(t time.Time) time.Time {
	_, end := z.In(t).ZoneBounds()
	if !end.After(t) {
		return t.Add(day)
	}
	return earlier(end.UTC(), t.Add(366*day))
}

// changeIn returns the first instant after from, up to to, with another offset than from.
func (z *Zone) changeIn(from, to time.Time) (time.Time, bool) {
	offset := z.offset(from)
	if z.offset(to) == offset {
		return time.Time{}, false
	}
	for to.Sub(from) > 1 && z.offset(to.Add(-1)) != offset {
		if middle := from.Add(to.Sub(from) / 2); z.offset(middle) == offset {
			from = middle
		} else {
			to = middle
		}
	}
	return to, true
}

// offset is how far the zone's clocks are ahead of UTC at t.
func (z *Zone) offset(t time.Time) time.Duration {
	_, seconds := z.In(t).Zone()
	return time.Duration(seconds) * time.Second
}

func (z *Zone) isUTC() bool { return z == nil || z.location == nil }
