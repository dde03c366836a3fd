package main

import (
	"context"
	_ "embed"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

var shots = flag.String("shots", "", "write pictures of the page into this `directory`")

// look.js has what the tests ask of the page.
//
//go:embed testdata/look.js
var look string

// patience is how long a whole test may take.
const patience = 50 * time.Second

// browser starts one, or skips the test where there is none. It ends with the test.
func browser(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "headless_shell"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no browser was found: install one, such as with apt-get install chromium, and have it in PATH")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.WSURLReadTimeout(patience),
		chromedp.Flag("force-color-profile", "srgb"))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	quiet := func(string, ...any) {} // of events that are newer than the driver
	ctx, cancel = chromedp.NewContext(ctx, chromedp.WithErrorf(quiet), chromedp.WithLogf(quiet))
	t.Cleanup(cancel)
	if err := chromedp.Run(ctx); err != nil {
		t.Fatalf("%s does not start: %v", path, err)
	}
	return ctx
}

// A tab is a page that is open, and what the browser said of it.
type tab struct {
	*testing.T
	ctx      context.Context
	said     chan string // on the console, or as an exception
	requests chan string
}

// open writes a page into a file and opens that, after the actions. When the test ends, the browser must have said nothing, and
// have asked for nothing but the file.
func open(t *testing.T, browser context.Context, html string, before ...chromedp.Action) *tab {
	t.Helper()
	file := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(file, []byte(html), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	p := &tab{T: t, ctx: ctx, said: make(chan string, 1000), requests: make(chan string, 1000)}
	chromedp.ListenTarget(ctx, p.listen)
	address := "file://" + filepath.ToSlash(file)
	p.run(append(append([]chromedp.Action{network.Enable(), cdplog.Enable(), runtime.Enable()}, before...), chromedp.Navigate(address),
		chromedp.Evaluate(look, nil))...)
	t.Cleanup(func() { p.quiet(address) })
	return p
}

func (p *tab) listen(event any) {
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		p.said <- "console: " + e.Type.String()
	case *runtime.EventExceptionThrown:
		p.said <- "exception: " + e.ExceptionDetails.Error()
	case *cdplog.EventEntryAdded:
		p.said <- "log: " + e.Entry.Text
	case *network.EventRequestWillBeSent:
		p.requests <- e.Request.URL
	}
}

// quiet checks what the browser said and asked for, until now.
func (p *tab) quiet(address string) {
	if err := chromedp.Run(p.ctx, chromedp.Evaluate("0", nil)); err != nil { // what was said before has arrived then
		p.Error(err)
	}
	for {
		select {
		case text := <-p.said:
			p.Errorf("the browser says: %s", text)
		case url := <-p.requests:
			if before, _, _ := strings.Cut(url, "#"); before != address {
				p.Errorf("the page asks for %s", url)
			}
		default:
			return
		}
	}
}

func (p *tab) run(actions ...chromedp.Action) {
	p.Helper()
	if err := chromedp.Run(p.ctx, actions...); err != nil {
		p.Fatal(err)
	}
}

// ask evaluates an expression.
func ask[T any](p *tab, expression string) (answer T) {
	p.Helper()
	p.run(chromedp.Evaluate(expression, &answer))
	return answer
}

// shoot takes a picture of the whole page, where pictures are asked for.
func (p *tab) shoot(name string) {
	if *shots == "" {
		return
	}
	var picture []byte
	p.run(chromedp.FullScreenshot(&picture, 100))
	if err := os.WriteFile(filepath.Join(*shots, name+".png"), picture, 0o600); err != nil {
		p.Fatal(err)
	}
}
