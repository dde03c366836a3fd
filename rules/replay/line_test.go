package replay_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/salesbaton/baton/rules/replay"
)

const goodLine = `{"at":"2026-03-02T15:00:00Z","request":{"subject":"lead/L1","lead":{"id":"L1"}}}`

const goodTouch = `{"at":"2026-03-02T15:00:00Z","request":{"subject":"lead/L1","lead":{"id":"L1"}},"touch":{"id":"M1","channel":"email"}}`

func TestReadLines(t *testing.T) {
	padded := func(size int) string { return goodLine + strings.Repeat(" ", size-len(goodLine)) }
	for _, test := range []struct {
		name, reason, in string
		want             []int // numbers of the lines that are passed on
		err              string
	}{
		{"nothing", "an empty stream has no lines", "", nil, ""},
		{"no end of line", "the last line may lack it", goodLine, []int{1}, ""},
		{"blank lines", "they are counted, so that numbers are those of an editor", "\n" + goodLine + "\r\n \t\n" + goodLine + "\n", []int{2, 4}, ""},
		{"exactly 1 MiB", "the bound itself is allowed", padded(1<<20) + "\n" + goodLine, []int{1, 2}, ""},
		{"over 1 MiB", "a line is bounded", goodLine + "\n" + padded(1<<20+1), []int{1}, "line 2: is longer than 1 MiB"},
		{"far over 1 MiB", "no more than the bound is read", goodLine + "\n" + padded(3<<20) + "\n" + goodLine, []int{1}, "line 2: is longer than 1 MiB"},
		{"unknown key", "a misspelled key would be a fact that is silently unknown", strings.Replace(goodLine, "lead\":{", "led\":{", 1), nil,
			`line 1: unknown key led`},
		{"bad UTF-8", "texts are UTF-8", goodLine + "\n\xff" + goodLine, []int{1}, "line 2: the JSON text is not valid UTF-8"},
		{"two values", "one line is one value", goodLine + goodLine, nil, "line 1: there is data behind the JSON value"},
		{"no instant", "nothing here reads a clock", `{"request":{"subject":"lead/L1"}}`, nil,
			`line 1: "at" is missing: the instant at which this was decided, such as "2026-03-01T15:04:05Z"`},
		{"triggers beside an activity", "observing decides no triggers, so they would be lost",
			`{"at":"2026-03-02T15:00:00Z","request":{"subject":"lead/L1","triggers":[{"id":"T1"}]},"activity":{"id":"a"}}`, nil,
			"line 1: holds triggers and an activity; write a line for each, since an activity decides no triggers"},
		{"a touch", "a line may be about one", goodTouch, []int{1}, ""},
		{"a touch with the instant of its line", "in another zone it is the same", strings.Replace(goodTouch, `"id":"M1"`, `"id":"M1","at":"2026-03-02T16:00:00+01:00"`, 1), []int{1}, ""},
		{"a touch with an instant of its own", "it would not be looked at", strings.Replace(goodTouch, `"id":"M1"`, `"id":"M1","at":"2026-03-02T15:00:01Z"`, 1), nil,
			`line 1: holds a touch whose "at" is not that of the line; leave it out, since the touch goes out at the line's`},
		{"misspelled key of a touch", "it would be of no sequence", strings.Replace(goodTouch, `"id":"M1"`, `"id":"M1","sequnce":"s"`, 1), nil, "line 1: unknown key sequnce"},
		{"unknown channel of a touch", "it would go out on none", strings.Replace(goodTouch, "email", "emial", 1), nil,
			"line 1: unknown channel; known are call, email, sms, social, mail, chat, in_app, meeting, task"},
		{"triggers beside a touch", "asking about a touch decides no triggers", strings.Replace(goodTouch, `"lead":`, `"triggers":[{"id":"T1"}],"lead":`, 1), nil,
			"line 1: holds triggers and a touch; write a line for each, since a touch decides no triggers"},
		{"an activity beside a touch", "nobody could tell which comes first", strings.Replace(goodTouch, `"touch":`, `"activity":{"id":"a"},"touch":`, 1), nil,
			"line 1: holds an activity and a touch; write a line for each, in the order in which they happened"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []int
			err := replay.ReadLines(strings.NewReader(test.in), func(n int, l replay.Line) error {
				got = append(got, n)
				return nil
			})
			if fmt.Sprint(got) != fmt.Sprint(test.want) {
				t.Errorf("passed on lines %v, want %v: %s", got, test.want, test.reason)
			}
			if errorText(err) != test.err {
				t.Errorf("error %q, want %q: %s", errorText(err), test.err, test.reason)
			}
		})
	}
}

func TestReadLinesStopsWhereTheFunctionFails(t *testing.T) {
	enough := errors.New("enough")
	calls := 0
	err := replay.ReadLines(strings.NewReader(goodLine+"\n"+goodLine+"\n"+goodLine), func(n int, _ replay.Line) error {
		calls++
		if n == 2 {
			return enough
		}
		return nil
	})
	var at *replay.LineError
	if !errors.Is(err, enough) || !errors.As(err, &at) || at.Line != 2 || calls != 2 {
		t.Errorf("got %v after %d calls; want the function's own error, with line 2, after 2 calls", err, calls)
	}
}

func TestEachLine(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	for _, test := range []struct {
		name, reason, in string
		want             []string
	}{
		{"nothing", "there are no lines", "", nil},
		{"no end of line", "the last may lack it", "a", []string{"1 a"}},
		{"blank lines", "they are counted", "\na\r\n \t\r\nb\n", []string{"2 a", "4 b"}},
		{"the longest", "1 MiB is allowed", long + "\r\nb", []string{"1 " + long, "2 b"}},
		{"longer", "by one byte", "a\n" + long + "x\nb", []string{"1 a", "2 is longer than 1 MiB", "3 b"}},
		{"far longer", "it is skipped, and the next one is read", long + long + long + "\nb", []string{"1 is longer than 1 MiB", "2 b"}},
		{"longer, and the last", "its end is that of the file", "a\n" + long + long, []string{"1 a", "2 is longer than 1 MiB"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			err := replay.EachLine(strings.NewReader(test.in), func(n int, text []byte, bad error) error {
				line := string(text)
				if bad != nil {
					line = bad.Error()
				}
				got = append(got, fmt.Sprintf("%d %s", n, line))
				return nil
			})
			if err != nil || !slices.Equal(got, test.want) {
				t.Errorf("got %d lines (%v), want %d: %s; %.80q", len(got), err, len(test.want), test.reason, got)
			}
		})
	}
}

func TestEachLineReportsAReadError(t *testing.T) {
	broken := io.MultiReader(strings.NewReader("a\nb"), brokenReader{})
	lines := 0
	err := replay.EachLine(broken, func(int, []byte, error) error { lines++; return nil })
	if err == nil || err.Error() != "line 2: the disk is gone" || lines != 1 {
		t.Errorf("got %v after %d lines; a file that breaks off is not the end of it", err, lines)
	}
}

// TestReadLinesStopsInALineWithoutAnEnd: what follows the bound is not read where nobody asks for the next line.
func TestReadLinesStopsInALineWithoutAnEnd(t *testing.T) {
	err := replay.ReadLines(endlessLine{}, func(int, replay.Line) error { return nil })
	if errorText(err) != "line 1: is longer than 1 MiB" {
		t.Errorf("got %v", err)
	}
}

type endlessLine struct{}

func (endlessLine) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errors.New("the disk is gone") }

func TestReadLinesReportsAReadError(t *testing.T) {
	err := replay.ReadLines(brokenReader{}, func(int, replay.Line) error { return nil })
	if errorText(err) != "line 1: the disk is gone" {
		t.Errorf("got %v; a stream that breaks off is not the end of it", err)
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
