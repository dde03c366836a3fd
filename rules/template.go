package rules

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/internal/source"
)

// maxTemplate bounds a text for the rep, in runes.
const maxTemplate = 500

// A part of a template is verbatim text, or a path with what stands in when it is unknown.
type part struct {
	verbatim string
	whole    bool // a hole for the host, which must not be cut in two
	value    value
	fallback string
}

// holeForm is a hole: a path, and a default in double quotes, in which " and \ are written \" and \\.
var holeForm = regexp.MustCompile(`^\$\{\s*([A-Za-z_][A-Za-z0-9_.]*)\s*(?:\|\s*"((?:[^"\\]|\\["\\])*)"\s*)?\}`)

// template compiles a text with ${path | "default"} in it. ${person.…}, with or without a default, stays for the host, who
// alone knows the person.
func (p *policy) template(n source.Node) handoff.Text {
	text := n.Text()
	if text == "" {
		return nil
	}
	if utf8.RuneCountInString(text) > maxTemplate {
		n.Errorf(source.TemplateTooLong, "the text is longer than %d characters", maxTemplate)
		return nil
	}
	var parts []part
	for at := 0; at < len(text); {
		open := strings.Index(text[at:], "${")
		if open < 0 {
			parts = append(parts, part{verbatim: text[at:]})
			break
		}
		open += at
		parts = append(parts, part{verbatim: text[at:open]})
		form := holeForm.FindStringSubmatchIndex(text[open:])
		if form == nil {
			n.ErrorAt(runes(text, open), source.TemplateSyntax, `this is not of the form ${field} or ${field | "default"}`)
			return nil
		}
		at = open + form[1]
		parts = append(parts, p.hole(n, text[open:at], runes(text, open), runes(text, open+form[2])))
	}
	return handoff.TextFunc(func(f *handoff.Facts) string { return render(parts, f) })
}

func runes(text string, bytes int) int { return utf8.RuneCountInString(text[:bytes]) }

// hole compiles a hole that stands, and whose path stands, at a rune of the text.
func (p *policy) hole(n source.Node, hole string, at, pathAt int) part {
	form := holeForm.FindStringSubmatch(hole)
	path, hasDefault, fallback := form[1], strings.Contains(hole, "|"), unescape.Replace(form[2])
	if strings.Contains(fallback, "${") {
		n.ErrorAt(at, source.TemplateSyntax, "a default is a text without holes")
	}
	if field, personal := strings.CutPrefix(path, "person."); personal {
		switch {
		case !slices.Contains(handoff.PersonFields(), field):
			n.ErrorAt(pathAt, source.UnknownField, "unknown field %s%s; known are %s", path, source.DidYouMean(field, handoff.PersonFields()), strings.Join(handoff.PersonFields(), ", "))
		case strings.Contains(fallback, `"`):
			n.ErrorAt(at, source.TemplateSyntax, "the default of the person's fields holds no double quotes")
		}
		return part{verbatim: personHole(path, fallback, hasDefault), whole: true}
	}
	v, known := p.catalog[path]
	switch {
	case !known:
		n.ErrorAt(pathAt, source.UnknownField, "unknown field %q%s", path, n.Near(path, p.catalog.paths))
	case !hasDefault && !v.sure:
		n.ErrorAt(at, source.TemplateNoDefault, `%s may be unknown; give a default: ${%s | "..."}`, path, path)
	}
	return part{value: v, fallback: fallback}
}

// personHole returns a hole as handoff.Person.Fill reads it.
func personHole(path, fallback string, hasDefault bool) string {
	if !hasDefault {
		return "${" + path + "}"
	}
	return "${" + path + ` | "` + fallback + `"}`
}

var unescape = strings.NewReplacer(`\"`, `"`, `\\`, `\`)

// render fills the parts in, up to the longest text. What does not fit is cut; a hole for the host is left out whole. What
// a visitor wrote must not ask the host for the person, neither by itself nor together with what stands beside it: a $ in
// front of { is left out, unless it opens a hole of the author.
func render(parts []part, f *handoff.Facts) string {
	var out []byte
	left := maxTemplate
	for _, p := range parts {
		s := p.text(f)
		if !p.whole {
			s = openings.ReplaceAllString(s, "{")
		}
		if strings.HasPrefix(s, "{") {
			out = bytes.TrimRight(out, "$")
		}
		if n := utf8.RuneCountInString(s); n > left {
			if !p.whole {
				out = append(out, string([]rune(s)[:left])...)
			}
			break
		} else {
			left -= n
		}
		out = append(out, s...)
	}
	return string(out)
}

// openings are what reads as the beginning of a hole.
var openings = regexp.MustCompile(`\$+\{`)

func (p part) text(f *handoff.Facts) string {
	if p.value.kind == "" {
		return p.verbatim
	}
	if s, known := p.value.print(f); known {
		return s
	}
	return p.fallback
}

// print returns the value as a text for people: texts verbatim, lists separated by commas.
func (v value) print(f *handoff.Facts) (string, bool) {
	switch v.kind {
	case text:
		return v.text(f)
	case texts:
		list, known := v.list(f)
		return strings.Join(list, ", "), known
	}
	return v.show(f)
}
