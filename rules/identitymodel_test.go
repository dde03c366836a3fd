package rules

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/salesbaton/baton/handoff"
	"github.com/salesbaton/baton/handoff/identity"
	"github.com/salesbaton/baton/rules/internal/language"
)

// drawn changes what Train and an author can change of a model, so that a better agreement never counts less.
func drawn(r *rand.Rand, m identity.Model) identity.Model {
	m.Weights = slices.Clone(m.Weights)
	for _, f := range identity.Fields() {
		var at []int
		var scores []identity.Micro
		for _, l := range identity.Levels(f) {
			if i := (&modelReader{Model: &m}).index(identity.FieldLevel{Field: f, Level: l}); i >= 0 {
				at = append(at, i)
				scores = append(scores, r.Int64N(60_000_000)-30_000_000)
			}
		}
		slices.SortFunc(scores, func(a, b identity.Micro) int { return int(b - a) })
		for i, n := range at {
			switch m.Weights[n].Score = scores[i]; {
			case i == 0:
				m.Weights[n].Score = max(scores[i], 1+r.Int64N(30_000_000), scores[0])
			case m.Weights[n].Level == identity.Differs:
				m.Weights[n].Score = min(scores[i], 0)
			}
		}
	}
	m.Match = 1_000_001 + r.Int64N(5_000_000)
	m.Review, m.Records = 1+r.Int64N(m.Match), r.IntN(1_000_000)
	return m
}

// TestModelsAreReadAsTheyAreWritten: parse(print(m)) is m.
func TestModelsAreReadAsTheyAreWritten(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 11))
	for _, profile := range identity.Profiles() {
		c, _ := identity.Profile(profile)
		for _, of := range []modelOf{peopleModel, accountsModel, companiesModel} {
			for range 15 {
				want := drawn(r, of.model(c))
				text, err := FormatModel(string(of), want)
				if err != nil {
					t.Fatalf("%s, %s: %v\n%+v", profile, of, err, want)
				}
				got, err := readFormatted(text, of)
				if err != nil {
					t.Fatal(err)
				}
				want.Alone = maps.Clone(want.Alone)
				maps.DeleteFunc(want.Alone, func(f identity.Field, _ handoff.MatchVerdict) bool { // which has no effect
					return !modelPrinter{Model: want}.counts(f)
				})
				for f, v := range got.Alone { // which is none
					if v == handoff.Matched && want.Alone[f] == "" {
						delete(got.Alone, f)
					}
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("%s, %s (-want +got)\n%s%s", profile, of, diff, text)
				}
			}
		}
	}
}

func TestFormatModel(t *testing.T) {
	trained := func(edit func(*identity.Model)) identity.Model {
		c, _ := identity.Profile(language.StandardProfile)
		edit(&c.People)
		return c.People
	}
	for _, tt := range []struct {
		name, reason, key string
		model             identity.Model
		want, wrong       string
	}{
		{"decimals", "all six are written", "people", trained(func(m *identity.Model) { m.Weights[0].Score = 14_000_001 }), "    email: {exact: 14.000001, close: 8,", ""},
		{"a level taken away", "the profile's counts no more", "people", trained(func(m *identity.Model) { m.Weights = m.Weights[1:] }), "", "close counts 8 here, and exact, which agrees better, only 0"},
		{"nothing in common", "the profile's is taken away", "people", trained(func(m *identity.Model) { m.Common = nil }), "  common: []\n", ""},
		{"nothing alone", "the profile's is lifted", "people", trained(func(m *identity.Model) { m.Alone = nil }), "phone: match", ""},
		{"where it is unknown", "beside the levels", "people", trained(func(m *identity.Model) {
			m.Apart = map[identity.FieldLevel]handoff.MatchVerdict{{Field: identity.FieldBorn, Level: identity.Unknown}: handoff.NotMatched}
		}), ", born: {unknown: 'no'}}\n", ""},
		{"another key", "there are three", "person", identity.Model{}, "", `identity has no model "person"`},
		{"a review of strangers", "no policy says that", "people", trained(func(m *identity.Model) { m.Review = -1 }), "", "-0.000001 is out of range"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text, err := FormatModel(tt.key, tt.model)
			if tt.wrong != "" {
				if err == nil || !strings.Contains(err.Error(), tt.wrong) {
					t.Errorf("%v, want %s: %s", err, tt.wrong, tt.reason)
				}
				return
			}
			if err != nil || !strings.Contains(text, tt.want) {
				t.Errorf("%v, want %q: %s\n%s", err, tt.want, tt.reason, text)
			}
		})
	}
}
