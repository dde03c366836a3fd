package suppression

import (
	"cmp"
	"slices"

	"github.com/salesbaton/baton/handoff"
)

// inhibited reports whether something runs for which the play waits.
func (q question) inhibited(hold *handoff.ActiveHold) bool {
	runs := append(ownRuns(q.f), q.f.AccountRecord().Active...)
	for _, e := range q.f.AccountRecord().Enrollments {
		runs = append(runs, asActive(e))
	}
	own := q.While.names(q.p.ID, q.p.Motion, q.p.Sequence)
	return during(q.f, hold, runs, func(r handoff.Active) bool {
		waits := own && q.Scope.Covers(&handoff.Play{ID: r.Play, Motion: r.Motion})
		return q.While.names(r.Play, r.Motion, r.Sequence) && !waits && q.While.agree(q.f, r)
	})
}

// names reports whether one of the names is a source.
func (w While) names(names ...string) bool {
	return slices.ContainsFunc(w.Runs, func(run string) bool { return slices.Contains(names, run) })
}

// agree reports whether the subject and the run have everything in common that they need to.
func (w While) agree(f *handoff.Facts, r handoff.Active) bool {
	if len(w.Equal) == 0 {
		return EqualAccount.agree(f, r)
	}
	return !slices.ContainsFunc(w.Equal, func(e Equal) bool { return !e.agree(f, r) })
}

// agree reports whether the subject and a run for it or its account have it in common.
func (e Equal) agree(f *handoff.Facts, r handoff.Active) bool {
	switch e {
	case EqualLead:
		return r.Person == f.Lead.Ref()
	case EqualOwner:
		owner := ownerNow(f)
		return owner != "" && r.Owner == owner
	case EqualBuyingGroup:
		return f.Lead.BuyingGroup != "" && r.BuyingGroup == f.Lead.BuyingGroup
	}
	return !f.AccountRef().IsZero()
}

// ownerNow returns whose the subject is before the play gives it to anybody.
func ownerNow(f *handoff.Facts) string {
	if f.Subject.Kind == handoff.KindAccount {
		return cmp.Or(f.Record().Owner, f.Account.Owner)
	}
	return cmp.Or(f.Record().Owner, f.Lead.Owner, f.Account.Owner)
}
