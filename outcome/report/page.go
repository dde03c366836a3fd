package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/outcome/report/internal/chart"
)

const (
	nameWidth = 60 // of a name, in letters
	textWidth = 17 // of what stands to the right of a row of a chart, in letters
	maxDrawn  = 25 // rows of a chart
	maxRows   = 50 // rows of a table
	maxPanels = 8  // charts of one kind, beside each other
)

// A page is the inside of an HTML page on its way.
type page struct {
	strings.Builder
	f        Figures
	zone     *calendar.Zone // nil: UTC
	contents []pageEntry
	charts   int
}

type pageEntry struct{ id, title string }

// markup is HTML: what is not, becomes it by escape.
type markup string

func escape(text string) markup { return markup(chart.Escape(text)) }

// sayf is markup of a text with names and numbers in it, which are escaped.
func sayf(format string, args ...any) markup { return escape(fmt.Sprintf(format, args...)) }

func (p *page) write(parts ...markup) {
	for _, m := range parts {
		p.WriteString(string(m))
	}
}

// section begins a section with the sentence that says what it shows.
func (p *page) section(id, title string, sentence markup) {
	if len(p.contents) > 0 {
		p.write("</section>\n")
	}
	p.contents = append(p.contents, pageEntry{id, title})
	p.write("<section>\n<h2 id=\"", markup(id), "\">", escape(title), "</h2>\n")
	p.say("lede", sentence)
}

func (p *page) heading(text string) { p.write("<h3>", escape(text), "</h3>\n") }

// say writes a paragraph of a class; "": none.
func (p *page) say(class string, text markup) {
	if class == "" {
		p.write("<p>", text, "</p>\n")
		return
	}
	p.write("<p class=\"", markup(class), "\">", text, "</p>\n")
}

func (p *page) frame(title, desc string) chart.Frame {
	p.charts++
	return chart.Frame{ID: "chart-" + strconv.Itoa(p.charts), Title: title, Desc: desc + " The table below has the same values."}
}

// figure writes a drawing, what there is to know to read it, and the table behind it.
func (p *page) figure(drawing string, caption []markup, behind pageTable) {
	p.write("<figure>\n<div class=\"drawing\">\n", markup(drawing), "</div>\n<figcaption>\n")
	for _, c := range caption {
		p.say("", c)
	}
	p.write("</figcaption>\n")
	p.fold(behind)
	p.write("</figure>\n")
}

// fold writes a table that opens on demand.
func (p *page) fold(t pageTable) {
	p.write("<details>\n<summary>Table: ", escape(t.caption), "</summary>\n")
	p.table(t)
	p.write("</details>\n")
}

// A pageTable is a table whose rows are named by their first cell. The name of a column of numbers begins with #, that of a column
// of sentences with ~, and of one that small screens leave out, because the same is said elsewhere, with ?.
type pageTable struct {
	caption string
	header  []string
	rows    [][]markup
	all     bool // show all rows
	more    int  // rows that were left out before
}

func (t *pageTable) add(cells ...markup) { t.rows = append(t.rows, cells) }

// last returns the table with at most so many rows, those at its end.
func (t pageTable) last(n int) pageTable {
	t.more += max(0, len(t.rows)-n)
	t.rows = latest(t.rows, n)
	return t
}

// table writes a table that can be scrolled, with the keyboard too, where it is too wide for the screen.
func (p *page) table(t pageTable) {
	if !t.all && len(t.rows) > maxRows {
		t.more += len(t.rows) - maxRows
		t.rows = t.rows[:maxRows]
	}
	p.write("<div class=\"table\" role=\"region\" aria-label=\"", escape(t.caption), "\" tabindex=\"0\">\n<table", tableClass(len(t.header)), ">\n<caption>",
		escape(strings.ToUpper(t.caption[:1])+t.caption[1:]), "</caption>\n<thead>\n<tr>")
	classes := make([]markup, len(t.header))
	for i, h := range t.header {
		name := strings.TrimLeft(h, "#~?")
		classes[i] = map[byte]markup{'#': " class=\"n\"", '~': " class=\"wide\"", '?': " class=\"wide gloss\""}[h[0]]
		p.write("<th scope=\"col\"", classes[i], ">", escape(name), "</th>")
	}
	p.write("</tr>\n</thead>\n<tbody>\n")
	for _, row := range t.rows {
		p.row(row, classes)
	}
	p.write("</tbody>\n</table>\n</div>\n")
	p.more(t.more, "row")
}

// more says how many things there are beside those that are shown.
func (p *page) more(n int, thing string) {
	if n > 0 {
		p.say("quiet", sayf("and %s more", plural(int64(n), "more "+thing)))
	}
}

// tableClass says of a table with many columns that it is to be printed small.
func tableClass(columns int) markup {
	switch {
	case columns > 15:
		return ` class="many most"`
	case columns > 11:
		return ` class="many"`
	}
	return ""
}

func (p *page) row(row, classes []markup) {
	p.write("<tr>")
	for i, cell := range row {
		if i == 0 {
			p.write("<th scope=\"row\"", classes[i], ">", cell, "</th>")
		} else {
			p.write("<td", classes[i], ">", cell, "</td>")
		}
	}
	p.write("</tr>\n")
}

// alarm writes what must not be overlooked.
func (p *page) alarm(title string, text markup) {
	p.write("<div class=\"alarm\" role=\"note\">\n<p><strong>", escape(title), "</strong> ", text, "</p>\n</div>\n")
}

// Cells.

func cell(text string) markup { return escape(text) }

// cells are cells of texts.
func cells(texts ...string) []markup {
	out := make([]markup, len(texts))
	for i, text := range texts {
		out[i] = escape(text)
	}
	return out
}

// rateCell is a rate above what it is of.
func rateCell(r Rate) markup {
	if r.Of == 0 {
		return cell("–")
	}
	return cell(sayPercent(r.Rate)) + "<small>" + sayf("%s of %s", whole(r.Hits), whole(r.Of)) + pick(r.Small, fewCell, "") + "</small>"
}

// fewCell marks what is of a small denominator.
const fewCell = markup(` <span class="few">few</span>`)

// Words for people. They are plain text.

// sayName returns a name of the events, shortened, or what is said where there is none.
func sayName(name string) string {
	if strings.TrimSpace(name) == "" {
		return "(none)"
	}
	return chart.Short(name, nameWidth)
}

// sayNumber writes a number with so many digits behind the point; what is none is a dash.
func sayNumber(v float64, digits int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	text := strconv.FormatFloat(math.Abs(v), 'f', digits, 64)
	before, rest, _ := strings.Cut(text, ".")
	for i := len(before) - 3; i > 0; i -= 3 {
		before = before[:i] + "," + before[i:]
	}
	if rest != "" {
		before += "." + rest
	}
	if v < 0 && strings.Trim(before, "0.,") != "" {
		return "−" + before
	}
	return before
}

// sayPercent writes a ratio as percent.
func sayPercent(r Ratio) string { return sayNumber(100*float64(r), 1) + "\u00a0%" }

// sayPoints writes a difference of ratios in percentage points.
func sayPoints(r Ratio) string {
	text := sayNumber(100*float64(r), 1)
	if r > 0 && strings.Trim(text, "0.") != "" {
		text = "+" + text
	}
	return text + "\u00a0pp"
}

// sayRate writes a rate with what it is of.
func sayRate(r Rate) string {
	if r.Of == 0 {
		return "none yet (0 of 0)"
	}
	text := fmt.Sprintf("%s (%s of %s)", sayPercent(r.Rate), whole(r.Hits), whole(r.Of))
	if r.Small {
		text += ", few"
	}
	return text
}

func sayInterval(i Interval) string {
	return sayNumber(100*float64(i.Low), 1) + " to " + sayPercent(i.High)
}

func sayPointInterval(i Interval) string {
	return strings.TrimSuffix(sayPoints(i.Low), "\u00a0pp") + " to " + sayPoints(i.High)
}

// sayKnown writes seconds where they are known.
func sayKnown(seconds handoff.Opt[int64]) string {
	if !seconds.Known {
		return "–"
	}
	return typeset(span(seconds.Value))
}

// typeset puts a minus where there is a hyphen before a number.
func typeset(number string) string {
	if rest, below := strings.CutPrefix(number, "-"); below {
		return "−" + rest
	}
	return number
}

// instant writes an instant in the zone of the figures.
func (p *page) instant(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return inZone(p.zone, t)
}

// goal says what counts as a conversion.
func (p *page) goal() string { return p.f.goalName() }

// level says of what confidence the intervals are, such as 95 %.
func (p *page) level() string {
	if !(p.f.Level > 0) {
		return ""
	}
	return level(p.f.Level) + "\u00a0% "
}

// beside is what stands to the right of a row of a chart: the longest of the texts that fits.
func beside(texts ...string) string {
	for _, text := range texts {
		if len([]rune(text)) <= textWidth {
			return text
		}
	}
	return chart.Short(texts[len(texts)-1], textWidth)
}

// sayWords returns a name that is words of Baton's own with blanks between them.
func sayWords(name string) string { return sayName(spaced(name)) }

// sayMore says how many rows a chart leaves out.
func sayMore(n int, rows string) markup {
	if n <= maxDrawn {
		return ""
	}
	return sayf(" Drawn are %d of %s %s.", maxDrawn, whole(int64(n)), rows)
}

// firsts returns at most n of a list.
func firsts[T any](list []T, n int) []T { return list[:min(n, len(list))] }

// latest returns at most n of a list, those at its end.
func latest[T any](list []T, n int) []T { return list[max(0, len(list)-n):] }

func pick[T any](first bool, yes, no T) T {
	if first {
		return yes
	}
	return no
}
