package schema

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/salesbaton/baton/handoff"
)

// Compatible returns what a change of a document from one schema to another breaks, in the order of the old document;
// nil when the new schema may stand under the old version.
//
// What Baton reads must go on reading every document that was right before. So these changes break a writer: a property,
// word, type or alternative that is gone; a property that is required now; a bound, pattern or format that is narrower;
// further keys that are refused now. New optional properties, words and alternatives break nobody.
//
// What Baton writes must go on being what its readers were told. So these changes break a reader: a property, word or
// alternative that is gone; a property that is no longer certain; a type, word or alternative that is new; a bound,
// pattern or format that is wider. New properties break nobody, whether or not they are certain, because readers ignore
// the properties that they do not know. New words do: a reader switches over them, and treats one that it does not know
// as an error.
//
// Texts and the order of things break nobody. Two schemas whose difference it cannot follow, such as two patterns, count
// as a change that breaks.
func Compatible(before, after Schema, d Direction) []string {
	c := comparison{before: before, after: after, direction: d, seen: map[[2]string]bool{}}
	c.compare("", before, after)
	return c.problems
}

// A comparison collects what a change breaks.
type comparison struct {
	before, after Schema // the documents, for their definitions
	direction     Direction
	seen          map[[2]string]bool // pairs of references, compared where they were met first
	problems      []string
}

func (c *comparison) fail(path, format string, args ...any) {
	if path == "" {
		path = "the document"
	}
	c.problems = append(c.problems, path+" "+fmt.Sprintf(format, args...))
}

// reading reports whether Baton reads the document: then it must not become narrower, else not wider.
func (c *comparison) reading() bool { return c.direction == Read }

func (c *comparison) compare(path string, before, after Schema) {
	if pair := [2]string{before.Ref, after.Ref}; before.Ref != "" && after.Ref != "" {
		if c.seen[pair] {
			return
		}
		c.seen[pair] = true
	}
	before, after = before.Resolve(c.before), after.Resolve(c.after)
	if before.IsNone() || after.IsNone() {
		c.nothing(path, before, after)
		return
	}
	old, now := labelled(before, c.before), labelled(after, c.after)
	if (len(old) == 0) != (len(now) == 0) {
		c.split(path, before, after)
		return
	}
	c.types(path, before.Type, after.Type)
	c.words(path, wordsIn(before), wordsIn(after))
	c.text(path, "format", before.Format, after.Format)
	c.text(path, "pattern", before.Pattern, after.Pattern)
	c.bounds(path, before, after)
	c.required(path, before.Required, after.Required)
	c.properties(path, before, after)
	c.alternatives(path, old, now)
	if before.Items != nil || after.Items != nil {
		c.compare(path+"[]", orAny(before.Items), orAny(after.Items))
	}
}

// orAny returns the schema, and the one that allows everything for nil.
func orAny(s *Schema) Schema {
	if s == nil {
		return Schema{}
	}
	return *s
}

// nothing compares schemas one of which allows no value.
func (c *comparison) nothing(path string, before, after Schema) {
	switch {
	case before.IsNone() == after.IsNone():
	case c.reading() && after.IsNone():
		c.fail(path, "is refused now")
	case !c.reading() && before.IsNone():
		c.fail(path, "was never written, and is now")
	}
}

func (c *comparison) types(path string, before, after Types) {
	narrow, wide, what := before, after, "may no longer be"
	if !c.reading() {
		narrow, wide, what = after, before, "may now be"
	}
	switch {
	case len(wide) == 0:
		return
	case len(narrow) == 0:
		c.fail(path, "%s of any type", what)
	}
	for _, t := range narrow {
		if !slices.Contains(wide, t) && (t != "integer" || !slices.Contains(wide, "number")) {
			c.fail(path, "%s of type %s", what, t)
		}
	}
}

// wordsIn returns the values that a schema lists; nil where it lists none.
func wordsIn(s Schema) []handoff.Value {
	if !s.Const.IsZero() {
		return []handoff.Value{s.Const}
	}
	return s.Enum
}

func (c *comparison) words(path string, before, after []handoff.Value) {
	switch {
	case before == nil && after == nil:
		return
	case before == nil:
		if c.reading() {
			c.fail(path, "takes only listed words now")
		}
		return
	case after == nil:
		if !c.reading() {
			c.fail(path, "was one of a closed list, and may be any word now")
		}
		return
	}
	for _, w := range lacking(before, after) {
		c.fail(path, "no longer has the word %s", w)
	}
	if c.reading() {
		return
	}
	for _, w := range lacking(after, before) {
		c.fail(path, "has the new word %s", w)
	}
}

// lacking returns what is in a list and not in another.
func lacking(list, other []handoff.Value) []handoff.Value {
	return slices.DeleteFunc(slices.Clone(list), func(v handoff.Value) bool { return slices.ContainsFunc(other, v.Equal) })
}

// text compares keywords whose values cannot be ordered.
func (c *comparison) text(path, keyword, before, after string) {
	wide := after
	if !c.reading() {
		wide = before
	}
	if before != after && wide != "" {
		c.fail(path, "had the %s %q and has %q", keyword, before, after)
	}
}

// bounds compares the numbers that bound a value.
func (c *comparison) bounds(path string, before, after Schema) {
	for _, b := range []struct {
		keyword       string
		before, after handoff.Opt[int64]
		sign          int64 // -1: a smaller number is wider
	}{
		{"minimum", before.Minimum, after.Minimum, -1},
		{"maximum", before.Maximum, after.Maximum, 1},
		{"minLength", before.MinLength, after.MinLength, -1},
		{"maxLength", before.MaxLength, after.MaxLength, 1},
		{"minItems", before.MinItems, after.MinItems, -1},
		{"maxItems", before.MaxItems, after.MaxItems, 1},
		{"maxProperties", before.MaxProperties, after.MaxProperties, 1},
	} {
		narrow, wide := b.before, b.after
		if !c.reading() {
			narrow, wide = b.after, b.before
		}
		if wide.Known && (!narrow.Known || b.sign*narrow.Value > b.sign*wide.Value) {
			c.fail(path, "had %s %s and has %s", b.keyword, bound(b.before), bound(b.after))
		}
	}
}

func bound(n handoff.Opt[int64]) string {
	if !n.Known {
		return "none"
	}
	return fmt.Sprint(n.Value)
}

func (c *comparison) required(path string, before, after []string) {
	narrow, wide, what := before, after, "is required now"
	if !c.reading() {
		narrow, wide, what = after, before, "is no longer certain"
	}
	for _, name := range wide {
		if !slices.Contains(narrow, name) {
			c.fail(join(path, name), "%s", what)
		}
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// properties compares what an object may hold.
func (c *comparison) properties(path string, before, after Schema) {
	c.named(path, before.Properties, after.Properties)
	c.named(path, before.PatternProperties, after.PatternProperties)
	if before.PropertyNames != nil || after.PropertyNames != nil {
		c.compare(join(path, "(names)"), orAny(before.PropertyNames), orAny(after.PropertyNames))
	}
	c.others(path, before, after)
}

// others compares what an object may hold beside its listed properties, and what was one of the others and is listed
// now.
func (c *comparison) others(path string, before, after Schema) {
	old := orAny(before.AdditionalProperties)
	if old.IsNone() && !c.reading() {
		return // readers ignore properties that they do not know
	}
	if before.AdditionalProperties != nil || after.AdditionalProperties != nil {
		c.compare(join(path, "(others)"), old, orAny(after.AdditionalProperties))
	}
	if old.IsNone() {
		return
	}
	for _, p := range after.Properties {
		if _, listed := before.Properties.Find(p.Name); !listed {
			c.compare(join(path, p.Name), old, p.Schema)
		}
	}
}

// named compares the properties that were there before.
func (c *comparison) named(path string, before, after Properties) {
	for _, p := range before {
		now, found := after.Find(p.Name)
		if !found {
			c.fail(join(path, p.Name), "is gone")
			continue
		}
		c.compare(join(path, p.Name), p.Schema, now)
	}
}

// alternatives compares lists of schemas one of which a value fits, by what tells them apart.
func (c *comparison) alternatives(path string, before, after Properties) {
	c.named(path, before, after)
	if c.reading() {
		return
	}
	for _, p := range after {
		if _, known := before.Find(p.Name); !known {
			c.fail(join(path, p.Name), "is a new alternative")
		}
	}
}

// split compares a schema with one that is split into alternatives. Keywords beside alternatives are not looked at.
func (c *comparison) split(path string, before, after Schema) {
	fits := 0
	old, now := labelled(before, c.before), labelled(after, c.after)
	for _, p := range old {
		if c.fits(p.Schema, after) {
			fits++
		}
	}
	for _, p := range now {
		if c.fits(before, p.Schema) {
			fits++
		}
	}
	need := 1 // of the alternatives of the wider side
	if (len(old) > 0) == c.reading() {
		need = len(old) + len(now)
	}
	if fits < need {
		c.fail(path, "had %d alternatives and has %d, which do not fit", len(old), len(now))
	}
}

// fits reports whether a change would break nobody.
func (c *comparison) fits(before, after Schema) bool {
	trial := *c
	trial.seen, trial.problems = maps.Clone(c.seen), nil
	trial.compare("", before, after)
	return trial.problems == nil
}

// labelled names the alternatives of a schema by the first word that they fix, else by their reference, else by their
// types; what that does not tell apart is numbered.
func labelled(s, root Schema) Properties {
	var out Properties
	for _, alternative := range slices.Concat(s.OneOf, s.AnyOf) {
		name := label(alternative, root)
		for n, base := 2, name; ; n++ {
			if _, taken := out.Find(name); !taken {
				break
			}
			name = fmt.Sprintf("%s %d", base, n)
		}
		out = append(out, Property{name, alternative})
	}
	return out
}

func label(s, root Schema) string {
	for _, p := range s.Resolve(root).Properties {
		if !p.Schema.Const.IsZero() {
			return "(" + strings.Trim(p.Schema.Const.String(), `"`) + ")"
		}
	}
	return "(" + cmp.Or(strings.TrimPrefix(s.Ref, refPrefix), strings.Join(s.Type, " or ")) + ")"
}
