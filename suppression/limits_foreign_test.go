package suppression

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

// openShared opens a file that is not part of the module, or skips the test.
func openShared(t *testing.T, elements ...string) *os.File {
	t.Helper()
	path := filepath.Join(append([]string{"..", "..", "shared"}, elements...)...)
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("no file at %s: it is not part of the module", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	return file
}

// A frequencyCase of Mautic asks whether a mail that goes out now violates a rule: those sent within its time are as many as
// its number, or more. The rule of a contact goes before the default.
type frequencyCase struct {
	ID, Op        string
	Rule, Default struct {
		Number int64
		Per    string
	}
	Sent      []int64         `json:"sent_minutes_ago"`
	Want      json.RawMessage // of a default: true or false
	Violation json.RawMessage `json:"want_violation"` // of a contact's rule: what it violates
}

// limits returns the limits of the case, and false where we have no such period.
func (c frequencyCase) limits(t *testing.T) (*Limits, bool) {
	rule := c.Default
	if c.Rule.Number > 0 {
		rule = c.Rule
	}
	within, known := map[string]time.Duration{"DAY": day, "WEEK": week, "MONTH": 30 * day}[rule.Per]
	if !known {
		return nil, false
	}
	return newLimits(t, LimitConfig{Caps: []TouchCap{{ID: "frequency", Channels: []handoff.Channel{handoff.ChannelEmail},
		Cap: Cap{Max: rule.Number, Per: PerLead, Window: Window{Within: within}}}}}), true
}

func TestForeign_Frequency(t *testing.T) {
	var file struct{ Cases []frequencyCase }
	if err := json.NewDecoder(openShared(t, "cases", "suppress_mautic.json")).Decode(&file); err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, c := range file.Cases {
		if !strings.HasPrefix(c.Op, "frequency") {
			continue
		}
		l, known := c.limits(t)
		if !known {
			t.Logf("%s differs: the peer ignores a rule per %s, and NewLimits refuses one", c.ID, c.Default.Per)
			got["refused here, ignored there"]++
			continue
		}
		now := moment(t, "2026-03-02T09:00Z")
		var at []time.Time
		for _, minutes := range slices.Backward(slices.Sorted(slices.Values(c.Sent))) {
			at = append(at, now.Add(-time.Duration(minutes)*time.Minute))
		}
		state := handoff.State{handoff.TallyKey("acme", "touch/lead/email/all/L1"): {Version: 1, Value: handoff.Tally{At: at}}}
		answer := limits(t, l, recipient{state: state}, "", handoff.Touch{Channel: handoff.ChannelEmail, At: now})
		if want := string(c.Want) == "true" || c.Violation != nil; len(answer.Stops) > 0 != want {
			t.Errorf("%s: %d stops, want a violation: %v", c.ID, len(answer.Stops), want)
			continue
		}
		got["agree"]++
	}
	t.Logf("cases: %v", got)
	if diff := cmp.Diff(map[string]int{"agree": 5, "refused here, ignored there": 1}, got); diff != "" {
		t.Errorf("cases (-want +got):\n%s", diff)
	}
}

// TestBankCalls asks an engine whether each of the 41,188 people whom a bank called (Moro, Cortez and Rita 2014, CC BY 4.0) may
// be called once more, under a cap of four calls of a campaign in a year, and whether somebody may take them on, under a
// cooldown of seven days after the last call of an earlier one.
//
// In the data, campaign is the number of calls to the person in this campaign, the one that the row is about included. So there
// were campaign-1 before it, and the cap stops the fifth. Their dates are not given; here they are a day apart. Pdays is the
// number of days since the last call of an earlier campaign, and 999 where there was none: 6 days after it the person is left
// alone, and after 7 is not. The host reports the calls, those of this campaign to the cap and that of the earlier one to the
// cooldown.
func TestBankCalls(t *testing.T) {
	reader := csv.NewReader(openShared(t, "data", "uci_bank_marketing", "bank-additional-full.csv"))
	reader.Comma = ';'
	rows, err := reader.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	calls, peace := slices.Index(rows[0], "campaign"), slices.Index(rows[0], "pdays")
	e, at := bank(t), moment(t, "2010-11-26T09:00Z")
	got := map[string]int{}
	for _, row := range rows[1:] {
		var ours, theirs []handoff.Touch
		for i := range number(t, row[calls]) - 1 {
			ours = append(ours, handoff.Touch{ID: strconv.Itoa(i), Channel: handoff.ChannelCall, At: at.AddDate(0, 0, -i-1)})
		}
		if days := number(t, row[peace]); days != 999 {
			theirs = []handoff.Touch{{ID: "earlier", Channel: handoff.ChannelCall, At: at.AddDate(0, 0, -days)}}
		}
		stops := 0
		if !called(t, e, at, ours) {
			got["calls"]++
			stops++
		}
		if !takenOn(t, e, at, theirs) {
			got["peace"]++
			stops++
		}
		got[[]string{"passed", "stopped by one", "stopped by both"}[stops]]++
	}
	t.Logf("of %d people: %v", len(rows)-1, got)
	want := map[string]int{"calls": 4984, "peace": 1117, "stopped by both": 48, "stopped by one": 4984 + 1117 - 2*48, "passed": 35135}
	if diff := cmp.Diff(want, got); diff != "" || len(rows)-1 != 41188 {
		t.Errorf("of %d people (-want +got):\n%s", len(rows)-1, diff)
	}
}

// bank returns the engine of the bank.
func bank(t *testing.T) *handoff.Engine {
	t.Helper()
	call := []handoff.Channel{handoff.ChannelCall}
	set, err := New("acme", []Rule{{ID: "peace", Cooldown: Cooldown{After: AfterTouch, Per: PerLead, For: handoff.Span{Days: 7}, Channels: call}}})
	if err != nil {
		t.Fatal(err)
	}
	e, err := handoff.New(handoff.Config{
		Policy: "acme", OptOut: call, Suppressor: set,
		Limiter:  newLimits(t, LimitConfig{Caps: []TouchCap{{ID: "calls", Channels: call, Cap: Cap{Max: 4, Per: PerLead, Window: Window{Within: 365 * day}}}}}),
		Triggers: []handoff.TriggerRule{{Kind: "campaign", About: handoff.KindLead, StaleAfter: time.Hour}},
		Reps:     []handoff.Rep{{ID: "ann"}},
		Plays: []handoff.Play{{ID: "call", Motion: "outbound", Trigger: "campaign",
			Router: handoff.RouterFunc(func(*handoff.Facts, *handoff.Play) handoff.Routing { return handoff.Routing{Owner: "ann"} })}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// unheard loads the state of people of whom nothing is remembered.
func unheard(keys []handoff.Key) (handoff.State, error) {
	state := handoff.State{}
	for _, key := range keys {
		state[key] = handoff.Entry{}
	}
	return state, nil
}

// called reports whether somebody may be called, with what the host knows of.
func called(t *testing.T, e *handoff.Engine, at time.Time, known []handoff.Touch) bool {
	t.Helper()
	touch := handoff.Touch{ID: "next", Channel: handoff.ChannelCall, By: "ann"}
	r := handoff.Request{Subject: handoff.Lead{ID: "L1"}.Ref(), Lead: handoff.Lead{ID: "L1"}, Touches: known}
	r, err := e.FillTouch(at, r, touch, unheard)
	if err != nil {
		t.Fatal(err)
	}
	d, err := e.Permit(at, r, touch)
	if err != nil {
		t.Fatal(err)
	}
	return verdict(t, d, handoff.VerdictPermitted)
}

// takenOn reports whether somebody goes to a rep, with what the host knows of.
func takenOn(t *testing.T, e *handoff.Engine, at time.Time, known []handoff.Touch) bool {
	t.Helper()
	r := handoff.Request{Subject: handoff.Lead{ID: "L1"}.Ref(), Lead: handoff.Lead{ID: "L1"}, Touches: known,
		Triggers: []handoff.Trigger{{ID: "T1", Kind: "campaign", OccurredAt: at}}}
	r, err := e.Fill(at, r, unheard)
	if err != nil {
		t.Fatal(err)
	}
	d, err := e.Decide(at, r)
	if err != nil {
		t.Fatal(err)
	}
	return verdict(t, d, handoff.VerdictAssigned)
}

// verdict reports whether a decision is what is hoped for; else it has to be held.
func verdict(t *testing.T, d handoff.Decision, hope handoff.Verdict) bool {
	t.Helper()
	if d.Verdict != hope && d.Verdict != handoff.VerdictHeld {
		t.Fatalf("%s: %v", d.Verdict, d.Reasons)
	}
	return d.Verdict == hope
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// BenchmarkLimit measures one touch under three caps, two of them on one tally of 50 touches, and quiet hours.
func BenchmarkLimit(b *testing.B) {
	l := newLimits(b, LimitConfig{
		Caps: []TouchCap{
			{ID: "day", Cap: Cap{Max: 1, Per: PerLead, Window: Window{Every: Day, Recipient: true}}},
			{ID: "week", Cap: Cap{Max: 4, Per: PerLead, Window: Window{Within: week}}},
			{ID: "org", Cap: Cap{Max: 1000, Per: PerAccount, Window: Window{Every: Month}}},
		},
		Quiet: []Quiet{{ID: "nights", Hours: hoursOf(b, "mon-sun 21:00-08:00"), Zones: []*calendar.Zone{nil}}},
	})
	touches := []handoff.Touch{{Channel: handoff.ChannelEmail, At: moment(b, "2026-03-02T18:00Z")}}
	var at []time.Time
	for i := range 50 {
		at = append(at, touches[0].At.AddDate(0, 0, 2*(i-51)))
	}
	state := handoff.State{
		handoff.TallyKey("acme", "touch/lead/all/all/L1"):   {Version: 1, Value: handoff.Tally{At: at}},
		handoff.TallyKey("acme", "touch/account/all/all/A"): {Version: 1, Value: handoff.Tally{At: at}},
	}
	for _, lead := range []struct {
		name string
		handoff.Lead
	}{
		{"zone", handoff.Lead{Account: "A", Zone: "America/Chicago"}},
		{"state", handoff.Lead{Account: "A", Country: "US", State: "TX"}},
		{"country", handoff.Lead{Account: "A", Country: "US"}},
	} {
		b.Run(lead.name, func(b *testing.B) {
			meet(b, nil, recipient{lead.Lead, state}, func(f *handoff.Facts) {
				b.ReportAllocs()
				for b.Loop() {
					l.Limit(f, touches, nil)
				}
			})
		})
	}
}

// BenchmarkNewLimits measures what the list of places costs.
func BenchmarkNewLimits(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := NewLimits(LimitConfig{Policy: "acme"}); err != nil {
			b.Fatal(err)
		}
	}
}
