package routing

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/salesbaton/baton/handoff"
)

// An OnShift is the rung for whoever is on duty by the clock. It remembers nothing. Who is on duty and cannot take the
// record is passed over, and nobody else is asked: the next rung says what then.
type OnShift struct {
	ID      string
	Members []string // reps; shift 0 is the first one's, and so on, round and round
	Shifts  Shifts
	Away    WhenAway
}

// Name returns "shift:" and the id.
func (s *OnShift) Name() string { return "shift:" + s.ID }

func (s *OnShift) prepare() error {
	if s.ID == "" || len(s.Members) == 0 || slices.Contains(s.Members, "") {
		return errors.New("shifts need an id and members")
	}
	if err := s.Away.check(); err != nil {
		return err
	}
	return s.Shifts.check()
}

// duty returns the rep whose shift an instant is in.
func (s *OnShift) duty(f facts) string {
	n := int64(len(s.Members))
	return s.Members[((s.Shifts.Number(f.At)%n)+n)%n]
}

func (s *OnShift) owned(f facts) Owned {
	rep := s.duty(f)
	return Owned{role: "rep on duty in " + s.ID, Lookup: func(*handoff.Facts) string { return rep }, Away: s.Away}
}

func (s *OnShift) keys(f facts, dst []handoff.Key) []handoff.Key { return s.owned(f).keys(f, dst) }

func (s *OnShift) try(f facts, a *attempt) {
	if a.through(s, FromShift, s.owned(f), f) && a.Covers == "" {
		a.Why = fmt.Sprintf("%s is on duty in %s until %s", a.Owner, s.ID, f.Zone.In(s.Shifts.End(f.At)).Format(time.RFC3339))
	}
}
