package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/outcome/report"
	"github.com/salesbaton/baton/rules/internal/language"
)

func TestDecodeEvent(t *testing.T) {
	const instant = "2026-03-02T15:00:00Z"
	when := time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name, reason, in string
		err              string
	}{
		{"activity", "the short form", `{"subject":"lead/L1","activity":{"id":"A","kind":"call","at":"` + instant + `"}}`, ""},
		{"activity of an account", "a subject in parts", `{"subject":{"id":"L1","kind":"account"},"activity":{"id":"A","kind":"won","at":"` + instant + `"}}`, ""},
		{"touch", "the short form", `{"subject":"lead/L1","touch":{"id":"A","channel":"email","at":"` + instant + `"}}`, ""},
		{"trigger", "the short form", `{"subject":"lead/L1","trigger":{"id":"A","kind":"webinar","occurred_at":"` + instant + `"}}`, ""},
		{"triggers", "as they are simulated", `{"at":"` + instant + `","request":{"subject":"lead/L1","triggers":[{"id":"A","kind":"webinar","occurred_at":"2026-03-01T00:00:00Z"}]}}`, ""},
		{"asked for a touch", "its instant is that of the line", `{"at":"` + instant + `","request":{"subject":"lead/L1"},"touch":{"id":"A","channel":"email"}}`, ""},
		{"no instant of the line", "nobody knows when it was", `{"request":{"subject":"lead/L1"}}`,
			`"at" is missing: the instant at which this was decided, such as "2026-03-01T15:04:05Z"`},
		{"an instant beside the short form", "it would not be looked at", `{"at":"` + instant + `","subject":"lead/L1","activity":{"id":"A","kind":"call","at":"` + instant + `"}}`,
			`"at" stands inside the activity or touch where there is no request; of a trigger it is occurred_at`},
		{"both forms", "nobody knows which subject counts", `{"at":"` + instant + `","request":{"subject":"lead/L1"},"subject":"lead/L2"}`,
			`holds a request and beside it "subject" or "trigger"; these stand inside the request`},
		{"two things", "they are two lines", `{"subject":"lead/L1","activity":{"id":"A","kind":"call","at":"` + instant + `"},"touch":{"id":"B","channel":"email","at":"` + instant + `"}}`,
			"holds more than one of activity, touch and trigger; write a line for each"},
		{"no subject", "nobody knows whom", `{"activity":{"id":"A","kind":"call","at":"` + instant + `"}}`,
			`the subject is missing, or no lead and no account; write "subject": "lead/L1"`},
		{"a rep", "nothing is handed over about one", `{"subject":"rep/kim","activity":{"id":"A","kind":"call","at":"` + instant + `"}}`,
			`the subject is missing, or no lead and no account; write "subject": "lead/L1"`},
		{"a number for a subject", "it is a text", `{"subject":17,"activity":{"id":"A","kind":"call","at":"` + instant + `"}}`, errSubject.Error()},
		{"an activity without an id", "it could not be told from the same one told twice", `{"subject":"lead/L1","activity":{"kind":"call","at":"` + instant + `"}}`,
			"the activity lacks its id or its instant, at"},
		{"a touch without an instant", "nobody knows when", `{"subject":"lead/L1","touch":{"id":"A","channel":"email"}}`, "the touch lacks its id or its instant, at"},
		{"a trigger without a kind", "nobody knows what", `{"subject":"lead/L1","trigger":{"id":"A","occurred_at":"` + instant + `"}}`,
			"the trigger lacks its id, its kind or its instant, occurred_at"},
	} {
		t.Run(test.name, func(t *testing.T) {
			l, err := decodeEvent([]byte(test.in))
			if text := fmt.Sprint(err); test.err != text && (test.err != "" || err != nil) {
				t.Fatalf("got %q, want %q: %s", text, test.err, test.reason)
			}
			if err == nil && (!l.instant().Equal(when) || l.Subject.ID != "L1") {
				t.Errorf("%s: it is about %s at %s", test.reason, l.Subject, l.instant())
			}
		})
	}
}

// TestLinesThatCannotBeReadTellNothingOfAPerson refuses lines that hold an address everywhere.
func TestLinesThatCannotBeReadTellNothingOfAPerson(t *testing.T) {
	const address = "jo@acme.example"
	for _, text := range []string{
		`"jo@acme.example"`,
		`{"subject":"jo@acme.example"}`,
		`{"subject":"lead/L1","jo@acme.example":1}`,
		`{"subject":{"kind":"jo@acme.example","id":"jo@acme.example"}}`,
		`{"subject":{"jo@acme.example":1}}`,
		`{"subject":["jo@acme.example"]}`,
		`{"subject":"lead/jo@acme.example"}`,
		`{"subject":"lead/L1","activity":{"id":"A","kind":"jo@acme.example"}}`,
		`{"subject":"lead/L1","activity":{"id":"A","kind":"call","at":"jo@acme.example"}}`,
		`{"at":"2026-03-02T15:00:00Z","request":{"subject":"lead/L1","lead":{"fields":{"jo@acme.example":{}}}}}`,
		`jo@acme.example`,
	} {
		_, event := decodeEvent([]byte(text))
		_, decision := decodeDecision([]byte(text))
		for _, err := range []error{event, decision} {
			if err == nil || strings.Contains(err.Error(), address) {
				t.Errorf("%s: %v", text, err)
			}
		}
	}
}

func TestReasonsOfRefusalAreBounded(t *testing.T) {
	counts := map[string]int{}
	r := reading{lenient: true, refuse: func(why string) { counts[why]++ }, reasons: map[string]bool{}, counter: &counter{}}
	at := errors.New("line 7")
	for i := range 1_000 {
		r.skip("activities", at, fmt.Errorf("unknown key k%d", i))
	}
	r.skip("activities", at, errors.New("the text is not JSON at byte 7"))
	if len(counts) != maxReasons+1 || counts["activities: something else"] != 1_001-maxReasons || r.refused != 1_001 || len(r.bad) != maxBad {
		t.Errorf("%d reasons, %d others, %d refused, %d shown", len(counts), counts["activities: something else"], r.refused, len(r.bad))
	}
}

// TestBoundsOfFlagsAreThoseOfFigures keeps what the flags refuse equal to what the figures do.
func TestBoundsOfFlagsAreThoseOfFigures(t *testing.T) {
	for beyond := range 2 {
		looks, order := report.Config{Looks: maxLooks + beyond}, report.Config{}
		order.Paths.Order = maxOrder + beyond
		for _, c := range []report.Config{looks, order} {
			if _, err := report.New(c); (err == nil) != (beyond == 0) {
				t.Errorf("looks %d, order %d: %v", c.Looks, c.Paths.Order, err)
			}
		}
	}
}

func TestCounter(t *testing.T) {
	for _, test := range []struct {
		name, reason string
		counter      counter
		lines        int
		want         string
	}{
		{"nobody looks", "a pipeline is not disturbed", counter{every: 2}, 4, ""},
		{"short", "it is over before anybody wonders", counter{every: 2, shown: true, live: true}, 1, ""},
		{"a terminal", "one line, which is empty in the end", counter{every: 2, shown: true, live: true}, 5, "\rread 2 lines ...\rread 4 lines ...\r" + strings.Repeat(" ", 16) + "\r"},
		{"a log", "a line each time", counter{every: 2, shown: true, total: 80}, 4, "read 2 lines, 25% ...\nread 4 lines, 50% ...\n"},
		{"a file that grew", "no more than all of it is read", counter{every: 2, shown: true, total: 10}, 2, "read 2 lines, 100% ...\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			c := test.counter
			c.to = &out
			in := c.counted(strings.NewReader(strings.Repeat("x", 10*test.lines)))
			for range test.lines {
				if _, err := io.ReadFull(in, make([]byte, 10)); err != nil {
					t.Fatal(err)
				}
				c.line()
			}
			c.end()
			if got := out.String(); got != test.want {
				t.Errorf("got %q, want %q: %s", got, test.want, test.reason)
			}
		})
	}
}

func TestSegmentPathsAreFactsOfTheLanguage(t *testing.T) {
	r := handoff.Request{
		Lead: handoff.Lead{Owner: "lead.owner", ContactOwner: "lead.contact_owner", BuyingGroup: "lead.buying_group", Status: "lead.status", Source: "lead.source",
			Country: "lead.country", State: "lead.state", PostalCode: "lead.postal_code", Zone: "lead.zone", Subscriber: "lead.subscriber"},
		Account: handoff.Account{ID: "account.id", Name: "account.name", Domain: "account.domain", Parent: "account.parent", ParentOwner: "account.parent_owner",
			Owner: "account.owner", CSM: "account.csm", Partner: "account.partner", Country: "account.country", State: "account.state",
			PostalCode: "account.postal_code", Industry: "account.industry", Employees: handoff.Some[int64](0), Customer: handoff.Some(false)},
	}
	values := map[string]string{"account.employees": "0", "account.customer": "false"}
	for _, p := range segmentPaths() {
		if !slices.ContainsFunc(language.Fields, func(f language.Field) bool { return f.Path == p.path }) {
			t.Errorf("%s is no fact of the language", p.path)
		}
		want := p.path
		if v, other := values[p.path]; other {
			want = v
		}
		if got := p.value(&r); got != want {
			t.Errorf("%s is %q, want %q", p.path, got, want)
		}
		if got := p.value(&handoff.Request{}); got != "" {
			t.Errorf("%s is %q where nobody knows it", p.path, got)
		}
	}
}

func TestSegmentsOfFields(t *testing.T) {
	r := handoff.Request{Lead: handoff.Lead{Fields: map[string]handoff.Value{"role": handoff.StringValue("vp"), "age": handoff.IntValue(-3)}},
		Account: handoff.Account{Fields: map[string]handoff.Value{"tier": handoff.StringValue("a"), "tags": handoff.ListValue([]string{"x", "y"}), "big": handoff.BoolValue(true)}}}
	segments, err := segmentsOf("report", []string{"lead.role", "lead.fields.age", "lead.fields.none", "account.fields.tier", "account.fields.tags", "account.fields.big"}, []string{"lead.role"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, g := range segments {
		got = append(got, g.value(&r))
	}
	if diff := cmp.Diff([]string{"vp", "-3", "", "a", "x, y", "true"}, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

const measuredCalendars = `
language: 1
policy: hours
include: [more.yaml]
zone: America/New_York
fields: {account: {tier: string}}
calendars:
  ny: {open: mon-fri 09:00-17:00, holidays: [2026-03-03]}
  both: {all_of: [ny, berlin]}
  any: {any_of: [both, ny]}
triggers: {demo_request: {about: lead, stale_after: 3d}}
plays: [{id: demo, trigger: demo_request, route: all}]
routes: {all: [{rep: kim}]}
`

const measuredMore = `
calendars: {berlin: {zone: Europe/Berlin, open: mon-fri 09:00-18:00, holidays: [{file: days.txt}]}}
fields: {lead: {role: string}}
reps: {kim: {team: east}}
`

func TestMeasuredPolicy(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"policy.yaml": measuredCalendars, "more.yaml": measuredMore, "days.txt": "# none\n2026-03-04\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, err := readPolicy(filepath.Join(dir, "policy.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if p.name() != "hours" || len(p.reps) != 1 || p.reps[0].Team != "east" || !slices.Equal(p.declared, []string{"account.tier", "lead.role"}) {
		t.Errorf("got %s, %v, %v", p.name(), p.reps, p.declared)
	}
	from, until := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), time.Date(2026, 3, 5, 6, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		id, reason string
		want       time.Duration
	}{
		{"ny", "Monday and Wednesday; Tuesday is a holiday", 16 * time.Hour},
		{"berlin", "another zone; Wednesday is in the file of holidays", 18 * time.Hour},
		{"both", "Monday from 14:00 to 17:00 UTC, the office hours that both have", 3 * time.Hour},
		{"any", "a combination of a combination", 16 * time.Hour},
	} {
		t.Run(test.id, func(t *testing.T) {
			c, err := p.hours(test.id)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.Between(from, until); got != test.want {
				t.Errorf("%s is open for %s, want %s: %s", test.id, got, test.want, test.reason)
			}
		})
	}
}
