package cli

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/replay"
)

const explainHelp = `handoff explain POLICY --in FILE shows one decision, and for each play why it did or did not win.

  handoff explain policy.yaml --in line.json
  handoff explain policy.yaml --in requests.jsonl --line 12     lives through the lines before it
  handoff explain policy.yaml --in - --json < line.json         the whole trace as JSON

A line of input says what happened, and when it is to be decided:

  {"at": "2026-03-02T15:04:00Z", "request": {"subject": "lead/L1",
   "lead": {"id": "L1", "account": "A1", "country": "US", "flags": [], "person": {"email": "jo@acme.example"}},
   "account": {"id": "A1", "employees": 2500}, "opportunities": [],
   "triggers": [{"id": "T1", "kind": "demo_request", "occurred_at": "2026-03-02T15:03:00Z"}]}}

What a request leaves out is unknown: "opportunities": [] says that there are none. "flags": [] says that you looked, and the
lead is marked as nothing: do_not_contact, competitor and the like hold until that is said. With "activity" beside "request" it is
an activity to observe. With "touch" it is an e-mail, a call or the like that is about to go out to the lead, and the answer
says whether it may:

  {"at": "2026-03-02T15:04:00Z", "request": {"subject": "lead/L1", "lead": {"id": "L1", "account": "A1"}},
   "touch": {"id": "M1", "channel": "email", "purpose": "marketing", "scope": "nurture", "by": "campaigns"}}

A step of a sequence names it as "sequence". Without --line the first line is explained.
`

func explain(s streams, args []string) error {
	fs := newFlags("explain")
	asJSON, in, wanted := fs.Bool("json", false, ""), fs.String("in", "", ""), fs.Int("line", 1, "")
	args, err := parse(fs, args)
	if err != nil {
		return err
	}
	path, err := onePolicy(fs, args)
	if err != nil {
		return err
	}
	if err := needInput("explain", *in); err != nil {
		return err
	}
	if *wanted < 1 {
		return misused("explain: --line counts from 1")
	}
	engine, err := load(path)
	if err != nil {
		return err
	}
	e, err := s.explainLine(engine, *in, *wanted)
	if err != nil {
		return err
	}
	if *asJSON {
		return s.printJSON(e)
	}
	printer{s.out, engine.Zone()}.explanation(e)
	return nil
}

// errFound ends the reading at the wanted line.
var errFound = errors.New("found")

// explainLine lives through the lines before the wanted one, and explains that.
func (s streams) explainLine(engine *handoff.Engine, in string, wanted int) (handoff.Explanation, error) {
	simulator := replay.New(engine)
	var e handoff.Explanation
	last, blank := 0, false
	err := s.readInput(in, func(n int, l replay.Line) error {
		last, blank = n, n > wanted
		switch {
		case blank:
			return errFound
		case n < wanted:
			_, err := simulator.Step(l)
			return err
		}
		r, _, err := simulator.Prepare(l)
		if err == nil {
			e, err = explained(engine, l, r)
		}
		if err == nil {
			err = errFound
		}
		return err
	})
	switch {
	case blank:
		return e, fmt.Errorf("--line %d: that line of the input is blank", wanted)
	case errors.Is(err, errFound):
		return e, nil
	case err == nil:
		return e, fmt.Errorf("--line %d: the last line of the input is %d", wanted, last)
	}
	return e, err
}

// explained returns the trace of a line; an activity and a touch decide no triggers, so their decisions have none.
func explained(engine *handoff.Engine, l replay.Line, r handoff.Request) (handoff.Explanation, error) {
	var d handoff.Decision
	var err error
	switch {
	case l.Activity != nil:
		d, err = engine.Observe(l.At, r, *l.Activity)
	case l.Touch != nil:
		d, err = engine.Permit(l.At, r, *l.Touch)
	default:
		return engine.Explain(l.At, r)
	}
	return handoff.Explanation{Decision: d, Match: r.Match, Triggers: []handoff.TriggerTrace{}}, err
}

func (p printer) explanation(e handoff.Explanation) {
	d := e.Decision
	if !e.Match.IsZero() { // which is shown below, with all of its candidates
		d.Match = handoff.Match{}
	}
	fmt.Fprint(p.out, handoff.Describe(d))
	p.match(e.Match, e.Decision.Digest)
	for _, t := range e.Triggers {
		p.line(0, "")
		p.line(0, "trigger %s (%s)", t.Trigger, t.Kind)
		for _, s := range t.Scores {
			if s.Points.Known {
				p.line(1, "score %s = %d", s.ID, s.Points.Value)
			} else {
				p.line(1, "score %s is unknown", s.ID)
			}
		}
		for _, stage := range t.Stages {
			p.stage(stage)
		}
		for _, play := range t.Plays {
			won := play.Play == e.Decision.Play && t.Trigger == e.Decision.Trigger
			p.line(1, "play %s: %s%s", play.Play, standing(play, won), at(play.Position))
			p.play(play)
		}
	}
	if len(e.Candidates) > 0 {
		p.line(0, "")
		p.line(0, "candidates")
	}
	for _, c := range e.Candidates {
		p.line(1, "%s (%s): %s", c.Rep, c.Rung, fate(c))
	}
}

// maxCandidates bounds the candidates of a match that are shown.
const maxCandidates = 10

// match prints who was looked at, what each field says for or against them, and why who won did.
func (p printer) match(m handoff.Match, policy string) {
	if m.IsZero() {
		return
	}
	p.line(0, "")
	p.line(0, "match%s", byRules(m.Digest, policy))
	p.line(1, "contact: %s", taken(m.Contact))
	p.line(1, "account: %s", taken(m.Account))
	if m.Parent != "" {
		p.line(1, "parent: %s", m.Parent)
	}
	shown := m.Candidates[:min(len(m.Candidates), maxCandidates)]
	for _, c := range shown {
		evidence := c.Evidence
		c.Evidence = nil
		p.line(1, "%s%s", c, because(c.Why))
		for _, e := range evidence {
			p.line(2, "%s", e)
		}
	}
	if more := len(m.Candidates) - len(shown); more > 0 {
		p.line(1, "and %s more, which --json shows", plural(more, "candidate"))
	}
}

// byRules names the rules of a match. Those of the policy that decided, whose digest stands above, are not told again, and of
// a digest or a revision its beginning is enough.
func byRules(digest, policy string) string {
	rules, list, _ := strings.Cut(digest, "; ")
	switch {
	case rules == "":
		return ""
	case rules == policy:
		rules = "this policy"
	default:
		rules = "rules " + rules
	}
	if list != "" {
		rules += ", " + list
	}
	return " by " + shortHex(rules)
}

// shortHex cuts each number of many hexadecimal digits after the twelfth.
func shortHex(text string) string {
	var b strings.Builder
	digits := 0
	for _, r := range text {
		if strings.ContainsRune("0123456789abcdef", r) {
			digits++
		} else {
			digits = 0
		}
		if digits <= 12 {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// taken says whom the lead was taken for, and why.
func taken(t handoff.Taken) string {
	if t.Verdict == "" {
		return "nobody looked"
	}
	text := string(t.Verdict)
	if t.ID != "" {
		text += " " + t.ID
	}
	return text + because(t.Why)
}

func because(why string) string {
	if why == "" {
		return ""
	}
	return ", " + why
}

// fate says why a candidate was not chosen, or that it was, and the numbers that ranked it.
func fate(c handoff.Candidate) string {
	text := c.Reason
	if text == "" {
		text = "chosen"
	}
	if !c.Next.IsZero() {
		text += ", free again at " + c.Next.Format(time.RFC3339)
	}
	for _, n := range c.Ranked {
		text += fmt.Sprintf(", %s %d", n.Name, n.Value)
	}
	return text
}

// stage prints whether the trigger made its record enter a stage, and why not where the condition does not say so.
func (p printer) stage(t handoff.StageTrace) {
	switch {
	case t.When.Text == "" && t.Why != "":
		p.line(2, "stage %s %s%s", t.Stage, t.Why, at(t.Position))
		return
	case t.Why != "":
		p.condition("stage "+t.Stage+" "+t.Why, t.When)
		return
	}
	p.condition("stage "+t.Stage+" is "+entrance(t), t.When)
}

// entrance says whether the trigger made its record enter a stage.
func entrance(t handoff.StageTrace) string {
	if t.Entered {
		return "entered"
	}
	return "not entered by this trigger"
}

// standing says in a few words how a play fared.
func standing(t handoff.PlayTrace, won bool) string {
	closed := 0
	for _, g := range t.Gates {
		if g.Require.Truth != handoff.True {
			closed++
		}
	}
	var stops []string
	if closed > 0 {
		stops = append(stops, plural(closed, "gate"))
	}
	holds := 0
	for _, h := range t.Holds {
		if h.Active {
			holds++
		}
	}
	if holds > 0 {
		stops = append(stops, plural(holds, "hold"))
	}
	switch {
	case t.When.Truth == handoff.False:
		return "not for this record"
	case t.Why != "":
		return "does not compete: " + t.Why
	case t.When.Truth == handoff.Unknown:
		return "cannot tell whether it is for this record"
	case won:
		return fmt.Sprintf("won with priority %d", t.Priority)
	case t.Ready:
		return fmt.Sprintf("ready with priority %d, and lost", t.Priority)
	}
	return "matched, and stopped by " + strings.Join(stops, " and ")
}

func (p printer) play(t handoff.PlayTrace) {
	if t.When.Text != "" {
		p.condition("when is "+t.When.Truth.String(), t.When)
	}
	for _, g := range t.Gates {
		p.condition("gate "+g.Gate+" is "+opening(g.Require.Truth), g.Require)
	}
	for _, h := range t.Holds {
		p.hold(h)
	}
}

// hold prints whether a hold is active, with what ends it, and the condition and values behind it.
func (p printer) hold(h handoff.HoldTrace) {
	name := h.ID
	if h.Source != "" {
		name += " (" + h.Source + ")"
	}
	if h.Active {
		p.line(2, "hold %s holds: %s%s%s%s%s", name, h.Reason, p.lasts(h.ActiveHold), noReplay(h.OnRelease), unknown(h.Unknown), at(h.Position))
	} else {
		p.line(2, "hold %s lets go%s", name, at(h.Position))
	}
	if h.When.Text == "" {
		return
	}
	p.line(3, "%s is %s%s", h.When.Text, h.When.Truth, at(h.When.Position))
	for _, s := range h.When.Seen {
		p.line(3, "%s = %s", s.Path, s.Value)
	}
}

// noReplay says that a hold does not replay, which a reason leaves out.
func noReplay(o handoff.OnRelease) string {
	if o == handoff.ReleaseNone {
		return ", no replay on release"
	}
	return ""
}

// opening says whether a gate lets a play pass.
func opening(t handoff.Truth) string {
	switch t {
	case handoff.True:
		return "open"
	case handoff.False:
		return "closed"
	}
	return "closed, since it is unknown"
}

// condition prints what a condition came to, its text, the term that decided, and the values it saw.
func (p printer) condition(label string, t handoff.Trace) {
	p.line(2, "%s: %s%s", label, t.Text, at(t.Position))
	if t.First != "" && t.First != t.Text {
		truth := "not true"
		if t.Truth == handoff.Unknown { // else some term would be false
			truth = "unknown"
		}
		p.line(3, "because %s is %s%s", t.First, truth, at(t.FirstPosition))
	}
	for _, s := range t.Seen {
		p.line(3, "%s = %s", s.Path, s.Value)
	}
}
