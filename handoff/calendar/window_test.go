package calendar_test

import (
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff/calendar"
)

func windows(t testing.TB, s string) []calendar.Window {
	t.Helper()
	w, err := calendar.ParseWindows(s)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestParseWindows(t *testing.T) {
	const h = time.Hour
	tests := []struct {
		name, in string
		want     []calendar.Window
		reason   string
	}{
		{"one day", "tue 09:00-17:30", []calendar.Window{{time.Tuesday, 9 * h, 17*h + 30*time.Minute}}, "the plain form"},
		{"range", "thu-fri 09:00-17:00", []calendar.Window{{time.Thursday, 9 * h, 17 * h}, {time.Friday, 9 * h, 17 * h}}, "both ends included"},
		{"range over the week's end", "sat-mon 10:00-14:00", []calendar.Window{
			{time.Saturday, 10 * h, 14 * h}, {time.Sunday, 10 * h, 14 * h}, {time.Monday, 10 * h, 14 * h}}, "wraps from Saturday to Sunday"},
		{"several", " Mon 09:00-12:00,\tmon  13:00-17:00 ", []calendar.Window{{time.Monday, 9 * h, 12 * h}, {time.Monday, 13 * h, 17 * h}}, "spaces and letter case do not matter"},
		{"overnight", "fri 22:00-06:00", []calendar.Window{{time.Friday, 22 * h, 6 * h}}, "kept as written"},
		{"to midnight", "fri 22:00-24:00", []calendar.Window{{time.Friday, 22 * h, 24 * h}}, "24:00 may close"},
		{"always", "24/7", []calendar.Window{
			{time.Monday, 0, 24 * h}, {time.Tuesday, 0, 24 * h}, {time.Wednesday, 0, 24 * h}, {time.Thursday, 0, 24 * h},
			{time.Friday, 0, 24 * h}, {time.Saturday, 0, 24 * h}, {time.Sunday, 0, 24 * h}}, "seven whole days"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, windows(t, tt.in)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

func TestParseWindowsErrors(t *testing.T) {
	tests := []struct{ name, in, want, reason string }{
		{"empty", "", `window 1 ("", column 1): want days and hours`, "no text is no opening"},
		{"trailing comma", "mon 09:00-17:00,", `window 2 ("", column 17)`, "a window may have been forgotten"},
		{"no hours", "mon, tue 09:00-17:00", `window 1 ("mon", column 1): want days and hours`, "a comma does not list days"},
		{"full name", "mon 09:00-17:00, friday 09:00-17:00", `window 2 ("friday 09:00-17:00", column 18): unknown day "friday": write mon, tue`, "names have three letters"},
		{"range to itself", "mon-mon 09:00-17:00", `write "mon" for one day, or mon-sun for all`, "one day or seven: refuse to guess"},
		{"long range", "mon-wed-fri 09:00-17:00", `unknown day "wed-fri"`, "two ends only"},
		{"no close", "mon 09:00", `hours "09:00": write the opening and the closing time`, "an opening needs an end"},
		{"one digit", "mon 9:00-17:00", `time "9:00": write two-digit hours`, "one spelling"},
		{"12-hour clock", "mon 09:00-05:00pm", `time "05:00pm": write two-digit hours`, "24-hour clock"},
		{"minute 60", "mon 09:60-17:00", `time "09:60": times run from 00:00 to 23:59`, "not 10:00"},
		{"after midnight", "mon 09:00-24:01", `time "24:01"`, "use the next day"},
		{"opens at 24:00", "mon 24:00-02:00", "24:00 cannot open a window: write 00:00 on the next day", "it would belong to two days"},
		{"too long", strings.Repeat("mon 09:00-17:00,", 300), "the limit is 4096", "input is bounded"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := calendar.ParseWindows(tt.in)
			checkError(t, err, tt.want)
			if got != nil {
				t.Errorf("got windows %v beside the error: %s", got, tt.reason)
			}
		})
	}
}

func TestParseWindowsReportsAll(t *testing.T) {
	_, err := calendar.ParseWindows("moon 09:00-17:00, tue 10:00-11:00, wed 9-17")
	if err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("want two lines, one for each bad window, got: %v", err)
	}
}

// windowText is the grammar of ParseWindows for ASCII text whose white space is
// all plain spaces, apart from ranges of one day.
var windowText = func() *regexp.Regexp {
	const days = `(?:mon|tue|wed|thu|fri|sat|sun)`
	const clock = `(?:[01][0-9]|2[0-3]):[0-5][0-9]`
	const item = ` *(?:24/7|(?i:` + days + `(?:-` + days + `)?) +` + clock + `-(?:` + clock + `|24:00)) *`
	return regexp.MustCompile(`^` + item + `(?:,` + item + `)*$`)
}()

var oneDayRange = regexp.MustCompile(`(?i)mon-mon|tue-tue|wed-wed|thu-thu|fri-fri|sat-sat|sun-sun`)

func FuzzParseWindows(f *testing.F) {
	for _, s := range []string{"mon-fri 09:00-17:00", "24/7", "sat-mon 22:00-06:00, Tue 00:00-24:00", "mon-mon 09:00-17:00", "mon,tue", "fri 24:00-24:00", "ſun 09:00-10:00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := calendar.ParseWindows(s)
		plain := strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) {
				return ' '
			}
			return r
		}, s)
		isASCII := strings.IndexFunc(plain, func(r rune) bool { return r > unicode.MaxASCII }) < 0
		want := len(s) <= 4096 && isASCII && windowText.MatchString(plain) && !oneDayRange.MatchString(plain)
		if (err == nil) != want {
			t.Fatalf("ParseWindows(%q): error %v, but the grammar says %v", s, err, want)
		}
		if err != nil {
			return
		}
		if _, err := calendar.New(calendar.Config{Weekly: got}); err != nil {
			t.Fatalf("New refuses what ParseWindows read from %q: %v", s, err)
		}
	})
}
