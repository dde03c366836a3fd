package cli

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules/replay"
	"github.com/salesbaton/baton/suppression"
)

const simulateHelp = `handoff simulate POLICY --in FILE decides recorded lines in turn, and lives through the time between them.

  handoff simulate policy.yaml --in requests.jsonl
  handoff simulate policy.yaml --in requests.jsonl --until 2026-04-01T00:00:00Z    and goes on until then
  handoff simulate policy.yaml --in requests.jsonl --context                       with what the rep gets
  handoff simulate policy.yaml --in - --json < requests.jsonl                      decisions as JSON Lines

Lines are in the order of their instants. Each is one JSON object, as handoff help explain shows it; the "state" of a
request brings along what is remembered from before, such as {"rep/kim": {"version": 1, "value": {"id": "kim",
"status": "away"}}}. A touch that is held is not tried again by itself: give it a later line. Lines with triggers,
activities and touches may come in any mixture. Behind the decisions stand counts: of plays, owners, verdicts and outcomes, of
what was late or went back, and of promises that were kept; behind these the holds that are left at the end.
`

func simulate(s streams, args []string) error {
	fs := newFlags("simulate")
	asJSON, context := fs.Bool("json", false, ""), fs.Bool("context", false, "")
	in, until := fs.String("in", "", ""), fs.String("until", "", "")
	args, err := parse(fs, args)
	if err != nil {
		return err
	}
	path, err := onePolicy(fs, args)
	if err != nil {
		return err
	}
	if err := needInput("simulate", *in); err != nil {
		return err
	}
	end, err := readUntil(*until)
	if err != nil {
		return err
	}
	engine, err := load(path)
	if err != nil {
		return err
	}
	run := simulation{simulator: replay.New(engine), printer: printer{s.out, engine.Zone()}, json: *asJSON, context: *context}
	if err := s.readInput(*in, func(_ int, l replay.Line) error { return run.step(l) }); err != nil {
		return err
	}
	if !end.IsZero() {
		if err := run.until(end); err != nil {
			return fmt.Errorf("--until: %w", err)
		}
	}
	return run.finish()
}

func readUntil(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}, misused("simulate: --until is an instant such as 2026-04-01T00:00:00Z")
	}
	return t, nil
}

// A simulation prints the decisions of a simulator as they come, and keeps only their counts.
type simulation struct {
	simulator *replay.Simulator
	printer   printer
	json      bool
	context   bool
	lines     int
	now       time.Time // the simulator's clock
	summary   replay.Summary
}

func (r *simulation) step(l replay.Line) error {
	r.lines++
	r.now = l.At
	if err := r.catchUp(l.At); err != nil {
		return err
	}
	decisions, err := r.simulator.Step(l)
	return r.print(decisions, err)
}

// catchUp lives through what is due by an instant, one instant after the other, so that a long gap is not held in
// memory.
func (r *simulation) catchUp(t time.Time) error {
	for {
		due, found := r.simulator.NextDue()
		if !found || due.After(t) {
			return nil
		}
		decisions, err := r.simulator.Until(due)
		if err := r.print(decisions, err); err != nil {
			return err
		}
	}
}

func (r *simulation) until(t time.Time) error {
	r.now = t
	if err := r.catchUp(t); err != nil {
		return err
	}
	decisions, err := r.simulator.Until(t)
	return r.print(decisions, err)
}

// print prints decisions, also those that came before an error, and returns the error.
func (r *simulation) print(decisions []handoff.Decision, err error) error {
	for _, d := range decisions {
		if d.Cause.Time && len(d.Effects) == 0 {
			continue
		}
		r.summary.Add(d)
		if printed := r.decision(d); printed != nil {
			return printed
		}
	}
	return err
}

func (r *simulation) decision(d handoff.Decision) error {
	if r.json {
		enc := json.NewEncoder(r.printer.out)
		enc.SetEscapeHTML(false)
		return enc.Encode(d)
	}
	r.printer.decision(d)
	if c, ok := d.Context(); ok && r.context {
		r.printer.line(2, "the rep gets")
		r.printer.block(3, c.String())
	}
	r.printer.line(0, "")
	return nil
}

func (r *simulation) finish() error {
	if !r.json {
		r.printer.line(0, "%s from %s", plural(int(r.summary.Decisions()), "decision"), plural(r.lines, "line"))
		r.printer.line(0, "")
		r.printer.block(0, r.summary.String())
		r.printer.standing(suppression.Ageing(r.now, r.simulator.State()))
	}
	return nil
}

// maxStanding bounds the holds that are shown at the end.
const maxStanding = 10

// standing prints the holds that stand at the end, the oldest first: what keeps records out until somebody looks at it.
func (p printer) standing(holds []suppression.Aged) {
	if len(holds) == 0 {
		return
	}
	p.line(0, "")
	p.line(0, "%s at the end, the oldest first", plural(len(holds), "hold"))
	for _, h := range holds[:min(len(holds), maxStanding)] {
		what := handoff.Reason{Rule: handoff.RuleHold, ID: strings.TrimPrefix(h.ID, "rule:"), Play: strings.Join(h.Blocks, ", "), Source: h.Source, Text: h.Reason}
		p.line(1, "%s  %s%s%s%s", h.Subject, what, p.lasts(h.ActiveHold), unknown(h.Unknown), at(h.Position))
	}
	if more := len(holds) - maxStanding; more > 0 {
		p.line(1, "and %d more", more)
	}
}

// decision prints one decision: a row that can be scanned, what was handed off, why, and what else changes.
func (p printer) decision(d handoff.Decision) {
	p.line(0, "%s  %-15s  %s  %s", p.clock(d.At), d.Verdict, d.Subject, d.Cause)
	if row := p.handed(d); row != "" {
		p.line(2, "%s", row)
	}
	for i, r := range d.Reasons {
		p.line(2, "%-8s %s", heading(i, "because"), p.reason(r))
	}
	for i, l := range d.Losers {
		p.line(2, "%-8s %s on %s, by %s", heading(i, "lost"), l.Play, l.Trigger, l.Why)
	}
	for i, t := range d.PassedWhy {
		p.line(2, "%-8s %s: %s", heading(i, "passed"), plural(int(t.N), "rep"), t.Reason)
	}
	for i, text := range p.promises(d.Effects) {
		p.line(2, "%-8s %s", heading(i, "promise"), text)
	}
	if changes := kinds(d.Effects); changes != "" {
		p.line(2, "%-8s %s", "effects", changes)
	}
}

func heading(i int, text string) string {
	if i == 0 {
		return text
	}
	return ""
}

// handed returns what was handed off to whom, as far as it was, or would have been, or who sends a touch.
func (p printer) handed(d handoff.Decision) string {
	acts := "owner"
	switch {
	case d.Cause.Touch != "":
		acts = "sender"
	case d.Verdict == handoff.VerdictHeldOut:
		acts = "would-be owner"
	}
	var parts []string
	for _, part := range []struct{ label, text string }{{"play", d.Play}, {acts, d.Owner}, {"sequence", d.Sequence}, {"queue", d.Queue}} {
		if part.text != "" {
			parts = append(parts, part.label+" "+part.text)
		}
	}
	if !d.FirstTouch.IsZero() {
		parts = append(parts, "first touch due "+p.clock(d.FirstTouch))
	}
	if !d.Next.IsZero() {
		parts = append(parts, "again at "+p.clock(d.Next))
	}
	return strings.Join(parts, ", ")
}

// promises says how clocks ended, what moved those that run, and when a record is back.
func (p printer) promises(effects handoff.Effects) (out []string) {
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for _, effect := range effects {
		switch e := effect.(type) {
		case handoff.StopClock:
			say("%s %s%s", e.ID, kept(e.Why, e.Met), p.instant(" at ", e.At))
		case handoff.MoveClock:
			say("%s: %s%s", e.ID, e.Why, p.instant(", due ", e.Due))
		case handoff.Correct:
			say("%s %s%s, other than was known", e.Clock, kept(e.Why, e.Met), p.instant(" at ", e.Is))
		case handoff.Recycle:
			say("recycled%s%s", label(" to ", e.To), p.instant(", back at ", e.Back))
		}
	}
	return out
}

// label returns a label and a text, or nothing.
func label(before, text string) string {
	if text == "" {
		return ""
	}
	return before + text
}

// kept says how a clock ended.
func kept(why handoff.StopWhy, met bool) string {
	switch {
	case why != handoff.StopDone:
		return "not done (" + strings.ReplaceAll(string(why), "_", " ") + ")"
	case met:
		return "kept in time"
	}
	return "kept late"
}

// kinds lists the kinds of effects, in the order of the decision, each once.
func kinds(effects handoff.Effects) string {
	var out []string
	for i, e := range effects {
		if i == 0 || effects[i-1].Kind() != e.Kind() {
			out = append(out, string(e.Kind()))
		}
	}
	return strings.Join(out, ", ")
}
