package routing

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The tests in the files foreign_*_test.go hold the arithmetic of routing to facts from the tests of other projects.

// foreignCases returns the cases of a file.
func foreignCases[C any](t *testing.T, name string) []C {
	t.Helper()
	path := filepath.Join("..", "..", "shared", "cases", name)
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("no case file at %s: it is not part of the module", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []C }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return file.Cases
}

// A shiftCase asks when a shift begins or ends, or for all hand-offs that a walk from one instant to another sees.
type shiftCase struct {
	ID, Op, TZ   string
	Every        ShiftUnit
	Length       int64
	Start        time.Time
	At, From, To time.Time
	Want         json.RawMessage
	Elapsed      int64 `json:"want_elapsed_seconds"`
}

func TestForeign_Shifts(t *testing.T) {
	agree := map[string]int{}
	for _, c := range foreignCases[shiftCase](t, "routing_goalert_rotation.json") {
		s := Shifts{Zone: zone(t, c.TZ), Every: c.Every, Length: c.Length, Start: c.Start}
		if err := s.check(); err != nil {
			t.Errorf("%s: %v", c.ID, err)
			continue
		}
		got, want := c.answer(s), c.instants(t)
		if !slices.EqualFunc(got, want, time.Time.Equal) {
			t.Errorf("%s, %s: got %v, want %v", c.ID, c.Op, got, want)
			continue
		}
		agree[c.Op]++
	}
	t.Logf("agree: %v", agree)
	if diff := cmp.Diff(map[string]int{"handoffs": 16, "shift_start": 4, "shift_end": 23}, agree); diff != "" {
		t.Errorf("cases that agree (-want +got):\n%s", diff)
	}
}

func (c shiftCase) answer(s Shifts) []time.Time {
	switch c.Op {
	case "shift_start":
		return []time.Time{s.Begin(c.At)}
	case "shift_end":
		return []time.Time{s.End(c.At)}
	}
	var seen []time.Time
	for at := c.From; !at.After(c.To); at = at.Add(30 * time.Second) {
		shift := []time.Time{s.Begin(at), s.End(at)}
		if len(seen) == 0 || !slices.EqualFunc(seen[len(seen)-2:], shift, time.Time.Equal) {
			seen = append(seen, shift...)
		}
	}
	slices.SortFunc(seen, time.Time.Compare)
	return slices.CompactFunc(seen, time.Time.Equal)
}

// instants returns what the peer answers. Where it says how long the shift is, that must fit.
func (c shiftCase) instants(t *testing.T) []time.Time {
	t.Helper()
	var one time.Time
	if err := json.Unmarshal(c.Want, &one); err == nil {
		if elapsed := one.Sub(c.At); c.Elapsed != 0 && elapsed != time.Duration(c.Elapsed)*time.Second {
			t.Errorf("%s: the case wants %v and says that it is %d s after %v", c.ID, one, c.Elapsed, c.At)
		}
		return []time.Time{one}
	}
	var all []time.Time
	if err := json.Unmarshal(c.Want, &all); err != nil {
		t.Fatalf("%s: %v", c.ID, err)
	}
	return all
}
