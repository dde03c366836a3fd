package rulestest_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/rules/rulestest"
)

// rated is a policy whose decisions show the fields of a signal that waits.
const rated = `language: 1
policy: rated
settle: 2m
fields:
  lead: {open_rate: rate}
  trigger: {discount: rate, seats: int, team: string}
triggers:
  demo_request: {about: lead, stale_after: 14d}
routes:
  all: [{rep: kim}]
plays:
  - {id: demo, trigger: demo_request, route: all}
`

// runRated runs one test whose lead and trigger have the fields.
func runRated(t *testing.T, lead, trigger, expect string) (rulestest.Report, error) {
	t.Helper()
	t.Chdir(t.TempDir())
	text := `policy: p.yaml
tests:
  - name: one
    reason: because
    at: 2026-03-02T15:04:00Z
    given:
      lead: {id: L1, fields: {` + lead + `}}
      triggers: [{id: T1, kind: demo_request, occurred_at: 2026-03-02T15:03:00Z, fields: {` + trigger + `}}]
    expect: {effects: [{kind: queue_trigger, trigger: {fields: {` + expect + `}}}]}
`
	for name, content := range map[string]string{"p.yaml": rated, "x_test.yaml": text} {
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return rulestest.RunFile("x_test.yaml")
}

func TestNumbersWithDecimals(t *testing.T) {
	for _, test := range []struct {
		name, reason, given, expect string
		want                        []string
	}{
		{"a rate", "as it is written", "discount: 0.25", "discount: 0.25", nil},
		{"a rate with more decimals", "it is the same number", "discount: 0.25", "discount: 0.250", nil},
		{"a negative rate", "with its sign", "discount: -0.05", "discount: -0.05", nil},
		{"another sign", "the sign counts", "discount: -0.05", "discount: 0.05", []string{"wanted 0.05, came -0.05"}},
		{"another rate", "the sixth decimal counts", "discount: 0.333333", "discount: 0.333334", []string{"wanted 0.333334, came 0.333333"}},
		{"a whole rate", "1 is 1.0", "discount: 1.0", "discount: 1", nil},
		{"a whole number", "1.0 is 1", "seats: 1", "seats: 1.0", nil},
		{"another whole number", "it is compared exactly", "seats: 9007199254740991", "seats: 9007199254740992", []string{"wanted 9007199254740992, came 9007199254740991"}},
		{"a great whole number", "it is compared exactly", "seats: 9007199254740992", "seats: 9007199254740992", nil},
		{"a number for a text", "a text is no number", "team: '0.25'", "team: 0.25", []string{`wanted 0.25, came "0.25"`}},
		{"a text for a number", "a number is no text", "discount: 0.25", "discount: '0.25'", []string{`wanted "0.25", came 0.25`}},
		{"a rate where there is none", "absence is not 0", "discount: 0.25", "seats: 0.0", []string{"wanted 0.0, came nothing"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			report, err := runRated(t, "", test.given, test.expect)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range report.Cases[0].Failures {
				_, message, _ := strings.Cut(f.String(), "]")
				_, message, _ = strings.Cut(message, ": ")
				got = append(got, message)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s (-want +got)\n%s", test.reason, diff)
			}
		})
	}
}

func TestNumbersThatNoRequestHas(t *testing.T) {
	for _, test := range []struct{ name, given, want string }{
		{"no whole digits", "open_rate: .5", "x_test.yaml:7:42: B013 expected a number such as 12 or 0.25, but found the number .5"},
		{"no decimals", "open_rate: 1.", "x_test.yaml:7:42: B013 expected a number such as 12 or 0.25, but found the number 1."},
		{"an exponent", "open_rate: 1e3", "x_test.yaml:7:42: B013 expected a number such as 12 or 0.25, but found the number 1e3"},
		{"decimals and an exponent", "open_rate: 1.5e3", "x_test.yaml:7:42: B013 expected a number such as 12 or 0.25, but found the number 1.5e3"},
		{"a plus", "open_rate: +0.5", "x_test.yaml:7:42: B013 expected a number such as 12 or 0.25, but found the number +0.5"},
		{"a leading zero", "open_rate: 00.5", "x_test.yaml:7:42: B013 expected a number such as 12 or 0.25, but found the number 00.5"},
		{"separators", "open_rate: 1_0.5", "x_test.yaml:7:42: B013 expected a number such as 12 or 0.25, but found the number 1_0.5"},
		{"infinity", "open_rate: .inf", "x_test.yaml:7:42: B013 expected a number such as 12 or 0.25, but found the number .inf"},
		{"no number", "open_rate: .nan", "x_test.yaml:7:42: B013 expected a number such as 12 or 0.25, but found the number .nan"},
		{"7 decimals", "open_rate: 0.1234567", "x_test.yaml:7:42: B090 a field value is a text, an integer, a number with at most 6 decimals"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := runRated(t, test.given, "", "")
			if err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestDecimalsWhereTextsAre(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, content := range map[string]string{"p.yaml": rated, "x_test.yaml": `policy: p.yaml
tests:
  - name: one
    reason: because
    at: 0.25
    given: {lead: {id: L1, country: 1.5}, account: {id: A1, employees: 1.5, customer: 0.5, renewal_on: 2026.5}}
    expect: {verdict: no_play}
`} {
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	_, err := rulestest.RunFile("x_test.yaml")
	for _, want := range []string{
		"x_test.yaml:5:9: B017 expected an instant such as 2026-03-01T15:04:05Z",
		"x_test.yaml:6:37: B013 expected a text, but found the number 1.5",
		"x_test.yaml:6:72: B013 expected a whole number in decimal digits, but found the number 1.5",
		"x_test.yaml:6:87: B013 expected true or false, in small letters, but found the number 0.5",
		"x_test.yaml:6:104: B013 expected a text, but found the number 2026.5",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}
