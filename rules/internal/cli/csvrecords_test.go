package cli

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/identity"
)

func lead(id string, edit func(*identity.Record)) identity.Record {
	r := identity.Record{Ref: handoff.Ref{Kind: handoff.KindLead, ID: id}}
	edit(&r)
	return r
}

func account(id string, edit func(*identity.Record)) identity.Record {
	r := identity.Record{Ref: handoff.Ref{Kind: handoff.KindAccount, ID: id}}
	edit(&r)
	return r
}

func TestReadRecords(t *testing.T) {
	for _, test := range []struct {
		name, reason string
		of           sheet
		text         string
		want         identity.Record
	}{
		{"a lead of Salesforce", "Company / Account is one name", leadSheet, "Lead ID,First Name,Last Name,Company / Account,E-mail,Mailing Zip/Postal Code,Lead Owner\n" +
			"L1,Jo,Hale,ACME Inc.,jo@acme.example,02110,kim\n",
			lead("L1", func(r *identity.Record) {
				r.FirstName, r.LastName, r.Company, r.Emails, r.PostalCode, r.Owner = "Jo", "Hale", "ACME Inc.", []string{"jo@acme.example"}, "02110", "kim"
			})},
		{"an account", "facts that break ties are read", accountSheet, "Account ID,Account Name,Website,Domains,Parent Account ID,Customer,Contacts,Leads,Open Opportunities,Created Date,Last Activity\n" +
			"A1,ACME,www.acme.example,acme.test|acme.example,A2,Yes,3,0,1,2024-05-01,2026-02-03T10:00:00.000+0100\n",
			account("A1", func(r *identity.Record) {
				r.Company, r.Domains, r.Parent, r.Customer = "ACME", []string{"www.acme.example", "acme.test", "acme.example"}, "A2", handoff.Some(true)
				r.Contacts, r.Leads, r.Opportunities = handoff.Some[int64](3), handoff.Some[int64](0), handoff.Some[int64](1)
				r.Created, r.Active = time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 2, 3, 9, 0, 0, 0, time.UTC)
			})},
		{"a contact", "Account ID is its account's, not its own", contactSheet, "Account ID,Contact ID,Name\nA1,C1,Jo Hale\n",
			lead("C1", func(r *identity.Record) { r.Account, r.LastName = "A1", "Jo Hale" })},
		{"a register", "underscores and blanks behind commas", leadSheet, "rec_id, given_name, surname, street_number, address_1, suburb, postcode, state, date_of_birth\nr1, jo, \"hale\", 6, high street, st james, 4011, wa, 19710624\n",
			lead("r1", func(r *identity.Record) {
				r.FirstName, r.LastName, r.House, r.Street, r.City, r.PostalCode, r.State, r.Born = "jo", "hale", "6", "high street", "st james", "4011", "wa", "19710624"
			})},
		{"several phones", "mobile and desk are one set, in the order of the columns", leadSheet, "Id,Mobile,Phone\nL1,+1 555 010 0101; +1 555 010 0102,+1 555 010 0103\n",
			lead("L1", func(r *identity.Record) {
				r.Phones = []string{"+1 555 010 0101", "+1 555 010 0102", "+1 555 010 0103"}
			})},
		{"two cities", "the plain name goes before one of several addresses, wherever it stands", leadSheet, "Id,Billing City,City\nL1,Paris,Lyon\n",
			lead("L1", func(r *identity.Record) { r.City = "Lyon" })},
		{"a whole name beside its parts", "the parts say more", leadSheet, "Id,Name,First Name,Last Name\nL1,Jo Hale,Jo,Hale\n",
			lead("L1", func(r *identity.Record) { r.FirstName, r.LastName = "Jo", "Hale" })},
		{"semicolons", "as spreadsheets write where the comma is decimal", leadSheet, "Id;Company\nL1;\"ACME; Inc, Ltd\"\n", lead("L1", func(r *identity.Record) { r.Company = "ACME; Inc, Ltd" })},
		{"tabs", "and an empty last cell", leadSheet, "Id\tCompany\tCity\nL1\tACME\t\n", lead("L1", func(r *identity.Record) { r.Company = "ACME" })},
		{"a quoted header", "delimiters in quotes are none", leadSheet, "\"Id\",\"Company;;;\"\nL1,ACME\n", lead("L1", func(r *identity.Record) { r.Company = "ACME" })},
		{"a mark and blank lines", "neither is a value", leadSheet, "\ufeff\r\nId,Company\r\n\r\n,\r\nL1,ACME\r\n", lead("L1", func(r *identity.Record) { r.Company = "ACME" })},
		{"HubSpot", "its ids and names", contactSheet, "Record ID - Contact,First Name,Last Name,Associated Company\nC1,Jo,Hale,ACME\n",
			lead("C1", func(r *identity.Record) { r.FirstName, r.LastName, r.Company = "Jo", "Hale", "ACME" })},
		{"HubSpot's own name", "of the id", accountSheet, "hs_object_id,Account,Street 1\nA1,ACME,High Street\n",
			account("A1", func(r *identity.Record) { r.Company, r.Street = "ACME", "High Street" })},
		{"contacts as leads", "their id is one, too", leadSheet, "Contact ID,First,Last\nC1,Jo,Hale\n",
			lead("C1", func(r *identity.Record) { r.FirstName, r.LastName = "Jo", "Hale" })},
		{"a report of Salesforce", "it names the object before the field", leadSheet, "Person: Contact ID,Email\nC1,jo@acme.example\n",
			lead("C1", func(r *identity.Record) { r.Emails = []string{"jo@acme.example"} })},
		{"a value over two lines", "quotes hold it together", leadSheet, "Id,Street\nL1,\"6\nHigh Street\"\n", lead("L1", func(r *identity.Record) { r.Street = "6\nHigh Street" })},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := readRecords("leads.csv", strings.NewReader(test.text), test.of, "")
			if err != nil || len(got.bad) > 0 {
				t.Fatalf("%v %v", err, got.bad)
			}
			if diff := cmp.Diff([]identity.Record{test.want}, got.records); diff != "" {
				t.Errorf("%s (-want +got)\n%s", test.reason, diff)
			}
		})
	}
}

func TestTheColumnOfTheIDIsNamed(t *testing.T) {
	for _, test := range []struct{ name, reason, text, id, want string }{
		{"unknown otherwise", "that is what it is for", "Person Key,Email\nP1,\n", "Person Key", "P1"},
		{"before another id", "what is said counts", "Id,Person Key,Email\nL1,P1,\n", "person key", "P1"},
		{"read as something else", "it is the id now", "Email,Phone\nP1,\n", "Email", "P1"},
		{"not in this file", "another file can have it", "Id,Email\nL1,\n", "Person Key", "L1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := readRecords("x.csv", strings.NewReader(test.text), leadSheet, test.id)
			if err != nil || len(got.records) != 1 || got.records[0].Ref.ID != test.want {
				t.Errorf("%v %v, want %s: %s", got.records, err, test.want, test.reason)
			}
		})
	}
}

// What cannot be read holds the word secret, which must not come back.
func TestReadRecordsThatAreWrong(t *testing.T) {
	const head = "Id,Email,Company\n"
	for _, test := range []struct{ name, reason, text, want string }{
		{"nothing", "there is no header", "", "1: the file is empty"},
		{"blank lines", "neither is there here", "\n\r\n \n", "1: the file is empty"},
		{"no id", "records are told apart by it", "Name,Secret\nx,y\n", "1: no column is the id: name it with --id COLUMN, or call one of them Id, Lead ID,"},
		{"no header", "its first row is personal", "secret@acme.example,ACME\n", "1: line 1 looks like data, since it has none of the names that are known: put a header row before it, such as Id,Company,Country"},
		{"nothing but ids", "nobody can be compared", "Id,Secret\nL1,x\n", "1: no column but the id is known, so that nothing can be matched: call them First Name, Last Name, Email"},
		{"nothing but ids and owners", "two with one owner are not one", "Id,Owner\nL1,secret\n", "1: no column but the id is known"},
		{"bars", "they are told", "Id|Email|Company\nL1|secret|x\n", "1: the cells are parted by |"},
		{"an empty id", "as above", head + ",secret@acme.example,ACME\n", "2: the id is empty"},
		{"a blank id", "blanks are none", head + " ,secret@acme.example,ACME\n", "2: the id is empty"},
		{"an id twice", "one of the rows is wrong, nobody knows which", head + "secret,,\nL2,,\nsecret,,\n", "4: the id is that of line 2"},
		{"too few cells", "it is not known which are missing", head + "L1,secret\n", "2: 2 cells, where the header has 3"},
		{"too many cells", "it is not known which are too many", head + "L1,secret,x,y\n", "2: 4 cells, where the header has 3"},
		{"a quote inside", "it would be guessed what is quoted", head + "L1,say \"secret\",x\n", "2: a double quote inside a cell"},
		{"a quote that is not closed", "it says what it takes along", head + "L1,\"secret,x\nL2,,\nL3,,\n", "2: a double quote is not closed, so that all from here to the end, line 4, would be lost"},
		{"cells over two lines", "the place is where the row begins", head + "L1,\"a\nsecret\"\n", "2: 2 cells, where the header has 3: a value that holds a delimiter stands in double quotes"},
		{"cells behind two lines", "it says what they take along", head + "L1,\"a\nsecret\",x,y\n", "2: 4 cells, where the header has 3: a value that holds a delimiter stands in double quotes; the row goes on to line 3"},
		{"Windows-1252", "as Excel saves CSV", head + "L1,,secret M\xfcller\n", `2: this is not UTF-8, such as what Excel saves as "CSV"`},
		{"Windows-1252 in the header", "no column is named by it", "Id,secret Stra\xdfe\nL1,x\n", "1: this is not UTF-8"},
		{"UTF-16", "as Excel saves Unicode text", "\xff\xfeI\x00d\x00\n\x00", "1: this is UTF-16"},
		{"UTF-16 without a mark", "zeros tell", "I\x00d\x00\n\x00", "1: this is UTF-16"},
		{"a spreadsheet", "people pick the wrong file", "PK\x03\x04\x00secret", "1: this is a spreadsheet, not CSV"},
		{"carriage returns", "as old Macs end lines", "Id,Email\rL1,secret\r", "1: the lines end in carriage returns alone"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := readRecords("leads.csv", strings.NewReader(test.text), leadSheet, "")
			if err == nil && len(got.bad) > 0 {
				err = got.bad[0]
			}
			text := strings.ToLower(fmt.Sprint(err, got.bad, got.notes))
			if at := new(placeError); !errors.As(err, &at) || !strings.HasPrefix(err.Error(), "leads.csv:"+test.want) {
				t.Errorf("%v, want leads.csv:%s: %s", err, test.want, test.reason)
			}
			if strings.Contains(text, "secret") {
				t.Errorf("a value is repeated: %s", text)
			}
		})
	}
}

func TestReadRecordsNotesWhatIsNotRead(t *testing.T) {
	for _, test := range []struct {
		name, reason, text string
		want               []string
	}{
		{"everything read", "there is nothing to say", "Id,Email\nL1,\n", nil},
		{"unknown columns", "each is named once", "Id,Fax,Email,Rating\nL1,secret,,secret\nL2,secret,,secret\n", []string{`leads.csv: not read: "Fax", "Rating"`}},
		{"a second city", "it is known, but one is enough", "Id,City,Mailing City\nL1,secret,secret\n", []string{`leads.csv: not read: "Mailing City"`}},
		{"a column without a name", "it is there all the same", "Id,,Email\nL1,secret,\n", []string{`leads.csv: not read: ""`}},
		{"a long name", "it is cut", "Id,Email," + strings.Repeat("x", 50) + "\nL1,,\n", []string{`leads.csv: not read: "` + strings.Repeat("x", 40) + `"`}},
		{"facts", "how they are written is told", "Id,Email,Customer,Leads,Created\nL1,,secret,-1,3/2/2026\nL2,,no,x,\n", []string{
			`leads.csv: "Customer": 1 value is not read; write yes or no`,
			`leads.csv: "Leads": 2 values are not read; write counts such as 12`,
			`leads.csv: "Created": 1 value is not read; write dates such as 2026-03-02`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := readRecords("leads.csv", strings.NewReader(test.text), leadSheet, "")
			if err != nil || len(got.bad) > 0 {
				t.Fatal(err, got.bad)
			}
			if diff := cmp.Diff(test.want, got.notes); diff != "" {
				t.Errorf("%s (-want +got)\n%s", test.reason, diff)
			}
		})
	}
}

// A name that two columns of a sheet had would be read for the first of them only.
func TestHeadsAreFoldedAndUnique(t *testing.T) {
	for _, of := range []sheet{leadSheet, contactSheet, accountSheet} {
		column := map[string]string{}
		for _, c := range of.columns() {
			for _, head := range c.heads {
				if head == "" || head != foldHead(head) {
					t.Errorf("%s: %s: %q can never be found", of, c.name, head)
				}
				if before := column[head]; before != "" {
					t.Errorf("%s: %q is %s and %s", of, head, before, c.name)
				}
				column[head] = c.name
			}
		}
	}
}

// FuzzReadRecords finds files that panic, errors without a place, and rows that get lost or come twice.
func FuzzReadRecords(f *testing.F) {
	for _, seed := range []string{"", "Id,Email\nL1,jo@acme.example\n", "Id;Name\nL1;\"x\ny\"\nL2;\"\n", "\ufeffAccount ID\tCustomer\nA1\tyes\n", "Id\nL1\nL1\n", "Id,\xff\n", "I\x00d\x00"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, of := range []sheet{leadSheet, contactSheet, accountSheet} {
			got, err := readRecords("x.csv", bytes.NewReader(text), of, "")
			places := got.bad
			if err != nil {
				at := new(placeError)
				if !errors.As(err, &at) {
					t.Fatalf("%v has no place", err)
				}
				places = append(places, at)
			}
			lines := max(1, bytes.Count(text, []byte("\n"))+1)
			for _, at := range places {
				if at.line < 1 || at.line > lines || at.problem == "" {
					t.Fatalf("%v: the file has %d lines", at, lines)
				}
			}
			ids := map[string]bool{}
			for _, r := range got.records {
				if r.Ref.ID == "" || ids[r.Ref.ID] || r.Ref.Kind != of.kind() {
					t.Fatalf("%v is no id of its own", r.Ref)
				}
				ids[r.Ref.ID] = true
			}
		}
	})
}
