package handoff

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/salesbaton/baton/handoff/calendar"
)

// A Request is everything a decision depends on, about one subject.
//
// The order of Triggers, Opportunities, People, Events and Touches has no meaning. A nil slice of Opportunities, People or
// Events means that the host did not look, so that what is derived from it is unknown; an empty one means that there are
// none.
//
// A lead that was matched to an account is that account's: where neither Lead.Account nor Account.ID names one, Match.Account
// does, and where they name another one the request is refused. One that is to be reviewed, or was not matched, belongs to the
// account that the request names, if any.
//
// The account has one name in a request: Account.ID, Lead.Account, the account of a match, of opportunities and of people say
// the same, be it that of the account which has merged into another or that of the other. One beside the other is refused.
//
// What is about a record that has merged into another, as State tells, is about that one: it is decided and remembered there, and
// the decision names the survivor. In a circle every record is on its own.
type Request struct {
	Subject       Ref           `json:"subject"` // a lead or an account
	Lead          Lead          `json:"lead,omitzero"`
	Account       Account       `json:"account,omitzero"`
	Match         Match         `json:"match,omitzero"`         // whom Lead was taken for; zero: nobody looked
	Opportunities []Opportunity `json:"opportunities,omitzero"` // of the account
	People        []Lead        `json:"people,omitzero"`        // of the account, where it is the subject
	Triggers      []Trigger     `json:"triggers,omitempty"`     // all about Subject
	Events        []Event       `json:"events,omitzero"`        // recent, of the subject
	Touches       []Touch       `json:"touches,omitempty"`      // earlier contacts: the rep reads them; cooldowns, gaps and caps per lead go by them
	State         State         `json:"state,omitempty"`
}

// Bounds of a request. What exceeds one is refused, never cut short.
const (
	MaxTriggers = 100
	MaxEvents   = 1000
	MaxPeople   = 200
	MaxList     = 1000 // items of any other list
	MaxText     = 2048 // bytes of any text
)

// An InputError is a caller's mistake in a request. It never repeats a value of the request, which could be personal.
type InputError struct {
	Path    string // such as "triggers[2].id"
	Problem string // what is wrong and how to mend it
}

func (e *InputError) Error() string { return "request: " + e.Path + " " + e.Problem }

// DecodeRequest reads one request from JSON. Unknown keys, data after the request and invalid UTF-8 are errors.
func DecodeRequest(data []byte) (Request, error) {
	var r Request
	return r, DecodeStrict(data, &r)
}

// DecodeStrict reads exactly one JSON value into v and refuses unknown keys, data behind the value and invalid UTF-8. As in
// encoding/json, the case of a key does not matter, and of equal keys the last one counts.
func DecodeStrict(data []byte, v any) error {
	if !utf8.Valid(data) {
		return errors.New("the JSON text is not valid UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return plainJSON(err, data)
	}
	if _, err := dec.Token(); err != io.EOF {
		return errors.New("there is data behind the JSON value")
	}
	return nil
}

// plainJSON says what is wrong with a JSON text without repeating what it holds, which could be personal.
func plainJSON(err error, data []byte) error {
	var instant *time.ParseError
	var typ *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &instant) || strings.Contains(err.Error(), "Time.UnmarshalJSON"):
		return errors.New(`an instant is not written as RFC 3339, such as "2026-03-01T15:04:05Z"`)
	case errors.As(err, &typ):
		found, _, _ := strings.Cut(typ.Value, " ")
		return fmt.Errorf("%s is %s of JSON that does not fit there", cmp.Or(typ.Field, "the value"), article(found))
	case errors.As(err, &syntax):
		return fmt.Errorf("the text is not JSON at byte %d", syntax.Offset)
	case errors.Is(err, errFieldValue):
		var fields hostFields
		if json.Unmarshal(data, &fields) == nil && fields.bad() != "" {
			return fmt.Errorf("%s: %w", fields.bad(), err)
		}
		return err
	case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF):
		return errors.New("the JSON text ends too early")
	}
	if key, found := strings.CutPrefix(err.Error(), "json: unknown field "); found {
		if key = strings.Trim(key, `"`); !plain(key) {
			key = "that is no name"
		}
		return fmt.Errorf("unknown key %s", key)
	}
	return err
}

// plain reports whether a key of the host can be repeated: it reads like a name of a column.
func plain(key string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
	return key != "" && len(key) <= 40 && strings.Contains(letters, key[:1]) && strings.Trim(key, letters+"0123456789") == ""
}

// fieldPath returns the path of one of the host's own fields, or that of them all where its name is not plain.
func fieldPath(path, name string) string {
	if !plain(name) {
		return path
	}
	return path + "." + name
}

// A hostFields is where the host's own fields stand in a request, or in a JSON value that holds one.
type hostFields struct {
	Request       *hostFields
	Lead, Account struct{ Fields map[string]json.RawMessage }
	People        []struct{ Fields map[string]json.RawMessage }
	Triggers      []struct{ Fields map[string]json.RawMessage }
}

// bad returns the path of the first field whose value cannot be one, or "".
func (h hostFields) bad() string {
	if h.Request != nil {
		return h.Request.bad()
	}
	path := cmp.Or(badField("lead.fields", h.Lead.Fields), badField("account.fields", h.Account.Fields))
	for i, l := range h.People {
		path = cmp.Or(path, badField(fmt.Sprintf("people[%d].fields", i), l.Fields))
	}
	for i, t := range h.Triggers {
		path = cmp.Or(path, badField(fmt.Sprintf("triggers[%d].fields", i), t.Fields))
	}
	return path
}

func badField(path string, fields map[string]json.RawMessage) string {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if new(Value).UnmarshalJSON(fields[name]) != nil {
			return fieldPath(path, name)
		}
	}
	return ""
}

func article(word string) string {
	if strings.ContainsRune("aeiou", rune(word[0])) {
		return "an " + word
	}
	return "a " + word
}

// account returns the ref of the account that the request's subject belongs to, or the zero Ref.
func (r Request) account() Ref {
	switch {
	case r.Subject.Kind == KindAccount:
		return r.Subject
	case r.Account.ID != "":
		return r.Account.Ref()
	case r.Lead.Account != "":
		return Ref{KindAccount, r.Lead.Account}
	}
	return Ref{}
}

// asMatched returns the request with the account that the lead was matched to, where it names none.
func (r Request) asMatched() Request {
	if r.Match.Account.Verdict == Matched && r.account().IsZero() {
		r.Lead.Account = r.Match.Account.ID
	}
	return r
}

// person returns the lead that a sequence would reach, or the zero Ref.
func (r Request) person() Ref {
	if r.Lead.ID == "" {
		return Ref{}
	}
	return r.Lead.Ref()
}

// accept checks a request and returns a copy with instants normalised and every list in a fixed order. It shares the
// State and the field maps with r, which nothing in the engine writes to.
func accept(at time.Time, r Request) (Request, error) {
	c := checker{}
	c.instant("at", at)
	c.subject(r)
	c.lead("lead", r.Lead)
	c.account(r.Account)
	c.match(r)
	r = r.asMatched()
	r.Lead.Flags = c.flags("lead", r.Lead.Flags)
	r.Lead.Consent = c.consents("lead", r.Lead.Consent)
	r.Opportunities = c.opportunities(r)
	r.People = c.people(r)
	r.Triggers = c.triggers(r)
	r.Events = c.events(r.Events)
	r.Touches = c.touches(r.Touches)
	return r, c.err
}

// A checker keeps the first mistake it meets.
type checker struct{ err error }

func (c *checker) fail(path, format string, args ...any) {
	if c.err == nil {
		c.err = &InputError{path, fmt.Sprintf(format, args...)}
	}
}

func (c *checker) id(path, id string) {
	if problem := checkID(id); problem != "" {
		c.fail(path, "%s", problem)
	}
}

// maxAhead is how far the clock of another system may be ahead.
const maxAhead = 24 * time.Hour

// Instants lie in years that have a text form, with room for every length of time that a policy can add. To the
// instants of declared fields a policy adds nothing.
const (
	minYear     = 1
	maxYear     = 9000
	maxTextYear = 9999
)

// instant refuses the zero time, years that no calendar of a business reaches, and what RFC 3339 cannot write.
func (c *checker) instant(path string, t time.Time) {
	if t.IsZero() {
		c.fail(path, "is missing; it is an instant such as 2026-03-01T15:04:05Z")
	} else if year := t.UTC().Year(); year < minYear || year > maxYear {
		c.fail(path, "is not between the years %d and %d", minYear, maxYear)
	} else if _, offset := t.Zone(); offset%60 != 0 || offset <= -86400 || offset >= 86400 {
		c.fail(path, "has an offset from UTC that RFC 3339 cannot write; give the instant in UTC")
	}
}

// maybe checks an instant that may be left out, and returns it in the form of instant.
func (c *checker) maybe(path string, t time.Time) time.Time {
	if !t.IsZero() {
		c.instant(path, t)
	}
	return instant(t)
}

// oneOf refuses a word that is not known. The empty word may be among those known; the error does not list it.
func oneOf[T ~string](c *checker, path string, word T, known ...T) {
	if slices.Contains(known, word) {
		return
	}
	known = slices.DeleteFunc(known, func(w T) bool { return w == "" })
	c.fail(path, "is none of %s", wordList(known))
}

// date refuses days that do not exist and years that have no text form; no date is allowed.
func (c *checker) date(path string, d calendar.Date) {
	if _, err := d.MarshalText(); err != nil {
		c.fail(path, "is not a day of the years 0 to 9999")
	}
}

func (c *checker) text(path string, texts ...string) {
	for _, s := range texts {
		if len(s) > MaxText {
			c.fail(path, "holds a text longer than %d bytes", MaxText)
		}
		if !utf8.ValidString(s) {
			c.fail(path, "holds a text that is not valid UTF-8")
		}
	}
}

func (c *checker) list(path string, n, limit int) {
	if n > limit {
		c.fail(path, "has %d items; at most %d are allowed", n, limit)
	}
}

func (c *checker) subject(r Request) {
	c.id("subject", r.Subject.ID)
	switch r.Subject.Kind {
	case KindLead:
		c.carries("lead.id", r.Lead.ID, r.Subject.ID)
	case KindAccount:
		c.carries("account.id", r.Account.ID, r.Subject.ID)
	default:
		c.fail("subject", "is neither a lead nor an account")
	}
	if r.Lead.Account != "" && r.Account.ID != "" && r.Lead.Account != r.Account.ID {
		c.fail("lead.account", "names another account than the one in the request")
	}
}

// carries refuses a request without the record that it is about; its id alone is enough.
func (c *checker) carries(path, id, subject string) {
	switch id {
	case subject:
	case "":
		c.fail(path, "is missing; a request carries the record that it is about, at least its id")
	default:
		c.fail(path, "is not the subject's id")
	}
}

func (c *checker) lead(path string, l Lead) {
	for _, other := range []struct{ path, id string }{{"id", l.ID}, {"account", l.Account}, {"owner", l.Owner},
		{"contact_owner", l.ContactOwner}, {"buying_group", l.BuyingGroup}} {
		if other.id != "" {
			c.id(path+"."+other.path, other.id)
		}
	}
	c.text(path, l.Status, l.Source, l.Company, l.Country, l.State, l.PostalCode, l.Zone)
	oneOf(c, path+".subscriber", l.Subscriber, "", SubscriberCorporate, SubscriberIndividual)
	p := l.Person
	c.text(path+".person", p.FirstName, p.LastName, p.Email, p.Phone, p.Title, p.Message)
	c.list(path+".objections", len(l.Objections), MaxList)
	c.text(path+".objections", l.Objections...)
	c.fields(path+".fields", l.Fields)
}

// people returns the people by id.
func (c *checker) people(r Request) []Lead {
	c.list("people", len(r.People), MaxPeople)
	if len(r.People) > 0 && r.Subject.Kind != KindAccount {
		c.fail("people", "are an account's; a request about a lead carries the lead alone")
	}
	if r.People == nil {
		return nil
	}
	list := append([]Lead{}, r.People...) // empty is not nil
	seen := map[string]bool{}
	for i := range list {
		l, path := &list[i], fmt.Sprintf("people[%d]", i)
		c.lead(path, *l)
		l.Flags = c.flags(path, l.Flags)
		l.Consent = c.consents(path, l.Consent)
		switch {
		case l.ID == "":
			c.fail(path+".id", "is missing")
		case seen[l.ID]:
			c.fail(path+".id", "is that of another of the people; send each person once")
		case l.Account != "" && l.Account != r.Subject.ID:
			c.fail(path+".account", "names another account than the subject")
		}
		seen[l.ID] = true
	}
	slices.SortFunc(list, func(a, b Lead) int { return strings.Compare(a.ID, b.ID) })
	return list
}

func (c *checker) account(a Account) {
	if a.ID != "" {
		c.id("account.id", a.ID)
	}
	for _, other := range []struct{ path, id string }{{"account.parent", a.Parent}, {"account.owner", a.Owner},
		{"account.csm", a.CSM}, {"account.partner", a.Partner}, {"account.parent_owner", a.ParentOwner}} {
		if other.id != "" {
			c.id(other.path, other.id)
		}
	}
	c.text("account", a.Name, a.Domain, a.Country, a.State, a.PostalCode, a.Industry)
	if n := a.Employees.Value; n < 0 || n > maxInt {
		c.fail("account.employees", "is below 0 or beyond 2^53")
	}
	c.date("account.renewal_on", a.RenewalOn)
	c.fields("account.fields", a.Fields)
}

func (c *checker) fields(path string, fields map[string]Value) {
	c.list(path, len(fields), MaxList)
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		v, path := fields[name], fieldPath(path, name)
		c.text(path, name, v.text)
		c.list(path, len(v.list), MaxList)
		c.text(path, v.list...)
		if err := v.check(); err != nil {
			c.fail(path, "%v", err)
		}
	}
}

// flags returns the flags in the order of compareFlags. nil stays nil, and empty stays empty.
func (c *checker) flags(path string, list []Flag) []Flag {
	c.list(path+".flags", len(list), MaxList)
	list = slices.Clone(list)
	for i := range list {
		f, path := &list[i], fmt.Sprintf("%s.flags[%d]", path, i)
		oneOf(c, path+".word", f.Word, FlagWords()...)
		f.Since = c.maybe(path+".since", f.Since)
		f.Until = c.maybe(path+".until", f.Until)
		c.text(path, f.Source, f.LiftedBy)
	}
	slices.SortFunc(list, compareFlags)
	return list
}

func compareFlags(a, b Flag) int {
	return cmp.Or(strings.Compare(string(a.Word), string(b.Word)), a.Since.Compare(b.Since), a.Until.Compare(b.Until),
		strings.Compare(a.Source, b.Source), strings.Compare(a.LiftedBy, b.LiftedBy))
}

// consents returns the evidence in the order of compareEvidence.
func (c *checker) consents(path string, list []Consent) []Consent {
	c.list(path+".consent", len(list), MaxList)
	list = slices.Clone(list)
	for i := range list {
		c.consent(fmt.Sprintf("%s.consent[%d]", path, i), &list[i])
	}
	slices.SortFunc(list, compareEvidence)
	return list
}

func (c *checker) consent(path string, e *Consent) {
	if e.Status != ConsentGranted && e.Status != ConsentDenied {
		c.fail(path+".status", "is neither granted nor denied")
	}
	c.instant(path+".at", e.At)
	e.At = instant(e.At)
	e.Until = c.maybe(path+".until", e.Until)
	e.RevokedAt = c.maybe(path+".revoked_at", e.RevokedAt)
	e.HonourBy = c.maybe(path+".honour_by", e.HonourBy)
	c.text(path+".source", e.Source)
	c.text(path+".jurisdiction", e.Jurisdiction)
	oneOf(c, path+".channel", e.Channel, Channels()...)
	oneOf(c, path+".purpose", e.Purpose, append(Purposes(), "")...)
	oneOf(c, path+".basis", e.Basis, append(Bases(), "")...)
	if e.Status == ConsentDenied && e.Basis != "" {
		c.fail(path+".basis", "is that of a refusal; only a grant has one, so leave it out")
	}
}

// compareEvidence orders by instant, then by whatever else two pieces of evidence can differ in.
func compareEvidence(a, b Consent) int {
	return cmp.Or(a.At.Compare(b.At), compareConsent(a, b), strings.Compare(string(a.Basis), string(b.Basis)),
		a.Until.Compare(b.Until), a.RevokedAt.Compare(b.RevokedAt), a.HonourBy.Compare(b.HonourBy),
		strings.Compare(a.Source, b.Source), strings.Compare(a.Jurisdiction, b.Jurisdiction))
}

func (c *checker) opportunities(r Request) []Opportunity {
	list, account := slices.Clone(r.Opportunities), r.account()
	c.list("opportunities", len(list), MaxList)
	for i, o := range list {
		c.id(fmt.Sprintf("opportunities[%d].id", i), o.ID)
		c.text(fmt.Sprintf("opportunities[%d]", i), o.Account, o.Owner, o.Stage, o.Currency)
		if o.Account != "" && !account.IsZero() && o.Account != account.ID {
			c.fail(fmt.Sprintf("opportunities[%d].account", i), "names another account than the one in the request")
		}
		if n := o.Amount.Value; n > maxInt || n < -maxInt {
			c.fail(fmt.Sprintf("opportunities[%d].amount", i), "is beyond 2^53")
		}
		switch o.Status {
		case OpportunityOpen, OpportunityWon, OpportunityLost:
		default:
			c.fail(fmt.Sprintf("opportunities[%d].status", i), "is none of open, won, lost")
		}
		c.date(fmt.Sprintf("opportunities[%d].close_on", i), o.CloseOn)
		if o.Owner != "" {
			c.id(fmt.Sprintf("opportunities[%d].owner", i), o.Owner)
		}
	}
	slices.SortFunc(list, func(a, b Opportunity) int { return strings.Compare(a.ID, b.ID) })
	return list
}

func (c *checker) triggers(r Request) []Trigger {
	c.list("triggers", len(r.Triggers), MaxTriggers)
	list := slices.Clone(r.Triggers)
	for i := range list {
		t, path := &list[i], fmt.Sprintf("triggers[%d]", i)
		c.id(path+".id", t.ID)
		c.id(path+".kind", t.Kind)
		if t.Subject.IsZero() {
			t.Subject = r.Subject
		} else if t.Subject != r.Subject {
			c.fail(path+".subject", "is not the request's subject; send one request for each subject")
		}
		c.instant(path+".occurred_at", t.OccurredAt)
		t.OccurredAt = instant(t.OccurredAt)
		c.text(path, t.Source, t.Asset, t.Offer, t.Landing, t.Campaign.ID, t.Campaign.Name, t.Campaign.Source,
			t.Campaign.Medium, t.Campaign.AdGroup, t.Campaign.Keyword)
		c.list(path+".pages", len(t.Pages), MaxList)
		c.text(path+".pages", t.Pages...)
		c.list(path+".content", len(t.Content), MaxList)
		c.text(path+".content", t.Content...)
		c.fields(path+".fields", t.Fields)
	}
	slices.SortFunc(list, compareTriggers)
	return c.once(list)
}

// compareTriggers orders by occurred-at, then by id.
func compareTriggers(a, b Trigger) int {
	return cmp.Or(a.OccurredAt.Compare(b.OccurredAt), strings.Compare(a.ID, b.ID))
}

// once drops repeated deliveries of one trigger. Two different triggers under one id are a mistake.
func (c *checker) once(sorted []Trigger) []Trigger {
	first := make(map[string]int, len(sorted))
	kept := sorted[:0]
	for _, t := range sorted {
		i, seen := first[t.ID]
		if !seen {
			first[t.ID] = len(kept)
			kept = append(kept, t)
		} else if !sameJSON(kept[i], t) {
			c.fail("triggers", "hold two different triggers with the same id")
		}
	}
	return kept
}

// sameJSON reports whether two values are written alike.
func sameJSON(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

func (c *checker) events(list []Event) []Event {
	c.list("events", len(list), MaxEvents)
	list = slices.Clone(list)
	for i := range list {
		c.id(fmt.Sprintf("events[%d].id", i), list[i].ID)
		c.id(fmt.Sprintf("events[%d].kind", i), list[i].Kind)
		c.instant(fmt.Sprintf("events[%d].at", i), list[i].At)
		list[i].At = instant(list[i].At)
	}
	slices.SortFunc(list, func(a, b Event) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.ID, b.ID), strings.Compare(a.Kind, b.Kind))
	})
	return c.eachOnce(list)
}

// eachOnce drops repeated reports of one event. Two different events under one id are a mistake.
func (c *checker) eachOnce(sorted []Event) []Event {
	first := make(map[string]Event, len(sorted))
	return slices.DeleteFunc(sorted, func(e Event) bool {
		old, seen := first[e.ID]
		if seen && (old.Kind != e.Kind || !old.At.Equal(e.At)) {
			c.fail("events", "hold two different events with the same id")
		}
		first[e.ID] = e
		return seen
	})
}

// touches returns the touches, the latest first.
func (c *checker) touches(list []Touch) []Touch {
	c.list("touches", len(list), MaxList)
	list = slices.Clone(list)
	for i := range list {
		path := fmt.Sprintf("touches[%d]", i)
		c.touch(path, list[i])
		c.instant(path+".at", list[i].At)
		list[i].At = instant(list[i].At)
	}
	slices.SortFunc(list, func(a, b Touch) int {
		return cmp.Or(b.At.Compare(a.At), strings.Compare(a.ID, b.ID), strings.Compare(string(a.Channel), string(b.Channel)),
			strings.Compare(a.By, b.By), strings.Compare(a.About, b.About), strings.Compare(string(a.Purpose), string(b.Purpose)),
			strings.Compare(a.Scope, b.Scope), strings.Compare(a.Sequence, b.Sequence))
	})
	return list
}

// touch checks a touch but for its instant: that of one that is about to go out is the decision's.
func (c *checker) touch(path string, t Touch) {
	c.id(path+".id", t.ID)
	oneOf(c, path+".channel", t.Channel, Channels()...)
	oneOf(c, path+".purpose", t.Purpose, append(Purposes(), "")...)
	c.text(path, t.By, t.About, t.Scope, t.Sequence)
}
