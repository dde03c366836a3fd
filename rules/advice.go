package rules

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// An advice is what authors write who know another language, and what to write in its place.
type advice struct {
	pattern *regexp.Regexp
	cure    string
	flat    bool // it means something else in brackets
}

// advices are looked for in what cannot be read, outside of quotes. Of those at one place the first counts.
var advices = []advice{
	{regexp.MustCompile(`[“”„‟‘’‚‛«»]`), `quotes are straight: "`, false},
	{regexp.MustCompile(`\b\d{4}-\d{2}-\d{2}\b`), `a date is written in quotes, such as "2026-03-01"`, false},
	{regexp.MustCompile(`\b\d{1,2}:\d{2}\b`), `a time of day is written in quotes, such as "09:30"`, false},
	{regexp.MustCompile(`\b\d+(\.\d+)?%`), `a share is written as a number, such as 0.25, or in quotes, such as "25%"`, false},
	{regexp.MustCompile(`\b(\d+[dhms])+\b`), `a length of time is written in quotes, such as "7d"`, false},
	{regexp.MustCompile(`\b\d{1,3}(,\d{3})+\b`), "a number is digits only, such as 1000", true},
	{regexp.MustCompile(`\b\d+[kKM]\b`), "a number is digits only, such as 1000", false},
	{regexp.MustCompile(`<>`), "another value is written !=", false},
	{regexp.MustCompile(`=[<>]`), "the signs are written <= and >=", false},
	{regexp.MustCompile(`\b(AND|And|OR|Or|NOT|Not|IN|In)\b`), "and, or, not and in are written in small letters", false},
	{regexp.MustCompile(`\bis\b`), "equality is written ==; whether something is known is asked by has(field)", false},
	{regexp.MustCompile(`\bequals\b`), "equality is written ==", false},
	{regexp.MustCompile(`\bbetween\b`), "a range is written as two comparisons, such as field >= 10 and field <= 20", false},
	{regexp.MustCompile(`\blike\b`), "a part of a text is found by contains, startsWith or endsWith", false},
	{regexp.MustCompile(`\b(starts|ends) with\b`), "the operators are startsWith and endsWith", false},
	{regexp.MustCompile(`\bin\s*\(`), `a list stands in square brackets, such as in ["DE", "AT"]`, false},
	{regexp.MustCompile(`#`), "a condition holds no comments; write them in front of the key", false},
	{regexp.MustCompile(`(^|[^=!<>])=($|[^=<>])`), "equality is written ==", false},
}

// advise returns what to write in the place of the first thing that is known from other languages, and the rune at which
// it stands; -1 where there is none. What is not closed comes last: it may follow from another mistake.
func advise(text string) (at int, cure string) {
	bare, open, what := unquoted(text)
	best := len(bare)
	for _, a := range advices {
		place := a.pattern.FindStringIndex(bare)
		if place == nil || place[0] >= best || a.flat && strings.Count(bare[:place[0]], "[") > strings.Count(bare[:place[0]], "]") {
			continue
		}
		best, cure = place[0], a.cure
		if strings.HasPrefix(a.pattern.String(), "(^|") && bare[best] != '=' {
			best += utf8.RuneLen([]rune(bare[best:])[0])
		}
	}
	switch {
	case cure != "":
		return utf8.RuneCountInString(bare[:best]), cure
	case open >= 0:
		return open, what + " is not closed"
	}
	return -1, ""
}

// unquoted returns a condition with what stands in quotes replaced by as many underscores, and the rune at which the first
// quote or bracket opens that is not closed; -1 where all are.
func unquoted(text string) (bare string, open int, what string) {
	runes := []rune(text)
	quoteAt := -1
	var brackets []int
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		switch {
		case quoteAt >= 0 && r == '\\' && runes[quoteAt] != '`' && i+1 < len(runes):
			runes[i], runes[i+1] = '_', '_'
			i++
		case quoteAt >= 0 && r == runes[quoteAt]:
			quoteAt = -1
		case quoteAt >= 0:
			runes[i] = '_'
		case r == '"' || r == '\'' || r == '`':
			quoteAt = i
		case r == '(' || r == '[' || r == '{':
			brackets = append(brackets, i)
		case (r == ')' || r == ']' || r == '}') && len(brackets) > 0:
			brackets = brackets[:len(brackets)-1]
		}
	}
	switch {
	case quoteAt >= 0:
		return string(runes), quoteAt, "this quote"
	case len(brackets) > 0:
		return string(runes), brackets[len(brackets)-1], "this bracket"
	}
	return string(runes), -1, ""
}
