package identity

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A phoneCase asks how another library reads a phone number. Agrees says that it does so with the numbering plans in
// force, and not only with those of its own tests.
type phoneCase struct {
	ID, Op, In, Region string
	A, B, Want         string
	E164               string
	Valid              bool
	Agrees             bool `json:"production_metadata_agrees"`
}

// phoneCases returns the cases of an operation.
func phoneCases(t testing.TB, op string) []phoneCase {
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

func TestForeign_PhoneDigits(t *testing.T) {
	for op, digits := range map[string]func(string) string{"digits_only": Digits, "normalize": keypadDigits} {
		cases := phoneCases(t, op)
		for _, c := range cases {
			if got := digits(c.In); got != c.Want {
				t.Errorf("%s: %s of %q: got %q, want %q", c.ID, op, c.In, got, c.Want)
			}
		}
		t.Logf("%s: %d cases", op, len(cases))
	}
}

func TestForeign_PhoneMatch(t *testing.T) {
	levels := map[string]phoneAgreement{"EXACT_MATCH": phoneExact, "NSN_MATCH": phoneNational, "SHORT_NSN_MATCH": phoneShort,
		"NO_MATCH": phoneDiffers, "NOT_A_NUMBER": phoneNotANumber}
	cases := phoneCases(t, "match")
	for _, c := range cases {
		if got := comparePhones(c.A, c.B); got != levels[c.Want] {
			t.Errorf("%s: %q and %q: got %s, want %s", c.ID, c.A, c.B, got, levels[c.Want])
		}
		if got := comparePhones(c.B, c.A); got != levels[c.Want] {
			t.Errorf("%s: %q and %q: got %s, want %s", c.ID, c.B, c.A, got, levels[c.Want])
		}
	}
	t.Logf("match: %d cases in both orders, 0 differ", len(cases))
}

// Where Phone answers it agrees with the other library, which knows the plans. It may abstain.
func TestForeign_PhoneParse(t *testing.T) {
	type count struct{ answered, refused, abstained int }
	counts := map[bool]*count{true: {}, false: {}}
	for _, c := range phoneCases(t, "parse") {
		got := Phone(c.In, c.Region)
		switch n := counts[c.Agrees]; {
		case got == c.E164 && got == "":
			n.refused++
		case got == c.E164:
			n.answered++
		case got == "":
			n.abstained++
			t.Logf("%s: %q of %s: no answer, the other library %q (valid %v)", c.ID, c.In, c.Region, c.E164, c.Valid)
		default:
			t.Errorf("%s: %q of %s: got %q, want %q", c.ID, c.In, c.Region, got, c.E164)
		}
	}
	t.Logf("as the plans in force have it: %+v", *counts[true])
	t.Logf("as only the plans of the other library's tests have it: %+v", *counts[false])
	if counts[true].answered < 90 {
		t.Errorf("only %d numbers are answered", counts[true].answered)
	}
}

func TestPhone(t *testing.T) {
	for _, tt := range []struct{ name, in, country, want, reason string }{
		{"plus", "+49 30 123456", "", "+4930123456", "it needs no country"},
		{"small letters", "030 123456", "de", "+4930123456", "a country in any case"},
		{"no country", "030 123456", "", "", "a national number belongs nowhere"},
		{"unknown country", "030 123456", "XX", "", "as if there were none"},
		{"trunk after the code", "+49 (0)30 123456", "US", "+4930123456", "a German habit"},
		{"trunk after a bare code", "49 (0)30 123456", "DE", "+4930123456", "the brackets show what stands before"},
		{"two readings", "4930123456", "DE", "", "4930 is an area, and 49 a calling code"},
		{"one reading", "919876543210", "IN", "+919876543210", "too long to be national"},
		{"fixed length", "34912345678", "ES", "+34912345678", "Spanish numbers have 9 digits"},
		{"Italy", "06 698 12345", "IT", "+390669812345", "Italy keeps its 0"},
		{"Italy in brackets", "+39 (0)6 698 12345", "", "+390669812345", "also in brackets"},
		{"habit without a trunk", "+34 (0)91 234 56 78", "", "+34912345678", "Spain has no trunk prefix"},
		{"two trunks", "8 029 491 19 11", "BY", "+375294911911", "Belarus dials 8 and 0"},
		{"Russia keeps its 800", "8 800 555 35 35", "RU", "+78005553535", "only the first 8 is a trunk prefix"},
		{"Hungary", "06 1 234 5678", "HU", "+3612345678", "the trunk prefix is 06"},
		{"foreign prefix", "0044 20 7031 3000", "US", "+442070313000", "00 is read everywhere"},
		{"Colombia", "0091 98765 43210", "CO", "", "009 is a carrier there, so that it could be +1 987…"},
		{"unassigned code", "+210 3456 56789", "", "", "nobody has it"},
		{"local", "253-0000", "US", "", "the area is missing"},
		{"two numbers", "030 123456 / +49 171 1234567", "DE", "", "one of them would be lost"},
		{"e-mail", "jo1234567@acme.example", "US", "", "not a phone number"},
		{"placeholder", "n/a", "US", "", "no digit"},
		{"slip of a letter", "0900 332 600a5", "NZ", "+649003326005", "fewer than three letters"},
		{"extension in German", "030 123456 Durchwahl 12", "DE", "+4930123456", "as ext."},
		{"longest", "+49 1234567890123", "", "+491234567890123", "15 digits"},
		{"too long", "+49 12345678901234", "", "", "16 digits"},
		{"much too long", strings.Repeat("1234567890", 9), "DE", "", "no plan has it"},
		{"wide digits", "＋４９　３０　１２３４５６", "", "+4930123456", "any script"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Phone(tt.in, tt.country); got != tt.want {
				t.Errorf("got %q, want %q: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func TestComparePhones(t *testing.T) {
	for _, tt := range []struct {
		name, a, b string
		want       phoneAgreement
		reason     string
	}{
		{"code without plus", "+64 3 331 6005", "64 3 331 6005", phoneShort, "64 could be an area"},
		{"code without plus, too long", "+34 912 345 678", "34 912 345 678", phoneNational, "Spanish numbers have nine digits"},
		{"short tail", "+49 30 123456", "23456", phoneDiffers, "five digits say nothing"},
		{"shortest tail", "+49 30 123456", "123456", phoneShort, "six digits say something"},
		{"unassigned", "+210 30 123456", "+210 30 123456", phoneNotANumber, "nobody has the code"},
		{"empty", "", "", phoneNotANumber, "unknown is not equal to unknown"},
		{"one extension", "+49 30 123456 ext. 1", "+49 30 123456", phoneShort, "the desk or its switchboard"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := comparePhones(tt.a, tt.b); got != tt.want {
				t.Errorf("got %s, want %s: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func TestCallingTables(t *testing.T) {
	for i, p := range callingPlans {
		if i > 0 && p.code <= callingPlans[i-1].code {
			t.Errorf("%d is out of order", p.code)
		}
		digits := strconv.Itoa(int(p.code))
		if n := callingCodeLen(digits); n != len(digits) && digits != "1" && digits != "7" {
			t.Errorf("%s is read as a code of %d digits", digits, n)
		}
		if p.min < 4 || p.min > p.max || p.max+len(digits) > 15 {
			t.Errorf("%d has numbers of %d to %d digits", p.code, p.min, p.max)
		}
	}
	for i, c := range callingCountries {
		if i > 0 && c.country <= callingCountries[i-1].country {
			t.Errorf("%s is out of order", c.country)
		}
		if callingPlanOf(c.code).code == 0 {
			t.Errorf("%s has the code %d, which has no plan", c.country, c.code)
		}
	}
}

// Phone reads back what it wrote, and what was written in another way.
func TestPhoneIsStable(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 1))
	for range 20_000 {
		c := callingCountries[r.IntN(len(callingCountries))]
		p := callingPlanOf(c.code)
		national := strconv.Itoa(1 + r.IntN(9))
		for want := p.min + r.IntN(p.max-p.min+1); len(national) < want; {
			national += strconv.Itoa(r.IntN(10))
		}
		want := "+" + strconv.Itoa(int(c.code)) + national
		if got := Phone(want, ""); got != want {
			t.Fatalf("%s becomes %q", want, got)
		}
		code, rest := splitPhone(want)
		if code != strconv.Itoa(int(c.code)) || rest != national {
			t.Fatalf("%s is split into %q and %q", want, code, rest)
		}
		spaced := "(+" + code + ") " + rest[:2] + " - " + rest[2:] + " ext. 7"
		if got := Phone(spaced, c.country); got != want {
			t.Fatalf("%s becomes %q, want %s", spaced, got, want)
		}
		if got := comparePhones(want, spaced); got != phoneShort {
			t.Fatalf("%s and %s are %s", want, spaced, got)
		}
	}
}

func FuzzPhone(f *testing.F) {
	for _, seed := range []string{"", "+49 (0)30 123456 ext. 12", "tel:03-331-6005;phone-context=+64;ext=1", "1-800-FLOWERS", "+1123-456-7890 666666#",
		"＋１　（６５０）", "0081-650-253-0000", "8 (423) 202-25-11доб100", ";phone-context=", "00", "+", "(0)", "a(0)1,,2"} {
		for _, country := range []string{"", "DE", "US", "SG", "RU", "HU"} {
			f.Add(seed, country)
		}
	}
	f.Fuzz(func(t *testing.T, s, country string) {
		got := Phone(s, country)
		if again := Phone(got, country); again != got {
			t.Fatalf("%q becomes %q and that %q", s, got, again)
		}
		if code, national := splitPhone(got); "+"+code+national != got && got != "" {
			t.Fatalf("%q is split into %q and %q", got, code, national)
		}
		if len(got) > 16 || strings.Trim(got, "+0123456789") != "" {
			t.Fatalf("%q is no E.164", got)
		}
		if other := comparePhones(country, s); other != comparePhones(s, country) {
			t.Fatalf("%q and %q are %s one way only", s, country, other)
		}
		if got != "" && comparePhones(got, got) != phoneExact {
			t.Fatalf("%q is not itself", got)
		}
		if strings.Trim(Digits(s)+keypadDigits(s), "0123456789") != "" {
			t.Fatalf("%q has digits that are none", s)
		}
	})
}

func BenchmarkPhone(b *testing.B) {
	for _, bb := range []struct{ name, in, country string }{
		{"international", "+49 (0)30 12345-678", ""},
		{"national", "(650) 253-0000 ext. 12", "US"},
		{"prefix", "011 49 30 123456", "US"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			dst := make([]byte, 0, 16)
			for b.Loop() {
				dst = appendPhone(dst[:0], bb.in, bb.country)
			}
		})
	}
}
