package identity

import "github.com/salesbaton/baton/handoff"

// A comparison is what is said of a pair.
type comparison struct {
	score   Micro
	ranks   [fieldCount]rank
	verdict verdict
	capped  limit // what keeps the verdict below what the score says; zero: nothing
	forms   bool  // the names of the companies could be one's but for their legal forms
}

// A limit keeps a verdict down.
type limit struct {
	by    capKind
	place place // of capApart and capAlone
}

// A capKind is what keeps a verdict down; zero: nothing. The last two no model can loosen.
type capKind uint8

const (
	capApart   capKind = iota + 1 // a field that disagrees
	capAlone                      // only one group of fields agrees
	capCommon                     // only fields agree that several share
	capForms                      // the legal forms differ
	capSisters                    // the domains are related, and the countries or the names differ
)

// compare weighs a pair.
func (c *compiled) compare(a, b *Prepared) (x comparison) {
	x.rank(c, a, b)
	for p, r := range x.ranks {
		x.score += c.weight[p][r]
	}
	x.forms = otherForm(a.company, b.company)
	x.judge(c)
	return x
}

// rank tells how well each field agrees that the model uses.
func (x *comparison) rank(c *compiled, a, b *Prepared) {
	for p := range place(fieldCount) {
		if c.used[p] {
			x.ranks[p] = agree(p, a, b)
		}
	}
	if c.used[placeFirstName] || c.used[placeLastName] {
		x.ranks[placeFirstName], x.ranks[placeLastName] = agreeNames(a, b)
	}
}

func agree(p place, a, b *Prepared) rank {
	switch p {
	case placeEmail:
		return agreeEmail(a, b)
	case placePhone:
		return agreePhone(a.phones, b.phones)
	case placeBorn:
		return agreeBorn(a.born, b.born)
	case placeCompany:
		return agreeCompany(a.company, b.company)
	case placeNumber:
		return agreeCode(a.number, b.number)
	case placeDomain:
		return agreeDomain(a, b)
	case placeStreet:
		return agreeText(a.street, b.street)
	case placeUnit:
		return agreeText(a.unit, b.unit)
	case placeHouse:
		return agreeCode(a.house, b.house)
	case placeCity:
		return agreeText(a.city, b.city)
	case placePostalCode:
		return agreePostalCode(a.postalCode, b.postalCode)
	case placeState:
		return agreeCode(a.state, b.state)
	case placeCountry:
		return agreeWord(a.country, b.country)
	case placeParent:
		return agreeParent(a, b)
	}
	return 0
}

// judge gives the verdict: what the score says, and no more than what caps it.
func (x *comparison) judge(c *compiled) {
	x.verdict, x.capped = differs, limit{}
	switch {
	case x.score >= c.Match:
		x.verdict = same
	case x.score >= c.Review:
		x.verdict = unsure
	}
	for p, r := range x.ranks {
		x.keep(c.apart[p][r], limit{capApart, place(p)})
	}
	if p, only := x.only(c); only {
		x.keep(c.alone[p], limit{capAlone, p})
	}
	if len(c.Common) > 0 {
		x.keep(x.common(c), limit{by: capCommon})
	}
	if x.forms {
		x.keep(unsure, limit{by: capForms})
	}
	if x.sisters(c) {
		x.keep(unsure, limit{by: capSisters})
	}
}

// sisters reports whether two companies have one name under two suffixes, such as acme.de and acme.com, and are in two
// countries or have names that agree in part at best.
func (x *comparison) sisters(c *compiled) bool {
	return !c.used[placeLastName] && x.ranks[placeDomain] == relatedDomain &&
		(x.ranks[placeCountry] == otherCountry || x.ranks[placeCompany] >= partly)
}

// otherCountry is the rank of countries that differ.
const otherCountry = 2

// common returns the most that is possible where what agrees is common to several; free: it is not.
func (x *comparison) common(c *compiled) verdict {
	shared := false
	for p, r := range x.ranks {
		switch g := groups[p]; {
		case c.weight[p][r] <= 0 || g == placeFirstName || g == placeStreet || !c.common[g] && x.inPart(g):
		case !c.common[g] && (p != int(placeEmail) || r <= ownMailbox):
			return free
		default:
			shared = true
		}
	}
	if !shared {
		return free
	}
	return x.nameCap(c)
}

// ownMailbox is the last rank at which two addresses are one person's: the same, or but for a slip. A team's address is
// not, and addresses that are only much alike are those of colleagues.
const ownMailbox = 2

// nameCap returns the most that the names allow where they are all that could tell two from each other.
func (x *comparison) nameCap(c *compiled) verdict {
	first, last := c.weight[placeFirstName][x.ranks[placeFirstName]], c.weight[placeLastName][x.ranks[placeLastName]]
	switch lower, higher := min(first, last), max(first, last); {
	case lower < 0 && higher <= 0:
		return differs
	case lower < 0 || higher <= 0:
		return unsure
	}
	return free
}

// inPart reports whether the names of the companies, where that is the group, agree in part only. It is no evidence
// that stands beside another's: a company is in one house with those that bear its name.
func (x *comparison) inPart(group place) bool {
	return group == placeCompany && x.ranks[placeCompany] >= partly
}

// only returns the group of fields that agrees where there is one only.
func (x *comparison) only(c *compiled) (group place, only bool) {
	group = -1
	for p, r := range x.ranks {
		switch {
		case c.weight[p][r] <= 0 || groups[p] == group || x.inPart(place(p)):
		case place(p) == placeState || place(p) == placeCountry: // where too many are to speak for anybody
		case group >= 0:
			return group, false
		default:
			group = groups[p]
		}
	}
	return group, group >= 0
}

// keep lets the verdict be no surer than at.
func (x *comparison) keep(at verdict, by limit) {
	if at != free && at < x.verdict {
		x.verdict, x.capped = at, by
	}
}

// capping says what keeps the verdict down; "" where nothing does.
func (x *comparison) capping(c *compiled) string {
	switch p := x.capped.place; x.capped.by {
	case capApart:
		return c.apartWhy[p][x.ranks[p]]
	case capAlone:
		return c.aloneWhy[p]
	case capCommon:
		return commonWhy[x.verdict]
	case capForms:
		return "no more than a review where the legal forms of one name differ"
	case capSisters:
		return "no more than a review where the domains are only related and the countries or names differ"
	}
	return ""
}

// commonWhy is what a candidate is told that Common keeps down, by its verdict.
var commonWhy = [...]string{
	differs: "no match where a name differs and only what several share agrees",
	unsure:  "no more than a review where only what several share agrees",
}

// A verdict is a handoff.MatchVerdict by number, the surer the higher. As a cap, the zero verdict is none.
type verdict uint8

const (
	free verdict = iota
	differs
	unsure
	same
)

var verdictWords = [...]handoff.MatchVerdict{"", handoff.NotMatched, handoff.ToReview, handoff.Matched}

func (v verdict) word() handoff.MatchVerdict { return verdictWords[v] }

// evidence appends what the pair says, in the order of Fields: what counts, and what caps.
func (x *comparison) evidence(c *compiled, dst []handoff.MatchEvidence) []handoff.MatchEvidence {
	for p, r := range x.ranks {
		if r > 0 && (c.weight[p][r] != 0 || c.apart[p][r] != free) {
			f := fieldNames[p]
			dst = append(dst, handoff.MatchEvidence{Field: string(f), Level: string(levelNames[p][r-1]), Score: c.weight[p][r]})
		}
	}
	return dst
}

// fieldNames and levelNames are Fields and Levels, by place and rank.
var fieldNames = Fields()

var levelNames = func() (out [fieldCount][]Level) {
	for p, f := range Fields() {
		out[p] = Levels(f)
	}
	return out
}()

// agreeWord compares codes.
func agreeWord(a, b string) rank {
	switch {
	case a == "" || b == "":
		return 0
	case a == b:
		return 1
	}
	return 2
}
