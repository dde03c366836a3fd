package report

import (
	"strings"

	"github.com/salesbaton/baton/outcome/report/internal/chart"
)

// A Page says what stands at the head of an HTML page.
type Page struct {
	Title string // "": Handoffs and what came of them
	Note  string // below the title, such as where the events are from; may be empty
}

// HTML returns the figures as one page that needs nothing else: it loads nothing and runs no script. It follows the reader's light
// or dark screen, and prints. Behind each chart stands a table of the same values, which the keyboard reaches. Names are those of
// the events: they are escaped, and long ones are shortened to 60 letters.
//
// Charts draw up to 25 rows, of a curve all of its points, of periods the latest 50, and of the hours of the day those from the first
// with a handoff to the last. A table behind a chart has the rows that are drawn, other tables have up to 50, and up to 8 pools,
// experiments and scores are shown: where that is not all, the page says how many more there are.
//
// Instants are in Zone, and in UTC where it is one of the host's. Amounts are in the currency's minor unit. What cannot be told is a
// dash. Things have the names that Text gives them. The page is the same for the same figures, byte for byte.
func (f Figures) HTML(head Page) string {
	f.Within = chart.Short(f.Within, nameWidth)
	p := &page{f: f, zone: f.clock()}
	p.charter()
	p.overview()
	p.speed()
	p.funnel()
	p.promises()
	p.acceptance()
	p.overlap()
	p.owners()
	p.experiments()
	p.triggers()
	p.reasons()
	p.pressure()
	p.credits()
	p.holds()
	p.policies()
	p.scores()
	p.breakdowns()
	p.input()
	p.definitions()
	return p.around(head)
}

// around returns the page around what was written.
func (p *page) around(head Page) string {
	title := head.Title
	if title == "" {
		title = "Handoffs and what came of them"
	}
	var b strings.Builder
	heading := chart.Escape(chart.Short(title, 120))
	b.WriteString(strings.NewReplacer("TITLE", heading, "STYLE", chart.Style()+pageStyle).Replace(pageHead))
	if head.Note != "" {
		b.WriteString("<p>" + chart.Escape(chart.Short(head.Note, 1000)) + "</p>\n")
	}
	b.WriteString("<p class=\"quiet\">" + chart.Escape(p.scope()) + "</p>\n</header>\n<nav aria-label=\"Contents\">\n<ol>\n")
	for _, c := range p.contents {
		b.WriteString("<li><a href=\"#" + c.id + "\">" + chart.Escape(c.title) + "</a></li>\n")
	}
	b.WriteString("</ol>\n</nav>\n<main id=\"main\" tabindex=\"-1\">\n" + p.String())
	if len(p.contents) > 0 {
		b.WriteString("</section>\n")
	}
	b.WriteString("</main>\n<footer>\n<p>Values are rounded for reading. On paper, those tables are printed that are open on the screen.</p>\n" +
		"</footer>\n</body>\n</html>\n")
	return b.String()
}

// scope says of when the figures are, and by what they count.
func (p *page) scope() string {
	text := "As of " + p.instant(p.f.Until)
	if !p.f.From.IsZero() {
		text = "Events from " + p.instant(p.f.From) + " to " + p.instant(p.f.Until)
	}
	if p.f.Zone != "" {
		text += "; periods, weekdays and hours of " + chart.Short(p.f.Zone, nameWidth)
	}
	return text + "."
}

const pageHead = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
<title>TITLE</title>
<style>
STYLE</style>
</head>
<body>
<a class="skip" href="#main">Skip to the figures</a>
<header>
<h1>TITLE</h1>
`

// pageStyle is the look of the page around the charts, a sibling of the page of a policy.
const pageStyle = `* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem; background: var(--paper); color: var(--text); font: 1rem/1.55 system-ui, sans-serif; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.4rem; line-height: 1.3; margin: 3rem 0 .5rem; padding-top: .75rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.15rem; margin: 1.75rem 0 .5rem; }
p, ul { max-width: 60rem; orphans: 3; widows: 3; }
h1, h2, h3, p, li, dd { overflow-wrap: anywhere; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, .table:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
main:focus { outline: none; }
small, .quiet, figcaption, caption, footer { color: var(--quiet); }
small { display: block; font-size: .87em; white-space: nowrap; }
footer { margin-top: 3rem; border-top: 1px solid var(--line); font-size: .875rem; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: .5rem; padding: .5rem 1rem; background: var(--paper); }
nav ol { columns: 16rem; padding-left: 1.5rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1.5rem 2rem; margin: 1.5rem 0; }
.tiles div { border-top: 3px solid var(--mark); padding-top: .5rem; }
.tiles dt { font-weight: 600; }
.tiles dd { margin: 0; font-size: .875rem; color: var(--quiet); }
.tiles dd.big { font-size: 2rem; line-height: 1.25; color: var(--text); font-variant-numeric: tabular-nums; }
.alarm { border: 1px solid var(--warn); border-left-width: .4rem; background: var(--alarm); padding: .5rem 1rem; margin: 1rem 0; max-width: 60rem; }
.alarm strong, strong.alarmed { color: var(--warn); }
.alarm p { margin: .25rem 0; }
.alarm ul { margin: .25rem 0; padding-left: 1.25rem; }
.few { font-size: .87em; font-style: italic; color: var(--quiet); }
figure { margin: 1.25rem 0 1.75rem; display: grid; grid-template-columns: minmax(0, 1fr); gap: .75rem 2.5rem; }
figcaption { font-size: .9375rem; }
figcaption p { margin: 0 0 .6rem; }
figcaption strong { color: var(--text); }
.several { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1.25rem 2.5rem; }
.several h3 { margin: 0 0 .25rem; font-size: 1rem; }
details { margin: .5rem 0; min-width: 0; }
summary { cursor: pointer; color: var(--link); width: fit-content; max-width: 100%; }
.table { overflow-x: auto; margin: .75rem 0; }
table { border-collapse: collapse; font-size: .9375rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: .25rem 0 .5rem; }
th, td { border-bottom: 1px solid var(--line); padding: .4rem .75rem .4rem 0; text-align: left; vertical-align: top; }
th:not(:first-child), td { padding-left: .75rem; min-width: 5rem; }
tbody th { font-weight: 400; min-width: 8rem; max-width: 22rem; overflow-wrap: break-word; position: sticky; left: 0; background: var(--paper); }
td.n { white-space: nowrap; }
td.wide { min-width: 14rem; }
@media (max-width: 40rem) { body { padding: 1rem; } tbody th { min-width: 5rem; max-width: 40vw; } .gloss { display: none; } }
thead th { border-bottom: 2px solid var(--quiet); vertical-align: bottom; font-size: .93em; }
th.n, td.n { text-align: right; }
thead th.n { min-width: 5.5rem; }
@media (min-width: 64rem) {
  figure { grid-template-columns: 40rem minmax(0, 1fr); }
  figure > details, figure > .several, .panels figcaption { grid-column: 1 / -1; }
  .panels figcaption { max-width: 60rem; }
}
@media print {
  html { font-size: 10pt; }
  body { max-width: none; padding: 0; }
  nav, .skip, details:not([open]) { display: none; }
  .table { overflow: visible; }
  table { font-size: 8pt; }
  th, td, th:not(:first-child), thead th.n { min-width: 0; padding: .2rem .4rem .2rem 0; }
  small, td.n { white-space: normal; }
  table.many { font-size: 6.5pt; }
  table.most { font-size: 5.5pt; }
  .most thead th { overflow-wrap: anywhere; hyphens: auto; }
  .many th, .many td, .many th:not(:first-child) { padding: .15rem .2rem .15rem 0; }
  .many td.wide { min-width: 0; }
  tbody th { position: static; }
  h2 { margin-top: 1.5rem; }
  .tiles { grid-template-columns: repeat(3, 1fr); }
  tr, li, .tiles div, .drawing, .several > div, .alarm, figcaption { break-inside: avoid; }
  h2, h3, h4, summary, .lede { break-after: avoid; }
  .drawing { break-after: avoid; }
  figure { grid-template-columns: minmax(0, 1fr); }
  .several { grid-template-columns: 1fr 1fr; }
}
`
