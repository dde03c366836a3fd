package identity

import (
	"fmt"
	"testing"

	"github.com/salesbaton/baton/handoff"
)

// typicalLead is what a form sends.
func typicalLead() Record {
	return Record{Ref: leadRef("L1"), FirstName: "Maria", LastName: "Gonzalez", Emails: some("maria.gonzalez@contoso-pharma.com"),
		Phones: some("+1 (415) 555-0132"), Company: "Contoso Pharmaceuticals, Inc.", PostalCode: "94105", City: "San Francisco",
		State: "California", Country: "United States"}
}

// typicalCandidates are accounts and contacts that share a key with the typical lead.
func typicalCandidates(n int) (out []Record) {
	for i := range n {
		r := Record{Company: fmt.Sprintf("Contoso %c%c Holdings LLC", 'A'+i%26, 'a'+i/26), Domains: some(fmt.Sprintf("contoso-%d.com", i)),
			Phones: some(fmt.Sprintf("+1 415 555 %04d", i)), City: "San Francisco", State: "CA", PostalCode: "94105", Country: "US"}
		if i%3 == 0 {
			r.City, r.PostalCode = fmt.Sprintf("Springfield %d", i), fmt.Sprintf("0%04d", i)
		}
		if i%4 == 0 {
			r.Domains, r.State, r.Contacts = nil, "", handoff.Some(int64(i))
		}
		if i%5 == 0 {
			r = Record{City: r.City, Ref: leadRef(fmt.Sprintf("C%d", i)), FirstName: "Mario", LastName: "Gonzales", Emails: some(fmt.Sprintf("mario%d@contoso-pharma.com", i)), Company: "Contoso"}
		} else {
			r.Ref = accountRef(fmt.Sprintf("A%d", i))
		}
		out = append(out, r)
	}
	return out
}

func BenchmarkPrepareLead(b *testing.B) {
	m, lead := standard(b), typicalLead()
	b.ReportAllocs()
	for b.Loop() {
		m.Prepare(lead)
	}
}

func BenchmarkKeys(b *testing.B) {
	m := standard(b)
	lead := m.Prepare(typicalLead())
	b.ReportAllocs()
	for b.Loop() {
		m.Keys(lead)
	}
}

func BenchmarkMatch50(b *testing.B) {
	m := standard(b)
	lead := m.Prepare(typicalLead())
	var candidates []Prepared
	for _, r := range typicalCandidates(50) {
		candidates = append(candidates, m.Prepare(r))
	}
	b.ReportAllocs()
	for b.Loop() {
		m.Match(lead, candidates)
	}
}

func BenchmarkMatch50_FromRecords(b *testing.B) {
	m, lead, records := standard(b), typicalLead(), typicalCandidates(50)
	b.ReportAllocs()
	for b.Loop() {
		m.matchAll(lead, records)
	}
}
