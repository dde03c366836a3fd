package rules

import (
	"testing"
	"time"
)

func TestSpan_Elapsed(t *testing.T) {
	got, err := parseSpan("2d1h")
	if err != nil || got.elapsed() != 49*time.Hour {
		t.Errorf("%v elapsed, %v, want 49h: a day that elapses has 24 hours", got.elapsed(), err)
	}
}
