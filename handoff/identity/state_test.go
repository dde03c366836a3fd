package identity

import "testing"

func TestState(t *testing.T) {
	for _, tt := range []struct{ name, country, in, want, reason string }{
		{"code", "US", "ca", "CA", "case does not matter"},
		{"name", "US", "North  Carolina", "NC", "nor do spaces"},
		{"older post", "US", "Calif.", "CA", "until 1963"},
		{"older post of Canada", "CA", "Ont", "ON", "three letters"},
		{"district", "US", "Washington, D.C.", "DC", "not the state"},
		{"state of that name", "US", "Washington", "WA", "not the district"},
		{"forces", "US", "AE", "AE", "post to Europe"},
		{"territory", "US", "Puerto Rico", "PR", "also a country"},
		{"country decides", "AU", "WA", "WA", "Western Australia"},
		{"country decides, name", "AU", "Western Australia", "WA", "not Washington"},
		{"code without a country", "", "WA", "", "it is in two countries"},
		{"unique code without a country", "", "TX", "", "only names count: other countries may have the code"},
		{"unique name without a country", "", "Bavaria", "BY", "there is one"},
		{"name of two", "", "Limburg", "", "Belgium and the Netherlands"},
		{"Georgia", "", "Georgia", "GA", "who asks for a state means the state"},
		{"full code", "", "US-GA", "GA", "the country is in it"},
		{"full code of another country", "CA", "US-GA", "", "they contradict each other"},
		{"full code of the country", "de", "DE-BY", "BY", "they agree"},
		{"umlaut", "DE", "Thüringen", "TH", "own language"},
		{"umlaut written out", "DE", "Thueringen", "TH", "as in files without umlauts"},
		{"kind before", "CH", "Canton de Vaud", "VD", "the kind does not matter"},
		{"kind before, English", "US", "State of Georgia", "GA", "nor in English"},
		{"kind behind", "JP", "Kanagawa-ken", "14", "nor in Japanese"},
		{"kind behind, English", "CN", "Guangdong Province", "GD", "nor behind the name"},
		{"county", "IE", "Co. Cork", "CO", "an Irish way"},
		{"number of a spreadsheet", "JP", "1", "01", "which drops the zeros"},
		{"number", "AT", "9", "9", "Austria numbers its states"},
		{"own script", "JP", "東京都", "13", "Japanese"},
		{"former code", "IN", "OR", "OD", "until 2023"},
		{"other country", "FR", "Bayern", "", "France has none"},
		{"country without a table", "LI", "Vaduz", "", "not known"},
		{"not a country", "Germany", "Bayern", "", "a code is asked for"},
		{"unknown", "US", "Ontario", "", "not in the US"},
		{"kind alone", "US", "State of", "", "no name"},
		{"empty", "US", "", "", "unknown"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := State(tt.country, tt.in); got != tt.want {
				t.Errorf("got %q, want %q: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func TestStateTable(t *testing.T) {
	states := map[string]map[string]bool{}
	for i, n := range stateNames {
		if i > 0 {
			before := stateNames[i-1]
			if n.name < before.name || n.name == before.name && n.country <= before.country {
				t.Errorf("%q of %s is out of order", n.name, n.country)
			}
		}
		if folded := string(appendCountryFold(nil, n.name)); folded != n.name {
			t.Errorf("%q is not folded: %q", n.name, folded)
		}
		if got := State(n.country, n.code); got != n.code {
			t.Errorf("%s of %s is found as %q", n.code, n.country, got)
		}
		if states[n.country] == nil {
			states[n.country] = map[string]bool{}
		}
		states[n.country][n.code] = true
	}
	for country, want := range map[string]int{
		"AE": 7, "AT": 9, "AU": 8, "BE": 13, "BR": 27, "CA": 13, "CH": 26, "CN": 34, "DE": 16, "DK": 5, "ES": 19, "FR": 13,
		"GB": 4, "IE": 30, "IN": 36, "IT": 20, "JP": 47, "MX": 32, "NL": 12, "NZ": 17, "PL": 16, "SE": 21, "US": 60, "ZA": 9,
	} {
		if got := len(states[country]); got != want {
			t.Errorf("%s has %d states, want %d", country, got, want)
		}
	}
	if len(states) != 24 {
		t.Errorf("the table has %d countries, want 24", len(states))
	}
}

func TestPostalCode(t *testing.T) {
	for _, tt := range []struct{ name, country, in, want, reason string }{
		{"ZIP", "US", "94105", "94105", "as it is"},
		{"ZIP+4", "US", "94105-1804", "94105", "the four digits name a block"},
		{"ZIP+4 without dash", "us", "941051804", "94105", "also without"},
		{"nine digits elsewhere", "", "941051804", "941051804", "the country is not known"},
		{"British", "GB", "sw1a 1aa", "SW1A1AA", "capitals, no space"},
		{"Canadian", "CA", "K1A-0B1", "K1A0B1", "no dash"},
		{"Polish", "PL", "00-950", "00950", "the zeros are kept"},
		{"country before", "CH", "CH-8001", "8001", "its code"},
		{"vehicle sign before", "DE", "D-80331", "80331", "its sign"},
		{"other sign", "DE", "A-1010", "A1010", "not Germany's"},
		{"Dutch letters", "NL", "1012 AB", "1012AB", "part of the code"},
		{"wide digits", "JP", "〒１００-０００１", "1000001", "any script"},
		{"empty", "US", " - ", "", "nothing is left"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := PostalCode(tt.country, tt.in); got != tt.want {
				t.Errorf("got %q, want %q: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func BenchmarkState(b *testing.B) {
	for _, bb := range []struct{ country, in string }{{"US", "CA"}, {"US", "North Carolina"}, {"US", "Calif."}, {"", "California"}} {
		b.Run(bb.country+" "+bb.in, func(b *testing.B) {
			b.ReportAllocs()
			dst := make([]byte, 0, 3)
			for b.Loop() {
				dst = appendState(dst[:0], bb.country, bb.in)
			}
		})
	}
}

func BenchmarkPostalCode(b *testing.B) {
	b.ReportAllocs()
	dst := make([]byte, 0, 16)
	for b.Loop() {
		dst = appendPostalCode(dst[:0], "US", "94105-1804")
	}
}
