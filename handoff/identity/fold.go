package identity

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxMarks is how many marks after each other are kept; no script needs as many, and text with hundreds is abuse.
const maxMarks = 8

// Fold returns s as it is compared with other text: small letters without diacritics, words apart by one space.
//
// Letters of Latin, Cyrillic and Greek come out in plain Latin letters where there is one for them ("Größe" is
// "grosse", "Łódź" is "lodz", "Завод" is "zavod"); other scripts keep theirs, marks included. Full-width and other
// compatibility forms are the plain ones. Whatever is neither a letter nor a number parts words, except that
// apostrophes, the middle dot of Catalan and invisible characters vanish ("O'Brien" is "obrien"), and that "&" is the
// word "and". Text of nothing but signs is "".
//
// The result is valid UTF-8 whatever s is, and folding it again does not change it. It is not promised to be the same
// across versions, so a host that stores it must be ready to fold anew.
func Fold(s string) string {
	var buf [64]byte
	b := appendFold(buf[:0], s)
	if string(b) == s {
		return s
	}
	return string(b)
}

// appendFold appends Fold(s) to dst.
func appendFold(dst []byte, s string) []byte {
	start, gap := len(dst), false
	for i := 0; i < len(s); i++ {
		if to := foldASCII[s[i]]; to > foldAnd {
			if gap && len(dst) > start {
				dst = append(dst, ' ')
			}
			dst, gap = append(dst, to), false
			continue
		}
		switch {
		case s[i] >= utf8.RuneSelf:
			return append(dst[:start], foldUnicode(s)...)
		case s[i] == '&':
			if len(dst) > start {
				dst = append(dst, ' ')
			}
			dst = append(dst, "and"...)
			gap = true
		case foldASCII[s[i]] == foldGap:
			gap = true
		}
	}
	return dst
}

// What the ASCII characters become. Letters and digits are in foldASCII as they come out.
const (
	foldGap    = 0
	foldVanish = 1
	foldAnd    = 2
)

var foldASCII = [1 << 8]byte{
	'\'': foldVanish, '`': foldVanish, '&': foldAnd,
	'0': '0', '1': '1', '2': '2', '3': '3', '4': '4', '5': '5', '6': '6', '7': '7', '8': '8', '9': '9',
	'A': 'a', 'B': 'b', 'C': 'c', 'D': 'd', 'E': 'e', 'F': 'f', 'G': 'g', 'H': 'h', 'I': 'i', 'J': 'j', 'K': 'k', 'L': 'l', 'M': 'm',
	'N': 'n', 'O': 'o', 'P': 'p', 'Q': 'q', 'R': 'r', 'S': 's', 'T': 't', 'U': 'u', 'V': 'v', 'W': 'w', 'X': 'x', 'Y': 'y', 'Z': 'z',
	'a': 'a', 'b': 'b', 'c': 'c', 'd': 'd', 'e': 'e', 'f': 'f', 'g': 'g', 'h': 'h', 'i': 'i', 'j': 'j', 'k': 'k', 'l': 'l', 'm': 'm',
	'n': 'n', 'o': 'o', 'p': 'p', 'q': 'q', 'r': 'r', 's': 's', 't': 't', 'u': 'u', 'v': 'v', 'w': 'w', 'x': 'x', 'y': 'y', 'z': 'z',
}

// folding is text that is being folded character by character.
type folding struct {
	dst     []byte
	gap     bool // a word has ended
	marks   int  // at the end of dst
	last    rune // the letter before, as it was
	foreign bool // dst has letters that are not Latin
}

// foldUnicode is Fold for text that is not all ASCII. Characters are decomposed, so that diacritics stand alone, and
// what is left of other scripts is composed again.
func foldUnicode(s string) []byte {
	f := folding{dst: make([]byte, 0, len(s)+len(s)/2)}
	for len(s) > 0 {
		if s[0] < utf8.RuneSelf {
			f.rune(rune(s[0]))
			s = s[1:]
			continue
		}
		p := norm.NFKD.PropertiesString(s)
		size := max(p.Size(), 1)
		if decomposed := p.Decomposition(); decomposed == nil {
			r, _ := utf8.DecodeRuneInString(s)
			f.rune(r)
		} else {
			f.decomposed(s[:size], decomposed)
		}
		s = s[size:]
	}
	if f.foreign {
		return norm.NFC.Bytes(f.dst)
	}
	return f.dst
}

// decomposed folds the characters that char decomposes into, where that is how it is read.
func (f *folding) decomposed(char string, into []byte) {
	if sign := foldSpecial(char); sign != char {
		f.rune(rune(sign[0]))
		return
	}
	for len(into) > 0 {
		r, size := utf8.DecodeRune(into)
		f.rune(r)
		into = into[size:]
	}
}

// foldSpecial replaces what decomposes into something that it is not read as: an accent used as an apostrophe into a
// space, the marks of trade and service into letters.
func foldSpecial(s string) string {
	if !strings.Contains(s, "´") && !strings.Contains(s, "™") && !strings.Contains(s, "℠") {
		return s
	}
	return strings.NewReplacer("´", "'", "™", " ", "℠", " ").Replace(s)
}

func (f *folding) rune(r rune) {
	if foldDiacritic(r) {
		return
	}
	r = unicode.ToLower(r)
	if r < utf8.RuneSelf {
		f.ascii(r)
	} else if r == 'υ' && f.last == 'ο' { // the Greek digraph is written "ou"
		f.dst = append(f.dst, 'u')
	} else if latin, ok := latinOf(r); !ok {
		f.other(r)
	} else if latin != "" {
		f.part()
		f.dst = append(f.dst, latin...)
	}
	f.last = r
}

func (f *folding) ascii(r rune) {
	switch to := foldASCII[r]; to {
	case foldGap:
		f.gap = true
	case foldVanish:
	case foldAnd:
		f.gap = true
		f.part()
		f.dst = append(f.dst, "and"...)
		f.gap = true
	default:
		f.part()
		f.dst = append(f.dst, to)
	}
}

// part begins a new word if the last one has ended. What follows is no mark.
func (f *folding) part() {
	if f.gap && len(f.dst) > 0 {
		f.dst = append(f.dst, ' ')
	}
	f.gap, f.marks = false, 0
}

// other folds a character of another script, or a sign.
func (f *folding) other(r rune) {
	switch {
	case unicode.IsMark(r):
		if f.gap {
			f.part()
		}
		f.marks++
		if f.marks > maxMarks {
			return
		}
	case foldVanishes(r):
		return
	case unicode.IsLetter(r), unicode.IsNumber(r):
		f.part()
	default:
		f.gap = true
		return
	}
	f.dst = utf8.AppendRune(f.dst, r)
	f.foreign = true
}

// foldDiacritic says whether r is a mark that belongs to no script of its own.
func foldDiacritic(r rune) bool {
	switch {
	case r < 0x0300:
		return false
	case r <= 0x036f, r >= 0x0483 && r <= 0x0489, r >= 0x1ab0 && r <= 0x1aff, r >= 0x1dc0 && r <= 0x1dff, r >= 0x20d0 && r <= 0x20ff,
		r >= 0xfe20 && r <= 0xfe2f:
		return true
	}
	return false
}

// foldVanishes says whether r leaves no trace, not even the end of a word: diacritics, apostrophes, and characters that
// are not seen.
func foldVanishes(r rune) bool {
	switch r {
	case '·', '‘', '’', 'ʼ', 'ʻ', 'ʹ', '′', '‛':
		return true
	}
	return foldDiacritic(r) || unicode.Is(unicode.Cf, r)
}
