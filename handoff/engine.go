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
	Sequences  []Sequence
	Reps       []Rep      // the roster; State adds to it
	Turns      TurnKeeper // nil: no turn is given back
	// OptOut lists the channels that are open to everybody who has not refused them. Any other is blocked until it is granted.
	OptOut    []Channel
	Lifecycle Lifecycle // nil: activities are remembered and change nothing else
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
	When     Condition // required
	Position string
}

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
	When       Condition    // nil: always
	Priority   Score        // higher wins; nil, or unknown: 0
	Losers     LosersPolicy // what becomes of other triggers that lose against this play
	Router     Router       // required
	Sequence   string       // id; "": the owner is assigned and nothing starts
	Promise    Promiser     // of the first touch; nil: none
	Pause      PauseRule    // marketing that yields
	Holds      []string     // ids of plays, or motions, held until the subject is observed as resolved
	Supersedes []string     // sequences that end when this play enrols
	Opening    Text         // nil: none
	TalkTrack  string
	NextStep   string
	People     PeopleRule // of an account: whom the sequence reaches; the zero rule: the request's Lead, if any
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
)

// A PauseRule says which marketing yields, and for how long. The zero PauseRule pauses nothing.
type PauseRule struct {
	Scope []string
	For   Span
}

// A Sequence is what an enrolment starts.
type Sequence struct {
	ID        string
	Version   int64
	Exclusive bool      // never runs beside another exclusive sequence
	OnBlocked OnBlocked // what a blocked channel does
	Reentry   Span      // since the end of the last run; zero: at once
	Steps     []Step
	Position  string
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
	plays     map[string][]int32 // by trigger kind, rising
}

// New checks a Config and returns its engine. The error joins every problem found.
func New(c Config) (*Engine, error) {
	e := &Engine{
		cfg:       c,
		reps:      slices.SortedFunc(slices.Values(c.Reps), func(a, b Rep) int { return strings.Compare(a.ID, b.ID) }),
		sequences: map[string]*Sequence{},
		triggers:  map[string]*TriggerRule{},
		plays:     map[string][]int32{},
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
	if err := errors.Join(b.problems...); err != nil {
		return nil, err
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
		if s.Reentry.negative() {
			b.fail("sequence %s: reentry is negative", s.ID)
		}
		for _, step := range s.Steps {
			if step.Day < 0 || !slices.Contains(Channels(), step.Do) {
				b.fail("sequence %s: a step has a day from 0 and one of %s", s.ID, wordList(Channels()))
			}
		}
		b.engine.sequences[s.ID] = s
	}
}

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
		if s.When == nil {
			b.fail("stage %s: needs a condition", s.ID)
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
		b.engine.plays[p.Trigger] = append(b.engine.plays[p.Trigger], int32(i))
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
	if p.Losers != "" && p.Losers != LosersMerge && p.Losers != LosersDrop {
		b.fail("play %s: losers: known are %s, %s", p.ID, LosersMerge, LosersDrop)
	}
	if p.People.AtMost < 0 || p.People.AtMost > MaxPeople || p.People.AtMost == 0 && (p.People.Who != nil || p.People.First != nil) {
		b.fail("play %s: people: at_most is from 1 to %d", p.ID, MaxPeople)
	}
	if rule := b.engine.triggers[p.Trigger]; p.People.AtMost > 0 && rule != nil && rule.About != KindAccount {
		b.fail("play %s: people: only a play about an account picks people", p.ID)
	}
	if (len(p.Pause.Scope) == 0) != p.Pause.For.IsZero() || p.Pause.For.negative() {
		b.fail("play %s: a pause of marketing needs both a scope and a length", p.ID)
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
// such as a rep who has a cover. It may ask for more than the decision reads. An invalid request needs nothing: Decide says
// what is wrong.
func (e *Engine) Needs(at time.Time, r Request) []Key {
	r, err := accept(at, r)
	if err != nil {
		return nil
	}
	p := e.newPass(at, r, nil)
	keys := p.records()
	triggers := r.Triggers
	for _, t := range r.Triggers {
		keys = append(keys, TriggerKey(e.cfg.Policy, t.ID))
	}
	record, _ := r.State[r.Subject].Value.(Record)
	keys = append(keys, record.handed()...)
	for _, q := range record.Queue {
		keys = append(keys, TriggerKey(e.cfg.Policy, q.Trigger.ID))
		triggers = append(triggers, q.Trigger)
	}
	for _, t := range triggers {
		for _, i := range e.plays[t.Kind] {
			play := &e.cfg.Plays[i]
			keys = play.Router.Keys(p.factsFor(t), play, keys)
		}
	}
	slices.SortFunc(keys, Key.Compare)
	return slices.DeleteFunc(slices.Compact(keys), func(k Key) bool {
		_, loaded := r.State[k]
		return loaded
	})
}

// Fill returns the request with everything in its State that Needs lists. It asks load for what is missing, at most ten
// times, and then returns a *MissingError; load returns an entry for every key, of version 0 where nothing is stored. The
// State of the argument is not changed. An invalid request is returned as it is: Decide says what is wrong.
func (e *Engine) Fill(at time.Time, r Request, load func([]Key) (State, error)) (Request, error) {
	state := maps.Clone(r.State)
	if state == nil {
		state = State{}
	}
	r.State = state
	for range maxRounds {
		keys := e.Needs(at, r)
		if len(keys) == 0 {
			return r, nil
		}
		loaded, err := load(keys)
		if err != nil {
			return r, err
		}
		maps.Copy(state, loaded)
	}
	if keys := e.Needs(at, r); len(keys) > 0 {
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
	return p.Promise.Allowance()
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

func (l LosersPolicy) fate() Fate {
	if l == LosersDrop {
		return FateDropped
	}
	return FateMerged
}
