package report_test

import (
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/outcome/report"
)

var (
	update = flag.Bool("update", false, "write the page and the tables in testdata; read them before you commit them")
	look   = flag.String("look", "", "write a page of made-up figures to this file, to look at")
)

func TestPageToLookAt(t *testing.T) {
	if *look == "" {
		t.Skip("no file is given: -look page.html")
	}
	page := made().HTML(report.Page{Title: "Handoffs, first half of 2026", Note: "From decisions.jsonl and activities.jsonl."})
	if err := os.WriteFile(*look, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
}

// few returns figures of which a page can be read in full.
func few() report.Figures {
	f := made()
	f.By = []report.Breakdown{{Dimension: string(report.ByPlay), Groups: f.By[1].Groups[9:]}, {Dimension: "segment region", Groups: f.By[9].Groups[:2]}}
	f.Funnel, f.Overlap, f.Pressure, f.Triggers, f.Owners, f.All.Reasons = f.Funnel[:2], f.Overlap[:2], f.Pressure[6:], f.Triggers[:2], f.Owners[:2], f.All.Reasons[:3]
	f.Speed.Points = []report.CurvePoint{{60, .1, 6711}, {900, .5, 5900}, {86400, .91, 700}}
	f.Touch.Points = []report.CurvePoint{{45, .12, 6711}, {870, .52, 5900}}
	f.Heat, f.Credits, f.Experiments = nil, f.Credits[:12], f.Experiments[1:]
	f.Policies[1].Moved, f.Scores[0].Deciles, f.Holds = f.Policies[1].Moved[:3], f.Scores[0].Deciles[5:7], f.Holds[:1]
	return f
}

func TestPage(t *testing.T) {
	const file = "testdata/page.html"
	got := few().HTML(report.Page{Title: "Handoffs", Note: "Made up."})
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s: run go test ./outcome/report -update, and read what changed (-want +got):\n%s", file, diff)
	}
}

// A figure is one of a page, as it was read.
type figure struct {
	marks []string // the titles of its marks
	table string   // the text of the table behind it
	rows  int
}

// A pageReader checks a page while it reads it.
type pageReader struct {
	*testing.T
	ids, links map[string]bool
	level      int
	open       []string // elements
	figures    []figure
	text       string // of the innermost element that begins or ended last
	inMark     bool
}

// readPage checks that a page is well formed, accessible and loads nothing, and returns its figures.
func readPage(t *testing.T, page string) []figure {
	t.Helper()
	r := &pageReader{T: t, ids: map[string]bool{}, links: map[string]bool{}}
	decoder := xml.NewDecoder(strings.NewReader(page))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			r.start(token)
		case xml.CharData:
			r.chars(string(token))
		case xml.EndElement:
			r.end(token.Name.Local)
		}
	}
	for link := range r.links {
		if to, inside := strings.CutPrefix(link, "#"); !inside || !r.ids[to] {
			t.Errorf("the link %s leads nowhere", link)
		}
	}
	checkWhole(t, page)
	return r.figures
}

// checkWhole checks what can be seen without reading elements.
func checkWhole(t *testing.T, page string) {
	t.Helper()
	for _, bad := range []string{"http:", "https:", "//", "url(", "@import", "src=", "<script", "javascript:", "NaN", "Inf<", "+Inf", "%!", "\u202e"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page has %q in it", bad)
		}
	}
	for _, want := range []string{`<html lang="en">`, `content="default-src 'none'; style-src 'unsafe-inline'"`, "<main ", "<header>", "<nav ", "<footer>", `class="skip" href="#main"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

func (r *pageReader) start(e xml.StartElement) {
	name := e.Name.Local
	if !slices.Contains(strings.Fields(`html head meta title style body header nav main section aside footer h1 h2 h3 h4 p ul ol li dl dt dd a strong small span div figure figcaption details summary
		table caption thead tbody tr th td svg desc g line rect circle path text`), name) {
		r.Errorf("there is an element %s", name)
	}
	attributes := map[string]string{}
	for _, a := range e.Attr {
		attributes[a.Name.Local] = a.Value
		if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "src" || a.Name.Local == "style" {
			r.Errorf("%s has the attribute %s", name, a.Name.Local)
		}
	}
	if id, has := attributes["id"]; has {
		if r.ids[id] {
			r.Errorf("two elements have the id %s", id)
		}
		r.ids[id] = true
	}
	r.meaning(name, attributes)
	r.open, r.text = append(r.open, name), ""
}

// meaning checks what an element needs to be understood, and counts marks and rows.
func (r *pageReader) meaning(name string, attributes map[string]string) {
	last := len(r.figures) - 1
	switch {
	case name == "th" && attributes["scope"] != "col" && attributes["scope"] != "row":
		r.Error("the header of a table has no scope")
	case name == "div" && attributes["class"] == "table" && (attributes["tabindex"] != "0" || attributes["role"] != "region" || attributes["aria-label"] == ""):
		r.Error("the keyboard does not reach a table")
	case name == "svg" && !slices.Contains(r.open, "figure"):
		r.Error("a chart is in no figure")
	case name == "a":
		r.links[attributes["href"]] = true
	case name == "figure":
		r.figures = append(r.figures, figure{})
	case attributes["class"] == "mark":
		r.inMark = true
	case name == "tr" && slices.Contains(r.open, "figure") && slices.Contains(r.open, "tbody"):
		if !slices.Contains(r.open, "details") {
			r.Error("the table of a figure is not on demand")
		}
		r.figures[last].rows++
	case len(name) == 2 && name[0] == 'h' && name[1] <= '6':
		next := int(name[1] - '0')
		if next > r.level+1 || (next == 1) != (r.level == 0) {
			r.Errorf("h%d follows h%d", next, r.level)
		}
		r.level = next
	}
}

func (r *pageReader) chars(text string) {
	r.text += text
	if slices.Contains(r.open, "figure") && slices.Contains(r.open, "table") {
		r.figures[len(r.figures)-1].table += text + "\n"
	}
}

func (r *pageReader) end(name string) {
	if name == "title" && r.inMark {
		f := &r.figures[len(r.figures)-1]
		f.marks = append(f.marks, r.text)
		r.inMark = false
	}
	r.open = r.open[:len(r.open)-1]
}

var numbers = regexp.MustCompile(`[0-9][0-9,.]*[0-9]|[0-9]`)

// TestPageHasATableBehindEachChart: as many rows as marks, or one row for several, and each number of a mark stands in the table.
func TestPageHasATableBehindEachChart(t *testing.T) {
	for name, f := range map[string]report.Figures{"rich": made(), "few": few()} {
		t.Run(name, func(t *testing.T) {
			page := f.HTML(report.Page{})
			figures := readPage(t, page)
			if strings.Count(page, "<svg") < 12 {
				t.Errorf("%d charts", strings.Count(page, "<svg"))
			}
			for i, f := range figures {
				if len(f.marks) == 0 || f.rows == 0 || len(f.marks)%f.rows != 0 {
					t.Errorf("figure %d has %d marks and %d rows", i, len(f.marks), f.rows)
				}
				for _, mark := range f.marks {
					for _, n := range numbers.FindAllString(mark, -1) {
						if !strings.Contains(f.table, n) {
							t.Errorf("figure %d: the mark %q says %s, its table does not", i, mark, n)
						}
					}
				}
			}
		})
	}
}

func TestPageHasTheRightMarks(t *testing.T) {
	want := map[string]int{"the curve's points": 120, "steps": 7, "hours, but for those of the night": 7 * 17, "the other curve's points": 90, "plays": 12, "two series of 6 periods": 12, "5 owners of a pool, twice each": 10, "of another pool": 10,
		"arms but the control": 1, "of another experiment": 3, "kinds": 6, "reasons": 8, "numbers of attempts": 9, "6 channels by 6 models": 36, "holds": 4, "rates": 16, "tenths": 10}
	var counts, wanted []int
	for _, f := range readPage(t, made().HTML(report.Page{})) {
		counts = append(counts, len(f.marks))
	}
	for _, n := range want {
		wanted = append(wanted, n)
	}
	slices.Sort(counts)
	slices.Sort(wanted)
	if !slices.Equal(counts, wanted) {
		t.Errorf("the figures have %v marks, want %v: %v", counts, wanted, want)
	}
}

func TestPageOfHostileNames(t *testing.T) {
	for _, tt := range []struct{ name, text, reason string }{
		{"script", `<script>alert(1)</script>`, "an element"},
		{"end of a title", `</title></svg><script>`, "ends what it stands in"},
		{"attribute", `" onload="x' onclick='y`, "ends an attribute"},
		{"comment", `<!-- ]]> -->`, "begins a comment"},
		{"entity", `&lt;script&gt;&#60;`, "is no markup yet"},
		{"direction", "evil\u202egnp.exe\u2066", "turns the writing round"},
		{"control", "a\x00b\x1b[2J\u2028c\ufffe", "characters that XML has not"},
		{"not UTF-8", "\xff\xc3\x28", "no text at all"},
		{"long", strings.Repeat("Long", 2500), "10,000 bytes"},
		{"long and wide", strings.Repeat("長い", 2500), "15,000 bytes"},
		{"format", "%s%d%!v(TITLE STYLE)", "what fmt or a template would replace"},
		{"empty", "", "nothing"},
		{"blank", " \t\n", "nothing to be seen"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := hostile(tt.text)
			if tt.name == "long" {
				f.Paths.Problem = "" // a sentence, which may be longer
			}
			page := strings.ReplaceAll(f.HTML(report.Page{Title: tt.text, Note: tt.text}), "%!v", "") // it is in a name
			readPage(t, page)
			_, inside, _ := strings.Cut(page, "<main") // the title and the note may be longer
			if i := strings.Index(inside, strings.Repeat("Long", 16)); i >= 0 {
				t.Errorf("a long name is not shortened: %s", inside[max(0, i-200):i])
			}
			if n := len(page); n > 400_000 {
				t.Errorf("the page has %d bytes", n)
			}
		})
	}
}

// TestPageOfNothing: figures without any value have a page, and so have those whose numbers are none.
func TestPageOfNothing(t *testing.T) {
	nan := report.Ratio(math.NaN())
	broken := few()
	broken.All.Rates[0].Rate, broken.Speed.Points[0].Done, broken.Funnel[0].Steps[1].Rate = nan, nan, nan
	broken.Experiments[0].Lifts[0].Absolute, broken.Experiments[0].Lifts[0].Interval.Low, broken.Experiments[0].Lifts[0].Z, broken.Credits[0].Conversions = nan, report.Ratio(math.Inf(-1)), nan, nan
	broken.Scores[0].AUC, broken.Triggers[0].Volume, broken.Level, broken.Experiments[0].Ratio.P = nan, nan, nan, nan
	overflow := few()
	overflow.All.Won.Amount, overflow.All.Handoffs, overflow.Holds[0].Median, overflow.Speed.Points[2].Seconds = math.MinInt64, math.MaxInt64, handoff.Some(int64(math.MinInt64)), math.MaxInt64
	empty := report.Figures{By: []report.Breakdown{{Dimension: "play"}}, Experiments: []report.Experiment{{ID: "x"}}, Policies: []report.Policy{{}}, Scores: []report.Score{{}}, Owners: []report.Fairness{{}},
		Funnel: []report.Cohort{{}}, Heat: make([]report.Hour, 168), Overlap: []report.Overlap{{}}, Triggers: []report.Trigger{{}}, Holds: []report.Hold{{}}, Promises: []report.Promise{{}}}
	for name, f := range map[string]report.Figures{"nothing": {}, "empty values": empty, "no numbers": broken, "extremes": overflow} {
		t.Run(name, func(t *testing.T) {
			page := f.HTML(report.Page{})
			readPage(t, page)
			if n := strings.Count(page, "<h2 "); n != 18 {
				t.Errorf("%d sections, want each of the 18: one without values says so", n)
			}
		})
	}
}

func TestPageOfMany(t *testing.T) {
	f := made()
	groups := slices.Repeat(f.By[1].Groups, 1000)
	f.By[1].Groups = groups
	f.Owners, f.Holds, f.All.Reasons, f.Triggers = slices.Repeat(f.Owners, 500), slices.Repeat(f.Holds, 500), slices.Repeat(f.All.Reasons, 500), slices.Repeat(f.Triggers, 500)
	page := f.HTML(report.Page{})
	readPage(t, page)
	if len(page) > 1<<20 {
		t.Errorf("the page has %d bytes", len(page))
	}
	for _, want := range []string{"and 11,950 more", "Drawn are 25 of 12,000 plays.", "and 992 more"} {
		if !strings.Contains(strings.ReplaceAll(page, " pools", ""), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func TestPageSaysItForPeople(t *testing.T) {
	f := few()
	f.All.Times[1].All = report.Percentiles{Median: handoff.Some(int64(720)), P90: handoff.Some(int64(12000))}
	f.All.Rates[9] = report.Rate{ID: report.RateTouchedInTime, Hits: 4238, Of: 6711, Rate: 4238. / 6711, Interval: report.Interval{Low: .62, High: .643}}
	f.All.Rates[7] = report.Rate{ID: report.RateAccepted, Hits: 7, Of: 9, Rate: 7. / 9, Small: true}
	f.All.Won = report.Won{Deals: 4238, Amount: 10005534}
	f.Holds[0].Median, f.Holds[0].Reason = handoff.Some(int64(2*86400+4*3600+59)), ""
	page := f.HTML(report.Page{})
	for _, want := range []string{">12m</dd>", "nine in ten within 3h20m", ">63.2\u00a0%</dd>", "4,238 of 6,711 promises", "95\u00a0% interval 62.0 to 64.3\u00a0%", ">77.8\u00a0%, few</dd>", ">10,005,534</dd>",
		"such as cents, by 4,238 deals", "2d4h", "Sample-ratio mismatch:", "Inflation:", "(none)"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// TestPageHasACalendar: a column of the heat map is a day, a row an hour, and each cell stands where its title says.
func TestPageHasACalendar(t *testing.T) {
	f := made()
	for _, figure := range readPage(t, f.HTML(report.Page{})) {
		if len(figure.marks) != 7*17 {
			continue
		}
		for i, mark := range figure.marks {
			h := f.Heat[i%7*24+i/7+5]
			if want := fmt.Sprintf("%s %02d:00: ", h.Weekday, h.Hour); !strings.HasPrefix(mark, want) {
				t.Errorf("the cell in row %d and column %d says %q, want %s", i/7, i%7, mark, want)
			}
		}
		return
	}
	t.Error("there is no heat map")
}

// Figures name a segment "segment tier", and a version of a policy by its name and its digest.
func TestPageNamesWhatAReportNames(t *testing.T) {
	digest := "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	f := report.Figures{By: []report.Breakdown{
		{Dimension: "segment tier", Groups: []report.Group{{Value: "gold", Handoffs: 1}}},
		{Dimension: string(report.ByPolicy), Groups: []report.Group{{Value: "acme " + digest, Handoffs: 1}, {Value: digest, Handoffs: 1}}},
	}}
	got := f.HTML(report.Page{})
	for _, tt := range []struct{ want, reason string }{
		{"<summary>Table: by segment tier</summary>", "the word is there once"},
		{`<th scope="row">acme 0123456789ab</th>`, "enough of the digest to tell it from others, as elsewhere on the page"},
		{`<th scope="row">0123456789ab</th>`, "a policy without a name"},
	} {
		if strings.Count(got, tt.want) != 1 {
			t.Errorf("%s is not there once: %s", tt.want, tt.reason)
		}
	}
}

// tables returns how many rows each table of a page has, by its caption.
func tables(page string) map[string]int {
	rows := map[string]int{}
	for _, part := range strings.Split(page, "<caption>")[1:] {
		caption, rest, _ := strings.Cut(part, "</caption>")
		body, _, _ := strings.Cut(rest, "</tbody>")
		rows[caption] += strings.Count(body, "<tr>") - 1
	}
	return rows
}

// TestPageSaysHowManyMore: no table is longer than it is promised, and what is left out is said.
func TestPageSaysHowManyMore(t *testing.T) {
	f := made()
	e := &f.Experiments[1]
	e.Lifts, e.Arms, e.Segments = slices.Repeat(e.Lifts, 20), slices.Repeat(e.Arms, 20), slices.Repeat(e.Segments, 21)
	for i := range f.By {
		f.By[i].Groups = slices.Repeat(f.By[i].Groups, 30)
	}
	f.By = slices.Concat(f.By, slices.Repeat(f.By[9:], 20))
	f.Owners = slices.Repeat(f.Owners[:5], 10)
	f.Funnel, f.Overlap, f.Promises = slices.Repeat(f.Funnel, 20), slices.Repeat(f.Overlap, 20), slices.Repeat(f.Promises, 19)
	f.All.Reasons, f.Pressure, f.Triggers, f.Holds = slices.Repeat(f.All.Reasons, 20), slices.Repeat(f.Pressure, 20), slices.Repeat(f.Triggers, 20), slices.Repeat(f.Holds, 20)
	f.Policies = slices.Repeat(f.Policies, 30)
	f.Input.Refused, f.Input.Verdicts = slices.Repeat(f.Input.Refused, 30), slices.Repeat(f.Input.Verdicts, 30)
	f.Scores[0].Deciles, f.Scores[0].Segments = slices.Repeat(f.Scores[0].Deciles, 10), slices.Repeat(f.Scores[0].Segments, 20)
	f.Scores, f.Experiments = slices.Repeat(f.Scores, 1), append(f.Experiments, make([]report.Experiment, 20)...)
	page := f.HTML(report.Page{})
	readPage(t, page)
	for caption, n := range tables(page) {
		whole := strings.Contains(caption, "by time since") || strings.Contains(caption, "by weekday and hour") || strings.Contains(caption, "y segment region")
		if n > 50 && !whole {
			t.Errorf("%s has %d rows", caption, n)
		}
	}
	for _, tt := range []struct{ want, reason string }{
		{"and 35 more rows", "60 lifts behind a chart of 25"},
		{"Drawn are 25 of 60 arms.", "the same at the chart"},
		{"and 10 more rows", "60 versions in a table of 50"},
		{"and 13 more rows", "63 segments of an experiment"},
		{"and 7 more rows", "57 promises"},
		{"and 70 more rows", "120 periods behind a chart of 50"},
		{"and 55 more rows", "80 holds behind a chart of 25"},
		{"and 25 more rows", "50 owners of a pool behind a chart of 25"},
		{"and 14 more experiments", "22 of which 8 are shown"},
		{"and 5 more tables", "30 dimensions of which 25 are shown"},
		{"and 430 more rows", "30 versions with 16 rates that moved, the latest 50 of them"},
		{"and 75 more rows", "100 tenths behind a chart of 25"},
		{"and 310 more rows", "360 plays in a table of 50"},
	} {
		if !strings.Contains(page, tt.want) {
			t.Errorf("the page does not say %q: %s", tt.want, tt.reason)
		}
	}
}

// TestPageSaysWhatCannotBeTold: one arm, a control without conversions, few, and values of one unit.
func TestPageSaysWhatCannotBeTold(t *testing.T) {
	lift := report.Lift{Arm: "video", Converted: report.Rate{Hits: 3, Of: 9, Small: true}, Control: report.Rate{Of: 8, Small: true}, NoBase: true, Absolute: .33,
		Interval: report.Interval{Low: .02, High: .64}, Unpooled: .1, Small: true, P: .04}
	page := report.Figures{Level: .95, Small: 30, Experiments: []report.Experiment{
		{ID: "alone", Control: "plain", Arms: []report.Arm{{Arm: "plain"}}, Ratio: report.SampleRatio{P: 1}},
		{ID: "tiny", Control: "plain", Arms: []report.Arm{{Arm: "plain"}, {Arm: "video"}}, Ratio: report.SampleRatio{Freedom: 1, P: 1}, Lifts: []report.Lift{lift}},
	}, Scores: []report.Score{{ID: "fit", Segments: []report.Disparity{
		{Segment: "tier", Value: "few", Upper: report.Rate{Of: 9, Small: true}, Low: true}, {Segment: "tier", Value: "many", Upper: report.Rate{Of: 90}, Low: true}}}},
	}.HTML(report.Page{})
	for _, tt := range []struct {
		want, reason string
		n            int
	}{
		{"One arm: there is nothing to tell", "nothing says how large one arm should be", 1},
		{"about as large as they should be", "two arms are", 1},
		{"Nobody of the control converted", "there is nothing to be relative to", 1},
		{"Of few units: wait for more", "the interval says better, of few", 1},
		{"<td class=\"n\">–</td><td class=\"n\">–</td><td class=\"n\">0</td><td class=\"n\">–</td><td class=\"n\">–</td>", "relative, its interval, and the interval of a value of one unit", 1},
		{"+0.0", "nothing has no sign", 0},
		{"tier few into its upper half", "of few, chance makes as much", 0},
		{"tier many into its upper half", "of many it is looked at first", 1},
	} {
		if got := strings.Count(page, tt.want); got != tt.n {
			t.Errorf("%q is there %d times, want %d: %s", tt.want, got, tt.n, tt.reason)
		}
	}
}

func TestPageOfPromisesAndZones(t *testing.T) {
	page := few().HTML(report.Page{})
	for _, tt := range []struct{ want, reason string }{
		{"Events from 2026-01-01 01:00 CET to 2026-07-01 02:00 CEST; periods, weekdays and hours of Europe/Berlin.", "instants are in the zone of the figures"},
		{"Promised within 15m of business time, to 4,102 handoffs: of all handoffs, 50.0\u00a0% had a first attempt within 15m.", "each promise has its sentence"},
		{"Promised within 4h of business time, to 731 handoffs", "so has the third"},
		{">promised: 4h</text>", "and a line"},
		{"business time since the signal, on a scale of logarithms", "the axis says whose time it is"},
		{">time since the handoff, on a scale of logarithms", "the other curve counts every hour"},
		{"Promised within 15m, to 4,102 handoffs: of all handoffs, 52.0\u00a0%", "and has a promise of its own"},
		{"Later handoffs are younger", "what moved may be age"},
		{"With --within (Config.Within)", "how like is compared with like"},
		{"Of 3 rates at 95%, less than one moves by chance alone.", "many are looked at"},
		{"rejected, not in territory: 211 handoffs", "words are words in a chart"},
		{">first touch</th>", "so is the name of a promise"},
		{"Lift against control", "the control's name"},
	} {
		if !strings.Contains(page, tt.want) {
			t.Errorf("the page does not say %q: %s", tt.want, tt.reason)
		}
	}
	if page := (report.Figures{Zone: "Acme/Headquarters", Until: instant(31, 12)}).HTML(report.Page{}); !strings.Contains(page, "As of 2026-03-31 12:00 UTC; periods, weekdays and hours of Acme/Headquarters.") {
		t.Error("instants are in UTC where the zone is the host's")
	}
}

// TestPageAndTextSayTheSame: a thing has one name, and a value one form.
func TestPageAndTextSayTheSame(t *testing.T) {
	f := made()
	page, text := f.HTML(report.Page{}), f.Text()
	for _, words := range []string{"Speed to contact, business time", "First touch late by", "Win rate", "Touched in time", "Handed over", "System's share"} {
		lower := strings.ToLower(words[:1]) + words[1:]
		if !strings.Contains(page, strings.ReplaceAll(words, "'", "&#39;")) || !strings.Contains(text, lower) {
			t.Errorf("the page says %q: %v, the text %q: %v", words, strings.Contains(page, words), lower, strings.Contains(text, lower))
		}
	}
	for _, id := range report.TimeIDs() {
		if strings.Contains(text, string(id)) && strings.Contains(string(id), "_") {
			t.Errorf("the text has the id %s", id)
		}
	}
}
