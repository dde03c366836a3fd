package main

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/salesbaton/baton/outcome/attribution"
	"github.com/salesbaton/baton/outcome/report"
)

// A drawn is a chart as the browser has it.
type drawn struct {
	Title  string
	Words  string
	Marks  int
	Told   int // marks with a title
	Lost   int // marks that cannot be pointed at
	Height float64
}

// Screens on which people look at the page.
var (
	desk  = chromedp.EmulateViewport(1280, 900)
	phone = chromedp.EmulateViewport(390, 844)
)

// TestPage opens the page of the quarter and uses it as people do.
func TestPage(t *testing.T) {
	b := browser(t)
	figures, err := story()
	if err != nil {
		t.Fatal(err)
	}
	html := figures.HTML(report.Page{Title: "The quarter", Note: "Made by examples/measure: nobody in it exists."})
	for _, tt := range []struct {
		name string
		test func(t *testing.T)
	}{
		{"charts", func(t *testing.T) { checkCharts(open(t, b, html, desk), figures) }},
		{"keyboard", func(t *testing.T) { checkKeyboard(open(t, b, html, desk)) }},
		{"light", func(t *testing.T) {
			checkContrast(open(t, b, html, desk, screen("light")), "light", "rgb(255, 255, 255)")
		}},
		{"dark", func(t *testing.T) { checkContrast(open(t, b, html, desk, screen("dark")), "dark", "rgb(20, 24, 29)") }},
		{"narrow", func(t *testing.T) { checkNarrow(open(t, b, html, phone)) }},
		{"print", func(t *testing.T) { checkPrint(open(t, b, html)) }},
	} {
		t.Run(tt.name, tt.test)
	}
}

// TestHostilePage opens pages of names that people choose who mean no good.
func TestHostilePage(t *testing.T) {
	b := browser(t)
	figures, err := story()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{
		"<script>window.hacked = 1</script>", `"><img src=x onerror="window.hacked = 1">`, `</title></svg><svg onload="window.hacked = 1">`,
		"</style><script>window.hacked = 1</script>", "]]><script>window.hacked = 1</script>", "javascript:window.hacked=1", "&lt;b&gt;", "\u202egnp.exe",
		"averyveryverylongnamewithoutanyblankinitthatnobodywouldeverchooseforarepbutamachinemay",
	} {
		t.Run(name, func(t *testing.T) {
			p := open(t, b, renamed(figures, name).HTML(report.Page{Title: name, Note: name}), phone)
			p.run(chromedp.Evaluate("openAll()", nil))
			if got := ask[string](p, "typeof window.hacked"); got != "undefined" {
				t.Errorf("a name ran as a script")
			}
			if n := ask[int](p, "document.querySelectorAll('script, img, iframe, [onload], [onerror]').length"); n != 0 {
				t.Errorf("%d elements came out of a name", n)
			}
			checkDrawn(p, expected(renamed(figures, name)))
			checkWidth(p)
		})
	}
}

// renamed returns figures in which everything that has a name has this one.
func renamed(f report.Figures, name string) report.Figures {
	f.By, f.Triggers, f.All.Reasons, f.Owners = slices.Clone(f.By), slices.Clone(f.Triggers), slices.Clone(f.All.Reasons), slices.Clone(f.Owners)
	for i := range f.By {
		f.By[i].Groups = slices.Clone(f.By[i].Groups)
		for j := range f.By[i].Groups {
			f.By[i].Groups[j].Value = name
		}
	}
	for i := range f.Triggers {
		f.Triggers[i].Kind = name
	}
	for i := range f.All.Reasons {
		f.All.Reasons[i].Reason = name
	}
	for i := range f.Owners {
		f.Owners[i].Owner, f.Owners[i].Pool, f.Owners[i].Policy = name, name, name
	}
	f.Holds, f.Policies, f.Experiments, f.Scores, f.Credits = slices.Clone(f.Holds), slices.Clone(f.Policies), slices.Clone(f.Experiments), slices.Clone(f.Scores), slices.Clone(f.Credits)
	for i := range f.Holds {
		f.Holds[i].ID, f.Holds[i].Reason, f.Holds[i].Subject = name, name, name
	}
	for i := range f.Policies {
		f.Policies[i].Name, f.Policies[i].Digest = name, name
	}
	for i := range f.Experiments {
		f.Experiments[i].ID = name
	}
	for i := range f.Scores {
		f.Scores[i].ID = name
	}
	return f
}

// A wanted is a chart that the figures ask for.
type wanted struct {
	title string // how it begins
	marks int
}

// expected returns the charts in the order of the page.
func expected(f report.Figures) (all []wanted) {
	want := func(title string, marks int) { all = append(all, wanted{title, marks}) }
	want("Share of handoffs with a first attempt", len(f.Speed.Points))
	want("Share of handoffs with a first attempt", len(f.Touch.Points))
	want("Funnel", len(report.Steps()))
	want("First touch in time", 7*hours(f))
	want("Acceptance by play", groups(f, report.ByPlay))
	want("Overlap", 2*len(f.Overlap))
	for i := 0; i < len(f.Owners); {
		n := 1
		for i+n < len(f.Owners) && f.Owners[i+n].Pool == f.Owners[i].Pool {
			n++
		}
		want("Assigned and skipped", 2*n)
		i += n
	}
	for _, e := range f.Experiments {
		want("Lift against", len(e.Lifts))
	}
	want("Trigger quality", len(f.Triggers))
	want("Why handoffs ended", len(f.All.Reasons))
	want("Conversion by attempts", len(f.Pressure))
	for _, m := range attribution.Models() {
		n := 0
		for _, c := range f.Credits {
			if c.Model == m {
				n++
			}
		}
		want("Conversions by channel", n)
	}
	want("Median age of holds", len(f.Holds))
	want("What moved", compared(f))
	for _, s := range f.Scores {
		want("Conversion by tenths", len(s.Deciles))
	}
	return all
}

// hours returns how many hours of the day there are from the first with a handoff to the last.
func hours(f report.Figures) int {
	first, last := 24, 0
	for _, h := range f.Heat {
		if h.Rate.Of > 0 {
			first, last = min(first, int(h.Hour)), max(last, int(h.Hour)+1)
		}
	}
	return last - first
}

// compared returns how many rates the last version has against the one before.
func compared(f report.Figures) int {
	n := 0
	for _, m := range f.Policies[len(f.Policies)-1].Moved {
		if m.Before.Of > 0 && m.After.Of > 0 {
			n++
		}
	}
	return n
}

// groups returns how many groups there are by a dimension.
func groups(f report.Figures, by report.Dimension) int {
	for _, b := range f.By {
		if b.Dimension == string(by) {
			return len(b.Groups)
		}
	}
	return 0
}

func checkCharts(p *tab, f report.Figures) {
	p.shoot("wide")
	checkDrawn(p, expected(f))
	if doubled := ask[[]string](p, "doubled()"); len(doubled) > 0 {
		p.Errorf("ids that are not unique: %q", doubled)
	}
	if clipped := ask[[]string](p, "clipped()"); len(clipped) > 0 {
		p.Errorf("words that reach beyond their drawing: %q", clipped)
	}
	checkApart(p)
}

// checkApart looks whether words of a drawing lie on each other.
func checkApart(p *tab) {
	p.Helper()
	if touching := ask[[]string](p, "touching()"); len(touching) > 0 {
		p.Errorf("words that touch: %q", touching)
	}
}

func checkDrawn(p *tab, want []wanted) {
	p.Helper()
	got := ask[[]drawn](p, "charts()")
	if len(got) != len(want) {
		p.Fatalf("got %d charts, want %d", len(got), len(want))
	}
	for i, w := range want {
		g := got[i]
		if len(g.Title) < len(w.title) || g.Title[:len(w.title)] != w.title || g.Marks != w.marks {
			p.Errorf("chart %d: got %q with %d marks, want %q with %d", i+1, g.Title, g.Marks, w.title, w.marks)
		}
		if g.Lost > 0 {
			p.Errorf("chart %q: %d of %d marks are outside of it, or of no size", g.Title, g.Lost, g.Marks)
		}
		if g.Told != g.Marks || g.Words == "" || g.Words == " / " || g.Height <= 0 {
			p.Errorf("chart %q: %d of %d marks have a title, its words are %q, its height is %.0f", g.Title, g.Told, g.Marks, g.Words, g.Height)
		}
	}
}

// A focus is where the keyboard is.
type focus struct {
	Place  int
	Closed bool
	Tables []int
}

// checkKeyboard goes through the page with the tab key, opens each fold with the enter key, and looks whether every table was in
// what had the focus.
func checkKeyboard(p *tab) {
	seen, reached := map[int]bool{}, map[int]bool{}
	folds := 0
	for range 500 {
		p.run(chromedp.KeyEvent(kb.Tab))
		f := ask[focus](p, "focused()")
		if f.Place < 0 || seen[f.Place] {
			break
		}
		seen[f.Place] = true
		if f.Closed {
			p.run(chromedp.KeyEvent(kb.Enter))
			folds++
		}
		for _, table := range f.Tables {
			reached[table] = true
		}
	}
	tables, closed := ask[int](p, "document.querySelectorAll('table').length"), ask[int](p, "document.querySelectorAll('details:not([open])').length")
	if len(reached) != tables || closed > 0 || folds == 0 {
		p.Errorf("the keyboard reached %d of %d tables with %d stops, opened %d folds, and left %d closed", len(reached), tables, len(seen), folds, closed)
	}
	if n := ask[int](p, "document.querySelectorAll('svg[role=img]').length - [...document.querySelectorAll('svg[role=img]')].filter(s => s.closest('figure')?.querySelector('table')).length"); n > 0 {
		p.Errorf("%d charts have no table in their figure", n)
	}
	p.Logf("%d stops, %d folds, %d tables", len(seen), folds, tables)
}

// screen has the page on a light or a dark screen.
func screen(scheme string) chromedp.Action {
	return emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}})
}

// least is the contrast that WCAG 2.2 asks of words, level AA.
const least = 4.5

func checkContrast(p *tab, name, paper string) {
	p.run(chromedp.Evaluate("openAll()", nil))
	p.shoot(name)
	if got := ask[string](p, "getComputedStyle(document.body).backgroundColor"); got != paper {
		p.Errorf("the page stands on %s, want %s", got, paper)
	}
	got := ask[struct {
		Looked int
		Least  float64
		Faint  []string
	}](p, fmt.Sprintf("faint(%v)", least))
	if got.Looked < 1000 || len(got.Faint) > 0 {
		p.Errorf("%d of %d words are too faint: %q", len(got.Faint), got.Looked, got.Faint)
	}
	p.Logf("%d words, the least contrast is %.2f", got.Looked, got.Least)
}

func checkNarrow(p *tab) {
	p.shoot("narrow")
	checkWidth(p)
	p.run(chromedp.Evaluate("openAll()", nil))
	checkWidth(p)
	if size := ask[float64](p, "Math.min(...[...document.querySelectorAll('svg text')].map(t => parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a))"); size < 10 {
		p.Errorf("words of drawings are %.1f pixels high", size)
	}
	if clipped := ask[[]string](p, "clipped()"); len(clipped) > 0 {
		p.Errorf("words that reach beyond their drawing: %q", clipped)
	}
	checkApart(p)
}

// checkWidth looks whether the page is wider than the screen.
func checkWidth(p *tab) {
	p.Helper()
	if wide := ask[int](p, "document.documentElement.scrollWidth - innerWidth"); wide > 0 {
		p.Errorf("the page is %d pixels wider than the screen: %q", wide, ask[[]string](p, "wide()"))
	}
}

// checkPrint looks at the page as it is printed.
func checkPrint(p *tab) {
	p.run(emulation.SetEmulatedMedia().WithMedia("print"))
	for _, c := range ask[[]drawn](p, "charts()") {
		if c.Height <= 0 {
			p.Errorf("the chart %q is not printed", c.Title)
		}
	}
	if links := ask[bool](p, "document.querySelector('nav').checkVisibility()"); links {
		p.Errorf("the contents are printed, though nobody can follow them")
	}
	var paper []byte
	p.run(chromedp.ActionFunc(func(ctx context.Context) (err error) {
		paper, _, err = page.PrintToPDF().Do(ctx)
		return err
	}))
	if !bytes.HasPrefix(paper, []byte("%PDF-")) {
		p.Errorf("what is printed is no PDF")
	}
}
