package rules

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/handoff/identity"
)

// An Inspection is what tools tell about a policy that compiles.
type Inspection struct {
	Engine  *handoff.Engine
	Matcher *identity.Matcher
	Files   []string // that were read, the policy first, relative to its folder
	Cost    int64    // units that deciding one signal takes at most, see MaxPolicyCost
	counts  []count
	policy  *policy
}

type count struct {
	n    int
	what string
}

// Inspect is Load for tools.
func Inspect(name string, options ...Option) (*Inspection, error) {
	fsys, base := os.DirFS(filepath.Dir(name)), filepath.Base(name)
	text, err := readFile(fsys, base)
	if err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	p, engine, err := compile(&files{fsys: fsys, dir: "."}, base, text, options)
	if err != nil {
		return nil, err
	}
	matcher, err := p.matcher(base)
	if err != nil {
		return nil, err
	}
	c := p.config
	return &Inspection{
		Engine:  engine,
		Matcher: matcher,
		Files:   p.files.names,
		Cost:    p.cost.total(len(c.Plays)),
		counts: []count{{len(c.Triggers), "trigger"}, {len(p.pools), "pool"}, {len(p.territories), "territory"},
			{len(p.routes), "route"}, {len(c.Sequences), "sequence"}, {len(c.Plays), "play"}},
		policy: p,
	}, nil
}

// Markdown returns the page that tells sales and marketing what the policy does, in words: who is ready, who is left alone
// and why, what happens then, who owns what, and what is promised. It is the same for the same files, byte for byte.
func (i *Inspection) Markdown() string { return i.page().Markdown() }

// HTML returns the page of Markdown as one HTML file that needs no other and runs nothing.
func (i *Inspection) HTML() string { return i.page().HTML() }

// Reps returns the policy's roster, in the order of the file. Do not change it.
func (i *Inspection) Reps() []handoff.Rep { return i.policy.config.Reps }

// Fields returns the columns that the policy declares, in the order of the file. Do not change them.
func (i *Inspection) Fields() []handoff.Field { return i.policy.config.Fields }

// Calendars returns the policy's calendars by id. Do not change the map.
func (i *Inspection) Calendars() map[string]*calendar.Calendar { return i.policy.calendars }

// Contents says in short what the policy consists of, such as "2 triggers, 1 pool, 3 plays".
func (i *Inspection) Contents() string {
	var parts []string
	for _, c := range i.counts {
		switch {
		case c.n == 1:
			parts = append(parts, "1 "+c.what)
		case c.n > 1 && strings.HasSuffix(c.what, "y") && c.what != "play":
			parts = append(parts, fmt.Sprintf("%d %sies", c.n, strings.TrimSuffix(c.what, "y")))
		case c.n > 1:
			parts = append(parts, fmt.Sprintf("%d %ss", c.n, c.what))
		}
	}
	return strings.Join(parts, ", ")
}
