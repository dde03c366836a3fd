package chart

import "strings"

// A Colour is a custom property, and what it is on a light screen, on a dark screen and on paper.
type Colour struct{ Name, Light, Dark, Paper string }

// Colours returns the colours of drawings and of the page around them. Text and quiet are for words, mark, other and warn for
// words and marks; each is on paper or on soft. The words in a cell of the shade heat0 are on0. A cell of few is pale0 instead, with
// text on it.
func Colours() []Colour {
	return []Colour{
		{"text", "#1b1f24", "#e6eaef", "#000000"},
		{"paper", "#ffffff", "#14181d", "#ffffff"},
		{"soft", "#f3f5f7", "#1f252c", "#f3f5f7"},
		{"line", "#c9d0d8", "#46505c", "#8a929b"},
		{"link", "#0b57b7", "#8ab8ff", "#000000"},
		{"quiet", "#4a5561", "#b3bdc8", "#333333"},
		{"mark", "#1f5fae", "#7fb2ff", "#1f4f8f"},
		{"area", "#e6eef8", "#1d2a3d", "#e6eef8"},
		{"other", "#a8480b", "#ffb077", "#8a3a06"},
		{"warn", "#a51d18", "#ff9d94", "#7a0d09"},
		{"alarm", "#fdf1f0", "#331b1a", "#ffffff"},
		{"heat0", "#fdf3e7", "#241d16", "#fdf3e7"},
		{"heat1", "#fbd9b5", "#4a3219", "#fbd9b5"},
		{"heat2", "#f3ab6b", "#7a4a1c", "#f3ab6b"},
		{"heat3", "#b0500f", "#dd8b3f", "#b0500f"},
		{"heat4", "#6f2a05", "#ffcb98", "#6f2a05"},
		{"pale0", "#fefaf5", "#1b1a1a", "#fefaf5"},
		{"pale1", "#fdefe0", "#2b231b", "#fdefe0"},
		{"pale2", "#fadcc1", "#3f2d1d", "#fadcc1"},
		{"pale3", "#deb69a", "#68482b", "#deb69a"},
		{"pale4", "#c3a696", "#776351", "#c3a696"},
		{"on0", "#1b1f24", "#e6eaef", "#000000"},
		{"on1", "#1b1f24", "#ffffff", "#000000"},
		{"on2", "#1b1f24", "#ffffff", "#000000"},
		{"on3", "#ffffff", "#14181d", "#ffffff"},
		{"on4", "#ffffff", "#14181d", "#ffffff"},
	}
}

// Style returns the style sheet that drawings need: the colours for each medium, and the look of each class.
func Style() string {
	light := func(c Colour) string { return c.Light }
	dark := func(c Colour) string { return c.Dark }
	paper := func(c Colour) string { return c.Paper }
	return properties("color-scheme: light dark; ", light) +
		"@media screen and (prefers-color-scheme: dark) {\n  " + properties("", dark) + "}\n" +
		"@media print {\n  " + properties("color-scheme: light; ", paper) + "}\n" + look
}

func properties(first string, of func(Colour) string) string {
	var b strings.Builder
	b.WriteString(":root { " + first)
	for _, c := range Colours() {
		b.WriteString("--" + c.Name + ": " + of(c) + "; ")
	}
	return b.String() + "}\n"
}

// look is the style of the classes. The size of the letters is in the units of the drawing, larger where the drawing is small.
const look = `svg.chart { display: block; overflow: visible; width: 100%; height: auto; max-width: 40rem; }
svg.chart { font-family: system-ui, sans-serif; font-variant-numeric: tabular-nums; }
.chart text { font-size: 14px; fill: var(--text); }
.chart .tick { fill: var(--quiet); }
.chart .end { text-anchor: end; }
.chart .mid { text-anchor: middle; }
.chart .grid { stroke: var(--line); stroke-width: .6; }
.chart .zero { stroke: var(--text); stroke-width: 1.2; }
.chart .ref { stroke: var(--other); stroke-width: 1.5; stroke-dasharray: 5 3; }
.chart .note { font-weight: 600; paint-order: stroke; stroke: var(--paper); stroke-width: 4px; }
.chart .bar { fill: var(--mark); stroke: var(--mark); stroke-width: .8; }
.chart .bar.other { fill: var(--paper); stroke: var(--other); stroke-dasharray: 2.5 1.5; stroke-width: 1.2; }
.chart .whisker { stroke: var(--mark); stroke-width: 1.4; }
.chart .dot { fill: var(--mark); stroke: var(--mark); stroke-width: 1.5; }
.chart .dot.other { fill: var(--other); stroke: var(--other); }
.chart .dot.few { fill: var(--paper); }
.chart .curve { fill: none; stroke: var(--mark); stroke-width: 2; stroke-linejoin: round; }
.chart .curve.other { stroke: var(--other); stroke-dasharray: 6 3; }
.chart .area { fill: var(--area); }
.chart .hit { fill: transparent; }
.chart .mark:hover .hit { fill: var(--mark); fill-opacity: .3; }
.chart .mark:hover .bar, .chart .mark:hover .dot, .chart .mark:hover .cell { stroke: var(--text); stroke-width: 2; }
.chart .cell.none { fill: none; }
.chart .cell.few { stroke: var(--quiet); stroke-dasharray: 2 2; }
.chart .pale0 { fill: var(--pale0); }
.chart .pale1 { fill: var(--pale1); }
.chart .pale2 { fill: var(--pale2); }
.chart .pale3 { fill: var(--pale3); }
.chart .pale4 { fill: var(--pale4); }
.chart .on-pale { fill: var(--text); }
.chart .heat0 { fill: var(--heat0); }
.chart .heat1 { fill: var(--heat1); }
.chart .heat2 { fill: var(--heat2); }
.chart .heat3 { fill: var(--heat3); }
.chart .heat4 { fill: var(--heat4); }
.chart .on-heat0 { fill: var(--on0); }
.chart .on-heat1 { fill: var(--on1); }
.chart .on-heat2 { fill: var(--on2); }
.chart .on-heat3 { fill: var(--on3); }
.chart .on-heat4 { fill: var(--on4); }
@media (min-width: 45rem) { .chart text { font-size: 11px; } }
@media print { .chart text { font-size: 11px; } svg.chart { max-width: 14.5cm; } .chart .mark, .chart .cell { print-color-adjust: exact; } }
`
