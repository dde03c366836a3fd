package cli

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/identity"
)

func taker(verdict handoff.MatchVerdict, id, why string) handoff.Taken {
	return handoff.Taken{Verdict: verdict, ID: id, Why: why}
}

func weighed(kind handoff.Kind, id string, verdict handoff.MatchVerdict, score int64) handoff.MatchCandidate {
	return handoff.MatchCandidate{Ref: handoff.Ref{Kind: kind, ID: id}, Verdict: verdict, Score: score, Evidence: []handoff.MatchEvidence{
		{Field: "domain", Level: "exact", Score: score + 1_000_000}, {Field: "country", Level: "differs", Score: -1_000_000}}}
}

// reported returns what a lead's match writes, without the heads.
func reported(t *testing.T, show string, l identity.Record, m handoff.Match, candidates ...identity.Record) (matches, review string) {
	t.Helper()
	shown, err := shownColumns(show, false)
	if err != nil {
		t.Fatal(err)
	}
	var out, look strings.Builder
	r := &reports{matches: csv.NewWriter(&out), review: csv.NewWriter(&look), shown: shown}
	if err := r.match(l, m, recordsByRef(candidates)); err != nil {
		t.Fatal(err)
	}
	if err := r.close(); err != nil {
		t.Fatal(err)
	}
	return out.String(), look.String()
}

func TestRowOfALead(t *testing.T) {
	person, company := handoff.KindLead, handoff.KindAccount
	for _, test := range []struct {
		name, reason string
		match        handoff.Match
		want         string
	}{
		{"nobody looked", "that is no match", handoff.Match{}, "L1,no,,,,,,\n"},
		{"an account", "with its parent and what agrees", handoff.Match{Account: taker(handoff.Matched, "A1", "the best"), Parent: "A0",
			Candidates: []handoff.MatchCandidate{weighed(company, "A1", handoff.Matched, 14_209_999)}}, "L1,match,A1,,A0,14.20,domain exact,account: the best\n"},
		{"a contact", "there can be one without an account", handoff.Match{Contact: taker(handoff.Matched, "C1", ""),
			Candidates: []handoff.MatchCandidate{weighed(person, "C1", handoff.Matched, 9_000_000)}}, "L1,match,,C1,,9.00,domain exact,\n"},
		{"both", "the score is the account's", handoff.Match{Account: taker(handoff.Matched, "A1", "x"), Contact: taker(handoff.Matched, "C1", "y"),
			Candidates: []handoff.MatchCandidate{weighed(person, "C1", handoff.Matched, 9_000_000), weighed(company, "A1", handoff.Matched, 3_000_000)}},
			"L1,match,A1,C1,,3.00,domain exact,account: x; contact: y\n"},
		{"one of both to review", "the score is that of the doubt", handoff.Match{Account: taker(handoff.Matched, "A1", ""), Contact: taker(handoff.ToReview, "C1", ""),
			Candidates: []handoff.MatchCandidate{weighed(person, "C1", handoff.ToReview, 2_000_000), weighed(company, "A1", handoff.Matched, 3_000_000)}},
			"L1,review,A1,C1,,2.00,domain exact,\n"},
		{"an account that is not it", "it is not named", handoff.Match{Account: taker(handoff.NotMatched, "A1", "too little"),
			Candidates: []handoff.MatchCandidate{weighed(company, "A1", handoff.NotMatched, -1_500_000)}}, "L1,no,,,,,,account: too little\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, _ := reported(t, "", lead("L1", func(*identity.Record) {}), test.match)
			if got != test.want {
				t.Errorf("got %swant %s%s", got, test.want, test.reason)
			}
		})
	}
}

func TestReviewRows(t *testing.T) {
	l := lead("L1", func(r *identity.Record) {
		r.Company, r.Emails, r.City, r.Country, r.LastName, r.Phones = "=ACME", []string{"jo@acme.example"}, "Boston", "US", "Hale", []string{"+1 555 010 0101"}
	})
	one := account("A1", func(r *identity.Record) {
		r.Company, r.Domains, r.Country = "ACME", []string{"acme.example", "acme.test"}, "GB"
	})
	other := account("A2", func(r *identity.Record) { r.Company = "Acme Group" })
	same := lead("C1", func(r *identity.Record) { r.LastName = "Hall" })
	formula := account("-1+1", func(r *identity.Record) { r.Company = "ACME" })
	doubt := handoff.Match{Account: taker(handoff.ToReview, "A1", "")}
	for _, test := range []struct {
		name, reason, show string
		verdict            handoff.MatchVerdict
		candidates         []handoff.MatchCandidate
		want               string
	}{
		{"a doubt", "formulas are defused, and a person's domain is that of the address", "", handoff.ToReview,
			[]handoff.MatchCandidate{weighed(handoff.KindAccount, "A1", handoff.ToReview, 2_500_000)},
			"L1,A1,account,review,2.50,domain exact +3.50; country differs -1.00,,'=ACME,ACME,acme.example,acme.example; acme.test,Boston,,US,GB,\n"},
		{"what was ruled out", "nobody has to look at that", "", handoff.ToReview, []handoff.MatchCandidate{weighed(handoff.KindAccount, "A2", handoff.NotMatched, -9_000_000)}, ""},
		{"an id like a formula", "it is defused here, where people open it", "", handoff.ToReview,
			[]handoff.MatchCandidate{weighed(handoff.KindAccount, "-1+1", handoff.ToReview, 0)},
			"L1,'-1+1,account,review,0.00,domain exact +1.00; country differs -1.00,,'=ACME,ACME,acme.example,,Boston,,US,,\n"},
		{"two", "in the order of the match", "", handoff.ToReview,
			[]handoff.MatchCandidate{weighed(handoff.KindLead, "C1", handoff.ToReview, 0), weighed(handoff.KindAccount, "A2", handoff.Matched, -1)},
			"L1,C1,contact,review,0.00,domain exact +1.00; country differs -1.00,,'=ACME,,acme.example,,Boston,,US,,\n" +
				"L1,A2,account,match,0.00,domain exact +0.99; country differs -1.00,,'=ACME,Acme Group,acme.example,,Boston,,US,,\n"},
		{"no doubt", "there is nothing to look at", "", handoff.Matched, []handoff.MatchCandidate{weighed(handoff.KindAccount, "A1", handoff.Matched, 0)}, ""},
		{"shown", "only what was asked for", "last_name,phone", handoff.ToReview, []handoff.MatchCandidate{weighed(handoff.KindLead, "C1", handoff.ToReview, 0)},
			"L1,C1,contact,review,0.00,domain exact +1.00; country differs -1.00,,'=ACME,,acme.example,,Boston,,US,,Hale,Hall,'+1 555 010 0101,,\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := doubt
			m.Account.Verdict, m.Candidates = test.verdict, test.candidates
			_, got := reported(t, test.show, l, m, same, one, other, formula)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s (-want +got)\n%s", test.reason, diff)
			}
		})
	}
}

func TestFindingsMakeRows(t *testing.T) {
	var records []identity.Record
	for _, id := range []string{"L0", "L1", "L2", "L3", "L4"} {
		records = append(records, lead(id, func(*identity.Record) {}))
	}
	of := func(one, other int, verdict handoff.MatchVerdict, score int64) pair {
		return pair{one, other, weighed(handoff.KindLead, records[one].Ref.ID, verdict, score)}
	}
	f := findings{first: []int{0, 0, 0, 3, 4}, pairs: []pair{
		of(0, 1, handoff.ToReview, 9_000_000), of(1, 2, handoff.Matched, 5_000_000), of(0, 2, handoff.Matched, 4_000_000), of(2, 3, handoff.ToReview, 1_000_000)}}
	var got []string
	for i, best := range f.best() {
		_, row := f.row(records, i, best)
		got = append(got, strings.Join(row, ","))
	}
	want := []string{"L0,match,L0,L2,4.00,domain exact,", "L1,match,L0,L2,5.00,domain exact,", "L2,match,L0,L1,5.00,domain exact,", "L3,review,,L2,1.00,domain exact,", "L4,no,,,,,nobody that it was compared with is like it"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the surest pair stands for a record (-want +got)\n%s", diff)
	}
}

// TestRecordsThatNobodyComparesAreAReview: hundreds of equal records are no proof that there are no duplicates.
func TestRecordsThatNobodyComparesAreAReview(t *testing.T) {
	m, err := matcher("")
	if err != nil {
		t.Fatal(err)
	}
	same := func(r *identity.Record) {
		r.FirstName, r.LastName, r.Emails = "Jo", "Hale", []string{"jo@acme.example"}
	}
	var records []identity.Record
	for i := range 300 {
		records = append(records, lead(fmt.Sprintf("L%03d", i), same))
	}
	records = append(records, lead("M1", func(r *identity.Record) {
		same(r)
		r.Phones = []string{"+1 617 555 0101"}
	}), lead("M2", func(*identity.Record) {}))
	f := duplicates(m, records, func(int) {})
	for _, test := range []struct {
		name, reason string
		place        int
		want         string
	}{
		{"equal", "it has no key of its own", 0, "L000,review,,,,,compared with nobody: too many records share its keys"},
		{"with a phone", "that is a key of its own", 300, "M1,no,,,,,nobody that it was compared with is like it"},
		{"without a key", "it says nothing", 301, "M2,no,,,,,nobody that it was compared with is like it"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, row := f.row(records, test.place, f.best()[test.place])
			if got := strings.Join(row, ","); got != test.want {
				t.Errorf("%s, want %s: %s", got, test.want, test.reason)
			}
		})
	}
	if len(f.crowds) == 0 || f.crowds[0].Records != 301 {
		t.Errorf("the keys that are not used are %v", f.crowds)
	}
}

func TestWhyOfAPair(t *testing.T) {
	for _, test := range []struct {
		name, reason string
		joined       bool
		verdict      handoff.MatchVerdict
		kept, want   string
	}{
		{"one", "it is a match", true, handoff.Matched, "", "a match"},
		{"one by others", "the linkage says so", true, handoff.ToReview, "", "no match by itself, but its cluster holds together"},
		{"apart by the linkage", "that is no doubt of the pair", false, handoff.Matched, "", "a match by itself, but its cluster does not hold together"},
		{"kept down", "by the model", false, handoff.ToReview, "no more than a review", "no more than a review"},
		{"a doubt", "what speaks against it is told", false, handoff.ToReview, "", "no match by itself: country differs"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := findings{first: []int{0, 1}}
			if test.joined {
				f.first[1] = 0
			}
			got := f.why(0, 1, weighed(handoff.KindLead, "L1", test.verdict, 1_000_000), func() string { return test.kept })
			if got != test.want {
				t.Errorf("%q, want %q: %s", got, test.want, test.reason)
			}
		})
	}
}

func TestIndexLeavesOutWhatTooManyShare(t *testing.T) {
	m, err := matcher("")
	if err != nil {
		t.Fatal(err)
	}
	sharing := func(n int) (*index, []identity.Key) {
		x := newIndex(m)
		var p identity.Prepared
		for i := range n {
			p = m.Prepare(account(fmt.Sprint("A", i), func(r *identity.Record) { r.Domains = []string{"acme.example"} }))
			x.add(p)
		}
		return x, m.Stored(p)
	}
	for _, test := range []struct {
		name, reason string
		n, found     int
		crowded      bool
	}{
		{"the bound", "it is used", maxBlock, maxBlock, false},
		{"one more", "it is not", maxBlock + 1, 0, true},
		{"many more", "nor here", maxBlock + 50, 0, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			x, keys := sharing(test.n)
			if found, crowded := x.search(keys, ""); len(found) != test.found || crowded != test.crowded {
				t.Errorf("%d found, %v; want %d, %v: %s", len(found), crowded, test.found, test.crowded, test.reason)
			}
		})
	}
}

func TestIndexBringsAccountsAlong(t *testing.T) {
	m, err := matcher("")
	if err != nil {
		t.Fatal(err)
	}
	x := newIndex(m)
	own := account("A1", func(r *identity.Record) { r.Domains = []string{"acme.example"} })
	for _, r := range []identity.Record{own, account("A2", func(*identity.Record) {}), account("A3", func(*identity.Record) {})} {
		x.add(m.Prepare(r))
	}
	contact := lead("C1", func(r *identity.Record) { r.Account = "A3" })
	for _, test := range []struct {
		name, reason, account string
		keys                  []identity.Key
		want                  []string
	}{
		{"by key", "what shares one", "", m.Stored(x.records[0]), []string{"A1"}},
		{"by id", "a lead can name its account", "A2", nil, []string{"A2"}},
		{"by both", "in the order of the file, each once", "A1", append(m.Stored(x.records[0]), m.Stored(x.records[0])...), []string{"A1"}},
		{"an id that is not there", "it brings nobody", "A9", nil, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			found, _ := x.search(test.keys, test.account)
			if diff := cmp.Diff(test.want, idsOf(found)); diff != "" {
				t.Errorf("%s (-want +got)\n%s", test.reason, diff)
			}
		})
	}
	x.blocks[identity.Key{Value: "jo"}] = []int32{int32(len(x.records))}
	x.add(m.Prepare(contact))
	found, _ := x.search([]identity.Key{{Value: "jo"}}, "")
	if diff := cmp.Diff([]string{"A3", "C1"}, idsOf(found)); diff != "" {
		t.Errorf("a contact comes with its account (-want +got)\n%s", diff)
	}
}

func idsOf(found []identity.Prepared) (ids []string) {
	for _, p := range found {
		ids = append(ids, p.Ref.ID)
	}
	return ids
}

func TestProgress(t *testing.T) {
	for _, test := range []struct {
		name, reason string
		live         bool
		total        int
		want         string
	}{
		{"a short run in a file", "it is over at once", false, 10_000, ""},
		{"a long run in a file", "a line now and then", false, 20_001, "matched 10,000 of 20,001 leads ...\nmatched 20,000 of 20,001 leads ...\n"},
		{"on a terminal", "one line that is emptied", true, 2_000,
			"\rmatched 1,000 of 2,000 leads ...\rmatched 2,000 of 2,000 leads ...\r" + strings.Repeat(" ", 32) + "\r"},
		{"a short run on a terminal", "there is nothing to empty", true, 10, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var b strings.Builder
			p := progress{to: &b, of: leadSheet, total: test.total, live: test.live}
			for i := range test.total {
				p.step(i + 1)
			}
			p.end()
			if b.String() != test.want {
				t.Errorf("%q, want %q: %s", b.String(), test.want, test.reason)
			}
		})
	}
}

func TestNumbersOfTheLastLine(t *testing.T) {
	for _, test := range []struct {
		name, reason string
		tally        tally
		want         string
	}{
		{"many", "with commas", tally{match: 812_000, review: 97, no: 1_000, weighed: 1_240},
			"813,097 leads: 812,000 match, 97 review, 1,000 no; 1,240 candidates weighed"},
		{"one", "in the singular", tally{no: 1, weighed: 1, crowded: 1},
			"1 lead: 0 match, 0 review, 1 no; 1 candidate weighed; 1 lead had a key that more than 1,000 records share, which is not used"},
		{"keys", "of duplicates", tally{match: 2, weighed: 1, crowds: []identity.Crowd{{Kind: handoff.KindLead, Key: identity.KeyEmail, Records: 300}, {Kind: handoff.KindLead, Key: identity.KeySound, Records: 1_257}}},
			"2 leads: 2 match, 0 review, 0 no; 1 candidate weighed; not used, for too many records share it: email of 300 records, sound of 1,257 records"},
		{"none", "of an empty list", tally{}, "0 leads: 0 match, 0 review, 0 no; 0 candidates weighed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.tally.line(leadSheet, "candidate"); got != test.want {
				t.Errorf("%q, want %q: %s", got, test.want, test.reason)
			}
		})
	}
}

func TestAtMostTwentyBadRowsAreShown(t *testing.T) {
	for _, test := range []struct {
		name, reason string
		bad          int
		skip         bool
		lines        int
		last         string
	}{
		{"none", "nothing is said", 0, false, 0, ""},
		{"twenty", "the bound itself is shown", 20, false, 20, "x.csv:21: wrong\n"},
		{"more", "and how many more there are, from where", 22, false, 21, "x.csv:22: and 2 more from here on\n"},
		{"more that are left out", "nobody else has them", 22, true, 22, "x.csv:23: wrong\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var b strings.Builder
			var all table
			for i := range test.bad {
				all.bad = append(all.bad, &placeError{"x.csv", i + 2, "wrong"})
			}
			streams{nil, bufio.NewWriter(&b), &b}.tell(all, test.skip)
			if n := strings.Count(b.String(), "\n"); n != test.lines || !strings.HasSuffix(b.String(), test.last) {
				t.Errorf("%s%d lines, want %d that end in %s%s", b.String(), n, test.lines, test.last, test.reason)
			}
		})
	}
}
