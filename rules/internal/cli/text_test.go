package cli

import (
	"bufio"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/suppression"
)

// printed returns what a printer in UTC prints.
func printed(t *testing.T, print func(printer)) string {
	t.Helper()
	zone, err := calendar.LoadZone("UTC")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	p := printer{bufio.NewWriter(&out), zone}
	print(p)
	p.out.Flush()
	return out.String()
}

// monday is an instant whose clock shows everything but seconds.
var monday = time.Date(2026, 3, 2, 15, 4, 0, 0, time.UTC)

func TestReasonIsThatOfTheLibrary(t *testing.T) {
	full := handoff.Reason{Rule: handoff.RuleHold, ID: "h", Play: "demo", Text: "waits", Source: "open_opportunity", Position: "p.yaml:1:2",
		Since: monday, Until: monday, LiftedBy: "legal", OnRelease: handoff.ReleaseReplay, Again: monday, GiveUp: monday}
	for _, test := range []struct {
		name, reason string
		edit         func(*handoff.Reason)
	}{
		{"everything", "nothing is left out", func(*handoff.Reason) {}},
		{"no end", "it is until it is lifted", func(r *handoff.Reason) { r.Until = time.Time{} }},
		{"nobody lifts it", "it ends by itself", func(r *handoff.Reason) { r.LiftedBy = "" }},
		{"nothing ends it", "that is not told", func(r *handoff.Reason) { r.Until, r.LiftedBy = time.Time{}, "" }},
		{"no replay", "what is usual is not told", func(r *handoff.Reason) { r.OnRelease = handoff.ReleaseNone }},
		{"unknown", "it stands behind the rest", func(r *handoff.Reason) { r.Text, r.Unknown = "", []string{"lead.zone"} }},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := full
			test.edit(&r)
			want := strings.ReplaceAll(r.String(), "2026-03-02T15:04:00Z", "Mon 2026-03-02 15:04 UTC")
			got := printed(t, func(p printer) { p.line(0, "%s", p.reason(r)) })
			if diff := cmp.Diff(strings.Replace(want, " [", "  [", 1)+"\n", got); diff != "" {
				t.Errorf("%s (-library +command)\n%s", test.reason, diff)
			}
		})
	}
}

func TestLastsTellsWhatIsMeantToHaveNoEnd(t *testing.T) {
	for _, test := range []struct{ name, reason, liftedBy, want string }{
		{"lifted", "somebody may lift it", "legal", ", for ever unless lifted by legal\n"},
		{"never lifted", "nobody may", "", ", for ever\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := printed(t, func(p printer) { p.line(0, "%s", p.lasts(handoff.ActiveHold{Forever: true, LiftedBy: test.liftedBy})) })
			if got != test.want {
				t.Errorf("%q, want %q: %s", got, test.want, test.reason)
			}
		})
	}
}

func TestStanding(t *testing.T) {
	var holds []suppression.Aged
	for i := range maxStanding + 2 {
		holds = append(holds, suppression.Aged{Subject: handoff.Ref{Kind: handoff.KindLead, ID: fmt.Sprint("L", i)}, ActiveHold: handoff.ActiveHold{ID: "rule:h", Forever: true}})
	}
	for _, test := range []struct {
		name, reason string
		n, lines     int
		last         string
	}{
		{"none", "there is nothing to look at", 0, 0, ""},
		{"one", "behind an empty line and a heading", 1, 3, "  lead/L0  hold h, for ever"},
		{"ten", "the bound itself is shown", maxStanding, 12, "  lead/L9  hold h, for ever"},
		{"more", "the oldest are enough", maxStanding + 2, 13, "  and 2 more"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := printed(t, func(p printer) { p.standing(holds[:test.n]) })
			if n := strings.Count(text, "\n"); n != test.lines || !strings.HasSuffix(text, test.last+"\n") && n > 0 {
				t.Errorf("%d lines, want %d that end in %q: %s\n%s", n, test.lines, test.last, test.reason, text)
			}
		})
	}
}

// TestHandedSaysWhatWouldHaveBeen: nobody owns a record that is held out.
func TestHandedSaysWhatWouldHaveBeen(t *testing.T) {
	d := handoff.Decision{Play: "demo", Owner: "kim", Sequence: "fast"}
	for verdict, want := range map[handoff.Verdict]string{
		handoff.VerdictHeldOut:  "play demo, would-be owner kim, sequence fast",
		handoff.VerdictEnrolled: "play demo, owner kim, sequence fast",
	} {
		d.Verdict = verdict
		if got := (printer{}).handed(d); got != want {
			t.Errorf("%s: %q, want %q", verdict, got, want)
		}
	}
}
