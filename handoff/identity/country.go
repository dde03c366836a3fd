package identity

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Country returns the ISO 3166-1 alpha-2 code of a country, empty where it is unknown. It takes alpha-2, alpha-3 and
// numeric codes; short and formal names in English, French and Spanish; names in German and in the country's own
// languages; former names; and abbreviations in use. Case, diacritics, points, brackets and articles do not matter.
//
// Codes come first: "CA" is Canada. "Korea" is the South, "Congo" the Republic, and so is "Ireland". "Georgia" is the
// country, although it may stand for the state of the US. "Virgin Islands" could be either group and is unknown.
// Kosovo, which has no code, gets XK, as in the data of the EU and of Unicode. The parts of the United Kingdom are GB.
func Country(s string) string {
	var code [2]byte
	return string(appendCountry(code[:0], s))
}

func appendCountry(dst []byte, s string) []byte {
	var buf [64]byte
	name := appendCountryFold(buf[:0], s)
	if code := countryOfCode(name); code != "" {
		return append(dst, code...)
	}
	if code := countryOfName(name); code != "" {
		return append(dst, code...)
	}
	bare := cutArticles(name)
	if code := countryOfName(bare); code != "" {
		return append(dst, code...)
	}
	return append(dst, countryOfName(cutForm(bare))...)
}

// countryOfCode returns the country of a code of two or three letters or of up to three digits.
func countryOfCode(code []byte) string {
	if n := len(code); n == 0 || n > 3 {
		return ""
	}
	if '0' <= code[0] && code[0] <= '9' {
		number := [3]byte{'0', '0', '0'}
		copy(number[3-len(code):], code)
		return countryOfKey(countryNumeric, number)
	}
	if len(code) == 3 {
		return countryOfKey(countryAlpha3, [3]byte{code[0] &^ 0x20, code[1] &^ 0x20, code[2] &^ 0x20})
	}
	if c, ok := callingCountryOf(string(code)); ok && c.country != "AC" && c.country != "TA" { // they have numbers, but no code
		return c.country
	}
	return ""
}

// countryOfKey finds a key of three bytes in a table of keys, each with the two bytes of its country behind it.
func countryOfKey(table string, key [3]byte) string {
	const size = 5
	low, high := 0, len(table)/size
	for low < high {
		middle := (low + high) / 2
		if table[middle*size:middle*size+3] < string(key[:]) {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if row := low * size; row < len(table) && table[row:row+3] == string(key[:]) {
		return table[row+3 : row+size]
	}
	return ""
}

// A countryName is one of the names of a country, folded.
type countryName struct{ name, country string }

func countryOfName(name []byte) string {
	low, high := 0, len(countryNames)
	for low < high {
		middle := (low + high) / 2
		if countryNames[middle].name < string(name) {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low < len(countryNames) && countryNames[low].name == string(name) {
		return countryNames[low].country
	}
	return ""
}

// cutArticles cuts an article before a name, and one behind it as in lists: "Bahamas (the)", "Brasil (el)".
func cutArticles(name []byte) []byte {
	name = bytes.TrimPrefix(name, []byte("the "))
	i := bytes.LastIndexByte(name, ' ')
	if i < 0 {
		return name
	}
	switch string(name[i+1:]) {
	case "the", "l", "le", "la", "les", "el", "los", "las":
		return name[:i]
	}
	return name
}

// cutForm cuts the form of government before a name: "Federal Republic of ". A state or a commonwealth could be one of the
// US, and is left.
func cutForm(name []byte) []byte {
	rest, known := name, false
	for {
		word, after, more := bytes.Cut(rest, []byte(" "))
		if !more {
			return nil
		}
		switch string(word) {
		case "republic", "kingdom", "principality", "sultanate", "emirate", "union", "duchy":
			known = true
		case "federal", "federative", "democratic", "islamic", "arab", "peoples", "socialist", "hashemite", "united",
			"cooperative", "plurinational", "bolivarian", "independent", "eastern", "grand", "co", "operative":
		case "of":
			if !known {
				return nil
			}
			return bytes.TrimPrefix(after, []byte("the "))
		default:
			return nil
		}
		rest = after
	}
}

// appendCountryFold appends a name as Fold does, except that points and asterisks leave no space: U.S.A. is USA.
func appendCountryFold(dst []byte, s string) []byte {
	start := len(dst)
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			dst = append(dst, c)
		case 'A' <= c && c <= 'Z':
			dst = append(dst, c|0x20)
		case c >= utf8.RuneSelf:
			return appendCountryFoldWide(dst[:start], s)
		default:
			dst = appendCountrySign(dst, start, c)
		}
	}
	if n := len(dst); n > start && dst[n-1] == ' ' {
		return dst[:n-1]
	}
	return dst
}

func appendCountrySign(dst []byte, start int, c byte) []byte {
	switch {
	case c == '.' || c == '\'' || c == '`' || c == '*':
		return dst
	case c == '&':
		return append(appendCountrySign(dst, start, ' '), "and "...)
	case len(dst) > start && dst[len(dst)-1] != ' ':
		return append(dst, ' ')
	}
	return dst
}

// appendCountryFoldWide folds a text that is not all ASCII as Fold does, but for points.
func appendCountryFoldWide(dst []byte, s string) []byte {
	return append(dst, foldUnicode(strings.NewReplacer(".", "", "*", "").Replace(s))...)
}
