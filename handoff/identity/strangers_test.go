package identity

import (
	"testing"

	"github.com/salesbaton/baton/handoff"
)

// somebody returns a lead.
func somebody(first, last, email string, more ...func(*Record)) Record {
	r := Record{FirstName: first, LastName: last, Emails: some(email)}
	for _, f := range more {
		f(&r)
	}
	return r
}

// office is where all of Acme's people are, and home where a family is.
func office(r *Record) {
	r.Company, r.Phones, r.Country = "Acme GmbH", some("+49 30 1234560"), "DE"
	r.Street, r.City, r.PostalCode = "Hauptstrasse 1", "Berlin", "10115"
}

func home(r *Record) {
	r.Phones, r.Country = some("+49 40 7654321"), "DE"
	r.Street, r.City, r.PostalCode = "Lindenweg 7", "Hamburg", "20095"
}

func employer(name string) func(*Record) { return func(r *Record) { r.Company = name } }

func TestWeigh_DifferentPeopleAreNoMatch(t *testing.T) {
	switchboard := func(r *Record) { r.Company, r.Phones = "Acme GmbH", some("+49 30 1234560") }
	phoneFirmPostcode := func(r *Record) { switchboard(r); r.PostalCode, r.Country = "10115", "DE" }
	for _, tt := range []struct {
		name, reason string
		a, b         Record
		want         handoff.MatchVerdict
	}{
		{"colleagues of one office", "firm, switchboard and address are everybody's there", somebody("Anna", "Berg", "", office), somebody("Peter", "Lund", "", office), handoff.NotMatched},
		{"colleagues with their addresses", "nor does the firm's domain make one of them", somebody("Anna", "Berg", "anna.berg@acme.com", office), somebody("Peter", "Lund", "peter.lund@acme.com", office), handoff.NotMatched},
		{"colleagues by phone, firm and postal code", "the house is one too, if less is written of it", somebody("Anna", "Berg", "", phoneFirmPostcode), somebody("Peter", "Lund", "", phoneFirmPostcode), handoff.NotMatched},
		{"two firms", "who changes the job and a namesake look alike", somebody("John", "Smith", "john.smith@acme.com", employer("Acme")), somebody("John", "Smith", "john.smith@globex.com", employer("Globex")), handoff.ToReview},
		{"two firms, mailboxes alone", "an address that is a name says no more than the name", somebody("", "", "john.smith@acme.com"), somebody("", "", "john.smith@globex.com"), handoff.ToReview},
		{"short mailboxes of a firm", "two letters are no slip of each other", somebody("", "", "li@acme.com"), somebody("", "", "wu@acme.com"), handoff.NotMatched},
		{"short mailboxes of a firm and an office", "nor in one office", somebody("", "", "li@acme.com", office), somebody("", "", "wu@acme.com", office), handoff.ToReview},
		{"short names", "nor with the names beside them", somebody("Wei", "Li", "li@acme.com", office), somebody("Wei", "Wu", "wu@acme.com", office), handoff.ToReview},
		{"one initial and family name", "Jim and Kim are two short names", somebody("Jim", "Lee", "j.lee@acme.com", office), somebody("Kim", "Lee", "k.lee@acme.com", office), handoff.ToReview},
		{"spouses", "a household has one name, home and phone", somebody("Anna", "Berg", "", home), somebody("Peter", "Berg", "", home), handoff.ToReview},
		{"a team", "a team's address, its phone and its firm are nobody's own", somebody("", "", "info@acme.com", switchboard), somebody("", "", "info@acme.com", switchboard), handoff.ToReview},
		{"one who is two by a slip", "Jon and John, Smyth and Smith: two slips and two mailboxes", somebody("Jon", "Smyth", "jon@acme.com", office), somebody("John", "Smith", "jsmith@acme.com", office), handoff.ToReview},
		{"namesakes of one firm", "a firm can have two of a name", somebody("John", "Smith", "john.smith@acme.com"), somebody("John", "Smith", "john.smith2@acme.com"), handoff.ToReview},
		{"strangers with one name", "a name alone is many people's", somebody("John", "Smith", ""), somebody("John", "Smith", ""), handoff.ToReview},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := standard(t)
			tt.a.Ref, tt.b.Ref = leadRef("L1"), leadRef("L2")
			got := m.Weigh(m.Prepare(tt.a), m.Prepare(tt.b), 0)
			if got.Verdict == handoff.Matched || tt.want == handoff.NotMatched && got.Verdict != tt.want {
				t.Errorf("%s: got %s, want %s at most\n%d %+v", tt.reason, got.Verdict, tt.want, got.Score, got.Evidence)
			}
			if back := m.Weigh(m.Prepare(tt.b), m.Prepare(tt.a), 0); back.Verdict != got.Verdict {
				t.Errorf("%s the other way round", back.Verdict)
			}
		})
	}
}

func bornOn(day string) func(*Record) { return func(r *Record) { r.Born = day } }

func TestWeigh_OnePersonIsAMatch(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		a, b         Record
	}{
		{"one mailbox", "it is one person's own", somebody("", "", "anna.berg@acme.com"), somebody("", "", "anna.berg@acme.com")},
		{"one mailbox and a nickname", "Bob is Robert", somebody("Bob", "Berg", "rb@acme.com"), somebody("Robert", "Berg", "rb@acme.com")},
		{"names and phone", "two things of one's own", somebody("Anna", "Berg", "", office), somebody("Anna", "Berg", "", office)},
		{"names, firm and its domain", "a namesake in one firm is rare", somebody("Anna", "Berg", "anna.berg@acme.com", office), somebody("Anna", "Berg", "", office)},
		{"names and birthday", "the day beside the name", somebody("Anna", "Berg", "", bornOn("1990-05-05")), somebody("Anna", "Berg", "", bornOn("1990-05-05"))},
		{"names, home", "a family has one of each first name", somebody("Anna", "Berg", "", home), somebody("Anna", "Berg", "", home)},
		{"a slip in the name", "all else is the same", somebody("Annna", "Berg", "", home), somebody("Anna", "Berg", "", home)},
		{"a private address beside the firm's", "the name and the phone say it", somebody("Anna", "Berg", "anna.berg@acme.com", office), somebody("Anna", "Berg", "ab1980@gmail.com", office)},
		{"a nickname in an address", "Bob is Robert there too", somebody("Bob", "Berg", "bob@acme.com", office), somebody("Robert", "Berg", "robert.berg@acme.com", office)},
		{"umlauts", "Mueller is Müller", somebody("Jörg", "Müller", "", home), somebody("Joerg", "Mueller", "", home)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := standard(t)
			tt.a.Ref, tt.b.Ref = leadRef("L1"), leadRef("L2")
			if got := m.Weigh(m.Prepare(tt.a), m.Prepare(tt.b), 0); got.Verdict != handoff.Matched {
				t.Errorf("%s: got %s\n%d %+v", tt.reason, got.Verdict, got.Score, got.Evidence)
			}
		})
	}
}

// A colleague who hangs together with both stays out of the cluster that two records of one person make.
func TestFindDuplicates_ColleaguesAreNeverOne(t *testing.T) {
	m := standard(t)
	bare := somebody("", "", "", office)
	a, b := somebody("Anna", "Berg", "", office), somebody("Peter", "Lund", "", office)
	for i, r := range []*Record{&a, &b, &bare} {
		r.Ref = leadRef(string(rune('a' + i)))
	}
	x, y := m.Prepare(a), m.Prepare(b)
	c := m.people.compare(&x, &y)
	if got := c.linked(&m.people); got != never {
		t.Errorf("what Common says is no match weighs %d in a linkage", got)
	}
	z := m.Prepare(bare)
	c = m.people.compare(&x, &z)
	if got := c.linked(&m.people); got != m.people.Match-1 {
		t.Errorf("what Common leaves to a review weighs %d in a linkage", got)
	}
}

func TestAgreeNames_Umlauts(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"Müller", "Mueller", true}, {"Jörg", "Joerg", true}, {"Özgür", "Oezguer", true}, {"Überschär", "Ueberschaer", true}, {"Blum", "Blumenau", true},
		{"Özgür", "Tazguer", false},
	} {
		a, b := LastName(tt.a), LastName(tt.b)
		if got, back := agreeLast(a, b), agreeLast(b, a); got != back || (got <= 2) != tt.want {
			t.Errorf("%s and %s: %d and %d", tt.a, tt.b, got, back)
		}
	}
}

func TestSamePhone(t *testing.T) {
	m := standard(t)
	for _, tt := range []struct {
		a, b   string
		want   rank
		reason string
	}{
		{"+1 415 555 0132", "+1 (415) 555-0132", 1, "one number"},
		{"+49 30 1234567", "030 1234567", 2, "the same but for the country"},
		{"4930 1234567", "+49 30 1234567", 2, "the code without its plus"},
		{"+354 5551234", "555 1234", 2, "Iceland has seven digits"},
		{"+1 415 555 0132", "555 0132", 3, "without the area it can be anywhere"},
		{"+1 415 555 0132", "+44 415 555 0132", 3, "two countries"},
		{"+49 30 1234567 ext. 10", "+49 30 1234567 ext. 22", 1, "one line, of which an extension is a part"},
	} {
		a, b := m.phones(some(tt.a), ""), m.phones(some(tt.b), "")
		if got, back := agreePhone(a, b), agreePhone(b, a); got != tt.want || back != got {
			t.Errorf("%s: %v and %v agree by %d and %d, want %d", tt.reason, a, b, got, back, tt.want)
		}
	}
	desk := func(ext string) Record {
		return somebody("", "", "", func(r *Record) { r.Phones = some("+49 30 1234567 ext. " + ext); r.Company = "Acme" })
	}
	if got := m.Weigh(m.Prepare(desk("10")), m.Prepare(desk("22")), 0); got.Verdict == handoff.Matched {
		t.Errorf("two desks of one firm are one person: %+v", got)
	}
}
