package replay

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/salesbaton/baton/handoff"
)

// A Summary counts decisions, and what they say of promises, outcomes and records that went back. The zero Summary is empty
// and ready.
type Summary struct {
	decisions int64
	verdicts  map[string]int64
	plays     map[string]int64
	owners    map[string]int64
	outcomes  map[string]int64
	events    map[string]int64
	arms      map[string]int64 // by experiment and side
	promises  map[string]Promise
	undone    map[ended]bool  // the ends of clocks without what they promise, which a correction may mend
	away      map[string]bool // ids of the triggers with which recycled records come back
}

// An ended is one end of a clock.
type ended struct {
	subject handoff.Ref
	clock   string
	at      time.Time
}

// A Promise is how often what was promised was done. The end of a clock that was corrected counts as what is known since.
type Promise struct {
	Name    string `json:"name"` // such as first_touch, acceptance and queue
	Kept    int64  `json:"kept"`
	Late    int64  `json:"late"`
	NotDone int64  `json:"not_done"` // somebody else was to do it, the record went back to a queue, or the handoff ended
}

// A Count is how many decisions have something in common.
type Count struct {
	Name string `json:"name"`
	N    int64  `json:"n"`
}

// Add counts one decision: by its verdict, by the play that won, and by the owner whom it chose; of a touch by its verdict
// alone, since nothing is handed off. One that is held out says which play and whom it would have been, and neither counts.
func (s *Summary) Add(d handoff.Decision) {
	s.decisions++
	s.verdicts = counted(s.verdicts, string(d.Verdict))
	if d.Cause.Touch != "" {
		return
	}
	s.addEvents(d)
	s.exposed(d)
	if d.Verdict == handoff.VerdictHeldOut {
		return
	}
	if d.Owner != "" && !d.Cause.Time && d.Cause.Activity == "" { // a play that was held, found nobody or asks somebody else won nothing
		s.plays = counted(s.plays, d.Play)
	}
	s.owners = counted(s.owners, d.Owner)
}

// What Events counts.
const (
	eventWarned    = "warned before it is late"
	eventEscalated = "escalated"
	eventAnother   = "given to somebody else"
	eventReturned  = "back to a queue"
	eventCorrected = "promise corrected"
	eventRefused   = "activity refused"
	eventDisputed  = "outcome disputed"
	eventRecycled  = "recycled"
	eventBack      = "recycled, and handed over again"
)

// addEvents counts what a decision says of promises and outcomes, and the rarer things.
func (s *Summary) addEvents(d handoff.Decision) {
	for _, r := range d.Reasons {
		if r.Code == handoff.CodeWarned {
			s.event(eventWarned)
		}
	}
	if d.Cause.Activity != "" && d.Verdict == handoff.VerdictRefused {
		s.event(eventRefused)
	}
	for _, effect := range d.Effects {
		switch e := effect.(type) {
		case handoff.StopClock:
			s.stopped(e)
		case handoff.Correct:
			s.corrected(e)
			s.event(eventCorrected)
		case handoff.RecordOutcome:
			s.came(e)
		case handoff.Assign:
			s.assigned(e, len(d.Cause.Triggers) > 0)
		case handoff.Notify:
			if e.Level == handoff.LevelUrgent {
				s.event(eventEscalated)
			}
		case handoff.Recycle:
			s.event(eventRecycled)
			if e.Trigger != "" {
				s.away = noted(s.away, e.Trigger)
			}
		case handoff.ConsumeTrigger:
			s.consumed(e)
		}
	}
}

// exposed counts the sides of experiments on which a record was handed over or held out. One that waits on is told again later.
func (s *Summary) exposed(d handoff.Decision) {
	switch d.Verdict {
	case handoff.VerdictEnrolled, handoff.VerdictAssigned, handoff.VerdictBlockedChannel, handoff.VerdictHeldOut:
	default:
		return
	}
	for _, effect := range d.Effects {
		if e, ok := effect.(handoff.Expose); ok {
			s.arms = counted(s.arms, e.Experiment+": "+e.Arm.Arm)
		}
	}
}

func (s *Summary) event(name string) { s.events = counted(s.events, name) }

// came counts what came of a handoff, or that somebody does not agree with it.
func (s *Summary) came(e handoff.RecordOutcome) {
	if e.Disputed.At.IsZero() {
		s.outcomes = counted(s.outcomes, e.Word)
	} else {
		s.event(eventDisputed)
	}
}

// assigned counts that a record went to somebody else without a signal that asked for it, or to nobody.
func (s *Summary) assigned(e handoff.Assign, asked bool) {
	switch {
	case e.To == "":
		s.event(eventReturned)
	case e.Play != "" && !asked:
		s.event(eventAnother)
	}
}

// consumed counts a record that was recycled, and is handed over again.
func (s *Summary) consumed(e handoff.ConsumeTrigger) {
	if s.away[e.Trigger] && e.Fate == handoff.FateActed {
		s.event(eventBack)
	}
	delete(s.away, e.Trigger)
}

// stopped counts how a clock ended.
func (s *Summary) stopped(e handoff.StopClock) {
	s.count(e.ID, func(p *Promise) { *p.counts(e.Why, e.Met)++ })
	s.remember(e.Why, ended{e.Subject, e.ID, e.At})
}

// corrected counts the end of a clock as what is known of it now. One that ended before the first decision was not counted.
func (s *Summary) corrected(e handoff.Correct) {
	was := ended{e.Subject, e.Clock, e.Was}
	s.count(e.Clock, func(p *Promise) {
		before := p.counts(handoff.StopDone, e.WasMet)
		if s.undone[was] {
			before = &p.NotDone
		}
		if *before == 0 {
			return
		}
		*before--
		*p.counts(e.Why, e.Met)++
		delete(s.undone, was)
		s.remember(e.Why, ended{e.Subject, e.Clock, e.Is})
	})
}

// remember notes the end of a clock without what it promises.
func (s *Summary) remember(why handoff.StopWhy, e ended) {
	if why != handoff.StopDone {
		s.undone = noted(s.undone, e)
	}
}

// counts returns where a promise counts a clock that ended like this.
func (p *Promise) counts(why handoff.StopWhy, met bool) *int64 {
	switch {
	case why != handoff.StopDone:
		return &p.NotDone
	case met:
		return &p.Kept
	}
	return &p.Late
}

// count changes what is counted of the promise that a clock is about.
func (s *Summary) count(clock string, change func(*Promise)) {
	name, _, _ := strings.Cut(clock, ":")
	p := s.promises[name]
	p.Name = name
	change(&p)
	if s.promises == nil {
		s.promises = map[string]Promise{}
	}
	s.promises[name] = p
}

// noted adds an element to a set.
func noted[T comparable](set map[T]bool, v T) map[T]bool {
	if set == nil {
		set = map[T]bool{}
	}
	set[v] = true
	return set
}

func counted(counts map[string]int64, name string) map[string]int64 {
	if counts == nil {
		counts = map[string]int64{}
	}
	if name != "" {
		counts[name]++
	}
	return counts
}

// Decisions returns how many were added.
func (s *Summary) Decisions() int64 { return s.decisions }

// Verdicts returns the number of decisions with each verdict, the greatest first, then by name.
func (s *Summary) Verdicts() []Count { return ranked(s.verdicts) }

// Plays returns how often each play won, the most frequent first, then by name.
func (s *Summary) Plays() []Count { return ranked(s.plays) }

// Owners returns how many handoffs each owner got, the most first, then by name.
func (s *Summary) Owners() []Count { return ranked(s.owners) }

// Outcomes returns how often each word was said to have come of a handoff, the most frequent first, then by name.
func (s *Summary) Outcomes() []Count { return ranked(s.outcomes) }

// Events returns how often the rarer things happened: warnings, what was late, what went back to a queue or was recycled, and
// what was refused, disputed or corrected; the most frequent first, then by name.
func (s *Summary) Events() []Count { return ranked(s.events) }

// Arms returns how often records were on each side of an experiment when they were handed over or held out, by the name, such
// as "opener: video".
func (s *Summary) Arms() []Count {
	out := make([]Count, 0, len(s.arms))
	for _, name := range slices.Sorted(maps.Keys(s.arms)) {
		out = append(out, Count{name, s.arms[name]})
	}
	return out
}

// Promises returns how often each kind of promise was kept, by name.
func (s *Summary) Promises() []Promise {
	out := make([]Promise, 0, len(s.promises))
	for _, name := range slices.Sorted(maps.Keys(s.promises)) {
		out = append(out, s.promises[name])
	}
	return out
}

func ranked(counts map[string]int64) []Count {
	out := make([]Count, 0, len(counts))
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		out = append(out, Count{name, counts[name]})
	}
	slices.SortStableFunc(out, func(a, b Count) int { return cmp.Compare(b.N, a.N) })
	return out
}

// String returns the counts as aligned tables, one below the other; a table without rows is left out.
func (s *Summary) String() string {
	tables := []struct {
		name, unit string
		rows       []Count
	}{
		{"play", "won", s.Plays()},
		{"owner", "handoffs", s.Owners()},
		{"verdict", "decisions", s.Verdicts()},
		{"experiment", "exposed", s.Arms()},
		{"outcome", "said", s.Outcomes()},
		{"event", "times", s.Events()},
	}
	width := 0
	for _, t := range tables {
		for _, row := range append(t.rows, Count{Name: t.name}) {
			width = max(width, utf8.RuneCountInString(row.Name))
		}
	}
	var parts []string
	for _, t := range tables {
		if len(t.rows) > 0 {
			parts = append(parts, table(t.name, t.unit, t.rows, width))
		}
	}
	if promises := s.Promises(); len(promises) > 0 {
		parts = append(parts, promiseTable(promises, width))
	}
	return strings.Join(parts, "\n")
}

func promiseTable(rows []Promise, width int) string {
	var b strings.Builder
	for _, row := range rows {
		width = max(width, utf8.RuneCountInString(row.Name))
	}
	fmt.Fprintf(&b, "%-*s  %9s  %9s  %9s\n", width, "promise", "kept", "late", "not done")
	for _, row := range rows {
		fmt.Fprintf(&b, "%-*s  %9d  %9d  %9d\n", width, row.Name, row.Kept, row.Late, row.NotDone)
	}
	return b.String()
}

func table(name, unit string, rows []Count, width int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-*s  %9s\n", width, name, unit)
	for _, row := range rows {
		fmt.Fprintf(&b, "%-*s  %9d\n", width, row.Name, row.N)
	}
	return b.String()
}
