package chart

// Columns of drawings with rows: labels on the left, marks in between, and values on the right.
const (
	labelEnd  = 142 // where a row's label ends
	plotFrom  = 150
	plotTo    = 340
	rowHeight = 22
	labelWide = 18 // of a label, in letters
	top       = 6
	axisBelow = 20 // from the last row to the axis's labels
)

// A Row is one line of Bars.
type Row struct {
	Label string
	Parts []Part // side by side
	Text  string // printed to the right
}

// A Part of a bar.
type Part struct {
	Value float64 // less than 0 is 0
	Tip   string
	Other bool // drawn hatched, as something of another kind
}

// A Reach is what the axis of Bars covers.
type Reach struct {
	Unit string  // stands below the axis
	Most float64 // the axis goes at least so far: drawings that are compared have the same
}

// Bars draws rows as horizontal bars from zero.
func Bars(f Frame, rows []Row, reach Reach) string {
	most := reach.Most
	for _, r := range rows {
		sum := 0.0
		for _, p := range r.Parts {
			sum += max(0, finite(p.Value))
		}
		most = max(most, sum)
	}
	if most == 0 {
		most = 5 // an axis of whole numbers
	}
	var d drawing
	bottom := float64(top + rowHeight*len(rows))
	s := d.valueAxis(0, most, bottom, reach.Unit)
	for i, r := range rows {
		middle := d.labels(i, r.Label, r.Text)
		d.parts(r.Parts, s, middle)
	}
	d.line("zero", plotFrom, top, plotFrom, bottom)
	return d.svg(f, bottom+axisBelow+18)
}

// parts draws the parts of a bar, one after the other. Each is at least a hairline wide, but for one of nothing: of it there is a
// place to point at, and nothing to be seen.
func (d *drawing) parts(parts []Part, s scale, middle float64) {
	sum := 0.0
	for _, p := range parts {
		from := s.at(sum)
		sum += max(0, finite(p.Value))
		class := "bar"
		if p.Other {
			class = "bar other"
		}
		d.mark(p.Tip)
		if finite(p.Value) > 0 {
			d.rect(class, from, middle-6, max(0.8, s.at(sum)-from), 12)
		} else {
			d.rect("hit", from, middle-6, 6, 12)
		}
		d.end()
	}
}

// labels writes the label and the text of the row i, and returns the height of its middle.
func (d *drawing) labels(i int, label, text string) float64 {
	middle := float64(top) + float64(rowHeight)*(float64(i)+0.5)
	d.text("end", labelEnd, middle+4, Short(label, labelWide))
	d.text("value", plotTo+8, middle+4, text)
	return middle
}

// valueAxis draws the grid and the axis of rows that end at bottom, with as many labels as there is room for.
func (d *drawing) valueAxis(lo, hi, bottom float64, unit string) scale {
	at := ticks(lo, hi, 5)
	for most := 4; most > 0 && crowded(at, plotTo-plotFrom); most-- {
		at = ticks(lo, hi, most)
	}
	s := scale{at[0].value, at[len(at)-1].value, plotFrom, plotTo}
	for _, t := range at {
		d.line("grid", s.at(t.value), top, s.at(t.value), bottom+4)
		d.text("tick mid", s.at(t.value), bottom+axisBelow-2, t.label)
	}
	d.text("tick mid", (plotFrom+plotTo)/2, bottom+axisBelow+14, unit)
	return s
}

// crowded reports whether labels would touch on an axis of a length.
func crowded(at []tick, length float64) bool {
	wide := 0
	for _, t := range at {
		wide = max(wide, len([]rune(t.label)))
	}
	return float64(9*wide+6) > length/float64(len(at)-1)
}

// A Step is one of a Funnel.
type Step struct {
	Label string
	N     float64
	Tip   string
	Text  string // printed to the right
}

// Funnel draws steps as bars from one line, each as long as what came to it.
func Funnel(f Frame, steps []Step, unit string) string {
	rows := make([]Row, len(steps))
	for i, s := range steps {
		rows[i] = Row{s.Label, []Part{{Value: s.N, Tip: s.Tip}}, s.Text}
	}
	return Bars(f, rows, Reach{Unit: unit})
}

// A Dot is a value with its interval.
type Dot struct {
	Label     string
	Value     float64
	Low, High float64
	Tip       string
	Text      string // printed to the right
	Few       bool   // drawn hollow
	None      bool   // there is no value: only the labels are drawn, and a mark that says so
}

// A Scope is what the axis of Dots covers.
type Scope struct {
	Unit string // stands below the axis
	// Least and Most bound the axis: it ends there, whatever the values are.
	Least, Most float64
	// Zero draws the line at 0, and keeps it in sight: the values are differences.
	Zero bool
	// Line draws a line of reference at a value, with its label above. "": none.
	Line  string
	Value float64
}

// Dots draws values as dots with whiskers from Low to High.
func Dots(f Frame, dots []Dot, s Scope) string {
	lo, hi := s.extent(dots)
	var d drawing
	head := 0.0
	if s.Line != "" {
		head = 16
	}
	d.write(`<g transform="translate(0 `, num(head), ")\">\n")
	bottom := float64(top + rowHeight*len(dots))
	axis := d.valueAxis(lo, hi, bottom, s.Unit)
	if s.Zero {
		d.line("zero", axis.at(0), top, axis.at(0), bottom+4)
	}
	if s.Line != "" {
		x := axis.at(s.Value)
		d.line("ref", x, top-4, x, bottom+4)
		d.text("tick mid", x, top-8, s.Line)
	}
	for i, dot := range dots {
		d.dot(dot, axis, d.labels(i, dot.Label, dot.Text))
	}
	d.write("</g>\n")
	return d.svg(f, head+bottom+axisBelow+18)
}

// extent returns the ends of the axis.
func (s Scope) extent(dots []Dot) (lo, hi float64) {
	if s.Line != "" {
		hi = finite(s.Value)
	}
	for _, dot := range dots {
		if !dot.None {
			lo, hi = min(lo, finite(dot.Low), finite(dot.Value)), max(hi, finite(dot.High), finite(dot.Value))
		}
	}
	return max(lo, s.Least), min(hi, s.Most)
}

func (d *drawing) dot(dot Dot, s scale, y float64) {
	d.mark(dot.Tip)
	defer d.end()
	if dot.None {
		d.text("tick", s.from+2, y+4, "–")
		return
	}
	low, high := s.at(dot.Low), s.at(dot.High)
	d.rect("hit", low-4, y-9, high-low+8, 18)
	d.line("whisker", low, y, high, y)
	d.line("whisker", low, y-4, low, y+4)
	d.line("whisker", high, y-4, high, y+4)
	class := "dot"
	if dot.Few {
		class = "dot few"
	}
	d.circle(class, s.at(dot.Value), y, 4)
}
