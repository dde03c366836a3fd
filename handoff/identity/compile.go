package identity

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/salesbaton/baton/handoff"
)

// Bounds of a model.
const (
	maxScore = 100_000_000 // of one level, either way: 100 bits
	maxKeys  = 20
)

// fieldCount and levelCount are the sizes of a compiled model. A level's place is that in Levels, from 1; 0 is unknown.
const (
	fieldCount = 17
	levelCount = 9
)

// A place is the index of a field in Fields.
type place int

const (
	placeEmail place = iota
	placeFirstName
	placeLastName
	placePhone
	placeBorn
	placeCompany
	placeNumber
	placeDomain
	placeStreet
	placeUnit
	placeHouse
	placeCity
	placePostalCode
	placeState
	placeCountry
	placeContact
	placeParent
)

// A rank is how well a field agrees: its level's index in Levels plus 1. 0: it is unknown.
type rank uint8

// compiled is a model by index.
type compiled struct {
	Model
	used   [fieldCount]bool
	weight [fieldCount][levelCount]Micro
	// ceiling is the greatest weight of a level and those behind it.
	ceiling [fieldCount][levelCount]Micro
	apart   [fieldCount][levelCount]verdict
	alone   [fieldCount]verdict // by group
	common  [fieldCount]bool    // by group
	// apartWhy and aloneWhy are what a candidate is told that they keep down.
	apartWhy [fieldCount][levelCount]string
	aloneWhy [fieldCount]string
	ties     []tie
}

// groups are which fields agree as one, by place.
var groups = [fieldCount]place{placeEmail, placeFirstName, placeFirstName, placePhone, placeBorn, placeCompany, placeNumber, placeDomain,
	placeStreet, placeStreet, placeStreet, placeStreet, placeStreet, placeStreet, placeStreet, placeContact, placeParent}

// groupOf returns the first field of what Model.Alone names.
func groupOf(f Field) (place, bool) {
	switch f {
	case FieldName:
		return placeFirstName, true
	case FieldPlace:
		return placeStreet, true
	}
	p, _ := placeOf(f)
	return p, slices.Contains(Groups(), f)
}

// sharable returns what Model.Common can name.
func sharable() []Field {
	return slices.DeleteFunc(Groups(), func(f Field) bool { return f == FieldName || f == FieldPlace })
}

func placeOf(f Field) (place, bool) {
	i := slices.Index(Fields(), f)
	return place(i), i >= 0
}

func rankOf(f Field, l Level) (rank, bool) {
	i := slices.Index(Levels(f), l)
	return rank(i + 1), i >= 0
}

// compile checks a model. What it returns shares nothing with it.
func compile(name string, m Model) (compiled, error) {
	c := compiling{name: name}
	c.Model = m.clone()
	c.Linkage = cmp.Or(m.Linkage, LinkAverage)
	c.readWeights()
	c.setCeilings()
	c.readApart()
	c.readAlone()
	c.readCommon()
	c.readTies()
	c.checkBounds()
	checkWords(c.fail, "key", m.Keys, KeyKinds())
	if m.Linkage != "" {
		checkWords(c.fail, "linkage", []Linkage{m.Linkage}, Linkages())
	}
	return c.compiled, errors.Join(c.errs...)
}

// compiling is a model on the way, with what is wrong with it.
type compiling struct {
	compiled
	name string
	errs []error
}

func (c *compiling) fail(format string, args ...any) {
	c.errs = append(c.errs, fmt.Errorf("identity: "+c.name+": "+format, args...))
}

func (c *compiling) readWeights() {
	for _, w := range c.Weights {
		p, r, ok := c.at(w.Field, w.Level)
		switch {
		case !ok:
			c.fail("there is no level %q of %q", w.Level, w.Field)
		case w.Score < -maxScore || w.Score > maxScore:
			c.fail("%s %s weighs %d; a weight lies between -100 and 100 bits, in millionths", w.Field, w.Level, w.Score)
		default:
			c.used[p], c.weight[p][r] = true, w.Score
		}
	}
}

func (c *compiling) readApart() {
	for _, at := range slices.SortedFunc(maps.Keys(c.Apart), FieldLevel.compare) {
		word := c.Apart[at]
		p, r, ok := c.at(at.Field, at.Level)
		if at.Level == Unknown {
			p, ok = placeOf(at.Field)
		}
		v, known := verdictOf(word)
		if !ok || !known {
			c.fail("Apart has no level %q of %q, or no verdict %q", at.Level, at.Field, word)
			continue
		}
		c.used[p] = true
		c.setApart(p, r, v, fmt.Sprintf("%s where %s is %s", capWords[v], at.Field, at.Level))
		if at.Level != Unknown {
			for worse := int(r) + 1; worse <= len(levelNames[p]); worse++ {
				c.setApart(p, rank(worse), v, fmt.Sprintf("%s where %s is no better than %s", capWords[v], at.Field, at.Level))
			}
		}
	}
}

// setApart caps a level, unless something stricter does.
func (c *compiling) setApart(p place, r rank, v verdict, why string) {
	if c.apart[p][r] == free || v < c.apart[p][r] {
		c.apart[p][r], c.apartWhy[p][r] = v, why
	}
}

func (l FieldLevel) compare(m FieldLevel) int {
	return cmp.Or(cmp.Compare(l.Field, m.Field), cmp.Compare(l.Level, m.Level))
}

func (c *compiling) readAlone() {
	for _, f := range slices.Sorted(maps.Keys(c.Alone)) {
		p, ok := groupOf(f)
		v, known := verdictOf(c.Alone[f])
		if !ok || !known {
			c.fail("Alone knows no field %q, or no verdict %q", f, c.Alone[f])
			continue
		}
		c.alone[p] = v
		c.aloneWhy[p] = fmt.Sprintf("%s where nothing but %s agrees", capWords[v], f)
	}
}

// verdictOf returns the verdict of a word, and false where it is none.
func verdictOf(word handoff.MatchVerdict) (verdict, bool) {
	i := slices.Index(verdictWords[:], word)
	return verdict(max(i, 0)), i > 0
}

func (c *compiling) readCommon() {
	checkWords(c.fail, "field that is Common", c.Common, sharable())
	for _, f := range c.Common {
		if p, ok := groupOf(f); ok {
			c.common[p] = true
		}
	}
}

func (c *compiling) readTies() {
	checkWords(c.fail, "tie-break", c.TieBreaks, TieBreaks())
	for _, t := range c.TieBreaks {
		c.ties = append(c.ties, tie(slices.Index(TieBreaks(), t)))
	}
}

func (c *compiling) checkBounds() {
	if c.Review > c.Match {
		c.fail("from %d on it is a review, and from %d on a match; the first must not be above the second", c.Review, c.Match)
	}
	if c.Records < 0 {
		c.fail("its thresholds are for %d records; 0 is for any number", c.Records)
	}
	if len(c.Keys) == 0 || len(c.Keys) > maxKeys {
		c.fail("there are %d keys; a model has between 1 and %d", len(c.Keys), maxKeys)
	}
}

func (c *compiled) setCeilings() {
	for p := range c.weight {
		top := Micro(math.MinInt64)
		for r := len(levelNames[p]); r > 0; r-- {
			top = max(top, c.weight[p][r])
			c.ceiling[p][r] = top
		}
	}
}

func (c *compiled) at(f Field, l Level) (place, rank, bool) {
	p, known := placeOf(f)
	r, ok := rankOf(f, l)
	return p, r, known && ok
}

func checkWords[T ~string](fail func(string, ...any), what string, words, known []T) {
	for i, w := range words {
		switch {
		case !slices.Contains(known, w):
			fail("%q is no %s; known are %v", w, what, known)
		case slices.Contains(words[:i], w):
			fail("the %s %s stands twice", what, w)
		}
	}
}

// capWords say what a cap allows.
var capWords = [...]string{"", "no match", "no more than a review", "a match"}
