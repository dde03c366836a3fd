package routing

import (
	"strings"

	"github.com/salesbaton/baton/handoff"
)

// A Keeper gives turns back as the pools say. It implements handoff.TurnKeeper.
type Keeper []*Pool

// Return returns what an activity changes in the ledger that gave the turn: nothing where the pool is not among the
// keeper's, where its members changed and the rep is gone, and where Returns says so.
func (k Keeper) Return(f *handoff.Facts, t handoff.Turn, a handoff.Activity) []handoff.AdjustPool {
	for _, p := range k {
		if p.Policy == t.Policy && p.keeps(t.Pool) {
			return p.giveBack(facts{Facts: f}, t, a)
		}
	}
	return nil
}

// keeps reports whether a ledger is one of the pool's.
func (p *Pool) keeps(ledger string) bool {
	switch p.Scope {
	case ScopeTeam:
		return ledger == "@team/"+p.Team
	case ScopeRoute:
		return strings.HasPrefix(ledger, p.ID+"@route/")
	case ScopePlay:
		return strings.HasPrefix(ledger, p.ID+"@play/")
	}
	return ledger == p.ID
}

// back returns what becomes of the turn after an activity.
func (r Returns) back(t handoff.Turn, a handoff.Activity) GivenBack {
	switch a.Kind {
	case handoff.ActivityDeclined:
		if a.By == t.Rep {
			return r.Declined
		}
	case handoff.ActivityNoShow:
		return r.NoShow
	case handoff.ActivityReassigned:
		if a.To != t.Rep {
			return r.Reassigned
		}
	}
	return BackNone
}

func (p *Pool) giveBack(f facts, t handoff.Turn, a handoff.Activity) []handoff.AdjustPool {
	ledger := f.Pool(t.Policy, t.Pool)
	var moves []handoff.Move
	if move, ok := p.returned(f, ledger, t, p.Returns.back(t, a)); ok {
		move.Reason = string(a.Kind)
		moves = append(moves, move)
	}
	if m, ok := ledger.Members.Find(a.To); ok && a.Kind == handoff.ActivityReassigned && p.Returns.Charge && a.To != t.Rep {
		move := p.charged(ledger, m)
		move.Reason = string(a.Kind)
		moves = append(moves, move)
	}
	if len(moves) == 0 {
		return nil
	}
	return []handoff.AdjustPool{{Policy: t.Policy, Pool: t.Pool, Moves: moves}}
}

// charged returns what a turn changes for whom the record is reassigned to. In a ledger of other members or another
// rotation the member keeps its place, which the next turn sets anew.
func (p *Pool) charged(ledger handoff.Pool, m handoff.Member) handoff.Move {
	if !p.fits(ledger) {
		return handoff.Move{Rep: m.Rep, Offered: 1, Assigned: 1, Away: m.Away, Key: m.Key}
	}
	return p.taken(ledger, m, choice{charged: true})
}

// returned returns what a turn that is given back changes for the member, false where it changes nothing.
func (p *Pool) returned(f facts, ledger handoff.Pool, t handoff.Turn, how GivenBack) (handoff.Move, bool) {
	m, listed := ledger.Members.Find(t.Rep)
	if !listed || how != BackCount && how != BackCredit {
		return handoff.Move{}, false
	}
	move := handoff.Move{Rep: m.Rep, Assigned: -1, Calibration: 1, Away: m.Away, Key: m.Key}
	switch {
	case how == BackCredit: // the turn stays counted until the owed one is paid
		p.credit(f, &move, 1, ledger.Credit(m.Rep, f.At))
	case counted(ledger, m, t):
		m.Assigned, move.Calibration = m.Assigned-1, 0
		if p.fits(ledger) && p.rotation() != LeastRecent { // its order goes by when, not by how often
			move.Key = p.key(m)
		}
	}
	return move, true
}

// counted reports whether a turn is in the counts that a member has now. Of the instant at which the ledger began it is
// not, where the member had turns before: it may be one of those.
func counted(ledger handoff.Pool, m handoff.Member, t handoff.Turn) bool {
	if t.At.Equal(ledger.Since) {
		return m.Calibration >= 0 && m.Count() > 0
	}
	return t.At.After(ledger.Since)
}
