package cli

import (
	"cmp"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/identity"
	"github.com/salesbaton/baton/rules"
	"github.com/salesbaton/baton/rules/internal/language"
	"github.com/salesbaton/baton/rules/internal/source"
)

const matchHelp = `handoff match says which contact, account and parent each lead of a CSV file belongs to, or which records are duplicates.

  handoff match --leads leads.csv --accounts accounts.csv      by the standard profile
  handoff match --leads leads.csv --contacts contacts.csv      by contacts alone, or with --accounts too
  handoff match --leads leads.csv                              duplicates among the leads
  handoff match --contacts contacts.csv                        duplicates among the contacts
  handoff match --accounts accounts.csv                        duplicates among the accounts

  --policy policy.yaml     by the section identity of a policy
  --out matches.csv        not on standard output
  --review review.csv      what somebody has to look at, with an empty column "same" for yes or no
  --show email,phone       more columns of both sides in the review file, which has company, domain, city and country, and
                           first_name and last_name where people are compared with people
  --id "Person Key"        the column that is the id, where it has none of the names below
  --skip                   leave out the rows that cannot be read; otherwise one of them ends the command

Files are CSV in UTF-8, delimited by commas, semicolons or tabs; - is standard input. The first line names the columns, of
which the id and one more are needed. Case and punctuation of the names do not matter, and the usual names of CRM exports are
known:

  Id, Lead ID, Contact ID, Account ID, Record ID    of the record; Account ID of a lead or contact is its account's
  First Name, Last Name, Name, Email, Phone, Mobile, Date of Birth, Company, Account Name, Website, Domain, VAT, DUNS
  Street, Street Number, City, Zip, Postal Code, State, Country, and those with Mailing, Billing, Shipping before them
  Parent Account ID, Owner, Customer, Contacts, Leads, Open Opportunities, Created Date, Last Activity

E-mail addresses, phones and domains may be in several columns, and several in one cell, parted by ; or |. Of other things the
plainest name is read. What is not read is named once on standard error.

A whole name in one column is read, and shown, as last_name.

The result has a row for each lead, in their order; of duplicates a row for each record, with the id of the first record of
its cluster. The verdict is match, review or no; review where the contact or the account has to be looked at. A score is in
bits: 10 says that such an agreement is 1,024 times likelier between records of one person or company than of two.

The review file is for those who know the people and companies, and shows who they are; it has a row for each pair to look at,
so that it can have more rows than records are a review, or fewer. Nothing reads it back: write yes or no into the column same,
merge by hand what is one, and train the weights on it with identity.Train of the library. In it, what a spreadsheet would take
for a formula begins with a '; in the result ids are as they were read, because programs look records up by them.

Only records that share a key, such as a mailbox or a domain, are compared. Leads are not compared with contacts and accounts
by a key that more than 1,000 of these have; the last line says how many leads that touched. Among duplicates a key is not
used that more than 256 records have; the last line says which. A record with no other key is a review, since nobody knows.
`

// matchFlags are what the user asks for.
type matchFlags struct {
	leads, contacts, accounts string
	policy, out, review, show string
	id                        string
	skip                      bool
}

func matchRecords(s streams, args []string) error {
	f, err := readMatchFlags(args)
	if err != nil {
		return err
	}
	shown, err := shownColumns(f.show, f.ofPeople())
	if err != nil {
		return err
	}
	m, err := matcher(f.policy)
	if err != nil {
		return err
	}
	tables, err := s.readTables(f)
	if err != nil {
		return err
	}
	out, err := s.openReports(f, shown)
	if err != nil {
		return err
	}
	var line string
	if inputs := f.given(); len(inputs) == 1 {
		line, err = s.reportDuplicates(m, inputs[0].of, tables[inputs[0].of], out)
	} else {
		line, err = s.reportMatches(m, tables, out)
	}
	if err := cmp.Or(err, out.close()); err != nil {
		return err
	}
	if f.review != "" {
		line += fmt.Sprintf("; %s in the review file", counted(out.pairs, "pair"))
	}
	fmt.Fprintln(s.err, line)
	return nil
}

// matcher returns the matcher of a policy, the standard one without a policy.
func matcher(policy string) (*identity.Matcher, error) {
	if policy == "" {
		config, _ := identity.Profile(language.StandardProfile)
		return identity.New(config)
	}
	m, err := rules.LoadMatcher(policy)
	if problems := problemsOf(policy, err); problems != nil && errors.As(err, new(rules.Problems)) {
		return nil, problems
	}
	return m, err
}

func readMatchFlags(args []string) (f matchFlags, err error) {
	fs := newFlags("match")
	for _, text := range []struct {
		name string
		into *string
	}{
		{"leads", &f.leads}, {"contacts", &f.contacts}, {"accounts", &f.accounts},
		{"policy", &f.policy}, {"out", &f.out}, {"review", &f.review}, {"show", &f.show}, {"id", &f.id},
	} {
		fs.StringVar(text.into, text.name, "", "")
	}
	fs.BoolVar(&f.skip, "skip", false, "")
	args, err = parse(fs, args)
	if err == nil {
		err = cmp.Or(emptyFlag(fs), f.misuse(args))
	}
	return f, err
}

// emptyFlag refuses a flag that is given without a value, as a variable of a script that is not set does.
func emptyFlag(fs *flag.FlagSet) (err error) {
	fs.Visit(func(f *flag.Flag) {
		if f.Value.String() == "" {
			err = misused("match: --%s is empty", f.Name)
		}
	})
	return err
}

// misuse says what is wrong with the flags as a whole.
func (f matchFlags) misuse(args []string) error {
	inputs := f.given()
	switch {
	case len(args) > 0:
		return misused("match: files are named by flags, such as: handoff match --leads leads.csv --accounts accounts.csv")
	case len(inputs) == 0:
		return misused("match: say what to match, such as: handoff match --leads leads.csv --accounts accounts.csv")
	case f.contacts != "" && f.accounts != "" && f.leads == "":
		return misused("match: --contacts beside --accounts are for leads; name those with --leads FILE")
	case f.out == "-" || f.review == "-":
		return misused("match: --out and --review name files; without --out the result is on standard output")
	case f.show != "" && f.review == "":
		return misused("match: --show adds columns to the review file; name it with --review FILE")
	}
	for i, in := range inputs {
		if slices.ContainsFunc(inputs[i+1:], func(other input) bool { return sameFile(in.path, other.path) }) {
			return misused("match: two of the files to read are the same")
		}
	}
	return f.overwrites(inputs)
}

// overwrites refuses to write where something else is read or written.
func (f matchFlags) overwrites(inputs []input) error {
	for _, in := range inputs {
		if sameFile(in.path, f.out) || sameFile(in.path, f.review) {
			return misused("match: --out and --review would overwrite what --%s reads", in.of)
		}
	}
	if sameFile(f.policy, f.out) || sameFile(f.policy, f.review) {
		return misused("match: --out and --review would overwrite the policy")
	}
	if sameFile(f.out, f.review) {
		return misused("match: --out and --review are the same file")
	}
	return nil
}

// sameFile reports whether two paths lead to one file, as far as there is one already.
func sameFile(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	one, errOne := os.Stat(a)
	other, errOther := os.Stat(b)
	return a == b || errOne == nil && errOther == nil && os.SameFile(one, other)
}

// An input is one file to read.
type input struct {
	of   sheet
	path string
}

// given returns the files that are to be read, leads first.
func (f matchFlags) given() []input {
	all := []input{{leadSheet, f.leads}, {contactSheet, f.contacts}, {accountSheet, f.accounts}}
	return slices.DeleteFunc(all, func(in input) bool { return in.path == "" })
}

// ofPeople reports whether people are compared with people.
func (f matchFlags) ofPeople() bool { return f.accounts == "" || f.contacts != "" }

// maxRowErrors bounds the rows of a file that are shown where one of them ends the command.
const maxRowErrors = 20

// readTables reads all files, and says on standard error what it does not read. The problems of all files come at once.
func (s streams) readTables(f matchFlags) (map[sheet][]identity.Record, error) {
	tables := map[sheet][]identity.Record{}
	wrong, left := false, 0
	for _, in := range f.given() {
		t, err := s.readTable(in, f.id)
		if errors.As(err, new(*placeError)) {
			wrong = true
			fmt.Fprintln(s.err, err)
			continue
		}
		if err != nil {
			return nil, err
		}
		s.tell(t, f.skip)
		tables[in.of] = t.records
		left += len(t.bad)
	}
	switch {
	case wrong:
		return nil, errWrong
	case left > 0 && !f.skip:
		return nil, fmt.Errorf("%s cannot be read, and nothing is matched: mend what is shown, or leave it out with --skip", counted(left, "row"))
	case left > 0:
		fmt.Fprintf(s.err, "%s left out\n", counted(left, "row"))
	}
	return tables, nil
}

func (s streams) readTable(in input, id string) (table, error) {
	if in.path == "-" {
		return readRecords("stdin", s.in, in.of, id)
	}
	file, err := os.Open(in.path)
	if err != nil {
		return table{}, err
	}
	defer file.Close()
	return readRecords(in.path, file, in.of, id)
}

// tell says what of a table is not read. Rows that are left out are all named: nobody else has them.
func (s streams) tell(t table, skip bool) {
	for _, note := range t.notes {
		fmt.Fprintln(s.err, note)
	}
	show := len(t.bad)
	if !skip {
		show = min(show, maxRowErrors)
	}
	for _, bad := range t.bad[:show] {
		fmt.Fprintln(s.err, bad)
	}
	if more := len(t.bad) - show; more > 0 {
		fmt.Fprintf(s.err, "%s:%d: and %s more from here on\n", t.bad[show].file, t.bad[show].line, thousands(more))
	}
}

// reports are where the results go. Without --review the review is discarded.
type reports struct {
	matches, review *csv.Writer
	shown           []column // of both sides in the review
	pairs           int      // in the review
	files           []*os.File
}

func (s streams) openReports(f matchFlags, shown []column) (*reports, error) {
	r := &reports{shown: shown}
	open := func(path string, otherwise io.Writer) (*csv.Writer, error) {
		if path == "" {
			return csv.NewWriter(otherwise), nil
		}
		file, err := os.Create(path)
		if err != nil {
			return nil, err
		}
		r.files = append(r.files, file)
		return csv.NewWriter(file), nil
	}
	var err error
	if r.matches, err = open(f.out, s.out); err != nil {
		return nil, err
	}
	if r.review, err = open(f.review, io.Discard); err != nil {
		return nil, cmp.Or(r.close(), err)
	}
	return r, r.review.Write(r.reviewHead())
}

// close writes out what is left, and returns the first error of all writing.
func (r *reports) close() error {
	r.matches.Flush()
	err := r.matches.Error()
	if r.review != nil {
		r.review.Flush()
		err = cmp.Or(err, r.review.Error())
	}
	for _, file := range r.files {
		err = cmp.Or(err, file.Close())
	}
	return err
}

// A tally counts verdicts.
type tally struct {
	match, review, no int
	weighed           int              // candidates or pairs
	crowded           int              // records of which a key was not used
	crowds            []identity.Crowd // that were not used among duplicates
}

func (t *tally) add(v handoff.MatchVerdict) {
	switch v {
	case handoff.Matched:
		t.match++
	case handoff.ToReview:
		t.review++
	default:
		t.no++
	}
}

// line returns what stands at the end.
func (t tally) line(of sheet, weighed string) string {
	text := fmt.Sprintf("%s: %s match, %s review, %s no; %s weighed", counted(t.match+t.review+t.no, of.one()), thousands(t.match),
		thousands(t.review), thousands(t.no), counted(t.weighed, weighed))
	if t.crowded > 0 {
		text += fmt.Sprintf("; %s had a key that more than %s records share, which is not used", counted(t.crowded, of.one()), thousands(maxBlock))
	}
	if len(t.crowds) > 0 {
		text += "; not used, for too many records share it: " + crowdWords(t.crowds)
	}
	return text
}

// maxCrowds bounds the keys that the last line names.
const maxCrowds = 5

// crowdWords names the keys that were not used, and how many records have them.
func crowdWords(crowds []identity.Crowd) string {
	var parts []string
	for _, c := range crowds[:min(len(crowds), maxCrowds)] {
		parts = append(parts, fmt.Sprintf("%s of %s", c.Key, counted(c.Records, "record")))
	}
	if more := len(crowds) - len(parts); more > 0 {
		parts = append(parts, "and "+counted(more, "key")+" more")
	}
	return strings.Join(parts, ", ")
}

// reportMatches matches each lead with the contacts and accounts.
func (s streams) reportMatches(m *identity.Matcher, tables map[sheet][]identity.Record, out *reports) (string, error) {
	x, known := newIndex(m), recordsByRef(tables[contactSheet], tables[accountSheet])
	for _, of := range []sheet{contactSheet, accountSheet} {
		for _, r := range tables[of] {
			x.add(m.Prepare(r))
		}
	}
	if err := out.matches.Write([]string{"lead", "verdict", "account", "contact", "parent", "score", "by", "why"}); err != nil {
		return "", err
	}
	leads, p, t := tables[leadSheet], s.progress(leadSheet, len(tables[leadSheet])), tally{}
	for i, lead := range leads {
		prepared := m.Prepare(lead)
		candidates, crowded := x.search(m.Keys(prepared), lead.Account)
		match := m.Match(prepared, candidates)
		t.add(matchVerdict(match))
		t.weighed += len(candidates)
		if crowded {
			t.crowded++
		}
		if err := out.match(lead, match, known); err != nil {
			return "", err
		}
		p.step(i + 1)
	}
	p.end()
	return t.line(leadSheet, "candidate"), nil
}

// shownColumns returns the columns of --show behind those that are always in the review, the names of people among them.
func shownColumns(names string, people bool) ([]column, error) {
	all := append(leadSheet.columns(), accountSheet.relations()...)
	var known []string
	for _, c := range all {
		if c.fact == nil && c.name != "id" {
			known = append(known, c.name)
		}
	}
	slices.Sort(known)
	want := []string{"company", "domain", "city", "country"}
	if people {
		want = append([]string{"first_name", "last_name"}, want...)
	}
	for name := range strings.FieldsFuncSeq(names, func(r rune) bool { return r == ',' || r == ' ' }) {
		if !slices.Contains(known, name) {
			return nil, misused("match: --show: unknown column %q%s; known are %s", name, source.DidYouMean(name, known), strings.Join(known, ", "))
		}
		if !slices.Contains(want, name) {
			want = append(want, name)
		}
	}
	var out []column
	for _, name := range want {
		out = append(out, all[slices.IndexFunc(all, func(c column) bool { return c.name == name })])
	}
	return out, nil
}
