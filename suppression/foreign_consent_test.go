package suppression

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// A dncCase is what another project's do-not-contact list makes of its entries. With us an entry is a refusal whose source is
// the entry's reason, be it the person's word or a machine's, and contactable is the policy's opt-out alone. What takes an
// entry away is an express grant.
type dncCase struct {
	ID, Op       string
	Entries      []string `json:"entries_for_channel"`
	Current, New string
	OnlyReason   string          `json:"only_reason"`
	Want         json.RawMessage // a reason, or a channel and a reason
	WantChanged  bool            `json:"want_changed"`
	WantRemoved  bool            `json:"want_removed"`
}

// Why an answer is not ours.
const (
	dncCap    = "caps are no matter of the law"
	dncFirst  = "the latest refusal is named, not the first of a list" // the channel is closed either way
	dncKept   = "a person's refusal stays beside a machine's later one, which is named"
	dncAgrees = " agrees"
)

// dncEntry returns an entry that was made days after the first.
func dncEntry(c handoff.Channel, reason string, days int) handoff.Consent {
	return handoff.Consent{Channel: c, Status: handoff.ConsentDenied, At: time.Date(2026, 1, 1+days, 0, 0, 0, 0, time.UTC), Source: reason}
}

// dncReason returns the reason for which a channel is closed, or contactable.
func dncReason(t *testing.T, c handoff.Channel, evidence ...handoff.Consent) string {
	t.Helper()
	l := lawOf(t, LawConfig{OptOut: reaching()})
	j := l.Judge(&handoff.Facts{}, handoff.Touch{Channel: c, At: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)}, evidence)
	if j.Open {
		return "contactable"
	}
	return j.Evidence.Source
}

func TestForeign_DoNotContact(t *testing.T) {
	path := filepath.Join("..", "..", "shared", "cases", "suppress_mautic.json")
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("no case file at %s: it is not part of the module", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []dncCase }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	ops := map[string]func(dncCase, *testing.T) string{"contactable": dncCase.contactable, "dnc_update": dncCase.update, "dnc_remove": dncCase.remove,
		"parse_filter": dncCase.filter}
	got := map[string]int{}
	for _, c := range file.Cases {
		t.Run(c.ID, func(t *testing.T) {
			name := dncCap
			if run := ops[c.Op]; run != nil {
				if name = run(c, t); name == "" {
					name = c.Op + dncAgrees
				}
			}
			got[name]++
		})
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		t.Logf("%3d %s", got[name], name)
	}
	want := map[string]int{"contactable" + dncAgrees: 2, "dnc_update" + dncAgrees: 5, "dnc_remove" + dncAgrees: 3, "parse_filter" + dncAgrees: 7,
		dncFirst: 1, dncKept: 1, dncCap: 10}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("cases (-want +got):\n%s", diff)
	}
}

// reason is the wanted reason, where that is all that is wanted.
func (c dncCase) reason(t *testing.T) (reason string) {
	t.Helper()
	if err := json.Unmarshal(c.Want, &reason); err != nil {
		t.Fatal(err)
	}
	return reason
}

// contactable asks for the reason of a channel with entries, in the order in which they were made.
func (c dncCase) contactable(t *testing.T) string {
	var evidence []handoff.Consent
	for i, reason := range c.Entries {
		if reason != "contactable" {
			evidence = append(evidence, dncEntry(handoff.ChannelEmail, reason, i))
		}
	}
	got, want := dncReason(t, handoff.ChannelEmail, evidence...), c.reason(t)
	if got != want && got == c.Entries[len(c.Entries)-1] && want != "contactable" {
		return dncFirst
	}
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	return ""
}

// update adds an entry to one that is there.
func (c dncCase) update(t *testing.T) string {
	var evidence []handoff.Consent
	if c.Current != "" {
		evidence = append(evidence, dncEntry(handoff.ChannelEmail, c.Current, 0))
	}
	before := dncReason(t, handoff.ChannelEmail, evidence...)
	got, want := dncReason(t, handoff.ChannelEmail, append(evidence, dncEntry(handoff.ChannelEmail, c.New, 1))...), c.reason(t)
	if got == c.New && want == c.Current && got != want {
		return dncKept
	}
	if changed := before != got; got != want || changed != c.WantChanged {
		t.Errorf("got %s, changed %v, want %s, %v", got, changed, want, c.WantChanged)
	}
	return ""
}

// remove grants anew where the channel is closed for the reason that is asked about.
func (c dncCase) remove(t *testing.T) string {
	var evidence []handoff.Consent
	if c.Current != "" {
		evidence = append(evidence, dncEntry(handoff.ChannelEmail, c.Current, 0))
	}
	before := dncReason(t, handoff.ChannelEmail, evidence...)
	if c.OnlyReason == "" || c.OnlyReason == before {
		grant := dncEntry(handoff.ChannelEmail, "a form", 1)
		grant.Status = handoff.ConsentGranted
		evidence = append(evidence, grant)
	}
	after := dncReason(t, handoff.ChannelEmail, evidence...)
	if removed := before != "contactable" && after == "contactable"; removed != c.WantRemoved {
		t.Errorf("from %s to %s, want removed %v", before, after, c.WantRemoved)
	}
	return ""
}

// filter names an entry of one channel, which closes that channel alone. The peer's spelling of the name is its own.
func (c dncCase) filter(t *testing.T) string {
	var want struct {
		Channel handoff.Channel
		Reason  string
	}
	if err := json.Unmarshal(c.Want, &want); err != nil {
		t.Fatal(err)
	}
	entry := dncEntry(want.Channel, want.Reason, 0)
	for _, channel := range reaching() {
		expected := "contactable"
		if channel == want.Channel {
			expected = want.Reason
		}
		if got := dncReason(t, channel, entry); got != expected {
			t.Errorf("%s: got %s, want %s", channel, got, expected)
		}
	}
	return ""
}
