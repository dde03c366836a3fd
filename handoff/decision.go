package handoff

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// A Verdict is the short answer of a decision. The zero Verdict is invalid and has no JSON form.
type Verdict string

// The verdicts.
const (
	VerdictEnrolled       Verdict = "enrolled"        // an owner, and a sequence that starts
	VerdictAssigned       Verdict = "assigned"        // an owner; the play has no sequence
	VerdictBlockedChannel Verdict = "blocked_channel" // an owner, but the sequence may not reach anybody
	VerdictUnassigned     Verdict = "unassigned"      // a play won, and nobody can own it; the trigger waits
	VerdictHeld           Verdict = "held"            // something is in the way: a hold, a cap, or a sequence; Next says when to try again, where that is known
	VerdictIneligible     Verdict = "ineligible"      // a gate refused every play
	VerdictIncomplete     Verdict = "incomplete"      // facts are unknown; the trigger waits for them
	VerdictHeldOut        Verdict = "held_out"        // an experiment keeps the record as it is; the decision says what would have been
	VerdictQueued         Verdict = "queued"          // the triggers settle
	VerdictDuplicate      Verdict = "duplicate"       // nothing new
	VerdictStale          Verdict = "stale"           // too old to act on
	VerdictNoPlay         Verdict = "no_play"         // no play is for these triggers
	VerdictObserved       Verdict = "observed"        // of Observe
	VerdictPermitted      Verdict = "permitted"       // of Permit: the touch may go out now
	VerdictRefused        Verdict = "refused"         // of Permit: the touch never goes out; of Observe: what the activity says lacks something
	VerdictSwept          Verdict = "swept"           // of Sweep
)

// Verdicts returns all verdicts, in the order of their declaration.
func Verdicts() []Verdict {
	return []Verdict{VerdictEnrolled, VerdictAssigned, VerdictBlockedChannel, VerdictUnassigned, VerdictHeld,
		VerdictIneligible, VerdictIncomplete, VerdictHeldOut, VerdictQueued, VerdictDuplicate, VerdictStale,
		VerdictNoPlay, VerdictObserved, VerdictPermitted, VerdictRefused, VerdictSwept}
}

// MarshalText refuses the zero Verdict.
func (v Verdict) MarshalText() ([]byte, error) {
	if v == "" {
		return nil, errors.New("the zero verdict is no decision")
	}
	return []byte(v), nil
}

// UnmarshalText refuses unknown words.
func (v *Verdict) UnmarshalText(text []byte) (err error) {
	*v, err = parseWord("verdict", text, Verdicts())
	return err
}

// A Rule says which part of a policy a reason speaks of.
type Rule string

// The parts of a policy that give reasons.
const (
	RulePlay       Rule = "play"
	RuleGate       Rule = "gate"
	RuleHold       Rule = "hold"
	RuleRoute      Rule = "route"
	RuleSequence   Rule = "sequence"
	RuleExperiment Rule = "experiment"
	RuleConsent    Rule = "consent" // what opens a channel, or closes it
	RuleLimit      Rule = "limit"   // a cap on touches, or quiet hours
	RulePause      Rule = "pause"   // marketing that yields to a rep
	RuleTrigger    Rule = "trigger"
	RuleActivity   Rule = "activity"
	RuleOutcome    Rule = "outcome"
	RuleRecycle    Rule = "recycle"
	RuleClock      Rule = "clock" // an SLA
	RuleTime       Rule = "time"
)

// A Reason is one thing that shaped a decision.
type Reason struct {
	Rule     Rule      `json:"rule"`
	ID       string    `json:"id"`             // of the rule; of the trigger, activity or rung where the rule is about one
	Code     string    `json:"code,omitempty"` // what happened, for machines; "" where Rule says it
	Play     string    `json:"play,omitempty"` // the play it concerns
	Text     string    `json:"text"`
	Position string    `json:"position,omitempty"` // file:line:col in the policy
	Since    time.Time `json:"since,omitzero"`     // of a hold
	Until    time.Time `json:"until,omitzero"`     // of a hold; zero: until somebody lifts it
	LiftedBy string    `json:"lifted_by,omitempty"`
	Source   string    `json:"source,omitempty"` // of a hold: what holds, such as open_opportunity
	// OnRelease is what becomes of the trigger once the hold is over; Again and GiveUp are as in ActiveHold.
	OnRelease OnRelease `json:"on_release,omitempty"`
	Again     time.Time `json:"again,omitzero"`
	GiveUp    time.Time `json:"give_up,omitzero"`
	Forever   bool      `json:"forever,omitempty"` // the hold has no end, and that is meant
	Unknown   []string  `json:"unknown,omitempty"` // absent facts, where their absence decided
}

// A Cause is what a decision answers.
type Cause struct {
	Triggers []string `json:"triggers,omitempty"` // ids, in order
	Activity string   `json:"activity,omitempty"`
	Touch    string   `json:"touch,omitempty"`
	Time     bool     `json:"time,omitempty"`
}

// Codes of reasons that this package gives. Routers give codes of their own.
const (
	CodeConsumed  = "consumed"        // the trigger was decided before
	CodeRepeated  = "repeated"        // an equal signal came first
	CodeStale     = "stale"           // the trigger is too old
	CodeCrowded   = "crowded"         // too many triggers wait for the record
	CodeUnlisted  = "unlisted"        // the policy does not list the kind of trigger
	CodeSettling  = "settling"        // the window in which triggers are decided together is open
	CodeRunning   = "running"         // the sequence runs already
	CodeExclusive = "exclusive"       // an exclusive sequence runs
	CodeReentry   = "reentry"         // the sequence ended too recently
	CodeBlocked   = "blocked_channel" // the person may not be reached
	CodePeople    = "people"          // whether the play is about some of the people is unknown
	CodeAlone     = "alone"           // one of two sequences runs beside no other
	CodeOnce      = "once"            // the sequence is entered once
	CodeCapped    = "capped"          // a cap leaves no room for the touches
	CodeThrottled = "throttled"       // too many run, or started lately
	CodeNextPlay  = "next_play"       // the play starts nothing, and the next one is tried
	CodeSignals   = "signals"         // too few of the signals that the play asks for have come
	CodeFallback  = "fallback"        // what was unknown stayed so, and the declared fallback is taken
	CodeEnded     = "ended"           // the sequence whose step the touch is does not run
	CodeOwnerAway = "owner_away"      // the owner of the sequence is absent
	CodeRelied    = "relied"          // the evidence that opens the channel
	CodeQuiet     = "quiet_hours"     // the hour is quiet, or not one in which the law allows it
	CodeExposed   = "exposed"         // the record is on a side of an experiment
	CodeHeldOut   = "held_out"        // an experiment keeps the record as it is

	CodeNeedsReason   = "needs_reason"   // the outcome needs a reason, or another one
	CodeNeedsDate     = "needs_date"     // the outcome needs a date
	CodeNeedsAttempts = "needs_attempts" // too few attempts for the outcome
	CodeTooEarly      = "too_early"      // the outcome may be said later
	CodeNoDispute     = "no_dispute"     // the outcome cannot be disputed, or not any more
	CodeNobody        = "nobody"         // there is nobody to tell
	CodeLoop          = "loop"           // the record was recycled as often as it may be
	CodeAbsent        = "absent"         // the owner was absent, and something promised is due later
	CodeWarned        = "warned"         // something promised is due soon
	CodeKept          = "kept"           // something promised was done before the decision that promises it
	CodeLate          = "late"           // something promised was not done in time
	CodeTransfers     = "transfers"      // the handoff went to somebody else as often as it may
	CodeCorrected     = "corrected"      // something was otherwise than was known
)

// A Candidate is a rep that somebody could have chosen.
type Candidate struct {
	Rep    string `json:"rep"`
	Rung   string `json:"rung"`
	Reason string `json:"reason"` // the first that eliminated it
	// Ranked are the numbers by which its rung ranks it, the most important first; none where the rung does not rank.
	Ranked []Number  `json:"ranked,omitempty"`
	Next   time.Time `json:"next,omitzero"` // when it could take the work, as far as that is known
}

func (c Candidate) clone() Candidate {
	c.Ranked = slices.Clone(c.Ranked)
	return c
}

// A Number is one that ranks a candidate. The less of any, the sooner it is chosen.
type Number struct {
	Name  string `json:"name"`
	Value int64  `json:"value"`
}

// An Elimination counts the candidates with one reason.
type Elimination struct {
	Reason string `json:"reason"`
	N      int64  `json:"n"`
}

// A Loser is a play that was ready and did not win.
type Loser struct {
	Play    string `json:"play"`
	Trigger string `json:"trigger"`
	Why     string `json:"why"` // what decided: priority, first-touch allowance, occurred-at, play id or trigger id
}

// A Guard is an entry of State that the decision read. The host commits only if every entry still has that version.
type Guard struct {
	Key     Key   `json:"key"`
	Version int64 `json:"version"`
}

// A Decision is what the host persists. It holds nothing of the Person and shares no memory with the request.
type Decision struct {
	ID          string    `json:"id"` // policy/kind/subject/version of the subject's entry
	Policy      string    `json:"policy"`
	Digest      string    `json:"digest,omitempty"` // of the policy's text
	Language    int       `json:"language"`
	Zone        string    `json:"zone"`         // the policy's
	ZoneVersion string    `json:"zone_version"` // release of the time zone data
	At          time.Time `json:"at"`
	Subject     Ref       `json:"subject"` // of the request, or the record into which it has merged
	Cause       Cause     `json:"cause"`
	Match       Match     `json:"match,omitzero"` // whom the lead was taken for, with whatever spoke for and against them alone
	Verdict     Verdict   `json:"verdict"`
	Reasons     []Reason  `json:"reasons,omitempty"` // in the order of the pipeline, then of the policy

	// What won, who acts and what starts. With the verdict held_out they are what would have been, and nothing of it is.
	Trigger    string        `json:"trigger,omitempty"` // the one that won
	Play       string        `json:"play,omitempty"`
	Motion     string        `json:"motion,omitempty"`
	Owner      string        `json:"owner,omitempty"`  // who acts: the owner, or who stands in for them
	Queue      string        `json:"queue,omitempty"`  // where the record waits for an owner
	Next       time.Time     `json:"next,omitzero"`    // when somebody can own the record, or when the decision or touch is to be tried again; zero: nobody knows
	Rung       string        `json:"rung,omitempty"`   // what chose the owner
	Passed     []Candidate   `json:"passed,omitempty"` // the first MaxPassed, in the order they were looked at
	PassedWhy  []Elimination `json:"passed_why,omitempty"`
	Sequence   string        `json:"sequence,omitempty"`
	FirstTouch time.Time     `json:"first_touch,omitzero"` // due
	Losers     []Loser       `json:"losers,omitempty"`     // best first
	Effects    Effects       `json:"effects"`
	Guards     []Guard       `json:"guards"` // by key
}

// MaxPassed bounds Decision.Passed. Explain has all of them.
const MaxPassed = 32

// Context is what the rep gets: why this record, why now, why me, and what to say.
type Context struct {
	Trigger     string         `json:"trigger"` // kind
	OccurredAt  time.Time      `json:"occurred_at"`
	Source      string         `json:"source,omitempty"`
	Asset       string         `json:"asset,omitempty"`
	Offer       string         `json:"offer,omitempty"`
	Campaign    Campaign       `json:"campaign,omitzero"`
	Landing     string         `json:"landing_page,omitempty"`
	Pages       []string       `json:"pages,omitempty"`
	Content     []string       `json:"content,omitempty"`
	Merged      []MergedSignal `json:"merged,omitempty"`     // what else arrived, by occurred-at
	Events      []EventCount   `json:"events,omitempty"`     // by kind
	Touches     []Touch        `json:"touches,omitempty"`    // the latest maxTouches, latest first
	Objections  []string       `json:"objections,omitempty"` // as the host gave them
	Scores      []NamedScore   `json:"scores,omitempty"`     // that are known, in the policy's order
	Channels    []Channel      `json:"channels"`             // allowed; empty where the play picks People
	People      []Contactable  `json:"people,omitempty"`     // of an account, whom its play is about, those who come first ahead
	With        []string       `json:"with,omitempty"`       // reps who work it together with the owner
	Status      string         `json:"status,omitempty"`
	Account     string         `json:"account,omitempty"` // its name
	WhyOwner    string         `json:"why_owner"`
	Opening     string         `json:"opening,omitempty"`    // ${person....} is left for the host
	TalkTrack   string         `json:"talk_track,omitempty"` // id
	NextStep    string         `json:"next_step,omitempty"`
	Due         time.Time      `json:"due,omitzero"`
	Paused      []string       `json:"paused,omitempty"` // marketing that yields meanwhile
	PausedUntil time.Time      `json:"paused_until,omitzero"`
}

const maxTouches = 20

// A Contactable is one of an account's people.
type Contactable struct {
	Lead     Ref       `json:"lead"`
	Channels []Channel `json:"channels"`           // allowed
	Enrolled bool      `json:"enrolled,omitempty"` // the sequence starts
}

// A MergedSignal is a trigger that lost, and whose facts go along.
type MergedSignal struct {
	Trigger    string    `json:"trigger"` // kind
	OccurredAt time.Time `json:"occurred_at"`
	Asset      string    `json:"asset,omitempty"`
	Offer      string    `json:"offer,omitempty"`
	Campaign   Campaign  `json:"campaign,omitzero"`
}

// An EventCount is how often something happened lately.
type EventCount struct {
	Kind string    `json:"kind"`
	N    int64     `json:"n"`
	Last time.Time `json:"last"`
}

// A NamedScore is a score and what it came to.
type NamedScore struct {
	ID     string `json:"id"`
	Points int64  `json:"points"`
}

func (c Context) clone() Context {
	c.Pages, c.Content = slices.Clone(c.Pages), slices.Clone(c.Content)
	c.Merged, c.Events, c.Touches = slices.Clone(c.Merged), slices.Clone(c.Events), slices.Clone(c.Touches)
	c.Objections, c.Scores = slices.Clone(c.Objections), slices.Clone(c.Scores)
	c.Channels, c.Paused = slices.Clone(c.Channels), slices.Clone(c.Paused)
	c.With = slices.Clone(c.With)
	c.People = cloneEach(c.People, func(p Contactable) Contactable { p.Channels = slices.Clone(p.Channels); return p })
	return c
}

// Context returns what the decision attaches for the rep, or false where nobody was assigned.
func (d Decision) Context() (Context, bool) {
	for _, e := range d.Effects {
		if a, ok := e.(AttachContext); ok {
			return a.Context, true
		}
	}
	return Context{}, false
}

// DecodeDecision reads a stored decision. Unknown keys, unknown words and invalid UTF-8 are errors.
func DecodeDecision(data []byte) (Decision, error) {
	var d Decision
	return d, DecodeStrict(data, &d)
}

// ErrConflict says that an entry changed since a decision read it: load again and decide again.
var ErrConflict = errors.New("the state changed since it was read")

// A MissingError says which entries of State a decision needs and was not given. Load them, also when nothing is
// stored under the key, and decide again; Engine.Needs, NeedsActivity for Observe and NeedsTouch for Permit list them beforehand.
type MissingError struct{ Keys []Key }

func (e *MissingError) Error() string {
	var kinds []Kind
	for _, k := range e.Keys {
		if !slices.Contains(kinds, k.Kind) {
			kinds = append(kinds, k.Kind)
		}
	}
	return fmt.Sprintf("the state lacks entries that the decision reads (of kind %s); load what Engine.Needs lists, NeedsActivity for Observe, or NeedsTouch for Permit, until it lists none", wordList(kinds))
}

// CheckGuards returns ErrConflict unless stored has the version that d read, for every entry that d read. A key that is
// missing from stored counts as version 0. A host calls it, or does the same in its own query language, inside the
// transaction that writes the decision.
func (d Decision) CheckGuards(stored State) error {
	for _, g := range d.Guards {
		if stored[g.Key].Version != g.Version {
			return fmt.Errorf("%s: %w", g.Key.Kind, ErrConflict)
		}
	}
	return nil
}
