package identity

import (
	"errors"
	"maps"
	"slices"

	"github.com/salesbaton/baton/handoff"
)

// A Level is how well two values of a field agree.
type Level string

// The levels. Which of them a field has, Levels says. Between Exact and Differs stand, for texts, Close for a slip or a
// nickname, Near and Far for more of them; for companies, Close for a slip in a long word, spaces or the order of
// words, and Near for one in a short word or for a word that is left out, such as Group or Nederland; for birthdays,
// Close for a slip or day and month swapped, Near where two of year, month and day are the same, Far and Vague for more
// slips, Year where only that is the same.
const (
	Exact    Level = "exact"
	Close    Level = "close"
	Near     Level = "near"
	Far      Level = "far"
	Vague    Level = "vague"
	Year     Level = "year"
	Shared   Level = "shared"   // of an e-mail address: the same, of a team or a role
	National Level = "national" // of a phone number: but for the country
	Bare     Level = "bare"     // of a company: but for a legal form that only one of the names has
	Form     Level = "form"     // of a company: but for the legal form
	Initials Level = "initials" // of a company: one is made of the other's first letters
	Part     Level = "part"     // of a company: one is the beginning of the other
	Contact  Level = "contact"  // of a domain: that of a contact
	Related  Level = "related"  // of a domain: the same name under another suffix
	Area     Level = "area"     // of a postal code: its first part
	Above    Level = "above"    // of a parent: one account is above the other
	Beside   Level = "beside"   // of a parent: both have the same one
	Differs  Level = "differs"

	// Unknown is the level, in Model.Apart alone, of a field that either record lacks.
	Unknown Level = "unknown"
)

// A Micro is an amount of evidence in millionths of a bit: the logarithm, to the base 2, of how much likelier an
// agreement is between two records of one person or company than between two of different ones. Sums of it rank
// exactly.
type Micro = int64

// A Weight is what one level of one field says.
type Weight struct {
	Field Field
	Level Level
	Score Micro
}

// A Model weighs pairs of records of two kinds, after Fellegi and Sunter, A Theory for Record Linkage (1969).
//
// Two things it cannot allow. Names that can be meant for one company, and have different legal forms, are a review at
// most, whatever else agrees. So are companies whose domains are only related, where their countries differ or their
// names agree in part at best.
type Model struct {
	// Weights say what agreement and disagreement count. A level without one, and a field that either record lacks, count 0.
	Weights []Weight
	// Match and Review are the scores from which on two records are taken to be one, or to be looked at.
	Match, Review Micro
	// Records is of how many records the set is that Match and Review are for; in one of n, log2(n/Records) bits are
	// added to them. 0: they hold for any. A Match, which does not know of how many records its candidates are, takes
	// them as they are.
	Records int
	// Keys say what brings two records together: only pairs that share a key are weighed.
	Keys []KeyKind
	// Alone caps the verdict where nothing else agrees. Names agree as one, FieldName, and so do streets, cities and
	// all other parts of an address, FieldPlace. What is not in it decides as the score says. A company's name that is
	// near the other, its first letters or a part of it is nothing else: those that bear one name share a house. Nor is
	// a state or a country.
	Alone map[Field]handoff.MatchVerdict
	// Common are fields, of those that Alone can name but for FieldName and FieldPlace, that several share who work
	// together. Where one of them agrees, the place is taken to be theirs too, and so is a team's mailbox and one that
	// is only much alike. Where nothing else agrees then, the verdict is a review at most, and no match where a name
	// differs. Names agree where neither the first nor the last one differs; where only one of them does, it is a
	// review at most.
	Common []Field
	// Apart caps the verdict where the field disagrees, or agrees no better than at the level. At Unknown it says what
	// must be known.
	Apart map[FieldLevel]handoff.MatchVerdict
	// TieBreaks rank candidates of the same verdict and score, in order; the id, bytewise, is behind the last.
	TieBreaks []TieBreak
	// Linkage makes clusters of pairs; "" is average.
	Linkage Linkage
}

// clone returns a model that shares nothing with m.
func (m Model) clone() Model {
	m.Weights, m.Keys, m.Common, m.TieBreaks = slices.Clone(m.Weights), slices.Clone(m.Keys), slices.Clone(m.Common), slices.Clone(m.TieBreaks)
	m.Alone, m.Apart = maps.Clone(m.Alone), maps.Clone(m.Apart)
	return m
}

// A FieldLevel is one level of a field.
type FieldLevel struct {
	Field Field
	Level Level
}

// A Config is what a Matcher goes by.
type Config struct {
	People    Model // lead and contact against lead and contact
	Accounts  Model // lead and contact against account
	Companies Model // account against account

	Mailboxes  Mailboxes
	FreeMail   Domains     // of providers, where an address says nothing of the company
	Disposable Domains     // where an address says nothing at all
	Phones     PhoneParser // nil: Phone
	// Digest names the rules in every Match; "" is none.
	Digest string
}

// A Matcher compares records. It is immutable and safe for concurrent use.
type Matcher struct {
	config                      Config
	people, accounts, companies compiled
}

// New checks a config, and keeps nothing of it that its caller can change.
func New(c Config) (*Matcher, error) {
	m := &Matcher{config: c}
	var people, accounts, companies error
	m.people, people = compile("people", c.People)
	m.accounts, accounts = compile("accounts", c.Accounts)
	m.companies, companies = compile("companies", c.Companies)
	if err := errors.Join(people, accounts, companies); err != nil {
		return nil, err
	}
	m.config.People, m.config.Accounts, m.config.Companies = m.people.Model, m.accounts.Model, m.companies.Model
	return m, nil
}
