package replay

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/salesbaton/baton/handoff"
)

// A Line is one thing that happened: triggers to decide, an activity to observe, or a touch that was about to go out.
type Line struct {
	At       time.Time         `json:"at"`
	Request  handoff.Request   `json:"request"`
	Activity *handoff.Activity `json:"activity,omitempty"`
	Touch    *handoff.Touch    `json:"touch,omitempty"` // nil, as Activity: the request's triggers are decided
}

// maxLine bounds a line, in bytes.
const maxLine = 1 << 20

// A LineError says what is wrong and on which line, counted from 1. It wraps what the function passed to ReadLines
// returned, so that errors.Is and errors.As see it.
type LineError struct {
	Line int
	Err  error
}

func (e *LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap returns what is wrong.
func (e *LineError) Unwrap() error { return e.Err }

// ReadLines reads JSON Lines and passes each to a function with its number, counted from 1. Blank lines are counted and
// skipped. Unknown keys, a missing instant, invalid UTF-8 and a line of more than 1 MiB are errors. It stops at the
// first error, also of the function; the error is a *LineError.
func ReadLines(r io.Reader, each func(n int, l Line) error) error {
	scanner := bufio.NewScanner(r)
	scanner.Buffer(nil, maxLine+len("\r\n"))
	n := 0
	for scanner.Scan() {
		n++
		if len(bytes.TrimSpace(scanner.Bytes())) == 0 {
			continue
		}
		l, err := decodeLine(scanner.Bytes())
		if err == nil {
			err = each(n, l)
		}
		if err != nil {
			return &LineError{n, err}
		}
	}
	switch err := scanner.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return &LineError{n + 1, errTooLong}
	case err != nil:
		return &LineError{n + 1, err}
	}
	return nil
}

var errTooLong = errors.New("is longer than 1 MiB")

func decodeLine(text []byte) (Line, error) {
	if len(text) > maxLine {
		return Line{}, errTooLong
	}
	var l Line
	if err := handoff.DecodeStrict(text, &l); err != nil {
		return Line{}, err
	}
	return l, l.check()
}

// decides reports whether the line is about the request's triggers.
func (l Line) decides() bool { return l.Activity == nil && l.Touch == nil }

func (l Line) check() error {
	switch {
	case l.At.IsZero():
		return errors.New(`"at" is missing: the instant at which this was decided, such as "2026-03-01T15:04:05Z"`)
	case l.Activity != nil && l.Touch != nil:
		return errors.New("holds an activity and a touch; write a line for each, in the order in which they happened")
	case l.Touch != nil && len(l.Request.Triggers) > 0:
		return errors.New("holds triggers and a touch; write a line for each, since a touch decides no triggers")
	case l.Touch != nil && !l.Touch.At.IsZero() && !l.Touch.At.Equal(l.At):
		return errors.New(`holds a touch whose "at" is not that of the line; leave it out, since the touch goes out at the line's`)
	case l.Activity != nil && len(l.Request.Triggers) > 0:
		return errors.New("holds triggers and an activity; write a line for each, since an activity decides no triggers")
	}
	return nil
}
