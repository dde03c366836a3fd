package rules_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/rules"
)

// portfolio is a policy whose route asks the named accounts, then a rep.
const portfolio = `language: 1
policy: acme
zone: %s
triggers:
  demo_request: {about: lead, stale_after: 14d}
pools:
  west: {members: [lee], availability: {unknown: available}, when_empty: next}
routes:
  all: [named_account]
plays:
  - {id: demo, trigger: demo_request, route: all}
named_accounts:
`

// fromAccount returns a request of a lead of the account, with an address.
func fromAccount(id, parent, domain, address string) handoff.Request {
	r := empty()
	r.Account = handoff.Account{ID: id, Parent: parent, Domain: domain}
	r.Lead.Account, r.Lead.Person.Email = id, address
	return r
}

func TestNamedAccounts(t *testing.T) {
	const (
		noon = "2026-03-02T12:00:00Z"
		rows = `  rows:
    - {account: A1, rep: kim}
    - {account: P1, pool: west}
    - {domain: acme.com, rep: ana}
    - {account: A2, domain: globex.com, rep: bo}
`
		years = `  rows:
    - {account: A1, rep: kim, until: 2026-07-01}
    - {account: A1, rep: ana, from: 2026-07-01, until: 2027-01-01}
    - {domain: acme.com, rep: bo}
`
		csv = "domain,rep,until,from,account,pool\n,kim,2026-07-01,,A1,\nacme.com , ana,,2026-07-01, A1,\nglobex.com,,,,,west\n"
	)
	for _, tt := range []struct {
		name, reason, zone, section, csv string
		at                               string
		request                          handoff.Request
		want                             string
	}{
		{"an account by its id", "the id comes first", "UTC", rows, "", noon, fromAccount("A1", "P1", "acme.com", "jo@globex.com"), "kim by p.yaml:14:7"},
		{"an account by the one above it", "it comes next", "UTC", rows, "", noon, fromAccount("A9", "P1", "acme.com", "jo@globex.com"), "lee by p.yaml:15:7"},
		{"an account by its domain", "it comes next, in small letters", "UTC", rows, "", noon, fromAccount("A9", "P9", "ACME.com", "jo@globex.com"), "ana by p.yaml:16:7"},
		{"an account by an address", "it comes last", "UTC", rows, "", noon, fromAccount("A9", "P9", "other.com", "Jo@Globex.COM"), "bo by p.yaml:17:7"},
		{"a lead without an account", "the address is enough", "UTC", rows, "", noon, fromAccount("", "", "", "jo@acme.com"), "ana by p.yaml:16:7"},
		{"another account", "the reason has a code of its own", "UTC", rows, "", noon, fromAccount("A9", "", "", ""), "no_named_account"},
		{"the last instant of a row", "it ends with the day before until", "UTC", years, "", "2026-06-30T23:59:59.999999999Z", fromAccount("A1", "", "", ""), "kim by p.yaml:14:7"},
		{"the first instant of the next", "it begins with the day of from", "UTC", years, "", "2026-07-01T00:00:00Z", fromAccount("A1", "", "", ""), "ana by p.yaml:15:7"},
		{"behind the last", "the domain is looked for", "UTC", years, "", "2027-01-01T00:00:00Z", fromAccount("A1", "", "acme.com", ""), "bo by p.yaml:16:7"},
		{"the last instant in New York", "days are those of the policy's zone", "America/New_York", years, "", "2026-07-01T03:59:59.999999999Z", fromAccount("A1", "", "", ""), "kim by p.yaml:14:7"},
		{"the first instant in New York", "as above", "America/New_York", years, "", "2026-07-01T04:00:00Z", fromAccount("A1", "", "", ""), "ana by p.yaml:15:7"},
		{"the last instant in Auckland", "as above", "Pacific/Auckland", years, "", "2026-06-30T11:59:59.999999999Z", fromAccount("A1", "", "", ""), "kim by p.yaml:14:7"},
		{"the first instant in Auckland", "as above", "Pacific/Auckland", years, "", "2026-06-30T12:00:00Z", fromAccount("A1", "", "", ""), "ana by p.yaml:15:7"},
		{"a file", "its columns stand anywhere", "UTC", "  file: t.csv\n", csv, "2026-06-30T23:59:59Z", fromAccount("A1", "", "", ""), "kim by t.csv:2"},
		{"a file on the next day", "as above", "UTC", "  file: t.csv\n", csv, "2026-07-01T00:00:00Z", fromAccount("A1", "", "", ""), "ana by t.csv:3"},
		{"a file and a pool", "as above", "UTC", "  file: t.csv\n", csv, noon, fromAccount("A9", "", "globex.com", ""), "lee by t.csv:4"},
		{"a file of domains", "the other columns may be absent", "UTC", "  file: t.csv\n", "domain,rep\nacme.com,kim\n", noon, fromAccount("A9", "", "acme.com", ""), "kim by t.csv:2"},
		{"a file of ids", "as above", "UTC", "  file: t.csv\n", "account,pool\n001,west\n", noon, fromAccount("001", "", "", ""), "lee by t.csv:2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := folder{"p.yaml": fmt.Sprintf(portfolio, tt.zone) + tt.section, "t.csv": tt.csv}.load()
			if got := decideAt(t, must(t, e, err), tt.at, tt.request); got != tt.want {
				t.Errorf("%s, want %s: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func TestNamedAccountsBesideOtherRungs(t *testing.T) {
	e, err := folder{"p.yaml": strings.Replace(fmt.Sprintf(portfolio, "UTC"), "[named_account]", "[named_account, account_owner, {rep: zoe}]", 1) + "  rows: [{account: A1, rep: kim}]\nreps: {kim: {}, zoe: {}, lee: {}}\n"}.load()
	must(t, e, err)
	owned := fromAccount("A9", "", "", "")
	owned.Account.Owner = "lee"
	for _, tt := range []struct {
		name, reason string
		request      handoff.Request
		rung         string
	}{
		{"a named account", "the first rung yields somebody", fromAccount("A1", "", "", ""), "named_account/rep:kim"},
		{"another account", "the next rung is asked", owned, "account_owner"},
		{"an account of nobody", "the last rung is asked", fromAccount("A9", "", "", ""), "rep:zoe"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, err := e.Decide(at, fillUp(t, e, tt.request))
			if err != nil {
				t.Fatal(err)
			}
			if d.Rung != tt.rung {
				t.Errorf("rung %q, want %q: %s", d.Rung, tt.rung, tt.reason)
			}
		})
	}
}

func TestNamedAccountsOfSeveralFiles(t *testing.T) {
	files := folder{
		"p.yaml": strings.Replace(fmt.Sprintf(portfolio, "UTC"), "policy: acme\n", "policy: acme\ninclude: [x.yaml]\n", 1) + "  rows: [{account: A1, rep: kim}]\n",
		"x.yaml": "named_accounts: {file: t.csv}\n",
		"t.csv":  "account,rep\nA2,ana\n",
	}
	e, err := files.load()
	must(t, e, err)
	for id, want := range map[string]string{"A1": "kim by p.yaml:14:10", "A2": "ana by t.csv:2"} {
		if got := decideAt(t, e, "2026-03-02T12:00:00Z", fromAccount(id, "", "", "")); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
	files["t.csv"] = "account,rep\nA1,ana\nA2,a b\n"
	_, err = files.load()
	checkProblems(t, err, "every problem of a row first", `t.csv:3: B016 rep: "a b" is no id`)
	files["t.csv"] = "account,rep\nA1,ana\n"
	_, err = files.load()
	checkProblems(t, err, "both places are named", `t.csv:2: B071 names the account "A1" as p.yaml:14:10 does; remove one of them`)
}

func TestProblemsOfNamedAccounts(t *testing.T) {
	const clash = "; remove one of them, or part their dates"
	for _, tt := range []struct {
		name, reason, section, csv string
		want                       []string
	}{
		{"neither rows nor file", "there is nothing to look up", "  {}\n", "", []string{"p.yaml:13:3: B018 named accounts have either rows: or file:"}},
		{"both", "one place is enough", "  rows: [{account: A1, rep: kim}]\n  file: t.csv\n", "", []string{"p.yaml:13:3: B018 named accounts have either rows: or file:"}},
		{"no rows", "nobody would own anything", "  rows: []\n", "", []string{"p.yaml:13:9: B019 the list is empty"}},
		{"a list", "rows stand under a key", "  - {account: A1, rep: kim}\n", "", []string{"p.yaml:13:3: B013 expected keys with values"}},
		{"a row for no account", "it would match nobody", "  rows: [{rep: kim}]\n", "", []string{"p.yaml:13:10: B018 a row names an account by its id, by its domain or by both, and this one by neither"}},
		{"an empty id", "as above", "  rows: [{account: '', rep: kim}]\n", "", []string{"p.yaml:13:20: B019 the id of the account is empty"}},
		{"blanks around an id", "they would never match", "  rows: [{account: ' A1', rep: kim}]\n", "", []string{`p.yaml:13:20: B070 account: " A1" begins or ends with a space; remove it`}},
		{"a number for an id", "ids are texts", "  rows: [{account: 0012, rep: kim}]\n", "", []string{"p.yaml:13:20: B013 expected a text, but found the number 0012; quote it"}},
		{"an empty domain", "as above", "  rows: [{domain: '', rep: kim}]\n", "", []string{"p.yaml:13:19: B070 domain: the domain is empty"}},
		{"a domain with capitals", "what to write is told", "  rows: [{domain: Acme.com, rep: kim}]\n", "", []string{`p.yaml:13:19: B070 domain: "Acme.com" has capital letters; write "acme.com"`}},
		{"an address", "as above", "  rows: [{account: A1, domain: '@acme.com', rep: kim}]\n", "", []string{`p.yaml:13:32: B070 domain: "@acme.com" has an @ in it; write the domain alone, "acme.com"`}},
		{"nobody", "a row gives a record to somebody", "  rows: [{account: A1}]\n", "", []string{"p.yaml:13:10: B018 a row names a pool or a rep, and this one names neither"}},
		{"a pool and a rep", "neither comes before the other", "  rows: [{account: A1, rep: kim, pool: west}]\n", "", []string{"p.yaml:13:10: B018 a row names a pool or a rep, and this one names both"}},
		{"an unknown pool", "the nearest is named", "  rows: [{account: A1, pool: wst}]\n", "", []string{`p.yaml:13:30: B030 unknown pool "wst" (did you mean "west"?)`}},
		{"an unknown key", "as above", "  rows: [{acount: A1, account: A1, rep: kim}]\n", "", []string{`p.yaml:13:11: B010 unknown key "acount" (did you mean "account"?)`}},
		{"an end on the day of the beginning", "there is no day", "  rows: [{account: A1, rep: kim, from: 2026-04-01, until: 2026-04-01}]\n", "", []string{"p.yaml:13:59: B080 until 2026-04-01 is not after from 2026-04-01"}},
		{"one account twice", "both places are named", "  rows: [{account: A1, rep: kim}, {account: A1, rep: ana}]\n", "", []string{`p.yaml:13:35: B071 names the account "A1" as p.yaml:13:10 does; remove one of them`}},
		{"dates that overlap by a day", "as above", "  rows: [{domain: a.com, rep: kim, until: 2026-07-02}, {domain: a.com, rep: ana, from: 2026-07-01}]\n", "",
			[]string{`p.yaml:13:56: B071 names the domain "a.com" as p.yaml:13:10 does from 2026-07-01 on` + clash}},
		{"dates that meet", "no day has both", "  rows: [{domain: a.com, rep: kim, until: 2026-07-01}, {domain: a.com, rep: ana, from: 2026-07-01}]\n", "", nil},
		{"an empty file", "the first line names the columns", "  file: t.csv\n", "", []string{"t.csv:1: B070 the first line names the columns, such as domain,rep; this one names none"}},
		{"a first line only", "nobody would own anything", "  file: t.csv\n", "domain,rep\n", []string{"t.csv:1: B019 the file has no rows"}},
		{"no account column", "the rows name no account", "  file: t.csv\n", "rep\nkim\n", []string{"t.csv:1: B070 no column is named account or domain"}},
		{"no recipient column", "the rows give the records to nobody", "  file: t.csv\n", "domain\na.com\n", []string{"t.csv:1: B070 no column is named pool or rep"}},
		{"an unknown column", "the nearest is named", "  file: t.csv\n", "domains,account,rep\na.com,A1,kim\n", []string{`t.csv:1: B070 unknown column "domains" (did you mean "domain"?); known are account, domain, pool, rep, from, until`}},
		{"a column twice", "one of them was meant otherwise", "  file: t.csv\n", "domain,domain,rep\na.com,b.com,kim\n", []string{`t.csv:1: B020 the column "domain" is repeated`}},
		{"bad rows of a file", "every problem at once", "  file: t.csv\n", "account,domain,rep,pool,from,until\n,,kim,,,\nA1,A.com,,,,\nA2,,kim,west,,\nA3,,kim,,7/1,\nA4,,kim,,2026-04-01,2026-03-01\n",
			[]string{"t.csv:2: B018 a row names an account by its id", "t.csv:3: B018 a row names a pool or a rep", `t.csv:3: B070 domain: "A.com" has capital letters`,
				"t.csv:4: B018 a row names a pool or a rep", `t.csv:5: B017 from: date "7/1"`, "t.csv:6: B080 until 2026-03-01 is not after from 2026-04-01"}},
		{"one domain twice in a file", "both lines are named", "  file: t.csv\n", "domain,rep\na.com,kim\n# more\na.com,ana\n", []string{`t.csv:4: B071 names the domain "a.com" as t.csv:2 does; remove one of them`}},
		{"an id too long", "nothing can match it", "  file: t.csv\n", "account,rep\n" + strings.Repeat("x", handoff.MaxText+1) + ",kim\n", []string{"t.csv:2: B070 a value of the row is longer than 2048 bytes"}},
		{"no such file", "as for every file", "  file: m.csv\n", "", []string{`p.yaml:13:9: B032 "m.csv" cannot be read`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := folder{"p.yaml": fmt.Sprintf(portfolio, "UTC") + tt.section, "t.csv": tt.csv}.load()
			checkProblems(t, err, tt.reason, tt.want...)
		})
	}
}

func TestRungOfNamedAccounts(t *testing.T) {
	without := strings.TrimSuffix(fmt.Sprintf(portfolio, "UTC"), "named_accounts:\n")
	_, err := rules.Parse("p.yaml", []byte(without))
	checkProblems(t, err, "there is nobody to name", "p.yaml:9:9: B011 named_account needs the section named_accounts: with rows: or file:")
	_, err = rules.Parse("p.yaml", []byte(strings.Replace(without, "[named_account]", "[named_acount]", 1)))
	checkProblems(t, err, "the nearest word is named", `p.yaml:9:9: B014 unknown word "named_acount" (did you mean "named_account"?)`)
	_, err = rules.Parse("p.yaml", []byte(without+"reps: {lee: {}}\nnamed_accounts: {rows: [{account: A1, rep: le}]}\n"))
	checkProblems(t, err, "only the real problem is reported", `p.yaml:13:44: B030 "le" is not listed under reps (did you mean "lee"?)`)
}

func TestPageOfManyNamedAccounts(t *testing.T) {
	dir := t.TempDir()
	var csv strings.Builder
	csv.WriteString("account,rep\n")
	for i := range 51 {
		fmt.Fprintf(&csv, "A%d,kim\n", i)
	}
	for name, text := range map[string]string{"p.yaml": fmt.Sprintf(portfolio, "UTC") + "  file: t.csv\n", "t.csv": csv.String()} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	page := inspect(t, filepath.Join(dir, "p.yaml")).Markdown()
	if !strings.Contains(page, "51 rows, in `t.csv`.") || strings.Contains(page, "A7") {
		t.Errorf("the page lists them, or does not count them:\n%s", page)
	}
}
