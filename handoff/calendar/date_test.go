package calendar_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff/calendar"
)

func date(t testing.TB, s string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestParseDate(t *testing.T) {
	tests := []struct {
		name, in string
		want     calendar.Date
		wantErr  string
		reason   string
	}{
		{"plain", "2026-03-01", calendar.Date{Year: 2026, Month: time.March, Day: 1}, "", "the one accepted form"},
		{"leap day", "2028-02-29", calendar.Date{Year: 2028, Month: time.February, Day: 29}, "", "2028 is a leap year"},
		{"no leap day", "2026-02-29", calendar.Date{}, "no such day", "2026 is not a leap year"},
		{"30 February", "2026-02-30", calendar.Date{}, "no such day", "must not become 2 March"},
		{"month 13", "2026-13-01", calendar.Date{}, "no such day", "must not become January"},
		{"day 0", "2026-03-00", calendar.Date{}, "no such day", "must not become the last of February"},
		{"empty", "", calendar.Date{}, "write year, month and day as 2026-03-01", "only UnmarshalText reads empty text as none"},
		{"short", "2026-3-1", calendar.Date{}, "write year, month and day", "digits are fixed, so that text sorts like dates"},
		{"slashes", "2026/03/01", calendar.Date{}, "write year, month and day", "other separators are other orders elsewhere"},
		{"sign", "+026-03-01", calendar.Date{}, "write year, month and day", "a sign is not a digit"},
		{"time of day", "2026-03-01T00:00", calendar.Date{}, "write year, month and day", "an instant is not a date"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := calendar.ParseDate(tt.in)
			checkError(t, err, tt.wantErr)
			if got != tt.want {
				t.Errorf("got %v, want %v: %s", got, tt.want, tt.reason)
			}
		})
	}
}

// checkError fails unless err contains want, or is nil for an empty want.
func checkError(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Fatalf("unexpected error: %v", err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Fatalf("got error %v, want one with %q", err, want)
	}
}

func TestDateArithmetic(t *testing.T) {
	tests := []struct {
		name, from string
		days       int
		want       string
		weekday    time.Weekday
		reason     string
	}{
		{"same", "2026-03-01", 0, "2026-03-01", time.Sunday, "zero days is the identity"},
		{"over a month", "2026-02-28", 1, "2026-03-01", time.Sunday, "2026 has no leap day"},
		{"back over a leap day", "2028-03-01", -1, "2028-02-29", time.Tuesday, "2028 has one"},
		{"over a year", "2026-12-31", 1, "2027-01-01", time.Friday, "year carries"},
		{"400 years", "2000-01-01", 146097, "2400-01-01", time.Saturday, "the Gregorian cycle is whole weeks"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			from, want := date(t, tt.from), date(t, tt.want)
			if got := from.AddDays(tt.days); got != want {
				t.Errorf("AddDays(%d) = %v, want %v: %s", tt.days, got, want, tt.reason)
			}
			if got := want.Sub(from); got != tt.days {
				t.Errorf("Sub = %d, want %d: %s", got, tt.days, tt.reason)
			}
			if got := want.Weekday(); got != tt.weekday {
				t.Errorf("Weekday = %v, want %v", got, tt.weekday)
			}
		})
	}
}

func TestDateCompare(t *testing.T) {
	sorted := []calendar.Date{{}, date(t, "2025-12-31"), date(t, "2026-01-30"), date(t, "2026-01-31"), date(t, "2026-02-01")}
	for i, a := range sorted {
		for j, b := range sorted {
			want := 0
			if i < j {
				want = -1
			} else if i > j {
				want = 1
			}
			if got := a.Compare(b); got != want {
				t.Errorf("%q.Compare(%q) = %d, want %d", a, b, got, want)
			}
		}
	}
}

func TestDateZero(t *testing.T) {
	var none calendar.Date
	if !none.IsZero() || none.String() != "" || !none.AddDays(3).IsZero() {
		t.Errorf("zero Date: IsZero %v, String %q, AddDays %v; it must stay none", none.IsZero(), none, none.AddDays(3))
	}
	if date(t, "0000-01-01").IsZero() {
		t.Error("the first day of the year 0 is a day, not none")
	}
}

func TestDateText(t *testing.T) {
	type record struct{ From, Until calendar.Date }
	want := record{From: date(t, "2026-03-01")}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(text); got != `{"From":"2026-03-01","Until":""}` {
		t.Errorf("JSON is %s: the zero Date must be empty text", got)
	}
	got := record{Until: date(t, "1999-01-01")}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("round trip (-want +got):\n%s", diff)
	}
	if err := got.From.UnmarshalText([]byte("2026-02-30")); err == nil || got.From != want.From {
		t.Errorf("bad text: error %v, date %v; want an error and an unchanged date", err, got.From)
	}
	if text, err := (calendar.Date{Year: 2026, Month: 2, Day: 30}).MarshalText(); err == nil {
		t.Errorf("30 February marshalled as %s: ParseDate cannot read that back", text)
	}
	if text, err := (calendar.Date{Year: 12026, Month: 2, Day: 3}).MarshalText(); err == nil {
		t.Errorf("year 12026 marshalled as %s: ParseDate cannot read that back", text)
	}
}
