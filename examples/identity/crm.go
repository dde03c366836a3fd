package main

import (
	"slices"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/identity"
)

// A crm stands for the host's database: records, and the keys under which others find them.
type crm struct {
	matcher  *identity.Matcher
	records  []identity.Prepared
	byKey    map[identity.Key][]identity.Prepared
	byRef    map[handoff.Ref]identity.Prepared
	accounts map[string]handoff.Account
}

func newCRM(m *identity.Matcher) *crm {
	c := &crm{matcher: m, byKey: map[identity.Key][]identity.Prepared{}, byRef: map[handoff.Ref]identity.Prepared{}, accounts: map[string]handoff.Account{}}
	for _, a := range accounts() {
		c.accounts[a.ID] = a.Account
		c.store(a.record())
	}
	for _, p := range people() {
		c.store(identity.FromLead(p.Lead))
	}
	c.store(identity.FromLead(contact()))
	return c
}

// store keeps a record under its keys.
func (c *crm) store(r identity.Record) {
	p := c.matcher.Prepare(r)
	c.records, c.byRef[p.Ref] = append(c.records, p), p
	for _, k := range c.matcher.Stored(p) {
		c.byKey[k] = append(c.byKey[k], p)
	}
}

func (c *crm) prepare(l handoff.Lead) identity.Prepared {
	return c.matcher.Prepare(identity.FromLead(l))
}

// match says whose a lead is: it looks up what the matcher asks for, and has weighed whom it finds.
func (c *crm) match(l handoff.Lead) handoff.Match {
	lead := c.prepare(l)
	var found []identity.Prepared
	for _, k := range c.matcher.Keys(lead) {
		found = append(found, c.byKey[k]...)
	}
	for _, p := range found {
		if of, known := c.byRef[handoff.Ref{Kind: handoff.KindAccount, ID: p.Account}]; known { // a contact's
			found = append(found, of)
		}
	}
	return c.matcher.Match(lead, found)
}

// request is about a lead and the account that it was matched to, without triggers.
func (c *crm) request(l handoff.Lead) handoff.Request {
	r := handoff.Request{Subject: l.Ref(), Lead: l, Match: c.match(l), Opportunities: []handoff.Opportunity{}}
	if taken := r.Match.Account; taken.Verdict == handoff.Matched {
		r.Account = c.accounts[taken.ID]
	}
	return r
}

// confirmed is the request after somebody has looked, and said which account it is. The evidence stays as it was.
func (c *crm) confirmed(r handoff.Request, account, by string) handoff.Request {
	r.Account = c.accounts[account]
	r.Match = r.Match.Confirmed(r.Account, by)
	return r
}

// An account is one with what breaks ties.
type account struct {
	handoff.Account
	deals   int64
	created time.Time
}

func (a account) record() identity.Record {
	r := identity.FromAccount(a.Account)
	r.Opportunities, r.Created = handoff.Some(a.deals), a.created
	return r
}

func accounts() []account {
	year := func(n int) time.Time { return time.Date(n, 1, 15, 9, 0, 0, 0, time.UTC) }
	return []account{
		{handoff.Account{ID: "acme-uk", Name: "ACME Limited", Domain: "acme.co.uk", Parent: "acme-group", Owner: "ida", Country: "GB"}, 1, year(2019)},
		{handoff.Account{ID: "acme-group", Name: "Acme Holdings", Domain: "acme-holdings.example", Owner: "kim", Country: "US"}, 0, year(2018)},
		{handoff.Account{ID: "sole", Name: "Sole & Sons", Domain: "gmail.com", Owner: "kim", Country: "GB"}, 0, year(2021)}, // somebody typed that
		{handoff.Account{ID: "corvus", Name: "Corvus Tarn plc", Domain: "corvustarn.example", Owner: "kim", Country: "GB", PostalCode: "CA11 0XR"}, 2, year(2017)},
		{handoff.Account{ID: "kestrel-1", Name: "Kestrel Foods", Domain: "kestrel.example", Owner: "kim", Country: "GB"}, 1, year(2016)},
		{handoff.Account{ID: "kestrel-2", Name: "Kestrel Foods", Domain: "kestrel.example", Owner: "kim", Country: "GB"}, 2, year(2022)},
		{handoff.Account{ID: "kestrel-3", Name: "Kestrel Foods", Domain: "kestrel.example", Owner: "ida", Country: "GB"}, 2, year(2020)},
	}
}

// contact is somebody whose company is known.
func contact() handoff.Lead {
	return handoff.Lead{ID: "eve", Account: "acme-uk", Country: "GB", Person: handoff.Person{FirstName: "Eve", LastName: "Moor", Email: "evemoor@gmail.com"}}
}

// A person is a lead with what a merge goes by.
type person struct {
	handoff.Lead
	stage   string
	source  string
	created time.Time
	changed time.Time
}

// snapshot returns the lead as it is before a merge, with what the engine knows beside the CRM.
func (p person) snapshot(known []handoff.Consent) identity.Snapshot {
	values := map[string]identity.Held{}
	for name, text := range map[string]string{
		"email": p.Person.Email, "phone": p.Person.Phone, "title": p.Person.Title, identity.StageField: p.stage, identity.OwnerField: p.Owner,
	} {
		if text != "" { // a blank with a time would say that somebody cleared it then
			values[name] = identity.Held{Value: handoff.StringValue(text), Set: p.changed}
		}
	}
	return identity.Snapshot{Ref: p.Ref(), Source: p.source, Created: p.created, Consent: slices.Concat(p.Consent, known), Flags: p.Flags, Values: values}
}

// with returns the lead as a merge, or its taking back, leaves it.
func (p person) with(s identity.Snapshot) handoff.Lead {
	text := func(name string) string { return s.Values[name].Value.Text() }
	l := p.Lead
	l.Owner, l.Flags, l.Consent = text(identity.OwnerField), s.Flags, s.Consent
	l.Person.Email, l.Person.Phone, l.Person.Title = text("email"), text("phone"), text("title")
	return l
}

func people() []person {
	fair := handoff.Lead{ID: "rob-fair", Owner: "lee", Country: "GB", Flags: []handoff.Flag{},
		Person: handoff.Person{FirstName: "Robert", LastName: "Vane", Email: "robert.vane@quill.example", Phone: "+44 20 7946 0123", Title: "Buyer"}}
	form := handoff.Lead{ID: "bob-form", Country: "GB", Flags: []handoff.Flag{},
		Consent: []handoff.Consent{{Channel: handoff.ChannelEmail, Status: handoff.ConsentGranted, At: on(1, 9, 0), Source: "form"}},
		Person:  handoff.Person{FirstName: "Bob", LastName: "Vane", Email: "bob@quill.example", Phone: "020 7946 0123", Title: "Head of Buying"}}
	return []person{
		{fair, "new", "trade fair", time.Date(2025, 10, 6, 9, 0, 0, 0, time.UTC), time.Date(2025, 10, 6, 9, 0, 0, 0, time.UTC)},
		{form, "contacted", "form", on(1, 9, 0), on(1, 9, 0)},
	}
}
