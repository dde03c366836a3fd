package identity

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/salesbaton/baton/handoff"
)

// figuresRows reads a file of the shared data without its first row, or skips the test where it is not there.
func figuresRows(t testing.TB, comma rune, header bool, path ...string) [][]string {
	t.Helper()
	f, err := os.Open(filepath.Join(append([]string{"..", "..", "..", "shared", "data"}, path...)...))
	if os.IsNotExist(err) {
		t.Skipf("the shared data are not here: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.TrimLeadingSpace, r.LazyQuotes = comma, true, comma == ';'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if header {
		return rows[1:]
	}
	return rows
}

// A labelledSet is records of which it is known who is who.
type labelledSet struct {
	records []Prepared
	entity  []string
}

func febrl(t testing.TB, m *Matcher, file string) (s labelledSet) {
	for _, row := range figuresRows(t, ',', true, "febrl", file) {
		s.records = append(s.records, m.Prepare(Record{Ref: leadRef(row[0]), FirstName: row[1], LastName: row[2], House: row[3],
			Street: row[4], Unit: row[5], City: row[6], PostalCode: row[7], State: row[8], Country: "AU", Born: row[9]}))
		s.entity = append(s.entity, strings.Split(row[0], "-")[1])
	}
	return s
}

func splink(t testing.TB, m *Matcher) (s labelledSet) {
	for _, row := range figuresRows(t, ',', true, "splink_fake1000", "fake_1000.csv") {
		s.records = append(s.records, m.Prepare(Record{Ref: leadRef(row[0]), FirstName: row[1], LastName: row[2], Born: row[3], City: row[4],
			Emails: some(row[5])}))
		s.entity = append(s.entity, row[6])
	}
	return s
}

// halves parts a set by entity.
func (s labelledSet) halves(seed uint64) (train, test labelledSet) {
	var entities []string
	inTrain := map[string]bool{}
	for _, e := range s.entity {
		if _, known := inTrain[e]; !known {
			inTrain[e] = false
			entities = append(entities, e)
		}
	}
	rand.New(rand.NewPCG(seed, 1)).Shuffle(len(entities), func(i, j int) { entities[i], entities[j] = entities[j], entities[i] })
	for _, e := range entities[:len(entities)/2] {
		inTrain[e] = true
	}
	for i, e := range s.entity {
		half := &test
		if inTrain[e] {
			half = &train
		}
		half.records, half.entity = append(half.records, s.records[i]), append(half.entity, e)
	}
	return train, test
}

// A figure is how well pairs are found.
type figure struct{ found, right, all float64 }

func (f figure) precision() float64 { return f.right / max(f.found, 1) }
func (f figure) recall() float64    { return f.right / f.all }
func (f figure) f1() float64        { return 2 * f.right / (f.found + f.all) }

// measure counts all pairs of records of one entity, and all pairs of one cluster.
func (s labelledSet) measure(m *Matcher) (f figure) {
	entity := map[handoff.Ref]string{}
	size := map[string]float64{}
	for i, e := range s.entity {
		entity[s.records[i].Ref] = e
		f.all += size[e]
		size[e]++
	}
	for _, c := range m.FindDuplicates(s.records).Clusters {
		for i, a := range c.Refs {
			for _, b := range c.Refs[:i] {
				f.found++
				if entity[a] == entity[b] {
					f.right++
				}
			}
		}
	}
	return f
}

// figures are those of several splits.
type figures []figure

func (list figures) row(what, splits string) string {
	mean := func(f func(figure) float64) (sum, worst float64) {
		worst = 1
		for _, x := range list {
			sum, worst = sum+f(x), min(worst, f(x))
		}
		return sum / float64(len(list)), worst
	}
	p, pWorst := mean(figure.precision)
	r, rWorst := mean(figure.recall)
	f, fWorst := mean(figure.f1)
	return fmt.Sprintf("%-28s %-14s %.4f/%.4f  %.4f/%.4f  %.4f/%.4f", what, splits, p, pWorst, r, rWorst, f, fWorst)
}

func TestFigures_People(t *testing.T) {
	base := standard(t)
	t.Logf("%-28s %-14s %-13s  %-13s  %-13s", "set, mean/worst of splits", "seeds", "precision", "recall", "F1")
	for _, tt := range []struct {
		name          string
		set           labelledSet
		seeds         uint64
		precision, f1 float64
	}{
		{"febrl dataset1", febrl(t, base, "dataset1.csv"), 10, 0.995, 0.995},
		{"febrl dataset2", febrl(t, base, "dataset2.csv"), 3, 0.995, 0.995},
		{"splink_fake1000", splink(t, base), 10, 0.97, 0.94},
	} {
		var trained, shipped figures
		if testing.Short() {
			tt.seeds = 3
		}
		for seed := range tt.seeds {
			train, test := tt.set.halves(seed + 1)
			model, err := Train(base.config.People, train.records, train.entity)
			if err != nil {
				t.Fatal(err)
			}
			m := standard(t, func(c *Config) { c.People = model })
			f := test.measure(m)
			if f.precision() < tt.precision || f.f1() < tt.f1 {
				t.Errorf("%s, seed %d: precision %.4f, F1 %.4f; it must be %.3f and %.3f at least", tt.name, seed+1, f.precision(), f.f1(), tt.precision, tt.f1)
			}
			trained = append(trained, f)
			shipped = append(shipped, test.measure(base))
		}
		seeds := fmt.Sprintf("1-%d", tt.seeds)
		t.Log(trained.row(tt.name+", trained", seeds))
		t.Log(shipped.row(tt.name+", as shipped", seeds))
	}
}

// names compares two company names as two accounts of which nothing else is known.
func (m *Matcher) names(a, b string) Pair {
	return m.Weigh(m.Prepare(company("A", a, "")), m.Prepare(company("B", b, "")), 0)
}

func TestFigures_CompanyPairs(t *testing.T) {
	m := standard(t)
	var match, review figure
	for _, row := range figuresRows(t, ',', true, "emm_company_pairs", "unittest_sample_namepairs.csv") {
		verdict, right := m.names(row[13], row[15]).Verdict, row[18] == "True"
		match.count(verdict == handoff.Matched, right)
		review.count(verdict != handoff.NotMatched, right)
	}
	t.Logf("emm_company_pairs, 201 labelled pairs, as shipped")
	const row = "%-16s precision %.4f  recall %.4f  F1 %.4f"
	t.Logf(row, "match", match.precision(), match.recall(), match.f1())
	t.Logf(row, "match or review", review.precision(), review.recall(), review.f1())
	if match.precision() < 0.9 {
		t.Errorf("of %v matches %v are right", match.found, match.right)
	}
}

// count counts a pair that is labelled.
func (f *figure) count(found, right bool) {
	if found {
		f.found++
	}
	if right {
		f.all++
	}
	if found && right {
		f.right++
	}
}

// TestFigures_LegalForms holds that companies of one name but with different legal forms are for review.
func TestFigures_LegalForms(t *testing.T) {
	m := standard(t)
	var accounts []Prepared
	names := map[handoff.Ref]string{}
	for i, row := range figuresRows(t, ';', false, "sec_company_names", "companies.csv") {
		p := m.Prepare(company(fmt.Sprintf("A%04d", i), row[0], ""))
		accounts, names[p.Ref] = append(accounts, p), row[0]
	}
	verdicts := map[handoff.MatchVerdict]int{}
	for i := range accounts {
		for j := range i {
			a, b := &accounts[j], &accounts[i]
			if a.company.Base == "" || a.company.Base != b.company.Base || a.company.Form == b.company.Form {
				continue
			}
			v := m.Weigh(*a, *b, 0).Verdict
			verdicts[v]++
			t.Logf("%-7s %s | %s", v, names[a.Ref], names[b.Ref])
		}
	}
	d := m.FindDuplicates(accounts)
	t.Logf("sec_company_names: of %d pairs that are equal but for the legal form, %d are a review and %d a match; FindDuplicates: %d clusters, %d reviews",
		verdicts[handoff.ToReview]+verdicts[handoff.Matched]+verdicts[handoff.NotMatched], verdicts[handoff.ToReview], verdicts[handoff.Matched],
		len(d.Clusters), len(d.Review))
	for _, c := range d.Clusters {
		for i, a := range c.Refs {
			for _, b := range c.Refs[:i] {
				x, y := byRef(accounts, a).company, byRef(accounts, b).company
				if x.Form != y.Form {
					t.Errorf("%q and %q are taken for one", names[a], names[b])
				}
				t.Logf("cluster %s | %s", names[a], names[b])
			}
		}
	}
	if verdicts[handoff.Matched]+verdicts[handoff.NotMatched] > 0 || verdicts[handoff.ToReview] < 3 {
		t.Errorf("got %v, want reviews only", verdicts)
	}
}
