// Measure: a quarter of a small company in numbers that sales, marketing and an analyst can all look at, and what each of them
// does not say.
//
//	go run ./examples/measure -html page.html -log quarter
//	go run ./rules/cmd/handoff report --decisions quarter/decisions.jsonl --activities quarter/activities.jsonl
//	go run ./rules/cmd/handoff audit quarter/policy-june.yaml --decisions quarter/decisions.jsonl --activities quarter/activities.jsonl
package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/salesbaton/baton/examples/internal/quarter"
	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/outcome/report"
)

//go:embed policy.yaml
var policy []byte

func main() {
	page := flag.String("html", "", "write the page of the report to this `file`")
	log := flag.String("log", "", "write what handoff report and handoff audit read into this `directory`")
	flag.Parse()
	if err := run(os.Stdout, *page, *log); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(out io.Writer, page, log string) error {
	m, err := measure(log)
	if err != nil {
		return err
	}
	figures, err := m.figures(out)
	if err != nil {
		return err
	}
	tell(out, figures)
	if page == "" {
		return nil
	}
	return os.WriteFile(page, []byte(figures.HTML(report.Page{Title: "The quarter", Note: "Made by examples/measure: nobody in it exists."})), 0o666)
}

// A measurement is a report of everything, and two of workers who each saw a part.
type measurement struct {
	whole   *report.Report
	workers [2]*report.Report
	told    int
}

// measure lives through the quarter.
func measure(log string) (*measurement, error) {
	config, err := quarter.Config()
	if err != nil {
		return nil, err
	}
	m := &measurement{}
	for _, r := range []**report.Report{&m.whole, &m.workers[0], &m.workers[1]} {
		if *r, err = report.New(config); err != nil {
			return nil, err
		}
	}
	listener, finish := m.listener(), func() error { return nil }
	if log != "" {
		if listener, finish, err = writing(log, listener); err != nil {
			return nil, err
		}
	}
	return m, errors.Join(quarter.Run(policy, listener), finish())
}

// listener tells the report everything, and the workers by turns: what one knows of a lead, the other one does not.
func (m *measurement) listener() quarter.Listener {
	each := func(add func(*report.Report)) error {
		add(m.whole)
		add(m.workers[m.told%2])
		m.told++
		return nil
	}
	return quarter.Listener{
		Decision: func(d handoff.Decision) error { return each(func(r *report.Report) { r.AddDecision(d) }) },
		Event:    func(e quarter.Event) error { return each(func(r *report.Report) { quarter.Add(r, e) }) },
	}
}

// figures merges what the workers saw, and compares it with what was seen by one.
func (m *measurement) figures(out io.Writer) (report.Figures, error) {
	figures := m.whole.Figures(quarter.End)
	parts := []int64{m.workers[0].Figures(quarter.End).Input.Decisions, m.workers[1].Figures(quarter.End).Input.Decisions}
	if err := m.workers[1].Merge(m.workers[0]); err != nil {
		return figures, err
	}
	one, err := json.Marshal(figures)
	if err != nil {
		return figures, err
	}
	merged, err := json.Marshal(m.workers[1].Figures(quarter.End))
	if err != nil {
		return figures, err
	}
	if !bytes.Equal(one, merged) {
		return figures, errors.New("the merged report differs from the one that saw everything")
	}
	fmt.Fprintf(out, "Two workers read %d and %d decisions, with no regard to whose they were. Merged, they give what one gives who read\n"+
		"them all, byte for byte.\n\n", parts[0], parts[1])
	return figures, nil
}

// writing has a listener write what it is told into a directory, beside the policies; the function ends that.
func writing(dir string, l quarter.Listener) (quarter.Listener, func() error, error) {
	june, err := quarter.June(policy)
	if err != nil {
		return l, nil, err
	}
	if err := errors.Join(os.MkdirAll(dir, 0o777), os.WriteFile(filepath.Join(dir, "policy.yaml"), policy, 0o666),
		os.WriteFile(filepath.Join(dir, "policy-june.yaml"), june, 0o666)); err != nil {
		return l, nil, err
	}
	decisions, err := os.Create(filepath.Join(dir, "decisions.jsonl"))
	if err != nil {
		return l, nil, err
	}
	activities, err := os.Create(filepath.Join(dir, "activities.jsonl"))
	if err != nil {
		return l, nil, errors.Join(err, decisions.Close())
	}
	decided, happened := json.NewEncoder(decisions), json.NewEncoder(activities)
	return quarter.Listener{
		Decision: func(d handoff.Decision) error { return errors.Join(decided.Encode(d), l.Decision(d)) },
		Event:    func(e quarter.Event) error { return errors.Join(happened.Encode(e), l.Event(e)) },
	}, func() error { return errors.Join(decisions.Close(), activities.Close()) }, nil
}

// tell prints parts of the report, and before each how it is read.
func tell(out io.Writer, f report.Figures) {
	text := f.Text()
	for _, p := range []struct {
		how   string
		title string   // of the table
		rows  []string // that are shown; none: all
	}{
		{"What was read. Of eleven leads who had been to a webinar the engine says what would have happened, and that it did not.", "Input", nil},
		{"How fast. The median of those who were tried looks better than it was: who waits still is slow, too. The nights are in the\n" +
			"first row and not in the second, which counts office hours alone; the third is what the rules took, for want of somebody on duty.",
			"Times", []string{"speed to lead ", "speed to lead, business time", "system's share ", "acceptance  "}},
		{"How far. A step counts where a later one was taken. The last periods are young, and so few have come to the end.", "Funnel", nil},
		{"What a kind of signal is worth. In June twice as many came from webinars, and none was anything: somebody bought a list.", "Triggers", nil},
		{"What moved when the promises were halved. Fewer were in time, but of another promise, and June has the most webinars, for\n" +
			"which nobody hurries. That fewer were won is no news: who came in June has had less time.", "Moved", []string{"touched in time", "won "}},
		{"Who got what. Cho was away for two weeks, and Eli is to have twice as many as others.", "Rotations", nil},
		{"What stands still. Nothing ends this hold, and nobody but a person will.", "Holds", nil},
		{"Who spoke to the same people. Nurture asks before it sends, and waits where a play says so; the newsletter does not ask.", "Overlap", nil},
		{"Whose credit. What is asked last gets all by one rule and nothing by another, and none of them says what would have been\n" +
			"without it.", "Conversions by channel", nil},
	} {
		fmt.Fprintf(out, "%s\n%s\n", p.how, part(text, p.title, p.rows))
	}
	fmt.Fprintln(out, "What would have been. That is what experiments say, as far as they are large enough.")
	for _, e := range f.Experiments {
		experiment(out, e)
	}
}

// part returns a table of a text: the lines from its title on, and of its rows those that begin with one of some texts.
func part(text, title string, rows []string) string {
	for _, block := range strings.Split(text, "\n\n") {
		if !strings.HasPrefix(block, title) {
			continue
		}
		lines := strings.Split(strings.TrimRight(block, "\n"), "\n")
		for i := len(lines) - 1; i > 1; i-- {
			if rows != nil && !slices.ContainsFunc(rows, func(r string) bool { return strings.HasPrefix(lines[i], "  "+r) }) {
				lines = slices.Delete(lines, i, i+1)
			}
		}
		return strings.Join(lines, "\n") + "\n"
	}
	return title + ": nothing\n"
}

// experiment prints the arms of one, and what may be said of them.
func experiment(out io.Writer, e report.Experiment) {
	for _, a := range e.Arms {
		fmt.Fprintf(out, "  %-12s  %-8s  %3d of %3d came to an opportunity, %4.1f%%\n", e.ID, a.Arm, a.Converted.Hits, a.Units, 100*float64(a.Converted.Rate))
	}
	for _, l := range e.Lifts {
		fmt.Fprintf(out, "  %-12s  %s against %s: %+.1f points, from %+.1f to %+.1f. %s\n", "", l.Arm, e.Control, 100*float64(l.Absolute),
			100*float64(l.Interval.Low), 100*float64(l.Interval.High), verdict(l))
	}
}

// verdict says what a lift shows.
func verdict(l report.Lift) string {
	if l.Interval.Low <= 0 && l.Interval.High >= 0 {
		return fmt.Sprintf("Nothing is shown: less than %.0f points can hide here.", 100*float64(l.Minimum))
	}
	return fmt.Sprintf("It is shown, where |z| reaches %.2f at the last look.", float64(l.Bounds[len(l.Bounds)-1]))
}
