package source

import (
	"fmt"

	"gopkg.in/yaml.v3"
)

// maxInt bounds AnyInt.
const maxInt = 1 << 53

// A Node is a place in a file with its YAML value. The zero Node stands for a key that is absent.
type Node struct {
	file  *file
	yaml  *yaml.Node
	shape *Shape // what may stand here; nil where the reader says it
	more  []Node // the same section in further files
}

// Exists reports whether the node stands for something.
func (n Node) Exists() bool { return n.yaml != nil }

// Place returns the file, the line and the column of the node, "" and 0 for one that does not exist.
func (n Node) Place() (file string, line, column int) {
	if !n.Exists() {
		return "", 0, 0
	}
	return n.file.name, n.yaml.Line, n.yaml.Column
}

// Position returns "file:line:col", or "" for a node that does not exist.
func (n Node) Position() string {
	if !n.Exists() {
		return ""
	}
	return fmt.Sprintf("%s:%d:%d", n.file.name, n.yaml.Line, n.yaml.Column)
}
