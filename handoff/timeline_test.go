package handoff

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff/calendar"
)

// A minutely counts time minute by minute: what a timeline computes, done the dumb way. It says of each minute from an
// instant on, for three weeks, whether it counts.
type minutely struct {
	from   time.Time
	counts []bool
}

func countMinutes(from time.Time, hours *calendar.Calendar, pauses []stretch) minutely {
	m := minutely{from, make([]bool, 21*24*60)}
	for i := range m.counts {
		at := from.Add(time.Duration(i) * time.Minute)
		paused := slices.ContainsFunc(pauses, func(s stretch) bool {
			return !at.Before(s.from) && (s.until.IsZero() || at.Before(s.until))
		})
		m.counts[i] = !paused && (hours == nil || hours.IsOpen(at))
	}
	return m
}

// add returns when d has passed, and the zero time where it never has.
func (m minutely) add(start time.Time, d time.Duration) time.Time {
	for i := int(start.Sub(m.from) / time.Minute); i < len(m.counts); i++ {
		if d <= 0 {
			return m.from.Add(time.Duration(i) * time.Minute)
		}
		if m.counts[i] {
			d -= time.Minute
		}
	}
	return time.Time{}
}

// next returns the first minute that counts, and the zero time where none does.
func (m minutely) next(at time.Time) time.Time {
	i := int(at.Sub(m.from) / time.Minute)
	if n := slices.Index(m.counts[i:], true); n >= 0 {
		return at.Add(time.Duration(n) * time.Minute)
	}
	return time.Time{}
}

func (m minutely) between(a, b time.Time) (sum time.Duration) {
	for ; a.Before(b); a = a.Add(time.Minute) {
		if m.counts[a.Sub(m.from)/time.Minute] {
			sum += time.Minute
		}
	}
	return sum
}

// randomHours are every hour, or some windows of a week.
func randomHours(t *testing.T, rng *rand.Rand, zone *calendar.Zone) *calendar.Calendar {
	t.Helper()
	if rng.IntN(5) == 0 {
		return nil
	}
	c := calendar.Config{Zone: zone}
	for d := range 7 {
		if d > 0 && rng.IntN(3) == 0 {
			continue
		}
		opens := time.Duration(rng.IntN(24*60)) * time.Minute
		closes := (opens + time.Duration(120+rng.IntN(600))*time.Minute) % dayLength
		c.Weekly = append(c.Weekly, calendar.Window{Day: time.Weekday(d), Open: opens, Close: closes})
	}
	hours, err := calendar.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return hours
}

// randomPauses may overlap, touch and last for no time; the last of them may last for ever.
func randomPauses(rng *rand.Rand, start time.Time) (list []stretch) {
	for range rng.IntN(5) {
		from := start.Add(time.Duration(rng.IntN(6*24*60)-24*60) * time.Minute)
		until := from.Add(time.Duration(rng.IntN(36*60)-60) * time.Minute)
		if n := len(list); n > 0 && rng.IntN(3) == 0 && !list[n-1].until.IsZero() {
			from = list[n-1].until // they touch
		}
		if rng.IntN(12) == 0 {
			until = time.Time{}
		}
		list = append(list, stretch{from, until})
	}
	return list
}

// TestTimeline_IsTheTwin compares the arithmetic with a count of minutes, over a change of the clocks.
func TestTimeline_IsTheTwin(t *testing.T) {
	newYork, err := calendar.LoadZone("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	never, paused := 0, 0
	for seed := range 120 {
		rng := rand.New(rand.NewPCG(uint64(seed), 6))
		start := time.Date(2026, 3, 5, rng.IntN(24), rng.IntN(60), 0, 0, time.UTC)
		hours := randomHours(t, rng, []*calendar.Zone{nil, newYork}[rng.IntN(2)])
		given := randomPauses(rng, start)
		fast, slow := timeline{hours, apart(slices.Clone(given))}, countMinutes(start.Add(-2*dayLength), hours, given)
		for range 12 {
			d := time.Duration(rng.IntN(10*60)) * time.Minute
			got, want := fast.add(start, d), slow.add(start, d)
			if !got.Equal(want) {
				t.Fatalf("seed %d: %s from %s with pauses %v ends at %s, and by the twin at %s", seed, d, start, given, got, want)
			}
			if want.IsZero() {
				never++
				continue
			}
			if len(given) > 0 {
				paused++
			}
			if next, want := fast.next(got), slow.next(got); !next.Equal(want) {
				t.Fatalf("seed %d: with pauses %v time goes on at %s after %s, and by the twin at %s", seed, given, next, got, want)
			}
			if sum := fast.between(start, got); sum != d {
				t.Fatalf("seed %d: from %s to %s there are %s, want the %s that were added", seed, start, got, sum, d)
			}
		}
		a := start.Add(time.Duration(rng.IntN(4*24*60)-24*60) * time.Minute)
		b := start.Add(time.Duration(rng.IntN(4*24*60)-24*60) * time.Minute)
		if got, want := fast.between(a, b), slow.between(a, b); got != want {
			t.Fatalf("seed %d: from %s to %s with pauses %v there are %s, and by the twin %s", seed, a, b, given, got, want)
		}
	}
	if never < 50 || paused < 500 {
		t.Errorf("%d promises never fall due and %d are paused, which is too few to say that the arithmetic is right", never, paused)
	}
}

func TestApart(t *testing.T) {
	at := func(hours int) time.Time {
		if hours < 0 {
			return time.Time{}
		}
		return time.Date(2026, 3, 5, hours, 0, 0, 0, time.UTC)
	}
	s := func(from, until int) stretch { return stretch{at(from), at(until)} }
	for _, tt := range []struct {
		name, reason string
		list, want   []stretch
	}{
		{"none", "nothing stops the time", nil, nil},
		{"in any order", "they are sorted", []stretch{s(5, 6), s(1, 2)}, []stretch{s(1, 2), s(5, 6)}},
		{"overlap", "an hour that is in both does not count twice", []stretch{s(1, 4), s(3, 6)}, []stretch{s(1, 6)}},
		{"touch", "they are one", []stretch{s(1, 3), s(3, 6)}, []stretch{s(1, 6)}},
		{"one inside another", "the longer one stays", []stretch{s(1, 9), s(3, 6)}, []stretch{s(1, 9)}},
		{"of no length", "nothing is paused", []stretch{s(3, 3), s(6, 5)}, nil},
		{"for ever", "whatever comes later is in it", []stretch{s(3, -1), s(1, 4), s(6, 7)}, []stretch{s(1, -1)}},
		{"for ever first", "an end that comes later does not end it", []stretch{s(1, -1), s(1, 4)}, []stretch{s(1, -1)}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := apart(tt.list); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func TestPending(t *testing.T) {
	at := func(hours int) time.Time { return time.Date(2026, 3, 5, hours, 0, 0, 0, time.UTC) }
	wait := func(from int, until ...int) ActivityRef {
		a := ActivityRef{Kind: ActivityPending, At: at(from)}
		if len(until) > 0 {
			a.Until = at(until[0])
		}
		return a
	}
	did := func(kind ActivityKind, hours int) ActivityRef { return ActivityRef{Kind: kind, At: at(hours)} }
	for _, tt := range []struct {
		name, reason string
		list         []ActivityRef
		want         []stretch
	}{
		{"until an instant", "it is over then", []ActivityRef{wait(1, 4)}, []stretch{{at(1), at(4)}}},
		{"without an end", "it lasts", []ActivityRef{wait(1)}, []stretch{{from: at(1)}}},
		{"resumed", "it is over", []ActivityRef{wait(1), did(ActivityResumed, 3)}, []stretch{{at(1), at(3)}}},
		{"resumed before the instant", "it is over sooner", []ActivityRef{wait(1, 9), did(ActivityResumed, 3)}, []stretch{{at(1), at(3)}}},
		{"resumed after the instant", "it was over", []ActivityRef{wait(1, 4), did(ActivityResumed, 6)}, []stretch{{at(1), at(4)}}},
		{"resumed at the instant", "it was over", []ActivityRef{wait(1, 4), did(ActivityResumed, 4)}, []stretch{{at(1), at(4)}}},
		{"heard of", "somebody who speaks waits no more", []ActivityRef{wait(1), did(ActivityReply, 3)}, []stretch{{at(1), at(3)}}},
		{"tried", "an attempt is no contact", []ActivityRef{wait(1), did(ActivityCall, 3), did(ActivityEmail, 3)}, []stretch{{from: at(1)}}},
		{"answered by a machine", "nobody was heard of", []ActivityRef{wait(1), did(ActivityAutoReply, 3)}, []stretch{{from: at(1)}}},
		{"longer", "the latest word counts", []ActivityRef{wait(1, 4), wait(2, 6)}, []stretch{{at(1), at(6)}}},
		{"shorter", "the latest word counts", []ActivityRef{wait(1, 9), wait(2, 4)}, []stretch{{at(1), at(4)}}},
		{"until nobody knows", "the latest word counts", []ActivityRef{wait(1, 9), wait(2)}, []stretch{{from: at(1)}}},
		{"again", "there are two", []ActivityRef{wait(1, 2), wait(4, 6)}, []stretch{{at(1), at(2)}, {at(4), at(6)}}},
		{"again at the end of the first", "the first was over", []ActivityRef{wait(1, 2), wait(2)}, []stretch{{at(1), at(2)}, {from: at(2)}}},
		{"resumed without having waited", "there is nothing to resume", []ActivityRef{did(ActivityResumed, 1)}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := pending(tt.list, time.Time{}); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v: %s", got, tt.want, tt.reason)
			}
		})
	}
}
