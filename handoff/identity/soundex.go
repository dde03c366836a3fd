package identity

// soundexCodes are the classes of consonants of American Soundex, from a to z; 0 is a vowel.
const soundexCodes = "01230120022455012623010202"

// soundex returns how a folded name sounds: its first letter and three digits, as the United States' National Archives
// describe it. A name that does not begin with a Latin letter is as it is.
func soundex(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	code := []byte{s[0], '0', '0', '0'}
	n, last := 1, soundClass(s[0])
	for i := 1; i < len(s) && n < len(code); i++ {
		switch class := soundClass(s[i]); {
		case class == partsNothing:
		case class == isVowel:
			last = isVowel
		case class != last:
			code[n], last = class, class
			n++
		}
	}
	return string(code)
}

const (
	isVowel      = '0'
	partsNothing = '-'
)

func soundClass(c byte) byte {
	switch {
	case c == 'h' || c == 'w':
		return partsNothing
	case c < 'a' || c > 'z':
		return isVowel
	}
	return soundexCodes[c-'a']
}
