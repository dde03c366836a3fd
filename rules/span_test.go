package rules

import (
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
)

func TestSpan_Elapsed(t *testing.T) {
	s, err := handoff.ParseSpan("2d1h")
	if got := span(s).elapsed(); err != nil || got != 49*time.Hour {
		t.Errorf("%v elapsed, %v, want 49h: a day that elapses has 24 hours", got, err)
	}
}
