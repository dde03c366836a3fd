package rules

import (
	"slices"
	"strconv"
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
	value    value
	fallback string
}

// template compiles a text with ${path | "default"} in it. ${person.…}, with or without a default, stays for the host, who
// alone knows the person.
func (p *policy) template(n source.Node) handoff.Text {
	text := n.Text()
	if text == "" {
		return nil
	}
	if utf8.RuneCountInString(text) > maxTemplate {
		n.Errorf("the text is longer than %d characters", maxTemplate)
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
		length := strings.IndexByte(text[open:], '}')
		if length < 0 {
			n.ErrorAt(runes(text, open), "${ is not closed with }")
			return nil
		}
		next := open + length + 1
		parts = append(parts, part{verbatim: text[at:open]})
		if hole := text[open+2 : next-1]; strings.HasPrefix(hole, "person.") {
			field, _, _ := strings.Cut(hole[len("person."):], "|")
			if field = strings.TrimSpace(field); !slices.Contains(handoff.PersonFields(), field) {
				n.ErrorAt(runes(text, open+2), "unknown field person.%s%s; known are %s", field, source.DidYouMean(field, handoff.PersonFields()), strings.Join(handoff.PersonFields(), ", "))
			}
			parts = append(parts, part{verbatim: text[open:next]})
		} else if filled, ok := p.hole(n, runes(text, open+2), hole); ok {
			parts = append(parts, filled)
		}
		at = next
	}
	return handoff.TextFunc(func(f *handoff.Facts) string { return render(parts, f) })
}

func runes(text string, bytes int) int { return utf8.RuneCountInString(text[:bytes]) }

func (p *policy) hole(n source.Node, at int, text string) (part, bool) {
	path, fallback, hasDefault := strings.Cut(text, "|")
	path = strings.TrimSpace(path)
	v, known := p.catalog[path]
	if !known {
		n.ErrorAt(at, "unknown field %q%s", path, source.DidYouMean(path, p.catalog.paths()))
		return part{}, false
	}
	if !hasDefault {
		if slices.Contains(alwaysKnown, path) || strings.HasPrefix(path, "score.") {
			return part{value: v}, true
		}
		n.ErrorAt(at, `%s may be unknown; give a default: ${%s | "..."}`, path, path)
		return part{}, false
	}
	quoted, err := strconv.Unquote(strings.TrimSpace(fallback))
	if err != nil {
		n.ErrorAt(at, `the default is a text in double quotes: ${%s | "..."}`, path)
		return part{}, false
	}
	return part{value: v, fallback: quoted}, true
}

// alwaysKnown are the paths that need no default.
var alwaysKnown = []string{"subject.kind", "trigger.kind"}

func render(parts []part, f *handoff.Facts) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.verbatim)
		if p.value.kind == "" {
			continue
		}
		if s, known := p.value.print(f); known {
			// What a visitor wrote must not ask the host for the person.
			b.WriteString(strings.ReplaceAll(s, "${", "{"))
		} else {
			b.WriteString(p.fallback)
		}
	}
	out := []rune(b.String())
	return string(out[:min(len(out), maxTemplate)])
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
