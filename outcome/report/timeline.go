package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/outcome"
)

// A walk goes through the facts of one subject after the other.
type walk struct {
	*book
	rules rules
	until int64
	home  []uint32 // where each subject lives on
	order []uint32
	begin []int

	exposed    map[unitKey]int64 // when each unit was exposed first
	overlapped map[runKey]bool   // handoffs whose sequence ran while marketing reached somebody

	// Of the subject at hand, in order:
	subject   uint32
	facts     []*fact
	refused   map[int64]bool // activities
	seen      map[int64]bool // activities
	handoffs  []Handoff
	signals   map[int64]bool // that were handed over
	owner     string         // of the latest handoff now
	early     []attempt      // since the latest handoff began
	segments  []segmentFact
	clocks    []clock
	stood     []hold
	promised  []promise // first touches
	exposures []exposure
	goals     []goal
	steps     []pathStep
	repeated  int64

	unobserved, outside int64 // activities
}

// A runKey is a handoff that started a sequence: its subject and instant.
type runKey struct {
	subject uint32
	at      int64
}

// An attempt is one to reach the subject, or a contact.
type attempt struct {
	at      int64
	contact bool
	theirs  bool // the subject wrote: no attempt of ours
	channel string
}

// A segmentFact is a segment that holds from an instant on.
type segmentFact struct {
	at          int64
	name, value string
}

// A clock is a promise that was made.
type clock struct {
	id         string
	start, due int64
	first      int64 // when it was due at first
	within     int64 // seconds that it gave; 0: unknown
	began      int64 // decided
	end        int64 // 0: it runs
	met        bool
	why        handoff.StopWhy
}

// A hold is one that stood.
type hold struct {
	id, reason   string
	since, until int64
	endless      bool
	over         bool
}

// An exposure puts a unit on an arm.
type exposure struct {
	at              int64
	experiment, arm string
	unit            uint32
	propensity      int64
	heldOut         bool
}

// A goal is an activity that comes to the goal, or a deal that is won or lost.
type goal struct {
	at     int64
	goal   bool
	won    bool
	lost   bool
	amount int64 // and one; 0: unknown
}

// A pathStep is what may have led to a goal.
type pathStep struct {
	at   int64
	name string
}

// newWalk prepares a walk over everything up to an instant.
func (r *Report) newWalk(until time.Time) *walk {
	w := &walk{book: r.book, rules: r.rules, until: micros(until), home: r.homes(micros(until)), overlapped: map[runKey]bool{},
		refused: map[int64]bool{}, seen: map[int64]bool{}, signals: map[int64]bool{}}
	w.order, w.begin = r.book.bySubject(w.home)
	w.findOverlaps()
	w.findExposures()
	return w
}

// findExposures looks when each unit was exposed first.
func (w *walk) findExposures() {
	w.exposed = map[unitKey]int64{}
	for _, page := range w.pages {
		for i := range page {
			f := &page[i]
			if f.kind != factExposed || f.at > w.until {
				continue
			}
			key := unitKey{w.word(f, 0), w.home[f.n]}
			if at, known := w.exposed[key]; !known || f.at < at {
				w.exposed[key] = f.at
			}
		}
	}
}

// homes returns where each subject lives on at an instant, by what merged and came apart, in the order in which it happened.
func (r *Report) homes(until int64) []uint32 {
	home := make([]uint32, len(r.book.subjects))
	for i := range home {
		home[i] = uint32(i)
	}
	refused := r.refusedMerges()
	merges := slices.DeleteFunc(slices.Clone(r.merges), func(m merge) bool { return m.at > until || refused[m.activity] })
	ref := func(i uint32) handoff.Ref { return r.book.subjects[i] }
	slices.SortFunc(merges, func(a, b merge) int {
		return cmp.Or(cmp.Compare(a.at, b.at), compareFlags(a.split, b.split), ref(a.from).Compare(ref(b.from)), ref(a.into).Compare(ref(b.into)))
	})
	for _, m := range merges {
		if m.split {
			home[m.from] = m.from
		} else if root(home, m.into) != root(home, m.from) {
			home[m.from] = m.into
		}
	}
	for i := range home {
		home[i] = root(home, uint32(i))
	}
	return home
}

// refusedMerges returns the activities that decisions refused, where records merged by any.
func (r *Report) refusedMerges() map[int64]bool {
	refused := map[int64]bool{}
	for _, page := range r.book.pages {
		if len(r.merges) == 0 {
			break
		}
		for i := range page {
			if page[i].kind == factRefused {
				refused[page[i].n] = true
			}
		}
	}
	return refused
}

// root follows a subject to where it lives on.
func root(home []uint32, i uint32) uint32 {
	for home[i] != i {
		i = home[i]
	}
	return i
}

// subjectsInOrder returns the subjects that have facts, by name.
func (w *walk) subjectsInOrder() []uint32 {
	var out []uint32
	for i := range w.subjects {
		if w.begin[i] < w.begin[i+1] {
			out = append(out, uint32(i))
		}
	}
	slices.SortFunc(out, func(a, b uint32) int { return w.subjects[a].Compare(w.subjects[b]) })
	return out
}

// load takes the facts of a subject in order, each once, and without what came after the end.
func (w *walk) load(subject uint32) {
	w.subject, w.facts = subject, w.facts[:0]
	for _, place := range w.order[w.begin[subject]:w.begin[subject+1]] {
		if f := w.at(place); f.at <= w.until {
			w.facts = append(w.facts, f)
		}
	}
	slices.SortFunc(w.facts, w.compare)
	told := len(w.facts)
	w.facts = slices.CompactFunc(w.facts, func(f, g *fact) bool { return w.compare(f, g) == 0 })
	w.repeated += int64(told - len(w.facts))
}

// findOverlaps looks at the people whom marketing reached.
func (w *walk) findOverlaps() {
	marketed := map[uint32]bool{}
	for _, page := range w.pages {
		for i := range page {
			if page[i].kind == factTouch {
				marketed[w.home[page[i].subject]] = true
			}
		}
	}
	for subject := range marketed { // into a set, in whatever order
		w.load(subject)
		w.runs(func(_ *fact, run runKey) { w.overlapped[run] = true })
	}
	w.repeated = 0
}

// runs calls f with each touch of marketing and each run that it fell into.
func (w *walk) runs(f func(touch *fact, run runKey)) {
	type run struct {
		runKey
		starts, ends int64
	}
	running := map[string]run{} // by sequence
	for _, x := range w.facts {
		switch x.kind {
		case factRun:
			if x.flag {
				running[w.word(x, 0)] = run{runKey{w.home[x.n], x.at}, x.at + seconds(w.word(x, 1))*1e6, x.m}
			}
		case factExit:
			delete(running, w.word(x, 0))
		case factTouch:
			for _, run := range running {
				if x.at >= run.starts && (run.ends == 0 || x.at < run.ends) {
					f(x, run.runKey)
				}
			}
		}
	}
}

// read makes of a subject's facts what they come to.
func (w *walk) read(subject uint32) {
	w.load(subject)
	clear(w.refused)
	clear(w.seen)
	clear(w.signals)
	w.unobserved, w.outside = 0, 0
	w.handoffs, w.early, w.segments, w.clocks, w.stood = w.handoffs[:0], w.early[:0], nil, w.clocks[:0], w.stood[:0]
	w.exposures, w.goals, w.steps = w.exposures[:0], w.goals[:0], w.steps[:0]
	for _, f := range w.facts {
		switch f.kind {
		case factRefused:
			if _, known := w.refused[f.n]; !known {
				w.refused[f.n] = true
			}
		case factActivity, factOutcome:
			if f.flag { // it was refused, and was told again when it was so
				w.refused[f.n] = false
			}
		case factSegment:
			w.segments = append(w.segments, segmentFact{f.at, w.word(f, 0), w.word(f, 1)})
		}
	}
	for i, f := range w.facts {
		w.fact(i, f)
	}
	w.keep()
	w.recover()
}

// fact reads one.
func (w *walk) fact(i int, f *fact) {
	switch f.kind {
	case factHandoff:
		w.handoff(i, f)
	case factScore:
		if h := w.latest(); h != nil && h.At.Equal(instant(f.at)) {
			h.Scores = append(h.Scores, handoff.NamedScore{ID: w.word(f, 0), Points: f.n})
		}
	case factAssigned:
		w.assigned(f, w.word(f, 0))
	case factRecycled:
		w.first(f.at, func(h *Handoff) *time.Time { return &h.Recycled })
	case factActivity, factOutcome:
		w.deed(i, f)
	case factSignal:
		w.step(f.at, w.signalName(f, 0, 1))
	case factTouch:
		if w.rules.Points == Everything {
			w.step(f.at, "marketing "+w.word(f, 0))
		}
	case factExposed:
		w.exposures = append(w.exposures, exposure{f.at, w.word(f, 0), w.word(f, 1), w.home[f.n], f.m, f.flag})
	default:
		w.standing(f)
	}
}

// standing reads what a fact says of clocks and holds.
func (w *walk) standing(f *fact) {
	switch f.kind {
	case factClock:
		w.clocks = append(w.clocks, clock{id: w.word(f, 0), start: f.m, due: f.n, first: f.n, began: f.at, within: seconds(w.word(f, 1))})
	case factMoved:
		if c := w.running(w.word(f, 0)); c != nil {
			c.due = f.n
		}
	case factStopped:
		if c := w.running(w.word(f, 0)); c != nil {
			c.end, c.met, c.why = f.n, f.flag, handoff.StopWhy(w.word(f, 1))
		}
	case factCorrected:
		w.correct(f)
	case factHold:
		w.lift(w.word(f, 0), f.at, false)
		w.stood = append(w.stood, hold{id: w.word(f, 0), reason: w.word(f, 1), since: f.n, until: f.m, endless: f.flag})
	case factLapsed, factReleased:
		w.lift(w.word(f, 0), f.at, true)
	}
}

// seconds reads a number of seconds; 0: there is none.
func seconds(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// running returns the clock of an id that runs; nil: none does.
func (w *walk) running(id string) *clock {
	for i := len(w.clocks) - 1; i >= 0; i-- {
		if c := &w.clocks[i]; c.id == id && c.end == 0 {
			return c
		}
	}
	return nil
}

// correct says how a clock ended, as far as is known since.
func (w *walk) correct(f *fact) {
	for i := len(w.clocks) - 1; i >= 0; i-- {
		if c := &w.clocks[i]; c.id == w.word(f, 0) && c.start == f.n {
			c.end, c.met, c.why = f.m, f.flag, handoff.StopWhy(w.word(f, 1))
			return
		}
	}
}

// lift ends the hold of an id; one that stands and is told anew is forgotten here.
func (w *walk) lift(id string, at int64, over bool) {
	for i := range w.stood {
		h := &w.stood[i]
		switch {
		case h.id != id || h.over:
		case over || h.until != 0 && h.until <= at:
			h.over = true
		default:
			w.stood = slices.Delete(w.stood, i, i+1)
			return
		}
	}
}

// handoff begins one, unless its signal was handed over before: then the record has another owner.
func (w *walk) handoff(i int, f *fact) {
	if w.signals[f.m] {
		w.assigned(f, w.word(f, 3))
		return
	}
	w.signals[f.m], w.owner = true, w.word(f, 3)
	h := Handoff{
		Subject: w.subjects[w.subject], Play: w.word(f, 0), Motion: w.word(f, 1), Trigger: w.word(f, 2), Owner: w.word(f, 3), Sequence: w.word(f, 4),
		Signalled: instant(f.n), At: instant(f.at), Until: instant(w.until), Segments: w.segmentsAt(f.at),
		Overlapped: w.overlapped[runKey{w.subject, f.at}],
	}
	h.Team = w.rules.teams[h.Owner]
	for _, g := range slices.Backward(w.facts[:i]) { // of the same decision, which comes first in it
		if g.at != f.at || g.seq != f.seq || g.subject != f.subject {
			break
		}
		if g.kind == factDecided {
			h.Policy = policyName(w.word(g, 0), w.word(g, 1))
		}
	}
	if last := w.latest(); last == nil || !last.over().IsZero() {
		for _, a := range w.early { // somebody was quicker than the handoff
			if a.at >= f.n && f.n != 0 {
				h.reach(a)
			}
		}
	}
	w.early = w.early[:0]
	w.handoffs = append(w.handoffs, h)
	if f.n != 0 {
		w.step(f.n, w.signalName(f, 2, 5))
	}
}

// assigned notes that the record has an owner without a signal of its own: another one, while the handoff is worked.
func (w *walk) assigned(f *fact, owner string) {
	if h := w.latest(); h != nil && owner != w.owner && owner != "" {
		if w.owner = owner; h.over().IsZero() {
			w.first(f.at, func(h *Handoff) *time.Time { return &h.Reassigned })
		}
	}
}

// policyName names a version of a policy.
func policyName(policy, digest string) string {
	if digest == "" {
		return policy
	}
	return policy + " " + digest
}

// reach counts an attempt or a contact.
func (h *Handoff) reach(a attempt) {
	at := instant(a.at)
	if a.contact && h.Contacted.IsZero() {
		h.Contacted = at
	}
	if !a.theirs && h.Attempted.IsZero() {
		h.Attempted, h.Channel = at, a.channel
	}
}

// latest returns the latest handoff; nil: there is none yet.
func (w *walk) latest() *Handoff {
	if len(w.handoffs) == 0 {
		return nil
	}
	return &w.handoffs[len(w.handoffs)-1]
}

// first notes an instant of the latest handoff, unless an earlier one stands there.
func (w *walk) first(at int64, of func(*Handoff) *time.Time) {
	if h := w.latest(); h != nil {
		if t := of(h); t.IsZero() {
			*t = instant(at)
		}
	}
}

// segmentsAt returns the value of each segment at an instant, by name.
func (w *walk) segmentsAt(at int64) []Segment {
	if len(w.segments) == 0 {
		return nil
	}
	var out []Segment
	for _, s := range w.segments { // by instant, then by name and value
		i := slices.IndexFunc(out, func(o Segment) bool { return o.Name == s.name })
		switch {
		case i < 0:
			out = append(out, Segment{s.name, s.value})
		case s.at <= at:
			out[i].Value = s.value
		}
	}
	slices.SortFunc(out, func(a, b Segment) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// A deed is what is known of an activity.
type deed struct {
	kind                  handoff.ActivityKind
	word, reason, channel string
	to                    string // who is the owner now; "": nobody said
	amount                int64  // and one; 0: unknown
	observed              bool   // by a decision
}

// learn adds what a fact knows of the activity.
func (d *deed) learn(w *walk, f *fact) {
	d.observed = d.observed || f.flag
	switch f.kind {
	case factActivity:
		d.kind = cmp.Or(d.kind, handoff.ActivityKind(w.word(f, 0)))
		d.reason, d.word, d.channel = cmp.Or(d.reason, w.word(f, 1)), cmp.Or(d.word, w.word(f, 2)), cmp.Or(d.channel, w.word(f, 3))
		d.to, d.amount = cmp.Or(d.to, w.word(f, 4)), max(d.amount, f.m)
	case factOutcome:
		d.word, d.reason = cmp.Or(d.word, w.word(f, 0)), cmp.Or(d.reason, w.word(f, 1))
	}
}

// deed reads an activity, or an outcome whose activity was not told, with everything else that was told of it: that bears the
// same instant.
func (w *walk) deed(i int, f *fact) {
	if w.refused[f.n] || w.seen[f.n] {
		return
	}
	w.seen[f.n] = true
	var d deed
	for _, g := range w.facts[i:] {
		if g.at != f.at {
			break
		}
		if g.n == f.n {
			d.learn(w, g)
		}
	}
	w.notice(&d)
	if d.kind.IsAttempt() || d.kind.IsContact() {
		w.reach(attempt{f.at, d.kind.IsContact(), d.kind == handoff.ActivityReply, reachedBy(d.kind, d.channel)})
	}
	w.outcome(f.at, d.kind, d.word)
	w.assigned(f, d.to)
	w.worth(f.at, d.kind, d.word, d.amount)
	if end, h := d.ends(), w.latest(); end != "" && h != nil {
		h.Ends = append(h.Ends, Ended{end, d.reason})
	}
}

// notice counts an activity that promises do not know, and one that is about no handoff.
func (w *walk) notice(d *deed) {
	if !d.observed {
		w.unobserved++
	}
	if w.latest() == nil {
		w.outside++
	}
}

// ends names the outcome by which a handoff ends without success; "": it does not.
func (d *deed) ends() string {
	switch d.kind {
	case handoff.ActivityDeclined:
		return outcome.Rejected
	case handoff.ActivityLost:
		return outcome.Lost
	case handoff.ActivityDisqualified:
		return outcome.Disqualified
	}
	if stepOf(d.kind, d.word) != "" {
		return ""
	}
	return d.word
}

// reachedBy returns the channel of an attempt or a contact; "": unknown.
func reachedBy(kind handoff.ActivityKind, channel string) string {
	switch kind {
	case handoff.ActivityCall:
		return string(handoff.ChannelCall)
	case handoff.ActivityEmail:
		return string(handoff.ChannelEmail)
	case handoff.ActivitySocial:
		return string(handoff.ChannelSocial)
	case handoff.ActivityMeeting:
		return string(handoff.ChannelMeeting)
	}
	return channel
}

// reach counts an attempt or a contact for every handoff that is not over.
func (w *walk) reach(a attempt) {
	w.early = append(w.early, a)
	for i := range w.handoffs {
		h := &w.handoffs[i]
		if last := i == len(w.handoffs)-1; last || h.over().IsZero() {
			h.reach(a)
			if last && !a.contact {
				h.Attempts++
			}
		}
	}
	if w.rules.Points == Everything && !a.contact {
		w.step(a.at, "sales "+a.channel)
	}
}

// outcome notes what an activity, or the outcome that it says, changes in the latest handoff.
func (w *walk) outcome(at int64, kind handoff.ActivityKind, word string) {
	switch stepOf(kind, word) {
	case StepContacted:
		w.first(at, func(h *Handoff) *time.Time { return &h.Contacted })
	case StepMeeting:
		w.first(at, func(h *Handoff) *time.Time { return &h.Meeting })
	case StepQualified:
		w.first(at, func(h *Handoff) *time.Time { return &h.Qualified })
	case StepOpportunity:
		w.first(at, func(h *Handoff) *time.Time { return &h.Opportunity })
	case StepWon:
		w.first(at, func(h *Handoff) *time.Time { return &h.Won })
	}
	switch {
	case kind == handoff.ActivityAccepted:
		w.first(at, func(h *Handoff) *time.Time { return &h.Accepted })
	case kind == handoff.ActivityDeclined || word == outcome.Rejected:
		w.first(at, func(h *Handoff) *time.Time { return &h.Declined })
	case kind == handoff.ActivityLost || word == outcome.Lost:
		w.first(at, func(h *Handoff) *time.Time { return &h.Lost })
	case kind == handoff.ActivityDisqualified || word == outcome.Disqualified:
		w.first(at, func(h *Handoff) *time.Time { return &h.Disqualified })
	case word == outcome.NoFit || word == outcome.NoResponse:
		w.first(at, func(h *Handoff) *time.Time { return &h.Closed })
	case word == outcome.Recycle:
		w.first(at, func(h *Handoff) *time.Time { return &h.Recycled })
	}
}

// worth notes what an activity brings.
func (w *walk) worth(at int64, kind handoff.ActivityKind, word string, amount int64) {
	step := stepOf(kind, word)
	if h := w.latest(); h != nil && step == StepWon && amount > 0 && !h.Amount.Known {
		h.Amount = handoff.Some(amount - 1)
	}
	lost := kind == handoff.ActivityLost || word == outcome.Lost
	if is := step != "" && step.level() >= w.rules.Goal.level(); is || step == StepWon || lost {
		w.goals = append(w.goals, goal{at, is, step == StepWon, lost, amount})
	}
}

// step notes what may lead to a goal, in order of the instants; several of a name at one instant are one. A handoff tells of its
// signal later than others do.
func (w *walk) step(at int64, name string) {
	s := pathStep{at, name}
	i, known := slices.BinarySearchFunc(w.steps, s, func(a, b pathStep) int { return cmp.Or(cmp.Compare(a.at, b.at), strings.Compare(a.name, b.name)) })
	if !known {
		w.steps = slices.Insert(w.steps, i, s)
	}
}

// signalName names a signal whose kind and campaign are two of the words of a fact.
func (w *walk) signalName(f *fact, kind, campaign int) string {
	if w.rules.Points == Campaigns {
		return w.word(f, campaign)
	}
	return w.word(f, kind)
}

// keep tells the handoffs how their promises went.
func (w *walk) keep() {
	w.promised = w.promised[:0]
	for i := range w.clocks {
		c := &w.clocks[i]
		for j := len(w.handoffs) - 1; j >= 0; j-- {
			h := &w.handoffs[j]
			if micros(h.At) > c.began {
				continue
			}
			switch name, _, _ := strings.Cut(c.id, ":"); name {
			case handoff.FirstTouch:
				h.FirstTouch = better(h.FirstTouch, c.went(w.until))
				w.promise(h, c)
			case handoff.Acceptance:
				h.Acceptance = better(h.Acceptance, c.went(w.until))
			}
			break
		}
	}
}

// A promise is what a first touch was promised to take.
type promise struct {
	within              int64 // seconds
	ofSignal, ofHandoff bool  // where it begins
	counts              bool  // the hours that curves count
}

// promise notes what the first clock of a handoff gives.
func (w *walk) promise(h *Handoff, c *clock) {
	if c.began != micros(h.At) || c.within == 0 || c.first == 0 {
		return
	}
	takes := instant(c.first).Sub(instant(c.start))
	if w.rules.Hours != nil {
		takes = w.rules.Hours.Between(instant(c.start), instant(c.first))
	}
	counts := takes == time.Duration(c.within)*time.Second
	w.promised = append(w.promised, promise{c.within, c.start == micros(h.Signalled), c.start == micros(h.At), counts})
}

// went says how the promise went.
func (c *clock) went(until int64) Promised {
	end := c.end
	if end == 0 {
		end = until
	}
	p := Promised{Kept: c.kept(until)}
	if c.due != 0 && p.Kept != InTime && end > c.due {
		p.Late = time.Duration(end-c.due) * time.Microsecond
	}
	return p
}

// kept says how the promise went, without by how much.
func (c *clock) kept(until int64) Kept {
	end := c.end
	if end == 0 {
		end = until
	}
	switch {
	case c.end != 0 && c.why == handoff.StopDone && c.met:
		return InTime
	case c.end != 0 && c.why == handoff.StopDone:
		return Late
	case c.due != 0 && c.due <= end:
		return Overdue
	}
	return ""
}

// better returns the better word on a promise, and of two alike the one that was missed by less.
func better(a, b Promised) Promised {
	rank := []Kept{"", Overdue, Late, InTime}
	x, y := slices.Index(rank, a.Kept), slices.Index(rank, b.Kept)
	if y > x || y == x && b.Late < a.Late {
		return b
	}
	return a
}

// recover marks the recycled handoffs after which a later one came to the goal.
func (w *walk) recover() {
	came := false
	for i := len(w.handoffs) - 1; i >= 0; i-- {
		h := &w.handoffs[i]
		h.Recovered = came && !h.Recycled.IsZero()
		came = came || !h.by(w.rules.Goal).IsZero()
	}
}

// Handoffs calls f with every handoff up to an instant, by subject and then in order, until it returns false. The zero instant is
// the latest that was told.
func (r *Report) Handoffs(until time.Time, f func(Handoff) bool) {
	if until.IsZero() {
		until = r.Latest()
	}
	w := r.newWalk(until)
	for _, subject := range w.subjectsInOrder() {
		w.read(subject)
		for _, h := range w.handoffs {
			h.Scores = slices.Clone(h.Scores)
			if !f(h) {
				return
			}
		}
	}
}
