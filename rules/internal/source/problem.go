// Package source reads YAML by hand from its nodes: every problem of a file at once, each with the line, the column and
// the text of the place.
package source

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Problem is one thing that is wrong with a file.
type Problem struct {
	File    string `json:"file"`
	Line    int    `json:"line"`   // from 1; 0: the file as a whole
	Column  int    `json:"column"` // from 1, in runes; 0: the line as a whole
	Code    Code   `json:"code"`   // such as B012; the language reference tells its cause and cure
	Message string `json:"message"`
	Source  string `json:"source,omitempty"` // the line itself
}

// Error returns "file:line:col: code message".
func (p Problem) Error() string {
	text := strings.TrimSpace(string(p.Code) + " " + p.Message)
	switch {
	case p.Line == 0:
		return fmt.Sprintf("%s: %s", p.File, text)
	case p.Column == 0:
		return fmt.Sprintf("%s:%d: %s", p.File, p.Line, text)
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, text)
}

// text returns Error with the line and a caret below.
func (p Problem) text() string {
	switch {
	case p.Source == "":
		return p.Error()
	case p.Column == 0:
		return fmt.Sprintf("%s\n  %s", p.Error(), p.Source)
	}
	// Tabs stay tabs, so that the caret stands below its rune at every width.
	pad := strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, string([]rune(p.Source)[:min(p.Column-1, len([]rune(p.Source)))]))
	return fmt.Sprintf("%s\n  %s\n  %s^", p.Error(), p.Source, pad)
}

// Problems is every problem of a load, by file, line and column.
type Problems []Problem

// Error returns the problems, each with its line and a caret.
func (list Problems) Error() string {
	texts := make([]string, len(list))
	for i, p := range list {
		texts[i] = p.text()
	}
	return strings.Join(texts, "\n")
}

// A Report collects problems.
type Report struct {
	problems Problems
	dropped  int
}

// Bounds of a report: a file with more problems is wrong in another way than its author thinks.
const (
	maxKept  = 1000
	MaxShown = 100 // of the problems, so many are shown
)

// maxMessage bounds a message, in runes: a word may be as long as a line.
const maxMessage = 1000

// Add keeps a problem.
func (r *Report) Add(p Problem) {
	if len(p.Message) > maxMessage {
		if message := []rune(p.Message); len(message) > maxMessage {
			p.Message = string(message[:maxMessage]) + "…"
		}
	}
	if len(r.problems) == maxKept {
		r.dropped++
		return
	}
	r.problems = append(r.problems, p)
}

// Failed reports whether there is any problem.
func (r *Report) Failed() bool { return len(r.problems) > 0 }

// Err returns the problems as an error of type Problems, in order, or nil. Of many, the last says how many more there are.
func (r *Report) Err() error {
	if !r.Failed() {
		return nil
	}
	list := slices.Clone(r.problems)
	slices.SortStableFunc(list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	list = slices.CompactFunc(list, func(a, b Problem) bool { return a == b })
	if more := max(0, len(list)-MaxShown) + r.dropped; more > 0 {
		list = append(list[:min(len(list), MaxShown)], Problem{File: list[0].File, Code: TooManyProblems,
			Message: fmt.Sprintf("more problems that are not shown: %d; mend these first", more)})
	}
	return list
}
