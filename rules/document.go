package rules

import (
	"fmt"
	"html"
	"strconv"
	"strings"
	"unicode"
)

// A document is a page of text with two forms, Markdown and HTML. What it says is the same in both.
type document struct {
	title  string
	blocks []block
}

// A block is a part of a document.
//
// Implementations of this interface: heading, paragraph, itemList, grid.
type block interface {
	markdown(*strings.Builder)
	html(*strings.Builder)
}

// A heading begins a section, of level 2 to 4. Its id is what links lead to.
type heading struct {
	level int
	id    string
	text  string
}

// A paragraph is running text.
type paragraph struct{ prose }

// An itemList is a list, whose order counts where it is ordered.
type itemList struct {
	ordered bool
	list    []prose
}

func (l *itemList) say(format string, args ...any) { l.add(say(format, args...)) }

func (l *itemList) add(item prose) { l.list = append(l.list, item) }

// A grid is a table. The first cell of a row names it.
type grid struct {
	header []string
	rows   [][]prose
}

func (g *grid) add(row ...prose) { g.rows = append(g.rows, row) }

// A prose is text with a few marks in it.
type prose []run

// A run is text of one style.
type run struct {
	style style
	text  string
	to    string // the id of a heading; "": no link
}

// A style is how a run looks.
type style int

const (
	plainText style = iota
	strong
	code
	lineBreak
)

// say is prose of plain text.
func say(format string, args ...any) prose { return prose{}.say(format, args...) }

// named is prose of one name that stands in the policy.
func named(name string) prose { return prose{}.code(name) }

func (p prose) say(format string, args ...any) prose {
	return append(p, run{style: plainText, text: fmt.Sprintf(format, args...)})
}

func (p prose) strong(text string) prose { return append(p, run{style: strong, text: text}) }

func (p prose) code(text string) prose { return append(p, run{style: code, text: text}) }

// link is a name that leads to its heading.
func (p prose) link(name, to string) prose { return append(p, run{code, name, to}) }

func (p prose) newLine() prose { return append(p, run{style: lineBreak}) }

func (p prose) add(q prose) prose { return append(p, q...) }

// oneOf joins prose to a list such as "a, b or c".
func oneOf(list []prose, last string) prose {
	var out prose
	for i, item := range list {
		switch {
		case i == 0:
		case i == len(list)-1:
			out = out.say(" %s ", last)
		default:
			out = out.say(", ")
		}
		out = out.add(item)
	}
	return out
}

func (d *document) add(b ...block) { d.blocks = append(d.blocks, b...) }

func (d *document) heading(level int, id, format string, args ...any) {
	d.add(heading{level, id, fmt.Sprintf(format, args...)})
}

func (d *document) say(format string, args ...any) { d.add(paragraph{say(format, args...)}) }

// printable returns a text without what would change how the text around it is read: line ends and tabs are blanks, and
// other control characters, and those that turn the direction of writing, are replaced.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || r == '\u0085' || r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.IsControl(r) || '\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069' || r == '\ufffe' || r == '\uffff':
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// Markdown.

func (d *document) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", markdownText(d.title))
	for _, block := range d.blocks {
		b.WriteString("\n")
		block.markdown(&b)
	}
	return b.String()
}

func (h heading) markdown(b *strings.Builder) {
	fmt.Fprintf(b, "%s %s\n", strings.Repeat("#", h.level), markdownText(h.text))
}

func (p paragraph) markdown(b *strings.Builder) { fmt.Fprintln(b, p.inMarkdown(false)) }

func (l itemList) markdown(b *strings.Builder) {
	for i, item := range l.list {
		mark := "-"
		if l.ordered {
			mark = strconv.Itoa(i+1) + "."
		}
		fmt.Fprintln(b, mark, item.inMarkdown(false))
	}
}

func (g grid) markdown(b *strings.Builder) {
	for _, h := range g.header {
		fmt.Fprintf(b, "| %s ", markdownText(h))
	}
	fmt.Fprintf(b, "|\n%s|\n", strings.Repeat("| --- ", len(g.header)))
	for _, row := range g.rows {
		for _, cell := range row {
			fmt.Fprintf(b, "| %s ", cell.inMarkdown(true))
		}
		fmt.Fprint(b, "|\n")
	}
}

// inMarkdown writes prose on one line. In a cell of a table a bar ends the cell, also within code.
func (p prose) inMarkdown(cell bool) string {
	var b strings.Builder
	for _, r := range p {
		switch r.style {
		case lineBreak:
			b.WriteString("<br>")
		case strong:
			b.WriteString("**" + markdownText(r.text) + "**")
		case code:
			text := markdownCode(r.text)
			if cell {
				text = strings.ReplaceAll(text, "|", `\|`)
			}
			b.WriteString(text)
		default:
			b.WriteString(markdownText(r.text))
		}
	}
	return b.String()
}

// marks are the characters that Markdown takes for marks wherever they stand. What is a mark at the start of a line only,
// such as a - or a number, is none here: no line begins with a text of the policy.
var marks = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "[", `\[`, "]", `\]`, "|", `\|`, "#", `\#`, "~", `\~`,
	"$", `\$`, "&", "&amp;", "<", "&lt;", ">", "&gt;")

func markdownText(text string) string {
	var b strings.Builder
	runes := []rune(printable(text))
	for i, r := range runes {
		if r == '_' && !(i > 0 && inWord(runes[i-1]) && i+1 < len(runes) && inWord(runes[i+1])) {
			b.WriteByte('\\')
			b.WriteRune(r)
		} else {
			b.WriteString(marks.Replace(string(r)))
		}
	}
	return b.String()
}

// inWord reports whether a _ beside the rune stands inside a word, where it is no mark.
func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// markdownCode writes code between more backticks than it holds in a row.
func markdownCode(text string) string {
	text = printable(text)
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") || strings.TrimSpace(text) != text {
		text = " " + text + " "
	}
	return fence + text + fence
}

// HTML.

const pageHead = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
<title>%s</title>
<style>
:root { color-scheme: light dark; --text: #1b1f24; --paper: #ffffff; --soft: #f3f5f7; --line: #c9d0d8; --link: #0b57b7; --quiet: #4a5561; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6eaef; --paper: #14181d; --soft: #1f252c; --line: #46505c; --link: #8ab8ff; --quiet: #b3bdc8; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem; background: var(--paper); color: var(--text); font: 1rem/1.55 system-ui, sans-serif; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.4rem; margin: 2.5rem 0 .5rem; padding-top: .75rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.15rem; margin: 1.75rem 0 .5rem; }
h4 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
p, ul, ol { max-width: 60rem; }
a { color: var(--link); }
a:focus-visible, .table:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
code { font: .875em ui-monospace, monospace; background: var(--soft); padding: .1em .3em; border-radius: .25rem; overflow-wrap: anywhere; }
nav ol { columns: 18rem; padding-left: 1.5rem; }
.table { overflow-x: auto; margin: .75rem 0; }
table { border-collapse: collapse; width: 100%%; font-size: .9375rem; }
th, td { border: 1px solid var(--line); padding: .45rem .6rem; text-align: left; vertical-align: top; }
thead th { background: var(--soft); }
td code { color: var(--quiet); }
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; }
  :root { --text: #000000; --paper: #ffffff; --soft: #f3f5f7; --line: #8a929b; --link: #000000; --quiet: #333333; }
  nav { display: none; }
  .table { overflow: visible; }
  tr, li { break-inside: avoid; }
  h2, h3, h4 { break-after: avoid; }
}
</style>
</head>
<body>
<header>
<h1>%s</h1>
</header>
`

func (d *document) HTML() string {
	var b strings.Builder
	title := htmlText(d.title)
	fmt.Fprintf(&b, pageHead, title, title)
	b.WriteString("<nav aria-label=\"Contents\">\n<ol>\n")
	for _, block := range d.blocks {
		if h, ok := block.(heading); ok && h.level == 2 {
			fmt.Fprintf(&b, "<li><a href=\"#%s\">%s</a></li>\n", htmlText(h.id), htmlText(h.text))
		}
	}
	b.WriteString("</ol>\n</nav>\n<main>\n")
	for _, block := range d.blocks {
		block.html(&b)
	}
	b.WriteString("</main>\n</body>\n</html>\n")
	return b.String()
}

func htmlText(text string) string { return html.EscapeString(printable(text)) }

func (h heading) html(b *strings.Builder) {
	fmt.Fprintf(b, "<h%d id=\"%s\">%s</h%d>\n", h.level, htmlText(h.id), htmlText(h.text), h.level)
}

func (p paragraph) html(b *strings.Builder) { fmt.Fprintf(b, "<p>%s</p>\n", p.inHTML()) }

func (l itemList) html(b *strings.Builder) {
	name := "ul"
	if l.ordered {
		name = "ol"
	}
	fmt.Fprintf(b, "<%s>\n", name)
	for _, item := range l.list {
		fmt.Fprintf(b, "<li>%s</li>\n", item.inHTML())
	}
	fmt.Fprintf(b, "</%s>\n", name)
}

// html writes a table that can be scrolled, with the keyboard too, where it is too wide for the screen.
func (g grid) html(b *strings.Builder) {
	label := htmlText(strings.Join(g.header, ", "))
	fmt.Fprintf(b, "<div class=\"table\" role=\"region\" aria-label=\"Table: %s\" tabindex=\"0\">\n<table>\n<thead>\n<tr>", label)
	for _, h := range g.header {
		fmt.Fprintf(b, "<th scope=\"col\">%s</th>", htmlText(h))
	}
	b.WriteString("</tr>\n</thead>\n<tbody>\n")
	for _, row := range g.rows {
		b.WriteString("<tr>")
		for i, cell := range row {
			if i == 0 {
				fmt.Fprintf(b, "<th scope=\"row\">%s</th>", cell.inHTML())
			} else {
				fmt.Fprintf(b, "<td>%s</td>", cell.inHTML())
			}
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</tbody>\n</table>\n</div>\n")
}

func (p prose) inHTML() string {
	var b strings.Builder
	for _, r := range p {
		text := htmlText(r.text)
		switch r.style {
		case lineBreak:
			text = "<br/>"
		case strong:
			text = "<strong>" + text + "</strong>"
		case code:
			text = "<code>" + text + "</code>"
		}
		if r.to != "" {
			text = fmt.Sprintf("<a href=\"#%s\">%s</a>", htmlText(r.to), text)
		}
		b.WriteString(text)
	}
	return b.String()
}
