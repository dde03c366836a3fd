package identity

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"maps"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// emailShared returns the content of a file of facts that other projects published.
func emailShared(t *testing.T, elements ...string) []byte {
	t.Helper()
	path := filepath.Join(append([]string{"..", "..", "..", "shared"}, elements...)...)
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("no file at %s: it is not part of the module", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// emailCases returns the cases of a file.
func emailCases[C any](t *testing.T, name string) []C {
	t.Helper()
	var file struct{ Cases []C }
	if err := json.Unmarshal(emailShared(t, "cases", name), &file); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return file.Cases
}

func TestParseAddress(t *testing.T) {
	long := strings.Repeat("a", 64)
	tests := []struct {
		name, reason, in, want string
		err                    error
	}{
		{"plain", "what most leads have", "ann.lee@acme.com", "ann.lee@acme.com", nil},
		{"case", "the domain is known without its case, the mailbox as it was written", "Ann.Lee@ACME.com", "Ann.Lee@acme.com", nil},
		{"spaces around", "they come with copying", " \tann@acme.com\u00a0", "ann@acme.com", nil},
		{"name", "mail clients copy it along", "Ann Lee <ann@acme.com>", "ann@acme.com", nil},
		{"no name", "some copy the brackets only", "<ann@acme.com>", "ann@acme.com", nil},
		{"name with comma", "a list of people is often so", "Lee, Ann <ann@acme.com>", "ann@acme.com", nil},
		{"name with nickname", "a quoted word is one of the words", `Ann "Bo" Lee <ann@acme.com>`, "ann@acme.com", nil},
		{"address as name", "some clients write it twice", "ann@acme.com <ann@acme.com>", "ann@acme.com", nil},
		{"needless quotes", "it is the same mailbox", `"ann.lee"@acme.com`, "ann.lee@acme.com", nil},
		{"needless backslash", "it is the same mailbox", `"a\nn"@acme.com`, "ann@acme.com", nil},
		{"needed quotes", "a space is part of it", `"ann lee"@acme.com`, `"ann lee"@acme.com`, nil},
		{"@ in quotes", "the last @ divides", `"ann@home"@acme.com`, `"ann@home"@acme.com`, nil},
		{"quote in quotes", "it needs its backslash", `"a\"b\\"@acme.com`, `"a\"b\\"@acme.com`, nil},
		{"angle in quotes", "it does not end the name", `"<Ann>" <"a<b"@acme.com>`, `"a<b"@acme.com`, nil},
		{"other letters", "both parts may have them", "jörg@MÜLLER.de", "jörg@xn--mller-kva.de", nil},
		{"punycode", "it is the ASCII form already", "a@xn--mller-kva.de", "a@xn--mller-kva.de", nil},
		{"longest local part", "64 bytes are allowed", long + "@acme.com", long + "@acme.com", nil},
		{"too long local part", "65 are not", long + "a@acme.com", "", AddressTooLong},
		{"longest", "254 bytes are allowed", "ann@" + strings.Repeat("a.", 123) + "acme", "ann@" + strings.Repeat("a.", 123) + "acme", nil},
		{"too long", "255 are not", "anna@" + strings.Repeat("a.", 123) + "acme", "", AddressTooLong},
		{"letters count in bytes", "33 letters of two bytes are too long", strings.Repeat("ö", 33) + "@acme.com", "", AddressTooLong},
		{"long text", "nothing of it is read", "a@acme.com" + strings.Repeat(".com", 300), "", AddressTooLong},
		{"country", "somebody has a mailbox there", "ann@ai", "ann@ai", nil},
		{"empty", "nothing was typed", " ", "", AddressEmpty},
		{"empty brackets", "nothing is in them", "Ann <>", "", AddressEmpty},
		{"no @", "a name stands in the wrong column", "acme.com", "", AddressNoAt},
		{"no mailbox", "the part is missing", "@acme.com", "", AddressNoLocal},
		{"empty quotes", "the part is empty", `""@acme.com`, "", AddressNoLocal},
		{"no domain", "the part is missing", "ann@", "", AddressNoDomain},
		{"two addresses", "a sequence goes to one", "ann@acme.com, bo@acme.com", "", AddressSeveral},
		{"two addresses, one with name", "the first is not a name", "ann@acme.com, Bo <bo@acme.com>", "", AddressSeveral},
		{"line break", "it could begin another header", "ann@acme.com\nBcc: bo@acme.com", "", AddressControl},
		{"line break at the end", "it is not a space", "ann@acme.com\n", "", AddressControl},
		{"bracket not opened", "it is no name", "Ann ann@acme.com>", "", AddressName},
		{"name in pieces", "words in quotes stand apart", `"Ann"Lee <ann@acme.com>`, "", AddressName},
		{"dot first", "RFC 5321 has none there", ".ann@acme.com", "", AddressDots},
		{"dot last", "RFC 5321 has none there", "ann.@acme.com", "", AddressDots},
		{"two dots", "RFC 5321 has single ones", "ann..lee@acme.com", "", AddressDots},
		{"space inside", "it is two things", "ann lee@acme.com", "", AddressLocal},
		{"sign", "an emoji is not a letter", "ann🍈@acme.com", "", AddressLocal},
		{"broken UTF-8", "it is no letter", "ann\xff@acme.com", "", AddressLocal},
		{"open quote", "it is not closed", `"ann@acme.com`, "", AddressQuotes},
		{"quoted piece", "the quotes enclose a piece", `"ann"lee@acme.com`, "", AddressQuotes},
		{"underscore", "no mail domain has one", "ann@_acme.com", "", AddressDomain},
		{"dot at the end", "the address goes on", "ann@acme.com.", "", AddressDomain},
		{"wide letters", "they only look like others", "ann@ｇｍａｉｌ.com", "", AddressDomain},
		{"no ending", "it was forgotten", "ann@acme", "", AddressEnding},
		{"only an ending", "the name was forgotten", "ann@com", "", AddressEnding},
		{"literal", "no company owns it", "ann@[192.0.2.1]", "", AddressNumber},
		{"address as domain", "no company owns it", "ann@192.0.2.1", "", AddressNumber},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ParseAddress(tt.in)
			if got.String() != tt.want || !errors.Is(err, tt.err) {
				t.Errorf("ParseAddress(%q) = %q, %v; want %q, %v: %s", tt.in, got, err, tt.want, tt.err, tt.reason)
			}
		})
	}
}

// An emailSyntaxCase is an address with what validator.js says of it (op valid) or with what isemail does (op diagnose).
type emailSyntaxCase struct {
	ID, Op, In, Category, Diagnosis string
	Options                         map[string]json.RawMessage
	Want                            bool
}

// emailSyntaxApart lists the cases of op valid, by the end of their id, in which ParseAddress says something else on purpose.
var emailSyntaxApart = map[string]string{
	"025": "co.c could be a domain: isemail takes iana.a, and whether an ending exists changes",
	"086": "as 025",
	"139": "brackets without a name: the name is dropped anyway",
	"140": "a blank name in quotes: as 139",
	"189": "a set of Domains has what is below gmail.com too",
}

// emailOptionsLeft lists options of validator.js that ParseAddress has not, with the reason.
var emailOptionsLeft = map[string]string{
	"allow_ip_domain":            "an IP address is no company's domain",
	"allow_underscores":          "no mail domain has one",
	"blacklisted_chars":          "the host's own rule",
	"domain_specific_validation": "providers change what names they give out",
	"ignore_max_length":          "no server takes such an address",
}

// left returns the option that is set in the case and that ParseAddress has not.
func (c emailSyntaxCase) left() string {
	for _, option := range slices.Sorted(maps.Keys(emailOptionsLeft)) {
		switch value := string(c.Options[option]); value {
		case "", "false", "[]", `""`:
		default:
			return option
		}
	}
	return ""
}

// accepts is ParseAddress with the options that a host adds in a line each.
func (c emailSyntaxCase) accepts(t *testing.T) bool {
	t.Helper()
	a, err := ParseAddress(c.In)
	only, never := c.domains(t, "host_whitelist"), c.domains(t, "host_blacklist")
	switch {
	case err != nil:
		return false
	case string(c.Options["allow_utf8_local_part"]) == "false" && !hostIsASCII(a.Local):
		return false
	case string(c.Options["require_display_name"]) == "true" && !strings.HasSuffix(c.In, ">"):
		return false
	}
	return (only.Len() == 0 || only.Has(a.Domain)) && !never.Has(a.Domain)
}

// domains returns the set that an option of the case gives.
func (c emailSyntaxCase) domains(t *testing.T, option string) Domains {
	t.Helper()
	var list []string
	if text, given := c.Options[option]; given {
		if err := json.Unmarshal(text, &list); err != nil {
			t.Fatalf("%s: %v", c.ID, err)
		}
	}
	set, err := Domains{}.With(list...)
	if err != nil {
		t.Fatalf("%s: %v", c.ID, err)
	}
	return set
}

func TestForeign_AddressSyntax(t *testing.T) {
	ran, apart, left := map[string]int{}, map[string]int{}, map[string]int{}
	for _, c := range emailCases[emailSyntaxCase](t, "identity_email_syntax.json") {
		number := c.ID[len(c.ID)-3:]
		if c.Op == "diagnose" {
			ran["isemail"]++
			emailDiagnosis(t, c.ID, c.In, c.Category)
			continue
		}
		if option := c.left(); option != "" {
			left[option]++
			continue
		}
		ran["validator.js"]++
		agrees := c.accepts(t) == c.Want
		if _, listed := emailSyntaxApart[number]; listed == agrees {
			t.Errorf("%s: ParseAddress(%q): want accepted: %t, agrees: %t, listed as different: %t", c.ID, c.In, c.Want, agrees, listed)
		}
		if !agrees {
			apart[number]++
		}
	}
	t.Logf("ran: %v, of which %d differ on purpose", ran, len(apart))
	for _, number := range slices.Sorted(maps.Keys(apart)) {
		t.Logf("differs: %s: %s", number, emailSyntaxApart[number])
	}
	for _, option := range slices.Sorted(maps.Keys(left)) {
		t.Logf("skipped: %d with %s: %s", left[option], option, emailOptionsLeft[option])
	}
	if ran["isemail"] != 163 || ran["validator.js"] != 175 {
		t.Errorf("ran %v; want 163 of isemail and 175 of validator.js", ran)
	}
}

// emailDiagnosis holds ParseAddress to a category of isemail and returns whether it accepts the address: what is valid is an
// address, what is an error is none, and the rest may be refused.
func emailDiagnosis(t *testing.T, id, in, category string) bool {
	t.Helper()
	_, err := ParseAddress(in)
	switch category {
	case "VALID_CATEGORY", "DNSWARN":
		if err != nil {
			t.Errorf("%s: ParseAddress(%q) is refused: %v; it is %s", id, in, err, category)
		}
	case "ERR":
		if err == nil {
			t.Errorf("%s: ParseAddress(%q) is accepted; it is %s", id, in, category)
		}
	}
	return err == nil
}

// emailRefused lists what may be refused and is, by the beginning of the category and diagnosis, with the reason.
var emailRefused = []struct{ diagnosis, reason string }{
	{"CFWS CFWS_COMMENT", "nobody hands out an address with a comment"},
	{"CFWS CFWS_FWS", "a line break could begin another header; spaces around are taken"},
	{"DEPREC", "RFC 5322 itself calls it obsolete"},
	{"RFC5321 RFC5321_ADDRESSLITERAL", "no company owns an IP address"},
	{"RFC5321 RFC5321_QUOTEDSTRING", "nothing stands in the quotes"},
	{"RFC5321 RFC5321_TLD", "only the top-level domain of a country may have a mailbox, and no ending is a number"},
	{"RFC5322 RFC5322_DOMAIN", "it is no host name, or longer than one"},
	{"RFC5322 RFC5322_DOMLIT", "no company owns it"},
	{"RFC5322 RFC5322_IPV6", "no company owns an IP address"},
	{"RFC5322 RFC5322_LABEL", "the domain name system has no such label"},
	{"RFC5322 RFC5322_LOCAL", "no server takes it"},
	{"RFC5322 RFC5322_TOOLONG", "no server takes it"},
}

// emailWhyRefused returns the reason, and "" where there is none.
func emailWhyRefused(diagnosis string) string {
	for _, r := range emailRefused {
		if strings.HasPrefix(diagnosis, r.diagnosis) {
			return r.reason
		}
	}
	return ""
}

func TestForeign_AddressSyntaxXML(t *testing.T) {
	var file struct {
		Tests []struct {
			ID        string `xml:"id,attr"`
			Address   string `xml:"address"`
			Category  string `xml:"category"`
			Diagnosis string `xml:"diagnosis"`
		} `xml:"test"`
	}
	if err := xml.Unmarshal(emailShared(t, "data", "email_syntax_tests", "tests.xml"), &file); err != nil {
		t.Fatal(err)
	}
	ran, refused := map[string]int{}, map[string]int{}
	for _, test := range file.Tests {
		category := strings.TrimPrefix(test.Category, "ISEMAIL_")
		address := strings.Map(func(c rune) rune {
			switch { // the file has pictures of control characters
			case 0x2400 <= c && c < 0x2420:
				return c - 0x2400
			case c == 0x2421:
				return 0x7f
			}
			return c
		}, test.Address)
		ran[category]++
		if !emailDiagnosis(t, "#"+test.ID, address, category) && category != "ERR" {
			refused[category+" "+strings.TrimPrefix(test.Diagnosis, "ISEMAIL_")]++
		}
	}
	t.Logf("ran: %v", ran)
	for _, why := range slices.Sorted(maps.Keys(refused)) {
		reason := emailWhyRefused(why)
		if reason == "" {
			t.Errorf("%s is refused, and no reason is given", why)
		}
		t.Logf("may be refused and is: %d %s: %s", refused[why], why, reason)
	}
	if len(file.Tests) != 164 {
		t.Errorf("%d tests; want 164", len(file.Tests))
	}
}

func TestAddressError_NamesNobody(t *testing.T) {
	for _, in := range []string{"ann.lee@", "ann..lee@acme.com", "Ann Lee ann@acme.com>", `"ann.lee@acme.com`, "ann@acme_corp.com"} {
		_, err := ParseAddress(in)
		var problem AddressError
		if !errors.As(err, &problem) {
			t.Fatalf("ParseAddress(%q): %v is no AddressError", in, err)
		}
		if text := strings.ToLower(err.Error()); strings.Contains(text, "lee@") || strings.Contains(text, "acme") {
			t.Errorf("ParseAddress(%q): the error repeats it: %v", in, err)
		}
	}
}

func FuzzParseAddress(f *testing.F) {
	for _, seed := range []string{
		"ann@acme.com", "Ann <ann@acme.com>", `"a b"@MÜLLER.de`, `"a\"b"@x.io`, "ann+x@ya.ru", "İ@faß.de", "a-b@yahoo.com", "a.+b@live.com",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParseAddress(s)
		if err != nil {
			if a != (Address{}) {
				t.Errorf("ParseAddress(%q) = %q with %v", s, a, err)
			}
			return
		}
		if again, err := ParseAddress(a.String()); again != a || err != nil {
			t.Errorf("ParseAddress(%q) = %q; read again %q, %v", s, a, again, err)
		}
		if _, err := mail.ParseAddress(a.String()); err != nil {
			t.Errorf("ParseAddress(%q) = %q; net/mail refuses it: %v", s, a, err)
		}
		if !utf8.ValidString(a.Local) || !hostIsASCII(a.Domain) || a.Domain != strings.ToLower(a.Domain) {
			t.Errorf("ParseAddress(%q) = %q", s, a)
		}
		for _, m := range []Mailboxes{{}, Providers(), {KeepCase: true}, {Tags: true}} {
			key := m.Canonical(a)
			at := strings.LastIndexByte(key, '@')
			if again := m.Canonical(Address{key[:at], key[at+1:]}); again != key {
				t.Errorf("%+v.Canonical(%q) = %q, and of that %q", m, a, key, again)
			}
		}
	})
}

// An emailNormalizeCase is an address with the text that validator.js makes of it; nil where it is none.
type emailNormalizeCase struct {
	ID, In  string
	Options map[string]bool
	Want    *string
}

// emailNormalizeApart lists the cases, by the end of their id, in which the answer is another on purpose.
var emailNormalizeApart = map[string]string{
	"012": "two dots in a row are no address: isemail has ERR_CONSECUTIVEDOTS",
	"013": "as 012",
	"059": "as 012",
}

// mailboxes returns the options of the case in our words. The peer has a switch for each provider, which are one here, so
// that the one of the address counts. It is on where it is not given.
func (c emailNormalizeCase) mailboxes() Mailboxes {
	on := func(option string) bool {
		value, given := c.Options[option]
		return value || !given
	}
	_, domain, _ := strings.Cut(strings.ToLower(c.In), "@")
	names := map[provider]string{gmail: "gmail", outlook: "outlookdotcom", icloud: "icloud", yahoo: "yahoo", yandex: "yandex"}
	name := names[providerOf(domain)]
	m := Mailboxes{Dots: on("gmail_remove_dots"), Tags: name != "" && name != "yandex" && on(name+"_remove_subaddress")}
	m.KeepCase = !on("all_lowercase") && (name == "" || !on(name+"_lowercase"))
	m.Aliases = name == "gmail" && on("gmail_convert_googlemaildotcom") || name == "yandex" && on("yandex_convert_yandexru")
	return m
}

// emailInLetters returns the address with its domain in the letters of its language, as the peer has it.
func emailInLetters(t *testing.T, address string) string {
	t.Helper()
	at := strings.LastIndexByte(address, '@') + 1
	domain, err := idna.ToUnicode(address[at:])
	if err != nil {
		t.Fatal(err)
	}
	return address[:at] + domain
}

func TestForeign_Canonical(t *testing.T) {
	ran, apart := 0, 0
	for _, c := range emailCases[emailNormalizeCase](t, "identity_email_normalize.json") {
		ran++
		a, err := ParseAddress(c.In)
		got := emailInLetters(t, c.mailboxes().Canonical(a))
		want := ""
		if c.Want != nil {
			want = *c.Want
		}
		why, listed := emailNormalizeApart[c.ID[len(c.ID)-3:]]
		if agrees := got == want && (err == nil) == (c.Want != nil); agrees == listed {
			t.Errorf("%s: %q gives %q, %v; want %q (listed as different: %t)", c.ID, c.In, got, err, want, listed)
		}
		if listed {
			apart++
			t.Logf("differs: %s: %s", c.ID, why)
		}
	}
	t.Logf("ran: %d, of which %d differ on purpose", ran, apart)
	if ran != 95 {
		t.Errorf("%d cases; want 95", ran)
	}
}

func TestMailboxes(t *testing.T) {
	all := Providers()
	tests := []struct {
		name, reason string
		m            Mailboxes
		in, want     string
	}{
		{"zero", "letters only", Mailboxes{}, "A.Lee+x@GoogleMail.com", "a.lee+x@googlemail.com"},
		{"company", "two employees may be a.lee and alee", all, "A.Lee+x@acme.com", "a.lee+x@acme.com"},
		{"gmail", "all of its spellings", all, "A.Lee+x@GoogleMail.com", "alee@gmail.com"},
		{"gmail's namesake", "another domain is another provider", all, "a.lee+x@gmail.acme.com", "a.lee+x@gmail.acme.com"},
		{"only dots", "the tag stays", Mailboxes{Dots: true}, "a.lee+x.y@gmail.com", "alee+xy@gmail.com"},
		{"only tags", "the dots stay", Mailboxes{Tags: true}, "a.lee+x@gmail.com", "a.lee@gmail.com"},
		{"only aliases", "all but the domain stays", Mailboxes{Aliases: true}, "a.lee+x@googlemail.com", "a.lee+x@gmail.com"},
		{"outlook", "dots are part of the name", all, "a.lee+x@hotmail.co.uk", "a.lee@hotmail.co.uk"},
		{"dot before the tag", "no name ends in one", all, "a.+x@outlook.com", "a@outlook.com"},
		{"yahoo", "its tags begin with a hyphen", all, "lee-x+y@yahoo.co.uk", "lee@yahoo.co.uk"},
		{"yandex", "one mailbox in all countries", all, "lee+x@yandex.kz", "lee@yandex.ru"},
		{"proton", "one mailbox, and dots do not count", all, "a.lee+x@pm.me", "alee@proton.me"},
		{"fastmail", "tags only", all, "a.lee+x@fastmail.com", "a.lee@fastmail.com"},
		{"apple", "three names of one mailbox", all, "a.lee+x@me.com", "a.lee@icloud.com"},
		{"apple apart", "it has a switch of its own", Mailboxes{Aliases: true}, "lee@mac.com", "lee@mac.com"},
		{"tag only", "what begins with the sign is the name", all, "+x@gmail.com", "+x@gmail.com"},
		{"quoted", "what is in quotes is not taken apart", all, `"A b+c"@gmail.com`, `"a b+c"@gmail.com`},
		{"case", "it stays where the host says so", Mailboxes{KeepCase: true}, "A.Lee@ACME.com", "A.Lee@acme.com"},
		{"other letters", "they are composed and small", all, "JO\u0308RG@acme.com", "jörg@acme.com"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, err := ParseAddress(tt.in)
			if got := tt.m.Canonical(a); got != tt.want || err != nil {
				t.Errorf("Canonical(%q) = %q, %v; want %q: %s", tt.in, got, err, tt.want, tt.reason)
			}
		})
	}
	if got := all.Canonical(Address{}); got != "" {
		t.Errorf("the key of no address is %q", got)
	}
	if got := string(all.appendCanonical([]byte("e:A."), Address{"a.b", "GMAIL.com"})); got != "e:A.ab@gmail.com" {
		t.Errorf("appended: %q", got)
	}
}

func BenchmarkAddress(b *testing.B) {
	m := Providers()
	for _, bench := range []struct{ name, in string }{
		{"business", "Ann.Lee@acme.co.uk"}, {"gmail", "ann.lee+news@googlemail.com"}, {"name", "Ann Lee <ann@acme.com>"}, {"idn", "jörg@müller.de"},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			sink, total := "", 0
			for range b.N {
				a, _ := ParseAddress(bench.in)
				sink, total = m.Canonical(a), total+len(RegistrableDomain(a.Domain))
			}
			if total == 0 || sink == "" {
				b.Fatal("nothing was read")
			}
		})
	}
}
