package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/identity"
	"github.com/salesbaton/baton/rules/internal/language"
	"github.com/salesbaton/baton/rules/internal/source"
)

// FormatModel returns a model, such as one that identity.Train made, as it stands in the section identity of a policy
// under a key: people, accounts or companies. Every weight is written with all its decimals, and what a profile says
// and the model does not is taken away, so that the policy decides as the model does. What has no effect in it is left
// out. The error says what of the model a policy refuses, such as a level that counts less than one that agrees worse.
func FormatModel(key string, m identity.Model) (string, error) {
	of := modelOf(key)
	if !slices.Contains([]modelOf{peopleModel, accountsModel, companiesModel}, of) {
		return "", fmt.Errorf("identity has no model %q; write people, accounts or companies", key)
	}
	text := modelPrinter{m, of, of.profiles()}.text()
	if _, err := readFormatted(text, of); err != nil {
		return "", fmt.Errorf("a policy cannot say this model: %w", err)
	}
	return text, nil
}

// readFormatted reads a model back, over the standard profile.
func readFormatted(text string, of modelOf) (identity.Model, error) {
	var report source.Report
	root := source.Parse(string(of), []byte("identity:\n"+indented(text)), language.Included, &report)
	c, _ := identity.Profile(language.StandardProfile)
	m := of.model(c)
	if !report.Failed() {
		readModel(root.Map().Get("identity").Map().Get(string(of)), &m, of, language.StandardProfile)
	}
	return m, report.Err()
}

func indented(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n  ") + "\n"
}

// model returns the model of a config.
func (of modelOf) model(c identity.Config) identity.Model {
	switch of {
	case peopleModel:
		return c.People
	case accountsModel:
		return c.Accounts
	}
	return c.Companies
}

// A modelPrinter writes a model.
type modelPrinter struct {
	identity.Model
	of       modelOf
	profiles []identity.Model
}

func (p modelPrinter) text() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, "  "+format+"\n", args...) }
	fmt.Fprintf(&b, "%s:\n", p.of)
	line("keys: %s", flow(p.Keys))
	line("match: %s", language.Bits(p.Match))
	line("review: %s", language.Bits(p.Review))
	line("records: %d", p.Records)
	if weights := p.weights(); len(weights) > 0 {
		line("weights:")
		for _, w := range weights {
			line("  %s", w)
		}
	}
	if alone := p.alone(); len(alone) > 0 {
		line("alone: {%s}", strings.Join(alone, ", "))
	}
	line("common: %s", flow(p.common()))
	if apart := p.apart(); len(apart) > 0 {
		line("apart: {%s}", strings.Join(apart, ", "))
	}
	if len(p.TieBreaks) > 0 && p.of != companiesModel {
		line("tie_breaks: %s", flow(p.TieBreaks))
	}
	if p.Linkage != "" && p.of != accountsModel {
		line("linkage: %s", p.Linkage)
	}
	return b.String()
}

func flow[T ~string](words []T) string { return "[" + strings.Join(language.Words(words), ", ") + "]" }

// profiles returns the model as each profile has it.
func (of modelOf) profiles() (out []identity.Model) {
	for _, name := range identity.Profiles() {
		c, _ := identity.Profile(name)
		out = append(out, of.model(c))
	}
	return out
}

// weights returns a line for each field.
func (p modelPrinter) weights() (lines []string) {
	for _, f := range identity.Fields() {
		var levels []string
		for _, l := range identity.Levels(f) {
			at := identity.FieldLevel{Field: f, Level: l}
			weighs := func(m identity.Model) bool { return (&modelReader{Model: &m}).index(at) >= 0 }
			if weighs(p.Model) || slices.ContainsFunc(p.profiles, weighs) {
				levels = append(levels, fmt.Sprintf("%s: %s", l, language.Bits((&modelReader{Model: &p.Model}).weight(at))))
			}
		}
		if len(levels) > 0 {
			lines = append(lines, fmt.Sprintf("%s: {%s}", f, strings.Join(levels, ", ")))
		}
	}
	return lines
}

// counts reports whether an agreement of a group ever speaks for a match.
func (p modelPrinter) counts(f identity.Field) bool {
	return (&modelReader{Model: &p.Model}).mostOf(f) > 0
}

func (p modelPrinter) alone() (out []string) {
	for _, f := range identity.Groups() {
		capped := func(m identity.Model) bool { return m.Alone[f] != "" }
		if p.counts(f) && (capped(p.Model) || slices.ContainsFunc(p.profiles, capped)) {
			out = append(out, fmt.Sprintf("%s: %s", f, quoted(p.Alone[f])))
		}
	}
	return out
}

func (p modelPrinter) common() []identity.Field {
	return slices.DeleteFunc(slices.Clone(p.Common), func(f identity.Field) bool { return !p.counts(f) })
}

func (p modelPrinter) apart() (out []string) {
	for _, f := range identity.Fields() {
		var levels []string
		for _, l := range append(identity.Levels(f), identity.Unknown) {
			at := identity.FieldLevel{Field: f, Level: l}
			capped := func(m identity.Model) bool { return m.Apart[at] != "" }
			if capped(p.Model) || slices.ContainsFunc(p.profiles, capped) {
				levels = append(levels, fmt.Sprintf("%s: %s", l, quoted(p.Apart[at])))
			}
		}
		if len(levels) > 0 {
			out = append(out, fmt.Sprintf("%s: {%s}", f, strings.Join(levels, ", ")))
		}
	}
	return out
}

// quoted writes a verdict, of which YAML would take no for a truth value; match, which caps nothing, for none.
func quoted(v handoff.MatchVerdict) string {
	switch v {
	case "":
		return string(handoff.Matched)
	case handoff.NotMatched:
		return "'" + string(v) + "'"
	}
	return string(v)
}
