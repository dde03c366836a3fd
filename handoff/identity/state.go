package identity

import "bytes"

// State returns the ISO 3166-2 code of a state, province or other first division of a country, without the country:
// "CA" for California. The country is the alpha-2 code. It takes codes, with or without the country before them; names in
// English and in the country's own language; and, of the US and Canada, the abbreviations of the older post: "Calif.".
//
// It knows the states of the US, with the district, the territories and the postal codes of its forces, and those of
// AE, AT, AU, BE, BR, CA, CH, CN, DE, DK, ES (communities), FR (regions), GB (its four parts), IE (counties and
// provinces), IN, IT (regions), JP, MX, NL, NZ, PL, SE and ZA. It returns nothing for others. Where the country is
// empty only a name of which there is one in all of them is known, and codes are not: "WA" is in the US and in
// Australia. "Georgia" is GA, for whoever asks for a state.
func State(country, s string) string {
	var code [3]byte
	return string(appendState(code[:0], country, s))
}

func appendState(dst []byte, country, s string) []byte {
	home, known := alpha2(country)
	if prefix, rest, ok := cutStatePrefix(s); ok && (prefix == home || country == "") {
		home, known, s = prefix, true, rest
	}
	if !known && country != "" {
		return dst
	}
	var buf [64]byte
	name := appendCountryFold(buf[:0], s)
	if code := stateOf(home, known, name); code != "" {
		return append(dst, code...)
	}
	return append(dst, stateOf(home, known, cutStateKind(name))...)
}

// cutStatePrefix cuts a country and a dash off: "US-CA".
func cutStatePrefix(s string) (country [2]byte, rest string, ok bool) {
	if len(s) < 4 || len(s) > 6 || s[2] != '-' {
		return country, s, false
	}
	country, ok = alpha2(s[:2])
	return country, s[3:], ok
}

// A stateName is a name or code of a state, folded.
type stateName struct{ name, country, code string }

// shortestState is how long a name must be to be known without its country. Shorter ones are codes and abbreviations.
const shortestState = 4

// stateOf returns the state of a name in a country; where the country is not known, the one state in all countries.
func stateOf(country [2]byte, known bool, name []byte) string {
	if len(name) == 0 || !known && len(name) < shortestState {
		return ""
	}
	i, high := 0, len(stateNames)
	for i < high {
		middle := (i + high) / 2
		if stateNames[middle].name < string(name) {
			i = middle + 1
		} else {
			high = middle
		}
	}
	code := ""
	for ; i < len(stateNames) && stateNames[i].name == string(name); i++ {
		switch {
		case known && stateNames[i].country == string(country[:]):
			return stateNames[i].code
		case !known && code != "":
			return ""
		case !known:
			code = stateNames[i].code
		}
	}
	return code
}

// cutStateKind cuts off what says only that a name is of a state, before it or behind it.
func cutStateKind(name []byte) []byte {
	if before, kind, ok := bytes.Cut(name, []byte(" ")); ok {
		switch string(before) {
		case "county", "co", "kanton", "land", "provincia", "region", "regione", "estado", "bundesland", "provincie":
			return cutStateOf(kind)
		case "state", "province", "canton", "commonwealth", "territory", "emirate":
			if rest := cutStateOf(kind); len(rest) < len(kind) {
				return rest
			}
		}
	}
	if i := bytes.LastIndexByte(name, ' '); i > 0 {
		switch string(name[i+1:]) {
		case "province", "prefecture", "region", "state", "county", "voivodeship", "ken", "fu", "to", "sheng", "shi", "canton":
			return name[:i]
		}
	}
	return nil
}

// cutStateOf cuts an "of" off, in the languages in which one stands before a name.
func cutStateOf(name []byte) []byte {
	for _, of := range [...]string{"of ", "de ", "do ", "da ", "di "} {
		if rest, ok := bytes.CutPrefix(name, []byte(of)); ok {
			return rest
		}
	}
	return name
}

// PostalCode returns a postal code in capitals without spaces and dashes. Of a ZIP+4 of the US it returns the ZIP, and it
// cuts off the country where that is written before the code: "D-80331". The country is the alpha-2 code, empty where it
// is unknown. It checks no form.
func PostalCode(country, s string) string {
	var code [16]byte
	return string(appendPostalCode(code[:0], country, s))
}

func appendPostalCode(dst []byte, country, s string) []byte {
	start := len(dst)
	home, _ := alpha2(country)
	s = cutPostalCountry(s, home)
	for _, r := range s {
		if '！' <= r && r <= '～' {
			r -= '！' - '!'
		}
		if isPhoneLetter(r) {
			dst = append(dst, byte(r)&^0x20)
		} else if d, ok := phoneDigit(r); ok {
			dst = append(dst, d)
		}
	}
	if code := dst[start:]; home == [2]byte{'U', 'S'} && len(code) == 9 {
		return dst[:start+5]
	}
	return dst
}

// cutPostalCountry cuts the country off that stands before a dash, as its code or as its sign on vehicles.
func cutPostalCountry(s string, country [2]byte) string {
	for len(s) > 0 && s[0] == ' ' {
		s = s[1:]
	}
	i := 0
	for i < len(s) && i < 3 && isPhoneLetter(rune(s[i])) {
		i++
	}
	if i == 0 || i >= len(s) || s[i] != '-' {
		return s
	}
	sign := ""
	switch string(country[:]) {
	case "DE":
		sign = "D"
	case "AT":
		sign = "A"
	case "BE":
		sign = "B"
	case "FR":
		sign = "F"
	case "IT":
		sign = "I"
	case "ES":
		sign = "E"
	case "LU":
		sign = "L"
	case "SE":
		sign = "S"
	case "FI":
		sign = "FIN"
	}
	if code, ok := alpha2(s[:i]); ok && code == country || s[:i] == sign {
		return s[i+1:]
	}
	return s
}
