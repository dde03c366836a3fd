package source

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// A Line is a line of a plain text file, without the blanks around it.
type Line struct {
	Text   string
	file   string
	number int
	report *Report
}

// Position returns "file:line".
func (l Line) Position() string { return fmt.Sprintf("%s:%d", l.file, l.number) }

// Errorf reports a problem with the line.
func (l Line) Errorf(code Code, format string, args ...any) {
	l.report.Add(Problem{File: l.file, Line: l.number, Code: code, Message: fmt.Sprintf(format, args...), Source: Shown(l.Text)})
}

// Shown returns a line as a problem shows it, "" where it is too long.
func Shown(line string) string {
	if len(line) > maxShown {
		return ""
	}
	return line
}

// Lines reads a text file with one item on each line. Empty lines, and those that begin with #, are skipped. It returns
// false after reporting a problem with the whole file.
func Lines(name string, text []byte, report *Report) (out []Line, ok bool) {
	if text, ok = Plain(name, text, report); !ok {
		return nil, false
	}
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			out = append(out, Line{line, name, number, report})
		}
	}
	return out, true
}

// Plain checks what holds for every text file, its size and its encoding, and returns it without a byte order mark.
func Plain(name string, text []byte, report *Report) ([]byte, bool) {
	switch {
	case len(text) > MaxBytes:
		report.Add(Problem{File: name, Code: FileTooBig, Message: fmt.Sprintf("the file is larger than %d MiB", MaxBytes>>20)})
		return nil, false
	case !utf8.Valid(text):
		report.Add(Problem{File: name, Code: FileEncoding, Message: "the file is not valid UTF-8; save it with that encoding"})
		return nil, false
	}
	return bytes.TrimPrefix(text, []byte("\ufeff")), true
}
