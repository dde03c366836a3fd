package routing

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

// NoNamedAccount is the code of the reason why named accounts yield no owner: no row is for the account.
const NoNamedAccount = "no_named_account"

// A NamedAccount gives the records of one account to a rung. It has an Account, a Domain or both; a record that has either
// is the account's.
type NamedAccount struct {
	Account  string        // its id, letter by letter
	Domain   string        // as CheckDomain wants it
	To       Rung          // a Rep or a *Pool
	Position string        // names the row in errors and in the reason of a decision, such as "named.csv:17"; "": its number
	From     calendar.Date // the first day on which it counts, in the policy's zone; zero: it always has
	Until    calendar.Date // the first day on which it no longer counts; zero: it always will
}

// CheckDomain returns what keeps a text from being the domain of a NamedAccount, nil where nothing does. Domains are compared
// letter by letter, and stand in small letters.
func CheckDomain(domain string) error {
	small := strings.ToLower(domain)
	switch {
	case domain == "":
		return errors.New("the domain is empty")
	case !utf8.ValidString(domain):
		return fmt.Errorf("%q is not UTF-8; save the table as UTF-8", domain)
	case strings.ContainsFunc(domain, unicode.IsSpace):
		return fmt.Errorf("%q has a space in it; write one domain, such as acme.com", domain)
	case strings.Contains(domain, "@"):
		return fmt.Errorf("%q has an @ in it; write the domain alone, %q", domain, small[strings.LastIndexByte(small, '@')+1:])
	case strings.ContainsAny(domain, "/:"):
		return fmt.Errorf("%q is the address of a page; write the domain alone, such as acme.com", domain)
	case strings.Contains(domain, "*"):
		return fmt.Errorf("%q has a star in it; a row is for one domain, so give each its own", domain)
	case domain != small:
		return fmt.Errorf("%q has capital letters; write %q", domain, small)
	case strings.HasSuffix(domain, "."):
		return fmt.Errorf("%q ends with a dot; write %q", domain, strings.TrimRight(domain, "."))
	}
	return nil
}

// NamedAccounts is the rung for accounts that belong to somebody by name. The first of these for which there is a row that
// counts on the day of the decision says who takes the record: the id of the account that the subject is or belongs to, the
// id of the account above that one, the account's domain in small letters, the domain of the lead's address. Where the rep
// or pool of that row yields nobody, no other row is asked.
//
// Two rows that name one account by the same id, or by the same domain, on one day are a mistake.
type NamedAccounts struct {
	grants []grant
	dates  []dates // by row
	dated  bool    // some row begins or ends
	names  map[accountName]int32
	first  []int32 // by what names maps to, from 1: where its rows begin; those of the next follow
	order  []int32 // rows, those of one name in the order of time
}

// An accountName is an id or a domain.
type accountName struct {
	isDomain bool
	text     string
}

func (n accountName) String() string {
	if n.isDomain {
		return fmt.Sprintf("the domain %q", n.text)
	}
	return fmt.Sprintf("the account %q", n.text)
}

// NewNamedAccounts indexes the rows, of which there are at most 1,000,000; it does not keep the slice. The error joins what
// is wrong, where it is a row a *RowError, in the order of the rows, and lists at most 100 problems.
func NewNamedAccounts(rows []NamedAccount) (*NamedAccounts, error) {
	switch {
	case len(rows) == 0:
		return nil, errors.New("named accounts need rows")
	case len(rows) > maxRows:
		return nil, fmt.Errorf("there are at most %d named accounts, not %d; leave out the rows that are over", maxRows, len(rows))
	}
	b := namedBuilder{
		NamedAccounts: &NamedAccounts{
			grants: make([]grant, 0, len(rows)),
			dates:  make([]dates, 0, len(rows)),
			names:  make(map[accountName]int32, len(rows)),
		},
		targets: targets{},
	}
	for _, r := range rows {
		if b.add(r); b.tooMany() {
			break
		}
	}
	b.sort()
	for i := range b.texts {
		if b.tooMany() {
			break
		}
		b.checkOverlaps(int32(i) + 1)
	}
	if !b.empty() {
		return nil, b.refusal(b.position)
	}
	return b.NamedAccounts, nil
}

// A namedBuilder holds what named accounts need only while they are built.
type namedBuilder struct {
	*NamedAccounts
	targets targets
	problems
	texts []accountName // by what names maps to, from 0
	named []naming
}

// A naming is a row that has a name.
type naming struct{ name, row int32 }

func (b *namedBuilder) position(row int) string { return b.grants[row].name(row) }

// add keeps a row, and reports what is wrong with it alone.
func (b *namedBuilder) add(r NamedAccount) {
	row, days := len(b.grants), dates{r.From, r.Until}
	b.grants = append(b.grants, grant{r.To, r.Position})
	b.dates = append(b.dates, days)
	b.dated = b.dated || days != dates{}
	if err := b.check(r, days); err != nil {
		b.refuse(row, "%v", err)
		return
	}
	for _, n := range []accountName{{false, r.Account}, {true, r.Domain}} {
		if n.text == "" {
			continue
		}
		if symbol(b.names, n); len(b.names) > len(b.texts) {
			b.texts = append(b.texts, n)
		}
		b.named = append(b.named, naming{b.names[n], int32(row)})
	}
}

func (b *namedBuilder) check(r NamedAccount, days dates) error {
	if r.Account == "" && r.Domain == "" {
		return errors.New("names neither an account nor a domain")
	}
	if r.Domain != "" {
		if err := CheckDomain(r.Domain); err != nil {
			return err
		}
	}
	if err := b.targets.check(r.To); err != nil {
		return err
	}
	return days.check()
}

// sort puts the rows of each name beside each other, in the order of time.
func (b *namedBuilder) sort() {
	b.first = make([]int32, len(b.names)+2)
	for _, n := range b.named {
		b.first[n.name+1]++
	}
	for i := 1; i < len(b.first); i++ {
		b.first[i] += b.first[i-1]
	}
	b.order = make([]int32, len(b.named))
	next := slices.Clone(b.first)
	for _, n := range b.named {
		b.order[next[n.name]] = n.row
		next[n.name]++
	}
	for i := range b.texts {
		slices.SortStableFunc(b.rowsOf(int32(i)+1), func(r, s int32) int { return b.dates[r].from.Compare(b.dates[s].from) })
	}
}

// checkOverlaps reports the rows of a name that begin before another has ended.
func (b *namedBuilder) checkOverlaps(name int32) {
	rows := b.rowsOf(name)
	last := rows[0] // of those before, the one that ends last
	for _, row := range rows[1:] {
		if b.tooMany() {
			return
		}
		until := b.dates[last].until
		if until.IsZero() || b.dates[row].from.Compare(until) < 0 {
			days, cure := b.dates[row].together(b.dates[last])
			later, earlier := max(row, last), min(row, last)
			b.refuse(int(later), "names %s as %s does%s; remove one of them%s", b.texts[name-1], b.position(int(earlier)), days, cure)
		}
		if compareEnds(b.dates[row].until, until) > 0 {
			last = row
		}
	}
}

// Name returns "named_account".
func (n *NamedAccounts) Name() string { return "named_account" }

func (n *NamedAccounts) prepare() error {
	if len(n.grants) == 0 {
		return errors.New("named accounts are made by NewNamedAccounts")
	}
	return nil
}

// find returns what the row for the account gives, nil when there is none.
func (n *NamedAccounts) find(f *handoff.Facts) *grant {
	var today calendar.Date
	if n.dated {
		today = f.Zone.DateOf(f.At)
	}
	for _, name := range [...]accountName{
		{false, f.AccountRef().ID},
		{false, f.Account.Parent},
		{true, strings.ToLower(f.Account.Domain)},
		{true, f.EmailDomain},
	} {
		if g := n.on(today, n.names[name]); g != nil {
			return g
		}
	}
	return nil
}

// rowsOf returns the rows of a name.
func (n *NamedAccounts) rowsOf(name int32) []int32 { return n.order[n.first[name]:n.first[name+1]] }

// on returns what the row of a name gives that counts on a day, nil when there is none.
func (n *NamedAccounts) on(day calendar.Date, name int32) *grant {
	rows := n.rowsOf(name) // of name 0 there are none
	i, found := slices.BinarySearchFunc(rows, day, func(row int32, day calendar.Date) int { return n.dates[row].from.Compare(day) })
	if !found {
		i--
	}
	if i < 0 {
		return nil
	}
	if until := n.dates[rows[i]].until; !until.IsZero() && until.Compare(day) <= 0 {
		return nil
	}
	return &n.grants[rows[i]]
}

func (n *NamedAccounts) keys(f facts, dst []handoff.Key) []handoff.Key {
	if g := n.find(f.Facts); g != nil {
		return g.to.keys(f, dst)
	}
	return dst
}

func (n *NamedAccounts) try(f facts, a *attempt) {
	g := n.find(f.Facts)
	if g == nil {
		a.fail(n, NoNamedAccount, "no row is for the account, the one above it or the domain")
		return
	}
	g.try(n, FromNamed, f, a)
}
