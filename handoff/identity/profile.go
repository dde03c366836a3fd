package identity

import (
	"maps"

	"github.com/salesbaton/baton/handoff"
)

// The names of the ready configs.
const (
	ProfileStandard = "standard"
	// ProfileStrict leaves to a review what names, addresses, birthdays and phones say alone.
	ProfileStrict = "strict"
)

// Profiles returns the names of the ready configs, in the order of their declaration.
func Profiles() []string { return []string{ProfileStandard, ProfileStrict} }

// Profile returns a ready config by its name. It is the caller's own, to change.
func Profile(name string) (c Config, known bool) {
	c = Config{People: people(), Accounts: accounts(), Companies: companies(), Mailboxes: Providers(), FreeMail: FreeMail(), Disposable: Disposable()}
	switch name {
	case ProfileStandard:
		return c, true
	case ProfileStrict:
		strict := map[Field]handoff.MatchVerdict{FieldName: handoff.ToReview, FieldCompany: handoff.ToReview, FieldPlace: handoff.ToReview,
			FieldBorn: handoff.ToReview, FieldPhone: handoff.ToReview}
		maps.Copy(c.People.Alone, strict)
		maps.Copy(c.Accounts.Alone, strict)
		maps.Copy(c.Companies.Alone, strict)
		return c, true
	}
	return Config{}, false
}

// bit is one bit of evidence: it doubles the odds.
const bit Micro = 1_000_000

// A row is what a field's levels weigh, in the order of Levels.
type row struct {
	field  Field
	scores []Micro
}

func weights(rows ...row) (out []Weight) {
	for _, r := range rows {
		for i, level := range Levels(r.field)[:len(r.scores)] {
			out = append(out, Weight{r.field, level, r.scores[i]})
		}
	}
	return out
}

// accounts is the model of a lead and an account. A company's domain or its full name decides alone; a name without its
// legal form, or with a slip, needs a domain, a phone, a postal code or a city beside it. A name that agrees in part is
// one only with the company's domain, which those of its group have too, with its mailbox or with a register's number:
// an address and a switchboard say no more than that they are neighbours. What stands between is for review.
func accounts() Model {
	return Model{
		Weights: weights(
			row{FieldContact, []Micro{20 * bit}},
			row{FieldNumber, []Micro{15 * bit, 8 * bit, -2 * bit}},
			row{FieldEmail, []Micro{12 * bit, 0, 12 * bit}},
			row{FieldDomain, []Micro{14 * bit, 8 * bit, 7 * bit, -3 * bit}},
			row{FieldCompany, []Micro{12 * bit, 9*bit + bit/2, 7 * bit, 7 * bit, 6 * bit, 4 * bit, 4 * bit, -4 * bit}},
			row{FieldPhone, []Micro{9 * bit, 7 * bit}},
			row{FieldStreet, []Micro{6 * bit, 4 * bit, 2 * bit}},
			row{FieldPostalCode, []Micro{5 * bit, 3 * bit, bit, -bit}},
			row{FieldCity, []Micro{2 * bit, bit}},
			row{FieldState, []Micro{bit / 2, -bit / 2, -bit / 2}},
			row{FieldCountry, []Micro{bit + bit/2, -bit - bit/2}},
		),
		Match: 12 * bit, Review: 6 * bit,
		Keys:      []KeyKind{KeyDomain, KeyLabel, KeyCompany, KeyWord, KeyPhone, KeyNumber, KeyEmail, KeyStreet},
		Alone:     map[Field]handoff.MatchVerdict{FieldPlace: handoff.ToReview},
		Common:    []Field{FieldPhone}, // companies share a house, and a switchboard with it
		Apart:     map[FieldLevel]handoff.MatchVerdict{},
		TieBreaks: []TieBreak{TieCustomer, TieMostOpportunities, TieMostContacts, TieParent, TieOldest},
	}
}

// companies is the model of two accounts. They are more careful to become one than a lead is to join one: neither a
// domain nor a phone number makes one company of two, and what stands in one hierarchy stays apart.
func companies() Model {
	return Model{
		Weights: weights(
			row{FieldNumber, []Micro{15 * bit, 8 * bit, -6 * bit}},
			row{FieldEmail, []Micro{11 * bit, 0, 11 * bit}},
			row{FieldCompany, []Micro{12 * bit, 9 * bit, 7 * bit, 7 * bit, 6 * bit, 4 * bit, 3 * bit, -5 * bit}},
			row{FieldDomain, []Micro{9 * bit, 6 * bit, 5 * bit, -4 * bit}},
			row{FieldPhone, []Micro{7 * bit, 6 * bit}},
			row{FieldStreet, []Micro{5 * bit, 4 * bit, 2 * bit, 0, -bit}},
			row{FieldPostalCode, []Micro{4 * bit, 3 * bit, bit, -bit}},
			row{FieldCity, []Micro{2 * bit, bit, 0, 0, -bit}},
			row{FieldState, []Micro{bit / 2, -bit, -bit}},
			row{FieldCountry, []Micro{bit + bit/2, -3 * bit}},
		),
		Match: 12 * bit, Review: 6 * bit,
		Keys:   []KeyKind{KeyNumber, KeyCompany, KeyWord, KeyDomain, KeyLabel, KeyPhone, KeyEmail, KeyStreet},
		Alone:  map[Field]handoff.MatchVerdict{FieldDomain: handoff.ToReview, FieldPhone: handoff.ToReview, FieldPlace: handoff.ToReview},
		Common: []Field{FieldEmail, FieldPhone, FieldDomain},
		Apart: map[FieldLevel]handoff.MatchVerdict{
			{FieldCompany, Near}:    handoff.ToReview,
			{FieldCompany, Part}:    handoff.ToReview, // a company and what bears its name in the group
			{FieldCompany, Differs}: handoff.ToReview,
			{FieldParent, Above}:    handoff.ToReview,
			{FieldParent, Beside}:   handoff.ToReview,
		},
		TieBreaks: []TieBreak{TieCustomer, TieMostOpportunities, TieMostContacts, TieParent, TieOldest},
		Linkage:   LinkComplete,
	}
}

// people is the model of two leads or contacts.
//
// What names and birthdays weigh is about the mean of what Train finds on two synthetic sets of people, one Australian
// and one British, in half bits. Where the sets would mislead it is less: people have several addresses of e-mail, and
// move, and a family shares its name and home. A home, which weighs 40 bits in the sets, weighs so little here that one
// with the last name is a review where the first names differ. An address of e-mail decides alone. A house number and a
// state say little beside a street and a postal code; they only speak against.
func people() Model {
	const half = bit / 2
	return Model{
		Weights: weights(
			row{FieldEmail, []Micro{13 * bit, 8 * bit, 4 * bit, 4 * bit, 0, -2 * bit}},
			row{FieldFirstName, []Micro{7 * bit, 5*bit + half, 3 * bit, -2 * bit, -6*bit - half}},
			row{FieldLastName, []Micro{7 * bit, 6*bit + half, 3*bit + half, -half, -5 * bit}},
			row{FieldPhone, []Micro{9 * bit, 8 * bit, -bit}},
			row{FieldBorn, []Micro{12 * bit, 5 * bit, bit, 0, -bit, -bit, -3*bit - half}},
			row{FieldCompany, []Micro{3 * bit, 3 * bit, 2 * bit, 2 * bit, bit, bit, bit, -bit}},
			row{FieldDomain, []Micro{3 * bit, 2 * bit, bit}},
			row{FieldStreet, []Micro{4*bit + half, 4 * bit, bit + half, -2 * bit, -2 * bit}},
			row{FieldHouse, []Micro{0, -half, -bit}},
			row{FieldPostalCode, []Micro{3 * bit, bit + half, half, -2 * bit}},
			row{FieldCity, []Micro{2 * bit, 2 * bit, bit, -half, -2 * bit}},
			row{FieldState, []Micro{0, -half, -bit}},
			row{FieldCountry, []Micro{half, -bit}},
		),
		Match: 11 * bit, Review: 6 * bit,
		Keys:   []KeyKind{KeyEmail, KeyLocal, KeyPhone, KeySound, KeyBorn, KeySoundYear, KeyNameDay, KeyNameCity, KeyPostcode},
		Alone:  map[Field]handoff.MatchVerdict{FieldName: handoff.ToReview, FieldPlace: handoff.ToReview, FieldBorn: handoff.ToReview, FieldPhone: handoff.ToReview},
		Common: []Field{FieldPhone, FieldCompany, FieldDomain}, // colleagues are not one
		Apart: map[FieldLevel]handoff.MatchVerdict{
			{FieldEmail, Differs}: handoff.ToReview, // two mailboxes at one company are two people's, as a rule
		},
		TieBreaks: []TieBreak{TieLatestActivity, TieOldest},
		Linkage:   LinkAverage,
	}
}
