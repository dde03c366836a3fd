package rules

import (
	"regexp"
	"slices"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/internal/source"
	"github.com/salesbaton/baton/suppression"
)

// readLaws reads the tables that the policy uses and its own rows, from all of its files.
func (p *policy) readLaws(section source.Node) {
	if !section.Exists() {
		return
	}
	var tables, own []suppression.LawRow
	used, ids := map[string]bool{}, map[string]source.Node{}
	for _, part := range section.Parts() {
		m := filled(part)
		for _, n := range m.Get("use").List() {
			name := n.Word()
			if used[name] && name != "" {
				n.Errorf(source.Repeated, "%q is used already", name)
				continue
			}
			used[name] = true
			rows, _ := suppression.Table(name)
			tables = append(tables, rows...)
		}
		p.limits.Zones = append(p.limits.Zones, readZones(m.Get("zones"))...)
		for _, n := range m.Get("rows").List() {
			own = append(own, lawRow(n, ids))
		}
	}
	checkReplaced(own, tables, ids)
	p.laws = suppression.Merge(tables, own)
	p.judge(section)
}

// judge makes what judges evidence by the laws.
func (p *policy) judge(section source.Node) {
	if p.report.Failed() {
		return
	}
	open := slices.DeleteFunc(slices.Clone(p.config.OptOut), func(c handoff.Channel) bool { return c == handoff.ChannelTask }) // no law is about it
	law, err := suppression.NewLaw(suppression.LawConfig{Rows: p.laws, OptOut: open, Zone: p.config.Zone})
	if err != nil {
		section.Errorf(source.Impossible, "%v", err)
		return
	}
	p.config.Consenter, p.limits.Law = law, law
}

func lawRow(n source.Node, ids map[string]source.Node) suppression.LawRow {
	m := n.Map()
	row := suppression.LawRow{
		ID:          unique(m.Get("id"), ids),
		Table:       m.Get("table").ID(),
		Countries:   places(m.Get("countries"), countryForm, "a country is two capital letters, such as CA"),
		States:      places(m.Get("states"), stateForm, "a state is its code without the country, in capital letters, such as QC"),
		Channels:    wordsIn[handoff.Channel](m.Get("channels")),
		Purposes:    wordsIn[handoff.Purpose](m.Get("purposes")),
		Subscribers: wordsIn[handoff.Subscriber](m.Get("subscribers")),
		Need:        suppression.Need(m.Get("needs").Word()),
		Bases:       grounds(m.Get("bases")),
		HonourBy:    honourBy(m.Get("honour_by")),
		From:        m.Get("from").Date(),
		Until:       m.Get("until").Date(),
		Source:      m.Get("source").Text(),
	}
	if hours := m.Get("hours"); hours.Exists() {
		row.Hours = readWindows(hours)
	}
	checkLawRow(row, n, m)
	return row
}

// checkReplaced reports a row that seems meant to stand in the place of one of a table, and has another id: it is of the
// same law for the same places, and its id is nearly the same.
func checkReplaced(own, tables []suppression.LawRow, ids map[string]source.Node) {
	for _, r := range own {
		var near []string
		for _, t := range tables {
			if t.Table == r.Table && slices.Equal(t.Countries, r.Countries) && slices.Equal(t.States, r.States) {
				near = append(near, t.ID)
			}
		}
		if meant := source.DidYouMean(r.ID, near); meant != "" && !slices.Contains(near, r.ID) {
			ids[r.ID].Errorf(source.UnknownName, "unknown row %q of %s%s; a row in the place of another has its id, and one beside it an id that is less alike", r.ID, r.Table, meant)
		}
	}
}

func checkLawRow(row suppression.LawRow, n source.Node, m source.Keyed) {
	if n.IsMap() && !m.Get("needs").Exists() && !m.Get("hours").Exists() && !m.Get("honour_by").Exists() {
		n.Errorf(source.NoEffect, "the row asks for nothing; write needs, hours or honour_by")
	}
	if row.Need != suppression.NeedConsent {
		m.Get("bases").Errorf(source.NoEffect, "only needs: %s looks at them; write that, or leave them out", suppression.NeedConsent)
	} else if !m.Get("bases").Exists() {
		m.Get("needs").Errorf(source.MissingKey, "needs: %s needs bases: which grants count, such as [{basis: %s}]", suppression.NeedConsent, handoff.BasisExpress)
	}
	if len(row.Countries) != 1 {
		m.Get("states").Errorf(source.MissingKey, "states are those of one country; write countries with that one")
	}
	if (period{row.From, row.Until}).isEmpty() {
		m.Get("until").Errorf(source.Impossible, "the row ends before it begins; until is the first day on which it no longer is in force, after %s", row.From)
	}
}

// The forms of ISO 3166-1 alpha-2, and of ISO 3166-2 behind the hyphen.
var (
	countryForm = regexp.MustCompile(`^[A-Z]{2}$`)
	stateForm   = regexp.MustCompile(`^[A-Z0-9]{1,3}$`)
)

// places reads a list of codes of one form.
func places(n source.Node, form *regexp.Regexp, expected string) []string {
	for _, item := range n.List() {
		if item.IsText() && !form.MatchString(item.Raw()) {
			item.Errorf(source.BadName, "%s, not %q", expected, item.Raw())
		}
	}
	return n.Texts()
}

func grounds(n source.Node) []suppression.Ground {
	var out []suppression.Ground
	for _, item := range n.List() {
		m := item.Map()
		g := suppression.Ground{Basis: handoff.Basis(m.Get("basis").Word()), Months: int(m.Get("months").Int())}
		if slices.ContainsFunc(out, func(o suppression.Ground) bool { return o.Basis == g.Basis && g.Basis != "" }) {
			m.Get("basis").Errorf(source.Repeated, "%q is repeated in this list", g.Basis)
			continue
		}
		out = append(out, g)
	}
	return out
}

func honourBy(n source.Node) suppression.HonourBy {
	if !n.Exists() {
		return suppression.HonourBy{}
	}
	m := n.Map()
	return suppression.HonourBy{Days: int(m.Get("days").Int()), Business: m.Get("business").Bool()}
}
