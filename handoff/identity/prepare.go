package identity

import (
	"cmp"
	"slices"
	"time"

	"github.com/salesbaton/baton/handoff"
)

// A Prepared is a normalised Record: what matching goes by, and nothing else of it. It is personal, as the Record is.
type Prepared struct {
	Ref     handoff.Ref
	Account string // of a contact
	Parent  string // of an account

	first, last    string
	mails          []mailbox
	phones         []string // +E.164 where that is known, else national digits
	born           string   // 19710624
	company        CompanyName
	number         string
	domains        []string // registrable, of business addresses and websites
	contactDomains []string
	house, street  string
	unit           string
	city           string
	postalCode     string
	state, country string
	ties           ties
}

// ties are what breaks ties.
type ties struct {
	owned, customer                bool
	contacts, leads, opportunities handoff.Opt[int64]
	created, active                time.Time
}

// A mailbox is a normalised address.
type mailbox struct {
	key           string // canonical, local@domain
	local, domain string // folded; registrable, "" where it says nothing of the company
	shared        bool   // a role's
}

// Prepare normalises a record. What it cannot read, and what is a placeholder, is unknown.
func (m *Matcher) Prepare(r Record) Prepared {
	p := Prepared{Ref: r.Ref, Account: r.Account, Parent: r.Parent,
		ties: ties{r.Owner != "", isTrue(r.Customer), r.Contacts, r.Leads, r.Opportunities, r.Created, r.Active}}
	p.country = Country(r.Country)
	p.state = cmp.Or(State(p.country, r.State), known(r.State))
	p.names(r)
	p.mails = m.mailboxes(r.Emails)
	p.phones = m.phones(r.Phones, p.country)
	p.born = dateDigits(r.Born)
	p.company = companyOf(r.Company)
	p.number = alphanumeric(r.Number)
	p.domains = m.domains(r.Domains, p.mails)
	p.contactDomains = m.domains(r.ContactDomains, nil)
	p.place(r)
	return p
}

func isTrue(b handoff.Opt[bool]) bool { return b.Known && b.Value }

// companyOf reads the name of a company, or nothing where it is a placeholder.
func companyOf(name string) CompanyName {
	if name == "" {
		return CompanyName{}
	}
	var buf [64]byte
	if placeholderCompany(appendFold(buf[:0], name)) {
		return CompanyName{}
	}
	c := ParseCompany(name)
	if c.Form != "" && placeholderBase(c.Base) {
		return CompanyName{}
	}
	return c
}

// names sets both names. A whole name in one of the fields is taken apart.
func (p *Prepared) names(r Record) {
	first, last := knownName(r.FirstName), knownName(r.LastName)
	if first == "" || last == "" {
		first, last = SplitName(first + last)
		first, last = knownName(first), knownName(last)
	}
	p.first, p.last = FirstName(first), LastName(last)
}

// knownName returns a person's name as it is, or "" for a placeholder.
func knownName(s string) string {
	if s == "" {
		return ""
	}
	var buf [64]byte
	if placeholderName(s, appendFold(buf[:0], s)) {
		return ""
	}
	return s
}

func (p *Prepared) place(r Record) {
	house, street := StreetParts(r.Street)
	if r.House != "" {
		house = Fold(r.House)
	}
	p.house, p.street = house, street
	p.unit, p.city = known(r.Unit), known(r.City)
	p.postalCode = PostalCode(p.country, r.PostalCode)
}

// known returns a folded text, or "" for a placeholder.
func known(s string) string {
	if s == "" {
		return ""
	}
	var buf [64]byte
	folded := appendFold(buf[:0], s)
	if standsForNothing(folded) {
		return ""
	}
	return string(folded)
}

func (m *Matcher) mailboxes(addresses []string) (out []mailbox) {
	for _, s := range addresses {
		a, err := ParseAddress(s)
		if err != nil || m.config.Disposable.hasASCII(a.Domain) {
			continue
		}
		domain := ""
		if !m.config.FreeMail.hasASCII(a.Domain) {
			domain = registrable(a.Domain)
		}
		out = append(out, mailbox{m.config.Mailboxes.Canonical(a), Fold(a.Local), domain, Role(a.Local)})
	}
	return out
}

func (m *Matcher) phones(numbers []string, country string) (out []string) {
	for _, s := range numbers {
		n := ""
		if m.config.Phones != nil {
			n, _ = m.config.Phones.E164(s, country)
		} else {
			n = Phone(s, country)
		}
		if n == "" {
			n = Digits(s)
		}
		if len(n) >= minPhone && !placeholderPhone(n) && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// domains returns the registrable domains of websites, and of addresses where those are a company's. One at which
// anybody gets a mailbox is nobody's.
func (m *Matcher) domains(urls []string, mails []mailbox) (out []string) {
	add := func(domain string) {
		if domain != "" && !slices.Contains(out, domain) {
			out = append(out, domain)
		}
	}
	for _, u := range urls {
		if host := Host(u); !m.config.FreeMail.hasASCII(host) && !m.config.Disposable.hasASCII(host) {
			add(registrable(host))
		}
	}
	for i := range mails {
		add(mails[i].domain)
	}
	return out
}

// dateDigits returns the digits of a date, year first: eight, or "" where it is none or a placeholder.
func dateDigits(s string) string {
	d := Digits(s)
	if len(d) != 8 || placeholderBirthday(d) {
		return ""
	}
	return d
}

// alphanumeric returns the letters and digits of a number that a register gave.
func alphanumeric(s string) string { return withoutSpaces(known(s)) }
