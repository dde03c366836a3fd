package handoff

import (
	"slices"
	"time"

	"github.com/salesbaton/baton/handoff/calendar"
)

// A timeline is the time that counts under an SLA.
type timeline struct {
	hours  *calendar.Calendar
	pauses []stretch // in order, apart from each other
}

// A stretch is the time from one instant until another; zero: for ever.
type stretch struct{ from, until time.Time }

// pending returns when the subject had asked to wait, of what was said since an instant. It is over at the instant that was
// given, when it is resumed, or when the subject is heard of.
func pending(activities []ActivityRef, since time.Time) (out []stretch) {
	var now stretch
	for _, a := range activities {
		if a.At.Before(since) {
			continue
		}
		if !now.from.IsZero() && !now.until.IsZero() && !a.At.Before(now.until) {
			out, now = append(out, now), stretch{}
		}
		switch {
		case a.Kind == ActivityPending && now.from.IsZero():
			now = stretch{a.At, a.Until}
		case a.Kind == ActivityPending:
			now.until = a.Until
		case !now.from.IsZero() && (a.Kind == ActivityResumed || a.Kind.IsContact()):
			out, now = append(out, stretch{now.from, a.At}), stretch{}
		}
	}
	if !now.from.IsZero() {
		out = append(out, now)
	}
	return out
}

// of returns what of some stretches lies within s.
func (s stretch) of(list []stretch) (out []stretch) {
	for _, x := range list {
		x.from = latest(x.from, s.from)
		x.until = earlier(x.until, s.until)
		if x.until.IsZero() || x.until.After(x.from) {
			out = append(out, x)
		}
	}
	return out
}

// apart sorts stretches and joins those that overlap or touch. Those that end before they begin are none.
func apart(list []stretch) (out []stretch) {
	slices.SortFunc(list, func(a, b stretch) int { return a.from.Compare(b.from) })
	for _, s := range list {
		if !s.until.IsZero() && !s.until.After(s.from) {
			continue
		}
		if n := len(out); n > 0 && (out[n-1].until.IsZero() || !s.from.After(out[n-1].until)) {
			if last := &out[n-1]; s.until.IsZero() || !last.until.IsZero() && s.until.After(last.until) {
				last.until = s.until
			}
			continue
		}
		out = append(out, s)
	}
	return out
}

// add returns the instant at which d has passed since start, which is start itself for no time; zero: it never has.
func (l timeline) add(start time.Time, d time.Duration) time.Time {
	if d <= 0 {
		return start
	}
	for _, pause := range l.pauses {
		if !pause.until.IsZero() && !pause.until.After(start) {
			continue
		}
		if pause.from.After(start) {
			if open := l.hours.Between(start, pause.from); d <= open {
				break
			} else {
				d -= open
			}
		}
		if pause.until.IsZero() {
			return time.Time{}
		}
		start = pause.until
	}
	return l.hours.Add(start, d)
}

// next returns the instant itself where time counts from there on, and else when it does next; zero: never.
func (l timeline) next(at time.Time) time.Time {
	at = l.hours.Next(at)
	for _, pause := range l.pauses {
		switch {
		case at.Before(pause.from):
			return at
		case pause.until.IsZero():
			return time.Time{}
		case at.Before(pause.until):
			at = l.hours.Next(pause.until)
		}
	}
	return at
}

// between returns how much counts from a to b.
func (l timeline) between(a, b time.Time) time.Duration {
	if !b.After(a) {
		return 0
	}
	sum := l.hours.Between(a, b)
	for _, pause := range l.pauses {
		from, until := latest(pause.from, a), b
		if !pause.until.IsZero() {
			until = earlier(pause.until, b)
		}
		if until.After(from) {
			sum -= l.hours.Between(from, until)
		}
	}
	return sum
}

// step returns when a step of an SLA is taken that was due at an instant, and that its owner has had since another: each waits
// for the one before it; zero: never.
func (l timeline) step(s *SLA, due, since time.Time, n int64) time.Time {
	if due.IsZero() || int(n) >= len(s.Late) {
		return time.Time{}
	}
	due = latest(due, since)
	for i := range s.Late[:n+1] {
		due = l.after(s, int64(i), due, since)
	}
	return due
}

// after returns when a step is taken that waits for an instant; zero: never. What takes something from an owner who has had the
// record only since another instant waits until they have had as long as was promised, where it would be taken at once.
func (l timeline) after(s *SLA, n int64, at, since time.Time) time.Time {
	if at.IsZero() {
		return at
	}
	next := l.add(at, s.Late[n].Wait)
	if s.Late[n].takes() && !next.IsZero() && !next.After(since) {
		next = l.add(since, s.Within)
	}
	return instant(next)
}

// due returns when an SLA is due that starts at an instant.
func (l timeline) due(s *SLA, start time.Time) time.Time {
	due := l.add(start, s.Within)
	if s.Roll && !due.IsZero() {
		due = l.next(due)
	}
	return instant(due)
}
