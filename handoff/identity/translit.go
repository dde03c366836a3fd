package identity

import (
	"cmp"
	"slices"
)

// latinOf returns what is written for a small letter in plain Latin letters, and false if nothing is known.
func latinOf(r rune) (string, bool) {
	i, found := slices.BinarySearchFunc(latinLetters[:], r, func(l latinLetter, r rune) int { return cmp.Compare(l.letter, r) })
	if !found {
		return "", false
	}
	return latinLetters[i].latin, true
}

type latinLetter struct {
	letter rune
	latin  string
}

// latinLetters are the small letters of Latin, Greek and Cyrillic that do not decompose, sorted. Letters that do, such
// as é, й and ї, are looked up without their mark. Greek follows ELOT 743 and Cyrillic what Russian and Ukrainian
// passports have in common, without signs for hard and soft.
var latinLetters = [...]latinLetter{
	{'ß', "ss"}, {'æ', "ae"}, {'ð', "d"}, {'ø', "o"}, {'þ', "th"}, {'đ', "d"}, {'ħ', "h"}, {'ı', "i"}, {'ĸ', "k"}, {'ł', "l"},
	{'ŋ', "n"}, {'œ', "oe"}, {'ŧ', "t"}, {'ƀ', "b"}, {'ƙ', "k"}, {'ƴ', "y"}, {'ƶ', "z"}, {'ȷ', "j"}, {'ɓ', "b"}, {'ɔ', "o"}, {'ɖ', "d"},
	{'ɗ', "d"}, {'ə', "e"}, {'ɛ', "e"}, {'ɣ', "g"}, {'ɨ', "i"}, {'ɲ', "n"}, {'ʉ', "u"}, {'ʋ', "v"},

	{'α', "a"}, {'β', "v"}, {'γ', "g"}, {'δ', "d"}, {'ε', "e"}, {'ζ', "z"}, {'η', "i"}, {'θ', "th"}, {'ι', "i"}, {'κ', "k"},
	{'λ', "l"}, {'μ', "m"}, {'ν', "n"}, {'ξ', "x"}, {'ο', "o"}, {'π', "p"}, {'ρ', "r"}, {'ς', "s"}, {'σ', "s"}, {'τ', "t"},
	{'υ', "y"}, {'φ', "f"}, {'χ', "ch"}, {'ψ', "ps"}, {'ω', "o"},

	{'а', "a"}, {'б', "b"}, {'в', "v"}, {'г', "g"}, {'д', "d"}, {'е', "e"}, {'ж', "zh"}, {'з', "z"}, {'и', "i"}, {'к', "k"},
	{'л', "l"}, {'м', "m"}, {'н', "n"}, {'о', "o"}, {'п', "p"}, {'р', "r"}, {'с', "s"}, {'т', "t"}, {'у', "u"}, {'ф', "f"},
	{'х', "kh"}, {'ц', "ts"}, {'ч', "ch"}, {'ш', "sh"}, {'щ', "shch"}, {'ъ', ""}, {'ы', "y"}, {'ь', ""}, {'э', "e"},
	{'ю', "yu"}, {'я', "ya"}, {'ђ', "dj"}, {'є', "ye"}, {'ѕ', "dz"}, {'і', "i"}, {'ј', "j"}, {'љ', "lj"}, {'њ', "nj"},
	{'ћ', "c"}, {'џ', "dz"}, {'ґ', "g"}, {'ғ', "g"}, {'қ', "k"}, {'ҝ', "k"}, {'ң', "n"}, {'ү', "u"}, {'ұ', "u"}, {'ҳ', "h"},
	{'ҷ', "j"}, {'ҹ', "j"}, {'һ', "h"}, {'ә', "a"}, {'ө', "o"},
}
