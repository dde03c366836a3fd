package handoff

import (
	"cmp"
	"regexp"
	"slices"
	"time"

	"github.com/salesbaton/baton/handoff/calendar"
)

// A Lead is a person's business record: a lead, a contact or a product user. The person's own data stands apart in
// Person, which no condition can read.
type Lead struct {
	ID      string `json:"id,omitempty"`
	Account string `json:"account,omitempty"` // id of the account it belongs to; "" when unmatched
	Owner   string `json:"owner,omitempty"`   // rep who owns it in the CRM; "" when nobody does
	// ContactOwner is the rep who owns the contact that the lead is, where the CRM has both.
	ContactOwner string `json:"contact_owner,omitempty"`
	// BuyingGroup names the people of an account who decide together, such as an opportunity's contact roles.
	BuyingGroup string           `json:"buying_group,omitempty"`
	Status      string           `json:"status,omitempty"` // the CRM's own status word
	Source      string           `json:"source,omitempty"`
	Company     string           `json:"company,omitempty"`     // where the person works, as it was typed
	Country     string           `json:"country,omitempty"`     // ISO 3166-1 alpha-2
	State       string           `json:"state,omitempty"`       // ISO 3166-2 subdivision, without the country
	PostalCode  string           `json:"postal_code,omitempty"` // as the business writes it; a place like State, not personal
	Zone        string           `json:"zone,omitempty"`        // where the person is, such as America/Chicago; "": unknown
	Subscriber  Subscriber       `json:"subscriber,omitempty"`
	Flags       []Flag           `json:"flags,omitzero"`    // what the host marks the lead as; nil: the host did not look
	Consent     []Consent        `json:"consent,omitempty"` // the host's evidence, beside what State remembers
	Fields      map[string]Value `json:"fields,omitempty"`  // the host's own columns; a policy reads those that it declares
	// Objections are the host's keywords for what the lead has objected to so far, such as "budget".
	Objections []string `json:"objections,omitempty"`
	Person     Person   `json:"person,omitzero"`
}

// Ref names the lead.
func (l Lead) Ref() Ref { return Ref{KindLead, l.ID} }

// A Person is what identifies a human being. Conditions, templates, digests and decisions never hold any of it; the
// one thing derived from it is lead.email_domain.
type Person struct {
	FirstName string `json:"first_name,omitempty"`
	LastName  string `json:"last_name,omitempty"`
	Email     string `json:"email,omitempty"`
	Phone     string `json:"phone,omitempty"`
	Title     string `json:"title,omitempty"`
	Message   string `json:"message,omitempty"` // free text, for example from a form
}

// PersonFields are the names that Fill knows.
func PersonFields() []string { return []string{"first_name", "last_name", "email", "phone", "title"} }

var personHole = regexp.MustCompile(`\$\{person\.([a-z_]+)(?: *\| *"([^"]*)")?\}`)

// Fill replaces ${person.first_name} and the other PersonFields in a text that a decision left for the host, such as
// Context.Opening. A field that is empty leaves the default, as in ${person.first_name | "there"}, or nothing.
func (p Person) Fill(text string) string {
	fields := map[string]string{"first_name": p.FirstName, "last_name": p.LastName, "email": p.Email, "phone": p.Phone, "title": p.Title}
	return personHole.ReplaceAllStringFunc(text, func(hole string) string {
		parts := personHole.FindStringSubmatch(hole)
		field, known := fields[parts[1]]
		if !known {
			return hole
		}
		return cmp.Or(field, parts[2])
	})
}

// An Account is a company or a part of one.
type Account struct {
	ID     string `json:"id,omitempty"`
	Name   string `json:"name,omitempty"`
	Domain string `json:"domain,omitempty"`
	Parent string `json:"parent,omitempty"` // id of the account above it in the hierarchy
	// ParentOwner is the rep who owns the account above it.
	ParentOwner string           `json:"parent_owner,omitempty"`
	Owner       string           `json:"owner,omitempty"` // account executive
	CSM         string           `json:"csm,omitempty"`   // customer success manager
	Partner     string           `json:"partner,omitempty"`
	Country     string           `json:"country,omitempty"`
	State       string           `json:"state,omitempty"`
	PostalCode  string           `json:"postal_code,omitempty"` // as the business writes it; a place like State, not personal
	Industry    string           `json:"industry,omitempty"`
	Employees   Opt[int64]       `json:"employees,omitzero"`
	Customer    Opt[bool]        `json:"customer,omitzero"`
	RenewalOn   calendar.Date    `json:"renewal_on,omitzero"`
	Fields      map[string]Value `json:"fields,omitempty"`
}

// Ref names the account.
func (a Account) Ref() Ref { return Ref{KindAccount, a.ID} }

// An OpportunityStatus says whether a deal is still being worked.
type OpportunityStatus string

// The states of an opportunity.
const (
	OpportunityOpen OpportunityStatus = "open"
	OpportunityWon  OpportunityStatus = "won"
	OpportunityLost OpportunityStatus = "lost"
)

// UnmarshalText refuses unknown words.
func (s *OpportunityStatus) UnmarshalText(text []byte) (err error) {
	*s, err = parseWord("opportunity status", text, []OpportunityStatus{OpportunityOpen, OpportunityWon, OpportunityLost})
	return err
}

// An Opportunity is a deal of an account.
type Opportunity struct {
	ID       string            `json:"id"`
	Account  string            `json:"account,omitempty"`
	Owner    string            `json:"owner,omitempty"`
	Stage    string            `json:"stage,omitempty"` // the host's own word
	Status   OpportunityStatus `json:"status"`
	Amount   Opt[int64]        `json:"amount,omitzero"` // in the currency's minor unit
	Currency string            `json:"currency,omitempty"`
	CloseOn  calendar.Date     `json:"close_on,omitzero"`
}

// A Campaign is where a signal came from.
type Campaign struct {
	ID      string `json:"id,omitempty"`
	Name    string `json:"name,omitempty"`
	Source  string `json:"source,omitempty"`
	Medium  string `json:"medium,omitempty"`
	AdGroup string `json:"ad_group,omitempty"`
	Keyword string `json:"keyword,omitempty"`
}

// Kinds of triggers that every motion knows. A policy may declare kinds of its own beside them.
const (
	TriggerDemoRequest       = "demo_request" // any form that asks for sales
	TriggerFormFill          = "form_fill"    // any other form
	TriggerTrialActivated    = "trial_activated"
	TriggerProductQualified  = "product_qualified"
	TriggerWebinar           = "webinar"
	TriggerEventAttended     = "event_attended"
	TriggerContentResponse   = "content_response"
	TriggerPricingPage       = "pricing_page"
	TriggerReactivation      = "reactivation"
	TriggerChurnRisk         = "churn_risk"
	TriggerUsageDrop         = "usage_drop"
	TriggerRenewalWindow     = "renewal_window"
	TriggerExpansion         = "expansion" // upsell and cross-sell
	TriggerAccountEngagement = "account_engagement"
	TriggerRecycled          = "recycled"
)

// A Trigger is a buying signal about one subject.
type Trigger struct {
	ID         string           `json:"id"` // unique for ever; a redelivery has the same id
	Kind       string           `json:"kind"`
	Subject    Ref              `json:"subject,omitzero"` // zero: the request's subject
	OccurredAt time.Time        `json:"occurred_at"`
	Source     string           `json:"source,omitempty"` // the system that reported it
	Asset      string           `json:"asset,omitempty"`
	Offer      string           `json:"offer,omitempty"`
	Campaign   Campaign         `json:"campaign,omitzero"`
	Landing    string           `json:"landing_page,omitempty"`
	Pages      []string         `json:"pages,omitempty"`   // visited, in the order of the visit
	Content    []string         `json:"content,omitempty"` // read or downloaded
	Fields     map[string]Value `json:"fields,omitempty"`
}

// An Event is something that the subject did in a product or on a site; conditions count events.
type Event struct {
	ID   string    `json:"id"`
	Kind string    `json:"kind"`
	At   time.Time `json:"at"`
}

// A Channel is a way to reach a person.
type Channel string

// The channels. A task is work for the rep that reaches nobody and so needs no consent.
const (
	ChannelCall    Channel = "call"
	ChannelEmail   Channel = "email"
	ChannelSMS     Channel = "sms"
	ChannelSocial  Channel = "social"
	ChannelMail    Channel = "mail"
	ChannelChat    Channel = "chat"
	ChannelInApp   Channel = "in_app"
	ChannelMeeting Channel = "meeting"
	ChannelTask    Channel = "task"
)

// Channels returns all channels, in the order of their declaration.
func Channels() []Channel {
	return []Channel{ChannelCall, ChannelEmail, ChannelSMS, ChannelSocial, ChannelMail, ChannelChat, ChannelInApp,
		ChannelMeeting, ChannelTask}
}

// UnmarshalText refuses unknown words.
func (c *Channel) UnmarshalText(text []byte) (err error) {
	*c, err = parseWord("channel", text, Channels())
	return err
}

// A ConsentStatus says what a person said about a channel.
type ConsentStatus string

// The states of a consent.
const (
	ConsentGranted ConsentStatus = "granted"
	ConsentDenied  ConsentStatus = "denied"
)

// UnmarshalText refuses unknown words.
func (s *ConsentStatus) UnmarshalText(text []byte) (err error) {
	*s, err = parseWord("consent status", text, []ConsentStatus{ConsentGranted, ConsentDenied})
	return err
}

// A Purpose says what a touch is for.
type Purpose string

// The purposes.
const (
	PurposeSales         Purpose = "sales" // a rep's outreach
	PurposeMarketing     Purpose = "marketing"
	PurposeTransactional Purpose = "transactional" // what somebody who bought has to be told; never paused, capped or held
)

// Purposes returns all purposes, in the order of their declaration.
func Purposes() []Purpose { return []Purpose{PurposeSales, PurposeMarketing, PurposeTransactional} }

// UnmarshalText refuses unknown words.
func (p *Purpose) UnmarshalText(text []byte) (err error) {
	*p, err = parseWord("purpose", text, Purposes())
	return err
}

// A Basis says why a grant is one.
type Basis string

// The bases of grants. What each opens, and for how long, a Consenter says.
const (
	BasisExpress            Basis = "express"     // the person said yes
	BasisInquiry            Basis = "inquiry"     // the person asked for something
	BasisPurchase           Basis = "purchase"    // the person or their company bought, or has a contract
	BasisSoftOptIn          Basis = "soft_opt_in" // given in a sale, for similar things, with a way to refuse each time
	BasisLegitimateInterest Basis = "legitimate_interest"
)

// Bases returns all bases, in the order of their declaration.
func Bases() []Basis {
	return []Basis{BasisExpress, BasisInquiry, BasisPurchase, BasisSoftOptIn, BasisLegitimateInterest}
}

// UnmarshalText refuses unknown words.
func (b *Basis) UnmarshalText(text []byte) (err error) {
	*b, err = parseWord("basis of consent", text, Bases())
	return err
}

// A Consent is evidence for or against contact on one channel. What was said later wins; of two at the same instant, the
// refusal. After a refusal only an express grant opens the channel again.
type Consent struct {
	Channel Channel       `json:"channel"`
	Status  ConsentStatus `json:"status"`
	Purpose Purpose       `json:"purpose,omitempty"` // "": every purpose
	Basis   Basis         `json:"basis,omitempty"`   // of a grant; "": BasisExpress
	// Jurisdiction is the law under which it was given, in the host's words, for auditors; nothing is decided by it.
	Jurisdiction string    `json:"jurisdiction,omitempty"`
	At           time.Time `json:"at"`                  // captured
	Until        time.Time `json:"until,omitzero"`      // a grant expires here; zero: it does not, but a law may end it
	Source       string    `json:"source,omitempty"`    // where it was captured, such as a form; decisions cite it
	RevokedAt    time.Time `json:"revoked_at,omitzero"` // a grant that was taken back then is a refusal from then on; zero: it was not
	HonourBy     time.Time `json:"honour_by,omitzero"`  // of a refusal, when the law wants it honoured at the latest; Baton honours it at once
}

// basis returns the basis of a grant.
func (c Consent) basis() Basis { return cmp.Or(c.Basis, BasisExpress) }

// A Touch is one contact: one that happened before, or one that is about to go out.
type Touch struct {
	ID      string    `json:"id"`
	Channel Channel   `json:"channel"`
	At      time.Time `json:"at"`
	By      string    `json:"by,omitempty"` // rep or marketing program
	About   string    `json:"about,omitempty"`
	Purpose Purpose   `json:"purpose,omitempty"` // "": PurposeSales
	// Scope is what kind of marketing it is, such as nurture, newsletter, ads or in_app: a pause names scopes. Of marketing
	// without a scope, every pause is one.
	Scope    string `json:"scope,omitempty"`
	Sequence string `json:"sequence,omitempty"` // whose step it is; "": of none
}

// purpose returns what the touch is for.
func (t Touch) purpose() Purpose { return cmp.Or(t.Purpose, PurposeSales) }

// A Subscriber says in which role a person is reached; laws tell the two apart. The zero Subscriber is unknown, and
// treated as an individual.
type Subscriber string

// The roles.
const (
	SubscriberCorporate  Subscriber = "corporate"  // at a company or public body
	SubscriberIndividual Subscriber = "individual" // a consumer, a sole trader, an ordinary partnership
)

// UnmarshalText refuses unknown words; the empty text is unknown.
func (s *Subscriber) UnmarshalText(text []byte) (err error) {
	if *s = ""; len(text) > 0 {
		*s, err = parseWord("kind of subscriber", text, []Subscriber{SubscriberCorporate, SubscriberIndividual})
	}
	return err
}

// A FlagWord says what a lead is marked as.
type FlagWord string

// What a lead can be marked as.
const (
	FlagDoNotContact FlagWord = "do_not_contact"
	FlagDisqualified FlagWord = "disqualified"
	FlagCompetitor   FlagWord = "competitor"
	FlagEmployee     FlagWord = "employee" // one of ours
	FlagSpam         FlagWord = "spam"
	FlagTest         FlagWord = "test"
)

// FlagWords returns all of them, in the order of their declaration.
func FlagWords() []FlagWord {
	return []FlagWord{FlagDoNotContact, FlagDisqualified, FlagCompetitor, FlagEmployee, FlagSpam, FlagTest}
}

// UnmarshalText refuses unknown words.
func (w *FlagWord) UnmarshalText(text []byte) (err error) {
	*w, err = parseWord("flag", text, FlagWords())
	return err
}

// A Flag marks a lead.
type Flag struct {
	Word     FlagWord  `json:"word"`
	Since    time.Time `json:"since,omitzero"`      // zero: unknown
	Until    time.Time `json:"until,omitzero"`      // zero: until it is taken away
	Source   string    `json:"source,omitempty"`    // who or what set it
	LiftedBy string    `json:"lifted_by,omitempty"` // who may take it away, in words
}

// A RepStatus says whether a rep takes work. The zero status is unknown.
type RepStatus string

// The states of a rep.
const (
	RepUnknown RepStatus = ""
	RepActive  RepStatus = "active"
	RepAway    RepStatus = "away" // employed, takes no new work
	RepLeft    RepStatus = "left" // never an owner again
)

// UnmarshalText refuses unknown words; the empty text is unknown.
func (s *RepStatus) UnmarshalText(text []byte) (err error) {
	if *s = RepUnknown; len(text) > 0 {
		*s, err = parseWord("rep status", text, []RepStatus{RepActive, RepAway, RepLeft})
	}
	return err
}

// A Rep is somebody who can own a next step. A policy lists its reps; an entry of State adds or overrides what it
// names, field by field.
type Rep struct {
	ID       string     `json:"id"`
	Name     string     `json:"name,omitempty"`
	Role     string     `json:"role,omitempty"`
	Team     string     `json:"team,omitempty"`
	Manager  string     `json:"manager,omitempty"`
	Status   RepStatus  `json:"status,omitempty"`
	Tags     []string   `json:"tags,omitempty"`     // such as senior; caps and pools go by them
	Skills   []string   `json:"skills,omitempty"`   // languages, products, industries
	Hours    string     `json:"hours,omitempty"`    // the calendar that the rep works by; "": every hour
	Holidays []string   `json:"holidays,omitempty"` // further calendars that close the rep's days, such as the region's
	Absences []Absence  `json:"absences,omitempty"` // out of office, in any order
	Cover    string     `json:"cover,omitempty"`    // who stands in, where an absence names nobody
	Capacity Opt[int64] `json:"capacity,omitzero"`  // units of work that may be open at once
	Load     int64      `json:"load,omitempty"`     // units that are open; only what State says of it counts
}

// An Absence is when a rep takes no work.
type Absence struct {
	From  time.Time `json:"from"`
	Until time.Time `json:"until,omitzero"`  // the rep is back; zero: nobody knows when
	Cover string    `json:"cover,omitempty"` // who stands in; "": Rep.Cover
}

func (r Rep) clone() Rep {
	r.Tags, r.Skills = slices.Clone(r.Tags), slices.Clone(r.Skills)
	r.Holidays, r.Absences = slices.Clone(r.Holidays), slices.Clone(r.Absences)
	return r
}

// An ActivityKind says what somebody did.
type ActivityKind string

// The kinds of activities that an engine observes.
const (
	ActivityCall     ActivityKind = "call"
	ActivityEmail    ActivityKind = "email"
	ActivitySocial   ActivityKind = "social"
	ActivityMeeting  ActivityKind = "meeting_held"
	ActivityReply    ActivityKind = "reply"
	ActivityOptOut   ActivityKind = "opt_out"  // of Activity.Channel
	ActivityResolved ActivityKind = "resolved" // the risk or question that started a handoff is gone
	ActivityWon      ActivityKind = "won"
	ActivityLost     ActivityKind = "lost"
	// The kinds that give a turn of a rotation back, as its pool says.
	ActivityDeclined   ActivityKind = "declined"   // By, the owner, does not take the handoff
	ActivityNoShow     ActivityKind = "no_show"    // the subject did not come to the meeting
	ActivityReassigned ActivityKind = "reassigned" // somebody made Activity.To the owner

	ActivityBooked  ActivityKind = "meeting_booked"
	ActivityBounced ActivityKind = "bounced" // a message on Activity.Channel did not arrive, and none will

	ActivityConnected    ActivityKind = "connected"    // a conversation, by whatever channel: more than an attempt
	ActivityAutoReply    ActivityKind = "auto_reply"   // a machine answered: neither an attempt nor a contact
	ActivityAccepted     ActivityKind = "accepted"     // By, the owner, takes the handoff
	ActivityQualified    ActivityKind = "qualified"    // by sales
	ActivityDisqualified ActivityKind = "disqualified" // not to be sold to
	ActivityOpportunity  ActivityKind = "opportunity_created"
	ActivityOutcome      ActivityKind = "outcome"    // Activity.Outcome came of the handoff
	ActivityDisputed     ActivityKind = "disputed"   // By does not agree with the latest outcome
	ActivityPending      ActivityKind = "pending"    // the subject asked to wait, until Activity.Until or until it is resumed
	ActivityResumed      ActivityKind = "resumed"    // what was pending goes on
	ActivityOwnerLeft    ActivityKind = "owner_left" // By left the company
	ActivityOwnerBack    ActivityKind = "owner_back" // By takes work again, who was set away or had left

	// ActivityMerged says that the subject is one with Activity.Into from now on, and lives on in it. What the
	// request's Lead refused is remembered with it; flags such as do_not_contact are the host's, which marks the
	// survivor where either was marked.
	ActivityMerged   ActivityKind = "merged"
	ActivityUnmerged ActivityKind = "unmerged" // the subject, which had merged into Activity.Into, is a record of its own again
)

// ActivityKinds returns all kinds, in the order of their declaration.
func ActivityKinds() []ActivityKind {
	return []ActivityKind{ActivityCall, ActivityEmail, ActivitySocial, ActivityMeeting, ActivityReply, ActivityOptOut,
		ActivityResolved, ActivityWon, ActivityLost, ActivityDeclined, ActivityNoShow, ActivityReassigned, ActivityBooked,
		ActivityBounced, ActivityConnected, ActivityAutoReply, ActivityAccepted, ActivityQualified, ActivityDisqualified,
		ActivityOpportunity, ActivityOutcome, ActivityDisputed, ActivityPending, ActivityResumed, ActivityOwnerLeft,
		ActivityOwnerBack, ActivityMerged, ActivityUnmerged}
}

// IsAttempt reports whether somebody tried to reach the subject, whatever came of it.
func (k ActivityKind) IsAttempt() bool {
	switch k {
	case ActivityCall, ActivityEmail, ActivitySocial:
		return true
	}
	return false
}

// IsContact reports whether the subject and somebody of ours spoke or wrote to each other. An automatic reply is none.
func (k ActivityKind) IsContact() bool {
	switch k {
	case ActivityConnected, ActivityReply, ActivityMeeting:
		return true
	}
	return false
}

// UnmarshalText refuses unknown words.
func (k *ActivityKind) UnmarshalText(text []byte) (err error) {
	*k, err = parseWord("kind of activity", text, ActivityKinds())
	return err
}

// An Activity is something that a rep or the subject did after a handoff.
type Activity struct {
	ID      string       `json:"id"` // unique for ever among those of its subject: a redelivery changes nothing
	Kind    ActivityKind `json:"kind"`
	At      time.Time    `json:"at"`
	By      string       `json:"by,omitempty"`
	Channel Channel      `json:"channel,omitempty"` // of an opt-out or a bounce; required there
	To      string       `json:"to,omitempty"`      // of reassigned, the rep who is the owner now; required there
	Reason  string       `json:"reason,omitempty"`  // the host's keyword, for example why a deal was lost
	Outcome string       `json:"outcome,omitempty"` // of outcome, a word that the policy knows; required there
	// Until is when something pending goes on by itself, or when a record that is recycled comes back; zero: nobody
	// knows, or as the policy says.
	Until time.Time `json:"until,omitzero"`
	// Amount is what the deal of opportunity_created, won or lost is worth, in the currency's minor unit. Nothing is decided by it:
	// reports read it.
	Amount Opt[int64] `json:"amount,omitzero"`
	// Into is the record in which the subject of merged lives on, or out of which that of unmerged comes; required there.
	Into Ref `json:"into,omitzero"`
}

// unites reports whether the activity makes one record of two, or two of one.
func (a Activity) unites() bool { return a.Kind == ActivityMerged || a.Kind == ActivityUnmerged }
