package identity

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

func standard(t testing.TB, change ...func(*Config)) *Matcher {
	t.Helper()
	c, _ := Profile(ProfileStandard)
	for _, f := range change {
		f(&c)
	}
	m, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func leadRef(id string) handoff.Ref    { return handoff.Ref{Kind: handoff.KindLead, ID: id} }
func accountRef(id string) handoff.Ref { return handoff.Ref{Kind: handoff.KindAccount, ID: id} }

func company(id, name, domain string, more ...func(*Record)) Record {
	r := Record{Ref: accountRef(id), Company: name, Domains: some(domain)}
	for _, f := range more {
		f(&r)
	}
	return r
}

func contact(id, account, email string) Record {
	return Record{Ref: leadRef(id), Account: account, Emails: some(email)}
}

func (m *Matcher) matchAll(lead Record, candidates []Record) handoff.Match {
	var prepared []Prepared
	for _, c := range candidates {
		prepared = append(prepared, m.Prepare(c))
	}
	return m.Match(m.Prepare(lead), prepared)
}

func at(country string) func(*Record) { return func(r *Record) { r.Country = country } }

func TestMatch_Accounts(t *testing.T) {
	acme := company("acme", "Acme Inc.", "https://www.acme.com/about")
	for _, tt := range []struct {
		name, reason string
		lead         Record
		accounts     []Record
		want         handoff.MatchVerdict
		id           string
	}{
		{"domain", "a company's domain decides alone", Record{Emails: some("ann@acme.com")}, []Record{acme}, handoff.Matched, "acme"},
		{"subdomain", "what follows the registrable domain is the company's own", Record{Emails: some("ann@eu.mail.acme.com")}, []Record{acme}, handoff.Matched, "acme"},
		{"website", "a lead's website is a domain too", Record{Emails: some("ann@gmail.com"), Domains: some("acme.com")}, []Record{acme}, handoff.Matched, "acme"},
		{"alias domain", "an account owns each of its domains", Record{Emails: some("ann@acme.dev")},
			[]Record{company("acme", "Acme", "acme.com", func(r *Record) { r.Domains = append(r.Domains, "acme.dev") })}, handoff.Matched, "acme"},
		{"country domain", "acme.co.uk can be another company", Record{Emails: some("ann@acme.co.uk")}, []Record{acme}, handoff.ToReview, "acme"},
		{"country domain and name", "both speak for it", Record{Emails: some("ann@acme.co.uk"), Company: "ACME"}, []Record{acme}, handoff.Matched, "acme"},
		{"domain of contacts", "colleagues are there", Record{Emails: some("ann@acme-labs.dev")},
			[]Record{company("acme", "Acme", "acme.com", func(r *Record) { r.ContactDomains = some("acme-labs.dev") })}, handoff.ToReview, "acme"},
		{"free mail", "a provider's domain is nobody's", Record{Emails: some("ann@gmail.com")}, []Record{company("g", "Gmail Fan Club", "gmail.com")}, handoff.NotMatched, ""},
		{"free mail with the company's full name", "the name decides", Record{Emails: some("ann@gmail.com"), Company: "Acme Inc"}, []Record{acme}, handoff.Matched, "acme"},
		{"name without its legal form", "there can be an Acme GmbH", Record{Company: "Acme"}, []Record{acme}, handoff.ToReview, "acme"},
		{"name without its legal form, and a phone", "two speak for it", Record{Company: "Acme", Phones: some("+1 415 555 0100")},
			[]Record{company("acme", "Acme Inc.", "acme.com", func(r *Record) { r.Phones = some("(415) 555-0100"); r.Country = "US" })}, handoff.Matched, "acme"},
		{"another legal form", "the group has several companies", Record{Company: "Acme GmbH"}, []Record{acme}, handoff.ToReview, "acme"},
		{"another legal form at the same domain", "not even then", Record{Company: "Acme GmbH", Emails: some("ann@acme.com")}, []Record{acme}, handoff.ToReview, "acme"},
		{"close name", "a slip is no proof", Record{Company: "Contosso Pharmaceuticals"}, []Record{company("c", "Contoso Pharmaceuticals", "contoso.com")}, handoff.ToReview, "c"},
		{"close name and postal code", "two speak for it", Record{Company: "Contosso Pharmaceuticals", PostalCode: "98052", Country: "US"},
			[]Record{company("c", "Contoso Pharmaceuticals", "contoso.com", at("US"), func(r *Record) { r.PostalCode = "98052-6399" })}, handoff.Matched, "c"},
		{"domain against name", "they contradict each other", Record{Company: "Globex Corporation", Emails: some("ann@acme.com")}, []Record{acme}, handoff.ToReview, "acme"},
		{"name of one and domain of another", "what the address says counts more, but not for certain", Record{Company: "Globex", Emails: some("ann@acme.com")},
			[]Record{acme, company("globex", "Globex", "globex.com")}, handoff.ToReview, "acme"},
		{"another company", "nothing speaks for it", Record{Company: "Initech", Emails: some("ann@initech.com")}, []Record{acme}, handoff.NotMatched, ""},
		{"only the address", "companies share houses", Record{Company: "n/a", Street: "1 Main St", City: "Springfield", PostalCode: "62701", State: "IL", Country: "US"},
			[]Record{company("acme", "Acme", "acme.com", at("US"), func(r *Record) {
				r.Street, r.City, r.PostalCode, r.State = "1 Main Street", "Springfield", "62701", "Illinois"
			})}, handoff.ToReview, "acme"},
		{"placeholder", "what was typed for nothing is unknown", Record{Company: "test"}, []Record{company("t", "Test", "")}, handoff.NotMatched, ""},
		{"nobody", "there is no candidate", Record{Company: "Acme"}, nil, handoff.NotMatched, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.lead.Ref = leadRef("L1")
			got := standard(t).matchAll(tt.lead, tt.accounts).Account
			if got.Verdict != tt.want || got.ID != tt.id {
				t.Errorf("%s: got %s %q (%s), want %s %q", tt.reason, got.Verdict, got.ID, got.Why, tt.want, tt.id)
			}
		})
	}
}

func TestMatch_Contacts(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		lead         Record
		candidates   []Record
		contact      handoff.MatchVerdict
		account      string
	}{
		{"the same address", "its contact is the lead, and its account the lead's", Record{Emails: some("Ann@Acme.com")},
			[]Record{contact("C1", "A1", "ann@acme.com"), company("A1", "Acme", "")}, handoff.Matched, "A1"},
		{"the same private address", "an address is a person's own, also a free one", Record{Emails: some("ann.lee@gmail.com")},
			[]Record{contact("C1", "A1", "annlee+work@googlemail.com"), company("A1", "Acme", "acme.com")}, handoff.Matched, "A1"},
		{"an account that was not loaded", "the contact names it", Record{Emails: some("ann@acme.com")},
			[]Record{contact("C1", "A9", "ann@acme.com")}, handoff.Matched, "A9"},
		{"a role's address", "several people read it", Record{Emails: some("info@acme.com")}, []Record{contact("C1", "A1", "info@acme.com")}, handoff.ToReview, ""},
		{"another person of the company", "colleagues are not one", Record{FirstName: "Ann", LastName: "Lee", Emails: some("ann@acme.com")},
			[]Record{{Ref: leadRef("C1"), FirstName: "Bob", LastName: "Ray", Emails: some("bob@acme.com")}}, handoff.NotMatched, ""},
		{"itself", "a lead is not its own duplicate", Record{Ref: leadRef("L1"), Emails: some("ann@acme.com")}, []Record{contact("L1", "A1", "ann@acme.com")}, handoff.NotMatched, ""},
		{"part of a name", "names that are much alike are for somebody to look at", Record{FirstName: "Asa", LastName: "Depape"}, []Record{{Ref: leadRef("C1"), FirstName: "casa", LastName: "depapel"}}, handoff.ToReview, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.lead.Ref.IsZero() {
				tt.lead.Ref = leadRef("L0")
			}
			got := standard(t).matchAll(tt.lead, tt.candidates)
			if got.Contact.Verdict != tt.contact || got.Account.ID != tt.account {
				t.Errorf("%s: got contact %+v, account %+v", tt.reason, got.Contact, got.Account)
			}
		})
	}
}

func TestMatch_TieBreaks(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	count := handoff.Some[int64]
	for _, tt := range []struct {
		chain []TieBreak
		a, b  func(*Record) // b wins
	}{
		{[]TieBreak{TieCustomer}, func(r *Record) { r.Customer = handoff.Some(false) }, func(r *Record) { r.Customer = handoff.Some(true) }},
		{[]TieBreak{TieOwned}, nil, func(r *Record) { r.Owner = "kim" }},
		{[]TieBreak{TieMostContacts}, func(r *Record) { r.Contacts = count(3) }, func(r *Record) { r.Contacts = count(4) }},
		{[]TieBreak{TieMostContacts}, nil, func(r *Record) { r.Contacts = count(0) }},
		{[]TieBreak{TieFewestContacts}, func(r *Record) { r.Contacts = count(4) }, func(r *Record) { r.Contacts = count(3) }},
		{[]TieBreak{TieFewestContacts}, nil, func(r *Record) { r.Contacts = count(9) }},
		{[]TieBreak{TieMostLeads}, func(r *Record) { r.Leads = count(1) }, func(r *Record) { r.Leads = count(2) }},
		{[]TieBreak{TieFewestLeads}, func(r *Record) { r.Leads = count(2) }, func(r *Record) { r.Leads = count(1) }},
		{[]TieBreak{TieMostOpportunities}, func(r *Record) { r.Opportunities = count(0) }, func(r *Record) { r.Opportunities = count(1) }},
		{[]TieBreak{TieFewestOpportunities}, func(r *Record) { r.Opportunities = count(1) }, func(r *Record) { r.Opportunities = count(0) }},
		{[]TieBreak{TieOldest}, func(r *Record) { r.Created = day(2) }, func(r *Record) { r.Created = day(1) }},
		{[]TieBreak{TieOldest}, nil, func(r *Record) { r.Created = day(9) }},
		{[]TieBreak{TieNewest}, func(r *Record) { r.Created = day(1) }, func(r *Record) { r.Created = day(2) }},
		{[]TieBreak{TieLatestActivity}, func(r *Record) { r.Active = day(1) }, func(r *Record) { r.Active = day(2) }},
		{[]TieBreak{TieParent}, func(r *Record) { r.Parent = "b" }, nil},
		{[]TieBreak{TieChild}, nil, func(r *Record) { r.Parent = "a" }},
		{[]TieBreak{TieOwned, TieOldest}, func(r *Record) { r.Created = day(2) }, func(r *Record) { r.Created = day(1) }},
	} {
		t.Run(string(tt.chain[len(tt.chain)-1]), func(t *testing.T) {
			m := standard(t, func(c *Config) { c.Accounts.TieBreaks = tt.chain })
			a, b := company("a", "Acme", "acme.com"), company("b", "Acme", "acme.com")
			for _, x := range []struct {
				r *Record
				f func(*Record)
			}{{&a, tt.a}, {&b, tt.b}} {
				if x.f != nil {
					x.f(x.r)
				}
			}
			lead := Record{Ref: leadRef("L1"), Emails: some("ann@acme.com")}
			got := m.matchAll(lead, []Record{a, b})
			if again := m.matchAll(lead, []Record{b, a}); !cmp.Equal(again, got) {
				t.Errorf("the order of the candidates matters: %s", cmp.Diff(got, again))
			}
			if got.Account.ID != "b" {
				t.Errorf("%s wins: %s", got.Account.ID, got.Account.Why)
			}
		})
	}
}

func TestMatch_TieIsReviewedWhereTheChainSaysSo(t *testing.T) {
	m := standard(t, func(c *Config) { c.Accounts.TieBreaks = []TieBreak{TieOwned, TieReview} })
	twins := []Record{company("b", "Acme", "acme.com"), company("a", "Acme", "acme.com")}
	lead := Record{Ref: leadRef("L1"), Emails: some("ann@acme.com")}
	if got := m.matchAll(lead, twins).Account; got.Verdict != handoff.ToReview || got.ID != "a" {
		t.Errorf("equal accounts: %+v", got)
	}
	twins[0].Owner = "kim"
	if got := m.matchAll(lead, twins).Account; got.Verdict != handoff.Matched || got.ID != "b" {
		t.Errorf("one has an owner: %+v", got)
	}
}

func TestMatch_TiedContactsOfTwoAccounts(t *testing.T) {
	lead := Record{Ref: leadRef("L1"), Emails: some("ann@acme.com")}
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	for _, tt := range []struct {
		name, reason string
		chain        []TieBreak
		active       int // day of the second's
		accounts     bool
		second       string // its account
		contact      handoff.MatchVerdict
		account      string
	}{
		{"left to a review", "who decides on the contact decides on the account", []TieBreak{TieReview}, 0, true, "A2", handoff.ToReview, ""},
		{"left to a review, not loaded", "nor does a contact name it then", []TieBreak{TieReview}, 0, false, "A2", handoff.ToReview, ""},
		{"by the id", "an id says nothing of accounts", nil, 0, true, "A2", handoff.Matched, ""},
		{"by the id, not loaded", "an id says nothing of accounts", nil, 0, false, "A2", handoff.Matched, ""},
		{"by the id, of one account", "it is the same for both", nil, 0, true, "A1", handoff.Matched, "A1"},
		{"by the chain", "the team wants it so", []TieBreak{TieLatestActivity}, 2, true, "A2", handoff.Matched, "A2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := standard(t, func(c *Config) { c.People.TieBreaks = tt.chain })
			c, d := contact("c", "A1", "ann@acme.com"), contact("d", tt.second, "ann@acme.com")
			if tt.active > 0 {
				d.Active = day(tt.active)
			}
			candidates := []Record{c, d}
			if tt.accounts {
				candidates = append(candidates, company("A1", "Acme", ""), company("A2", "Globex", ""))
			}
			got := m.matchAll(lead, candidates)
			if got.Contact.Verdict != tt.contact || got.Account.ID != tt.account {
				t.Errorf("%s: contact %+v, account %+v", tt.reason, got.Contact, got.Account)
			}
			for _, x := range got.Candidates {
				if strings.Contains(x.Why, "by review") {
					t.Errorf("%q is no sentence", x.Why)
				}
			}
		})
	}
}

func TestMatch_Twins(t *testing.T) {
	inc, gmbh := company("inc", "Acme Inc.", "acme.com", at("US")), company("gmbh", "Acme GmbH", "acme.com", at("DE"))
	mail := Record{Ref: leadRef("L1"), Emails: some("ann@acme.com")}
	with := func(name, country string) Record { r := mail; r.Company, r.Country = name, country; return r }
	for _, tt := range []struct {
		name, reason string
		lead         Record
		more         []Record
		want         handoff.MatchVerdict
		id           string
	}{
		{"by the domain", "nothing tells which of them", mail, nil, handoff.ToReview, "gmbh"},
		{"a name without a form", "it is both's name", with("Acme", ""), nil, handoff.ToReview, "gmbh"},
		{"a name without a form, and a country", "who is there can buy for the other", with("Acme", "US"), nil, handoff.ToReview, "inc"},
		{"a name with a form", "it says which", with("Acme GmbH", ""), nil, handoff.Matched, "gmbh"},
		{"a contact", "it says which", mail, []Record{contact("C1", "inc", "ann@acme.com")}, handoff.Matched, "inc"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := standard(t).matchAll(tt.lead, append([]Record{inc, gmbh}, tt.more...)).Account
			if got.Verdict != tt.want || got.ID != tt.id {
				t.Errorf("%s: %+v", tt.reason, got)
			}
		})
	}
}

func TestMatch_OneRefWithTwoContents(t *testing.T) {
	m := standard(t)
	lead := m.Prepare(Record{Ref: leadRef("L1"), Emails: some("ann@acme.com"), Company: "Acme"})
	var list []Prepared
	for _, r := range []Record{company("a", "Acme", "acme.com"), company("a", "Globex", "acme.com"), company("a", "Initech", ""), company("b", "Acme", "acme.dev"),
		company("a", "Acme", "acme.com", func(r *Record) { r.Parent = "b" }), contact("c", "a", "ann@acme.com"), contact("c", "b", "ann@acme.com")} {
		list = append(list, m.Prepare(r))
	}
	want := m.Match(lead, list)
	if len(want.Candidates) != 3 || want.Account.ID != "a" || want.Parent != "" {
		t.Errorf("got %+v", want)
	}
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 50 {
		rnd.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		if got := m.Match(lead, list); !cmp.Equal(got, want) {
			t.Fatalf("another order gives another match: %s", cmp.Diff(want, got))
		}
	}
}

func TestLaw01_MatchDoesNotDependOnTheOrderOfCandidates(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	m := standard(t)
	pick := func(list ...string) string { return list[rnd.IntN(len(list))] }
	for range 300 {
		var candidates []Prepared
		for i := range rnd.IntN(12) {
			r := company(string(rune('a'+i)), pick("Acme", "Acme Inc", "Acme GmbH", "Globex", ""), pick("acme.com", "acme.de", "globex.com", ""), at(pick("US", "DE", "")))
			if rnd.IntN(3) == 0 {
				r = Record{Ref: leadRef(string(rune('a' + i))), Account: pick("a", "b", ""), FirstName: pick("Ann", ""), LastName: "Lee", Emails: some(pick("ann@acme.com", "info@acme.com", ""))}
			}
			r.Created = time.Unix(int64(rnd.IntN(2)), 0)
			candidates = append(candidates, m.Prepare(r))
		}
		lead := m.Prepare(Record{Ref: leadRef("L1"), FirstName: "Ann", LastName: "Lee", Company: pick("Acme", "Acme Inc"), Emails: some(pick("ann@acme.com", "ann@gmail.com"))})
		want := m.Match(lead, candidates)
		shuffled := slices.Clone(candidates)
		rnd.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if got := m.Match(lead, append(shuffled, candidates...)); !cmp.Equal(got, want) {
			t.Fatalf("another order, or a repetition, gives another match: %s", cmp.Diff(want, got))
		}
	}
}
