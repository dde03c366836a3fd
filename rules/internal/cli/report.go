package cli

import (
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/outcome/report"
	"github.com/salesbaton/baton/rules/internal/source"
)

const reportHelp = `handoff report makes numbers of decisions and of what came of them: how fast, accepted, converted, in time, by whom and by what.

  handoff report --decisions d.jsonl --activities a.jsonl                         tables on standard output
  handoff report --decisions d.jsonl --activities a.jsonl --out report.html       one page for a browser or a printer
  handoff report --decisions d.jsonl --activities a.jsonl --out report.csv        one table to pivot, or .json for programs
  handoff simulate policy.yaml --in requests.jsonl --json > d.jsonl
  handoff report --decisions d.jsonl --activities requests.jsonl --policy policy.yaml --hours office

  --decisions FILE         decisions as JSON Lines, as a host stores them and handoff simulate --json prints them
  --activities FILE        what happened, as JSON Lines; both may be given several times, and - is standard input
  --out FILE               written when all is read, and never in part
  --format text            or csv, json, html; without it, as the name of --out ends
  --title "First quarter"  of the page
  --policy policy.yaml     for its zone, the teams of its reps, its fields and its calendars
  --zone Europe/Berlin     of periods, weekdays and hours; without it the policy's, else UTC
  --period month           or day, week, quarter: the handoffs of a period are a cohort
  --segment lead.country   tells handoffs apart by a fact of their requests, such as account.industry, a field that the policy
                           declares, or a column of yours such as account.fields.tier; may be given several times
  --goal opportunity       what a conversion is: attempted, contacted, meeting, qualified, opportunity or won
  --within 30d             a conversion counts that long after the handoff, and younger handoffs do not count
  --accurate 7d            a handoff that goes to somebody else within it was routed wrongly
  --hours office           the calendar of the policy by which business time is counted
  --points campaigns       what credit is given to: signals, by kind; campaigns; or everything, touches and attempts too
  --half-life 7d           of the credit that fades with time
  --order 2                touches that Markov's credit remembers, from 1, which it is without it, to 8
  --looks 5                that are planned at the experiments, for the bounds of each
  --level 95               of all intervals, in percent, from 50 up to and below 100; without it 95
  --small 30               marks what is of fewer than so many
  --from, --until          instants: what happened before and after is left out; without --until, as of the latest event,
                           and where there is none it is needed
  --lenient                counts lines that cannot be read, and shows them first; otherwise one of them ends the command
  --progress               says on standard error how much was read, also where that is no terminal

A line of --activities is one that was simulated, as handoff help explain shows it: its triggers and its activity count, and the
facts of its request make the segments. Its touch is a question, and counts where the decision permitted it. Or it says who, and
one thing that happened:

  {"subject": "lead/L1", "activity": {"id": "A1", "kind": "won", "at": "2026-03-20T15:00:00Z", "amount": 1200000}}
  {"subject": "lead/L1", "touch": {"id": "M1", "channel": "email", "purpose": "marketing", "at": "2026-03-05T09:00:00Z"}}
  {"subject": "lead/L1", "trigger": {"id": "T1", "kind": "webinar", "occurred_at": "2026-03-01T10:00:00Z"}}

Lines may be in any order, and in both files. Whatever is told twice under one id counts once. Amounts are in the currency's minor
unit. What is counted, and of what, the page and the documentation of the package outcome/report say.
`

// texts is a flag that may be given several times.
type texts []string

func (t *texts) String() string { return strings.Join(*t, ",") }

func (t *texts) Set(text string) error {
	if strings.TrimSpace(text) == "" {
		return fmt.Errorf("it is empty")
	}
	*t = append(*t, text)
	return nil
}

// measureFlags are what report and audit both ask for.
type measureFlags struct {
	command                                    string
	decisions, activities, segments            texts
	zone, period, goal, within, accurate       string
	hours, points, halfLife, fromText, endText string
	level                                      string
	order, looks, small                        int
	lenient, progress                          bool
	from, until                                time.Time
}

func (f *measureFlags) define(fs *flag.FlagSet) {
	f.command = fs.Name()
	fs.Var(&f.decisions, "decisions", "")
	fs.Var(&f.activities, "activities", "")
	fs.Var(&f.segments, "segment", "")
	for _, text := range []struct {
		name string
		into *string
	}{
		{"zone", &f.zone}, {"period", &f.period}, {"goal", &f.goal}, {"within", &f.within}, {"accurate", &f.accurate}, {"hours", &f.hours},
		{"points", &f.points}, {"half-life", &f.halfLife}, {"level", &f.level}, {"from", &f.fromText}, {"until", &f.endText},
	} {
		fs.StringVar(text.into, text.name, "", "")
	}
	fs.IntVar(&f.order, "order", 1, "")
	fs.IntVar(&f.looks, "looks", 5, "")
	fs.IntVar(&f.small, "small", 30, "")
	fs.BoolVar(&f.lenient, "lenient", false, "")
	fs.BoolVar(&f.progress, "progress", false, "")
}

// What the figures bound.
const (
	maxOrder = 8
	maxLooks = 20
)

// inputs returns the files that are read.
func (f *measureFlags) inputs() []string { return slices.Concat(f.decisions, f.activities) }

// check says what is wrong with the flags themselves, and reads the instants.
func (f *measureFlags) check(fs *flag.FlagSet) (err error) {
	fs.Visit(func(set *flag.Flag) {
		if set.Value.String() == "" {
			err = misused("%s: --%s is empty", f.command, set.Name)
		}
	})
	if err != nil {
		return err
	}
	inputs := f.inputs()
	switch {
	case len(inputs) == 0:
		return misused("%s: say what to read with --decisions FILE and --activities FILE; - is standard input", f.command)
	case f.order < 1 || f.order > maxOrder:
		return misused("%s: --order counts touches, from 1 to %d", f.command, maxOrder)
	case f.looks < 1 || f.looks > maxLooks:
		return misused("%s: --looks counts from 1 to %d", f.command, maxLooks)
	case f.small < 1:
		return misused("%s: --small counts from 1, which marks nothing but what is of none", f.command)
	}
	for i, path := range inputs {
		if slices.ContainsFunc(inputs[i+1:], func(other string) bool { return sameFile(path, other) }) {
			return misused("%s: two of the files to read are the same", f.command)
		}
	}
	if f.from, err = f.instant("from", f.fromText); err != nil {
		return err
	}
	if f.until, err = f.instant("until", f.endText); err != nil {
		return err
	}
	if !f.until.IsZero() && !f.from.Before(f.until) {
		return misused("%s: --from is not before --until", f.command)
	}
	return nil
}

func (f *measureFlags) instant(name, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return t, misused("%s: --%s is an instant such as 2026-04-01T00:00:00Z", f.command, name)
	}
	return t, nil
}

// span reads a length of time.
func (f *measureFlags) span(name, text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	s, err := handoff.ParseSpan(text)
	if err != nil {
		return 0, misused("%s: --%s: %v", f.command, name, err)
	}
	length := time.Duration(s.Days)*24*time.Hour + s.Elapsed
	if length == 0 {
		return 0, misused("%s: --%s is no time at all", f.command, name)
	}
	return length, nil
}

// percent reads a level in percent, and returns it as a fraction.
func (f *measureFlags) percent(name, text string) (float64, error) {
	if text == "" {
		return 0, nil
	}
	level, err := strconv.ParseFloat(text, 64)
	if err != nil || !(level >= 50 && level < 100) { // also what is no number
		return 0, misused("%s: --%s is in percent, from 50 up to and below 100, such as 95", f.command, name)
	}
	return level / 100, nil
}

// choice reads a word of a closed list; "" stays "".
func choice[T ~string](f *measureFlags, name, text string, known ...T) (T, error) {
	if text == "" || slices.Contains(known, T(text)) {
		return T(text), nil
	}
	near := source.DidYouMean(text, words(known))
	return "", misused("%s: --%s: unknown word %q%s; known are %s", f.command, name, text, near, strings.Join(words(known), ", "))
}

// words returns words of a closed list as texts.
func words[T ~string](known []T) []string {
	out := make([]string, len(known))
	for i, k := range known {
		out[i] = string(k)
	}
	return out
}

// config returns by what the report counts.
func (f *measureFlags) config(p measuredPolicy) (c report.Config, err error) {
	c = report.Config{Zone: p.zone, Reps: p.reps, Looks: f.looks, Small: int64(f.small)}
	c.Paths.Order = f.order
	if f.zone != "" {
		if c.Zone, err = calendar.LoadZone(f.zone); err != nil {
			return c, misused("%s: --zone: %v", f.command, err)
		}
	}
	if c.Hours, err = f.calendar(p); err != nil {
		return c, err
	}
	var wrong [7]error
	c.Period, wrong[0] = choice(f, "period", f.period, report.Day, report.Week, report.Month, report.Quarter)
	c.Goal, wrong[1] = choice(f, "goal", f.goal, report.Steps()[1:]...)
	c.Points, wrong[2] = choice(f, "points", f.points, report.Signals, report.Campaigns, report.Everything)
	c.Within, wrong[3] = f.span("within", f.within)
	c.Accurate, wrong[4] = f.span("accurate", f.accurate)
	c.Paths.HalfLife, wrong[5] = f.span("half-life", f.halfLife)
	c.Level, wrong[6] = f.percent("level", f.level)
	return c, cmp.Or(wrong[:]...)
}

func (f *measureFlags) calendar(p measuredPolicy) (*calendar.Calendar, error) {
	if f.hours == "" {
		return nil, nil
	}
	if p.inspect == nil {
		return nil, misused("%s: --hours names a calendar of a policy; name that with --policy FILE", f.command)
	}
	c, err := p.hours(f.hours)
	if err != nil {
		return nil, misused("%s: --hours: %v", f.command, err)
	}
	return c, nil
}

// A measurement is events on their way to figures.
type measurement struct {
	flags    *measureFlags
	report   *report.Report
	segments []*segment
	config   report.Config
	before   int // lines from before --from
	decided  func(handoff.Decision)
}

// measure reads all files, and says on standard error what was left out. The function, if any, is told of every decision that
// counts.
func (s streams) measure(f *measureFlags, p measuredPolicy, decided func(handoff.Decision)) (*measurement, report.Figures, error) {
	config, err := f.config(p)
	if err != nil {
		return nil, report.Figures{}, err
	}
	m := &measurement{flags: f, config: config, decided: decided}
	if m.segments, err = segmentsOf(f.command, f.segments, p.declared); err != nil {
		return nil, report.Figures{}, err
	}
	if m.report, err = report.New(config); err != nil {
		return nil, report.Figures{}, err
	}
	if err := m.read(s); err != nil {
		return nil, report.Figures{}, err
	}
	m.tell(s.err)
	if f.until.IsZero() && m.report.Latest().IsZero() {
		return nil, report.Figures{}, fmt.Errorf("%s: nothing was read that counts, so that there is no latest event; say as of when it is "+
			"with --until 2026-04-01T00:00:00Z", f.command)
	}
	return m, m.report.Figures(f.until), nil
}

// read reads all files in one pass.
func (m *measurement) read(s streams) error {
	r := reading{lenient: m.flags.lenient, refuse: m.report.Refuse, reasons: map[string]bool{}, counter: s.counter(m.flags.progress, m.flags.inputs())}
	defer r.end()
	for _, in := range []struct {
		what  string
		paths []string
		line  func([]byte) error
	}{{"decisions", m.flags.decisions, m.decision}, {"activities", m.flags.activities, m.event}} {
		for _, path := range in.paths {
			if err := r.read(s, in.what, path, in.line); err != nil {
				return err
			}
		}
	}
	r.end()
	r.tell(s.err)
	return nil
}

// tell says what was left out because it was asked for, and what was asked for and is not there.
func (m *measurement) tell(to io.Writer) {
	if m.before > 0 {
		fmt.Fprintf(to, "%s from before --from left out\n", counted(m.before, "line"))
	}
	for _, g := range m.segments {
		if !g.seen {
			fmt.Fprintf(to, "--segment %s: no request of --activities says it\n", g.name)
		}
	}
}

// early reports whether an event is from before the figures begin, and counts it.
func (m *measurement) early(at time.Time) bool {
	if at.Before(m.flags.from) {
		m.before++
		return true
	}
	return false
}

func (m *measurement) decision(text []byte) error {
	d, err := decodeDecision(text)
	if err != nil || m.early(d.At) {
		return err
	}
	m.report.AddDecision(d)
	if m.decided != nil && (m.flags.until.IsZero() || !d.At.After(m.flags.until)) {
		m.decided(d)
	}
	return nil
}

func (m *measurement) event(text []byte) error {
	l, err := decodeEvent(text)
	if err != nil {
		return err
	}
	if l.Request != nil {
		m.segment(l)
	}
	if m.early(l.instant()) {
		return nil
	}
	subject := l.Subject.Ref
	switch {
	case l.Activity != nil:
		m.report.AddActivity(subject, *l.Activity)
	case l.Trigger != nil:
		m.signal(subject, *l.Trigger)
	case l.Request == nil:
		m.report.AddTouch(subject, *l.Touch)
	default:
		for _, t := range l.Request.Triggers {
			m.signal(subject, t)
		}
	}
	return nil
}

func (m *measurement) signal(subject handoff.Ref, t handoff.Trigger) {
	t.Subject = subject
	m.report.AddSignal(t)
}

// segment tells of the facts of a request.
func (m *measurement) segment(l eventLine) {
	for _, g := range m.segments {
		if value := g.value(l.Request); value != "" {
			g.seen = true
			m.report.AddSegment(l.At, l.Subject.Ref, g.name, value)
		}
	}
}

// reportFlags are what the user of report asks for.
type reportFlags struct {
	measureFlags
	policy, out, format, title string
}

func printReport(s streams, args []string) error {
	f, err := readReportFlags(args)
	if err != nil {
		return err
	}
	policy, err := readPolicy(f.policy)
	if err != nil {
		return err
	}
	_, figures, err := s.measure(&f.measureFlags, policy, nil)
	if err != nil {
		return err
	}
	if f.out == "" {
		return f.write(s.out, figures, policy)
	}
	return replaceFile(f.out, func(w io.Writer) error { return f.write(w, figures, policy) })
}

func readReportFlags(args []string) (f reportFlags, err error) {
	fs := newFlags("report")
	f.define(fs)
	fs.StringVar(&f.policy, "policy", "", "")
	fs.StringVar(&f.out, "out", "", "")
	fs.StringVar(&f.format, "format", "", "")
	fs.StringVar(&f.title, "title", "", "")
	args, err = parse(fs, args)
	switch {
	case err != nil:
		return f, err
	case len(args) > 0:
		return f, misused("report: files are named by flags, such as: handoff report --decisions d.jsonl --activities a.jsonl --out report.html")
	}
	if err := f.check(fs); err != nil {
		return f, err
	}
	return f, f.checkOutput()
}

// checkOutput settles the format, and refuses to write where something is read.
func (f *reportFlags) checkOutput() (err error) {
	if f.format, err = choice(&f.measureFlags, "format", f.format, "text", "csv", "json", "html"); err != nil {
		return err
	}
	if f.out == "-" {
		f.out = ""
	}
	for _, path := range append(f.inputs(), f.policy) {
		if sameFile(path, f.out) {
			return misused("report: --out would overwrite what is read")
		}
	}
	if f.out != "" {
		err = replaceable(f.out)
	}
	if err != nil {
		return err
	}
	if f.format == "" {
		f.format, err = formatOf(f.out)
	}
	if f.title != "" && f.format != "html" {
		return misused("report: --title stands on the page; it needs --format html, or --out report.html")
	}
	return err
}

// replaceable says why a file cannot be written, before all is read.
func replaceable(path string) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return misused("report: --out is no file that can be replaced; without --out the report is on standard output")
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return misused("report: the folder of --out is not there; make it first")
	}
	return nil
}

// formatOf returns the format that the name of a file stands for.
func formatOf(out string) (string, error) {
	if out == "" {
		return "text", nil
	}
	switch strings.ToLower(filepath.Ext(out)) {
	case ".html", ".htm":
		return "html", nil
	case ".csv":
		return "csv", nil
	case ".json":
		return "json", nil
	case ".txt":
		return "text", nil
	}
	return "", misused("report: the name of --out does not say how to write; end it with .html, .csv, .json or .txt, or add --format html")
}

// page returns the page of the figures.
func (f *reportFlags) page(figures report.Figures, p measuredPolicy) string {
	title := f.title
	if name := p.name(); title == "" && name != "" {
		title = "Handoffs of " + name
	}
	return figures.HTML(report.Page{Title: title})
}

// write writes the figures.
func (f *reportFlags) write(w io.Writer, figures report.Figures, p measuredPolicy) error {
	switch f.format {
	case "csv":
		return figures.CSV(w)
	case "json":
		text, err := json.MarshalIndent(figures, "", "  ")
		if err == nil {
			_, err = w.Write(append(text, '\n'))
		}
		return err
	case "html":
		_, err := io.WriteString(w, f.page(figures, p))
		return err
	}
	_, err := io.WriteString(w, figures.Text())
	return err
}

// replaceFile writes a file beside the one that is there and then puts it in its place, so that nobody ever sees a part of it.
func replaceFile(path string, write func(io.Writer) error) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target // the link stays one
	}
	part := filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s.%d.part", filepath.Base(path), os.Getpid()))
	file, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	var where *fs.PathError
	if errors.As(err, &where) {
		return &fs.PathError{Op: "write", Path: path, Err: where.Err}
	}
	if err != nil {
		return err
	}
	if err = cmp.Or(write(file), file.Sync(), file.Close()); err == nil {
		err = os.Rename(part, path)
	}
	if err != nil {
		return cmp.Or(err, os.Remove(part))
	}
	return nil
}
