package identity

// A KeyKind is a way to find records that could be one.
type KeyKind string

// The keys. Of several values of a record each is a key, and a key of which a part is unknown is none. What sounds
// alike has one Soundex code.
const (
	KeyEmail     KeyKind = "email"      // the mailbox
	KeyLocal     KeyKind = "local"      // the first letters of what stands before the @
	KeyPhone     KeyKind = "phone"      // the last digits
	KeyNumber    KeyKind = "number"     // what a register gave
	KeyDomain    KeyKind = "domain"     // the registrable domain
	KeyLabel     KeyKind = "label"      // the domain without its suffix
	KeyCompany   KeyKind = "company"    // the name without its legal form
	KeyWord      KeyKind = "word"       // the first word of the company's name
	KeySound     KeyKind = "sound"      // how both names sound, in either order
	KeyBorn      KeyKind = "born"       // the birthday
	KeySoundYear KeyKind = "sound_year" // how either name sounds, with the year of birth
	KeyNameDay   KeyKind = "name_day"   // the initial of either name, with the month and day of birth
	KeyNameCity  KeyKind = "name_city"  // the first letters of either name, with that of the city
	KeyPostcode  KeyKind = "postcode"   // with the initial of either name
	KeyStreet    KeyKind = "street"     // with the house number
)

// KeyKinds returns all keys, in the order of their declaration.
func KeyKinds() []KeyKind {
	return []KeyKind{KeyEmail, KeyLocal, KeyPhone, KeyNumber, KeyDomain, KeyLabel, KeyCompany, KeyWord, KeySound, KeyBorn,
		KeySoundYear, KeyNameDay, KeyNameCity, KeyPostcode, KeyStreet}
}

// A TieBreak ranks candidates of one verdict and score. A candidate of which the fact is unknown comes after all of which it
// is known.
type TieBreak string

// The tie-breaks.
const (
	TieCustomer            TieBreak = "customer" // customers before others
	TieOwned               TieBreak = "owned"    // those with an owner before others
	TieMostContacts        TieBreak = "most_contacts"
	TieFewestContacts      TieBreak = "fewest_contacts"
	TieMostLeads           TieBreak = "most_leads"
	TieFewestLeads         TieBreak = "fewest_leads"
	TieMostOpportunities   TieBreak = "most_opportunities" // that are open
	TieFewestOpportunities TieBreak = "fewest_opportunities"
	TieOldest              TieBreak = "oldest" // by Created
	TieNewest              TieBreak = "newest"
	TieLatestActivity      TieBreak = "latest_activity"
	TieParent              TieBreak = "parent" // accounts at the top before those below another
	TieChild               TieBreak = "child"
	TieReview              TieBreak = "review" // no further: the candidates are to be reviewed
)

// TieBreaks returns all tie-breaks, in the order of their declaration.
func TieBreaks() []TieBreak {
	return []TieBreak{TieCustomer, TieOwned, TieMostContacts, TieFewestContacts, TieMostLeads, TieFewestLeads,
		TieMostOpportunities, TieFewestOpportunities, TieOldest, TieNewest, TieLatestActivity, TieParent, TieChild, TieReview}
}

// A Linkage says when two clusters of records become one.
type Linkage string

// The linkages, the strictest first.
const (
	LinkComplete Linkage = "complete" // every pair across is a match
	LinkAverage  Linkage = "average"  // the pairs across are a match on average
	LinkSingle   Linkage = "single"   // one pair across is a match: chains are taken
)

// Linkages returns all linkages, in the order of their declaration.
func Linkages() []Linkage { return []Linkage{LinkComplete, LinkAverage, LinkSingle} }

// Fields returns all fields, in the order of their declaration.
func Fields() []Field {
	return []Field{FieldEmail, FieldFirstName, FieldLastName, FieldPhone, FieldBorn, FieldCompany, FieldNumber, FieldDomain,
		FieldStreet, FieldUnit, FieldHouse, FieldCity, FieldPostalCode, FieldState, FieldCountry, FieldContact, FieldParent}
}

// Groups returns what Model.Alone can name: the fields that stand for themselves, FieldName and FieldPlace.
func Groups() []Field {
	return []Field{FieldEmail, FieldName, FieldPhone, FieldBorn, FieldCompany, FieldNumber, FieldDomain, FieldPlace, FieldContact}
}

// Levels returns the levels of a field, the best agreement first.
func Levels(f Field) []Level {
	switch f {
	case FieldEmail:
		return []Level{Exact, Close, Shared, Near, Far, Differs}
	case FieldFirstName, FieldLastName, FieldStreet, FieldUnit, FieldCity:
		return []Level{Exact, Close, Near, Far, Differs}
	case FieldPhone:
		return []Level{Exact, National, Differs}
	case FieldBorn:
		return []Level{Exact, Close, Near, Far, Vague, Year, Differs}
	case FieldCompany:
		return []Level{Exact, Bare, Form, Close, Near, Initials, Part, Differs}
	case FieldNumber, FieldHouse, FieldState:
		return []Level{Exact, Close, Differs}
	case FieldDomain:
		return []Level{Exact, Contact, Related, Differs}
	case FieldPostalCode:
		return []Level{Exact, Close, Area, Differs}
	case FieldCountry:
		return []Level{Exact, Differs}
	case FieldContact:
		return []Level{Exact}
	case FieldParent:
		return []Level{Above, Beside}
	}
	return nil
}
