package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/salesbaton/baton/rules/replay"
)

// maxSingle bounds a line that is written over several lines of text.
const maxSingle = 1 << 20

// readInput passes each line of the input to a function. The input is JSON Lines, or one JSON value over several lines;
// "-" is stdin.
func (s streams) readInput(path string, each func(n int, l replay.Line) error) error {
	in, name := s.in, "stdin"
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		in, name = file, path
	}
	lines, err := asLines(in)
	if err == nil {
		err = replay.ReadLines(lines, each)
	}
	var at *replay.LineError
	if errors.As(err, &at) {
		return fmt.Errorf("%s: %w%s", name, err, bareRequest(at.Err))
	}
	return err
}

// bareRequest says how a line is written that is nothing but the request; "" where that is not what is wrong.
func bareRequest(err error) string {
	key, unknown := strings.CutPrefix(err.Error(), "unknown key ")
	if !unknown || !slices.Contains([]string{"subject", "lead", "account", "opportunities", "triggers"}, key) {
		return ""
	}
	return "; put the request under request: {\"at\": \"2026-03-02T15:04:00Z\", \"request\": {...}}"
}

// asLines returns the input with a JSON value that fills it put on one line.
func asLines(in io.Reader) (io.Reader, error) {
	head, err := io.ReadAll(io.LimitReader(in, maxSingle))
	if err != nil {
		return nil, err
	}
	head = bytes.TrimPrefix(head, []byte("\ufeff"))
	if len(head) < maxSingle && json.Valid(head) {
		var line bytes.Buffer
		if err := json.Compact(&line, head); err != nil {
			return nil, err
		}
		return &line, nil
	}
	return io.MultiReader(bytes.NewReader(head), in), nil
}

// needInput returns what is missing when the flag --in is.
func needInput(command, path string) error {
	if strings.TrimSpace(path) == "" {
		return misused("%s: say what to read with --in FILE; - is standard input", command)
	}
	return nil
}
