package identity

import (
	"bytes"
	"strings"
)

// Street returns a street address as one text to compare: the street folded, with the words for its kind unified, and the
// house number last. "12 Main St., Apt 4" and "12, main street" are "main street 12", "Hauptstr. 5" is "haupt street 5", and
// "P.O. Box 7" is "po box 7". It is empty where nothing is known.
//
// The words are those of English, German, French, Spanish, Italian and Dutch; "rue", "calle", "via" and "straat" are all
// "street". A unit such as "Apt 4" is left out. Street corrects no spelling and knows no gazetteer.
func Street(s string) string {
	number, name := StreetParts(s)
	switch {
	case number == "":
		return name
	case name == "":
		return number
	}
	return name + " " + number
}

// StreetParts returns the house number and the rest of what Street returns, each empty where it is unknown. The number is
// the one before the street, or else the last one behind it; it may be "12a" or "12-14". That of a post office box is its
// number, and its name is "po box".
func StreetParts(s string) (number, name string) {
	var house [16]byte
	var street [96]byte
	h, n := appendStreetParts(house[:0], street[:0], s)
	return string(h), string(n)
}

// appendStreetParts appends the house number and the name to one slice each.
func appendStreetParts(number, name []byte, s string) ([]byte, []byte) {
	line := cutStreetLine(s)
	h, n := appendStreetLine(number, name, line)
	if len(h) == len(number) && len(n) == len(name) && len(line) < len(s) { // a flat in front
		return appendStreetLine(number, name, s)
	}
	return h, n
}

func appendStreetLine(number, name []byte, s string) ([]byte, []byte) {
	var folded [96]byte
	line := appendCountryFold(folded[:0], s)
	if box := cutBox(line); box != nil {
		return appendBox(number, box), append(name, "po box"...)
	}
	var split [16][]byte // the last one takes what is left of a long line
	n := 0
	for ; len(line) > 0 && n < len(split)-1; n++ {
		split[n], line, _ = bytes.Cut(line, []byte(" "))
	}
	if len(line) > 0 {
		split[n] = line
		n++
	}
	words := cutUnit(split[:n])
	from, to := findHouse(words)
	number = appendHouse(number, words[from:to])
	if to < len(words) {
		return number, appendStreet(name, words[to:])
	}
	return number, appendStreet(name, words[:from])
}

// cutStreetLine cuts off what follows a # and, where a house number and a street are before it, what follows a comma.
func cutStreetLine(s string) string {
	if i := strings.IndexByte(s, '#'); i > 0 {
		s = s[:i]
	}
	comma := strings.IndexByte(s, ',')
	if comma < 0 {
		return s
	}
	words, first, number := 0, false, false
	for i := range comma {
		if s[i] == ' ' || i > 0 && s[i-1] != ' ' && s[i-1] != '.' {
			continue
		}
		if words++; isStreetDigit(s[i]) && !isOrdinal(s[i:comma]) {
			number, first = true, words == 1
		}
	}
	if number && (words > 2 || words == 2 && !first) {
		return s[:comma]
	}
	return s
}

func isStreetDigit(c byte) bool { return '0' <= c && c <= '9' }

// isOrdinal reports whether a text begins with an English ordinal: a street, and not a house.
func isOrdinal[T string | []byte](word T) bool {
	i := 0
	for i < len(word) && isStreetDigit(word[i]) {
		i++
	}
	if i == 0 || len(word) < i+2 || len(word) > i+2 && word[i+2] != ' ' {
		return false
	}
	switch [2]byte{word[i] | 0x20, word[i+1] | 0x20} {
	case [2]byte{'s', 't'}, [2]byte{'n', 'd'}, [2]byte{'r', 'd'}, [2]byte{'t', 'h'}:
		return true
	}
	return false
}

// isHouse reports whether a word could be a house number.
func isHouse(word []byte) bool { return isStreetDigit(word[0]) && !isOrdinal(word) }

// cutBox returns what follows the words for a post office box, nil if there are none or no number follows.
func cutBox(line []byte) []byte {
	for _, words := range [...]string{"po box ", "p o box ", "pobox ", "post office box ", "gpo box ", "box ", "postbox ", "pf ",
		"postfach ", "bp ", "b p ", "boite postale ", "apartado ", "apartado de correos ", "apdo ", "apdo de correos ",
		"postbus ", "casella postale ", "caixa postal "} {
		if box, ok := bytes.CutPrefix(line, []byte(words)); ok && len(box) > 0 && isStreetDigit(box[0]) {
			return box
		}
	}
	return nil
}

// appendBox appends the number of a box, which may be in groups.
func appendBox(dst, box []byte) []byte {
	for len(box) > 0 && isStreetDigit(box[0]) {
		group, rest, _ := bytes.Cut(box, []byte(" "))
		dst = append(dst, group...)
		box = rest
	}
	return dst
}

// cutUnit cuts a flat, a suite or a floor off, in front or behind, and a box behind a street.
func cutUnit(words [][]byte) [][]byte {
	for i := 0; i+1 < len(words); i++ {
		next := words[i+1]
		switch string(words[i]) {
		case "apt", "apartment", "apartamento", "appt", "appartement", "suite", "ste", "unit", "room", "rm", "bldg", "building",
			"wohnung", "whg", "piso", "planta", "flat", "floor", "fl", "etage", "lot", "interno", "scala":
			if len(next) > 2 && !isStreetDigit(next[0]) {
				continue
			}
			if i == 0 {
				return words[2:]
			}
			return words[:i]
		case "po":
			if i > 0 && string(next) == "box" {
				return words[:i]
			}
		}
		if i > 0 && isOrdinal(words[i]) && (string(next) == "floor" || string(next) == "fl") {
			return words[:i]
		}
	}
	return words
}

// findHouse returns where the house number is: at the beginning, or else the last number.
func findHouse(words [][]byte) (from, to int) {
	if len(words) > 0 && isHouse(words[0]) {
		to = 1
		for to+1 < len(words) && isHouse(words[to]) {
			to++
		}
		if to+1 < len(words) && isHouseSuffix(words[to], words[to+1]) {
			to++
		}
		return 0, to
	}
	for from = len(words) - 1; from > 0; from-- {
		if isHouse(words[from]) {
			break
		}
	}
	if from <= 0 {
		return len(words), len(words)
	}
	to = from + 1
	for from > 1 && isHouse(words[from-1]) {
		from--
	}
	if to < len(words) && (len(words[to]) == 1 || string(words[to]) == "bis" || string(words[to]) == "ter") {
		to++
	}
	if to < len(words) { // a date: "Straße des 17. Juni"
		return len(words), len(words)
	}
	return from, to
}

// isHouseSuffix reports whether a word behind a number belongs to it, and not to the street: "12 bis rue", "12 a Main".
func isHouseSuffix(word, next []byte) bool {
	if string(word) == "bis" || string(word) == "ter" {
		return true
	}
	if len(word) != 1 || streetDirection(word) != "" {
		return false
	}
	_, kind := streetWordOf(next)
	return !kind && string(next) != "street" && string(next) != "avenue"
}

// appendHouse joins the parts of a house number: numbers by a dash, letters by nothing.
func appendHouse(dst []byte, words [][]byte) []byte {
	for i, w := range words {
		if i > 0 && isStreetDigit(w[0]) {
			dst = append(dst, '-')
		}
		dst = append(dst, w...)
	}
	return dst
}

// appendStreet appends the words of a street, unified. Words for "number" at the end are left out.
func appendStreet(dst []byte, words [][]byte) []byte {
	if n := len(words); n > 1 {
		switch string(words[n-1]) {
		case "no", "nr", "num", "numero", "number":
			words = words[:n-1]
		}
	}
	for i, w := range words {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = appendStreetWord(dst, w, i, words)
	}
	return dst
}

func appendStreetWord(dst, w []byte, i int, words [][]byte) []byte {
	last := i == len(words)-1 || i == len(words)-2 && streetDirection(words[i+1]) != ""
	switch direction := streetDirection(w); {
	case direction != "" && len(words) > 2 && (i == 0 || i == len(words)-1):
		return append(dst, direction...)
	case string(w) == "st" && last && i > 0:
		return append(dst, "street"...)
	case string(w) == "st" || string(w) == "ste":
		return append(dst, "saint"...)
	case string(w) == "dr" && last && i > 0:
		return append(dst, "drive"...)
	case string(w) == "dr":
		return append(dst, "doctor"...)
	}
	if kind, ok := streetWordOf(w); ok {
		return append(dst, kind...)
	}
	for _, suffix := range [...]string{"strasse", "straat", "str"} {
		if stem, ok := bytes.CutSuffix(w, []byte(suffix)); ok && len(stem) > 2 {
			return append(append(dst, stem...), " street"...)
		}
	}
	return append(dst, w...)
}

// streetDirection returns the word for an abbreviated direction.
func streetDirection(w []byte) string {
	switch string(w) {
	case "n":
		return "north"
	case "s":
		return "south"
	case "e":
		return "east"
	case "w":
		return "west"
	case "ne":
		return "northeast"
	case "nw":
		return "northwest"
	case "se":
		return "southeast"
	case "sw":
		return "southwest"
	}
	return ""
}

// A streetWord is a word in streets and the word that stands for it.
type streetWord struct{ word, unified string }

func streetWordOf(w []byte) (string, bool) {
	low, high := 0, len(streetWords)
	for low < high {
		middle := (low + high) / 2
		if streetWords[middle].word < string(w) {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low < len(streetWords) && streetWords[low].word == string(w) {
		return streetWords[low].unified, true
	}
	return "", false
}

// streetWords has the words for kinds of streets and what stands in names of streets, folded, each with the one word that
// stands for all, sorted.
var streetWords = [...]streetWord{
	{"aly", "alley"}, {"av", "avenue"}, {"avd", "avenue"}, {"avda", "avenue"}, {"ave", "avenue"}, {"aven", "avenue"},
	{"avenida", "avenue"}, {"avn", "avenue"}, {"bd", "boulevard"}, {"bld", "boulevard"}, {"blv", "boulevard"},
	{"blvd", "boulevard"}, {"boul", "boulevard"}, {"boulv", "boulevard"}, {"bvd", "boulevard"}, {"calle", "street"},
	{"centre", "center"}, {"ch", "chemin"}, {"chee", "chaussee"}, {"chem", "chemin"}, {"cir", "circle"},
	{"circ", "circle"}, {"cl", "close"}, {"cno", "camino"}, {"cntr", "center"}, {"cres", "crescent"},
	{"crescnt", "crescent"}, {"crt", "court"}, {"cso", "corso"}, {"ct", "court"}, {"ctr", "center"},
	{"ctra", "carretera"}, {"drv", "drive"}, {"expwy", "expressway"}, {"expy", "expressway"}, {"fbg", "faubourg"},
	{"fg", "faubourg"}, {"ft", "fort"}, {"fwy", "freeway"}, {"gade", "street"}, {"gata", "street"},
	{"gatan", "street"}, {"gdn", "gardens"}, {"gdns", "gardens"}, {"gr", "grove"}, {"grv", "grove"},
	{"hiway", "highway"}, {"hl", "hill"}, {"hts", "heights"}, {"hwy", "highway"}, {"imp", "impasse"},
	{"ind", "industrial"}, {"jct", "junction"}, {"lgo", "largo"}, {"ln", "lane"}, {"mt", "mount"},
	{"piazza", "place"}, {"pk", "park"}, {"pkwy", "parkway"}, {"pky", "parkway"}, {"pl", "place"},
	{"plaats", "place"}, {"platz", "place"}, {"plaza", "place"}, {"plein", "place"}, {"plz", "place"},
	{"pso", "paseo"}, {"pt", "point"}, {"pza", "place"}, {"rd", "road"}, {"rda", "ronda"}, {"rte", "route"},
	{"rue", "street"}, {"sainte", "saint"}, {"sankt", "saint"}, {"sq", "square"}, {"sqr", "square"},
	{"str", "street"}, {"straat", "street"}, {"strasse", "street"}, {"strt", "street"}, {"ter", "terrace"},
	{"terr", "terrace"}, {"tpke", "turnpike"}, {"tr", "trail"}, {"trl", "trail"}, {"ul", "street"}, {"via", "street"},
	{"vle", "viale"}, {"weg", "way"}, {"wy", "way"},
}
