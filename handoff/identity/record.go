package identity

import (
	"time"

	"github.com/salesbaton/baton/handoff"
)

// A Record is a lead, a contact or an account as the host has it. A field that is empty, or that holds a placeholder such
// as "n/a", is unknown: it speaks neither for nor against anybody.
type Record struct {
	Ref     handoff.Ref // a contact is a lead
	Account string      // of a contact: id of its account
	Parent  string      // of an account: id of the account above it

	FirstName string
	LastName  string // or, without FirstName, the whole name
	Emails    []string
	Phones    []string // mobile and desk are one set
	Born      string   // year, month, day: 1971-06-24, 19710624
	Company   string   // of a lead or contact the employer, of an account its name
	// Number is what a register gave: VAT, DUNS, a customer number.
	Number string

	// Domains are the account's own, websites and aliases among them; of a lead, its website. ContactDomains are those of an
	// account's contacts' addresses.
	Domains        []string
	ContactDomains []string

	Street     string // with the house number, or without
	House      string // number, where it stands apart
	Unit       string // flat, floor or building
	City       string
	PostalCode string
	State      string
	Country    string

	// What breaks ties between candidates. Unknown comes after every known value.
	Owner         string
	Customer      handoff.Opt[bool]
	Contacts      handoff.Opt[int64]
	Leads         handoff.Opt[int64]
	Opportunities handoff.Opt[int64] // open ones
	Created       time.Time
	Active        time.Time // the latest activity or change
}

// FromLead returns the record of a lead. A Lead has no street, city or birthday: set those that the host has.
func FromLead(l handoff.Lead) Record {
	return Record{
		Ref: l.Ref(), Account: l.Account, FirstName: l.Person.FirstName, LastName: l.Person.LastName, Emails: some(l.Person.Email),
		Phones: some(l.Person.Phone), Company: l.Company, PostalCode: l.PostalCode, State: l.State, Country: l.Country, Owner: l.Owner,
	}
}

// FromAccount returns the record of an account. An Account does not say when it was created, nor how many contacts,
// leads and opportunities it has: set these where tie-breaks go by them.
func FromAccount(a handoff.Account) Record {
	return Record{
		Ref: a.Ref(), Parent: a.Parent, Company: a.Name, Domains: some(a.Domain), PostalCode: a.PostalCode, State: a.State,
		Country: a.Country, Owner: a.Owner, Customer: a.Customer,
	}
}

// some returns a list of a value, nil where it is empty.
func some(value string) []string {
	if value == "" {
		return nil
	}
	return []string{value}
}

// A Field is something that two records can agree on.
type Field string

// The fields.
const (
	FieldEmail      Field = "email"
	FieldFirstName  Field = "first_name"
	FieldLastName   Field = "last_name"
	FieldPhone      Field = "phone"
	FieldBorn       Field = "born"
	FieldCompany    Field = "company"
	FieldNumber     Field = "number"
	FieldDomain     Field = "domain"
	FieldStreet     Field = "street"
	FieldUnit       Field = "unit"
	FieldHouse      Field = "house"
	FieldCity       Field = "city"
	FieldPostalCode Field = "postal_code"
	FieldState      Field = "state"
	FieldCountry    Field = "country"
	FieldContact    Field = "contact" // of an account: the contact that the lead is, is one of its
	FieldParent     Field = "parent"  // of two accounts: how they stand to each other

	FieldName  Field = "name"  // in Model.Alone: first and last name
	FieldPlace Field = "place" // in Model.Alone: all of an address
)
