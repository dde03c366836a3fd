package identity

import "testing"

func TestFirstName(t *testing.T) {
	for _, c := range []struct{ in, want, reason string }{
		{"", "", "no name"},
		{"John", "john", "one word"},
		{"Mary-Ann", "mary ann", "all given names stay"},
		{"Dr. John", "john", "a title"},
		{"Herr Prof. Dr. Jürgen", "jurgen", "titles, and no diacritics"},
		{"Dipl.-Ing. Eva", "eva", "a title of two words"},
		{"John Jr.", "john", "an addition"},
		{"Junior", "junior", "a name of nothing but an addition"},
		{"Dr.", "dr", "a name of nothing but a title"},
		{"Doctor Jr", "jr", "the last word stays"},
		{"D'Arcy", "darcy", "an apostrophe vanishes"},
	} {
		if got := FirstName(c.in); got != c.want {
			t.Errorf("FirstName(%q) = %q, want %q: %s", c.in, got, c.want, c.reason)
		}
	}
}

func TestLastName(t *testing.T) {
	for _, c := range []struct{ in, want, reason string }{
		{"", "", "no name"},
		{"Smith", "smith", "one word"},
		{"van der Berg", "vanderberg", "particles are joined"},
		{"Van Der Berg", "vanderberg", "in capitals too"},
		{"VanderBerg", "vanderberg", "as they are by some"},
		{"de la Cruz", "delacruz", "Spanish particles"},
		{"Dela Cruz", "delacruz", "of one word in the Philippines"},
		{"von Trapp", "vontrapp", "German"},
		{"Al-Sayed", "alsayed", "with a hyphen"},
		{"O'Brien", "obrien", "an apostrophe vanishes"},
		{"O Brien", "obrien", "and is left out by some"},
		{"Mc Donald", "mcdonald", "a prefix"},
		{"St. John", "stjohn", "a saint"},
		{"Smith-Jones", "smith jones", "a double name is two words"},
		{"García Márquez", "garcia marquez", "so are two last names"},
		{"Smith Jr.", "smith", "an addition"},
		{"Smith, PhD", "smith", "after a comma"},
		{"Smith III, Ph.D., M.D.", "smith", "several"},
		{"Van", "van", "a particle alone is a name"},
		{"Nguyễn Thị Đức", "nguyen thi duc", "letters of their own"},
	} {
		if got := LastName(c.in); got != c.want {
			t.Errorf("LastName(%q) = %q, want %q: %s", c.in, got, c.want, c.reason)
		}
	}
}

func TestSplitName(t *testing.T) {
	for _, c := range []struct{ in, first, last, reason string }{
		{"", "", "", "no name"},
		{"Madonna", "Madonna", "", "one word is a first name"},
		{"John Smith", "John", "Smith", "the last word"},
		{" John  Q. Smith ", "John Q.", "Smith", "the last word only"},
		{"Smith, John", "John", "Smith", "the last name before a comma"},
		{"de la Cruz, Ana María", "Ana María", "de la Cruz", "with all its words"},
		{"John Smith, Jr.", "John", "Smith", "a comma before an addition"},
		{"John Smith, PhD, MBA", "John", "Smith", "and another"},
		{"Smith, Dr. John", "John", "Smith", "a title after the comma"},
		{"Dr. John Smith III", "John", "Smith", "a title and an addition"},
		{"Vincent van Gogh", "Vincent", "van Gogh", "a particle"},
		{"Ludwig Mies van der Rohe", "Ludwig Mies", "van der Rohe", "particles"},
		{"Van Morrison", "Van", "Morrison", "the first word is of the first name"},
		{"Smith,", "Smith", "", "nothing after the comma"},
		{", John", "John", "", "nothing before the comma"},
		{"Herr Müller", "Müller", "", "one word is left"},
	} {
		if first, last := SplitName(c.in); first != c.first || last != c.last {
			t.Errorf("SplitName(%q) = %q, %q, want %q, %q: %s", c.in, first, last, c.first, c.last, c.reason)
		}
	}
}

func TestSameNickname(t *testing.T) {
	for _, c := range []struct {
		a, b   string
		want   bool
		reason string
	}{
		{"bob", "robert", true, "a short form and its name"},
		{"bob", "rob", true, "two short forms of a name"},
		{"robbie", "bobby", true, "two short forms of a name"},
		{"bob", "bob", true, "equal names"},
		{"bob", "william", false, "the short form of another name"},
		{"alex", "alexander", true, "a short form of two names"},
		{"alex", "alexandra", true, "a short form of two names"},
		{"alexander", "alexandra", false, "a short form does not make its names one"},
		{"chris", "tina", true, "both are Christina"},
		{"chris", "topher", true, "both are Christopher"},
		{"tina", "topher", false, "no one is both"},
		{"pepe", "jose", true, "Spanish"},
		{"hans", "johannes", true, "German"},
		{"jaap", "jacobus", true, "Dutch"},
		{"titi", "toto", false, "unknown names"},
		{"", "", false, "no name is not the same as another"},
	} {
		if got := SameNickname(c.a, c.b); got != c.want {
			t.Errorf("SameNickname(%q, %q) = %t: %s", c.a, c.b, got, c.reason)
		}
		if got := SameNickname(c.b, c.a); got != c.want {
			t.Errorf("SameNickname(%q, %q) = %t: it is not symmetric", c.b, c.a, got)
		}
	}
}

func TestNicknames(t *testing.T) {
	for i, n := range nicknames {
		if i > 0 && nicknames[i-1].short >= n.short {
			t.Errorf("%q is not before %q", nicknames[i-1].short, n.short)
		}
		if FirstName(n.short) != n.short || FirstName(n.formals) != n.formals || n.formals == "" {
			t.Errorf("%q is not as names are folded", n)
		}
		if hasName(n.formals, n.short) {
			t.Errorf("%q is short for itself", n.short)
		}
	}
	t.Logf("%d short forms", len(nicknames))
}

func BenchmarkLastName(b *testing.B) {
	for name, s := range map[string]string{"one word": "Smith", "particles": "van der Berg"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				LastName(s)
			}
		})
	}
}
