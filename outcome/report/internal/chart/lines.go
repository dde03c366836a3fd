package chart

import (
	"cmp"
	"slices"
)

// A Reached is a point of a Curve: the share that was done after so many seconds.
type Reached struct {
	Seconds int64
	Share   float64 // in percent
	Tip     string
}

// A Marker is a line across a Curve.
type Marker struct {
	Seconds int64
	Label   string
}

// The plot of drawings with two axes.
const (
	curveFrom, curveTo   = 52, 466
	curveTop, curveFloor = 22, 232
)

// Curve draws the share that was done, in percent, against the time it took, on an axis of logarithms with its unit below. From a
// point on the share holds up to the next point. The points are in order. Each marker has its label in a line of its own above the
// plot, so that labels never touch.
func Curve(f Frame, points []Reached, markers []Marker, unit string) string {
	var d drawing
	head := float64(labelLine * max(0, len(markers)-1))
	d.write(`<g transform="translate(0 `, num(head), ")\">\n")
	y := d.percentAxis(curveTo)
	x := d.spanAxis(points, markers, unit)
	var line []point
	level := y.at(0)
	for _, p := range points {
		at := x.at(logarithm(p.Seconds))
		line = append(line, point{at, level}, point{at, y.at(p.Share)})
		level = y.at(p.Share)
	}
	if len(line) > 0 {
		line = append([]point{{curveFrom, y.at(0)}}, line...)
	}
	d.path("area", closed(line, y.at(0)))
	d.path("curve", line)
	d.markers(markers, x)
	for _, p := range points {
		d.mark(p.Tip)
		d.circle("hit", x.at(logarithm(p.Seconds)), y.at(p.Share), 5)
		d.end()
	}
	d.write("</g>\n")
	return d.svg(f, head+curveFloor+40)
}

// closed returns the outline of what is below a line.
func closed(line []point, floor float64) []point {
	if len(line) == 0 {
		return nil
	}
	return append(slices.Clone(line), point{line[len(line)-1].x, floor}, point{line[0].x, floor})
}

// labelLine is from the label of a marker to that below it.
const labelLine = 16

// markers draws lines across, each with its label on the side where there is room. The shortest stands highest, so that no line
// crosses a label to the right of one before it.
func (d *drawing) markers(list []Marker, x scale) {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b Marker) int { return cmp.Compare(a.Seconds, b.Seconds) })
	for i, m := range list {
		at, high := x.at(logarithm(m.Seconds)), float64(curveTop-4-labelLine*(len(list)-1-i))
		d.line("ref", at, high-8, at, curveFloor)
	}
	for i, m := range list {
		at, high := x.at(logarithm(m.Seconds)), float64(curveTop-4-labelLine*(len(list)-1-i))
		if at+float64(letter*len([]rune(m.Label))) > curveTo {
			d.text("note end", at-5, high, m.Label)
		} else {
			d.text("note", at+5, high, m.Label)
		}
	}
}

// letter is about how wide a letter is at most.
const letter = 8

// percentAxis draws the axis from 0 to 100 percent on the left.
func (d *drawing) percentAxis(right float64) scale {
	s := scale{0, 100, curveFloor, curveTop}
	for _, t := range ticks(0, 100, 5) {
		d.line("grid", curveFrom, s.at(t.value), right, s.at(t.value))
		d.text("tick end", curveFrom-6, s.at(t.value)+4, t.label+" %")
	}
	return s
}

// spanAxis draws the axis of lengths of time. Labels that would touch are left out.
func (d *drawing) spanAxis(points []Reached, markers []Marker, unit string) scale {
	lo, hi := int64(60), int64(3600)
	for i, p := range points {
		if i == 0 {
			lo = p.Seconds
		}
		lo, hi = min(lo, p.Seconds), max(hi, p.Seconds)
	}
	for _, m := range markers {
		lo, hi = min(lo, m.Seconds), max(hi, m.Seconds)
	}
	at := spanTicks(max(15, lo), hi)
	s := scale{at[0].value, at[len(at)-1].value, curveFrom, curveTo}
	free := 0.0
	for _, t := range at {
		x := s.at(t.value)
		d.line("grid", x, curveFloor, x, curveFloor+5)
		if x >= free {
			d.text("tick mid", min(x, Width-14), curveFloor+18, t.label)
			free = x + 32
		}
	}
	d.text("tick mid", (curveFrom+curveTo)/2, curveFloor+35, unit)
	return s
}

// A Series is a line of a Timeline.
type Series struct {
	Name   string
	Points []Share // one for each period
}

// A Share is a point of a Series.
type Share struct {
	Value float64 // in percent
	Tip   string
	Few   bool // drawn hollow
	None  bool // there is no value
}

// Timeline draws up to two series over the same periods: the first with circles on a full line, the second with squares on a
// dashed one. Each is labelled at its end.
func Timeline(f Frame, periods []string, series []Series) string {
	const right = 384
	series = series[:min(2, len(series))]
	most := 1.0
	for _, s := range series {
		for _, p := range s.Points {
			if !p.None {
				most = max(most, finite(p.Value))
			}
		}
	}
	var d drawing
	at := ticks(0, min(100, most), 4)
	y := scale{0, at[len(at)-1].value, curveFloor, curveTop}
	for _, t := range at {
		d.line("grid", curveFrom, y.at(t.value), right, y.at(t.value))
		d.text("tick end", curveFrom-6, y.at(t.value)+4, t.label+" %")
	}
	x := scale{0, float64(max(1, len(periods)-1)), curveFrom + 20, right - 20}
	d.periods(periods, x)
	ends := make([]float64, len(series))
	for i, s := range series {
		ends[i] = d.series(s, x, y, i == 1)
	}
	for i, end := range apart(ends, 16) {
		d.text(choose(i == 1, "note other", "note"), right-6, end+4, choose(i == 1, "■ ", "● ")+Short(series[i].Name, 12))
	}
	return d.svg(f, curveFloor+26)
}

// periods labels the periods, the last and as many before it as there is room for.
func (d *drawing) periods(periods []string, x scale) {
	every := max(1, (len(periods)*72+311)/312)
	for i, name := range periods {
		if (len(periods)-1-i)%every == 0 {
			d.text("tick mid", x.at(float64(i)), curveFloor+18, Short(name, 10))
		}
	}
}

// series draws a line, broken where there is no value, and returns the height of its end.
func (d *drawing) series(s Series, x, y scale, other bool) float64 {
	end := y.from
	var line []point
	for i, p := range s.Points {
		if p.None {
			d.path(choose(other, "curve other", "curve"), line)
			line = nil
			continue
		}
		end = y.at(p.Value)
		line = append(line, point{x.at(float64(i)), end})
	}
	d.path(choose(other, "curve other", "curve"), line)
	for i, p := range s.Points {
		d.mark(p.Tip)
		d.knot(x.at(float64(i)), y.at(p.Value), p, other)
		d.end()
	}
	return end
}

// knot draws a point of a series.
func (d *drawing) knot(x, y float64, p Share, other bool) {
	class := choose(p.Few, "dot few", "dot")
	switch {
	case p.None:
		d.text("tick mid", x, curveFloor-3, "–")
	case other:
		d.rect(class+" other", x-4, y-4, 8, 8)
	default:
		d.circle(class, x, y, 4)
	}
}

// apart moves two heights away from each other until they are so far apart.
func apart(heights []float64, far float64) []float64 {
	if len(heights) != 2 {
		return heights
	}
	a, b := heights[0], heights[1]
	gap := max(a-b, b-a)
	if gap >= far {
		return heights
	}
	middle := min(float64((a+b)/2), curveFloor-far/2)
	if a <= b {
		return []float64{middle - far/2, middle + far/2}
	}
	return []float64{middle + far/2, middle - far/2}
}

func choose(first bool, yes, no string) string {
	if first {
		return yes
	}
	return no
}
