package identity

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/salesbaton/baton/handoff"
)

// A Survivorship says which of several records stays when they are merged, and which of their values. The zero Survivorship
// keeps the record with the least id, and fills its blanks from the others by their ids.
type Survivorship struct {
	// Order puts the records in order, the survivor first: what the first cannot tell apart the second does, and so on. The
	// id, bytewise, is behind the last.
	Order []Precedence `json:"order,omitempty"`
	// Default is the rule of every field that Rules does not name.
	Default Rule            `json:"default,omitzero"`
	Rules   map[string]Rule `json:"rules,omitempty"`
	// Given are values that somebody decided on, whatever the records hold: an absent one empties the field.
	Given map[string]handoff.Value `json:"given,omitempty"`
	// Stages are the words of StageField, the least far first. Any other is less far than all of them.
	Stages []string `json:"stages,omitempty"`
	// Sources are where values come from, the most trusted first. Any other is trusted less than all of them.
	Sources []string `json:"sources,omitempty"`
}

// A Rule says which value of a field stays. Of values that it cannot tell apart it is that of the record that comes first.
type Rule struct {
	Keep    Keep    `json:"keep,omitempty"`    // "": KeepFirst
	Cleared Cleared `json:"cleared,omitempty"` // "": ClearedYields
	// Words are for KeepFurthest, the least far first; of StageField, none are Survivorship.Stages.
	Words []string `json:"words,omitempty"`
	// Sources are for KeepMostTrusted, the most trusted first; none: Survivorship.Sources.
	Sources []string `json:"sources,omitempty"`
	Join    string   `json:"join,omitempty"` // of KeepAll, what stands between texts; "": a line break
}

// Fields that a Survivorship knows by name. A host names every other as it likes.
const (
	OwnerField = "owner" // the id of a rep
	StageField = "stage" // one of Survivorship.Stages
)

// A Precedence puts records in order before they are merged. A record of which the fact is unknown comes after all of which
// it is known.
type Precedence string

// The precedences.
const (
	FirstOpportunity Precedence = "opportunity_first" // opportunities before leads
	FirstActive      Precedence = "active_first"      // those that are not archived before those that are
	FirstFurthest    Precedence = "furthest_stage"
	FirstProbable    Precedence = "highest_probability"
	FirstOldest      Precedence = "oldest" // by Created
	FirstNewest      Precedence = "newest"
	FirstComplete    Precedence = "most_complete" // by how many fields hold something
	FirstTrusted     Precedence = "most_trusted"  // by Source
	FirstChanged     Precedence = "latest_change" // by the latest of Held.Set
	FirstGiven       Precedence = "given"         // in the order in which they were given; what follows never decides
	FirstID          Precedence = "id"            // bytewise
)

// Precedences returns all precedences, in the order of their declaration.
func Precedences() []Precedence {
	return []Precedence{FirstOpportunity, FirstActive, FirstFurthest, FirstProbable, FirstOldest, FirstNewest, FirstComplete, FirstTrusted,
		FirstChanged, FirstGiven, FirstID}
}

// UnmarshalText refuses unknown words.
func (p *Precedence) UnmarshalText(text []byte) (err error) {
	*p, err = mergeWord("order of records", text, Precedences())
	return err
}

// A Keep is a way to choose among the values of a field. A blank is chosen by none but KeepSurvivor, unless it was
// cleared and the rule says that this wins.
type Keep string

// The ways to choose.
const (
	KeepFirst       Keep = "first_non_empty" // the survivor's own, and where that is blank that of the next
	KeepSurvivor    Keep = "survivor_only"   // the survivor's own, blank or not
	KeepMostRecent  Keep = "most_recent"     // by Held.Set; an unknown one is the oldest
	KeepMostTrusted Keep = "most_trusted"    // by Source; of one source the most recent
	KeepFurthest    Keep = "furthest"        // by Words; any other word is less far
	KeepLongest     Keep = "longest"         // by characters, or by the length of lists; of one length the most recent
	KeepAll         Keep = "all"             // lists united, texts joined, in order; of anything else, or of a mixture, the first
	KeepGiven       Keep = "given"           // Survivorship.Given; no rule says it, but Kept does
)

// Keeps returns all ways to choose that a rule can name, in the order of their declaration.
func Keeps() []Keep {
	return []Keep{KeepFirst, KeepSurvivor, KeepMostRecent, KeepMostTrusted, KeepFurthest, KeepLongest, KeepAll}
}

// UnmarshalText refuses unknown words.
func (k *Keep) UnmarshalText(text []byte) (err error) {
	*k, err = mergeWord("way to choose a value", text, append(Keeps(), KeepGiven))
	return err
}

// Cleared says what a field counts for that somebody emptied at a known time.
type Cleared string

// What a cleared field counts for.
const (
	// ClearedYields treats it as one that never held anything.
	ClearedYields Cleared = "yields"
	// ClearedWins treats it as a value. By KeepMostRecent and KeepMostTrusted it is chosen like one; by KeepFirst it is
	// filled only with what was set since. The other ways to choose refuse it.
	ClearedWins Cleared = "wins"
)

// UnmarshalText refuses unknown words.
func (c *Cleared) UnmarshalText(text []byte) (err error) {
	*c, err = mergeWord("word about cleared fields", text, []Cleared{ClearedYields, ClearedWins})
	return err
}

// mergeWord reads one word of a closed list. The word itself is not repeated in the error.
func mergeWord[T ~string](what string, text []byte, words []T) (T, error) {
	if i := slices.Index(words, T(text)); i >= 0 {
		return words[i], nil
	}
	return "", mergeUnknown(what, words)
}

func mergeUnknown[T ~string](what string, words []T) error {
	var names []string
	for _, w := range words {
		names = append(names, string(w))
	}
	return fmt.Errorf("unknown %s; known are %s", what, strings.Join(names, ", "))
}

// Survivorships returns the names that NamedSurvivorship knows, in alphabetical order.
func Survivorships() []string { return []string{"hubspot_2017", "hubspot_2025", "odoo", "standard"} }

// NamedSurvivorship returns a ready Survivorship for the host's stages, the least far first, and false for an unknown name.
// Without stages nothing goes by them, except that hubspot_2017 has stages of its own, and StageField is a field like any
// other. The host may change what it gets.
//
//   - standard: opportunities, then active records, then the furthest stage, then the oldest stays; the most recent value is
//     kept, of the owner the survivor's, of the stage the furthest.
//   - hubspot_2017: the first record that is given stays, its e-mail address too; the most recent value is kept, of the stage
//     the furthest.
//   - hubspot_2025: the first record that is given stays, and the others only fill its blanks; where it was cleared, only with
//     what was set since.
//   - odoo: opportunities, then active records, then the furthest stage, then the likeliest, then the oldest stays; the others
//     fill its blanks, and descriptions are joined.
func NamedSurvivorship(name string, stages ...string) (Survivorship, bool) {
	s := Survivorship{Stages: slices.Clone(stages), Rules: map[string]Rule{}}
	switch name {
	case "standard":
		s.Order = []Precedence{FirstOpportunity, FirstActive, FirstFurthest, FirstOldest}
		s.Default = Rule{Keep: KeepMostRecent}
		s.Rules[OwnerField] = Rule{Keep: KeepFirst}
		s.Rules[StageField] = Rule{Keep: KeepFurthest}
	case "hubspot_2017":
		s.Order = []Precedence{FirstGiven}
		s.Default = Rule{Keep: KeepMostRecent}
		s.Rules[string(FieldEmail)] = Rule{Keep: KeepFirst}
		s.Rules[StageField] = Rule{Keep: KeepFurthest}
		if len(stages) == 0 {
			s.Stages = []string{"subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer", "evangelist"}
		}
	case "hubspot_2025":
		s.Order = []Precedence{FirstGiven}
		s.Default = Rule{Keep: KeepFirst, Cleared: ClearedWins}
	case "odoo":
		s.Order = []Precedence{FirstOpportunity, FirstActive, FirstFurthest, FirstProbable, FirstOldest}
		s.Default = Rule{Keep: KeepFirst}
		s.Rules["description"] = Rule{Keep: KeepAll, Join: "\n\n"}
	default:
		return Survivorship{}, false
	}
	return s.withoutUnknownStages(), true
}

// withoutUnknownStages returns s without what goes by stages, where there are none.
func (s Survivorship) withoutUnknownStages() Survivorship {
	if len(s.Stages) == 0 {
		s.Order = slices.DeleteFunc(s.Order, func(p Precedence) bool { return p == FirstFurthest })
		delete(s.Rules, StageField)
	}
	return s
}

// Check returns all that is wrong with s, and nil where nothing is: words that are none, and rules and orders that lack what
// they go by. Merge checks it too.
func (s Survivorship) Check() error {
	var problems []error
	for i, p := range s.Order {
		if err := s.checkPrecedence(p); err != nil {
			problems = append(problems, fmt.Errorf("order[%d]: %w", i, err))
		}
	}
	if err := s.checkRule("", s.Default); err != nil {
		problems = append(problems, fmt.Errorf("default: %w", err))
	}
	for _, field := range slices.Sorted(maps.Keys(s.Rules)) {
		if err := s.checkRule(field, s.Rules[field]); err != nil {
			problems = append(problems, fmt.Errorf("rules[%q]: %w", field, err))
		}
	}
	return errors.Join(problems...)
}

func (s Survivorship) checkPrecedence(p Precedence) error {
	switch {
	case !slices.Contains(Precedences(), p):
		return mergeUnknown("order of records", Precedences())
	case p == FirstFurthest && len(s.Stages) == 0:
		return errors.New("furthest_stage needs stages, the least far first")
	case p == FirstTrusted && len(s.Sources) == 0:
		return errors.New("most_trusted needs sources, the most trusted first")
	}
	return nil
}

func (s Survivorship) checkRule(field string, r Rule) error {
	keep := cmp.Or(r.Keep, KeepFirst)
	switch {
	case !slices.Contains(Keeps(), keep):
		return mergeUnknown("way to choose a value", Keeps())
	case r.Cleared != "" && r.Cleared != ClearedYields && r.Cleared != ClearedWins:
		return mergeUnknown("word about cleared fields", []Cleared{ClearedYields, ClearedWins})
	case r.Cleared == ClearedWins && keep != KeepFirst && keep != KeepMostRecent && keep != KeepMostTrusted:
		return fmt.Errorf("by %s a cleared field cannot win; leave cleared out, or keep first_non_empty, most_recent or most_trusted", keep)
	case keep == KeepFurthest && len(s.words(field, r)) == 0:
		return errors.New("furthest needs words, the least far first")
	case keep == KeepMostTrusted && len(s.trusted(r)) == 0:
		return errors.New("most_trusted needs sources, the most trusted first")
	}
	return nil
}

// rule returns the rule of a field, with nothing left out.
func (s Survivorship) rule(field string) Rule {
	r, named := s.Rules[field]
	if !named {
		r = s.Default
	}
	r.Keep = cmp.Or(r.Keep, KeepFirst)
	r.Words, r.Sources = s.words(field, r), s.trusted(r)
	r.Join = cmp.Or(r.Join, "\n")
	return r
}

func (s Survivorship) words(field string, r Rule) []string {
	if field == StageField && len(r.Words) == 0 {
		return s.Stages
	}
	return r.Words
}

func (s Survivorship) trusted(r Rule) []string {
	if len(r.Sources) == 0 {
		return s.Sources
	}
	return r.Sources
}

// sorted returns the records in order, and what told the first from the second.
func (s Survivorship) sorted(records []Snapshot) ([]Snapshot, Precedence) {
	places := make([]int, len(records))
	for i := range places {
		places[i] = i
	}
	compare := func(i, j int) int {
		order, _ := s.compare(records, i, j)
		return order
	}
	slices.SortFunc(places, compare)
	_, by := s.compare(records, places[0], places[1])
	out := make([]Snapshot, len(records))
	for i, place := range places {
		out[i] = records[place].clone()
	}
	return out, by
}

// compare orders two records, and returns what told them apart.
func (s Survivorship) compare(records []Snapshot, i, j int) (int, Precedence) {
	for _, p := range s.Order {
		order := s.compareBy(p, records[i], records[j])
		if p == FirstGiven {
			order = cmp.Compare(i, j)
		}
		if order != 0 {
			return order, p
		}
	}
	return records[i].Ref.Compare(records[j].Ref), FirstID
}

func (s Survivorship) compareBy(p Precedence, a, b Snapshot) int {
	switch p {
	case FirstOpportunity:
		return trueFirst(a.Deal != "", b.Deal != "")
	case FirstActive:
		return trueFirst(!a.Archived, !b.Archived)
	case FirstFurthest:
		return cmp.Compare(wordPlace(s.Stages, b.stage()), wordPlace(s.Stages, a.stage()))
	case FirstProbable:
		return cmp.Or(trueFirst(a.Probability.Known, b.Probability.Known), cmp.Compare(b.Probability.Value, a.Probability.Value))
	case FirstOldest:
		return cmp.Or(trueFirst(!a.Created.IsZero(), !b.Created.IsZero()), a.Created.Compare(b.Created))
	case FirstNewest:
		return b.Created.Compare(a.Created)
	case FirstComplete:
		return cmp.Compare(b.filled(), a.filled())
	case FirstTrusted:
		return cmp.Compare(trustPlace(s.Sources, a.Source), trustPlace(s.Sources, b.Source))
	case FirstChanged:
		return b.changed().Compare(a.changed())
	case FirstID:
		return a.Ref.Compare(b.Ref)
	}
	return 0
}

func trueFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// wordPlace returns the place of a word, and -1 where it has none.
func wordPlace(words []string, v handoff.Value) int { return slices.Index(words, v.Text()) }

// trustPlace returns the place of a source, and the one behind the last where it has none.
func trustPlace(sources []string, source string) int {
	if i := slices.Index(sources, source); i >= 0 {
		return i
	}
	return len(sources)
}

// choose returns what stays of what the records hold in a field, in order, the survivor's first.
func (s Survivorship) choose(at time.Time, field string, versions []Version) Kept {
	if given, decided := s.Given[field]; decided {
		return keptAs(KeepGiven, Version{Held: Held{Value: given, Set: at}}, versions)
	}
	rule := s.rule(field)
	switch rule.Keep {
	case KeepSurvivor:
		return keptAs(rule.Keep, versions[0], versions)
	case KeepFirst:
		return keptAs(rule.Keep, rule.first(versions), versions)
	case KeepAll:
		return rule.all(versions)
	}
	counts := slices.DeleteFunc(slices.Clone(versions), func(v Version) bool { return v.blank() && !rule.takes(v) })
	if len(counts) == 0 {
		return keptAs(rule.Keep, Version{}, versions)
	}
	return keptAs(rule.Keep, slices.MinFunc(counts, rule.compare), versions)
}

// takes reports whether a blank counts as a value.
func (r Rule) takes(v Version) bool { return r.Cleared == ClearedWins && !v.Set.IsZero() }

// first returns the first that holds something, unless one before it was cleared since.
func (r Rule) first(versions []Version) Version {
	var cleared Version
	for _, v := range versions {
		switch {
		case v.blank() && r.takes(v) && v.Set.After(cleared.Set):
			cleared = v
		case !v.blank() && (cleared.Set.IsZero() || v.Set.After(cleared.Set)):
			return v
		}
	}
	return cleared
}

// compare puts the better of two values first.
func (r Rule) compare(a, b Version) int {
	recent := b.Set.Compare(a.Set)
	switch r.Keep {
	case KeepMostTrusted:
		return cmp.Or(cmp.Compare(trustPlace(r.Sources, a.Source), trustPlace(r.Sources, b.Source)), recent)
	case KeepFurthest:
		return cmp.Compare(wordPlace(r.Words, b.Value), wordPlace(r.Words, a.Value))
	case KeepLongest:
		return cmp.Or(cmp.Compare(valueLength(b.Value), valueLength(a.Value)), recent)
	}
	return recent
}

func valueLength(v handoff.Value) int { return utf8.RuneCountInString(v.Text()) + len(v.List()) }

// all unites lists and joins texts; of each what came before is left out.
func (r Rule) all(versions []Version) Kept {
	filled := slices.DeleteFunc(slices.Clone(versions), func(v Version) bool { return v.blank() })
	if len(filled) == 0 {
		return keptAs(r.Keep, Version{}, versions)
	}
	out := keptAs(r.Keep, filled[0], versions)
	isList := filled[0].Value.Type() == handoff.TypeList
	if slices.ContainsFunc(filled, func(v Version) bool { return !joinable(v.Value) || (v.Value.Type() == handoff.TypeList) != isList }) {
		return out
	}
	var parts []string
	out.Of, out.Displaced = nil, nil
	for _, v := range filled {
		more := false
		for _, part := range append(v.Value.List(), textsOf(v.Value)...) {
			if !slices.Contains(parts, part) {
				parts, more = append(parts, part), true
			}
		}
		if more {
			out.Of = append(out.Of, v.Ref)
			out.Set = mergeLater(out.Set, v.Set)
			if v.Source != out.Source {
				out.Source = ""
			}
		}
	}
	if out.Value = handoff.StringValue(strings.Join(parts, r.Join)); isList {
		out.Value = handoff.ListValue(parts)
	}
	return out
}

// joinable reports whether a value is a list or words.
func joinable(v handoff.Value) bool {
	return v.Type() == handoff.TypeList || v.Type() == handoff.TypeString
}

// textsOf returns the text of a value, and nothing where it has none.
func textsOf(v handoff.Value) []string { return some(v.Text()) }

func mergeLater(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
