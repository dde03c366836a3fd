package identity

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
	"golang.org/x/text/unicode/norm"
)

// The lengths that RFC 5321 allows, in bytes, and how much text ParseAddress reads at all: a name may stand before the
// address.
const (
	maxAddress     = 254
	maxLocal       = 64
	maxAddressText = 1024
)

// An Address is a mailbox that a sequence could be sent to, as far as can be told without asking the network. Local stands
// before the @ as it is written in a message: with its capital letters, and in quotes where it needs them. Domain is in
// small ASCII letters. The zero Address is none.
type Address struct{ Local, Domain string }

// String returns local@domain, and "" for the zero Address.
func (a Address) String() string {
	if a == (Address{}) {
		return ""
	}
	return a.Local + "@" + a.Domain
}

// An AddressError says why a text is no Address and how to mend it. It never repeats the text, which is personal. The
// constants are all there are; compare with errors.Is.
type AddressError string

// What can be wrong with the text of an address.
const (
	AddressEmpty    AddressError = "there is no address; leave the field out or write name@example.com"
	AddressNoAt     AddressError = "there is no @; write name@example.com"
	AddressNoLocal  AddressError = "nothing stands before the @; write whose mailbox it is"
	AddressNoDomain AddressError = "nothing stands after the @; write the domain"
	AddressSeveral  AddressError = "there is more than one @; keep one address"
	AddressControl  AddressError = "it holds a line break or another control character; take it out"
	AddressName     AddressError = `the name is not written as in Ann Lee <ann@example.com>; put quotes around it or leave it out`
	AddressDots     AddressError = "before the @ a dot comes first, last or twice in a row; take it out"
	AddressLocal    AddressError = "before the @ stands a character that may not stand there; take it out or put quotes around the part"
	AddressQuotes   AddressError = "the quotes before the @ are not closed, or do not enclose the whole part; close them or leave them out"
	AddressDomain   AddressError = "the domain is not made of letters, digits and inner hyphens with single dots between; correct it"
	AddressEnding   AddressError = "the domain has no ending such as .com; write the whole domain"
	AddressNumber   AddressError = "the domain is an IP address or ends in a number; write the domain by its name"
	AddressTooLong  AddressError = "it is too long: 64 bytes before the @ and 254 in all are allowed; correct it"
)

// Error returns the text.
func (e AddressError) Error() string { return "e-mail address: " + string(e) }

// ParseAddress reads an address as people type it. Spaces around it are dropped, and so is a name, as in
// Ann Lee <ann@example.com>. Quotes before the @ are dropped where the mailbox is the same without them. A domain in
// other letters than ASCII gets its ASCII form. An error is an AddressError.
//
// Some of what RFC 5322 allows is refused, for nobody hands out such an address and a list of leads that has one has a
// mistake: comments, line breaks, control characters, spaces beside the @ or a dot, and quotes around a piece of the part
// before the @. Domain literals such as [192.0.2.1] are refused because no company owns one: it would have no domain to
// match on, and hardly a mail server takes it. A domain without a dot is accepted only where it is the top-level domain of
// a country, for only there may be a mailbox; elsewhere the ending was forgotten.
func ParseAddress(s string) (Address, error) {
	a, problem := parseAddress(s)
	if problem == "" {
		return a, nil
	}
	if strings.ContainsFunc(s, unicode.IsControl) {
		problem = AddressControl
	}
	return Address{}, problem
}

func parseAddress(s string) (Address, AddressError) {
	s = strings.TrimFunc(s, isAddressSpace)
	if len(s) > maxAddressText {
		return Address{}, AddressTooLong
	}
	s, problem := addressWithoutName(s)
	if problem != "" {
		return Address{}, problem
	}
	at := strings.LastIndexByte(s, '@')
	switch {
	case s == "":
		return Address{}, AddressEmpty
	case at < 0:
		return Address{}, AddressNoAt
	case at == 0:
		return Address{}, AddressNoLocal
	case at == len(s)-1:
		return Address{}, AddressNoDomain
	}
	local, problem := parseAddressLocal(s[:at])
	if problem != "" {
		return Address{}, problem
	}
	domain, problem := parseAddressDomain(s[at+1:])
	if problem != "" {
		return Address{}, problem
	}
	if len(local) > maxLocal || len(local)+1+len(domain) > maxAddress {
		return Address{}, AddressTooLong
	}
	return Address{local, domain}, ""
}

// isAddressSpace reports what may stand around an address. A line break may not: it could begin another header.
func isAddressSpace(c rune) bool { return c == ' ' || c == '\t' || c == '\u00a0' }

// addressWithoutName returns what stands in angle brackets at the end of s, and s itself where it does not end in one.
func addressWithoutName(s string) (string, AddressError) {
	if !strings.HasSuffix(s, ">") {
		return s, ""
	}
	open := addressNameEnd(s)
	if open < 0 {
		return "", AddressName
	}
	name := s[:open]
	if !strings.HasPrefix(name, `"`) && strings.Contains(name, "@") && strings.Contains(name, ",") {
		return "", AddressSeveral
	}
	return s[open+1 : len(s)-1], ""
}

// addressNameEnd returns the index of the angle bracket that ends the name at the beginning of s, or -1 where it is not
// a name: words, each of them bare or in quotes.
func addressNameEnd(s string) int {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c < ' ' || c == 0x7f:
			return -1
		case quoted && c == '\\':
			i++
		case quoted && c == '"':
			quoted = false
			if next := s[i+1]; next != ' ' && next != '<' { // s ends in >
				return -1
			}
		case quoted:
		case c == '"':
			quoted = true
			if i > 0 && s[i-1] != ' ' {
				return -1
			}
		case c == '<':
			return i
		case c == '>' || c == ';' || c == '\\':
			return -1
		}
	}
	return -1
}

// parseAddressLocal returns the part before the @, without quotes where it needs none.
func parseAddressLocal(s string) (string, AddressError) {
	if s[0] != '"' {
		return s, checkAddressAtoms(s)
	}
	content, ok := unquoteAddressLocal(s)
	switch {
	case !ok:
		return "", AddressQuotes
	case content == "":
		return "", AddressNoLocal
	case checkAddressAtoms(content) == "":
		return content, ""
	}
	return quoteAddressLocal(content), ""
}

// quoteAddressLocal puts quotes around the part before the @, and a backslash only where there must be one.
func quoteAddressLocal(content string) string {
	quoted := []byte{'"'}
	for i := 0; i < len(content); i++ {
		if content[i] == '"' || content[i] == '\\' {
			quoted = append(quoted, '\\')
		}
		quoted = append(quoted, content[i])
	}
	return string(append(quoted, '"'))
}

// checkAddressAtoms says what is wrong with the part before the @ where it is not in quotes.
func checkAddressAtoms(s string) AddressError {
	dot := true // where the next may not be one
	for _, c := range s {
		switch {
		case c == '.' && dot:
			return AddressDots
		case c == '@':
			return AddressSeveral
		case c != '.' && !isAddressAtom(c):
			return AddressLocal
		}
		dot = c == '.'
	}
	if dot {
		return AddressDots
	}
	return ""
}

// isAddressAtom reports whether c may stand before the @ without quotes.
func isAddressAtom(c rune) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	case c < utf8.RuneSelf:
		return strings.IndexByte("!#$%&'*+-/=?^_`{|}~", byte(c)) >= 0
	}
	return isWideLetter(c)
}

// isWideLetter reports whether c is a letter or digit outside ASCII, or a mark on one.
func isWideLetter(c rune) bool {
	return c >= utf8.RuneSelf && unicode.In(c, unicode.Letter, unicode.Mark, unicode.Number)
}

// unquoteAddressLocal returns what stands in the quotes that enclose s. A backslash takes the ASCII character after it as
// it is.
func unquoteAddressLocal(s string) (string, bool) {
	var content strings.Builder
	escaped := false
	for i, c := range s[1:] {
		switch {
		case c == utf8.RuneError || !unicode.IsPrint(c) || escaped && c >= utf8.RuneSelf:
			return "", false
		case escaped:
			escaped = false
			content.WriteRune(c)
		case c == '\\':
			escaped = true
		case c == '"':
			return content.String(), i == len(s)-2
		default:
			content.WriteRune(c)
		}
	}
	return "", false
}

// parseAddressDomain returns the domain in small ASCII letters. Unlike Host it refuses letters that only look like others,
// such as wide ones: a domain that is written so was copied from somewhere it should not have been.
func parseAddressDomain(s string) (string, AddressError) {
	if s[0] == '[' {
		return "", AddressNumber
	}
	if !hostIsASCII(s) {
		if strings.ContainsFunc(s, isDomainSign) {
			return "", AddressDomain
		}
		s = norm.NFC.String(strings.ToLower(s))
	}
	domain, ok := asciiHost(s, idna.Registration)
	switch {
	case !ok || strings.Contains(domain, "_"):
		return "", AddressDomain
	case endsInNumber(domain):
		return "", AddressNumber
	case !strings.Contains(domain, ".") && !isCountryDomain(domain):
		return "", AddressEnding
	}
	return domain, ""
}

// isDomainSign reports whether c stands in no name: it is neither ASCII nor a letter nor one of the two dots that
// Catalan and Japanese have within words.
func isDomainSign(c rune) bool {
	return c >= utf8.RuneSelf && !isWideLetter(c) && c != '·' && c != '・'
}

// isCountryDomain reports whether label is the top-level domain of a country.
func isCountryDomain(label string) bool {
	_, listed := publicsuffix.PublicSuffix(label)
	return listed && len(label) == 2
}
