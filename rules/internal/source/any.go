package source

import (
	"encoding/json"
	"strings"

	"gopkg.in/yaml.v3"
)

// Any reads a text, a whole number, a number with decimals, a truth value or nothing, as a string, an int64, a
// json.Number, a bool or nil. A date or an instant is a text, quoted or not.
func (n Node) Any() any {
	if !n.Exists() {
		return nil
	}
	if n.yaml.Kind != yaml.ScalarNode {
		n.Errorf(WrongForm, "expected a single value, but found %s", n.kind())
		return nil
	}
	switch n.yaml.ShortTag() {
	case "!!null":
		return nil
	case "!!int":
		return n.AnyInt()
	case "!!float":
		return n.decimal()
	case "!!bool":
		return n.Bool()
	}
	return n.yaml.Value
}

// decimal reads a number with decimals as JSON writes it: digits on both sides of the point, and no exponent.
func (n Node) decimal() json.Number {
	whole, decimals, pointed := strings.Cut(strings.TrimPrefix(n.yaml.Value, "-"), ".")
	if !pointed || !isDigits(whole) || !isDigits(decimals) || len(whole) > 1 && whole[0] == '0' {
		n.Errorf(WrongForm, "expected a number such as 12 or 0.25, but found %s", n.kind())
		return "0"
	}
	return json.Number(n.yaml.Value)
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// IsNull reports whether the node is there and holds nothing.
func (n Node) IsNull() bool { return n.Exists() && n.yaml.ShortTag() == "!!null" }
