package handoff

import (
	"fmt"
	"slices"
	"strings"
)

// A MatchVerdict says how sure it is that two records are one, or that one belongs to the other.
type MatchVerdict string

// The verdicts of a match. The zero MatchVerdict says that nobody looked.
const (
	Matched    MatchVerdict = "match"
	ToReview   MatchVerdict = "review" // somebody has to look
	NotMatched MatchVerdict = "no"
)

// MatchVerdicts returns all verdicts, the surest first.
func MatchVerdicts() []MatchVerdict { return []MatchVerdict{Matched, ToReview, NotMatched} }

// UnmarshalText refuses unknown words; the empty text says that nobody looked.
func (v *MatchVerdict) UnmarshalText(text []byte) (err error) {
	if *v = ""; len(text) > 0 {
		*v, err = parseWord("verdict of a match", text, MatchVerdicts())
	}
	return err
}

// A Match says whom a lead was taken for, with all who were looked at and why. The host has it from an identity.Matcher,
// and whatever else it derives from it, reports too, goes by the same answer. The zero Match says that nobody looked.
//
// It holds no personal data: decisions, their pages and their logs repeat it. Names and digests are checked; a Why is free text,
// in which a host must not put a value of a record.
//
// Contact and Account agree with the candidate that they name: a match names a match, a review a match or a review, as of two
// alike, and a no one that is none. Somebody who looked may call any candidate a match: then Why begins as Confirmed says it.
// Of one kind and verdict no score is above the one before it. A matched account is named as the request names it: one that has
// merged into another, and the other, are two names.
type Match struct {
	Contact Taken  `json:"contact,omitzero"` // the lead or contact that the lead is
	Account Taken  `json:"account,omitzero"` // the account that it belongs to
	Parent  string `json:"parent,omitempty"` // id of the account above it
	// Candidates are all who were looked at: leads and contacts before accounts, of each kind the best first. A decision has
	// only those that Contact and Account name.
	Candidates []MatchCandidate `json:"candidates,omitempty"`
	Digest     string           `json:"digest,omitempty"` // of the matcher's rules; no value of a record
}

// A Taken is the best candidate of a kind. It names one that is to be reviewed too, so that somebody can look at it.
type Taken struct {
	Verdict MatchVerdict `json:"verdict,omitempty"`
	ID      string       `json:"id,omitempty"`  // "": there is none
	Why     string       `json:"why,omitempty"` // in words, without a value of a record
}

// A MatchCandidate is a record that the lead could have been taken for, or taken to belong to.
type MatchCandidate struct {
	Ref      Ref             `json:"ref"`
	Verdict  MatchVerdict    `json:"verdict"`
	Score    int64           `json:"score"` // the sum of the evidence, in millionths of a bit
	Evidence []MatchEvidence `json:"evidence,omitempty"`
	Why      string          `json:"why,omitempty"` // it won, or what it lost by; no value of a record
}

// A MatchEvidence is what one field says for or against a candidate. It holds no value of the field.
type MatchEvidence struct {
	Field string `json:"field"` // such as domain: lower-case letters and _
	Level string `json:"level"` // how well it agrees, such as exact: lower-case letters and _
	Score int64  `json:"score"` // in millionths of a bit; below 0 it speaks against
}

// IsZero reports whether nobody looked.
func (m Match) IsZero() bool {
	return m.Contact == (Taken{}) && m.Account == (Taken{}) && m.Parent == "" && len(m.Candidates) == 0 && m.Digest == ""
}

func (m Match) clone() Match {
	m.Candidates = cloneEach(m.Candidates, MatchCandidate.clone)
	return m
}

func (c MatchCandidate) clone() MatchCandidate {
	c.Evidence = slices.Clone(c.Evidence)
	return c
}

// Best returns the candidate of a kind that Contact or Account names, or where it names none, the first of them; false where
// there is none.
func (m Match) Best(of Kind) (MatchCandidate, bool) {
	named := m.taken(of).ID
	for _, c := range m.Candidates {
		if c.Ref.Kind == of && (named == "" || c.Ref.ID == named) {
			return c, true
		}
	}
	return MatchCandidate{}, false
}

// Confirmed returns the match as somebody has decided it who looked: the lead belongs to an account. What was weighed stays.
func (m Match) Confirmed(account Account, by string) Match {
	m = m.clone()
	m.Account, m.Parent = Taken{Matched, account.ID, confirmedBy + by}, account.Parent
	return m
}

// confirmedBy begins the Why of what somebody has decided.
const confirmedBy = "confirmed by "

// agrees reports whether what the lead was taken for follows from the verdict on the candidate that is named.
func (t Taken) agrees(v MatchVerdict) bool {
	switch t.Verdict {
	case Matched:
		return v == Matched || strings.HasPrefix(t.Why, confirmedBy)
	case ToReview:
		return v != NotMatched
	}
	return v == NotMatched
}

// taken returns Account, or for leads Contact.
func (m Match) taken(of Kind) Taken {
	if of == KindAccount {
		return m.Account
	}
	return m.Contact
}

// best returns the match with the best candidate of each kind, and without any other.
func (m Match) best() Match {
	all := m
	m.Candidates = nil
	for _, kind := range []Kind{KindLead, KindAccount} {
		if c, found := all.Best(kind); found {
			m.Candidates = append(m.Candidates, c.clone())
		}
	}
	return m
}

// compact returns what a decision keeps of a match: without candidates that nobody was taken for.
func (m Match) compact() Match {
	if len(m.Candidates) == 0 {
		return m
	}
	m.Candidates = without(m.best().Candidates, func(c MatchCandidate) bool { return m.taken(c.Ref.Kind).ID == "" })
	return m
}

// Strongest returns the evidence that speaks most for the candidate, of two alike the first; false where none speaks for it.
func (c MatchCandidate) Strongest() (MatchEvidence, bool) {
	var most MatchEvidence
	for _, e := range c.Evidence {
		if e.Score > most.Score {
			most = e
		}
	}
	return most, most.Score > 0
}

// Bits returns the score in whole bits, rounded down.
func (c MatchCandidate) Bits() int64 {
	whole := c.Score / microBits
	if c.Score%microBits < 0 {
		whole--
	}
	return whole
}

// microBits is how many of a score's units are a bit.
const microBits = 1_000_000

// String is a line such as "account/A1 match 14.20 bits: domain exact +14.20, country differs -1.00".
func (c MatchCandidate) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s bits", c.Ref, c.Verdict, bits(c.Score))
	sep := ":"
	for _, e := range c.Evidence {
		fmt.Fprintf(&b, "%s %s", sep, e)
		sep = ","
	}
	return b.String()
}

// String is a text such as "domain exact +14.20".
func (e MatchEvidence) String() string {
	return fmt.Sprintf("%s %s %s", e.Field, e.Level, signed(e.Score))
}

// bits writes millionths of a bit with two decimals, rounded towards zero.
func bits(micro int64) string {
	sign := ""
	if micro < 0 {
		sign = "-"
	}
	n := abs(micro) / (microBits / 100)
	return fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
}

func signed(micro int64) string {
	if micro < 0 {
		return bits(micro)
	}
	return "+" + bits(micro)
}

// MaxEvidence bounds the evidence of one candidate.
const MaxEvidence = 100

// match checks how the lead came to be the account's. What it says is known is the account by which everything else goes: one
// that the request names elsewhere has to be the same. The order of candidates has a meaning, and is kept.
func (c *checker) match(r Request) {
	m := r.Match
	if m.IsZero() {
		return
	}
	if r.Lead.ID == "" {
		c.fail("match", "is of nobody; it says whom a lead was taken for, so send the lead too, at least its id")
	}
	c.taken("match.contact", m.Contact)
	c.taken("match.account", m.Account)
	if m.Parent != "" {
		c.id("match.parent", m.Parent)
	}
	c.text("match.digest", m.Digest)
	if strings.ContainsAny(m.Digest, "@\n") {
		c.fail("match.digest", "is no digest; it holds no value of a record")
	}
	c.list("match.candidates", len(m.Candidates), MaxList)
	seen := map[Ref]bool{}
	type alike struct {
		kind    Kind
		verdict MatchVerdict
	}
	last := map[alike]int64{} // score of those so far
	for i, candidate := range m.Candidates {
		path := fmt.Sprintf("match.candidates[%d]", i)
		c.candidate(path, candidate)
		if seen[candidate.Ref] {
			c.fail(path+".ref", "is that of another candidate; list each once")
		}
		seen[candidate.Ref] = true
		c.agrees(path, m.taken(candidate.Ref.Kind), candidate)
		as := alike{candidate.Ref.Kind, candidate.Verdict}
		if score, found := last[as]; found && candidate.Score > score {
			c.fail(path+".score", "is above that of the candidate before it with the same verdict; list the best first")
		}
		last[as] = candidate.Score
	}
	if contact := (Ref{KindLead, m.Contact.ID}); len(m.Candidates) > 0 && contact.ID != "" && !seen[contact] {
		c.fail("match.contact.id", "is none of the candidates; list them all, or none") // the account can be one that a contact or a person names
	}
	if account := r.account(); m.Account.Verdict == Matched && !account.IsZero() && account.ID != m.Account.ID {
		c.fail("match.account.id", "is not the account of the request; routing and reporting go by the same answer, so send the account that the lead was matched to")
	}
}

// agrees refuses a candidate that is named with another verdict than its own allows.
func (c *checker) agrees(path string, t Taken, candidate MatchCandidate) {
	if t.ID == candidate.Ref.ID && !t.agrees(candidate.Verdict) {
		c.fail(path+".verdict", "contradicts what the lead was taken for; send the match as the matcher gave it, or confirmed by somebody")
	}
}

// taken checks what a match comes to.
func (c *checker) taken(path string, t Taken) {
	oneOf(c, path+".verdict", t.Verdict, append(MatchVerdicts(), "")...)
	c.text(path+".why", t.Why)
	switch {
	case t.ID != "":
		c.id(path+".id", t.ID)
		if t.Verdict == "" {
			c.fail(path+".verdict", "is missing; say match, review or no")
		}
	case t.Verdict == Matched || t.Verdict == ToReview:
		c.fail(path+".id", "is missing; a match, and one that somebody has to look at, names the record")
	}
}

func (c *checker) candidate(path string, candidate MatchCandidate) {
	if kind := candidate.Ref.Kind; kind != KindLead && kind != KindAccount {
		c.fail(path+".ref", "is neither a lead nor an account")
	}
	c.id(path+".ref", candidate.Ref.ID)
	oneOf(c, path+".verdict", candidate.Verdict, MatchVerdicts()...)
	c.score(path, candidate.Score)
	c.text(path+".why", candidate.Why)
	c.list(path+".evidence", len(candidate.Evidence), MaxEvidence)
	for i, e := range candidate.Evidence {
		path := fmt.Sprintf("%s.evidence[%d]", path, i)
		if !lower(e.Field) || !lower(e.Level) {
			c.fail(path, "has a field or a level that is no name in lower case, such as domain and exact; it holds no value of the record")
		}
		c.score(path, e.Score)
	}
}

// lower reports whether a word is a plain name of lower-case letters and _.
func lower(word string) bool {
	return plain(word) && strings.Trim(word, "abcdefghijklmnopqrstuvwxyz_") == ""
}

func (c *checker) score(path string, score int64) {
	if score < -maxInt || score > maxInt {
		c.fail(path+".score", "is beyond 2^53")
	}
}
