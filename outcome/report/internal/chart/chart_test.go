package chart_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/salesbaton/baton/outcome/report/internal/chart"
)

// luminance is the relative luminance of WCAG 2.2.
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(strings.TrimPrefix(colour, "#"), 16, 32)
	if err != nil || len(colour) != 7 {
		t.Fatalf("%q is no colour", colour)
	}
	sum := 0.0
	for i, weight := range []float64{.0722, .7152, .2126} {
		c := float64(n>>(8*i)&255) / 255
		if c <= .04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + .05) / (min(x, y) + .05)
}

func TestContrast(t *testing.T) {
	if got := contrast(t, "#777777", "#ffffff"); math.Abs(got-4.48) > .005 {
		t.Fatalf("contrast of #777777 on white is %.3f, want 4.48, as published", got)
	}
	const words, marks = 4.5, 3
	pairs := []struct {
		front, back string
		least       float64
	}{{"text", "paper", words}, {"text", "soft", words}, {"text", "alarm", words}, {"text", "area", words}, {"quiet", "paper", words}, {"quiet", "soft", words}, {"link", "paper", words},
		{"link", "alarm", words}, {"warn", "paper", words}, {"warn", "alarm", words}, {"mark", "paper", marks}, {"mark", "area", marks}, {"other", "paper", marks}, {"other", "area", marks}}
	for i := range chart.Shades {
		pairs = append(pairs, struct {
			front, back string
			least       float64
		}{fmt.Sprint("on", i), fmt.Sprint("heat", i), words})
		pairs = append(pairs, struct {
			front, back string
			least       float64
		}{"text", fmt.Sprint("pale", i), words})
	}
	colours := map[string]chart.Colour{}
	for _, c := range chart.Colours() {
		colours[c.Name] = c
	}
	for _, p := range pairs {
		front, back := colours[p.front], colours[p.back]
		for medium, got := range map[string]float64{"light": contrast(t, front.Light, back.Light), "dark": contrast(t, front.Dark, back.Dark), "paper": contrast(t, front.Paper, back.Paper)} {
			if got < p.least {
				t.Errorf("%s: %s on %s has the contrast %.2f, want %.1f", medium, p.front, p.back, got, p.least)
			}
		}
	}
}

// TestStyle: what the style reads is defined for each medium, and it loads nothing.
func TestStyle(t *testing.T) {
	style := chart.Style()
	for _, m := range regexp.MustCompile(`var\(--([a-z0-9]+)\)`).FindAllStringSubmatch(style, -1) {
		if strings.Count(style, "--"+m[1]+": ") != 3 {
			t.Errorf("--%s is not defined for each medium", m[1])
		}
	}
	if strings.Contains(style, "url(") || strings.Contains(style, "@import") {
		t.Error("the style loads something")
	}
}

func TestShort(t *testing.T) {
	for _, tt := range []struct{ name, text, want, reason string }{
		{"fits", "demo_request", "demo_request", "nothing is left out"},
		{"exactly", "abcdefghijklmnopqr", "abcdefghijklmnopqr", "the width itself fits"},
		{"one more", "abcdefghijklmnopqrs", "abcdefghijkl…opqrs", "the middle goes"},
		{"wide letters", "日本語日本語日本語日", "日本語日本語…語日", "they are two wide each"},
		{"no letters", strings.Repeat("\u0301", 500), strings.Repeat("\u0301", 24) + "…", "marks without a letter have an end, too"},
		{"bytes", "\xff\xfe", "\xff\xfe", "what is no text is left as it is"},
		{"empty", "", "", "nothing of nothing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := chart.Short(tt.text, 18); got != tt.want {
				t.Errorf("got %q, want %q: %s", got, tt.want, tt.reason)
			}
		})
	}
	if got := chart.Short(strings.Repeat("名a\u0300", 1<<20), 60); utf8.RuneCountInString(got) > 121 {
		t.Errorf("3 MB are shortened to %d runes", utf8.RuneCountInString(got))
	}
}

func TestEscape(t *testing.T) {
	got := chart.Escape("<b a=\"1\" b='2'>&\u202e\u2066\u200f\x00\n\u2028end")
	if want := "&lt;b a=&#34;1&#34; b=&#39;2&#39;&gt;&amp;\ufffd\ufffd\ufffd\ufffd  end"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// shape is what a drawing consists of.
type shape struct {
	marks, titled int
	texts         []string
}

// read checks that a drawing is well formed, has numbers for coordinates and nothing outside of it by much.
func read(t *testing.T, svg string) shape {
	t.Helper()
	var s shape
	decoder := xml.NewDecoder(strings.NewReader(svg))
	inMark := false
	text := ""
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return s
		}
		if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
		switch token := token.(type) {
		case xml.StartElement:
			text = ""
			for _, a := range token.Attr {
				switch a.Name.Local {
				case "class":
					if a.Value == "mark" {
						s.marks++
						inMark = true
					}
				case "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "width", "height":
					v, err := strconv.ParseFloat(a.Value, 64)
					if err != nil || math.IsNaN(v) || v < -30 || v > 3000 {
						t.Errorf("%s has %s=%q", token.Name.Local, a.Name.Local, a.Value)
					}
				}
			}
		case xml.CharData:
			text += string(token)
		case xml.EndElement:
			switch token.Name.Local {
			case "title":
				if inMark && text != "" {
					s.titled++
				}
				inMark = false
			case "text":
				s.texts = append(s.texts, text)
			}
		}
	}
}

func TestDrawings(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	f := chart.Frame{ID: "c", Title: "<t>", Desc: "\"d\""}
	for _, tt := range []struct {
		name   string
		svg    string
		marks  int
		text   string
		reason string
	}{
		{"bars", chart.Bars(f, []chart.Row{{"a", []chart.Part{{Value: 3, Tip: "a 3"}, {Value: 1, Tip: "a 1", Other: true}}, "4"}, {"b", []chart.Part{{Value: 0, Tip: "b"}}, "0"}}, chart.Reach{Unit: "things"}), 3, "things", "each part is one"},
		{"no bars", chart.Bars(f, nil, chart.Reach{}), 0, "0", "an axis is left"},
		{"bars of no numbers", chart.Bars(f, []chart.Row{{"a", []chart.Part{{Value: nan, Tip: "x"}, {Value: inf, Tip: "x"}, {Value: -1, Tip: "x"}, {Value: 1e300, Tip: "x"}, {Value: 5e-324, Tip: "x"}}, ""}}, chart.Reach{}), 5, "a", "they are drawn all the same"},
		{"same scale", chart.Bars(f, []chart.Row{{"a", []chart.Part{{Value: 3, Tip: "x"}}, "3"}}, chart.Reach{Most: 900}), 1, "1,000", "the axis goes as far as is asked for"},
		{"funnel", chart.Funnel(f, []chart.Step{{"first", 10, "10", "10"}, {"second", 4, "4", "4"}}, "handoffs"), 2, "second", "each step is one"},
		{"dots", chart.Dots(f, []chart.Dot{{Label: "a", Value: 50, Low: 40, High: 60, Tip: "a"}, {Label: "b", None: true, Tip: "b"}}, chart.Scope{Most: 100, Line: "all", Value: 70}), 2, "all", "one without a value, too"},
		{"lift", chart.Dots(f, []chart.Dot{{Label: "a", Value: -2, Low: -4, High: 1, Tip: "a"}}, chart.Scope{Least: -100, Most: 100, Zero: true}), 1, "−4", "the axis reaches below zero"},
		{"dots of no numbers", chart.Dots(f, []chart.Dot{{Label: "a", Value: nan, Low: inf, High: -inf, Tip: "a"}}, chart.Scope{Most: 100}), 1, "a", "it is drawn at zero"},
		{"curve", chart.Curve(f, []chart.Reached{{60, 10, "x"}, {3600, 90, "y"}}, []chart.Marker{{900, "promised"}}, "time"), 2, "15m", "each point is one"},
		{"curve without points", chart.Curve(f, nil, nil, "time"), 0, "1h", "an axis is left"},
		{"curve of extremes", chart.Curve(f, []chart.Reached{{-5, nan, "x"}, {0, -1, "x"}, {math.MaxInt64, 1e9, "x"}}, nil, "time"), 3, "50y", "they are drawn at the ends"},
		{"timeline", chart.Timeline(f, []string{"q1", "q2"}, []chart.Series{{"runs", []chart.Share{{Value: 4, Tip: "x"}, {None: true, Tip: "x"}}}, {"touches", []chart.Share{{Value: 4, Tip: "x"}, {Value: nan, Tip: "x"}}}}), 4, "■ touches", "each period of each is one"},
		{"no timeline", chart.Timeline(f, nil, nil), 0, "0 %", "an axis is left"},
		{"heat", chart.Heat(f, []string{"Mon", "Tue"}, []string{"00:00"}, []chart.Cell{{"97", "x", 0, false}, {"(3)", "x", 99, true}}, []string{"much"}), 2, "(3)", "each cell is one, and prints its number"},
		{"no heat", chart.Heat(f, nil, nil, []chart.Cell{{"97", "x", 0, false}}, nil), 0, "", "a cell without a column is left out"},
		{"hostile", chart.Bars(f, []chart.Row{{"</text><script>", []chart.Part{{Value: 1, Tip: "</title><script>"}}, "<b>"}}, chart.Reach{Unit: "<i>"}), 1, "<b>", "texts are escaped"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := read(t, tt.svg)
			if s.marks != tt.marks || s.titled != tt.marks {
				t.Errorf("%d marks, %d with a title, want %d: %s", s.marks, s.titled, tt.marks, tt.reason)
			}
			if !strings.Contains(strings.Join(s.texts, "\n"), tt.text) {
				t.Errorf("the texts %q lack %q: %s", s.texts, tt.text, tt.reason)
			}
			for _, want := range []string{`role="img"`, `aria-labelledby="c-title c-desc"`, `<title id="c-title">&lt;t&gt;</title>`, `<desc id="c-desc">&#34;d&#34;</desc>`} {
				if !strings.Contains(tt.svg, want) {
					t.Errorf("the drawing lacks %s", want)
				}
			}
			if strings.Contains(tt.svg, "NaN") || strings.Contains(tt.svg, "Inf") {
				t.Error("a coordinate is no number")
			}
		})
	}
}

// TestBarsAreAsLongAsTheirValues reads lengths back.
func TestBarsAreAsLongAsTheirValues(t *testing.T) {
	svg := chart.Bars(chart.Frame{ID: "c"}, []chart.Row{{"a", []chart.Part{{Value: 100, Tip: "a"}}, ""}, {"b", []chart.Part{{Value: 25, Tip: "b"}}, ""}}, chart.Reach{})
	found := regexp.MustCompile(`class="bar" x="([0-9.]+)" y="[0-9.]+" width="([0-9.]+)"`).FindAllStringSubmatch(svg, -1)
	if len(found) != 2 {
		t.Fatalf("%d bars", len(found))
	}
	long, _ := strconv.ParseFloat(found[0][2], 64)
	short, _ := strconv.ParseFloat(found[1][2], 64)
	if found[0][1] != found[1][1] || math.Abs(long/short-4) > .02 {
		t.Errorf("100 is %s wide from %s, 25 is %s wide from %s", found[0][2], found[0][1], found[1][2], found[1][1])
	}
}

// TestBarsDrawNothingForNothing: a part of 0 has a title and a place to point at, and no ink.
func TestBarsDrawNothingForNothing(t *testing.T) {
	svg := chart.Bars(chart.Frame{ID: "c"}, []chart.Row{{"a", []chart.Part{{Value: 3, Tip: "three"}, {Value: 0, Tip: "nothing", Other: true}}, ""}}, chart.Reach{})
	if strings.Contains(svg, "bar other") {
		t.Error("there is a hairline where there is nothing")
	}
	if !strings.Contains(svg, "<title>nothing</title>\n<rect class=\"hit\"") {
		t.Error("nobody can point at what is nothing")
	}
}

// TestMarkersDoNotTouch: each label is in a line of its own, and no line of another crosses one to the right of it.
func TestMarkersDoNotTouch(t *testing.T) {
	svg := chart.Curve(chart.Frame{ID: "c"}, []chart.Reached{{60, 10, "x"}, {86400, 90, "y"}}, []chart.Marker{{960, "promised: 16m"}, {900, "promised: 15m"}, {1020, "promised: 17m"}}, "time")
	labels := regexp.MustCompile(`class="note" x="([-0-9.]+)" y="([-0-9.]+)">promised: ([0-9]+)m`).FindAllStringSubmatch(svg, -1)
	lines := regexp.MustCompile(`class="ref" x1="([-0-9.]+)" y1="([-0-9.]+)"`).FindAllStringSubmatch(svg, -1)
	if len(labels) != 3 || len(lines) != 3 {
		t.Fatalf("%d labels and %d lines", len(labels), len(lines))
	}
	at := func(text string) float64 { v, _ := strconv.ParseFloat(text, 64); return v }
	for i, l := range labels {
		if want := fmt.Sprint(15 + i); l[3] != want {
			t.Errorf("label %d from above is that of %s minutes, want %s: the shortest stands highest", i+1, l[3], want)
		}
		if i > 0 && at(l[2])-at(labels[i-1][2]) < 14 {
			t.Errorf("labels %d and %d are %.1f apart", i, i+1, at(l[2])-at(labels[i-1][2]))
		}
		for _, line := range lines[i+1:] {
			if at(line[2]) < at(l[2])+3 {
				t.Errorf("a line from %s crosses the label at %s", line[2], l[2])
			}
		}
	}
}

// TestHeatIsPalerWhereThereAreFew: the same shade, and another look.
func TestHeatIsPalerWhereThereAreFew(t *testing.T) {
	svg := chart.Heat(chart.Frame{ID: "c"}, []string{"Mon", "Tue"}, []string{"00:00"}, []chart.Cell{{"40", "x", 4, false}, {"(40)", "y", 4, true}}, nil)
	for _, want := range []string{`class="cell heat4"`, `class="cell pale4 few"`} {
		if strings.Count(svg, want) != 1 {
			t.Errorf("%s is not there once", want)
		}
	}
}
