package identity

import (
	"cmp"
	"time"

	"github.com/salesbaton/baton/handoff"
)

// order compares two candidates, the better first, and names the tie-break that tells them apart: "" where the verdict, the
// score or the id does.
func (r *ranking) order(a, b *ranked) (int, TieBreak) {
	if a.verdict != b.verdict {
		return int(b.verdict) - int(a.verdict), ""
	}
	if a.score != b.score {
		return cmp.Compare(b.score, a.score), ""
	}
	x, y := r.who(a), r.who(b)
	for i, t := range r.model.ties {
		if t == tieReview {
			return x.Ref.Compare(y.Ref), TieReview
		}
		if n := t.compare(x, y); n != 0 {
			return n, r.model.TieBreaks[i]
		}
	}
	return x.Ref.Compare(y.Ref), ""
}

// A tie is the index of a tie-break in TieBreaks.
type tie uint8

const (
	tieCustomer tie = iota
	tieOwned
	tieMostContacts
	tieFewestContacts
	tieMostLeads
	tieFewestLeads
	tieMostOpportunities
	tieFewestOpportunities
	tieOldest
	tieNewest
	tieLatestActivity
	tieParent
	tieChild
	tieReview
)

// compare returns a negative number where a comes first, and 0 where the tie-break does not tell.
func (t tie) compare(a, b *Prepared) int {
	x, y := &a.ties, &b.ties
	switch t {
	case tieCustomer:
		return trueFirst(x.customer, y.customer)
	case tieOwned:
		return trueFirst(x.owned, y.owned)
	case tieMostContacts:
		return mostFirst(x.contacts, y.contacts)
	case tieFewestContacts:
		return fewestFirst(x.contacts, y.contacts)
	case tieMostLeads:
		return mostFirst(x.leads, y.leads)
	case tieFewestLeads:
		return fewestFirst(x.leads, y.leads)
	case tieMostOpportunities:
		return mostFirst(x.opportunities, y.opportunities)
	case tieFewestOpportunities:
		return fewestFirst(x.opportunities, y.opportunities)
	case tieOldest:
		return knownFirst(x.created, y.created, x.created.Compare(y.created))
	case tieNewest:
		return knownFirst(x.created, y.created, y.created.Compare(x.created))
	case tieLatestActivity:
		return knownFirst(x.active, y.active, y.active.Compare(x.active))
	case tieParent:
		return trueFirst(a.Parent == "", b.Parent == "")
	case tieChild:
		return trueFirst(a.Parent != "", b.Parent != "")
	}
	return 0
}

func mostFirst(a, b handoff.Opt[int64]) int {
	if !a.Known || !b.Known {
		return trueFirst(a.Known, b.Known)
	}
	return cmp.Compare(b.Value, a.Value)
}

func fewestFirst(a, b handoff.Opt[int64]) int {
	if !a.Known || !b.Known {
		return trueFirst(a.Known, b.Known)
	}
	return cmp.Compare(a.Value, b.Value)
}

func knownFirst(a, b time.Time, order int) int {
	if a.IsZero() || b.IsZero() {
		return trueFirst(!a.IsZero(), !b.IsZero())
	}
	return order
}

// tie says what tells the first candidate from the second.
func (r *ranking) tie() string {
	switch r.broken {
	case "":
		return "before an equal by its id"
	case TieReview:
		return "another is equal"
	}
	return "before an equal by " + string(r.broken)
}
