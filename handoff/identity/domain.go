package identity

import (
	"net/netip"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// The lengths that the domain name system allows, in bytes, and how much of a host in other letters is turned to ASCII.
const (
	maxDomain   = 253
	maxLabel    = 63
	maxWideHost = 1024
)

// Host returns the host of a URL, or of what people type where one is asked for: a bare host, with or without a port,
// user, path, query or dot at the end. It is in small ASCII letters; other letters are mapped as browsers do. An IP address
// is a host and stays one, an IPv6 address without its brackets. "www." is kept, for it is part of the host;
// RegistrableDomain drops it. Where there is no host Host returns "": a word without a dot is one only behind "//".
func Host(url string) string {
	s, marked := hostAuthority(strings.TrimSpace(url))
	s = s[strings.LastIndexByte(s, '@')+1:]
	if host, ok := hostIPv6(s); ok {
		return host
	}
	s, ok := hostWithoutPort(s)
	if !ok {
		return ""
	}
	host, ok := asciiHost(strings.TrimSuffix(s, "."), idna.Lookup)
	switch {
	case !ok, !marked && !strings.Contains(host, "."):
		return ""
	case endsInNumber(host) && !hostIsIP(host):
		return ""
	}
	return host
}

// hostAuthority returns what stands between the scheme and the path, and whether "//" said where it begins.
func hostAuthority(url string) (rest string, marked bool) {
	if i := strings.Index(url, "//"); i == 0 || i > 0 && hostScheme(url[:i]) {
		url, marked = url[i+2:], true
	}
	if end := strings.IndexAny(url, `/\?#`); end >= 0 {
		url = url[:end]
	}
	return url, marked
}

// hostScheme reports whether s is a scheme with its colon.
func hostScheme(s string) bool {
	name, ok := strings.CutSuffix(s, ":")
	return ok && name != "" && !strings.ContainsFunc(name, func(c rune) bool {
		return !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '+' || c == '-' || c == '.')
	})
}

// hostIPv6 returns the IPv6 address that s is, in brackets with or without a port, or bare.
func hostIPv6(s string) (string, bool) {
	if inner, found := strings.CutPrefix(s, "["); found {
		address, port, closed := strings.Cut(inner, "]")
		if rest, ok := hostWithoutPort(port); !closed || !ok || rest != "" {
			return "", false
		}
		s = address
	}
	if strings.Count(s, ":") < 2 {
		return "", false
	}
	ip, err := netip.ParseAddr(s)
	if err != nil || ip.Zone() != "" {
		return "", false
	}
	return ip.String(), true
}

// hostWithoutPort cuts a colon and the digits after it from the end, and returns false where there is something else.
func hostWithoutPort(s string) (string, bool) {
	host, port, _ := strings.Cut(s, ":")
	return host, len(port) <= 5 && hostDigits(port)
}

// asciiHost returns a host in small ASCII letters, and false where it is not labels of letters, digits, underscores and
// inner hyphens with single dots between. The profile is used for other letters only.
func asciiHost(s string, profile *idna.Profile) (string, bool) {
	if !hostIsASCII(s) {
		if len(s) > maxWideHost {
			return "", false
		}
		var err error
		if s, err = profile.ToASCII(s); err != nil {
			return "", false
		}
	}
	if len(s) > maxDomain || !hostLabels(s) {
		return "", false
	}
	return strings.ToLower(s), true
}

func hostLabels(s string) bool {
	start := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_':
		case c == '.' && hostLabel(s[start:i]):
			start = i + 1
		default:
			return false
		}
	}
	return hostLabel(s[start:])
}

// hostLabel reports whether s has a length and ends that a label may have.
func hostLabel(s string) bool {
	return s != "" && len(s) <= maxLabel && s[0] != '-' && s[len(s)-1] != '-'
}

// RegistrableDomain returns the domain that was registered to get the host: one label more than its public suffix. It is
// the key of a company's domain, in small ASCII letters. Private suffixes count, so that the users of github.io are
// different owners. It returns "" where there is none: the host is a public suffix, an IP address, empty, or no host at
// all, such as one that begins with a dot. A URL goes through Host first.
//
// The suffixes are those of the version of golang.org/x/net that the program is built with; see SuffixList.
func RegistrableDomain(host string) string {
	host, ok := asciiHost(strings.TrimSuffix(host, "."), idna.Lookup)
	if !ok {
		return ""
	}
	return registrable(host)
}

// registrable is RegistrableDomain for a host as asciiHost returns it.
func registrable(host string) string {
	if endsInNumber(host) {
		return ""
	}
	suffix, _ := publicsuffix.PublicSuffix(host)
	if len(suffix) >= len(host) {
		return ""
	}
	before := host[:len(host)-len(suffix)-1]
	return host[strings.LastIndexByte(before, '.')+1:]
}

// SuffixList names the version of the public suffix list that RegistrableDomain uses. A key may change with it, so a host
// that stores keys stores this text beside them.
func SuffixList() string { return publicsuffix.List.String() }

// domainLabel returns the label before the public suffix of a registrable domain: "acme" for acme.co.uk and for acme.com.
func domainLabel(registrable string) string {
	label, _, _ := strings.Cut(registrable, ".")
	return label
}

// endsInNumber reports whether the last label is a number, which no domain has and every IPv4 address.
func endsInNumber(host string) bool {
	return hostDigits(host[strings.LastIndexByte(host, '.')+1:])
}

func hostIsIP(s string) bool {
	_, err := netip.ParseAddr(s)
	return err == nil
}

func hostDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func hostIsASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
