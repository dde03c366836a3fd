package identity

import (
	"slices"
	"strings"
)

// FirstName returns a first name as it is compared: folded, without titles before it ("Dr.", "Herr") and additions
// after it ("Jr", "III", "PhD"). All given names stay, in their order: "Mary-Ann" is "mary ann". A name of nothing but
// such words keeps the last of them, since "Junior" is a name too.
func FirstName(s string) string {
	if strings.ContainsAny(s, nameSpace) {
		s = strings.Join(nameWords(s), " ")
	}
	return Fold(s)
}

// LastName returns a last name as it is compared: folded, without titles and additions as in FirstName, and with
// particles joined to what follows them, so that "van der Berg", "Van Der Berg" and "VanderBerg" are all "vanderberg".
// Names with a hyphen are two words.
func LastName(s string) string {
	if strings.ContainsAny(s, nameSpace) {
		s = strings.Join(nameWords(s), " ")
	}
	s = Fold(s)
	if !strings.Contains(s, " ") {
		return s
	}
	var b strings.Builder
	for word := range strings.FieldsSeq(s) {
		b.WriteString(word)
		if !nameParticle(word) {
			b.WriteByte(' ')
		}
	}
	return strings.TrimSuffix(b.String(), " ")
}

// SplitName splits the name of a person that stands in one field, as its author spelled it and without titles and
// additions. The last name is what stands before a comma ("Smith, John"), or else the last word with the particles
// before it ("Vincent van Gogh"), where the first word is always of the first name. One word is a first name.
func SplitName(full string) (first, last string) {
	before, after, _ := strings.Cut(full, ",")
	family, given := nameWords(before), nameWords(after)
	if slices.ContainsFunc(given, func(word string) bool { return !nameAddition(word) }) && len(family) > 0 {
		return strings.Join(given, " "), strings.Join(family, " ")
	}
	words := nameWords(full)
	at := len(words) - 1
	for at > 1 && nameParticle(Fold(words[at-1])) {
		at--
	}
	at = max(at, min(1, len(words)))
	return strings.Join(words[:at], " "), strings.Join(words[at:], " ")
}

// nameSpace is what the words of a name are apart by.
const nameSpace = " ,\t\n\u00a0"

// nameWords returns the words of a name without titles before it and additions after it, or the last one if nothing
// would be left.
func nameWords(s string) []string {
	words := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(nameSpace, r) })
	for len(words) > 1 && nameTitle(words[0]) {
		words = words[1:]
	}
	for len(words) > 1 && nameAddition(words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	return words
}

// nameLetters returns a folded word with its letters together, so that "Ph.D." is "phd".
func nameLetters(word string) string { return strings.ReplaceAll(Fold(word), " ", "") }

// nameTitle says whether a word before a name is a title or form of address.
func nameTitle(word string) bool {
	switch nameLetters(word) {
	case "mr", "mrs", "ms", "miss", "mx", "messrs", "dr", "drs", "prof", "professor", "doctor", "sir", "madam", "rev", "reverend", "hon", "capt", "sgt",
		"herr", "herrn", "frau", "fraulein", "dipl", "ing", "dipling", "drmed", "profdr", "mag", "hr", "fru", "froken", "monsieur", "madame", "mademoiselle", "mme", "mlle", "maitre",
		"senor", "senora", "senorita", "sr", "sra", "srta", "dna", "senhor", "senhora", "lic", "signor", "signora", "signorina", "sig", "sigra", "dott",
		"dottssa", "dottore", "avv", "arch", "geom", "dhr", "mevr", "mevrouw", "mw", "meneer", "pan", "pani", "inz", "mgr", "bay", "bayan":
		return true
	}
	return false
}

// nameAddition says whether a word after a name is a degree, or tells one of several generations.
func nameAddition(word string) bool {
	switch nameLetters(word) {
	case "jr", "sr", "jnr", "snr", "junior", "senior", "ii", "iii", "iv", "phd", "dphil", "md", "dds", "dvm", "mba", "msc", "bsc", "llm", "llb", "esq",
		"esquire", "cpa", "cfa", "pmp", "obe", "mbe", "cbe":
		return true
	}
	return false
}

// nameParticle says whether a folded word is joined to the last name that follows it.
func nameParticle(word string) bool {
	switch word {
	case "van", "von", "vom", "vander", "vanden", "vande", "der", "den", "de", "del", "della", "delle", "dello", "dela", "dal", "dalla", "degli", "dei",
		"di", "da", "dos", "das", "do", "du", "des", "la", "las", "le", "les", "lo", "los", "het", "t", "te", "ter", "ten", "zu", "zum", "zur", "af",
		"av", "el", "al", "bin", "bint", "ibn", "ben", "abu", "st", "saint", "san", "santa",
		"o", "d", "l", "mc", "mac", "fitz":
		return true
	}
	return false
}

// SameNickname says whether two folded first names can be those of one person: they are equal, one is a short form of
// the other, or they are short forms of the same name. Bob is Rob and Robert. It is symmetric and not transitive: Alex
// is Alexander and Alexandra, who are two people.
func SameNickname(a, b string) bool {
	if a == b {
		return a != ""
	}
	formalsA, formalsB := nameFormals(a), nameFormals(b)
	return hasName(formalsA, b) || hasName(formalsB, a) || shareName(formalsA, formalsB)
}

// nameFormals returns the names that a folded first name is short for, apart by a space.
func nameFormals(first string) string {
	i, found := slices.BinarySearchFunc(nicknames[:], first, func(n nickname, first string) int { return strings.Compare(n.short, first) })
	if !found {
		return ""
	}
	return nicknames[i].formals
}

func shareName(a, b string) bool {
	for name := range strings.FieldsSeq(a) {
		if hasName(b, name) {
			return true
		}
	}
	return false
}

func hasName(names, name string) bool {
	for n := range strings.FieldsSeq(names) {
		if n == name {
			return true
		}
	}
	return false
}
