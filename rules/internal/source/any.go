package source

import "gopkg.in/yaml.v3"

// Any reads a text, a whole number, a truth value or nothing, as a string, an int64, a bool or nil. A date or an
// instant is a text, quoted or not.
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
	case "!!int", "!!float":
		return n.AnyInt()
	case "!!bool":
		return n.Bool()
	}
	return n.yaml.Value
}

// IsNull reports whether the node is there and holds nothing.
func (n Node) IsNull() bool { return n.Exists() && n.yaml.ShortTag() == "!!null" }
