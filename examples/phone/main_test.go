package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/nyaruka/phonenumbers"

	"github.com/salesbaton/baton/handoff/identity"
)

func TestOutput(t *testing.T) {
	want, err := os.ReadFile(filepath.Join("testdata", "output.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	compare(&got)
	if got.String() != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}

// A phoneCase is a number as the library's own tests read it. Agrees says that the plans in force read it so too, and not
// only those of the tests.
type phoneCase struct {
	ID, Op, In, Region string
	A, B, Want         string
	E164               string
	Agrees             bool `json:"production_metadata_agrees"`
}

// phoneCases returns the cases of an operation.
func phoneCases(t *testing.T, op string) []phoneCase {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "cases", "identity_phone.json")
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("no case file at %s: it is not part of the module", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []phoneCase }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return slices.DeleteFunc(file.Cases, func(c phoneCase) bool { return c.Op != op })
}

func TestForeign_Parse(t *testing.T) {
	agree, differ, lenient := 0, 0, 0
	for _, c := range phoneCases(t, "parse") {
		got, ok := library.E164(c.In, c.Region)
		switch {
		case got == c.E164 && ok == (c.E164 != ""):
			agree++
		case c.Agrees:
			differ++
			t.Errorf("%s: %q of %s: got %q %v, want %q", c.ID, c.In, c.Region, got, ok, c.E164)
		default:
			lenient++
			t.Logf("%s: %q of %s: got %q, with the plans of the tests %q", c.ID, c.In, c.Region, got, c.E164)
		}
	}
	t.Logf("%d cases agree, %d differ, %d differ because other plans are in force", agree, differ, lenient)
}

func TestForeign_Match(t *testing.T) {
	names := map[phonenumbers.MatchType]string{phonenumbers.EXACT_MATCH: "EXACT_MATCH", phonenumbers.NSN_MATCH: "NSN_MATCH",
		phonenumbers.SHORT_NSN_MATCH: "SHORT_NSN_MATCH", phonenumbers.NO_MATCH: "NO_MATCH",
		phonenumbers.NOT_A_NUMBER: "NOT_A_NUMBER"}
	cases := phoneCases(t, "match")
	for _, c := range cases {
		if got := names[phonenumbers.IsNumberMatch(c.A, c.B)]; got != c.Want {
			t.Errorf("%s: %q and %q: got %s, want %s", c.ID, c.A, c.B, got, c.Want)
		}
	}
	t.Logf("%d cases", len(cases))
}

// contradictions are the example numbers that the built-in rule reads in another way than they are meant.
var contradictions = map[string]string{
	"09 15-2345-6789 AR": "the 15 of an Argentine mobile number only stands where the length shows it",
}

// The library has a number of each kind for each region. The built-in rule must read it as it is meant, or not at all, in
// every form in which it can be written.
func TestBuiltInRuleOnExampleNumbers(t *testing.T) {
	regions := make([]string, 0, 250)
	for region := range phonenumbers.GetSupportedRegions() {
		regions = append(regions, region)
	}
	slices.Sort(regions)
	kinds := []phonenumbers.PhoneNumberType{phonenumbers.FIXED_LINE, phonenumbers.MOBILE, phonenumbers.TOLL_FREE,
		phonenumbers.PREMIUM_RATE, phonenumbers.SHARED_COST, phonenumbers.VOIP, phonenumbers.UAN}
	var answered, abstained [2]int
	for _, region := range regions {
		for i, kind := range kinds {
			n := phonenumbers.GetExampleNumberForType(region, kind)
			if n == nil {
				continue
			}
			want := phonenumbers.Format(n, phonenumbers.E164)
			for _, text := range forms(n) {
				got, service := identity.Phone(text, region), min(i/2, 1)
				_, listed := contradictions[text+" "+region]
				switch {
				case got == want:
					answered[service]++
				case got == "" && !listed:
					abstained[service]++
				case !listed:
					t.Errorf("%s: %q: got %s, want %s or nothing", region, text, got, want)
				}
			}
		}
	}
	t.Logf("fixed lines and mobiles: %d answered, %d not; services: %d answered, %d not", answered[0], abstained[0],
		answered[1], abstained[1])
	if answered[0] < 40*abstained[0] {
		t.Errorf("too few numbers of people are answered: %d, and %d not", answered[0], abstained[0])
	}
}

// forms are the ways in which a number is written.
func forms(n *phonenumbers.PhoneNumber) []string {
	e164 := phonenumbers.Format(n, phonenumbers.E164)
	return []string{e164, "00" + e164[1:], phonenumbers.Format(n, phonenumbers.INTERNATIONAL),
		phonenumbers.Format(n, phonenumbers.NATIONAL), phonenumbers.GetNationalSignificantNumber(n),
		phonenumbers.Format(n, phonenumbers.RFC3966)}
}
