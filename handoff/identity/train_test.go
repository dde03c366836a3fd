package identity

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// forged returns people of whom it is known who is who: a record with typos is of its original's entity.
func forged(m *Matcher, seed uint64, n int) (records []Prepared, entity []string) {
	for _, r := range newForger(seed).people(n) {
		records = append(records, m.Prepare(r))
		entity = append(entity, r.Born+r.PostalCode)
	}
	return records, entity
}

func weightOf(m Model, f Field, l Level) Micro {
	for _, w := range m.Weights {
		if w.Field == f && w.Level == l {
			return w.Score
		}
	}
	return 0
}

func TestTrain(t *testing.T) {
	m := standard(t)
	records, entity := forged(m, 1, 400)
	base := m.config.People
	got, err := Train(base, records, entity)
	if err != nil {
		t.Fatal(err)
	}
	if exact, other := weightOf(got, FieldBorn, Exact), weightOf(got, FieldBorn, Differs); exact < 8*bit || other > -3*bit {
		t.Errorf("a birthday weighs %d, another %d", exact, other)
	}
	if got.Match-got.Review != trainReview || got.Records != len(records) || got.Match < 5*bit || got.Match > 12*bit {
		t.Errorf("thresholds %d and %d for %d records", got.Match, got.Review, got.Records)
	}
	if w := weightOf(got, FieldPhone, National); w != weightOf(base, FieldPhone, National) {
		t.Errorf("a level that the sample does not show weighs %d, not what it did", w)
	}
	if diff := cmp.Diff(standard(t).config.People, base); diff != "" {
		t.Errorf("the model given was changed:\n%s", diff)
	}
	n := len(records)
	for i := range n / 2 {
		records[i], records[n-1-i] = records[n-1-i], records[i]
		entity[i], entity[n-1-i] = entity[n-1-i], entity[i]
	}
	again, err := Train(base, records, entity)
	if diff := cmp.Diff(got, again); err != nil || diff != "" {
		t.Errorf("the order of the records matters: %v\n%s", err, diff)
	}
}

func TestTrain_Refuses(t *testing.T) {
	m := standard(t)
	lead, other := m.Prepare(contact("L1", "", "ann@acme.com")), m.Prepare(contact("L2", "", "bob@acme.com"))
	account := m.Prepare(company("A1", "Acme", "acme.com"))
	for _, tt := range []struct {
		name    string
		records []Prepared
		entity  []string
		want    string
	}{
		{"lengths", []Prepared{lead, other}, []string{"1"}, "there are 2 records and 1 entities"},
		{"kinds", []Prepared{lead, account}, []string{"1", "1"}, "record 2 is of another kind"},
		{"no entity", []Prepared{lead, other}, []string{"1", ""}, "record 2 has no entity"},
		{"nobody twice", []Prepared{lead, other}, []string{"1", "2"}, "two records of one entity"},
		{"one entity", []Prepared{lead, other}, []string{"1", "1"}, "two of different ones"},
		{"nothing", nil, nil, "two records of one entity"},
	} {
		if _, err := Train(m.config.People, tt.records, tt.entity); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
	if _, err := Train(Model{}, []Prepared{lead, other}, []string{"1", "1"}); err == nil {
		t.Error("a model without keys is none")
	}
}

// TestTrain_BetterNeverWeighsLess trains on samples in which a slip is seen more often than equality, as small ones say.
func TestTrain_BetterNeverWeighsLess(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	pick := func(list ...string) string { return list[rnd.IntN(len(list))] }
	m := standard(t)
	for range 50 {
		var records []Prepared
		var entity []string
		for i := range 40 {
			records = append(records, m.Prepare(Record{Ref: leadRef(fmt.Sprintf("L%02d", i)), FirstName: pick("maria", "marai", "mraia", "john", "jon", ""),
				LastName: pick("smith", "smyth", "garcia", "garzia"), Born: pick("1980-01-02", "1980-02-01", "1981-01-02", "1990-07-07"), City: pick("london", "lodnon", "paris")}))
			entity = append(entity, pick("a", "b", "c", "d", "e", "f"))
		}
		trained, err := Train(m.config.People, records, entity)
		if err != nil {
			t.Fatal(err)
		}
		for i, w := range trained.Weights {
			if before := trained.Weights[max(0, i-1)]; w.Field == before.Field && w.Score > before.Score {
				switch w.Field {
				case FieldFirstName, FieldLastName, FieldBorn, FieldCity:
					t.Fatalf("%s: %s weighs %d, and %s, which agrees worse, %d", w.Field, before.Level, before.Score, w.Level, w.Score)
				}
			}
		}
	}
}
