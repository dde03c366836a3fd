package cli

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/identity"
)

// A sheet is what the records of a CSV file are.
type sheet string

const (
	leadSheet    sheet = "leads"
	contactSheet sheet = "contacts"
	accountSheet sheet = "accounts"
)

// one is the word for one record.
func (s sheet) one() string { return strings.TrimSuffix(string(s), "s") }

// kind is that of the references: a contact is a lead.
func (s sheet) kind() handoff.Kind {
	if s == accountSheet {
		return handoff.KindAccount
	}
	return handoff.KindLead
}

// A column is something that a CSV file can say about a record. One of text, list and fact is set.
type column struct {
	name  string   // what --show calls it
	heads []string // the names that its header can have, folded; of several in a file the earliest here is read
	text  func(*identity.Record) *string
	list  func(*identity.Record) *[]string // every column that has one of the names is read
	fact  func(r *identity.Record, value string) bool
	write string // how a value of a fact is written
}

// value returns what a record has in the column; facts are not told.
func (c column) value(r *identity.Record) string {
	switch {
	case c.text != nil:
		return *c.text(r)
	case c.list != nil:
		return strings.Join(*c.list(r), "; ")
	}
	return ""
}

// read puts a cell into a record and reports whether it could.
func (c column) read(r *identity.Record, value string) bool {
	switch {
	case c.text != nil:
		*c.text(r) = value
	case c.list != nil:
		into := c.list(r)
		*into = append(*into, splitCell(value)...)
	default:
		return value == "" || c.fact(r, value)
	}
	return true
}

// splitCell returns the values that stand in one cell.
func splitCell(cell string) (values []string) {
	for value := range strings.FieldsFuncSeq(cell, func(r rune) bool { return r == ';' || r == '|' }) {
		if value = strings.TrimSpace(value); value != "" {
			values = append(values, value)
		}
	}
	return values
}

// foldHead returns a header name as the columns list it: its letters and digits, in lower case.
func foldHead(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

func foldHeads(names []string) (out []string) {
	for _, name := range names {
		out = append(out, foldHead(name))
	}
	return out
}

// columns returns what a sheet can say, the id first.
func (s sheet) columns() []column {
	out := append([]column{{name: "id", heads: foldHeads(s.idNames()), text: func(r *identity.Record) *string { return &r.Ref.ID }}}, s.relations()...)
	return append(append(append(out, s.names()...), placeColumns()...), factColumns()...)
}

// idNames are the names of the column that is the id, as people write them.
func (s sheet) idNames() []string {
	switch s {
	case accountSheet:
		return []string{"Id", "Account ID", "Company ID", "Organization ID", "Record ID", "Record ID - Company", "hs_object_id", "rec_id", "unique_id"}
	case contactSheet:
		return []string{"Id", "Contact ID", "Person: Contact ID", "Person ID", "Record ID", "Record ID - Contact", "hs_object_id", "rec_id", "unique_id"}
	}
	return []string{"Id", "Lead ID", "Record ID", "Contact ID", "Person: Contact ID", "Person ID", "Record ID - Contact", "hs_object_id", "rec_id", "unique_id"}
}

// relations are the columns that name another record.
func (s sheet) relations() []column {
	parent := column{name: "parent", heads: []string{"parentaccountid", "parentcompanyid", "parentid"},
		text: func(r *identity.Record) *string { return &r.Parent }}
	account := column{name: "account", heads: []string{"accountid", "companyid", "organizationid", "organisationid", "associatedcompanyid", "primaryassociatedcompanyid"},
		text: func(r *identity.Record) *string { return &r.Account }}
	if s == accountSheet {
		return []column{parent}
	}
	return []column{account}
}

// names are the columns that say who it is and how to reach them.
func (s sheet) names() []column {
	company := []string{"company", "companyaccount", "companyname", "accountname", "account", "associatedcompany", "associatedcompanyname", "primaryassociatedcompany", "organization", "organisation", "organizationname", "organisationname", "employer"}
	last := []string{"lastname", "surname", "familyname", "last"}
	if s == accountSheet {
		company = append(company, "name")
	} else {
		last = append(last, "fullname", s.one()+"name", "name")
	}
	return []column{
		{name: "first_name", heads: []string{"firstname", "givenname", "forename", "first"}, text: func(r *identity.Record) *string { return &r.FirstName }},
		{name: "last_name", heads: last, text: func(r *identity.Record) *string { return &r.LastName }},
		{name: "company", heads: company, text: func(r *identity.Record) *string { return &r.Company }},
		{name: "email", heads: []string{"email", "emailaddress", "emails", "mail", "email1", "email2", "email3", "primaryemail", "secondaryemail", "workemail",
			"businessemail", "personalemail", "otheremail", "additionalemails"}, list: func(r *identity.Record) *[]string { return &r.Emails }},
		{name: "phone", heads: []string{"phone", "phonenumber", "phones", "telephone", "telephonenumber", "tel", "mobile", "mobilephone", "mobilenumber",
			"mobilephonenumber", "cell", "cellphone", "businessphone", "workphone", "officephone", "mainphone", "homephone", "otherphone", "phone1", "phone2"},
			list: func(r *identity.Record) *[]string { return &r.Phones }},
		{name: "born", heads: []string{"dateofbirth", "dob", "birthdate", "birthday", "born"}, text: func(r *identity.Record) *string { return &r.Born }},
		{name: "number", heads: []string{"vat", "vatnumber", "vatid", "vatregistrationnumber", "duns", "dunsnumber", "registrationnumber", "taxid", "customernumber"},
			text: func(r *identity.Record) *string { return &r.Number }},
		{name: "domain", heads: []string{"domain", "domains", "website", "websites", "websiteurl", "companydomain", "companydomainname", "companywebsite", "webaddress",
			"url", "homepage", "additionaldomains"}, list: func(r *identity.Record) *[]string { return &r.Domains }},
		{name: "contact_domain", heads: []string{"contactdomain", "contactdomains"}, list: func(r *identity.Record) *[]string { return &r.ContactDomains }},
	}
}

func placeColumns() []column {
	return []column{
		{name: "street", heads: placeHeads("street", "streetaddress", "streetname", "address", "address1", "addressline1", "street1"),
			text: func(r *identity.Record) *string { return &r.Street }},
		{name: "house", heads: placeHeads("streetnumber", "housenumber", "house"), text: func(r *identity.Record) *string { return &r.House }},
		{name: "city", heads: placeHeads("city", "town", "suburb", "locality"), text: func(r *identity.Record) *string { return &r.City }},
		{name: "postal_code", heads: placeHeads("postalcode", "postcode", "zip", "zipcode", "zippostalcode"),
			text: func(r *identity.Record) *string { return &r.PostalCode }},
		{name: "state", heads: placeHeads("state", "stateprovince", "stateregion", "province", "region"), text: func(r *identity.Record) *string { return &r.State }},
		{name: "country", heads: placeHeads("country", "countryregion", "countrycode"), text: func(r *identity.Record) *string { return &r.Country }},
	}
}

// placeHeads returns the names of a part of an address, plain ones before those of one of several addresses.
func placeHeads(names ...string) []string {
	out := slices.Clone(names)
	for _, which := range []string{"mailing", "billing", "primary", "shipping", "other"} {
		for _, name := range names {
			out = append(out, which+name)
		}
	}
	return out
}

// factColumns are the columns that break ties.
func factColumns() []column {
	count := func(name string, heads []string, of func(*identity.Record) *handoff.Opt[int64]) column {
		return column{name: name, heads: heads, write: "counts such as 12", fact: func(r *identity.Record, value string) bool {
			n, err := strconv.ParseInt(value, 10, 64)
			if err != nil || n < 0 {
				return false
			}
			*of(r) = handoff.Some(n)
			return true
		}}
	}
	day := func(name string, heads []string, of func(*identity.Record) *time.Time) column {
		return column{name: name, heads: heads, write: "dates such as 2026-03-02", fact: func(r *identity.Record, value string) (ok bool) {
			*of(r), ok = readDay(value)
			return ok
		}}
	}
	return []column{
		{name: "owner", heads: []string{"ownerid", "owner", "leadowner", "contactowner", "accountowner", "companyowner", "ownername"},
			text: func(r *identity.Record) *string { return &r.Owner }},
		{name: "customer", heads: []string{"customer", "iscustomer"}, write: "yes or no", fact: readCustomer},
		count("contacts", []string{"contacts", "numberofcontacts", "contactcount"}, func(r *identity.Record) *handoff.Opt[int64] { return &r.Contacts }),
		count("leads", []string{"leads", "numberofleads", "leadcount"}, func(r *identity.Record) *handoff.Opt[int64] { return &r.Leads }),
		count("open_opportunities", []string{"openopportunities", "numberofopenopportunities", "opendeals", "numberofopendeals"},
			func(r *identity.Record) *handoff.Opt[int64] { return &r.Opportunities }),
		day("created", []string{"createddate", "createdate", "created", "createdat", "createdon", "createdtime"}, func(r *identity.Record) *time.Time { return &r.Created }),
		day("last_activity", []string{"lastactivity", "lastactivitydate", "lastmodified", "lastmodifieddate", "modifiedon", "modifiedtime", "updatedat"},
			func(r *identity.Record) *time.Time { return &r.Active }),
	}
}

func readCustomer(r *identity.Record, value string) bool {
	switch strings.ToLower(value) {
	case "yes", "y", "true", "1":
		r.Customer = handoff.Some(true)
	case "no", "n", "false", "0":
		r.Customer = handoff.Some(false)
	default:
		return false
	}
	return true
}

// readDay reads a date, with or without a time; where the zone is left out it is UTC.
func readDay(value string) (time.Time, bool) {
	for _, layout := range []string{time.DateOnly, time.DateTime, "2006-01-02 15:04", time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, value); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
