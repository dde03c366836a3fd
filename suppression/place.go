package suppression

import (
	"cmp"
	_ "embed"
	"strings"
	"sync"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

// placeFile lists the zones of countries and of subdivisions of some.
//
//go:embed places.txt
var placeFile string

// An atlas knows in which zones a person can be. It loads each zone once, and remembers nothing else.
type atlas struct {
	places map[string][]string // names of zones, by the code of a country or a subdivision
	zones  sync.Map            // a []*calendar.Zone with one zone, by its name
	placed sync.Map            // a []*calendar.Zone, by the code
}

func newAtlas() *atlas { return &atlas{places: readPlaces(placeFile)} }

// readPlaces reads lines of a code and names of zones. Empty lines and those that begin with # say nothing.
func readPlaces(text string) map[string][]string {
	places := map[string][]string{}
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); len(words) > 0 && words[0][0] != '#' {
			places[words[0]] = words[1:]
		}
	}
	return places
}

// locate returns the codes of where the person is, "" where that is unknown: the lead's country, where it has none its
// account's, and the state that belongs to it. Beside the account's country the lead's state goes before the account's. What
// is written otherwise than in ISO 3166 is unknown.
func locate(f *handoff.Facts) (country, state string) {
	if f.Lead.Country == "" {
		return countryCode(f.Account.Country), stateCode(cmp.Or(f.Lead.State, f.Account.State))
	}
	return countryCode(f.Lead.Country), stateCode(f.Lead.State)
}

// countryCode returns two letters as capitals, and "" for everything else.
func countryCode(text string) string {
	code := strings.ToUpper(text)
	if len(code) != 2 || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return ""
	}
	return code
}

// stateCode returns up to three letters and digits as capitals, and "" for everything else.
func stateCode(text string) string {
	code := strings.ToUpper(text)
	if len(code) > maxState || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
		return ""
	}
	return code
}

// candidates returns the zones in which a lead can be: the zone that it names, else those of the state in which locate finds
// it, else those of the country; none where nothing is known.
func (a *atlas) candidates(f *handoff.Facts) []*calendar.Zone {
	if zones := a.zone(f.Lead.Zone); zones != nil {
		return zones
	}
	country, state := locate(f)
	if state != "" {
		if zones := a.place(country + "-" + state); zones != nil {
			return zones
		}
	}
	return a.place(country)
}

// zone returns the zone of a name alone, and nil where there is none. What is no name of a zone is not remembered, so that
// what is remembered has a bound.
func (a *atlas) zone(name string) []*calendar.Zone {
	if name == "" {
		return nil
	}
	if zones, loaded := a.zones.Load(name); loaded {
		return zones.([]*calendar.Zone)
	}
	zone, err := calendar.LoadZone(name)
	if err != nil {
		return nil
	}
	zones, _ := a.zones.LoadOrStore(name, []*calendar.Zone{zone})
	return zones.([]*calendar.Zone)
}

// place returns the zones of a country or a subdivision, and nil where the code is unknown.
func (a *atlas) place(code string) []*calendar.Zone {
	if zones, loaded := a.placed.Load(code); loaded {
		return zones.([]*calendar.Zone)
	}
	var all []*calendar.Zone
	for _, name := range a.places[code] {
		all = append(all, a.zone(name)...)
	}
	if all == nil {
		return nil
	}
	zones, _ := a.placed.LoadOrStore(code, all)
	return zones.([]*calendar.Zone)
}
