package identity

import "testing"

func TestStreetParts(t *testing.T) {
	for _, tt := range []struct{ name, in, number, street, reason string }{
		{"English", "12 Main St.", "12", "main street", "number first"},
		{"English in full", "12, main street", "12", "main street", "the same"},
		{"number behind", "Main Street 12", "12", "main street", "the same"},
		{"German", "Hauptstraße 5", "5", "haupt street", "number last"},
		{"German, short", "Hauptstr. 5", "5", "haupt street", "the same"},
		{"German, apart", "Haupt Str 5", "5", "haupt street", "the same"},
		{"German letter", "Hauptstr. 5 a", "5a", "haupt street", "the letter is part of the number"},
		{"German letter, joined", "Hauptstr. 5A", "5a", "haupt street", "the same"},
		{"German date", "Straße des 17. Juni 135", "135", "street des 17 juni", "the last number"},
		{"German date alone", "Straße des 17. Juni", "", "street des 17 juni", "the date is no house"},
		{"range", "Bahnhofstr. 12-14", "12-14", "bahnhof street", "both"},
		{"range in front", "12/14 Station Road", "12-14", "station road", "however it is written"},
		{"French", "12 bis, rue de la Paix", "12bis", "street de la paix", "the second of three houses"},
		{"French, saint", "3 Rue St. Honoré", "3", "street saint honore", "St. before a name is a saint"},
		{"saint's street", "7 St James St", "7", "saint james street", "one of each"},
		{"street with a direction", "7 Main St N", "7", "main street north", "St before a direction is a street"},
		{"direction", "7 N Main St", "7", "north main street", "short for north"},
		{"street of a letter", "12 E Street", "12", "e street", "the letter is the name"},
		{"ordinal", "350 5th Ave", "350", "5th avenue", "5th is no house"},
		{"ordinal alone", "5th Avenue", "", "5th avenue", "no house"},
		{"flat", "12 Main St, Apt 4", "12", "main street", "who lives there is another question"},
		{"flat by a sign", "12 Main St #4", "12", "main street", "the same"},
		{"suite", "12 Main St Suite 400", "12", "main street", "the same"},
		{"flat in front", "Apt 4, 12 Main St", "12", "main street", "the same"},
		{"floor", "12 Main St 2nd Floor", "12", "main street", "the same"},
		{"Spanish", "C. Mayor 5, 2º B", "5", "c mayor", "floor and door are left out"},
		{"Spanish, comma", "Calle Mayor, 5", "5", "street mayor", "the comma stands before the number"},
		{"Spanish, number", "Avda. Diagonal nº 211", "211", "avenue diagonal", "the word for number is left out"},
		{"Italian", "Via Roma 10", "10", "street roma", "number last"},
		{"Dutch", "Kerkstraat 3", "3", "kerk street", "compound"},
		{"doctor", "1 Dr Martin Luther King Dr", "1", "doctor martin luther king drive", "one of each"},
		{"box", "P.O. Box 123", "123", "po box", "a box"},
		{"box, spelled out", "Post Office Box 123", "123", "po box", "the same"},
		{"box in German", "Postfach 12 34", "1234", "po box", "groups of two"},
		{"box in Dutch", "Postbus 123", "123", "po box", "the same"},
		{"box behind a street", "12 Main St PO Box 5", "12", "main street", "the house is where they are"},
		{"number alone", "12", "12", "", "nothing else is known"},
		{"empty", "", "", "", "unknown"},
		{"signs", " - ,", "", "", "unknown"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			number, street := StreetParts(tt.in)
			if number != tt.number || street != tt.street {
				t.Errorf("got %q and %q, want %q and %q: %s", number, street, tt.number, tt.street, tt.reason)
			}
		})
	}
}

func TestStreet(t *testing.T) {
	for _, tt := range []struct{ name, in, want, reason string }{
		{"both", "12 Main St.", "main street 12", "the number is last"},
		{"no number", "Main Rd", "main road", "only the street"},
		{"no street", "12", "12", "only the number"},
		{"again", "main street 12", "main street 12", "it does not change"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Street(tt.in); got != tt.want {
				t.Errorf("got %q, want %q: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func TestStreetWordsAreSorted(t *testing.T) {
	for i, w := range streetWords {
		if i > 0 && w.word <= streetWords[i-1].word {
			t.Errorf("%q is out of order", w.word)
		}
		if string(appendCountryFold(nil, w.word)) != w.word {
			t.Errorf("%q is not folded", w.word)
		}
		if again, ok := streetWordOf([]byte(w.unified)); ok {
			t.Errorf("%q becomes %q and that %q", w.word, w.unified, again)
		}
	}
}

func BenchmarkStreet(b *testing.B) {
	for _, in := range []string{"12 Main St., Apt 4", "Hauptstr. 5"} {
		b.Run(in, func(b *testing.B) {
			b.ReportAllocs()
			number, name := make([]byte, 0, 16), make([]byte, 0, 96)
			for b.Loop() {
				number, name = appendStreetParts(number[:0], name[:0], in)
			}
		})
	}
}
