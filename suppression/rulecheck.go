package suppression

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/salesbaton/baton/handoff"
)

// hasCooldown reports whether the rule says anything about a cooldown.
func (r *Rule) hasCooldown() bool {
	c := r.Cooldown
	return c.After != "" || c.Per != "" || !c.For.IsZero() || len(c.Channels)+len(c.Purposes) > 0
}

func (r *Rule) hasCap() bool { return r.Cap != Cap{} }

func (r *Rule) hasWhile() bool { return len(r.While.Runs)+len(r.While.Equal) > 0 }

// checkRules joins every problem of the rules.
func checkRules(policy string, rules []Rule) error {
	var problems []error
	seen := map[string]bool{}
	for i := range rules {
		c := ruleCheck{Rule: &rules[i], policy: policy}
		if c.ID == "" || seen[c.ID] {
			c.fail("needs an id of its own")
		}
		seen[c.ID] = true
		c.check()
		for _, text := range c.problems {
			problems = append(problems, fmt.Errorf("suppression %d %q: %s", i+1, c.ID, text))
		}
	}
	return errors.Join(problems...)
}

// A ruleCheck collects what is wrong with a rule.
type ruleCheck struct {
	*Rule
	policy   string
	problems []string
}

func (c *ruleCheck) fail(format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf(format, args...))
}

func (c *ruleCheck) check() {
	forms := 0
	for _, has := range []bool{c.Hold != nil, c.Hold == nil && c.Source != "", c.hasCooldown(), c.hasCap(), c.hasWhile()} {
		if has {
			forms++
		}
	}
	if forms != 1 {
		c.fail("needs either a hold, a source, a cooldown, a cap or a while")
		return
	}
	c.source()
	c.sequence()
	c.touches()
	if c.hasCooldown() {
		c.cooldown()
	}
	if c.hasCap() {
		c.cap()
	}
	if c.hasWhile() {
		c.while()
	}
	c.release()
	c.end()
}

func (c *ruleCheck) source() {
	if c.Source == "" {
		return
	}
	w := c.Source.words()
	switch {
	case w == wording{}:
		c.fail("unknown source %q; known are %s", c.Source, list(Sources()))
	case c.Hold == nil && !w.found:
		c.fail("the source %s does not find out by itself; say what holds", c.Source)
	}
	if len(c.Stages) > 0 && c.Source != OpenOpportunity {
		c.fail("stages are of the source %s", OpenOpportunity)
	}
}

// sequence checks what only active sequences have.
func (c *ruleCheck) sequence() {
	finds := c.Hold == nil && c.Source == ActiveSequence
	switch {
	case !finds && (c.Per != "" || c.Exclusive || len(c.Besides) > 0):
		c.fail("per, exclusive and besides are of the source %s", ActiveSequence)
	case finds && !slices.Contains([]Per{PerLead, PerAccount}, cmp.Or(c.Per, PerLead)):
		c.fail("the source %s is per lead or per account", ActiveSequence)
	}
}

// touches checks that a rule which keeps back what a sequence sends does not count from the handoff that started it.
func (c *ruleCheck) touches() {
	if c.Touches && (c.hasCap() || c.hasCooldown() || c.hasWhile() || c.Source == ActiveSequence) {
		c.fail("only a hold, and a source other than %s, keeps back touches; what counts from the handoff would hold the sequence that it started",
			ActiveSequence)
	}
}

func (c *ruleCheck) cooldown() {
	after := cmp.Or(c.Cooldown.After, AfterHandoff)
	may := map[After][]Per{AfterHandoff: {PerLead, PerAccount, PerDomain, PerOrg}, AfterTouch: {PerLead},
		AfterLoss: {PerLead, PerAccount}, AfterRenewal: {PerLead, PerAccount}}[after]
	switch {
	case may == nil:
		c.fail("unknown start of a cooldown %q; known are %s", after, list(afters()))
	case !slices.Contains(may, c.Cooldown.Per):
		c.fail("a cooldown after a %s is per %s", after, list(may))
	}
	if span := c.Cooldown.For; span.IsZero() || negative(span) {
		c.fail("a cooldown lasts for a time above zero")
	}
	if after != AfterTouch && len(c.Cooldown.Channels)+len(c.Cooldown.Purposes) > 0 {
		c.fail("channels and purposes are of a cooldown after a touch")
	}
	for _, channel := range c.Cooldown.Channels {
		if !slices.Contains(handoff.Channels(), channel) {
			c.fail("unknown channel %q; known are %s", channel, list(handoff.Channels()))
		}
	}
	for _, purpose := range c.Cooldown.Purposes {
		if counted := []handoff.Purpose{handoff.PurposeSales, handoff.PurposeMarketing}; !slices.Contains(counted, purpose) {
			c.fail("a cooldown counts from touches for %s, not %q", list(counted), purpose)
		}
	}
	c.counted()
}

func (c *ruleCheck) cap() {
	for _, err := range c.Cap.mistakes() {
		if err != nil {
			c.fail("%v", err)
		}
	}
	if !slices.Contains(pers(), c.Cap.Per) {
		c.fail("a cap is per %s", list(pers()))
	}
	if c.Cap.Recipient {
		c.fail("handoffs count by the days of the policy or of a zone; only touches count by those of the recipient")
	}
	c.counted()
}

// counted checks that what the rule counts has a name.
func (c *ruleCheck) counted() {
	if c.policy == "" && (c.hasCap() || c.Cooldown.Per == PerDomain || c.Cooldown.Per == PerOrg) {
		c.fail("handoffs are counted under the name of a policy, which is missing")
	}
}

func (c *ruleCheck) while() {
	if len(c.While.Runs) == 0 || slices.Contains(c.While.Runs, "") {
		c.fail("a while names the plays, sequences or motions that run")
	}
	for _, e := range c.While.Equal {
		if !slices.Contains(equals(), e) {
			c.fail("unknown thing in common %q; known are %s", e, list(equals()))
		}
	}
}

func (c *ruleCheck) release() {
	how := c.onRelease()
	if known := []handoff.OnRelease{handoff.ReleaseNone, handoff.ReleaseReplay, handoff.ReleaseAgain}; !slices.Contains(known, how) {
		c.fail("unknown word for release %q; known are %s", how, list(known))
	}
	if c.Younger < 0 || c.Younger > 0 && how != handoff.ReleaseReplay {
		c.fail("younger is a time that is not negative, of a release that replays")
	}
	if negative(c.Again) || c.Again.IsZero() == (how == handoff.ReleaseAgain) {
		c.fail("a release that tries again, and no other, says after which time")
	}
}

// end checks that the hold has one.
func (c *ruleCheck) end() {
	switch ends := !c.For.IsZero(); {
	case negative(c.For):
		c.fail("a hold lasts for a time that is not negative")
	case ends && c.Forever:
		c.fail("what holds for a time (for) does not hold for ever (forever); keep one")
	case ends || c.Forever || strings.TrimSpace(c.LiftedBy) != "" || c.onRelease() == handoff.ReleaseReplay:
	case c.says().words().endless:
		c.fail("has no end; say for how long (for), who lifts it (lifted_by), that what it held is tried then (on_release: replay), or that it has none (forever)")
	}
}

func negative(s handoff.Span) bool { return s.Days < 0 || s.Elapsed < 0 }
