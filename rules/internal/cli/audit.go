package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/outcome/report"
	"github.com/salesbaton/baton/rules"
)

const auditHelp = `handoff audit POLICY --decisions FILE --activities FILE shows what of a policy somebody has to look at, and how it did.

  handoff audit policy.yaml --decisions d.jsonl --activities a.jsonl
  handoff audit policy.yaml --decisions d.jsonl --activities a.jsonl --from 2026-01-01T00:00:00Z --until 2026-04-01T00:00:00Z
  handoff audit policy.yaml --decisions d.jsonl --activities a.jsonl --segment account.tier --accurate 14d
  handoff audit policy.yaml --decisions d.jsonl --json
  handoff audit policy.yaml --decisions d.jsonl --strict      exits with 1 where something needs attention

It is what a team goes through every quarter. First stands what needs attention: rules whose review_by is over, experiments whose
days are over, and rules without an owner; holds without an end and without review_by, in the policy and on records; signals of
which there are many more than before, and worse ones; experiments whose arms are not as large as they should be; scores that do
badly by a segment; lines that could not be read; and plays, gates, holds, sequences, experiments and the like that did nothing in
the period. Below it stand routing accuracy by play and owner, how sequences do by segment, how good each kind of signal is, holds
by age, and the versions of the policy in the period with what moved from one to the next.

The flags are those of handoff report, but for --out, --format, --title and --policy. Without --until it is as of the latest event,
and where there is none it is needed. Whether a rule did something, decisions of policies of this name say, in whatever version.
`

// An auditOf is the whole of an audit, and its JSON.
type auditOf struct {
	Policy    string           `json:"policy"`
	Digest    string           `json:"digest"`
	From      time.Time        `json:"from,omitzero"`
	Until     time.Time        `json:"until"`
	Decisions int64            `json:"decisions"` // of the policy
	Attention []attention      `json:"attention"` // in the order of the sections above, then of the policy or the figures
	Routing   []rateOf         `json:"routing"`
	Sequences []sequenceOf     `json:"sequences"` // by sequence, segment and value
	Triggers  []report.Trigger `json:"triggers"`
	Holds     []report.Hold    `json:"holds"`
	Policies  []report.Policy  `json:"policies"`
	Input     report.Input     `json:"input"`
}

// An attention is something that somebody has to look at.
type attention struct {
	What     string `json:"what"`            // such as overdue, for programs
	Rule     string `json:"rule,omitempty"`  // its kind and id, or what it is about
	Owner    string `json:"owner,omitempty"` // who looks after it
	Text     string `json:"text"`
	Position string `json:"position,omitempty"`
}

// A rateOf is a rate of some handoffs.
type rateOf struct {
	Dimension string      `json:"dimension,omitempty"` // "": all
	Value     string      `json:"value,omitempty"`
	Rate      report.Rate `json:"rate"`
}

func audit(s streams, args []string) error {
	fs := newFlags("audit")
	var f measureFlags
	f.define(fs)
	asJSON, strict := fs.Bool("json", false, ""), fs.Bool("strict", false, "")
	args, err := parse(fs, args)
	if err == nil && len(args) != 1 {
		err = misused("audit: name one policy, such as: handoff audit policy.yaml --decisions d.jsonl --activities a.jsonl")
	}
	if err == nil {
		err = f.check(fs)
	}
	if err != nil {
		return err
	}
	p, err := readPolicy(args[0])
	if err != nil {
		return err
	}
	a, err := s.audited(&f, p)
	if err != nil {
		return err
	}
	if *asJSON {
		err = s.printJSON(a.auditOf)
	} else {
		a.print()
	}
	if err == nil && *strict && len(a.Attention) > 0 {
		err = errWrong
	}
	return err
}

// A finished audit is one with what only its text shows.
type finished struct {
	auditOf
	figures report.Figures
	printer printer
}

func (s streams) audited(f *measureFlags, p measuredPolicy) (a finished, err error) {
	use := usage{policy: p.name(), used: map[ruleName]bool{}}
	m, figures, err := s.measure(f, p, use.add)
	if err != nil {
		return a, err
	}
	a.figures, a.printer = figures, printer{s.out, p.zone}
	a.auditOf = auditOf{Policy: p.name(), Digest: p.inspect.Engine.Digest(), From: figures.From, Until: figures.Until, Decisions: use.decisions,
		Attention: []attention{}, Routing: routing(figures), Triggers: figures.Triggers, Holds: figures.Holds, Policies: figures.Policies,
		Input: figures.Input}
	if !f.from.IsZero() {
		a.From = f.from
	}
	if a.Sequences, err = sequences(m, figures.Until); err != nil {
		return a, err
	}
	a.review(p, use)
	return a, nil
}

// routing returns how many handoffs went to the right rep at once: all, by play and by owner.
func routing(f report.Figures) []rateOf {
	out := []rateOf{{Rate: f.All.Rate(report.RateRouted)}}
	for _, by := range f.By {
		if by.Dimension != string(report.ByPlay) && by.Dimension != string(report.ByOwner) {
			continue
		}
		for _, g := range by.Groups {
			out = append(out, rateOf{by.Dimension, g.Value, g.Rate(report.RateRouted)})
		}
	}
	return out
}

// A sequenceOf is what came of the handoffs that started a sequence, in one segment.
type sequenceOf struct {
	Sequence string        `json:"sequence"`
	Segment  string        `json:"segment,omitempty"` // "": all of them
	Value    string        `json:"value,omitempty"`
	Handoffs int64         `json:"handoffs"`
	Rates    []report.Rate `json:"rates"` // in the order of report.RateIDs
}

// sequences counts what came of handoffs with a sequence, of all of them and by segment, by the rules of the figures.
func sequences(m *measurement, until time.Time) ([]sequenceOf, error) {
	type place struct{ sequence, segment, value string }
	tallies := map[place]*report.Tally{}
	config := m.config
	config.Reps = nil // a handoff says its team
	var err error
	m.report.Handoffs(until, func(h report.Handoff) bool {
		if h.Sequence == "" {
			return true
		}
		for _, g := range append([]report.Segment{{}}, h.Segments...) {
			p := place{h.Sequence, g.Name, g.Value}
			if tallies[p] == nil {
				tallies[p], err = report.NewTally(config)
			}
			if err != nil {
				return false
			}
			tallies[p].Add(h)
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	out := make([]sequenceOf, 0, len(tallies))
	for p, tally := range tallies {
		g := tally.Group(p.value)
		out = append(out, sequenceOf{p.sequence, p.segment, p.value, g.Handoffs, g.Rates})
	}
	slices.SortFunc(out, func(a, b sequenceOf) int {
		return cmp.Or(strings.Compare(a.Sequence, b.Sequence), strings.Compare(a.Segment, b.Segment), strings.Compare(a.Value, b.Value))
	})
	return out, nil
}

// print prints the audit: what needs attention, and behind it the numbers.
func (a *finished) print() {
	p := a.printer
	p.line(0, "Audit of %s %s%s to %s", a.Policy, shortHex(a.Digest), p.instant(", ", a.From), p.clock(a.Until))
	p.line(0, "%s of it, of %s that were read", counted(int(a.Decisions), "decision"), thousands(int(a.Input.Decisions)))
	p.line(0, "")
	p.line(0, "%s attention", needs(len(a.Attention)))
	for _, t := range a.Attention {
		p.line(1, "%-10s %s: %s%s%s", t.What, printable(t.Rule), printable(t.Text), label(", owner ", printable(t.Owner)), at(t.Position))
	}
	a.routingTable()
	a.sequenceTable()
	p.line(0, "")
	rest := a.figures
	p.block(0, report.Figures{Zone: rest.Zone, From: rest.From, Until: rest.Until, Level: rest.Level, Small: rest.Small, Goal: rest.Goal, Within: rest.Within,
		Input: rest.Input, All: report.Group{Handoffs: rest.All.Handoffs}, Triggers: rest.Triggers, FollowUp: rest.FollowUp, Holds: rest.Holds, Policies: rest.Policies}.Text())
}

func needs(n int) string {
	switch n {
	case 0:
		return "Nothing needs"
	case 1:
		return "1 thing needs"
	}
	return counted(n, "thing") + " need"
}

// printable returns a text on one line, without what would move a cursor.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if !strconv.IsPrint(r) {
			return '?'
		}
		return r
	}, text)
}

func (a *finished) routingTable() {
	p := a.printer
	p.line(0, "")
	p.line(0, "Routing accuracy: handoffs that nobody else got soon after, of those old enough to tell")
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	for _, r := range a.Routing {
		if r.Rate.Of > 0 {
			fmt.Fprintf(w, "  %s\t%s\t%s\n", cmp.Or(r.Dimension, "all"), valueOf(r), rated(r.Rate))
		}
	}
	w.Flush() // an error is that of the final Flush
}

// valueOf returns the value of a dimension, or that there is none.
func valueOf(r rateOf) string {
	if r.Dimension != "" && r.Value == "" {
		return "(none)"
	}
	return printable(r.Value)
}

// rated returns how many of how many, in percent, and marks what is of few.
func rated(r report.Rate) string {
	if r.Small {
		return ratio(r.Hits, r.Of) + "*"
	}
	return ratio(r.Hits, r.Of)
}

// ratio returns how many of how many, in percent.
func ratio(n, of int64) string {
	if of == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f%% %d/%d", 100*float64(n)/float64(of), n, of)
}

// sequenceRates are those of the table of sequences; the JSON has all.
func sequenceRates() []report.RateID {
	return []report.RateID{report.RateContacted, report.RateMeeting, report.RateQualified, report.RateOpportunity, report.RateWon}
}

func (a *finished) sequenceTable() {
	if len(a.Sequences) == 0 {
		return
	}
	p := a.printer
	p.line(0, "")
	p.line(0, "Sequences: how many of their handoffs came how far%s, with the %s%% interval",
		label(" within ", a.figures.Within), strconv.FormatFloat(100*float64(a.figures.Level), 'f', -1, 32))
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "  \t\thandoffs\t%s\n", strings.Join(words(sequenceRates()), "\t\t"))
	for _, s := range a.Sequences {
		fmt.Fprintf(w, "  %s\t%s\t%d", printable(s.Sequence), printable(cmp.Or(label(s.Segment+" ", s.Value), "all")), s.Handoffs)
		for _, id := range sequenceRates() {
			fmt.Fprint(w, "\t"+cells(report.Group{Rates: s.Rates}.Rate(id)))
		}
		fmt.Fprintln(w)
	}
	w.Flush() // an error is that of the final Flush
}

// cells returns a rate and its interval, as two cells of a table.
func cells(r report.Rate) string {
	if r.Of == 0 {
		return "-\t"
	}
	return fmt.Sprintf("%s\t%.1f to %.1f", rated(r), 100*float64(r.Interval.Low), 100*float64(r.Interval.High))
}

// A ruleName is a rule of a policy.
type ruleName struct {
	kind rules.GovernedKind
	id   string
}

// A usage is which rules of a policy did something.
type usage struct {
	policy    string
	decisions int64
	used      map[ruleName]bool
}

// kindsOf are the kinds of rules that a reason can speak of.
func kindsOf(r handoff.Rule) []rules.GovernedKind {
	switch r {
	case handoff.RuleGate:
		return []rules.GovernedKind{rules.GovernedGate}
	case handoff.RuleHold, handoff.RuleLimit:
		return []rules.GovernedKind{rules.GovernedSuppression, rules.GovernedQuietHours}
	case handoff.RuleRecycle:
		return []rules.GovernedKind{rules.GovernedRecycle}
	}
	return nil
}

// add notes the rules that shaped a decision.
func (u *usage) add(d handoff.Decision) {
	if d.Policy != u.policy {
		return
	}
	u.decisions++
	u.note(rules.GovernedPlay, d.Play)
	u.note(rules.GovernedSequence, d.Sequence)
	for _, r := range d.Reasons {
		for _, kind := range kindsOf(r.Rule) {
			u.note(kind, strings.TrimPrefix(r.ID, "rule:"))
		}
	}
	for _, effect := range d.Effects {
		switch e := effect.(type) {
		case handoff.Enroll:
			u.note(rules.GovernedSequence, e.Sequence)
		case handoff.Expose:
			u.note(rules.GovernedExperiment, e.Experiment)
		case handoff.Recycle:
			u.note(rules.GovernedRecycle, e.Rule)
		}
	}
}

func (u *usage) note(kind rules.GovernedKind, id string) {
	if id != "" {
		u.used[ruleName{kind, id}] = true
	}
}

// idle says what a rule of a kind did not do; "" where decisions do not tell.
func idle(kind rules.GovernedKind) string {
	switch kind {
	case rules.GovernedPlay:
		return "won nothing in the period"
	case rules.GovernedGate, rules.GovernedSuppression, rules.GovernedQuietHours:
		return "stopped nothing in the period"
	case rules.GovernedSequence:
		return "started for nobody in the period"
	case rules.GovernedExperiment:
		return "took nobody in in the period"
	case rules.GovernedRecycle:
		return "gave nothing back in the period"
	}
	return ""
}

// review lists what needs attention.
func (a *finished) review(p measuredPolicy, use usage) {
	today := p.zone.DateOf(a.Until)
	governed := p.inspect.Governed()
	for _, g := range governed {
		if !g.ReviewBy.IsZero() && g.ReviewBy.Compare(today) < 0 {
			a.attend("overdue", g, "was to be looked at by "+g.ReviewBy.String()+label(": ", g.Note))
		}
	}
	for _, g := range governed {
		if isOver(g, today) {
			a.attend("over", g, "counts no more since "+g.Until.String()+", and is still in the policy; remove it, or move its until")
		}
	}
	a.reviewOwners(governed)
	for _, g := range governed {
		if g.Endless && g.ReviewBy.IsZero() {
			a.attend("endless", g, "holds for ever, or until somebody lifts it, and nobody is to look at it again; write review_by:")
		}
	}
	a.reviewHolds(governed)
	a.reviewFigures()
	if use.decisions == 0 {
		a.note("unused", a.Policy, "no decision of the period is of this policy")
		return
	}
	for _, g := range governed {
		if what := idle(g.Kind); what != "" && !use.used[ruleName{g.Kind, g.ID}] && !isOver(g, today) {
			a.attend("unused", g, what)
		}
	}
}

// isOver reports whether a day is behind the last one on which a rule counts.
func isOver(g rules.Governed, day calendar.Date) bool {
	return !g.Until.IsZero() && day.Compare(g.Until) >= 0
}

// reviewOwners lists the rules that nobody looks after; at once where the policy names nobody at all.
func (a *finished) reviewOwners(list []rules.Governed) {
	if len(list) > 0 && !slices.ContainsFunc(list, func(g rules.Governed) bool { return g.Owner != "" }) {
		a.note("unowned", a.Policy, "of its %s, none says who looks after it; write owner: beside each", counted(len(list), "rule"))
		return
	}
	for _, g := range list {
		if g.Owner == "" {
			a.attend("unowned", g, "nobody looks after it; write owner:")
		}
	}
}

// attend notes that somebody has to look at a rule.
func (a *finished) attend(what string, g rules.Governed, text string) {
	a.Attention = append(a.Attention, attention{What: what, Rule: string(g.Kind) + " " + g.ID, Owner: g.Owner, Text: text, Position: g.Position})
}

// note notes that somebody has to look at something.
func (a *finished) note(what, rule, format string, args ...any) {
	a.Attention = append(a.Attention, attention{What: what, Rule: rule, Text: fmt.Sprintf(format, args...)})
}

// reviewHolds lists what stands on records without an end, but for the holds of rules that somebody is to look at again.
func (a *finished) reviewHolds(list []rules.Governed) {
	looked := map[string]bool{}
	for _, g := range list {
		looked["rule:"+g.ID] = looked["rule:"+g.ID] || g.Kind == rules.GovernedSuppression && !g.ReviewBy.IsZero()
	}
	for _, h := range a.figures.Holds {
		if h.Endless > 0 && !looked[h.ID] {
			a.note("endless", "hold "+h.ID, "%s without an end, the oldest for %s, on %s", standOn(h.Endless), days(h.Oldest), h.Subject)
		}
	}
}

// reviewFigures lists what needs attention by what happened.
func (a *finished) reviewFigures() {
	for _, t := range a.figures.Triggers {
		if t.Inflated {
			a.note("inflated", "trigger "+t.Kind, "%.1f times as many as before, and %s qualified, where it was %s", float64(t.Volume),
				ratio(t.Last.Hits, t.Last.Of), ratio(t.Before.Hits, t.Before.Of))
		}
	}
	for _, e := range a.figures.Experiments {
		if e.Ratio.Mismatch {
			a.note("mismatch", "experiment "+e.ID, "its arms are not as large as they should be (chi-square %.3f, p %.4f): no lift is to be trusted",
				float64(e.Ratio.ChiSquare), float64(e.Ratio.P))
		}
	}
	for _, s := range a.figures.Scores {
		for _, d := range s.Segments {
			if d.Low && !d.Upper.Small {
				a.note("disparity", "score "+s.ID, "%s %s is in its upper half less than four fifths as often as the segment that fares best: %s",
					d.Segment, d.Value, ratio(d.Upper.Hits, d.Upper.Of))
			}
		}
	}
	for _, c := range a.figures.Input.Refused {
		a.note("refused", "input", "%s: %s", counted(int(c.N), "event"), c.Name)
	}
}

func standOn(n int64) string {
	if n == 1 {
		return "stands on 1 record"
	}
	return "stands on " + thousands(int(n)) + " records"
}

// days returns an age in days.
func days(age handoff.Opt[int64]) string {
	if !age.Known {
		return "nobody knows how long"
	}
	return counted(int(age.Value/86_400), "day")
}
