package identity

import (
	"testing"
	"unicode/utf8"
)

var foldCases = []struct {
	name, in, want string
	reason         string
}{
	{"capitals", "ACME Ltd", "acme ltd", "case says nothing"},
	{"folded", "acme ltd", "acme ltd", "folding folded text changes nothing"},
	{"empty", "", "", "nothing stays nothing"},
	{"only signs", " -- !? ", "", "signs are neither letters nor digits"},
	{"spaces", "  a \t b\u00a0c ", "a b c", "runs of space are one, with none at the ends"},
	{"hyphen", "Coca-Cola", "coca cola", "a hyphen parts words"},
	{"dots", "S.p.A.", "s p a", "a dot parts words"},
	{"apostrophe", "O'Brien", "obrien", "an apostrophe is not written by all"},
	{"typographic apostrophe", "L’Oréal", "loreal", "the same in print"},
	{"accent for an apostrophe", "O´Brien", "obrien", "the same on some keyboards"},
	{"ampersand", "AT&T", "at and t", "an ampersand is a word"},
	{"lone ampersand", " & ", "and", "an ampersand is a word even alone"},
	{"ampersand at the end", "Smith &", "smith and", "a gap before it, none after it"},
	{"digits", "3M 360°", "3m 360", "digits stay"},
	{"sharp s", "Straße GROẞ", "strasse gross", "full case folding writes two letters"},
	{"dotted capital", "İSTANBUL", "istanbul", "the Turkish letter loses its dot"},
	{"dotless", "Iğdır", "igdir", "the Turkish letter without a dot has no decomposition"},
	{"diacritics", "Ñandú Čapek Ångström", "nandu capek angstrom", "diacritics are removed"},
	{"marks apart", "Cafe\u0301", "cafe", "decomposed text folds alike"},
	{"letters of their own", "Øresund Æbelø Œuvre Łódź Đoković Þór Eiður", "oresund aebelo oeuvre lodz dokovic thor eidur", "no decomposition"},
	{"middle dot", "Col·legi Pŀana", "collegi plana", "Catalan writes a dot in a word"},
	{"ligature", "ﬁnance", "finance", "a compatibility form"},
	{"full width", "ＡＣＭＥ＆Ｃｏ", "acme and co", "a compatibility form"},
	{"trade mark", "Acme™ ®", "acme", "the sign is no letters"},
	{"russian", "Новороссийский морской порт Щёлково", "novorossiiskii morskoi port shchelkovo", "letters as in passports"},
	{"ukrainian", "Київ Її Єва", "kiiv ii yeva", "marks are removed before letters are looked up"},
	{"soft sign", "- ь объект семья", "obekt semya", "a letter that is only a sign is no word"},
	{"serbian", "Љубљана Ђоковић", "ljubljana djokovic", "letters that decompose nowhere"},
	{"greek", "Παπαδόπουλος Ψυχή", "papadopoulos psychi", "one digraph, one accent, one final sigma"},
	{"japanese", "ﾄﾖﾀ トヨタ が", "トヨタ トヨタ が", "other scripts stay, with their marks, in one form"},
	{"hangul", "삼성", "삼성", "syllables stay whole"},
	{"devanagari", "हिन्दी", "हिन्दी", "vowel signs are part of a word"},
	{"too many marks", "ก\u0e48\u0e48\u0e48\u0e48\u0e48\u0e48\u0e48\u0e48\u0e48\u0e48ข", "ก\u0e48\u0e48\u0e48\u0e48\u0e48\u0e48\u0e48\u0e48ข", "eight are kept"},
	{"hebrew", "בע\"מ", "בע מ", "a quotation mark parts"},
	{"soft hyphen", "Daten\u00adbank\u200b", "datenbank", "what is not seen vanishes"},
	{"broken bytes", "a\xffb", "a b", "the result is valid whatever comes"},
}

func TestFold(t *testing.T) {
	for _, c := range foldCases {
		t.Run(c.name, func(t *testing.T) {
			if got := Fold(c.in); got != c.want {
				t.Errorf("Fold(%q) = %q, want %q: %s", c.in, got, c.want, c.reason)
			}
			if got := string(appendFold([]byte("x y"), c.in)); got != "x y"+c.want {
				t.Errorf("appended to %q it is %q: %s", "x y", got, c.reason)
			}
		})
	}
}

// checkFold reports what does not hold of Fold(s).
func checkFold(t *testing.T, s string) {
	t.Helper()
	folded := Fold(s)
	if !utf8.ValidString(folded) {
		t.Errorf("Fold(%q) = %q is not valid", s, folded)
	}
	if again := Fold(folded); again != folded {
		t.Errorf("Fold(%q) = %q, which folds to %q", s, folded, again)
	}
	if n := len(folded); n > 0 && (folded[0] == ' ' || folded[n-1] == ' ') {
		t.Errorf("Fold(%q) = %q has a space at an end", s, folded)
	}
}

// TestFoldEveryCharacter folds each character alone, after a letter, and before a mark.
func TestFoldEveryCharacter(t *testing.T) {
	for r := range rune(utf8.MaxRune + 1) {
		for _, s := range []string{string(r), "a" + string(r), string(r) + "\u3099x", "a " + string(r) + " b", "ο" + string(r)} {
			if checkFold(t, s); t.Failed() {
				t.Fatalf("at %U", r)
			}
		}
	}
}

func TestLatinLettersAreSorted(t *testing.T) {
	for i := range latinLetters[1:] {
		if latinLetters[i].letter >= latinLetters[i+1].letter {
			t.Errorf("%c is not before %c", latinLetters[i].letter, latinLetters[i+1].letter)
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, c := range foldCases {
		f.Add(c.in)
	}
	f.Add("-\u0e48\u0e48\u0e48\u0e48\u0e48\u0e48\u0e48\u0e48\u0e48")
	f.Add("e\u0323\u0301\u3099'\u0323가\u11a8\u11a8")
	f.Fuzz(checkFold)
}

func BenchmarkFold(b *testing.B) {
	for name, s := range map[string]string{"ascii": "Hello World Industry", "folded": "hello world industry", "latin": "Hélló Wörld Industry"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Fold(s)
			}
		})
	}
}
