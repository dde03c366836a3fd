package chart

import "strconv"

// Shades is how many shades a Heat has, from 0, the palest.
const Shades = 5

// A Cell is one of a Heat.
type Cell struct {
	Text  string // printed in it
	Tip   string
	Shade int  // from 0 to Shades-1; less: none
	Few   bool // drawn paler, with a dashed outline
}

// Heat draws a table of cells, row by row, with the legend of its shades below. Each cell prints its text.
func Heat(f Frame, columns, rows []string, cells []Cell, legend []string) string {
	const left, head, high = 52, 20, 18
	wide := float64(Width-left) / float64(max(1, len(columns)))
	var d drawing
	for i, name := range columns {
		d.text("tick mid", left+wide*(float64(i)+0.5), head-6, name)
	}
	for i, name := range rows {
		d.text("tick end", left-6, head+high*(float64(i)+0.5)+4, name)
	}
	for i, c := range cells[:min(len(cells), len(columns)*len(rows))] {
		d.cell(c, left+float64(wide*float64(i%len(columns))), head+float64(high*(i/len(columns))), wide, high)
	}
	bottom := float64(head + high*len(rows) + 12)
	step := float64(Width-left) / Shades
	for i, text := range legend[:min(Shades, len(legend))] {
		shade := "heat" + strconv.Itoa(i)
		d.rect("cell "+shade, left+float64(step*float64(i))+0.5, bottom, step-1, high-1)
		d.text("on-"+shade+" mid", left+step*(float64(i)+0.5), bottom+high/2+4, text)
	}
	return d.svg(f, bottom+high+2)
}

func (d *drawing) cell(c Cell, x, y, wide, high float64) {
	shade, on := "none", "tick"
	if c.Shade >= 0 {
		n := strconv.Itoa(min(c.Shade, Shades-1))
		shade, on = "heat"+n, "on-heat"+n
		if c.Few {
			shade, on = "pale"+n, "on-pale"
		}
	}
	class := "cell " + shade
	if c.Few {
		class += " few"
	}
	d.mark(c.Tip)
	d.rect(class, x+0.5, y+0.5, wide-1, high-1)
	d.text(on+" mid", x+wide/2, y+high/2+4, c.Text)
	d.end()
}
