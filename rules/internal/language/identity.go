package language

import (
	"slices"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/identity"
	"github.com/salesbaton/baton/rules/internal/source"
)

// MaxBits bounds one weight and one threshold, in bits of evidence.
const MaxBits = 100

// MaxRecords bounds of how many records a model's thresholds are.
const MaxRecords = 1_000_000_000

// StandardProfile is the profile of a policy that names none.
const StandardProfile = identity.ProfileStandard

// The words of mailboxes.
const (
	AsWritten = "as_written"
	Providers = "providers"
)

var identitySection = keys(
	may("profile", word(identity.Profiles()...), "The weights, thresholds and all else to begin with. What the policy says stands in the place of what the profile says. Without it "+StandardProfile+"."),
	may("mailboxes", either(word(AsWritten, Providers), keys(
		may("dots", truth, "Whether dots before the @ are dropped where the provider ignores them. Without it false."),
		may("tags", truth, "Whether what follows a + or a - before the @ is cut where the provider does so. Without it false."),
		may("aliases", truth, "Whether the domains of one provider that lead to one mailbox count as one. Without it false."),
		may("apple", truth, "Whether me.com and mac.com count as icloud.com, which is so for old mailboxes only. Without it false."),
	)), "Which e-mail addresses are one mailbox: as_written, those that are equal but for capital letters; providers, also those that providers known for it deliver to one mailbox; or parts of that. Without it as the profile says."),
	may("free_mail", domains("Of free mail."), "Where anybody gets an address, so that it says nothing of the company: a list of domains, in addition to those that the library knows."),
	may("disposable", domains("Of mailboxes that are thrown away."), "Where addresses are thrown away within minutes, so that they say nothing at all: a list of domains, in addition to those that the library knows."),
	may("people", model, "When a lead or contact is the same person as another."),
	may("accounts", sameModel("identity.people"), "When a lead or contact belongs to an account."),
	may("companies", sameModel("identity.people"), "When two accounts are one company."),
)

// domains is a list of domains by its name.
func domains(doc string) *source.Shape {
	return either(ref("lists"), keys(
		need("list", ref("lists"), doc),
		may("built_in", truth, "Whether the domains that the library knows count too. Without it true."),
	))
}

var bits = &source.Shape{Form: source.Decimal, Min: -MaxBits, Max: MaxBits}

var threshold = &source.Shape{Form: source.Decimal, Max: MaxBits}

var verdict = word(handoff.MatchVerdicts()...)

var model = keys(
	may("keys", some(word(identity.KeyKinds()...)), "What brings two records together: only those that share one of these are weighed. Without it as the profile says."),
	may("match", threshold, "So many bits of evidence, and more, make a match; more than 0. Without it as the profile says."),
	may("review", threshold, "So many bits, and more, are for somebody to look at; fewer are no match. It is more than 0, and at most match. Without it as the profile says."),
	may("records", number(0, MaxRecords), "Of how many records the set is that match and review are for: among twice as many duplicates each of them is one bit higher, among half as many one lower. What matches a lead with candidates takes them as they are. 0: they hold for any number. Without it as the profile says."),
	may("weights", dict(word(identity.Fields()...), dict(readWord(Levels()...), bits)), "By field and level, how many bits an agreement counts; below 0 it speaks against. Each stands in the place of the profile's own; the others stay."),
	may("alone", dict(readWord(identity.Groups()...), verdict), "By field, the most that comes of it where nothing else agrees: match, review or no. First and last name agree as one, name, and all parts of an address as one, place."),
	may("common", list(word(Sharable()...)), "Fields that several have in common who work or live together, of those that alone can name but for name and place. Where nothing speaks for a match but these, the place and a mailbox that is a team's or only alike, a name that differs makes it a review at most, and no match where no name agrees. [] takes the profile's away. Without it as the profile says."),
	may("apart", dict(word(identity.Fields()...), dict(readWord(append(Levels(), identity.Unknown)...), verdict)), "By field and level, the most that comes of two records that agree no better than that: match, review or no. At unknown, the most that comes of them where one lacks the field."),
	may("tie_breaks", some(word(identity.TieBreaks()...)), "What ranks candidates that are equally good, in this order; after review, which leaves them to somebody, nothing follows. The id decides in the end. Without it as the profile says."),
	may("linkage", word(identity.Linkages()...), "Of people and companies, when duplicates are one group: complete, every two of them match; average, they match on average; single, each matches one of the others. Without it as the profile says."),
)

// readWord is a word that the reader of the section checks itself, because it can say more of a wrong one than that it
// is unknown.
func readWord[T ~string](words ...T) *source.Shape {
	s := word(words...)
	s.Form = source.Text
	return s
}

// Sharable returns what common can name.
func Sharable() []identity.Field {
	return slices.DeleteFunc(identity.Groups(), func(f identity.Field) bool { return f == identity.FieldName || f == identity.FieldPlace })
}

// sameModel is a model whose keys are told elsewhere.
func sameModel(as string) *source.Shape {
	s := *model
	s.Ref = as
	return &s
}

// Levels returns the levels of all fields, each once, in the order of their first field.
func Levels() []identity.Level {
	var out []identity.Level
	seen := map[identity.Level]bool{}
	for _, f := range identity.Fields() {
		for _, l := range identity.Levels(f) {
			if !seen[l] {
				seen[l] = true
				out = append(out, l)
			}
		}
	}
	return out
}

// PartsOf returns the fields of what alone can name. They agree as one.
func PartsOf(group identity.Field) []identity.Field {
	switch group {
	case identity.FieldName:
		return []identity.Field{identity.FieldFirstName, identity.FieldLastName}
	case identity.FieldPlace:
		return []identity.Field{identity.FieldStreet, identity.FieldUnit, identity.FieldHouse, identity.FieldCity, identity.FieldPostalCode,
			identity.FieldState, identity.FieldCountry}
	}
	return []identity.Field{group}
}

// LevelWords says how well two values of a field agree.
func LevelWords(f identity.Field, l identity.Level) string {
	if f == identity.FieldBorn {
		if words := bornWords(l); words != "" {
			return words
		}
	}
	switch l {
	case identity.Exact:
		return "equal"
	case identity.Shared:
		return "equal, of a team or a role"
	case identity.Close:
		return choose(f == identity.FieldFirstName, "equal but for a slip, or a short form", "equal but for a slip")
	case identity.Near:
		return "equal but for a few slips"
	case identity.Far:
		return "alike"
	case identity.National:
		return "equal but for the country"
	case identity.Bare:
		return "equal but for a legal form that one lacks"
	case identity.Form:
		return "equal but for another legal form"
	case identity.Initials:
		return "made of the first letters of the other"
	case identity.Part:
		return "the beginning of the other"
	case identity.Contact:
		return "that of a contact of the account"
	case identity.Related:
		return "the same name with another ending"
	case identity.Area:
		return "of the same area"
	case identity.Above:
		return "one above the other"
	case identity.Beside:
		return "the same account above both"
	case identity.Differs:
		return "different"
	case identity.Unknown:
		return "not known of both"
	}
	return ""
}

// bornWords says how well two birthdays agree, where that is not as in texts.
func bornWords(l identity.Level) string {
	switch l {
	case identity.Close:
		return "equal but for a slip, or with day and month swapped"
	case identity.Near:
		return "equal in two of year, month and day"
	case identity.Far:
		return "equal but for a few slips"
	case identity.Vague:
		return "equal but for several slips"
	case identity.Year:
		return "of the same year"
	}
	return ""
}

func choose(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}

// KeyWords says what two records share that are brought together.
func KeyWords(k identity.KeyKind) string {
	switch k {
	case identity.KeyEmail:
		return "a mailbox"
	case identity.KeyLocal:
		return "the first letters of an e-mail address"
	case identity.KeyPhone:
		return "the last digits of a phone number"
	case identity.KeyNumber:
		return "a number in a register"
	case identity.KeyDomain:
		return "a domain"
	case identity.KeyLabel:
		return "a domain but for its ending"
	case identity.KeyCompany:
		return "a company's name but for its legal form"
	case identity.KeyWord:
		return "the first word of a company's name"
	case identity.KeySound:
		return "the sound of both names, in either order"
	case identity.KeyBorn:
		return "the birthday"
	case identity.KeySoundYear:
		return "the sound of a name and the year of birth"
	case identity.KeyNameDay:
		return "the initial of a name and the day and month of birth"
	case identity.KeyNameCity:
		return "the first letters of a name and of the city"
	case identity.KeyPostcode:
		return "the postal code and the initial of a name"
	case identity.KeyStreet:
		return "the street and the house number"
	}
	return ""
}

// TieWords says which of two candidates comes first.
func TieWords(t identity.TieBreak) string {
	switch t {
	case identity.TieCustomer:
		return "a customer"
	case identity.TieOwned:
		return "one that has an owner"
	case identity.TieMostContacts:
		return "the one with more contacts"
	case identity.TieFewestContacts:
		return "the one with fewer contacts"
	case identity.TieMostLeads:
		return "the one with more leads"
	case identity.TieFewestLeads:
		return "the one with fewer leads"
	case identity.TieMostOpportunities:
		return "the one with more open opportunities"
	case identity.TieFewestOpportunities:
		return "the one with fewer open opportunities"
	case identity.TieOldest:
		return "the one that was created first"
	case identity.TieNewest:
		return "the one that was created last"
	case identity.TieLatestActivity:
		return "the one with the latest activity"
	case identity.TieParent:
		return "one with no account above it"
	case identity.TieChild:
		return "one with an account above it"
	case identity.TieReview:
		return "neither: somebody has to look"
	}
	return ""
}

// LinkageWords says when duplicates are one group.
func LinkageWords(l identity.Linkage) string {
	switch l {
	case identity.LinkComplete:
		return "every two of them match"
	case identity.LinkAverage:
		return "they match on average"
	case identity.LinkSingle:
		return "each of them matches one of the others"
	}
	return ""
}
