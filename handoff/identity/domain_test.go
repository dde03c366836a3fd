package identity

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

func TestHost(t *testing.T) {
	tests := []struct{ name, reason, in, want string }{
		{"url", "the host is between // and /", "https://www.Acme.com/about?x=1#y", "www.acme.com"},
		{"bare", "people leave the scheme out", "acme.com", "acme.com"},
		{"path", "and keep the page", "acme.com/about", "acme.com"},
		{"query without path", "it ends the host", "acme.com?ref=//ad.com", "acme.com"},
		{"port", "it is no part of the host", "acme.com:8443/x", "acme.com"},
		{"user", "it is no part of the host", "https://ann:pass@acme.com/x@y", "acme.com"},
		{"mailto", "the host is that of the mailbox", "mailto:ann@acme.com", "acme.com"},
		{"no scheme", "a page may leave it out", "//acme.com/x", "acme.com"},
		{"url in the path", "the first host counts", "acme.com/to//other.com", "acme.com"},
		{"backslash", "only slashes begin a host", `http:\\acme.com`, ""},
		{"spaces around", "they come with copying", "  acme.com\n", "acme.com"},
		{"dot at the end", "it is the same host", "acme.com.", "acme.com"},
		{"other letters", "the ASCII form is the key", "https://MÜLLER.de/straße", "xn--mller-kva.de"},
		{"wide letters", "browsers map them", "ａｃｍｅ。com", "acme.com"},
		{"sharp s", "it is a letter of its own", "faß.de", "xn--fa-hia.de"},
		{"underscore", "shops have such hosts", "my_shop.acme.com", "my_shop.acme.com"},
		{"inner host", "it was said to be one", "http://crm/lead/1", "crm"},
		{"word", "nobody said that it is a host", "Acme", ""},
		{"placeholder", "it is no host", "n/a", ""},
		{"sentence", "a space stands in no host", "acme com.", ""},
		{"two dots", "a label is missing", "acme..com", ""},
		{"dot first", "a label is missing", ".acme.com", ""},
		{"hyphen first", "no label begins so", "-acme.com", ""},
		{"longest label", "63 bytes are allowed", strings.Repeat("a", 63) + ".com", strings.Repeat("a", 63) + ".com"},
		{"too long label", "64 are not", strings.Repeat("a", 64) + ".com", ""},
		{"too long", "253 bytes are allowed", strings.Repeat("a.", 125) + "com.", strings.Repeat("a.", 125) + "com"},
		{"one more", "254 are not", strings.Repeat("a.", 125) + "info", ""},
		{"long in other letters", "it is not looked at", strings.Repeat("ü.", 600) + "de", ""},
		{"not a port", "it is no number", "acme.com:x", ""},
		{"too large a port", "it has five digits at most", "acme.com:123456", ""},
		{"script", "it is no number either", "javascript:alert(1)", ""},
		{"IPv4", "it is a host", "http://192.0.2.1:80/", "192.0.2.1"},
		{"half an IPv4", "no name ends in a number", "192.0.2", ""},
		{"IPv6", "it is a host", "http://[2001:DB8:0::1]:80/", "2001:db8::1"},
		{"bare IPv6", "it has no port then", "2001:db8::1", "2001:db8::1"},
		{"open bracket", "it is not closed", "http://[2001:db8::1/", ""},
		{"behind the bracket", "only a port may be", "http://[2001:db8::1]x/", ""},
		{"zone", "it means nothing elsewhere", "http://[fe80::1%25eth0]/", ""},
		{"empty", "nothing was typed", "", ""},
		{"scheme only", "the host is missing", "https://", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Host(tt.in); got != tt.want {
				t.Errorf("Host(%q) = %q; want %q: %s", tt.in, got, tt.want, tt.reason)
			}
		})
	}
}

func TestRegistrableDomain(t *testing.T) {
	tests := []struct{ name, reason, in, want, label string }{
		{"domain", "it is its own key", "acme.com", "acme.com", "acme"},
		{"host", "www is not registered", "www.acme.com", "acme.com", "acme"},
		{"two-label suffix", "co.uk sells names", "mail.acme.co.uk", "acme.co.uk", "acme"},
		{"case", "it does not matter", "WWW.Acme.COM", "acme.com", "acme"},
		{"dot at the end", "it is the same host", "acme.com.", "acme.com", "acme"},
		{"other letters", "the key is ASCII", "www.müller.de", "xn--mller-kva.de", "xn--mller-kva"},
		{"private suffix", "its users are different owners", "ann.github.io", "ann.github.io", "ann"},
		{"private suffix itself", "nobody in particular owns what is there", "github.io", "", ""},
		{"suffix", "it is no company's", "co.uk", "", ""},
		{"unknown suffix", "the last label is one", "crm.acme.internal", "acme.internal", "acme"},
		{"underscore", "the domain has none", "_dmarc.acme.com", "acme.com", "acme"},
		{"dot first", "a label is missing", ".acme.com", "", ""},
		{"two dots", "a label is missing", "acme..com", "", ""},
		{"IPv4", "no company registered it", "192.0.2.1", "", ""},
		{"number at the end", "no domain has one there", "acme.123", "", ""},
		{"IPv6", "no company registered it", "2001:db8::1", "", ""},
		{"url", "it goes through Host first", "http://acme.com/", "", ""},
		{"mailbox", "it goes through ParseAddress first", "ann@acme.com", "", ""},
		{"empty", "there is none", "", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := RegistrableDomain(tt.in)
			if got != tt.want {
				t.Errorf("RegistrableDomain(%q) = %q; want %q: %s", tt.in, got, tt.want, tt.reason)
			}
			if label := domainLabel(got); label != tt.label {
				t.Errorf("domainLabel(%q) = %q; want %q", got, label, tt.label)
			}
		})
	}
}

func TestSuffixList(t *testing.T) {
	if got := SuffixList(); !strings.Contains(got, "publicsuffix") {
		t.Errorf("SuffixList() = %q; want the version of the list", got)
	}
	t.Log(SuffixList())
}

// domainInForm returns the registrable domain in the form of the host: in small ASCII letters where it is in ASCII, else in
// its own letters.
func domainInForm(t *testing.T, host string) string {
	t.Helper()
	domain := RegistrableDomain(host)
	if hostIsASCII(host) {
		return domain
	}
	wide, err := idna.ToUnicode(domain)
	if err != nil {
		t.Fatal(err)
	}
	return wide
}

func TestForeign_RegistrableDomain(t *testing.T) {
	cases := emailCases[struct{ ID, In, Want, Note string }](t, "identity_psl.json") // null is ""
	for _, c := range cases {
		if got := domainInForm(t, c.In); got != c.Want {
			t.Errorf("%s: %q gives %q; want %q (%s)", c.ID, c.In, got, c.Want, c.Note)
		}
	}
	t.Logf("ran: %d, and none differs", len(cases))
	if len(cases) != 78 {
		t.Errorf("%d cases; want 78", len(cases))
	}
}

func TestForeign_SuffixVectors(t *testing.T) {
	plain, ran := domainVectors(t, "tests.txt", domainPlainVector), 0
	calls := domainVectors(t, "test_psl.txt", domainCallVector)
	for _, v := range slices.Concat(plain, calls) {
		ran++
		if got := domainInForm(t, v[0]); got != v[1] {
			t.Errorf("%q gives %q; want %q", v[0], got, v[1])
		}
	}
	t.Logf("ran: %d lines of tests.txt and %d of test_psl.txt, and none differs", len(plain), len(calls))
	if len(plain) != 78 || len(calls) != 78 {
		t.Errorf("%d lines of tests.txt and %d of test_psl.txt; want 78 of each", len(plain), len(calls))
	}
}

// domainVectors reads the lines of a file of the public suffix list that are not comments.
func domainVectors(t *testing.T, file string, read func(string) [2]string) [][2]string {
	t.Helper()
	var out [][2]string
	for line := range strings.Lines(string(emailShared(t, "data", "public_suffix_list", file))) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
			out = append(out, read(line))
		}
	}
	return out
}

// domainPlainVector reads: host domain.
func domainPlainVector(line string) [2]string {
	host, domain, _ := strings.Cut(line, " ")
	return [2]string{domainNull(host), domainNull(domain)}
}

// domainCallVector reads: checkPublicSuffix('host', 'domain');
func domainCallVector(line string) [2]string {
	line = strings.TrimSuffix(strings.TrimPrefix(line, "checkPublicSuffix("), ");")
	host, domain, _ := strings.Cut(line, ", ")
	return [2]string{domainNull(strings.Trim(host, "'")), domainNull(strings.Trim(domain, "'"))}
}

func domainNull(s string) string {
	if s == "null" {
		return ""
	}
	return s
}

// TestForeign_SuffixRules says how far the list of golang.org/x/net is behind a later one: a rule that it lacks makes
// somebody who registered below it the same owner as the neighbours.
func TestForeign_SuffixRules(t *testing.T) {
	var known, unknown int
	for line := range strings.Lines(string(emailShared(t, "data", "public_suffix_list", "public_suffix_list.dat"))) {
		rule := strings.TrimSpace(line)
		if rule == "" || strings.HasPrefix(rule, "//") || strings.ContainsAny(rule, "*!") {
			continue
		}
		host, err := idna.Lookup.ToASCII(rule)
		if err != nil {
			t.Fatalf("%q: %v", rule, err)
		}
		if RegistrableDomain(host) == "" && RegistrableDomain("acme."+host) == "acme."+host {
			known++
		} else {
			unknown++
		}
	}
	t.Logf("of the plain rules of a later list %d hold with %s and %d do not", known, SuffixList(), unknown)
	if unknown*10 > known {
		t.Errorf("%d of %d rules do not hold; golang.org/x/net is far behind", unknown, known+unknown)
	}
}

func FuzzHost(f *testing.F) {
	for _, seed := range []string{
		"https://u:p@www.Acme.co.uk:80/x", "//a.b", "[::1]:80", "müller.de", "xn--mller-kva.de", "acme.com.", "1.2.3.4", "a_b.github.io",
		"。com", "ſ.com", "xn--a.de",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		host := Host(s)
		if host == "" {
			return
		}
		shown := host
		if strings.Contains(host, ":") {
			shown = "[" + host + "]"
		}
		if again := Host("//" + shown); again != host {
			t.Errorf("Host(%q) = %q, and of that %q", s, host, again)
		}
		if u, err := url.Parse("//" + shown); err != nil || u.Hostname() != host {
			t.Errorf("Host(%q) = %q; net/url reads another: %v", s, host, err)
		}
		domainLaws(t, host)
	})
}

// domainLaws checks what holds of the registrable domain of every host.
func domainLaws(t *testing.T, host string) {
	t.Helper()
	domain := RegistrableDomain(host)
	if _, err := netip.ParseAddr(host); err == nil && domain != "" {
		t.Errorf("the address %q has the domain %q", host, domain)
	}
	want, err := publicsuffix.EffectiveTLDPlusOne(host)
	if last := host[strings.LastIndexByte(host, '.')+1:]; err != nil || strings.Trim(last, "0123456789") == "" {
		want = ""
	}
	if domain != want {
		t.Errorf("%q has the domain %q; want %q", host, domain, want)
	}
	if again := RegistrableDomain(domain); again != domain {
		t.Errorf("%q has the domain %q, and that %q", host, domain, again)
	}
	if domain != "" && RegistrableDomain("www."+domain) != domain && len("www."+domain) <= maxDomain {
		t.Errorf("www.%s has another domain", domain)
	}
}

func BenchmarkRegistrableDomain(b *testing.B) {
	for _, host := range []string{"acme.com", "mail.acme.co.uk", "www.müller.de"} {
		b.Run(host, func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				if RegistrableDomain(host) == "" {
					b.Fatal("no domain")
				}
			}
		})
	}
}

func BenchmarkHost(b *testing.B) {
	b.ReportAllocs()
	for range b.N {
		if Host("https://www.acme.com/about") == "" {
			b.Fatal("no host")
		}
	}
}
