package identity

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"github.com/salesbaton/baton/handoff"
)

// Match weighs the candidates: leads and contacts that the lead could be, and accounts that it could belong to. The
// order of the candidates does not matter; the lead itself is none, and of several with one Ref the one that ranks
// first counts, where all that Match says of them decides, down to their Account and Parent. Where the lead is a
// contact for certain, that contact's account has this beside its own evidence; a contact is not for certain where a
// tie is left to a review, or where nothing but the id puts it before one of another account.
func (m *Matcher) Match(lead Prepared, candidates []Prepared) handoff.Match {
	people := m.rankPeople(&lead, candidates)
	contact := people.decided()
	accounts := m.rankAccounts(&lead, contact, candidates)
	out := handoff.Match{Digest: m.config.Digest}
	n := len(people.list) + len(accounts.list)
	out.Candidates = make([]handoff.MatchCandidate, 0, n)
	evidence := make([]handoff.MatchEvidence, 0, n*typicalEvidence)
	out.Contact, evidence = people.tell(&out, evidence)
	out.Account, _ = accounts.tell(&out, evidence)
	switch found := accounts.best(); {
	case out.Account.Verdict == handoff.Matched:
		out.Parent = found.Parent
	case contact != nil && contact.Account != "" && found == nil && !accounts.holds(contact.Account):
		out.Account = handoff.Taken{Verdict: handoff.Matched, ID: contact.Account, Why: "contact " + contact.Ref.ID + " is of it"}
	}
	return out
}

// typicalEvidence is how many fields of two records speak, as a rule.
const typicalEvidence = 8

// A ranking is the candidates of one kind, the best first.
type ranking struct {
	model      *compiled
	lead       *Prepared
	candidates []Prepared
	list       []*ranked
	broken     TieBreak // what put the first before the second, where their scores did not; "": their scores did, or the ids
	tied       bool     // the first and the second have the same verdict and score
	twinned    bool     // another match is the first but for its legal form, which the lead does not tell
}

// A ranked is a candidate with what is said of it.
type ranked struct {
	comparison
	of int32 // its index
}

func (r *ranking) who(x *ranked) *Prepared { return &r.candidates[x.of] }

// best returns the first candidate where it is a match; nil: it is none.
func (r *ranking) best() *Prepared {
	if len(r.list) == 0 || r.list[0].verdict != same {
		return nil
	}
	return r.who(r.list[0])
}

// decided returns the first candidate where it is a match for certain: where no tie is left to a review, and none of
// those that only their ids put behind it is of another account.
func (r *ranking) decided() *Prepared {
	first := r.best()
	if first == nil || r.undecided() {
		return nil
	}
	for i := 1; i < len(r.list) && r.level(i); i++ {
		if r.who(r.list[i]).Account != first.Account {
			return nil
		}
	}
	return first
}

// level reports whether only its id puts a candidate behind the first.
func (r *ranking) level(i int) bool {
	first, x := r.list[0], r.list[i]
	_, by := r.order(first, x)
	return by == "" && first.verdict == x.verdict && first.score == x.score
}

// holds reports whether the account with an id is a candidate.
func (r *ranking) holds(id string) bool {
	return slices.ContainsFunc(r.list, func(x *ranked) bool { return r.who(x).Ref.ID == id })
}

func (m *Matcher) rankPeople(lead *Prepared, candidates []Prepared) *ranking {
	r := &ranking{model: &m.people, lead: lead, candidates: candidates}
	all := make([]ranked, 0, len(candidates))
	for i := range candidates {
		if c := &candidates[i]; c.Ref.Kind == handoff.KindLead && c.Ref != lead.Ref {
			all = append(all, ranked{r.model.compare(lead, c), int32(i)})
		}
	}
	r.sort(all)
	return r
}

func (m *Matcher) rankAccounts(lead, contact *Prepared, candidates []Prepared) *ranking {
	r := &ranking{model: &m.accounts, lead: lead, candidates: candidates}
	all := make([]ranked, 0, len(candidates))
	for i := range candidates {
		c := &candidates[i]
		if c.Ref.Kind != handoff.KindAccount {
			continue
		}
		x := r.model.compare(lead, c)
		if contact != nil && contact.Account == c.Ref.ID {
			x.add(r.model, placeContact, 1)
		}
		all = append(all, ranked{x, int32(i)})
	}
	r.sort(all)
	return r
}

// add adds what a pair of other records says.
func (x *comparison) add(c *compiled, p place, r rank) {
	x.ranks[p] = r
	x.score += c.weight[p][r]
	x.judge(c)
}

// sort ranks the candidates: the surer verdict, the higher score, the tie-breaks in order, the id.
func (r *ranking) sort(all []ranked) {
	r.list = make([]*ranked, len(all))
	for i := range all {
		r.list[i] = &all[i]
	}
	slices.SortFunc(r.list, func(a, b *ranked) int {
		n, _ := r.order(a, b)
		if n == 0 {
			return r.contents(a, b)
		}
		return n
	})
	r.unique()
	if len(r.list) < 2 {
		return
	}
	_, r.broken = r.order(r.list[0], r.list[1])
	r.tied = r.list[0].verdict == r.list[1].verdict && r.list[0].score == r.list[1].score
	r.twinned = r.hasTwin()
}

// contents orders candidates with one Ref that rank alike by all that a match says of them.
func (r *ranking) contents(a, b *ranked) int {
	x, y := r.who(a), r.who(b)
	return cmp.Or(slices.Compare(a.ranks[:], b.ranks[:]), cmp.Compare(x.Account, y.Account), cmp.Compare(x.Parent, y.Parent),
		cmp.Compare(x.company.Base, y.company.Base), cmp.Compare(x.company.Form, y.company.Form))
}

// unique keeps of several candidates with one id the first.
func (r *ranking) unique() {
	var buffer [128]int32
	seen := buffer[:] // by hash: which candidate, counted from 1
	if least := 2 * len(r.list); least > len(seen) {
		seen = make([]int32, 1<<bits.Len(uint(least)))
	}
	r.list = slices.DeleteFunc(r.list, func(x *ranked) bool {
		id := r.who(x).Ref.ID
		at := int(hashKey(0, id)>>keyBits) & (len(seen) - 1)
		for ; seen[at] != 0; at = (at + 1) & (len(seen) - 1) {
			if r.candidates[seen[at]-1].Ref.ID == id {
				return true
			}
		}
		seen[at] = x.of + 1
		return false
	})
}

// hasTwin reports whether another match is a twin of the first, and neither the lead's company, nor a contact of the
// first, nor anything but an id tells which of them is meant.
func (r *ranking) hasTwin() bool {
	first := r.list[0]
	if first.verdict != same || first.ranks[placeContact] > 0 {
		return false
	}
	for i := 1; i < len(r.list) && r.list[i].verdict == same; i++ {
		if twins(r.who(first), r.who(r.list[i])) && (r.lead.company.Form == "" || r.level(i)) {
			return true
		}
	}
	return false
}

// tell appends the candidates to a match, and says whom the lead is taken for.
func (r *ranking) tell(m *handoff.Match, evidence []handoff.MatchEvidence) (handoff.Taken, []handoff.MatchEvidence) {
	for i := range r.list {
		x := r.list[i]
		from := len(evidence)
		evidence = x.evidence(r.model, evidence)
		m.Candidates = append(m.Candidates, handoff.MatchCandidate{Ref: r.who(x).Ref, Verdict: x.verdict.word(), Score: x.score,
			Evidence: evidence[from:len(evidence):len(evidence)], Why: r.why(i)})
	}
	if len(r.list) == 0 {
		return handoff.Taken{Verdict: handoff.NotMatched, Why: "there is no candidate"}, evidence
	}
	return r.taken(), evidence
}

// taken says whom the lead is taken for, of at least one candidate.
func (r *ranking) taken() handoff.Taken {
	switch best := r.list[0]; {
	case best.verdict == differs:
		return handoff.Taken{Verdict: handoff.NotMatched, Why: "too little speaks for any candidate"}
	case best.verdict == same && r.undecided():
		return handoff.Taken{Verdict: handoff.ToReview, ID: r.who(best).Ref.ID, Why: r.won(best)}
	default:
		return handoff.Taken{Verdict: best.verdict.word(), ID: r.who(best).Ref.ID, Why: r.won(best)}
	}
}

// undecided reports whether somebody has to decide between the first and another.
func (r *ranking) undecided() bool { return r.twinned || r.tied && r.broken == TieReview }

// why says what a candidate lost by, and of the first what keeps it down.
func (r *ranking) why(i int) string {
	x, first := r.list[i], r.list[0]
	switch why := x.capping(r.model); {
	case why != "":
		return why
	case i == 0 && r.twinned:
		return "another is the same but for its legal form"
	case i == 0 && r.undecided():
		return "nothing tells it from the next"
	case i == 0:
		return ""
	case x.verdict == differs:
		return "too little speaks for it"
	case x.verdict < first.verdict:
		return "less sure than the first"
	case x.score < first.score:
		return "less evidence than the first"
	}
	return r.behind(x)
}

// behind says what puts a candidate behind the first that scores as much.
func (r *ranking) behind(x *ranked) string {
	switch _, by := r.order(r.list[0], x); by {
	case "":
		return "its id is behind the first's"
	case TieReview:
		return "nothing tells it from the first"
	default:
		return "behind the first by " + string(by)
	}
}

// won says what speaks for the first candidate, and why it is the first.
func (r *ranking) won(best *ranked) string {
	var parts []string
	for p, n := range best.ranks {
		if r.model.weight[p][n] > 0 {
			parts = append(parts, string(fieldNames[p])+" "+string(levelNames[p][n-1]))
		}
	}
	why := strings.Join(parts, ", ")
	if c := best.capping(r.model); c != "" {
		why += "; " + c
	}
	switch {
	case r.twinned:
		why += "; another is the same but for its legal form"
	case r.tied:
		why += "; " + r.tie()
	}
	return why
}
