package rules

import (
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
)

func TestParseSpan(t *testing.T) {
	for _, tt := range []struct {
		text string
		want handoff.Span
		ok   bool
	}{
		{"15m", handoff.Span{Elapsed: 15 * time.Minute}, true},
		{"7d", handoff.Span{Days: 7}, true},
		{"1d12h", handoff.Span{Days: 1, Elapsed: 12 * time.Hour}, true},
		{"1h30m5s", handoff.Span{Elapsed: time.Hour + 30*time.Minute + 5*time.Second}, true},
		{"0s", handoff.Span{}, true},
		{"36600d", handoff.Span{Days: 36600}, true},
		{"36601d", handoff.Span{}, false},
		{"36600d1s", handoff.Span{}, false},
		{"12h1d", handoff.Span{}, false}, // the longest unit comes first
		{"1h1h", handoff.Span{}, false},  // each unit once
		{"", handoff.Span{}, false},
		{"15", handoff.Span{}, false},
		{"d", handoff.Span{}, false},
		{"-1d", handoff.Span{}, false},
		{"1.5h", handoff.Span{}, false},
		{"1w", handoff.Span{}, false},
		{"1 h", handoff.Span{}, false},
		{"99999999999999999999d", handoff.Span{}, false},
	} {
		t.Run(tt.text, func(t *testing.T) {
			got, err := parseSpan(tt.text)
			if (err == nil) != tt.ok || handoff.Span(got) != tt.want {
				t.Errorf("%v and error %v, want %v", got, err, tt.want)
			}
		})
	}
	if got := (span{Days: 2, Elapsed: time.Hour}).elapsed(); got != 49*time.Hour {
		t.Errorf("%v elapsed, want 49h: a day that elapses has 24 hours", got)
	}
}
