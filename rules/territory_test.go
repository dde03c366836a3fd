package rules_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/rules"
)

// mapped is a policy whose only route is a territory.
const mapped = `language: 1
policy: acme
fields: {lead: {region: [east, west], seats: int}, trigger: {country: string}}
triggers:
  demo_request: {about: lead, stale_after: 14d}
pools:
  west: {members: [lee], availability: {unknown: available}, when_empty: unassigned}
routes:
  all: [{territory: t}]
plays:
  - {id: demo, trigger: demo_request, route: all}
territories:
`

// owner decides and returns who owns the record, and why; "" where nobody does.
func owner(t testing.TB, e *handoff.Engine, r handoff.Request) string {
	t.Helper()
	d, err := e.Decide(at, fillUp(t, e, r))
	if err != nil {
		t.Fatal(err)
	}
	if d.Owner == "" {
		return ""
	}
	c, _ := d.Context()
	return d.Owner + ": " + c.WhyOwner
}

func TestTerritories(t *testing.T) {
	from := func(country, state, postal string, employees int64) handoff.Request {
		r := empty()
		r.Lead.Country, r.Lead.State, r.Lead.PostalCode = country, state, postal
		r.Account = handoff.Account{ID: "A1", Employees: handoff.Opt[int64]{Value: max(0, employees), Known: employees >= 0}}
		return r
	}
	const rows = `  t:
    by: [lead.country, lead.postal_code, account.employees]
    rows:
      - {match: [US, "94*", 1000+], rep: kim}
      - {match: [US, "94*", 1-99], pool: west}
      - {match: [US, "941*", "*"], rep: ana}
      - {match: [US, 94107, "*"], rep: bo}
      - {match: [US, "*", 500-999], rep: cy}
      - {match: [US, "*", 500], rep: di}
      - {match: ["*", "*", "*"], rep: ed}
`
	for _, tt := range []struct {
		name, reason, section string
		request               handoff.Request
		want                  string
	}{
		{"an exact cell", "it comes before a longer prefix, whatever stands behind", rows, from("US", "", "94107", 5000), "bo: bo is the rep that the policy names, by the row p.yaml:19:9"},
		{"a longer prefix", "it comes before a shorter one", rows, from("US", "", "94110", 5000), "ana: ana is the rep that the policy names, by the row p.yaml:18:9"},
		{"a prefix and an open band", "as it is written", rows, from("US", "", "94001", 1000), "kim: kim is the rep that the policy names, by the row p.yaml:16:9"},
		{"the last number of a band", "both ends belong to it", rows, from("US", "", "94001", 99), "lee: it is the turn of lee in west, by the row p.yaml:17:9"},
		{"behind a band", "no row of the prefix matches", rows, from("US", "", "94001", 100), "ed: ed is the rep that the policy names, by the row p.yaml:22:9"},
		{"one number", "it is narrower than a band", rows, from("US", "", "10001", 500), "di: di is the rep that the policy names, by the row p.yaml:21:9"},
		{"the last number of another band", "both ends belong to it", rows, from("US", "", "10001", 999), "cy: cy is the rep that the policy names, by the row p.yaml:20:9"},
		{"unknown employees", "only * matches what is unknown", rows, from("US", "", "94107", -1), "bo: bo is the rep that the policy names, by the row p.yaml:19:9"},
		{"an unknown country", "only * matches what is unknown", rows, from("", "", "94107", 5), "ed: ed is the rep that the policy names, by the row p.yaml:22:9"},
		{"other letters", "words are compared letter by letter", rows, from("us", "", "94107", 5), "ed: ed is the rep that the policy names, by the row p.yaml:22:9"},
		{"no row", "nobody owns it", "  t: {by: [lead.country], rows: [{match: [DE], rep: kim}]}\n", from("US", "", "", 1), ""},
		{"a word", "of the declared ones", "  t: {by: [lead.region], rows: [{match: [east], rep: kim}, {match: ['*'], rep: lee}]}\n", regional("east"), "kim: kim is the rep that the policy names, by the row p.yaml:13:33"},
		{"the start of a word", "prefixes are allowed for words too", "  t: {by: [lead.region], rows: [{match: [ea*], rep: kim}, {match: ['*'], rep: lee}]}\n", regional("east"), "kim: kim is the rep that the policy names, by the row p.yaml:13:33"},
		{"Norway", "NO is a text", "  t: {by: [lead.country], rows: [{match: [NO], rep: kim}]}\n", from("NO", "", "", 1), "kim: kim is the rep that the policy names, by the row p.yaml:13:34"},
		{"a postal code with a 0", "a cell is read as it is written", "  t: {by: [lead.postal_code], rows: [{match: [01234], rep: kim}]}\n", from("", "", "01234", 1), "kim: kim is the rep that the policy names, by the row p.yaml:13:38"},
		{"a postal code like a number with an exponent", "as above", "  t: {by: [lead.postal_code], rows: [{match: [1e10], rep: kim}]}\n", from("", "", "1e10", 1), "kim: kim is the rep that the policy names, by the row p.yaml:13:38"},
		{"the order of by", "its first column counts most", "  t: {by: [lead.state, lead.country], rows: [{match: ['*', US], rep: kim}, {match: [CA, '*'], rep: lee}]}\n", from("US", "CA", "", 1), "lee: lee is the rep that the policy names, by the row p.yaml:13:76"},
		{"another order of by", "as above", "  t: {by: [lead.country, lead.state], rows: [{match: [US, '*'], rep: kim}, {match: ['*', CA], rep: lee}]}\n", from("US", "CA", "", 1), "kim: kim is the rep that the policy names, by the row p.yaml:13:46"},
		{"a score", "numbers that the policy computes", "  t: {by: [score.fit], rows: [{match: [40+], rep: kim}, {match: ['*'], rep: lee}]}\nscores: {fit: [{points: 40, when: lead.country == \"US\"}]}\n", from("US", "", "", 1), "kim: kim is the rep that the policy names, by the row p.yaml:13:31"},
		{"a country of the host's own", "only the built-in ones are ISO codes", "  t: {by: [trigger.country], rows: [{match: [Germany], rep: kim}]}\n",
			func() handoff.Request {
				r := empty()
				r.Triggers[0].Fields = map[string]handoff.Value{"country": handoff.StringValue("Germany")}
				return r
			}(), "kim: kim is the rep that the policy names, by the row p.yaml:13:37"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := rules.Parse("p.yaml", []byte(mapped+tt.section))
			if got := owner(t, must(t, e, err), tt.request); got != tt.want {
				t.Errorf("%q, want %q: %s", got, tt.want, tt.reason)
			}
		})
	}
}

// decideAt returns who owns the record at an instant, and the row that says so; where nobody does, the code of the last
// reason.
func decideAt(t *testing.T, e *handoff.Engine, instant string, r handoff.Request) string {
	t.Helper()
	now, err := time.Parse(time.RFC3339Nano, instant)
	if err != nil {
		t.Fatal(err)
	}
	for i := range r.Triggers {
		r.Triggers[i].OccurredAt = now
	}
	r, err = e.Fill(now, r, func(keys []handoff.Key) (handoff.State, error) {
		s := handoff.State{}
		for _, k := range keys {
			s[k] = handoff.Entry{}
		}
		return s, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	d, err := e.Decide(now, r)
	if err != nil {
		t.Fatal(err)
	}
	if d.Owner == "" {
		return d.Reasons[len(d.Reasons)-1].Code
	}
	c, _ := d.Context()
	_, row, _ := strings.Cut(c.WhyOwner, ", by the row ")
	return d.Owner + " by " + row
}

func TestEffectiveDatesOfTerritories(t *testing.T) {
	const quarters = `  t:
    by: [lead.country]
    rows:
      - {match: [US], rep: kim, until: 2026-07-01}
      - {match: [US], rep: ana, from: 2026-07-01, until: '2026-10-01'}
      - {match: ["*"], rep: bo, from: 2026-04-01}
`
	for _, tt := range []struct {
		name, reason, zone, section, csv string
		at                               string
		want                             string
	}{
		{"the last instant of a quarter", "the row ends with the day before until", "UTC", quarters, "", "2026-06-30T23:59:59.999999999Z", "kim by p.yaml:16:9"},
		{"the first instant of the next", "its own row begins with the day of from", "UTC", quarters, "", "2026-07-01T00:00:00Z", "ana by p.yaml:17:9"},
		{"behind the last quarter", "a less specific row is left", "UTC", quarters, "", "2026-10-01T00:00:00Z", "bo by p.yaml:18:9"},
		{"the last instant of a quarter in New York", "days are those of the policy's zone", "America/New_York", quarters, "", "2026-07-01T03:59:59.999999999Z", "kim by p.yaml:16:9"},
		{"the first instant of the next in New York", "as above", "America/New_York", quarters, "", "2026-07-01T04:00:00Z", "ana by p.yaml:17:9"},
		{"the last instant of a quarter in Auckland", "as above", "Pacific/Auckland", quarters, "", "2026-06-30T11:59:59.999999999Z", "kim by p.yaml:16:9"},
		{"the first instant of the next in Auckland", "as above", "Pacific/Auckland", quarters, "", "2026-06-30T12:00:00Z", "ana by p.yaml:17:9"},
		{"an instant written in another zone", "the instant counts", "America/New_York", quarters, "", "2026-07-01T00:30:00+02:00", "kim by p.yaml:16:9"},
		{"a hole", "no row counts on that day", "UTC", "  t: {by: [lead.country], rows: [{match: [US], rep: kim, until: 2026-03-01}, {match: [US], rep: ana, from: 2026-03-02}]}\n", "", "2026-03-01T12:00:00Z", "no_territory"},
		{"rows that are over", "yesterday's table compiles", "UTC", "  t: {by: [lead.country], rows: [{match: [US], rep: kim, until: 2020-03-01}]}\n", "", "2026-03-01T12:00:00Z", "no_territory"},
		{"a file", "its columns are named alike, and stand anywhere", "UTC", "  t: {file: t.csv}\n", "until,lead.country,rep,from\n2026-07-01,US,kim,\n,US,ana,2026-07-01\n", "2026-06-30T23:59:59Z", "kim by t.csv:2"},
		{"a file on the next day", "as above", "UTC", "  t: {file: t.csv}\n", "until,lead.country,rep,from\n2026-07-01,US,kim,\n ,US,ana, 2026-07-01\n", "2026-07-01T00:00:00Z", "ana by t.csv:3"},
		{"a file with by", "dates are no fields", "UTC", "  t: {by: [lead.country], file: t.csv}\n", "lead.country,rep,from\nUS,kim,2026-03-01\n", "2026-03-01T00:00:00Z", "kim by t.csv:2"},
		{"before the table counts", "no row counts then", "UTC", "  t: {by: [lead.country], rows: [{match: [US], rep: kim}], effective: {from: 2026-04-01}}\n", "", "2026-03-31T23:59:59Z", "no_territory"},
		{"as the table begins", "its rows do, too", "UTC", "  t: {by: [lead.country], rows: [{match: [US], rep: kim}], effective: {from: 2026-04-01}}\n", "", "2026-04-01T00:00:00Z", "kim by p.yaml:13:34"},
		{"behind the table", "no row counts any more", "UTC", "  t: {by: [lead.country], rows: [{match: [US], rep: kim, until: 2027-01-01}], effective: {until: 2026-04-01}}\n", "", "2026-04-01T00:00:00Z", "no_territory"},
		{"a row that ends before the table", "both dates count", "UTC", "  t: {by: [lead.country], rows: [{match: [US], rep: kim, until: 2026-03-01}], effective: {until: 2026-04-01}}\n", "", "2026-03-01T00:00:00Z", "no_territory"},
		{"a row that begins behind the table", "both dates count", "UTC", "  t: {by: [lead.country], rows: [{match: [US], rep: kim, from: 2026-03-05}], effective: {from: 2026-03-01}}\n", "", "2026-03-04T00:00:00Z", "no_territory"},
		{"a row beside one that is cut off", "rows that never count are left out", "UTC",
			"  t: {by: [lead.country], rows: [{match: [US], rep: kim, until: 2026-03-01}, {match: [US], rep: ana}], effective: {from: 2026-03-01}}\n", "", "2026-03-05T00:00:00Z", "ana by p.yaml:13:78"},
		{"a file with dates of its own", "as for inline rows", "America/New_York", "  t: {file: t.csv, effective: {from: 2026-07-01, until: 2026-07-02}}\n", "lead.country,rep\nUS,kim\n", "2026-07-02T03:59:59Z", "kim by t.csv:2"},
		{"a file behind its dates", "a row without dates ends with the table", "America/New_York", "  t: {file: t.csv, effective: {from: 2026-07-01, until: 2026-07-02}}\n", "lead.country,rep\nUS,kim\n", "2026-07-02T04:00:00Z", "no_territory"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := mapped + tt.section + "zone: " + tt.zone + "\n"
			e, err := folder{"p.yaml": text, "t.csv": tt.csv}.load()
			r := empty()
			r.Lead.Country = "US"
			if got := decideAt(t, must(t, e, err), tt.at, r); got != tt.want {
				t.Errorf("%s, want %s: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func TestProblemsOfEffectiveDates(t *testing.T) {
	const noDay = "so that no day is left; until is the first day that no longer counts"
	for _, tt := range []struct {
		name, reason, section, csv string
		want                       []string
	}{
		{"a row that ends as it begins", "until is no longer in it", "  t: {by: [lead.country], rows: [{match: [US], rep: kim, from: 2026-04-01, until: 2026-04-01}]}\n", "",
			[]string{"p.yaml:13:83: B080 until 2026-04-01 is not after from 2026-04-01, " + noDay}},
		{"a row of one day", "until is the next one", "  t: {by: [lead.country], rows: [{match: [US], rep: kim, from: 2026-04-01, until: 2026-04-02}]}\n", "", nil},
		{"a table that ends before it begins", "there is no day", "  t: {by: [lead.country], rows: [{match: [US], rep: kim}], effective: {from: 2026-04-01, until: 2026-03-01}}\n", "",
			[]string{"p.yaml:13:97: B080 until 2026-03-01 is not after from 2026-04-01, " + noDay}},
		{"a row of a file", "the line is named", "  t: {file: t.csv}\n", "lead.country,rep,from,until\nUS,kim,2026-04-01,2026-03-01\n", []string{"t.csv:2: B080 until 2026-03-01 is not after from 2026-04-01, " + noDay}},
		{"a date in words", "dates have one form", "  t: {by: [lead.country], rows: [{match: [US], rep: kim, from: july}]}\n", "", []string{`p.yaml:13:64: B017 expected a date such as 2026-03-01, but found "july"`}},
		{"a date of a spreadsheet", "it could be read in two ways", "  t: {file: t.csv}\n", "lead.country,rep,from,until\nUS,kim,4/1/2026,31.12.2026\n",
			[]string{`t.csv:2: B017 from: date "4/1/2026": write year, month and day as 2026-03-01`, `t.csv:2: B017 until: date "31.12.2026": write`}},
		{"a day that does not exist", "as above", "  t: {file: t.csv}\n", "lead.country,rep,until\nUS,kim,2026-02-30\n", []string{`t.csv:2: B017 until: date "2026-02-30": there is no such day`}},
		{"rows that overlap by a day", "both count on it", "  t: {by: [lead.country], rows: [{match: [US], rep: kim, until: 2026-07-02}, {match: [US], rep: ana, from: 2026-07-01}]}\n", "",
			[]string{"p.yaml:13:78: B071 matches exactly what p.yaml:13:34 matches from 2026-07-01 on; remove one of them, or part their dates"}},
		{"rows that overlap while the table counts not", "no record meets both", "  t: {by: [lead.country], rows: [{match: [US], rep: kim, until: 2026-07-02}, {match: [US], rep: ana, from: 2026-07-01}], effective: {from: 2026-07-02}}\n", "", nil},
		{"an effective of nothing", "it changes nothing", "  t: {by: [lead.country], rows: [{match: [US], rep: kim}], effective: {}}\n", "", []string{"p.yaml:13:71: B021 effective says neither from nor until"}},
		{"rows that never count", "nobody would own anything", "  t: {by: [lead.country], rows: [{match: [US], rep: kim, until: 2026-04-01}], effective: {from: 2026-04-01}}\n", "",
			[]string{"p.yaml:13:90: B021 no row counts in this time"}},
		{"an unknown key", "the nearest is named", "  t: {by: [lead.country], rows: [{match: [US], rep: kim}], effective: {form: 2026-04-01}}\n", "", []string{`p.yaml:13:72: B010 unknown key "form" (did you mean "from"?)`}},
		{"a day as effective", "it has two ends", "  t: {by: [lead.country], rows: [{match: [US], rep: kim}], effective: 2026-04-01}\n", "", []string{"p.yaml:13:71: B013 expected keys with values"}},
		{"dates of a row with too few values", "every problem at once", "  t: {by: [lead.country, lead.state], rows: [{match: [US], rep: kim, from: x}]}\n", "", []string{"p.yaml:13:54: B070", "p.yaml:13:76: B017"}},
		{"a day for each row", "each would take an index of its own", "  t: {file: t.csv}\n", dailyTable(64), []string{"p.yaml:13:3: B070 the rows begin and end on 64 different days; at most 63 are allowed"}},
		{"63 days", "as many as there may be", "  t: {file: t.csv}\n", dailyTable(63), nil},
		{"too many columns", "beside those of every file", "  t: {file: t.csv}\n", strings.Repeat("x,", 21) + "rep\n", []string{"t.csv:1: B070 a territory has at most 16 columns beside pool, rep, from, until, and this one has 22"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := folder{"p.yaml": mapped + tt.section, "t.csv": tt.csv}.load()
			checkProblems(t, err, tt.reason, tt.want...)
		})
	}
}

// dailyTable has a row that begins on each of n days, and ends on the next but for the last.
func dailyTable(n int) string {
	first := calendar.Date{Year: 2026, Month: time.March, Day: 1}
	var b strings.Builder
	b.WriteString("lead.country,rep,from,until\n")
	for i := range n - 1 {
		fmt.Fprintf(&b, "US,kim,%s,%s\n", first.AddDays(i), first.AddDays(i+1))
	}
	fmt.Fprintf(&b, "US,kim,%s,\n", first.AddDays(n-1))
	return b.String()
}

func regional(region string) handoff.Request {
	r := empty()
	r.Lead.Fields = map[string]handoff.Value{"region": handoff.StringValue(region)}
	return r
}

func TestProblemsOfTerritories(t *testing.T) {
	for _, tt := range []struct {
		name, reason, section string
		want                  []string
	}{
		{"neither rows nor file", "there is nothing to look up", "  t: {by: [lead.country]}\n", []string{"p.yaml:13:6: B018 a territory has either rows: or file:"}},
		{"both", "neither comes before the other", "  t: {by: [lead.country], rows: [], file: t.csv}\n", []string{"p.yaml:13:6: B018 a territory has either rows: or file:"}},
		{"no by", "the columns of rows have no names", "  t: {rows: [{match: [US], rep: kim}]}\n", []string{`p.yaml:13:6: B011 the key "by" is missing here`}},
		{"an empty by", "as above", "  t: {by: [], rows: [{match: [US], rep: kim}]}\n", []string{"p.yaml:13:11: B019 the list is empty"}},
		{"no rows", "nobody would own anything", "  t: {by: [lead.country], rows: []}\n", []string{"p.yaml:13:33: B019 the list is empty"}},
		{"an unknown field", "the nearest is named", "  t: {by: [lead.contry], rows: [{match: [US], rep: kim}]}\n", []string{`p.yaml:13:12: B044 unknown field "lead.contry" (did you mean "lead.country"?)`}},
		{"a field twice", "a column would be compared twice", "  t: {by: [lead.state, lead.state], rows: [{match: [CA, CA], rep: kim}]}\n", []string{`p.yaml:13:24: B020 "lead.state" is repeated among the columns`}},
		{"a field of another type", "texts and whole numbers are compared", "  t: {by: [account.renewal_on], rows: [{match: [x], rep: kim}]}\n", []string{"p.yaml:13:12: B046 account.renewal_on is a date; a territory compares texts and whole numbers"}},
		{"a truth value", "as above", "  t: {by: [account.customer], rows: [{match: ['true'], rep: kim}]}\n", []string{"p.yaml:13:12: B046 account.customer is true or false"}},
		{"too few cells", "which column is meant?", "  t: {by: [lead.country, lead.state], rows: [{match: [US], rep: kim}]}\n", []string{"p.yaml:13:54: B070 the row needs a value for each of the 2 columns that by names, and has 1"}},
		{"too many cells", "as above", "  t: {by: [lead.country], rows: [{match: [US, CA], rep: kim}]}\n", []string{"p.yaml:13:42: B070 the row needs a value for each of the 1 columns that by names, and has 2"}},
		{"no cells", "as above", "  t: {by: [lead.country], rows: [{match: [], rep: kim}]}\n", []string{"p.yaml:13:42: B019 the list is empty", "p.yaml:13:42: B070 the row needs a value"}},
		{"no match", "a row says what it matches", "  t: {by: [lead.country], rows: [{rep: kim}]}\n", []string{`p.yaml:13:34: B011 the key "match" is missing here`}},
		{"an empty cell", "* matches everything; an empty cell could mean nothing", "  t: {by: [lead.country], rows: [{match: [''], rep: kim}]}\n", []string{`p.yaml:13:43: B070 write a word, a number, or "*"`}},
		{"nothing as a cell", "as above", "  t: {by: [lead.country], rows: [{match: [~], rep: kim}]}\n", []string{`p.yaml:13:43: B070 write a word, a number, or "*"`}},
		{"a list as a cell", "a cell is one value", "  t: {by: [lead.country], rows: [{match: [[US, CA]], rep: kim}]}\n", []string{`p.yaml:13:43: B070 write a word, a number, or "*"`}},
		{"a star within", "a star stands at the end", "  t: {by: [lead.postal_code], rows: [{match: ['9*4'], rep: kim}]}\n", []string{`p.yaml:13:47: B070 lead.postal_code: "9*4" has a star inside`}},
		{"blanks around", "they would never match", "  t: {by: [lead.state], rows: [{match: [' CA'], rep: kim}]}\n", []string{`p.yaml:13:41: B070 lead.state: " CA" begins or ends with a space`}},
		{"a word for a number", "bands are of numbers", "  t: {by: [account.employees], rows: [{match: [many], rep: kim}]}\n", []string{`p.yaml:13:48: B070 account.employees: "many" is no number; write 200, 1-99, 1000+ or *`}},
		{"a number with a separator", "digits only", "  t: {by: [account.employees], rows: [{match: [1_000], rep: kim}]}\n", []string{`p.yaml:13:48: B070 account.employees: "1_000" is no number`}},
		{"a number beyond 2^53", "no record has it", "  t: {by: [account.employees], rows: [{match: [1-9007199254740993], rep: kim}]}\n", []string{`p.yaml:13:48: B070 account.employees: the number is beyond 2^53`}},
		{"an octal number", "no leading zeros", "  t: {by: [account.employees], rows: [{match: [0777], rep: kim}]}\n", []string{`p.yaml:13:48: B070 account.employees: "0777" is no number`}},
		{"a band that ends before it begins", "it would never match", "  t: {by: [account.employees], rows: [{match: [99-1], rep: kim}]}\n", []string{"p.yaml:13:48: B070 account.employees: the band 99-1 ends before it begins; write 1-99"}},
		{"a country in words", "requests have codes", "  t: {by: [lead.country], rows: [{match: [Germany], rep: kim}]}\n", []string{`p.yaml:13:43: B070 lead.country: "Germany" is not a country; write two capital letters, such as US`}},
		{"a country in small letters", "as above", "  t: {by: [account.country], rows: [{match: [de], rep: kim}]}\n", []string{`p.yaml:13:46: B070 account.country: "de" is not a country`}},
		{"three letters", "as above", "  t: {by: [account.country], rows: [{match: [DEU], rep: kim}]}\n", []string{`p.yaml:13:46: B070 account.country: "DEU" is not a country`}},
		{"letters at the ends of the alphabet", "all capital letters are", "  t: {by: [account.country], rows: [{match: [AZ], rep: kim}, {match: [ZA], rep: kim}]}\n", nil},
		{"letters behind the alphabet", "letters only", "  t: {by: [account.country], rows: [{match: ['@A'], rep: kim}, {match: ['A['], rep: kim}]}\n", []string{`p.yaml:13:46: B070 account.country: "@A" is not a country`, `p.yaml:13:73: B070 account.country: "A["`}},
		{"a word that is not declared", "it would never match", "  t: {by: [lead.region], rows: [{match: [eest], rep: kim}]}\n", []string{`p.yaml:13:42: B051 lead.region: unknown word "eest" (did you mean "east"?); known are east, west`}},
		{"an unknown pool", "the nearest is named", "  t: {by: [lead.country], rows: [{match: [US], pool: wast}]}\n", []string{`p.yaml:13:54: B030 unknown pool "wast" (did you mean "west"?)`}},
		{"an empty pool", "it is not nobody", "  t: {by: [lead.country], rows: [{match: [US], pool: ''}]}\n", []string{`p.yaml:13:54: B030 unknown pool ""`}},
		{"a rep who is no id", "an id has a form", "  t: {by: [lead.country], rows: [{match: [US], rep: a b}]}\n", []string{"p.yaml:13:53: B016 an id is 1 to 64 letters"}},
		{"a pool and a rep", "neither comes before the other", "  t: {by: [lead.country], rows: [{match: [US], pool: west, rep: kim}]}\n", []string{"p.yaml:13:34: B018 a row names a pool or a rep"}},
		{"neither a pool nor a rep", "a row gives a record to somebody", "  t: {by: [lead.country], rows: [{match: [US]}]}\n", []string{"p.yaml:13:34: B018 a row names a pool or a rep"}},
		{"equal rows", "neither is more specific", "  t: {by: [lead.country], rows: [{match: [US], rep: kim}, {match: [US], pool: west}]}\n", []string{"p.yaml:13:59: B071 matches exactly what p.yaml:13:34 matches; remove one of them"}},
		{"overlapping bands", "as above", "  t: {by: [account.employees], rows: [{match: [1-10], rep: kim}, {match: [5-14], rep: lee}]}\n", []string{"p.yaml:13:66: B071 account.employees: 5-14 overlaps 1-10 of p.yaml:13:39 and is as wide"}},
		{"an id with a blank", "an id has a form", "  t: {by: [lead.country], rows: [{match: [US], rep: kim}]}\n  'a b': {by: [lead.country], rows: [{match: [US], rep: kim}]}\n", []string{"p.yaml:14:3: B016 an id is 1 to 64 letters"}},
		{"a text that is cut short", "the rest of the text is lost", "  t:\n    by: [lead.state]\n    rows:\n      - match:\n          - New #York\n        rep: kim\n", []string{"p.yaml:17:17: B009 the text is cut short: #York is read as a comment"}},
		{"an unknown key", "the nearest is named", "  t: {by: [lead.country], rows: [{mtach: [US], match: [US], rep: kim}]}\n", []string{`p.yaml:13:35: B010 unknown key "mtach" (did you mean "match"?)`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := rules.Parse("p.yaml", []byte(mapped+tt.section))
			checkProblems(t, err, tt.reason, tt.want...)
		})
	}
}

func TestRosterOfATerritory(t *testing.T) {
	text := strings.Replace(mapped, "routes:", "reps: {kim: {}, lee: {}}\nroutes:", 1)
	_, err := rules.Parse("p.yaml", []byte(text+"  t: {by: [lead.country], rows: [{match: [US], rep: kin}]}\n"))
	checkProblems(t, err, "who is named is on the roster", `p.yaml:14:53: B030 "kin" is not listed under reps (did you mean "kim"?)`)
	_, err = folder{"p.yaml": text + "  t: {file: t.csv}\n", "t.csv": "lead.country,rep\nUS,kim\nDE,kin\n"}.load()
	checkProblems(t, err, "as above", `t.csv:3: B030 "kin" is not listed under reps (did you mean "kim"?)`)
}

func TestTerritoriesFromFiles(t *testing.T) {
	us := func(state string) handoff.Request {
		r := empty()
		r.Lead.Country, r.Lead.State = "US", state
		return r
	}
	for _, tt := range []struct {
		name, reason, section, csv string
		request                    handoff.Request
		want                       string
	}{
		{"in the order of the file", "its first column counts most", "  t: {file: t.csv}\n", "lead.country,lead.state,rep\nUS,,kim\n,CA,lee\n", us("CA"), "kim: kim is the rep that the policy names, by the row t.csv:2"},
		{"in the order of by", "by says which column counts most", "  t: {by: [lead.state, lead.country], file: t.csv}\n", "lead.country,lead.state,rep\nUS,,kim\n,CA,lee\n", us("CA"), "lee: lee is the rep that the policy names, by the row t.csv:3"},
		{"the columns anywhere", "they are told by their names", "  t: {file: t.csv}\n", "rep,lead.state,pool,lead.country\nkim,CA,,US\n,,west,US\n", us("CA"), "kim: kim is the rep that the policy names, by the row t.csv:2"},
		{"a pool in the first column", "as above, and the other column may be absent", "  t: {file: t.csv}\n", "pool,lead.country\nwest,US\n", us("CA"), "lee: it is the turn of lee in west, by the row t.csv:2"},
		{"a rep in the first column", "as above", "  t: {file: t.csv}\n", "rep,lead.country\nkim,US\n", us("CA"), "kim: kim is the rep that the policy names, by the row t.csv:2"},
		{"a pool", "one of the two columns is filled in", "  t: {file: t.csv}\n", "rep,lead.state,pool,lead.country\nkim,CA,,US\n,,west,US\n", us("NY"), "lee: it is the turn of lee in west, by the row t.csv:3"},
		{"CRLF, a byte order mark, comments, blank lines, blanks", "spreadsheets write them", "  t: {file: t.csv}\n", "\ufeff# who owns what\r\nlead.country , lead.state,rep\r\n\r\n# the west\r\nUS , CA, kim \r\n", us("CA"), "kim: kim is the rep that the policy names, by the row t.csv:5"},
		{"quotes", "cells may hold commas and line breaks", "  t: {file: t.csv}\n", "lead.state,rep\n\"C,A\",kim\n\"N\nY\",lee\nWA,mo\n", us("C,A"), "kim: kim is the rep that the policy names, by the row t.csv:2"},
		{"lines behind a line break in a cell", "positions are lines of the file", "  t: {file: t.csv}\n", "lead.state,rep\n\"C,A\",kim\n\"N\nY\",lee\nWA,mo\n", us("WA"), "mo: mo is the rep that the policy names, by the row t.csv:5"},
		{"an empty cell and a star", "both match everything", "  t: {file: t.csv}\n", "lead.country,lead.state,rep\nUS,*,kim\n", us("CA"), "kim: kim is the rep that the policy names, by the row t.csv:2"},
		{"no line break at the end", "the last row counts", "  t: {file: t.csv}\n", "lead.country,rep\nUS,kim", us("CA"), "kim: kim is the rep that the policy names, by the row t.csv:2"},
		{"CR alone", "old spreadsheets end lines with it", "  t: {file: t.csv}\n", "lead.country,lead.state,rep\rUS,CA,kim\r", us("CA"), "kim: kim is the rep that the policy names, by the row t.csv:2"},
		{"empty rows", "spreadsheets keep rows whose cells were cleared", "  t: {file: t.csv}\n", "lead.country,lead.state,rep\n,,\n , ,\n\"\",,,,\n  \nUS,CA,kim\n", us("CA"), "kim: kim is the rep that the policy names, by the row t.csv:6"},
		{"empty columns at the end", "spreadsheets keep columns that were cleared", "  t: {file: t.csv}\n", "lead.country,lead.state,rep,, \nUS,CA,kim,\nUS,NY,lee,,,\nUS,WA,mo\n", us("CA"), "kim: kim is the rep that the policy names, by the row t.csv:2"},
		{"an empty last column that has a name", "a row ends with it", "  t: {file: t.csv}\n", "lead.country,rep,pool\nUS,kim,,\n", us("CA"), "kim: kim is the rep that the policy names, by the row t.csv:2"},
		{"no row", "nobody owns it", "  t: {file: t.csv}\n", "lead.country,rep\nDE,kim\n", us("CA"), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := folder{"p.yaml": mapped + tt.section, "t.csv": tt.csv}.load()
			if got := owner(t, must(t, e, err), tt.request); got != tt.want {
				t.Errorf("%q, want %q: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func TestProblemsOfTerritoriesFromFiles(t *testing.T) {
	for _, tt := range []struct {
		name, reason, by, csv string
		want                  []string
	}{
		{"empty", "the first line names the columns", "", "", []string{"t.csv:1: B070 the first line names the columns"}},
		{"a first line only", "nobody would own anything", "", "lead.country,rep\n", []string{"t.csv:1: B019 the file has no rows"}},
		{"comments only", "as above", "", "lead.country,rep\n# US,kim\n", []string{"t.csv:1: B019 the file has no rows"}},
		{"not UTF-8", "cells would never match", "", "lead.state,rep\nCaf\xe9,kim\n", []string{"t.csv: B003 the file is not valid UTF-8"}},
		{"no pool and no rep", "the rows give the records to nobody", "", "lead.country\nUS\n", []string{"t.csv:1: B070 no column is named pool or rep"}},
		{"no fields", "the rows match everything", "", "pool,rep\nwest,\n", []string{"t.csv:1: B070 no column is named like a field"}},
		{"no first line", "its first row is read as one", "", "US,kim\nDE,lee\n", []string{"t.csv:1: B070 no column is named pool or rep", `t.csv:1: B044 unknown field "US"`, `t.csv:1: B044 unknown field "kim"`}},
		{"an unknown column", "the nearest is named, in the line of the names", "", "# names\nlead.contry,rep\nUS,kim\n", []string{`t.csv:2: B044 unknown field "lead.contry" (did you mean "lead.country"?)`}},
		{"a repeated column", "one of them was meant otherwise", "", "lead.country,lead.country,rep\nUS,DE,kim\n", []string{`t.csv:1: B020 the column "lead.country" is repeated`}},
		{"a repeated column with by", "as above", "by: [lead.country], ", "lead.country,lead.country,rep\nUS,DE,kim\n", []string{`t.csv:1: B020 the column "lead.country" is repeated`}},
		{"a repeated pool", "as above", "", "lead.country,pool,pool\nUS,west,west\n", []string{`t.csv:1: B020 the column "pool" is repeated`}},
		{"a column that by lacks", "what it holds would not count", "by: [lead.country], ", "lead.country,lead.state,rep\nUS,CA,kim\n", []string{`t.csv:1: B070 the column "lead.state" is not among those that by: names`}},
		{"a column that the file lacks", "by names it", "by: [lead.country, lead.state], ", "lead.country,lead.stat,rep\nUS,CA,kim\n",
			[]string{`t.csv:1: B070 no column is named lead.state (did you mean "lead.stat"?)`, `t.csv:1: B070 the column "lead.stat" is not among`}},
		{"too few values", "which column is meant?", "", "lead.country,lead.state,rep\nUS,kim\nUS,CA,kim\n", []string{"t.csv:2: B070 the row has 2 values for 3 columns"}},
		{"too many values", "as above", "", "lead.country,rep\nUS,kim,x\n", []string{"t.csv:2: B070 the row has 3 values for 2 columns"}},
		{"a quote that stays open", "the rest of the file is its cell", "", "lead.country,rep\n\"US,kim\nDE,lee\n", []string{"t.csv:"}},
		{"nobody", "a row gives a record to somebody", "", "lead.country,pool,rep\nUS,,\n", []string{"t.csv:2: B018 a row names a pool or a rep"}},
		{"a pool and a rep", "neither comes before the other", "", "lead.country,pool,rep\nUS,west,kim\n", []string{"t.csv:2: B018 a row names a pool or a rep"}},
		{"an unknown pool", "the nearest is named", "", "lead.country,pool\nUS,wst\n", []string{`t.csv:2: B030 unknown pool "wst" (did you mean "west"?)`}},
		{"a rep who is no id", "an id has a form", "", "lead.country,rep\nUS,Kim Park\n", []string{`t.csv:2: B016 rep: "Kim Park" is no id; an id is 1 to 64 letters`}},
		{"a bad cell", "as in the policy", "", "account.employees,lead.region,lead.country,rep\nmany,eest,Germany,kim\n", []string{`t.csv:2: B070 account.employees: "many" is no number`,
			`t.csv:2: B051 lead.region: unknown word "eest"`, `t.csv:2: B070 lead.country: "Germany" is not a country`}},
		{"equal rows", "both lines are named", "", "lead.country,rep\nUS,kim\n# more\nUS,lee\n", []string{"t.csv:4: B071 matches exactly what t.csv:2 matches"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := folder{"p.yaml": mapped + "  t: {" + tt.by + "file: t.csv}\n", "t.csv": tt.csv}.load()
			checkProblems(t, err, tt.reason, tt.want...)
		})
	}
}

// TestTextsOfProblemsInFiles: what an author reads, with the row.
func TestTextsOfProblemsInFiles(t *testing.T) {
	const (
		commas = "; save the file as CSV with commas"
		inside = "B070 a quote stands inside a cell; put the whole cell in quotes, and write two for each quote in it"
		open   = "B070 a quote opens on this line, and none closes it at the end of its cell; close it there, and write two for each quote inside the cell"
	)
	for _, tt := range []struct{ name, reason, csv, want string }{
		{"semicolons", "spreadsheets write them where a comma is the decimal sign", "lead.country;rep\nUS;kim\n", "t.csv:1: B070 the columns are separated by semicolons" + commas + "\n  lead.country;rep"},
		{"semicolons below comments", "the line of the names counts", "# a, b\n\nlead.country;rep\n", "t.csv:3: B070 the columns are separated by semicolons" + commas + "\n  lead.country;rep"},
		{"semicolons and quotes", "as above", "\"lead.country\";\"rep\"\n", "t.csv:1: B070 the columns are separated by semicolons" + commas + "\n  \"lead.country\";\"rep\""},
		{"tabs", "a text file of a spreadsheet", "lead.country\trep\nUS\tkim\n", "t.csv:1: B070 the columns are separated by tabs" + commas + "\n  lead.country\trep"},
		{"a separator by name", "a spreadsheet asks for it", "sep=;\r\nlead.country;rep\r\n", "t.csv:1: B070 the columns are separated by semicolons" + commas + "\n  sep=;"},
		{"another separator by name", "as above", "sep=|\nlead.country|rep\n", `t.csv:1: B070 the columns are separated by "|"` + commas + "\n  sep=|"},
		{"the comma by name", "it names no columns", "sep=,\nlead.country,rep\nUS,kim\n", "t.csv:1: B070 the first line names the columns, such as account.country,pool; remove the line sep=,\n  sep=,"},
		{"no names", "the first line is empty cells", ",,\nUS,kim\n", "t.csv:1: B070 the first line names the columns, such as account.country,pool; this one names none\n  ,,"},
		{"a column without a name", "which field is meant?", "lead.country,,rep\nUS,x,kim\n", "t.csv:1: B070 column 2 has no name; name it after a field, or remove it\n  lead.country,,rep"},
		{"the last part of a field", "spreadsheets name columns so", "Postal Code,rep\n", `t.csv:1: B044 unknown field "Postal Code" (did you mean "account.postal_code" or "lead.postal_code"?)` + "\n  Postal Code,rep"},
		{"the last part with a slip", "as above", "Industri,rep\n", `t.csv:1: B044 unknown field "Industri" (did you mean "account.industry"?)` + "\n  Industri,rep"},
		{"a declared field by its last part", "every field counts", "Country,rep\n", `t.csv:1: B044 unknown field "Country" (did you mean "account.country" or "lead.country" or "trigger.country"?)` + "\n  Country,rep"},
		{"no field is near", "a guess would mislead", "Owner of it,rep\n", `t.csv:1: B044 unknown field "Owner of it"` + "\n  Owner of it,rep"},
		{"a quote that stays open", "it takes in the rest of the file", "lead.country,rep\nUS,kim\n# more\n\"DE,lee\nFR,lee\n", "t.csv:4: " + open + "\n  \"DE,lee"},
		{"a quote that closes within a cell", "it takes in the lines up to the next quote", "lead.country,rep\n\"US,kim\nCA,\"lee\"\n", "t.csv:2: " + open + "\n  \"US,kim"},
		{"a quote that opens on the second line of a row", "the lines before it are whole", "lead.state,rep\n\"N\n\"\"Y\",\"kim\n\"\"\nCA,lee", "t.csv:3: " + open + "\n  \"\"Y\",\"kim"},
		{"a quote that stays open in the first line", "as above", "lead.country,\"rep\nUS,kim\n", "t.csv:1: " + open + "\n  lead.country,\"rep"},
		{"a quote inside a cell", "the rows behind it are read", "lead.state,rep\nC\"A,kim\nU*S,kim\n", "t.csv:2: " + inside + "\n  C\"A,kim\nt.csv:3: B070 lead.state: \"U*S\" has a star inside; a star stands at the end, for every text that begins like this\n  U*S,kim"},
		{"a pool and a rep", "neither comes before the other", "lead.country,pool,rep\nUS,west,kim\n", "t.csv:2: B018 a row names a pool or a rep, and this one names both; remove one of them\n  US,west,kim"},
		{"neither a pool nor a rep", "a row gives a record to somebody", "lead.country,pool,rep\nUS,,\n", "t.csv:2: B018 a row names a pool or a rep, and this one names neither\n  US,,"},
		{"overlapping bands", "the field is named", "lead.country,account.employees,rep\nUS,1-10,kim\n\n# more\nUS,5-14,lee\n",
			"t.csv:5: B071 account.employees: 5-14 overlaps 1-10 of t.csv:2 and is as wide, so that neither row is more specific; part the bands or make one of them narrower\n  US,5-14,lee"},
		{"a long row", "a report shows none", "lead.country,rep\nUSA,k" + strings.Repeat("i", 400) + "m\n", "t.csv:2: B016 rep: \"k" + strings.Repeat("i", 400) + "m\" is no id; an id is 1 to 64 letters, digits, -, _ and ." +
			"\nt.csv:2: B070 lead.country: \"USA\" is not a country; write two capital letters, such as US"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := folder{"p.yaml": mapped + "  t: {file: t.csv}\n", "t.csv": tt.csv}.load()
			if err == nil {
				t.Fatal("the file is read all the same")
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("%s (-want +got)\n%s", tt.reason, diff)
			}
		})
	}
}

// TestProblemsOfALongFile: the first bad row does not hide one far below.
func TestProblemsOfALongFile(t *testing.T) {
	var csv strings.Builder
	csv.WriteString("lead.postal_code,rep\nx*y,kim\n")
	for i := range 5000 {
		fmt.Fprintf(&csv, "%d,kim\n", i)
	}
	csv.WriteString("x*z,kim\n")
	_, err := folder{"p.yaml": mapped + "  t: {file: t.csv}\n", "t.csv": csv.String()}.load()
	checkProblems(t, err, "every problem of a file at once", `t.csv:2: B070 lead.postal_code: "x*y" has a star inside`, `t.csv:5003: B070 lead.postal_code: "x*z" has a star inside`)

	_, err = folder{"p.yaml": mapped + "  t: {file: t.csv}\n", "t.csv": "lead.country,rep\n" + strings.Repeat("U,kim\n", 200_000)}.load()
	if lines := problemLines(t, err); len(lines) != 101 || lines[0] != `t.csv:2: B070 lead.country: "U" is not a country; write two capital letters, such as US` {
		t.Errorf("%d problems, the first is %s", len(lines), lines[0])
	}
}

// largeTable is a table of country, state, postal prefix, employees and industry, without rows that clash.
func largeTable(rows int) string {
	r := rand.New(rand.NewPCG(1, 2))
	bands := []string{"1-99", "100-999", "1000+", ""}
	industries := []string{"software", "retail", "finance", "health", ""}
	var b bytes.Buffer
	b.WriteString("account.country,account.state,account.postal_code,account.employees,account.industry,pool,rep\n")
	for i := range rows {
		n := i / (len(bands) * len(industries))
		to := "west,"
		if r.IntN(2) == 0 {
			to = fmt.Sprintf(",rep%d", r.IntN(500))
		}
		fmt.Fprintf(&b, "%c%c,S%d,%03d*,%s,%s,%s\n", 'A'+n/26%26, 'A'+n%26, n/676%10, n/6760%1000, bands[i%len(bands)], industries[i/len(bands)%len(industries)], to)
	}
	return b.String()
}

func BenchmarkLoadTerritory(b *testing.B) {
	files := folder{"p.yaml": mapped + "  t: {file: t.csv}\n", "t.csv": largeTable(100_000)}.fs()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := rules.LoadFS(files, "p.yaml"); err != nil {
			b.Fatal(err)
		}
	}
}

func TestLargeTerritory(t *testing.T) {
	csv := largeTable(100_000)
	e, err := folder{"p.yaml": mapped + "  t: {file: t.csv}\n", "t.csv": csv}.load()
	must(t, e, err)
	lines := strings.Split(csv, "\n")
	for _, line := range []int{2, 777, 50_001, 99_980} { // rows without an empty cell match their own values and no better row
		cells := strings.Split(lines[line-1], ",")
		for cells[3] == "" || cells[4] == "" {
			line++
			cells = strings.Split(lines[line-1], ",")
		}
		r := empty()
		r.Account = handoff.Account{ID: "A1", Country: cells[0], State: cells[1], PostalCode: strings.TrimSuffix(cells[2], "*") + "99", Industry: cells[4],
			Employees: handoff.Some(map[string]int64{"1-99": 99, "100-999": 100, "1000+": 1000}[cells[3]])}
		want := cells[6] + " is the rep that the policy names"
		if cells[5] != "" {
			want = "it is the turn of lee in west"
		}
		if got := owner(t, e, r); !strings.HasSuffix(got, fmt.Sprintf("%s, by the row t.csv:%d", want, line)) {
			t.Errorf("%q, want %s, by the row t.csv:%d", got, want, line)
		}
	}
}

// TestOrderOfRowsHasNoMeaning: a table in another order of its rows gives everybody to the same owner.
func TestOrderOfRowsHasNoMeaning(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	for range 40 {
		seen := map[string]bool{}
		var rows []string
		for range 30 {
			match := pick("US", "DE", "*") + ", " + pick(`"9*"`, `"94*"`, `"941"`, `"*"`) + ", " + pick("1-9", "10-99", "10-19", "1+", "5", `"*"`)
			if match = strings.Replace(match, "*,", `"*",`, 1); strings.HasPrefix(match, "*") {
				match = `"*"` + match[1:]
			}
			match = strings.ReplaceAll(match, `""`, `"`)
			if !seen[match] {
				seen[match] = true
				rows = append(rows, fmt.Sprintf("{match: [%s], rep: r%d}", match, len(rows)))
			}
		}
		load := func() *handoff.Engine {
			e, err := rules.Parse("p.yaml", []byte(mapped+"  t:\n    by: [lead.country, lead.postal_code, account.employees]\n    rows:\n      - "+strings.Join(rows, "\n      - ")+"\n"))
			return must(t, e, err)
		}
		a := load()
		r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		b := load()
		for range 30 {
			request := empty()
			request.Lead.Country, request.Lead.PostalCode = pick("US", "DE", ""), pick("94", "941", "9", "1", "")
			request.Account = handoff.Account{ID: "A1", Employees: handoff.Opt[int64]{Value: int64(r.IntN(120)), Known: r.IntN(5) > 0}}
			first, _, _ := strings.Cut(owner(t, a, request), ":")
			second, _, _ := strings.Cut(owner(t, b, request), ":")
			if diff := cmp.Diff(first, second); diff != "" {
				t.Fatalf("in another order of the rows (-one +other)\n%s", diff)
			}
		}
	}
}
