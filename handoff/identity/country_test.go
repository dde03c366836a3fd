package identity

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// countryRows returns the rows of a list of countries, each by the names of its columns.
func countryRows(t *testing.T) []map[string]string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "data", "geo_iso", "country-codes.csv")
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("no list at %s: it is not part of the module", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	records, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, cell := range record {
			row[records[0][i]] = cell
		}
		rows = append(rows, row)
	}
	return rows
}

func TestForeign_Country(t *testing.T) {
	rows := countryRows(t)
	for _, column := range []struct {
		name string
		all  bool // every row must be known
	}{
		{"ISO3166-1-Alpha-2", true}, {"ISO3166-1-Alpha-3", true}, {"ISO3166-1-numeric", true}, {"CLDR display name", true},
		{"official_name_en", true}, {"UNTERM English Short", true}, {"UNTERM French Short", true},
		{"UNTERM Spanish Short", true}, {"UNTERM English Formal", true},
		{"official_name_fr", true}, {"official_name_es", true}, {"UNTERM French Formal", false}, {"UNTERM Spanish Formal", false},
		{"FIFA", false},
	} {
		filled, right, wrong := 0, 0, 0
		for _, row := range rows {
			name, want := strings.TrimSpace(row[column.name]), row["ISO3166-1-Alpha-2"]
			if name == "" {
				continue
			}
			filled++
			switch got := Country(name); {
			case got == want:
				right++
			case got != "":
				wrong++
				t.Logf("%s: %q is %s, not %s", column.name, name, want, got)
			case column.all:
				t.Errorf("%s: %q: got nothing, want %s", column.name, name, want)
			}
		}
		t.Logf("%-22s %3d of %3d known, %d as another", column.name, right, filled, wrong)
		if column.all && wrong > 0 {
			t.Errorf("%s: %d names are known as another country", column.name, wrong)
		}
	}
}

func TestCountry(t *testing.T) {
	for _, tt := range []struct{ name, in, want, reason string }{
		{"case", "gErMaNy", "DE", "case does not matter"},
		{"spaces", "  United   States ", "US", "nor do spaces"},
		{"points", "U.S.A.", "US", "nor points"},
		{"diacritics", "Cote d’Ivoire", "CI", "nor diacritics and apostrophes"},
		{"combining", "O\u0308sterreich", "AT", "in either form"},
		{"umlaut written out", "Oesterreich", "AT", "as in files without umlauts"},
		{"sharp s", "WEIẞRUSSLAND", "BY", "ß is ss"},
		{"numeric", "040", "AT", "as ISO writes it"},
		{"numeric of a spreadsheet", "40", "AT", "which drops the zeros"},
		{"alpha-2 of no country", "AC", "", "Ascension has a calling code and no code"},
		{"not a code", "ZZ", "", "unknown"},
		{"UK", "uk", "GB", "not a code, but everybody writes it"},
		{"part", "Scotland", "GB", "a country of the United Kingdom"},
		{"Holland", "Holland", "NL", "by its best known part"},
		{"Korea", "Korea", "KR", "trade with the North is rare"},
		{"North", "Korea (North)", "KP", "but it can be said"},
		{"Congo", "Congo", "CG", "its short name"},
		{"other Congo", "Congo, The Democratic Republic of the", "CD", "a list's way"},
		{"China", "People's Republic of China", "CN", "the form of government does not matter"},
		{"other China", "Republic of China", "TW", "but here it does"},
		{"Georgia", "Georgia", "GE", "State knows the other one"},
		{"state", "State of Georgia", "", "a state of the US, or the country"},
		{"commonwealth", "Commonwealth of Virginia", "", "no country"},
		{"two groups", "Virgin Islands", "", "British or of the US"},
		{"Kosovo", "Kosovo", "XK", "a code that ISO leaves to its users"},
		{"own language", "Ελλάδα", "GR", "Greek"},
		{"own script", "日本", "JP", "Japanese"},
		{"former", "Swaziland", "SZ", "until 2018"},
		{"article", "Brasil (el)", "BR", "as the United Nations write it"},
		{"article alone", "the", "", "no name"},
		{"form alone", "Republic of", "", "no name"},
		{"empty", "", "", "unknown"},
		{"placeholder", "n/a", "", "unknown"},
		{"long", strings.Repeat("Republic of ", 50), "", "no name is as long"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Country(tt.in); got != tt.want {
				t.Errorf("got %q, want %q: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func TestCountryTables(t *testing.T) {
	for _, table := range []string{countryAlpha3, countryNumeric} {
		var keys []string
		for ; table != ""; table = table[5:] {
			keys = append(keys, table[:3])
			if got := Country(table[3:5]); got != table[3:5] {
				t.Errorf("%s: got %q", table[:5], got)
			}
		}
		if len(keys) != 249 || !slices.IsSorted(keys) || len(slices.Compact(keys)) != 249 {
			t.Errorf("%d keys, sorted: %v; want 249 different ones", len(keys), slices.IsSorted(keys))
		}
	}
	for i, n := range countryNames {
		if i > 0 && n.name <= countryNames[i-1].name {
			t.Errorf("%q is out of order", n.name)
		}
		if folded := string(appendCountryFold(nil, n.name)); folded != n.name {
			t.Errorf("%q is not folded: %q", n.name, folded)
		}
		if got := Country(n.name); got != n.country {
			t.Errorf("%q is found as %q, not as %s", n.name, got, n.country)
		}
		if got := Country(n.country); got != n.country {
			t.Errorf("%q has the country %q, which is none", n.name, n.country)
		}
	}
}

func FuzzCountry(f *testing.F) {
	for _, seed := range []string{"", "US", "Côte d’Ivoire", "the Republic of Korea", "040", "Brasil (el)", "İ", "ß", "가", "\xff",
		"the of the"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Country(s)
		if again := Country(got); again != got {
			t.Fatalf("%q becomes %q and that %q", s, got, again)
		}
		folded := string(appendCountryFold(nil, s))
		if again := string(appendCountryFold(nil, folded)); again != folded {
			t.Fatalf("%q folds to %q and that to %q", s, folded, again)
		}
		if spaced := Country(fmt.Sprintf(" %s. ", s)); spaced != got {
			t.Fatalf("%q is %q, and %q with spaces", s, got, spaced)
		}
	})
}

func BenchmarkCountry(b *testing.B) {
	for _, in := range []string{"US", "USA", "Germany", "United States of America", "the Kingdom of the Netherlands",
		"Österreich"} {
		b.Run(in, func(b *testing.B) {
			b.ReportAllocs()
			dst := make([]byte, 0, 2)
			for b.Loop() {
				dst = appendCountry(dst[:0], in)
			}
		})
	}
}
