package routing_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
	"github.com/salesbaton/baton/handoff/hosttest"
	"github.com/salesbaton/baton/routing"
)

// named returns a row between two days of March, 0 where it is open, that goes to the rep of that name.
func named(account, domain, rep string, from, until int) routing.NamedAccount {
	return routing.NamedAccount{Account: account, Domain: domain, To: routing.Rep(rep), From: march(from), Until: march(until)}
}

// namedAsker returns a function that says whom the rows give a record to, "" where no row is for it.
func namedAsker(t testing.TB, rows ...routing.NamedAccount) func(*handoff.Facts) string {
	t.Helper()
	accounts, err := routing.NewNamedAccounts(rows)
	if err != nil {
		t.Fatal(err)
	}
	route, err := routing.New(accounts)
	if err != nil {
		t.Fatal(err)
	}
	var keys []handoff.Key
	return func(f *handoff.Facts) string {
		if keys = route.Keys(f, nil, keys[:0]); len(keys) == 0 {
			return ""
		}
		return keys[0].ID
	}
}

func TestWhichNamedAccountCounts(t *testing.T) {
	ask := namedAsker(t,
		named("A1", "", "id", 0, 0), named("P1", "", "parent", 0, 0), named("", "acme.com", "domain", 0, 0), named("", "mail.com", "address", 0, 0),
		named("A2", "both.com", "both", 0, 0), named("A3", "", "over", 0, 1), named("", "münchen.de", "umlaut", 0, 0))
	all := handoff.Facts{Account: handoff.Account{ID: "A1", Parent: "P1", Domain: "Acme.com"}, EmailDomain: "mail.com"}
	for _, tt := range []struct {
		name, reason string
		change       func(*handoff.Facts)
		want         string
	}{
		{"everything known", "the id comes first", func(*handoff.Facts) {}, "id"},
		{"the lead says its account", "the subject belongs to it", func(f *handoff.Facts) {
			f.Account, f.Lead.Account = handoff.Account{}, "A1"
		}, "id"},
		{"an account without a row", "the one above it comes next", func(f *handoff.Facts) { f.Account.ID = "A9" }, "parent"},
		{"a parent without a row", "the account's domain comes next", func(f *handoff.Facts) { f.Account.ID, f.Account.Parent = "A9", "P9" }, "domain"},
		{"capitals in a domain", "those of an account are read as small letters", func(f *handoff.Facts) { f.Account = handoff.Account{Domain: "MÜNCHEN.de"} }, "umlaut"},
		{"a domain without a row", "the address comes last", func(f *handoff.Facts) { f.Account = handoff.Account{ID: "A9", Parent: "P9", Domain: "other.com"} }, "address"},
		{"a domain below that of a row", "letter by letter", func(f *handoff.Facts) { f.Account, f.EmailDomain = handoff.Account{}, "eu.mail.com" }, ""},
		{"nothing known", "no row is for it", func(f *handoff.Facts) { *f = handoff.Facts{} }, ""},
		{"a row with both, by its id", "either names it", func(f *handoff.Facts) { *f = handoff.Facts{Account: handoff.Account{ID: "A2"}} }, "both"},
		{"a row with both, by its domain", "either names it", func(f *handoff.Facts) { *f = handoff.Facts{EmailDomain: "both.com"} }, "both"},
		{"a row that is over", "what comes next is asked", func(f *handoff.Facts) { f.Account.ID = "A3" }, "parent"},
		{"an id like a domain", "they are told apart", func(f *handoff.Facts) { *f = handoff.Facts{Account: handoff.Account{ID: "acme.com", Domain: "A1"}} }, ""},
		{"capitals in an id", "letter by letter", func(f *handoff.Facts) { *f = handoff.Facts{Account: handoff.Account{ID: "a1"}} }, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := all
			f.At = time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC)
			tt.change(&f)
			if got := ask(&f); got != tt.want {
				t.Errorf("it goes to %q, want %q: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func TestNamedAccountsCountBetweenTheirDates(t *testing.T) {
	zone, err := calendar.LoadZone("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	ask := namedAsker(t, named("A1", "", "new", 9, 12), named("A1", "", "old", 0, 8), named("A1", "", "day", 8, 9), named("A1", "", "late", 20, 0))
	for _, tt := range []struct{ name, reason, at, want string }{
		{"long before", "the first row always has counted", "1900-01-01T00:00:00Z", "old"},
		{"the last instant before a day", "New York is five hours behind", "2026-03-08T04:59:59.999999999Z", "old"},
		{"the first instant of a day of 23 hours", "as above", "2026-03-08T05:00:00Z", "day"},
		{"its last instant", "New York is four hours behind from then on", "2026-03-09T03:59:59.999999999Z", "day"},
		{"the first instant of the next", "one row ends as the other begins", "2026-03-09T04:00:00Z", "new"},
		{"a hole", "the row has ended", "2026-03-12T04:00:00Z", ""},
		{"the last instant of the hole", "the next has not begun", "2026-03-20T03:59:59Z", ""},
		{"long after", "the last row always will count", "2999-01-01T00:00:00Z", "late"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			at, err := time.Parse(time.RFC3339Nano, tt.at)
			if err != nil {
				t.Fatal(err)
			}
			if got := ask(&handoff.Facts{At: at, Zone: zone, Account: handoff.Account{ID: "A1"}}); got != tt.want {
				t.Errorf("it goes to %q, want %q: %s", got, tt.want, tt.reason)
			}
		})
	}
}

func TestNamedAccounts(t *testing.T) {
	accounts, err := routing.NewNamedAccounts([]routing.NamedAccount{
		{Account: "A1", To: pool("ann"), Position: "named.csv:2"},
		{Domain: "acme.com", To: routing.Rep("bob")},
		{Account: "A2", Domain: "away.com", To: routing.Rep("cat"), Position: "named.csv:4"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, reason string
		account      handoff.Account
		rung, why    string
		code         string
	}{
		{"a pool", "the rung and the row are named", handoff.Account{ID: "A1"}, "named_account/pool:team", "it is the turn of ann in team, by the row named.csv:2", ""},
		{"a row without a position", "there is nothing to name it by", handoff.Account{ID: "A9", Domain: "acme.com"}, "named_account/rep:bob", "bob is the rep that the policy names", ""},
		{"no row", "the reason has a code of its own", handoff.Account{ID: "A9"}, "", "", routing.NoNamedAccount},
		{"a rep who is away", "no other row is asked", handoff.Account{ID: "A2", Domain: "acme.com"}, "", "", routing.Away},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var store hosttest.Memory
			store.Put(status("cat", handoff.RepAway))
			d := decide(t, engine(t, accounts), &store, "L1", handoff.Request{Account: tt.account, Lead: handoff.Lead{Account: tt.account.ID}})
			last := d.Reasons[len(d.Reasons)-1]
			if d.Rung != tt.rung || tt.code != "" && last.Code != tt.code {
				t.Errorf("rung %q and %v, want %q and %s: %s", d.Rung, last, tt.rung, tt.code, tt.reason)
			}
			named := func(r handoff.Reason) bool { return r.Rule == handoff.RuleRoute && r.Text == tt.why }
			if tt.why != "" && !slices.ContainsFunc(d.Reasons, named) {
				t.Errorf("reasons %v, want %q: %s", d.Reasons, tt.why, tt.reason)
			}
		})
	}
}

func TestNamedAccountMistakes(t *testing.T) {
	rows := func(rows ...routing.NamedAccount) error {
		_, err := routing.NewNamedAccounts(rows)
		return err
	}
	at := func(position string, row routing.NamedAccount) routing.NamedAccount {
		row.Position = position
		return row
	}
	for _, tt := range []struct {
		name string
		err  error
		want string // all of it, or nothing
	}{
		{"no rows", rows(), "named accounts need rows"},
		{"too many rows", rows(make([]routing.NamedAccount, 1_000_001)...), "there are at most 1000000 named accounts, not 1000001; leave out the rows that are over"},
		{"a row for no account", rows(named("", "", "ann", 0, 0)), "row 1: names neither an account nor a domain"},
		{"a row to nobody", rows(routing.NamedAccount{Account: "A1"}), "row 1: names neither a rep nor a pool"},
		{"a row to a wrong rung", rows(named("A1", "", "", 0, 0)), "row 1: names no rep"},
		{"a wrong domain beside an id", rows(named("A1", "Acme.com", "ann", 0, 0)), `row 1: "Acme.com" has capital letters; write "acme.com"`},
		{"an end on the day of the beginning", rows(named("A1", "", "ann", 5, 5)),
			"row 1: it ends on 2026-03-05, which is not after 2026-03-05, on which it begins; until is the first day that no longer counts"},
		{"a day that does not exist", rows(named("A1", "", "ann", 32, 0)), "row 1: there is no day 2026-03-32"},
		{"one account twice", rows(at("a:5", named("A1", "", "ann", 0, 0)), named("A2", "", "bob", 0, 0), at("a:7", named("A1", "", "bob", 0, 0))),
			`a:7: names the account "A1" as a:5 does; remove one of them`},
		{"one domain twice", rows(named("A1", "acme.com", "ann", 0, 0), named("A2", "acme.com", "bob", 0, 0)), `row 2: names the domain "acme.com" as row 1 does; remove one of them`},
		{"an id and a domain twice", rows(named("A1", "acme.com", "ann", 0, 0), named("A1", "acme.com", "bob", 0, 0)),
			"row 2: names the account \"A1\" as row 1 does; remove one of them\nrow 2: names the domain \"acme.com\" as row 1 does; remove one of them"},
		{"an id like a domain", rows(named("acme.com", "", "ann", 0, 0), named("", "acme.com", "ann", 0, 0)), ""},
		{"dates that meet", rows(named("A1", "", "ann", 5, 0), named("A1", "", "bob", 0, 5)), ""},
		{"dates that overlap by a day", rows(named("A1", "", "ann", 5, 0), named("A1", "", "bob", 1, 6)),
			`row 2: names the account "A1" as row 1 does from 2026-03-05 on; remove one of them, or part their dates`},
		{"ends that overlap", rows(named("A1", "", "ann", 0, 6), named("A1", "", "bob", 0, 4)),
			`row 2: names the account "A1" as row 1 does before 2026-03-04; remove one of them, or part their dates`},
		{"an end and none", rows(named("A1", "", "ann", 0, 4), named("A1", "", "bob", 0, 0)),
			`row 2: names the account "A1" as row 1 does before 2026-03-04; remove one of them, or part their dates`},
		{"a long row around short ones", rows(named("A1", "", "ann", 1, 20), named("A1", "", "bob", 2, 3), named("A1", "", "cat", 5, 6)),
			"row 2: names the account \"A1\" as row 1 does from 2026-03-02 on; remove one of them, or part their dates\n" +
				"row 3: names the account \"A1\" as row 1 does from 2026-03-05 on; remove one of them, or part their dates"},
		{"named accounts from nowhere", func() error { _, err := routing.New(&routing.NamedAccounts{}); return err }(), "named_account: named accounts are made by NewNamedAccounts"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			if tt.err != nil {
				got = tt.err.Error()
			}
			if got != tt.want {
				t.Errorf("error %q\nwant  %q", got, tt.want)
			}
		})
	}
}

func TestNamedAccountsListTheFirstProblems(t *testing.T) {
	for _, tt := range []struct {
		name string
		row  func(i int) routing.NamedAccount
	}{
		{"wrong rows", func(int) routing.NamedAccount { return routing.NamedAccount{} }},
		{"one account", func(int) routing.NamedAccount { return named("A1", "", "ann", 0, 0) }},
		{"many accounts", func(i int) routing.NamedAccount { return named(fmt.Sprint(i/2), "", "ann", 0, 0) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var rows []routing.NamedAccount
			for i := range 1000 {
				rows = append(rows, tt.row(i))
			}
			_, err := routing.NewNamedAccounts(rows)
			lines := strings.Split(fmt.Sprint(err), "\n")
			if last := lines[len(lines)-1]; len(lines) != 101 || last != "there are more problems than these 100" {
				t.Errorf("%d lines that end in %q", len(lines), last)
			}
		})
	}
}

func TestCheckDomain(t *testing.T) {
	for _, tt := range []struct{ domain, want string }{
		{"acme.com", ""},
		{"eu.acme.co.uk", ""},
		{"münchen.de", ""},
		{"xn--mnchen-3ya.de", ""},
		{"", "the domain is empty"},
		{"Acme.com", `"Acme.com" has capital letters; write "acme.com"`},
		{"@acme.com", `"@acme.com" has an @ in it; write the domain alone, "acme.com"`},
		{"Jo@Acme.com", `"Jo@Acme.com" has an @ in it; write the domain alone, "acme.com"`},
		{"https://acme.com", `"https://acme.com" is the address of a page; write the domain alone, such as acme.com`},
		{"acme.com/de", `"acme.com/de" is the address of a page; write the domain alone, such as acme.com`},
		{"*.acme.com", `"*.acme.com" has a star in it; a row is for one domain, so give each its own`},
		{" acme.com", `" acme.com" has a space in it; write one domain, such as acme.com`},
		{"acme.com globex.com", `"acme.com globex.com" has a space in it; write one domain, such as acme.com`},
		{"acme.com.", `"acme.com." ends with a dot; write "acme.com"`},
		{"caf\xe9.fr", `"caf\xe9.fr" is not UTF-8; save the table as UTF-8`},
	} {
		t.Run(tt.domain, func(t *testing.T) {
			got := ""
			if err := routing.CheckDomain(tt.domain); err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("error %q\nwant  %q", got, tt.want)
			}
		})
	}
}

// A dumbName is a row that is read as the documentation says; its days are of March, 0 where it is open.
type dumbName struct {
	account, domain string
	from, until     int
}

func (r dumbName) on(day int) bool { return r.from <= day && (r.until == 0 || day < r.until) }

// TestNamedAccountsAgreeWithTheirDescription compares random rows with the text of the documentation, read literally: which
// are refused, and which row gets every record on every day.
func TestNamedAccountsAgreeWithTheirDescription(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	ids, domains := []string{"", "A", "B"}, []string{"", "a.com", "b.com"}
	refused, found := 0, 0
	for trial := range 3000 {
		var dumb []dumbName
		var rows []routing.NamedAccount
		for i := range 1 + rng.IntN(5) {
			r := dumbName{pick(rng, ids...), pick(rng, domains...), rng.IntN(5), 0}
			if r.account == "" && r.domain == "" {
				r.account = "A"
			}
			if first := max(r.from, 1) + 1; rng.IntN(3) > 0 {
				r.until = first + rng.IntN(3)
			}
			dumb = append(dumb, r)
			rows = append(rows, named(r.account, r.domain, fmt.Sprint(i), r.from, r.until))
		}
		if _, err := routing.NewNamedAccounts(rows); (err != nil) != clash(dumb) {
			t.Fatalf("trial %d: error %v for %v", trial, err, dumb)
		} else if err != nil {
			refused++
			continue
		}
		ask := namedAsker(t, rows...)
		for day := range 8 {
			for range 20 {
				names := [4]string{pick(rng, ids...), pick(rng, ids...), pick(rng, domains...), pick(rng, domains...)}
				f := &handoff.Facts{At: time.Date(2026, 3, day, 12, 0, 0, 0, time.UTC), EmailDomain: names[3],
					Account: handoff.Account{ID: names[0], Parent: names[1], Domain: strings.ToUpper(names[2])}}
				want := firstNamed(dumb, names, day)
				if want != "" {
					found++
				}
				if got := ask(f); got != want {
					t.Fatalf("trial %d: %v goes to %q on day %d, want %q of %v", trial, names, got, day, want, dumb)
				}
			}
		}
	}
	if refused < 500 || refused > 2500 || found < 20_000 {
		t.Errorf("the rows are one-sided: %d of 3000 tables are refused, and %d records have a row", refused, found)
	}
}

// clash reports whether some name has two rows on some day.
func clash(rows []dumbName) bool {
	for i, r := range rows {
		for _, s := range rows[:i] {
			same := r.account != "" && r.account == s.account || r.domain != "" && r.domain == s.domain
			for day := range 20 {
				if same && r.on(day) && s.on(day) {
					return true
				}
			}
		}
	}
	return false
}

// firstNamed returns the number of the row for an account, its parent, its domain or an address, in this order.
func firstNamed(rows []dumbName, names [4]string, day int) string {
	for i, name := range names {
		for row, r := range rows {
			own := r.account
			if i >= 2 {
				own = r.domain
			}
			if name != "" && own == name && r.on(day) {
				return fmt.Sprint(row)
			}
		}
	}
	return ""
}

// portfolio returns n rows, of which each second names an id and the others a domain, each for two times.
func portfolio(n int) []routing.NamedAccount {
	var rows []routing.NamedAccount
	for i := range n / 2 {
		id, domain := fmt.Sprintf("account-%d", i), ""
		if i%2 == 1 {
			id, domain = "", fmt.Sprintf("company-%d.com", i)
		}
		rep := fmt.Sprintf("rep-%d", i%500)
		rows = append(rows, named(id, domain, rep, 0, 10), named(id, domain, rep, 10, 0))
	}
	return rows
}

func TestNamedAccountsLookUpWithoutAllocating(t *testing.T) {
	ask := namedAsker(t, portfolio(1000)...)
	for _, f := range []*handoff.Facts{
		{At: at, Account: handoff.Account{ID: "account-10"}},
		{At: at, Account: handoff.Account{ID: "x", Parent: "y", Domain: "z.com"}, EmailDomain: "company-11.com"},
	} {
		if ask(f) == "" {
			t.Errorf("no row for %+v", f.Account)
		}
		if n := testing.AllocsPerRun(10, func() { ask(f) }); n > 0 {
			t.Errorf("%v allocations for %+v", n, f.Account)
		}
	}
}

func BenchmarkNewNamedAccounts(b *testing.B) {
	rows := portfolio(100_000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := routing.NewNamedAccounts(rows); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNamedAccountsFind(b *testing.B) {
	ask := namedAsker(b, portfolio(100_000)...)
	f := &handoff.Facts{At: at, Account: handoff.Account{ID: "x", Parent: "y", Domain: "z.com"}, EmailDomain: "company-11.com"}
	b.ReportAllocs()
	for b.Loop() {
		ask(f)
	}
}
