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
type Suppressor interface {
	// Suppress appends every active hold to dst, in the policy's order. What is unknown holds.
	Suppress(f *Facts, p *Play, dst []ActiveHold) []ActiveHold
}

// A SuppressorFunc is a Suppressor.
type SuppressorFunc func(*Facts, *Play, []ActiveHold) []ActiveHold

// Suppress calls f.
func (f SuppressorFunc) Suppress(facts *Facts, p *Play, dst []ActiveHold) []ActiveHold {
	return f(facts, p, dst)
}

// A HoldTracer is a Suppressor that can tell how its rules came to their answers. Explain asks it where it can.
type HoldTracer interface {
	// TraceHolds returns every rule that covers the play, active or not, in the policy's order.
	TraceHolds(f *Facts, p *Play) []HoldTrace
}

// A Router finds the owner of the next step.
type Router interface {
	// Keys appends the entries of State that Route may read, whatever the facts; entries of the subject and its account
	// are not listed.
	Keys(f *Facts, dst []Key) []Key
	// Route returns the owner, or why there is none.
	Route(f *Facts) Routing
}

// A RouterFunc is a Router that reads no entry of State beyond the subject's and its account's.
type RouterFunc func(*Facts) Routing

// Keys appends nothing.
func (f RouterFunc) Keys(_ *Facts, dst []Key) []Key { return dst }

// Route calls f.
func (f RouterFunc) Route(facts *Facts) Routing { return f(facts) }

// A Routing is a router's answer. The owner is empty where nobody can be one.
type Routing struct {
	Owner   string
	Rung    string       // what chose the owner
	Why     string       // in words, for the rep
	Turn    *AdvancePool // the turn the owner takes, where a pool chose; nil: none
	Passed  []Candidate  // everybody who was passed over, in the order they were looked at
	Reasons []Reason     // where there is no owner: why each rung gave none
}

// A Promiser says by when something is due.
type Promiser interface {
	// Allowance is how much time is allowed, for comparing plays.
	Allowance() time.Duration
	// Due returns the instant at which it is due when the clock starts at start.
	Due(start time.Time) time.Time
}

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
	ExitSequences   bool   // every running sequence of the subject ends
	ExitChannel     bool   // running sequences with a step on the activity's channel end
	ResumeMarketing bool   // every pause ends
	ReleaseHolds    bool   // every hold that waits for LiftedBy this kind of activity ends
	DenyChannel     bool   // the activity's channel is refused
}
