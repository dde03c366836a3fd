package handoff

import "time"

// A Truth is the value of a condition in Kleene's three-valued logic. The zero Truth is Unknown.
type Truth int8

// The truth values.
const (
	Unknown Truth = iota
	False
	True
)

// String returns "unknown", "false" or "true".
func (t Truth) String() string {
	switch t {
	case False:
		return "false"
	case True:
		return "true"
	}
	return "unknown"
}

// TruthOf returns True or False.
func TruthOf(b bool) Truth {
	if b {
		return True
	}
	return False
}

// And returns False when either is, else Unknown when either is, else True.
func (t Truth) And(u Truth) Truth {
	switch {
	case t == False || u == False:
		return False
	case t == Unknown || u == Unknown:
		return Unknown
	}
	return True
}

// Or returns True when either is, else Unknown when either is, else False.
func (t Truth) Or(u Truth) Truth { return t.Not().And(u.Not()).Not() }

// Not swaps True and False.
func (t Truth) Not() Truth {
	switch t {
	case True:
		return False
	case False:
		return True
	}
	return Unknown
}

// A Condition is a compiled rule. Eval and Trace must be pure, must agree, and must be safe for concurrent use.
type Condition interface {
	Eval(*Facts) Truth
	Trace(*Facts) Trace
}

// A ConditionFunc is a Condition without a trace of its own.
type ConditionFunc func(*Facts) Truth

// Eval calls f.
func (f ConditionFunc) Eval(facts *Facts) Truth { return f(facts) }

// Trace returns the truth alone.
func (f ConditionFunc) Trace(facts *Facts) Trace { return Trace{Truth: f(facts)} }

// A Trace says how a condition came to its value.
type Trace struct {
	Truth    Truth  `json:"truth"`
	Text     string `json:"text,omitempty"`     // the condition as its author wrote it
	Position string `json:"position,omitempty"` // file:line:col
	// First is the first term, from left to right, that alone makes the condition not true; "" when it is true.
	First string `json:"first,omitempty"`
	// FirstPosition is where First stands.
	FirstPosition string `json:"first_position,omitempty"`
	// Seen are the values that its terms read, in their order, each path once.
	Seen []Seeing `json:"seen,omitempty"`
	// Unknown are the paths whose absence makes the condition unknown, in the order of its terms; none when it is not.
	Unknown []string `json:"unknown,omitempty"`
}

// A Seeing is a value that a condition read, as text.
type Seeing struct {
	Path  string `json:"path"`
	Value string `json:"value"`
}

// MarshalText returns the word of String.
func (t Truth) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// A Matcher finds the plays whose condition is not False, among those for the trigger's kind.
type Matcher interface {
	// Match appends their indices in Config.Plays to dst, in rising order.
	Match(f *Facts, dst []int32) []int32
}

// A MatcherFunc is a Matcher.
type MatcherFunc func(*Facts, []int32) []int32

// Match calls f.
func (f MatcherFunc) Match(facts *Facts, dst []int32) []int32 { return f(facts, dst) }

// A Score computes points, or says that they are unknown. It must be pure, total and safe for concurrent use.
type Score interface{ Points(*Facts) Opt[int64] }

// A ScoreFunc is a Score.
type ScoreFunc func(*Facts) Opt[int64]

// Points calls f.
func (f ScoreFunc) Points(facts *Facts) Opt[int64] { return f(facts) }

// A Text writes a text for the rep. It must be pure, total and safe for concurrent use.
type Text interface{ Text(*Facts) string }

// A TextFunc is a Text.
type TextFunc func(*Facts) string

// Text calls f.
func (f TextFunc) Text(facts *Facts) string { return f(facts) }

// A Suppressor lists what keeps a play from winning now.
//
// It is asked twice: of every play before arbitration, with Facts.Owner empty, and of the winner once it has an owner. The
// second time it appends only what depends on the owner.
type Suppressor interface {
	// Keys appends the entries of State that Suppress may read and that Counts names. Entries of the subject and its account
	// are not listed. It is asked with no owner and with each rep whom the play's Router lists.
	Keys(f *Facts, p *Play, dst []Key) []Key
	// Suppress appends every active hold to dst, in the policy's order. What is unknown holds.
	Suppress(f *Facts, p *Play, dst []ActiveHold) []ActiveHold
	// Counts returns the tallies in which the handoff counts, at Facts.At.
	Counts(f *Facts, p *Play) []Count
}

// A SuppressorFunc is a Suppressor that reads no entry of State beyond the subject's and its account's.
type SuppressorFunc func(*Facts, *Play, []ActiveHold) []ActiveHold

// Keys appends nothing.
func (f SuppressorFunc) Keys(_ *Facts, _ *Play, dst []Key) []Key { return dst }

// Counts returns nothing.
func (f SuppressorFunc) Counts(*Facts, *Play) []Count { return nil }

// Suppress calls f.
func (f SuppressorFunc) Suppress(facts *Facts, p *Play, dst []ActiveHold) []ActiveHold {
	return f(facts, p, dst)
}

// A HoldTracer is a Suppressor that can tell how its rules came to their answers. Explain asks it where it can.
type HoldTracer interface {
	// TraceHolds returns every rule that covers the play, active or not, in the policy's order.
	TraceHolds(f *Facts, p *Play) []HoldTrace
}

// An Experimenter puts records on the sides of experiments.
type Experimenter interface {
	// Arms returns the sides that a handoff by the play puts its subject on, each experiment's once and in the policy's order;
	// none: no experiment covers it. It reads no entry of State beyond the subject's and its account's. The first side with
	// Arm.HeldOut keeps the record as it is. It must be pure and safe for concurrent use.
	Arms(f *Facts, p *Play) []Side
}

// An ExperimenterFunc is an Experimenter.
type ExperimenterFunc func(*Facts, *Play) []Side

// Arms calls f.
func (f ExperimenterFunc) Arms(facts *Facts, p *Play) []Side { return f(facts, p) }

// A SequenceLister is an Experimenter that knows which sequences its sides can name. New refuses those that the policy does not
// have, and Needs asks for what they read; of any other Experimenter it asks for what every sequence reads.
type SequenceLister interface {
	// Sequences returns the ids of the sequences that a side can put in place of the play's.
	Sequences(p *Play) []string
}

// A Side is one that an Experimenter chose. Where Arm.HeldOut, the handoff does not happen.
type Side struct {
	Of Ref // whose record remembers it: the subject, or its account; zero: the subject
	Arm
	// Holdout says that the experiment has a side that keeps records as they are, this or another. Where one is held out by a
	// later experiment, it was on this side all the same; on sides that only vary a handoff it was not.
	Holdout bool
	// Sequence is what starts in place of the play's; "": the play's. A side is left out whose sequence the policy does not have,
	// or that comes after another one with a sequence.
	Sequence string
	Text     string // in words, such as "a tenth is held out"
	Position string
}

// A Limiter bounds touches: caps, quiet hours. The facts are those of the person whom the touches reach.
type Limiter interface {
	// Keys appends the entries of State that Limit may read and that its counts name. It is asked with Touch.By empty for those
	// that do not depend on who sends a touch, and with each rep who might for those that do.
	Keys(f *Facts, touches []Touch, dst []Key) []Key
	// Limit says what keeps touches from going out, each at its Touch.At, and where they count. They are in the order of their
	// instants, and each counts for those after it. What is planned under the names of own is theirs, and does not count
	// against them. Transactional touches and tasks are not asked about.
	Limit(f *Facts, touches []Touch, own []string) Limits
}

// Limits are a Limiter's answer.
type Limits struct {
	Stops  []Stop  // in the order of the touches, of one touch in the policy's order; none: all may go out
	Counts []Count // of every touch, in each tally that it counts in, in the order of the touches
}

// A Stop keeps a touch from going out.
type Stop struct {
	Touch   int  // its index
	Discard bool // it never goes out; else it may be tried again at Until of the hold, unless that is zero
	OfHour  bool // another hour of the day may do: what is planned by the day does not mind
	ActiveHold
}

// A Consenter judges whether evidence opens a channel.
type Consenter interface {
	// Judge says whether a touch may reach the facts' lead at Touch.At. The evidence is everything that was said for and
	// against contact on any channel, in order of At.
	Judge(f *Facts, t Touch, evidence []Consent) Judgement
	// HonourBy returns when a refusal that is given now has to be honoured at the latest; zero: no law says.
	HonourBy(f *Facts, refusal Consent) time.Time
}

// A Judgement says whether a channel is open. The zero Judgement is no.
type Judgement struct {
	Open     bool
	Rule     string   // what decided, such as a row of a table of laws
	Text     string   // in words
	Source   string   // of the rule, such as the article of a law
	Evidence Consent  // relied on; zero: none
	Unknown  []string // absent facts, where their absence decided
}

// A Router finds the owner of the next step.
type Router interface {
	// Keys appends the entries of State that Route may read, and those that its answer writes: of the owner, whose load
	// changes, of the turn, the counts and the sticks. Entries of the subject and its account are not listed. Where the key of
	// an entry stands in another, it is listed once the other is in the State.
	Keys(f *Facts, p *Play, dst []Key) []Key
	// Route returns the owner for the play that won, or why there is none.
	Route(f *Facts, p *Play) Routing
}

// A RouterFunc is a Router that reads no entry of State beyond the subject's and its account's.
type RouterFunc func(*Facts, *Play) Routing

// Keys appends nothing.
func (f RouterFunc) Keys(_ *Facts, _ *Play, dst []Key) []Key { return dst }

// Route calls f.
func (f RouterFunc) Route(facts *Facts, p *Play) Routing { return f(facts, p) }

// A RouteTracer is a Router that can tell of everybody it could have chosen. Explain asks it where it can.
type RouteTracer interface {
	// TraceRoute returns the candidates of every rung that was asked, in the order in which they rank there. The reason of the
	// one who was chosen is empty.
	TraceRoute(f *Facts, p *Play) []Candidate
}

// A Routing is a router's answer. The owner is empty where nobody can be one.
type Routing struct {
	Owner  string       // who acts
	Covers string       // the owner for whom Owner stands in; "": Owner is the owner
	Until  time.Time    // when Covers is back
	With   []string     // reps who work it together with the owner
	Rung   string       // what chose the owner
	Why    string       // in words, for the rep
	Turn   *AdvancePool // the turn the owner takes, where a pool chose; nil: none
	Units  int64        // of work that the record is to the owner; 0: none is counted
	Counts []Count      // of the handoff in tallies
	Sticks []Stick      // what remembers the owner
	Passed []Candidate  // everybody who was passed over, in the order they were looked at

	Reasons []Reason // why rungs gave no owner; where there is one, of those alone that gave none because something is unknown

	// Where there is no owner:
	Next  time.Time // when somebody could be the owner, as far as that is known
	Hold  bool      // the record waits until Next
	Queue *Queue    // where it waits; nil: nowhere
}

// A Queue is where records wait for an owner, so that somebody looks after them.
type Queue struct {
	ID      string
	Owner   string // who looks after it
	Promise *SLA   // by when a record has left it; required
}

// A TurnKeeper knows the rotations of a policy: what becomes of a turn after it was given.
type TurnKeeper interface {
	// Return returns the corrections for a turn after an activity about its handoff; none where the activity gives nothing
	// back. Once there were some, the turn is not asked about again. It may read the turn's ledger.
	Return(f *Facts, t Turn, a Activity) []AdjustPool
}

// A TurnKeeperFunc is a TurnKeeper.
type TurnKeeperFunc func(*Facts, Turn, Activity) []AdjustPool

// Return calls f.
func (f TurnKeeperFunc) Return(facts *Facts, t Turn, a Activity) []AdjustPool { return f(facts, t, a) }

// A Lifecycle says what an activity changes.
type Lifecycle interface{ After(Activity) Consequences }

// A LifecycleFunc is a Lifecycle.
type LifecycleFunc func(Activity) Consequences

// After calls f.
func (f LifecycleFunc) After(a Activity) Consequences { return f(a) }

// Consequences are what an activity changes besides being remembered. The zero value changes nothing.
type Consequences struct {
	Outcome         string // recorded; "": none
	StopClocks      bool   // what was promised is done
	CloseClocks     bool   // what was promised and is not done needs not be done any more: the handoff is over, or went on
	ExitSequences   bool   // every running sequence of the subject ends
	ExitChannel     bool   // running sequences with a step on the activity's channel end
	ResumeMarketing bool   // every pause ends
	ReleaseHolds    bool   // every hold that waits for LiftedBy this kind of activity ends
	DenyChannel     bool   // the activity's channel is refused
	ReleaseLoad     bool   // the record is no open work any more
}
