package identity

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// providerLists returns the lists of domains that come with the package, by name.
func providerLists() map[string][]string {
	return map[string][]string{
		"gmail": gmailDomains[:], "outlook": outlookDomains[:], "icloud": icloudDomains[:], "yahoo": yahooDomains[:], "yandex": yandexDomains[:],
		"proton": protonDomains[:], "fastmail": fastmailDomains[:], "other free mail": freeMail[:], "disposable": disposable[:],
		"platforms": platforms[:],
	}
}

func TestProviders_ListsAreClean(t *testing.T) {
	in := map[string]string{}
	for name, list := range providerLists() {
		if !slices.IsSorted(list) {
			t.Errorf("%s: the list is not in order", name)
		}
		for _, domain := range list {
			if other, twice := in[domain]; twice {
				t.Errorf("%s stands in %s and in %s", domain, name, other)
			}
			in[domain] = name
			if RegistrableDomain("ann."+domain) == "" || Host(domain) != domain {
				t.Errorf("%s: %q is no host in small ASCII letters at which somebody could be", name, domain)
			}
		}
	}
	if !slices.IsSorted(roleNames[:]) {
		t.Error("the roles are not in order")
	}
	for _, role := range roleNames {
		if !Role(role) {
			t.Errorf("%q is in the list and is no role: it holds a sign that is skipped, or it is too long", role)
		}
	}
}

// TestProviders_AreFound holds the switch of providerOf to the lists that stand beside it.
func TestProviders_AreFound(t *testing.T) {
	for p := gmail; p <= fastmail; p++ {
		if len(p.domains()) == 0 {
			t.Errorf("provider %d has no domains", p)
		}
		for _, domain := range p.domains() {
			if got := providerOf(domain); got != p {
				t.Errorf("%s is of provider %d; want %d", domain, got, p)
			}
		}
	}
	for _, domain := range []string{"acme.com", "gmail.de", "yahoo.acme.com", "live", "me.uk", ""} {
		if p := providerOf(domain); p != 0 {
			t.Errorf("%q is of provider %d; want none", domain, p)
		}
	}
}

// TestPlatforms_AreNobodysDomain holds that a page on a platform, or a reserved domain, tells no account.
func TestPlatforms_AreNobodysDomain(t *testing.T) {
	m := standard(t)
	for _, tt := range []struct {
		url  string
		want string
	}{
		{"https://www.linkedin.com/company/foo", ""},
		{"facebook.com/foo", ""},
		{"https://sites.google.com/view/foo", ""},
		{"https://github.com/foo", ""},
		{"foo.medium.com", ""},
		{"https://foo.wixsite.com/site", ""},
		{"foo.wordpress.com", ""},
		{"foo.blogspot.com", ""},
		{"linktr.ee/foo", ""},
		{"https://www.crunchbase.com/organization/foo", ""},
		{"www.example.com", ""},
		{"mail.foo.invalid", ""},
		{"foo.example", "foo.example"},
		{"foo.test", "foo.test"},
		{"google.com", "google.com"},
		{"foo.github.io", "foo.github.io"},
	} {
		p := m.Prepare(company("A", "Foo", tt.url))
		if got := strings.Join(p.domains, " "); got != tt.want {
			t.Errorf("%s tells the domain %q, want %q", tt.url, got, tt.want)
		}
	}
}

func TestProviders_OfRelaysAndThrownAway(t *testing.T) {
	for _, d := range []string{"tuta.com", "duck.com", "privaterelay.appleid.com", "users.noreply.github.com"} {
		if !FreeMail().Has(d) {
			t.Errorf("%s is no free mail", d)
		}
	}
	for _, d := range []string{"tempmail.com", "hi2.in"} {
		if !Disposable().Has(d) {
			t.Errorf("%s is not disposable", d)
		}
	}
}

func TestDomains(t *testing.T) {
	set, err := Domains{}.With("Acme.com", "mail.corp.example", "MÜLLER.de.", "acme.com")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, reason, in string
		want             bool
	}{
		{"itself", "it was put in", "acme.com", true},
		{"case", "it does not matter", "ACME.com", true},
		{"dot at the end", "it is the same domain", "acme.com.", true},
		{"below", "who owns acme.com owns it", "mail.eu.acme.com", true},
		{"above", "only a part was put in", "corp.example", false},
		{"ends alike", "notacme.com is another owner", "notacme.com", false},
		{"begins alike", "acme.com.br is another owner", "acme.com.br", false},
		{"other letters", "both forms are one domain", "müller.de", true},
		{"punycode", "both forms are one domain", "www.xn--mller-kva.de", true},
		{"ending", "it is nobody's", "com", false},
		{"no domain", "it cannot be in", "a b.acme.com", false},
		{"empty", "it cannot be in", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := set.Has(tt.in); got != tt.want {
				t.Errorf("Has(%q) = %t; want %t: %s", tt.in, got, tt.want, tt.reason)
			}
		})
	}
	if set.Len() != 3 {
		t.Errorf("the set has %d domains; want 3", set.Len())
	}
}

func TestDomains_WithLeavesTheSetAlone(t *testing.T) {
	one, err := Domains{}.With("acme.com")
	if err != nil {
		t.Fatal(err)
	}
	two, err := one.With("other.com")
	if err != nil {
		t.Fatal(err)
	}
	if one.Has("other.com") || !two.Has("acme.com") || !two.Has("other.com") || (Domains{}).Has("acme.com") {
		t.Error("With returns another set and changes none")
	}
}

func TestDomains_WithRefuses(t *testing.T) {
	for _, domain := range []string{"", "com", "ann@acme.com", "@acme.com", "*.acme.com", "# acme.com", "acme..com"} {
		set, err := FreeMail().With("acme.com", domain)
		const want = "domain 2 of the list is no domain; write it as in example.com"
		if err == nil || err.Error() != want || set.Len() != 0 {
			t.Errorf("With(%q): %v; want the error %q", domain, err, want)
		}
	}
}

func TestRole(t *testing.T) {
	tests := []struct {
		name, reason, local string
		want                bool
	}{
		{"department", "nobody in particular reads it", "sales", true},
		{"case", "it does not matter", "Info", true},
		{"hyphen", "it is written in three ways", "no-reply", true},
		{"underscore", "it is written in three ways", "no_reply", true},
		{"together", "it is written in three ways", "noreply", true},
		{"tag", "it is the same mailbox", "support+4711", true},
		{"number", "a department has several", "info2", true},
		{"German", "leads are not all English", "vertrieb", true},
		{"person", "it is a name", "ann.lee", false},
		{"person with a number", "it is a name", "ann2", false},
		{"name that begins so", "Maria Salesi is a person", "salesi", false},
		{"only a number", "it may be a person's", "4711", false},
		{"long", "no role is so long", strings.Repeat("info", 20), false},
		{"empty", "it is nothing", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Role(tt.local); got != tt.want {
				t.Errorf("Role(%q) = %t; want %t: %s", tt.local, got, tt.want, tt.reason)
			}
		})
	}
}

// The reasons why a domain is in FreeMail though neither of the published lists has it.
const (
	privateMail = "a mail service for anybody, known for privacy"
	oneOfMany   = "a country's domain of a provider whose other domains are listed"
	portal      = "a portal that gives mailboxes to anybody in its country"
	access      = "an access provider's customers have it"
	relay       = "a service passes the mail on to anybody's own mailbox"
)

// freeMailUnlisted lists those domains.
var freeMailUnlisted = map[string]string{
	"adinet.com.uy":            access,
	"aliceadsl.fr":             access,
	"aol.co.uk":                oneOfMany,
	"aol.de":                   oneOfMany,
	"aol.fr":                   oneOfMany,
	"azet.sk":                  portal,
	"bbox.fr":                  access,
	"bredband.net":             access,
	"btopenworld.com":          access,
	"buziaczek.pl":             portal,
	"cantv.net":                access,
	"chello.at":                access,
	"clix.pt":                  portal,
	"club-internet.fr":         portal,
	"comhem.se":                access,
	"fibertel.com.ar":          access,
	"gmx.co.uk":                oneOfMany,
	"gmx.fr":                   oneOfMany,
	"gmx.us":                   oneOfMany,
	"go2.pl":                   portal,
	"hey.com":                  privateMail,
	"hinet.net":                access,
	"hispeed.ch":               access,
	"hotmail.be":               oneOfMany,
	"hotmail.cl":               oneOfMany,
	"hotmail.co.id":            oneOfMany,
	"hotmail.co.th":            oneOfMany,
	"hotmail.com.ar":           oneOfMany,
	"hotmail.cz":               oneOfMany,
	"hotmail.dk":               oneOfMany,
	"hotmail.gr":               oneOfMany,
	"hotmail.hu":               oneOfMany,
	"hotmail.my":               oneOfMany,
	"hotmail.no":               oneOfMany,
	"hotmail.rs":               oneOfMany,
	"hotmail.sg":               oneOfMany,
	"inbox.lv":                 portal,
	"interia.eu":               portal,
	"keemail.me":               privateMail,
	"lineone.net":              portal,
	"live.hk":                  oneOfMany,
	"mailbox.org":              privateMail,
	"meta.ua":                  portal,
	"mweb.co.za":               access,
	"narod.ru":                 portal,
	"net.hr":                   portal,
	"netcologne.de":            access,
	"netvigator.com":           access,
	"netvision.net.il":         access,
	"neuf.fr":                  access,
	"noos.fr":                  access,
	"numericable.fr":           access,
	"o2.pl":                    portal,
	"online.no":                access,
	"online.ua":                portal,
	"ono.com":                  access,
	"otenet.gr":                access,
	"outlook.com.ar":           oneOfMany,
	"pt.lu":                    access,
	"sfr.fr":                   access,
	"siol.net":                 access,
	"sympatico.ca":             access,
	"t-online.hu":              access,
	"talktalk.net":             access,
	"telkomsa.net":             access,
	"telus.net":                access,
	"terra.com.mx":             oneOfMany,
	"tin.it":                   access,
	"tlen.pl":                  portal,
	"privaterelay.appleid.com": relay,
	"tuta.com":                 privateMail,
	"users.noreply.github.com": relay,
	"tuta.io":                  privateMail,
	"tutamail.com":             privateMail,
	"tutanota.com":             privateMail,
	"tutanota.de":              privateMail,
	"vipmail.hu":               portal,
	"volny.cz":                 portal,
	"walla.co.il":              portal,
	"wanadoo.co.uk":            oneOfMany,
	"wanadoo.nl":               oneOfMany,
	"yahoo.cl":                 oneOfMany,
	"yahoo.com.pe":             oneOfMany,
	"yahoo.com.ve":             oneOfMany,
	"yandex.by":                oneOfMany,
	"yandex.com.tr":            oneOfMany,
	"yandex.kz":                oneOfMany,
	"zoznam.sk":                portal,
}

// publishedDomains returns the free-mail and the disposable domains of the published lists. The first list has the second
// within it, which is taken out.
func publishedDomains(t *testing.T) (free, thrown Domains) {
	t.Helper()
	var all []string
	if err := json.Unmarshal(emailShared(t, "data", "email_domain_lists", "free_email_domains.json"), &all); err != nil {
		t.Fatal(err)
	}
	text := emailShared(t, "data", "email_domain_lists", "disposable_email_blocklist.conf")
	thrown = domainSet(strings.Fields(string(text)))
	return domainSet(slices.DeleteFunc(all, func(domain string) bool {
		_, found := thrown.set[domain]
		return found
	})), thrown
}

func TestForeign_FreeMail(t *testing.T) {
	free, thrown := publishedDomains(t)
	ours := domainSet(gmailDomains[:], outlookDomains[:], icloudDomains[:], yahooDomains[:], yandexDomains[:], protonDomains[:],
		fastmailDomains[:], freeMail[:])
	unlisted := map[string]int{}
	for domain := range ours.set {
		_, isFree := free.set[domain]
		_, isThrown := thrown.set[domain]
		reason, named := freeMailUnlisted[domain]
		switch {
		case isThrown:
			t.Errorf("%s is disposable", domain)
		case isFree == named:
			t.Errorf("%s: listed: %t, named here: %t", domain, isFree, named)
		case named:
			unlisted[reason]++
		}
	}
	if len(freeMailUnlisted) != unlisted[privateMail]+unlisted[oneOfMany]+unlisted[portal]+unlisted[access]+unlisted[relay] {
		t.Error("a domain is named here that is not in FreeMail, or for another reason")
	}
	t.Logf("ours: %d, of which %d are in the published list of %d, which ours cover to %d; not in it: %v", ours.Len(),
		ours.Len()-len(freeMailUnlisted), free.Len(), providerCovered(ours, free), unlisted)
}

// disposableUnlisted is in Disposable though the published list lacks it: a mailbox there lasts for an hour.
const disposableUnlisted = "tempmail.com"

func TestForeign_Disposable(t *testing.T) {
	_, thrown := publishedDomains(t)
	ours := Disposable()
	for domain := range ours.set {
		if _, listed := thrown.set[domain]; listed == (domain == disposableUnlisted) {
			t.Errorf("%s: listed: %t", domain, listed)
		}
	}
	t.Logf("ours: %d, all but one in the published list of %d, which they cover to %d", ours.Len(), thrown.Len(), providerCovered(ours, thrown))
}

// providerCovered returns how many domains of the one set are in the other or below it.
func providerCovered(ours, published Domains) int {
	covered := 0
	for domain := range published.set {
		if ours.Has(domain) {
			covered++
		}
	}
	return covered
}

func FuzzDomains(f *testing.F) {
	f.Add("mail.yahoo.com", "Info+1")
	f.Add("yahoo.com.", "no-reply")
	f.Add("müller.de", "ann")
	f.Fuzz(func(t *testing.T, domain, local string) {
		set, err := Domains{}.With(domain)
		if err == nil && (!set.Has(domain) || !set.Has(strings.ToUpper(domain)) && hostIsASCII(domain)) {
			t.Errorf("a set of %q does not have it", domain)
		}
		if host := Host(domain); err == nil && host != "" && len("www."+host) <= maxDomain && !set.Has("www."+host) {
			t.Errorf("a set of %q has not what is below", domain)
		}
		if all := FreeMail(); all.Has(domain) && !all.Has("x."+domain) && len(domain) < 200 {
			t.Errorf("%q is free mail, and what is below is not", domain)
		}
		if Role(local) && !Role("-"+strings.ToUpper(local)+"+tag") && hostIsASCII(local) {
			t.Errorf("%q is a role until it is written otherwise", local)
		}
	})
}

func BenchmarkDomains(b *testing.B) {
	set := FreeMail()
	b.ReportAllocs()
	for range b.N {
		if set.Has("acme.co.uk") || !set.Has("mail.yahoo.com") {
			b.Fatal("the set is wrong")
		}
	}
}

func BenchmarkRole(b *testing.B) {
	b.ReportAllocs()
	for range b.N {
		if Role("ann.lee") {
			b.Fatal("Ann is a person")
		}
	}
}
