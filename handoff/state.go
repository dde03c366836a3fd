package handoff

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// State is what the host remembers between decisions: one versioned entry for each record, pool, rep, consumed trigger,
// tally and sticky memory. A key that is present with version 0 says that the host looked and found nothing; a key that is
// missing says that it did not look. Treat a State as a value: nothing in Baton writes to one that it was given.
type State map[Key]Entry

// An Entry is one versioned part of a State.
type Entry struct {
	// Version counts the decisions that wrote the entry, from 1. 0: nothing is stored.
	Version int64
	// Value is a Record for a lead or an account, a Pool, a Rep, a Seen for a trigger, a Tally or a Sticky; nil at version 0.
	Value Memory
}

// A Memory is the value of an entry.
//
// Implementations of this interface: Pool, Record, Rep, Seen, Sticky, Tally.
type Memory interface{ memory() Memory }

func (p Pool) memory() Memory   { return p.clone() }
func (r Record) memory() Memory { return r.clone() }
func (r Rep) memory() Memory    { return r.clone() }
func (s Seen) memory() Memory   { return s }
func (s Sticky) memory() Memory { return s }
func (t Tally) memory() Memory  { return t.clone() }

// A Record is what Baton remembers about a lead or an account. Every list is in the order of its elements' ids, or of
// what stands for an id; a list without elements is nil.
type Record struct {
	Owner        string        `json:"owner,omitempty"`
	Cover        Cover         `json:"cover,omitzero"`        // who stands in for the owner; zero: nobody
	Past         []string      `json:"past_owners,omitempty"` // the latest maxPast whom it was assigned to, the latest last
	OwnedSince   time.Time     `json:"owned_since,omitzero"`  // when it was assigned to Owner
	Turn         Turn          `json:"turn,omitzero"`         // that gave the owner; zero: no rotation did, or it was given back
	Load         Load          `json:"load,omitzero"`         // that the record is to its owner; zero: none is counted
	Handoff      time.Time     `json:"handoff,omitzero"`      // the latest assignment, of this record or of a lead of this account
	Queue        []Queued      `json:"queue,omitempty"`
	Signals      []Signal      `json:"signals,omitempty"`
	Stages       []Stage       `json:"stages,omitempty"`
	Holds        []ActiveHold  `json:"holds,omitempty"`
	Pauses       []Pause       `json:"pauses,omitempty"`
	Enrollments  []Enrollment  `json:"enrollments,omitempty"` // running, of the person or, without one, of the account
	People       []Ref         `json:"people,omitempty"`      // of an account: leads that its plays enrolled; their records tell what runs
	Exits        []Exited      `json:"exits,omitempty"`       // the latest end of each sequence
	Clocks       []Clock       `json:"clocks,omitempty"`      // running
	Active       []Active      `json:"active,omitempty"`      // of an account: the sequences that run for its leads
	Touches      []TouchRef    `json:"touches,omitempty"`     // the latest maxTouchRefs that were permitted
	Heard        []Heard       `json:"heard,omitempty"`       // signals that plays count
	RaisedHand   time.Time     `json:"raised_hand,omitzero"`  // when the subject asked for sales last
	Consent      []Consent     `json:"consent,omitempty"`     // the latest word on each channel, purpose and basis
	Activities   []ActivityRef `json:"activities,omitempty"`  // the latest MaxActivities
	Outcome      Outcome       `json:"outcome,omitzero"`      // the latest
	Disqualified time.Time     `json:"disqualified,omitzero"` // the latest outcome OutcomeDisqualified; zero: none was
	Arms         []Arm         `json:"arms,omitempty"`
	Recycled     Recycled      `json:"recycled,omitzero"`
	Stopped      []Stopped     `json:"stopped,omitempty"`    // the latest maxStopped clocks that do not run any more, by start, id, transfers and owner
	Play         string        `json:"play,omitempty"`       // that handed the record over last
	Trigger      Trigger       `json:"trigger,omitzero"`     // that it answered
	Began        time.Time     `json:"began,omitzero"`       // when it was handed over for that trigger, whoever has it since
	Merged       Ref           `json:"merged_into,omitzero"` // where the record lives on; zero: here
	// Parted is when it came out of a record into which it had merged; zero: never. Runs that start after it have other names in
	// tallies than those that stayed there.
	Parted time.Time `json:"parted,omitzero"`
	Splits int64     `json:"splits,omitempty"` // how often it came out of one: two may have one instant
}

// maxPast bounds what a record remembers of owners.
const maxPast = 50

// MaxActivities bounds what a record remembers of activities, and so how many attempts an outcome can ask for. One that is older
// than all of them is stale.
const MaxActivities = 1000

// A Why says what a queued trigger waits for.
type Why string

// UnmarshalText refuses unknown words.
func (w *Why) UnmarshalText(text []byte) (err error) {
	*w, err = parseWord("reason to wait", text, []Why{WhySettle, WhyIncomplete, WhyHeld, WhyUnassigned, WhyLost, WhyRecycled})
	return err
}

// What a queued trigger can wait for.
const (
	WhySettle     Why = "settle"     // the window in which triggers are decided together
	WhyIncomplete Why = "incomplete" // facts that were unknown
	WhyHeld       Why = "held"       // holds that replay on release
	WhyUnassigned Why = "unassigned" // an owner
	WhyLost       Why = "lost"       // the end of what the play that won against it started
	WhyRecycled   Why = "recycled"   // the day on which the record comes back
)

// A Queued is a trigger that waits. Each Decide looks at it again, except that one that settles or lost waits until Until, or
// until a Redecide has released it.
type Queued struct {
	Trigger  Trigger   `json:"trigger"`
	Until    time.Time `json:"until"`
	Why      Why       `json:"why"`
	Released bool      `json:"released,omitempty"` // Sweep has asked for the decision at Until
	GiveUp   time.Time `json:"give_up,omitzero"`   // of WhyHeld: when it is too old to be decided again; zero: when it is stale
	Late     bool      `json:"late,omitempty"`     // waited for facts as long as it may: the fallback competes, whatever it waits for now
}

// A Signal is the business key of a consumed trigger; an equal key inside the trigger's window is a duplicate.
type Signal struct {
	Key        string    `json:"key"`
	OccurredAt time.Time `json:"occurred_at"`
	Until      time.Time `json:"until"` // forgotten from here on: whatever repeats the key later is stale
}

// A Stage is a lifecycle stage that the record has entered: once in each lap. A lap ends with a stage that resets, and is told
// by the instants alone, so that a reset that becomes known late begins a lap for whatever was entered after it.
type Stage struct {
	ID      string    `json:"id"`
	At      time.Time `json:"at"`                // the first time since the record started anew
	Trigger string    `json:"trigger,omitempty"` // id of the one whose facts made it cross; "" where an activity or a host set it
	// Activity is the id of the one that made it enter; "": none did.
	Activity string `json:"activity,omitempty"`
	Resets   bool   `json:"resets,omitempty"` // what is entered after it is entered anew: a lap is over
}

// OnRelease says what becomes of a trigger that was held, once nothing holds it any more.
type OnRelease string

// UnmarshalText refuses unknown words.
func (o *OnRelease) UnmarshalText(text []byte) (err error) {
	*o, err = parseWord("word for release", text, []OnRelease{ReleaseNone, ReleaseReplay, ReleaseAgain})
	return err
}

// What a hold can do on release.
const (
	ReleaseNone   OnRelease = "none"   // the trigger was consumed; only a new one starts a handoff
	ReleaseReplay OnRelease = "replay" // the trigger waited and is decided again while it is not stale, and younger than the hold asks
	ReleaseAgain  OnRelease = "again"  // the trigger waits until ActiveHold.Again and is decided again then, whatever still holds
)

// An ActiveHold keeps plays from winning.
type ActiveHold struct {
	ID       string    `json:"id"`
	Reason   string    `json:"reason,omitempty"`
	Source   string    `json:"source,omitempty"` // what holds, such as open_opportunity, recent_handoff or play
	Since    time.Time `json:"since,omitzero"`
	Until    time.Time `json:"until,omitzero"`      // zero: until somebody lifts it
	LiftedBy string    `json:"lifted_by,omitempty"` // what or who lifts it before Until, in words
	// ReleasedBy is the kind of activity that lifts it by itself; "": none does.
	ReleasedBy ActivityKind `json:"released_by,omitempty"`
	OnRelease  OnRelease    `json:"on_release,omitempty"`
	Again      time.Time    `json:"again,omitzero"`   // of ReleaseAgain
	GiveUp     time.Time    `json:"give_up,omitzero"` // of ReleaseReplay: from here on the trigger is too old; zero: when it is stale
	// Remembered says that the record remembers a rule's hold, under OfRule and the rule's id. It does not hold by itself: each
	// decision asks the rule.
	Remembered bool `json:"remembered,omitempty"`
	// Lapsed says that it has lasted as long as it may and keeps nothing back, though what it looks for is still so. A
	// Suppressor appends it all the same, so that the record remembers since when.
	Lapsed bool `json:"lapsed,omitempty"`
	// HandRaise says that a signal by which the subject asks for sales passes.
	HandRaise bool     `json:"hand_raise,omitempty"`
	Touches   bool     `json:"touches,omitempty"` // it keeps back what running sequences of the plays send, too
	Forever   bool     `json:"forever,omitempty"` // it has no end, and that is meant
	Blocks    []string `json:"blocks,omitempty"`  // ids of plays, or motions; empty: every play
	Position  string   `json:"position,omitempty"`
	Unknown   []string `json:"unknown,omitempty"` // absent facts, where they are why it holds
}

// A Pause is marketing that yields to a rep.
type Pause struct {
	ID    string    `json:"id"`
	Scope []string  `json:"scope"` // what pauses, such as "nurture"; the rest goes on
	Since time.Time `json:"since"`
	Until time.Time `json:"until"`
	// Sequence ends it too, once no run of the play's is left; "": none.
	Sequence string `json:"sequence,omitempty"`
}

// A Step is one step of a sequence.
type Step struct {
	Day int     `json:"day"` // days after the enrolment; 0 is the day itself
	Do  Channel `json:"do"`
}

// An Enrollment is a sequence that runs for a person, or for an account as such.
type Enrollment struct {
	ID          string      `json:"id,omitempty"`      // names it in tallies, also after its record has merged into another; "": none
	Purpose     Purpose     `json:"purpose,omitempty"` // of its touches; "": PurposeSales
	Sequence    string      `json:"sequence"`
	Version     int64       `json:"version"`
	Exclusive   Exclusivity `json:"exclusive,omitempty"`
	Person      Ref         `json:"person,omitzero"`        // the lead it reaches; zero: nobody, its steps are tasks
	Account     Ref         `json:"account,omitzero"`       // whose record lists it too; zero: none
	BuyingGroup string      `json:"buying_group,omitempty"` // the person's
	Under       Ref         `json:"under"`                  // the subject whose play started it
	Play        string      `json:"play"`
	Motion      string      `json:"motion,omitempty"`
	Owner       string      `json:"owner"`
	At          time.Time   `json:"at"`
	Starts      time.Time   `json:"starts,omitzero"` // of the days of its steps, where it waits for a gap between touches; zero: At
	Ends        time.Time   `json:"ends"`            // a day after its last step's day; Sweep ends it here
	Steps       []Step      `json:"steps"`
	Skipped     []Step      `json:"skipped,omitempty"` // left out because their channel is blocked
	// ExitOn are the activities that end it, as the sequence said when it started; none: those of the Lifecycle.
	ExitOn       []ActivityKind `json:"exit_on,omitempty"`
	AccountReply bool           `json:"account_reply,omitempty"` // a reply of anybody at the account ends it too
	OwnerAway    OwnerAway      `json:"owner_away,omitempty"`
	Relied       []Relied       `json:"relied,omitempty"`  // what opens its channels, in the order of its steps
	Tallies      []Key          `json:"tallies,omitempty"` // that its touches are planned in, in order
}

// An Exclusivity says beside which sequences one may run. The zero Exclusivity is beside any that lets it.
type Exclusivity string

// How exclusive a sequence can be.
const (
	NotExclusive Exclusivity = ""
	Exclusive    Exclusivity = "exclusive" // never beside another that is exclusive or alone
	Alone        Exclusivity = "alone"     // never beside another
)

// UnmarshalText refuses unknown words; the empty text is NotExclusive.
func (e *Exclusivity) UnmarshalText(text []byte) (err error) {
	if *e = NotExclusive; len(text) > 0 {
		*e, err = parseWord("exclusivity", text, []Exclusivity{Exclusive, Alone})
	}
	return err
}

// bars reports whether two sequences may not run beside each other for one person.
func (e Exclusivity) bars(f Exclusivity) bool {
	return e == Alone || f == Alone || e == Exclusive && f == Exclusive
}

// A Relied is the evidence on which a channel was used.
type Relied struct {
	Channel Channel   `json:"channel"`
	Rule    string    `json:"rule"`             // what says that the evidence is enough
	Basis   Basis     `json:"basis,omitempty"`  // "": none is needed
	At      time.Time `json:"at,omitzero"`      // captured
	Source  string    `json:"source,omitempty"` // where it was captured
}

// An Active is a sequence that runs for a lead of the account.
type Active struct {
	Person       Ref         `json:"person"`
	Sequence     string      `json:"sequence"`
	Exclusive    Exclusivity `json:"exclusive,omitempty"`
	Play         string      `json:"play"`
	Motion       string      `json:"motion,omitempty"`
	Owner        string      `json:"owner"`
	BuyingGroup  string      `json:"buying_group,omitempty"` // the lead's
	At           time.Time   `json:"at"`
	Ends         time.Time   `json:"ends"`
	AccountReply bool        `json:"account_reply,omitempty"` // a reply of anybody at the account ends it
}

// A TouchRef remembers a touch that was permitted.
type TouchRef struct {
	ID       string    `json:"id"`
	Channel  Channel   `json:"channel"`
	Purpose  Purpose   `json:"purpose"`
	Scope    string    `json:"scope,omitempty"`
	Sequence string    `json:"sequence,omitempty"`
	By       string    `json:"by,omitempty"`
	At       time.Time `json:"at"`
	// During are the sequences that ran for the person then, beside its own: marketing that names any overlapped.
	During []string `json:"during,omitempty"`
}

// maxTouchRefs bounds what a record remembers of touches.
const maxTouchRefs = 200

// A Heard is a signal that some play counts.
type Heard struct {
	Trigger    string    `json:"trigger"` // id
	Kind       string    `json:"kind"`
	OccurredAt time.Time `json:"occurred_at"`
	Until      time.Time `json:"until"` // forgotten from here on
}

// An Exited is the latest end of a sequence.
type Exited struct {
	Sequence string    `json:"sequence"`
	Person   Ref       `json:"person,omitzero"`
	At       time.Time `json:"at"`
	By       string    `json:"by,omitempty"` // the activity or play that ended it
}

// A Clock runs until something is done.
type Clock struct {
	ID    string    `json:"id"`
	Play  string    `json:"play"`
	Terms string    `json:"terms,omitempty"` // the play whose SLA it runs by, where a merged one is stricter; "": Play
	Owner string    `json:"owner"`
	Start time.Time `json:"start"`
	// Within is how long the SLA gave when it started: another version of the policy does not change that; 0: as the policy says.
	Within time.Duration `json:"within,omitempty"`

	Due  time.Time `json:"due,omitzero"`   // zero: it is paused, and nobody knows for how long
	Warn time.Time `json:"warn,omitzero"`  // when the owner is warned; zero: not, or not any more
	Late int64     `json:"late,omitempty"` // how many of SLA.Late were taken
	Next time.Time `json:"next,omitzero"`  // when the next of them is due; zero: none is left
	// Begun is when the first owner's clock started, where the handoff went to another one since; zero: at Start.
	Begun time.Time `json:"begun,omitzero"`
	// Transfers is how often the record went from one owner to another while the promise stood.
	Transfers int64 `json:"transfers,omitempty"`
	// Returned says that it runs in a queue to which the record went back: until somebody owns it.
	Returned bool `json:"returned,omitempty"`
}

// A Stopped is a clock that does not run any more.
type Stopped struct {
	Clock
	At   time.Time `json:"at"`  // when the thing was done, or when the clock ended otherwise
	Met  bool      `json:"met"` // it was done in time
	Why  StopWhy   `json:"why,omitempty"`
	By   string    `json:"by,omitempty"` // the activity, trigger or rep that ended it
	Wall int64     `json:"wall_seconds"` // since Start
	Open int64     `json:"open_seconds"` // of these, what counts under the SLA
}

// maxStopped bounds what a record remembers of clocks that do not run any more.
const maxStopped = 50

// A StopWhy says why a clock ended. The zero StopWhy is StopDone.
type StopWhy string

// Why a clock can end.
const (
	StopDone    StopWhy = ""              // what was promised was done, in time or late
	StopOwner   StopWhy = "owner_changed" // somebody else is to do it
	StopReturns StopWhy = "returned"      // the record went back to a queue
	StopClosed  StopWhy = "closed"        // the handoff came to an end without it
)

// UnmarshalText refuses unknown words; the empty text is StopDone.
func (w *StopWhy) UnmarshalText(text []byte) (err error) {
	if *w = StopDone; len(text) > 0 {
		*w, err = parseWord("end of a clock", text, []StopWhy{StopOwner, StopReturns, StopClosed})
	}
	return err
}

// An ActivityRef remembers that an activity was observed.
type ActivityRef struct {
	ID   string       `json:"id"`
	Kind ActivityKind `json:"activity"`
	At   time.Time    `json:"at"`
	By   string       `json:"by,omitempty"`
	// Until is when something pending goes on by itself; zero: when it is resumed.
	Until time.Time `json:"until,omitzero"`
	Into  Ref       `json:"into,omitzero"` // of merged and unmerged, the other record
	Of    Ref       `json:"of,omitzero"`   // of merged and unmerged, the record that it is about, wherever that lives on
}

// An Outcome is what came of a handoff.
type Outcome struct {
	ID     string    `json:"id"` // of the activity that says so
	Word   string    `json:"word"`
	Reason string    `json:"reason,omitempty"`
	At     time.Time `json:"at"`
	By     string    `json:"by,omitempty"`
	Owner  string    `json:"owner,omitempty"` // of the record then
	// Disputed says that somebody does not agree with it; zero: nobody.
	Disputed Dispute `json:"disputed,omitzero"`
}

// A Dispute says who does not agree with an outcome.
type Dispute struct {
	ID     string    `json:"id"` // of the activity that says so
	At     time.Time `json:"at"`
	By     string    `json:"by,omitempty"`
	Reason string    `json:"reason,omitempty"`
}

// An Arm is the side of an experiment that a record is on.
type Arm struct {
	Experiment string    `json:"experiment"`
	Arm        string    `json:"arm"`
	At         time.Time `json:"at"`             // when the record came to be on it
	Salt       string    `json:"salt,omitempty"` // of the assignment: under another salt the record is assigned anew
	// Propensity is how probable this arm was, in basis points of the records that the experiment covers.
	Propensity int64 `json:"propensity_bp,omitempty"`
	HeldOut    bool  `json:"held_out,omitempty"` // it keeps the record as it is
}

// A Recycled says when and to what a record goes back.
type Recycled struct {
	At      time.Time `json:"at"`
	To      string    `json:"to"`                // a segment of nurture, in the host's words
	Times   int64     `json:"times"`             // how often it was to come back by itself
	Rule    string    `json:"rule,omitempty"`    // of the policy
	Back    time.Time `json:"back,omitzero"`     // when it comes back; zero: it does not by itself
	Trigger string    `json:"trigger,omitempty"` // id of the one with which it comes back; "": none
	Avoid   []string  `json:"avoid,omitempty"`   // who does not get it then
}

// A Cover stands in for an owner who is away. From Until on the owner is back, without anybody saying so.
type Cover struct {
	Rep   string    `json:"rep"`
	Until time.Time `json:"until"`
}

// A Turn is the turn of a rotation that a record was handed over by.
type Turn struct {
	Policy string    `json:"policy"`
	Pool   string    `json:"pool"`
	Rep    string    `json:"rep"` // whose turn it was, which a cover may have taken over
	At     time.Time `json:"at"`
}

// A Load is how much open work a record is to a rep.
type Load struct {
	Rep   string `json:"rep"`
	Units int64  `json:"units"`
}

// A Tally is when something happened: the latest few instants, the latest last. Caps count them, and what is planned.
type Tally struct {
	At      []time.Time `json:"at,omitempty"`
	Planned []Planned   `json:"planned,omitempty"` // by instant, then by what it is for
}

// A Planned is room in a tally that is kept for something.
type Planned struct {
	For string    `json:"for"` // what it is kept for, such as an enrolment
	At  time.Time `json:"at"`
}

func comparePlanned(a, b Planned) int {
	return cmp.Or(a.At.Compare(b.At), strings.Compare(a.For, b.For))
}

// A Sticky remembers who owned something last.
type Sticky struct {
	Rep string    `json:"rep"`
	At  time.Time `json:"at"` // when it was given to the rep; renewals count where the policy says so
}

// A Seen says that a trigger was consumed.
type Seen struct {
	At   time.Time `json:"at"`
	Fate Fate      `json:"fate"`
}

// home returns where a record lives on, as far as the State tells; it may be one that the State lacks. In a circle every record
// is at home where it is.
func (s State) home(ref Ref) Ref {
	at := ref
	for range len(s) + 1 {
		into := s.mergedInto(at)
		if into.IsZero() {
			return at
		}
		at = into
	}
	return ref
}

// mergedInto returns what a record says that it lives on in.
func (s State) mergedInto(ref Ref) Ref {
	rec, _ := s[ref].Value.(Record)
	return rec.Merged
}

// trail returns a record and those in which it lives on one after the other, as far as the State tells: the last may be one
// that the State lacks. Of the zero Ref it is empty.
func (s State) trail(ref Ref) (keys []Key) {
	for !ref.IsZero() && !slices.Contains(keys, ref) {
		keys = append(keys, ref)
		ref = s.mergedInto(ref)
	}
	return keys
}

// united returns the entries that making one record of two, or two of one, may change: the records, what runs for either, where
// that is listed and counted, and whose work they are.
func (s State) united(a, b Ref) (keys []Key) {
	for _, ref := range append(s.trail(a), s.trail(b)...) {
		keys = append(keys, ref)
		rec, _ := s[ref].Value.(Record)
		if rec.Load.Rep != "" {
			keys = append(keys, RepKey(rec.Load.Rep))
		}
		for _, e := range rec.Enrollments {
			keys = append(keys, e.Tallies...)
			keys = append(keys, s.trail(e.Account)...)
			keys = append(keys, s.trail(e.Under)...)
		}
	}
	return keys
}

// handed returns the entries that the end of the current handoff changes.
func (r Record) handed() []Key {
	var keys []Key
	if r.Turn.Pool != "" {
		keys = append(keys, PoolKey(r.Turn.Policy, r.Turn.Pool))
	}
	if r.Load.Rep != "" {
		keys = append(keys, RepKey(r.Load.Rep))
	}
	return keys
}

// WaitsSince returns when the earliest of the triggers that wait in the record occurred, without one with which it comes back on
// a later day; zero: none waits. Of records that
// fall due together a host sweeps the one first that has waited longest.
func (r Record) WaitsSince() time.Time {
	var since time.Time
	for _, q := range r.Queue {
		if q.Why != WhyRecycled || q.Released { // it rests, and nobody waits for it
			since = earlier(since, q.Trigger.OccurredAt)
		}
	}
	return since
}

// NextDue returns the earliest instant at which Sweep has something to do for the record; zero: never.
func (r Record) NextDue() time.Time {
	var next time.Time
	consider := func(t time.Time) {
		if !t.IsZero() && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	for _, q := range r.Queue {
		if !q.Released {
			consider(q.Until)
		}
	}
	for _, h := range r.Holds {
		if !h.Remembered { // what a rule holds ends with a decision
			consider(h.Until)
		}
	}
	for _, p := range r.Pauses {
		consider(p.Until)
	}
	for _, e := range r.Enrollments {
		consider(e.Ends)
	}
	for _, c := range r.Clocks {
		consider(c.Warn)
		consider(c.Next)
	}
	return next
}

func (t Tally) clone() Tally { return Tally{slices.Clone(t.At), slices.Clone(t.Planned)} }

func (r Record) clone() Record {
	r.Queue = cloneEach(r.Queue, func(q Queued) Queued { q.Trigger = q.Trigger.clone(); return q })
	r.Signals = slices.Clone(r.Signals)
	r.Stages = slices.Clone(r.Stages)
	r.Holds = cloneEach(r.Holds, ActiveHold.clone)
	r.Pauses = cloneEach(r.Pauses, Pause.clone)
	r.Enrollments = cloneEach(r.Enrollments, Enrollment.clone)
	r.People = slices.Clone(r.People)
	r.Active = slices.Clone(r.Active)
	r.Touches = cloneEach(r.Touches, TouchRef.clone)
	r.Heard = slices.Clone(r.Heard)
	r.Exits = slices.Clone(r.Exits)
	r.Clocks = slices.Clone(r.Clocks)
	r.Consent = slices.Clone(r.Consent)
	r.Activities = slices.Clone(r.Activities)
	r.Arms = slices.Clone(r.Arms)
	r.Past = slices.Clone(r.Past)
	r.Stopped = slices.Clone(r.Stopped)
	r.Recycled.Avoid = slices.Clone(r.Recycled.Avoid)
	r.Trigger = r.Trigger.clone()
	return r
}

// instants passes every instant of the record to visit.
func (r *Record) instants(visit func(*time.Time)) {
	visit(&r.OwnedSince)
	visit(&r.Handoff)
	visit(&r.RaisedHand)
	visit(&r.Cover.Until)
	visit(&r.Turn.At)
	for i := range r.Queue {
		visit(&r.Queue[i].Until)
		visit(&r.Queue[i].GiveUp)
		visit(&r.Queue[i].Trigger.OccurredAt)
	}
	for i := range r.Signals {
		visit(&r.Signals[i].OccurredAt)
		visit(&r.Signals[i].Until)
	}
	for i := range r.Stages {
		visit(&r.Stages[i].At)
	}
	for i := range r.Holds {
		visit(&r.Holds[i].Since)
		visit(&r.Holds[i].Until)
		visit(&r.Holds[i].Again)
		visit(&r.Holds[i].GiveUp)
	}
	for i := range r.Pauses {
		visit(&r.Pauses[i].Since)
		visit(&r.Pauses[i].Until)
	}
	for i := range r.Enrollments {
		e := &r.Enrollments[i]
		visit(&e.At)
		visit(&e.Starts)
		visit(&e.Ends)
		for j := range e.Relied {
			visit(&e.Relied[j].At)
		}
	}
	for i := range r.Active {
		visit(&r.Active[i].At)
		visit(&r.Active[i].Ends)
	}
	for i := range r.Touches {
		visit(&r.Touches[i].At)
	}
	for i := range r.Heard {
		visit(&r.Heard[i].OccurredAt)
		visit(&r.Heard[i].Until)
	}
	for i := range r.Exits {
		visit(&r.Exits[i].At)
	}
	for i := range r.Clocks {
		r.Clocks[i].instants(visit)
	}
	for i := range r.Stopped {
		r.Stopped[i].instants(visit)
		visit(&r.Stopped[i].At)
	}
	for i := range r.Consent {
		visit(&r.Consent[i].At)
		visit(&r.Consent[i].Until)
		visit(&r.Consent[i].RevokedAt)
		visit(&r.Consent[i].HonourBy)
	}
	for i := range r.Activities {
		visit(&r.Activities[i].At)
		visit(&r.Activities[i].Until)
	}
	for i := range r.Arms {
		visit(&r.Arms[i].At)
	}
	visit(&r.Outcome.At)
	visit(&r.Outcome.Disputed.At)
	visit(&r.Disqualified)
	visit(&r.Recycled.At)
	visit(&r.Recycled.Back)
	visit(&r.Trigger.OccurredAt)
	visit(&r.Began)
	visit(&r.Parted)
}

func (c *Clock) instants(visit func(*time.Time)) {
	visit(&c.Start)
	visit(&c.Due)
	visit(&c.Warn)
	visit(&c.Next)
	visit(&c.Begun)
}

func (p *Pool) instants(visit func(*time.Time)) {
	visit(&p.Since)
	for i := range p.Owed {
		visit(&p.Owed[i].Until)
	}
}

func (r *Rep) instants(visit func(*time.Time)) {
	for i := range r.Absences {
		visit(&r.Absences[i].From)
		visit(&r.Absences[i].Until)
	}
}

func (s *Seen) instants(visit func(*time.Time)) { visit(&s.At) }

func (s *Sticky) instants(visit func(*time.Time)) { visit(&s.At) }

func (t *Tally) instants(visit func(*time.Time)) {
	for i := range t.At {
		visit(&t.At[i])
	}
	for i := range t.Planned {
		visit(&t.Planned[i].At)
	}
}

// normal returns the value with every instant in the form of instant; the value itself where they are so already.
func normal(m Memory) Memory {
	switch v := m.(type) {
	case Record:
		return inForm(m, v)
	case Pool:
		return inForm(m, v)
	case Rep:
		if len(v.Absences) > 0 { // a team has many reps, and most are at work
			return inForm(m, v)
		}
	case Seen:
		return inForm(m, v)
	case Sticky:
		return inForm(m, v)
	case Tally:
		return inForm(m, v)
	}
	return m
}

// inForm is normal for a value v of one type.
func inForm[T Memory, P interface {
	*T
	instants(visit func(*time.Time))
}](m Memory, v T) Memory {
	foreign := false
	P(&v).instants(func(t *time.Time) { foreign = foreign || *t != instant(*t) }) // the form counts, not the instant alone
	if !foreign {
		return m
	}
	v = m.memory().(T)
	P(&v).instants(func(t *time.Time) { *t = instant(*t) })
	return v
}

func (t Trigger) clone() Trigger {
	t.Pages, t.Content, t.Fields = slices.Clone(t.Pages), slices.Clone(t.Content), maps.Clone(t.Fields)
	return t
}

func (h ActiveHold) clone() ActiveHold {
	h.Blocks, h.Unknown = slices.Clone(h.Blocks), slices.Clone(h.Unknown)
	return h
}

func (p Pause) clone() Pause {
	p.Scope = slices.Clone(p.Scope)
	return p
}

func (e Enrollment) clone() Enrollment {
	e.Steps, e.Skipped = slices.Clone(e.Steps), slices.Clone(e.Skipped)
	e.ExitOn, e.Relied, e.Tallies = slices.Clone(e.ExitOn), slices.Clone(e.Relied), slices.Clone(e.Tallies)
	return e
}

func cloneEach[T any](list []T, clone func(T) T) []T {
	list = slices.Clone(list)
	for i := range list {
		list[i] = clone(list[i])
	}
	return list
}

// Clone returns a State that shares no memory with s.
func (s State) Clone() State {
	out := make(State, len(s))
	for k, e := range s {
		out[k] = e.Clone()
	}
	return out
}

// Clone returns an Entry that shares no memory with e.
func (e Entry) Clone() Entry {
	if e.Value != nil {
		e.Value = e.Value.memory()
	}
	return e
}

// Keys returns the keys in order.
func (s State) Keys() []Key {
	return slices.SortedFunc(maps.Keys(s), Key.Compare)
}

type rawEntry struct {
	Version int64           `json:"version"`
	Value   json.RawMessage `json:"value,omitempty"`
}

// MarshalJSON returns {"version": n, "value": ...}, the value left out when there is none.
func (e Entry) MarshalJSON() ([]byte, error) {
	raw := rawEntry{Version: e.Version}
	if e.Value != nil {
		var err error
		if raw.Value, err = json.Marshal(e.Value); err != nil {
			return nil, err
		}
	}
	return json.Marshal(raw)
}

// DecodeEntry reads the JSON form of the entry that stands under a key; the key's kind says which Memory the value is.
// Unknown keys are errors.
func DecodeEntry(key Key, data []byte) (Entry, error) {
	var raw rawEntry
	if err := DecodeStrict(data, &raw); err != nil {
		return Entry{}, fmt.Errorf("state %s: %w", key.Kind, err)
	}
	value, err := decodeMemory(key.Kind, raw)
	if err != nil {
		return Entry{}, fmt.Errorf("state %s: %w", key.Kind, err)
	}
	return Entry{raw.Version, value}, nil
}

func decodeMemory(kind Kind, raw rawEntry) (Memory, error) {
	switch {
	case raw.Version < 0 || raw.Version > maxInt:
		return nil, errors.New("a version lies between 0 and 2^53")
	case (raw.Version == 0) != (raw.Value == nil):
		return nil, errors.New("an entry has a value if, and only if, its version is above 0")
	case raw.Value == nil:
		return nil, nil
	}
	switch kind {
	case KindLead, KindAccount:
		return decodeAs[Record](raw.Value)
	case KindPool:
		return decodeAs[Pool](raw.Value)
	case KindRep:
		return decodeAs[Rep](raw.Value)
	case KindTrigger:
		return decodeAs[Seen](raw.Value)
	case KindTally:
		return decodeAs[Tally](raw.Value)
	case KindSticky:
		return decodeAs[Sticky](raw.Value)
	}
	return nil, errors.New("a key is kind/id")
}

func decodeAs[T Memory](data []byte) (Memory, error) {
	var v T
	err := DecodeStrict(data, &v)
	return v, err
}

// UnmarshalJSON reads {"kind/id": entry, ...}, each entry as DecodeEntry does.
func (s *State) UnmarshalJSON(data []byte) error {
	var raw map[Key]json.RawMessage
	if err := DecodeStrict(data, &raw); err != nil {
		return err
	}
	*s = make(State, len(raw))
	for _, k := range slices.SortedFunc(maps.Keys(raw), Key.Compare) {
		if k.IsZero() {
			return errors.New("state: a key is kind/id")
		}
		e, err := DecodeEntry(k, raw[k])
		if err != nil {
			return err
		}
		(*s)[k] = e
	}
	return nil
}

// put returns list with v in the place of the element that compares equal, or inserted in order. The list is not
// changed.
func put[T any](list []T, v T, compare func(a, b T) int) []T {
	i, found := slices.BinarySearchFunc(list, v, compare)
	if found {
		list = slices.Clone(list)
		list[i] = v
		return list
	}
	return slices.Insert(slices.Clip(list), i, v)
}

// without returns list without the elements that drop accepts; nil when none is left. The list is not changed.
func without[T any](list []T, drop func(T) bool) []T {
	var kept []T
	for _, v := range list {
		if !drop(v) {
			kept = append(kept, v)
		}
	}
	return kept
}

func byID[T any](id func(T) string) func(a, b T) int {
	return func(a, b T) int { return strings.Compare(id(a), id(b)) }
}

var (
	compareQueued = byID(func(q Queued) string { return q.Trigger.ID })
	compareHolds  = byID(func(h ActiveHold) string { return h.ID })
	comparePauses = byID(func(p Pause) string { return p.ID })
	compareClocks = byID(func(c Clock) string { return c.ID })
	compareArms   = byID(func(a Arm) string { return a.Experiment })
)

// compareStages orders by stage, then by when it was entered.
func compareStages(a, b Stage) int {
	return cmp.Or(strings.Compare(a.ID, b.ID), compareEntrances(a, b))
}

// compareEntrances orders by instant, and of one instant by what made the record enter: a host, then activities, then triggers.
func compareEntrances(a, b Stage) int {
	return cmp.Or(a.At.Compare(b.At), strings.Compare(a.Trigger, b.Trigger), strings.Compare(a.Activity, b.Activity))
}

// compareStopped orders by start, then by id, then by whose it was: at one instant a handoff may go through several hands.
func compareStopped(a, b Stopped) int {
	return cmp.Or(a.Start.Compare(b.Start), strings.Compare(a.ID, b.ID), cmp.Compare(a.Transfers, b.Transfers), strings.Compare(a.Owner, b.Owner))
}

// compareConsent orders by channel, purpose and what was said: one element for each basis, and one for the refusal.
func compareConsent(a, b Consent) int {
	return cmp.Or(strings.Compare(string(a.Channel), string(b.Channel)), strings.Compare(string(a.Purpose), string(b.Purpose)),
		strings.Compare(string(a.Status), string(b.Status)), strings.Compare(string(a.said()), string(b.said())))
}

// said returns the basis of a grant, and of a refusal none.
func (c Consent) said() Basis {
	if c.Status == ConsentDenied {
		return ""
	}
	return c.basis()
}

func compareActive(a, b Active) int {
	return cmp.Or(a.Person.Compare(b.Person), strings.Compare(a.Sequence, b.Sequence))
}

func compareTouches(a, b TouchRef) int {
	return cmp.Or(a.At.Compare(b.At), strings.Compare(a.ID, b.ID))
}

func compareHeard(a, b Heard) int { return strings.Compare(a.Trigger, b.Trigger) }

func (t TouchRef) clone() TouchRef {
	t.During = slices.Clone(t.During)
	return t
}

func compareSignals(a, b Signal) int {
	return cmp.Or(strings.Compare(a.Key, b.Key), a.OccurredAt.Compare(b.OccurredAt))
}

func compareEnrollments(a, b Enrollment) int {
	return cmp.Or(strings.Compare(a.Sequence, b.Sequence), a.Person.Compare(b.Person))
}

func compareExits(a, b Exited) int {
	return cmp.Or(strings.Compare(a.Sequence, b.Sequence), a.Person.Compare(b.Person))
}

func compareActivities(a, b ActivityRef) int {
	return cmp.Or(a.At.Compare(b.At), strings.Compare(a.ID, b.ID))
}
