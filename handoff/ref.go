package handoff

import (
	"cmp"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind says what a Ref points at.
type Kind string

// The kinds of things that have an id. Leads and accounts can be the subject of a request; the others only name entries
// of State.
const (
	KindLead    Kind = "lead"
	KindAccount Kind = "account"
	KindRep     Kind = "rep"
	KindPool    Kind = "pool"    // ids are "policy/pool": rotations are never shared between policies
	KindTrigger Kind = "trigger" // ids are "policy/trigger": a trigger is consumed once per policy
	KindTally   Kind = "tally"   // ids are "policy/what is counted"
	KindSticky  Kind = "sticky"  // ids are "policy/what sticks"
)

var kinds = []Kind{KindAccount, KindLead, KindPool, KindRep, KindSticky, KindTally, KindTrigger}

// maxID bounds every id, in bytes.
const maxID = 256

// maxName bounds what names a pool, a tally or a sticky memory within its policy: several ids and words between them.
const maxName = 4 * maxID

// A Ref names one thing by kind and id. The zero Ref names nothing. Its text form is "kind/id"; the id may itself hold
// slashes.
type Ref struct {
	Kind Kind
	ID   string
}

// A Key is a Ref in its role as the name of an entry of State.
type Key = Ref

// IsZero reports whether r names nothing.
func (r Ref) IsZero() bool { return r == Ref{} }

// String returns "kind/id", and "" for the zero Ref.
func (r Ref) String() string {
	if r.IsZero() {
		return ""
	}
	return string(r.Kind) + "/" + r.ID
}

// Compare orders by kind, then by id, both bytewise.
func (r Ref) Compare(s Ref) int {
	return cmp.Or(cmp.Compare(r.Kind, s.Kind), cmp.Compare(r.ID, s.ID))
}

// ParseRef reads the text form "kind/id"; the empty text is the zero Ref.
func ParseRef(text string) (Ref, error) {
	if text == "" {
		return Ref{}, nil
	}
	kind, id, found := strings.Cut(text, "/")
	if !found {
		return Ref{}, fmt.Errorf(`a reference is written kind/id, such as "lead/L1"`)
	}
	for _, k := range kinds {
		if string(k) != kind {
			continue
		}
		if problem := checkKey(k, id); problem != "" {
			return Ref{}, fmt.Errorf("%s id %s", kind, problem)
		}
		return Ref{k, id}, nil
	}
	return Ref{}, fmt.Errorf("unknown kind of reference; known are %s", wordList(kinds))
}

// MarshalText returns the text form.
func (r Ref) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads the text form, as ParseRef does.
func (r *Ref) UnmarshalText(text []byte) error {
	ref, err := ParseRef(string(text))
	if err == nil {
		*r = ref
	}
	return err
}

// checkKey returns what is wrong with the id of something of a kind, or "".
func checkKey(k Kind, id string) string {
	policy, own, found := strings.Cut(id, "/")
	switch {
	case !found:
	case k == KindTrigger:
		return cmp.Or(checkID(policy), checkID(own))
	case k == KindPool || k == KindTally || k == KindSticky:
		return cmp.Or(checkID(policy), checkText(own, maxName))
	}
	return checkID(id)
}

// checkID returns what is wrong with an id, or "". The id itself is not repeated: it may identify a person.
func checkID(id string) string { return checkText(id, maxID) }

func checkText(id string, most int) string {
	switch {
	case id == "":
		return "is empty"
	case len(id) > most:
		return fmt.Sprintf("is longer than %d bytes", most)
	case !utf8.ValidString(id):
		return "is not valid UTF-8"
	case strings.ContainsFunc(id, unicode.IsControl):
		return "holds a control character"
	}
	return ""
}

// parseWord reads one word of a closed list. The word itself is not repeated in the error.
func parseWord[T ~string](what string, text []byte, words []T) (T, error) {
	for _, w := range words {
		if string(w) == string(text) {
			return w, nil
		}
	}
	return "", fmt.Errorf("unknown %s; known are %s", what, wordList(words))
}

func wordList[T ~string](words []T) string {
	var b strings.Builder
	for i, w := range words {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(w))
	}
	return b.String()
}
