package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/replay"
)

// decodeDecision reads one line of --decisions.
func decodeDecision(text []byte) (handoff.Decision, error) {
	d, err := handoff.DecodeDecision(text)
	if err == nil && (d.ID == "" || d.At.IsZero() || d.Subject.IsZero() || d.Verdict == "") {
		err = errors.New("the decision lacks its id, its instant, at, its subject or its verdict")
	}
	return d, err
}

// An eventLine is one line of --activities: what was simulated, or a subject and what happened to it.
type eventLine struct {
	At       time.Time         `json:"at,omitzero"`
	Request  *handoff.Request  `json:"request,omitempty"`
	Subject  subjectOf         `json:"subject,omitzero"`
	Activity *handoff.Activity `json:"activity,omitempty"`
	Touch    *handoff.Touch    `json:"touch,omitempty"`
	Trigger  *handoff.Trigger  `json:"trigger,omitempty"`
}

// A subjectOf is a reference that is written "lead/L1" or {"kind": "lead", "id": "L1"}.
type subjectOf struct{ handoff.Ref }

func (s *subjectOf) UnmarshalJSON(data []byte) error {
	var text string
	if data = bytes.TrimSpace(data); len(data) > 0 && data[0] == '{' {
		var parts struct{ Kind, ID string }
		if err := handoff.DecodeStrict(data, &parts); err != nil {
			return fmt.Errorf("subject: %w", err)
		}
		text = parts.Kind + "/" + parts.ID
	} else if handoff.DecodeStrict(data, &text) != nil {
		return errSubject
	}
	ref, err := handoff.ParseRef(text)
	s.Ref = ref
	return err
}

var errSubject = errors.New(`"subject" is written "lead/L1" or {"kind": "lead", "id": "L1"}`)

// decodeEvent reads one line of --activities.
func decodeEvent(text []byte) (eventLine, error) {
	var l eventLine
	if err := handoff.DecodeStrict(text, &l); err != nil {
		return l, err
	}
	if l.Request != nil {
		return l, l.checkRequest()
	}
	return l, l.checkShort()
}

// checkRequest says what is wrong with a line as it is simulated.
func (l *eventLine) checkRequest() error {
	switch {
	case !l.Subject.IsZero() || l.Trigger != nil:
		return errors.New(`holds a request and beside it "subject" or "trigger"; these stand inside the request`)
	case l.At.IsZero():
		return errors.New(`"at" is missing: the instant at which this was decided, such as "2026-03-01T15:04:05Z"`)
	}
	l.Subject.Ref = l.Request.Subject
	return l.checkAll()
}

// checkShort says what is wrong with a line in the short form.
func (l *eventLine) checkShort() error {
	switch {
	case l.Activity == nil && l.Touch == nil && l.Trigger == nil:
		return errors.New(`says nothing that happened: write "activity", "touch" or "trigger" beside "subject", or a line as handoff help explain shows it`)
	case !l.At.IsZero():
		return errors.New(`"at" stands inside the activity or touch where there is no request; of a trigger it is occurred_at`)
	}
	return l.checkAll()
}

func (l *eventLine) checkAll() error {
	things := 0
	for _, there := range []bool{l.Activity != nil, l.Touch != nil, l.Trigger != nil} {
		if there {
			things++
		}
	}
	switch {
	case l.Subject.Kind != handoff.KindLead && l.Subject.Kind != handoff.KindAccount:
		return errors.New(`the subject is missing, or no lead and no account; write "subject": "lead/L1"`)
	case things > 1:
		return errors.New("holds more than one of activity, touch and trigger; write a line for each")
	case l.Activity != nil && (l.Activity.ID == "" || l.Activity.At.IsZero()):
		return errors.New("the activity lacks its id or its instant, at")
	case l.Request == nil && l.Touch != nil && (l.Touch.ID == "" || l.Touch.At.IsZero()):
		return errors.New("the touch lacks its id or its instant, at")
	case l.Trigger != nil && (l.Trigger.ID == "" || l.Trigger.Kind == "" || l.Trigger.OccurredAt.IsZero()):
		return errors.New("the trigger lacks its id, its kind or its instant, occurred_at")
	}
	return nil
}

// instant returns when it happened.
func (l *eventLine) instant() time.Time {
	switch {
	case l.Activity != nil:
		return l.Activity.At
	case l.Trigger != nil:
		return l.Trigger.OccurredAt
	case l.Request == nil:
		return l.Touch.At
	}
	return l.At
}

// A reading is files of events on their way to a report.
type reading struct {
	lenient bool
	refuse  func(why string)
	reasons map[string]bool // that were passed to refuse
	bad     []error         // the first maxBad lines that were refused
	refused int
	*counter
}

const (
	maxBad     = 5  // refused lines that are shown
	maxReasons = 50 // that are told apart: a hostile file could have one for each line
)

// read passes each line of a file to a function. "-" is stdin. What it cannot read ends it, or where that is asked for, is counted.
func (r *reading) read(s streams, what, path string, line func(text []byte) error) error {
	in, name := s.in, "stdin"
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		in, name = file, path
	}
	lines, err := asLines(r.counted(in))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return named(name, what, replay.EachLine(lines, func(n int, text []byte, bad error) error {
		defer r.line()
		if bad == nil {
			bad = line(text)
		}
		if bad == nil || !r.lenient {
			return bad
		}
		r.skip(what, named(name, what, &replay.LineError{Line: n, Err: bad}), bad)
		return nil
	}))
}

// skip counts a line that cannot be read.
func (r *reading) skip(what string, at, bad error) {
	if len(r.bad) < maxBad {
		r.bad = append(r.bad, at)
	}
	r.refused++
	why, _, _ := strings.Cut(bad.Error(), " at byte ")
	why, _, _ = strings.Cut(why, "; known are ")
	why = what + ": " + why
	if !r.reasons[why] && len(r.reasons) >= maxReasons {
		why = what + ": something else"
	}
	r.reasons[why] = true
	r.refuse(why)
}

// tell says which lines were left out.
func (r *reading) tell(to io.Writer) {
	for _, bad := range r.bad {
		fmt.Fprintln(to, bad)
	}
	if r.refused > 0 {
		fmt.Fprintf(to, "%s left out\n", counted(r.refused, "line"))
	}
}

// named returns the error of a line with the file, and what to do where the file is of the other kind.
func named(name, what string, err error) error {
	var at *replay.LineError
	if !errors.As(err, &at) {
		return err
	}
	return fmt.Errorf("%s: %w%s", name, err, otherKind(what, at.Err))
}

// otherKind says what to do about a line that belongs elsewhere; "" where that is not what is wrong.
func otherKind(what string, err error) string {
	key, unknown := strings.CutPrefix(err.Error(), "unknown key ")
	switch {
	case !unknown:
		return ""
	case what == "decisions" && slices.Contains([]string{"request", "activity", "touch"}, key):
		return "; name a file of what happened with --activities"
	case what == "activities" && slices.Contains([]string{"id", "policy", "verdict"}, key):
		return "; name a file of decisions with --decisions"
	case what == "activities" && key != "subject":
		return bareRequest(err)
	}
	return ""
}

// A counter says on standard error how much was read, by lines and not by time.
type counter struct {
	to    io.Writer
	shown bool // somebody looks
	live  bool // on one line
	every int
	lines int
	bytes int64
	total int64 // 0: unknown
	width int   // of what stands on the line
}

// everyLines is how many lines are read in silence.
const everyLines = 100_000

func (s streams) counter(always bool, paths []string) *counter {
	file, isFile := s.err.(*os.File)
	live := isFile && isTerminal(file)
	return &counter{to: s.err, shown: live || always, live: live, every: everyLines, total: sizeOf(paths)}
}

// sizeOf returns how many bytes files have together, 0 where one of them does not say.
func sizeOf(paths []string) (total int64) {
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil || !info.Mode().IsRegular() {
			return 0
		}
		total += info.Size()
	}
	return total
}

// counted returns a reader whose bytes are counted.
func (c *counter) counted(in io.Reader) io.Reader { return &countedReader{in, c} }

type countedReader struct {
	io.Reader
	counter *counter
}

func (r *countedReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.counter.bytes += int64(n)
	return n, err
}

// line counts a line, and says so now and then.
func (c *counter) line() {
	c.lines++
	if !c.shown || c.lines%c.every != 0 {
		return
	}
	text := "read " + counted(c.lines, "line")
	if c.total > 0 {
		text += fmt.Sprintf(", %d%%", min(100, 100*c.bytes/c.total))
	}
	text += " ..."
	if !c.live {
		fmt.Fprintln(c.to, text)
		return
	}
	fmt.Fprint(c.to, "\r"+text+strings.Repeat(" ", max(0, c.width-len(text))))
	c.width = len(text)
}

// end leaves the line empty for what comes.
func (c *counter) end() {
	if c.width > 0 {
		fmt.Fprint(c.to, "\r"+strings.Repeat(" ", c.width)+"\r")
	}
	c.width = 0
}
