package handoff

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// An Effect is one thing that a decision changes. The sum is sealed: a host switches over it and treats an unknown kind
// as an error.
//
// Implementations of this interface, in the order in which a decision lists them: ConsumeTrigger, QueueTrigger,
// Redecide, RecordActivity, RecordTouch, RecordOutcome, SetConsent, SetRepStatus, MergeRecords, SplitRecords, SetStage,
// Hold, ReleaseHold, StopClock, Exit, ResumeMarketing, AdvancePool, AdjustPool, MoveLoad, Assign, Stick, Enroll,
// Expose, Count, Plan, PauseMarketing, StartClock, MoveClock, Correct, Recycle, AttachContext, Notify.
type Effect interface {
	Kind() EffectKind
	// place returns what orders effects of one kind, and seals the sum.
	place() (subject Ref, id string)
	// clone returns a copy that shares no memory.
	clone() Effect
}

// An EffectKind is the name of a kind of effect in JSON.
type EffectKind string

// A Fate says what became of a consumed trigger.
type Fate string

// The fates of a trigger.
const (
	FateActed      Fate = "acted"      // it started the handoff
	FateMerged     Fate = "merged"     // it went into the context of the one that won
	FateDropped    Fate = "dropped"    // it lost
	FateDuplicate  Fate = "duplicate"  // an equal signal came first
	FateStale      Fate = "stale"      // too old to act on, or the oldest of too many that wait
	FateHeld       Fate = "held"       // suppressed, and not to be replayed
	FateIneligible Fate = "ineligible" // a gate refused it
	FateNoPlay     Fate = "no_play"    // no play is for it
	FateHeldOut    Fate = "held_out"   // an experiment keeps the record as it is; an equal signal is a duplicate, as after a handoff
	FateIncomplete Fate = "incomplete" // it waited for facts as long as it may, and no fallback took it
)

// UnmarshalText refuses unknown words.
func (f *Fate) UnmarshalText(text []byte) (err error) {
	*f, err = parseWord("fate", text, []Fate{FateActed, FateMerged, FateDropped, FateDuplicate, FateStale, FateHeld,
		FateIneligible, FateNoPlay, FateHeldOut, FateIncomplete})
	return err
}

// ConsumeTrigger takes a trigger for good: under no version of the policy is it decided again.
type ConsumeTrigger struct {
	Subject Ref       `json:"subject"`
	Policy  string    `json:"policy"`
	Trigger string    `json:"trigger"`
	Fate    Fate      `json:"fate"`
	At      time.Time `json:"at"`
	Signal  Signal    `json:"signal,omitzero"` // the business key it claims; zero: none
	Heard   Heard     `json:"heard,omitzero"`  // what plays that count signals remember of it; zero: nothing
	// RaisedHand is when the subject asked for sales by it; zero: it did not.
	RaisedHand time.Time `json:"raised_hand,omitzero"`
}

// QueueTrigger keeps a trigger for a later decision; it replaces what the queue holds under the trigger's id.
type QueueTrigger struct {
	Subject Ref `json:"subject"`
	Queued
}

// Redecide asks the host to call Decide for the subject now: the named queued triggers are due.
type Redecide struct {
	Subject  Ref      `json:"subject"`
	Triggers []string `json:"triggers"`
}

// RecordActivity remembers an activity, so that its redelivery changes nothing.
type RecordActivity struct {
	Subject Ref `json:"subject"`
	ActivityRef
}

// RecordTouch remembers a touch that was permitted, so that asking again changes nothing.
type RecordTouch struct {
	Subject Ref `json:"subject"` // the person
	TouchRef
}

// RecordOutcome says what came of the handoff. The latest instant wins, then the greater id.
type RecordOutcome struct {
	Subject Ref `json:"subject"`
	Outcome
}

// SetConsent adds evidence. A refusal is never replaced by an older grant.
type SetConsent struct {
	Subject Ref `json:"subject"`
	Consent
}

// SetRepStatus changes whether a rep takes work.
type SetRepStatus struct {
	Rep    string    `json:"rep"`
	Status RepStatus `json:"status"`
	At     time.Time `json:"at"`
}

// MergeRecords moves what is remembered of one record to another: holds, pauses, refusals, queued triggers and running
// sequences and clocks are united; the survivor's own entries win. What either refused is refused until somebody says
// yes after At, whatever the other granted before.
type MergeRecords struct {
	From Ref       `json:"from"`
	Into Ref       `json:"into"`
	At   time.Time `json:"at"`
}

// SplitRecords makes a record that had merged into another one of its own again. It starts anew, but for what protects
// a person, of which it has a copy: refusals, holds, pauses of marketing, touches and ends of sequences, and what was
// observed or heard. What else had become of it stays with the survivor, so that nothing runs twice. Grants stay there
// too, and the record that comes out has none: what its person granted before the host tells as evidence of that
// person.
type SplitRecords struct {
	From Ref       `json:"from"`
	Into Ref       `json:"into"`
	At   time.Time `json:"at"`
}

// SetStage enters a lifecycle stage; the first time counts.
type SetStage struct {
	Subject Ref `json:"subject"`
	Stage
}

// Hold keeps the plays it blocks from winning, until it is released.
type Hold struct {
	Subject Ref `json:"subject"`
	ActiveHold
}

// ReleaseHold ends a hold.
type ReleaseHold struct {
	Subject Ref       `json:"subject"`
	ID      string    `json:"id"`
	At      time.Time `json:"at"`
	By      string    `json:"by,omitempty"`
}

// StopClock ends a running clock.
type StopClock struct {
	Subject Ref       `json:"subject"`
	ID      string    `json:"id"`
	At      time.Time `json:"at"`  // when the thing was done, or when the clock ended otherwise
	Met     bool      `json:"met"` // it was done, and in time
	Why     StopWhy   `json:"why,omitempty"`
	By      string    `json:"by,omitempty"`
	Wall    int64     `json:"wall_seconds"` // since the clock started
	Open    int64     `json:"open_seconds"` // of these, what counts under the SLA
	// Late is how many of the SLA's steps were taken, those that this decision takes among them.
	Late int64 `json:"late,omitempty"`
}

// MoveClock changes a running clock: its owner was warned, one of the steps for when it is late was taken, it was paused or
// goes on, or it went to another owner. It replaces the clock under its id.
type MoveClock struct {
	Subject Ref `json:"subject"`
	Clock
	Why string `json:"why"` // in words
}

// Correct says that something was otherwise than was known when it was acted on, and mends what is remembered of it. What
// was done meanwhile stays done.
type Correct struct {
	Subject Ref `json:"subject"`
	Correction
}

// A Correction is what an activity that arrived late changes in a clock that does not run any more: when it ended and
// why, or how much of its time counts.
type Correction struct {
	ID     string    `json:"id"`              // of the activity
	Clock  string    `json:"clock"`           // id of the clock
	Start  time.Time `json:"start"`           // of the clock
	Owner  string    `json:"owner,omitempty"` // whose clock it was
	Due    time.Time `json:"due,omitzero"`    // of the clock, as far as is known now; zero: it was paused, and nobody knew for how long
	Was    time.Time `json:"was"`             // when it ended, as far as was known
	WasMet bool      `json:"was_met"`
	Is     time.Time `json:"is"` // when the thing was done, or when the clock ended otherwise
	Met    bool      `json:"met"`
	Why    StopWhy   `json:"why,omitempty"`
	By     string    `json:"by,omitempty"`
	Wall   int64     `json:"wall_seconds"`
	Open   int64     `json:"open_seconds"`
	At     time.Time `json:"at"` // when it became known
	// Transfers is how often the record had gone from one owner to another while the promise stood.
	Transfers int64 `json:"transfers,omitempty"`
}

// Exit ends a running sequence.
type Exit struct {
	Subject Ref `json:"subject"`          // whose record remembers it: the person, or without one the account
	Account Ref `json:"account,omitzero"` // whose record lists it too
	Exited
}

// ResumeMarketing ends a pause.
type ResumeMarketing struct {
	Subject Ref       `json:"subject"`
	ID      string    `json:"id"`
	At      time.Time `json:"at"`
	By      string    `json:"by,omitempty"`
}

// AdvancePool gives a turn of a rotation to a rep.
type AdvancePool struct {
	Policy string `json:"policy"`
	Pool   string `json:"pool"` // the ledger's id, which is the pool's unless the policy scopes it otherwise
	Rep    string `json:"rep"`
	// Moves are what changes: of those who were passed over, and of the rep, who comes last.
	Moves []Move `json:"moves"`
	// Ledger is what Moves start from, where members, weights or the rotation changed or a new period began; nil: what State
	// holds.
	Ledger *Pool     `json:"ledger,omitempty"`
	At     time.Time `json:"at"`
}

// AdjustPool corrects a ledger after a turn was given: the handoff was declined, went to somebody else, or came to nothing.
// A turn is given back once.
type AdjustPool struct {
	Subject Ref       `json:"subject,omitzero"` // whose Record.Turn it is that is given back
	Policy  string    `json:"policy"`
	Pool    string    `json:"pool"`
	Moves   []Move    `json:"moves"`
	At      time.Time `json:"at"`
}

// MoveLoad changes how much open work a record is to a rep. At 0 units after the change the record is none.
type MoveLoad struct {
	Subject Ref    `json:"subject"`
	Rep     string `json:"rep"`
	Units   int64  `json:"units"` // added to the rep's load; below 0: taken away
}

// Assign makes a rep the owner of the next step.
type Assign struct {
	Subject Ref       `json:"subject"`
	Account Ref       `json:"account,omitzero"`       // of the subject, if any; its Handoff moves too
	From    string    `json:"from,omitempty"`         // the owner until now; equal to To when the owner stays
	To      string    `json:"to"`                     // "": nobody, it went back to a queue
	Covers  string    `json:"covers,omitempty"`       // the owner for whom To stands in; "": To is the owner
	Until   time.Time `json:"until,omitzero"`         // when Covers is back
	With    []string  `json:"with,omitempty"`         // who works it together with To
	Play    string    `json:"play,omitempty"`         // "": no play chose, but a person
	Rung    string    `json:"rung,omitempty"`         // what chose the owner
	Turn    Turn      `json:"turn,omitzero"`          // that gave the owner; zero: no rotation did
	Trigger Trigger   `json:"trigger,omitzero"`       // that Play answers; zero: no play chose
	Late    int64     `json:"late_seconds,omitempty"` // how much later than an SLA asks for it
	At      time.Time `json:"at"`
}

// owner returns who owns the record from now on.
func (e Assign) owner() string { return cmp.Or(e.Covers, e.To) }

// Stick remembers who owns what the key stands for.
type Stick struct {
	Key Key `json:"key"`
	Sticky
}

// Enroll starts a sequence, or gives one that runs to another owner: what is remembered under its sequence and person is
// replaced. It never holds a step on a blocked channel. What runs is remembered with the person, so that
// every subject that reaches the person sees it; without a person, with the subject.
type Enroll struct {
	Subject Ref `json:"subject"`
	Enrollment
}

// Expose records the side of an experiment that a record is on. Every decision that hands a record over or holds it out has one
// for each experiment that covers it, also where the record remembers the side: then with the instant at which it came to be on
// it, which changes nothing.
type Expose struct {
	Subject Ref `json:"subject"`
	Arm
}

// Count adds an instant to a tally, of which the latest Keep stay.
type Count struct {
	Tally Key       `json:"tally"`
	At    time.Time `json:"at"`
	Keep  int64     `json:"keep"`
	// Until is remembered in the place of At, for a tally of what lasts; zero: At is.
	Until time.Time `json:"until,omitzero"`
	Uses  string    `json:"uses,omitempty"` // of what is planned for it, the earliest is used up
}

// Plan keeps room in a tally for something; it replaces what was kept for it. At no instants the room is given back.
type Plan struct {
	Tally Key         `json:"tally"`
	For   string      `json:"for"`
	At    []time.Time `json:"at,omitempty"` // in order
}

// PauseMarketing makes marketing of a scope yield to the rep. A pause under the same id is replaced, and never ends
// earlier than before.
type PauseMarketing struct {
	Subject Ref `json:"subject"`
	Pause
}

// StartClock promises something by an instant.
type StartClock struct {
	Subject Ref `json:"subject"`
	Clock
}

// Recycle gives a record back, to be tried again later.
type Recycle struct {
	Subject Ref       `json:"subject"`
	At      time.Time `json:"at"`
	To      string    `json:"to"`                // a segment of nurture, in the host's words
	Rule    string    `json:"rule,omitempty"`    // of the policy
	Back    time.Time `json:"back,omitzero"`     // when it comes back; zero: it does not by itself
	Trigger string    `json:"trigger,omitempty"` // id of the one with which it comes back; "": none
	Avoid   []string  `json:"avoid,omitempty"`   // who does not get it then
}

// AttachContext gives the rep what is known.
type AttachContext struct {
	Subject Ref     `json:"subject"`
	Owner   string  `json:"owner"`
	Context Context `json:"context"`
}

// A Level says how loud a notification is.
type Level string

// UnmarshalText refuses unknown words.
func (l *Level) UnmarshalText(text []byte) (err error) {
	*l, err = parseWord("level", text, []Level{LevelInfo, LevelWarning, LevelUrgent})
	return err
}

// The levels of a notification.
const (
	LevelInfo    Level = "info"
	LevelWarning Level = "warning"
	LevelUrgent  Level = "urgent" // something promised was not done, and somebody has to see to it
)

// Notify tells somebody something.
type Notify struct {
	Subject Ref    `json:"subject"`
	ID      string `json:"id"`
	Level   Level  `json:"level"`
	To      string `json:"to"` // a rep
	Text    string `json:"text"`
	// At is when it was due, which is earlier than the decision where time passed without a sweep; zero: at the decision.
	At time.Time `json:"at,omitzero"`
}

// The kinds of effects, in the order in which a decision lists them.
const (
	EffectConsumeTrigger  EffectKind = "consume_trigger"
	EffectQueueTrigger    EffectKind = "queue_trigger"
	EffectRedecide        EffectKind = "redecide"
	EffectRecordActivity  EffectKind = "record_activity"
	EffectRecordTouch     EffectKind = "record_touch"
	EffectRecordOutcome   EffectKind = "record_outcome"
	EffectSetConsent      EffectKind = "set_consent"
	EffectSetRepStatus    EffectKind = "set_rep_status"
	EffectMergeRecords    EffectKind = "merge_records"
	EffectSplitRecords    EffectKind = "split_records"
	EffectSetStage        EffectKind = "set_stage"
	EffectHold            EffectKind = "hold"
	EffectReleaseHold     EffectKind = "release_hold"
	EffectStopClock       EffectKind = "stop_clock"
	EffectExit            EffectKind = "exit"
	EffectResumeMarketing EffectKind = "resume_marketing"
	EffectAdvancePool     EffectKind = "advance_pool"
	EffectAdjustPool      EffectKind = "adjust_pool"
	EffectMoveLoad        EffectKind = "move_load"
	EffectAssign          EffectKind = "assign"
	EffectStick           EffectKind = "stick"
	EffectEnroll          EffectKind = "enroll"
	EffectExpose          EffectKind = "expose"
	EffectCount           EffectKind = "count"
	EffectPlan            EffectKind = "plan"
	EffectPauseMarketing  EffectKind = "pause_marketing"
	EffectStartClock      EffectKind = "start_clock"
	EffectMoveClock       EffectKind = "move_clock"
	EffectCorrect         EffectKind = "correct"
	EffectRecycle         EffectKind = "recycle"
	EffectAttachContext   EffectKind = "attach_context"
	EffectNotify          EffectKind = "notify"
)

// effectKinds is the one list of kinds: its order is the order of effects, and each row reads its kind.
var effectKinds = []struct {
	kind   EffectKind
	decode func([]byte) (Effect, error)
}{
	{EffectConsumeTrigger, decodeEffect[ConsumeTrigger]},
	{EffectQueueTrigger, decodeEffect[QueueTrigger]},
	{EffectRedecide, decodeEffect[Redecide]},
	{EffectRecordActivity, decodeEffect[RecordActivity]},
	{EffectRecordTouch, decodeEffect[RecordTouch]},
	{EffectRecordOutcome, decodeEffect[RecordOutcome]},
	{EffectSetConsent, decodeEffect[SetConsent]},
	{EffectSetRepStatus, decodeEffect[SetRepStatus]},
	{EffectMergeRecords, decodeEffect[MergeRecords]},
	{EffectSplitRecords, decodeEffect[SplitRecords]},
	{EffectSetStage, decodeEffect[SetStage]},
	{EffectHold, decodeEffect[Hold]},
	{EffectReleaseHold, decodeEffect[ReleaseHold]},
	{EffectStopClock, decodeEffect[StopClock]},
	{EffectExit, decodeEffect[Exit]},
	{EffectResumeMarketing, decodeEffect[ResumeMarketing]},
	{EffectAdvancePool, decodeEffect[AdvancePool]},
	{EffectAdjustPool, decodeEffect[AdjustPool]},
	{EffectMoveLoad, decodeEffect[MoveLoad]},
	{EffectAssign, decodeEffect[Assign]},
	{EffectStick, decodeEffect[Stick]},
	{EffectEnroll, decodeEffect[Enroll]},
	{EffectExpose, decodeEffect[Expose]},
	{EffectCount, decodeEffect[Count]},
	{EffectPlan, decodeEffect[Plan]},
	{EffectPauseMarketing, decodeEffect[PauseMarketing]},
	{EffectStartClock, decodeEffect[StartClock]},
	{EffectMoveClock, decodeEffect[MoveClock]},
	{EffectCorrect, decodeEffect[Correct]},
	{EffectRecycle, decodeEffect[Recycle]},
	{EffectAttachContext, decodeEffect[AttachContext]},
	{EffectNotify, decodeEffect[Notify]},
}

// EffectKinds returns all kinds in the order in which a decision lists them.
func EffectKinds() []EffectKind {
	out := make([]EffectKind, len(effectKinds))
	for i, row := range effectKinds {
		out[i] = row.kind
	}
	return out
}

func rankOf(kind EffectKind) int {
	for i, row := range effectKinds {
		if row.kind == kind {
			return i
		}
	}
	return -1
}

func (ConsumeTrigger) Kind() EffectKind  { return EffectConsumeTrigger }
func (QueueTrigger) Kind() EffectKind    { return EffectQueueTrigger }
func (Redecide) Kind() EffectKind        { return EffectRedecide }
func (RecordActivity) Kind() EffectKind  { return EffectRecordActivity }
func (RecordTouch) Kind() EffectKind     { return EffectRecordTouch }
func (RecordOutcome) Kind() EffectKind   { return EffectRecordOutcome }
func (SetConsent) Kind() EffectKind      { return EffectSetConsent }
func (SetRepStatus) Kind() EffectKind    { return EffectSetRepStatus }
func (MergeRecords) Kind() EffectKind    { return EffectMergeRecords }
func (SplitRecords) Kind() EffectKind    { return EffectSplitRecords }
func (SetStage) Kind() EffectKind        { return EffectSetStage }
func (Hold) Kind() EffectKind            { return EffectHold }
func (ReleaseHold) Kind() EffectKind     { return EffectReleaseHold }
func (StopClock) Kind() EffectKind       { return EffectStopClock }
func (Exit) Kind() EffectKind            { return EffectExit }
func (ResumeMarketing) Kind() EffectKind { return EffectResumeMarketing }
func (AdvancePool) Kind() EffectKind     { return EffectAdvancePool }
func (AdjustPool) Kind() EffectKind      { return EffectAdjustPool }
func (MoveLoad) Kind() EffectKind        { return EffectMoveLoad }
func (Stick) Kind() EffectKind           { return EffectStick }
func (Assign) Kind() EffectKind          { return EffectAssign }
func (Enroll) Kind() EffectKind          { return EffectEnroll }
func (Expose) Kind() EffectKind          { return EffectExpose }
func (Count) Kind() EffectKind           { return EffectCount }
func (Plan) Kind() EffectKind            { return EffectPlan }
func (PauseMarketing) Kind() EffectKind  { return EffectPauseMarketing }
func (StartClock) Kind() EffectKind      { return EffectStartClock }
func (MoveClock) Kind() EffectKind       { return EffectMoveClock }
func (Correct) Kind() EffectKind         { return EffectCorrect }
func (Recycle) Kind() EffectKind         { return EffectRecycle }
func (AttachContext) Kind() EffectKind   { return EffectAttachContext }
func (Notify) Kind() EffectKind          { return EffectNotify }

func (e ConsumeTrigger) place() (Ref, string) { return e.Subject, e.Trigger }
func (e QueueTrigger) place() (Ref, string)   { return e.Subject, e.Trigger.ID }
func (e Redecide) place() (Ref, string)       { return e.Subject, "" }
func (e RecordActivity) place() (Ref, string) { return e.Subject, e.ID }
func (e RecordTouch) place() (Ref, string)    { return e.Subject, e.ID }
func (e RecordOutcome) place() (Ref, string)  { return e.Subject, e.ID }
func (e SetConsent) place() (Ref, string) {
	return e.Subject, fmt.Sprintf("%s\x00%s\x00%s\x00%s", e.Channel, e.Purpose, e.Status, e.said())
}
func (e SetRepStatus) place() (Ref, string)    { return Ref{KindRep, e.Rep}, "" }
func (e MergeRecords) place() (Ref, string)    { return e.Into, e.From.ID }
func (e SplitRecords) place() (Ref, string)    { return e.From, e.Into.ID }
func (e SetStage) place() (Ref, string)        { return e.Subject, e.ID }
func (e Hold) place() (Ref, string)            { return e.Subject, e.ID }
func (e ReleaseHold) place() (Ref, string)     { return e.Subject, e.ID }
func (e StopClock) place() (Ref, string)       { return e.Subject, e.ID }
func (e Exit) place() (Ref, string)            { return e.Subject, e.Sequence + "\x00" + e.Person.ID }
func (e ResumeMarketing) place() (Ref, string) { return e.Subject, e.ID }
func (e AdvancePool) place() (Ref, string)     { return PoolKey(e.Policy, e.Pool), e.Rep }
func (e AdjustPool) place() (Ref, string)      { return PoolKey(e.Policy, e.Pool), "" }
func (e MoveLoad) place() (Ref, string)        { return e.Subject, e.Rep }
func (e Assign) place() (Ref, string)          { return e.Subject, "" }
func (e Stick) place() (Ref, string)           { return e.Key, "" }
func (e Enroll) place() (Ref, string)          { return e.Subject, e.Sequence + "\x00" + e.Person.ID }
func (e Expose) place() (Ref, string)          { return e.Subject, e.Experiment }
func (e Count) place() (Ref, string)           { return e.Tally, e.Uses }
func (e Plan) place() (Ref, string)            { return e.Tally, e.For }
func (e PauseMarketing) place() (Ref, string)  { return e.Subject, e.ID }
func (e StartClock) place() (Ref, string)      { return e.Subject, e.ID }
func (e MoveClock) place() (Ref, string)       { return e.Subject, e.ID }
func (e Correct) place() (Ref, string)         { return e.Subject, e.ID + "\x00" + e.Clock }
func (e Recycle) place() (Ref, string)         { return e.Subject, e.To }
func (e AttachContext) place() (Ref, string)   { return e.Subject, "" }
func (e Notify) place() (Ref, string)          { return e.Subject, e.ID }

func (e ConsumeTrigger) clone() Effect  { return e }
func (e QueueTrigger) clone() Effect    { e.Trigger = e.Trigger.clone(); return e }
func (e Redecide) clone() Effect        { e.Triggers = slices.Clone(e.Triggers); return e }
func (e RecordActivity) clone() Effect  { return e }
func (e RecordTouch) clone() Effect     { e.TouchRef = e.TouchRef.clone(); return e }
func (e RecordOutcome) clone() Effect   { return e }
func (e SetConsent) clone() Effect      { return e }
func (e SetRepStatus) clone() Effect    { return e }
func (e MergeRecords) clone() Effect    { return e }
func (e SplitRecords) clone() Effect    { return e }
func (e SetStage) clone() Effect        { return e }
func (e Hold) clone() Effect            { e.ActiveHold = e.ActiveHold.clone(); return e }
func (e ReleaseHold) clone() Effect     { return e }
func (e StopClock) clone() Effect       { return e }
func (e Exit) clone() Effect            { return e }
func (e ResumeMarketing) clone() Effect { return e }
func (e AdvancePool) clone() Effect {
	e.Moves = slices.Clone(e.Moves)
	if e.Ledger != nil {
		ledger := e.Ledger.clone()
		e.Ledger = &ledger
	}
	return e
}
func (e AdjustPool) clone() Effect { e.Moves = slices.Clone(e.Moves); return e }
func (e MoveLoad) clone() Effect   { return e }
func (e Assign) clone() Effect {
	e.With, e.Trigger = slices.Clone(e.With), e.Trigger.clone()
	return e
}
func (e Stick) clone() Effect          { return e }
func (e Enroll) clone() Effect         { e.Enrollment = e.Enrollment.clone(); return e }
func (e Expose) clone() Effect         { return e }
func (e Count) clone() Effect          { return e }
func (e Plan) clone() Effect           { e.At = slices.Clone(e.At); return e }
func (e PauseMarketing) clone() Effect { e.Pause = e.Pause.clone(); return e }
func (e StartClock) clone() Effect     { return e }
func (e MoveClock) clone() Effect      { return e }
func (e Correct) clone() Effect        { return e }
func (e Recycle) clone() Effect        { e.Avoid = slices.Clone(e.Avoid); return e }
func (e AttachContext) clone() Effect  { e.Context = e.Context.clone(); return e }
func (e Notify) clone() Effect         { return e }

// Effects is the ordered list of what a decision changes: by kind, then by subject, then by id.
type Effects []Effect

func compareEffects(a, b Effect) int {
	subjectA, idA := a.place()
	subjectB, idB := b.place()
	return cmp.Or(cmp.Compare(rankOf(a.Kind()), rankOf(b.Kind())), subjectA.Compare(subjectB), strings.Compare(idA, idB))
}

// MarshalJSON returns an array of objects whose first key is "kind"; the empty list is [].
func (e Effects) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('[')
	for i, effect := range e {
		body, err := json.Marshal(effect)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"kind":%q,%s`, effect.Kind(), body[1:])
	}
	b.WriteByte(']')
	return b.Bytes(), nil
}

// UnmarshalJSON reads what MarshalJSON writes. Unknown kinds, unknown keys, a "kind" that is not the first key and
// invalid UTF-8 are errors.
func (e *Effects) UnmarshalJSON(data []byte) error {
	if !utf8.Valid(data) {
		return errors.New("the effects are not valid UTF-8")
	}
	var raw []json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	*e = make(Effects, 0, len(raw))
	for i, body := range raw {
		effect, err := unmarshalEffect(body)
		if err != nil {
			return fmt.Errorf("effect %d: %w", i, err)
		}
		*e = append(*e, effect)
	}
	return nil
}

func unmarshalEffect(data []byte) (Effect, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	var head [3]json.Token
	for i := range head {
		var err error
		if head[i], err = dec.Token(); err != nil {
			return nil, err
		}
	}
	kind, ok := head[2].(string)
	if head[0] != json.Delim('{') || head[1] != "kind" || !ok {
		return nil, errors.New(`an effect is an object whose first key is "kind"`)
	}
	rest := bytes.TrimLeft(data[dec.InputOffset():], " \t\r\n")
	rest = append([]byte{'{'}, bytes.TrimPrefix(rest, []byte{','})...)
	rank := rankOf(EffectKind(kind))
	if rank < 0 {
		return nil, fmt.Errorf("unknown kind; known are %s", wordList(EffectKinds()))
	}
	return effectKinds[rank].decode(rest)
}

// decodeEffect reads one kind of effect. What could not be written and read again, such as an effect that leaves out a
// word of a closed list, is refused.
func decodeEffect[T Effect](data []byte) (Effect, error) {
	var v T
	if err := DecodeStrict(data, &v); err != nil {
		return nil, err
	}
	again, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	err = DecodeStrict(again, &v)
	return v, err
}

// TallyKey names what State counts of something.
func TallyKey(policy, what string) Key { return Key{KindTally, policy + "/" + what} }

// StickyKey names what State remembers of who owned something last.
func StickyKey(policy, what string) Key { return Key{KindSticky, policy + "/" + what} }

// PoolKey names the ledger of a policy's pool.
func PoolKey(policy, pool string) Key { return Key{KindPool, policy + "/" + pool} }

// TriggerKey names what State remembers of a consumed trigger.
func TriggerKey(policy, trigger string) Key { return Key{KindTrigger, policy + "/" + trigger} }

// RepKey names what State remembers of a rep.
func RepKey(rep string) Key { return Key{KindRep, rep} }
