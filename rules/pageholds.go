package rules

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/rules/internal/source"
	"github.com/salesbaton/baton/suppression"
)

func (p *page) leftAlone() {
	if len(p.holds) == 0 {
		return
	}
	p.heading(2, "left-alone", "Who is left alone, and why")
	p.say("A play does not run while one of these holds it. What is unknown holds too: a signal that only a missing fact " +
		"holds back waits for that fact until it is too old.")
	g := grid{header: []string{"Hold", "Holds while", "Reason", "Lifted by", "The held signal", "Applies to"}}
	next := 0
	for _, n := range p.root.Get("suppression").List() {
		m := n.Map()
		if capsTouches(m.Get("cap")) {
			continue
		}
		r := p.holds[next]
		next++
		g.add(cared(named(r.ID), m), p.holdingWords(r, m), say("%s", cmp.Or(r.Reason, "what holds it")), say("%s", lifting(r)), say("%s", released(r, m.Get("on_release"))), p.covers(m))
	}
	p.add(g)
}

// holdingWords says while what a hold holds, and for how long at most.
func (p *page) holdingWords(r suppression.Rule, m source.Keyed) prose {
	text := p.heldWords(r, m)
	if !r.For.IsZero() {
		text = text.newLine().say("for %s at most, where its beginning is known", spanWords(r.For))
	}
	if r.Forever {
		text = text.newLine().say("for ever if need be")
	}
	if r.Touches {
		text = text.newLine().say("and what a running sequence would send waits too")
	}
	return text
}

func (p *page) heldWords(r suppression.Rule, m source.Keyed) prose {
	switch {
	case r.Hold != nil && r.Source != "":
		return p.criterion(m.Get("hold")).newLine().say("which means that %s", foundWords(r))
	case r.Hold != nil:
		return p.criterion(m.Get("hold"))
	case r.Source != "":
		return say("%s", foundWords(r))
	case r.Cap.Max > 0:
		return say("there have been %s", capped(r.Cap, counted(r.Cap.Max, "handoff")))
	case len(r.While.Runs) > 0:
		return p.runsWords(r.While)
	}
	return say("%s is less than %s ago", cooledWords(r.Cooldown), spanWords(r.Cooldown.For))
}

// foundWords says what a source finds.
func foundWords(r suppression.Rule) string {
	switch r.Source {
	case suppression.OpenOpportunity:
		if len(r.Stages) > 0 {
			return "the account has a deal that is not closed, in the stage " + strings.Join(r.Stages, " or ")
		}
		return "the account has a deal that is not closed"
	case suppression.ActiveSequence:
		text := choose(r.Exclusive, "an exclusive sequence", "a sequence") + " runs for " +
			choose(r.Per == suppression.PerAccount, "the account or any of its leads", "the lead")
		if len(r.Besides) > 0 {
			text += ", other than " + strings.Join(r.Besides, " and ")
		}
		return text
	case suppression.Customer:
		return "the account is a customer"
	case suppression.PartnerOwned:
		return "the account belongs to a partner"
	case suppression.Competitor:
		return "the lead works for a competitor"
	case suppression.Employee:
		return "the lead works for us"
	case suppression.DoNotContact:
		return "the lead must not be contacted"
	case suppression.Disqualified:
		return "the lead is disqualified, and has not raised a hand since"
	}
	return "the lead is " + string(r.Source)
}

// cooledWords says what a cooldown counts from.
func cooledWords(c suppression.Cooldown) string {
	whose := map[suppression.Per]string{suppression.PerLead: "the record itself", suppression.PerAccount: "the account or any of its leads",
		suppression.PerDomain: "anybody with an address at the same domain", suppression.PerOrg: "anybody"}[c.Per]
	switch c.After {
	case suppression.AfterTouch:
		return "the last touch" + touchWords(c.Channels, c.Purposes) + " of " + whose
	case suppression.AfterLoss:
		return "the last loss of " + whose
	case suppression.AfterRenewal:
		return "the last renewal of " + whose
	}
	return "the last handoff of " + whose
}

// touchWords says behind "touch" of which channels and for which purposes it is; "" where all are meant.
func touchWords(channels []handoff.Channel, purposes []handoff.Purpose) string {
	var names []string
	for _, c := range channels {
		names = append(names, channelWords(c))
	}
	text := ""
	if len(names) > 0 {
		text = " by " + strings.Join(names, " or ")
	}
	if len(purposes) > 0 {
		text += " for " + wordList(purposes)
	}
	return text
}

// runsWords says what holds while it runs.
func (p *page) runsWords(w suppression.While) prose {
	var runs, equal []prose
	for _, name := range w.Runs {
		runs = append(runs, named(name))
	}
	for _, e := range w.Equal {
		equal = append(equal, say("%s", nameWords(string(e))))
	}
	if len(equal) == 0 {
		equal = append(equal, say("account"))
	}
	return oneOf(runs, "or").say(" runs for the same ").add(oneOf(equal, "and"))
}

// capped says a cap, such as "20 handoffs per rep this day".
func capped(c suppression.Cap, what string) string {
	text := what + map[suppression.Per]string{suppression.PerLead: " per lead", suppression.PerAccount: " per account and its leads", suppression.PerDomain: " per domain of addresses",
		suppression.PerRep: " per rep", suppression.PerTeam: " per team", suppression.PerPlay: " per play", suppression.PerOrg: " in all"}[c.Per]
	switch {
	case c.Timer > 0:
		text += " in any " + withoutOne(spanWords(handoff.Span{Elapsed: c.Timer})) + ", which run from each and are fixed then"
	case c.Within > 0:
		text += " in any " + withoutOne(spanWords(handoff.Span{Elapsed: c.Within}))
	default:
		text += " in one " + string(c.Every)
	}
	if c.Every == suppression.Week {
		text += " that begins on " + c.WeekStart.String()
	}
	switch {
	case c.Recipient:
		text += ", by the clock of the recipient"
	case c.Zone != nil:
		text += ", by the clock of " + c.Zone.Name()
	}
	return text
}

func lifting(r suppression.Rule) string {
	switch {
	case r.LiftedBy != "":
		return r.LiftedBy
	case r.Cooldown.Per != "" || r.Cap.Max > 0:
		return "time alone"
	case len(r.While.Runs) > 0 || r.Source == suppression.ActiveSequence && r.Hold == nil:
		return "its end"
	}
	return "the facts, when they change"
}

func released(r suppression.Rule, n source.Node) string {
	switch {
	case r.Younger > 0:
		return "waits, and is decided again when nothing holds it any more, if it is younger than " + length(n.Map().Get("replay")) + " then"
	case r.OnRelease == handoff.ReleaseReplay || r.OnRelease == "":
		return "waits, and is decided again when nothing holds it any more"
	case r.OnRelease == handoff.ReleaseAgain:
		return "waits, and is decided again after " + spanWords(r.Again) + ", whatever still holds"
	}
	return "is let go"
}

// contact says how often, and at which hours, people are contacted.
func (p *page) contact() {
	if len(p.limits.Caps)+len(p.limits.Quiet) == 0 {
		return
	}
	p.heading(2, "contact", "How often, and when, people are contacted")
	p.say("These bound every touch, whatever sends it. Whoever bought is told what has to be told all the same.")
	if len(p.limits.Caps) > 0 {
		g := grid{header: []string{"Limit", "At most", "What is too many", "Reason"}}
		caps := p.touchCaps()
		for i, c := range p.limits.Caps {
			what := thousands(c.Cap.Max) + choose(c.Cap.Max == 1, " touch", " touches") + touchWords(c.Channels, c.Purposes)
			g.add(cared(named(c.ID), caps[i]), say("%s", capped(c.Cap, what)), say("%s", stopped(c.Discard, "until there is room")), say("%s", cmp.Or(c.Reason, "the limit")))
		}
		p.add(g)
	}
	if len(p.limits.Quiet) > 0 {
		g := grid{header: []string{"Quiet hours", "When, by the person's clock", "For", "Where nothing is known, in each of", "What falls into them", "Reason"}}
		for i, n := range p.root.Get("quiet_hours").List() {
			q := p.limits.Quiet[i]
			g.add(cared(named(q.ID), n.Map()), say("%s", n.Map().Get("hours").Text()), say("every touch%s", touchWords(q.Channels, q.Purposes)), say("%s", zoneNames(q.Zones)),
				say("%s", stopped(q.Discard, "until they end")), say("%s", cmp.Or(q.Reason, "the hour")))
		}
		p.add(g)
	}
}

// touchCaps returns the keys of the caps of touches, in the order of the policy.
func (p *page) touchCaps() (out []source.Keyed) {
	for _, n := range p.root.Get("suppression").List() {
		if m := n.Map(); capsTouches(m.Get("cap")) {
			out = append(out, m)
		}
	}
	return out
}

func stopped(discard bool, until string) string {
	return choose(discard, "never goes out", "waits "+until)
}

func zoneNames(zones []*calendar.Zone) string {
	var names []string
	for _, z := range zones {
		names = append(names, z.Name())
	}
	return strings.Join(names, ", ")
}

// lawTables shows which laws the policy goes by, and its own rows.
func (p *page) lawTables() {
	parts := p.root.Get("laws").Parts()
	if len(parts) == 0 {
		return
	}
	p.heading(2, "laws", "Laws about contact")
	p.say("What a person said counts as far as these let it. Every row that applies has to let a touch through. They are no legal advice.")
	var used []prose
	own := map[string]source.Keyed{}
	for _, part := range parts {
		m := part.Map()
		for _, name := range m.Get("use").Texts() {
			used = append(used, named(name))
		}
		for _, n := range m.Get("rows").List() {
			row := n.Map()
			own[row.Get("id").Raw()] = row
		}
	}
	if len(used) > 0 {
		p.add(paragraph{say("Of the tables of the library it uses ").add(oneOf(used, "and")).say(".")})
	}
	if len(p.limits.Zones) > 0 {
		p.say("Where nothing says where a person is, hours have to be open in each of %s.", zoneNames(p.limits.Zones))
	}
	if len(p.laws) == 0 {
		return
	}
	g := grid{header: []string{"Row", "For", "Needs", "Hours, by the person's clock", "A refusal is honoured", "In force", "Source"}}
	for _, r := range p.laws {
		hours := hoursWords(r.Hours)
		if m, written := own[r.ID]; written {
			hours = m.Get("hours").Text()
		}
		g.add(lawCells(r, hours)...)
	}
	p.add(g)
}

// lawCells are the cells of a row of laws.
func lawCells(r suppression.LawRow, hours string) []prose {
	name := named(r.ID)
	if r.Table != "" {
		name = name.say(" of ").code(r.Table)
	}
	honoured := "at once"
	if d := r.HonourBy; d.Days > 0 {
		honoured = "within " + counted(int64(d.Days), choose(d.Business, "business day", "day"))
	}
	return []prose{name, say("%s", lawScope(r)), say("%s", lawNeeds(r)), say("%s", cmp.Or(hours, "all")), say("%s", honoured),
		say("%s", period{r.From, r.Until}.words()), say("%s", r.Source)}
}

// hoursWords writes hours as a policy does, such as "mon-fri 09:00-20:00, sat 10:00-17:00"; "" where there are none.
func hoursWords(windows []calendar.Window) string {
	var out []string
	for first := 0; first < len(windows); {
		last := first
		for last+1 < len(windows) && follows(windows[last], windows[last+1]) {
			last++
		}
		days := dayWord(windows[first])
		if last > first {
			days += "-" + dayWord(windows[last])
		}
		out = append(out, days+" "+clockWord(windows[first].Open)+"-"+clockWord(windows[first].Close))
		first = last + 1
	}
	return strings.Join(out, ", ")
}

// follows reports whether a window has the same hours on the day after another's.
func follows(a, b calendar.Window) bool {
	return b.Day == (a.Day+1)%7 && a.Open == b.Open && a.Close == b.Close
}

func dayWord(w calendar.Window) string { return strings.ToLower(w.Day.String()[:3]) }

func clockWord(d time.Duration) string {
	return fmt.Sprintf("%02d:%02d", int(d.Hours()), int(d.Minutes())%60)
}

// lawScope says which touches a row is about.
func lawScope(r suppression.LawRow) string {
	text := "every touch" + touchWords(r.Channels, r.Purposes)
	if len(r.Subscribers) > 0 {
		text += " to " + wordList(r.Subscribers) + " subscribers"
	}
	if len(r.Countries) > 0 {
		text += " in " + alternatives(r.Countries)
	}
	if len(r.States) > 0 {
		text += ", " + alternatives(r.States)
	}
	return text
}

// alternatives joins words, with "or" before the last.
func alternatives(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

func lawNeeds(r suppression.LawRow) string {
	switch r.Need {
	case suppression.NeedNever:
		return "there is none"
	case suppression.NeedNothing:
		return "nothing, until it is refused"
	case "":
		return "as other rows say"
	}
	var bases []string
	for _, g := range r.Bases {
		text := nameWords(string(g.Basis))
		if g.Months > 0 {
			text += fmt.Sprintf(", for %s", counted(int64(g.Months), "month"))
		}
		bases = append(bases, text)
	}
	return "consent: " + strings.Join(bases, "; or ")
}
