package rules

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/internal/language"
	"github.com/salesbaton/baton/rules/internal/source"
)

// TestWhatAnSLASays compares what is read with what is written, every word of it.
func TestWhatAnSLASays(t *testing.T) {
	const text = `language: 1
policy: acme
triggers: {demo_request: {about: lead, stale_after: 14d}}
calendars: {us: {open: mon-fri 09:00-17:00}}
queues: {triage: {owner: sam, first_touch: {within: 4h}}}
routes: {all: [{rep: kim}]}
plays: [{id: demo, trigger: demo_request, route: all, first_touch: %s, acceptance: %[1]s}]
slas:
  full: {within: 15m, hours: us, from: signal, at_close: next_opening, warn: 5m, pauses: [pending, owner_away], stops: contact, on_reassign: keeps, if_late: [{notify: owner}, {wait: 1d, escalate: sam}, {wait: 15m, reassign: next, at_most: 3}, {owner: away}, {wait: 1h, queue: triage}]}
  least: {within: 2h, stops: attempt}
  listed: {within: 2h, from: handoff, at_close: due, hours: us, on_reassign: anew, stops: [declined, call]}
`
	triage := &handoff.Queue{ID: "triage", Owner: "sam", Promise: &handoff.SLA{Within: 4 * time.Hour}}
	for _, tt := range []struct {
		id, reason string
		want       handoff.SLA
	}{
		{"full", "every key", handoff.SLA{ID: "full", Within: 15 * time.Minute, From: handoff.FromSignal, Roll: true, Warn: 5 * time.Minute,
			Pauses: []handoff.SLAPause{handoff.PausePending, handoff.PauseOwnerAway}, Restart: handoff.RestartKeeps,
			Stops: []handoff.ActivityKind{handoff.ActivityMeeting, handoff.ActivityReply, handoff.ActivityConnected},
			Late: []handoff.LateStep{{Do: handoff.LateNotify, To: handoff.ToOwner}, {Wait: 24 * time.Hour, Do: handoff.LateEscalate, To: "sam"},
				{Wait: 15 * time.Minute, Do: handoff.LateReassign, AtMost: 3}, {Do: handoff.LateAway}, {Wait: time.Hour, Do: handoff.LateQueue, Queue: triage}}}},
		{"least", "nothing else by itself", handoff.SLA{ID: "least", Within: 2 * time.Hour, Stops: []handoff.ActivityKind{handoff.ActivityCall, handoff.ActivityEmail, handoff.ActivitySocial}}},
		{"listed", "the defaults may be written", handoff.SLA{ID: "listed", Within: 2 * time.Hour, From: handoff.FromHandoff, Restart: handoff.RestartAnew,
			Stops: []handoff.ActivityKind{handoff.ActivityDeclined, handoff.ActivityCall}}},
	} {
		t.Run(tt.id, func(t *testing.T) {
			p, err := readPolicy(&files{}, "p.yaml", fmt.Appendf(nil, text, tt.id), nil)
			if err != nil {
				t.Fatal(err)
			}
			bare := cmp.FilterPath(func(p cmp.Path) bool { return slices.Contains([]string{".Hours", ".Position"}, p.Last().String()) }, cmp.Ignore())
			if diff := cmp.Diff(&tt.want, p.config.Plays[0].Promise, bare); diff != "" {
				t.Errorf("%s: the first touch (-want +got)\n%s", tt.reason, diff)
			}
			if diff := cmp.Diff(&tt.want, p.config.Plays[0].Acceptance, bare); diff != "" {
				t.Errorf("%s: the acceptance (-want +got)\n%s", tt.reason, diff)
			}
			if diff := cmp.Diff([]*handoff.Queue{triage}, p.config.Queues, bare); diff != "" {
				t.Errorf("the engine finds what its queues promise (-want +got)\n%s", diff)
			}
		})
	}
}

// TestWhatKeepsAPromise: each kind of activity can keep one, or the policy is told why not.
func TestWhatKeepsAPromise(t *testing.T) {
	const text = `language: 1
policy: acme
triggers: {demo_request: {about: lead, stale_after: 14d}}
routes: {all: [{rep: kim}]}
plays: [{id: demo, trigger: demo_request, route: all, first_touch: {within: 1h, stops: [%s]}}]
`
	refused := []handoff.ActivityKind{handoff.ActivityAutoReply, handoff.ActivityReassigned, handoff.ActivityOwnerLeft, handoff.ActivityDisputed, handoff.ActivityPending,
		handoff.ActivityResumed, handoff.ActivityNoShow, handoff.ActivityOptOut, handoff.ActivityBounced}
	for _, kind := range handoff.ActivityKinds() {
		_, err := readPolicy(&files{}, "p.yaml", fmt.Appendf(nil, text, kind), nil)
		why := language.KeepsNothing(string(kind))
		if why == "" && slices.Contains(refused, kind) {
			t.Errorf("%s keeps a promise", kind)
		}
		if (err != nil) != (why != "") || err != nil && !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v, want that %q", kind, err, why)
		}
	}
}

// TestWhenACalendarIsOpen asks each kind of calendar at instants that tell it from the others.
func TestWhenACalendarIsOpen(t *testing.T) {
	const text = `language: 1
policy: acme
calendars:
  late: {any_of: [both, us]}   # made of one below
  both: {all_of: [us, eu]}
  us: {zone: America/New_York, open: mon-fri 09:00-17:00, holidays: [2026-07-03, 12-25, 2026-12-28..2027-01-01, 2026-11-25 09:00-13:00]}
  eu: {zone: Europe/Berlin, open: mon-fri 09:00-17:00, holidays: [{file: days.txt}, 2026-05-01]}
`
	files := &files{fsys: fstest.MapFS{"days.txt": {Data: []byte("# days\n04-03\n2026-12-24..2026-12-26\n")}}}
	var report source.Report
	files.begin("p.yaml", []byte(text))
	p := read(source.Parse("p.yaml", []byte(text), language.Policy, &report), files, &report)
	for _, tt := range []struct {
		calendar, at string
		open         bool
		reason       string
	}{
		{"us", "2026-07-02T10:00:00-04:00", true, "an ordinary day"},
		{"us", "2026-07-03T10:00:00-04:00", false, "a day by date"},
		{"us", "2029-12-25T10:00:00-05:00", false, "a day of every year"},
		{"us", "2026-12-28T10:00:00-05:00", false, "the first of a range"},
		{"us", "2027-01-01T10:00:00-05:00", false, "the last of a range"},
		{"us", "2027-01-04T10:00:00-05:00", true, "behind a range"},
		{"us", "2026-11-25T12:59:00-05:00", true, "the half of a day"},
		{"us", "2026-11-25T13:00:00-05:00", false, "the other half"},
		{"eu", "2026-04-03T10:00:00+02:00", false, "a day of the file"},
		{"eu", "2026-12-24T10:00:00+01:00", false, "a range of the file"},
		{"eu", "2026-05-01T10:00:00+02:00", false, "a day beside the file"},
		{"both", "2026-07-02T10:30:00-04:00", true, "half past four in Berlin"},
		{"both", "2026-07-02T11:00:00-04:00", false, "five in Berlin"},
		{"both", "2026-05-01T09:30:00-04:00", false, "a holiday in Berlin"},
		{"late", "2026-07-02T11:00:00-04:00", true, "open in New York"},
		{"late", "2026-07-02T12:00:00+02:00", false, "open in Berlin alone"},
	} {
		at, err := time.Parse(time.RFC3339, tt.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.calendars[tt.calendar].IsOpen(at); got != tt.open {
			t.Errorf("%s at %s: %s: open %v", tt.calendar, tt.at, tt.reason, got)
		}
	}
	if got := p.zones["both"].Name() + " " + p.zones["us"].Name(); got != "UTC America/New_York" {
		t.Errorf("the zones are %s, want the policy's for parts of several zones", got)
	}
}
