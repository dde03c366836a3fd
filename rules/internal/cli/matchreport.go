package cli

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/identity"
)

// matchVerdict is the verdict on a lead: to review where its contact or its account is.
func matchVerdict(m handoff.Match) handoff.MatchVerdict {
	verdict := handoff.NotMatched
	for _, taken := range []handoff.Taken{m.Account, m.Contact} {
		switch {
		case taken.Verdict == handoff.ToReview:
			return handoff.ToReview
		case taken.Verdict == handoff.Matched:
			verdict = handoff.Matched
		}
	}
	return verdict
}

// takenID returns the id of who was taken, or is to be reviewed.
func takenID(t handoff.Taken) string {
	if t.Verdict == handoff.NotMatched {
		return ""
	}
	return t.ID
}

// decider returns the candidate that the verdict on a lead comes from, the account before the contact.
func decider(m handoff.Match) handoff.MatchCandidate {
	verdict := matchVerdict(m)
	for _, of := range []struct {
		taken handoff.Taken
		kind  handoff.Kind
	}{{m.Account, handoff.KindAccount}, {m.Contact, handoff.KindLead}} {
		ref := handoff.Ref{Kind: of.kind, ID: takenID(of.taken)}
		if ref.ID == "" || of.taken.Verdict != verdict {
			continue
		}
		if at := slices.IndexFunc(m.Candidates, func(c handoff.MatchCandidate) bool { return c.Ref == ref }); at >= 0 {
			return m.Candidates[at]
		}
	}
	return handoff.MatchCandidate{}
}

// records are what was typed, by whom it is about.
type records map[handoff.Ref]identity.Record

func recordsByRef(tables ...[]identity.Record) records {
	out := records{}
	for _, table := range tables {
		for _, r := range table {
			out[r.Ref] = r
		}
	}
	return out
}

// match writes a lead's row, and its candidates where somebody has to look at them.
func (r *reports) match(lead identity.Record, m handoff.Match, candidates records) error {
	verdict, best := matchVerdict(m), decider(m)
	err := r.matches.Write([]string{lead.Ref.ID, string(verdict), takenID(m.Account), takenID(m.Contact), m.Parent, scoreOf(best), agreeing(best), whyMatched(m)})
	if verdict != handoff.ToReview || err != nil {
		return err
	}
	for _, c := range m.Candidates {
		candidate, known := candidates[c.Ref]
		if c.Verdict == handoff.NotMatched || !known {
			continue
		}
		if err := r.reviewRow(sideOf(c.Ref.Kind), lead, candidate, c); err != nil {
			return err
		}
	}
	return nil
}

// whyMatched says why the account and the contact were taken.
func whyMatched(m handoff.Match) string {
	var parts []string
	for _, of := range []struct{ what, why string }{{"account", m.Account.Why}, {"contact", m.Contact.Why}} {
		if of.why != "" {
			parts = append(parts, of.what+": "+of.why)
		}
	}
	return strings.Join(parts, "; ")
}

// scoreOf returns a score in bits, "" where nobody was weighed.
func scoreOf(c handoff.MatchCandidate) string {
	if c.Verdict == "" {
		return ""
	}
	return inBits(c.Score)
}

// inBits writes millionths of a bit with two decimals, rounded towards zero.
func inBits(micro int64) string {
	sign, n := "", micro/10_000
	if n < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
}

// agreeing lists the fields that speak for a candidate, with how well they agree.
func agreeing(c handoff.MatchCandidate) string {
	var fields []string
	for _, e := range c.Evidence {
		if e.Score > 0 {
			fields = append(fields, e.Field+" "+e.Level)
		}
	}
	return strings.Join(fields, "; ")
}

// evidence lists all that speaks for or against a candidate.
func evidence(c handoff.MatchCandidate) string {
	var parts []string
	for _, e := range c.Evidence {
		sign := "+"
		if e.Score < 0 {
			sign = ""
		}
		parts = append(parts, fmt.Sprintf("%s %s %s%s", e.Field, e.Level, sign, inBits(e.Score)))
	}
	return strings.Join(parts, "; ")
}

func (r *reports) reviewHead() []string {
	head := []string{"record", "candidate", "kind", "verdict", "score", "evidence", "why"}
	for _, c := range r.shown {
		head = append(head, "record_"+c.name, "candidate_"+c.name)
	}
	return append(head, "same")
}

// sideOf returns the sheet that a lead's candidate is from.
func sideOf(k handoff.Kind) sheet {
	if k == handoff.KindAccount {
		return accountSheet
	}
	return contactSheet
}

// reviewRow writes what somebody needs to see to say whether two records belong together.
func (r *reports) reviewRow(of sheet, record, candidate identity.Record, c handoff.MatchCandidate) error {
	r.pairs++
	row := []string{defused(record.Ref.ID), defused(c.Ref.ID), of.one(), string(c.Verdict), inBits(c.Score), evidence(c), c.Why}
	for _, column := range r.shown {
		row = append(row, shownValue(column, &record), shownValue(column, &candidate))
	}
	return r.review.Write(append(row, ""))
}

// shownValue returns a value, defused. A person without a domain has that of the e-mail address.
func shownValue(c column, r *identity.Record) string {
	value := c.value(r)
	if value == "" && c.name == "domain" {
		value = strings.Join(mailDomains(r.Emails), "; ")
	}
	return defused(value)
}

// defused returns a value so that a spreadsheet does not take it for a formula.
func defused(value string) string {
	if value != "" && strings.ContainsRune("=+-@\t\r", rune(value[0])) {
		return "'" + value
	}
	return value
}

func mailDomains(emails []string) (domains []string) {
	for _, email := range emails {
		if at := strings.LastIndexByte(email, '@'); at >= 0 && !slices.Contains(domains, email[at+1:]) {
			domains = append(domains, email[at+1:])
		}
	}
	return domains
}

// A progress says how far a long run is: on a terminal on one line, otherwise on a line now and then.
type progress struct {
	to    io.Writer
	of    sheet
	total int
	live  bool
	width int // of what stands on the line
}

func (s streams) progress(of sheet, total int) *progress {
	file, isFile := s.err.(*os.File)
	return &progress{to: s.err, of: of, total: total, live: isFile && isTerminal(file)}
}

func isTerminal(file *os.File) bool {
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// step says that n records are done, now and then.
func (p *progress) step(n int) {
	text := fmt.Sprintf("matched %s of %s %s ...", thousands(n), thousands(p.total), p.of)
	switch {
	case p.live && n%1_000 == 0:
		p.width = len(text)
		fmt.Fprint(p.to, "\r"+text)
	case !p.live && n%10_000 == 0 && n < p.total:
		fmt.Fprintln(p.to, text)
	}
}

// end leaves the line empty for what comes.
func (p *progress) end() {
	if p.width > 0 {
		fmt.Fprint(p.to, "\r"+strings.Repeat(" ", p.width)+"\r")
	}
}

// thousands writes a number with commas.
func thousands(n int) string {
	digits := fmt.Sprint(n)
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}

// counted is plural with commas.
func counted(n int, what string) string {
	return thousands(n) + strings.TrimPrefix(plural(n, what), fmt.Sprint(n))
}

// betterFirst orders candidates: the surer verdict, then the higher score.
func betterFirst(a, b handoff.MatchCandidate) int {
	rank := func(c handoff.MatchCandidate) int { return slices.Index(handoff.MatchVerdicts(), c.Verdict) }
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(b.Score, a.Score))
}
