package handoff_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

func repeat[T any](n int, v T) []T {
	list := make([]T, n)
	for i := range list {
		list[i] = v
	}
	return list
}

func people(list ...handoff.Lead) func(*handoff.Request) {
	return func(r *handoff.Request) { r.People = list }
}

func peopleOfAccount(list ...handoff.Lead) func(*handoff.Request) {
	return func(r *handoff.Request) { *r = engaged(list, triggers()) }
}

func TestRequest_Refused(t *testing.T) {
	long, beyond := strings.Repeat("x", 2049), time.Date(36812, 1, 1, 0, 0, 0, 0, time.UTC)
	flags := func(list ...handoff.Flag) func(*handoff.Request) {
		return func(r *handoff.Request) { r.Lead.Flags = list }
	}
	says := func(edit func(*handoff.Consent)) func(*handoff.Request) {
		c := consent(handoff.ConsentGranted, now)
		edit(&c)
		return func(r *handoff.Request) { r.Lead.Consent = []handoff.Consent{c} }
	}
	opportunity := handoff.Opportunity{ID: "O1", Status: handoff.OpportunityOpen}
	granted := consent(handoff.ConsentGranted, now)
	for _, tt := range []struct {
		name, path, reason string
		edit               func(*handoff.Request)
	}{
		{"no subject", "subject", "a request is about one record", func(r *handoff.Request) { r.Subject.ID = "" }},
		{"subject too long", "subject", "ids are bounded", func(r *handoff.Request) { r.Subject.ID = long }},
		{"subject with a line break", "subject", "ids stand on one line", func(r *handoff.Request) { r.Subject.ID = "a\nb" }},
		{"subject of another kind", "subject", "only leads and accounts are handed off", func(r *handoff.Request) { r.Subject.Kind = handoff.KindRep }},
		{"other lead", "lead.id", "the lead is the subject", func(r *handoff.Request) { r.Lead.ID = "L2" }},
		{"other account", "account.id", "the account is the subject", func(r *handoff.Request) { r.Subject = account("A2") }},
		{"account of somebody else", "lead.account", "there is one account", func(r *handoff.Request) { r.Lead.Account = "A2" }},
		{"person beside an account", "lead.id", "a lead's id is an id", func(r *handoff.Request) { r.Subject, r.Lead.ID = account("A1"), "a\x00b" }},
		{"account id", "account.id", "an account's id is an id", func(r *handoff.Request) { r.Lead.Account, r.Account.ID = "", "a\x00b" }},
		{"account that is no id", "lead.account", "it names an entry of the State", func(r *handoff.Request) { r.Account, r.Lead.Account = handoff.Account{}, "a\x00b" }},
		{"long status", "lead", "texts are bounded", func(r *handoff.Request) { r.Lead.Status = long }},
		{"long postal code", "lead", "texts are bounded", func(r *handoff.Request) { r.Lead.PostalCode = long }},
		{"long postal code of an account", "account", "texts are bounded", func(r *handoff.Request) { r.Account.PostalCode = long }},
		{"status in another encoding", "lead", "texts are UTF-8", func(r *handoff.Request) { r.Lead.Status = "\xff" }},
		{"too many objections", "lead.objections", "lists are bounded", func(r *handoff.Request) { r.Lead.Objections = repeat(1001, "x") }},
		{"long objection", "lead.objections", "texts are bounded", func(r *handoff.Request) { r.Lead.Objections = []string{long} }},
		{"long field", "lead.fields.tier", "texts are bounded, and columns have names", func(r *handoff.Request) { r.Lead.Fields = map[string]handoff.Value{"tier": handoff.StringValue(long)} }},
		{"long field with a name of its own", "lead.fields", "what is no plain name could be personal", func(r *handoff.Request) {
			r.Lead.Fields = map[string]handoff.Value{"jane@initech.example": handoff.StringValue(long)}
		}},
		{"long list in a field", "account.fields.tier", "lists are bounded", func(r *handoff.Request) {
			r.Account.Fields = map[string]handoff.Value{"tier": handoff.ListValue(repeat(1001, "x"))}
		}},
		{"long account name", "account", "texts are bounded", func(r *handoff.Request) { r.Account.Name = long }},
		{"negative employees", "account.employees", "nobody has fewer than none", size(-1)},
		{"too many employees", "account.employees", "other languages lose digits", size(1<<53 + 1)},
		{"no such day in a field", "account.fields.signed_on", "its text is no date", func(r *handoff.Request) {
			r.Account.Fields = map[string]handoff.Value{"signed_on": handoff.DateValue(calendar.Date{Year: 2026, Month: 2, Day: 30})}
		}},
		{"no such day in a field that the policy does not declare", "lead.fields.born", "a later policy may declare it", func(r *handoff.Request) {
			r.Lead.Fields = map[string]handoff.Value{"born": handoff.DateValue(calendar.Date{Year: 10000, Month: 1, Day: 1})}
		}},
		{"instant of a field beyond all texts", "triggers[0].fields.seen", "its text is no instant", func(r *handoff.Request) {
			r.Triggers[0].Fields = map[string]handoff.Value{"seen": handoff.TimeValue(time.Date(36812, 1, 1, 0, 0, 0, 0, time.UTC))}
		}},
		{"renewal on no day", "account.renewal_on", "JSON cannot hold it", func(r *handoff.Request) { r.Account.RenewalOn = calendar.Date{Year: 2026, Month: 2, Day: 30} }},
		{"close on no day", "opportunities[1].close_on", "JSON cannot hold it", func(r *handoff.Request) {
			other := opportunity
			other.CloseOn = calendar.Date{Year: 2026, Month: 13, Day: 1}
			r.Opportunities = []handoff.Opportunity{opportunity, other}
		}},
		{"consent until after all calendars", "lead.consent[0].until", "JSON cannot hold it", func(r *handoff.Request) {
			c := granted
			c.Until = time.Date(36812, 1, 1, 0, 0, 0, 0, time.UTC)
			r.Lead.Consent = []handoff.Consent{c}
		}},
		{"consent at half a minute's offset", "lead.consent[0].at", "JSON would move the instant", func(r *handoff.Request) {
			r.Lead.Consent = []handoff.Consent{consent(handoff.ConsentGranted, now.In(time.FixedZone("", 30)))}
		}},
		{"trigger a day ahead of UTC", "triggers[0].occurred_at", "JSON has no such offset", func(r *handoff.Request) {
			r.Triggers[0].OccurredAt = now.In(time.FixedZone("", 86400))
		}},
		{"trigger a day behind UTC", "triggers[0].occurred_at", "JSON has no such offset", func(r *handoff.Request) {
			r.Triggers[0].OccurredAt = now.In(time.FixedZone("", -86400))
		}},
		{"touch after all calendars", "touches[0].at", "JSON cannot hold it", func(r *handoff.Request) {
			r.Touches = []handoff.Touch{{ID: "t", Channel: "call", At: time.Date(36812, 1, 1, 0, 0, 0, 0, time.UTC)}}
		}},
		{"long zone", "lead", "texts are bounded", func(r *handoff.Request) { r.Lead.Zone = long }},
		{"unknown kind of subscriber", "lead.subscriber", "laws tell two apart", func(r *handoff.Request) { r.Lead.Subscriber = "company" }},
		{"flag without a word", "lead.flags[1].word", "a flag says what the lead is", flags(handoff.Flag{Word: handoff.FlagSpam}, handoff.Flag{Since: now})},
		{"unknown flag", "lead.flags[0].word", "flags come from a closed list", flags(handoff.Flag{Word: "rude"})},
		{"flag since after all calendars", "lead.flags[0].since", "JSON cannot hold it", flags(handoff.Flag{Word: handoff.FlagTest, Since: beyond})},
		{"flag until after all calendars", "lead.flags[0].until", "JSON cannot hold it", flags(handoff.Flag{Word: handoff.FlagTest, Until: beyond})},
		{"long source of a flag", "lead.flags[0]", "texts are bounded", flags(handoff.Flag{Word: handoff.FlagTest, Source: long})},
		{"who lifts a flag in another encoding", "lead.flags[0]", "texts are UTF-8", flags(handoff.Flag{Word: handoff.FlagTest, LiftedBy: "\xff"})},
		{"too many flags", "lead.flags", "lists are bounded", flags(repeat(1001, handoff.Flag{Word: handoff.FlagTest})...)},
		{"flag of a person", "people[1].flags[0].word", "in the caller's order", peopleOfAccount(member("P2", ""), handoff.Lead{ID: "P1", Flags: []handoff.Flag{{}}})},
		{"subscriber of a person", "people[0].subscriber", "laws tell two apart", peopleOfAccount(handoff.Lead{ID: "P1", Subscriber: "x"})},
		{"zone of a person", "people[0]", "texts are bounded", peopleOfAccount(handoff.Lead{ID: "P1", Zone: long})},
		{"consent for an unknown purpose", "lead.consent[0].purpose", "purposes are listed", says(func(c *handoff.Consent) { c.Purpose = "fun" })},
		{"consent on an unknown basis", "lead.consent[0].basis", "bases are listed", says(func(c *handoff.Consent) { c.Basis = "hearsay" })},
		{"refusal with a basis", "lead.consent[0].basis", "nobody needs a reason to refuse", says(func(c *handoff.Consent) { c.Status, c.Basis = "denied", "express" })},
		{"long jurisdiction", "lead.consent[0].jurisdiction", "texts are bounded", says(func(c *handoff.Consent) { c.Jurisdiction = long })},
		{"consent revoked after all calendars", "lead.consent[0].revoked_at", "JSON cannot hold it", says(func(c *handoff.Consent) { c.RevokedAt = beyond })},
		{"consent to honour after all calendars", "lead.consent[0].honour_by", "JSON cannot hold it", says(func(c *handoff.Consent) { c.HonourBy = beyond })},
		{"purpose in the consent of a person", "people[1].consent[0].purpose", "purposes are listed", peopleOfAccount(member("P1", ""), member("P2", "", handoff.Consent{Channel: "email", Status: "granted", At: now, Purpose: "x"}))},
		{"consent without status", "lead.consent[0].status", "evidence is for or against", func(r *handoff.Request) { r.Lead.Consent = []handoff.Consent{{Channel: "email", At: now}} }},
		{"consent without instant", "lead.consent[0].at", "the latest wins", func(r *handoff.Request) {
			r.Lead.Consent = []handoff.Consent{{Channel: "email", Status: "granted"}}
		}},
		{"consent for an unknown channel", "lead.consent[1].channel", "channels are listed", func(r *handoff.Request) {
			r.Lead.Consent = []handoff.Consent{granted, {Channel: "fax", Status: "granted", At: now}}
		}},
		{"too many consents", "lead.consent", "lists are bounded", func(r *handoff.Request) { r.Lead.Consent = repeat(1001, granted) }},
		{"opportunity without id", "opportunities[0].id", "each has one", func(r *handoff.Request) { r.Opportunities = []handoff.Opportunity{{Status: "open"}} }},
		{"opportunity without status", "opportunities[1].status", "open ones count", func(r *handoff.Request) { r.Opportunities = []handoff.Opportunity{opportunity, {ID: "O2"}} }},
		{"too many opportunities", "opportunities", "lists are bounded", func(r *handoff.Request) { r.Opportunities = repeat(1001, opportunity) }},
		{"trigger without id", "triggers[0].id", "redelivery is told by it", func(r *handoff.Request) { r.Triggers[0].ID = "" }},
		{"trigger without kind", "triggers[0].kind", "plays are chosen by it", func(r *handoff.Request) { r.Triggers[0].Kind = "" }},
		{"trigger of another subject", "triggers[0].subject", "one request for each subject", func(r *handoff.Request) { r.Triggers[0].Subject = lead("L2") }},
		{"trigger without instant", "triggers[0].occurred_at", "age decides", func(r *handoff.Request) { r.Triggers[0].OccurredAt = time.Time{} }},
		{"two triggers with one id", "triggers", "one of them would be lost", func(r *handoff.Request) {
			r.Triggers = append(r.Triggers, signal("T1", "webinar", now))
		}},
		{"trigger about a lead only", "triggers[0]", "the policy says what the kind is about", triggers(signal("U1", "usage_drop", now))},
		{"too many triggers", "triggers", "lists are bounded", func(r *handoff.Request) { r.Triggers = repeat(101, r.Triggers[0]) }},
		{"long page", "triggers[0].pages", "texts are bounded", func(r *handoff.Request) { r.Triggers[0].Pages = []string{long} }},
		{"too many pages", "triggers[0].pages", "lists are bounded", func(r *handoff.Request) { r.Triggers[0].Pages = repeat(1001, "/") }},
		{"long content", "triggers[0].content", "texts are bounded", func(r *handoff.Request) { r.Triggers[0].Content = []string{long} }},
		{"long campaign", "triggers[0]", "texts are bounded", func(r *handoff.Request) { r.Triggers[0].Campaign.Keyword = long }},
		{"trigger field of another type", "triggers[0].fields.seats", "types are declared", func(r *handoff.Request) {
			r.Triggers[0].Fields = map[string]handoff.Value{"seats": handoff.StringValue("many")}
		}},
		{"fraction in a field for integers", "triggers[0].fields.seats", "types are declared", func(r *handoff.Request) {
			r.Triggers[0].Fields = map[string]handoff.Value{"seats": handoff.RateValue(1_500_000)}
		}},
		{"number in a field", "triggers[0].fields.seats", "other languages lose digits", func(r *handoff.Request) {
			r.Triggers[0].Fields = map[string]handoff.Value{"seats": handoff.IntValue(1<<53 + 1)}
		}},
		{"event without id", "events[0].id", "an event counts once", func(r *handoff.Request) { r.Events = []handoff.Event{{Kind: "login", At: now}} }},
		{"event without instant", "events[0].at", "age decides", func(r *handoff.Request) { r.Events = []handoff.Event{{ID: "e", Kind: "login"}} }},
		{"event kind in another encoding", "events[0].kind", "the rep reads it", func(r *handoff.Request) { r.Events = []handoff.Event{{ID: "e", Kind: "\xff", At: now}} }},
		{"event beyond all calendars", "events[0].at", "what follows from it has no JSON form", func(r *handoff.Request) {
			r.Events = []handoff.Event{{ID: "e", Kind: "login", At: time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC)}}
		}},
		{"too many events", "events", "lists are bounded", func(r *handoff.Request) { r.Events = repeat(1001, handoff.Event{ID: "e", At: now}) }},
		{"people of a lead", "people", "a lead is one person", people(member("P1", ""))},
		{"person without id", "people[1].id", "each has one", peopleOfAccount(member("P1", ""), member("", "vp"))},
		{"person with a line break", "people[0].id", "ids stand on one line", peopleOfAccount(member("a\nb", ""))},
		{"person twice", "people[1].id", "one of the two is wrong", peopleOfAccount(member("P1", ""), member("P1", "vp"))},
		{"person of another account", "people[0].account", "they are the account's", peopleOfAccount(handoff.Lead{ID: "P1", Account: "A2"})},
		{"too many people", "people", "lists are bounded", peopleOfAccount(repeat(1001, member("P1", ""))...)},
		{"long name of a person", "people[0].person", "texts are bounded", peopleOfAccount(handoff.Lead{ID: "P1", Person: handoff.Person{FirstName: long}})},
		{"consent of a person without instant", "people[1].consent[0].at", "the latest wins", peopleOfAccount(member("P1", ""), member("P2", "", handoff.Consent{Channel: "email", Status: "granted"}))},
		{"long field of a person", "people[0].fields.tier", "texts are bounded", peopleOfAccount(handoff.Lead{ID: "P1", Fields: map[string]handoff.Value{"tier": handoff.StringValue(long)}})},
		{"role of a person that the policy does not list", "people[1].fields.role", "in the caller's order", peopleOfAccount(member("P2", "vp"), member("P1", "tsar"))},
		{"touch without id", "touches[0].id", "each has one", func(r *handoff.Request) { r.Touches = []handoff.Touch{{At: now, Channel: "call"}} }},
		{"touch on an unknown channel", "touches[0].channel", "the rep reads it", func(r *handoff.Request) { r.Touches = []handoff.Touch{{ID: "t", At: now, Channel: "fax"}} }},
		{"long touch", "touches[0]", "texts are bounded", func(r *handoff.Request) {
			r.Touches = []handoff.Touch{{ID: "t", At: now, Channel: "call", About: long}}
		}},
		{"touch for an unknown purpose", "touches[0].purpose", "limits go by it", func(r *handoff.Request) {
			r.Touches = []handoff.Touch{{ID: "t", At: now, Channel: "call", Purpose: "fun"}}
		}},
		{"long scope of a touch", "touches[0]", "texts are bounded", func(r *handoff.Request) {
			r.Touches = []handoff.Touch{{ID: "t", At: now, Channel: "email", Scope: long}}
		}},
		{"long sequence of a touch", "touches[0]", "texts are bounded", func(r *handoff.Request) {
			r.Touches = []handoff.Touch{{ID: "t", At: now, Channel: "email", Sequence: long}}
		}},
		{"too many touches", "touches", "lists are bounded", func(r *handoff.Request) { r.Touches = repeat(1001, handoff.Touch{ID: "t", At: now, Channel: "call"}) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, r := compile(t), demo(tt.edit)
			_, err := e.Decide(now, fill(e, now, r))
			var wrong *handoff.InputError
			if !errors.As(err, &wrong) || wrong.Path != tt.path {
				t.Errorf("got %v, want an *InputError for %s: %s", err, tt.path, tt.reason)
			}
		})
	}
	t.Run("no instant", func(t *testing.T) {
		_, err := compile(t).Decide(time.Time{}, demo())
		var wrong *handoff.InputError
		if !errors.As(err, &wrong) || wrong.Path != "at" {
			t.Errorf("got %v, want an *InputError for at: a decision has an instant", err)
		}
	})
}

func TestRequest_BoundsAreAllowed(t *testing.T) {
	text := strings.Repeat("x", handoff.MaxText)
	for _, tt := range []struct {
		name string
		edit func(*handoff.Request)
	}{
		{"longest text", func(r *handoff.Request) { r.Lead.Status = text }},
		{"most objections", func(r *handoff.Request) { r.Lead.Objections = repeat(handoff.MaxList, "x") }},
		{"most triggers", func(r *handoff.Request) { r.Triggers = repeat(handoff.MaxTriggers, r.Triggers[0]) }},
		{"most events", func(r *handoff.Request) {
			r.Events = repeat(handoff.MaxEvents, handoff.Event{ID: "e", Kind: "login", At: now})
		}},
		{"largest company", size(1 << 53)},
		{"most flags", func(r *handoff.Request) {
			r.Lead.Flags = repeat(handoff.MaxList, handoff.Flag{Word: handoff.FlagDisqualified, Since: earlier, Until: earlier, Source: text, LiftedBy: text})
		}},
		{"zone that nobody knows", func(r *handoff.Request) { r.Lead.Zone = text }},
		{"grant that was taken back", func(r *handoff.Request) {
			r.Lead.Consent = []handoff.Consent{{Channel: handoff.ChannelSocial, Status: handoff.ConsentGranted, Purpose: handoff.PurposeMarketing, Basis: handoff.BasisSoftOptIn,
				Jurisdiction: text, At: earlier, Until: later, RevokedAt: now, HonourBy: later}}
		}},
		{"trigger that names the subject", func(r *handoff.Request) { r.Triggers[0].Subject = r.Subject }},
		{"trigger delivered twice", func(r *handoff.Request) { r.Triggers = append(r.Triggers, r.Triggers[0]) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if d := decide(t, compile(t), now, demo(tt.edit)); d.Verdict != handoff.VerdictEnrolled {
				t.Errorf("got %s, want enrolled", d.Verdict)
			}
		})
	}
}

// TestRequest_OneForm has a text that tells of the lead's flags and consent, in whatever order and zone they come.
func TestRequest_OneForm(t *testing.T) {
	e := compile(t, settle(0), func(c *handoff.Config) {
		c.Plays[0].Opening = handoff.TextFunc(func(f *handoff.Facts) string { return encode(t, f.Lead.Flags) + encode(t, f.Lead.Consent) })
	})
	told := func(flags []handoff.Flag, consent []handoff.Consent) string {
		c, _ := decide(t, e, now, demo(func(r *handoff.Request) { r.Lead.Flags, r.Lead.Consent = flags, consent })).Context()
		return c.Opening
	}
	taken := func(at time.Time, p handoff.Purpose) handoff.Consent {
		return handoff.Consent{Channel: handoff.ChannelSocial, Status: handoff.ConsentGranted, Purpose: p, At: at, Until: later, RevokedAt: now, HonourBy: later}
	}
	over := func(w handoff.FlagWord, since, until time.Time, source, lifted string) handoff.Flag {
		return handoff.Flag{Word: w, Since: since, Until: until, Source: source, LiftedBy: lifted}
	}
	dayBefore, hourBefore := earlier.Add(-day), earlier.Add(-hour)
	flags := []handoff.Flag{
		over(handoff.FlagDisqualified, time.Time{}, earlier, "z", "z"), over(handoff.FlagDisqualified, dayBefore, hourBefore, "b", ""),
		over(handoff.FlagDisqualified, dayBefore, earlier, "a", "b"), over(handoff.FlagDisqualified, dayBefore, earlier, "a", "c"),
		over(handoff.FlagDisqualified, dayBefore, earlier, "b", "a"), over(handoff.FlagDisqualified, hourBefore, earlier, "", ""),
		over(handoff.FlagSpam, dayBefore, hourBefore, "", ""),
	}
	evidence := []handoff.Consent{taken(hourBefore, handoff.PurposeSales), taken(earlier, ""), taken(earlier, handoff.PurposeMarketing), taken(earlier, handoff.PurposeSales)}
	want := encode(t, flags) + encode(t, evidence)
	abroad := time.FixedZone("abroad", 2*3600)
	moved := func(at time.Time) time.Time {
		if at.IsZero() {
			return at
		}
		return at.In(abroad).Add(300)
	}
	g := generate(1)
	for range 20 {
		flags, evidence := shuffled(g, flags), shuffled(g, evidence)
		for i := range flags {
			flags[i].Since, flags[i].Until = moved(flags[i].Since), moved(flags[i].Until)
		}
		for i := range evidence {
			c := &evidence[i]
			c.At, c.Until, c.RevokedAt, c.HonourBy = moved(c.At), moved(c.Until), moved(c.RevokedAt), moved(c.HonourBy)
		}
		if got := told(flags, evidence); got != want {
			t.Fatalf("flags by word and evidence by instant, in UTC and to the microsecond:\n got %s\nwant %s", got, want)
		}
	}
	if got := told(nil, nil); got != "nullnull" {
		t.Errorf("nobody looked, and rules see %s", got)
	}
	if got := told([]handoff.Flag{}, nil); got != "[]null" {
		t.Errorf("there are no flags, and rules see %s", got)
	}
}

func TestDecodeRequest(t *testing.T) {
	for _, tt := range []struct {
		name, json, reason string
		ok                 bool
	}{
		{"smallest", `{"subject":"lead/L1","lead":{"id":"L1"}}`, "what is left out is unknown", true},
		{"unknown key", `{"subject":"lead/L1","leed":{}}`, "a slip of the pen is not passed over", false},
		{"unknown key inside", `{"subject":"lead/L1","lead":{"id":"L1","tier":"gold"}}`, "own columns stand under fields", false},
		{"data behind", `{"subject":"lead/L1"}{}`, "one request is one value", false},
		{"invalid UTF-8", "{\"subject\":\"lead/\xff\"}", "what is stored must read the same everywhere", false},
		{"unknown word", `{"subject":"lead/L1","opportunities":[{"id":"O","status":"maybe"}]}`, "words come from closed lists", false},
		{"unknown flag", `{"subject":"lead/L1","lead":{"id":"L1","flags":[{"word":"rude"}]}}`, "words come from closed lists", false},
		{"unknown purpose of a touch", `{"subject":"lead/L1","touches":[{"id":"t","channel":"email","at":"2026-03-04T15:00:00Z","purpose":"fun"}]}`, "words come from closed lists", false},
		{"no instant", `{"subject":"lead/L1","triggers":[{"id":"T","kind":"k","occurred_at":"soon"}]}`, "instants are RFC 3339", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := handoff.DecodeRequest([]byte(tt.json)); (err == nil) != tt.ok {
				t.Errorf("got %v: %s", err, tt.reason)
			}
		})
	}
	for _, tt := range []struct{ name, fields, want string }{
		{"exponent", `{"a": 1, "seats": 8e0}`, "lead.fields.seats: a field value is"},
		{"beyond all numbers", `{"seats": 1e400}`, "lead.fields.seats: a field value is"},
		{"seven decimals", `{"seats_2025": 0.1234567}`, "lead.fields.seats_2025: a field value is"},
		{"list of numbers", `{"seats": [1, 2]}`, "lead.fields.seats: a field value is"},
		{"keys", `{"seats": {"jane": "doe"}}`, "lead.fields.seats: a field value is"},
		{"no plain name", `{"jane@initech.example": 8e0}`, "lead.fields: a field value is"},
		{"number for a name", `{"15550100": 8e0}`, "lead.fields: a field value is"},
	} {
		t.Run("field: "+tt.name, func(t *testing.T) {
			_, err := handoff.DecodeRequest([]byte(`{"subject":"lead/L1","lead":{"id":"L1","fields":` + tt.fields + `}}`))
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got %v, want %q: the host finds the column, and no value is repeated", err, tt.want)
			}
		})
	}
	for _, tt := range []struct{ name, json, want string }{
		{"account", `{"subject":"account/A1","account":{"id":"A1","fields":{"tier":8e0}}}`, "account.fields.tier: "},
		{"person", `{"subject":"account/A1","people":[{"id":"P1"},{"id":"P2","fields":{"role":8e0}}]}`, "people[1].fields.role: "},
		{"trigger", `{"subject":"lead/L1","triggers":[{"id":"T1"},{"id":"T2","fields":{"seats":8e0}}]}`, "triggers[1].fields.seats: "},
	} {
		t.Run("field of the "+tt.name, func(t *testing.T) {
			if _, err := handoff.DecodeRequest([]byte(tt.json)); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
	t.Run("field in a value that holds a request", func(t *testing.T) {
		var line struct{ Request handoff.Request }
		err := handoff.DecodeStrict([]byte(`{"request":{"subject":"lead/L1","lead":{"fields":{"seats":8e0}}}}`), &line)
		if err == nil || !strings.HasPrefix(err.Error(), "lead.fields.seats: ") {
			t.Errorf("got %v, want the field's path", err)
		}
	})
	t.Run("nothing looked up is not nothing found", func(t *testing.T) {
		unknown, err := handoff.DecodeRequest([]byte(`{"subject":"lead/L1"}`))
		none, err2 := handoff.DecodeRequest([]byte(`{"subject":"lead/L1","lead":{"id":"L1","flags":[]},"opportunities":[],"events":[],"people":[]}`))
		if err != nil || err2 != nil || unknown.Lead.Flags != nil || none.Lead.Flags == nil || unknown.People != nil || none.People == nil || unknown.Opportunities != nil || unknown.Events != nil || none.Opportunities == nil || none.Events == nil {
			t.Errorf("read %v and %v", unknown, none)
		}
	})
}
