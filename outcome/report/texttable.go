package report

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

// A textPage is tables on their way to a terminal.
type textPage struct {
	strings.Builder
	zone  *calendar.Zone
	small bool // a denominator was marked
}

// A textTable is rows of cells. A column whose head begins with < stands on the left of its space, any other on the right.
type textTable struct {
	title string
	head  []string
	rows  [][]string
}

func (t *textTable) add(cells ...string) { t.rows = append(t.rows, cells) }

// heading begins a part of the text.
func (x *textPage) heading(title string) {
	if x.Len() > 0 {
		x.WriteByte('\n')
	}
	x.WriteString(title + "\n")
}

// line writes a line below a heading.
func (x *textPage) line(parts ...string) {
	x.WriteString("  " + strings.TrimRight(strings.Join(parts, ""), " ") + "\n")
}

// table writes a table; one without rows is left out.
func (x *textPage) table(t textTable) {
	if len(t.rows) == 0 {
		return
	}
	x.heading(t.title)
	x.rows(t)
}

// rows writes a table without its title.
func (x *textPage) rows(t textTable) {
	widths, left := make([]int, len(t.head)), make([]bool, len(t.head))
	head := make([]string, len(t.head))
	for i, name := range t.head {
		head[i], left[i] = strings.CutPrefix(name, "<")
	}
	all := t.rows
	if strings.Join(head, "") != "" {
		all = append([][]string{head}, t.rows...)
	}
	for _, row := range all {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range all {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = pad(cell, widths[i], left[i])
		}
		x.line(strings.Join(cells, "  "))
	}
}

func pad(cell string, width int, left bool) string {
	blanks := strings.Repeat(" ", width-utf8.RuneCountInString(cell))
	if left {
		return cell + blanks
	}
	return blanks + cell
}

// mark returns what stands behind a number that was counted of few.
func (x *textPage) mark(small bool) string {
	if !small {
		return " "
	}
	x.small = true
	return "*"
}

// rate returns how many of how many, in percent; "-" where there is nothing to count.
func (x *textPage) rate(r Rate) string {
	if r.Of == 0 {
		return "- "
	}
	return percent(r.Rate) + " " + whole(r.Hits) + "/" + whole(r.Of) + x.mark(r.Small)
}

// instant returns an instant in the figures' zone.
func (x *textPage) instant(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return inZone(x.zone, t)
}

// clock returns the zone of the figures; nil, which is UTC, where it is one that the host brought along.
func (f Figures) clock() *calendar.Zone {
	zone, err := calendar.LoadZone(f.Zone)
	if err != nil {
		return nil
	}
	return zone
}

// inZone writes an instant, and the zone that it is in.
func inZone(zone *calendar.Zone, t time.Time) string {
	return zone.In(t).Format("2006-01-02 15:04 MST")
}

// shown returns a text of the host's on one line, without what would move the cursor. None is said to be none.
func shown(s string) string {
	if s == "" {
		return "(none)"
	}
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s)
}

// named returns the name of a rate, a time or a step as it stands within a line.
func named(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	return shown(string(unicode.ToLower(first)) + name[size:])
}

// percent returns a ratio such as 12.5%.
func percent(r Ratio) string { return decimal(float64(r)*100, 1) + "%" }

// points returns a difference between two ratios, such as +1.5.
func points(r Ratio) string { return signed(decimal(float64(r)*100, 1)) }

// signed puts a plus before a number that is above nothing.
func signed(number string) string {
	if strings.HasPrefix(number, "-") || strings.Trim(number, "0.%") == "" {
		return number
	}
	return "+" + number
}

// decimal returns a number with so many digits behind the point. Nothing has no sign.
func decimal(f float64, digits int) string {
	number := strconv.FormatFloat(f, 'f', digits, 64)
	if strings.Trim(number, "-0.") == "" {
		return strings.TrimPrefix(number, "-")
	}
	return number
}

// spread returns an interval in percent.
func spread(i Interval) string {
	return decimal(float64(i.Low)*100, 1) + " to " + decimal(float64(i.High)*100, 1)
}

// mean returns a mean with commas and without decimals: it is in the currency's minor unit.
func mean(r Ratio) string {
	if math.IsNaN(float64(r)) || math.Abs(float64(r)) >= 1<<62 {
		return "-"
	}
	return whole(int64(math.Round(float64(r))))
}

// lasting returns a span of seconds, "-" where they are not known.
func lasting(o handoff.Opt[int64]) string {
	if !o.Known {
		return "-"
	}
	return span(o.Value)
}
