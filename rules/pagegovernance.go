package rules

import (
	"github.com/salesbaton/baton/rules/internal/source"
)

// care says who looks after a rule, and by when, in one sentence each; none where the policy does not.
func care(m source.Keyed) (out []prose) {
	if owner := m.Get("owner"); owner.Exists() {
		out = append(out, prose{}.strong("Looked after by").say(" %s.", owner.Text()))
	}
	if day := m.Get("review_by"); day.Exists() {
		out = append(out, prose{}.strong("To be reviewed").say(" by %s.", dayWords(day.Date())))
	}
	if note := m.Get("note"); note.Exists() {
		out = append(out, prose{}.strong("Note").say(": %s", note.Text()))
	}
	return out
}

// cared is the name of a rule in a table, with who looks after it below.
func cared(name prose, m source.Keyed) prose {
	for _, sentence := range care(m) {
		name = name.newLine().add(sentence)
	}
	return name
}
