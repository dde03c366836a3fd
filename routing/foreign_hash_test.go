package routing

import (
	"slices"
	"testing"
)

// A rendezvousCase asks which slot a key belongs to; nil is none.
type rendezvousCase struct {
	ID, Key            string
	Slots, Unavailable []string
	Want               *string
}

func TestForeign_Rendezvous(t *testing.T) {
	cases := foreignCases[rendezvousCase](t, "hash_rendezvous.json")
	t.Logf("%3d cases", len(cases))
	if len(cases) != 20 {
		t.Errorf("%d cases, want 20", len(cases))
	}
	for _, c := range cases {
		got := rendezvous(c.Slots, slices.Repeat([]int64{1}, len(c.Slots)), c.Key, func(i int) bool {
			return slices.Contains(c.Unavailable, c.Slots[i])
		})
		if want := c.index(); got != want {
			t.Errorf("%s: %q of %v without %v: got %d, want %d", c.ID, c.Key, c.Slots, c.Unavailable, got, want)
		}
	}
}

func (c rendezvousCase) index() int {
	if c.Want == nil {
		return -1
	}
	return slices.Index(c.Slots, *c.Want)
}
