package identity

import (
	"fmt"
	"slices"
	"testing"

	"github.com/salesbaton/baton/handoff"
)

// alikeButName makes a record agree with another on all that a company has.
func alikeButName(r *Record) {
	r.Domains, r.Phones, r.Number = some("riotinto.com"), some("+44 20 7781 2000"), "00719885"
	r.Street, r.City, r.PostalCode, r.Country = "6 St James's Square", "London", "SW1Y 4AD", "GB"
}

// bothWays returns what is said of a lead and an account, and of two accounts.
func (m *Matcher) bothWays(a, b Record) (lead, pair handoff.MatchVerdict) {
	a.Ref, b.Ref = leadRef("L1"), accountRef("B")
	lead = m.matchAll(a, []Record{b}).Account.Verdict
	a.Ref = accountRef("A")
	return lead, m.Weigh(m.Prepare(a), m.Prepare(b), 0).Verdict
}

func TestMatch_OtherFormIsNoMatch(t *testing.T) {
	loose := standard(t, func(c *Config) {
		for _, m := range []*Model{&c.Accounts, &c.Companies} {
			m.Apart, m.Alone, m.Common, m.Match, m.Review = nil, nil, nil, 0, -100*bit
		}
	})
	unweighed := standard(t, func(c *Config) {
		for _, m := range []*Model{&c.Accounts, &c.Companies} {
			m.Weights = []Weight{{FieldDomain, Exact, 20 * bit}}
			m.Alone = nil
		}
	})
	for _, tt := range []struct{ reason, a, b string }{
		{"the same name", "Rio Tinto Ltd", "Rio Tinto plc"},
		{"spaces", "RioTinto Ltd", "Rio Tinto plc"},
		{"a slip in a short word", "Rio Tnto Ltd", "Rio Tinto plc"},
		{"a slip in a long word", "Schlumberger Ltd", "Schlumbergr NV"},
		{"the order of the words", "Rio Tinto Group Ltd", "Group Rio Tinto plc"},
		{"a part", "Rio Tinto Ltd", "Rio Tinto (UK) plc"},
		{"a country behind the form", "Rio Tinto Limited UK", "Rio Tinto plc UK"},
		{"the first letters", "IBM Inc", "International Business Machines GmbH"},
		{"a short name", "BP plc", "BP Oil GmbH"},
		{"an umlaut", "Söhne GmbH", "Soehne AG"},
		{"another body", "Mozilla Foundation", "Mozilla Corp"},
		{"two bodies", "Wellcome Trust", "Wellcome Foundation"},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			for i, m := range []*Matcher{standard(t), loose, unweighed} {
				lead, pair := m.bothWays(company("", tt.a, "", alikeButName), company("", tt.b, "", alikeButName))
				if lead != handoff.ToReview || pair != handoff.ToReview {
					t.Errorf("matcher %d: the lead is %s, the pair %s; want reviews", i, lead, pair)
				}
			}
		})
	}
	for _, tt := range []struct{ reason, a, b string }{
		{"one spelling", "Foo A/S", "Foo AS"},
		{"a form that one lacks", "Foo", "Foo AS"},
		{"a body that is in the name", "Northern Trust", "Northern Trust Corp"},
	} {
		t.Run(tt.reason, func(t *testing.T) {
			lead, pair := standard(t).bothWays(company("", tt.a, "", alikeButName), company("", tt.b, "", alikeButName))
			if lead != handoff.Matched || pair != handoff.Matched {
				t.Errorf("the lead is %s, the pair %s; want matches", lead, pair)
			}
		})
	}
}

func TestMatch_OtherFormOfAnotherNameIsNoCap(t *testing.T) {
	m := standard(t)
	if lead, pair := m.bothWays(company("", "Zeta Ltd", "", alikeButName), company("", "Quux plc", "", alikeButName)); lead != handoff.Matched || pair != handoff.ToReview {
		t.Errorf("the lead, of the account's domain and number, is %s, and the pair %s", lead, pair)
	}
}

func TestMatch_OtherFormSaysWhy(t *testing.T) {
	m := standard(t)
	got := m.matchAll(Record{Ref: leadRef("L1"), Company: "Rio Tinto Ltd", Domains: some("riotinto.com")}, []Record{company("A", "Rio Tinto plc", "riotinto.com")})
	if want := "no more than a review where the legal forms of one name differ"; got.Candidates[0].Why != want {
		t.Errorf("it is told %q, want %q", got.Candidates[0].Why, want)
	}
}

func TestTwins(t *testing.T) {
	m := standard(t)
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"Unilever plc", "Unilever NV", true},
		{"Unilever plc", "Unilever", true},
		{"Unilever plc", "Unilever PLC", false},
		{"Unilever plc", "Unilever Foods NV", false},
		{"", "", false},
	} {
		a, b := m.Prepare(company("A", tt.a, "")), m.Prepare(company("B", tt.b, ""))
		if got := twins(&a, &b); got != tt.want || twins(&b, &a) != tt.want {
			t.Errorf("%q and %q are twins: %t", tt.a, tt.b, got)
		}
	}
}

// TestFigures_LegalFormsWithAllElseEqual holds that no other evidence makes one company of two with different legal forms.
func TestFigures_LegalFormsWithAllElseEqual(t *testing.T) {
	m := standard(t)
	both, pairs := 0, 0
	rows := figuresRows(t, ';', false, "sec_company_names", "companies.csv")
	for i, row := range rows {
		for _, other := range rows[:i] {
			x, y := ParseCompany(row[0]), ParseCompany(other[0])
			if x.Base == "" || x.Base != y.Base || x.Form == y.Form {
				continue
			}
			pairs++
			lead, pair := m.bothWays(company("", row[0], "", alikeButName), company("", other[0], "", alikeButName))
			t.Logf("%s | %s: the lead is %s, the pair %s", row[0], other[0], lead, pair)
			if x.Form == "" || y.Form == "" {
				continue
			}
			both++
			if lead == handoff.Matched || pair == handoff.Matched {
				t.Errorf("%s: want reviews", fmt.Sprint(row[0], " | ", other[0]))
			}
		}
	}
	t.Logf("sec_company_names: %d pairs are equal but for the legal form, %d of them with one on either side", pairs, both)
	if both < 3 {
		t.Errorf("%d pairs have different forms, want 3 at least", both)
	}
}

// sharedHouse makes a record agree with another on where a company is.
func sharedHouse(r *Record) {
	r.Street, r.City, r.PostalCode, r.Country = "Taunusanlage 12", "Frankfurt", "60325", "DE"
}

func ofDomain(r *Record) { r.Domains = some("acme.com") }

func ofPhone(r *Record) { r.Phones = some("+49 69 9100000") }

func TestMatch_NearNames(t *testing.T) {
	m := standard(t)
	for _, names := range [][2]string{
		{"Deutsche Bank", "Deutsche Bahn"},
		{"Bank of China", "Bank of Chile"},
		{"Alpha Fund II", "Alpha Fund III"},
		{"Alpha Fund 2", "Alpha Fund 3"},
		{"Barclays Bank plc", "Barclays plc"},
		{"Quebecor", "Quebecor World"},
		{"Tetu C B.V.", "Tetu Nederland C B.V."},
		{"Matanga", "Matanga Holding"},
		{"International Business Machines", "IBM"},
		{"Zeta Ltd", "Quux Ltd"},
	} {
		for _, tt := range []struct {
			reason     string
			with       []func(*Record)
			lead, pair bool // can be a match
		}{
			{"a house", []func(*Record){sharedHouse}, false, false},
			{"a switchboard", []func(*Record){sharedHouse, ofPhone}, false, false},
			{"a domain decides for a lead", []func(*Record){ofDomain}, true, false},
			{"two accounts of one group", []func(*Record){sharedHouse, ofPhone, ofDomain}, true, false},
		} {
			lead, pair := m.bothWays(company("", names[0], "", tt.with...), company("", names[1], "", tt.with...))
			if lead == handoff.Matched && !tt.lead || pair == handoff.Matched && !tt.pair {
				t.Errorf("%s | %s, %s: the lead is %s, the pair %s", names[0], names[1], tt.reason, lead, pair)
			}
		}
	}
}

func TestAgreeCompany_Numbers(t *testing.T) {
	for _, names := range [][2]string{{"Alpha Fund II", "Alpha Fund III"}, {"Channel 4 Television", "Channel 5 Television"}, {"Alpha IV Fund", "Alpha VI Fund"}} {
		if got := Levels(FieldCompany)[agreeCompany(ParseCompany(names[0]), ParseCompany(names[1]))-1]; got != Differs {
			t.Errorf("%s | %s: they are %s; another number is another company", names[0], names[1], got)
		}
	}
}

func TestMatch_CloseNames(t *testing.T) {
	m := standard(t)
	for _, names := range [][2]string{
		{"Müller", "Mueller"},
		{"Söhne & Partner", "Soehne & Partner"},
		{"Jägermeister", "Jaegermeister"},
		{"RioTinto", "Rio Tinto"},
		{"Schlumberger Services", "Schlumbergr Services"},
		{"Tata Motors", "Motors Tata"},
	} {
		a, b := m.Prepare(company("A", names[0], "", sharedHouse)), m.Prepare(company("B", names[1], "", sharedHouse))
		if got := Levels(FieldCompany)[agreeCompany(a.company, b.company)-1]; got != Close {
			t.Errorf("%s | %s: they are %s, want close", names[0], names[1], got)
		}
		if lead, _ := m.bothWays(company("", names[0], "", sharedHouse), company("", names[1], "", sharedHouse)); lead != handoff.Matched {
			t.Errorf("%s | %s: the lead is %s", names[0], names[1], lead)
		}
	}
}

func TestMatch_RelatedDomainsOfTwoCountries(t *testing.T) {
	m := standard(t)
	number := func(r *Record) { r.Number = "DE136695976" }
	for _, tt := range []struct {
		reason     string
		a, b       Record
		lead, pair handoff.MatchVerdict
	}{
		{"countries differ", company("", "Acme", "acme.de", at("DE")), company("", "Acme", "acme.com", at("US")), handoff.ToReview, handoff.ToReview},
		{"countries differ, all else equal", company("", "Acme", "acme.de", ofPhone, number, at("DE")), company("", "Acme", "acme.com", ofPhone, number, at("US")), handoff.ToReview, handoff.ToReview},
		{"one country", company("", "Acme", "acme.de", at("DE")), company("", "Acme", "acme.com", at("DE")), handoff.Matched, handoff.Matched},
		{"one country, a part of the name", company("", "Acme", "acme.de", at("DE")), company("", "Acme Holding", "acme.com", at("DE")), handoff.ToReview, handoff.ToReview},
		{"one domain", company("", "Acme", "acme.com", at("DE")), company("", "Acme", "acme.com", at("US")), handoff.Matched, handoff.Matched},
	} {
		if lead, pair := m.bothWays(tt.a, tt.b); lead != tt.lead || pair != tt.pair {
			t.Errorf("%s: the lead is %s, the pair %s; want %s, %s", tt.reason, lead, pair, tt.lead, tt.pair)
		}
	}
}

// TestKeys_OfAnAddress holds that an account is found by its address alone, and is then for review.
func TestKeys_OfAnAddress(t *testing.T) {
	m := standard(t)
	account := company("A", "Acme", "acme.com", sharedHouse)
	lead := Record{Ref: leadRef("L1")}
	sharedHouse(&lead)
	stored := m.Stored(m.Prepare(account))
	if !slices.ContainsFunc(m.Keys(m.Prepare(lead)), func(k Key) bool { return slices.Contains(stored, k) }) {
		t.Errorf("none of %v is stored", m.Keys(m.Prepare(lead)))
	}
	if got := m.matchAll(lead, []Record{account}).Account; got.Verdict != handoff.ToReview {
		t.Errorf("it is %+v", got)
	}
}
