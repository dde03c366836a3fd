package outcome_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/outcome"
)

func TestFirstTouch(t *testing.T) {
	zone, err := calendar.LoadZone("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	windows, err := calendar.ParseWindows("mon-fri 09:00-17:00")
	if err != nil {
		t.Fatal(err)
	}
	office, err := calendar.New(calendar.Config{Zone: zone, Weekly: windows})
	if err != nil {
		t.Fatal(err)
	}
	monday := func(hour, minute int) time.Time { return time.Date(2026, 3, 2, hour+5, minute, 0, 0, time.UTC) } // New York
	for _, tt := range []struct {
		name, reason string
		promise      outcome.FirstTouch
		start, want  time.Time
	}{
		{"inside hours", "fifteen minutes are fifteen minutes", outcome.FirstTouch{Within: 15 * time.Minute, Hours: office}, monday(10, 0), monday(10, 15)},
		{"up to closing time", "what ends at closing time is due then", outcome.FirstTouch{Within: 15 * time.Minute, Hours: office}, monday(16, 45), monday(17, 0)},
		{"over night", "the rest counts from the next opening", outcome.FirstTouch{Within: 15 * time.Minute, Hours: office}, monday(16, 50), monday(9+24, 5)},
		{"before opening", "the clock starts when the office opens", outcome.FirstTouch{Within: 4 * time.Hour, Hours: office}, monday(6, 0), monday(13, 0)},
		{"no hours", "without hours every hour counts", outcome.FirstTouch{Within: 4 * time.Hour}, monday(23, 0), monday(27, 0)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.promise.Due(tt.start); !got.Equal(tt.want) {
				t.Errorf("due %v, want %v: %s", got, tt.want, tt.reason)
			}
			if tt.promise.Allowance() != tt.promise.Within {
				t.Errorf("allowance %v, want %v", tt.promise.Allowance(), tt.promise.Within)
			}
		})
	}
}

func TestStandard(t *testing.T) {
	touched := handoff.Consequences{StopClocks: true}
	want := map[handoff.ActivityKind]handoff.Consequences{
		handoff.ActivityCall:       touched,
		handoff.ActivityEmail:      touched,
		handoff.ActivitySocial:     touched,
		handoff.ActivityMeeting:    touched,
		handoff.ActivityReply:      {StopClocks: true, ExitSequences: true},
		handoff.ActivityBooked:     {StopClocks: true, ExitSequences: true},
		handoff.ActivityBounced:    {DenyChannel: true, ExitChannel: true},
		handoff.ActivityOptOut:     {DenyChannel: true, ExitChannel: true},
		handoff.ActivityResolved:   {StopClocks: true, ExitSequences: true, ResumeMarketing: true, ReleaseHolds: true, ReleaseLoad: true},
		handoff.ActivityWon:        {Outcome: "won", StopClocks: true, ExitSequences: true, ResumeMarketing: true, ReleaseLoad: true},
		handoff.ActivityLost:       {Outcome: "lost", StopClocks: true, ExitSequences: true, ResumeMarketing: true, ReleaseLoad: true},
		handoff.ActivityDeclined:   {ExitSequences: true, ReleaseLoad: true},
		handoff.ActivityNoShow:     {},
		handoff.ActivityReassigned: {},
	}
	for _, kind := range handoff.ActivityKinds() {
		t.Run(string(kind), func(t *testing.T) {
			row, listed := want[kind]
			if !listed {
				t.Fatal("this kind of activity has no row; say what it changes")
			}
			if diff := cmp.Diff(row, outcome.Standard().After(handoff.Activity{Kind: kind})); diff != "" {
				t.Errorf("consequences (-want +got):\n%s", diff)
			}
		})
	}
}
