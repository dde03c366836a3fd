package rules

import (
	"slices"
	"strings"

	"github.com/salesbaton/baton/routing"
	"github.com/salesbaton/baton/rules/internal/source"
)

// namedAccounts are the rung of named accounts, and what a page shows of them.
type namedAccounts struct {
	rung  *routing.NamedAccounts
	size  int
	rows  []routing.NamedAccount // all of them, or none where there are more than maxRows
	files []string               // where they stand
}

// namedRung returns the rung of the section that a rung's word stands for.
func (p *policy) namedRung(n source.Node) routing.Rung {
	if p.named == nil {
		n.Errorf(source.MissingKey, "named_account needs the section named_accounts: with rows: or file:")
		return nil
	}
	return p.named.rung
}

// A namedReader is named accounts on their way to a routing.NamedAccounts.
type namedReader struct {
	rowReader
	rows  []routing.NamedAccount
	files []string
}

func (p *policy) readNamedAccounts(section source.Node) {
	if !section.Exists() {
		return
	}
	p.named = &namedAccounts{rung: &routing.NamedAccounts{}} // there, so that only the real problem is reported
	r := &namedReader{rowReader: p.newRowReader()}
	for _, part := range section.Parts() {
		m := part.Map()
		switch rows, file := m.Get("rows"), m.Get("file"); {
		case !part.IsMap(): // which is reported
			r.ok = false
		case rows.Exists() == file.Exists():
			r.refuse(part, source.BadMix, "named accounts have either rows: or file:")
		case rows.Exists():
			r.files = append(r.files, part.Position())
			r.inline(rows)
		default:
			r.files = append(r.files, file.Raw())
			r.csv(file)
		}
	}
	if r.ok && len(r.rows) > 0 {
		r.index(section)
	}
}

// index makes the rung, and reports the rows that cannot stand beside each other.
func (r *namedReader) index(section source.Node) {
	rung, err := routing.NewNamedAccounts(r.rows)
	if err != nil {
		r.clashes(err, section, r.places, func(problem string) string { return problem })
		return
	}
	r.named.rung, r.named.size, r.named.files = rung, len(r.rows), r.files
	if r.named.size <= maxRows {
		r.named.rows = r.rows
	}
}

// inline reads rows of the policy itself.
func (r *namedReader) inline(rows source.Node) {
	for _, n := range rows.List() {
		m := n.Map()
		account, domain, days := m.Get("account"), m.Get("domain"), r.period(m)
		row := routing.NamedAccount{Account: account.Text(), Domain: domain.Text(), To: r.target(m), Position: n.Position(), From: days.from, Until: days.until}
		if account.IsText() {
			r.checkAccount(row.Account, account)
		}
		if domain.IsText() {
			r.checkDomain(row.Domain, domain)
		}
		switch {
		case !n.IsMap(): // which is reported
		case !account.Exists() && !domain.Exists():
			r.refuse(n, source.BadMix, noAccount)
		default:
			r.checkRecipient(m, n)
		}
		r.add(row, n)
	}
}

const noAccount = "a row names an account by its id, by its domain or by both, and this one by neither"

func (r *namedReader) add(row routing.NamedAccount, at place) {
	r.ok = r.ok && row.To != nil && row.Account+row.Domain != ""
	r.rows, r.places = append(r.rows, row), append(r.places, at)
}

// checkAccount reports an id that no account has.
func (r *namedReader) checkAccount(id string, at place) {
	switch {
	case strings.TrimSpace(id) == "":
		r.refuse(at, source.Empty, "the id of the account is empty")
	case strings.TrimSpace(id) != id:
		r.refuse(at, source.BadRow, "account: %q begins or ends with a space; remove it", id)
	}
}

func (r *namedReader) checkDomain(domain string, at place) {
	if err := routing.CheckDomain(domain); err != nil {
		r.refuse(at, source.BadRow, "domain: %v", err)
	}
}

// csv reads rows from a file. Its first line names the columns: account or domain or both, and what every table has.
func (r *namedReader) csv(file source.Node) {
	s, ok := r.openSheet(file, "domain,rep")
	if !ok {
		return
	}
	rows, refused := len(r.rows), r.refused
	layout := r.layout(s)
	if r.refused > refused { // the rows cannot be told
		return
	}
	r.records(s, func(record []string, at csvRow) { r.record(record, layout, at) })
	if len(r.rows) == rows && r.refused == refused {
		r.refuse(s.at, source.Empty, "the file has no rows")
	}
}

// A namedLayout is where the parts of a row stand in a CSV record, -1 for a column that is not there.
type namedLayout struct {
	sharedLayout
	account, domain int
}

func (r *namedReader) layout(s *sheet) namedLayout {
	known := append([]string{"account", "domain"}, sharedColumns...)
	l := namedLayout{sharedLayout: r.sharedLayout(s)}
	for _, name := range s.header {
		if name != "" && !slices.Contains(known, name) {
			r.refuse(s.at, source.BadRow, "unknown column %q%s; known are %s", name, source.DidYouMean(name, known), strings.Join(known, ", "))
		}
	}
	l.account, l.domain = slices.Index(s.header, "account"), slices.Index(s.header, "domain")
	if l.account < 0 && l.domain < 0 {
		r.refuse(s.at, source.BadRow, "no column is named account or domain, so that the rows name no account")
	}
	return l
}

func (r *namedReader) record(record []string, l namedLayout, at csvRow) {
	days := r.recordPeriod(record, l.sharedLayout, at)
	row := routing.NamedAccount{
		Account:  strings.Clone(cellAt(record, l.account)),
		Domain:   strings.Clone(cellAt(record, l.domain)),
		To:       r.recipient(record, l.sharedLayout, at),
		Position: at.Position(),
		From:     days.from,
		Until:    days.until,
	}
	if row.Account == "" && row.Domain == "" {
		r.refuse(at, source.BadMix, noAccount)
	}
	if row.Domain != "" {
		r.checkDomain(row.Domain, at)
	}
	r.add(row, at)
}
