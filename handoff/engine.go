package handoff

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff/calendar"
)

// A Config is a policy in Go. Everything in it is read by New and must not be changed afterwards.
type Config struct {
	Policy   string         // name; required. Triggers are consumed, and rotations kept, under it
	Language int            // of the rules, recorded in decisions
	Digest   string         // of the policy's text, recorded in decisions
	Zone     *calendar.Zone // whose days count; nil: UTC
	Settle   time.Duration  // triggers of a subject this close together are decided together; 0: at once
	Fields   []Field        // the host's own columns that conditions read
	Triggers []TriggerRule  // required: a kind that is not listed is answered no_play
	Scores   []ScoreRule    // computed in this order; a score sees those before it
	Stages   []StageRule    // of the lifecycle, at most 64; evaluated in this order, after the scores
	Gates    []Gate         // in the order in which their reasons are listed
	Plays    []Play
	// Matcher finds the plays that may match. nil evaluates every play's condition in turn.
	Matcher    Matcher
	Suppressor Suppressor // nil: nothing holds but the holds in State
	Limiter    Limiter    // of touches; nil: there is no limit
	// Experimenter splits records between what the plays do and something else, or nothing; nil: nobody does.
	Experimenter Experimenter
	// AskFlags closes every channel of a person whose Lead.Flags the host did not look at: the policy goes by them.
	AskFlags  bool
	Consenter Consenter // nil: OptOut and the latest word on the channel decide
	Sequences []Sequence
	Queues    []*Queue   // that routers name and whose SLA does more than tell when it is due; those of late steps and triggers are known
	Reps      []Rep      // the roster; State adds to it
	Turns     TurnKeeper // nil: no turn is given back
	// OptOut lists the channels that are open to everybody who has not refused them. Any other is blocked until it is granted.
	OptOut    []Channel
	Lifecycle Lifecycle     // nil: activities are remembered and change nothing else
	Outcomes  []OutcomeRule // by what they need; a word that is not listed needs nothing
	Recycles  []RecycleRule // in order: the first that covers an outcome counts
}

// A Field declares one of the host's own columns.
type Field struct {
	Of    string   // "lead", "account" or "trigger"
	Name  string   // key in Lead.Fields, Account.Fields or Trigger.Fields
	Type  Type     // values of another type are refused
	Words []string // for texts and lists: the allowed words; none: any text
}

// A TriggerRule says when two signals of a kind are the same, and when one is too old.
type TriggerRule struct {
	Kind       string
	About      Kind          // KindLead or KindAccount: what the trigger's subject must be
	Same       []string      // what makes two signals equal: "asset", "offer", "campaign", "source", "landing_page"
	SameWithin time.Duration // elapsed time between two equal signals; 0: only the same id is a duplicate
	StaleAfter time.Duration // elapsed time since occurred-at; must be positive
	HandRaise  bool          // the subject asks for sales: it is disqualified no more
	Incomplete IncompleteRule
}

// An IncompleteRule says what becomes of a trigger while facts are unknown. The zero rule lets it wait until it is stale.
type IncompleteRule struct {
	Queue *Queue // who looks after it meanwhile; nil: nobody
	Wait  Span   // for facts, then Play is taken; counted anew where the trigger was held or unowned in between. Zero: until it is stale
	// Play is the play that answers after Wait, whatever is unknown for the others: it competes only then, and only where it
	// matches and neither gate nor hold stops it. "": the trigger is consumed.
	Play string
}

// A ScoreRule names a score.
type ScoreRule struct {
	ID    string
	Score Score
}

// A StageRule defines a stage of the lifecycle. A record enters it once, with the first trigger on whose facts When is
// true; unknown does not enter. What the trigger comes to does not matter.
type StageRule struct {
	ID       string
	When     Condition      // nil: no trigger makes a record enter it
	On       []ActivityKind // what makes a record enter it, beside When
	Outcomes []string       // and these
	From     []string       // the stages out of which it can be entered, NoStage among them where it can be the first of a lap; none: any
	// Forward keeps a record that has entered a stage further down the list from entering this one.
	Forward bool
	// Resets makes the stages that follow be entered anew, as by a new record: it is where a record leaves sales. What is
	// entered together with it is of the lap that ends.
	Resets   bool
	Position string
}

// NoStage stands in StageRule.From for records that have entered no stage since they started anew last.
const NoStage = "none"

// maxStages is how many stages fit into Facts.
const maxStages = 64

// A Scope limits a rule to some plays. The zero Scope covers all.
type Scope struct {
	Only   []string // ids of plays, or motions; empty: all
	Except []string // ids of plays, or motions
}

// Covers reports whether the rule applies to p.
func (s Scope) Covers(p *Play) bool {
	return (len(s.Only) == 0 || p.isOneOf(s.Only)) && !p.isOneOf(s.Except)
}

// A Gate is a condition that a play needs. Unknown does not pass.
type Gate struct {
	ID       string
	Require  Condition
	Reason   string // in words, for when it is closed
	Position string
	Scope    Scope
}

// A Play is one thing that a team does about a kind of trigger.
type Play struct {
	ID         string
	Motion     string // such as "inbound"; rules and holds may name it in place of plays
	Position   string
	Trigger    string       // kind
	Signals    SignalRule   // further kinds that it answers, and how many have to come; the zero rule: Trigger alone
	When       Condition    // nil: always
	Priority   Score        // higher wins; nil, or unknown: 0
	Losers     LosersPolicy // what becomes of other triggers that lose against this play
	Router     Router       // required
	Sequence   string       // id; "": the owner is assigned and nothing starts
	Promise    *SLA         // of the first touch; nil: none
	Acceptance *SLA         // of the owner's word that the handoff is taken or not; nil: none
	Pause      PauseRule    // marketing that yields
	Holds      []string     // ids of plays, or motions, held until the subject is observed as resolved
	Supersedes []string     // sequences that end when this play enrols
	ElseNext   bool         // where its sequence would start for nobody, the next play that is ready is tried
	Opening    Text         // nil: none
	TalkTrack  string
	NextStep   string
	People     PeopleRule // of an account: whom the sequence reaches; the zero rule: the request's Lead, if any
}

// A SignalRule makes a play ask for several signals of a subject.
type SignalRule struct {
	Of      []string      // kinds, Play.Trigger among them; each of them starts the play once enough have come
	AtLeast int           // so many different kinds; 1: each of them starts it by itself
	Within  time.Duration // elapsed time from the first to the last of them; of 1 none
}

// A PeopleRule picks whom of an account's people a sequence reaches. Conditions see each of them as the lead.
type PeopleRule struct {
	Who    Condition // unknown is not; nil: everybody
	First  Condition // those for whom it is true come first; nil: by id alone
	AtMost int       // how many are enrolled; 0: the rule picks nobody, and the request's Lead is reached
}

func (p *Play) isOneOf(names []string) bool {
	return slices.Contains(names, p.ID) || p.Motion != "" && slices.Contains(names, p.Motion)
}

// A LosersPolicy says what becomes of triggers that lose.
type LosersPolicy string

// What can become of losing triggers. The zero LosersPolicy is LosersMerge.
const (
	LosersMerge LosersPolicy = "merge" // their facts go into the winner's context, and its promise is never weaker than theirs
	LosersDrop  LosersPolicy = "drop"
	LosersQueue LosersPolicy = "queue" // they wait until the winner's sequence ends, or without one until its first touch is due
)

// A PauseRule says which marketing yields, and for how long. The zero PauseRule pauses nothing.
type PauseRule struct {
	Scope []string
	For   Span // zero with Sequence: as long as the sequence runs
	// Sequence ends the pause with the play's sequence, if that comes first.
	Sequence bool
}

// A Sequence is what an enrolment starts.
type Sequence struct {
	ID        string
	Version   int64
	Exclusive Exclusivity
	OnBlocked OnBlocked // what a blocked channel does
	Reentry   Span      // since the end of the last run; zero: at once
	Once      bool      // never entered again
	Purpose   Purpose   // of its steps; "": PurposeSales
	Steps     []Step
	Gap       Span // that stays between the latest touch and the first of its own; zero: none
	Throttle  Throttle
	OwnerAway OwnerAway
	// ExitOn are the activities that end it; none: those of the Lifecycle. An opt-out from a channel that it uses always does.
	ExitOn       []ActivityKind
	AccountReply bool // a reply of anybody at the account ends it too
	Position     string
}

// A Throttle bounds how many enrolments of a sequence there are. What is too many waits. The zero Throttle is none.
type Throttle struct {
	Per    Kind  // KindRep: of each owner; "": of everybody together
	Active int64 // that run at once; 0: any number
	Adds   int64 // that start within Every; 0: any number
	Every  time.Duration
}

// An OwnerAway says what becomes of the touches of a sequence while its owner is absent.
type OwnerAway string

// What an absent owner can mean. The zero OwnerAway is OwnerAwaySend.
const (
	OwnerAwaySend  OwnerAway = "send"  // they go out all the same
	OwnerAwayHold  OwnerAway = "hold"  // they wait until the owner is back
	OwnerAwayCover OwnerAway = "cover" // who stands in sends them; without anybody they wait
	// OwnerAwayReassign gives the record and the sequence to somebody else, as the play's route says; without anybody they wait.
	OwnerAwayReassign OwnerAway = "reassign"
)

// OwnerAways returns all of them, in the order of their declaration.
func OwnerAways() []OwnerAway {
	return []OwnerAway{OwnerAwaySend, OwnerAwayHold, OwnerAwayCover, OwnerAwayReassign}
}

// UnmarshalText refuses unknown words; the empty text is OwnerAwaySend.
func (o *OwnerAway) UnmarshalText(text []byte) (err error) {
	if *o = ""; len(text) > 0 {
		*o, err = parseWord("word for an absent owner", text, OwnerAways())
	}
	return err
}

// An OnBlocked says what becomes of an enrolment some of whose channels are blocked.
type OnBlocked string

// What a blocked channel can do. The zero OnBlocked is OnBlockedRefuse.
const (
	OnBlockedRefuse OnBlocked = "refuse" // nothing starts
	OnBlockedSkip   OnBlocked = "skip"   // the other steps start, if one of them still reaches the person
)

// An Engine is a compiled policy. It is immutable and safe for concurrent use.
type Engine struct {
	cfg       Config
	reps      []Rep
	sequences map[string]*Sequence
	triggers  map[string]*TriggerRule
	queues    map[string]*SLA
	plays     map[string][]int32 // by trigger kind, rising
	consenter Consenter
	fallbacks map[string]bool          // plays that compete only once a trigger has waited for facts
	heard     map[string]time.Duration // how long plays that count signals remember one of a kind
}

// New checks a Config and returns its engine. The error joins every problem found.
func New(c Config) (*Engine, error) {
	e := &Engine{
		cfg:       c,
		reps:      slices.SortedFunc(slices.Values(c.Reps), func(a, b Rep) int { return strings.Compare(a.ID, b.ID) }),
		sequences: map[string]*Sequence{},
		triggers:  map[string]*TriggerRule{},
		queues:    map[string]*SLA{},
		plays:     map[string][]int32{},
		fallbacks: map[string]bool{},
		heard:     map[string]time.Duration{},
	}
	b := builder{engine: e}
	b.policy()
	b.fields()
	b.triggers()
	b.sequences()
	b.roster()
	b.rules()
	b.stages()
	b.plays()
	b.fallbacks()
	b.promises()
	b.results()
	if err := errors.Join(b.problems...); err != nil {
		return nil, err
	}
	if e.consenter = c.Consenter; c.Consenter == nil {
		e.consenter = optOut(c.OptOut)
	}
	if e.cfg.Matcher == nil {
		e.cfg.Matcher = MatcherFunc(e.matchLinear)
	}
	return e, nil
}

// A builder fills an engine's indices and collects what is wrong.
type builder struct {
	engine   *Engine
	problems []error
}

func (b *builder) fail(format string, args ...any) {
	b.problems = append(b.problems, fmt.Errorf("policy "+format, args...))
}

func (b *builder) policy() {
	c := b.engine.cfg
	if problem := checkID(c.Policy); problem != "" {
		b.fail("name %s", problem)
	} else if strings.Contains(c.Policy, "/") {
		b.fail("name holds a slash, which keys use to end it")
	}
	for _, channel := range c.OptOut {
		if !slices.Contains(Channels(), channel) {
			b.fail("opt_out: a channel is one of %s", wordList(Channels()))
		}
	}
	if c.Settle < 0 {
		b.fail("settle: is negative")
	}
	if len(c.Triggers) == 0 {
		b.fail("triggers: list at least one kind")
	}
}

func (b *builder) fields() {
	seen := map[string]bool{}
	for _, f := range b.engine.cfg.Fields {
		name := f.Of + "." + f.Name
		switch {
		case f.Of != "lead" && f.Of != "account" && f.Of != "trigger":
			b.fail("field %s: a field belongs to lead, account or trigger", name)
		case !slices.Contains(fieldTypes, f.Type):
			b.fail("field %s: unknown type %q", name, f.Type)
		case seen[name]:
			b.fail("field %s: is declared twice", name)
		}
		seen[name] = true
	}
}

// SameNames are the words of TriggerRule.Same.
func SameNames() []string { return []string{"asset", "offer", "campaign", "source", "landing_page"} }

func (b *builder) triggers() {
	for i := range b.engine.cfg.Triggers {
		t := &b.engine.cfg.Triggers[i]
		if problem := checkID(t.Kind); problem != "" {
			b.fail("trigger kind %s", problem)
		}
		if b.engine.triggers[t.Kind] != nil {
			b.fail("trigger %s: is listed twice", t.Kind)
		}
		if t.About != KindLead && t.About != KindAccount {
			b.fail("trigger %s: is about a lead or an account", t.Kind)
		}
		if t.SameWithin < 0 || t.StaleAfter <= 0 {
			b.fail("trigger %s: same_within is not negative, and stale_after is positive", t.Kind)
		}
		for _, name := range t.Same {
			if !slices.Contains(SameNames(), name) {
				b.fail("trigger %s: same: unknown name %q; known are %s", t.Kind, name, wordList(SameNames()))
			}
		}
		b.engine.triggers[t.Kind] = t
	}
}

func (b *builder) sequences() {
	for i := range b.engine.cfg.Sequences {
		s := &b.engine.cfg.Sequences[i]
		if problem := checkID(s.ID); problem != "" {
			b.fail("sequence id %s", problem)
		}
		if b.engine.sequences[s.ID] != nil {
			b.fail("sequence %s: is listed twice", s.ID)
		}
		if len(s.Steps) == 0 {
			b.fail("sequence %s: has no steps", s.ID)
		}
		if s.OnBlocked != "" && s.OnBlocked != OnBlockedRefuse && s.OnBlocked != OnBlockedSkip {
			b.fail("sequence %s: on_blocked_channel: known are %s, %s", s.ID, OnBlockedRefuse, OnBlockedSkip)
		}
		if s.Reentry.negative() || s.Gap.negative() {
			b.fail("sequence %s: reentry or gap is negative", s.ID)
		}
		b.guards(s)
		for _, step := range s.Steps {
			if step.Day < 0 || !slices.Contains(Channels(), step.Do) {
				b.fail("sequence %s: a step has a day from 0 and one of %s", s.ID, wordList(Channels()))
			}
		}
		b.engine.sequences[s.ID] = s
	}
}

// guards checks what keeps a sequence from starting, and what ends it.
func (b *builder) guards(s *Sequence) {
	if !slices.Contains([]Exclusivity{NotExclusive, Exclusive, Alone}, s.Exclusive) {
		b.fail("sequence %s: exclusive: known are %s, %s", s.ID, Exclusive, Alone)
	}
	if s.Purpose != "" && s.Purpose != PurposeSales && s.Purpose != PurposeMarketing {
		b.fail("sequence %s: purpose: known are %s, %s", s.ID, PurposeSales, PurposeMarketing)
	}
	if s.OwnerAway != "" && !slices.Contains(OwnerAways(), s.OwnerAway) {
		b.fail("sequence %s: owner_away: known are %s", s.ID, wordList(OwnerAways()))
	}
	for _, kind := range s.ExitOn {
		if !slices.Contains(ActivityKinds(), kind) {
			b.fail("sequence %s: exit_on: known are %s", s.ID, wordList(ActivityKinds()))
		}
	}
	t := s.Throttle
	if t.Active < 0 || t.Active > maxThrottle || t.Adds < 0 || t.Adds > maxThrottle {
		b.fail("sequence %s: throttle: at most %d may run, and start", s.ID, maxThrottle)
	}
	if (t.Adds > 0) != (t.Every > 0) || t.Every < 0 {
		b.fail("sequence %s: throttle: so many starts need the time within which they may be, and the other way round", s.ID)
	}
	if t.Per != "" && t.Per != KindRep {
		b.fail("sequence %s: throttle: it is per rep, or of everybody", s.ID)
	}
}

// maxThrottle bounds what a throttle counts.
const maxThrottle = 1000

func (b *builder) roster() {
	for i, r := range b.engine.reps {
		b.engine.reps[i] = normal(r).(Rep)
		if problem := checkID(r.ID); problem != "" {
			b.fail("rep id %s", problem)
		}
		if !slices.Contains([]RepStatus{RepUnknown, RepActive, RepAway, RepLeft}, r.Status) {
			b.fail("rep %s: unknown status", r.ID)
		}
		if i > 0 && b.engine.reps[i-1].ID == r.ID {
			b.fail("rep %s: is listed twice", r.ID)
		}
		if r.Capacity.Value < 0 {
			b.fail("rep %s: capacity is negative", r.ID)
		}
		for _, a := range r.Absences {
			if a.From.IsZero() || !a.Until.IsZero() && !a.Until.After(a.From) {
				b.fail("rep %s: an absence begins at an instant, and ends later", r.ID)
			}
		}
	}
}

func (b *builder) rules() {
	for i, g := range b.engine.cfg.Gates {
		if g.ID == "" || g.Require == nil {
			b.fail("gate %d: needs an id and a condition", i)
		}
	}
	for i, s := range b.engine.cfg.Scores {
		if s.ID == "" || s.Score == nil {
			b.fail("score %d: needs an id and a score", i)
		}
	}
}

func (b *builder) stages() {
	if n := len(b.engine.cfg.Stages); n > maxStages {
		b.fail("stages: there are %d; at most %d are allowed", n, maxStages)
	}
	seen := map[string]bool{}
	for _, s := range b.engine.cfg.Stages {
		if problem := checkID(s.ID); problem != "" {
			b.fail("stage id %s", problem)
		}
		if seen[s.ID] {
			b.fail("stage %s: is listed twice", s.ID)
		}
		if s.ID == NoStage {
			b.fail("stage %s: the word stands for records that have entered none", s.ID)
		}
		if s.When == nil && len(s.On) == 0 && len(s.Outcomes) == 0 {
			b.fail("stage %s: needs a condition, activities or outcomes", s.ID)
		}
		for _, kind := range s.On {
			if !slices.Contains(ActivityKinds(), kind) {
				b.fail("stage %s: on: known are %s", s.ID, wordList(ActivityKinds()))
			}
		}
		for _, from := range s.From {
			if from != NoStage && b.engine.stageRank(from) < 0 {
				b.fail("stage %s: from: %q is no stage", s.ID, from)
			}
		}
		seen[s.ID] = true
	}
}

func (b *builder) plays() {
	seen := map[string]bool{}
	for i := range b.engine.cfg.Plays {
		p := &b.engine.cfg.Plays[i]
		if problem := checkID(p.ID); problem != "" {
			b.fail("play id %s", problem)
		}
		if seen[p.ID] {
			b.fail("play %s: is listed twice", p.ID)
		}
		seen[p.ID] = true
		b.play(p)
		for _, kind := range p.kinds() {
			b.engine.plays[kind] = append(b.engine.plays[kind], int32(i))
			if p.Signals.AtLeast > 1 {
				b.engine.heard[kind] = max(b.engine.heard[kind], p.Signals.Within+b.freshest(p.Signals.Of))
			}
		}
	}
}

// freshest returns how long after it occurred a trigger of one of the kinds may still be acted on.
func (b *builder) freshest(kinds []string) (age time.Duration) {
	for _, kind := range kinds {
		if rule := b.engine.triggers[kind]; rule != nil {
			age = max(age, rule.StaleAfter)
		}
	}
	return age
}

// kinds returns the kinds of triggers that the play answers.
func (p *Play) kinds() []string {
	if p.Signals.AtLeast == 0 {
		return []string{p.Trigger}
	}
	return p.Signals.Of
}

// signals checks a play that asks for several of them.
func (b *builder) signals(p *Play) {
	s := p.Signals
	if s.AtLeast == 0 {
		if len(s.Of) > 0 || s.Within != 0 {
			b.fail("play %s: signals: at_least is from 1", p.ID)
		}
		return
	}
	if s.AtLeast < 1 || s.AtLeast > len(s.Of) || (s.AtLeast > 1) != (s.Within > 0) || s.Within < 0 || !slices.Contains(s.Of, p.Trigger) {
		b.fail("play %s: signals: at least one of the kinds, the play's own among them, and several of them within some time", p.ID)
	}
	for i, kind := range s.Of {
		rule, own := b.engine.triggers[kind], b.engine.triggers[p.Trigger]
		if rule == nil || slices.Contains(s.Of[:i], kind) {
			b.fail("play %s: signals: %q is not listed among the triggers, or is repeated", p.ID, kind)
		} else if own != nil && rule.About != own.About {
			b.fail("play %s: signals: %q is about another kind of subject than %q", p.ID, kind, p.Trigger)
		}
	}
}

// fallbacks checks what becomes of triggers that wait for facts.
func (b *builder) fallbacks() {
	for i := range b.engine.cfg.Triggers {
		t := &b.engine.cfg.Triggers[i]
		rule := t.Incomplete
		if rule.Wait.negative() || rule.Play != "" && rule.Wait.IsZero() {
			b.fail("trigger %s: incomplete: a fallback needs a wait", t.Kind)
		}
		if q := rule.Queue; q != nil && (checkID(q.ID) != "" || checkID(q.Owner) != "" || q.Promise == nil) {
			b.fail("trigger %s: incomplete: a queue needs an id, an owner and a promise", t.Kind)
		}
		if rule.Play == "" {
			continue
		}
		b.engine.fallbacks[rule.Play] = true
		answers := func(p Play) bool { return p.ID == rule.Play && slices.Contains(p.kinds(), t.Kind) }
		if !slices.ContainsFunc(b.engine.cfg.Plays, answers) {
			b.fail("trigger %s: incomplete: the fallback %q is no play for this kind", t.Kind, rule.Play)
		}
	}
}

func (b *builder) play(p *Play) {
	if b.engine.triggers[p.Trigger] == nil {
		b.fail("play %s: trigger %q is not listed", p.ID, p.Trigger)
	}
	if p.Router == nil {
		b.fail("play %s: has no route", p.ID)
	}
	for _, s := range append([]string{p.Sequence}, p.Supersedes...) {
		if s != "" && b.engine.sequences[s] == nil {
			b.fail("play %s: sequence %q is not listed", p.ID, s)
		}
	}
	if lister, lists := b.engine.cfg.Experimenter.(SequenceLister); lists {
		for _, s := range lister.Sequences(p) {
			if b.engine.sequences[s] == nil {
				b.fail("play %s: an experiment puts sequence %q in the place of its own, which is not listed", p.ID, s)
			}
		}
	}
	if p.Losers != "" && p.Losers != LosersMerge && p.Losers != LosersDrop && p.Losers != LosersQueue {
		b.fail("play %s: losers: known are %s, %s, %s", p.ID, LosersMerge, LosersQueue, LosersDrop)
	}
	b.signals(p)
	if p.People.AtMost < 0 || p.People.AtMost > MaxPeople || p.People.AtMost == 0 && (p.People.Who != nil || p.People.First != nil) {
		b.fail("play %s: people: at_most is from 1 to %d", p.ID, MaxPeople)
	}
	if rule := b.engine.triggers[p.Trigger]; p.People.AtMost > 0 && rule != nil && rule.About != KindAccount {
		b.fail("play %s: people: only a play about an account picks people", p.ID)
	}
	if (len(p.Pause.Scope) == 0) != (p.Pause.For.IsZero() && !p.Pause.Sequence) || p.Pause.For.negative() {
		b.fail("play %s: a pause of marketing needs both a scope and a length", p.ID)
	}
	if p.Pause.Sequence && p.Sequence == "" {
		b.fail("play %s: a pause of marketing cannot end with a sequence where the play starts none", p.ID)
	}
}

// matchLinear is the Matcher that evaluates every condition.
func (e *Engine) matchLinear(f *Facts, dst []int32) []int32 {
	for _, i := range e.plays[f.Trigger.Kind] {
		if when := e.cfg.Plays[i].When; when == nil || when.Eval(f) != False {
			dst = append(dst, i)
		}
	}
	return dst
}

// Policy returns the policy's name.
func (e *Engine) Policy() string { return e.cfg.Policy }

// Digest returns the digest of the policy's text, "" for an engine without one.
func (e *Engine) Digest() string { return e.cfg.Digest }

// Zone returns the policy's zone; nil is UTC.
func (e *Engine) Zone() *calendar.Zone { return e.cfg.Zone }

// Needs returns the keys of the entries that deciding the request may read and that its State lacks, in order: load
// them, also those under which nothing is stored, and call it again, until it returns none. The first round asks for the
// records, the second for what the triggers that wait in them need; each further one follows an entry that names another,
// such as a rep who has a cover, or a record that has merged into another. It may ask for more than the decision reads.
// An invalid request needs nothing: Decide says what is wrong. One whose triggers alone are invalid needs what Sweep reads,
// which does not look at them. NeedsActivity and NeedsTouch list what Observe and Permit read.
func (e *Engine) Needs(at time.Time, r Request) []Key {
	accepted, err := accept(at, r)
	if err != nil {
		r.Triggers = nil
		if accepted, err = accept(at, r); err != nil {
			return nil
		}
	}
	p := e.newPass(at, accepted, nil)
	r = p.req
	keys := p.records()
	triggers := r.Triggers
	for _, t := range r.Triggers {
		keys = append(keys, TriggerKey(e.cfg.Policy, t.ID))
	}
	record, _ := r.State[r.Subject].Value.(Record)
	keys = append(keys, record.handed()...)
	if p.given != r.Subject {
		keys = append(keys, r.State.united(p.given, r.Subject)...)
	}
	keys = append(keys, p.clockKeys(record)...)
	for _, q := range record.Queue {
		keys = append(keys, TriggerKey(e.cfg.Policy, q.Trigger.ID))
		triggers = append(triggers, q.Trigger)
	}
	for _, t := range triggers {
		for _, i := range e.plays[t.Kind] {
			keys = p.playKeys(t, &e.cfg.Plays[i], keys)
		}
	}
	return r.State.missing(append(keys, p.runKeys()...))
}

// missing returns the keys that the State lacks, each once and in order.
func (s State) missing(keys []Key) []Key {
	slices.SortFunc(keys, Key.Compare)
	return slices.DeleteFunc(slices.Compact(keys), func(k Key) bool {
		_, loaded := s[k]
		return loaded
	})
}

// playKeys appends what deciding a play for a trigger may read.
func (p *pass) playKeys(t Trigger, play *Play, keys []Key) []Key {
	f, known := p.factsFor(t), len(keys)
	keys = play.Router.Keys(f, play, keys)
	owners := []string{""}
	for _, k := range keys[known:] {
		if k.Kind == KindRep {
			owners = append(owners, k.ID)
		}
	}
	suppressor, sequences := p.engine.cfg.Suppressor, p.engine.sequencesOf(play)
	for _, f.Owner = range owners {
		if suppressor != nil {
			keys = suppressor.Keys(f, play, keys)
		}
		for _, s := range sequences {
			keys = append(keys, s.throttleKeys(p.engine.cfg.Policy, f.Owner)...)
		}
	}
	if p.engine.cfg.Limiter == nil {
		return keys
	}
	for _, s := range sequences {
		keys = p.touchKeys(f, s, owners, keys)
	}
	return keys
}

// touchKeys appends what planning the touches of a sequence may read, whoever sends them and whomever they reach.
func (p *pass) touchKeys(f *Facts, s *Sequence, owners []string, keys []Key) []Key {
	touches := s.touches(s.Steps, "", p.at, p.engine.cfg.Zone)
	people := p.everybody(f)
	for _, owner := range owners {
		for i := range touches {
			touches[i].By = owner
		}
		for _, who := range people {
			keys = p.engine.cfg.Limiter.Keys(who, touches, keys)
		}
	}
	return keys
}

// runKeys returns what the end of a run may read, of every run that the request can reach.
func (p *pass) runKeys() []Key {
	var keys []Key
	for _, r := range p.running() {
		keys = append(keys, r.Tallies...)
		keys = append(keys, p.req.State.trail(r.Account)...)
		keys = append(keys, p.req.State.trail(r.Under)...)
	}
	return keys
}

// Fill returns the request with everything in its State that Needs lists. It asks load for what is missing, at most ten
// times, and then returns a *MissingError; load returns an entry for every key, of version 0 where nothing is stored. The
// State of the argument is not changed. An invalid request is returned as it is: Decide says what is wrong.
func (e *Engine) Fill(at time.Time, r Request, load func([]Key) (State, error)) (Request, error) {
	return fill(r, load, func(r Request) []Key { return e.Needs(at, r) })
}

// NeedsActivity is Needs for Observe: the keys of the entries that observing the activity may read and that the request's
// State lacks, those of the reps whom it names among them, and of the other record where two become one.
func (e *Engine) NeedsActivity(at time.Time, r Request, a Activity) []Key {
	r.Triggers = nil
	keys := e.Needs(at, r)
	for _, rep := range []string{a.By, a.To} {
		if rep != "" {
			keys = append(keys, RepKey(rep))
		}
	}
	if a.unites() {
		keys = append(keys, r.State.united(r.Subject, a.Into)...)
	}
	return r.State.missing(keys)
}

// FillActivity is Fill for Observe.
func (e *Engine) FillActivity(at time.Time, r Request, a Activity, load func([]Key) (State, error)) (Request, error) {
	return fill(r, load, func(r Request) []Key { return e.NeedsActivity(at, r, a) })
}

// fill loads what needs lists, until it lists nothing.
func fill(r Request, load func([]Key) (State, error), needs func(Request) []Key) (Request, error) {
	state := maps.Clone(r.State)
	if state == nil {
		state = State{}
	}
	r.State = state
	for range maxRounds {
		keys := needs(r)
		if len(keys) == 0 {
			return r, nil
		}
		loaded, err := load(keys)
		if err != nil {
			return r, err
		}
		maps.Copy(state, loaded)
	}
	if keys := needs(r); len(keys) > 0 {
		return r, &MissingError{keys}
	}
	return r, nil
}

// maxRounds bounds how often a request is asked what it needs, should a Router never have enough.
const maxRounds = 10

// sequenceOf returns the play's sequence, nil when it has none.
func (e *Engine) sequenceOf(p *Play) *Sequence { return e.sequences[p.Sequence] }

// allowance returns the play's allowance for the first touch; a play without a promise comes last.
func (p *Play) allowance() time.Duration {
	if p.Promise == nil {
		return 1<<63 - 1
	}
	return p.Promise.Within
}

func (p *Play) points(f *Facts) int64 {
	if p.Priority == nil {
		return 0
	}
	if points := p.Priority.Points(f); points.Known {
		return points.Value
	}
	return 0
}

// fate is what becomes of a trigger that loses; "": it waits.
func (l LosersPolicy) fate() Fate {
	switch l {
	case LosersDrop:
		return FateDropped
	case LosersQueue:
		return ""
	}
	return FateMerged
}
