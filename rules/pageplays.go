package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/internal/source"
)

func (p *page) happens() {
	p.heading(2, "what-happens", "What happens then")
	p.say("For each signal the plays with the highest priority come first. When several signals of one record are decided " +
		"together, those that lose are merged into the winner's context, and the first touch is due no later than any of " +
		"their plays promises, unless the winner says otherwise.")
	for _, t := range p.config.Triggers {
		p.heading(3, "signal-"+t.Kind, "%s", title(t.Kind))
		p.playsFor(t)
	}
}

func (p *page) playsFor(t handoff.TriggerRule) {
	plays := p.playsOf(t)
	if len(plays) == 0 {
		p.say("No play answers it.")
		return
	}
	g := grid{header: []string{"Play", "Priority", "When", "Who owns the next step", "What starts", "First touch"}}
	for _, r := range plays {
		g.add(p.playName(r), p.priorityWords(r), p.selection(r, t), p.routeWords(r.Get("route").Raw()), starts(r), p.firstTouch(r))
	}
	p.add(g)
	for _, r := range plays {
		if r.triggers[0] == t.Kind { // else it is told of there
			p.play(r, t)
		}
	}
}

// playsOf returns the plays for a signal, the highest priority first.
func (p *page) playsOf(t handoff.TriggerRule) []*playRow {
	var plays []*playRow
	for _, r := range p.plays {
		if slices.Contains(r.triggers, t.Kind) {
			plays = append(plays, r)
		}
	}
	slices.SortFunc(plays, func(a, b *playRow) int {
		return cmp.Or(cmp.Compare(b.base, a.base), cmp.Compare(b.most, a.most), cmp.Compare(a.allowance, b.allowance), strings.Compare(a.id, b.id))
	})
	return plays
}

func (p *page) playName(r *playRow) prose {
	name := prose{}.link(r.id, "play-"+r.id)
	if motion := r.Get("motion"); motion.Exists() {
		name = name.newLine().say("motion ").code(motion.Raw())
	}
	return name
}

func (p *page) priorityWords(r *playRow) prose {
	text := say("%s", thousands(r.base))
	for _, n := range r.rows() {
		m := n.Map()
		points, sign := m.Get("points").Int(), "plus"
		if points < 0 {
			points, sign = -points, "minus"
		}
		text = text.say(",").newLine().say("%s %s when ", sign, thousands(points)).add(p.criterion(m.Get("when")))
	}
	return text
}

// rows are what adds to the play's priority.
func (r *playRow) rows() []source.Node {
	if n := r.Get("priority"); n.IsMap() {
		return n.Map().Get("add").List()
	}
	return nil
}

// selection says for which of its signals a play is.
func (p *page) selection(r *playRow, t handoff.TriggerRule) prose {
	text := say("every %s", nameWords(t.Kind))
	if when := r.Get("when"); when.Exists() {
		text = p.criterion(when)
	}
	n := r.Get("trigger")
	if id, is := entrance(n); is {
		text = say("the one with which the record enters ").add(stage(id))
		if when := r.Get("when"); when.Exists() {
			text = text.newLine().say("and for which ").add(p.criterion(when))
		}
	}
	text = text.add(p.fallbackWords(r, t))
	if !n.IsMap() {
		return text
	}
	m := n.Map()
	var kinds []prose
	for _, kind := range r.triggers {
		kinds = append(kinds, named(kind))
	}
	return text.newLine().say("once signals of %s kinds out of ", thousands(m.Get("at_least").Int())).add(oneOf(kinds, "and")).say(" have come within %s", length(m.Get("within")))
}

// fallbackWords says of a play that answers what waited for facts that it answers nothing else.
func (p *page) fallbackWords(r *playRow, t handoff.TriggerRule) prose {
	if t.Incomplete.Play == r.id {
		return prose{}.newLine().say("only once facts have stayed unknown for %s", spanWords(t.Incomplete.Wait))
	}
	for _, other := range p.config.Triggers {
		if other.Incomplete.Play == r.id {
			return prose{}.newLine().say("never for this signal: it only answers others, once their facts have stayed unknown for some time")
		}
	}
	return prose{}
}

func starts(r *playRow) prose {
	if n := r.Get("sequence"); n.Exists() {
		return prose{}.link(n.Raw(), "sequence-"+n.Raw())
	}
	return say("no sequence")
}

func (p *page) firstTouch(r *playRow) prose {
	touch := r.Get("first_touch")
	if !touch.Exists() {
		return say("no promise")
	}
	return p.promiseWords(touch, "first-touch-"+r.id, "first touch of "+r.id)
}

// play lists what a play does beside what its row says.
func (p *page) play(r *playRow, t handoff.TriggerRule) {
	var list itemList
	list.list = append(list.list, care(r.Keyed)...)
	if ends := r.Get("supersedes"); ends.Exists() {
		var names []prose
		for _, id := range ends.Texts() {
			names = append(names, prose{}.link(id, "sequence-"+id))
		}
		list.add(prose{}.strong("Ends").say(" what runs of ").add(oneOf(names, "and")).say(", once its own sequence starts."))
	}
	if people := r.Get("people"); people.Exists() {
		list.add(p.peopleWords(people.Map()))
	}
	if pause := r.Get("pause_marketing"); pause.Exists() {
		list.add(pauseWords(pause.Map()))
	}
	if holds := r.Get("hold_until_resolved"); holds.Exists() {
		whom := map[handoff.Kind]string{handoff.KindLead: "the lead", handoff.KindAccount: "the account and its leads"}[t.About]
		list.add(prose{}.strong("Held until resolved").say(" for %s: ", whom).add(p.playsNamed(holds)).say("."))
	}
	switch handoff.LosersPolicy(r.Get("losers").Raw()) {
	case handoff.LosersDrop:
		list.add(prose{}.strong("Other signals").say(" that are decided with it and lose are dropped."))
	case handoff.LosersQueue:
		list.add(prose{}.strong("Other signals").say(" that are decided with it and lose wait until its sequence ends or, without one, until its first touch is due."))
	}
	if r.Get("else").Exists() {
		list.add(prose{}.strong("Otherwise").say(": where its sequence would start for nobody, the next play that is ready is tried."))
	}
	if context := r.Get("context"); context.Exists() {
		m := context.Map()
		if opening := m.Get("opening"); opening.Exists() {
			list.add(prose{}.strong("Opening line").say(": %s", openingWords(opening.Text())))
		}
		if track := m.Get("talk_track"); track.Exists() {
			list.add(prose{}.strong("Talk track").say(": %s", track.Text()))
		}
		if next := m.Get("next_step"); next.Exists() {
			list.add(prose{}.strong("Next step").say(": %s", next.Text()))
		}
	}
	p.heading(4, "play-"+r.id, "Play %s", r.id)
	if len(list.list) == 0 {
		p.say("The table says everything about it.")
		return
	}
	p.add(list)
}

// pauseWords says which marketing pauses, and for how long.
func pauseWords(m source.Keyed) prose {
	long := "as long as the sequence runs"
	switch timed, ends := m.Get("for"), m.Get("ends_with").Exists(); {
	case timed.Exists() && ends:
		long = "for " + length(timed) + ", at most as long as the sequence runs"
	case timed.Exists():
		long = "for " + length(timed)
	}
	return prose{}.strong("Marketing pauses").say(" %s: %s.", long, strings.Join(m.Get("scope").Texts(), ", "))
}

// peopleWords says whom of an account a sequence reaches. Its conditions take each of them for the lead.
func (p *page) peopleWords(m source.Keyed) prose {
	text := prose{}.strong("Reaches").say(" %s of the account at most", choose(m.Get("at_most").Int() == 1, "1 person", thousands(m.Get("at_most").Int())+" people"))
	if who := m.Get("who"); who.Exists() {
		text = text.say(",").newLine().say("of those for whom, taken for the lead, ").add(p.criterion(who))
	}
	if first := m.Get("first"); first.Exists() {
		text = text.say(",").newLine().say("first those for whom, taken for the lead, ").add(p.criterion(first))
	}
	return text
}

// openingWords returns a template with its holes in words: {the signal's asset, else "a demo"}.
func openingWords(text string) string {
	var b strings.Builder
	for {
		open := strings.Index(text, "${")
		if open < 0 {
			return b.String() + text
		}
		b.WriteString(text[:open])
		form := holeForm.FindStringSubmatch(text[open:])
		if form == nil { // no such template compiles
			return b.String() + text[open:]
		}
		name := nounOf(form[1])
		if field, personal := strings.CutPrefix(form[1], "person."); personal {
			name = nameWords(field)
		}
		b.WriteString("{" + name)
		if strings.Contains(form[0], "|") {
			fmt.Fprintf(&b, ", else %q", unescape.Replace(form[2]))
		}
		b.WriteString("}")
		text = text[open+len(form[0]):]
	}
}

func (p *page) sequences() {
	entries := p.root.Get("sequences").Entries()
	if len(entries) == 0 {
		return
	}
	p.heading(2, "sequences", "Sequences")
	for i, e := range entries {
		p.heading(3, "sequence-"+e.Name(), "%s", e.Name())
		p.sequence(p.config.Sequences[i], care(e.Value.Map()))
	}
}

func (p *page) sequence(s handoff.Sequence, care []prose) {
	list := itemList{list: care}
	list.add(say("Version %d.", s.Version))
	switch s.Exclusive {
	case handoff.Alone:
		list.say("Alone: it never runs beside any other sequence for the same person. " +
			"While one runs, the signal is let go, and the owner of the running one is told.")
	case handoff.Exclusive:
		list.say("Exclusive: it never runs beside another exclusive sequence for the same person. " +
			"While one runs, the signal is let go, and the owner of the running one is told.")
	default:
		list.say("It may run beside others, though never twice at once for the same person.")
	}
	if s.Purpose == handoff.PurposeMarketing {
		list.say("Its steps are marketing.")
	}
	if s.OnBlocked == handoff.OnBlockedSkip {
		list.say("A step whose channel is blocked is left out. " +
			"Where no step would reach the person, nothing starts; the owner has the record all the same, and is told.")
	} else {
		list.say("Where the channel of one of its steps is blocked, nothing starts; the owner has the record all the same, and is told.")
	}
	if s.Once {
		list.say("A person enters it once and never again.")
	} else if s.Reentry.IsZero() {
		list.say("A person may enter it again as soon as it has ended.")
	} else {
		list.say("A person may enter it again %s after it has ended.", spanWords(s.Reentry))
	}
	list.list = append(list.list, paceWords(s)...)
	list.list = append(list.list, endWords(s)...)
	p.add(list)
	g := grid{header: []string{"Day", "Step"}}
	for _, step := range s.Steps {
		day := "day " + thousands(int64(step.Day))
		if step.Day == 0 {
			day += ", that of the handoff"
		}
		g.add(say("%s", day), say("%s", channelWords(step.Do)))
	}
	p.add(g)
}

// paceWords says what keeps a sequence from starting at once, and its touches from going out.
func paceWords(s handoff.Sequence) []prose {
	var out []prose
	if !s.Gap.IsZero() {
		out = append(out, say("Its first touch comes %s after the person's latest one at the earliest.", spanWords(s.Gap)))
	}
	t, whose := s.Throttle, " in all"
	if t.Per == handoff.KindRep {
		whose = " for each owner"
	}
	if t.Active > 0 {
		out = append(out, say("At most %s run at once%s; what is too many waits.", thousands(t.Active), whose))
	}
	if t.Adds > 0 {
		out = append(out, say("At most %s start in any %s%s; what is too many waits.", thousands(t.Adds), withoutOne(spanWords(handoff.Span{Elapsed: t.Every})), whose))
	}
	switch s.OwnerAway {
	case handoff.OwnerAwayHold:
		out = append(out, say("While its owner is away, its touches wait."))
	case handoff.OwnerAwayCover:
		out = append(out, say("While its owner is away, whoever stands in sends its touches; without anybody they wait."))
	case handoff.OwnerAwayReassign:
		out = append(out, say("When its owner is away, somebody else gets the record and the sequence, as the play's route says; without anybody its touches wait."))
	}
	return out
}

// endWords says what ends a sequence, where it is not what ends all.
func endWords(s handoff.Sequence) []prose {
	var out []prose
	if len(s.ExitOn) > 0 {
		var kinds []prose
		for _, kind := range s.ExitOn {
			kinds = append(kinds, say("%s", nameWords(string(kind))))
		}
		out = append(out, say("It ends with one of these: ").add(oneOf(kinds, "or")).say("; and when the person refuses a channel that it uses."))
	}
	if s.AccountReply {
		out = append(out, say("A reply of anybody at the account ends it, too."))
	}
	return out
}

func channelWords(c handoff.Channel) string {
	switch c {
	case handoff.ChannelSMS:
		return "SMS"
	case handoff.ChannelInApp:
		return "message in the product"
	case handoff.ChannelSocial:
		return "social touch"
	case handoff.ChannelMail:
		return "letter"
	case handoff.ChannelTask:
		return "task for the owner"
	}
	return string(c)
}

func (p *page) consent() {
	if !p.root.Get("consent").Exists() && !p.root.Get("sequences").Exists() {
		return
	}
	p.heading(2, "consent", "Consent by channel")
	g := grid{header: []string{"Channel", "May be used"}}
	for _, c := range handoff.Channels() {
		rule := "only with the person's recorded consent"
		switch {
		case c == handoff.ChannelTask:
			rule = "always: it reaches nobody"
		case slices.Contains(p.config.OptOut, c):
			rule = "until the person refuses it" + choose(len(p.laws) > 0, ", where no law needs more", "")
		}
		g.add(say("%s", channelWords(c)), say("%s", rule))
	}
	p.add(g)
}
