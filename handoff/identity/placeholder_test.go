package identity

import "testing"

func TestPlaceholder(t *testing.T) {
	for _, c := range []struct {
		in        string
		any, name bool // is a placeholder for anything, for the name of a person
		reason    string
	}{
		{"", true, true, "nothing"},
		{"  ", true, true, "nothing"},
		{"-", true, true, "a sign"},
		{"--", true, true, "signs"},
		{".", true, true, "a sign"},
		{"???", true, true, "signs"},
		{"n/a", true, true, "not applicable"},
		{"N/A", true, true, "capitals"},
		{"na", true, false, "Na is a first name"},
		{"N. A.", true, false, "initials"},
		{"null", true, false, "Null is a last name"},
		{"<null>", true, true, "but not in brackets"},
		{"Nil", true, false, "a first name"},
		{"Na Li", false, false, "a person"},
		{"Ng", false, false, "a last name"},
		{"Select", true, true, "the first line of a list"},
		{"- Please select -", true, true, "the first line of a list"},
		{"test", true, true, "a test"},
		{"Testing", true, true, "a test"},
		{"Tester", true, false, "a last name"},
		{"Testa", false, false, "a last name"},
		{"asdf", true, true, "keys beside each other"},
		{"QWERTZ", true, true, "keys beside each other"},
		{"unknown", true, true, "it says so"},
		{"xxx", true, true, "one letter"},
		{"aaa", true, true, "one letter"},
		{"AA", false, false, "two letters may be a name"},
		{"O", false, false, "a last name"},
		{"X", true, false, "a cross, or an initial"},
		{"1111", true, true, "one digit"},
		{"0", true, true, "one digit"},
		{"33", false, false, "a number"},
		{"[not provided]", true, true, "it says so"},
		{"TBD", true, true, "to be determined"},
		{"k. A.", true, false, "keine Angabe, or initials"},
		{"keine Angabe", true, true, "German"},
		{"néant", true, true, "French"},
		{"NEANT", true, true, "without its accent"},
		{"sin datos", true, true, "Spanish"},
		{"ninguno", true, true, "Spanish"},
		{"não informado", true, true, "Portuguese"},
		{"geen", true, true, "Dutch"},
		{"n.v.t.", true, true, "Dutch"},
		{"brak danych", true, true, "Polish"},
		{"не указано", true, true, "Russian"},
		{"不明", true, true, "Japanese"},
		{"없음", true, true, "Korean"},
		{"Acme", false, false, "a company"},
		{"3M", false, false, "a company"},
		{"Noname Ltd", false, false, "a company"},
	} {
		if got := Placeholder(c.in); got != c.any {
			t.Errorf("Placeholder(%q) = %t: %s", c.in, got, c.reason)
		}
		if got := placeholderName(c.in, appendFold(nil, c.in)); got != c.name {
			t.Errorf("placeholderName(%q) = %t: %s", c.in, got, c.reason)
		}
	}
}

func BenchmarkPlaceholder(b *testing.B) {
	for b.Loop() {
		Placeholder("Hello World Industries")
	}
}

func TestPrepare_Placeholders(t *testing.T) {
	m := standard(t)
	for _, tt := range []struct {
		name, reason string
		in           Record
	}{
		{"names of forms", "nobody is called so", Record{FirstName: "N/A", LastName: "Unknown"}},
		{"a test", "nobody is called so", Record{FirstName: "test", LastName: "test"}},
		{"a test in one field", "it is taken apart", Record{LastName: "test test"}},
		{"a phrase in one field", "it is not taken apart", Record{LastName: "Not provided"}},
		{"zeros", "nobody answers", Record{Phones: some("0000000000")}},
		{"ones", "nobody answers", Record{Phones: some("1111111111"), Country: "US"}},
		{"ones of a country", "nobody answers", Record{Phones: some("+49 1111111111")}},
		{"the digits in their order", "nobody answers", Record{Phones: some("1234567890"), Country: "US"}},
		{"the digits in their order, with a code", "nobody answers", Record{Phones: some("+1 (123) 456-7890")}},
		{"the digits backwards", "nobody answers", Record{Phones: some("9876543210")}},
		{"a test company", "the legal form makes it none", Record{Company: "Test GmbH"}},
		{"my company", "the legal form makes it none", Record{Company: "My Company LLC"}},
		{"freelancer", "who has no company says so", Record{Company: "Freelancer"}},
		{"self-employed", "who has no company says so", Record{Company: "Self-Employed"}},
		{"student", "who has no company says so", Record{Company: "STUDENT"}},
		{"individual", "who has no company says so", Record{Company: "individual"}},
		{"retired", "who has no company says so", Record{Company: "Retired"}},
		{"consultant", "who has no company says so", Record{Company: "Consultant"}},
		{"home", "who has no company says so", Record{Company: "home"}},
		{"private", "who has no company says so", Record{Company: "Private"}},
		{"German", "who has no company says so", Record{Company: "Selbstständig"}},
		{"another German", "who has no company says so", Record{Company: "Freiberufler"}},
		{"French", "who has no company says so", Record{Company: "Indépendant"}},
		{"Spanish", "who has no company says so", Record{Company: "Autónomo"}},
		{"no birthday", "it is not a day", Record{Born: "0000-00-00"}},
		{"the first day of a calendar", "programs write it", Record{Born: "19000101"}},
		{"the zero time", "programs write it", Record{Born: "0001-01-01"}},
		{"the last day", "it is not a day", Record{Born: "99999999"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := m.Prepare(tt.in)
			if p.first+p.last+p.company.Base+p.company.Form+p.born != "" || len(p.phones) > 0 {
				t.Errorf("%s: %+v", tt.reason, p)
			}
			if keys := m.Keys(p); len(keys) > 0 {
				t.Errorf("it has the keys %v", keys)
			}
		})
	}
}

func TestPrepare_NoPlaceholders(t *testing.T) {
	m := standard(t)
	p := m.Prepare(Record{FirstName: "Na", LastName: "Null", Company: "X Corp.", Phones: []string{"+49 30 123456", "+1 212 222 2222"}, Born: "1970-01-02"})
	if p.first != "na" || p.last != "null" || p.company.Base != "x" || len(p.phones) != 2 || p.born == "" {
		t.Errorf("names and numbers that are somebody's are gone: %+v", p)
	}
	if p := m.Prepare(Record{Company: "Freelancer Ltd"}); p.company.Base == "" {
		t.Error("a company of that name is gone")
	}
}
