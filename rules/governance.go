package rules

import (
	"cmp"
	"slices"
	"strings"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/rules/internal/source"
	"github.com/salesbaton/baton/suppression"
)

// A GovernedKind says what kind of a rule a Governed is.
type GovernedKind string

// The kinds, by the section of a policy in which such a rule stands.
const (
	GovernedGate        GovernedKind = "gate" // of eligibility
	GovernedSuppression GovernedKind = "suppression"
	GovernedQuietHours  GovernedKind = "quiet_hours"
	GovernedSequence    GovernedKind = "sequence"
	GovernedSLA         GovernedKind = "sla"
	GovernedPool        GovernedKind = "pool"
	GovernedTerritory   GovernedKind = "territory"
	GovernedPlay        GovernedKind = "play"
	GovernedExperiment  GovernedKind = "experiment"
	GovernedRecycle     GovernedKind = "recycle"
)

// A Governed is a rule of a policy with what it says about who looks after it. Nothing is decided by that.
type Governed struct {
	Kind     GovernedKind
	ID       string        // as reasons name it
	Owner    string        // a person or a team, in the author's words; "": the policy names nobody
	ReviewBy calendar.Date // by which day somebody looks whether it is still right; zero: never
	Note     string        // in the author's words
	Position string        // where it stands, file:line:column
	// Until is the first day on which it counts no more, in the policy's zone; zero: it always will. Only of a GovernedExperiment.
	Until calendar.Date
	// Endless says that it may hold for ever: with forever: true, or until somebody lifts it where nothing else ends it. Only
	// a GovernedSuppression can be.
	Endless bool
}

// Governed returns every rule that somebody could look after, also those of which the policy does not say who does, in the order
// of the files and of the lines in them. What is overdue has a ReviewBy before the day on which you ask.
func (i *Inspection) Governed() []Governed {
	rules := slices.Clone(i.policy.governed)
	slices.SortFunc(rules, func(a, b governedRule) int { return i.policy.compare(a.at, b.at) })
	out := make([]Governed, len(rules))
	for k, r := range rules {
		out[k] = r.Governed
	}
	return out
}

// A governedRule is a Governed on its way to an Inspection.
type governedRule struct {
	Governed
	at source.Node
}

// compare is the order of the files, the policy first, and of the lines in them.
func (p *policy) compare(a, b source.Node) int {
	fileA, lineA, columnA := a.Place()
	fileB, lineB, columnB := b.Place()
	return cmp.Or(cmp.Compare(slices.Index(p.files.names, fileA), slices.Index(p.files.names, fileB)), cmp.Compare(lineA, lineB), cmp.Compare(columnA, columnB))
}

// govern reads who looks after a rule, which stands at a node.
func (p *policy) govern(kind GovernedKind, id string, at source.Node, m source.Keyed) *Governed {
	p.governed = append(p.governed, governedRule{at: at, Governed: Governed{
		Kind:     kind,
		ID:       id,
		Owner:    filledText(m.Get("owner")),
		ReviewBy: m.Get("review_by").Date(),
		Note:     filledText(m.Get("note")),
		Position: at.Position(),
	}})
	return &p.governed[len(p.governed)-1].Governed
}

// filledText reads a text that is not empty.
func filledText(n source.Node) string {
	text := n.Text()
	if n.IsText() && strings.TrimSpace(text) == "" {
		n.Errorf(source.Empty, "the text is empty; fill it in, or leave the key out")
	}
	return text
}

// isEndless reports whether nothing but a person ends what the rule holds, if anybody does. A rule without any end does not
// compile, so that what has none of the others is lifted by somebody.
func isEndless(r suppression.Rule) bool {
	lasting := r.Hold != nil || r.Source.Endless()
	return r.Forever || lasting && r.For.IsZero() && r.OnRelease != handoff.ReleaseReplay
}
