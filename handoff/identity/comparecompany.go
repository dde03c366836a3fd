package identity

import (
	"slices"
	"strings"
)

// agreeCompany compares company names: Exact, Bare, Form, Close, Near, Initials, Part, Differs.
func agreeCompany(a, b CompanyName) rank {
	switch {
	case a.Base == "" || b.Base == "":
		return 0
	case a == b:
		return 1
	case a.Base == b.Base && (a.Form == "" || b.Form == ""):
		return 2
	case a.Base == b.Base:
		return 3
	}
	return agreeBase(a.Base, b.Base)
}

// agreeBase compares what names are but for their forms, of two that are not the same.
func agreeBase(a, b string) rank {
	alike := len(a) >= closeLength && len(b) >= closeLength && similar(a, b) >= closeName && sameNumbers(a, b)
	switch {
	case alike && slipped(a, b) || respelled(a, b):
		return 4
	case alike || oneWordMore(a, b) || oneWordMore(b, a):
		return partly
	case isAcronym(a, b) || isAcronym(b, a):
		return 6
	case isPart(a, b) || isPart(b, a):
		return 7
	}
	return 8
}

// partly is the first rank at which names agree in part only.
const partly = 5

// respelled reports whether two names are one but for spaces, how an umlaut is written, or the order of the words.
func respelled(a, b string) bool {
	return len(a) >= closeLength && len(b) >= closeLength && (sameLetters(a, b) || sameWords(a, b) || sameUmlauts(a, b)) && sameNumbers(a, b)
}

// A name shorter than closeLength bytes is another with any other letter, and so is a word of a name that is shorter
// than slipLength; closeName is how similar longer names are. What has fewer than partLength is no part of a longer
// name, but a word of it. Names that are akinName similar can be meant for one.
const (
	closeLength = 5
	slipLength  = 6
	closeName   = 930
	partLength  = 3
	akinName    = 850
)

// slipped reports whether two names that are alike have as many words, each the same or, where it is long, but for a
// slip. Another letter in a short word is no slip: Deutsche Bank is not Deutsche Bahn.
func slipped(a, b string) bool {
	for a != "" && b != "" {
		var x, y string
		x, a, _ = strings.Cut(a, " ")
		y, b, _ = strings.Cut(b, " ")
		if x != y && (len(x) < slipLength || len(y) < slipLength || x[0] != y[0] || distance(x, y, 1) > 1) {
			return false
		}
	}
	return a == b
}

// sameNumbers reports whether two names have the same digits and Roman numerals: Channel 4 is not Channel 5, and Fund
// II not Fund III.
func sameNumbers(a, b string) bool { return Digits(a) == Digits(b) && numerals(a) == numerals(b) }

// numerals returns the words of a name that can be Roman numerals.
func numerals(s string) (out string) {
	for word := range strings.FieldsSeq(s) {
		if strings.Trim(word, "ivx") == "" {
			out += " " + word
		}
	}
	return out
}

// sameUmlauts reports whether two names are one but for how an umlaut is written, as Müller and Mueller.
func sameUmlauts(a, b string) bool {
	i, j := 0, 0
	for i < len(a) && j < len(b) && a[i] == b[j] {
		vowel := a[i] == 'a' || a[i] == 'o' || a[i] == 'u'
		i, j = i+1, j+1
		if x, y := strings.HasPrefix(a[i:], "e"), strings.HasPrefix(b[j:], "e"); vowel && x && !y {
			i++
		} else if vowel && y && !x {
			j++
		}
	}
	return i == len(a) && j == len(b)
}

// otherForm reports whether two names that can be meant for one company have different legal forms. A body, such as a
// trust, is like a form where the name has no other.
func otherForm(a, b CompanyName) bool {
	if a.Form == "" && b.Form == "" && !endsInBody(a.Base) && !endsInBody(b.Base) {
		return false
	}
	if a.Base != b.Base {
		a, b = bodyApart(a), bodyApart(b)
	}
	return a.Form != "" && b.Form != "" && a.Form != b.Form && akin(a.Base, b.Base)
}

// bodyApart takes a body for the legal form of a name that has none.
func bodyApart(n CompanyName) CompanyName {
	if n.Form != "" || !endsInBody(n.Base) {
		return n
	}
	i := strings.LastIndexByte(n.Base, ' ')
	return CompanyName{Base: n.Base[:i], Form: n.Base[i+1:]}
}

// endsInBody reports whether a name goes on with a word for what is a body of its own, and stays in the name.
func endsInBody(base string) bool {
	i := strings.LastIndexByte(base, ' ')
	if i < 0 {
		return false
	}
	switch base[i+1:] {
	case "trust", "foundation", "stiftung", "association", "verein", "cooperative", "coop":
		return true
	}
	return false
}

// akin reports whether two names can be meant for one: they are much alike, share a word, or are a name and its first
// letters.
func akin(a, b string) bool {
	for word := range strings.FieldsSeq(a) {
		if len(word) >= 2 && hasWord(b, word) {
			return true
		}
	}
	return isAcronym(a, b) || isAcronym(b, a) || similar(a, b) >= akinName
}

func hasWord(s, word string) bool {
	for w := range strings.FieldsSeq(s) {
		if w == word {
			return true
		}
	}
	return false
}

// twins reports whether two accounts have one name but for the legal form, so that a lead whose name has none can be of
// either.
func twins(a, b *Prepared) bool {
	return a.company.Base != "" && a.company.Base == b.company.Base && a.company.Form != b.company.Form
}

// isAcronym reports whether a is made of the first letters of b's words.
func isAcronym(a, b string) bool {
	return len(a) >= 3 && len(a) < len(b) && a[0] == b[0] && strings.Count(b, " ") >= len(a)-1 && Acronym(b) == a
}

// isPart reports whether b begins with the words of a, and goes on.
func isPart(a, b string) bool {
	return len(a) >= partLength && len(b) > len(a) && strings.HasPrefix(b, a) && b[len(a)] == ' '
}

// oneWordMore reports whether b has the words of a and one more, between them or, where it says little, behind them.
func oneWordMore(a, b string) bool {
	if len(a) >= len(b) {
		return false
	}
	if isPart(a, b) {
		return saysLittle(b[len(a)+1:])
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	from := strings.LastIndexByte(a[:i], ' ') + 1
	if from == 0 {
		return false
	}
	_, rest, _ := strings.Cut(b[from:], " ")
	return rest == a[from:] && sameNumbers(a, b)
}

// saysLittle reports whether a word at the end of a company's name is often left out.
func saysLittle(word string) bool {
	switch word {
	case "group", "groep", "gruppe", "groupe", "grupo", "gruppo", "holding", "holdings", "international", "global", "worldwide",
		"services", "solutions", "nederland", "netherlands", "deutschland", "germany", "france", "espana", "italia", "europe", "uk", "usa",
		"advies", "beheer", "diensten", "participaties":
		return true
	}
	return false
}

// agreeDomain compares domains: Exact, Contact, Related, Differs.
func agreeDomain(a, b *Prepared) rank {
	switch {
	case len(a.domains)+len(a.contactDomains) == 0 || len(b.domains)+len(b.contactDomains) == 0:
		return 0
	case share(a.domains, b.domains):
		return 1
	case share(a.domains, b.contactDomains) || share(a.contactDomains, b.domains):
		return 2
	case related(a.domains, b.domains):
		return relatedDomain
	}
	return 4
}

// relatedDomain is the rank of a name under two suffixes.
const relatedDomain = 3

func share(a, b []string) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}

// related reports whether two domains have one name under two suffixes, such as acme.com and acme.co.uk.
func related(a, b []string) bool {
	for _, x := range a {
		for _, y := range b {
			if label := domainLabel(x); len(label) >= 3 && label == domainLabel(y) {
				return true
			}
		}
	}
	return false
}

// agreeParent compares where two accounts stand: Above, Beside. One that stands alone says nothing.
func agreeParent(a, b *Prepared) rank {
	switch {
	case a.Parent != "" && a.Parent == b.Ref.ID || b.Parent != "" && b.Parent == a.Ref.ID:
		return 1
	case a.Parent != "" && a.Parent == b.Parent:
		return 2
	}
	return 0
}

// sameWords reports whether two names have the same words, in whatever order.
func sameWords(a, b string) bool {
	if len(a) != len(b) || strings.Count(a, " ") != strings.Count(b, " ") {
		return false
	}
	x, y := strings.Fields(a), strings.Fields(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// sameLetters reports whether two names are one but for spaces.
func sameLetters(a, b string) bool {
	i, j := 0, 0
	for {
		for i < len(a) && a[i] == ' ' {
			i++
		}
		for j < len(b) && b[j] == ' ' {
			j++
		}
		if i == len(a) || j == len(b) || a[i] != b[j] {
			return i == len(a) && j == len(b)
		}
		i, j = i+1, j+1
	}
}

func withoutSpaces(s string) string { return strings.ReplaceAll(s, " ", "") }
