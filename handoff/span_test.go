package handoff_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
)

func TestParseSpan(t *testing.T) {
	elapsed := func(d time.Duration) handoff.Span { return handoff.Span{Elapsed: d} }
	for _, tt := range []struct {
		text, reason string
		want         handoff.Span
		ok           bool
	}{
		{"15m", "one unit", elapsed(15 * time.Minute), true},
		{"7d", "days are calendar days where a policy says so", handoff.Span{Days: 7}, true},
		{"24h", "and hours never are", elapsed(24 * hour), true},
		{"1d12h", "two units", handoff.Span{Days: 1, Elapsed: 12 * hour}, true},
		{"1h30m5s", "three units", elapsed(hour + 30*time.Minute + 5*time.Second), true},
		{"90m", "a unit may exceed the next", elapsed(90 * time.Minute), true},
		{"0s", "zero is a length", handoff.Span{}, true},
		{"36600d", "the longest", handoff.Span{Days: 36600}, true},
		{"36601d", "and no longer", handoff.Span{}, false},
		{"878400h", "the longest in hours", elapsed(878400 * hour), true},
		{"878401h", "and no longer", handoff.Span{}, false},
		{"3162240000s", "the longest in seconds", elapsed(3162240000 * time.Second), true},
		{"3162240001s", "and no longer", handoff.Span{}, false},
		{"36599d24h", "days and hours count together", handoff.Span{Days: 36599, Elapsed: 24 * hour}, true},
		{"36600d1s", "also where the days alone are allowed", handoff.Span{}, false},
		{"5124096h", "2^64 nanoseconds and 25 minutes are not 25 minutes", handoff.Span{}, false},
		{"99999999999999999999d", "beyond 64 bits", handoff.Span{}, false},
		{"12h1d", "the longest unit comes first", handoff.Span{}, false},
		{"1h1h", "each unit once", handoff.Span{}, false},
		{"", "nothing is no length", handoff.Span{}, false},
		{"15", "a number has a unit", handoff.Span{}, false},
		{"1h15", "each number has a unit", handoff.Span{}, false},
		{"d", "a unit has a number", handoff.Span{}, false},
		{"-1d", "lengths are not negative", handoff.Span{}, false},
		{"+1d", "nor do they have a sign", handoff.Span{}, false},
		{"1.5h", "numbers are whole", handoff.Span{}, false},
		{"1w", "a week is 7d", handoff.Span{}, false},
		{"1 h", "there is no space", handoff.Span{}, false},
		{"٣h", "digits are those of ASCII", handoff.Span{}, false},
	} {
		t.Run(tt.text, func(t *testing.T) {
			got, err := handoff.ParseSpan(tt.text)
			if (err == nil) != tt.ok || got != tt.want {
				t.Errorf("%v and error %v, want %v: %s", got, err, tt.want, tt.reason)
			}
			if err != nil && !strings.Contains(err.Error(), "15m, 4h, 7d or 1d12h, of at most 36600 days") {
				t.Errorf("%q does not teach the form", err)
			}
		})
	}
}

func TestParseSpan_ErrorsHoldNoGivenText(t *testing.T) {
	for _, text := range []string{marker, "1d" + marker, "99999999999999999999999d"} {
		if _, err := handoff.ParseSpan(text); err == nil || strings.Contains(err.Error(), "jane") || strings.Contains(err.Error(), "9999") {
			t.Errorf("got %v for %q, want an error without it", err, text)
		}
	}
}

func TestSpan_RoundTrip(t *testing.T) {
	const most = handoff.MaxDays * 24 * 3600
	g := generate(0)
	for range 5000 {
		total := g.Int64N(most + 1)
		if g.chance(2) {
			total = g.Int64N(100_000) // short ones, in which parts are zero
		}
		days := g.Int64N(total/(24*3600) + 1)
		span := handoff.Span{Days: int(days), Elapsed: time.Duration(total-days*24*3600) * time.Second}
		back, err := handoff.ParseSpan(span.String())
		if err != nil || back != span {
			t.Fatalf("%#v is written %s and read back as %#v, %v", span, span, back, err)
		}
	}
}

// TestSpan_TextRoundTrip starts from texts: whatever is read is written so that it is read as the same.
func TestSpan_TextRoundTrip(t *testing.T) {
	g := generate(1)
	for range 5000 {
		var text string
		for _, unit := range "dhms" {
			if g.chance(2) {
				text += fmt.Sprintf("%d%c", g.IntN(pick(g, 2, 100, 50_000)), unit)
			}
		}
		span, err := handoff.ParseSpan(text)
		if err != nil {
			continue // empty, or too long together
		}
		if again, err := handoff.ParseSpan(span.String()); err != nil || again != span {
			t.Fatalf("%s is %#v, written %s, read back as %#v, %v", text, span, span, again, err)
		}
	}
}

func TestSpan_String(t *testing.T) {
	for _, tt := range []struct {
		want, reason string
		span         handoff.Span
	}{
		{"0s", "the zero span has a form", handoff.Span{}},
		{"7d", "parts that are zero are left out", handoff.Span{Days: 7}},
		{"36h", "hours are not days", handoff.Span{Elapsed: 36 * hour}},
		{"1d12h", "days first", handoff.Span{Days: 1, Elapsed: 12 * hour}},
		{"1h30m", "the longest units", handoff.Span{Elapsed: 90 * time.Minute}},
		{"1d5s", "between others too", handoff.Span{Days: 1, Elapsed: 5 * time.Second}},
		{"1m1.5s", "a part of a second is shown, and not read", handoff.Span{Elapsed: 61500 * time.Millisecond}},
		{"-1h-30m", "what is negative is shown, and not read", handoff.Span{Elapsed: -90 * time.Minute}},
	} {
		t.Run(tt.want, func(t *testing.T) {
			if got := tt.span.String(); got != tt.want {
				t.Errorf("got %s: %s", got, tt.reason)
			}
			_, err := handoff.ParseSpan(tt.want)
			if whole := tt.span.Elapsed >= 0 && tt.span.Elapsed%time.Second == 0; (err == nil) != whole {
				t.Errorf("read with error %v: %s", err, tt.reason)
			}
		})
	}
}

func TestSpan_After(t *testing.T) {
	zone := acme().Zone
	for _, tt := range []struct {
		name, reason string
		span         handoff.Span
		want         time.Time
	}{
		{"zero", "no time passes", handoff.Span{}, now},
		{"elapsed", "a day is 24 hours", handoff.Span{Elapsed: 5 * day}, now.Add(5 * day)},
		{"days", "a day is a date, and one of these has 23 hours", handoff.Span{Days: 5}, now.Add(5*day - hour)},
		{"both", "days first", handoff.Span{Days: 5, Elapsed: hour}, now.Add(5 * day)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.span.After(now, zone); !got.Equal(tt.want) {
				t.Errorf("got %s, want %s: %s", got, tt.want, tt.reason)
			}
		})
	}
}
