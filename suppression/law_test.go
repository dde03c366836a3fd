package suppression

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

// instantOf reads a day, which is its midnight in UTC, or an instant.
func instantOf(t testing.TB, text string) time.Time {
	t.Helper()
	if !strings.Contains(text, "T") {
		text += "T00:00:00Z"
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// evidenceOf reads evidence, such as "email denied 2026-01-01; sms inquiry 2026-01-01 until 2026-03-01 for sales".
func evidenceOf(t testing.TB, text string) []handoff.Consent {
	t.Helper()
	var out []handoff.Consent
	for _, item := range strings.Split(text, "; ") {
		words := strings.Fields(item)
		if len(words) == 0 {
			continue
		}
		e := handoff.Consent{Channel: handoff.Channel(words[0]), Status: handoff.ConsentGranted, Basis: handoff.Basis(words[1]), At: instantOf(t, words[2])}
		switch words[1] {
		case "denied":
			e.Status, e.Basis = handoff.ConsentDenied, ""
		case "granted":
			e.Basis = ""
		}
		for i := 3; i < len(words); i += 2 {
			switch words[i] {
			case "until":
				e.Until = instantOf(t, words[i+1])
			case "revoked":
				e.RevokedAt = instantOf(t, words[i+1])
			case "for":
				e.Purpose = handoff.Purpose(words[i+1])
			default:
				t.Fatalf("evidence %q: what is %q?", item, words[i])
			}
		}
		out = append(out, e)
	}
	return out
}

// rowsOf returns the rows of tables that come with the package.
func rowsOf(t testing.TB, tables string) []LawRow {
	t.Helper()
	var out []LawRow
	for _, name := range strings.Fields(tables) {
		rows, ok := Table(name)
		if !ok {
			t.Fatalf("there is no table %s", name)
		}
		out = append(out, rows...)
	}
	return out
}

func lawOf(t testing.TB, c LawConfig) *Law {
	t.Helper()
	l, err := NewLaw(c)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func zoneOf(t testing.TB, name string) *calendar.Zone {
	t.Helper()
	z, err := calendar.LoadZone(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// in returns the facts of a lead, such as "US TX corporate"; "-" is unknown.
func in(place string) *handoff.Facts {
	words := strings.Fields(strings.ReplaceAll(place, "-", "\"\""))
	for len(words) < 3 {
		words = append(words, `""`)
	}
	word := func(i int) string { return strings.Trim(words[i], `"`) }
	return &handoff.Facts{Lead: handoff.Lead{Country: word(0), State: word(1), Subscriber: handoff.Subscriber(word(2))}}
}

// The instants are those of a touch whose purpose is sales, by e-mail unless the case says otherwise.
func TestLaw_Judge(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		tables       string
		optOut       []handoff.Channel
		to, at       string // the recipient, as in; the instant
		channel      handoff.Channel
		purpose      handoff.Purpose
		evidence     string
		open         bool
		rule, text   string
		relied       int // which item of the evidence, from 1; 0: none
		unknown      []string
	}{
		// Without a law.
		{name: "nothing known", reason: "without a law, an opt-out or a grant a channel is closed", to: "DE", at: "2026-07-01",
			rule: "consent.email", text: "the policy needs a grant: none is known"},
		{name: "opted out", reason: "the policy opens the channel until it is refused", optOut: []handoff.Channel{"email"}, to: "DE", at: "2026-07-01",
			open: true, rule: "consent.email", text: "the policy opens it until it is refused"},
		{name: "opt-out of another channel", reason: "each channel stands for itself", optOut: []handoff.Channel{"sms"}, to: "DE", at: "2026-07-01",
			rule: "consent.email", text: "the policy needs a grant: none is known"},
		{name: "a grant on any basis", reason: "without a law any grant opens", to: "DE", at: "2026-07-01", evidence: "email legitimate_interest 2026-01-01", open: true,
			rule: "consent.email", text: "a legitimate interest of 2026-01-01 opens email", relied: 1},
		{name: "a grant for another purpose", reason: "marketing does not open sales", to: "DE", at: "2026-07-01", evidence: "email express 2026-01-01 for marketing",
			rule: "consent.email", text: "the policy needs a grant: none is known"},
		{name: "the last instant of a grant", reason: "it counts until its end", to: "DE", at: "2026-06-30T23:59:59Z", evidence: "email granted 2026-01-01 until 2026-07-01",
			open: true, rule: "consent.email", text: "an express grant of 2026-01-01 opens email, until 2026-07-01", relied: 1},
		{name: "the end of a grant", reason: "the end itself is over", to: "DE", at: "2026-07-01", evidence: "email granted 2026-01-01 until 2026-07-01",
			rule: "consent.email", text: "the policy needs a grant: the last express grant, of 2026-01-01, ended on 2026-07-01"},
		{name: "an older grant without an end", reason: "a grant that is over leaves what was said before it", to: "DE", at: "2026-07-01",
			evidence: "email granted 2026-02-01 until 2026-03-01; email granted 2026-01-01", open: true, rule: "consent.email",
			text: "an express grant of 2026-01-01 opens email", relied: 2},
		{name: "a grant from the future", reason: "what has not been said yet opens nothing", to: "DE", at: "2026-07-01", evidence: "email granted 2026-07-02",
			rule: "consent.email", text: "the policy needs a grant: the last express grant, of 2026-07-02, is dated after the touch"},
		{name: "a grant at the instant", reason: "it counts from its instant on", to: "DE", at: "2026-07-01", evidence: "email granted 2026-07-01", open: true,
			rule: "consent.email", text: "an express grant of 2026-07-01 opens email", relied: 1},
		{name: "a basis that nobody knows", reason: "an unknown word opens nothing", to: "DE", at: "2026-07-01", evidence: "email hearsay 2026-01-01",
			rule: "consent.email", text: "the policy needs a grant: none is known"},
		// Refusals.
		{name: "refused", reason: "a refusal closes what the policy opens", optOut: []handoff.Channel{"email"}, to: "DE", at: "2026-07-01",
			evidence: "email granted 2026-01-01; email denied 2026-03-01", rule: "consent.email", text: "was refused on 2026-03-01", relied: 2},
		{name: "refused at the instant of a grant", reason: "of two at one instant the refusal wins", to: "DE", at: "2026-07-01",
			evidence: "email denied 2026-03-01; email granted 2026-03-01", rule: "consent.email", text: "was refused on 2026-03-01", relied: 1},
		{name: "granted again", reason: "a later express grant opens", to: "DE", at: "2026-07-01", evidence: "email denied 2026-03-01; email granted 2026-03-01T00:00:01Z",
			open: true, rule: "consent.email", text: "an express grant of 2026-03-01 opens email", relied: 2},
		{name: "an inquiry after a refusal", reason: "what is implied does not open again", to: "CA", tables: "casl", at: "2026-07-01",
			evidence: "email denied 2026-03-01; email inquiry 2026-06-01; email purchase 2026-06-01", rule: "consent.email", text: "was refused on 2026-03-01", relied: 1},
		{name: "a grant after a refusal that is over", reason: "the refusal stands again", to: "DE", at: "2026-07-01",
			evidence: "email denied 2026-03-01; email granted 2026-04-01 until 2026-05-01", rule: "consent.email",
			text: "was refused on 2026-03-01, and no grant since counts", relied: 1},
		{name: "revoked", reason: "a grant that was taken back is a refusal from then on", optOut: []handoff.Channel{"email"}, to: "DE", at: "2026-07-01",
			evidence: "email granted 2026-01-01 revoked 2026-06-01; email granted 2026-05-01", rule: "consent.email", text: "was refused on 2026-06-01", relied: 1},
		{name: "revoked at the instant", reason: "it is a refusal from that instant on", to: "DE", at: "2026-06-01", evidence: "email granted 2026-01-01 revoked 2026-06-01",
			rule: "consent.email", text: "was refused on 2026-06-01", relied: 1},
		{name: "revoked before it was given", reason: "one of the two is wrong, and the later counts against the touch", to: "DE", at: "2026-07-01",
			evidence: "email granted 2026-05-01 revoked 2026-03-01; email granted 2026-04-01", rule: "consent.email", text: "was refused on 2026-05-01", relied: 1},
		{name: "not revoked yet", reason: "until then it is a grant", to: "DE", at: "2026-05-31T23:59:59Z", evidence: "email granted 2026-01-01 revoked 2026-06-01", open: true,
			rule: "consent.email", text: "an express grant of 2026-01-01 opens email", relied: 1},
		{name: "a refusal from the future", reason: "a refusal counts whenever it is dated: a clock that is wrong opens nothing", optOut: []handoff.Channel{"email"}, to: "DE",
			at: "2026-07-01", evidence: "email denied 2026-07-02", rule: "consent.email", text: "was refused on 2026-07-02", relied: 1},
		{name: "refused for another purpose", reason: "a refusal of marketing leaves sales", optOut: []handoff.Channel{"email"}, to: "DE", at: "2026-07-01",
			evidence: "email denied 2026-03-01 for marketing", open: true, rule: "consent.email", text: "the policy opens it until it is refused"},
		{name: "refused for a purpose that nobody knows", reason: "a refusal in doubt is one of everything", optOut: []handoff.Channel{"email"}, to: "DE", at: "2026-07-01",
			evidence: "email denied 2026-03-01 for noise", rule: "consent.email", text: "was refused on 2026-03-01", relied: 1},
		{name: "refused on another channel", reason: "each channel stands for itself", optOut: []handoff.Channel{"email"}, to: "DE", at: "2026-07-01",
			evidence: "sms denied 2026-03-01", open: true, rule: "consent.email", text: "the policy opens it until it is refused"},
		// Touches that no row judges.
		{name: "transactional", reason: "no row judges what somebody who bought has to be told", tables: "casl", to: "CA", at: "2026-07-01", purpose: "transactional",
			evidence: "email denied 2026-03-01", open: true, rule: "consent.email", text: "transactional touches are open until they are refused as such"},
		{name: "transactional, refused as such", reason: "a refusal that names the purpose closes it", to: "CA", at: "2026-07-01", purpose: "transactional",
			evidence: "email denied 2026-03-01 for transactional", rule: "consent.email", text: "was refused on 2026-03-01", relied: 1},
		{name: "a task", reason: "it reaches nobody", tables: "casl gdpr", to: "CA", at: "2026-07-01", channel: "task", open: true, rule: "consent.task", text: "a task reaches nobody"},
		{name: "no channel", reason: "what cannot be judged is closed", optOut: []handoff.Channel{"email"}, to: "CA", at: "2026-07-01", channel: "pigeon",
			rule: "consent", text: "the touch names no channel that is known"},
		{name: "no purpose", reason: "what cannot be judged is closed", optOut: []handoff.Channel{"email"}, to: "CA", at: "2026-07-01", purpose: "noise",
			rule: "consent", text: "the touch names no purpose that is known"},
		{name: "no instant", reason: "what cannot be judged is closed", optOut: []handoff.Channel{"email"}, to: "CA", at: "0001-01-01",
			rule: "consent", text: "the touch does not say when"},
		// CASL.
		{name: "an inquiry within six months", reason: "an inquiry is a ground for six months", tables: "casl", to: "CA", at: "2026-06-30T23:59:59Z",
			evidence: "email inquiry 2026-01-01", open: true, rule: "casl.messages", text: "an inquiry of 2026-01-01 opens email for 6 months, until 2026-07-01", relied: 1},
		{name: "an inquiry six months ago", reason: "it is over at the same time of day", tables: "casl", to: "CA", at: "2026-07-01", evidence: "email inquiry 2026-01-01",
			rule: "casl.messages", text: "needs consent: the last inquiry, of 2026-01-01, is older than 6 months"},
		{name: "an inquiry on 1 January, a send on 2 July", reason: "it is over", tables: "casl", optOut: []handoff.Channel{"email"}, to: "CA", at: "2026-07-02",
			evidence: "email inquiry 2026-01-01", rule: "casl.messages", text: "needs consent: the last inquiry, of 2026-01-01, is older than 6 months"},
		{name: "beside a purchase", reason: "a purchase is a ground for two years", tables: "casl", to: "CA", at: "2026-07-02",
			evidence: "email inquiry 2026-01-01; email purchase 2024-08-01", open: true, rule: "casl.messages",
			text: "a purchase of 2024-08-01 opens email for 24 months, until 2026-08-01", relied: 2},
		{name: "beside a purchase two years ago", reason: "that is over too", tables: "casl", to: "CA", at: "2026-07-02",
			evidence: "email inquiry 2026-01-01; email purchase 2024-07-02", rule: "casl.messages", text: "needs consent: the last inquiry, of 2026-01-01, is older than 6 months"},
		{name: "beside an express grant", reason: "it has no end", tables: "casl", to: "CA", at: "2026-07-02", evidence: "email inquiry 2026-01-01; email express 2015-01-01",
			open: true, rule: "casl.messages", text: "an express grant of 2015-01-01 opens email", relied: 2},
		{name: "the longest of several", reason: "what lasts longest is relied on", tables: "casl", to: "CA", at: "2026-03-01",
			evidence: "email inquiry 2026-02-01; email purchase 2024-06-01; email inquiry 2026-01-01", open: true, rule: "casl.messages",
			text: "an inquiry of 2026-02-01 opens email for 6 months, until 2026-08-01", relied: 1},
		{name: "an inquiry with an end of its own", reason: "the earlier end counts", tables: "casl", to: "CA", at: "2026-02-01", evidence: "email inquiry 2026-01-01 until 2026-03-01",
			open: true, rule: "casl.messages", text: "an inquiry of 2026-01-01 opens email for 6 months, until 2026-03-01", relied: 1},
		{name: "an inquiry on the last of August", reason: "a month that is too short ends it on its last day", tables: "casl", to: "CA", at: "2026-02-28",
			evidence: "email inquiry 2025-08-31", rule: "casl.messages", text: "needs consent: the last inquiry, of 2025-08-31, is older than 6 months"},
		{name: "no ground there", reason: "legitimate interest is no ground in Canada", tables: "casl", to: "CA", at: "2026-02-01", evidence: "email legitimate_interest 2026-01-01",
			rule: "casl.messages", text: "needs consent: a legitimate interest does not give it"},
		{name: "before the law", reason: "a row counts from its first day on", tables: "casl", optOut: []handoff.Channel{"email"}, to: "CA", at: "2014-06-30T23:59:59Z", open: true,
			rule: "consent.email", text: "the policy opens it until it is refused"},
		{name: "the first day of the law", reason: "a row counts from its first day on", tables: "casl", optOut: []handoff.Channel{"email"}, to: "CA", at: "2014-07-01",
			rule: "casl.messages", text: "needs consent: none is known"},
		{name: "a lower-case country", reason: "a country is known however it is written", tables: "casl", optOut: []handoff.Channel{"email"}, to: "ca", at: "2026-07-01",
			rule: "casl.messages", text: "needs consent: none is known"},
		// United Kingdom.
		{name: "a sole trader", reason: "an individual has to consent", tables: "pecr", optOut: []handoff.Channel{"email"}, to: "GB - individual", at: "2026-07-01",
			rule: "pecr.messages.individual", text: "needs consent: none is known"},
		{name: "a sole trader who bought", reason: "soft opt-in is a ground", tables: "pecr", to: "GB - individual", at: "2026-07-01", evidence: "email soft_opt_in 2020-01-01",
			open: true, rule: "pecr.messages.individual", text: "a soft opt in of 2020-01-01 opens email", relied: 1},
		{name: "a company", reason: "a corporate subscriber need not consent", tables: "pecr", optOut: []handoff.Channel{"email"}, to: "GB - corporate", at: "2026-07-01",
			open: true, rule: "pecr.email.corporate", text: "open until it is refused"},
		{name: "a company, and a stricter policy", reason: "the policy's own word is the stricter one", tables: "pecr", to: "GB - corporate", at: "2026-07-01",
			rule: "consent.email", text: "the policy needs a grant: none is known"},
		{name: "a company that granted, and a stricter policy", reason: "any grant contents the policy", tables: "pecr", to: "GB - corporate", at: "2026-07-01",
			evidence: "email legitimate_interest 2026-01-01", open: true, rule: "pecr.email.corporate", text: "open until it is refused", relied: 1},
		{name: "a company that refused", reason: "an objection closes under every law", tables: "pecr", optOut: []handoff.Channel{"email"}, to: "GB - corporate", at: "2026-07-01",
			evidence: "email denied 2026-03-01", rule: "consent.email", text: "was refused on 2026-03-01", relied: 1},
		{name: "a subscriber nobody knows", reason: "who is unknown is an individual", tables: "pecr", optOut: []handoff.Channel{"email"}, to: "GB", at: "2026-07-01",
			rule: "pecr.messages.individual", text: "needs consent: none is known", unknown: []string{"lead.subscriber"}},
		{name: "a subscriber nobody knows, who consented", reason: "what opens for everybody needs no more facts", tables: "pecr", to: "GB", at: "2026-07-01",
			evidence: "email express 2026-01-01", open: true, rule: "pecr.messages.individual", text: "an express grant of 2026-01-01 opens email", relied: 1},
		{name: "UK", reason: "hosts write both", tables: "pecr", optOut: []handoff.Channel{"email"}, to: "UK - individual", at: "2026-07-01",
			rule: "pecr.messages.individual", text: "needs consent: none is known"},
		{name: "a call", reason: "calls are open until they are refused", tables: "pecr", optOut: []handoff.Channel{"call"}, to: "GB - individual", at: "2026-07-01", channel: "call",
			open: true, rule: "pecr.call", text: "open until it is refused"},
		// United States, European Union.
		{name: "e-mail in the United States", reason: "it is open until it is refused", tables: "can-spam tcpa", optOut: []handoff.Channel{"email"}, to: "US TX", at: "2026-07-01",
			open: true, rule: "can-spam.email", text: "open until it is refused"},
		{name: "a text in the United States", reason: "texts need express consent", tables: "can-spam tcpa", optOut: []handoff.Channel{"sms"}, to: "US TX", at: "2026-07-01",
			channel: "sms", evidence: "sms inquiry 2026-06-01", rule: "tcpa.sms", text: "needs consent: an inquiry does not give it"},
		{name: "a person in the Union", reason: "legitimate interest is no ground for e-mail to individuals", tables: "gdpr", to: "DE - individual", at: "2026-07-01",
			evidence: "email legitimate_interest 2026-06-01", rule: "gdpr.messages.individual", text: "needs consent: a legitimate interest does not give it"},
		{name: "a company in the Union", reason: "it is one to companies", tables: "gdpr", to: "NO - corporate", at: "2026-07-01", evidence: "email legitimate_interest 2026-06-01",
			open: true, rule: "gdpr.messages.corporate", text: "a legitimate interest of 2026-06-01 opens email", relied: 1},
		{name: "a call without a basis", reason: "a basis has to be on record", tables: "gdpr", optOut: []handoff.Channel{"call"}, to: "DE", at: "2026-07-01", channel: "call",
			rule: "gdpr.call", text: "needs consent: none is known"},
		// Several laws.
		{name: "a country nobody knows", reason: "the rows of all countries apply", tables: "can-spam casl", optOut: []handoff.Channel{"email"}, to: "-", at: "2026-07-01",
			rule: "casl.messages", text: "needs consent: none is known", unknown: []string{"lead.country"}},
		{name: "a country in words", reason: "no row could match it, so that it is unknown", tables: "can-spam casl", optOut: []handoff.Channel{"email"}, to: "Canada", at: "2026-07-01",
			rule: "casl.messages", text: "needs consent: none is known", unknown: []string{"lead.country"}},
		{name: "a country and a subscriber nobody knows", reason: "both made the row apply", tables: "pecr casl", optOut: []handoff.Channel{"email"}, to: "-", at: "2026-07-01",
			rule: "pecr.messages.individual", text: "needs consent: none is known", unknown: []string{"lead.country", "lead.subscriber"}},
		{name: "what is a ground in one country alone", reason: "every row has to let it through", tables: "casl gdpr", to: "- - individual", at: "2026-02-01",
			evidence: "email inquiry 2026-01-01", rule: "gdpr.messages.individual", text: "needs consent: an inquiry does not give it", unknown: []string{"lead.country"}},
		{name: "a country nobody knows, and an express grant", reason: "it opens everywhere", tables: "can-spam casl gdpr pecr", to: "-", at: "2026-07-01",
			evidence: "email express 2026-01-01", open: true, rule: "casl.messages", text: "an express grant of 2026-01-01 opens email", relied: 1},
		{name: "a country without a table", reason: "the policy alone has a say", tables: "can-spam casl gdpr pecr tcpa", optOut: []handoff.Channel{"email"}, to: "BR", at: "2026-07-01",
			open: true, rule: "consent.email", text: "the policy opens it until it is refused"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := lawOf(t, LawConfig{Rows: rowsOf(t, tt.tables), OptOut: tt.optOut})
			evidence := evidenceOf(t, tt.evidence)
			if tt.channel == "" {
				tt.channel = handoff.ChannelEmail
			}
			got := l.Judge(in(tt.to), handoff.Touch{Channel: tt.channel, At: instantOf(t, tt.at), Purpose: tt.purpose}, evidence)
			want := handoff.Judgement{Open: tt.open, Rule: tt.rule, Text: tt.text, Source: got.Source, Unknown: tt.unknown}
			if tt.relied > 0 {
				want.Evidence = evidence[tt.relied-1]
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
			if ofRow := !strings.HasPrefix(tt.rule, "consent"); ofRow != (got.Source != "") {
				t.Errorf("source %q of rule %s: a judgement cites the law that decided, and no other", got.Source, tt.rule)
			}
		})
	}
}

func TestLaw_AccountStandsIn(t *testing.T) {
	rows := []LawRow{{ID: "ca", Countries: []string{"CA"}, Need: NeedNever, Source: "x"},
		{ID: "tx", Countries: []string{"US"}, States: []string{"TX"}, Need: NeedNever, Source: "x"}}
	l := lawOf(t, LawConfig{Rows: rows, OptOut: []handoff.Channel{"email"}})
	for _, tt := range []struct {
		name, reason  string
		lead, account string // country, state
		open          bool
		unknown       []string
	}{
		{"the account's country", "the lead has none", "-", "CA", false, nil},
		{"the lead's country", "it says where the person is", "FR", "CA", true, nil},
		{"the account's state", "it comes with the account's country", "-", "US TX", false, nil},
		{"the lead's state in the account's country", "the lead's own word goes first", "- FL", "US TX", true, nil},
		{"no state of the lead", "the account's is of another place: the rows of all states apply", "US", "US FL", false, []string{"lead.state"}},
		{"a state in words", "no row could match it, so that it is unknown", "US Florida", "-", false, []string{"lead.state"}},
		{"neither", "the rows of all countries apply", "-", "-", false, []string{"lead.country"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, account := in(tt.lead), in(tt.account).Lead
			f.Account = handoff.Account{Country: account.Country, State: account.State}
			got := l.Judge(f, handoff.Touch{Channel: "email", At: instantOf(t, "2026-07-01")}, nil)
			if got.Open != tt.open || !slices.Equal(got.Unknown, tt.unknown) {
				t.Errorf("got %+v: %s", got, tt.reason)
			}
		})
	}
}

// A row's months and days are those of the policy's zone.
func TestLaw_Zone(t *testing.T) {
	rows := []LawRow{{ID: "r", Need: NeedConsent, Bases: []Ground{{"inquiry", 1}}, From: calendar.Date{Year: 2026, Month: 2, Day: 15}, Source: "x"}}
	l := lawOf(t, LawConfig{Rows: rows, Zone: zoneOf(t, "America/New_York")})
	for _, tt := range []struct {
		name, reason, inquiry, at string
		open                      bool
	}{
		{"before the law", "it is 14 February in New York, and any grant opens", "2026-01-01", "2026-02-15T04:59:59Z", true},
		{"under the law", "it is 15 February there", "2026-01-01", "2026-02-15T05:00:00Z", false},
		{"over a change of clocks", "20:00 on the day in April is an hour earlier in UTC", "2026-03-03T01:00:00Z", "2026-04-02T23:59:59Z", true},
		{"the end over a change of clocks", "20:00 there is the end", "2026-03-03T01:00:00Z", "2026-04-03T00:00:00Z", false},
		{"a date of the zone", "in New York it is 31 January still, and a month later 28 February", "2026-02-01T03:00:00Z", "2026-03-01T02:59:59Z", true},
		{"the end of a date of the zone", "22:00 there is the end", "2026-02-01T03:00:00Z", "2026-03-01T03:00:00Z", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := l.Judge(in("US"), handoff.Touch{Channel: "email", At: instantOf(t, tt.at)}, evidenceOf(t, "email inquiry "+tt.inquiry))
			if got.Open != tt.open {
				t.Errorf("got %+v: %s", got, tt.reason)
			}
		})
	}
}

func TestLaw_Rows(t *testing.T) {
	optOut := []handoff.Channel{"email", "social"}
	evidence := "email express 2026-01-01"
	for _, tt := range []struct {
		name, reason string
		row          LawRow
		channel      handoff.Channel
		open         bool
		rule         string
	}{
		{"never", "no evidence opens it", LawRow{Need: NeedNever}, "email", false, "r"},
		{"a row about hours", "it has no say in consent", LawRow{Hours: []calendar.Window{{}}}, "email", true, "consent.email"},
		{"another channel", "the row is not about it", LawRow{Need: NeedNever, Channels: []handoff.Channel{"call"}}, "email", true, "consent.email"},
		{"no channels", "the row is about all", LawRow{Need: NeedNever}, "social", false, "r"},
		{"another purpose", "the row is not about it", LawRow{Need: NeedNever, Purposes: []handoff.Purpose{"marketing"}}, "email", true, "consent.email"},
		{"the last day in force", "a row counts until the day before Until", LawRow{Need: NeedNever, Until: calendar.Date{Year: 2026, Month: 7, Day: 2}}, "email", false, "r"},
		{"no more in force", "Until is the first day it is no more", LawRow{Need: NeedNever, Until: calendar.Date{Year: 2026, Month: 7, Day: 1}}, "email", true, "consent.email"},
		{"both subscribers", "who is unknown is an individual", LawRow{Need: NeedNever, Subscribers: []handoff.Subscriber{"corporate", "individual"}}, "email", false, "r"},
		{"corporate alone", "who is unknown is an individual", LawRow{Need: NeedNever, Subscribers: []handoff.Subscriber{"corporate"}}, "email", true, "consent.email"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.row.ID, tt.row.Source = "r", "x"
			l := lawOf(t, LawConfig{Rows: []LawRow{tt.row}, OptOut: optOut})
			got := l.Judge(in("US"), handoff.Touch{Channel: tt.channel, At: instantOf(t, "2026-07-01")}, evidenceOf(t, evidence))
			if got.Open != tt.open || got.Rule != tt.rule {
				t.Errorf("got %+v: %s", got, tt.reason)
			}
		})
	}
}

// Of several rows that let a touch through, the first of those that ask the most is cited.
func TestLaw_CitesTheFirst(t *testing.T) {
	nothing := func(id string) LawRow { return LawRow{ID: id, Need: NeedNothing, Source: "x"} }
	consent := func(id string, b handoff.Basis) LawRow {
		return LawRow{ID: id, Need: NeedConsent, Bases: []Ground{{b, 0}}, Source: "x"}
	}
	for _, tt := range []struct {
		name, reason string
		rows         []LawRow
		rule         string
	}{
		{"two that need nothing", "the first of equals", []LawRow{nothing("a"), nothing("b")}, "a"},
		{"two that need consent", "the first of equals", []LawRow{consent("a", "express"), consent("b", "express")}, "a"},
		{"one of each", "consent is more than nothing", []LawRow{nothing("a"), consent("b", "express")}, "b"},
		{"two that refuse", "the first of equals", []LawRow{nothing("a"), consent("b", "purchase"), consent("c", "inquiry")}, "b"},
		{"one that refuses, behind one that does not", "each has to let the touch through", []LawRow{consent("a", "express"), consent("b", "purchase")}, "b"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := lawOf(t, LawConfig{Rows: tt.rows})
			got := l.Judge(in("US"), handoff.Touch{Channel: "email", At: instantOf(t, "2026-07-01")}, evidenceOf(t, "email express 2026-01-01"))
			if got.Rule != tt.rule {
				t.Errorf("got %+v, want rule %s: %s", got, tt.rule, tt.reason)
			}
		})
	}
}

func TestLaw_HonourBy(t *testing.T) {
	soon := LawRow{ID: "soon", Countries: []string{"US"}, Channels: []handoff.Channel{"email"}, Purposes: []handoff.Purpose{"marketing"}, HonourBy: HonourBy{Days: 3}, Source: "x"}
	for _, tt := range []struct {
		name, reason, tables, zone, to, evidence string
		more                                     []LawRow
		want                                     string // "": no law says
	}{
		{name: "no law", reason: "nothing says so", to: "US", evidence: "email denied 2026-03-05"},
		{name: "a Thursday", reason: "ten business days have two weekends between", tables: "can-spam", to: "US", evidence: "email denied 2026-03-05T10:30:00Z", want: "2026-03-19T10:30:00Z"},
		{name: "a Saturday", reason: "Monday is the first business day after it", tables: "can-spam", to: "US", evidence: "email denied 2026-03-07", want: "2026-03-20"},
		{name: "the zone's days", reason: "it is Friday evening in New York, and clocks go forward on the way", tables: "casl", zone: "America/New_York", to: "CA",
			evidence: "email denied 2026-03-07T02:00:00Z", want: "2026-03-21T01:00:00Z"},
		{name: "another country", reason: "the law is not about it", tables: "can-spam", to: "DE", evidence: "email denied 2026-03-05"},
		{name: "another channel", reason: "the law is not about it", tables: "can-spam", to: "US", evidence: "mail denied 2026-03-05"},
		{name: "a country nobody knows", reason: "every law applies", tables: "can-spam", to: "-", evidence: "email denied 2026-03-05", want: "2026-03-19"},
		{name: "the earliest", reason: "of several rows the earliest binds, and days of the calendar have no weekend", tables: "can-spam", to: "US", more: []LawRow{soon},
			evidence: "email denied 2026-03-05", want: "2026-03-08"},
		{name: "a purpose", reason: "the row is about another purpose", tables: "can-spam", to: "US", more: []LawRow{soon}, evidence: "email denied 2026-03-05 for sales", want: "2026-03-19"},
		{name: "a purpose that nobody knows", reason: "a refusal in doubt is one of everything", tables: "can-spam", to: "US", more: []LawRow{soon},
			evidence: "email denied 2026-03-05 for noise", want: "2026-03-08"},
		{name: "transactional", reason: "no row judges it", tables: "can-spam", to: "US", evidence: "email denied 2026-03-05 for transactional"},
		{name: "a revocation", reason: "the days count from when the grant was taken back", tables: "can-spam", to: "US", evidence: "email granted 2026-01-01 revoked 2026-03-05",
			want: "2026-03-19"},
		{name: "a grant", reason: "there is nothing to honour", tables: "can-spam", to: "US", evidence: "email granted 2026-03-05"},
		{name: "before the rule", reason: "the rule on revocation is of 2025-04-11", tables: "tcpa", to: "US", evidence: "sms denied 2025-04-10"},
		{name: "the first day of the rule", reason: "the rule on revocation is of 2025-04-11", tables: "tcpa", to: "US", evidence: "sms denied 2025-04-11", want: "2025-04-25"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.zone == "" {
				tt.zone = "UTC"
			}
			l := lawOf(t, LawConfig{Rows: append(rowsOf(t, tt.tables), tt.more...), Zone: zoneOf(t, tt.zone)})
			var want time.Time
			if tt.want != "" {
				want = instantOf(t, tt.want)
			}
			if got := l.HonourBy(in(tt.to), evidenceOf(t, tt.evidence)[0]); !got.Equal(want) {
				t.Errorf("by %v, want %v: %s", got, want, tt.reason)
			}
		})
	}
}

func TestLaw_Hours(t *testing.T) {
	states := []string{"tcpa.hours.fl", "tcpa.hours.md", "tcpa.hours.ms", "tcpa.hours.nj", "tcpa.hours.ok", "tcpa.hours.ct", "tcpa.hours.ri", "tcpa.hours.tx"}
	all := append([]string{"tcpa.hours"}, states...)
	for _, tt := range []struct {
		name, reason, to, zone, at string // at: the time where the recipient is
		channel                    handoff.Channel
		purpose                    handoff.Purpose
		rows                       []string
		open                       bool
	}{
		{"Florida in the evening", "its day ends at 20:00, the federal one an hour later", "US FL", "America/New_York", "2026-07-01T20:30", "sms", "", []string{"tcpa.hours", "tcpa.hours.fl"}, false},
		{"Florida before the evening", "the end itself is over", "US FL", "America/New_York", "2026-07-01T19:59", "sms", "", []string{"tcpa.hours", "tcpa.hours.fl"}, true},
		{"Florida before its law", "only the federal hours applied", "US FL", "America/New_York", "2021-06-29T20:30", "sms", "", []string{"tcpa.hours"}, true},
		{"California in the evening", "no row of its own: the federal hours apply", "US CA", "America/Los_Angeles", "2026-07-01T20:30", "sms", "", []string{"tcpa.hours"}, true},
		{"Texas on Sunday morning", "its Sunday begins at noon", "US TX", "America/Chicago", "2026-07-05T11:00", "sms", "", []string{"tcpa.hours", "tcpa.hours.tx"}, false},
		{"Texas on Sunday at noon", "the beginning itself is open", "US TX", "America/Chicago", "2026-07-05T12:00", "call", "", []string{"tcpa.hours", "tcpa.hours.tx"}, true},
		{"Texas on Saturday morning", "its Saturday is a weekday", "US TX", "America/Chicago", "2026-07-04T11:00", "call", "", []string{"tcpa.hours", "tcpa.hours.tx"}, true},
		{"Rhode Island on Saturday evening", "its weekend ends at 17:00", "US RI", "America/New_York", "2026-07-04T17:00", "call", "", []string{"tcpa.hours", "tcpa.hours.ri"}, false},
		{"Connecticut early", "its day begins at 9:00", "US CT", "America/New_York", "2026-07-01T08:30", "call", "", []string{"tcpa.hours", "tcpa.hours.ct"}, false},
		{"Mississippi on Sunday", "its Sundays are closed", "US MS", "America/Chicago", "2026-07-05T12:00", "call", "", []string{"tcpa.hours", "tcpa.hours.ms"}, false},
		{"a state nobody knows", "the hours of all states apply", "US", "America/New_York", "2026-07-01T17:30", "sms", "", all, true},
		{"a state nobody knows, in the evening", "Rhode Island's day is over", "US", "America/New_York", "2026-07-01T18:00", "sms", "", all, false},
		{"a country nobody knows", "the hours of all countries apply", "- CA", "America/New_York", "2026-07-01T12:00", "sms", "", all, true},
		{"another country", "the hours are not about it", "DE", "Europe/Berlin", "2026-07-01T23:00", "sms", "", nil, true},
		{"e-mail", "the hours are not about it", "US FL", "America/New_York", "2026-07-01T23:00", "email", "", nil, true},
		{"transactional", "no row judges it", "US FL", "America/New_York", "2026-07-01T23:00", "sms", "transactional", nil, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			local, err := time.Parse("2006-01-02T15:04", tt.at)
			if err != nil {
				t.Fatal(err)
			}
			zone := zoneOf(t, tt.zone)
			at := zone.At(calendar.Date{Year: local.Year(), Month: local.Month(), Day: local.Day()}, time.Duration(local.Hour())*time.Hour+time.Duration(local.Minute())*time.Minute)
			l := lawOf(t, LawConfig{Rows: rowsOf(t, "tcpa")})
			var ids []string
			open := true
			for _, r := range l.hours(in(tt.to), handoff.Touch{Channel: tt.channel, Purpose: tt.purpose}, at) {
				ids = append(ids, r.ID)
				hours, err := calendar.New(calendar.Config{Zone: zone, Weekly: r.Hours})
				if err != nil {
					t.Fatal(err)
				}
				open = open && hours.IsOpen(at)
			}
			if diff := cmp.Diff(tt.rows, ids); diff != "" {
				t.Errorf("%s: rows (-want +got):\n%s", tt.reason, diff)
			}
			if open != tt.open {
				t.Errorf("open %v, want %v: %s", open, tt.open, tt.reason)
			}
		})
	}
}

// The hours of a state stand beside those of its country, which bind as well.
func TestLaw_HoursOfAState(t *testing.T) {
	wide, narrow := hoursOf(t, "mon-sun 05:00-23:00"), hoursOf(t, "mon-sun 09:00-18:00")
	l := lawOf(t, LawConfig{Rows: []LawRow{
		{ID: "a", Table: "one", Hours: narrow, Source: "x"},
		{ID: "a.tx", Table: "one", Countries: []string{"US"}, States: []string{"TX"}, Hours: wide, Source: "x"},
		{ID: "b.fl", Table: "one", Countries: []string{"US"}, States: []string{"FL"}, Hours: wide, Source: "x"},
		{ID: "c.tx", Countries: []string{"US"}, States: []string{"TX"}, Subscribers: []handoff.Subscriber{"individual"}, Hours: wide, Source: "x"},
		{ID: "d", Need: NeedNothing, Source: "x"},
	}})
	var ids []string
	for _, r := range l.hours(in("US TX"), handoff.Touch{Channel: "call"}, instantOf(t, "2026-07-01")) {
		ids = append(ids, r.ID)
	}
	if diff := cmp.Diff([]string{"a", "a.tx", "c.tx"}, ids); diff != "" {
		t.Errorf("every row that applies and has hours binds (-want +got):\n%s", diff)
	}
}

// TestTables_StatesNarrow holds that no state of a table allows an hour that its country forbids.
func TestTables_StatesNarrow(t *testing.T) {
	for _, name := range Tables() {
		rows := rowsOf(t, name)
		for _, state := range rows {
			for _, country := range rows {
				if len(state.States) == 0 || len(country.States) > 0 || len(state.Hours) == 0 || len(country.Hours) == 0 {
					continue
				}
				allowed := stretches(country.Hours)
				if both := stretches(append(slices.Clone(state.Hours), country.Hours...)); !slices.Equal(both, allowed) {
					t.Errorf("%s allows more than %s", state.ID, country.ID)
				}
			}
		}
	}
}

func TestLaw_Mistakes(t *testing.T) {
	hours := []calendar.Window{{Close: time.Hour}}
	day := func(n int) calendar.Date { return calendar.Date{Year: 2026, Month: 1, Day: n} }
	for _, tt := range []struct {
		name   string
		config LawConfig
		want   string
	}{
		{"no id", LawConfig{Rows: []LawRow{{Need: NeedNever, Source: "x"}}}, "law 1 \"\": needs an id of its own"},
		{"a repeated id", LawConfig{Rows: []LawRow{{ID: "a", Need: NeedNever, Source: "x"}, {ID: "a", Need: NeedNever, Source: "x"}}}, `law 2 "a": needs an id of its own`},
		{"no source", LawConfig{Rows: []LawRow{{ID: "a", Need: NeedNever, Source: " "}}}, "needs a source"},
		{"nothing", LawConfig{Rows: []LawRow{{ID: "a", Source: "x"}}}, "says nothing"},
		{"an unknown need", LawConfig{Rows: []LawRow{{ID: "a", Need: "luck", Source: "x"}}}, `need "luck"`},
		{"consent on no basis", LawConfig{Rows: []LawRow{{ID: "a", Need: NeedConsent, Source: "x"}}}, "which has at least one"},
		{"bases of nothing", LawConfig{Rows: []LawRow{{ID: "a", Need: NeedNothing, Bases: []Ground{{Basis: "express"}}, Source: "x"}}}, "bases belong to"},
		{"an unknown basis", LawConfig{Rows: []LawRow{{ID: "a", Need: NeedConsent, Bases: []Ground{{Basis: "hearsay"}}, Source: "x"}}}, `basis "hearsay"`},
		{"no basis", LawConfig{Rows: []LawRow{{ID: "a", Need: NeedConsent, Bases: []Ground{{}}, Source: "x"}}}, `basis ""`},
		{"a repeated basis", LawConfig{Rows: []LawRow{{ID: "a", Need: NeedConsent, Bases: []Ground{{"express", 0}, {"express", 6}}, Source: "x"}}}, "stands there twice"},
		{"negative months", LawConfig{Rows: []LawRow{{ID: "a", Need: NeedConsent, Bases: []Ground{{"express", -1}}, Source: "x"}}}, "months are from 0"},
		{"too many months", LawConfig{Rows: []LawRow{{ID: "a", Need: NeedConsent, Bases: []Ground{{"express", maxMonths + 1}}, Source: "x"}}}, "to 1200"},
		{"a task", LawConfig{Rows: []LawRow{{ID: "a", Need: NeedNever, Channels: []handoff.Channel{"task"}, Source: "x"}}}, `channel "task"`},
		{"an unknown channel", LawConfig{Rows: []LawRow{{ID: "a", Need: NeedNever, Channels: []handoff.Channel{"email", "fax"}, Source: "x"}}}, `channel "fax"`},
		{"transactional", LawConfig{Rows: []LawRow{{ID: "a", Need: NeedNever, Purposes: []handoff.Purpose{"transactional"}, Source: "x"}}}, `purpose "transactional"`},
		{"an unknown subscriber", LawConfig{Rows: []LawRow{{ID: "a", Need: NeedNever, Subscribers: []handoff.Subscriber{""}, Source: "x"}}}, `subscriber ""`},
		{"a country in lower case", LawConfig{Rows: []LawRow{{ID: "a", Need: NeedNever, Countries: []string{"us"}, Source: "x"}}}, `country "us"`},
		{"a country in words", LawConfig{Rows: []LawRow{{ID: "a", Need: NeedNever, Countries: []string{"USA"}, Source: "x"}}}, `country "USA"`},
		{"a state with its country", LawConfig{Rows: []LawRow{{ID: "a", Need: NeedNever, Countries: []string{"US"}, States: []string{"US-TX"}, Source: "x"}}}, `state "US-TX"`},
		{"a state of no country", LawConfig{Rows: []LawRow{{ID: "a", Need: NeedNever, States: []string{"TX"}, Source: "x"}}}, "the one country"},
		{"a state of two", LawConfig{Rows: []LawRow{{ID: "a", Need: NeedNever, Countries: []string{"US", "CA"}, States: []string{"TX"}, Source: "x"}}}, "the one country"},
		{"no such day", LawConfig{Rows: []LawRow{{ID: "a", Need: NeedNever, From: day(32), Source: "x"}}}, "not a day"},
		{"never in force", LawConfig{Rows: []LawRow{{ID: "a", Need: NeedNever, From: day(2), Until: day(2), Source: "x"}}}, "which is never"},
		{"negative days", LawConfig{Rows: []LawRow{{ID: "a", Need: NeedNever, HonourBy: HonourBy{Days: -1}, Source: "x"}}}, "1 to 366 days"},
		{"too many days", LawConfig{Rows: []LawRow{{ID: "a", Need: NeedNever, HonourBy: HonourBy{Days: 367}, Source: "x"}}}, "1 to 366 days"},
		{"business days without a number", LawConfig{Rows: []LawRow{{ID: "a", Need: NeedNever, HonourBy: HonourBy{Business: true}, Source: "x"}}}, "need a number"},
		{"no such hour", LawConfig{Rows: []LawRow{{ID: "a", Hours: append(hours, calendar.Window{Close: 25 * time.Hour}), Source: "x"}}}, "weekly window 1"},
		{"an unknown channel of the policy", LawConfig{OptOut: []handoff.Channel{"task"}}, `opt-out: channel "task"`},
		{"the second of two", LawConfig{Rows: []LawRow{{ID: "a", Source: "x"}, {ID: "b", Need: NeedNever}}}, "\nlaw 2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if l, err := NewLaw(tt.config); err == nil || !strings.Contains(err.Error(), tt.want) || l != nil {
				t.Errorf("law %v, error %v, want one with %q", l, err, tt.want)
			}
		})
	}
}

func TestLaw_Copies(t *testing.T) {
	rows := []LawRow{{ID: "a", Countries: []string{"CA"}, Need: NeedNever, Source: "x"}}
	optOut := []handoff.Channel{"email"}
	l := lawOf(t, LawConfig{Rows: rows, OptOut: optOut})
	rows[0].Countries[0], rows[0].Need, optOut[0] = "US", NeedNothing, "sms"
	touch := handoff.Touch{Channel: "email", At: instantOf(t, "2026-07-01")}
	if ca, us := l.Judge(in("CA"), touch, nil), l.Judge(in("US"), touch, nil); ca.Open || !us.Open {
		t.Errorf("CA %+v, US %+v: the caller changed its slices afterwards", ca, us)
	}
}

func TestMerge(t *testing.T) {
	rows := []LawRow{{ID: "a"}, {ID: "b"}, {ID: "c"}}
	over := []LawRow{{ID: "d", Source: "new"}, {ID: "b", Source: "new"}, {ID: "b", Source: "again"}}
	var got []string
	for _, r := range Merge(rows, over) {
		got = append(got, r.ID+r.Source)
	}
	if diff := cmp.Diff([]string{"a", "bnew", "c", "dnew", "bagain"}, got); diff != "" {
		t.Errorf("a row takes the place of its id, and a second one stays for NewLaw to refuse (-want +got):\n%s", diff)
	}
	if rows[1].Source != "" {
		t.Error("Merge changed the caller's rows")
	}
}

func TestMerge_LaysAHostsWordOverATable(t *testing.T) {
	own := LawRow{ID: "casl.messages", Countries: []string{"CA"}, Channels: []handoff.Channel{"email"}, Need: NeedConsent, Bases: []Ground{{"express", 0}}, Source: "counsel"}
	l := lawOf(t, LawConfig{Rows: Merge(rowsOf(t, "casl"), []LawRow{own})})
	got := l.Judge(in("CA"), handoff.Touch{Channel: "email", At: instantOf(t, "2026-02-01")}, evidenceOf(t, "email inquiry 2026-01-01"))
	if got.Open || got.Source != "counsel" {
		t.Errorf("got %+v: the host's row takes no inquiry", got)
	}
}

func TestTables(t *testing.T) {
	if diff := cmp.Diff([]string{"can-spam", "casl", "gdpr", "pecr", "tcpa"}, Tables()); diff != "" {
		t.Errorf("tables (-want +got):\n%s", diff)
	}
	var all []LawRow
	for _, name := range Tables() {
		file, err := readTable(name)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !strings.Contains(file.Note, "not legal advice") || len(file.Rows) == 0 {
			t.Errorf("%s: note %q, %d rows: a table says what it is not", name, file.Note, len(file.Rows))
		}
		for _, r := range file.Rows {
			if r.Table != name || !strings.HasPrefix(r.ID, name+".") {
				t.Errorf("row %s of table %s: an id begins with its table", r.ID, r.Table)
			}
			if r.From.IsZero() && !strings.Contains(r.Source, "in force") {
				t.Errorf("row %s says neither since when it is in force nor that nobody looked", r.ID)
			}
		}
		all = append(all, file.Rows...)
	}
	lawOf(t, LawConfig{Rows: all})
	if rows, ok := Table("lex-salica"); ok || rows != nil {
		t.Errorf("rows %v of a table that does not exist", rows)
	}
	rowsOf(t, "casl")[0].Countries[0] = "XX"
	if rowsOf(t, "casl")[0].Countries[0] != "CA" {
		t.Error("a caller changed the table of all")
	}
}

func TestLawRow_JSON(t *testing.T) {
	for _, name := range Tables() {
		want := rowsOf(t, name)
		text, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		var got []LawRow
		if err := handoff.DecodeStrict(text, &got); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s does not come back (-want +got):\n%s", name, diff)
		}
	}
	for _, tt := range []struct{ name, text string }{
		{"an unknown key", `{"id":"a","colour":"red"}`},
		{"an unknown need", `{"id":"a","need":"luck"}`},
		{"an unknown channel", `{"id":"a","channels":["fax"]}`},
		{"an unknown basis", `{"id":"a","bases":[{"basis":"hearsay"}]}`},
		{"an unknown key of a basis", `{"id":"a","bases":[{"basis":"express","years":2}]}`},
		{"hours that cannot be read", `{"id":"a","hours":"at noon"}`},
		{"no such day", `{"id":"a","from":"2026-02-30"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := handoff.DecodeStrict([]byte(tt.text), new(LawRow)); err == nil {
				t.Errorf("%s was read", tt.text)
			}
		})
	}
	if text, err := json.Marshal(LawRow{ID: "a", Hours: []calendar.Window{{Open: time.Second, Close: time.Hour}}}); err == nil {
		t.Errorf("%s: half a minute has no text", text)
	}
}
