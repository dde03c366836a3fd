package identity

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// CompanyName is a company's name taken apart.
type CompanyName struct {
	Base string // folded, without legal forms and a leading "the"; "" if the name has no letters and digits
	Form string // the canonical word of the legal form, such as "gmbh", "ltd" or "gmbh-co-kg"; "" if there is none
}

// ParseCompany takes the name of a company apart.
//
// All spellings of a form give the same word: "Ltd", "Ltd." and "Limited" are "ltd", "B.V.", "BV" and "Besloten
// Vennootschap" are "bv". Forms are looked for at the end, at the beginning ("ОАО", "P.T.", "Aktiebolaget"), and before
// a bracket, a comma, a dash or the name of a country ("Acme, Inc. (US)" and "Acme Inc US" are "acme us", "inc").
// "Company", "Co." and "& Cie" say little: they are removed and are no form. The form nearest to the end counts where
// there are several that one country knows, as in "Oy Acme Ab"; a form that no country knows together with it belongs
// to the name.
//
// The names of countries and regions stay in Base, since they tell subsidiaries apart, and so do "Group" and "Holding",
// and words for what is a body of its own, such as "Trust" and "Foundation". Letters apart from each other are one word
// ("A.B.C." is "abc"), and "und", "et", "y", "og" and "och" between words are "and". A name of nothing but legal forms,
// such as "The Limited", is all Base and has no form.
//
// Some words are a form or a name, "AB" in "AB Volvo" and "AB Smith" for one. Equal bases are therefore evidence that
// two names mean the same company, and different forms are evidence that they do not. Forms of different countries that are
// written with the same letters, as A/S, AS and a.s., are one word.
func ParseCompany(name string) CompanyName {
	var words [16]companyWord
	var text [96]byte
	c := readCompany(words[:0], text[:0], name)
	c.dropThe()
	form := c.strip(AtEnd | AtStart)
	form = c.stripBreaks(form)
	if form == nil {
		form = c.stripBeforeCountry()
	}
	if c.first == c.end {
		c.first, c.end, form = 0, len(c.words), nil
	}
	return CompanyName{Base: c.base(), Form: form.name()}
}

// FormPlaces says where in a company's name BaseName looks for legal forms.
type FormPlaces uint8

// The places of legal forms, which can be combined.
const (
	AtEnd FormPlaces = 1 << iota
	AtStart
	InMiddle
)

// BaseName returns a company's name without the legal forms at the given places, otherwise as its author spelled it
// but for compatibility forms and white space. It is for display; compare what ParseCompany returns. It returns "" for a
// name of nothing but legal forms.
func BaseName(name string, at FormPlaces) string {
	c := readCompany(nil, nil, name)
	c.strip(at)
	if at&InMiddle != 0 {
		c.stripMiddle()
	}
	return c.spelled()
}

// Acronym returns the first letters of the words of a folded name: "ibm" for "international business machines". Small
// words such as "of" and "and" have no part in it. It returns "" for less than two words that have.
func Acronym(base string) string {
	var buf [16]byte
	letters, words := buf[:0], 0
	for word := range strings.FieldsSeq(base) {
		switch word {
		case "and", "of", "the", "for", "de", "del", "della", "di", "do", "da", "du", "des", "der", "die", "das", "la", "le", "les", "en", "e":
			continue
		}
		first, _ := utf8.DecodeRuneInString(word)
		letters = utf8.AppendRune(letters, first)
		words++
	}
	if words < 2 {
		return ""
	}
	return string(letters)
}

// companyText is a company's name as words, of which those from first up to end are still taken to be its base.
type companyText struct {
	raw        string
	words      []companyWord
	text       []byte // the folded words, run together
	first, end int
}

type companyWord struct {
	from, to       int  // in text
	rawFrom, rawTo int  // in raw
	broken         bool // after a bracket, a comma or a dash
	tight          bool // not after white space
	gone           bool // a legal form in the middle
}

// readCompany splits name into words where Fold does, and in addition before and after forms that are written without a
// space. It appends to words and text, which are empty.
func readCompany(words []companyWord, text []byte, name string) companyText {
	if !companyIsASCII(name) {
		name = norm.NFKC.String(foldSpecial(name))
	}
	for i := 0; ; {
		var w companyWord
		if w, i = nextCompanyWord(name, i); i == len(name) {
			break
		}
		text = unifyCompany(words, text)
		w.from = len(text)
		text, i = readCompanyWord(text, name, i)
		w.to, w.rawTo = len(text), i
		if w.to == w.from {
			continue
		}
		if w.to-w.from == w.rawTo-w.rawFrom && text[w.from] >= utf8.RuneSelf {
			words, w = detachForm(words, w, string(text[w.from:]))
		}
		words = append(words, w)
	}
	return companyText{raw: name, words: words, text: text, end: len(words)}
}

func companyIsASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// nextCompanyWord returns the first word from i as far as what comes before it is known, and where it starts.
func nextCompanyWord(s string, i int) (companyWord, int) {
	w := companyWord{tight: true}
	for i < len(s) {
		r, size := companyRune(s, i)
		if !companyParts(r) {
			break
		}
		switch r {
		case ' ', '\t', '\n':
			w.tight = false
		case '(', ')', '[', ']', ',', ';', '|', '–', '—':
			w.broken = true
		case '-':
			w.broken = w.broken || i > 0 && s[i-1] == ' ' || i+1 < len(s) && s[i+1] == ' '
		}
		i += size
	}
	w.rawFrom = i
	return w, i
}

// readCompanyWord appends to text the word that starts at i, folded, and returns where it ends. An ampersand is a word.
func readCompanyWord(text []byte, s string, i int) ([]byte, int) {
	from, start := len(text), i
	for i < len(s) && foldASCII[s[i]] > foldAnd {
		text = append(text, foldASCII[s[i]])
		i++
	}
	if i == start && s[i] == '&' {
		return append(text, "and"...), i + 1
	}
	end := companyWordEnd(s, i)
	if end > i {
		text = appendFold(text[:from], s[start:end])
	}
	return text, end
}

func companyWordEnd(s string, i int) int {
	for i < len(s) {
		r, size := companyRune(s, i)
		if companyParts(r) || r == '&' {
			break
		}
		i += size
	}
	return i
}

func companyRune(s string, i int) (rune, int) {
	if s[i] < utf8.RuneSelf {
		return rune(s[i]), 1
	}
	return utf8.DecodeRuneInString(s[i:])
}

// companyParts says whether r parts words, as Fold sees it. The ampersand does not: it is a word.
func companyParts(r rune) bool {
	if r < utf8.RuneSelf {
		return foldASCII[r] == foldGap
	}
	return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) && !foldVanishes(r)
}

// unifyCompany makes the last word "and" if it means that, now that another word follows.
func unifyCompany(words []companyWord, text []byte) []byte {
	if len(words) < 2 {
		return text
	}
	last, before := &words[len(words)-1], words[len(words)-2]
	if last.to-last.from > len("und") || before.to-before.from == 1 || string(text[before.from:before.to]) == "and" {
		return text
	}
	switch string(text[last.from:]) {
	case "und", "et", "y", "og", "och":
		text = append(text[:last.from], "and"...)
		last.to = len(text)
	}
	return text
}

// attachedForms are the forms that are written without a space before or after them, longer ones first.
var attachedForms = [...]string{
	"股份有限公司", "有限责任公司", "有限責任公司", "有限公司", "株式会社", "合同会社", "有限会社", "주식회사", "유한회사",
}

// detachForm splits a form from w. It appends what comes before it, and returns the rest.
func detachForm(words []companyWord, w companyWord, word string) ([]companyWord, companyWord) {
	for _, form := range attachedForms {
		split := len(word) - len(form)
		if strings.HasPrefix(word, form) {
			split = len(form)
		} else if !strings.HasSuffix(word, form) {
			continue
		}
		if split == 0 || split == len(word) {
			return words, w
		}
		before, rest := w, w
		before.to, before.rawTo = w.from+split, w.rawFrom+split
		rest.from, rest.rawFrom = before.to, before.rawTo
		rest.broken, rest.tight = false, true
		return append(words, before), rest
	}
	return words, w
}

func (c *companyText) word(i int) []byte { return c.text[c.words[i].from:c.words[i].to] }

func (c *companyText) isAnd(i int) bool { return string(c.word(i)) == "and" }

// single says whether word i is one letter of Latin.
func (c *companyText) single(i int) bool {
	w := c.word(i)
	return len(w) == 1 && w[0] >= 'a'
}

// dropThe drops "the" at the beginning, and at the end after a comma ("Acme Company, The").
func (c *companyText) dropThe() {
	if c.end > 1 && string(c.word(0)) == "the" {
		c.first++
	}
	if last := c.end - 1; last > c.first && c.words[last].broken && string(c.word(last)) == "the" {
		c.end--
	}
}

// strip strips forms at the end and at the beginning, and returns the one that counts, nil if there is none. It strips
// nothing at the beginning if nothing would be left.
func (c *companyText) strip(at FormPlaces) *legalForm {
	var form *legalForm
	if at&AtEnd != 0 {
		form = c.stripEnd()
	}
	if at&AtStart != 0 {
		form = c.stripStart(form)
	}
	return form
}

func (c *companyText) stripEnd() *legalForm {
	var form *legalForm
	for c.end > c.first {
		n, f := c.formBefore(c.end)
		if f == nil || !f.joins(form) {
			break
		}
		if form == nil && f.word != "" {
			form = f
		}
		c.end -= n
	}
	return form
}

// stripBreaks strips the forms before a break, where something comes before them.
func (c *companyText) stripBreaks(form *legalForm) *legalForm {
	for b := c.first + 2; b < c.end; b++ {
		if !c.words[b].broken {
			continue
		}
		n, f := c.formBefore(b)
		if f == nil || f.word == "" || b-n == c.first {
			continue
		}
		c.remove(b-n, b)
		if form == nil {
			form = f
		}
	}
	return form
}

// stripBeforeCountry strips a form at the end that only the name of a country follows.
func (c *companyText) stripBeforeCountry() *legalForm {
	for at := c.end - 1; at > c.first+1 && at >= c.end-mostCountryWords; at-- {
		n, f := c.formBefore(at)
		if f == nil || f.word == "" || at-n == c.first || !c.isCountry(at) {
			continue
		}
		c.remove(at-n, at)
		return f
	}
	return nil
}

// mostCountryWords is of how many words the name of a country is that can follow a form.
const mostCountryWords = 3

// isCountry reports whether the words from i on name a country. Codes do not, but for those that are in use as names.
func (c *companyText) isCountry(i int) bool {
	name := c.text[c.words[i].from:c.words[c.end-1].to]
	switch string(name) {
	case "uk", "us", "usa", "uae":
		return true
	}
	var buf [64]byte
	words := buf[:0]
	for ; i < c.end; i++ {
		words = append(append(words, c.word(i)...), ' ')
	}
	return len(name) > len("usa") && countryOfName(bytes.TrimRight(words, " ")) != ""
}

func (c *companyText) remove(from, to int) {
	for i := from; i < to; i++ {
		c.words[i].gone = true
	}
}

// formBefore returns the longest form that ends before word end, and how many words it has.
func (c *companyText) formBefore(end int) (int, *legalForm) {
	for i := max(c.first, end-mostFormWords); i < end; i++ {
		f := c.form(i, end, AtEnd)
		if f != nil && (i == c.first || !c.isAnd(i-1) && !c.inLetters(i)) {
			return end - i, f
		}
	}
	return 0, nil
}

// inLetters says whether word i is inside letters such as "A.B.C.".
func (c *companyText) inLetters(i int) bool { return c.words[i].tight && c.single(i) && c.single(i-1) }

func (c *companyText) stripStart(form *legalForm) *legalForm {
	for end := min(c.first+mostFormWords, c.end-1); end > c.first; end-- {
		f := c.form(c.first, end, AtStart)
		if f == nil || c.goesOn(end) || form != nil && !f.shares(form) {
			continue
		}
		c.first = end
		if form == nil && f.word != "" {
			return f
		}
		return form
	}
	return form
}

// goesOn says whether word i, after what may be a form, goes on with it ("A&B", "A B C", "Company of").
func (c *companyText) goesOn(i int) bool {
	return c.isAnd(i) || string(c.word(i)) == "of" || c.single(i) && c.single(i-1)
}

// stripMiddle strips the forms that have words before and after them.
func (c *companyText) stripMiddle() {
	for end := c.end - 1; end > c.first+1; end-- {
		n, f := c.formBefore(end)
		if f != nil && f.word != "" && end-n > c.first {
			c.remove(end-n, end)
			end -= n - 1
		}
	}
}

// form returns the form that the words from i up to end spell at a place, nil if they spell none.
func (c *companyText) form(i, end int, at FormPlaces) *legalForm {
	from, to := c.words[i].from, c.words[end-1].to
	if to-from > longestSpelling {
		return nil
	}
	f := findLegalForm(c.text[from:to])
	switch {
	case f == nil || f.places&at == 0, f.places&lettersApart != 0 && end-i != to-from,
		f.places&otherScript != 0 && c.raw[c.words[i].rawFrom] < utf8.RuneSelf:
		return nil
	}
	return f
}

// findLegalForm returns the form that is spelled by at most longestSpelling bytes, nil if there is none.
func findLegalForm(spelling []byte) *legalForm {
	if legalFormLetters[len(spelling)]>>min(spelling[0]-'a', 26)&1 == 0 {
		return nil
	}
	low, high := int(legalFormStarts[len(spelling)]), int(legalFormStarts[len(spelling)+1])
	end := high
	for low < high {
		middle := (low + high) / 2
		if legalForms[middle].spelling < string(spelling) {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low < end && legalForms[low].spelling == string(spelling) {
		return &legalForms[low]
	}
	return nil
}

func (f *legalForm) name() string {
	if f == nil {
		return ""
	}
	return f.word
}

// joins says whether f can stand before a form, or at the end if that is nil.
func (f *legalForm) joins(form *legalForm) bool {
	if form == nil {
		return f.word != "" || f.countries == ""
	}
	return f.word == "corp" || f.shares(form)
}

// shares says whether some country knows both forms.
func (f *legalForm) shares(form *legalForm) bool {
	for i := 0; i < len(f.countries); i += len("GB ") {
		if strings.Contains(form.countries, f.countries[i:i+len("GB")]) {
			return true
		}
	}
	return f.countries == ""
}

// base returns the words that are left, where letters after each other are one word.
func (c *companyText) base() string {
	var buf [96]byte
	b := buf[:0]
	for i := c.first; i < c.end; i++ {
		if c.words[i].gone {
			continue
		}
		if len(b) > 0 && !(c.single(i) && c.single(i-1)) {
			b = append(b, ' ')
		}
		b = append(b, c.word(i)...)
	}
	return string(b)
}

// spelled returns the words that are left as they are in raw.
func (c *companyText) spelled() string {
	var parts []string
	for i := c.first; i < c.end; i++ {
		if c.words[i].gone {
			continue
		}
		from := c.words[i].rawFrom
		for i+1 < c.end && !c.words[i+1].gone {
			i++
		}
		parts = append(parts, strings.Fields(c.around(from, c.words[i].rawTo))...)
	}
	return strings.Join(parts, " ")
}

// around returns what is in raw from from up to to, with the signs at both sides that belong to it.
func (c *companyText) around(from, to int) string {
	before := strings.TrimRight(c.raw[:from], `("'«„“‘¿¡#@+[`)
	after := strings.TrimLeft(c.raw[to:], `)"'»“”’!?.+#%*®]`)
	return c.raw[len(before) : len(c.raw)-len(after)]
}
