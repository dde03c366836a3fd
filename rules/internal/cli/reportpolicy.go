package cli

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/rules"
	"github.com/salesbaton/baton/rules/internal/source"
)

// A measuredPolicy is what a report needs of a policy that compiles.
type measuredPolicy struct {
	inspect  *rules.Inspection
	zone     *calendar.Zone
	reps     []handoff.Rep // with their teams
	declared []string      // paths of fields, such as account.tier
}

// readPolicy reads a policy for a report. The zero measuredPolicy is that of no policy.
func readPolicy(path string) (p measuredPolicy, err error) {
	if path == "" {
		return p, nil
	}
	p.inspect, err = rules.Inspect(path)
	if problems := problemsOf(path, err); problems != nil && errors.As(err, new(rules.Problems)) {
		return p, problems
	}
	if err != nil {
		return p, err
	}
	p.zone, p.reps = p.inspect.Engine.Zone(), p.inspect.Reps()
	for _, f := range p.inspect.Fields() {
		if f.Of != "trigger" {
			p.declared = append(p.declared, f.Of+"."+f.Name)
		}
	}
	return p, nil
}

// name returns the policy's, "" where there is none.
func (p measuredPolicy) name() string {
	if p.inspect == nil {
		return ""
	}
	return p.inspect.Engine.Policy()
}

// hours returns a calendar of the policy.
func (p measuredPolicy) hours(id string) (*calendar.Calendar, error) {
	calendars := p.inspect.Calendars()
	if c, known := calendars[id]; known {
		return c, nil
	}
	names := slices.Sorted(maps.Keys(calendars))
	if len(names) == 0 {
		return nil, errors.New("the policy has no calendars")
	}
	return nil, errors.New("the policy has no calendar " + id + source.DidYouMean(id, names) + "; it has " + strings.Join(names, ", "))
}
