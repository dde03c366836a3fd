package identity

import "math/bits"

// A sketch is what is seen of a record at a glance, so that most pairs need no closer look: its birthday, of texts the
// letters that they hold, and of other fields a hash. unseen is a field that is unknown, and several one of more values
// than one.
type sketch struct {
	of   [sketchSize]uint32
	born [8]byte
}

const (
	unseen  = 0
	several = 1
)

// Where a sketch has what.
const (
	seenMailbox = iota
	seenLocal
	seenFirst
	seenLast
	seenPhone
	seenCompany
	seenNumber
	seenDomain
	seenStreet
	seenHouse
	seenCity
	seenPostalCode
	seenState
	seenCountry
	sketchSize
)

func sketchOf(p *Prepared) (s sketch) {
	of := &s.of
	for i := range p.mails {
		of[seenMailbox], of[seenLocal] = lettersIn(p.mails[i].key), glance(of[seenLocal], p.mails[i].local)
	}
	for _, n := range p.phones {
		of[seenPhone] = glance(of[seenPhone], lastDigits(n))
	}
	p.eachDomain(func(d string) { of[seenDomain] = glance(of[seenDomain], domainLabel(d)) })
	of[seenFirst], of[seenLast], of[seenCompany] = lettersIn(p.first), lettersIn(p.last), lettersIn(p.company.Base)
	of[seenStreet], of[seenCity], of[seenPostalCode] = lettersIn(p.street), lettersIn(p.city), lettersIn(p.postalCode)
	of[seenNumber], of[seenHouse] = glance(unseen, p.number), glance(unseen, p.house)
	of[seenState], of[seenCountry] = glance(unseen, p.state), glance(unseen, p.country)
	copy(s.born[:], p.born)
	return s
}

// glance returns the hash of a field's value, or several where it has one before.
func glance(before uint32, value string) uint32 {
	switch {
	case value == "":
		return before
	case before != unseen:
		return several
	}
	h := uint32(2166136261)
	for i := range len(value) {
		h = (h ^ uint32(value[i])) * 16777619
	}
	return max(h, several+1)
}

// lettersIn returns which letters a text holds, in letterKinds kinds, and above that its length up to longText.
func lettersIn(s string) (set uint32) {
	for i := range len(s) {
		set |= 1 << (s[i] % letterKinds)
	}
	return set | uint32(min(len(s), longText))<<letterKinds
}

const (
	letterKinds = 26
	longText    = 1<<(32-letterKinds) - 1
)

// A difference is what the letters of two texts tell.
type difference struct {
	a, b         int  // lengths
	onlyA, onlyB int  // letters that the other does not hold
	unknown      bool // a text is too long to tell its length
}

func differenceOf(x, y uint32) difference {
	const letters = 1<<letterKinds - 1
	d := difference{a: int(x >> letterKinds), b: int(y >> letterKinds),
		onlyA: bits.OnesCount32(x &^ y & letters), onlyB: bits.OnesCount32(y &^ x & letters)}
	d.unknown = max(d.a, d.b) == longText
	return d
}

// least is the least distance that the texts can have.
func (d difference) least() int { return max(d.onlyA, d.onlyB, d.a-d.b, d.b-d.a) }

// part reports whether one can be a part of the other.
func (d difference) part() bool { return d.onlyA == 0 || d.onlyB == 0 }

// similar returns the most that similar can say of the texts.
func (d difference) similar() int {
	matches := min(d.a-d.onlyA, d.b-d.onlyB)
	jaro := 1000 * (matches*(d.a+d.b) + d.a*d.b) / (3 * d.a * d.b)
	return jaro + 4*(1000-jaro)/10 + 1
}

// byHash are the fields of which a sketch has a hash, and which level is the best one of two hashes.
var byHash = [...]struct {
	place  place
	seen   int
	differ rank
}{
	{placePhone, seenPhone, 3}, {placeNumber, seenNumber, 2}, {placeDomain, seenDomain, 4}, {placeHouse, seenHouse, 2},
	{placeState, seenState, 2}, {placeCountry, seenCountry, 2},
}

// byLetters are the fields of which a sketch has the letters, but for names, and what tells the best level of them.
var byLetters = [...]struct {
	place place
	seen  int
	best  func(difference) rank
}{
	{placeCompany, seenCompany, bestCompany}, {placeStreet, seenStreet, bestText}, {placeCity, seenCity, bestText},
	{placePostalCode, seenPostalCode, bestPostalCode},
}

// ceilings returns the most that each field of a pair can weigh; that of both names stands at the first.
func (c *compiled) ceilings(a, b *sketch) (most [fieldCount]Micro) {
	for _, f := range byHash {
		switch x, y := a.of[f.seen], b.of[f.seen]; {
		case x == unseen || y == unseen:
		case x == y || x == several || y == several:
			most[f.place] = c.ceiling[f.place][1]
		default:
			most[f.place] = c.ceiling[f.place][f.differ]
		}
	}
	for _, f := range byLetters {
		most[f.place] = c.textCeiling(f.place, a.of[f.seen], b.of[f.seen], f.best)
	}
	most[placeFirstName] = c.nameCeiling(a, b)
	most[placeEmail] = c.mailCeiling(a, b)
	most[placeUnit], most[placeParent] = max(0, c.ceiling[placeUnit][1]), max(0, c.ceiling[placeParent][1])
	if c.used[placeBorn] && a.born[0] != 0 && b.born[0] != 0 {
		most[placeBorn] = c.weight[placeBorn][agreeBorn(string(a.born[:]), string(b.born[:]))]
	}
	return most
}

func (c *compiled) textCeiling(p place, x, y uint32, best func(difference) rank) Micro {
	switch {
	case x == unseen || y == unseen:
		return 0
	case x == y:
		return c.ceiling[p][1]
	}
	return c.ceiling[p][best(differenceOf(x, y))]
}

// nameCeiling is for both names, as they are or swapped.
func (c *compiled) nameCeiling(a, b *sketch) Micro {
	return max(
		c.textCeiling(placeFirstName, a.of[seenFirst], b.of[seenFirst], bestFirst)+
			c.textCeiling(placeLastName, a.of[seenLast], b.of[seenLast], bestText),
		c.textCeiling(placeFirstName, a.of[seenFirst], b.of[seenLast], bestText)+
			c.textCeiling(placeLastName, a.of[seenLast], b.of[seenFirst], bestText),
		c.textCeiling(placeFirstName, a.of[seenLast], b.of[seenFirst], bestText)+
			c.textCeiling(placeLastName, a.of[seenFirst], b.of[seenLast], bestText))
}

func (c *compiled) mailCeiling(a, b *sketch) Micro {
	x, y := a.of[seenMailbox], b.of[seenMailbox]
	local := a.of[seenLocal] == b.of[seenLocal]
	switch {
	case x == unseen || y == unseen:
		return 0
	case x == y || a.of[seenLocal] == several || b.of[seenLocal] == several:
		return c.ceiling[placeEmail][1]
	}
	return c.ceiling[placeEmail][bestMailbox(differenceOf(x, y), local)]
}

// bestText is the best level that agreeText can find.
func bestText(d difference) rank {
	switch least := d.least(); {
	case least <= 2 || d.part():
		return 2
	case least == 3 || d.unknown || d.similar() >= 880:
		return 3
	case 2*least <= max(d.a, d.b) || d.similar() >= 780:
		return 4
	}
	return 5
}

// bestFirst is the best level that agreeFirst can find: a nickname is like no letter of the name.
func bestFirst(difference) rank { return 2 }

// bestCompany is the best level that agreeCompany can find.
func bestCompany(d difference) rank {
	switch {
	case d.part() || d.unknown || d.similar() >= closeName:
		return 4
	}
	return 8
}

// bestPostalCode is the best level that agreePostalCode can find.
func bestPostalCode(d difference) rank {
	if d.least() <= 1 {
		return 2
	}
	return 3
}

// bestMailbox is the best level that sameMailbox can find.
func bestMailbox(d difference, sameLocal bool) rank {
	n := max(d.a, d.b)
	switch least := d.least(); {
	case sameLocal || least <= 2:
		return 2
	case 3*least <= n || d.unknown:
		return 4
	}
	return farMailbox
}

// byCost are the fields in the order of what it costs to compare them and of what that saves. The first name stands for
// both.
var byCost = [...]place{placePostalCode, placeCity, placeFirstName, placeState, placeCountry, placeHouse, placeNumber, placePhone,
	placeParent, placeDomain, placeCompany, placeStreet, placeUnit, placeEmail, placeBorn}

// compareFrom is compare for a pair that scores at least so much. Of others it returns false, as soon as the fields
// that are left cannot make up for what is lacking.
func (c *compiled) compareFrom(least Micro, sa, sb *sketch, a, b *Prepared) (x comparison, enough bool) {
	most := c.ceilings(sa, sb)
	lacking := least
	for _, n := range most {
		lacking -= n
	}
	for _, p := range byCost {
		if lacking > 0 {
			return x, false
		}
		lacking += most[p] - x.rankOne(c, p, a, b)
	}
	x.score = least - lacking
	x.forms = otherForm(a.company, b.company)
	x.judge(c)
	return x, lacking <= 0
}

// rankOne tells how well a field agrees, or both names, and returns what that weighs.
func (x *comparison) rankOne(c *compiled, p place, a, b *Prepared) Micro {
	switch {
	case p == placeFirstName && (c.used[p] || c.used[placeLastName]):
		first, last := agreeNames(a, b)
		x.ranks[p], x.ranks[placeLastName] = first, last
		return c.weight[p][first] + c.weight[placeLastName][last]
	case c.used[p]:
		x.ranks[p] = agree(p, a, b)
		return c.weight[p][x.ranks[p]]
	}
	return 0
}
