package suppression

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

func TestPlaces(t *testing.T) {
	lines, codes := 0, map[string]int{}
	for line := range strings.Lines(placeFile) {
		if words := strings.Fields(line); len(words) > 0 && words[0][0] != '#' {
			lines++
			country, _, divided := strings.Cut(words[0], "-")
			if len(words) < 2 || len(country) != 2 || words[0] != strings.ToUpper(words[0]) {
				t.Errorf("%q is no code of a place with zones", words)
			}
			if divided {
				codes[country]++
			}
		}
	}
	places := readPlaces(placeFile)
	if len(places) != lines {
		t.Errorf("%d lines for %d places: one has two", lines, len(places))
	}
	territories := []string{"AS", "GU", "MP", "PR", "VI"} // of the US, with a country's code of their own
	for code, zones := range places {
		if !slices.IsSorted(zones) || len(slices.Compact(slices.Clone(zones))) != len(zones) {
			t.Errorf("%s: %v are not in order, each once", code, zones)
		}
		for _, name := range zones {
			if _, err := calendar.LoadZone(name); err != nil {
				t.Errorf("%s: %v", code, err)
			}
			country, part, divided := strings.Cut(code, "-")
			if divided && !(country == "US" && slices.Contains(territories, part)) && !slices.Contains(places[country], name) {
				t.Errorf("%s can be in %s, and %s cannot", code, name, country)
			}
		}
	}
	for country, want := range map[string]int{"US": 51 + 5, "CA": 13, "AU": 8, "BR": 27, "MX": 32} {
		if codes[country] != want {
			t.Errorf("%d subdivisions of %s, want %d: all of them, or a state that is missing is taken for the whole country", codes[country], country, want)
		}
	}
}

func TestCandidates(t *testing.T) {
	a := newAtlas()
	for _, tt := range []struct {
		name   string
		lead   handoff.Lead
		want   string
		reason string
	}{
		{"a zone", handoff.Lead{Zone: "Europe/Paris", Country: "US", State: "TX"}, "Europe/Paris", "the zone goes before the address"},
		{"no zone of that name", handoff.Lead{Zone: "Central", Country: "US", State: "IL"}, "America/Chicago", "the address is what is left"},
		{"a zone of the machine", handoff.Lead{Zone: "Local"}, "Asia/Tokyo", "the machine is not where the person is"},
		{"a state", handoff.Lead{Country: "US", State: "TX"}, "America/Chicago America/Denver", "El Paso is in another zone"},
		{"small letters", handoff.Lead{Country: "us", State: "tx"}, "America/Chicago America/Denver", "the codes are the same"},
		{"a country", handoff.Lead{Country: "FR"}, "Europe/Paris", "one zone"},
		{"a state that no line has", handoff.Lead{Country: "PT", State: "20"}, "Atlantic/Azores Atlantic/Madeira Europe/Lisbon", "those of its country"},
		{"a state without a country", handoff.Lead{State: "TX"}, "Asia/Tokyo", "other countries have a TX too; the account's is what is left"},
		{"nothing", handoff.Lead{}, "Asia/Tokyo", "where the account is"},
		{"no such country", handoff.Lead{Country: "ZZ"}, "", "nothing is known of it"},
		{"a country in words", handoff.Lead{Country: "Japan"}, "", "nobody reads it, and the account's is another place"},
		{"the United Kingdom", handoff.Lead{Country: "UK"}, "Europe/London", "many write it so"},
		{"Greece", handoff.Lead{Country: "EL"}, "Europe/Athens", "the European Union writes it so"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for range 2 { // the second time it remembers
				zones := a.candidates(&handoff.Facts{Lead: tt.lead, Account: handoff.Account{Country: "JP"}})
				var names []string
				for _, zone := range zones {
					names = append(names, zone.Name())
				}
				if got := strings.Join(names, " "); got != tt.want {
					t.Errorf("candidates %s, want %s: %s", got, tt.want, tt.reason)
				}
			}
		})
	}
}

// TestLocate finds where a person is, for the zones and for the law alike.
func TestLocate(t *testing.T) {
	a := newAtlas()
	place := func(text string) (country, state string) {
		country, state, _ = strings.Cut(text, " ")
		return strings.Trim(country, "-"), state
	}
	for _, tt := range []struct {
		name, lead, account string // countries and states
		want, zones         string
		reason              string
	}{
		{"a state of the account's country", "- FL", "US CA", "US FL", "America/Chicago America/New_York", "the lead's own state goes before the account's"},
		{"the account's state", "-", "US CA", "US CA", "America/Los_Angeles", "nothing else is known"},
		{"a country without a state", "US", "US CA", "US ", "", "the account's state is not the lead's"},
		{"another country", "FR", "US CA", "FR ", "Europe/Paris", "the account's state is not of it"},
		{"both of the lead", "US FL", "US CA", "US FL", "America/Chicago America/New_York", "the account does not matter"},
		{"a state alone", "- FL", "-", " FL", "", "of no country"},
		{"a state in words", "US Florida", "-", "US ", "", "nobody reads it"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var f handoff.Facts
			f.Lead.Country, f.Lead.State = place(tt.lead)
			f.Account.Country, f.Account.State = place(tt.account)
			country, state := locate(&f)
			if to := addresseeOf(&f); country+" "+state != tt.want || to.country != country || to.state != state {
				t.Errorf("got %q %q, and of the law %+v, want %q: %s", country, state, to, tt.want, tt.reason)
			}
			var names []string
			for _, zone := range a.candidates(&f) {
				names = append(names, zone.Name())
			}
			if got := strings.Join(names, " "); tt.zones != "" && got != tt.zones {
				t.Errorf("zones %s, want %s: %s", got, tt.zones, tt.reason)
			}
		})
	}
}

// TestPlaces_HaveEveryLaw looks up each country of the tables: hours there would need its zones.
func TestPlaces_HaveEveryLaw(t *testing.T) {
	a, countries := newAtlas(), 0
	for _, name := range Tables() {
		rows, _ := Table(name)
		for _, row := range rows {
			for _, country := range row.Countries {
				countries++
				if a.place(country) == nil {
					t.Errorf("%s: the atlas has no %s", row.ID, country)
				}
				for _, state := range row.States {
					if a.place(country+"-"+state) == nil {
						t.Errorf("%s: the atlas has no %s-%s", row.ID, country, state)
					}
				}
			}
		}
	}
	if countries == 0 {
		t.Error("no law has a country")
	}
}

func TestCandidates_AtOnce(t *testing.T) {
	a := newAtlas()
	var group sync.WaitGroup
	for range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			for _, state := range []string{"TX", "IN", "AK", "TX"} {
				if zones := a.candidates(&handoff.Facts{Lead: handoff.Lead{Country: "US", State: state}}); len(zones) != len(a.places["US-"+state]) {
					t.Errorf("%d zones of %s, want %d", len(zones), state, len(a.places["US-"+state]))
				}
			}
		}()
	}
	group.Wait()
}
