package identity

import (
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var companyCases = []struct {
	in, base, form string
	reason         string
}{
	{"Acme", "acme", "", "a name without a form"},
	{"", "", "", "no name"},
	{" -- ", "", "", "no letters and digits"},
	{"ACME Ltd.", "acme", "ltd", "a suffix with a dot"},
	{"Acme Limited", "acme", "ltd", "the same in full"},
	{"Acme Incorporated", "acme", "inc", "in full"},
	{"Acme Corporation", "acme", "corp", "in full"},
	{"Acme B.V.", "acme", "bv", "letters with dots"},
	{"Acme BV", "acme", "bv", "letters without"},
	{"Acme b v", "acme", "bv", "letters with spaces"},
	{"Acme Besloten Vennootschap", "acme", "bv", "two words"},
	{"Acme S.A.", "acme", "sa", "known in many countries"},
	{"Acme Société Anonyme", "acme", "sa", "French"},
	{"Acme Sociedad Anónima", "acme", "sa", "Spanish"},
	{"Acme S.p.A.", "acme", "spa", "Italian"},
	{"Acme Sp. z o.o.", "acme", "sp-zoo", "Polish, abbreviated"},
	{"Łoś spółka z ograniczoną odpowiedzialnością", "los", "sp-zoo", "Polish, in full"},
	{"Acme Sp. z o.o. Sp.k.", "acme", "sp-zoo-spk", "a compound is one form"},
	{"Müller & Söhne GmbH & Co. KG", "muller and sohne", "gmbh-co-kg", "a compound is one form"},
	{"Müller und Söhne GmbH + Co KG", "muller and sohne", "gmbh-co-kg", "the same with other signs for and"},
	{"Müller GmbH u. Co. KG", "muller", "gmbh-co-kg", "and abbreviated"},
	{"Müller Gesellschaft mit beschränkter Haftung", "muller", "gmbh", "four words"},
	{"Müller & Co. KG", "muller", "kg", "the partners are not part of the name"},
	{"Kaiser UG (haftungsbeschränkt)", "kaiser", "ug", "a form with a bracket"},
	{"Müller OG", "muller", "og", "og at the end is no conjunction"},
	{"Alestra, S. de R.L. de C.V.", "alestra", "srl-de-cv", "seven letters and words"},
	{"Amatek Industries Pty. Ltd.", "amatek industries", "pty-ltd", "a compound is one form"},
	{"Amatek Industries (Pty) Ltd", "amatek industries", "pty-ltd", "with a bracket in it"},
	{"Acme (Private) Limited", "acme", "pvt-ltd", "with a bracket in it"},
	{"Advance Agro Public Co. Ltd.", "advance agro", "pcl", "public company limited"},
	{"A B Volvo", "volvo", "ab", "a prefix of letters apart"},
	{"AB Volvo", "volvo", "ab", "a prefix"},
	{"Aktiebolaget SKF", "skf", "ab", "a prefix in full"},
	{"ОАО Новороссийский порт", "novorossiiskii port", "oao", "a prefix in Cyrillic letters"},
	{"Общество с ограниченной ответственностью \"Ромашка\"", "romashka", "ooo", "in full"},
	{"P.T. Telekomunikasi Indonesia Tbk", "telekomunikasi indonesia", "pt", "a prefix and a suffix"},
	{"Oy Acme Ab", "acme", "ab", "Finland has both languages"},
	{"SIA Acme", "acme", "sia", "Latvian"},
	{"Công ty TNHH Acme", "acme", "tnhh", "Vietnamese, a prefix of three words"},
	{"トヨタ自動車株式会社", "トヨタ自動車", "kk", "a suffix without a space"},
	{"株式会社 日立製作所", "日立製作所", "kk", "a prefix"},
	{"㈱日立製作所", "日立製作所", "kk", "a prefix in one sign"},
	{"华为技术有限公司", "华为技术", "ltd", "Chinese"},
	{"주식회사카카오", "카카오", "jusik", "Korean"},
	{"אלביט בע\"מ", "אלביט", "ltd", "Hebrew letters apart by a quotation mark"},
	{"ΔΕΗ Α.Ε.", "dei", "ae", "Greek"},
	{"Acme Co.", "acme", "", "a company is no form"},
	{"Mitsui & Company Ltd.", "mitsui", "ltd", "nor is it part of the name"},
	{"Pirelli & C. S.p.A.", "pirelli", "spa", "Italian for and company"},
	{"B&C Ltd", "b and c", "ltd", "which it is in Italy only"},
	{"Amarin Corp plc", "amarin", "plc", "the form at the end counts"},
	{"China Telecom Corp. Ltd.", "china telecom", "ltd", "the form at the end counts"},
	{"Sapiens International Corp. N.V.", "sapiens international", "nv", "the form at the end counts"},
	{"Sage AB Ltd", "sage ab", "ltd", "no country has both forms"},
	{"AB Smith Ltd", "ab smith", "ltd", "no country has both forms"},
	{"Acme, Inc. (US)", "acme us", "inc", "a country stays in the name"},
	{"Acme (UK) Ltd", "acme uk", "ltd", "a country stays in the name"},
	{"Siemens AG, Munich", "siemens munich", "ag", "a form before a comma"},
	{"Petroleo Brasileiro S.A. - Petrobras", "petroleo brasileiro petrobras", "sa", "a form before a dash"},
	{"Potash Corp. of Saskatchewan", "potash corp of saskatchewan", "", "in the middle it is a word"},
	{"Open Joint Stock Company of Long Distance", "open joint stock company of long distance", "", "it goes on"},
	{"The Boeing Company", "boeing", "", "an article is not compared"},
	{"Boeing Company, The", "boeing", "", "nor after a comma"},
	{"The Limited", "the limited", "", "nothing but a form"},
	{"Company Pvt. Ltd.", "company pvt ltd", "", "nothing but forms"},
	{"inc & co", "inc and co", "", "nothing but forms"},
	{"A.B.C. Corp", "abc", "corp", "letters are one word"},
	{"A.B.C. Foods", "abc foods", "", "AB is no prefix in letters"},
	{"I.B.S.A.", "ibsa", "", "SA is no suffix in letters"},
	{"J.P. Morgan", "jp morgan", "", "letters are one word"},
	{"D&S S.A.", "d and s", "sa", "a space parts letters"},
	{"O&Y Properties Corp.", "o and y properties", "corp", "y between letters is a letter"},
	{"Viña Concha y Toro", "vina concha and toro", "", "y between words is and"},
	{"Y Combinator", "y combinator", "", "y at the beginning is a letter"},
	{"Ets. Martin et Fils SARL", "ets martin and fils", "sarl", "et between words is and"},
	{"Hotel & Spa", "hotel and spa", "", "no form follows and"},
	{"AB & Sons", "ab and sons", "", "AB is a name before and"},
	{"Pty Ltd (Zebra)", "pty ltd zebra", "", "nothing comes before the form"},
	{"Corimon C.A.", "corimon", "ca", "Venezuelan"},
	{"Acme CA", "acme ca", "", "Canada or California"},
	{"Wells Fargo Bank, N.A.", "wells fargo bank", "na", "a national association"},
	{"Acme NA", "acme na", "", "North America"},
	{"AT&T Inc.", "at and t", "inc", "an ampersand is a word"},
	{"McDonald's Corporation", "mcdonalds", "corp", "an apostrophe vanishes"},
	{"Acme™ GmbH", "acme", "gmbh", "a sign is no letters"},
	{"Cable and Wireless plc", "cable and wireless", "plc", "and is and"},
	{"Rio Tinto Limited UK", "rio tinto uk", "ltd", "a country follows the form"},
	{"Acme Inc United States", "acme united states", "inc", "a country of two words"},
	{"Acme Ltd Services", "acme ltd services", "", "no country follows"},
	{"ТОО Казахмыс", "kazakhmys", "too", "Kazakh, in Cyrillic"},
	{"Kazakhmys TOO", "kazakhmys", "too", "Kazakh, in Latin"},
	{"ИП Иванов", "ivanov", "ip", "a Russian trader"},
	{"IP Group plc", "ip group", "plc", "no Russian trader"},
	{"Zidarstvo Novak s.p.", "zidarstvo novak", "sp", "a Slovenian trader"},
	{"Patagonia PBC", "patagonia", "pbc", "a benefit corporation"},
	{"Land Rover Unlimited", "land rover", "uc", "an unlimited company"},
	{"Acme Growth GP", "acme growth", "gp", "a general partnership"},
	{"Acme L.C.", "acme", "lc", "a limited company of the US"},
	{"Acme gAG", "acme", "ag", "for the common good, as gGmbH"},
	{"Charité AöR", "charite", "aor", "a public body"},
	{"Acme Capital SCSp", "acme capital", "scsp", "a special partnership"},
	{"Northern Trust Corp", "northern trust", "corp", "a trust stays in the name"},
	{"Foo A/S", "foo", "as", "Danish, and Norwegian"},
	{"Foo AS", "foo", "as", "Norwegian, and Estonian"},
	{"Foo a.s.", "foo", "as", "Czech, and Slovak"},
	{"Vodafone Group plc", "vodafone group", "plc", "a group is another company"},
}

func TestParseCompany(t *testing.T) {
	for _, c := range companyCases {
		t.Run(c.in, func(t *testing.T) {
			if got, want := ParseCompany(c.in), (CompanyName{c.base, c.form}); got != want {
				t.Errorf("ParseCompany(%q) = %q, want %q: %s", c.in, got, want, c.reason)
			}
		})
	}
}

func TestLegalForms(t *testing.T) {
	countries := map[string]bool{}
	for i, f := range legalForms {
		if folded := strings.ReplaceAll(Fold(f.spelling), " ", ""); folded != f.spelling {
			t.Errorf("%q is not folded: it is %q", f.spelling, folded)
		}
		if len(f.spelling) > longestSpelling {
			t.Errorf("%q has %d bytes, more than longestSpelling", f.spelling, len(f.spelling))
		}
		if findLegalForm([]byte(f.spelling)) != &legalForms[i] {
			t.Errorf("%q is not found: is legalFormStarts right?", f.spelling)
		}
		if f.places&(AtEnd|AtStart) == 0 {
			t.Errorf("%q stands nowhere", f.spelling)
		}
		for _, code := range strings.Fields(f.countries) {
			if len(code) != 2 || strings.ToUpper(code) != code {
				t.Errorf("%q of %q is no country code", code, f.spelling)
			}
			countries[code] = true
		}
	}
	if len(countries) < 40 {
		t.Errorf("there are forms of %d countries, want at least 40", len(countries))
	}
	t.Logf("%d spellings of forms of %d countries", len(legalForms), len(countries))
}

// TestLegalFormsAreFound has each spelling found where its table says so.
func TestLegalFormsAreFound(t *testing.T) {
	for _, f := range legalForms {
		spelling := f.spelling
		if f.places&lettersApart != 0 {
			spelling = strings.Join(strings.Split(spelling, ""), ".")
		}
		if f.places&otherScript != 0 {
			continue // no spelling of the table is in that script
		}
		want := CompanyName{"zebra works", f.word}
		if f.word == "" && f.countries != "" {
			continue // found beside other forms only
		}
		if name := "Zebra Works " + spelling; f.places&AtEnd != 0 && ParseCompany(name) != want {
			t.Errorf("ParseCompany(%q) = %q, want %q", name, ParseCompany(name), want)
		}
		if name := spelling + " Zebra Works"; f.places&AtStart != 0 && ParseCompany(name) != want {
			t.Errorf("ParseCompany(%q) = %q, want %q", name, ParseCompany(name), want)
		}
	}
}

func TestAcronym(t *testing.T) {
	for _, c := range []struct{ base, want, reason string }{
		{"international business machines", "ibm", "each word has a letter"},
		{"bank of america", "ba", "small words have none"},
		{"procter and gamble", "pg", "an ampersand has none"},
		{"3m", "", "one word has no acronym"},
		{"the acme", "", "one word and an article"},
		{"", "", "no name"},
		{"новые 日本", "н日", "letters of any script"},
	} {
		if got := Acronym(c.base); got != c.want {
			t.Errorf("Acronym(%q) = %q, want %q: %s", c.base, got, c.want, c.reason)
		}
	}
}

// companyShared reads a file of the shared folder and skips the test where it is absent.
func companyShared(t *testing.T, parts ...string) []byte {
	t.Helper()
	path := filepath.Join(append([]string{"..", "..", "..", "shared"}, parts...)...)
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("no file %s: it is not part of the module", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// baseNameDiffers lists the peer cases where BaseName differs on purpose, and what it returns.
var baseNameDiffers = map[string]struct{ got, reason string }{
	"identity_company_name-043": {"Yahoo!", "the sign is part of the name as its author spells it"},
	"identity_company_name-048": {"Example Example", "Pty Limited is the same form as Pty Ltd, which the peer removes"},
}

func TestBaseNameOfPeerCases(t *testing.T) {
	var file struct {
		Cases []struct {
			ID, In, Want string
			Options      struct{ Suffix, Prefix, Middle bool }
			Passes       int
		}
	}
	if err := json.Unmarshal(companyShared(t, "cases", "identity_company_name.json"), &file); err != nil {
		t.Fatal(err)
	}
	differ := 0
	for _, c := range file.Cases {
		var at FormPlaces
		for place, on := range map[FormPlaces]bool{AtEnd: c.Options.Suffix, AtStart: c.Options.Prefix, InMiddle: c.Options.Middle} {
			if on {
				at |= place
			}
		}
		got, want := c.In, c.Want
		for range c.Passes {
			got = BaseName(got, at)
		}
		if d, listed := baseNameDiffers[c.ID]; listed {
			t.Logf("%s: %q is %q and not %q: %s", c.ID, c.In, d.got, c.Want, d.reason)
			want = d.got
			differ++
		}
		if got != want {
			t.Errorf("%s: BaseName(%q, %b) = %q, want %q", c.ID, c.In, at, got, want)
		}
	}
	if differ != len(baseNameDiffers) {
		t.Errorf("%d of the %d listed differences were met", differ, len(baseNameDiffers))
	}
	t.Logf("%d cases ran, %d differ from the peer on purpose", len(file.Cases), differ)
}

func TestBaseName(t *testing.T) {
	all := AtEnd | AtStart | InMiddle
	for _, c := range []struct {
		in     string
		at     FormPlaces
		want   string
		reason string
	}{
		{"Oy Hello World Ab", AtEnd, "Oy Hello World", "only where it is asked for"},
		{"Oy Hello World Ab", AtStart, "Hello World Ab", "only where it is asked for"},
		{"Hello Oy World", AtEnd | AtStart, "Hello Oy World", "only where it is asked for"},
		{"Hello Oy World", 0, "Hello Oy World", "nowhere"},
		{"ACME (Holdings) Ltd.", all, "ACME (Holdings)", "signs beside a word belong to it"},
		{"\"Ромашка\", ООО", all, "\"Ромашка\"", "quotation marks too"},
		{"The Boeing Company", all, "The Boeing", "an article is part of a name on display"},
		{"C++ GmbH", all, "C++", "signs belong to the word before"},
		{"Hello Ltd. Big Oy World", all, "Hello Big World", "all forms in the middle"},
		{"", all, "", "no name"},
	} {
		if got := BaseName(c.in, c.at); got != c.want {
			t.Errorf("BaseName(%q, %b) = %q, want %q: %s", c.in, c.at, got, c.want, c.reason)
		}
	}
}

// TestSameButForTheForm groups the foreign companies that were listed in the United States in 2002.
func TestSameButForTheForm(t *testing.T) {
	names := 0
	withForm, groups := 0, map[string][]string{}
	for line := range strings.Lines(string(companyShared(t, "data", "sec_company_names", "companies.csv"))) {
		name, _, _ := strings.Cut(line, ";")
		company := ParseCompany(name)
		names++
		if company.Form != "" {
			withForm++
		}
		groups[company.Base] = append(groups[company.Base], name)
	}
	maps.DeleteFunc(groups, func(_ string, names []string) bool { return len(names) == 1 })
	t.Logf("%d names, %d with a form, %d groups that are equal but for their form", names, withForm, len(groups))
	for _, base := range slices.SortedFunc(maps.Keys(groups), cmp.Compare) {
		t.Logf("%s: %q", base, groups[base])
	}
	for base, want := range map[string][]string{
		"rio tinto": {"Rio Tinto Ltd.", "Rio Tinto plc"},
		"unilever":  {"Unilever N.V.", "Unilever plc"},
	} {
		if !slices.Equal(groups[base], want) {
			t.Errorf("group %s is %q, want %q", base, groups[base], want)
		}
	}
	if names != 1320 || withForm < 1200 {
		t.Errorf("%d of %d names have a form, want at least 1200 of 1320", withForm, names)
	}
}

func FuzzParseCompany(f *testing.F) {
	for _, c := range companyCases {
		f.Add(c.in)
	}
	f.Fuzz(func(t *testing.T, name string) {
		company := ParseCompany(name)
		if again := Fold(company.Base); again != company.Base {
			t.Errorf("the base of %q is %q, which folds to %q", name, company.Base, again)
		}
		if (company.Base == "") != (Fold(name) == "") {
			t.Errorf("the base of %q is %q, and it folds to %q", name, company.Base, Fold(name))
		}
		if base := ParseCompany(strings.ToUpper(name)).Base; strings.ToLower(strings.ToUpper(name)) == name && base != company.Base {
			t.Errorf("the base of %q is %q, and %q in capitals", name, company.Base, base)
		}
		for _, at := range []FormPlaces{AtEnd, AtStart, InMiddle} {
			if shorter := Fold(BaseName(name, at)); len(shorter) > len(Fold(name)) {
				t.Errorf("BaseName(%q) is longer: %q", name, shorter)
			}
		}
	})
}

func BenchmarkParseCompany(b *testing.B) {
	for name, s := range map[string]string{"ascii": "Hello World Industries Ltd.", "short": "Acme Inc.", "latin": "Müller & Söhne GmbH & Co. KG"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ParseCompany(s)
			}
		})
	}
}
