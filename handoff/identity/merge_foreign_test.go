package identity_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/identity"
)

// A mergeCase is one case of a peer's about what survives a merge.
type mergeCase struct {
	ID, Op        string
	Records       []mergeCaseRecord
	IncludeLost   bool     `json:"include_lost"`
	Excluded      []string `json:"selected_but_excluded"`
	WantOrder     []string `json:"want_order"`
	WantMaster    string   `json:"want_master"`
	WantType      string   `json:"want_type"`
	WantJoined    bool     `json:"want_description_joined_in_order"`
	WantOwner     string   `json:"want_owner"`
	Want          json.RawMessage
	Merges        [][2]string
	WantTarget    map[string]*string `json:"want_target"`
	Selected      string
	WantRemaining int `json:"want_remaining"`
}

type mergeCaseRecord struct {
	ID, Type, Owner, Stage string
	Number                 int
	Sequence               *int `json:"stage_sequence"`
	Active                 *bool
	Probability            *int64
}

// givenOwner is how the peer's cases say that whoever merges names the owner.
const givenOwner = "the owner given by the caller"

func TestForeign_Merge(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "cases", "dedupe_odoo.json"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the peers' cases are not beside the repository")
	}
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []mergeCase }
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	ops := map[string]func(mergeCase, *testing.T){"merge_order": mergeCase.order, "merge_candidates": mergeCase.candidates, "mass_merge": mergeCase.mass, "merge_pointer": mergeCase.pointer}
	ran, elsewhere := map[string]int{}, map[string]int{}
	for _, c := range file.Cases {
		run, known := ops[c.Op]
		if !known {
			elsewhere[c.Op]++
			continue
		}
		ran[c.Op]++
		t.Run(c.ID, func(t *testing.T) { run(c, t) })
	}
	t.Logf("ran %v, as the peer has them but for what mass_merge converts; not about merging: %v", ran, elsewhere)
	if diff := cmp.Diff(map[string]int{"merge_order": 6, "merge_candidates": 2, "mass_merge": 2, "merge_pointer": 2}, ran); diff != "" {
		t.Errorf("what ran (-want +got):\n%s", diff)
	}
	other := []string{"conflict_on_create", "duplicates_of", "merge_pointer_event", "no_fuzzy_contact_match", "scope"}
	if diff := cmp.Diff(other, slices.Sorted(maps.Keys(elsewhere))); diff != "" {
		t.Errorf("what is not about merging (-want +got):\n%s", diff)
	}
}

func mergeCaseRef(id string) handoff.Ref { return handoff.Ref{Kind: handoff.KindLead, ID: id} }

// snapshot is the record of a case. The lower its number, the older it is.
func (r mergeCaseRecord) snapshot() identity.Snapshot {
	s := identity.Snapshot{Ref: mergeCaseRef(r.ID), Values: map[string]identity.Held{"description": held("of "+r.ID, 1, ""), identity.OwnerField: held(r.Owner, 1, "")}}
	if s.Created = mergeDay.AddDate(0, 0, r.Number); r.Number == 0 {
		s.Created = time.Time{}
	}
	if r.Type == "opportunity" {
		s.Deal = handoff.OpportunityOpen
	}
	if r.Stage == "won" {
		s.Deal = handoff.OpportunityWon
	}
	if r.Sequence != nil {
		s.Values[identity.StageField] = held(fmt.Sprint(*r.Sequence), 1, "")
	}
	s.Archived = r.Active != nil && !*r.Active
	if r.Probability != nil {
		s.Probability = handoff.Some(*r.Probability)
	}
	return s
}

// odooSurvivorship is the peer's, with its cases' stages.
func odooSurvivorship() identity.Survivorship {
	s, _ := identity.NamedSurvivorship("odoo", "1", "3", "5", "30", "90")
	return s
}

func (c mergeCase) order(t *testing.T) {
	s := odooSurvivorship()
	if c.WantOwner == givenOwner {
		s.Given = map[string]handoff.Value{identity.OwnerField: handoff.StringValue(givenOwner)}
	}
	var records []identity.Snapshot
	for _, r := range c.Records {
		records = append(records, r.snapshot())
	}
	for _, text := range c.Excluded {
		id, why, _ := strings.Cut(text, " ")
		r := identity.Snapshot{Ref: mergeCaseRef(id), Deal: map[string]handoff.OpportunityStatus{"(won)": handoff.OpportunityWon, "(lost)": handoff.OpportunityLost}[why]}
		if r.Mergeable(false) {
			t.Errorf("%s may be merged", text)
		}
	}
	m := mustMerge(t, s, records...)
	var order, texts []string
	for _, r := range m.Before {
		order, texts = append(order, r.Ref.ID), append(texts, "of "+r.Ref.ID)
	}
	if diff := cmp.Diff(c.WantOrder, order); diff != "" {
		t.Errorf("the order (-want +got):\n%s", diff)
	}
	if m.Into.ID != c.WantMaster {
		t.Errorf("%s survives, want %s", m.Into.ID, c.WantMaster)
	}
	if isDeal := m.Snapshot().Deal != ""; c.WantType != "" && isDeal != (c.WantType == "opportunity") {
		t.Errorf("is an opportunity: %v, want %s", isDeal, c.WantType)
	}
	if m.Owner() != c.WantOwner {
		t.Errorf("%q owns it, want %q", m.Owner(), c.WantOwner)
	}
	if got := m.Values["description"].Value.Text(); c.WantJoined && got != strings.Join(texts, "\n\n") {
		t.Errorf("the description is %q", got)
	}
}

func (c mergeCase) candidates(t *testing.T) {
	var want, got []string
	if err := json.Unmarshal(c.Want, &want); err != nil {
		t.Fatal(err)
	}
	for _, r := range c.Records {
		if r.snapshot().Mergeable(c.IncludeLost) {
			got = append(got, r.ID)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func (c mergeCase) pointer(t *testing.T) {
	merges := map[handoff.Ref]handoff.Ref{}
	for _, m := range c.Merges {
		merges[mergeCaseRef(m[0])] = mergeCaseRef(m[1])
	}
	for of, want := range c.WantTarget {
		got, found := identity.Survivor(merges, mergeCaseRef(of))
		switch {
		case want == nil && (found || got != mergeCaseRef(of)):
			t.Errorf("%s is about %s, want nothing else", of, got)
		case want != nil && (!found || got.ID != *want):
			t.Errorf("%s is about %s, want %s", of, got, *want)
		}
	}
}

// mass merges what is found for each record that somebody selected. That the peer makes opportunities of them too is no part
// of merging.
func (c mergeCase) mass(t *testing.T) {
	record := func(id string, number int, stage string) identity.Snapshot {
		s := mergeCaseRecord{ID: id, Type: "lead", Number: number}.snapshot()
		s.Values[identity.StageField] = held(stage, 1, "")
		return s
	}
	one, two, three, four := record("1", 1, "1"), record("2", 2, ""), record("3", 3, "1"), record("4", 4, "1")
	groups, found := [][]identity.Snapshot{{one, three}, {two, four}}, []string{"1 of 2", "4 of 2"}
	if c.Selected == "a lead and all of its duplicates" {
		groups, found = [][]identity.Snapshot{{one, three, four}, {three, one, four}, {four, one, three}}, []string{"1 of 3"}
	}
	list, err := identity.MergeAll(mergeDay, odooSurvivorship(), groups...)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range list {
		got = append(got, fmt.Sprint(m.Into.ID, " of ", len(m.Before)))
	}
	if diff := cmp.Diff(found, got); diff != "" || len(got) != c.WantRemaining {
		t.Errorf("%d remain, want %d (-want +got):\n%s", len(got), c.WantRemaining, diff)
	}
}
