package identity

import "strings"

// Placeholder says whether s is what people and forms write for nothing: "", "n/a", "-", "Please select", "test",
// "asdf", "xxx", "k. A.", "sin datos" and their like in some twenty languages, however it is spelled. Such a value is
// unknown, and two of them are not equal.
//
// It is for companies and other text. Some placeholders are names of persons, which Prepare keeps, and some are codes: a
// country must be looked up first, since NA is Namibia. "AAA" is a placeholder
// although there is a company of that name, since it is more often typed for nothing.
func Placeholder(s string) bool {
	var buf [64]byte
	return standsForNothing(appendFold(buf[:0], s))
}

// placeholderName says whether s, which folds to folded, stands for nothing in place of a person's first or last name.
// It knows what Placeholder knows, except for the words that are names: Na, Nil, No and Nada are first names, Null,
// Nan, Tester, Privat and Brak last names, and N. A. are initials. They are placeholders with a bar or in brackets
// ("n/a", "[none]").
func placeholderName(s string, folded []byte) bool {
	if nameAfterAll(folded) && !strings.ContainsAny(s, "/[]<>") {
		return false
	}
	return standsForNothing(folded)
}

func standsForNothing(folded []byte) bool { return sameLetter(folded) || placeholderWord(folded) }

// placeholderCompany says whether a name, which folds to folded, is no company's: a placeholder, or what people write
// who have none.
func placeholderCompany(folded []byte) bool {
	return standsForNothing(folded) || withoutCompany(folded)
}

// withoutCompany says whether folded text is what people are who have no company. With a legal form the same word can
// be one's name.
func withoutCompany(s []byte) bool {
	switch string(s) {
	case "freelance", "freelancer", "freelancing", "freelance consultant", "independent", "independent consultant", "independent contractor",
		"self employed", "selfemployed", "self employment", "self", "myself", "sole trader", "student", "individual", "retired", "consultant",
		"home", "homemaker", "personal", "personal use", "unemployed", "not employed", "between jobs", "job seeker", "looking for work",
		"selbststandig", "selbstandig", "selbststaendig", "freiberufler", "freiberuflich", "freiberuflerin", "rentner", "rentnerin",
		"independant", "independante", "auto entrepreneur", "autoentrepreneur", "retraite", "retraitee", "etudiant", "etudiante",
		"autonomo", "autonoma", "jubilado", "jubilada", "estudiante", "aposentado", "libero professionista", "pensionato", "studente",
		"zzp", "zzper", "zelfstandig", "gepensioneerd":
		return true
	}
	return false
}

// placeholderBase says whether the name of a company without its legal form is a placeholder: "Test GmbH", "My Company
// LLC". Short words are left, because an X Corp. is a company.
func placeholderBase(base string) bool {
	switch base {
	case "my", "your", "test", "testing", "test company", "testcompany", "testfirma", "company", "my company", "your company", "company name",
		"no company", "no name", "noname", "unknown", "sample", "sample company", "example", "example company", "dummy", "dummy company",
		"demo", "demo company", "firma", "meine firma", "musterfirma", "muster", "ma societe", "mi empresa", "asdf", "qwerty", "qwertz",
		"xxx", "n a":
		return true
	}
	return false
}

// placeholderBirthday says whether eight digits are a day that forms and programs put where none is known.
func placeholderBirthday(digits string) bool {
	switch digits {
	case "00010101", "18991230", "19000101", "19700101":
		return true
	}
	return oneDigit(digits)
}

// placeholderPhone says whether a number is nobody's: one digit over and over, or the digits in their order. A calling
// code before them does not matter.
func placeholderPhone(number string) bool {
	if code, national := splitPhone(number); code != "" {
		number = national
	}
	return oneDigit(number) || inOrder(number, 1) || inOrder(number, 9)
}

func oneDigit(s string) bool { return s != "" && strings.Count(s, s[:1]) == len(s) }

// inOrder says whether each digit is the one before and step more, of ten.
func inOrder(s string, step byte) bool {
	for i := 1; i < len(s); i++ {
		if (s[i-1]-'0'+step)%10 != s[i]-'0' {
			return false
		}
	}
	return true
}

// sameLetter says whether s is empty, one digit, or at least three times the same letter or digit.
func sameLetter(s []byte) bool {
	for i := range s {
		if s[i] != s[0] || s[0] >= 0x80 {
			return false
		}
	}
	return len(s) == 0 || len(s) > 2 || len(s) == 1 && s[0] <= '9'
}

// nameAfterAll says whether a folded placeholder is the name of some people.
func nameAfterAll(s []byte) bool {
	switch string(s) {
	case "na", "n a", "nil", "no", "nada", "null", "nan", "k a", "x", "o a", "s o", "n c", "s d", "n d", "tester", "private", "privat",
		"privato", "particular", "brak", "bar", "foo", "baz", "asd", "any", "same", "blank", "pending", "text", "keine", "kein", "rien", "ingen",
		"kies", "leeg", "nincs", "void", "sample", "company", "firma", "prova", "nessuno":
		return true
	}
	return false
}

// placeholderWord says whether folded text is a word or phrase that stands for nothing.
func placeholderWord(s []byte) bool {
	switch string(s) {
	// English, and what programs write.
	case "na", "n a", "not applicable", "not available", "not provided", "not given", "not specified", "not set",
		"not known", "not disclosed", "not stated", "not entered", "unspecified", "undisclosed", "undefined", "unknown",
		"unnamed", "unassigned", "none", "none given", "none provided", "null", "nil", "nan", "nothing", "no", "no name",
		"noname", "no data", "no value", "no answer", "no company", "no company name", "no info", "no information",
		"empty", "blank", "void", "missing", "tbd", "tba", "tbc", "to be determined", "to be defined", "to be announced",
		"pending", "same", "same as above", "see above", "see notes", "other", "others", "misc", "miscellaneous", "any",
		"anonymous", "confidential", "private", "redacted", "deleted", "removed", "hidden", "withheld", "not found",
		"invalid", "error", "dummy", "default", "example", "sample", "placeholder", "value", "string", "text", "select",
		"select one", "select an option", "select option", "please select", "please choose", "choose", "choose one",
		"choose an option", "pick one", "please specify", "please enter", "enter text", "required", "company",
		"company name", "your company", "my company", "first name", "last name", "name", "full name", "your name":
		return true
	// Tests and keys pressed at random.
	case "test", "tests", "testing", "tester", "test test", "testtest", "test account", "test company", "test lead",
		"test user", "test name", "testuser", "testcompany", "testlead", "this is a test", "asd", "asdf", "asdfg",
		"asdfgh", "asdfghjkl", "asdfasdf", "asdf asdf", "asdasd", "asd asd", "sdf", "sdfsdf", "fdsa", "qwe", "qwer",
		"qwert", "qwerty", "qwertz", "azerty", "qweqwe", "zxc", "zxcv", "zxcvbn", "yxcv", "hjkl", "jkl", "abcd", "abcdef",
		"foo", "bar", "foobar", "foo bar", "baz", "lorem", "lorem ipsum", "blah", "blah blah", "bla", "blabla", "bla bla",
		"123", "1234", "12345", "123456", "1234567", "12345678", "123456789", "1234567890", "0123456789", "123123",
		"987654321", "x", "xx", "x x", "x x x":
		return true
	// German.
	case "k a", "keine angabe", "keine angaben", "nicht angegeben", "nicht bekannt", "unbekannt", "nicht vorhanden",
		"nicht zutreffend", "entfallt", "keine", "keiner", "kein", "ohne", "ohne angabe", "o a", "bitte wahlen",
		"bitte auswahlen", "auswahlen", "firma", "firmenname", "ihre firma", "testfirma", "testkunde", "privat",
		"privatperson", "ohne firma", "keine firma":
		return true
	// French.
	case "neant", "aucun", "aucune", "sans objet", "s o", "non renseigne", "non renseignee", "non communique",
		"non precise", "non specifie", "non disponible", "non applicable", "inconnu", "inconnue", "rien", "vide", "n c",
		"veuillez selectionner", "selectionner", "selectionnez", "choisir", "choisissez", "particulier", "essai":
		return true
	// Spanish and Portuguese.
	case "sin datos", "sin dato", "sin informacion", "sin especificar", "sin nombre", "sin empresa", "no aplica",
		"no disponible", "no especificado", "no especificada", "no informado", "no tiene", "no tengo", "ninguno",
		"ninguna", "nada", "vacio", "desconocido", "desconocida", "s d", "seleccione", "seleccionar",
		"seleccione una opcion", "elegir", "elija", "prueba", "pruebas", "particular", "nao informado", "nao informada",
		"nao se aplica", "nao aplicavel", "nao disponivel", "nao tem", "nenhum", "nenhuma", "sem dados", "sem informacao",
		"sem nome", "sem empresa", "desconhecido", "vazio", "selecione", "selecionar", "escolha", "teste":
		return true
	// Italian.
	case "nessuno", "nessuna", "non disponibile", "non applicabile", "non specificato", "non indicato", "non fornito",
		"non noto", "sconosciuto", "sconosciuta", "vuoto", "n d", "seleziona", "selezionare", "prova", "privato":
		return true
	// Dutch.
	case "geen", "geen opgave", "geen naam", "geen bedrijf", "niet opgegeven", "niet bekend", "niet van toepassing",
		"nvt", "n v t", "onbekend", "leeg", "selecteer", "kies", "maak een keuze", "proef":
		return true
	// Swedish, Norwegian, Danish and Finnish.
	case "ingen", "inget", "inga", "ingen uppgift", "ej angivet", "ej angiven", "ej tillampligt", "okand", "okant",
		"saknas", "valj", "ikke oppgitt", "ikke angitt", "ikke angivet", "ikke relevant", "ukjent", "ukendt", "mangler",
		"velg", "vaelg", "ei mitaan", "ei tietoa", "ei ole", "tuntematon", "tyhja", "valitse":
		return true
	// Polish, Czech and Slovak, Hungarian, Romanian.
	case "brak", "brak danych", "nie dotyczy", "nie podano", "nieznany", "nieznana", "wybierz", "puste", "zaden",
		"neuvedeno", "nezadano", "neznamy", "nezname", "zadny", "zadna", "neni", "nevyplneno", "vyberte", "prazdne",
		"neuvedene", "ziadny", "nincs", "nincs adat", "nincs megadva", "ismeretlen", "valasszon", "ures", "niciuna",
		"niciunul", "nespecificat", "necunoscut", "selectati":
		return true
	// Turkish.
	case "yok", "bilinmiyor", "belirtilmedi", "belirtilmemis", "seciniz", "secin", "bos", "deneme":
		return true
	// Russian and Ukrainian.
	case "net", "net dannykh", "ne ukazano", "ne ukazan", "ne ukazana", "neizvestno", "neizvestnyi", "otsutstvuet",
		"pusto", "testovyi", "vyberite", "procherk", "nemaye", "ne vkazano", "nevidomo", "oberit":
		return true
	// Greek, Japanese, Chinese and Korean.
	case "kanena", "agnosto", "den yparchei", "epilexte", "なし", "無し", "無", "不明", "未定", "未入力", "未記入", "該当なし",
		"選択してください", "テスト", "无", "没有", "未知", "暂无", "不详", "未填写", "请选择", "测试", "없음", "미정", "미입력", "해당없음", "해당 없음", "선택",
		"테스트":
		return true
	}
	return false
}
