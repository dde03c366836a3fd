// Package chart draws plain values as SVG to stand in an HTML page.
//
// It is a writer of our own because the packages below rules import nothing but the standard library, and because the chart
// libraries of Go draw bitmaps or need a script in the page, and know neither title and desc nor a dark mode.
//
// Every function is pure: the same values give the same text, with coordinates of one digit behind the point. A drawing is Width
// units wide and scales to its place. Its colours are the custom properties of Style, and nothing is told by colour alone: marks
// differ in shape or outline, and values are printed. Each mark, an element of the class "mark", has a title with what its row
// says; the drawing as a whole is an image with a title and a description. What is no number is drawn at the start of its axis.
package chart

import (
	"html"
	"math"
	"strconv"
	"strings"
	"unicode"
)

// Width is how wide each drawing is, in its own units.
const Width = 480

// A Frame is what every drawing has. Its ID is unique in the page, and made of letters, digits and hyphens.
type Frame struct{ ID, Title, Desc string }

// A drawing is the inside of an SVG on its way.
type drawing struct{ strings.Builder }

// svg returns the whole drawing of a height.
func (d *drawing) svg(f Frame, height float64) string {
	id := Escape(f.ID)
	return `<svg class="chart" viewBox="0 0 ` + strconv.Itoa(Width) + ` ` +
		strconv.FormatFloat(math.Ceil(height), 'f', 0, 64) + `" role="img" aria-labelledby="` +
		id + `-title ` + id + `-desc">` + "\n" + `<title id="` + id + `-title">` + Escape(f.Title) + `</title>` + "\n" + `<desc id="` + id + `-desc">` +
		Escape(f.Desc) + "</desc>\n" + d.String() + "</svg>\n"
}

// write writes parts that are SVG already.
func (d *drawing) write(parts ...string) {
	for _, p := range parts {
		d.WriteString(p)
	}
}

func (d *drawing) line(class string, x1, y1, x2, y2 float64) {
	d.write(`<line class="`, class, `" x1="`, num(x1), `" y1="`, num(y1), `" x2="`, num(x2), `" y2="`, num(y2), "\"/>\n")
}

func (d *drawing) text(class string, x, y float64, text string) {
	d.write(`<text class="`, class, `" x="`, num(x), `" y="`, num(y), `">`, Escape(text), "</text>\n")
}

func (d *drawing) rect(class string, x, y, width, height float64) {
	d.write(`<rect class="`, class, `" x="`, num(x), `" y="`, num(y), `" width="`, num(max(0, width)), `" height="`, num(height), "\"/>\n")
}

func (d *drawing) circle(class string, x, y, r float64) {
	d.write(`<circle class="`, class, `" cx="`, num(x), `" cy="`, num(y), `" r="`, num(r), "\"/>\n")
}

// mark begins a mark, which end ends.
func (d *drawing) mark(tip string) { d.write(`<g class="mark"><title>`, Escape(tip), "</title>\n") }

func (d *drawing) end() { d.write("</g>\n") }

// path draws points, one after the other.
func (d *drawing) path(class string, points []point) {
	if len(points) < 2 {
		return
	}
	d.write(`<path class="`, class, `" d="`)
	for i, p := range points {
		if i == 0 {
			d.write("M", num(p.x), " ", num(p.y))
		} else {
			d.write(" L", num(p.x), " ", num(p.y))
		}
	}
	d.write("\"/>\n")
}

type point struct{ x, y float64 }

// num writes a coordinate. What is no number is 0.
func num(v float64) string {
	v = math.Round(finite(v)*10) / 10
	if v == 0 {
		v = 0 // no minus
	}
	return strconv.FormatFloat(v, 'f', 1, 64)
}

func finite(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}

// Escape returns a text as HTML. It has nothing in it that would change how the text around it is read: line ends and tabs are
// blanks; other control characters, and those that turn the direction of writing, are replaced.
func Escape(text string) string {
	return html.EscapeString(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || r == '\u0085' || r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.IsControl(r) || '\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069' || r == '\u200e' || r == '\u200f' ||
			r == '\u061c' || r == '\ufffe' || r == '\uffff':
			return unicode.ReplacementChar
		}
		return r
	}, text))
}

// Short returns a text that is at most as wide as so many Latin letters. Of a longer one it leaves the middle out, since names
// often differ in their end. Letters of wide scripts count twice, marks on letters not at all. It reads no more of the text than
// it shows.
func Short(text string, width int) string {
	if !longer(text, width) {
		return text
	}
	tail := (width - 1) / 3
	return head(text, width-1-tail) + "…" + last(text, tail)
}

// longer reports whether a text is wider than width, or has many times as many runes.
func longer(text string, width int) bool {
	wide, runes := 0, 0
	for _, r := range text {
		wide += breadth(r)
		runes++
		if wide > width || runes > 4*width {
			return true
		}
	}
	return false
}

// head returns what fits of the beginning of a text.
func head(text string, width int) string {
	free, runes := width, 0
	for i, r := range text {
		free -= breadth(r)
		runes++
		if free < 0 || runes > 2*width {
			return text[:i]
		}
	}
	return text
}

// last returns what fits of the end of a text.
func last(text string, width int) string {
	runes := []rune(text[max(0, len(text)-16*width):])
	free, from := width, len(runes)
	for from > 0 && free >= breadth(runes[from-1]) && len(runes)-from < 2*width {
		from--
		free -= breadth(runes[from])
	}
	for from < len(runes) && (unicode.Is(unicode.Mn, runes[from]) || runes[from] == unicode.ReplacementChar) {
		from++
	}
	return string(runes[from:])
}

// breadth is how many Latin letters a rune is as wide as.
func breadth(r rune) int {
	switch {
	case unicode.Is(unicode.Mn, r):
		return 0
	case r >= 0x1100 && r <= 0x115f, r >= 0x2e80 && r <= 0xd7a3, r >= 0xf900 && r <= 0xfaff, r >= 0xfe30 && r <= 0xfe6f, r >= 0xff00 && r <= 0xff60,
		r >= 0x1f300:
		return 2
	}
	return 1
}
