package source

import "slices"

// A Form is what kind of thing may stand at a place of a file.
type Form string

// The forms. A scalar is read strictly: nothing is converted.
const (
	Map       Form = "map"  // keys that the language knows
	Dict      Form = "dict" // keys that the author chooses, with values of one shape
	List      Form = "list"
	Text      Form = "text"
	ID        Form = "id"   // 1 to 64 letters, digits, - _ .
	Name      Form = "name" // letters, digits and _, as conditions write it
	Word      Form = "word" // one of a closed list
	Int       Form = "int"
	Decimal   Form = "decimal" // a number with at most 6 decimals, which is kept exactly
	Percent   Form = "percent" // 12.5%, with at most 2 decimals, which is kept exactly
	Bool      Form = "bool"
	Date      Form = "date"
	Span      Form = "span" // a length of time
	Condition Form = "condition"
	Template  Form = "template"
	Cell      Form = "cell"           // of a table, as it is written: nothing is converted
	Data      Form = "data"           // JSON of the data contract
	Entrance  Form = "entered(stage)" // whatever makes a record enter a stage
	Choice    Form = "choice"         // one of several shapes, of which at most one is a mapping and one a list; several scalars are told apart by their text
)

// A Shape says what may stand at a place of a file. The reader checks it, editors learn it, and the reference prints it:
// there is no other list of keys and words. The zero Shape is a text.
type Shape struct {
	Form  Form
	Keys  []Key    // of a map, in the order of the reference
	Key   *Shape   // of a dict: what its keys are
	Each  *Shape   // of a dict or a list: what its values are
	Words []string // of a word
	Ref   string   // the section whose names stand here, or of a map the one whose keys are the same and told there; "": none
	Min   int64    // of an int or a decimal, or of a percent in basis points
	Max   int64
	Some  bool     // a list that must not be empty
	Of    []*Shape // of a choice
}

// A Key is a key of a map.
type Key struct {
	Name    string
	Need    bool   // it must be there
	Doc     string // one sentence: meaning, unit, and what holds without it
	Shape   *Shape
	Example string // a value as an author would write it, where the shape does not say enough
}

// as returns the alternative of a choice that has one of the forms, and the shape itself where it is no choice.
func (s *Shape) as(forms ...Form) *Shape {
	if s == nil || s.Form != Choice {
		return s
	}
	for _, alternative := range s.Of {
		if slices.Contains(forms, alternative.Form) {
			return alternative
		}
	}
	return nil
}

// key returns the shape of a key's value. Asking for a key that the map does not have is a mistake of the program.
func (s *Shape) key(name string) *Shape {
	for i := range s.Keys {
		if s.Keys[i].Name == name {
			return s.Keys[i].Shape
		}
	}
	panic("the shape has no key " + name)
}

func (s *Shape) names() []string {
	names := make([]string, len(s.Keys))
	for i, k := range s.Keys {
		names[i] = k.Name
	}
	return names
}
