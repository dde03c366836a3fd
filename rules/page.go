package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/internal/source"
)

// A page is what a policy says, on its way to a document. It reads the policy's keys as the loader has read them, so that
// nothing can be wrong with them any more.
type page struct {
	*policy
	document
	plays []*playRow
}

// A playRow is a play with what orders it among those for the same signal.
type playRow struct {
	source.Keyed
	id         string
	triggers   []string // that it answers, its own first
	base, most int64    // of its priority
	allowance  int64    // of its first touch; the greatest number where it promises none
}

func (i *Inspection) page() *document {
	p := &page{policy: i.policy}
	for i, n := range p.root.Get("plays").List() {
		p.plays = append(p.plays, p.readPlayRow(n.Map(), p.config.Plays[i]))
	}
	p.head(i.Files)
	p.inShort()
	p.lifecycle()
	p.scores()
	p.signals()
	p.ready()
	p.leftAlone()
	p.contact()
	p.happens()
	p.experiments()
	p.owners()
	p.roster()
	p.promises()
	p.outcomes()
	p.recycling()
	p.sequences()
	p.consent()
	p.lawTables()
	p.identities()
	p.vocabulary()
	p.unknowns()
	return &p.document
}

func (p *page) readPlayRow(m source.Keyed, play handoff.Play) *playRow {
	r := &playRow{Keyed: m, id: play.ID, triggers: play.Signals.Of, allowance: 1<<63 - 1}
	if len(r.triggers) == 0 {
		r.triggers = []string{play.Trigger}
	}
	switch n := m.Get("priority"); {
	case n.IsMap():
		r.base = n.Map().Get("base").Int()
		r.most = r.base
		for _, row := range n.Map().Get("add").List() {
			r.most += max(0, row.Map().Get("points").Int())
		}
	case n.Exists():
		r.base = n.Int()
		r.most = r.base
	}
	if touch := m.Get("first_touch"); touch.Exists() {
		r.allowance = int64(readSpan(p.terms(touch).Get("within"), false).elapsed())
	}
	return r
}

// title returns a name of the policy as a heading: demo_request is "Demo request".
func title(name string) string {
	words := strings.TrimSpace(nameWords(name))
	if words == "" {
		return name
	}
	return capital(words)
}

func length(n source.Node) string { return spanWords(handoff.Span(readSpan(n, true))) }

// criterion is a condition in words, above its own text.
func (p *page) criterion(n source.Node) prose {
	return say("%s", p.words(n)).newLine().code(n.Raw())
}

func (p *page) head(files []string) {
	p.title = "Handoff policy " + p.config.Policy
	text := say("Policy ").code(p.config.Policy).say(", digest ").code(shortDigest(p.config.Digest)).say(", in version %d of the policy language. ", p.config.Language)
	text = text.say("Days and times are those of %s. Read from ", p.config.Zone.Name())
	var read []prose
	for _, name := range files {
		read = append(read, named(name))
	}
	p.add(paragraph{text.add(oneOf(read, "and")).say(".")})
}

func shortDigest(digest string) string { return digest[:min(len(digest), len("sha256:")+12)] }

func (p *page) inShort() {
	p.heading(2, "in-short", "In short")
	var kinds []prose
	for _, t := range p.config.Triggers {
		kinds = append(kinds, prose{}.link(t.Kind, "signal-"+t.Kind).say(" (%s)", counted(len(p.playsOf(t)), "play")))
	}
	var l itemList
	l.add(say("It answers %s of signals: ", counted(len(kinds), "kind")).add(oneOf(kinds, "and")).say("."))
	if needs := p.needs(); needs != "" {
		l.say("A play runs only where %s.", needs)
	}
	l.say("Of the plays that may run, the one with the highest priority wins; of those, the one with the shorter time to the first touch; " +
		"then the earlier signal.")
	if n := p.holdouts(); n > 0 {
		l.add(append(say("Even so some records are left as they are, to see what the plays are worth ("), run{text: counted(n, "holdout"), to: "experiments"}).say(")."))
	}
	if p.config.Settle > 0 {
		l.say("Signals of one record are decided together when they occur within %s of the first.", length(p.root.Get("settle")))
	} else {
		l.say("Each signal is decided as soon as it arrives.")
	}
	l.say("The winner gives the record an owner, starts its sequence, promises a first touch and tells the owner what to say.")
	p.add(l)
	p.say("Conditions stand here in words, and below them as the policy has them. The words are made from the conditions; where you " +
		"doubt them, the condition counts.")
}

// needs says in short what lets a play run.
func (p *page) needs() string {
	var parts []string
	if n := len(p.config.Gates); n > 0 {
		parts = append(parts, "its gates are open ("+counted(n, "gate")+")")
	}
	if n := len(p.holds); n > 0 {
		parts = append(parts, "nothing holds it back ("+counted(n, "hold")+")")
	}
	return strings.Join(parts, " and ")
}

func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// abbreviations are stages that go by their first letters.
var abbreviations = map[string]string{
	"aql": "automation qualified lead",
	"cql": "conversation qualified lead",
	"iql": "information qualified lead",
	"mql": "marketing qualified lead",
	"mqa": "marketing qualified account",
	"pql": "product qualified lead",
	"pqa": "product qualified account",
	"sal": "sales accepted lead",
	"sao": "sales accepted opportunity",
	"sql": "sales qualified lead",
	"sqo": "sales qualified opportunity",
}

func stage(id string) prose {
	if full, known := abbreviations[strings.ToLower(id)]; known {
		return prose{}.strong(strings.ToUpper(id)).say(", %s (", full).code(id).say(")")
	}
	return prose{}.strong(title(id)).say(" (").code(id).say(")")
}

func (p *page) scores() {
	scores := p.root.Get("scores").Entries()
	if len(scores) == 0 {
		return
	}
	p.heading(2, "scores", "Scores")
	p.say("A score is the sum of its rows. What is unknown or false adds nothing.")
	for _, e := range scores {
		p.heading(3, "score-"+e.Name(), "%s", title(e.Name()))
		rows := e.Value
		if e.Value.IsMap() {
			m := e.Value.Map()
			p.eventPoints(m)
			rows = m.Get("rows")
		}
		p.pointsRows(rows)
	}
}

func (p *page) pointsRows(rows source.Node) {
	g := grid{header: []string{"Points", "When"}}
	for _, n := range rows.List() {
		m := n.Map()
		g.add(say("%s", thousands(m.Get("points").Int())), p.criterion(m.Get("when")))
	}
	if len(g.rows) > 0 {
		p.add(g)
	}
}

// eventPoints says what the events of a score add, and its bounds.
func (p *page) eventPoints(m source.Keyed) {
	if most := m.Get("at_most"); most.Exists() {
		p.say("It is never more than %s.", thousands(most.Int()))
	}
	events := m.Get("events").Entries()
	if len(events) == 0 {
		return
	}
	decay := "An event keeps its points."
	if half := m.Get("half_life"); half.Exists() {
		decay = "The points of an event halve every " + withoutOne(length(half)) + "."
	}
	p.say("Every recent event adds points. %s Where nobody looked for events, the score is unknown.", decay)
	g := grid{header: []string{"Event", "Points for each", "All together"}}
	for _, e := range events {
		points, most := e.Value, "no limit"
		if e.Value.IsMap() {
			em := e.Value.Map()
			points = em.Get("points")
			if n := em.Get("at_most"); n.Exists() {
				most = "at most " + thousands(n.Int())
			}
		}
		g.add(named(e.Name()), say("%s", thousands(points.Int())), say("%s", most))
	}
	p.add(g)
}

func (p *page) signals() {
	p.heading(2, "signals", "Signals")
	p.say("A signal that is of no kind listed here is not answered.")
	g := grid{header: []string{"Signal", "About", "The same signal again", "Too old to act on"}}
	var list itemList
	for _, t := range p.config.Triggers {
		m := p.trigger(t.Kind)
		name := prose{}.strong(title(t.Kind)).newLine().code(t.Kind)
		g.add(name, say("%s", article(t.About)), say("%s", repetition(t, m)), say("after %s", length(m.Get("stale_after"))))
		if t.HandRaise {
			list.add(named(t.Kind).say(" asks for sales by itself: whoever was disqualified is so no more."))
		}
		if missing := m.Get("incomplete"); missing.Exists() {
			list.add(missingWords(t, missing.Map()))
		}
	}
	p.add(g)
	if len(list.list) > 0 {
		p.add(list)
	}
}

// missingWords says what becomes of a signal while facts are missing.
func missingWords(t handoff.TriggerRule, m source.Keyed) prose {
	text := say("While facts are missing, ").code(t.Kind).say(" waits")
	if q := t.Incomplete.Queue; q != nil {
		text = text.say(" in ").link(q.ID, "queue-"+q.ID)
	}
	wait := m.Get("wait")
	switch {
	case !wait.Exists():
		return text.say(" until it is too old.")
	case t.Incomplete.Play == "":
		return text.say(" for %s; after that it is dropped.", length(wait))
	}
	return text.say(" for %s; after that ", length(wait)).link(t.Incomplete.Play, "play-"+t.Incomplete.Play).say(" answers it, whatever is missing for the others.")
}

func (p *page) trigger(kind string) source.Keyed {
	for _, e := range p.root.Get("triggers").Entries() {
		if e.Name() == kind {
			return e.Value.Map()
		}
	}
	return source.Keyed{}
}

// repetition says what makes two signals the same.
func repetition(t handoff.TriggerRule, m source.Keyed) string {
	if t.SameWithin == 0 {
		return "only a redelivery, with the same id"
	}
	text := fmt.Sprintf("another of the same %s", t.About)
	if len(t.Same) > 0 {
		var same []string
		for _, name := range t.Same {
			same = append(same, nameWords(name))
		}
		text += " with the same " + strings.Join(same, " and the same ")
	}
	return text + ", less than " + length(m.Get("same_within")) + " apart"
}

// covers names the plays that a rule is about.
func (p *page) covers(m source.Keyed) prose {
	switch only, except := m.Get("only"), m.Get("except"); {
	case only.Exists():
		return p.playsNamed(only)
	case except.Exists():
		return say("all but ").add(p.playsNamed(except))
	}
	return say("all plays")
}

// playsNamed names plays, and the plays of motions.
func (p *page) playsNamed(n source.Node) prose {
	var names []prose
	for _, name := range n.Texts() {
		if slices.ContainsFunc(p.plays, func(r *playRow) bool { return r.Get("motion").Raw() == name }) {
			names = append(names, say("plays of the motion ").code(name))
		} else {
			names = append(names, prose{}.link(name, "play-"+name))
		}
	}
	return oneOf(names, "and")
}

func (p *page) ready() {
	gates := p.root.Get("eligibility").List()
	if len(gates) == 0 {
		return
	}
	p.heading(2, "ready", "Who is ready")
	p.say("A play runs only for a record that passes all of its gates. What is unknown does not pass: a signal that only a " +
		"missing fact keeps out waits for that fact until it is too old.")
	g := grid{header: []string{"Gate", "Passes when", "Otherwise the reason is", "Applies to"}}
	for _, n := range gates {
		m := n.Map()
		g.add(cared(named(m.Get("id").Raw()), m), p.criterion(m.Get("require")), say("%s", m.Get("reason").Text()), p.covers(m))
	}
	p.add(g)
}

// vocabulary shows the lists and the fields of the policy's own.
func (p *page) vocabulary() {
	lists, fields := p.root.Get("lists").Entries(), p.root.Get("fields").Parts()
	if len(lists)+len(fields) == 0 {
		return
	}
	p.heading(2, "lists-and-fields", "Lists and fields")
	if len(lists) > 0 {
		g := grid{header: []string{"List", "Holds"}}
		for _, e := range lists {
			g.add(named(e.Name()), p.listWords(e))
		}
		p.add(g)
	}
	g := grid{header: []string{"Field", "Holds"}}
	for _, part := range fields {
		for _, of := range part.Map().Entries() {
			for _, e := range of.Value.Entries() {
				g.add(named(of.Name()+"."+e.Name()), say("%s", fieldWords(e.Value)))
			}
		}
	}
	if len(g.rows) > 0 {
		p.say("Columns of our own that conditions read:")
		p.add(g)
	}
}

// maxListed is how many entries of a list a page shows.
const maxListed = 50

func (p *page) listWords(e source.Entry) prose {
	all := p.lists[e.Name()].items
	text := say("%s", strings.Join(all[:min(len(all), maxListed)], ", "))
	if more := len(all) - maxListed; more > 0 {
		text = text.say(", and %s more", thousands(int64(more)))
	}
	if e.Value.IsMap() {
		text = text.say(" (from ").code(e.Value.Map().Get("file").Raw()).say(")")
	}
	return text
}

func fieldWords(n source.Node) string {
	if n.IsList() {
		return "one of " + strings.Join(n.Texts(), ", ")
	}
	return map[handoff.Type]string{handoff.TypeString: "a text", handoff.TypeInt: "a whole number", handoff.TypeBool: "yes or no",
		handoff.TypeDate: "a date", handoff.TypeTime: "an instant", handoff.TypeDuration: "a length of time", handoff.TypeRate: "a rate",
		handoff.TypeList: "a list of texts"}[handoff.Type(n.Raw())]
}

func (p *page) unknowns() {
	p.heading(2, "unknown", "Where unknown facts lead")
	p.say("A fact that nobody knows makes the criterion that reads it unknown, unless the rest of it decides. Unknown " +
		"passes no gate and holds every hold; it matches no play, adds no points, enters no stage and picks nobody in a " +
		"territory that asks for it. A signal that only a missing fact keeps back waits, and is decided again when the " +
		"fact comes, until the signal is too old.")
	if len(p.config.Sequences) == 0 {
		return
	}
	p.say("Not so for channels: where something unknown, such as %s, leaves open whether a channel may be used, it is blocked. "+
		"The signal is used up all the same, and is not decided again when the fact comes; where nothing can start, its owner has the record and is told.",
		choose(len(p.laws) > 0, "the country of the person", "whether the person agreed"))
}
