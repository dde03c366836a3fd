package suppression

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/calendar"
)

// Bounds of a LawRow.
const (
	maxMonths   = 1200 // of a Ground
	maxHonourBy = 366  // of HonourBy.Days
	maxState    = 3    // letters of an ISO 3166-2 subdivision, without the country
)

// A Need says what a law needs before a touch.
type Need string

// What a law can need.
const (
	NeedConsent Need = "consent" // a grant on one of the row's Bases
	NeedNothing Need = "nothing" // open until it is refused
	NeedNever   Need = "never"   // no touch at all
)

// UnmarshalText refuses unknown words; the empty text is no need.
func (n *Need) UnmarshalText(text []byte) error {
	if word := Need(text); word == "" || slices.Contains(needs(), word) {
		*n = word
		return nil
	}
	return errors.New("unknown need of a law; known are consent, nothing, never")
}

func needs() []Need { return []Need{NeedConsent, NeedNothing, NeedNever} }

// A LawRow is one rule of a table of laws. Where several rows apply, each must let the touch through: the hours of a state
// narrow those of its country and widen none. No row judges a task, which reaches nobody, or a transactional touch. In JSON, hours are text as calendar.ParseWindows reads it.
type LawRow struct {
	ID          string               `json:"id"`
	Table       string               `json:"table,omitempty"`       // such as casl
	Countries   []string             `json:"countries,omitempty"`   // ISO 3166-1 alpha-2 of the recipient; none: everywhere
	States      []string             `json:"states,omitempty"`      // ISO 3166-2 subdivisions of the one country; none: all
	Channels    []handoff.Channel    `json:"channels,omitempty"`    // none: all but tasks
	Purposes    []handoff.Purpose    `json:"purposes,omitempty"`    // none: all but transactional
	Subscribers []handoff.Subscriber `json:"subscribers,omitempty"` // none: all
	Need        Need                 `json:"need,omitempty"`        // "": the row is about hours or refusals alone
	Bases       []Ground             `json:"bases,omitempty"`       // of NeedConsent
	// Hours are those in which a touch is allowed, in the recipient's zone; none: all.
	Hours []calendar.Window `json:"-"`
	// HonourBy is how soon a refusal has to be honoured; the zero value: the row does not say.
	HonourBy HonourBy      `json:"honour_by,omitzero"`
	From     calendar.Date `json:"from,omitzero"`  // the first day it is in force; zero: it always has been
	Until    calendar.Date `json:"until,omitzero"` // the first day it is no more; zero: it is
	Source   string        `json:"source"`         // the law, and where it says so
}

// A Ground is a basis that a law accepts, and for how long.
type Ground struct {
	Basis  handoff.Basis `json:"basis"`
	Months int           `json:"months,omitempty"` // since it was captured, by the calendar; 0: no end
}

// An HonourBy is a number of days, or of business days. It ends at the time of day at which it began.
type HonourBy struct {
	Days     int  `json:"days"`
	Business bool `json:"business,omitempty"` // Monday to Friday
}

// A LawConfig is what NewLaw makes a Law of.
type LawConfig struct {
	Rows []LawRow // in the order in which they are asked
	// OptOut are channels that the policy opens to everybody who has not refused them, where no law needs consent. All others
	// need a grant, whatever a law would allow.
	OptOut []handoff.Channel
	Zone   *calendar.Zone // whose days count; nil: UTC
}

// A Law is a table of rules about contact: facts to model and no legal advice. A table can be incomplete or out of date, and
// every row says where it comes from, so that it can be checked and replaced. It implements handoff.Consenter, is immutable and
// safe for concurrent use. The zero Law has no rows and opens nothing without a grant.
type Law struct{ config LawConfig }

// NewLaw checks the rows and copies them. The error joins every problem.
func NewLaw(c LawConfig) (*Law, error) {
	var problems []error
	seen := map[string]bool{}
	for i := range c.Rows {
		r := &c.Rows[i]
		mistakes := r.mistakes()
		if r.ID == "" || seen[r.ID] {
			mistakes = append(mistakes, "needs an id of its own")
		}
		seen[r.ID] = true
		for _, text := range mistakes {
			problems = append(problems, fmt.Errorf("law %d %q: %s", i+1, r.ID, text))
		}
	}
	if text := stranger("channel", c.OptOut, reaching()); text != "" {
		problems = append(problems, errors.New("opt-out: "+text))
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	rows := slices.Clone(c.Rows)
	for i := range rows {
		rows[i] = rows[i].clone()
	}
	return &Law{LawConfig{rows, slices.Clone(c.OptOut), c.Zone}}, nil
}

func (r LawRow) clone() LawRow {
	r.Countries, r.States = slices.Clone(r.Countries), slices.Clone(r.States)
	r.Channels, r.Purposes, r.Subscribers = slices.Clone(r.Channels), slices.Clone(r.Purposes), slices.Clone(r.Subscribers)
	r.Bases, r.Hours = slices.Clone(r.Bases), slices.Clone(r.Hours)
	return r
}

// reaching returns the channels that reach a person.
func reaching() []handoff.Channel {
	return slices.DeleteFunc(handoff.Channels(), func(c handoff.Channel) bool { return c == handoff.ChannelTask })
}

// judged returns the purposes that rows judge.
func judged() []handoff.Purpose {
	return []handoff.Purpose{handoff.PurposeSales, handoff.PurposeMarketing}
}

// mistakes says what is wrong with a row.
func (r *LawRow) mistakes() []string {
	texts := []string{
		stranger("channel", r.Channels, reaching()),
		stranger("purpose", r.Purposes, judged()),
		stranger("subscriber", r.Subscribers, []handoff.Subscriber{handoff.SubscriberCorporate, handoff.SubscriberIndividual}),
		r.misplaced(),
		r.misneeded(),
		r.mistimed(),
	}
	if strings.TrimSpace(r.Source) == "" {
		texts = append(texts, "needs a source: the law, and where it says so")
	}
	return slices.DeleteFunc(texts, func(text string) bool { return text == "" })
}

// stranger names the first word that is not known, or returns "".
func stranger[T ~string](what string, list, known []T) string {
	for _, word := range list {
		if !slices.Contains(known, word) {
			return fmt.Sprintf("%s %q cannot stand here; those that can are %q", what, word, known)
		}
	}
	return ""
}

func (r *LawRow) misplaced() string {
	for _, country := range r.Countries {
		if country == "" || country != countryCode(country) {
			return fmt.Sprintf("country %q is not written as in ISO 3166-1, such as CA", country)
		}
	}
	for _, state := range r.States {
		if state == "" || state != stateCode(state) {
			return fmt.Sprintf("state %q is not written as in ISO 3166-2 without the country, such as FL", state)
		}
	}
	if len(r.States) > 0 && len(r.Countries) != 1 {
		return "states need the one country that they are of"
	}
	return ""
}

func (r *LawRow) misneeded() string {
	var bases []handoff.Basis
	for _, g := range r.Bases {
		switch {
		case slices.Contains(bases, g.Basis):
			return fmt.Sprintf("basis %q stands there twice", g.Basis)
		case g.Months < 0 || g.Months > maxMonths:
			return fmt.Sprintf("basis %q: months are from 0, which is no end, to %d", g.Basis, maxMonths)
		}
		bases = append(bases, g.Basis)
	}
	switch {
	case r.Need != "" && !slices.Contains(needs(), r.Need):
		return stranger("need", []Need{r.Need}, needs())
	case (r.Need == NeedConsent) != (len(bases) > 0):
		return "bases belong to the need of consent, which has at least one"
	case r.Need == "" && len(r.Hours) == 0 && r.HonourBy.Days == 0:
		return "says nothing: give it a need, hours, or by when a refusal is honoured"
	}
	return stranger("basis", bases, handoff.Bases())
}

func (r *LawRow) mistimed() string {
	for _, date := range []calendar.Date{r.From, r.Until} {
		if _, err := date.MarshalText(); err != nil {
			return err.Error()
		}
	}
	switch {
	case !r.Until.IsZero() && r.From.Compare(r.Until) >= 0:
		return fmt.Sprintf("is in force from %s until %s, which is never", r.From, r.Until)
	case r.HonourBy.Days < 0 || r.HonourBy.Days > maxHonourBy:
		return fmt.Sprintf("a refusal is honoured within 1 to %d days, or 0 where the row does not say", maxHonourBy)
	case r.HonourBy.Business && r.HonourBy.Days == 0:
		return "business days need a number"
	case len(r.Hours) == 0:
		return ""
	}
	if _, err := calendar.New(calendar.Config{Weekly: r.Hours}); err != nil {
		return err.Error()
	}
	return ""
}
