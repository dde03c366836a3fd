package suppression

import (
	"errors"
	"fmt"

	"github.com/salesbaton/baton/handoff"
)

// A Rule is one reason to wait. It has a Hold or a Cooldown, not both.
type Rule struct {
	ID        string
	Hold      handoff.Condition // holds unless it is certainly false
	Cooldown  Cooldown          // the zero Cooldown is none
	Reason    string            // in words
	LiftedBy  string            // who or what ends it; "": the facts changing
	OnRelease handoff.OnRelease // "": handoff.ReleaseNone
	Scope     handoff.Scope     // the plays it holds
	Position  string
}

// A Cooldown holds for a while after the latest handoff.
type Cooldown struct {
	Per handoff.Kind // handoff.KindLead: of the subject itself; handoff.KindAccount: of its account and any of its leads
	For handoff.Span
}

// A Set is a list of rules. It implements handoff.Suppressor.
type Set struct{ rules []Rule }

// New checks the rules. The error joins every problem.
func New(rules []Rule) (*Set, error) {
	var problems []error
	seen := map[string]bool{}
	for i, r := range rules {
		fail := func(text string) { problems = append(problems, fmt.Errorf("suppression %d %q: %s", i+1, r.ID, text)) }
		if r.ID == "" || seen[r.ID] {
			fail("needs an id of its own")
		}
		seen[r.ID] = true
		if (r.Hold == nil) == r.Cooldown.For.IsZero() {
			fail("needs either a hold or a cooldown")
		}
		if per := r.Cooldown.Per; r.Hold == nil && per != handoff.KindLead && per != handoff.KindAccount {
			fail("a cooldown is per lead or per account")
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return &Set{rules}, nil
}

// Suppress appends the active holds in the order of the rules.
func (s *Set) Suppress(f *handoff.Facts, p *handoff.Play, dst []handoff.ActiveHold) []handoff.ActiveHold {
	for i := range s.rules {
		if r := &s.rules[i]; r.Scope.Covers(p) {
			hold := r.hold()
			if r.holds(f, &hold) {
				dst = append(dst, hold)
			}
		}
	}
	return dst
}

// TraceHolds returns every rule that covers the play, with the trace of its condition.
func (s *Set) TraceHolds(f *handoff.Facts, p *handoff.Play) []handoff.HoldTrace {
	var out []handoff.HoldTrace
	for i := range s.rules {
		if r := &s.rules[i]; r.Scope.Covers(p) {
			t := handoff.HoldTrace{ActiveHold: r.hold()}
			t.Active = r.holds(f, &t.ActiveHold)
			if r.Hold != nil {
				t.When = r.Hold.Trace(f)
			}
			out = append(out, t)
		}
	}
	return out
}

// hold returns what the rule says of itself.
func (r *Rule) hold() handoff.ActiveHold {
	return handoff.ActiveHold{ID: r.ID, Reason: r.Reason, LiftedBy: r.LiftedBy, OnRelease: r.OnRelease, Position: r.Position}
}

// holds reports whether the rule is active, and since and until when.
func (r *Rule) holds(f *handoff.Facts, hold *handoff.ActiveHold) bool {
	if r.Hold != nil {
		hold.Source = "condition"
		switch r.Hold.Eval(f) {
		case handoff.False:
			return false
		case handoff.Unknown:
			hold.Unknown = r.Hold.Trace(f).Unknown
		}
		return true
	}
	hold.Source = "cooldown"
	record := f.Record()
	if r.Cooldown.Per == handoff.KindAccount {
		record = f.AccountRecord()
	}
	if record.Handoff.IsZero() {
		return false
	}
	hold.Since, hold.Until = record.Handoff, r.Cooldown.For.After(record.Handoff, f.Zone)
	return f.At.Before(hold.Until)
}
