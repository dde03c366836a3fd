package rules

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/expr-lang/expr/ast"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/rules/internal/source"
)

func isConstant(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return true
	case *ast.UnaryNode:
		_, bare := n.Node.(*ast.UnaryNode)
		return n.Operator == "-" && !bare && isConstant(n.Node)
	}
	return false
}

func constant(k kind, n int64) value {
	return value{kind: k, num: func(*handoff.Facts) (int64, bool) { return n, true }}
}

// numberConstant compiles a number; one that is compared with a rate becomes a rate.
func (c *compiler) numberConstant(n ast.Node, want *value) value {
	sign := int64(1)
	if minus, ok := n.(*ast.UnaryNode); ok {
		sign, n = -1, minus.Node
	}
	asRate := want != nil && want.kind == rate
	switch n := n.(type) {
	case *ast.IntegerNode:
		number := int64(n.Value)
		switch {
		case asRate && number <= maxNumber/rateUnit:
			return constant(rate, sign*number*rateUnit)
		case number <= maxNumber && !asRate:
			return constant(integer, sign*number)
		}
		c.fail(n, source.BadConstant, "the number is beyond 2^53")
	case *ast.FloatNode:
		// What the author wrote is read anew, so that no float is ever compared: near 2^53 millionths they have gaps.
		millionths, ok := parseRate(c.written(n))
		switch {
		case !asRate:
			c.fail(n, source.BadConstant, "a number with decimals is compared with a rate only; use a whole number")
		case !ok:
			c.fail(n, source.BadConstant, "a rate has at most 6 decimals, at most 2^53 millionths, and no exponent")
		default:
			return constant(rate, sign*millionths)
		}
	default:
		c.fail(n, source.NotInLanguage, "- stands before numbers only")
	}
	return value{}
}

// written returns a number as it stands in the condition.
func (c *compiler) written(n ast.Node) string {
	at := n.Location()
	digits := strings.ReplaceAll(string([]rune(c.text)[at.From:at.To]), "_", "")
	if strings.HasPrefix(digits, ".") {
		return "0" + digits
	}
	return digits
}

// Bounds of numbers: beyond 2^53 other programs lose digits. A rate counts millionths.
const (
	maxNumber = 1 << 53
	rateUnit  = 1_000_000
)

// parseRate reads a decimal number as a rate reads it from a request.
func parseRate(text string) (int64, bool) {
	v, err := handoff.ParseRate(text)
	return v.Int(), err == nil
}

// textConstant compiles a text in quotes. What it is compared with gives it its type.
func (c *compiler) textConstant(n *ast.StringNode, want *value) value {
	if want == nil {
		return c.plainText(n, value{})
	}
	var number int64
	ok, expected := false, ""
	switch want.kind {
	case date:
		var d calendar.Date
		d, ok = parseDay(n.Value)
		number, expected = days(d), `a date such as "2026-03-01"`
	case instant:
		var at time.Time
		at, ok = c.parseInstant(n.Value)
		number, expected = at.UnixMicro(), `an instant such as "2026-03-01T15:04:05Z", or a day or "2026-03-01 09:00" in the policy's zone`
	case duration:
		s, err := handoff.ParseSpan(n.Value)
		number, ok, expected = span(s).elapsed().Microseconds(), err == nil, `a length of time such as "30d" or "12h"`
	case rate:
		number, ok = parseRate(n.Value)
		expected = `a number such as 0.25, or "25%"`
	case timeOfDay:
		number, ok = parseTimeOfDay(n.Value)
		expected = `a time of day such as "09:30"`
	default:
		return c.plainText(n, *want)
	}
	if !ok {
		c.fail(n, source.BadConstant, "expected %s", expected)
		return value{}
	}
	return constant(want.kind, number)
}

func (c *compiler) plainText(n *ast.StringNode, want value) value {
	switch {
	case n.Value == "" && want.kind == text:
		c.fail(n, source.BadConstant, "an empty text is unknown, and equals nothing; write has(...) to ask whether something is known")
		return value{}
	case want.country && want.words == nil && !isCountry(n.Value):
		c.fail(n, source.BadConstant, `a country is two capital letters, such as "US"`)
		return value{}
	case want.words != nil && !slices.Contains(want.words, n.Value):
		c.fail(n, source.UnknownConstant, "unknown word %q%s; known are %s", n.Value, c.node.Near(n.Value, func() []string { return want.words }), listed(want.words))
		return value{}
	}
	s := n.Value // and not n, which would keep the tree
	return value{kind: text, long: max(1, len(s)), text: func(*handoff.Facts) (string, bool) { return s, true }}
}

// listed returns words for a message; of many only the first.
func listed(words []string) string {
	const most = 30
	if len(words) > most {
		return strings.Join(words[:most], ", ") + fmt.Sprintf(" and %d more", len(words)-most)
	}
	return strings.Join(words, ", ")
}

func parseDay(s string) (calendar.Date, bool) {
	d, err := calendar.ParseDate(s)
	return d, err == nil && !d.IsZero()
}

// parseInstant reads an instant with its offset, or a day or a time of a day in the policy's zone. A day begins with its
// first instant; of a time that occurs twice the first counts, and one that is skipped is refused.
func (c *compiler) parseInstant(s string) (time.Time, bool) {
	if at, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return at, true
	}
	zone := c.config.Zone
	if d, ok := parseDay(s); ok {
		return zone.At(d, 0), true
	}
	day, clock, _ := strings.Cut(strings.Replace(s, "T", " ", 1), " ")
	d, isDay := parseDay(day)
	seconds, isClock := parseTimeOfDay(clock)
	if !isDay || !isClock {
		return time.Time{}, false
	}
	at := zone.At(d, time.Duration(seconds)*time.Second)
	h, m, sec := zone.In(at).Clock()
	return at, int64(h*3600+m*60+sec) == seconds
}

// parseTimeOfDay reads 09:30 or 09:30:15 as seconds since midnight.
func parseTimeOfDay(s string) (int64, bool) {
	for _, form := range []string{"15:04", time.TimeOnly} {
		if t, err := time.Parse(form, s); err == nil && len(s) == len(form) {
			return int64(t.Hour()*3600 + t.Minute()*60 + t.Second()), true
		}
	}
	return 0, false
}
