package suppression

import (
	"cmp"
	"slices"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

// minKept is how many instants a tally keeps at least, so that a cap of less can be raised.
const minKept = 100

// Keys appends the tallies that the rules read and count in: with Facts.Owner empty those that do not depend on it, and else
// those that do, and the owner, whose team may count.
func (s *Set) Keys(f *handoff.Facts, p *handoff.Play, dst []handoff.Key) []handoff.Key {
	old := len(dst)
	add := func(key handoff.Key) {
		if !key.IsZero() && !slices.Contains(dst[old:], key) {
			dst = append(dst, key)
		}
	}
	for i := range s.rules {
		q := question{s, &s.rules[i], f, p}
		if !q.counts() || q.ofOwner() != (f.Owner != "") {
			continue
		}
		if q.Cap.Per == PerTeam {
			add(handoff.RepKey(f.Owner))
		}
		key, _ := q.tally()
		add(key)
	}
	return dst
}

// Counts returns the tallies in which the handoff to Facts.Owner counts, at Facts.At, each once and in the order of the rules.
func (s *Set) Counts(f *handoff.Facts, p *handoff.Play) []handoff.Count {
	var counts []handoff.Count
	for i := range s.rules {
		q := question{s, &s.rules[i], f, p}
		if !q.counts() {
			continue
		}
		count := handoff.Count{At: f.At, Keep: s.keeps(q.Rule)}
		count.Tally, _ = q.tally()
		if q.Cap.Timer > 0 {
			count.Until = f.At.Add(q.Cap.Timer)
		}
		same := func(c handoff.Count) bool { return c.Tally == count.Tally }
		if !count.Tally.IsZero() && !slices.ContainsFunc(counts, same) {
			counts = append(counts, count)
		}
	}
	return counts
}

// keeps returns how many instants the tally of a rule keeps: the largest Max of the caps that share it, and at least minKept.
func (s *Set) keeps(r *Rule) int64 {
	keep := max(r.Cap.Max, minKept)
	for i := range s.rules {
		if other := &s.rules[i]; !r.hasOwnTally() && !other.hasOwnTally() && other.Cap.Per == cmp.Or(r.Cap.Per, r.Cooldown.Per) {
			keep = max(keep, other.Cap.Max)
		}
	}
	return keep
}

// hasOwnTally reports whether the rule counts only the handoffs of some plays, or remembers when timers run out.
func (r *Rule) hasOwnTally() bool {
	return r.hasCap() && (r.Cap.Timer > 0 || len(r.Scope.Only)+len(r.Scope.Except) > 0)
}

// ofOwner reports whether the rule can be asked only once there is an owner.
func (r *Rule) ofOwner() bool { return r.Cap.Per == PerRep || r.Cap.Per == PerTeam }

// counts reports whether a handoff of the play counts for the rule: for a cap where the rule covers the play, and for a
// cooldown of more than a record always.
func (q question) counts() bool {
	if q.hasCap() {
		return q.Scope.Covers(q.p)
	}
	return q.Cooldown.Per == PerDomain || q.Cooldown.Per == PerOrg
}

// tally names what the rule counts a handoff in. The key is zero where it counts in none, and then absent is the path of the
// fact for want of which it does not.
//
// Rules that count every handoff of a group share a tally; the others have their own.
func (q question) tally() (key handoff.Key, absent string) {
	group, absent := q.group()
	if group == "" {
		return handoff.Key{}, absent
	}
	name := "handoffs/" + group
	if q.hasOwnTally() {
		name = "handoffs/rule/" + keyPart(q.ID) + "/" + group
	}
	return handoff.TallyKey(q.set.policy, keyName(name)), ""
}

// group returns what the rule counts together; "" where the play is of no group, or of one that nobody knows.
func (q question) group() (group, absent string) {
	switch cmp.Or(q.Cap.Per, q.Cooldown.Per) {
	case PerLead:
		return "subject/" + q.f.Subject.String(), ""
	case PerAccount:
		return q.f.AccountRef().String(), ""
	case PerDomain:
		return q.domain()
	case PerRep:
		if q.f.Owner != "" {
			group = "rep/" + q.f.Owner
		}
	case PerTeam:
		if rep, _ := q.f.Rep(q.f.Owner); rep.Team != "" {
			group = "team/" + rep.Team
		}
	case PerPlay:
		return "play/" + q.p.ID, ""
	case PerOrg:
		return "org", ""
	}
	return group, ""
}

// domain returns a digest: a domain can name a person.
func (q question) domain() (group, absent string) {
	switch domain := domainOf(q.f); {
	case domain != "":
		return "domain/" + digest(domain), ""
	case q.f.Subject.Kind == handoff.KindAccount:
		return "", "account.domain"
	}
	return "", "lead.email_domain"
}

// spent reports whether the cap is reached, or may be by what its tally has forgotten.
func (q question) spent(hold *handoff.ActiveHold) bool {
	key, absent := q.tally()
	if key.IsZero() {
		return absent != "" && unknown(hold, absent)
	}
	n := taken{at: q.f.Tally(key).At}
	switch {
	case q.Cap.Timer > 0:
		n = taken{ends: n.at}
	case int64(len(n.at)) >= q.set.keeps(q.Rule):
		n.lost = n.at[0]
	}
	opens := q.Cap.opens([]*calendar.Zone{cmp.Or(q.Cap.Zone, q.f.Zone)}, q.f.At, n)
	if !opens.After(q.f.At) {
		return false
	}
	hold.Until, hold.Since = opens, latest(n.at[:from(n.at, q.f.At.Add(1))]...)
	return true
}
