package handoff_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// matched says that L1 is account A1's, with so much evidence, and neither A2's nor a contact.
func matched(score int64) handoff.Match {
	return handoff.Match{
		Contact: handoff.Taken{Verdict: handoff.NotMatched},
		Account: handoff.Taken{Verdict: handoff.Matched, ID: "A1", Why: "the most evidence"},
		Parent:  "A0",
		Candidates: []handoff.MatchCandidate{
			{Ref: lead("C1"), Verdict: handoff.NotMatched, Score: -1_500_000, Why: "too little evidence",
				Evidence: []handoff.MatchEvidence{{Field: "phone", Level: "differs", Score: -1_500_000}}},
			{Ref: account("A1"), Verdict: handoff.Matched, Score: score, Why: "won",
				Evidence: []handoff.MatchEvidence{{Field: "country", Level: "differs", Score: -1_000_000}, {Field: "domain", Level: "exact", Score: score + 1_000_000}}},
			{Ref: account("A2"), Verdict: handoff.ToReview, Score: 6_000_000, Why: "lost by score",
				Evidence: []handoff.MatchEvidence{{Field: "company", Level: "close", Score: 6_000_000}}},
		},
		Digest: "sha256:people",
	}
}

func TestMatch_Refused(t *testing.T) {
	e := compile(t)
	many := make([]handoff.MatchEvidence, handoff.MaxEvidence+1)
	for i := range many {
		many[i] = handoff.MatchEvidence{Field: "domain", Level: "exact"}
	}
	for _, tt := range []struct {
		name, reason string
		edit         func(*handoff.Request)
		path         string // of the error; "": there is none
	}{
		{"itself", "what the cases change is fine", func(*handoff.Request) {}, ""},
		{"nobody looked", "the zero match says nothing", func(r *handoff.Request) { r.Match = handoff.Match{} }, ""},
		{"no candidates", "a host need not keep them", func(r *handoff.Request) { r.Match.Candidates = nil }, ""},
		{"of an account's lead", "it says how its lead came to be its own", func(r *handoff.Request) { r.Subject, r.Triggers = account("A1"), nil }, ""},
		{"of nobody", "a match is a lead's", func(r *handoff.Request) { r.Subject, r.Triggers, r.Lead = account("A1"), nil, handoff.Lead{} }, "match"},
		{"another word", "verdicts are a closed list", func(r *handoff.Request) { r.Match.Contact.Verdict = "maybe" }, "match.contact.verdict"},
		{"an id without a verdict", "nobody looked, and somebody was found", func(r *handoff.Request) { r.Match.Contact = handoff.Taken{ID: "C1"} }, "match.contact.verdict"},
		{"a match with nobody", "it has to name the record", func(r *handoff.Request) { r.Match.Account.ID = "" }, "match.account.id"},
		{"a review of nobody", "somebody has to look at something", func(r *handoff.Request) { r.Match.Contact.Verdict = handoff.ToReview }, "match.contact.id"},
		{"not among the candidates", "who was looked at is listed whole", func(r *handoff.Request) { r.Match.Contact = handoff.Taken{Verdict: handoff.ToReview, ID: "C9"} }, "match.contact.id"},
		{"another account", "two answers would be in use", func(r *handoff.Request) { r.Match.Account.ID = "A9" }, "match.account.id"},
		{"another account of the lead", "two answers would be in use", func(r *handoff.Request) { r.Account, r.Lead.Account = handoff.Account{}, "A2" }, "match.account.id"},
		{"a review of another account", "the request goes by its own until somebody has looked",
			func(r *handoff.Request) {
				r.Match.Account = handoff.Taken{Verdict: handoff.ToReview, ID: "A2"}
			}, ""},
		{"an account that was not looked at", "a contact, or a person, named it", func(r *handoff.Request) {
			r.Match.Account, r.Account, r.Lead.Account = handoff.Taken{Verdict: handoff.Matched, ID: "A9"}, handoff.Account{ID: "A9"}, ""
		}, ""},
		{"a candidate twice", "which of the two counts", func(r *handoff.Request) { r.Match.Candidates[2].Ref = account("A1") }, "match.candidates[2].ref"},
		{"a rep", "nobody is taken for one", func(r *handoff.Request) { r.Match.Candidates[0].Ref = handoff.RepKey("kim") }, "match.candidates[0].ref"},
		{"no verdict", "each candidate has one", func(r *handoff.Request) { r.Match.Candidates[0].Verdict = "" }, "match.candidates[0].verdict"},
		{"a match that the evidence contradicts", "nobody confirmed it", func(r *handoff.Request) { r.Match.Candidates[1].Verdict = handoff.NotMatched }, "match.candidates[1].verdict"},
		{"a match that is to be reviewed", "nobody has", func(r *handoff.Request) { r.Match.Candidates[1].Verdict = handoff.ToReview }, "match.candidates[1].verdict"},
		{"one that somebody confirmed", "who looked may know more", func(r *handoff.Request) {
			r.Match.Candidates[1].Verdict = handoff.ToReview
			r.Match = r.Match.Confirmed(r.Account, "dana")
		}, ""},
		{"a tie that is to be reviewed", "each of the two is a match", func(r *handoff.Request) { r.Match.Account.Verdict = handoff.ToReview }, ""},
		{"a review of what is none", "there is nothing to look at", func(r *handoff.Request) {
			r.Match.Contact = handoff.Taken{Verdict: handoff.ToReview, ID: "C1"}
		}, "match.candidates[0].verdict"},
		{"a no to what is one", "somebody has to say so first", func(r *handoff.Request) { r.Match.Account.Verdict = handoff.NotMatched }, "match.candidates[1].verdict"},
		{"a no to what is none", "they agree", func(r *handoff.Request) { r.Match.Contact.ID = "C1" }, ""},
		{"scores that rise", "the best comes first", func(r *handoff.Request) {
			r.Match.Candidates[2].Verdict, r.Match.Candidates[2].Score = handoff.Matched, 14_200_001
		}, "match.candidates[2].score"},
		{"two scores alike", "ids tell them apart", func(r *handoff.Request) {
			r.Match.Candidates[2].Verdict, r.Match.Candidates[2].Score = handoff.Matched, 14_200_000
		}, ""},
		{"a higher score of less", "something else keeps it down", func(r *handoff.Request) { r.Match.Candidates[2].Score = 20_000_000 }, ""},
		{"a name as a field", "it could be somebody's", func(r *handoff.Request) { r.Match.Candidates[1].Evidence[1].Field = "Jane" }, "match.candidates[1].evidence[1]"},
		{"a number as a level", "it could be somebody's", func(r *handoff.Request) { r.Match.Candidates[1].Evidence[1].Level = "a2" }, "match.candidates[1].evidence[1]"},
		{"an address as the digest", "it is of rules", func(r *handoff.Request) { r.Match.Digest = "jane@initech.example" }, "match.digest"},
		{"a value as a level", "evidence holds nothing of the record", func(r *handoff.Request) { r.Match.Candidates[1].Evidence[1].Level = "jane@initech.example" }, "match.candidates[1].evidence[1]"},
		{"too much evidence", "lists are bounded", func(r *handoff.Request) { r.Match.Candidates[1].Evidence = many }, "match.candidates[1].evidence"},
		{"a score beyond reason", "readers in other languages lose digits", func(r *handoff.Request) { r.Match.Candidates[1].Score = 1 << 60 }, "match.candidates[1].score"},
		{"a long why", "texts are bounded", func(r *handoff.Request) { r.Match.Account.Why = strings.Repeat("a", handoff.MaxText+1) }, "match.account.why"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := demo(func(r *handoff.Request) { r.Match = matched(14_200_000) }, tt.edit)
			_, err := e.Decide(now, fill(e, now, r))
			var input *handoff.InputError
			switch errors.As(err, &input); {
			case err == nil && tt.path == "":
			case input == nil || input.Path != tt.path:
				t.Errorf("got %v, want an error at %q: %s", err, tt.path, tt.reason)
			}
		})
	}
}

// TestMatch_IsTheAccount: the lead that was matched is the account's, also where the request does not say so.
func TestMatch_IsTheAccount(t *testing.T) {
	e := compile(t)
	for _, tt := range []struct {
		name, reason string
		verdict      handoff.MatchVerdict
		want         handoff.Ref
	}{
		{"matched", "the account's record is read and guarded", handoff.Matched, account("A1")},
		{"to review", "nobody knows yet", handoff.ToReview, handoff.Ref{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := demo(func(r *handoff.Request) {
				r.Match, r.Lead.Account, r.Account = matched(14_200_000), "", handoff.Account{}
				r.Match.Account.Verdict = tt.verdict
			})
			var got handoff.Ref
			for _, g := range decide(t, e, now, r).Guards {
				if g.Key.Kind == handoff.KindAccount {
					got = g.Key
				}
			}
			if got != tt.want {
				t.Errorf("guards %q, want %q: %s", got, tt.want, tt.reason)
			}
		})
	}
}

// TestMatch_InADecision keeps who won with the evidence, and nobody who lost; an explanation has them all.
func TestMatch_InADecision(t *testing.T) {
	e := compile(t)
	r := fill(e, now, demo(func(r *handoff.Request) { r.Match = matched(14_200_000) }))
	x, err := e.Explain(now, r)
	if err != nil {
		t.Fatal(err)
	}
	want := matched(14_200_000)
	want.Candidates = want.Candidates[1:2]
	if diff := cmp.Diff(want, x.Decision.Match); diff != "" {
		t.Errorf("the decision (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(matched(14_200_000), x.Match); diff != "" {
		t.Errorf("the explanation (-want +got):\n%s", diff)
	}
	read, err := handoff.DecodeDecision([]byte(encode(t, x.Decision)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, read.Match); diff != "" {
		t.Errorf("read again (-want +got):\n%s", diff)
	}
	before := encode(t, x)
	scribble(&r.Match)
	if after := encode(t, x); after != before {
		t.Error("the explanation shares memory with the request")
	}
}

func TestMatch_Best(t *testing.T) {
	m := matched(14_200_000)
	for _, tt := range []struct {
		name, reason string
		match        handoff.Match
		of           handoff.Kind
		id, by       string
		bits         int64
	}{
		{"named", "the winner, and what speaks most for it", m, handoff.KindAccount, "A1", "domain", 14},
		{"nobody named", "the first, below 0, which nothing speaks for", m, handoff.KindLead, "C1", "", -2},
		{"nobody looked at", "there is none", handoff.Match{}, handoff.KindAccount, "", "", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, found := tt.match.Best(tt.of)
			e, _ := c.Strongest()
			if found != (tt.id != "") || c.Ref.ID != tt.id || e.Field != tt.by || c.Bits() != tt.bits {
				t.Errorf("got %v by %q, %d bits: %s", c, e.Field, c.Bits(), tt.reason)
			}
		})
	}
}

func TestMatch_Confirmed(t *testing.T) {
	m := handoff.Match{Account: handoff.Taken{Verdict: handoff.ToReview, ID: "A2"}, Parent: "A0",
		Candidates: []handoff.MatchCandidate{{Ref: account("A2"), Verdict: handoff.ToReview, Evidence: []handoff.MatchEvidence{{Field: "company", Level: "form", Score: 7}}}}}
	got := m.Confirmed(handoff.Account{ID: "A1", Parent: "A9"}, "dana")
	want := m
	want.Account, want.Parent = handoff.Taken{Verdict: handoff.Matched, ID: "A1", Why: "confirmed by dana"}, "A9"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	got.Candidates[0].Evidence[0].Score = 8
	if m.Candidates[0].Evidence[0].Score != 7 {
		t.Error("what is confirmed shares memory with what was weighed")
	}
}
