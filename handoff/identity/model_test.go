package identity

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
)

// TestNew_KeepsNothingOfTheCaller holds that a Matcher is the same after its config is changed.
func TestNew_KeepsNothingOfTheCaller(t *testing.T) {
	c, _ := Profile(ProfileStandard)
	m, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, model := range []*Model{&c.People, &c.Accounts, &c.Companies} {
		clear(model.Weights)
		clear(model.Keys)
		clear(model.TieBreaks)
		clear(model.Common)
		clear(model.Alone)
		clear(model.Apart)
	}
	fresh := standard(t)
	for i, pair := range [][2]Model{{m.people.Model, fresh.people.Model}, {m.accounts.Model, fresh.accounts.Model}, {m.companies.Model, fresh.companies.Model},
		{m.config.People, fresh.config.People}, {m.config.Accounts, fresh.config.Accounts}, {m.config.Companies, fresh.config.Companies}} {
		if diff := cmp.Diff(pair[1], pair[0]); diff != "" {
			t.Errorf("model %d (-want +got):\n%s", i, diff)
		}
	}
}

func TestNew_ErrorsAreInOrder(t *testing.T) {
	c, _ := Profile(ProfileStandard)
	c.Accounts.Alone = map[Field]handoff.MatchVerdict{}
	c.Accounts.Apart = map[FieldLevel]handoff.MatchVerdict{}
	for _, f := range strings.Fields("i h g f e d c b a") {
		c.Accounts.Alone[Field(f)] = handoff.ToReview
		c.Accounts.Apart[FieldLevel{Field(f), Exact}] = handoff.ToReview
	}
	_, first := New(c)
	if first == nil || strings.Index(first.Error(), `field "a"`) > strings.Index(first.Error(), `field "b"`) {
		t.Fatalf("got %v", first)
	}
	for range 20 {
		if _, err := New(c); err.Error() != first.Error() {
			t.Fatalf("got %v and %v", first, err)
		}
	}
}

// TestPlacesAndTies holds the constants to the order of Fields and TieBreaks.
func TestPlacesAndTies(t *testing.T) {
	places := []struct {
		place place
		field Field
	}{
		{placeEmail, FieldEmail}, {placeFirstName, FieldFirstName}, {placeLastName, FieldLastName}, {placePhone, FieldPhone},
		{placeBorn, FieldBorn}, {placeCompany, FieldCompany}, {placeNumber, FieldNumber}, {placeDomain, FieldDomain},
		{placeStreet, FieldStreet}, {placeUnit, FieldUnit}, {placeHouse, FieldHouse}, {placeCity, FieldCity},
		{placePostalCode, FieldPostalCode}, {placeState, FieldState}, {placeCountry, FieldCountry}, {placeContact, FieldContact},
		{placeParent, FieldParent},
	}
	for _, x := range places {
		if got := Fields()[x.place]; got != x.field {
			t.Errorf("place %d is of %s, want %s", x.place, got, x.field)
		}
	}
	ties := []struct {
		tie  tie
		word TieBreak
	}{
		{tieCustomer, TieCustomer}, {tieOwned, TieOwned}, {tieMostContacts, TieMostContacts}, {tieFewestContacts, TieFewestContacts},
		{tieMostLeads, TieMostLeads}, {tieFewestLeads, TieFewestLeads}, {tieMostOpportunities, TieMostOpportunities},
		{tieFewestOpportunities, TieFewestOpportunities}, {tieOldest, TieOldest}, {tieNewest, TieNewest},
		{tieLatestActivity, TieLatestActivity}, {tieParent, TieParent}, {tieChild, TieChild}, {tieReview, TieReview},
	}
	for _, x := range ties {
		if got := TieBreaks()[x.tie]; got != x.word {
			t.Errorf("tie %d is %s, want %s", x.tie, got, x.word)
		}
	}
	if len(places) != fieldCount || len(Fields()) != fieldCount || len(ties) != len(TieBreaks()) {
		t.Errorf("%d of %d fields and %d of %d tie-breaks are tried", len(places), len(Fields()), len(ties), len(TieBreaks()))
	}
	for _, f := range Fields() {
		if len(Levels(f)) >= levelCount {
			t.Errorf("%s has %d levels; a compiled model has room for %d", f, len(Levels(f)), levelCount-1)
		}
	}
	if got := Levels(FieldCompany)[partly-1]; got != Near {
		t.Errorf("names agree in part from %s on, want near", got)
	}
	if got := Levels(FieldDomain)[relatedDomain-1]; got != Related {
		t.Errorf("the rank of related domains is of %s", got)
	}
	if got := Levels(FieldCountry)[otherCountry-1]; got != Differs {
		t.Errorf("the rank of other countries is of %s", got)
	}
}

func TestMatch_ApartHoldsForWhatAgreesWorse(t *testing.T) {
	m := standard(t, func(c *Config) {
		c.Accounts.Apart = map[FieldLevel]handoff.MatchVerdict{{FieldCity, Close}: handoff.ToReview, {FieldCity, Differs}: handoff.NotMatched}
	})
	for _, tt := range []struct {
		city string
		want handoff.MatchVerdict
	}{{"Springfield", handoff.Matched}, {"Springfeild", handoff.ToReview}, {"Sprnigfeidl", handoff.ToReview}, {"Boston", handoff.NotMatched}, {"", handoff.Matched}} {
		lead := Record{Ref: leadRef("L1"), Company: "Acme Inc", Emails: some("ann@acme.com"), City: "Springfield"}
		account := company("A1", "Acme Inc", "acme.com", func(r *Record) { r.City = tt.city })
		if got := m.matchAll(lead, []Record{account}).Candidates[0]; got.Verdict != tt.want {
			t.Errorf("%q: %s (%s), want %s", tt.city, got, got.Why, tt.want)
		}
	}
}
