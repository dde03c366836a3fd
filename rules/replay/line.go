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

// A LineError says what is wrong and on which line, counted from 1. It wraps what the function passed to EachLine
// or ReadLines returned, so that errors.Is and errors.As see it.
type LineError struct {
	Line int
	Err  error
}

func (e *LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap returns what is wrong.
func (e *LineError) Unwrap() error { return e.Err }

// EachLine passes each line that is not blank to a function, without its end and with its number, counted from 1; blank lines are
// counted. Of a line of more than 1 MiB it passes no text but what is wrong, and where the function takes that, goes on behind it.
// The text is valid until the function returns. It stops at the first error of the function or of the reader; the error is a
// *LineError.
func EachLine(r io.Reader, each func(n int, text []byte, bad error) error) error {
	in := bufio.NewReaderSize(r, maxLine+len("\r\n"))
	for n := 1; ; n++ {
		text, err := in.ReadSlice('\n')
		if err != nil && err != io.EOF && err != bufio.ErrBufferFull {
			return &LineError{n, err}
		}
		if wrong := passLine(n, text, each); wrong != nil {
			return &LineError{n, wrong}
		}
		for err == bufio.ErrBufferFull {
			_, err = in.ReadSlice('\n')
		}
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return &LineError{n, err}
		}
	}
}

var errTooLong = errors.New("is longer than 1 MiB")

// passLine passes on a line as it was read, or as much of it as fits.
func passLine(n int, text []byte, each func(n int, text []byte, bad error) error) error {
	text = bytes.TrimSuffix(bytes.TrimSuffix(text, []byte("\n")), []byte("\r"))
	switch {
	case len(text) > maxLine:
		return each(n, nil, errTooLong)
	case len(bytes.TrimSpace(text)) == 0:
		return nil
	}
	return each(n, text, nil)
}

// ReadLines reads JSON Lines and passes each to a function with its number, counted from 1. Blank lines are counted and
// skipped. Unknown keys, a missing instant, invalid UTF-8 and a line of more than 1 MiB are errors. It stops at the
// first error, also of the function; the error is a *LineError.
func ReadLines(r io.Reader, each func(n int, l Line) error) error {
	return EachLine(r, func(n int, text []byte, bad error) error {
		if bad != nil {
			return bad
		}
		l, err := decodeLine(text)
		if err != nil {
			return err
		}
		return each(n, l)
	})
}

func decodeLine(text []byte) (Line, error) {
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
