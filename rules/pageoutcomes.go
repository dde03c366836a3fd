package rules

import (
	"cmp"
	"slices"
	"strings"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/outcome"
	"github.com/salesbaton/baton/rules/internal/language"
	"github.com/salesbaton/baton/rules/internal/source"
)

// lifecycle shows the stages. A column that would be empty is left out.
func (p *page) lifecycle() {
	stages := p.root.Get("lifecycle").Entries()
	if len(stages) == 0 {
		return
	}
	p.heading(2, "lifecycle", "Lifecycle")
	p.say("A record enters a stage with the first signal or activity that makes it so, once in a lap%s. What is unknown does not enter it.",
		choose(slices.ContainsFunc(p.config.Stages, func(s handoff.StageRule) bool { return s.Resets }), "; a lap ends with a stage after which everything begins anew", ""))
	g := grid{header: []string{"Stage", "What it means", "How a record gets there", "Out of", "What happens next"}}
	for i, e := range stages {
		s := p.config.Stages[i]
		g.add(stage(s.ID), say("%s", meaning(e.Value)), p.gettingThere(s, e.Value), p.outOf(s), p.happensNext(s))
	}
	p.add(g.withoutEmpty())
}

// withoutEmpty leaves out the columns that say nothing.
func (g grid) withoutEmpty() grid {
	var out grid
	kept := make([]int, 0, len(g.header))
	for i, h := range g.header {
		if slices.ContainsFunc(g.rows, func(row []prose) bool { return !row[i].isEmpty() }) {
			out.header, kept = append(out.header, h), append(kept, i)
		}
	}
	for _, row := range g.rows {
		var cells []prose
		for _, i := range kept {
			cells = append(cells, row[i])
		}
		out.add(cells...)
	}
	return out
}

func (p prose) isEmpty() bool {
	return !slices.ContainsFunc(p, func(r run) bool { return r.text != "" })
}

// meaning is what an author says of a stage or an outcome.
func meaning(n source.Node) string {
	if !n.IsMap() {
		return ""
	}
	return n.Map().Get("meaning").Text()
}

// gettingThere says what makes a record enter a stage.
func (p *page) gettingThere(s handoff.StageRule, n source.Node) prose {
	if !n.IsMap() {
		return p.criterion(n)
	}
	var ways []prose
	if when := n.Map().Get("when"); when.Exists() {
		ways = append(ways, p.criterion(when))
	}
	for _, kind := range s.On {
		ways = append(ways, say("%s", activityWords(kind)))
	}
	for _, word := range s.Outcomes {
		ways = append(ways, say("the outcome ").add(named(word)))
	}
	return lines(ways, "or ")
}

// lines joins prose, each on a line of its own.
func lines(list []prose, mark string) prose {
	var out prose
	for i, item := range list {
		if i > 0 {
			out = out.newLine().say("%s", mark)
		}
		out = out.add(item)
	}
	return out
}

// activityWords says what somebody did.
func activityWords(kind handoff.ActivityKind) string {
	switch kind {
	case handoff.ActivityCall, handoff.ActivityEmail:
		return "an attempt by " + string(kind)
	case handoff.ActivitySocial:
		return "an attempt by social touch"
	case handoff.ActivityMeeting:
		return "a meeting that was held"
	case handoff.ActivityBooked:
		return "a meeting that was booked"
	case handoff.ActivityReply:
		return "a reply"
	case handoff.ActivityAutoReply:
		return "an automatic reply"
	case handoff.ActivityConnected:
		return "a conversation"
	case handoff.ActivityAccepted:
		return "the owner accepts it"
	case handoff.ActivityDeclined:
		return "the owner does not take it"
	case handoff.ActivityQualified:
		return "sales qualifies it"
	case handoff.ActivityDisqualified:
		return "somebody disqualifies it"
	case handoff.ActivityOpportunity:
		return "an opportunity is created"
	case handoff.ActivityWon, handoff.ActivityLost:
		return "the deal is " + string(kind)
	case handoff.ActivityOutcome:
		return "an outcome is reported"
	}
	return nameWords(string(kind))
}

// outOf says out of which stages a stage is entered.
func (p *page) outOf(s handoff.StageRule) prose {
	var from []prose
	for _, id := range s.From {
		name := named(id)
		if id == language.NoStage {
			name = say("no stage yet")
		}
		from = append(from, name)
	}
	text := oneOf(from, "or")
	if s.Forward {
		if len(from) > 0 {
			text = text.newLine()
		}
		text = text.say("not after a later stage")
	}
	return text
}

// happensNext says what follows from a stage: plays that answer it, and a new lap.
func (p *page) happensNext(s handoff.StageRule) prose {
	var next []prose
	for i, play := range p.config.Plays {
		if c, ok := play.When.(*crossing); ok && p.config.Stages[c.stage].ID == s.ID {
			next = append(next, prose{}.link(play.ID, "play-"+play.ID).say(" may run").add(p.pickedBy(p.plays[i])))
		}
	}
	if s.Resets {
		next = append(next, say("the lap ends: every stage can be entered anew"))
	}
	return lines(next, "")
}

// pickedBy says that a play has a condition of its own beside the stage.
func (p *page) pickedBy(r *playRow) prose {
	if when := r.Get("when"); when.Exists() {
		return say(", where %s", p.words(when))
	}
	return nil
}

// outcomes shows what can come of a handoff.
func (p *page) outcomes() {
	if !p.root.Get("outcomes").Exists() && !p.root.Get("recycle").Exists() {
		return
	}
	p.heading(2, "outcomes", "What can come of a handoff")
	p.say("An outcome that lacks what it needs is refused, and nothing changes. One that ends the handoff stops its promises, ends its " +
		"sequences, lets marketing resume, and is no open work any more.")
	g := grid{header: []string{"Outcome", "What it means", "What it needs", "Ends the handoff", "Who may dispute it", "What then"}}
	for _, o := range p.config.Outcomes {
		g.add(prose{}.strong(title(o.Word)).say(" (").code(o.Word).say(")"), say("%s", p.meaningOf(o.Word)), needsWords(o),
			say("%s", choose(o.Ends, "yes", "no")), disputeWords(o), p.recycledBy(o.Word))
	}
	p.add(g.withoutEmpty())
}

// meaningOf returns what an outcome means, in the policy's words or else in those of the standard.
func (p *page) meaningOf(word string) string {
	for _, e := range p.root.Get("outcomes").Entries() {
		if own := meaning(e.Value); e.Name() == word && own != "" {
			return own
		}
	}
	switch word {
	case outcome.Contacted:
		return "the person and a rep spoke or wrote to each other"
	case outcome.MeetingSet:
		return "a meeting is booked"
	case outcome.Qualified:
		return "sales will work it"
	case outcome.Opportunity:
		return "a deal was opened"
	case outcome.Won, outcome.Lost:
		return "the deal is " + word
	case outcome.Rejected:
		return "the owner does not take the handoff"
	case outcome.NoFit:
		return "not somebody whom we sell to"
	case outcome.NoResponse:
		return "nobody could be reached"
	case outcome.Disqualified:
		return "not to be sold to"
	case outcome.Recycle:
		return "not now: later, on a date or by the rules of recycling"
	}
	return ""
}

// needsWords says what has to be there before an outcome is recorded.
func needsWords(o handoff.OutcomeRule) prose {
	var needs []prose
	switch {
	case len(o.Reasons) > 0:
		var reasons []prose
		for _, r := range o.Reasons {
			word := named(r.Word)
			if r.Attempts > o.Attempts {
				word = word.say(" (after %s)", counted(r.Attempts, "attempt"))
			}
			reasons = append(reasons, word)
		}
		needs = append(needs, say("a reason: ").add(oneOf(reasons, "or")))
	case o.Reason:
		needs = append(needs, say("a reason"))
	}
	if o.Until {
		needs = append(needs, say("a date on which to try again"))
	}
	if o.Attempts > 0 {
		needs = append(needs, say("%s since the handoff", counted(o.Attempts, "attempt")))
	}
	if !o.After.IsZero() {
		needs = append(needs, say("%s since the handoff", spanWords(o.After)))
	}
	return lines(needs, "and ")
}

func disputeWords(o handoff.OutcomeRule) prose {
	if o.Dispute.IsZero() {
		return nil
	}
	whom := named(o.DisputeTo)
	switch o.DisputeTo {
	case handoff.ToOwner:
		whom = say("the owner")
	case handoff.ToManager:
		whom = say("the owner's manager")
	}
	return say("anybody, within %s; ", spanWords(o.Dispute)).add(whom).say(" hears of it and decides")
}

// recycledBy says which rules of recycling cover an outcome.
func (p *page) recycledBy(word string) prose {
	var rules []prose
	for _, r := range p.config.Recycles {
		if slices.Contains(r.Outcomes, word) {
			rules = append(rules, prose{}.link(r.ID, "recycling").say("%s", choose(len(r.Reasons) > 0, ", for "+strings.Join(r.Reasons, " or "), "")))
		}
	}
	return lines(rules, "else ")
}

// recycling shows when records are tried again.
func (p *page) recycling() {
	if len(p.config.Recycles) == 0 {
		return
	}
	p.heading(2, "recycling", "Recycling")
	p.say("After an outcome the first of these rules that covers it counts. Where the record comes back and somebody gives a date with the outcome, it does so on that date.")
	g := grid{header: []string{"Rule", "After", "Goes to", "Comes back", "How often at most", "Left alone meanwhile", "Who does not get it"}}
	for i, n := range p.root.Get("recycle").List() {
		r := p.config.Recycles[i]
		g.add(cared(named(r.ID), n.Map()), p.recycleAfter(r), say("%s", cmp.Or(r.To, "nurture")), p.comesBack(r),
			say("%s", choose(r.AtMost > 0, counted(r.AtMost, "time")+", by whatever rule", "")), say("%s", coolWords(r)), say("%s", choose(r.Different, "whoever had it", "")))
	}
	p.add(g.withoutEmpty())
	if t := p.trigger(handoff.TriggerRecycled); t.Get("about").Exists() {
		p.add(paragraph{say("What comes back is a signal of the kind ").link(handoff.TriggerRecycled, "signal-"+handoff.TriggerRecycled).say(". A handoff before that day, and a later outcome, take its place.")})
	}
}

func (p *page) recycleAfter(r handoff.RecycleRule) prose {
	var words []prose
	for _, word := range r.Outcomes {
		words = append(words, named(word))
	}
	text := oneOf(words, "or")
	if len(r.Reasons) == 0 {
		return text
	}
	words = nil
	for _, reason := range r.Reasons {
		words = append(words, named(reason))
	}
	return text.newLine().say("because of ").add(oneOf(words, "or"))
}

// comesBack says when a record is tried again.
func (p *page) comesBack(r handoff.RecycleRule) prose {
	_, listed := p.about[handoff.TriggerRecycled]
	switch {
	case !r.Wait.IsZero():
		return say("after %s", spanWords(r.Wait))
	case listed:
		return say("on the day that is given, if one is")
	}
	return say("not by itself")
}

func coolWords(r handoff.RecycleRule) string {
	if r.CoolOff.IsZero() {
		return ""
	}
	return "for " + spanWords(r.CoolOff) + ", unless a signal asks for sales"
}
