// Page: the page of a report as a browser shows it. Its tests open the page in headless Chromium; it is a module of its own, so
// that what drives the browser is no dependency of those who do without. By itself it prints what the page consists of.
package main

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/salesbaton/baton/examples/internal/quarter"
	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/outcome/report"
)

func main() {
	if err := run(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(out io.Writer) error {
	figures, err := story()
	if err != nil {
		return err
	}
	parts, err := outline(figures.HTML(report.Page{Title: "The quarter"}))
	if err != nil {
		return err
	}
	for _, p := range parts {
		fmt.Fprintf(out, "%s%s: %s, %s\n", strings.Repeat("  ", p.level-1), p.heading, things(p.charts, "chart"), things(p.tables, "table"))
	}
	return nil
}

// story returns the figures of examples/measure.
func story() (report.Figures, error) {
	policy, err := os.ReadFile(filepath.Join("..", "measure", "policy.yaml"))
	if err != nil {
		return report.Figures{}, fmt.Errorf("run it in examples/page: %w", err)
	}
	config, err := quarter.Config()
	if err != nil {
		return report.Figures{}, err
	}
	r, err := report.New(config)
	if err != nil {
		return report.Figures{}, err
	}
	err = quarter.Run(policy, quarter.Listener{
		Decision: func(d handoff.Decision) error { r.AddDecision(d); return nil },
		Event:    func(e quarter.Event) error { quarter.Add(r, e); return nil },
	})
	return r.Figures(quarter.End), err
}

// A part of a page is a heading, and what stands below it.
type part struct {
	level          int // 1 is that of the whole
	heading        string
	charts, tables int
}

// outline reads the headings of a page. The page is XML beside being HTML.
func outline(page string) ([]part, error) {
	d := xml.NewDecoder(strings.NewReader(page))
	var parts []part
	for {
		token, err := d.Token()
		switch {
		case errors.Is(err, io.EOF):
			return parts, nil
		case err != nil:
			return nil, fmt.Errorf("the page cannot be read: %w", err)
		}
		e, opens := token.(xml.StartElement)
		if !opens {
			continue
		}
		switch name := e.Name.Local; name {
		case "h1", "h2", "h3":
			text, err := d.Token()
			words, ok := text.(xml.CharData)
			if err != nil || !ok {
				return nil, fmt.Errorf("the page has a heading %s without words", name)
			}
			parts = append(parts, part{level: int(name[1] - '0'), heading: string(words)})
		case "svg":
			parts[len(parts)-1].charts++
		case "table":
			parts[len(parts)-1].tables++
		}
	}
}

// things is a count with its noun.
func things(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
