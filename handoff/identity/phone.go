package identity

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A PhoneParser writes phone numbers in E.164. The host fills it with a library that knows the numbering plans; without
// one Phone answers. It must be deterministic, keep nothing between calls, and be safe for concurrent use.
type PhoneParser interface {
	// E164 returns a phone number as "+4930123456". The country is the ISO 3166-1 alpha-2 code of where a number without a
	// calling code belongs, empty where that is unknown. It reports false where the text is no number, or could be several.
	E164(phone, country string) (e164 string, ok bool)
}

// A PhoneParserFunc is a function that is a PhoneParser.
type PhoneParserFunc func(phone, country string) (e164 string, ok bool)

// E164 calls the function.
func (f PhoneParserFunc) E164(phone, country string) (string, bool) { return f(phone, country) }

// Digits returns the decimal digits of a text, of any script, as ASCII digits. All else is left out.
func Digits(s string) string { return string(appendDigits(nil, s)) }

func appendDigits(dst []byte, s string) []byte {
	for _, r := range s {
		if d, ok := phoneDigit(r); ok {
			dst = append(dst, d)
		}
	}
	return dst
}

// keypadDigits returns the digits of a text as Digits does. The letters A to Z of a text with at least three of them
// are read as on a phone's keypad: "034-I-am-HUNGRY" is "034426486479". Fewer are slips, and left out.
func keypadDigits(s string) string {
	letters := 0
	for _, r := range s {
		if isPhoneLetter(r) {
			letters++
		}
	}
	if letters < vanityLetters {
		return Digits(s)
	}
	var dst []byte
	for _, r := range s {
		if isPhoneLetter(r) {
			dst = append(dst, keypad[r|0x20-'a'])
		} else if d, ok := phoneDigit(r); ok {
			dst = append(dst, d)
		}
	}
	return string(dst)
}

// Phone returns a phone number as "+<calling code><national number>", empty where it cannot be sure. The country is the
// ISO 3166-1 alpha-2 code of where a number without a calling code belongs, empty where that is unknown.
//
// It reads numbers with a plus, with 00 or with the country's international prefix, whose calling code is assigned; and
// national numbers of a known country, of which it drops the trunk prefix. An extension is cut off, and the letters of a
// vanity number are read as on the keypad. It knows how long the numbers of a calling code are and nothing else of its
// numbering plan: that a number is returned does not say that it can be dialled. It returns nothing where a number has two
// readings, such as a German "4930123456".
func Phone(s, country string) string {
	var e164 [16]byte
	return string(appendPhone(e164[:0], s, country))
}

func appendPhone(dst []byte, s, country string) []byte {
	p, ok := readPhone(s)
	if !ok {
		return dst
	}
	code, national := p.resolve(country)
	if code == 0 {
		return dst
	}
	dst = strconv.AppendUint(append(dst, '+'), uint64(code), 10)
	return append(dst, national...)
}

// splitPhone returns the calling code and the national number of what Phone returns, and nothing for any other text.
func splitPhone(e164 string) (code, national string) {
	digits, ok := strings.CutPrefix(e164, "+")
	if !ok {
		return "", ""
	}
	if _, rest := splitCode(digits); rest != "" {
		return digits[:len(digits)-len(rest)], rest
	}
	return "", ""
}

// A phoneAgreement is how well two phone numbers agree.
type phoneAgreement string

// The agreements, the best first.
const (
	phoneExact      phoneAgreement = "exact"        // the same calling code, national number and extension
	phoneNational   phoneAgreement = "national"     // the same national number; at least one has no calling code
	phoneShort      phoneAgreement = "short"        // one ends with the other, or only one has an extension
	phoneDiffers    phoneAgreement = "differs"      //
	phoneNotANumber phoneAgreement = "not_a_number" // at least one is not a phone number
)

// How many digits numbers have.
const (
	minPhone       = 6 // at least; a shorter one is an extension
	shortest       = 6 // that they share at least where one ends with the other; fewer say nothing
	phoneTail      = 7 // at the end, that two forms of one number share, and that are their key
	nationalDigits = 8 // at least, where one is the end of the other and that is all that is known
)

// comparePhones says how well two phone numbers agree, as they are written. It takes no country: a number without a calling
// code is read as one of the other's country, and two without are compared digit by digit. No length is checked.
//
// Two extensions of one number differ here, where the texts are at hand. A Prepared has none: there they are one line,
// which as a switchboard is common to several people.
func comparePhones(a, b string) phoneAgreement {
	x, ok := readPhone(a)
	y, also := readPhone(b)
	if !ok || !also || !x.split() || !y.split() {
		return phoneNotANumber
	}
	if x.ext != "" && y.ext != "" && x.ext != y.ext {
		return phoneDiffers
	}
	if x.code != 0 && y.code != 0 {
		if x.code != y.code {
			return phoneDiffers
		}
		return compareNational(&x, &y, phoneExact)
	}
	x.adopt(y.code)
	y.adopt(x.code)
	return compareNational(&x, &y, phoneNational)
}

// compareNational compares two national numbers. Equal ones with equal extensions get the agreement that it is given.
func compareNational(x, y *phoneText, equal phoneAgreement) phoneAgreement {
	a, b := x.digits(), y.digits()
	if string(a) == string(b) {
		if x.ext == y.ext {
			return equal
		}
		return phoneShort
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) >= shortest && string(a) == string(b[len(b)-len(a):]) {
		return phoneShort
	}
	return phoneDiffers
}

// A phoneText is what a text says of a phone number, before any plan is known.
type phoneText struct {
	plus    bool   // it begins with a plus
	code    uint16 // the calling code, set by split; 0 if the text has none
	start   int    // where in buf the number begins
	end     int    // and ends
	zero    int    // where a trunk prefix written as (0) is, 0 if nowhere
	group   int    // where the last group of digits begins
	letters int    // how many of buf are letters
	first   int    // where the first letter is
	ext     string
	context string
	buf     [32]byte
}

// vanityLetters is how many letters make a number a vanity number, and marked how many digits come before an extension.
const (
	vanityLetters = 3
	marked        = 5
)

// keypad has the digit of each letter.
const keypad = "22233344455566677778889999"

func (p *phoneText) digits() []byte { return p.buf[p.start:p.end] }

// add appends a digit or letter. It reports false if that makes the number too long for any plan.
func (p *phoneText) add(c byte) bool {
	if p.end == len(p.buf) {
		return false
	}
	p.buf[p.end] = c
	p.end++
	return true
}

// readPhone takes a text apart. What stands before the first digit or plus is left out. It reports false where the text
// cannot be one phone number.
func readPhone(s string) (p phoneText, ok bool) {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			s = phoneASCII(s)
			break
		}
	}
	i := 0
	for i < len(s) && s[i] != '+' && (s[i] < '0' || s[i] > '9') {
		i++
	}
	for i >= 0 && i < len(s) {
		switch c := s[i]; c {
		case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
			if !p.add(c) {
				return p, false
			}
			i++
		case ' ', '-':
			p.group = p.end
			i++
		case '(':
			i = p.bracket(s, i)
		case ')', '.', '/', '\t', '\n', '\r', '[', ']':
			i++
		case '+':
			if p.end > 0 {
				return p, false
			}
			p.plus = true
			i++
		case ';':
			i = p.parameter(s, i)
		default:
			i = p.mark(s, i)
		}
	}
	return p, i >= 0 && p.spell() && p.locate() && p.end > p.start
}

// bracket reads an opening bracket, and a trunk prefix in brackets. The methods that read return where to go on, and -1
// where the text is no phone number.
func (p *phoneText) bracket(s string, i int) int {
	if p.end == 0 || !strings.HasPrefix(s[i:], "(0)") {
		return i + 1
	}
	p.zero = p.end
	if !p.add('0') {
		return -1
	}
	return i + len("(0)")
}

// mark reads what begins an extension, and letters that do not.
func (p *phoneText) mark(s string, i int) int {
	after := i + 1
	for isPhoneLetter(rune(s[i])) && after < len(s) && isPhoneLetter(rune(s[after])) {
		after++
	}
	for s[i] == ',' && after < len(s) && s[after] == ',' {
		after++
	}
	limit := extensionDigits(s[i:after])
	if limit > 0 && p.end >= marked {
		if from, to := extensionAfter(s, after); to > from {
			return p.extension(s[from:to], limit, len(s))
		}
	}
	switch {
	case s[i] == '#' && after == len(s):
		return p.hash(after)
	case s[i] == '~' || s[i] == ',' && p.end >= marked:
		return after
	case !isPhoneLetter(rune(s[i])):
		return -1
	}
	return p.word(s, i, after)
}

// word reads letters of a vanity number, or a slip.
func (p *phoneText) word(s string, i, after int) int {
	if p.letters == 0 {
		p.first = p.end
	}
	for ; i < after; i++ {
		if !p.add(s[i] | 0x20) {
			return -1
		}
		p.letters++
	}
	return after
}

// hash reads a number whose last group is an extension, because a # follows it.
func (p *phoneText) hash(after int) int {
	if p.group < marked || p.end-p.group > 6 || p.group == p.end {
		return -1
	}
	p.ext = string(p.buf[p.group:p.end])
	p.end = p.group
	return after
}

// extension keeps the digits of an extension, unless there are too many.
func (p *phoneText) extension(ext string, limit, after int) int {
	if len(ext) > limit {
		return -1
	}
	p.ext = ext
	return after
}

// extensionDigits returns how many digits an extension has at most after a mark, 0 if the text is none.
func extensionDigits(mark string) int {
	switch mark {
	case "x", "X", "#", "~", ",":
		return 9
	case ";":
		return 15
	}
	if mark[0] == ',' {
		return 15
	}
	var b [12]byte
	if len(mark) > len(b) {
		return 0
	}
	for i := range len(mark) {
		b[i] = mark[i] | 0x20
	}
	switch string(b[:len(mark)]) {
	case "int":
		return 9
	case "ext", "extn", "extensi", "extensio", "extension", "xt", "xtn", "xtensi", "xtensio", "xtension", "anexo", "dob",
		"durchwahl", "dw", "interno", "poste", "ramal", "toestel":
		return 20
	}
	return 0
}

// extensionAfter returns where the digits are that follow a mark.
func extensionAfter(s string, i int) (from, to int) {
	for i < len(s) && strings.IndexByte(" :.-,\t", s[i]) >= 0 {
		i++
	}
	from = i
	for i < len(s) && '0' <= s[i] && s[i] <= '9' {
		i++
	}
	return from, i
}

// parameter reads a parameter of a tel: URL, or an extension after a semicolon.
func (p *phoneText) parameter(s string, i int) int {
	next := len(s)
	if n := strings.IndexByte(s[i+1:], ';'); n >= 0 {
		next = i + 1 + n
	}
	name, value, named := strings.Cut(s[i+1:next], "=")
	switch {
	case !named:
		if from, to := extensionAfter(s, i+1); to > from && p.end >= marked {
			return p.extension(s[from:to], extensionDigits(";"), next)
		}
	case strings.EqualFold(name, "ext"):
		return p.extension(Digits(value), 20, next)
	case strings.EqualFold(name, "phone-context"):
		if p.context = value; value == "" {
			return -1
		}
	}
	return next
}

// spell turns the letters of a vanity number into digits, and leaves out fewer letters. It reports false where letters
// come too early to be part of a number.
func (p *phoneText) spell() bool {
	if p.letters >= vanityLetters && p.first < vanityLetters {
		return false
	}
	kept := 0
	for i := 0; p.letters > 0 && i < p.end; i++ {
		switch c := p.buf[i]; {
		case c < 'a':
			p.buf[kept] = c
		case p.letters < vanityLetters:
			continue
		default:
			p.buf[kept] = keypad[c-'a']
		}
		kept++
	}
	if p.letters > 0 {
		p.end = kept
	}
	return true
}

// locate puts the digits of a tel: URL's context before the number. A domain as context says nothing.
func (p *phoneText) locate() bool {
	if p.context == "" || p.plus {
		return true
	}
	prefix, global := strings.CutPrefix(p.context, "+")
	if !global {
		return strings.IndexFunc(p.context, isPhoneLetter) >= 0
	}
	var digits [32]byte
	n := 0
	for i := range len(prefix) {
		switch c := prefix[i]; {
		case strings.IndexByte("-.()", c) >= 0:
		case c < '0' || c > '9' || n+p.end == len(digits):
			return false
		default:
			digits[n] = c
			n++
		}
	}
	copy(digits[n:], p.buf[:p.end])
	p.buf, p.end, p.plus, p.zero = digits, n+p.end, true, 0
	return n > 0
}

// resolve returns the calling code and the national number, 0 where it cannot be sure.
func (p *phoneText) resolve(country string) (uint16, []byte) {
	d := p.digits()
	if p.plus && d[0] != '0' {
		return international(d)
	}
	home, known := callingCountryOf(country)
	code, national := uint16(0), []byte(nil)
	prefixed := false
	if n := home.prefix(d); n > 0 {
		code, national = international(d[n:])
		prefixed = true
	}
	if len(d) > 2 && d[0] == '0' && d[1] == '0' {
		other, rest := international(d[2:])
		switch {
		case code == 0:
			code, national = other, rest
		case other != 0 && other != code:
			return 0, nil // 009 1… of Colombia is 00 91… elsewhere
		}
		prefixed = true
	}
	if prefixed || p.plus || !known {
		return code, national
	}
	return callingPlanOf(home.code).home(d, p.zero)
}

// split finds the calling code of a number that is written with one, and reports false where nothing follows it.
func (p *phoneText) split() bool {
	d := p.digits()
	switch {
	case p.plus && d[0] != '0':
	case len(d) > 2 && d[0] == '0' && d[1] == '0':
		p.start += 2
	default:
		return len(d) > 1
	}
	code, rest := splitCode(p.digits())
	if code == 0 || len(rest) < 2 {
		return false
	}
	p.code = code
	p.start = p.end - len(callingPlanOf(code).cutTrunk(rest))
	return true
}

// adopt reads a number without a calling code as one of a calling code.
func (p *phoneText) adopt(code uint16) {
	if code == 0 || p.code != 0 {
		return
	}
	plan := callingPlanOf(code)
	d := p.digits()
	if rest, ok := plan.cutCode(d); ok && len(d) > plan.max {
		d = rest
	}
	p.start = p.end - len(plan.cutTrunk(d))
}

// international reads a number that begins with a calling code.
func international(d []byte) (uint16, []byte) {
	code, rest := splitCode(d)
	if code == 0 {
		return 0, nil
	}
	plan := callingPlanOf(code)
	if rest = plan.cutTrunk(rest); !plan.fits(rest) {
		return 0, nil
	}
	return code, rest
}

// splitCode returns the calling code that a number begins with, and what follows it; 0 if it is not assigned.
func splitCode[T string | []byte](d T) (code uint16, rest T) {
	n := callingCodeLen(d)
	if len(d) <= n {
		return 0, rest
	}
	for i := range n {
		if d[i] < '0' || d[i] > '9' {
			return 0, rest
		}
		code = code*10 + uint16(d[i]-'0')
	}
	if callingPlanOf(code).code == 0 {
		return 0, rest
	}
	return code, d[n:]
}

// callingCodeLen returns how many digits the calling code has. No code begins another.
func callingCodeLen[T string | []byte](d T) int {
	if len(d) == 0 || d[0] == '1' || d[0] == '7' {
		return 1
	}
	if len(d) == 1 {
		return 2
	}
	var two string // the second digits of the codes of two
	switch d[0] {
	case '2':
		two = "07"
	case '3':
		two = "0123469"
	case '4':
		two = "013456789"
	case '5':
		two = "12345678"
	case '6':
		two = "0123456"
	case '8':
		two = "1246"
	case '9':
		two = "0123458"
	}
	if strings.IndexByte(two, d[1]) >= 0 {
		return 2
	}
	return 3
}

// A callingPlan is what is known of the numbers of a calling code.
type callingPlan struct {
	code     uint16
	trunk    string // what is dialled before a national number inside the country; several are apart by a space
	min, max int    // digits of a national number
}

// callingPlanOf returns the plan of a calling code, the zero plan if there is none.
func callingPlanOf(code uint16) callingPlan {
	low, high := 0, len(callingPlans)
	for low < high {
		middle := (low + high) / 2
		if callingPlans[middle].code < code {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low < len(callingPlans) && callingPlans[low].code == code {
		return callingPlans[low]
	}
	return callingPlan{}
}

// home reads a number of the plan's country that is written without an international prefix.
func (c callingPlan) home(d []byte, zero int) (uint16, []byte) {
	abroad, coded := c.cutCode(d)
	if coded && zero > 0 && zero == len(d)-len(abroad) {
		return international(d) // 49 (0) 30 123456
	}
	national := c.cutTrunk(d)
	if coded && len(national) == len(d) && c.fits(c.cutTrunk(abroad)) {
		if c.fits(d) {
			return 0, nil
		}
		return international(d)
	}
	if !c.fits(national) {
		return 0, nil
	}
	return c.code, national
}

// cutCode cuts the calling code off.
func (c callingPlan) cutCode(d []byte) ([]byte, bool) {
	var code [3]byte
	n := len(strconv.AppendUint(code[:0], uint64(c.code), 10))
	if len(d) <= n || string(d[:n]) != string(code[:n]) {
		return nil, false
	}
	return d[n:], true
}

// cutTrunk cuts the trunk prefix off. National numbers do not begin with a prefix that begins with 0; any other is only
// taken for one if the number is too long. So is a 0 where numbers have one length and there is no prefix.
func (c callingPlan) cutTrunk(d []byte) []byte {
	if c.trunk == "" && c.min == c.max && len(d) == c.max+1 && d[0] == '0' {
		return d[1:]
	}
	for alternatives := c.trunk; alternatives != ""; {
		trunk, others, _ := strings.Cut(alternatives, " ")
		if len(d) > len(trunk) && string(d[:len(trunk)]) == trunk && (trunk[0] == '0' || len(d) > c.max) {
			return d[len(trunk):]
		}
		alternatives = others
	}
	return d
}

// fits reports whether a national number is as long as the plan has them, and has no trunk prefix left.
func (c callingPlan) fits(d []byte) bool {
	return c.min <= len(d) && len(d) <= c.max && (c.trunk == "" || d[0] != '0')
}

// A callingCountry is how a country is called and calls abroad.
type callingCountry struct {
	country string // ISO 3166-1 alpha-2
	code    uint16
	abroad  string // the international prefixes but 00, apart by a space
}

// callingCountryOf returns the entry of a country, in any case.
func callingCountryOf(country string) (callingCountry, bool) {
	key, ok := alpha2(country)
	if !ok {
		return callingCountry{}, false
	}
	low, high := 0, len(callingCountries)
	for low < high {
		middle := (low + high) / 2
		if c := callingCountries[middle].country; c[0] < key[0] || c[0] == key[0] && c[1] < key[1] {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low < len(callingCountries) && callingCountries[low].country == string(key[:]) {
		return callingCountries[low], true
	}
	return callingCountry{}, false
}

// alpha2 returns two letters as capitals.
func alpha2(country string) (key [2]byte, ok bool) {
	if len(country) != 2 || !isPhoneLetter(rune(country[0])) || !isPhoneLetter(rune(country[1])) {
		return key, false
	}
	return [2]byte{country[0] &^ 0x20, country[1] &^ 0x20}, true
}

// prefix returns how long the international prefix of the country is that a number begins with, 0 if it has none.
func (c callingCountry) prefix(d []byte) int {
	for all := c.abroad; all != ""; {
		prefix, others, _ := strings.Cut(all, " ")
		if len(d) > len(prefix) && string(d[:len(prefix)]) == prefix {
			return len(prefix)
		}
		all = others
	}
	return 0
}

// isPhoneLetter reports whether a keypad has the letter.
func isPhoneLetter(r rune) bool { return 'a' <= r|0x20 && r|0x20 <= 'z' }

// phoneDigit returns a decimal digit of any script as an ASCII digit.
func phoneDigit(r rune) (byte, bool) {
	switch {
	case '0' <= r && r <= '9':
		return byte(r), true
	case r < utf8.RuneSelf || !unicode.Is(unicode.Nd, r):
		return 0, false
	}
	for _, block := range unicode.Nd.R16 {
		if rune(block.Lo) <= r && r <= rune(block.Hi) {
			return '0' + byte((r-rune(block.Lo))%10), true
		}
	}
	for _, block := range unicode.Nd.R32 {
		if rune(block.Lo) <= r && r <= rune(block.Hi) {
			return '0' + byte((r-rune(block.Lo))%10), true
		}
	}
	return 0, false
}

// phoneASCII writes the signs of phone numbers in ASCII: digits of any script, wide letters and signs, dashes, spaces, and
// the letters of "extensión" and "доб". What does not print is left out, and any other sign is a question mark.
func phoneASCII(s string) string {
	dst := make([]byte, 0, len(s))
	for _, r := range s {
		if '！' <= r && r <= '～' {
			r -= '！' - '!'
		}
		d, isDigit := phoneDigit(r)
		switch {
		case r < utf8.RuneSelf:
			dst = append(dst, byte(r))
		case isDigit:
			dst = append(dst, d)
		case unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Mn, r):
		case unicode.Is(unicode.Zs, r):
			dst = append(dst, ' ')
		case unicode.Is(unicode.Pd, r) || r == '−' || r == 'ー':
			dst = append(dst, '-')
		default:
			dst = append(dst, phoneSign(r))
		}
	}
	return string(dst)
}

func phoneSign(r rune) byte {
	switch unicode.ToLower(r) {
	case 'ó', 'о':
		return 'o'
	case 'д':
		return 'd'
	case 'б':
		return 'b'
	case '⁓', '∼', '〜':
		return '~'
	}
	return '?'
}
